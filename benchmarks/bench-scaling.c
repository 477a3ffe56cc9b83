/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of the cost of a task when there is more of something: tasks that wait,
 * threads that run them, threads that start them, contexts that they are called back in. */

#include "bench-task.h"

#define TASKS_IN_ALL      100000
#define N_SWEEPS          3
#define LANE_TASKS        100000
#define EMPTY_BODIES      100000
#define COMPUTING_BODIES  4000
#define SLEEPING_BODIES   400
#define SLEEP_USEC        1000

/* How many bursts of one length a process measures: enough of them for short ones to tell,
 * and only one of a million. */
static guint
count_bursts (BenchRun *run,
              guint     length)
{
  guint in_all = run->warm_up ? TASKS_IN_ALL : length;

  return MAX (in_all / length, 1);
}

static void
on_task (guint    index,
         gboolean cancelled,
         gpointer user_data)
{
  bench_tally_count (index);
}

static double
time_burst (BenchSide side,
            guint     length)
{
  BenchRecipe recipe = { .called_back = on_task };
  double start;
  double end;

  bench_tally_begin (length);
  start = bench_now ();
  for (guint i = 0; i < length; i++)
    bench_task_start (&recipe, side, i);
  bench_tally_wait ();
  end = bench_now ();
  bench_tally_end ();

  return end - start;
}

/* Per task, in bursts of @length one after another. */
static double
time_bursts (BenchRun *run,
             guint     length)
{
  guint n_bursts = count_bursts (run, length);
  double sum = 0;

  if (run->warm_up)
    time_burst (run->side, MIN (length, TASKS_IN_ALL));

  for (guint i = 0; i < n_bursts; i++)
    sum += time_burst (run->side, length);
  bench_task_check_all_gone ();

  return sum / n_bursts / length;
}

static void
run_length (BenchRun *run)
{
  run->values[0] = time_bursts (run, run->size);
}

/* The dearest length beside the cheapest one, from 1000 to the size, tenfold each. Of each
 * the least of some sweeps, since what else the machine does only ever adds. */
static void
run_flat (BenchRun *run)
{
  double least = G_MAXDOUBLE;
  double most = 0;

  for (guint length = MIN (1000, run->size); length <= run->size; length *= 10)
    {
      double time = G_MAXDOUBLE;

      for (guint i = 0; i < N_SWEEPS; i++)
        time = MIN (time, time_bursts (run, length));

      least = MIN (least, time);
      most = MAX (most, time);
    }

  run->values[0] = most / least;
}

/* Threads: the same bodies on a pool of so many threads and, as the other side, of one. */

static guint
count_threads (BenchRun *run)
{
  return run->side == BENCH_OURS ? run->size : 1;
}

static gboolean
body_returns (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  return TRUE;
}

static gboolean
body_computes (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  bench_compute ();

  return TRUE;
}

static gboolean
body_sleeps (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  g_usleep (SLEEP_USEC);

  return TRUE;
}

static void
on_tallied (AtAsyncTask  *task,
            const GValue *result,
            gpointer      user_data)
{
  bench_tally_count (GPOINTER_TO_UINT (user_data));
}

static double
time_bodies (AtExecutor  *pool,
             AtTaskFunc  body,
             guint        n_tasks)
{
  double start;
  double end;

  bench_tally_begin (n_tasks);
  start = bench_now ();
  for (guint i = 0; i < n_tasks; i++)
    {
      g_autoptr(AtAsyncTask) task = at_async_task_new (body, NULL, NULL);
      g_autoptr(GError) error = NULL;

      g_signal_connect (task, "post-execute", G_CALLBACK (on_tallied), GUINT_TO_POINTER (i));
      if (!at_async_task_execute_on_executor (task, pool, NULL, &error))
        bench_fail ("a task could not be executed: %s", error->message);
    }
  bench_tally_wait ();
  end = bench_now ();
  bench_tally_end ();

  return (end - start) / n_tasks;
}

static void
run_threads (BenchRun *run)
{
  g_autoptr(AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("bench", count_threads (run));
  AtExecutor *executor = AT_EXECUTOR (pool);
  guint share = run->warm_up ? 1 : 100;

  if (run->warm_up)
    time_bodies (executor, body_returns, EMPTY_BODIES);

  run->values[0] = time_bodies (executor, body_sleeps, SLEEPING_BODIES / share);
  run->values[1] = time_bodies (executor, body_computes, COMPUTING_BODIES / share);
  run->values[2] = time_bodies (executor, body_returns, EMPTY_BODIES / share);
}

/* Lanes: threads that start tasks, all at the same time. Either all of them are called back
 * on the main thread, or each lane has a context of its own and is called back there. */

typedef struct
{
  BenchSide     side;
  gboolean      own_context;
  GMainContext *context; /* unset: the default one */
  guint         n_tasks;
  guint         n_called_back; /* thread of the context */
} Lane;

#define LANE_TYPE_TASK (lane_task_get_type ())

G_DECLARE_FINAL_TYPE (LaneTask, lane_task, LANE, TASK, AtAsyncTask)

struct _LaneTask
{
  AtAsyncTask  parent_instance;

  Lane        *lane;
};

G_DEFINE_FINAL_TYPE (LaneTask, lane_task, AT_TYPE_ASYNC_TASK)

static void
lane_called_back (Lane *self)
{
  if (!self->own_context)
    bench_check_owner ();
  else if (!g_main_context_is_owner (self->context))
    bench_fail ("a callback ran outside its context");

  self->n_called_back++;
}

static gboolean
lane_task_in_background (AtAsyncTask   *task,
                         const GValue  *params,
                         GCancellable  *cancellable,
                         GError       **error)
{
  return TRUE;
}

static void
lane_task_post_execute (AtAsyncTask  *task,
                        const GValue *result)
{
  lane_called_back (LANE_TASK (task)->lane);
}

static void
lane_task_class_init (LaneTaskClass *klass)
{
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  task_class->in_background = lane_task_in_background;
  task_class->post_execute = lane_task_post_execute;
}

static void
lane_task_init (LaneTask *self)
{
}

static void
lane_peer_thread (GTask        *task,
                  gpointer      source_object,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  g_task_return_boolean (task, TRUE);
}

static void
on_lane_peer (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    bench_fail ("a task failed");

  lane_called_back (user_data);
}

static void
lane_start_task (Lane *self)
{
  if (self->side == BENCH_OURS)
    {
      g_autoptr(AtAsyncTask) task = g_object_new (LANE_TYPE_TASK, NULL);
      g_autoptr(GError) error = NULL;

      LANE_TASK (task)->lane = self;
      if (self->own_context)
        at_async_task_set_main_context (task, self->context);
      if (!at_async_task_execute (task, NULL, &error))
        bench_fail ("a task could not be executed: %s", error->message);
    }
  else
    {
      g_autoptr(GTask) task = g_task_new (NULL, NULL, on_lane_peer, self);

      g_task_run_in_thread (task, lane_peer_thread);
    }
}

static gpointer
run_lane (gpointer data)
{
  Lane *self = data;

  if (self->own_context)
    g_main_context_push_thread_default (self->context);

  bench_gate_pass ();
  for (guint i = 0; i < self->n_tasks; i++)
    lane_start_task (self);

  if (self->own_context)
    {
      while (self->n_called_back < self->n_tasks)
        g_main_context_iteration (self->context, TRUE);
      g_main_context_pop_thread_default (self->context);
    }

  return NULL;
}

/* Main thread. Those without a context of their own are called back here. */
static gboolean
lanes_are_done (const Lane *lanes,
                guint       n_lanes)
{
  for (guint i = 0; i < n_lanes; i++)
    if (!lanes[i].own_context && lanes[i].n_called_back < lanes[i].n_tasks)
      return FALSE;

  return TRUE;
}

static double
time_lanes (BenchRun *run,
            gboolean  own_contexts,
            guint     n_tasks)
{
  guint n_lanes = run->size;
  g_autofree Lane *lanes = g_new0 (Lane, n_lanes);
  g_autofree GThread **threads = g_new (GThread *, n_lanes);
  double start;
  double end;

  bench_gate_close ();
  for (guint i = 0; i < n_lanes; i++)
    {
      lanes[i].side = run->side;
      lanes[i].own_context = own_contexts;
      lanes[i].context = own_contexts ? g_main_context_new () : NULL;
      lanes[i].n_tasks = MAX (n_tasks / n_lanes, 1);
      threads[i] = g_thread_new ("lane", run_lane, &lanes[i]);
    }

  start = bench_now ();
  bench_gate_open ();
  while (!lanes_are_done (lanes, n_lanes))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < n_lanes; i++)
    g_thread_join (threads[i]);
  end = bench_now ();

  for (guint i = 0; i < n_lanes; i++)
    g_clear_pointer (&lanes[i].context, g_main_context_unref);

  return (end - start) / (lanes[0].n_tasks * n_lanes);
}

static void
run_lanes (BenchRun *run,
           gboolean  own_contexts)
{
  if (run->warm_up)
    time_lanes (run, own_contexts, LANE_TASKS);

  run->values[0] = time_lanes (run, own_contexts, run->warm_up ? LANE_TASKS : LANE_TASKS / 100);
}

static void
run_producers (BenchRun *run)
{
  run_lanes (run, FALSE);
}

/* Many producers beside one, both ours, and the least of some sweeps as above. */
static double
time_producers (BenchRun *run,
                guint     n_lanes)
{
  BenchRun some = { .side = BENCH_OURS, .size = n_lanes };
  double time = G_MAXDOUBLE;

  for (guint i = 0; i < N_SWEEPS; i++)
    time = MIN (time, time_lanes (&some, FALSE, run->warm_up ? LANE_TASKS : LANE_TASKS / 100));

  return time;
}

static void
run_producers_flat (BenchRun *run)
{
  double one = time_producers (run, 1);

  run->values[0] = time_producers (run, 8) / one;
  run->values[1] = time_producers (run, 64) / one;
}

/* Tasks whose pre-execute nobody listens to, started by another thread than the owner's; beside
 * that, by the owner. Both are ours. */
static void
run_afar (BenchRun *run)
{
  guint n_tasks = run->size;

  for (guint round = 0; round < (run->warm_up ? 2 : 1); round++)
    {
      BenchRun lane = { .side = BENCH_OURS, .size = 1 };
      Lane own = { .side = BENCH_OURS, .n_tasks = n_tasks };
      double start = bench_now ();

      if (run->side == BENCH_OURS)
        {
          run->values[0] = time_lanes (&lane, FALSE, n_tasks);
          continue;
        }

      for (guint i = 0; i < n_tasks; i++)
        lane_start_task (&own);
      while (own.n_called_back < n_tasks)
        g_main_context_iteration (NULL, TRUE);
      run->values[0] = (bench_now () - start) / n_tasks;
    }
}

/* The thread of the window starts many at once: how long it is kept, and for how long. */

static void
on_started_task (guint    index,
                 gboolean cancelled,
                 gpointer user_data)
{
  bench_tally_count (index);
}

static void
run_submitting (BenchRun *run)
{
  BenchRecipe recipe = { .flags = run->flags, .called_back = on_started_task };
  double start;

  for (guint round = 0; round < (run->warm_up ? 2 : 1); round++)
    {
      bench_tally_begin (run->size);
      start = bench_now ();
      for (guint i = 0; i < run->size; i++)
        bench_task_start (&recipe, run->side, i);
      run->values[0] = bench_now () - start;
      bench_tally_wait ();
      bench_tally_end ();
      bench_task_check_all_gone ();
    }
}

static void
run_contexts (BenchRun *run)
{
  run_lanes (run, TRUE);
}

#define SECONDS(label_) { label_, BENCH_UNIT_SECONDS, BENCH_GOAL_NONE }
#define LENGTH(name_, length_, label_) \
  { "queue-" name_, run_length, BENCH_FLAGS_NONE, length_, 0, { SECONDS (label_) } }
#define THREADS(name_, n_, sleep_goal_) \
  { "threads-" name_, run_threads, BENCH_FLAGS_NONE, n_, 0, \
    { { name_ " threads (beside: 1), bodies sleep 1 ms", BENCH_UNIT_SECONDS, \
        BENCH_GOAL_TIMES_AS_FAST, sleep_goal_ }, \
      SECONDS ("· compute 100 µs"), SECONDS ("· return at once") } }
#define PRODUCERS(name_, n_, label_) \
  { "producers-" name_, run_producers, BENCH_FLAGS_NONE, n_, 0, { SECONDS (label_) } }
#define CONTEXTS(name_, n_, label_) \
  { "contexts-" name_, run_contexts, BENCH_FLAGS_NONE, n_, 0, { SECONDS (label_) } }

const BenchCase bench_scaling_cases[] = {
  LENGTH ("1", 1, "1 queued at a time, per task"),
  LENGTH ("10", 10, "· 10"),
  LENGTH ("100", 100, "· 100"),
  LENGTH ("1000", 1000, "· 1,000"),
  LENGTH ("10000", 10000, "· 10,000"),
  LENGTH ("100000", 100000, "· 100,000"),
  LENGTH ("1000000", 1000000, "· 1,000,000"),
  { "queue-flat", run_flat, BENCH_NO_PEER, 1000000, 3,
    { { "· 1,000 to 1,000,000: dearest / cheapest", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 1.2 } } },
  THREADS ("2", 2, 1.8),
  THREADS ("4", 4, 3.6),
  THREADS ("8", 8, 7.2),
  PRODUCERS ("1", 1, "1 thread starts 100,000, per task"),
  PRODUCERS ("4", 4, "· 4 threads"),
  PRODUCERS ("16", 16, "· 16 threads"),
  PRODUCERS ("64", 64, "· 64 threads"),
  PRODUCERS ("8", 8, "· 8 threads"),
  { "producers-flat", run_producers_flat, BENCH_NO_PEER, 100000, 0,
    { { "· 8 threads / 1 thread", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 1.2 },
      { "· 64 threads / 1 thread", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 1.2 } } },
  { "afar", run_afar, BENCH_FLAGS_NONE, LANE_TASKS, 0,
    { { "started by a worker (beside: by the owner)", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 } } },
  { "start-200000", run_submitting, BENCH_FLAGS_NONE, 200000, 0,
    { { "starting 200,000, till the last is started", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1 } } },
  CONTEXTS ("1", 1, "1 context, its thread starts them, per task"),
  CONTEXTS ("4", 4, "· 4 contexts"),
  CONTEXTS ("16", 16, "· 16 contexts"),
  { NULL }
};
