# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with other servers and proxies that people run, where they are installed."""

import os
import socket
import struct
import unittest

from fault_server import AUTHORITY, FaultServer, answer, certificate, head
from real_servers import LighttpdSite, ServerCase, find_program, free_port
from site_cases import Files
from terminal_case import BODY

SQUID_HELPERS = ('/usr/lib/squid', '/usr/lib64/squid', '/usr/libexec/squid')


class Squid(ServerCase):
    """It keeps the connection when it asks for a password."""

    def setUp(self):
        super().setUp()
        self.secure = FaultServer(secure=True, certificate=certificate('good'))
        self.addCleanup(self.secure.close)
        for server in (self.server, self.secure):
            server.route('/file.bin', answer(200, BODY))

    def start_squid(self, scheme, helper, passwords):
        program = find_program('squid')
        helper = find_program(helper, folders=SQUID_HELPERS)
        if program is None or helper is None:
            self.skipTest('squid is not installed')
        self.port = free_port()
        path = self.write('passwords', passwords)
        self.start_server(self.port, program, '-N', '-f', self.write('squid.conf', f'''
            http_port 127.0.0.1:{self.port}
            auth_param {scheme} program {helper} {path}
            auth_param {scheme} realm squid
            acl known proxy_auth REQUIRED
            http_access allow known
            http_access deny all
            cache deny all
            access_log none
            cache_log stdio:/dev/stderr
            cache_store_log none
            netdb_filename none
            pid_filename none
            shutdown_lifetime 0 seconds
        '''))

    def use(self, pair):
        self.more_environment = {'GIO_USE_PROXY_RESOLVER': None, 'no_proxy': None,
                                 'all_proxy': f'http://{pair}@127.0.0.1:{self.port}'}

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
        self.start_squid('basic', 'basic_ncsa_auth', 'joe:$1$salt$wWmJobEJxrrGzC.6ejr/J1\n')
        self.check()

    def test_digest(self):
        self.start_squid('digest', 'digest_file_auth', 'joe:s3cret\n')
        self.check()


class Lighttpd(Files, LighttpdSite):
    @classmethod
    def directives(cls):
        return '''
            server.stat-cache-engine = "disable"
            $HTTP["url"] =~ "^/dated/" {
                static-file.etags = "disable"
            }
        '''


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
