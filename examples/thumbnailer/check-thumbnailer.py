#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-thumbnailer.py EXPECTED PROGRAM [ARGUMENT…]

Runs a thumbnailer in a folder of little pictures and compares what it says with the file
EXPECTED. Which picture is the first is the file system's affair: the lines are sorted.
"""

import difflib
import os
import subprocess
import sys
import tempfile

from pictures import make_png

expected_path, *command = sys.argv[1:]
with open(expected_path, encoding='utf-8') as file:
    expected = file.read().splitlines(True)

with tempfile.TemporaryDirectory() as folder:
    for name, content in {
        'beach.png': make_png(320, 200),
        'snow.png': make_png(16, 16),
        'tall.png': make_png(40, 300),
        'torn.png': make_png(64, 64)[:30],
        'notes.txt': b'no picture',
    }.items():
        with open(os.path.join(folder, name), 'wb') as file:
            file.write(content)
    result = subprocess.run([*command, folder, '--quit'], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                            encoding='utf-8', timeout=120)

if result.returncode != 0:
    sys.exit(f'{command[0]}: exit status {result.returncode}')
*lines, total = result.stdout.splitlines(True) or ['']
printed = [*sorted(lines), total]
if printed != expected:
    sys.exit(''.join(difflib.unified_diff(expected, printed, 'expected', 'printed')))
