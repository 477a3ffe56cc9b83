# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Many links at once, and what is left of those that were not finished."""

import collections
import hashlib
import json
import os
import shutil
import subprocess
import threading
import unittest

from fault_server import FaultServer, answer, cut_off, head, in_turn, ranged
from terminal_case import BODY, PATIENCE, TerminalCase


class Lists(TerminalCase):
    def setUp(self):
        super().setUp()
        for number in range(3):
            self.server.route(f'/{number}.bin', answer(200, BODY[number:]))
        self.links = [self.server.url(f'/{number}.bin') for number in range(3)]

    def check_all(self, result):
        self.assertEqual((result.status, result.err), (0, '3 files saved (2.1\xa0MB)\n'))
        self.assertEqual(self.names(), ['0.bin', '1.bin', '2.bin'])
        for number in range(3):
            self.assertEqual(self.content(f'{number}.bin'), BODY[number:])

    def test_from_a_file(self):
        with open(os.path.join(self.home, 'list'), 'w', encoding='utf-8') as file:
            file.write(f'# what I want\n\n{self.links[0]}\r\n  {self.links[1]}  \n')
        self.check_all(self.download('-i', 'list', self.links[2]))

    def test_from_standard_input(self):
        process = self.start('-o', self.folder, '-i', '-', stdin=subprocess.PIPE)
        out, err = process.communicate('\n'.join(self.links), timeout=PATIENCE)
        self.assertEqual((process.returncode, err), (0, '3 files saved (2.1\xa0MB)\n'))
        self.assertEqual(len(out.splitlines()), 3)
        self.assertEqual(self.names(), ['0.bin', '1.bin', '2.bin'])

    def test_not_there(self):
        result = self.run_program('-i', 'nothing', self.links[0])
        self.assertEqual((result.status, result.out, result.err.count('\n')), (2, '', 1))
        self.assertIn('nothing', result.err)
        self.assertEqual(self.server.requests, [])

    def test_empty(self):
        result = self.run_program('-i', '/dev/null')
        self.assertEqual((result.status, result.out), (2, ''))

    def test_how_each_went(self):
        self.server.route('/1.bin', answer(404, b''))
        result = self.download(*self.links)
        self.assertEqual(result.status, 1)
        self.assertEqual(result.err.splitlines()[-1], '2 files saved (1.4\xa0MB), 1 failed')

    def test_one_needs_no_summary(self):
        self.assert_saved(self.download(self.links[0]), self.links[0], '0.bin')


class Named(TerminalCase):
    def test_name(self):
        self.server.route('/file.bin', answer(200, BODY, Content_Disposition='attachment; filename=other'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download('-O', 'my name.txt', url), url, 'my name.txt')

    def test_name_that_is_taken(self):
        os.mkdir(self.folder)
        with open(self.path('mine.txt'), 'w', encoding='utf-8') as file:
            file.write('mine')
        self.server.route('/file.bin', answer(200, BODY))
        self.assertEqual(self.download('-O', 'mine.txt', self.server.url('/file.bin')).status, 0)
        self.assertEqual(self.content('mine.txt'), b'mine')
        self.assertEqual(self.content('mine (1).txt'), BODY)

    def test_name_is_gone_on_with(self):
        self.server.route('/file.bin', cut_off(BODY, 300_000, ETag='"one"'))
        url = self.server.url('/file.bin')
        self.assertEqual(self.download('-O', 'mine', url).status, 1)
        self.assertEqual(self.names(), ['.mine.part', '.mine.part.resume'])
        self.server.requests.clear()
        self.assertEqual(self.download('-O', 'mine', url).status, 1)
        self.assertEqual(self.server.requests[0].range_start(), 300_000)

    def test_wrong_usage(self):
        url = self.server.url('/file.bin')
        for arguments in ('-O', 'a/b', url), ('-O', '', url), ('-O', '..', url), ('-O', 'a', url, url), ('-O', 'a', '--sample'):
            with self.subTest(arguments):
                result = self.run_program('--no-gui', *arguments)
                self.assertEqual((result.status, result.out, result.err.count('\n')), (2, '', 1))
        self.assertEqual(self.server.requests, [])

    def test_http_is_what_is_meant(self):
        self.server.route('/file.bin', answer(200, BODY))
        for link in self.server.url('/file.bin').removeprefix('http://'), f'localhost:{self.server.port}/file.bin':
            with self.subTest(link):
                self.assert_saved(self.download(link), link, 'file.bin')
                os.unlink(self.path('file.bin'))


class Complete(TerminalCase):
    def skip(self, *arguments, status=0):
        result = self.download('-c', *arguments, self.server.url('/file.bin'))
        self.assertEqual(result.status, status, result)
        return result

    def test_left_alone(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        self.skip()
        before = os.stat(self.path('file.bin'))
        result = self.skip()
        self.assertEqual((result.out, result.err), (f'{url}: complete already as {self.path("file.bin")}\n', ''))
        after = os.stat(self.path('file.bin'))
        self.assertEqual((before.st_ino, before.st_mtime_ns), (after.st_ino, after.st_mtime_ns))
        self.assertEqual((self.names(), self.content('file.bin')), (['file.bin'], BODY))
        last = self.skip('--json').events()[-1]
        self.assertEqual((last['event'], last['path'], last['bytes'], last['total']),
                         ('finished', self.path('file.bin'), len(BODY), len(BODY)))

    def test_counted(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.server.route('/other.bin', answer(200, BODY))
        self.skip()
        result = self.skip(self.server.url('/other.bin'))
        self.assertEqual(result.err, '1 file saved (700\xa0kB), 1 complete already\n')

    def test_changed_since(self):
        self.server.route('/file.bin', answer(200, BODY[1:]))
        self.skip()
        self.server.route('/file.bin', answer(200, BODY))
        for _ in range(2):
            self.skip()
            self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])
            self.assertEqual((self.content('file.bin'), self.content('file (1).bin')), (BODY[1:], BODY))

    def test_not_the_expected_one(self):
        """Of the right length is not right, where it can be known."""
        self.server.route('/file.bin', answer(200, bytes(len(BODY))))
        self.skip()
        self.server.route('/file.bin', answer(200, BODY))
        checksum = 'sha256:' + hashlib.sha256(BODY).hexdigest()
        for _ in range(2):
            self.skip('--checksum', checksum)
            self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])
            self.assertEqual(self.content('file (1).bin'), BODY)

    def test_part_is_gone_on_with(self):
        self.leave_part('/file.bin', 'file.bin')
        self.skip(status=1)
        self.assertEqual(self.server.requests[0].range_start(), 300_000)

    def test_length_not_told(self):
        def handler(_request, send, _server):
            send(head(200) + BODY)
        self.server.route('/file.bin', handler)
        self.skip()
        self.skip()
        self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])


class Parts(TerminalCase):
    def setUp(self):
        super().setUp()
        self.leave_part('/file.bin', 'file.bin')
        self.url = self.server.url('/file.bin')

    def run_parts(self, *arguments):
        return self.run_program('-o', self.folder, *arguments)

    def test_list(self):
        for arguments in (), (self.url,):
            result = self.run_parts('--list-parts', *arguments)
            self.assertEqual((result.status, result.err), (0, ''))
            self.assertEqual(result.out, f'file.bin: 300\xa0kB of 700\xa0kB from {self.url}\n')
        self.assertEqual(self.run_parts('--list-parts', self.server.url('/other')).out, '')
        self.assertEqual(self.server.requests, [])

    def test_list_as_json(self):
        self.assertEqual(json.loads(self.run_parts('--list-parts', '--json').out),
                         {'event': 'part', 'url': self.url, 'path': self.path('file.bin'), 'bytes': 300_000, 'total': len(BODY)})

    def test_remove(self):
        with open(self.path('mine.part'), 'w', encoding='utf-8') as file:
            file.write('mine')
        self.assertEqual(self.run_parts('--remove-parts', self.server.url('/other')).status, 0)
        self.assertIn('.file.bin.part', self.names())
        result = self.run_parts('--remove-parts')
        self.assertEqual((result.status, result.err), (0, ''))
        self.assertIn('removed', result.out)
        self.assertEqual(self.names(), ['mine.part'])

    def test_not_what_is_at_work(self):
        self.run_parts('--remove-parts')
        process, go_on = self.start_held()
        result = self.run_parts('--remove-parts')
        self.assertEqual((result.status, result.out), (1, ''))
        self.assertIn('is being downloaded', result.err)
        go_on.set()
        process.communicate(timeout=PATIENCE)
        self.assertEqual((self.names(), self.content('file.bin')), (['file.bin'], BODY))

    def test_no_folder(self):
        result = self.run_program('-o', os.path.join(self.home, 'nowhere'), '--list-parts')
        self.assertEqual((result.status, result.out, result.err), (0, '', ''))
        self.assertFalse(os.path.exists(os.path.join(self.home, 'nowhere')))


class Large(TerminalCase):
    def test_folder_is_read_once(self):
        """However many links there are, and files."""
        for number in range(40):
            self.server.route(f'/{number}', answer(200, BODY))
        os.mkdir(self.folder)
        trace = os.path.join(self.home, 'trace')
        if shutil.which('strace') is None:
            self.skipTest('strace is not installed')
        result = self.download(*[self.server.url(f'/{number}') for number in range(40)],
                               wrapper=('strace', '-f', '-qq', '-y', '-e', 'trace=getdents64', '-o', trace))
        self.assertEqual((result.status, len(self.names())), (0, 40))
        with open(trace, encoding='utf-8', errors='replace') as file:
            reads = [line for line in file if f'<{self.folder}>' in line]
        # The second one says that there is no more.
        self.assertEqual(len(reads), 2, reads)

    def test_what_others_left_meanwhile(self):
        """It is known at once, although the folder is not read again."""
        reached, go_on = threading.Event(), threading.Event()

        def first(_request, send, _server):
            send(head(200, Content_Length=len(BODY)) + BODY[:1000])
            reached.set()
            go_on.wait(PATIENCE)
            send(BODY[1000:])
        self.server.route('/first.bin', first)
        self.server.route('/file.bin', in_turn(cut_off(BODY, 300_000, ETag='"one"'), ranged(BODY)))
        process = self.start('-o', self.folder, '--max-active', '1', '--no-gui',
                             self.server.url('/first.bin'), self.server.url('/file.bin'))
        self.assertTrue(reached.wait(PATIENCE))
        self.assertEqual(self.download(self.server.url('/file.bin')).status, 1)
        go_on.set()
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(self.server.requests_for('/file.bin')[1].range_start(), 300_000)
        self.assertEqual(self.names(), ['file.bin', 'first.bin'])
        self.assertEqual(self.content('file.bin'), BODY)


class KeepingServer(FaultServer):
    """Answers whatever is asked with as many bytes, and keeps its connections."""

    body = BODY[:10_000]

    def _serve(self, connection):
        try:
            with connection:
                while self._read_request(connection) is not None:
                    connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n' % len(self.body) + self.body)
        except OSError:
            pass


class Small(TerminalCase):
    """What a small file takes, counted: of many of them, that is what takes the time."""

    n_files = 100

    def setUp(self):
        super().setUp()
        self.keeping = KeepingServer()
        self.addCleanup(self.keeping.close)

    def download_all(self, max_active, wrapper=()):
        links = [self.keeping.url(f'/{number}') for number in range(self.n_files)]
        result = self.download('--max-active', str(max_active), *links, wrapper=wrapper)
        self.assertEqual((result.status, self.names()), (0, sorted(str(number) for number in range(self.n_files))), result)
        for name in self.names():
            self.assertEqual(self.content(name), self.keeping.body)
        self.assertEqual(len(self.keeping.requests), self.n_files)

    def trace(self, max_active):
        """Downloads all; the calls, each as its name and whether it is about the folder or what is in it."""
        if shutil.which('strace') is None:
            self.skipTest('strace is not installed')
        path = os.path.join(self.home, 'trace')
        self.download_all(max_active, ('strace', '-f', '-qq', '-y', '-e', 'signal=none', '-e', 'trace=%file,%desc,%net', '-o', path))
        calls = collections.Counter()
        with open(path, encoding='utf-8', errors='replace') as file:
            for line in file:
                _, call = line.split(maxsplit=1)
                if not call.startswith('<...'):
                    calls[call.split('(')[0], f'<{self.folder}' in call or f'"{self.folder}' in call] += 1
        return calls

    def test_connections_are_kept(self):
        """As many as there are downloads at once, however many files."""
        for max_active in 1, 4, 16:
            with self.subTest(max_active):
                self.keeping.connections.clear()
                self.keeping.requests.clear()
                self.download_all(max_active)
                self.assertLessEqual(len(self.keeping.connections), max_active)
                shutil.rmtree(self.folder)

    def test_calls(self):
        calls = self.trace(16)

        def count(*names, folder=True):
            return sum(calls[name, folder] for name in names)
        # Each is opened once, which makes the part, and there is no record of so little.
        self.assertLessEqual(count('open', 'openat'), self.n_files + 10, calls)
        self.assertEqual(count('fdatasync'), self.n_files, calls)
        self.assertEqual(count('rename', 'renameat', 'renameat2'), self.n_files, calls)
        # What is written depends on how it arrives.
        of_folder = sum(number for (name, folder), number in calls.items() if folder and name != 'write')
        self.assertLessEqual(of_folder, 15 * self.n_files, calls)
        # Who asks for a connection looks at its own alone. What there is to read comes in two or three pieces.
        self.assertLessEqual(count('recvfrom', 'recvmsg', folder=False), 8 * self.n_files, calls)

    def test_changed_meanwhile(self):
        """It is not looked at after each piece, and noticed all the same."""
        body = self.keeping.body
        for meddle, sentence in ((lambda: os.unlink(self.path('.file.bin.part')), 'was removed meanwhile'),
                                 (lambda: os.truncate(self.path('.file.bin.part'), 0), 'was changed meanwhile')):
            with self.subTest(sentence):
                reached, go_on = threading.Event(), threading.Event()

                def handler(_request, send, _server):
                    send(head(200, Content_Length=len(body), ETag='"one"') + body[:5000])
                    reached.set()
                    go_on.wait(PATIENCE)
                    send(body[5000:])
                self.server.route('/file.bin', handler)
                process = self.start('--no-gui', '-o', self.folder, '--retries', '0', self.server.url('/file.bin'))
                self.addCleanup(process.kill)
                self.assertTrue(reached.wait(PATIENCE))
                self.wait_for_size('.file.bin.part', 5000)
                meddle()
                go_on.set()
                _, err = process.communicate(timeout=PATIENCE)
                self.assertEqual(process.returncode, 1)
                self.assertIn(sentence, err)
                self.assertEqual(self.names(), [])

    def wait_for_size(self, name, size):
        pause = threading.Event()
        for _ in range(PATIENCE * 100):
            if os.path.exists(self.path(name)) and os.path.getsize(self.path(name)) >= size:
                return
            pause.wait(0.01)
        self.fail('nothing arrives')


if __name__ == '__main__':
    unittest.main(verbosity=2)
