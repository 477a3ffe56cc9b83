/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The plugin that test-unload.c is rid of while its tasks are under way. */

#include "unload-module.h"

void
unload_module_execute (AtTaskFunc body,
                       GCallback  ended,
                       gboolean   wait)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);

  g_signal_connect (task, "post-execute", ended, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (!wait || at_async_task_wait (task, -1, NULL, NULL));
}
