/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that has the library and executes nothing: there is nothing of it but memory.
 * And the first task of all, which comes while the main loop sleeps already. The tests go on
 * one from the other, in their order. */

#include "at-test.h"

typedef struct
{
  guint n_threads;
  guint n_descriptors;
  guint n_sources; /* there have been so many */
} Found;

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  g_assert_nonnull (dir);
  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* Contexts number their sources as they come, and the one that asks is the last. */
static guint
count_sources (void)
{
  static guint n_own;
  g_autoptr (GSource) source = g_idle_source_new ();
  guint id = g_source_attach (source, NULL);

  g_source_destroy (source);

  return id - n_own++;
}

static Found
look (void)
{
  return (Found) { count_files ("/proc/self/task"), count_files ("/proc/self/fd"), count_sources () };
}

static void
assert_same (const Found *before)
{
  Found now = look ();

  g_assert_cmpuint (now.n_threads, ==, before->n_threads);
  g_assert_cmpuint (now.n_descriptors, ==, before->n_descriptors);
  g_assert_cmpuint (now.n_sources, ==, before->n_sources);
}

static gboolean
body (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  return TRUE;
}

static void
on_ended (AtAsyncTask  *task,
          const GValue *result,
          gpointer      user_data)
{
  *(gboolean *) user_data = TRUE;
}

/* All that a program prepares while it starts. */
static void
test_nothing_there (void)
{
  /* What GLib has of its own is there. */
  G_GNUC_UNUSED gboolean iterated = g_main_context_iteration (NULL, FALSE);
  Found before = look ();

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
      g_autoptr (AtTaskList) list = at_task_list_new ();
      g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
      g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("unused", 2);
      g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
      g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 2);

      at_async_task_set_executor (task, AT_EXECUTOR (limit));
      at_async_task_set_title (task, "Unused");
      at_async_task_set_timeout (task, 10);
      g_assert_true (at_task_list_add (list, task));
      g_assert_nonnull (at_async_task_get_default_executor ());
      g_assert_nonnull (at_thread_pool_executor_get_default ());
      g_assert_cmpuint (at_task_list_get_n_pending (list), ==, 1);
    }
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  assert_same (&before);
}

/* The main loop sleeps, and knows nothing of the library: the first mail is what tells it. */

static GMutex   lock;
static GCond    cond;
static gboolean sleeps; /* under the lock */

static int
poll_and_tell (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  g_mutex_lock (&lock);
  sleeps = timeout != 0;
  g_cond_broadcast (&cond);
  g_mutex_unlock (&lock);

  return g_poll (fds, n_fds, timeout);
}

static gpointer
execute_first (gpointer data)
{
  AtAsyncTask *task = data;

  g_mutex_lock (&lock);
  while (!sleeps)
    g_cond_wait (&cond, &lock);
  g_mutex_unlock (&lock);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_unref (task);

  return NULL;
}

static void
test_first_mail (void)
{
  static const AtTaskCallbacks callbacks = { .post_execute = on_ended };
  GPollFunc poll_func = g_main_context_get_poll_func (NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
  gboolean has_ended = FALSE;
  GThread *thread;

  at_async_task_set_callbacks (task, &callbacks, &has_ended, NULL);
  g_main_context_acquire (NULL);
  g_main_context_set_poll_func (NULL, poll_and_tell);
  thread = g_thread_new ("first", execute_first, g_object_ref (task));
  at_test_iterate_until (NULL, has_ended);
  g_thread_join (thread);
  g_main_context_set_poll_func (NULL, poll_func);
  g_main_context_release (NULL);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_FINISHED);
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/unused/nothing-there", test_nothing_there);
  g_test_add_func ("/unused/first-mail", test_first_mail);

  return g_test_run ();
}
