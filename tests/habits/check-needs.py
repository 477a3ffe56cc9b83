#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-needs.py SOURCE-ROOT

What has to be installed is said by build-aux/run/needs, and, as Debian wants it, by
debian/control; from which version on, by meson.build. Sees that they tell the same.
"""

import glob
import os
import re
import sys

# What of the table a package is built with, and what it is tested with.
BUILT_WITH = ('build', 'introspection', 'vala', 'docs', 'widgets', 'downloader')
TESTED_WITH = ('c++', 'library-tests', 'binding-tests')
# What comes with what is named, or is always there.
IMPLIED = {
    'gcc': 'build-essential', 'g++': 'build-essential', 'libc6-dev': 'build-essential',
    'ninja-build': 'meson',
    'libglib2.0-bin': 'libglib2.0-dev', 'libglib2.0-dev-bin': 'libglib2.0-dev',
}
# What makes packages.
PACKAGING = re.compile(r'debhelper-compat|dh-sequence-.*')

source_root, = sys.argv[1:]
problems = []


def read(*path):
    with open(os.path.join(source_root, *path), encoding='utf-8') as file:
        return file.read()


# The table
table = {}
section = None
for line in read('build-aux', 'run', 'needs').splitlines():
    if line.startswith('['):
        section = line.strip('[]')
        if section in table:
            problems.append(f'needs: [{section}] is there twice')
        table[section] = []
    elif line and not line.startswith('#'):
        row = [column.strip() for column in line.split('|')]
        if len(row) != 4 or not all(row) or not re.match(r'~?(file|pc|python|tool|typelib):', row[3]):
            problems.append(f'needs: {line}')
        else:
            table[section].append(row)

looked_for = [what.lstrip('~') for rows in table.values() for *_, what in rows]
problems += [f'needs: {what} is there twice' for what in sorted(set(looked_for)) if looked_for.count(what) > 1]

used = set()
for path in glob.glob(os.path.join(source_root, 'build-aux', 'run', '*')):
    for arguments in re.findall(r'^ *(?:.* )?need(?:_each)? ([a-z](?:.*\\\n)*.*?)(?: ;;)?$', read(path), re.MULTILINE):
        used |= {word for word in re.split(r'[\s\\{}]+|\$\{\w+:\+', arguments) if word}
problems += [f'needs: nothing asks for [{name}]' for name in sorted(set(table) - used)]
problems += [f'needs: there is no [{name}]' for name in sorted(used - set(table))]

# debian/control
control = read('debian', 'control')
build_depends = re.search(r'^Build-Depends:\n((?: .*\n)+)', control, re.MULTILINE).group(1)
required = {}
for entry in re.split(r',\s*', build_depends.strip().rstrip(',')):
    names = tuple(re.sub(r'\s*[(<:].*', '', alternative) for alternative in re.split(r'\s*[|]\s*', entry))
    if not PACKAGING.fullmatch(names[0]):
        required[names] = 'tests' if '<!nocheck>' in entry else 'build'

wanted = {}
for sections, what_for in ((BUILT_WITH, 'build'), (TESTED_WITH, 'tests')):
    for name in sections:
        for debian, _, _, what in table[name]:
            names = tuple(debian.split(','))
            if not what.startswith('~') and not any(IMPLIED.get(name) for name in names):
                wanted.setdefault(names, what_for)

for names in sorted(set(required) | set(wanted)):
    if required.get(names) != wanted.get(names):
        problems.append(f"{' | '.join(names)}: {required.get(names)} in debian/control, {wanted.get(names)} in the table")

# Versions
meson = read('meson.build')
floor, = re.findall(r"^glib_floor = '(.*)'", meson, re.MULTILINE)
floors = dict(re.findall(r"dependency\('([^']+)', version: '>= ([\d.]+)'", meson))
floors |= {name: floor for name in re.findall(r"dependency\('([^']+)', version: '>= ' \+ glib_floor", meson)}
tool_floors = {'meson': re.search(r"meson_version: '>= (.*)'", meson).group(1)}

package_of = {}
for rows in table.values():
    for debian, _, _, what in rows:
        name, _, version = what.lstrip('~').partition('>=')
        kind, _, name = name.partition(':')
        if kind == 'pc' and (version or name in floors):
            package_of[debian.split(',')[0]] = floors.get(name)
            if version != floors.get(name):
                problems.append(f'{name}: {version} in the table, {floors.get(name)} in meson.build')
        elif kind == 'tool' and name in tool_floors:
            package_of[debian] = tool_floors[name]

said = {}
for package, version in re.findall(r'([\w.+-]+)(?::any)? \(>= ([\d.]+)\)', control):
    said.setdefault(package, set()).add(version)
for package, versions in sorted(said.items()):
    if len(versions) > 1 or package in package_of and versions != {package_of[package]}:
        problems.append(f'{package}: {sorted(versions)} in debian/control, {package_of.get(package)} elsewhere')
problems += [f'{package}: no version in debian/control, {version} elsewhere'
             for package, version in sorted(package_of.items()) if package not in said]

if problems:
    sys.exit('\n'.join(problems))
print(f'{len(looked_for)} things are looked for, {len(required)} are named in debian/control, {len(package_of)} versions')
