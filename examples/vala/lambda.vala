/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A lambda as body, four at a time, with signals. */

const string[] WORDS = { "alpha", "beta", "gamma", "delta" };

int main () {
	var loop = new MainLoop ();
	var pool = new At.ThreadPoolExecutor ("checksums", 4);
	var sums = new string[WORDS.length];
	int n_left = WORDS.length;

	for (int i = 0; i < WORDS.length; i++) {
		int index = i;
		var task = new At.AsyncTask ((task, input, cancellable) => {
			task.set_result (Checksum.compute_for_string (SHA256, (string) input));
			return true;
		});

		task.post_execute.connect ((result) => sums[index] = (string) result);
		task.notify["status"].connect (() => {
			if (task.status == FINISHED && --n_left == 0)
				loop.quit ();
		});
		try {
			task.execute_on_executor (pool, WORDS[i]);
		} catch (Error error) {
			warning ("%s", error.message);
			return 1;
		}
	}
	loop.run ();

	for (int i = 0; i < WORDS.length; i++)
		print ("%s %s\n", sums[i].substring (0, 16), WORDS[i]);

	return 0;
}
