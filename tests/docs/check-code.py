#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-code.py SOURCE-ROOT BUILD-ROOT COMPILER FILE…

Compiles or runs every block of code in a page of the documentation, or in the
comments of C files, and sees whether the page's links lead somewhere.

What a block needs besides what its reader sees is in HTML comments above it:

  <!-- around            code in front of the block; where it has a line of three
  …                      dots, the block is in place of that line, and nothing
  -->                    else is put around it
  <!-- continues -->     the block of the same language above it is in front
  <!-- file: NAME -->    the block is that file of the sources, or a part of it:
                         the file has a test of its own
  <!-- save: NAME -->    the other blocks of the page find it in a file of that name
  <!-- output -->        the text is what the program above it printed
  <!-- compile only: WHY -->, <!-- not run: WHY -->
  <!-- needs: MODULE --> what pkg-config is to know, or the block is skipped
"""

import glob
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

SKIP = 77
TIMEOUT = 180
KEYS = {'around', 'continues', 'file', 'save', 'output', 'compile only', 'not run', 'needs'}
# Code of other projects, which is compared with ours and not compiled here.
FOREIGN = {'java', 'kotlin', 'cpp', 'rust', 'go'}
# The libraries, in the order in which they need each other: folder, and what the bindings call it.
LIBRARIES = {'asynctask-glib': 'At', 'asynctask-gtk': 'AtGtk'}
HERE = os.path.dirname(os.path.abspath(__file__))
# The one that has PyGObject.
PYTHON = sys.executable


class Failure(Exception):
    pass


class Skipped(Exception):
    pass


class Block:
    def __init__(self, name, line, language, marks):
        self.name = name
        self.line = line
        self.language = language
        self.marks = marks
        self.lines = []

    @property
    def code(self):
        return ''.join(line + '\n' for line in self.lines)

    def __str__(self):
        return f'{self.name}:{self.line}: {self.language}'


def read(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def write(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)


#
# Finding the blocks
#

def parse(name, lines):
    """The blocks of Markdown, whose lines come with their numbers."""
    blocks = []
    block = None
    comment = None
    marks = {}

    for number, line in lines:
        if block is not None:
            if line == '```':
                blocks.append(block)
                block = None
            else:
                block.lines.append(line)
        elif comment is not None:
            if line == '-->':
                marks.update([comment])
                comment = None
            else:
                comment = comment[0], comment[1] + line + '\n'
        elif re.match(r'\s*```', line):
            fence = re.fullmatch(r'```([a-z]+)', line)
            if fence is None:
                raise Failure(f'{name}:{number}: a block begins at the margin, and names its language')
            block = Block(name, number, fence[1], marks)
            marks = {}
        elif line.startswith('<!--'):
            mark = re.fullmatch(r'<!--\s*([^:]*?)(?::\s*(.*?))?\s*(-->)?', line)
            if mark is None or mark[1] not in KEYS:
                raise Failure(f'{name}:{number}: what is that to say? {line}')
            if mark[3]:
                marks[mark[1]] = mark[2] or ''
            else:
                comment = mark[1], ''
        elif line.strip():
            if marks:
                raise Failure(f'{name}:{number}: a comment that belongs to no block')
    if block is not None or comment is not None or marks:
        raise Failure(f'{name}: a block or comment without an end')
    return blocks


def blocks_of_page(path):
    return parse(os.path.basename(path), enumerate(read(path).splitlines(), 1))


def blocks_of_comments(path):
    """The blocks in the documentation comments of C, in Markdown or as gtk-doc had them."""
    blocks = []
    comment = None
    for number, line in enumerate(read(path).splitlines(), 1):
        if line.strip() == '/**':
            comment = []
        elif comment is not None and line.strip() == '*/':
            blocks += parse(os.path.basename(path), comment)
            comment = None
        elif comment is not None:
            line = re.sub(r'^\s*\* ?', '', line)
            line = re.sub(r'^\|\[(?:<!-- language="(\w+)" -->)?$', lambda match: '```' + (match[1] or '').lower(), line)
            # As GTK has its trees of CSS nodes: without a language.
            fences = sum(other.startswith('```') for _, other in comment)
            line = '```text' if line == '```' and fences % 2 == 0 else line
            comment.append((number, '```' if line == ']|' else line))
    return blocks


#
# What is done with them
#

class Checker:
    def __init__(self, source_root, build_root, compiler, folder):
        self.source_root = source_root
        self.build_root = build_root
        self.compiler = compiler
        self.folder = folder
        self.output = None
        self.before = {}
        self.saved = set()

        libraries = [os.path.join(build_root, library) for library in LIBRARIES]
        # Where Vala looks for what pkg-config finds.
        vapi = os.path.join(folder, '.share', 'vala', 'vapi')
        os.makedirs(vapi)
        for path in ([path for library in libraries for path in glob.glob(os.path.join(library, '*.vapi'))]
                     + glob.glob(os.path.join(build_root, 'meson-private', '*.deps'))):
            os.symlink(path, os.path.join(vapi, os.path.basename(path)))

        # A folder with a space in its name is one that $(pkg-config …) in a shell does not bear.
        modules = os.path.join(folder, '.pkgconfig')
        os.mkdir(modules)
        for path in glob.glob(os.path.join(build_root, 'meson-uninstalled', '*.pc')):
            text = read(path)
            for name, root in (('build', build_root), ('source', source_root)):
                link = os.path.join(modules, name)
                if not os.path.islink(link):
                    os.symlink(root, link)
                text = text.replace(f"={root.replace(' ', chr(92) + ' ')}\n", f'={link}\n')
            with open(os.path.join(modules, os.path.basename(path)), 'w', encoding='utf-8') as file:
                file.write(text)

        def in_front(name, path):
            return path + (':' + os.environ[name] if os.environ.get(name) else '')

        self.environment = {
            **os.environ,
            'GI_TYPELIB_PATH': in_front('GI_TYPELIB_PATH', ':'.join(libraries)),
            'LD_LIBRARY_PATH': in_front('LD_LIBRARY_PATH', ':'.join(libraries)),
            'PKG_CONFIG_PATH': in_front('PKG_CONFIG_PATH', modules),
            'PYTHONPATH': in_front('PYTHONPATH', os.path.join(source_root, 'bindings', 'python')),
            'GJS_PATH': in_front('GJS_PATH', os.path.join(source_root, 'bindings', 'javascript')),
            'XDG_DATA_DIRS': os.path.dirname(os.path.dirname(vapi)) + ':' + (
                os.environ.get('XDG_DATA_DIRS') or '/usr/local/share:/usr/share'),
            'PYTHONDONTWRITEBYTECODE': '1',
            # The tools are the distribution's, as they are for ./run.
            'PATH': '/usr/bin:/bin:' + os.environ['PATH'],
            'G_DEBUG': 'fatal-warnings',
            'GTK_A11Y': 'none',
            # A virtual display has no graphics card, and Mesa complains of that.
            'GDK_DISABLE': 'gl,vulkan',
        }

    def run(self, command, **keywords):
        command = [str(part) for part in command]
        try:
            result = subprocess.run(command, cwd=self.folder, env=self.environment, timeout=TIMEOUT,
                                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    encoding='utf-8', **keywords)
        except subprocess.TimeoutExpired as error:
            raise Failure(f'{shlex.join(command)}: does not come to an end\n{error.stdout}\n{error.stderr}') from None
        if result.returncode:
            raise Failure(f'{shlex.join(command)}: status {result.returncode}\n{result.stdout}{result.stderr}')
        return result

    def flags(self, *modules):
        missing = [module for module in modules
                   if subprocess.run(['pkg-config', '--exists', module], env=self.environment, check=False).returncode]
        if missing:
            raise Skipped(f'{" ".join(missing)} is not installed')
        return shlex.split(self.run(['pkg-config', '--cflags', '--libs', *modules]).stdout)

    def need_widgets(self, code):
        """Whether the code uses asynctask-gtk, which may not have been built."""
        if not re.search(r'\bAtGtk\b|\bAtGtk[A-Z]', code):
            return False
        if not glob.glob(os.path.join(self.build_root, 'asynctask-gtk', 'AtGtk-*.typelib')):
            raise Skipped('built without widgets, or without introspection')
        return True

    def tool(self, name):
        path = shutil.which(name)
        if path is None:
            raise Skipped(f'{name} is not installed')
        return path

    @staticmethod
    def need_display():
        if not os.environ.get('DISPLAY') and not os.environ.get('WAYLAND_DISPLAY'):
            raise Skipped('no display')

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_program(self, block, command):
        result = self.run(command)
        if result.stderr:
            raise Failure(f'complains:\n{result.stderr}')
        self.output = result.stdout

        expected = []
        for printed in re.findall(r'(?:#|//|/\*) prints: (.*?)(?: \*/)?$', block.code, re.MULTILINE):
            # Several lines, where it is no list.
            expected += [printed] if printed.startswith('[') else printed.split(', ')
        if expected and result.stdout.splitlines() != expected:
            raise Failure(f'says that it prints {expected}, and prints {result.stdout.splitlines()}')

    def check(self, block):
        if 'file' in block.marks:
            self.compare(block)
        elif block.language not in FOREIGN:
            method = getattr(self, 'check_' + block.language, None)
            if method is None:
                raise Failure('no test knows that language')
            around = block.marks.get('around', '')
            # What is above it has its own words around it.
            before = self.before.get(block.language, []) if 'continues' in block.marks else []
            if 'continues' in block.marks and not before:
                raise Failure('there is nothing that it could continue')
            self.before[block.language] = before + [block]
            method(block, around, before)

    def compare(self, block):
        name = block.marks['file']
        text = [line.strip() for line in read(os.path.join(self.source_root, name)).splitlines()]
        lines = [line.strip() for line in block.lines]
        if not any(text[i:i + len(lines)] == lines for i in range(len(text) - len(lines) + 1)):
            raise Failure(f'is not in {name}, nor a part of it')

    def save(self, block):
        if 'save' in block.marks:
            write(self.path(block.marks['save']), self.joined(block, block.marks.get('around', ''), []))
            self.saved.add(block.marks['save'])

    # C

    @staticmethod
    def is_file_level(code):
        return re.search(r'^(?:\{|static |#\s*include|struct |typedef |enum |G_DECLARE_|G_DEFINE_)', code, re.MULTILINE)

    @staticmethod
    def located(block):
        return f'#line {block.line + 1} "{block.name}"\n{block.code}'

    def check_c(self, block, around, before):
        everything = ''.join(one.marks.get('around', '') + one.code for one in before + [block])
        modules = ['asynctask-glib-1.0', 'gio-unix-2.0'] + block.marks.get('needs', '').split()
        if re.search(r'\bAdw|adw_|ADW_', everything):
            modules.append('libadwaita-1')
        elif re.search(r'\bGtk|gtk_|GTK_', everything):
            modules.append('gtk4')
        if re.search(r'<asynctask-gtk\.h>|\bAtGtk|\bat_gtk_|\bAT_GTK_', everything):
            modules.append('asynctask-gtk-1.0')
        flags = self.flags(*modules)
        program = re.search(r'^(?:int\s+)?main \(', block.code, re.MULTILINE)
        source = self.path('block.c')

        if program:
            write(source, around + self.located(block))
            self.run([*self.compiler, '-std=gnu11', '-Wall', '-Wextra', '-Wno-unused-parameter', '-Werror', '-g',
                      '-o', 'block', source, *flags])
            if 'compile only' not in block.marks:
                if len(modules) > 2:
                    self.need_display()
                self.run_program(block, ['./block'])
            return

        includes = {'gtk4': 'gtk/gtk.h', 'libadwaita-1': 'adwaita.h', 'asynctask-gtk-1.0': 'asynctask-gtk.h'}
        text = ''.join(f'#include <{includes[module]}>\n' for module in modules if module in includes)
        text += '#include "around.h"\n'
        if '...\n' in around:
            text += self.fill(around, self.located(block))
        else:
            statements = ''
            for one in before + [block]:
                text += one.marks.get('around', '')
                if self.is_file_level(one.code):
                    text += self.located(one)
                else:
                    statements += self.located(one)
            if statements:
                kind, end = 'gboolean', 'return TRUE;\n'
                if re.search(r'\breturn;', statements):
                    kind, end = 'void', ''
                # As in a body: the place for an error that somebody else looks at.
                theirs = re.search(r'[(,] ?error\b', statements) and not re.search(r'&error|g_autoptr \(GError\)', statements)
                parameters = 'GError **error' if theirs else 'void'
                text += f'{kind} block ({parameters});\n{kind}\nblock ({parameters})\n{{\n{statements}\n{end}}}\n'
        write(source, text)
        self.run([*self.compiler, '-std=gnu11', '-Wall', '-Werror', '-Wno-unused-function', '-fsyntax-only',
                  '-I' + HERE, source, *flags])

    @staticmethod
    def fill(around, code):
        return re.sub(r'^\s*\.\.\.$', lambda match: code, around, flags=re.MULTILINE)

    def joined(self, block, around, before):
        """The block with what is before and around it."""
        text = ''
        for one in before:
            text += self.fill(one.marks['around'], one.code) if '...\n' in one.marks.get('around', '') \
                else one.marks.get('around', '') + one.code
        return text + (self.fill(around, block.code) if '...\n' in around else around + block.code)

    # Python

    def check_python(self, block, around, before):
        code = self.joined(block, around, before)
        if 'gi.repository' not in code:
            versions = 'gi.require_version("At", "1.0")\n'
            names = 'At, Gio, GLib, GObject'
            if re.search(r'\bGtk\.', code):
                versions += 'gi.require_version("Gtk", "4.0")\n'
                names += ', Gtk'
            if 'AtGtk.' in code:
                versions += 'gi.require_version("AtGtk", "1.0")\n'
                names += ', AtGtk'
            code = f'import gi\n{versions}from gi.repository import {names}\n{code}'
        if not glob.glob(os.path.join(self.build_root, 'asynctask-glib', 'At-*.typelib')):
            raise Skipped('built without introspection')
        self.need_widgets(code)
        write(self.path('block.py'), code)
        try:
            compile(code, str(block), 'exec')
        except SyntaxError as error:
            raise Failure(str(error)) from None
        for library in LIBRARIES.values():
            names = sorted(set(re.findall(rf'\b{library}(?:\.\w+)+', re.sub(r'require_version.*', '', block.code))))
            if names:
                self.run([PYTHON, '-c', f'import gi; gi.require_version("{library}", "1.0")\n'
                          f'from gi.repository import {library}\n' + '\n'.join(names)])
        if 'compile only' not in block.marks:
            if 'Gtk.' in code:
                self.need_display()
            self.run_program(block, [PYTHON, 'block.py'])

    # JavaScript

    def check_js(self, block, around, before):
        gjs = self.tool('gjs')
        code = self.joined(block, around, before)
        self.need_widgets(code)
        imports = ''.join(
            f"import {name} from 'gi://{name}{version}';\n"
            for name, version in (('At', '?version=1.0'), ('AtGtk', '?version=1.0'), ('Gio', ''), ('GLib', ''), ('GObject', ''), ('Gtk', '?version=4.0'))
            if re.search(rf'\b{name}\.', code) and not re.search(rf'^import {name} ', code, re.MULTILINE))
        if 'compile only' in block.marks:
            there = re.findall(r'^import .*\n', code, re.MULTILINE)
            code = re.sub(r'^import .*\n|^export (?:default )?', '', code, flags=re.MULTILINE)
            names = sorted(set(re.findall(r'\bAt(?:Gtk)?\.\w+', code)))
            code = ''.join(there) + f'export async function block() {{\n{code}}}\n' + ''.join(
                f"if ({name} === undefined)\n    throw new Error('there is no {name}');\n" for name in names)
        elif 'Gtk.' in code:
            self.need_display()
        write(self.path('block.js'), imports + code)
        self.run_program(block, [gjs, '-m', 'block.js'])

    # Vala

    def check_vala(self, block, around, before):
        valac = self.tool('valac')
        code = self.joined(block, around, before)
        program = re.search(r'^(?:int|void|async void) main \(', code, re.MULTILINE)
        if not program and '...\n' not in around and \
                not re.search(r'^(?:class|public|void|int|async|namespace)\b', block.code, re.MULTILINE):
            code = around + f'async void block (At.AsyncTask task) throws Error {{\n{block.code}}}\n'
        if not re.search(r'\bmain \(', code):
            code += 'void main () {}\n'
        write(self.path('block.vala'), code)
        arguments = [valac, '--fatal-warnings', '--pkg', 'asynctask-glib-1.0']
        if '-gtk4' in block.marks.get('needs', '') or 'Gtk.' in code:
            self.flags('gtk4')
            arguments += ['--pkg', 'gtk4']
        if self.need_widgets(code):
            arguments += ['--pkg', 'asynctask-gtk-1.0']
        if program and 'compile only' not in block.marks:
            self.run([*arguments, '-X', '-w', '-o', 'block', 'block.vala'])
            self.run_program(block, ['./block'])
        else:
            self.run([*arguments, '--ccode', 'block.vala'])

    # What is around programs

    def check_meson(self, block, around, before):
        folder = self.path('meson-project')
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        code = self.joined(block, around, before)
        if 'project(' not in code:
            code = "project('documentation', 'c')\n" + code
        for name in set(re.findall(r"'([\w-]+\.(?:c|vala))'", code)):
            shutil.copy(self.path(name) if name in self.saved else os.path.join(self.source_root, 'examples', name), folder)
        write(os.path.join(folder, 'meson.build'), code)
        meson = self.tool('meson')
        self.run([meson, 'setup', '--wrap-mode=nofallback', '_build', folder])
        self.run([meson, 'compile', '-C', '_build'])
        shutil.rmtree(self.path('_build'))

    def check_xml(self, block, around, before):
        code = self.joined(block, around, before)
        if not re.match(r'\s*(?:<\?xml|<!DOCTYPE|<interface)', code):
            code = f'<interface>\n{code}</interface>\n'
        try:
            root = ElementTree.fromstring(code)
        except ElementTree.ParseError as error:
            raise Failure(str(error)) from None
        if root.tag != 'interface':
            raise Failure('is no .ui file')
        write(self.path('block.ui'), code)
        self.flags('gtk4')
        self.need_widgets(code)
        self.need_display()
        # Files that are named as resources are those of the page.
        self.run(['env', f'G_RESOURCE_OVERLAYS=/org/example={self.folder}',
                  PYTHON, os.path.join(HERE, 'load-ui.py'), 'block.ui'])

    def check_css(self, block, around, before):
        write(self.path('block.css'), self.joined(block, around, before))
        self.flags('gtk4')
        self.run([PYTHON, '-c', 'import sys, gi; gi.require_version("Gtk", "4.0")\n'
                  'from gi.repository import Gtk\n'
                  'problems = []\n'
                  'provider = Gtk.CssProvider()\n'
                  'provider.connect("parsing-error", lambda _, section, error: problems.append(error.message))\n'
                  'provider.load_from_path("block.css")\n'
                  'sys.exit("; ".join(problems) or None)'])

    def check_json(self, block, around, before):
        try:
            json.loads(self.joined(block, around, before))
        except ValueError as error:
            raise Failure(str(error)) from None

    def check_sh(self, block, around, before):
        self.run(['bash', '-n', '-c', block.code])
        self.output = ''
        for line in re.sub(r'\\\n', '', block.code).splitlines():
            line = re.sub(r'(?:^|\s+)#.*$', '', line).strip()
            own = re.fullmatch(r'\./run (\S+).*', line)
            if own:
                usage = self.run([os.path.join(self.source_root, 'run'), 'help']).stdout
                if not re.search(rf'^  {re.escape(own[1])}\b', usage, re.MULTILINE):
                    raise Failure(f'./run knows no {own[1]}')
            elif line and 'not run' not in block.marks:
                self.output += self.run(['bash', '-c', line]).stdout

    def check_text(self, block, around, before):
        if 'output' in block.marks:
            if self.output is None:
                raise Failure('no program is above it')
            if self.output != block.code:
                raise Failure(f'the program prints something else:\n{self.output}')


#
# What the text speaks of
#

def known_names(build_root):
    """Every name of the libraries in C, and the properties and signals."""
    names = set(LIBRARIES.values())
    members = {}
    for library, prefix in LIBRARIES.items():
        for path in (glob.glob(os.path.join(build_root, library, 'at-*.h'))
                     + glob.glob(os.path.join(os.path.dirname(HERE), os.pardir, library, '**', 'at-*.h'), recursive=True)):
            names.update(re.findall(r'\b(?:at_|_?At|AT_)\w+', read(path)))
        gir = os.path.join(build_root, library, prefix + '-1.0.gir')
        if os.path.exists(gir):
            core = '{http://www.gtk.org/introspection/core/1.0}'
            for node in ElementTree.parse(gir).getroot().iter(core + 'class'):
                members[prefix + node.get('name')] = {
                    one.get('name') for kind in (core + 'property', '{http://www.gtk.org/introspection/glib/1.0}signal')
                    for one in node.findall(kind)}
    return names, members


def unknown_names(path, known):
    """What the text has in backticks and calls the library's, and is not."""
    names, members = known
    text = re.sub(r'^```.*?^```$|<!--.*?-->', '', read(path), flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r'`([^`]+)`', text):
        for name in re.findall(r'(?<![\w/.-])(?:at_[a-z0-9_]+|At[A-Z][A-Za-z]+|AT_[A-Z0-9_]+)\b(?!-|\.[ch])', code):
            if name not in names:
                yield f'{name}: there is no such name'
        for kind, member in re.findall(r'\b(At[A-Z][A-Za-z]+)::?([a-z][a-z-]*)', code):
            # A library that was not built has no members that would be known.
            built = any(one.startswith('AtGtk') == kind.startswith('AtGtk') for one in members)
            if built and member not in members.get(kind, ()):
                yield f'{kind}:{member}: there is no such property or signal'


#
# Links, as a forge follows them
#

def slugs(path):
    found = set()
    inside = False
    for line in read(path).splitlines():
        if line.startswith('```'):
            inside = not inside
        heading = re.match(r'#{1,6} (.*)', line)
        if heading and not inside:
            text = re.sub(r'`|\*\*|\[([^]]*)\]\([^)]*\)', r'\1', heading[1]).lower()
            found.add(re.sub(r'[^\w\- ]', '', unicodedata.normalize('NFC', text)).replace(' ', '-'))
    return found


def broken_links(path):
    text = re.sub(r'^```.*?^```$', '', read(path), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r'`[^`]*`', 'code', text)
    for target in re.findall(r'\]\(([^()\s]+)\)', text):
        if re.match(r'[a-z]+:', target):
            continue
        name, _, fragment = target.partition('#')
        there = os.path.join(os.path.dirname(path), name) if name else path
        if not os.path.exists(there):
            yield f'{target}: is not there'
        elif fragment and fragment not in slugs(there):
            yield f'{target}: {name or "the page"} has no such heading'


def main():
    source_root, build_root, compiler, *paths = sys.argv[1:]
    done = skipped = failed = 0

    for path in paths:
        page = path.endswith('.md')
        try:
            blocks = blocks_of_page(path) if page else blocks_of_comments(path)
        except Failure as failure:
            print(failure)
            failed += 1
            continue
        if page:
            for problem in [*broken_links(path), *unknown_names(path, known_names(build_root))]:
                print(f'{os.path.basename(path)}: {problem}')
                failed += 1
        with tempfile.TemporaryDirectory(prefix='asynctask-docs-') as folder:
            checker = Checker(source_root, build_root, shlex.split(compiler), folder)
            for block in blocks:
                checker.save(block)
            for block in blocks:
                # What README.md has one type is done, to the letter, by tests/readme.
                if os.path.basename(path) == 'README.md' and block.language == 'sh':
                    continue
                try:
                    checker.check(block)
                    done += 1
                    print(f'{block}: ok', flush=True)
                except Skipped as reason:
                    skipped += 1
                    print(f'{block}: skipped: {reason}', flush=True)
                except Failure as failure:
                    failed += 1
                    print(f'{block}: {failure}', flush=True)

    print(f'{done} blocks, {skipped} skipped, {failed} failed')
    if failed:
        sys.exit(1)
    if skipped and not done:
        sys.exit(SKIP)


main()
