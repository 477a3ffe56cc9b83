/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-growth-private.h"

/* While something is queued that has no slot, some thread looks which bodies block:
 * the first time this long after that has begun, then half as often each time that
 * there is nothing new, and never so often that it would take more than this part of a
 * processor. */
#define FIRST_LOOK_USEC (2 * G_TIME_SPAN_MILLISECOND)
#define LAST_LOOK_USEC  (32 * G_TIME_SPAN_MILLISECOND)
#define LOOK_SHARE      20

void
at_growth_init (AtGrowth *self)
{
  at_growth_stop (self);
  g_mutex_init (&self->lock);
  self->workers = NULL;
}

void
at_growth_clear (AtGrowth *self)
{
  g_mutex_clear (&self->lock);
}

void
at_growth_join (AtGrowth *self,
                AtWorker *worker)
{
  at_thread_state_init (&worker->state);

  g_mutex_lock (&self->lock);
  worker->prev = NULL;
  worker->next = self->workers;
  if (worker->next != NULL)
    worker->next->prev = worker;
  self->workers = worker;
  g_mutex_unlock (&self->lock);
}

void
at_growth_leave (AtGrowth *self,
                 AtWorker *worker)
{
  g_mutex_lock (&self->lock);
  if (worker->prev != NULL)
    worker->prev->next = worker->next;
  else
    self->workers = worker->next;
  if (worker->next != NULL)
    worker->next->prev = worker->prev;
  g_mutex_unlock (&self->lock);
}

gint64
at_growth_plan (AtGrowth *self,
                gint64    now)
{
  if (self->look_at == 0)
    {
      self->look_usec = FIRST_LOOK_USEC;
      self->look_at = now + FIRST_LOOK_USEC;
    }

  return self->look_at;
}

guint
at_growth_count_blocked (AtGrowth *self)
{
  guint n_blocked = 0;

  g_mutex_lock (&self->lock);
  for (AtWorker *worker = self->workers; worker != NULL; worker = worker->next)
    {
      guint phase = __atomic_load_n (&worker->phase, __ATOMIC_SEQ_CST);

      /* A thread that is between two bodies may wait for the lock of the pool. */
      if (phase % 2 == 1 && at_thread_state_is_blocked (&worker->state) &&
          __atomic_load_n (&worker->phase, __ATOMIC_SEQ_CST) == phase)
        n_blocked++;
    }
  g_mutex_unlock (&self->lock);

  return n_blocked;
}

void
at_growth_decide (AtGrowth *self,
                  guint     n_blocked,
                  gint64    started,
                  gint64    now)
{
  guint n_extra = MIN (n_blocked, AT_GROWTH_MAX_EXTRA);

  self->look_usec = n_extra != self->n_extra ? FIRST_LOOK_USEC : MIN (2 * self->look_usec, LAST_LOOK_USEC);
  self->look_usec = MAX (self->look_usec, LOOK_SHARE * (now - started));
  self->look_at = now + self->look_usec;
  self->n_extra = n_extra;
}
