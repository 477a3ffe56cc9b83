/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-contention-private.h"

#include <glib/gi18n-lib.h>

/* Tasks that begin when others have succeeded.
 *
 * Who waits for whom changes under one lock, so that two threads do not make the halves of a
 * circle. Under that lock, no other is taken but that of a task or of a group. */

/* Waits for @other, once it is armed, with a reference on its task then. */
struct _AtPrerequisite
{
  AtEndWatch   watch; /* once it is told, what is told next in the same thread */
  AtAsyncTask *task;  /* not a reference */

  /* Under the lock of all ties. */
  AtAsyncTask *other; /* a reference, until it has ended or need not be waited for */
};

static GMutex ties_lock;

static void
free_prerequisite (gpointer data)
{
  AtPrerequisite *self = data;

  if (self->other != NULL)
    at_async_task_unref_home (self->other);
  g_free (self);
}

void
at_async_task_lock_ties (void)
{
  g_mutex_lock (&ties_lock);
}

void
at_async_task_unlock_ties (void)
{
  g_mutex_unlock (&ties_lock);
}

/* The same for who only looks. */
gboolean
at_task_look_at_ties (void)
{
  return at_lock_to_look (&ties_lock);
}

/* Under that lock: what is still waited for. */
void
at_prerequisites_look (GPtrArray  *self,
                       void     (* func) (AtAsyncTask *other,
                                          gpointer     data),
                       gpointer    data)
{
  for (guint i = 0; i < self->len; i++)
    {
      AtPrerequisite *prerequisite = self->pdata[i];

      if (prerequisite->other != NULL)
        func (prerequisite->other, data);
    }
}

void
at_async_task_set_parts (AtAsyncTask  *self,
                         AtPartsFunc   parts)
{
  at_task_ensure_rare (at_task_get_priv (self))->parts = parts;
}

static void
add_part (AtAsyncTask *self,
          gpointer     open)
{
  g_ptr_array_add (open, self);
}

/* All that the task ends after, each once, however many ways there are to it. There is no
 * recursion: a chain may be long. Under the lock of all ties. */
static GHashTable *
find_ties (AtAsyncTask *self)
{
  GHashTable *found = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  g_ptr_array_add (open, self);
  while (open->len > 0)
    {
      AtAsyncTask *task = g_ptr_array_steal_index_fast (open, open->len - 1);
      AtRare *rare = at_task_get_rare (at_task_get_priv (task));
      guint known = open->len;

      if (rare == NULL)
        continue;

      for (guint i = 0; rare->prerequisites != NULL && i < rare->prerequisites->len; i++)
        {
          AtPrerequisite *prerequisite = rare->prerequisites->pdata[i];

          if (prerequisite->other != NULL)
            g_ptr_array_add (open, prerequisite->other);
        }
      if (rare->parts != NULL)
        rare->parts (task, add_part, open);

      for (guint i = open->len; i > known; i--)
        {
          AtAsyncTask *other = open->pdata[i - 1];

          if (!g_hash_table_add (found, other))
            g_ptr_array_remove_index_fast (open, i - 1);
        }
    }

  return found;
}

/* Under the lock of all ties. A task that nobody waits for is in no circle, which is all
 * that has to be looked at for most. */
gboolean
at_async_task_tie (AtAsyncTask *self,
                   AtAsyncTask *other)
{
  AtRare *rare = at_task_ensure_rare (at_task_get_priv (self));
  g_autoptr (GHashTable) found = NULL;

  if (self == other)
    return FALSE;

  if (rare->is_waited_for)
    found = find_ties (other);
  if (found != NULL && g_hash_table_contains (found, self))
    return FALSE;

  at_task_ensure_rare (at_task_get_priv (other))->is_waited_for = TRUE;

  return TRUE;
}

/* The same as references, for the caller to look at each without a lock; or NULL. */
GPtrArray *
at_task_get_ties (AtAsyncTask *self)
{
  AtRare *rare = at_task_get_rare (at_task_get_priv (self));
  g_autoptr (GHashTable) found = NULL;
  GPtrArray *tied;
  GHashTableIter iter;
  gpointer other;

  if (rare == NULL || (rare->prerequisites == NULL && rare->parts == NULL))
    return NULL;

  tied = g_ptr_array_new_with_free_func ((GDestroyNotify) at_async_task_unref_home);
  g_mutex_lock (&ties_lock);
  found = find_ties (self);
  g_hash_table_iter_init (&iter, found);
  while (g_hash_table_iter_next (&iter, &other, NULL))
    g_ptr_array_add (tied, g_object_ref (other));
  g_mutex_unlock (&ties_lock);

  return tied;
}

/* The end of one. */

static void
drop_other (AtPrerequisite *self)
{
  AtAsyncTask *other;

  g_mutex_lock (&ties_lock);
  other = g_steal_pointer (&self->other);
  g_mutex_unlock (&ties_lock);

  if (other != NULL)
    at_async_task_unref_home (other);
}

/* Ends the task, unless it has ended before: its last error is why. */
static void
end_in_vain (AtAsyncTask *self,
             AtAsyncTask *other)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtAsyncTaskPrivate *other_priv = at_task_get_priv (other);

  if (!at_job_claim_cancel (&priv->job))
    return;

  at_task_mark_heard (other_priv);
  at_task_set_last_error (priv, at_task_get_outcome (other_priv) == AT_OUTCOME_FAILED
                                  ? g_error_copy (at_task_get_body_error (other_priv))
                                  : at_task_new_cancelled_error ());
  at_task_trigger_cancellable (priv);
  at_task_end_unrun (priv);
}

/* One thing less to wait for. */
static void
release (AtAsyncTask *self)
{
  AtRare *rare = at_task_get_rare (at_task_get_priv (self));

  if (g_atomic_int_dec_and_test (&rare->n_prerequisites))
    at_task_start_released (self);
}

static void
settle (AtPrerequisite *self)
{
  AtAsyncTask *task = self->task;

  if (at_task_get_outcome (at_task_get_priv (self->other)) == AT_OUTCOME_SUCCEEDED)
    release (task);
  else
    end_in_vain (task, self->other);

  drop_other (self);
  at_async_task_unref_home (task);
}

/* What ends here may end, or begin, the next one of a chain, which would be told within:
 * of as many as there are, one after the other. */
static __thread AtEndWatch *told_next, **told_last;

static void
on_prerequisite_ended (AtEndWatch  *watch,
                       AtAsyncTask *other)
{
  watch->next = NULL;
  if (told_last != NULL)
    {
      *told_last = watch;
      told_last = &watch->next;
      return;
    }

  told_next = watch;
  told_last = &watch->next;
  while ((watch = told_next) != NULL)
    {
      told_next = watch->next;
      if (told_next == NULL)
        told_last = &told_next;
      settle ((AtPrerequisite *) watch);
    }
  told_last = NULL;
}

/* Waiting. */

static gboolean
have_succeeded (GPtrArray *prerequisites)
{
  gboolean succeeded = TRUE;

  g_mutex_lock (&ties_lock);
  for (guint i = 0; succeeded && i < prerequisites->len; i++)
    {
      AtPrerequisite *prerequisite = prerequisites->pdata[i];

      succeeded = prerequisite->other == NULL ||
                  at_task_get_outcome (at_task_get_priv (prerequisite->other)) == AT_OUTCOME_SUCCEEDED;
    }
  g_mutex_unlock (&ties_lock);

  return succeeded;
}

/* Has a task that was claimed, and has prerequisites, wait. Returns FALSE if there is
 * nothing to wait for. The caller has a reference. */
gboolean
at_task_begin_waiting (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);
  GPtrArray *prerequisites = rare->prerequisites;
  guint state;

  if (have_succeeded (prerequisites))
    {
      g_ptr_array_foreach (prerequisites, (GFunc) (GCallback) drop_other, NULL);
      return FALSE;
    }

  g_atomic_int_set (&rare->n_prerequisites, (int) prerequisites->len + 1);
  do
    {
      state = at_state_get (&priv->job.state);
      if ((state & AT_STATE_HAS_TO_STOP) != 0)
        return FALSE;
    }
  while (!at_state_replace (&priv->job.state, state,
                            (state & ~(guint) AT_PHASE_MASK) | AT_PHASE_QUEUED |
                            AT_STATE_RESTING | AT_STATE_WAITING | AT_STATE_AWAITED));

  if (at_task_has_timeout (priv))
    at_task_follow_timeout (priv);

  for (guint i = 0; i < prerequisites->len; i++)
    {
      AtPrerequisite *prerequisite = prerequisites->pdata[i];

      if (prerequisite->other == NULL)
        {
          release (self);
          continue;
        }

      g_object_ref (self);
      prerequisite->watch.func = on_prerequisite_ended;
      if (!at_async_task_add_end_watch (prerequisite->other, &prerequisite->watch))
        on_prerequisite_ended (&prerequisite->watch, prerequisite->other);
    }
  release (self);

  /* One that has ended meanwhile may not have found all that it waits for. */
  if (at_task_is_done (self))
    at_task_end_waiting (priv);

  return TRUE;
}

/* The task has ended, with whatever it waits for still under way. */
void
at_task_end_waiting (AtAsyncTaskPrivate *priv)
{
  GPtrArray *prerequisites = at_task_get_rare (priv)->prerequisites;

  for (guint i = 0; i < prerequisites->len; i++)
    {
      AtPrerequisite *prerequisite = prerequisites->pdata[i];
      AtAsyncTask *other;

      g_mutex_lock (&ties_lock);
      other = prerequisite->other != NULL ? g_object_ref (prerequisite->other) : NULL;
      g_mutex_unlock (&ties_lock);
      if (other == NULL)
        continue;

      /* Otherwise that is told of it, and cares for it. */
      if (at_async_task_remove_end_watch (other, &prerequisite->watch))
        {
          drop_other (prerequisite);
          g_object_unref (at_task_from_priv (priv));
        }
      at_async_task_unref_home (other);
    }
}

/* What people call the first one that is waited for, if this owner may ask; or NULL. */
char *
at_task_dup_awaited_title (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GPtrArray *prerequisites = at_task_get_rare (priv)->prerequisites;
  AtAsyncTask *other = NULL;
  char *title = NULL;

  g_mutex_lock (&ties_lock);
  for (guint i = 0; other == NULL && prerequisites != NULL && i < prerequisites->len; i++)
    {
      AtPrerequisite *prerequisite = prerequisites->pdata[i];

      if (prerequisite->other != NULL && !at_task_is_done (prerequisite->other))
        other = g_object_ref (prerequisite->other);
    }
  g_mutex_unlock (&ties_lock);

  if (other == NULL)
    return NULL;

  if (at_task_get_mailbox (at_task_get_priv (other)) == at_task_get_mailbox (priv))
    title = g_strdup (at_async_task_get_title (other));
  at_async_task_unref_home (other);

  return title;
}

/**
 * at_async_task_add_prerequisite:
 * @self: a task
 * @other: a task that is to succeed first
 * @error: return location for a [struct@GLib.Error]
 *
 * Has the task begin when another one has succeeded.
 *
 * Once [method@AsyncTask.execute] was called, the task is in %AT_STAGE_WAITING until the
 * computations of all its prerequisites have succeeded, whichever context these deliver in,
 * and then begins, with [signal@AsyncTask::pre-execute]. It never executes them, and takes
 * no place on its executor meanwhile. It can be cancelled, and its
 * [property@AsyncTask:timeout] runs.
 *
 * Where one of them has failed or was cancelled, the task is cancelled, without
 * `pre-execute`: [property@AsyncTask:last-error] says why.
 *
 * The task keeps @other alive until it need not wait for it any more. What has been added
 * before is added with success, and nothing happens.
 *
 * Fails with [error@At.TaskError.ALREADY_EXECUTED] if the task was executed before, and
 * with [error@At.TaskError.WOULD_DEADLOCK] if @other waits for the task in its turn, by way
 * of its own prerequisites or as a group of tasks.
 *
 * Owner's thread. @other may be anybody's.
 *
 * Returns: %TRUE if the task will wait for @other
 *
 * Since: 1.0
 */
gboolean
at_async_task_add_prerequisite (AtAsyncTask  *self,
                                AtAsyncTask  *other,
                                GError      **error)
{
  AtPrerequisite *prerequisite;
  AtRare *rare;
  gboolean is_there = FALSE, is_circle;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (other), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (at_async_task_get_status (self) != AT_STATUS_PENDING)
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED,
                           _("The task was executed before"));
      return FALSE;
    }

  rare = at_task_ensure_rare (at_task_get_priv (self));
  g_object_ref (other);

  g_mutex_lock (&ties_lock);
  is_circle = !at_async_task_tie (self, other);
  if (!is_circle)
    {
      if (rare->prerequisites == NULL)
        rare->prerequisites = g_ptr_array_new_with_free_func (free_prerequisite);
      for (guint i = 0; i < rare->prerequisites->len; i++)
        is_there = is_there || ((AtPrerequisite *) rare->prerequisites->pdata[i])->other == other;
    }
  if (!is_circle && !is_there)
    {
      prerequisite = g_new0 (AtPrerequisite, 1);
      prerequisite->task = self;
      prerequisite->other = g_object_ref (other);
      g_ptr_array_add (rare->prerequisites, prerequisite);
    }
  g_mutex_unlock (&ties_lock);

  at_async_task_unref_home (other);
  if (is_circle)
    g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK,
                         _("The tasks would wait for each other"));

  return !is_circle;
}
