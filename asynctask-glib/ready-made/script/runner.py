# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Runs inside any Python 3, with or without PyGObject, in a process of its own; the
# channel to the owner is file descriptor 3. The frames and what is in them:
# at-script-frame-private.h. _at_value.py comes before this. What is imported here is
# paid for by every start.

import _thread
import os
import select
import struct
import sys
import time

CHANNEL = 3
LIFELINE = 4
SMALL_STEP_TIME = 0.016
SMALL_STEP = 0.001

# to the owner
PROGRESS, FRACTION, AMOUNTS, MESSAGE, CHECKPOINT, RESULT, ERROR, STOPPED, STARTED = range(1, 10)
# from the owner
JOB, GO, CANCELLED, INTERRUPT, PAUSED = range(101, 106)

HEADER = struct.Struct('=II')


#
# The channel
#

def leave():
    """Nobody is there to be told anything any more."""
    os._exit(1)


def identify():
    status = os.fstat(CHANNEL)
    return status.st_dev, status.st_ino


def send_frame(kind, payload=b''):
    # A module that closes every descriptor may have a file of its own in the place.
    if identify() != identity:
        leave()
    frame = HEADER.pack(len(payload), kind) + payload
    try:
        sent = os.write(CHANNEL, frame)
        while sent < len(frame):
            frame = memoryview(frame)[sent:]
            sent = os.write(CHANNEL, frame)
    except OSError:
        leave()


def read_exactly(n):
    data = bytearray()
    while len(data) < n:
        part = os.read(CHANNEL, min(n - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def receive():
    """None when the owner has closed the channel."""
    try:
        header = read_exactly(HEADER.size)
        if header is None:
            return None
        length, kind = HEADER.unpack(header)
        return kind, read_exactly(length)
    except OSError:
        return None


#
# The task, as the module sees it
#

class ScriptTask:
    """What a function is given to talk to its owner with, from any thread."""

    def __init__(self, held):
        self._lock = _thread.RLock()
        self._ended = False
        self._cancelled = False
        self._held = held
        self._shown = (0, 0, 0, 0.0)
        self._kept = None
        self._on_interrupt = None

    def publish_progress(self, value=None):
        self._tell(PROGRESS, dump(value))

    def set_fraction(self, fraction):
        fraction = float(fraction)
        if fraction == fraction:
            fraction = min(max(fraction, 0.0), 1.0)
            self._show(FRACTION, fraction, fraction, 0)

    def set_amounts(self, completed, total=0):
        completed, total = max(int(completed), 0), max(int(total), 0)
        self._show(AMOUNTS, [completed, total], completed, total)

    def set_message(self, message):
        self._tell(MESSAGE, dump(None if message is None else str(message)))

    def is_cancelled(self):
        with self._lock:
            if not self._cancelled and not self._ended:
                self._listen()
            return self._cancelled

    def checkpoint(self):
        with self._lock:
            if not self._ended:
                self._pass()
            if self._cancelled:
                from asyncio import CancelledError
                raise CancelledError('The task was cancelled')

    # A step that cannot be seen in a progress bar waits for the next one that can,
    # or for anything else that is said: a message takes microseconds, and a loop
    # may report millions of times.
    def _show(self, kind, value, position, total):
        with self._lock:
            if self._ended:
                return
            now = time.monotonic()
            shown_kind, shown_position, shown_total, shown_at = self._shown
            scale = 1.0 if kind == FRACTION else total or max(position, shown_position) or 1
            if (kind == shown_kind and total == shown_total and now - shown_at < SMALL_STEP_TIME
                    and abs(position - shown_position) < SMALL_STEP * scale):
                self._kept = (kind, value, position, total)
                return
            self._kept = None
            self._shown = (kind, position, total, now)
            send_frame(kind, dump(value))

    def _flush(self):
        if self._kept is not None:
            kind, value, position, total = self._kept
            self._kept = None
            self._shown = (kind, position, total, time.monotonic())
            send_frame(kind, dump(value))

    def _tell(self, kind, payload):
        with self._lock:
            if not self._ended:
                self._flush()
                send_frame(kind, payload)

    # What the owner has said meanwhile; it says so unasked.
    def _listen(self):
        while readable.poll(0):
            self._take()

    # Stands still while the task is paused. One that is paused again says so before
    # it lets go.
    def _pass(self):
        self._listen()
        while self._held and not self._cancelled:
            self._held = False
            self._tell(CHECKPOINT, b'')
            while self._take() != GO:
                pass

    def _take(self):
        frame = receive()
        if frame is None:
            leave()
        kind = frame[0]
        if kind in (CANCELLED, INTERRUPT):
            self._cancelled = True
        if kind == PAUSED:
            self._held = True
        if kind == INTERRUPT and self._on_interrupt is not None:
            self._on_interrupt()
        return kind

    # What follows is for the runner alone.
    def _poll(self):
        with self._lock:
            self._listen()

    def _yielded(self, value):
        payload = dump(value)
        with self._lock:
            self._tell(PROGRESS, payload)
            self._pass()
            return not self._cancelled

    def _end(self, kind, payload=b''):
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass
        with self._lock:
            self._flush()
            self._ended = True
            send_frame(kind, payload)


#
# Jobs
#

class Stopped(BaseException):
    """A generator was stopped at one of its yields."""


# What the details of an error may take.
MAX_DETAILS = 1 << 20


def details(error):
    """What the program needs to make the exception anew, if that is Python's: as for pickle, and with
    nothing in it that would run there."""
    kind = type(error)
    try:
        made_by, args, *state = error.__reduce__()
        if made_by is not kind or '<' in kind.__qualname__:
            return None
        found = {'module': kind.__module__, 'class': kind.__qualname__, 'args': args,
                 'state': state[0] if state and state[0] else {}}
        if file := getattr(sys.modules.get(kind.__module__), '__file__', None):
            found['file'] = os.path.realpath(file)
        return found if len(dump(found)) <= MAX_DETAILS else None
    except Exception:
        return None


def plain(text):
    return text.encode('utf-8', 'replace').decode('utf-8').replace('\0', '\ufffd')


def describe(code, error):
    import traceback

    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename == '<asynctask-glib>':
        trace = trace.tb_next
    try:
        message = str(error)
    except Exception:
        message = 'An exception that cannot be described'
    try:
        stack = ''.join(traceback.format_exception(type(error), error, trace))
    except Exception:
        stack = ''
    described = {'code': code, 'name': plain(type(error).__qualname__), 'message': plain(message), 'stack': plain(stack)}
    found = details(error)
    if found is not None:
        described['details'] = found
    return dump(described)


def fail(task, code, error):
    task._end(ERROR, describe(code, error))


def find_package(folder):
    """The name of the package that a folder is, and the folder that has it."""
    names = []
    parent, name = os.path.split(folder)
    while name.isidentifier() and os.path.isfile(os.path.join(parent, name, '__init__.py')):
        names.insert(0, name)
        parent, name = os.path.split(parent)
    return '.'.join(names), os.path.join(parent, name)


def import_module(path):
    from importlib.machinery import ModuleSpec, SourceFileLoader

    module = modules.get(path)
    if module is not None:
        return module

    # As for a program: what is beside the module comes first. One in a package may
    # import from that, too, which is loaded when it does.
    folder = os.path.dirname(path)
    name = os.path.splitext(os.path.basename(path))[0]
    package, root = find_package(folder)
    if package:
        name = f'{package}.{name}'
        if root not in sys.path:
            sys.path.insert(0, root)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    loader = SourceFileLoader(name, path)
    spec = ModuleSpec(name, loader, origin=path)
    spec.has_location = True
    module = type(sys)(name)
    module.__spec__ = spec
    module.__loader__ = loader
    module.__file__ = path
    module.__cached__ = spec.cached
    module.__package__ = package
    # A module that is imported already is another one of the same name.
    taken = name in sys.modules
    if not taken:
        sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        if not taken:
            sys.modules.pop(name, None)
        raise
    modules[path] = module
    return module


modules = {}
readable = select.poll()


def run_generator(task, generator):
    while True:
        try:
            value = next(generator)
        except StopIteration as stop:
            return stop.value
        if not task._yielded(value):
            if hasattr(generator, 'close'):
                generator.close()
            raise Stopped


async def run_async_generator(task, generator):
    async for value in generator:
        if not task._yielded(value):
            if hasattr(generator, 'aclose'):
                await generator.aclose()
            raise Stopped
    return None


async def run_awaitable(task, awaitable):
    import asyncio

    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    # It may come from a thread that asks whether the task is cancelled.
    task._on_interrupt = lambda: loop.call_soon_threadsafe(current.cancel)
    loop.add_reader(CHANNEL, task._poll)
    try:
        return await awaitable
    finally:
        loop.remove_reader(CHANNEL)
        task._on_interrupt = None


def count_parameters(function):
    """How many of the two arguments a function takes."""
    code = getattr(function, '__code__', None)
    if type(function) is type(count_parameters) and not hasattr(function, '__wrapped__'):
        return 2 if code.co_flags & 0x04 else min(code.co_argcount, 2)
    from inspect import Parameter, signature
    try:
        kinds = [parameter.kind for parameter in signature(function).parameters.values()]
    except (TypeError, ValueError):
        return 2
    if Parameter.VAR_POSITIONAL in kinds:
        return 2
    return min(sum(kind in (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD) for kind in kinds), 2)


def call(task, function, params):
    outcome = function(*(params, task)[:count_parameters(function)])
    if hasattr(outcome, '__anext__'):
        outcome = run_async_generator(task, outcome)
    if hasattr(outcome, '__await__'):
        import asyncio
        return asyncio.run(run_awaitable(task, outcome))
    if hasattr(outcome, '__next__'):
        return run_generator(task, outcome)
    return outcome


def is_cancelled_error(error):
    asyncio = sys.modules.get('asyncio')
    return asyncio is not None and isinstance(error, asyncio.CancelledError)


def run(job):
    task = ScriptTask(job['paused'])
    pid = os.getpid()

    try:
        module = import_module(os.fsdecode(job['module']))
    except SystemExit:
        raise
    except BaseException as error:
        fail(task, 'module-failed', error)
        return

    try:
        function = module
        for name in job['function'].split('.'):
            function = getattr(function, name, None)
    except Exception as error:
        fail(task, 'thrown', error)
        return
    if not callable(function):
        task._end(ERROR, dump({'code': 'function-not-found', 'name': None, 'stack': None,
                               'message': f'The module has no function “{job["function"]}”'}))
        return

    task._poll()
    if task._cancelled:
        task._end(STOPPED)
        return

    try:
        value = call(task, function, job['params'])
    except SystemExit:
        raise
    except Stopped:
        task._end(STOPPED)
        return
    except BaseException as error:
        if os.getpid() != pid:
            raise
        if task._cancelled and is_cancelled_error(error):
            task._end(STOPPED)
        else:
            fail(task, 'thrown', error)
        return

    # A copy of this process that the function made and did not end.
    if os.getpid() != pid:
        os._exit(0)

    try:
        payload = dump(value)
    except Exception as error:
        fail(task, 'invalid-value', error)
    else:
        task._end(RESULT, payload)


identity = identify()


def serve():
    # What the module starts has no business with either.
    for fd in (CHANNEL, LIFELINE):
        try:
            os.set_inheritable(fd, False)
        except OSError:
            pass
    readable.register(CHANNEL, select.POLLIN)
    while True:
        frame = receive()
        if frame is None:
            return
        if frame[0] == JOB:
            send_frame(STARTED)
            run(load(frame[1]))


if __name__ == 'asynctask_glib_runner':
    serve()
