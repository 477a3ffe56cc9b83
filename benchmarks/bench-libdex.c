/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The workloads of bench-throughput.c with libdex in the place of GTask, in the two ways its
 * documentation has for work on other threads: a work item of the thread pool that resolves
 * a promise, and a fiber of the thread pool. The one who asked waits with dex_future_finally(). */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libdex.h>

#include "bench-child.h"
#include "bench-task.h"

typedef struct
{
  const BenchRecipe *recipe;
  guint              index;
  DexPromise        *promise; /* the thread pool's reference; unset for a fiber */
} Job;

static gboolean use_fibers;
static guint    n_started;
static guint    n_called_back;

static DexFuture *
on_done (DexFuture *completed,
         gpointer   user_data)
{
  g_autoptr(GError) error = NULL;
  Job *job = user_data;
  const GValue *value = dex_future_get_value (completed, &error);

  bench_check_owner ();
  if (value == NULL)
    bench_fail ("a task failed: %s", error->message);
  if (g_value_get_uint (value) != job->index)
    bench_fail ("task %u returned %u", job->index, g_value_get_uint (value));

  n_called_back++;
  job->recipe->called_back (job->index, FALSE, job->recipe->user_data);

  return NULL;
}

static void
do_job (Job *job)
{
  bench_check_worker ();
  if (job->recipe->body != NULL)
    job->recipe->body (job->recipe->body_data);
}

static void
run_work_item (gpointer data)
{
  Job *job = data;
  DexPromise *promise = g_steal_pointer (&job->promise);

  do_job (job);

  /* From here on the job may be gone. */
  dex_promise_resolve_uint (promise, job->index);
  dex_unref (promise);
}

static DexFuture *
run_fiber (gpointer data)
{
  Job *job = data;

  do_job (job);

  return dex_future_new_for_uint (job->index);
}

void
bench_task_start (const BenchRecipe *recipe,
                  BenchSide          side,
                  guint              index)
{
  DexScheduler *scheduler = dex_thread_pool_scheduler_get_default ();
  Job *job = g_new0 (Job, 1);
  DexFuture *future;

  n_started++;
  job->recipe = recipe;
  job->index = index;

  if (use_fibers)
    {
      future = dex_scheduler_spawn (scheduler, 0, run_fiber, job, NULL);
    }
  else
    {
      job->promise = dex_promise_new ();
      future = dex_ref (DEX_FUTURE (job->promise));
      dex_scheduler_push (scheduler, run_work_item, job);
    }

  dex_future_disown (dex_future_finally (future, on_done, job, g_free));
}

void
bench_task_check_all_gone (void)
{
  if (n_called_back != n_started)
    bench_fail ("%u tasks started, %u called back", n_started, n_called_back);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GError) error = NULL;
  BenchChild child = { 0, };

  setlocale (LC_CTYPE, "");
  bench_init (argv[0]);
  if (!bench_child_parse (&child, &argc, &argv, &error))
    {
      fprintf (stderr, "bench-libdex: %s\n", error->message);
      return EXIT_FAILURE;
    }

  use_fibers = g_strcmp0 (child.side, "fiber") == 0;
  dex_init ();
  bench_child_run (&child, bench_child_find (&child, bench_throughput_cases));
}
