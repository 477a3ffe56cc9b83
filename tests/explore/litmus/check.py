#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check.py SOURCE-ROOT

Has herd7 try what may come of the litmus tests beside this file under the memory model of
C11 as it was repaired (RC11), where there is a herd7: what is to be looked for may never
come, and no two plain accesses race. Either does where the order of any one operation that
is marked as needed is weakened by one step, and where all are relaxed.

With or without it, each function that a test says it mirrors has the operations that it
lists, in their order.
"""

import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
ORDER = re.compile(r'memory_order_(\w+)')
WEAKER = {'load': 'acquire', 'store': 'release', 'exchange': 'acq_rel'}


def get_body(path, name):
    with open(path, encoding='utf-8') as file:
        found = re.search(rf'^(?:inline )?{name} \([^{{;]*\)\n\{{\n(.*?)^\}}', file.read(), re.MULTILINE | re.DOTALL)
    return found[1] if found else None


def check_mirrored(source_root, name, text):
    mirrored = re.findall(r'(\w+) \(\) in (\S+\.c):\n((?:     \S.*\n)+)', text)
    if not mirrored:
        return [f'{name} does not say what it mirrors']
    problems = []
    for function, path, operations in mirrored:
        body = get_body(os.path.join(source_root, path), function)
        if body is None:
            problems.append(f'{name}: {path} has no {function}()')
            continue
        at = 0
        for operation in operations.strip().splitlines():
            at = body.find(operation.strip(), at)
            if at < 0:
                problems.append(f'{name}: {function}() has no {operation.strip()}, or not there')
                break
            at += len(operation.strip())
    return problems


def weaken(line):
    order = ORDER.search(line)[1]
    kind = re.search(r'atomic_(\w+?)_explicit', line)[1]
    return ORDER.sub('memory_order_' + (WEAKER[kind] if order == 'seq_cst' else 'relaxed'), line)


# None if all is well, or what is not.
def try_out(herd, text):
    with tempfile.NamedTemporaryFile('w', suffix='.litmus', encoding='utf-8') as file:
        file.write(text)
        file.flush()
        result = subprocess.run([herd, '-model', 'rc11.cat', file.name], capture_output=True, text=True)
    observation = re.search(r'^Observation \S+ (\w+) (\d+) (\d+)$', result.stdout, re.MULTILINE)
    if result.returncode != 0 or result.stderr or observation is None:
        sys.exit('herd7 does not understand:\n' + text + result.stdout + result.stderr)
    if re.search(r'^Flag ', result.stdout, re.MULTILINE):
        return 'a race'
    if observation[1] != 'Never':
        return 'what must not be'
    return None if int(observation[3]) > 0 else 'nothing at all'


def check_orders(herd, name, text):
    lines = text.splitlines(keepends=True)
    problems = []
    result = try_out(herd, text)
    if result is not None:
        problems.append(f'{name}: {result} may come of it')

    for number, line in enumerate(lines):
        if ORDER.search(line):
            result = try_out(herd, ''.join([*lines[:number], weaken(line), *lines[number + 1:]]))
            print(f'{name}:{number + 1}: {result or "nothing"} comes of a weaker order')
            if (result is not None) != ('// needed' in line):
                problems.append(f'{name}:{number + 1}: the order is{"" if result else " not"} needed')
    if try_out(herd, ORDER.sub('memory_order_relaxed', text)) is None:
        problems.append(f'{name}: nothing comes of it where all is relaxed')
    return problems


def main():
    [source_root] = sys.argv[1:]
    herd = shutil.which('herd7')
    problems = []
    for path in sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), '*.litmus'))):
        name = os.path.basename(path)
        with open(path, encoding='utf-8') as file:
            text = file.read()
        problems += check_mirrored(source_root, name, text)
        if herd is not None:
            problems += check_orders(herd, name, text)
    if problems:
        sys.exit('\n'.join(problems))
    if herd is None:
        print('There is no herd7: what the tests say was not looked at')
        sys.exit(SKIPPED)


if __name__ == '__main__':
    main()
