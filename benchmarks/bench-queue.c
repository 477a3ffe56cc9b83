/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Tasks that have to wait: cancelled while they do, what they weigh, and what comes of
 * the bodies that hold them up. */

#include "bench-task.h"

#define CANCEL_TASKS       10000
#define CANCEL_MANY_TASKS  100000
#define MEMORY_TASKS       10000
#define SHORT_TASKS        1000
#define BLOCKING_TASKS     12
#define BLOCKING_SECONDS   1

/* GTask starts with ten threads, and adds one about ten times a second while they are
 * all busy. So many blocked bodies keep the queue behind them still for some seconds. */
#define PEER_BLOCKERS      50

static guint n_blockers_called_back;

static void
on_blocker (guint    index,
            gboolean cancelled,
            gpointer user_data)
{
  n_blockers_called_back++;
}

static void
gate_body (gpointer user_data)
{
  bench_gate_pass ();
}

static const BenchRecipe blocker = { .body = gate_body, .called_back = on_blocker };

static guint
count_blockers (BenchSide side)
{
  return side == BENCH_OURS ? 1 : PEER_BLOCKERS;
}

/* Leaves the default executor, or GTask's pool, with every thread waiting. */
static void
block_queue (BenchSide side)
{
  bench_gate_close ();
  n_blockers_called_back = 0;
  for (guint i = 0; i < count_blockers (side); i++)
    bench_task_start (&blocker, side, i);
  g_usleep (20000);
}

static void
unblock_queue (BenchSide side)
{
  bench_gate_open ();
  while (n_blockers_called_back < count_blockers (side))
    g_main_context_iteration (NULL, TRUE);
}

static void
on_any_task (guint    index,
             gboolean cancelled,
             gpointer user_data)
{
  bench_tally_count (index);
}

static void
on_cancelled_task (guint    index,
                   gboolean cancelled,
                   gpointer user_data)
{
  if (!cancelled)
    bench_fail ("task %u was not cancelled", index);

  bench_tally_count (index);
}

static double
cancel_ours (guint n_tasks)
{
  BenchRecipe recipe = { .called_back = on_cancelled_task };
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n_tasks);
  double start;
  double end;

  for (guint i = 0; i < n_tasks; i++)
    tasks[i] = bench_task_start_ours (&recipe, i);

  bench_tally_begin (n_tasks);
  start = bench_now ();
  for (guint i = 0; i < n_tasks; i++)
    at_async_task_cancel (tasks[i], TRUE);
  bench_tally_wait ();
  end = bench_now ();
  bench_tally_end ();

  for (guint i = 0; i < n_tasks; i++)
    g_object_unref (tasks[i]);

  return (end - start) / n_tasks;
}

static double
cancel_peer (guint n_tasks)
{
  BenchRecipe recipe = { .called_back = on_cancelled_task };
  g_autoptr(GPtrArray) cancellables = g_ptr_array_new_with_free_func (g_object_unref);
  double start;
  double end;

  for (guint i = 0; i < n_tasks; i++)
    {
      g_ptr_array_add (cancellables, g_cancellable_new ());
      bench_task_start_peer (&recipe, i, g_ptr_array_index (cancellables, i));
    }

  bench_tally_begin (n_tasks);
  start = bench_now ();
  for (guint i = 0; i < n_tasks; i++)
    g_cancellable_cancel (g_ptr_array_index (cancellables, i));
  bench_tally_wait ();
  end = bench_now ();
  bench_tally_end ();

  return (end - start) / n_tasks;
}

static double
cancel_all (BenchSide side,
            guint     n_tasks)
{
  double time_per_task;

  block_queue (side);
  time_per_task = side == BENCH_OURS ? cancel_ours (n_tasks) : cancel_peer (n_tasks);
  unblock_queue (side);
  bench_task_check_all_gone ();

  return time_per_task;
}

static void
run_cancel (BenchRun *run)
{
  if (run->warm_up)
    cancel_all (run->side, run->size / 10);

  run->values[0] = cancel_all (run->side, run->size);
}

/* Both sides are ours; the other one has a tenth of the tasks. */
static void
run_cancel_many (BenchRun *run)
{
  guint n_tasks = run->side == BENCH_OURS ? run->size : run->size / 10;

  if (run->warm_up)
    cancel_all (BENCH_OURS, run->size / 100);

  run->values[0] = cancel_all (BENCH_OURS, n_tasks);
}

static void
start_for_memory (BenchRun          *run,
                  const BenchRecipe *recipe,
                  guint              index)
{
  if (run->side == BENCH_PEER && (run->flags & BENCH_CANCELLABLE))
    {
      g_autoptr(GCancellable) cancellable = g_cancellable_new ();

      bench_task_start_peer (recipe, index, cancellable);
    }
  else
    {
      bench_task_start (recipe, run->side, index);
    }
}

static void
run_memory (BenchRun *run)
{
  BenchRecipe recipe = { .called_back = on_any_task };
  BenchHeap empty;
  BenchHeap full;
  BenchHeap over;

  /* Types, threads and whatever is kept for good exist from here on. */
  bench_tally_begin (100);
  for (guint i = 0; i < 100; i++)
    start_for_memory (run, &recipe, i);
  bench_tally_wait ();
  bench_tally_end ();

  block_queue (run->side);
  bench_tally_begin (run->size);

  empty = bench_heap_read ();
  for (guint i = 0; i < run->size; i++)
    start_for_memory (run, &recipe, i);
  full = bench_heap_read ();

  unblock_queue (run->side);
  bench_tally_wait ();
  bench_tally_end ();
  bench_task_check_all_gone ();
  over = bench_heap_read ();

  run->values[0] = (full.bytes - empty.bytes) / (double) run->size;
  run->values[1] = (full.blocks - empty.blocks) / (double) run->size;

  /* In hundredths: threads come and go meanwhile, and hash tables grow. */
  run->values[2] = (over.allocations - empty.allocations) * 100 / run->size / 100.0;
}

static void
sleeping_body (gpointer user_data)
{
  g_usleep (BLOCKING_SECONDS * G_USEC_PER_SEC);
}

static void
short_body (gpointer user_data)
{
  bench_compute ();
}

static void
run_behind_blocked (BenchRun *run)
{
  guint n_long = MAX (2, g_get_num_processors ());
  BenchRecipe sleeper = { .flags = run->flags, .body = sleeping_body, .called_back = on_blocker };
  BenchRecipe recipe = {
    .flags = run->flags,
    .body = (run->flags & BENCH_TRIVIAL) ? NULL : short_body,
    .called_back = on_any_task,
  };
  double start;
  double end;

  bench_tally_begin (run->size);
  start = bench_now ();
  for (guint i = 0; i < n_long; i++)
    bench_task_start (&sleeper, run->side, i);
  for (guint i = 0; i < run->size; i++)
    bench_task_start (&recipe, run->side, i);
  bench_tally_run ();
  end = bench_now ();

  while (n_blockers_called_back < n_long)
    g_main_context_iteration (NULL, TRUE);
  bench_tally_end ();
  bench_task_check_all_gone ();

  run->values[0] = end - start;
}

static double
time_blocking (BenchRun *run)
{
  BenchRecipe recipe = { .flags = run->flags, .body = sleeping_body, .called_back = on_any_task };
  double start;
  double end;

  bench_tally_begin (run->size);
  start = bench_now ();
  for (guint i = 0; i < run->size; i++)
    bench_task_start (&recipe, run->side, i);
  bench_tally_run ();
  end = bench_now ();
  bench_tally_end ();
  bench_task_check_all_gone ();

  return end - start;
}

static void
run_blocking (BenchRun *run)
{
  run->values[0] = run->values[1] = time_blocking (run);

  /* The first row is beside the same bodies one after the other, which nobody has to see. */
  if (run->side == BENCH_PEER)
    run->values[0] = run->size * BLOCKING_SECONDS;
}

const BenchCase bench_queue_cases[] = {
  { "cancel", run_cancel, BENCH_FLAGS_NONE, CANCEL_TASKS, 0,
    { { "cancelling 10,000 queued, per task", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 15 } } },
  { "cancel-many", run_cancel_many, BENCH_FLAGS_NONE, CANCEL_MANY_TASKS, 0,
    { { "· 100,000 (beside: 10,000 of ours)", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.5 } } },
  { "memory", run_memory, BENCH_COUNT_HEAP, MEMORY_TASKS, 3,
    { { "memory of a pending task", BENCH_UNIT_BYTES, BENCH_GOAL_SHARE, 1 },
      { "· heap blocks it consists of", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 3 },
      { "· heap allocations in its whole life", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 3 } } },
  { "memory-cancellable", run_memory, BENCH_COUNT_HEAP | BENCH_CANCELLABLE, MEMORY_TASKS, 3,
    { { "· beside a GTask that can be cancelled", BENCH_UNIT_BYTES, BENCH_GOAL_NONE },
      { "· heap blocks, beside the same", BENCH_UNIT_COUNT, BENCH_GOAL_NONE } } },
  { "behind-blocked", run_behind_blocked, BENCH_ON_POOL | BENCH_SLOW, SHORT_TASKS, 5,
    { { "1000 of 100 µs behind 2 long ones", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.5 } } },
  { "behind-blocked-trivial", run_behind_blocked, BENCH_ON_POOL | BENCH_TRIVIAL | BENCH_SLOW, SHORT_TASKS, 5,
    { { "· 1000 that do nothing", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { "blocking", run_blocking, BENCH_ON_POOL | BENCH_SLOW, BLOCKING_TASKS, 3,
    { { "12 bodies sleep 1 s (beside: serial)", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 8 },
      { "· beside GTask", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { NULL }
};
