# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A program with a window, used as a person with a keyboard and a screen reader uses it."""

import os
import subprocess
import sys
import time
import unittest

try:
    import gi
    gi.require_version('Atspi', '2.0')
    from gi.repository import Atspi, GLib
except (ImportError, ValueError):
    print('1..0 # SKIP no AT-SPI for Python')
    sys.exit(77)

BUTTONS = {Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON}
LABELS = {Atspi.Role.LABEL, Atspi.Role.STATIC}
# GTK tells assistive technology of no smaller changes than a thousandth.
DELTA = 0.0012

# A program on a busy machine may take longer to answer than the 800 ms that are usual.
Atspi.set_timeout(30_000, 30_000)


class AccessibleCase(unittest.TestCase):
    patience = 60

    def setUp(self):
        self.process = None
        self.application = None
        self.window = None

    def environment_in(self, home):
        return {**os.environ, 'HOME': home, 'XDG_CONFIG_HOME': home, 'XDG_DATA_HOME': home, 'XDG_CACHE_HOME': home,
                'LC_ALL': 'C.UTF-8', 'GSETTINGS_BACKEND': 'memory', 'GTK_A11Y': 'atspi', 'GDK_BACKEND': 'x11',
                'GSK_RENDERER': 'cairo', 'G_DEBUG': 'fatal-criticals'}

    def start_process(self, command, environment, folder, **more):
        self.application = None
        self.process = subprocess.Popen(command, env=environment, cwd=folder, **more)
        self.addCleanup(self.stop, self.process)

    @staticmethod
    def stop(process):
        if process.poll() is None:
            process.kill()
        process.wait()

    def shown(self):
        """What to say of the window where something does not come."""
        raise NotImplementedError

    def wait_for(self, condition, complaint):
        end = time.monotonic() + self.patience
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
        return self.fail(f'{complaint}; shown: {self.shown()}; exit status: {self.process.poll()}')

    def wait_for_window(self):
        self.wait_for(lambda: len(list(self.walk())) > 1, 'no window')

    def focus(self, title):
        """There is no window manager to give a window the keyboard."""
        # Not with --sync: it fails when another window goes while it looks.
        search = ['xdotool', 'search', '--onlyvisible', '--name', f'^{title}$']
        self.window = self.wait_for(lambda: subprocess.run(search, check=False, capture_output=True, encoding='utf-8',
                                                           timeout=self.patience).stdout.split()[-1:],
                                    'no such window')[0]
        subprocess.run(['xdotool', 'windowfocus', '--sync', self.window], check=True, timeout=self.patience)

    def find_application(self):
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            application = desktop.get_child_at_index(index)
            if application is not None and application.get_process_id() == self.process.pid:
                # What is shown now is what counts, not what was shown when it was first asked for.
                application.set_cache_mask(Atspi.Cache.NONE)
                return application
        return None

    def walk(self, start=None, closed=()):
        """Everything a screen reader can find in the window, in order, but for what is in those of the roles closed."""
        if self.application is None:
            self.application = self.find_application()
        start = start or self.application
        found = [start] if start is not None else []
        while found:
            accessible = found.pop()
            yield accessible
            if closed and accessible.get_role() in closed:
                continue
            children = [accessible.get_child_at_index(i) for i in range(accessible.get_child_count())]
            found.extend(child for child in reversed(children) if child is not None)
