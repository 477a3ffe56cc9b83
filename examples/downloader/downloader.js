#!/usr/bin/gjs -m
// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Downloads files. downloader.py and downloader.c are the same window in other languages.
//
// What a row shows is bound in downloader.ui. libsoup receives in the main thread and
// fills a pipe, as it allows no other thread to read; the task empties it into the file,
// in the background. A paused task leaves the pipe full, which holds up the server.
// GJS has no call to make a pipe, but the program "cat" is one; what writes to it must not
// block, as the main thread does.

import At from 'gi://At?version=1.0';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk?version=4.0';
import Soup from 'gi://Soup?version=3.0';
import System from 'system';

Gio._promisify(Gio.File.prototype, 'replace_async');
Gio._promisify(Gio.OutputStream.prototype, 'close_async');
Gio._promisify(Gio.OutputStream.prototype, 'splice_async');
Gio._promisify(Soup.Session.prototype, 'send_async');

const PRIORITY = GLib.PRIORITY_DEFAULT;

function fileOf(task, suffix = '') {
    const folder = GLib.get_user_special_dir(GLib.UserDirectory.DIRECTORY_DOWNLOAD) ?? '.';

    return Gio.File.new_for_path(GLib.build_filenamev([folder, task.title + suffix]));
}

async function open(task, link, session) {
    const uri = GLib.Uri.parse(link, Soup.HTTP_URI_FLAGS);
    task.title = uri.get_path().split('/').at(-1) || 'index.html';

    const message = Soup.Message.new_from_uri('GET', uri);
    const body = await session.send_async(message, PRIORITY, task.get_cancellable());
    if (message.get_status() !== Soup.Status.OK)
        throw new Error(Soup.Status.get_phrase(message.get_status()));

    task.size = message.get_response_headers().get_content_length();
    return body;
}

// What GLib has for Unix alone is a module of its own from GLib 2.80 on.
async function unblock(fd) {
    const setNonblocking = await import('gi://GLibUnix').then(
        module => module.default.set_fd_nonblocking, () => GLib.unix_set_fd_nonblocking);

    setNonblocking(fd, true);
}

async function pour(body, pipe, cancellable) {
    await pipe.splice_async(body, Gio.OutputStreamSpliceFlags.CLOSE_SOURCE, PRIORITY, cancellable);
    await pipe.close_async(PRIORITY, cancellable);
}

async function download(task, link, session) {
    const cancellable = task.get_cancellable();

    task.set_message('Connecting…');
    try {
        const body = await open(task, link, session);
        const part = fileOf(task, '.part');
        const pipe = Gio.Subprocess.new(['cat'],
            Gio.SubprocessFlags.STDIN_PIPE | Gio.SubprocessFlags.STDOUT_PIPE);

        await unblock(pipe.get_stdin_pipe().fd);
        task.source = pipe.get_stdout_pipe();
        task.sink = await part.replace_async(null, false, Gio.FileCreateFlags.NONE, PRIORITY, cancellable);
        task.flags = At.TransferFlags.CLOSE_SOURCE | At.TransferFlags.CLOSE_SINK |
            (task.size > 0 ? At.TransferFlags.EXACT : 0);
        task.set_message(null);
        try {
            await Promise.all([task.execute_async(), pour(body, pipe.get_stdin_pipe(), cancellable)]);
            part.move(fileOf(task), Gio.FileCopyFlags.OVERWRITE | Gio.FileCopyFlags.BACKUP, null, null);
        } catch (error) {
            part.delete(null);
            throw error;
        }
    } catch (error) {
        task.set_message(error.message);
        task.cancel(true);
        // A cancelled task does not start any more, but ends.
        if (task.status === At.Status.PENDING)
            task.execute();
    }
}

// What downloader.ui names.
const Handlers = GObject.registerClass({
    Implements: [Gtk.BuilderScope],
}, class Handlers extends GObject.Object {
    // A file is to be as long as the server says.
    session = new Soup.Session({max_conns_per_host: 6});

    vfunc_create_closure(_builder, name, _flags, object) {
        return object ? () => this[name](object) : (...args) => this[name](...args);
    }

    on_add(entry) {
        const task = new At.TransferTask({
            title: entry.text,
            owner: entry.get_root(),
            executor: At.ThreadPoolExecutor.get_default(),
        });

        this.tasks.add(task);
        download(task, entry.text, this.session);
        entry.text = '';
    }

    on_pause(row) {
        row.item.paused = !row.item.paused;
    }

    on_remove(row) {
        const task = row.item;

        task.cancel(true);
        this.tasks.remove(task);
    }

    describe(row, message, completed, total, error) {
        return error?.message ?? message ??
            At.format_amounts(completed, total, At.ProgressUnit.BYTES);
    }
});

const application = new Gtk.Application({
    application_id: 'org.asynctask.Example',
    flags: Gio.ApplicationFlags.NON_UNIQUE,
});
application.connect('activate', () => {
    // The builder knows a class by its name once it is registered.
    GObject.type_ensure(At.AsyncTask.$gtype);
    GObject.type_ensure(At.TaskList.$gtype);

    const handlers = new Handlers();
    handlers.session.remove_feature_by_type(Soup.ContentDecoder.$gtype);
    const builder = new Gtk.Builder();
    builder.set_scope(handlers);
    builder.add_from_file(GLib.filename_from_uri(GLib.Uri.resolve_relative(
        import.meta.url, 'downloader.ui', GLib.UriFlags.NONE))[0]);
    handlers.tasks = builder.get_object('tasks');
    const window = builder.get_object('window');
    window.application = application;
    window.present();
});
application.run([System.programInvocationName, ...ARGV]);
