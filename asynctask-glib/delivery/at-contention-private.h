/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where several threads are at the same memory. */

/* What one thread writes all the time is kept this far from what another one reads
 * all the time: processors exchange no less than a line, and wait for it. */
#define AT_CACHE_LINE 64

static inline void
at_spin_once (void)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__)
  __asm__ __volatile__ ("yield");
#endif
}

/* A lock held for a few instructions at a time is worth a short spin: going to
 * sleep over it costs a hundred times as much as waiting for it. */
static inline void
at_spin_then_lock (GMutex *mutex)
{
  for (guint i = 0; i < 100; i++)
    {
      if (g_mutex_trylock (mutex))
        return;
      at_spin_once ();
    }

  g_mutex_lock (mutex);
}

/* For who only looks: a lock that somebody has for longer is not waited for. */
#define AT_LOOK_USEC (100 * G_TIME_SPAN_MILLISECOND)

gboolean at_lock_to_look        (GMutex  *mutex);

/* The same for one that nobody has for more than a few instructions, where another one is
 * held meanwhile. */
static inline gboolean
at_spin_to_look (GMutex *mutex)
{
  for (guint i = 0; i < 1000; i++)
    {
      if (g_mutex_trylock (mutex))
        return TRUE;
      at_spin_once ();
    }

  return FALSE;
}

/* What a consumer finds at once, and takes one by one.
 *
 * A consumer that is faster than its producer finds one thing at a time and has
 * both wait, for each, until the memory that they share has gone from one processor
 * to the other and back. So when it has done with several short ones in no time,
 * it leaves the producer alone for twice as long again, and the next batch is the
 * longer. One thing at a time is what comes from a producer that waits for it. */
typedef struct
{
  gint64 found_at;
  guint  n_taken;
} AtBatch;

void at_batch_begin         (AtBatch *self);

/* With the lock that all of this is under, which is let go meanwhile. */
void at_batch_let_next_grow (AtBatch *self,
                             GMutex  *lock);

G_END_DECLS
