#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-outside.py install SOURCE-ROOT BUILD-ROOT PART…
check-outside.py pkg-config|subproject SOURCE-ROOT BUILD-ROOT [widgets]

Sees the library as somebody else's project does.

install      installs the build that is tested into a DESTDIR, and sees that just what
             belongs to the parts goes there, and that nothing in it names the folders
             that it was built in
pkg-config   builds and installs the library, shared and static, and programs with it
             in C and C++ that find it by pkg-config; the library of widgets the same
subproject   builds the same programs in a Meson project with the library as a
             subproject that a wrap file names, shared and static
"""

import fnmatch
import glob
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SMALL = ['-Ddemo=disabled', '-Dintrospection=disabled', '-Dtests=false', '-Dexamples=false', '-Dbuildtype=debug']

what, source_root, build_root, *parts = sys.argv[1:]
# The programs, and the library of each.
PROGRAMS = {'program': 'asynctask-glib-1'}
if 'widgets' in parts:
    PROGRAMS['widgets'] = 'asynctask-gtk-1'
    SMALL.append('-Dgtk=enabled')
else:
    SMALL.append('-Dgtk=disabled')


def read(*path):
    with open(os.path.join(HERE, *path), encoding='utf-8') as file:
        return file.read()


def run(*command, check=True, **keywords):
    print('$', ' '.join(command), flush=True)
    return subprocess.run(command, check=check, stdin=subprocess.DEVNULL, encoding='utf-8', **keywords)


def output_of(*command, **keywords):
    return run(*command, stdout=subprocess.PIPE, **keywords).stdout


def copy_sources(to):
    def ignore(folder, names):
        return [name for name in names
                if name in ('.git', '_build', '__pycache__') or name.startswith('obj-')
                or os.path.realpath(os.path.join(folder, name)) == os.path.realpath(build_root)]

    shutil.copytree(source_root, to, symlinks=True, ignore=ignore)


def environment_with(**variables):
    # The flags of the build that is tested are none of these builds' business.
    return {**{name: value for name, value in os.environ.items()
               if name not in ('CFLAGS', 'CXXFLAGS', 'CPPFLAGS', 'LDFLAGS', 'DESTDIR')}, **variables}


def build_options():
    return {option['name']: option['value']
            for option in json.loads(output_of('meson', 'introspect', '--buildoptions', build_root))}


def fill_in(pattern, directories):
    for name, directory in directories.items():
        pattern = pattern.replace('{%s}' % name, directory)
    return pattern


def expected_files(options):
    directories = {name: os.path.join(options['prefix'], options[name])
                   for name in ('bindir', 'datadir', 'includedir', 'libdir', 'localedir', 'mandir')}
    python = [part.partition('=')[2] for part in parts if part.startswith('python=')]
    wanted = {part.partition('=')[0] for part in parts} | {'library'}
    wanted |= {'shared', 'static'} if options['default_library'] == 'both' else {options['default_library']}
    directories['python'] = os.path.dirname(os.path.dirname(python[0])) if python else ''

    needed = set()
    patterns = []
    for line in read('installed').splitlines():
        if line.startswith('['):
            needed = set(line.strip('[]').split())
        elif line and not line.startswith('#') and needed <= wanted:
            patterns.append(fill_in(line, directories))
    return patterns


def check_install(directory):
    options = build_options()
    destination = os.path.join(directory, 'destination')
    run('meson', 'install', '-C', build_root, '--no-rebuild', '--quiet', '--destdir', destination)

    found = set()
    problems = []
    names = [os.path.realpath(path).encode() for path in (source_root, build_root, directory)]
    for folder, _, files in os.walk(destination):
        for name in files:
            path = os.path.join(folder, name)
            inside = path[len(destination):]
            found.add(inside)
            if os.path.islink(path):
                if not os.path.exists(path):
                    problems.append(f'{inside} is a link to nothing')
                continue
            mode = stat.S_IMODE(os.stat(path).st_mode)
            if not mode & 0o444 == 0o444 or mode & 0o6022:
                problems.append(f'{inside} has the mode {mode:o}')
            with open(path, 'rb') as file:
                content = file.read()
            # Debugging information is to name the sources.
            if not content.startswith(b'\x7fELF') and not content.startswith(b'!<arch>'):
                problems += [f'{inside} names {path.decode()}' for path in names if path in content]

    patterns = expected_files(options)
    for pattern in patterns:
        if not fnmatch.filter(found, pattern):
            problems.append(f'{pattern} is not installed')
    for path in sorted(found):
        if not any(fnmatch.fnmatchcase(path, pattern) for pattern in patterns):
            problems.append(f'{path} is installed, and nobody expects it')

    languages = set(open(os.path.join(source_root, 'po', 'LINGUAS'), encoding='utf-8').read().split())
    translated = {path.split('/')[-3] for path in found if path.endswith('.mo')}
    if languages != translated:
        problems.append(f'translations: {sorted(languages ^ translated)}')

    # An umbrella header includes each, and each that it includes is there.
    for umbrella in (path for path in found if path.endswith(('/asynctask-glib.h', '/asynctask-gtk.h'))):
        headers = {os.path.basename(path) for path in found
                   if path.endswith('.h') and os.path.dirname(path) == os.path.dirname(umbrella)}
        with open(destination + umbrella, encoding='utf-8') as file:
            included = {line.split('"')[1] for line in file if 'include "' in line}
        if headers - {os.path.basename(umbrella)} != included:
            problems.append(f'{umbrella}: {sorted(included ^ headers)}')

    print(f'{len(found)} files')
    if problems:
        sys.exit('\n'.join(problems))


def check_program(name, program, environment):
    if output_of(program, env=environment) != read(name + '.expected'):
        sys.exit(f'{program} does not print what it should')


def libraries_of(program):
    return output_of('readelf', '-d', program)


def check_pkg_config(directory):
    prefix = os.path.join(directory, 'prefix')
    sources = os.path.join(directory, 'sources')
    build = os.path.join(directory, 'build')
    environment = environment_with()

    copy_sources(sources)
    run('meson', 'setup', build, sources, f'--prefix={prefix}', '-Ddefault_library=both', *SMALL, env=environment,
        stdout=subprocess.DEVNULL)
    run('meson', 'install', '--quiet', '-C', build, env=environment, stdout=subprocess.DEVNULL)
    # What was installed has to do without where it came from.
    shutil.rmtree(sources)
    shutil.rmtree(build)

    pkg_config, = glob.glob(os.path.join(prefix, 'lib*', '**', 'pkgconfig'), recursive=True)
    libdir = os.path.dirname(pkg_config)
    environment['PKG_CONFIG_PATH'] = pkg_config

    def flags(library, *options):
        return output_of('pkg-config', *options, library + '.0', env=environment).split()

    compilers = {
        'c': [os.environ.get('CC', 'cc'), '-std=c11', '-Wall', '-Wextra', '-Werror'],
        'cc': [os.environ.get('CXX', 'c++'), '-std=c++11', '-Wall', '-Wextra', '-Werror'],
    }
    for name, library in PROGRAMS.items():
        if flags(library, '--modversion') != ['1.0.0']:
            sys.exit('pkg-config tells another version')
        for language, compiler in compilers.items():
            program = os.path.join(directory, f'{name}-{language}')
            run(*compiler, '-o', program, os.path.join(HERE, f'{name}.{language}'),
                *flags(library, '--cflags', '--libs'), env=environment)
            if f'lib{library}.so.0' not in libraries_of(program):
                sys.exit(f'{program} is not linked to the shared library')
            check_program(name, program, {**environment, 'LD_LIBRARY_PATH': libdir})

    # The same without the shared libraries: nothing of them is needed at run time. There is
    # no static GTK, nor all that pkg-config would want to name for one: what the core wants does.
    for library in glob.glob(os.path.join(libdir, 'libasynctask-*.so*')):
        os.remove(library)
    for name, library in PROGRAMS.items():
        for language, compiler in compilers.items():
            program = os.path.join(directory, f'{name}-{language}-static')
            core = flags(PROGRAMS['program'], '--static', '--libs') if name != 'program' else []
            options, more = ([] if core else ['--static']), core
            run(*compiler, '-o', program, os.path.join(HERE, f'{name}.{language}'),
                *flags(library, *options, '--cflags', '--libs'), *more, env=environment)
            if 'libasynctask' in libraries_of(program):
                sys.exit(f'{program} needs the shared library')
            check_program(name, program, environment)


def check_subproject(directory):
    project = os.path.join(directory, 'project')
    subprojects = os.path.join(project, 'subprojects')

    os.makedirs(subprojects)
    os.mkdir(os.path.join(project, 'inside'))
    for name, copy in (('project.meson', 'meson.build'), ('options.meson', 'meson_options.txt'),
                       *((f'{name}.{language}',) * 2 for name in PROGRAMS for language in ('c', 'cc')),
                       ('../../examples/hello.c', 'hello.c'),
                       ('inside.meson', 'inside/meson.build'), ('config.c', 'inside/config.c')):
        shutil.copy(os.path.join(HERE, name), os.path.join(project, copy))
    shutil.copy(os.path.join(HERE, 'asynctask-glib.wrap'), subprojects)
    copy_sources(os.path.join(subprojects, 'asynctask-glib'))

    for kind in ('shared', 'static'):
        build = os.path.join(directory, kind)
        options = [f'-Dasynctask-glib:{option[2:]}' for option in SMALL if 'buildtype' not in option]
        # Wherever the library is installed, the subproject is what is tested here. A warning
        # is an error in it, too, as the project has it.
        run('meson', 'setup', build, project, '--force-fallback-for=asynctask-glib-1.0,asynctask-gtk-1.0',
            '-Dwidgets=' + str('widgets' in PROGRAMS).lower(), f'-Ddefault_library={kind}', *options,
            env=environment_with(), stdout=subprocess.DEVNULL)
        built = run('meson', 'compile', '-C', build, env=environment_with(), check=False, stdout=subprocess.PIPE)
        if built.returncode or 'warning:' in built.stdout:
            sys.exit(built.stdout)
        for name, library in PROGRAMS.items():
            for language in ('c', 'cc'):
                program = os.path.join(build, f'{name}-{language}')
                if (f'lib{library}.so.0' in libraries_of(program)) != (kind == 'shared'):
                    sys.exit(f'{program} is not linked to the {kind} library')
                check_program(name, program, environment_with())
        run(os.path.join(build, 'inside', 'config'))


# A shell takes what pkg-config prints apart at spaces: none in here.
with tempfile.TemporaryDirectory(prefix='asynctask-outside-') as temporary:
    {
        'install': check_install,
        'pkg-config': check_pkg_config,
        'subproject': check_subproject,
    }[what](temporary)
