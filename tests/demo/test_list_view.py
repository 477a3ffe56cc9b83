# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The example with a list view, used as a person with a screen reader uses it.

It has no code for its rows: what they show is held against what the tasks say in words, and
against the files themselves.
"""

import hashlib
import os
import re
import shutil
import tempfile
import time
import unittest

from accessible import AccessibleCase, Atspi, BUTTONS, GLib, LABELS

PROGRAM = os.environ['LIST_VIEW']
HUGE = 20_000_000_000
# A bar moves by whole pixels, of which it has a few hundred.
PIXEL = 1 / 300
UNITS = {'bytes': 1, 'kB': 1e3, 'MB': 1e6, 'GB': 1e9}
AMOUNTS = re.compile(r'([\d.]+)\s(\w+) of ([\d.]+)\s(\w+)')


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
        try:
            return [(accessible.get_role_name(), accessible.get_name(), accessible.get_description())
                    for accessible in self.walk() if accessible.get_name()]
        except GLib.Error:
            return []

    def rows(self):
        """What each row says, by its title."""
        return {accessible.get_name(): accessible.get_description()
                for accessible in self.walk() if accessible.get_role() == Atspi.Role.LIST_ITEM}

    def bar(self, title):
        """What the progress bar of a row shows, None if there is none."""
        for accessible in self.walk():
            if accessible.get_role() == Atspi.Role.PROGRESS_BAR and accessible.get_name() == title:
                return Atspi.Value.get_current_value(accessible)
        return None

    def texts(self):
        return [accessible.get_name() for accessible in self.walk() if accessible.get_role() in LABELS]

    def press(self, name, roles=frozenset(BUTTONS)):
        def find():
            return next((accessible for accessible in self.walk()
                         if accessible.get_role() in roles and accessible.get_name() == name), None)
        button = self.wait_for(find, f'no button {name}')
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def choose(self, name):
        self.press(name, {Atspi.Role.MENU_ITEM})

    def wait_until_says(self, title, pattern):
        self.wait_for(lambda: re.search(pattern, self.rows().get(title, '')), f'{title} does not say {pattern}')

    def wait_until_still(self, title):
        """Nothing moves any more: the same twice, and a while between."""
        last = None

        def same():
            nonlocal last
            now = self.rows()[title], self.bar(title)
            time.sleep(0.3)
            before, last = last, now
            return before == now
        self.wait_for(same, 'it does not come to rest')

    def test_rows_show_the_tasks(self):
        small = os.urandom(100_000)
        self.write('small.bin', small)
        self.write_huge('huge.bin')
        self.launch('small.bin', 'huge.bin', 'nothing.bin')
        self.wait_until_says('small.bin', '^100\\skB$')
        self.wait_until_says('nothing.bin', 'No such file')

        # Far enough for the digits that are shown.
        self.wait_for(lambda: (self.bar('huge.bin') or 0) > 0.02, 'the bar does not move')
        self.press('Pause huge.bin')
        self.wait_until_says('huge.bin', 'Paused')
        self.wait_until_still('huge.bin')
        bar = self.bar('huge.bin')
        match = AMOUNTS.search(self.rows()['huge.bin'])
        self.assertIsNotNone(match, self.rows())
        total = float(match[3]) * UNITS[match[4]]
        self.assertEqual(total, HUGE)
        self.assertAlmostEqual(bar, float(match[1]) * UNITS[match[2]] / total, delta=PIXEL)

        # How far all of it is, in the header bar.
        self.wait_for(lambda: any(accessible.get_name() == 'Tasks' and accessible.get_role() in BUTTONS
                                  for accessible in self.walk()), 'no button')

        self.press('Resume huge.bin')
        self.wait_for(lambda: self.bar('huge.bin') > bar, 'it does not go on')

    def test_details_are_the_checksum(self):
        self.write('small.bin', b'small')
        self.launch('small.bin')
        self.wait_until_says('small.bin', '^5\\sbytes$')
        self.press('Menu of small.bin')
        self.choose('Details')
        digest = hashlib.sha256(b'small').hexdigest()
        self.wait_for(lambda: digest in self.texts(), 'no checksum')

    def test_unknown_size(self):
        os.mkfifo(os.path.join(self.folder, 'pipe'))
        writer = os.open(os.path.join(self.folder, 'pipe'), os.O_RDWR)
        self.launch('pipe')
        os.write(writer, b'x' * 5000)

        # Nobody knows how much there is.
        self.wait_until_says('pipe', '^5\\skB')
        os.close(writer)
        self.wait_for(lambda: 'Remove pipe from the list' in
                      [accessible.get_name() for accessible in self.walk()], 'it does not end')

    def test_cancel_one(self):
        self.write('small.bin', b'small')
        self.write_huge('huge.bin')
        self.launch('small.bin', 'huge.bin')
        self.wait_until_says('small.bin', '^5\\sbytes$')
        self.wait_until_says('huge.bin', ' of 20')
        self.press('Menu of huge.bin')
        self.choose('Cancel')
        self.wait_until_says('huge.bin', 'Cancelled')
        self.press('Remove huge.bin from the list')
        self.wait_for(lambda: list(self.rows()) == ['small.bin'], 'the row stays')

    def test_closed_while_busy(self):
        self.write_huge('huge.bin')
        self.launch('huge.bin')
        self.wait_until_says('huge.bin', ' of 20')
        self.press('Close')
        self.assertEqual(self.process.wait(timeout=self.patience), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
