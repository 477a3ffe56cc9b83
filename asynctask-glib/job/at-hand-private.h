/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-job-private.h"

G_BEGIN_DECLS

/* What a thread has in hand, for other threads to look at: the frames of the jobs that it
 * runs, the innermost first. They are on its stack, and their jobs go as soon as they have
 * ended, so that whoever looks has to have the thread stay where it is:
 *
 * Who looks marks @shown. Each change of that is an exchange, which tells the thread of the
 * mark; it then waits, before it lets go of anything, for the lock under which it is looked
 * at. A thread that nobody looks at pays for the exchange alone. */
struct _AtHand
{
  /* Its own thread; a mark by whoever looks, under the lock of all hands. */
  AtJobFrame *shown;

  /* Constant. */
  int         tid;    /* that the kernel knows the thread by, or 0 */

  /* Under the lock of all hands. */
  AtHand     *next;
  AtHand     *prev;
  gboolean    is_listed;
};

#define AT_HAND_MARK ((gsize) 1)

/* For the thread that calls it; it has what it runs on its hand from here on. */
AtHand  *at_hand_get      (void);
void     at_hand_leave    (void);
void     at_hand_wait     (void);

/* The frame has its job. One that knows the hand already is the outermost of its thread, as
 * that of a pool sees to: nothing is shown there yet that could be marked. */
void     at_hand_show_inside (AtJobFrame *frame);

static inline void
at_hand_show (AtJobFrame *frame)
{
  if (G_LIKELY (frame->hand != NULL))
    g_atomic_pointer_set (&frame->hand->shown, frame);
  else
    at_hand_show_inside (frame);
}

/* The thread is about to let go of its job, which nobody looks at any more after this. */
static inline void
at_hand_hide (AtJobFrame *frame)
{
  gsize found = (gsize) g_atomic_pointer_exchange (&frame->hand->shown, frame->shown_outer);

  if (G_UNLIKELY ((found & AT_HAND_MARK) != 0))
    at_hand_wait ();
}

/* Calls @func for each job that runs in any thread, with its frame, under the lock of all
 * hands. Takes no reference. Returns FALSE where that is not to be had. In a process that was
 * forked, where other threads are not, only those of this one. */
typedef void (* AtHandSeenFunc) (AtHand     *hand,
                                 AtJobFrame *frame,
                                 gpointer    data);

gboolean at_hands_look    (AtHandSeenFunc  func,
                           gpointer        data);

/* All queues of jobs, each from when it can be used until its executor is finalized. */
void     at_job_queue_list   (AtJobQueue *self);
void     at_job_queue_unlist (AtJobQueue *self);

/* Calls @func for each, under the lock of the list. Returns FALSE where that is not to be
 * had. */
gboolean at_job_queues_look  (void      (* func) (AtJobQueue *queue,
                                                  gpointer    data),
                              gpointer     data);

/* In a queue, for its class: those of a chain, and of all chains. */
void     at_job_chain_look      (AtJobChain      *self,
                                 AtJobSeenFunc    func,
                                 gpointer         data);
void     at_priority_queue_look (AtPriorityQueue *self,
                                 AtJobChain      *ordinary,
                                 AtJobSeenFunc    func,
                                 gpointer         data);

G_END_DECLS
