/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Shows the pictures of a folder: `thumbnailer [FOLDER [--quit]]`
 *
 * The folder is looked through in the background, and each picture is made small there. The
 * window is in thumbnailer.ui: a grid, and a button that shows how far all of it is, with a
 * list of what is under way. With --quit, for tests, it ends when all is done.
 */

class Thumbnailer : Gtk.Application {
	private string folder;
	private bool quits;
	private Gtk.Window window;
	private At.TaskList tasks;
	private ListStore thumbnails;

	public Thumbnailer (string folder, bool quits) {
		Object (application_id: "org.asynctask.Thumbnailer", flags: ApplicationFlags.NON_UNIQUE);
		this.folder = folder;
		this.quits = quits;
	}

	/* In a worker thread: the pictures in the folder. */
	private static bool scan (At.AsyncTask task, string folder) throws Error {
		string[] names = {};
		var dir = Dir.open (folder);
		unowned string? name;

		while ((name = dir.read_name ()) != null) {
			task.checkpoint ();
			if (ContentType.is_a (ContentType.guess (name, null, null), "image/*"))
				names += name;
		}
		task.set_result (names);

		return true;
	}

	/* In another: a small picture. */
	private static bool make_thumbnail (At.AsyncTask task, string path) throws Error {
		var pixbuf = new Gdk.Pixbuf.from_file_at_scale (path, 128, 128, true);
		task.set_result (Gdk.Texture.for_pixbuf (pixbuf));

		return true;
	}

	/* What follows runs in the main thread. */

	private At.AsyncTask start (owned At.AsyncTask task, string path) {
		task.title = Filename.display_basename (path);
		tasks.add (task);
		try {
			task.execute_on_executor (At.ThreadPoolExecutor.get_default ());
		} catch (Error error) {
			warning ("%s", error.message);
		}

		return task;
	}

	private void on_thumbnail (At.AsyncTask task, Value? result) {
		var texture = (Gdk.Texture) result;

		thumbnails.append (texture);
		print ("%s: %d × %d\n", task.title, texture.width, texture.height);
	}

	private void on_scanned (At.AsyncTask scan_task, Value? names) {
		foreach (unowned string name in (string[]) names) {
			var path = Path.build_filename (folder, name);
			var task = new At.AsyncTask ((task) => make_thumbnail (task, path));

			start (task, path).post_execute.connect ((result) => on_thumbnail (task, result));
		}
		tasks.remove (scan_task);
	}

	public override void activate () {
		/* The builder knows the widgets by their names now. */
		AtGtk.init ();
		var builder = new Gtk.Builder.from_resource ("/org/asynctask/Thumbnailer/thumbnailer.ui");
		window = (Gtk.Window) builder.get_object ("window");
		tasks = (At.TaskList) builder.get_object ("tasks");
		thumbnails = (ListStore) builder.get_object ("thumbnails");
		add_window (window);
		/* Without it, all of them would be waited for. */
		window.close_request.connect (() => {
			tasks.cancel_all (true);
			return false;
		});
		window.present ();

		var task = new At.AsyncTask ((task) => scan (task, folder));
		start (task, folder).post_execute.connect ((names) => on_scanned (task, names));
		if (quits)
			wait.begin ();
	}

	private async void wait () {
		try {
			yield tasks.wait_all_async (false, null);
		} catch (Error error) {
			/* One failed, and the others went on. */
		}
		print ("%u of %u\n", tasks.n_succeeded, tasks.get_n_items ());
		quit ();
	}
}

int main (string[] args) {
	return new Thumbnailer (args.length > 1 ? args[1] : ".", args.length > 2).run ();
}
