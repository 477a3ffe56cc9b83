#!/usr/bin/python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Shows the pictures of a folder: `thumbnailer.py [FOLDER [--quit]]`

The folder is looked through in the background, and each picture is made small there. The
window is in thumbnailer.ui: a grid, and a button that shows how far all of it is, with a
list of what is under way. With --quit, for tests, it ends when all is done.
"""

import mimetypes
import pathlib
import sys

import gi

gi.require_version("At", "1.0")
gi.require_version("AtGtk", "1.0")
gi.require_version("Gtk", "4.0")
from gi.repository import At, AtGtk, Gdk, GdkPixbuf, Gio, GLib, Gtk


class Scan(At.AsyncTask):
    def do_in_background(self, folder):  # in a worker thread: the pictures in the folder
        pictures = []
        for path in folder.iterdir():
            self.checkpoint()
            if (mimetypes.guess_type(path)[0] or "").startswith("image/"):
                pictures.append(path)
        return pictures


class Thumbnail(At.AsyncTask):
    def do_in_background(self, path):  # in another: a small picture
        pixbuf = GdkPixbuf.Pixbuf.new_from_file_at_scale(str(path), 128, 128, True)
        return Gdk.Texture.new_for_pixbuf(pixbuf)


class Thumbnailer(Gtk.Application):
    """What follows runs in the main thread."""

    def __init__(self):
        super().__init__(application_id="org.asynctask.Thumbnailer", flags=Gio.ApplicationFlags.NON_UNIQUE)
        self.folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")

    def start(self, task, path, on_success):
        task.set_title(path.name)
        task.connect("post-execute", on_success)
        self.tasks.add(task)
        task.execute_on_executor(At.ThreadPoolExecutor.get_default(), path)

    def on_thumbnail(self, task, texture):
        self.thumbnails.append(texture)
        print(f"{task.get_title()}: {texture.get_width()} × {texture.get_height()}")

    def on_scanned(self, task, paths):
        for path in paths:
            self.start(Thumbnail(), path, self.on_thumbnail)
        self.tasks.remove(task)

    def on_all_done(self, tasks, _result):
        print(f"{tasks.get_n_succeeded()} of {len(tasks)}")
        self.quit()

    def do_activate(self):
        # The builder knows the widgets by their names now.
        AtGtk.init()
        builder = Gtk.Builder.new_from_file(str(pathlib.Path(__file__).with_name("thumbnailer.ui")))
        self.window = builder.get_object("window")
        self.tasks = builder.get_object("tasks")
        self.thumbnails = builder.get_object("thumbnails")
        self.add_window(self.window)
        # Without it, all of them would be waited for.
        self.window.connect("close-request", lambda window: self.tasks.cancel_all(True))
        self.window.present()

        self.start(Scan(), self.folder, self.on_scanned)
        if len(sys.argv) > 2:
            self.tasks.wait_all_async(False, None, self.on_all_done)


sys.exit(Thumbnailer().run())
