/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-task-hooks-private.h"

/* Tasks whose work is done elsewhere: no thread runs a body. What is called in its place
 * only begins an attempt, in the owner's thread; whoever hears of its end, in any, says so.
 * Until its owner begins it, the task rests, with the turn that its executor has given it. */

struct _AtDeferral
{
  /* Constant. */
  AtStartFunc start;
  gboolean    is_at_once; /* begun by whoever starts the task, with no executor */

  /* Any thread, atomic. */
  int         is_open; /* an attempt has begun, and nobody has said yet how it ended */
  int         offerer; /* the thread that is offering the task to an executor */

  /* Any thread, under @lock of the task. */
  gboolean    is_held; /* its owner is to begin it, as soon as it is not paused any more */
};

static AtDeferral *
get_deferral (AtAsyncTaskPrivate *priv)
{
  return at_task_get_rare (priv)->deferral;
}

void
at_deferral_free (AtDeferral *self)
{
  g_free (self);
}

/* The params may go before @start has returned, with a task that ends in a loop which that
 * runs. */
static void
call_start (AtAsyncTask  *self,
            AtDeferral   *deferral,
            GCancellable *cancellable)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GValue params = G_VALUE_INIT;

  if (priv->params != NULL)
    {
      g_value_init (&params, G_VALUE_TYPE (priv->params));
      g_value_copy (priv->params, &params);
    }

  /* From here on it may end in any thread. */
  g_atomic_int_set (&deferral->is_open, TRUE);
  deferral->start (self, !at_task_is_nothing (&params) ? &params : NULL, cancellable);
  if (!at_task_is_nothing (&params))
    g_value_unset (&params);
}

/* In RUNNING; the caller has a reference. */
static void
begin (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  g_autoptr (GCancellable) cancellable = g_object_ref (at_task_begin_attempt (priv));
  AtLintCallback callback;

  if (!at_is_seeing () || get_deferral (priv)->is_at_once)
    {
      call_start (self, get_deferral (priv), cancellable);
      return;
    }

  at_lint_begin_callback (&callback, self, at_task_get_mailbox (priv), "start");
  call_start (self, get_deferral (priv), cancellable);
  at_lint_end_callback (&callback);
}

/* Begins a task that rests, unless it is paused, which it then is once it is resumed.
 * Owner; the caller has a reference. */
static void
begin_resting (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean claimed = FALSE;

  if (at_mailbox_is_closed (at_task_get_mailbox (priv)))
    {
      at_async_task_cancel (self, TRUE);
      return;
    }

  /* Whoever resumes it looks under the same lock. */
  g_mutex_lock (&priv->lock);
  if (at_task_is_held (priv))
    get_deferral (priv)->is_held = TRUE;
  else
    claimed = at_job_claim_resting (&priv->job);
  g_mutex_unlock (&priv->lock);

  if (claimed)
    begin (self);
}

static void
on_turn (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  begin_resting (parcel->task);
  at_parcel_free (parcel);
}

/* Has its owner begin a task that rests. */
void
at_task_send_turn (AtAsyncTask *self)
{
  at_parcel_send (at_parcel_new_kept (self, on_turn));
}

/* Whoever told it to stop before it rested took it for one whose body runs, and has left it
 * to us; who does so after that ends it. */
static void
end_stopped (AtAsyncTaskPrivate *priv)
{
  if ((at_state_get (&priv->job.state) & AT_STATE_HAS_TO_STOP) == 0 || !at_job_claim_resting (&priv->job))
    return;

  at_task_reach_done (priv, AT_PHASE_RUNNING);
  at_task_end_unrun (priv);
}

/* Its turn has come: in the thread of an executor, which is free again after that. */
void
at_task_run_deferred (AtJob      *job,
                      AtJobFrame *frame)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (job, AtAsyncTaskPrivate, job);
  AtAsyncTask *self = at_task_from_priv (priv);

  frame->ended_at = g_get_monotonic_time ();

  /* Inside execute(), whose caller has a reference. */
  if ((guint) g_atomic_int_get (&get_deferral (priv)->offerer) == at_thread_get_number () &&
      at_task_is_home (priv))
    {
      at_job_rest (job, frame);
      end_stopped (priv);
      begin_resting (self);
    }
  else
    {
      AtParcel *parcel = at_parcel_new_kept (self, on_turn);

      /* The task may be gone after the first of these, but for the parcel. */
      at_job_rest (job, frame);
      end_stopped (priv);
      at_parcel_send (parcel);
    }
}

/* What has begun it has ended the thread, inside execute(). */
void
at_task_abandon_deferred (AtJob      *job,
                          AtJobFrame *frame)
{
  at_async_task_end_deferred (at_job_get_object (job), FALSE, NULL, at_task_new_abandoned_error ());
}

/* From STARTING to RUNNING, or to where the owner is to begin it. Returns FALSE if it has to
 * stop. */
static gboolean
leave_start (AtAsyncTaskPrivate *priv,
             guint               to)
{
  guint state;

  do
    {
      state = at_state_get (&priv->job.state);
      if ((state & AT_STATE_HAS_TO_STOP) != 0)
        return FALSE;
    }
  while (!at_state_replace (&priv->job.state, state, (state & ~(guint) AT_PHASE_MASK) | to));

  /* One that was set since the task was claimed has left it to us. */
  if (at_task_has_timeout (priv))
    at_task_follow_timeout (priv);

  return TRUE;
}

/* For a task in STARTING; the caller has a reference. Returns FALSE if it has to stop, or
 * if it is to be offered to an executor first, until at_task_end_offer(). */
gboolean
at_task_begin_deferred (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtDeferral *deferral = get_deferral (priv);

  if (deferral->is_at_once)
    {
      if (!leave_start (priv, AT_PHASE_RUNNING))
        return FALSE;

      begin (self);
      return TRUE;
    }

  if (g_atomic_pointer_get (&priv->executor) != NULL)
    {
      g_atomic_int_set (&deferral->offerer, (int) at_thread_get_number ());
      return FALSE;
    }

  if (!leave_start (priv, AT_PHASE_QUEUED | AT_STATE_RESTING))
    return FALSE;

  at_task_send_turn (self);
  return TRUE;
}

void
at_task_end_offer (AtAsyncTaskPrivate *priv)
{
  g_atomic_int_set (&get_deferral (priv)->offerer, 0);
}

/* Whether it is begun by whoever executes it, as a group is. For a task that is deferred. */
gboolean
at_task_is_begun_at_once (AtAsyncTaskPrivate *priv)
{
  return get_deferral (priv)->is_at_once;
}

/* Under the lock, of a task that was resumed. Returns whether it is to be begun. */
gboolean
at_task_take_held (AtAsyncTaskPrivate *priv)
{
  AtDeferral *deferral = get_deferral (priv);
  gboolean was_held = deferral->is_held;

  deferral->is_held = FALSE;

  return was_held;
}

/* Whether the task can go no further than where only its owner gets it. */
gboolean
at_task_needs_owner_to_end (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);
  AtPhase phase = at_state_get_phase (&priv->job.state);

  if (rare == NULL || rare->deferral == NULL)
    return FALSE;

  return phase < (rare->deferral->is_at_once ? AT_PHASE_DONE : AT_PHASE_RUNNING);
}

void
at_async_task_set_deferred (AtAsyncTask *self,
                            AtStartFunc  start,
                            gboolean     is_at_once)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtDeferral *deferral = g_new0 (AtDeferral, 1);

  deferral->start = start;
  deferral->is_at_once = is_at_once;
  at_task_ensure_rare (priv)->deferral = deferral;
  priv->job.klass = &at_task_deferred_job_class;
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_DEFERRED, 0, NULL);
}

gboolean
at_async_task_end_deferred (AtAsyncTask  *self,
                            gboolean      succeeded,
                            const GValue *result,
                            GError       *error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtDeferral *deferral = get_deferral (priv);

  if (!g_atomic_int_compare_and_exchange (&deferral->is_open, TRUE, FALSE))
    {
      g_clear_error (&error);
      return FALSE;
    }

  if (!at_task_is_nothing (result))
    at_async_task_set_result (self, result);
  if (error != NULL)
    at_task_set_body_error (priv, error);
  at_task_end_attempt (priv, NULL, succeeded && error == NULL);

  return TRUE;
}
