#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Tells how much of the library its tests run through.

Usage: coverage.py SOURCES BUILD LINES BRANCHES

Reads what gcovr finds in BUILD of the library in SOURCES, prints lines and branches
of each file and all that was not run, and fails below LINES or BRANCHES percent.

Left out, because no input can lead there:

- branches that the compiler made and the source does not show, such as the clean-up
  of a g_autoptr (gcovr's --exclude-unreachable-branches);
- the failing side of a g_assert ();
- what G_DEFINE_… and G_OBJECT_WARN_INVALID_PROPERTY_ID become.

The checks of arguments, g_return_if_fail (), count: the tests use functions wrongly
as well. What else is not covered has its reason in coverage-gaps.txt, by function;
what has none is marked, and is the first place to look for a missing test.
"""

import json
import pathlib
import re
import subprocess
import sys

LEFT_OUT_BRANCHES = re.compile(r'\bg_assert(_not_reached)? \(|^G_DEFINE_|G_OBJECT_WARN_INVALID_PROPERTY_ID')
FUNCTION = re.compile(r'([a-z_0-9]+) \(')


def run_gcovr(sources, build):
    # A program may end while its threads count: a branch can have been taken less than never.
    result = subprocess.run(
        ['gcovr', '--root', sources, '--object-directory', build, '--filter', f'{re.escape(sources)}/asynctask-glib/',
         '--exclude-unreachable-branches', '--gcov-ignore-parse-errors', '--json', '-', build],
        cwd=build, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if result.returncode != 0:
        sys.exit(f'gcovr failed:\n{result.stderr}')
    return json.loads(result.stdout)


def read_gaps(path):
    """The reasons, by file and function."""
    gaps = {}
    for line in path.read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            place, reason = line.split(' ', 1)
            gaps[place] = reason.strip()
    return gaps


class File:
    def __init__(self, entry, sources):
        path = pathlib.Path(entry.get('file') or entry.get('filename'))
        self.name = path.name
        self.text = (sources / path).read_text(encoding='utf-8').splitlines()
        self.lines = {}
        self.branches = {}
        for line in entry['lines']:
            self.add_line(line)

    def add_line(self, line):
        number = line['line_number']
        text = self.text[number - 1]
        if line.get('gcovr/noncode') or line.get('gcovr/excluded'):
            return

        if not self.is_left_out(number):
            self.lines[number] = self.lines.get(number, 0) + line['count']
        if not LEFT_OUT_BRANCHES.search(text) and line['branches']:
            counts = [branch['count'] for branch in line['branches'] if not branch.get('gcovr/excluded')]
            old = self.branches.get(number, [0] * len(counts))
            self.branches[number] = [a + b for a, b in zip(old, counts)]

    def is_left_out(self, number):
        """The two lines of each switch over properties that are never run."""
        text = self.text[number - 1]
        following = self.text[number] if number < len(self.text) else ''
        if 'G_OBJECT_WARN_INVALID_PROPERTY_ID' in text:
            return True
        return text.strip() == 'default:' and 'G_OBJECT_WARN_INVALID_PROPERTY_ID' in following

    def function_at(self, number):
        for text in reversed(self.text[:number]):
            if match := FUNCTION.match(text):
                return match.group(1)
        return ''

    def missed(self):
        """Function by function: the lines not run, and those of which a branch was not taken."""
        functions = {}
        for number, count in sorted(self.lines.items()):
            if count == 0:
                functions.setdefault(self.function_at(number), ([], []))[0].append(number)
        for number, counts in sorted(self.branches.items()):
            if 0 in counts and self.lines.get(number):
                functions.setdefault(self.function_at(number), ([], []))[1].append(number)
        return functions

    def count_lines(self):
        return sum(count > 0 for count in self.lines.values()), len(self.lines)

    def count_branches(self):
        counts = [count for branches in self.branches.values() for count in branches]
        return sum(count > 0 for count in counts), len(counts)


def percent(counts):
    return 100 * counts[0] / counts[1] if counts[1] else 100.0


def add(one, other):
    return one[0] + other[0], one[1] + other[1]


def row(name, lines, branches):
    def cell(counts):
        return f'{counts[0]:5}/{counts[1]:<5}{percent(counts):6.1f} %'
    print(f'{name:30} {cell(lines)}   {cell(branches)}')


def join(numbers):
    """1-3,7"""
    ranges = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ','.join(f'{a}-{b}' if a != b else f'{a}' for a, b in ranges)


def main():
    sources = pathlib.Path(sys.argv[1]).resolve()
    build = pathlib.Path(sys.argv[2]).resolve()
    least_lines, least_branches = float(sys.argv[3]), float(sys.argv[4])
    report = run_gcovr(str(sources), str(build))
    gaps = read_gaps(pathlib.Path(__file__).with_name('coverage-gaps.txt'))
    files = [File(entry, sources) for entry in report['files'] if (entry.get('file') or entry['filename']).endswith('.c')]
    files.sort(key=lambda file: file.name)
    if not files:
        sys.exit('gcovr found nothing: was the library built with -Db_coverage=true?')

    print('Not run (lines), and not in every way (branches at):')
    for file in files:
        for function, (lines, branches) in file.missed().items():
            if not lines:
                continue
            reason = gaps.get(f'{file.name}:{function}')
            print(f'  {file.name}: {function}: {join(lines)}' + (f' -- {reason}' if reason else ' -- NO REASON GIVEN'))
    for file in files:
        branches = [number for _, numbers in file.missed().values() for number in numbers]
        if branches:
            print(f'  {file.name}: branches at {join(sorted(branches))}')

    print(f'\n{"":30} {"lines":^18}    {"branches":^18}')
    all_lines = all_branches = (0, 0)
    for file in files:
        row(file.name, file.count_lines(), file.count_branches())
        all_lines = add(all_lines, file.count_lines())
        all_branches = add(all_branches, file.count_branches())
    row('all', all_lines, all_branches)

    if percent(all_lines) < least_lines or percent(all_branches) < least_branches:
        sys.exit(f'\nToo little: {least_lines:g} % of the lines and {least_branches:g} % of the branches are asked for.')


if __name__ == '__main__':
    main()
