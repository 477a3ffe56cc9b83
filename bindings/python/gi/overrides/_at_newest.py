# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: the newest task, one task for many who ask, and so many at a time."""

import asyncio

from gi.repository import Gio, GLib, GObject

from ..module import get_introspection_module
from ..overrides import override
from . import _at_errors
from .At import AsyncTask, _Params, _pass
from ._at_asyncio import Holder, Watch
from ._at_process import find_started

At = get_introspection_module('At')

_at_errors.OWN_FILES.add(__file__)

_IO_ERROR = Gio.io_error_quark()


#
# The newest one, and one for many
#

class _Handler:
    """A handler of a signal, by way of call(emitter, func, *args); equal to the function that it is of."""

    __slots__ = ('_call', '_func')

    def __init__(self, call, func):
        self._call = call
        self._func = func

    def __call__(self, emitter, *args):
        return self._call(emitter, self._func, *args)

    def __eq__(self, other):
        return self._func == (other._func if isinstance(other, _Handler) else other)

    def __hash__(self):
        return hash(self._func)


def _make(maker, func, params, *user_data):
    """Has a task made that C executes."""
    task = func(maker, params, *user_data)
    if task is not None and task.get_status() == At.Status.PENDING:
        try:
            task._at_prepare()
        except RuntimeError:
            # It fails where it is started, unless there is an event loop by then.
            pass
        maker._at_note(task, params)
    return task


def _make_of_function(maker, _params):
    return AsyncTask(maker._at_func)


class _Maker:
    """What Latest and TaskCache have in common."""

    _at_calls = {'create-task': _make, 'create_task': _make}

    def _at_set_up(self, func):
        if func is not None and not callable(func):
            raise TypeError(f'a body has to be callable, not {func!r}')
        self._at_func = func
        if func is not None:
            self.connect('create-task', _make_of_function)

    def connect(self, signal, handler, *user_data):
        if signal in self._at_calls and callable(handler):
            handler = _Handler(self._at_calls[signal], handler)
        return super().connect(signal, handler, *user_data)

    def connect_after(self, signal, handler, *user_data):
        if signal in self._at_calls and callable(handler):
            handler = _Handler(self._at_calls[signal], handler)
        return super().connect_after(signal, handler, *user_data)


def _tell_result(latest, func, value, *args):
    task = latest._at_newest
    return func(latest, value if task is None else task._at_get_own_result(value), *args)


def _tell_failure(latest, func, error, *args):
    failure = None if latest._at_newest is None else latest._at_newest._at_get_failure(error)
    if failure is not None:
        error.__cause__ = failure.get()
    return func(latest, error, *args)


class Latest(_Maker, At.Latest):
    """Runs func(task, *params) for what was submitted last, and for nothing else.

    Of the signals, "result" has the result and what was submitted, and "failed" a
    GLib.Error, whose __cause__ is what was raised. Other keywords are properties.
    """

    __module__ = 'gi.overrides.At'

    _at_calls = {**_Maker._at_calls, 'result': _tell_result, 'failed': _tell_failure}
    _at_holder = None
    _at_newest = None

    def __init__(self, func=None, **properties):
        super().__init__(**properties)
        self._at_set_up(func)

    def _at_note(self, task, _params):
        self._at_newest = task

    def submit(self, *params, **keywords):
        """Takes the place of whatever was submitted before."""
        self._at_keep_going()
        if len(params) > 1 or keywords:
            params = _Params(params)
            params.keywords = keywords
        else:
            params = params[0] if params else None
        _pass(_native_submit, self, params)

    def _at_keep_going(self):
        """Has the event loop of this thread iterate the owner context as long as there is work."""
        loop = asyncio._get_running_loop()
        if loop is None or self._at_holder is not None:
            return
        watch = Watch.of(loop)
        self._at_holder = holder = Holder()
        watch.hold(holder)

        def on_busy(latest, _pspec):
            if not latest.get_busy() and latest._at_holder is not None:
                latest._at_holder = None
                latest.disconnect(handler)
                watch.call(lambda: watch.remove(holder))

        handler = super().connect('notify::busy', on_busy)


_native_submit = At.Latest.__dict__['submit']
Latest = override(Latest)


class TaskCache(_Maker, At.TaskCache):
    """What func(task, key) has returned, by its key: one body runs for all who ask.

    func may be async. Other keywords are properties: max_items, time_to_live, executor.
    """

    __module__ = 'gi.overrides.At'

    def __init__(self, func=None, **properties):
        super().__init__(**properties)
        # Of each key that somebody waits for, how many do, and the task.
        self._at_awaited = {}
        self._at_set_up(func)

    def _at_note(self, task, key):
        if key in self._at_awaited:
            self._at_awaited[key][1] = task

    def _at_get_exception(self, key, error):
        task = self._at_awaited[key][1]
        failure = None if task is None else task._at_get_failure(error)
        return error if failure is None else failure.get()

    async def get(self, key, priority=0, cancellable=None):
        """What the body returns for a key, or has returned before; raises what it raises.

        Whoever gives it up leaves the others alone; the last one cancels the body.
        """
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        own = Gio.Cancellable()
        handler = 0
        if cancellable is not None:
            handler = GObject.Object.connect(cancellable, 'cancelled', lambda _cancellable: own.cancel())
            if cancellable.is_cancelled():
                own.cancel()
        watch = Watch.of(loop)
        holder = Holder()

        def settle(value, error):
            watch.remove(holder)
            if future.done():
                return
            if error is None:
                future.set_result(value)
            elif error.matches(_IO_ERROR, Gio.IOErrorEnum.CANCELLED):
                future.cancel()
            else:
                future.set_exception(self._at_get_exception(key, error))

        def on_got(cache, result):
            value = error = None
            try:
                value = cache.get_finish(result)
            except GLib.Error as caught:
                error = caught
            watch.call(lambda: settle(value, error))

        awaited = self._at_awaited.setdefault(key, [0, None])
        awaited[0] += 1
        self.get_async(key, priority, own, on_got)
        watch.hold(holder)
        try:
            return await future
        finally:
            awaited[0] -= 1
            if awaited[0] == 0:
                del self._at_awaited[key]
            if handler != 0:
                cancellable.disconnect(handler)
            own.cancel()


TaskCache = override(TaskCache)


#
# So many at a time
#

class LimitExecutor(At.LimitExecutor):
    """Runs at most max_running of its tasks at a time on another executor; None is the default pool.

    "with" waits at the end for what was executed on it.
    """

    __module__ = 'gi.overrides.At'

    def __init__(self, target=None, max_running=1, **properties):
        super().__init__(target=target, max_running=max_running, **properties)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        while tasks := find_started(lambda task: task.get_executor() == self and not AsyncTask.done(task)):
            for task in tasks:
                task._at_wait(-1)


LimitExecutor = override(LimitExecutor)
