/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-group-private.h"

#include "at-task-hooks-private.h"

#include <glib/gi18n-lib.h>

/* The parts of a group: what decides it, where a computation ends, and when it has ended. */

static void
part_free (gpointer data)
{
  AtPart *self = data;

  g_clear_error (&self->refusal);
  g_free (self);
}

static AtParts *
at_parts_ref (AtParts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

static void
at_parts_unref (AtParts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->all);
  g_hash_table_unref (self->tasks);
  g_mutex_clear (&self->lock);
  g_free (self);
}

AtParts *
at_parts_new (AtTaskGroup *group)
{
  AtParts *self = g_new0 (AtParts, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->group = group;
  self->all = g_ptr_array_new_with_free_func (part_free);
  self->tasks = g_hash_table_new (NULL, NULL);

  return self;
}

static AtPart *
get_part (AtParts *self,
          guint    i)
{
  AtPart *part;

  g_mutex_lock (&self->lock);
  part = self->all->pdata[i];
  g_mutex_unlock (&self->lock);

  return part;
}

/* NULL if there is no such part, or it is not certain yet that it is one. */
AtPart *
at_parts_get_settled (AtParts *self,
                      guint    i)
{
  AtPart *part;

  g_mutex_lock (&self->lock);
  part = i < self->all->len ? self->all->pdata[i] : NULL;
  if (part != NULL && !part->is_settled)
    part = NULL;
  g_mutex_unlock (&self->lock);

  return part;
}

/* The task of that part, with a reference for at_async_task_unref_home(); NULL where there
 * is nothing to do about it. @is_last says that there are no more parts. */
static AtAsyncTask *
ref_unfinished (AtParts  *self,
                guint     i,
                gboolean *is_last)
{
  AtAsyncTask *task = NULL;

  g_mutex_lock (&self->lock);
  *is_last = i >= self->all->len;
  if (!*is_last)
    {
      AtPart *part = self->all->pdata[i];

      /* The part has one, so that no language is told of this one. */
      if (part->task != NULL && !part->is_finished)
        task = g_object_ref (part->task);
    }
  g_mutex_unlock (&self->lock);

  return task;
}

/* Where another task has decided the group, those whose bodies have ended are what they
 * are. */
static gboolean
is_to_stop (AtAsyncTask *task,
            AtAsyncTask *decisive)
{
  return decisive == NULL ||
         (task != decisive && at_async_task_get_outcome (task) == AT_OUTCOME_NONE);
}

/* Those whose bodies run come last: what they give back would go to one that has yet to be
 * cancelled. */
static void
stop_all (AtParts     *self,
          AtAsyncTask *decisive,
          gboolean     interrupt)
{
  for (guint round = 0; round < 2; round++)
    {
      gboolean is_last = FALSE;

      for (guint i = 0; !is_last; i++)
        {
          AtAsyncTask *task = ref_unfinished (self, i, &is_last);

          if (task == NULL)
            continue;

          if ((round == 1 || !at_async_task_is_in_body (task)) && is_to_stop (task, decisive))
            at_async_task_cancel (task, interrupt);
          at_async_task_unref_home (task);
        }
    }
}

/* Deciding. */

/* Under the lock. Returns whether that decides the group, and has the others cancelled. */
static gboolean
decide (AtParts   *self,
        AtPart    *part,
        AtOutcome  outcome)
{
  if (self->decisive != NULL || self->is_stopped || self->is_over)
    return FALSE;

  switch (self->policy)
    {
    case AT_TASK_GROUP_ALL:
      if (outcome != AT_OUTCOME_SUCCEEDED)
        self->decisive = part;
      break;

    case AT_TASK_GROUP_ANY:
      if (outcome == AT_OUTCOME_SUCCEEDED)
        self->decisive = part;
      else if (outcome == AT_OUTCOME_FAILED)
        self->last_failed = part;
      else
        self->last_cancelled = part;
      break;

    case AT_TASK_GROUP_SETTLE:
    default:
      break;
    }

  return self->decisive != NULL;
}

/* The part is not finished yet, and so the group is there, if it was started. */
static void
note_outcome (AtPart      *part,
              AtAsyncTask *task,
              AtOutcome    outcome)
{
  AtParts *self = part->parts;
  gboolean decided, is_started;

  g_mutex_lock (&self->lock);
  decided = decide (self, part, outcome);
  is_started = self->is_started;
  g_mutex_unlock (&self->lock);
  if (!decided)
    return;

  stop_all (self, task, TRUE);
  if (is_started)
    at_task_group_look_later (self->group);
}

/* Ending. */

static GError *
dup_error (AtPart *part)
{
  const GError *error = part->refusal != NULL ? part->refusal : at_async_task_get_error (part->task);

  if (error != NULL)
    return g_error_copy (error);

  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("A task of the group was cancelled"));
}

/* The last callback of the last task has returned; or the group has none. */
static void
end_group (AtParts *self)
{
  AtAsyncTask *group = AT_ASYNC_TASK (self->group);
  AtPart *decisive = self->decisive;

  if (decisive != NULL)
    at_task_group_look_later (self->group);

  if (decisive == NULL)
    at_async_task_end_deferred (group, TRUE, NULL, NULL);
  else if (decisive->refusal == NULL && at_async_task_get_outcome (decisive->task) == AT_OUTCOME_SUCCEEDED)
    at_async_task_end_deferred (group, TRUE, at_async_task_get_result (decisive->task), NULL);
  else
    at_async_task_end_deferred (group, FALSE, NULL, dup_error (decisive));
}

/* There is one thing less that the group has yet to see the end of. */
static void
close_one (AtParts *self)
{
  gboolean ends;

  g_mutex_lock (&self->lock);
  ends = --self->n_open == 0 && self->is_started;
  if (ends)
    {
      self->is_over = TRUE;
      if (self->decisive == NULL && !self->is_stopped)
        self->decisive = self->last_failed != NULL ? self->last_failed : self->last_cancelled;
    }
  g_mutex_unlock (&self->lock);

  if (ends)
    end_group (self);
}

/* Where the computation ends, whichever thread that is. */
static void
on_ended (AtEndWatch  *watch,
          AtAsyncTask *task)
{
  AtPart *part = AT_CONTAINER (watch, AtPart, ended);
  AtParts *self = part->parts;

  note_outcome (part, task, at_async_task_get_outcome (task));
  at_parts_unref (self);
}

/* The last callback has returned. Until it was called, the task could be cancelled yet. */
static void
on_finished (AtEndWatch  *watch,
             AtAsyncTask *task)
{
  AtPart *part = AT_CONTAINER (watch, AtPart, finished);
  AtParts *self = part->parts;

  note_outcome (part, task, at_async_task_get_outcome (task));
  g_mutex_lock (&self->lock);
  part->is_finished = TRUE;
  g_mutex_unlock (&self->lock);
  close_one (self);
  at_parts_unref (self);
}

static void
watch (AtPart *part)
{
  part->ended.func = on_ended;
  part->finished.func = on_finished;

  at_parts_ref (part->parts);
  if (!at_async_task_add_end_watch (part->task, &part->ended))
    on_ended (&part->ended, part->task);
  at_parts_ref (part->parts);
  if (!at_async_task_add_finish_watch (part->task, &part->finished))
    on_finished (&part->finished, part->task);
}

/* Returns FALSE where the end has been told of, or is being told. */
static gboolean
unwatch (AtPart *part)
{
  if (at_async_task_remove_end_watch (part->task, &part->ended))
    at_parts_unref (part->parts);
  if (!at_async_task_remove_finish_watch (part->task, &part->finished))
    return FALSE;

  at_parts_unref (part->parts);

  return TRUE;
}

/* Whoever pauses or resumes the group tells all parts after, and whoever adds one looks
 * after it is there. */
static void
control_one (AtParts     *self,
             AtAsyncTask *task)
{
  AtAsyncTask *group = AT_ASYNC_TASK (self->group);
  gboolean is_paused;

  /* It may change again in another thread, and that have gone by here before this one: the
   * last to set it has looked since. */
  do
    {
      is_paused = at_async_task_is_paused (group);
      at_async_task_set_paused (task, is_paused);
    }
  while (at_async_task_is_paused (group) != is_paused);
}

/* By whoever has cancelled, paused or resumed the group, to which its time being up and the
 * end of its owner belong. */
void
at_parts_control (AtParts *self)
{
  AtAsyncTask *group = AT_ASYNC_TASK (self->group);
  gboolean is_last = FALSE;

  if (at_async_task_is_cancelled (group))
    {
      g_mutex_lock (&self->lock);
      self->is_stopped = TRUE;
      g_mutex_unlock (&self->lock);

      stop_all (self, NULL, at_async_task_is_interrupted (group));
      return;
    }

  for (guint i = 0; !is_last; i++)
    {
      AtAsyncTask *task = ref_unfinished (self, i, &is_last);

      if (task == NULL)
        continue;

      control_one (self, task);
      at_async_task_unref_home (task);
    }
}

/* Executing. */

/* Returns FALSE with the error if it could not be executed. One that somebody else has
 * executed counts as what it is. */
static gboolean
execute_part (AtPart  *part,
              GError **error)
{
  AtAsyncTask *group = AT_ASYNC_TASK (part->parts->group);
  GError *reason = NULL;

  if (at_async_task_get_status (part->task) != AT_STATUS_PENDING ||
      at_async_task_execute_part (part->task, group, &reason))
    return TRUE;

  if (g_error_matches (reason, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED))
    {
      g_error_free (reason);
      return TRUE;
    }

  g_propagate_error (error, reason);

  return FALSE;
}

/* One that the group has executed in vain has failed, and has no callback to wait for. */
static void
fail_part (AtPart *part,
           GError *reason)
{
  AtParts *self = part->parts;

  /* Somebody else may have executed it since. */
  if (!unwatch (part))
    {
      g_error_free (reason);
      return;
    }

  g_mutex_lock (&self->lock);
  part->refusal = reason;
  part->is_finished = TRUE;
  g_mutex_unlock (&self->lock);
  note_outcome (part, part->task, AT_OUTCOME_FAILED);
  close_one (self);
}

/* Executes what is there. By whoever executes the group. */
void
at_parts_start (AtParts *self)
{
  guint n;

  g_mutex_lock (&self->lock);
  self->is_started = TRUE;
  self->n_open++;
  n = self->all->len;
  g_mutex_unlock (&self->lock);

  at_task_group_look_later (self->group);
  for (guint i = 0; i < n; i++)
    {
      AtPart *part = get_part (self, i);
      GError *reason = NULL;

      if (part->task != NULL && !execute_part (part, &reason))
        fail_part (part, reason);
    }

  close_one (self);
}

/* Adding. */

/* Under the lock, and that of all ties. */
static const char *
get_obstacle (AtParts     *self,
              AtAsyncTask *task)
{
  if (self->is_over)
    return _("The group has ended");
  if (self->is_stopped)
    return _("The group was cancelled");
  if (self->decisive != NULL)
    return _("The group has been decided");
  if (!at_async_task_can_deliver_with (task, AT_ASYNC_TASK (self->group)))
    return _("The task delivers in another main context than its group");
  if (!at_async_task_tie (AT_ASYNC_TASK (self->group), task))
    return _("The tasks would wait for each other");

  return NULL;
}

/* Counts the task at once. Returns NULL with no error set if it is there. */
static AtPart *
take_in (AtParts      *self,
         AtAsyncTask  *task,
         gboolean     *is_started,
         GError      **error)
{
  const char *obstacle = NULL;
  AtPart *part = NULL;

  at_async_task_lock_ties ();
  g_mutex_lock (&self->lock);
  if (!g_hash_table_contains (self->tasks, task))
    {
      obstacle = get_obstacle (self, task);
      if (obstacle == NULL)
        {
          part = g_new0 (AtPart, 1);
          part->parts = self;
          part->task = task;
          g_ptr_array_add (self->all, part);
          g_hash_table_add (self->tasks, task);
          part->is_settled = !self->is_started;
          self->n_open++;
        }
    }
  *is_started = self->is_started;
  g_mutex_unlock (&self->lock);
  at_async_task_unlock_ties ();

  if (obstacle != NULL)
    g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, obstacle);

  return part;
}

/* The owner may look at the part after this. */
static void
settle (AtPart *part)
{
  g_mutex_lock (&part->parts->lock);
  part->is_settled = TRUE;
  g_mutex_unlock (&part->parts->lock);
}

/* Takes out what could not be executed. */
static void
take_out (AtPart *part)
{
  AtParts *self = part->parts;
  AtAsyncTask *task;

  at_async_task_lock_ties ();
  g_mutex_lock (&self->lock);
  task = g_steal_pointer (&part->task);
  part->is_finished = TRUE;
  part->is_settled = TRUE;
  g_hash_table_remove (self->tasks, task);
  g_mutex_unlock (&self->lock);
  at_async_task_unlock_ties ();

  close_one (self);
  at_async_task_unref_home (task);
}

/* The caller has a reference on the group, and on the task. */
gboolean
at_parts_add (AtParts      *self,
              AtAsyncTask  *task,
              GError      **error)
{
  AtAsyncTask *group = AT_ASYNC_TASK (self->group);
  GError *reason = NULL;
  gboolean is_started;
  AtPart *part;

  /* Of the part, and of this function: it may be finished, and the group with it, at any
   * moment from here on. A language may be told of a reference, so that no lock is held. */
  g_object_ref (task);
  part = take_in (self, task, &is_started, &reason);
  if (part == NULL)
    {
      at_async_task_unref_home (task);
      if (reason != NULL)
        g_propagate_error (error, reason);

      return reason == NULL;
    }

  watch (part);
  if (at_async_task_is_paused (group))
    control_one (self, task);

  if (is_started && !execute_part (part, &reason) && unwatch (part))
    {
      take_out (part);
      g_propagate_error (error, reason);

      return FALSE;
    }
  g_clear_error (&reason);
  settle (part);
  at_task_group_look_later (self->group);

  return TRUE;
}

/* Under the lock of all ties. */
void
at_parts_foreach (AtParts  *self,
                  void   (* func) (AtAsyncTask *part,
                                   gpointer     data),
                  gpointer  data)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      AtPart *part = self->all->pdata[i];

      if (part->task != NULL)
        func (part->task, data);
    }
}

/* Not a reference: the group has one as long as it is there. */
AtAsyncTask *
at_parts_get_decisive (AtParts *self)
{
  AtAsyncTask *task;

  g_mutex_lock (&self->lock);
  task = self->decisive != NULL ? self->decisive->task : NULL;
  g_mutex_unlock (&self->lock);

  return task;
}

/* The group goes, and lets go of its parts. What is being told of one knows it by then. */
void
at_parts_let_go (AtParts *self)
{
  for (guint i = 0; i < self->all->len; i++)
    {
      AtPart *part = self->all->pdata[i];
      AtAsyncTask *task;

      if (part->task == NULL)
        continue;

      unwatch (part);
      g_mutex_lock (&self->lock);
      task = g_steal_pointer (&part->task);
      g_mutex_unlock (&self->lock);
      at_async_task_unref_home (task);
    }
  at_parts_unref (self);
}

/* The group has ended, as it does without its parts where it was never started. */
void
at_parts_end (AtParts *self)
{
  gboolean was_over;

  g_mutex_lock (&self->lock);
  was_over = self->is_over;
  self->is_over = TRUE;
  g_mutex_unlock (&self->lock);

  if (!was_over)
    stop_all (self, NULL, at_async_task_is_interrupted (AT_ASYNC_TASK (self->group)));
}
