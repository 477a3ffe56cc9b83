/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Vala can rely on: a subclass, a lambda, and yield. */

class Doubler : At.AsyncTask {
	public string calls = "";

	public override bool in_background (GLib.Value? input, GLib.Cancellable cancellable) throws GLib.Error {
		if (input == null)
			throw new IOError.INVALID_ARGUMENT ("nothing to double");
		publish_progress (input);
		set_result (2 * (int) input);
		return true;
	}

	public override void pre_execute () {
		calls += "pre ";
	}

	public override void progress_update (GLib.Value? value) {
		calls += "progress-%d ".printf ((int) value);
	}

	public override void post_execute (GLib.Value? result) {
		calls += "post-%d".printf ((int) result);
	}
}

async void double_it (int number, GLib.MainLoop loop) {
	var task = new Doubler ();
	try {
		unowned GLib.Value? result = yield task.execute_async (number, null);
		assert ((int) result == 2 * number);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}
	assert (task.calls == "pre progress-%d post-%d".printf (number, 2 * number));
	assert (task.status == At.Status.FINISHED);
	loop.quit ();
}

async void fail (GLib.MainLoop loop) {
	var task = new Doubler ();
	try {
		yield task.execute_async (null, null);
		assert_not_reached ();
	} catch (GLib.Error error) {
		assert (error is IOError.INVALID_ARGUMENT);
	}
	loop.quit ();
}

void test_yield () {
	var loop = new GLib.MainLoop ();
	double_it.begin (21, loop);
	loop.run ();
}

void test_throws () {
	var loop = new GLib.MainLoop ();
	fail.begin (loop);
	loop.run ();
}

void test_lambda () {
	var loop = new GLib.MainLoop ();
	int got = 0;
	var task = new At.AsyncTask ((task, input, cancellable) => {
		task.set_fraction (0.5);
		task.set_result (7);
		return true;
	});
	task.post_execute.connect ((result) => {
		got = (int) result;
		loop.quit ();
	});
	try {
		task.execute (null);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}
	loop.run ();
	assert (got == 7);
	assert (task.fraction == 0.5);
}

int main (string[] args) {
	Test.init (ref args);
	Test.add_func ("/vala/yield", test_yield);
	Test.add_func ("/vala/throws", test_throws);
	Test.add_func ("/vala/lambda", test_lambda);
	return Test.run ();
}
