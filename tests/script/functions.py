# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

# What test-script-task runs; functions.js has the same functions.

import datetime
import functools
import os
import signal
import struct
import subprocess
import sys

counter = 0
kept = None


def echo(params, task):
    return params


def pidOf(params, task):
    return os.getpid()


def count(params, task):
    global counter
    counter += 1
    return {'counter': counter, 'pid': os.getpid()}


def describe(params, task):
    def kind(value):
        if value is None:
            return 'null'
        if isinstance(value, bool):
            return f'boolean({str(value).lower()})'
        if isinstance(value, list):
            return f'[{" ".join(map(kind, value))}]'
        if isinstance(value, bytes):
            return f'bytes({len(value)})'
        if isinstance(value, dict):
            return '{' + ' '.join(f'{k}:{kind(v)}' for k, v in value.items()) + '}'
        if isinstance(value, int):
            return f'integer({value})'
        return f'{ {float: "number", str: "string"}[type(value)] }({value})'
    return kind(params)


def values(params, task):
    return {
        'nothing': None, 'yes': True, 'no': False, 'zero': 0, 'negative': -5, 'half': 0.5,
        'big': 9007199254740993, 'smallest': -9223372036854775808, 'text': 'tö\U0001f600', 'empty': '',
        'bytes': b'\x00\xff\x07', 'list': (1, 'two', [3]), 'object': {'a': {}}, 'inf': float('inf'),
        'nan': float('nan'),
    }


def refused(which, task):
    itself = {}
    itself['itself'] = itself
    deep = []
    for _ in range(40):
        deep = [deep]
    return {
        'function': refused, 'cycle': itself, 'deep': deep, 'nul': 'a\0b', 'surrogate': 'a\ud800',
        'wide': 1 << 63, 'instance': {1, 2}, 'object': object(), 'symbol': {1: 2}, 'date': datetime.date.today(),
    }[which]


def refusedInside(which, task):
    return {'list': [0, {'a key': refused(which, task)}]}


def publishRefused(params, task):
    try:
        task.publish_progress(refused(params, task))
    except (TypeError, OverflowError) as error:
        task.publish_progress('still here')
        return type(error).__name__
    return 'nothing was thrown'


def publish(n, task):
    for i in range(n):
        task.publish_progress(i)
    return n


def publishMuch(params, task):
    text = 'x' * params['size']
    counter = os.open(params['path'], os.O_WRONLY | os.O_APPEND)
    for i in range(params['n']):
        task.publish_progress(text)
        os.write(counter, b'.')
    os.close(counter)


def generate(n, task):
    for i in range(n):
        yield i
    return 'generated'


async def generateAsync(n, task):
    import asyncio
    for i in range(n):
        await asyncio.sleep(0.001)
        yield i


async def later(params, task):
    import asyncio
    await asyncio.sleep(0.001)
    return params


def report(params, task):
    task.set_fraction(0.25)
    task.set_message('half way')
    task.set_amounts(3, 12)
    task.set_fraction(float('nan'))
    task.set_message('all the way')


def reportOften(n, task):
    for i in range(1, n + 1):
        task.set_fraction(i / n)


def hugeResult(n, task):
    return bytes([7]) * n


class OddError(Exception):
    pass


def fail(params, task):
    if params == 'odd':
        raise OddError('as it should')
    if params == 'empty':
        raise ValueError
    raise TypeError(f'no {params}')


def failBecause(params, task):
    try:
        return {}['x']
    except KeyError as cause:
        raise OddError('because') from cause


def takesNone():
    return 0


def takesOne(params):
    return params


def takesAny(*arguments):
    return len(arguments)


takesBound = 'bound to '.__add__
takesKeyword = functools.partial(lambda params, *, other=5: [params, other])


class Outer:
    @staticmethod
    def inner(params, task=None):
        return [params, task is not None]


async def failLater(params, task):
    import asyncio
    await asyncio.sleep(0.001)
    raise TypeError('too late')


def failAfterYield(params, task):
    yield 1
    raise TypeError('after one')


notAFunction = 5


def exit(status, task):
    sys.exit(status)


def crash(name, task):
    import faulthandler
    faulthandler.disable()
    os.kill(os.getpid(), getattr(signal, 'SIG' + name))


def garbage(which, task):
    frames = {
        'text': b'hello, is anybody there?',
        'endless': struct.pack('=II', 0x7fffffff, 1),
        'unknown': struct.pack('=II', 0, 77),
        'missing': struct.pack('=II', 0, 6),
        'value': struct.pack('=II', 3, 1) + b'\1\2\3',
        'type': struct.pack('=II', 6, 1) + b'\1\0\0\0\0u',
        'abnormal': struct.pack('=II', 3, 1) + b'\2\0b',
        'stopped': struct.pack('=II', 0, 8),
        'amounts': struct.pack('=II', 3, 3) + b'\1\0b',
        'fraction': struct.pack('=II', 3, 2) + b'\1\0b',
        'message': struct.pack('=II', 3, 4) + b'\1\0b',
        'error': struct.pack('=II', 3, 7) + b'\1\0b',
    }
    os.write(3, frames[which])
    signal.pause()


def silence(params, task):
    os.close(3)
    signal.pause()


def busyUntilCancelled(params, task):
    task.publish_progress('busy')
    while not task.is_cancelled():
        pass
    return 'noticed'


def busyForever(params, task):
    task.publish_progress(os.getpid())
    while True:
        pass


def deaf(params, task):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(['sleep', '1000'])
    task.publish_progress([os.getpid(), child.pid])
    while True:
        pass


async def sleepUntilCancelled(params, task):
    import asyncio
    task.publish_progress('asleep')
    await asyncio.sleep(1000)


async def sleepAndTidyUp(params, task):
    import asyncio
    try:
        await sleepUntilCancelled(params, task)
    except asyncio.CancelledError:
        return 'tidy'


def generateForever(path, task):
    try:
        i = 0
        while True:
            yield i
            i += 1
    finally:
        with open(path, 'w') as file:
            file.write('finally')


def checkpoints(params, task):
    i = 0
    while True:
        task.publish_progress(i)
        task.checkpoint()
        i += 1


def say(params, task):
    print('printed by the script')
    print('complained by the script', file=sys.stderr)


def where(params, task):
    return {'directory': os.getcwd(), 'variable': os.environ.get('AT_TEST_VARIABLE'), 'pid': os.getpid(),
            'importsFromHere': any(os.path.realpath(path) == os.getcwd() for path in sys.path)}


async def afterTheEnd(params, task):
    global kept
    if kept is not None:
        kept.publish_progress('from the other one')
        kept.set_fraction(0.9)
        return 'second'
    kept = task
    return 'first'


def fromThreads(n, task):
    import threading

    def body():
        for i in range(n):
            task.publish_progress(i)
            task.is_cancelled()

    threads = [threading.Thread(target=body) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return 'joined'


def lingers(params, task):
    import threading
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    threading.Thread(target=signal.sigwait, args=([signal.SIGUSR1],)).start()
    return os.getpid()


def forks(params, task):
    os.fork()
    return 'once'


def signals(params, task):
    with open('/proc/self/status') as file:
        fields = dict(line.split(':', 1) for line in file)
    return {'blocked': bool(int(fields['SigBlk'], 16) & 0x4000), 'ignored': bool(int(fields['SigIgn'], 16) & 0x4000)}


def prefix(params, task):
    return sys.prefix


def closesEverything(path, task):
    os.closerange(3, 1000)
    file = os.open(path, os.O_CREAT | os.O_RDWR)
    os.write(file, b'precious')
    task.publish_progress('to nobody')


def quietCheckpoints(params, task):
    task.publish_progress('here')
    while True:
        task.checkpoint()
