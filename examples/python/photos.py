# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""photos.py [SOURCE TARGET]

Imports photos: each goes to a folder of the day on which it was taken. What is there
already is left alone, a photo that cannot be read does not keep the others, and Ctrl+C
leaves no half of a file. Without arguments it imports some that it makes itself.
"""

import asyncio
import hashlib
import os
import pathlib
import re
import sys
import tempfile
import time

import gi

gi.require_version("At", "1.0")
from gi.repository import At

CHUNK = 256 * 1024


class Import(At.AsyncTask):
    """Imports one photo; the result is where it is now, or None if it was there."""

    def do_in_background(self, photo, target):  # in a worker thread
        with photo.open("rb") as source:
            destination = target / self.get_day(photo, source.read(CHUNK)) / photo.name
            if destination.exists() and self.get_checksum(destination) == self.get_checksum(photo):
                return None
            destination.parent.mkdir(parents=True, exist_ok=True)
            part = destination.with_name(destination.name + ".part")
            try:
                source.seek(0)
                size = os.fstat(source.fileno()).st_size
                with part.open("wb") as sink:
                    while data := source.read(CHUNK):
                        sink.write(data)
                        self.set_amounts(sink.tell(), size)
                        self.checkpoint()  # waits while paused, raises once cancelled
                part.rename(destination)
            finally:
                part.unlink(missing_ok=True)
        return destination.relative_to(target)

    @staticmethod
    def get_day(photo, beginning):
        # As EXIF has it, wherever that is in there; or else as the file system has it.
        taken = re.search(rb"(\d{4}):(\d\d):(\d\d) \d\d:\d\d:\d\d", beginning)
        if taken:
            return "-".join(part.decode() for part in taken.groups())
        return time.strftime("%Y-%m-%d", time.gmtime(photo.stat().st_mtime))

    @staticmethod
    def get_checksum(path):
        return hashlib.sha256(path.read_bytes()).digest()


async def import_all(source, target):
    pool = At.ThreadPoolExecutor("photos", 4)
    # A window would show this list; each task has a title, a fraction and an error.
    tasks = At.TaskList()
    for photo in sorted(source.glob("*.jpg")):
        tasks.append(Import(title=photo.name, unit=At.ProgressUnit.BYTES))
        tasks[-1].execute_on_executor(pool, photo, target)
    try:
        await tasks.wait_all()
    except OSError:
        # One of them failed, which is told below, and the others went on.
        pass
    except asyncio.CancelledError:
        tasks.cancel_all(True)
        raise
    for task in tasks:
        error = task.exception()
        if error is not None:
            print(f"{task.get_title()}: {error.strerror}")
        else:
            print(f"{task.get_title()}: {task.result() or 'was there'}")
    print(f"{tasks.get_n_succeeded()} of {len(tasks)}")


def make_photos(folder):
    for name, text in ("beach.jpg", "2026:07:14 11:02:00"), ("snow.jpg", "2025:12:24 16:30:00"):
        (folder / name).write_bytes(b"\xff\xd8\xff\xe1Exif\0\0" + text.encode() + bytes(1000000))
    (folder / "scan.jpg").write_bytes(b"no date")
    os.utime(folder / "scan.jpg", (0, 0))
    (folder / "torn.jpg").mkdir()


async def main():
    if len(sys.argv) > 2:
        await import_all(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        source, target = pathlib.Path(folder, "card"), pathlib.Path(folder, "photos")
        source.mkdir()
        make_photos(source)
        await import_all(source, target)
        print("Once more:")
        await import_all(source, target)


asyncio.run(main())
