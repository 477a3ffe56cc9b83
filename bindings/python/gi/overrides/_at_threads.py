# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: what the library's threads are called in Python."""

import itertools
import threading
from threading import get_ident

# What threading.current_thread() knows. A thread that Python did not make is unknown to
# it, and gets a new number from Python 3.12 on whenever it comes back to Python.
_active = threading._active
_Unknown = threading._DummyThread
_workers = {}
_numbers = itertools.count(1)


class _Worker(_Unknown):
    """A thread of the library's, called after the pool whose task it runs.

    Which pool that is is asked when somebody wants to know, as it changes often.
    """

    at_task = None
    at_name = None

    def __init__(self):
        super().__init__()
        self.at_number = next(_numbers)

    @property
    def name(self):
        if self.at_name is not None:
            return self.at_name
        task = self.at_task
        executor = None if task is None else task.get_executor()
        name = executor.get_name() if hasattr(executor, 'get_name') else None
        return f'{name or "AsyncTask"}-{self.at_number}'

    @name.setter
    def name(self, name):
        self.at_name = name


def enter_thread(task):
    """Notes what this thread runs; returns what leave_thread() is to be given."""
    ident = get_ident()
    thread = _active.get(ident)
    if thread is None or type(thread) is _Unknown:
        worker = _workers.get(ident)
        if worker is None:
            worker = _workers[ident] = _Worker()
        _active[ident] = worker
    elif type(thread) is _Worker:
        worker = thread
    else:
        # It has a name.
        return thread
    before = worker.at_task
    worker.at_task = task
    return before


def leave_thread(before):
    ident = get_ident()
    worker = _active.get(ident)
    if type(worker) is _Worker:
        worker.at_task = before
        if before is None:
            # It may end before it comes back.
            worker.at_name = None
            del _active[ident]
