/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-thread-pool-executor-private.h"

#include "at-executor.h"

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

/* What programs see of a pool: how it works is in at-pool.c. */

struct _AtThreadPoolExecutor
{
  GObject parent_instance;

  AtPool  pool;
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

static gboolean
at_thread_pool_executor_execute (AtExecutor   *executor,
                                 AtAsyncTask  *task,
                                 GError      **error)
{
  AtJobQueue *jobs = &AT_THREAD_POOL_EXECUTOR (executor)->pool.jobs;

  return jobs->klass->take_in (jobs, at_job_of (task), error);
}

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_thread_pool_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtThreadPoolExecutor, at_thread_pool_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

static void
at_thread_pool_executor_constructed (GObject *object)
{
  G_OBJECT_CLASS (at_thread_pool_executor_parent_class)->constructed (object);

  at_pool_list (&AT_THREAD_POOL_EXECUTOR (object)->pool);
}

static void
at_thread_pool_executor_finalize (GObject *object)
{
  AtThreadPoolExecutor *self = AT_THREAD_POOL_EXECUTOR (object);

  at_pool_clear (&self->pool);

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
      g_value_set_string (value, self->pool.name);
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
      self->pool.name = g_value_dup_string (value);
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

  object_class->constructed = at_thread_pool_executor_constructed;
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

  at_job_queue_set_offset (AT_TYPE_THREAD_POOL_EXECUTOR, G_STRUCT_OFFSET (AtThreadPoolExecutor, pool.jobs));
}

static void
at_thread_pool_executor_init (AtThreadPoolExecutor *self)
{
  at_pool_init (&self->pool, self);
}

AtPool *
at_thread_pool_executor_get_pool (AtThreadPoolExecutor *self)
{
  return &self->pool;
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

      self->pool.grows = TRUE;
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
  g_return_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self));

  at_pool_shut_down (&self->pool, cancel_queued);
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

  return self->pool.name;
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
  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  return at_pool_get_limit (&self->pool);
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
  g_return_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self));
  g_return_if_fail (max_threads <= G_MAXINT);

  if (at_pool_set_limit (&self->pool, max_threads != 0 ? max_threads : g_get_num_processors ()))
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
  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  return at_pool_n_running (&self->pool);
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
  g_return_val_if_fail (AT_IS_THREAD_POOL_EXECUTOR (self), 0);

  return at_pool_n_queued (&self->pool);
}
