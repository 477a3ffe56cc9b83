/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* How long a task may take in all: a clock that stands still while it is paused, and what
 * happens when that is up, in whichever thread finds out. */

gboolean
at_task_has_timeout (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  return rare != NULL && g_atomic_pointer_get (&rare->timeout) != NULL;
}

/* From @from, which the caller has, to DONE. The error of a task whose time was up before
 * is that, whatever its body says. Returns the state that it had. */
guint
at_task_reach_done (AtAsyncTaskPrivate *priv,
                    AtPhase             from)
{
  guint state;

  if (G_LIKELY (at_state_move (&priv->job.state, from, AT_PHASE_DONE, AT_STATE_TIMED_OUT, &state)))
    return state;

  at_task_set_body_error (priv, at_task_new_timed_out_error ());
  at_state_move (&priv->job.state, from, AT_PHASE_DONE, 0, &state);

  return state;
}

/* Microseconds that have passed since execute(), pauses left out; -1 while it is not known
 * when that was. Under the lock. */
static gint64
get_passed (AtAsyncTaskPrivate *priv,
            AtRare             *rare,
            gint64              now)
{
  AtPhase phase = at_state_get_phase (&priv->job.state);

  if (phase < AT_PHASE_STARTING || (phase == AT_PHASE_STARTING && !rare->timeout->is_started))
    return -1;

  return MAX ((rare->paused_at != 0 ? rare->paused_at : now) - priv->executed_at, 0);
}

/* Until the time is up, or -1 if there is nothing to wait for. Under the lock. */
static gint64
get_left (AtAsyncTaskPrivate *priv,
          AtRare             *rare,
          gint64              now)
{
  gint64 passed = get_passed (priv, rare, now);
  guint state = at_state_get (&priv->job.state);

  if (rare->timeout->seconds < 0 || passed < 0 ||
      (state & AT_PHASE_MASK) >= AT_PHASE_DONE || (state & AT_STATE_TIMED_OUT) != 0)
    return -1;

  return MAX (at_timer_get_usec (rare->timeout->seconds) - passed, 0);
}

/* Tells the task that its time is up, and claims it if its body has not begun. Under the
 * lock, so that it is not executed anew meanwhile. Returns the state that it had. */
static guint
set_timed_out (AtAsyncTaskPrivate *priv)
{
  guint state, new_state;

  do
    {
      state = at_state_get (&priv->job.state);
      if ((state & AT_PHASE_MASK) >= AT_PHASE_DONE)
        return state;

      new_state = (state | AT_STATE_TIMED_OUT | AT_STATE_INTERRUPTED) & ~(guint) AT_STATE_WILL_START;
      if ((state & AT_PHASE_MASK) == AT_PHASE_QUEUED)
        new_state = (new_state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING)) | AT_PHASE_RUNNING;
    }
  while (!at_state_replace (&priv->job.state, state, new_state));

  return state;
}

/* The time is up, unless it was set anew: as cancel() with interruption, with another
 * error. The caller has a reference. */
static void
expire (AtAsyncTaskPrivate *priv)
{
  gboolean is_up;
  guint state = 0;

  g_mutex_lock (&priv->lock);
  is_up = get_left (priv, at_task_get_rare (priv), g_get_monotonic_time ()) == 0;
  if (is_up)
    state = set_timed_out (priv);
  g_mutex_unlock (&priv->lock);
  if (!is_up || (state & AT_PHASE_MASK) >= AT_PHASE_DONE)
    return;

  if ((state & AT_PHASE_MASK) == AT_PHASE_QUEUED)
    at_job_take_back (&priv->job);
  at_task_trigger_cancellable (priv);

  if ((state & AT_PHASE_MASK) == AT_PHASE_QUEUED)
    {
      at_job_leave (&priv->job);
      at_task_reach_done (priv, AT_PHASE_RUNNING);
      at_task_end_unrun (priv);
    }
  else if ((state & AT_STATE_WILL_START) != 0)
    {
      at_task_reach_done (priv, AT_PHASE_STARTING);
      at_task_end_unrun (priv);
    }
  else
    {
      if (at_is_seeing ())
        at_lint_stop (at_task_from_priv (priv));
      at_task_wake_waiters (priv);
      at_task_call_control_changed (at_task_from_priv (priv));
    }
}

static void
on_due (AtTimer *timer)
{
  AtAsyncTask *self = ((AtTimeout *) timer)->task;

  expire (at_task_get_priv (self));
  at_async_task_unref_home (self);
}

AtAsyncTask *
at_task_of_timeout_timer (AtTimer *timer)
{
  return timer->func == on_due ? ((AtTimeout *) timer)->task : NULL;
}

/* Starts, moves or stops the timer of a task that has a timeout, as what it depends on has
 * changed. The caller has a reference. */
void
at_task_follow_timeout (AtAsyncTaskPrivate *priv)
{
  AtAsyncTask *self = at_task_from_priv (priv);
  gint64 now = g_get_monotonic_time (), left;
  gboolean was_started, is_started = FALSE, has_thread = TRUE;
  AtRare *rare = at_task_get_rare (priv);

  /* Bindings are told of references, and no lock is held then. */
  g_object_ref (self);

  g_mutex_lock (&priv->lock);
  was_started = at_timer_stop (&rare->timeout->timer);
  left = get_left (priv, rare, now);
  if (left > 0 && rare->paused_at == 0)
    {
      at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_AWAITED, 0, NULL);
      has_thread = is_started = at_timer_start (&rare->timeout->timer, on_due, now + left);
    }
  g_mutex_unlock (&priv->lock);

  if (!has_thread)
    g_critical ("No thread can be started that would tell when the time of a task (%s) is up",
                G_OBJECT_TYPE_NAME (self));
  if (left == 0)
    expire (priv);

  if (was_started)
    g_object_unref (self);
  if (!is_started)
    g_object_unref (self);
}

/* Whoever has claimed the task, once it is known when that was. */
void
at_task_start_timeout (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  g_mutex_lock (&priv->lock);
  rare->timeout->is_started = TRUE;
  g_mutex_unlock (&priv->lock);
  at_task_follow_timeout (priv);
}

/* The same for one that was refused. Returns FALSE if its time was up before. */
gboolean
at_task_undo_timeout (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);
  gboolean was_started = FALSE, is_up;

  g_mutex_lock (&priv->lock);
  is_up = (at_state_get (&priv->job.state) & AT_STATE_TIMED_OUT) != 0;
  if (!is_up)
    {
      rare->timeout->is_started = FALSE;
      was_started = at_timer_stop (&rare->timeout->timer);
    }
  g_mutex_unlock (&priv->lock);

  if (was_started)
    g_object_unref (at_task_from_priv (priv));

  return !is_up;
}

/**
 * at_async_task_get_timeout: (get-property timeout)
 * @self: a task
 *
 * Gets how long the task may take.
 *
 * Any thread.
 *
 * Returns: seconds, or -1 for no limit
 *
 * Since: 1.0
 */
double
at_async_task_get_timeout (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  double seconds = -1;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), -1);

  priv = at_task_get_priv (self);
  if (at_task_has_timeout (priv))
    {
      g_mutex_lock (&priv->lock);
      seconds = at_task_get_rare (priv)->timeout->seconds;
      g_mutex_unlock (&priv->lock);
    }

  return seconds;
}

/* Under the lock. */
static AtTimeout *
ensure_timeout (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_ensure_rare (priv);

  if (rare->timeout == NULL)
    {
      AtTimeout *timeout = g_new0 (AtTimeout, 1);

      timeout->seconds = -1;
      timeout->task = at_task_from_priv (priv);
      g_atomic_pointer_set (&rare->timeout, timeout);
    }

  return rare->timeout;
}

/**
 * at_async_task_set_timeout: (set-property timeout)
 * @self: a task
 * @seconds: how long the task may take, in seconds; -1 for no limit
 *
 * Sets how long the task may take.
 *
 * The clock runs from [method@AsyncTask.execute] on, also while the task is queued, and
 * stands still while it is paused. It needs no main loop. When the time is up, the task
 * fails with %G_IO_ERROR_TIMED_OUT: at once if its body has not begun, which then never
 * runs. A body that runs is interrupted as [method@AsyncTask.cancel] does it, and
 * [signal@AsyncTask::failed] comes when it has returned, whatever it returns; values that
 * it publishes until then arrive, and a result that it sets can be read. A task that is
 * cancelled, before or after, is cancelled all the same.
 *
 * With 0 the time is up in `execute()`. Where less is set than has passed, it is up now;
 * no callback runs inside this function. Once the computation is done, this does nothing.
 *
 * Any thread, at any time.
 *
 * Since: 1.0
 */
void
at_async_task_set_timeout (AtAsyncTask *self,
                           double       seconds)
{
  AtAsyncTaskPrivate *priv;
  gboolean changed = FALSE;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (seconds >= 0 || (seconds >= -1 && seconds <= -1));

  priv = at_task_get_priv (self);
  if (seconds < 0 && !at_task_has_timeout (priv))
    return;

  g_mutex_lock (&priv->lock);
  if (!at_task_is_done (self))
    {
      AtTimeout *timeout = ensure_timeout (priv);

      changed = timeout->seconds < seconds || timeout->seconds > seconds;
      timeout->seconds = seconds;
    }
  g_mutex_unlock (&priv->lock);
  if (!changed)
    return;

  at_task_follow_timeout (priv);
  at_task_notify_home (self, PROP_TIMEOUT);
}
