/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <asynctask-glib.h>

/* A program that a debugger is to find tasks in: two that run, of which one waits for a third
 * that is queued, one that is done and not delivered, one that is nowhere, and one that is to
 * run again. It stays as it is. */

static GMutex mutex;
static GCond cond;
static guint n_arrived;

static void
arrive (void)
{
  g_mutex_lock (&mutex);
  n_arrived++;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&mutex);
}

static void
wait_for (guint n)
{
  g_mutex_lock (&mutex);
  while (n_arrived < n)
    g_cond_wait (&cond, &mutex);
  g_mutex_unlock (&mutex);
}

static gboolean
stuck_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  arrive ();
  wait_for (G_MAXUINT);

  return TRUE;
}

static gboolean
waiting_body (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       other,
              GError       **error)
{
  arrive ();
  at_async_task_wait (other, -1, NULL, NULL);

  return TRUE;
}

static gboolean
quick_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  return TRUE;
}

static gboolean
failing_body (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "on purpose");

  return FALSE;
}

static double
in_an_hour (AtAsyncTask  *task,
            const GError *error,
            guint         attempt,
            gpointer      user_data)
{
  return 3600;
}

/* Where the debugger looks. */
G_GNUC_NO_INLINE void all_is_as_it_is_to_be (void);

void
all_is_as_it_is_to_be (void)
{
  g_print ("ready\n");
}

static AtAsyncTask *
execute (AtAsyncTask *task,
         const char  *title,
         AtExecutor  *executor)
{
  at_async_task_set_title (task, title);
  if (!(executor != NULL ? at_async_task_execute_on_executor (task, executor, NULL, NULL)
                         : at_async_task_execute (task, NULL, NULL)))
    g_error ("%s was refused", title);

  return task;
}

int
main (int   argc,
      char *argv[])
{
  AtExecutor *two = AT_EXECUTOR (at_thread_pool_executor_new ("two", 2));
  AtExecutor *one = AT_EXECUTOR (at_serial_executor_new (g_object_ref (two)));
  AtExecutor *other = AT_EXECUTOR (at_thread_pool_executor_new ("other", 1));
  AtAsyncTask *queued = at_async_task_new (quick_body, NULL, NULL);
  AtAsyncTask *urgent = (at_async_task_new) (quick_body, NULL, NULL);
  AtAsyncTask *late = at_async_task_new (failing_body, NULL, NULL);
  AtAsyncTask *done;

  execute (at_async_task_new (stuck_body, NULL, NULL), "Stuck", one);
  wait_for (1);
  execute (queued, "Queued", one);
  at_async_task_set_priority (urgent, G_PRIORITY_LOW);
  execute (urgent, "Low", one);
  execute (at_async_task_new (waiting_body, queued, NULL), "Waiting", two);
  wait_for (2);
  done = execute (at_async_task_new (quick_body, NULL, NULL), "Done", other);
  at_async_task_wait (done, -1, NULL, NULL);
  at_async_task_set_retry (late, 2, in_an_hour, NULL, NULL);
  execute (late, "Late", other);
  while (at_async_task_get_stage (late) != AT_STAGE_RETRYING)
    g_thread_yield ();
  execute (AT_ASYNC_TASK (at_deferred_task_new ()), "Elsewhere", NULL);

  /* The one that waits, too. */
  while (g_strrstr (at_dup_tasks_dump (), "waits for 0x") == NULL)
    g_thread_yield ();

  all_is_as_it_is_to_be ();

  return 0;
}
