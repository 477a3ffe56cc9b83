/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-serial-executor.h"

#include "at-limiter-private.h"

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

/* What programs see of a limit of one: how it works is in at-limiter.c. */

struct _AtSerialExecutor
{
  GObject   parent_instance;

  AtLimiter limiter;
};

enum
{
  PROP_TARGET = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static gsize default_executor; /* atomic: the AtSerialExecutor, once it was asked for */

static gboolean
at_serial_executor_execute (AtExecutor   *executor,
                            AtAsyncTask  *task,
                            GError      **error)
{
  return at_limiter_take_in (&AT_SERIAL_EXECUTOR (executor)->limiter.jobs, at_job_of (task), error);
}

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_serial_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtSerialExecutor, at_serial_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

static G_NO_INLINE gboolean
offer_first (AtJob   *job,
             GError **error)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (at_serial_executor_get_default ());

  return at_limiter_take_in (&self->limiter.jobs, job, error);
}

gboolean
at_executor_offer_default (AtJob   *job,
                           GError **error)
{
  AtSerialExecutor *self = (AtSerialExecutor *) g_atomic_pointer_get (&default_executor);

  if (G_UNLIKELY (self == NULL))
    return offer_first (job, error);

  return at_limiter_take_in (&self->limiter.jobs, job, error);
}

static void
at_serial_executor_finalize (GObject *object)
{
  AtSerialExecutor *self = AT_SERIAL_EXECUTOR (object);

  at_limiter_clear (&self->limiter);

  G_OBJECT_CLASS (at_serial_executor_parent_class)->finalize (object);
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
      g_value_set_object (value, self->limiter.target);
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
      at_limiter_set_target (&self->limiter, g_value_dup_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_serial_executor_class_init (AtSerialExecutorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

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

  at_job_queue_set_offset (AT_TYPE_SERIAL_EXECUTOR, G_STRUCT_OFFSET (AtSerialExecutor, limiter.jobs));
}

static void
at_serial_executor_init (AtSerialExecutor *self)
{
  at_limiter_init (&self->limiter, self, 1, TRUE);
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
  if (g_once_init_enter (&default_executor))
    g_once_init_leave (&default_executor, (gsize) at_serial_executor_new (NULL));

  return (AtExecutor *) default_executor;
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

  return self->limiter.target;
}
