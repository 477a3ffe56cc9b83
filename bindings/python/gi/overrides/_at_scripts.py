# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Of At: which module and function a script task runs, and what comes of an exception there."""

import importlib
import importlib.util
import os
import sys
import types

from gi.repository import GLib

from ..module import get_introspection_module
from . import _at_value
from ._at_errors import OWN_FILES, RemoteTraceback, get_caller

At = get_introspection_module('At')

OWN_FILES.add(__file__)

_SUFFIXES = ('.py', '.js', '.mjs')


#
# Values
#

def to_variant(value):
    """What a script can be sent, as it is sent; the library refuses what a GLib.Variant has that is none."""
    if isinstance(value, GLib.Variant):
        return value
    kind, data = _at_value.dump_as(value)
    return At.script_value_from_bytes(kind.decode(), GLib.Bytes.new(bytes(data)))


def from_variant(value):
    """What came from a script."""
    if not isinstance(value, GLib.Variant):
        return value
    kind = value.get_type_string().encode()
    if kind not in _at_value.KINDS:
        return value.unpack()
    return _at_value.load_as(kind, value.get_data_as_bytes().get_data() or b'')


#
# Modules and functions
#

def _find_by_name(name):
    """The file of a module that would be imported by this name."""
    module = sys.modules.get(name)
    if module is not None and getattr(module, '__file__', None) is not None:
        return _get_file(module)
    try:
        spec = importlib.util.find_spec(name)
    except ImportError as error:
        raise ModuleNotFoundError(f'no module of the name {name!r}: {error}', name=name) from None
    if spec is None:
        raise ModuleNotFoundError(f'no module of the name {name!r}; of a file, say which it is: {name + ".py"!r}',
                                  name=name)
    if not spec.has_location or not spec.origin.endswith('.py'):
        raise ValueError(f'the module {name!r} is not a file of Python, as the process of a script needs it')
    return spec.origin


def _get_file(module):
    file = getattr(module, '__file__', None)
    if file is None or not file.endswith('.py'):
        raise ValueError(f'{module!r} is not a file of Python, as the process of a script needs it')
    return os.path.abspath(file)


def find_interpreter():
    """The Python that runs this, with what is installed for it; None where a program that is none runs it."""
    path = sys.executable
    is_python = path and os.path.basename(path).startswith(('python', 'pypy')) and not getattr(sys, 'frozen', False)
    return path if is_python else None


def find_module(module):
    """The path of what is named: a file, relative to that of the caller, a module, or the name of one."""
    if isinstance(module, types.ModuleType):
        return _get_file(module)
    path = os.fspath(module)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if path is module and not path.endswith(_SUFFIXES) and all(map(str.isidentifier, path.split('.'))):
        return _find_by_name(path)
    if os.path.isabs(path) or path.startswith('file:') or '://' in path:
        return path
    # Where code is of no file, as in an interpreter's prompt, it is the working directory.
    file = get_caller().f_globals.get('__file__')
    return os.path.join(os.path.dirname(os.path.abspath(file)), path) if file is not None else path


def find_function(func):
    """The path of the module that has a function of Python's, and its name there."""
    name = getattr(func, '__qualname__', None)
    module = sys.modules.get(getattr(func, '__module__', None))
    if name is None or module is None or '<' in name:
        raise ValueError(f'the process of a script cannot find {func!r}: it has to be a function of a module, '
                         'known there by its name')
    return _get_file(module), name


#
# Exceptions
#

def _is_same_file(module, file):
    own = getattr(module, '__file__', None)
    return own is None or file is None or os.path.realpath(own) == file


def _find_class(details):
    """The class of an exception, which the script's process knows by the name of a module in a file."""
    file = details.get('file')
    main = sys.modules.get('__main__')
    if file is not None and getattr(main, '__file__', None) is not None and _is_same_file(main, file):
        module = main
    else:
        module = importlib.import_module(details['module'])
    if not _is_same_file(module, file):
        raise ImportError(f'{details["module"]} is another module here')
    found = module
    for name in details['class'].split('.'):
        found = getattr(found, name)
    # The others end what waits for the task.
    if not (isinstance(found, type) and issubclass(found, Exception)):
        raise TypeError
    return found


def to_exception(task, error):
    """What a task of C raises for an error that its function raised: that exception, if there can be one here."""
    stack = task.get_error_stack()
    if stack is None or not error.matches(At.script_error_quark(), error.code):
        return error
    exception = error
    details = from_variant(task.get_error_details())
    if details is not None:
        try:
            exception = _find_class(details)(*details['args'])
            if details['state']:
                vars(exception).update(details['state'])
        except Exception:
            # It cannot be imported, or not be made of that.
            exception = error
    exception.__cause__ = RemoteTraceback(stack, error if exception is not error else None)
    return exception
