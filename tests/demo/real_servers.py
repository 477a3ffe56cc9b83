# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Servers and proxies that people run, started for tests where they are installed."""

import concurrent.futures
import grp
import io
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from fault_server import Relay
from terminal_case import BODY, PATIENCE, TerminalCase

APACHE_MODULES = ('/usr/lib/apache2/modules', '/usr/lib64/httpd/modules', '/usr/lib/httpd/modules')

# When the files on a server were made: long ago, and a day later.
OLD = 1_594_000_000
LATER = OLD + 86_400


def find_program(*names, folders=()):
    path = os.pathsep.join((os.environ['PATH'], '/usr/sbin', *folders))
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def free_port():
    """One that nobody listens to, and that the system gives to nobody who asks for any."""
    while True:
        port = random.randrange(16_000, 32_000)
        try:
            socket.create_server(('127.0.0.1', port)).close()
        except OSError:
            continue
        return port


def start_server(folder, port, *command):
    """Starts what is to listen there, and waits until it does."""
    path = os.path.join(folder, 'log')
    with open(path, 'wb') as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(('127.0.0.1', port)).close()
            return server
        except OSError:
            if server.poll() is not None or time.monotonic() > end:
                with open(path, encoding='utf-8', errors='replace') as log:
                    raise AssertionError(f'{command[0]} does not run: {log.read()}') from None
            time.sleep(0.02)


def main():
    """Runs the classes of a program side by side, unless some tests are named: they wait more than they work."""
    if len(sys.argv) > 1:
        unittest.main(verbosity=2)
    cases = [case for case in vars(sys.modules['__main__']).values()
             if isinstance(case, type) and issubclass(case, ServerCase) and case.__module__ == '__main__']

    def run(case):
        said = io.StringIO()
        suite = unittest.defaultTestLoader.loadTestsFromTestCase(case)
        good = unittest.TextTestRunner(said, verbosity=2).run(suite).wasSuccessful()
        return good, said.getvalue()
    with concurrent.futures.ThreadPoolExecutor(len(cases)) as threads:
        results = list(threads.map(run, cases))
    for _, said in results:
        print(said, file=sys.stderr)
    sys.exit(not all(good for good, _ in results))


class ServerCase(TerminalCase):
    """What is asserted of each download: its end, its events, its bytes, and that nothing is left beside it."""

    maxDiff = None

    # The names of a program without which there is nothing to test.
    programs = ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = find_program(*cls.programs)
        if cls.programs and cls.program is None:
            raise unittest.SkipTest(f'{cls.programs[0]} is not installed')

    def setUp(self):
        super().setUp()
        # Servers that root starts go on as somebody else.
        os.chmod(self.home, 0o755)

    def write(self, name, text):
        path = os.path.join(self.home, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    def start_server(self, port, *command):
        server = start_server(self.home, port, *command)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        return server

    def relay(self, port, **more):
        relay = Relay(port, **more)
        self.addCleanup(relay.close)
        return relay

    def check_events(self, result, *between):
        """Those of one download, except for its progress."""
        events = result.events()
        kinds = [event['event'] for event in events if event['event'] != 'progress']
        self.assertEqual(kinds, ['started', *between, kinds[-1]], result)
        for event in events:
            if event['event'] == 'progress' and event['total'] is not None:
                self.assertLessEqual(event['bytes'], event['total'])
        return events

    def check_saved(self, url, name, *arguments, body=BODY, retries='0', between=(), beside=()):
        result = self.download('--json', *arguments, url, retries=retries)
        self.assertEqual((result.status, result.err), (0, ''), result)
        events = self.check_events(result, *between)
        self.assertEqual(events[-1], {'event': 'finished', 'url': url, 'path': self.path(name), 'bytes': len(body),
                                      'total': len(body), 'error': None})
        self.assertEqual(self.names(), sorted([name, *beside]))
        self.assertEqual(self.content(name), body)
        return events

    def check_failed(self, url, sentence, *arguments, names=(), kept=0, retries='0', between=()):
        result = self.download('--json', *arguments, url, retries=retries)
        self.assertEqual((result.status, result.err), (1, ''), result)
        last = self.check_events(result, *between)[-1]
        self.assertEqual((last['event'], last['url'], last['bytes']), ('failed', url, kept))
        self.assertIn(sentence, last['error'])
        self.assertEqual(self.names(), sorted(names))
        return last

    def check_broken_off(self, url, name, kept):
        self.check_failed(url, 'broke off', names=self.part_names(name), kept=kept)
        self.assertEqual(self.content(f'.{name}.part'), BODY[:kept])


class SiteCase(ServerCase):
    """A server that all tests of a class share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = tempfile.mkdtemp(prefix='downloader-site-')
        cls.addClassCleanup(shutil.rmtree, cls.site, ignore_errors=True)
        os.chmod(cls.site, 0o755)
        cls.root = os.path.join(cls.site, 'www')
        os.mkdir(cls.root)
        cls.port = free_port()
        cls.secure_port = free_port()
        cls.put('file.bin')
        cls.set_up_site()

    @classmethod
    def serve(cls, *command):
        cls.command = command
        cls.served = start_server(cls.site, cls.port, *command)
        cls.addClassCleanup(cls.stop)

    @classmethod
    def stop(cls):
        cls.served.terminate()
        cls.served.wait()

    @classmethod
    def restart(cls):
        cls.stop()
        cls.served = start_server(cls.site, cls.port, *cls.command)

    @classmethod
    def children(cls):
        with open(f'/proc/{cls.served.pid}/task/{cls.served.pid}/children', encoding='ascii') as file:
            return set(file.read().split())

    def wait_for(self, done):
        end = time.monotonic() + PATIENCE
        while not done():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.02)

    def begin_anew(self, number, gracefully=False):
        """Has the server read its configuration again; returns when those of before have gone, or others have come."""
        before = self.children()
        self.served.send_signal(number)
        self.wait_for(lambda: self.children() - before if gracefully else not self.children() & before)

    def crash(self):
        """Ends those who serve; returns when others do."""
        before = self.children()
        for child in before:
            os.kill(int(child), signal.SIGKILL)
        self.wait_for(lambda: self.children() - before)

    @classmethod
    def configure(cls, name, text):
        path = os.path.join(cls.site, name)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        return path

    @classmethod
    def put(cls, name, body=BODY, modified=OLD):
        """A new file of this name, as rsync makes it; of just now if modified is None."""
        path = os.path.join(cls.root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path + '~', 'wb') as file:
            file.write(body)
        if modified is not None:
            os.utime(path + '~', (modified, modified))
        os.replace(path + '~', path)

    def url(self, path, port=None):
        return f'http://127.0.0.1:{port or self.port}{path}'


class NginxSite(SiteCase):
    """Its log tells of each request, once it is over, what is asked for, the status and the range."""

    programs = ('nginx',)

    @classmethod
    def http_block(cls):
        return ''

    @classmethod
    def server_block(cls):
        return ''

    @classmethod
    def set_up_site(cls):
        cls.serve(cls.program, '-e', 'stderr', '-p', cls.site, '-g', 'daemon off;', '-c', cls.configure_nginx())

    def setUp(self):
        super().setUp()
        self.log_start = os.path.getsize(self.log_path())

    @classmethod
    def log_path(cls):
        return os.path.join(cls.site, 'access.log')

    def logged(self, count):
        """The requests of this test, when there are so many."""
        end = time.monotonic() + PATIENCE
        while True:
            with open(self.log_path(), encoding='utf-8') as file:
                file.seek(self.log_start)
                lines = file.read().splitlines()
            if len(lines) >= count or time.monotonic() > end:
                self.assertEqual(len(lines), count, lines)
                return [line.split('|') for line in lines]
            time.sleep(0.02)

    @classmethod
    def configure_nginx(cls):
        temporary = ' '.join(f'{name}_temp_path {cls.site}/{name};'
                             for name in ('client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'))
        return cls.configure('nginx.conf', f'''
            {'user root;' if os.geteuid() == 0 else ''}
            worker_processes 1;
            worker_shutdown_timeout 100ms;
            pid {cls.site}/nginx.pid;
            error_log stderr;
            events {{ }}
            http {{
              {temporary}
              log_format seen '$request_uri|$status|$http_range';
              access_log {cls.log_path()} seen;
              default_type application/octet-stream;
              types {{ text/html html; text/plain txt; }}
              {cls.http_block()}
              server {{
                listen 127.0.0.1:{cls.port};
                root {cls.root};
                {cls.server_block()}
              }}
            }}
        ''')


class ApacheSite(SiteCase):
    programs = ('apache2', 'httpd')
    modules = ()

    @classmethod
    def directives(cls):
        return ''

    @classmethod
    def set_up_site(cls):
        folder = next((folder for folder in APACHE_MODULES if os.path.isdir(folder)), None)
        if folder is None:
            raise unittest.SkipTest('apache has no modules')
        built_in = subprocess.run([cls.program, '-l'], capture_output=True, encoding='utf-8', check=True).stdout
        modules = [name for name in ('mpm_event', 'unixd', 'authz_core', 'mime', 'headers', *cls.modules)
                   if f'mod_{name}.c' not in built_in]
        lacking = [name for name in modules if not os.path.exists(f'{folder}/mod_{name}.so')]
        if lacking:
            raise unittest.SkipTest(f'apache has no {", ".join(lacking)}')
        load = '\n'.join(f'LoadModule {name}_module {folder}/mod_{name}.so' for name in modules)
        # It does not give files to others as root.
        user = ''
        if os.geteuid() == 0:
            nobody = pwd.getpwnam('nobody')
            user = f'User nobody\nGroup {grp.getgrgid(nobody.pw_gid).gr_name}'
        cls.serve(cls.program, '-D', 'FOREGROUND', '-f', cls.configure('apache.conf', f'''
            ServerRoot {cls.site}
            DefaultRuntimeDir {cls.site}
            PidFile {cls.site}/apache.pid
            ErrorLog {cls.site}/error.log
            Listen 127.0.0.1:{cls.port}
            ServerName 127.0.0.1
            {load}
            {user}
            StartServers 1
            TypesConfig /dev/null
            DocumentRoot {cls.root}
            {cls.directives()}
        '''))


class LighttpdSite(SiteCase):
    programs = ('lighttpd',)
    modules = ()

    @classmethod
    def directives(cls):
        return ''

    @classmethod
    def set_up_site(cls):
        modules = ', '.join(f'"mod_{name}"' for name in cls.modules)
        cls.serve(cls.program, '-D', '-f', cls.configure('lighttpd.conf', f'''
            server.bind = "127.0.0.1"
            server.port = {cls.port}
            server.document-root = "{cls.root}"
            server.modules = ( {modules} )
            mimetype.assign = ( ".html" => "text/html", "" => "application/octet-stream" )
            {cls.directives()}
        '''))
