/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Nothing new begins, and the processor has nothing to do: two bodies wait for a server, and
 * have all places of the pool. */

#include "situation.h"

static gboolean
download (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  situation_block ();  /* a server that does not answer */

  return TRUE;
}

static gboolean
make_thumbnail (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  return TRUE;
}

int
main (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new ("pictures", 2));
  g_autoptr (AtAsyncTask) first = at_async_task_new (download, NULL, NULL);
  g_autoptr (AtAsyncTask) second = at_async_task_new (download, NULL, NULL);
  g_autoptr (AtAsyncTask) thumbnail = at_async_task_new (make_thumbnail, NULL, NULL);

  situation_begin ();
  at_async_task_set_title (first, "Downloading a picture");
  at_async_task_set_title (second, "Downloading a picture");
  at_async_task_set_title (thumbnail, "Making a thumbnail");
  at_async_task_execute_on_executor (first, pool, NULL, NULL);
  at_async_task_execute_on_executor (second, pool, NULL, NULL);
  at_async_task_execute_on_executor (thumbnail, pool, NULL, NULL);
  while (at_async_task_get_status (thumbnail) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}
