# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What a generator yields is progress; pausing and cancelling work between two values."""

import asyncio

import gi

gi.require_version("At", "1.0")
from gi.repository import At

CHAPTERS = ["Down the Rabbit-Hole", "The Pool of Tears", "A Caucus-Race"]


def read(task, chapters):
    """In a worker thread."""
    for number, chapter in enumerate(chapters, 1):
        task.set_amounts(number, len(chapters))
        yield chapter
    return len(chapters)


async def main():
    task = At.AsyncTask(read, title="Reading")
    # From now on: before the first value can come.
    progress = task.progress()
    task.execute(CHAPTERS)
    async for chapter in progress:
        print("read:", chapter)
    print(f"{task.get_title()}: {await task} chapters, {task.get_fraction():.0%}")

    endless = At.AsyncTask(lambda task: iter_forever())
    progress = endless.progress()
    endless.execute()
    try:
        async for number in progress:
            if number == 3:
                endless.cancel()
    except asyncio.CancelledError:
        print("cancelled:", endless.get_outcome() == At.Outcome.CANCELLED)


def iter_forever():
    number = 0
    while True:
        yield number
        number += 1


asyncio.run(main())
