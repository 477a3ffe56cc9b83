/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list-private.h"

#include "at-executor.h"

/* What is done to all tasks of a list that have not ended. */

/* With references: what is done to one may change the list. */
static GPtrArray *
dup_unended (AtTaskList *self)
{
  guint n = at_task_list_count_unended (self);
  GPtrArray *tasks = g_ptr_array_new_full (n, g_object_unref);
  GSequenceIter *iter = g_sequence_get_begin_iter (self->sequence);

  for (; tasks->len < n; iter = g_sequence_iter_next (iter))
    {
      AtItem *item = g_sequence_get (iter);

      if (!at_item_has_ended (item))
        g_ptr_array_add (tasks, g_object_ref (item->task));
    }

  return tasks;
}

/**
 * at_task_list_execute_all:
 * @self: a list
 * @executor: (nullable): an executor to run them on, or %NULL for that of each task
 * @error: return location for a [struct@GLib.Error]
 *
 * Executes all tasks in the list that are pending, without parameters.
 *
 * They are executed in the order of the list. Those that cannot be executed stay
 * pending, and do not keep the others from it; @error is about the first of them,
 * as in [method@AsyncTask.execute].
 *
 * That tasks are active is notified for all of them together, at the end.
 *
 * Returns: %TRUE if all could be executed
 *
 * Since: 1.0
 */
gboolean
at_task_list_execute_all (AtTaskList  *self,
                          AtExecutor  *executor,
                          GError     **error)
{
  g_autoptr (GPtrArray) tasks = NULL;
  GError *first_error = NULL;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (executor == NULL || AT_IS_EXECUTOR (executor), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_object_ref (self);
  self->n_executing++;
  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (tasks, i);
      GError **place = first_error == NULL ? &first_error : NULL;

      if (at_async_task_get_status (task) != AT_STATUS_PENDING || at_task_list_find_item (self, task) == NULL)
        continue;

      if (executor != NULL)
        at_async_task_execute_on_executor (task, executor, NULL, place);
      else
        at_async_task_execute (task, NULL, place);
    }
  if (--self->n_executing == 0)
    at_task_list_show_all (self);
  g_object_unref (self);

  if (first_error != NULL)
    {
      g_propagate_error (error, first_error);
      return FALSE;
    }

  return TRUE;
}

/**
 * at_task_list_cancel_all:
 * @self: a list
 * @interrupt: whether to trigger the bodies' cancellables, too
 *
 * Cancels all tasks in the list that have not ended.
 *
 * They stay in the list until they have, as [method@AsyncTask.cancel] has it. Those
 * that are pending are cancelled, too: their bodies do not run when they are
 * executed. Those whose bodies run are cancelled last, so that none of the others begins
 * in their place. [property@TaskList:fraction] stays where it is.
 *
 * Since: 1.0
 */
void
at_task_list_cancel_all (AtTaskList *self,
                         gboolean    interrupt)
{
  g_autoptr (GPtrArray) tasks = NULL, in_body = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  in_body = g_ptr_array_new ();
  for (guint i = 0; i < tasks->len; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (tasks, i);

      if (at_async_task_is_in_body (task))
        g_ptr_array_add (in_body, task);
      else
        at_async_task_cancel (task, interrupt);
    }
  for (guint i = 0; i < in_body->len; i++)
    at_async_task_cancel (g_ptr_array_index (in_body, i), interrupt);
}

/**
 * at_task_list_pause_all:
 * @self: a list
 *
 * Pauses all tasks in the list that have not ended.
 *
 * Each stops at its next [method@AsyncTask.checkpoint].
 *
 * Since: 1.0
 */
void
at_task_list_pause_all (AtTaskList *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_pause (g_ptr_array_index (tasks, i));
}

/**
 * at_task_list_resume_all:
 * @self: a list
 *
 * Lets all tasks in the list go on that are paused.
 *
 * Since: 1.0
 */
void
at_task_list_resume_all (AtTaskList *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_resume (g_ptr_array_index (tasks, i));
}
