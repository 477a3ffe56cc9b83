/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The workloads of bench-throughput.c as the documentation of libuv has them: uv_queue_work()
 * with a callback on the loop, which frees the request. */

#include <stdio.h>
#include <stdlib.h>

#include <uv.h>

#include "bench-child.h"

#define WINDOW_WIDTH 64

typedef struct
{
  uv_work_t request;
  guint     index;
  guint     result;
} Job;

static guint   n_tasks;
static guint   n_started;
static guint   n_called_back;
static guint8 *seen;

static void start_job (uv_after_work_cb called_back);

static void
run_job (uv_work_t *request)
{
  Job *job = request->data;

  bench_check_worker ();
  job->result = job->index;
}

static void
on_job (uv_work_t *request,
        int        status)
{
  Job *job = request->data;

  bench_check_owner ();
  if (status != 0 || job->result != job->index || seen[job->index]++ != 0)
    bench_fail ("task %u came twice, or returned another number", job->index);

  n_called_back++;
  free (job);
}

static void
on_window_job (uv_work_t *request,
               int        status)
{
  on_job (request, status);
  if (n_started < n_tasks)
    start_job (on_window_job);
}

static void
start_job (uv_after_work_cb called_back)
{
  Job *job = calloc (1, sizeof *job);

  job->request.data = job;
  job->index = n_started++;
  if (uv_queue_work (uv_default_loop (), &job->request, run_job, called_back) != 0)
    bench_fail ("uv_queue_work() failed");
}

static void
begin (guint size)
{
  n_tasks = size;
  n_started = n_called_back = 0;
  seen = g_new0 (guint8, size);
}

static void
end (void)
{
  if (n_called_back != n_tasks)
    bench_fail ("%u of %u tasks were called back", n_called_back, n_tasks);
  g_clear_pointer (&seen, g_free);
}

static double
burst (guint size)
{
  double start;
  double time;

  begin (size);
  start = bench_now ();
  while (n_started < size)
    start_job (on_job);
  uv_run (uv_default_loop (), UV_RUN_DEFAULT);
  time = bench_now () - start;
  end ();

  return time / size;
}

static double
window (guint size)
{
  double start;
  double time;

  begin (size);
  start = bench_now ();
  while (n_started < MIN (WINDOW_WIDTH, size))
    start_job (on_window_job);
  uv_run (uv_default_loop (), UV_RUN_DEFAULT);
  time = bench_now () - start;
  end ();

  return time / size;
}

static void
latency (guint   size,
         double *times)
{
  begin (size);
  for (guint i = 0; i < size; i++)
    {
      double start = bench_now ();

      start_job (on_job);
      while (n_called_back < n_started)
        uv_run (uv_default_loop (), UV_RUN_ONCE);
      times[i] = bench_now () - start;
    }
  end ();
}

static void
run_burst (BenchRun *run)
{
  if (run->warm_up)
    burst (run->size);
  run->values[0] = burst (run->size);
}

static void
run_window (BenchRun *run)
{
  if (run->warm_up)
    window (run->size / 5);
  run->values[0] = window (run->size);
}

static void
run_latency (BenchRun *run)
{
  g_autofree double *times = g_new (double, run->size);

  bench_pin ();
  if (run->warm_up)
    latency (run->size / 10, times);
  latency (run->size, times);
  qsort (times, run->size, sizeof *times, bench_compare);

  run->values[0] = times[run->size / 2];
  run->values[1] = times[run->size * 99 / 100];
}

#define ROW { "", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE }

static const BenchCase cases[] = {
  { "burst", run_burst, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "burst-pool", run_burst, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "burst-callbacks", run_burst, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "submit", run_burst, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "submit-pool", run_burst, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "window", run_window, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "window-pool", run_window, BENCH_FLAGS_NONE, 1, 0, { ROW } },
  { "latency", run_latency, BENCH_FLAGS_NONE, 1, 0, { ROW, ROW } },
  { "latency-pool", run_latency, BENCH_FLAGS_NONE, 1, 0, { ROW, ROW } },
  { NULL }
};

int
main (int    argc,
      char **argv)
{
  g_autoptr(GError) error = NULL;
  BenchChild child = { 0, };

  bench_init (argv[0]);
  if (!bench_child_parse (&child, &argc, &argv, &error))
    {
      fprintf (stderr, "bench-libuv: %s\n", error->message);
      return EXIT_FAILURE;
    }

  bench_child_run (&child, bench_child_find (&child, cases));
}
