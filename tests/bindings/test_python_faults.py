# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What goes wrong in Python around a task: callbacks that throw, fork, the end of the program."""

import asyncio
import faulthandler
import signal
import subprocess
import sys
import threading
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At, GLib  # noqa: E402

faulthandler.dump_traceback_later(100, exit=True)

ENDS = {
    "post": At.Outcome.SUCCEEDED,
    "failed": At.Outcome.FAILED,
    "cancelled": At.Outcome.CANCELLED,
}


class OnPurpose(Exception):
    pass


class Throwing(At.AsyncTask):
    """Throws in every callback, or in what is connected, and notes that it was called."""

    def __init__(self, end):
        super().__init__()
        self.end = end
        self.calls = []

    def throw(self, name):
        self.calls.append(name)
        raise OnPurpose(name)

    def do_in_background(self):
        self.calls.append("body")
        if self.end == "cancelled":
            self.cancel(False)
        self.publish_progress(1)
        self.publish_progress(2)
        self.set_fraction(0.5)
        if self.end == "failed":
            raise ValueError("of the body")
        return 3


class ThrowingClass(Throwing):
    def do_pre_execute(self):
        self.throw("pre")

    def do_progress_update(self, value):
        self.throw("progress")

    def do_post_execute(self, result):
        self.throw("post")

    def do_failed(self, error):
        self.throw("failed")

    def do_cancelled(self, result):
        self.throw("cancelled")


class ThrowingHandlers(Throwing):
    def __init__(self, end):
        super().__init__(end)
        for signal_name, name in (("pre-execute", "pre"), ("progress-update", "progress"), ("post-execute", "post"),
                                  ("failed", "failed"), ("cancelled", "cancelled")):
            self.connect(signal_name, lambda task, *args, name=name: task.throw(name))
        for name in "status", "outcome", "fraction":
            self.connect("notify::" + name, lambda task, pspec: task.throw("notify::" + pspec.name))


class ThrowTest(unittest.TestCase):
    def setUp(self):
        self.thrown = []
        hook = sys.excepthook
        self.addCleanup(lambda: setattr(sys, "excepthook", hook))
        sys.excepthook = lambda kind, error, traceback: self.thrown.append(error)

    def check(self, task, end):
        """Each callback was called, and each exception seen, once; nothing was skipped for it."""
        self.assertEqual(task.get_outcome(), ENDS[end])
        # What is thrown in a callback is no error of the task.
        self.assertEqual(task.get_error() is not None, end == "failed")
        calls = [call for call in task.calls if not call.startswith("notify")]
        values = [] if end == "cancelled" else ["progress", "progress"]
        self.assertEqual(calls, ["pre", "body", *values, end])
        self.assertEqual(sorted(str(error) for error in self.thrown if isinstance(error, OnPurpose)),
                         sorted(call for call in task.calls if call != "body"))

    def test_callbacks(self):
        for kind in ThrowingClass, ThrowingHandlers:
            for end in ENDS:
                with self.subTest(kind=kind.__name__, end=end):
                    self.thrown.clear()
                    task = kind(end)
                    task.execute()
                    while task.get_status() != At.Status.FINISHED:
                        GLib.MainContext.default().iteration(True)
                    self.check(task, end)
                    if kind is ThrowingHandlers:
                        self.assertEqual(task.calls.count("notify::status"), 2)
                        self.assertEqual(task.calls.count("notify::outcome"), 1)

    def test_result(self):
        """Who asks for the result gets it all the same."""
        task = ThrowingClass("post")
        self.assertEqual(task.execute().result(), 3)
        task = ThrowingClass("failed")
        with self.assertRaisesRegex(ValueError, "of the body"):
            task.execute().result()
        iterate = GLib.MainContext.default().iteration
        while iterate(False):
            pass

    def test_await(self):
        async def wait_for(task):
            async def iterate():
                while True:
                    GLib.MainContext.default().iteration(False)
                    await asyncio.sleep(0.001)

            iterating = asyncio.ensure_future(iterate())
            try:
                return await task.execute()
            finally:
                iterating.cancel()

        self.assertEqual(asyncio.run(wait_for(ThrowingClass("post"))), 3)
        with self.assertRaisesRegex(ValueError, "of the body"):
            asyncio.run(wait_for(ThrowingClass("failed")))

    def test_next(self):
        """A task after one that threw is none the worse for it."""
        order = []
        executor = At.SerialExecutor.new(None)
        tasks = [ThrowingHandlers("post") for _ in range(5)]
        for task in tasks:
            task.connect("post-execute", lambda task: order.append(task))
            task.execute_on_executor(executor)
        while tasks[-1].get_status() != At.Status.FINISHED:
            GLib.MainContext.default().iteration(True)
        for task in tasks:
            self.assertEqual(task.get_outcome(), At.Outcome.SUCCEEDED)


# Bodies run, are queued, paused and waited for, and have sent things nobody has looked at.
BUSTLE = """if True:
    import os, sys, threading
    import gi
    gi.require_version("At", "1.0")
    from gi.repository import At, GLib

    started = threading.Semaphore(0)

    def busy(task):
        started.release()
        n = 0
        while not task.is_cancelled():
            n += 1
            task.set_amounts(n, 2 * n)
            if n < 1000:
                task.publish_progress({"n": n})
            task.checkpoint()

    pool = At.ThreadPoolExecutor.new("bustle", 3)
    serial = At.SerialExecutor.new(pool)
    tasks = [At.AsyncTask(busy) for _ in range(10)]
    for task in tasks[:5]:
        task.execute_on_executor(pool)
    for task in tasks[5:]:
        task.execute_on_executor(serial)
    for _ in range(3):
        started.acquire()
    tasks[1].pause()

    def wait():
        try:
            tasks[0].wait(-1, None)
        except GLib.Error:
            pass

    threading.Thread(target=wait, daemon=True).start()
    GLib.MainContext.default().iteration(False)
"""


class ProcessTest(unittest.TestCase):
    def run_program(self, program, expected):
        result = subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", "-c", BUSTLE + program],
                                timeout=80, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, result.stderr), (expected, b""))

    def test_fork(self):
        """A copy ends, whichever way, and the program goes on."""
        self.run_program("""
    for n in range(6):
        pid = os.fork()
        if pid == 0:
            [task.get_status() for task in tasks]
            if n % 2:
                os._exit(5)
            sys.exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 5
    for task in tasks:
        task.resume()
        task.cancel(True)
    while any(task.get_status() != At.Status.FINISHED for task in tasks):
        GLib.MainContext.default().iteration(True)
    sys.exit(9)
""", 9)

    def test_exit(self):
        self.run_program("\n    sys.exit(4)\n", 4)

    def test_exit_in_callback(self):
        """PyGObject ends no program for a callback; os._exit() does."""
        self.run_program("""
    last = At.AsyncTask(lambda task: None)
    last.connect("post-execute", lambda task, result: os._exit(6))
    last.execute_on_executor(At.InlineExecutor.new())
    while True:
        GLib.MainContext.default().iteration(True)
""", 6)

    def test_exception(self):
        program = BUSTLE + "\n    raise SystemExit(8)\n"
        result = subprocess.run([sys.executable, "-c", program], timeout=80)
        self.assertEqual(result.returncode, 8)

    def test_signal(self):
        """The program is ended from outside."""
        program = BUSTLE + "\n    print('ready', flush=True)\n    GLib.MainLoop().run()\n"
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(80), -signal.SIGTERM)


if __name__ == "__main__":
    unittest.main(verbosity=2)
