/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-contention-private.h"

/* A batch that took longer than this is long enough, or what is in it is. */
#define SHORT_USEC 10

/* Where there is one processor, the producer cannot use it meanwhile. */
static gboolean
has_processors (void)
{
  static gsize n_processors;

  if (g_once_init_enter (&n_processors))
    g_once_init_leave (&n_processors, g_get_num_processors ());

  return n_processors > 1;
}

void
at_batch_begin (AtBatch *self)
{
  self->found_at = g_get_monotonic_time ();
  self->n_taken = 0;
}

void
at_batch_let_next_grow (AtBatch *self,
                        GMutex  *lock)
{
  gint64 now, took;

  if (self->n_taken < 2)
    return;

  now = g_get_monotonic_time ();
  took = now - self->found_at;
  if (took > SHORT_USEC || !has_processors ())
    return;

  g_mutex_unlock (lock);
  while (g_get_monotonic_time () < now + 2 * took)
    at_spin_once ();
  at_spin_then_lock (lock);
}

/* Returns FALSE where the lock is not to be had within AT_LOOK_USEC. */
gboolean
at_lock_to_look (GMutex *mutex)
{
  gint64 end_time = 0;

  for (guint i = 0; !g_mutex_trylock (mutex); i++)
    {
      if (i < 100)
        {
          at_spin_once ();
          continue;
        }

      if (end_time == 0)
        end_time = g_get_monotonic_time () + AT_LOOK_USEC;
      else if (g_get_monotonic_time () >= end_time)
        return FALSE;
      g_usleep (200);
    }

  return TRUE;
}
