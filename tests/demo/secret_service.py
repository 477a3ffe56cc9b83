# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A keyring of the desktop for tests: a Secret Service, in a process of its own that can be stopped and killed.

secret_service.py STATE ANSWER

STATE is a file with what is kept, as JSON, read at the beginning and written at each change. ANSWER is what becomes of
questions to the user: accept, dismiss, or never. Secrets travel as they are: the other way is refused, as a
service may that does not know it."""

import json
import os
import subprocess
import sys
import time

from gi.repository import Gio, GLib

NAME = 'org.freedesktop.secrets'
SERVICE = '/org/freedesktop/secrets'
COLLECTION = f'{SERVICE}/collection/login'
ERROR = 'org.freedesktop.Secret.Error'
NOT_SUPPORTED = 'org.freedesktop.DBus.Error.NotSupported'

INTERFACES = {interface.name.rsplit('.', 1)[-1]: interface for interface in Gio.DBusNodeInfo.new_for_xml('''
<node>
  <interface name="org.freedesktop.Secret.Service">
    <method name="OpenSession">
      <arg type="s" direction="in"/><arg type="v" direction="in"/>
      <arg type="v" direction="out"/><arg type="o" direction="out"/>
    </method>
    <method name="SearchItems">
      <arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/><arg type="ao" direction="out"/>
    </method>
    <method name="Unlock">
      <arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/>
    </method>
    <method name="GetSecrets">
      <arg type="ao" direction="in"/><arg type="o" direction="in"/><arg type="a{o(oayays)}" direction="out"/>
    </method>
    <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
    <property name="Collections" type="ao" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Collection">
    <method name="CreateItem">
      <arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/><arg type="b" direction="in"/>
      <arg type="o" direction="out"/><arg type="o" direction="out"/>
    </method>
    <property name="Items" type="ao" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Locked" type="b" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Item">
    <method name="Delete"><arg type="o" direction="out"/></method>
    <method name="GetSecret"><arg type="o" direction="in"/><arg type="(oayays)" direction="out"/></method>
    <property name="Locked" type="b" access="read"/>
    <property name="Attributes" type="a{ss}" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Session"><method name="Close"/></interface>
  <interface name="org.freedesktop.Secret.Prompt">
    <method name="Prompt"><arg type="s" direction="in"/></method>
    <method name="Dismiss"/>
    <signal name="Completed"><arg type="b"/><arg type="v"/></signal>
  </interface>
</node>''').interfaces}


class Refused(Exception):
    """A call that is answered with an error of this name."""


class Service:
    def __init__(self, path, answer):
        self.path = path
        self.answer = answer
        self.n_prompts = 0
        self.registered = set()
        with open(path, encoding='utf-8') as file:
            self.state = json.load(file)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.register(SERVICE, 'Service')
        for path in (COLLECTION, f'{SERVICE}/aliases/default'):
            self.register(path, 'Collection')
        for number in self.state['items']:
            self.register(self.item_path(number), 'Item')
        Gio.bus_own_name_on_connection(self.bus, NAME, Gio.BusNameOwnerFlags.NONE, None, lambda *_: sys.exit(1))

    def register(self, path, interface):
        self.registered.add(path.rsplit('/', 1)[-1])
        self.bus.register_object(path, INTERFACES[interface], self.called, self.asked, None)

    @staticmethod
    def item_path(number):
        return f'{COLLECTION}/{number}'

    def item(self, path):
        number = path.rsplit('/', 1)[-1]
        if number not in self.state['items']:
            raise Refused(f'{ERROR}.NoSuchObject')
        return self.state['items'][number]

    def save(self):
        with open(self.path + '.new', 'w', encoding='utf-8') as file:
            json.dump(self.state, file)
        os.rename(self.path + '.new', self.path)

    def count(self, method):
        self.state['calls'][method] = self.state['calls'].get(method, 0) + 1
        self.save()

    def called(self, _bus, _sender, path, _interface, method, parameters, invocation):
        self.count(method)
        try:
            answer = getattr(self, method)(path, *parameters.unpack())
        except Refused as refused:
            invocation.return_dbus_error(str(refused), method)
        else:
            invocation.return_value(answer)

    def asked(self, _bus, _sender, path, interface, name):
        if interface.endswith('.Service'):
            return GLib.Variant('ao', [COLLECTION])
        if name == 'Locked':
            return GLib.Variant('b', self.state['locked'])
        if name == 'Items':
            return GLib.Variant('ao', [self.item_path(number) for number in self.state['items']])
        if interface.endswith('.Collection'):
            return GLib.Variant('s', 'Login') if name == 'Label' else GLib.Variant('t', 0)
        item = self.item(path)
        return {'Attributes': lambda: GLib.Variant('a{ss}', item['attributes']),
                'Label': lambda: GLib.Variant('s', item['label'])}.get(name, lambda: GLib.Variant('t', item['time']))()

    # The service

    def OpenSession(self, _path, algorithm, _input):
        if algorithm != 'plain':
            raise Refused(NOT_SUPPORTED)
        self.state['sessions'] = self.state.get('sessions', 0) + 1
        # No session of a service that ran before is one of this service.
        session = f'{SERVICE}/session/p{os.getpid()}_{self.state["sessions"]}'
        self.register(session, 'Session')
        return GLib.Variant('(vo)', (GLib.Variant('s', ''), session))

    def SearchItems(self, _path, attributes):
        found = [self.item_path(number) for number, item in self.state['items'].items()
                 if attributes.items() <= item['attributes'].items()]
        return GLib.Variant('(aoao)', ([], found) if self.state['locked'] else (found, []))

    def Unlock(self, _path, paths):
        if not self.state['locked']:
            return GLib.Variant('(aoo)', (paths, '/'))
        self.n_prompts += 1
        prompt = f'{SERVICE}/prompt/p{self.n_prompts}'
        self.waiting = paths
        self.register(prompt, 'Prompt')
        return GLib.Variant('(aoo)', ([], prompt))

    def ReadAlias(self, _path, name):
        return GLib.Variant('(o)', (COLLECTION if name == 'default' else '/',))

    def secret(self, path, session):
        item = self.item(path)
        if self.state['locked']:
            raise Refused(f'{ERROR}.IsLocked')
        if f'/p{os.getpid()}_' not in session:
            raise Refused(f'{ERROR}.NoSession')
        return (session, b'', item['secret'].encode(), 'text/plain')

    def GetSecrets(self, _path, paths, session):
        return GLib.Variant('(a{o(oayays)})', ({path: self.secret(path, session) for path in paths},))

    # Its collection

    def CreateItem(self, _path, properties, secret, replace):
        if self.state['locked']:
            raise Refused(f'{ERROR}.IsLocked')
        if f'/p{os.getpid()}_' not in secret[0]:
            raise Refused(f'{ERROR}.NoSession')
        attributes = properties['org.freedesktop.Secret.Item.Attributes']
        number = next((number for number, item in self.state['items'].items()
                       if replace and item['attributes'] == attributes), None)
        if number is None:
            number = str(max(map(int, self.state['items']), default=0) + 1)
            if number not in self.registered:
                self.register(self.item_path(number), 'Item')
        self.state['items'][number] = {'attributes': attributes, 'secret': bytes(secret[2]).decode(),
                                       'label': properties['org.freedesktop.Secret.Item.Label'], 'time': int(time.time())}
        self.save()
        return GLib.Variant('(oo)', (self.item_path(number), '/'))

    # An item

    def Delete(self, path):
        self.item(path)
        if self.state['locked']:
            raise Refused(f'{ERROR}.IsLocked')
        del self.state['items'][path.rsplit('/', 1)[-1]]
        self.save()
        return GLib.Variant('(o)', ('/',))

    def GetSecret(self, path, session):
        return GLib.Variant('((oayays))', (self.secret(path, session),))

    def Close(self, _path):
        return None

    # A question to the user

    def completed(self, path, dismissed, unlocked):
        self.bus.emit_signal(None, path, 'org.freedesktop.Secret.Prompt', 'Completed',
                             GLib.Variant('(bv)', (dismissed, GLib.Variant('ao', unlocked))))

    def Prompt(self, path, _window):
        if self.answer == 'accept':
            self.state['locked'] = False
            self.save()
            GLib.idle_add(self.completed, path, False, self.waiting)
        elif self.answer == 'dismiss':
            GLib.idle_add(self.completed, path, True, [])

    def Dismiss(self, path):
        if self.answer != 'never':
            GLib.idle_add(self.completed, path, True, [])


class SecretService:
    """What a test has of it."""

    def __init__(self, path, answer='accept', locked=False):
        self.path = path
        self.process = None
        self.write({'items': {}, 'calls': {}, 'locked': locked})
        self.start(answer)

    def write(self, state):
        with open(self.path, 'w', encoding='utf-8') as file:
            json.dump(state, file)

    def state(self):
        with open(self.path, encoding='utf-8') as file:
            return json.load(file)

    def start(self, answer='accept', **state):
        """Starts it, with what is kept changed beforehand."""
        self.write({**self.state(), **state})
        self.process = subprocess.Popen([sys.executable, os.path.abspath(__file__), self.path, answer])
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        while not has_owner(bus):
            if self.process.poll() is not None:
                raise RuntimeError('no Secret Service')
            time.sleep(0.02)

    def stop(self):
        self.process.kill()
        self.process.wait()
        bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        while has_owner(bus):
            time.sleep(0.02)

    def logins(self):
        """What is kept: servers with user names and passwords."""
        return sorted((item['attributes']['server'], item['attributes']['realm'], item['attributes']['user'],
                       item['secret']) for item in self.state()['items'].values())

    def count(self, method):
        return self.state()['calls'].get(method, 0)


def ask_bus(bus, method, *arguments):
    return bus.call_sync('org.freedesktop.DBus', '/', 'org.freedesktop.DBus', method,
                         GLib.Variant('(s)', arguments) if arguments else None, None, Gio.DBusCallFlags.NONE, -1,
                         None).unpack()[0]


def has_owner(bus):
    return ask_bus(bus, 'NameHasOwner', NAME)


def is_activatable():
    """Whether the bus would start a keyring of its own."""
    return NAME in ask_bus(Gio.bus_get_sync(Gio.BusType.SESSION), 'ListActivatableNames')


if __name__ == '__main__':
    Service(*sys.argv[1:])
    GLib.MainLoop().run()
