# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with web servers that people run, where they are installed."""

import json
import os
import random
import signal
import unittest

from fault_server import AUTHORITY, FaultServer, certificate, cut_off, head, in_turn, ranged
from real_servers import ApacheSite, LATER, LighttpdSite, NginxSite
from terminal_case import BODY, PATIENCE

OTHER = random.Random(8).randbytes(len(BODY))
CUT = 300_000


class Files:
    """What holds for every server; it gives what is in /dated without an ETag."""

    def test_whole(self):
        self.check_saved(self.url('/file.bin'), 'file.bin')

    def test_empty(self):
        self.put('empty.bin', b'')
        self.check_saved(self.url('/empty.bin'), 'empty.bin', body=b'')

    def check_resumed_within_one_run(self, path, validator):
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url(path, relay.port), 'file.bin', retries='1', between=['retrying'])
        first, second = relay.answered()
        self.assertEqual(relay.ranges(), [None, f'bytes={CUT}-'])
        self.assertEqual(relay.asked()[1]['if-range'], first[validator])
        self.assertEqual(relay.statuses(), [200, 206])
        self.assertEqual(second['content-range'], f'bytes {CUT}-{len(BODY) - 1}/{len(BODY)}')
        return first

    def test_resumed_by_etag(self):
        self.put('file.bin')
        first = self.check_resumed_within_one_run('/file.bin', 'etag')
        self.assertRegex(first['etag'], '^"')

    def test_resumed_by_date(self):
        self.put('dated/file.bin')
        first = self.check_resumed_within_one_run('/dated/file.bin', 'last-modified')
        self.assertNotIn('etag', first)

    def cut_off(self, path, *more):
        """Has a first run leave CUT bytes; returns the link, and what leads to it."""
        relay = self.relay(self.port, cuts=[CUT, *more])
        url = self.url(path, relay.port)
        self.check_broken_off(url, os.path.basename(path), CUT)
        return url, relay

    def test_resumed_by_another_run(self):
        self.put('file.bin')
        url, relay = self.cut_off('/file.bin')
        self.check_saved(url, 'file.bin')
        self.assertEqual((relay.ranges(), relay.statuses()), ([None, f'bytes={CUT}-'], [200, 206]))

    def test_changed_since(self):
        for path in '/file.bin', '/dated/file.bin':
            with self.subTest(path):
                self.put(path[1:])
                url, relay = self.cut_off(path)
                self.put(path[1:], OTHER, LATER)
                self.check_saved(url, 'file.bin', body=OTHER)
                self.assertEqual(relay.statuses(), [200, 200])
                os.unlink(self.path('file.bin'))

    def test_changed_since_and_cut_off_again(self):
        """What changed arrives beside what was there, and both are gone once it is complete."""
        self.put('file.bin')
        url, relay = self.cut_off('/file.bin', 500_000)
        self.put('file.bin', OTHER, LATER)
        self.check_saved(url, 'file.bin', body=OTHER, retries='1', between=['retrying'])
        self.assertEqual(relay.ranges(), [None, f'bytes={CUT}-', 'bytes=500000-'])
        self.assertEqual(relay.statuses(), [200, 200, 206])

    def test_fresh_date(self):
        """A date of just now tells nothing: the file is begun anew."""
        self.put('dated/file.bin', modified=None)
        url, relay = self.cut_off('/dated/file.bin')
        self.put('dated/file.bin', OTHER, modified=None)
        self.check_saved(url, 'file.bin', body=OTHER)
        self.assertEqual(relay.ranges(), [None, None])

    def test_shorter_with_the_same_date(self):
        """Nothing is left to be asked for (416); what has arrived is kept."""
        self.put('dated/file.bin')
        url, relay = self.cut_off('/dated/file.bin')
        self.put('dated/file.bin', BODY[:CUT])
        self.check_failed(url, 'smaller file than before', names=self.part_names('file.bin'), kept=CUT)
        self.assertEqual(relay.statuses(), [200, 416, 200])
        self.put('dated/file.bin')
        self.check_saved(url, 'file.bin')

    def test_longer_with_the_same_date(self):
        """The rest is that of a file of another length: all of it is asked for."""
        self.put('dated/file.bin')
        url, relay = self.cut_off('/dated/file.bin')
        self.put('dated/file.bin', OTHER + BODY)
        self.check_saved(url, 'file.bin', body=OTHER + BODY)
        self.assertEqual(relay.statuses(), [200, 206, 200])

    def test_removed_since(self):
        self.put('file.bin')
        url, relay = self.cut_off('/file.bin')
        os.unlink(os.path.join(self.root, 'file.bin'))
        self.check_failed(url, '(404 Not Found)', names=self.part_names('file.bin'), kept=CUT, retries='3')
        self.assertEqual(relay.statuses(), [200, 404])
        self.put('file.bin')
        self.check_saved(url, 'file.bin')


def chunked_cut_off(_request, send, _server):
    send(head(200, ETag='"one"', Transfer_Encoding='chunked'))
    send(f'{CUT:x}\r\n'.encode() + BODY[:CUT] + b'\r\n')


class Nginx(Files, NginxSite):
    @classmethod
    def server_block(cls):
        return 'location /dated/ { etag off; }'


class Apache(Files, ApacheSite):
    @classmethod
    def directives(cls):
        return '''
            <Location /dated>
              FileETag None
            </Location>
        '''


class Lighttpd(Files, LighttpdSite):
    @classmethod
    def directives(cls):
        return '''
            server.stat-cache-engine = "disable"
            $HTTP["url"] =~ "^/dated/" {
                static-file.etags = "disable"
            }
        '''


class SecureNginx(NginxSite):
    """It offers version 2 of HTTP, too."""

    @classmethod
    def http_block(cls):
        cls.upstream = FaultServer()
        cls.addClassCleanup(cls.upstream.close)
        return 'keepalive_requests 7;'

    @classmethod
    def server_block(cls):
        return f'''
            listen 127.0.0.1:{cls.secure_port} ssl http2;
            ssl_certificate {certificate('good')};
            ssl_certificate_key {certificate('good')};
            location /slow/ {{ limit_rate 400k; }}
            location /behind/ {{ proxy_pass http://127.0.0.1:{cls.upstream.port}; proxy_http_version 1.1; proxy_set_header Range $http_range; }}
            location /unknown/ {{ sub_filter_types *; sub_filter NONE NONE; sub_filter_once off; }}
        '''

    def secure_url(self, path, port=None):
        return f'https://localhost:{port or self.secure_port}{path}'

    def check_saved(self, url, name, *arguments, **more):
        return super().check_saved(url, name, '--ca-certificate', AUTHORITY, *arguments, **more)

    def check_failed(self, url, sentence, *arguments, **more):
        return super().check_failed(url, sentence, '--ca-certificate', AUTHORITY, *arguments, **more)

    def test_whole(self):
        self.check_saved(self.secure_url('/file.bin'), 'file.bin')
        self.assertEqual(self.logged(1), [['/file.bin', '200', '-']])

    def test_empty(self):
        self.put('empty.bin', b'')
        self.check_saved(self.secure_url('/empty.bin'), 'empty.bin', body=b'')

    def test_not_there(self):
        self.check_failed(self.secure_url('/none.bin'), 'The server does not have this file (404')

    def test_cut_off(self):
        relay = self.relay(self.secure_port, cuts=[CUT], secret=True)
        events = self.check_saved(self.secure_url('/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        kept = next(event for event in events if event['event'] == 'retrying')['bytes']
        self.assertGreater(kept, CUT // 2)
        self.assertEqual(self.logged(2), [['/file.bin', '200', '-'],
                                          ['/file.bin', '206', f'bytes={kept}-']])

    def test_unknown_length(self):
        self.put('unknown/file.bin')
        self.check_saved(self.secure_url('/unknown/file.bin'), 'file.bin')

    def test_unknown_length_cut_off(self):
        self.put('unknown/file.bin')
        relay = self.relay(self.secure_port, cuts=[CUT], secret=True)
        self.check_saved(self.secure_url('/unknown/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])

    def check_cut_off_behind(self, path, handler):
        self.upstream.requests.clear()
        self.upstream.route(path, in_turn(handler, ranged(BODY)))
        self.check_saved(self.secure_url(path), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual([request.range_start() for request in self.upstream.requests], [None, CUT])

    def test_cut_off_behind_it(self):
        self.check_cut_off_behind('/behind/file.bin', cut_off(BODY, CUT, ETag='"one"'))

    def test_unknown_length_cut_off_behind_it(self):
        self.check_cut_off_behind('/behind/chunked/file.bin', chunked_cut_off)

    def check_many(self, folder, *arguments):
        names = [f'{number}.bin' for number in range(20)]
        for name in names:
            self.put(f'{folder}/{name}', BODY[:50_000] + name.encode())
        result = self.download('--json', '--ca-certificate', AUTHORITY, *arguments,
                               *(self.secure_url(f'/{folder}/{name}') for name in names))
        self.assertEqual((result.status, result.err, self.names()), (0, '', sorted(names)), result.out)
        for name in names:
            self.assertEqual(self.content(name), BODY[:50_000] + name.encode())
        self.assertNotIn('retrying', result.out)

    def test_one_after_another(self):
        self.check_many('many', '--max-active', '1')

    def test_many_at_once(self):
        self.check_many('many', '--max-active', '20')

    def test_many_at_once_and_slowly(self):
        self.check_many('slow', '--max-active', '20')

    def test_many_at_once_and_limited(self):
        self.check_many('many', '--max-active', '20', '--limit-rate', '1M')

    def test_server_begins_anew(self):
        self.put('slow/file.bin')
        url = self.secure_url('/slow/file.bin')
        process = self.start('--no-gui', '--json', '--retries', '1', '--ca-certificate', AUTHORITY, '-o', self.folder, url)
        for line in process.stdout:
            if json.loads(line)['bytes'] > 10_000:
                break
        self.served.send_signal(signal.SIGHUP)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err, self.names()), (0, '', ['file.bin']))
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertIn('retrying', out)


if __name__ == '__main__':
    unittest.main(verbosity=2)
