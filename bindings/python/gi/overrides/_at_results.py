# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: results that refer to their own task.

What C holds, Python's collector cannot see into. A result that C held, and that holds
its task, would keep both for ever. So C gets none of such a result, which is an
attribute of the task instead, where the collector sees it; and whoever C would give the
result is given that.
"""

import gc
import itertools
import types

# At how many objects it is looked; more is no mistake, but a cycle that stays.
_LOOK_AT = 500

# These lead everywhere.
_NOT_INTO = (type, types.ModuleType, types.FrameType, types.CodeType)


def _get_referents(value):
    kind = type(value)
    if kind is types.FunctionType:
        # Not its module.
        return [*(value.__closure__ or ()), value.__defaults__, value.__kwdefaults__, value.__dict__]
    if kind in (list, tuple, set, frozenset):
        return itertools.islice(value, _LOOK_AT)
    if kind is dict:
        return itertools.chain(itertools.islice(value.values(), _LOOK_AT), itertools.islice(value, _LOOK_AT))
    return gc.get_referents(value)


def refers_to(value, task):
    """Whether a value is, or leads to, a task, as far as that is near."""
    if value is task:
        return True
    if not gc.is_tracked(value):
        return False
    seen = {id(value): value}
    todo = [value]
    while todo and len(seen) < _LOOK_AT:
        try:
            referents = list(_get_referents(todo.pop()))
        except RuntimeError:
            # Another thread changes it.
            continue
        for referent in referents:
            if referent is task:
                return True
            if gc.is_tracked(referent) and id(referent) not in seen and not isinstance(referent, _NOT_INTO):
                seen[id(referent)] = referent
                todo.append(referent)
    return False


class ValueHandler:
    """A handler of a signal that carries a value; equal to the function that it calls."""

    __slots__ = ('_func',)

    def __init__(self, func):
        self._func = func

    def __eq__(self, other):
        return self._func == (other._func if isinstance(other, ValueHandler) else other)

    def __hash__(self):
        return hash(self._func)


class ResultHandler(ValueHandler):
    """A handler of a signal that carries the result."""

    __slots__ = ()

    def __call__(self, task, value, *user_data):
        return self._func(task, task._at_get_own_result(value), *user_data)


class ProgressHandler(ValueHandler):
    """A handler of "progress-update" of a task that has values of C."""

    __slots__ = ()

    def __call__(self, task, value, *user_data):
        return self._func(task, task._at_get_own_value(value), *user_data)


RESULT_SIGNALS = frozenset(('post-execute', 'post_execute', 'cancelled'))
PROGRESS_SIGNALS = frozenset(('progress-update', 'progress_update'))
