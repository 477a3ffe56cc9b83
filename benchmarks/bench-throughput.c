/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Many tasks at once, a steady number of them, and one at a time. */

#include "bench-task.h"

#define BURST_TASKS    100000
#define WINDOW_TASKS   50000
#define WINDOW_WIDTH   64
#define LATENCY_TASKS  5000

static void
on_burst_task (guint    index,
               gboolean cancelled,
               gpointer user_data)
{
  bench_tally_count (index);
}

static double
burst (BenchRun *run)
{
  BenchRecipe recipe = { .flags = run->flags, .called_back = on_burst_task };
  double start;
  double end;

  bench_tally_begin (run->size);

  if ((run->flags & BENCH_IN_CALLBACK) && !g_main_context_acquire (NULL))
    bench_fail ("the main context has another owner");

  start = bench_now ();
  for (guint i = 0; i < run->size; i++)
    bench_task_start (&recipe, run->side, i);
  bench_tally_wait ();
  end = bench_now ();

  if (run->flags & BENCH_IN_CALLBACK)
    g_main_context_release (NULL);

  bench_tally_end ();
  bench_task_check_all_gone ();

  return (end - start) / run->size;
}

static void
run_burst (BenchRun *run)
{
  if (run->warm_up)
    burst (run);

  run->values[0] = burst (run);
}

typedef struct
{
  BenchRecipe recipe;
  BenchSide   side;
  guint       n_started;
  guint       n_tasks;
} Window;

static void
on_window_task (guint    index,
                gboolean cancelled,
                gpointer user_data)
{
  Window *window = user_data;

  bench_tally_count (index);

  if (window->n_started < window->n_tasks)
    bench_task_start (&window->recipe, window->side, window->n_started++);
}

static double
window (BenchRun *run,
        guint     n_tasks)
{
  Window state = {
    .recipe = { .flags = run->flags, .called_back = on_window_task, .user_data = &state },
    .side = run->side,
    .n_tasks = n_tasks,
  };
  double start;
  double end;

  bench_tally_begin (n_tasks);

  start = bench_now ();
  while (state.n_started < MIN (WINDOW_WIDTH, n_tasks))
    bench_task_start (&state.recipe, state.side, state.n_started++);
  bench_tally_wait ();
  end = bench_now ();

  bench_tally_end ();
  bench_task_check_all_gone ();

  return (end - start) / n_tasks;
}

static void
run_window (BenchRun *run)
{
  if (run->warm_up)
    window (run, run->size / 5);

  run->values[0] = window (run, run->size);
}

static void
on_latency_task (guint    index,
                 gboolean cancelled,
                 gpointer user_data)
{
  gboolean *done = user_data;

  *done = TRUE;
  bench_tally_count (index);
}

static void
latency (BenchRun *run,
         guint     n_tasks,
         double   *times)
{
  gboolean done;
  BenchRecipe recipe = { .flags = run->flags, .called_back = on_latency_task, .user_data = &done };

  bench_tally_begin (n_tasks);

  for (guint i = 0; i < n_tasks; i++)
    {
      double start = bench_now ();

      done = FALSE;
      bench_task_start (&recipe, run->side, i);
      while (!done)
        g_main_context_iteration (NULL, TRUE);

      times[i] = bench_now () - start;
    }

  bench_tally_end ();
  bench_task_check_all_gone ();
}

static void
run_latency (BenchRun *run)
{
  g_autofree double *times = g_new (double, run->size);

  bench_pin ();

  if (run->warm_up)
    latency (run, run->size / 10, times);

  latency (run, run->size, times);
  qsort (times, run->size, sizeof *times, bench_compare);

  run->values[0] = times[run->size / 2];
  run->values[1] = times[run->size * 99 / 100];
}

#define TIMES(label_, goal_, ...) \
  { label_, BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, goal_, __VA_ARGS__ }

const BenchCase bench_throughput_cases[] = {
  { "burst", run_burst, BENCH_ALL_PEERS, BURST_TASKS, 0,
    { TIMES ("100,000 at once, per task", 3, .first_goal = 2, .goal_2_87 = 5) } },
  { "burst-callback", run_burst, BENCH_IN_CALLBACK, BURST_TASKS, 0,
    { TIMES ("· started in a callback", 3, .first_goal = 2, .goal_2_87 = 5) } },
  { "burst-pool", run_burst, BENCH_ON_POOL | BENCH_ALL_PEERS, BURST_TASKS, 0,
    { TIMES ("· default pool", 3, .first_goal = 2, .goal_2_87 = 5) } },
  { "burst-callbacks", run_burst, BENCH_CALLBACKS | BENCH_ALL_PEERS, BURST_TASKS, 0,
    { TIMES ("· set_callbacks(), no subclass", 2.5, .first_goal = 0, .goal_2_87 = 5) } },
  { "burst-connected", run_burst, BENCH_CONNECTED, BURST_TASKS, 0,
    { TIMES ("· handler connected to each", 1.3, .first_goal = 0) } },
  { "burst-connected-pool", run_burst, BENCH_CONNECTED | BENCH_ON_POOL, BURST_TASKS, 0,
    { TIMES ("· handler connected, default pool", 1.3, .first_goal = 0) } },
  { "burst-async", run_burst, BENCH_AWAITED, BURST_TASKS, 0,
    { TIMES ("· execute_async()", 1.7, .first_goal = 0) } },
  { "burst-async-pool", run_burst, BENCH_AWAITED | BENCH_ON_POOL, BURST_TASKS, 0,
    { TIMES ("· execute_async(), default pool", 1.7, .first_goal = 0) } },
  { "window", run_window, BENCH_ALL_PEERS, WINDOW_TASKS, 0,
    { TIMES ("64 in flight, per task", 5, .first_goal = 3) } },
  { "window-pool", run_window, BENCH_ON_POOL | BENCH_ALL_PEERS, WINDOW_TASKS, 0,
    { TIMES ("· default pool", 5, .first_goal = 3) } },
  { "latency", run_latency, BENCH_ALL_PEERS, LATENCY_TASKS, 0,
    { TIMES ("one at a time, one CPU, median", 2, .first_goal = 0),
      TIMES ("· 99th percentile", 2, .first_goal = 0) } },
  { "latency-pool", run_latency, BENCH_ON_POOL | BENCH_ALL_PEERS, LATENCY_TASKS, 0,
    { TIMES ("· default pool, median", 2, .first_goal = 0),
      TIMES ("· default pool, 99th percentile", 2, .first_goal = 0) } },
  { NULL }
};
