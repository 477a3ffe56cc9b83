/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-pool-private.h"

#include "at-executor-private.h"
#include "at-hand-private.h"
#include "at-lender-private.h"
#include "at-slot-private.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>

#define LINGER_USEC (50 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gboolean granted;
} AtResumer;

/* On the stack of the thread. */
typedef struct
{
  AtSlot     slot;
  AtWorker   worker;
  AtBorrowed borrowed;
  AtJobFrame frame;
} AtPoolThread;

/* All functions from here to serve() are called under the lock. */

static guint
get_limit (AtPool *self)
{
  return self->max_threads + self->growth.n_extra;
}

static gboolean
has_work (AtPool *self)
{
  return self->queue.length > 0 && self->n_running < get_limit (self);
}

static gboolean
needs_watcher (AtPool *self)
{
  return self->grows && !self->watching &&
         (self->queue.length > 0 || self->resumers.length > 0) &&
         self->n_running >= get_limit (self);
}

/* Whether a task that comes now can but wait until a body ends, with nobody to be
 * woken for it. */
static gboolean
would_wait (AtPool *self)
{
  return self->n_running >= get_limit (self) && !self->is_shut_down &&
         (!self->grows || self->watching);
}

/* Moves what is in the inbox to the queue. */
static void
empty_inbox (AtPool  *self,
             gboolean stays_saturated)
{
  AtJobChain newer = { NULL, NULL, 0 };

  at_spin_then_lock (&self->inbox_lock);
  at_job_chain_take_over (&newer, &self->inbox);
  self->is_saturated = stays_saturated;
  g_mutex_unlock (&self->inbox_lock);

  if (newer.length > 0)
    {
      at_priority_queue_take_over (&self->queue, &newer, G_PRIORITY_DEFAULT);
      at_batch_begin (&self->batch);
    }
}

/* Has in the queue all there is, as it must be where every task counts. */
static void
take_all_in (AtPool *self)
{
  if (self->is_saturated)
    empty_inbox (self, TRUE);
}

/* The same where the next one counts. */
static void
take_in (AtPool *self)
{
  if (!at_priority_queue_has (&self->queue, G_PRIORITY_DEFAULT))
    take_all_in (self);
}

/* Comes last wherever something has changed that others look at without the lock. It
 * may find more to do, which is for the caller to see to. */
static void
settle (AtPool *self)
{
  gboolean saturated = would_wait (self);
  gboolean wanted;

  if (saturated != self->is_saturated)
    empty_inbox (self, saturated);

  wanted = self->queue.length > 0 || self->resumers.length > 0 ||
           self->n_running > get_limit (self) || self->is_shut_down;
  if (wanted == g_atomic_int_get (&self->is_wanted))
    return;

  /* Whoever adds to the inbox sets it as well. */
  at_spin_then_lock (&self->inbox_lock);
  g_atomic_int_set (&self->is_wanted, wanted || self->inbox.length > 0);
  g_mutex_unlock (&self->inbox_lock);
}

static void serve (gpointer data,
                   gpointer user_data);

static gboolean
borrow_thread (AtPool *self)
{
  GThreadPool *lender = at_lender_get (serve);

  if (lender == NULL)
    return FALSE;

  /* Where there is no thread to be had, the lender keeps the request all the same,
   * and serves it when there is one. It is not asked twice then, or the requests
   * would pile up, but to try again. */
  if (self->n_requests > 0)
    return g_thread_pool_set_max_threads (lender, -1, NULL);

  self->n_requests++;
  g_object_ref (self->jobs.executor);

  return g_thread_pool_push (lender, self, NULL);
}

/* Sees to it that what can run will, once the caller has called wake(). */
static void
tend (AtPool *self)
{
  if (self->waking || !(has_work (self) || needs_watcher (self)))
    return;

  if (self->n_idle > 0)
    {
      self->waking = TRUE;
      g_atomic_int_set (&self->must_signal, TRUE);
    }
  else
    {
      self->waking = borrow_thread (self);
    }
}

/* Does what tend() has left for when there is no lock held. A thread that is woken
 * under one has to go back to sleep over it, where there is but one processor at
 * once. One that wakes meanwhile because its time is up looks after the work that
 * this is about; the signal then only has another one look as well. */
void
at_pool_wake (AtPool *self)
{
  if (g_atomic_int_get (&self->must_signal) &&
      g_atomic_int_compare_and_exchange (&self->must_signal, TRUE, FALSE))
    g_cond_signal (&self->work);
}

/* Those that had begun go before those that have not. */
static void
grant_slots (AtPool *self)
{
  while (self->resumers.length > 0 && self->n_running < get_limit (self))
    {
      AtResumer *resumer = g_queue_pop_head (&self->resumers);

      resumer->granted = TRUE;
      self->n_running++;
      g_cond_broadcast (&self->resumed);
    }
}

/* A job to run out of the queue, or NULL. */
static AtJob *
pop_job (AtPool *self)
{
  while (has_work (self))
    {
      AtJob *job = at_job_from_link (at_priority_queue_pop (&self->queue));

      if (at_job_claim (job))
        {
          at_job_unqueue (job);
          return job;
        }

      /* One that was cancelled is its canceller's, who lets it go as soon as it is
       * in no queue any more. */
      at_job_drop (job);
    }

  return NULL;
}

/* A job to run, with a slot for it, or NULL. */
static AtJob *
take_job (AtPool *self)
{
  AtJob *found;

  do
    {
      grant_slots (self);
      found = pop_job (self);
      if (found != NULL)
        {
          self->n_running++;
          self->batch.n_taken++;
        }
      settle (self);
    }
  while (found == NULL && has_work (self));

  if (found != NULL)
    tend (self);

  return found;
}

/* Waits for work; returns FALSE when none has come until @end_time. */
static gboolean
wait_for_work (AtPool *self,
               gint64  end_time)
{
  gboolean woken;

  self->n_idle++;
  woken = g_cond_wait_until (&self->work, &self->lock, end_time);
  self->n_idle--;

  /* Whether or not it was this thread that was to be woken: it is awake now, and
   * a signal that came as its time was up is used up. */
  self->waking = FALSE;

  return woken;
}

/* Waits until it is time to look which bodies block, if there is nothing else to do
 * before, and has the pool run as many others. */
static void
watch_queue (AtPool *self)
{
  gint64 started, look_at = at_growth_plan (&self->growth, g_get_monotonic_time ());
  gboolean looks;
  guint n_blocked = 0;

  self->watching = TRUE;
  settle (self);
  looks = !wait_for_work (self, look_at) && !has_work (self);
  started = g_get_monotonic_time ();
  if (looks)
    {
      /* A body that ends meanwhile would wait for the lock. */
      g_mutex_unlock (&self->lock);
      n_blocked = at_growth_count_blocked (&self->growth);
      at_spin_then_lock (&self->lock);
    }
  self->watching = FALSE;
  take_in (self);

  if (looks && needs_watcher (self))
    at_growth_decide (&self->growth, n_blocked, started, g_get_monotonic_time ());
}

static void
give_slot_back (AtPool *self)
{
  at_spin_then_lock (&self->lock);
  if (self->queue.length == 0 && self->is_saturated)
    at_batch_let_next_grow (&self->batch, &self->lock);
  self->n_running--;
  take_in (self);
  if (self->queue.length == 0 && self->resumers.length == 0)
    at_growth_stop (&self->growth);
}

static void
run_jobs (AtPool       *self,
          AtPoolThread *thread,
          AtJob        *job)
{
  g_mutex_unlock (&self->lock);
  at_pool_wake (self);

  at_worker_turn (&thread->worker);
  while (job != NULL)
    {
      AtTurn *turn = at_job_run (job, &thread->frame, &thread->slot);

      at_borrowed_look (&thread->borrowed, thread->frame.ended_at);
      job = turn != NULL ? turn->klass->take_next (turn, &thread->slot) : NULL;
    }
  at_worker_turn (&thread->worker);

  give_slot_back (self);
}

/* Adds a job to the inbox, unless somebody has to be woken for it, or it has got another
 * priority meanwhile. It must be in no queue, or in @giver, under whose lock it is moved
 * on. */
static gboolean
push_to_inbox (AtPool     *self,
               AtJob      *job,
               AtJobQueue *giver,
               AtJobAdded *added)
{
  gboolean accepted;

  at_spin_then_lock (&self->inbox_lock);
  accepted = self->is_saturated;
  if (accepted)
    {
      *added = at_job_add (job, giver, &self->jobs, &self->inbox);
      if (*added == AT_JOB_IS_ADDED && G_UNLIKELY (job->level != G_PRIORITY_DEFAULT))
        {
          at_job_chain_remove (&self->inbox, &job->link);
          at_job_move (job, giver);
          accepted = FALSE;
        }
      else if (*added == AT_JOB_IS_ADDED && !g_atomic_int_get (&self->is_wanted))
        {
          g_atomic_int_set (&self->is_wanted, TRUE);
        }
    }
  g_mutex_unlock (&self->inbox_lock);

  return accepted;
}

/* Adds a job to the queue, unless somebody else has done so, and wakes a thread for
 * it; gives the job back if there can be none. Under the lock. */
static const char *
push_to_queue (AtPool     *self,
               AtJob      *job,
               AtJobQueue *giver,
               AtJobAdded *added)
{
  AtJobChain one = { NULL, NULL, 0 };

  if (self->is_shut_down)
    return _("The executor is shut down");

  *added = at_job_add (job, giver, &self->jobs, &one);
  if (*added == AT_JOB_IS_ADDED)
    at_priority_queue_take_over (&self->queue, &one, job->level);
  settle (self);
  tend (self);
  if (*added != AT_JOB_IS_ADDED || self->n_threads > 0 || self->waking)
    return NULL;

  at_priority_queue_remove (&self->queue, &job->link, job->level);
  at_job_move (job, giver);
  settle (self);

  return _("No thread could be started");
}

gboolean
at_pool_push (AtPool     *self,
              AtJob      *job,
              AtJobQueue *giver,
              GError    **error)
{
  const char *reason = NULL;
  AtJobAdded added = AT_JOB_IS_OVER;

  if (g_atomic_int_get (&job->priority) != G_PRIORITY_DEFAULT || !push_to_inbox (self, job, giver, &added))
    {
      at_spin_then_lock (&self->lock);
      reason = push_to_queue (self, job, giver, &added);
      g_mutex_unlock (&self->lock);
    }

  if (added == AT_JOB_IS_ELSEWHERE)
    return at_executor_refuse_queued (error);
  if (reason != NULL)
    g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, reason);

  return reason == NULL;
}

static gboolean
at_pool_take_in (AtJobQueue  *jobs,
                 AtJob       *job,
                 GError     **error)
{
  AtPool *self = (AtPool *) jobs;
  gboolean accepted = at_pool_push (self, job, NULL, error);

  at_pool_wake (self);

  return accepted;
}

static gboolean
at_pool_forget (AtJobQueue *jobs,
                AtJob      *job)
{
  AtPool *self = (AtPool *) jobs;
  gboolean found;

  at_spin_then_lock (&self->lock);
  take_all_in (self);
  found = at_job_get_queue (job) == jobs;
  if (found)
    {
      at_priority_queue_remove (&self->queue, &job->link, job->level);
      at_job_unqueue (job);
      settle (self);
    }
  g_mutex_unlock (&self->lock);

  return found;
}

static gboolean
at_pool_reorder (AtJobQueue *jobs,
                 AtJob      *job)
{
  AtPool *self = (AtPool *) jobs;
  gboolean found;

  at_spin_then_lock (&self->lock);
  take_all_in (self);
  found = at_job_get_queue (job) == jobs;
  if (found)
    at_job_reorder (job, &self->queue);
  g_mutex_unlock (&self->lock);

  return found;
}

static gboolean
at_pool_has_one_slot (AtJobQueue *jobs)
{
  AtPool *self = (AtPool *) jobs;
  gboolean has_one;

  g_mutex_lock (&self->lock);
  has_one = !self->grows && self->max_threads == 1;
  g_mutex_unlock (&self->lock);

  return has_one;
}

/* What is in the inbox stays there. */
static gboolean
at_pool_look (AtJobQueue    *jobs,
              AtQueueSight  *sight,
              AtJobSeenFunc  func,
              gpointer       data)
{
  AtPool *self = (AtPool *) jobs;
  gboolean has_both;

  sight->name = self->name;
  if (!at_lock_to_look (&self->lock))
    return FALSE;

  sight->limit = self->max_threads;
  sight->n_extra = self->growth.n_extra;
  sight->n_running = self->n_running;
  sight->n_resuming = self->resumers.length;
  sight->is_shut_down = self->is_shut_down;
  has_both = at_lock_to_look (&self->inbox_lock);
  if (has_both)
    {
      at_priority_queue_look (&self->queue, &self->inbox, func, data);
      g_mutex_unlock (&self->inbox_lock);
    }
  g_mutex_unlock (&self->lock);

  return has_both;
}

/* The name is what the gdb command looks for. */
static const AtJobQueueClass at_pool_jobs_class = {
  .take_in = at_pool_take_in,
  .forget = at_pool_forget,
  .reorder = at_pool_reorder,
  .has_one_slot = at_pool_has_one_slot,
  .look = at_pool_look,
};

static void
at_pool_leave_slot (AtSlot *slot)
{
  AtPool *self = (AtPool *) slot->queue;

  at_worker_turn (&((AtPoolThread *) slot)->worker);

  g_mutex_lock (&self->lock);
  self->n_running--;
  grant_slots (self);
  settle (self);
  tend (self);
  g_mutex_unlock (&self->lock);
  at_pool_wake (self);
}

static void
at_pool_retake_slot (AtSlot *slot,
                     AtJob  *job)
{
  AtPool *self = (AtPool *) slot->queue;
  AtResumer resumer = { FALSE };

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->resumers, &resumer);
  grant_slots (self);
  settle (self);
  tend (self);
  at_pool_wake (self);
  while (!resumer.granted && !at_job_has_to_stop (job))
    g_cond_wait (&self->resumed, &self->lock);
  if (!resumer.granted)
    {
      g_queue_remove (&self->resumers, &resumer);
      self->n_running++;
    }
  settle (self);
  g_mutex_unlock (&self->lock);

  at_worker_turn (&((AtPoolThread *) slot)->worker);
}

static void
at_pool_stir (AtSlot *slot)
{
  AtPool *self = (AtPool *) slot->queue;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->resumed);
  g_mutex_unlock (&self->lock);
}

static const AtSlotClass slot_class = {
  .leave = at_pool_leave_slot,
  .retake = at_pool_retake_slot,
  .stir = at_pool_stir,
};

static void
leave (AtPool       *self,
       AtPoolThread *thread)
{
  self->n_threads--;
  g_mutex_unlock (&self->lock);
  if (self->grows)
    at_growth_leave (&self->growth, &thread->worker);
}

/* A body ends the thread. The lender starts as many as it is asked for: it has no limit
 * that this one would count for. */
static void
on_thread_ends (gpointer data)
{
  AtPoolThread *thread = data;
  AtPool *self = (AtPool *) thread->slot.queue;

  at_job_abandon (&thread->frame);
  give_slot_back (self);
  grant_slots (self);
  settle (self);
  tend (self);
  leave (self, thread);
  at_pool_wake (self);
  g_object_unref (self->jobs.executor);
}

/* One thread, for as long as there is something to do. */
static void
serve (gpointer data,
       gpointer user_data)
{
  AtPool *self = data;
  AtPoolThread thread = { .slot = { &slot_class, &self->jobs } };

  thread.frame.hand = at_hand_get ();
  at_borrowed_begin (&thread.borrowed, self->name);
  if (self->grows)
    at_growth_join (&self->growth, &thread.worker);
  g_mutex_lock (&self->lock);
  self->n_threads++;
  self->n_requests--;
  self->waking = FALSE;

  pthread_cleanup_push (on_thread_ends, &thread);
  for (;;)
    {
      AtJob *job = take_job (self);

      if (job != NULL)
        {
          run_jobs (self, &thread, job);
          continue;
        }

      at_borrowed_restore (&thread.borrowed);
      if (needs_watcher (self))
        watch_queue (self);
      else if (!wait_for_work (self, g_get_monotonic_time () + LINGER_USEC) &&
               !has_work (self) && !needs_watcher (self))
        break;
    }
  pthread_cleanup_pop (FALSE);

  leave (self, &thread);
  at_borrowed_end (&thread.borrowed);
  g_object_unref (self->jobs.executor);
}

/* What the executor needs. */

void
at_pool_init (AtPool   *self,
              gpointer  executor)
{
  self->jobs.klass = &at_pool_jobs_class;
  self->jobs.executor = executor;
  g_mutex_init (&self->inbox_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->work);
  g_cond_init (&self->resumed);
  g_queue_init (&self->resumers);
  at_priority_queue_init (&self->queue);
  at_growth_init (&self->growth);
}

/* Once all that is constant is set. */
void
at_pool_list (AtPool *self)
{
  at_job_queue_list (&self->jobs);
}

void
at_pool_clear (AtPool *self)
{
  at_job_queue_unlist (&self->jobs);
  at_growth_clear (&self->growth);
  at_priority_queue_clear (&self->queue);
  g_cond_clear (&self->resumed);
  g_cond_clear (&self->work);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->inbox_lock);
  g_free (self->name);
}

/* Returns whether it was another one. */
gboolean
at_pool_set_limit (AtPool *self,
                   guint   max_threads)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->max_threads != max_threads;
  self->max_threads = max_threads;
  at_growth_stop (&self->growth);
  grant_slots (self);
  settle (self);
  tend (self);
  g_mutex_unlock (&self->lock);
  at_pool_wake (self);

  return changed;
}

guint
at_pool_get_limit (AtPool *self)
{
  guint max_threads;

  g_mutex_lock (&self->lock);
  max_threads = self->max_threads;
  g_mutex_unlock (&self->lock);

  return max_threads;
}

guint
at_pool_n_running (AtPool *self)
{
  guint n_running;

  g_mutex_lock (&self->lock);
  n_running = self->n_running;
  g_mutex_unlock (&self->lock);

  return n_running;
}

guint
at_pool_n_queued (AtPool *self)
{
  guint n_queued;

  g_mutex_lock (&self->lock);
  take_all_in (self);
  n_queued = self->queue.length;
  g_mutex_unlock (&self->lock);

  return n_queued;
}

/* What is queued is cancelled, or else still runs. */
void
at_pool_shut_down (AtPool   *self,
                   gboolean  cancel_queued)
{
  AtJobLink *cancelled = NULL, **end = &cancelled;
  AtJobLink *link;

  g_mutex_lock (&self->lock);
  self->is_shut_down = TRUE;
  settle (self);
  while (cancel_queued && (link = at_priority_queue_pop (&self->queue)) != NULL)
    {
      AtJob *job = at_job_from_link (link);

      if (at_job_claim_cancel (job))
        {
          at_job_unqueue (job);
          *end = link;
          end = &link->next;
        }
      else
        {
          at_job_drop (job);
        }
    }
  settle (self);
  g_mutex_unlock (&self->lock);

  while ((link = cancelled) != NULL)
    {
      AtJob *job = at_job_from_link (link);

      cancelled = link->next;
      job->klass->end (job, AT_JOB_CANCELLED, NULL);
    }
}
