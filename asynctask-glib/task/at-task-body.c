/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include <glib/gi18n-lib.h>
#include <gobject/gvaluecollector.h>

/* The body: what runs it, and what it says of itself. All in the thread of an executor. */

GError *
at_task_new_cancelled_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The task was cancelled"));
}

GError *
at_task_new_timed_out_error (void)
{
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, _("The task timed out"));
}

/* For a body that has to stop. */
GError *
at_task_new_stopped_error (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->job.state);

  if ((state & (AT_STATE_CANCELLED | AT_STATE_TIMED_OUT)) == AT_STATE_TIMED_OUT)
    return at_task_new_timed_out_error ();

  return at_task_new_cancelled_error ();
}

GError *
at_task_new_abandoned_error (void)
{
  return g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_FAILED,
                              _("The task ended the thread that it ran on"));
}

/* An error that a program made is for people to read, too: in a label, in another
 * language. */
static GError *
make_error_valid (GError *error)
{
  char *message = error->message;

  if (!g_utf8_validate (message, -1, NULL))
    {
      error->message = at_text_dup (message);
      g_free (message);
    }

  return error;
}

GError *
at_task_new_rejected_error (GError *reason)
{
  GError *error;

  if (reason != NULL)
    make_error_valid (reason);
  if (g_error_matches (reason, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED))
    return reason;

  if (reason != NULL)
    error = g_error_new (AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                         _("The executor refused the task: %s"), reason->message);
  else
    error = g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                                 _("The executor refused the task"));
  g_clear_error (&reason);

  return error;
}

/* The same for a task whose body never ran. */
void
at_task_end_unrun (AtAsyncTaskPrivate *priv)
{
  AtTurn *turn = at_job_take_turn (&priv->job);

  if ((at_state_get (&priv->job.state) & AT_STATE_AWAITED) != 0)
    at_task_tell_end (priv);
  at_task_send_home (priv);
  at_turn_end (turn);
}

/* Running. */

static gboolean
call_body (AtAsyncTask  *self,
           GCancellable *cancellable,
           GError      **error)
{
  const GValue *params = at_task_get_priv (self)->params;

  return AT_ASYNC_TASK_GET_CLASS (self)->in_background (self, params, cancellable, error);
}

/* After another attempt. Under the lock. */
static void
go_on_with_clock (AtAsyncTaskPrivate *priv,
                  gint64              now)
{
  at_task_account_pause (priv, now);
  priv->clock = now - priv->clock;
  priv->has_ended = FALSE;
}

/* By whoever has moved the task to RUNNING. Returns the cancellable that is lent to the
 * body. */
GCancellable *
at_task_begin_attempt (AtAsyncTaskPrivate *priv)
{
  gint64 now = g_get_monotonic_time ();
  GCancellable *cancellable;
  gboolean is_another = FALSE;

  if (G_UNLIKELY (at_task_get_rare (priv) != NULL))
    is_another = at_task_count_attempt (priv);

  g_mutex_lock (&priv->lock);
  if (G_UNLIKELY (priv->has_ended))
    go_on_with_clock (priv, now);
  else
    priv->clock = now;
  cancellable = at_task_ensure_cancellable (priv);
  g_mutex_unlock (&priv->lock);

  /* A canceller that came before there was a cancellable left only the flag. */
  if ((at_state_get (&priv->job.state) & AT_STATE_INTERRUPTED) != 0)
    g_cancellable_cancel (cancellable);

  if (at_is_seeing ())
    at_lint_begin_body (at_task_from_priv (priv));
  at_task_tell_stage (at_task_from_priv (priv));
  if (G_UNLIKELY (is_another))
    at_task_begin_anew (at_task_from_priv (priv));

  return cancellable;
}

/* A thread of a pool is as it was for the body that comes next. This is cheap enough to
 * be looked at each time; at_borrowed_restore() knows of the rest. @self is NULL where
 * there is no task. */
void
at_task_pop_contexts (AtAsyncTask *self)
{
  GMainContext *context;

  while ((context = g_main_context_get_thread_default ()) != NULL)
    {
      g_critical ("The body of a task (%s) has left a main context pushed as the default one of its thread",
                  self != NULL ? G_OBJECT_TYPE_NAME (self) : "at_executor_submit()");
      g_main_context_pop_thread_default (context);
    }
}

/* The body does not run any more, for good if it @is_over. */
void
at_task_stop_clock (AtAsyncTaskPrivate *priv,
                    gint64              now,
                    gboolean            is_over)
{
  GCancellable *lent = NULL;

  g_mutex_lock (&priv->lock);
  if (is_over)
    at_task_end_pause (priv, now);
  else
    at_task_account_pause (priv, now);
  priv->clock = now - priv->clock;
  priv->has_ended = TRUE;
  if (!priv->cancellable_is_shared)
    {
      if (is_over && at_task_would_dispose (priv->cancellable))
        priv->cancellable_is_spent = TRUE;
      else
        lent = g_steal_pointer (&priv->cancellable);
    }
  g_mutex_unlock (&priv->lock);

  if (lent != NULL)
    at_task_keep_cancellable (lent);
}

/* Returns when that was. */
static gint64
end_body (AtAsyncTaskPrivate *priv)
{
  gint64 now = g_get_monotonic_time ();
  guint state;

  at_task_stop_clock (priv, now, TRUE);

  /* Publishes all that the body did: to waiters here, to the owner by the mail. */
  state = at_task_reach_done (priv, AT_PHASE_RUNNING);
  if ((state & AT_STATE_AWAITED) != 0)
    at_task_tell_end (priv);

  return now;
}

/* The last attempt, whose error is there, has ended. */
void
at_task_finish_attempt (AtAsyncTaskPrivate *priv,
                        AtJobFrame         *frame)
{
  AtTurn *turn = NULL;
  gint64 now;

  if (G_UNLIKELY (frame == NULL))
    turn = at_job_take_turn (&priv->job);

  now = end_body (priv);
  if (G_LIKELY (frame != NULL))
    at_hand_hide (frame);
  at_task_send_home (priv);

  if (frame != NULL)
    frame->ended_at = now;
  else
    at_turn_end (turn);
}

/* Takes over @error; one that was there before is dropped. The body's thread, or whoever
 * has the task in its place, before DONE. */
void
at_task_set_body_error (AtAsyncTaskPrivate *priv,
                        GError             *error)
{
  AtRare *rare = at_task_ensure_rare (priv);

  g_clear_error (&rare->body_error);
  rare->body_error = error;
}

/* Returns whether the body is to run again, now. */
static gboolean
fail_attempt (AtAsyncTaskPrivate *priv,
              AtJobFrame         *frame)
{
  gboolean goes_on = FALSE;

  if (at_task_get_body_error (priv) == NULL)
    at_task_set_body_error (priv, g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_FAILED, _("The task failed")));
  make_error_valid (at_task_get_body_error (priv));
  if (!at_task_try_again (priv, frame, &goes_on))
    at_task_finish_attempt (priv, frame);

  return goes_on;
}

/* The body has returned, or what stands for that: in the @frame of the thread that ran it,
 * or, where none did (NULL), in whichever has heard of it, which then ends the turn of the
 * task as well. Its error is there by now. Returns whether the body is to run again in this
 * frame; the task may be gone otherwise. */
inline gboolean
at_task_end_attempt (AtAsyncTaskPrivate *priv,
                     AtJobFrame         *frame,
                     gboolean            succeeded)
{
  if (G_UNLIKELY (!succeeded))
    return fail_attempt (priv, frame);

  at_task_finish_attempt (priv, frame);

  return FALSE;
}

static void
run_job (AtJob      *job,
         AtJobFrame *frame)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (job, AtAsyncTaskPrivate, job);
  gboolean succeeded;

  do
    {
      succeeded = call_body (at_task_from_priv (priv), at_task_begin_attempt (priv), &frame->error);
      if (G_UNLIKELY (frame->error != NULL))
        {
          at_task_set_body_error (priv, g_steal_pointer (&frame->error));
          succeeded = FALSE;
        }
      if (at_job_frame_has_thread (frame))
        at_task_pop_contexts (at_task_from_priv (priv));
    }
  while (G_UNLIKELY (at_task_end_attempt (priv, frame, succeeded)));
}

/* A program whose language has been shut down ends threads like this, too, and then hears
 * no more of it. */
static void
on_abandoned (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  g_critical ("The body of a task (%s) has ended the thread that it ran on, and not returned",
              G_OBJECT_TYPE_NAME (parcel->task));
  at_parcel_free (parcel);
}

static void
abandon_job (AtJob      *job,
             AtJobFrame *frame)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (job, AtAsyncTaskPrivate, job);
  GError *error = g_steal_pointer (&frame->error);

  at_task_set_body_error (priv, error != NULL ? error : at_task_new_abandoned_error ());
  end_body (priv);
  at_parcel_send (at_parcel_new_kept (at_task_from_priv (priv), on_abandoned));
  at_task_send_home (priv);
}

static void
end_job (AtJob    *job,
         AtJobEnd  reason,
         GError   *error)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (job, AtAsyncTaskPrivate, job);

  if (reason == AT_JOB_CANCELLED)
    {
      at_task_trigger_cancellable (priv);
    }
  else
    {
      at_task_set_body_error (priv, at_task_new_rejected_error (error));
      at_task_reach_done (priv, AT_PHASE_RUNNING);
    }
  at_task_end_unrun (priv);
}

/* For a task that is being disposed of, at home, while it is lent to an executor: nobody
 * has it any more who could run it. It fails, and is disposed of after that. */
gboolean
at_task_fail_dropped (AtAsyncTaskPrivate *priv)
{
  AtAsyncTask *self = at_task_from_priv (priv);

  if (!at_job_claim_lent (&priv->job))
    return FALSE;

  g_critical ("An executor (%s) has taken a task (%s), and dropped it without having run it",
              G_OBJECT_TYPE_NAME (at_task_get_used_executor (priv)), G_OBJECT_TYPE_NAME (self));
  end_job (&priv->job, AT_JOB_REJECTED,
           g_error_new_literal (AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, _("The executor dropped the task")));

  return TRUE;
}

static void
ref_job (AtJob *job)
{
  g_object_ref (at_job_get_object (job));
}

static void
park_job (AtJob *job)
{
  at_task_park (at_job_get_object (job));
}

static void
unref_job_home (AtJob *job)
{
  at_async_task_unref_home (at_job_get_object (job));
}

const AtJobClass at_task_job_class = {
  .ref = ref_job,
  .unref_home = unref_job_home,
  .park = park_job,
  .run = run_job,
  .abandon = abandon_job,
  .end = end_job,
};

const AtJobClass at_task_deferred_job_class = {
  .ref = ref_job,
  .unref_home = unref_job_home,
  .park = park_job,
  .run = at_task_run_deferred,
  .abandon = at_task_abandon_deferred,
  .end = end_job,
};

/**
 * at_async_task_run:
 * @self: a task
 *
 * Runs the body of a task now, in the calling thread.
 *
 * This is for implementations of [iface@Executor], which call it once for each
 * task that they took in. It does nothing if the body ran before or the task was
 * cancelled meanwhile. The executor holds a reference on the task until this
 * returns.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_run (AtAsyncTask *self)
{
  AtJob *job;
  guint state;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  /* An executor may have kept a task that it has refused. */
  job = at_job_of (self);
  state = at_state_get (&job->state);
  g_return_if_fail ((state & AT_PHASE_MASK) != AT_PHASE_PENDING || (state & AT_STATE_REFUSED) != 0);

  at_job_run_here (job);
}

/* What it says. */

/* @value is taken over (nullable). */
static void
publish (AtAsyncTask *self,
         GValue      *value)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  guint state = at_state_get (&priv->job.state);
  AtParcel *parcel;

  if (G_UNLIKELY ((state & AT_STATE_LIMITED) != 0))
    {
      at_task_wait_for_room (self);
      state = at_state_get (&priv->job.state);
    }

  if ((state & AT_PHASE_MASK) >= AT_PHASE_DONE ||
      (state & (AT_STATE_CANCELLED | AT_STATE_ORPHANED)) != 0)
    {
      if (value != NULL)
        at_task_drop_value_home (self, value);
      return;
    }

  parcel = at_parcel_new (self, at_task_on_published);
  if (value != NULL)
    parcel->value = *value;
  if (G_UNLIKELY ((state & AT_STATE_LIMITED) != 0))
    parcel->weight = at_task_charge (priv, value);

  /* What the body sends goes before the end of the task, in the same mailbox,
   * and the task lives until then. Only a mailbox that is closed may be emptied
   * by two threads; and what has no body may end in another one. */
  if (priv->mailbox != NULL || (state & AT_STATE_DEFERRED) != 0 || !at_job_runs_here (&priv->job))
    {
      g_object_ref (self);
      parcel->has_reference = TRUE;
    }
  at_parcel_send (parcel);
}

/**
 * at_async_task_publish_progress:
 * @self: a task
 * @value: (nullable): a value; a copy is made. An empty value stands for %NULL
 *
 * Sends a value to [signal@AsyncTask::progress-update].
 *
 * All values arrive, in order, before the last callback; none arrives after the
 * task was cancelled. A value is kept until its callback has run: for progress
 * of which only the latest matters, [method@AsyncTask.set_fraction] and
 * [method@AsyncTask.set_amounts] cost much less. A body that is faster than its
 * owner fills the memory, unless [property@AsyncTask:max-pending] has it wait here.
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_publish_progress (AtAsyncTask  *self,
                                const GValue *value)
{
  GValue copy = G_VALUE_INIT;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (at_task_is_nothing (value) || G_IS_VALUE (value));

  if (!at_task_is_nothing (value))
    {
      g_value_init (&copy, G_VALUE_TYPE (value));
      g_value_copy (value, &copy);
    }
  publish (self, !at_task_is_nothing (value) ? &copy : NULL);
}

/* The next attempt leaves nothing of what the one before has said. */
void
at_task_begin_anew (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GValue former = G_VALUE_INIT;

  g_mutex_lock (&priv->lock);
  former = priv->result;
  priv->result = (GValue) G_VALUE_INIT;
  g_mutex_unlock (&priv->lock);

  if (!at_task_is_nothing (&former))
    at_task_drop_value_home (self, &former);
  at_task_reset_progress (self);
}

/* @value is taken over. */
static void
set_result (AtAsyncTask *self,
            GValue      *value)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GValue replaced = *value;

  g_mutex_lock (&priv->lock);
  if (!at_task_is_done (self))
    {
      replaced = priv->result;
      priv->result = *value;
    }
  g_mutex_unlock (&priv->lock);

  if (!at_task_is_nothing (&replaced))
    at_task_drop_value_home (self, &replaced);
}

/**
 * at_async_task_set_result:
 * @self: a task
 * @value: the result; a copy is made
 *
 * Sets the result of the task.
 *
 * It may be set more than once: the last one counts. It does nothing after the
 * body has ended.
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_set_result (AtAsyncTask  *self,
                          const GValue *value)
{
  GValue copy = G_VALUE_INIT;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (G_IS_VALUE (value));

  g_value_init (&copy, G_VALUE_TYPE (value));
  g_value_copy (value, &copy);
  set_result (self, &copy);
}

/* Makes a value of what follows in a call; critical and FALSE if it cannot. */
#define COLLECT_VALUE(value, type, type_argument, success)                     \
  G_STMT_START {                                                               \
    char *collect_error = NULL;                                                \
    va_list collect_args;                                                      \
                                                                               \
    va_start (collect_args, type_argument);                                    \
    G_VALUE_COLLECT_INIT (value, type, collect_args, 0, &collect_error);       \
    va_end (collect_args);                                                     \
    success = collect_error == NULL;                                           \
    if (!success)                                                              \
      {                                                                        \
        g_critical ("%s: %s", G_STRFUNC, collect_error);                       \
        g_free (collect_error);                                                \
      }                                                                        \
  } G_STMT_END

/**
 * at_async_task_return: (skip)
 * @self: a task
 * @type: the type of the result
 * @...: the result, as for a property of that type in g_object_set()
 *
 * Sets the result of the task: a body's last line.
 *
 * ```c
 * return at_async_task_return (task, G_TYPE_INT, 42);
 * ```
 *
 * Any thread; meant for the body.
 *
 * Returns: %TRUE
 *
 * Since: 1.0
 */
gboolean
at_async_task_return (AtAsyncTask *self,
                      GType        type,
                      ...)
{
  GValue value = G_VALUE_INIT;
  gboolean collected;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), TRUE);
  g_return_val_if_fail (G_TYPE_IS_VALUE (type), TRUE);

  COLLECT_VALUE (&value, type, type, collected);
  if (collected)
    set_result (self, &value);

  return TRUE;
}

/**
 * at_async_task_publish: (skip)
 * @self: a task
 * @type: the type of the value
 * @...: the value, as for a property of that type in g_object_set()
 *
 * Sends a value to [signal@AsyncTask::progress-update].
 *
 * Like [method@AsyncTask.publish_progress] without a [struct@GObject.Value].
 *
 * Any thread; meant for the body.
 *
 * Since: 1.0
 */
void
at_async_task_publish (AtAsyncTask *self,
                       GType        type,
                       ...)
{
  GValue value = G_VALUE_INIT;
  gboolean collected;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (G_TYPE_IS_VALUE (type));

  COLLECT_VALUE (&value, type, type, collected);
  if (collected)
    publish (self, &value);
}

/* Waits for the places that this thread has given away, where a cancel of the task finds
 * it. */
static void
retake_places (AtAsyncTaskPrivate *priv)
{
  AtWaiter waiter;

  g_mutex_lock (&priv->lock);
  at_task_add_waiter (priv, &waiter);
  waiter.retaking = at_job_get_frame ();
  g_mutex_unlock (&priv->lock);

  at_job_retake_places (&priv->job);

  g_mutex_lock (&priv->lock);
  at_task_remove_waiter (priv, &waiter);
  g_mutex_unlock (&priv->lock);
}

/* The same for the body that this thread runs, which need not be that of a task. */
void
at_task_retake_places (void)
{
  AtJob *job = at_job_get_frame ()->job;

  if (job->klass == &at_task_job_class)
    retake_places (AT_CONTAINER (job, AtAsyncTaskPrivate, job));
  else
    at_job_retake_places (job);
}

static void
wait_while_held (AtAsyncTaskPrivate *priv,
                 AtHeldFunc          is_held)
{
  AtWaiter waiter;
  gint64 until;

  g_mutex_lock (&priv->lock);
  at_task_add_waiter (priv, &waiter);
  waiter.is_body = TRUE;
  while (is_held (priv, &until))
    {
      if (until >= 0)
        g_cond_wait_until (&waiter.cond, &priv->lock, until);
      else
        g_cond_wait (&waiter.cond, &priv->lock);
    }
  at_task_remove_waiter (priv, &waiter);
  g_mutex_unlock (&priv->lock);
}

/* Blocks while the body @is_held, with its slot and whatever else has a limit given to
 * others. It may be held again before it has them back. */
void
at_task_sit_out (AtAsyncTask *self,
                 AtHeldFunc   is_held)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean is_held_again;
  gint64 until;

  if (at_is_seeing ())
    at_lint_set_away (self, TRUE);

  do
    {
      gboolean has_left = at_job_leave_places ();

      wait_while_held (priv, is_held);
      if (has_left)
        retake_places (priv);

      g_mutex_lock (&priv->lock);
      is_held_again = is_held (priv, &until);
      g_mutex_unlock (&priv->lock);
    }
  while (is_held_again);

  if (at_is_seeing ())
    at_lint_set_away (self, FALSE);
}

static gboolean
is_paused (AtAsyncTaskPrivate *priv,
           gint64             *until)
{
  *until = -1;

  return at_task_is_held (priv) && at_state_get_phase (&priv->job.state) < AT_PHASE_DONE;
}

/**
 * at_async_task_checkpoint:
 * @self: a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Lets the body be paused and cancelled here.
 *
 * Blocks while the task is paused; a thread pool runs another task meanwhile, and
 * the body waits for its turn when resumed. Costs a few nanoseconds otherwise.
 *
 * ```c
 * while (more_to_do ())
 *   {
 *     if (!at_async_task_checkpoint (task, error))
 *       return FALSE;
 *     do_a_little ();
 *   }
 * ```
 *
 * For the body's thread. In that of another, which works for a [class@DeferredTask], it
 * never blocks.
 *
 * Returns: %TRUE to go on; %FALSE with %G_IO_ERROR_CANCELLED once the task is
 *   cancelled, or with %G_IO_ERROR_TIMED_OUT once its time is up
 *
 * Since: 1.0
 */
gboolean
at_async_task_checkpoint (AtAsyncTask  *self,
                          GError      **error)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = at_task_get_priv (self);
  if (G_UNLIKELY (at_task_is_held (priv)) && !at_task_is_deferred (priv))
    {
      /* The owner outside a body would wait for itself to resume the task. */
      g_return_val_if_fail (at_job_runs_here (&priv->job) || !at_task_is_home (priv), TRUE);
      at_task_sit_out (self, is_paused);
    }

  if (!at_job_has_to_stop (&priv->job))
    return TRUE;

  if (error != NULL)
    *error = at_task_new_stopped_error (priv);

  return FALSE;
}

static gboolean
is_asleep (AtAsyncTaskPrivate *priv,
           gint64             *until)
{
  if (at_job_has_to_stop (&priv->job))
    return FALSE;

  *until = at_task_get_rare (priv)->sleeps_until;

  return g_get_monotonic_time () < *until || is_paused (priv, until);
}

/**
 * at_async_task_sleep:
 * @self: a task
 * @seconds: for how long, in seconds; 0 or more
 * @error: return location for a [struct@GLib.Error]
 *
 * Lets the body wait.
 *
 * A thread pool runs another task meanwhile, and the body waits for its turn when the
 * time is over. That is a checkpoint, then: a task that is paused by that time goes on
 * when it is resumed. The time counts in [property@AsyncTask:elapsed].
 *
 * It ends early when the body has to stop, and then fails as
 * [method@AsyncTask.checkpoint] does.
 *
 * For the body's thread.
 *
 * Returns: %TRUE to go on; %FALSE with %G_IO_ERROR_CANCELLED once the task is
 *   cancelled, or with %G_IO_ERROR_TIMED_OUT once its time is up
 *
 * Since: 1.0
 */
gboolean
at_async_task_sleep (AtAsyncTask  *self,
                     double        seconds,
                     GError      **error)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (seconds >= 0, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  priv = at_task_get_priv (self);
  g_return_val_if_fail (at_job_runs_here (&priv->job), FALSE);

  if (seconds > 0)
    {
      gint64 now = g_get_monotonic_time ();

      g_mutex_lock (&priv->lock);
      at_task_ensure_rare (priv)->sleeps_until = now + at_timer_get_usec (seconds);
      g_mutex_unlock (&priv->lock);
      at_task_sit_out (self, is_asleep);
    }

  return at_async_task_checkpoint (self, error);
}
