// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The override, as GJS's old modules see it.

imports.gi.versions.At = '1.0';
imports.gi.versions.AtFixture = '1.0';

const {At, AtFixture, Gio, GLib, GObject} = imports.gi;
const System = imports.system;

const base = Gio.File.new_for_commandline_arg(System.programPath).get_parent().get_uri();
imports.searchPath.unshift(GLib.filename_from_uri(base)[0]);
const {run} = imports['override-tests'];

const loop = new GLib.MainLoop(null, false);
let status = 1;

run({At, Fixture: AtFixture, Gio, GLib, GObject, System, base})
    .then(value => (status = value))
    .catch(logError)
    .finally(() => loop.quit());
loop.run();
System.exit(status);
