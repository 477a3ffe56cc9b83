#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-output.py EXPECTED PROGRAM [ARGUMENT…]

Runs an example and compares what it prints with the file EXPECTED.
"""

import difflib
import subprocess
import sys

expected_path, *command = sys.argv[1:]
with open(expected_path, encoding='utf-8') as file:
    expected = file.read()

result = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                        encoding='utf-8', timeout=120)
if result.returncode != 0:
    sys.exit(f'{command[0]}: exit status {result.returncode}')
if result.stdout != expected:
    sys.exit(''.join(difflib.unified_diff(
        expected.splitlines(True), result.stdout.splitlines(True), 'expected', 'printed')))
