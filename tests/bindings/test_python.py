# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What Python can rely on through introspection alone."""

import gc
import sys
import threading
import unittest

import gi

# Also where the overrides are installed.
sys.modules["gi.overrides.At"] = None

gi.require_version("At", "1.0")
from gi.repository import At, GLib, GObject  # noqa: E402

MAIN = threading.main_thread()


def iterate_until(condition):
    context = GLib.MainContext.default()
    while not condition():
        context.iteration(True)


def finish(task):
    iterate_until(lambda: task.get_status() == At.Status.FINISHED)


class Doubler(At.AsyncTask):
    """Doubles its parameter, and notes what is called where."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def note(self, *what):
        self.calls.append((*what, threading.current_thread() is MAIN))

    def do_in_background(self, params, cancellable):
        self.note("body")
        self.publish_progress(params)
        self.set_amounts(1, 2)
        self.set_result(params * 2)
        return True

    def do_pre_execute(self):
        self.note("pre")

    def do_progress_update(self, value):
        self.note("progress", value)

    def do_post_execute(self, result):
        self.note("post", result, self.props.fraction)


class Threads(GObject.Object, At.Executor):
    """A thread for each task."""

    def do_execute(self, task):
        threading.Thread(target=task.run).start()
        return True


class Refusing(GObject.Object, At.Executor):
    def do_execute(self, task):
        return False


class PythonTest(unittest.TestCase):
    def test_no_overrides(self):
        self.assertEqual(At.AsyncTask.__module__, "gi.repository.At")

    def check(self, task, n=21):
        self.assertEqual(task.calls, [
            ("pre", True),
            ("body", False),
            ("progress", n, True),
            ("post", 2 * n, 0.5, True),
        ])

    def test_subclass(self):
        task = Doubler()
        self.assertTrue(task.execute(21))
        finish(task)
        self.check(task)
        self.assertEqual(task.get_result(), 42)

    def test_function(self):
        results = []
        task = At.AsyncTask.new(lambda task, params, cancellable: task.set_result(params + 1) or True)
        task.connect("post-execute", lambda task, result: results.append(result))
        task.execute(1)
        finish(task)
        self.assertEqual(results, [2])

    def test_exception(self):
        errors = []

        def body(task, params, cancellable):
            raise ValueError("on purpose")

        hook, sys.excepthook = sys.excepthook, lambda *args: None
        self.addCleanup(setattr, sys, "excepthook", hook)
        task = At.AsyncTask.new(body)
        task.connect("failed", lambda task, error: errors.append(error))
        task.execute(None)
        finish(task)
        self.assertEqual(len(errors), 1)
        self.assertTrue(errors[0].matches(At.task_error_quark(), At.TaskError.FAILED))

    def test_errors(self):
        task = Doubler()
        with self.assertRaises(GLib.Error) as caught:
            task.wait(-1, None)
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.NOT_EXECUTED))
        task.execute(1)
        with self.assertRaises(GLib.Error) as caught:
            task.execute(1)
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.ALREADY_EXECUTED))
        self.assertTrue(task.wait(-1, None))
        finish(task)

    def test_executor(self):
        task = Doubler()
        task.execute_on_executor(Threads(), 4)
        finish(task)
        self.check(task, 4)

    def test_refusing_executor(self):
        task = Doubler()
        with self.assertRaises(GLib.Error) as caught:
            task.execute_on_executor(Refusing(), 4)
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.REJECTED))
        self.assertEqual(task.get_status(), At.Status.PENDING)
        task.calls.clear()
        task.execute(4)
        finish(task)
        self.check(task, 4)

    def test_execute_async(self):
        results = []
        task = Doubler()
        task.execute_async(3, None, lambda task, result: results.append(task.execute_finish(result)))
        iterate_until(lambda: results)
        self.assertEqual(results, [6])
        self.check(task, 3)

    def test_collected(self):
        """Tasks that only the library keeps, with collections in between."""
        done = []
        for number in range(300):
            task = Doubler()
            task.connect("post-execute", lambda task, result: done.append(result))
            task.execute(number)
            del task
            if number % 30 == 0:
                gc.collect()
        iterate_until(lambda: len(done) == 300)
        self.assertEqual(done, [2 * number for number in range(300)])


if __name__ == "__main__":
    unittest.main()
