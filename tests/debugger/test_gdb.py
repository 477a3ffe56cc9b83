# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""test_gdb.py GDB PROGRAM LIBRARY

info at-tasks, of a program that runs and of a core of it. The script is loaded by gdb itself,
as it lies beside the library.
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest

SKIP = 77


def run_gdb(*arguments):
    command = [GDB, '-nx', '-batch', '-iex', f'set auto-load safe-path {os.path.dirname(LIBRARY)}',
               '-iex', 'set debuginfod enabled off', '-iex', 'set width 0', *arguments]
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding='utf-8', errors='replace', timeout=200).stdout


class Gdb(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        core = os.path.join(folder.name, 'core')
        cls.live = run_gdb('-ex', 'set disable-randomization off', '-ex', 'break all_is_as_it_is_to_be', '-ex', 'run',
                           '-ex', 'info at-tasks', '-ex', f'generate-core-file {core}', '-ex', 'kill', PROGRAM)
        if not os.path.exists(core):
            print(cls.live)
            raise unittest.SkipTest('gdb cannot run programs here')
        cls.core = run_gdb('-ex', 'info at-tasks', PROGRAM, core)

    def check(self, output):
        # The order in which they will run.
        self.assertLess(output.index('“Queued” quick_body'), output.index('“Low” quick_body'))
        number = '0x[0-9a-f]+'
        for line in (
                rf'^AtSerialExecutor {number} on {number}: 1 of 1 running, 2 queued$',
                rf'^AtThreadPoolExecutor {number}: [01] of 2 running, 0 queued$',
                rf'^  “Queued” quick_body {number}: queued\n      waited for by task {number} in thread \d+',
                # Of this one only the function is known.
                rf'^  “Low” quick_body {number}: queued\n      on AtSerialExecutor {number}$',
                rf'^  “Stuck” stuck_body {number}: thread \d+.*, running$',
                rf'^  “Waiting” waiting_body {number}: thread \d+.*, running$',
                rf'^Main context {number} \(default\):\n  “Done” quick_body {number}: its owner has yet to be told, done$',
                rf'^  “Late” failing_body {number}: between two attempts$',
                rf'^  “Elsewhere” AtDeferredTask {number}: waiting for its owner$'):
            self.assertRegex(output, re.compile(line, re.MULTILINE))

    def test_live(self):
        self.check(self.live)

    def test_core(self):
        self.check(self.core)

    def test_without(self):
        """No process, and so no library."""
        output = run_gdb('-ex', f'source {LIBRARY}-gdb.py', '-ex', 'info at-tasks')
        self.assertIn('The debugging information of libasynctask-glib is not there, or there is no process', output)


if __name__ == '__main__':
    GDB, PROGRAM, LIBRARY = sys.argv[1:4]
    LIBRARY = os.path.realpath(LIBRARY)
    if 'python' not in run_gdb('-ex', 'python print("py" + "thon")'):
        print('This gdb has no Python.')
        sys.exit(SKIP)
    unittest.main(argv=sys.argv[:1])
