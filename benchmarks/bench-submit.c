/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Functions without a task. GTask has nothing less than itself; libuv is the one to look at. */

#include "bench-task.h"

#define SUBMIT_TASKS 100000

typedef struct
{
  guint index;
  guint result;
} Work;

static void
do_work (gpointer user_data)
{
  Work *work = user_data;

  bench_check_worker ();
  work->result = work->index;
}

static void
on_work_done (gpointer user_data)
{
  Work *work = user_data;

  if (work->result != work->index)
    bench_fail ("function %u did not run", work->index);

  bench_tally_count (work->index);
  g_free (work);
}

static void
on_peer_done (guint    index,
              gboolean cancelled,
              gpointer user_data)
{
  bench_tally_count (index);
}

static void
start_one (BenchRun *run,
           guint     index)
{
  static const BenchRecipe peer = { .called_back = on_peer_done };
  AtExecutor *executor = (run->flags & BENCH_ON_POOL) ? at_thread_pool_executor_get_default ()
                                                      : at_serial_executor_get_default ();
  g_autoptr(GError) error = NULL;
  Work *work;

  if (run->side == BENCH_PEER)
    {
      bench_task_start_peer (&peer, index, NULL);
      return;
    }

  work = g_new0 (Work, 1);
  work->index = index;
  if (!at_executor_submit (executor, do_work, on_work_done, work, NULL, &error))
    bench_fail ("a function was refused: %s", error->message);
}

static double
submit_all (BenchRun *run)
{
  double start;
  double end;

  bench_tally_begin (run->size);
  start = bench_now ();
  for (guint i = 0; i < run->size; i++)
    start_one (run, i);
  bench_tally_wait ();
  end = bench_now ();
  bench_tally_end ();

  return (end - start) / run->size;
}

static void
run_submit (BenchRun *run)
{
  if (run->warm_up)
    submit_all (run);

  run->values[0] = submit_all (run);
}

const BenchCase bench_submit_cases[] = {
  { "submit", run_submit, BENCH_ALL_PEERS, SUBMIT_TASKS, 0,
    { { "at_executor_submit(), 100,000 at once, each", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { "submit-pool", run_submit, BENCH_ON_POOL | BENCH_ALL_PEERS, SUBMIT_TASKS, 0,
    { { "· default pool", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { NULL }
};
