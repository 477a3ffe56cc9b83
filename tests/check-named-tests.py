#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""check-named-tests.py PAGE… -- PROGRAM…

Sees whether the tests that the pages name exist. A page says “lifetime: `/a/b`,
`/a/c`” for two tests of the program test-lifetime, or `/a/b` alone.
"""

import os
import re
import sys

from test_names import names_in

split = sys.argv.index('--')
pages, programs = sys.argv[1:split], sys.argv[split + 1:]

tests = {}
for program in programs:
    tests[os.path.basename(program)[len('test-'):]] = names_in(program)
known = set().union(*tests.values())

failed = 0
named = 0
for page in pages:
    with open(page, encoding='utf-8') as file:
        text = re.sub(r'^```.*?^```$', lambda code: '\n' * code[0].count('\n'), file.read(),
                      flags=re.MULTILINE | re.DOTALL)
    for number, line in enumerate(text.split('\n'), 1):
        program = None
        for prefix, test in re.findall(r'(?:\b([a-z-]+): )?`(/[\w-]+(?:/[\w-]+)+)`', line):
            named += 1
            program = prefix or program
            if test not in (tests.get(program, ()) if program else known):
                print(f'{page}:{number}: there is no test {test}' + (f' in {program}' if program else ''))
                failed += 1

print(f'{named} tests named, {failed} of them not there')
sys.exit(failed > 0 or not named)
