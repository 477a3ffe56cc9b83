# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with other servers and proxies that people run, where they are installed."""

import hashlib
import json
import os
import socket
import struct
import threading

from fault_server import AUTHORITY, FaultServer, answer, certificate, cut_off, hanging, head, in_turn, ranged
from real_servers import find_program, free_port, LighttpdSite, main, ServerCase
from site_cases import CUT, Files, SharedWays, chunked_cut_off
from terminal_case import BODY, OLD_DATE, PATIENCE, now

# md5("joe:here:s3cret"), and the same by SHA-256.
USERS = ''.join('joe:here:' + hashlib.new(name, b'joe:here:s3cret').hexdigest() + '\n' for name in ('sha256', 'md5'))

SQUID_HELPERS = ('/usr/lib/squid', '/usr/lib64/squid', '/usr/libexec/squid')


class Squid(ServerCase):
    """It keeps the connection when it asks for a password, and what it has brought."""

    programs = ('squid',)

    def setUp(self):
        super().setUp()
        self.secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(self.secure.close)
        for server in (self.server, self.secure):
            server.route('/file.bin', answer(200, BODY))

    def start_squid(self, more):
        self.port = free_port()
        self.start_server(self.port, self.program, '-N', '-f', self.write('squid.conf', f'''
            http_port 127.0.0.1:{self.port}
            {more}
            access_log none
            cache_log stdio:/dev/stderr
            cache_store_log none
            netdb_filename none
            pid_filename none
            shutdown_lifetime 0 seconds
        '''))

    def use(self, pair=None, port=None):
        pair = f'{pair}@' if pair else ''
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None,
                                 'all_proxy': f'http://{pair}127.0.0.1:{port or self.port}'}

    # Who is let through.

    def ask_for_passwords(self, scheme, helper, passwords, more=''):
        helper = find_program(helper, folders=SQUID_HELPERS)
        if helper is None:
            self.skipTest(f'squid has no passwords for {scheme}')
        self.start_squid(f'''
            auth_param {scheme} program {helper} {self.write('passwords', passwords)}
            auth_param {scheme} realm squid
            {more}
            acl known proxy_auth REQUIRED
            http_access allow known
            http_access deny all
            cache deny all
        ''')

    def check(self):
        for url in (self.server.url('/file.bin'), self.secure.url('/file.bin', host='localhost')):
            with self.subTest(url):
                self.use('joe:s3cret')
                self.assert_saved(self.download('--ca-certificate', AUTHORITY, url), url, 'file.bin')
                os.unlink(self.path('file.bin'))
                self.use('joe:wr0ng')
                self.assert_failed(self.download('--ca-certificate', AUTHORITY, url),
                                   'The proxy asks for a user name and password (407 ')
        self.use('joe:s3cret')
        self.assert_failed(self.download(f'https://127.0.0.1:{free_port()}/file.bin'),
                           'The proxy did not pass the connection on (503 ')

    def test_basic(self):
        self.ask_for_passwords('basic', 'basic_ncsa_auth', 'joe:$1$salt$wWmJobEJxrrGzC.6ejr/J1\n')
        self.check()

    def test_digest(self):
        self.ask_for_passwords('digest', 'digest_file_auth', 'joe:s3cret\n')
        self.check()

    def test_answers_that_are_used_up(self):
        """What it asks with is good for two answers, and there are more files than that."""
        self.ask_for_passwords('digest', 'digest_file_auth', 'joe:s3cret\n', 'auth_param digest nonce_max_count 2')
        self.use('joe:s3cret')
        names = [f'{number}.bin' for number in range(6)]
        for server, host in (self.server, None), (self.secure, 'localhost'):
            for name in names:
                server.route(f'/{name}', answer(200, BODY + name.encode()))
            result = self.download('--json', '--ca-certificate', AUTHORITY, *(server.url(f'/{name}', host=host) for name in names))
            self.assertEqual((result.status, result.err, self.names()), (0, '', names), result)
            for name in names:
                self.assertEqual(self.content(name), BODY + name.encode())
                os.unlink(self.path(name))

    # What it does with files.

    def start_cache(self):
        self.start_squid('''
            http_access allow all
            cache_mem 64 MB
            maximum_object_size_in_memory 4 MB
            quick_abort_min -1 KB
        ''')

    def test_rest_from_its_store(self):
        """It brings what is broken off to its end, and gives the rest itself."""
        self.start_cache()
        relay = self.relay(self.port, cuts=[CUT])
        self.use(port=relay.port)
        self.server.route('/file.bin', ranged(BODY, Cache_Control='max-age=600', Date=now(), Last_Modified=OLD_DATE))
        url = self.server.url('/file.bin')
        self.check_saved(url, 'file.bin', retries='1', between=['retrying'])
        self.assertEqual((relay.ranges(), relay.statuses()), ([None, f'bytes={CUT}-'], [200, 206]))
        self.assertIsNone(self.server.requests[0].range_start())

    def test_cut_off_behind_it(self):
        self.start_cache()
        self.use()
        for handler in cut_off(BODY, CUT, ETag='"one"'), chunked_cut_off:
            with self.subTest(handler):
                self.server.requests.clear()
                self.server.route('/file.bin', in_turn(handler, ranged(BODY)))
                self.check_saved(self.server.url('/file.bin'), 'file.bin', retries='1', between=['retrying'])
                self.assertEqual([request.range_start() for request in self.server.requests], [None, CUT])
                os.unlink(self.path('file.bin'))

    def test_nobody_behind_it(self):
        """The page that it has for that is nobody's file."""
        self.start_cache()
        self.use()
        self.check_failed(f'http://127.0.0.1:{free_port()}/file.bin', '(503 ', retries='1', between=['retrying'])


class Lighttpd(Files, SharedWays, LighttpdSite):
    modules = ('auth', 'authn_file', 'dirlisting')

    @classmethod
    def directives(cls):
        users = cls.configure('users', USERS)
        return f'''
            server.stat-cache-engine = "disable"
            dir-listing.activate = "enable"
            $HTTP["url"] =~ "^/dated/" {{
                static-file.etags = "disable"
            }}
            $HTTP["url"] =~ "^/no-ranges/" {{
                server.range-requests = "disable"
            }}
            auth.backend = "htdigest"
            auth.backend.htdigest.userfile = "{users}"
            auth.require = (
                "/digest/" => ( "method" => "digest", "algorithm" => "SHA-256|MD5", "realm" => "here", "require" => "valid-user" ),
            )
        '''

    def test_no_ranges(self):
        self.put('no-ranges/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/no-ranges/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(relay.statuses(), [200, 200])

    def test_digest(self):
        """Two ways are offered, of which one is not known here."""
        self.put('digest/file.bin')
        relay = self.relay(self.port)
        result = self.download('--json', f'http://joe:s3cret@127.0.0.1:{relay.port}/digest/file.bin')
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(relay.statuses(), [401, 200])


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


class Haproxy(ServerCase):
    """It stands before a server that does what a test says."""

    programs = ('haproxy',)

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.start_server(self.port, self.program, '-db', '-f', self.write('haproxy.cfg', f'''
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 500ms
              timeout queue 60s
              retries 0
            frontend front
              bind 127.0.0.1:{self.port}
              use_backend one if {{ path_beg /one/ }}
              use_backend impatient if {{ path_beg /impatient/ }}
              default_backend any
            backend any
              server a 127.0.0.1:{self.server.port}
            backend one
              server a 127.0.0.1:{self.server.port} maxconn 1
              timeout server 60s
            backend impatient
              server a 127.0.0.1:{self.server.port} maxconn 1
              timeout server 60s
              timeout queue 100ms
        '''.rstrip(' ')))

    def url(self, path):
        return f'http://127.0.0.1:{self.port}{path}'

    def starts(self):
        return [request.range_start() for request in self.server.requests]

    def test_whole(self):
        self.server.route('/file.bin', ranged(BODY))
        self.check_saved(self.url('/file.bin'), 'file.bin')

    def test_cuts_off_who_falls_silent(self):
        self.server.route('/file.bin', in_turn(hanging(BODY, CUT), ranged(BODY)))
        self.check_saved(self.url('/file.bin'), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(self.starts(), [None, CUT])

    def test_cuts_off_what_is_chunked(self):
        def handler(request, send, server):
            chunked_cut_off(request, send, server)
            server.closing.wait()
        self.server.route('/file.bin', in_turn(handler, ranged(BODY)))
        self.check_saved(self.url('/file.bin'), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(self.starts(), [None, CUT])

    def test_answers_for_who_is_silent(self):
        self.server.route('/file.bin', in_turn(lambda request, send, server: server.closing.wait(), ranged(BODY)))
        events = self.check_saved(self.url('/file.bin'), 'file.bin', retries='1', between=['retrying'])
        self.assertIn('A server in between got no answer in time (504 ',
                      next(event['error'] for event in events if event['event'] == 'retrying'))

    def test_passes_on_that_it_was_cut_off(self):
        for handler in cut_off(BODY, CUT, ETag='"one"'), chunked_cut_off:
            with self.subTest(handler):
                self.server.requests.clear()
                self.server.route('/file.bin', in_turn(handler, ranged(BODY)))
                self.check_saved(self.url('/file.bin'), 'file.bin', retries='1', between=['retrying'])
                self.assertEqual(self.starts(), [None, CUT])
                os.unlink(self.path('file.bin'))

    def serve_one_at_a_time(self, folder):
        """Gives what is asked for, the first one not before it is told; tells how many were asked for at once."""
        busy = threading.Lock()
        go_on = threading.Event()
        self.addCleanup(go_on.set)
        at_once = []

        def handler(request, send, server):
            at_once.append(busy.acquire(blocking=False))
            send(head(200, Content_Length=len(BODY)) + BODY[:1000])
            go_on.wait()
            busy.release()
            send(BODY[1000:])
        names = [f'{number}.bin' for number in range(3)]
        for name in names:
            self.server.route(f'/{folder}/{name}', handler)
        process = self.start('--no-gui', '--json', '-o', self.folder, '--retries', '0',
                             *(self.url(f'/{folder}/{name}') for name in names))
        self.addCleanup(process.kill)
        return process, go_on, at_once, names

    def finish(self, process, names):
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err, self.names()), (0, '', names), out)
        self.assertEqual([self.content(name) for name in names], len(names) * [BODY])
        return out

    def test_lets_wait(self):
        """Who waits behind others is not one who fails."""
        process, go_on, at_once, names = self.serve_one_at_a_time('one')
        go_on.set()
        self.assertNotIn('"retrying"', self.finish(process, names))
        self.assertEqual(at_once, 3 * [True])

    def test_sends_away(self):
        process, go_on, at_once, names = self.serve_one_at_a_time('impatient')
        for line in process.stdout:
            event = json.loads(line)
            if event['event'] == 'retrying':
                break
        self.assertIn('this one waits for another (503 ', event['error'])
        go_on.set()
        self.finish(process, names)
        self.assertEqual(at_once, 3 * [True])


NODE = '''
const fs = require('fs'), http = require('http'), zlib = require('zlib');
const [port, path] = process.argv.slice(1);
const body = fs.readFileSync(path), cut = 300000;
const kept = {};

function rest(request, response) {
  const start = Number((request.headers.range || 'bytes=0-').match(/bytes=(\\d+)-/)[1]);
  response.writeHead(206, {ETag: '"one"', 'Content-Range': `bytes ${start}-${body.length - 1}/${body.length}`});
  response.end(body.subarray(start));
}

const answers = {
  '/chunked/file.bin': (request, response) => {
    for (let i = 0; i < body.length; i += 7777)
      response.write(body.subarray(i, i + 7777));
    response.end();
  },
  '/trailers/file.bin': (request, response) => {
    response.writeHead(200, {Trailer: 'X-Checksum, X-Time'});
    response.write(body.subarray(0, cut));
    response.write(body.subarray(cut));
    response.addTrailers({'X-Checksum': 'x'.repeat(500), 'X-Time': '1'});
    response.end();
  },
  '/to-the-end/file.bin': (request, response) => {
    response.useChunkedEncodingByDefault = false;
    response.end(body);
  },
  '/destroyed/file.bin': (request, response) => {
    if (request.headers.range)
      return rest(request, response);
    response.writeHead(200, {ETag: '"one"', 'Content-Length': body.length});
    response.write(body.subarray(0, cut), () => response.destroy());
  },
  '/chunked-destroyed/file.bin': (request, response) => {
    if (request.headers.range)
      return rest(request, response);
    response.writeHead(200, {ETag: '"one"'});
    response.write(body.subarray(0, cut), () => response.destroy());
  },
  '/early/file.bin': (request, response) => {
    response.writeProcessing();
    if (response.writeEarlyHints)
      response.writeEarlyHints({link: '</style.css>; rel=preload; as=style'});
    response.end(body);
  },
  '/gzip/file.bin': (request, response) => {
    response.setHeader('Content-Encoding', 'gzip');
    const packed = zlib.createGzip();
    packed.pipe(response);
    packed.end(body);
  },
  '/raw-deflate/file.bin': (request, response) => {
    response.setHeader('Content-Encoding', 'deflate');
    const packed = zlib.createDeflateRaw();
    packed.pipe(response);
    packed.end(body);
  },
  '/headers/50/file.bin': (request, response) => {
    response.setHeader('X-Long', 'x'.repeat(50000));
    response.end(body);
  },
  '/headers/500/file.bin': (request, response) => {
    response.setHeader('X-Long', 'x'.repeat(500000));
    response.end(body);
  },
};

const server = http.createServer((request, response) => {
  const small = request.url.match(/^\\/small\\/(\\d+)/);
  if (small)
    response.end(small[1]);
  else
    answers[request.url](request, response);
});
server.keepAliveTimeout = 1;
server.listen(Number(port), '127.0.0.1');
'''


class Node(ServerCase):
    programs = ('node', 'nodejs')

    def setUp(self):
        super().setUp()
        self.port = free_port()
        with open(os.path.join(self.home, 'body'), 'wb') as file:
            file.write(BODY)
        self.start_server(self.port, self.program, '-e', NODE, str(self.port), os.path.join(self.home, 'body'))

    def url(self, path):
        return f'http://127.0.0.1:{self.port}{path}'

    def test_without_a_length(self):
        for folder in 'chunked', 'trailers', 'to-the-end', 'early', 'gzip', 'raw-deflate', 'headers/50':
            with self.subTest(folder):
                self.check_saved(self.url(f'/{folder}/file.bin'), 'file.bin')
                os.unlink(self.path('file.bin'))

    def test_destroyed(self):
        for folder in 'destroyed', 'chunked-destroyed':
            with self.subTest(folder):
                events = self.check_saved(self.url(f'/{folder}/file.bin'), 'file.bin', retries='1', between=['retrying'])
                self.assertEqual([event['bytes'] for event in events if event['event'] == 'retrying'], [CUT])
                os.unlink(self.path('file.bin'))

    def test_headers_that_are_too_long(self):
        self.check_failed(self.url('/headers/500/file.bin'), 'The connection to “127.0.0.1” broke off')

    def test_lets_go(self):
        """It closes connections at once when nothing is asked for, which may be when it is asked."""
        names = [str(number) for number in range(100, 200)]
        result = self.download('--json', '--max-active', '1', *(self.url(f'/small/{name}') for name in names))
        self.assertEqual((result.status, result.err, self.names()), (0, '', names))
        self.assertNotIn('"retrying"', result.out)
        self.assertEqual([self.content(name) for name in names], [name.encode() for name in names])


if __name__ == '__main__':
    main()
