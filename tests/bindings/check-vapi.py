#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-vapi.py VAPIGEN GIR METADATA-DIRECTORY CLASS PACKAGE [VAPI-DIRECTORY GIR-DIRECTORY]

Sees that the Vala API is made without a warning, that no two members have one
name, and that what may be null is marked. CLASS is one that is known to be there.
"""

import re
import subprocess
import sys
import tempfile

vapigen, gir, metadata, known_class, package, *beside = sys.argv[1:]
options = []
if beside:
    options = ['--vapidir', beside[0], '--girdir', beside[1], '--pkg', 'asynctask-glib-1.0']

with tempfile.TemporaryDirectory() as directory:
    result = subprocess.run([vapigen, '--library', 'check', '--directory', directory, '--pkg', package, *options,
                             '--metadatadir', metadata, gir],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding='utf-8')
    if result.returncode != 0 or ' 0 warning(s)' not in result.stdout:
        sys.exit(f'vapigen: {result.returncode}\n{result.stdout}')
    with open(f'{directory}/check.vapi', encoding='utf-8') as file:
        vapi = file.read()

problems = []
names_of_classes = []
for match in re.finditer(r'^\tpublic (?:abstract |sealed )?(?:class|interface) (\w+)[^\n]*\n(.*?)^\t}', vapi,
                         re.MULTILINE | re.DOTALL):
    name, body = match[1], match[2]
    names_of_classes.append(name)

    names = re.findall(r'^\t\tpublic .*?(\w+) (?:\(|\{)', body, re.MULTILINE)
    for twice in sorted({member for member in names if names.count(member) > 1}):
        problems.append(f'{name}.{twice} is there twice')

    # The GIR file says of the getter alone whether there may be none.
    for getter in re.findall(r'^\t\tpublic (?:unowned )?[\w.]+\? get_(\w+) \(\);', body, re.MULTILINE):
        declared = re.search(rf'^\t\tpublic ([\w.?\[\]]+) {getter} \{{', body, re.MULTILINE)
        if declared and not declared[1].endswith('?'):
            problems.append(f'{name}.{getter} may be null: the .metadata file is to say so')

if known_class not in names_of_classes:
    problems.append(f'only these classes were found: {names_of_classes}')
sys.exit('\n'.join(problems) or 0)
