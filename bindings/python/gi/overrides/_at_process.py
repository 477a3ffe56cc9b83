# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: tasks in a process that was forked, and at the end of the program."""

import atexit
# What it does at the end comes after what is done here: of these, the last is first.
import concurrent.futures.thread  # noqa: F401
import os
import threading
import time
import weakref

from gi.repository import At, GLib

# How long cancelled bodies are waited for at the end unless the program says it, in
# seconds, and how often it is looked whether one of the others was cancelled or paused.
_PATIENCE = 5.0
_TICK = 0.1

# What the tasks that were executed keep, as long as there are any, in the order in which
# they were. These references remove themselves, in whatever thread.
_started = {}
_is_used = False
_is_forked = False
_exit_timeout = None


class _Token:
    """Is as old as a task; PyGObject's object of that may come and go meanwhile."""

    __slots__ = '__weakref__', 'get_task'


def note_start(task):
    """Called before a task is executed."""
    global _is_used
    if _is_forked:
        check_forked()
    _is_used = True
    task._at_token = token = _Token()
    token.get_task = task.weak_ref()
    _started[weakref.ref(token, _forget)] = None


# When the last tasks go, there may be no globals any more.
def _forget(ref, started=_started):
    started.pop(ref, None)


def check_forked():
    """Of the threads of a process, its copy has the one that made the copy."""
    if _is_forked:
        raise RuntimeError(
            'no task can run in this process, which was forked from one that had run tasks: their threads '
            'are not in it; have multiprocessing start processes by "spawn" or "forkserver"')


def is_forked():
    """Whether this process was forked from one that had run tasks."""
    return _is_forked


def _after_fork():
    global _is_forked
    _is_forked = _is_forked or _is_used
    _started.clear()


def set_exit_timeout(seconds):
    """Sets what becomes of bodies in Python that go on at the end of the program.

    With a number they are cancelled, and waited for at most that many seconds. With None,
    which is the default, they are waited for, as concurrent.futures does: those that run
    and those that are queued on one of the library's executors. Only those that were
    cancelled, and those that are paused, which are then cancelled, are waited for no
    longer than five seconds.
    """
    global _exit_timeout
    _exit_timeout = None if seconds is None else max(float(seconds), 0)


def get_started():
    """The tasks that were executed, as far as there are any, in that order."""
    tokens = [token for token in (ref() for ref in _started.copy()) if token is not None]
    return [task for task in (token.get_task() for token in tokens) if task is not None]


def find_started(condition):
    """Those of the tasks that were executed of which condition(task) holds.

    A body may have started another one after the tasks were listed and before it was
    asked whether it goes on. So there are none only if there were none in a list that
    then got no longer.
    """
    known = set()
    while True:
        tasks = get_started()
        found = [task for task in tasks if condition(task)]
        if found or known.issuperset(tasks):
            return found
        known = set(tasks)


def cancel_all(tasks):
    """Cancels tasks that were executed in this order.

    What one that runs gives back would go to the next one that is queued: its body would
    begin for nothing if it were cancelled after that.
    """
    for task in sorted(reversed(tasks), key=lambda task: task._at_has_begun):
        At.AsyncTask.cancel(task)


def _is_queued(task):
    # Another executor may have forgotten it.
    executor = task.get_executor() or At.AsyncTask.get_default_executor()
    return isinstance(executor, (At.ThreadPoolExecutor, At.SerialExecutor))


def _goes_on(task):
    # No event loop runs any more.
    return task._at_has_python_body and not task._at_is_coroutine and task.get_status() == At.Status.RUNNING and \
        (task._at_has_begun or _is_queued(task)) and not At.AsyncTask.done(task)


def _join(cancels, patience):
    """Waits for what goes on, and for what that starts in turn."""
    until = None
    seen = set()
    while tasks := find_started(lambda task: task not in seen and _goes_on(task)):
        seen.update(tasks)
        if cancels:
            cancel_all([task for task in tasks if not task.is_cancelled()])
        for task in tasks:
            while not (task.is_cancelled() or At.AsyncTask.done(task)):
                # Nobody would resume one that is paused.
                if task.is_paused():
                    At.AsyncTask.cancel(task)
                    break
                error, goes_on = task._at_wait(_TICK * 1000)
                if error is not None and not goes_on:
                    break
        until = until or time.monotonic() + patience
        for task in tasks:
            _error, goes_on = task._at_wait(max(until - time.monotonic(), 0) * 1000)
            if goes_on:
                return


def _on_exit():
    if _is_forked:
        return
    cancels = _exit_timeout is not None
    patience = _exit_timeout if cancels else _PATIENCE
    try:
        try:
            _join(cancels, patience)
        except KeyboardInterrupt:
            _join(True, patience)
    except (KeyboardInterrupt, GLib.Error):
        # Whoever insists does not want to wait.
        pass
    for task in get_started():
        failure = task._at_failure
        if failure is not None:
            # What a cancelled one raised is told to nobody.
            failure.seen = failure.seen or task.is_cancelled()
            failure.show()


if hasattr(os, 'register_at_fork'):
    os.register_at_fork(after_in_child=_after_fork)

# Bodies may use threads, which atexit is too late for.
getattr(threading, '_register_atexit', atexit.register)(_on_exit)
