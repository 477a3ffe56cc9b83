/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a binding could break: order, threads, errors, and who owns what. */

errordomain OwnError {
	TOO_LARGE
}

unowned GLib.Thread<void*> home;

/* Tells where it is freed. */
class Parcel : GLib.Object {
	public static int n_alive;
	public static int n_freed_elsewhere;

	public int number;

	public Parcel (int number) {
		this.number = number;
		AtomicInt.inc (ref n_alive);
	}

	~Parcel () {
		AtomicInt.add (ref n_alive, -1);
		if (GLib.Thread.self<void*> () != home)
			AtomicInt.inc (ref n_freed_elsewhere);
	}
}

/* Lets a body stand still. */
class Gate : GLib.Object {
	private Mutex mutex = Mutex ();
	private Cond cond = Cond ();
	private bool is_open;

	public void pass () {
		mutex.lock ();
		while (!is_open)
			cond.wait (mutex);
		mutex.unlock ();
	}

	public void open () {
		mutex.lock ();
		is_open = true;
		cond.broadcast ();
		mutex.unlock ();
	}
}

class Recorder : At.AsyncTask {
	public string calls = "";
	public bool handlers_at_home = true;
	public bool body_elsewhere;
	public int code = -1;

	private void note (string what) {
		calls += what + " ";
		if (GLib.Thread.self<void*> () != home)
			handlers_at_home = false;
	}

	public override bool in_background (GLib.Value? input, GLib.Cancellable cancellable) throws GLib.Error {
		body_elsewhere = GLib.Thread.self<void*> () != home;
		for (int i = 0; i < 3; i++)
			publish_progress (i);
		if ((int) input > 100)
			throw new OwnError.TOO_LARGE ("%d is too large", (int) input);
		set_result ((int) input + 1);
		return true;
	}

	public override void pre_execute () {
		note ("pre");
	}

	public override void progress_update (GLib.Value? value) {
		note ("progress-%d".printf ((int) value));
	}

	public override void post_execute (GLib.Value? result) {
		note ("post-%d".printf ((int) result));
	}

	public override void cancelled (GLib.Value? result) {
		note (result == null ? "cancelled" : "cancelled-%d".printf ((int) result));
	}

	public override void failed (GLib.Error error) {
		note ("failed");
		code = error.code;
	}
}

/* The virtual functions are those of the youngest class. */
class YoungRecorder : Recorder {
	public override void post_execute (GLib.Value? result) {
		calls += "young ";
		base.post_execute (result);
	}
}

class Threads : GLib.Object, At.Executor {
	public int n_tasks;

	public bool execute (At.AsyncTask task) throws GLib.Error {
		n_tasks++;
		if (n_tasks > 2)
			throw new IOError.NO_SPACE ("no room");
		new GLib.Thread<void> ("vala", () => task.run ());
		return true;
	}
}

void finish (At.AsyncTask task) {
	while (task.status != At.Status.FINISHED)
		MainContext.default ().iteration (true);
}

void execute (At.AsyncTask task, GLib.Value? input = null) {
	try {
		assert_true (task.execute (input));
	} catch (GLib.Error error) {
		assert_not_reached ();
	}
}

void test_order () {
	foreach (unowned string name in new string[] { "Recorder", "YoungRecorder" }) {
		var task = (Recorder) GLib.Object.new (Type.from_name (name));
		string statuses = "";

		task.notify["status"].connect (() => statuses += task.status.to_string () + " ");
		execute (task, 41);
		assert_cmpstr (task.calls, EQ, "pre ");
		finish (task);
		assert_cmpstr (task.calls, EQ, "pre progress-0 progress-1 progress-2 " +
			(name == "YoungRecorder" ? "young " : "") + "post-42 ");
		assert_cmpstr (statuses, EQ, "AT_STATUS_RUNNING AT_STATUS_FINISHED ");
		assert_true (task.handlers_at_home);
		assert_true (task.body_elsewhere);
		assert_cmpint ((int) task.get_result (), EQ, 42);
		assert_true (task.error == null && task.outcome == SUCCEEDED);
	}
}

bool load_it (At.AsyncTask task, Value? params, Cancellable cancellable) throws GLib.Error {
	return true;
}

void test_names () {
	var task = new At.AsyncTask (load_it);
	string? found = null;

	assert_true ("load_it" in task.get_body_name ());
	task.set_body_name ("another");
	try {
		task.execute ();
	} catch (GLib.Error error) {
		assert_not_reached ();
	}
	found = At.dup_tasks_dump ();
	assert_true (found.has_prefix ("Tasks of process "));
	while (task.get_status () != FINISHED)
		MainContext.default ().iteration (true);
}

void test_signals () {
	var task = new Recorder ();
	string calls = "";

	task.pre_execute.connect (() => calls += "pre ");
	task.progress_update.connect ((value) => calls += "%d ".printf ((int) value));
	task.post_execute.connect ((result) => calls += "post-%d".printf ((int) result));
	task.failed.connect (() => assert_not_reached ());
	task.cancelled.connect (() => assert_not_reached ());
	execute (task, 1);
	finish (task);
	assert_cmpstr (calls, EQ, "pre 0 1 2 post-2");
	assert_true (task.calls.has_suffix ("post-2 "));
}

void test_errors () {
	var task = new Recorder ();
	int code = -1;

	task.failed.connect ((error) => {
		assert_true (error is OwnError.TOO_LARGE);
		code = error.code;
	});
	execute (task, 101);
	finish (task);
	assert_cmpint (code, EQ, OwnError.TOO_LARGE);
	assert_cmpint (task.code, EQ, OwnError.TOO_LARGE);
	assert_true (task.outcome == FAILED);
	assert_cmpstr (task.error.message, EQ, "101 is too large");

	try {
		task.wait ();
		assert_not_reached ();
	} catch (OwnError.TOO_LARGE error) {
		assert_cmpstr (error.message, EQ, "101 is too large");
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	try {
		task.execute (1);
		assert_not_reached ();
	} catch (At.TaskError.ALREADY_EXECUTED error) {
		assert_true (error is At.TaskError);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	try {
		new At.AsyncTask ((task, input, cancellable) => true).wait (0);
		assert_not_reached ();
	} catch (At.TaskError error) {
		assert_true (error is At.TaskError.NOT_EXECUTED);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	var silent = new At.AsyncTask ((task, input, cancellable) => false);
	execute (silent);
	finish (silent);
	assert_true (silent.error is At.TaskError.FAILED);
}

async void await_all (GLib.MainLoop loop) {
	var parcel = new Parcel (5);
	var task = new At.AsyncTask ((task, input, cancellable) => {
		task.set_result (input);
		return true;
	});

	try {
		unowned GLib.Value? result = yield task.execute_async (parcel);
		assert_true (result.get_object () == parcel);
		assert_true (GLib.MainContext.default ().is_owner ());
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	try {
		yield new Recorder ().execute_async (1000);
		assert_not_reached ();
	} catch (OwnError.TOO_LARGE error) {
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	var gate = new Gate ();
	var cancellable = new Cancellable ();
	var held = new At.AsyncTask ((task, input, own_cancellable) => {
		assert_true (own_cancellable != cancellable);
		gate.pass ();
		return true;
	});
	Idle.add (() => {
		cancellable.cancel ();
		gate.open ();
		return Source.REMOVE;
	});
	try {
		yield held.execute_async (null, cancellable);
		assert_not_reached ();
	} catch (IOError.CANCELLED error) {
		assert_true (held.outcome == CANCELLED && held.error == null);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	try {
		yield task.execute_async ();
		assert_not_reached ();
	} catch (At.TaskError.ALREADY_EXECUTED error) {
	} catch (GLib.Error error) {
		assert_not_reached ();
	}

	loop.quit ();
}

void test_await () {
	var loop = new GLib.MainLoop ();

	await_all.begin (loop);
	loop.run ();
	while (MainContext.default ().iteration (false)) {
	}
	assert_cmpint (Parcel.n_alive, EQ, 0);
}

/* What a lambda holds, what goes in, on the way and out: each freed once, at home. */
void test_ownership () {
	for (int i = 0; i < 300; i++) {
		var held = new Parcel (i);
		var task = new At.AsyncTask ((task, input, cancellable) => {
			var made = new Parcel (held.number + ((Parcel) input.get_object ()).number);

			task.publish_progress (1);
			task.set_result (made);
			return true;
		});
		int got = 0;

		task.progress_update.connect ((value) => got += (int) value);
		task.post_execute.connect ((result) => got += ((Parcel) result.get_object ()).number);
		task.set_executor (At.ThreadPoolExecutor.get_default ());
		execute (task, new Parcel (i));
		if (i % 3 != 0) {
			finish (task);
			assert_cmpint (got, EQ, 2 * i + 1);
		}
	}

	/* Those that nobody waited for. */
	while (AtomicInt.get (ref Parcel.n_alive) > 0)
		MainContext.default ().iteration (true);
	assert_cmpint (Parcel.n_freed_elsewhere, EQ, 0);
}

void test_cancel () {
	var gate = new Gate ();
	var reached = new Gate ();
	string calls = "";
	var task = new At.AsyncTask ((task, input, cancellable) => {
		reached.open ();
		gate.pass ();
		task.set_result (1);
		return !cancellable.is_cancelled ();
	});

	task.post_execute.connect (() => calls += "post");
	task.cancelled.connect ((result) => calls += "cancelled-%d".printf ((int) result));
	execute (task);
	reached.pass ();
	assert_true (task.cancel (false));
	assert_false (task.cancel (true));
	gate.open ();
	finish (task);
	assert_cmpstr (calls, EQ, "cancelled-1");

	var early = new Recorder ();
	early.cancel (true);
	execute (early, 1);
	finish (early);
	assert_cmpstr (early.calls, EQ, "cancelled ");
}

void test_executor () {
	var executor = new Threads ();

	for (int i = 0; i < 2; i++) {
		var task = new Recorder ();
		try {
			task.execute_on_executor (executor, i);
		} catch (GLib.Error error) {
			assert_not_reached ();
		}
		finish (task);
		assert_cmpint ((int) task.get_result (), EQ, i + 1);
	}

	var refused = new Recorder ();
	try {
		refused.execute_on_executor (executor, 1);
		assert_not_reached ();
	} catch (At.TaskError.REJECTED error) {
		assert_true ("no room" in error.message);
	} catch (GLib.Error error) {
		assert_not_reached ();
	}
	assert_true (refused.status == PENDING);
	assert_cmpint (executor.n_tasks, EQ, 3);

	var inline_task = new Recorder ();
	inline_task.executor = new At.InlineExecutor ();
	execute (inline_task, 1);
	assert_false (inline_task.body_elsewhere);
	finish (inline_task);
}

void test_properties () {
	var owner = new GLib.Object ();
	var task = new At.AsyncTask ((task, input, cancellable) => {
		task.set_amounts (1, 4);
		task.set_message ("a message");
		return true;
	});

	assert_true (task.title == null && task.message == null && task.owner == null);
	assert_true (task.error == null && task.executor == null && task.main_context == null);
	task.title = "a title";
	task.owner = owner;
	task.priority = Priority.LOW;
	task.unit = BYTES;
	task.paused = true;
	assert_true (task.paused && task.is_paused () && !task.active);
	task.paused = false;
	execute (task);
	assert_true (task.active && !task.paused);
	finish (task);
	assert_true (!task.active);
	assert_cmpstr (task.title, EQ, "a title");
	assert_cmpstr (task.message, EQ, "a message");
	assert_true (task.owner == owner && task.fraction == 0.25 && task.total == 4);
	assert_true (task.unit == BYTES && !task.paused && !task.indeterminate);
}

class Listing : At.SubprocessTask {
	public string[] lines = {};
	public int exited = -1;

	public Listing (string word) {
		Object (argv: new string[] { "echo", word });
	}

	public override void progress_update (GLib.Value? value) {
		lines += value.get_string ();
	}

	public override void post_execute (GLib.Value? result) {
		exited = result.get_int ();
	}
}

/* The tasks of the library can be derived from. */
void test_derived () {
	var listing = new Listing ("hello");

	execute (listing);
	finish (listing);
	assert_true (listing.exited == 0 && listing.lines.length == 1);
	assert_cmpstr (listing.lines[0], EQ, "hello");
}

int main (string[] args) {
	Test.init (ref args);
	home = GLib.Thread.self<void*> ();
	/* Types are known by name once somebody has asked for them. */
	typeof (Recorder).ensure ();
	typeof (YoungRecorder).ensure ();
	Test.add_func ("/vala/task/order", test_order);
	Test.add_func ("/vala/task/names", test_names);
	Test.add_func ("/vala/task/signals", test_signals);
	Test.add_func ("/vala/task/errors", test_errors);
	Test.add_func ("/vala/task/await", test_await);
	Test.add_func ("/vala/task/ownership", test_ownership);
	Test.add_func ("/vala/task/cancel", test_cancel);
	Test.add_func ("/vala/task/executor", test_executor);
	Test.add_func ("/vala/task/properties", test_properties);
	Test.add_func ("/vala/task/derived", test_derived);
	return Test.run ();
}
