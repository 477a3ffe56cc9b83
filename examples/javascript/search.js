// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Searches as you type: `search.js FILE TEXT`
//
// Each letter of TEXT is a search of its own, as in a search entry: only what the last one
// has found is shown, and no more than one runs at a time.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';

import At from 'gi://At?version=1.0';

Gio._promisify(Gio.File.prototype, 'load_contents_async');

const [path, typed] = ARGV;

// The lines of the file that have the text.
async function find(task, text, cancellable) {
    const [contents] = await Gio.File.new_for_path(path).load_contents_async(cancellable);

    return new TextDecoder().decode(contents).split('\n').filter(line => line.includes(text));
}

// What follows would be in a window, with "search-changed" of a Gtk.SearchEntry.

const loop = new GLib.MainLoop(null, false);
const search = new At.Latest(find, {delay: 0.02});

search.connect('result', (_search, lines, text) => {
    print(`${text}:\n${lines.join('\n')}`);
    loop.quit();
});
for (let i = 1; i <= typed.length; i++)
    search.submit(typed.slice(0, i));
loop.run();
