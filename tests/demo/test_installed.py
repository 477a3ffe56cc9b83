# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is installed beside the downloader says the same as the program does."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.environ['DOWNLOADER']
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
NAME = 'asynctask-downloader'
IDENTIFIER = 'org.asynctask.Downloader'
SKIPPED = 77
VALUES = {'sha256:', 'sha512:', 'sha1:', 'md5:'}


def source(*names):
    return os.path.join(SOURCE, *names)


def read(*names):
    with open(source(*names), encoding='utf-8') as file:
        return file.read()


def run(*command, **options):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, encoding='utf-8', timeout=60,
                          check=False, **options)


def need(tool):
    if shutil.which(tool) is None:
        print(f'{tool} is not installed')
        sys.exit(SKIPPED)


def options():
    """Each option of the program: its names, and whether it takes a value."""
    environment = {name: value for name, value in os.environ.items() if name not in ('DISPLAY', 'WAYLAND_DISPLAY')}
    text = run(PROGRAM, '--help', env={**environment, 'LC_ALL': 'C.UTF-8', 'LANGUAGE': ''}).stdout
    found = re.findall(r'^  (?:-(\w), )?--([a-z-]+)(=\S+)?  ', text, re.MULTILINE)
    assert len(found) > 10, text
    return [([f'--{long}'] + ([f'-{short}'] if short else []), bool(value)) for short, long, value in found]


def names():
    return sorted(name for option, _ in options() for name in option)


def takers():
    return [name for option, value in options() for name in option if value and name.startswith('--')]


class Manual(unittest.TestCase):
    page = source('data', f'{NAME}.1')

    def test_form(self):
        need('mandoc')
        result = run('mandoc', '-T', 'lint', '-W', 'warning', self.page)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, '', ''))

    def test_every_option_and_no_other(self):
        need('mandoc')
        text = re.sub('.\b', '', run('mandoc', '-T', 'utf8', '-O', 'width=200', self.page).stdout)
        section = text.split('\nOPTIONS\n')[1].split('\nOUTPUT\n')[0]
        documented = []
        for line in re.findall(r'^ +((?:-\w, )?--[a-z-]+)(=\S+)?(?: |$)', section, re.MULTILINE):
            documented += line[0].split(', ')
        self.assertEqual(sorted(documented), names())
        for value in ('3', '5', '30'):
            self.assertIn(f'The default is {value}.', section)


class Bash(unittest.TestCase):
    script = source('data', 'completions', f'{NAME}.bash')

    def complete(self, *words):
        need('bash')
        result = run('bash', '--norc', '--noprofile', '-u', '-c', f'''
            source "$1"; shift
            COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
            _asynctask_downloader 2>&1
            [[ ${{#COMPREPLY[@]}} -eq 0 ]] || printf '%s\\n' "${{COMPREPLY[@]}}"
        ''', 'bash', self.script, NAME, *words, cwd=SOURCE)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        return sorted(result.stdout.splitlines())

    def test_form(self):
        result = run('bash', '-n', self.script)
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_bound_to_the_program(self):
        result = run('bash', '--norc', '-c', 'source "$1"; complete -p asynctask-downloader', 'bash', self.script)
        self.assertIn('-F _asynctask_downloader', result.stdout)

    def test_options(self):
        self.assertEqual(self.complete('-'), names())
        self.assertEqual(self.complete('--j'), ['--json'])
        self.assertEqual(self.complete('--json', '--sam'), ['--sample'])

    def test_values(self):
        for taker in takers():
            self.assertNotIn('--json', self.complete(taker, '-'))
        self.assertEqual(set(self.complete('--checksum', '')), VALUES)
        self.assertEqual(self.complete('--checksum', '=', 'sha2'), ['sha256:'])
        self.assertEqual(self.complete('--checksum=sha5'), ['--checksum=sha512:'])
        for words in (('-o', 'demo-'), ('--output-dir', 'demo-'), ('--output-dir', '=', 'demo-')):
            self.assertEqual(self.complete(*words), ['demo-app'])


class Zsh(unittest.TestCase):
    script = source('data', 'completions', f'_{NAME}')

    def specifications(self):
        need('zsh')
        # The file is the body of a function that the completion system calls.
        result = run('zsh', '-f', '-c', '_arguments () { print -rl -- "$@" }; source "$1"', 'zsh', self.script)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        return result.stdout.splitlines()

    def test_form(self):
        need('zsh')
        result = run('zsh', '-n', self.script)
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        self.assertTrue(read('data', 'completions', f'_{NAME}').startswith(f'#compdef {NAME}\n'))

    def test_options(self):
        found = {}
        for specification in self.specifications():
            match = re.match(r'^(?:\([^)]*\)|\*)?(--?[A-Za-z-]+?)([+=]?)\[[^]]+\](:.*)?$', specification)
            if match:
                found[match.group(1)] = bool(match.group(3))
        self.assertEqual(sorted(found), names())
        self.assertEqual(found, {name: value for option, value in options() for name in option})

    def test_values(self):
        for value in VALUES:
            self.assertIn(value.rstrip(':'), read('data', 'completions', f'_{NAME}'))


class Fish(unittest.TestCase):
    script = source('data', 'completions', f'{NAME}.fish')

    def complete(self, line):
        need('fish')
        result = run('fish', '--no-config', '-c', 'source $argv[1]; complete -C $argv[2]', self.script, f'{NAME} {line}',
                     cwd=SOURCE, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
        self.assertEqual((result.returncode, result.stderr), (0, ''))
        return sorted(line.split('\t')[0] for line in result.stdout.splitlines())

    def test_form(self):
        need('fish')
        result = run('fish', '--no-execute', self.script)
        self.assertEqual((result.returncode, result.stderr), (0, ''))

    def test_options(self):
        self.assertEqual(self.complete('-'), names())
        self.assertEqual(self.complete('--js'), ['--json'])

    def test_values(self):
        self.assertEqual(set(self.complete('--checksum ')), VALUES)
        self.assertEqual(self.complete('-o demo-'), ['demo-app/'])
        for taker in takers():
            self.assertNotIn('--json', self.complete(f'{taker} '))


class Flatpak(unittest.TestCase):
    """What flatpak-builder would refuse, or build wrongly, as far as that shows without it."""

    def setUp(self):
        self.folder = source('build-aux', 'flatpak')
        self.manifest = json.loads(read('build-aux', 'flatpak', f'{IDENTIFIER}.json'))

    def test_read_by_flatpak_builder(self):
        if shutil.which('flatpak-builder') is None:
            self.skipTest('flatpak-builder is not installed')
        with tempfile.TemporaryDirectory(prefix='asynctask-flatpak-') as folder:
            result = run('flatpak-builder', '--show-manifest', os.path.join(self.folder, f'{IDENTIFIER}.json'), cwd=folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        # What it does not know it leaves out.
        self.assertEqual(json.loads(result.stdout), self.manifest)

    def test_names(self):
        self.assertEqual(os.listdir(self.folder), [f'{IDENTIFIER}.json'])
        self.assertEqual(self.manifest['id'], IDENTIFIER)
        self.assertEqual(self.manifest['command'], NAME)
        self.assertIn(f'Exec={NAME} ', read('data', f'{IDENTIFIER}.desktop.in'))
        self.assertIn(f'<id>{IDENTIFIER}</id>', read('data', f'{IDENTIFIER}.metainfo.xml.in'))

    def test_shape(self):
        self.assertLessEqual(set(self.manifest), {'id', 'runtime', 'runtime-version', 'sdk', 'command', 'finish-args',
                                                  'cleanup', 'modules'})
        self.assertEqual((self.manifest['runtime'], self.manifest['sdk']), ('org.gnome.Platform', 'org.gnome.Sdk'))
        self.assertRegex(self.manifest['runtime-version'], r'^\d\d$')
        for pattern in self.manifest['cleanup']:
            self.assertRegex(pattern, r'^(/|\*)')

    def test_permissions(self):
        """The network, a display and the folder of downloads, and nothing else."""
        self.assertEqual(sorted(self.manifest['finish-args']), [
            '--device=dri', '--filesystem=xdg-download', '--share=ipc', '--share=network',
            '--socket=fallback-x11', '--socket=wayland'])

    def test_modules(self):
        known = set(re.findall(r"^option\('([^']+)'", read('meson_options.txt'), re.MULTILINE))
        for module in self.manifest['modules']:
            self.assertLessEqual(set(module), {'name', 'buildsystem', 'config-opts', 'sources'})
            self.assertEqual(module['buildsystem'], 'meson')
            for option in module['config-opts']:
                self.assertIn(re.fullmatch(r'-D([a-z-]+)=\w+', option).group(1), known)
            self.assertIn('-Ddemo=enabled', module['config-opts'])
            for origin in module['sources']:
                self.assertEqual(origin['type'], 'dir')
                self.assertTrue(os.path.samefile(os.path.join(self.folder, origin['path']), SOURCE))


if __name__ == '__main__':
    unittest.main()
