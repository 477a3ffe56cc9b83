/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A class of tasks: what runs in the background, and what is told of it. */

class Counter : At.AsyncTask {
	/* On a worker thread. */
	public override bool in_background (Value? input, Cancellable cancellable) throws Error {
		var until = (int) input;

		if (until < 0)
			throw new IOError.INVALID_ARGUMENT ("Nobody counts to %d", until);

		for (int i = 1; i <= until; i++) {
			checkpoint ();
			publish_progress (i);
		}
		set_result ("Counted to %d".printf (until));

		return true;
	}

	/* On the thread that executes the task. */
	public override void progress_update (Value? value) {
		print ("%d\n", (int) value);
	}
}

async void count () {
	try {
		unowned Value? result = yield new Counter ().execute_async (3);
		print ("%s\n", (string) result);

		yield new Counter ().execute_async (-1);
	} catch (IOError.INVALID_ARGUMENT error) {
		print ("%s\n", error.message);
	} catch (Error error) {
		warning ("%s", error.message);
	}
}

int main () {
	var loop = new MainLoop ();

	count.begin (() => loop.quit ());
	loop.run ();

	return 0;
}
