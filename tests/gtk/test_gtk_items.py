#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Items of classes of Python's, in a list of items, without any override of ours."""

import unittest

import gi

gi.require_version('At', '1.0')
gi.require_version('AtGtk', '1.0')

from gi.repository import At, AtGtk, Gio, GLib  # noqa: E402


def iterate_until(condition):
    guard = GLib.timeout_add_seconds(60, lambda: exit('Nothing moved.'))
    while not condition():
        GLib.MainContext.default().iteration(True)
    GLib.source_remove(guard)


class Copy(AtGtk.TaskItem):
    """Says what else there is to say, and tries again by itself."""

    def __init__(self, name, **properties):
        super().__init__(**properties)
        self.name = name
        self.gone = False
        self.opened = 0
        self.retries = []

    def do_format_subtitle(self):
        return f'{self.name}: {AtGtk.TaskItem.do_format_subtitle(self)}\nand more'

    def do_retry(self):
        task = At.DeferredTask()
        self.retries.append(task)
        self.set_task(task)
        task.execute(None)

    def do_open(self):
        self.opened += 1

    def do_removed(self):
        self.gone = True


class Items(unittest.TestCase):
    def setUp(self):
        self.list = At.TaskList()
        self.items = AtGtk.TaskItems()
        self.items.connect('create-item', self.on_create_item)
        self.items.set_model(self.list)
        self.task = At.DeferredTask(title='Music')
        self.task.connect('failed', lambda task, error: None)
        self.list.add(self.task)
        self.item = self.items.find(self.task)

    def on_create_item(self, items, task):
        return Copy('copy') if task.get_title() == 'Music' else None

    def fail_task(self):
        self.task.execute(None)
        iterate_until(lambda: self.item.props.state == AtGtk.TaskState.RUNNING)
        self.task.fail(GLib.Error.new_literal(Gio.io_error_quark(), 'no luck', Gio.IOErrorEnum.FAILED))
        iterate_until(lambda: self.item.props.state == AtGtk.TaskState.FAILED)

    def test_create(self):
        self.assertIsInstance(self.item, Copy)
        self.assertIs(self.items[0], self.item)
        self.assertEqual(self.item.props.title, 'Music')
        self.assertEqual(self.item.props.subtitle, 'copy: Waiting')
        self.item.name = 'move'
        self.item.invalidate_subtitle()
        self.assertEqual(self.item.props.subtitle, 'move: Waiting')

        other = At.DeferredTask()
        self.list.add(other)
        self.assertIs(type(self.items.find(other)), AtGtk.TaskItem)
        self.assertEqual(len(self.items), 2)

    def test_told(self):
        said = []
        self.item.connect('notify::state', lambda item, pspec: said.append(item.props.state.value_nick))
        self.item.connect('notify::subtitle', lambda item, pspec: said.append(item.props.subtitle))
        self.fail_task()
        self.assertIn('queued', said)
        self.assertIn('failed', said)
        self.assertIn('copy: no luck', said)
        self.assertEqual(self.item.props.detail, 'no luck')
        self.assertEqual(self.items.props.n_failed, 1)
        self.assertEqual(self.items.props.summary, '1 failed')

    def test_remove(self):
        self.fail_task()
        self.assertEqual(self.items.remove(self.items), 1)
        self.assertEqual(len(self.items), 0)
        self.assertTrue(self.items.props.can_undo)
        self.assertTrue(self.items.undo())
        self.assertIs(self.items[0], self.item)
        self.items.set_undo_timeout(0)
        self.assertEqual(self.items.clear_finished(), 1)
        self.assertTrue(self.item.gone)
        self.assertEqual(len(self.list), 0)

    def test_retry(self):
        self.fail_task()
        self.item.emit('retry')
        self.assertEqual(len(self.item.retries), 1)
        iterate_until(lambda: self.item.props.state == AtGtk.TaskState.RUNNING)
        iterate_until(lambda: self.list.find(self.item.retries[0])[0])
        self.assertIs(self.items[0], self.item)
        self.assertEqual(len(self.items), 1)
        self.item.retries[0].complete(None)
        iterate_until(lambda: self.item.props.state == AtGtk.TaskState.SUCCEEDED)
        self.item.emit('open')
        self.assertEqual(self.item.opened, 1)


if __name__ == '__main__':
    unittest.main()
