/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-async-task-private.h"

#include <asynctask-glib.h>

typedef struct
{
  AtEndWatch  watch;
  AtAsyncTask *told;
  guint        n_told;
  AtOutcome    outcome;
  guint        number;
  gboolean     other_removed;
  AtEndWatch  *other;
} Watch;

static guint n_told;

static void
on_end (AtEndWatch  *watch,
        AtAsyncTask *task)
{
  Watch *self = (Watch *) watch;

  /* No lock is held. */
  at_async_task_get_result (task);
  at_async_task_cancel (task, FALSE);
  self->told = task;
  self->number = ++n_told;
  self->n_told++;
  if (self->n_told == 1)
    self->outcome = at_async_task_get_outcome (task);
  if (self->other != NULL)
    self->other_removed = at_async_task_remove_end_watch (task, self->other);
}

/* In the thread where the body has ended. */
static void
on_end_there (AtEndWatch  *watch,
              AtAsyncTask *task)
{
  Watch *self = (Watch *) watch;

  self->outcome = at_async_task_get_outcome (task);
  self->told = task;
  self->n_told++;
}

static gboolean
fails (AtAsyncTask   *task,
       const GValue  *params,
       GCancellable  *cancellable,
       gpointer       user_data,
       GError       **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No");

  return FALSE;
}

static gboolean
passes (AtAsyncTask   *task,
        const GValue  *params,
        GCancellable  *cancellable,
        gpointer       user_data,
        GError       **error)
{
  GMutex *gate = user_data;

  if (gate != NULL)
    {
      g_mutex_lock (gate);
      g_mutex_unlock (gate);
    }

  return TRUE;
}

static void
finish (AtAsyncTask *task)
{
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
}

/* Before the thread that runs the body has done with it, and so before wait() returns of
 * what follows it there. */
static void
test_run (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1));
  g_autoptr (AtAsyncTask) task = at_async_task_new (passes, NULL, NULL);
  g_autoptr (AtAsyncTask) next = at_async_task_new (passes, NULL, NULL);
  Watch watch = { { NULL, on_end_there } };

  g_assert_true (at_async_task_add_end_watch (task, &watch.watch));
  at_async_task_execute_on_executor (task, pool, NULL, NULL);
  at_async_task_execute_on_executor (next, pool, NULL, NULL);
  g_assert_true (at_async_task_wait (next, -1, NULL, NULL));
  g_assert_true (watch.told == task);
  g_assert_cmpuint (watch.n_told, ==, 1);
  g_assert_cmpint (watch.outcome, ==, AT_OUTCOME_SUCCEEDED);
  g_assert_false (at_async_task_remove_end_watch (task, &watch.watch));
  g_assert_false (at_async_task_add_end_watch (task, &watch.watch));
  finish (task);
  finish (next);
  g_assert_cmpuint (watch.n_told, ==, 1);
}

static void
test_failed (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = at_async_task_new (fails, NULL, NULL);
  Watch watch = { { NULL, on_end_there } };

  g_assert_true (at_async_task_add_end_watch (task, &watch.watch));
  at_async_task_execute_on_executor (task, here, NULL, NULL);
  g_assert_cmpuint (watch.n_told, ==, 1);
  g_assert_cmpint (watch.outcome, ==, AT_OUTCOME_FAILED);
  g_assert_nonnull (at_async_task_get_error (task));
  finish (task);
}

/* In order; one that was told may take another one away. What it cancels then is turned. */
static void
test_order (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = at_async_task_new (passes, NULL, NULL);
  Watch watches[3] = { { { NULL, on_end } }, { { NULL, on_end } }, { { NULL, on_end } } };
  Watch removed = { { NULL, on_end } };

  n_told = 0;
  watches[0].other = &watches[2].watch;
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (at_async_task_add_end_watch (task, &watches[i].watch));
      if (i == 1)
        g_assert_true (at_async_task_add_end_watch (task, &removed.watch));
    }
  g_assert_true (at_async_task_remove_end_watch (task, &removed.watch));
  g_assert_false (at_async_task_remove_end_watch (task, &removed.watch));
  at_async_task_execute_on_executor (task, here, NULL, NULL);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (watches[i].number, ==, i + 1);
  g_assert_cmpuint (removed.n_told, ==, 0);
  g_assert_false (watches[0].other_removed);
  g_assert_cmpint (watches[2].outcome, ==, AT_OUTCOME_CANCELLED);
  finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
}

/* One that never ran: cancelled before, or while it was queued. */
static void
test_unrun (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1));
  g_autoptr (AtAsyncTask) before = at_async_task_new (passes, NULL, NULL);
  g_autoptr (AtAsyncTask) queued = at_async_task_new (passes, NULL, NULL);
  g_autoptr (AtAsyncTask) running = NULL;
  Watch watches[2] = { { { NULL, on_end } }, { { NULL, on_end } } };
  GMutex gate;

  g_mutex_init (&gate);
  g_mutex_lock (&gate);
  running = at_async_task_new (passes, &gate, NULL);
  g_assert_true (at_async_task_add_end_watch (before, &watches[0].watch));
  g_assert_true (at_async_task_add_end_watch (queued, &watches[1].watch));
  at_async_task_execute_on_executor (running, pool, NULL, NULL);

  at_async_task_cancel (before, FALSE);
  g_assert_cmpuint (watches[0].n_told, ==, 0);
  at_async_task_execute_on_executor (before, pool, NULL, NULL);
  g_assert_cmpuint (watches[0].n_told, ==, 1);
  g_assert_cmpint (watches[0].outcome, ==, AT_OUTCOME_CANCELLED);

  at_async_task_execute_on_executor (queued, pool, NULL, NULL);
  g_assert_cmpuint (watches[1].n_told, ==, 0);
  at_async_task_cancel (queued, FALSE);
  g_assert_cmpuint (watches[1].n_told, ==, 1);
  g_assert_cmpint (watches[1].outcome, ==, AT_OUTCOME_CANCELLED);

  g_mutex_unlock (&gate);
  finish (before);
  finish (queued);
  finish (running);
  g_mutex_clear (&gate);
}

/* An executor that refuses it leaves it pending, which is no end. */
static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = at_async_task_new (passes, NULL, NULL);
  Watch watch = { { NULL, on_end_there } };

  at_thread_pool_executor_shutdown (pool, FALSE);
  g_assert_true (at_async_task_add_end_watch (task, &watch.watch));
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_cmpuint (watch.n_told, ==, 0);
  g_assert_true (at_async_task_execute_on_executor (task, here, NULL, NULL));
  g_assert_cmpuint (watch.n_told, ==, 1);
  finish (task);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/end-watch/run", test_run);
  g_test_add_func ("/end-watch/failed", test_failed);
  g_test_add_func ("/end-watch/order", test_order);
  g_test_add_func ("/end-watch/unrun", test_unrun);
  g_test_add_func ("/end-watch/refused", test_refused);

  return g_test_run ();
}
