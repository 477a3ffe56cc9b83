#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""test_close.py FOLDER-OF-ACCESSIBLE PROGRAM [ARGUMENT…]

Closes the window of a thumbnailer that has hundreds of pictures before it, with the button in
its header bar: what has not been done by then is not done, and the program ends.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, sys.argv.pop(1))

from accessible import AccessibleCase, Atspi, BUTTONS  # noqa: E402
from pictures import make_png  # noqa: E402

COMMAND = sys.argv[1:]
N_PICTURES = 2000
LISTS = Atspi.Role.LIST, Atspi.Role.LIST_BOX, Atspi.Role.TABLE, Atspi.Role.SCROLL_PANE


class CloseCase(AccessibleCase):
    def setUp(self):
        super().setUp()
        self.folder = tempfile.mkdtemp(prefix='thumbnailer-')
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        first = os.path.join(self.folder, '0.png')
        with open(first, 'wb') as file:
            file.write(make_png(1600, 1200))
        for i in range(1, N_PICTURES):
            os.link(first, os.path.join(self.folder, f'{i}.png'))

    def shown(self):
        return [(accessible.get_role_name(), accessible.get_name()) for accessible in self.walk()]

    def find_close(self):
        # What is in the list is not asked: each question waits for the program, which is busy.
        return next((accessible for accessible in self.walk(closed=LISTS)
                     if accessible.get_role() in BUTTONS and accessible.get_name() == 'Close'), None)

    def test_close(self):
        with tempfile.TemporaryFile('w+', encoding='utf-8') as output:
            self.start_process([*COMMAND, self.folder], self.environment_in(self.folder), self.folder,
                               stdin=subprocess.DEVNULL, stdout=output)
            Atspi.Action.do_action(self.wait_for(self.find_close, 'nothing to close the window with'), 0)
            self.assertEqual(self.process.wait(self.patience), 0)
            output.seek(0)
            self.assertLess(len(output.readlines()), N_PICTURES)


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
