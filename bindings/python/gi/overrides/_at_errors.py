# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: what a body raises, on its way to C and back."""

import contextlib
import sys
import threading

# signal looks for the name of each handler among its constants, and has that shown where
# it is none: of asyncio's, this takes longer than all of a task.
from _signal import SIGINT, getsignal, signal

from gi.repository import GLib

from ..module import get_introspection_module

At = get_introspection_module('At')

ERROR_DOMAIN = GLib.quark_to_string(At.task_error_quark())

# The files whose frames are not what a body's traceback is about.
OWN_FILES = {__file__}


def new_error(message, code):
    """A GLib.Error of our domain. C strings hold neither NUL nor half characters."""
    message = message.replace('\0', '\N{REPLACEMENT CHARACTER}')
    message = message.encode('utf-8', 'replace').decode('utf-8')
    return GLib.Error(message, ERROR_DOMAIN, int(code))


def describe(exception):
    """What an exception says, for people to read.

    Its type is named where that would not be a sentence: of a KeyError it would be the
    key, of a SystemExit a number, and of an AssertionError most often nothing.
    """
    name = type(exception).__name__
    try:
        text = str(exception)
    except Exception:
        return name
    if not text:
        return name
    says_its_argument = type(exception).__str__ is BaseException.__str__ and len(exception.args) == 1
    if isinstance(exception, KeyError) or not isinstance(exception, Exception) or \
       says_its_argument and not isinstance(exception.args[0], str):
        return f'{name}: {text}'
    return text


def get_caller():
    """The frame that called into what is here."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename in OWN_FILES and frame.f_back is not None:
        frame = frame.f_back
    return frame


def strip_traceback(traceback):
    """Leaves out what called the body, and held its parameters."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename in OWN_FILES:
        traceback = traceback.tb_next
    return traceback


class Failure:
    """What a body raised.

    It is shown where the interpreter shows exceptions if nobody ever saw it.
    """

    def __init__(self, exception, name, error):
        self.exception = exception
        # The error itself would lead back here.
        self.error = error.domain, error.code, error.message
        self.traceback = exception.__traceback__ = strip_traceback(exception.__traceback__)
        self.name = name
        self.thread = threading.get_ident()
        self.seen = False

    def get(self):
        self.seen = True
        return self.exception.with_traceback(self.traceback)

    def is_of(self, error):
        """Whether this is why a task has an error; its time may have been up instead."""
        return self.error == (error.domain, error.code, error.message)

    def show(self):
        if self.seen or sys is None or sys.excepthook is None or sys.stderr is None:
            return
        self.seen = True
        print(f'Nobody asked what the task {self.name} raised:', file=sys.stderr)
        sys.excepthook(type(self.exception), self.exception, self.traceback)

    def __del__(self):
        self.show()


class RemoteTraceback(Exception):
    """What an exception was raised from: its traceback in the process of a script."""

    __module__ = 'gi.repository.At'

    def __init__(self, stack, error):
        super().__init__(stack)
        # What the exception is for C, if that is not what it is.
        self.error = error

    def __str__(self):
        return f'\n"""\n{self.args[0]}"""'


def to_error(exception):
    """The GLib.Error that an exception is for C."""
    if isinstance(exception.__cause__, RemoteTraceback) and exception.__cause__.error is not None:
        exception = exception.__cause__.error
    if isinstance(exception, GLib.Error):
        try:
            return GLib.Error(exception.message, exception.domain, exception.code)
        except AttributeError:
            pass
    return new_error(describe(exception), At.TaskError.FAILED)


def is_main_thread():
    """Whether this is the thread that handles signals; threads without a name get none by this."""
    return threading.get_ident() == threading.main_thread().ident


def interrupt_later():
    """Has Ctrl+C wait for the end of a block, where there is Ctrl+C."""
    return _InterruptLater() if is_main_thread() else contextlib.nullcontext()


class _InterruptLater:
    """Has Ctrl+C wait for the end of a block.

    In a call of C the first code of Python's that would be interrupted is the one that
    makes an exception of a GError, and PyGObject loses the interruption there.
    """

    def __enter__(self):
        self._interrupted = None
        self._handler = getsignal(SIGINT)
        if callable(self._handler):
            signal(SIGINT, self._on_interrupt)

    def _on_interrupt(self, *args):
        self._interrupted = args

    def __exit__(self, *_exception):
        if callable(self._handler):
            signal(SIGINT, self._handler)
        if self._interrupted is not None:
            self._handler(*self._interrupted)
