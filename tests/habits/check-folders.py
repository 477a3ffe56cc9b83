#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-folders.py SOURCE-ROOT BUILD-ROOT

Sees that CONTRIBUTING.md says of every folder what it is for, and of none that is not there.
"""

import os
import re
import sys

from sources import files

# Of these, it says it of each folder in them.
APART = {'asynctask-glib', 'bindings', 'build-aux', 'demo-app', 'tests'}

source_root, build_root = sys.argv[1:]
with open(os.path.join(source_root, 'CONTRIBUTING.md'), encoding='utf-8') as file:
    tables = file.read().partition('\n## Building')[0]
said = {folder for row in re.findall(r'^\|.*\|$', tables, re.MULTILINE) for folder in re.findall(r'`([\w./-]+)/`', row)}

there = set()
for path in files(source_root, build_root):
    first, *others = os.path.dirname(path).split('/')
    if first:
        there.add(f'{first}/{others[0]}' if first in APART and others else first)
there -= APART - said

if said != there:
    sys.exit(f'CONTRIBUTING.md does not name {sorted(there - said)}; it names {sorted(said - there)}, not there')
print(f'{len(said)} folders')
