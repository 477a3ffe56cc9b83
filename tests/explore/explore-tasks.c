/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

/* Scenarios of tasks without a body: those whose work is done elsewhere, and groups. */

/* One of them, beside the jobs, which have bodies. */
typedef struct
{
  const char    *name;
  AtAsyncTask   *task;       /* not a reference */
  gboolean       executed;
  guint          n_starts;
  gboolean       was_added;  /* to a group that is cancelled */
  gboolean       has_rivals; /* more than one says that it has ended */
  gboolean       is_started; /* start has not returned */
  gboolean       is_ending;
  guint          n_ends;     /* that counted */
  guint          n_last;
  guint          n_finalized;
  AtOutcome      outcome;
  ExploreStamp   end;
  ExploreFunc    at_start;   /* in another thread, with a reference on the task */
} Piece;

static Piece pieces[2];
static guint n_pieces;

static void
on_gone (gpointer  data,
         GObject  *task)
{
  Piece *self = data;

  explore_note ("%s is gone", self->name);
  explore_check (explore_get_thread () == OWNER, "%s went in thread %d", self->name, explore_get_thread ());
  explore_check (!self->was_added || at_async_task_is_cancelled (self->task), "%s was not cancelled with its group", self->name);
  explore_check (!self->executed || self->n_last == 1, "%s went without a last callback", self->name);
  self->n_finalized++;
}

static void
on_last (Piece     *self,
         AtOutcome  outcome)
{
  explore_note ("the last callback of %s", self->name);
  explore_check (explore_get_thread () == OWNER, "the last callback of %s in thread %d", self->name, explore_get_thread ());
  explore_check (++self->n_last == 1, "the last callback of %s again", self->name);
  explore_check (!self->is_started, "the last callback of %s inside start", self->name);
  explore_check (self->has_rivals || explore_is_after (&self->end), "who is told of %s does not see what preceded its end", self->name);

  /* Nothing that a group has executed outlives it. */
  if (AT_IS_TASK_GROUP (self->task))
    for (guint i = 0; i < n_jobs; i++)
      explore_check (jobs[i].n_finished_notifies == jobs[i].n_running_notifies, "%s ends before %s", self->name, jobs[i].name);
  self->outcome = outcome;
}

static void
on_post_execute (AtAsyncTask  *task,
                 const GValue *result,
                 Piece        *self)
{
  on_last (self, AT_OUTCOME_SUCCEEDED);
}

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result,
              Piece        *self)
{
  on_last (self, AT_OUTCOME_CANCELLED);
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error,
           Piece        *self)
{
  on_last (self, AT_OUTCOME_FAILED);
}

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          Piece          *self)
{
  explore_note ("%s starts", self->name);
  explore_check (explore_get_thread () == OWNER, "%s starts in thread %d", self->name, explore_get_thread ());
  explore_check (++self->n_starts == 1, "%s starts again", self->name);
  explore_check (self->n_last == 0, "%s starts after its last callback", self->name);
  self->is_started = TRUE;
  g_object_ref (task);
  explore_spawn (self->at_start, self);
  explore_check (at_async_task_get_status (self->task) == AT_STATUS_RUNNING, "%s ended inside start", self->name);
  self->is_started = FALSE;
}

static Piece *
piece_new (const char *name,
           gpointer    task)
{
  Piece *self = &pieces[n_pieces++];

  *self = (Piece) { .name = name, .task = task };
  explore_stamp (&self->end);
  g_object_weak_ref (task, on_gone, self);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_post_execute), self);
  g_signal_connect (task, "cancelled", G_CALLBACK (on_cancelled), self);
  g_signal_connect (task, "failed", G_CALLBACK (on_failed), self);

  return self;
}

static Piece *
deferred_new (const char  *name,
              ExploreFunc  at_start)
{
  Piece *self = piece_new (name, at_deferred_task_new ());

  self->at_start = at_start;
  g_signal_connect (self->task, "start", G_CALLBACK (on_start), self);

  return self;
}

static void
begin_pieces (int limit)
{
  begin (limit);
  n_pieces = 0;
}

static void
execute_piece (Piece *self)
{
  explore_note ("execute %s", self->name);
  self->executed = TRUE;
  explore_check (at_async_task_execute (self->task, NULL, NULL), "%s was not executed", self->name);
}

static void
unref_piece (Piece *self)
{
  g_object_unref (self->task);
}

static void
spawn_for (Piece       *self,
           ExploreFunc  func)
{
  g_object_ref (self->task);
  explore_spawn (func, self);
}

static void
iterate_pieces (void)
{
  for (guint i = 0; i < n_pieces; i++)
    while (pieces[i].n_finalized == 0)
      g_main_context_iteration (NULL, TRUE);
  iterate ();
}

/* Which class was executed last is remembered, and is to be the same in all schedules. */
static void
execute_here (AtAsyncTask *task)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());

  at_async_task_execute_on_executor (task, executor, NULL, NULL);
  if (AT_IS_DEFERRED_TASK (task))
    at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (task);
}

static void
execute_plain (void)
{
  execute_here (g_object_new (explore_task_get_type (), NULL));
}

/* What is done once for each class. */
void
explore_prepare_tasks (void)
{
  execute_here (AT_ASYNC_TASK (at_deferred_task_new ()));
  execute_here (AT_ASYNC_TASK (at_task_group_new (AT_TASK_GROUP_ALL)));
  execute_plain ();
}

static void
check_pieces (void)
{
  check_jobs ();
  for (guint i = 0; i < n_jobs; i++)
    explore_check (jobs[i].n_last == jobs[i].n_running_notifies, "%s has had %u last callbacks", jobs[i].name,
                   jobs[i].n_last);
  execute_plain ();
  for (guint i = 0; i < n_pieces; i++)
    {
      Piece *self = &pieces[i];

      explore_check (self->n_finalized == 1, "%s is still there", self->name);
      explore_check (self->n_last == (self->executed ? 1 : 0), "%s has had %u last callbacks", self->name, self->n_last);
      explore_check (self->n_ends == self->n_starts, "%s was started %u times, and ended %u", self->name,
                     self->n_starts, self->n_ends);
    }
}

/* What other threads do. */

static void
end_there (gpointer data)
{
  Piece *self = data;

  explore_note ("complete %s", self->name);
  explore_stamp (&self->end);
  self->is_ending = TRUE;
  if (at_deferred_task_complete (AT_DEFERRED_TASK (self->task), NULL))
    self->n_ends++;
  unref_piece (self);
}

static void
cancel_piece_there (gpointer data)
{
  Piece *self = data;

  explore_note ("cancel %s", self->name);
  at_async_task_cancel (self->task, TRUE);
  unref_piece (self);
}

static void
resume_there (gpointer data)
{
  Piece *self = data;

  explore_note ("resume %s", self->name);
  at_async_task_resume (self->task);
  unref_piece (self);
}

/* Its end is heard of in another thread, before start has returned or after, while a third
 * one cancels it. */
static void
run_deferred_cancel (void)
{
  Piece *a;

  begin_pieces (1);
  a = deferred_new ("A", end_there);
  spawn_for (a, cancel_piece_there);
  execute_piece (a);
  unref_piece (a);
  iterate_pieces ();
}

/* Two hear of it. */
static void
end_twice_there (gpointer data)
{
  ((Piece *) data)->has_rivals = TRUE;
  spawn_for (data, end_there);
  end_there (data);
}

static void
run_deferred_rivals (void)
{
  Piece *a;

  begin_pieces (1);
  a = deferred_new ("A", end_twice_there);
  execute_piece (a);
  unref_piece (a);
  iterate_pieces ();
}

/* It was paused before it was executed, and is resumed by another thread. */
static void
run_deferred_resume (void)
{
  Piece *a;

  begin_pieces (1);
  a = deferred_new ("A", end_there);
  at_async_task_pause (a->task);
  spawn_for (a, resume_there);
  execute_piece (a);
  unref_piece (a);
  iterate_pieces ();
}

/* It is cancelled while an executor gives it its turn, and before its owner can start it. */
static void
run_deferred_stopped (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *a;

  begin_pieces (1);
  pool = pool_new (1);
  a = deferred_new ("A", end_there);
  at_async_task_set_executor (a->task, pool);
  execute_piece (a);
  at_async_task_cancel (a->task, TRUE);
  unref_piece (a);
  iterate_pieces ();
}

static void
check_not_started (void)
{
  check_pieces ();
  explore_check (pieces[0].n_starts == 0, "%s was started, and had been cancelled", pieces[0].name);
}

static void
check_started (void)
{
  check_pieces ();
  explore_check (pieces[0].n_starts == 1, "%s was not started", pieces[0].name);
}

static gboolean
check_turn (Job     *job,
            GError **error)
{
  explore_check (pieces[0].n_starts == 0 || pieces[0].is_ending, "%s runs while A works", job->name);

  return TRUE;
}

/* It has a turn of a serial executor, and another task is behind it. */
static void
run_deferred_serial (void)
{
  g_autoptr (AtExecutor) pool = NULL, serial = NULL;
  Piece *a;
  Job *b;

  begin_pieces (1);
  pool = pool_new (1);
  serial = watched (at_serial_executor_new (pool));
  a = deferred_new ("A", end_there);
  at_async_task_set_executor (a->task, serial);
  spawn_for (a, cancel_piece_there);
  execute_piece (a);
  unref_piece (a);
  b = job_new ("B", NULL, check_turn);
  execute (b, serial);
  drop (b);
  iterate_pieces ();
}

/* Groups. */

static gboolean
fail_body (Job     *job,
           GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", job->name);

  return FALSE;
}

/* Has it executed, as far as the checks are concerned. */
static void
add_job (Piece *group,
         Job   *job)
{
  explore_check (at_task_group_add (AT_TASK_GROUP (group->task), job->task, NULL), "%s was not added", job->name);
  job->executed = TRUE;
  job->owner_may_go = TRUE; /* its group may cancel it */
}

static Piece *
group_new (AtTaskGroupPolicy  policy,
           AtExecutor        *executor)
{
  Piece *self = piece_new ("G", at_task_group_new (policy));

  at_async_task_set_executor (self->task, executor);

  return self;
}

/* The only body ends while somebody cancels the group. */
static void
run_group_cancel (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;
  Job *a;

  begin_pieces (1);
  pool = pool_new (1);
  group = group_new (AT_TASK_GROUP_ALL, pool);
  a = job_new ("A", NULL, NULL);
  add_job (group, a);
  drop (a);
  spawn_for (group, cancel_piece_there);
  execute_piece (group);
  unref_piece (group);
  iterate_pieces ();
}

/* Two bodies end at the same time, each of which would decide the group. */
static void
run_group_decided (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;

  begin_pieces (2);
  pool = pool_new (2);
  group = group_new (AT_TASK_GROUP_ALL, pool);
  for (guint i = 0; i < 2; i++)
    {
      Job *job = job_new (i == 0 ? "A" : "B", NULL, fail_body);

      add_job (group, job);
      drop (job);
    }
  execute_piece (group);
  unref_piece (group);
  iterate_pieces ();
}

/* Works for ever, as it seems to whoever waits, unless it is cancelled. */
#define FOR_EVER 1000.0

static gboolean
work_for_ever (Job     *job,
               GError **error)
{
  gboolean passed;

  leave_body (job);
  passed = at_async_task_sleep (job->task, FOR_EVER, error);
  n_active++;

  return passed;
}

static void
check_stopped (void)
{
  check_pieces ();
  explore_check (explore_get_idle_usec () < FOR_EVER * G_USEC_PER_SEC / 2, "a task was not cancelled");
}

static void
check_group_failed (void)
{
  check_stopped ();
  explore_check (pieces[0].outcome == AT_OUTCOME_FAILED, "the group did not fail");
}

static void
add_there (gpointer data)
{
  Piece *group = data;
  Job *job = &jobs[1];
  gboolean is_late = group->n_last > 0;

  job->executed = at_task_group_add (AT_TASK_GROUP (group->task), job->task, NULL);
  if (!job->executed)
    {
      explore_note ("%s is refused", job->name);
      explore_check (at_async_task_get_status (job->task) == AT_STATUS_PENDING, "%s was refused and executed", job->name);
    }
  explore_check (!is_late || !job->executed, "%s was added after the end", job->name);
  g_object_unref (job->task);
  unref_piece (group);
}

static void
run_group_add (JobFunc func,
               JobFunc other_func)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;
  Job *a, *b;

  begin_pieces (1);
  pool = pool_new (1);
  group = group_new (AT_TASK_GROUP_ALL, pool);
  a = job_new ("A", NULL, func);
  add_job (group, a);
  drop (a);
  b = job_new ("B", NULL, other_func);
  b->owner_may_go = TRUE;
  spawn_for (group, add_there);
  execute_piece (group);
  unref_piece (group);
  iterate_pieces ();
}

/* Another thread adds one while the body decides the group, or is its last. */
static void
run_group_add_decided (void)
{
  run_group_add (fail_body, work_for_ever);
}

static void
run_group_add_ended (void)
{
  run_group_add (NULL, NULL);
}

static void
add_piece_there (gpointer data)
{
  Piece *group = data;

  pieces[1].was_added = at_task_group_add (AT_TASK_GROUP (group->task), pieces[1].task, NULL);
  unref_piece (&pieces[1]);
  unref_piece (group);
}

/* Or while it is cancelled, with nothing executed yet. */
static void
run_group_add_cancelled (void)
{
  Piece *group;

  begin_pieces (1);
  group = group_new (AT_TASK_GROUP_ALL, NULL);
  deferred_new ("A", end_there);
  spawn_for (group, add_piece_there);
  at_async_task_cancel (group->task, TRUE);
  unref_piece (group);
  iterate_pieces ();
}

static void
add_and_execute_there (gpointer data)
{
  Piece *group = data;

  explore_check (at_task_group_add (AT_TASK_GROUP (group->task), jobs[0].task, NULL), "A was not added");
  execute_piece (group);
  g_object_unref (jobs[0].task);
  unref_piece (group);
}

/* It is added to a group that is executed, in another thread, while it ends. */
static void
run_group_late (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;
  Job *a;

  begin_pieces (1);
  pool = pool_new (1);
  group = group_new (AT_TASK_GROUP_ALL, NULL);
  a = job_new ("A", NULL, NULL);
  execute (a, pool);
  spawn_for (group, add_and_execute_there);
  unref_piece (group);
  iterate_pieces ();
}

/* The group, which was paused, is resumed while a task is added: which is not to stay paused. */
static gboolean
checkpoint (Job     *job,
            GError **error)
{
  gboolean passed;

  leave_body (job);
  passed = at_async_task_checkpoint (job->task, error);
  n_active++;

  return passed;
}

static void
run_group_pause (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;
  Job *a;

  begin_pieces (1);
  pool = pool_new (1);
  group = group_new (AT_TASK_GROUP_ALL, pool);
  a = job_new ("A", NULL, checkpoint);
  at_async_task_pause (group->task);
  spawn_for (group, resume_there);
  add_job (group, a);
  drop (a);
  execute_piece (group);
  unref_piece (group);
  iterate_pieces ();
}

/* Nobody executes the group, and it goes while a task of it, which was executed, ends. */
static void
run_group_dropped (void)
{
  g_autoptr (AtExecutor) pool = NULL;
  Piece *group;
  Job *a;

  begin_pieces (1);
  pool = pool_new (1);
  group = group_new (AT_TASK_GROUP_ALL, pool);
  a = job_new ("A", NULL, fail_body);
  execute (a, pool);
  explore_check (at_task_group_add (AT_TASK_GROUP (group->task), a->task, NULL), "A was not added");
  drop (a);
  unref_piece (group);
  iterate_pieces ();
}

const ExploreScenario explore_task_scenarios[] = {
  { "deferred-cancel",   run_deferred_cancel,   check_pieces,       2, 3 },
  { "deferred-rivals",   run_deferred_rivals,   check_started,      2, 3 },
  { "deferred-resume",   run_deferred_resume,   check_started,      2, 3 },
  { "deferred-stopped",  run_deferred_stopped,  check_not_started,  2, 3 },
  { "deferred-serial",   run_deferred_serial,   check_pieces,       1, 2 },
  { "group-cancel",      run_group_cancel,      check_pieces,       1, 2 },
  { "group-decided",     run_group_decided,     check_group_failed, 1, 2 },
  { "group-add-decided", run_group_add_decided, check_group_failed, 1, 2 },
  { "group-add-cancelled", run_group_add_cancelled, check_pieces,   2, 3 },
  { "group-late",        run_group_late,        check_pieces,       1, 2 },
  { "group-add-ended",   run_group_add_ended,   check_pieces,       1, 2 },
  { "group-pause",       run_group_pause,       check_pieces,       1, 2 },
  { "group-dropped",     run_group_dropped,     check_pieces,       2, 3 },
};

const guint explore_n_task_scenarios = G_N_ELEMENTS (explore_task_scenarios);
