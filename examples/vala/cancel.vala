/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A task that is cancelled by the cancellable of whoever awaits it, and an error of the
 * library's own. */

async void wait_for_ever () {
	var cancellable = new Cancellable ();
	var task = new At.AsyncTask ((task, input, own) => {
		task.publish_progress ("in the background");
		/* Returns at once when the task is cancelled. */
		while (task.checkpoint ())
			Thread.usleep (1000);
		return true;
	});

	task.progress_update.connect ((value) => {
		print ("%s\n", (string) value);
		cancellable.cancel ();
	});
	try {
		yield task.execute_async (null, cancellable);
	} catch (IOError.CANCELLED error) {
		print ("cancelled: %s\n", (task.outcome == CANCELLED).to_string ());
	} catch (Error error) {
		warning ("%s", error.message);
	}

	try {
		task.execute ();
	} catch (At.TaskError.ALREADY_EXECUTED error) {
		print ("a task runs once\n");
	} catch (Error error) {
		warning ("%s", error.message);
	}
}

int main () {
	var loop = new MainLoop ();

	wait_for_ever.begin (() => loop.quit ());
	loop.run ();

	return 0;
}
