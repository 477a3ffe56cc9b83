#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""load-ui.py FILE: GtkBuilder makes what a .ui file says."""

import sys

import gi
gi.require_version('At', '1.0')
gi.require_version('Gtk', '4.0')
from gi.repository import At, GLib, GObject, Gtk

path, = sys.argv[1:]
with open(path, 'rb') as file:
    text = file.read()

for name in ('AsyncTask', 'TaskList', 'TransferTask', 'SubprocessTask', 'ScriptTask'):
    GObject.type_ensure(getattr(At, name).__gtype__)

if b'<template class="GtkListItem">' in text:
    # Only an item of a list that is shown makes one.
    tasks = At.TaskList.new()
    tasks.add(At.AsyncTask(lambda task: None))
    window = Gtk.Window(default_width=300, default_height=200)
    window.set_child(Gtk.ListView(model=Gtk.NoSelection(model=tasks),
                                  factory=Gtk.BuilderListItemFactory.new_from_bytes(None, GLib.Bytes.new(text))))
    window.present()
    child = window.get_child()
    for _ in range(1000):
        row = child.get_first_child()
        if row is not None and row.get_first_child() is not None:
            break
        GLib.MainContext.default().iteration(True)
    else:
        sys.exit('no row was made')
else:
    builder = Gtk.Builder()
    builder.add_from_string(text.decode())
    if not builder.get_objects():
        sys.exit('nothing was made')
