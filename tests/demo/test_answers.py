# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What servers do that is within their rights, and not what most do."""

import email.utils
import hashlib
import json
import os
import shutil
import threading
import time
import unittest

from fault_server import AUTHORITY, FaultServer, Proxy, answer, certificate, head, in_turn
from terminal_case import BODY, PATIENCE, TerminalCase


class Answers(TerminalCase):
    def setUp(self):
        super().setUp()
        self.url = self.server.url('/file.bin')

    def check_saved(self, *arguments, retries='0'):
        result = self.download(*arguments, self.url, retries=retries)
        self.assertEqual((result.status, self.names()), (0, ['file.bin']), result)
        self.assertEqual(self.content('file.bin'), BODY)
        return result

    def test_tries_begin_anew_with_what_comes(self):
        """One that gets on each time is not given up, though only one try is allowed that gets nowhere."""
        def handler(request, send, _server):
            start = request.range_start() or 0
            if start:
                send(head(206, ETag='"one"', Content_Length=len(BODY) - start,
                          Content_Range=f'bytes {start}-{len(BODY) - 1}/{len(BODY)}'))
            else:
                send(head(200, ETag='"one"', Content_Length=len(BODY)))
            send(BODY[start:start + 200_000])
        self.server.route('/file.bin', handler)
        self.check_saved(retries='1')
        self.assertEqual([request.range_start() for request in self.server.requests], [None, 200_000, 400_000, 600_000])

    def test_not_ready_yet(self):
        self.server.route('/file.bin', in_turn(answer(202, b'', Retry_After='1'), answer(200, BODY)))
        self.assertIn('not ready', self.check_saved(retries='1').err)

    def test_not_ready_and_never(self):
        self.server.route('/file.bin', answer(202, b''))
        self.assert_failed(self.download(self.url, retries='5'), '(202 ')
        self.assertEqual(len(self.server.requests), 1)

    def test_all_of_it_as_a_part(self):
        last = len(BODY) - 1
        self.server.route('/file.bin', answer(206, BODY, Content_Range=f'bytes 0-{last}/{len(BODY)}'))
        self.check_saved()

    def test_less_than_all_of_it(self):
        for content_range in f'bytes 0-{len(BODY) - 1}/{len(BODY) + 1}', f'bytes 1-{len(BODY)}/{len(BODY) + 1}', f'bytes 0-{len(BODY) - 1}/*':
            with self.subTest(content_range):
                self.server.route('/file.bin', answer(206, BODY, Content_Range=content_range))
                self.assert_failed(self.download(self.url), '(206 ')

    def test_several_choices(self):
        self.server.route('/file.bin', answer(300, b'choose', Location='/good/file.bin'))
        self.server.route('/good/file.bin', answer(200, BODY))
        self.check_saved()
        self.server.route('/none.bin', answer(300, b'choose'))
        self.assert_failed(self.download(self.server.url('/none.bin')), '(300 ', ['file.bin'])

    def test_clock_of_the_server(self):
        """Its date is of its own time: an hour from now is a second from now."""
        then = time.time() + 3600
        self.server.route('/file.bin', in_turn(answer(503, b'', Date=email.utils.formatdate(then, usegmt=True),
                                                      Retry_After=email.utils.formatdate(then + 2, usegmt=True)),
                                               answer(200, BODY)))
        self.assertIn('trying again in 2 s', self.check_saved(retries='1').err)

    def test_cookie_on_the_way(self):
        def gate(_request, send, _server):
            send(head(302, Location='/file.bin', Set_Cookie='pass=one; Path=/', Content_Length=0))

        def handler(request, send, _server):
            if request.headers.get('cookie') == 'pass=one':
                answer(200, BODY)(request, send, _server)
            else:
                send(head(302, Location='/gate', Content_Length=0))
        self.server.route('/file.bin', handler)
        self.server.route('/gate', gate)
        self.check_saved()

    def test_cookie_of_another_server(self):
        other = FaultServer(address='127.0.0.2')
        self.addCleanup(other.close)
        other.route('/file.bin', answer(200, BODY))
        self.server.route('/file.bin', answer(302, b'', Location=other.url('/file.bin'), Set_Cookie='pass=one; Path=/'))
        self.check_saved()
        self.assertNotIn('cookie', other.requests[0].headers)

    def test_insecure_and_compared(self):
        secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(secure.close)
        secure.route('/file.bin', answer(302, b'', Location=self.url))
        self.server.route('/file.bin', answer(200, BODY))
        self.url = secure.url('/file.bin', host='localhost')
        self.assert_failed(self.download('--ca-certificate', AUTHORITY, self.url), 'insecure')
        self.assertEqual(self.server.requests, [])
        self.check_saved('--ca-certificate', AUTHORITY, '--checksum', 'sha256:' + hashlib.sha256(BODY).hexdigest())

    def test_insecure_and_allowed(self):
        secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(secure.close)
        secure.route('/file.bin', answer(302, b'', Location=self.url))
        self.server.route('/file.bin', answer(200, BODY))
        self.url = secure.url('/file.bin', host='localhost')
        self.check_saved('--ca-certificate', AUTHORITY, '--allow-insecure-redirect', '--header', 'X-Key: secret')
        self.assertEqual(secure.requests[0].headers['x-key'], 'secret')
        self.assertNotIn('x-key', self.server.requests[0].headers)


class Patience(TerminalCase):
    def check_given_up(self, *arguments, least):
        result = self.download('--timeout', '1', *arguments)
        self.assert_failed(result, 'stopped answering')
        self.assertGreaterEqual(result.seconds, least)
        self.assertLess(result.seconds, 30)

    def test_silence_before_headers(self):
        self.server.route('/file.bin', lambda _request, _send, server: server.closing.wait())
        self.check_given_up(self.server.url('/file.bin'), least=1)

    def test_silence_within_headers(self):
        def handler(_request, send, server):
            send(b'HTTP/1.1 200 OK\r\nContent-Le')
            server.closing.wait()
        self.server.route('/file.bin', handler)
        self.check_given_up(self.server.url('/file.bin'), least=1)

    def test_headers_that_come_slowly(self):
        """One that sends a header now and then is not silent, and has twice the time in all."""
        def handler(_request, send, server):
            send(b'HTTP/1.1 200 OK\r\n')
            while not server.closing.wait(0.2):
                send(b'X-Slow: yes\r\n')
        self.server.route('/file.bin', handler)
        self.check_given_up(self.server.url('/file.bin'), least=2)

    def test_headers_that_come_late(self):
        """Each answer on the way has the time for itself, and what follows the headers may be slow."""
        def slowly(then):
            def handler(request, send, server):
                server.closing.wait(0.8)
                then(request, send, server)
            return handler

        def body(_request, send, server):
            send(head(200, Content_Length=len(BODY)))
            for start in range(0, len(BODY), 200_000):
                server.closing.wait(0.8)
                send(BODY[start:start + 200_000])
        self.server.route('/link', slowly(answer(302, b'', Location='/one')))
        self.server.route('/one', slowly(answer(302, b'', Location='/file.bin')))
        self.server.route('/file.bin', slowly(body))
        result = self.download('--timeout', '1', self.server.url('/link'))
        self.assertEqual((result.status, self.content('file.bin')), (0, BODY), result)
        self.assertGreater(result.seconds, 4)


class Crowd:
    """Answers at most so many at once, with a file that goes on when it is told to, and refuses the others."""

    def __init__(self, limit, refusal):
        self.limit = limit
        self.refusal = refusal
        self.changed = threading.Condition()
        self.served = []
        self.refused = []
        self.n_busy = 0
        self.n_most = 0
        self.may_end = set()
        self.breaks = set()

    def wait_until(self, condition):
        with self.changed:
            return self.changed.wait_for(condition, PATIENCE / 2)

    def let_end(self, *paths):
        with self.changed:
            self.may_end.update(paths)
            self.changed.notify_all()

    def __call__(self, request, send, server):
        with self.changed:
            is_full = self.n_busy == self.limit
            (self.refused if is_full else self.served).append(request.path)
            self.n_busy += not is_full
            self.n_most = max(self.n_most, self.n_busy)
            self.changed.notify_all()
        if is_full:
            self.refusal(request, send, server)
            return
        try:
            send(head(200, Content_Length=len(BODY)) + BODY[:1000])
            self.wait_until(lambda: request.path in self.may_end)
        finally:
            # Before the last byte, after which the next one may come.
            with self.changed:
                self.n_busy -= 1
        if request.path not in self.breaks:
            send(BODY[1000:])


class OneAtATime(TerminalCase):
    """No try is used up while another download from the server is there: none is allowed here."""
    paths = [f'/{number}.bin' for number in range(4)]

    def crowd(self, limit=1, status=503, **headers):
        crowd = Crowd(limit, answer(status, b'no', **headers))
        self.server.route('*', crowd)
        return crowd

    def start_all(self, *arguments, paths=None):
        return self.start('--no-gui', '-o', self.folder, '--retries', '0', '--max-active', '4', *arguments,
                          *(self.server.url(path) for path in paths or self.paths))

    def check_all_saved(self, process, paths=None):
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0, (out, err))
        self.assertEqual(self.names(), [path[1:] for path in paths or self.paths])
        for path in paths or self.paths:
            self.assertEqual(self.content(path[1:]), BODY)
        return out, err

    def test_each_waits_for_the_one_before(self):
        for status in 503, 429:
            with self.subTest(status):
                crowd = self.crowd(status=status)
                begin = time.monotonic()
                process = self.start_all()
                self.assertTrue(crowd.wait_until(lambda: len(crowd.refused) == 3))
                crowd.let_end(*self.paths)
                _, err = self.check_all_saved(process)
                self.assertIn(f'waits for another ({status} ', err)
                # Called, and not when a minute had passed; one at a time.
                self.assertLess(time.monotonic() - begin, 50)
                self.assertEqual((sorted(crowd.served), crowd.n_most), (self.paths, 1))
                # One that is refused as another ends asks again; not all of them each time.
                self.assertIn(len(crowd.refused), range(3, 6))
                shutil.rmtree(self.folder)

    def test_told_as_json(self):
        crowd = self.crowd()
        process = self.start_all('--json')
        self.assertTrue(crowd.wait_until(lambda: len(crowd.refused) == 3))
        crowd.let_end(*self.paths)
        out, _ = self.check_all_saved(process)
        events = [json.loads(line) for line in out.splitlines()]
        waiting = [event for event in events if event['event'] == 'retrying']
        self.assertEqual(sorted(event['url'] for event in waiting), sorted(self.server.url(path) for path in crowd.refused))
        for event in waiting:
            self.assertIn('waits for another', event['error'])
            self.assertTrue(50 < event['delay'] < 70, event)
        self.assertEqual(sum(event['event'] == 'finished' for event in events), 4)

    def test_several_at_once(self):
        crowd = self.crowd(limit=2)
        process = self.start_all()
        self.assertTrue(crowd.wait_until(lambda: len(crowd.refused) == 2))
        crowd.let_end(*self.paths)
        self.check_all_saved(process)
        self.assertEqual((sorted(crowd.served), crowd.n_most), (self.paths, 2))

    def test_the_one_that_is_waited_for_fails(self):
        """Its place is free all the same."""
        crowd = self.crowd()
        process = self.start_all(paths=self.paths[:2])
        self.assertTrue(crowd.wait_until(lambda: len(crowd.refused) == 1))
        first, second = crowd.served[0], crowd.refused[0]
        crowd.breaks.add(first)
        crowd.let_end(first, second)
        out, err = process.communicate(timeout=PATIENCE / 2)
        self.assertEqual(process.returncode, 1, (out, err))
        self.assertEqual(self.content(second[1:]), BODY)
        self.assertIn('broke off', err)

    def test_told_when_to_come_back(self):
        """That is kept to, and asked for as often as it takes."""
        crowd = self.crowd(status=429, Retry_After='1')
        process = self.start_all(paths=self.paths[:2])
        self.assertTrue(crowd.wait_until(lambda: len(crowd.refused) == 3))
        crowd.let_end(*self.paths)
        _, err = self.check_all_saved(process, self.paths[:2])
        self.assertIn('trying again in 1 s', err)
        self.assertNotIn('waits for another', err)

    def test_nobody_to_wait_for(self):
        self.server.route('*', answer(503, b'no'))
        process = self.start_all()
        out, err = process.communicate(timeout=PATIENCE / 2)
        self.assertEqual((process.returncode, out, err.count('too busy')), (1, '', 4), err)

    def test_another_server(self):
        """Who is busy elsewhere is not waited for."""
        crowd = self.crowd()
        other = FaultServer(address='127.0.0.2')
        self.addCleanup(other.close)

        def busy(*arguments):
            crowd.wait_until(lambda: crowd.served)
            answer(503, b'no')(*arguments)
        other.route('/busy.bin', busy)
        process = self.start_all(other.url('/busy.bin'), paths=self.paths[:1])
        self.assertIn('too busy', process.stderr.readline())
        crowd.let_end(*self.paths)
        out, err = process.communicate(timeout=PATIENCE / 2)
        self.assertEqual((process.returncode, len(other.requests)), (1, 1), (out, err))
        self.assertNotIn('waits', err)
        self.assertEqual(self.content(self.paths[0][1:]), BODY)

    def test_refused_as_a_place_becomes_free(self):
        """It asks again at once: the server did not know yet, and nobody else leaves for whom it could wait."""
        asked, asked_again = threading.Event(), threading.Event()
        order = []

        def wait_until(condition):
            end = time.monotonic() + PATIENCE / 2
            while not condition() and time.monotonic() < end:
                time.sleep(0.01)

        def when(event):
            def handler(request, send, _server):
                send(head(200, Content_Length=len(BODY)) + BODY[:1000])
                event.wait(PATIENCE / 4)
                order.append(request.path)
                send(BODY[1000:])
            return handler

        def late(request, send, server):
            order.append(request.path)
            if request.number == 0:
                wait_until(lambda: self.server.requests_for('/0.bin'))
                asked.set()
                # A connection is let go of before the file has its name.
                wait_until(lambda: os.path.exists(self.path('1.bin')))
                answer(503, b'no')(request, send, server)
            else:
                asked_again.set()
                answer(200, BODY)(request, send, server)
        for path, handler in zip(self.paths, (when(asked_again), when(asked), late)):
            self.server.route(path, handler)
        self.check_all_saved(self.start_all(paths=self.paths[:3]), self.paths[:3])
        self.assertEqual(order, ['/2.bin', '/1.bin', '/2.bin', '/0.bin'])


class Headers(TerminalCase):
    def test_told(self):
        """The server of the link is told, and where it points to is told no more than what the program is."""
        other = FaultServer(address='127.0.0.2')
        self.addCleanup(other.close)
        other.route('/file.bin', answer(200, BODY))
        self.server.route('/file.bin', answer(302, b'', Location='/next'))
        self.server.route('/next', answer(302, b'', Location=other.url('/file.bin')))
        result = self.download('--header', 'X-Key:  one: two ', '--header=X-Other:3', '--user-agent', 'Some/1.0 (x)',
                               '--referer', 'http://page/', self.server.url('/file.bin'))
        self.assertEqual((result.status, self.content('file.bin')), (0, BODY), result)
        for request in self.server.requests:
            told = {name: request.headers.get(name) for name in ('x-key', 'x-other', 'user-agent', 'referer')}
            self.assertEqual(told, {'x-key': 'one: two', 'x-other': '3', 'user-agent': 'Some/1.0 (x)', 'referer': 'http://page/'})
        self.assertEqual((len(self.server.requests), len(other.requests)), (2, 1))
        self.assertEqual(other.requests[0].headers['user-agent'], 'Some/1.0 (x)')
        self.assertEqual({'x-key', 'x-other', 'referer'} & set(other.requests[0].headers), set())

    def test_told_to_a_proxy(self):
        """A proxy that leads to a server is told what the program is, and no more."""
        secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(secure.close)
        secure.route('/file.bin', answer(200, BODY))
        for options, name in ((), 'asynctask-downloader/'), (('--user-agent', ' Some/1.0 '), 'Some/1.0'):
            with self.subTest(name):
                proxy = Proxy(lambda request: None)
                self.addCleanup(proxy.close)
                self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None, 'all_proxy': proxy.url('')}
                result = self.download('--ca-certificate', AUTHORITY, '--header', 'X-Key: one', '--referer', 'http://page/',
                                       *options, secure.url('/file.bin', host='localhost'))
                self.assertEqual(result.status, 0, result)
                self.assertEqual([request.method for request in proxy.requests], ['CONNECT'])
                self.assertEqual({'x-key', 'referer'} & set(proxy.requests[0].headers), set())
                for request in proxy.requests[0], secure.requests[-1]:
                    self.assertTrue(request.headers['user-agent'].startswith(name), request.headers)
                    self.assertNotIn('libsoup', request.headers['user-agent'])
                self.assertEqual(secure.requests[-1].headers['x-key'], 'one')

    def test_cookies_of_both(self):
        def handler(request, send, _server):
            if request.headers.get('cookie') == 'mine=1; pass=one':
                answer(200, BODY)(request, send, _server)
            else:
                send(head(302, Location='/file.bin', Set_Cookie='pass=one; Path=/', Content_Length=0))
        self.server.route('/file.bin', handler)
        self.assertEqual(self.download('--header', 'Cookie: mine=1', self.server.url('/file.bin')).status, 0)
        self.assertEqual(self.content('file.bin'), BODY)

    def test_not_to_be_sent(self):
        self.server.route('/file.bin', answer(200, BODY))
        for sentence, option, values in (
                ('--header takes NAME:VALUE', '--header', ('', 'X', ':x', 'X y: z', 'X :y', 'X: secret\r\nY: z', 'X\n: secret', 'X: \x7fsecret')),
                ('--header cannot set', '--header', ('Range: bytes=1-', 'host: x', 'If-Range: "x"', 'accept-encoding: gzip', 'Proxy-Authorization: x')),
                ('--user-agent takes text', '--user-agent', ('', ' ', 'secret\nX: y')),
                ('--referer takes text', '--referer', ('', 'secret\rX: y'))):
            for value in values:
                with self.subTest(option=option, value=value):
                    result = self.download(option, value, self.server.url('/file.bin'))
                    self.assertEqual((result.status, result.out), (2, ''), result)
                    self.assertIn(sentence, result.err)
                    self.assertNotIn('secret', result.err)
        self.assertEqual((self.server.requests, self.names()), ([], []))


class Space(TerminalCase):
    def test_room_is_given_back(self):
        """What was had beforehand for a large file is not kept for a part of it."""
        def handler(_request, send, _server):
            send(head(200, ETag='"one"', Content_Length=40_000_000) + BODY)
        self.server.route('/large.bin', handler)
        self.assertEqual(self.download(self.server.url('/large.bin')).status, 1)
        self.assertEqual(self.content('.large.bin.part'), BODY)
        self.assertLess(os.stat(self.path('.large.bin.part')).st_blocks * 512, 2_000_000)


if __name__ == '__main__':
    unittest.main(verbosity=2)
