/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-maker-private.h"

#include <glib/gi18n-lib.h>

/* The first handler that has made a task is the last one to be asked. */
static gboolean
accumulate_task (GSignalInvocationHint *hint,
                 GValue                *accumulated,
                 const GValue          *value,
                 gpointer               data)
{
  if (g_value_get_object (value) == NULL)
    return TRUE;

  g_value_copy (value, accumulated);

  return FALSE;
}

guint
at_task_maker_add_signal (GType type)
{
  return g_signal_new ("create-task",
                       type,
                       G_SIGNAL_RUN_LAST,
                       0,
                       accumulate_task, NULL,
                       NULL,
                       AT_TYPE_ASYNC_TASK, 1,
                       G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);
}

void
at_task_maker_init (AtTaskMaker *self,
                    gpointer     object,
                    guint        signal)
{
  self->object = object;
  self->signal = signal;
  self->mailbox = at_mailbox_get (g_main_context_get_thread_default ());
  self->maker = at_thread_get_number ();
}

void
at_task_maker_set_func (AtTaskMaker    *self,
                        const char     *name,
                        AtTaskFunc      func,
                        gpointer        user_data,
                        GDestroyNotify  destroy)
{
  if (func != NULL)
    self->function = at_task_function_new (name, func, user_data, destroy);
  else if (destroy != NULL)
    destroy (user_data);
}

void
at_task_maker_clear (AtTaskMaker *self)
{
  g_clear_pointer (&self->function, at_task_function_unref);
  g_clear_object (&self->executor);
  g_clear_pointer (&self->mailbox, at_mailbox_unref);
}

gboolean
at_task_maker_is_home (AtTaskMaker *self)
{
  AtHome home = at_mailbox_enter (self->mailbox, self->maker, 0);

  at_mailbox_leave (self->mailbox, home);

  return home != AT_HOME_FOREIGN;
}

AtAsyncTask *
at_task_maker_execute (AtTaskMaker   *self,
                       const GValue  *params,
                       GObject       *owner,
                       int            priority,
                       AtFollower    *follower,
                       GError       **error)
{
  g_autoptr (AtAsyncTask) task = NULL;

  if (g_signal_has_handler_pending (self->object, self->signal, 0, TRUE))
    g_signal_emit (self->object, self->signal, 0, params, &task);
  if (task == NULL && self->function != NULL)
    task = at_task_function_make (self->function);
  if (task == NULL)
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_FAILED, _("There is nothing that makes a task"));
      return NULL;
    }

  if (priority != G_PRIORITY_DEFAULT && at_async_task_get_priority (task) == G_PRIORITY_DEFAULT)
    at_async_task_set_priority (task, priority);
  if (!at_async_task_execute_for (task, self->mailbox, self->executor, owner, params, error))
    return NULL;

  /* Whatever has ended is told of when the context is iterated. */
  at_async_task_add_follower (task, follower);

  return g_steal_pointer (&task);
}
