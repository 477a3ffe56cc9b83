# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: tasks without a thread, whose body may be a coroutine.

A coroutine runs on the event loop that runs where the task is executed, or else on the
one that iterates the owner context. It is begun when C has the task begun.
"""

import asyncio
import inspect
import sys
import weakref

from gi.repository import GLib, GObject

from ..module import get_introspection_module
from ..overrides import override
from . import _at_errors
from .At import (AsyncTask, CancelledError, _NO_RESULT, _Params, _Value, _forget_failure, _is_coroutine_function,
                 _note_failure, _pass)
from ._at_asyncio import Watch
from ._at_errors import new_error
from ._at_results import refers_to

At = get_introspection_module('At')

_at_errors.OWN_FILES.add(__file__)

_Native = At.DeferredTask
_native_complete = _Native.__dict__['complete']
_native_fail = _Native.__dict__['fail']
_native_start = _Native.__dict__['do_start']
# As those of At.AsyncTask: a method of this name is one of Python's.
delattr(_Native, 'do_start')


#
# Loops
#

def _find_glib_loop(context):
    """That of gi.events, which runs on top of a context."""
    events = sys.modules.get('gi.events')
    get_policy = getattr(asyncio.events, '_get_event_loop_policy', None) or asyncio.get_event_loop_policy
    policy = None if events is None else get_policy()
    if policy is None or not isinstance(policy, events.GLibEventLoopPolicy):
        return None
    return policy.get_event_loop_for_context(context or GLib.MainContext.default())


def find_loop(task):
    """The event loop for the coroutine of a task, or None."""
    context = task.get_main_context()
    return asyncio._get_running_loop() or _find_glib_loop(context) or Watch.find_loop(context)


def need_loop(task):
    loop = find_loop(task)
    if loop is None:
        raise RuntimeError('no event loop of asyncio runs here, or iterates the owner context: the coroutine '
                           'that is the body of the task would not be run')
    return loop


def _get_runs(loop):
    """What holds the attempts of a loop; it is to be nothing outside of that."""
    runs = getattr(loop, '_at_runs', None)
    if runs is None:
        runs = loop._at_runs = set()
    return runs


def _cancel_soon(ref):
    run = ref()
    if run is not None:
        run.call(run.cancel)


class _Run:
    """One attempt of a coroutine, which belongs to the loop and goes with it."""

    def __init__(self, task, params, cancellable, loop):
        self._task = task
        self._params = params
        self._cancellable = cancellable
        self._handler = 0
        self._loop = loop
        self._coroutine = None
        self._resumed = None

    def begin(self):
        """On the event loop."""
        task = self._task
        coroutine = self._run()
        if task._at_context is None:
            self._coroutine = self._loop.create_task(coroutine)
        else:
            self._coroutine = task._at_context.run(self._loop.create_task, coroutine)
        # One that is cancelled before its first step never comes to its end.
        self._coroutine.add_done_callback(self._on_done)
        # asyncio itself does not hold what it runs.
        _get_runs(self._loop).add(self)
        ref = weakref.ref(self)
        self._handler = GObject.Object.connect(self._cancellable, 'cancelled', lambda _cancellable: _cancel_soon(ref))
        # It may have been before anybody listened.
        if self._cancellable.is_cancelled():
            self.cancel()

    def begin_soon(self):
        if asyncio._get_running_loop() is self._loop:
            self.begin()
        else:
            self._loop.call_soon_threadsafe(self.begin)

    def call(self, func):
        try:
            self._loop.call_soon_threadsafe(func)
        except RuntimeError:
            # It is closed: nothing of it runs any more.
            pass

    def cancel(self):
        if self._coroutine is not None:
            self._coroutine.cancel()

    async def _run(self):
        task, exception, result, body = self._task, None, None, None
        try:
            body = task._at_call_body(self._params)
            if inspect.isasyncgen(body):
                await self._publish(body)
            else:
                result = await body
        except BaseException as caught:
            exception = caught
        self.end(result, exception)
        # What asyncio holds of the coroutine is not to hold the exception's frames.
        del exception, result, body

    def _on_done(self, _coroutine):
        if self._task is not None:
            self.end(None, asyncio.CancelledError())

    async def _publish(self, generator):
        task = self._task
        try:
            async for value in generator:
                task.publish_progress(value)
                if task.is_paused():
                    await self._wait_until_resumed()
                AsyncTask.checkpoint(task)
        finally:
            await generator.aclose()

    async def _wait_until_resumed(self):
        task = self._task
        resumed = asyncio.Event()
        handler = task.connect('notify::paused', lambda *_args: self.call(resumed.set))
        try:
            while task.is_paused():
                resumed.clear()
                if task.is_paused():
                    await resumed.wait()
        finally:
            task.disconnect(handler)

    def end(self, result, exception):
        task, self._task = self._task, None
        if task is None:
            return
        if self._handler != 0:
            self._cancellable.disconnect(self._handler)
        self._coroutine = None
        _get_runs(self._loop).discard(self)
        task._at_is_on_loop = False
        if exception is None:
            if result is None:
                task.complete()
            else:
                task.complete(result)
            return
        # Whoever cancels the coroutine cancels the task.
        if isinstance(exception, asyncio.CancelledError) and not task.is_cancelled():
            At.AsyncTask.cancel(task, True)
        task.fail(exception)

    def __del__(self):
        # A loop that is closed has dropped it.
        if self._task is not None:
            self.end(None, RuntimeError('the event loop was closed before the coroutine had ended'))


#
# The task
#

class _StartHandler:
    """A handler of "start", which fails the task with what it raises; equal to what it calls."""

    __slots__ = ('_func',)

    def __init__(self, func):
        self._func = func

    def __call__(self, task, *args):
        try:
            self._func(task, *args)
        except BaseException as exception:
            task.fail(exception)

    def __eq__(self, other):
        return self._func == (other._func if isinstance(other, _StartHandler) else other)

    def __hash__(self):
        return hash(self._func)


def _vfunc_start(self, params, cancellable):
    error = self._at_start_error
    try:
        if error is None:
            self.do_start(params, cancellable)
        else:
            _native_fail(self, error)
    except BaseException as exception:
        self.fail(exception)


class DeferredTask(At.DeferredTask):
    """A task whose work is done elsewhere, and that holds no thread.

    At.DeferredTask() is for handlers of "start", which begin the work; complete(result) or
    fail(exception) ends it. At.DeferredTask(func), as At.AsyncTask(func) of an async
    function, runs that on an event loop, and so does a subclass whose do_in_background() is
    one. An async generator publishes what it yields.
    """

    # That of the namespace, which override() goes by.
    __module__ = 'gi.overrides.At'

    # A reference, as the loop may be gone before the task.
    _at_loop = None
    _at_is_on_loop = False

    def __new__(cls, func=None, *args, **properties):
        if cls is DeferredTask and func is not None:
            cls = CoroutineTask
        return super().__new__(cls, func, *args, **properties)

    def __init__(self, func=None, *args, **properties):
        if func is not None and callable(func) and not _is_coroutine_function(func):
            raise TypeError(f'{getattr(func, "__qualname__", func)} is no async function, which the body of this is')
        super().__init__(func, *args, **properties)

    @classmethod
    def _at_check_body(cls):
        if cls.do_in_background is not AsyncTask.do_in_background:
            if not _is_coroutine_function(cls.do_in_background):
                raise TypeError(f'{cls.do_in_background.__qualname__} has to be async, or do_start() to begin the work')
            cls._at_is_coroutine = True

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        if '__info__' not in cls.__dict__ and not cls.__module__.startswith('gi.overrides.'):
            cls.do_at_deferred_task_start = _vfunc_start

    #
    # Starting
    #

    def do_start(self, params, cancellable):
        """Begins the work. Owner's thread. What it raises fails the task."""
        if not self._at_is_coroutine:
            native = next(cls for cls in type(self).__mro__ if '__info__' in cls.__dict__)
            _native_start.__get__(None, native)(self, params, cancellable)
            return
        loop = self._at_loop and self._at_loop() or need_loop(self)
        self._at_is_on_loop = True
        _Run(self, params, cancellable, loop).begin_soon()

    def _at_call_body(self, params):
        if params is None:
            return self.do_in_background()
        if type(params) is _Params:
            return self.do_in_background(*params, **params.keywords)
        return self.do_in_background(params)

    def _at_pack_for_c(self, params, keywords):
        value = AsyncTask._at_pack_for_c(params, keywords)
        if value is None or isinstance(value, (_Value, bool, float)) or \
           isinstance(value, int) and -0x80000000 <= value <= 0x7fffffff:
            return value
        return _Value(GObject.TYPE_PYOBJECT, value)

    def _at_prepare(self):
        if self._at_is_coroutine and self.get_status() == At.Status.PENDING:
            self._at_loop = weakref.ref(need_loop(self))
            # Nobody may iterate the context of another thread: the coroutine begins all the same.
            if self.get_executor() is None and asyncio._get_running_loop() is not None and \
               not Watch.is_mine(self.get_main_context()):
                self.set_executor(At.InlineExecutor.new())
        super()._at_prepare()

    def _at_start(self, method, params, keywords, *before):
        super()._at_start(method, params, keywords, *before)
        keep_going(self)
        return self

    def execute_async(self, params=None, cancellable=None, callback=None, *user_data):
        if params is not None and not self._at_has_python_body:
            params = self._at_pack_for_c((params,), {})
        super().execute_async(params, cancellable, callback, *user_data)
        keep_going(self)

    #
    # Ending
    #

    def complete(self, result=None):
        """Ends the task with a result; None for what set_result() has set.

        Returns whether this is what ended it: it was started, and has not ended before.
        """
        before = self._at_failure
        _forget_failure(self)
        if result is None:
            counts = _native_complete(self, None)
        else:
            own = refers_to(result, self)
            if own:
                before_own, self._at_own_result = self._at_own_result, (result,)
            counts = _pass(_native_complete, self, _NO_RESULT if own else result)
            if own and not counts:
                self._at_own_result = before_own
        if not counts:
            self._at_failure = before
        self._at_tell_end()
        return counts

    def fail(self, error=None):
        """Ends the task with an error, or any exception, which is what result() raises.

        Returns whether this is what ended it: it was started, and has not ended before.
        """
        before = self._at_failure
        seen = before is None or before.seen
        _forget_failure(self)
        # PyGObject 3.42 passes no None for an error.
        counts = _native_fail(self, new_error('The task failed', At.TaskError.FAILED) if error is None
                              else _note_failure(self, error))
        if not counts:
            if self._at_failure is not None:
                self._at_failure.seen = True
            self._at_failure = before
            if before is not None:
                before.seen = seen
        self._at_tell_end()
        return counts

    #
    # The rest
    #

    def connect(self, signal, handler, *user_data):
        if signal == 'start' and callable(handler):
            handler = _StartHandler(handler)
        return super().connect(signal, handler, *user_data)

    def connect_after(self, signal, handler, *user_data):
        if signal == 'start' and callable(handler):
            handler = _StartHandler(handler)
        return super().connect_after(signal, handler, *user_data)

    def sleep(self, seconds):
        """Only what runs in a worker thread can sleep: a coroutine awaits asyncio.sleep()."""
        raise RuntimeError('only a body in a worker thread can sleep(); a coroutine awaits asyncio.sleep()')

    def _at_wait(self, milliseconds, cancellable=None):
        if milliseconds != 0 and self._at_is_on_loop and self._at_loop is not None and \
           asyncio._get_running_loop() is self._at_loop():
            return new_error('The coroutine cannot end before what waits for it', At.TaskError.WOULD_DEADLOCK), False
        return super()._at_wait(milliseconds, cancellable)


def keep_going(task):
    """Has the event loop of this thread iterate the owner context until a task has ended."""
    loop = asyncio._get_running_loop()
    if loop is not None and task.get_status() == At.Status.RUNNING:
        Watch.of(loop).add(task, lambda: None)


DeferredTask = override(DeferredTask)


class CoroutineTask(DeferredTask):
    """What At.AsyncTask(func) makes of an async function."""

    __module__ = 'gi.overrides'
    __gtype_name__ = 'AtPythonCoroutineTask'

    _at_is_coroutine = True


CoroutineTask.__name__ = CoroutineTask.__qualname__ = 'DeferredTask'
CoroutineTask.__module__ = AsyncTask.__module__
