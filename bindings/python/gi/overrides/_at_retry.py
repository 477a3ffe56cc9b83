# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: running a body that failed again."""

import errno
import random
import socket
import ssl
import sys

from gi.repository import At

# Exceptions of Python as the errors of GIO that pass.
_TRANSIENT = (ConnectionError, TimeoutError, BlockingIOError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_TRANSIENT_NUMBERS = frozenset((errno.EAGAIN, errno.EBUSY, errno.ECONNABORTED, errno.ECONNREFUSED, errno.ECONNRESET,
                                errno.EHOSTUNREACH, errno.ENETDOWN, errno.ENETUNREACH, errno.ETIMEDOUT))

_MAX_ATTEMPTS = 0xffffffff
_LONGEST_DELAY = 60
_JITTER = 0.1


def is_transient(exception):
    """Whether what was raised, or what that was raised for, is likely to pass."""
    seen = set()
    while exception is not None and id(exception) not in seen:
        seen.add(id(exception))
        if isinstance(exception, _TRANSIENT):
            return True
        if isinstance(exception, socket.gaierror):
            return exception.errno == socket.EAI_AGAIN
        if isinstance(exception, OSError) and exception.errno in _TRANSIENT_NUMBERS:
            return True
        # That of urllib has its own in this; others raise theirs from it.
        reason = getattr(exception, 'reason', None)
        exception = reason if isinstance(reason, BaseException) else exception.__cause__
    return False


def _retry_transient(task, error, attempt):
    if not (At.error_is_transient(error) or is_transient(error.__cause__)):
        return -1
    delay = min(2 ** min(attempt - 1, 16), _LONGEST_DELAY)
    return delay * random.uniform(1 - _JITTER, 1 + _JITTER)


class _Retry:
    """What C calls; it has no place for an exception."""

    __slots__ = ('_func',)

    def __init__(self, func):
        self._func = func

    def __call__(self, task, error, attempt):
        try:
            failure = task._at_get_failure(error)
            if failure is not None:
                error.__cause__ = failure.exception
            delay = self._func(task, error, attempt)
            return -1.0 if delay is None else float(delay)
        except BaseException:
            # Shown, as what other callbacks raise.
            sys.excepthook(*sys.exc_info())
            return -1.0


def set_retry(task, retries, func):
    """Has a task run again, at most so often, or as long as func(task, error, attempt) says."""
    if func is not None and not callable(func):
        raise TypeError(f'what says when to try again has to be callable, not {func!r}')
    if retries is not None and (not isinstance(retries, int) or isinstance(retries, bool) or retries < 0):
        raise ValueError(f'how often to try again is a number from 0 on, not {retries!r}')
    max_attempts = _MAX_ATTEMPTS if retries is None else min(retries + 1, _MAX_ATTEMPTS)
    task._at_native_set_retry(max_attempts, _Retry(func or _retry_transient))
