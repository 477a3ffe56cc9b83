/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-contention-private.h"
#include "at-executor-private.h"
#include "at-pool-private.h"

G_BEGIN_DECLS

/* So many jobs at a time on top of any other executor: what is inside a serial executor,
 * which is a limit of one, and a limit executor; jobs.executor is either.
 *
 * A job that is handed to the target has a turn, of which there are no more than the limit
 * says. When it ends, whoever ends it hands over the next job with the same turn. */

typedef struct _AtLimiterTurn AtLimiterTurn;

struct _AtLimiterTurn
{
  AtTurn         turn;

  /* Under @lock of the limiter. */
  AtLimiterTurn *next;         /* that nobody has */
  gboolean       handing_over; /* some thread is in hand_over() */
  gboolean       has_ended;    /* ... and has to go on with the next job */
};

typedef struct
{
  /* Constant. */
  AtJobQueue         jobs;
  const AtTurnClass *turn_class;
  AtExecutor        *target;
  AtPool            *pool; /* that of the target, if it has one */

  char               gap_below[AT_CACHE_LINE];

  /* Under @inbox_lock, which is the last to be taken. Whoever executes a task has
   * no other lock to wait for while all turns are taken. A turn is given up only
   * with the inbox empty: a job is either added before, and found then, or whoever
   * adds it takes the turn. */
  GMutex             inbox_lock;
  AtJobChain         inbox;        /* of ordinary priority */
  guint              n_running;    /* turns that are taken, but for those whose jobs wait */
  guint              max_running;

  char               gap_above[AT_CACHE_LINE];

  /* Under @lock. What is in the inbox is moved here when there is nothing left that
   * goes before it, so that jobs are added at one end and taken at the other without a
   * meeting. Those of another priority are added here. */
  GMutex             lock;
  GCond              resumed;
  AtPriorityQueue    queue;
  AtBatch            batch;        /* that the queue is what is left of */
  AtLimiterTurn      first;
  AtLimiterTurn     *spare;        /* turns that nobody has; each of the others holds a reference */
  GQueue             resumers;     /* of AtLimiterResumer, on the stacks of bodies that have waited */
  gboolean           is_disputed;  /* there are some, or more run than may: the next turn is given up */
} AtLimiter;

void     at_limiter_init          (AtLimiter   *self,
                                   gpointer     executor,
                                   guint        max_running,
                                   gboolean     keeps_turns);
/* Once, before it is used. Takes over @target (nullable: the default pool). */
void     at_limiter_set_target    (AtLimiter   *self,
                                   AtExecutor  *target);
void     at_limiter_clear         (AtLimiter   *self);

/* Any thread. */
gboolean at_limiter_take_in       (AtJobQueue  *jobs,
                                   AtJob       *job,
                                   GError     **error);
gboolean at_limiter_set_limit     (AtLimiter   *self,
                                   guint        max_running);
guint    at_limiter_get_limit     (AtLimiter   *self);
guint    at_limiter_n_running     (AtLimiter   *self);
guint    at_limiter_n_queued      (AtLimiter   *self);

G_END_DECLS
