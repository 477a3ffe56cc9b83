# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader where the machine gives it trouble: full disks, kills, proxies, certificates."""

import base64
import hashlib
import os
import random
import re
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

from fault_server import AUTHORITY, CERTIFICATE, FaultServer, Proxy, Relay, answer, certificate, hanging, head, in_turn, ranged
from terminal_case import BODY, PATIENCE, PROGRAM, TerminalCase

CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

# Mounts that nobody else sees; who is not root may have them as the root of a namespace.
NAMESPACE = ('unshare', '-m') if os.geteuid() == 0 else ('unshare', '-r', '-m')

slow_headers = None
late_headers = None


def setUpModule():
    """Headers have a minute in all, or what is allowed; that minute passes while the other tests run."""
    global slow_headers, late_headers
    slow_headers = SlowHeaders('run_slowly')
    slow_headers.setUp()
    slow_headers.begin()
    late_headers = LateHeaders('run_slowly')
    late_headers.setUp()
    late_headers.begin()


def tearDownModule():
    slow_headers.doCleanups()
    late_headers.doCleanups()


def can_mount(*arguments):
    if shutil.which('unshare') is None:
        return False
    return subprocess.run([*NAMESPACE, 'mount', *arguments], capture_output=True, check=False).returncode == 0


class SlowHeaders(TerminalCase):
    def run_slowly(self):
        pass

    def begin(self):
        def handler(_request, send, server):
            send(b'HTTP/1.1 200 OK\r\n')
            while not server.closing.wait(0.2):
                send(b'X-Slow: yes\r\n')
        self.server.route('/file.bin', handler)
        self.process = self.start('--no-gui', '-o', self.folder, '--retries', '0', self.server.url('/file.bin'))
        self.addCleanup(self.process.kill)


class LateHeaders(TerminalCase):
    def run_slowly(self):
        pass

    def begin(self):
        def handler(request, send, server):
            server.closing.wait(62)
            answer(200, BODY)(request, send, server)
        self.server.route('/file.bin', handler)
        self.process = self.start('--no-gui', '-o', self.folder, '--retries', '0', '--timeout', '90', self.server.url('/file.bin'))
        self.addCleanup(self.process.kill)


class WaitedFor(TerminalCase):
    def test_more_than_a_minute_for_who_is_patient(self):
        out, err = late_headers.process.communicate(timeout=PATIENCE)
        self.assertEqual(late_headers.process.returncode, 0, (out, err))
        self.assertEqual(late_headers.content('file.bin'), BODY)

    def test_a_minute_for_the_headers(self):
        out, err = slow_headers.process.communicate(timeout=PATIENCE)
        self.assertEqual((slow_headers.process.returncode, out), (1, ''))
        self.assertIn('stopped answering', err)


class Disks(TerminalCase):
    """Each run has a small file system of its own, with 400 KiB left on it."""

    def setUp(self):
        super().setUp()
        os.makedirs(self.folder, exist_ok=True)
        if not can_mount('-t', 'tmpfs', 'none', self.folder):
            self.skipTest('cannot mount')

    def run_script(self, script, *urls):
        """Runs a shell script with $folder mounted, in which “download” downloads."""
        script = f'''
            folder=$1 program=$2; shift 2
            mount -t tmpfs -o size=4m none "$folder" || exit 99
            head -c {(4 << 20) - (400 << 10)} /dev/zero > "$folder/.filler"
            urls="$*"
            download () {{ "$program" --no-gui --retries 0 -o "$folder" "$@" $urls; echo "status: $?"; }}
            names () {{ ls -A "$folder" | grep -vx .filler; }}
            make_room () {{ rm "$folder/.filler"; }}
            {script}
        '''
        return subprocess.run([*NAMESPACE, 'sh', '-c', script, 'sh', self.folder, PROGRAM, *urls],
                              env=self.environment(), capture_output=True, encoding='utf-8', timeout=PATIENCE,
                              check=False)

    def check_filled_and_resumed(self, handler):
        self.server.route('/file.bin', handler)
        url = self.server.url('/file.bin')
        result = self.run_script('download; names; make_room; download; names; sha256sum < "$folder/file.bin"', url)
        path = self.path('file.bin')
        expected = subprocess.run(['sha256sum'], input=BODY, capture_output=True, check=True).stdout.decode()
        self.assertEqual(result.stdout.splitlines(), ['status: 1', *self.part_names('file.bin'),
                                                      f'{url}: saved to {path}', 'status: 0', 'file.bin',
                                                      expected.rstrip('\n')])
        self.assertEqual(result.stderr, f'{url}: There is no space left in “{self.folder}”\n')
        return self.server.requests

    def test_full_and_resumed(self):
        whole = ranged(BODY)

        def unknown(request, send, server):
            if request.range_start() is None:
                send(head(200, ETag='"one"') + BODY)
            else:
                whole(request, send, server)
        requests = self.check_filled_and_resumed(unknown)
        self.assertEqual(len(requests), 2)
        self.assertGreater(requests[1].range_start(), 300_000)

    def test_full_and_chunked(self):
        whole = ranged(BODY)

        def unknown(request, send, server):
            if request.range_start() is None:
                send(head(200, ETag='"one"', Transfer_Encoding='chunked'))
                send(f'{len(BODY):x}\r\n'.encode() + BODY + b'\r\n0\r\n\r\n')
            else:
                whole(request, send, server)
        self.assertGreater(self.check_filled_and_resumed(unknown)[1].range_start(), 300_000)

    def test_full_and_cannot_be_resumed(self):
        requests = self.check_filled_and_resumed(lambda request, send, server: send(head(200) + BODY))
        self.assertIsNone(requests[1].range_start())

    def test_too_large_from_the_beginning(self):
        self.server.route('/file.bin', ranged(BODY))
        result = self.run_script('download; names; make_room; download; names', self.server.url('/file.bin'))
        self.assertRegex(result.stderr, 'The file needs 700.kB, and only [0-9.]+.kB are free')
        self.assertEqual(result.stdout.splitlines()[0], 'status: 1')
        self.assertEqual(result.stdout.splitlines()[-2:], ['status: 0', 'file.bin'])

    def test_rest_too_large(self):
        self.server.route('/file.bin', ranged(BODY))
        self.server.route('/other.bin', answer(200, b'x'))
        url = self.server.url('/file.bin')
        # Some of it is there already; what else lies on the disk leaves no room for the rest.
        script = f'''
            make_room
            "$program" --no-gui --limit-rate 20k -o "$folder" {url} &
            while [ "$(stat -c %s "$folder/.file.bin.part" 2>/dev/null || echo 0)" -lt 20000 ]; do sleep 0.05; done
            kill -9 $!
            wait $!
            dd if=/dev/zero of="$folder/ballast" bs=1k count=3500 2>/dev/null || true
            download; rm "$folder/ballast"; download; names
        '''
        result = self.run_script(script, url)
        self.assertIn('The file needs', result.stderr)
        self.assertEqual(result.stdout.splitlines()[-3:], [f'{url}: saved to {self.path("file.bin")}', 'status: 0', 'file.bin'])
        self.assertGreater(self.server.requests[-1].range_start(), 0)

    def test_no_room_for_the_record(self):
        self.server.route('/file.bin', answer(200, b'x', ETag='"one"'))
        result = self.run_script('head -c 1m /dev/zero > "$folder/ballast" 2>/dev/null; download; names',
                                 self.server.url('/file.bin'))
        self.assertIn('status: 1', result.stdout)
        self.assertEqual(result.stdout.splitlines()[1:], ['ballast'])


class ForeignDisk(TerminalCase):
    """A file system that takes fewer names than others."""

    SCRIPT = '''
        ntfs-3g -o windows_names "$0" "$1" || exit 99
        "$2" --no-gui --retries 0 -o "$1" "$3"; echo "status: $?"
        ls -A "$1"; sha256sum < "$1/$4"
    '''

    def test_names_it_does_not_take(self):
        path = '/usr/sbin:' + os.environ['PATH']
        if shutil.which('ntfs-3g', path=path) is None or shutil.which('mkntfs', path=path) is None:
            self.skipTest('no ntfs-3g')
        disk = os.path.join(self.home, 'disk')
        with open(disk, 'wb') as file:
            file.truncate(12 << 20)
        environment = {**self.environment(), 'PATH': path}
        subprocess.run(['mkntfs', '-F', '-q', disk], env=environment, check=True, capture_output=True)
        os.mkdir(self.folder)
        if subprocess.run([*NAMESPACE, 'ntfs-3g', disk, self.folder], env=environment, capture_output=True,
                          check=False).returncode != 0:
            self.skipTest('cannot mount')
        self.server.route('*', answer(200, BODY))
        url = self.server.url('/a%3Ab%3F%20%22c%22.bin')
        name = 'a_b_ _c_.bin'
        result = subprocess.run([*NAMESPACE, 'sh', '-c', self.SCRIPT, disk, self.folder, PROGRAM, url, name],
                                env=environment, capture_output=True, encoding='utf-8', timeout=PATIENCE, check=False)
        expected = subprocess.run(['sha256sum'], input=BODY, capture_output=True, check=True).stdout.decode().rstrip('\n')
        self.assertEqual(result.stdout.splitlines(), [f'{url}: saved to {self.path(name)}', 'status: 0', name, expected])
        self.assertEqual(result.stderr, f'{url}: The folder takes no file of the name “a:b? "c".bin”: it becomes “{name}”\n')


class Files(TerminalCase):
    def test_larger_than_files_may_be(self):
        def endless(_request, send, _server):
            send(head(200))
            while True:
                send(bytes(65536))
        self.server.route('/file.bin', endless)
        process = subprocess.Popen([PROGRAM, '--no-gui', '--retries', '0', '-o', self.folder,
                                    self.server.url('/file.bin')], env=self.environment(), cwd=self.home,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding='utf-8',
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000)))
        _, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 1)
        self.assertIn('The file is too large for', err)
        self.assertEqual(os.path.getsize(self.path('.file.bin.part')), 1_000_000)

    def test_synced_before_it_appears(self):
        if shutil.which('strace') is None or subprocess.run(['strace', '-o', '/dev/null', 'true'], check=False,
                                                            capture_output=True).returncode != 0:
            self.skipTest('needs strace')
        trace = os.path.join(self.home, 'trace')
        self.server.route('/file.bin', answer(200, BODY, ETag='"one"'))
        for options, sync in (((), 'fdatasync'), (('--remote-time',), 'fsync')):
            with self.subTest(sync):
                wrapper = ('strace', '-f', '-y', '-o', trace, '-e',
                           'trace=openat,write,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat')
                result = self.download(*options, self.server.url('/file.bin'), wrapper=wrapper)
                self.assertEqual(result.status, 0)
                with open(trace, encoding='utf-8', errors='replace') as file:
                    calls = file.read()
                # The file, then its name, then the folder that holds the name.
                order = [re.search(pattern, calls) for pattern in (
                    rf'{sync}\(\d+<[^>]*/\.file\.bin\.part>\) += 0', r'renameat2\([^\n]*\.part"[^\n]*RENAME_NOREPLACE\) = 0',
                    rf'fsync\(\d+<{re.escape(self.folder)}>\) += 0')]
                self.assertNotIn(None, order, calls)
                self.assertEqual(order, sorted(order, key=lambda match: match.start()))
                last_write = [match.start() for match in re.finditer(r'write\(\d+<[^>]*\.file\.bin\.part>', calls)][-1]
                self.assertLess(last_write, order[0].start())
                for line in calls.splitlines():
                    if '.part' in line and 'openat(' in line:
                        self.assertIn('O_NOFOLLOW', line)
                shutil.rmtree(self.folder)


class Kills(TerminalCase):
    def test_killed_at_any_moment(self):
        """Each run may get a little further, and is killed at some moment in or after that."""
        dice = random.Random(11)
        kills = 15
        step = len(BODY) // (kills + 5)
        asked = []

        def handler(request, send, server):
            start = request.range_start() or 0
            asked.append(start)
            if start:
                send(head(206, ETag='"one"', Content_Length=len(BODY) - start,
                          Content_Range=f'bytes {start}-{len(BODY) - 1}/{len(BODY)}'))
            else:
                send(head(200, ETag='"one"', Content_Length=len(BODY)))
            for offset in range(start, min(start + step, len(BODY)), 4096):
                send(BODY[offset:min(offset + 4096, start + step)])
                if server.closing.wait(0.002):
                    return
            server.closing.wait()
        self.server.route('/file.bin', handler)
        for _ in range(kills):
            process = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
            try:
                process.communicate(timeout=dice.uniform(0.005, 0.3))
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
            self.assertEqual(process.returncode, -signal.SIGKILL)
            self.assertTrue(set(self.names()) <= set(self.part_names('file.bin')), self.names())

        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')
        self.assertEqual(asked, sorted(asked))

    def test_killed_after_the_last_byte(self):
        """Everything is there, and only the name is not."""
        go_on = threading.Event()

        def handler(_request, send, server):
            send(head(200, ETag='"one"', Content_Length=len(BODY)) + BODY[:-1])
            go_on.wait(PATIENCE)
            send(BODY[-1:])
            server.closing.wait()
        self.server.route('/file.bin', handler)
        for delay in (0, 0.0005, 0.001, 0.002, 0.005):
            with self.subTest(delay):
                go_on.clear()
                process = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
                end = time.monotonic() + PATIENCE
                while not os.path.exists(self.path('.file.bin.part')) or \
                        os.path.getsize(self.path('.file.bin.part')) < len(BODY) - 1:
                    self.assertLess(time.monotonic(), end)
                    time.sleep(0.002)
                go_on.set()
                time.sleep(delay)
                process.kill()
                process.communicate()
                self.assertIn(self.names(), (self.part_names('file.bin'), ['file.bin'],
                                             ['.file.bin.part.resume', 'file.bin']))
                if 'file.bin' in self.names():
                    self.assertEqual(self.content('file.bin'), BODY)
                shutil.rmtree(self.folder)

    def test_record_without_its_file_is_cleared_away(self):
        self.leave_part('/file.bin', 'file.bin')
        os.unlink(self.path('.file.bin.part'))
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')


class Memory(TerminalCase):
    def run_and_measure(self, handler, seconds=None):
        self.server.route('/file.bin', handler)
        with open(os.devnull, 'w', encoding='utf-8') as nowhere:
            process = subprocess.Popen([PROGRAM, '--no-gui', '--retries', '0', '-o', self.folder,
                                        self.server.url('/file.bin')], env=self.environment(), cwd=self.home,
                                       stdout=nowhere, stderr=nowhere,
                                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10 ** 8, 10 ** 8)))
        timer = threading.Timer(seconds or PATIENCE, process.terminate)
        timer.start()
        _, status, usage = os.wait4(process.pid, 0)
        timer.cancel()
        process.returncode = status
        return usage.ru_maxrss

    def test_whatever_a_server_sends(self):
        def endless(first, piece):
            def handler(_request, send, _server):
                send(first)
                while True:
                    send(piece)
            return handler
        much = b'x' * 65536
        chunked = head(200, Transfer_Encoding='chunked')
        cases = {
            'headers': endless(b'HTTP/1.1 200 OK\r\n', b'X-More: ' + b'x' * 1000 + b'\r\n'),
            'one header': endless(b'HTTP/1.1 200 OK\r\nX-More: ', much),
            'a reason': endless(b'HTTP/1.1 200 ', much),
            'nonsense': endless(b'', much),
            'an extension of a chunk': endless(chunked + b'1;', much),
            'digits of a chunk': endless(chunked, b'0' * 65536),
            'a trailer': endless(chunked + b'1\r\nx\r\n0\r\n', b'X-More: ' + much + b'\r\n'),
            'small chunks': endless(chunked, b'1\r\nx\r\n' * 10000),
            'a file': endless(head(200), much),
            'an error page': endless(head(500), much),
            'zeros, compressed': answer(200, self.bomb(), Content_Encoding='gzip'),
        }
        small = self.run_and_measure(answer(200, b'x'))
        for name, handler in cases.items():
            with self.subTest(name):
                self.assertLess(self.run_and_measure(handler), small + 16 * 1024)
        with self.subTest('interim answers'):
            interim = endless(b'', b'HTTP/1.1 100 Continue\r\n\r\n' * 1000)
            self.assertLess(self.run_and_measure(interim, seconds=3), small + 16 * 1024)

    @staticmethod
    def bomb():
        import zlib
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        zeros = bytes(1024 * 1024)
        return b''.join(packer.compress(zeros) for _ in range(90)) + packer.flush()


class Proxies(TerminalCase):
    """The link's server does not exist: only the proxy can know it."""

    def use_proxy(self, user=''):
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None,
                                 'http_proxy': self.server.url('', user=user), 'https_proxy': self.server.url('', user=user)}

    def download_through(self, url):
        result = self.download(url)
        if not self.server.requests:
            self.skipTest('this system takes its proxies from elsewhere')
        return result

    def asking(self, user):
        expected = 'Basic ' + base64.b64encode(user.encode()).decode()

        def handler(request, send, _server):
            if request.headers.get('proxy-authorization') == expected:
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                send(head(407, Proxy_Authenticate='Basic realm="x"', Content_Length=0))
        return handler

    def test_used(self):
        self.use_proxy()
        self.server.route('*', answer(200, BODY))
        url = 'http://nowhere.invalid/file.bin'
        self.assert_saved(self.download_through(url), url, 'file.bin')
        self.assertEqual(self.server.requests[0].path, url)

    def test_with_a_password(self):
        self.use_proxy(user='joe:s3cret')
        self.server.route('*', self.asking('joe:s3cret'))
        url = 'http://nowhere.invalid/file.bin'
        self.assert_saved(self.download_through(url), url, 'file.bin')
        self.assertNotIn('proxy-authorization', self.server.requests[0].headers)
        self.assertNotIn('authorization', self.server.requests[1].headers)

    def test_with_a_wrong_password(self):
        self.use_proxy(user='joe:wr0ng')
        self.server.route('*', self.asking('joe:s3cret'))
        result = self.download_through('http://nowhere.invalid/file.bin')
        self.assert_failed(result, 'The proxy asks for a user name and password')
        self.assertEqual(len(self.server.requests), 2)
        self.assertNotIn('wr0ng', result.err)

    def test_answer_that_is_stale(self):
        """What was answered to is no longer good, the password is."""
        self.use_proxy(user='joe:s3cret')
        challenges = [f'Digest realm="x", nonce="{nonce}", qop="auth"{more}' for nonce, more in (('one', ''), ('two', ', stale=true'))]
        self.server.route('*', in_turn(*(answer(407, b'', Proxy_Authenticate=challenge) for challenge in challenges),
                                       answer(200, BODY)))
        url = 'http://nowhere.invalid/file.bin'
        self.assert_saved(self.download_through(url), url, 'file.bin')
        nonces = [re.findall('nonce="([^"]*)"', request.headers.get('proxy-authorization', ''))[:1] for request in self.server.requests]
        self.assertEqual(nonces, [[], ['one'], ['two']])

    def test_without_a_password(self):
        self.use_proxy()
        self.server.route('*', self.asking('joe:s3cret'))
        self.assert_failed(self.download_through('http://joe:s3cret@nowhere.invalid/file.bin'), 'The proxy asks')
        for request in self.server.requests:
            self.assertNotIn('proxy-authorization', request.headers)

    def test_tunnel_with_a_password(self):
        """The tunnel leads nowhere: what counts is that it was asked for, and how."""
        self.use_proxy(user='joe:s3cret')
        self.server.route('*', self.asking('joe:s3cret'))
        result = self.download_through('https://nowhere.invalid/file.bin')
        self.assertEqual(result.status, 1)
        self.assertEqual([request.method for request in self.server.requests], ['CONNECT', 'CONNECT'])
        self.assertIn('proxy-authorization', self.server.requests[1].headers)

    def test_tunnel_refused(self):
        """It is the proxy that says so, whatever it is: the server was never asked."""
        for status in (301, 400, 401, 403, 404, 407, 500, 503):
            with self.subTest(status):
                self.use_proxy()
                self.server.route('*', answer(status, b'no', WWW_Authenticate='Basic realm="x"', Location='http://nowhere.invalid/'))
                result = self.download_through('https://joe:s3cret@nowhere.invalid/file.bin')
                self.assertEqual((result.status, result.out, self.names()), (1, '', []))
                expected = 'The proxy asks for a user name and password' if status in (401, 407) else \
                    'The proxy did not pass the connection on'
                self.assertIn(f'{expected} ({status} ', result.err)
                self.assertEqual([request.method for request in self.server.requests], ['CONNECT'])
                self.assertNotIn('authorization', self.server.requests[0].headers)
                self.server.requests.clear()

    def test_tunnel_refused_for_now(self):
        self.use_proxy()
        self.server.route('*', answer(503, b'no'))
        result = self.download('--retries', '1', 'https://nowhere.invalid/file.bin')
        self.assertIn('The proxy did not pass the connection on', result.err)
        self.assertEqual(len(self.server.requests), 2)

    def test_asks_with_the_status_of_a_server(self):
        """It knows the header that is its own."""
        self.use_proxy(user='joe:s3cret')
        self.server.route('*', answer(401, b'', Proxy_Authenticate='Basic realm="x"'))
        result = self.download_through('http://nowhere.invalid/file.bin')
        self.assert_failed(result, 'The proxy asks for a user name and password (401 ')

    def dead_proxy(self, **variables):
        with socket.create_server(('127.0.0.1', 0)) as nobody:
            address = f'http://127.0.0.1:{nobody.getsockname()[1]}'
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None,
                                 **{name: value.format(address) for name, value in variables.items()}}

    def test_dead(self):
        self.dead_proxy(http_proxy='{}', https_proxy='{}')
        for scheme in ('http', 'https'):
            with self.subTest(scheme):
                self.assert_failed(self.download(f'{scheme}://nowhere.invalid/file.bin'),
                                   'The proxy “127.0.0.1” refused the connection')

    def test_unknown(self):
        self.dead_proxy(http_proxy='http://proxy.invalid:3128')
        self.assert_failed(self.download('http://nowhere.invalid/file.bin'), 'There is no proxy named “proxy.invalid”')

    def test_silent(self):
        self.use_proxy()
        self.server.route('*', lambda request, send, server: server.closing.wait())
        for scheme in ('http', 'https'):
            with self.subTest(scheme):
                self.assert_failed(self.download('--timeout', '1', f'{scheme}://nowhere.invalid/file.bin'),
                                   'The proxy “127.0.0.1” stopped answering')

    def test_dead_server_is_no_dead_proxy(self):
        self.dead_proxy()
        with socket.create_server(('127.0.0.1', 0)) as nobody:
            port = nobody.getsockname()[1]
        self.assert_failed(self.download(f'http://127.0.0.1:{port}/file.bin'), 'The server “127.0.0.1” refused')

    def use_for_all(self, address, **variables):
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None, 'all_proxy': address, **variables}

    def test_for_all(self):
        self.server.route('*', answer(200, BODY))
        port = self.server.port
        url = 'http://nowhere.invalid/file.bin'
        for address in (f'http://127.0.0.1:{port}', f'127.0.0.1:{port}', f'http://127.0.0.1:{port}/'):
            for name in ('all_proxy', 'ALL_PROXY'):
                with self.subTest(address, name=name):
                    self.use_for_all(None, **{name: address})
                    self.assert_saved(self.download(url), url, 'file.bin')
                    os.unlink(self.path('file.bin'))

    def test_for_all_with_a_password(self):
        self.use_for_all(self.server.url('', user='joe:s3%40cret'))
        self.server.route('*', self.asking('joe:s3@cret'))
        url = 'http://nowhere.invalid/file.bin'
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_for_all_but_some(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        # libproxy reads the variable as well, and newer ones complain of blanks around a network.
        for hosts, more in (('*', {}), ('127.0.0.1', {}), ('a,,127.0.0.1', {}), ('example.org, 127.0.0.1 ', {}),
                            ('example.org, 127.0.0.0/8 ', {'GIO_USE_PROXY_RESOLVER': 'dummy'})):
            with self.subTest(hosts):
                self.use_for_all('http://proxy.invalid:3128', no_proxy=hosts, **more)
                self.assert_saved(self.download(url), url, 'file.bin')
                os.unlink(self.path('file.bin'))
        self.use_for_all('http://proxy.invalid:3128', no_proxy='example.org')
        self.assert_failed(self.download(url), 'There is no proxy named')

    def test_for_all_where_there_is_none(self):
        """One that is for this kind of link comes first."""
        self.server.route('*', answer(200, BODY))
        self.use_for_all('http://proxy.invalid:3128', http_proxy=self.server.url(''))
        url = 'http://nowhere.invalid/file.bin'
        self.assert_saved(self.download_through(url), url, 'file.bin')


class Tunnels(TerminalCase):
    """To a server with a certificate, by a proxy that keeps the connection when it asks for a password."""

    def setUp(self):
        super().setUp()
        self.secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(self.secure.close)
        self.secure.route('/file.bin', answer(200, BODY))

    def use(self, check, user):
        proxy = Proxy(check)
        self.addCleanup(proxy.close)
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None, 'all_proxy': proxy.url('', user=user)}
        return proxy

    @staticmethod
    def ask(challenge, close=False):
        body = b'<html>Who are you?</html>'
        return b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ' + challenge.encode() + \
            b'\r\nContent-Length: %d\r\n' % len(body) + (b'Connection: close\r\n' if close else b'') + b'\r\n' + body

    def basic(self, pair, close=False):
        expected = 'Basic ' + base64.b64encode(pair.encode()).decode()

        def check(request):
            return None if request.headers.get('proxy-authorization') == expected else self.ask('Basic realm="x"', close)
        return check

    def download_secure(self, *arguments, user=None, **options):
        return self.download('--ca-certificate', AUTHORITY, *arguments,
                             self.secure.url('/file.bin', host='localhost', user=user), **options)

    def test_without_a_password(self):
        proxy = self.use(lambda request: None, None)
        result = self.download_secure()
        self.assert_saved(result, self.secure.url('/file.bin', host='localhost'), 'file.bin')
        self.assertEqual(proxy.tunnels, 1)

    def test_with_a_password(self):
        for close in (False, True):
            with self.subTest(close=close):
                proxy = self.use(self.basic('joe:s3@cret', close), 'joe:s3%40cret')
                result = self.download_secure()
                self.assert_saved(result, self.secure.url('/file.bin', host='localhost'), 'file.bin')
                self.assertEqual([request.path for request in proxy.requests], [f'localhost:{self.secure.port}'] * 2)
                self.assertNotIn('proxy-authorization', self.secure.requests[0].headers)
                os.unlink(self.path('file.bin'))

    def test_with_a_wrong_password(self):
        for close in (False, True):
            with self.subTest(close=close):
                proxy = self.use(self.basic('joe:s3cret', close), 'joe:wr0ng')
                result = self.download_secure(retries='2')
                self.assert_failed(result, 'The proxy asks for a user name and password (407')
                self.assertLessEqual(len(proxy.requests), 3)
                self.assertEqual(proxy.tunnels, 0)

    def test_with_no_password(self):
        """That of the link is not for the proxy."""
        proxy = self.use(self.basic('joe:s3cret'), None)
        self.assert_failed(self.download_secure(user='joe:s3cret'), 'The proxy asks for a user name and password (407')
        self.assertNotIn('proxy-authorization', proxy.requests[-1].headers)

    def test_several_tunnels(self):
        proxy = self.use(self.basic('joe:s3cret'), 'joe:s3cret')
        for number in range(4):
            self.secure.route(f'/{number}.bin', answer(200, BODY[number:]))
        result = self.download('--ca-certificate', AUTHORITY,
                               *[self.secure.url(f'/{number}.bin', host='localhost') for number in range(4)])
        self.assertEqual((result.status, proxy.tunnels), (0, 4))
        for number in range(4):
            self.assertEqual(self.content(f'{number}.bin'), BODY[number:])

    def test_digest(self):
        def md5(text):
            return hashlib.md5(text.encode()).hexdigest()

        def check(request):
            header = request.headers.get('proxy-authorization', '')
            fields = dict(re.findall(r'(\w+)="?([^",]*)"?', header.partition(' ')[2]))
            # libsoup names the file there, and not the server that the tunnel leads to; squid takes either.
            if header.startswith('Digest '):
                first, second = md5('joe:x:s3cret'), md5(f'CONNECT:{fields["uri"]}')
                if fields['response'] == md5(f'{first}:n0nce:{fields["nc"]}:{fields["cnonce"]}:auth:{second}'):
                    return None
            return self.ask('Digest realm="x", nonce="n0nce", qop="auth", algorithm=MD5')
        proxy = self.use(check, 'joe:s3cret')
        result = self.download_secure()
        self.assert_saved(result, self.secure.url('/file.bin', host='localhost'), 'file.bin')
        self.assertEqual(proxy.tunnels, 1)

    def stale(self, n_nonces):
        """Of each nonce but the last it no longer knows that it gave it."""
        def check(request):
            given = re.search('[^c]nonce="([0-9]*)"', request.headers.get('proxy-authorization', ''))
            number = int(given[1]) + 1 if given else 0
            if number == n_nonces:
                return None
            return self.ask(f'Digest realm="x", nonce="{number}", qop="auth"' + (', stale=true' if number else ''))
        return self.use(check, 'joe:s3cret')

    def test_answer_that_is_stale(self):
        proxy = self.stale(2)
        self.assert_saved(self.download_secure(), self.secure.url('/file.bin', host='localhost'), 'file.bin')
        self.assertEqual((len(proxy.requests), proxy.tunnels), (3, 1))

    def test_answer_that_is_always_stale(self):
        proxy = self.stale(1_000_000)
        self.assert_failed(self.download_secure(), 'The connection to “127.0.0.1” failed')
        self.assertLess(len(proxy.requests), 50)

    def test_server_behind_it_asks(self):
        """What answers within the tunnel is the server."""
        self.use(lambda request: None, None)
        self.secure.route('/file.bin', answer(401, b'', WWW_Authenticate='Basic realm="x"'))
        self.assert_failed(self.download_secure(), 'The server asks for a user name and password')
        self.secure.route('/file.bin', answer(403, b''))
        self.assert_failed(self.download_secure(), 'The server does not allow')

    def test_server_behind_it_is_not_trusted(self):
        self.use(lambda request: None, None)
        result = self.download(self.secure.url('/file.bin', host='localhost'))
        self.assert_failed(result, 'The connection to “localhost” is not secure')


class Certificates(TerminalCase):
    def setUp(self):
        super().setUp()
        self.secure = FaultServer(secure=True)
        self.addCleanup(self.secure.close)
        self.secure.route('/file.bin', answer(200, BODY))

    def trusting(self):
        """A mount namespace in which the certificate of the tests is the only one there is."""
        if not os.path.exists(CERTIFICATES) or not can_mount('--bind', CERTIFICATE, CERTIFICATES):
            self.skipTest('cannot trust the certificate')
        wrapper = (*NAMESPACE, 'sh', '-c', f'mount --bind "$0" {CERTIFICATES} && exec "$@"', CERTIFICATE)
        url = self.secure.url('/file.bin', host='localhost')
        result = self.download(url, wrapper=wrapper)
        if result.status != 0:
            self.skipTest('the system keeps its certificates elsewhere')
        self.assert_saved(result, url, 'file.bin')
        shutil.rmtree(self.folder)
        self.secure.requests.clear()
        return wrapper

    def test_unknown(self):
        result = self.download(self.secure.url('/file.bin', host='localhost'), retries='3')
        self.assertEqual((result.status, result.out, self.names()), (1, '', []))
        if 'TLS' in result.err and 'not available' in result.err:
            self.skipTest('no TLS here')
        self.assertIn('not secure', result.err)
        self.assertEqual(self.secure.requests, [])
        self.assertNotIn('trying again', result.err)

    def test_of_another_host(self):
        wrapper = self.trusting()
        other = FaultServer(secure=True, address='127.0.0.2')
        self.addCleanup(other.close)
        self.assert_failed(self.download(other.url('/file.bin'), wrapper=wrapper), 'not secure')
        self.assertEqual(other.requests, [])

    def test_no_way_back_to_an_insecure_connection(self):
        wrapper = self.trusting()
        self.server.route('/file.bin', answer(200, BODY))
        self.secure.route('/moved', answer(302, b'', Location=self.server.url('/file.bin')))
        result = self.download(self.secure.url('/moved', host='localhost'), wrapper=wrapper, retries='3')
        self.assert_failed(result, 'points from a secure to an insecure connection')
        self.assertEqual(self.server.requests, [])

    def test_on_to_a_secure_connection(self):
        wrapper = self.trusting()
        self.server.route('/moved', answer(302, b'', Location=self.secure.url('/file.bin', host='localhost')))
        url = self.server.url('/moved')
        self.assert_saved(self.download(url, wrapper=wrapper), url, 'file.bin')

    def test_cut_off(self):
        """An end that was not announced may have been put there by anybody."""
        wrapper = self.trusting()
        self.secure.route('/file.bin', lambda request, send, server: send(head(200, Content_Length=len(BODY)) + BODY[:1000]))
        result = self.download(self.secure.url('/file.bin', host='localhost'), wrapper=wrapper)
        self.assert_failed(result, '', self.part_names('file.bin'))

    def test_no_tls_at_all(self):
        self.server.route('/file.bin', answer(200, BODY))
        result = self.download('--timeout', '2', self.server.url('/file.bin').replace('http:', 'https:'))
        self.assertEqual((result.status, self.names()), (1, []))


class Authorities(TerminalCase):
    """Whose certificates are trusted, and why one is not."""

    def serve(self, path=CERTIFICATE):
        server = FaultServer(secure=True, certificate=path)
        self.addCleanup(server.close)
        server.route('/file.bin', answer(200, BODY))
        return server

    def refuse(self, server, sentence, *arguments):
        result = self.download(*arguments, server.url('/file.bin', host='localhost'), retries='3')
        if 'TLS' in result.err and 'not available' in result.err:
            self.skipTest('no TLS here')
        self.assert_failed(result, f'The connection to “localhost” is not secure: {sentence}')
        self.assertEqual(server.requests, [])
        self.assertNotIn('trying again', result.err)

    def accept(self, server, path, host='localhost'):
        url = server.url('/file.bin', host=host)
        self.assert_saved(self.download('--ca-certificate', path, url), url, 'file.bin')
        os.unlink(self.path('file.bin'))

    def test_why_not(self):
        cases = {
            'it has signed its certificate itself': (CERTIFICATE, ()),
            'nobody here knows who signed its certificate': (certificate('good'), ()),
            'its certificate has expired': (certificate('expired'), ('--ca-certificate', AUTHORITY)),
            'its certificate is not valid yet; is the clock right?': (certificate('future'), ('--ca-certificate', AUTHORITY)),
            'its certificate is that of another server': (certificate('other'), ('--ca-certificate', AUTHORITY)),
        }
        for sentence, (path, arguments) in cases.items():
            with self.subTest(sentence):
                self.refuse(self.serve(path), sentence, *arguments)

    def test_signed_by_whom_is_trusted(self):
        self.accept(self.serve(certificate('good')), AUTHORITY)
        self.accept(self.serve(certificate('good')), AUTHORITY, host='127.0.0.1')

    def test_trusted_itself(self):
        self.accept(self.serve(), CERTIFICATE)

    def test_several_in_one_file(self):
        path = os.path.join(self.home, 'both.pem')
        with open(path, 'wb') as both:
            for one in (CERTIFICATE, AUTHORITY):
                with open(one, 'rb') as file:
                    both.write(file.read())
        self.accept(self.serve(certificate('good')), path)
        self.accept(self.serve(), 'both.pem')

    def test_trusting_one_is_trusting_no_other(self):
        self.refuse(self.serve(), 'it has signed its certificate itself', '--ca-certificate', AUTHORITY)

    def test_redirected(self):
        """What is trusted is so for every server on the way, and the password still for one."""
        secure = self.serve(certificate('good'))
        self.server.route('/moved', answer(302, b'', Location=secure.url('/file.bin', host='localhost')))
        url = self.server.url('/moved')
        self.assert_saved(self.download('--ca-certificate', AUTHORITY, url), url, 'file.bin')

    def test_cut_off_within_a_record(self):
        """By then it is known whose connection it is: another one may do."""
        secure = self.serve(certificate('good'))
        secure.route('/file.bin', ranged(BODY))
        relay = Relay(secure.port, cuts=[300_000, 100_000], secret=True)
        self.addCleanup(relay.close)
        url = f'https://localhost:{relay.port}/file.bin'
        result = self.download('--ca-certificate', AUTHORITY, url, retries='2')
        self.assertEqual((result.status, self.names()), (0, ['file.bin']), result)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(result.err.count('The connection to “localhost” broke off before the file was complete'), 2)
        starts = [request.range_start() for request in secure.requests]
        self.assertEqual(len(starts), 3)
        self.assertIsNone(starts[0])
        self.assertGreater(starts[1], 200_000)
        self.assertGreaterEqual(starts[2], starts[1])

    def test_file_without_certificates(self):
        empty = os.path.join(self.home, 'empty.pem')
        with open(empty, 'wb'):
            pass
        for path in (empty, '/nonexistent', self.home, os.path.abspath(__file__)):
            with self.subTest(path):
                result = self.download('--ca-certificate', path, self.server.url('/file.bin'))
                self.assertEqual((result.status, result.out), (2, ''))
                self.assertIn(f'There is no certificate in “{path}”', result.err)
                self.assertEqual(len(result.err.splitlines()), 1)
                self.assertEqual(self.server.requests, [])


class Folders(TerminalCase):
    def test_moved_meanwhile(self):
        """The open folder counts, not what its path has come to mean."""
        process, go_on = self.start_held()
        moved = os.path.join(self.home, 'moved')
        victim = os.path.join(self.home, 'victim')
        os.mkdir(victim)
        os.rename(self.folder, moved)
        os.symlink(victim, self.folder)
        go_on.set()
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(os.listdir(victim), [])
        with open(os.path.join(moved, 'file.bin'), 'rb') as file:
            self.assertEqual(file.read(), BODY)

    def test_two_programs_and_one_link(self):
        reached = threading.Event()
        self.server.route('/file.bin', hanging(BODY, 1000, reached=reached))
        first = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
        self.addCleanup(first.communicate)
        self.addCleanup(first.kill)
        self.assertTrue(reached.wait(PATIENCE))
        end = time.monotonic() + PATIENCE
        while not os.path.exists(self.path('.file.bin.part.resume')):
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        self.assertEqual(self.download(url).out, f'{url}: saved to {self.path("file (1).bin")}\n')
        self.assertEqual(self.content('file (1).bin'), BODY)


if __name__ == '__main__':
    unittest.main(verbosity=2)
