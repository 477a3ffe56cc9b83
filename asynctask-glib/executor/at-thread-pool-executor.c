/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-thread-pool-executor-private.h"

#include "at-contention-private.h"
#include "at-executor-private.h"
#include "at-growth-private.h"
#include "at-lender-private.h"
#include "at-slot-private.h"

#include <glib/gi18n-lib.h>
#include <pthread.h>

/**
 * AtThreadPoolExecutor:
 *
 * An executor that runs bodies on a number of threads.
 *
 * At most [property@ThreadPoolExecutor:max-threads] bodies run at a time. The
 * others wait in a queue, ordered by [property@AsyncTask:priority], first come
 * first served within one. A body that is paused gives its place to another, and
 * waits for one when it is resumed.
 *
 * The default pool, [func@ThreadPoolExecutor.get_default], runs as many bodies as
 * there are processors, beside those that block, because they wait for data, for a
 * disk or for another thread. A body that could go on if it had a processor does not
 * block, whatever else keeps the processors busy.
 *
 * Threads are borrowed from a [struct@GLib.ThreadPool], which lets idle ones go.
 *
 * Since: 1.0
 */

/* The executor owns the queue; GThreadPool only lends threads, each of which
 * serves the queue until there is nothing left to do, and a moment longer.
 *
 * To add a task costs a wake-up at most, and mostly none: one thread is woken, or
 * borrowed, at a time (@waking), and wakes the next if there is still work for it
 * when it has taken a task itself. */

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

struct _AtThreadPoolExecutor
{
  GObject      parent_instance;

  /* Constant. */
  AtJobQueue   jobs;
  char        *name;
  gboolean     grows;

  char         gap_below[AT_CACHE_LINE];

  /* Under @inbox_lock, which is the last to be taken. Whoever executes a task has no
   * other lock to wait for while the pool is saturated. That changes under both locks,
   * and with the inbox empty: a task is either added before, and found then, or
   * whoever adds it sees that it has to go to the queue. */
  GMutex       inbox_lock;
  AtJobChain  inbox;     /* of ordinary priority */
  gboolean     is_saturated;

  char         gap_between[AT_CACHE_LINE];

  /* Under @lock. */
  GMutex       lock;
  GCond        work;
  GCond        resumed;
  AtPriorityQueue  queue;
  AtBatch      batch;     /* that came from the inbox last */
  GQueue       resumers;  /* of AtResumer, on the stacks of paused bodies */
  guint        max_threads;
  guint        n_running; /* bodies that hold a slot */
  guint        n_threads;
  guint        n_idle;    /* of them, those that wait for @work */
  guint        n_requests; /* for threads that have not come yet */
  gboolean     waking;    /* a thread is on its way to look at the queue */
  AtGrowth     growth;    /* what a pool that grows allows itself above @max_threads */
  gboolean     watching;  /* one of the idle threads looks after that */
  gboolean     is_shut_down;

  char         gap_above[AT_CACHE_LINE];

  /* Any thread, atomic. */
  int          is_wanted;   /* somebody else than the bodies that run wants a slot */
  int          must_signal; /* @work, by whoever has set it, once it has no lock any more */
};

enum
{
  PROP_NAME = 1,
  PROP_MAX_THREADS,
  PROP_N_RUNNING,
  PROP_N_QUEUED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean at_thread_pool_executor_execute (AtExecutor   *executor,
                                                 AtAsyncTask  *task,
                                                 GError      **error);

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_thread_pool_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtThreadPoolExecutor, at_thread_pool_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

/* All functions from here to serve() are called under the lock. */

static guint
get_limit (AtThreadPoolExecutor *self)
{
  return self->max_threads + self->growth.n_extra;
}

static gboolean
has_work (AtThreadPoolExecutor *self)
{
  return self->queue.length > 0 && self->n_running < get_limit (self);
}

static gboolean
needs_watcher (AtThreadPoolExecutor *self)
{
  return self->grows && !self->watching &&
         (self->queue.length > 0 || self->resumers.length > 0) &&
         self->n_running >= get_limit (self);
}

/* Whether a task that comes now can but wait until a body ends, with nobody to be
 * woken for it. */
static gboolean
would_wait (AtThreadPoolExecutor *self)
{
  return self->n_running >= get_limit (self) && !self->is_shut_down &&
         (!self->grows || self->watching);
}

/* Moves what is in the inbox to the queue. */
static void
empty_inbox (AtThreadPoolExecutor *self,
             gboolean              stays_saturated)
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
take_all_in (AtThreadPoolExecutor *self)
{
  if (self->is_saturated)
    empty_inbox (self, TRUE);
}

/* The same where the next one counts. */
static void
take_in (AtThreadPoolExecutor *self)
{
  if (!at_priority_queue_has (&self->queue, G_PRIORITY_DEFAULT))
    take_all_in (self);
}

/* Comes last wherever something has changed that others look at without the lock. It
 * may find more to do, which is for the caller to see to. */
static void
settle (AtThreadPoolExecutor *self)
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
borrow_thread (AtThreadPoolExecutor *self)
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

  return g_thread_pool_push (lender, g_object_ref (self), NULL);
}

/* Sees to it that what can run will, once the caller has called wake(). */
static void
tend (AtThreadPoolExecutor *self)
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
at_thread_pool_executor_wake (AtThreadPoolExecutor *self)
{
  if (g_atomic_int_get (&self->must_signal) &&
      g_atomic_int_compare_and_exchange (&self->must_signal, TRUE, FALSE))
    g_cond_signal (&self->work);
}

/* Those that had begun go before those that have not. */
static void
grant_slots (AtThreadPoolExecutor *self)
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
pop_job (AtThreadPoolExecutor *self)
{
  while (has_work (self))
    {
      AtJob *job = at_job_from_link (at_priority_queue_pop (&self->queue));

      if (at_job_claim (job))
        {
          at_job_set_queue (job, NULL);
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
take_job (AtThreadPoolExecutor *self)
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
wait_for_work (AtThreadPoolExecutor *self,
               gint64                end_time)
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
watch_queue (AtThreadPoolExecutor *self)
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
give_slot_back (AtThreadPoolExecutor *self)
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
run_jobs (AtThreadPoolExecutor *self,
          AtPoolThread         *thread,
          AtJob                *job)
{
  g_mutex_unlock (&self->lock);
  at_thread_pool_executor_wake (self);

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

/* Adds a job to the inbox, unless somebody has to be woken for it. It must be in no
 * queue, or in @giver, under whose lock it is moved on. */
static gboolean
push_to_inbox (AtThreadPoolExecutor *self,
               AtJob                *job,
               AtJobQueue           *giver,
               gboolean             *taken)
{
  gboolean accepted, added;

  at_spin_then_lock (&self->inbox_lock);
  accepted = self->is_saturated;
  if (accepted)
    {
      *taken = at_job_add (job, giver, &self->jobs, &self->inbox, &added);
      if (added && !g_atomic_int_get (&self->is_wanted))
        g_atomic_int_set (&self->is_wanted, TRUE);
    }
  g_mutex_unlock (&self->inbox_lock);

  return accepted;
}

/* Adds a job to the queue, unless somebody else has done so, and wakes a thread for
 * it; gives the job back if there can be none. Under the lock. */
static const char *
push_to_queue (AtThreadPoolExecutor *self,
               AtJob                *job,
               AtJobQueue           *giver,
               gboolean             *taken)
{
  AtJobChain one = { NULL, NULL, 0 };
  gboolean added;

  if (self->is_shut_down)
    return _("The executor is shut down");

  *taken = at_job_add (job, giver, &self->jobs, &one, &added);
  at_priority_queue_take_over (&self->queue, &one, job->priority);
  settle (self);
  tend (self);
  if (!added || self->n_threads > 0 || self->waking)
    return NULL;

  at_priority_queue_remove (&self->queue, &job->link, job->priority);
  at_job_move (job, giver);
  settle (self);

  return _("No thread could be started");
}

gboolean
at_thread_pool_executor_push (AtThreadPoolExecutor  *self,
                              AtJob                 *job,
                              AtJobQueue            *giver,
                              GError               **error)
{
  const char *reason = NULL;
  gboolean taken = TRUE;

  if (job->priority != G_PRIORITY_DEFAULT || !push_to_inbox (self, job, giver, &taken))
    {
      at_spin_then_lock (&self->lock);
      reason = push_to_queue (self, job, giver, &taken);
      g_mutex_unlock (&self->lock);
    }

  if (!taken)
    return at_executor_refuse_queued (error);
  if (reason != NULL)
    g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, reason);

  return reason == NULL;
}

static gboolean
at_thread_pool_executor_execute (AtExecutor   *executor,
                                 AtAsyncTask  *task,
                                 GError      **error)
{
  AtThreadPoolExecutor *self = AT_THREAD_POOL_EXECUTOR (executor);
  gboolean accepted = at_thread_pool_executor_push (self, at_job_of (task), NULL, error);

  at_thread_pool_executor_wake (self);

  return accepted;
}

static gboolean
at_thread_pool_executor_forget (AtJobQueue *jobs,
                                AtJob      *job)
{
  AtThreadPoolExecutor *self = jobs->executor;
  gboolean found;

  at_spin_then_lock (&self->lock);
  take_all_in (self);
  found = at_job_get_queue (job) == jobs;
  if (found)
    {
      at_priority_queue_remove (&self->queue, &job->link, job->priority);
      at_job_set_queue (job, NULL);
      settle (self);
    }
  g_mutex_unlock (&self->lock);

  return found;
}

static gboolean
at_thread_pool_executor_has_one_slot (AtJobQueue *jobs)
{
  AtThreadPoolExecutor *self = jobs->executor;
  gboolean has_one;

  g_mutex_lock (&self->lock);
  has_one = !self->grows && self->max_threads == 1;
  g_mutex_unlock (&self->lock);

  return has_one;
}

static const AtJobQueueClass jobs_class = {
  .forget = at_thread_pool_executor_forget,
  .has_one_slot = at_thread_pool_executor_has_one_slot,
};

gboolean
at_thread_pool_executor_has_time (AtThreadPoolExecutor *self)
{
  return !g_atomic_int_get (&self->is_wanted);
}

static void
at_thread_pool_executor_leave_slot (AtSlot *slot)
{
  AtThreadPoolExecutor *self = slot->queue->executor;

  at_worker_turn (&((AtPoolThread *) slot)->worker);

  g_mutex_lock (&self->lock);
  self->n_running--;
  grant_slots (self);
  settle (self);
  tend (self);
  g_mutex_unlock (&self->lock);
  at_thread_pool_executor_wake (self);
}

static void
at_thread_pool_executor_retake_slot (AtSlot *slot,
                                     AtJob  *job)
{
  AtThreadPoolExecutor *self = slot->queue->executor;
  AtResumer resumer = { FALSE };

  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->resumers, &resumer);
  grant_slots (self);
  settle (self);
  tend (self);
  at_thread_pool_executor_wake (self);
  while (!resumer.granted && !at_job_is_cancelled (job))
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
at_thread_pool_executor_stir (AtSlot *slot)
{
  AtThreadPoolExecutor *self = slot->queue->executor;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->resumed);
  g_mutex_unlock (&self->lock);
}

static const AtSlotClass slot_class = {
  .leave = at_thread_pool_executor_leave_slot,
  .retake = at_thread_pool_executor_retake_slot,
  .stir = at_thread_pool_executor_stir,
};

static void
leave (AtThreadPoolExecutor *self,
       AtPoolThread         *thread)
{
  self->n_threads--;
  g_mutex_unlock (&self->lock);
  if (self->grows)
    at_growth_leave (&self->growth, &thread->worker);
  at_slot_set_current (NULL);
}

/* A body ends the thread. The lender starts as many as it is asked for: it has no limit
 * that this one would count for. */
static void
on_thread_ends (gpointer data)
{
  AtPoolThread *thread = data;
  AtThreadPoolExecutor *self = thread->slot.queue->executor;

  at_job_abandon (&thread->frame);
  give_slot_back (self);
  grant_slots (self);
  settle (self);
  tend (self);
  leave (self, thread);
  at_thread_pool_executor_wake (self);
  g_object_unref (self);
}

/* One thread, for as long as there is something to do. */
static void
serve (gpointer data,
       gpointer user_data)
{
  AtThreadPoolExecutor *self = data;
  AtPoolThread thread = { .slot = { &slot_class, &self->jobs } };

  at_borrowed_begin (&thread.borrowed, self->name);
  at_slot_set_current (&thread.slot);
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
  g_object_unref (self);
}

static void
at_thread_pool_executor_finalize (GObject *object)
{
  AtThreadPoolExecutor *self = AT_THREAD_POOL_EXECUTOR (object);

  at_growth_clear (&self->growth);
  at_priority_queue_clear (&self->queue);
  g_cond_clear (&self->resumed);
  g_cond_clear (&self->work);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->inbox_lock);
  g_free (self->name);

  G_OBJECT_CLASS (at_thread_pool_executor_parent_class)->finalize (object);
}

static void
at_thread_pool_executor_get_property (GObject    *object,
                                      guint       prop_id,
                                      GValue     *value,
                                      GParamSpec *pspec)
{
  AtThreadPoolExecutor *self = AT_THREAD_POOL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_MAX_THREADS:
      g_value_set_uint (value, at_thread_pool_executor_get_max_threads (self));
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, at_thread_pool_executor_get_n_running (self));
      break;
    case PROP_N_QUEUED:
      g_value_set_uint (value, at_thread_pool_executor_get_n_queued (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_thread_pool_executor_set_property (GObject      *object,
                                      guint         prop_id,
                                      const GValue *value,
                                      GParamSpec   *pspec)
{
  AtThreadPoolExecutor *self = AT_THREAD_POOL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_MAX_THREADS:
      at_thread_pool_executor_set_max_threads (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_thread_pool_executor_class_init (AtThreadPoolExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = at_thread_pool_executor_finalize;
  object_class->get_property = at_thread_pool_executor_get_property;
  object_class->set_property = at_thread_pool_executor_set_property;

  /**
   * AtThreadPoolExecutor:name: (getter get_name)
   *
   * What the threads are called while they work for the pool, in a debugger for
   * example. The system may show the first 15 bytes only.
   *
   * Since: 1.0
   */
  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL,
                         NULL,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * AtThreadPoolExecutor:max-threads: (getter get_max_threads) (setter set_max_threads)
   *
   * How many bodies run at a time at most. Setting it to 0 makes it the number of
   * processors. It can be changed at any time; bodies that run go on.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_THREADS] =
    g_param_spec_uint ("max-threads", NULL, NULL,
                       0, G_MAXINT, 0,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT |
                       G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtThreadPoolExecutor:n-running: (getter get_n_running)
   *
   * How many bodies run now; paused ones do not count. It changes on worker
   * threads, and does not notify.
   *
   * Since: 1.0
   */
  properties[PROP_N_RUNNING] =
    g_param_spec_uint ("n-running", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtThreadPoolExecutor:n-queued: (getter get_n_queued)
   *
   * How many tasks wait for a thread now. It changes on worker threads, and does
   * not notify.
   *
   * Since: 1.0
   */
  properties[PROP_N_QUEUED] =
    g_param_spec_uint ("n-queued", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  at_job_queue_set_offset (AT_TYPE_THREAD_POOL_EXECUTOR, G_STRUCT_OFFSET (AtThreadPoolExecutor, jobs));
}

static void
at_thread_pool_executor_init (AtThreadPoolExecutor *self)
{
  self->jobs.klass = &jobs_class;
  self->jobs.executor = self;
  g_mutex_init (&self->inbox_lock);
  g_mutex_init (&self->lock);
  g_cond_init (&self->work);
  g_cond_init (&self->resumed);
  g_queue_init (&self->resumers);
  at_priority_queue_init (&self->queue);
  at_growth_init (&self->growth);
}

/**
 * at_thread_pool_executor_new:
 * @name: (nullable): what to call its threads
 * @max_threads: how many bodies run at a time at most; 0 for the number of
 *   processors
 *
 * Creates an executor that runs bodies on a number of threads.
 *
 * Any thread.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
AtThreadPoolExecutor *
at_thread_pool_executor_new (const char *name,
                             guint       max_threads)
{
  g_return_val_if_fail (max_threads <= G_MAXINT, NULL);

  return g_object_new (AT_TYPE_THREAD_POOL_EXECUTOR,
                       "name", name,
                       "max-threads", max_threads,
                       NULL);
}

/**
 * at_thread_pool_executor_get_default:
 *
 * Gets the thread pool that all of the program shares.
 *
 * It runs as many bodies as there are processors, beside those that block. It
 * lives as long as the program; shutting it down is a bad idea.
 *
 * Any thread.
 *
 * Returns: (transfer none): the default pool
 *
 * Since: 1.0
 */
AtExecutor *
at_thread_pool_executor_get_default (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      AtThreadPoolExecutor *self = at_thread_pool_executor_new ("AtThreadPool", 0);

      self->grows = TRUE;
      g_once_init_leave (&once, (gsize) self);
    }

  return (AtExecutor *) once;
}

/**
 * at_thread_pool_executor_shutdown:
 * @self: a thread pool
 * @cancel_queued: whether to cancel the tasks that have not started
 *
 * Has the pool take in no more tasks.
 *
 * Tasks executed on it from now on fail with [error@At.TaskError.REJECTED]. What
 * is queued is cancelled, or else still runs; bodies that run go on in either
 * case. This does not wait for anything.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_thread_pool_executor_shutdown (AtThreadPoolExecutor *self,
                                  gboolean              cancel_queued)
{
  AtJobLink *cancelled = NULL, **end = &cancelled;
  AtJobLink *link;

  g_return_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self));

  g_mutex_lock (&self->lock);
  self->is_shut_down = TRUE;
  settle (self);
  while (cancel_queued && (link = at_priority_queue_pop (&self->queue)) != NULL)
    {
      AtJob *job = at_job_from_link (link);

      if (at_job_claim_cancel (job))
        {
          at_job_set_queue (job, NULL);
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

/**
 * at_thread_pool_executor_get_name:
 * @self: a thread pool
 *
 * Gets what the threads of the pool are called.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): a name, or %NULL if it has none
 *
 * Since: 1.0
 */
const char *
at_thread_pool_executor_get_name (AtThreadPoolExecutor *self)
{
  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), NULL);

  return self->name;
}

/**
 * at_thread_pool_executor_get_max_threads:
 * @self: a thread pool
 *
 * Gets how many bodies run at a time at most.
 *
 * Any thread.
 *
 * Returns: a number of bodies
 *
 * Since: 1.0
 */
guint
at_thread_pool_executor_get_max_threads (AtThreadPoolExecutor *self)
{
  guint max_threads;

  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  g_mutex_lock (&self->lock);
  max_threads = self->max_threads;
  g_mutex_unlock (&self->lock);

  return max_threads;
}

/**
 * at_thread_pool_executor_set_max_threads:
 * @self: a thread pool
 * @max_threads: a number of bodies; 0 for the number of processors
 *
 * Sets how many bodies run at a time at most.
 *
 * When it is made smaller, bodies that run go on, and no other starts until there
 * are few enough of them.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_thread_pool_executor_set_max_threads (AtThreadPoolExecutor *self,
                                         guint                 max_threads)
{
  gboolean changed;

  g_return_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self));
  g_return_if_fail (max_threads <= G_MAXINT);

  if (max_threads == 0)
    max_threads = g_get_num_processors ();

  g_mutex_lock (&self->lock);
  changed = self->max_threads != max_threads;
  self->max_threads = max_threads;
  at_growth_stop (&self->growth);
  grant_slots (self);
  settle (self);
  tend (self);
  g_mutex_unlock (&self->lock);
  at_thread_pool_executor_wake (self);

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_THREADS]);
}

/**
 * at_thread_pool_executor_get_n_running:
 * @self: a thread pool
 *
 * Gets how many bodies run now; paused ones do not count.
 *
 * Any thread.
 *
 * Returns: a number of bodies
 *
 * Since: 1.0
 */
guint
at_thread_pool_executor_get_n_running (AtThreadPoolExecutor *self)
{
  guint n_running;

  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  g_mutex_lock (&self->lock);
  n_running = self->n_running;
  g_mutex_unlock (&self->lock);

  return n_running;
}

/**
 * at_thread_pool_executor_get_n_queued:
 * @self: a thread pool
 *
 * Gets how many tasks wait for a thread now.
 *
 * Any thread.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_thread_pool_executor_get_n_queued (AtThreadPoolExecutor *self)
{
  guint n_queued;

  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  g_mutex_lock (&self->lock);
  take_all_in (self);
  n_queued = self->queue.length;
  g_mutex_unlock (&self->lock);

  return n_queued;
}
