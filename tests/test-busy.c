/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-debug.h"
#include "at-task-private.h"
#include "at-thread-pool-executor-private.h"

/* Locks that somebody has and does not give back: who only looks goes on without. */

static gboolean
body (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  return TRUE;
}

static GVariant *
find (GVariant      *snapshot,
      const char    *list,
      gconstpointer  address)
{
  g_autoptr (GVariant) all = g_variant_lookup_value (snapshot, list, G_VARIANT_TYPE ("aa{sv}"));

  for (gsize i = 0; i < g_variant_n_children (all); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (all, i);
      guint64 id = 0;

      g_variant_lookup (one, "id", "t", &id);
      if (id == (gsize) address)
        return g_steal_pointer (&one);
    }

  return NULL;
}

static gboolean
is_busy (GVariant *seen)
{
  gboolean busy = FALSE;

  g_assert_nonnull (seen);
  g_variant_lookup (seen, "busy", "b", &busy);

  return busy;
}

/* By this thread, which nobody unlocks it for, and so whoever waited for it would for ever. */
static GVariant *
look_past (GMutex *lock)
{
  g_autofree char *dump = NULL;
  GVariant *snapshot;

  g_mutex_lock (lock);
  snapshot = at_dup_tasks_snapshot ();
  dump = at_dup_tasks_dump ();
  g_mutex_unlock (lock);
  g_assert_nonnull (strstr (dump, "busy"));

  return snapshot;
}

static void
test_executor (void)
{
  g_autoptr (AtThreadPoolExecutor) executor = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtThreadPoolExecutor) other = at_thread_pool_executor_new (NULL, 1);
  AtPool *pool = at_thread_pool_executor_get_pool (executor);
  GMutex *locks[] = { &pool->lock, &pool->inbox_lock };

  for (guint i = 0; i < G_N_ELEMENTS (locks); i++)
    {
      g_autoptr (GVariant) snapshot = look_past (locks[i]);
      g_autoptr (GVariant) seen = find (snapshot, "executors", executor);
      g_autoptr (GVariant) seen_other = find (snapshot, "executors", other);

      g_assert_true (is_busy (seen));
      g_assert_false (is_busy (seen_other));
    }
}

static void
test_task (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
  g_autoptr (GVariant) snapshot = NULL, seen = NULL;
  const char *title = NULL;

  at_async_task_set_main_context (task, context);
  at_async_task_set_title (task, "Title");
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  do
    {
      g_clear_pointer (&seen, g_variant_unref);
      g_clear_pointer (&snapshot, g_variant_unref);
      snapshot = look_past (&at_task_get_priv (task)->lock);
      seen = find (snapshot, "tasks", task);
    }
  while (seen == NULL);
  g_assert_true (is_busy (seen));
  g_assert_false (g_variant_lookup (seen, "title", "&s", &title));
  g_assert_true (g_variant_lookup (seen, "body", "&s", &title));
  g_assert_cmpstr (title, ==, "body");

  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (context, TRUE);
}

static void
test_ties (void)
{
  g_autoptr (GVariant) snapshot = NULL;
  g_autofree const char **busy = NULL;

  at_async_task_lock_ties ();
  snapshot = at_dup_tasks_snapshot ();
  at_async_task_unlock_ties ();
  g_assert_true (g_variant_lookup (snapshot, "busy", "^a&s", &busy));
  g_assert_cmpuint (g_strv_length ((char **) busy), ==, 1);
  g_assert_cmpstr (busy[0], ==, "parked");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/busy/executor", test_executor);
  g_test_add_func ("/busy/task", test_task);
  g_test_add_func ("/busy/ties", test_ties);

  return g_test_run ();
}
