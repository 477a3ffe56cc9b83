/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Who is told where a computation ends, in whichever thread that is. */

gboolean
at_async_task_add_end_watch (AtAsyncTask *self,
                             AtEndWatch  *watch)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean added;

  /* The flag is in the same word as the phase: whoever moves that to DONE sees it, and
   * then waits for the lock. */
  g_mutex_lock (&priv->lock);
  added = at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_AWAITED, 0, NULL);
  if (added)
    {
      AtRare *rare = at_task_ensure_rare (priv);

      watch->next = rare->end_watches;
      rare->end_watches = watch;
    }
  g_mutex_unlock (&priv->lock);

  return added;
}

gboolean
at_async_task_remove_end_watch (AtAsyncTask *self,
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
    at = &rare->end_watches;
  while (*at != NULL && *at != watch)
    at = &(*at)->next;
  removed = *at != NULL;
  if (removed)
    *at = watch->next;
  g_mutex_unlock (&priv->lock);

  return removed;
}

/* Comes after DONE, of a task that was AWAITED, by whoever has it until it is sent home. */
void
at_task_tell_end (AtAsyncTaskPrivate *priv)
{
  AtEndWatch *newest = NULL, *oldest = NULL;
  gboolean was_timed = FALSE;
  AtRare *rare;
  gboolean has_waited = FALSE;

  at_task_wake_waiters (priv);

  g_mutex_lock (&priv->lock);
  rare = at_task_get_rare (priv);
  if (rare != NULL)
    {
      newest = g_steal_pointer (&rare->end_watches);
      has_waited = rare->prerequisites != NULL;
      was_timed = rare->timeout != NULL && at_timer_stop (&rare->timeout->timer);
    }
  g_mutex_unlock (&priv->lock);

  if (has_waited)
    at_task_end_waiting (priv);
  if (was_timed)
    g_object_unref (at_task_from_priv (priv));

  while (newest != NULL)
    {
      AtEndWatch *watch = newest;

      newest = watch->next;
      watch->next = oldest;
      oldest = watch;
    }

  /* Each is gone once it was told. */
  while (oldest != NULL)
    {
      AtEndWatch *watch = oldest;

      oldest = watch->next;
      watch->func (watch, at_task_from_priv (priv));
    }
}
