/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-task-hooks-private.h"

#include <string.h>

/* How much of what a task has published waits for the owner, and who waits for that to
 * be less. A value counts from when it is sent to when its delivery begins, or until it
 * is dropped instead: the mail does the accounts, whatever becomes of the signal. */

/* What a value takes beside its bytes, about. */
#define VALUE_OVERHEAD  128

#define STALL_TIME_USEC G_USEC_PER_SEC

static AtBacklog *
get_backlog (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  return rare != NULL ? rare->backlog : NULL;
}

static gssize
get_pending (AtBacklog *self)
{
  return (gssize) g_atomic_pointer_get (&self->pending);
}

/* What would be too much if nothing had ever stalled. */
static gssize
get_base (AtBacklog *self)
{
  return (gssize) MIN (self->limit, (guint64) G_MAXSSIZE / 4);
}

static guint
get_weight (AtBacklog    *self,
            const GValue *value)
{
  gsize size = 0;

  if (!self->is_in_bytes)
    return 1;

  if (value != NULL && G_VALUE_HOLDS_STRING (value) && g_value_get_string (value) != NULL)
    size = strlen (g_value_get_string (value));
  else if (value != NULL && G_VALUE_HOLDS (value, G_TYPE_BYTES) && g_value_get_boxed (value) != NULL)
    size = g_bytes_get_size (g_value_get_boxed (value));
  else if (value != NULL && G_VALUE_HOLDS_VARIANT (value) && g_value_get_variant (value) != NULL)
    size = g_variant_get_size (g_value_get_variant (value));

  return (guint) MIN (size + VALUE_OVERHEAD, G_MAXUINT);
}

/* Whoever waits for less to be pending. */
static void
wake (AtAsyncTask *self,
      AtBacklog   *backlog)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (!g_atomic_int_compare_and_exchange (&backlog->is_awaited, TRUE, FALSE))
    return;

  g_mutex_lock (&priv->lock);
  for (AtWaiter *waiter = at_task_get_rare (priv)->waiters; waiter != NULL; waiter = waiter->next)
    if (waiter->is_body)
      g_cond_signal (&waiter->cond);
  g_mutex_unlock (&priv->lock);

  if (backlog->is_in_bytes)
    at_task_call_control_changed (self);
}

/* Counts a value that is about to be sent. */
guint
at_task_charge (AtAsyncTaskPrivate *priv,
                const GValue       *value)
{
  AtBacklog *backlog = get_backlog (priv);
  guint weight = get_weight (backlog, value);

  g_atomic_pointer_add (&backlog->pending, (gssize) weight);

  return weight;
}

/* Owner: takes it from the count again. */
void
at_task_discharge (AtAsyncTask *self,
                   guint        weight)
{
  AtBacklog *backlog = get_backlog (at_task_get_priv (self));
  gssize pending = g_atomic_pointer_add (&backlog->pending, -(gssize) weight) - (gssize) weight;

  /* Who waits says so before it looks at what is pending once more, so that one of us
   * sees the other. */
  if (g_atomic_int_get (&backlog->is_awaited) && pending <= (gssize) g_atomic_pointer_get (&backlog->wake_below))
    wake (self, backlog);
}

/* Whether to wait until a half of what may wait has been taken, and until when at most.
 * An owner that takes nothing at all may be waiting for us, as far as one can know, and
 * must be let go on: slowly. Under the lock. */
static gboolean
is_full (AtBacklog *self,
         gint64    *until)
{
  gssize pending = get_pending (self);
  gint64 now;

  if (!self->is_held)
    {
      if (pending < self->allowed)
        return FALSE;

      self->is_held = TRUE;
      self->least = G_MAXSSIZE;
      g_atomic_pointer_set (&self->wake_below, self->allowed / 2);
    }

  /* Each time: an owner that had seen the flag of the wait before this one may have
   * taken this one's for it. */
  g_atomic_int_set (&self->is_awaited, TRUE);
  pending = get_pending (self);
  now = g_get_monotonic_time ();

  if (pending <= self->allowed / 2)
    {
      self->is_held = FALSE;
      self->allowed = MAX (get_base (self), pending);
    }
  else if (pending < self->least)
    {
      self->least = pending;
      self->stalled_at = now + STALL_TIME_USEC;
    }
  else if (now >= self->stalled_at)
    {
      self->is_held = FALSE;
      self->allowed = pending + get_base (self);
    }

  if (!self->is_held)
    g_atomic_int_set (&self->is_awaited, FALSE);
  *until = self->stalled_at;

  return self->is_held;
}

/* The same unless nothing would come of waiting: nobody is to take anything, or nobody
 * can, as the owner waits for the task. Under the lock. */
static gboolean
is_backed_up (AtAsyncTaskPrivate *priv,
              gint64             *until)
{
  AtBacklog *backlog = get_backlog (priv);
  guint state = at_state_get (&priv->job.state);

  return (state & AT_PHASE_MASK) < AT_PHASE_DONE && (state & AT_STATE_HAS_TO_STOP) == 0 &&
         !at_mailbox_is_closed (at_task_get_mailbox (priv)) && backlog->n_waiting_owners == 0 &&
         is_full (backlog, until);
}

gboolean
at_async_task_is_backed_up (AtAsyncTask *self,
                            gint64      *until)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean must_wait;

  if ((at_state_get (&priv->job.state) & AT_STATE_LIMITED) == 0)
    return FALSE;

  g_mutex_lock (&priv->lock);
  must_wait = is_backed_up (priv, until);
  g_mutex_unlock (&priv->lock);

  /* Nobody waits for himself. */
  return must_wait && !at_task_is_home (priv);
}

/* Blocks while too much waits for the owner. */
void
at_task_wait_for_room (AtAsyncTask *self)
{
  gint64 until;

  if (!get_backlog (at_task_get_priv (self))->is_in_bytes && at_async_task_is_backed_up (self, &until))
    at_task_sit_out (self, is_backed_up);
}

/* An owner that is in at_async_task_wait() takes nothing until the task has ended. */
void
at_task_enter_owner_wait (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtBacklog *backlog = get_backlog (priv);

  g_mutex_lock (&priv->lock);
  backlog->n_waiting_owners++;
  g_mutex_unlock (&priv->lock);

  wake (self, backlog);
}

void
at_task_leave_owner_wait (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  g_mutex_lock (&priv->lock);
  get_backlog (priv)->n_waiting_owners--;
  g_mutex_unlock (&priv->lock);
}

static void
set_limit (AtAsyncTask *self,
           guint64      limit)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_ensure_rare (priv);

  if (rare->backlog == NULL)
    rare->backlog = g_new0 (AtBacklog, 1);
  rare->backlog->limit = limit;
  rare->backlog->allowed = get_base (rare->backlog);
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, limit != 0 ? AT_STATE_LIMITED : 0,
                         limit == 0 ? AT_STATE_LIMITED : 0, NULL);
}

void
at_async_task_set_backlog_in_bytes (AtAsyncTask *self,
                                    guint64      limit)
{
  set_limit (self, limit);
  at_task_get_rare (at_task_get_priv (self))->backlog->is_in_bytes = TRUE;
}

/**
 * at_async_task_get_max_pending: (get-property max-pending)
 * @self: a task
 *
 * Gets how many published values may wait for the owner.
 *
 * When more would wait, [method@AsyncTask.publish_progress] blocks until the owner has
 * taken a half of them, and a thread pool runs another task meanwhile. It does not
 * block in the owner's thread, once the task is cancelled, or while the owner is inside
 * [method@AsyncTask.wait] for this task. As the owner may wait for it in another way, as
 * many again are let through each time that it has taken none for a second. 0 is no
 * limit.
 *
 * A task that passes on what another process says counts bytes instead, and has its
 * own default: see [property@SubprocessTask:max-pending].
 *
 * Any thread.
 *
 * Returns: a number of values, or 0
 *
 * Since: 1.0
 */
guint64
at_async_task_get_max_pending (AtAsyncTask *self)
{
  AtBacklog *backlog;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 0);

  backlog = get_backlog (at_task_get_priv (self));

  return backlog != NULL ? backlog->limit : 0;
}

/**
 * at_async_task_set_max_pending: (set-property max-pending)
 * @self: a task
 * @max_pending: a number of values, or 0
 *
 * Sets how many published values may wait for the owner.
 *
 * When more would wait, [method@AsyncTask.publish_progress] blocks until the owner has
 * taken a half of them, and a thread pool runs another task meanwhile. It does not
 * block in the owner's thread, once the task is cancelled, or while the owner is inside
 * [method@AsyncTask.wait] for this task. As the owner may wait for it in another way, as
 * many again are let through each time that it has taken none for a second. 0 is no
 * limit.
 *
 * A task that passes on what another process says counts bytes instead, and has its
 * own default: see [property@SubprocessTask:max-pending].
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_max_pending (AtAsyncTask *self,
                               guint64      max_pending)
{
  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  AT_RETURN_IF_TOO_LATE (self);

  if (at_async_task_get_max_pending (self) == max_pending)
    return;

  set_limit (self, max_pending);
  at_task_notify_home (self, PROP_MAX_PENDING);
}
