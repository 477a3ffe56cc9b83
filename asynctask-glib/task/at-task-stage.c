/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Where a task is, more closely than its status says. What other threads do to it is worth
 * a message home only where somebody wants to know. */

AtStage
at_task_read_stage (guint state)
{
  switch ((AtPhase) (state & AT_PHASE_MASK))
    {
    case AT_PHASE_PENDING:
      return AT_STAGE_PENDING;
    case AT_PHASE_STARTING:
      return AT_STAGE_QUEUED;
    case AT_PHASE_QUEUED:
      if ((state & AT_STATE_RESTING) == 0)
        return AT_STAGE_QUEUED;
      if ((state & AT_STATE_WAITING) != 0)
        return AT_STAGE_WAITING;
      return (state & AT_STATE_RETRYING) != 0 ? AT_STAGE_RETRYING : AT_STAGE_QUEUED;
    case AT_PHASE_RUNNING:
      return AT_STAGE_RUNNING;
    case AT_PHASE_DONE:
    case AT_PHASE_DELIVERING:
    case AT_PHASE_DELIVERED:
    case AT_PHASE_MASK:
    default:
      return AT_STAGE_ENDED;
    }
}

/* Owner. */
void
at_task_show_stage (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtStage stage = at_task_read_stage (at_state_get (&priv->job.state));

  if (priv->shown_stage == stage)
    return;

  priv->shown_stage = stage;
  at_task_notify (self, PROP_STAGE);
}

static void
on_stage (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTask *self = parcel->task;

  /* The end has its own order. */
  if (at_task_has_audience (at_task_get_priv (self)) && !at_task_is_done (self))
    {
      at_task_show_last_error (self);
      at_task_show_retry_in (self);
      at_task_show_stage (self);
      at_task_show_attempt (self);
      if (at_task_get_priv (self)->shown_stage == AT_STAGE_RETRYING)
        at_task_show_rest (self);
      else
        at_task_show_begin (self);
    }
  at_parcel_free (parcel);
}

/* Has the owner told, if anybody wants to know. By whoever has changed it. */
void
at_task_tell_stage (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if ((at_state_get (&priv->job.state) & AT_STATE_SHOWN) != 0 || at_task_get_pacer (priv) != NULL)
    at_parcel_send (at_parcel_new_kept (self, on_stage));
}

/* Somebody wants to know. Who asks after this, or is told, misses nothing: the flag is in
 * the same word as what it is about. Returns the state. */
guint
at_task_want_stage (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->job.state);

  if ((state & AT_STATE_SHOWN) == 0)
    at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_SHOWN, 0, &state);

  return state;
}

/* The same for who listens when the task is started. */
void
at_task_prepare_stage (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);

  if (at_task_hears_change (self, PROP_STAGE) ||
      (rare != NULL && rare->retry != NULL &&
       (at_task_hears_change (self, PROP_ATTEMPT) || at_task_hears_change (self, PROP_RETRY_IN) ||
        at_task_hears_change (self, PROP_LAST_ERROR))))
    at_task_want_stage (priv);
}

/* Why it did not succeed before. The owner has it when it is told, or asks. */

/* Any thread. Takes over @error. */
void
at_task_set_last_error (AtAsyncTaskPrivate *priv,
                        GError             *error)
{
  AtRare *rare = at_task_ensure_rare (priv);
  GError *replaced;

  g_mutex_lock (&priv->lock);
  replaced = rare->new_last_error;
  rare->new_last_error = error;
  g_mutex_unlock (&priv->lock);
  g_clear_error (&replaced);
}

static void
take_last_error (AtAsyncTaskPrivate *priv,
                 AtRare             *rare)
{
  GError *taken;

  g_mutex_lock (&priv->lock);
  taken = g_steal_pointer (&rare->new_last_error);
  g_mutex_unlock (&priv->lock);
  if (taken == NULL)
    return;

  g_clear_error (&rare->last_error);
  rare->last_error = taken;
  rare->has_new_last_error = TRUE;
}

/* Owner. */
void
at_task_show_last_error (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);

  if (rare == NULL)
    return;

  take_last_error (priv, rare);
  if (rare->has_new_last_error)
    {
      rare->has_new_last_error = FALSE;
      at_task_notify (self, PROP_LAST_ERROR);
    }
}

/**
 * at_async_task_get_last_error: (get-property last-error)
 * @self: a task
 *
 * Gets why the task has not succeeded so far: the error of the attempt before, or of the
 * prerequisite for whose sake the task was cancelled, which is %G_IO_ERROR_CANCELLED where
 * that was cancelled itself.
 *
 * Owner's thread. It is good until the owner context is iterated.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL
 *
 * Since: 1.0
 */
const GError *
at_async_task_get_last_error (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  AtRare *rare;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = at_task_get_priv (self);
  rare = at_task_get_rare (priv);
  if (rare == NULL)
    return NULL;

  take_last_error (priv, rare);

  return rare->last_error;
}

/**
 * at_async_task_get_stage: (get-property stage)
 * @self: a task
 *
 * Gets where the task is in its life, more closely than [method@AsyncTask.get_status]
 * says.
 *
 * The property notifies of what other threads do to the task only where somebody listens
 * when the task is executed, has read it before, or has the task in a list: other tasks do
 * not pay for it.
 *
 * Any thread: says so at once, while the property notifies later.
 *
 * Returns: the stage
 *
 * Since: 1.0
 */
AtStage
at_async_task_get_stage (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_STAGE_PENDING);

  return at_task_read_stage (at_task_want_stage (at_task_get_priv (self)));
}
