#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""test_progress_button.py FOLDER-OF-ACCESSIBLE SOURCE PROGRAM [ARGUMENT…]

Runs a program that shows a command: the button comes, and the dock is told how far it is. The program has fewer than twenty lines.
"""

import os
import re
import shutil
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))

from accessible import AccessibleCase, Atspi, BUTTONS  # noqa: E402
from gi.repository import Gio  # noqa: E402

SOURCE = sys.argv.pop(1)
COMMAND = sys.argv[1:]
# It goes on when somebody says so.
SCRIPT = 'echo 40%; read line <"$0"; echo 80%; read line <"$0"'
LAUNCHER = 'com.canonical.Unity.LauncherEntry'


class ProgressButtonCase(AccessibleCase):
    def shown(self):
        return [(accessible.get_role_name(), accessible.get_name()) for accessible in self.walk()]

    def find_button(self):
        return next((accessible for accessible in self.walk()
                     if accessible.get_role() in BUTTONS and accessible.get_name() == 'Tasks'
                     and accessible.get_state_set().contains(Atspi.StateType.VISIBLE)), None)

    def test_shown(self):
        told = []
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        bus.signal_subscribe(None, LAUNCHER, 'Update', None, None, Gio.DBusSignalFlags.NONE,
                             lambda *args: told.append(args[5].unpack()[1]))
        folder = tempfile.mkdtemp(prefix='progress-button-')
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        gate = os.path.join(folder, 'gate')
        os.mkfifo(gate)
        # Open at both ends throughout: where a writer closes, a reader that has come again would be at its end.
        writer = os.open(gate, os.O_RDWR)
        self.addCleanup(os.close, writer)
        self.start_process([*COMMAND, 'sh', '-c', SCRIPT, gate], self.environment_in(folder), folder)
        self.wait_for(self.find_button, 'no button')
        for percent in 40, 80:
            self.wait_for(lambda: any(entry.get('progress-visible') and abs(entry.get('progress', 0) - percent / 100) < 0.01
                                      for entry in told), f'the dock is not told of {percent} percent')
            os.write(writer, b'\n')

    def test_lines(self):
        with open(SOURCE, encoding='utf-8') as file:
            text = re.sub(r'/\*.*?\*/|""".*?"""', '', file.read(), flags=re.DOTALL)
        lines = [line for line in text.splitlines() if line.strip() and not re.match(r'\s*(//|#(?!include))', line)]
        self.assertLess(len(lines), 20)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
