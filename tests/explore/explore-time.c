/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

/* Scenarios of time: timeouts, repetition, prerequisites. */

#define A_WHILE 10.0

/* Whether it ended because its time was up. */
static gboolean
has_timed_out (Job *job)
{
  return job->outcome == AT_OUTCOME_FAILED;
}

static void
check_timeouts (void)
{
  check_jobs ();
  for (guint i = 0; i < n_jobs; i++)
    explore_check (jobs[i].n_bodies == 1 || jobs[i].outcome != AT_OUTCOME_SUCCEEDED, "the body of %s never ran",
                   jobs[i].name);
}

/* One whose time may be up at any moment of its life. */
static void
run_timeout (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  at_async_task_set_timeout (job->task, A_WHILE);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* The same while somebody cancels it. */
static void
run_timeout_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  at_async_task_set_timeout (job->task, A_WHILE);
  spawn_with (cancel_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

static gboolean
sleep_long (Job     *job,
            GError **error)
{
  leave_body (job);

  /* Whoever looks after the time may be kept from it for longer than that. */
  at_async_task_sleep (job->task, 10 * A_WHILE, error);
  n_active++;

  return FALSE;
}

/* A body that sleeps, in a serial executor, with another one behind it. */
static void
run_timeout_sleep (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;
  Job *a, *b;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  a = job_new ("A", NULL, sleep_long);
  at_async_task_set_timeout (a->task, A_WHILE);
  execute (a, serial);
  drop (a);
  b = job_new ("B", NULL, NULL);
  execute (b, serial);
  drop (b);
  iterate ();
}

static void
check_timeout_sleep (void)
{
  check_timeouts ();
  explore_check (has_timed_out (&jobs[0]), "A did not time out");
  explore_check (jobs[1].outcome == AT_OUTCOME_SUCCEEDED, "B did not succeed");
}

/* Set and taken away by another thread. */
static void
set_there (gpointer data)
{
  Job *job = data;

  at_async_task_set_timeout (job->task, A_WHILE);
  at_async_task_set_timeout (job->task, -1);
  g_object_unref (job->task);
}

static void
run_timeout_set (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (set_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

const ExploreScenario explore_time_scenarios[] = {
  { "timeout",               run_timeout,               check_timeouts,            2, 3 },
  { "timeout-cancel",        run_timeout_cancel,        check_timeouts,            1, 2 },
  { "timeout-sleep",         run_timeout_sleep,         check_timeout_sleep,       1, 2 },
  { "timeout-set",           run_timeout_set,           check_timeouts,            1, 2 },
};

const guint explore_n_time_scenarios = G_N_ELEMENTS (explore_time_scenarios);
