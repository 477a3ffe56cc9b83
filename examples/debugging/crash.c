/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* It crashes, in a thread that nobody knows: the owner has cancelled the task, and takes it
 * for over. */

#include "situation.h"

typedef struct
{
  const char *title;
} Album;

static Album summer = { "Summer" };
static Album *album = &summer;  /* that the window shows, or NULL */

static gboolean
export_album (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_async_task_publish (task, G_TYPE_STRING, "Copying pictures");
  while (g_atomic_pointer_get (&album) != NULL)
    g_thread_yield ();  /* copying the last picture */

  /* Here a checkpoint is missing; and a reference to the album of its own, in user_data. */
  g_print ("%s is exported\n", ((Album *) g_atomic_pointer_get (&album))->title);

  return TRUE;
}

static void
close_window (AtAsyncTask *task)
{
  at_async_task_cancel (task, TRUE);
  g_atomic_pointer_set (&album, NULL);
}

int
main (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (export_album, NULL, NULL);

  situation_begin ();
  at_async_task_set_title (task, "Exporting Summer");
  g_signal_connect (task, "progress-update", G_CALLBACK (close_window), NULL);
  at_async_task_execute (task, NULL, NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}
