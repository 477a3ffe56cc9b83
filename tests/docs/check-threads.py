#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-threads.py PAGE GIR…: the page says of every public function where it may be
called, and says the same as the function's own documentation, or that of its class."""

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
    (r'From the thread of GTK\.', "GTK's"),
    (r'belongs? to the thread-default main context of the calling thread', 'any'),
)

# What a class says of all its functions.
CLASSES = (
    (r'belongs? to the thread of GTK\b', "GTK's"),
    (r'belongs? to the thread-default main context that (it was|they were) made in', 'its'),
)


def say(node, sentences):
    text = re.sub(r'\s+', ' ', node.findtext(CORE + 'doc') or '')
    return {kind for sentence, kind in sentences if re.search(sentence, text)}


def of_classes(root):
    """What holds of functions that say nothing themselves."""
    kinds = {}
    for node in root.iter(CORE + 'class'):
        # GTK's documentation says it of all widgets.
        kind = {"GTK's"} if node.get('parent').startswith('Gtk.') else say(node, CLASSES)
        for child in node:
            if child.get(C + 'identifier'):
                kinds[child.get(C + 'identifier')] = kind
    return kinds


def documented(gir):
    functions = {}
    root = ElementTree.parse(gir).getroot()
    usual = of_classes(root)
    for node in root.iter():
        if node.tag not in (CORE + 'function', CORE + 'method', CORE + 'constructor'):
            continue
        name = node.get(C + 'identifier')
        found = say(node, SENTENCES) or usual.get(name, set())
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


page, *girs = sys.argv[1:]
there = {name: kinds for gir in girs for name, kinds in documented(gir).items()}
# The library of widgets may not have been built.
here = {name: kind for name, kind in written(page).items()
        if len(girs) > 1 or not name.startswith('at_gtk_')}
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
