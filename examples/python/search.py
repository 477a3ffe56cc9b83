# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Searches as you type: `search.py FILE TEXT`

Each letter of TEXT is a search of its own, as in a search entry: only what the last one
has found is shown, and no more than one runs at a time.
"""

import sys

import gi
gi.require_version("At", "1.0")
from gi.repository import At, GLib


def find(task, text):
    """In a worker thread: the lines of the file that have the text."""
    found = []
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            task.checkpoint()
            if text in line:
                found.append(line.rstrip("\n"))
    return found


# What follows would be in a window, with "search-changed" of a Gtk.SearchEntry.

def show(search, lines, text):
    print(f"{text}:", *lines, sep="\n")
    loop.quit()


loop = GLib.MainLoop()
search = At.Latest(find, delay=0.02)
search.connect("result", show)
for i in range(len(sys.argv[2])):
    search.submit(sys.argv[2][:i + 1])
loop.run()
