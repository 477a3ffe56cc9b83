/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Downloads files. downloader.py and downloader.js are the same window in other languages.
 *
 * What a row shows is bound in downloader.ui. libsoup receives in the main thread and
 * fills a pipe, as it allows no other thread to read; the task empties it into the file,
 * in the background. A paused task leaves the pipe full, which holds up the server.
 */

#include <asynctask-glib.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <gtk/gtk.h>
#include <libsoup/soup.h>

static SoupSession *session;
static AtTaskList *tasks;

static GFile *
get_file (AtAsyncTask *task,
          const char  *suffix)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);
  g_autofree char *name = g_strconcat (at_async_task_get_title (task), suffix, NULL);

  return g_file_new_build_filename (folder != NULL ? folder : ".", name, NULL);
}

static void
give_up (AtAsyncTask *task,
         const char  *reason)
{
  at_async_task_set_message (task, reason);
  at_async_task_cancel (task, TRUE);
  /* A cancelled task does not start any more, but ends. */
  if (at_async_task_get_status (task) == AT_STATUS_PENDING)
    at_async_task_execute (task, NULL, NULL);
}

static void
on_ended (AtAsyncTask *task)
{
  g_autoptr (GFile) part = get_file (task, ".part");
  g_autoptr (GFile) file = get_file (task, NULL);
  g_autoptr (GError) error = NULL;

  if (at_async_task_get_outcome (task) != AT_OUTCOME_SUCCEEDED)
    g_file_delete (part, NULL, NULL);
  else if (!g_file_move (part, file, G_FILE_COPY_OVERWRITE | G_FILE_COPY_BACKUP, NULL, NULL, NULL, &error))
    g_warning ("%s", error->message);
}

static void
on_poured (GObject      *pipe,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AtAsyncTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_splice_finish (G_OUTPUT_STREAM (pipe), result, &error) < 0 ||
      !g_output_stream_close (G_OUTPUT_STREAM (pipe), NULL, &error))
    give_up (task, error->message);
}

static gboolean
pour (AtAsyncTask   *task,
      GInputStream  *body,
      guint64        size,
      GError       **error)
{
  g_autoptr (GFile) part = get_file (task, ".part");
  g_autoptr (GFileOutputStream) sink = g_file_replace (part, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error);
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) pipe = NULL;
  int fds[2];

  if (sink == NULL || !g_unix_open_pipe (fds, FD_CLOEXEC, error))
    return FALSE;
  source = g_unix_input_stream_new (fds[0], TRUE);
  pipe = g_unix_output_stream_new (fds[1], TRUE);
  if (!g_unix_set_fd_nonblocking (fds[1], TRUE, error))
    return FALSE;

  g_object_set (task,
                "source", source,
                "sink", sink,
                "size", size,
                "flags", AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK | (size > 0 ? AT_TRANSFER_EXACT : 0),
                NULL);
  at_async_task_set_message (task, NULL);
  g_signal_connect (task, "notify::outcome", G_CALLBACK (on_ended), NULL);
  g_output_stream_splice_async (pipe, body, G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE, G_PRIORITY_DEFAULT,
                                at_async_task_get_cancellable (task), on_poured, g_object_ref (task));

  return at_async_task_execute (task, NULL, error);
}

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (AtAsyncTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body = soup_session_send_finish (session, result, &error);
  SoupMessage *message = soup_session_get_async_result_message (session, result);

  if (body != NULL && soup_message_get_status (message) != SOUP_STATUS_OK)
    give_up (task, soup_status_get_phrase (soup_message_get_status (message)));
  else if (body == NULL ||
           !pour (task, body, soup_message_headers_get_content_length (
                                soup_message_get_response_headers (message)), &error))
    give_up (task, error->message);
}

/* What downloader.ui names. */

G_MODULE_EXPORT void on_add (GtkWidget *widget, GtkEntry *entry);
G_MODULE_EXPORT void on_pause (GtkWidget *widget, GtkListItem *row);
G_MODULE_EXPORT void on_remove (GtkWidget *widget, GtkListItem *row);
G_MODULE_EXPORT char *describe (GtkListItem *row, const char *message, guint64 completed,
                                guint64 total, const GError *error);

void
on_add (GtkWidget *widget,
        GtkEntry  *entry)
{
  g_autoptr (AtAsyncTask) task = g_object_new (AT_TYPE_TRANSFER_TASK, NULL);
  const char *link = gtk_editable_get_text (GTK_EDITABLE (entry));
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) uri = g_uri_parse (link, SOUP_HTTP_URI_FLAGS, &error);
  const char *name = uri != NULL ? strrchr (g_uri_get_path (uri), '/') : NULL;

  at_async_task_set_title (task, uri == NULL ? link : name != NULL && name[1] != 0 ? name + 1 : "index.html");
  at_async_task_set_owner (task, G_OBJECT (gtk_widget_get_root (widget)));
  at_async_task_set_executor (task, at_thread_pool_executor_get_default ());
  at_async_task_set_message (task, "Connecting…");
  at_task_list_add (tasks, task);

  if (uri == NULL)
    {
      give_up (task, error->message);
    }
  else
    {
      g_autoptr (SoupMessage) message = soup_message_new_from_uri ("GET", uri);

      soup_session_send_async (session, message, G_PRIORITY_DEFAULT, at_async_task_get_cancellable (task),
                               on_answer, g_object_ref (task));
    }
  gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

void
on_pause (GtkWidget   *widget,
          GtkListItem *row)
{
  AtAsyncTask *task = gtk_list_item_get_item (row);

  at_async_task_set_paused (task, !at_async_task_is_paused (task));
}

void
on_remove (GtkWidget   *widget,
           GtkListItem *row)
{
  g_autoptr (AtAsyncTask) task = g_object_ref (gtk_list_item_get_item (row));

  at_async_task_cancel (task, TRUE);
  at_task_list_remove (tasks, task);
}

char *
describe (GtkListItem  *row,
          const char   *message,
          guint64       completed,
          guint64       total,
          const GError *error)
{
  if (error != NULL || message != NULL)
    return g_strdup (error != NULL ? error->message : message);

  return at_format_amounts (completed, total, AT_PROGRESS_UNIT_BYTES);
}

static void
on_activate (GtkApplication *application)
{
  g_autoptr (GtkBuilder) builder = NULL;
  GtkWindow *window;

  /* The builder knows a class by its name once it is registered. */
  g_type_ensure (AT_TYPE_ASYNC_TASK);
  g_type_ensure (AT_TYPE_TASK_LIST);
  builder = gtk_builder_new_from_resource ("/org/asynctask/Example/downloader.ui");
  tasks = g_object_ref (AT_TASK_LIST (gtk_builder_get_object (builder, "tasks")));
  window = GTK_WINDOW (gtk_builder_get_object (builder, "window"));
  gtk_window_set_application (window, application);
  gtk_window_present (window);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GtkApplication) application = NULL;

  session = soup_session_new_with_options ("max-conns-per-host", 6, NULL);
  /* A file is to be as long as the server says. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  application = gtk_application_new ("org.asynctask.Example", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
