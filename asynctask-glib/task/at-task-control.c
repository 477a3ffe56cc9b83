/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* What any thread may do to a task: cancel it, pause it, resume it. */

/* Time. */

/* Microseconds that the body has been running, pauses left out. */
gint64
at_task_get_active_usec (AtAsyncTaskPrivate *priv)
{
  gint64 active = 0;

  g_mutex_lock (&priv->lock);
  if (priv->has_ended)
    {
      active = priv->clock;
    }
  else if (priv->clock != 0)
    {
      AtRare *rare = at_task_get_rare (priv);
      gint64 end = rare != NULL && rare->paused_at != 0 ? rare->paused_at : g_get_monotonic_time ();

      active = MAX (end - priv->clock, 0);
    }
  g_mutex_unlock (&priv->lock);

  return active;
}

/* A pause goes on, and no clock has gone on until now. Under the lock. */
void
at_task_account_pause (AtAsyncTaskPrivate *priv,
                       gint64              now)
{
  AtRare *rare = at_task_get_rare (priv);
  AtPhase phase;

  if (rare == NULL || rare->paused_at == 0)
    return;

  if (priv->clock != 0 && !priv->has_ended)
    priv->clock += now - MAX (rare->paused_at, priv->clock);

  /* Until it is there, no other thread is to look at when that was. */
  phase = at_state_get_phase (&priv->job.state);
  if (phase >= AT_PHASE_QUEUED ||
      (phase == AT_PHASE_STARTING && rare->timeout != NULL && rare->timeout->is_started))
    priv->executed_at += now - MAX (rare->paused_at, priv->executed_at);
  rare->paused_at = now;
}

/* Under the lock. */
void
at_task_end_pause (AtAsyncTaskPrivate *priv,
                   gint64              now)
{
  AtRare *rare = at_task_get_rare (priv);

  at_task_account_pause (priv, now);
  if (rare != NULL)
    rare->paused_at = 0;
}

/* The cancellable of the body. Most bodies never look at theirs, so that a
 * worker lends one to each in turn, as long as it comes back as it went. */

static __thread struct
{
  GCancellable *cancellable;
  gboolean      is_guarded; /* dropped when the thread ends */
} spare;

static void
drop_spare (gpointer data)
{
  g_clear_object (&spare.cancellable);
}

static GPrivate spare_guard = G_PRIVATE_INIT (drop_spare);

static void
keep_spare (GCancellable *cancellable)
{
  spare.cancellable = cancellable;
  if (!spare.is_guarded)
    {
      spare.is_guarded = TRUE;
      g_private_set (&spare_guard, GINT_TO_POINTER (TRUE));
    }
}

/* Under the lock. */
GCancellable *
at_task_ensure_cancellable (AtAsyncTaskPrivate *priv)
{
  if (priv->cancellable == NULL)
    priv->cancellable = spare.cancellable != NULL
      ? g_steal_pointer (&spare.cancellable)
      : g_cancellable_new ();

  return priv->cancellable;
}

void
at_task_trigger_cancellable (AtAsyncTaskPrivate *priv)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&priv->lock);
  if (!priv->cancellable_is_spent)
    g_set_object (&cancellable, priv->cancellable);
  g_mutex_unlock (&priv->lock);

  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

static void
on_data (GQuark   key,
         gpointer data,
         gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static gboolean
has_data (GCancellable *cancellable)
{
  gboolean has_any = FALSE;

  if (G_OBJECT (cancellable)->qdata != NULL)
    g_datalist_foreach (&G_OBJECT (cancellable)->qdata, on_data, &has_any);

  return has_any;
}

/* Whether a cancellable that a body has done with would go here, and what others have
 * attached to it. A binding that has made an object of its language of it waits for the lock
 * of its interpreter there, which the owner may hold: the end of the task, and the worker
 * with it, would wait as well. The owner drops such a one after the last callback. */
gboolean
at_task_would_dispose (GCancellable *cancellable)
{
  return cancellable != NULL && g_atomic_int_get (&G_OBJECT (cancellable)->ref_count) == 1 && has_data (cancellable);
}

/* Returns what the caller is to drop, without the lock. Under the lock. */
static GCancellable *
take_spent (AtAsyncTaskPrivate *priv)
{
  if (!priv->cancellable_is_spent)
    return NULL;
  priv->cancellable_is_spent = FALSE;

  return g_steal_pointer (&priv->cancellable);
}

/* Owner, after the last callback. */
void
at_task_drop_spent (AtAsyncTaskPrivate *priv)
{
  g_autoptr (GCancellable) spent = NULL;

  g_mutex_lock (&priv->lock);
  spent = take_spent (priv);
  g_mutex_unlock (&priv->lock);
}

/* What was lent comes back. */
void
at_task_keep_cancellable (GCancellable *cancellable)
{
  /* With one reference, ours, nobody else can have anything to do with it, and without
   * data, among which GObject has weak references and notifies, nobody will. */
  if (g_atomic_int_get (&G_OBJECT (cancellable)->ref_count) == 1 &&
      !has_data (cancellable) &&
      !g_cancellable_is_cancelled (cancellable) &&
      g_signal_handler_find (cancellable, G_SIGNAL_MATCH_ID, at_task_cancellable_cancelled, 0, NULL, NULL, NULL) == 0 &&
      spare.cancellable == NULL)
    keep_spare (cancellable);
  else
    g_object_unref (cancellable);
}

/**
 * at_async_task_get_cancellable:
 * @self: a task
 *
 * Gets what an interrupting [method@AsyncTask.cancel] triggers.
 *
 * The body passes it to calls that block, to have them end when the task is
 * cancelled. Cancelling it directly does not cancel the task.
 *
 * Any thread.
 *
 * Returns: (transfer none): the cancellable of the task
 *
 * Since: 1.0
 */
GCancellable *
at_async_task_get_cancellable (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  g_autoptr (GCancellable) spent = NULL;
  GCancellable *cancellable;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = at_task_get_priv (self);
  g_mutex_lock (&priv->lock);
  spent = take_spent (priv);
  priv->cancellable_is_shared = TRUE;
  cancellable = at_task_ensure_cancellable (priv);
  g_mutex_unlock (&priv->lock);

  if ((at_state_get (&priv->job.state) & AT_STATE_INTERRUPTED) != 0)
    g_cancellable_cancel (cancellable);

  return cancellable;
}

/* Tells a body that blocks elsewhere than at a checkpoint: at once and in this
 * thread, since the owner may not iterate its context, and is not told of a pause
 * that has followed upon another. */
void
at_task_call_control_changed (AtAsyncTask *self)
{
  AtAsyncTaskClass *klass = AT_ASYNC_TASK_GET_CLASS (self);

  if (klass->control_changed != NULL)
    klass->control_changed (self);
}

/* Cancels with @flags, which have AT_STATE_CANCELLED. */
static gboolean
cancel (AtAsyncTask *self,
        guint        flags)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  guint state, new_state;
  AtPhase phase;

  do
    {
      state = at_state_get (&priv->job.state);
      phase = state & AT_PHASE_MASK;
      new_state = state | (phase < AT_PHASE_DELIVERING ? flags : flags & AT_STATE_ORPHANED);
      if (phase == AT_PHASE_QUEUED)
        new_state = (new_state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING)) | AT_PHASE_DONE;
    }
  while (!at_state_replace (&priv->job.state, state, new_state));

  if (phase >= AT_PHASE_DELIVERING)
    return FALSE;

  if (phase == AT_PHASE_QUEUED)
    at_job_take_back (&priv->job);
  if ((flags & AT_STATE_INTERRUPTED) != 0)
    at_task_trigger_cancellable (priv);

  if (phase == AT_PHASE_QUEUED)
    {
      at_job_leave (&priv->job);
      at_task_end_unrun (priv);
    }
  else
    {
      if (at_is_seeing ())
        at_lint_stop (self);
      at_task_wake_waiters (priv);
      at_task_call_control_changed (self);
    }

  return (state & AT_STATE_CANCELLED) == 0 && phase < AT_PHASE_DONE;
}

/**
 * at_async_task_cancel:
 * @self: a task
 * @interrupt: whether to trigger the body's cancellable, too
 *
 * Cancels the task.
 *
 * If the body has not started, it never runs. Otherwise it goes on until it looks
 * at [method@AsyncTask.is_cancelled] or [method@AsyncTask.checkpoint], or, with
 * @interrupt, until a call ends to which it gave its cancellable. From now on no
 * progress value arrives, and the last callback is
 * [signal@AsyncTask::cancelled], whatever the body does.
 *
 * Inside the last callback, and after it, this does nothing.
 *
 * Any thread. No callback runs inside this function.
 *
 * Returns: %TRUE if this call is what cancels the task; %FALSE if it was
 *   cancelled before, or if the body is done
 *
 * Since: 1.0
 */
gboolean
at_async_task_cancel (AtAsyncTask *self,
                      gboolean     interrupt)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return cancel (self, AT_STATE_CANCELLED | (interrupt ? AT_STATE_INTERRUPTED : 0));
}

gboolean
at_async_task_is_in_body (AtAsyncTask *self)
{
  return at_state_get_phase (&at_task_get_priv (self)->job.state) == AT_PHASE_RUNNING;
}

void
at_task_sever_owner (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  if (rare != NULL)
    g_clear_pointer (&rare->owner, at_owner_link_sever);
}

gboolean
at_task_on_owner_gone (GObject  *follower,
                       gboolean  is_again)
{
  AtAsyncTask *self = AT_ASYNC_TASK (follower);
  gboolean is_over = is_again || !at_async_task_is_in_body (self);

  if (is_over)
    cancel (self, AT_STATE_CANCELLED | AT_STATE_INTERRUPTED | AT_STATE_ORPHANED);
  at_async_task_unref_home (self);

  return is_over;
}

/**
 * at_async_task_is_cancelled:
 * @self: a task
 *
 * Gets whether the body has to stop: because the task was cancelled, or because its
 * [property@AsyncTask:timeout] is up. Which of the two it is, the
 * [property@AsyncTask:outcome] says in the end.
 *
 * Any thread.
 *
 * Returns: %TRUE once the task was cancelled, or its time is up
 *
 * Since: 1.0
 */
gboolean
at_async_task_is_cancelled (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return at_job_has_to_stop (at_job_of (self));
}

static void
on_pause_changed (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTaskPrivate *priv = at_task_get_priv (parcel->task);

  if (at_task_has_audience (priv))
    {
      AtPacer *pacer = at_task_get_pacer (priv);

      at_task_show_paused (parcel->task);
      if (pacer != NULL)
        at_pacer_refresh (pacer);
    }
  at_parcel_free (parcel);
}

/* Tells the owner: now, if this is its thread. */
static void
tell_pause_changed (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  AtHome home = at_task_enter_home (priv);
  AtParcel *parcel = at_parcel_new_kept (self, on_pause_changed);

  if (home == AT_HOME_FOREIGN)
    at_parcel_send (parcel);
  else
    on_pause_changed (&parcel->mail);

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_pause:
 * @self: a task
 *
 * Has the body stop at its next [method@AsyncTask.checkpoint].
 *
 * A task that is paused before it is executed stops at its first checkpoint. Does
 * nothing once the body is done.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_pause (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean changed;
  guint state;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  g_mutex_lock (&priv->lock);
  changed = at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_PAUSED, 0, &state) &&
            (state & AT_STATE_PAUSED) == 0;
  if (changed)
    at_task_ensure_rare (priv)->paused_at = g_get_monotonic_time ();
  g_mutex_unlock (&priv->lock);

  if (changed)
    {
      if (at_task_has_timeout (priv))
        at_task_follow_timeout (priv);
      at_task_call_control_changed (self);
      tell_pause_changed (self);
    }
}

/**
 * at_async_task_resume:
 * @self: a task
 *
 * Lets a paused body go on.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_resume (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean changed, was_held;
  guint state;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  g_mutex_lock (&priv->lock);
  changed = at_state_change_flags (&priv->job.state, AT_PHASE_DONE, 0, AT_STATE_PAUSED, &state) &&
            (state & AT_STATE_PAUSED) != 0;
  if (changed)
    at_task_end_pause (priv, g_get_monotonic_time ());
  was_held = changed && (state & AT_STATE_DEFERRED) != 0 && at_task_take_held (priv);
  g_mutex_unlock (&priv->lock);

  if (changed)
    {
      if (at_task_has_timeout (priv))
        at_task_follow_timeout (priv);
      at_task_wake_waiters (priv);
      at_task_call_control_changed (self);
      tell_pause_changed (self);
    }
  if (was_held)
    at_task_send_turn (self);
  if (changed)
    at_task_go_on_retrying (priv);
}

/**
 * at_async_task_set_paused: (set-property paused)
 * @self: a task
 * @paused: whether to pause the task
 *
 * Pauses or resumes the task, as [method@AsyncTask.pause] and
 * [method@AsyncTask.resume] do.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_set_paused (AtAsyncTask *self,
                          gboolean     paused)
{
  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (paused)
    at_async_task_pause (self);
  else
    at_async_task_resume (self);
}

/**
 * at_async_task_is_paused: (get-property paused)
 * @self: a task
 *
 * Gets whether the task is paused.
 *
 * Any thread: tells at once what [method@AsyncTask.pause] and
 * [method@AsyncTask.resume] did, in whichever thread. The property notifies on
 * the owner's.
 *
 * Returns: %TRUE if the task is paused
 *
 * Since: 1.0
 */
gboolean
at_async_task_is_paused (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return at_task_is_paused (at_task_get_priv (self));
}

/**
 * at_async_task_get_elapsed: (get-property elapsed)
 * @self: a task
 *
 * Gets for how long the body has been running, in seconds.
 *
 * Time spent in a queue, and paused, does not count. The value is current
 * whenever it is asked for. The property notifies with progress, at least twice a
 * second if the body has reported any, and at the end.
 *
 * Any thread.
 *
 * Returns: seconds
 *
 * Since: 1.0
 */
double
at_async_task_get_elapsed (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return (double) at_task_get_active_usec (at_task_get_priv (self)) / G_USEC_PER_SEC;
}
