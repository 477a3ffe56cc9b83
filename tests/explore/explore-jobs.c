/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

/* Tasks that check by themselves what may be called when and where. */

Job jobs[3];
guint n_jobs;

int n_active;
int max_active;

int executors_left;
int lists_left;

struct _ExploreTask
{
  AtAsyncTask  parent_instance;
  Job         *job;
};

G_DEFINE_TYPE (ExploreTask, explore_task, AT_TYPE_ASYNC_TASK)

/* NULL in prepare(). */
static Job *
get_job (AtAsyncTask *task)
{
  return EXPLORE_TASK (task)->job;
}

static void
check_callback (Job        *job,
                const char *what)
{
  explore_note ("%s of %s", what, job->name);
  explore_check (explore_get_thread () == OWNER, "%s of %s in thread %d", what, job->name, explore_get_thread ());
  explore_check (!job->orphaned, "%s of %s, whose owner is gone", what, job->name);
  explore_check (job->n_finalized == 0, "%s of %s, which is gone", what, job->name);
  explore_check (explore_is_after (&job->made), "%s of %s does not see how it was made", what, job->name);
}

static void
on_pre_execute (AtAsyncTask *task)
{
  Job *job = get_job (task);

  if (job == NULL)
    return;

  check_callback (job, "pre-execute");
  explore_check (++job->n_pre == 1, "pre-execute of %s again", job->name);
  explore_check (job->n_bodies == 0, "pre-execute of %s after its body", job->name);
  explore_check (job->n_last == 0, "pre-execute of %s after the last callback", job->name);
  explore_stamp (&job->executing);
}

static void
enter_body (Job *job)
{
  explore_check (++n_active <= max_active, "%d bodies run, and %d may", n_active, max_active);
}

void
leave_body (Job *job)
{
  n_active--;
}

static gboolean
in_background (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               GError       **error)
{
  Job *job = get_job (task);
  gboolean succeeded;

  if (job == NULL)
    return TRUE;

  explore_note ("body of %s", job->name);
  explore_check (++job->n_bodies == 1, "the body of %s again", job->name);
  explore_check (job->n_last == 0, "the body of %s after the last callback", job->name);
  explore_check (job->n_finalized == 0, "the body of %s, which is gone", job->name);
  explore_check (explore_is_after (&job->executing), "the body of %s does not see what preceded it", job->name);

  enter_body (job);
  job->lent = cancellable;
  succeeded = job->func == NULL || job->func (job, error);
  leave_body (job);

  job->body_has_ended = TRUE;
  explore_stamp (&job->body_end);
  explore_note ("body of %s ends", job->name);

  return succeeded;
}

static void
on_progress (AtAsyncTask  *task,
             const GValue *value)
{
  Job *job = get_job (task);

  check_callback (job, "progress");
  explore_check (job->n_last == 0, "progress of %s after the last callback", job->name);
  explore_check (job->n_pre == 1, "progress of %s before pre-execute", job->name);
  explore_check (!job->cancelled_here, "progress of %s after it was cancelled", job->name);
  explore_check (g_value_get_uint (value) == ++job->n_shown, "progress of %s out of order", job->name);
}

static void
check_last (Job       *job,
            AtOutcome  outcome)
{
  explore_check (++job->n_last == 1, "the last callback of %s again", job->name);
  explore_check (!job->inside, "the last callback of %s inside a call of the owner's", job->name);
  explore_check (job->n_bodies == 0 || job->body_has_ended, "the last callback of %s before its body's end", job->name);
  explore_check (job->n_bodies == 0 || explore_is_after (&job->body_end),
                 "the last callback of %s does not see what the body did", job->name);
  explore_check (at_async_task_get_outcome (job->task) == outcome, "%s has another outcome", job->name);
  explore_check (outcome != AT_OUTCOME_SUCCEEDED || !at_async_task_is_cancelled (job->task),
                 "%s succeeded, and had to stop", job->name);
  explore_check (at_async_task_get_status (job->task) == AT_STATUS_RUNNING, "%s has another status", job->name);
  job->outcome = outcome;
}

static void
on_post_execute (AtAsyncTask  *task,
                 const GValue *result)
{
  Job *job = get_job (task);

  if (job == NULL)
    return;

  check_callback (job, "post-execute");
  check_last (job, AT_OUTCOME_SUCCEEDED);
  explore_check (job->n_pre == 1, "post-execute of %s without pre-execute", job->name);
  explore_check (job->n_bodies == 1, "post-execute of %s without its body", job->name);
  explore_check (job->n_shown == job->n_published || job->published_here, "%s published %u values, and %u came",
                 job->name, job->n_published, job->n_shown);
}

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result)
{
  Job *job = get_job (task);

  check_callback (job, "cancelled");
  check_last (job, AT_OUTCOME_CANCELLED);
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error)
{
  Job *job = get_job (task);

  check_callback (job, "failed");
  check_last (job, AT_OUTCOME_FAILED);
  explore_check (error != NULL, "%s failed without an error", job->name);
}

GMutex   control_lock;
GCond    control_cond;
gboolean has_control_changed; /* under the lock */

static void
on_control_changed (AtAsyncTask *task)
{
  Job *job = get_job (task);

  if (job == NULL || !job->polls)
    return;

  g_mutex_lock (&control_lock);
  has_control_changed = TRUE;
  g_cond_signal (&control_cond);
  g_mutex_unlock (&control_lock);
}

static void
on_notify (GObject    *object,
           GParamSpec *pspec,
           gpointer    data)
{
  Job *job = EXPLORE_TASK (object)->job;

  if (job == NULL)
    return;

  check_callback (job, g_param_spec_get_name (pspec));
  if (g_strcmp0 (g_param_spec_get_name (pspec), "status") != 0)
    return;

  if (at_async_task_get_status (job->task) == AT_STATUS_FINISHED)
    {
      explore_check (job->n_last == 1, "%s is finished without a last callback", job->name);
      job->n_finished_notifies++;
    }
  else if (at_async_task_get_status (job->task) == AT_STATUS_RUNNING)
    {
      job->n_running_notifies++;
    }
}

static void
on_finalize (GObject *object)
{
  Job *job = EXPLORE_TASK (object)->job;

  if (job != NULL)
    {
      explore_note ("%s is finalized", job->name);
      explore_check (explore_get_thread () == OWNER, "%s was finalized in thread %d", job->name, explore_get_thread ());
      explore_check (++job->n_finalized == 1, "%s was finalized again", job->name);
      explore_check (job->n_bodies == 0 || job->body_has_ended, "%s was finalized inside its body", job->name);
      explore_check (!job->executed || job->orphaned || job->owner_may_go || job->n_last == 1,
                     "%s was finalized without a last callback", job->name);
    }

  G_OBJECT_CLASS (explore_task_parent_class)->finalize (object);
}

static void
explore_task_class_init (ExploreTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);

  object_class->finalize = on_finalize;
  task_class->in_background = in_background;
  task_class->pre_execute = on_pre_execute;
  task_class->progress_update = on_progress;
  task_class->post_execute = on_post_execute;
  task_class->cancelled = on_cancelled;
  task_class->failed = on_failed;
  task_class->control_changed = on_control_changed;
}

static void
explore_task_init (ExploreTask *self)
{
}

/* What scenarios are made of. */

/* The first in each: what was left by the schedule before is gone. */
Job *
job_new (const char   *name,
         GMainContext *context,
         JobFunc       func)
{
  static const char * const heard[] = {
    "notify::status", "notify::outcome", "notify::fraction", "notify::message", "notify::paused", "notify::elapsed"
  };
  Job *job = &jobs[n_jobs++];

  memset (job, 0, sizeof *job);
  job->name = name;
  job->func = func;
  job->context = context;
  job->task = g_object_new (explore_task_get_type (), NULL);
  if (context != NULL)
    at_async_task_set_main_context (job->task, context);
  EXPLORE_TASK (job->task)->job = job;

  /* Not of what would have the beginning of each body sent home. */
  for (guint i = 0; i < G_N_ELEMENTS (heard); i++)
    g_signal_connect (job->task, heard[i], G_CALLBACK (on_notify), NULL);
  explore_stamp (&job->made);
  explore_stamp (&job->executing);

  return job;
}

void
begin (int limit)
{
  n_jobs = 0;
  n_active = 0;
  max_active = limit;
}

static void
on_executor_gone (gpointer  data,
                  GObject  *executor)
{
  executors_left--;
}

AtExecutor *
watched (gpointer executor)
{
  g_object_weak_ref (executor, on_executor_gone, NULL);
  executors_left++;

  return executor;
}

AtExecutor *
pool_new (guint max_threads)
{
  return watched (at_thread_pool_executor_new (NULL, max_threads));
}

gboolean
execute (Job        *job,
         AtExecutor *executor)
{
  gboolean here = explore_get_thread () == OWNER;
  g_autoptr (GError) error = NULL;

  explore_note ("execute %s", job->name);
  explore_stamp (&job->executing);
  job->executed = TRUE;
  job->inside = here;
  job->executed = at_async_task_execute_on_executor (job->task, executor, NULL, &error);
  if (here)
    job->inside = FALSE;
  explore_check (job->executed || g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED),
                 "%s was not executed", job->name);

  return job->executed;
}

void
cancel (Job *job)
{
  gboolean here = explore_get_thread () == OWNER;

  explore_note ("cancel %s", job->name);
  if (here)
    job->inside = TRUE;
  if (at_async_task_cancel (job->task, TRUE))
    {
      job->n_claimed_cancels++;
      job->must_be_cancelled = TRUE;
      explore_note ("%s is cancelled", job->name);
    }
  if (at_async_task_is_cancelled (job->task) && at_async_task_get_timeout (job->task) < 0)
    job->must_be_cancelled = TRUE;
  if (here)
    {
      job->inside = FALSE;
      job->cancelled_here = TRUE;
    }
}

/* In a thread that has a reference. */
void
cancel_there (gpointer data)
{
  Job *job = data;

  cancel (job);
  g_object_unref (job->task);
}

void
spawn_with (ExploreFunc  func,
            Job         *job)
{
  g_object_ref (job->task);
  explore_spawn (func, job);
}

void
drop (Job *job)
{
  g_object_unref (job->task);
}

/* Iterates until the tasks are gone. The iterations block: a wake-up that is lost is
 * a deadlock. */
void
iterate (void)
{
  for (guint i = 0; i < n_jobs; i++)
    while (jobs[i].n_finalized == 0)
      g_main_context_iteration (jobs[i].context, TRUE);
}

/* Executes A, B, and so on, one after the other, and iterates. Another thread cancels
 * the victim meanwhile. */
void
run_jobs (AtExecutor *executor,
          guint       n,
          JobFunc     func,
          guint       victim)
{
  static const char *names[] = { "A", "B", "C" };

  for (guint i = 0; i < n; i++)
    {
      Job *job = job_new (names[i], NULL, func);

      if (i == victim)
        spawn_with (cancel_there, job);
      execute (job, executor);
      drop (job);
    }
  iterate ();
}

/* What is true of all tasks when all threads have ended. */
void
check_jobs (void)
{
  for (guint i = 0; i < n_jobs; i++)
    {
      Job *job = &jobs[i];

      explore_check (job->n_finalized == 1, "%s is still there", job->name);
      explore_check (job->n_claimed_cancels <= 1, "%s was cancelled %u times", job->name, job->n_claimed_cancels);
      if (job->executed && !job->orphaned && !(job->owner_may_go && job->n_last == 0))
        {
          explore_check (job->n_last == 1, "%s has had no last callback", job->name);
          explore_check (job->n_finished_notifies == 1 || job->owner_may_go, "%s was finished %u times", job->name, job->n_finished_notifies);
          explore_check (job->n_running_notifies <= 1, "%s was running %u times", job->name, job->n_running_notifies);
          explore_check (job->n_bodies == 1 || job->outcome != AT_OUTCOME_SUCCEEDED, "the body of %s never ran", job->name);
          explore_check (!job->must_be_cancelled || job->outcome == AT_OUTCOME_CANCELLED,
                         "%s was cancelled in vain", job->name);
        }
      if (!job->executed)
        explore_check (job->n_bodies == 0 && job->n_last == 0, "%s was refused, and ran", job->name);
    }
  explore_check (n_active == 0, "%d bodies still run", n_active);
  explore_check (executors_left == 0, "%d executors are still there", executors_left);
  explore_check (lists_left == 0, "%d lists are still there", lists_left);
}

void
check_succeeded (void)
{
  check_jobs ();
  for (guint i = 0; i < n_jobs; i++)
    explore_check (jobs[i].outcome == AT_OUTCOME_SUCCEEDED, "%s did not succeed", jobs[i].name);
}

/* Bodies. */

void
publish (Job *job)
{
  job->n_published++;
  at_async_task_publish (job->task, G_TYPE_UINT, job->n_published);
}

gboolean
publish_two (Job     *job,
             GError **error)
{
  publish (job);
  publish (job);

  return TRUE;
}

gboolean
look_twice (Job     *job,
            GError **error)
{
  gboolean go_on;

  for (guint i = 0; i < 2; i++)
    {
      leave_body (job);
      go_on = at_async_task_checkpoint (job->task, error);

      /* One that is cancelled goes on without a slot, so as to end. */
      n_active++;
      if (!go_on)
        return FALSE;
      explore_check (n_active <= max_active, "%d bodies run, and %d may", n_active, max_active);
    }

  return TRUE;
}
