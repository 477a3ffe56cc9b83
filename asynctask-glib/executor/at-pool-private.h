/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-contention-private.h"
#include "at-growth-private.h"
#include "at-job-private.h"

G_BEGIN_DECLS

/* A queue of jobs, and the threads that serve it: what is inside a thread pool executor,
 * which jobs.executor is.
 *
 * The pool owns the queue; GThreadPool only lends threads, each of which serves the
 * queue until there is nothing left to do, and a moment longer.
 *
 * To add a job costs a wake-up at most, and mostly none: one thread is woken, or
 * borrowed, at a time (@waking), and wakes the next if there is still work for it
 * when it has taken a job itself. */
typedef struct
{
  /* Constant. */
  AtJobQueue       jobs;
  char            *name;
  gboolean         grows;

  char             gap_below[AT_CACHE_LINE];

  /* Under @inbox_lock, which is the last to be taken. Whoever executes a task has no
   * other lock to wait for while the pool is saturated. That changes under both locks,
   * and with the inbox empty: a job is either added before, and found then, or
   * whoever adds it sees that it has to go to the queue. */
  GMutex           inbox_lock;
  AtJobChain       inbox;        /* of ordinary priority */
  gboolean         is_saturated;

  char             gap_between[AT_CACHE_LINE];

  /* Under @lock. */
  GMutex           lock;
  GCond            work;
  GCond            resumed;
  AtPriorityQueue  queue;
  AtBatch          batch;        /* that came from the inbox last */
  GQueue           resumers;     /* of AtResumer, on the stacks of paused bodies */
  guint            max_threads;
  guint            n_running;    /* bodies that hold a slot */
  guint            n_threads;
  guint            n_idle;       /* of them, those that wait for @work */
  guint            n_requests;   /* for threads that have not come yet */
  gboolean         waking;       /* a thread is on its way to look at the queue */
  AtGrowth         growth;       /* what a pool that grows allows itself above @max_threads */
  gboolean         watching;     /* one of the idle threads looks after that */
  gboolean         is_shut_down;

  char             gap_above[AT_CACHE_LINE];

  /* Any thread, atomic. */
  int              is_wanted;    /* somebody else than the bodies that run wants a slot */
  int              must_signal;  /* @work, by whoever has set it, once it has no lock any more */
} AtPool;

void     at_pool_init      (AtPool      *self,
                            gpointer     executor);
void     at_pool_list      (AtPool      *self);
void     at_pool_clear     (AtPool      *self);

/* Any thread. */
gboolean at_pool_set_limit (AtPool      *self,
                            guint        max_threads);
guint    at_pool_get_limit (AtPool      *self);
guint    at_pool_n_running (AtPool      *self);
guint    at_pool_n_queued  (AtPool      *self);
void     at_pool_shut_down (AtPool      *self,
                            gboolean     cancel_queued);

/* Takes in a job that is QUEUED, and is in @giver (nullable), under the lock of that:
 * one that is refused stays there. The caller has to call wake(), with no lock held. */
gboolean at_pool_push      (AtPool      *self,
                            AtJob       *job,
                            AtJobQueue  *giver,
                            GError     **error);
void     at_pool_wake      (AtPool      *self);

/* Whether a thread may keep its slot for another job, because nobody else wants it. */
static inline gboolean
at_pool_has_time (AtPool *self)
{
  return !g_atomic_int_get (&self->is_wanted);
}

G_END_DECLS
