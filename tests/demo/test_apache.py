# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader with apache, where it is installed."""

import base64
import hashlib
import os
import signal
import time

from fault_server import AUTHORITY, CERTIFICATE, certificate
from real_servers import ApacheSite, free_port, LATER, main
from site_cases import CUT, Files, OTHER, SharedWays, TEXT
from terminal_case import BODY


class Apache(Files, ApacheSite):
    @classmethod
    def directives(cls):
        return '''
            <Location /dated>
              FileETag None
            </Location>
        '''


def digest_user(user, realm, password):
    return f'{user}:{realm}:' + hashlib.md5(f'{user}:{realm}:{password}'.encode()).hexdigest() + '\n'


class ApacheWays(SharedWays, ApacheSite):
    """What apache is configured to do with files."""

    modules = ('alias', 'auth_basic', 'auth_digest', 'authn_core', 'authn_file', 'authz_user', 'autoindex', 'cgid',
               'deflate', 'dir', 'env', 'filter', 'negotiation', 'rewrite', 'setenvif', 'socache_shmcb',
               'speling', 'ssl')

    @classmethod
    def directives(cls):
        users = {'joe': 's3cret', 'jöe': 'pä€:ß'}
        cls.configure('digest', ''.join(digest_user(user, 'The files of joe', password) for user, password in users.items())
                      + digest_user('jöe', 'Jörgs Dateien', users['jöe']))
        cls.configure('basic', ''.join(f'{user}:{{SHA}}' +
                                       base64.b64encode(hashlib.sha1(password.encode()).digest()).decode() + '\n'
                                       for user, password in users.items()))
        cls.put('unknown.cgi', b'#!/bin/sh\nprintf "Content-Type: application/octet-stream\\n\\n"; cat file.bin\n')
        os.chmod(os.path.join(cls.root, 'unknown.cgi'), 0o755)
        cls.expired_port, cls.other_port, cls.self_port, cls.asking_port = (free_port() for _ in range(4))
        secure = {cls.secure_port: certificate('good'), cls.expired_port: certificate('expired'),
                  cls.other_port: certificate('other'), cls.self_port: CERTIFICATE, cls.asking_port: certificate('good')}
        hosts = '\n'.join(f'''
            Listen 127.0.0.1:{port}
            <VirtualHost 127.0.0.1:{port}>
              DocumentRoot {cls.root}
              SSLEngine on
              SSLCertificateFile {path}
              SSLCertificateKeyFile {path}
              {'SSLVerifyClient require' if port == cls.asking_port else ''}
            </VirtualHost>
        ''' for port, path in secure.items())
        moved = '\n'.join(f'Redirect /{name}/ https://localhost:{port}/' for name, port in
                          {'secure': cls.secure_port, 'expired': cls.expired_port, 'other': cls.other_port,
                           'self': cls.self_port}.items())
        return f'''
            SSLSessionCache none
            Redirect /insecure/ http://localhost:{cls.port}/
            Redirect 300 /chosen/other.bin http://127.0.0.1:{cls.port}/file.bin
            ScriptSock {cls.site}/cgi.sock
            {moved}
            {hosts}
            <Directory {cls.root}>
              Options +ExecCGI +Indexes
              AddHandler cgi-script .cgi
            </Directory>
            <Location /basic>
              AuthType Basic
              AuthName "The files of joe"
              AuthUserFile {cls.site}/basic
              Require valid-user
            </Location>
            <Location /digest>
              AuthType Digest
              AuthName "The files of joe"
              AuthUserFile {cls.site}/digest
              AuthDigestNonceLifetime 10
              Require valid-user
            </Location>
            <Location /geschützt>
              AuthType Digest
              AuthName "Jörgs Dateien"
              AuthUserFile {cls.site}/digest
              Require valid-user
            </Location>
            SetEnvIf Request_URI ^/digest/closing/ nokeepalive
            <Location /deflated>
              SetEnv force-gzip 1
              SetOutputFilter DEFLATE
            </Location>
            <Location /archives>
              AddEncoding x-gzip .tgz .gz
            </Location>
            <Location /brotli>
              Header set Content-Encoding br
            </Location>
            <Location /whole-of-itself>
              RequestHeader set Range "bytes=0-"
            </Location>
            <Location /without-condition>
              RequestHeader unset If-Range
            </Location>
            <Location /without-range>
              RequestHeader unset Range
            </Location>
            <Location /no-ranges>
              MaxRanges none
            </Location>
            SetEnvIf Request_URI ^/version-1.0/ downgrade-1.0 force-response-1.0 nokeepalive
            <Directory {cls.root}/chosen>
              Options +MultiViews
              AddType application/octet-stream .bin
              AddLanguage de .de
              AddLanguage en .en
            </Directory>
            <Directory {cls.root}/spelled>
              CheckSpelling on
            </Directory>
            <Location /named/1>
              Header set Content-Disposition "attachment; filename=\\"a file.bin\\""
            </Location>
            <Location /named/2>
              Header set Content-Disposition "attachment; filename=fallback.bin; filename*=UTF-8''na%%C3%%AFve%%20%%E2%%82%%AC.bin"
            </Location>
            <Location /named/3>
              Header set Content-Disposition "attachment; filename=grüße.bin"
            </Location>
            <Location /named/4>
              Header set Content-Disposition "inline; filename=../../.bashrc"
            </Location>
            <Location /named/5>
              Header set Content-Disposition attachment
            </Location>
        '''

    # How they are packed.

    def test_deflated_although_not_asked_for(self):
        self.put('deflated/page.txt', TEXT)
        relay = self.relay(self.port, cuts=[5_000])
        self.check_saved(self.url('/deflated/page.txt', relay.port), 'page.txt', body=TEXT, retries='1', between=['retrying'])
        self.assertEqual(relay.ranges(), [None, None])
        for answered in relay.answered():
            self.assertEqual(answered['content-encoding'], 'gzip')

    def test_archive(self):
        """What is packed itself stays so, and is resumed."""
        for name in 'archive.tgz', 'page.txt.gz':
            with self.subTest(name):
                self.put(f'archives/{name}')
                relay = self.relay(self.port, cuts=[CUT])
                self.check_saved(self.url(f'/archives/{name}', relay.port), name, retries='1', between=['retrying'])
                self.assertEqual((relay.statuses(), relay.answered()[0]['content-encoding']), ([200, 206], 'x-gzip'))
                os.unlink(self.path(name))

    def test_packed_in_a_way_that_is_not_known(self):
        self.put('brotli/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/brotli/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual((relay.statuses(), relay.answered()[1]['content-encoding']), ([200, 206], 'br'))

    # How much of them.

    def test_unknown_length(self):
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/unknown.cgi', relay.port), 'unknown.cgi', retries='1', between=['retrying'])
        self.assertEqual(relay.answered()[0]['transfer-encoding'], 'chunked')
        self.assertEqual(relay.ranges(), [None, None])

    def test_version_1_0(self):
        self.put('version-1.0/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/version-1.0/file.bin', relay.port), 'file.bin', retries='1', between=['retrying'])
        self.assertEqual(relay.statuses(), [200, 206])
        self.assertEqual([answered[''].split()[0] for answered in relay.answered()], 2 * ['HTTP/1.0'])

    def test_part_of_itself(self):
        self.put('whole-of-itself/file.bin')
        relay = self.relay(self.port)
        self.check_saved(self.url('/whole-of-itself/file.bin', relay.port), 'file.bin')
        self.assertEqual(relay.statuses(), [206])

    def check_gone_on_with(self, folder, body, statuses):
        self.put(f'{folder}/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        url = self.url(f'/{folder}/file.bin', relay.port)
        self.check_broken_off(url, 'file.bin', CUT)
        if body is not BODY:
            self.put(f'{folder}/file.bin', body, LATER)
        self.check_saved(url, 'file.bin', body=body)
        self.assertEqual(relay.statuses(), statuses)

    def test_condition_lost_on_the_way(self):
        self.check_gone_on_with('without-condition', OTHER, [200, 206, 200])

    def test_range_lost_on_the_way(self):
        self.check_gone_on_with('without-range', BODY, [200, 200])

    def test_range_lost_on_the_way_and_changed(self):
        self.check_gone_on_with('without-range', OTHER, [200, 200])

    def test_no_ranges(self):
        self.check_gone_on_with('no-ranges', BODY, [200, 200])

    def test_tag_of_just_now(self):
        """A weak tag until the second is over in which the file was made: it is begun anew."""
        self.put('fresh.bin', modified=time.time() + 60)
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/fresh.bin', relay.port), 'fresh.bin', retries='1', between=['retrying'])
        self.assertEqual(relay.answered()[0]['etag'][:2], 'W/')
        self.assertEqual(relay.ranges(), [None, None])

    # Who gets them.

    def check_password(self, folder):
        self.put(f'{folder}/file.bin')
        relay = self.relay(self.port, cuts=[CUT])
        result = self.download('--json', f'http://joe:s3cret@127.0.0.1:{relay.port}/{folder}/file.bin', retries='1')
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
        self.check_events(result, 'retrying')
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertNotIn('s3cret', result.out)
        self.assertEqual(relay.statuses(), [401, 200, 401, 206])
        os.unlink(self.path('file.bin'))
        for user, sentence in {'joe:wrong': 'does not accept the user name and password',
                               'nobody:s3cret': 'does not accept the user name and password'}.items():
            result = self.download('--json', f'http://{user}@127.0.0.1:{relay.port}/{folder}/file.bin', retries='3')
            self.assertEqual((result.status, self.names()), (1, []))
            self.assertIn(sentence, self.check_events(result)[-1]['error'])
        self.check_failed(self.url(f'/{folder}/file.bin'), 'asks for a user name and password (401 ', retries='3')
        return relay

    def test_basic(self):
        self.check_password('basic')

    def test_digest(self):
        relay = self.check_password('digest')
        authorization = relay.asked()[1]['authorization']
        for part in ('Digest ', 'username="joe"', 'realm="The files of joe"', 'qop=auth', 'nc=00000001'):
            self.assertIn(part, authorization)
        self.assertIn('rspauth=', relay.answered()[1]['authentication-info'])

    def test_digest_and_server_restarted(self):
        """It no longer knows what it was answered to, and says so (stale)."""
        def before(number):
            if number == 1:
                self.restart()
        self.put('digest/closing/file.bin')
        relay = self.relay(self.port, before=before)
        result = self.download('--json', f'http://joe:s3cret@127.0.0.1:{relay.port}/digest/closing/file.bin')
        self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
        self.check_events(result)
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(relay.statuses(), [401, 401, 200])
        self.assertIn('stale=true', relay.answered()[1]['www-authenticate'])

    def test_letters_of_every_script(self):
        for folder in 'basic', 'digest', 'geschützt':
            self.put(f'{folder}/file.bin')
            result = self.download('--json', f'http://j%C3%B6e:p%C3%A4€%3Aß@127.0.0.1:{self.port}/{folder}/file.bin')
            self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
            os.unlink(self.path('file.bin'))

    def test_certificate_of_ours(self):
        """It asks for one, and says so when the connection is secure already: nothing is better the next time."""
        self.check_failed(f'https://localhost:{self.asking_port}/file.bin', 'The connection to “localhost” is not secure (',
                          '--ca-certificate', AUTHORITY, retries='3')

    def test_digest_with_a_query(self):
        self.put('digest/file.bin')
        for query in '?a=b&c="d"', '?%2f,%20;=', '?':
            result = self.download('--json', f'http://joe:s3cret@127.0.0.1:{self.port}/digest/file.bin{query}')
            self.assertEqual((result.status, result.err, self.names()), (0, '', ['file.bin']), result)
            os.unlink(self.path('file.bin'))

    # Where they are.

    def test_on_to_a_secure_server(self):
        self.check_saved(self.url('/secure/file.bin'), 'file.bin', '--ca-certificate', AUTHORITY)

    def test_on_to_a_server_that_is_not_trusted(self):
        for name, arguments, sentence in (
                ('secure', (), 'nobody here knows who signed its certificate'),
                ('expired', ('--ca-certificate', AUTHORITY), 'its certificate has expired'),
                ('other', ('--ca-certificate', AUTHORITY), 'its certificate is that of another server'),
                ('self', ('--ca-certificate', AUTHORITY), 'it has signed its certificate itself')):
            with self.subTest(name):
                self.check_failed(self.url(f'/{name}/file.bin'), 'The connection to “localhost” is not secure: ' + sentence,
                                  *arguments, retries='3')

    def test_back_from_a_secure_server(self):
        self.check_failed(f'https://localhost:{self.secure_port}/insecure/file.bin', 'from a secure to an insecure connection',
                          '--ca-certificate', AUTHORITY, retries='3')

    def test_chosen_by_the_server(self):
        """By what may be understood, under the name that was asked for."""
        self.put('chosen/manual.bin.de')
        self.put('chosen/manual.bin.en')
        relay = self.relay(self.port, cuts=[CUT])
        self.check_saved(self.url('/chosen/manual.bin', relay.port), 'manual.bin', retries='1', between=['retrying'])
        self.assertIn('content-location', relay.answered()[0])
        self.assertEqual(relay.statuses(), [200, 206])

    def test_chosen_for_us(self):
        self.check_saved(self.url('/chosen/other.bin'), 'file.bin')

    def test_spelled(self):
        self.put('spelled/manual.bin')
        self.check_saved(self.url('/spelled/manaul.bin'), 'manual.bin')

    def test_spelled_like_several(self):
        self.put('spelled/aab.bin')
        self.put('spelled/abb.bin')
        self.check_failed(self.url('/spelled/axb.bin'), 'The server did not answer with a file (300 Multiple Choices)', retries='3')

    def test_names(self):
        for number, name in enumerate(('a file.bin', 'naïve €.bin', 'grüße.bin', 'bashrc', '5'), 1):
            with self.subTest(name):
                self.put(f'named/{number}')
                self.check_saved(self.url(f'/named/{number}'), name)
                os.unlink(self.path(name))

    # While it is under way.

    def test_server_crashes(self):
        process, relay = self.start_held('/held/file.bin', '--retries', '3')
        self.crash()
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'retrying', 'finished'])
        self.assertEqual(relay.statuses(), [200, 206])

    def test_server_begins_anew_gracefully(self):
        """It ends what is under way first."""
        process, relay = self.start_held('/held/file.bin', '--retries', '0')
        self.begin_anew(signal.SIGUSR1, gracefully=True)
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'finished'])


if __name__ == '__main__':
    main()
