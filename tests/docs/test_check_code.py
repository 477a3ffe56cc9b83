# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""test_check_code.py CHECKER PAGE ARGUMENT…: the checker finds all that is wrong on a page of mistakes."""

import os
import re
import subprocess
import sys

checker, page, *arguments = sys.argv[1:]
with open(page, encoding='utf-8') as file:
    lines = file.read().splitlines()
blocks = [number for number, line in enumerate(lines, 1) if re.fullmatch(r'```[a-z]+', line)]

result = subprocess.run([sys.executable, checker, *arguments, page], stdout=subprocess.PIPE,
                        encoding='utf-8', check=False)
print(result.stdout)
if result.returncode != 1:
    sys.exit(f'status {result.returncode}')

wrong = {'nowhere.md', '#no-heading', 'at_async_task_frobnicate', 'at_gtk_task_item_frobnicate', 'AtAsyncTask:colour'}
if os.path.exists(os.path.join(arguments[1], 'asynctask-gtk', 'AtGtk-1.0.gir')):
    wrong.add('AtGtkTaskItem:colour')
for name in wrong:
    if f'mistakes.md: {name}: ' not in result.stdout:
        sys.exit(f'{name} was not found to be wrong')
for number in blocks:
    # Some take a tool that is not there.
    if not re.search(rf'^mistakes.md:{number}: \w+: (?!ok$)', result.stdout, re.MULTILINE):
        sys.exit(f'the block in line {number} was not found to be wrong')
