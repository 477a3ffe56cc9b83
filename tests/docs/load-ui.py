#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""load-ui.py FILE: GtkBuilder makes what a .ui file says."""

import sys
import xml.etree.ElementTree as ElementTree

import gi
gi.require_version('At', '1.0')
gi.require_version('Gtk', '4.0')
from gi.repository import At, GLib, GObject, Gtk

path, = sys.argv[1:]
with open(path, 'rb') as file:
    text = file.read()

for name in ('AsyncTask', 'TaskList', 'TransferTask', 'SubprocessTask', 'ScriptTask'):
    GObject.type_ensure(getattr(At, name).__gtype__)
if b'"AtGtk' in text:
    gi.require_version('AtGtk', '1.0')
    from gi.repository import AtGtk
    AtGtk.init()

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
    # Handlers are the program's: it is enough that the class has such a signal.
    root = ElementTree.fromstring(text)
    signals = []
    for node in root.iter('object'):
        for signal in node.findall('signal'):
            signals.append((node.get('class'), signal.get('name')))
            node.remove(signal)
    builder = Gtk.Builder()
    builder.add_from_string(ElementTree.tostring(root, encoding='unicode'))
    if not builder.get_objects():
        sys.exit('nothing was made')
    for kind, name in signals:
        if not GObject.signal_lookup(name.partition('::')[0], GObject.type_from_name(kind)):
            sys.exit(f'{kind} has no signal {name}')
