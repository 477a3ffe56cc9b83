#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-abi.py [--update] KEPT LIBRARY HEADER…

Compares what programs are linked against, the functions of the library and all that
the public headers say of their types, with what was kept at the last release. What
is new is fine; what has gone or changed is not. With --update it is kept anew.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

arguments = sys.argv[1:]
update = arguments[0] == '--update'
kept, library, *headers = arguments[update:]


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


with tempfile.TemporaryDirectory(prefix='asynctask-abi-') as directory:
    # Types that other headers define are not what is promised here.
    public = os.path.join(directory, 'headers')
    os.mkdir(public)
    for header in headers:
        shutil.copy(header, public)

    current = os.path.join(directory, 'current.abi')
    subprocess.run(['abidw', '--exported-interfaces-only', '--headers-dir', public, '--drop-private-types',
                    '--no-comp-dir-path', '--no-corpus-path', '--no-show-locs', '--no-elf-needed',
                    '--type-id-style', 'hash', '--out-file', current, library], check=True)

    # Every type that a header defines is compared, with what is in it.
    text = read(current)
    names = [name for header in headers
             for name in re.findall(r'^} (At\w+);|^struct _(At\w+)\n{', read(header), re.MULTILINE)]
    names = [enum or '_' + structure for enum, structure in names]
    missing = [name for name in names
               if not re.search(rf"<(?:enum-decl name='{name}'|class-decl name='{name}' [^>]*size-in-bits=)", text)]
    if missing or not names:
        sys.exit(f'no types: {missing}; tests/abi/types.c is where they are named')

    if update:
        shutil.copyfile(current, kept)
        print(f'{kept} is what will be compared with')
        sys.exit(0)
    if subprocess.run(['abidiff', '--no-added-syms', kept, current], check=False).returncode:
        sys.exit('Programs that were built with the last release would break, or behave differently.\n'
                 'If that is as it is to be, as it may be until a release: ./run abi --update')
    print(f"{text.count('<function-decl')} functions, {len(names)} types as they were")
