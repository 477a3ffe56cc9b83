# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tasks where Python's own futures, executors and threads are expected."""

import concurrent.futures
import contextvars
import faulthandler
import logging
import os
import subprocess
import sys
import threading
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject  # noqa: E402

faulthandler.dump_traceback_later(100, exit=True)

VARIABLE = contextvars.ContextVar("variable", default="unset")


class Base(unittest.TestCase):
    def setUp(self):
        self.gate = threading.Event()
        self.pool = At.ThreadPoolExecutor("futures", 4)
        self.addCleanup(self.drain)

    def drain(self):
        self.gate.set()
        self.pool.shutdown(wait=True)
        while GLib.MainContext.default().iteration(False):
            pass

    def wait(self, *_args):
        self.gate.wait(60)
        return "waited"

    def start(self, func, *args):
        return At.AsyncTask(func).execute_on_executor(self.pool, *args)


class SubmitTest(Base):
    def test_submit(self):
        self.assertEqual(self.pool.submit(os.path.getsize, __file__).result(), os.path.getsize(__file__))
        self.assertEqual(self.pool.submit(int, "11", base=2).result(), 3)
        task = self.pool.submit(os.path.getsize, "/nonexistent")
        with self.assertRaises(FileNotFoundError):
            task.result()
        self.assertIsInstance(task, At.AsyncTask)
        self.assertRegex(repr(task), r"^<At.AsyncTask of getsize\(\) (running|failed)")

        def func(*args, **keywords):
            return args, keywords

        # Names of parameters are free.
        self.assertEqual(self.pool.submit(func, 1, self=2, func=3, task=4).result(), ((1,), {"self": 2, "func": 3, "task": 4}))

    def test_plain(self):
        """What it returns is the result, whatever it is."""
        def generate():
            yield 1

        self.assertEqual(list(self.pool.submit(generate).result()), [1])

        async def coroutine():
            pass

        for wrong in coroutine, 5, None:
            with self.assertRaises(TypeError):
                self.pool.submit(wrong)

    def test_map(self):
        self.assertEqual(list(self.pool.map(pow, range(20), range(20))), [n ** n for n in range(20)])
        self.assertEqual(list(self.pool.map(str, [])), [])
        results = self.pool.map(lambda n: 1 // n, [1, 0, 2])
        self.assertEqual(next(results), 1)
        with self.assertRaises(ZeroDivisionError):
            next(results)
        self.assertEqual(list(results), [])
        with self.assertRaises(concurrent.futures.TimeoutError):
            list(self.pool.map(self.wait, range(2), timeout=0.01))

    def test_map_given_up(self):
        """Those that nobody will ask for are cancelled."""
        tasks = []

        class Noting(GObject.Object, At.Executor):
            def do_execute(self, task):
                tasks.append(task)
                threading.Thread(target=task.run).start()

        results = Noting().map(lambda n: n if n == 0 else self.wait(), range(3))
        self.assertEqual(next(results), 0)
        results.close()
        self.assertEqual([task.is_cancelled() for task in tasks], [False, True, True])

    def test_map_given_up_queued(self):
        """None begins in the place of one that was cancelled."""
        def submit(*args):
            tasks.append(At.ThreadPoolExecutor.submit(pool, *args))
            return tasks[-1]

        def body(n):
            begun[n].set()
            submitted.wait(60)
            while n == 1:
                tasks[n].checkpoint()
            return n

        def slow_cancel(task, *args):
            cancel(task, *args)
            if task is tasks[1] and not tasks[2].is_cancelled():
                begun[2].wait(60)

        tasks = []
        submitted = threading.Event()
        begun = [threading.Event() for _n in range(3)]
        cancel = At.AsyncTask.cancel
        self.addCleanup(setattr, At.AsyncTask, "cancel", cancel)
        At.AsyncTask.cancel = slow_cancel
        with At.ThreadPoolExecutor("map", 1) as pool:
            pool.submit = submit
            results = pool.map(body, range(3))
            submitted.set()
            self.assertEqual(next(results), 0)
            self.assertTrue(begun[1].wait(60))
            results.close()
        self.assertEqual([event.is_set() for event in begun], [True, True, False])

    def test_with(self):
        """The end of the block waits, also for what bodies start."""
        done = []

        def body(task, n):
            if n < 3:
                At.AsyncTask(body).execute_on_executor(pool, n + 1)
            done.append(n)

        with At.ThreadPoolExecutor("with", 2) as pool:
            self.assertEqual((pool.get_name(), pool.get_max_threads()), ("with", 2))
            for n in range(4):
                pool.submit(done.append, 10 + n)
            copy = At.TransferTask(Gio.MemoryInputStream.new_from_bytes(GLib.Bytes.new(b"x")),
                                   Gio.MemoryOutputStream.new_resizable()).execute_on_executor(pool)
        self.assertEqual(sorted(done), [10, 11, 12, 13])
        self.assertTrue(copy.done())
        with self.assertRaises(RuntimeError):
            pool.submit(print)

        with self.assertRaises(ZeroDivisionError):
            with At.ThreadPoolExecutor("with", 2) as pool:
                task = pool.submit(done.append, 20)
                1 // 0
        self.assertTrue(task.done())
        with At.ThreadPoolExecutor() as pool:
            self.assertEqual(pool.get_max_threads(), os.cpu_count())

    def test_all_executors(self):
        class Threads(GObject.Object, At.Executor):
            def do_execute(self, task):
                threading.Thread(target=task.run).start()

        for executor in (At.SerialExecutor.get_default(), At.SerialExecutor.new(self.pool), At.InlineExecutor.new(),
                         At.ThreadPoolExecutor.get_default(), Threads()):
            self.assertEqual(executor.submit(divmod, 7, 2).result(), (3, 1))
            self.assertEqual(list(executor.map(abs, [-1, -2])), [1, 2])


class FuturesTest(Base):
    def test_is_future(self):
        task = At.AsyncTask(self.wait)
        self.assertIsInstance(task, concurrent.futures.Future)
        for method, argument in (task.set_exception, ValueError()), (task.set_running_or_notify_cancel, None):
            with self.assertRaises(TypeError):
                method(*[argument][:argument is not None])

    def test_wait(self):
        def fail(task):
            raise ValueError

        def ends(tasks):
            return [task.done() for task in tasks]

        quick = [self.start(lambda task, n: n, n) for n in range(3)]
        slow = self.start(self.wait)
        done, not_done = concurrent.futures.wait([*quick, slow], return_when=concurrent.futures.FIRST_COMPLETED)
        self.assertTrue(done and done <= set(quick) and slow in not_done)
        done, not_done = concurrent.futures.wait([*quick, slow], timeout=0.01)
        self.assertIn(slow, not_done)
        failing = self.start(fail)
        done, not_done = concurrent.futures.wait([slow, failing], return_when=concurrent.futures.FIRST_EXCEPTION)
        self.assertEqual((done, not_done), ({failing}, {slow}))
        threading.Timer(0.01, self.gate.set).start()
        done, not_done = concurrent.futures.wait([*quick, slow, failing])
        self.assertEqual((done, not_done), ({*quick, slow, failing}, set()))
        self.assertIsInstance(failing.exception(), ValueError)

    def test_unseen(self):
        """To wait for a task is not to ask what it raised."""
        def fail(task):
            raise ValueError

        program = """if True:
            import concurrent.futures, gi
            gi.require_version("At", "1.0")
            from gi.repository import At
            task = At.to_thread(divmod, 1, 0)
            concurrent.futures.wait([task])
            """
        result = subprocess.run([sys.executable, "-c", program], stderr=subprocess.PIPE, encoding="utf-8", timeout=60)
        self.assertIn("ZeroDivisionError", result.stderr)

    def test_as_completed(self):
        gates = [threading.Event() for _ in range(4)]
        tasks = [self.start(lambda task, n: gates[n].wait(60) and n, n) for n in range(4)]
        gates[2].set()
        order = []
        for task in concurrent.futures.as_completed(tasks, timeout=60):
            order.append(task.result())
            {2: gates[0], 0: gates[3], 3: gates[1], 1: gates[1]}[order[-1]].set()
        self.assertEqual(order, [2, 0, 3, 1])
        with self.assertRaises(concurrent.futures.TimeoutError):
            list(concurrent.futures.as_completed([self.start(self.wait)], timeout=0.01))

    def test_mixed(self):
        """Tasks among other futures, of C's bodies, cancelled ones, and those that never begin."""
        with concurrent.futures.ThreadPoolExecutor(2) as executor:
            blocking = [self.start(self.wait) for _ in range(4)]
            queued = self.start(self.wait)
            other = executor.submit(self.wait)
            later = executor.submit(str, 5)
            command = At.SubprocessTask(["true"]).execute()
            queued.cancel()
            everything = {*blocking, queued, other, later, command}
            threading.Timer(0.01, self.gate.set).start()
            self.assertEqual(concurrent.futures.wait(everything), (everything, set()))
            self.assertEqual(set(concurrent.futures.as_completed(everything)), everything)
            self.assertTrue(queued.cancelled())

    def test_many(self):
        for _ in range(5):
            tasks = [self.start(lambda task, n: n, n) for n in range(300)]
            self.assertEqual(sorted(task.result() for task in concurrent.futures.as_completed(tasks)),
                             list(range(300)))
            self.assertEqual(concurrent.futures.wait(tasks)[1], set())

    def test_two_who_wait(self):
        tasks = [self.start(self.wait) for _ in range(3)]
        with concurrent.futures.ThreadPoolExecutor(3) as executor:
            waits = [executor.submit(concurrent.futures.wait, tasks) for _ in range(3)]
            self.gate.set()
            for wait in waits:
                self.assertEqual(wait.result(), (set(tasks), set()))

    def test_interrupted(self):
        program = """if True:
            import concurrent.futures, os, signal, threading
            import gi
            gi.require_version("At", "1.0")
            from gi.repository import At
            gate = threading.Event()
            def body(task):
                os.kill(os.getpid(), signal.SIGINT)
                gate.wait(60)
            task = At.AsyncTask(body)
            try:
                task.execute()
                concurrent.futures.wait([task])
            except KeyboardInterrupt:
                gate.set()
                print("interrupted")
            """
        result = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, timeout=60, check=True)
        self.assertEqual(result.stdout, b"interrupted\n")


class ThreadTest(Base):
    def test_context_variables(self):
        """A body sees what was set where the task was executed, and what it sets is its own."""
        def body(task=None):
            before = VARIABLE.get()
            VARIABLE.set("body")
            return before

        def generator(task):
            yield VARIABLE.get()
            return VARIABLE.get()

        VARIABLE.set("first")
        tasks = [self.start(body), self.pool.submit(body), At.AsyncTask(body).execute_on_executor(At.InlineExecutor.new())]
        VARIABLE.set("second")
        tasks += [At.AsyncTask(generator).execute()]
        task = At.AsyncTask(body)
        task.execute_async()
        tasks.append(task)
        self.assertEqual([task.result() for task in tasks], ["first"] * 3 + ["second"] * 2)
        self.assertEqual(VARIABLE.get(), "second")

    def test_names(self):
        """A thread is called after the pool for which it works."""
        def log(*_args):
            names.append(logging.LogRecord("name", logging.INFO, "path", 1, "message", (), None).threadName)

        names = []
        with At.ThreadPoolExecutor("thumbnails", 1) as pool:
            pool.submit(log).result()
            pool.submit(log).result()
        At.AsyncTask(log).execute().result()
        # Nothing is changed where a thread has a name.
        At.AsyncTask(log).execute_on_executor(At.InlineExecutor.new()).result()

        class Threads(GObject.Object, At.Executor):
            def do_execute(self, task):
                threading.Thread(target=task.run, name="mine").start()

        At.AsyncTask(log).execute_on_executor(Threads()).result()
        self.assertRegex(names[0], r"^thumbnails-\d+$")
        self.assertEqual(names[1], names[0])
        self.assertRegex(names[2], r"^AsyncTask-\d+$")
        self.assertEqual(names[3:], ["MainThread", "mine"])

        def rename(task):
            threading.current_thread().name = "own"
            log()

        At.AsyncTask(rename).execute().result()
        self.assertEqual(names[5], "own")
        # None of them looks alive once it has ended its work.
        self.pool.shutdown(wait=True)
        self.assertEqual([thread.name for thread in threading.enumerate() if "Worker" in type(thread).__name__], [])


if __name__ == "__main__":
    unittest.main()
