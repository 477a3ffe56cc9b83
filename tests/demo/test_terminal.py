# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader's command line, over a server that does everything wrong there is."""

import base64
import email.utils
import gzip
import hashlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest
import zlib

from fault_server import FaultServer, answer, cut_off, hanging, head, in_turn, ranged
from terminal_case import BODY, OLD_DATE, PATIENCE, PROGRAM, Result, TerminalCase, now


class Bodies(TerminalCase):
    def test_plain(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_asks_for_the_file_as_it_is(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.download(self.server.url('/file.bin'))
        request = self.server.requests_for('/file.bin')[0]
        self.assertEqual(request.headers['accept-encoding'], 'identity')
        self.assertIn('asynctask-downloader/', request.headers['user-agent'])
        self.assertNotIn('range', request.headers)

    def test_empty(self):
        self.server.route('/empty', answer(200, b''))
        url = self.server.url('/empty')
        self.assert_saved(self.download(url), url, 'empty', b'')

    def test_shorter_than_announced(self):
        self.server.route('/file.bin', cut_off(BODY, 1000))
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, 'broke off before the file was complete', self.part_names('file.bin'))

    def test_nothing_of_what_was_announced(self):
        self.server.route('/file.bin', cut_off(BODY, 0))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off')

    def test_unknown_length(self):
        self.server.route('/file.bin', lambda request, send, server: send(head(200) + BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_empty_of_unknown_length(self):
        self.server.route('/empty', lambda request, send, server: send(head(200)))
        url = self.server.url('/empty')
        self.assert_saved(self.download(url), url, 'empty', b'')

    def test_empty_and_chunked(self):
        self.server.route('/empty', lambda request, send, server:
                          send(head(200, Transfer_Encoding='chunked') + b'0\r\n\r\n'))
        url = self.server.url('/empty')
        self.assert_saved(self.download(url), url, 'empty', b'')

    def test_empty_with_a_checksum(self):
        self.server.route('/empty', answer(200, b''))
        url = self.server.url('/empty')
        self.assert_saved(self.download('--checksum', 'md5:' + hashlib.md5(b'').hexdigest(), url), url, 'empty', b'')

    def chunked(self, end):
        def handler(_request, send, _server):
            send(head(200, Transfer_Encoding='chunked'))
            for start in range(0, len(BODY), 50_000):
                chunk = BODY[start:start + 50_000]
                send(f'{len(chunk):x}\r\n'.encode() + chunk + b'\r\n')
            send(end)
        return handler

    def test_chunked(self):
        self.server.route('/file.bin', self.chunked(b'0\r\n\r\n'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_chunked_with_trailer(self):
        self.server.route('/file.bin', self.chunked(b'0\r\nX-Trailer: yes\r\n\r\n'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_chunked_cut_off_within_a_chunk(self):
        self.server.route('/file.bin', self.chunked(b'1000\r\nshort'))
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, 'broke off', self.part_names('file.bin'))

    def test_chunked_cut_off_between_chunks(self):
        self.server.route('/file.bin', self.chunked(b''))
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, 'broke off', self.part_names('file.bin'))

    def test_chunked_whatever_the_pieces(self):
        pieces = (b'5;name="val;ue"\r\nhello\r\n', b'000005 \r\nthere\r\n', b'A\nsecondhalf\n', b'0\r\n')

        def handler(_request, send, server):
            send(head(200, Transfer_Encoding='chunked'))
            for byte in b''.join(pieces):
                send(bytes([byte]))
                server.closing.wait(0.002)
        self.server.route('/file.bin', handler)
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', b'hellotheresecondhalf')

    def test_chunks_that_do_not_fit_together(self):
        for end in (b'nonsense\r\n\r\n', b'\r\n\r\n', b'-1\r\n\r\n', b'5\r\nhello, world\r\n0\r\n\r\n',
                    b'0x5\r\nhello\r\n0\r\n\r\n', b'ffffffffffffffff\r\nhello', b'5 5\r\nhello\r\n0\r\n\r\n',
                    b'5\rhello\r\n0\r\n\r\n', b' 5\r\nhello\r\n0\r\n\r\n', b'0' * 5000 + b'\r\n\r\n'):
            with self.subTest(end[:30]):
                self.server.route('/file.bin', self.chunked(end))
                result = self.download(self.server.url('/file.bin'))
                self.assertEqual((result.status, result.out), (1, ''))
                self.assertIn('in pieces that do not fit together', result.err)
                self.assertEqual(self.names(), self.part_names('file.bin'))
                self.assertEqual(self.content('.file.bin.part')[:len(BODY)], BODY)
                shutil.rmtree(self.folder)

    def test_broken_chunks_are_resumed_from(self):
        def broken(_request, send, _server):
            send(head(200, ETag='"one"', Transfer_Encoding='chunked'))
            send(f'{300_000:x}\r\n'.encode() + BODY[:300_000] + b'\r\nnonsense\r\n\r\n')
        self.server.route('/file.bin', in_turn(broken, ranged(BODY)))
        result = self.download(self.server.url('/file.bin'), retries='1')
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_chunked_rest(self):
        def rest(request, send, _server):
            start = request.range_start()
            send(head(206, ETag='"one"', Transfer_Encoding='chunked',
                      Content_Range=f'bytes {start}-{len(BODY) - 1}/{len(BODY)}'))
            send(f'{len(BODY) - start:x}\r\n'.encode() + BODY[start:] + b'\r\n0\r\n\r\n')
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', rest)
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_compressed_although_not_asked_for(self):
        self.server.route('/page.txt', answer(200, gzip.compress(BODY), Content_Encoding='gzip'))
        url = self.server.url('/page.txt')
        self.assert_saved(self.download(url), url, 'page.txt')

    def test_compressed_and_cut_off(self):
        packed = gzip.compress(BODY)[:100_000]
        self.server.route('/page.txt', answer(200, packed, Content_Encoding='gzip'))
        result = self.download(self.server.url('/page.txt'))
        self.assert_failed(result, 'ended before it was complete', self.part_names('page.txt'))

    def test_compressed_file_stays_compressed(self):
        packed = gzip.compress(BODY)
        self.server.route('/a.tar.gz', answer(200, packed, Content_Encoding='gzip'))
        url = self.server.url('/a.tar.gz')
        self.assert_saved(self.download(url), url, 'a.tar.gz', packed)

    def check_decoded(self, packed, encoding, body, path='/page.txt'):
        self.server.route(path, answer(200, packed, Content_Encoding=encoding))
        url = self.server.url(path)
        self.assert_saved(self.download(url), url, path[1:], body)

    def test_compressed_in_two_parts(self):
        self.check_decoded(gzip.compress(BODY) + gzip.compress(b'more'), 'gzip', BODY + b'more')

    def test_compressed_and_padded(self):
        self.check_decoded(gzip.compress(BODY) + bytes(600_000), 'x-gzip', BODY)

    def test_compressed_second_part_cut_off(self):
        self.server.route('/page.txt', answer(200, gzip.compress(BODY) + gzip.compress(BODY)[:5000],
                                              Content_Encoding='gzip'))
        self.assert_failed(self.download(self.server.url('/page.txt')), 'ended before it was complete',
                           self.part_names('page.txt'))

    def test_both_kinds_of_deflate(self):
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        for packed in (zlib.compress(BODY), packer.compress(BODY) + packer.flush()):
            self.check_decoded(packed, 'deflate', BODY)
            os.unlink(self.path('page.txt'))

    def test_compressed_and_empty(self):
        self.check_decoded(b'', 'gzip', b'')

    def test_name_that_only_sounds_compressed(self):
        self.check_decoded(gzip.compress(BODY), 'gzip', BODY, path='/zigzaggz')

    def test_broken_compression(self):
        self.server.route('/page.txt', answer(200, BODY, Content_Encoding='gzip'))
        self.assertIn('compressed file that is broken', self.download(self.server.url('/page.txt')).err)

    def test_encodings_that_are_kept(self):
        """What nobody here can undo is saved as it is, and nothing is undone that was not done."""
        for encoding in ('bzip2', 'xz', 'zstd', 'br', 'compress', 'none', 'binary', 'utf-8', 'aws-chunked', 'identity',
                         'pied-piper', 'gzip, br', 'gzip, gzip', '', ',', ' , identity', 'x' * 1000):
            with self.subTest(encoding):
                self.check_decoded(BODY, encoding, BODY)
                os.unlink(self.path('page.txt'))

    def test_encoding_among_words_that_say_nothing(self):
        for encoding in ('aws-chunked,gzip', 'GZIP', 'identity, gzip', 'gzip,utf-8', 'gzip;q=1'):
            with self.subTest(encoding):
                self.check_decoded(gzip.compress(BODY), encoding, BODY)
                os.unlink(self.path('page.txt'))

    def test_nothing_is_unpacked_under_a_packed_name(self):
        packed = gzip.compress(BODY)
        for name in ('a.tar.GZ', 'a.TGZ', 'a.svgz', 'a.Z', 'a.emz', 'a.tar.bz2', 'a.TBZ2', 'a.xz', 'a.zst', 'a.zip', 'a.7z'):
            for encoding in ('gzip', 'x-gzip', 'deflate'):
                with self.subTest(name, encoding=encoding):
                    self.check_decoded(packed, encoding, packed, path=f'/{name}')
                    os.unlink(self.path(name))

    def test_what_is_kept_packed_has_its_total(self):
        packed = gzip.compress(BODY)
        for name, encoding in (('a.tar.gz', 'gzip'), ('page.txt', 'zstd')):
            with self.subTest(name):
                self.server.route(f'/{name}', cut_off(packed, 300_000, Content_Encoding=encoding))
                events = self.download('--json', self.server.url(f'/{name}')).events()
                self.assertEqual((events[-1]['event'], events[-1]['total']), ('failed', len(packed)))

    def test_larger_than_the_disk(self):
        self.server.route('/huge', lambda request, send, server: send(head(200, Content_Length=10 ** 18)))
        self.assert_failed(self.download(self.server.url('/huge')), 'only')

    def test_length_below_nothing(self):
        for length in ('-1', '-5', '9223372036854775809', '99999999999999999999'):
            with self.subTest(length):
                self.server.route('/file.bin', lambda request, send, server, length=length:
                                  send(head(200, Content_Length=length) + BODY))
                self.assert_failed(self.download(self.server.url('/file.bin')), 'a size for the file that cannot be right')

    def test_lengths_that_contradict_each_other(self):
        for lengths in ((b'4', b'700001'), (b'700001', b'4')):
            with self.subTest(lengths):
                lines = b''.join(b'Content-Length: ' + length + b'\r\n' for length in lengths)
                self.server.route('/file.bin', lambda request, send, server, lines=lines:
                                  send(b'HTTP/1.1 200 OK\r\n' + lines + b'\r\n' + BODY))
                result = self.download(self.server.url('/file.bin'))
                # The newest libsoup does not take such an answer for one.
                parsed = 'Could not parse HTTP response' not in result.err
                self.assert_failed(result, 'a size for the file that cannot be right' if parsed else 'failed')

    def test_old_and_odd_servers(self):
        length = f'Content-Length: {len(BODY)}\r\n'.encode()
        chunks = f'{len(BODY):x}\r\n'.encode() + BODY + b'\r\n0\r\n\r\n'
        for text in (b'HTTP/1.0 200 OK\r\n\r\n' + BODY,
                     b'HTTP/1.0 200 OK\r\n' + length + b'\r\n' + BODY,
                     b'HTTP/1.1 200\r\n' + length + b'\r\n' + BODY,
                     b'HTTP/1.1 200 OK\n' + length.replace(b'\r', b'') + b'\n' + BODY,
                     b'HTTP/1.1 200 OK\r\n' + length + length + b'\r\n' + BODY,
                     b'HTTP/1.1 200 OK\r\n' + length + b'\r\n' + BODY + b'and more',
                     b'HTTP/1.1 200 OK\r\nConnection: close\r\n' + length + b'\r\n' + BODY + b'and more',
                     b'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n' + chunks,
                     b'HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n' + chunks,
                     b'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 200 OK\r\n' + length + b'\r\n' + BODY):
            with self.subTest(text[:60]):
                self.server.route('/file.bin', lambda request, send, server, text=text: send(text))
                url = self.server.url('/file.bin')
                self.assert_saved(self.download(url), url, 'file.bin')
                os.unlink(self.path('file.bin'))

    def test_endless_headers(self):
        def handler(_request, send, _server):
            send(b'HTTP/1.1 200 OK\r\n')
            while True:
                send(b'X-More: ' + b'x' * 1000 + b'\r\n')
        self.server.route('/file.bin', handler)
        self.assert_failed(self.download(self.server.url('/file.bin')), '127.0.0.1')

    def test_no_http_at_all(self):
        self.server.route('/file.bin', lambda request, send, server: send(b'\x00\xffnonsense\r\n\r\n'))
        self.assert_failed(self.download(self.server.url('/file.bin')), '127.0.0.1')


class Statuses(TerminalCase):
    def check_final(self, status, sentence):
        self.server.route('/file.bin', answer(status, b'<html>sorry</html>'))
        result = self.download(self.server.url('/file.bin'), retries='3')
        self.assert_failed(result, sentence)
        self.assertEqual(len(self.server.requests), 1)

    def test_404(self):
        self.check_final(404, 'The server does not have this file (404 Whatever)')

    def test_403(self):
        self.check_final(403, 'The server does not allow downloading this file (403 Whatever)')

    def test_410(self):
        self.check_final(410, 'no longer has this file')

    def test_401_without_credentials(self):
        self.check_final(401, 'user name and password')

    def test_204(self):
        self.check_final(204, 'did not answer with a file')

    def test_206_nobody_asked_for(self):
        self.check_final(206, 'did not answer with a file')

    def test_nothing_to_obey_in_the_reason(self):
        def handler(_request, send, _server):
            send(head(404, reason='\x1b[2J\x07gone', Content_Length=0))
        self.server.route('/file.bin', handler)
        result = self.download(self.server.url('/file.bin'))
        self.assertEqual(result.status, 1)
        self.assertNotIn('\x1b', result.err)

    def test_nothing_turned_around_in_the_reason(self):
        def handler(_request, send, _server):
            send(head(404, reason='\u202egone\u2066\x9b', Content_Length=0))
        self.server.route('/file.bin', handler)
        for option in ('--no-gui', '--json'):
            result = self.download(option, self.server.url('/file.bin'))
            self.assertEqual(result.status, 1)
            self.assertIn('(404 gone)', result.err + result.out)

    def check_tried_again(self, status, **headers):
        self.server.route('/file.bin', in_turn(answer(status, b'sorry', **headers), answer(200, BODY)))
        url = self.server.url('/file.bin')
        result = self.download(url, retries='1')
        self.assertEqual(result.status, 0)
        self.assertEqual(self.names(), ['file.bin'])
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertIn('trying again', result.err)
        return result

    def test_500_once(self):
        self.assertGreater(self.check_tried_again(500).seconds, 0.85)

    def test_408_once(self):
        self.check_tried_again(408)

    def test_425_once(self):
        self.check_tried_again(425)

    def test_retry_after_seconds(self):
        result = self.check_tried_again(429, Retry_After='2')
        self.assertGreaterEqual(result.seconds, 2)
        self.assertIn('; trying again in 2 s\n', result.err)

    def test_retry_after_date(self):
        when = int(time.time()) + 3
        header = email.utils.formatdate(when, usegmt=True)
        times = []
        turns = in_turn(answer(503, b'sorry', Retry_After=header), answer(200, BODY))

        def handler(request, send, server):
            times.append(time.time())
            turns(request, send, server)

        self.server.route('/file.bin', handler)
        self.assertEqual(self.download(self.server.url('/file.bin'), retries='1').status, 0)
        self.assertEqual(len(times), 2)
        self.assertGreaterEqual(times[1], when)

    def check_long_wait(self, header):
        """An hour at most, however much is asked for; the file is not given up."""
        self.server.route('/file.bin', answer(503, b'sorry', Retry_After=header))
        process = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
        self.assertIn('; trying again in 60 min\n', process.stderr.readline())
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)

    def test_retry_after_many_seconds(self):
        self.check_long_wait('99999999999999999999999')

    def test_retry_after_a_late_date(self):
        self.check_long_wait('Tue, 31 Dec 2999 23:59:59 GMT')

    def test_retry_after_in_the_past(self):
        self.assertLess(self.check_tried_again(503, Retry_After=OLD_DATE).seconds, 60)

    def test_retry_after_that_makes_no_sense(self):
        for header in ('soon', '-5', '1.5', ''):
            with self.subTest(header):
                self.server.requests.clear()
                self.assertIn('trying again in 1 s', self.check_tried_again(503, Retry_After=header).err)
                os.unlink(self.path('file.bin'))

    def test_who_waits_leaves_its_place(self):
        self.server.route('/busy', answer(503, b'sorry', Retry_After='3000'))
        self.server.route('/good', answer(200, BODY))
        busy, good = self.server.url('/busy'), self.server.url('/good')
        process = self.start('--no-gui', '-o', self.folder, '--max-active', '1', busy, good, good)
        self.assertIn('trying again in 50 min', process.stderr.readline())
        self.assertEqual(process.stdout.readline(), f'{good}: saved to {self.path("good")}\n')
        self.assertEqual(process.stdout.readline(), f'{good}: saved to {self.path("good (1)")}\n')
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)

    def test_who_comes_back_waits_for_a_place(self):
        lock = threading.Lock()
        running = [0, 0]

        def handler(request, send, server):
            if request.number < 6:
                send(head(503, Retry_After='1', Content_Length=0))
                return
            with lock:
                running[0] += 1
                running[1] = max(running)
            server.closing.wait(0.05)
            with lock:
                running[0] -= 1
            send(head(200, Content_Length=1) + b'x')
        self.server.route('/file.bin', handler)
        result = self.download('--max-active', '2', *[self.server.url('/file.bin')] * 6, retries='2')
        self.assertEqual((result.status, len(self.names()), len(self.server.requests)), (0, 6, 12))
        self.assertLessEqual(running[1], 2)

    def test_500_for_ever(self):
        self.server.route('/file.bin', answer(500, b'sorry'))
        result = self.download(self.server.url('/file.bin'), retries='2')
        self.assert_failed(result, 'The server has a problem of its own')
        self.assertEqual(len(self.server.requests), 3)
        self.assertGreater(result.seconds, 2.5)


class Redirects(TerminalCase):
    def redirect(self, path, target, status=302):
        def handler(_request, send, _server):
            send(head(status, Location=target, Content_Length=0))
        self.server.route(path, handler)

    def test_followed(self):
        for number, status in enumerate((301, 302, 303, 307, 308)):
            self.redirect(f'/{number}', f'/{number + 1}', status)
        self.server.route('/5', answer(200, BODY, Content_Disposition='attachment; filename="end.bin"'))
        url = self.server.url('/0')
        self.assert_saved(self.download(url), url, 'end.bin')

    def test_name_comes_from_the_end(self):
        self.redirect('/latest', self.server.url('/file-1.0.tar.gz'))
        self.server.route('/file-1.0.tar.gz', answer(200, BODY))
        url = self.server.url('/latest')
        self.assert_saved(self.download(url), url, 'file-1.0.tar.gz')

    def test_loop(self):
        self.redirect('/a', '/b')
        self.redirect('/b', '/a')
        self.assert_failed(self.download(self.server.url('/a'), retries='3'), 'keeps pointing elsewhere')
        self.assertEqual(len(self.server.requests), 20)

    def test_other_kinds_of_links(self):
        for target in ('ftp://127.0.0.1/x', 'file:///etc/passwd', 'data:,x', 'http://', ''):
            with self.subTest(target):
                self.redirect('/a', target)
                self.assert_failed(self.download(self.server.url('/a')), 'cannot be downloaded')

    def test_nowhere(self):
        self.server.route('/a', answer(302, b''))
        self.assert_failed(self.download(self.server.url('/a')), 'cannot be downloaded')


class Resuming(TerminalCase):
    def check_resumed(self, path, name, first=300_000):
        url = self.server.url(path)
        self.assert_saved(self.download(url), url, name)
        self.assertEqual(self.server.requests[0].range_start(), first)

    def check_restarted(self, path, name, body=BODY):
        url = self.server.url(path)
        self.assert_saved(self.download(url), url, name, body)

    def test_strong_etag(self):
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', ranged(BODY))
        self.check_resumed('/file.bin', 'file.bin')
        self.assertEqual(self.server.requests[0].headers['if-range'], '"one"')

    def test_within_one_run(self):
        self.server.route('/file.bin', in_turn(cut_off(BODY, 300_000, ETag='"one"'), ranged(BODY)))
        result = self.download(self.server.url('/file.bin'), retries='1')
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_old_last_modified(self):
        self.leave_part('/file.bin', 'file.bin', etag='W/"weak"', Last_Modified=OLD_DATE, Date=now())
        self.server.route('/file.bin', ranged(BODY, etag=OLD_DATE))
        self.check_resumed('/file.bin', 'file.bin')
        self.assertEqual(self.server.requests[0].headers['if-range'], OLD_DATE)

    def test_fresh_last_modified(self):
        self.leave_part('/file.bin', 'file.bin', etag='W/"weak"', Last_Modified=now(), Date=now())
        self.server.route('/file.bin', ranged(BODY))
        self.check_restarted('/file.bin', 'file.bin')
        self.assertIsNone(self.server.requests[0].range_start())

    def test_weak_etag(self):
        self.leave_part('/file.bin', 'file.bin', etag='W/"one"')
        self.server.route('/file.bin', ranged(BODY))
        self.check_restarted('/file.bin', 'file.bin')
        self.assertIsNone(self.server.requests[0].range_start())

    def test_changed_file(self):
        self.leave_part('/file.bin', 'file.bin')
        other = BODY[::-1]
        self.server.route('/file.bin', ranged(other, etag='"two"'))
        self.check_restarted('/file.bin', 'file.bin', other)

    def test_server_without_ranges(self):
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', answer(200, BODY, ETag='"one"'))
        self.check_restarted('/file.bin', 'file.bin')

    def check_lie(self, **headers):
        """A 206 that does not fit is not joined to what is there: the whole file is asked for."""
        rest = headers.pop('rest', BODY[300_000:])

        def handler(request, send, _server):
            if request.range_start() is None:
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                send(head(206, Content_Length=len(rest), **headers) + rest)
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', handler)
        self.check_restarted('/file.bin', 'file.bin')
        self.assertEqual(len(self.server.requests), 2)

    def test_206_with_another_start(self):
        self.check_lie(Content_Range='bytes 299999-700000/700001', rest=BODY[299_999:])

    def test_206_with_another_total(self):
        self.check_lie(Content_Range='bytes 300000-700000/700002')

    def test_206_of_another_version(self):
        self.check_lie(Content_Range='bytes 300000-700000/700001', ETag='"two"')

    def test_206_without_content_range(self):
        self.check_lie()

    def test_206_with_broken_content_range(self):
        self.check_lie(Content_Range='bytes +300000-700000/700001')

    def test_206_that_contradicts_itself(self):
        self.check_lie(Content_Range='bytes 300000-600000/700001')

    def test_206_in_several_parts(self):
        self.check_lie(Content_Type='multipart/byteranges; boundary=x')

    def test_206_compressed(self):
        self.check_lie(Content_Range='bytes 300000-700000/700001', Content_Encoding='gzip')

    def check_416(self, content_range):
        """Whatever it says of the file: nothing is kept that the server has not confirmed."""
        headers = {'Content_Range': content_range} if content_range else {}

        def handler(request, send, _server):
            if request.range_start() is None:
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                send(head(416, Content_Length=0, **headers))
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', handler)
        self.check_restarted('/file.bin', 'file.bin')
        self.assertEqual([request.range_start() for request in self.server.requests], [300_000, None])

    def test_416_that_says_nothing(self):
        self.check_416(None)

    def test_416_with_the_size_of_the_part(self):
        self.check_416('bytes */300000')

    def test_416_with_the_size_of_the_file(self):
        self.check_416('bytes */700001')

    def test_416_that_makes_no_sense(self):
        self.check_416('bytes 300000-700000/700001')

    def test_416_for_the_whole_file(self):
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', answer(416, b''))
        result = self.download(self.server.url('/file.bin'), retries='3')
        self.assert_failed(result, '416', self.part_names('file.bin'))
        self.assertEqual(len(self.server.requests), 2)

    def test_416_after_everything_of_unknown_length(self):
        def unknown(_request, send, _server):
            send(head(200, ETag='"one"', Transfer_Encoding='chunked') + f'{len(BODY):x}\r\n'.encode() + BODY + b'\r\n')
        self.server.route('/file.bin', unknown)
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, 'broke off', self.part_names('file.bin'))
        self.server.requests.clear()

        def handler(request, send, _server):
            if request.range_start() is None:
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                send(head(416, ETag='"one"', Content_Length=0, Content_Range=f'bytes */{len(BODY)}'))
        self.server.route('/file.bin', handler)
        self.check_restarted('/file.bin', 'file.bin')

    def test_range_that_ends_early(self):
        self.leave_part('/file.bin', 'file.bin')

        def handler(request, send, _server):
            start = request.range_start()
            end = min(start + 150_000, len(BODY))
            send(head(206, ETag='"one"', Content_Length=end - start,
                      Content_Range=f'bytes {start}-{end - 1}/{len(BODY)}') + BODY[start:end])
        self.server.route('/file.bin', handler)
        result = self.download(self.server.url('/file.bin'), retries='4')
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file.bin'), BODY)

    def test_everything_was_there(self):
        self.leave_part('/file.bin', 'file.bin')
        with open(self.path('.file.bin.part'), 'wb') as file:
            file.write(BODY)
        self.server.route('/file.bin', ranged(BODY))
        self.check_resumed('/file.bin', 'file.bin', first=len(BODY) - 1)

    def test_more_than_there_is(self):
        self.leave_part('/file.bin', 'file.bin')
        with open(self.path('.file.bin.part'), 'wb') as file:
            file.write(BODY + b'more')
        self.server.route('/file.bin', ranged(BODY))
        self.check_restarted('/file.bin', 'file.bin')

    def test_another_link_gets_another_name(self):
        self.leave_part('/one/file.bin', 'file.bin')
        self.server.route('/two/file.bin', ranged(b'two'))
        url = self.server.url('/two/file.bin')
        result = self.download(url)
        self.assertEqual(result.out, f'{url}: saved to {self.path("file (1).bin")}\n')
        self.assertEqual(self.content('file (1).bin'), b'two')
        self.server.route('/one/file.bin', ranged(BODY))
        self.assertEqual(self.download(self.server.url('/one/file.bin')).status, 0)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])

    def test_broken_record(self):
        for record in (b'', b'\xff\xfe', b'[Download]\nLink=x\n', b'[Download]\n' + b'x' * 100_000):
            with self.subTest(record[:20]):
                self.leave_part('/file.bin', 'file.bin')
                with open(self.path('.file.bin.part.resume'), 'wb') as file:
                    file.write(record)
                self.server.route('/file.bin', ranged(BODY))
                result = self.download(self.server.url('/file.bin'))
                self.assertEqual(result.status, 0)
                self.assertEqual(self.content('file.bin'), BODY)
                self.assertEqual(self.names(), ['file.bin'])
                shutil.rmtree(self.folder)

    def test_record_that_points_outside(self):
        self.leave_part('/file.bin', 'file.bin')
        with open(self.path('.file.bin.part.resume'), encoding='utf-8') as file:
            record = file.read()
        with open(self.path('.file.bin.part.resume'), 'w', encoding='utf-8') as file:
            file.write(record.replace('Name=file.bin', 'Name=../escaped'))
        self.server.route('/file.bin', ranged(BODY))
        self.assertEqual(self.download(self.server.url('/file.bin')).status, 0)
        self.assertFalse(os.path.exists(os.path.join(self.home, 'escaped')))

    def stop(self, process, number):
        begin = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
        return Result(process.returncode, out, err, time.monotonic() - begin)

    def interrupt(self, number):
        reached = threading.Event()
        self.server.route('/file.bin', hanging(BODY, 400_000, reached=reached))
        process = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
        self.assertTrue(reached.wait(PATIENCE))
        part = self.path('.file.bin.part')
        end = time.monotonic() + PATIENCE
        while not os.path.exists(part) or os.path.getsize(part) < 400_000:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        result = self.stop(process, number)
        self.assertEqual(self.names(), self.part_names('file.bin'))
        self.server.requests.clear()
        self.server.route('/file.bin', ranged(BODY))
        self.check_resumed('/file.bin', 'file.bin', first=400_000)
        return result

    def test_interrupt(self):
        result = self.interrupt(signal.SIGINT)
        self.assertEqual(result.status, 130)
        self.assertLess(result.seconds, 1)
        self.assertIn('interrupted at', result.err)

    def test_terminate(self):
        result = self.interrupt(signal.SIGTERM)
        self.assertEqual(result.status, 130)
        self.assertLess(result.seconds, 1)

    def test_kill(self):
        self.assertEqual(self.interrupt(signal.SIGKILL).status, -signal.SIGKILL)

    def test_interrupt_while_waiting(self):
        self.server.route('/file.bin', answer(503, b'', Retry_After='3000'))
        process = self.start('--no-gui', '-o', self.folder, self.server.url('/file.bin'))
        self.assertIn('trying again in 50 min', process.stderr.readline())
        result = self.stop(process, signal.SIGINT)
        self.assertEqual(result.status, 130)
        self.assertLess(result.seconds, 1)

    def test_interrupt_while_connecting(self):
        reached = threading.Event()

        def handler(_request, _send, server):
            reached.set()
            server.closing.wait()
        self.server.route('/file.bin', handler)
        process = self.start('--no-gui', '-o', self.folder, *[self.server.url('/file.bin')] * 5)
        self.assertTrue(reached.wait(PATIENCE))
        result = self.stop(process, signal.SIGINT)
        self.assertEqual(result.status, 130)
        self.assertLess(result.seconds, 1)
        self.assertEqual(self.names(), [])


class Silence(TerminalCase):
    def test_no_headers(self):
        self.server.route('/file.bin', lambda request, send, server: server.closing.wait())
        result = self.download('--timeout', '1', self.server.url('/file.bin'))
        self.assert_failed(result, 'stopped answering')
        self.assertLess(result.seconds, 10)

    def test_stalled_body(self):
        self.server.route('/file.bin', hanging(BODY, 1000))
        result = self.download('--timeout', '1', self.server.url('/file.bin'))
        self.assert_failed(result, 'stopped answering', self.part_names('file.bin'))
        self.assertLess(result.seconds, 10)

    def test_slow_and_steady(self):
        def handler(_request, send, server):
            send(head(200, Content_Length=8))
            for byte in b'steadily':
                server.closing.wait(0.4)
                send(bytes([byte]))
        self.server.route('/file.bin', handler)
        url = self.server.url('/file.bin')
        self.assert_saved(self.download('--timeout', '1', url), url, 'file.bin', b'steadily')

    def test_refused_connection(self):
        with socket.create_server(('127.0.0.1', 0)) as unused:
            port = unused.getsockname()[1]
        result = self.download(f'http://127.0.0.1:{port}/file.bin')
        self.assert_failed(result, 'refused the connection')

    def test_unknown_host(self):
        result = self.download('http://nowhere.invalid/file.bin')
        self.assertEqual(result.status, 1)
        self.assertIn('nowhere.invalid', result.err)

    def test_closed_at_once(self):
        self.server.route('/file.bin', lambda request, send, server: None)
        self.assert_failed(self.download(self.server.url('/file.bin')), '127.0.0.1')


class Links(TerminalCase):
    def test_not_http(self):
        for link in ('ftp://127.0.0.1/x', 'file:///etc/passwd', 'mailto:a@b.c', 'magnet:?xt=urn:x', 'HTTPX://a/b'):
            with self.subTest(link):
                self.assert_failed(self.download(link), 'Only links that start with http')

    def test_no_link(self):
        for link in ('nonsense', 'http://[::1', 'http://a:99999/', '://', ' ', 'http://%zz/'):
            with self.subTest(link):
                result = self.download(link)
                self.assertEqual((result.status, result.out), (1, ''))
                self.assertEqual(result.err.count('\n'), 1)

    def test_no_server(self):
        self.assert_failed(self.download('http:///path'), 'no server')

    def test_path_of_every_script(self):
        self.server.route('/%D1%84%20%C3%BC.bin', answer(200, BODY))
        url = self.server.url('/ф ü.bin')
        self.assert_saved(self.download(url), url, 'ф ü.bin')

    def test_nothing_to_obey_in_a_link(self):
        result = self.download('http://127.0.0.1:1/\x1b[2J\x07\u202e\nx')
        self.assertEqual(result.status, 1)
        self.assertIn('http://127.0.0.1:1/\ufffd[2J\ufffd\ufffd\ufffdx: ', result.err)

    def test_bytes_of_a_name_in_every_locale(self):
        self.server.route('*', answer(200, BODY))
        url = self.server.url('/é€.bin')
        for locale in ('C', 'POSIX'):
            with self.subTest(locale):
                result = subprocess.run([PROGRAM, '--no-gui', '-o', self.folder, url], check=False, timeout=PATIENCE,
                                        env={**self.environment(), 'LC_ALL': locale}, capture_output=True)
                path = result.stdout.decode().rstrip('\n').split(': saved to ')[1]
                self.assertTrue(result.stdout.decode().startswith(f'{url}: '))
                self.assertTrue(os.path.exists(path), path)

    def test_one_good_one_bad(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        result = self.download(self.server.url('/nothing'), url, 'ftp://x/')
        self.assertEqual(result.status, 1)
        self.assertEqual(result.out, f'{url}: saved to {self.path("file.bin")}\n')
        self.assertEqual(result.err.count('\n'), 3)
        self.assertTrue(result.err.endswith('\n1 file saved (700\xa0kB), 2 failed\n'), result.err)


class Names(TerminalCase):
    def check_name(self, path, name, **headers):
        self.server.route('*', answer(200, BODY, **headers))
        url = self.server.url(path)
        self.assert_saved(self.download(url), url, name)

    def test_no_name(self):
        self.check_name('/', '127.0.0.1')

    def test_page_without_a_name(self):
        self.check_name('/', '127.0.0.1.html', Content_Type='text/html; charset=utf-8')

    def test_page_with_a_name(self):
        self.check_name('/page', 'page', Content_Type='text/html')

    def test_slash_in_a_name(self):
        self.check_name('/dir/AC%2FDC.mp3', 'AC_DC.mp3')

    def test_disposition_with_backslashes(self):
        self.check_name('/x', 'file.txt', Content_Disposition='attachment; filename="C:\\Users\\joe\\file.txt"')

    def test_disposition_escaped(self):
        self.check_name('/x', 'na me.txt', Content_Disposition='attachment; filename="na%20me.txt"')

    def test_disposition_as_in_a_mail(self):
        self.check_name('/x', 'résumé.pdf', Content_Disposition='attachment; filename="=?UTF-8?B?csOpc3Vtw6kucGRm?="')

    def test_disposition_in_an_old_charset(self):
        self.check_name('/x', 'отчет.pdf', Content_Disposition="attachment; filename*=windows-1251''%EE%F2%F7%E5%F2.pdf")

    def test_link_in_the_old_charset_of_the_language(self):
        self.more_environment = {'LC_ALL': None, 'LC_CTYPE': 'ru_RU.UTF-8', 'LANG': 'C.UTF-8', 'LANGUAGE': None}
        self.server.route('*', answer(200, BODY))
        result = self.download(self.server.url('/%EE%F2%F7%E5%F2.pdf'))
        self.assertEqual((result.status, self.names()), (0, ['отчет.pdf']))
        self.assertEqual(self.content('отчет.pdf'), BODY)

    def test_query_is_no_name(self):
        self.server.route('/get', answer(200, BODY))
        url = self.server.url('/get?name=/../x.bin&a=b#part')
        self.assert_saved(self.download(url), url, 'get')

    def test_escaped_path(self):
        self.check_name('/a%2F..%2F..%2Fpasswd', 'passwd')

    def test_escaped_control_characters(self):
        self.check_name('/a%0Ab%7Fc%E2%80%AEtxt.exe', 'abctxt.exe')

    def test_escaped_nul(self):
        self.check_name('/a%00.exe', 'a\ufffd.exe')

    def test_leading_dots(self):
        self.check_name('/..%2e.bashrc', 'bashrc')

    def test_only_dots(self):
        self.check_name('/%2e%2e%2f', 'download')

    def test_disposition(self):
        self.check_name('/x', 'report.pdf', Content_Disposition='attachment; filename="report.pdf"')

    def test_disposition_with_path(self):
        self.check_name('/x', 'passwd', Content_Disposition='attachment; filename="../../etc/passwd"')

    def test_disposition_extended_first(self):
        self.check_name('/x', '€ rates.txt', Content_Disposition=(
            'attachment; filename="EURO.txt"; filename*=UTF-8\'\'%e2%82%ac%20rates.txt'))

    def test_very_long(self):
        self.server.route('/x', answer(200, BODY, Content_Disposition='attachment; filename="' + 'ü' * 400 + '.tar.gz"'))
        result = self.download(self.server.url('/x'), self.server.url('/x'), self.server.url('/x'))
        self.assertEqual(result.status, 0)
        self.assertEqual(len(self.names()), 3)
        for name in self.names():
            self.assertLessEqual(len(name.encode()), 255)
            self.assertTrue(name.endswith('.tar.gz'))
            self.assertEqual(self.content(name), BODY)

    def test_existing_is_kept(self):
        os.mkdir(self.folder)
        for name in ('a.tar.gz', 'a (1).tar.gz'):
            with open(self.path(name), 'wb') as file:
                file.write(b'mine')
        self.server.route('/a.tar.gz', answer(200, BODY))
        url = self.server.url('/a.tar.gz')
        result = self.download(url)
        self.assertEqual(result.out, f'{url}: saved to {self.path("a (2).tar.gz")}\n')
        self.assertEqual(self.names(), ['a (1).tar.gz', 'a (2).tar.gz', 'a.tar.gz'])
        self.assertEqual(self.content('a.tar.gz'), b'mine')
        self.assertEqual(self.content('a (1).tar.gz'), b'mine')
        self.assertEqual(self.content('a (2).tar.gz'), BODY)

    def test_taken_while_downloading(self):
        process, go_on = self.start_held()
        with open(self.path('file.bin'), 'wb') as file:
            file.write(b'mine')
        go_on.set()
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertIn('file (1).bin', out)
        self.assertEqual(self.content('file.bin'), b'mine')
        self.assertEqual(self.content('file (1).bin'), BODY)

    def test_ten_at_once(self):
        barrier = threading.Barrier(10, timeout=PATIENCE)
        links = []
        for number in range(10):
            body = bytes([number]) * 50_000

            def handler(_request, send, _server, body=body):
                barrier.wait()
                send(head(200, Content_Length=len(body)) + body)
            self.server.route(f'/{number}/same.bin', handler)
            links.append(self.server.url(f'/{number}/same.bin'))
        result = self.download('--max-active', '10', *links)
        self.assertEqual((result.status, result.err), (0, '10 files saved (500\xa0kB)\n'))
        self.assertEqual(self.names(), sorted(['same.bin'] + [f'same ({n}).bin' for n in range(1, 10)]))
        bodies = {self.content(name) for name in self.names()}
        self.assertEqual(bodies, {bytes([number]) * 50_000 for number in range(10)})
        for line in result.out.splitlines():
            url, path = line.split(': saved to ')
            number = int(url.rsplit('/', 2)[1])
            self.assertEqual(self.content(os.path.basename(path)), bytes([number]) * 50_000)

    def test_no_more_than_allowed_at_once(self):
        lock = threading.Lock()
        running = [0, 0]

        def handler(_request, send, _server):
            with lock:
                running[0] += 1
                running[1] = max(running)
            time.sleep(0.05)
            with lock:
                running[0] -= 1
            send(head(200, Content_Length=1) + b'x')
        self.server.route('/file.bin', handler)
        result = self.download('--max-active', '2', *[self.server.url('/file.bin')] * 8)
        self.assertEqual(result.status, 0)
        self.assertEqual(running[1], 2)

    def test_symbolic_links_are_not_followed(self):
        os.mkdir(self.folder)
        victim = os.path.join(self.home, 'victim')
        with open(victim, 'wb') as file:
            file.write(b'precious')
        os.symlink(victim, self.path('.a.bin.part'))
        os.symlink(victim, self.path('b.bin'))
        os.symlink(os.path.join(self.home, 'dangling'), self.path('c.bin'))
        os.symlink(victim, self.path('.d.bin.part.resume'))
        for name in 'abcd':
            self.server.route(f'/{name}.bin', answer(200, BODY))
        result = self.download(*[self.server.url(f'/{name}.bin') for name in 'abcd'])
        self.assertEqual(result.status, 0)
        with open(victim, 'rb') as file:
            self.assertEqual(file.read(), b'precious')
        self.assertFalse(os.path.exists(os.path.join(self.home, 'dangling')))
        for name in ('a (1).bin', 'b (1).bin', 'c (1).bin', 'd.bin'):
            self.assertEqual(self.content(name), BODY)

    def test_things_in_the_way(self):
        os.mkdir(self.folder)
        os.mkdir(self.path('.a.bin.part'))
        os.mkfifo(self.path('.a (1).bin.part'))
        os.mkdir(self.path('a (2).bin'))
        self.server.route('/a.bin', answer(200, BODY))
        self.assertEqual(self.download(self.server.url('/a.bin')).status, 0)
        self.assertEqual(self.content('a (3).bin'), BODY)


class Folders(TerminalCase):
    def test_made_when_missing(self):
        self.folder = os.path.join(self.home, 'some', 'where', 'else')
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_relative(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.run_program('--no-gui', '-o', 'folder', self.server.url('/file.bin'))
        self.assertEqual(self.content('file.bin'), BODY)

    def test_default(self):
        with open(os.path.join(self.home, 'user-dirs.dirs'), 'w', encoding='utf-8') as file:
            file.write('XDG_DOWNLOAD_DIR="$HOME/Belongings"\n')
        self.server.route('/file.bin', answer(200, BODY))
        self.assertEqual(self.run_program('--no-gui', self.server.url('/file.bin')).status, 0)
        self.folder = os.path.join(self.home, 'Belongings')
        self.assertEqual(self.content('file.bin'), BODY)

    def test_is_a_file(self):
        with open(self.folder, 'wb'):
            pass
        self.server.route('/file.bin', answer(200, BODY))
        result = self.download(self.server.url('/file.bin'))
        self.assertEqual(result.status, 1)
        self.assertIn('is not a folder', result.err)

    def test_cannot_be_written(self):
        self.folder = '/proc/self'
        self.server.route('/file.bin', answer(200, BODY))
        result = self.run_program('--no-gui', '--retries', '0', '-o', self.folder, self.server.url('/file.bin'))
        self.assertEqual((result.status, result.out), (1, ''))
        self.assertIn('/proc/self', result.err)

    def test_modes(self):
        self.server.route('/file.bin', answer(200, BODY))
        old = os.umask(0o027)
        try:
            self.download(self.server.url('/file.bin'))
            # What is kept for resuming has the whole link, which may be private.
            self.server.route('/part.bin', cut_off(BODY, 1000, ETag='"one"'))
            self.download(self.server.url('/part.bin'))
        finally:
            os.umask(old)
        self.assertEqual(os.stat(self.path('file.bin')).st_mode & 0o777, 0o640)
        self.assertEqual(os.stat(self.path('.part.bin.part')).st_mode & 0o777, 0o640)
        self.assertEqual(os.stat(self.path('.part.bin.part.resume')).st_mode & 0o777, 0o600)


class Checksums(TerminalCase):
    def test_right(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        for algorithm in ('sha256', 'sha512', 'sha1', 'md5'):
            with self.subTest(algorithm):
                expected = hashlib.new(algorithm, BODY).hexdigest().upper()
                self.assert_saved(self.download('--checksum', f'{algorithm}:{expected}', url), url, 'file.bin')
                os.unlink(self.path('file.bin'))

    def test_wrong(self):
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        result = self.download('--checksum', 'sha256:' + '0' * 64, url, retries='3')
        self.assert_failed(result, hashlib.sha256(BODY).hexdigest())
        self.assertEqual(len(self.server.requests), 1)
        right = hashlib.sha256(BODY).hexdigest()
        self.assert_saved(self.download('--checksum', f'sha256:{right}', url), url, 'file.bin')

    def test_of_a_resumed_file(self):
        self.leave_part('/file.bin', 'file.bin')
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        right = hashlib.sha256(BODY).hexdigest()
        self.assert_saved(self.download('--checksum', f'sha256:{right}', url), url, 'file.bin')

    def test_of_a_damaged_part(self):
        self.leave_part('/file.bin', 'file.bin')
        with open(self.path('.file.bin.part'), 'r+b') as file:
            file.write(b'damage')
        self.server.route('/file.bin', ranged(BODY))
        right = hashlib.sha256(BODY).hexdigest()
        result = self.download('--checksum', f'sha256:{right}', self.server.url('/file.bin'))
        self.assert_failed(result, 'not the expected one')


class Passwords(TerminalCase):
    def basic(self, path, user):
        def handler(request, send, _server):
            expected = 'Basic ' + base64.b64encode(user.encode()).decode()
            if request.headers.get('authorization') == expected:
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                send(head(401, WWW_Authenticate='Basic realm="x"', Content_Length=2) + b'no')
        self.server.route(path, handler)

    def test_basic(self):
        self.basic('/file.bin', 'joe:s3cret')
        url = self.server.url('/file.bin', user='joe:s3cret')
        result = self.download(url)
        self.assert_saved(result, url.replace('s3cret', '***'), 'file.bin')
        self.assertNotIn('authorization', self.server.requests[0].headers)

    def test_wrong_password(self):
        self.basic('/file.bin', 'joe:s3cret')
        result = self.download(self.server.url('/file.bin', user='joe:wr0ng'), retries='3')
        self.assert_failed(result, 'does not accept the user name and password')
        self.assertNotIn('wr0ng', result.err)
        self.assertEqual(len(self.server.requests), 2)

    def test_escaped_password(self):
        self.basic('/file.bin', 'jo@e:s:3/cret')
        result = self.download(self.server.url('/file.bin', user='jo%40e:s%3A3%2Fcret'))
        self.assertEqual(result.status, 0)
        self.assertNotIn('cret', result.out)

    def test_letters_of_every_script(self):
        self.basic('/file.bin', 'jöe:pä€')
        for user in ('j%C3%B6e:p%C3%A4%E2%82%AC', 'jöe:pä€'):
            with self.subTest(user):
                self.assertEqual(self.download(self.server.url('/file.bin', user=user)).status, 0)

    def test_unknown_way_to_log_in(self):
        self.server.route('/file.bin', answer(401, b'', WWW_Authenticate='Bearer realm="x"'))
        result = self.download(self.server.url('/file.bin', user='joe:s3cret'))
        self.assert_failed(result, 'asks for a way to log in that is not known here')
        self.assertEqual(len(self.server.requests), 1)

    def test_digest(self):
        self.check_digest('Basic realm="here", Digest realm="here", nonce="n0nce", qop="auth"')

    def test_several_digests(self):
        self.check_digest('Digest realm="here", nonce="n0nce", qop="auth", algorithm=SHA-256, '
                          'Digest realm="here", nonce="n0nce", qop="auth", algorithm=MD5, Basic realm="here"')

    def check_digest(self, challenges):
        def handler(request, send, _server):
            given = request.headers.get('authorization', '')
            fields = dict(part.strip().split('=', 1) for part in given[len('Digest '):].split(',') if '=' in part)
            fields = {name: value.strip('"') for name, value in fields.items()}
            if given.startswith('Digest '):
                def md5(text):
                    return hashlib.md5(text.encode()).hexdigest()
                expected = md5(':'.join((md5('joe:here:s3cret'), 'n0nce', fields['nc'], fields['cnonce'], 'auth',
                                         md5(f'GET:{request.path}'))))
                self.assertEqual(fields['uri'], request.path)
                if fields['response'] == expected:
                    send(head(200, Content_Length=len(BODY)) + BODY)
                    return
            send(head(401, Content_Length=0, WWW_Authenticate=challenges))
        self.server.route('/file.bin', handler)
        url = self.server.url('/file.bin?a=b', user='joe:s3cret')
        self.assert_saved(self.download(url), url.replace('s3cret', '***'), 'file.bin')
        for request in self.server.requests:
            self.assertNotIn('Basic', request.headers.get('authorization', ''))

    def test_digest_in_letters_of_every_script(self):
        """As they are, in quotes: of username*= and realm*= servers know nothing."""
        for realm in 'Jörgs', 'Joe\\"s', '日本':
            with self.subTest(realm):
                def md5(*parts):
                    return hashlib.md5(b':'.join(parts)).hexdigest().encode()
                raw = realm.encode('utf-8', 'surrogateescape')

                def handler(request, send, _server):
                    given = request.headers.get('authorization', '').encode('latin-1')
                    first = md5('jö\\e'.encode(), raw.replace(b'\\', b''), b's3cret')
                    fields = dict(re.findall(rb'(\w+)="?([^",]*)"?', given))
                    if given.startswith('Digest username="jö\\\\e", realm="'.encode() + raw + b'", ') and fields[b'response'] == \
                            md5(first, b'n0nce', fields[b'nc'], fields[b'cnonce'], b'auth', md5(b'GET', b'/file.bin')):
                        send(head(200, Content_Length=len(BODY)) + BODY)
                    else:
                        send(head(401, Content_Length=0, WWW_Authenticate=f'Digest realm="{realm}", nonce="n0nce", qop="auth"'))
                self.server.route('/file.bin', handler)
                result = self.download(self.server.url('/file.bin', user='jö%5Ce:s3cret'))
                self.assertEqual((result.status, self.names()), (0, ['file.bin']), result)
                self.assertEqual(self.content('file.bin'), BODY)
                os.unlink(self.path('file.bin'))

    def stale(self, *nonces):
        """A server that has forgotten the first nonces it gave, each of which is asked for with the one before."""
        def handler(request, send, _server):
            given = re.search('nonce="([^"]*)"', request.headers.get('authorization', ''))
            n_asked = nonces.index(given[1]) + 1 if given else 0
            if n_asked == len(nonces):
                send(head(200, Content_Length=len(BODY)) + BODY)
            else:
                stale = ', stale=TRUE' if n_asked > 0 else ''
                send(head(401, Content_Length=0,
                          WWW_Authenticate=f'Digest realm="x", nonce="{nonces[n_asked]}", qop="auth"{stale}, Basic realm="x"'))
        self.server.route('/file.bin', handler)

    def test_digest_that_is_stale(self):
        """The password is right, and what it was answered to is no longer good."""
        self.stale('one', 'two')
        url = self.server.url('/file.bin', user='joe:s3cret')
        self.assert_saved(self.download(url), url.replace('s3cret', '***'), 'file.bin')
        self.assertEqual(len(self.server.requests), 3)

    def test_digest_that_is_always_stale(self):
        self.stale('one', 'two', 'three', 'four')
        self.assert_failed(self.download(self.server.url('/file.bin', user='joe:s3cret'), retries='3'),
                           'does not accept the user name and password')
        self.assertEqual(len(self.server.requests), 3)

    def test_goes_to_no_other_host(self):
        other = FaultServer()
        self.addCleanup(other.close)
        other.route('/file.bin', answer(401, b'', WWW_Authenticate='Basic realm="x"'))

        def handler(_request, send, _server):
            send(head(302, Location=other.url('/file.bin'), Content_Length=0))
        self.server.route('/file.bin', handler)
        result = self.download(self.server.url('/file.bin', user='joe:s3cret'))
        self.assert_failed(result, 'user name and password')
        self.assertEqual(len(other.requests), 1)
        for request in self.server.requests + other.requests:
            self.assertNotIn('authorization', request.headers)
            self.assertNotIn('referer', request.headers)

    def test_is_not_kept(self):
        self.server.route('/file.bin', cut_off(BODY, 1000, ETag='"one"'))
        result = self.run_program('--json', '-o', self.folder, '--retries', '0',
                                  self.server.url('/file.bin', user='joe:s3cret'))
        self.assertEqual(result.status, 1)
        self.assertNotIn('s3cret', result.out + result.err)
        self.assertNotIn(b's3cret', self.content('.file.bin.part.resume'))
        self.server.route('/file.bin', ranged(BODY))
        self.assertEqual(self.download(self.server.url('/file.bin', user='joe:s3cret')).status, 0)
        self.assertEqual(self.server.requests[-1].range_start(), 1000)


class CommandLine(TerminalCase):
    def check_usage(self, *arguments):
        with self.subTest(arguments):
            result = self.run_program(*arguments)
            self.assertEqual((result.status, result.out), (2, ''))
            self.assertEqual(result.err.count('\n'), 1, result.err)
            self.assertTrue(result.err.startswith('asynctask-downloader: '))

    def test_wrong_usage(self):
        link = self.server.url('/file.bin')
        self.check_usage()
        self.check_usage('--no-gui')
        self.check_usage('--json')
        self.check_usage('--wrong', link)
        self.check_usage('-x', link)
        self.check_usage('-o')
        self.check_usage('-o', '', link)
        for option in ('--max-active', '--retries', '--timeout'):
            for value in ('', '-1', '+1', ' 1', '1 ', '1x', '0x1', '1.5', 'many', '99999999999999999999'):
                self.check_usage(f'{option}={value}', link)
        self.check_usage('--max-active', '0', link)
        for option in ('--limit-rate', '--min-rate'):
            for value in ('', '-1', '+1', ' 1', '1 ', '1x', '0x1', '1e5', '.5', '5.', '1.5.5', '0.5', 'k', '1kk', '1kB',
                          'fast', '9' * 30):
                self.check_usage(f'{option}={value}', link)
        self.check_usage('--timeout', '0', link)
        for value in ('', 'sha256', 'sha256:', 'sha256:12', 'crc32:12345678', 'md5:' + 'g' * 32,
                      'md5:' + '0' * 33, ':' + '0' * 64, '0' * 64):
            self.check_usage('--checksum', value, link)
        self.assertEqual(self.server.requests, [])

    def test_help_and_version(self):
        result = self.run_program('--help')
        self.assertEqual((result.status, result.err), (0, ''))
        for option in ('--output-dir', '--checksum', '--max-active', '--retries', '--timeout', '--no-gui', '--json', '--sample',
                       '--limit-rate', '--min-rate', '--remote-time'):
            self.assertIn(option, result.out)
        result = self.run_program('--version')
        self.assertEqual(result.status, 0)
        self.assertRegex(result.out, r'^asynctask-downloader \d+\.\d+\.\d+\n$')

    def test_values_glued_to_an_option(self):
        self.server.route('/-o/x', answer(200, BODY, Last_Modified=OLD_DATE))
        url = self.server.url('/-o/x')
        for arguments in (('-o' + self.folder, url), ('-Ro' + self.folder, url), ('-R', '-o' + self.folder, '--', url),
                          ('--output-dir=' + self.folder, url), ('-o', self.folder, url)):
            with self.subTest(arguments):
                result = self.run_program('--no-gui', '--max-active', '1', *arguments)
                self.assert_saved(result, url, 'x')
                os.unlink(self.path('x'))

    def test_a_value_may_look_like_an_option(self):
        self.server.route('/x', answer(200, BODY))
        self.assertEqual(self.run_program('--no-gui', '-o', '-olddir', self.server.url('/x')).status, 0)
        self.assertEqual(os.listdir(os.path.join(self.home, '-olddir')), ['x'])

    def test_time_of_the_server(self):
        self.server.route('/file.bin', answer(200, BODY, Last_Modified=OLD_DATE))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download('--remote-time', url), url, 'file.bin')
        self.assertEqual(os.stat(self.path('file.bin')).st_mtime, 1_594_029_600)
        self.assertEqual(self.download(url).status, 0)
        self.assertGreater(os.stat(self.path('file (1).bin')).st_mtime, 1_700_000_000)

    def test_time_of_the_server_when_resumed(self):
        self.leave_part('/file.bin', 'file.bin', Last_Modified=OLD_DATE)
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download('-R', url), url, 'file.bin')
        self.assertEqual(os.stat(self.path('file.bin')).st_mtime, 1_594_029_600)

    def test_time_that_makes_no_sense(self):
        for header in ('yesterday', 'Thu, 01 Jan 1903 00:00:00 GMT', ''):
            with self.subTest(header):
                self.server.route('/file.bin', answer(200, BODY, Last_Modified=header))
                url = self.server.url('/file.bin')
                self.assert_saved(self.download('-R', url), url, 'file.bin')
                self.assertGreater(os.stat(self.path('file.bin')).st_mtime, 1_700_000_000)
                os.unlink(self.path('file.bin'))

    def test_limit_holds_for_all_together(self):
        self.server.route('/file.bin', answer(200, BODY))
        result = self.download('--limit-rate', '1M', *[self.server.url('/file.bin')] * 3)
        self.assertEqual((result.status, result.err), (0, '3 files saved (2.1\xa0MB)\n'))
        self.assertGreater(result.seconds, 3 * len(BODY) / 2 ** 20 - 0.2)
        self.assertLess(result.seconds, 60)
        for name in self.names():
            self.assertEqual(self.content(name), BODY)

    def test_limit_is_not_silence(self):
        self.server.route('/file.bin', answer(200, BODY[:5000]))
        url = self.server.url('/file.bin')
        result = self.download('--limit-rate', '2000', '--timeout', '1', '--min-rate', '1G', url)
        self.assert_saved(result, url, 'file.bin', BODY[:5000])
        self.assertGreater(result.seconds, 2)

    def test_interrupt_while_limited(self):
        reached = threading.Event()

        def handler(_request, send, _server):
            send(head(200, ETag='"one"', Content_Length=len(BODY)) + BODY)
            reached.set()
        self.server.route('/file.bin', handler)
        process = self.start('--no-gui', '-o', self.folder, '--limit-rate', '100', self.server.url('/file.bin'))
        self.assertTrue(reached.wait(PATIENCE))
        begin = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertLess(time.monotonic() - begin, 1)

    def test_too_slow(self):
        def slow(_request, send, server):
            send(head(200, ETag='"one"', Content_Length=len(BODY)))
            for byte in BODY:
                send(bytes([byte]))
                if server.closing.wait(0.1):
                    return
        self.server.route('/file.bin', in_turn(slow, ranged(BODY)))
        url = self.server.url('/file.bin')
        result = self.download('--timeout', '1', '--min-rate', '1k', url, retries='1')
        self.assertEqual(result.status, 0)
        self.assertIn('sends too slowly; trying again', result.err)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertGreater(self.server.requests[1].range_start(), 0)

    def test_output_that_cannot_be_written(self):
        self.server.route('/file.bin', answer(200, BODY))
        for arguments in (('--no-gui', '-o', self.folder, self.server.url('/file.bin')),
                          ('--json', '-o', self.folder, self.server.url('/file.bin')),
                          ('--help',), ('--version',)):
            with self.subTest(arguments[0]), open('/dev/full', 'w', encoding='utf-8') as full:
                result = subprocess.run([PROGRAM, *arguments], env=self.environment(), cwd=self.home, check=False,
                                        stdin=subprocess.DEVNULL, stdout=full, stderr=subprocess.PIPE,
                                        encoding='utf-8', timeout=PATIENCE)
                self.assertEqual(result.returncode, 1)
                self.assertEqual(result.stderr, 'asynctask-downloader: The output could not be written.\n')

    def test_no_display(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        result = self.run_program('-o', self.folder, url)
        self.assert_saved(result, url, 'file.bin')

    def test_sample(self):
        result = self.run_program('-o', self.folder, '--sample')
        self.assertEqual((result.status, result.err), (0, ''))
        self.assertRegex(result.out, r'^http://127\.0\.0\.1:\d+/.*: saved to ' + self.path('sample-picture.bmp') + '\n$')
        body = self.content('sample-picture.bmp')
        self.assertEqual(len(body), 5_760_054)
        self.assertEqual(body[:2], b'BM')
        self.assertGreater(result.seconds, 1)

    def check_events(self, events, url):
        kinds = [event['event'] for event in events]
        self.assertEqual(kinds[0], 'started')
        self.assertIn(kinds[-1], ('finished', 'failed', 'cancelled'))
        self.assertTrue(set(kinds[1:-1]) <= {'progress', 'retrying'})
        last = 0
        for event in events:
            self.assertEqual(set(event) - {'delay'}, {'event', 'url', 'path', 'bytes', 'total', 'error'})
            self.assertEqual('delay' in event, event['event'] == 'retrying')
            self.assertEqual(event['url'], url)
            self.assertIsInstance(event['bytes'], int)
            self.assertIsInstance(event['path'], (str, type(None)))
            self.assertIsInstance(event['total'], (int, type(None)))
            self.assertIsInstance(event['error'], (str, type(None)))
            self.assertEqual(event['error'] is not None, event['event'] in ('retrying', 'failed'))
            if event['event'] == 'retrying':
                last = 0
            else:
                self.assertGreaterEqual(event['bytes'], last)
                last = event['bytes']

    def test_json(self):
        self.server.route('/file.bin', answer(200, BODY))
        url = self.server.url('/file.bin')
        result = self.run_program('--json', '-o', self.folder, url)
        self.assertEqual((result.status, result.err), (0, ''))
        events = result.events()
        self.check_events(events, url)
        self.assertEqual(events[-1], {'event': 'finished', 'url': url, 'path': self.path('file.bin'),
                                      'bytes': len(BODY), 'total': len(BODY), 'error': None})

    def test_json_failed(self):
        url = self.server.url('/nothing')
        result = self.run_program('--json', '-o', self.folder, url)
        self.assertEqual((result.status, result.err), (1, ''))
        self.check_events(result.events(), url)
        self.assertEqual(result.events()[-1]['event'], 'failed')
        self.assertIn('404', result.events()[-1]['error'])

    def test_json_retrying(self):
        self.server.route('/file.bin', in_turn(cut_off(BODY, 300_000), answer(200, BODY)))
        url = self.server.url('/file.bin')
        result = self.run_program('--json', '-o', self.folder, url)
        self.assertEqual(result.status, 0)
        self.check_events(result.events(), url)
        retrying = [event for event in result.events() if event['event'] == 'retrying']
        self.assertEqual(len(retrying), 1)
        self.assertEqual(retrying[0]['bytes'], 300_000)
        self.assertAlmostEqual(retrying[0]['delay'], 1, delta=0.11)

    def test_json_kept(self):
        """What there is for the next time, whatever came before the failure."""
        url = self.server.url('/file.bin')
        for handler in cut_off(BODY, 300_000, ETag='"one"'), lambda _request, _send, _server: None:
            self.server.route('/file.bin', handler)
            result = self.run_program('--json', '-o', self.folder, '--retries', '0', url)
            last = result.events()[-1]
            self.assertEqual((last['event'], last['bytes'], last['total']), ('failed', 300_000, len(BODY)))
        self.run_program('--remove-parts', '-o', self.folder)
        self.server.route('/file.bin', answer(200, BODY))
        result = self.run_program('--json', '-o', self.folder, '--checksum', 'md5:' + '0' * 32, self.server.url('/file.bin'))
        self.assertEqual((result.events()[-1]['event'], result.events()[-1]['bytes'], self.names()), ('failed', 0, []))

    def test_json_empty(self):
        self.server.route('/file.bin', answer(200, b''))
        last = self.run_program('--json', '-o', self.folder, self.server.url('/file.bin')).events()[-1]
        self.assertEqual((last['event'], last['bytes'], last['total']), ('finished', 0, 0))

    def test_json_before_silence(self):
        """All that came is told of, although nothing follows that could."""
        def handler(_request, send, server):
            send(head(200, Content_Length=len(BODY)) + BODY[:1000])
            for start in range(1000, 100_000, 1000):
                send(BODY[start:start + 1000])
            server.closing.wait()
        self.server.route('/file.bin', handler)
        process = self.start('--json', '-o', self.folder, self.server.url('/file.bin'))
        for line in process.stdout:
            event = json.loads(line)
            self.assertIn(event['event'], ('started', 'progress'))
            if event['bytes'] == 100_000:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)

    def test_json_pace(self):
        process = self.start('--json', '--sample', '-o', self.folder)
        seen = []
        for line in process.stdout:
            seen.append((time.monotonic(), json.loads(line)))
        process.communicate(timeout=PATIENCE)
        self.check_events([event for _, event in seen], seen[0][1]['url'])
        progress = [when for when, event in seen if event['event'] == 'progress']
        self.assertGreater(len(progress), 5)
        self.assertLessEqual(len(progress), 10 * (progress[-1] - progress[0]) + 1)

    def test_json_cancelled(self):
        reached = threading.Event()
        self.server.route('/file.bin', hanging(BODY, 1000, reached=reached))
        process = self.start('--json', '-o', self.folder, '--max-active', '1', *[self.server.url('/file.bin')] * 3)
        self.assertTrue(reached.wait(PATIENCE))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        events = [json.loads(line) for line in out.splitlines()]
        self.check_events(events, self.server.url('/file.bin'))
        self.assertEqual(events[-1]['event'], 'cancelled')

    def test_reader_goes_away(self):
        """As head does that has seen enough: the download is there all the same."""
        process, go_on = self.start_held('--json')
        process.stdout.close()
        process.stderr.close()
        go_on.set()
        self.assertEqual(process.wait(timeout=PATIENCE), 0)
        self.assertEqual(self.content('file.bin'), BODY)

    def test_reader_never_came(self):
        for arguments in ('--json', self.server.url('/file.bin')), ('--help',):
            with self.subTest(arguments):
                self.server.route('/file.bin', answer(200, BODY))
                process = self.start('--no-gui', '-o', self.folder, *arguments)
                process.stdout.close()
                process.stderr.close()
                self.assertEqual(process.wait(timeout=PATIENCE), 0)
        self.assertEqual(self.content('file.bin'), BODY)


if __name__ == '__main__':
    unittest.main(verbosity=2)
