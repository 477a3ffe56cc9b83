# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Publishes an album: `workflow.py SECONDS…`

The pictures are read; then they are shrunk, and at the same time a place for them is
asked for, twice if need be; when there is both, they are sent. All of it has SECONDS at
most, and ends with the window that it was begun in.
"""

import asyncio
import sys

import gi
gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject


# The bodies: those in worker threads, and one on the event loop.

def read_pictures(task):
    return 12


def shrink(task, n_pictures):
    return n_pictures * 250


async def ask_for_place(task):
    if task.get_attempt() == 1:
        raise ConnectionError("The server is busy")
    return "album/7"


def send_album(task, size, place):
    print(f"Sending {size} kB to {place}")


# What follows is all that puts them together.

async def publish_album(window, seconds):
    try:
        async with At.TaskGroup(owner=window, timeout=seconds) as group:
            pictures = await group.add(At.AsyncTask(read_pictures))
            small = group.add(At.AsyncTask(shrink, pictures))
            place = group.add(At.AsyncTask(ask_for_place, retries=1, retry=lambda *_args: 0.01))
            group.add(At.AsyncTask(send_album, await small, await place))
        print("The album is published")
    except GLib.Error as error:
        if not error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT):
            raise
        print(f"The album could not be published in {seconds:g} seconds")


for argument in sys.argv[1:]:
    asyncio.run(publish_album(GObject.Object(), float(argument)))
