/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-timer-private.h"

#include "at-contention-private.h"

/* One that takes more seconds than a 32-bit time_t can tell would end at once. */
#define LONGEST_WAIT_USEC (G_TIME_SPAN_SECOND * (G_MAXINT32 / 2))

static GMutex     timers_lock;
static GCond      changed;
static AtSchedule timers;     /* under the lock */
static gboolean   has_thread; /* under the lock: and that has yet to look whether it goes */

/* Waits until the first one is due, and takes it; NULL when there is none. Under the lock. */
static AtTimer *
take_due (void)
{
  AtScheduleLink *first;

  while ((first = timers.first) != NULL)
    {
      gint64 now = g_get_monotonic_time ();

      if (now >= first->due)
        {
          at_schedule_remove (&timers, first);
          return (AtTimer *) first;
        }
      g_cond_wait_until (&changed, &timers_lock, MIN (first->due, now + LONGEST_WAIT_USEC));
    }

  return NULL;
}

static gpointer
keep_time (gpointer data)
{
  AtTimer *timer;

  g_mutex_lock (&timers_lock);
  while ((timer = take_due ()) != NULL)
    {
      g_mutex_unlock (&timers_lock);
      timer->func (timer);
      g_mutex_lock (&timers_lock);
    }
  has_thread = FALSE;
  g_mutex_unlock (&timers_lock);

  return NULL;
}

/* Under the lock. */
static gboolean
ensure_thread (void)
{
  GThread *thread;

  if (has_thread)
    return TRUE;

  thread = g_thread_try_new ("at-timer", keep_time, NULL, NULL);
  if (thread == NULL)
    return FALSE;

  has_thread = TRUE;
  g_thread_unref (thread);

  return TRUE;
}

gboolean
at_timer_start (AtTimer     *self,
                AtTimerFunc  func,
                gint64       due)
{
  gboolean is_first, started;

  g_mutex_lock (&timers_lock);
  started = ensure_thread ();
  if (started)
    {
      self->func = func;
      at_schedule_add (&timers, &self->link, due);
    }
  is_first = timers.first == &self->link;
  g_mutex_unlock (&timers_lock);

  if (started && is_first)
    g_cond_signal (&changed);

  return started;
}

gboolean
at_timer_stop (AtTimer *self)
{
  gboolean stopped, was_last = FALSE;

  g_mutex_lock (&timers_lock);
  stopped = at_schedule_link_is_linked (&self->link);
  if (stopped)
    {
      at_schedule_remove (&timers, &self->link);
      was_last = timers.first == NULL;
    }
  g_mutex_unlock (&timers_lock);

  /* One that waits for a timer that is not there any more finds that out then. */
  if (was_last)
    g_cond_signal (&changed);

  return stopped;
}

gboolean
at_timers_look (void     (* func) (AtTimer  *timer,
                                   gpointer  data),
                gpointer    data)
{
  g_autoptr (GPtrArray) open = NULL;

  if (!at_lock_to_look (&timers_lock))
    return FALSE;

  open = g_ptr_array_new ();
  if (timers.first != NULL)
    g_ptr_array_add (open, timers.first);
  while (open->len > 0)
    {
      AtScheduleLink *link = g_ptr_array_steal_index_fast (open, open->len - 1);

      func ((AtTimer *) link, data);
      if (link->next != NULL)
        g_ptr_array_add (open, link->next);
      if (link->child != NULL)
        g_ptr_array_add (open, link->child);
    }
  g_mutex_unlock (&timers_lock);

  return TRUE;
}
