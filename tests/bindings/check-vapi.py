#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-vapi.py VAPIGEN GIR METADATA-DIRECTORY

Sees that the Vala API is made without a warning, and has no clash of names.
"""

import re
import subprocess
import sys
import tempfile

vapigen, gir, metadata = sys.argv[1:]

with tempfile.TemporaryDirectory() as directory:
    result = subprocess.run([vapigen, '--library', 'check', '--directory', directory, '--pkg', 'gio-2.0',
                             '--metadatadir', metadata, gir],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8')
    if result.returncode != 0 or ' 0 warning(s)' not in result.stdout:
        sys.exit(f'vapigen: {result.returncode}\n{result.stdout}')
    with open(f'{directory}/check.vapi', encoding='utf-8') as file:
        vapi = file.read()

classes = re.findall(r'^\tpublic (?:abstract |sealed )?(?:class|interface) (\w+).*?^\t}', vapi, re.MULTILINE | re.DOTALL)
for match in re.finditer(r'^\tpublic (?:abstract |sealed )?(?:class|interface) (\w+)[^\n]*\n(.*?)^\t}', vapi,
                         re.MULTILINE | re.DOTALL):
    names = re.findall(r'^\t\tpublic .*?(\w+) (?:\(|\{)', match[2], re.MULTILINE)
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        sys.exit(f'{match[1]}: names that are there twice: {sorted(twice)}')

if 'AsyncTask' not in classes:
    sys.exit(f'only these classes were found: {classes}')
