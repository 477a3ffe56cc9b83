/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-thread-state-private.h"

G_BEGIN_DECLS

/* How many bodies a pool runs beside those that it is to run: as many as block. */

typedef struct _AtWorker AtWorker;

/* A thread of the pool, on its own stack. */
struct _AtWorker
{
  /* Under the lock of the growth. */
  AtWorker      *next;
  AtWorker      *prev;
  AtThreadState  state;

  /* Of its thread, read by any: odd while a body runs that has a slot. */
  guint          phase;
};

typedef struct
{
  /* Under the pool's lock. */
  guint     n_extra;
  gint64    look_at;   /* where bodies block, or 0 */
  gint64    look_usec; /* from one time to the next */

  GMutex    lock;      /* no other one is taken under it */
  AtWorker *workers;
} AtGrowth;

void   at_growth_init          (AtGrowth *self);
void   at_growth_clear         (AtGrowth *self);

/* For the thread that calls it. */
void   at_growth_join          (AtGrowth *self,
                                AtWorker *worker);
void   at_growth_leave         (AtGrowth *self,
                                AtWorker *worker);

/* A body begins, or one is resumed; and it ends, or is paused. */
static inline void
at_worker_turn (AtWorker *self)
{
  __atomic_store_n (&self->phase, self->phase + 1, __ATOMIC_SEQ_CST);
}

/* Nothing is queued any more that has no slot. */
static inline void
at_growth_stop (AtGrowth *self)
{
  self->n_extra = 0;
  self->look_at = 0;
}

/* When to look the next time. */
gint64 at_growth_plan          (AtGrowth *self,
                                gint64    now);
/* How many bodies block that have a slot. It takes 10 µs for each. One thread at a
 * time, without any lock that a body may wait for. */
guint  at_growth_count_blocked (AtGrowth *self);
/* What follows from that, where it took from @started to @now. */
void   at_growth_decide        (AtGrowth *self,
                                guint     n_blocked,
                                gint64    started,
                                gint64    now);

#define AT_GROWTH_MAX_EXTRA 64

G_END_DECLS
