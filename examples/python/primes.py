# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Work that keeps the processor busy, with progress, in processes of its own.

In a thread it would keep the interpreter's lock from the rest of the program, and two
would be no faster than one.
"""

import asyncio

import gi

gi.require_version("At", "1.0")
from gi.repository import At

SIZE = 20000


async def follow(task):
    async for number in task.progress():
        print(f"{task.get_title()} has come to {number}")


async def main():
    pool = At.ThreadPoolExecutor("primes", 2)
    tasks = []
    for part in range(2):
        task = At.ScriptTask("primes_worker.py", "count", title=f"Part {part + 1}")
        tasks.append(task.execute_on_executor(pool, {"from": part * SIZE, "to": (part + 1) * SIZE}))
    # The first one tells how far it is; the fraction of each is there for a progress bar.
    await follow(tasks[0])
    counts = await asyncio.gather(*tasks)
    for task, count in zip(tasks, counts):
        print(f"{task.get_title()}: {count}, {task.get_fraction():.0%}")
    print("In all:", sum(counts))


asyncio.run(main())
