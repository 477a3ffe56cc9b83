# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: tasks as concurrent.futures takes them for futures.

Its wait() and as_completed() lock the conditions of all that they are given, read their
states, and leave a waiter with each; they sleep on the event of the waiter until it has
been told of the end of enough of them. Nobody tells of the end of a task but its body,
which is the first to know. So the event of a waiter that a task was given is one which
looks at its tasks itself, in the thread that waits.
"""

import collections
import concurrent.futures
import itertools
import threading
import time
from concurrent.futures._base import CANCELLED_AND_NOTIFIED, FINISHED, PENDING, RUNNING

from gi.repository import At, GLib

from ._at_errors import interrupt_later
from ._at_process import cancel_all

# How often an event looks at its tasks, in seconds, and at how many at a time.
_MIN_TICK = 0.001
_MAX_TICK = 0.03
_LOOK_AT = 100


class _Condition:
    """The condition of all tasks; while somebody holds it, their states stand still."""

    def __init__(self):
        self._lock = threading.RLock()
        self._depth = 0
        self._states = {}

    def acquire(self, *args):
        acquired = self._lock.acquire(*args)
        if acquired:
            self._depth += 1
        return acquired

    def release(self):
        self._depth -= 1
        if self._depth == 0:
            self._states.clear()
        self._lock.release()

    __enter__ = acquire

    def __exit__(self, *_exception):
        self.release()

    def notify_all(self):
        pass

    def get_state(self, task):
        with self:
            state = self._states.get(task)
            if state is None:
                state = self._states[task] = _get_state(task)
            return state


def _get_state(task):
    if not At.AsyncTask.done(task):
        return PENDING if task.get_status() == At.Status.PENDING else RUNNING
    return CANCELLED_AND_NOTIFIED if At.AsyncTask.cancelled(task) else FINISHED


class _Event(threading.Event):
    """The event of a waiter, which looks whether the tasks it waits for have ended."""

    def __init__(self, waiter):
        super().__init__()
        self._waiter = waiter
        # In the order in which to look at them, and those whose bodies have told.
        self._tasks = {}
        self._told = collections.deque()

    def add(self, task):
        self._tasks[task] = None

    def discard(self, task):
        self._tasks.pop(task, None)

    def tell(self, task):
        """Called by a body that is about to end, on the worker."""
        self._told.append(task)
        with self._cond:
            self._cond.notify_all()

    def wait(self, timeout=None):
        deadline = None if timeout is None else time.monotonic() + timeout
        tick = _MIN_TICK
        while not self.is_set():
            # What is raised in a call of C would be lost.
            with interrupt_later():
                self._look()
            if self.is_set():
                break
            if self._told:
                tick = _MIN_TICK
            left = tick if deadline is None else min(deadline - time.monotonic(), tick)
            if left <= 0:
                break
            super().wait(left)
            tick = min(2 * tick, _MAX_TICK)
        return self.is_set()

    def _look(self):
        tasks = [self._told.popleft() for _ in range(len(self._told))]
        # They may take a moment yet.
        self._told.extend(task for task in tasks if task in self._tasks and not self._settle(task))
        for task in list(itertools.islice(self._tasks, _LOOK_AT)):
            if not self._settle(task):
                # To the end.
                self._tasks[task] = self._tasks.pop(task)

    def _settle(self, task):
        """Tells the waiter if the computation of a task is done; returns whether it is."""
        state = _get_state(task)
        if state != FINISHED and state != CANCELLED_AND_NOTIFIED:
            return False
        self.discard(task)
        if state == CANCELLED_AND_NOTIFIED:
            self._waiter.add_cancelled(task)
        elif has_failed(task):
            self._waiter.add_exception(task)
        else:
            self._waiter.add_result(task)
        return True


def has_failed(task):
    """Whether a task whose computation is done has failed; asking this is not to hear of it."""
    try:
        return not task._at_native_wait(0, None)
    except GLib.Error:
        return True


class _Waiters(list):
    """Those that wait for a task."""

    def __init__(self, task):
        super().__init__()
        self._task = task

    def append(self, waiter):
        if type(waiter.event) is not _Event:
            event = _Event(waiter)
            if waiter.event.is_set():
                event.set()
            waiter.event = event
        # One that has ended was seen by whoever waits.
        if self._task._state in (PENDING, RUNNING):
            waiter.event.add(self._task)
        super().append(waiter)

    def remove(self, waiter):
        super().remove(waiter)
        waiter.event.discard(self._task)


class FutureFace(concurrent.futures.Future):
    """What makes a task a concurrent.futures.Future; its methods are those of the task."""

    _at_waiters = None
    _condition = _Condition()

    def __init__(self):
        # The attributes of a future are the task's.
        pass

    @property
    def _state(self):
        return self._condition.get_state(self)

    @property
    def _waiters(self):
        if self._at_waiters is None:
            self._at_waiters = _Waiters(self)
        return self._at_waiters

    def _get_snapshot(self):
        # asyncio asks for this from Python 3.14 on.
        state = self._state
        if state != FINISHED:
            return state == CANCELLED_AND_NOTIFIED, state == CANCELLED_AND_NOTIFIED, None, None
        exception = At.AsyncTask.exception(self, 0)
        return True, False, None if exception is not None else self.get_result(), exception

    def set_running_or_notify_cancel(self):
        raise TypeError('what becomes of a task is for its body to say')

    def set_exception(self, exception):
        raise TypeError('a task fails by what its body raises')


def map_on(executor, func, iterables, timeout):
    """As concurrent.futures.Executor.map()."""
    deadline = None if timeout is None else time.monotonic() + timeout
    tasks = collections.deque(executor.submit(func, *args) for args in zip(*iterables))

    def results():
        try:
            while tasks:
                left = None if deadline is None else deadline - time.monotonic()
                result = tasks[0].result(left)
                tasks.popleft()
                yield result
        finally:
            cancel_all(tasks)

    return results()
