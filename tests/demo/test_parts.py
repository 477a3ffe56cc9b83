# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the downloader does with what has arrived: it is kept, gone on with, and never mixed up."""

import os
import shutil
import threading
import unittest

from fault_server import FaultServer, answer, cut_off, head, in_turn, ranged
from terminal_case import BODY, PATIENCE, TerminalCase

PAGE = b'<!DOCTYPE html><title>Welcome</title>Pay here.'
OTHER = BODY[::-1]
ARRIVED = 600_000


def whole(body, after=None, etag=None, **headers):
    """A handler of a server that knows no parts; it breaks off where it is told to."""
    if etag is not None:
        headers['ETag'] = etag

    def handler(_request, send, _server):
        send(head(200, Content_Length=len(body), **headers) + body[:after])
    return handler


def only_whole(status, handler, **headers):
    """A handler that answers with an error when a part is asked for."""
    def refuse(request, send, server):
        if request.range_start() is None:
            handler(request, send, server)
        else:
            send(head(status, Content_Length=0, **headers))
    return refuse


class PartCase(TerminalCase):
    def arrive(self, name='file.bin', etag='"one"', **headers):
        self.leave_part(f'/{name}', name, after=ARRIVED, etag=etag, **headers)

    def ranges(self):
        return [request.range_start() for request in self.server.requests_for('/file.bin')]

    def assert_kept(self, name='file.bin'):
        self.assertEqual(self.names(), self.part_names(name))
        self.assertEqual(self.content(f'.{name}.part'), BODY[:ARRIVED])

    def assert_goes_on(self, path='/file.bin', name='file.bin', **headers):
        """The server is itself again: what has arrived is not asked for once more."""
        self.server.requests.clear()
        self.server.route(path, ranged(BODY, **headers))
        url = self.server.url(path)
        self.assert_saved(self.download(url), url, name)
        self.assertEqual([request.range_start() for request in self.server.requests_for(path)], [ARRIVED])


class NotTheFile(PartCase):
    def check_kept(self, sentence, **headers):
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, sentence, self.part_names('file.bin'))
        self.assertIn('what has arrived is kept in “.file.bin.part”', result.err)
        self.assert_kept()
        self.assert_goes_on(**headers)

    def test_portal_within_one_run(self):
        self.server.route('/welcome', answer(200, PAGE, Content_Type='text/html; charset=utf-8'))
        self.server.route('/file.bin', in_turn(cut_off(BODY, ARRIVED, ETag='"one"', Content_Type='application/zip'),
                                               answer(302, b'', Location='/welcome')))
        result = self.download(self.server.url('/file.bin'), retries='3')
        self.assertEqual((result.status, result.out), (1, ''))
        self.assertIn('gives a web page instead of the file', result.err)
        self.assertEqual(len(self.server.requests), 3)
        self.assert_kept()
        self.assert_goes_on(Content_Type='application/zip')

    def test_portal_in_another_run(self):
        self.arrive()
        self.server.route('/welcome', answer(200, PAGE, Content_Type='text/HTML'))
        self.server.route('/file.bin', answer(302, b'', Location='/welcome'))
        self.check_kept('gives a web page instead of the file')

    def test_portal_that_is_larger(self):
        self.arrive()
        self.server.route('/file.bin', answer(200, PAGE + OTHER, Content_Type='application/xhtml+xml', ETag='"two"'))
        self.check_kept('gives a web page instead of the file')

    def test_portal_with_a_length_that_is_not_known(self):
        self.arrive()
        self.server.route('/file.bin', lambda request, send, server: send(head(200, Content_Type='text/html') + PAGE))
        self.check_kept('gives a web page instead of the file')

    def test_portal_that_knows_no_parts(self):
        """The error page for the part leads to asking for the whole, and that to the page again."""
        self.arrive()
        self.server.route('/file.bin', only_whole(416, answer(200, PAGE, Content_Type='text/html')))
        self.check_kept('gives a web page instead of the file')

    def test_portal_where_nothing_can_be_resumed(self):
        """There is nothing to go on with, but neither is the page the file."""
        self.server.route('/file.bin', in_turn(cut_off(BODY, ARRIVED), answer(200, PAGE, Content_Type='text/html')))
        result = self.download(self.server.url('/file.bin'), retries='1')
        self.assertEqual((result.status, result.out), (1, ''))
        self.assertIn('gives a web page instead of the file', result.err)
        self.assert_kept()

    def test_portal_before_anything_has_arrived(self):
        self.server.route('/file.bin', in_turn(cut_off(BODY, 0), answer(200, PAGE, Content_Type='text/html')))
        result = self.download(self.server.url('/file.bin'), retries='1')
        self.assertEqual((result.status, result.out, self.names()), (1, '', []))
        self.assertIn('gives a web page instead of the file', result.err)

    def test_record_of_an_earlier_version_of_the_program(self):
        """It says neither what kind of file it was nor which server gave it."""
        self.arrive()
        record = self.path('.file.bin.part.resume')
        with open(record, encoding='utf-8') as file:
            lines = [line for line in file if not line.startswith(('Server=', 'Type='))]
        with open(record, 'w', encoding='utf-8') as file:
            file.writelines(lines)
        self.server.route('/file.bin', answer(200, PAGE + OTHER, Content_Type='text/html'))
        self.check_kept('gives a web page instead of the file')

    def test_a_page_may_be_the_file(self):
        for name, kind in (('file.bin', {'Content_Type': 'text/html'}), ('page.HTM', {})):
            with self.subTest(name):
                self.arrive(name, **kind)
                self.server.route(f'/{name}', answer(200, OTHER, Content_Type='text/html', ETag='"two"'))
                url = self.server.url(f'/{name}')
                self.assert_saved(self.download(url), url, name, OTHER)
                shutil.rmtree(self.folder)

    def test_another_kind(self):
        self.arrive(Content_Type='application/zip')
        self.server.route('/file.bin', ranged(OTHER, etag='"two"', Content_Type='application/json'))
        self.check_kept('gives another kind of file than before')

    def test_the_same_kind_in_other_words(self):
        self.arrive(Content_Type='Text/Plain;charset=utf-8')
        self.server.route('/file.bin', ranged(OTHER, etag='"two"', Content_Type='text/plain'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', OTHER)

    def test_smaller(self):
        self.arrive()
        self.server.route('/file.bin', ranged(OTHER[:-1], etag='"two"'))
        self.check_kept('gives a smaller file than before')

    def test_smaller_than_what_has_arrived(self):
        """How large it is was never said."""
        self.server.route('/file.bin', lambda request, send, server:
                          send(head(200, ETag='"one"', Transfer_Encoding='chunked') + f'{ARRIVED:x}\r\n'.encode() +
                               BODY[:ARRIVED] + b'\r\n'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.part_names('file.bin'))
        self.server.route('/file.bin', ranged(OTHER[:ARRIVED - 1], etag='"two"'))
        self.check_kept('gives a smaller file than before')

    def test_smaller_after_416(self):
        self.arrive()
        self.server.route('/file.bin', only_whole(416, answer(200, b'new'), Content_Range='bytes */3'))
        self.check_kept('gives a smaller file than before')

    def test_another_server(self):
        self.arrive()
        elsewhere = FaultServer(address='127.0.0.2')
        self.addCleanup(elsewhere.close)
        elsewhere.route('/file.bin', answer(200, OTHER, ETag='"two"'))
        self.server.route('/file.bin', answer(302, b'', Location=elsewhere.url('/file.bin')))
        self.check_kept('Another server than before gives the file')

    def test_another_server_with_the_rest(self):
        self.arrive()
        elsewhere = FaultServer(address='127.0.0.2')
        self.addCleanup(elsewhere.close)
        elsewhere.route('/file.bin', ranged(BODY))
        self.server.route('/file.bin', answer(302, b'', Location=elsewhere.url('/file.bin')))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')
        self.assertEqual(elsewhere.requests[0].range_start(), ARRIVED)

    def test_led_back_from_another_server(self):
        self.arrive()
        elsewhere = FaultServer(address='127.0.0.2')
        self.addCleanup(elsewhere.close)
        elsewhere.route('/file.bin', answer(200, OTHER, ETag='"two"'))
        self.server.route('/file.bin', in_turn(answer(302, b'', Location=elsewhere.url('/file.bin')), ranged(BODY)))
        result = self.download(self.server.url('/file.bin'), retries='1')
        self.assertEqual(result.status, 0)
        self.assertIn('Another server than before gives the file', result.err)
        self.assertEqual((self.names(), self.content('file.bin')), (['file.bin'], BODY))
        self.assertEqual(self.ranges(), [ARRIVED, ARRIVED])


class OtherVersions(PartCase):
    """A whole file where the rest was asked for: what has arrived stays until that is complete."""

    def other_parts(self):
        return ['.file (1).bin.part', '.file (1).bin.part.resume', *self.part_names('file.bin')]

    def test_complete(self):
        self.arrive()
        self.server.route('/file.bin', ranged(OTHER, etag='"two"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', OTHER)

    def break_off(self, after=200_000):
        self.arrive()
        self.server.route('/file.bin', whole(OTHER, after, '"two"'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.other_parts())
        self.assertEqual(self.content('.file.bin.part'), BODY[:ARRIVED])
        self.assertEqual(self.content('.file (1).bin.part'), OTHER[:after])
        self.server.requests.clear()

    def test_broken_off_and_gone_on_with(self):
        self.break_off()
        self.server.route('/file.bin', ranged(OTHER, etag='"two"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', OTHER)
        self.assertEqual(self.ranges(), [200_000])
        self.assertEqual(self.server.requests[0].headers['if-range'], '"two"')

    def test_broken_off_within_one_run(self):
        self.server.route('/file.bin', in_turn(cut_off(BODY, ARRIVED, ETag='"one"'), whole(OTHER, 200_000, '"two"'),
                                               ranged(OTHER, etag='"two"')))
        result = self.download(self.server.url('/file.bin'), retries='2')
        self.assertEqual((result.status, self.names()), (0, ['file.bin']))
        self.assertEqual(self.content('file.bin'), OTHER)
        self.assertEqual(self.ranges(), [None, ARRIVED, 200_000])

    def test_of_before_after_all(self):
        self.break_off()
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_nothing_of_it(self):
        self.arrive()
        self.server.route('/file.bin', whole(OTHER, 0, '"two"'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.part_names('file.bin'))
        self.assert_kept()
        self.assert_goes_on()

    def test_not_what_the_checksum_says(self):
        self.arrive()
        self.server.route('/file.bin', ranged(OTHER, etag='"two"'))
        result = self.download('--checksum', 'md5:' + '0' * 32, self.server.url('/file.bin'))
        self.assert_failed(result, 'not the expected one', self.part_names('file.bin'))
        self.assert_kept()
        self.assert_goes_on()

    def test_changes_each_time(self):
        """The disk does not fill: of all versions but the newest, that with the most stays."""
        self.arrive()
        for number, after in enumerate((200_000, 650_000, 100_000, 300_000)):
            self.server.route('/file.bin', whole(OTHER, after, f'"two-{number}"'))
            self.assertEqual(self.download(self.server.url('/file.bin')).status, 1)
            sizes = sorted(os.path.getsize(self.path(name)) for name in self.names() if name.endswith('.part'))
            self.assertEqual(sizes, sorted((max(ARRIVED, 650_000 if number > 1 else 0), after)))
        self.server.route('/file.bin', ranged(BODY, etag='"three"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_name_that_is_taken_meanwhile(self):
        self.break_off()
        with open(self.path('file.bin'), 'wb') as file:
            file.write(b'mine')
        self.server.route('/file.bin', ranged(OTHER, etag='"two"'))
        self.assertEqual(self.download(self.server.url('/file.bin')).status, 0)
        self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])
        self.assertEqual(self.content('file.bin'), b'mine')
        self.assertEqual(self.content('file (1).bin'), OTHER)


class WithoutRanges(PartCase):
    """The server gives the whole file again, and says that it is the same."""

    def test_the_same_file(self):
        self.arrive()
        self.server.route('/file.bin', whole(BODY, etag='"one"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_broken_off_before_where_it_was(self):
        self.arrive()
        self.server.route('/file.bin', whole(BODY, 200_000, '"one"'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.part_names('file.bin'))
        self.assert_kept()

    def test_broken_off_behind_where_it_was(self):
        self.arrive()
        self.server.route('/file.bin', whole(BODY, 650_000, '"one"'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.part_names('file.bin'))
        self.assertEqual(self.content('.file.bin.part'), BODY[:650_000])
        self.server.route('/file.bin', whole(BODY, etag='"one"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_all_of_it_is_there(self):
        self.arrive()
        with open(self.path('.file.bin.part'), 'wb') as file:
            file.write(BODY)
        self.server.route('/file.bin', whole(BODY, etag='"one"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_how_much_was_not_said(self):
        self.arrive()
        self.server.route('/file.bin', lambda request, send, server: send(head(200, ETag='"one"') + BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_another_length_is_another_file(self):
        self.arrive()
        self.server.route('/file.bin', whole(OTHER + b'more', etag='"one"'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', OTHER + b'more')


class Packed(PartCase):
    """What is kept as it was packed is gone on with like any other file."""

    def check_resumed(self, name, encoding):
        self.arrive(name, Content_Encoding=encoding)
        self.assert_goes_on(f'/{name}', name, Content_Encoding=encoding)

    def test_encodings_that_are_not_known(self):
        for encoding in ('br', 'zstd', 'bzip2', 'gzip, br'):
            with self.subTest(encoding):
                self.check_resumed('page.txt', encoding)
                shutil.rmtree(self.folder)

    def test_packed_file(self):
        for name in ('a.tar.gz', 'a.TGZ'):
            with self.subTest(name):
                self.check_resumed(name, 'gzip')
                shutil.rmtree(self.folder)

    def test_words_that_say_nothing(self):
        self.arrive(Content_Encoding='none')
        self.assert_goes_on(Content_Encoding='identity')

    def test_rest_that_is_packed_otherwise(self):
        """It may call itself the same file: it is not joined to what is there."""
        for before, after in (('br', 'zstd'), ('br', 'identity'), ('identity', 'br'), ('identity', 'gzip')):
            with self.subTest(before, after=after):
                self.arrive(Content_Encoding=before)

                def handler(request, send, _server, encoding=after):
                    if request.range_start() is None:
                        send(head(200, ETag='"two"', Content_Length=len(OTHER)) + OTHER)
                    else:
                        ranged(BODY, Content_Encoding=encoding)(request, send, _server)
                self.server.route('/file.bin', handler)
                url = self.server.url('/file.bin')
                self.assert_saved(self.download(url), url, 'file.bin', OTHER)
                self.assertEqual(self.ranges(), [ARRIVED, None])
                shutil.rmtree(self.folder)

    def test_whole_that_is_packed_otherwise(self):
        self.arrive(Content_Encoding='br')
        self.server.route('/file.bin', whole(OTHER, etag='"one"', Content_Encoding='zstd'))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin', OTHER)


class RefusedRanges(PartCase):
    def test_asked_once_without(self):
        for status in (400, 403, 500, 501, 502, 503):
            for etag, body in (('"one"', BODY), ('"two"', OTHER)):
                with self.subTest(status, etag=etag):
                    self.arrive()
                    self.server.route('/file.bin', only_whole(status, whole(body, etag=etag)))
                    url = self.server.url('/file.bin')
                    self.assert_saved(self.download(url), url, 'file.bin', body)
                    self.assertEqual(self.ranges(), [ARRIVED, None])
                    shutil.rmtree(self.folder)

    def test_not_asked_with_a_range_again(self):
        self.arrive()
        self.server.route('/file.bin', only_whole(500, in_turn(
            whole(BODY, 0, '"one"'), whole(BODY, 200_000, '"one"'), whole(BODY, 650_000, '"one"'), whole(BODY, etag='"one"'))))
        result = self.download(self.server.url('/file.bin'), retries='2')
        self.assertEqual((result.status, self.names()), (0, ['file.bin']))
        self.assertEqual(self.content('file.bin'), BODY)
        self.assertEqual(self.ranges(), [ARRIVED, None, None, None])

    def test_error_for_everybody(self):
        """The whole is asked for once, and not each time."""
        self.arrive()
        self.server.route('/file.bin', answer(500, b''))
        result = self.download(self.server.url('/file.bin'), retries='2')
        self.assertEqual(result.status, 1)
        self.assertEqual(self.ranges(), [ARRIVED, None, ARRIVED, ARRIVED])
        self.assert_kept()
        self.assert_goes_on()

    def test_error_that_is_for_everybody(self):
        for status, headers in ((404, {}), (410, {}), (503, {'Retry_After': '0'})):
            with self.subTest(status):
                self.arrive()
                self.server.route('/file.bin', answer(status, b'', **headers))
                self.assertEqual(self.download(self.server.url('/file.bin')).status, 1)
                self.assertEqual(self.ranges(), [ARRIVED])
                self.assert_kept()
                shutil.rmtree(self.folder)

    def test_page_instead_of_the_error(self):
        self.arrive()
        self.server.route('/file.bin', only_whole(403, answer(200, PAGE, Content_Type='text/html')))
        result = self.download(self.server.url('/file.bin'))
        self.assert_failed(result, 'web page instead', self.part_names('file.bin'))
        self.assert_kept()


class Meanwhile(PartCase):
    """Somebody else is at what arrives: that is noticed, and no file comes of it that has a hole."""

    def start_and_go_on(self, meddle, piece=100_000, sentence='was changed meanwhile', **headers):
        """Runs a download, within which something happens between two pieces that arrive."""
        reached = threading.Event()
        go_on = threading.Event()

        def handler(_request, send, _server):
            send(head(200, Content_Length=len(BODY), **headers) + BODY[:300_000])
            reached.set()
            go_on.wait(PATIENCE)
            for start in range(300_000, len(BODY), piece):
                send(BODY[start:start + piece])
        self.server.route('/file.bin', handler)
        process = self.start('--no-gui', '-o', self.folder, '--retries', '0', self.server.url('/file.bin'))
        self.addCleanup(process.kill)
        self.assertTrue(reached.wait(PATIENCE))
        self.wait_for_size(300_000)
        meddle()
        go_on.set()
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, out), (1, ''))
        self.assertIn(sentence, err)
        self.assertNotIn('file.bin', self.names())

    def wait_for_size(self, size):
        part = self.path('.file.bin.part')
        pause = threading.Event()
        for _ in range(PATIENCE * 100):
            if os.path.exists(part) and os.path.getsize(part) >= size:
                return
            pause.wait(0.01)
        self.fail('nothing arrives')

    def complete(self):
        self.server.requests.clear()
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_removed(self):
        self.start_and_go_on(lambda: os.unlink(self.path('.file.bin.part')), sentence='was removed meanwhile', ETag='"one"')
        self.assertEqual(self.names(), [])
        self.complete()

    def test_removed_with_its_folder(self):
        self.start_and_go_on(lambda: shutil.rmtree(self.folder), sentence='was removed meanwhile', ETag='"one"')
        self.assertFalse(os.path.exists(self.folder))
        self.complete()

    def test_folder_removed_and_made_again(self):
        def again():
            shutil.rmtree(self.folder)
            os.mkdir(self.folder)
        self.start_and_go_on(again, sentence='was removed meanwhile')
        self.assertEqual(self.names(), [])

    def test_replaced(self):
        def replace():
            os.rename(self.path('.file.bin.part'), self.path('moved'))
            with open(self.path('.file.bin.part'), 'wb') as file:
                file.write(b'mine')
        self.start_and_go_on(replace, sentence='was removed meanwhile', ETag='"one"')
        self.assertEqual(self.content('.file.bin.part'), b'mine')

    def test_renamed(self):
        self.start_and_go_on(lambda: os.rename(self.path('.file.bin.part'), self.path('moved')),
                             sentence='was removed meanwhile')
        self.assertEqual(self.names(), ['moved'])

    def test_made_shorter(self):
        for size in (0, 1, 250_000, 299_999):
            with self.subTest(size):
                self.start_and_go_on(lambda size=size: os.truncate(self.path('.file.bin.part'), size), ETag='"one"')
                if size > 0:
                    # No byte is kept of which it is not sure that it is the file's.
                    kept = self.content('.file.bin.part')
                    self.assertLessEqual(len(kept), size)
                    self.assertEqual(kept, BODY[:len(kept)])
                self.complete()
                shutil.rmtree(self.folder)

    def test_made_shorter_before_the_last_byte(self):
        """What is compared at the end is not only how much there is."""
        self.start_and_go_on(lambda: os.truncate(self.path('.file.bin.part'), 0), piece=len(BODY), ETag='"one"')
        self.complete()

    def test_made_longer(self):
        def append():
            with open(self.path('.file.bin.part'), 'ab') as file:
                file.write(b'mine')
        self.start_and_go_on(append, ETag='"one"')
        kept = self.content('.file.bin.part')
        self.assertEqual(kept, BODY[:len(kept)])
        self.complete()

    def test_while_it_waits(self):
        """Between two tries nothing is written, and nothing is noticed before the second."""
        for meddle, sentence in ((lambda: os.unlink(self.path('.file.bin.part')), 'was removed meanwhile'),
                                 (lambda: os.truncate(self.path('.file.bin.part'), 1000), 'was changed meanwhile')):
            with self.subTest(sentence):
                self.server.route('/file.bin', cut_off(BODY, ARRIVED, ETag='"one"'))
                process = self.start('--no-gui', '-o', self.folder, '--retries', '5', self.server.url('/file.bin'))
                self.addCleanup(process.kill)
                self.assertIn('trying again', process.stderr.readline())
                self.server.route('/file.bin', ranged(BODY))
                meddle()
                out, err = process.communicate(timeout=PATIENCE)
                self.assertEqual((process.returncode, out), (1, ''))
                self.assertIn(sentence, err)
                self.complete()
                shutil.rmtree(self.folder)

    def test_record_removed(self):
        """It is of no use within the run."""
        process, go_on = self.start_held()
        self.addCleanup(process.kill)
        self.wait_for_size(1000)
        os.unlink(self.path('.file.bin.part.resume'))
        go_on.set()
        process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, self.names()), (0, ['file.bin']))
        self.assertEqual(self.content('file.bin'), BODY)


class Orphans(PartCase):
    """A part that nothing is known of, and that nobody is at work on."""

    def check_begun_anew(self):
        self.server.route('/file.bin', ranged(BODY))
        url = self.server.url('/file.bin')
        self.assert_saved(self.download(url), url, 'file.bin')

    def test_without_a_record(self):
        self.arrive()
        os.unlink(self.path('.file.bin.part.resume'))
        self.check_begun_anew()
        self.assertEqual(self.ranges(), [None])

    def test_larger_than_the_file(self):
        os.mkdir(self.folder)
        with open(self.path('.file.bin.part'), 'wb') as file:
            file.write(OTHER * 2)
        self.check_begun_anew()

    def test_begun_anew_and_broken_off(self):
        self.arrive()
        os.unlink(self.path('.file.bin.part.resume'))
        self.server.route('/file.bin', cut_off(OTHER, 1000, ETag='"two"'))
        self.assert_failed(self.download(self.server.url('/file.bin')), 'broke off', self.part_names('file.bin'))
        self.assertEqual(self.content('.file.bin.part'), OTHER[:1000])

    def test_of_another_link(self):
        """That is no orphan: its own download goes on with it."""
        self.leave_part('/one/file.bin', 'file.bin', after=ARRIVED)
        self.check_other_name()

    def test_of_a_link_that_is_downloaded_now(self):
        process, go_on = self.start_held()
        self.addCleanup(process.kill)
        os.unlink(self.path('.file.bin.part.resume'))
        self.check_other_name()
        go_on.set()
        process.communicate(timeout=PATIENCE)
        self.assertEqual(self.names(), ['file (1).bin', 'file.bin'])
        self.assertEqual(self.content('file.bin'), BODY)

    def check_other_name(self):
        self.server.route('/two/file.bin', answer(200, OTHER))
        result = self.download(self.server.url('/two/file.bin'))
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file (1).bin'), OTHER)

    def test_the_name_is_taken(self):
        self.arrive()
        os.unlink(self.path('.file.bin.part.resume'))
        with open(self.path('file.bin'), 'wb') as file:
            file.write(b'mine')
        self.server.route('/file.bin', ranged(BODY))
        self.assertEqual(self.download(self.server.url('/file.bin')).status, 0)
        self.assertEqual(self.names(), ['.file.bin.part', 'file (1).bin', 'file.bin'])
        self.assertEqual(self.content('file.bin'), b'mine')
        self.assertEqual(self.content('.file.bin.part'), BODY[:ARRIVED])

    @unittest.skipIf(os.geteuid() != 0, 'only root can be somebody else')
    def test_of_somebody_else(self):
        """Who shares a folder cannot read the other's record: what lies beside it is no orphan."""
        self.arrive()
        os.chmod(self.home, 0o777)
        os.chmod(self.folder, 0o777)
        os.chmod(self.path('.file.bin.part'), 0o666)
        self.server.route('/file.bin', ranged(BODY))
        result = self.download(self.server.url('/file.bin'), wrapper=('setpriv', '--reuid=65534', '--clear-groups'))
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file (1).bin'), BODY)
        self.assertEqual(self.content('.file.bin.part'), BODY[:ARRIVED])
        os.unlink(self.path('file (1).bin'))
        os.chmod(self.path('.file.bin.part'), 0o644)
        result = self.download(self.server.url('/file.bin'), wrapper=('setpriv', '--reuid=65534', '--clear-groups'))
        self.assertEqual(result.status, 0)
        self.assertEqual(self.content('file (1).bin'), BODY)


if __name__ == '__main__':
    unittest.main(verbosity=2)
