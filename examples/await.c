/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Counts the lines of files: `await FILE…`
 *
 * A task offers what every asynchronous GIO call does: a function that starts
 * it and takes a callback, and one that the callback gets the result from.
 */

#include <asynctask-glib.h>

static guint n_pending;

/* In a worker thread. */
static gboolean
count_lines (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  GFile *file = g_value_get_object (params);
  g_autofree char *text = NULL;
  gsize length;
  guint n_lines = 0;

  if (!g_file_load_contents (file, cancellable, &text, &length, NULL, error))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (text[i] == '\n')
      n_lines++;

  return at_async_task_return (task, G_TYPE_UINT, n_lines);
}

/* In the main thread. */
static void
on_counted (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  AtAsyncTask *task = AT_ASYNC_TASK (object);
  const char *title = at_async_task_get_title (task);
  g_autoptr (GError) error = NULL;
  const GValue *n_lines = at_async_task_execute_finish (task, result, &error);

  if (n_lines != NULL)
    g_print ("%s: %u lines\n", title, g_value_get_uint (n_lines));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_print ("%s: there is no such file\n", title);
  else
    g_print ("%s: %s\n", title, error->message);

  n_pending--;
}

int
main (int   argc,
      char *argv[])
{
  /* The default executor is the serial one: the answers keep the order. */
  for (int i = 1; i < argc; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (count_lines, NULL, NULL);
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (argv[i]);
      g_autofree char *name = g_file_get_basename (file);
      g_auto (GValue) params = G_VALUE_INIT;

      g_value_init (&params, G_TYPE_FILE);
      g_value_set_object (&params, file);
      at_async_task_set_title (task, name);
      n_pending++;
      at_async_task_execute_async (task, &params, NULL, on_counted, NULL);
    }

  while (n_pending > 0)
    g_main_context_iteration (NULL, TRUE);

  return 0;
}
