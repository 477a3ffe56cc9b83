# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window of which links can be dragged away, as from a web browser: drag_source.py TYPE LINK…

It tells on its standard output when a drag begins, and when what is under the pointer would take it."""

import sys

import gi
gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk


def say(words):
    print(words, flush=True)


def begin(_source, drag):
    say('dragged')
    drag.connect('notify::selected-action', lambda *_: drag.get_selected_action() and say('accepted'))


def activate(application):
    content = Gdk.ContentProvider.new_for_bytes(sys.argv[1], GLib.Bytes.new('\r\n'.join(sys.argv[2:]).encode()))
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(content)
    source.connect('drag-begin', begin)
    label = Gtk.Label(label='Links')
    label.add_controller(source)
    Gtk.ApplicationWindow(application=application, title='Drag Source', default_width=200, default_height=100,
                          child=label).present()


program = Gtk.Application(application_id='org.asynctask.DragSource')
program.connect('activate', activate)
program.run([])
