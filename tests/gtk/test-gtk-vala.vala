/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* All classes from Vala. */

delegate bool Condition ();

void iterate_until (Condition condition) {
	var end = get_monotonic_time () + 60 * TimeSpan.SECOND;
	var wake = Timeout.add_seconds (1, () => Source.CONTINUE);
	while (!condition ()) {
		assert (get_monotonic_time () < end);
		MainContext.default ().iteration (true);
	}
	Source.remove (wake);
}

bool says (Gtk.Widget widget, string words) {
	unowned var label = widget as Gtk.Label;
	if (label != null && label.get_mapped () && label.get_text () == words)
		return true;
	for (var child = widget.get_first_child (); child != null; child = child.get_next_sibling ()) {
		if (says (child, words))
			return true;
	}
	return false;
}

Gtk.Widget? find (Gtk.Widget widget, Type type) {
	if (widget.get_type ().is_a (type) && widget.get_mapped ())
		return widget;
	for (var child = widget.get_first_child (); child != null; child = child.get_next_sibling ()) {
		var found = find (child, type);
		if (found != null)
			return found;
	}
	return null;
}

Gtk.Window show (Gtk.Widget widget) {
	var window = new Gtk.Window ();
	window.child = widget;
	window.set_default_size (480, 400);
	window.present ();
	iterate_until (() => window.get_mapped ());
	return window;
}

At.DeferredTask new_task (string title) {
	var task = new At.DeferredTask ();
	task.title = title;
	/* A failure that nobody hears of is written to the journal. */
	task.failed.connect ((error) => {});
	return task;
}

void run (At.AsyncTask task) {
	try {
		task.execute (null);
	} catch (Error error) {
		assert_not_reached ();
	}
	iterate_until (() => task.stage == At.Stage.RUNNING);
}

void end (At.DeferredTask task, string? message = null) {
	if (message == null)
		task.complete (null);
	else
		task.fail (new IOError.FAILED ("%s", message));
	iterate_until (() => task.status == At.Status.FINISHED);
}

/* First of all, with nothing that has used any class before. */
void test_builder () {
	var builder = new Gtk.Builder ();
	try {
		builder.add_from_file (Path.build_filename (Environment.get_variable ("G_TEST_SRCDIR"), "gtk", "widgets.ui"));
	} catch (Error error) {
		assert_not_reached ();
	}
	var window = (Gtk.Window) builder.get_object ("window");
	var list = (At.TaskList) builder.get_object ("list");
	var item = (AtGtk.TaskItem) builder.get_object ("item");
	var items = (AtGtk.TaskItems) builder.get_object ("items");
	var presence = (AtGtk.Presence) builder.get_object ("presence");
	var dialog = (AtGtk.TaskDialog) builder.get_object ("dialog");
	var button = (AtGtk.TaskButton) builder.get_object ("button");
	var popover = (AtGtk.TaskPopover) builder.get_object ("popover");
	var banner = (AtGtk.TaskBanner) builder.get_object ("banner");
	var row = (AtGtk.TaskRow) builder.get_object ("row");
	var view = (AtGtk.TaskView) builder.get_object ("view");
	var paintable = (AtGtk.ProgressPaintable) builder.get_object ("paintable");

	assert (item.title == "Music" && item.detail == "All of it" && item.can_pause && !item.can_cancel);
	assert (item.file.get_uri () == "file:///nowhere/music.ogg" && item.menu_model.get_n_items () == 1);
	assert (items.model == list && items.sort == AtGtk.TaskSort.OLDEST);
	assert (presence.items == items && !presence.launcher && presence.notifications == AtGtk.Notifications.FAILED);
	assert (presence.inhibit == (Gtk.ApplicationInhibitFlags.LOGOUT | Gtk.ApplicationInhibitFlags.SUSPEND));
	assert (dialog.title == "Copying");
	assert (button.items == items && button.popover == popover && button.start_delay == 0.25);
	assert (button.minimum_duration == 0.75 && button.finished_timeout == 1.5 && button.always_visible);
	assert (popover.items == items);
	assert (banner.items == items && banner.button_label == "_Show");
	assert (row.item == item && row.density == AtGtk.TaskDensity.COMPACT && !row.show_icon && !row.show_menu);
	assert (row.actions == (AtGtk.TaskActions.PAUSE | AtGtk.TaskActions.RESUME | AtGtk.TaskActions.CANCEL));
	assert (view.items == items && view.empty_widget == builder.get_object ("empty") && view.undo_timeout == 7.5);
	assert (view.selection_mode == Gtk.SelectionMode.MULTIPLE && view.max_content_height == 200);
	assert (paintable.fraction == 0.25 && paintable.error && paintable.paused && paintable.indeterminate);
	assert (paintable.widget == builder.get_object ("image"));

	dialog.destroy ();
	window.present ();
	iterate_until (() => view.get_mapped ());
	var task = new_task ("Films");
	list.add (task);
	run (task);
	button.popup ();
	iterate_until (() => says (view, "Films") && says (popover, "Films"));
	end (task, "no luck");
	iterate_until (() => says (view, "no luck") && says (popover, "no luck") && says (banner, "no luck"));
	button.popdown ();
	/* Not destroyed: GTK 4.8 warns where a tooltip was due in it, under the pointer. */
	window.hide ();
}

/* An item of a class of Vala's. */
class Copy : AtGtk.TaskItem {
	public string name = "copy";
	public At.DeferredTask? again = null;
	public int n_opened = 0;
	public int n_removed = 0;

	public override string? format_subtitle () {
		return "%s: %s\nand more".printf (name, base.format_subtitle () ?? "nothing");
	}

	public override void retry () {
		again = new_task ("Music, again");
		task = again;
		try {
			again.execute (null);
		} catch (Error error) {
			assert_not_reached ();
		}
	}

	public override void open () {
		n_opened++;
	}

	public override void removed () {
		n_removed++;
	}
}

void test_item () {
	var task = new_task ("Songs");
	var item = new AtGtk.TaskItem (task);
	assert (item.task == task && item.title == "Songs" && item.subtitle == "Waiting");
	item.title = "Films";
	item.detail = "All";
	item.icon = new ThemedIcon ("folder");
	item.can_cancel = item.can_retry = item.can_open = false;
	item.can_pause = true;
	item.menu_model = new Menu ();
	item.file = File.new_for_path ("/nowhere/films.webm");
	assert (item.get_title () == "Films" && item.get_detail () == "All" && item.get_icon () is ThemedIcon);
	assert (!item.get_can_cancel () && !item.get_can_retry () && !item.get_can_open () && item.get_can_pause ());
	assert (item.get_menu_model () is Menu && item.get_file ().get_path () == "/nowhere/films.webm");
	item.file = null;

	AtGtk.TaskState[] states = {};
	item.notify["state"].connect (() => { states += item.state; });
	run (task);
	task.set_fraction (0.25);
	iterate_until (() => item.fraction == 0.25 && !item.indeterminate);
	end (task);
	iterate_until (() => item.state == AtGtk.TaskState.SUCCEEDED);
	assert (states.length == 3 && states[0] == AtGtk.TaskState.QUEUED && states[1] == AtGtk.TaskState.RUNNING);

	int n_heard = 0;
	item.retry.connect (() => { n_heard += 1; });
	item.open.connect (() => { n_heard += 10; });
	item.removed.connect (() => { n_heard += 100; });
	item.retry ();
	item.open ();
	item.removed ();
	assert (n_heard == 111);
}

void test_items () {
	var list = new At.TaskList ();
	var items = new AtGtk.TaskItems (null);
	items.create_item.connect ((task) => task.title == "Music" ? new Copy () : null);
	items.sort = AtGtk.TaskSort.NEWEST;
	items.model = list;
	assert (items.get_model () == list && items.get_sort () == AtGtk.TaskSort.NEWEST && items.undo_timeout == 5);
	var task = new_task ("Music");
	list.add (task);
	list.add (new_task ("Other"));
	var item = items.find (task) as Copy;
	assert (item != null && item.task == task && items.get_item (1) == item && items.get_n_items () == 2);
	assert (item.subtitle == "copy: Waiting");
	item.name = "move";
	item.invalidate_subtitle ();
	assert (item.subtitle == "move: Waiting");

	run (task);
	assert (items.n_active == 1 && items.n_waiting == 0);
	end (task, "no luck");
	iterate_until (() => item.state == AtGtk.TaskState.FAILED && item.subtitle == "move: no luck");
	assert (items.n_active == 0 && items.n_failed == 1 && items.summary == "1 failed");
	assert (items.unit == At.ProgressUnit.NONE && items.remaining == -1 && items.rate == 0);

	var row = new AtGtk.TaskRow (item);
	var window = show (row);
	assert (row.activate_action_variant ("task.retry", null));
	assert (item.again != null && item.task == item.again);
	iterate_until (() => item.state == AtGtk.TaskState.RUNNING && items.find (item.again) == item);
	end (item.again);
	iterate_until (() => item.state == AtGtk.TaskState.SUCCEEDED);
	assert (row.activate_action_variant ("task.open", null));
	assert (item.n_opened == 1);
	items.undo_timeout = 0;
	assert (items.clear_finished () == 1 && item.n_removed == 1 && items.get_n_items () == 1);
	items.cancel_all ();
	window.hide ();
}

void test_lists () {
	var list = new At.TaskList ();
	var items = new AtGtk.TaskItems (list);
	var task = new_task ("Music");
	list.add (task);
	var item = items.find (task);

	var row = new AtGtk.TaskRow (null);
	row.item = item;
	row.density = AtGtk.TaskDensity.COMPACT;
	row.show_icon = row.show_menu = false;
	row.actions = AtGtk.TaskActions.CANCEL;
	assert (row.get_item () == item && row.get_density () == AtGtk.TaskDensity.COMPACT && !row.get_show_icon ());
	assert (!row.get_show_menu () && row.get_actions () == AtGtk.TaskActions.CANCEL);
	row.density = AtGtk.TaskDensity.NORMAL;

	var view = new AtGtk.TaskView (null);
	var empty = new Gtk.Label ("Nothing to do");
	view.items = items;
	view.selection_mode = Gtk.SelectionMode.MULTIPLE;
	view.single_click_activate = view.show_sections = true;
	view.show_icon = view.show_menu = false;
	view.actions = AtGtk.TaskActions.REMOVE;
	view.empty_widget = empty;
	view.max_content_height = 200;
	view.undo_timeout = 100;
	assert (view.get_items () == items && view.get_selection_mode () == Gtk.SelectionMode.MULTIPLE);
	assert (view.get_single_click_activate () && view.get_show_sections () && !view.get_show_icon ());
	assert (!view.get_show_menu () && view.get_actions () == AtGtk.TaskActions.REMOVE);
	assert (view.get_empty_widget () == empty && view.get_max_content_height () == 200);
	assert (view.get_undo_timeout () == 100 && view.selection is Gtk.MultiSelection);
	assert (view.get_density () == AtGtk.TaskDensity.NORMAL);

	var box = new Gtk.Box (Gtk.Orientation.VERTICAL, 0);
	box.append (row);
	box.append (view);
	var window = show (box);
	iterate_until (() => says (row, "Music") && says (view, "Music"));
	AtGtk.TaskItem? activated = null;
	ListModel? removed = null;
	string? dropped = null;
	view.activate.connect ((item) => { activated = item; });
	view.removed.connect ((items) => { removed = items; });
	view.drop.connect ((value) => {
		dropped = value.get_string ();
		return true;
	});
	assert (find (view, typeof (Gtk.ListView)).activate_action_variant ("list.activate-item", new Variant.uint32 (0)));
	assert (activated == item);
	var words = Value (typeof (string));
	words.set_string ("https://example.org/");
	bool handled = view.drop (words);
	assert (handled && dropped == "https://example.org/");

	run (task);
	iterate_until (() => row.has_css_class ("running"));
	assert (row.activate_action_variant ("task.cancel", null) && task.is_cancelled ());
	end (task);
	iterate_until (() => row.has_css_class ("cancelled") && says (row, "Cancelled") && says (view, "Cancelled"));
	assert (find (view, typeof (AtGtk.TaskRow)).activate_action_variant ("task.remove", null));
	assert (removed.get_n_items () == 1 && removed.get_item (0) == item);
	iterate_until (() => says (view, "Nothing to do"));
	assert (view.undo () && items.get_item (0) == item);
	window.hide ();
}

void test_header () {
	var list = new At.TaskList ();
	var items = new AtGtk.TaskItems (list);

	var image = new Gtk.Image ();
	var paintable = new AtGtk.ProgressPaintable (null);
	paintable.widget = image;
	paintable.fraction = 0.25;
	paintable.icon_name = "folder-symbolic";
	paintable.indeterminate = paintable.paused = paintable.error = true;
	assert (paintable.get_widget () == image && paintable.get_fraction () == 0.25);
	assert (paintable.get_icon_name () == "folder-symbolic" && paintable.get_indeterminate ());
	assert (paintable.get_paused () && paintable.get_error ());
	var snapshot = new Gtk.Snapshot ();
	((Gdk.Paintable) paintable).snapshot (snapshot, 32, 32);
	assert (snapshot.to_node () != null);
	paintable.indeterminate = paintable.paused = paintable.error = false;
	paintable.fraction = 1;
	paintable.animate_done ();
	assert (paintable.done);

	var popover = new AtGtk.TaskPopover (null);
	popover.items = items;
	var button = new AtGtk.TaskButton (null);
	assert (button.popover is AtGtk.TaskPopover);
	button.items = items;
	button.popover = popover;
	button.icon_name = "folder-symbolic";
	button.start_delay = button.minimum_duration = 0;
	button.finished_timeout = 0.125;
	button.always_visible = true;
	assert (button.get_items () == items && button.get_popover () == popover && popover.get_items () == items);
	assert (button.get_icon_name () == "folder-symbolic" && button.get_start_delay () == 0);
	assert (button.get_minimum_duration () == 0 && button.get_finished_timeout () == 0.125);
	assert (button.get_always_visible ());
	button.always_visible = false;
	var banner = new AtGtk.TaskBanner (null);
	banner.items = items;
	banner.button_label = "_Show";
	assert (banner.get_items () == items && banner.get_button_label () == "_Show" && !banner.revealed);

	var box = new Gtk.Box (Gtk.Orientation.VERTICAL, 0);
	box.append (button);
	box.append (banner);
	var window = show (box);
	assert (!button.visible);
	AtGtk.TaskItem? finished = null;
	int n_clicked = 0;
	button.finished.connect ((item) => { finished = item; });
	banner.button_clicked.connect (() => { n_clicked++; });
	var task = new_task ("Music");
	list.add (task);
	run (task);
	iterate_until (() => button.visible);
	end (task, "no luck");
	iterate_until (() => finished != null);
	assert (finished == items.find (task));
	iterate_until (() => banner.revealed && banner.item == finished && says (banner, "no luck"));
	banner.button_clicked ();
	assert (n_clicked == 1);
	banner.revealed = false;
	assert (!banner.get_revealed ());
	assert (button.activate_action_variant ("tasks.show", null));
	iterate_until (() => says (popover, "no luck"));
	button.popdown ();
	iterate_until (() => !popover.visible);
	window.hide ();
}

int n_waited_for = 0;

async void wait_for (AtGtk.TaskItem item, Gtk.Window parent, Cancellable cancellable) {
	try {
		bool succeeded = yield AtGtk.TaskDialog.run_async (item, parent, cancellable);
		assert (succeeded && item.title == "end");
	} catch (IOError.CANCELLED error) {
		assert (item.title == "cancel");
	} catch (Error error) {
		assert (item.title == "failure" && error.message == "no luck");
	}
	n_waited_for++;
}

void test_dialog () {
	foreach (unowned string how in new string[] { "end", "failure", "cancel" }) {
		var task = new_task (how);
		var item = new AtGtk.TaskItem (task);
		var parent = show (new Gtk.Label ("A window"));
		var cancellable = new Cancellable ();
		int n_before = n_waited_for;

		wait_for.begin (item, parent, cancellable);
		iterate_until (() => task.stage == At.Stage.RUNNING);
		AtGtk.TaskDialog? dialog = null;
		foreach (unowned var window in Gtk.Window.list_toplevels ()) {
			if (window is AtGtk.TaskDialog)
				dialog = (AtGtk.TaskDialog) window;
		}
		assert (dialog.item == item);
		if (how == "cancel") {
			cancellable.cancel ();
			iterate_until (() => task.is_cancelled ());
		}
		end (task, how == "failure" ? "no luck" : null);
		if (how == "failure") {
			iterate_until (() => says (dialog, "no luck"));
			dialog.close ();
		}
		iterate_until (() => n_waited_for > n_before);
		parent.hide ();
	}
}

void test_presence () {
	var list = new At.TaskList ();
	var items = new AtGtk.TaskItems (list);
	var application = new Gtk.Application ("org.asynctask.Test", ApplicationFlags.NON_UNIQUE);
	try {
		application.register (null);
	} catch (Error error) {
		assert_not_reached ();
	}

	var presence = new AtGtk.Presence (items);
	presence.application = application;
	presence.background = presence.hold = false;
	presence.inhibit = 0;
	presence.notifications = AtGtk.Notifications.NONE;
	assert (presence.get_application () == application && presence.get_items () == items && presence.get_launcher ());
	assert (!presence.get_background () && !presence.get_hold () && presence.get_inhibit () == 0);
	assert (presence.get_notifications () == AtGtk.Notifications.NONE);

	double shown = -1;
	application.get_dbus_connection ().signal_subscribe (
		null, "com.canonical.Unity.LauncherEntry", "Update", null, null, DBusSignalFlags.NONE,
		(connection, sender, path, interface_name, name, parameters) => {
			var told = parameters.get_child_value (1);
			bool visible = false;
			double progress = 0;
			told.lookup ("progress-visible", "b", out visible);
			told.lookup ("progress", "d", out progress);
			shown = visible ? progress : -1;
		});
	var task = new_task ("Music");
	list.add (task);
	run (task);
	task.set_fraction (0.5);
	iterate_until (() => shown == 0.5);
	end (task);
	iterate_until (() => shown == -1);
	presence.application = null;
}

int main (string[] args) {
	Test.init (ref args);
	Gtk.init ();
	AtGtk.init ();
	Gtk.Settings.get_default ().gtk_enable_animations = false;
	Test.add_func ("/gtk/vala/builder", test_builder);
	Test.add_func ("/gtk/vala/item", test_item);
	Test.add_func ("/gtk/vala/items", test_items);
	Test.add_func ("/gtk/vala/lists", test_lists);
	Test.add_func ("/gtk/vala/header", test_header);
	Test.add_func ("/gtk/vala/dialog", test_dialog);
	Test.add_func ("/gtk/vala/presence", test_presence);
	return Test.run ();
}
