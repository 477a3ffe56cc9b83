/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Two bodies that would never end, and how to end them.
 *
 * One computes: it looks at a checkpoint now and then. The other waits in a GIO
 * call: an interrupting cancel makes that call return, for the body handed it
 * the task's cancellable.
 */

#include <asynctask-glib.h>

/* In a worker thread. */
static gboolean
find_primes (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  g_auto (GValue) largest = G_VALUE_INIT;

  g_value_init (&largest, G_TYPE_UINT);
  for (guint candidate = 3; ; candidate = candidate > G_MAXUINT / 4 ? 3 : candidate + 2)
    {
      guint divisor = 3;

      if (!at_async_task_checkpoint (task, error))
        return FALSE;

      while (divisor <= candidate / divisor && candidate % divisor != 0)
        divisor += 2;

      if (divisor > candidate / divisor)
        {
          g_value_set_uint (&largest, candidate);
          at_async_task_set_result (task, &largest);
        }
    }
}

/* In a worker thread. */
static gboolean
wait_for_connection (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autoptr (GSocketConnection) connection = NULL;

  if (g_socket_listener_add_any_inet_port (listener, NULL, error) == 0)
    return FALSE;
  connection = g_socket_listener_accept (listener, NULL, cancellable, error);

  return connection != NULL;
}

/* In the main thread. */
static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result)
{
  if (result != NULL)
    g_print ("cancelled; it had found primes: %s\n", g_value_get_uint (result) >= 3 ? "yes" : "no");
  else
    g_print ("cancelled; no result\n");
}

static void
run_and_cancel (AtTaskFunc body)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_signal_connect (task, "cancelled", G_CALLBACK (on_cancelled), NULL);
  if (!at_async_task_execute (task, NULL, &error))
    g_error ("%s", error->message);

  /* Waiting needs no main loop, and can be given a limit. */
  if (!at_async_task_wait (task, 200, NULL, &error))
    g_print ("still running after 200 ms: %s\n",
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT) ? "yes" : error->message);
  g_clear_error (&error);

  g_print ("this call cancels it: %s\n", at_async_task_cancel (task, TRUE) ? "yes" : "no");
  if (!at_async_task_wait (task, -1, NULL, &error))
    g_print ("waiting says it was cancelled: %s\n",
             g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "yes" : error->message);

  /* The callback comes when the loop next turns. */
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  run_and_cancel (find_primes);
  run_and_cancel (wait_for_connection);

  return 0;
}
