# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader's window, used as a person with a keyboard and a screen reader uses it."""

import os
import random
import shutil
import signal
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

if shutil.which('xdotool') is None:
    print('1..0 # SKIP no xdotool')
    sys.exit(77)

from fault_server import FaultServer, answer, hanging, in_turn

PROGRAM = os.environ['DOWNLOADER']
PATIENCE = 30
BUTTONS = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON}
LABELS = {Atspi.Role.LABEL, Atspi.Role.STATIC}
CONTROLS = BUTTONS | {Atspi.Role.PROGRESS_BAR, Atspi.Role.TEXT, Atspi.Role.ENTRY}
BODY = random.Random(3).randbytes(600_000)


class WindowCase(unittest.TestCase):
    def setUp(self):
        self.server = FaultServer()
        self.addCleanup(self.server.close)
        self.home = tempfile.mkdtemp(prefix='downloader-window-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.folder = os.path.join(self.home, 'Downloads')
        self.process = None
        self.application = None

    def environment(self):
        return {**os.environ, 'HOME': self.home, 'XDG_CONFIG_HOME': self.home, 'XDG_DATA_HOME': self.home,
                'XDG_CACHE_HOME': self.home, 'LC_ALL': 'C.UTF-8', 'GIO_USE_PROXY_RESOLVER': 'dummy',
                'GSETTINGS_BACKEND': 'memory', 'GTK_A11Y': 'atspi', 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo',
                'G_DEBUG': 'fatal-criticals'}

    def launch(self, *arguments):
        self.process = subprocess.Popen([PROGRAM, *arguments], env=self.environment(), cwd=self.home)
        self.addCleanup(self.stop)
        self.wait_for(lambda: len(list(self.walk())) > 1, 'no window')
        window = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--class', 'asynctask'],
                                check=True, capture_output=True, encoding='utf-8', timeout=PATIENCE)
        # There is no window manager to give the window the keyboard.
        self.window = window.stdout.split()[-1]
        subprocess.run(['xdotool', 'windowfocus', '--sync', self.window], check=True, timeout=PATIENCE)

    def stop(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def assert_exits(self, status=0):
        self.assertEqual(self.process.wait(timeout=PATIENCE), status)

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
        self.fail(f'{complaint}; shown: {self.texts()}; exit status: {self.process.poll()}')

    def find_application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.process.pid:
                # What is shown now is what counts, not what was shown when it was first asked for.
                application.set_cache_mask(Atspi.Cache.NONE)
                return application
        return None

    def walk(self):
        """Everything a screen reader can find in the window, in order."""
        if self.application is None:
            self.application = self.find_application()
        found = [self.application] if self.application is not None else []
        while found:
            accessible = found.pop()
            yield accessible
            children = [accessible.get_child_at_index(i) for i in range(accessible.get_child_count())]
            found.extend(child for child in reversed(children) if child is not None)

    def find_button(self, name):
        # GTK 4.8 puts the text of the label inside after the name, which may have a mnemonic.
        names = (name, f'{name} {name}', f'_{name} {name}')
        try:
            for accessible in self.walk():
                if accessible.get_role() in BUTTONS and accessible.get_name() in names:
                    return accessible
        except GLib.Error:
            pass
        return None

    def texts(self):
        try:
            return [accessible.get_name() for accessible in self.walk()
                    if accessible.get_role() in LABELS and accessible.get_name()]
        except GLib.Error:
            return []

    def says(self, text):
        return any(text in shown for shown in self.texts())

    def wait_until_it_says(self, text):
        self.wait_for(lambda: self.says(text), f'nothing says “{text}”')

    def press(self, name):
        button = self.wait_for(lambda: self.find_button(name), f'no button {name}')
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def keys(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True, timeout=PATIENCE)

    def type_link(self, text):
        self.keys('ctrl+l')
        subprocess.run(['xdotool', 'type', '--delay', '2', text], check=True, timeout=PATIENCE)
        self.keys('Return')

    def file_is(self, name, body=BODY):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return False
        with open(path, 'rb') as file:
            self.assertEqual(file.read(), body)
        return True


class Window(WindowCase):
    def test_type_a_link(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.wait_until_it_says('No Downloads')
        self.type_link(self.server.url('/file.bin'))
        self.wait_until_it_says('600.0')
        self.assertTrue(self.file_is('file.bin'))
        self.assertIn('file.bin', self.texts())
        self.assertIsNotNone(self.find_button('Show in Folder'))
        self.keys('ctrl+w')
        self.assert_exits()

    def test_several_links_in_one_line(self):
        for name in 'abcde':
            self.server.route(f'/{name}.bin', answer(200, name.encode() * 1000))
        self.launch()
        self.type_link(' '.join(self.server.url(f'/{name}.bin') for name in 'abcde'))
        for name in 'abcde':
            self.wait_for(lambda name=name: self.file_is(f'{name}.bin', name.encode() * 1000), f'no {name}.bin')
        self.wait_for(lambda: self.texts().count('1.0\xa0kB') == 5, 'not all are finished')
        self.keys('ctrl+q')
        self.assert_exits()

    def test_typed_links_follow_the_command_line(self):
        self.server.route('/file.bin', in_turn(answer(200, BODY), answer(200, BODY), answer(503, b'')))
        self.folder = os.path.join(self.home, 'elsewhere')
        self.launch('-o', self.folder, '--retries', '0', '--checksum', 'md5:' + '0' * 32, self.server.url('/file.bin'))
        self.wait_until_it_says('not the expected one')
        self.type_link(self.server.url('/file.bin'))
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.type_link(self.server.url('/file.bin'))
        self.wait_until_it_says('too busy')
        self.assertFalse(self.says('trying again'))

    def test_space_in_a_link(self):
        self.server.route('/with%20space.bin', answer(200, BODY))
        self.launch()
        self.type_link(self.server.url('/with space.bin').replace('http', 'HTTP'))
        self.wait_for(lambda: self.file_is('with space.bin'), 'no file')
        self.type_link('no link at all')
        self.wait_until_it_says('not a link that can be understood')
        self.assertEqual(len(self.server.requests), 1)

    def test_failure_in_words_and_try_again(self):
        self.server.route('/file.bin', in_turn(answer(404, b'sorry'), answer(200, BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('The server does not have this file')
        self.press('Try Again')
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.wait_until_it_says('600.0')
        self.assertFalse(self.says('does not have'))

    def test_cancel_and_resume(self):
        self.server.route('/file.bin', in_turn(hanging(BODY, 300_000), answer(200, BODY)))
        self.launch('-o', self.folder, self.server.url('/file.bin'))
        self.wait_until_it_says('300 of 600 kB')
        self.press('Cancel')
        self.wait_until_it_says('Cancelled at 300 of 600 kB')
        self.assertEqual(sorted(os.listdir(self.folder)), ['.file.bin.part', '.file.bin.part.resume'])
        self.press('Try Again')
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_second_instance(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        other = os.path.join(self.home, 'other')
        os.mkdir(other)
        second = subprocess.run([PROGRAM, '-o', 'here', self.server.url('/file.bin')], env=self.environment(),
                                cwd=other, timeout=PATIENCE, check=False)
        self.assertEqual(second.returncode, 0)
        self.folder = os.path.join(other, 'here')
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.wait_until_it_says('600.0')
        wrong = subprocess.run([PROGRAM, '--wrong'], env=self.environment(), timeout=PATIENCE, check=False,
                               capture_output=True)
        self.assertEqual(wrong.returncode, 2)

    def test_opened_over_dbus(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        subprocess.run(['gdbus', 'call', '--session', '--dest', 'org.asynctask.Downloader',
                        '--object-path', '/org/asynctask/Downloader',
                        '--method', 'org.freedesktop.Application.Open',
                        f"['{self.server.url('/file.bin')}']", '{}'],
                       env=self.environment(), check=True, timeout=PATIENCE, capture_output=True)
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')

    def test_sample(self):
        self.launch('--sample')
        self.wait_until_it_says('of 5.8 MB')
        self.wait_for(lambda: os.path.exists(os.path.join(self.folder, 'sample-picture.bmp')), 'no sample')
        self.keys('ctrl+w')
        self.assert_exits()

    def test_closing_asks(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('300 of 600 kB')
        self.keys('ctrl+w')
        self.wait_until_it_says('Stop Downloads?')
        self.press('Keep Downloading')
        self.wait_for(lambda: not self.says('Stop Downloads?'), 'still asks')
        self.assertIsNone(self.process.poll())
        self.keys('ctrl+q')
        self.wait_until_it_says('Stop Downloads?')
        self.press('Stop and Close')
        self.assert_exits()
        self.assertEqual(os.path.getsize(os.path.join(self.folder, '.file.bin.part')), 300_000)

    def test_terminated(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('300 of 600 kB')
        self.process.send_signal(signal.SIGTERM)
        self.assert_exits()

    def test_clear(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('600.0')
        self.keys('ctrl+shift+Delete')
        self.wait_for(lambda: not self.says('file.bin'), 'the row stays')
        self.assertTrue(self.file_is('file.bin'))

    def test_paste_links(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.keys('ctrl+l')
        subprocess.run(['xdotool', 'type', '--delay', '2', 'no link at all'], check=True, timeout=PATIENCE)
        self.keys('ctrl+a', 'ctrl+x')
        self.press('Paste Links')
        self.wait_until_it_says('There is no link in the clipboard')
        self.keys('ctrl+l')
        subprocess.run(['xdotool', 'type', '--delay', '2', f'see {self.server.url("/file.bin")}'],
                       check=True, timeout=PATIENCE)
        self.keys('ctrl+a', 'ctrl+x')
        self.press('Paste Links')
        self.wait_for(lambda: self.file_is('file.bin'), 'no file')
        self.assertEqual(len(self.server.requests), 1)

    def test_menu_windows(self):
        self.launch()
        self.keys('ctrl+question')
        self.wait_until_it_says('New download')
        self.keys('Escape')
        self.wait_for(lambda: not self.says('New download'), 'the shortcuts stay')
        self.keys('ctrl+w')
        self.assert_exits()

    def test_everything_has_a_name(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.server.route('/slow.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'), self.server.url('/slow.bin'), self.server.url('/nothing.bin'))
        self.wait_until_it_says('300 of 600 kB')
        self.wait_until_it_says('600.0')
        self.wait_until_it_says('does not have')
        names = set()
        for accessible in self.walk():
            if accessible.get_role() in CONTROLS:
                names.add(accessible.get_name())
        self.assertNotIn('', names)
        self.assertLessEqual({'Cancel', 'Try Again', 'Show in Folder', 'Main Menu', 'Link to download', 'Progress'}, names)


if __name__ == '__main__':
    unittest.main(verbosity=2)
