# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Passwords that the downloader's window saves in the keyring, which is one of the test's own."""

import base64
import os
import signal
import subprocess
import sys
import unittest

if os.environ['DOWNLOADER_LIBSECRET'] != '1':
    print('1..0 # SKIP built without libsecret')
    sys.exit(77)

from fault_server import head
from secret_service import SecretService, is_activatable
from test_window import BODY, SWITCHES, Atspi, WindowCase

ASKS = 'asks for a user name and a password'
REFUSES = 'no longer accepts the saved password'


def asking(password, realm='Archive', location=None):
    """A handler that asks ann for a password, and then gives a file or points elsewhere."""
    expected = 'Basic ' + base64.b64encode(f'ann:{password}'.encode()).decode()

    def handler(request, send, _server):
        if request.headers.get('authorization') != expected:
            send(head(401, 'Unauthorized', WWW_Authenticate=f'Basic realm="{realm}"', Content_Length=0))
        elif location:
            send(head(302, Location=location, Content_Length=0))
        else:
            send(head(200, Content_Length=len(BODY)) + BODY)
    return handler


class LoginCase(WindowCase):
    def start_service(self, *arguments, **more):
        self.service = SecretService(os.path.join(self.home, 'secrets.json'), *arguments, **more)
        self.addCleanup(self.service.stop)

    def login(self, password, realm='Archive', user='ann', server=None):
        return ((server or self.server).url('').rstrip('/'), realm, user, password)

    def restart_service_with(self, *logins, answer='accept', is_locked=False):
        """With passwords that were saved some time."""
        self.service.stop()
        items = {str(number): {'attributes': {'xdg:schema': 'org.asynctask.Downloader.Login', 'server': server,
                                              'realm': realm, 'user': user},
                               'secret': password, 'label': 'some', 'time': number}
                 for number, (server, realm, user, password) in enumerate(logins, 1)}
        self.service.start(answer, items=items, locked=is_locked)

    def have_saved(self, *logins, **more):
        self.start_service()
        self.restart_service_with(*logins, **more)

    def find_switch(self):
        return self.find(SWITCHES, 'Remember Password')

    def switch(self):
        return self.wait_for(self.find_switch, 'no switch')

    def is_on(self):
        return self.switch().get_state_set().contains(Atspi.StateType.CHECKED)

    def log_in(self, password, user='ann', remember=None):
        if user:
            self.enter('User Name', user)
        self.enter('Password', password)
        if remember is not None and remember != self.is_on():
            self.assertTrue(Atspi.Action.do_action(self.switch(), 0))
            self.wait_for(lambda: self.is_on() == remember, 'the switch stays')
        self.press('Log In')

    def wait_until_saved(self, *logins):
        self.wait_for(lambda: self.service.logins() == sorted(logins), f'kept is {self.service.logins()}')

    def wait_until_gone(self, text):
        self.wait_for(lambda: not self.says(text), f'it still says “{text}”')


class Saving(LoginCase):
    def test_survives_a_restart(self):
        self.start_service()
        for name in ('one', 'two'):
            self.server.route(f'/{name}.bin', asking('geheim'))
        self.launch(self.server.url('/one.bin'))
        self.wait_until_it_says(ASKS)
        self.assertFalse(self.is_on())
        self.log_in('geheim', remember=True)
        self.wait_for_file('one.bin')
        self.wait_until_saved(self.login('geheim'))
        self.assertEqual([item['label'] for item in self.service.state()['items'].values()],
                         [f'Password of “ann” for {self.login("")[0]}'])
        self.quit()
        with open(self.history, encoding='utf-8') as file:
            self.assertNotIn('geheim', file.read())
        self.service.stop()
        self.service.start()
        before = len(self.server.requests)
        self.launch(self.server.url('/two.bin'))
        self.wait_for_file('two.bin')
        self.assertFalse(self.says(ASKS))
        # Asked for without a password, with nothing but the challenge to it, and with it.
        self.assertEqual(len(self.server.requests) - before, 3)
        self.quit()

    def test_only_if_wanted(self):
        self.start_service()
        self.server.route('/file.bin', asking('secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says(ASKS)
        self.log_in('secret')
        self.wait_for_file('file.bin')
        self.quit()
        self.assertEqual(self.service.count('CreateItem'), 0)

    def test_not_before_it_is_accepted(self):
        self.start_service()
        self.server.route('/file.bin', asking('secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says(ASKS)
        self.log_in('wrong', remember=True)
        self.wait_until_it_says('does not accept this user name and password')
        self.assertTrue(self.is_on())
        # The name is kept.
        self.log_in('secret', user=None)
        self.wait_for_file('file.bin')
        self.wait_until_saved(self.login('secret'))
        self.assertEqual(self.service.count('CreateItem'), 1)

    def test_before_the_program_ends(self):
        """It waits for a keyring that takes its time."""
        self.start_service()
        self.server.route('/file.bin', asking('secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says(ASKS)
        self.service.process.send_signal(signal.SIGSTOP)
        self.addCleanup(self.service.process.send_signal, signal.SIGCONT)
        self.log_in('secret', remember=True)
        self.wait_until_row_shows('file.bin', '600\xa0kB')
        self.process.send_signal(signal.SIGTERM)
        search = ['xdotool', 'search', '--onlyvisible', '--name', '^Downloader$']
        self.wait_for(lambda: subprocess.run(search, check=False, capture_output=True).returncode != 0, 'the window stays')
        self.service.process.send_signal(signal.SIGCONT)
        self.assert_exits()
        self.assertEqual(self.service.logins(), [self.login('secret')])

    def test_the_keyring_stays_locked(self):
        self.start_service('dismiss', locked=True)
        self.server.route('/file.bin', asking('secret'))
        self.launch(self.server.url('/file.bin'))
        self.wait_until_it_says(ASKS)
        self.log_in('secret', remember=True)
        self.wait_for_file('file.bin')
        self.wait_until_it_says('The password could not be saved')
        self.assertEqual(self.service.logins(), [])


class Using(LoginCase):
    def launch_file(self, password='secret', name='file.bin'):
        self.server.route('/' + name, asking(password))
        self.launch(self.server.url('/' + name))

    def test_refused(self):
        self.have_saved(self.login('old'))
        self.launch_file('new')
        self.wait_until_it_says(REFUSES)
        self.assertEqual(self.service.logins(), [])
        self.assertTrue(self.is_on())
        # The name is kept.
        self.log_in('new', user=None)
        self.wait_for_file('file.bin')
        self.wait_until_saved(self.login('new'))

    def test_the_last_user(self):
        self.have_saved(self.login('other', user='zoe'), self.login('secret'))
        self.launch_file()
        self.wait_for_file('file.bin')
        self.assertFalse(self.says(ASKS))

    def test_each_realm_has_its_own(self):
        self.have_saved(self.login('one', realm='One'), self.login('two', realm='Two'),
                        self.login('three', realm='Two', server=type('Other', (), {'url': lambda _: 'http://127.0.0.1:1/'})))
        self.server.route('/one.bin', asking('one', realm='One'))
        self.server.route('/two.bin', asking('two', realm='Two'))
        self.server.route('/none.bin', asking('none', realm='None'))
        self.launch(self.server.url('/one.bin'), self.server.url('/two.bin'), self.server.url('/none.bin'))
        self.wait_for_file('one.bin')
        self.wait_for_file('two.bin')
        self.wait_until_it_says(ASKS)
        sent = [request.headers['authorization'] for request in self.server.requests
                if request.headers.get('authorization')]
        self.assertEqual(len(sent), 2)

    def test_what_the_link_says_is_meant(self):
        self.have_saved(self.login('secret'))
        self.server.route('/file.bin', asking('secret'))
        self.launch(self.server.url('/file.bin', user='ann:wrong'))
        self.wait_until_it_says(ASKS)
        self.assertEqual(self.service.logins(), [self.login('secret')])
        self.assertFalse(self.is_on())
        self.press('Cancel')
        self.wait_until_gone(ASKS)
        self.assertEqual(len(self.server.requests), 2)

    def test_servers_that_send_to_each_other(self):
        """A download has one password at a time; it does not go on for ever."""
        self.have_saved(self.login('one', realm='One'), self.login('two', realm='Two'))
        self.server.route('/one.bin', asking('one', realm='One', location='/two.bin'))
        self.server.route('/two.bin', asking('two', realm='Two'))
        self.launch(self.server.url('/one.bin'))
        self.wait_until_it_says('does not accept this user name and password')
        self.assertEqual(self.service.logins(), [self.login('one', realm='One'), self.login('two', realm='Two')])
        self.press('Cancel')
        self.wait_until_gone('does not accept this')
        self.wait_until_row_says('one.bin', 'does not accept')

    def test_unlocked(self):
        self.have_saved(self.login('secret'), is_locked=True)
        self.launch_file()
        self.wait_for_file('file.bin')
        self.assertFalse(self.says(ASKS))
        self.assertEqual(self.service.count('Prompt'), 1)

    def test_not_unlocked(self):
        """Nobody is asked twice, unless it is wanted."""
        self.have_saved(self.login('secret'), answer='dismiss', is_locked=True)
        self.launch_file()
        self.wait_until_it_says(ASKS)
        self.press('Cancel')
        self.wait_until_gone(ASKS)
        self.server.route('/other.bin', asking('secret'))
        self.another(self.server.url('/other.bin'))
        self.wait_until_it_says(ASKS)
        self.assertEqual(self.service.count('Prompt'), 1)
        self.press('Cancel')
        self.wait_until_gone(ASKS)
        self.press('Try Again', 'file.bin')
        self.wait_until_it_says(ASKS)
        self.assertEqual(self.service.count('Prompt'), 2)
        self.log_in('secret')
        self.wait_for_file('file.bin')
        self.wait_for_file('other.bin')
        self.assertEqual(self.service.logins(), [self.login('secret')])

    def test_a_question_without_end(self):
        """Whoever pauses the download and resumes it wants to be asked here."""
        self.have_saved(self.login('secret'), answer='never', is_locked=True)
        self.launch_file()
        self.wait_until_row_says('file.bin', 'Looking for a saved password…')
        self.wait_for(lambda: self.service.count('Prompt') == 1, 'nobody is asked')
        self.press('Pause', 'file.bin')
        self.wait_until_row_says('file.bin', 'Paused')
        self.press('Resume', 'file.bin')
        self.wait_until_it_says(ASKS)
        self.log_in('secret')
        self.wait_for_file('file.bin')
        self.quit()

    def test_end_within_a_question(self):
        self.have_saved(self.login('secret'), answer='never', is_locked=True)
        self.launch_file()
        self.wait_for(lambda: self.service.count('Prompt') == 1, 'nobody is asked')
        self.quit()
        self.assertEqual(self.remembered()['file.bin']['state'], 'waiting')

    def test_the_keyring_dies_within_a_question(self):
        # libsecret 0.20 complains of itself, and forgets to come back.
        self.more_environment = {'G_DEBUG': ''}
        self.have_saved(self.login('secret'), answer='never', is_locked=True)
        self.launch_file()
        self.wait_for(lambda: self.service.count('Prompt') == 1, 'nobody is asked')
        self.service.stop()
        self.wait_until_it_says(ASKS)
        self.log_in('secret')
        self.wait_for_file('file.bin')

    def test_the_keyring_is_started_again(self):
        self.have_saved(self.login('secret'))
        self.launch_file(name='one.bin')
        self.wait_for_file('one.bin')
        self.service.stop()
        self.service.start()
        self.server.route('/two.bin', asking('secret'))
        self.another(self.server.url('/two.bin'))
        self.wait_for_file('two.bin')
        self.assertFalse(self.says(ASKS))

    def test_silence(self):
        self.have_saved(self.login('secret'))
        self.service.process.send_signal(signal.SIGSTOP)
        self.launch_file()
        # The window is not held up.
        self.wait_until_row_says('file.bin', 'Looking for a saved password…')
        self.wait_until_it_says(ASKS)
        self.assertIsNone(self.find_switch())
        self.log_in('secret')
        self.wait_for_file('file.bin')

    @unittest.skipIf(is_activatable(), 'the bus would start a keyring')
    def test_no_keyring(self):
        self.launch_file()
        self.wait_until_it_says(ASKS)
        self.assertIsNone(self.find_switch())
        self.log_in('secret')
        self.wait_for_file('file.bin')


class Forgetting(LoginCase):
    def open(self):
        self.launch()
        self.keys('ctrl+comma')
        self.focus('Preferences')

    def button(self):
        # GTK 4.8 puts what is on it after what it is called.
        return self.wait_for(lambda: self.find_button('Forget Saved Passwords') or
                             self.find_button('Forget Saved Passwords Forget…'), 'no button')

    def is_sensitive(self):
        return self.button().get_state_set().contains(Atspi.StateType.SENSITIVE)

    def forget(self, answer):
        self.assertTrue(Atspi.Action.do_action(self.button(), 0))
        self.wait_until_it_says('Forget Saved Passwords?')
        self.press(answer)
        self.wait_until_gone('Forget Saved Passwords?')

    def test_all(self):
        self.have_saved(self.login('one', realm='One'), self.login('two', realm='Two'))
        # What another program has saved stays.
        self.service.stop()
        items = self.service.state()['items']
        items['9'] = {'attributes': {'xdg:schema': 'org.gnome.Other', 'server': 'x', 'realm': '', 'user': 'bob'},
                      'secret': 'other', 'label': 'other', 'time': 9}
        self.service.start(items=items)
        self.open()
        self.wait_until_it_says('2 in the keyring')
        self.forget('Cancel')
        self.assertEqual(len(self.service.logins()), 3)
        self.forget('Forget')
        self.wait_until_saved(('x', '', 'bob', 'other'))
        self.wait_for(lambda: not self.is_sensitive(), 'there is still something to forget')
        self.assertTrue(self.says('None'))

    def test_what_stays_locked(self):
        self.have_saved(self.login('one'), answer='dismiss', is_locked=True)
        self.open()
        self.wait_until_it_says('1 in the keyring')
        self.forget('Forget')
        self.wait_until_it_says('The saved passwords could not be forgotten')
        self.wait_for(self.is_sensitive, 'it cannot be tried again')
        self.assertEqual(self.service.logins(), [self.login('one')])

    @unittest.skipIf(is_activatable(), 'the bus would start a keyring')
    def test_no_keyring(self):
        self.open()
        self.wait_until_it_says('Notifications')
        self.assertIsNone(self.find_button('Forget Saved Passwords'))


if __name__ == '__main__':
    unittest.main(verbosity=2)
