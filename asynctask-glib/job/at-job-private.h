/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "at-job-state-private.h"
#include "at-priority-queue-private.h"

G_BEGIN_DECLS

/* What an executor knows of what it runs: a job. And what a job knows of its
 * executors: the queue that it is in, and the turn that it has.
 *
 * A job in a queue belongs to whoever takes it from QUEUED, see at_job_claim(). An
 * executor does that under its lock; anybody else, a canceller for one, does it
 * without, and then has the job leave the queue that it is in, before anybody may
 * free it. So an executor may look at what it finds in its queue, without a
 * reference, while it holds its lock, and no longer. */

typedef struct _AtJob           AtJob;
typedef struct _AtJobClass      AtJobClass;
typedef struct _AtJobFrame      AtJobFrame;
typedef struct _AtHand          AtHand;
typedef struct _AtJobQueue      AtJobQueue;
typedef struct _AtJobQueueClass AtJobQueueClass;
typedef struct _AtQueueSight    AtQueueSight;
typedef struct _AtSlot          AtSlot;
typedef struct _AtTurn          AtTurn;
typedef struct _AtTurnClass     AtTurnClass;

typedef enum
{
  AT_JOB_CANCELLED,
  AT_JOB_REJECTED
} AtJobEnd;

/* What has become of one that was to be added to a queue. */
typedef enum
{
  AT_JOB_IS_ELSEWHERE, /* in another queue */
  AT_JOB_IS_OVER,      /* it was cancelled before */
  AT_JOB_IS_ADDED
} AtJobAdded;

struct _AtJobClass
{
  /* Any thread. The last reference is dropped where the job belongs. */
  void (* ref)        (AtJob *self);
  void (* unref_home) (AtJob *self);

  /* It is about to be with an executor of somebody else's, which knows tasks alone; NULL
   * for what is none. The caller has a reference. */
  void (* park)       (AtJob *self);

  /* For whoever has claimed the job, which may be gone after. */
  void (* run)        (AtJob      *self,
                       AtJobFrame *frame);

  /* What the body in there has begun comes to no end: its thread ends first. */
  void (* abandon)    (AtJob      *self,
                       AtJobFrame *frame);

  /* The same without having run. @error is taken over (nullable). No lock is held. */
  void (* end)        (AtJob    *self,
                       AtJobEnd  reason,
                       GError   *error);
};

struct _AtJob
{
  const AtJobClass *klass;

  /* Any thread, atomic. */
  guint             state;

  /* Any thread, atomic: see at_job_set_priority(). What was handed on, which is known
   * before it is in a queue, may be in one that its object does not keep alive. */
  int               priority;
  int               is_handed_on;

  /* Under the lock of the queue. */
  int               level; /* the priority that it is queued with */

  /* Any thread, atomic. */
  AtTurn           *turn;
  AtJobQueue       *queue;

  /* Under the lock of the queue. */
  AtJobLink         link;
};

/* What waits in an executor, which embeds this. */
struct _AtJobQueue
{
  const AtJobQueueClass *klass;
  gpointer               executor; /* not a reference */

  /* Under the lock of the list of all queues. */
  AtJobQueue            *next;
  AtJobQueue            *prev;
};

/* What is seen of a queue, by whoever only looks. */
struct _AtQueueSight
{
  const char *name;      /* or NULL */
  guint       limit;     /* jobs that run at a time */
  guint       n_extra;   /* that may run beside those, because as many block */
  guint       n_running;
  guint       n_resuming; /* that have run, and wait for a place again */
  gboolean    is_shut_down;
  gpointer    target;    /* the executor on top of which this one is, or NULL */
};

/* Under the lock of the queue, in the order in which they will run. */
typedef void (* AtJobSeenFunc) (AtJob    *job,
                                gpointer  data);

struct _AtJobQueueClass
{
  /* Takes a job in that is QUEUED and in no queue, as the executor takes in tasks, with no
   * lock held. It may be gone after; one that is refused is as it was. */
  gboolean (* take_in)      (AtJobQueue *self,
                             AtJob      *job,
                             GError    **error);

  /* Takes a job that was claimed elsewhere out of the queue, if it is (still) there. */
  gboolean (* forget)       (AtJobQueue *self,
                             AtJob      *job);

  /* Puts a job where its priority belongs, behind all of that, if it is (still) there. */
  gboolean (* reorder)      (AtJobQueue *self,
                             AtJob      *job);

  /* The executor that what is queued here is handed to; or NULL. */
  gpointer (* target)       (AtJobQueue *self);

  /* Whether one job runs at a time, in a slot that only its end gives back; or NULL. */
  gboolean (* has_one_slot) (AtJobQueue *self);

  /* Looks at all that is queued, and changes nothing; FALSE where the lock is not to be had.
   * Or NULL, where nothing ever is. */
  gboolean (* look)         (AtJobQueue    *self,
                             AtQueueSight  *sight,
                             AtJobSeenFunc  func,
                             gpointer       data);
};

/* The right to run, of which there are no more than its executor wants at once. A job
 * has one turn at most; where one executor is on top of another, the turn that it has
 * had before is @outer meanwhile. */
struct _AtTurn
{
  const AtTurnClass *klass;
  AtJobQueue        *queue; /* what is in there waits for it */
  AtTurn            *outer; /* of whoever has the turn */
};

struct _AtTurnClass
{
  /* The turn has ended. */
  void   (* advance)   (AtTurn *self);

  /* The same in a thread that can go on with the next job in its slot, which it gets. */
  AtJob *(* take_next) (AtTurn *self,
                        AtSlot *slot);

  /* As those of a slot, for a turn that is a place, which a job gives away while it waits;
   * NULL where it is kept until the job has ended. */
  void   (* leave)     (AtTurn *self);
  void   (* retake)    (AtTurn *self,
                        AtJob  *job);
  void   (* stir)      (AtTurn *self);
};

/* What a thread is at; one under another where executors run jobs inline. */
struct _AtJobFrame
{
  AtJobFrame *outer;
  AtJob      *job;
  AtTurn     *turn;
  AtSlot     *slot;     /* or NULL */
  gboolean    is_left;  /* its places, and those of the frames that it is in, are given away */
  gboolean    is_inline; /* whoever has executed it waits for its end */
  gint64      ended_at; /* the body, once it has */
  GError     *error;    /* that the body has set, until it has returned */

  /* What others see, see at-hand-private.h. */
  AtHand     *hand;
  AtJobFrame *shown_outer;
};

/* Whether what runs there has the thread to itself, which a pool has borrowed for it. */
static inline gboolean
at_job_frame_has_thread (AtJobFrame *self)
{
  return self->slot != NULL && self->outer == NULL;
}

/* Where in an object its job is, such as in each task. Constant once there is one. */
extern G_GNUC_INTERNAL int at_job_offset;

static inline AtJob *
at_job_of (gpointer object)
{
  return (AtJob *) G_STRUCT_MEMBER_P (object, at_job_offset);
}

/* What has the job as a part of it: a task, for all that an executor of somebody else's
 * can be offered. */
static inline gpointer
at_job_get_object (AtJob *self)
{
  return G_STRUCT_MEMBER_P (self, -(glong) at_job_offset);
}

static inline AtJob *
at_job_from_link (AtJobLink *link)
{
  return (AtJob *) G_STRUCT_MEMBER_P (link, -(glong) G_STRUCT_OFFSET (AtJob, link));
}

/* Whether an executor may have it. */
static inline gboolean
at_job_is_queued (AtJob *self)
{
  return (at_state_get (&self->state) & (AT_PHASE_MASK | AT_STATE_RESTING)) == AT_PHASE_QUEUED;
}

/* Whether its body is not to go on: one predicate for whatever the reason is. */
static inline gboolean
at_job_has_to_stop (AtJob *self)
{
  return (at_state_get (&self->state) & AT_STATE_HAS_TO_STOP) != 0;
}

void        at_job_drop         (AtJob       *self);

/* From QUEUED, to run it or to reject it. */
static inline gboolean
at_job_claim (AtJob *self)
{
  return at_state_move (&self->state, AT_PHASE_QUEUED, AT_PHASE_RUNNING, AT_STATE_RESTING, NULL);
}

/* The queue that the job is in, or NULL. To be compared, and no more. */
static inline AtJobQueue *
at_job_get_queue (AtJob *self)
{
  return g_atomic_pointer_get (&self->queue);
}

static inline void
at_job_set_queue (AtJob      *self,
                  AtJobQueue *queue)
{
  g_atomic_pointer_set (&self->queue, queue);
}

/* The job is in no queue any more. Under the lock of the one that it was in, by whoever has
 * claimed it. */
static inline void
at_job_unqueue (AtJob *self)
{
  if (G_UNLIKELY (g_atomic_int_get (&self->is_handed_on)))
    at_job_drop (self);
  else
    at_job_set_queue (self, NULL);
}

/* The same in that queue. Under its lock. */
static inline void
at_job_reorder (AtJob           *self,
                AtPriorityQueue *queue)
{
  int priority = g_atomic_int_get (&self->priority);
  AtJobChain one = { NULL, NULL, 0 };

  if (self->level == priority)
    return;

  at_priority_queue_remove (queue, &self->link, self->level);
  at_job_chain_append (&one, &self->link);
  self->level = priority;
  at_priority_queue_take_over (queue, &one, priority);
}

/* Whoever gets the turn has to end it. */
static inline AtTurn *
at_job_take_turn (AtJob *self)
{
  if (g_atomic_pointer_get (&self->turn) == NULL)
    return NULL;

  return g_atomic_pointer_exchange (&self->turn, NULL);
}

static inline void
at_job_set_turn (AtJob  *self,
                 AtTurn *turn)
{
  g_atomic_pointer_set (&self->turn, turn);
}

/* Gives the job, which is to have the turn, that one, and keeps what it has had. */
static inline void
at_turn_give (AtTurn *self,
              AtJob  *job)
{
  self->outer = at_job_take_turn (job);
  at_job_set_turn (job, self);
}

/* Takes the turn back from a job that was given it, unless somebody has it by now. */
static inline gboolean
at_turn_take_back (AtTurn *self,
                   AtJob  *job)
{
  if (!g_atomic_pointer_compare_and_exchange (&job->turn, self, self->outer))
    return FALSE;

  self->outer = NULL;

  return TRUE;
}

static inline void
at_turn_end (AtTurn *self)
{
  if (self != NULL)
    self->klass->advance (self);
}

static inline gboolean
at_turn_is_place (const AtTurn *self)
{
  return self->klass->leave != NULL;
}

void        at_turn_end_elsewhere (AtTurn    *self);
AtTurn     *at_turn_shed          (AtTurn    *self);

void        at_job_lend         (AtJob       *self);
void        at_job_end_loan     (AtJob       *self,
                                 guint        handing);
void        at_job_begin_handing
                                (AtJob       *self);
void        at_job_end_handing  (AtJob       *self);
gboolean    at_job_claim_lent   (AtJob       *self);

static inline gboolean
at_job_is_lent (AtJob *self)
{
  return (at_state_get (&self->state) & AT_STATE_LENT) != 0;
}

/* For whoever has the job by now, with a reference of its own. */
static inline void
at_job_take_back (AtJob *self)
{
  if (G_UNLIKELY (at_job_is_lent (self)))
    at_job_end_loan (self, 0);
}

void        at_job_rest         (AtJob       *self,
                                 AtJobFrame  *frame);
gboolean    at_job_claim_resting
                                (AtJob       *self);

AtJobAdded  at_job_add          (AtJob       *self,
                                 AtJobQueue  *giver,
                                 AtJobQueue  *queue,
                                 AtJobChain  *chain);
void        at_job_move         (AtJob       *self,
                                 AtJobQueue  *queue);
void        at_job_leave        (AtJob       *self);
void        at_job_set_priority (AtJob       *self,
                                 int          priority);
gboolean    at_job_claim_cancel (AtJob       *self);
AtTurn     *at_job_run          (AtJob       *self,
                                 AtJobFrame  *frame,
                                 AtSlot      *slot);
void        at_job_abandon      (gpointer     frame);
void        at_job_run_here     (AtJob       *self);
void        at_job_run_inline   (AtJob       *self);

gpointer    at_job_ref_target   (AtJob       *self);

AtJobFrame *at_job_get_frame    (void);
gboolean    at_job_leave_places (void);
void        at_job_retake_places
                                (AtJob       *self);
void        at_job_frame_stir   (AtJobFrame  *frame);
gboolean    at_job_runs_here    (AtJob       *self);
gboolean    at_job_waits_for_us (AtJob       *self,
                                 gpointer     executor);

/* Where in the instances of an executor class its queue is. */
void        at_job_queue_set_offset (GType    executor_type,
                                     goffset  offset);
AtJobQueue *at_job_queue_of         (gpointer executor);
gboolean    at_job_stays_in_queues  (gpointer executor);

G_END_DECLS
