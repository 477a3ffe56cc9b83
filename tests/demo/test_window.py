# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The downloader's window, used as a person with a keyboard and a screen reader uses it."""

import base64
import gettext
import hashlib
import itertools
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from accessible import AccessibleCase, Atspi, BUTTONS, GLib, LABELS
from gi.repository import Gio

if shutil.which('xdotool') is None:
    print('1..0 # SKIP no xdotool')
    sys.exit(77)

from fault_server import FaultServer, answer, hanging, head, in_turn, ranged
from frames import count_frames

PROGRAM = os.environ['DOWNLOADER']
SCHEMAS = os.environ['DOWNLOADER_SCHEMAS']
NAME = 'org.asynctask.Downloader'
DIALOGS = {Atspi.Role.DIALOG, getattr(Atspi.Role, 'ALERT', None)}
MENU_ITEMS = {Atspi.Role.MENU_ITEM, Atspi.Role.RADIO_MENU_ITEM}
SENTENCES = {'Pause': 'Pause %s', 'Resume': 'Resume %s', 'Try Again': 'Try %s again', 'Menu': 'Menu of %s',
             'Show in Folder': 'Show %s in its folder', 'Details': 'Details of %s'}
PATIENCE = int(os.environ.get("PATIENCE", 30))
ENTRIES = {Atspi.Role.TEXT, Atspi.Role.ENTRY, Atspi.Role.PASSWORD_TEXT}
SWITCHES = {Atspi.Role.CHECK_BOX, Atspi.Role.TOGGLE_BUTTON, getattr(Atspi.Role, 'SWITCH', None)}
CONTROLS = BUTTONS | ENTRIES | {Atspi.Role.PROGRESS_BAR, Atspi.Role.SPIN_BUTTON}
BODY = random.Random(3).randbytes(600_000)


def gated(body, after, gate, etag='"one"'):
    """A handler that sends part of a body, and the rest once the gate is open; ranges at once."""
    def handler(request, send, server):
        start = request.range_start()
        if start is not None:
            ranged(body, etag)(request, send, server)
            return
        send(head(200, ETag=etag, Content_Length=len(body)) + body[:after])
        while not gate.wait(0.05):
            if server.closing.is_set():
                return
        send(body[after:])
    return handler


def locked(body, user, password):
    """A handler that asks for a user name and a password."""
    expected = 'Basic ' + base64.b64encode(f'{user}:{password}'.encode()).decode()

    def handler(request, send, _server):
        if request.headers.get('authorization') == expected:
            send(head(200, Content_Length=len(body)) + body)
        else:
            send(head(401, 'Unauthorized', WWW_Authenticate='Basic realm="Archive"', Content_Length=0))
    return handler


class Service:
    """Plays a service of the desktop on the session bus, and keeps what it was asked."""

    def __init__(self, name, path, xml, answers):
        self.calls = []
        self.answers = answers
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.registrations = [self.bus.register_object(path, interface, self._called, None, None)
                              for interface in Gio.DBusNodeInfo.new_for_xml(xml).interfaces]
        acquired = []
        self.owner = Gio.bus_own_name_on_connection(self.bus, name, Gio.BusNameOwnerFlags.NONE,
                                                    lambda *_: acquired.append(True), None)
        while not acquired:
            GLib.MainContext.default().iteration(True)

    def _called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        self.calls.append((method, parameters.unpack()))
        invocation.return_value(self.answers.get(method))

    def close(self):
        Gio.bus_unown_name(self.owner)
        for registration in self.registrations:
            self.bus.unregister_object(registration)

    def count(self, method):
        return sum(1 for called, _ in self.calls if called == method)


class WindowCase(AccessibleCase):
    patience = PATIENCE

    def setUp(self):
        super().setUp()
        self.server = FaultServer()
        self.addCleanup(self.server.close)
        self.home = tempfile.mkdtemp(prefix='downloader-window-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.folder = os.path.join(self.home, 'Downloads')
        self.history = os.path.join(self.home, 'asynctask-downloader', 'downloads.json')
        self.more_environment = {}

    # The program

    def environment(self):
        return {**self.environment_in(self.home), 'XDG_STATE_HOME': self.home, 'GIO_USE_PROXY_RESOLVER': 'dummy',
                'GSETTINGS_BACKEND': 'keyfile', 'GSETTINGS_SCHEMA_DIR': SCHEMAS,
                **self.more_environment}

    def start(self, *arguments):
        self.start_process([PROGRAM, *arguments], self.environment(), self.home)

    def launch(self, *arguments):
        self.launch_named(*arguments)
        self.focus('Downloader')

    def launch_named(self, *arguments):
        """Without a look at words, which may be in any language."""
        self.start(*arguments)
        self.wait_for_window()

    def find_dialog(self, title):
        """With the newest libadwaita a dialog is inside its window."""
        return next((found for found in self.walk() if found.get_role() in DIALOGS and found.get_name() == title and
                     found.get_parent().get_role() != Atspi.Role.APPLICATION), None)

    def focus(self, title):
        search = ['xdotool', 'search', '--onlyvisible', '--name', f'^{title}$']
        self.wait_for(lambda: self.find_dialog(title) or subprocess.run(search, check=False, capture_output=True,
                                                                        timeout=PATIENCE).returncode == 0,
                      f'no dialog {title}')
        if not self.find_dialog(title):
            super().focus(title)

    def another(self, *arguments, cwd=None):
        return subprocess.run([PROGRAM, *arguments], env=self.environment(), cwd=cwd or self.home,
                              timeout=PATIENCE, check=False, capture_output=True)

    def assert_exits(self, status=0):
        self.assertEqual(self.process.wait(timeout=PATIENCE), status)

    def quit(self):
        """Ends the program as the end of the desktop's session does."""
        self.process.send_signal(signal.SIGTERM)
        self.assert_exits()

    # What is shown

    def find(self, roles, name, start=None):
        # GTK 4.8 puts the text of the label inside after the name, which may have a mnemonic.
        names = (name, f'{name} {name}', f'_{name} {name}')
        try:
            for accessible in self.walk(start):
                if accessible.get_role() in roles and accessible.get_name() in names:
                    return accessible
        except GLib.Error:
            pass
        return None

    def find_button(self, name, start=None):
        return self.find(BUTTONS, name, start)

    def find_row(self, name):
        """What shows a download: the list item that is called as it is."""
        return self.find({Atspi.Role.LIST_ITEM}, name)

    def row(self, name):
        return self.wait_for(lambda: self.find_row(name), f'no row {name}')

    def texts(self, start=None):
        try:
            return [accessible.get_name() for accessible in self.walk(start)
                    if accessible.get_role() in LABELS and accessible.get_name()]
        except GLib.Error:
            return []

    def shown(self):
        return self.texts()

    def says(self, text):
        return any(text in shown for shown in self.texts())

    def wait_until_it_says(self, text):
        self.wait_for(lambda: self.says(text), f'nothing says “{text}”')

    def wait_until_row_says(self, name, text):
        def condition():
            row = self.find_row(name)
            return row is not None and any(text in shown for shown in self.texts(row))
        self.wait_for(condition, f'{name} does not say “{text}”')

    def wait_until_row_shows(self, name, text):
        """The same of what a text begins with."""
        def condition():
            row = self.find_row(name)
            return row is not None and any(shown.split(' — ')[0] == text for shown in self.texts(row))
        self.wait_for(condition, f'{name} does not show “{text}”')

    def count_finished(self, size):
        return sum(text.startswith(size + ' — ') for text in self.texts())

    def shown_files(self):
        """The names of the downloads in the list, from the top."""
        return [text for text in self.texts() if re.fullmatch(r'[a-z0-9-]+\.bin', text)]

    # What a person does

    def find_in_row(self, name, row):
        return self.find_button(SENTENCES.get(name, '%s').replace('%s', row), self.find_row(row))

    def press(self, name, row=None):
        """Presses a button; those of a row say what they are for."""
        button = self.wait_for(lambda: self.find_in_row(name, row) if row else self.find_button(name),
                               f'no button {name}')
        # A button with a menu has another one inside, which is what is pressed.
        button = next(accessible for accessible in self.walk(button) if accessible.get_n_actions() > 0)
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def choose(self, name, place, row=None):
        """Chooses from a menu, that of the window or that of a row; place is where it is in it."""
        self.press('Menu' if row else 'Main Menu', row)

        def find():
            holder = self.find_row(row) if row else self.find_button('Main Menu')
            items = [item for item in self.walk(holder) if item.get_role() in MENU_ITEMS]
            return items[place] if items else None
        item = self.wait_for(find, f'no menu with {name}')
        # GTK 4.18 tells nobody what they are called.
        self.assertIn(item.get_name(), (name, ''))
        self.assertTrue(Atspi.Action.do_action(item, 0))

    def keys(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True, timeout=PATIENCE)

    def type(self, text):
        subprocess.run(['xdotool', 'type', '--delay', '2', text], check=True, timeout=PATIENCE)

    def enter(self, name, text):
        """Puts text into an entry."""
        entry = self.wait_for(lambda: self.find(ENTRIES, name), f'no entry {name}')
        self.assertTrue(Atspi.EditableText.set_text_contents(entry, text))

    def download(self, *links):
        self.keys('ctrl+n')
        self.focus('New Download')
        for number, link in enumerate(links):
            if number > 0:
                self.keys('shift+Return')
            self.type(link)
        self.keys('Return')
        self.wait_for(lambda: not self.find(ENTRIES, 'Links'), 'the dialog stays')
        self.focus('Downloader')

    def copy(self, text):
        """Puts text into the clipboard, from the dialog for new downloads."""
        self.keys('ctrl+n')
        self.focus('New Download')
        self.type(text)
        self.keys('ctrl+a', 'ctrl+c', 'Escape')
        self.wait_for(lambda: not self.find(ENTRIES, 'Links'), 'the dialog stays')
        self.focus('Downloader')

    # What comes of it

    def file_is(self, name, body=BODY):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return False
        with open(path, 'rb') as file:
            self.assertEqual(file.read(), body)
        return True

    def wait_for_file(self, name, body=BODY):
        self.wait_for(lambda: self.file_is(name, body), f'no {name}')

    def hidden_files(self):
        return sorted(name for name in os.listdir(self.folder) if name.startswith('.'))

    def remembered(self):
        with open(self.history, encoding='utf-8') as file:
            return {entry['link'].rsplit('/', 1)[-1]: entry for entry in json.load(file)['downloads']}

    def remember(self, *entries):
        os.makedirs(os.path.dirname(self.history), exist_ok=True)
        with open(self.history, 'w', encoding='utf-8') as file:
            json.dump({'version': 1, 'downloads': entries}, file)


class Adding(WindowCase):
    def test_type_a_link(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.wait_until_it_says('No Downloads')
        self.download(self.server.url('/file.bin'))
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.assertTrue(self.file_is('file.bin'))
        self.assertIsNotNone(self.find_in_row('Show in Folder', 'file.bin'))
        self.keys('ctrl+w')
        self.assert_exits()

    def test_the_empty_window_has_one_button(self):
        self.launch()
        self.press('New Download…')
        self.wait_for(lambda: self.find(ENTRIES, 'Links'), 'no dialog')

    def test_several_lines_are_several_downloads(self):
        for name in 'abcde':
            self.server.route(f'/{name}.bin', answer(200, name.encode() * 1000))
        self.launch()
        self.download(*(self.server.url(f'/{name}.bin') for name in 'abcde'))
        for name in 'abcde':
            self.wait_for_file(f'{name}.bin', name.encode() * 1000)
        self.wait_for(lambda: self.count_finished('1\xa0kB') == 5, 'not all are finished')
        self.assertEqual(self.shown_files(), [f'{name}.bin' for name in 'abcde'])
        self.keys('ctrl+q')
        self.assert_exits()

    def test_the_clipboard_is_suggested(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.copy(f'see {self.server.url("/file.bin")}')
        self.keys('ctrl+n')
        self.focus('New Download')
        entry = self.wait_for(lambda: self.find(ENTRIES, 'Links'), 'no entry')
        self.wait_for(lambda: Atspi.Text.get_character_count(entry) > 0, 'nothing is suggested')
        self.assertEqual(Atspi.Text.get_text(entry, 0, -1), self.server.url('/file.bin'))
        self.keys('Return')
        self.wait_for_file('file.bin')
        self.assertEqual(len(self.server.requests), 1)

    def test_paste_anywhere(self):
        for name in 'ab':
            self.server.route(f'/{name}.bin', answer(200, BODY))
        self.launch()
        self.copy('no link at all')
        self.keys('ctrl+v')
        self.wait_until_it_says('There is no link in the clipboard')
        self.copy(f'{self.server.url("/a.bin")} {self.server.url("/b.bin")}')
        self.keys('ctrl+v')
        self.wait_for_file('a.bin')
        self.wait_for_file('b.bin')
        self.assertEqual(len(self.server.requests), 2)

    def drop(self, kind, *links):
        """The button is let go of once the source has heard that what is under the pointer takes it: before that there
        is nothing to drop, however long the pointer has been there."""
        source = subprocess.Popen([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), 'drag_source.py'),
                                   kind, *links], env=self.environment(), stdout=subprocess.PIPE, encoding='utf-8')
        self.addCleanup(source.stdout.close)
        self.addCleanup(self.stop, source)
        said = []
        threading.Thread(target=lambda: said.extend(map(str.strip, iter(source.stdout.readline, ''))), daemon=True).start()
        found = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', '^Drag Source$'],
                               check=True, capture_output=True, encoding='utf-8', timeout=PATIENCE)
        subprocess.run(['xdotool', 'windowmove', '--sync', found.stdout.split()[-1], '700', '100'], check=True,
                       timeout=PATIENCE)
        def mouse(*step):
            subprocess.run(['xdotool', *map(str, step)], check=True, timeout=PATIENCE)

        def move_until(word, x, y):
            """A drag begins by a movement after GTK has seen the button, and is taken by one over what takes it."""
            places = itertools.count(x)
            self.wait_for(lambda: mouse('mousemove', next(places), y) or word in said, f'the source was not {word}')

        mouse('mousemove', 760, 180)
        mouse('mousedown', 1)
        move_until('dragged', 770, 190)
        move_until('accepted', 300, 300)
        mouse('mouseup', 1)

    def test_drop_links(self):
        for name in 'ab':
            self.server.route(f'/{name}.bin', answer(200, BODY))
        self.launch()
        self.drop('text/uri-list', self.server.url('/a.bin'), self.server.url('/b.bin'))
        self.wait_for_file('a.bin')
        self.wait_for_file('b.bin')

    def test_drop_text(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.drop('text/plain;charset=utf-8', f'see {self.server.url("/file.bin")}')
        self.wait_for_file('file.bin')

    def test_drop_files_of_ones_own(self):
        self.launch()
        self.drop('text/uri-list', 'file:///etc/passwd')
        self.wait_until_it_says('There is no link in it that can be downloaded')

    def test_checksum(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.keys('ctrl+n')
        self.focus('New Download')
        self.type(self.server.url('/file.bin'))
        self.enter('Checksum (optional)', 'nonsense')
        self.wait_until_it_says('This is no MD5')
        self.keys('Return')
        self.enter('Checksum (optional)', '0' * 64)
        self.wait_for(lambda: not self.says('This is no MD5'), 'still no checksum')
        self.assertEqual(len(self.server.requests), 0)
        self.press('Download')
        self.wait_until_it_says('not the expected one')
        self.assertFalse(os.path.exists(os.path.join(self.folder, 'file.bin')))

    def test_what_is_no_link_is_not_taken(self):
        """Neither by the dialog, which says so, nor by a paste."""
        self.server.route('/with%20space.bin', answer(200, BODY))
        self.launch()
        self.download(self.server.url('/with space.bin').replace('http', 'HTTP'))
        self.wait_for_file('with space.bin')
        self.keys('ctrl+n')
        self.focus('New Download')
        self.wait_for(lambda: self.find(ENTRIES, 'Links'), 'no dialog')
        for text in ('no link at all', 'word', 'ftp://host/file', 'http://'):
            self.keys('ctrl+a')
            self.type(text)
            self.wait_until_it_says(f'“{text}” is not a link that can be downloaded')
            self.keys('Return')
        self.keys('ctrl+a', 'ctrl+c', 'Escape')
        self.wait_for(lambda: not self.find(ENTRIES, 'Links'), 'the dialog stays')
        self.focus('Downloader')
        self.keys('ctrl+v')
        self.wait_until_it_says('There is no link in the clipboard')
        self.assertEqual(len(self.server.requests), 1)

    def test_edit_a_link(self):
        self.server.route('/right.bin', answer(200, BODY))
        self.launch(self.server.url('/wrong.bin'))
        self.wait_until_row_says('wrong.bin', 'does not have')
        self.choose('Edit Link…', 2, 'wrong.bin')
        self.focus('Edit Link')
        entry = self.wait_for(lambda: self.find(ENTRIES, 'Links'), 'no entry')
        self.assertEqual(Atspi.Text.get_text(entry, 0, -1), self.server.url('/wrong.bin'))
        self.keys('ctrl+a')
        self.type(self.server.url('/right.bin'))
        self.keys('Return')
        self.wait_for_file('right.bin')
        self.wait_for(lambda: self.shown_files() == ['right.bin'], 'the wrong one stays')

    def named(self, body, name):
        """A handler of a server that has a name for the file, and says so without the file, too."""
        def handler(request, send, _server):
            send(head(200, Content_Length=len(body), Content_Disposition=f'attachment; filename="{name}"'))
            if request.method != 'HEAD':
                send(body)
        return handler

    def test_name_and_size_before_it_begins(self):
        self.server.route('/get', self.named(BODY, 'given.bin'), probed=True)
        self.launch()
        self.keys('ctrl+n')
        self.focus('New Download')
        self.type(self.server.url('/get'))
        self.wait_until_it_says('The file has 600\xa0kB')
        self.assertEqual([request.method for request in self.server.requests], ['HEAD'])
        self.keys('Return')
        self.wait_for_file('given.bin')

    def test_another_name(self):
        self.server.route('/get', self.named(BODY, 'given.bin'), probed=True)
        self.launch()
        os.makedirs(self.folder, exist_ok=True)
        with open(os.path.join(self.folder, 'given.bin'), 'wb'):
            pass
        self.keys('ctrl+n')
        self.focus('New Download')
        self.type(self.server.url('/get'))
        self.wait_until_it_says('“given.bin” is there already; the new one gets another name')
        self.enter('File Name', 'mine.bin')
        self.wait_until_it_says('The file has 600\xa0kB')
        self.press('Download')
        self.wait_for_file('mine.bin')
        self.wait_until_row_shows('mine.bin', '600\xa0kB')
        self.assertEqual(sorted(os.listdir(self.folder)), ['given.bin', 'mine.bin'])

    def test_a_link_that_is_running_is_asked_about(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.server.route('/other.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.copy(f'{self.server.url("/file.bin")} {self.server.url("/other.bin")}')
        self.keys('ctrl+v')
        self.wait_for_file('other.bin')
        self.wait_until_it_says('is being downloaded already')
        self.press('Leave Out')
        self.wait_for(lambda: not self.says('is being downloaded already'), 'it still asks')
        self.assertEqual(self.shown_files().count('file.bin'), 1)
        self.focus('Downloader')
        self.keys('ctrl+v')
        self.wait_until_it_says('is being downloaded already')
        self.press('Download Again')
        self.wait_for(lambda: len(self.server.requests_for('/file.bin')) == 2, 'it is not asked again')

    def test_new_downloads_follow_the_command_line(self):
        self.server.route('/file.bin', in_turn(answer(200, BODY), answer(200, BODY), answer(503, b'')))
        self.folder = os.path.join(self.home, 'elsewhere')
        self.launch('-o', self.folder, '--retries', '0', '--checksum', 'md5:' + '0' * 32, '--header', 'X-Key: secret',
                    '--referer', 'http://page/', '--user-agent', 'Some/1.0', self.server.url('/file.bin'))
        self.wait_until_it_says('not the expected one')
        self.download(self.server.url('/file.bin'))
        self.wait_for_file('file.bin')
        self.download(self.server.url('/file.bin'))
        self.wait_until_it_says('too busy')
        self.assertFalse(self.says('Trying again'))
        # What may be a secret is for the link that it came with.
        for name, expected in (('user-agent', ['Some/1.0'] * 3), ('x-key', ['secret', None, None]), ('referer', ['http://page/', None, None])):
            self.assertEqual([request.headers.get(name) for request in self.server.requests_for('/file.bin')], expected)

    def test_sample(self):
        self.launch('--sample')
        self.wait_until_it_says('sample-picture.bmp')
        self.wait_for(lambda: os.path.exists(os.path.join(self.folder, 'sample-picture.bmp')), 'no sample')
        self.wait_until_it_says('5.8\xa0MB')
        self.keys('ctrl+w')
        self.assert_exits()


class OverDBus(WindowCase):
    def open(self, *links):
        subprocess.run(['gdbus', 'call', '--session', '--dest', NAME, '--object-path', '/org/asynctask/Downloader',
                        '--method', 'org.freedesktop.Application.Open', str(list(links)), '{}'],
                       env=self.environment(), check=True, timeout=PATIENCE, capture_output=True)

    def test_second_instance(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        other = os.path.join(self.home, 'other')
        os.mkdir(other)
        self.assertEqual(self.another('-o', 'here', '--header', 'X-Key: secret', '--user-agent', 'Some/1.0',
                                      self.server.url('/file.bin'), cwd=other).returncode, 0)
        self.folder = os.path.join(other, 'here')
        self.wait_for_file('file.bin')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.assertEqual(self.another('--wrong').returncode, 2)
        self.assertEqual(self.another('--header', 'Host: x', self.server.url('/file.bin')).returncode, 2)
        self.open(self.server.url('/file.bin'))
        self.wait_for(lambda: len(self.server.requests) == 2, 'it is not asked again')
        first, second = (request.headers for request in self.server.requests)
        self.assertEqual((first['user-agent'], first['x-key']), ('Some/1.0', 'secret'))
        self.assertTrue(second['user-agent'].startswith('asynctask-downloader/'))
        self.assertNotIn('x-key', second)

    def test_opens_links(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch()
        self.open(self.server.url('/file.bin'))
        self.wait_for_file('file.bin')

    def start_service(self):
        """As the service file and the desktop file have it started."""
        self.start('--gapplication-service')
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.wait_for(lambda: bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', 'NameHasOwner',
                                            GLib.Variant('(s)', (NAME,)), None, 0, -1, None).unpack()[0], 'no service')

    def test_service_goes_on_without_a_window(self):
        """What was waiting keeps the service, which would end after a while, and ends it."""
        gate = threading.Event()
        self.server.route('/file.bin', gated(BODY, 300_000, gate))
        self.remember({'link': self.server.url('/file.bin'), 'state': 'waiting', 'folder': f'file://{self.folder}'})
        self.start_service()
        self.wait_for(lambda: len(self.server.requests) == 1, 'it does not go on')
        gate.set()
        self.wait_for_file('file.bin')
        self.assert_exits()

    def test_started_as_a_service(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.start_service()
        self.open(self.server.url('/file.bin'))
        self.wait_for_file('file.bin')
        self.wait_until_row_shows('file.bin', '600\xa0kB')


class States(WindowCase):
    def test_waits_for_another_from_the_server(self):
        """And goes on when that one ends, with no try allowed."""
        gate = threading.Event()
        self.server.route('/first.bin', gated(BODY, 300_000, gate))
        self.server.route('/second.bin', lambda *asked: (answer(200, BODY) if gate.is_set() else answer(503, b'no'))(*asked))
        self.launch('--retries', '0', self.server.url('/first.bin'))
        self.wait_for(lambda: self.server.requests_for('/first.bin'), 'it is not asked')
        self.assertEqual(self.another('--retries', '0', self.server.url('/second.bin')).returncode, 0)
        self.wait_until_row_says('second.bin', 'this one waits for another')
        gate.set()
        for name in 'first.bin', 'second.bin':
            self.wait_for_file(name)
        self.assertEqual(len(self.server.requests_for('/second.bin')), 2)

    def test_failure_in_words_and_try_again(self):
        self.server.route('/file.bin', in_turn(answer(404, b'sorry'), answer(200, BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', 'The server does not have this file')
        self.press('Try Again', 'file.bin')
        self.wait_for_file('file.bin')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.assertFalse(self.says('does not have'))

    def test_pause_and_resume(self):
        self.server.route('/file.bin', in_turn(hanging(BODY, 300_000), ranged(BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.press('Pause', 'file.bin')
        self.wait_until_row_says('file.bin', 'Paused at 300\xa0kB of 600\xa0kB')
        self.assertEqual(self.hidden_files(), ['.file.bin.part', '.file.bin.part.resume'])
        self.press('Resume', 'file.bin')
        self.wait_for_file('file.bin')
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_queued_waits_and_takes_the_place_of_the_paused(self):
        self.server.route('/first.bin', hanging(BODY, 300_000))
        self.server.route('/second.bin', answer(200, BODY))
        self.launch('--max-active', '1', self.server.url('/first.bin'), self.server.url('/second.bin'))
        self.wait_until_row_says('first.bin', '300\xa0kB of 600\xa0kB')
        self.wait_until_row_says('second.bin', 'Waiting for its turn')
        self.press('Pause', 'first.bin')
        self.wait_until_row_shows('second.bin', '600\xa0kB')
        self.assertTrue(self.file_is('second.bin'))

    def test_pause_all_and_resume_all(self):
        for name in ('one', 'two', 'three'):
            self.server.route(f'/{name}.bin', in_turn(hanging(BODY, 300_000), ranged(BODY)))
        self.launch('--max-active', '2', *(self.server.url(f'/{name}.bin') for name in ('one', 'two', 'three')))
        self.wait_until_row_says('one.bin', '300\xa0kB of 600\xa0kB')
        self.wait_until_row_says('two.bin', '300\xa0kB of 600\xa0kB')
        self.choose('Pause All', 1)
        self.wait_for(lambda: sum(text.startswith('Paused') and '0 of 3' not in text for text in self.texts()) == 3, 'not all are paused')
        self.assertEqual(len(self.server.requests_for('/three.bin')), 0)
        self.server.route('/three.bin', answer(200, BODY))
        self.choose('Resume All', 2)
        for name in ('one', 'two', 'three'):
            self.wait_for_file(f'{name}.bin')

    def test_retrying_counts_down_and_can_be_hurried(self):
        self.server.route('/file.bin', in_turn(answer(503, b'', Retry_After=100), answer(200, BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', 'too busy')
        self.wait_until_row_says('file.bin', 'Trying again in 9')
        self.press('Try Again', 'file.bin')
        self.wait_for_file('file.bin')

    def test_unknown_length(self):
        gate = threading.Event()

        def handler(_request, send, _server):
            send(head(200) + BODY[:300_000])
            gate.wait(PATIENCE)
            send(BODY[300_000:])
        self.server.route('/file.bin', handler)
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB')
        gate.set()
        self.wait_for_file('file.bin')

    def test_missing(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        path = os.path.join(self.folder, 'file.bin')
        os.rename(path, os.path.join(self.home, 'elsewhere'))
        self.wait_until_row_says('file.bin', 'moved or deleted')
        os.rename(os.path.join(self.home, 'elsewhere'), path)
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        os.unlink(path)
        self.press('Try Again', 'file.bin')
        self.wait_for_file('file.bin')
        self.assertEqual(len(self.server.requests), 2)

    @unittest.skipUnless(os.geteuid() == 0, 'takes root to make a small disk')
    def test_full_disk_pauses(self):
        self.folder = os.path.join(self.home, 'small')
        os.mkdir(self.folder)
        if subprocess.run(['mount', '-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', self.folder],
                          check=False, capture_output=True).returncode != 0:
            self.skipTest('cannot mount a small disk')
        self.addCleanup(subprocess.run, ['umount', '-l', self.folder], check=False)
        self.server.route('/file.bin', in_turn(lambda request, send, server: send(head(200) + BODY), answer(200, BODY)))
        self.launch('-o', self.folder, self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', 'Paused — There is no space left')
        subprocess.run(['mount', '-o', 'remount,size=2M', self.folder], check=True)
        self.press('Try Again', 'file.bin')
        self.wait_for_file('file.bin')

    def test_log_in(self):
        self.server.route('/one.bin', locked(BODY, 'ann', 'secret'))
        self.server.route('/two.bin', locked(BODY, 'ann', 'secret'))
        self.launch(self.server.url('/one.bin'), self.server.url('/two.bin'))
        self.wait_until_it_says('asks for a user name and a password')
        self.wait_for(lambda: len(self.server.requests) == 2, 'not both have asked')
        self.wait_for(lambda: sum('The server asks' in text for text in self.texts()) == 2, 'not both say so')
        self.enter('User Name', 'ann')
        self.enter('Password', 'wrong')
        self.press('Log In')
        self.wait_until_it_says('does not accept this user name and password')
        # The name is kept.
        self.enter('Password', 'secret')
        self.press('Log In')
        self.wait_for_file('one.bin')
        self.wait_for_file('two.bin')
        self.quit()
        with open(self.history, encoding='utf-8') as file:
            self.assertNotIn('secret', file.read())

    def type_login(self):
        """Goes through the dialog as people do, and looks at what they typed before they go on."""
        # What is freed is overwritten, so that who still looks at it does not get away with it.
        self.more_environment = {'G_SLICE': 'always-malloc', 'MALLOC_PERTURB_': '165'}
        self.server.route('/file.bin', locked(BODY, 'ann', 'secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('asks for a user name and a password')
        self.focus('Log In')
        self.type('ann')
        self.keys('Tab')
        self.type('secret')
        time.sleep(0.5)

    def test_log_in_by_enter(self):
        self.type_login()
        self.keys('Return')
        self.wait_for_file('file.bin')
        self.wait_for(lambda: not self.says('asks for a user name and a password'), 'it still asks')
        self.quit()

    def test_leave_the_login_by_escape(self):
        self.type_login()
        self.keys('Escape')
        self.wait_for(lambda: not self.says('asks for a user name and a password'), 'it still asks')
        self.assertEqual(len(self.server.requests), 1)
        self.quit()

    def test_end_within_the_login(self):
        self.type_login()
        self.quit()

    def test_log_in_later(self):
        self.server.route('/file.bin', locked(BODY, 'ann', 'secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says('asks for a user name and a password')
        self.press('Cancel')
        self.wait_for(lambda: not self.says('asks for a user name and a password'), 'it still asks')
        self.press('Try Again', 'file.bin')
        self.enter('User Name', 'ann')
        self.enter('Password', 'secret')
        self.press('Log In')
        self.wait_for_file('file.bin')


class Files(WindowCase):
    def test_shown_in_the_file_manager(self):
        manager = Service('org.freedesktop.FileManager1', '/org/freedesktop/FileManager1', '''
            <node><interface name="org.freedesktop.FileManager1">
              <method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>
            </interface></node>''', {'ShowItems': None})
        self.addCleanup(manager.close)
        self.server.route('/with%20space.bin', answer(200, BODY))
        self.launch(self.server.url('/with%20space.bin'))
        self.wait_until_row_shows('with space.bin', '600\xa0kB')
        self.press('Show in Folder', 'with space.bin')
        self.wait_for(lambda: manager.count('ShowItems') == 1, 'nothing is shown')
        self.assertEqual(manager.calls[0][1][0], [f'file://{self.folder}/with%20space.bin'])

    def test_what_is_added_is_in_view(self):
        self.server.route('/new.bin', answer(200, BODY))
        self.remember(*({'link': f'http://127.0.0.1:1/{i}', 'state': 'paused'} for i in range(50)))
        self.launch()
        self.row('49')

        def is_in_view(name):
            # A row that was never in view has no size.
            row = self.find_row(name)
            extents = Atspi.Component.get_extents(row, Atspi.CoordType.WINDOW) if row is not None else None
            return extents is not None and extents.height > 0 and 0 < extents.y < 560
        self.wait_for(lambda: is_in_view('49'), 'the oldest is not on top')
        self.another(self.server.url('/new.bin'))
        self.wait_for(lambda: is_in_view('new.bin'), 'it is not in view')

    def test_copy_link(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.choose('Copy Link', -3, 'file.bin')
        self.wait_until_it_says('Link copied')
        self.keys('ctrl+v')
        self.wait_for_file('file (1).bin')


class Finding(WindowCase):
    def launch_some(self):
        for name in ('apple', 'banana', 'cherry'):
            self.server.route(f'/{name}.bin', answer(200, BODY))
        self.server.route('/slow.bin', hanging(BODY, 300_000))
        self.launch(*(self.server.url(f'/{name}.bin') for name in ('apple', 'banana', 'cherry', 'slow')))
        self.wait_until_row_says('slow.bin', '300\xa0kB of 600\xa0kB')
        self.wait_for(lambda: self.count_finished('600\xa0kB') == 3, 'not all are finished')

    def test_search(self):
        self.launch_some()
        self.keys('ctrl+f')
        self.wait_for(lambda: self.find(ENTRIES, 'Search Downloads'), 'no search')
        self.type('AN')
        self.wait_for(lambda: self.shown_files() == ['banana.bin'], 'nothing is found')
        self.type('x')
        self.wait_until_it_says('No Results Found')
        self.assertTrue(self.says('0 of 1') or self.says('3 of 4') or self.says('300\xa0kB'))
        self.keys('Escape')
        self.wait_for(lambda: self.shown_files() == ['slow.bin', 'apple.bin', 'banana.bin', 'cherry.bin'],
                      'the search goes on')

    def test_order(self):
        """What is going on is on top, and the rest as it came; another order stays for the next time."""
        self.launch_some()
        self.wait_for(lambda: self.shown_files() == ['slow.bin', 'apple.bin', 'banana.bin', 'cherry.bin'], 'wrong order')
        self.choose('Newest First', 5)
        self.wait_for(lambda: self.shown_files() == ['slow.bin', 'cherry.bin', 'banana.bin', 'apple.bin'], 'wrong order')
        self.quit()
        self.launch()
        self.wait_for(lambda: self.shown_files() == ['slow.bin', 'cherry.bin', 'banana.bin', 'apple.bin'], 'wrong order')
        self.choose('Oldest First', 6)
        self.wait_for(lambda: self.shown_files() == ['apple.bin', 'banana.bin', 'cherry.bin', 'slow.bin'], 'wrong order')

    def test_details(self):
        self.server.route('/file.bin', answer(200, BODY))
        digest = hashlib.sha256(BODY).hexdigest()
        self.launch('--checksum', 'sha256:' + digest, self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '600\xa0kB — 127.0.0.1 — ')
        self.choose('Details', -2, 'file.bin')
        for text in ('Link: ' + self.server.url('/file.bin'), 'File: ' + os.path.join(self.folder, 'file.bin'),
                     'Checksum: ' + digest, 'Begun: ', 'Ended: '):
            self.wait_until_it_says(text)


class Removing(WindowCase):
    def launch_half_done(self):
        self.server.route('/file.bin', in_turn(hanging(BODY, 300_000), ranged(BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')

    def test_undo_goes_on(self):
        self.launch_half_done()
        self.choose('Remove from List', -1, 'file.bin')
        self.wait_until_it_says('“file.bin” removed')
        self.wait_for(lambda: self.find_row('file.bin') is None, 'the row stays')
        self.press('Undo')
        self.wait_for_file('file.bin')
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_what_is_cancelled_for_good_leaves_nothing(self):
        self.launch_half_done()
        self.choose('Remove from List', -1, 'file.bin')
        self.wait_until_it_says('“file.bin” removed')
        self.assertEqual(self.hidden_files(), ['.file.bin.part', '.file.bin.part.resume'])
        self.keys('ctrl+q')
        self.assert_exits()
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(self.remembered(), {})

    def test_keyboard(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        button = self.find_in_row('Show in Folder', 'file.bin')
        for _ in range(10):
            if button.get_state_set().contains(Atspi.StateType.FOCUSED):
                break
            self.keys('Tab')
        self.assertTrue(button.get_state_set().contains(Atspi.StateType.FOCUSED))
        self.keys('Delete')
        self.wait_until_it_says('“file.bin” removed')
        self.wait_until_it_says('No Downloads')
        self.keys('ctrl+z')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.assertTrue(self.file_is('file.bin'))

    def test_space_pauses_and_resumes(self):
        self.launch_half_done()
        button = self.find_in_row('Pause', 'file.bin')
        for _ in range(10):
            if button.get_state_set().contains(Atspi.StateType.FOCUSED):
                break
            self.keys('Tab')
        self.keys('space')
        self.wait_until_row_says('file.bin', 'Paused at')
        self.keys('Return')
        self.wait_for_file('file.bin')

    def focus_row(self, name):
        """Goes to the list item with the keyboard."""
        for _ in range(12):
            row = self.find_row(name)
            if row is not None and row.get_state_set().contains(Atspi.StateType.FOCUSED):
                return
            self.keys('Tab')
            time.sleep(0.1)
        self.fail(f'{name} does not get the focus')

    def test_keys_on_a_row(self):
        """What has the focus is the item of the list, and no button in it."""
        self.launch_half_done()
        self.focus_row('file.bin')
        self.keys('space')
        self.wait_until_row_says('file.bin', 'Paused at')
        self.keys('space')
        self.wait_for_file('file.bin')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.focus_row('file.bin')
        self.keys('ctrl+c')
        self.wait_until_it_says('Link copied')
        self.keys('shift+F10')
        self.wait_for(lambda: any(item.get_role() == Atspi.Role.MENU_ITEM for item in self.walk(self.row('file.bin'))),
                      'no menu')
        self.keys('Escape')
        self.wait_for(lambda: not any(item.get_role() == Atspi.Role.MENU_ITEM
                                      for item in self.walk(self.row('file.bin'))), 'the menu stays')
        self.focus_row('file.bin')
        self.keys('Delete')
        self.wait_until_it_says('“file.bin” removed')
        self.wait_until_it_says('No Downloads')

    def test_several_at_once(self):
        for name in 'abc':
            self.server.route(f'/{name}.bin', answer(200, BODY))
        self.launch(*(self.server.url(f'/{name}.bin') for name in 'abc'))
        self.wait_for(lambda: self.count_finished('600\xa0kB') == 3, 'not all are finished')
        button = self.find_in_row('Show in Folder', 'a.bin')
        for _ in range(10):
            if button.get_state_set().contains(Atspi.StateType.FOCUSED):
                break
            self.keys('Tab')
        self.keys('Home', 'shift+Down')
        self.keys('ctrl+c')
        self.wait_until_it_says('Links copied')
        self.keys('Delete')
        self.wait_until_it_says('2 downloads removed')
        self.wait_for(lambda: self.shown_files() == ['c.bin'], 'rows stay')
        self.keys('ctrl+z')
        self.wait_for(lambda: self.shown_files() == ['a.bin', 'b.bin', 'c.bin'], 'rows are lost')

    def test_a_long_name_leaves_room_for_what_happened(self):
        name = 'a-file-with-a-name-that-is-much-too-long-for-a-toast.bin'
        self.server.route(f'/{name}', answer(200, BODY))
        self.launch(self.server.url(f'/{name}'))
        self.wait_until_row_shows(name, '600\xa0kB')
        self.choose('Remove from List', -1, name)
        self.wait_until_it_says('“a-file-wit…-toast.bin” removed')

    def test_clear_finished_and_undo(self):
        for name in 'abc':
            self.server.route(f'/{name}.bin', answer(200, BODY))
        self.launch(*(self.server.url(f'/{name}.bin') for name in 'abc'), self.server.url('/nothing.bin'))
        self.wait_for(lambda: self.count_finished('600\xa0kB') == 3, 'not all are finished')
        self.wait_until_it_says('does not have')
        self.keys('ctrl+shift+Delete')
        self.wait_until_it_says('3 downloads removed')
        self.wait_for(lambda: self.shown_files() == ['nothing.bin'], 'rows stay')
        self.press('Undo')
        self.wait_for(lambda: self.shown_files() == ['nothing.bin', 'a.bin', 'b.bin', 'c.bin'], 'rows are lost')
        self.keys('ctrl+shift+Delete')
        self.wait_for(lambda: self.shown_files() == ['nothing.bin'], 'rows stay')
        self.quit()
        for name in 'abc':
            self.assertTrue(self.file_is(f'{name}.bin'))
        self.assertEqual(list(self.remembered()), ['nothing.bin'])


class Restart(WindowCase):
    def test_everything_is_there_again(self):
        self.server.route('/done.bin', answer(200, BODY))
        self.server.route('/paused.bin', in_turn(hanging(BODY, 300_000), ranged(BODY)))
        self.server.route('/running.bin', in_turn(hanging(BODY, 200_000), ranged(BODY)))
        self.launch('--max-active', '4', *(self.server.url(f'/{name}.bin') for name in ('done', 'paused', 'running', 'gone')))
        self.wait_until_row_shows('done.bin', '600\xa0kB')
        self.wait_until_row_says('gone.bin', 'does not have')
        self.wait_until_row_says('paused.bin', '300\xa0kB of 600\xa0kB')
        self.press('Pause', 'paused.bin')
        self.wait_until_row_says('paused.bin', 'Paused at')
        self.wait_until_row_says('running.bin', '200\xa0kB of 600\xa0kB')
        self.quit()
        self.assertEqual({name: entry['state'] for name, entry in self.remembered().items()},
                         {'done.bin': 'finished', 'paused.bin': 'paused', 'running.bin': 'waiting', 'gone.bin': 'failed'})

        self.launch()
        self.wait_until_row_shows('done.bin', '600\xa0kB')
        self.wait_until_row_says('gone.bin', 'does not have')
        self.wait_until_row_says('paused.bin', 'Paused at 300\xa0kB of 600\xa0kB')
        self.wait_for_file('running.bin')
        self.assertEqual(self.shown_files(), ['paused.bin', 'gone.bin', 'done.bin', 'running.bin'])
        self.assertEqual(self.server.requests_for('/running.bin')[1].range_start(), 200_000)
        self.assertEqual(len(self.server.requests_for('/paused.bin')), 1)
        self.press('Resume', 'paused.bin')
        self.wait_for_file('paused.bin')
        self.assertEqual(self.server.requests_for('/paused.bin')[1].range_start(), 300_000)

    def test_killed(self):
        self.server.route('/file.bin', in_turn(hanging(BODY, 300_000), ranged(BODY)))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.wait_for(lambda: os.path.exists(self.history) and 'file' in self.remembered()['file.bin'], 'not remembered')
        self.process.kill()
        self.assert_exits(-signal.SIGKILL)
        self.launch()
        self.wait_for_file('file.bin')
        self.assertEqual(self.server.requests[1].range_start(), 300_000)

    def test_missing_files_are_seen(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.quit()
        os.unlink(os.path.join(self.folder, 'file.bin'))
        self.launch()
        self.wait_until_row_says('file.bin', 'moved or deleted')

    def test_no_password_is_kept(self):
        self.server.route('/file.bin', locked(BODY, 'ann', 'geheim'))
        self.launch(self.server.url('/file.bin', user='ann:geheim'), 'ftp://bob:geheim@host/x.bin')
        self.wait_for_file('file.bin')
        self.wait_until_it_says('Only links that start with')
        self.assertFalse(self.says('geheim'))
        self.quit()
        with open(self.history, encoding='utf-8') as file:
            self.assertNotIn('geheim', file.read())
        self.assertEqual(os.stat(self.history).st_mode & 0o777, 0o600)

    def test_damaged_list(self):
        for damaged in (b'{"version": 1, "downloads": [', b'\xff\xfe\x00', b'[]', b''):
            with self.subTest(damaged=damaged):
                os.makedirs(os.path.dirname(self.history), exist_ok=True)
                with open(self.history, 'wb') as file:
                    file.write(damaged)
                self.launch()
                self.wait_until_it_says('The list of downloads was damaged')
                self.wait_until_it_says('No Downloads')
                self.quit()
        kept = os.path.join(os.path.dirname(self.history), 'downloads.json.broken-1')
        with open(kept, 'rb') as file:
            self.assertEqual(file.read(), b'{"version": 1, "downloads": [')

    def test_damaged_entries(self):
        path = f'file://{self.home}/good.bin'
        with open(os.path.join(self.home, 'good.bin'), 'wb'):
            pass
        self.remember(17, {}, {'link': 5, 'state': 'paused'}, {'link': 'http://x/a.bin', 'state': 'odd'},
                      {'link': 'http://x/b.bin', 'state': 'finished'},
                      {'link': 'http://x/c.bin', 'state': 'paused', 'bytes': -1, 'total': 'much', 'file': 3,
                       'folder': 'nowhere', 'checksum': 'md5:x', 'timeout': -4, 'retries': 1e300},
                      {'link': 'http://x/good.bin', 'state': 'finished', 'file': path, 'bytes': 5000, 'total': 5000})
        self.launch()
        self.wait_until_row_shows('good.bin', '5\xa0kB')
        self.assertEqual(self.shown_files(), ['c.bin', 'good.bin'])
        self.wait_until_row_says('c.bin', 'Paused')

    def test_thousands(self):
        """What is not in view has no widgets, however much is in the list."""
        os.mkdir(self.folder)
        self.remember(*({'link': f'http://x/file-{n}.bin', 'state': 'finished', 'bytes': 5000, 'total': 5000,
                         'file': f'file://{self.folder}/file-{n}.bin'} for n in range(2000)))
        self.launch()
        self.wait_until_row_says('file-1999.bin', 'moved or deleted')
        rows = sum(accessible.get_role() == Atspi.Role.LIST_ITEM for accessible in self.walk())
        self.assertLess(rows, 500)
        self.keys('ctrl+shift+Delete')
        self.wait_until_it_says('2000 downloads removed')
        self.keys('ctrl+z')
        self.wait_until_it_says('file-1999.bin')
        self.quit()
        self.assertEqual(len(self.remembered()), 2000)


class Lifetime(WindowCase):
    def is_shown(self):
        return subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', '^Downloader$'],
                              check=False, capture_output=True).returncode == 0

    def test_closing_goes_on_in_the_background(self):
        gate = threading.Event()
        self.server.route('/file.bin', gated(BODY, 300_000, gate))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.keys('ctrl+w')
        self.wait_for(lambda: not self.is_shown(), 'the window stays')
        gate.set()
        self.assert_exits()
        self.assertTrue(self.file_is('file.bin'))

    def test_opened_again(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.keys('ctrl+w')
        self.wait_for(lambda: not self.is_shown(), 'the window stays')
        self.assertEqual(self.another().returncode, 0)
        self.wait_for(self.is_shown, 'no window')
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.assertEqual(len(self.server.requests), 1)

    def test_quitting_asks(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.keys('ctrl+q')
        self.wait_until_it_says('Stop Downloads?')
        self.press('Keep Downloading')
        self.wait_for(lambda: not self.says('Stop Downloads?'), 'still asks')
        self.assertIsNone(self.process.poll())
        self.focus('Downloader')
        self.keys('ctrl+q')
        self.wait_until_it_says('Stop Downloads?')
        self.press('Stop and Quit')
        self.assert_exits()
        self.assertEqual(os.path.getsize(os.path.join(self.folder, '.file.bin.part')), 300_000)
        self.assertEqual(self.remembered()['file.bin']['state'], 'waiting')

    def test_enter_does_not_quit_in_a_narrow_window(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        subprocess.run(['xdotool', 'windowsize', '--sync', self.window, '360', '500'], check=True, timeout=PATIENCE)
        self.keys('ctrl+q')
        self.wait_for(lambda: self.find_button('Keep Downloading'), 'it does not ask')
        # There are two of each button, for wide and for narrow windows.
        self.wait_for(lambda: any('Keep Downloading' in found.get_name() for found in self.walk()
                                  if found.get_state_set().contains(Atspi.StateType.FOCUSED)), 'Enter would quit')

    def test_terminated(self):
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.quit()
        self.assertEqual(os.path.getsize(os.path.join(self.folder, '.file.bin.part')), 300_000)

    def play_notifications(self):
        notifications = Service('org.freedesktop.Notifications', '/org/freedesktop/Notifications', '''
            <node><interface name="org.freedesktop.Notifications">
              <method name="Notify">
                <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
                <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/>
                <arg type="a{sv}" direction="in"/><arg type="i" direction="in"/><arg type="u" direction="out"/>
              </method>
              <method name="CloseNotification"><arg type="u" direction="in"/></method>
            </interface></node>''', {'Notify': GLib.Variant('(u)', (7,)), 'CloseNotification': None})
        self.addCleanup(notifications.close)
        return notifications

    @staticmethod
    def wait_for_notifications(notifications, number):
        """The program need not be there any more; returns the titles and texts."""
        end = time.monotonic() + PATIENCE
        while notifications.count('Notify') < number and time.monotonic() < end:
            GLib.MainContext.default().iteration(False)
            time.sleep(0.01)
        return [call[1] for call in notifications.calls if call[0] == 'Notify']

    def test_notified_of_a_full_disk(self):
        notifications = self.play_notifications()
        gate = threading.Event()

        def too_large(_request, send, _server):
            gate.wait(PATIENCE)
            send(head(200, Content_Length=10 ** 17))
        self.server.route('/file.bin', too_large)
        self.launch(self.server.url('/file.bin'))
        self.keys('ctrl+w')
        self.wait_for(lambda: notifications.count('Notify') == 1, 'nothing says that it goes on')
        gate.set()
        said = self.wait_for_notifications(notifications, 2)
        self.assertEqual([text[3] for text in said], ['1 download goes on in the background', 'file.bin'])
        self.assertRegex(said[1][4], 'Paused — The file needs .* free')
        self.assert_exits()
        self.assertEqual(self.remembered()['file.bin']['state'], 'paused')

    def test_notified_when_nobody_looks(self):
        notifications = self.play_notifications()
        gate = threading.Event()
        self.server.route('/file.bin', gated(BODY, 300_000, gate))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', '300\xa0kB of 600\xa0kB')
        self.assertEqual(notifications.count('Notify'), 0)
        self.keys('ctrl+w')
        self.wait_for(lambda: notifications.count('Notify') == 1, 'nothing says that it goes on')
        gate.set()
        said = self.wait_for_notifications(notifications, 2)
        self.assertEqual([text[3] for text in said], ['1 download goes on in the background', 'file.bin'])
        self.assertRegex(said[1][4], '^600\xa0kB — 127.0.0.1 — ')
        self.assertIn(f'file://{self.folder}/file.bin', ' '.join(said[1][5]))
        self.assert_exits()

    def test_suspend_is_inhibited(self):
        # The newest GTK asks no session manager any more; each can be told to ask the portal.
        self.more_environment['GDK_DEBUG'] = 'portals'
        inhibit = GLib.Variant('(o)', ('/org/freedesktop/portal/desktop/inhibit',))
        portal = Service('org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop', '''
            <node><interface name="org.freedesktop.portal.Inhibit">
              <method name="CreateMonitor">
                <arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
              </method>
              <method name="Inhibit">
                <arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="a{sv}" direction="in"/>
                <arg type="o" direction="out"/>
              </method>
            </interface></node>''', {'CreateMonitor': GLib.Variant('(o)', ('/monitor',)), 'Inhibit': inhibit})
        self.addCleanup(portal.close)
        request, = Gio.DBusNodeInfo.new_for_xml('''
            <node><interface name="org.freedesktop.portal.Request"><method name="Close"/></interface></node>''').interfaces
        portal.registrations.append(portal.bus.register_object(*inhibit.unpack(), request, portal._called, None, None))
        gate = threading.Event()
        self.server.route('/file.bin', gated(BODY, 300_000, gate))
        self.launch(self.server.url('/file.bin'))
        self.wait_for(lambda: portal.count('Inhibit') == 1, 'suspend is not inhibited')
        _window, flags, options = next(call[1] for call in portal.calls if call[0] == 'Inhibit')
        self.assertEqual((flags, options['reason']), (4, 'Tasks are running'))
        self.assertEqual(portal.count('Close'), 0)
        gate.set()
        self.wait_for(lambda: portal.count('Close') == 1, 'suspend stays inhibited')


class Preferences(WindowCase):
    def open(self):
        self.keys('ctrl+comma')
        self.focus('Preferences')

    def set_spin_button(self, name, value):
        button = self.wait_for(lambda: self.find({Atspi.Role.SPIN_BUTTON}, name), f'no {name}')
        self.assertTrue(Atspi.Value.set_current_value(button, value))

    def settings(self):
        path = os.path.join(self.home, 'glib-2.0', 'settings', 'keyfile')
        with open(path, encoding='utf-8') as file:
            return dict(line.strip().split('=', 1) for line in file if '=' in line)

    def test_how_many_at_once(self):
        for name in 'abcd':
            self.server.route(f'/{name}.bin', hanging(BODY, 300_000))
        self.launch(*(self.server.url(f'/{name}.bin') for name in 'abcd'))
        self.wait_for(lambda: sum('300\xa0kB of' in text for text in self.texts()) == 3, 'not three run')
        self.assertTrue(self.says('Waiting for its turn'))
        self.open()
        self.set_spin_button('Downloads at Once', 4)
        self.wait_for(lambda: sum('300\xa0kB of' in text for text in self.texts()) == 4, 'not four run')
        self.wait_for(lambda: os.path.exists(os.path.join(self.home, 'glib-2.0', 'settings', 'keyfile'))
                      and self.settings().get('max-active') == '4', 'not kept')

    def set_before(self, **settings):
        os.makedirs(os.path.join(self.home, 'glib-2.0', 'settings'))
        with open(os.path.join(self.home, 'glib-2.0', 'settings', 'keyfile'), 'w', encoding='utf-8') as file:
            file.write('[org/asynctask/Downloader]\n')
            for key, value in settings.items():
                file.write(f'{key.replace("_", "-")}={value}\n')

    def test_speed_limit(self):
        """At 1 kB a second it would take ten minutes; without the limit it is there at once."""
        self.set_before(limit_speed='true', speed_limit=1)
        self.server.route('/file.bin', answer(200, BODY))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_row_says('file.bin', 'of 600\xa0kB')
        self.assertFalse(self.file_is('file.bin'))
        self.open()
        switch = self.wait_for(lambda: self.find(SWITCHES, 'Limit Speed'), 'no switch')
        self.assertTrue(Atspi.Action.do_action(switch, 0))
        self.wait_for_file('file.bin')

    def test_size_of_the_window(self):
        self.set_before(window_width=480, window_height=420)
        self.launch()
        subprocess.run(['xdotool', 'windowsize', self.window, '500', '440'], check=True, timeout=PATIENCE)
        self.wait_for(lambda: self.settings()['window-width'] != '480', 'not kept')
        before = {key: value for key, value in self.settings().items() if key.startswith('window-')}
        self.quit()
        self.launch()
        frame = subprocess.run(['xdotool', 'getwindowgeometry', self.window], check=True, capture_output=True,
                               encoding='utf-8', timeout=PATIENCE).stdout
        self.assertIn('Geometry: 500x440', frame, before)

    def test_kept_for_the_next_time(self):
        self.folder = os.path.join(self.home, 'my files')
        self.set_before(folder=f"'{self.folder}'", keep_times='true', limit_speed='true')
        self.server.route('/file.bin', answer(200, BODY, Last_Modified='Tue, 01 Feb 2022 10:00:00 GMT'))
        self.launch()
        self.open()
        self.wait_until_it_says('my files')
        for name in ('Keep Time Stamps', 'Limit Speed'):
            switch = self.wait_for(lambda name=name: self.find(SWITCHES, name), f'no {name}')
            self.assertTrue(switch.get_state_set().contains(Atspi.StateType.CHECKED))
        self.keys('Escape')
        self.focus('Downloader')
        self.download(self.server.url('/file.bin'))
        self.wait_for_file('file.bin')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.assertEqual(os.stat(os.path.join(self.folder, 'file.bin')).st_mtime, 1643709600)

    def test_without_the_schema(self):
        self.more_environment = {'GSETTINGS_SCHEMA_DIR': self.home}
        for name in 'abcd':
            self.server.route(f'/{name}.bin', hanging(BODY, 300_000))
        self.launch(*(self.server.url(f'/{name}.bin') for name in 'abcd'))
        self.wait_for(lambda: sum('300\xa0kB of' in text for text in self.texts()) == 3, 'not three run')
        self.open()
        self.set_spin_button('Downloads at Once', 4)
        self.wait_for(lambda: sum('300\xa0kB of' in text for text in self.texts()) == 4, 'not four run')


class Looks(WindowCase):
    def extents(self, accessible):
        rectangle = Atspi.Component.get_extents(accessible, Atspi.CoordType.WINDOW)
        return rectangle.x, rectangle.y, rectangle.width, rectangle.height

    def test_menu_windows(self):
        self.launch()
        self.keys('ctrl+question')
        self.wait_until_it_says('New download')
        self.keys('Escape')
        self.wait_for(lambda: not self.says('Download links from the clipboard'), 'the shortcuts stay')
        self.focus('Downloader')
        # F10, by the number of the key: the newest xdotool presses Alt with it.
        self.keys('76')
        self.wait_for(lambda: any(accessible.get_role() == Atspi.Role.MENU_ITEM for accessible in self.walk()), 'no menu')
        self.keys('Escape')
        self.choose('About Downloader', 9)
        self.wait_until_it_says('The asynctask-glib contributors')

    def test_everything_has_a_name(self):
        self.server.route('/file.bin', answer(200, BODY))
        self.server.route('/slow.bin', hanging(BODY, 300_000))
        self.launch(self.server.url('/file.bin'), self.server.url('/slow.bin'), self.server.url('/nothing.bin'))
        self.wait_until_row_says('slow.bin', '300\xa0kB of 600\xa0kB')
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.wait_until_row_says('nothing.bin', 'does not have')
        names = {accessible.get_name() for accessible in self.walk() if accessible.get_role() in CONTROLS}
        self.assertNotIn('', names)
        self.assertLessEqual({'Pause slow.bin', 'Try nothing.bin again', 'Show file.bin in its folder', 'Main Menu',
                              'New Download', 'Menu of file.bin', 'slow.bin'}, names)
        bar = self.find({Atspi.Role.PROGRESS_BAR}, 'slow.bin', self.row('slow.bin'))
        self.wait_for(lambda: Atspi.Value.get_current_value(bar) == 0.5, 'no value')

    def test_everything_in_dialogs_has_a_name(self):
        self.launch()
        for keys, title, entry in (('ctrl+n', 'New Download', 'Checksum (optional)'),
                                   ('ctrl+comma', 'Preferences', 'Kilobytes a Second')):
            self.keys(keys)
            self.focus(title)
            self.wait_for(lambda entry=entry: self.find(CONTROLS, entry), f'no {entry}')
            names = {accessible.get_name() for accessible in self.walk() if accessible.get_role() in CONTROLS | SWITCHES}
            self.assertNotIn('', names)
            self.keys('Escape')
            self.wait_for(lambda entry=entry: not self.find(CONTROLS, entry), f'{title} stays')
            self.focus('Downloader')

    def test_eight_slow_downloads_draw_four_times_a_second(self):
        def slow(_request, send, server):
            send(head(200, Content_Length=5_000_000))
            while not server.closing.is_set():
                send(BODY[:5000])
                time.sleep(0.05)
        self.server.route('*', slow)
        self.launch('--max-active', '8', *(self.server.url(f'/{n}.bin') for n in range(8)))
        self.wait_for(lambda: sum(' left (' in text for text in self.texts()) >= 8, 'not all are on their way')
        time.sleep(1)
        seconds = 5
        frames = count_frames(int(self.window), seconds)
        if frames is None:
            self.skipTest('the X server does not tell')
        # Something is drawn, and not more often than it can be read.
        self.assertGreater(frames, 2)
        self.assertLessEqual(frames, 4 * seconds + 2)

    def test_narrow(self):
        self.server.route('*', hanging(BODY, 300_000))
        self.launch(self.server.url('/a-file-with-a-name-that-is-much-too-long-for-a-window-that-is-so-narrow.bin'))
        self.wait_until_it_says('300\xa0kB of 600\xa0kB')
        subprocess.run(['xdotool', 'windowsize', self.window, '360', '500'], check=True, timeout=PATIENCE)
        button = self.wait_for(lambda: next((found for found in self.walk() if found.get_name().startswith('Menu of ')), None), 'no menu')
        self.wait_for(lambda: self.extents(button)[0] + self.extents(button)[2] <= 360, 'it is too wide')
        self.assertGreater(self.extents(button)[0], 200)

    def test_right_to_left(self):
        """Old versions of GTK go by their translation, which GLib has them use where the messages are English or the
        program is translated too; newer ones go by the script of the language."""
        locales = os.path.join(self.home, 'locales')
        os.mkdir(locales)
        for locale in ('ar_EG', 'en_US'):
            made = subprocess.run(['localedef', '-i', locale, '-f', 'UTF-8', os.path.join(locales, locale + '.UTF-8')],
                                  check=False, capture_output=True)
            if made.returncode != 0 or not gettext.find('gtk40', '/usr/share/locale', ['ar']):
                self.skipTest('GTK knows no Arabic here')
        self.more_environment = {'LOCPATH': locales, 'LC_ALL': '', 'LANG': 'en_US.UTF-8', 'LC_CTYPE': 'ar_EG.UTF-8',
                                 'LANGUAGE': 'ar'}
        self.server.route('/file.bin', hanging(BODY, 300_000))
        self.launch_named(self.server.url('/file.bin'))
        row = self.row('file.bin')
        buttons = [accessible for accessible in self.walk(row)
                   if accessible.get_role() in BUTTONS and accessible.get_n_actions() > 0]
        bar = next(accessible for accessible in self.walk(row) if accessible.get_role() == Atspi.Role.PROGRESS_BAR)
        self.assertEqual(len(buttons), 2)
        self.wait_for(lambda: self.extents(buttons[1])[0] < self.extents(buttons[0])[0] < self.extents(bar)[0],
                      'it does not go from right to left')


if __name__ == '__main__':
    unittest.main(verbosity=2)
