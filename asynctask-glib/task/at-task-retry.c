/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-task-hooks-private.h"

#include "at-foreign-body-private.h"
#include "at-foreign-executor-private.h"

/* A body that fails and is run again. In between the task rests, with the turn of a serial
 * executor if it has one, and whoever cancels it has it as any other that is queued. */

#define LONGEST_DELAY 60.0

struct _AtRetry
{
  /* Any thread, atomic. */
  guint          max_attempts; /* set before the task is executed; a body may want less */
  guint          attempt; /* that has begun, from 1 on */

  /* Set before the task is executed, constant afterwards. */
  AtRetryFunc    func; /* or NULL */
  gpointer       user_data;
  GDestroyNotify destroy;

  /* Under @lock of the task. The timer has a reference on that while it is started. */
  AtTimer        timer;
  gint64         due;        /* the next attempt, while the task is RETRYING */
  gboolean       is_in_place; /* the thread of the last attempt waits for that */

  /* Owner. */
  guint          shown_attempt;
  gint64         shown_due;  /* or 0 */
  AtTimedMail    tick; /* has a reference while it is under way */

  /* Constant. */
  AtAsyncTask   *task; /* not a reference */
};

static AtRetry *
get_retry (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  return rare != NULL ? rare->retry : NULL;
}

static void
drop_data (AtRetry *self)
{
  GDestroyNotify destroy = g_steal_pointer (&self->destroy);

  if (destroy != NULL)
    destroy (g_steal_pointer (&self->user_data));
}

/* Owner. */
void
at_task_release_retry (AtAsyncTaskPrivate *priv)
{
  AtRetry *self = get_retry (priv);

  if (self != NULL)
    drop_data (self);
}

gboolean
at_task_has_script_retry (AtAsyncTaskPrivate *priv)
{
  AtRetry *self = get_retry (priv);

  return self != NULL && self->func != NULL && at_foreign_function_is_script (self->destroy);
}

static gboolean
is_retrying (guint state)
{
  const guint flags = AT_STATE_RESTING | AT_STATE_RETRYING;

  return (state & AT_PHASE_MASK) == AT_PHASE_QUEUED && (state & flags) == flags;
}

/* The next attempt. */

static void
on_next_home (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  at_task_go_on_retrying (at_task_get_priv (parcel->task));
  at_parcel_free (parcel);
}

/* Takes a task that is RETRYING from there, for its executor, or for its owner. */
static gboolean
leave_retrying (AtAsyncTaskPrivate *priv,
                gboolean            for_owner)
{
  guint state, new_state;

  do
    {
      state = at_state_get (&priv->job.state);
      if (!is_retrying (state))
        return FALSE;

      new_state = state & ~(guint) AT_STATE_RETRYING;
      if (!for_owner)
        new_state = (new_state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING)) | AT_PHASE_STARTING;
    }
  while (!at_state_replace (&priv->job.state, state, new_state));

  return TRUE;
}

/* Begins the next attempt of a task, if it is due, and is not held back. Any thread; the
 * caller has a reference. */
void
at_task_go_on_retrying (AtAsyncTaskPrivate *priv)
{
  AtAsyncTask *self = at_task_from_priv (priv);
  AtRetry *retry = get_retry (priv);
  gboolean for_owner = at_task_is_deferred (priv) && g_atomic_pointer_get (&priv->executor) == NULL;
  gboolean claimed = FALSE, was_started = FALSE, is_in_place;

  if (retry == NULL)
    return;

  if (!for_owner && at_foreign_executor_is_afar (at_task_get_used_executor (priv)))
    {
      at_parcel_send (at_parcel_new_kept (self, on_next_home));
      return;
    }

  g_mutex_lock (&priv->lock);
  is_in_place = retry->is_in_place;
  if (!is_in_place && g_get_monotonic_time () >= retry->due && !at_task_is_held (priv))
    claimed = leave_retrying (priv, for_owner);

  /* It may be late. */
  if (claimed)
    was_started = at_timer_stop (&retry->timer);
  g_mutex_unlock (&priv->lock);

  if (is_in_place)
    at_task_wake_waiters (priv);
  if (!claimed)
    return;

  at_task_tell_stage (self);
  if (for_owner)
    at_task_send_turn (self);
  else
    at_task_offer_again (self);
  if (was_started)
    at_async_task_unref_home (self);
}

static void
on_due (AtTimer *timer)
{
  AtAsyncTask *self = AT_CONTAINER (timer, AtRetry, timer)->task;

  at_task_go_on_retrying (at_task_get_priv (self));
  at_async_task_unref_home (self);
}

AtAsyncTask *
at_task_of_retry_timer (AtTimer *timer)
{
  return timer->func == on_due ? AT_CONTAINER (timer, AtRetry, timer)->task : NULL;
}

static gboolean
is_between_attempts (AtAsyncTaskPrivate *priv,
                     gint64             *until)
{
  if (!is_retrying (at_state_get (&priv->job.state)))
    return FALSE;

  if (at_task_is_held (priv))
    {
      *until = -1;
      return TRUE;
    }

  *until = get_retry (priv)->due;

  return g_get_monotonic_time () < *until;
}

/* Waits in the thread of the last attempt. Returns whether the next one is to begin here. */
static gboolean
wait_in_place (AtAsyncTaskPrivate *priv,
               AtJobFrame         *frame)
{
  at_task_sit_out (at_task_from_priv (priv), is_between_attempts);
  if (!at_job_claim_resting (&priv->job))
    return FALSE;

  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, 0, AT_STATE_RETRYING, NULL);
  frame->turn = at_job_take_turn (&priv->job);
  at_hand_show_inside (frame);

  return TRUE;
}

/* The end of an attempt. */

static double
get_default_delay (AtAsyncTaskPrivate *priv,
                   guint               attempt)
{
  double seconds;

  if (!at_error_is_transient (at_task_get_body_error (priv)))
    return -1;

  seconds = attempt < 7 ? 1u << (attempt - 1) : LONGEST_DELAY;

  return MIN (seconds, LONGEST_DELAY) * g_random_double_range (0.9, 1.1);
}

static double
get_delay (AtAsyncTaskPrivate *priv,
           AtRetry            *retry)
{
  guint attempt = at_task_get_attempt (priv);

  if (retry->func != NULL)
    return retry->func (at_task_from_priv (priv), at_task_get_body_error (priv), attempt, retry->user_data);

  return get_default_delay (priv, attempt);
}

/* The task has to stop, as it turned out after it has begun to rest: whoever has told it so
 * has not found it resting, and has left it to us. */
static void
stop_resting (AtAsyncTaskPrivate *priv)
{
  if (!at_job_claim_resting (&priv->job))
    return;

  at_task_reach_done (priv, AT_PHASE_RUNNING);
  at_task_end_unrun (priv);
}

/* Has somebody tell when the next attempt is due. Returns FALSE where nobody can. The caller
 * has a reference. */
static gboolean
start_timer (AtAsyncTaskPrivate *priv,
             AtRetry            *retry)
{
  AtAsyncTask *self = at_task_from_priv (priv);
  gboolean is_started;

  g_object_ref (self);
  g_mutex_lock (&priv->lock);
  is_started = at_timer_start (&retry->timer, on_due, retry->due);
  g_mutex_unlock (&priv->lock);
  if (!is_started)
    g_object_unref (self);

  return is_started;
}

/* Of the turns, those that are places are for others meanwhile, as a slot is. */
static void
give_places_up (AtAsyncTaskPrivate *priv,
                AtJobFrame         *frame)
{
  if (frame != NULL)
    frame->turn = at_turn_shed (frame->turn);
  else
    at_job_set_turn (&priv->job, at_turn_shed (at_job_take_turn (&priv->job)));
}

/* Lets the task, which runs, rest for so long. Returns FALSE if it cannot; @goes_on says
 * whether the next attempt is to begin in this thread, now. The task may be gone
 * otherwise. */
static gboolean
rest (AtAsyncTaskPrivate *priv,
      AtJobFrame         *frame,
      double              seconds,
      gboolean           *goes_on)
{
  AtAsyncTask *self = at_task_from_priv (priv);
  AtRetry *retry = get_retry (priv);
  gboolean is_in_place = frame != NULL && frame->is_inline;
  gint64 now = g_get_monotonic_time ();

  g_mutex_lock (&priv->lock);
  retry->due = now + at_timer_get_usec (seconds);
  retry->is_in_place = is_in_place;
  g_mutex_unlock (&priv->lock);

  /* It may be due before the task rests, which is looked for after that. */
  if (!is_in_place && seconds > 0 && !start_timer (priv, retry))
    return FALSE;

  g_object_ref (self);
  at_task_set_last_error (priv, g_steal_pointer (&at_task_get_rare (priv)->body_error));
  at_task_stop_clock (priv, now, FALSE);
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_RETRYING | AT_STATE_AWAITED, 0, NULL);
  if (frame != NULL)
    frame->ended_at = now;
  if (!is_in_place)
    give_places_up (priv, frame);

  at_job_rest (&priv->job, frame);

  at_task_tell_stage (self);
  if (at_job_has_to_stop (&priv->job))
    stop_resting (priv);
  else if (is_in_place)
    *goes_on = wait_in_place (priv, frame);
  else
    at_task_go_on_retrying (priv);
  at_async_task_unref_home (self);

  return TRUE;
}

/* Whether what has failed may be run again, if its function wants it. */
static gboolean
may_run_again (AtAsyncTaskPrivate *priv,
               AtRetry            *retry)
{
  return retry->max_attempts > at_task_get_attempt (priv) && !at_job_has_to_stop (&priv->job);
}

gboolean
at_async_task_may_run_again (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRetry *retry = get_retry (priv);

  return retry != NULL && may_run_again (priv, retry);
}

void
at_async_task_forgo_retry (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRetry *retry = get_retry (priv);

  if (retry != NULL)
    g_atomic_int_set ((int *) &retry->max_attempts, (int) at_task_get_attempt (priv));
}

/* A deferred task, whose function is called in the owner context. */
static void
on_failed_elsewhere (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTaskPrivate *priv = at_task_get_priv (parcel->task);
  AtRetry *retry = get_retry (priv);
  gboolean goes_on = FALSE;
  double seconds = -1;

  if (may_run_again (priv, retry) && !at_mailbox_is_closed (at_task_get_mailbox (priv)))
    seconds = get_delay (priv, retry);
  if (!(seconds >= 0) || !rest (priv, NULL, seconds, &goes_on))
    at_task_finish_attempt (priv, NULL);
  at_parcel_free (parcel);
}

/* For a task whose attempt has failed, and which has an error. Returns FALSE if that was
 * the last one; @goes_on says whether the next one is to begin in this thread, now. The
 * task may be gone otherwise. */
gboolean
at_task_try_again (AtAsyncTaskPrivate *priv,
                   AtJobFrame         *frame,
                   gboolean           *goes_on)
{
  AtRetry *retry = get_retry (priv);
  double seconds;

  if (retry == NULL || !may_run_again (priv, retry))
    return FALSE;

  if (retry->func != NULL && at_task_is_deferred (priv) && !at_task_is_home (priv))
    {
      at_parcel_send (at_parcel_new_kept (at_task_from_priv (priv), on_failed_elsewhere));
      return TRUE;
    }

  /* Not-a-number gives up as well. */
  seconds = get_delay (priv, retry);

  return seconds >= 0 && rest (priv, frame, seconds, goes_on);
}

/* By whoever has moved the task to RUNNING. Returns whether there was an attempt before. */
gboolean
at_task_count_attempt (AtAsyncTaskPrivate *priv)
{
  AtRetry *retry = get_retry (priv);

  return retry != NULL && g_atomic_int_add ((int *) &retry->attempt, 1) > 0;
}

/* Where the task has ended. Under the lock. Returns whether there is a reference to be
 * dropped. */
gboolean
at_task_stop_retrying (AtRare *rare)
{
  return rare->retry != NULL && at_timer_stop (&rare->retry->timer);
}

/* What the owner is shown. */

static gboolean
is_due (AtAsyncTaskPrivate *priv)
{
  return is_retrying (at_state_get (&priv->job.state));
}

static void tick_again (AtAsyncTask *self,
                        AtRetry     *retry);

static void
on_tick (AtMail *mail)
{
  AtRetry *retry = AT_CONTAINER (mail, AtRetry, tick);
  g_autoptr (AtAsyncTask) self = retry->task;
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (!at_task_has_audience (priv) || !is_due (priv))
    return;

  tick_again (self, retry);
  at_task_notify (self, PROP_RETRY_IN);
}

/* As each second of what is left begins; as long as anybody listens. */
static void
tick_again (AtAsyncTask *self,
            AtRetry     *retry)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gint64 now = g_get_monotonic_time (), left;

  g_mutex_lock (&priv->lock);
  left = retry->due - now;
  g_mutex_unlock (&priv->lock);
  if (left <= 0 || at_schedule_link_is_linked (&retry->tick.link) ||
      !(at_task_hears_change (self, PROP_RETRY_IN) || at_task_hears_change (self, PROP_SUMMARY)))
    return;

  at_task_schedule (self, &retry->tick, on_tick, now + (left - 1) % G_USEC_PER_SEC + 1);
}

/* Owner; the caller has a reference. */
void
at_task_show_retry_in (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRetry *retry = get_retry (priv);
  gint64 due;

  if (retry == NULL)
    return;

  g_mutex_lock (&priv->lock);
  due = is_due (priv) ? retry->due : 0;
  g_mutex_unlock (&priv->lock);
  if (retry->shown_due == due)
    return;

  retry->shown_due = due;
  at_task_unschedule (self, &retry->tick);
  if (due != 0)
    tick_again (self, retry);
  at_task_notify (self, PROP_RETRY_IN);
}

/* Owner. */
void
at_task_show_attempt (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRetry *retry = get_retry (priv);
  guint attempt = at_task_get_attempt (priv);

  if (retry == NULL || retry->shown_attempt == attempt)
    return;

  retry->shown_attempt = attempt;
  at_task_notify (self, PROP_ATTEMPT);
}

/* 0: it is not run again. */
guint
at_task_get_max_attempts (AtAsyncTaskPrivate *priv)
{
  AtRetry *retry = get_retry (priv);

  return retry != NULL ? (guint) g_atomic_int_get ((int *) &retry->max_attempts) : 0;
}

guint
at_task_get_attempt (AtAsyncTaskPrivate *priv)
{
  AtRetry *retry = get_retry (priv);
  guint attempt = retry != NULL ? (guint) g_atomic_int_get ((int *) &retry->attempt) : 0;

  return MAX (attempt, 1);
}

/**
 * at_async_task_get_attempt: (get-property attempt)
 * @self: a task
 *
 * Gets which attempt it is, of a task that [method@AsyncTask.set_retry] has run again.
 *
 * It changes when the next attempt begins, and the property notifies as
 * [property@AsyncTask:stage] does.
 *
 * Any thread.
 *
 * Returns: a number, from 1 on
 *
 * Since: 1.0
 */
guint
at_async_task_get_attempt (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), 1);

  at_task_want_stage (at_task_get_priv (self));

  return at_task_get_attempt (at_task_get_priv (self));
}

/**
 * at_async_task_get_retry_in: (get-property retry-in)
 * @self: a task
 *
 * Gets in how many seconds the next attempt is due.
 *
 * The value is current whenever it is asked for, and 0 where the next attempt is held back
 * because the task is paused. The property notifies once a second, as long as somebody
 * listens when the attempt before fails.
 *
 * Any thread.
 *
 * Returns: seconds, or -1 if none is due
 *
 * Since: 1.0
 */
double
at_async_task_get_retry_in (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gint64 left = 0;
  AtRetry *retry;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), -1);

  priv = at_task_get_priv (self);
  retry = get_retry (priv);
  if (retry == NULL || !is_due (priv))
    return -1;

  g_mutex_lock (&priv->lock);
  left = MAX (retry->due - g_get_monotonic_time (), 0);
  g_mutex_unlock (&priv->lock);

  return (double) left / G_USEC_PER_SEC;
}

/* Data that was replaced in another thread than the owner's. */
typedef struct
{
  AtMail         mail;
  gpointer       user_data;
  GDestroyNotify destroy;
} AtReplacedData;

static void
on_replaced (AtMail *mail)
{
  AtReplacedData *replaced = (AtReplacedData *) mail;

  replaced->destroy (replaced->user_data);
  g_free (replaced);
}

static void
drop_data_home (AtAsyncTaskPrivate *priv,
                AtRetry            *retry)
{
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  AtHome home = at_task_enter_home (priv);

  if (home != AT_HOME_FOREIGN)
    {
      drop_data (retry);
    }
  else if (retry->destroy != NULL)
    {
      AtReplacedData *replaced = g_new0 (AtReplacedData, 1);

      replaced->mail.func = on_replaced;
      replaced->destroy = g_steal_pointer (&retry->destroy);
      replaced->user_data = g_steal_pointer (&retry->user_data);
      at_mailbox_post (mailbox, &replaced->mail);
    }
  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_set_retry:
 * @self: a task
 * @max_attempts: how often the body runs at most, 1 or more
 * @func: (scope notified) (closure user_data) (destroy destroy) (nullable): says after how
 *   long it runs again
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the owner context
 *
 * Has a body that fails run again.
 *
 * Without @func that is for errors that pass, see [func@error_is_transient], after 1, 2, 4
 * and so on up to 60 seconds, each a tenth more or less at random. @func is not called after
 * the last attempt, nor where the task has been cancelled, its time is up, or its owner is
 * gone.
 *
 * Between two attempts the task is in %AT_STAGE_RETRYING and takes no thread and no place in
 * a pool; in a serial executor it keeps its turn. The next attempt is offered to the same
 * executor, and the task fails with [error@At.TaskError.REJECTED] if that refuses it by
 * then. It can be cancelled at once, and its [property@AsyncTask:timeout], which is for all
 * attempts, runs. While it is paused no attempt begins. [class@InlineExecutor] waits inside
 * `execute()`.
 *
 * There is one [signal@AsyncTask::pre-execute] and one last callback; who waits for the task
 * hears of the last attempt alone, and the owner of all values that were published. A
 * result, amounts, a fraction and a message begin anew with each attempt;
 * [property@AsyncTask:elapsed] is the time of all.
 *
 * A function in JavaScript cannot be called on a worker thread: `execute()` fails with
 * [error@At.TaskError.UNSUPPORTED], but for tasks without a thread.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_retry (AtAsyncTask    *self,
                         guint           max_attempts,
                         AtRetryFunc     func,
                         gpointer        user_data,
                         GDestroyNotify  destroy)
{
  AtRare *rare;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (max_attempts > 0);

  AT_RETURN_IF_TOO_LATE (self);
  rare = at_task_ensure_rare (at_task_get_priv (self));
  g_return_if_fail (rare->parts == NULL);

  if (rare->retry == NULL)
    {
      AtRetry *retry = g_new0 (AtRetry, 1);

      retry->task = self;
      retry->shown_attempt = 1;
      rare->retry = retry;
    }
  drop_data_home (at_task_get_priv (self), rare->retry);
  rare->retry->max_attempts = max_attempts;
  rare->retry->func = func;
  rare->retry->user_data = user_data;
  rare->retry->destroy = destroy;
}

/**
 * at_async_task_try_now:
 * @self: a task
 *
 * Begins the next attempt of a task that waits for it.
 *
 * If the task is paused, it begins as soon as the task is resumed. At other times this does
 * nothing.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_try_now (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean is_ours, was_started = FALSE;
  AtRetry *retry;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  retry = get_retry (priv);
  if (retry == NULL)
    return;

  g_mutex_lock (&priv->lock);
  is_ours = is_due (priv);
  if (is_ours)
    {
      retry->due = MIN (retry->due, g_get_monotonic_time ());
      was_started = at_timer_stop (&retry->timer);
    }
  g_mutex_unlock (&priv->lock);

  if (is_ours)
    at_task_go_on_retrying (priv);
  if (was_started)
    at_async_task_unref_home (self);
}
