/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Cancel does nothing: the body is in a call that does not return, and that nobody told. */

#include "situation.h"

static gboolean
scan_page (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  at_async_task_publish (task, G_TYPE_STRING, "Warming up");
  situation_block ();  /* a read() from a device that does not answer */

  return at_async_task_checkpoint (task, error);
}

int
main (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (scan_page, NULL, NULL);

  situation_begin ();
  at_async_task_set_title (task, "Scanning page 1");

  /* The user clicks Cancel as soon as there is something to be seen. */
  g_signal_connect (task, "progress-update", G_CALLBACK (at_async_task_cancel), GINT_TO_POINTER (TRUE));
  at_async_task_execute (task, NULL, NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}
