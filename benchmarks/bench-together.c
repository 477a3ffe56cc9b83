/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several tasks as one, time limits, other attempts and the newest of many, beside what is
 * written by hand with GTask for the same; and what a task costs that holds no thread. */

#include "bench.h"

static guint n_ended;

static void
run_until_ended (guint n)
{
  while (n_ended < n)
    g_main_context_iteration (NULL, TRUE);
}

static AtExecutor *
get_pool (void)
{
  return AT_EXECUTOR (at_thread_pool_executor_get_default ());
}

/* Ours. */

static gboolean
succeed (AtAsyncTask   *task,
         const GValue  *params,
         GCancellable  *cancellable,
         gpointer       user_data,
         GError       **error)
{
  return TRUE;
}

static gboolean
fail_once (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  if (at_async_task_get_attempt (task) > 1)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "once");

  return FALSE;
}

static double
at_once (AtAsyncTask  *task,
         const GError *error,
         guint         attempt,
         gpointer      user_data)
{
  return 0;
}

static void
on_succeeded (AtAsyncTask  *task,
              const GValue *result,
              gpointer      user_data)
{
  n_ended++;
}

static const AtTaskCallbacks count_success = { .post_execute = on_succeeded };

static AtAsyncTask *
new_task (AtTaskFunc func)
{
  AtAsyncTask *task = at_async_task_new (func, NULL, NULL);

  at_async_task_set_callbacks (task, &count_success, NULL, NULL);

  return task;
}

/* With GTask. */

static void
return_true (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
return_busy (GTask        *task,
             gpointer      source,
             gpointer      data,
             GCancellable *cancellable)
{
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "once");
}

static void
run_gtask (GTaskThreadFunc      func,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, data);

  g_task_run_in_thread (task, func);
}

static void
count_gtask (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    bench_fail ("a task failed");
  n_ended++;
}

/* All of them. */

static void
run_all (BenchRun *run)
{
  double begin = bench_now ();

  if (run->side == BENCH_OURS)
    {
      g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);

      for (guint i = 0; i < run->size; i++)
        {
          g_autoptr (AtAsyncTask) task = at_async_task_new (succeed, NULL, NULL);

          if (!at_task_group_add (group, task, NULL))
            bench_fail ("a task was not added");
        }
      at_async_task_set_executor (AT_ASYNC_TASK (group), get_pool ());
      at_async_task_set_callbacks (AT_ASYNC_TASK (group), &count_success, NULL, NULL);
      at_async_task_execute (AT_ASYNC_TASK (group), NULL, NULL);
      run_until_ended (1);
    }
  else
    {
      for (guint i = 0; i < run->size; i++)
        run_gtask (return_true, NULL, count_gtask, NULL);
      run_until_ended (run->size);
    }

  run->values[0] = (bench_now () - begin) / run->size;
}

/* Each with a time limit that is never up. */

typedef struct
{
  GCancellable *cancellable;
  guint         source;
} Limited;

static gboolean
on_late (gpointer data)
{
  bench_fail ("it took a minute");

  return G_SOURCE_REMOVE;
}

static void
count_limited (GObject      *source,
               GAsyncResult *result,
               gpointer      data)
{
  Limited *limited = data;

  count_gtask (source, result, NULL);
  g_source_remove (limited->source);
  g_object_unref (limited->cancellable);
  g_free (limited);
}

static void
run_timeout (BenchRun *run)
{
  double begin = bench_now ();

  for (guint i = 0; i < run->size; i++)
    {
      if (run->side == BENCH_OURS)
        {
          g_autoptr (AtAsyncTask) task = new_task (succeed);

          at_async_task_set_timeout (task, 60);
          at_async_task_execute_on_executor (task, get_pool (), NULL, NULL);
        }
      else
        {
          Limited *limited = g_new (Limited, 1);

          limited->cancellable = g_cancellable_new ();
          limited->source = g_timeout_add_seconds (60, on_late, limited);
          run_gtask (return_true, limited->cancellable, count_limited, limited);
        }
    }
  run_until_ended (run->size);

  run->values[0] = (bench_now () - begin) / run->size;
}

/* Each fails once. */

static void
on_failed_once (GObject      *source,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY))
    bench_fail ("it did not fail");
  run_gtask (return_true, NULL, count_gtask, NULL);
}

static void
run_retry (BenchRun *run)
{
  double begin = bench_now ();

  for (guint i = 0; i < run->size; i++)
    {
      if (run->side == BENCH_OURS)
        {
          g_autoptr (AtAsyncTask) task = new_task (fail_once);

          at_async_task_set_retry (task, 2, at_once, NULL, NULL);
          at_async_task_execute_on_executor (task, get_pool (), NULL, NULL);
        }
      else
        {
          run_gtask (return_busy, NULL, on_failed_once, NULL);
        }
    }
  run_until_ended (run->size);

  run->values[0] = (bench_now () - begin) / run->size;
}

/* The newest of many that were asked for at once: from the last question to its answer. */

static void
on_latest (AtLatest     *latest,
           const GValue *result,
           const GValue *params,
           gpointer      user_data)
{
  n_ended++;
}

static void
on_maybe_latest (GObject      *source,
                 GAsyncResult *result,
                 gpointer      data)
{
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    n_ended++;
}

static void
run_latest (BenchRun *run)
{
  double begin = bench_now ();

  if (run->side == BENCH_OURS)
    {
      g_autoptr (AtLatest) latest = at_latest_new (succeed, NULL, NULL);

      g_signal_connect (latest, "result", G_CALLBACK (on_latest), NULL);
      for (guint i = 0; i < run->size; i++)
        {
          begin = bench_now ();
          at_latest_submit (latest, NULL);
        }
      run_until_ended (1);
    }
  else
    {
      g_autoptr (GCancellable) newest = g_cancellable_new ();

      for (guint i = 0; i < run->size; i++)
        {
          g_cancellable_cancel (newest);
          g_object_unref (newest);
          newest = g_cancellable_new ();
          begin = bench_now ();
          run_gtask (return_true, newest, on_maybe_latest, NULL);
        }
      run_until_ended (1);
    }

  run->values[0] = bench_now () - begin;
}

/* Work that is done elsewhere, while it goes on. */

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          gpointer        user_data)
{
  n_ended++;
}

static void
run_deferred_memory (BenchRun *run)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_full (run->size, g_object_unref);
  BenchHeap before = bench_heap_read ();
  BenchHeap after;

  for (guint i = 0; i < run->size; i++)
    {
      AtDeferredTask *task = at_deferred_task_new ();

      g_signal_connect (task, "start", G_CALLBACK (on_start), NULL);
      at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL);
      g_ptr_array_add (tasks, task);
    }
  run_until_ended (run->size);
  after = bench_heap_read ();

  run->values[0] = (double) (after.bytes - before.bytes) / run->size;
  run->values[1] = (double) (after.blocks - before.blocks) / run->size;

  for (guint i = 0; i < run->size; i++)
    at_deferred_task_complete (g_ptr_array_index (tasks, i), NULL);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

const BenchCase bench_together_cases[] = {
  { "together-all", run_all, BENCH_FLAGS_NONE, 20000, 0,
    { { "all of 20,000: one", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 1 } } },
  { "together-timeout", run_timeout, BENCH_FLAGS_NONE, 20000, 0,
    { { "a task with a time limit", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 1 } } },
  { "together-retry", run_retry, BENCH_FLAGS_NONE, 20000, 0,
    { { "a task that fails once", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 1 } } },
  { "together-latest", run_latest, BENCH_FLAGS_NONE, 1000, 0,
    { { "the newest of 1,000, from asking", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 1 } } },
  { "deferred-memory", run_deferred_memory, BENCH_NO_PEER | BENCH_COUNT_HEAP, 10000, 1,
    { { "heap per deferred task that goes on", BENCH_UNIT_BYTES, BENCH_GOAL_VALUE, 2048 },
      { "· blocks", BENCH_UNIT_COUNT, BENCH_GOAL_NONE, 0 } } },
  { NULL }
};
