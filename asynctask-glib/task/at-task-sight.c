/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-contention-private.h"

/* What others see of a task, who only look.
 *
 * A task that was executed is in the queue of an executor, in the hand of a thread or in a
 * mailbox, and can be looked at under the lock of that. What may be in none of these is
 * parked, under the lock of all ties, from when it is executed until its computation is done:
 * what has no body, what has to wait for others, what may run again, what an executor of
 * somebody else's has, and what its owner has to start. Each of them has an AtRare anyway, or
 * a block of memory somewhere else. */

static AtRare *at_all_parked; /* under the lock of all ties; the newest first */

/* Any thread; the caller has a reference. */
void
at_task_park (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_ensure_rare (priv);

  at_async_task_lock_ties ();
  if (g_atomic_pointer_get (&rare->parked) == NULL)
    {
      /* Whoever makes it DONE sees the flag, then finds it parked, and waits for the lock. */
      g_atomic_pointer_set (&rare->parked, self);
      if (at_state_change_flags (&priv->job.state, AT_PHASE_DONE, AT_STATE_AWAITED, 0, NULL))
        {
          rare->prev_parked = NULL;
          rare->next_parked = at_all_parked;
          if (at_all_parked != NULL)
            at_all_parked->prev_parked = rare;
          at_all_parked = rare;
        }
      else
        {
          g_atomic_pointer_set (&rare->parked, NULL);
        }
    }
  at_async_task_unlock_ties ();
}

/* By whoever has made it DONE, or PENDING again. */
void
at_task_unpark (AtAsyncTaskPrivate *priv)
{
  AtRare *rare = at_task_get_rare (priv);

  if (rare == NULL || g_atomic_pointer_get (&rare->parked) == NULL)
    return;

  at_async_task_lock_ties ();
  if (g_atomic_pointer_get (&rare->parked) != NULL)
    {
      g_atomic_pointer_set (&rare->parked, NULL);
      if (rare->prev_parked != NULL)
        rare->prev_parked->next_parked = rare->next_parked;
      else
        at_all_parked = rare->next_parked;
      if (rare->next_parked != NULL)
        rare->next_parked->prev_parked = rare->prev_parked;
    }
  at_async_task_unlock_ties ();
}

void
at_task_sight_clear (AtTaskSight *self)
{
  g_free (self->title);
  g_free (self->message);
  g_clear_pointer (&self->waiters, g_array_unref);
  g_clear_pointer (&self->parts, g_array_unref);
  g_clear_pointer (&self->prerequisites, g_array_unref);
}

/* By their classes, as at_executor_submit() has jobs without a task. */
static gboolean
is_of_task (AtJob *job)
{
  return job->klass == &at_task_job_class || job->klass == &at_task_deferred_job_class;
}

gconstpointer
at_task_get_job_id (AtJob *job)
{
  return is_of_task (job) ? at_job_get_object (job) : job;
}

static void
look_at_waiters (AtRare      *rare,
                 AtTaskSight *sight)
{
  for (AtWaiter *waiter = rare->waiters; waiter != NULL; waiter = waiter->next)
    {
      AtWaiterSight seen = { waiter->job != NULL ? at_task_get_job_id (waiter->job) : NULL, waiter->tid };

      sight->is_resuming = sight->is_resuming || waiter->retaking != NULL;
      if (waiter->is_body || waiter->retaking != NULL)
        continue;

      if (sight->waiters == NULL)
        sight->waiters = g_array_new (FALSE, FALSE, sizeof (AtWaiterSight));
      g_array_append_val (sight->waiters, seen);
    }
}

/* Under the lock of the task. */
static void
look_inside (AtAsyncTaskPrivate *priv,
             AtRare             *rare,
             gint64              now,
             AtTaskSight        *sight)
{
  gint64 paused_at = rare != NULL ? rare->paused_at : 0;

  sight->age = MAX ((paused_at != 0 ? paused_at : now) - priv->executed_at, 0);
  if (paused_at != 0)
    sight->paused = MAX (now - paused_at, 0);
  if ((sight->state & AT_PHASE_MASK) == AT_PHASE_RUNNING && priv->clock != 0 && !priv->has_ended)
    sight->running = MAX ((paused_at != 0 ? paused_at : now) - priv->clock, 0);
  if (rare == NULL)
    return;

  sight->title = g_strdup (rare->title);
  if (rare->sleeps_until > now)
    sight->sleeps = rare->sleeps_until - now;
  look_at_waiters (rare, sight);
}

static void
look_at_progress (AtPacer     *pacer,
                  AtTaskSight *sight)
{
  sight->has_progress = TRUE;
  sight->fraction = at_progress_look (&pacer->progress, &sight->completed, &sight->total, &sight->message);
}

static void
look_at_rare (AtRare      *rare,
              AtTaskSight *sight)
{
  if (rare->owner != NULL)
    sight->owner = at_owner_link_look (rare->owner, &sight->owner_type);
  if (rare->backlog != NULL && rare->backlog->limit > 0)
    sight->pending = (gssize) g_atomic_pointer_get (&rare->backlog->pending);
}

void
at_task_look (AtJob       *job,
              gint64       now,
              AtTaskSight *sight)
{
  AtTaskSight fresh = { .id = at_task_get_job_id (job), .age = -1, .running = -1, .paused = -1, .sleeps = -1,
                        .retry_in = -1, .timeout_in = -1, .fraction = -1, .pending = -1 };
  AtAsyncTaskPrivate *priv;
  AtPacer *pacer;
  AtRare *rare;

  *sight = fresh;
  sight->state = at_state_get (&job->state);
  sight->priority = g_atomic_int_get (&job->priority);
  if (!is_of_task (job))
    {
      at_work_look (job, sight);
      return;
    }

  priv = AT_CONTAINER (job, AtAsyncTaskPrivate, job);
  rare = at_task_get_rare (priv);
  pacer = at_task_get_pacer (priv);
  sight->type = G_OBJECT_TYPE (at_task_from_priv (priv));
  at_task_look_at_function (priv, sight);
  sight->attempt = at_task_get_attempt (priv);
  sight->max_attempts = at_task_get_max_attempts (priv);
  sight->executor = g_atomic_pointer_get (&priv->executor);
  if (sight->executor != NULL)
    sight->executor_type = G_OBJECT_TYPE (sight->executor);
  sight->mailbox = priv->mailbox != NULL ? priv->mailbox : (AtMailbox *) g_atomic_pointer_get (&at_mailbox_default);
  if (rare != NULL)
    look_at_rare (rare, sight);
  if (pacer != NULL)
    look_at_progress (pacer, sight);

  sight->is_busy = !at_spin_to_look (&priv->lock);
  if (!sight->is_busy)
    {
      look_inside (priv, rare, now, sight);
      g_mutex_unlock (&priv->lock);
    }
}

AtJob *
at_task_get_mail_job (AtMail *mail)
{
  AtAsyncTask *task = at_task_of_mail (mail);

  return task != NULL ? at_job_of (task) : at_work_of_mail (mail);
}

gconstpointer
at_task_get_timer_task (AtTimer  *timer,
                        gboolean *is_retry)
{
  AtAsyncTask *task = at_task_of_retry_timer (timer);

  *is_retry = task != NULL;

  return *is_retry ? task : at_task_of_timeout_timer (timer);
}

static void
add_id (AtAsyncTask *other,
        gpointer     ids)
{
  g_array_append_val ((GArray *) ids, other);
}

static GArray *
new_ids (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gconstpointer));
}

gboolean
at_parked_look (void     (* func) (const AtTaskSight *sight,
                                   gpointer           data),
                gint64      now,
                gpointer    data)
{
  if (!at_task_look_at_ties ())
    return FALSE;

  for (AtRare *rare = at_all_parked; rare != NULL; rare = rare->next_parked)
    {
      AtAsyncTask *task = rare->parked;
      AtTaskSight sight;

      at_task_look (at_job_of (task), now, &sight);
      sight.has_parts = rare->parts != NULL;
      if (rare->prerequisites != NULL)
        at_prerequisites_look (rare->prerequisites, add_id, sight.prerequisites = new_ids ());
      if (rare->parts != NULL)
        rare->parts (task, add_id, sight.parts = new_ids ());
      func (&sight, data);
      at_task_sight_clear (&sight);
    }
  at_async_task_unlock_ties ();

  return TRUE;
}
