/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list-private.h"

/* Which tasks leave the list, and when. Those that have ended are in a queue for each way
 * to end, in the order in which they did, so that the first to leave is always at a head. */

/* Where nothing of the batch is left, what has ended before it and is still there is one. */
static void
recount (AtTaskList *self)
{
  GSequenceIter *end = g_sequence_get_end_iter (self->sequence);
  GSequenceIter *iter = g_sequence_get_begin_iter (self->sequence);

  self->totals = (AtTotals) { 0, };
  for (; iter != end; iter = g_sequence_iter_next (iter))
    at_totals_count (&self->totals, g_sequence_get (iter), 1);
}

static void
remove_range (AtTaskList    *self,
              GSequenceIter *begin,
              GSequenceIter *end)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  guint position = (guint) g_sequence_iter_get_position (begin);

  for (GSequenceIter *iter = begin; iter != end; iter = g_sequence_iter_next (iter))
    g_ptr_array_add (tasks, at_item_detach (g_sequence_get (iter)));
  g_sequence_remove_range (begin, end);
  self->last_iter = NULL;
  if (at_task_list_count_items (self) == 0 || self->totals.n_tasks == 0)
    recount (self);

  g_list_model_items_changed (G_LIST_MODEL (self), position, tasks->len, 0);
  at_task_list_show_all (self);
}

/* Of a task that has ended. */
static gint64
get_leave_time (AtItem *item)
{
  AtTaskList *self = item->list;

  if (self->removal == AT_TASK_LIST_REMOVAL_NEVER ||
      (self->removal == AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED && item->state != AT_ITEM_SUCCEEDED))
    return AT_NEVER;

  return item->ended_at + (gint64) self->removal_delay * G_TIME_SPAN_MILLISECOND;
}

/* With AT_NEVER, whatever has ended is. */
static gboolean
is_to_leave (AtItem *item,
             gint64  now)
{
  return at_item_has_ended (item) && get_leave_time (item) <= now;
}

/* Removes @item together with its neighbours on both sides that are to leave, so that
 * many that leave at once are one change. Returns how many those were. */
static guint
remove_run (AtItem *item,
            gint64  now)
{
  GSequenceIter *begin = item->iter;
  GSequenceIter *end = g_sequence_iter_next (item->iter);
  guint n = 1;

  for (; !g_sequence_iter_is_begin (begin); n++)
    {
      if (!is_to_leave (g_sequence_get (g_sequence_iter_prev (begin)), now))
        break;
      begin = g_sequence_iter_prev (begin);
    }
  for (; !g_sequence_iter_is_end (end) && is_to_leave (g_sequence_get (end), now); n++)
    end = g_sequence_iter_next (end);
  remove_range (item->list, begin, end);

  return n;
}

/* The first to leave of those that ended in one of the ways; NULL: there is none. */
static AtItem *
find_leaver (AtTaskList *self)
{
  AtItem *first = NULL;

  for (guint i = AT_ITEM_SUCCEEDED; i < AT_N_ITEM_STATES; i++)
    {
      AtItem *item = g_queue_peek_head (&self->ended[i]);

      if (item != NULL && (first == NULL || get_leave_time (item) < get_leave_time (first)))
        first = item;
    }

  return first;
}

/* A view has work to do for each run, and its window has to be drawn meanwhile. */
void
at_task_list_let_leave (AtTaskList *self,
                        gint64      now)
{
  AtItem *item;

  while ((item = find_leaver (self)) != NULL && is_to_leave (item, now))
    {
      gint64 then;

      remove_run (item, now);
      then = g_get_monotonic_time ();
      if (then - now >= AT_MAILBOX_BUDGET_USEC)
        {
          self->leave_again_at = then + AT_MAILBOX_BUDGET_USEC;
          return;
        }
    }
}

/* When the first is to leave. */
gint64
at_task_list_get_leave_time (AtTaskList *self)
{
  AtItem *item = self->removal != AT_TASK_LIST_REMOVAL_NEVER ? find_leaver (self) : NULL;

  return item != NULL ? MAX (get_leave_time (item), self->leave_again_at) : AT_NEVER;
}

/**
 * at_task_list_remove:
 * @self: a list
 * @task: a task
 *
 * Removes a task from the list.
 *
 * The task goes on; [method@AsyncTask.cancel] ends it. If it has not ended, it
 * does not count in [property@TaskList:fraction] any more.
 *
 * Returns: %TRUE if the task was removed, %FALSE if it was not in the list
 *
 * Since: 1.0
 */
gboolean
at_task_list_remove (AtTaskList  *self,
                     AtAsyncTask *task)
{
  AtItem *item;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);

  item = at_task_list_find_item (self, task);
  if (item == NULL)
    return FALSE;

  remove_range (self, item->iter, g_sequence_iter_next (item->iter));

  return TRUE;
}

/**
 * at_task_list_clear_finished:
 * @self: a list
 *
 * Removes all tasks that have ended.
 *
 * Returns: how many there were
 *
 * Since: 1.0
 */
guint
at_task_list_clear_finished (AtTaskList *self)
{
  AtItem *item;
  guint n = 0;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  while ((item = find_leaver (self)) != NULL)
    n += remove_run (item, AT_NEVER);

  return n;
}

/**
 * at_task_list_get_removal: (get-property removal)
 * @self: a list
 *
 * Gets which tasks leave the list by themselves once they have ended.
 *
 * Returns: which tasks
 *
 * Since: 1.0
 */
AtTaskListRemoval
at_task_list_get_removal (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), AT_TASK_LIST_REMOVAL_NEVER);

  return self->removal;
}

/**
 * at_task_list_set_removal: (set-property removal)
 * @self: a list
 * @removal: which tasks
 *
 * Sets which tasks leave the list by themselves once they have ended.
 *
 * They leave when [property@TaskList:removal-delay] has passed since then; those
 * that ended longer ago, in the next iteration of the main context.
 *
 * Since: 1.0
 */
void
at_task_list_set_removal (AtTaskList        *self,
                          AtTaskListRemoval  removal)
{
  g_return_if_fail (AT_IS_TASK_LIST (self));
  g_return_if_fail (removal <= AT_TASK_LIST_REMOVAL_WHEN_FINISHED);

  if (self->removal == removal)
    return;

  self->removal = removal;
  at_task_list_reschedule (self);
  g_object_notify (G_OBJECT (self), "removal");
}

/**
 * at_task_list_get_removal_delay: (get-property removal-delay)
 * @self: a list
 *
 * Gets for how long tasks that have ended stay before they leave by themselves, in
 * milliseconds.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
at_task_list_get_removal_delay (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->removal_delay;
}

/**
 * at_task_list_set_removal_delay: (set-property removal-delay)
 * @self: a list
 * @milliseconds: how long
 *
 * Sets for how long tasks that have ended stay before they leave by themselves, in
 * milliseconds.
 *
 * Since: 1.0
 */
void
at_task_list_set_removal_delay (AtTaskList *self,
                                guint       milliseconds)
{
  g_return_if_fail (AT_IS_TASK_LIST (self));

  if (self->removal_delay == milliseconds)
    return;

  self->removal_delay = milliseconds;
  at_task_list_reschedule (self);
  g_object_notify (G_OBJECT (self), "removal-delay");
}
