/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* progress-button COMMAND [ARGUMENT…]: the progress of a command that prints percentages, in a button in the
 * header bar with a list behind it, and in a bar on the icon in the dock. */
#include <asynctask-gtk.h>

static void on_activate (GtkApplication *application, char **argv) {
  g_autoptr (AtTaskList) tasks = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (g_object_ref (G_LIST_MODEL (tasks)));
  g_autoptr (AtAsyncTask) task = g_object_new (AT_TYPE_SUBPROCESS_TASK, "argv", argv + 1, "title", argv[1],
                                               "progress-pattern", AT_SUBPROCESS_PROGRESS_PERCENT, NULL);
  GtkWidget *window = gtk_application_window_new (application), *bar = gtk_header_bar_new ();
  gtk_header_bar_pack_end (GTK_HEADER_BAR (bar), at_gtk_task_button_new (items));
  gtk_window_set_titlebar (GTK_WINDOW (window), bar);
  g_object_set_data_full (G_OBJECT (application), "presence", at_gtk_presence_new (items), g_object_unref);
  at_task_list_add (tasks, task);
  at_async_task_execute (task, NULL, NULL);
  gtk_window_present (GTK_WINDOW (window));
}

int main (int argc, char *argv[]) {
  g_autoptr (GtkApplication) application = gtk_application_new ("org.example.Command", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), argv);
  return g_application_run (G_APPLICATION (application), 1, argv);
}
