#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-situation.py EXPECTED PROGRAM [GDB LIBRARY]

Runs a program with something wrong, and sees that the library tells of it: each line of the
file EXPECTED is in what is told, but for numbers that nobody can know. With a gdb, it is that
which tells, of the program as it runs and of a core.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

TIMEOUT = 200
SKIP = 77


def plain(text):
    """Without what is another one each time."""
    text = re.sub('[“”]', '?', text)
    text = re.sub(r'0x[0-9a-f]+', '0x0', text)
    text = re.sub(r'\b(process|thread|gdb:) \d+', r'\1 0', text)
    text = re.sub(r'\b\d+\.\d s\b|\b\d+ min \d+ s\b', '0 s', text)
    # Where the program names its functions, there is more.
    text = re.sub(r'executed at \w+ \((.*?)\)', r'executed at \1', text)
    return re.sub(r'\b\d+ (seconds|ms)\b', r'0 \1', text)


def check(told):
    with open(expected, encoding='utf-8') as file:
        missing = [line for line in file.read().splitlines() if plain(line) not in plain(told)]
    if missing:
        sys.exit('\n'.join(['This is not there:', *missing, 'but this:', told]))


def run(command, **keywords):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          encoding='utf-8', errors='replace', timeout=TIMEOUT, **keywords)


def check_program():
    result = run([program])
    if result.returncode:
        sys.exit(f'{program}: exit status {result.returncode}\n{result.stdout}')
    check(result.stdout)

    # The place is one that addr2line understands.
    place = re.search(rf'executed at (?:\w+ \()?{re.escape(os.path.basename(program))}\+(0x[0-9a-f]+)', result.stdout)
    if place and shutil.which('addr2line'):
        line = run(['addr2line', '-f', '-e', program, place[1]]).stdout
        if not line.startswith('main\n'):
            sys.exit(f'{place[0]} is {line}')


def check_asked():
    """One that hangs answers when it is asked, with nothing in the environment."""
    del os.environ['ASYNCTASK_DEBUG']
    with subprocess.Popen([program], stdout=subprocess.PIPE, encoding='utf-8', errors='replace') as process:
        process.stdout.readline()
        process.send_signal(signal.SIGUSR1)
        for line in process.stdout:
            if 'Scanning page 1' in line:
                break
            # The body may have yet to begin, or the task be busy.
            if line.startswith('Tasks of process'):
                process.send_signal(signal.SIGUSR1)
        else:
            sys.exit('It does not say what runs.')
        process.terminate()


def run_gdb(*arguments):
    return run([gdb, '-nx', '-batch', '-iex', f'set auto-load safe-path {os.path.dirname(library)}',
                '-iex', 'set debuginfod enabled off', '-iex', 'set width 0', *arguments]).stdout


def check_gdb():
    if 'python' not in run_gdb('-ex', 'python print("py" + "thon")'):
        print('This gdb has no Python.')
        sys.exit(SKIP)
    with tempfile.TemporaryDirectory() as folder:
        core = os.path.join(folder, 'core')
        look = ['-ex', 'info at-tasks', '-ex', 'thread apply all backtrace']
        live = run_gdb('-ex', 'set disable-randomization off', '-ex', 'break situation_is_told', '-ex', 'run', *look,
                       '-ex', f'generate-core-file {core}', '-ex', 'kill', program)
        if not os.path.exists(core):
            print(live, 'gdb cannot run programs here.', sep='\n')
            sys.exit(SKIP)
        check(live)
        check(run_gdb(*look, program, core))


expected, program, *rest = sys.argv[1:]
os.environ['ASYNCTASK_DEBUG'] = 'all'
os.environ['LC_ALL'] = 'C.UTF-8'
if rest:
    gdb, library = rest[0], os.path.realpath(rest[1])
    check_gdb()
else:
    check_program()
    if os.path.basename(program) == 'stuck-body':
        check_asked()
