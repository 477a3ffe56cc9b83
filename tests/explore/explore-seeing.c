/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

#include "at-lint-private.h"
#include "at-survey-private.h"

/* Scenarios of a thread that only looks, while tasks are executed, run, go home and are
 * freed. What it reads of a task that is gone is found by whoever looks after memory, and
 * after plain accesses. */

static void
look (gpointer data)
{
  AtSurvey *survey = at_survey_new ();

  for (guint i = 0; i < survey->tasks->len; i++)
    {
      AtSurveyTask *task = survey->tasks->pdata[i];

      explore_check ((task->sight.state & AT_PHASE_MASK) != AT_PHASE_PENDING, "a task is seen that was never executed");
      explore_check ((task->sight.state & AT_PHASE_MASK) != AT_PHASE_DELIVERED, "a task is seen that is over");
    }
  explore_note ("%u tasks are seen", survey->tasks->len);
  at_survey_free (survey);
}

static void
run_seen (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  explore_spawn (look, NULL);
  execute (job, pool);
  drop (job);
  iterate ();
}

/* One in the queue, one in a thread or a mailbox. */
static void
run_seen_two (void)
{
  g_autoptr (AtExecutor) pool = NULL;

  begin (1);
  pool = pool_new (1);
  explore_spawn (look, NULL);
  run_jobs (pool, 2, NULL, NOBODY);
}

static void
run_seen_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtExecutor) serial = NULL;

  begin (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  explore_spawn (look, NULL);
  run_jobs (serial, 2, NULL, NOBODY);
}

/* One that is parked, until the other one has succeeded. */
static void
run_seen_parked (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *first, *second;

  begin (1);
  pool = pool_new (1);
  first = job_new ("A", NULL, NULL);
  second = job_new ("B", NULL, NULL);
  at_async_task_add_prerequisite (second->task, first->task, NULL);
  explore_spawn (look, NULL);
  execute (second, pool);
  execute (first, pool);
  drop (first);
  drop (second);
  iterate ();
}

/* The watcher, who has a record of each task and no reference, while one ends and is freed. */

static void
watch (gpointer data)
{
  at_lint_look ();
}

static void
run_watched (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  at_lint_change_seeing (AT_SEEING_MARKS, 0);
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  explore_spawn (watch, NULL);
  execute (job, pool);
  drop (job);
  iterate ();
  at_lint_change_seeing (0, AT_SEEING_MARKS);
}

const ExploreScenario explore_seeing_scenarios[] = {
  { "seen",        run_seen,        check_succeeded, 1, 2 },
  { "seen-two",    run_seen_two,    check_jobs,      1, 2 },
  { "seen-serial", run_seen_serial, check_jobs,      1, 2 },
  { "seen-parked", run_seen_parked, check_jobs,      1, 2 },
  { "watched",     run_watched,     check_succeeded, 1, 2 },
};

const guint explore_n_seeing_scenarios = G_N_ELEMENTS (explore_seeing_scenarios);
