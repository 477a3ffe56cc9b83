/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-serial-executor.h"

#include "at-async-task-private.h"
#include "at-contention-private.h"
#include "at-executor.h"

/**
 * AtSerialExecutor:
 *
 * An executor that runs bodies one at a time, in the order in which they came.
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
  AtExecutor           *target;
  AtThreadPoolExecutor *pool; /* the target, if it is one */

  char                  gap_below[AT_CACHE_LINE];

  /* Under @inbox_lock, which is the last to be taken. Whoever executes a task has
   * no other lock to wait for while some task has the turn. The turn is given up only
   * with the inbox empty: a task is either added before, and found then, or whoever
   * adds it takes the turn. */
  GMutex                inbox_lock;
  AtJobChain           inbox;
  gboolean              is_busy;      /* some task has the turn; holds a reference */

  char                  gap_above[AT_CACHE_LINE];

  /* Under @lock. What is in the inbox is moved here when there is nothing left, so
   * that tasks are added at one end and taken at the other without a meeting. */
  GMutex                lock;
  AtJobChain           queue;
  AtBatch               batch;        /* that the queue is what is left of */
  gboolean              handing_over; /* some thread is in hand_over() */
  gboolean              turn_ended;   /* ... and has to go on with the next task */
  AtSerialExecutor     *outer_turn;   /* the turn that the task has beside ours, where
                                       * one serial executor is on top of another */
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
  at_job_chain_take_over (&self->queue, &self->inbox);
  if (gives_up != NULL)
    {
      *gives_up = self->queue.head == NULL;
      self->is_busy = !*gives_up;
    }
  g_mutex_unlock (&self->inbox_lock);
}

/* The first task in the queue that was not cancelled, out of it. Under the lock, by
 * whoever has the turn; where there is none, NULL, and the turn is given up, with
 * its reference for the caller to drop. */
static AtAsyncTask *
take_first (AtSerialExecutor *self)
{
  gboolean gives_up = FALSE;

  for (;;)
    {
      AtAsyncTask *task;
      AtJobLink *link;

      if (self->queue.head == NULL)
        {
          empty_inbox (self, &gives_up);
          if (gives_up)
            return NULL;
          at_batch_begin (&self->batch);
        }

      link = self->queue.head;
      at_job_chain_remove (&self->queue, link);
      self->batch.n_taken++;
      task = at_async_task_from_link (link);
      if (at_async_task_is_queued (task))
        return task;

      /* Its canceller waits for the lock, and then cares for it. */
      at_async_task_set_queue (task, NULL);
    }
}

/* The task is not in our queue any more. Its canceller, if it has one, lets it go
 * after this. Under the lock. */
static void
disown (AtSerialExecutor *self,
        AtAsyncTask      *task)
{
  if (at_async_task_get_queue (task) == AT_EXECUTOR (self))
    at_async_task_set_queue (task, NULL);
}

/* Gives the turn to @task, and the task to the target. Under the lock, which is
 * let go while a target that may do anything has the task. */
static gboolean
give_turn (AtSerialExecutor  *self,
           AtAsyncTask       *task,
           GError           **error)
{
  gboolean accepted;

  self->outer_turn = at_async_task_take_turn (task);
  at_async_task_set_turn (task, self);

  /* A canceller that finds the task in our queue waits for the lock, and so until
   * it is in the queue of the pool. */
  if (self->pool != NULL)
    return at_thread_pool_executor_push (self->pool, task, error);

  at_async_task_set_queue (task, NULL);
  g_mutex_unlock (&self->lock);
  accepted = at_executor_offer (self->target, task, error);
  g_mutex_lock (&self->lock);

  return accepted;
}

/* The target has refused @task: the turn is ours again, unless the target has
 * given the task to somebody else before. */
static void
take_turn_back (AtSerialExecutor *self,
                AtAsyncTask      *task)
{
  if (at_async_task_swap_turn (task, self, self->outer_turn))
    {
      self->outer_turn = NULL;
      self->turn_ended = TRUE;
    }

  disown (self, task);
}

/* Fails a task that the target has refused. Takes over @error (nullable). */
static void
fail_turn (AtSerialExecutor *self,
           AtAsyncTask      *task,
           GError           *error)
{
  /* First of all: a canceller who has won lets the task go as soon as it is in no
   * queue, and a target that runs it all the same keeps the turn. */
  if (!at_async_task_claim (task))
    {
      disown (self, task);
      g_clear_error (&error);
      return;
    }

  take_turn_back (self, task);
  g_mutex_unlock (&self->lock);
  at_async_task_end_rejected (task, error);
  g_mutex_lock (&self->lock);
}

/* Hands tasks over, as long as turns end at once. With the lock, which it lets go in
 * the end; whoever calls it has the turn, or gives it to a task. Returns FALSE with
 * @own_error set, or not, if the target refuses @own (nullable); any other task that
 * is refused fails. */
static gboolean
hand_over (AtSerialExecutor  *self,
           AtAsyncTask       *own,
           GError           **own_error)
{
  g_autoptr (AtThreadPoolExecutor) pool = self->pool != NULL ? g_object_ref (self->pool) : NULL;
  gboolean own_accepted = TRUE;
  gboolean rests = FALSE;

  self->handing_over = TRUE;

  do
    {
      AtAsyncTask *task = take_first (self);
      AtAsyncTask *kept = NULL;
      GError *error = NULL;

      self->turn_ended = FALSE;
      if (task == NULL)
        {
          rests = TRUE;
          break;
        }

      /* A pool is given the task under our lock; any other target may have run
       * and lost it before it returns. */
      if (self->pool == NULL)
        kept = g_object_ref (task);

      if (!give_turn (self, task, &error))
        {
          if (task == own)
            {
              take_turn_back (self, task);
              own_accepted = FALSE;
              if (error != NULL)
                g_propagate_error (own_error, g_steal_pointer (&error));
            }
          else
            {
              fail_turn (self, task, g_steal_pointer (&error));
            }
        }
      g_clear_error (&error);

      if (kept != NULL)
        {
          g_mutex_unlock (&self->lock);
          at_async_task_unref_home (kept);
          g_mutex_lock (&self->lock);
        }
    }
  while (self->turn_ended);

  self->handing_over = FALSE;

  /* Where it does not rest, the task that has the turn may end, and take the last
   * reference along, as soon as there is no lock. */
  g_mutex_unlock (&self->lock);
  if (pool != NULL)
    at_thread_pool_executor_wake (pool);
  if (rests)
    g_object_unref (self);

  return own_accepted;
}

/* A turn has ended. */
void
at_serial_executor_advance (AtSerialExecutor *self)
{
  AtSerialExecutor *outer_turn;

  at_spin_then_lock (&self->lock);
  outer_turn = g_steal_pointer (&self->outer_turn);

  /* A target that runs bodies at once would have us recurse for each task. */
  if (self->handing_over)
    {
      self->turn_ended = TRUE;
      g_mutex_unlock (&self->lock);
    }
  else
    {
      hand_over (self, NULL, NULL);
    }

  if (outer_turn != NULL)
    at_serial_executor_advance (outer_turn);
}

/* The same as give_turn() for a task that goes on in this thread. Under the lock. */
static gboolean
claim_turn (AtSerialExecutor *self,
            AtAsyncTask      *task)
{
  gboolean claimed = at_async_task_claim (task);

  if (claimed)
    {
      self->outer_turn = at_async_task_take_turn (task);
      at_async_task_set_turn (task, self);
    }
  at_async_task_set_queue (task, NULL);

  return claimed;
}

/* A turn has ended in a thread of @pool, which runs the next task in the same
 * slot if it gets one here. */
AtAsyncTask *
at_serial_executor_take_next (AtSerialExecutor     *self,
                              AtThreadPoolExecutor *pool)
{
  AtSerialExecutor *outer_turn;
  AtAsyncTask *task;

  if (self->pool != pool || !at_thread_pool_executor_has_time (pool))
    {
      at_serial_executor_advance (self);
      return NULL;
    }

  at_spin_then_lock (&self->lock);
  outer_turn = g_steal_pointer (&self->outer_turn);
  if (self->queue.head == NULL)
    at_batch_let_next_grow (&self->batch, &self->lock);

  do
    task = take_first (self);
  while (task != NULL && !claim_turn (self, task));

  g_mutex_unlock (&self->lock);
  if (task == NULL)
    g_object_unref (self);
  if (outer_turn != NULL)
    at_serial_executor_advance (outer_turn);

  return task;
}

static gboolean
at_serial_executor_execute (AtExecutor   *executor,
                            AtAsyncTask  *task,
                            GError      **error)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (executor);
  gboolean has_turn = FALSE;

  at_spin_then_lock (&self->inbox_lock);
  if (at_executor_add (executor, &self->inbox, task) && !self->is_busy)
    {
      has_turn = self->is_busy = TRUE;
      g_object_ref (self);
    }
  g_mutex_unlock (&self->inbox_lock);

  if (!has_turn)
    return TRUE;

  at_spin_then_lock (&self->lock);

  return hand_over (self, task, error);
}

gboolean
at_serial_executor_forget (AtSerialExecutor *self,
                           AtAsyncTask      *task)
{
  gboolean found;

  at_spin_then_lock (&self->lock);
  empty_inbox (self, NULL);
  found = at_async_task_get_queue (task) == AT_EXECUTOR (self);
  if (found)
    {
      at_job_chain_remove (&self->queue, at_async_task_get_link (task));
      at_async_task_set_queue (task, NULL);
    }
  g_mutex_unlock (&self->lock);

  return found;
}

static void
at_serial_executor_finalize (GObject *object)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  g_clear_object (&self->target);
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
    self->pool = AT_THREAD_POOL_EXECUTOR (self->target);

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
}

static void
at_serial_executor_init (AtSerialExecutor *self)
{
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
