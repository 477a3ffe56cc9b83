/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-limit-executor.h"

#include "at-limiter-private.h"

/**
 * AtLimitExecutor:
 *
 * An executor that runs no more than so many bodies at a time, on the threads of another
 * one.
 *
 * [property@LimitExecutor:max-running] bodies run at a time on the
 * [property@LimitExecutor:target]. The others wait, ordered by
 * [property@AsyncTask:priority], and in the order in which they came within one.
 *
 * A pool has threads; this has none: several limits can share one pool, so that each host
 * is asked for four things at a time, and none of them keeps the processors from the
 * others.
 *
 * A body that waits, because it is paused, in [method@AsyncTask.wait] or in
 * [method@AsyncTask.sleep], gives its place to another one, and waits for one before it
 * goes on, as in a [class@ThreadPoolExecutor]. A task that is to be tried again has none
 * meanwhile.
 *
 * A target that refuses a task makes [method@AsyncTask.execute] fail while there is a
 * place free; a task that has waited for one fails with [error@At.TaskError.REJECTED], and
 * the next one has the place. An executor that is dropped lets what it has queued finish.
 *
 * ```c
 * g_autoptr (AtLimitExecutor) four = at_limit_executor_new (NULL, 4);
 *
 * at_async_task_execute_on_executor (task, AT_EXECUTOR (four), NULL, NULL);
 * ```
 *
 * Since: 1.0
 */

/* What programs see of a limit: how it works is in at-limiter.c. */

struct _AtLimitExecutor
{
  GObject   parent_instance;

  AtLimiter limiter;
};

enum
{
  PROP_TARGET = 1,
  PROP_MAX_RUNNING,
  PROP_N_RUNNING,
  PROP_N_QUEUED,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gboolean
at_limit_executor_execute (AtExecutor   *executor,
                            AtAsyncTask  *task,
                            GError      **error)
{
  return at_limiter_take_in (&AT_LIMIT_EXECUTOR (executor)->limiter.jobs, at_job_of (task), error);
}

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_limit_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtLimitExecutor, at_limit_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

static void
at_limit_executor_finalize (GObject *object)
{
  AtLimitExecutor *self = AT_LIMIT_EXECUTOR (object);

  at_limiter_clear (&self->limiter);

  G_OBJECT_CLASS (at_limit_executor_parent_class)->finalize (object);
}

static void
at_limit_executor_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtLimitExecutor *self = AT_LIMIT_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_TARGET:
      g_value_set_object (value, self->limiter.target);
      break;
    case PROP_MAX_RUNNING:
      g_value_set_uint (value, at_limit_executor_get_max_running (self));
      break;
    case PROP_N_RUNNING:
      g_value_set_uint (value, at_limit_executor_get_n_running (self));
      break;
    case PROP_N_QUEUED:
      g_value_set_uint (value, at_limit_executor_get_n_queued (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_limit_executor_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AtLimitExecutor *self = AT_LIMIT_EXECUTOR (object);

  switch (prop_id)
    {
    case PROP_TARGET:
      at_limiter_set_target (&self->limiter, g_value_dup_object (value));
      break;
    case PROP_MAX_RUNNING:
      at_limit_executor_set_max_running (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_limit_executor_class_init (AtLimitExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = at_limit_executor_finalize;
  object_class->get_property = at_limit_executor_get_property;
  object_class->set_property = at_limit_executor_set_property;

  /**
   * AtLimitExecutor:target: (getter get_target)
   *
   * The executor that runs the bodies; the default thread pool if none is given.
   *
   * Since: 1.0
   */
  properties[PROP_TARGET] =
    g_param_spec_object ("target", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * AtLimitExecutor:max-running: (getter get_max_running) (setter set_max_running)
   *
   * How many bodies run at a time at most. It can be changed at any time; bodies that run
   * go on.
   *
   * Since: 1.0
   */
  properties[PROP_MAX_RUNNING] =
    g_param_spec_uint ("max-running", NULL, NULL,
                       1, G_MAXUINT, 1,
                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtLimitExecutor:n-running: (getter get_n_running)
   *
   * How many tasks have a place now: those whose bodies run, and those that the target has
   * taken in. Bodies that wait do not count. It changes on worker threads, and does not
   * notify.
   *
   * Since: 1.0
   */
  properties[PROP_N_RUNNING] =
    g_param_spec_uint ("n-running", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * AtLimitExecutor:n-queued: (getter get_n_queued)
   *
   * How many tasks wait for a place now. It changes on worker threads, and does not
   * notify.
   *
   * Since: 1.0
   */
  properties[PROP_N_QUEUED] =
    g_param_spec_uint ("n-queued", NULL, NULL,
                       0, G_MAXUINT, 0,
                       G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  at_job_queue_set_offset (AT_TYPE_LIMIT_EXECUTOR, G_STRUCT_OFFSET (AtLimitExecutor, limiter.jobs));
}

static void
at_limit_executor_init (AtLimitExecutor *self)
{
  at_limiter_init (&self->limiter, self, 1, FALSE);
}

/**
 * at_limit_executor_new:
 * @target: (nullable): the executor that runs the bodies; %NULL for the default
 *   thread pool
 * @max_running: how many bodies run at a time at most; 1 or more
 *
 * Creates an executor that runs so many bodies at a time.
 *
 * Any thread.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
AtLimitExecutor *
at_limit_executor_new (AtExecutor *target,
                       guint       max_running)
{
  g_return_val_if_fail (target == NULL || AT_IS_EXECUTOR (target), NULL);
  g_return_val_if_fail (max_running > 0, NULL);

  return g_object_new (AT_TYPE_LIMIT_EXECUTOR,
                       "target", target,
                       "max-running", max_running,
                       NULL);
}

/**
 * at_limit_executor_get_target:
 * @self: a limit executor
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
at_limit_executor_get_target (AtLimitExecutor *self)
{
  g_return_val_if_fail (AT_IS_LIMIT_EXECUTOR (self), NULL);

  return self->limiter.target;
}

/**
 * at_limit_executor_get_max_running:
 * @self: a limit executor
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
at_limit_executor_get_max_running (AtLimitExecutor *self)
{
  g_return_val_if_fail (AT_IS_LIMIT_EXECUTOR (self), 0);

  return at_limiter_get_limit (&self->limiter);
}

/**
 * at_limit_executor_set_max_running:
 * @self: a limit executor
 * @max_running: a number of bodies; 1 or more
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
at_limit_executor_set_max_running (AtLimitExecutor *self,
                                   guint            max_running)
{
  g_return_if_fail (AT_IS_LIMIT_EXECUTOR (self));
  g_return_if_fail (max_running > 0);

  if (at_limiter_set_limit (&self->limiter, max_running))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_RUNNING]);
}

/**
 * at_limit_executor_get_n_running:
 * @self: a limit executor
 *
 * Gets how many tasks have a place now: those whose bodies run, and those that the target
 * has taken in. Bodies that wait do not count.
 *
 * Any thread.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_limit_executor_get_n_running (AtLimitExecutor *self)
{
  g_return_val_if_fail (AT_IS_LIMIT_EXECUTOR (self), 0);

  return at_limiter_n_running (&self->limiter);
}

/**
 * at_limit_executor_get_n_queued:
 * @self: a limit executor
 *
 * Gets how many tasks wait for a place now.
 *
 * Any thread.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_limit_executor_get_n_queued (AtLimitExecutor *self)
{
  g_return_val_if_fail (AT_IS_LIMIT_EXECUTOR (self), 0);

  return at_limiter_n_queued (&self->limiter);
}
