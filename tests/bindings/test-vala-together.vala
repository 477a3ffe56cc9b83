// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Several tasks as one, tasks without a thread, the newest one and one for many, in Vala.

class Later : At.DeferredTask {
    public override void start (GLib.Value? input, GLib.Cancellable cancellable) {
        GLib.Idle.add (() => {
            complete ("later");
            return GLib.Source.REMOVE;
        });
    }
}

static void iterate_until_finished (At.AsyncTask task) {
    while (task.status != At.Status.FINISHED)
        GLib.MainContext.default ().iteration (true);
}

static void test_deferred () {
    var task = new Later ();
    try {
        task.execute (null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (task);
    assert (task.get_result ().get_string () == "later");
    assert (!task.fail (new GLib.IOError.FAILED ("too late")));

    var failing = new At.DeferredTask ();
    failing.start.connect ((input, cancellable) => {
        assert (!cancellable.is_cancelled ());
        failing.fail (new GLib.IOError.BUSY ("busy"));
    });
    try {
        failing.execute (null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (failing);
    assert (failing.get_error () is GLib.IOError.BUSY);
}

static void test_group () {
    var group = new At.TaskGroup (At.TaskGroupPolicy.ALL);
    group.timeout = 60;
    int n = 0;
    try {
        var first = new Later ();
        var second = new At.AsyncTask ((task, input, cancellable) => {
            AtomicInt.inc (ref n);
            return true;
        });
        second.add_prerequisite (first);
        assert (group.add (first) && group.add (second));
        group.execute (null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (group);
    assert (group.outcome == At.Outcome.SUCCEEDED && n == 1);
    assert (group.get_tasks ().get_n_items () == 2);
    assert (group.get_decisive () == null);

    var any = new At.TaskGroup (At.TaskGroupPolicy.ANY);
    try {
        any.add (new Later ());
        any.execute (null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (any);
    assert (any.get_result ().get_string () == "later" && any.get_decisive () != null);
}

static void test_retry () {
    var task = new At.AsyncTask ((task, input, cancellable) => {
        if (task.attempt < 3)
            throw new GLib.IOError.BUSY ("busy");
        return true;
    });
    task.set_retry (5, (task, error, attempt) => 0);
    try {
        task.execute (null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (task);
    assert (task.outcome == At.Outcome.SUCCEEDED && task.attempt == 3);
}

static void test_latest () {
    var latest = new At.Latest ((task, input, cancellable) => {
        task.set_result (input);
        return true;
    });
    string? got = null;
    latest.result.connect ((result, input) => {
        assert (got == null);
        got = result.get_string ();
    });
    latest.submit ("a");
    latest.submit ("ab");
    while (latest.busy)
        GLib.MainContext.default ().iteration (true);
    assert (got == "ab");
}

static void test_cache () {
    var cache = new At.TaskCache ((task, input, cancellable) => {
        task.set_result (input);
        return true;
    });
    var loop = new GLib.MainLoop ();
    cache.get_async.begin ("key", GLib.Priority.DEFAULT, null, (source, result) => {
        try {
            unowned GLib.Value? value = cache.get_async.end (result);
            assert (value.get_string () == "key");
        } catch (GLib.Error error) {
            assert_not_reached ();
        }
        loop.quit ();
    });
    loop.run ();
    assert (cache.peek ("key").get_string () == "key" && cache.n_items == 1);
    cache.evict (null);
    assert (cache.peek ("key") == null);
}

static void test_limit () {
    var limit = new At.LimitExecutor (null, 1);
    var task = new At.AsyncTask ((task, input, cancellable) => true);
    try {
        task.execute_on_executor (limit, null);
    } catch (GLib.Error error) {
        assert_not_reached ();
    }
    iterate_until_finished (task);
    assert (limit.max_running == 1 && task.outcome == At.Outcome.SUCCEEDED);
}

static int main (string[] args) {
    GLib.Test.init (ref args);
    GLib.Test.add_func ("/vala-together/deferred", test_deferred);
    GLib.Test.add_func ("/vala-together/group", test_group);
    GLib.Test.add_func ("/vala-together/retry", test_retry);
    GLib.Test.add_func ("/vala-together/latest", test_latest);
    GLib.Test.add_func ("/vala-together/cache", test_cache);
    GLib.Test.add_func ("/vala-together/limit", test_limit);
    return GLib.Test.run ();
}
