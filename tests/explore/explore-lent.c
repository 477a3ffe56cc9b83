/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "explore-jobs.h"

#include "at-async-task-private.h"

/* Scenarios of what a task lends to its body, of what it has in the place of a class, and of
 * who counts as its owner. */

/* What a language attaches to the cancellable of a body goes with that, and may wait for
 * the owner where it goes. */

static int attached_went_in; /* that thread, or -1 */

static void
on_attached_gone (gpointer data)
{
  explore_note ("what was attached goes");
  attached_went_in = explore_get_thread ();
}

static gboolean
attach (Job     *job,
        GError **error)
{
  g_object_set_data_full (G_OBJECT (job->lent), "attached", job, on_attached_gone);

  return TRUE;
}

/* Still to be called CANCELLED, as long as the last callback has not begun. */
static void
cancel_ended_there (gpointer data)
{
  Job *job = data;

  at_async_task_wait (job->task, -1, NULL, NULL);
  explore_note ("cancel A, whose body has ended");
  at_async_task_cancel (job->task, TRUE);
  at_async_task_unref_home (job->task);
}

static void
ask_ended_there (gpointer data)
{
  Job *job = data;
  GCancellable *cancellable;

  at_async_task_wait (job->task, -1, NULL, NULL);
  cancellable = at_async_task_get_cancellable (job->task);
  explore_check (g_object_get_data (G_OBJECT (cancellable), "attached") == NULL,
                 "what the body has attached is shared with others");
  g_cancellable_is_cancelled (cancellable);
  at_async_task_unref_home (job->task);
}

static void
run_spent_with (ExploreFunc func)
{
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  attached_went_in = -1;
  pool = pool_new (1);
  job = job_new ("A", NULL, attach);
  execute (job, pool);
  spawn_with (func, job);
  drop (job);
  iterate ();
}

static void
run_spent (void)
{
  run_spent_with (cancel_ended_there);
}

static void
run_spent_asked (void)
{
  run_spent_with (ask_ended_there);
}

static void
check_spent (void)
{
  check_jobs ();
  explore_check (attached_went_in == OWNER, "What was attached went in thread %d", attached_went_in);
}

/* Who has asked for another one drops it in the place of the owner. */
static void
check_spent_asked (void)
{
  check_succeeded ();
  explore_check (attached_went_in != -1, "What was attached is still there");
}

/* A thread that has once started a task is not its owner for that, when the context is
 * nobody's: what is told then is told by whoever iterates it. */

static GMainContext *context_there;
static AtExecutor *starter_executor;

static gboolean
return_at_once (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  return TRUE;
}

static void
on_paused (GObject    *object,
           GParamSpec *pspec,
           gpointer    data)
{
  explore_check (explore_get_thread () == OWNER, "the owner is told in thread %d", explore_get_thread ());
}

static void
start_and_pause_there (gpointer data)
{
  gboolean owned = g_main_context_acquire (context_there);

  explore_check (owned, "somebody iterates the context");
  at_async_task_execute_on_executor (data, starter_executor, NULL, NULL);
  g_main_context_release (context_there);
  at_async_task_pause (data);
  at_async_task_resume (data);
  at_async_task_unref_home (data);

  g_mutex_lock (&control_lock);
  has_control_changed = TRUE;
  g_cond_signal (&control_cond);
  g_mutex_unlock (&control_lock);
}

static void
run_starter (void)
{
  g_autoptr (GMainContext) context = explore_context_new ();
  g_autoptr (AtInlineExecutor) at_once = at_inline_executor_new ();
  g_autoptr (AtExecutor) pool = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  Job *job;

  begin (1);
  has_control_changed = FALSE;
  context_there = context;
  starter_executor = pool = pool_new (1);
  task = at_async_task_new (return_at_once, NULL, NULL);
  at_async_task_set_main_context (task, context);
  g_signal_connect (task, "notify::paused", G_CALLBACK (on_paused), NULL);
  explore_spawn (start_and_pause_there, g_object_ref (task));

  g_mutex_lock (&control_lock);
  while (!has_control_changed)
    g_cond_wait (&control_cond, &control_lock);
  g_mutex_unlock (&control_lock);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (context, TRUE);
  g_clear_object (&task);

  /* The class that was executed last is remembered: each schedule begins with the same. */
  job = job_new ("A", NULL, NULL);
  execute (job, AT_EXECUTOR (at_once));
  drop (job);
  iterate ();
}

/* The block for functions is made by whoever is the first to need it: the owner, for
 * callbacks, or any thread, for a name. */

static guint n_called;

static void
on_done (AtAsyncTask  *task,
         const GValue *result,
         gpointer      user_data)
{
  explore_check (g_strcmp0 (at_async_task_get_body_name (task), "a body") == 0, "A has another name");
  n_called++;
}

static void
name_there (gpointer data)
{
  Job *job = data;

  at_async_task_set_body_name (job->task, "a body");
  g_object_unref (job->task);
}

static void
run_functions (void)
{
  static const AtTaskCallbacks callbacks = { .post_execute = on_done };
  g_autoptr (AtExecutor) pool = NULL;
  Job *job;

  begin (1);
  n_called = 0;
  pool = pool_new (1);
  job = job_new ("A", NULL, NULL);
  spawn_with (name_there, job);
  at_async_task_set_callbacks (job->task, &callbacks, NULL, NULL);

  /* It is named before it is executed. */
  while (at_async_task_get_body_name (job->task) == NULL)
    g_main_context_iteration (NULL, FALSE);
  execute (job, pool);
  drop (job);
  iterate ();
}

static void
check_functions (void)
{
  check_succeeded ();
  explore_check (n_called == 1, "The callback of A was called %u times", n_called);
}

const ExploreScenario explore_lent_scenarios[] = {
  { "spent",       run_spent,       check_spent,       1, 2 },
  { "spent-asked", run_spent_asked, check_spent_asked, 1, 2 },
  { "starter",     run_starter,     check_jobs,        1, 2 },
  { "functions",   run_functions,   check_functions,   1, 2 },
};

const guint explore_n_lent_scenarios = G_N_ELEMENTS (explore_lent_scenarios);
