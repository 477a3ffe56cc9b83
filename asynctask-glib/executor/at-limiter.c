/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-limiter-private.h"

#include "at-hand-private.h"
#include "at-slot-private.h"
#include "at-thread-pool-executor-private.h"

#include <pthread.h>

typedef struct
{
  gboolean granted;
} AtLimiterResumer;

static inline AtLimiter *
get_limiter (AtTurn *turn)
{
  return (AtLimiter *) turn->queue;
}

/* The turn of whoever has just counted himself among those that run, with a reference. Under
 * the lock. */
static AtLimiterTurn *
get_turn (AtLimiter *self)
{
  AtLimiterTurn *turn = self->spare;

  if (G_LIKELY (turn != NULL))
    {
      self->spare = turn->next;
      return turn;
    }

  turn = g_new0 (AtLimiterTurn, 1);
  turn->turn.klass = self->turn_class;
  turn->turn.queue = &self->jobs;

  return turn;
}

/* Under the lock. The reference is for the caller to drop. */
static void
put_turn (AtLimiter     *self,
          AtLimiterTurn *turn)
{
  turn->handing_over = FALSE;
  turn->next = self->spare;
  self->spare = turn;
}

/* Moves what is in the inbox to the queue. Under the lock. Where there is nothing in
 * either, whoever has a turn can give it up here. */
static void
empty_inbox (AtLimiter *self,
             gboolean  *gives_up)
{
  at_spin_then_lock (&self->inbox_lock);
  at_priority_queue_take_over (&self->queue, &self->inbox, G_PRIORITY_DEFAULT);
  if (gives_up != NULL)
    {
      *gives_up = self->queue.length == 0;
      if (*gives_up)
        self->n_running--;
    }
  g_mutex_unlock (&self->inbox_lock);
}

/* Bodies that have waited go before those that have not begun, and where more run than may
 * there is one less. Under the lock, by whoever has a turn; returns whether that was it. */
static gboolean
pass_on (AtLimiter *self)
{
  AtLimiterResumer *resumer = g_queue_pop_head (&self->resumers);
  gboolean is_over;

  if (resumer != NULL)
    {
      resumer->granted = TRUE;
      g_cond_broadcast (&self->resumed);
      return TRUE;
    }

  at_spin_then_lock (&self->inbox_lock);
  is_over = self->n_running > self->max_running;
  if (is_over)
    self->n_running--;
  self->is_disputed = self->n_running > self->max_running;
  g_mutex_unlock (&self->inbox_lock);

  return is_over;
}

/* The first job in the queue that was not cancelled, out of it. Under the lock, by
 * whoever has the turn; where there is none, NULL, and the turn is given up, with
 * its reference for the caller to drop. */
static AtJob *
take_first (AtLimiter     *self,
            AtLimiterTurn *turn)
{
  gboolean gives_up = FALSE;

  for (;;)
    {
      AtJob *job;

      if (G_UNLIKELY (self->is_disputed) && pass_on (self))
        {
          put_turn (self, turn);
          return NULL;
        }

      if (!at_priority_queue_has (&self->queue, G_PRIORITY_DEFAULT))
        {
          empty_inbox (self, &gives_up);
          if (gives_up)
            {
              put_turn (self, turn);
              return NULL;
            }
          at_batch_begin (&self->batch);
        }

      job = at_job_from_link (at_priority_queue_pop (&self->queue));
      self->batch.n_taken++;
      if (at_job_is_queued (job))
        return job;

      /* Its canceller waits for the lock, and then cares for it. */
      at_job_drop (job);
    }
}

/* The job is not in our queue any more. Its canceller, if it has one, lets it go
 * after this. Under the lock. */
static void
disown (AtLimiter *self,
        AtJob     *job)
{
  if (at_job_get_queue (job) == &self->jobs)
    at_job_drop (job);
}

typedef struct
{
  AtLimiter     *limiter;
  AtLimiterTurn *turn;
  AtJob         *job;
} AtOffering;

/* The thread ends in the target. */
static void
on_thread_ends (gpointer data)
{
  AtOffering *self = data;
  AtLimiterTurn *turn = self->turn;
  gboolean has_turn;

  g_mutex_lock (&self->limiter->lock);
  turn->handing_over = FALSE;
  has_turn = turn->has_ended;
  g_mutex_unlock (&self->limiter->lock);
  if (has_turn)
    at_turn_end_elsewhere (&turn->turn);
  self->job->klass->unref_home (self->job);
}

/* Offers @job to a target that may do anything, and has run and lost it before this
 * returns. Under the lock, which is let go meanwhile. */
static gboolean
offer_turn (AtLimiter      *self,
            AtLimiterTurn  *turn,
            AtJob          *job,
            GError        **error)
{
  AtOffering offering = { self, turn, job };
  gboolean accepted;

  at_job_drop (job);
  g_mutex_unlock (&self->lock);
  pthread_cleanup_push (on_thread_ends, &offering);
  accepted = at_executor_offer (self->target, job, error);
  pthread_cleanup_pop (FALSE);
  g_mutex_lock (&self->lock);

  return accepted;
}

/* Gives the turn to @job, and the job to the target. Under the lock, which is let go
 * while a target that may do anything has the job. */
static gboolean
give_turn (AtLimiter      *self,
           AtLimiterTurn  *turn,
           AtJob          *job,
           GError        **error)
{
  at_turn_give (&turn->turn, job);

  /* A canceller that finds the job in our queue waits for the lock, and so until
   * it is in the queue of the pool. */
  if (self->pool != NULL)
    return at_pool_push (self->pool, job, &self->jobs, error);

  return offer_turn (self, turn, job, error);
}

/* The target has refused @job: the turn is ours again, unless the target has given
 * the job to somebody else before. */
static void
take_turn_back (AtLimiter     *self,
                AtLimiterTurn *turn,
                AtJob         *job)
{
  if (at_turn_take_back (&turn->turn, job))
    turn->has_ended = TRUE;

  disown (self, job);
}

/* Fails a job that the target has refused. Takes over @error (nullable). */
static void
fail_turn (AtLimiter     *self,
           AtLimiterTurn *turn,
           AtJob         *job,
           GError        *error)
{
  /* First of all: a canceller who has won lets the job go as soon as it is in no
   * queue, and a target that runs it all the same keeps the turn. */
  if (!at_job_claim_lent (job))
    {
      disown (self, job);
      g_clear_error (&error);
      return;
    }

  take_turn_back (self, turn, job);
  g_mutex_unlock (&self->lock);
  at_job_leave (job);
  job->klass->end (job, AT_JOB_REJECTED, error);
  g_mutex_lock (&self->lock);
}

/* Hands jobs over, as long as the turn ends at once. With the lock, which it lets go in
 * the end; whoever calls it has the turn, or gives it to a job. Returns FALSE with
 * @own_error set, or not, if the target refuses @own (nullable); any other job that
 * is refused fails. */
static gboolean
hand_over (AtLimiter      *self,
           AtLimiterTurn  *turn,
           AtJob          *own,
           GError        **own_error)
{
  AtPool *pool = self->pool;
  g_autoptr (AtExecutor) target = pool != NULL ? g_object_ref (self->target) : NULL;
  gboolean own_accepted = TRUE;
  gboolean rests = FALSE;

  turn->handing_over = TRUE;

  do
    {
      AtJob *job = take_first (self, turn);
      gboolean is_kept = FALSE;
      GError *error = NULL;

      if (job == NULL)
        {
          rests = TRUE;
          break;
        }
      turn->has_ended = FALSE;

      /* A pool is given the job under our lock; any other target may have run
       * and lost it before it returns. */
      if (self->pool == NULL)
        {
          is_kept = TRUE;
          job->klass->ref (job);
        }

      if (!give_turn (self, turn, job, &error))
        {
          if (job == own)
            {
              take_turn_back (self, turn, job);
              own_accepted = FALSE;
              if (error != NULL)
                g_propagate_error (own_error, g_steal_pointer (&error));
            }
          else
            {
              fail_turn (self, turn, job, g_steal_pointer (&error));
            }
        }
      g_clear_error (&error);

      if (is_kept)
        {
          g_mutex_unlock (&self->lock);
          job->klass->unref_home (job);
          g_mutex_lock (&self->lock);
        }
    }
  while (turn->has_ended);

  if (!rests)
    turn->handing_over = FALSE;

  /* Where it does not rest, the job that has the turn may end, and take the last
   * reference along, as soon as there is no lock. */
  g_mutex_unlock (&self->lock);
  if (pool != NULL)
    at_pool_wake (pool);
  if (rests)
    g_object_unref (self->jobs.executor);

  return own_accepted;
}

static void
at_limiter_advance (AtTurn *turn)
{
  AtLimiter *self = get_limiter (turn);
  AtLimiterTurn *own = (AtLimiterTurn *) turn;
  AtTurn *outer;

  at_spin_then_lock (&self->lock);
  outer = g_steal_pointer (&turn->outer);

  /* A target that runs bodies at once would have us recurse for each job. */
  if (own->handing_over)
    {
      own->has_ended = TRUE;
      g_mutex_unlock (&self->lock);
    }
  else
    {
      hand_over (self, own, NULL, NULL);
    }

  at_turn_end (outer);
}

/* The same as give_turn() for a job that goes on in this thread. Under the lock. */
static gboolean
claim_turn (AtTurn *turn,
            AtJob  *job)
{
  if (!at_job_claim (job))
    {
      at_job_drop (job);
      return FALSE;
    }

  at_turn_give (turn, job);
  at_job_unqueue (job);

  return TRUE;
}

static AtJob *
at_limiter_take_next (AtTurn *turn,
                      AtSlot *slot)
{
  AtLimiter *self = get_limiter (turn);
  AtTurn *outer;
  AtJob *job;

  if (slot->queue != (AtJobQueue *) self->pool || !at_pool_has_time (self->pool))
    {
      at_limiter_advance (turn);
      return NULL;
    }

  at_spin_then_lock (&self->lock);
  outer = g_steal_pointer (&turn->outer);
  if (self->queue.length == 0)
    at_batch_let_next_grow (&self->batch, &self->lock);

  do
    job = take_first (self, (AtLimiterTurn *) turn);
  while (job != NULL && !claim_turn (turn, job));

  g_mutex_unlock (&self->lock);
  if (job == NULL)
    g_object_unref (self->jobs.executor);
  at_turn_end (outer);

  return job;
}

/* The body whose turn this is waits for something: another job has its place meanwhile. */
static void
at_limiter_leave (AtTurn *turn)
{
  AtLimiter *self = get_limiter (turn);

  g_object_ref (self->jobs.executor);
  at_spin_then_lock (&self->lock);
  hand_over (self, get_turn (self), NULL, NULL);
}

static void
at_limiter_retake (AtTurn *turn,
                   AtJob  *job)
{
  AtLimiter *self = get_limiter (turn);
  AtLimiterResumer resumer = { FALSE };

  g_mutex_lock (&self->lock);
  g_mutex_lock (&self->inbox_lock);
  resumer.granted = self->n_running < self->max_running;
  if (resumer.granted)
    self->n_running++;
  g_mutex_unlock (&self->inbox_lock);

  if (!resumer.granted)
    {
      g_queue_push_tail (&self->resumers, &resumer);
      self->is_disputed = TRUE;
      while (!resumer.granted && !at_job_has_to_stop (job))
        g_cond_wait (&self->resumed, &self->lock);
    }
  if (!resumer.granted)
    {
      g_queue_remove (&self->resumers, &resumer);
      self->is_disputed = TRUE;
      g_mutex_lock (&self->inbox_lock);
      self->n_running++;
      g_mutex_unlock (&self->inbox_lock);
    }
  g_mutex_unlock (&self->lock);
}

static void
at_limiter_stir (AtTurn *turn)
{
  AtLimiter *self = get_limiter (turn);

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->resumed);
  g_mutex_unlock (&self->lock);
}

static const AtTurnClass turn_class = {
  .advance = at_limiter_advance,
  .take_next = at_limiter_take_next,
  .leave = at_limiter_leave,
  .retake = at_limiter_retake,
  .stir = at_limiter_stir,
};

/* A turn that lasts until the job has ended, whatever that does meanwhile. */
static const AtTurnClass kept_turn_class = {
  .advance = at_limiter_advance,
  .take_next = at_limiter_take_next,
};

/* Takes a turn, if there is one, for a job that was just added. Under the lock of the
 * inbox. */
static gboolean
take_turn (AtLimiter *self)
{
  if (self->n_running >= self->max_running)
    return FALSE;

  self->n_running++;
  g_object_ref (self->jobs.executor);

  return TRUE;
}

/* Adds a job to the queue. Where that gives it a turn, @has_turn, with the lock. */
static AtJobAdded
add_to_queue (AtLimiter *self,
              AtJob     *job,
              gboolean  *has_turn)
{
  AtJobChain one = { NULL, NULL, 0 };
  AtJobAdded added;

  at_spin_then_lock (&self->lock);
  added = at_job_add (job, NULL, &self->jobs, &one);
  if (added == AT_JOB_IS_ADDED)
    {
      at_priority_queue_take_over (&self->queue, &one, job->level);
      at_spin_then_lock (&self->inbox_lock);
      *has_turn = take_turn (self);
      g_mutex_unlock (&self->inbox_lock);
    }
  if (!*has_turn)
    g_mutex_unlock (&self->lock);

  return added;
}

static gboolean
take_in_slowly (AtLimiter  *self,
                AtJob      *job,
                GError    **error)
{
  gboolean has_turn = FALSE;
  AtJobAdded added = add_to_queue (self, job, &has_turn);

  if (has_turn)
    return hand_over (self, get_turn (self), job, error);

  return added != AT_JOB_IS_ELSEWHERE || at_executor_refuse_queued (error);
}

/* Most jobs come by the inbox, and find all turns taken. */
gboolean
at_limiter_take_in (AtJobQueue  *jobs,
                    AtJob       *job,
                    GError     **error)
{
  AtLimiter *self = (AtLimiter *) jobs;
  gboolean has_turn = FALSE;
  AtJobAdded added;

  if (g_atomic_int_get (&job->priority) != G_PRIORITY_DEFAULT)
    return take_in_slowly (self, job, error);

  at_spin_then_lock (&self->inbox_lock);
  added = at_job_add (job, NULL, &self->jobs, &self->inbox);
  if (added == AT_JOB_IS_ADDED)
    {
      /* It has got another priority meanwhile. */
      if (G_UNLIKELY (job->level != G_PRIORITY_DEFAULT))
        {
          at_job_chain_remove (&self->inbox, &job->link);
          at_job_drop (job);
          g_mutex_unlock (&self->inbox_lock);
          return take_in_slowly (self, job, error);
        }
      has_turn = take_turn (self);
    }
  g_mutex_unlock (&self->inbox_lock);

  if (has_turn)
    {
      at_spin_then_lock (&self->lock);
      return hand_over (self, get_turn (self), job, error);
    }

  return added != AT_JOB_IS_ELSEWHERE || at_executor_refuse_queued (error);
}

static gboolean
at_limiter_forget (AtJobQueue *jobs,
                   AtJob      *job)
{
  AtLimiter *self = (AtLimiter *) jobs;
  gboolean found;

  at_spin_then_lock (&self->lock);
  empty_inbox (self, NULL);
  found = at_job_get_queue (job) == jobs;
  if (found)
    {
      at_priority_queue_remove (&self->queue, &job->link, job->level);
      at_job_unqueue (job);
    }
  g_mutex_unlock (&self->lock);

  return found;
}

static gboolean
at_limiter_reorder (AtJobQueue *jobs,
                    AtJob      *job)
{
  AtLimiter *self = (AtLimiter *) jobs;
  gboolean found;

  at_spin_then_lock (&self->lock);
  empty_inbox (self, NULL);
  found = at_job_get_queue (job) == jobs;
  if (found)
    at_job_reorder (job, &self->queue);
  g_mutex_unlock (&self->lock);

  return found;
}

static gpointer
at_limiter_target_of (AtJobQueue *jobs)
{
  return ((AtLimiter *) jobs)->target;
}

/* What is in the inbox stays there. */
static gboolean
at_limiter_look (AtJobQueue    *jobs,
                 AtQueueSight  *sight,
                 AtJobSeenFunc  func,
                 gpointer       data)
{
  AtLimiter *self = (AtLimiter *) jobs;
  gboolean has_both;

  sight->target = self->target;
  if (!at_lock_to_look (&self->lock))
    return FALSE;

  sight->n_resuming = self->resumers.length;
  has_both = at_lock_to_look (&self->inbox_lock);
  if (has_both)
    {
      sight->limit = self->max_running;
      sight->n_running = self->n_running;
      at_priority_queue_look (&self->queue, &self->inbox, func, data);
      g_mutex_unlock (&self->inbox_lock);
    }
  g_mutex_unlock (&self->lock);

  return has_both;
}

static const AtJobQueueClass jobs_class = {
  .take_in = at_limiter_take_in,
  .forget = at_limiter_forget,
  .reorder = at_limiter_reorder,
  .target = at_limiter_target_of,
  .look = at_limiter_look,
};

/* What the executors need. */

void
at_limiter_init (AtLimiter *self,
                 gpointer   executor,
                 guint      max_running,
                 gboolean   keeps_turns)
{
  self->jobs.klass = &jobs_class;
  self->jobs.executor = executor;
  self->turn_class = keeps_turns ? &kept_turn_class : &turn_class;
  self->max_running = max_running;
  self->first.turn.klass = self->turn_class;
  self->first.turn.queue = &self->jobs;
  self->spare = &self->first;
  g_mutex_init (&self->inbox_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->resumed);
  g_queue_init (&self->resumers);
  at_priority_queue_init (&self->queue);
}

void
at_limiter_set_target (AtLimiter  *self,
                       AtExecutor *target)
{
  self->target = target != NULL ? target : g_object_ref (at_thread_pool_executor_get_default ());
  if (AT_IS_THREAD_POOL_EXECUTOR (self->target))
    self->pool = at_thread_pool_executor_get_pool (AT_THREAD_POOL_EXECUTOR (self->target));
  at_job_queue_list (&self->jobs);
}

void
at_limiter_clear (AtLimiter *self)
{
  AtLimiterTurn *turn;

  at_job_queue_unlist (&self->jobs);
  while ((turn = self->spare) != NULL)
    {
      self->spare = turn->next;
      if (turn != &self->first)
        g_free (turn);
    }
  g_clear_object (&self->target);
  at_priority_queue_clear (&self->queue);
  g_cond_clear (&self->resumed);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->inbox_lock);
}

/* Bodies that have waited have the first of the turns that there are more. Under both
 * locks. */
static void
grant_turns (AtLimiter *self)
{
  AtLimiterResumer *resumer;

  while (self->n_running < self->max_running && (resumer = g_queue_pop_head (&self->resumers)) != NULL)
    {
      self->n_running++;
      resumer->granted = TRUE;
      g_cond_broadcast (&self->resumed);
    }
}

/* Hands over a job with a turn that nobody has, if there are both. */
static gboolean
start_one (AtLimiter *self)
{
  gboolean has_turn;

  at_spin_then_lock (&self->lock);
  at_spin_then_lock (&self->inbox_lock);
  grant_turns (self);
  self->is_disputed = self->resumers.length > 0 || self->n_running > self->max_running;
  has_turn = (self->queue.length > 0 || self->inbox.length > 0) && take_turn (self);
  g_mutex_unlock (&self->inbox_lock);
  if (has_turn)
    hand_over (self, get_turn (self), NULL, NULL);
  else
    g_mutex_unlock (&self->lock);

  return has_turn;
}

/* Returns whether it was another one. */
gboolean
at_limiter_set_limit (AtLimiter *self,
                      guint      max_running)
{
  gboolean changed;

  g_mutex_lock (&self->inbox_lock);
  changed = self->max_running != max_running;
  self->max_running = max_running;
  g_mutex_unlock (&self->inbox_lock);

  while (start_one (self))
    ;

  return changed;
}

guint
at_limiter_get_limit (AtLimiter *self)
{
  guint max_running;

  g_mutex_lock (&self->inbox_lock);
  max_running = self->max_running;
  g_mutex_unlock (&self->inbox_lock);

  return max_running;
}

guint
at_limiter_n_running (AtLimiter *self)
{
  guint n_running;

  g_mutex_lock (&self->inbox_lock);
  n_running = self->n_running;
  g_mutex_unlock (&self->inbox_lock);

  return n_running;
}

guint
at_limiter_n_queued (AtLimiter *self)
{
  guint n_queued;

  g_mutex_lock (&self->lock);
  empty_inbox (self, NULL);
  n_queued = self->queue.length;
  g_mutex_unlock (&self->lock);

  return n_queued;
}
