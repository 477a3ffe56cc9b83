/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same from Vala. */

void main () {
	Type[] types = {
		typeof (AtGtk.Presence), typeof (AtGtk.ProgressPaintable), typeof (AtGtk.TaskBanner),
		typeof (AtGtk.TaskButton), typeof (AtGtk.TaskDialog), typeof (AtGtk.TaskItem),
		typeof (AtGtk.TaskItems), typeof (AtGtk.TaskPopover), typeof (AtGtk.TaskRow),
		typeof (AtGtk.TaskView), typeof (AtGtk.Notifications), typeof (AtGtk.TaskActions),
		typeof (AtGtk.TaskDensity), typeof (AtGtk.TaskSort), typeof (AtGtk.TaskState)
	};
	foreach (var type in types)
		print ("%s\n", type.name ());

	var task = new At.DeferredTask ();
	task.title = "A task";
	print ("%s\n", new AtGtk.TaskItem (task).title);
}
