#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-lengths.py SOURCE-ROOT BUILD-ROOT

Sees that no file of the libraries outgrows what a person can read: 1,000 lines, with what
is said about it.
"""

import os
import sys

from sources import files

MOST = 1000

source_root, build_root = sys.argv[1:]

lengths = {}
for path in files(source_root, build_root):
    if path.startswith(('asynctask-glib/', 'asynctask-gtk/')) and path.endswith(('.c', '.h', '.js', '.py')):
        with open(os.path.join(source_root, path), encoding='utf-8') as file:
            lengths[path] = len(file.readlines())

for path in sorted(lengths, key=lengths.get, reverse=True)[:10]:
    print(f'{lengths[path]:5} {path}')
if len(lengths) < 50:
    sys.exit('That cannot be all.')

problems = [f'{path} has {length} lines: part it where two concerns meet.'
            for path, length in sorted(lengths.items()) if length > MOST]
if problems:
    sys.exit('\n'.join(problems))
