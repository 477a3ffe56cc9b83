# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window with a list of tasks, used as a person with a keyboard, a pointer and a screen reader uses it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'demo'))

from accessible import AccessibleCase, Atspi, BUTTONS, GLib, LABELS
from gi.repository import Gio

if shutil.which('xdotool') is None:
    print('1..0 # SKIP no xdotool')
    sys.exit(77)

PROGRAM = os.environ['TASK_WINDOW']
DRAG_SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'demo', 'drag_source.py')
FILE_MANAGER = ('org.freedesktop.FileManager1', '/org/freedesktop/FileManager1',
                '<node><interface name="org.freedesktop.FileManager1">'
                '<method name="ShowItems"><arg type="as" direction="in"/><arg type="s" direction="in"/></method>'
                '</interface></node>')
# In the order of the list; what is told of each is not all the same with time.
NAMES = ['debian-13.iso', 'Holidays by the Sea', 'gnome-45-release-video.webm', 'field-recordings.zip',
         'old-map-of-the-harbour.jpg', 'Make a slide show', 'closed-archive.tar.gz', 'letters-and-drawings.pdf',
         'a-very-long-name-of-a-file-that-nobody-can-read-to-its-end-in-a-row.tar.gz', 'shopping-list.txt',
         'صور العطلة.zip']
STATUS = {Atspi.Role.STATUS_BAR}
ITEMS = {Atspi.Role.LIST_ITEM}


class FileManager:
    """Shows files, as far as anybody can tell."""

    def __init__(self):
        name, path, xml = FILE_MANAGER
        self.calls = []
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.registration = self.bus.register_object(path, Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0],
                                                     self._called, None, None)
        acquired = []
        self.owner = Gio.bus_own_name_on_connection(self.bus, name, Gio.BusNameOwnerFlags.NONE,
                                                    lambda *_: acquired.append(True), None)
        while not acquired:
            GLib.MainContext.default().iteration(True)

    def _called(self, _bus, _sender, _path, _interface, _method, parameters, invocation):
        self.calls.append(parameters.unpack()[0])
        invocation.return_value(None)

    def close(self):
        Gio.bus_unown_name(self.owner)
        self.bus.unregister_object(self.registration)


class TaskWindowCase(AccessibleCase):
    def setUp(self):
        super().setUp()
        self.home = tempfile.mkdtemp(prefix='task-window-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.said = []
        self.environment = {}

    def launch(self, *arguments):
        # No application of this machine, but its icons.
        share = os.path.join(self.home, 'share')
        os.makedirs(share, exist_ok=True)
        for name in ('icons', 'mime'):
            if not os.path.exists(os.path.join(share, name)):
                os.symlink(os.path.join('/usr/share', name), os.path.join(share, name))
        environment = {**self.environment_in(self.home), 'XDG_DATA_DIRS': share, 'G_DEBUG': 'fatal-warnings',
                       **self.environment}
        self.start_process([PROGRAM, '--folder', self.home, *arguments], environment, self.home,
                           stdout=subprocess.PIPE, encoding='utf-8')
        self.reader = threading.Thread(target=self.read, args=[self.process.stdout])
        self.reader.start()
        self.addCleanup(self.reader.join)
        self.addCleanup(self.stop, self.process)
        self.wait_for_window()
        self.focus('Tasks')

    def read(self, stream):
        with stream:
            for line in stream:
                self.said.append(line.rstrip('\n'))

    def shown(self):
        return self.said, self.list_items()

    def wait_until_said(self, *lines):
        self.wait_for(lambda: all(line in self.said for line in lines), f'nobody says {lines}')

    def list_items(self):
        try:
            return [accessible.get_name() for accessible in self.walk() if accessible.get_role() in ITEMS]
        except GLib.Error:
            return []

    def wait_for_items(self, *names):
        self.wait_for(lambda: self.list_items() == list(names), f'the list is not {names}')

    def item(self, name):
        return self.wait_for(lambda: next((accessible for accessible in self.walk()
                                           if accessible.get_role() in ITEMS and accessible.get_name() == name), None),
                             f'no item {name}')

    def is_focused(self, accessible):
        return accessible.get_state_set().contains(Atspi.StateType.FOCUSED)

    def focused(self):
        return next((accessible.get_name() for accessible in self.walk() if self.is_focused(accessible)), None)

    def wait_for_focus(self, name):
        self.wait_for(lambda: self.focused() == name, f'the focus is not on {name}')

    def keys(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True, timeout=self.patience)

    def go_to(self, name):
        """The list has the focus, on some row or other."""
        self.wait_for(lambda: self.focused() is not None, 'nothing has the focus')
        self.keys('Home')
        for _ in NAMES:
            before = self.focused()
            if before == name:
                return
            self.keys('Down')
            self.wait_for(lambda: self.focused() != before, 'the focus stays')
        self.wait_for_focus(name)

    def place(self, name, right=0):
        """On the screen: in the middle of a row's name, or so far from its end."""
        rectangle = Atspi.Component.get_extents(self.item(name), Atspi.CoordType.WINDOW)
        return rectangle.x + (rectangle.width - right if right else 150), rectangle.y + rectangle.height // 2

    def texts(self):
        return [accessible.get_name() for accessible in self.walk() if accessible.get_role() in LABELS | STATUS]

    def wait_until_it_says(self, text):
        self.wait_for(lambda: text in self.texts(), f'nothing says “{text}”')

    def buttons(self):
        return [accessible.get_name() for accessible in self.walk() if accessible.get_role() in BUTTONS]

    def press(self, name):
        def find():
            return next((accessible for accessible in self.walk()
                         if accessible.get_role() in BUTTONS and accessible.get_name() == name), None)
        button = self.wait_for(find, f'no button {name}')
        self.assertTrue(Atspi.Action.do_action(button, 0))

    def menu_items(self):
        return [accessible.get_name() for accessible in self.walk() if accessible.get_role() == Atspi.Role.MENU_ITEM]


class Names(TaskWindowCase):
    def test_every_item_has_a_name_and_tells_how_it_is_doing(self):
        self.launch()
        self.wait_for_items(*NAMES)
        descriptions = {accessible.get_name(): accessible.get_description() for accessible in self.walk()
                        if accessible.get_role() in ITEMS}
        self.assertIn('271\u00a0MB of 1\u00a0GB', descriptions['debian-13.iso'])
        self.assertEqual(descriptions['Holidays by the Sea'], 'Looking for pictures')
        self.assertEqual(descriptions['closed-archive.tar.gz'],
                         'The server of archive.example.org said that it is closed for repairs')
        self.assertTrue(all(descriptions.values()), descriptions)

    def test_bars_and_buttons_are_of_something(self):
        self.launch('--only', 'rf')
        bars = [accessible for accessible in self.walk() if accessible.get_role() == Atspi.Role.PROGRESS_BAR and
                accessible.get_state_set().contains(Atspi.StateType.VISIBLE)]
        self.assertEqual([bar.get_name() for bar in bars], ['debian-13.iso'])
        self.assertAlmostEqual(Atspi.Value.get_current_value(bars[0]), 0.271, delta=0.002)
        buttons = self.buttons()
        for name in ('Pause debian-13.iso', 'Menu of debian-13.iso', 'Try closed-archive.tar.gz again',
                     'Details of closed-archive.tar.gz'):
            self.assertIn(name, buttons)
        self.assertNotIn('', buttons)

    def test_rows_of_a_list_box_have_names(self):
        self.launch('--list-box', '--only', 'rpf')
        self.wait_for_items('debian-13.iso', 'gnome-45-release-video.webm', 'closed-archive.tar.gz')

    def test_the_end_is_announced(self):
        self.launch('--only', 'fp')
        self.press('Try closed-archive.tar.gz again')
        self.wait_until_said('retry closed-archive.tar.gz')
        self.go_to('closed-archive.tar.gz')
        self.assertNotIn('closed-archive.tar.gz — It is too late', self.texts())
        self.process.send_signal(signal.SIGUSR1)
        self.wait_until_it_says('closed-archive.tar.gz — It is too late')


class Keys(TaskWindowCase):
    def test_space_pauses_and_resumes(self):
        for mode in ('none', 'single'):
            with self.subTest(mode=mode):
                self.said = []
                self.launch('--selection', mode, '--only', 'rp')
                self.go_to('debian-13.iso')
                self.keys('space')
                self.wait_until_said('paused debian-13.iso')
                self.keys('space')
                self.wait_until_said('resumed debian-13.iso')
                self.go_to('gnome-45-release-video.webm')
                self.keys('space')
                self.wait_until_said('resumed gnome-45-release-video.webm')
                self.stop(self.process)

    def test_space_on_a_button_presses_it(self):
        self.launch('--only', 'rp')
        self.go_to('gnome-45-release-video.webm')
        self.keys('Tab')
        self.wait_for_focus('Resume gnome-45-release-video.webm')
        self.keys('space')
        self.wait_until_said('resumed gnome-45-release-video.webm')
        self.assertEqual([line for line in self.said if 'paused' in line], [])

    def test_delete_removes_and_the_neighbour_has_the_focus(self):
        self.launch('--only', 'sfc')
        failed, succeeded, cancelled = NAMES[6], NAMES[7], NAMES[8]
        self.go_to(succeeded)
        self.keys('Delete')
        self.wait_until_said(f'removed {succeeded}')
        self.wait_for_items(failed, cancelled)
        self.wait_for_focus(cancelled)
        self.keys('Delete')
        self.wait_for_items(failed)
        self.wait_for_focus(failed)
        self.keys('ctrl+z')
        self.wait_for_items(failed, cancelled)
        self.keys('ctrl+z')
        self.wait_for_items(failed, succeeded, cancelled)

    def test_several_are_removed_at_once(self):
        self.launch('--selection', 'multiple', '--only', 'sfc')
        self.go_to(NAMES[7])
        self.keys('ctrl+a')
        self.keys('Delete')
        self.wait_until_it_says('No Tasks')
        self.assertEqual(len([line for line in self.said if line.startswith('removed')]), 1)
        self.keys('ctrl+z')
        self.wait_for_items(*NAMES[6:9])

    def test_copied_details_are_pasted(self):
        self.launch('--only', 'rf')
        self.go_to('closed-archive.tar.gz')
        self.keys('ctrl+c')
        self.wait_for(lambda: any(line.startswith('copied closed-archive.tar.gz|The server of archive') for line in self.said), 'the clipboard stays')

    def test_return_activates(self):
        self.launch('--tell-activation', '--only', 'rs')
        self.go_to('letters-and-drawings.pdf')
        self.keys('Return')
        self.wait_until_said('activate letters-and-drawings.pdf')

    def test_menu_by_keyboard(self):
        self.launch('--only', 'rs')
        self.go_to('debian-13.iso')
        self.keys('shift+F10')
        self.wait_for(lambda: len(self.menu_items()) == 3, 'no menu')
        self.keys('Escape')
        self.wait_for(lambda: not self.menu_items(), 'the menu stays')
        self.wait_for_focus('debian-13.iso')
        self.keys('Menu')
        self.wait_for(lambda: len(self.menu_items()) == 3, 'no menu')
        self.keys('Return')
        self.wait_until_said('paused debian-13.iso')
        self.wait_for_focus('debian-13.iso')

    def test_keys_in_the_details_are_theirs(self):
        self.launch('--only', 'rf')
        self.press('Details of closed-archive.tar.gz')
        self.wait_until_it_says('Copy Details')
        self.keys('Delete', 'space')
        self.keys('Escape')
        self.wait_for(lambda: 'Copy Details' not in self.texts(), 'the details stay')
        self.assertEqual(self.list_items(), ['debian-13.iso', 'closed-archive.tar.gz'])


class Files(TaskWindowCase):
    def add_application(self):
        """What opens documents writes down which."""
        folder = os.path.join(self.home, 'applications')
        os.makedirs(folder)
        script = os.path.join(self.home, 'opener')
        with open(script, 'w', encoding='utf-8') as file:
            file.write(f'#!/bin/sh\nprintf %s "$1" >{self.home}/opened.tmp && mv {self.home}/opened.tmp {self.home}/opened\n')
        os.chmod(script, 0o755)
        with open(os.path.join(folder, 'opener.desktop'), 'w', encoding='utf-8') as file:
            file.write(f'[Desktop Entry]\nType=Application\nName=Opener\nExec={script} %f\n'
                       'MimeType=text/plain;application/pdf;application/octet-stream;\n')
        with open(os.path.join(folder, 'mimeapps.list'), 'w', encoding='utf-8') as file:
            file.write(''.join(f'{"[Default Applications]" if not i else ""}\n{kind}=opener.desktop'
                               for i, kind in enumerate(['text/plain', 'application/pdf', 'application/octet-stream'])))

    def test_the_default_application_opens(self):
        self.add_application()
        self.launch('--only', 'rs')
        self.go_to('letters-and-drawings.pdf')
        self.keys('ctrl+o')
        opened = os.path.join(self.home, 'opened')
        self.wait_for(lambda: os.path.exists(opened), 'nothing was opened')
        with open(opened, encoding='utf-8') as file:
            self.assertEqual(file.read(), os.path.join(self.home, 'letters-and-drawings.pdf'))

    def test_no_application_is_a_sentence_and_the_folder_helps(self):
        manager = FileManager()
        self.addCleanup(manager.close)
        self.launch('--only', 'rs')
        self.go_to('letters-and-drawings.pdf')
        self.keys('Return')
        self.wait_until_it_says('There is no application that opens “letters-and-drawings.pdf”.')
        self.keys('Return')
        self.wait_for(lambda: manager.calls, 'no folder is shown')
        self.assertEqual(manager.calls, [[Gio.File.new_for_path(self.home).get_child('letters-and-drawings.pdf').get_uri()]])

    def test_without_a_file_manager_the_folder_is_said_not_to_be_shown(self):
        self.launch('--only', 'rs')
        self.press('Show letters-and-drawings.pdf in its folder')
        self.wait_for(lambda: any(text.startswith('The folder of “letters-and-drawings.pdf” cannot be shown.')
                                  for text in self.texts()), 'nothing is said')


class Pointer(TaskWindowCase):
    def mouse(self, *arguments):
        subprocess.run(['xdotool', *map(str, arguments)], check=True, timeout=self.patience)

    def test_menu_where_the_pointer_is(self):
        self.launch('--only', 'rs')
        x, y = self.place('debian-13.iso')
        self.mouse('mousemove', '--window', self.window, x, y, 'click', 3)
        self.wait_for(lambda: len(self.menu_items()) == 3, 'no menu')
        self.keys('Escape')
        self.wait_for(lambda: not self.menu_items(), 'the menu stays')

    def drag_links(self):
        source = subprocess.Popen([sys.executable, DRAG_SOURCE, 'text/uri-list', 'https://example.org/a.iso'],
                                  env=self.environment_in(self.home))
        self.addCleanup(self.stop, source)
        found = subprocess.run(['xdotool', 'search', '--sync', '--onlyvisible', '--name', '^Drag Source$'],
                               check=True, capture_output=True, encoding='utf-8', timeout=self.patience)
        self.mouse('windowmove', '--sync', found.stdout.split()[-1], 700, 100)
        for step in ('mousemove 800 180', 'mousedown 1', 'mousemove 790 182', 'mousemove 760 190', 'mousemove 600 250',
                     'mousemove 300 300', 'mousemove 302 302'):
            self.mouse(*step.split())
            # A hand is no faster, and a drag begins only once GTK has seen that it is none.
            time.sleep(0.2)

    def test_what_is_dropped_is_taken_and_the_highlight_goes(self):
        self.launch('--take-drops', '--only', 'rs')
        self.drag_links()
        self.wait_until_said('highlight on')
        self.mouse('mouseup', 1)
        self.wait_until_said('drop GdkFileList', 'highlight off')


if __name__ == '__main__':
    unittest.main(verbosity=2)
