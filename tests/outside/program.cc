/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The same from C++, where a conversion from void * or a word of the language in a
 * header would be an error. */

#include <asynctask-glib.h>

#include <iostream>

static_assert (AT_CHECK_VERSION (1, 0, 0), "the version of the headers");

int
main ()
{
  for (GType type : { AT_TYPE_ASYNC_TASK, AT_TYPE_EXECUTOR, AT_TYPE_INLINE_EXECUTOR, AT_TYPE_SCRIPT_TASK,
                      AT_TYPE_SERIAL_EXECUTOR, AT_TYPE_SUBPROCESS_TASK, AT_TYPE_TASK_LIST,
                      AT_TYPE_THREAD_POOL_EXECUTOR, AT_TYPE_TRANSFER_TASK, AT_TYPE_STATUS, AT_TYPE_OUTCOME })
    std::cout << g_type_name (type) << '\n';

  auto body = [] (AtAsyncTask *task, const GValue *params, GCancellable *, gpointer, GError **error) -> gboolean {
    if (g_value_get_int (params) != 0)
      return at_async_task_return (task, G_TYPE_INT, 2 * g_value_get_int (params));
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "Nothing");
    return FALSE;
  };
  GValue params = G_VALUE_INIT;

  g_value_init (&params, G_TYPE_INT);
  for (int i : { 0, 21 })
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body, nullptr, nullptr);
      g_autoptr (GError) error = nullptr;

      g_value_set_int (&params, i);
      if (!at_async_task_execute (task, &params, nullptr))
        return 1;
      if (at_async_task_wait (task, -1, nullptr, &error))
        std::cout << g_value_get_int (at_async_task_get_result (task)) << '\n';
      else
        std::cout << error->message << '\n';
      while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
        g_main_context_iteration (nullptr, TRUE);
    }
}
