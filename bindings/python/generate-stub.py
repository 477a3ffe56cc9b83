#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""generate-stub.py GIR OVERRIDES STUB

Writes what type checkers read: the namespace as the GIR has it, and in its place,
class by class and method by method, what the stub of the overrides says.
"""

import ast
import keyword
import sys
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'

TYPES = {
    'none': 'None', 'gpointer': 'Any', 'gconstpointer': 'Any', 'gboolean': 'bool', 'utf8': 'str',
    'filename': 'str', 'gunichar': 'str', 'gdouble': 'float', 'gfloat': 'float', 'GType': 'Any',
    'GObject.Value': 'Any', 'GLib.Error': 'GLib.Error', 'GLib.Quark': 'int', 'GLib.Pid': 'int',
}
for name in ('char uchar short ushort int uint long ulong int8 uint8 int16 uint16 int32 uint32 int64 '
             'uint64 size ssize').split():
    TYPES['g' + name] = 'int'

gir_path, overrides_path, stub_path = sys.argv[1:]
with open(overrides_path, encoding='utf-8') as file:
    overrides_text = file.read()
overrides = ast.parse(overrides_text)
namespace = ElementTree.parse(gir_path).find(CORE + 'namespace')
callbacks = {callback.get('name') for callback in namespace.iter(CORE + 'callback')}


def source_of(node):
    """The lines of a node of the overrides, decorators included."""
    first = min([node.lineno, *(decorator.lineno for decorator in getattr(node, 'decorator_list', ()))])
    return overrides_text.splitlines()[first - 1:node.end_lineno]


def identifier(name):
    name = name.replace('-', '_')
    return name + '_' if keyword.iskeyword(name) else name


def type_of(element, nullable=False):
    """The annotation for what has a type inside."""
    array = element.find(CORE + 'array')
    kind = element.find(CORE + 'type')
    if array is not None:
        inner = type_of(array)
        result = 'bytes' if inner == 'int' and array.find(CORE + 'type').get('name') == 'guint8' else f'list[{inner}]'
    elif kind is None:
        result = 'Any'
    else:
        name = kind.get('name')
        if name in ('GLib.List', 'GLib.SList', 'GLib.PtrArray'):
            result = f'list[{type_of(kind)}]'
        elif name in TYPES:
            result = TYPES[name]
        elif name in callbacks or name.endswith(('Callback', 'Func')):
            result = 'Callable[..., Any]'
        else:
            result = f'{name}[Any]' if name in ('AsyncTask', 'At.AsyncTask') else name
    if (nullable or element.get('nullable') == '1') and result not in ('None', 'Any'):
        result += ' | None'
    return result


def is_hidden(element):
    return element.get('introspectable') == '0' or element.get('shadowed-by') is not None


def function(element, indent):
    """The lines that declare a function, method or constructor."""
    decorators = {'constructor': ['@classmethod'], 'function': ['@staticmethod'] if indent else []}
    kind = element.tag.removeprefix(CORE)
    parameters = {'method': ['self'], 'constructor': ['cls']}.get(kind, [])
    given, outs = [], []
    elements = element.findall(f'{CORE}parameters/{CORE}parameter')
    hidden = {int(parameter.get('destroy')) for parameter in elements if parameter.get('destroy')}
    hidden |= {int(array.get('length')) for parameter in elements
               for array in parameter.findall(CORE + 'array') if array.get('length')}

    for index, parameter in enumerate(elements):
        if index in hidden:
            continue
        if parameter.get('direction') == 'out':
            outs.append(type_of(parameter))
        else:
            optional = parameter.get('nullable') == '1' or parameter.get('allow-none') == '1'
            given.append((identifier(parameter.get('name')), type_of(parameter, optional), optional))
    # PyGObject has a default for what comes last.
    for index, (name, annotation, optional) in enumerate(given):
        trailing = all(later[2] for later in given[index:])
        parameters.append(f'{name}: {annotation}' + (' = ...' if optional and trailing else ''))

    result = type_of(element.find(CORE + 'return-value'))
    if kind == 'constructor':
        result = 'Self'
    if outs:
        parts = [*([] if result == 'None' else [result]), *outs]
        result = parts[0] if len(parts) == 1 else f'tuple[{", ".join(parts)}]'
    name = identifier(element.get('shadows') or element.get('name'))
    return [indent + line for line in (*decorators.get(kind, []),
                                       f'def {name}({", ".join(parameters)}) -> {result}: ...')]


def methods_of(node):
    """The names of the methods of a class of the overrides, and of those that are its bases there."""
    names = {child.name for child in node.body if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))}
    bases = {base.id for part in node.bases for base in ast.walk(part) if isinstance(base, ast.Name)}
    for other in overrides.body:
        if isinstance(other, ast.ClassDef) and other.name in bases and other.name.startswith('_'):
            names |= methods_of(other)
    return names


def class_lines(element):
    name = element.get('name')
    override = next((node for node in overrides.body if isinstance(node, ast.ClassDef) and node.name == name), None)
    own = methods_of(override) if override else set()
    bases = [element.get('parent')] if element.get('parent') else []
    bases += [implements.get('name') for implements in element.findall(CORE + 'implements')]
    bases = [base if base != 'AsyncTask' else 'AsyncTask[Any]' for base in bases]
    properties = [prop for prop in element.findall(CORE + 'property') if not is_hidden(prop)]
    lines = []

    def annotation_of(prop):
        # A property has no word for what may be NULL; its getter has.
        getters = [method for method in element.findall(CORE + 'method') if method.get('name') == prop.get('getter')]
        return type_of(prop, any(getter.find(CORE + 'return-value').get('nullable') == '1' for getter in getters))

    if override is not None:
        # The first lines are its name, bases and documentation.
        lines += source_of(override)
    else:
        lines.append(f'class {name}({", ".join(bases)}):' if bases else f'class {name}:')

    if properties or element.get('parent') == 'AsyncTask':
        base = '(AsyncTask.Props)' if element.get('parent') == 'AsyncTask' else ''
        lines.append(f'    class Props{base}:')
        for prop in properties:
            prop_name, annotation = identifier(prop.get('name')), annotation_of(prop)
            if prop.get('writable') == '1':
                lines.append(f'        {prop_name}: {annotation}')
            else:
                lines += ['        @property', f'        def {prop_name}(self) -> {annotation}: ...']
        if not properties:
            lines.append('        ...')
        lines += ['    @property', '    def props(self) -> Props: ...']
    writable = [f'{identifier(prop.get("name"))}: {annotation_of(prop)} = ...'
                for prop in properties if prop.get('writable') == '1']
    if '__init__' not in own and element.tag == CORE + 'class':
        more = ['**properties: Any'] if element.get('parent') == 'AsyncTask' else []
        if writable or more:
            lines.append(f'    def __init__(self, *, {", ".join(writable + more)}) -> None: ...' if writable
                         else '    def __init__(self, **properties: Any) -> None: ...')
        else:
            lines.append('    def __init__(self) -> None: ...')

    for kind in 'constructor', 'method', 'function':
        for method in element.findall(CORE + kind):
            if not is_hidden(method) and method.get('name') not in own:
                lines += function(method, '    ')
    if len(lines) == 1:
        lines.append('    ...')
    return lines


def enum_lines(element):
    # What GObject has is no enumeration for a type checker without the stubs of PyGObject.
    bases = 'GObject.GFlags, IntFlag' if element.tag == CORE + 'bitfield' else 'GObject.GEnum, IntEnum'
    lines = [f'class {element.get("name")}({bases}):  # type: ignore[misc]']
    for member in element.findall(CORE + 'member'):
        lines.append(f'    {identifier(member.get("name").upper())} = {member.get("value")}')
    for method in element.findall(CORE + 'function'):
        if not is_hidden(method):
            lines += function(method, '    ')
    return lines


defined = {element.get('name') for element in namespace}
output = ['# Generated.', '']
output += [line for node in overrides.body if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign))
           for line in source_of(node)]

for element in namespace:
    if is_hidden(element):
        continue
    if element.tag == CORE + 'constant':
        output += ['', f'{element.get("name")}: {type_of(element)}']
    elif element.tag in (CORE + 'enumeration', CORE + 'bitfield'):
        output += ['', *enum_lines(element)]
    elif element.tag == CORE + 'function':
        output += ['', *function(element, '')]
    elif element.tag in (CORE + 'class', CORE + 'interface'):
        output += ['', *class_lines(element)]

# What there is in Python alone. A class of the overrides that C has not is none.
for node in overrides.body:
    if (isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name not in defined and
            not any('only with C' in line for line in source_of(node)[:2])):
        output += ['', *source_of(node)]

with open(stub_path, 'w', encoding='utf-8') as file:
    file.write('\n'.join(output) + '\n')
