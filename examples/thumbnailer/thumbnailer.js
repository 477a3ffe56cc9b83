// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Shows the pictures of a folder: `gjs -m thumbnailer.js [FOLDER [--quit]]`
//
// The folder is looked through in the background, and each picture is made small there, by
// thumbnailer-worker.js. The window is in thumbnailer.ui: a grid, and a button that shows how
// far all of it is, with a list of what is under way. With --quit, for tests, it ends when
// all is done.

import At from 'gi://At?version=1.0';
import AtGtk from 'gi://AtGtk?version=1.0';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Gtk from 'gi://Gtk?version=4.0';

const [folder = '.', ...options] = ARGV;

class Thumbnailer {
    constructor(application) {
        // The builder knows the widgets by their names now.
        AtGtk.init();
        const [ui] = GLib.filename_from_uri(import.meta.url.replace(/\.js$/, '.ui'));
        const builder = Gtk.Builder.new_from_file(ui);

        this.window = builder.get_object('window');
        this.tasks = builder.get_object('tasks');
        this.thumbnails = builder.get_object('thumbnails');
        application.add_window(this.window);
        // Without it, all of them would be waited for.
        this.window.connect('close-request', () => {
            this.tasks.cancel_all(true);
            return false;
        });
        this.window.present();
    }

    // A task, which resolves to what the function of the worker returns.
    run(functionName, path) {
        const task = new At.ScriptTask('thumbnailer-worker.js', functionName, {
            title: GLib.filename_display_basename(path),
            executor: At.ThreadPoolExecutor.get_default(),
            // The process is there for the next one, too.
            isolated: false,
        });

        this.tasks.add(task);
        task.execute(path);
        return task;
    }

    async addThumbnail(path) {
        const texture = Gdk.Texture.new_from_bytes(await this.run('makeThumbnail', path));

        this.thumbnails.append(texture);
        print(`${GLib.filename_display_basename(path)}: ${texture.get_width()} × ${texture.get_height()}`);
    }

    async addAll() {
        const scan = this.run('scan', folder);
        const paths = await scan;

        this.tasks.remove(scan);
        // The list shows which of them failed.
        await Promise.allSettled(paths.map(path => this.addThumbnail(path)));
        print(`${this.tasks.n_succeeded} of ${this.tasks.length}`);
    }
}

const application = new Gtk.Application({
    application_id: 'org.asynctask.Thumbnailer',
    flags: Gio.ApplicationFlags.NON_UNIQUE,
});

application.connect('activate', () => {
    const all = new Thumbnailer(application).addAll().catch(error => printerr(error.message));

    if (options.includes('--quit'))
        all.then(() => application.quit());
});
application.run([]);
