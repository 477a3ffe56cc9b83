// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// gjs -m photos.js [SOURCE TARGET]
//
// Imports photos: each goes to a folder of the day on which it was taken. What is there
// already is left alone, and a photo that cannot be read does not keep the others.
// Without arguments it imports some that it makes itself.

import At from 'gi://At?version=1.0';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import System from 'system';

// Imports one photo; the result is where it is now, or null if it was there.
const Import = GObject.registerClass(class Import extends At.ScriptTask {
    constructor(photo, target) {
        // Its process is there for the next photo, too.
        super('photos-worker.js', 'importPhoto', {title: photo.get_basename(), isolated: false});
        this.params = {photo: photo.get_path(), target: target.get_path()};
    }

    vfunc_post_execute(path) {
        this.note = path ?? 'was there';
    }

    vfunc_failed(error) {
        this.note = error.message.split(': ').at(-1);
    }
});

function listPhotos(folder) {
    return [...folder.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null)]
        .map(info => info.get_name())
        .filter(name => name.endsWith('.jpg'))
        .sort()
        .map(name => folder.get_child(name));
}

async function importAll(source, target, pool) {
    // A window would show this list; each task has a title, a fraction and an error.
    const tasks = new At.TaskList();

    for (const photo of listPhotos(source)) {
        const task = new Import(photo, target);

        tasks.add(task);
        task.execute_on_executor(pool, task.params);
    }
    try {
        await tasks.wait_all();
    } catch {
        // One of them failed, which is told below, and the others went on.
    }
    for (const {title, note} of tasks)
        print(`${title}: ${note}`);
    print(`${tasks.n_succeeded} of ${tasks.length}`);
}

function makePhotos(folder) {
    const photos = {'beach.jpg': 'Exif 2026:07:14 11:02:00', 'snow.jpg': 'Exif 2025:12:24 16:30:00'};

    folder.make_directory(null);
    for (const [name, text] of Object.entries(photos))
        GLib.file_set_contents(folder.get_child(name).get_path(), text + ' '.repeat(1000000));
    folder.get_child('torn.jpg').make_directory(null);
}

function removeAll(folder) {
    for (const info of folder.enumerate_children('standard::name', Gio.FileQueryInfoFlags.NONE, null)) {
        const child = folder.get_child(info.get_name());

        if (child.query_file_type(Gio.FileQueryInfoFlags.NONE, null) === Gio.FileType.DIRECTORY)
            removeAll(child);
        else
            child.delete(null);
    }
    folder.delete(null);
}

async function main() {
    const pool = At.ThreadPoolExecutor.new('photos', 4);

    if (System.programArgs.length === 2) {
        await importAll(...System.programArgs.map(path => Gio.File.new_for_path(path)), pool);
        return;
    }

    const folder = Gio.File.new_for_path(GLib.Dir.make_tmp('photos-XXXXXX'));
    const source = folder.get_child('card');

    try {
        makePhotos(source);
        await importAll(source, folder.get_child('photos'), pool);
        print('Once more:');
        await importAll(source, folder.get_child('photos'), pool);
    } finally {
        removeAll(folder);
    }
}

const loop = new GLib.MainLoop(null, false);
main().catch(logError).finally(() => loop.quit());
loop.run();
