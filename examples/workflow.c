/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Publishes an album: `workflow SECONDS…`
 *
 * The pictures are read; then they are shrunk, and at the same time a place for them is
 * asked for, twice if need be; when there is both, they are sent. All of it has SECONDS at
 * most, and ends with the window that it was begun in.
 */

#include <asynctask-glib.h>

/* The steps whose results others need. */
typedef struct
{
  AtAsyncTask *pictures;
  AtAsyncTask *small;
  AtAsyncTask *place;
} Album;

/* The bodies, in worker threads. Each finds what it needs with the tasks before it. */

static gboolean
read_pictures (AtAsyncTask *task, const GValue *params, GCancellable *cancellable, gpointer data, GError **error)
{
  return at_async_task_return (task, G_TYPE_UINT, 12);
}

static gboolean
shrink (AtAsyncTask *task, const GValue *params, GCancellable *cancellable, gpointer data, GError **error)
{
  Album *album = data;
  guint n_pictures = g_value_get_uint (at_async_task_get_result (album->pictures));

  return at_async_task_return (task, G_TYPE_UINT, n_pictures * 250);
}

static gboolean
ask_for_place (AtAsyncTask *task, const GValue *params, GCancellable *cancellable, gpointer data, GError **error)
{
  if (at_async_task_get_attempt (task) == 1)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "The server is busy");
      return FALSE;
    }

  return at_async_task_return (task, G_TYPE_STRING, "album/7");
}

static gboolean
send_album (AtAsyncTask *task, const GValue *params, GCancellable *cancellable, gpointer data, GError **error)
{
  Album *album = data;

  g_print ("Sending %u kB to %s\n", g_value_get_uint (at_async_task_get_result (album->small)),
           g_value_get_string (at_async_task_get_result (album->place)));

  return TRUE;
}

/* What follows is all that puts them together. */

static double
wait_longer (AtAsyncTask *task, const GError *error, guint attempt, gpointer data)
{
  return 0.01 * attempt;
}

static void
on_published (AtAsyncTask *publishing, const GValue *result, gpointer window)
{
  g_print ("The album is published\n");
}

static void
on_failed (AtAsyncTask *publishing, const GError *error, gpointer window)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    g_print ("The album could not be published in %g seconds\n", at_async_task_get_timeout (publishing));
  else
    g_print ("%s\n", error->message);
}

static AtAsyncTask *
add_step (AtTaskGroup *group, AtTaskFunc body, Album *album)
{
  g_autoptr (AtAsyncTask) step = at_async_task_new (body, album, NULL);

  at_task_group_add (group, step, NULL);

  return step;
}

static AtAsyncTask *
publish_album (GObject *window, double seconds)
{
  AtTaskGroup *group = at_task_group_new (AT_TASK_GROUP_ALL);
  AtAsyncTask *publishing = AT_ASYNC_TASK (group);
  Album *album = g_new0 (Album, 1);
  AtAsyncTask *sending;

  g_object_set_data_full (G_OBJECT (group), "album", album, g_free);
  album->pictures = add_step (group, read_pictures, album);
  album->small = add_step (group, shrink, album);
  album->place = add_step (group, ask_for_place, album);
  sending = add_step (group, send_album, album);
  at_async_task_add_prerequisite (album->small, album->pictures, NULL);
  at_async_task_add_prerequisite (album->place, album->pictures, NULL);
  at_async_task_add_prerequisite (sending, album->small, NULL);
  at_async_task_add_prerequisite (sending, album->place, NULL);
  at_async_task_set_retry (album->place, 2, wait_longer, NULL, NULL);

  g_object_set (publishing, "owner", window, "timeout", seconds, NULL);
  g_signal_connect (publishing, "post-execute", G_CALLBACK (on_published), window);
  g_signal_connect (publishing, "failed", G_CALLBACK (on_failed), window);
  at_async_task_execute (publishing, NULL, NULL);

  return publishing;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GObject) window = g_object_new (G_TYPE_OBJECT, NULL);

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (AtAsyncTask) publishing = publish_album (window, g_ascii_strtod (argv[i], NULL));

      while (at_async_task_get_status (publishing) != AT_STATUS_FINISHED)
        g_main_context_iteration (NULL, TRUE);
    }

  return 0;
}
