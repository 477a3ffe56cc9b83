# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is tested with several servers."""

import hashlib
import html
import json
import os
import random
import re
import urllib.parse
import urllib.request

from fault_server import head
from real_servers import LATER
from terminal_case import BODY, PATIENCE

OTHER = random.Random(8).randbytes(len(BODY))
LARGE = BODY * 24
TEXT = b'\n'.join(b'line %d' % number for number in range(20_000))
CUT = 300_000


def chunked_cut_off(_request, send, _server):
    send(head(200, ETag='"one"', Transfer_Encoding='chunked'))
    send(f'{CUT:x}\r\n'.encode() + BODY[:CUT] + b'\r\n')


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


class Ways:
    """What is done with several servers, each of which is told how."""

    # While it is under way; what is large does not fit into what lies between.

    def start_held(self, path, *arguments, port=None, scheme='http', **more):
        """Starts a download of something large, of which CUT bytes are passed on until go_on is set."""
        self.put(path[1:], LARGE)
        relay = self.relay(port or self.port, hold=CUT, **more)
        process = self.start('--no-gui', '--json', '-o', self.folder, *arguments, f'{scheme}://localhost:{relay.port}{path}')
        self.addCleanup(process.kill)
        self.assertTrue(relay.reached.wait(PATIENCE))
        return process, relay

    def finish_held(self, process, relay, body=LARGE):
        """Lets it go on; returns the events there were, and the last one."""
        relay.go_on.set()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual(err, '')
        if body is not None:
            self.assertEqual((process.returncode, self.names()), (0, ['file.bin']), out)
            self.assertEqual(self.content('file.bin'), body)
        else:
            self.assertEqual(process.returncode, 1)
        events = [json.loads(line) for line in out.splitlines()]
        return [event['event'] for event in events if event['event'] != 'progress'], events[-1]


class SharedWays(Ways):
    """What each of them is to do."""

    def test_listed_names(self):
        names = ['grüße.bin', '日本語.bin', 'a b.bin', '100%.bin', 'c#d?.bin', 'x+y&z=1;2.bin', 'it\'s.bin', '"q".bin',
                 'semi:colon.bin', 'ﬁn.bin', 'e\u0301.bin', '(1).bin', '<b>.bin', '~tilde.bin', '%41.bin', '[b].bin']
        for name in names:
            self.put(f'list/{name}', name.encode())
        with urllib.request.urlopen(self.url('/list/')) as page:
            listed = re.findall('href="([^"]*)"', page.read().decode())
        links = [urllib.parse.urljoin(self.url('/list/'), html.unescape(link)) for link in listed if link not in ('../', '/')]
        self.assertEqual(len(links), len(names))
        result = self.download('--json', *links)
        self.assertEqual((result.status, result.err, self.names()), (0, '', sorted(names)), result)
        for name in names:
            self.assertEqual(self.content(name), name.encode())

    def test_replaced_meanwhile(self):
        """Who has begun to send a file goes on with it."""
        process, relay = self.start_held('/held/file.bin', '--retries', '0')
        self.put('held/file.bin', OTHER, LATER)
        self.assertEqual(self.finish_held(process, relay)[0], ['started', 'finished'])

    def test_made_shorter_meanwhile(self):
        process, relay = self.start_held('/held/file.bin', '--retries', '1')
        os.truncate(os.path.join(self.root, 'held', 'file.bin'), 1000)
        kinds, last = self.finish_held(process, relay, body=None)
        self.assertEqual(kinds, ['started', 'retrying', 'failed'])
        self.assertIn('smaller file than before', last['error'])
        self.assertEqual(self.names(), self.part_names('file.bin'))
        kept = self.content('.file.bin.part')
        self.assertGreaterEqual(len(kept), CUT)
        self.assertEqual(len(kept), last['bytes'])
        # Of what sendfile() had not sent by then the kernel may make zeros.
        self.assertEqual(kept[:CUT], LARGE[:CUT])

    def test_written_over_meanwhile(self):
        """Nobody can tell but who knows the checksum."""
        process, relay = self.start_held('/held/file.bin', '--retries', '1',
                                         '--checksum', 'sha256:' + hashlib.sha256(LARGE).hexdigest())
        with open(os.path.join(self.root, 'held', 'file.bin'), 'r+b') as file:
            file.write(bytes(len(LARGE)))
        kinds, last = self.finish_held(process, relay, body=None)
        self.assertEqual((kinds, self.names()), (['started', 'failed'], []))
        self.assertIn('not the expected one', last['error'])
