// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// progress-button.js COMMAND [ARGUMENT…]: the progress of a command that prints percentages, in a
// button in the header bar with a list behind it, and in a bar on the icon in the dock.

import At from 'gi://At?version=1.0';
import AtGtk from 'gi://AtGtk?version=1.0';
import Gio from 'gi://Gio';
import Gtk from 'gi://Gtk?version=4.0';

const application = new Gtk.Application({application_id: 'org.example.Command', flags: Gio.ApplicationFlags.NON_UNIQUE});
application.connect('activate', () => {
    const tasks = new At.TaskList();
    const items = new AtGtk.TaskItems({model: tasks});
    const task = new At.SubprocessTask(ARGV, {title: ARGV[0], progressPattern: At.SUBPROCESS_PROGRESS_PERCENT});
    const bar = new Gtk.HeaderBar();
    bar.pack_end(new AtGtk.TaskButton({items}));
    application.presence = new AtGtk.Presence({items});
    tasks.add(task);
    task.execute();
    new Gtk.ApplicationWindow({application, titlebar: bar}).present();
});
application.run([]);
