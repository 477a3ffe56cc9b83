/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The state of a task: one atomic word, a phase and flags. Nothing else decides
 * who may call what.
 *
 *   PENDING ──> STARTING ──> QUEUED <─> RUNNING ──> DONE ──> DELIVERING ──> DELIVERED
 *      ^            │           │                    ^
 *      └── refused ─┼───────────┤                    │
 *                   └───────────┴──── cancelled ─────┘
 *
 * Whoever moves a task to STARTING is the only one who may move it on from
 * there; the same holds for RUNNING and DELIVERING. From QUEUED, an executor's
 * thread, a canceller and a refusal race for it, and one wins.
 *
 * A job whose turn has come may rest, which is QUEUED with RESTING: it is in no queue,
 * and goes on from there, or ends, as its task has it.
 *
 * Flags are set by any thread and stay; all but PAUSED, WILL_START, LENT, RESTING and
 * HANDING, which come and go. CANCELLED is not set any more from DELIVERING on. */

typedef enum
{
  AT_PHASE_PENDING,
  AT_PHASE_STARTING,   /* executed; pre_execute has yet to return */
  AT_PHASE_QUEUED,     /* with the executor */
  AT_PHASE_RUNNING,    /* the body runs */
  AT_PHASE_DONE,       /* the computation is done, or will never be */
  AT_PHASE_DELIVERING, /* the last callback runs */
  AT_PHASE_DELIVERED,

  AT_PHASE_MASK = 7
} AtPhase;

typedef enum
{
  AT_STATE_CANCELLED   = 1 << 3,
  AT_STATE_INTERRUPTED = 1 << 4, /* it has to stop, and its cancellable is triggered */
  AT_STATE_ORPHANED    = 1 << 5, /* its owner is gone: nothing is called back */
  AT_STATE_PAUSED      = 1 << 6,
  AT_STATE_AWAITED     = 1 << 7, /* somebody waits for DONE */
  AT_STATE_WILL_START  = 1 << 8, /* executed from afar, pre_execute is on its way */
  AT_STATE_EMITS       = 1 << 9, /* its class wants to see the signals emitted */
  AT_STATE_REFUSED     = 1 << 10, /* was executed, and refused by an executor */
  AT_STATE_LIMITED     = 1 << 11, /* what it publishes is counted; constant once executed */
  AT_STATE_LENT        = 1 << 12, /* QUEUED, and kept by its executor alone, see at_job_lend() */
  AT_STATE_HEARD       = 1 << 13, /* somebody has heard of its failure */
  AT_STATE_RESTING     = 1 << 14, /* QUEUED, but no executor's, see at_job_rest() */
  AT_STATE_TIMED_OUT   = 1 << 15, /* its time was up before it was DONE; and INTERRUPTED then */
  AT_STATE_SHOWN       = 1 << 16, /* somebody wants to hear of its stage */
  AT_STATE_WAITING     = 1 << 17, /* RESTING until its prerequisites have succeeded */
  AT_STATE_RETRYING    = 1 << 18, /* RESTING until the next attempt is due */
  AT_STATE_DEFERRED    = 1 << 19, /* it has no body; constant */
  AT_STATE_HANDING     = 1 << 20, /* from here up: how many threads hand it on */

  /* One that is orphaned is cancelled, too, unless it has ended. */
  AT_STATE_HAS_TO_STOP = AT_STATE_CANCELLED | AT_STATE_TIMED_OUT
} AtStateFlags;

static inline guint
at_state_get (guint *state)
{
  return (guint) g_atomic_int_get ((int *) state);
}

static inline AtPhase
at_state_get_phase (guint *state)
{
  return at_state_get (state) & AT_PHASE_MASK;
}

static inline gboolean
at_state_replace (guint *state,
                  guint  old_state,
                  guint  new_state)
{
  return g_atomic_int_compare_and_exchange ((int *) state, (int) old_state, (int) new_state);
}

/* Moves from phase @from to phase @to, keeping the flags, unless the phase is
 * another one or a flag of @unless is set. The state found is stored in @found
 * (nullable). */
static inline gboolean
at_state_move (guint   *state,
               AtPhase  from,
               AtPhase  to,
               guint    unless,
               guint   *found)
{
  guint old_state;

  do
    {
      old_state = at_state_get (state);
      if (found != NULL)
        *found = old_state;
      if ((old_state & AT_PHASE_MASK) != from || (old_state & unless) != 0)
        return FALSE;
    }
  while (!at_state_replace (state, old_state, (old_state & ~(guint) AT_PHASE_MASK) | to));

  return TRUE;
}

/* Sets and clears flags as long as the phase is before @end. */
static inline gboolean
at_state_change_flags (guint   *state,
                       AtPhase  end,
                       guint    set,
                       guint    clear,
                       guint   *found)
{
  guint old_state;

  do
    {
      old_state = at_state_get (state);
      if (found != NULL)
        *found = old_state;
      if ((old_state & AT_PHASE_MASK) >= end)
        return FALSE;
    }
  while (!at_state_replace (state, old_state, (old_state | set) & ~clear));

  return TRUE;
}

G_END_DECLS
