# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window of which links can be dragged away, as from a web browser: drag_source.py TYPE LINK…"""

import sys

import gi
gi.require_version('Gdk', '4.0')
gi.require_version('Gtk', '4.0')
from gi.repository import Gdk, GLib, Gtk


def activate(application):
    content = Gdk.ContentProvider.new_for_bytes(sys.argv[1], GLib.Bytes.new('\r\n'.join(sys.argv[2:]).encode()))
    source = Gtk.DragSource(actions=Gdk.DragAction.COPY)
    source.set_content(content)
    label = Gtk.Label(label='Links')
    label.add_controller(source)
    Gtk.ApplicationWindow(application=application, title='Drag Source', default_width=200, default_height=100,
                          child=label).present()


program = Gtk.Application(application_id='org.asynctask.DragSource')
program.connect('activate', activate)
program.run([])
