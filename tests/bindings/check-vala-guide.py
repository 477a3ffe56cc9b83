# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""check-vala-guide.py VALAC VAPIDIR GUIDE: what the guide shows compiles."""

import os
import re
import subprocess
import sys
import tempfile

valac, vapidir, guide = sys.argv[1:]

# What is around each of the examples, which are shown as '@'.
AROUND = [
    '@\nvoid main () { count.begin (); }\n',
    '''
class Label : Object { public string label { get; set; } }
int fibonacci (int n) { return n < 2 ? n : fibonacci (n - 1) + fibonacci (n - 2); }
void main () { var label = new Label (); try { @ } catch (Error error) { print ("%s", error.message); } }
''',
    'void retry () {}\nasync void run (At.AsyncTask task) { @ }\nvoid main () { run.begin (new At.AsyncTask ((task) => true)); }\n',
]

with open(guide, encoding='utf-8') as file:
    examples = re.findall(r'^```vala\n(.*?)^```', file.read(), re.MULTILINE | re.DOTALL)
if len(examples) != len(AROUND):
    sys.exit(f'{guide} has {len(examples)} examples: say here what is around each')

with tempfile.TemporaryDirectory() as folder:
    for number, (example, around) in enumerate(zip(examples, AROUND), 1):
        path = os.path.join(folder, f'example-{number}.vala')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(around.replace('@', example))
        subprocess.run([valac, '--ccode', '--fatal-warnings', '--vapidir', vapidir, '--pkg', 'gio-2.0',
                        '--pkg', 'asynctask-glib-1.0', '--directory', folder, path], check=True)
