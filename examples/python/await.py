# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Counts the lines of files, all at once: await.py FILE…"""

import asyncio
import os
import sys

import gi

gi.require_version("At", "1.0")
from gi.repository import At


@At.background(executor=At.ThreadPoolExecutor.get_default())
def count_lines(task, path):
    """In a worker thread. What it raises is what await raises."""
    with open(path, encoding="utf-8") as file:
        return sum(1 for line in file)


async def show(path):
    try:
        return f"{os.path.basename(path)}: {await count_lines(path)} lines"
    except FileNotFoundError as error:
        return f"{os.path.basename(path)}: {error.strerror}"


async def main():
    for line in await asyncio.gather(*map(show, sys.argv[1:])):
        print(line)


asyncio.run(main())
