#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Builds a site: a reference and the pages of a guide, with gi-docgen.

There are several, side by side: each library has one. What is on one that is beside is
linked to.

The pages are written for a forge, which shows them as they are. What gi-docgen
needs instead is made of them here: a title in front, links to HTML files, and
names in backticks that are links to the reference. What they show or link to,
pictures and whole programs, is copied beside them. Links to other libraries,
which gi-docgen leaves to JavaScript, are made real ones.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree

GIR = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

HEADING = re.compile(r'^(#{1,6}) (.*)$')
# A link or picture, its text without brackets of its own; or code.
INLINE = re.compile(r'(?P<link>!?\[(?P<text>(?:[^][`]|`[^`]*`)*)\]\((?P<target>[^()\s]+)\))|(?P<code>`[^`]+`)')

# Where gi-docgen would have a script fill in a link to another library.
FOREIGN_LINK = re.compile(r'<a [^>]*href="javascript:void\(0\)"[^>]*>')
FOREIGN_SITES = {
    'At': '../asynctask-glib-1.0/',
    'Gdk': 'https://docs.gtk.org/gdk4/',
    'Gtk': 'https://docs.gtk.org/gtk4/',
    'GLib': 'https://docs.gtk.org/glib/',
    'GObject': 'https://docs.gtk.org/gobject/',
    'Gio': 'https://docs.gtk.org/gio/',
}
# gi-docgen 2025.3 has these with hyphens where they lead from, and not where to.
MEMBER_LINK = re.compile(r'(?<=href=")((?:enum|error|flags)\.\w+\.html#)([a-z0-9_-]+)(?=")')
# The project has no address that is sure to be right where it is installed.
EMPTY_ROW = re.compile(r'\s*<tr><td><em>(?:Website|Source)</em></td><td><a href="" class="external"></a></td></tr>')


class Problem(Exception):
    pass


def read_reference(path):
    """Which page of the reference a name of C is on."""
    pages = {}
    namespace = ElementTree.parse(path).getroot().find(GIR + 'namespace')

    def callables(parent, element, kind, prefix):
        for function in parent.findall(GIR + element):
            identifier = function.get(C + 'identifier')
            if identifier:
                pages[identifier + '()'] = f'{kind}.{prefix}{function.get("name")}.html'

    callables(namespace, 'function', 'func', '')
    for element, kind in (('class', 'class'), ('interface', 'iface'), ('record', 'struct'),
                          ('enumeration', 'enum'), ('bitfield', 'flags'), ('callback', 'callback')):
        for node in namespace.findall(GIR + element):
            name = node.get('name')
            c_type = node.get(C + 'type')
            if node.get(GLIB + 'error-domain'):
                kind = 'error'
            elif element == 'enumeration':
                kind = 'enum'
            # The structures of classes have no page that says more.
            if not node.get(GLIB + 'is-gtype-struct-for'):
                pages[c_type] = f'{kind}.{name}.html'
            callables(node, 'constructor', 'ctor', name + '.')
            callables(node, 'method', 'method', name + '.')
            callables(node, 'function', 'type_func' if element != 'record' else 'func', name + '.')
            for property_ in node.findall(GIR + 'property'):
                pages[f'{c_type}:{property_.get("name")}'] = f'property.{name}.{property_.get("name")}.html'
            for signal in node.findall(GLIB + 'signal'):
                pages[f'{c_type}::{signal.get("name")}'] = f'signal.{name}.{signal.get("name")}.html'
    return pages


def strip(heading):
    return re.sub(r'`|\*\*|\[([^]]*)\]\([^)]*\)', r'\1', heading)


def forge_slug(heading):
    return re.sub(r'[^\w\- ]', '', strip(heading).lower()).replace(' ', '-')


def site_slug(heading):
    """What Python-Markdown makes of a heading."""
    text = unicodedata.normalize('NFKD', strip(heading)).encode('ascii', 'ignore').decode('ascii')
    return re.sub(r'[-\s]+', '-', re.sub(r'[^\w\s-]', '', text).strip().lower())


class Page:
    def __init__(self, path):
        self.path = path
        with open(path, encoding='utf-8') as file:
            # Comments are for the tests.
            text = re.sub(r'^<!--.*?-->\n', '', file.read(), flags=re.MULTILINE | re.DOTALL)
        self.lines = text.splitlines()
        self.anchors = {}
        self.title = None

        for _, line in self.prose():
            heading = HEADING.match(line)
            if heading is None:
                continue
            if self.title is None:
                if heading[1] != '#':
                    raise Problem(f'{path}: begins with no title')
                self.title = strip(heading[2])
            elif heading[1] == '#':
                raise Problem(f'{path}: has a second title')
            slug = forge_slug(heading[2])
            if slug in self.anchors:
                raise Problem(f'{path}: two headings are called {heading[2]}')
            self.anchors[slug] = site_slug(heading[2])

    def prose(self):
        """Its lines outside of code, with their numbers."""
        inside = False
        for number, line in enumerate(self.lines):
            if line.startswith('```'):
                inside = not inside
            elif not inside:
                yield number, line


class Site:
    def __init__(self, source_root, folder, names, reference, beside):
        self.source_root = source_root
        self.folder = folder
        self.beside = beside
        self.pages = {name: Page(os.path.join(self.folder, name)) for name in names}
        self.reference = reference
        self.files = {}

        for name in sorted(os.listdir(self.folder)):
            if name.endswith('.md') and name not in self.pages:
                raise Problem(f'{name} is no page of the site: docs/meson.build does not name it')

    def link(self, page, target, picture):
        """Where a link of a page leads to on the site; None: nowhere."""
        if re.match(r'[a-z]+:', target):
            return target
        path, _, fragment = target.partition('#')
        path = os.path.normpath(os.path.join(self.folder, path)) if path else page.path
        name = os.path.relpath(path, self.folder)

        if name in self.pages:
            if fragment and fragment not in self.pages[name].anchors:
                raise Problem(f'{page.path}: {name} has no heading for #{fragment}')
            fragment = fragment and '#' + self.pages[name].anchors[fragment]
            return fragment if path == page.path and fragment else name.replace('.md', '.html') + fragment
        if not os.path.exists(path):
            raise Problem(f'{page.path}: there is no {target}')
        if os.path.isdir(path):
            return None
        if path.endswith('.md') and path.startswith(os.path.join(self.source_root, 'docs') + os.sep):
            return self.link_beside(page, path, fragment)
        if picture:
            self.files[name] = path
            return name
        # Browsers show a text, and offer a program for download.
        copy = 'files/' + os.path.relpath(path, self.source_root) + '.txt'
        self.files[copy] = path
        return copy

    def link_beside(self, page, path, fragment):
        """The same for a page of a site beside this one, which may be there or not."""
        site = self.beside.get(os.path.dirname(path))
        if site is None:
            return None
        if fragment and fragment not in Page(path).anchors:
            raise Problem(f'{page.path}: {path} has no heading for #{fragment}')
        fragment = fragment and '#' + Page(path).anchors[fragment]
        return f"../{site}/{os.path.basename(path).replace('.md', '.html')}{fragment}"

    def inline(self, page, text):
        def code(source):
            # gi-docgen finds its own marks in code, too: it is given none.
            return '<code>' + re.sub(r'''[^\w\s./:;,="'-]''', lambda match: f'&#{ord(match[0])};', source) + '</code>'

        def replace(match):
            if match['code']:
                source = match['code'].strip('`')
                target = self.reference.get(source)
                return f'<a href="{target}">{code(source)}</a>' if target else code(source)
            picture = match['link'].startswith('!')
            label = match['text'] if picture else INLINE.sub(lambda inner: code(inner[0].strip('`')), match['text'])
            target = self.link(page, match['target'], picture)
            return label if target is None else f'{"!" if picture else ""}[{label}]({target})'

        return INLINE.sub(replace, text)

    def convert(self, page):
        lines = list(page.lines)
        paragraph = []

        def end_paragraph():
            if paragraph:
                text = self.inline(page, '\n'.join(lines[paragraph[0]:paragraph[-1] + 1]))
                lines[paragraph[0]:paragraph[-1] + 1] = text.split('\n')
                paragraph.clear()

        for number, line in page.prose():
            if not paragraph or paragraph[-1] != number - 1 or not line:
                end_paragraph()
            if not line or HEADING.match(line):
                continue
            # A forge begins a list or table right under a paragraph, gi-docgen does not.
            above = lines[number - 1] if paragraph else ''
            if (re.match(r'([-*]|\d+\.) ', line) and above and not re.match(r'\s|[-*] |\d+\. ', above)
                    or line.startswith('|') and above and not above.startswith('|')):
                raise Problem(f'{page.path}:{number + 1}: needs an empty line before it')
            paragraph.append(number)
        end_paragraph()
        return f'Title: {page.title}\n\n' + '\n'.join(lines) + '\n'

    def write(self, folder):
        for name, page in self.pages.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write(self.convert(page))

    @staticmethod
    def foreign_link(match):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', match[0]))
        site = FOREIGN_SITES[attributes['data-namespace']]
        return f'<a class="external" href="{site}{attributes["data-link"]}">'

    def finish(self, folder):
        for name in os.listdir(folder):
            if name.endswith('.html'):
                path = os.path.join(folder, name)
                with open(path, encoding='utf-8') as file:
                    text = file.read()
                text = FOREIGN_LINK.sub(self.foreign_link, text)
                text = MEMBER_LINK.sub(lambda match: match[1] + match[2].replace('-', '_'), text)
                text = EMPTY_ROW.sub('', text)
                # Where there is no web server, a folder is no page.
                text = re.sub(r'href="(\.\./[\w.-]+/)"', r'href="\1index.html"', text)
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text)

    def copy_files(self, to):
        for name, path in self.files.items():
            target = os.path.join(to, name)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(path, target)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--gi-docgen', required=True)
    parser.add_argument('--config', required=True)
    parser.add_argument('--gir', required=True)
    parser.add_argument('--source-root', required=True)
    parser.add_argument('--depfile', required=True)
    parser.add_argument('--folder', required=True, help='where the pages are')
    parser.add_argument('--beside', nargs=3, action='append', default=[], metavar=('NAME', 'FOLDER', 'GIR'))
    parser.add_argument('output')
    parser.add_argument('pages', nargs='+')
    options = parser.parse_args()

    try:
        reference = {}
        for name, _, gir in options.beside:
            reference |= {symbol: f'../{name}/{page}' for symbol, page in read_reference(gir).items()}
        site = Site(options.source_root, options.folder, options.pages, reference | read_reference(options.gir),
                    {folder: name for name, folder, _ in options.beside})
        includes = [part for _, _, gir in options.beside for part in ('--add-include-path', os.path.dirname(gir))]
        # What is no longer made is not to stay.
        shutil.rmtree(options.output, ignore_errors=True)
        with tempfile.TemporaryDirectory() as folder:
            site.write(folder)
            subprocess.run([options.gi_docgen, 'check', '--quiet', '--fatal-warnings', *includes,
                            '--config', options.config, options.gir], check=True)
            subprocess.run([options.gi_docgen, 'generate', '--quiet', '--fatal-warnings', *includes,
                            '--config', options.config, '--no-namespace-dir',
                            '--content-dir', folder, '--content-dir', site.folder,
                            '--output-dir', options.output, options.gir], check=True)
        site.finish(options.output)
        site.copy_files(options.output)
    except Problem as problem:
        sys.exit(str(problem))
    except subprocess.CalledProcessError as error:
        shutil.rmtree(options.output, ignore_errors=True)
        sys.exit(error.returncode)

    # The folder changes when a page is added.
    inputs = [site.folder, *(gir for _, _, gir in options.beside)]
    inputs += [page.path for page in site.pages.values()] + list(site.files.values())
    with open(options.depfile, 'w', encoding='utf-8') as file:
        print(options.output + ':', *(path.replace(' ', '\\ ') for path in inputs), file=file)


main()
