/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One body that says a great deal, and how long a timer and redraws wait meanwhile. The
 * peer sends an idle source home for each update, at G_PRIORITY_DEFAULT. */

#include "bench-task.h"

#define UPDATES          1000000
#define FLOOD_TASKS      20000
#define FRACTION_SECONDS 2.0

#define BENCH_TYPE_TALKER (bench_talker_get_type ())

G_DECLARE_FINAL_TYPE (BenchTalker, bench_talker, BENCH, TALKER, AtAsyncTask)

/* One per process; the task or GTask of either side talks about it. */
typedef struct
{
  BenchRun  *run;
  void    (* body) (AtAsyncTask *task);

  /* Body only, then read after the task has ended. */
  double     body_start;
  double     body_end;

  /* Main thread only. */
  int        last_value;
  double     last_fraction;
  double     delivered;
  GArray    *notify_times;

  gint       said_all;    /* atomic */
} Talk;

static Talk talk;

struct _BenchTalker
{
  AtAsyncTask parent_instance;
};

G_DEFINE_FINAL_TYPE (BenchTalker, bench_talker, AT_TYPE_ASYNC_TASK)

static void
talk_took_value (int value)
{
  bench_check_owner ();

  if (G_UNLIKELY (value != talk.last_value + 1))
    bench_fail ("value %d came after %d", value, talk.last_value);
  talk.last_value = value;
}

static void
talk_took_fraction (double fraction)
{
  double now = bench_now ();

  bench_check_owner ();

  if (G_UNLIKELY (fraction <= talk.last_fraction))
    bench_fail ("fraction %g came after %g", fraction, talk.last_fraction);
  talk.last_fraction = fraction;
  g_array_append_val (talk.notify_times, now);
}

static void
talk_ended (void)
{
  talk.delivered = bench_now ();
  bench_tally_count (0);
}

static gboolean
bench_talker_in_background (AtAsyncTask   *task,
                            const GValue  *params,
                            GCancellable  *cancellable,
                            GError       **error)
{
  bench_check_worker ();

  talk.body_start = bench_now ();
  talk.body (task);
  talk.body_end = bench_now ();
  g_atomic_int_set (&talk.said_all, TRUE);

  return TRUE;
}

static void
bench_talker_progress_update (AtAsyncTask  *task,
                              const GValue *value)
{
  talk_took_value (g_value_get_int (value));
}

static void
bench_talker_post_execute (AtAsyncTask  *task,
                           const GValue *result)
{
  talk_ended ();
}

static void
bench_talker_failed (AtAsyncTask  *task,
                     const GError *error)
{
  bench_fail ("the task failed: %s", error->message);
}

static void
bench_talker_class_init (BenchTalkerClass *klass)
{
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  task_class->in_background = bench_talker_in_background;
  task_class->progress_update = bench_talker_progress_update;
  task_class->post_execute = bench_talker_post_execute;
  task_class->failed = bench_talker_failed;
}

static void
bench_talker_init (BenchTalker *self)
{
}

static void
on_notify_fraction (AtAsyncTask *task,
                    GParamSpec  *pspec,
                    gpointer     user_data)
{
  talk_took_fraction (at_async_task_get_fraction (task));
}

static void
peer_thread (GTask        *task,
             gpointer      source_object,
             gpointer      task_data,
             GCancellable *cancellable)
{
  bench_check_worker ();

  talk.body_start = bench_now ();
  talk.body (NULL);
  talk.body_end = bench_now ();
  g_atomic_int_set (&talk.said_all, TRUE);

  g_task_return_boolean (task, TRUE);
}

static void
on_peer_done (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    bench_fail ("the task failed");

  talk_ended ();
}

static void
talk_start (void)
{
  if (talk.run->side == BENCH_OURS)
    {
      g_autoptr(AtAsyncTask) task = g_object_new (BENCH_TYPE_TALKER, NULL);
      g_autoptr(GError) error = NULL;

      g_signal_connect (task, "notify::fraction", G_CALLBACK (on_notify_fraction), NULL);
      if (!at_async_task_execute (task, NULL, &error))
        bench_fail ("the task could not be executed: %s", error->message);
    }
  else
    {
      g_autoptr(GTask) task = g_task_new (NULL, NULL, on_peer_done, NULL);

      g_task_run_in_thread (task, peer_thread);
    }
}

static void
talk_wait_for_backlog (void)
{
  while (!g_atomic_int_get (&talk.said_all))
    g_usleep (1000);
}

static void
talk_run (BenchRun *run,
          void   (* body) (AtAsyncTask *task))
{
  talk.run = run;
  talk.body = body;
  talk.last_value = -1;
  talk.last_fraction = 0;
  talk.said_all = FALSE;
  talk.notify_times = g_array_new (FALSE, FALSE, sizeof (double));

  /* As if called from a callback of the running main loop: nobody iterates the context
   * yet, and g_main_context_invoke_full() would deliver on the worker thread. */
  if (!g_main_context_acquire (NULL))
    bench_fail ("the main context has another owner");

  bench_tally_begin (1);
  talk_start ();
  if (run->flags & BENCH_BACKLOG)
    talk_wait_for_backlog ();
}

static void
talk_finish (void)
{
  bench_tally_wait ();
  bench_tally_end ();
  g_main_context_release (NULL);
}

static void
talk_clear (void)
{
  g_clear_pointer (&talk.notify_times, g_array_unref);
}

/* Runs @body without the probes, which keep the other CPU busy. */
static void
talk_measure_cost (BenchRun *run,
                   void   (* body) (AtAsyncTask *task))
{
  talk_run (run, body);
  talk_finish ();
}

static void
talk_measure_delays (BenchRun  *run,
                     void    (* body) (AtAsyncTask *task),
                     double    *timer_delay,
                     double    *idle_delay)
{
  BenchProbes *probes;

  talk_run (run, body);
  probes = bench_probes_start ();
  bench_tally_run ();
  bench_probes_stop (probes, timer_delay, idle_delay);
  talk_finish ();
}

/* Updates of one fraction. */

static gboolean
on_peer_fraction (gpointer user_data)
{
  talk_took_fraction (GPOINTER_TO_INT (user_data) / (double) UPDATES);

  return G_SOURCE_REMOVE;
}

static void
say_fraction (AtAsyncTask *task,
              int          i)
{
  if (task != NULL)
    at_async_task_set_fraction (task, i / (double) UPDATES);
  else
    g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_peer_fraction,
                                GINT_TO_POINTER (i), NULL);
}

static void
say_all_fractions (AtAsyncTask *task)
{
  for (int i = 1; i <= UPDATES; i++)
    say_fraction (task, i);
}

/* A full second, or two, of nothing else; in steps that never reach the end. */
static void
say_fractions_for_a_while (AtAsyncTask *task)
{
  double end = bench_now () + FRACTION_SECONDS;
  double fraction = 0;

  do
    {
      for (int i = 0; i < 1000; i++)
        at_async_task_set_fraction (task, fraction += (1 - fraction) * 1e-9);
    }
  while (bench_now () < end);

  /* The last value comes without waiting for its time, and is not part of the pace. */
  g_usleep (50000);
  at_async_task_set_fraction (task, 1);
}

static void
check_last_fraction (void)
{
  if (talk.last_fraction != 1)
    bench_fail ("the last fraction that came was %g", talk.last_fraction);
}

static void
run_fraction (BenchRun *run)
{
  if (run->warm_up)
    {
      talk_measure_cost (run, say_all_fractions);
      talk_clear ();
    }

  talk_measure_cost (run, say_all_fractions);
  check_last_fraction ();
  talk_clear ();

  run->values[0] = (talk.body_end - talk.body_start) / UPDATES;
}

/* The most notifies in any one second. */
static double
busiest_second (GArray *times)
{
  guint most = 0;
  guint first = 0;

  for (guint i = 0; i < times->len; i++)
    {
      while (g_array_index (times, double, i) - g_array_index (times, double, first) >= 1)
        first++;
      most = MAX (most, i - first + 1);
    }

  return most;
}

static void
run_fraction_delay (BenchRun *run)
{
  talk_measure_delays (run,
                       run->side == BENCH_OURS ? say_fractions_for_a_while : say_all_fractions,
                       &run->values[0], &run->values[1]);
  check_last_fraction ();
  run->values[2] = busiest_second (talk.notify_times);
  talk_clear ();
}

static void
run_fraction_heap (BenchRun *run)
{
  BenchHeap before;
  BenchHeap after;

  talk_measure_cost (run, say_all_fractions);
  talk_clear ();

  before = bench_heap_read ();
  talk_measure_cost (run, say_all_fractions);
  after = bench_heap_read ();
  talk_clear ();

  run->values[0] = (after.allocations - before.allocations) / (double) UPDATES;
}

/* A stream of values, each of which is delivered. */

static gboolean
on_peer_value (gpointer user_data)
{
  talk_took_value (GPOINTER_TO_INT (user_data));

  return G_SOURCE_REMOVE;
}

static void
say_all_values (AtAsyncTask *task)
{
  if (task != NULL)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_TYPE_INT);
      for (int i = 0; i < UPDATES; i++)
        {
          g_value_set_int (&value, i);
          at_async_task_publish_progress (task, &value);
        }
    }
  else
    {
      for (int i = 0; i < UPDATES; i++)
        g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, on_peer_value,
                                    GINT_TO_POINTER (i), NULL);
    }
}

static void
check_last_value (void)
{
  if (talk.last_value != UPDATES - 1)
    bench_fail ("the last value that came was %d", talk.last_value);
}

static void
run_publish (BenchRun *run)
{
  if (run->warm_up)
    {
      talk_measure_cost (run, say_all_values);
      talk_clear ();
    }

  talk_measure_cost (run, say_all_values);
  check_last_value ();
  talk_clear ();

  run->values[0] = (talk.delivered - talk.body_start) / UPDATES;
  run->values[1] = (talk.body_end - talk.body_start) / UPDATES;
}

static void
say_nothing (AtAsyncTask *task)
{
  double end = bench_now () + 1;

  while (bench_now () < end)
    bench_compute ();
}

static void
run_publish_delay (BenchRun *run)
{
  gboolean busy_only = (run->flags & BENCH_BUSY_ONLY) != 0;

  talk_measure_delays (run, busy_only ? say_nothing : say_all_values,
                       &run->values[0], &run->values[1]);
  if (!busy_only)
    check_last_value ();
  talk_clear ();
}

/* A flood of completions. */

static gint n_flood_bodies; /* atomic */

static void
flood_body (gpointer user_data)
{
  g_atomic_int_inc (&n_flood_bodies);
}

static void
on_flood_task (guint    index,
               gboolean cancelled,
               gpointer user_data)
{
  bench_tally_count (index);
}

static void
run_flood (BenchRun *run)
{
  BenchRecipe recipe = { .flags = run->flags, .body = flood_body, .called_back = on_flood_task };
  BenchProbes *probes;

  bench_tally_begin (run->size);
  for (guint i = 0; i < run->size; i++)
    bench_task_start (&recipe, run->side, i);

  while ((guint) g_atomic_int_get (&n_flood_bodies) < run->size)
    g_usleep (1000);
  g_usleep (10000);

  probes = bench_probes_start ();
  bench_tally_run ();
  bench_probes_stop (probes, &run->values[0], &run->values[1]);

  bench_tally_wait ();
  bench_tally_end ();
  bench_task_check_all_gone ();
}

#define DELAY(label_) \
  { label_, BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 8e-3, .first_goal = 8e-3 }

const BenchCase bench_progress_cases[] = {
  { "fraction", run_fraction, BENCH_FLAGS_NONE, 1, 0,
    { { "1,000,000 set_fraction(), per call", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 10e-9,
        .first_goal = 20e-9 } } },
  { "fraction-delay", run_fraction_delay, BENCH_SLOW, 1, 0,
    { DELAY ("· 60 Hz timer meanwhile, worst delay"),
      DELAY ("· redraw source meanwhile, worst delay"),
      { "· notifies in the busiest second", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 63 } } },
  { "fraction-heap", run_fraction_heap, BENCH_COUNT_HEAP | BENCH_SLOW, 1, 1,
    { { "· heap allocations per call", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 0.001 } } },
  { "publish", run_publish, BENCH_FLAGS_NONE, 1, 0,
    { { "1,000,000 publish_progress(), per value", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 0.25 },
      { "· of that until the body has ended", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { "publish-delay", run_publish_delay, BENCH_SLOW, 1, 0,
    { DELAY ("· 60 Hz timer meanwhile, worst delay"),
      DELAY ("· redraw source meanwhile, worst delay") } },
  { "publish-backlog", run_publish_delay, BENCH_BACKLOG | BENCH_SLOW, 1, 0,
    { DELAY ("· timer, 1,000,000 values pending"),
      DELAY ("· redraw source, 1,000,000 values pending") } },
  { "flood", run_flood, BENCH_FLAGS_NONE, FLOOD_TASKS, 0,
    { DELAY ("20,000 completions pending, timer delay"),
      DELAY ("· redraw source delay") } },
  { "flood-pool", run_flood, BENCH_ON_POOL, FLOOD_TASKS, 0,
    { DELAY ("· default pool, timer delay"),
      DELAY ("· default pool, redraw source delay") } },
  { "noise", run_publish_delay, BENCH_BUSY_ONLY | BENCH_SLOW, 1, 0,
    { { "a body that only computes, timer delay", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE },
      { "· redraw source delay", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { NULL }
};
