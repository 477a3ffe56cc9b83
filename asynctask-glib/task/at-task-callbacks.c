/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include <string.h>

/* Functions, in the place of what a subclass overrides. */

/* Data that was replaced in another thread than the owner's. */
typedef struct
{
  AtMail          mail;
  AtCallbackSet   set;
} AtReplaced;

void
at_callback_set_clear (AtCallbackSet *self)
{
  GDestroyNotify destroy = self->destroy;
  gpointer user_data = self->user_data;

  /* The function may look at the task. */
  memset (self, 0, sizeof *self);
  if (destroy != NULL)
    destroy (user_data);
}

static void
on_replaced (AtMail *mail)
{
  AtReplaced *replaced = (AtReplaced *) mail;

  at_callback_set_clear (&replaced->set);
  g_free (replaced);
}

static void
drop_set_home (AtAsyncTaskPrivate *priv,
               AtCallbackSet      *set)
{
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  AtHome home = at_task_enter_home (priv);

  if (home == AT_HOME_FOREIGN)
    {
      AtReplaced *replaced = g_new0 (AtReplaced, 1);

      replaced->mail.func = on_replaced;
      replaced->set = *set;
      at_mailbox_post (mailbox, &replaced->mail);
    }
  else
    {
      at_callback_set_clear (set);
    }

  at_mailbox_leave (mailbox, home);
}

void
at_task_call_pre_execute_callback (AtAsyncTask *self)
{
  const AtCallbackSet *set = at_task_get_callbacks (at_task_get_priv (self));

  if (set != NULL && set->callbacks->pre_execute != NULL)
    set->callbacks->pre_execute (self, set->user_data);
}

typedef void (* AtValueCallback) (AtAsyncTask  *task,
                                  const GValue *value,
                                  gpointer      user_data);

/* @offset is that of the function in AtTaskCallbacks. */
void
at_task_call_value_callback (AtAsyncTask  *self,
                             gsize         offset,
                             const GValue *value)
{
  const AtCallbackSet *set = at_task_get_callbacks (at_task_get_priv (self));
  AtValueCallback callback = set != NULL ? G_STRUCT_MEMBER (AtValueCallback, set->callbacks, offset) : NULL;

  if (callback != NULL)
    callback (self, !at_task_is_nothing (value) ? value : NULL, set->user_data);
}

/**
 * at_async_task_set_callbacks: (skip)
 * @self: a task
 * @callbacks: functions, which are not copied: they have to stay where they are, as a
 *   static variable does
 * @user_data: (nullable): data for the functions
 * @destroy: (nullable): frees @user_data, in the owner context
 *
 * Sets functions that are called in the owner context, as the handlers of signals are.
 *
 * ```c
 * static void
 * set_up (AtAsyncTask *task, GObject *view)
 * {
 *   static const AtTaskCallbacks callbacks = {
 *     .post_execute = on_loaded,
 *     .failed = on_load_failed,
 *   };
 *
 *   at_async_task_set_callbacks (task, &callbacks, g_object_ref (view), g_object_unref);
 * }
 * ```
 *
 * They are what a subclass would override, called directly, and cost less than handlers
 * that are connected. Each is called last: after the handlers of its signal, and after
 * the override of a subclass. Members that are %NULL are skipped.
 *
 * @user_data is freed after the last callback, or with a task that was never executed.
 * When this is called again, the new functions replace the former ones, whose data are
 * freed.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_async_task_set_callbacks (AtAsyncTask           *self,
                             const AtTaskCallbacks *callbacks,
                             gpointer               user_data,
                             GDestroyNotify         destroy)
{
  AtAsyncTaskPrivate *priv;
  AtFunctions *functions;
  AtCallbackSet former;

  g_return_if_fail (AT_IS_ASYNC_TASK (self));
  g_return_if_fail (callbacks != NULL);

  priv = at_task_get_priv (self);
  AT_RETURN_IF_TOO_LATE (self);

  functions = at_task_ensure_functions (priv);
  former = functions->callbacks;
  functions->callbacks = (AtCallbackSet) { callbacks, user_data, destroy };
  if (former.destroy != NULL)
    drop_set_home (priv, &former);
}
