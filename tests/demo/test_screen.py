# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the downloader draws on a terminal: each state of the screen, as one would see it."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import threading
import time
import unicodedata
import unittest
import unittest.mock

from fault_server import answer, head, in_turn
from terminal_case import BODY, PATIENCE, PROGRAM, TerminalCase


def width(text):
    return sum(0 if unicodedata.combining(c) or unicodedata.category(c) in ('Cf', 'Mn')
               else 2 if unicodedata.east_asian_width(c) in 'WF' else 1 for c in text)


class Screen:
    """As much of a terminal as the program makes use of. A line that is too long is broken, as terminals do."""

    def __init__(self, rows, columns):
        self.rows, self.columns = rows, columns
        self.lines = ['']
        self.row = 0
        self.broken = False

    def feed(self, text):
        for part in re.findall(r'\x1b\[\d*[A-Z]|\r|\n|[^\x1b\r\n]+', text):
            if part == '\n':
                self.row += 1
                if self.row == len(self.lines):
                    self.lines.append('')
            elif part == '\r':
                pass
            elif part.endswith('A') and part.startswith('\x1b'):
                up = int(part[2:-1])
                assert up <= self.row and up < self.rows, (up, self.row)
                self.row -= up
            elif part == '\x1b[J':
                del self.lines[self.row:]
                self.lines.append('')
            else:
                self.lines[self.row] += part
                # Only what is drawn again has to fit.
                self.broken |= width(self.lines[self.row]) > self.columns and not self.lines[self.row].startswith('http')

    def narrow(self, columns):
        """Breaks what is there already, as most terminals do."""
        self.columns = columns
        lines = []
        for line in self.lines[:self.row]:
            while width(line) > columns:
                lines.append(line[:columns])
                line = line[columns:]
            lines.append(line)
        self.row = len(lines)
        self.lines = lines + ['']


class ScreenCase(TerminalCase):
    rows, columns = 24, 80

    def setUp(self):
        super().setUp()
        self.held = threading.Event()
        self.addCleanup(self.held.set)

    def hold(self, path, name=None, total=700_000):
        headers = {'Content_Disposition': f"attachment; filename*=UTF-8''{name}"} if name else {}

        def handler(_request, send, _server):
            send(head(200, Content_Length=total, **headers) + BODY[:total // 2])
            self.held.wait(PATIENCE)
            send(BODY[total // 2:total])
        self.server.route(path, handler)
        return self.server.url(path)

    def resize(self, rows, columns):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))

    def show(self, *arguments):
        self.terminal, other = pty.openpty()
        self.resize(self.rows, self.columns)
        attributes = termios.tcgetattr(other)
        attributes[1] &= ~termios.OPOST
        termios.tcsetattr(other, termios.TCSANOW, attributes)
        environment = {**self.environment(), 'TERM': 'xterm'}
        self.process = subprocess.Popen([PROGRAM, '--no-gui', '-o', self.folder, *arguments], env=environment, cwd=self.home,
                                        stdin=subprocess.DEVNULL, stdout=other, stderr=other)
        os.close(other)
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.addCleanup(os.close, self.terminal)
        self.screen = Screen(self.rows, self.columns)
        self.pending = b''

    def read(self):
        if not select.select([self.terminal], [], [], 1)[0]:
            return True
        try:
            data = self.pending + os.read(self.terminal, 65536)
        except OSError:
            return False
        # A character, or a command, may come in two parts.
        match = re.search(rb'(\x1b(\[\d*)?|[\xc0-\xff][\x80-\xbf]*)$', data)
        cut = match.start() if match else len(data)
        try:
            data[cut:].decode()
            cut = len(data) if not data[cut:].startswith(b'\x1b') else cut
        except UnicodeDecodeError:
            pass
        self.pending = data[cut:]
        self.screen.feed(data[:cut].decode())
        return True

    def until(self, condition):
        """The lines of the screen, once they are as they are to be."""
        end = time.monotonic() + PATIENCE
        while True:
            self.assertLess(time.monotonic(), end, self.screen.lines)
            going = self.read()
            lines = [line for line in self.screen.lines if line]
            if condition(lines):
                return lines
            self.assertTrue(going, self.screen.lines)

    def end(self):
        self.held.set()
        while self.read():
            pass
        self.assertEqual(self.process.wait(PATIENCE), 0)
        self.assertFalse(self.screen.broken)
        return [line for line in self.screen.lines if line]


def half(lines):
    return lines and '50%' in lines[-1]


class Bars(ScreenCase):
    def test_bar(self):
        url = self.hold('/file.bin')
        self.show(url)
        line = self.until(half)[-1]
        self.assertRegex(line, r'^file\.bin +50% █+░+  350\xa0kB of 700\xa0kB')
        self.assertLess(width(line), 80)
        bar = re.search('█+░+', line).group()
        self.assertAlmostEqual(bar.count('█') / len(bar), 0.5, delta=0.1)
        # What is left in the end is what was said, and no bar.
        self.assertEqual(self.end(), [f'{url}: saved to {self.path("file.bin")}'])
        self.assertEqual(self.content('file.bin'), BODY[:700_000])

    def test_wide_characters(self):
        """They take two columns each, those that combine none: what follows is in the same place."""
        names = ('latin', '%E6%97%A5%E6%9C%AC%E8%AA%9E' * 2, '%F0%9F%98%80%F0%9F%98%80', 'e%CC%81' * 4)
        links = [self.hold(f'/{number}', name + '.bin') for number, name in enumerate(names)]
        self.show('--max-active', '4', *links)
        lines = self.until(lambda lines: sum('50%' in line for line in lines) == 4)
        places = {width(line[:line.index('50%')]) for line in lines if '50%' in line}
        self.assertEqual(len(places), 1, lines)
        self.end()

    def test_wide_characters_that_are_cut(self):
        self.show(self.hold('/file', '%E6%97%A5' * 60 + '.bin'))
        line = self.until(half)[-1]
        self.assertLess(width(line), 80)
        self.assertIn('…', line)
        self.assertIn('.bin', line)
        self.end()

    def test_right_to_left(self):
        """A name that is written so turns nothing else around."""
        self.show(self.hold('/file', '%D9%85%D9%84%D9%81.bin'))
        line = self.until(half)[-1]
        self.assertTrue(line.startswith('\u2068ملف.bin\u2069 '), ascii(line))
        self.end()

    def test_plain_locale(self):
        self.more_environment = {'LC_ALL': 'C'}
        self.show(self.hold('/file', '%E6%97%A5' * 60 + '.bin'))
        line = self.until(half)[-1]
        self.assertTrue(line.isascii(), line)
        self.assertRegex(line, r'^\?+\.\.\.\?+\.bin +50% #+-+  ')
        self.assertLess(len(line), 80)
        self.end()

    def test_countdown(self):
        self.server.route('/file.bin', in_turn(answer(503, b'', Retry_After='4'), answer(200, BODY)))
        self.show(self.server.url('/file.bin'))
        seen = set()

        def all_seen(lines):
            seen.update(int(n) for line in lines for n in re.findall(r'  trying again in (\d) s$', line))
            return {3, 2, 1} <= seen
        self.until(all_seen)
        self.end()


class Narrow(ScreenCase):
    def test_parts_are_left_out(self):
        """Each is there as a whole or not at all."""
        self.columns = 100
        self.show(self.hold('/a-long-name-of-a-file.bin'))
        seen = []
        for columns in (100, 80, 60, 50, 40, 30, 20, 14, 10):
            with self.subTest(columns):
                self.screen.narrow(columns)
                self.resize(self.rows, columns)
                line = self.until(lambda lines, columns=columns: lines and width(lines[-1]) < columns and
                                  re.match(r'a\S+(?=\s|$)', lines[-1]) and (columns < 16 or '50%' in lines[-1]))[-1]
                name, _, rest = line.partition(' ')
                self.assertRegex(name, r'^a-(long-name-of-a-file|.*….*)\.bin$|^a-?.*…')
                self.assertRegex(rest, r'^ *(50%( █+░+)?)?( *350\xa0kB of 700\xa0kB( — [^()]+ \([^()]+/s\))?)?$')
                seen.append(('50%' in rest, '█' in rest, 'of' in rest))
        self.assertEqual(seen[0], (True, True, True))
        self.assertEqual(seen[-1], (False, False, False))
        self.assertEqual(seen, sorted(seen, key=sum, reverse=True))
        self.end()


class Many(ScreenCase):
    rows = 8

    def test_never_more_than_there_is_room_for(self):
        links = [self.hold(f'/{number}.bin') for number in range(20)]
        self.show('--max-active', '20', *links)
        lines = self.until(lambda lines: len(lines) == 7 and ' 7\xa0MB' in lines[-1])
        self.assertRegex(lines[-1], r'^14 more; 0 of 20 files, 7\xa0MB \(')
        lines = self.end()
        self.assertEqual(len(lines), 21)
        self.assertEqual(lines[-1], '20 files saved (14\xa0MB)')
        for number in range(20):
            self.assertEqual(self.content(f'{number}.bin'), BODY[:700_000])

    def test_many_that_end_together(self):
        """The bars are not drawn anew for each: a terminal that is slower would hold all of them up."""
        links = [self.hold(f'/{number}.bin', total=2000) for number in range(40)]
        self.show('--max-active', '40', *links)
        self.until(lambda lines: len(lines) == 7 and '0 of 40 files, 40' in lines[-1])
        with unittest.mock.patch.object(self.screen, 'feed', wraps=self.screen.feed) as feed:
            lines = self.end()
        self.assertEqual((len(lines), lines[-1]), (41, '40 files saved (80\xa0kB)'))
        shown = ''.join(call.args[0] for call in feed.call_args_list)
        self.assertLess(len(re.findall('more; [1-9][0-9]* of 40 files', shown)), 20)

    def test_total(self):
        self.server.route('/done.bin', answer(200, BODY))
        links = [self.server.url('/done.bin'), self.hold('/1.bin'), self.hold('/2.bin')]
        self.show(*links)
        lines = self.until(lambda lines: lines and lines[-1].startswith('1 of 3 files, 1.4'))
        self.assertEqual(len([line for line in lines if '50%' in line]), 2)
        self.end()

    def test_made_narrower(self):
        """What was drawn is broken by that, and is taken away all the same."""
        links = [self.hold(f'/{number}.bin') for number in range(3)]
        self.show(*links)
        self.until(lambda lines: len(lines) == 4 and sum('50%' in line for line in lines) == 3)
        self.process.send_signal(signal.SIGSTOP)
        while select.select([self.terminal], [], [], 0.3)[0]:
            self.read()
        self.screen.narrow(40)
        self.resize(self.rows, 40)
        self.assertGreater(len(self.screen.lines), 5)
        self.process.send_signal(signal.SIGCONT)
        lines = self.until(lambda lines: len(lines) == 4 and all(width(line) < 40 for line in lines))
        self.assertEqual(sorted(line[:5] for line in lines[:3]), ['0.bin', '1.bin', '2.bin'])
        self.end()


class Piped(TerminalCase):
    def test_a_line_now_and_then(self):
        process, go_on = self.start_held()
        line = process.stderr.readline()
        self.assertRegex(line, r'^http://\S+/file\.bin: 1\xa0kB of 700\xa0kB')
        self.assertRegex(process.stderr.readline(), 'file.bin: 1\xa0kB')
        go_on.set()
        out, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, out.count('\n')), (0, 1))


if __name__ == '__main__':
    unittest.main(verbosity=2)
