# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: several tasks as one."""

import asyncio

from gi.repository import GLib, GObject

from ..module import get_introspection_module
from ..overrides import override
from . import _at_errors
from .At import AsyncTask, _Params, _Value
from ._at_asyncio import Watch
from ._at_coroutine import DeferredTask, keep_going

At = get_introspection_module('At')

_at_errors.OWN_FILES.add(__file__)

_NativeGroup = At.TaskGroup
_native_add = _NativeGroup.__dict__['add']
_native_get_decisive = _NativeGroup.__dict__['get_decisive']


class _Block(DeferredTask):
    """The block of "async with", as one of the tasks of its group.

    C knows it by its name, and shows it to nobody.
    """

    __module__ = 'gi.overrides'
    __gtype_name__ = 'AtPythonBlock'

    def __init__(self):
        super().__init__()
        self._at_outcome = None
        self._at_loop = asyncio.get_running_loop()
        self._at_coroutine = asyncio.current_task()
        # Set once the block is to stop because of what has become of the others.
        self._at_is_interrupted = False

    def do_start(self, params, cancellable):
        GObject.Object.connect(cancellable, 'cancelled', lambda _cancellable: self._at_interrupt())
        if cancellable.is_cancelled():
            self._at_interrupt()
        if self._at_outcome is not None:
            self._at_say()

    def do_cancelled(self, result):
        # It may have been cancelled before it was started.
        self._at_interrupt()

    def _at_interrupt(self):
        try:
            self._at_loop.call_soon_threadsafe(self._at_stop)
        except RuntimeError:
            # The loop is closed.
            pass

    def _at_stop(self):
        if self._at_outcome is None and not self._at_is_interrupted:
            self._at_is_interrupted = True
            self._at_coroutine.cancel()

    def _at_say(self):
        exception, is_cancelled = self._at_outcome
        if is_cancelled:
            At.AsyncTask.cancel(self, True)
            self.complete()
        elif exception is None:
            self.complete()
        else:
            self.fail(exception)

    def _at_end(self, exception, is_cancelled=False):
        """Completes it now, or where it is started."""
        self._at_outcome = exception, is_cancelled
        self._at_coroutine = None
        self._at_say()


class TaskGroup(At.TaskGroup):
    """Several tasks as one, which ends when all of them have.

    "async with" executes it. At its end the block waits for all of the tasks, and raises
    what has failed the group; if the group has to stop, so has the block.
    """

    # That of the namespace, which override() goes by.
    __module__ = 'gi.overrides.At'

    _at_block = None
    _at_last_failed = None
    _at_to_prepare = ()

    def __init__(self, policy=At.TaskGroupPolicy.ALL, **properties):
        super().__init__(policy=policy, **properties)
        self._at_to_prepare = []

    def add(self, task):
        """Adds a task, which is returned. The group executes it, unless somebody did."""
        task._at_group = self.weak_ref()
        if task.get_status() == At.Status.PENDING:
            if self.get_status() == At.Status.PENDING:
                _native_add(self, task)
                self._at_to_prepare.append(task)
                return task
            task._at_prepare()
        _native_add(self, task)
        return task

    def _at_prepare(self):
        for task in self._at_to_prepare:
            if task.get_status() == At.Status.PENDING:
                task._at_prepare()
        super()._at_prepare()

    def _at_pack_for_c(self, params, keywords):
        # Each of its tasks is given these.
        if len(params) <= 1 and not keywords:
            return params[0] if params else None
        params = _Params(params)
        params.keywords = keywords
        return _Value(GObject.TYPE_PYOBJECT, params)

    def _at_start(self, method, params, keywords, *before):
        super()._at_start(method, params, keywords, *before)
        self._at_to_prepare = ()
        keep_going(self)
        return self

    def execute_async(self, params=None, cancellable=None, callback=None, *user_data):
        super().execute_async(params, cancellable, callback, *user_data)
        self._at_to_prepare = ()
        keep_going(self)

    #
    # What came of it
    #

    def _at_get_failure(self, error):
        decisive = _native_get_decisive(self)
        return None if decisive is None else decisive._at_get_failure(error)

    def get_decisive(self):
        """The task that has decided the group, or None."""
        decisive = _native_get_decisive(self)
        return self._at_last_failed if decisive is not None and decisive is self._at_block else decisive

    def get_result(self):
        """The result of the task that succeeded, where any is enough."""
        return self._at_get_own_result(super().get_result())

    def _at_get_own_result(self, value):
        decisive = self.get_decisive()
        return value if decisive is None else decisive._at_get_own_result(value)

    def __iter__(self):
        return iter(list(self.get_tasks()))

    def __len__(self):
        return len(self.get_tasks())

    def __contains__(self, task):
        return task in self.get_tasks()

    def __bool__(self):
        return True

    #
    # As a block
    #

    async def __aenter__(self):
        self._at_block = block = _Block()
        _native_add(self, block)
        try:
            self.execute()
        except BaseException:
            block._at_coroutine = None
            raise
        return self

    async def __aexit__(self, kind, exception, traceback):
        block = self._at_block
        coroutine = block._at_coroutine
        own = kind is not None and issubclass(kind, asyncio.CancelledError) and block._at_is_interrupted
        outside = None
        if kind is None or own:
            self._at_end_block(block)
        elif issubclass(kind, asyncio.CancelledError):
            outside = exception
            At.AsyncTask.cancel(self, True)
            block._at_end(None, True)
        else:
            block._at_end(exception)

        # Nothing of it outlives the block, whatever happens meanwhile.
        pending = block._at_is_interrupted and not own
        while self.get_status() != At.Status.FINISHED:
            try:
                await self._at_wait_for_end()
                break
            except asyncio.CancelledError as cancelled:
                if pending:
                    pending = False
                else:
                    outside = outside or cancelled
                    At.AsyncTask.cancel(self, True)

        # It is what comes out of here, where it does not stay.
        if block._at_failure is not None:
            block._at_failure.seen = True
        if block._at_is_interrupted and hasattr(coroutine, 'uncancel') and coroutine.uncancel() > 0 and own:
            # Somebody else has cancelled it as well.
            outside = outside or exception
        try:
            if outside is not None:
                if outside is exception:
                    return False
                raise outside
            if exception is not None and not own and not self._at_has_refused(exception):
                return False
            await self
            return own
        finally:
            del outside, exception

    def _at_has_refused(self, exception):
        """Whether the block could add nothing any more, which is not what has ended the group."""
        return isinstance(exception, GLib.Error) and \
            exception.matches(At.task_error_quark(), At.TaskError.REJECTED) and \
            self.get_outcome() != At.Outcome.SUCCEEDED and _native_get_decisive(self) is not self._at_block

    def _at_end_block(self, block):
        # That a block is over is no success that could decide anything.
        if self.get_policy() != At.TaskGroupPolicy.ANY or not len(self):
            block._at_end(None)
            return
        failed = [task for task in self if task.get_outcome() == At.Outcome.FAILED]
        if not failed:
            block._at_end(None, True)
            return
        self._at_last_failed = failed[-1]
        block._at_end(AsyncTask.exception(failed[-1], 0))

    async def _at_wait_for_end(self):
        loop = asyncio.get_running_loop()
        future = loop.create_future()
        waiter = Watch.of(loop).add(self, lambda: future.done() or future.set_result(None))
        try:
            await future
        finally:
            waiter.cancel()


TaskGroup = override(TaskGroup)
_Block.__name__ = _Block.__qualname__ = 'Block'
