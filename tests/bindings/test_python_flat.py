# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""5,000 tasks of each pattern take no more memory than 500."""

import asyncio
import ctypes
import faulthandler
import gc
import pathlib
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib  # noqa: E402

faulthandler.dump_traceback_later(550, exit=True)

FUNCTIONS = pathlib.Path(__file__).resolve().parent.parent / "script" / "functions.py"
# What of each would be seen if it stayed.
TEXT = "x" * 4000
# What an allocator keeps, and how much of 4,500 that stay would be well above that.
LIMIT = 4 << 20


def get_resident():
    # What was freed and not given back yet is no leak.
    ctypes.CDLL(None).malloc_trim(0)
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


class FlatTest(unittest.TestCase):
    def setUp(self):
        self.pool = At.ThreadPoolExecutor("flat", 2)

    def check(self, batch, size=250):
        """batch(n) is a coroutine that makes n tasks and sees them end."""
        async def main():
            counts = []
            for n in 500, 5000:
                for _ in range(n // size):
                    await batch(size)
                    gc.collect()
                counts.append((len(gc.get_objects()), get_resident()))
            return counts

        (objects, resident), (objects_after, resident_after) = asyncio.run(main())
        self.assertLess(objects_after - objects, 300)
        self.assertLess(resident_after - resident, LIMIT)

    async def end(self, tasks):
        for task in tasks:
            try:
                await task
            except (ValueError, TypeError, asyncio.CancelledError, GLib.Error):
                pass

    def test_awaited(self):
        async def batch(n):
            await asyncio.gather(*[At.AsyncTask(lambda task, i: TEXT + str(i)).execute_on_executor(self.pool, i)
                                   for i in range(n)])
        self.check(batch)

    def test_plain(self):
        async def batch(n):
            await self.end([self.pool.submit(str.__add__, TEXT, str(i)) for i in range(n)])
        self.check(batch)

    def test_iterated(self):
        def body(task, i):
            yield TEXT + str(i)
            yield [task, i]
            return [TEXT + str(i)]

        async def batch(n):
            for i in range(n):
                task = At.AsyncTask(body)
                progress = task.progress()
                task.execute_on_executor(self.pool, i)
                async for _value in progress:
                    pass
        self.check(batch)

    def test_failed(self):
        def body(task, i):
            raise ValueError(TEXT + str(i), task)

        async def batch(n):
            await self.end([At.AsyncTask(body).execute_on_executor(self.pool, i) for i in range(n)])
        self.check(batch)

    def test_cancelled(self):
        async def batch(n):
            tasks = [At.AsyncTask(lambda task, text: text).execute_on_executor(self.pool, TEXT + str(i)) for i in range(n)]
            for task in tasks:
                task.cancel()
            await self.end(tasks)
        self.check(batch)

    def test_callbacks(self):
        class Kept(At.AsyncTask):
            def do_in_background(self, text):
                self.publish_progress(text + "1")
                return text + "2"

            def do_progress_update(self, value):
                self.value = value

            def do_post_execute(self, result):
                self.kept = self, result

        async def batch(n):
            tasks = [Kept() for _ in range(n)]
            for task in tasks:
                task.connect("post-execute", lambda task, result, tasks: None, tasks)
                task.add_done_callback(lambda task: None)
                task.execute_on_executor(self.pool, TEXT)
            await self.end(tasks)
        self.check(batch)

    def test_listed(self):
        async def batch(n):
            tasks = At.TaskList(At.AsyncTask(lambda task: TEXT + "1") for _ in range(n))
            for task in tasks:
                task.execute_on_executor(self.pool)
            await tasks.wait_all()
        self.check(batch)

    def test_transferred(self):
        async def batch(n):
            await self.end([At.TransferTask(
                Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(TEXT.encode())),
                Gio.MemoryOutputStream.new_resizable()).execute_on_executor(self.pool) for _ in range(n)])
        self.check(batch)

    def test_script(self):
        async def batch(n):
            await self.end([At.ScriptTask(FUNCTIONS, "echo", isolated=False).execute_on_executor(
                self.pool, {"text": TEXT, "list": [{"a": i}]}) for i in range(n)])
        self.check(batch)

    def test_script_failed(self):
        async def batch(n):
            await self.end([At.ScriptTask(FUNCTIONS, "fail", isolated=False).execute_on_executor(
                self.pool, "x") for _ in range(n)])
        self.check(batch)


if __name__ == "__main__":
    unittest.main(warnings="ignore")
