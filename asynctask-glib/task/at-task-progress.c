/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* The progress of a task: a cell that the body writes to, and a pacer that shows it. */

static const guint progress_properties[AT_PROGRESS_N_VALUES] = {
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_COMPLETED,
  PROP_TOTAL,
  PROP_MESSAGE,
  PROP_RATE,
  PROP_REMAINING,
  PROP_ELAPSED,
};

static AtProgressMotion
get_motion (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->job.state);

  if ((state & AT_PHASE_MASK) != AT_PHASE_RUNNING)
    return AT_PROGRESS_NO_WORK;

  return (state & AT_STATE_PAUSED) != 0 ? AT_PROGRESS_HELD : AT_PROGRESS_MOVING;
}

static gboolean
can_show_progress (GObject *object)
{
  return at_task_has_audience (at_task_get_priv (AT_ASYNC_TASK (object)));
}

static gboolean
is_progress_moving (GObject *object)
{
  return get_motion (at_task_get_priv (AT_ASYNC_TASK (object))) == AT_PROGRESS_MOVING;
}

static AtProgressChanges
update_progress (AtAsyncTaskPrivate *priv)
{
  return at_progress_update (&at_task_get_pacer (priv)->progress, at_task_get_active_usec (priv), get_motion (priv));
}

static void
show_progress (GObject *object)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtPacer *pacer = at_task_get_pacer (priv);

  pacer->unshown |= update_progress (priv);
  if (pacer->unshown != 0)
    at_task_tell_followers (self);

  /* Which come first, where the body has begun anew and has reported something already. */
  if ((pacer->unshown & AT_PROGRESS_INDETERMINATE) != 0 && !at_task_is_done (self))
    {
      at_task_show_stage (self);
      at_task_show_attempt (self);
    }

  /* A handler may iterate the context, and this function then runs again below: it
   * leaves nothing to tell, of what may have been the last values. */
  for (guint i = 0; i < AT_PROGRESS_N_VALUES; i++)
    if ((pacer->unshown & (1 << i)) != 0)
      {
        pacer->unshown &= ~(1u << i);
        at_task_notify (self, progress_properties[i]);
      }
}

static const AtPacerFuncs pacer_funcs = {
  .can_show = can_show_progress,
  .is_moving = is_progress_moving,
  .show = show_progress,
};

static AtPacer *
ensure_pacer (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtPacer *pacer = at_task_get_pacer (priv);

  if (G_LIKELY (pacer != NULL))
    return pacer;

  pacer = at_pacer_new (G_OBJECT (self), at_task_get_mailbox (priv), &pacer_funcs);
  if (g_atomic_pointer_compare_and_exchange (&priv->pacer, NULL, pacer))
    return pacer;

  at_pacer_free (pacer);

  return at_task_get_pacer (priv);
}

/* Shows the last values, before the last callback. */
void
at_task_end_progress (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  at_pacer_stop (at_task_get_pacer (priv));
  if (at_task_has_audience (priv))
    show_progress (G_OBJECT (self));
  else
    update_progress (priv);
}

/* That the body begins is worth a message home only where somebody wants to know: who
 * has read what changes then, or listens to it when the task is started. The body, once
 * it runs, looks whether there is a pacer; a reader makes one, and then looks whether
 * the body runs; so that one of the two sees the other. */

void
at_task_prepare_progress (AtAsyncTask *self)
{
  if (at_task_hears_change (self, PROP_INDETERMINATE))
    ensure_pacer (self);
}

/* Any thread: where another attempt begins. */
void
at_task_reset_progress (AtAsyncTask *self)
{
  AtPacer *pacer = at_task_get_pacer (at_task_get_priv (self));

  if (pacer != NULL && at_progress_reset (&pacer->progress))
    at_pacer_send (pacer);
}

/* No body runs for the moment. Owner. */
void
at_task_show_rest (AtAsyncTask *self)
{
  if (at_task_get_pacer (at_task_get_priv (self)) != NULL)
    show_progress (G_OBJECT (self));
}

/* The body has begun, and may run still. Owner. */
void
at_task_show_begin (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtPacer *pacer = at_task_get_pacer (priv);

  if (pacer != NULL && get_motion (priv) != AT_PROGRESS_NO_WORK && at_progress_begin (&pacer->progress))
    at_task_notify (self, PROP_INDETERMINATE);
}

/**
 * at_async_task_set_fraction:
 * @self: a task
 * @fraction: how much is done, from 0 to 1
 *
 * Says how much of the work is done.
 *
 * Only the latest value is kept: [property@AsyncTask:fraction] follows at most
 * once per 16 ms, and has the last value before the last callback. Values
 * outside the range are clamped; not-a-number is ignored.
 *
 * Any thread; meant for the body. Costs a few nanoseconds.
 *
 * Since: 1.0
 */
void
at_async_task_set_fraction (AtAsyncTask *self,
                            double       fraction)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (at_task_is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_fraction (&pacer->progress, fraction))
    at_pacer_send (pacer);
}

/**
 * at_async_task_set_amounts:
 * @self: a task
 * @completed: how much is done, in units of [property@AsyncTask:unit]
 * @total: how much there is to do in all, or 0 if that is unknown
 *
 * Says how much of the work is done, and of how much.
 *
 * Sets [property@AsyncTask:completed] and [property@AsyncTask:total], and from
 * them [property@AsyncTask:fraction], [property@AsyncTask:rate] and
 * [property@AsyncTask:remaining]; with an unknown total,
 * [property@AsyncTask:indeterminate]. More than the total is kept as it is; the
 * fraction is then 1. The properties follow as they do in
 * [method@AsyncTask.set_fraction].
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_amounts (AtAsyncTask *self,
                           guint64      completed,
                           guint64      total)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (at_task_is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_amounts (&pacer->progress, completed, total))
    at_pacer_send (pacer);
}

/**
 * at_async_task_set_message:
 * @self: a task
 * @message: (nullable): what the body is doing, for people to read
 *
 * Says what the body is doing.
 *
 * Only the latest message is kept: [property@AsyncTask:message] follows as
 * properties do in [method@AsyncTask.set_fraction]. What is not UTF-8 in it is
 * replaced as g_utf8_make_valid() does.
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_message (AtAsyncTask *self,
                           const char  *message)
{
  AtPacer *pacer;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  if (at_task_is_done (self))
    return;

  pacer = ensure_pacer (self);
  if (at_progress_set_message (&pacer->progress, message))
    at_pacer_send (pacer);
}

/* What the owner is shown; a task without progress shows what a fresh cell has. */
static const AtProgressValues *
get_shown (AtAsyncTask *self)
{
  static const AtProgressValues nothing = { .remaining = -1 };
  AtPacer *pacer = at_task_get_pacer (at_task_get_priv (self));

  return pacer != NULL ? &pacer->progress.values : &nothing;
}

/**
 * at_async_task_get_fraction: (get-property fraction)
 * @self: a task
 *
 * Gets how much of the work is done.
 *
 * Owner's thread.
 *
 * Returns: a fraction, from 0 to 1
 *
 * Since: 1.0
 */
double
at_async_task_get_fraction (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->fraction;
}

/**
 * at_async_task_get_indeterminate: (get-property indeterminate)
 * @self: a task
 *
 * Gets whether the body runs, and it is unknown how much of its work is done.
 *
 * The property notifies of the beginning of the body only where somebody listens when
 * the task is executed, or has read it before: other tasks do not pay for it.
 *
 * Owner's thread.
 *
 * Returns: %TRUE while the body runs, or is paused, and neither a fraction nor a total
 *   is known
 *
 * Since: 1.0
 */
gboolean
at_async_task_get_indeterminate (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  priv = at_task_get_priv (self);
  if (at_task_get_pacer (priv) == NULL && !at_task_is_done (self))
    {
      AtPacer *pacer = ensure_pacer (self);

      /* One that began before it could know tells nobody. */
      if (get_motion (priv) != AT_PROGRESS_NO_WORK)
        at_progress_begin (&pacer->progress);
    }

  return get_shown (self)->indeterminate;
}

/**
 * at_async_task_get_completed: (get-property completed)
 * @self: a task
 *
 * Gets how much is done, in units of [property@AsyncTask:unit].
 *
 * Owner's thread.
 *
 * Returns: an amount
 *
 * Since: 1.0
 */
guint64
at_async_task_get_completed (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->completed;
}

/**
 * at_async_task_get_total: (get-property total)
 * @self: a task
 *
 * Gets how much there is to do in all, in units of [property@AsyncTask:unit].
 *
 * Owner's thread.
 *
 * Returns: an amount, or 0 if it is unknown
 *
 * Since: 1.0
 */
guint64
at_async_task_get_total (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->total;
}

/**
 * at_async_task_get_message: (get-property message)
 * @self: a task
 *
 * Gets what the body says it is doing.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): a message for people to read, or %NULL
 *
 * Since: 1.0
 */
const char *
at_async_task_get_message (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  return get_shown (self)->message;
}

/**
 * at_async_task_get_rate: (get-property rate)
 * @self: a task
 *
 * Gets how fast the work goes, in units of [property@AsyncTask:unit] per second.
 *
 * It is smoothed over about a second and a half, falls to 0 when nothing has
 * moved for two, and is 0 while the task is paused and at the end.
 *
 * Owner's thread.
 *
 * Returns: a rate; 0 if no amounts were reported
 *
 * Since: 1.0
 */
double
at_async_task_get_rate (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  return get_shown (self)->rate;
}

/**
 * at_async_task_get_remaining: (get-property remaining)
 * @self: a task
 *
 * Gets how long the rest of the work will take, in seconds, at the speed so far.
 *
 * Owner's thread.
 *
 * Returns: seconds, or -1 if that is unknown
 *
 * Since: 1.0
 */
double
at_async_task_get_remaining (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), -1);

  return get_shown (self)->remaining;
}
