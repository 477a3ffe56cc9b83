# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with nginx, where it is installed."""

import gzip
import json
import os
import signal

from fault_server import AUTHORITY, FaultServer, certificate, cut_off, in_turn, ranged
from real_servers import LATER, main, NginxSite
from site_cases import CUT, Files, LARGE, OTHER, SharedWays, TEXT, Ways, chunked_cut_off
from terminal_case import BODY, PATIENCE


class Nginx(Files, NginxSite):
    @classmethod
    def server_block(cls):
        return 'location /dated/ { etag off; }'


class NginxWays(SharedWays, NginxSite):
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
            sendfile on;
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
            location /one-503/ {{ limit_conn connections 1; }}
            location /one-429/ {{
                limit_conn connections 1;
                limit_conn_status 429;
                error_page 429 @later;
            }}
            location @later {{ add_header Retry-After 1 always; return 429; }}
            location /requests/ {{ limit_req zone=requests; limit_req_status 429; }}
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

    def check_one_at_a_time(self, folder, status, words):
        """Who comes first holds the connection until the other one has been sent away, which is no try."""
        names = ['a.bin', 'b.bin']
        for name in names:
            self.put(f'{folder}/{name}', LARGE)
        relay = self.relay(self.port, hold=CUT)
        process = self.start('--no-gui', '--json', '--retries', '0', '-o', self.folder,
                             *(self.url(f'/{folder}/{name}', relay.port) for name in names))
        self.addCleanup(process.kill)
        self.assertEqual([line[1] for line in self.logged(1)], [status])
        relay.go_on.set()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err, self.names()), (0, '', names), out)
        for name in names:
            self.assertEqual(self.content(name), LARGE)
        troubles = [event for event in map(json.loads, out.splitlines()) if event['event'] == 'retrying']
        self.assertNotEqual(troubles, [])
        for event in troubles:
            self.assertIn(f'{words} ({status} ', event['error'])

    def test_one_connection(self):
        self.check_one_at_a_time('one-503', '503', 'this one waits for another')

    def test_one_connection_and_when_to_come_back(self):
        self.check_one_at_a_time('one-429', '429', 'too many requests')

    def test_so_many_requests(self):
        names = [f'{number}.bin' for number in range(3)]
        for name in names:
            self.put(f'requests/{name}', name.encode())
        result = self.download('--json', *(self.url(f'/requests/{name}') for name in names), retries='5')
        self.assertEqual((result.status, result.err, self.names()), (0, '', names))
        for name in names:
            self.assertEqual(self.content(name), name.encode())
        with open(self.log_path(), encoding='utf-8') as file:
            file.seek(self.log_start)
            self.assertEqual('|429|' in file.read(), '"retrying"' in result.out)

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

    # While it is under way.

    def test_server_begins_anew(self):
        process, relay = self.start_held('/held/file.bin', '--retries', '3')
        self.begin_anew(signal.SIGHUP)
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'retrying', 'finished'])
        self.assertEqual(relay.statuses(), [200, 206])

    def test_server_crashes(self):
        process, relay = self.start_held('/held/file.bin', '--retries', '3')
        self.crash()
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'retrying', 'finished'])
        self.assertEqual(relay.statuses(), [200, 206])


class SecureNginx(Ways, NginxSite):
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
            location /behind/ {{
                proxy_pass http://127.0.0.1:{cls.upstream.port};
                proxy_http_version 1.1;
                proxy_set_header Range $http_range;
            }}
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

    def test_many_at_once_and_limited(self):
        self.check_many('many', '--max-active', '20', '--limit-rate', '1M')

    def test_server_begins_anew(self):
        process, relay = self.start_held('/held/file.bin', '--retries', '3', '--ca-certificate', AUTHORITY,
                                         port=self.secure_port, scheme='https', secret=True)
        self.begin_anew(signal.SIGHUP)
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'retrying', 'finished'])
        first, second = self.logged(2)
        self.assertEqual((first[1], second[1]), ('200', '206'))


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


if __name__ == '__main__':
    main()
