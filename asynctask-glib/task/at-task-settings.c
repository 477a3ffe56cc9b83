/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* What is set before a task is executed. */

/**
 * at_async_task_get_title: (get-property title)
 * @self: a task
 *
 * Gets what the task is called.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): a title for people to read, or %NULL
 *
 * Since: 1.0
 */
const char *
at_async_task_get_title (AtAsyncTask *self)
{
  AtRare *rare;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  rare = at_task_get_rare (at_task_get_priv (self));

  return rare != NULL ? rare->title : NULL;
}

static void
replace_title (AtAsyncTask *self,
               const char  *title)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_ensure_rare (priv);
  g_autofree char *text = at_text_dup (title);
  char *replaced;

  if (g_strcmp0 (rare->title, text) == 0)
    return;

  g_mutex_lock (&priv->lock);
  replaced = rare->title;
  rare->title = g_steal_pointer (&text);
  g_mutex_unlock (&priv->lock);
  g_free (replaced);
  at_task_notify (self, PROP_TITLE);
}

static void
on_title (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  if (!at_mailbox_is_closed (at_task_get_mailbox (at_task_get_priv (parcel->task))))
    replace_title (parcel->task, g_value_get_string (&parcel->value));
  at_parcel_free (parcel);
}

/**
 * at_async_task_set_title: (set-property title)
 * @self: a task
 * @title: (nullable): a title for people to read
 *
 * Sets what the task is called.
 *
 * What is not UTF-8 in it is replaced as g_utf8_make_valid() does.
 *
 * Any thread, at any time; set in another thread than the owner's, it changes when
 * the owner context is iterated.
 *
 * Since: 1.0
 */
void
at_async_task_set_title (AtAsyncTask *self,
                         const char  *title)
{
  AtAsyncTaskPrivate *priv;
  g_autoptr (AtMailbox) mailbox = NULL;
  AtHome home;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  home = at_task_enter_home (priv);

  if (home != AT_HOME_FOREIGN)
    {
      replace_title (self, title);
    }
  else
    {
      AtParcel *parcel = at_parcel_new_kept (self, on_title);

      g_value_init (&parcel->value, G_TYPE_STRING);
      g_value_set_string (&parcel->value, title);
      at_parcel_send (parcel);
    }

  at_mailbox_leave (mailbox, home);
}

/**
 * at_async_task_get_unit: (get-property unit)
 * @self: a task
 *
 * Gets what the amounts of the task count.
 *
 * Any thread.
 *
 * Returns: the unit
 *
 * Since: 1.0
 */
AtProgressUnit
at_async_task_get_unit (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_PROGRESS_UNIT_NONE);

  return at_task_get_priv (self)->unit;
}

/**
 * at_async_task_set_unit: (set-property unit)
 * @self: a task
 * @unit: the unit
 *
 * Sets what the amounts of the task count.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_unit (AtAsyncTask    *self,
                        AtProgressUnit  unit)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (unit <= AT_PROGRESS_UNIT_ITEMS);

  priv = at_task_get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (priv->unit == unit)
    return;

  priv->unit = unit;
  at_task_notify_home (self, PROP_UNIT);
}

/**
 * at_async_task_get_executor: (get-property executor)
 * @self: a task
 *
 * Gets the executor that the task runs on.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): an executor, or %NULL for the default one
 *
 * Since: 1.0
 */
AtExecutor *
at_async_task_get_executor (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  return g_atomic_pointer_get (&at_task_get_priv (self)->executor);
}

/**
 * at_async_task_set_executor: (set-property executor)
 * @self: a task
 * @executor: (nullable): an executor, or %NULL for the default one
 *
 * Sets the executor that the task runs on.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_executor (AtAsyncTask *self,
                            AtExecutor  *executor)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));

  priv = at_task_get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (priv->executor == executor)
    return;

  at_task_use_executor (priv, executor != NULL ? g_object_ref (executor) : NULL);
  at_task_notify_home (self, PROP_EXECUTOR);
}

/**
 * at_async_task_get_priority: (get-property priority)
 * @self: a task
 *
 * Gets the priority of the task in the queue of its executor.
 *
 * Any thread.
 *
 * Returns: the priority; lower ones run first
 *
 * Since: 1.0
 */
int
at_async_task_get_priority (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), G_PRIORITY_DEFAULT);

  return g_atomic_int_get (&at_task_get_priv (self)->job.priority);
}

/**
 * at_async_task_set_priority: (set-property priority)
 * @self: a task
 * @priority: the priority, such as %G_PRIORITY_LOW
 *
 * Sets the priority of the task in the queue of its executor.
 *
 * Tasks of a lower value run first, those of the same value in the order in which
 * they were executed. That holds for thread pools and serial executors, the default
 * one too; what runs already goes on. Callbacks are not affected.
 *
 * It can be changed at any time: a task that is queued goes behind those of the new
 * priority, and one that runs has it when it is run again, if it is. An executor that is
 * not one of the library's own does with it what it likes.
 *
 * Any thread; the property notifies on the owner's.
 *
 * Since: 1.0
 */
void
at_async_task_set_priority (AtAsyncTask *self,
                            int          priority)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);

  if (g_atomic_int_get (&priv->job.priority) == priority)
    return;

  at_job_set_priority (&priv->job, priority);
  at_task_notify_home (self, PROP_PRIORITY);
}

/**
 * at_async_task_get_owner: (get-property owner)
 * @self: a task
 *
 * Gets the object that the task works for.
 *
 * Owner's thread.
 *
 * Returns: (nullable) (transfer none): the owner, or %NULL if it has none or it
 *   is gone
 *
 * Since: 1.0
 */
GObject *
at_async_task_get_owner (AtAsyncTask *self)
{
  g_autoptr (GObject) owner = NULL;
  AtRare *rare;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  rare = at_task_get_rare (at_task_get_priv (self));
  if (rare != NULL && rare->owner != NULL)
    owner = at_owner_link_dup_owner (rare->owner);

  /* Whoever else keeps it alive does so on this thread. */
  return owner;
}

/**
 * at_async_task_set_owner: (set-property owner)
 * @self: a task
 * @owner: (nullable): the object that the task works for, such as a window
 *
 * Sets the object that the task works for.
 *
 * The task does not keep it alive. When it is disposed the task is cancelled, its
 * body interrupted, and it calls nothing back any more: no callback, no signal,
 * no notification. Who awaits it with [method@AsyncTask.execute_async] or
 * [method@AsyncTask.wait] is still told, with %G_IO_ERROR_CANCELLED.
 *
 * A window that is closed is disposed once nothing else holds a reference on it. A
 * closure that refers to it, in Python or JavaScript for example, does.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_owner (AtAsyncTask *self,
                         GObject     *owner)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (owner == NULL || G_IS_OBJECT (owner));

  priv = at_task_get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  if (at_async_task_get_owner (self) == owner)
    return;

  at_task_sever_owner (priv);
  if (owner != NULL)
    at_task_ensure_rare (priv)->owner = at_owner_link_new (owner, G_OBJECT (self), at_task_on_owner_gone);
  at_task_notify_home (self, PROP_OWNER);
}

/**
 * at_async_task_get_main_context: (get-property main-context)
 * @self: a task
 *
 * Gets the context that the callbacks run in.
 *
 * Any thread, as long as something else keeps the context alive.
 *
 * Returns: (nullable) (transfer none): the context, or %NULL for the default main
 *   context
 *
 * Since: 1.0
 */
GMainContext *
at_async_task_get_main_context (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = at_task_get_priv (self);

  return priv->mailbox != NULL ? at_mailbox_get_context (priv->mailbox) : NULL;
}

/* What was reported is on its way to the context that there was. */
static gboolean
has_reported (AtAsyncTaskPrivate *priv)
{
  AtPacer *pacer = at_task_get_pacer (priv);

  return pacer != NULL && at_pacer_is_in_use (pacer);
}

/* Takes over @mailbox (nullable). */
static void
use_mailbox (AtAsyncTaskPrivate *priv,
             AtMailbox          *mailbox)
{
  AtMailbox *former = priv->mailbox;
  AtPacer *pacer = at_task_get_pacer (priv);

  priv->mailbox = mailbox;
  if (pacer != NULL)
    at_pacer_move (pacer, at_task_get_mailbox (priv));
  g_clear_pointer (&former, at_mailbox_unref);
}

/**
 * at_async_task_set_main_context: (set-property main-context)
 * @self: a task
 * @main_context: (nullable): a context, or %NULL for the default main context
 *
 * Sets the context that the callbacks run in.
 *
 * The task does not keep it alive: a context that is destroyed before the task
 * has ended takes the callbacks with it.
 *
 * Owner's thread, before the task is executed and before any progress is
 * reported.
 *
 * Since: 1.0
 */
void
at_async_task_set_main_context (AtAsyncTask  *self,
                                GMainContext *main_context)
{
  AtAsyncTaskPrivate *priv;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  priv = at_task_get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);
  g_return_if_fail (!has_reported (priv));

  if (main_context == g_main_context_default ())
    main_context = NULL;
  if (at_async_task_get_main_context (self) == main_context)
    return;

  /* Those are where the task was. */
  g_return_if_fail (at_async_task_get_followers (self) == NULL);

  use_mailbox (priv, main_context != NULL ? at_mailbox_get (main_context) : NULL);
  at_task_notify_home (self, PROP_MAIN_CONTEXT);
}

gboolean
at_async_task_join (AtAsyncTask *self,
                    AtMailbox   *mailbox)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (at_task_get_mailbox (priv) == mailbox)
    return TRUE;

  if (priv->mailbox != NULL || at_async_task_get_status (self) != AT_STATUS_PENDING ||
      at_async_task_get_followers (self) != NULL || has_reported (priv) ||
      at_mailbox_is_closed (mailbox))
    return FALSE;

  use_mailbox (priv, at_mailbox_ref (mailbox));
  at_task_notify_home (self, PROP_MAIN_CONTEXT);

  return TRUE;
}
