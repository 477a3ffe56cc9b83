/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-deferred-task.h"

#include "at-task-hooks-private.h"

/**
 * AtDeferredTask:
 *
 * A task without a thread: the work is done elsewhere.
 *
 * It is for what is asynchronous by itself, such as the functions of GIO, of libsoup and
 * of D-Bus, and gives it all that a task has: progress, cancelling, a timeout, retries, a
 * place in an [class@TaskList], [method@AsyncTask.wait]. It has no body. Instead, the
 * signal [signal@DeferredTask::start] has the work begun, in the owner context; and when
 * that has ended, [method@DeferredTask.complete] or [method@DeferredTask.fail] says so, in
 * any thread, which stands for the return of a body.
 *
 * ```c
 * static void
 * on_bytes_loaded (GObject      *file,
 *                  GAsyncResult *result,
 *                  gpointer      user_data)
 * {
 *   g_autoptr (AtDeferredTask) task = user_data;
 *   g_autoptr (GError) error = NULL;
 *   g_autoptr (GBytes) bytes = g_file_load_bytes_finish (G_FILE (file), result, NULL, &error);
 *   g_auto (GValue) value = G_VALUE_INIT;
 *
 *   if (bytes == NULL)
 *     {
 *       at_deferred_task_fail (task, error);
 *       return;
 *     }
 *
 *   g_value_init (&value, G_TYPE_BYTES);
 *   g_value_set_boxed (&value, bytes);
 *   at_deferred_task_complete (task, &value);
 * }
 *
 * static void
 * on_start (AtDeferredTask *task,
 *           const GValue   *params,
 *           GCancellable   *cancellable,
 *           GFile          *file)
 * {
 *   g_file_load_bytes_async (file, cancellable, on_bytes_loaded, g_object_ref (task));
 * }
 * ```
 *
 * A task that was started is kept alive until it completes, as one is whose body runs.
 * That is also so where it is cancelled, or its time is up: its work is interrupted, by its
 * cancellable, and the last callback comes when it has ended. So every way that the work
 * can take has to end in one of the two functions.
 *
 * ## Attempts
 *
 * With [method@AsyncTask.set_retry], a task that has failed is started again. Whoever ends
 * it ends the attempt that goes on then, and does nothing between two of them; so the end
 * of an attempt that was given up must not come late.
 *
 * ## Executors
 *
 * There is none, unless [property@AsyncTask:executor] names one; the default executor is
 * for bodies. Where one is named, the task is started when its turn has come. A thread of a
 * pool is free again at once; the turn in a [class@SerialExecutor] is kept until the task
 * completes. A [class@InlineExecutor] has it started inside [method@AsyncTask.execute].
 *
 * ## Pausing
 *
 * A task that is paused before it was started is started once it is resumed. Later,
 * whoever does its work can look at [method@AsyncTask.is_paused]; the property
 * [property@AsyncTask:paused] and the virtual function `control_changed` tell.
 * [method@AsyncTask.checkpoint] never blocks.
 *
 * Since: 1.0
 */

enum
{
  START,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_TYPE (AtDeferredTask, at_deferred_task, AT_TYPE_ASYNC_TASK)

static void
at_deferred_task_begin (AtAsyncTask  *task,
                        const GValue *params,
                        GCancellable *cancellable)
{
  g_signal_emit (task, signals[START], 0, params, cancellable);
}

/**
 * AtDeferredTaskClass::start:
 * @self: a task
 * @params: (nullable): what was given to [method@AsyncTask.execute]
 * @cancellable: (not nullable): triggered by an interrupting [method@AsyncTask.cancel]
 *
 * Class handler of [signal@DeferredTask::start].
 *
 * Since: 1.0
 */

static void
at_deferred_task_real_start (AtDeferredTask *self,
                             const GValue   *params,
                             GCancellable   *cancellable)
{
}

static void
at_deferred_task_class_init (AtDeferredTaskClass *klass)
{
  klass->start = at_deferred_task_real_start;

  /**
   * AtDeferredTask::start:
   * @self: the task
   * @params: (nullable): what was given to [method@AsyncTask.execute]
   * @cancellable: (not nullable): triggered by an interrupting [method@AsyncTask.cancel]
   *
   * Emitted to have the work begun.
   *
   * It comes once the owner context is iterated after [signal@AsyncTask::pre-execute],
   * and never inside [method@AsyncTask.execute], unless the task is on a
   * [class@InlineExecutor]. Both functions that end it may be called inside.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  signals[START] =
    g_signal_new ("start",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtDeferredTaskClass, start),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 2,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE,
                  G_TYPE_CANCELLABLE);
}

static void
at_deferred_task_init (AtDeferredTask *self)
{
  at_async_task_set_deferred (AT_ASYNC_TASK (self), at_deferred_task_begin, FALSE);
}

/**
 * at_deferred_task_new:
 *
 * Creates a task whose work is done elsewhere.
 *
 * What begins it is connected to [signal@DeferredTask::start].
 *
 * Any thread; as with [ctor@AsyncTask.new], it counts as the owner's as long as nobody
 * iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtDeferredTask *
at_deferred_task_new (void)
{
  return g_object_new (AT_TYPE_DEFERRED_TASK, NULL);
}

/**
 * at_deferred_task_complete:
 * @self: a task
 * @result: (nullable): the result, of which a copy is made; %NULL, or an empty value, for
 *   what [method@AsyncTask.set_result] has set
 *
 * Says that the work of the task has been done.
 *
 * It counts once the task was started, and as the first of the two that end it: this and
 * [method@DeferredTask.fail]. At other times nothing happens. A task that was cancelled
 * meanwhile, or that has timed out, then calls back that it was.
 *
 * Any thread, also inside [signal@DeferredTask::start]. No callback runs inside this
 * function.
 *
 * Returns: %TRUE if this call is what ends the task; %FALSE if it has not been started, or
 *   has ended before
 *
 * Since: 1.0
 */
gboolean
at_deferred_task_complete (AtDeferredTask *self,
                           const GValue   *result)
{
  g_return_val_if_fail (AT_IS_DEFERRED_TASK (self), FALSE);
  g_return_val_if_fail (result == NULL || result->g_type == 0 || G_IS_VALUE (result), FALSE);

  return at_async_task_end_deferred (AT_ASYNC_TASK (self), TRUE, result, NULL);
}

/**
 * at_deferred_task_fail:
 * @self: a task
 * @error: (nullable): why, of which a copy is made; %NULL for
 *   [error@At.TaskError.FAILED]
 *
 * Says that the work of the task has failed.
 *
 * It counts once the task was started, and as the first of the two that end it: this and
 * [method@DeferredTask.complete]. At other times nothing happens. A task that was cancelled
 * meanwhile, or that has timed out, then calls back that it was.
 *
 * Any thread, also inside [signal@DeferredTask::start]. No callback runs inside this
 * function.
 *
 * Returns: %TRUE if this call is what ends the task; %FALSE if it has not been started, or
 *   has ended before
 *
 * Since: 1.0
 */
gboolean
at_deferred_task_fail (AtDeferredTask *self,
                       const GError   *error)
{
  g_return_val_if_fail (AT_IS_DEFERRED_TASK (self), FALSE);

  return at_async_task_end_deferred (AT_ASYNC_TASK (self), FALSE, NULL,
                                     error != NULL ? g_error_copy (error) : NULL);
}
