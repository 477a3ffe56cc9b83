// SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
// SPDX-License-Identifier: LGPL-2.1-or-later

// All classes from JavaScript; with the override of At, and without. TAP on standard output.

import At from 'gi://At?version=1.0';
import AtGtk from 'gi://AtGtk?version=1.0';
import Gdk from 'gi://Gdk?version=4.0';
import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Gtk from 'gi://Gtk?version=4.0';
import System from 'system';

let nTests = 0;
let nFailed = 0;

function check(name, condition, got = '') {
    nTests++;
    if (!condition)
        nFailed++;
    print(`${condition ? 'ok' : 'not ok'} ${nTests} ${name}${condition ? '' : ` # ${got}`}`);
}

function same(name, got, expected) {
    check(name, JSON.stringify(got) === JSON.stringify(expected), JSON.stringify(got));
}

function iterateUntil(name, condition) {
    const context = GLib.MainContext.default();
    const end = GLib.get_monotonic_time() + 60000000;
    const wake = GLib.timeout_add_seconds(GLib.PRIORITY_DEFAULT, 1, () => GLib.SOURCE_CONTINUE);

    while (!condition() && GLib.get_monotonic_time() < end)
        context.iteration(true);
    GLib.source_remove(wake);
    check(name, condition());
}

function findAll(widget, Type) {
    const found = widget instanceof Type ? [widget] : [];

    for (let child = widget.get_first_child(); child !== null; child = child.get_next_sibling())
        found.push(...findAll(child, Type));
    return found;
}

function says(widget, words) {
    return findAll(widget, Gtk.Label).some(label => label.get_mapped() && label.get_text() === words);
}

function newTask(title) {
    const task = new At.DeferredTask({title});

    // A failure that nobody hears of is written to the journal.
    task.connect('failed', () => {});
    return task;
}

function run(task) {
    At.AsyncTask.prototype.execute.call(task, null);
    iterateUntil(`${task.title} runs`, () => task.get_stage() === At.Stage.RUNNING);
}

function end(task, message = null) {
    if (message === null)
        task.complete(null);
    else
        task.fail(new GLib.Error(Gio.IOErrorEnum, Gio.IOErrorEnum.FAILED, message));
    iterateUntil(`${task.title} ends`, () => task.get_status() === At.Status.FINISHED);
}

function show(widget) {
    const window = new Gtk.Window({child: widget, default_width: 480, default_height: 400});

    window.present();
    iterateUntil('a window is there', () => window.get_mapped());
    return window;
}

// Each as a property, by its setter and getter, and when a thing is made; told of once.
function checkRoundTrip(Type, values) {
    const thing = new Type();

    for (const [name, value] of Object.entries(values)) {
        const usual = thing[name];
        const told = [];
        const handler = thing.connect(`notify::${name.replaceAll('_', '-')}`, (_thing, pspec) => told.push(pspec.name));

        thing[name] = value;
        check(`${Type.name}.${name} is told of once`, told.length === 1, told.length);
        thing.disconnect(handler);
        check(`${Type.name}.get_${name}()`, thing[`get_${name}`]() === value);
        thing[`set_${name}`](usual);
        check(`${Type.name}.${name} as before`, thing[name] === usual);
    }

    const made = new Type(values);
    for (const [name, value] of Object.entries(values))
        check(`${Type.name}.${name} from the beginning`, made[name] === value);
    return made;
}

Gtk.init();
AtGtk.init();
Gtk.Settings.get_default().gtk_enable_animations = false;

// First of all, with nothing that has used any class before.
{
    const [path] = GLib.filename_from_uri(GLib.Uri.resolve_relative(import.meta.url, 'widgets.ui', GLib.UriFlags.NONE));
    const builder = Gtk.Builder.new_from_file(path);
    const get = name => builder.get_object(name);
    const classes = {
        item: AtGtk.TaskItem, items: AtGtk.TaskItems, presence: AtGtk.Presence, dialog: AtGtk.TaskDialog,
        button: AtGtk.TaskButton, popover: AtGtk.TaskPopover, banner: AtGtk.TaskBanner, row: AtGtk.TaskRow,
        view: AtGtk.TaskView, paintable: AtGtk.ProgressPaintable,
    };

    for (const [name, Type] of Object.entries(classes))
        check(`${name} is an ${Type.name}`, get(name) instanceof Type);
    same('the item', [get('item').title, get('item').can_pause, get('item').can_cancel], ['Music', true, false]);
    check('its file', get('item').file.get_uri() === 'file:///nowhere/music.ogg');
    check('the items', get('items').model === get('list') && get('items').sort === AtGtk.TaskSort.OLDEST);
    check('the presence', get('presence').items === get('items') &&
        get('presence').notifications === AtGtk.Notifications.FAILED);
    same('the button', [get('button').start_delay, get('button').minimum_duration, get('button').finished_timeout],
        [0.25, 0.75, 1.5]);
    check('its popover', get('button').popover === get('popover') && get('popover').items === get('items'));
    check('the row', get('row').item === get('item') && get('row').density === AtGtk.TaskDensity.COMPACT &&
        get('row').actions === (AtGtk.TaskActions.PAUSE | AtGtk.TaskActions.RESUME | AtGtk.TaskActions.CANCEL));
    check('the view', get('view').empty_widget === get('empty') && get('view').max_content_height === 200 &&
        get('view').selection instanceof Gtk.MultiSelection);
    check('the paintable', get('paintable').widget === get('image') && get('paintable').fraction === 0.25);

    get('dialog').destroy();
    get('window').present();
    iterateUntil('the view is there', () => get('view').get_mapped());
    const task = newTask('Films');
    get('list').add(task);
    run(task);
    get('button').popup();
    iterateUntil('it is in the view', () => says(get('view'), 'Films'));
    iterateUntil('it is in the popover', () => says(get('popover'), 'Films'));
    end(task, 'no luck');
    for (const name of ['view', 'popover', 'banner'])
        iterateUntil(`the ${name} says why`, () => says(get(name), 'no luck'));
    get('button').popdown();
    get('window').hide();
}

// An item, and one of a class of JavaScript's.
const Copy = GObject.registerClass({
    GTypeName: 'TestCopy',
    Properties: {
        name: GObject.ParamSpec.string('name', null, null, GObject.ParamFlags.READWRITE, 'copy'),
    },
}, class Copy extends AtGtk.TaskItem {
    retries = [];
    opened = 0;
    gone = 0;

    vfunc_format_subtitle() {
        return `${this.name}: ${super.vfunc_format_subtitle()}\nand more`;
    }

    vfunc_retry() {
        const task = newTask('Music, again');

        this.retries.push(task);
        this.task = task;
        At.AsyncTask.prototype.execute.call(task, null);
    }

    vfunc_open() {
        this.opened++;
    }

    vfunc_removed() {
        this.gone++;
    }
});

{
    const item = checkRoundTrip(AtGtk.TaskItem, {
        title: 'Films', detail: 'All', icon: Gio.ThemedIcon.new('folder'), can_cancel: false, can_pause: true,
        can_retry: false, can_open: false, menu_model: new Gio.Menu(),
    });
    const states = [];

    item.connect('notify::state', () => states.push(item.state));
    const task = newTask('Songs');
    item.task = task;
    item.title = null;
    check('the title is that of the task', item.title === 'Songs');
    run(task);
    task.set_fraction(0.25);
    iterateUntil('the item has its fraction', () => item.fraction === 0.25 && !item.indeterminate);
    end(task);
    iterateUntil('the item has succeeded', () => item.state === AtGtk.TaskState.SUCCEEDED);
    same('each state is told of once', states,
        [AtGtk.TaskState.QUEUED, AtGtk.TaskState.RUNNING, AtGtk.TaskState.SUCCEEDED]);
    for (const signal of ['retry', 'open', 'removed']) {
        let heard = null;

        item.connect(signal, emitter => (heard = emitter));
        item.emit(signal);
        check(`${signal} is heard`, heard === item);
    }
}

{
    const list = new At.TaskList();
    const items = checkRoundTrip(AtGtk.TaskItems, {sort: AtGtk.TaskSort.NEWEST, undo_timeout: 1.5});

    items.connect('create-item', (_items, task) => task.get_title() === 'Music' ? new Copy() : null);
    items.model = list;
    check('its model', items.get_model() === list);
    const task = newTask('Music'), other = newTask('Other');
    list.add(task);
    list.add(other);
    const item = items.find(task);
    check('an item of our class', item instanceof Copy && item.task === task);
    check('and one of the usual', !(items.find(other) instanceof Copy));
    check('it is in the model', items.get_n_items() === 2 && items.get_item(1) === item);
    check('its subtitle is ours', item.subtitle === 'copy: Waiting', item.subtitle);
    item.name = 'move';
    item.invalidate_subtitle();
    check('and another, when we say so', item.subtitle === 'move: Waiting', item.subtitle);

    run(task);
    end(task, 'no luck');
    iterateUntil('it has failed', () => item.state === AtGtk.TaskState.FAILED);
    iterateUntil('it says so', () => item.subtitle === 'move: no luck' && item.detail === 'no luck');
    same('the counts', [items.n_active, items.n_failed, items.n_waiting], [0, 1, 0]);
    iterateUntil('the summary', () => items.summary === '1 failed');

    const row = new AtGtk.TaskRow({item});
    const window = show(row);
    check('the row can try again', row.activate_action('task.retry', null));
    check('by our function', item.retries.length === 1 && item.task === item.retries[0]);
    iterateUntil('it runs again', () => item.state === AtGtk.TaskState.RUNNING);
    iterateUntil('in its place', () => items.get_n_items() === 2 && items.find(item.retries[0]) === item);
    end(item.retries[0]);
    iterateUntil('it has succeeded', () => item.state === AtGtk.TaskState.SUCCEEDED);
    check('the row can open it', row.activate_action('task.open', null));
    check('by our function, too', item.opened === 1);
    items.undo_timeout = 0;
    check('it is removed', items.clear_finished() === 1);
    check('for good', item.gone === 1 && items.get_n_items() === 1);
    window.hide();
}

// Lists.
{
    const list = new At.TaskList();
    const items = new AtGtk.TaskItems({model: list});
    const task = newTask('Music');
    list.add(task);
    const row = checkRoundTrip(AtGtk.TaskRow, {
        item: items.find(task), density: AtGtk.TaskDensity.COMPACT, show_icon: false, show_menu: false,
        actions: AtGtk.TaskActions.CANCEL,
    });
    row.density = AtGtk.TaskDensity.NORMAL;
    const view = checkRoundTrip(AtGtk.TaskView, {
        items, selection_mode: Gtk.SelectionMode.SINGLE, single_click_activate: true, show_sections: true,
        density: AtGtk.TaskDensity.COMPACT, show_icon: false, show_menu: false, actions: AtGtk.TaskActions.REMOVE,
        max_content_height: 200, undo_timeout: 100,
    });
    view.density = AtGtk.TaskDensity.NORMAL;
    view.empty_widget = new Gtk.Label({label: 'Nothing to do'});
    check('what selects', view.selection instanceof Gtk.SingleSelection);

    const box = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL});
    box.append(row);
    box.append(view);
    const window = show(box);
    iterateUntil('row and view show it', () => says(row, 'Music') && says(view, 'Music'));
    const activated = [], removed = [], dropped = [];
    view.connect('activate', (_view, item) => activated.push(item));
    view.connect('removed', (_view, model) => removed.push(model.get_item(0)));
    view.connect('drop', (_view, value) => dropped.push(value) > 0);
    findAll(view, Gtk.ListView)[0].activate_action('list.activate-item', new GLib.Variant('u', 0));
    check('it is activated', activated.length === 1 && activated[0] === items.find(task));
    check('something is dropped', view.emit('drop', 'https://example.org/') === true);
    same('and is what it was', dropped, ['https://example.org/']);

    run(task);
    iterateUntil('the row says that it runs', () => row.has_css_class('running'));
    check('it is cancelled', row.activate_action('task.cancel', null) && task.is_cancelled());
    end(task);
    iterateUntil('the row says so', () => row.has_css_class('cancelled') && says(row, 'Cancelled'));
    iterateUntil('the view says so', () => says(view, 'Cancelled'));
    const [inside] = findAll(view, AtGtk.TaskRow).filter(one => one.get_mapped());
    check('it is removed from the view', inside.activate_action('task.remove', null) && removed.length === 1);
    iterateUntil('nothing is there', () => says(view, 'Nothing to do'));
    check('and undone', view.undo() && items.get_item(0) === removed[0]);
    window.hide();
}

// The header bar.
{
    const list = new At.TaskList();
    const items = new AtGtk.TaskItems({model: list});
    const image = new Gtk.Image();
    const paintable = checkRoundTrip(AtGtk.ProgressPaintable, {
        widget: image, fraction: 0.25, indeterminate: true, icon_name: 'folder-symbolic', paused: true, error: true,
    });
    check('it is a paintable', paintable instanceof Gdk.Paintable && paintable instanceof Gtk.SymbolicPaintable);
    const snapshot = new Gtk.Snapshot();
    paintable.snapshot(snapshot, 32, 32);
    check('it is drawn', snapshot.to_node() !== null);
    paintable.error = paintable.paused = paintable.indeterminate = false;
    paintable.fraction = 1;
    paintable.animate_done();
    check('it is done', paintable.done);

    const popover = checkRoundTrip(AtGtk.TaskPopover, {items});
    const button = checkRoundTrip(AtGtk.TaskButton, {
        items, icon_name: 'folder-symbolic', start_delay: 0, minimum_duration: 0, finished_timeout: 0.125,
        always_visible: true, popover,
    });
    button.always_visible = false;
    const banner = checkRoundTrip(AtGtk.TaskBanner, {items, button_label: '_Show'});
    const box = new Gtk.Box({orientation: Gtk.Orientation.VERTICAL});
    box.append(button);
    box.append(banner);
    const window = show(box);
    check('there is nothing to show', !button.get_visible() && !banner.revealed);
    const finished = [];
    let clicked = 0;
    button.connect('finished', (_button, item) => finished.push(item));
    banner.connect('button-clicked', () => clicked++);
    const task = newTask('Music');
    list.add(task);
    run(task);
    iterateUntil('the button is shown', () => button.get_visible());
    end(task, 'no luck');
    iterateUntil('the button tells of the end', () => finished.length === 1 && finished[0] === items.find(task));
    iterateUntil('the banner is shown', () => banner.revealed && banner.item === finished[0] && says(banner, 'no luck'));
    findAll(banner, Gtk.Button).find(one => one.get_label() === '_Show').emit('clicked');
    check('its button is clicked', clicked === 1);
    banner.revealed = false;
    check('it is dismissed', !banner.get_revealed());
    check('the button opens', button.activate_action('tasks.show', null));
    iterateUntil('the popover says why', () => says(popover, 'no luck'));
    button.popdown();
    iterateUntil('it is closed', () => !popover.get_visible());
    window.hide();
}

// The dialog: to the end, to a failure, and cancelled.
for (const how of ['end', 'failure', 'cancel']) {
    const task = newTask(`Exporting until ${how}`);
    const item = new AtGtk.TaskItem({task});
    const parent = show(new Gtk.Label({label: 'A window'}));
    const cancellable = new Gio.Cancellable();
    let result = null;

    AtGtk.TaskDialog.run_async(item, parent, cancellable, (_source, asyncResult) => {
        try {
            result = AtGtk.TaskDialog.run_finish(asyncResult);
        } catch (error) {
            result = error;
        }
    });
    iterateUntil('the dialog has executed it', () => task.get_stage() === At.Stage.RUNNING);
    const dialog = Gtk.Window.list_toplevels().find(window => window instanceof AtGtk.TaskDialog);
    check('it has the item', dialog.item === item);
    if (how === 'cancel') {
        cancellable.cancel();
        iterateUntil('it is cancelled', () => task.is_cancelled());
    }
    end(task, how === 'failure' ? 'no luck' : null);
    if (how === 'failure') {
        iterateUntil('the dialog says why', () => says(dialog, 'no luck'));
        check('and stays', result === null);
        dialog.close();
    }
    iterateUntil('it is over', () => result !== null);
    if (how === 'end')
        check('successfully', result === true);
    else
        check('with its error', result.matches(Gio.IOErrorEnum,
            how === 'failure' ? Gio.IOErrorEnum.FAILED : Gio.IOErrorEnum.CANCELLED), result);
    parent.hide();
}

// The desktop.
{
    const list = new At.TaskList();
    const application = new Gtk.Application({
        application_id: 'org.asynctask.Test', flags: Gio.ApplicationFlags.NON_UNIQUE,
    });
    application.register(null);
    const presence = checkRoundTrip(AtGtk.Presence, {
        items: new AtGtk.TaskItems({model: list}), launcher: false, background: false, hold: false, inhibit: 0,
        notifications: AtGtk.Notifications.FAILED,
    });
    presence.application = application;
    presence.launcher = true;
    check('its application', presence.get_application() === application);

    const heard = [];
    application.get_dbus_connection().signal_subscribe(null, 'com.canonical.Unity.LauncherEntry', 'Update', null, null,
        Gio.DBusSignalFlags.NONE, (...values) => heard.push(values[5].recursiveUnpack()));
    const task = newTask('Music');
    list.add(task);
    run(task);
    task.set_fraction(0.5);
    iterateUntil('a dock hears of it', () => heard.some(([, told]) => told['progress-visible'] && told.progress === 0.5));
    end(task);
    iterateUntil('and of its end', () => heard[heard.length - 1][1]['progress-visible'] === false);
    check('of ours alone', heard.every(([uri]) => uri === `application://${application.application_id}.desktop`));
    presence.application = null;
}

System.gc();
print(`1..${nTests}`);
System.exit(nFailed === 0 ? 0 : 1);
