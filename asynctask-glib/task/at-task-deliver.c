/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-marks-private.h"

/* What the owner is told, and in which order: notifies, signals, the last callback. */

void
at_task_notify (AtAsyncTask *self,
                guint        property)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);
  AtSummary *summary;

  if (at_task_is_orphaned (priv))
    return;

  g_object_notify_by_pspec (G_OBJECT (self), at_task_properties[property]);
  if (rare != NULL && (summary = g_atomic_pointer_get (&rare->summary)) != NULL)
    at_task_tell_summary (self, summary, property);
}

AtFollower *
at_async_task_get_followers (AtAsyncTask *self)
{
  AtFunctions *functions = at_task_get_functions (at_task_get_priv (self));

  return functions != NULL ? functions->followers : NULL;
}

void
at_async_task_add_follower (AtAsyncTask *self,
                            AtFollower  *follower)
{
  AtFunctions *functions = at_task_ensure_functions (at_task_get_priv (self));

  follower->next = functions->followers;
  functions->followers = follower;
  at_task_want_stage (at_task_get_priv (self));
}

void
at_async_task_remove_follower (AtAsyncTask *self,
                               AtFollower  *follower)
{
  AtFunctions *functions = at_task_get_functions (at_task_get_priv (self));
  AtFollower **at = &functions->followers;

  while (*at != follower)
    at = &(*at)->next;
  *at = follower->next;
  if (functions->next_follower == follower)
    functions->next_follower = follower->next;
}

/* Inside, they may all be told again: of what is the latest then, which leaves
 * nothing to tell. */
void
at_task_tell_followers (AtAsyncTask *self)
{
  AtFunctions *functions = at_task_get_functions (at_task_get_priv (self));

  if (functions == NULL)
    return;

  functions->next_follower = functions->followers;
  while (functions->next_follower != NULL)
    {
      AtFollower *follower = functions->next_follower;

      functions->next_follower = follower->next;
      follower->func (follower);
    }
}

static void
show_property (AtAsyncTask *self,
               guint        property)
{
  at_task_tell_followers (self);
  at_task_notify (self, property);
}

static void
on_notify (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  if (!at_mailbox_is_closed (at_task_get_mailbox (at_task_get_priv (parcel->task))))
    show_property (parcel->task, g_value_get_uint (&parcel->value));
  at_parcel_free (parcel);
}

/* The same for what any thread may have set before the task was executed. */
void
at_task_notify_home (AtAsyncTask *self,
                     guint        property)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  AtHome home = at_task_enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      AtParcel *parcel = at_parcel_new_kept (self, on_notify);

      g_value_init (&parcel->value, G_TYPE_UINT);
      g_value_set_uint (&parcel->value, property);
      at_parcel_send (parcel);
    }
  else
    {
      show_property (self, property);
    }

  at_mailbox_leave (mailbox, home);
}

/* Whether anybody would notice if the class handler were called directly. */
static gboolean
must_emit (AtAsyncTask *self,
           guint        signal)
{
  return (at_state_get (&at_task_get_priv (self)->job.state) & AT_STATE_EMITS) != 0 ||
         g_signal_has_handler_pending (self, at_task_signals[signal], 0, FALSE);
}

/* Whether anybody of the owner's has anything to do before the body begins. */
gboolean
at_task_hears_pre_execute (AtAsyncTask *self)
{
  const AtCallbackSet *set = at_task_get_callbacks (at_task_get_priv (self));

  return must_emit (self, PRE_EXECUTE) || (set != NULL && set->callbacks->pre_execute != NULL) ||
         AT_ASYNC_TASK_GET_CLASS (self)->pre_execute != at_task_real_pre_execute;
}

static inline void
call_pre_execute (AtAsyncTask *self)
{
  if (must_emit (self, PRE_EXECUTE))
    g_signal_emit (self, at_task_signals[PRE_EXECUTE], 0);
  else
    AT_ASYNC_TASK_GET_CLASS (self)->pre_execute (self);

  if (at_task_get_functions (at_task_get_priv (self)) != NULL)
    at_task_call_pre_execute_callback (self);
}

static G_GNUC_NO_INLINE void
call_pre_execute_seen (AtAsyncTask *self)
{
  AtLintCallback callback;

  at_lint_begin_callback (&callback, self, at_task_get_mailbox (at_task_get_priv (self)), "pre-execute");
  call_pre_execute (self);
  at_lint_end_callback (&callback);
}

void
at_task_call_pre_execute (AtAsyncTask *self)
{
  if (at_is_seeing ())
    call_pre_execute_seen (self);
  else
    call_pre_execute (self);
}

static void
call_with_value (AtAsyncTask  *self,
                 guint         signal,
                 void       (* handler) (AtAsyncTask *, const GValue *),
                 GValue       *value)
{
  const GValue *argument = !at_task_is_nothing (value) ? value : NULL;

  if (must_emit (self, signal))
    g_signal_emit (self, at_task_signals[signal], 0, argument);
  else
    handler (self, argument);
}

void
at_task_mark_heard (AtAsyncTaskPrivate *priv)
{
  if ((at_state_get (&priv->job.state) & AT_STATE_HEARD) == 0)
    at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_HEARD, 0, NULL);
}

/* Any thread. */
gboolean
at_task_hears_notify (AtAsyncTask *self)
{
  return G_OBJECT_GET_CLASS (self)->notify != NULL ||
         g_signal_handler_find (self, G_SIGNAL_MATCH_ID, at_task_notify_signal, 0, NULL, NULL, NULL) != 0;
}

/* The same of the handlers of one property. */
static gboolean
has_handler_of (AtAsyncTask *self,
                guint        property)
{
  GQuark detail = g_param_spec_get_name_quark (at_task_properties[property]);

  return g_signal_has_handler_pending (self, at_task_notify_signal, 0, TRUE) ||
         g_signal_has_handler_pending (self, at_task_notify_signal, detail, TRUE);
}

/* The same where some are heard. Any thread. */
gboolean
at_task_hears_change (AtAsyncTask *self,
                      guint        property)
{
  return G_OBJECT_GET_CLASS (self)->notify != NULL || has_handler_of (self, property);
}

/* Whether somebody watches what tells of a failure beside the signal. What a class does
 * with all its properties has nothing to do with that. */
static gboolean
is_watched (AtAsyncTask *self)
{
  return at_async_task_get_followers (self) != NULL || has_handler_of (self, PROP_STATUS) ||
         has_handler_of (self, PROP_OUTCOME) || has_handler_of (self, PROP_ERROR) ||
         has_handler_of (self, PROP_STAGE);
}

/* When a task that has failed is freed: that is not lost without a word. Where failed()
 * was not called, there was nobody left to be told. */
void
at_task_warn_if_unheard (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);
  g_autofree char *text = NULL;

  if (!priv->called_failed || (at_state_get (&priv->job.state) & AT_STATE_HEARD) != 0)
    return;

  text = g_strdup_printf ("The task \"%s\" failed, and nobody heard of it: %s",
                          rare != NULL && rare->title != NULL ? rare->title
                                                              : G_OBJECT_TYPE_NAME (at_task_from_priv (priv)),
                          at_task_get_body_error (priv)->message);
  at_lint_tell (text);
}

/* What a subclass chains up to. */
void
at_task_real_failed (AtAsyncTask  *self,
                     const GError *error)
{
  at_task_get_priv (self)->ran_real_failed = TRUE;
}

static void
call_failed (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAsyncTaskClass *klass = AT_ASYNC_TASK_GET_CLASS (self);
  const AtCallbackSet *set = at_task_get_callbacks (priv);
  const GError *error = at_task_get_body_error (priv);
  gboolean has_callback = set != NULL && set->callbacks->failed != NULL;

  if (priv->called_failed)
    return;

  priv->called_failed = TRUE;
  if (has_callback || klass->failed != at_task_real_failed || is_watched (self) ||
      g_signal_has_handler_pending (self, at_task_signals[FAILED], 0, TRUE))
    at_task_mark_heard (priv);

  if (must_emit (self, FAILED))
    g_signal_emit (self, at_task_signals[FAILED], 0, error);
  else
    klass->failed (self, error);

  /* Otherwise a language has put something else in its place. */
  if (!priv->ran_real_failed)
    at_task_mark_heard (priv);

  if (has_callback)
    set->callbacks->failed (self, error, set->user_data);
}

void
at_task_show_status (AtAsyncTask *self)
{
  show_property (self, PROP_STATUS);
  at_task_notify (self, PROP_ACTIVE);
}

void
at_task_show_paused (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean paused = at_task_is_paused (priv);

  if (priv->shown_paused == paused)
    return;

  priv->shown_paused = paused;
  at_task_notify (self, PROP_PAUSED);
}

/* Whether the owner has still an interest in what is not the end. */
gboolean
at_task_has_audience (AtAsyncTaskPrivate *priv)
{
  return at_state_get_phase (&priv->job.state) < AT_PHASE_DELIVERING &&
         !at_task_is_orphaned (priv) && !at_mailbox_is_closed (at_task_get_mailbox (priv));
}

/* From DONE on, as it stands; from DELIVERING on it is settled: nothing sets CANCELLED any
 * more. */
AtOutcome
at_task_get_outcome (AtAsyncTaskPrivate *priv)
{
  guint state = at_state_get (&priv->job.state);

  if ((state & AT_PHASE_MASK) < AT_PHASE_DONE)
    return AT_OUTCOME_NONE;

  if ((state & AT_STATE_CANCELLED) != 0)
    return AT_OUTCOME_CANCELLED;

  return at_task_get_body_error (priv) != NULL ? AT_OUTCOME_FAILED : AT_OUTCOME_SUCCEEDED;
}

void
at_task_clear_params (AtAsyncTaskPrivate *priv)
{
  GValue *params = g_steal_pointer (&priv->params);

  if (params == NULL)
    return;

  g_value_unset (params);
  g_free (params);
}

void
at_task_release_body (AtAsyncTaskPrivate *priv)
{
  AtFunctions *functions = at_task_get_functions (priv);

  if (functions != NULL)
    {
      GDestroyNotify destroy = g_steal_pointer (&functions->func_destroy);

      if (destroy != NULL)
        destroy (g_steal_pointer (&functions->func_data));
      at_callback_set_clear (&functions->callbacks);
    }
  at_task_release_retry (priv);
  at_task_clear_params (priv);
}

static void
call_last (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAsyncTaskClass *klass = AT_ASYNC_TASK_GET_CLASS (self);
  AtOutcome outcome = at_task_get_outcome (priv);

  if (outcome == AT_OUTCOME_CANCELLED)
    call_with_value (self, CANCELLED, klass->cancelled, &priv->result);
  else if (outcome == AT_OUTCOME_FAILED)
    call_failed (self);
  else
    call_with_value (self, POST_EXECUTE, klass->post_execute, &priv->result);

  if (at_task_get_functions (priv) != NULL && outcome != AT_OUTCOME_FAILED)
    at_task_call_value_callback (self, outcome == AT_OUTCOME_CANCELLED
                                         ? G_STRUCT_OFFSET (AtTaskCallbacks, cancelled)
                                         : G_STRUCT_OFFSET (AtTaskCallbacks, post_execute), &priv->result);
}

/* What has become of it, in the place of a notify each that most tasks tell nobody of. */
static void
show_end (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  at_task_show_retry_in (self);
  if (!at_task_hears_notify (self))
    {
      priv->shown_paused = FALSE;
      return;
    }

  at_task_show_paused (self);
  at_task_notify (self, PROP_OUTCOME);
  if (at_task_get_pacer (priv) == NULL && priv->has_ended)
    at_task_notify (self, PROP_ELAPSED);

  /* Last but one: at_async_task_deliver_failure() may go on from in there. */
  if (at_task_get_outcome (priv) == AT_OUTCOME_FAILED)
    at_task_notify (self, PROP_ERROR);
  at_task_show_stage (self);
}

/* The last callback, in the owner context. Takes over the reference that the
 * task has on itself since it was executed. */
static void
at_task_on_done (AtMail *mail)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (mail, AtAsyncTaskPrivate, mail);
  g_autoptr (AtAsyncTask) self = at_task_from_priv (priv);
  gboolean is_closed = at_mailbox_is_closed (at_task_get_mailbox (priv));
  gboolean has_spent;
  guint state;

  g_atomic_int_set (&priv->visitor, (int) at_thread_get_number ());

  if (!is_closed)
    at_task_show_last_error (self);

  /* Handlers that this calls may still cancel, so that it comes before. */
  if (at_task_get_pacer (priv) != NULL)
    at_task_end_progress (self);

  at_state_move (&priv->job.state, AT_PHASE_DONE, AT_PHASE_DELIVERING, 0, NULL);
  at_task_end_summary (self);

  /* A set_result() that came before DONE has ended after this. */
  g_mutex_lock (&priv->lock);
  has_spent = priv->cancellable_is_spent;
  g_mutex_unlock (&priv->lock);

  if (!is_closed)
    {
      show_end (self);
      if (!at_task_is_orphaned (priv))
        call_last (self);
    }

  at_state_move (&priv->job.state, AT_PHASE_DELIVERING, AT_PHASE_DELIVERED, 0, &state);
  if (!is_closed)
    at_task_show_status (self);

  at_task_return_to_awaiter (self);
  at_task_release_body (priv);
  if (G_UNLIKELY (has_spent))
    at_task_drop_spent (priv);
  if ((state & AT_STATE_AWAITED) != 0)
    at_task_tell_finish (priv);
}

static const char *
get_last_callback_name (AtOutcome outcome)
{
  if (outcome == AT_OUTCOME_CANCELLED)
    return "cancelled";

  return outcome == AT_OUTCOME_FAILED ? "failed" : "post-execute";
}

/* The same while somebody looks at it. */
static void
at_task_on_done_seen (AtMail *mail)
{
  AtAsyncTaskPrivate *priv = AT_CONTAINER (mail, AtAsyncTaskPrivate, mail);
  g_autoptr (AtAsyncTask) self = g_object_ref (at_task_from_priv (priv));
  gint64 now = g_get_monotonic_time (), ended_at = at_lint_get_end (self);
  AtLintCallback callback;

  if (ended_at != 0)
    at_marks_add (self, "mailbox", ended_at, now);
  at_lint_begin_callback (&callback, self, at_task_get_mailbox (priv),
                          get_last_callback_name (at_task_get_outcome (priv)));
  at_task_on_done (mail);
  at_lint_end_callback (&callback);
  at_marks_add (self, "callback", now, g_get_monotonic_time ());
  at_lint_forget (self);
}

/* The task that comes home with that mail, or NULL. */
AtAsyncTask *
at_task_of_mail (AtMail *mail)
{
  return mail->func == at_task_on_done || mail->func == at_task_on_done_seen
    ? at_task_from_priv (AT_CONTAINER (mail, AtAsyncTaskPrivate, mail)) : NULL;
}

static G_GNUC_NO_INLINE void
send_home_seen (AtAsyncTaskPrivate *priv)
{
  AtMailbox *mailbox = at_task_get_mailbox (priv);

  at_lint_end (at_task_from_priv (priv), at_mailbox_get_n_iterations (mailbox));
  priv->mail.func = at_task_on_done_seen;
  at_mailbox_post (mailbox, &priv->mail);
}

/* Sends a task that is DONE home. Its reference goes with it: the caller must
 * not touch the task any more unless it has another one. */
void
at_task_send_home (AtAsyncTaskPrivate *priv)
{
  if (at_is_seeing ())
    {
      send_home_seen (priv);
      return;
    }

  priv->mail.func = at_task_on_done;
  at_mailbox_post (at_task_get_mailbox (priv), &priv->mail);
}

/**
 * at_async_task_deliver_failure:
 * @self: a task
 *
 * Calls the last callback of a task that failed, ahead of its time.
 *
 * This is for language bindings that can make no object of their own of an error
 * unless a function in their language is being called at that moment: such a
 * function, connected to `notify` of [property@AsyncTask:error], calls this, and
 * [signal@AsyncTask::failed] is emitted within. It is not emitted again. At any
 * other time this does nothing.
 *
 * Owner's thread.
 *
 * Since: 1.0
 */
void
at_async_task_deliver_failure (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  if (at_state_get_phase (&priv->job.state) != AT_PHASE_DELIVERING ||
      at_task_get_outcome (priv) != AT_OUTCOME_FAILED || at_task_is_orphaned (priv))
    return;

  g_object_ref (self);
  at_task_show_stage (self);
  call_failed (self);
  g_object_unref (self);
}

static void
show_value (AtAsyncTask *self,
            GValue      *value)
{
  call_with_value (self, PROGRESS_UPDATE, AT_ASYNC_TASK_GET_CLASS (self)->progress_update, value);
  if (at_task_get_functions (at_task_get_priv (self)) != NULL)
    at_task_call_value_callback (self, G_STRUCT_OFFSET (AtTaskCallbacks, progress_update), value);
}

static gboolean
hears_values (AtAsyncTask *self)
{
  const AtCallbackSet *set = at_task_get_callbacks (at_task_get_priv (self));

  return must_emit (self, PROGRESS_UPDATE) || (set != NULL && set->callbacks->progress_update != NULL) ||
         AT_ASYNC_TASK_GET_CLASS (self)->progress_update != at_task_real_with_value;
}

static void
show_value_seen (AtAsyncTask *self,
                 GValue      *value)
{
  AtLintCallback callback;

  if (!hears_values (self))
    {
      at_lint_value_unheard (self);
      return;
    }

  at_lint_begin_callback (&callback, self, at_task_get_mailbox (at_task_get_priv (self)), "progress-update");
  show_value (self, value);
  at_lint_end_callback (&callback);
}

void
at_task_on_published (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;
  AtAsyncTask *self = parcel->task;
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  guint state = at_state_get (&priv->job.state);

  if (G_UNLIKELY (parcel->weight != 0))
    at_task_discharge (self, parcel->weight);

  if ((state & AT_PHASE_MASK) < AT_PHASE_DELIVERING &&
      (state & (AT_STATE_CANCELLED | AT_STATE_ORPHANED)) == 0 &&
      !at_mailbox_is_closed (at_task_get_mailbox (priv)))
    {
      /* The handler may iterate the context, and meet the end of the task. */
      g_object_ref (self);
      if (at_is_seeing ())
        show_value_seen (self, &parcel->value);
      else
        show_value (self, &parcel->value);
      g_object_unref (self);
    }

  at_parcel_free (parcel);
}
