# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""At as gi/overrides/At.py has it: bodies, values, exceptions, executors, lifetime."""

import asyncio
import concurrent.futures
import contextlib
import datetime
import faulthandler
import gc
import io
import math
import os
import pathlib
import subprocess
import sys
import tempfile
import threading
import traceback
import unittest
import weakref

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject  # noqa: E402

MAIN = threading.main_thread()

# Nothing here takes long; what hangs is to fail, and to say where.
faulthandler.dump_traceback_later(250, exit=True)


def is_main():
    return threading.current_thread() is MAIN


def iterate_until(condition):
    context = GLib.MainContext.default()
    while not condition():
        context.iteration(True)


def finish(*tasks):
    for task in tasks:
        iterate_until(lambda: task.get_status() == At.Status.FINISHED)


@contextlib.contextmanager
def printed():
    """What goes to standard error, and to the hook for exceptions."""
    output = io.StringIO()
    with contextlib.redirect_stderr(output):
        yield output


class Silent(unittest.TestCase):
    """Fails where PyGObject, or anybody, prints an exception."""

    def setUp(self):
        self.printed = []
        hooks = sys.excepthook, sys.unraisablehook, threading.excepthook

        def restore():
            sys.excepthook, sys.unraisablehook, threading.excepthook = hooks

        self.addCleanup(restore)
        sys.excepthook = lambda *args: self.printed.append(args)
        sys.unraisablehook = lambda args: self.printed.append((args.exc_type, args.exc_value))
        threading.excepthook = sys.unraisablehook

    def tearDown(self):
        gc.collect()
        iterate = GLib.MainContext.default().iteration
        while iterate(False):
            pass
        gc.collect()
        self.assertEqual(self.printed, [])


class Recorder(At.AsyncTask):
    """Notes what is called where."""

    def __init__(self, **properties):
        super().__init__(**properties)
        self.calls = []

    def note(self, *what):
        self.calls.append((*what, is_main()))

    def do_in_background(self, *params, **keywords):
        self.note("body", params, keywords)
        self.publish_progress("one")
        self.publish_progress(None)
        self.set_amounts(1, 2)
        return params

    def do_pre_execute(self):
        self.note("pre")

    def do_progress_update(self, value):
        self.note("progress", value)

    def do_post_execute(self, result):
        self.note("post", result, self.props.fraction)

    def do_cancelled(self, result):
        self.note("cancelled", result)

    def do_failed(self, error):
        self.note("failed", error)


class Threads(GObject.Object, At.Executor):
    """A thread for each task; returns nothing."""

    def do_execute(self, task):
        threading.Thread(target=task.run).start()


class BodyTest(Silent):
    def test_subclass(self):
        task = Recorder()
        self.assertIs(task.execute(1, 2, three=3), task)
        self.assertEqual(task.get_status(), At.Status.RUNNING)
        finish(task)
        self.assertEqual(task.calls, [
            ("pre", True),
            ("body", (1, 2), {"three": 3}, False),
            ("progress", "one", True),
            ("progress", None, True),
            ("post", (1, 2), 0.5, True),
        ])
        self.assertEqual(task.get_outcome(), At.Outcome.SUCCEEDED)

    def test_function(self):
        def body(task, *params, **keywords):
            return task, params, keywords, is_main()

        task = At.AsyncTask(body)
        self.assertIs(task.execute(1, two=2), task)
        self.assertEqual(task.result(), (task, (1,), {"two": 2}, False))
        self.assertIsInstance(task, At.AsyncTask)
        finish(task)

    def test_looked_up_once(self):
        # PyGObject would look in the module, miss it, and look it up anew each time.
        for name in ('AsyncTask', 'Outcome', 'Stage', 'Status', 'TaskError', 'TaskGroup', 'TaskList'):
            self.assertIn(name, vars(At))
        self.assertIs(At.Status.FINISHED, type(At.AsyncTask(print).get_status()).FINISHED)

    def test_repr(self):
        """A task says what it is, and how it stands."""
        gate = threading.Event()

        def wait(task, fails=False):
            gate.wait(60)
            if fails:
                raise ValueError

        address = " at 0x[0-9a-f]+>$"
        task = At.AsyncTask(wait, title="Waits")
        self.assertRegex(repr(task), r"^<At.AsyncTask 'Waits' of BodyTest.test_repr.<locals>.wait\(\) pending" + address)
        task.execute()
        self.assertRegex(repr(task), r"wait\(\) running" + address)
        task.pause()
        self.assertRegex(repr(task), r"wait\(\) paused" + address)
        task.resume()
        failing = At.AsyncTask(wait).execute(True)
        failing.connect("failed", lambda task, error: None)
        cancelled = At.AsyncTask(wait).execute()
        cancelled.cancel()
        gate.set()
        finish(task, failing, cancelled)
        for one, state in (task, "succeeded"), (failing, "failed"), (cancelled, "cancelled"):
            self.assertRegex(repr(one), r"wait\(\) " + state + address)
        self.assertRegex(repr(Recorder()), r"^<__main__.Recorder pending" + address)
        self.assertRegex(repr(At.SubprocessTask(["ls"], title="List")), r"^<At.SubprocessTask 'List' pending" + address)

    def test_function_with_arguments(self):
        task = At.AsyncTask(lambda task, *params: params, 1, 2, title="Sum")
        self.assertEqual(task.get_title(), "Sum")
        self.assertEqual(task.execute(3).result(), (1, 2, 3))
        task = At.AsyncTask.new(lambda task, *params: params, 1)
        self.assertEqual(task.execute(3).result(), (1, 3))

    def test_function_of_subclass(self):
        class Doubling(At.AsyncTask):
            def do_in_background(self, *params):
                return 2 * super().do_in_background(*params)

        with self.assertRaises(TypeError):
            Doubling(lambda task: 1)

        class Plain(At.AsyncTask):
            def do_post_execute(self, result):
                self.seen = result

        task = Plain(lambda task, n: n + 1).execute(41)
        finish(task)
        self.assertEqual(task.seen, 42)

    def test_no_body(self):
        for task in At.AsyncTask(), type("Empty", (At.AsyncTask,), {"__module__": __name__})():
            task.execute()
            with self.assertRaises(GLib.Error) as caught:
                task.result()
            self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.FAILED))
            self.assertIn("has no body", caught.exception.message)
        # A body that is not Python's gets one value.
        with self.assertRaises(TypeError):
            At.AsyncTask().execute(1, 2)
        with self.assertRaises(TypeError):
            At.AsyncTask().execute(key=1)

    def test_super(self):
        class Parent(Recorder):
            pass

        class Child(Parent):
            def do_in_background(self, *params):
                return ("child", *super().do_in_background(*params))

            def do_pre_execute(self):
                super().do_pre_execute()
                self.note("child")

            def do_progress_update(self, value):
                super().do_progress_update(value)

            def do_post_execute(self, result):
                super().do_post_execute(result)

        task = Child().execute(5)
        finish(task)
        self.assertEqual([call[0] for call in task.calls],
                         ["pre", "child", "body", "progress", "progress", "post"])
        self.assertEqual(task.result(), ("child", 5))

    def test_super_of_the_first(self):
        """Chaining up from a class right under At.AsyncTask does nothing, and ends."""
        class Chaining(At.AsyncTask):
            calls = ()

            def do_in_background(self, what):
                self.publish_progress(what)
                if what == "fail":
                    raise ValueError
                if what == "cancel":
                    self.cancel()
                return what

            def chain(self, name, *args):
                self.calls += (name,)
                getattr(super(), name)(*args)

            def do_pre_execute(self):
                self.chain("do_pre_execute")

            def do_progress_update(self, value):
                self.chain("do_progress_update", value)

            def do_post_execute(self, result):
                self.chain("do_post_execute", result)

            def do_cancelled(self, result):
                self.chain("do_cancelled", result)

            def do_failed(self, error):
                self.chain("do_failed", error)

        for what, last in (("succeed", "post_execute"), ("fail", "failed"), ("cancel", "cancelled")):
            task = Chaining().execute(what)
            finish(task)
            # What was published before cancel() may come or not.
            self.assertEqual([name for name in task.calls if what != "cancel" or name != "do_progress_update"],
                             ["do_pre_execute", *["do_progress_update"][what == "cancel":], "do_" + last])

    def test_mixin(self):
        class Mixin:
            def do_in_background(self, *params):
                return ("mixin", *params)

            def do_post_execute(self, result):
                self.seen = result

        class Mixed(Mixin, At.AsyncTask):
            pass

        class Further(Mixed):
            pass

        for cls in Mixed, Further:
            task = cls().execute(1)
            finish(task)
            self.assertEqual(task.seen, ("mixin", 1))

    def test_set_result(self):
        def body(task):
            task.set_result("first")
            task.set_result("set")

        self.assertEqual(At.AsyncTask(body).execute().result(), "set")

        def body_of_nothing(task):
            task.set_result("something")
            task.set_result(None)

        self.assertIsNone(At.AsyncTask(body_of_nothing).execute().result())

    def test_generator(self):
        class Counting(Recorder):
            def do_in_background(self, n):
                yield from range(n)
                return "end"

        task = Counting().execute(3)
        finish(task)
        self.assertEqual(task.calls, [
            ("pre", True),
            ("progress", 0, True),
            ("progress", 1, True),
            ("progress", 2, True),
            ("post", "end", 0, True),
        ])

    def test_paused_both_ways(self):
        other = At.AsyncTask(lambda task: None)
        task = At.AsyncTask(lambda task: task.checkpoint(), paused=True)
        task.bind_property("paused", other, "paused",
                           GObject.BindingFlags.BIDIRECTIONAL | GObject.BindingFlags.SYNC_CREATE)
        notes = []
        for name in ("active", "indeterminate"):
            task.connect(f"notify::{name}", lambda task, pspec: notes.append((pspec.name, task.get_property(pspec.name))))
        task.execute()
        iterate_until(lambda: task.props.indeterminate)
        self.assertTrue(other.props.paused)
        other.props.paused = False
        finish(task)
        self.assertEqual(notes, [("active", True), ("indeterminate", True), ("indeterminate", False), ("active", False)])

    def test_generator_cancelled(self):
        ended = []

        def body(task):
            try:
                while True:
                    yield 1
            finally:
                ended.append(is_main())

        task = At.AsyncTask(body)
        task.connect("progress-update", lambda task, value: task.cancel())
        task.execute()
        finish(task)
        self.assertEqual(ended, [False])
        self.assertEqual(task.get_outcome(), At.Outcome.CANCELLED)

    def test_generator_paused(self):
        """A generator that nobody resumes does not go on behind its next value."""
        after = threading.Event()

        def body(task):
            yield 1
            after.set()

        task = At.AsyncTask(body)
        task.pause()
        task.execute()
        iterate_until(lambda: task.is_paused())
        with self.assertRaises(concurrent.futures.TimeoutError):
            task.result(0.02)
        self.assertFalse(after.is_set())
        task.resume()
        task.result()
        self.assertTrue(after.is_set())

    def test_coroutine(self):
        async def body(task):
            pass

        async def generator(task):
            yield 1

        for func in body, generator:
            with self.assertRaisesRegex(TypeError, "coroutine function"):
                type("Wrong", (At.AsyncTask,), {"do_in_background": func})
            # Disguised.
            with self.assertRaisesRegex(TypeError, "worker thread"):
                At.AsyncTask(lambda task: func(task)).execute().result()

    def test_wrong_body(self):
        with self.assertRaisesRegex(TypeError, "callable"):
            At.AsyncTask(5)
        with self.assertRaisesRegex(TypeError, "missing 1 required positional argument"):
            At.AsyncTask(lambda task, one: one).execute().result()

    def test_decorator(self):
        @At.background
        def double(task, n):
            "Doubles."
            return 2 * n, is_main()

        @At.background(title="Three times", priority=7)
        def triple(task, n, *, more=0):
            return 3 * n + more, task.get_title(), task.get_priority()

        class Class:
            @At.background
            def method(self, task, n):
                return self, task, n

        self.assertEqual(double(4).result(), (8, False))
        self.assertEqual((double.__name__, double.__doc__), ("double", "Doubles."))
        self.assertEqual(triple(1, more=2).result(), (5, "Three times", 7))
        instance = Class()
        task = instance.method(3)
        self.assertEqual(task.result(), (instance, task, 3))
        self.assertEqual(Class.method.__name__, "method")

    def test_runnable(self):
        done = threading.Event()
        At.AsyncTask.execute_runnable(lambda task, n: done.set() if n == 5 else None, 5)
        self.assertTrue(done.wait(60))

    def test_execute_async(self):
        def work(task, *params):
            if not params:
                raise ValueError("none")
            return params

        results = []
        task = At.AsyncTask(work)
        task.execute_async([3], None,
                           lambda task, result, *data: results.append((task.execute_finish(result), data)),
                           "data")
        iterate_until(lambda: results)
        self.assertEqual(results, [(([3],), ("data",))])

        def on_failed(task, result, *data):
            with self.assertRaises(ValueError):
                task.execute_finish(result)
            results.append("failed")

        At.AsyncTask(work).execute_async(callback=on_failed)
        iterate_until(lambda: len(results) == 2)

        cancellable = Gio.Cancellable()
        cancellable.cancel()

        def on_cancelled(task, result, *data):
            with self.assertRaises(GLib.Error) as caught:
                task.execute_finish(result)
            self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
            results.append("cancelled")

        At.AsyncTask(work).execute_async(1, cancellable, on_cancelled)
        iterate_until(lambda: len(results) == 3)

    def test_foreign_execute(self):
        task = Recorder()
        thread = threading.Thread(target=task.execute, args=(1,))
        thread.start()
        thread.join()
        finish(task)
        self.assertEqual(task.calls[0], ("pre", True))
        self.assertEqual(task.calls[1], ("body", (1,), {}, False))
        self.assertEqual(task.calls[-1], ("post", (1,), 0.5, True))


class ValueTest(Silent):
    class Thing:
        pass

    def values(self):
        return [
            None, True, False, 0, -1, 300, -2 ** 31, 2 ** 31 - 1, 2 ** 31, 2 ** 64, -2 ** 100, 1.5, float("inf"), "", "text", "nul\0",
            "half \udc80", b"", b"bytes\0", (), (1,), [], [1], {}, {"a": 1}, set(), frozenset(), object(),
            self.Thing(), self.Thing, int, len, At.Status.RUNNING, GObject.TYPE_INT,
            Gio.SimpleAction.new("action", None), Gio.Cancellable(), GLib.Variant("s", "x"), GLib.Error("e"),
            ValueError("e"), At.AsyncTask, gi, lambda: None, 1j, NotImplemented, ...,
        ]

    def test_identity(self):
        """The very object arrives everywhere, whatever C would make of it."""
        for value in self.values():
            with self.subTest(value=value):
                seen = []

                class Passing(At.AsyncTask):
                    def do_in_background(self, param, *, key):
                        seen.extend((param, key))
                        self.publish_progress(param)
                        return param

                    def do_progress_update(self, value):
                        seen.append(value)

                    def do_post_execute(self, result):
                        seen.append(result)

                task = Passing()
                task.connect("progress-update", lambda task, value: seen.append(value))
                task.connect("post-execute", lambda task, value: seen.append(value))
                task.execute(value, key=value)
                finish(task)
                seen.append(task.result())
                seen.append(task.get_result())
                self.assertEqual(len(seen), 8)
                for one in seen:
                    self.assertIs(type(one), type(value))
                    if type(value) in (int, float):
                        self.assertEqual(one, value)
                    else:
                        self.assertIs(one, value)

    def test_cancelled_result(self):
        task = Recorder()
        task.do_in_background = lambda: task.cancel() and 2 ** 70
        task.execute()
        finish(task)
        self.assertEqual(task.calls[-1], ("cancelled", 2 ** 70, True))

    def test_values_of_c(self):
        """What C would publish arrives as Python has it."""
        seen = []
        values = [
            (GObject.Value(GObject.TYPE_STRING, "text"), "text"),
            (GObject.Value(GObject.TYPE_UINT64, 2 ** 63), 2 ** 63),
            (GObject.Value(GObject.TYPE_INT, -5), -5),
            (GObject.Value(GObject.TYPE_STRV, ["a", "b"]), ["a", "b"]),
            (GObject.Value(At.Status, At.Status.RUNNING), At.Status.RUNNING),
            (GObject.Value(GObject.TYPE_STRING), None),
        ]

        def body(task):
            for value, _expected in values:
                task.publish_progress(value)
            return values[1][0]

        task = At.AsyncTask(body)
        task.connect("progress-update", lambda task, value: seen.append(value))
        task.execute()
        finish(task)
        self.assertEqual(seen, [expected for _value, expected in values])
        self.assertEqual(task.result(), 2 ** 63)

    def test_parameters_of_c(self):
        """A task that C executes gets its one value as the one parameter."""
        raw = At.AsyncTask.__mro__[1]
        self.assertEqual(raw.__module__, "gi.repository.At")
        task = At.AsyncTask(lambda task, *params: params)
        raw.execute(task, GObject.Value(GObject.TYPE_STRING, "text"))
        self.assertEqual(task.result(), ("text",))


class ErrorTest(Silent):
    def failing(self, exception):
        def body(task):
            raise exception

        return At.AsyncTask(body)

    def test_exceptions(self):
        class Strange(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        for exception in (ValueError("on purpose"), KeyError(), Strange(), ValueError("nul\0 half \udc80"),
                          SystemExit(3), KeyboardInterrupt(), GeneratorExit(), StopIteration(1), MemoryError(),
                          concurrent.futures.CancelledError(), concurrent.futures.TimeoutError()):
            with self.subTest(exception=type(exception)):
                errors = []
                task = self.failing(exception)

                def on_failed(task, error):
                    errors.append(error)
                    self.assertIs(task.exception(), exception)

                task.connect("failed", on_failed)
                task.execute()
                with self.assertRaises(type(exception)) as caught:
                    task.result()
                self.assertIs(caught.exception, exception)
                finish(task)
                error, = errors
                self.assertTrue(error.matches(At.task_error_quark(), At.TaskError.FAILED))
                self.assertTrue(task.get_error().matches(At.task_error_quark(), At.TaskError.FAILED))
                self.assertEqual(task.get_outcome(), At.Outcome.FAILED)
                self.assertIs(task.exception(), exception)

    def test_message(self):
        class Strange(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        for exception, message in (
                (ValueError("on purpose"), "on purpose"), (KeyError(), "KeyError"), (AssertionError(), "AssertionError"),
                (ValueError(""), "ValueError"), (KeyError("EXIF"), "KeyError: 'EXIF'"), (SystemExit(3), "SystemExit: 3"),
                (KeyboardInterrupt(), "KeyboardInterrupt"), (ValueError(5), "ValueError: 5"), (Strange(), "Strange"),
                (ValueError("a", 1), "('a', 1)"), (FileNotFoundError(2, "not there"), "[Errno 2] not there"),
                (ValueError("nul\0 half \udc80"), "nul\N{REPLACEMENT CHARACTER} half ?")):
            task = self.failing(exception).execute()
            self.assertIs(task.exception(), exception)
            finish(task)
            self.assertEqual(task.get_error().message, message)

    def test_do_failed(self):
        class Failing(Recorder):
            def do_in_background(self):
                try:
                    raise KeyError("inner")
                except KeyError as error:
                    raise ValueError("outer") from error

        task = Failing().execute()
        finish(task)
        (_name, error, main) = task.calls[-1]
        self.assertTrue(main)
        self.assertTrue(error.matches(At.task_error_quark(), At.TaskError.FAILED))
        self.assertIsInstance(error.__cause__, ValueError)
        self.assertIsInstance(error.__cause__.__cause__, KeyError)
        self.assertIs(error.__cause__, task.exception())

    def test_traceback(self):
        def inner():
            raise ValueError("here")

        task = At.AsyncTask(lambda task: inner()).execute()
        for _ in range(3):
            try:
                task.result()
            except ValueError as error:
                names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
            # However often it is raised.
            self.assertEqual(names, ["test_traceback", "result", "<lambda>", "inner"])

    def test_wait_raises_from(self):
        """What wait() raises, and what get_error() gives, names what was raised."""
        exception = KeyError("EXIF")
        task = self.failing(exception).execute()
        for _ in range(2):
            with self.assertRaises(GLib.Error) as caught:
                task.wait()
            self.assertIs(caught.exception.__cause__, exception)
            self.assertEqual([frame.name for frame in traceback.extract_tb(exception.__traceback__)], ["body"])
        finish(task)
        self.assertIs(task.get_error().__cause__, exception)

        # What is not about that has nothing to do with it.
        gate = threading.Event()
        task = At.AsyncTask(lambda task: gate.wait(60)).execute()
        with self.assertRaises(GLib.Error) as caught:
            task.wait(0)
        self.assertIsNone(caught.exception.__cause__)
        task.cancel()
        gate.set()
        with self.assertRaises(GLib.Error) as caught:
            task.wait()
        self.assertIsNone(caught.exception.__cause__)
        self.assertIsNone(task.get_error())
        finish(task)

    def test_glib_error(self):
        def body(task):
            Gio.File.new_for_path("/nonexistent").read(task.get_cancellable())

        errors = []
        task = At.AsyncTask(body)
        task.connect("failed", lambda task, error: errors.append(error))
        task.execute()
        with self.assertRaises(GLib.Error) as caught:
            task.result()
        finish(task)
        for error in caught.exception, errors[0], task.get_error():
            self.assertTrue(error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND))

    def test_errors_that_look_like_the_wait(self):
        for code in Gio.IOErrorEnum.TIMED_OUT, Gio.IOErrorEnum.CANCELLED:
            error = GLib.Error.new_literal(Gio.io_error_quark(), "of the body", code)
            task = self.failing(error).execute()
            with self.assertRaises(GLib.Error) as caught:
                task.result()
            self.assertIs(caught.exception, error)
            self.assertTrue(task.done())

    def test_timeout(self):
        gate = threading.Event()
        task = At.AsyncTask(lambda task: gate.wait(60)).execute()
        for timeout in 0, 0.01, -1:
            with self.assertRaises(concurrent.futures.TimeoutError):
                task.result(timeout)
            with self.assertRaises(concurrent.futures.TimeoutError):
                task.exception(timeout)
        self.assertFalse(task.done())
        self.assertTrue(task.running())
        gate.set()
        self.assertTrue(task.result(1e300))
        self.assertTrue(task.done())
        self.assertTrue(task.running())
        finish(task)
        self.assertTrue(task.done())
        self.assertFalse(task.running())

    def test_wait(self):
        gate = threading.Event()
        task = At.AsyncTask(lambda task: gate.wait(60)).execute()
        with self.assertRaises(GLib.Error) as caught:
            task.wait(0)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT))
        cancellable = Gio.Cancellable()
        cancellable.cancel()
        with self.assertRaises(GLib.Error) as caught:
            task.wait(-1, cancellable)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))
        gate.set()
        self.assertTrue(task.wait())

    def test_cancelled(self):
        gate = threading.Event()

        def body(task):
            gate.wait(60)
            task.checkpoint()
            raise AssertionError("not reached")

        task = At.AsyncTask(body).execute()
        self.assertTrue(task.cancel())
        self.assertFalse(task.cancel())
        self.assertTrue(task.get_cancellable().is_cancelled())
        gate.set()
        with self.assertRaises(concurrent.futures.CancelledError):
            task.result()
        with self.assertRaises(concurrent.futures.CancelledError):
            task.exception()
        self.assertTrue(task.done())
        finish(task)
        self.assertEqual(task.get_outcome(), At.Outcome.CANCELLED)

        task = At.AsyncTask(body).execute()
        task.cancel(False)
        self.assertFalse(task.get_cancellable().is_cancelled())
        finish(task)

    def test_cancelled_face(self):
        """What a body that has to stop raises is no Exception, as in asyncio."""
        swallowed = []
        gate = threading.Event()

        def body(task):
            gate.wait(60)
            while True:
                try:
                    task.checkpoint()
                except Exception as error:
                    swallowed.append(error)
                    return "swallowed"

        def generator(task):
            while True:
                try:
                    yield gate.wait(60)
                except Exception as error:
                    swallowed.append(error)

        for func in body, generator:
            gate.clear()
            task = At.AsyncTask(func).execute()
            self.assertFalse(task.cancelled())
            task.cancel()
            self.assertTrue(task.cancelled())
            gate.set()
            with self.assertRaises(concurrent.futures.CancelledError):
                task.result()
            finish(task)
            self.assertTrue(task.cancelled())
            self.assertIsNone(task.get_result())
        self.assertEqual(swallowed, [])

        caught = []

        def body_that_looks(task):
            task.cancel()
            try:
                task.checkpoint()
            except asyncio.CancelledError as error:
                caught.append(error)
                raise

        task = At.AsyncTask(body_that_looks).execute()
        finish(task)
        self.assertIs(type(caught[0]), At.CancelledError)
        self.assertEqual(task.get_outcome(), At.Outcome.CANCELLED)
        caught.clear()

        task = self.failing(ValueError()).execute()
        self.assertIsInstance(task.exception(), ValueError)
        finish(task)
        self.assertFalse(task.cancelled())

    def test_refusals(self):
        task = At.AsyncTask(lambda task: None)
        for method in task.result, task.exception, task.wait:
            with self.assertRaises(GLib.Error) as caught:
                method()
            self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.NOT_EXECUTED))
        self.assertFalse(task.done())
        task.execute()
        with self.assertRaises(GLib.Error) as caught:
            task.execute()
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.ALREADY_EXECUTED))
        finish(task)

    def test_deadlock(self):
        def body(task):
            self.assertFalse(task.done())
            task.result()

        task = At.AsyncTask(body).execute()
        with self.assertRaises(GLib.Error) as caught:
            task.result()
        self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.WOULD_DEADLOCK))

    def test_interrupted_wait(self):
        """Ctrl+C ends result() and wait() while the body goes on."""
        for call in "result()", "result(50)", "exception()", "wait()", "wait(-1, None)", "wait(50000)", \
                "wait(-1, Gio.Cancellable())":
            self.interrupt(call)

    def interrupt(self, call):
        program = """if True:
            import os, signal, sys, threading
            import gi
            gi.require_version("At", "1.0")
            from gi.repository import At, Gio
            gate = threading.Event()
            def body(task):
                os.kill(os.getpid(), signal.SIGINT)
                gate.wait(60)
            task = At.AsyncTask(body)
            try:
                task.execute()
                task.""" + call + """
            except KeyboardInterrupt:
                gate.set()
                task.result()
                print("interrupted")
            """
        result = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=True)
        self.assertEqual(result.stdout, b"interrupted\n")

    def test_interrupted_question(self):
        """Ctrl+C is not lost in done(), wherever it comes."""
        program = """if True:
            import os, signal, threading
            import gi
            gi.require_version("At", "1.0")
            from gi.repository import At
            def body(task):
                os.kill(os.getpid(), signal.SIGINT)
                return caught.wait(20)
            n = 0
            for _ in range(50):
                caught = threading.Event()
                task = At.AsyncTask(body)
                try:
                    task.execute()
                    while not task.done():
                        pass
                except KeyboardInterrupt:
                    caught.set()
                    n += 1
                if not task.result():
                    break
            print(n)
            """
        result = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=True)
        self.assertEqual(result.stdout, b"50\n")

    def test_exit_inline(self):
        """What ends the program does so where the executor runs the body right here."""
        for exception in KeyboardInterrupt, SystemExit:
            task = self.failing(exception())
            with self.assertRaises(exception):
                task.execute_on_executor(At.InlineExecutor.new())
            with self.assertRaises(exception):
                self.failing(exception()).execute_on_executor(At.InlineExecutor.new())
        # Another exception is the task's alone.
        task = self.failing(ValueError()).execute_on_executor(At.InlineExecutor.new())
        with self.assertRaises(ValueError):
            task.result()

    def test_worker_survives(self):
        """One thread runs all these, whatever they raise."""
        pool = At.ThreadPoolExecutor.new("one", 1)
        for exception in SystemExit(), KeyboardInterrupt(), ValueError():
            with self.assertRaises(type(exception)):
                self.failing(exception).execute_on_executor(pool).result()
        self.assertEqual(At.AsyncTask(lambda task: 5).execute_on_executor(pool).result(), 5)


class UnseenTest(Silent):
    """What nobody asked for is shown, once; the rest is not."""

    def unseen(self, exception, connect=None, ask=None, cls=At.AsyncTask, signal="failed"):
        def body(task):
            raise exception("of the body")

        with printed() as output:
            task = cls(body)
            if connect is not None:
                task.connect(signal, connect)
            task.execute()
            finish(task)
            if ask is not None:
                with self.assertRaises(exception):
                    ask(task)
            del task, body
            gc.collect()
            shown, self.printed[:] = list(self.printed), []
        return shown, output.getvalue()

    def test_unseen(self):
        for exception in ValueError, SystemExit, KeyboardInterrupt:
            shown, output = self.unseen(exception)
            self.assertEqual([args[0] for args in shown], [exception])
            self.assertEqual([frame.name for frame in traceback.extract_tb(shown[0][2])], ["body"])
            self.assertIn("Nobody asked what the task UnseenTest.unseen.<locals>.body raised", output)

    def test_seen(self):
        exception = ValueError
        self.assertEqual(self.unseen(exception, connect=lambda task, error: None), ([], ""))
        self.assertEqual(self.unseen(exception, ask=lambda task: task.result()), ([], ""))

        class Overriding(At.AsyncTask):
            def do_failed(self, error):
                pass

        self.assertEqual(self.unseen(exception, cls=Overriding), ([], ""))

        def once(task, error):
            task.disconnect_by_func(once)

        self.assertEqual(self.unseen(exception, connect=once), ([], ""))

    def test_watched(self):
        """Whoever is notified of the end sees it, as widgets do; of something else, it does not."""
        for name in "status", "outcome", "error", "stage":
            self.assertEqual(self.unseen(ValueError, lambda *args: None, signal="notify::" + name), ([], ""))
        self.assertEqual(self.unseen(ValueError, lambda *args: None, signal="notify"), ([], ""))
        self.assertEqual(len(self.unseen(ValueError, lambda *args: None, signal="notify::fraction")[0]), 1)

    def test_cancelled(self):
        gate = threading.Event()

        def body(task):
            gate.wait(60)
            raise ValueError("because of that")

        with printed() as output:
            task = At.AsyncTask(body).execute()
            task.cancel()
            gate.set()
            finish(task)
            del task
            gc.collect()
        self.assertEqual(output.getvalue(), "")


class DoneTest(Silent):
    def test_callback(self):
        calls = []
        task = Recorder()
        task.add_done_callback(lambda task: calls.append((list(task.calls)[-1][0], is_main())))
        task.execute(1)
        finish(task)
        self.assertEqual(calls, [("post", True)])
        task.add_done_callback(lambda task: calls.append("at once"))
        self.assertEqual(calls[1:], ["at once"])

    def test_no_callback(self):
        task = At.AsyncTask(lambda task: None)
        for func in 5, None, "print":
            with self.assertRaisesRegex(TypeError, "callable"):
                task.add_done_callback(func)
        for value in "x", "0.5", None, []:
            with self.assertRaises(TypeError):
                task.set_fraction(value)

    def test_callbacks_of_all_ends(self):
        def fail(task):
            raise ValueError

        ended = []
        for body in fail, lambda task: task.cancel(), lambda task: None:
            task = At.AsyncTask(body)
            task.connect("failed", lambda task, error: None)
            task.add_done_callback(lambda task: ended.append(task.get_outcome()))
            task.execute()
        iterate_until(lambda: len(ended) == 3)
        self.assertEqual(ended, [At.Outcome.FAILED, At.Outcome.CANCELLED, At.Outcome.SUCCEEDED])


class ExecutorTest(Silent):
    def test_python_executor(self):
        task = Recorder().execute_on_executor(Threads(), 4)
        finish(task)
        self.assertEqual([call[0] for call in task.calls], ["pre", "body", "progress", "progress", "post"])

    def test_default(self):
        ran = []

        class Noting(Threads):
            def do_execute(self, task):
                ran.append(task)
                return super().do_execute(task)

        At.AsyncTask.set_default_executor(Noting())
        self.addCleanup(At.AsyncTask.set_default_executor, None)
        task = At.AsyncTask(lambda task: 1).execute()
        self.assertEqual(task.result(), 1)
        self.assertEqual(ran, [task])

    def test_mixin(self):
        class Mixin:
            def do_execute(self, task):
                task.run()

        class Mixed(Mixin, GObject.Object, At.Executor):
            pass

        self.assertEqual(At.AsyncTask(lambda task: is_main()).execute_on_executor(Mixed()).result(), True)

    def test_refusal(self):
        def refuse(self, task):
            return False

        def fail(self, task):
            raise ValueError("not today")

        def error(self, task):
            raise GLib.Error.new_literal(Gio.io_error_quark(), "not today", Gio.IOErrorEnum.BUSY)

        for func in refuse, fail, error:
            cls = type("Refusing" + func.__name__, (GObject.Object, At.Executor),
                       {"do_execute": func, "__module__": __name__})
            task = At.AsyncTask(lambda task: 1)
            with self.assertRaises(GLib.Error) as caught:
                task.execute_on_executor(cls())
            self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.REJECTED))
            cause = caught.exception.__cause__
            if func is refuse:
                self.assertIsNone(cause)
            else:
                # What was raised, and where.
                self.assertIn("not today", caught.exception.message)
                self.assertIs(type(cause), ValueError if func is fail else GLib.Error)
                self.assertEqual(traceback.extract_tb(cause.__traceback__)[0].name, func.__name__)
                del cause
            self.assertEqual(task.get_status(), At.Status.PENDING)
            self.assertEqual(task.execute().result(), 1)

    def test_refusal_elsewhere(self):
        """Whoever hears of a refusal hears of what was raised."""
        class Refusing(GObject.Object, At.Executor):
            def do_execute(self, task):
                if task.get_title() is not None:
                    raise ValueError(task.get_title())
                threading.Thread(target=task.run).start()

        # As the next one of a serial executor, in whatever thread.
        gate = threading.Event()
        errors = []
        serial = At.SerialExecutor.new(Refusing())
        At.AsyncTask(lambda task: gate.wait(60)).execute_on_executor(serial)
        task = At.AsyncTask(lambda task: None, title="no room")
        task.connect("failed", lambda task, error: errors.append(error))
        task.execute_on_executor(serial)
        gate.set()
        finish(task)
        self.assertTrue(errors[0].matches(At.task_error_quark(), At.TaskError.REJECTED))
        self.assertIsInstance(task.exception().__cause__, ValueError)
        self.assertIsInstance(task.get_error().__cause__, ValueError)

        # By whoever awaits it.
        task = At.AsyncTask(lambda task: None, title="no room", executor=Refusing())
        task.execute_async(None, None, lambda task, result: errors.append(self.catch(task.execute_finish, result)))
        iterate_until(lambda: len(errors) == 2)
        self.assertIsInstance(errors[1].__cause__, ValueError)

        # What ends the program does.
        class Ending(GObject.Object, At.Executor):
            def do_execute(self, task):
                raise KeyboardInterrupt

        with self.assertRaises(KeyboardInterrupt):
            At.AsyncTask(lambda task: None).execute_on_executor(Ending())

    def catch(self, func, *args):
        try:
            func(*args)
        except Exception as exception:
            return exception
        return None

    def test_later(self):
        """An executor that keeps the tasks, and runs them when it likes."""
        class Queue(GObject.Object, At.Executor):
            def __init__(self):
                super().__init__()
                self.tasks = []

            def do_execute(self, task):
                self.tasks.append(task)

        queue = Queue()
        first, second = (At.AsyncTask(lambda task, n: n).execute_on_executor(queue, n) for n in (1, 2))
        second.cancel()
        self.assertEqual(queue.tasks, [first, second])

        def run():
            while queue.tasks:
                queue.tasks.pop().run()

        threading.Thread(target=run).start()
        self.assertEqual(first.result(), 1)
        finish(first, second)
        self.assertEqual(second.get_outcome(), At.Outcome.CANCELLED)


class LifetimeTest(Silent):
    class Thing:
        pass

    def test_collected(self):
        """Tasks that only the library keeps, with collections in between and inside."""
        done = []

        class Collecting(At.AsyncTask):
            def __init__(self, number):
                super().__init__()
                self.number = number
                self.cycle = self

            def do_in_background(self, number):
                if number % 100 == 50:
                    gc.collect()
                if number % 3 == 1:
                    raise ValueError(number)
                return [number]

            def do_post_execute(self, result):
                assert self.cycle is self
                done.append((self.number, result[0], is_main()))

            def do_failed(self, error):
                done.append((self.number, error.__cause__.args[0], is_main()))

            def do_cancelled(self, result):
                done.append((self.number, self.number, is_main()))

        pool = At.ThreadPoolExecutor.new("collected", 4)
        context = GLib.MainContext.default()
        for number in range(3000):
            task = Collecting(number).execute_on_executor(pool, number)
            if number % 7 == 0:
                task.cancel()
            del task
            gc.collect(1)
            if number % 50 == 0:
                gc.collect()
                context.iteration(False)
        iterate_until(lambda: len(done) == 3000)
        self.assertEqual(sorted(done), [(number, number, True) for number in range(3000)])

    def test_released(self):
        """All goes once, and where the owner is."""
        released = []

        def watched(name):
            thing = self.Thing()
            weakref.finalize(thing, lambda: released.append((name, is_main())))
            return thing

        class Holding(At.AsyncTask):
            def do_in_background(self, param, *, key):
                self.publish_progress(watched("progress"))
                self.set_result(watched("result"))

        task = Holding()
        task.attribute = watched("attribute")
        task.execute(watched("param"), key=watched("key"))
        with contextlib.suppress(concurrent.futures.TimeoutError):
            task.result(60)
        self.assertEqual(released, [])
        finish(task)
        self.assertEqual(sorted(released), [("key", True), ("param", True), ("progress", True)])
        del task
        self.assertEqual(sorted(released[3:]), [("attribute", True), ("result", True)])

    def test_function_released(self):
        thing = self.Thing()
        ref = weakref.ref(thing)

        def body(task, thing=thing):
            return 1

        task = At.AsyncTask(body).execute()
        del body, thing
        finish(task)
        del task
        gc.collect()
        self.assertIsNone(ref())

    def test_cycle(self):
        """A task that nobody executes, and that its own function refers to, is collected."""
        class Window:
            def __init__(self):
                self.task = At.AsyncTask(self.work)
                self.task.connect("post-execute", self.work)

            def work(self, task, *args):
                pass

        window = Window()
        ref = weakref.ref(window)
        del window
        gc.collect()
        self.assertIsNone(ref())

        window = Window()
        window.task.execute()
        finish(window.task)
        ref = weakref.ref(window)
        del window
        gc.collect()
        self.assertIsNone(ref())

    def test_result_of_itself(self):
        """A result that refers to its task is the result wherever there is one, and keeps nothing."""
        class Thing:
            pass

        def closing(task):
            return lambda: task

        def holding(task):
            thing = Thing()
            thing.tasks = {"a": [1, (task,)]}
            return thing

        class Bound(At.AsyncTask):
            def do_in_background(self):
                return self.do_in_background

        def setting(task):
            task.set_result("before")
            task.set_result({task: 1})

        def cancelled(task):
            task.cancel()
            return [task]

        makers = [lambda: At.AsyncTask(lambda task: task), lambda: At.AsyncTask(lambda task: (task, 5)),
                  lambda: At.AsyncTask(closing), lambda: At.AsyncTask(holding), Bound,
                  lambda: At.AsyncTask(setting), lambda: At.AsyncTask(cancelled)]
        def check(task):
            seen = []
            for name in "post-execute", "cancelled", "post_execute":
                task.connect(name, lambda task, result, *data: seen.append((result, data)), "data")
            task.connect_after("post-execute", lambda task, result: seen.append((result, ("data",))))
            task.execute()
            finish(task)
            result = task.get_result()
            self.assertIsNotNone(result)
            self.assertEqual(seen, [(result, ("data",))] * (1 if task.cancelled() else 3))
            if not task.cancelled():
                self.assertIs(task.result(), result)

                async def wait():
                    return await task

                self.assertIs(asyncio.run(wait()), result)
            return weakref.ref(task)

        for make in makers:
            ref = check(make())
            gc.collect()
            self.assertIsNone(ref(), make)

        # The last one counts, whatever was set before.
        def resetting(task):
            task.set_result([task])
            task.set_result(7)

        self.assertEqual(At.AsyncTask(resetting).execute().result(), 7)
        # None before there is one.
        gate = threading.Event()

        def early(task):
            task.set_result([task])
            gate.wait(60)

        task = At.AsyncTask(early).execute()
        self.assertIsNone(task.get_result())
        gate.set()
        self.assertEqual(task.result(), [task])
        results = []
        task = At.AsyncTask(lambda task, value: [task])
        task.execute_async(1, None, lambda task, result: results.append(task.execute_finish(result)))
        iterate_until(lambda: results)
        self.assertEqual(results, [[task]])

    def test_handlers_of_results(self):
        """They are found by the function that was connected."""
        calls = []

        def handler(task, result):
            calls.append(result)

        class Holder:
            def method(self, task, result):
                calls.append(result)

        holder = Holder()
        task = At.AsyncTask(lambda task: 5)
        for func in handler, holder.method:
            task.connect("post-execute", func)
            task.disconnect_by_func(func)
            with self.assertRaises(TypeError):
                task.disconnect_by_func(func)
        task.connect("post-execute", handler)
        task.connect_after("post-execute", holder.method)
        task.handler_block_by_func(handler)
        task.execute()
        finish(task)
        self.assertEqual(calls, [5])

    def test_flat(self):
        """5,000 tasks of each pattern leave nothing behind."""
        def fail(task):
            raise ValueError(task)

        def generate(task):
            yield task
            return task

        def own(task):
            return [task]

        ignore = lambda *args: None  # noqa: E731
        patterns = {
            "plain": lambda pool: pool.submit(abs, -1),
            "generator": lambda pool: At.AsyncTask(generate).execute_on_executor(pool),
            "own result": lambda pool: At.AsyncTask(own).execute_on_executor(pool),
            "failed": lambda pool: At.AsyncTask(fail).execute_on_executor(pool),
            "cancelled": lambda pool: At.AsyncTask(own).execute_on_executor(pool),
            "subclass": lambda pool: Recorder().execute_on_executor(pool, [1], key={}),
        }
        pool = At.ThreadPoolExecutor("flat", 2)
        counts = {}
        for name, make in patterns.items():
            for n in 500, 5000:
                tasks = []
                for i in range(n):
                    task = make(pool)
                    task.connect("failed", ignore)
                    task.connect("post-execute", ignore)
                    if name == "cancelled":
                        task.cancel()
                    tasks.append(task)
                    if i % 500 == 499:
                        finish(*tasks)
                        tasks.clear()
                del task
                gc.collect()
                counts[n] = len(gc.get_objects())
            with self.subTest(pattern=name):
                self.assertLess(counts[5000] - counts[500], 300)

    def test_failed_collected(self):
        def body(task):
            raise ValueError

        task = At.AsyncTask(body).execute()
        self.assertIsInstance(task.exception(), ValueError)
        finish(task)
        ref = weakref.ref(task)
        del task
        gc.collect()
        self.assertIsNone(ref())

    def test_failed_released(self):
        """No cycle keeps what a body that failed was given until the next collection."""
        released = []
        thing = self.Thing()
        weakref.finalize(thing, lambda: released.append(is_main()))
        gc.collect()
        gc.disable()
        self.addCleanup(gc.enable)
        # It fails without a frame of its own, which the traceback would keep.
        task = At.AsyncTask(divmod).execute(thing)
        del thing
        with self.assertRaises(TypeError):
            task.result()
        finish(task)
        del task
        self.assertEqual(released, [True])

    def test_exit(self):
        """A program that ends while bodies run does end, and well."""
        program = """if True:
            import gi
            gi.require_version("At", "1.0")
            from gi.repository import At, GLib
            def body(task):
                for i in range(200):
                    task.publish_progress([i])
                    task.set_fraction(i / 200)
                raise ValueError("late")
            pool = At.ThreadPoolExecutor.new("exit", 4)
            tasks = [At.AsyncTask(body).execute_on_executor(pool) for _ in range(20)]
            GLib.MainContext.default().iteration(False)
            """
        result = subprocess.run([sys.executable, "-c", program], timeout=60,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_owner(self):
        gate = threading.Event()

        class Owner(GObject.Object):
            pass

        owner = Owner()
        task = Recorder(owner=owner)
        task.do_in_background = lambda: gate.wait(60)
        task.execute()
        del owner
        gc.collect()
        gate.set()
        with self.assertRaises(concurrent.futures.CancelledError):
            task.result()
        finish(task)
        self.assertEqual(task.calls, [("pre", True)])

    def test_context(self):
        """Callbacks in a context of another thread."""
        context = GLib.MainContext()
        seen = []

        class Located(At.AsyncTask):
            def do_in_background(self):
                return threading.current_thread()

            def do_post_execute(self, result):
                seen.append((threading.current_thread(), result))

        def run():
            context.push_thread_default()
            task = Located(main_context=context).execute()
            while not seen:
                context.iteration(True)
            context.pop_thread_default()

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
        self.assertIs(seen[0][0], thread)
        self.assertIsNot(seen[0][1], thread)


class ListTest(Silent):
    def test_sequence(self):
        tasks = [At.AsyncTask(lambda task: None) for _ in range(4)]
        model = At.TaskList(tasks)
        self.assertEqual(len(model), 4)
        self.assertEqual(list(model), tasks)
        self.assertEqual(model[1:3], tasks[1:3])
        self.assertIs(model[-1], tasks[3])
        self.assertEqual(list(reversed(model)), tasks[::-1])
        self.assertIn(tasks[2], model)
        self.assertNotIn(At.AsyncTask(), model)
        self.assertNotIn(5, model)
        model.remove(tasks[2])
        self.assertNotIn(tasks[2], model)
        with self.assertRaises(IndexError):
            model[3]

    def test_changed(self):
        tasks = [At.AsyncTask(lambda task: None) for _ in range(6)]
        model = At.TaskList()
        model.append(tasks[0])
        model.extend(tasks[1:])
        self.assertEqual([model.index(task) for task in tasks], list(range(6)))
        self.assertEqual(model.index(tasks[4], 2, 5), 4)
        self.assertEqual(model.index(tasks[4], -3), 4)
        for wrong in (tasks[4], 5), (tasks[4], 0, 4), (At.AsyncTask(),), (5,), (None,):
            with self.assertRaises(ValueError):
                model.index(*wrong)
        del model[0]
        del model[-1]
        self.assertEqual(list(model), tasks[1:5])
        del model[::2]
        self.assertEqual(list(model), [tasks[2], tasks[4]])
        with self.assertRaises(IndexError):
            del model[2]
        self.assertIn(tasks[2], model)
        self.assertNotIn(tasks[1], model)


class ReadyMadeTest(Silent):
    def new(self):
        source = Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"x" * 5000))
        return source, Gio.MemoryOutputStream.new_resizable()

    def test_body_of_c(self):
        task = At.TransferTask.new(*self.new(), 5000)
        self.assertIs(task.execute(), task)
        self.assertEqual(task.result(), 5000)
        with self.assertRaises(TypeError):
            At.TransferTask.new(*self.new(), 0).execute(1, 2)

    def test_error_of_c(self):
        source, sink = self.new()
        source.close()
        task = At.TransferTask.new(source, sink, 0).execute()
        self.assertIsInstance(task.exception(), GLib.Error)
        with self.assertRaises(GLib.Error):
            task.result()

    def test_made_as_in_c(self):
        self.assertEqual(At.TransferTask(*self.new(), 5000, title="Copy").execute().result(), 5000)
        self.assertEqual(At.TransferTask(*self.new()).execute().result(), 5000)
        source, sink = self.new()
        task = At.TransferTask(sink=sink, size=5000, flags=At.TransferFlags.EXACT)
        task.set_source(source)
        self.assertEqual(task.execute().result(), 5000)

        task = At.SubprocessTask(["true", pathlib.Path("/")], title="Nothing")
        self.assertEqual(task.props.argv, ["true", "/"])
        self.assertEqual(task.props.title, "Nothing")
        self.assertEqual(task.execute().result(), 0)
        self.assertEqual(At.SubprocessTask(argv=["true"]).execute().result(), 0)
        for cls in (At.TransferTask, At.SubprocessTask):
            self.assertIsInstance(cls(), At.AsyncTask)
            self.assertIs(type(cls()), cls)

    def test_command(self):
        for command in "ls -l", b"ls", pathlib.Path("ls"):
            with self.assertRaisesRegex(TypeError, "is a list"):
                At.SubprocessTask(command)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder).resolve()
            task = At.SubprocessTask(["sh", "-c", "pwd; echo $NAME; echo ${HOME-unset}; cat"], cwd=folder,
                                     environment={"NAME": "wert", "PATH": os.environ["PATH"]}, input=b"line\n")
            lines = []
            task.connect("progress-update", lambda task, line: lines.append(line))
            task.execute()
            finish(task)
            self.assertEqual(lines, [str(folder), "wert", "unset", "line"])
        self.assertEqual(task.get_environment()[0], "NAME=wert")
        task = At.SubprocessTask(["cat"])
        task.set_environment({"A": "1", "B": "2=3"})
        self.assertEqual(task.get_environment(), ["A=1", "B=2=3"])
        task.set_environment(["C=3"])
        self.assertEqual(task.get_environment(), ["C=3"])
        task.set_environment(None)
        self.assertEqual(task.get_environment(), [])
        for data in b"abc", bytearray(b"abc"), memoryview(b"abc"), GLib.Bytes.new(b"abc"):
            task.set_input(data)
            self.assertEqual(task.get_input().get_data(), b"abc")
        for wrong in {"": "1"}, {"A=": "1"}:
            with self.assertRaises(ValueError):
                At.SubprocessTask(["ls"], environment=wrong)
        with self.assertRaises(TypeError):
            At.SubprocessTask(["ls"], environment={"A": 1})
        with self.assertRaisesRegex(TypeError, "encode"):
            At.SubprocessTask(["cat"], input="text")

    def test_script(self):
        with tempfile.TemporaryDirectory() as folder:
            module = pathlib.Path(folder, "module.py")
            module.write_text("def same(value, task):\n    return value\n"
                              "def each(value, task):\n    yield from value\n    return len(value)\n")
            for value in (None, True, 21, 1 << 62, -1.5, "text", b"\0bytes", b"", [], {}, [1, [2, None], "x"],
                          {"a": {"b": [b"c", 1.5]}, "": None}):
                result = At.ScriptTask(module, "same").execute(value).result()
                self.assertEqual(result, value)
                self.assertIs(type(result), type(value))
            self.assertEqual(At.ScriptTask(module=str(module), function="same").execute((1, 2)).result(), [1, 2])

            seen = []
            task = At.ScriptTask(module, "each", title="Each")
            task.connect("progress-update", lambda task, value, extra: seen.append((value, extra)), "extra")
            task.connect_after("post_execute", lambda task, result: seen.append(result))
            task.execute([1, ["two"]])
            iterate_until(lambda: task.get_status() == At.Status.FINISHED)
            self.assertEqual(seen, [(1, "extra"), (["two"], "extra"), 2])

            async def follow():
                task = At.ScriptTask(module, "each")
                progress = task.progress()
                task.execute([{"a": 1}, "b"])
                return [value async for value in progress], await task
            self.assertEqual(asyncio.run(follow()), ([{"a": 1}, "b"], 2))

            got = []
            task = At.ScriptTask(module, "same")
            task.execute_async({"a": 1}, None, lambda task, result: got.append(task.execute_finish(result)))
            iterate_until(lambda: got)
            self.assertEqual(got, [{"a": 1}])

            # Long lists of numbers of one kind have a way of their own.
            limits = [-1 << 63, (1 << 63) - 1]
            for value in ([*range(1000)], [i / 7 for i in range(70000)], limits * 20, [True] * 50, [1.0, 2] * 20,
                          [0.0, -0.0, math.inf] * 10, [*range(30), None], [[*range(20)], [*range(20)]],
                          ["seven.."] * 20, [{"a": i, "b": [i]} for i in range(300)]):
                result = At.ScriptTask(module, "same", isolated=False).execute(value).result()
                self.assertEqual(list(map(repr, result)), list(map(repr, value)))

            endless = {}
            endless["self"] = [endless]
            for value, error, place in (
                    (object(), TypeError, None), ({1: 2}, TypeError, None), ("a\0", TypeError, None),
                    ("\ud800", TypeError, None), (1 << 63, OverflowError, None), (endless, TypeError, "['self'][0]"),
                    ({"a": [0, {"b c": datetime.date.today()}]}, TypeError, "['a'][1]['b c']"),
                    ([*range(50), 1 << 63], OverflowError, "[50]"), ([["\ud800"]], TypeError, "[0][0]"),
                    ({"\ud800": 1}, TypeError, r"['\ud800']")):
                task = At.ScriptTask(module, "same")
                with self.assertRaises(error) as raised:
                    task.execute(value)
                if place is not None:
                    self.assertTrue(str(raised.exception).endswith(f" (at {place})"), raised.exception)
                self.assertIsNone(raised.exception.__context__)
                self.assertEqual(task.get_status(), At.Status.PENDING)
            with self.assertRaises(TypeError):
                At.ScriptTask(module, "same").execute(1, 2)


if __name__ == "__main__":
    # PyGObject's own would be taken for something that is shown of a task.
    unittest.main(warnings="ignore")
