#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-run.py SOURCE-ROOT

Sees that ./run understands what it is told, from wherever it is, whoever starts it. A
copy of it is what is started: nothing is built or installed here.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

source_root = sys.argv.pop()
NOBODY = 65534


def read(*path):
    with open(os.path.join(source_root, *path), encoding='utf-8') as file:
        return file.read()


class Run(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix='asynctask run ')
        self.addCleanup(directory.cleanup)
        self.root = os.path.join(directory.name, "it's here")
        os.mkdir(self.root)
        for name in ('run', 'build-aux', '.ci'):
            copy = shutil.copytree if os.path.isdir(os.path.join(source_root, name)) else shutil.copy2
            copy(os.path.join(source_root, name), os.path.join(self.root, name))
        # Not as root, whoever runs this: nothing is ever installed from here.
        self.identity = {}
        if os.geteuid() == 0:
            os.chmod(directory.name, 0o755)
            for folder, _, names in os.walk(self.root):
                os.chmod(folder, 0o755)
                for path in (folder, *(os.path.join(folder, name) for name in names)):
                    os.chown(path, NOBODY, NOBODY)
            self.identity = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []}

    def run_it(self, *arguments, identity=None, cwd='/'):
        # No home, no display, nothing else.
        return subprocess.run([os.path.join(self.root, 'run'), *arguments], check=False, cwd=cwd,
                              env={'PATH': os.environ['PATH']}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, encoding='utf-8',
                              **(self.identity if identity is None else identity))

    def assert_said(self, arguments, status, stdout, stderr, **keywords):
        ended = self.run_it(*arguments, **keywords)
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (status, stdout, stderr))

    def test_help(self):
        text = self.run_it('help').stdout
        self.assertTrue(text.startswith('Usage: ./run COMMAND'))
        for arguments in ((), ('help',), ('-h',), ('--help',), ('tests', '--help'), ('tests', 'name', '-h'),
                          ('tsan', '--help'), ('docs', '--help')):
            with self.subTest(arguments=arguments):
                self.assert_said(arguments, 0, text, '')
                self.assert_said(arguments, 0, text, '', identity={}, cwd=self.root)

    def test_misunderstood(self):
        text = self.run_it('help').stdout
        for arguments in (('nothing',), ('--nothing',), ('packages', 'nothing')):
            with self.subTest(arguments=arguments):
                self.assert_said(arguments, 2, '', text)
        for command in ('tests', 'test', 'tsan', 'docs'):
            with self.subTest(command=command):
                self.assert_said((command, '--nothing'), 1, '',
                                 f"run: {command.replace('test', 'tests')[:5]}: unknown option --nothing\n")

    def test_commands(self):
        said = set(re.findall(r'^  ([a-z]+)\b', self.run_it('help').stdout, re.MULTILINE))
        folder = os.path.join(self.root, 'build-aux', 'run')
        parts = {name for name in os.listdir(folder) if os.access(os.path.join(folder, name), os.X_OK)}
        self.assertEqual(said - {'help', 'distributions'}, parts)
        self.assertEqual(said - {'help'},
                         set(re.findall(r'^\| `\./run ([a-z]+)', read('CONTRIBUTING.md'), re.MULTILINE)))
        # A part that was forgotten in ./run is an unknown command.
        for name in parts:
            with self.subTest(name=name), open(os.path.join(folder, name), 'w', encoding='utf-8') as file:
                file.write('#!/bin/sh\nprintf "%s|" "$0" "$@"\n')
        for name in parts:
            with self.subTest(name=name):
                self.assert_said((name, 'a b', '', '--c'), 0, f'{folder}/{name}|a b||--c|', '')

    def test_distributions(self):
        ended = self.run_it('distributions', '--help')
        self.assertEqual(ended.returncode, 0)
        self.assertTrue(ended.stdout.startswith('Usage: .ci/distributions'))

    def need(self, mark):
        with open(os.path.join(self.root, 'build-aux', 'run', 'needs'), 'w', encoding='utf-8') as file:
            file.write(f'[build]\nasynctask-no-such-package | n | n | {mark}tool:asynctask-no-such-tool\n'
                       '[c++]\n[library-tests]\nalso-none,or-none | n | n | file:/{usr,bin}/*\n')
        return self.run_it('packages', 'library')

    def test_not_to_be_had(self):
        ended = self.need('')
        self.assertEqual((ended.returncode, ended.stdout), (1, ''))
        self.assertIn('asynctask-no-such-package', ended.stderr)
        self.assertNotIn('also-none', ended.stderr)
        self.assertTrue(ended.stderr.endswith('\nrun: Please install them by hand, and start again.\n'), ended.stderr)

    def test_done_without(self):
        ended = self.need('~')
        self.assertEqual((ended.returncode, ended.stdout), (0, ''))
        self.assertTrue(ended.stderr.endswith('\nrun: Going on without.\n'), ended.stderr)


unittest.main()
