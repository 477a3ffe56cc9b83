# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with servers and proxies that people run, where they are installed."""

import os
import unittest

from fault_server import AUTHORITY, FaultServer, answer, certificate
from real_servers import ServerCase, find_program, free_port
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


if __name__ == '__main__':
    unittest.main(verbosity=2)
