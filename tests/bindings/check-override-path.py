#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-override-path.py GJS BUILD-ROOT DATADIR

Sees that GJS finds the override where it is installed, below a folder of
XDG_DATA_DIRS, with its new modules and its old ones, and does without it elsewhere.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

gjs, build_root, datadir = sys.argv[1:]
OVERRIDE = 'At.js'

with open(os.path.join(build_root, 'meson-info', 'intro-installed.json'), encoding='utf-8') as file:
    installed = [(source, target) for source, target in json.load(file).items()
                 if os.path.basename(target) == OVERRIDE]
if len(installed) != 1:
    sys.exit(f'installed: {installed}')
(source, target), = installed

with tempfile.TemporaryDirectory(prefix='asynctask data ') as directory:
    copy = os.path.join(directory, os.path.relpath(target, datadir))
    # With what is beside it, which it uses.
    shutil.copytree(os.path.dirname(source), os.path.dirname(copy))

    programs = {
        'new': "import At from 'gi://At?version=1.0'; print(typeof At.AsyncTask.prototype.progress);",
        'old': "imports.gi.versions.At = '1.0'; print(typeof imports.gi.At.AsyncTask.prototype.progress);",
    }
    for name, program in programs.items():
        path = os.path.join(directory, name + '.js')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(program)
        for data_dirs, expected in ((f'{directory}:/usr/share', 'function'), ('/nonexistent', 'undefined')):
            environment = {key: value for key, value in os.environ.items() if key != 'GJS_PATH'}
            environment['XDG_DATA_DIRS'] = data_dirs
            result = subprocess.run([gjs, *(['-m'] if name == 'new' else []), path], env=environment,
                                    stdout=subprocess.PIPE, encoding='utf-8', check=True)
            # A distribution may have it installed in GJS's own folder.
            if result.stdout.strip() != expected and (expected == 'function' or not os.path.exists(target)):
                sys.exit(f'{name} modules, {data_dirs}: {result.stdout}')
