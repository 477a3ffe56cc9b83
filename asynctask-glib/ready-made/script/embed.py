#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""embed.py OUTPUT NAME=FILE[,FILE…]…

Writes a C header with the files of each name, one after the other, as an array of
characters, without the comments that take a line of their own.
"""

import sys

COMMENTS = {'py': '#', 'js': '//'}


def read(path):
    mark = COMMENTS[path.rsplit('.', 1)[1]]
    with open(path, encoding='utf-8') as file:
        lines = [line.rstrip('\n') for line in file]
    return ['' if line.lstrip().startswith(mark) and not line.startswith('//# ') else line for line in lines]


def embed(name, paths):
    lines = [line for path in paths for line in read(path)]
    data = ('\n'.join(lines) + '\n').encode('utf-8')

    yield f'static const char {name}[] = {{'
    for at in range(0, len(data), 16):
        yield '  ' + ' '.join(f'{byte if byte < 128 else byte - 256},' for byte in data[at:at + 16])
    yield '};'
    yield ''


output, *inputs = sys.argv[1:]
with open(output, 'w', encoding='utf-8') as file:
    file.write('/* Made by embed.py. */\n\n#pragma once\n\n')
    for item in inputs:
        name, paths = item.split('=', 1)
        file.write('\n'.join(embed(name, paths.split(','))) + '\n')
