# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example with a list view, used as a person with a screen reader uses it.

Its rows have no code but bindings: what the progress bars show is held against what
the tasks say in words, and against the files themselves.
"""

import hashlib
import os
import re
import shutil
import tempfile
import time
import unittest

from accessible import AccessibleCase, Atspi, BUTTONS, DELTA, GLib, LABELS

PROGRAM = os.environ['LIST_VIEW']
HUGE = 20_000_000_000
UNITS = {'bytes': 1, 'kB': 1e3, 'MB': 1e6, 'GB': 1e9}
AMOUNTS = re.compile(r'^([\d.]+)\s(\w+) of ([\d.]+)\s(\w+)$')


class ListViewCase(AccessibleCase):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix='list-view-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, content):
        with open(os.path.join(self.folder, name), 'wb') as file:
            file.write(content)

    def write_huge(self, name):
        """A file that takes minutes to read and no room."""
        with open(os.path.join(self.folder, name), 'wb') as file:
            file.truncate(HUGE)

    def launch(self, *names):
        self.start_process([PROGRAM, *names], self.environment_in(self.folder), self.folder)
        self.wait_for_window()

    def shown(self):
        return self.contents()

    def contents(self):
        """The labels and progress bars in the order in which they are shown."""
        try:
            return [accessible.get_name() if accessible.get_role() in LABELS else
                    Atspi.Value.get_current_value(accessible)
                    for accessible in self.walk()
                    if accessible.get_role() in LABELS | {Atspi.Role.PROGRESS_BAR}]
        except GLib.Error:
            return []

    def row(self, title):
        """The progress bar, None if there is none, and the words of a row."""
        contents = self.contents()
        if title not in contents:
            return None
        after = contents[contents.index(title) + 1:]
        bar = after.pop(0) if after and not isinstance(after[0], str) else None
        return bar, after[0] if after else None

    def overall(self):
        """What the line at the top says, and its progress bar."""
        contents = self.contents()
        for index, content in enumerate(contents[:-1]):
            if isinstance(content, str) and re.search(r'left|file', content) and not isinstance(contents[index + 1], str):
                return content, contents[index + 1]
        return None

    def press(self, name):
        def find():
            for accessible in self.walk():
                if accessible.get_role() in BUTTONS and accessible.get_name() == name:
                    return accessible
            return None
        button = self.wait_for(find, f'no button {name}')
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def wait_until_still(self):
        """Nothing moves any more: the same twice, and a while between."""
        last = None

        def same():
            nonlocal last
            now = self.contents()
            time.sleep(0.3)
            before, last = last, now
            return now and before == now
        self.wait_for(same, 'it does not come to rest')

    def amounts(self, text):
        match = AMOUNTS.match(text or '')
        self.assertIsNotNone(match, text)
        return float(match[1]) * UNITS[match[2]], float(match[3]) * UNITS[match[4]]

    def test_bars_show_the_tasks(self):
        small = os.urandom(100_000)
        self.write('small.bin', small)
        self.write_huge('huge.bin')
        self.launch('small.bin', 'huge.bin', 'nothing.bin')
        digest = hashlib.sha256(small).hexdigest()
        self.wait_for(lambda: self.row('small.bin') == (None, digest), 'no checksum')
        self.wait_for(lambda: self.row('nothing.bin') == (None, 'There is no such file'), 'no error')

        # Far enough for the digits that are shown.
        self.wait_for(lambda: (self.row('huge.bin') or (0,))[0] > 0.02, 'the bar does not move')
        self.press('Pause')
        self.wait_until_still()
        bar, words = self.row('huge.bin')
        completed, total = self.amounts(words)
        self.assertEqual(total, HUGE)
        self.assertAlmostEqual(bar, completed / total, delta=DELTA)

        # By bytes, the others are nothing.
        words, overall = self.overall()
        self.assertIn('1 of 3 left, 1 failed', words)
        self.assertAlmostEqual(overall, bar, delta=DELTA)

        self.press('Pause')
        self.wait_for(lambda: self.row('huge.bin')[0] > bar, 'it does not go on')
        self.press('Cancel All')
        self.wait_for(lambda: self.row('huge.bin') is None, 'the row stays')
        self.wait_for(lambda: '2 files, 1 failed' in self.contents(), 'it does not add up')
        self.assertIsNone(self.overall(), 'there is a bar with nothing to do')
        self.press('Clear Finished')
        self.wait_for(lambda: 'No Files' in self.contents(), 'it is not empty')

    def test_unknown_size(self):
        os.mkfifo(os.path.join(self.folder, 'pipe'))
        writer = os.open(os.path.join(self.folder, 'pipe'), os.O_RDWR)
        self.launch('pipe')
        os.write(writer, b'x' * 5000)

        # Nobody knows how much there is: there is no bar, rather than one that lies.
        self.wait_for(lambda: self.row('pipe') == (None, '5\xa0kB'), 'no words')
        self.assertIn('1 of 1 left', self.contents())
        os.close(writer)
        digest = hashlib.sha256(b'x' * 5000).hexdigest()
        self.wait_for(lambda: self.row('pipe') == (None, digest), 'no checksum')

    def test_cancel_one(self):
        self.write('small.bin', b'small')
        self.write_huge('huge.bin')
        self.launch('small.bin', 'huge.bin')
        digest = hashlib.sha256(b'small').hexdigest()
        self.wait_for(lambda: self.row('small.bin') == (None, digest), 'no checksum')

        # There is one button of this name: a row that is done has none.
        self.press('Cancel')
        self.wait_for(lambda: self.row('huge.bin') is None, 'the row stays')
        self.wait_for(lambda: '1 file' in self.contents(), 'it does not add up')
        self.assertEqual(self.row('small.bin'), (None, digest))

    def test_closed_while_busy(self):
        self.write_huge('huge.bin')
        self.launch('huge.bin')
        self.wait_for(lambda: (self.row('huge.bin') or (0,))[0] is not None, 'no bar')
        self.press('Close')
        self.assertEqual(self.process.wait(timeout=self.patience), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
