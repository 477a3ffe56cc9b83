// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// The override, as ES modules see it.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

import At from 'gi://At?version=1.0';
import Fixture from 'gi://AtFixture?version=1.0';

const base = GLib.path_get_dirname(import.meta.url);
imports.searchPath.unshift(GLib.filename_from_uri(base)[0]);
const {run} = imports['override-tests'];

System.exit(await run({At, Fixture, Gio, GLib, GObject, System, base}));
