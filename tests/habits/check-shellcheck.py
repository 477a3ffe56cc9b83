#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-shellcheck.py SOURCE-ROOT BUILD-ROOT

Has shellcheck look at everything that is written for a shell, and sees that each part of
./run can be read at once.
"""

import os
import re
import shutil
import subprocess
import sys

from sources import files

SKIP = 77
LINES = {'run': 100, 'build-aux/run/': 250}

source_root, build_root = sys.argv[1:]


def head_of(path):
    with open(os.path.join(source_root, path), 'rb') as file:
        return file.readline()


scripts = [path for path in files(source_root, build_root)
           if path.endswith(('.bash', '.sh')) or re.match(rb'#!.*[/ ](ba)?sh\b', head_of(path))]
print(*scripts, sep='\n', flush=True)
if not {'run', 'build-aux/run/tests', 'build-aux/run/need.bash', '.ci/run'} <= set(scripts):
    sys.exit('These cannot be all.')

for path in scripts:
    with open(os.path.join(source_root, path), encoding='utf-8') as file:
        length = len(file.readlines())
    for start, most in LINES.items():
        if path.startswith(start) and length > most:
            sys.exit(f'{path} has {length} lines, and is to have no more than {most}')

if not shutil.which('shellcheck'):
    print('There is no shellcheck.')
    sys.exit(SKIP)
sys.exit(subprocess.run(['shellcheck', '--external-sources', *scripts], cwd=source_root, check=False).returncode)
