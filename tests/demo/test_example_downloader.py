# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The small downloader of the examples, used as a person with a keyboard and a screen
reader uses it: test_example_downloader.py COMMAND…, which is the one of some language."""

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from accessible import AccessibleCase, Atspi, BUTTONS, DELTA, GLib, LABELS

if shutil.which('xdotool') is None:
    print('1..0 # SKIP no xdotool')
    sys.exit(77)

from fault_server import FaultServer, answer, cut_off, hanging, head

COMMAND = sys.argv[1:]
PATIENCE = 60
ENTRIES = {Atspi.Role.TEXT, Atspi.Role.ENTRY}
BODY = random.Random(3).randbytes(3_000_000)


class DownloaderCase(AccessibleCase):
    patience = PATIENCE

    def setUp(self):
        super().setUp()
        self.server = FaultServer()
        self.addCleanup(self.server.close)
        self.home = tempfile.mkdtemp(prefix='example-downloader-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.errors = tempfile.TemporaryFile()
        self.addCleanup(self.errors.close)
        self.addCleanup(self.check_errors)
        self.start_process(COMMAND, {**self.environment_in(self.home), 'GIO_USE_PROXY_RESOLVER': 'dummy'}, self.home,
                           stderr=self.errors)
        self.wait_for_window()
        self.focus('Downloads')

    def check_errors(self):
        # An exception in a handler ends nothing; it is here that it is seen.
        self.errors.seek(0)
        errors = self.errors.read().decode('utf-8', 'replace')
        for bad in ('Traceback', 'JS ERROR', 'CRITICAL', 'RuntimeWarning', 'Unhandled promise'):
            self.assertNotIn(bad, errors, errors)

    def shown(self):
        return f'{self.rows()}; folder: {os.listdir(self.home)}'

    def rows(self):
        """Of each download its name, its progress and the words below."""
        try:
            seen = [(accessible.get_name() if accessible.get_role() in LABELS else
                     Atspi.Value.get_current_value(accessible))
                    for accessible in self.walk()
                    if accessible.get_role() in LABELS | {Atspi.Role.PROGRESS_BAR}]
        except GLib.Error:
            return {}
        return {before: (bar, after) for before, bar, after in zip(seen, seen[1:], seen[2:])
                if isinstance(before, str) and not isinstance(bar, str) and isinstance(after, str)}

    def row(self, name):
        return self.rows().get(name, (None, None))

    def overall(self):
        for accessible in self.walk():
            if accessible.get_role() == Atspi.Role.PROGRESS_BAR and accessible.get_name() == 'All Downloads':
                return Atspi.Value.get_current_value(accessible)
        return None

    def button(self, label, number=0):
        buttons = [accessible for accessible in self.walk()
                   if accessible.get_role() in BUTTONS and accessible.get_name().split()[:1] == [label]]
        return buttons[number] if number < len(buttons) else None

    def press(self, label, number=0):
        button = self.wait_for(lambda: self.button(label, number), f'no button {label}')
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def is_sensitive(self, label, number=0):
        return self.button(label, number).get_state_set().contains(Atspi.StateType.SENSITIVE)

    def entry_text(self):
        for accessible in self.walk():
            if accessible.get_role() in ENTRIES:
                # GTK 4.8 knows no -1 as the end.
                return Atspi.Text.get_text(accessible, 0, Atspi.Text.get_character_count(accessible))
        return None

    def type_link(self, text, enter=True):
        # The entry has the keyboard from the start, and is emptied by what adds a download.
        self.wait_for(lambda: self.entry_text() == '', 'the entry is not empty')
        subprocess.run(['xdotool', 'type', '--delay', '2', text], check=True, timeout=PATIENCE)
        while self.wait_for(lambda: len(self.entry_text()) >= len(text), 'not all is typed') and \
                self.entry_text() != text:
            # A busy machine makes two of a key that is held too long.
            subprocess.run(['xdotool', 'key', 'ctrl+a'], check=True, timeout=PATIENCE)
            subprocess.run(['xdotool', 'type', '--delay', '2', text], check=True, timeout=PATIENCE)
        if enter:
            subprocess.run(['xdotool', 'key', 'Return'], check=True, timeout=PATIENCE)

    def file_is(self, name, body=BODY):
        path = os.path.join(self.home, name)
        if not os.path.exists(path):
            return False
        with open(path, 'rb') as file:
            self.assertEqual(file.read(), body)
        return True

    def files(self):
        return [name for name in os.listdir(self.home) if '.bin' in name]

    def wait_for_words(self, name, *parts):
        self.wait_for(lambda: all(part in (self.row(name)[1] or '') for part in parts), f'{name} does not say {parts}')


class Downloader(DownloaderCase):
    def test_downloads(self):
        self.server.route('/one.bin', answer(200, BODY))
        self.server.route('/two.bin', answer(200, b'second'))
        self.type_link(self.server.url('/one.bin'))
        self.wait_for(lambda: self.file_is('one.bin'), 'no file')
        self.wait_for(lambda: self.row('one.bin') == (1.0, '3\xa0MB of 3\xa0MB'), 'wrong row')
        self.wait_for(lambda: self.overall() == 1.0, 'the bar at the top')
        self.assertFalse(self.is_sensitive('Pause'))

        # The entry is empty again, and the button does the same.
        self.type_link(self.server.url('/two.bin?query#fragment'), enter=False)
        self.press('Add')
        self.wait_for(lambda: self.file_is('two.bin', b'second'), 'no second file')
        self.wait_for(lambda: self.row('two.bin')[0] == 1.0, 'the second bar')
        self.assertEqual(sorted(self.files()), ['one.bin', 'two.bin'])

        # What was there is kept.
        self.server.route('/two.bin', answer(200, b'another'))
        self.type_link(self.server.url('/two.bin'))
        self.wait_for(lambda: os.path.exists(os.path.join(self.home, 'two.bin~')), 'no backup')
        self.wait_for(lambda: self.file_is('two.bin', b'another'), 'no third file')
        self.assertTrue(self.file_is('two.bin~', b'second'))

    def test_compressed_arrives_as_sent(self):
        self.server.route('/file.bin', answer(200, b'not really', Content_Encoding='gzip'))
        self.type_link(self.server.url('/file.bin'))
        self.wait_for(lambda: self.file_is('file.bin', b'not really'), 'no file')
        self.wait_for_words('file.bin', '10\xa0bytes of 10\xa0bytes')

    def test_unknown_size(self):
        self.server.route('/file.bin', lambda _request, send, _server: send(head(200) + BODY))
        self.type_link(self.server.url('/file.bin'))
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.wait_for(lambda: self.row('file.bin')[0] == 1.0, 'no full bar')

    def test_failures_are_shown(self):
        self.server.route('/part.bin', cut_off(BODY, 1_000_000))
        self.type_link(self.server.url('/missing.bin'))
        self.wait_for(lambda: self.row('missing.bin') == (0.0, 'Not Found'), 'nothing about the missing file')
        self.type_link('nonsense')
        self.wait_for_words('nonsense', 'URI')
        self.type_link(self.server.url('/part.bin'))
        self.wait_for_words('part.bin', 'ended after 1000000 of 3000000 bytes')
        self.type_link('http://127.0.0.1:1/refused.bin')
        self.wait_for_words('refused.bin', 'refused')
        self.wait_for(lambda: self.files() == [], 'a part is left')

        # All are over, and none is done: those that could not begin were cancelled.
        self.assertLess(self.overall(), 1.0)
        for number in range(4):
            self.assertFalse(self.is_sensitive('Pause', number))

    def test_pause_and_progress(self):
        go_on = threading.Event()

        def in_two(_request, send, _server):
            send(head(200, Content_Length=len(BODY)) + BODY[:1_200_000])
            go_on.wait(PATIENCE)
            send(BODY[1_200_000:])
        self.server.route('/file.bin', in_two)
        self.addCleanup(go_on.set)
        self.type_link(self.server.url('/file.bin'))
        self.wait_for_words('file.bin', '1.2\xa0MB of 3\xa0MB')
        self.assertAlmostEqual(self.row('file.bin')[0], 0.4, delta=DELTA)
        self.assertAlmostEqual(self.overall(), 0.4, delta=DELTA)
        self.assertEqual(self.files(), ['file.bin.part'])
        self.assertTrue(self.is_sensitive('Pause'))

        self.press('Pause')
        self.wait_for(lambda: self.button('Pause').get_state_set().contains(Atspi.StateType.PRESSED), 'not pressed')
        go_on.set()
        time.sleep(0.5)
        self.assertEqual(self.row('file.bin')[1], '1.2\xa0MB of 3\xa0MB')
        self.press('Pause')
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.wait_for_words('file.bin', '3\xa0MB of 3\xa0MB')

    def test_remove(self):
        self.server.route('/slow.bin', hanging(BODY, 1_200_000))
        self.server.route('/silent.bin', lambda _request, _send, server: server.closing.wait())
        self.type_link(self.server.url('/silent.bin'))
        self.type_link(self.server.url('/slow.bin'))
        self.wait_for_words('slow.bin', '1.2\xa0MB')
        self.wait_for_words('silent.bin', 'Connecting…')
        self.press('Remove', 1)
        self.wait_for(lambda: 'slow.bin' not in self.rows(), 'the row stays')
        self.wait_for(lambda: self.files() == [], 'the part stays')
        self.press('Remove')
        self.wait_for(lambda: self.rows() == {}, 'the other row stays')
        self.assertIsNone(self.process.poll())

    def test_closed_while_busy(self):
        self.server.route('/slow.bin', hanging(BODY, 1_200_000))
        self.type_link(self.server.url('/slow.bin'))
        self.wait_for_words('slow.bin', '1.2\xa0MB')
        self.press('Close')
        self.assertEqual(self.process.wait(timeout=PATIENCE), 0)
        self.assertFalse(os.path.exists(os.path.join(self.home, 'slow.bin')))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1], verbosity=2)
