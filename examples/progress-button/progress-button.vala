/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* progress-button COMMAND [ARGUMENT…]: the progress of a command that prints percentages, in a button in the
 * header bar with a list behind it, and in a bar on the icon in the dock. */

int main (string[] args) {
    AtGtk.Presence? presence = null;
    var application = new Gtk.Application ("org.example.Command", ApplicationFlags.NON_UNIQUE);
    application.activate.connect (() => {
        var tasks = new At.TaskList ();
        var items = new AtGtk.TaskItems (tasks);
        var task = new At.SubprocessTask (args[1:]) { title = args[1], progress_pattern = At.SUBPROCESS_PROGRESS_PERCENT };
        var window = new Gtk.ApplicationWindow (application) { titlebar = new Gtk.HeaderBar () };
        ((Gtk.HeaderBar) window.titlebar).pack_end (new AtGtk.TaskButton (items));
        presence = new AtGtk.Presence (items);
        tasks.add (task);
        try { task.execute (); } catch (Error error) { critical (error.message); }
        window.present ();
    });
    return application.run ();
}
