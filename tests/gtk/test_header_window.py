# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Button, popover and dialog, used as a person with a keyboard, a pointer and a screen reader uses them."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'demo'))

from accessible import AccessibleCase, Atspi, BUTTONS, GLib

if shutil.which('xdotool') is None:
    print('1..0 # SKIP no xdotool')
    sys.exit(77)


class HeaderWindowCase(AccessibleCase):
    def setUp(self):
        super().setUp()
        self.home = tempfile.mkdtemp(prefix='header-window-')
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.said = []
        self.start_process([sys.executable, os.path.join(HERE, 'header_window.py')],
                           {**self.environment_in(self.home), 'G_DEBUG': 'fatal-warnings'}, self.home,
                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding='utf-8')
        reader = threading.Thread(target=self.read, args=[self.process.stdout])
        reader.start()
        self.addCleanup(reader.join)
        self.addCleanup(self.process.stdin.close)
        self.addCleanup(self.stop, self.process)
        self.wait_for_window()
        self.focus('Files')

    def read(self, stream):
        with stream:
            for line in stream:
                self.said.append(line.rstrip('\n'))

    def tell(self, command):
        self.process.stdin.write(command + '\n')
        self.process.stdin.flush()

    def names(self):
        return [(accessible.get_role_name(), accessible.get_name()) for accessible in self.walk()
                if accessible.get_name()]

    def shown(self):
        try:
            return self.said, self.names()
        except GLib.Error:
            return self.said

    def find(self, name, roles=BUTTONS):
        """What is not visible is not there, for a screen reader."""
        return next((accessible for accessible in self.walk()
                     if accessible.get_role() in roles and accessible.get_name() == name),
                    None)

    def wait_until_said(self, line):
        self.wait_for(lambda: line in self.said, f'nobody says “{line}”')

    def keys(self, *keys):
        subprocess.run(['xdotool', 'key', *keys], check=True, timeout=self.patience)

    def click(self, accessible):
        """There is no window manager: a window is in the corner of the screen."""
        rectangle = Atspi.Component.get_extents(accessible, Atspi.CoordType.WINDOW)
        subprocess.run(['xdotool', 'mousemove', str(rectangle.x + rectangle.width // 2),
                        str(rectangle.y + rectangle.height // 2), 'click', '1'], check=True, timeout=self.patience)

    def wait_for_button(self, name):
        return self.wait_for(lambda: self.find(name), f'no button “{name}”')

    def wait_until_gone(self, name):
        self.wait_for(lambda: self.find(name) is None, f'the button “{name}” stays')

    def is_open(self):
        return self.find('Clear Finished') is not None

    def test_pointer(self):
        self.assertIsNone(self.find('Tasks'))
        self.tell('begin letters.pdf')
        button = self.wait_for_button('Tasks')
        self.click(button)
        self.wait_for(self.is_open, 'the popover does not open')
        self.wait_for(lambda: self.find('letters.pdf', {Atspi.Role.LIST_ITEM}), 'no row')
        # Again on the button: it closes, and does not open again.
        self.click(button)
        self.wait_for(lambda: not self.is_open(), 'the popover does not close')
        self.tell('end letters.pdf')
        self.wait_until_said('finished letters.pdf')
        self.wait_until_gone('Tasks')

    def test_keyboard(self):
        self.tell('begin letters.pdf')
        button = self.wait_for_button('Tasks')
        self.wait_for(lambda: button.get_description(), 'the button has no description')
        self.assertIsNotNone(self.find('Tasks', {Atspi.Role.PROGRESS_BAR}))
        # The entry has the focus first.
        self.keys('shift+Tab')
        self.wait_for(lambda: button.get_state_set().contains(Atspi.StateType.FOCUSED), 'the button has no focus')
        self.keys('Return')
        self.wait_for(self.is_open, 'the popover does not open')
        self.keys('Escape')
        self.wait_for(lambda: not self.is_open(), 'the popover does not close')
        # Who has come by the keyboard is where he was.
        self.wait_for(lambda: button.get_state_set().contains(Atspi.StateType.FOCUSED), 'the focus is lost')

    def test_dialog_escape(self):
        self.tell('ask Exporting')
        self.wait_for_button('Cancel')
        self.wait_for(lambda: self.find('Exporting', {Atspi.Role.DIALOG, Atspi.Role.FILLER}), 'the dialog has no name')
        self.focus('Exporting')
        self.keys('Escape')
        self.wait_until_gone('Cancel')
        self.tell('end Exporting')
        self.wait_until_said('ended Cancelled')

    def test_dialog_error(self):
        self.tell('ask Exporting')
        self.wait_for_button('Cancel')
        self.focus('Exporting')
        self.tell('fail Exporting')
        self.wait_for_button('Copy Details')
        self.wait_for_button('Try Again')
        # What Return does is what one would want.
        self.keys('Return')
        self.wait_until_said('again Exporting')
        self.wait_for_button('Cancel')
        self.tell('fail Exporting')
        self.wait_for_button('Close')
        self.keys('Escape')
        self.wait_until_said('ended The disk is full')
        self.wait_until_gone('Close')


if __name__ == '__main__':
    unittest.main()
