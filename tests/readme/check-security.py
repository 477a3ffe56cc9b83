#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-security.py SOURCE-ROOT BUILD-ROOT

Sees that every test that SECURITY.md names is there, and that every promise names one.
"""

import glob
import json
import os
import re
import subprocess
import sys

source_root, build_root = sys.argv[1:]
sys.path.insert(0, os.path.join(source_root, 'tests'))

from test_names import names_in

with open(os.path.join(source_root, 'SECURITY.md'), encoding='utf-8') as file:
    text = file.read()

known = set()
suites = set()
listed = subprocess.run(['meson', 'introspect', '--tests', build_root], check=True, stdout=subprocess.PIPE)
for test in json.loads(listed.stdout):
    suites |= {suite.split(':')[-1] for suite in test['suite']}
    program = test['cmd'][0]
    if test['protocol'] == 'tap' and program.startswith(build_root) and os.path.basename(program).startswith('test-'):
        known |= names_in(program, test['env'])
for path in glob.glob(os.path.join(source_root, 'tests', 'demo', 'test_*.py')):
    kind = None
    with open(path, encoding='utf-8') as file:
        for line in file:
            kind = (re.match(r'class (\w+)\(', line) or [None, kind])[1]
            known |= {f'{kind}.{name}' for name in re.findall(r'^    def (test_\w+)', line)}

rows = re.findall(r'^\| (.+) \| (.+) \|$', text, re.MULTILINE)
promises = [row for row in rows if row[0] != 'promise']
named = [name for _, tests in promises for name in re.findall(r'`([^`]+)`', tests)]
if not promises or any('`' not in tests for _, tests in promises):
    sys.exit('a promise without a test')

# Without the downloader, its tests are not built.
missing = [name for name in named if name not in known
           and ('demo' in suites or not name.startswith('/downloader/'))]
if missing:
    sys.exit('\n'.join(['SECURITY.md names tests that are not there:', *missing]))
print(f'{len(promises)} promises, {len(named)} tests')
