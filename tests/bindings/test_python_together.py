# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Coroutines as bodies, tries, prerequisites, and several tasks as one, in Python."""

import asyncio
import concurrent.futures
import contextlib
import contextvars
import errno
import faulthandler
import functools
import gc
import io
import sys
import threading
import types
import unittest
import unittest.mock
import weakref

import gi

gi.require_version("At", "1.0")
from gi.repository import At, Gio, GLib, GObject  # noqa: E402

MAIN = threading.main_thread()

faulthandler.dump_traceback_later(290, exit=True)


def is_error(error, code, quark=Gio.io_error_quark):
    return isinstance(error, GLib.Error) and error.matches(quark(), code)


def iterate_until(condition):
    while not condition():
        GLib.MainContext.default().iteration(True)


def finish(task):
    iterate_until(lambda: task.get_status() == At.Status.FINISHED)
    return task


async def add(task, a, b=0):
    await asyncio.sleep(0)
    return a + b


async def count(task, n):
    for i in range(n):
        yield i


async def never(task, *params):
    await asyncio.Event().wait()


async def fail(task, exception):
    raise exception


class TestCase(unittest.TestCase):
    def setUp(self):
        self.shown = []
        hook = sys.excepthook
        sys.excepthook = lambda kind, value, traceback: self.shown.append(value)
        self.addCleanup(setattr, sys, "excepthook", hook)
        stderr = contextlib.redirect_stderr(io.StringIO())
        stderr.__enter__()
        self.addCleanup(stderr.__exit__, None, None, None)


class CoroutineTest(TestCase):
    def test_is_deferred(self):
        class Callable:
            async def __call__(self, task):
                return 1

        for func in add, count, functools.partial(add, b=2), Callable():
            self.assertIsInstance(At.AsyncTask(func), At.DeferredTask)
            self.assertIsInstance(At.DeferredTask(func), At.DeferredTask)
        self.assertNotIsInstance(At.AsyncTask(lambda task: 1), At.DeferredTask)
        for wrong in (lambda task: 1), print:
            with self.assertRaisesRegex(TypeError, "async"):
                At.DeferredTask(wrong)
        with self.assertRaisesRegex(TypeError, "async"):
            type("Wrong", (At.DeferredTask,), {"do_in_background": lambda self: 1})
        self.assertRegex(repr(At.AsyncTask(add, title="Sum")), r"^<At.DeferredTask 'Sum' of add\(\) pending")

    def test_result(self):
        async def main():
            task = At.AsyncTask(add, 1)
            self.assertIs(task.execute(b=2), task)
            self.assertEqual(await task, 3)
            self.assertEqual(task.result(), 3)
            self.assertEqual(await At.background(add)(1, 2), 3)
            value = object()

            async def give(task, value):
                self.assertIs(threading.current_thread(), MAIN)
                return value
            self.assertIs(await At.AsyncTask(give).execute(value), value)

        asyncio.run(main())

    def test_subclass(self):
        class Sum(At.DeferredTask):
            calls = ()

            def do_pre_execute(self):
                self.calls = ["pre"]

            async def do_in_background(self, a, b):
                self.publish_progress(a)
                return await add(self, a, b)

            def do_progress_update(self, value):
                self.calls.append(value)

            def do_post_execute(self, result):
                self.calls.append(result)

        async def main():
            task = Sum(title="Sum")
            self.assertEqual(await task.execute(3, b=4), 7)
            self.assertEqual(task.calls, ["pre", 3, 7])

        asyncio.run(main())

    def test_pre_execute_raises(self):
        class Sum(At.DeferredTask):
            def do_pre_execute(self):
                raise KeyError("before")

            async def do_in_background(self):
                ran.append(self)

        async def main():
            with self.assertRaisesRegex(KeyError, "before"):
                await Sum().execute()

        ran = []
        asyncio.run(main())
        self.assertEqual(ran, [])

    def test_generator(self):
        async def main():
            task = At.AsyncTask(count)
            progress = task.progress()
            task.execute(3)
            self.assertEqual([value async for value in progress], [0, 1, 2])

            # Paused, it waits where it yields.
            task = At.AsyncTask(count)
            task.connect("progress-update", lambda task, value: task.pause() if value == 1 else None)
            seen = []
            task.connect("progress-update", lambda task, value: seen.append(value))

            async def count_slowly(task):
                for i in range(5):
                    yield i
                    at.append(i)
                    await asyncio.sleep(0.005)
            at = []
            task = At.AsyncTask(count_slowly)
            task.execute()
            while len(at) < 2:
                await asyncio.sleep(0.001)
            task.pause()
            await asyncio.sleep(0.05)
            n = len(at)
            await asyncio.sleep(0.05)
            self.assertEqual(len(at), n)
            self.assertLess(n, 5)
            task.resume()
            await task
            self.assertEqual(at, list(range(5)))

        asyncio.run(main())

    def test_generator_cancelled(self):
        async def forever(task):
            try:
                while True:
                    yield 1
                    await asyncio.sleep(0)
            finally:
                closed.append(True)

        async def main(interrupt, pause):
            task = At.AsyncTask(forever).execute()
            await asyncio.sleep(0.02)
            if pause:
                task.pause()
                await asyncio.sleep(0.02)
            task.cancel(interrupt)
            with self.assertRaises(asyncio.CancelledError):
                await task

        for interrupt, pause in (True, False), (False, False), (True, True):
            closed = []
            asyncio.run(main(interrupt, pause))
            self.assertEqual(closed, [True])

    def test_exceptions(self):
        async def main():
            for exception in ValueError("v"), SystemExit(3), GLib.Error("g"), KeyboardInterrupt():
                task = At.AsyncTask(fail)
                failed = []
                task.connect("failed", lambda task, error: failed.append((type(error), task.exception())))
                with self.assertRaises(type(exception)) as caught:
                    await task.execute(exception)
                self.assertIs(caught.exception, exception)
                self.assertEqual(failed, [(GLib.Error, exception)])
                self.assertIs(task.get_error().__cause__, exception)

        asyncio.run(main())
        self.assertEqual(self.shown, [])

    def test_unheard(self):
        async def main():
            task = At.AsyncTask(fail).execute(ValueError("unheard"))
            while task.running():
                await asyncio.sleep(0.01)

        asyncio.run(main())
        gc.collect()
        self.assertEqual([str(exception) for exception in self.shown], ["unheard"])

    def test_cancelled(self):
        def cancel(task):
            task.cancel()

        def cancel_elsewhere(task):
            thread = threading.Thread(target=task.cancel)
            thread.start()
            thread.join()

        def end_owner(task):
            del owner[:]

        for stop in cancel, cancel_elsewhere, end_owner:
            stopped = []
            owner = [GObject.Object()]

            async def body(task):
                try:
                    await never(task)
                except asyncio.CancelledError:
                    stopped.append(True)
                    raise

            async def main():
                task = At.AsyncTask(body, owner=owner[0]).execute()
                await asyncio.sleep(0.02)
                self.assertEqual(stopped, [])
                stop(task)
                with self.assertRaises(asyncio.CancelledError):
                    await task
                self.assertEqual(stopped, [True])
                self.assertEqual(task.get_outcome(), At.Outcome.CANCELLED)

            with self.subTest(stop=stop.__name__):
                asyncio.run(main())

    def test_not_interrupted(self):
        async def body(task):
            while not task.is_cancelled():
                await asyncio.sleep(0.001)
            with self.assertRaises(At.CancelledError):
                task.checkpoint()
            return 5

        async def main():
            task = At.AsyncTask(body).execute()
            await asyncio.sleep(0.01)
            task.cancel(False)
            with self.assertRaises(asyncio.CancelledError):
                await task

        asyncio.run(main())

    def test_cancelled_by_asyncio(self):
        """Whoever cancels the coroutine cancels the task, and the other way round."""
        async def body(task):
            running.append(asyncio.current_task())
            await never(task)

        async def main():
            task = At.AsyncTask(body).execute()
            while not running:
                await asyncio.sleep(0)
            running[0].cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertTrue(task.cancelled())
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(At.AsyncTask(never).execute(), 0.02)

        running = []
        asyncio.run(main())

    def test_cancelled_before_its_first_step(self):
        """By the task or by asyncio, between the making of the coroutine and its beginning."""
        async def main(cancel):
            def create_task(coroutine):
                made.append(asyncio.Task(coroutine, loop=loop))
                cancel(task, made[0])
                return made[0]

            made = []
            loop = asyncio.get_running_loop()
            task = At.AsyncTask(never)
            with unittest.mock.patch.object(loop, "create_task", create_task):
                task.execute()
                while not made:
                    GLib.MainContext.default().iteration(False)
            with self.assertRaises(asyncio.CancelledError):
                await asyncio.wait_for(task, 60)
            self.assertTrue(task.cancelled())

        asyncio.run(main(lambda task, made: task.cancel()))
        asyncio.run(main(lambda task, made: made.cancel()))
        gc.collect()

    def test_timeout(self):
        async def main():
            for swallow in False, True:
                async def body(task):
                    try:
                        await never(task)
                    except asyncio.CancelledError:
                        if not swallow:
                            raise

                task = At.AsyncTask(body, timeout=0.02).execute()
                with self.assertRaises(GLib.Error) as caught:
                    await task
                self.assertTrue(is_error(caught.exception, Gio.IOErrorEnum.TIMED_OUT))
                self.assertEqual(task.get_outcome(), At.Outcome.FAILED)
                self.assertFalse(task.cancelled())

        asyncio.run(main())

    def test_loop(self):
        """Neither loop: it is not executed, and can be once there is one."""
        task = At.AsyncTask(add)
        with self.assertRaisesRegex(RuntimeError, "no event loop"):
            task.execute(1)
        with self.assertRaisesRegex(RuntimeError, "no event loop"):
            task.execute_async(1)
        self.assertEqual(task.get_status(), At.Status.PENDING)

        async def main():
            return await task.execute(1, 2)
        self.assertEqual(asyncio.run(main()), 3)

    def test_loop_of_glib(self):
        """The loop that gi.events has on top of the owner context."""
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)

        class Policy:
            def get_event_loop_for_context(self, context):
                asked.append(context)
                return loop

        asked = []
        events = types.ModuleType("gi.events")
        events.GLibEventLoopPolicy = Policy
        # Python 3.14 has deprecated the public one.
        where, name = asyncio.events, "_get_event_loop_policy"
        if not hasattr(where, name):
            where, name = asyncio, "get_event_loop_policy"
        with (unittest.mock.patch.object(where, name, Policy),
              unittest.mock.patch.dict(sys.modules, {"gi.events": events})):
            task = At.AsyncTask(add).execute(2, 3)
            self.assertEqual(asked, [GLib.MainContext.default()])

        async def wait():
            return await task
        self.assertEqual(loop.run_until_complete(wait()), 5)

    def test_loop_in_thread(self):
        """A loop in another thread than that of the owner context."""
        def run():
            async def body(task):
                return threading.current_thread()
            async def main():
                return await At.AsyncTask(body).execute()
            found.append((asyncio.run(main()), threading.current_thread()))

        # With and without somebody who iterates the context.
        for iterates in True, False:
            found = []
            thread = threading.Thread(target=run)
            thread.start()
            if iterates:
                while thread.is_alive():
                    GLib.MainContext.default().iteration(False)
            thread.join()
            self.assertIs(*found[0])

    def test_loop_closed(self):
        """A loop that is closed takes nothing along that would never end."""
        loop = asyncio.new_event_loop()

        async def main():
            return At.AsyncTask(never).execute()
        task = loop.run_until_complete(main())
        iterate_until(lambda: task.get_stage() == At.Stage.RUNNING)
        loop.close()
        del loop
        gc.collect()
        finish(task)
        self.assertNotEqual(task.get_outcome(), At.Outcome.SUCCEEDED)
        task.exception()

    def test_end_of_loop(self):
        """asyncio.run() cancels what is left."""
        async def main():
            task = At.AsyncTask(never).execute()
            await asyncio.sleep(0.02)
            return task
        task = finish(asyncio.run(main()))
        self.assertEqual(task.get_outcome(), At.Outcome.CANCELLED)

    def test_context(self):
        variable = contextvars.ContextVar("variable", default=0)

        async def main():
            async def body(task):
                return variable.get()
            variable.set(5)
            task = At.AsyncTask(body).execute()
            variable.set(6)
            return await task
        self.assertEqual(asyncio.run(main()), 5)

    def test_blocking(self):
        async def body(task):
            with self.assertRaisesRegex(RuntimeError, "asyncio.sleep"):
                task.sleep(1)
            with self.assertRaises(GLib.Error) as caught:
                task.result()
            self.assertTrue(is_error(caught.exception, At.TaskError.WOULD_DEADLOCK, At.task_error_quark))
            return "blocked nothing"

        async def main():
            return await At.AsyncTask(body).execute()
        self.assertEqual(asyncio.run(main()), "blocked nothing")

    def test_freed(self):
        async def main():
            for func, params in (add, (1, 2)), (count, (3,)), (fail, (ValueError(),)):
                task = At.AsyncTask(func)
                task.add_done_callback(lambda task: task.exception())
                refs.append(weakref.ref(task))
                await asyncio.wait([asyncio.ensure_future(task.execute(*params))])
                await asyncio.sleep(0)
                del task

        refs = []
        asyncio.run(main())
        gc.collect()
        self.assertEqual([ref() for ref in refs], [None] * 3)


class DeferredTest(TestCase):
    def test_start(self):
        for value in "text", 5, None, {"a": object()}:
            task = At.DeferredTask()
            task.connect("start", lambda task, params, cancellable: task.complete((params, cancellable)))
            task.execute() if value is None else task.execute(value)
            self.assertFalse(task.complete(1))
            params, cancellable = finish(task).result()
            self.assertIs(params, value)
            self.assertIsInstance(cancellable, Gio.Cancellable)
            self.assertFalse(task.complete(2))
            self.assertFalse(task.fail(ValueError()))
            self.assertIs(task.result()[0], value)
        with self.assertRaisesRegex(TypeError, "one parameter"):
            task = At.DeferredTask()
            task.execute(1, 2)

    def test_subclass(self):
        class Later(At.DeferredTask):
            def do_start(self, params, cancellable):
                GLib.idle_add(self.complete, params)
        self.assertEqual(finish(Later().execute("value")).result(), "value")

    def test_raises(self):
        class Wrong(At.DeferredTask):
            def do_start(self, params, cancellable):
                raise KeyError("start")

        def start(task, params, cancellable):
            raise KeyError("start")
        connected = At.DeferredTask()
        connected.connect("start", start)
        for task in Wrong(), connected:
            with self.assertRaisesRegex(KeyError, "start"):
                finish(task.execute()).result()

    def test_fail(self):
        exception = ValueError("given")
        task = At.DeferredTask()
        task.connect("start", lambda task, *args: threading.Thread(target=task.fail, args=(exception,)).start())
        self.assertIs(finish(task.execute()).exception(), exception)
        self.assertTrue(is_error(task.get_error(), At.TaskError.FAILED, At.task_error_quark))
        task = At.DeferredTask()
        task.connect("start", lambda task, *args: task.fail())
        self.assertTrue(is_error(finish(task.execute()).exception(), At.TaskError.FAILED, At.task_error_quark))

    def test_own_result(self):
        """A result that refers to its task is freed with it."""
        task = At.DeferredTask()
        task.connect("start", lambda task, *args: task.complete([task]))
        self.assertEqual(finish(task.execute()).result(), [task])
        ref = weakref.ref(task)
        del task
        gc.collect()
        self.assertIsNone(ref())


class TimeTest(TestCase):
    def test_timeout(self):
        def body(task):
            while True:
                task.checkpoint()

        task = At.AsyncTask(body, timeout=0.02).execute()
        with self.assertRaises(GLib.Error) as caught:
            task.result()
        self.assertTrue(is_error(caught.exception, Gio.IOErrorEnum.TIMED_OUT))
        self.assertFalse(task.cancelled())
        self.assertTrue(task.done())
        finish(task)
        self.assertEqual(At.AsyncTask(body, timeout=None).get_timeout(), -1)

    def test_timeout_and_waiter(self):
        """The waiter's own is a TimeoutError; the task goes on."""
        gate = threading.Event()
        task = At.AsyncTask(lambda task: gate.wait(60), timeout=60).execute()
        with self.assertRaises(concurrent.futures.TimeoutError):
            task.result(0.02)
        task.set_timeout(0)
        # It has to stop, and has not yet.
        with self.assertRaises(concurrent.futures.TimeoutError):
            task.result(0.02)
        self.assertFalse(task.done())
        self.assertFalse(task.cancelled())
        gate.set()
        self.assertTrue(is_error(task.exception(), Gio.IOErrorEnum.TIMED_OUT))
        finish(task)

    def test_sleep(self):
        def body(task):
            begun.set()
            task.sleep(60)

        begun = threading.Event()
        task = At.AsyncTask(body).execute()
        begun.wait(60)
        task.cancel()
        finish(task)
        self.assertTrue(task.cancelled())
        self.assertIsInstance(finish(At.AsyncTask(lambda task: task.sleep(0)).execute()).result(), bool)

        def caught(task):
            try:
                task.sleep(60)
            except At.CancelledError:
                raised.append(True)
        raised = []
        finish(At.AsyncTask(caught, timeout=0.01).execute()).exception()
        self.assertEqual(raised, [True])


class RetryTest(TestCase):
    def make(self, exceptions, **properties):
        def body(task):
            attempts.append(task.get_attempt())
            if len(attempts) <= len(exceptions):
                raise exceptions[len(attempts) - 1]
            return len(attempts)

        attempts = []
        return At.AsyncTask(body, **properties)

    def test_function(self):
        def retry(task, error, attempt):
            calls.append((task, type(error), error.__cause__, attempt))
            return 0

        calls = []
        exceptions = [ValueError("one"), KeyError("two")]
        task = self.make(exceptions, retries=2, retry=retry).execute()
        self.assertEqual(task.result(), 3)
        self.assertEqual(calls, [(task, GLib.Error, exceptions[0], 1), (task, GLib.Error, exceptions[1], 2)])
        self.assertIs(task.get_last_error().__cause__, exceptions[1])
        finish(task)
        self.assertIsNone(task.exception())

        # As often as the function says where nobody says how often.
        task = self.make([ValueError()] * 5, retry=lambda task, error, attempt: 0 if attempt < 4 else None).execute()
        self.assertIsInstance(finish(task).exception(), ValueError)
        self.assertEqual(task.get_attempt(), 4)
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_number(self):
        task = self.make([ValueError()] * 9, retries=5, retry=lambda *args: 0).execute()
        self.assertIsInstance(finish(task).exception(), ValueError)
        self.assertEqual(task.get_attempt(), 6)
        for wrong in -1, "2", True, 1.5:
            with self.assertRaisesRegex(ValueError, "how often"):
                At.AsyncTask(lambda task: 1, retries=wrong)
        with self.assertRaisesRegex(TypeError, "callable"):
            At.AsyncTask(lambda task: 1, retry=5)

    def test_transient(self):
        """Without a function, what may pass is tried again, whether GIO or Python says it."""
        wrapped = OSError("no connection")
        wrapped.reason = ConnectionRefusedError()
        for exception in (ConnectionResetError(), TimeoutError(), OSError(errno.EHOSTUNREACH, "x"), wrapped,
                          GLib.Error("x", "g-io-error-quark", Gio.IOErrorEnum.BUSY)):
            task = self.make([exception], retries=1).execute()
            iterate_until(lambda: task.get_stage() in (At.Stage.RETRYING, At.Stage.ENDED))
            self.assertEqual(task.get_stage(), At.Stage.RETRYING, exception)
            task.try_now()
            self.assertEqual(finish(task).result(), 2)
        for exception in ValueError(), FileNotFoundError(errno.ENOENT, "x"), GLib.Error("x"):
            task = self.make([exception], retries=1).execute()
            self.assertIs(finish(task).exception(), exception)
            self.assertEqual(task.get_attempt(), 1)

    def test_raises(self):
        """A function that raises gives up, and what it raised is shown."""
        def retry(task, error, attempt):
            raise LookupError("no idea")

        task = self.make([ValueError("first")] * 2, retries=5, retry=retry).execute()
        self.assertEqual(str(finish(task).exception()), "first")
        self.assertEqual(task.get_attempt(), 1)
        self.assertEqual([str(exception) for exception in self.shown], ["no idea"])

    def test_method(self):
        def retry(task, error, attempt, data):
            self.assertEqual(data, "data")
            return 0

        task = self.make([ValueError()] * 2)
        task.set_retry(2, retry, "data")
        self.assertIsInstance(finish(task.execute()).exception(), ValueError)
        self.assertEqual(task.get_attempt(), 2)

    def test_coroutine(self):
        async def body(task):
            attempts.append(task.get_attempt())
            if len(attempts) < 3:
                raise ValueError(len(attempts))
            return "third"

        async def main():
            task = At.AsyncTask(body, retries=2, retry=lambda task, error, attempt: 0.01)
            self.assertEqual(await task.execute(), "third")

        attempts = []
        asyncio.run(main())
        self.assertEqual(attempts, [1, 2, 3])
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_cancelled(self):
        task = self.make([ValueError()], retries=1, retry=lambda *args: 60).execute()
        iterate_until(lambda: task.get_stage() == At.Stage.RETRYING)
        task.cancel()
        finish(task)
        self.assertTrue(task.cancelled())

    def test_timeout(self):
        task = self.make([ValueError()], retries=1, retry=lambda *args: 60, timeout=0.1).execute()
        self.assertTrue(is_error(finish(task).exception(), Gio.IOErrorEnum.TIMED_OUT))


class GroupTest(TestCase):
    def test_all(self):
        async def main():
            async with At.TaskGroup(timeout=60) as group:
                self.assertEqual(group.get_status(), At.Status.RUNNING)
                first = At.AsyncTask(lambda task: threading.current_thread())
                self.assertIs(group.add(first), first)
                second = group.add(At.AsyncTask(add, 1, 2))
                self.assertEqual(list(group), [first, second])
                self.assertEqual(len(group), 2)
                self.assertIn(second, group)
                self.assertTrue(group)
            self.assertIsNot(first.result(), MAIN)
            self.assertEqual(second.result(), 3)
            self.assertEqual(group.get_outcome(), At.Outcome.SUCCEEDED)

        asyncio.run(main())

    def test_keywords(self):
        owner = GObject.Object()
        pool = At.ThreadPoolExecutor("group", 2)
        group = At.TaskGroup(At.TaskGroupPolicy.SETTLE, owner=owner, timeout=5, executor=pool, title="All")
        self.assertEqual((group.get_policy(), group.get_owner(), group.get_timeout(), group.get_executor(),
                          group.get_title()), (At.TaskGroupPolicy.SETTLE, owner, 5, pool, "All"))
        self.assertEqual(At.TaskGroup(policy=At.TaskGroupPolicy.ANY).get_policy(), At.TaskGroupPolicy.ANY)
        task = group.add(At.AsyncTask(lambda task: 1))
        finish(group.execute())
        self.assertEqual((task.get_owner(), task.get_executor()), (owner, pool))

    def test_awaited(self):
        async def main():
            group = At.TaskGroup()
            tasks = [group.add(At.AsyncTask(lambda task, a, b: a + b)), group.add(At.AsyncTask(add))]
            self.assertIsNone(await group.execute(1, b=2))
            self.assertEqual([task.result() for task in tasks], [3, 3])

            group = At.TaskGroup(At.TaskGroupPolicy.ANY)
            group.add(At.AsyncTask(never))
            group.add(At.AsyncTask(lambda task: [group]))
            self.assertEqual(await group.execute(), [group])

        asyncio.run(main())
        gc.collect()

    def test_child_fails(self):
        """The error of the child is raised, and the block and the others are interrupted."""
        exception = ValueError("child")

        async def main():
            with self.assertRaises(ValueError) as caught:
                async with At.TaskGroup() as group:
                    other = group.add(At.AsyncTask(never))
                    group.add(At.AsyncTask(fail, exception))
                    await asyncio.Event().wait()
            self.assertIs(caught.exception, exception)
            self.assertIs(group.exception(), exception)
            self.assertEqual(other.get_outcome(), At.Outcome.CANCELLED)
            if sys.version_info >= (3, 11):
                self.assertEqual(asyncio.current_task().cancelling(), 0)
            await asyncio.sleep(0)

            # The same where the block was over.
            with self.assertRaises(ValueError):
                async with At.TaskGroup() as group:
                    group.add(At.AsyncTask(never))
                    group.add(At.AsyncTask(fail, exception))

        asyncio.run(main())
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_block_raises(self):
        async def main():
            for wait in True, False:
                with self.assertRaisesRegex(KeyError, "block"):
                    async with At.TaskGroup() as group:
                        other = group.add(At.AsyncTask(never))
                        if wait:
                            await asyncio.sleep(0.02)
                        raise KeyError("block")
                self.assertEqual(group.get_outcome(), At.Outcome.FAILED)
                self.assertIsInstance(group.exception(), KeyError)
                self.assertEqual(other.get_outcome(), At.Outcome.CANCELLED)

        asyncio.run(main())
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_timeout(self):
        async def main():
            for wait in True, False:
                with self.assertRaises(GLib.Error) as caught:
                    async with At.TaskGroup(timeout=0.05) as group:
                        child = group.add(At.AsyncTask(never))
                        if wait:
                            await asyncio.Event().wait()
                self.assertTrue(is_error(caught.exception, Gio.IOErrorEnum.TIMED_OUT))
                self.assertEqual(child.get_outcome(), At.Outcome.CANCELLED)

        asyncio.run(main())

    def test_timeout_at_once(self):
        """What the block cannot add any more is not what is told."""
        async def main():
            with self.assertRaises(GLib.Error) as caught:
                async with At.TaskGroup(timeout=0) as group:
                    group.add(At.AsyncTask(never))
            self.assertTrue(is_error(caught.exception, Gio.IOErrorEnum.TIMED_OUT))

        asyncio.run(main())

    def test_owner_gone(self):
        async def main():
            owner = [GObject.Object()]
            with self.assertRaises(asyncio.CancelledError):
                async with At.TaskGroup(owner=owner[0]) as group:
                    child = group.add(At.AsyncTask(never))
                    await asyncio.sleep(0.02)
                    del owner[:]
                    await asyncio.Event().wait()
            self.assertEqual(child.get_outcome(), At.Outcome.CANCELLED)

        asyncio.run(main())

    def test_cancelled_from_outside(self):
        async def main():
            async def run():
                async with At.TaskGroup() as group:
                    groups.append(group)
                    group.add(At.AsyncTask(cleanup))
                    if waits:
                        await asyncio.Event().wait()

            async def cleanup(task):
                try:
                    await never(task)
                finally:
                    await asyncio.sleep(0.01)
                    cleaned.append(True)

            for waits in True, False:
                groups, cleaned = [], []
                task = asyncio.ensure_future(run())
                await asyncio.sleep(0.05)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                # Nothing of it goes on.
                self.assertEqual(cleaned, [True])
                self.assertEqual(groups[0].get_outcome(), At.Outcome.CANCELLED)

        asyncio.run(main())

    def test_any(self):
        async def main():
            async with At.TaskGroup(At.TaskGroupPolicy.ANY) as group:
                group.add(At.AsyncTask(fail, ValueError("one")))
                other = group.add(At.AsyncTask(never))
                best = group.add(At.AsyncTask(add, 1, 2))
            self.assertEqual((group.result(), group.get_decisive()), (3, best))
            self.assertEqual(other.get_outcome(), At.Outcome.CANCELLED)

            # None succeeds, whether before the block has ended or later.
            for wait in True, False:
                with self.assertRaises(ValueError):
                    async with At.TaskGroup(At.TaskGroupPolicy.ANY) as group:
                        group.add(At.AsyncTask(fail, ValueError("one")))
                        group.add(At.AsyncTask(fail, ValueError("two")))
                        if wait:
                            await asyncio.sleep(0.05)
            async with At.TaskGroup(At.TaskGroupPolicy.ANY) as group:
                pass
            self.assertEqual(group.get_outcome(), At.Outcome.SUCCEEDED)

        asyncio.run(main())
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_settle(self):
        async def main():
            async with At.TaskGroup(At.TaskGroupPolicy.SETTLE) as group:
                failed = group.add(At.AsyncTask(fail, ValueError("one")))
                good = group.add(At.AsyncTask(add, 1))
            self.assertEqual(group.get_outcome(), At.Outcome.SUCCEEDED)
            self.assertIsInstance(failed.exception(), ValueError)
            self.assertEqual(good.result(), 1)

        asyncio.run(main())

    def test_empty(self):
        async def main():
            async with At.TaskGroup() as group:
                pass
            self.assertEqual(group.get_outcome(), At.Outcome.SUCCEEDED)
            self.assertEqual(list(group), [])

        asyncio.run(main())

    def test_child_cancelled(self):
        """One that somebody else cancels has not succeeded: the group fails."""
        async def main():
            with self.assertRaises(GLib.Error) as caught:
                async with At.TaskGroup() as group:
                    group.add(At.AsyncTask(never)).cancel()
            self.assertTrue(is_error(caught.exception, Gio.IOErrorEnum.CANCELLED))
            self.assertEqual(group.get_outcome(), At.Outcome.FAILED)

        asyncio.run(main())

    def test_nested(self):
        async def main():
            inner = At.TaskGroup()
            task = inner.add(At.AsyncTask(fail, KeyError("inner")))
            with self.assertRaisesRegex(KeyError, "inner"):
                async with At.TaskGroup() as outer:
                    outer.add(inner)
            self.assertEqual(outer.get_decisive(), inner)
            self.assertEqual(inner.get_decisive(), task)

        asyncio.run(main())

    def test_refused(self):
        async def main():
            async with At.TaskGroup() as group:
                pass
            with self.assertRaises(GLib.Error) as caught:
                group.add(At.AsyncTask(add))
            self.assertTrue(is_error(caught.exception, At.TaskError.REJECTED, At.task_error_quark))

        asyncio.run(main())

    def test_no_loop(self):
        """A coroutine in a group: no loop, and the group is not executed."""
        group = At.TaskGroup()
        group.add(At.AsyncTask(add, 1))
        with self.assertRaisesRegex(RuntimeError, "no event loop"):
            group.execute()
        self.assertEqual(group.get_status(), At.Status.PENDING)
        other = At.TaskGroup()
        gate = threading.Event()
        other.add(At.AsyncTask(lambda task: gate.wait(60)))
        other.execute()
        with self.assertRaisesRegex(RuntimeError, "no event loop"):
            other.add(At.AsyncTask(add, 1))
        gate.set()
        finish(other).result()

    def test_amounts(self):
        """The block is none of the tasks that are counted."""
        async def body(task, n):
            task.set_amounts(n, n)

        async def main():
            async with At.TaskGroup() as group:
                group.add(At.AsyncTask(body, 10, unit=At.ProgressUnit.BYTES))
                group.add(At.AsyncTask(body, 20, unit=At.ProgressUnit.BYTES))
            self.assertEqual((group.get_unit(), group.get_completed(), group.get_total()),
                             (At.ProgressUnit.BYTES, 30, 30))
            self.assertEqual(len(group), 2)

        asyncio.run(main())

    def test_unheard(self):
        """A group that nobody asks says what has failed it, once."""
        group = At.TaskGroup()
        for i in range(3):
            group.add(At.AsyncTask(lambda task: int("x")))
        finish(group.execute())
        del group
        gc.collect()
        self.assertEqual([type(exception) for exception in self.shown], [ValueError])

    def test_prerequisite(self):
        async def main():
            order = []
            async with At.TaskGroup() as group:
                first = At.AsyncTask(lambda task: order.append(1))
                second = At.AsyncTask(lambda task: order.append(2))
                second.add_prerequisite(first)
                group.add(second)
                group.add(first)
            self.assertEqual(order, [1, 2])
            with self.assertRaises(GLib.Error) as caught:
                third = At.AsyncTask(add)
                third.add_prerequisite(third)
            self.assertTrue(is_error(caught.exception, At.TaskError.WOULD_DEADLOCK, At.task_error_quark))

        asyncio.run(main())

    def test_flat(self):
        """5,000 groups, coroutines and blocks leave nothing behind."""
        async def main():
            for n in range(5000):
                async with At.TaskGroup() as group:
                    group.add(At.AsyncTask(add, n))
                    group.add(At.AsyncTask(lambda task: 1))
                if n == 1000:
                    counts.append(get_count())
            counts.append(get_count())

        def get_count():
            gc.collect()
            return len(gc.get_objects())

        counts = []
        asyncio.run(main())
        self.assertLess(counts[1] - counts[0], 500)


class LatestTest(TestCase):
    def finish(self, latest):
        iterate_until(lambda: not latest.get_busy())

    def test_result(self):
        got = []
        value = object()
        search = At.Latest(lambda task, text: (text, value, threading.current_thread()))
        search.connect("result", lambda search, result, params: got.append((result, params)))
        search.submit("a")
        search.submit("ab")
        self.assertTrue(search.get_busy())
        self.finish(search)
        ((text, same, thread), params), = got
        self.assertEqual((text, params), ("ab", "ab"))
        self.assertIs(same, value)
        self.assertIsNot(thread, MAIN)

        # Any parameters, and none.
        for params, keywords, expected in ((1,), {"b": 2}, 3), ((), {}, 0), (([1, 2],), {}, [1, 2]), ((1, 2), {}, 3):
            got = []
            search = At.Latest(lambda task, a=0, b=None: a if b is None else a + b)
            search.connect("result", lambda search, result, params: got.append(result))
            search.submit(*params, **keywords)
            self.finish(search)
            self.assertEqual(got, [expected])
        with self.assertRaisesRegex(TypeError, "callable"):
            At.Latest(5)

    def test_failed(self):
        def wrong(task, text):
            raise KeyError(text)

        got = []
        search = At.Latest(wrong)
        search.connect("failed", lambda search, error, params: got.append((error.__cause__, params)))
        search.submit("a")
        self.finish(search)
        (cause, params), = got
        self.assertIsInstance(cause, KeyError)
        self.assertEqual(params, "a")
        del search, got, cause
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_coroutine(self):
        async def main():
            got = asyncio.get_running_loop().create_future()
            search = At.Latest(add, delay=0.01)
            search.connect("result", lambda search, result, params: got.set_result((result, params)))
            search.submit(1, 2)
            search.submit(3, 4)
            self.assertEqual(await got, (7, (3, 4)))
            # By nothing but the submission the context is iterated.
            self.assertFalse(search.get_busy())

        asyncio.run(main())

    def test_owner(self):
        owner = GObject.Object()
        search = At.Latest(lambda task, text: text, owner=owner)
        self.assertIs(search.get_owner(), owner)
        got = []
        search.connect("result", lambda *args: got.append(args))
        search.submit("a")
        del owner
        for _ in range(20):
            GLib.MainContext.default().iteration(False)
        self.assertEqual(got, [])

    def test_create_task(self):
        search = At.Latest()
        got = []
        search.connect("create-task", lambda search, text: At.AsyncTask(lambda task, text: text * 2, title=text))
        search.connect("result", lambda search, result, text: got.append(result))
        search.submit("ab")
        self.finish(search)
        self.assertEqual(got, ["abab"])

    def test_own_result(self):
        got = []
        search = At.Latest(lambda task, text: [task])
        search.connect("result", lambda search, result, text: got.append(isinstance(result[0], At.AsyncTask)))
        search.submit("ab")
        self.finish(search)
        self.assertEqual(got, [True])


class CacheTest(TestCase):
    def test_get(self):
        async def main():
            async def load(task, key):
                await asyncio.sleep(0)
                made.append(key)
                return key, value

            value = object()
            for func in lambda task, key: made.append(key) or (key, value), load:
                made = []
                cache = At.TaskCache(func, max_items=2)
                got = await asyncio.gather(cache.get("a"), cache.get("a", priority=GLib.PRIORITY_HIGH), cache.get("b"))
                self.assertEqual(got, [("a", value), ("a", value), ("b", value)])
                self.assertIs(cache.peek("a")[1], value)
                self.assertEqual(cache.get_n_items(), 2)
                await cache.get("a")
                self.assertEqual(sorted(made), ["a", "b"])
                cache.evict("a")
                self.assertIsNone(cache.peek("a"))
                cache.evict(None)
                self.assertEqual(cache.get_n_items(), 0)

        asyncio.run(main())

    def test_errors(self):
        async def main():
            exception = KeyError("not there")
            for cache in At.TaskCache(lambda task, key: fail_now(exception)), At.TaskCache(never_there):
                gets = [asyncio.ensure_future(cache.get("a")) for _ in range(2)]
                await asyncio.wait(gets)
                for get in gets:
                    self.assertIsInstance(get.exception(), KeyError)
                self.assertIsNone(cache.peek("a"))

        def fail_now(exception):
            raise exception

        async def never_there(task, key):
            raise KeyError(key)
        asyncio.run(main())
        gc.collect()
        self.assertEqual(self.shown, [])

    def test_given_up(self):
        async def body(task, key):
            try:
                started.append(key)
                await asyncio.Event().wait()
            finally:
                stopped.append(key)

        async def main():
            cache = At.TaskCache(body)
            gets = [asyncio.ensure_future(cache.get("a")) for _ in range(2)]
            while not started:
                await asyncio.sleep(0.001)
            gets[0].cancel()
            with self.assertRaises(asyncio.CancelledError):
                await gets[0]
            await asyncio.sleep(0.02)
            self.assertEqual(stopped, [])
            # By a cancellable as well.
            gets[1].cancel()
            while not stopped:
                await asyncio.sleep(0.001)
            cancellable = Gio.Cancellable()
            get = asyncio.ensure_future(cache.get("b", cancellable=cancellable))
            while len(started) < 2:
                await asyncio.sleep(0.001)
            cancellable.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await get
            while len(stopped) < 2:
                await asyncio.sleep(0.001)

        started, stopped = [], []
        asyncio.run(main())


class LimitTest(TestCase):
    def test_limit(self):
        running, most = [], []
        lock = threading.Lock()

        def work(n):
            with lock:
                running.append(n)
                most.append(len(running))
            threading.Event().wait(0.005)
            with lock:
                running.remove(n)
            return n * n

        with At.LimitExecutor(At.ThreadPoolExecutor("limited", 4), 2) as limit:
            tasks = [limit.submit(work, n) for n in range(10)]
            self.assertEqual(list(limit.map(work, range(3))), [0, 1, 4])
        self.assertTrue(all(task.done() for task in tasks))
        self.assertEqual([task.result() for task in tasks], [n * n for n in range(10)])
        self.assertLessEqual(max(most), 2)
        self.assertEqual(limit.get_max_running(), 2)

    def test_group(self):
        """So many at a time in a group, coroutines among them."""
        async def body(task):
            running.append(task)
            most.append(len(running))
            await asyncio.sleep(0.002)
            running.remove(task)

        async def main():
            async with At.TaskGroup(executor=At.LimitExecutor(max_running=2)) as group:
                for _ in range(6):
                    group.add(At.AsyncTask(body))

        running, most = [], []
        asyncio.run(main())
        self.assertEqual((len(most), max(most)), (6, 2))


if __name__ == "__main__":
    unittest.main()
