/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Who is told where a computation ends, in whichever thread that is. */

/* The flag is in the same word as the phase: whoever moves that to @end sees it, and
 * then waits for the lock. */
static gboolean
add_watch (AtAsyncTask *self,
           AtPhase      end,
           gsize        offset,
           AtEndWatch  *watch)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean added;

  g_mutex_lock (&priv->lock);
  added = at_state_change_flags (&priv->job.state, end, AT_STATE_AWAITED, 0, NULL);
  if (added)
    {
      AtEndWatch **at = G_STRUCT_MEMBER_P (at_task_ensure_rare (priv), offset);

      watch->next = *at;
      *at = watch;
    }
  g_mutex_unlock (&priv->lock);

  return added;
}

static gboolean
remove_watch (AtAsyncTask *self,
              gsize        offset,
              AtEndWatch  *watch)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtEndWatch *absent = NULL;
  AtEndWatch **at = &absent;
  gboolean removed;
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  if (rare != NULL)
    at = G_STRUCT_MEMBER_P (rare, offset);
  while (*at != NULL && *at != watch)
    at = &(*at)->next;
  removed = *at != NULL;
  if (removed)
    *at = watch->next;
  g_mutex_unlock (&priv->lock);

  return removed;
}

/* The oldest first. Each is gone once it was told. */
static void
tell_watches (AtAsyncTaskPrivate *priv,
              gsize               offset)
{
  AtEndWatch *newest = NULL, *oldest = NULL;
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  if (rare != NULL)
    newest = g_steal_pointer ((AtEndWatch **) G_STRUCT_MEMBER_P (rare, offset));
  g_mutex_unlock (&priv->lock);

  while (newest != NULL)
    {
      AtEndWatch *watch = newest;

      newest = watch->next;
      watch->next = oldest;
      oldest = watch;
    }

  while (oldest != NULL)
    {
      AtEndWatch *watch = oldest;

      oldest = watch->next;
      watch->func (watch, at_task_from_priv (priv));
    }
}

gboolean
at_async_task_add_end_watch (AtAsyncTask *self,
                             AtEndWatch  *watch)
{
  return add_watch (self, AT_PHASE_DONE, G_STRUCT_OFFSET (AtRare, end_watches), watch);
}

gboolean
at_async_task_remove_end_watch (AtAsyncTask *self,
                                AtEndWatch  *watch)
{
  return remove_watch (self, G_STRUCT_OFFSET (AtRare, end_watches), watch);
}

/* Comes after DONE, of a task that was AWAITED, by whoever has it until it is sent home. */
void
at_task_tell_end (AtAsyncTaskPrivate *priv)
{
  gboolean was_timed = FALSE, was_retrying = FALSE, has_waited = FALSE;
  AtRare *rare;

  at_task_wake_waiters (priv);

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  if (rare != NULL)
    {
      has_waited = rare->prerequisites != NULL;
      was_retrying = at_task_stop_retrying (rare);
      was_timed = rare->timeout != NULL && at_timer_stop (&rare->timeout->timer);
    }
  g_mutex_unlock (&priv->lock);

  at_task_unpark (priv);
  if (has_waited)
    at_task_end_waiting (priv);
  if (was_retrying)
    g_object_unref (at_task_from_priv (priv));
  if (was_timed)
    g_object_unref (at_task_from_priv (priv));

  tell_watches (priv, G_STRUCT_OFFSET (AtRare, end_watches));
}

gboolean
at_async_task_add_finish_watch (AtAsyncTask *self,
                                AtEndWatch  *watch)
{
  return add_watch (self, AT_PHASE_DELIVERED, G_STRUCT_OFFSET (AtRare, finish_watches), watch);
}

gboolean
at_async_task_remove_finish_watch (AtAsyncTask *self,
                                   AtEndWatch  *watch)
{
  return remove_watch (self, G_STRUCT_OFFSET (AtRare, finish_watches), watch);
}

/* Comes after DELIVERED, of a task that was AWAITED. */
void
at_task_tell_finish (AtAsyncTaskPrivate *priv)
{
  tell_watches (priv, G_STRUCT_OFFSET (AtRare, finish_watches));
}
