/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-serial-executor.h"

#include "at-contention-private.h"
#include "at-executor-private.h"
#include "at-slot-private.h"
#include "at-thread-pool-executor-private.h"

#include <pthread.h>

/**
 * AtSerialExecutor:
 *
 * An executor that runs bodies one at a time, ordered by
 * [property@AsyncTask:priority], and in the order in which they came within one.
 *
 * Each body runs on the [property@SerialExecutor:target] when the one before it
 * has ended, however it ended. A body that is paused keeps its turn.
 *
 * The default one, [func@SerialExecutor.get_default], is where tasks run that
 * name no executor.
 *
 * Since: 1.0
 */

struct _AtSerialExecutor
{
  GObject               parent_instance;

  /* Constant. */
  AtJobQueue            jobs;
  AtExecutor           *target;
  AtPool               *pool; /* that of the target, if it has one */

  /* Of whoever has it. */
  AtTurn                turn;

  char                  gap_below[AT_CACHE_LINE];

  /* Under @inbox_lock, which is the last to be taken. Whoever executes a task has
   * no other lock to wait for while some job has the turn. The turn is given up only
   * with the inbox empty: a job is either added before, and found then, or whoever
   * adds it takes the turn. */
  GMutex                inbox_lock;
  AtJobChain            inbox;        /* of ordinary priority */
  gboolean              is_busy;      /* some job has the turn; holds a reference */

  char                  gap_above[AT_CACHE_LINE];

  /* Under @lock. What is in the inbox is moved here when there is nothing left that
   * goes before it, so that jobs are added at one end and taken at the other without a
   * meeting. Those of another priority are added here. */
  GMutex                lock;
  AtPriorityQueue       queue;
  AtBatch               batch;        /* that the queue is what is left of */
  gboolean              handing_over; /* some thread is in hand_over() */
  gboolean              turn_ended;   /* ... and has to go on with the next job */
};

enum
{
  PROP_TARGET = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean at_serial_executor_execute (AtExecutor   *executor,
                                            AtAsyncTask  *task,
                                            GError      **error);

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_serial_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtSerialExecutor, at_serial_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

/* Moves what is in the inbox to the queue. Under the lock. Where there is nothing in
 * either, whoever has the turn can give it up here, and with it a reference. */
static void
empty_inbox (AtSerialExecutor *self,
             gboolean         *gives_up)
{
  at_spin_then_lock (&self->inbox_lock);
  at_priority_queue_take_over (&self->queue, &self->inbox, G_PRIORITY_DEFAULT);
  if (gives_up != NULL)
    {
      *gives_up = self->queue.length == 0;
      self->is_busy = !*gives_up;
    }
  g_mutex_unlock (&self->inbox_lock);
}

/* The first job in the queue that was not cancelled, out of it. Under the lock, by
 * whoever has the turn; where there is none, NULL, and the turn is given up, with
 * its reference for the caller to drop. */
static AtJob *
take_first (AtSerialExecutor *self)
{
  gboolean gives_up = FALSE;

  for (;;)
    {
      AtJob *job;

      if (!at_priority_queue_has (&self->queue, G_PRIORITY_DEFAULT))
        {
          empty_inbox (self, &gives_up);
          if (gives_up)
            return NULL;
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
disown (AtSerialExecutor *self,
        AtJob            *job)
{
  if (at_job_get_queue (job) == &self->jobs)
    at_job_drop (job);
}

typedef struct
{
  AtSerialExecutor *executor;
  AtJob            *job;
} AtOffering;

/* The thread ends in the target. */
static void
on_thread_ends (gpointer data)
{
  AtOffering *self = data;
  AtSerialExecutor *executor = self->executor;
  gboolean has_turn;

  g_mutex_lock (&executor->lock);
  executor->handing_over = FALSE;
  has_turn = executor->turn_ended;
  g_mutex_unlock (&executor->lock);
  if (has_turn)
    at_turn_end_elsewhere (&executor->turn);
  self->job->klass->unref_home (self->job);
}

/* Offers @job to a target that may do anything, and has run and lost it before this
 * returns. Under the lock, which is let go meanwhile. */
static gboolean
offer_turn (AtSerialExecutor  *self,
            AtJob             *job,
            GError           **error)
{
  AtOffering offering = { self, job };
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
give_turn (AtSerialExecutor  *self,
           AtJob             *job,
           GError           **error)
{
  at_turn_give (&self->turn, job);

  /* A canceller that finds the job in our queue waits for the lock, and so until
   * it is in the queue of the pool. */
  if (self->pool != NULL)
    return at_pool_push (self->pool, job, &self->jobs, error);

  return offer_turn (self, job, error);
}

/* The target has refused @job: the turn is ours again, unless the target has given
 * the job to somebody else before. */
static void
take_turn_back (AtSerialExecutor *self,
                AtJob            *job)
{
  if (at_turn_take_back (&self->turn, job))
    self->turn_ended = TRUE;

  disown (self, job);
}

/* Fails a job that the target has refused. Takes over @error (nullable). */
static void
fail_turn (AtSerialExecutor *self,
           AtJob            *job,
           GError           *error)
{
  /* First of all: a canceller who has won lets the job go as soon as it is in no
   * queue, and a target that runs it all the same keeps the turn. */
  if (!at_job_claim_lent (job))
    {
      disown (self, job);
      g_clear_error (&error);
      return;
    }

  take_turn_back (self, job);
  g_mutex_unlock (&self->lock);
  at_job_leave (job);
  job->klass->end (job, AT_JOB_REJECTED, error);
  g_mutex_lock (&self->lock);
}

/* Hands jobs over, as long as turns end at once. With the lock, which it lets go in
 * the end; whoever calls it has the turn, or gives it to a job. Returns FALSE with
 * @own_error set, or not, if the target refuses @own (nullable); any other job that
 * is refused fails. */
static gboolean
hand_over (AtSerialExecutor  *self,
           AtJob             *own,
           GError           **own_error)
{
  AtPool *pool = self->pool;
  g_autoptr (AtExecutor) target = pool != NULL ? g_object_ref (self->target) : NULL;
  gboolean own_accepted = TRUE;
  gboolean rests = FALSE;

  self->handing_over = TRUE;

  do
    {
      AtJob *job = take_first (self);
      gboolean is_kept = FALSE;
      GError *error = NULL;

      self->turn_ended = FALSE;
      if (job == NULL)
        {
          rests = TRUE;
          break;
        }

      /* A pool is given the job under our lock; any other target may have run
       * and lost it before it returns. */
      if (self->pool == NULL)
        {
          is_kept = TRUE;
          job->klass->ref (job);
        }

      if (!give_turn (self, job, &error))
        {
          if (job == own)
            {
              take_turn_back (self, job);
              own_accepted = FALSE;
              if (error != NULL)
                g_propagate_error (own_error, g_steal_pointer (&error));
            }
          else
            {
              fail_turn (self, job, g_steal_pointer (&error));
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
  while (self->turn_ended);

  self->handing_over = FALSE;

  /* Where it does not rest, the job that has the turn may end, and take the last
   * reference along, as soon as there is no lock. */
  g_mutex_unlock (&self->lock);
  if (pool != NULL)
    at_pool_wake (pool);
  if (rests)
    g_object_unref (self);

  return own_accepted;
}

static void
at_serial_executor_advance (AtTurn *turn)
{
  AtSerialExecutor *self = turn->queue->executor;
  AtTurn *outer;

  at_spin_then_lock (&self->lock);
  outer = g_steal_pointer (&turn->outer);

  /* A target that runs bodies at once would have us recurse for each job. */
  if (self->handing_over)
    {
      self->turn_ended = TRUE;
      g_mutex_unlock (&self->lock);
    }
  else
    {
      hand_over (self, NULL, NULL);
    }

  at_turn_end (outer);
}

/* The same as give_turn() for a job that goes on in this thread. Under the lock. */
static gboolean
claim_turn (AtSerialExecutor *self,
            AtJob            *job)
{
  if (!at_job_claim (job))
    {
      at_job_drop (job);
      return FALSE;
    }

  at_turn_give (&self->turn, job);
  at_job_unqueue (job);

  return TRUE;
}

static AtJob *
at_serial_executor_take_next (AtTurn *turn,
                              AtSlot *slot)
{
  AtSerialExecutor *self = turn->queue->executor;
  AtTurn *outer;
  AtJob *job;

  if (self->pool == NULL || slot->queue != &self->pool->jobs || !at_pool_has_time (self->pool))
    {
      at_serial_executor_advance (turn);
      return NULL;
    }

  at_spin_then_lock (&self->lock);
  outer = g_steal_pointer (&turn->outer);
  if (self->queue.length == 0)
    at_batch_let_next_grow (&self->batch, &self->lock);

  do
    job = take_first (self);
  while (job != NULL && !claim_turn (self, job));

  g_mutex_unlock (&self->lock);
  if (job == NULL)
    g_object_unref (self);
  at_turn_end (outer);

  return job;
}

static const AtTurnClass turn_class = {
  .advance = at_serial_executor_advance,
  .take_next = at_serial_executor_take_next,
};

/* Takes the turn, if nobody has it, for a job that was just added. Under the lock of the
 * inbox. */
static gboolean
take_turn (AtSerialExecutor *self)
{
  if (self->is_busy)
    return FALSE;

  self->is_busy = TRUE;
  g_object_ref (self);

  return TRUE;
}

/* Adds a job to the queue. Returns whether that gives it the turn, with the lock then;
 * @taken says whether it could be added. */
static gboolean
add_to_queue (AtSerialExecutor *self,
              AtJob            *job,
              gboolean         *taken)
{
  AtJobChain one = { NULL, NULL, 0 };
  gboolean has_turn, added;

  at_spin_then_lock (&self->lock);
  *taken = at_job_add (job, NULL, &self->jobs, &one, &added);
  if (added)
    at_priority_queue_take_over (&self->queue, &one, job->level);
  at_spin_then_lock (&self->inbox_lock);
  has_turn = added && take_turn (self);
  g_mutex_unlock (&self->inbox_lock);
  if (!has_turn)
    g_mutex_unlock (&self->lock);

  return has_turn;
}

/* The same by the inbox, unless the job has got another priority meanwhile. */
static gboolean
add_to_inbox (AtSerialExecutor *self,
              AtJob            *job,
              gboolean         *taken)
{
  gboolean has_turn, added;

  at_spin_then_lock (&self->inbox_lock);
  *taken = at_job_add (job, NULL, &self->jobs, &self->inbox, &added);
  if (added && G_UNLIKELY (job->level != G_PRIORITY_DEFAULT))
    {
      at_job_chain_remove (&self->inbox, &job->link);
      at_job_drop (job);
      g_mutex_unlock (&self->inbox_lock);
      return add_to_queue (self, job, taken);
    }
  has_turn = added && take_turn (self);
  g_mutex_unlock (&self->inbox_lock);
  if (has_turn)
    at_spin_then_lock (&self->lock);

  return has_turn;
}

static gboolean
at_serial_executor_take_in (AtJobQueue  *jobs,
                            AtJob       *job,
                            GError     **error)
{
  AtSerialExecutor *self = jobs->executor;
  gboolean has_turn, taken;

  if (g_atomic_int_get (&job->priority) == G_PRIORITY_DEFAULT)
    has_turn = add_to_inbox (self, job, &taken);
  else
    has_turn = add_to_queue (self, job, &taken);

  if (has_turn)
    return hand_over (self, job, error);

  return taken || at_executor_refuse_queued (error);
}

static gboolean
at_serial_executor_execute (AtExecutor   *executor,
                            AtAsyncTask  *task,
                            GError      **error)
{
  return at_serial_executor_take_in (&AT_SERIAL_EXECUTOR (executor)->jobs, at_job_of (task), error);
}

gboolean
at_executor_offer_default (AtJob   *job,
                           GError **error)
{
  return at_serial_executor_take_in (&((AtSerialExecutor *) at_serial_executor_get_default ())->jobs, job, error);
}

static gboolean
at_serial_executor_forget (AtJobQueue *jobs,
                           AtJob      *job)
{
  AtSerialExecutor *self = jobs->executor;
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
at_serial_executor_reorder (AtJobQueue *jobs,
                            AtJob      *job)
{
  AtSerialExecutor *self = jobs->executor;
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
at_serial_executor_target_of (AtJobQueue *jobs)
{
  return ((AtSerialExecutor *) jobs->executor)->target;
}

static const AtJobQueueClass jobs_class = {
  .take_in = at_serial_executor_take_in,
  .forget = at_serial_executor_forget,
  .reorder = at_serial_executor_reorder,
  .target = at_serial_executor_target_of,
};

static void
at_serial_executor_finalize (GObject *object)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  g_clear_object (&self->target);
  at_priority_queue_clear (&self->queue);
  g_mutex_clear (&self->lock);
  g_mutex_clear (&self->inbox_lock);

  G_OBJECT_CLASS (at_serial_executor_parent_class)->finalize (object);
}

static void
at_serial_executor_constructed (GObject *object)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  if (self->target == NULL)
    self->target = g_object_ref (at_thread_pool_executor_get_default ());
  if (AT_IS_THREAD_POOL_EXECUTOR (self->target))
    self->pool = at_thread_pool_executor_get_pool (AT_THREAD_POOL_EXECUTOR (self->target));

  G_OBJECT_CLASS (at_serial_executor_parent_class)->constructed (object);
}

static void
at_serial_executor_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_TARGET:
      g_value_set_object (value, self->target);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_serial_executor_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_TARGET:
      self->target = g_value_dup_object (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_serial_executor_class_init (AtSerialExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->constructed = at_serial_executor_constructed;
  object_class->finalize = at_serial_executor_finalize;
  object_class->get_property = at_serial_executor_get_property;
  object_class->set_property = at_serial_executor_set_property;

  /**
   * AtSerialExecutor:target: (getter get_target)
   *
   * The executor that runs the bodies; the default thread pool if none is given.
   *
   * Since: 1.0
   */
  properties[PROP_TARGET] =
    g_param_spec_object ("target", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  at_job_queue_set_offset (AT_TYPE_SERIAL_EXECUTOR, G_STRUCT_OFFSET (AtSerialExecutor, jobs));
}

static void
at_serial_executor_init (AtSerialExecutor *self)
{
  self->jobs.klass = &jobs_class;
  self->jobs.executor = self;
  self->turn.klass = &turn_class;
  self->turn.queue = &self->jobs;
  g_mutex_init (&self->inbox_lock);
  g_mutex_init (&self->lock);
}

/**
 * at_serial_executor_new:
 * @target: (nullable): the executor that runs the bodies; %NULL for the default
 *   thread pool
 *
 * Creates an executor that runs bodies one at a time.
 *
 * Any thread.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
AtSerialExecutor *
at_serial_executor_new (AtExecutor *target)
{
  g_return_val_if_fail (target == NULL || AT_IS_EXECUTOR (target), NULL);

  return g_object_new (AT_TYPE_SERIAL_EXECUTOR,
                       "target", target,
                       NULL);
}

/**
 * at_serial_executor_get_default:
 *
 * Gets the serial executor that all of the program shares.
 *
 * It runs bodies on the default thread pool, and lives as long as the program.
 *
 * Any thread.
 *
 * Returns: (transfer none): the default serial executor
 *
 * Since: 1.0
 */
AtExecutor *
at_serial_executor_get_default (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    g_once_init_leave (&once, (gsize) at_serial_executor_new (NULL));

  return (AtExecutor *) once;
}

/**
 * at_serial_executor_get_target:
 * @self: a serial executor
 *
 * Gets the executor that runs the bodies.
 *
 * Any thread.
 *
 * Returns: (transfer none): an executor
 *
 * Since: 1.0
 */
AtExecutor *
at_serial_executor_get_target (AtSerialExecutor *self)
{
  g_return_val_if_fail (AT_IS_SERIAL_EXECUTOR (self), NULL);

  return self->target;
}
