# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: awaiting tasks, and what they publish, under asyncio."""

import asyncio
import collections
import concurrent.futures
import functools
import itertools
import time
import weakref

from gi.repository import At, Gio, GLib

from ._at_errors import interrupt_later, is_main_thread, new_error

FINISHED = At.Status.FINISHED
NONE = At.Outcome.NONE
PENDING = At.Status.PENDING

# PyGObject looks this up in GLib anew each time, by way of exceptions.
_main_depth = GLib.main_depth

# How often an await looks whether somebody iterates the owner context, for how long it
# then waits for that, both in seconds, and at how many tasks it looks at a time.
_TICK = 0.1
_PATIENCE = 0.2
_LOOK_AT = 50

# How often an await iterates the owner context where nobody else does, in seconds; for
# how long at a time; and for how many milliseconds it waits there for a body that is
# about to end.
_MIN_PUMP = 0.001
_MAX_PUMP = 0.016
_PUMP_BUDGET = 0.01
_ENDING_MS = 1


@functools.lru_cache(None)
def _get_default_context():
    """This is the same one for ever."""
    return GLib.MainContext.default()


class Watch:
    """What one event loop of asyncio awaits.

    The end of a task is told by its notification, from whichever thread iterates
    the owner context. Nothing would come if nobody did: in the owner's own thread
    the context is then iterated from here, and in another one it has to do that the
    computation is done.
    """

    _of_loops = weakref.WeakKeyDictionary()

    def __init__(self, loop):
        self._loop = weakref.ref(loop)
        # In the order in which to look at them; a dict, to take one out of the middle.
        self._waiters = {}
        # Each owner context of these, and how many have it.
        self._contexts = []
        self._timer = None
        self._interval = _MIN_PUMP
        self._has_news = False

    @classmethod
    def of(cls, loop):
        watch = cls._of_loops.get(loop)
        if watch is None:
            watch = cls._of_loops[loop] = cls(loop)
        return watch

    @classmethod
    def find_loop(cls, context):
        """The event loop that iterates a context because something is awaited, or None."""
        for loop, watch in list(cls._of_loops.items()):
            if loop.is_running() and any(entry[0] == context for entry in list(watch._contexts)):
                return loop
        return None

    def hold(self, waiter):
        """Iterates a context until remove(), if it is for this thread to do that."""
        self._waiters[waiter] = None
        self._count(waiter.context, 1)
        self._schedule(_MIN_PUMP)

    def add(self, task, callback, *, at_once=False):
        """Has the loop call callback() once, after the last callback of the task.

        With at_once, that may be from the notification, if this is the loop's thread.
        """
        if task.get_status() == PENDING:
            raise new_error('The task was not executed', At.TaskError.NOT_EXECUTED)
        waiter = Waiter(self, task, callback, at_once)
        self.hold(waiter)
        waiter.connect()
        # It may have ended before anybody listened.
        if task.get_status() == FINISHED:
            self._loop().call_soon(waiter.finish)
        if self.is_mine(waiter.context):
            # Its body then tells when it is worthwhile to look, or may have ended already.
            task._at_watch = self
            # One that has yet to begin will see that.
            if task._at_has_begun or not task._at_has_python_body or task._at_is_coroutine:
                self._loop().call_soon(self._on_news, task, False)
        return waiter

    def call(self, func):
        loop = self._loop()
        try:
            if loop is not None:
                loop.call_soon_threadsafe(func)
        except RuntimeError:
            # The loop is closed: there is nobody left to tell.
            pass

    def is_here(self):
        """Whether the loop runs in this thread."""
        return asyncio._get_running_loop() is self._loop()

    def remove(self, waiter):
        del self._waiters[waiter]
        self._count(waiter.context, -1)
        if waiter.task is not None and waiter.task._at_watch is self:
            waiter.task._at_watch = None
        # The timer may serve who comes next; else it comes once for nobody.

    def _cancel_timer(self):
        timer, self._timer = self._timer(), None
        if timer is not None:
            timer.cancel()

    def _schedule(self, interval):
        if self._timer is not None:
            if interval >= self._interval:
                return
            self._cancel_timer()
        self._interval = interval
        # It leads to the loop, which has it.
        self._timer = weakref.ref(self._loop().call_later(interval, self._tick))

    def _tick(self):
        self._timer = None
        is_pumped = dispatched = False
        for context, _count in list(self._contexts):
            if self.is_mine(context):
                is_pumped = True
                dispatched = self._pump(context) or dispatched

        for waiter in list(itertools.islice(self._waiters, _LOOK_AT)):
            if waiter.is_over() or (not self.is_mine(waiter.context) and waiter.is_stuck()):
                waiter.finish()
            elif waiter in self._waiters:
                # To the end.
                self._waiters[waiter] = self._waiters.pop(waiter)

        if not self._waiters or self._timer is not None:
            return
        if not is_pumped:
            self._schedule(_TICK)
        else:
            self._schedule(_MIN_PUMP if dispatched else min(2 * self._interval, _MAX_PUMP))

    @staticmethod
    def _pump(context):
        dispatched = False
        context = context or _get_default_context()
        end = time.monotonic() + _PUMP_BUDGET
        while context.iteration(False):
            dispatched = True
            if time.monotonic() > end:
                break
        return dispatched

    def tell_news(self, task, is_end):
        """Called by a body, on the worker: it published something or is about to end."""
        if is_end or not self._has_news:
            self._has_news = True
            self.call(lambda: self._on_news(task, is_end))

    def _on_news(self, task, is_end):
        self._has_news = False
        context = task.get_main_context()
        if not self.is_mine(context):
            return
        if is_end and task.get_outcome() == NONE:
            # Without the lock of the interpreter, which the worker needs to get there.
            with interrupt_later():
                try:
                    task._at_native_wait(_ENDING_MS, None)
                except GLib.Error:
                    # It has failed, or the timer looks again.
                    pass
        self._pump(context)

    def _count(self, context, change):
        for entry in self._contexts:
            if entry[0] == context:
                entry[1] += change
                if entry[1] == 0:
                    self._contexts.remove(entry)
                return
        self._contexts.append([context, change])

    @staticmethod
    def is_mine(context):
        """Whether it is for this thread, and now, to iterate an owner context."""
        # Otherwise the event loop runs on top of a context of this thread.
        if _main_depth() > 0:
            return False
        if context is None:
            return is_main_thread()
        return context == GLib.MainContext.get_thread_default()


class Waiter:
    def __init__(self, watch, task, callback, at_once):
        self.task = task
        self._at_once = at_once
        self.context = task.get_main_context()
        self._watch = watch
        self._callback = callback
        self._handler = 0
        self._probe = None
        self._probe_until = 0

    def is_over(self):
        return self.task.get_status() == FINISHED

    def is_stuck(self):
        """Whether the computation is done, and nobody iterates the context.

        A source of our own shows whether anybody does.
        """
        if self._probe is None:
            if At.AsyncTask.done(self.task):
                self._probe = GLib.idle_source_new()
                self._probe.set_priority(GLib.PRIORITY_DEFAULT)
                self._probe.set_callback(lambda *_args: False)
                self._probe.attach(self.context)
                self._probe_until = time.monotonic() + _PATIENCE
            return False
        if self._probe.is_destroyed():
            self._probe = None
            return False
        return time.monotonic() >= self._probe_until

    def connect(self):
        watch = self._watch
        finish = self.finish
        at_once = self._at_once

        def on_status(task, _pspec):
            if task.get_status() == FINISHED:
                if watch.is_here():
                    # Nobody has to be woken.
                    finish() if at_once else asyncio._get_running_loop().call_soon(finish)
                else:
                    watch.call(finish)

        # Told with the status; that we watch it does not say that somebody hears of a failure.
        self._handler = self.task.connect('notify::active', on_status)

    def cancel(self):
        """Forgets the callback."""
        if self._handler != 0:
            self.task.disconnect(self._handler)
            self._handler = 0
            self._callback = None
            self._watch.remove(self)
        if self._probe is not None:
            self._probe.destroy()
            self._probe = None

    def finish(self):
        callback = self._callback
        if callback is not None:
            self.cancel()
            callback()


class Holder:
    """Has a watch iterate the context of the thread, for what has no task."""

    task = None

    def __init__(self):
        self.context = GLib.MainContext.get_thread_default()

    def is_over(self):
        return False

    is_stuck = is_over


async def wait_for_list(tasks, cancel_on_error):
    """Waits for a task list, whichever way its context is iterated."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    cancellable = Gio.Cancellable()
    watch = Watch.of(loop)
    holder = Holder()

    def conclude_list(tasks, result):
        if future.done():
            return
        try:
            future.set_result(tasks.wait_all_finish(result))
        except GLib.Error as error:
            future.set_exception(error)

    tasks.wait_all_async(cancel_on_error, cancellable,
                         lambda tasks, result: watch.call(lambda: conclude_list(tasks, result)))
    watch.hold(holder)
    try:
        await future
    finally:
        watch.remove(holder)
        cancellable.cancel()


def conclude(task, future):
    """Gives a future the outcome of a task whose computation is done."""
    if future.done():
        return
    try:
        exception = At.AsyncTask.exception(task, 0)
    except concurrent.futures.CancelledError:
        future.cancel()
        return
    except GLib.Error as error:
        exception = error
    if exception is None:
        future.set_result(task.get_result())
        return
    if isinstance(exception, StopIteration):
        # A future has no place for it.
        error = RuntimeError('the body raised StopIteration')
        error.__cause__ = exception
        exception = error
    future.set_exception(exception)


class Progress:
    """The values that a task publishes, from now on to its end."""

    def __init__(self, task):
        self._task = task
        self._values = values = collections.deque()
        self._loop = None
        self._event = None
        self._waiter = None
        ref = weakref.ref(self)

        def on_value(_task, value):
            values.append(value)
            progress = ref()
            if progress is not None and progress._event is not None:
                progress._watch.call(progress._event.set)

        self._handler = task.connect('progress-update', on_value)

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self._handler == 0:
            raise StopAsyncIteration
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._watch = Watch.of(self._loop)
            self._event = asyncio.Event()
        while True:
            # Before the values, so that none is overlooked.
            ended = self._task.get_status() == FINISHED or (
                self._waiter is not None and self._waiter._callback is None)
            self._event.clear()
            if self._values:
                return self._values.popleft()
            if ended:
                await self.aclose()
                await self._task
                raise StopAsyncIteration
            if self._waiter is None:
                self._waiter = self._watch.add(self._task, self._event.set)
            try:
                await self._event.wait()
            except asyncio.CancelledError:
                # As with an await.
                self._task.cancel(True)
                raise

    async def aclose(self):
        """Stops listening. The task goes on."""
        self._close()

    def _close(self):
        if self._handler != 0:
            self._task.disconnect(self._handler)
            self._handler = 0
        if self._waiter is not None:
            self._waiter.cancel()

    def __del__(self):
        self._close()
