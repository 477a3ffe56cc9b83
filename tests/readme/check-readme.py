#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-readme.py WHAT SOURCE-ROOT BUILD-ROOT

Does what README.md says, in a copy of the sources, and sees whether it works.
Every command in it is run by one of the tests here; a command that is not in
COMMANDS is an error, so that none is ever added without a test. Its programs,
its links and what is in other languages are for tests/docs.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIP = 77

# Each command of README.md, and the test that runs it.
COMMANDS = {
    './run demo': 'demo',
    './run tests': 'the one that runs all these',
    'meson setup _build/install --prefix=/usr/local -Ddemo=disabled -Dtests=false -Dexamples=false': 'install',
    'meson install -C _build/install': 'install',
    'cc -o hello examples/hello.c $(pkg-config --cflags --libs asynctask-glib-1.0)': 'install',
}

what, source_root, build_root = sys.argv[1:]


def read(*path):
    with open(os.path.join(source_root, *path), encoding='utf-8') as file:
        return file.read()


readme = read('README.md')


def blocks(language):
    return re.findall(rf'^```{language}\n(.*?)^```$', readme, re.MULTILINE | re.DOTALL)


def commands():
    for block in blocks('(?:sh|shell|bash|console)'):
        for line in block.splitlines():
            command = re.sub(r'\s+#.*$|^#.*$', '', line).strip()
            if command:
                yield command


def commands_of(test):
    return [command for command in commands() if COMMANDS[command] == test]


def run(command, **keywords):
    print('$', command if isinstance(command, str) else ' '.join(command), flush=True)
    return subprocess.run(command, shell=isinstance(command, str), check=True,
                          stdin=subprocess.DEVNULL, encoding='utf-8', **keywords)


def output_of(command, **keywords):
    output = run(command, stdout=subprocess.PIPE, **keywords).stdout
    print(output, end='', flush=True)
    return output


def copy_sources(to):
    def ignore(folder, names):
        return [name for name in names
                if name in ('.git', '_build', '__pycache__')
                or os.path.realpath(os.path.join(folder, name)) == os.path.realpath(build_root)]

    shutil.copytree(source_root, to, symlinks=True, ignore=ignore)
    return to


def expect(value, expected):
    if value != expected:
        sys.exit(f'expected {expected!r}, not {value!r}')


def check_text(_directory):
    expect(len(blocks('c')), 1)
    expect(blocks('c')[0], read('examples', 'hello.c'))
    expect(len(blocks('c')[0].splitlines()), 20)

    # The sentence under the program says what it prints.
    lines = read('examples', 'hello.expected').splitlines()
    sentence = ', '.join(f'`{line}`' for line in lines[:-1]) + f' and `{lines[-1]}`'
    if sentence not in readme:
        sys.exit(f'README.md does not say what the program prints: {sentence}')

    known = set(COMMANDS)
    written = set(commands())
    if written - known:
        sys.exit(f'commands that no test runs: {sorted(written - known)}')
    if known - written:
        sys.exit(f'commands that are no longer in README.md: {sorted(known - written)}')


def check_install(directory):
    # A shell takes what pkg-config prints apart at spaces.
    with tempfile.TemporaryDirectory(prefix='asynctask-prefix-') as prefix:
        check_install_in(prefix, directory)


def check_install_in(prefix, directory):
    sources = copy_sources(os.path.join(directory, 'sources'))

    # The commands as they are, but for the prefix.
    for command in commands_of('install'):
        found = glob.glob(os.path.join(prefix, 'lib*', '**', 'pkgconfig'), recursive=True)
        run(command.replace('/usr/local', prefix), cwd=sources,
            env={**os.environ, 'PKG_CONFIG_PATH': ':'.join(found)})

    libraries = glob.glob(os.path.join(prefix, 'lib*', '**', 'libasynctask-glib-1.so'), recursive=True)
    expect(len(libraries), 1)
    expect(output_of(['./hello'], cwd=sources,
                     env={**os.environ, 'LD_LIBRARY_PATH': os.path.dirname(libraries[0])}),
           read('examples', 'hello.expected'))


def check_subproject(directory):
    block, = blocks('meson')
    project = os.path.join(directory, 'project')

    os.makedirs(os.path.join(project, 'subprojects'))
    copy_sources(os.path.join(project, 'subprojects', 'asynctask-glib'))
    shutil.copy(os.path.join(source_root, 'examples', 'hello.c'), project)
    with open(os.path.join(project, 'meson.build'), 'w', encoding='utf-8') as file:
        file.write("project('hello', 'c')\n" + block)
    # Wherever the library is installed, the subproject is what is tested here.
    run(['meson', 'setup', '--force-fallback-for=asynctask-glib-1.0', 'build'], cwd=project)
    run(['meson', 'compile', '-C', 'build'], cwd=project)
    expect(output_of(['build/hello'], cwd=project), read('examples', 'hello.expected'))


def check_demo(directory):
    # It may install packages and writes to the source tree: only where the tests
    # were themselves started in that way.
    if 'ASYNCTASK_RUN' not in os.environ:
        print('not started by ./run')
        sys.exit(SKIP)
    home = os.path.join(directory, 'home')
    os.mkdir(home)
    environment = {name: value for name, value in os.environ.items()
                   if name not in ('DISPLAY', 'WAYLAND_DISPLAY') and not name.startswith('XDG_')}
    environment['HOME'] = home
    # Twice: a second start finds everything in its place, the first file too.
    for _ in range(2):
        for command in commands_of('demo'):
            output = output_of(command, cwd=source_root, env=environment)
            files = [os.path.join(folder, name)
                     for folder, _, names in os.walk(home) for name in names]
            if not any(path in output for path in files):
                sys.exit(f'the program does not say where the file is: {files}')


with tempfile.TemporaryDirectory(prefix='asynctask readme ') as directory:
    {
        'text': check_text,
        'install': check_install,
        'subproject': check_subproject,
        'demo': check_demo,
    }[what](directory)
