/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Whoever awaits a task with a callback: execute_async(), and the GTask that is made for it. */

static void
at_await_clear (AtAwait *await)
{
  if (await->cancellable != NULL)
    {
      if (await->handler != 0)
        g_signal_handler_disconnect (await->cancellable, await->handler);
      g_object_unref (await->cancellable);
    }
  g_clear_object (&await->gtask);
}

/* Whoever awaits the task, for the caller to clear. Owner. */
static AtAwait
steal_awaiter (AtAsyncTaskPrivate *priv)
{
  static const AtAwait nobody;
  AtRare *rare = at_task_get_rare (priv);
  AtAwait await = nobody;

  if (rare != NULL)
    {
      await = rare->await;
      rare->await = nobody;
    }

  return await;
}

/* Gives the outcome to whoever awaits it. */
void
at_task_return_to_awaiter (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAwait await = steal_awaiter (priv);
  AtOutcome outcome = at_task_get_outcome (priv);

  if (await.gtask == NULL)
    return;

  if (outcome == AT_OUTCOME_CANCELLED)
    g_task_return_error (await.gtask, at_task_new_cancelled_error ());
  else if (outcome == AT_OUTCOME_FAILED)
    g_task_return_error (await.gtask, g_error_copy (priv->body_error));
  else
    g_task_return_boolean (await.gtask, TRUE);

  at_await_clear (&await);
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
  g_task_set_name (gtask, "AtAsyncTask");

  return gtask;
}

static void
on_caller_cancelled (GCancellable *cancellable,
                     gpointer      user_data)
{
  at_async_task_cancel (user_data, TRUE);
}

static void
unref_home (gpointer data)
{
  at_async_task_unref_home (data);
}

/* Has the awaiter told, and @cancellable (nullable) cancel the task. Owner, in
 * STARTING. */
static void
add_awaiter (AtAsyncTask  *self,
             GTask        *gtask,
             GCancellable *cancellable)
{
  AtAwait *await = &at_task_ensure_rare (at_task_get_priv (self))->await;

  await->gtask = g_object_ref (gtask);
  if (cancellable != NULL)
    {
      await->cancellable = g_object_ref (cancellable);
      await->handler = g_cancellable_connect (cancellable, G_CALLBACK (on_caller_cancelled),
                                              g_object_ref (self), unref_home);
    }
}

static void
on_executed_from_afar (AtMail *mail)
{
  AtAwaitParcel *parcel = (AtAwaitParcel *) mail;
  g_autoptr (AtAsyncTask) self = parcel->task;
  g_autoptr (GTask) gtask = new_gtask (self, parcel->callback, parcel->user_data);

  if (parcel->error != NULL)
    {
      g_task_return_error (gtask, g_steal_pointer (&parcel->error));
    }
  else
    {
      add_awaiter (self, gtask, parcel->cancellable);
      at_task_start_from_afar (self);

      /* A wait() by the owner may have started it, and it may be all over. */
      if (at_state_get_phase (&at_task_get_priv (self)->job.state) == AT_PHASE_DELIVERED)
        at_task_return_to_awaiter (self);
    }

  g_clear_object (&parcel->cancellable);
  g_free (parcel);
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
  g_autoptr (AtExecutor) replaced = NULL;
  GError *error = NULL;
  AtHome home;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (at_task_is_nothing (params) || G_IS_VALUE (params));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  priv = at_task_get_priv (self);
  mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  home = at_task_enter_home (priv);

  if (at_task_begin (self, params, &error))
    replaced = at_task_swap_executor (priv, at_task_ref_chosen_executor (priv));

  if (home == AT_HOME_FOREIGN)
    {
      AtAwaitParcel *parcel = g_new0 (AtAwaitParcel, 1);

      parcel->mail.func = on_executed_from_afar;
      parcel->task = g_object_ref (self);
      parcel->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
      parcel->callback = callback;
      parcel->user_data = user_data;
      parcel->error = error;
      if (error == NULL)
        at_task_send_start (priv, &parcel->mail);
      else
        at_mailbox_post (mailbox, &parcel->mail);
    }
  else
    {
      g_autoptr (GTask) gtask = new_gtask (self, callback, user_data);

      if (error == NULL)
        {
          add_awaiter (self, gtask, cancellable);
          if (!at_task_start (self, &error))
            {
              AtAwait await = steal_awaiter (priv);

              at_await_clear (&await);
              replaced = at_task_restore_executor (priv, replaced);
              at_task_undo_begin (self);
            }
        }
      if (error != NULL)
        g_task_return_error (gtask, error);
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
