/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A window that works out the checksums of files, several at once.
 *
 * No code here keeps the rows up to date: list-view.ui binds the widgets of a row to
 * the properties of its task, and the bar at the top to those of the list. All of these
 * change on the main thread, so that a binding is all it takes.
 *
 * The tasks work for the window: when it goes away, they are cancelled.
 */

#include <asynctask-glib.h>
#include <gtk/gtk.h>

#define BUFFER_SIZE (1024 * 1024)

typedef struct
{
  GtkWindow            *window;
  AtTaskList           *tasks;
  GtkFileChooserNative *chooser;
} Checksums;

/* In a worker thread. */

static void
report (AtAsyncTask *task,
        guint64      n_read,
        guint64      size)
{
  g_autofree char *message = at_format_amounts (n_read, size, AT_PROGRESS_UNIT_BYTES);

  at_async_task_set_message (task, message);
  at_async_task_set_amounts (task, n_read, size);
}

static gboolean
read_all (AtAsyncTask   *task,
          GInputStream  *stream,
          guint64        size,
          GChecksum     *checksum,
          GCancellable  *cancellable,
          GError       **error)
{
  g_autofree guchar *buffer = g_malloc (BUFFER_SIZE);
  guint64 n_all = 0;
  gssize n_read;

  while ((n_read = g_input_stream_read (stream, buffer, BUFFER_SIZE, cancellable, error)) > 0)
    {
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      g_checksum_update (checksum, buffer, n_read);
      n_all += n_read;
      report (task, n_all, size);
    }

  /* All of it, however much it was said to be. */
  if (n_read == 0)
    at_async_task_set_amounts (task, MAX (n_all, 1), MAX (n_all, 1));

  return n_read == 0;
}

static guint64
get_size (GFile *file)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE,
                                                  G_FILE_QUERY_INFO_NONE, NULL, NULL);

  return info != NULL ? (guint64) g_file_info_get_size (info) : 0;
}

static gboolean
compute_checksum (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       file,
                  GError       **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) own_error = NULL;

  stream = g_file_read (file, cancellable, &own_error);
  if (stream != NULL &&
      read_all (task, G_INPUT_STREAM (stream), get_size (file), checksum, cancellable, &own_error))
    {
      at_async_task_set_message (task, g_checksum_get_string (checksum));
      return at_async_task_return (task, G_TYPE_STRING, g_checksum_get_string (checksum));
    }

  /* What the row says of it. */
  if (g_error_matches (own_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    at_async_task_set_message (task, "There is no such file");
  else
    at_async_task_set_message (task, own_error->message);
  g_propagate_error (error, g_steal_pointer (&own_error));

  return FALSE;
}

/* What follows runs in the main thread. */

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result,
              AtTaskList   *tasks)
{
  at_task_list_remove (tasks, task);
}

static gboolean
is_pause_on (Checksums *self)
{
  g_autoptr (GVariant) state = g_action_group_get_action_state (G_ACTION_GROUP (self->window), "pause");

  return g_variant_get_boolean (state);
}

static void
add_file (Checksums *self,
          GFile     *file)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (compute_checksum, g_object_ref (file), g_object_unref);
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *title = g_filename_display_name (name);
  g_autoptr (GError) error = NULL;

  at_async_task_set_title (task, title);
  at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);
  at_async_task_set_owner (task, G_OBJECT (self->window));
  /* An empty bar, until the size turns out to be unknown. */
  at_async_task_set_fraction (task, 0);
  at_async_task_set_message (task, "Waiting");
  g_signal_connect_object (task, "cancelled", G_CALLBACK (on_cancelled), self->tasks, 0);
  if (is_pause_on (self))
    at_async_task_pause (task);

  at_task_list_add (self->tasks, task);
  if (!at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, &error))
    g_warning ("%s", error->message);
}

static void
on_chosen (GtkNativeDialog *dialog,
           int              response,
           Checksums       *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      for (guint i = 0; i < g_list_model_get_n_items (files); i++)
        {
          g_autoptr (GFile) file = g_list_model_get_item (files, i);

          add_file (self, file);
        }
    }

  g_clear_object (&self->chooser);
}

static void
on_add (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  Checksums *self = user_data;

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new ("Add Files", self->window,
                                               GTK_FILE_CHOOSER_ACTION_OPEN, "_Add", NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_pause_changed (GSimpleAction *action,
                  GVariant      *state,
                  gpointer       user_data)
{
  Checksums *self = user_data;

  g_simple_action_set_state (action, state);
  if (g_variant_get_boolean (state))
    at_task_list_pause_all (self->tasks);
  else
    at_task_list_resume_all (self->tasks);
}

static void
on_cancel_all (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  at_task_list_cancel_all (((Checksums *) user_data)->tasks, TRUE);
}

static void
on_clear (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  at_task_list_clear_finished (((Checksums *) user_data)->tasks);
}

static void
set_enabled (Checksums  *self,
             const char *name,
             gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->window), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

static void
update_actions (Checksums *self)
{
  guint n_active = at_task_list_get_n_active (self->tasks);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->tasks));

  /* Tasks end after the window, too. */
  if (self->window == NULL)
    return;

  if (n_active == 0 && is_pause_on (self))
    g_action_group_change_action_state (G_ACTION_GROUP (self->window), "pause",
                                        g_variant_new_boolean (FALSE));
  set_enabled (self, "pause", n_active > 0);
  set_enabled (self, "cancel-all", n_active > 0);
  set_enabled (self, "clear", n_items > n_active);
}

/* What list-view.ui calls: for the rows, and for the line at the top. */

G_MODULE_EXPORT gboolean shows_bar (gpointer this_object,
                                    gboolean active,
                                    gboolean indeterminate);

gboolean
shows_bar (gpointer this_object,
           gboolean active,
           gboolean indeterminate)
{
  return active && !indeterminate;
}

G_MODULE_EXPORT char *get_outcome_icon (gpointer  this_object,
                                        AtOutcome outcome);

char *
get_outcome_icon (gpointer  this_object,
                  AtOutcome outcome)
{
  return g_strdup (outcome == AT_OUTCOME_FAILED ? "dialog-error-symbolic" : "object-select-symbolic");
}

G_MODULE_EXPORT void cancel_row (GtkListItem *row);

void
cancel_row (GtkListItem *row)
{
  at_async_task_cancel (gtk_list_item_get_item (row), TRUE);
}

G_MODULE_EXPORT char *format_summary (gpointer this_object,
                                      guint    n_items,
                                      guint    n_active,
                                      guint    n_failed,
                                      double   fraction,
                                      gboolean indeterminate);

char *
format_summary (gpointer this_object,
                guint    n_items,
                guint    n_active,
                guint    n_failed,
                double   fraction,
                gboolean indeterminate)
{
  GString *summary = g_string_new (NULL);

  if (n_active > 0)
    g_string_append_printf (summary, "%u of %u left", n_active, n_items);
  else
    g_string_append_printf (summary, n_items == 1 ? "%u file" : "%u files", n_items);
  if (n_failed > 0)
    g_string_append_printf (summary, ", %u failed", n_failed);

  /* 100 % is when it is done. */
  if (n_active > 0 && !indeterminate)
    g_string_append_printf (summary, ", %d %%", (int) (fraction * 100));

  return g_string_free (summary, FALSE);
}

static void
add_actions (Checksums *self)
{
  static const GActionEntry entries[] = {
    { .name = "add", .activate = on_add },
    { .name = "pause", .state = "false", .change_state = on_pause_changed },
    { .name = "cancel-all", .activate = on_cancel_all },
    { .name = "clear", .activate = on_clear },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self->window), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect_swapped (self->tasks, "notify::n-active", G_CALLBACK (update_actions), self);
  g_signal_connect_swapped (self->tasks, "notify::n-items", G_CALLBACK (update_actions), self);
  update_actions (self);
}

static void
on_activate (GtkApplication *application,
             Checksums      *self)
{
  g_autoptr (GtkBuilder) builder = NULL;

  if (self->window == NULL)
    {
      /* The builder knows a class by its name once it is registered. */
      g_type_ensure (AT_TYPE_ASYNC_TASK);
      g_type_ensure (AT_TYPE_TASK_LIST);

      builder = gtk_builder_new_from_resource ("/org/asynctask/ListView/list-view.ui");
      g_set_weak_pointer (&self->window, GTK_WINDOW (gtk_builder_get_object (builder, "window")));
      self->tasks = g_object_ref (AT_TASK_LIST (gtk_builder_get_object (builder, "tasks")));
      add_actions (self);
      gtk_application_add_window (application, self->window);
    }

  gtk_window_present (self->window);
}

static void
on_open (GtkApplication  *application,
         GFile          **files,
         int              n_files,
         const char      *hint,
         Checksums       *self)
{
  on_activate (application, self);
  for (int i = 0; i < n_files; i++)
    add_file (self, files[i]);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application = NULL;
  Checksums self = { 0, };
  int status;

  application = gtk_application_new ("org.asynctask.ListView",
                                     G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), &self);
  g_signal_connect (application, "open", G_CALLBACK (on_open), &self);
  status = g_application_run (G_APPLICATION (application), argc, argv);

  g_clear_weak_pointer (&self.window);
  if (self.tasks != NULL)
    g_signal_handlers_disconnect_by_data (self.tasks, &self);
  g_clear_object (&self.tasks);

  return status;
}
