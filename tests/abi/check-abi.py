#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-abi.py [--update] NAME KEPT LIBRARY COMPILER HEADER… [-- OTHER-HEADER…]

Compares what programs are linked against, the functions of the library and all that the
public headers say of their types, with the headers that were kept at the last release,
in the folder KEPT. What is new is fine; what has gone or changed is not. With --update
they are kept anew. NAME is that of the library, OTHER-HEADERs what its headers include of
a library beside it, which has a comparison of its own.

What is compared is two libraries that have the functions of the headers with nothing in
them: what abidw writes is of no use to another version of it, nor on another machine.
"""

import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

arguments = sys.argv[1:]
update = arguments[0] == '--update'
name_of_library, kept, library, compiler, *headers = arguments[update:]
others = []
if '--' in headers:
    others = headers[headers.index('--') + 1:]
    headers = headers[:headers.index('--')]
PACKAGES = {'asynctask-glib': 'gio-2.0', 'asynctask-gtk': 'gtk4'}
# Made from the version of the project: of no other release is there one.
VERSION = 'at-version.h'


def read(path):
    with open(path, encoding='utf-8') as file:
        return re.sub(r'/\*.*?\*/', '', file.read(), flags=re.DOTALL)


def functions_in(paths):
    """The functions that the headers declare: name -> prototype."""
    functions = {}
    for path in paths:
        text = read(path)
        for name in re.findall(r'^G_DECLARE_\w+\s*\(\s*\w+,\s*(\w+)', text, re.MULTILINE):
            functions[f'{name}_get_type'] = f'GType {name}_get_type (void)'
        for prototype, name in re.findall(r'^AT_AVAILABLE_IN_\w+\s+((?!G_DECLARE)[^;{]*?\b(at_\w+)\s*\([^;]*?\))\s*(?:G_GNUC_[^;]*)?;',
                                          text, re.MULTILINE):
            functions[name] = prototype
    return functions


def types_in(paths):
    """The types that the headers define, with what is in them."""
    return [enum or f'struct _{structure}' for path in paths
            for enum, structure in re.findall(r'^} (At\w+);|^struct _(At\w+)\n{', read(path), re.MULTILINE)]


def describe(directory, paths):
    """Has abidw describe a library of what the headers say."""
    os.mkdir(directory)
    public = os.path.join(directory, 'headers')
    os.mkdir(public)
    for path in paths:
        shutil.copy(path, public)
    beside = os.path.join(directory, 'beside')
    os.mkdir(beside)
    for path in others:
        shutil.copy(path, beside)
    types = types_in(paths)
    if not types:
        sys.exit('no types')

    source, binary, description = (os.path.join(directory, name) for name in ('library.c', 'library.so', 'library.abi'))
    with open(source, 'w', encoding='utf-8') as file:
        file.write(f'#include <{name_of_library}.h>\n')
        # A subclass has the structures in its own memory, and an error's code is a plain number:
        # no function need take them.
        for name in types:
            file.write(f"void at_abi_{name.replace(' ', '')} ({name} *t) {{}}\n")
        for name, prototype in functions_in(paths).items():
            # Some are macros for C, too.
            file.write(f'#undef {name}\n{prototype} {{ __builtin_trap (); }}\n')
    flags = subprocess.run(['pkg-config', '--cflags', PACKAGES[name_of_library]], check=True, stdout=subprocess.PIPE, encoding='utf-8')
    subprocess.run([*shlex.split(compiler), '-w', '-g', '-fPIC', '-shared', '-o', binary, source, f'-I{public}', f'-I{beside}',
                    *shlex.split(flags.stdout)], check=True)
    # Types that other headers define are not what is promised here.
    subprocess.run(['abidw', '--exported-interfaces-only', '--headers-dir', public, '--drop-private-types',
                    '--no-comp-dir-path', '--no-corpus-path', '--no-show-locs', '--no-elf-needed',
                    '--out-file', description, binary], check=True)

    with open(description, encoding='utf-8') as file:
        text = file.read()
    missing = [name for name in types
               if not re.search(rf"<(?:enum|typedef)-decl name='{name}'", text)
               and not re.search(rf"<class-decl name='{name[7:]}' [^>]*size-in-bits=", text)]
    if missing:
        sys.exit(f'no types: {missing}')
    return description


# What is said above of the functions is true of all, and of no other.
exported = subprocess.run(['nm', '-D', '--defined-only', '--format=posix', library], check=True, stdout=subprocess.PIPE,
                          encoding='utf-8').stdout
exported = {line.split(' ')[0].partition('@')[0] for line in exported.splitlines()}
# Exported where a library that it is linked with refers to its own.
exported -= {'__bss_start', '_edata', '_end'}
declared = set(functions_in(headers))
if exported != declared:
    sys.exit(f'in the headers or exported, and not both: {sorted(exported ^ declared)}')

with tempfile.TemporaryDirectory(prefix='asynctask-abi-') as temporary:
    current = describe(os.path.join(temporary, 'current'), headers)
    if update:
        shutil.rmtree(kept, ignore_errors=True)
        os.mkdir(kept)
        for header in headers:
            if os.path.basename(header) != VERSION:
                shutil.copy(header, kept)
        print(f'{kept} has what will be compared with')
        sys.exit(0)

    old = glob.glob(os.path.join(kept, '*.h'))
    version = [header for header in headers if os.path.basename(header) == VERSION]
    if subprocess.run(['abidiff', '--no-added-syms', describe(os.path.join(temporary, 'kept'), [*old, *version]), current],
                      check=False).returncode:
        sys.exit('Programs that were built with the last release would break, or behave differently.\n'
                 'If that is as it is to be, as it may be until a release: ./run abi --update')
    print(f'{len(functions_in(old))} functions, {len(types_in(old))} types as they were')
