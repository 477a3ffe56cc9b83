#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Downloads files. downloader.js and downloader.c are the same window in other languages.

What a row shows is bound in downloader.ui. libsoup receives in the main thread and
fills a pipe, as it allows no other thread to read; the task empties it into the file,
in the background. A paused task leaves the pipe full, which holds up the server.
"""

import os
import sys

import gi

gi.require_version("At", "1.0")
gi.require_version("Gtk", "4.0")
gi.require_version("Soup", "3.0")
from gi.repository import At, Gio, GLib, GObject, Gtk, Soup


def file_of(task, suffix=""):
    folder = GLib.get_user_special_dir(GLib.UserDirectory.DIRECTORY_DOWNLOAD)
    return Gio.File.new_for_path(os.path.join(folder or os.curdir, task.props.title + suffix))


class Download:
    """One link, until its task has all of it."""

    def __init__(self, link, session, task):
        self.task = task
        task.set_message("Connecting…")
        try:
            uri = GLib.Uri.parse(link, GLib.UriFlags(Soup.HTTP_URI_FLAGS))
            task.props.title = os.path.basename(uri.get_path()) or "index.html"
            self.message = Soup.Message.new_from_uri("GET", uri)
            session.send_async(self.message, GLib.PRIORITY_DEFAULT, task.get_cancellable(), self.on_answer)
        except GLib.Error as error:
            self.give_up(error.message)

    def give_up(self, reason):
        self.task.set_message(reason)
        self.task.cancel()
        # A cancelled task does not start any more, but ends.
        if self.task.props.status == At.Status.PENDING:
            self.task.execute()

    def on_answer(self, session, result):
        try:
            body = session.send_finish(result)
            if self.message.get_status() != Soup.Status.OK:
                self.give_up(Soup.Status.get_phrase(self.message.get_status()))
                return
            size = self.message.get_response_headers().get_content_length()
            self.pour(body, size, file_of(self.task, ".part").replace(None, False, Gio.FileCreateFlags.NONE))
        except GLib.Error as error:
            self.give_up(error.message)

    def pour(self, body, size, sink):
        reader, writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self.task.set_source(Gio.UnixInputStream.new(reader, True))
        self.task.set_sink(sink)
        self.task.set_size(size)
        self.task.set_flags(At.TransferFlags.CLOSE_SOURCE | At.TransferFlags.CLOSE_SINK |
                            (At.TransferFlags.EXACT if size else At.TransferFlags.NONE))
        self.task.set_message(None)
        self.task.connect("notify::outcome", self.on_ended)
        self.task.execute()
        Gio.UnixOutputStream.new(writer, True).splice_async(
            body, Gio.OutputStreamSpliceFlags.CLOSE_SOURCE, GLib.PRIORITY_DEFAULT,
            self.task.get_cancellable(), self.on_poured)

    def on_poured(self, pipe, result):
        try:
            pipe.splice_finish(result)
            pipe.close()
        except GLib.Error as error:
            self.give_up(error.message)

    def on_ended(self, task, _pspec):
        part = file_of(task, ".part")
        if task.props.outcome == At.Outcome.SUCCEEDED:
            part.move(file_of(task), Gio.FileCopyFlags.OVERWRITE | Gio.FileCopyFlags.BACKUP, None, None)
        else:
            part.delete()


class Handlers:
    """What downloader.ui names."""

    def __init__(self):
        self.session = Soup.Session(max_conns_per_host=6)
        # A file is to be as long as the server says.
        self.session.remove_feature_by_type(Soup.ContentDecoder)

    def on_add(self, entry):
        task = At.TransferTask(title=entry.get_text(), owner=entry.get_root(),
                               executor=At.ThreadPoolExecutor.get_default())
        self.tasks.add(task)
        Download(entry.get_text(), self.session, task)
        entry.set_text("")

    def on_pause(self, row):
        task = row.get_item()
        task.set_paused(not task.is_paused())

    def on_remove(self, row):
        task = row.get_item()
        task.cancel()
        self.tasks.remove(task)

    def describe(self, row, message, completed, total, error):
        if error or message:
            return error.message if error else message
        return At.format_amounts(completed, total, At.ProgressUnit.BYTES)


def on_activate(application):
    # The builder knows a class by its name once it is registered.
    GObject.type_ensure(At.AsyncTask)
    GObject.type_ensure(At.TaskList)
    handlers = Handlers()
    builder = Gtk.Builder(handlers)
    builder.add_from_file(os.path.join(os.path.dirname(os.path.abspath(__file__)), "downloader.ui"))
    handlers.tasks = builder.get_object("tasks")
    window = builder.get_object("window")
    window.set_application(application)
    window.present()


application = Gtk.Application(application_id="org.asynctask.Example", flags=Gio.ApplicationFlags.NON_UNIQUE)
application.connect("activate", on_activate)
sys.exit(application.run(sys.argv))
