/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The window stutters: what should be in the body is in a callback. */

#include "situation.h"

static gboolean
load_map (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  return at_async_task_return (task, G_TYPE_STRING, "map.png");
}

static void
show_map (AtAsyncTask  *task,
          const GValue *path)
{
  g_usleep (200000);  /* g_file_get_contents() of a file on a slow disk */
}

int
main (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (load_map, NULL, NULL);

  situation_begin ();
  at_async_task_set_title (task, "Loading the map");
  g_signal_connect (task, "post-execute", G_CALLBACK (show_map), NULL);
  at_async_task_execute (task, NULL, NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}
