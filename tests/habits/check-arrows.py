#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-arrows.py SOURCE-ROOT BUILD-ROOT

Sees that no file of the library includes or calls what its folder is not to know. What
it includes, be it by way of another, the compiler has kept; what it calls is in its object
file. Prints the arrows between the folders as they are.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict

SKIP = 77

# Each folder, and those further down whose files it knows.
KNOWS = {
    'seeing': {'task', 'executor', 'job', 'delivery', 'progress'},
    'together': {'delivery'},
    'ready-made': set(),
    'task': {'executor', 'job', 'delivery', 'progress'},
    'executor': {'job'},
    'job': set(),
    'delivery': set(),
    'progress': {'delivery'},
}
# What these know is what programs know, public headers and functions, and the hooks that
# a header has for them.
KNOWS_IN_PUBLIC = {
    'together': {'task', 'executor'},
    'ready-made': {'task', 'executor'},
}
HOOKS = {
    'together': {'task/at-async-task-private.h', 'task/at-task-hooks-private.h'},
    'ready-made': {'task/at-setter-private.h', 'task/at-task-hooks-private.h'},
}
# What itself knows nothing but GLib, for those that need nothing else of its folder; and whom
# those tell what they do, while somebody wants to hear of it.
TOOLS = {
    'task': {'seeing/at-call-site', 'seeing/at-debug-flags', 'seeing/at-lint', 'seeing/at-marks', 'seeing/at-seeing'},
    'delivery': {'seeing/at-lint', 'seeing/at-seeing'},
    'ready-made': {'delivery/at-wake'},
    'executor': {'delivery/at-contention', 'delivery/at-thread-number'},
    'job': {'delivery/at-contention', 'delivery/at-schedule', 'delivery/at-thread-number'},
}
EVERYBODYS = {'asynctask-glib.h', 'at-enum-types.h', 'at-types.h', 'at-version.h'}

# What goes against that, and is to go. Nothing is ever added here.
STILL_THERE = set()

source_root, build_root = map(os.path.realpath, sys.argv[1:])
library = os.path.join(source_root, 'asynctask-glib')


def output_of(*command):
    return subprocess.run(command, check=True, cwd=build_root, stdout=subprocess.PIPE, encoding='utf-8').stdout


def inside(path):
    """The path within the library, whose generated headers are in its public ones' place."""
    path = os.path.realpath(os.path.join(build_root, path))
    for root in (library, os.path.join(build_root, 'asynctask-glib')):
        if path.startswith(root + os.sep):
            return os.path.relpath(path, root)
    return None


def stem_of(path):
    return re.sub(r'(-private)?\.[ch]$', '', path)


options = {option['name']: option['value']
           for option in json.loads(output_of('meson', 'introspect', '--buildoptions', build_root))}
if options['b_lto'] or options['backend'] != 'ninja' or not shutil.which('readelf'):
    print('The object files are not those of the compiler, or cannot be read.')
    sys.exit(SKIP)

# The object files
objects = {}
with open(os.path.join(build_root, 'compile_commands.json'), encoding='utf-8') as file:
    for entry in json.load(file):
        if entry['output'].startswith('asynctask-glib/libasynctask-glib-private.a.p/'):
            objects[entry['output']] = inside(os.path.join(entry['directory'], entry['file']))
folder_of = {os.path.basename(stem_of(source)): os.path.dirname(source) for source in objects.values()}
if set(folder_of.values()) - {''} != set(KNOWS):
    sys.exit(f'The folders are no longer those that are listed: {sorted(set(folder_of.values()))}')

# What they include: (file, file) -> folder. A public header belongs to its class's folder.
included = set()
for block in output_of('ninja', '-t', 'deps', *objects).split('\n\n'):
    name, _, rest = block.partition(':')
    source = objects.get(name.strip())
    for header in filter(None, map(inside, (line.strip() for line in rest.splitlines()[1:]))):
        if source and header.endswith('.h') and header not in EVERYBODYS:
            included.add((source, header))
if len({source for source, _ in included}) < len(objects) - 10:
    sys.exit('Not all files have been compiled, or the compiler has kept nothing of it.')

# What they define, and what they take from another.
defined = {}
public = set()
taken = set()
for name, source in objects.items():
    for line in output_of('readelf', '--syms', '--wide', name).splitlines():
        found = re.match(r'\s*\d+: \S+ +\S+ \S+ +(?:GLOBAL|WEAK) +(\S+) +(?:\[.*\] +)?(\S+) (_?at_\w+)', line)
        if found and found[2] == 'UND':
            taken.add((source, found[3]))
        elif found:
            defined[found[3]] = source
            if found[1] == 'DEFAULT':
                public.add(found[3])

arrows = defaultdict(lambda: (set(), set()))
against = defaultdict(list)


def hooks_of(folder):
    text = ''
    for header in {'at-types.h'} | HOOKS.get(folder, set()):
        with open(os.path.join(library, header), encoding='utf-8') as file:
            text += file.read()
    return set(re.findall(r'\b_?at_\w+', text))


hooks = {folder: hooks_of(folder) for folder in KNOWS}


def judge(source, target, what, kind, is_public, is_hook):
    start = os.path.dirname(source)
    end = os.path.dirname(target) or folder_of.get(os.path.basename(stem_of(target)))
    if not start or not end or start == end:
        return
    arrows[start, end][kind].add(what)
    if not (end in KNOWS[start] or is_public and end in KNOWS_IN_PUBLIC.get(start, ()) or is_hook
            or os.path.join(end, os.path.basename(stem_of(target))) in TOOLS.get(start, ())):
        against[start, end].append(f"{source} {('includes', 'calls')[kind]} {what}")


for source, header in sorted(included):
    judge(source, header, header, 0, '/' not in header, header in HOOKS.get(os.path.dirname(source), ()))
for source, name in sorted(taken):
    if name in defined:
        judge(source, defined[name], name, 1, name in public, name in hooks[os.path.dirname(source)])

print('Headers included and functions called, by who does (left) and whose they are:\n')
print(f"{'':12}" + ''.join(f'{end:>12}' for end in KNOWS))
for start in KNOWS:
    cells = [arrows.get((start, end)) for end in KNOWS]
    print(f'{start:12}' + ''.join(f"{f'{len(cell[0])} + {len(cell[1])}' if cell else '':>12}" for cell in cells))
print()

problems = []
for (start, end), lines in sorted(against.items()):
    print(f'{start} is not to know of {end}:', *lines, '', sep='\n  ')
    if (start, end) not in STILL_THERE:
        problems.append(f'{start} is not to know of {end}.')
for start, end in sorted(STILL_THERE):
    if (start, end) not in against:
        problems.append(f'{start} no longer knows of {end}: that can be taken off the list in check-arrows.py.')
if problems:
    sys.exit('\n'.join(problems))
