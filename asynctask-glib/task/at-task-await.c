/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Whoever awaits a task with a callback: execute_async(), and the GTask that is made for it. */

/* Whoever awaits the task, for the caller to clear. Owner. */
static AtAwait
steal_awaiter (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);
  AtAwait await = rare->await;

  rare->await = (AtAwait) { FALSE };

  return await;
}

/* A GTask that returns in the owner context. Owner. */
static GTask *
new_gtask (AtAsyncTask         *self,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GMainContext *context = at_mailbox_get_context (at_task_get_mailbox (at_task_get_priv (self)));
  g_autoptr (GMainContext) thread_default = g_main_context_ref_thread_default ();
  gboolean push = context != NULL && context != thread_default;
  GTask *gtask;

  if (push)
    g_main_context_push_thread_default (context);
  gtask = g_task_new (self, NULL, callback, user_data);
  if (push)
    g_main_context_pop_thread_default (context);

  /* The macro of this name would set a name, too. */
  (g_task_set_source_tag) (gtask, at_async_task_execute_async);

  return gtask;
}

/* The same of one that is made in the end, and so returns by a source of its own: its name
 * is what people see of that. */
static GTask *
new_late_gtask (AtAsyncTask         *self,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  GTask *gtask = new_gtask (self, callback, user_data);

  g_task_set_name (gtask, "AtAsyncTask");

  return gtask;
}

static void
on_caller_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  AtAsyncTask *self = g_weak_ref_get (user_data);

  if (self == NULL)
    return;

  at_async_task_cancel (self, TRUE);
  at_async_task_unref_home (self);
}

static void
weak_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* Whether the task will be given to somebody else's executor, on which it depends
 * then, and on nobody who awaits it, whether it goes on. */
static gboolean
may_be_lent (AtAsyncTaskPrivate *priv)
{
  g_autoptr (AtExecutor) executor =
    priv->executor != NULL ? g_object_ref (priv->executor) : at_task_ref_default_executor ();

  return executor != NULL && !at_job_stays_in_queues (executor);
}

/* Has the awaiter told, and @cancellable (nullable) cancel the task, from now on. By
 * whoever has claimed the task to start it.
 *
 * A GTask keeps the context alive that it returns in, which keeps the task alive that is
 * on its way there, and the task itself: for a context that can go, or an executor that
 * can lose the task, it is made in the end. In the default
 * one, a GTask that was made before returns at once, without a source of its own. */
static void
set_awaiter (AtAsyncTask         *self,
             GCancellable        *cancellable,
             GAsyncReadyCallback  callback,
             gpointer             user_data,
             AtHome               home)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAwait *await = &at_task_ensure_rare (priv)->await;

  await->is_there = TRUE;
  await->callback = callback;
  await->user_data = user_data;
  if (home != AT_HOME_FOREIGN && priv->mailbox == NULL && !may_be_lent (priv))
    await->gtask = new_gtask (self, callback, user_data);
  if (cancellable != NULL)
    {
      GWeakRef *weak = g_new (GWeakRef, 1);

      g_weak_ref_init (weak, self);
      await->cancellable = g_object_ref (cancellable);
      await->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled), weak, weak_free);
    }
}

/* Gives the outcome, or the error that kept the task from being executed, to whoever
 * awaits it, unless the context is gone where that is. Takes over @error. Owner. */
static void
answer (AtAsyncTask *self,
        GError      *error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAwait await = steal_awaiter (priv);

  if (await.cancellable != NULL)
    {
      if (await.handler != 0)
        g_signal_handler_disconnect (await.cancellable, await.handler);
      g_object_unref (await.cancellable);
    }

  if (!at_mailbox_is_closed (at_task_get_mailbox (priv)))
    {
      if (await.gtask == NULL)
        await.gtask = new_late_gtask (self, await.callback, await.user_data);
      at_task_mark_heard (priv);
      if (error != NULL)
        g_task_return_error (await.gtask, g_steal_pointer (&error));
      else
        g_task_return_boolean (await.gtask, TRUE);
    }
  g_clear_error (&error);
  g_clear_object (&await.gtask);
}

void
at_task_return_to_awaiter (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);
  AtOutcome outcome;

  if (rare == NULL || !rare->await.is_there)
    return;

  outcome = at_task_get_outcome (priv);
  if (outcome == AT_OUTCOME_CANCELLED)
    answer (self, at_task_new_cancelled_error ());
  else
    answer (self, outcome == AT_OUTCOME_FAILED ? g_error_copy (at_task_get_body_error (priv)) : NULL);
}

static void
on_refused (AtMail *mail)
{
  AtRefusal *refusal = (AtRefusal *) mail;
  AtAsyncTask *self = refusal->task;

  if (!at_mailbox_is_closed (at_task_get_mailbox (at_task_get_priv (self))))
    {
      g_autoptr (GTask) gtask = new_late_gtask (self, refusal->callback, refusal->user_data);

      g_task_return_error (gtask, g_steal_pointer (&refusal->error));
    }
  g_clear_error (&refusal->error);
  g_free (refusal);
  g_object_unref (self);
}

/* Tells who wanted to execute a task that could not be executed. */
static void
refuse (AtAsyncTask         *self,
        GError              *error,
        GAsyncReadyCallback  callback,
        gpointer             user_data,
        AtHome               home)
{
  AtRefusal *refusal = g_new0 (AtRefusal, 1);

  refusal->mail.func = on_refused;
  refusal->task = g_object_ref (self);
  refusal->error = error;
  refusal->callback = callback;
  refusal->user_data = user_data;
  if (home == AT_HOME_FOREIGN)
    at_mailbox_post (at_task_get_mailbox (at_task_get_priv (self)), &refusal->mail);
  else
    on_refused (&refusal->mail);
}

/**
 * at_async_task_execute_async:
 * @self: a task
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @cancellable: (nullable): cancels the task, interrupting it
 * @callback: (scope async) (closure user_data) (nullable): called after the last
 *   callback of the task
 * @user_data: data for @callback
 *
 * Runs the task, and calls back when it has ended.
 *
 * Like [method@AsyncTask.execute]; @callback comes in the owner context, after
 * the task's last callback, and also where the task could not be executed.
 * Cancelling @cancellable cancels the task as [method@AsyncTask.cancel] does with
 * interruption; cancelling the task leaves @cancellable alone.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_execute_async (AtAsyncTask         *self,
                             const GValue        *params,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  AtAsyncTaskPrivate *priv;
  g_autoptr (AtMailbox) mailbox = NULL;
  GError *error = NULL;
  AtHome home;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (at_task_is_nothing (params) || G_IS_VALUE (params));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  priv = at_task_get_priv (self);
  mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  home = at_task_enter_home (priv);

  if (at_task_begin (self, params, &error))
    {
      set_awaiter (self, cancellable, callback, user_data, home);
      if (!at_task_launch (self, NULL, home, &error))
        answer (self, error);
    }
  else
    {
      refuse (self, error, callback, user_data, home);
    }

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_execute_finish:
 * @self: a task
 * @result: the result that the callback got
 * @error: return location for a [struct@GLib.Error]
 *
 * Ends [method@AsyncTask.execute_async].
 *
 * Gives the error of a task that failed, %G_IO_ERROR_CANCELLED for one that was
 * cancelled, and the errors of [method@AsyncTask.execute] for one that could not
 * be executed.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): the result of the task, or %NULL if it
 *   has none or @error is set
 *
 * Since: 1.0
 */
const GValue *
at_async_task_execute_finish (AtAsyncTask   *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  return at_async_task_get_result (self);
}
