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

/* Repetition. */

static gboolean
fail_once (Job     *job,
           GError **error)
{
  if (at_async_task_get_attempt (job->task) > 1)
    return TRUE;

  /* A body that runs again is no surprise. */
  job->n_bodies--;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "No");

  return FALSE;
}

static double
after_a_while (AtAsyncTask  *task,
               const GError *error,
               guint         attempt,
               gpointer      user_data)
{
  return A_WHILE;
}

static double
at_once (AtAsyncTask  *task,
         const GError *error,
         guint         attempt,
         gpointer      user_data)
{
  return 0;
}

static Job *
job_new_fickle (const char  *name,
                AtRetryFunc  func)
{
  Job *job = job_new (name, NULL, fail_once);

  at_async_task_set_retry (job->task, 2, func, NULL, NULL);

  return job;
}

static void
run_retry (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new_fickle ("A", after_a_while);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* Cancelled at any moment: while it runs, rests, or is offered again. */
static void
run_retry_cancel_with (AtRetryFunc func)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new_fickle ("A", func);
  spawn_with (cancel_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

static void
run_retry_cancel (void)
{
  run_retry_cancel_with (after_a_while);
}

static void
run_retry_cancel_at_once (void)
{
  run_retry_cancel_with (at_once);
}

static void
try_there (gpointer data)
{
  Job *job = data;

  at_async_task_try_now (job->task);
  at_async_task_pause (job->task);
  at_async_task_resume (job->task);
  g_object_unref (job->task);
}

/* Whoever finds it due begins it, and nobody else. */
static void
run_retry_now (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new_fickle ("A", after_a_while);
  spawn_with (try_there, job);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* Its owner goes in the delay, in a serial executor on top of another one: the one behind
 * it has its turn. */
static void
run_retry_owner_gone (void)
{
  g_autoptr (AtExecutor) pool = NULL, below = NULL, serial = NULL;
  GObject *owner;
  Job *a, *b;

  begin (1);
  pool = pool_new (1);
  below = watched (at_serial_executor_new (pool));
  serial = watched (at_serial_executor_new (below));
  owner = g_object_new (G_TYPE_OBJECT, NULL);
  a = job_new_fickle ("A", after_a_while);
  at_async_task_set_owner (a->task, owner);
  a->owner_may_go = TRUE;
  execute (a, serial);
  drop (a);
  b = job_new ("B", NULL, NULL);
  execute (b, serial);
  drop (b);
  a->orphaned = TRUE;
  g_object_unref (owner);
  iterate ();
}

static void
check_retry_owner_gone (void)
{
  check_jobs ();
  explore_check (jobs[1].outcome == AT_OUTCOME_SUCCEEDED, "B did not succeed");
}

/* Prerequisites. */

static void
run_prerequisite_with (gboolean cancels,
                       gboolean fails)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *a, *b;

  begin (1);
  pool = pool_new (1);
  a = job_new ("A", NULL, NULL);
  b = job_new ("B", NULL, NULL);
  at_async_task_add_prerequisite (b->task, a->task, NULL);
  if (cancels)
    spawn_with (cancel_there, fails ? a : b);
  execute (a, pool);
  drop (a);
  execute (b, pool);
  drop (b);
  iterate ();
}

static void
run_prerequisite (void)
{
  run_prerequisite_with (FALSE, FALSE);
}

/* The end of the one it waits for against its own cancel. */
static void
run_prerequisite_cancel (void)
{
  run_prerequisite_with (TRUE, FALSE);
}

/* The one that it waits for is cancelled, as it begins to wait. */
static void
run_prerequisite_in_vain (void)
{
  run_prerequisite_with (TRUE, TRUE);
}

const ExploreScenario explore_time_scenarios[] = {
  { "timeout",               run_timeout,               check_timeouts,            1, 3 },
  { "timeout-cancel",        run_timeout_cancel,        check_timeouts,            1, 2 },
  { "timeout-sleep",         run_timeout_sleep,         check_timeout_sleep,       1, 2 },
  { "timeout-set",           run_timeout_set,           check_timeouts,            1, 2 },
  { "retry",                 run_retry,                 check_succeeded,           1, 2 },
  { "retry-cancel",          run_retry_cancel,          check_jobs,                1, 2 },
  { "retry-cancel-at-once",  run_retry_cancel_at_once,  check_jobs,                1, 2 },
  { "retry-now",             run_retry_now,             check_succeeded,           0, 1 },
  { "retry-owner-gone",      run_retry_owner_gone,      check_retry_owner_gone,    1, 2 },
  { "prerequisite",          run_prerequisite,          check_succeeded,           1, 2 },
  { "prerequisite-cancel",   run_prerequisite_cancel,   check_jobs,                1, 2 },
  { "prerequisite-in-vain",  run_prerequisite_in_vain,  check_jobs,                1, 2 },
};

const guint explore_n_time_scenarios = G_N_ELEMENTS (explore_time_scenarios);
