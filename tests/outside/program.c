/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What somebody else's program may have: every type of the library, a task, and an
 * error. */

#include <asynctask-glib.h>

G_STATIC_ASSERT (AT_CHECK_VERSION (1, 0, 0));

static gboolean
body (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  (void) cancellable;
  (void) user_data;

  if (g_value_get_int (params) == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Nothing");
      return FALSE;
    }

  return at_async_task_return (task, G_TYPE_INT, 2 * g_value_get_int (params));
}

int
main (void)
{
  const GType types[] = {
    AT_TYPE_ASYNC_TASK, AT_TYPE_EXECUTOR, AT_TYPE_INLINE_EXECUTOR, AT_TYPE_SCRIPT_TASK,
    AT_TYPE_SERIAL_EXECUTOR, AT_TYPE_SUBPROCESS_TASK, AT_TYPE_TASK_LIST,
    AT_TYPE_THREAD_POOL_EXECUTOR, AT_TYPE_TRANSFER_TASK, AT_TYPE_STATUS, AT_TYPE_OUTCOME,
  };
  GValue params = G_VALUE_INIT;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    g_print ("%s\n", g_type_name (types[i]));

  g_value_init (&params, G_TYPE_INT);
  for (int i = 0; i <= 21; i += 21)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_value_set_int (&params, i);
      if (!at_async_task_execute (task, &params, NULL))
        return 1;
      if (at_async_task_wait (task, -1, NULL, &error))
        g_print ("%d\n", g_value_get_int (at_async_task_get_result (task)));
      else
        g_print ("%s\n", error->message);
      while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
        g_main_context_iteration (NULL, TRUE);
    }

  return 0;
}
