# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the tests of the downloader's command line share."""

import email.utils
import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

from fault_server import FaultServer, cut_off, head

PROGRAM = os.environ['DOWNLOADER']
PATIENCE = 120
BODY = random.Random(7).randbytes(700_001)
OLD_DATE = 'Mon, 06 Jul 2020 10:00:00 GMT'


def now():
    return email.utils.formatdate(usegmt=True)


class Result:
    def __init__(self, status, out, err, seconds):
        self.status = status
        self.out = out
        self.err = err
        self.seconds = seconds

    def __repr__(self):
        return f'{self.status}\n{self.out}{self.err}'

    def events(self):
        return [json.loads(line) for line in self.out.splitlines()]


class TerminalCase(unittest.TestCase):
    def setUp(self):
        self.server = FaultServer()
        self.addCleanup(self.server.close)
        self.home = tempfile.mkdtemp(prefix='downloader-test-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.folder = os.path.join(self.home, 'folder')

    # What a test adds to the environment; None takes a variable away.
    more_environment = {}

    def environment(self):
        kept = {name: value for name, value in os.environ.items()
                if name not in ('DISPLAY', 'WAYLAND_DISPLAY', 'WAYLAND_SOCKET', 'http_proxy', 'https_proxy',
                                'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY')}
        made = {**kept, 'HOME': self.home, 'XDG_RUNTIME_DIR': self.home, 'XDG_CONFIG_HOME': self.home,
                'DBUS_SESSION_BUS_ADDRESS': 'disabled:', 'LC_ALL': 'C.UTF-8', 'no_proxy': '*',
                'GIO_USE_PROXY_RESOLVER': 'dummy', 'G_DEBUG': 'gc-friendly,fatal-warnings', 'TZ': 'UTC', **self.more_environment}
        return {name: value for name, value in made.items() if value is not None}

    def start(self, *arguments, wrapper=(), stdin=subprocess.DEVNULL):
        return subprocess.Popen([*wrapper, PROGRAM, *arguments], env=self.environment(), cwd=self.home,
                                stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                encoding='utf-8')

    def start_held(self, *arguments):
        """Starts a download of file.bin that has its part, and waits; what is set for it to go on."""
        reached = threading.Event()
        go_on = threading.Event()

        def handler(_request, send, _server):
            send(head(200, Content_Length=len(BODY)) + BODY[:1000])
            reached.set()
            go_on.wait(PATIENCE)
            send(BODY[1000:])
        self.server.route('/file.bin', handler)
        process = self.start('--no-gui', '-o', self.folder, *arguments, self.server.url('/file.bin'))
        self.assertTrue(reached.wait(PATIENCE))
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.path('.file.bin.part')):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        return process, go_on

    def run_program(self, *arguments, wrapper=()):
        begin = time.monotonic()
        process = self.start(*arguments, wrapper=wrapper)
        out, err = process.communicate(timeout=PATIENCE)
        return Result(process.returncode, out, err, time.monotonic() - begin)

    def download(self, *arguments, retries='0', wrapper=()):
        return self.run_program('--no-gui', '-o', self.folder, '--retries', retries, *arguments, wrapper=wrapper)

    def names(self):
        return sorted(os.listdir(self.folder)) if os.path.isdir(self.folder) else []

    def content(self, name):
        with open(os.path.join(self.folder, name), 'rb') as file:
            return file.read()

    def path(self, name):
        return os.path.join(self.folder, name)

    def assert_saved(self, result, url, name, body=BODY):
        self.assertEqual((result.status, result.err), (0, ''))
        self.assertEqual(result.out, f'{url}: saved to {self.path(name)}\n')
        self.assertEqual(self.names(), [name])
        self.assertEqual(self.content(name), body)

    def assert_failed(self, result, sentence, names=()):
        self.assertEqual(result.status, 1, result)
        self.assertEqual(result.out, '')
        self.assertIn(sentence, result.err)
        self.assertEqual(self.names(), list(names))

    def part_names(self, name):
        return [f'.{name}.part', f'.{name}.part.resume']

    def leave_part(self, path, name, after=300_000, etag='"one"', **headers):
        """Has a first run leave a partial file behind."""
        self.server.route(path, cut_off(BODY, after, ETag=etag, **headers))
        result = self.download(self.server.url(path))
        self.assert_failed(result, 'broke off', self.part_names(name))
        self.assertEqual(self.content(f'.{name}.part'), BODY[:after])
        self.server.requests.clear()
