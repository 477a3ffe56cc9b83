# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Tasks of At under asyncio: whoever iterates the GLib context, and where nobody does."""

import asyncio
import concurrent.futures
import contextlib
import faulthandler
import gc
import signal
import sys
import threading
import unittest

import gi

gi.require_version("At", "1.0")
from gi.repository import At, GLib, GObject  # noqa: E402

try:
    import gi.events
except ImportError:
    gi.events = None

MAIN = threading.main_thread()

# A hang is the worst that an await can do.
faulthandler.dump_traceback_later(100, exit=True)


def run_in_thread(func):
    """Calls func in another thread; returns what it returns, or raises what it raises.

    Nobody iterates the default context meanwhile.
    """
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(func).result()


def run_beside_loop(func):
    """The same, with a main loop in this thread meanwhile."""
    loop = GLib.MainLoop()
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        future = pool.submit(func)
        future.add_done_callback(lambda future: GLib.idle_add(loop.quit))
        loop.run()
        return future.result()


def run_inside_callback(func):
    """The same, in a callback of the main loop of this thread."""
    results = []
    loop = GLib.MainLoop()

    def callback():
        try:
            results.append((func(), None))
        except BaseException as exception:
            results.append((None, exception))
        loop.quit()

    GLib.idle_add(callback)
    loop.run()
    (result, exception), = results
    if exception is not None:
        raise exception
    return result


class Recorder(At.AsyncTask):
    def __init__(self, **properties):
        super().__init__(**properties)
        self.calls = []

    def do_in_background(self, *params):
        self.publish_progress("value")
        return params

    def do_progress_update(self, value):
        self.calls.append(("progress", threading.current_thread()))

    def do_post_execute(self, result):
        self.calls.append(("post", threading.current_thread()))

    def do_cancelled(self, result):
        self.calls.append(("cancelled", threading.current_thread()))


def fail(task, exception):
    raise exception


class Tests:
    """What holds wherever asyncio runs; run() is how."""

    # Whether somebody iterates the default context.
    iterated = True
    # The thread in which the callbacks are, and none where they come later.
    owner = MAIN

    def setUp(self):
        self.gate = threading.Event()
        self.pool = At.ThreadPoolExecutor.new("asyncio", 4)
        self.addCleanup(self.drain)

    def drain(self):
        self.gate.set()
        context = GLib.MainContext.default()
        while self.pool.props.n_running or self.pool.props.n_queued or context.pending():
            context.iteration(False)

    def test_value(self):
        async def main():
            task = Recorder()
            self.assertEqual(await task.execute(1, 2), (1, 2))
            if self.iterated:
                self.assertEqual(task.calls, [("progress", self.owner), ("post", self.owner)])
                self.assertEqual(task.get_status(), At.Status.FINISHED)
            # Once more, and after the end.
            self.assertEqual(await task, (1, 2))
            return "returned"

        self.assertEqual(self.run_main(main()), "returned")

    def test_exceptions(self):
        async def main():
            for exception in (ValueError("v"), GLib.Error("e"), concurrent.futures.CancelledError()):
                task = At.AsyncTask(fail).execute(exception)
                with self.assertRaises(type(exception)) as caught:
                    await task
                self.assertIs(caught.exception, exception)
            with self.assertRaisesRegex(RuntimeError, "StopIteration"):
                await At.AsyncTask(fail).execute(StopIteration(5))

        self.run_main(main())

    def test_exit(self):
        async def main():
            await At.AsyncTask(fail).execute(SystemExit(7))

        with self.assertRaises(SystemExit):
            self.run_main(main())

    def test_not_executed(self):
        async def main():
            with self.assertRaises(GLib.Error) as caught:
                await At.AsyncTask(fail)
            self.assertTrue(caught.exception.matches(At.task_error_quark(), At.TaskError.NOT_EXECUTED))

        self.run_main(main())

    def test_many(self):
        async def main():
            results = await asyncio.gather(
                *(At.AsyncTask(lambda task, n: n * n).execute_on_executor(self.pool, n) for n in range(200)))
            self.assertEqual(results, [n * n for n in range(200)])

        self.run_main(main())

    def test_two_awaiters(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60) and 5).execute()

            async def wait():
                return await task

            waits = [asyncio.ensure_future(wait()), asyncio.ensure_future(task)]
            await asyncio.sleep(0)
            self.gate.set()
            self.assertEqual(await asyncio.gather(*waits), [5, 5])

        self.run_main(main())

    def test_cancelled_by_asyncio(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            wait = asyncio.ensure_future(task)
            await asyncio.sleep(0)
            wait.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await wait
            self.assertTrue(task.is_cancelled())
            self.assertTrue(task.get_cancellable().is_cancelled())

        self.run_main(main())

    def test_timeout_of_asyncio(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(task, 0.01)
            self.assertTrue(task.is_cancelled())

        self.run_main(main())

    def test_cancelled_task(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            asyncio.get_running_loop().call_later(0.01, task.cancel)
            asyncio.get_running_loop().call_later(0.02, self.gate.set)
            with self.assertRaises(asyncio.CancelledError):
                await task

        self.run_main(main())

    def test_cancelled_queued(self):
        """A task whose body never runs."""
        async def main():
            blocking = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            task = At.AsyncTask(lambda task: 1).execute()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.gate.set()
            await blocking

        self.run_main(main())

    def test_owner_gone(self):
        """Nothing is notified then, and still the await ends."""
        async def main():
            owner = GObject.Object()
            task = At.AsyncTask(lambda task: self.gate.wait(60), owner=owner).execute()
            wait = asyncio.ensure_future(task)
            await asyncio.sleep(0)
            del owner
            gc.collect()
            self.gate.set()
            with self.assertRaises(asyncio.CancelledError):
                await wait

        self.run_main(main())

    def test_native_error(self):
        """A task that fails in C, without a body."""
        async def main():
            with self.assertRaises(GLib.Error) as caught:
                await At.AsyncTask().execute()
            self.assertIn("no body", caught.exception.message)

        self.run_main(main())

    def test_decorated(self):
        @At.background
        def double(task, n):
            return 2 * n

        async def main():
            return await double(21)

        self.assertEqual(self.run_main(main()), 42)

    def test_progress(self):
        def count(task, n):
            yield from range(n)

        async def main():
            task = At.AsyncTask(count)
            progress = task.progress()
            task.execute(100)
            self.assertEqual([value async for value in progress], list(range(100)))
            self.assertEqual([value async for value in progress], [])
            self.assertEqual([value async for value in task.progress()], [])

        if self.iterated:
            self.run_main(main())

    def test_progress_failing(self):
        def body(task):
            yield 1
            raise ValueError("end")

        async def main():
            values = []
            with self.assertRaisesRegex(ValueError, "end"):
                task = At.AsyncTask(body)
                progress = task.progress()
                task.execute()
                async for value in progress:
                    values.append(value)
            if self.iterated:
                self.assertEqual(values, [1])

        self.run_main(main())

    def test_progress_left(self):
        def body(task):
            yield 1
            self.gate.wait(60)
            yield 2
            return 3

        async def main():
            task = At.AsyncTask(body)
            progress = task.progress()
            task.execute()
            async for value in progress:
                self.assertEqual(value, 1)
                break
            await progress.aclose()
            self.gate.set()
            # Whoever leaves the loop leaves the task alone.
            self.assertEqual(await task, 3)

        if self.iterated:
            self.run_main(main())

    def test_progress_cancelled(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            asyncio.get_running_loop().call_later(0.01, task.cancel)
            asyncio.get_running_loop().call_later(0.02, self.gate.set)
            with self.assertRaises(asyncio.CancelledError):
                async for value in task.progress():
                    pass

        self.run_main(main())

    def test_progress_given_up(self):
        """Whoever is cancelled or timed out in the loop cancels the task, as with an await."""
        async def follow(task):
            async for _value in task.progress():
                pass

        async def main():
            for give_up in (lambda waiting: asyncio.wait_for(waiting, 0.01),
                            lambda waiting: asyncio.get_running_loop().call_later(0.01, waiting.cancel) and waiting):
                self.gate.clear()
                task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
                with self.assertRaises((asyncio.TimeoutError, asyncio.CancelledError)):
                    await give_up(asyncio.ensure_future(follow(task)))
                self.assertTrue(task.is_cancelled())
                self.gate.set()
                with self.assertRaises(asyncio.CancelledError):
                    await task

        self.run_main(main())

    def test_wrapped(self):
        """As a future of concurrent.futures."""
        async def main():
            self.assertEqual(await asyncio.wrap_future(At.AsyncTask(lambda task: 5).execute()), 5)
            with self.assertRaisesRegex(ValueError, "wrapped"):
                await asyncio.wrap_future(At.AsyncTask(fail).execute(ValueError("wrapped")))
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            future = asyncio.wrap_future(task)
            await asyncio.sleep(0)
            future.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await future
            await asyncio.sleep(0)
            self.assertTrue(task.is_cancelled())
            self.gate.set()
            cancelled = At.AsyncTask(lambda task: task.cancel()).execute()
            with self.assertRaises(asyncio.CancelledError):
                await asyncio.wrap_future(cancelled)

        self.run_main(main())

    def test_executor_of_asyncio(self):
        async def main():
            loop = asyncio.get_running_loop()
            self.assertEqual(await loop.run_in_executor(self.pool, divmod, 7, 2), (3, 1))
            with self.assertRaises(ZeroDivisionError):
                await loop.run_in_executor(self.pool, divmod, 7, 0)
            self.assertEqual(await asyncio.gather(*(At.to_thread(pow, 2, n) for n in range(20))),
                             [2 ** n for n in range(20)])
            self.assertEqual(await At.to_thread(int, "11", base=2), 3)

        self.run_main(main())

    def test_done_callback(self):
        """What a coroutine adds is called by its loop."""
        async def main():
            task = At.AsyncTask(lambda task: 5).execute()
            called = asyncio.get_running_loop().create_future()
            task.add_done_callback(lambda task: called.set_result((task, threading.current_thread())))
            self.assertEqual(await called, (task, threading.current_thread()))

        self.run_main(main())

    def test_main_context(self):
        """A task whose context nobody ever iterates."""
        async def main():
            context = GLib.MainContext()
            self.assertEqual(await At.AsyncTask(lambda task: 5, main_context=context).execute(), 5)
            self.assertIs(context.iteration(False), True)

        self.run_main(main())

    def test_main_context_beside_another(self):
        """The same, while a task of the default context goes on."""
        async def main():
            context = GLib.MainContext()
            beside = asyncio.ensure_future(At.AsyncTask(lambda task: self.gate.wait(60)).execute())
            task = At.AsyncTask(lambda task: 5, main_context=context)
            self.assertEqual(await task.execute_on_executor(self.pool), 5)
            self.gate.set()
            self.assertTrue(await beside)

        self.run_main(main())

    def test_closed_loop(self):
        """What a loop leaves behind does not matter to the task."""
        task = At.AsyncTask(lambda task: self.gate.wait(60))

        async def main():
            task.execute()
            wait = asyncio.ensure_future(asyncio.shield(task))
            await asyncio.sleep(0)
            wait.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await wait

        self.run_main(main())
        self.gate.set()
        with contextlib.suppress(concurrent.futures.CancelledError):
            task.result()
        context = GLib.MainContext.default()
        while task.get_status() != At.Status.FINISHED:
            context.iteration(True)


class ListTests:
    """A list is for the thread of its context alone."""

    def test_wait_all(self):
        def body(task, n):
            if n == 3:
                raise ValueError("three")
            return n

        async def main():
            tasks = At.TaskList(At.AsyncTask(body) for _ in range(3))
            # Those that are not executed are not waited for.
            await tasks.wait_all()
            for n, task in enumerate(tasks):
                task.execute_on_executor(self.pool, n)
            first = tasks[0]

            def add(task):
                tasks.append(At.AsyncTask(body).execute_on_executor(self.pool, 7))

            first.add_done_callback(add)
            await tasks.wait_all()
            self.assertEqual([task.result() for task in tasks], [0, 1, 2, 7])

            failing = At.AsyncTask(body).execute(3)
            tasks.append(failing)
            waiting = At.AsyncTask(lambda task: self.gate.wait(60)).execute_on_executor(self.pool)
            tasks.append(waiting)
            wait = asyncio.ensure_future(tasks.wait_all(cancel_on_error=True))
            while not waiting.is_cancelled():
                await asyncio.sleep(0.001)
            self.gate.set()
            with self.assertRaisesRegex(ValueError, "three") as caught:
                await wait
            self.assertIs(caught.exception, failing.exception())
            tasks.remove(failing)
            # One was cancelled.
            with self.assertRaises(asyncio.CancelledError):
                await tasks.wait_all()

        self.run_main(main())

    def test_wait_all_given_up(self):
        async def main():
            task = At.AsyncTask(lambda task: self.gate.wait(60)).execute()
            tasks = At.TaskList([task])
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(tasks.wait_all(), 0.01)
            self.assertFalse(task.is_cancelled())
            self.gate.set()
            await tasks.wait_all()
            self.assertTrue(await task)

        self.run_main(main())


class PlainTest(Tests, ListTests, unittest.TestCase):
    """asyncio.run() in the main thread: an await iterates the context."""

    def run_main(self, coroutine):
        return asyncio.run(coroutine)

    def test_other_sources(self):
        """All that is in the context goes on, too."""
        async def main():
            calls = []
            GLib.timeout_add(1, lambda: calls.append(threading.current_thread()) or len(calls) < 3)
            while len(calls) < 3:
                await At.AsyncTask(lambda task: None).execute()
            self.assertEqual(calls, [MAIN] * 3)

        self.run_main(main())


class TimerTest(Tests, ListTests, unittest.TestCase):
    """asyncio in the main thread, with a timer that iterates the context."""

    def run_main(self, coroutine):
        async def main():
            loop = asyncio.get_running_loop()

            def iterate():
                nonlocal timer
                while GLib.MainContext.default().iteration(False):
                    pass
                timer = loop.call_later(0.002, iterate)

            timer = loop.call_later(0.002, iterate)
            try:
                return await coroutine
            finally:
                timer.cancel()

        return asyncio.run(main())


class BesideTest(Tests, unittest.TestCase):
    """asyncio in another thread than the main loop."""

    def run_main(self, coroutine):
        return run_beside_loop(lambda: asyncio.run(coroutine))


class LaterTests(Tests):
    def test_callbacks_later(self):
        """An await iterates no context that is not for its thread, or not now."""
        async def main():
            task = Recorder()
            self.assertEqual(await task.execute(1), (1,))
            self.assertEqual(task.calls, [])
            return task

        task = self.run_main(main())
        context = GLib.MainContext.default()
        while task.get_status() != At.Status.FINISHED:
            context.iteration(True)
        self.assertEqual(task.calls, [("progress", MAIN), ("post", MAIN)])


class NobodyTest(LaterTests, unittest.TestCase):
    """asyncio in another thread, and nobody iterates the context."""

    iterated = False

    def run_main(self, coroutine):
        return run_in_thread(lambda: asyncio.run(coroutine))


class InsideTest(LaterTests, unittest.TestCase):
    """asyncio inside a callback of the main loop, which stands still meanwhile."""

    iterated = False

    def run_main(self, coroutine):
        return run_inside_callback(lambda: asyncio.run(coroutine))


class CostTest(unittest.TestCase):
    """What is no part of an await, however many there are."""

    async def await_some(self):
        for _ in range(20):
            self.assertEqual(await At.AsyncTask(lambda task: 5).execute(), 5)
            with self.assertRaises(ZeroDivisionError):
                await At.AsyncTask(lambda task: 1 / 0).execute()

    def test_nobody_shows_the_handler_of_signals(self):
        shown = []

        class Handler:
            def __call__(self, *args):
                pass

            def __repr__(self):
                shown.append(1)
                return "handler"

        async def main():
            shown.clear()
            await self.await_some()
            self.assertEqual(shown, [])

        before = signal.signal(signal.SIGINT, Handler())
        try:
            asyncio.run(main())
        finally:
            signal.signal(signal.SIGINT, before)

    def test_loop_does_not_wake_itself(self):
        async def main():
            loop = asyncio.get_running_loop()
            call, callers = loop.call_soon_threadsafe, []
            loop.call_soon_threadsafe = lambda *args: callers.append(threading.current_thread()) or call(*args)
            await self.await_some()
            self.assertNotIn(MAIN, callers)

        asyncio.run(main())


class ClosedTest(unittest.TestCase):
    def test_closed_while_awaiting(self):
        printed = []
        hook, sys.excepthook = sys.excepthook, lambda *args: printed.append(args)
        self.addCleanup(setattr, sys, "excepthook", hook)
        gate = threading.Event()
        task = At.AsyncTask(lambda task: gate.wait(60)).execute()

        async def wait():
            await task

        async def main():
            asyncio.ensure_future(wait())
            await asyncio.sleep(0)

        loop = asyncio.new_event_loop()
        loop.set_exception_handler(lambda loop, context: None)
        loop.run_until_complete(main())
        loop.close()
        gate.set()
        while task.get_status() != At.Status.FINISHED:
            GLib.MainContext.default().iteration(True)
        self.assertTrue(task.result())
        self.assertEqual(printed, [])


class ThreadDefaultTest(unittest.TestCase):
    def test_context_of_thread(self):
        """A task that belongs to the context of the thread in which it is awaited."""
        def run():
            context = GLib.MainContext()
            context.push_thread_default()
            try:
                async def main():
                    task = Recorder(main_context=context)
                    await task.execute()
                    return task.calls, threading.current_thread()

                return asyncio.run(main())
            finally:
                context.pop_thread_default()

        calls, thread = run_in_thread(run)
        self.assertEqual(calls, [("progress", thread), ("post", thread)])


@unittest.skipUnless(gi.events, "This PyGObject has no gi.events")
class EventsTest(Tests, ListTests, unittest.TestCase):
    """The event loop that comes with PyGObject 3.50."""

    @classmethod
    def setUpClass(cls):
        cls.loop = gi.events.GLibEventLoop(GLib.MainContext.default())
        cls.addClassCleanup(cls.loop.close)

    def run_main(self, coroutine):
        return self.loop.run_until_complete(coroutine)

    def test_exit(self):
        self.skipTest("This loop ends the program at once")

    def test_beside_timer(self):
        async def main():
            values = await asyncio.gather(At.AsyncTask(lambda task: 1).execute(), asyncio.sleep(0.01, 2))
            self.assertEqual(values, [1, 2])

        self.run_main(main())


if __name__ == "__main__":
    unittest.main()
