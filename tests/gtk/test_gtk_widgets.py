#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""test_gtk_widgets.py: all classes from Python; with overrides of ours, and without."""

import pathlib
import unittest

import gi

gi.require_version('At', '1.0')
gi.require_version('AtGtk', '1.0')
gi.require_version('Gtk', '4.0')

from gi.repository import At, AtGtk, Gdk, Gio, GLib, GObject, Gtk  # noqa: E402

AtGtk.init()


def iterate_until(condition):
    guard = GLib.timeout_add_seconds(60, lambda: exit('Nothing moved.'))
    while not condition():
        GLib.MainContext.default().iteration(True)
    GLib.source_remove(guard)


def find_all(widget, kind):
    found = [widget] if isinstance(widget, kind) else []
    child = widget.get_first_child()
    while child is not None:
        found += find_all(child, kind)
        child = child.get_next_sibling()
    return found


def words_of(widget):
    return [label.get_text() for label in find_all(widget, Gtk.Label) if label.get_mapped()]


def make_error(message):
    return GLib.Error.new_literal(Gio.io_error_quark(), message, Gio.IOErrorEnum.FAILED)


class Deferred(At.DeferredTask):
    """Does what it is told to, when it is told to."""

    def __init__(self, title):
        super().__init__(title=title)
        # A failure that nobody hears of is written to the journal.
        self.connect('failed', lambda *_: None)

    def run(self):
        self.execute(None)
        iterate_until(lambda: self.get_stage() == At.Stage.RUNNING)

    def end(self, error=None):
        if error is None:
            self.complete(None)
        else:
            self.fail(make_error(error))
        iterate_until(lambda: self.get_status() == At.Status.FINISHED)


class WidgetTest(unittest.TestCase):
    def setUp(self):
        Gtk.Settings.get_default().set_property('gtk-enable-animations', False)
        self.list = At.TaskList()
        self.items = AtGtk.TaskItems(model=self.list)
        self.window = None

    def tearDown(self):
        if self.window is not None:
            # Not destroyed: GTK 4.8 warns where a tooltip was due in it, under the pointer.
            self.window.hide()
        self.list.cancel_all(True)

    def show(self, widget):
        self.window = Gtk.Window(child=widget, default_width=480, default_height=400)
        self.window.present()
        iterate_until(lambda: widget.get_mapped() or not widget.get_visible())

    def add(self, title='Music'):
        task = Deferred(title)
        self.list.add(task)
        return task

    def wait_for_state(self, task, state):
        item = self.items.find(task)
        iterate_until(lambda: item.props.state == state)
        return item

    def check_round_trip(self, thing, **values):
        """Each as a property, by its setter and getter, and when a thing is made; told of once."""
        told = []
        thing.connect('notify', lambda thing, pspec: told.append(pspec.name))
        for name, value in values.items():
            usual = thing.get_property(name)
            self.assertNotEqual(usual, value, name)
            told.clear()
            thing.set_property(name, value)
            self.assertEqual(told.count(name.replace('_', '-')), 1, name)
            self.assertEqual(getattr(thing.props, name), value)
            self.assertEqual(getattr(thing, 'get_' + name)(), value)
            getattr(thing, 'set_' + name)(usual)
            self.assertEqual(getattr(thing.props, name), usual)
            setattr(thing.props, name, value)
            self.assertEqual(getattr(thing, 'get_' + name)(), value)


class Items(WidgetTest):
    def test_item(self):
        task = Deferred('Music')
        item = AtGtk.TaskItem.new(task)
        self.assertIs(item.get_task(), task)
        self.assertEqual(item.props.title, 'Music')
        self.assertEqual(item.props.state, AtGtk.TaskState.PENDING)
        self.check_round_trip(
            item, title='Films', detail='All', icon=Gio.ThemedIcon.new('folder'), can_cancel=False, can_pause=True,
            can_retry=False, can_open=False, file=Gio.File.new_for_path('/nowhere/films.webm'), menu_model=Gio.Menu())

        item.set_file(None)
        states = []
        item.connect('notify::state', lambda *_: states.append(item.props.state.value_nick))
        task.run()
        task.set_fraction(0.25)
        iterate_until(lambda: item.props.fraction == 0.25)
        self.assertFalse(item.props.indeterminate)
        task.end()
        iterate_until(lambda: item.props.state == AtGtk.TaskState.SUCCEEDED)
        self.assertEqual(states, ['queued', 'running', 'succeeded'])

        for signal in ('retry', 'open', 'removed'):
            heard = []
            item.connect(signal, heard.append)
            item.emit(signal)
            self.assertEqual(heard, [item])

    def test_items(self):
        self.check_round_trip(self.items, sort=AtGtk.TaskSort.NEWEST, undo_timeout=1.5, model=At.TaskList())
        self.items.set_model(self.list)
        first, second = self.add('First'), self.add('Second')
        self.assertEqual([item.props.title for item in self.items], ['Second', 'First'])
        self.assertEqual(self.items.get_item_type(), AtGtk.TaskItem.__gtype__)
        self.assertIs(self.items[1], self.items.find(first))
        self.assertEqual(self.items.props.n_items, 2)
        first.run()
        first.set_fraction(0.5)
        iterate_until(lambda: self.items.props.fraction == 0.25)
        self.assertEqual((self.items.get_n_active(), self.items.get_n_waiting()), (1, 0))
        self.assertEqual(self.items.get_unit(), At.ProgressUnit.NONE)
        self.assertEqual(self.items.get_remaining(), -1)
        self.items.pause_all()
        self.assertFalse(first.is_paused())
        self.items.find(first).set_can_pause(True)
        self.items.pause_all()
        self.assertTrue(first.is_paused())
        self.items.resume_all()
        first.end('no luck')
        self.wait_for_state(first, AtGtk.TaskState.FAILED)
        second.run()
        second.end()
        self.wait_for_state(second, AtGtk.TaskState.SUCCEEDED)
        self.assertEqual((self.items.props.n_active, self.items.props.n_failed), (0, 1))
        iterate_until(lambda: self.items.props.summary == '1 failed')

        third = self.add('Third')
        third.run()
        self.items.cancel_all()
        self.assertTrue(third.is_cancelled())


class Lists(WidgetTest):
    def test_row(self):
        task = self.add()
        row = AtGtk.TaskRow.new(None)
        self.check_round_trip(
            row, item=self.items[0], density=AtGtk.TaskDensity.COMPACT, show_icon=False, show_menu=False,
            actions=AtGtk.TaskActions.CANCEL | AtGtk.TaskActions.PAUSE)
        row.set_density(AtGtk.TaskDensity.NORMAL)
        self.show(row)
        self.assertIn('Music', words_of(row))
        task.run()
        iterate_until(lambda: row.has_css_class('running'))
        self.assertTrue(row.activate_action('task.cancel'))
        self.assertTrue(task.is_cancelled())
        task.end()
        iterate_until(lambda: row.has_css_class('cancelled'))
        self.assertIn('Cancelled', words_of(row))

    def test_view(self):
        view = AtGtk.TaskView.new(None)
        self.check_round_trip(
            view, items=self.items, selection_mode=Gtk.SelectionMode.MULTIPLE, single_click_activate=True,
            show_sections=True, density=AtGtk.TaskDensity.COMPACT, show_icon=False, show_menu=False,
            actions=AtGtk.TaskActions.REMOVE, empty_widget=Gtk.Label(label='Nothing to do'), max_content_height=200,
            undo_timeout=100)
        self.assertIsInstance(view.props.selection, Gtk.MultiSelection)
        view.set_density(AtGtk.TaskDensity.NORMAL)
        self.show(view)
        self.assertIn('Nothing to do', words_of(view))

        task = self.add()
        iterate_until(lambda: 'Music' in words_of(view))
        activated, removed = [], []
        view.connect('activate', lambda view, item: activated.append(item))
        view.connect('removed', lambda view, items: removed.extend(items))
        list_view, = find_all(view, Gtk.ListView)
        self.assertTrue(list_view.activate_action('list.activate-item', GLib.Variant('u', 0)))
        self.assertEqual(activated, [self.items[0]])

        task.run()
        task.end()
        item = self.wait_for_state(task, AtGtk.TaskState.SUCCEEDED)
        row, = [row for row in find_all(view, AtGtk.TaskRow) if row.get_mapped()]
        iterate_until(lambda: row.has_css_class('succeeded'))
        self.assertTrue(row.activate_action('task.remove'))
        self.assertEqual(removed, [item])
        self.assertEqual(len(self.items), 0)
        self.assertTrue(view.undo())
        self.assertIs(self.items[0], item)

    def test_drop(self):
        view = AtGtk.TaskView.new(self.items)
        dropped = []
        view.connect('drop', lambda view, value: dropped.append(value) or True)
        self.assertTrue(view.emit('drop', GObject.Value(str, 'https://example.org/')))
        self.assertEqual(dropped, ['https://example.org/'])


class Header(WidgetTest):
    def test_paintable(self):
        image = Gtk.Image()
        paintable = AtGtk.ProgressPaintable.new(None)
        self.check_round_trip(
            paintable, widget=image, fraction=0.25, indeterminate=True, icon_name='folder-symbolic', paused=True,
            error=True)
        self.assertIsInstance(paintable, Gdk.Paintable)
        self.assertIsInstance(paintable, Gtk.SymbolicPaintable)
        self.assertEqual((paintable.get_intrinsic_width(), paintable.get_intrinsic_height()), (16, 16))
        image.set_from_paintable(paintable)
        self.show(image)
        drawn = []
        paintable.connect('invalidate-contents', drawn.append)
        for name in ('indeterminate', 'paused', 'error'):
            paintable.set_property(name, False)
        paintable.set_fraction(1)
        self.assertTrue(drawn)
        paintable.snapshot(Gtk.Snapshot(), 32, 32)
        self.assertFalse(paintable.get_done())
        paintable.animate_done()
        self.assertTrue(paintable.props.done)

    def test_button(self):
        button = AtGtk.TaskButton.new(None)
        self.check_round_trip(
            button, items=self.items, icon_name='folder-symbolic', start_delay=0, minimum_duration=0,
            finished_timeout=0.125, always_visible=True)
        self.assertIsInstance(button.get_popover(), AtGtk.TaskPopover)
        popover = Gtk.Popover()
        button.set_popover(popover)
        self.assertIs(button.props.popover, popover)
        button.set_popover(None)
        self.assertIsInstance(button.get_popover(), AtGtk.TaskPopover)
        button.set_always_visible(False)
        self.assertFalse(button.get_visible())
        self.show(button)

        finished = []
        button.connect('finished', lambda button, item: finished.append(item))
        task = self.add()
        task.run()
        iterate_until(button.get_visible)
        task.end('no luck')
        item = self.wait_for_state(task, AtGtk.TaskState.FAILED)
        iterate_until(lambda: finished)
        self.assertEqual(finished, [item])
        self.assertTrue(button.has_css_class('error'))

        self.assertTrue(button.activate_action('tasks.show'))
        iterate_until(button.get_popover().get_mapped)
        iterate_until(lambda: 'no luck' in words_of(button.get_popover()))
        button.popdown()
        iterate_until(lambda: not button.get_popover().get_visible())
        button.popup()
        iterate_until(button.get_popover().get_visible)

    def test_popover(self):
        popover = AtGtk.TaskPopover.new(None)
        self.check_round_trip(popover, items=self.items)
        button = Gtk.MenuButton(popover=popover)
        self.show(button)
        task = self.add()
        task.run()
        button.popup()
        iterate_until(lambda: 'Music' in words_of(popover))
        task.end()
        iterate_until(lambda: 'Done' in words_of(popover))

    def test_banner(self):
        banner = AtGtk.TaskBanner.new(None)
        self.check_round_trip(banner, items=self.items, button_label='_Show')
        self.show(banner)
        task = self.add()
        task.run()
        task.end('no luck')
        iterate_until(lambda: banner.props.revealed)
        self.assertIs(banner.get_item(), self.items.find(task))
        iterate_until(lambda: {'Music', 'no luck', 'Show'} <= set(words_of(banner)))
        clicked = []
        banner.connect('button-clicked', clicked.append)
        button, = [button for button in find_all(banner, Gtk.Button) if button.get_label() == '_Show']
        button.emit('clicked')
        self.assertEqual(clicked, [banner])
        banner.set_revealed(False)
        self.assertFalse(banner.get_revealed())

    def run_dialog(self, task, cancellable=None):
        self.show(Gtk.Label(label='A window'))
        item = AtGtk.TaskItem.new(task)
        ends = []

        def on_end(source, result):
            try:
                ends.append(AtGtk.TaskDialog.run_finish(result))
            except GLib.Error as error:
                ends.append(error)

        AtGtk.TaskDialog.run_async(item, self.window, cancellable, on_end)
        iterate_until(lambda: task.get_stage() == At.Stage.RUNNING)
        return item, ends

    def test_dialog(self):
        task = Deferred('Exporting')
        item, ends = self.run_dialog(task)
        dialog, = [window for window in Gtk.Window.list_toplevels() if isinstance(window, AtGtk.TaskDialog)]
        self.assertIs(dialog.get_item(), item)
        task.end()
        iterate_until(lambda: ends)
        self.assertEqual(ends, [True])

    def test_dialog_fails(self):
        task = Deferred('Exporting')
        item, ends = self.run_dialog(task)
        dialog, = [window for window in Gtk.Window.list_toplevels() if isinstance(window, AtGtk.TaskDialog)]
        task.end('no luck')
        iterate_until(lambda: 'no luck' in words_of(dialog))
        self.assertEqual(ends, [])
        dialog.close()
        iterate_until(lambda: ends)
        self.assertTrue(ends[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.FAILED))

    def test_dialog_cancelled(self):
        task = Deferred('Exporting')
        cancellable = Gio.Cancellable()
        item, ends = self.run_dialog(task, cancellable)
        cancellable.cancel()
        iterate_until(task.is_cancelled)
        task.end()
        iterate_until(lambda: ends)
        self.assertTrue(ends[0].matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED))


class Desktop(WidgetTest):
    def test_presence(self):
        presence = AtGtk.Presence.new(None)
        application = Gtk.Application(application_id='org.asynctask.Test', flags=Gio.ApplicationFlags.NON_UNIQUE)
        application.register(None)
        self.check_round_trip(
            presence, items=self.items, launcher=False, background=False, hold=False,
            inhibit=Gtk.ApplicationInhibitFlags(0), notifications=AtGtk.Notifications.FAILED)
        presence.set_application(application)
        self.assertIs(presence.props.application, application)

        # What a dock hears is on the bus.
        presence.set_launcher(True)
        heard = []
        bus = application.get_dbus_connection()
        subscription = bus.signal_subscribe(
            None, 'com.canonical.Unity.LauncherEntry', 'Update', None, None, Gio.DBusSignalFlags.NONE,
            lambda *arguments: heard.append(arguments[5].unpack()))
        task = self.add()
        task.run()
        task.set_fraction(0.5)
        iterate_until(lambda: any(told.get('progress') == 0.5 and told.get('progress-visible') for _, told in heard))
        task.end()
        iterate_until(lambda: heard[-1][1].get('progress-visible') is False)
        self.assertEqual({uri for uri, _ in heard}, {f'application://{application.get_application_id()}.desktop'})
        bus.signal_unsubscribe(subscription)
        presence.set_application(None)


class Builder(unittest.TestCase):
    """The first of all, with nothing that has used any class before."""

    def test_all(self):
        builder = Gtk.Builder.new_from_file(str(pathlib.Path(__file__).with_name('widgets.ui')))
        get = builder.get_object
        window = get('window')
        self.addCleanup(window.hide)
        for name in 'item items presence dialog button popover banner row view paintable'.split():
            thing = get(name)
            self.assertIsInstance(thing, GObject.Object, name)
            self.assertEqual(type(thing).__module__, 'gi.repository.AtGtk')

        item = get('item')
        self.assertEqual((item.props.title, item.props.detail), ('Music', 'All of it'))
        self.assertEqual((item.props.can_cancel, item.props.can_pause, item.props.can_retry, item.props.can_open),
                         (False, True, False, False))
        self.assertEqual(item.props.file.get_uri(), 'file:///nowhere/music.ogg')
        self.assertEqual(item.props.menu_model.get_n_items(), 1)
        items = get('items')
        self.assertIs(items.props.model, get('list'))
        # The view has its own idea of that.
        self.assertEqual((items.props.sort, items.props.undo_timeout), (AtGtk.TaskSort.OLDEST, 7.5))
        presence = get('presence')
        self.assertEqual((presence.props.items, presence.props.launcher, presence.props.hold, presence.props.background),
                         (items, False, False, False))
        self.assertEqual(presence.props.inhibit, Gtk.ApplicationInhibitFlags.LOGOUT | Gtk.ApplicationInhibitFlags.SUSPEND)
        self.assertEqual(presence.props.notifications, AtGtk.Notifications.FAILED)
        button = get('button')
        self.assertEqual((button.props.popover, button.props.items), (get('popover'), items))
        self.assertEqual((button.props.start_delay, button.props.minimum_duration, button.props.finished_timeout),
                         (0.25, 0.75, 1.5))
        self.assertEqual((button.props.always_visible, button.props.icon_name), (True, 'folder-download-symbolic'))
        self.assertEqual((get('banner').props.items, get('banner').props.button_label), (items, '_Show'))
        row = get('row')
        self.assertEqual((row.props.item, row.props.density), (item, AtGtk.TaskDensity.COMPACT))
        self.assertEqual((row.props.show_icon, row.props.show_menu), (False, False))
        self.assertEqual(row.props.actions,
                         AtGtk.TaskActions.PAUSE | AtGtk.TaskActions.RESUME | AtGtk.TaskActions.CANCEL)
        view = get('view')
        self.assertEqual((view.props.items, view.props.empty_widget, view.props.selection_mode),
                         (items, get('empty'), Gtk.SelectionMode.MULTIPLE))
        self.assertEqual((view.props.max_content_height, view.props.undo_timeout, int(view.props.actions)), (200, 7.5, 0))
        self.assertTrue(view.props.show_sections and view.props.single_click_activate)
        self.assertFalse(view.props.show_icon or view.props.show_menu)
        paintable = get('paintable')
        self.assertEqual((paintable.props.widget, paintable.props.fraction, paintable.props.icon_name),
                         (get('image'), 0.25, 'folder-symbolic'))
        self.assertTrue(paintable.props.error and paintable.props.paused and paintable.props.indeterminate)
        self.assertEqual(get('dialog').get_title(), 'Copying')
        get('dialog').destroy()

        # One task goes to its end in all of them.
        window.present()
        iterate_until(view.get_mapped)
        task = Deferred('Films')
        get('list').add(task)
        task.run()
        button.popup()
        iterate_until(lambda: 'Films' in words_of(view) and 'Films' in words_of(get('popover')))
        task.end('no luck')
        iterate_until(lambda: all('no luck' in words_of(get(name)) for name in ('view', 'popover', 'banner')))


if __name__ == '__main__':
    unittest.main()
