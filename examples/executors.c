/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where bodies run: in a pool with priorities, one after the other on a serial
 * executor, and on an executor of one's own.
 */

#include <asynctask-glib.h>

/* An executor that gives every task a thread of its own: all there is to it is
 * to have at_async_task_run() called once. */

#define DEMO_TYPE_THREAD_EXECUTOR (demo_thread_executor_get_type ())
G_DECLARE_FINAL_TYPE (DemoThreadExecutor, demo_thread_executor, DEMO, THREAD_EXECUTOR, GObject)

struct _DemoThreadExecutor
{
  GObject parent_instance;
};

static gpointer
run_task (gpointer data)
{
  g_autoptr (AtAsyncTask) task = data;

  at_async_task_run (task);

  return NULL;
}

static gboolean
demo_thread_executor_execute (AtExecutor   *executor,
                              AtAsyncTask  *task,
                              GError      **error)
{
  GThread *thread = g_thread_try_new ("demo", run_task, g_object_ref (task), error);

  if (thread == NULL)
    {
      g_object_unref (task);
      return FALSE;
    }
  g_thread_unref (thread);

  return TRUE;
}

static void
demo_thread_executor_executor_init (AtExecutorInterface *iface)
{
  iface->execute = demo_thread_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DemoThreadExecutor, demo_thread_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, demo_thread_executor_executor_init))

static void
demo_thread_executor_class_init (DemoThreadExecutorClass *klass)
{
}

static void
demo_thread_executor_init (DemoThreadExecutor *self)
{
}

/* Bodies wait here until everything is queued: only then is it the queue that
 * decides which runs first. */
static GMutex gate;
static guint n_pending;

/* In a worker thread. */
static gboolean
pass_gate (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);

  return TRUE;
}

/* In the main thread. */
static void
on_done (AtAsyncTask *task)
{
  g_print ("  %s\n", at_async_task_get_title (task));
  n_pending--;
}

static void
start (AtExecutor *executor,
       const char *title,
       int         priority)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (pass_gate, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_async_task_set_title (task, title);
  at_async_task_set_priority (task, priority);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_done), NULL);
  if (!at_async_task_execute_on_executor (task, executor, NULL, &error))
    g_print ("  %s: %s\n", title,
             g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED) ? "refused" : error->message);
  else
    n_pending++;
}

static void
finish (void)
{
  while (n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("one-thread", 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtExecutor) own = g_object_new (DEMO_TYPE_THREAD_EXECUTOR, NULL);

  g_print ("A pool, by priority:\n");
  g_mutex_lock (&gate);
  start (AT_EXECUTOR (pool), "the first, while the thread was free", G_PRIORITY_LOW);
  while (at_thread_pool_executor_get_n_running (pool) == 0)
    g_thread_yield ();
  start (AT_EXECUTOR (pool), "low", G_PRIORITY_LOW);
  start (AT_EXECUTOR (pool), "normal", G_PRIORITY_DEFAULT);
  start (AT_EXECUTOR (pool), "urgent", G_PRIORITY_HIGH);
  start (AT_EXECUTOR (pool), "as normal, later", G_PRIORITY_DEFAULT);
  g_mutex_unlock (&gate);
  finish ();

  g_print ("Serial, in order:\n");
  g_mutex_lock (&gate);
  start (AT_EXECUTOR (serial), "one", G_PRIORITY_DEFAULT);
  start (AT_EXECUTOR (serial), "two", G_PRIORITY_DEFAULT);
  start (AT_EXECUTOR (serial), "three", G_PRIORITY_DEFAULT);
  g_mutex_unlock (&gate);
  finish ();

  g_print ("One's own:\n");
  start (own, "on a thread of its own", G_PRIORITY_DEFAULT);
  finish ();

  g_print ("A pool that is shut down:\n");
  at_thread_pool_executor_shutdown (pool, FALSE);
  start (AT_EXECUTOR (pool), "too late", G_PRIORITY_DEFAULT);

  return 0;
}
