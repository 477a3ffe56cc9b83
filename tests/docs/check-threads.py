#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-threads.py PAGE GIR: the page says of every public function where it may be
called, and says the same as the function's own documentation."""

import re
import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'

SENTENCES = (
    (r"Owner's thread, before the task is executed", 'before'),
    (r"Owner's thread\.", "owner's"),
    (r"For the body's thread\.", "body's"),
    (r'Any thread\b', 'any'),
    (r'Its thread\b', 'its'),
)


def documented(gir):
    functions = {}
    for node in ElementTree.parse(gir).getroot().iter():
        if node.tag not in (CORE + 'function', CORE + 'method', CORE + 'constructor'):
            continue
        name = node.get(C + 'identifier')
        text = re.sub(r'\s+', ' ', node.findtext(CORE + 'doc') or '')
        found = {kind for sentence, kind in SENTENCES if re.search(sentence, text)}
        if 'before' in found:
            found.discard("owner's")
        # The class says it of all functions of a list.
        if name.startswith('at_task_list_'):
            found = {"the list's"}
        functions.setdefault(name, set()).update(found)
    return functions


def written(page):
    functions = {}
    with open(page, encoding='utf-8') as file:
        for line in file:
            cells = [cell.strip() for cell in line.strip().strip('|').split('|')]
            if line.startswith('| `at_') and len(cells) > 1:
                for name in re.findall(r'`(at_\w+)\(\)`', cells[0]):
                    if name in functions:
                        sys.exit(f'{page} has {name}() twice')
                    functions[name] = cells[1]
    return functions


page, gir = sys.argv[1:]
there = documented(gir)
here = written(page)
problems = [f'{name}() is not in the table' for name in sorted(there.keys() - here.keys())]
problems += [f'{name}() is in the table, and not in the library' for name in sorted(here.keys() - there.keys())]
for name in sorted(there.keys() & here.keys()):
    if there[name] != {here[name]}:
        problems.append(f'{name}(): the table says {here[name]}, its documentation {" and ".join(sorted(there[name])) or "nothing"}')
for problem in problems:
    print(problem)
if problems:
    sys.exit(1)
print(f'{len(here)} functions')
