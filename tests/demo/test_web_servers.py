# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with web servers that people run, where they are installed."""

import gzip
import hashlib
import html
import json
import os
import random
import re
import signal
import socket
import struct
import unittest
import urllib.parse
import urllib.request

from fault_server import AUTHORITY, FaultServer, certificate, cut_off, head, in_turn, ranged
from real_servers import ApacheSite, LATER, LighttpdSite, NginxSite, ServerCase
from terminal_case import BODY, PATIENCE, Result

OTHER = random.Random(8).randbytes(len(BODY))
CUT = 300_000
TEXT = b'\n'.join(b'line %d' % number for number in range(20_000))


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


class NginxWays(NginxSite):
    """What nginx is configured to do with files."""

    @classmethod
    def http_block(cls):
        cls.upstream = FaultServer()
        cls.addClassCleanup(cls.upstream.close)
        return '''
            limit_conn_zone $binary_remote_addr zone=connections:1m;
            limit_req_zone $binary_remote_addr zone=requests:1m rate=2r/s;
        '''

    @classmethod
    def server_block(cls):
        long = 'x' * 3000
        own = f'http://127.0.0.1:{cls.port}'
        with open(os.path.join(cls.site, 'users'), 'w', encoding='utf-8') as file:
            file.write('joe:{PLAIN}s3cret\n')
        return f'''
            absolute_redirect off;
            location /packed/ {{ gzip_static always; gunzip off; }}
            location /unpacked/ {{ gzip_static always; gunzip on; }}
            location /offered/ {{ gzip on; gzip_types *; gzip_static on; }}
            location /no-ranges/ {{ max_ranges 0; }}
            location /unknown/ {{ sub_filter_types *; sub_filter NONE NONE; }}
            location /old/ {{ proxy_pass http://127.0.0.1:{cls.upstream.port}; }}
            location /sliced/ {{
                slice 100k;
                proxy_set_header Range $slice_range;
                proxy_http_version 1.1;
                proxy_pass {own}/;
            }}
            location /part-of-itself/ {{ proxy_set_header Range "bytes=0-"; proxy_pass {own}/; }}
            location /half/ {{ proxy_set_header Range "bytes=100-"; proxy_pass {own}/; }}
            location /without-condition/ {{
                proxy_set_header If-Range "";
                proxy_set_header Range $http_range;
                proxy_pass {own}/;
            }}
            location /one-503/ {{ limit_conn connections 1; limit_rate 1m; }}
            location /one-429/ {{
                limit_conn connections 1;
                limit_conn_status 429;
                limit_rate 1m;
                error_page 429 @later;
            }}
            location @later {{ add_header Retry-After 1 always; return 429; }}
            location /requests/ {{ limit_req zone=requests; limit_req_status 429; }}
            location /slow/ {{ limit_rate 400k; }}
            location /secret/ {{ auth_basic "The files of joe"; auth_basic_user_file {cls.site}/users; }}
            location /portal/ {{
                if ($http_range) {{ return 302 /login.html; }}
            }}
            location = /login.html {{ default_type text/html; return 200 "<title>Log in</title>"; }}
            location /chosen/ {{ add_header Location {own}/file.bin always; return 300; }}
            location /closed/ {{ return 444; }}
            location /gate/ {{
                if ($cookie_pass != "let-me-in") {{ return 302 /cookie$uri; }}
            }}
            location /cookie/ {{
                add_header Set-Cookie "pass=let-me-in; Path=/; HttpOnly; SameSite=Lax" always;
                rewrite ^/cookie(.*)$ $1 redirect;
            }}
            location /long-headers/ {{ {''.join(f'add_header X-Long-{i} {long};' for i in range(16))} }}
            location /list/ {{ autoindex on; charset utf-8; }}
            location /moved/ {{ rewrite ^/moved/(.*)$ /$1 permanent; }}
            location /round/ {{ rewrite ^ $uri redirect; }}
        '''

    # How they are packed.

    def put_packed(self, path):
        self.put(path, TEXT, LATER)
        self.put(path + '.gz', gzip.compress(TEXT), LATER)

    def test_packed_although_not_asked_for(self):
        self.put_packed('packed/page.txt')
        relay = self.relay(self.port)
        self.check_saved(self.url('/packed/page.txt', relay.port), 'page.txt', body=TEXT)
        self.assertEqual(relay.answered()[0]['content-encoding'], 'gzip')

    def test_packed_and_cut_off(self):
        """What is unpacked has no place in what is sent: it is begun anew."""
        self.put_packed('packed/page.txt')
        relay = self.relay(self.port, cuts=[5_000])
        self.check_saved(self.url('/packed/page.txt', relay.port), 'page.txt', body=TEXT, retries='1', between=['retrying'])
        self.assertEqual(relay.ranges(), [None, None])

    def test_packed_file(self):
        """A file that is packed itself is left so, and gone on with."""
        self.put('packed/archive.tgz', b'not this one')
        self.put('packed/archive.tgz.gz')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/packed/archive.tgz', relay.port), 'archive.tgz', retries='1', between=['retrying'])
        self.assertEqual(relay.ranges(), [None, f'bytes={CUT}-'])
        self.assertEqual(relay.answered()[0]['content-encoding'], 'gzip')

    def test_unpacked_by_the_server(self):
        """Its length is not known then, and its tag a weak one; its date is good for the second whole."""
        self.put_packed('unpacked/page.txt')
        relay = self.relay(self.port, cuts=[5_000])
        self.check_saved(self.url('/unpacked/page.txt', relay.port), 'page.txt', body=TEXT, retries='1', between=['retrying'])
        first = relay.answered()[0]
        self.assertEqual((first['transfer-encoding'], first['etag'][:2]), ('chunked', 'W/'))
        self.assertEqual(relay.asked()[1]['if-range'], first['last-modified'])
        self.assertEqual(relay.statuses(), [200, 200])

    def test_packed_only_where_asked_for(self):
        self.put_packed('offered/page.txt')
        relay = self.relay(self.port)
        self.check_saved(self.url('/offered/page.txt', relay.port), 'page.txt', body=TEXT)
        self.assertNotIn('content-encoding', relay.answered()[0])

    # How much of them.

    def test_no_ranges(self):
        """The whole again, of which what is there is left out."""
        self.put('no-ranges/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        url = self.url('/no-ranges/file.bin', relay.port)
        self.check_broken_off(url, 'file.bin', CUT)
        with open(self.path('.file.bin.part'), 'rb') as held:
            self.check_saved(url, 'file.bin')
            self.assertEqual(os.fstat(held.fileno()).st_ino, os.stat(self.path('file.bin')).st_ino)
        self.assertEqual((relay.ranges(), relay.statuses()), ([None, f'bytes={CUT}-'], [200, 200]))

    def test_unknown_length(self):
        self.put('unknown/file.bin')
        relay = self.relay(self.port)
        self.check_saved(self.url('/unknown/file.bin', relay.port), 'file.bin')
        self.assertEqual(relay.answered()[0]['transfer-encoding'], 'chunked')

    def test_unknown_length_cut_off(self):
        self.put('unknown/file.bin')
        for cut in (CUT, 0):
            with self.subTest(cut):
                relay = self.relay(self.port, cuts=[cut])
                self.check_saved(self.url('/unknown/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
                os.unlink(self.path('file.bin'))

    def test_version_1_0_behind_it(self):
        def handler(_request, send, _server):
            send(b'HTTP/1.0 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n' + BODY)
        self.upstream.route('/old/file.bin', handler)
        self.check_saved(self.url('/old/file.bin'), 'file.bin')

    def test_sliced(self):
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/sliced/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(relay.statuses(), [200, 206])

    def test_part_of_itself(self):
        """All of it is a part nobody asked for (206)."""
        relay = self.relay(self.port)
        self.check_saved(self.url('/part-of-itself/file.bin', relay.port), 'file.bin')
        self.assertEqual(relay.statuses(), [206])

    def test_half_nobody_asked_for(self):
        self.check_failed(self.url('/half/file.bin'), 'The server did not answer with a file (206 ')

    def test_condition_lost_on_the_way(self):
        """The rest of another version fits nothing: all of it is asked for."""
        self.put('file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        url = self.url('/without-condition/file.bin', relay.port)
        self.check_broken_off(url, 'file.bin', CUT)
        self.put('file.bin', OTHER, LATER)
        self.addCleanup(self.put, 'file.bin')
        self.check_saved(url, 'file.bin', body=OTHER)
        self.assertEqual(relay.statuses(), [200, 206, 200])

    # How many at once.

    def check_one_at_a_time(self, folder, sentence):
        names = ['a.bin', 'b.bin']
        for name in names:
            self.put(f'{folder}/{name}', BODY + name.encode())
        result = self.download('--json', *(self.url(f'/{folder}/{name}') for name in names), retries='5')
        self.assertEqual((result.status, result.err, self.names()), (0, '', names))
        for name in names:
            self.assertEqual(self.content(name), BODY + name.encode())
        troubles = [event for event in result.events() if event['event'] == 'retrying']
        self.assertNotEqual(troubles, [])
        for event in troubles:
            self.assertIn(sentence, event['error'])
        return troubles

    def test_one_connection(self):
        self.check_one_at_a_time('one-503', 'The server is too busy or down for maintenance (503 ')

    def test_one_connection_and_when_to_come_back(self):
        self.check_one_at_a_time('one-429', 'The server says there were too many requests (429 ')

    def test_so_many_requests(self):
        names = [f'{number}.bin' for number in range(3)]
        for name in names:
            self.put(f'requests/{name}', name.encode())
        result = self.download('--json', *(self.url(f'/requests/{name}') for name in names), retries='5')
        self.assertEqual((result.status, result.err, self.names()), (0, '', names))
        self.assertIn('"retrying"', result.out)
        for name in names:
            self.assertEqual(self.content(name), name.encode())

    # Who gets them.

    def test_password(self):
        self.put('secret/file.bin')
        url = self.url('/secret/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        within = f'http://joe:s3cret@127.0.0.1:{relay.port}/secret/file.bin'
        result = self.download('--json', within, retries='1')
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
        self.check_events(result, 'retrying')
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertNotIn('s3cret', result.out)
        self.assertEqual(relay.statuses(), [401, 200, 401, 206])
        os.unlink(self.path('file.bin'))
        self.check_failed(url, 'The server asks for a user name and password (401 ')
        result = self.download('--json', url.replace('//', '//joe:wrong@'), retries='3')
        self.assertEqual((result.status, self.names()), (1, []))
        self.assertIn('The server does not accept the user name and password', result.events()[-1]['error'])

    def test_portal(self):
        self.put('portal/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        url = self.url('/portal/file.bin', relay.port)
        self.check_broken_off(url, 'file.bin', CUT)
        self.check_failed(url, 'a web page instead of the file', names=self.part_names('file.bin'), kept=CUT)
        self.assertEqual(self.content('.file.bin.part'), BODY[:CUT])

    def test_cookie(self):
        self.put('gate/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/gate/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(relay.statuses(), [302, 302, 200, 302, 302, 206])

    # Where they are.

    def test_chosen(self):
        self.check_saved(self.url('/chosen/other.bin'), 'file.bin')

    def test_moved(self):
        self.check_saved(self.url('/moved/file.bin'), 'file.bin')

    def test_round_and_round(self):
        self.check_failed(self.url('/round/file.bin'), 'keeps pointing elsewhere', retries='3')

    def test_closed_without_a_word(self):
        self.check_failed(self.url('/closed/file.bin'), 'broke off', retries='1', between=['retrying'])
        self.logged(2)

    def test_long_headers(self):
        self.put('long-headers/file.bin')
        self.check_saved(self.url('/long-headers/file.bin'), 'file.bin')

    def test_long_link(self):
        self.check_saved(self.url('/file.bin?' + 'x' * 7000), 'file.bin')
        os.unlink(self.path('file.bin'))
        self.check_failed(self.url('/file.bin?' + 'x' * 9000), 'The server will not give this file (414 ')

    def test_listed_names(self):
        names = ['grüße.bin', '日本語.bin', 'a b.bin', '100%.bin', 'c#d?.bin', 'x+y&z=1;2.bin', 'it\'s.bin', '"q".bin',
                 'semi:colon.bin', 'ﬁn.bin', 'e\u0301.bin', '(1).bin', '<b>.bin', '~tilde.bin', '%41.bin', '[b].bin']
        for name in names:
            self.put(f'list/{name}', name.encode())
        with urllib.request.urlopen(self.url('/list/')) as page:
            listed = re.findall('href="([^"]*)"', page.read().decode())
        links = [urllib.parse.urljoin(self.url('/list/'), html.unescape(link)) for link in listed if link != '../']
        self.assertEqual(len(links), len(names))
        result = self.download('--json', *links)
        self.assertEqual((result.status, result.err, self.names()), (0, '', sorted(names)), result)
        for name in names:
            self.assertEqual(self.content(name), name.encode())

    # While it is under way.

    def start_slow(self, path, *arguments):
        process = self.start('--no-gui', '--json', '-o', self.folder, *arguments, self.url(path))
        for line in process.stdout:
            if json.loads(line)['bytes'] > 10_000:
                return process
        self.fail(process.communicate()[1])

    def finish_slow(self, process, body=BODY):
        out, err = process.communicate(timeout=PATIENCE)
        result = Result(process.returncode, out, err, 0)
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
        self.assertEqual(self.content('file.bin'), body)
        return [event['event'] for event in result.events() if event['event'] != 'progress']

    def test_replaced_meanwhile(self):
        """Who has begun to send a file goes on with it."""
        self.put('slow/file.bin')
        process = self.start_slow('/slow/file.bin', '--retries', '0')
        self.put('slow/file.bin', OTHER, LATER)
        self.assertEqual(self.finish_slow(process), ['finished'])

    def test_made_shorter_meanwhile(self):
        """sendfile() finds that less is there than was announced."""
        self.put('slow/file.bin')
        process = self.start_slow('/slow/file.bin', '--retries', '1')
        os.truncate(os.path.join(self.root, 'slow', 'file.bin'), 1000)
        out, err = process.communicate(timeout=PATIENCE)
        last = json.loads(out.splitlines()[-1])
        self.assertEqual((process.returncode, err, last['event']), (1, '', 'failed'))
        self.assertIn('smaller file than before', last['error'])
        self.assertEqual(self.names(), self.part_names('file.bin'))
        kept = self.content('.file.bin.part')
        self.assertEqual((len(kept), kept), (last['bytes'], BODY[:len(kept)]))

    def test_written_over_meanwhile(self):
        """Nobody can tell but who knows the checksum."""
        self.put('slow/file.bin')
        process = self.start_slow('/slow/file.bin', '--retries', '1', '--checksum', 'sha256:' + hashlib.sha256(BODY).hexdigest())
        with open(os.path.join(self.root, 'slow', 'file.bin'), 'r+b') as file:
            file.write(OTHER)
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err, self.names()), (1, '', []))
        self.assertIn('not the expected one', json.loads(out.splitlines()[-1])['error'])

    def test_server_begins_anew(self):
        self.put('slow/file.bin')
        process = self.start_slow('/slow/file.bin', '--retries', '1')
        self.served.send_signal(signal.SIGHUP)
        self.assertEqual(self.finish_slow(process), ['retrying', 'finished'])
        self.assertRegex(self.logged(2)[1][2], '^bytes=[1-9]')


class NginxLetsGo(NginxSite):
    """It closes connections at once when nothing is asked for, which may be when it is asked."""

    @classmethod
    def http_block(cls):
        return 'keepalive_timeout 1ms;'

    def test_one_after_another(self):
        names = [f'{number:03}.bin' for number in range(200)]
        for name in names:
            self.put(name, name.encode())
        result = self.download('--json', '--max-active', '1', *(self.url(f'/{name}') for name in names))
        self.assertEqual((result.status, result.err, self.names()), (0, '', names))
        self.assertNotIn('"retrying"', result.out)
        for name in names:
            self.assertEqual(self.content(name), name.encode())
        self.logged(len(names))


class LettingGo(FaultServer):
    """Gives one file on a connection, and ends it when it is asked for another one."""

    end = None

    def _serve(self, connection):
        try:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            request = self._read_request(connection)
            connection.sendall(head(200, Content_Length=len(BODY)).replace(b'close', b'keep-alive') + BODY)
            if self._read_request(connection) is not None:
                self.end(connection)
        except OSError:
            pass
        finally:
            connection.close()


class LetsGo(ServerCase):
    """A server that ends a connection at the moment at which it is used again."""

    def check(self, server, end):
        server.end = end
        self.addCleanup(server.close)
        urls = [server.url(f'/{number}.bin', host='localhost') for number in range(3)]
        result = self.download('--json', '--max-active', '1', '--ca-certificate', AUTHORITY, *urls)
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['0.bin', '1.bin', '2.bin']), result)
        self.assertEqual([self.content(name) for name in self.names()], 3 * [BODY])
        self.assertEqual([request.path for request in server.requests], ['/0.bin', '/1.bin', '/1.bin', '/2.bin', '/2.bin'])

    def test_closed(self):
        self.check(LettingGo(), lambda connection: None)

    def test_reset(self):
        def reset(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.check(LettingGo(), reset)

    def test_secure_and_closed(self):
        self.check(LettingGo(secure=True, certificate=certificate('good')), lambda connection: None)

    def test_secure_and_told(self):
        self.check(LettingGo(secure=True, certificate=certificate('good')), lambda connection: connection.unwrap())


if __name__ == '__main__':
    unittest.main(verbosity=2)
