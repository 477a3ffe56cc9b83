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
import subprocess
import sys
import tempfile
import time
import unittest

try:
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi, GLib
except (ImportError, ValueError):
    print('1..0 # SKIP no AT-SPI for Python')
    sys.exit(77)

PROGRAM = os.environ['LIST_VIEW']
PATIENCE = 30
BUTTONS = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON}
LABELS = {Atspi.Role.LABEL, Atspi.Role.STATIC}
HUGE = 20_000_000_000
# GTK tells assistive technology of no smaller changes than a thousandth.
DELTA = 0.0012
UNITS = {'bytes': 1, 'kB': 1e3, 'MB': 1e6, 'GB': 1e9}
AMOUNTS = re.compile(r'^([\d.]+)\s(\w+) of ([\d.]+)\s(\w+)$')


class ListViewCase(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix='list-view-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.process = None
        self.application = None

    def write(self, name, content):
        with open(os.path.join(self.folder, name), 'wb') as file:
            file.write(content)

    def write_huge(self, name):
        """A file that takes minutes to read and no room."""
        with open(os.path.join(self.folder, name), 'wb') as file:
            file.truncate(HUGE)

    def launch(self, *names):
        environment = {**os.environ, 'HOME': self.folder, 'XDG_CONFIG_HOME': self.folder,
                       'XDG_DATA_HOME': self.folder, 'XDG_CACHE_HOME': self.folder, 'LC_ALL': 'C.UTF-8',
                       'GSETTINGS_BACKEND': 'memory', 'GTK_A11Y': 'atspi', 'GDK_BACKEND': 'x11',
                       'GSK_RENDERER': 'cairo', 'G_DEBUG': 'fatal-criticals'}
        self.process = subprocess.Popen([PROGRAM, *names], env=environment, cwd=self.folder)
        self.addCleanup(self.stop)
        self.wait_for(lambda: len(list(self.walk())) > 1, 'no window')

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def wait_for(self, condition, complaint):
        end = time.monotonic() + PATIENCE
        context = GLib.MainContext.default()
        while time.monotonic() < end:
            while context.iteration(False):
                pass
            try:
                found = condition()
            except GLib.Error:
                found = None
            if found:
                return found
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.fail(f'{complaint}; shown: {self.contents()}; exit status: {self.process.poll()}')

    def find_application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.process.pid:
                application.set_cache_mask(Atspi.Cache.NONE)
                return application
        return None

    def walk(self):
        if self.application is None:
            self.application = self.find_application()
        found = [self.application] if self.application is not None else []
        while found:
            accessible = found.pop()
            yield accessible
            children = [accessible.get_child_at_index(i) for i in range(accessible.get_child_count())]
            found.extend(child for child in reversed(children) if child is not None)

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
        self.wait_for(lambda: self.row('pipe') == (None, '5.0\u00a0kB'), 'no words')
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
        self.assertEqual(self.process.wait(timeout=PATIENCE), 0)


if __name__ == '__main__':
    unittest.main(verbosity=2)
