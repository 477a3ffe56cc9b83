/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-foreign-body-private.h"
#include "at-thread-pool-executor.h"

#include <glib/gi18n-lib.h>

/* Tasks that are made one after another, for whoever needs one: a body that they share, and
 * what they have of whoever makes them. */

struct _AtTaskFunction
{
  gatomicrefcount ref_count;
  const char     *name; /* or NULL; never freed */
  AtTaskFunc      func;
  gpointer        user_data;
  GDestroyNotify  destroy;
};

AtTaskFunction *
at_task_function_new (const char     *name,
                      AtTaskFunc      func,
                      gpointer        user_data,
                      GDestroyNotify  destroy)
{
  AtTaskFunction *self = g_new0 (AtTaskFunction, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->name = name;
  self->func = func;
  self->user_data = user_data;
  self->destroy = destroy;

  return self;
}

/* Owner, as each task drops its reference there. */
void
at_task_function_unref (AtTaskFunction *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  if (self->destroy != NULL)
    self->destroy (self->user_data);
  g_free (self);
}

static void
unref_function (gpointer data)
{
  at_task_function_unref (data);
}

static gboolean
at_task_function_call (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  AtTaskFunction *self = user_data;

  return self->func (task, params, cancellable, self->user_data, error);
}

AtAsyncTask *
at_task_function_make (AtTaskFunction *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return at_async_task_new_named (self->name, at_task_function_call, self, unref_function);
}

/* For being shown: of a task that is executed. */
void
at_task_look_at_function (AtAsyncTaskPrivate *priv,
                          AtTaskSight        *sight)
{
  AtFunctions *functions = at_task_get_functions (priv);
  AtTaskFunction *shared;

  if (functions == NULL)
    return;

  shared = functions->func == at_task_function_call ? functions->func_data : NULL;
  sight->body_name = g_atomic_pointer_get (&functions->body_name);
  sight->func = (gpointer) (shared != NULL ? shared->func : functions->func);
}

/* Whether the function of a task is JavaScript, be it shared or not. */
gboolean
at_task_has_script_function (AtAsyncTaskPrivate *priv)
{
  AtFunctions *functions = at_task_get_functions (priv);
  AtTaskFunction *shared;

  if (functions == NULL || functions->func == NULL)
    return FALSE;

  shared = functions->func_data;

  return at_foreign_function_is_script (functions->func == at_task_function_call ? shared->destroy
                                                                                 : functions->func_destroy);
}

gboolean
at_async_task_execute_for (AtAsyncTask        *self,
                           struct _AtMailbox  *mailbox,
                           AtExecutor         *executor,
                           GObject            *owner,
                           const GValue       *params,
                           GError            **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (!at_async_task_join (self, mailbox))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                           _("The task delivers in another main context"));
      return FALSE;
    }

  if (at_async_task_get_status (self) == AT_STATUS_PENDING && owner != NULL && at_async_task_get_owner (self) == NULL)
    at_async_task_set_owner (self, owner);
  if (at_async_task_get_executor (self) != NULL)
    return at_async_task_execute (self, params, error);

  if (executor == NULL && !at_task_is_deferred (priv))
    executor = at_thread_pool_executor_get_default ();

  return executor != NULL ? at_async_task_execute_on_executor (self, executor, params, error)
                          : at_async_task_execute (self, params, error);
}
