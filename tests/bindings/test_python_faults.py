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
from gi.overrides._at_process import find_started  # noqa: E402

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
        # What is thrown here is an error of the task.
        self.calls.append("pre")

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
        quiet = ("body", "pre") if isinstance(task, ThrowingClass) else ("body",)
        self.assertEqual(sorted(str(error) for error in self.thrown if isinstance(error, OnPurpose)),
                         sorted(call for call in task.calls if call not in quiet))

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

    def test_pre_execute(self):
        """What is thrown there fails the task, whose body does not run."""
        class Throwing(At.AsyncTask):
            def __init__(self, exception):
                super().__init__()
                self.exception_of_pre = exception
                self.calls = []

            def do_pre_execute(self):
                raise self.exception_of_pre

            def do_in_background(self):
                self.calls.append("body")

            def do_failed(self, error):
                self.calls.append(error.__cause__)

        def execute_elsewhere(task):
            thread = threading.Thread(target=task.execute)
            thread.start()
            thread.join()

        for execute in Throwing.execute, execute_elsewhere, Throwing.execute_async:
            exception = OnPurpose("pre")
            task = Throwing(exception)
            execute(task)
            with self.assertRaises(OnPurpose) as caught:
                task.result()
            self.assertIs(caught.exception, exception)
            while task.get_status() != At.Status.FINISHED:
                GLib.MainContext.default().iteration(True)
            self.assertEqual(task.calls, [exception])
            self.assertEqual(task.get_outcome(), At.Outcome.FAILED)
            self.assertEqual(task.get_error().message, "pre")
            self.assertEqual(self.thrown, [])

        # What ends the program still does.
        task = Throwing(KeyboardInterrupt())
        with self.assertRaises(KeyboardInterrupt):
            task.execute()
        while task.get_status() != At.Status.FINISHED:
            GLib.MainContext.default().iteration(True)
        self.assertEqual(self.thrown, [])

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
    # Otherwise they would be waited for at the end, and they do not end.
    At.set_exit_timeout(10)
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

    def test_fork_refused(self):
        """In a copy no task runs, which is said, and none is waited for."""
        self.run_program("""
    pid = os.fork()
    if pid == 0:
        import asyncio
        refused = 0

        async def wait():
            await tasks[0]

        for use in (lambda: At.AsyncTask(busy).execute(), lambda: At.AsyncTask(busy).execute_on_executor(pool),
                    lambda: At.AsyncTask(busy).execute_async(), tasks[0].wait, tasks[0].result,
                    lambda: tasks[0].result(5), tasks[0].exception, lambda: asyncio.run(wait())):
            try:
                use()
            except RuntimeError as error:
                refused += "spawn" in str(error)
        assert not tasks[0].done()
        sys.exit(refused)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 8
    sys.exit(9)
""", 9)

    def test_fork_before(self):
        """A copy of a process that has run no task yet is like any other."""
        program = """if True:
            import os
            import gi
            gi.require_version("At", "1.0")
            from gi.repository import At
            pid = os.fork()
            assert At.AsyncTask(lambda task: 5).execute().result() == 5
            if pid != 0:
                assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
            """
        subprocess.run([sys.executable, "-W", "ignore::DeprecationWarning", "-c", program], timeout=80, check=True)

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

    def test_exit_at_once(self):
        self.run_program("\n    At.set_exit_timeout(0)\n    sys.exit(4)\n", 4)

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


class ExitTest(unittest.TestCase):
    """What becomes of bodies that go on at the end of the program."""

    START = """if True:
        import os, signal, sys, threading, time
        import gi
        gi.require_version("At", "1.0")
        from gi.repository import At, GLib, GObject

        started = threading.Semaphore(0)
        # Set when the program has come to its end, just before it is waited for.
        ended = threading.Event()
        threading._register_atexit(ended.set)

        def say(*words):
            # In one piece, whoever else says something.
            os.write(1, (" ".join(map(str, words)) + "\\n").encode())
"""

    def run_program(self, program, lines, errors=()):
        result = subprocess.run([sys.executable, "-c", self.START + program], timeout=80, encoding="utf-8",
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(sorted(result.stdout.splitlines()), sorted(lines), result.stderr)
        for error in errors:
            self.assertEqual(result.stderr.count(error), 1, result.stderr)
        if not errors:
            self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 0)

    def test_joined(self):
        """Those that run, those that are queued, and those that they start."""
        self.run_program("""
        def body(task, n):
            started.release()
            try:
                ended.wait()
                if n == 0:
                    At.AsyncTask(body).execute_on_executor(pool, 3)
            finally:
                say("finally", n)

        pool = At.ThreadPoolExecutor.new("exit", 4)
        for n in range(3):
            At.AsyncTask(body).execute(n)
        started.acquire()
""", ["finally 0", "finally 3", "finally 1", "finally 2"])

    def test_started_meanwhile(self):
        """A body starts another one and ends, between the list of all and the question whether it goes on."""
        gate = threading.Event()
        pool = At.ThreadPoolExecutor("meanwhile", 2)
        first = At.AsyncTask(lambda task: None).execute_on_executor(pool)
        first.result()
        later = []

        def goes_on(task):
            if task is first and not later:
                later.append(At.AsyncTask(lambda task: gate.wait(60)).execute_on_executor(pool))
            return task in later

        self.assertEqual(find_started(goes_on), later)
        gate.set()
        pool.shutdown(wait=True)
        self.assertEqual(find_started(lambda task: not task.done()), [])

    def test_file(self):
        """What concurrent.futures still lets bodies do, they can."""
        self.run_program("""
        import concurrent.futures, tempfile

        def body(task, file):
            with file:
                started.release()
                ended.wait()
                file.write(concurrent.futures.ThreadPoolExecutor(1).submit(str, 5).result())

        file = tempfile.NamedTemporaryFile("w", delete=False)
        At.AsyncTask(body).execute(file)
        started.acquire()
        import atexit
        @atexit.register
        def check():
            with open(file.name) as again:
                say(again.read())
            os.unlink(file.name)
""", ["5"])

    def test_cancelled(self):
        """With a time, all are cancelled, and have that time."""
        self.run_program("""
        def body(task, n):
            started.release()
            try:
                while True:
                    task.checkpoint()
            finally:
                say("finally")

        def stubborn(task):
            started.release()
            while True:
                time.sleep(0.01)

        pool = At.ThreadPoolExecutor.new("exit", 4)
        for n in range(3):
            At.AsyncTask(body).execute_on_executor(pool, n)
        At.AsyncTask(stubborn).execute_on_executor(pool)
        # Its body never runs.
        queued = At.AsyncTask(body).execute_on_executor(pool, 5)
        for n in range(4):
            started.acquire()
        At.set_exit_timeout(1)
""", ["finally"] * 3)

    def test_cancelled_queued(self):
        """No body begins in the place of one that was cancelled, whichever is the first in the list."""
        for running_comes_first in True, False:
            self.run_program(f"""
        from gi.overrides import _at_process
        cancel, find_started = At.AsyncTask.cancel, _at_process.find_started
        begun = threading.Event()

        def slow_cancel(task, *args):
            cancel(task, *args)
            if task is running and not queued.is_cancelled():
                begun.wait()

        def hold(task):
            started.release()
            gate.wait()

        def run(task):
            started.release()
            while True:
                task.checkpoint()

        def begin(task):
            say("begun")
            begun.set()

        gate = threading.Event()
        pool = At.ThreadPoolExecutor.new("exit", 1)
        held = At.AsyncTask(hold).execute_on_executor(pool)
        started.acquire()
        running = At.AsyncTask(run)
        running.set_priority(0 if {running_comes_first} else -1)
        queued = At.AsyncTask(begin)
        for task in (running, queued) if {running_comes_first} else (queued, running):
            task.execute_on_executor(pool)
        gate.set()
        started.acquire()
        At.AsyncTask.cancel = slow_cancel
        _at_process.find_started = lambda condition: sorted(
            find_started(condition), key=lambda task: task is queued, reverse=not {running_comes_first})
        At.set_exit_timeout(60)
""", [])

    def test_paused(self):
        """Nobody resumes a task then."""
        self.run_program("""
        def body(task):
            started.release()
            try:
                while True:
                    task.checkpoint()
            finally:
                say("finally")

        task = At.AsyncTask(body).execute()
        started.acquire()
        task.pause()
        say("end")
""", ["end", "finally"])

    def test_forgotten(self):
        """Nobody waits for what no executor will run, and it fails once nobody has it any more."""
        self.run_program("""
        GLib.log_set_always_fatal(GLib.LogLevelFlags.LEVEL_ERROR)

        class Forgetting(GObject.Object, At.Executor):
            def do_execute(self, task):
                pass

        class Task(At.AsyncTask):
            def do_in_background(self):
                say("ran")

            def do_failed(self, error):
                assert error.matches(At.task_error_quark(), At.TaskError.REJECTED), error
                say("failed")

        def on_failed(task, error):
            say("told")
            loop.quit()

        loop = GLib.MainLoop()
        task = Task()
        task.connect("failed", on_failed)
        task.execute_on_executor(Forgetting())
        del task
        loop.run()
        At.AsyncTask(lambda task: say("ran")).execute_on_executor(Forgetting())
""", ["told", "failed"], errors=[
    "(__main__+Forgetting) has taken a task (__main__+Task), and dropped it",
    "(__main__+Forgetting) has taken a task (AtPythonFunctionTask), and dropped it"])

    def test_interrupted(self):
        """Ctrl+C then cancels all, and a second one ends the program."""
        for ignores in False, True:
            self.run_program(f"""
        def body(task):
            started.release()
            ended.wait()
            os.kill(os.getpid(), signal.SIGINT)
            while {ignores} or not task.is_cancelled():
                if task.is_cancelled():
                    os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)
            say("cancelled")

        At.AsyncTask(body).execute()
        started.acquire()
""", [] if ignores else ["cancelled"])

    def test_failed(self):
        """What nobody asked for is shown."""
        self.run_program("""
        def body(task, text):
            started.release()
            ended.wait()
            raise ValueError(text)

        pool = At.ThreadPoolExecutor.new("exit", 4)
        At.AsyncTask(body).execute_on_executor(pool, "unseen")
        kept = At.AsyncTask(body).execute_on_executor(pool, "kept")
        cancelled = At.AsyncTask(body).execute_on_executor(pool, "cancelled")
        handled = At.AsyncTask(body)
        handled.connect("failed", print)
        handled.execute_on_executor(pool, "handled")
        for n in range(4):
            started.acquire()
        cancelled.cancel()
""", [], ["ValueError: unseen", "ValueError: kept"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
