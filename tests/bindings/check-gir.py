#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-gir.py GIR LIBRARY HEADER…

Sees whether other languages get all of the library: each function that a header
declares is exported and introspectable, nothing else is exported, and everything
in the GIR file is documented and says since when it is there.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

# For C only: they take variable arguments, or are what the languages have in their own way.
C_ONLY = {
    'at_async_task_publish',
    'at_async_task_return',
    'at_async_task_set_callbacks',
    'at_executor_submit',
    # What these are macros for in C.
    'at_async_task_execute_runnable_named',
    'at_async_task_new_named',
    'at_executor_submit_named',
    'at_latest_new_named',
    'at_task_cache_new_named',
}

# Their types, which have no symbol.
C_ONLY_TYPES = {'AtWorkFunc'}

# Exported where a library that it is linked with refers to its own.
OF_LINKER = {'__bss_start', '_edata', '_end'}

# Read by the functions of GListModel.
LIST_MODEL = {'item-type', 'n-items'}

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

# What can be called, and what else has a doc comment of its own.
CALLABLE = {'function', 'method', 'constructor', 'virtual-method', 'callback', 'function-macro'}
SIGNAL = GLIB + 'signal'
DOCUMENTED = CALLABLE | {'class', 'interface', 'record', 'enumeration', 'bitfield', 'member', 'constant',
                         'property', 'alias', 'boxed', SIGNAL}
# What each library has at least: an empty file would have no faults.
KINDS = {
    'At': ('class', 'interface', 'method', 'constructor', 'enumeration', 'property', SIGNAL),
    'AtGtk': ('class', 'method', 'constructor', 'enumeration', 'bitfield', 'property', SIGNAL),
}

# These are told with what they belong to.
WITHOUT_VERSION = {'member', 'virtual-method'}

problems = []


def tag(element):
    return element.tag.replace(CORE, '')


def problem(where, what):
    problems.append(f'{where}: {what}')


def read_headers(paths):
    """The functions that the headers declare, with the line before each."""
    declared = set()
    for path in paths:
        with open(path, encoding='utf-8') as file:
            text = re.sub(r'/\*.*?\*/', '', file.read(), flags=re.DOTALL)

        # Types, whose functions the macros declare.
        for name in re.findall(r'^G_DECLARE_\w+\s*\(\s*\w+,\s*(\w+)', text, re.MULTILINE):
            declared.add(name + '_get_type')

        for match in re.finditer(r'^(AT_AVAILABLE_IN_\w+)?[ \t]*\n?'
                                 r'^(?!typedef|static|#|G_DE)[A-Za-z][\w *]*?[ *](at_\w+)[ \t]*\([^;{]*\)\s*\w*[^;{]*;',
                                 text, re.MULTILINE):
            declared.add(match[2])
            if match[1] is None and 'extern' not in match[0]:
                problem(f'{path}: {match[2]}()', 'has no version macro on the line before it')
    return declared


def read_library(path):
    output = subprocess.run(['nm', '-D', '--defined-only', '--format=posix', path],
                            check=True, stdout=subprocess.PIPE, encoding='utf-8').stdout
    return {line.split()[0] for line in output.splitlines() if line.split()[1] not in 'AU'} - OF_LINKER


class Gir:
    def __init__(self, path):
        self.symbols = set()
        self.hidden = set()
        self.counts = {}
        namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')
        self.name = namespace.get('name')
        self.walk(namespace, self.name)

    def walk(self, element, where):
        for child in element:
            kind = tag(child)
            name = child.get('name') or child.get(GLIB + 'name') or ''
            here = f'{where}.{name}' if name else where

            if GLIB + 'get-type' in child.attrib:
                self.symbols.add(child.get(GLIB + 'get-type'))
            if kind in DOCUMENTED:
                self.check(child, kind, f'{here} ({kind.replace(GLIB, "")})', element)
            self.walk(child, here)

    def is_structure_of_final_class(self, element, parent):
        # Nobody sees these: the macro that declares the class makes them.
        name = element.get(GLIB + 'is-gtype-struct-for')

        return any(tag(child) == 'class' and child.get('name') == name and child.get('final') == '1'
                   for child in parent)

    def is_private(self, element, kind):
        # The structure of a class is told with the class; GObject's own idioms
        # and the casts of C are not.
        return (kind == 'function-macro' or
                kind == 'record' and (element.get('disguised') == '1' or element.get('opaque') == '1'))

    def check(self, element, kind, where, parent):
        symbol = element.get(C + 'identifier')
        self.counts[kind] = self.counts.get(kind, 0) + 1

        # One that was moved into a type stands there a second time.
        if element.get('moved-to') is not None:
            return
        if self.is_private(element, kind):
            return

        if symbol is not None and kind in CALLABLE:
            if element.get('introspectable') == '0':
                self.hidden.add(symbol)
            else:
                self.symbols.add(symbol)
        if element.get('introspectable') == '0' and symbol not in C_ONLY and \
           element.get(C + 'type') not in C_ONLY_TYPES and kind not in ('record', 'constant'):
            problem(where, 'is not introspectable')

        # Invokers carry the documentation of their virtual functions, and a class
        # structure that of its members.
        if kind == 'virtual-method' or (kind == 'callback' and tag(parent) == 'field'):
            return
        if kind == 'record' and self.is_structure_of_final_class(element, parent):
            return

        if element.find(CORE + 'doc') is None:
            problem(where, 'is not documented')
        if kind not in WITHOUT_VERSION and element.get('version') is None:
            problem(where, 'does not say since when it is there')
        if kind in CALLABLE or kind == SIGNAL:
            self.check_parameters(element, kind, where)
        if kind == 'property':
            self.check_property(element, where, parent)

    def check_parameters(self, element, kind, where):
        parameters = element.find(CORE + 'parameters')
        for parameter in parameters if parameters is not None else ():
            name = parameter.get('name')
            if name == '...':
                continue
            doc = parameter.find(CORE + 'doc')
            if doc is None:
                problem(where, f'the parameter {name} is not documented')
            elif '%NULL' in doc.text and not self.is_nullable(parameter):
                problem(where, f'the parameter {name} may be NULL, and is not (nullable)')

        value = element.find(CORE + 'return-value')
        if value is None or self.type_of(value) in ('none', None) and value.find(CORE + 'array') is None:
            return
        doc = value.find(CORE + 'doc')
        if doc is None:
            problem(where, 'what it returns is not documented')
        elif kind != 'constructor' and value.get('nullable') == '1' and 'NULL' not in doc.text and 'if any' not in doc.text:
            problem(where, 'does not say when it returns NULL')
        elif re.search(r'%NULL', doc.text) and not self.is_nullable(value):
            problem(where, 'returns NULL at times, and is not (nullable)')
        if value.get('transfer-ownership') is None:
            problem(where, 'does not say who owns what it returns')

    def check_property(self, element, where, parent):
        methods = {method.get('name') for method in parent if tag(method) == 'method'}
        for what, flag, default in (('getter', 'readable', '1'), ('setter', 'writable', '0')):
            if element.get(flag, default) == '0' or what == 'setter' and element.get('construct-only') == '1':
                continue
            if element.get('name') not in LIST_MODEL and element.get(what) not in methods:
                problem(where, f'has no {what}')
        signals = {signal.get('name') for signal in parent if signal.tag == SIGNAL}
        if element.get('name') in signals:
            problem(where, 'hides the signal of that name in Vala')

    def is_nullable(self, element):
        return element.get('nullable') == '1' or element.get('allow-none') == '1'

    def type_of(self, element):
        type_element = element.find(CORE + 'type')
        return type_element.get('name') if type_element is not None else None


gir_path, library_path, *header_paths = sys.argv[1:]
gir = Gir(gir_path)
exported = read_library(library_path)
declared = read_headers(header_paths)

for symbol in sorted(exported - declared):
    problem(symbol, 'is exported, and no header declares it')
for symbol in sorted(declared - exported):
    problem(symbol, 'is declared, and not exported')
for symbol in sorted(exported - gir.symbols - C_ONLY):
    problem(symbol, 'other languages cannot call it')
if gir.name != 'At':
    C_ONLY.clear()
for symbol in sorted(C_ONLY - exported):
    problem(symbol, 'is in the list of what is for C only, and not in the library')
for symbol in sorted(C_ONLY & gir.symbols):
    problem(symbol, 'is in the list of what is for C only, and introspectable')

for kind in KINDS[gir.name]:
    if not gir.counts.get(kind):
        problem(gir_path, f'has no {kind}')

for line in problems:
    print(line)
print(f'{len(exported)} functions, {sum(gir.counts.values())} things described, {len(problems)} problems')
sys.exit(1 if problems else 0)
