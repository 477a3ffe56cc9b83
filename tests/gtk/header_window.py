# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A window with a button for tasks in its header bar, which does what it is told on its standard input."""

import os
import sys

import gi

gi.require_version('Gtk', '4.0')
gi.require_version('At', '1.0')
gi.require_version('AtGtk', '1.0')
from gi.repository import At, AtGtk, Gio, GLib, Gtk

UI = """
<interface>
  <object class="AtTaskList" id="list"/>
  <object class="AtGtkTaskItems" id="items">
    <property name="model">list</property>
  </object>
  <object class="GtkWindow" id="window">
    <property name="title">Files</property>
    <property name="default-width">420</property>
    <property name="default-height">500</property>
    <property name="titlebar">
      <object class="GtkHeaderBar">
        <property name="show-title-buttons">0</property>
        <child type="end">
          <object class="AtGtkTaskButton" id="button">
            <property name="items">items</property>
          </object>
        </child>
      </object>
    </property>
    <child>
      <object class="GtkEntry" id="entry">
        <property name="valign">start</property>
      </object>
    </child>
  </object>
</interface>
"""


class Program:
    def __init__(self):
        Gtk.init()
        AtGtk.init()
        At.TaskList()
        Gtk.Settings.get_default().props.gtk_enable_animations = False
        builder = Gtk.Builder.new_from_string(UI, -1)
        self.list, self.items, self.window = (builder.get_object(name) for name in ('list', 'items', 'window'))
        builder.get_object('button').connect('finished', lambda _button, item: self.say(f'finished {item.get_title()}'))
        self.tasks = {}
        self.loop = GLib.MainLoop()
        GLib.io_add_watch(sys.stdin.fileno(), GLib.PRIORITY_DEFAULT, GLib.IOCondition.IN | GLib.IOCondition.HUP, self.read)
        self.window.present()

    @staticmethod
    def say(words):
        print(words, flush=True)

    def read(self, _source, _condition):
        data = os.read(sys.stdin.fileno(), 4096)
        for line in data.decode().splitlines():
            command, name = line.split(' ', 1)
            getattr(self, command)(name)
        if not data:
            self.loop.quit()
        return bool(data)

    def make(self, name):
        task = self.tasks[name] = At.DeferredTask(title=name)
        task.connect('failed', lambda *_: None)
        return task

    def begin(self, name):
        task = self.make(name)
        self.list.add(task)
        task.execute()

    def end(self, name):
        self.tasks[name].complete(None)

    def fail(self, name):
        self.tasks[name].fail(GLib.Error.new_literal(Gio.io_error_quark(), 'The disk is full', Gio.IOErrorEnum.NO_SPACE))

    def ask(self, name):
        item = AtGtk.TaskItem.new(self.make(name))
        item.connect('retry', self.retry, name)
        AtGtk.TaskDialog.run_async(item, self.window, None, self.ended)

    def retry(self, item, name):
        self.say(f'again {name}')
        item.set_task(self.make(name))
        self.tasks[name].execute()

    def ended(self, _source, result):
        try:
            self.say(f'ended {AtGtk.TaskDialog.run_finish(result)}')
        except GLib.Error as error:
            self.say(f'ended {error.message}')


Program().loop.run()
