# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""At as Python would have it.

A body is a method or a function that takes what execute() was given and returns
the result; what it raises is what result() and await raise.
"""

import asyncio
import collections.abc
import concurrent.futures
import contextvars
import functools
import inspect
import math
import os
import sys
import threading
import time
import types

from gi.repository import Gio, GLib, GObject

from .. import _gi
from ..module import get_introspection_module
from ..overrides import override
from . import _at_errors
from ._at_asyncio import Progress, Watch, conclude, wait_for_list
from ._at_errors import Failure, RemoteTraceback, describe, interrupt_later, is_main_thread, new_error, to_error
from ._at_futures import FutureFace, map_on
from ._at_process import check_forked, find_started, is_forked, note_start, set_exit_timeout
from ._at_results import PROGRESS_SIGNALS, RESULT_SIGNALS, ProgressHandler, ResultHandler, refers_to
from ._at_retry import set_retry
from ._at_scripts import find_function, find_interpreter, find_module, from_variant, to_exception, to_variant
from ._at_threads import enter_thread, leave_thread

At = get_introspection_module('At')

__all__ = ['RemoteTraceback', 'set_exit_timeout']

_at_errors.OWN_FILES.add(__file__)

_IO_ERROR = Gio.io_error_quark()
_FINISHED = At.Status.FINISHED
_PENDING = At.Status.PENDING
_NONE = At.Outcome.NONE
_SUCCEEDED = At.Outcome.SUCCEEDED

_GIVEN_UP = Gio.Cancellable()
_GIVEN_UP.cancel()

_TYPE_FLAG_FINAL = 1 << 6
_ASYNC_FLAGS = inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR

# How long Ctrl+C has to wait, at most: Python handles signals between two calls of C.
_INTERRUPTIBLE_MS = 100


def _is_native(cls):
    """Whether a class is one of C, or an override of one: it gets no GType."""
    return '__info__' in cls.__dict__ or cls.__module__.startswith('gi.overrides.')


def _refuse_final(cls):
    """PyGObject would say that it cannot, and not why."""
    for base in cls.__mro__[1:]:
        if '__info__' in base.__dict__ and not _is_native(cls) and \
           GObject.type_test_flags(base.__gtype__, _TYPE_FLAG_FINAL):
            raise TypeError(f'At.{base.__name__} is final: no class can be derived from it')


def _is_coroutine_function(func):
    """Whether what a function returns is for an event loop to run."""
    # Most often, this says it all.
    if type(func) is types.FunctionType and not func.__code__.co_flags & _ASYNC_FLAGS and \
       not hasattr(func, '_is_coroutine_mark'):
        return False
    if not isinstance(func, (types.FunctionType, types.MethodType, functools.partial)):
        func = getattr(type(func), '__call__', None)
    return inspect.iscoroutinefunction(func) or inspect.isasyncgenfunction(func)


def _refuse_coroutine(func):
    if _is_coroutine_function(func):
        raise TypeError(f'{getattr(func, "__qualname__", func)} is a coroutine function: a body '
                        'runs on a worker thread, where no event loop would run it')


def _name_body(task, func):
    """For At.dup_tasks_dump() and its like. What has no name is called as its class."""
    while isinstance(func, functools.partial):
        func = func.func
    name = getattr(func, '__qualname__', None) or type(func).__qualname__
    _native_set_body_name(task, name if name.isascii() else name.encode(errors='replace').decode())


#
# Values
#

# An object arrives as itself: a GValue holds it. PyGObject would make C's string of a
# string, and fail for an int that is too big. Making such a GValue costs several times
# what using it again does; a list's pop() and append() are each one step, whatever
# thread takes it. Of numbers nobody can tell whether they are the same or equal ones,
# and these PyGObject passes several times as fast.
_Value = GObject.Value
# What set_boxed() calls once it has looked at the type.
_set_boxed = getattr(_gi, '_gvalue_set', _Value.set_boxed)
_spare_values = []


def _pass(method, task, value, *before):
    """Calls a method of C with any object as the value that it takes."""
    kind = type(value)
    if value is None or kind is _Value or kind is float or kind is bool or \
       kind is int and -0x80000000 <= value <= 0x7fffffff:
        return method(task, *before, value)
    try:
        box = _spare_values.pop()
    except IndexError:
        box = _Value(GObject.TYPE_PYOBJECT)
    _set_boxed(box, value)
    try:
        return method(task, *before, box)
    finally:
        _set_boxed(box, None)
        _spare_values.append(box)


# C's NULL would be no value to take the place of another one.
_NO_RESULT = _Value(GObject.TYPE_PYOBJECT, None)


class _Params(tuple):
    """What execute() was given."""

    keywords = {}


class CancelledError(asyncio.CancelledError):
    """What checkpoint() raises in a body that has to stop."""


__all__.append('CancelledError')


#
# Virtual functions
#

_Native = At.AsyncTask
_native_execute = _Native.__dict__['execute']
_native_execute_on_executor = _Native.__dict__['execute_on_executor']
_native_publish_progress = _Native.__dict__['publish_progress']
_native_get_result = _Native.__dict__['get_result']
_native_set_result = _Native.__dict__['set_result']
_native_set_body_name = _Native.__dict__['set_body_name']

# PyGObject connects a method of the name of a virtual function with it, as it is,
# and only where the class itself defines it. Here these names are for methods that
# Python finds as any other, and the virtual functions are connected by the names
# under which PyGObject has them besides: do_at_async_task_in_background().
_VFUNCS = {}
for _name in ('in_background', 'pre_execute', 'progress_update', 'post_execute', 'cancelled', 'failed'):
    _VFUNCS[_name] = _Native.__dict__['do_' + _name]
    delattr(_Native, 'do_' + _name)
del _name


def _chain_up(name, task, *args):
    """Calls the virtual function of the youngest class of C."""
    for cls in type(task).__mro__:
        if '__info__' in cls.__dict__:
            break
    # What the oldest class does is nothing.
    if cls is not _Native or name == 'in_background':
        return _VFUNCS[name].__get__(None, cls)(task, *args)
    return None


_LAZY_TYPES = frozenset((types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType))


def _run_lazy(task, generator):
    """A generator's values are progress, what it returns is the result."""
    if type(generator) is not types.GeneratorType:
        if type(generator) is types.CoroutineType:
            generator.close()
        raise TypeError(f'the body returned {generator!r}: it runs on a worker thread, where '
                        'no event loop would run that')
    try:
        while True:
            task.publish_progress(next(generator))
            # Waits here while the task is paused, and raises once it is cancelled.
            AsyncTask.checkpoint(task)
    except StopIteration as stop:
        return stop.value
    finally:
        generator.close()


def _call_with_data(func, user_data, *args):
    return func(*args, *user_data)


def _get_name(task):
    if isinstance(task, At.ScriptTask):
        return f'{task.get_function()}() of {task.get_module()}'
    body = task._at_func or type(task)
    return getattr(body, '__qualname__', None) or repr(body)


def _run_body(task, params):
    if params is None:
        result = task.do_in_background()
    elif type(params) is _Params:
        result = task.do_in_background(*params, **params.keywords)
    else:
        # Executed with one value by C or another language.
        result = task.do_in_background(params)
    if type(result) in _LAZY_TYPES and not task._at_is_plain:
        result = _run_lazy(task, result)
    # The body may have set one itself.
    if result is not None:
        task._at_set_result(result)


def _note_failure(task, exception):
    """Keeps what was raised; returns the error that it is for C."""
    error = to_error(exception)
    task._at_failure = failure = Failure(exception, _get_name(task), error)
    # What is raised because the task has to stop is told to nobody.
    failure.seen = task.is_cancelled() or _has_failed_handler(task)
    return error


def _forget_failure(task):
    """What an attempt raised is told to nobody once there is another one."""
    failure = task._at_failure
    if failure is not None:
        failure.seen = True
        task._at_last_exception = failure.exception
        task._at_failure = None


def _vfunc_in_background(self, params, cancellable):
    """Calls the body; PyGObject calls this on the worker."""
    self._at_has_begun = True
    error = self._at_start_error
    if error is None:
        _forget_failure(self)
    before = enter_thread(self)
    try:
        if error is None:
            # None where C executed the task.
            if self._at_context is None:
                _run_body(self, params)
            else:
                self._at_context.run(_run_body, self, params)
            return True
    except BaseException as exception:
        error = _note_failure(self, exception)
    finally:
        leave_thread(before)
        self._at_tell_end()
    try:
        raise error
    finally:
        # It holds this frame, and with it what is to be released in the owner's thread.
        del error


@functools.lru_cache(None)
def _get_failed_signal():
    # There is none before the class is used for the first time.
    return GObject.signal_lookup('failed', _Native)


def _has_failed_handler(task):
    return GObject.signal_has_handler_pending(task, _get_failed_signal(), 0, False)


@functools.lru_cache(None)
def _get_telling_changes():
    """The signal of a change, and the details of what tells of a failure beside "failed"."""
    return (GObject.signal_lookup('notify', GObject.Object),
            [GLib.quark_from_string(name) for name in ('status', 'outcome', 'error', 'stage')])


def _is_watched(task):
    """Whether somebody is notified of a failure, as C asks: a row or a button that shows the task is."""
    signal, details = _get_telling_changes()
    return any(GObject.signal_has_handler_pending(task, signal, detail, True) for detail in (0, *details))


def _is_heard_by_group(task):
    """Whether it is for the group of a task to tell of its failure, or for nobody."""
    group = task._at_group and task._at_group()
    return group is not None and (group.get_decisive() is not task or _has_failed_handler(group) or
                                  _is_heard_by_group(group))


def _vfunc_pre_execute(self):
    try:
        self.do_pre_execute()
    except BaseException as exception:
        # The body raises it.
        self._at_start_error = _note_failure(self, exception)


def _vfunc_failed(self, error):
    failure = self._at_failure
    error.__cause__ = self._at_get_cause(error)
    if failure is not None:
        if not failure.is_of(error) or _is_heard_by_group(self) or type(self).do_failed is not AsyncTask.do_failed or \
           _has_failed_handler(self) or _is_watched(self):
            failure.seen = True
    self.do_failed(error)


def _vfunc_cancelled(self, result):
    # What a cancelled task raised, most likely because of it, is told to nobody.
    if self._at_failure is not None:
        self._at_failure.seen = True
    self.do_cancelled(self._at_get_own_result(result))


_TRAMPOLINES = {
    'in_background': _vfunc_in_background,
    'pre_execute': _vfunc_pre_execute,
    'progress_update': lambda self, value: self.do_progress_update(self._at_get_own_value(value)),
    'post_execute': lambda self, result: self.do_post_execute(self._at_get_own_result(result)),
    'cancelled': _vfunc_cancelled,
    'failed': _vfunc_failed,
}


#
# The task
#

class AsyncTask(At.AsyncTask, FutureFace):
    """A piece of work that runs on a worker thread and reports to its owner.

    A subclass has the body, do_in_background(*params), and those of the callbacks
    that it needs: do_pre_execute(), do_progress_update(value), do_post_execute(result),
    do_cancelled(result) and do_failed(error). At.AsyncTask(func, *args) calls
    func(task, *args, *params) in place of a body.

    What the body returns is the result, and a task is awaited or asked for it:
    "await task" or task.result(). A body that is a generator publishes what it yields.
    """

    _at_func = None
    _at_args = ()
    _at_context = None
    _at_failure = None
    _at_group = None
    _at_has_begun = False
    _at_is_coroutine = False
    _at_is_plain = False
    _at_last_exception = None
    _at_own_result = None
    _at_refusal = None
    _at_start_error = None
    _at_watch = None
    _at_has_python_body = False

    # It is a future as well, whose functions use this.
    _at_native_wait = _Native.__dict__['wait']
    _at_native_set_retry = _Native.__dict__.get('set_retry')

    # The type of the result, for type checkers.
    __class_getitem__ = classmethod(types.GenericAlias)

    def __new__(cls, func=None, *args, **properties):
        if cls is AsyncTask and func is not None:
            cls = _CoroutineTask if _is_coroutine_function(func) else _FunctionTask
        return super().__new__(cls)

    def __init__(self, func=None, *args, retries=None, retry=None, **properties):
        if func is not None:
            if not callable(func):
                raise TypeError(f'a body has to be callable, not {func!r}')
            if type(self).do_in_background is not AsyncTask.do_in_background \
               or not self._at_has_python_body:
                raise TypeError(f'{type(self).__name__} has a body of its own')
            if not self._at_is_coroutine:
                _refuse_coroutine(func)
        if 'timeout' in properties and properties['timeout'] is None:
            properties['timeout'] = -1
        super().__init__(**properties)
        if func is not None:
            self._at_func = func
            self._at_args = args
            _name_body(self, func)
        if retries is not None or retry is not None:
            set_retry(self, retries, retry)

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        if _is_native(cls):
            return
        _refuse_final(cls)

        native = next(base for base in cls.__mro__ if '__info__' in base.__dict__)
        ours = next(base for base in cls.__mro__ if _is_native(base))
        cls._at_check_body()
        cls._at_has_python_body = (native is _Native or cls._at_is_coroutine or
                                   cls.do_in_background is not ours.do_in_background)

        for name, trampoline in _TRAMPOLINES.items():
            is_needed = getattr(cls, 'do_' + name) is not getattr(AsyncTask, 'do_' + name)
            if name in ('in_background', 'cancelled', 'failed'):
                is_needed = is_needed or native is _Native or cls._at_is_coroutine or \
                    cls.do_in_background is not AsyncTask.do_in_background
            if name in ('in_background', 'failed'):
                # What is raised there is raised by the body.
                is_needed = is_needed or cls.do_pre_execute is not AsyncTask.do_pre_execute
            hook = 'do_at_async_task_' + name
            if is_needed and getattr(cls, hook, None) is not trampoline:
                setattr(cls, hook, trampoline)

    @classmethod
    def _at_check_body(cls):
        """Called for each subclass."""
        if _is_coroutine_function(cls.do_in_background):
            raise TypeError(f'{cls.do_in_background.__qualname__} is a coroutine function: it is a body '
                            'in a subclass of At.DeferredTask')

    def __repr__(self):
        outcome = self.get_outcome()
        if outcome != At.Outcome.NONE:
            state = outcome.value_nick
        else:
            state = 'paused' if self.is_paused() else self.get_status().value_nick
        words = [f'{type(self).__module__.replace("gi.overrides.", "")}.{type(self).__qualname__}']
        title = self.get_title()
        if title is not None:
            words.append(repr(title))
        if self._at_func is not None:
            words.append(f'of {_get_name(self)}()')
        elif isinstance(self, At.ScriptTask):
            words.append(f'of {_get_name(self)}')
        return f'<{" ".join(words)} {state} at 0x{id(self):x}>'

    @classmethod
    def new(cls, *args, **properties):
        """The same as At.AsyncTask(func, *args)."""
        return cls(*args, **properties)

    #
    # What a subclass overrides
    #

    def do_in_background(self, /, *params, **keywords):
        """The body. Runs once, on a worker thread; returns the result."""
        if self._at_func is not None:
            return self._at_func(self, *self._at_args, *params, **keywords)
        _chain_up('in_background', self, self._at_pack_for_c(params, keywords),
                  self.get_cancellable())
        return None

    def do_pre_execute(self):
        """Called before the body starts. Owner's thread."""
        _chain_up('pre_execute', self)

    def do_progress_update(self, value):
        """Called for each value that the body publishes. Owner's thread."""
        _chain_up('progress_update', self, value)

    def do_post_execute(self, result):
        """The last callback of a task that succeeded. Owner's thread."""
        _chain_up('post_execute', self, result)

    def do_cancelled(self, result):
        """The last callback of a task that was cancelled. Owner's thread."""
        _chain_up('cancelled', self, result)

    def do_failed(self, error):
        """The last callback of a task that failed. Owner's thread.

        error is a GLib.Error; its __cause__ is what the body raised.
        """
        _chain_up('failed', self, error)

    #
    # Starting
    #

    @staticmethod
    def _at_pack_for_c(params, keywords):
        if len(params) > 1 or keywords:
            raise TypeError('a body that is not Python takes one parameter at most')
        return params[0] if params else None

    def _at_prepare(self):
        """Called before the task is executed, by whoever does that."""
        self._at_context = contextvars.copy_context()
        note_start(self)

    def _at_tell_end(self):
        """Tells those who wait that the computation is about to be done."""
        if self._at_watch is not None:
            self._at_watch.tell_news(self, True)
        if self._at_waiters:
            for waiter in self._at_waiters.copy():
                waiter.event.tell(self)

    def _at_start(self, method, params, keywords, *before):
        self._at_prepare()
        try:
            if not self._at_has_python_body:
                method(self, *before, self._at_pack_for_c(params, keywords))
            elif params or keywords:
                params = _Params(params)
                if keywords:
                    params.keywords = keywords
                _pass(method, self, params, *before)
            else:
                method(self, *before, None)
        except GLib.Error as error:
            self._at_raise_refusal(error)
        if self._at_failure is not None:
            self._at_check_interrupted()
        return self

    def _at_raise_refusal(self, error):
        """Raises what execute() raises where an executor written in Python refused the task."""
        refusal = self.__dict__.pop('_at_refusal', None)
        try:
            if refusal is not None and not isinstance(refusal, Exception):
                raise refusal
            raise error from refusal
        finally:
            # They hold this frame.
            del error, refusal

    def _at_check_interrupted(self):
        """Goes on with what an executor's own body, run right here, raised to end the program."""
        failure = self._at_failure
        if failure.thread == threading.get_ident() and \
           isinstance(failure.exception, (KeyboardInterrupt, SystemExit)):
            raise failure.get()

    def execute(self, /, *params, **keywords):
        """Runs the task on its executor, or on the default one; returns the task.

        The body gets the parameters. Raises GLib.Error if the task was executed before,
        or is refused.
        """
        return self._at_start(_native_execute, params, keywords)

    def execute_on_executor(self, executor, /, *params, **keywords):
        """Runs the task on an executor; returns the task."""
        return self._at_start(_native_execute_on_executor, params, keywords, executor)

    def execute_async(self, params=None, cancellable=None, callback=None, *user_data):
        """Runs the task, and calls callback(task, result, *user_data) when it has ended.

        params is the one parameter of the body; None for a body without.
        """
        if params is not None and self._at_has_python_body:
            params = _Value(GObject.TYPE_PYOBJECT, _Params((params,)))
        self._at_prepare()
        _Native.execute_async(self, params, cancellable, callback, *user_data)

    def execute_finish(self, result):
        """Ends execute_async(): returns the result, or raises what the body raised."""
        try:
            return self._at_get_own_result(_Native.execute_finish(self, result))
        except GLib.Error as error:
            failure = self._at_get_failure(error)
            if failure is not None and self.get_outcome() == At.Outcome.FAILED:
                raise failure.get()
            self._at_raise_refusal(error)

    @staticmethod
    def execute_runnable(func, /, *params, **keywords):
        """Runs func(task, *params) on the default executor, and forgets about it."""
        AsyncTask(func).execute(*params, **keywords)

    #
    # From the body
    #

    def publish_progress(self, value=None):
        """Sends any object to do_progress_update() and "progress-update"."""
        _pass(_native_publish_progress, self, value)
        watch = self._at_watch
        if watch is not None:
            watch.tell_news(self, False)

    def set_result(self, value):
        """Sets the result, for a body that returns None."""
        self._at_set_result(_NO_RESULT if value is None else value)

    def _at_set_result(self, value):
        if self._at_own_result is not None:
            self._at_own_result = None
        if refers_to(value, self):
            self._at_own_result = (value,)
            value = _NO_RESULT
        _pass(_native_set_result, self, value)

    def _at_get_own_result(self, value):
        """What C gives as the result, or what that is in place of."""
        return value if self._at_own_result is None else self._at_own_result[0]

    def _at_get_own_value(self, value):
        """What a progress value of C's is in Python."""
        return value

    def get_result(self):
        """The result, once the computation is done; None if there is none."""
        if self._at_own_result is None:
            return self._at_get_own_value(_Native.get_result(self))
        return self._at_own_result[0] if AsyncTask.done(self) else None

    def connect(self, signal, handler, *user_data):
        if signal in RESULT_SIGNALS and callable(handler):
            handler = ResultHandler(handler)
        return _Native.connect(self, signal, handler, *user_data)

    def connect_after(self, signal, handler, *user_data):
        if signal in RESULT_SIGNALS and callable(handler):
            handler = ResultHandler(handler)
        return _Native.connect_after(self, signal, handler, *user_data)

    #
    # Control
    #

    def cancel(self, interrupt=True):
        """Cancels the task, and interrupts calls of GIO in its body unless told not to.

        Returns whether this is what cancelled it.
        """
        return _Native.cancel(self, interrupt)

    def checkpoint(self):
        """For the body: waits while the task is paused, and raises once it has to stop.

        What is raised, At.CancelledError, is no Exception: a body that handles all of
        these still stops.
        """
        try:
            return _Native.checkpoint(self)
        except GLib.Error as error:
            raise CancelledError(error.message) from None

    def sleep(self, seconds):
        """For the body: waits, without a place in the pool; raises what checkpoint() does."""
        try:
            return _Native.sleep(self, seconds)
        except GLib.Error as error:
            raise CancelledError(error.message) from None

    def set_retry(self, max_attempts, func=None, *user_data):
        """Has a body that fails run again, max_attempts times in all at most.

        func(task, error, attempt) returns after how many seconds, or a negative number or
        None to give up; in the worker. Without it, only what may pass is tried again.
        """
        set_retry(self, max_attempts - 1, func and functools.partial(_call_with_data, func, user_data))

    def cancelled(self):
        """Whether the task was cancelled: there will be no result."""
        return self._at_is_cancelled() and self.get_outcome() != At.Outcome.FAILED

    def _at_is_cancelled(self):
        """Whether the task has to stop because it was cancelled, and not as its time is up."""
        if not self.is_cancelled():
            return False
        try:
            # Nobody who has to stop is held here.
            _Native.checkpoint(self)
        except GLib.Error as error:
            return error.matches(_IO_ERROR, Gio.IOErrorEnum.CANCELLED)
        return False

    def wait(self, timeout_ms=-1, cancellable=None):
        """Waits for the computation to be done, as in C: raises GLib.Error.

        The __cause__ of that is what the body raised. Ctrl+C ends the wait.
        """
        error, goes_on = self._at_wait(timeout_ms, cancellable)
        if error is None:
            return True
        cause = None
        if not goes_on and not self.cancelled() and not (cancellable is not None and cancellable.is_cancelled()):
            cause = self._at_get_cause(error, True)
        try:
            raise error from cause
        finally:
            # They hold this frame.
            del error, cause

    def get_error(self):
        """The error of a task that failed, as in C, or None. Its __cause__ is what the body raised."""
        error = _Native.get_error(self)
        if error is not None:
            error.__cause__ = self._at_get_cause(error, True)
        return error

    def get_last_error(self):
        """The error of the attempt before, or of a prerequisite, or None; with its __cause__."""
        error = _Native.get_last_error(self)
        if error is not None:
            failure = self._at_get_failure(error)
            error.__cause__ = self._at_last_exception if failure is None else failure.get()
        return error

    def _at_get_failure(self, error):
        """What was raised, in Python, for which the task has an error; None for another reason."""
        failure = self._at_failure
        return failure if failure is not None and failure.is_of(error) else None

    def _at_get_cause(self, error, is_seen=False):
        failure = self._at_get_failure(error)
        if failure is None:
            return self._at_refusal
        return failure.get() if is_seen else failure.exception

    def _at_is_unsettled(self, error):
        """Whether what wait() raised says that the computation goes on."""
        if not error.matches(_IO_ERROR, Gio.IOErrorEnum.TIMED_OUT) or self._at_is_cancelled():
            return False
        # It may be the body that said so; a wait that is cancelled says something else.
        try:
            _Native.wait(self, 0, _GIVEN_UP)
        except GLib.Error as again:
            return not again.matches(_IO_ERROR, Gio.IOErrorEnum.TIMED_OUT)
        return True

    def _at_wait(self, milliseconds, cancellable=None):
        """Waits. Returns what C's wait() raised, or None, and whether the computation goes on."""
        if self.get_status() != _FINISHED:
            check_forked()
        is_main = is_main_thread()
        deadline = None if milliseconds < 0 else time.monotonic() + milliseconds / 1000

        while True:
            left = -1
            if deadline is not None:
                left = min(math.ceil(max(deadline - time.monotonic(), 0) * 1000), 1 << 53)
            step = left
            if is_main and not 0 <= left <= _INTERRUPTIBLE_MS:
                step = _INTERRUPTIBLE_MS
            error, goes_on = self._at_wait_once(step, cancellable)
            if not goes_on or step == left:
                return error, goes_on

    def _at_wait_once(self, milliseconds, cancellable=None):
        with interrupt_later():
            try:
                _Native.wait(self, milliseconds, cancellable)
                return None, False
            except GLib.Error as error:
                return error, self._at_is_unsettled(error)

    def exception(self, timeout=None):
        """Waits, and returns what the body raised; None if it returned.

        For timeout, see result().
        """
        # Most have succeeded, of which nothing is to be asked.
        if self.get_outcome() == _SUCCEEDED:
            return None
        error, goes_on = self._at_wait(-1 if timeout is None else max(timeout, 0) * 1000)
        if error is None:
            return None
        if goes_on:
            raise concurrent.futures.TimeoutError() from None
        if self.cancelled():
            raise concurrent.futures.CancelledError() from None
        failure = self._at_get_failure(error)
        if failure is not None:
            return failure.get()
        if error.matches(At.task_error_quark(), At.TaskError.NOT_EXECUTED) or \
           error.matches(At.task_error_quark(), At.TaskError.WOULD_DEADLOCK):
            try:
                raise error
            finally:
                del error
        error.__cause__ = self._at_refusal
        return error

    def result(self, timeout=None):
        """Waits for at most timeout seconds, and returns what the body returned.

        Raises what the body raised; concurrent.futures.TimeoutError, or
        concurrent.futures.CancelledError if the task was cancelled; and GLib.Error if it
        was not executed, or would never end. This needs no main loop. On the owner's
        thread it blocks the user interface.
        """
        exception = AsyncTask.exception(self, timeout)
        if exception is not None:
            try:
                raise exception
            finally:
                # It holds this frame.
                del exception
        return self.get_result()

    def done(self):
        """Whether the computation is done. Its callbacks may be still to come."""
        status = self.get_status()
        if status == _FINISHED or status == _PENDING:
            return status == _FINISHED
        if is_forked():
            return False
        if self.get_outcome() != _NONE:
            return True
        error, goes_on = self._at_wait_once(0)
        return error is None or \
            not goes_on and not error.matches(At.task_error_quark(), At.TaskError.WOULD_DEADLOCK)

    def running(self):
        """Whether the task was executed and its last callback has not returned yet."""
        return self.get_status() == At.Status.RUNNING

    def add_done_callback(self, func):
        """Has func(task) called after the last callback, in the owner context.

        In a coroutine, and of a task that was executed, the event loop calls it. If the
        last callback has been already, func is called right here.
        """
        if not callable(func):
            raise TypeError(f'what is called at the end has to be callable, not {func!r}')
        loop = asyncio._get_running_loop()
        if loop is not None and self.get_status() == At.Status.RUNNING:
            # Nobody else may iterate the owner context.
            Watch.of(loop).add(self, lambda: func(self))
            return
        handler = 0
        called = threading.Lock()

        def on_status(task, _pspec=None):
            if task.get_status() == _FINISHED and called.acquire(False):
                if handler != 0:
                    task.disconnect(handler)
                func(task)

        # Told with the status; that we watch it does not say that somebody hears of a failure.
        handler = self.connect('notify::active', on_status)
        on_status(self)

    def progress(self):
        """The values that the body publishes from now on, for "async for".

        It ends where the task ends, and raises what "await task" would.
        """
        return Progress(self)

    def __await__(self):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if self.get_status() == _FINISHED:
            conclude(self, future)
        else:
            check_forked()
            waiter = Watch.of(loop).add(self, lambda: conclude(self, future), at_once=True)

            def on_done(future):
                waiter.cancel()
                if future.cancelled():
                    _Native.cancel(self, True)

            future.add_done_callback(on_done)
        return (yield from future)


AsyncTask = override(AsyncTask)
__all__.append('AsyncTask')


class _FunctionTask(AsyncTask):
    """What At.AsyncTask(func) makes: only a class of Python's has Python's body."""

    __module__ = 'gi.overrides'
    __gtype_name__ = 'AtPythonFunctionTask'


from ._at_coroutine import CoroutineTask as _CoroutineTask, DeferredTask  # noqa: E402

__all__.append('DeferredTask')


class _PlainTask(_FunctionTask):
    """What submit() makes: its function knows nothing of tasks."""

    __module__ = 'gi.overrides'
    __gtype_name__ = 'AtPythonPlainTask'

    _at_is_plain = True

    def do_in_background(self, /, *params, **keywords):
        return self._at_func(*params, **keywords)

    def __init__(self, func):
        if not callable(func):
            raise TypeError(f'what is submitted has to be callable, not {func!r}')
        _refuse_coroutine(func)
        super().__init__()
        self._at_func = func
        _name_body(self, func)


def _name_as(cls, *others):
    """For those who look at what a task is."""
    for other in others:
        other.__name__ = other.__qualname__ = cls.__name__
        other.__module__ = cls.__module__


_name_as(AsyncTask, _FunctionTask, _PlainTask)


class _Background:
    def __init__(self, func, properties):
        functools.update_wrapper(self, func)
        self._func = func
        self._properties = properties

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return _Background(self._func.__get__(instance, owner), self._properties)

    def __call__(self, *params, **keywords):
        return AsyncTask(self._func, **self._properties).execute(*params, **keywords)


def background(func=None, **properties):
    """A decorator: a call of func(task, *params) runs it in the background.

    The call takes the params, and returns the task, executed. Of a method, the task is
    the parameter after self. @At.background(title=…, priority=…) sets properties of the task.
    """
    if func is None:
        return lambda func: _Background(func, properties)
    return _Background(func, properties)


__all__.append('background')


#
# Ready-made tasks
#

# Their own parameters come first, as in C, where those of At.AsyncTask are a body's.

# The file that says it has the path of another one be relative to it, as with import.
At.ScriptTask.set_default_interpreter(At.ScriptLanguage.PYTHON, find_interpreter())


class ScriptTask(At.ScriptTask):
    """Runs a function of a module in a helper process.

    The module is a file, whose path is relative to that of the caller, or a module of
    Python or the name of one; or, with no function besides, it is the function itself. A
    subclass has callbacks, as one of AsyncTask.

    It takes one parameter, and gives the result and values of progress, of None, bool,
    int, float, str, bytes, lists and dicts of these.
    """

    def __new__(cls, *args, **properties):
        return super().__new__(_OwnScriptTask if cls is ScriptTask else cls)

    def __init__(self, module=None, function=None, **properties):
        if callable(module):
            if function is not None:
                raise TypeError(f'{module!r} is a function already')
            module, function = find_function(module)
        elif module is not None:
            module = find_module(module)
            # The default export.
            if function is None and module.endswith(('.js', '.mjs')):
                function = 'default'
        if module is not None:
            properties['module'] = module
        if function is not None:
            properties['function'] = function
        super().__init__(**properties)

    @classmethod
    def new(cls, module, function=None, **properties):
        """The same as At.ScriptTask(module, function)."""
        return cls(module, function, **properties)

    def set_module(self, module):
        super().set_module(None if module is None else find_module(module))

    @staticmethod
    def _at_pack_for_c(params, keywords):
        value = AsyncTask._at_pack_for_c(params, keywords)
        if value is None or isinstance(value, _Value):
            return value
        return _Value(GObject.TYPE_VARIANT, to_variant(value))

    def do_in_background(self, params=None, /):
        """Calls the function of the script; returns what that returns, or raises what it raises."""
        try:
            _chain_up('in_background', self, self._at_pack_for_c((params,), {}), self.get_cancellable())
        except GLib.Error as error:
            exception = to_exception(self, error)
        else:
            # What is big takes its time here, where it keeps nobody waiting.
            result = from_variant(_native_get_result(self))
            self._at_own_result = (result,)
            return result
        try:
            raise exception
        finally:
            # It holds this frame.
            del exception

    def _at_set_result(self, value):
        # For C, what comes from the script stays what it is.
        own = self._at_own_result
        if own is None or own[0] is not value:
            super()._at_set_result(value)

    def _at_get_own_value(self, value):
        return from_variant(value)

    def _at_get_own_result(self, value):
        return from_variant(super()._at_get_own_result(value))

    def do_progress_update(self, value):
        """Called for each value that the function publishes. Owner's thread."""

    def execute_async(self, params=None, cancellable=None, callback=None, *user_data):
        if not self._at_has_python_body:
            params = self._at_pack_for_c((params,), {})
        super().execute_async(params, cancellable, callback, *user_data)

    def connect(self, signal, handler, *user_data):
        if signal in PROGRESS_SIGNALS and callable(handler):
            handler = ProgressHandler(handler)
        return super().connect(signal, handler, *user_data)

    def connect_after(self, signal, handler, *user_data):
        if signal in PROGRESS_SIGNALS and callable(handler):
            handler = ProgressHandler(handler)
        return super().connect_after(signal, handler, *user_data)


ScriptTask = override(ScriptTask)
__all__.append('ScriptTask')


class _OwnScriptTask(ScriptTask):
    """What At.ScriptTask() makes: only a class of Python's sees what comes of it in its body's thread."""

    __module__ = 'gi.overrides'
    __gtype_name__ = 'AtPythonScriptTask'


_name_as(ScriptTask, _OwnScriptTask)



def _to_environment(environment):
    """A list of NAME=value of a dict."""
    if not isinstance(environment, collections.abc.Mapping):
        return environment
    for name in environment:
        if not name or '=' in os.fspath(name):
            raise ValueError(f'{name!r} is no name of a variable of the environment')
    return [f'{os.fspath(name)}={os.fspath(value)}' for name, value in environment.items()]


def _to_bytes(data):
    if isinstance(data, str):
        raise TypeError('the input of a command is of bytes, not a str: encode() it')
    return GLib.Bytes.new(bytes(data)) if isinstance(data, (bytes, bytearray, memoryview)) else data


class SubprocessTask(At.SubprocessTask):
    """Runs a command. Each line that it prints is a progress value.

    argv is a list of str and paths; cwd the folder, input bytes, and environment, which is
    all that the command has of that, a dict. Other keywords are properties.
    """

    def __init__(self, argv=None, *, cwd=None, environment=None, input=None, **properties):
        if isinstance(argv, (str, bytes, os.PathLike)):
            raise TypeError(f'a command is a list, as ["ls", "-l"], not {argv!r}; '
                            'for one line of the shell, ["sh", "-c", line]')
        if argv is not None:
            properties['argv'] = list(map(os.fspath, argv))
        if cwd is not None:
            properties['working_directory'] = os.fspath(cwd)
        if environment is not None:
            properties['environment'] = _to_environment(environment)
        if input is not None:
            properties['input'] = _to_bytes(input)
        super().__init__(**properties)

    def set_environment(self, environment):
        super().set_environment(_to_environment(environment))

    def set_input(self, input):
        super().set_input(_to_bytes(input))


SubprocessTask = override(SubprocessTask)
__all__.append('SubprocessTask')


class TransferTask(At.TransferTask):
    """Copies a stream to another."""

    def __init__(self, source=None, sink=None, size=0, **properties):
        super().__init__(source=source, sink=sink, size=size, **properties)


TransferTask = override(TransferTask)
__all__.append('TransferTask')


#
# Executors
#


class Executor(At.Executor):
    """What decides where and when a body runs.

    do_execute(task) calls task.run(), now or later, in any thread. To refuse the task
    it returns False or raises an exception.

    submit() and map() are as those of concurrent.futures.
    """

    def submit(self, func, /, *args, **keywords):
        """Calls func(*args, **keywords) in the background; returns the task of that."""
        return _PlainTask(func).execute_on_executor(self, *args, **keywords)

    def map(self, func, *iterables, timeout=None, chunksize=1):
        """Calls func with an element of each iterable at a time; iterates over the results.

        They come in the order of the elements. chunksize is of no effect here.
        """
        return map_on(self, func, iterables, timeout)

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        _refuse_final(cls)
        # PyGObject puts the method of a subclass where the parent class finds it, too:
        # one function for all has Python find the right one. It comes after do_execute()
        # in the class, and so in the place of it.
        if not _is_native(cls) and hasattr(cls, 'do_execute'):
            cls.do_at_executor_execute = _vfunc_execute


def _vfunc_execute(self, task):
    try:
        accepted = self.do_execute(task)
    except BaseException as exception:
        task._at_refusal = exception.with_traceback(_at_errors.strip_traceback(exception.__traceback__))
        if isinstance(exception, GLib.Error):
            raise
        error = new_error(describe(exception), At.TaskError.REJECTED)
    else:
        return accepted is None or bool(accepted)
    try:
        raise error
    finally:
        # It holds this frame.
        del error


Executor = override(Executor)
__all__.append('Executor')


class ThreadPoolExecutor(At.ThreadPoolExecutor):
    """Runs up to max_threads bodies at a time; by default, as many as there are processors.

    "with" shuts it down at the end, and waits for what was executed on it.
    """

    def __init__(self, name=None, max_threads=0, **properties):
        super().__init__(name=name, max_threads=max_threads or 0, **properties)

    def shutdown(self, cancel_queued=False, *, wait=False):
        """Refuses tasks from now on; cancels those that have not started, or waits for all, on demand."""
        super().shutdown(cancel_queued)
        while wait and (tasks := find_started(lambda task: task.get_executor() == self and not AsyncTask.done(task))):
            for task in tasks:
                task._at_wait(-1)

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.shutdown(wait=True)


ThreadPoolExecutor = override(ThreadPoolExecutor)
__all__.append('ThreadPoolExecutor')


def to_thread(func, /, *args, **keywords):
    """Calls func(*args, **keywords) on the default pool; returns the task, to be awaited."""
    return ThreadPoolExecutor.get_default().submit(func, *args, **keywords)


__all__.append('to_thread')


from ._at_together import TaskGroup  # noqa: E402
from ._at_newest import Latest, LimitExecutor, TaskCache  # noqa: E402

__all__ += ['TaskGroup', 'Latest', 'LimitExecutor', 'TaskCache']


#
# Lists
#


class TaskList(At.TaskList):
    """A list of tasks, which is a sequence and can be shown by a list view."""

    def __init_subclass__(cls, **keywords):
        super().__init_subclass__(**keywords)
        _refuse_final(cls)

    def __init__(self, tasks=(), **properties):
        super().__init__(**properties)
        for task in tasks:
            self.add(task)

    def append(self, task):
        """The same as add()."""
        self.add(task)

    def extend(self, tasks):
        """Adds all of these."""
        for task in tasks:
            self.add(task)

    def index(self, task, start=0, stop=sys.maxsize):
        """Where a task is; ValueError if it is not in the list, or in that part of it."""
        found, position = self.find(task) if isinstance(task, _Native) else (False, 0)
        if not found or position not in range(*slice(start, stop).indices(len(self))):
            raise ValueError(f'{task!r} is not in the list')
        return position

    def __contains__(self, task):
        return isinstance(task, _Native) and self.find(task)[0]

    def __delitem__(self, index):
        tasks = self[index]
        for task in tasks if isinstance(index, slice) else (tasks,):
            self.remove(task)

    def __reversed__(self):
        return iter(self[::-1])

    async def wait_all(self, cancel_on_error=False):
        """Waits until no task of the list is active any more.

        Raises what the first one that failed has raised, and asyncio.CancelledError if none
        failed and one was cancelled. With cancel_on_error, the first that fails cancels the
        others. Whoever gives up the wait leaves the tasks alone.
        """
        try:
            await wait_for_list(self, cancel_on_error)
        except GLib.Error as error:
            if error.matches(_IO_ERROR, Gio.IOErrorEnum.CANCELLED):
                raise asyncio.CancelledError(error.message) from None
            for task in self:
                own = _Native.get_error(task)
                failure = task._at_get_failure(error)
                if failure is not None and own is not None and own.message == error.message:
                    raise failure.get()
            raise


TaskList = override(TaskList)
__all__.append('TaskList')


#
# What has no override
#

# What a module with overrides lacks itself, PyGObject looks up anew each time, by way of
# three exceptions: some 9,000 instructions for At.Status, a tenth of what a task costs.
for _name in ('Outcome', 'Stage', 'Status', 'TaskError'):
    globals()[_name] = getattr(At, _name)
    __all__.append(_name)
del _name
