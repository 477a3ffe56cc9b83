/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What it costs to have tasks in a list: per progress that one of them reports, which
 * is to be the same however many there are, and per task that comes and goes. */

#include "bench.h"

#define N_UPDATES 100000

static gboolean
list_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  return TRUE;
}

static GPtrArray *
make_tasks (guint n)
{
  GPtrArray *tasks = g_ptr_array_new_full (n, g_object_unref);

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task = at_async_task_new (list_body, NULL, NULL);

      at_async_task_set_amounts (task, i % 100, 100);
      g_ptr_array_add (tasks, task);
    }

  /* What was reported arrives, so that the list weighs them. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  return tasks;
}

static AtTaskList *
make_list (GPtrArray *tasks)
{
  AtTaskList *list = at_task_list_new ();

  for (guint i = 0; i < tasks->len; i++)
    at_task_list_add (list, g_ptr_array_index (tasks, i));

  return list;
}

/* A list keeps up with the unit of a task as with its progress, and that may change as
 * often as one likes: there is no pace to wait for. */
static double
time_updates (guint n_tasks)
{
  g_autoptr(GPtrArray) tasks = make_tasks (n_tasks);
  G_GNUC_UNUSED g_autoptr(AtTaskList) list = make_list (tasks);
  const AtProgressUnit units[] = { AT_PROGRESS_UNIT_BYTES, AT_PROGRESS_UNIT_FILES };
  double begin = 0;

  /* The first round is to warm up. */
  for (guint round = 0; round < 2; round++)
    {
      begin = bench_now ();
      for (guint i = 0; i < N_UPDATES; i++)
        at_async_task_set_unit (g_ptr_array_index (tasks, (i * 7919) % n_tasks), units[(i / n_tasks) % 2]);
    }

  return (bench_now () - begin) / N_UPDATES;
}

static void
run_list_update (BenchRun *run)
{
  bench_pin ();
  run->values[0] = time_updates (10);
  run->values[1] = time_updates (1000);
  run->values[2] = time_updates (run->size);
  run->values[3] = run->values[2] / run->values[1];
}

static void
run_list_add_remove (BenchRun *run)
{
  guint n = MIN (run->size, 1000);
  g_autoptr(GPtrArray) tasks = make_tasks (run->size + n);
  g_autoptr(AtTaskList) list = at_task_list_new ();
  double begin, middle;

  bench_pin ();
  for (guint i = 0; i < run->size; i++)
    at_task_list_add (list, g_ptr_array_index (tasks, i));

  /* A thousand more, and then a thousand from all over the list. */
  begin = bench_now ();
  for (guint i = 0; i < n; i++)
    at_task_list_add (list, g_ptr_array_index (tasks, run->size + i));
  middle = bench_now ();
  for (guint i = 0; i < n; i++)
    at_task_list_remove (list, g_ptr_array_index (tasks, (i * 7919) % run->size));

  run->values[0] = (middle - begin) / n;
  run->values[1] = (bench_now () - middle) / n;
  if (g_list_model_get_n_items (G_LIST_MODEL (list)) != run->size)
    bench_fail ("the list has lost count");
}

static void
run_list_execute (BenchRun *run)
{
  g_autoptr(AtTaskList) list = at_task_list_new ();
  g_autoptr(GError) error = NULL;
  double begin;

  for (guint i = 0; i < run->size; i++)
    {
      g_autoptr(AtAsyncTask) task = at_async_task_new (list_body, NULL, NULL);

      at_task_list_add (list, task);
    }

  begin = bench_now ();
  if (!at_task_list_execute_all (list, NULL, &error))
    bench_fail ("the tasks could not be executed: %s", error->message);
  run->values[0] = bench_now () - begin;

  while (at_task_list_get_n_active (list) > 0)
    g_main_context_iteration (NULL, TRUE);
  run->values[1] = bench_now () - begin;
}

static void
run_list_memory (BenchRun *run)
{
  g_autoptr(GPtrArray) tasks = make_tasks (run->size);
  BenchHeap before = bench_heap_read ();
  G_GNUC_UNUSED g_autoptr(AtTaskList) list = make_list (tasks);
  BenchHeap after = bench_heap_read ();

  run->values[0] = (double) (after.bytes - before.bytes) / run->size;
  run->values[1] = (double) (after.blocks - before.blocks) / run->size;
}

const BenchCase bench_list_cases[] = {
  { "list-update", run_list_update, BENCH_NO_PEER, 10000, 0,
    { { "progress of a task in a list of 10", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE, 0 },
      { "· of 1,000", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE, 0 },
      { "· of 10,000", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE, 0 },
      { "· 10,000 against 1,000, times", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 4 } } },
  { "list-add-remove", run_list_add_remove, BENCH_NO_PEER, 10000, 0,
    { { "a task added to a list of 10,000", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 5e-6 },
      { "· removed from it", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 10e-6 } } },
  { "list-execute", run_list_execute, BENCH_NO_PEER, 20000, 0,
    { { "execute_all() of a list of 20,000", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 15e-3 },
      { "· till all have ended", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { "list-memory", run_list_memory, BENCH_NO_PEER | BENCH_COUNT_HEAP, 10000, 1,
    { { "heap per task in a list", BENCH_UNIT_BYTES, BENCH_GOAL_VALUE, 256 },
      { "· blocks", BENCH_UNIT_COUNT, BENCH_GOAL_NONE, 0 } } },
  { NULL }
};
