/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include <glib/gi18n-lib.h>

/* Threads that block until the computation is done. */

/* Under the lock. */
void
at_task_add_waiter (AtAsyncTaskPrivate *priv,
                    AtWaiter           *waiter)
{
  AtRare *rare = at_task_ensure_rare (priv);
  AtJobFrame *frame = at_job_get_frame ();

  g_cond_init (&waiter->cond);
  waiter->job = frame != NULL ? frame->job : NULL;
  waiter->tid = at_hand_get ()->tid;
  waiter->retaking = NULL;
  waiter->is_body = FALSE;
  waiter->next = rare->waiters;
  rare->waiters = waiter;
  at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_AWAITED, 0, NULL);
}

/* Under the lock. */
void
at_task_remove_waiter (AtAsyncTaskPrivate *priv,
                       AtWaiter           *waiter)
{
  AtWaiter **at = &at_task_get_rare (priv)->waiters;

  while (*at != waiter)
    at = &(*at)->next;
  *at = waiter->next;
  g_cond_clear (&waiter->cond);
}

void
at_task_wake_waiters (AtAsyncTaskPrivate *priv)
{
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  for (AtWaiter *waiter = rare != NULL ? rare->waiters : NULL; waiter != NULL; waiter = waiter->next)
    {
      g_cond_signal (&waiter->cond);
      if (waiter->retaking != NULL)
        at_job_frame_stir (waiter->retaking);
    }
  g_mutex_unlock (&priv->lock);
}

/* The executor that the task was given to, with a reference. One that refuses the task
 * is its executor no longer than until it gets the lock, see restore_executor(). */
static AtExecutor *
ref_used_executor (AtAsyncTaskPrivate *priv)
{
  AtExecutor *executor;

  g_mutex_lock (&priv->lock);
  executor = g_object_ref (at_task_get_used_executor (priv));
  g_mutex_unlock (&priv->lock);

  return executor;
}

/* Whether this thread would wait for what only it can bring about. */
static gboolean
depends_on_us (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtPhase phase = at_state_get_phase (&priv->job.state);

  /* Somebody else's work may need the owner, but cannot without it. */
  if (at_task_is_deferred (priv) && at_task_needs_owner_to_end (priv) && at_task_is_home (priv))
    return TRUE;

  /* In its own pre_execute. */
  if (phase == AT_PHASE_STARTING && at_task_is_starter (priv))
    return TRUE;

  if (at_job_is_queued (&priv->job) && at_job_get_frame () != NULL)
    {
      g_autoptr (AtExecutor) executor = ref_used_executor (priv);

      if (at_job_waits_for_us (&priv->job, executor))
        return TRUE;
    }

  return at_job_runs_here (&priv->job);
}

/* The same of the task, and of whatever it waits for in its turn. */
static gboolean
would_deadlock (AtAsyncTask *self)
{
  g_autoptr (GPtrArray) ties = NULL;
  gboolean found;

  if (depends_on_us (self))
    return TRUE;

  ties = at_task_get_ties (self);
  found = FALSE;
  for (guint i = 0; ties != NULL && !found && i < ties->len; i++)
    found = !at_task_is_done (ties->pdata[i]) && depends_on_us (ties->pdata[i]);

  return found;
}

static void
on_waiter_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  at_task_wake_waiters (user_data);
}

/* Whether a task in @state is where a waiter need not wait any longer. */
static gboolean
is_settled_state (guint state)
{
  AtPhase phase = state & AT_PHASE_MASK;

  return phase == AT_PHASE_PENDING || phase >= AT_PHASE_DONE;
}

static gboolean
is_settled (AtAsyncTaskPrivate *priv)
{
  return is_settled_state (at_state_get (&priv->job.state));
}

/* A wait that takes more seconds than a 32-bit time_t can tell ends at once. */
#define LONGEST_WAIT_MS (G_GINT64_CONSTANT (1000) * G_MAXINT32 / 2)

/* How often a thread that may be the owner of a context looks whether somebody else
 * still iterates it: nobody is told when that ends. */
#define LOOK_USEC (10 * G_TIME_SPAN_MILLISECOND)

/* Whether the task waits for its owner to start it, and this thread is that as soon as
 * nobody else iterates the context. */
static gboolean
may_come_home (AtAsyncTaskPrivate *priv)
{
  guint number = at_thread_get_number ();

  return (at_state_get (&priv->job.state) & AT_STATE_WILL_START) != 0 &&
         (number == priv->maker || number == at_task_get_deliverer (priv));
}

/* Waits until the task is settled or something has to be started here; FALSE when the
 * time is up. @owner (nullable) is there where this thread is the owner. */
static gboolean
wait_for_news (AtAsyncTaskPrivate *priv,
               gint64              end_time,
               AtOwnerWait        *owner,
               GCancellable       *cancellable)
{
  gboolean in_time = TRUE, looks = FALSE;
  AtWaiter waiter;

  g_mutex_lock (&priv->lock);
  at_task_add_waiter (priv, &waiter);
  while (in_time && !looks && !is_settled (priv) && !(owner != NULL && g_atomic_int_get (&owner->is_asked)) &&
         !g_cancellable_is_cancelled (cancellable))
    {
      gint64 look_time = g_get_monotonic_time () + LOOK_USEC;

      if (owner == NULL && may_come_home (priv) && (end_time < 0 || look_time < end_time))
        looks = !g_cond_wait_until (&waiter.cond, &priv->lock, look_time);
      else if (end_time >= 0)
        in_time = g_cond_wait_until (&waiter.cond, &priv->lock, end_time);
      else
        g_cond_wait (&waiter.cond, &priv->lock);
    }
  in_time = in_time || is_settled (priv);
  at_task_remove_waiter (priv, &waiter);
  g_mutex_unlock (&priv->lock);

  return in_time;
}

/* Waits until the task is settled. */
static void
wait_until_settled (AtAsyncTask  *self,
                    gint64        end_time,
                    GCancellable *cancellable)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean in_time = TRUE, at_home = at_task_is_home (priv), is_limited;
  AtOwnerWait owner;

  is_limited = at_home && (at_state_get (&priv->job.state) & AT_STATE_LIMITED) != 0;
  if (is_limited)
    at_task_enter_owner_wait (self);
  if (at_home)
    at_owner_wait_enter (&owner, self);

  while (in_time && !is_settled (priv) && !g_cancellable_is_cancelled (cancellable))
    {
      if (at_home && g_atomic_int_get (&owner.is_asked))
        at_owner_wait_start (&owner);
      else
        in_time = wait_for_news (priv, end_time, at_home ? &owner : NULL, cancellable);

      if (!at_home && at_task_is_home (priv))
        {
          at_home = TRUE;
          at_owner_wait_enter (&owner, self);
        }
    }

  if (at_home)
    at_owner_wait_leave (&owner);
  if (is_limited)
    at_task_leave_owner_wait (self);
}

/* The outcome of the computation of a task that was found settled in @state, as far
 * as it is known. One that was PENDING then may be on its way by now. */
static gboolean
get_computed (AtAsyncTaskPrivate  *priv,
              guint                state,
              GError             **error)
{
  if ((state & AT_STATE_CANCELLED) != 0)
    {
      g_propagate_error (error, at_task_new_cancelled_error ());
      return FALSE;
    }

  if ((state & AT_PHASE_MASK) == AT_PHASE_PENDING)
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED,
                           _("The task was not executed"));
      return FALSE;
    }

  if (at_task_get_body_error (priv) != NULL)
    {
      at_task_mark_heard (priv);
      g_propagate_error (error, g_error_copy (at_task_get_body_error (priv)));
      return FALSE;
    }

  return TRUE;
}

/* The task whose body this thread runs, or NULL. */
static AtAsyncTask *
get_task_here (void)
{
  AtJobFrame *frame = at_job_get_frame ();

  return frame != NULL && frame->job->klass == &at_task_job_class ? at_job_get_object (frame->job) : NULL;
}

/**
 * at_async_task_wait:
 * @self: a task
 * @timeout_ms: how long to wait at most, in milliseconds; 0 not to wait, -1 for no
 *   limit
 * @cancellable: (nullable): ends the wait, and leaves the task alone
 * @error: return location for a [struct@GLib.Error]
 *
 * Waits for the computation to be done.
 *
 * This needs no main loop. The callbacks come later, in the owner context. Once
 * this has returned, [method@AsyncTask.get_result], [method@AsyncTask.get_error]
 * and [method@AsyncTask.get_outcome] tell how the computation has ended.
 *
 * A body that waits gives its place in a thread pool, or in a [class@LimitExecutor], to
 * others meanwhile, as it does
 * while it is paused, and then waits for one, which may take longer than @timeout_ms.
 * An owner that waits starts whatever of its context other threads have executed.
 *
 * Fails with the error of a task that failed; with %G_IO_ERROR_CANCELLED if the
 * task or the wait was cancelled; with %G_IO_ERROR_TIMED_OUT when the time is up;
 * with [error@At.TaskError.NOT_EXECUTED] if nobody executed the task; and with
 * [error@At.TaskError.WOULD_DEADLOCK] if the calling thread runs the task's own
 * body or pre-execute, or a body that the task is queued behind, or is the owner's, and
 * has yet to start the task, as one that is a [class@DeferredTask].
 *
 * Any thread. On the owner's thread it blocks the user interface.
 *
 * Returns: %TRUE if the task succeeded
 *
 * Since: 1.0
 */
gboolean
at_async_task_wait (AtAsyncTask   *self,
                    gint64         timeout_ms,
                    GCancellable  *cancellable,
                    GError       **error)
{
  AtAsyncTaskPrivate *priv;
  gint64 end_time = -1;
  gulong handler = 0;
  gboolean has_left;
  AtAsyncTask *body;
  guint state;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (timeout_ms >= -1, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = at_task_get_priv (self);
  state = at_state_get (&priv->job.state);
  if (is_settled_state (state))
    return get_computed (priv, state, error);

  if (would_deadlock (self))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK,
                           _("The task cannot end before the one that waits for it"));
      return FALSE;
    }

  if (timeout_ms >= 0)
    end_time = g_get_monotonic_time () + MIN (timeout_ms, LONGEST_WAIT_MS) * 1000;
  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (on_waiter_cancelled), priv, NULL);

  body = at_is_seeing () ? get_task_here () : NULL;
  if (body != NULL)
    at_lint_set_awaited (body, self);
  has_left = timeout_ms != 0 && at_job_leave_places ();
  wait_until_settled (self, end_time, cancellable);
  if (has_left)
    at_task_retake_places ();
  if (body != NULL)
    at_lint_set_awaited (body, NULL);

  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);

  state = at_state_get (&priv->job.state);
  if (is_settled_state (state))
    return get_computed (priv, state, error);

  if (!g_cancellable_set_error_if_cancelled (cancellable, error))
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The task is not done yet"));

  return FALSE;
}
