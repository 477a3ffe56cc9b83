/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Checksums of files, several at once: `list-view FILE…`, or drop them onto the window. The
 * details of a row, which Ctrl+C copies, have the checksum. When the window goes away, what
 * still runs is cancelled. */

#include <asynctask-gtk.h>

/* In a worker thread. */
static gboolean
compute_checksum (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       file,
                  GError       **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GFileInfo) info = NULL;
  guchar buffer[64 * 1024];
  guint64 n_all = 0;
  gssize n_read;

  if (stream == NULL ||
      (info = g_file_input_stream_query_info (stream, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, error)) == NULL)
    return FALSE;

  while ((n_read = g_input_stream_read (G_INPUT_STREAM (stream), buffer, sizeof buffer, cancellable, error)) > 0)
    {
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      g_checksum_update (checksum, buffer, n_read);
      n_all += n_read;
      at_async_task_set_amounts (task, n_all, g_file_info_get_size (info));
    }
  if (n_read == 0)
    at_async_task_set_message (task, g_checksum_get_string (checksum));

  return n_read == 0;
}

/* What follows runs in the main thread. */

static void
add_file (AtGtkTaskView *view,
          GFile         *file)
{
  AtGtkTaskItems *items = at_gtk_task_view_get_items (view);
  AtGtkTaskItem *item;
  g_autoptr (AtAsyncTask) task = at_async_task_new (compute_checksum, g_object_ref (file), g_object_unref);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (name);

  at_async_task_set_title (task, title);
  at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);
  at_async_task_set_owner (task, G_OBJECT (view));
  at_task_list_add (AT_TASK_LIST (at_gtk_task_items_get_model (items)), task);
  item = at_gtk_task_items_find (items, task);
  /* The body has a checkpoint, where it stops. */
  at_gtk_task_item_set_can_pause (item, TRUE);
  g_object_bind_property (task, "message", item, "detail", G_BINDING_DEFAULT);
  at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL);
}

static gboolean
on_drop (AtGtkTaskView *view,
         const GValue  *value)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    return FALSE;

  for (GSList *node = g_value_get_boxed (value); node != NULL; node = node->next)
    add_file (view, node->data);

  return TRUE;
}

static void
on_startup (GtkApplication *application)
{
  g_autoptr (AtTaskList) tasks = at_task_list_new ();
  g_autoptr (AtGtkTaskItems) items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
  GtkWidget *window = gtk_application_window_new (application);
  GtkWidget *view = at_gtk_task_view_new (items);
  GtkWidget *bar = gtk_header_bar_new ();

  g_signal_connect (view, "drop", G_CALLBACK (on_drop), NULL);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (bar), at_gtk_task_button_new (items));
  gtk_window_set_titlebar (GTK_WINDOW (window), bar);
  gtk_window_set_title (GTK_WINDOW (window), "Checksums");
  gtk_window_set_default_size (GTK_WINDOW (window), 520, 480);
  gtk_window_set_child (GTK_WINDOW (window), view);
  g_signal_connect_object (application, "activate", G_CALLBACK (gtk_window_present), window, G_CONNECT_SWAPPED);
}

static void
on_open (GtkApplication  *application,
         GFile          **files,
         int              n_files)
{
  GtkWindow *window = gtk_application_get_active_window (application);

  for (int i = 0; i < n_files; i++)
    add_file (AT_GTK_TASK_VIEW (gtk_window_get_child (window)), files[i]);
  gtk_window_present (window);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application = gtk_application_new ("org.asynctask.ListView",
                                                                G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "startup", G_CALLBACK (on_startup), NULL);
  g_signal_connect (application, "open", G_CALLBACK (on_open), NULL);
  return g_application_run (G_APPLICATION (application), argc, argv);
}
