/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-executor.h"

#include "at-async-task-private.h"
#include "at-foreign-body-private.h"

#include <glib/gi18n-lib.h>

/**
 * AtExecutor:
 *
 * Decides where and when the bodies of tasks run.
 *
 * The library's own are [class@ThreadPoolExecutor], [class@SerialExecutor] and
 * [class@InlineExecutor]. Another one implements the virtual function `execute`,
 * which keeps a reference on the task and sees to it that
 * [method@AsyncTask.run] is called, once, now or later, in any thread; or refuses
 * the task by returning an error. It may also hand the task on to another
 * executor with [method@Executor.execute].
 *
 * An executor that is dropped lets what it has queued finish.
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (AtExecutor, at_executor, G_TYPE_OBJECT)

static gboolean
at_executor_real_execute (AtExecutor   *self,
                          AtAsyncTask  *task,
                          GError      **error)
{
  g_set_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
               "%s does not implement execute()", G_OBJECT_TYPE_NAME (self));

  return FALSE;
}

static void
at_executor_default_init (AtExecutorInterface *iface)
{
  iface->execute = at_executor_real_execute;
  g_type_add_interface_check (NULL, at_foreign_executor_made);
}

/* Offers a task to an executor, whatever that is written in. */
gboolean
at_executor_offer (AtExecutor   *self,
                   AtAsyncTask  *task,
                   GError      **error)
{
  if (at_foreign_executor_is_afar (self))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                           _("An executor in JavaScript cannot be called from another thread"));
      return FALSE;
    }

  return AT_EXECUTOR_GET_IFACE (self)->execute (self, task, error);
}

/**
 * at_executor_execute:
 * @self: an executor
 * @task: a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Has an executor run a task.
 *
 * A pending task is executed as [method@AsyncTask.execute_on_executor] does it.
 * In an implementation of an executor, this hands on a task that it was given.
 *
 * Fails with [error@At.TaskError.ALREADY_EXECUTED] if the task is neither, and
 * with [error@At.TaskError.REJECTED] if the executor refuses the task.
 *
 * Any thread.
 *
 * Returns: %TRUE if the executor took the task in
 *
 * Since: 1.0
 */
gboolean
at_executor_execute (AtExecutor   *self,
                     AtAsyncTask  *task,
                     GError      **error)
{
  g_return_val_if_fail (AT_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  /* One that was cancelled on its way needs no executor any more. */
  if (at_async_task_is_queued (task) && at_async_task_get_queue (task) == NULL)
    return at_executor_offer (self, task, error);
  if (at_async_task_get_status (task) == AT_STATUS_RUNNING && at_async_task_is_cancelled (task))
    return TRUE;

  return at_async_task_execute_on_executor (task, self, NULL, error);
}

gboolean
at_executor_add (AtExecutor  *self,
                 AtJobChain *chain,
                 AtAsyncTask *task)
{
  AtJobLink *link = at_async_task_get_link (task);

  at_job_chain_append (chain, link);

  /* A canceller that came before this did not find the task in the queue; one
   * that comes after it does. */
  at_async_task_set_queue (task, self);
  if (at_async_task_is_queued (task))
    return TRUE;

  at_job_chain_remove (chain, link);
  at_async_task_set_queue (task, NULL);

  return FALSE;
}

gboolean
at_executor_forget (AtExecutor  *self,
                    AtAsyncTask *task)
{
  if (AT_IS_SERIAL_EXECUTOR (self))
    return at_serial_executor_forget (AT_SERIAL_EXECUTOR (self), task);

  return at_thread_pool_executor_forget (AT_THREAD_POOL_EXECUTOR (self), task);
}
