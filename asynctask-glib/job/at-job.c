/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-job-private.h"

#include "at-hand-private.h"
#include "at-slot-private.h"
#include "at-type-names-private.h"

#include <pthread.h>

int at_job_offset;

static __thread AtJobFrame *current_frame;

/* Which queue a job is in that was claimed from outside, or handed on, changes under this
 * lock, the last to be taken: whoever has claimed it finds the executor alive, because whoever
 * takes the job out of the queue meanwhile, in one of its threads or on its behalf, has
 * a reference on it until then. */
static GMutex leaving_lock;

/* A job that was executed has a reference on itself until it has ended. One that an
 * executor of somebody else's has, and no queue of ours, is nobody's any more once that
 * has dropped it: it gives this reference up as long as it is there, and the last one that
 * goes tells. Whoever has the job next, to run it, to hand it on or to end it, has one of
 * its own, and takes that of the job back.
 *
 * The caller has a reference. */
void
at_job_lend (AtJob *self)
{
  guint state;

  do
    {
      state = at_state_get (&self->state);
      if ((state & AT_PHASE_MASK) != AT_PHASE_QUEUED ||
          (state & (AT_STATE_LENT | AT_STATE_RESTING)) != 0 ||
          state >= AT_STATE_HANDING || at_job_get_queue (self) != NULL)
        return;
    }
  while (!at_state_replace (&self->state, state, state | AT_STATE_LENT));

  /* Another thread may have handed it on between these looks, and the state be the same
   * again: the queue that it is in does not know of the loan, nor does whoever has claimed
   * it there before it left the queue. */
  if (at_job_get_queue (self) != NULL || !at_job_is_queued (self))
    {
      at_state_change_flags (&self->state, AT_PHASE_MASK, 0, AT_STATE_LENT, &state);
      if ((state & AT_STATE_LENT) != 0)
        return;
    }

  self->klass->unref_home (self);
}

/* The reference is there before the flag goes: the other one may go at once after that.
 * No lock is held, unless the caller's reference is an ordinary one: a binding's would be
 * told, and wait for the lock of its language. */
void
at_job_end_loan (AtJob *self,
                 guint  handing)
{
  gboolean has_reference = FALSE;
  guint state;

  do
    {
      state = at_state_get (&self->state);
      if ((state & AT_STATE_LENT) != 0 && !has_reference)
        {
          self->klass->ref (self);
          has_reference = TRUE;
        }
    }
  while (!at_state_replace (&self->state, state, (state & ~(guint) AT_STATE_LENT) + handing));
  if (has_reference && (state & AT_STATE_LENT) == 0)
    self->klass->unref_home (self);
}

/* Between these two nobody lends a job, which may be in a queue at any moment. */
void
at_job_begin_handing (AtJob *self)
{
  g_atomic_int_set (&self->is_handed_on, TRUE);
  at_job_end_loan (self, AT_STATE_HANDING);
}

void
at_job_end_handing (AtJob *self)
{
  g_atomic_int_add ((int *) &self->state, -(int) AT_STATE_HANDING);
  at_job_lend (self);
}

/* From QUEUED, for whoever may have it from an executor of somebody else's. */
gboolean
at_job_claim_lent (AtJob *self)
{
  if (!at_job_claim (self))
    return FALSE;

  at_job_take_back (self);

  return TRUE;
}

/* From RUNNING back to QUEUED, in no queue, by whoever runs the job; in a @frame of this
 * thread (nullable), whose slot is free for another job as soon as it has returned. The turn
 * stays with the job: it goes on with at_job_claim_resting(), or ends
 * as any job that is QUEUED. It may be gone after this. */
void
at_job_rest (AtJob      *self,
             AtJobFrame *frame)
{
  guint state;

  if (frame != NULL)
    {
      at_hand_hide (frame);
      at_job_set_turn (self, g_steal_pointer (&frame->turn));
    }

  do
    state = at_state_get (&self->state);
  while (!at_state_replace (&self->state, state,
                            (state & ~(guint) AT_PHASE_MASK) | AT_PHASE_QUEUED | AT_STATE_RESTING));
}

/* To RUNNING: the job goes on without its executor, with the turn that it has. */
gboolean
at_job_claim_resting (AtJob *self)
{
  guint state;

  do
    {
      state = at_state_get (&self->state);
      if ((state & AT_STATE_RESTING) == 0)
        return FALSE;
    }
  while (!at_state_replace (&self->state, state,
                            (state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING)) | AT_PHASE_RUNNING));

  return TRUE;
}

/* Adds the job, which is QUEUED, to a chain of the queue, under its lock; out of that
 * of @giver, if it has one. */
AtJobAdded
at_job_add (AtJob      *self,
            AtJobQueue *giver,
            AtJobQueue *queue,
            AtJobChain *chain)
{
  if (!g_atomic_pointer_compare_and_exchange (&self->queue, giver, queue))
    return AT_JOB_IS_ELSEWHERE;

  at_job_chain_append (chain, &self->link);

  /* Whoever changes it after this finds the job in the queue. */
  self->level = g_atomic_int_get (&self->priority);

  /* A canceller that came before this did not find the job in the queue; one that
   * comes after it does. */
  if (G_LIKELY (at_job_is_queued (self)))
    return AT_JOB_IS_ADDED;

  at_job_chain_remove (chain, &self->link);
  at_job_drop (self);

  return AT_JOB_IS_OVER;
}

/* The job, which somebody else may have claimed, is in that queue (nullable) now, and
 * not in the one any more under whose lock this is. */
void
at_job_move (AtJob      *self,
             AtJobQueue *queue)
{
  g_mutex_lock (&leaving_lock);
  at_job_set_queue (self, queue);
  g_mutex_unlock (&leaving_lock);
}

/* The same with none. Whoever waits for that lets the job go after this. */
void
at_job_drop (AtJob *self)
{
  at_job_move (self, NULL);
}

static AtJobQueue *
ref_queue (AtJob *self)
{
  AtJobQueue *queue;

  if (at_job_get_queue (self) == NULL)
    return NULL;

  g_mutex_lock (&leaving_lock);
  queue = at_job_get_queue (self);
  if (queue != NULL)
    g_object_ref (queue->executor);
  g_mutex_unlock (&leaving_lock);

  return queue;
}

/* Takes a job that this thread has claimed out of the queue that it is in, after which
 * no executor looks at it any more. Its executor may be moving it from one queue to
 * another, which it does under the lock of the first. */
void
at_job_leave (AtJob *self)
{
  AtJobQueue *queue;
  gboolean left = FALSE;

  while (!left && (queue = ref_queue (self)) != NULL)
    {
      left = queue->klass->forget (queue, self);
      g_object_unref (queue->executor);
    }
}

/* Whoever adds the job to a queue tells first that it is there, and then looks which
 * priority it has; this is done the other way round, so that one of the two sees what the
 * other did.
 *
 * The caller has a reference, and with it the executors on which the object was executed,
 * with their targets. A job that somebody else has handed on leaves the queue under
 * @leaving_lock. Thus there is an executor to have a reference on. */
void
at_job_set_priority (AtJob *self,
                     int    priority)
{
  AtJobQueue *queue;
  gboolean found = FALSE;

  g_atomic_int_set (&self->priority, priority);
  while (!found && (queue = ref_queue (self)) != NULL)
    {
      found = queue->klass->reorder (queue, self);
      g_object_unref (queue->executor);
    }
}

gboolean
at_job_claim_cancel (AtJob *self)
{
  guint state;

  do
    {
      state = at_state_get (&self->state);
      if ((state & AT_PHASE_MASK) != AT_PHASE_QUEUED)
        return FALSE;
    }
  while (!at_state_replace (&self->state, state,
                            (state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING)) | AT_PHASE_DONE |
                            AT_STATE_CANCELLED | AT_STATE_INTERRUPTED));

  return TRUE;
}

/* For a job that rests between two attempts: gives up those of its turns that are places,
 * and returns the one that it keeps (nullable). What is around that one stays as well: it
 * would have to be had again before. */
AtTurn *
at_turn_shed (AtTurn *self)
{
  while (self != NULL && at_turn_is_place (self))
    {
      AtTurn *outer = g_steal_pointer (&self->outer);

      at_turn_end (self);
      self = outer;
    }

  return self;
}

/* The executor that a job is offered to which is to run again, and is the caller's, with a
 * reference: that on top of which the turn is that it has kept; NULL where it has none, and
 * is offered anew. */
gpointer
at_job_ref_target (AtJob *self)
{
  AtTurn *turn = g_atomic_pointer_get (&self->turn);

  return turn != NULL ? g_object_ref (turn->queue->klass->target (turn->queue)) : NULL;
}

/* Runs a job that was claimed, in the slot of this thread (nullable): it is gone when this
 * returns. The turn that it has had is for the caller to end. It also sees to it that the
 * frame is abandoned if the thread ends meanwhile. */
AtTurn *
at_job_run (AtJob      *self,
            AtJobFrame *frame,
            AtSlot     *slot)
{
  frame->job = self;
  frame->turn = at_job_take_turn (self);
  frame->slot = slot;
  frame->is_left = FALSE;
  frame->error = NULL;

  frame->outer = current_frame;
  current_frame = frame;
  at_hand_show (frame);
  self->klass->run (self, frame);
  current_frame = frame->outer;

  return frame->turn;
}

static gpointer
end_turn (gpointer turn)
{
  at_turn_end (turn);

  return NULL;
}

/* For a thread that is on its way to its end. What comes next may end the thread that it
 * runs on in the same way, which no thread can bear twice. */
void
at_turn_end_elsewhere (AtTurn *self)
{
  GThread *thread = g_thread_try_new ("at-turn", end_turn, self, NULL);

  if (thread != NULL)
    g_thread_unref (thread);
  else
    at_turn_end (self);
}

/* The thread ends, by g_thread_exit() for one, and leaves that frame, if it is in there.
 * Called before the frame is gone. */
void
at_job_abandon (gpointer frame)
{
  AtJobFrame *self = frame;

  if (current_frame != self)
    return;

  current_frame = self->outer;
  at_hand_hide (self);
  self->job->klass->abandon (self->job, self);
  if (self->turn != NULL)
    at_turn_end_elsewhere (self->turn);
}

/* The slot of this thread, or NULL. */
static AtSlot *
get_slot_here (void)
{
  return current_frame != NULL && !current_frame->is_left ? current_frame->slot : NULL;
}

static void
run_here (AtJob    *self,
          gboolean  is_inline)
{
  AtJobFrame frame = { .is_inline = is_inline };

  if (!at_job_claim_lent (self))
    return;

  at_job_leave (self);
  pthread_cleanup_push (at_job_abandon, &frame);
  at_job_run (self, &frame, get_slot_here ());
  pthread_cleanup_pop (FALSE);
  at_turn_end (frame.turn);
}

/* Runs a job in this thread, unless it was claimed before. */
void
at_job_run_here (AtJob *self)
{
  run_here (self, FALSE);
}

/* The same for whoever has executed it and waits until it is done for good. */
void
at_job_run_inline (AtJob *self)
{
  run_here (self, TRUE);
}

/* What this thread is at, or NULL. */
AtJobFrame *
at_job_get_frame (void)
{
  return current_frame;
}

/* What this thread runs is about to wait: what has a limit may be others' meanwhile, the
 * slot of the thread and the places of all that it runs. Bodies may run inside this, in this
 * thread, which have none of that. Returns FALSE if there is nothing to give away. */
gboolean
at_job_leave_places (void)
{
  AtJobFrame *self = current_frame;

  if (self == NULL || self->is_left)
    return FALSE;

  self->is_left = TRUE;
  if (self->slot != NULL)
    self->slot->klass->leave (self->slot);
  for (AtJobFrame *frame = self; frame != NULL && (frame == self || !frame->is_left); frame = frame->outer)
    for (AtTurn *turn = frame->turn; turn != NULL; turn = turn->outer)
      if (at_turn_is_place (turn))
        turn->klass->leave (turn);

  return TRUE;
}

static void
retake_turns (AtTurn *turn,
              AtJob  *job)
{
  if (turn == NULL)
    return;

  retake_turns (turn->outer, job);
  if (at_turn_is_place (turn))
    turn->klass->retake (turn, job);
}

static void
retake_frames (AtJobFrame *frame,
               AtJob      *job)
{
  if (frame->outer != NULL && !frame->outer->is_left)
    retake_frames (frame->outer, job);
  retake_turns (frame->turn, job);
}

/* In the order in which they were had: others wait for a slot with their turns. Goes on
 * without as soon as the job has to stop. */
void
at_job_retake_places (AtJob *self)
{
  AtJobFrame *frame = current_frame;

  retake_frames (frame, self);
  if (frame->slot != NULL)
    frame->slot->klass->retake (frame->slot, self);
  frame->is_left = FALSE;
}

/* Any thread, while the one that @self is of waits in there. */
void
at_job_frame_stir (AtJobFrame *self)
{
  if (self->slot != NULL)
    self->slot->klass->stir (self->slot);
  for (AtJobFrame *frame = self; frame != NULL && (frame == self || !frame->is_left); frame = frame->outer)
    for (AtTurn *turn = frame->turn; turn != NULL; turn = turn->outer)
      if (at_turn_is_place (turn))
        turn->klass->stir (turn);
}

/* Whether this thread is the one that runs the job. */
gboolean
at_job_runs_here (AtJob *self)
{
  for (AtJobFrame *frame = current_frame; frame != NULL; frame = frame->outer)
    if (frame->job == self)
      return TRUE;

  return FALSE;
}

/* Whether what is in the queue, which may be gone, waits for what the frame has. */
static gboolean
is_held_by (AtJobQueue *queue,
            AtJobFrame *frame)
{
  for (AtTurn *turn = frame->turn; turn != NULL; turn = turn->outer)
    if (turn->queue == queue && !at_turn_is_place (turn))
      return TRUE;

  return frame->slot != NULL && frame->slot->queue == queue && queue->klass->has_one_slot (queue);
}

static gboolean
is_held_here (AtJobQueue *queue)
{
  for (AtJobFrame *frame = current_frame; frame != NULL; frame = frame->outer)
    if (is_held_by (queue, frame))
      return TRUE;

  return FALSE;
}

/* The library's own executors, each of a final class: looked at for each task, so that no
 * lock is wanted. */
static struct
{
  GType   type;
  goffset offset;
} own_executors[4];

static int n_own_executors; /* atomic: those before it are constant */

void
at_job_queue_set_offset (GType   executor_type,
                         goffset offset)
{
  static GMutex lock;
  int n;

  at_type_note_name (executor_type);
  g_mutex_lock (&lock);
  n = n_own_executors;
  g_assert (n < (int) G_N_ELEMENTS (own_executors));
  own_executors[n].type = executor_type;
  own_executors[n].offset = offset;
  g_atomic_int_set (&n_own_executors, n + 1);
  g_mutex_unlock (&lock);
}

/* The queue of an executor of the library's own, or NULL. */
AtJobQueue *
at_job_queue_of (gpointer executor)
{
  GType type = G_OBJECT_TYPE (executor);
  int n = g_atomic_int_get (&n_own_executors);

  for (int i = 0; i < n; i++)
    if (own_executors[i].type == type)
      return G_STRUCT_MEMBER_P (executor, own_executors[i].offset);

  return NULL;
}

/* Whether what @executor is given is in queues of the library's own until it runs. */
gboolean
at_job_stays_in_queues (gpointer executor)
{
  AtJobQueue *queue;

  while (executor != NULL)
    {
      queue = at_job_queue_of (executor);
      if (queue == NULL)
        return FALSE;
      executor = queue->klass->target != NULL ? queue->klass->target (queue) : NULL;
    }

  return TRUE;
}

/* Whether the job, which is QUEUED and was given to @executor, waits for one that this
 * thread runs: in the queue that it is in, or in one further on its way. */
gboolean
at_job_waits_for_us (AtJob    *self,
                     gpointer  executor)
{
  AtJobQueue *queue = at_job_get_queue (self);

  if (queue != NULL && is_held_here (queue))
    return TRUE;

  while (executor != NULL && (queue = at_job_queue_of (executor)) != NULL)
    {
      if (is_held_here (queue))
        return TRUE;
      executor = queue->klass->target != NULL ? queue->klass->target (queue) : NULL;
    }

  return FALSE;
}
