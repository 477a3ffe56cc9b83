# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""progress-button.py COMMAND [ARGUMENT…]

The progress of a command that prints percentages, in a button in the header bar with a list
behind it, and in a bar on the icon in the dock.
"""

import sys
import gi
gi.require_versions({"At": "1.0", "AtGtk": "1.0", "Gtk": "4.0"})
from gi.repository import At, AtGtk, Gio, Gtk


def on_activate(application):
    tasks = At.TaskList()
    items = AtGtk.TaskItems(model=tasks)
    task = At.SubprocessTask(sys.argv[1:], title=sys.argv[1], progress_pattern=At.SUBPROCESS_PROGRESS_PERCENT)
    bar = Gtk.HeaderBar()
    bar.pack_end(AtGtk.TaskButton(items=items))
    application.presence = AtGtk.Presence(items=items)
    tasks.add(task)
    task.execute()
    Gtk.ApplicationWindow(application=application, titlebar=bar).present()


application = Gtk.Application(application_id="org.example.Command", flags=Gio.ApplicationFlags.NON_UNIQUE)
application.connect("activate", on_activate)
application.run()
