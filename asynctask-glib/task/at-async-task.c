/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-async-task.h"

#include "at-format-private.h"
#include "at-task-private.h"

#include <glib/gi18n-lib.h>

/**
 * AtAsyncTask:
 *
 * A piece of work that runs on a worker thread and reports to its owner.
 *
 * The work is the body: the virtual function `in_background` of a subclass, or
 * the function given to [ctor@AsyncTask.new]. [method@AsyncTask.execute] hands
 * the task to an [iface@Executor], whose thread runs the body, once. Everything
 * else happens in the owner context, which is the default main context unless
 * [property@AsyncTask:main-context] names another one:
 *
 * 1. [signal@AsyncTask::pre-execute], inside `execute()` and before the body;
 * 2. [signal@AsyncTask::progress-update], for each value that the body publishes
 *    with [method@AsyncTask.publish_progress];
 * 3. exactly one of [signal@AsyncTask::post-execute], [signal@AsyncTask::failed]
 *    and [signal@AsyncTask::cancelled]; none if the [property@AsyncTask:owner] or the
 *    context is gone by then.
 *
 * A failure that nobody hears of, because nobody handles `failed`, watches the
 * properties that tell of it, awaits the task or asks it, is a warning in the log when
 * the task is freed.
 *
 * A callback never runs on a worker thread, nor inside `execute()` or
 * [method@AsyncTask.cancel]. While nobody iterates the owner context, callbacks
 * wait for the next iteration.
 *
 * The task is kept alive from `execute()` until its last callback has returned.
 * The last references to the task, its values, its error and its user data are
 * dropped in the owner context, so that a body may hold widgets. Of a task that was
 * executed, also the `dispose()` of a subclass runs there.
 *
 * ## Progress
 *
 * [method@AsyncTask.set_fraction], [method@AsyncTask.set_amounts] and
 * [method@AsyncTask.set_message] keep the latest value only, and cost about as
 * much as storing it. The properties follow at most once per 16 ms, in the owner
 * context, and can be bound to widgets: [property@AsyncTask:fraction] to
 * `GtkProgressBar:fraction`, for example.
 *
 * ## Threads
 *
 * [method@AsyncTask.cancel], [method@AsyncTask.pause], [method@AsyncTask.wait],
 * the functions for bodies and the getters of the task's state can be called
 * from any thread. Properties are set, and change, on the owner's thread alone.
 *
 * ## Processes
 *
 * A program may end at any time, by whatever thread: bodies end with it, wherever
 * they are, and no callback comes. What must not be left half done is waited for
 * before, with [method@AsyncTask.wait].
 *
 * A process that the program has forked has none of its threads: without `exec()`
 * it runs no body and hears of none. It can end, by `exit()` or `_exit()`, replace
 * itself, and ask for [property@AsyncTask:status]; all else, iterating the owner
 * context included, which would take what is on its way to the program, it leaves
 * alone.
 *
 * Since: 1.0
 */

G_DEFINE_TYPE_WITH_CODE (AtAsyncTask, at_async_task, G_TYPE_OBJECT,
                         G_ADD_PRIVATE (AtAsyncTask)
                         g_type_add_class_private (g_define_type_id, sizeof (AtAsyncTaskClassPrivate)))

guint at_task_signals[N_SIGNALS];
guint at_task_cancellable_cancelled;
guint at_task_notify_signal;

/* Properties. */

/**
 * at_async_task_get_result:
 * @self: a task
 *
 * Gets the result of the task.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on; a cancelled task may have one, too. The body can read what it has set,
 * as that of a subclass may do which has called the body of its parent class.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the result, or %NULL if there is none, or
 *   none yet
 *
 * Since: 1.0
 */
const GValue *
at_async_task_get_result (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  gboolean has_result;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = at_task_get_priv (self);
  g_mutex_lock (&priv->lock);
  has_result = (at_task_is_done (self) || at_job_runs_here (&priv->job)) && !at_task_is_nothing (&priv->result);
  g_mutex_unlock (&priv->lock);

  return has_result ? &priv->result : NULL;
}

/**
 * at_async_task_get_error: (get-property error)
 * @self: a task
 *
 * Gets the error of a task that failed.
 *
 * It is there from the end of the computation on, and so before
 * [signal@AsyncTask::failed]; until that is called, [method@AsyncTask.cancel] can still
 * turn it. A cancelled task has none. What is not UTF-8 in its message was replaced as
 * g_utf8_make_valid() does.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the error, or %NULL
 *
 * Since: 1.0
 */
const GError *
at_async_task_get_error (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  priv = at_task_get_priv (self);

  if (at_task_get_outcome (priv) != AT_OUTCOME_FAILED)
    return NULL;

  at_task_mark_heard (priv);

  return at_task_get_body_error (priv);
}

/**
 * at_async_task_get_status: (get-property status)
 * @self: a task
 *
 * Gets where the task is in its life.
 *
 * Any thread: after [method@AsyncTask.execute] in another thread than the owner's
 * this says %AT_STATUS_RUNNING at once, while the property notifies later.
 *
 * Returns: the status
 *
 * Since: 1.0
 */
AtStatus
at_async_task_get_status (AtAsyncTask *self)
{
  AtPhase phase;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_STATUS_PENDING);

  phase = at_state_get_phase (&at_task_get_priv (self)->job.state);
  if (phase == AT_PHASE_PENDING)
    return AT_STATUS_PENDING;

  return phase == AT_PHASE_DELIVERED ? AT_STATUS_FINISHED : AT_STATUS_RUNNING;
}

/**
 * at_async_task_get_active: (get-property active)
 * @self: a task
 *
 * Gets whether the task was executed and is not finished, queued or paused though
 * it may be: its status is %AT_STATUS_RUNNING.
 *
 * Any thread, as [method@AsyncTask.get_status].
 *
 * Returns: %TRUE from [method@AsyncTask.execute] until the last callback has returned
 *
 * Since: 1.0
 */
gboolean
at_async_task_get_active (AtAsyncTask *self)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);

  return at_async_task_get_status (self) == AT_STATUS_RUNNING;
}

/**
 * at_async_task_get_outcome: (get-property outcome)
 * @self: a task
 *
 * Gets how the task ended.
 *
 * It says how the task stands from the end of the computation on, which
 * [method@AsyncTask.wait] waits for; until the last callback, [method@AsyncTask.cancel]
 * can still turn it.
 *
 * Any thread.
 *
 * Returns: the outcome, %AT_OUTCOME_NONE before the end
 *
 * Since: 1.0
 */
AtOutcome
at_async_task_get_outcome (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv;
  AtOutcome outcome;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), AT_OUTCOME_NONE);

  priv = at_task_get_priv (self);
  outcome = at_task_get_outcome (priv);
  if (outcome == AT_OUTCOME_FAILED)
    at_task_mark_heard (priv);

  return outcome;
}

/* The class. */

/**
 * AtAsyncTaskClass::progress_update:
 * @self: a task
 * @value: (nullable): the value
 *
 * Class handler of [signal@AsyncTask::progress-update].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::post_execute:
 * @self: a task
 * @result: (nullable): the result, or %NULL if the body set none
 *
 * Class handler of [signal@AsyncTask::post-execute].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::cancelled:
 * @self: a task
 * @result: (nullable): the result, or %NULL if the body set none
 *
 * Class handler of [signal@AsyncTask::cancelled].
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::control_changed:
 * @self: a task
 *
 * The task was paused, resumed or cancelled, or its [property@AsyncTask:timeout] is up, as
 * [method@AsyncTask.is_paused] and [method@AsyncTask.is_cancelled] tell.
 *
 * For a body that may block for long elsewhere than at a checkpoint: a subclass
 * ends what blocks the body here, so that the body comes to its checkpoint. The
 * task need not have been executed. It may be resumed, or paused again, in another
 * thread meanwhile. A task that is cancelled while it is queued has no body to
 * tell.
 *
 * Any thread: the one that called [method@AsyncTask.pause],
 * [method@AsyncTask.resume] or [method@AsyncTask.cancel], or in which it turned out that
 * the time is up. It must not block.
 *
 * Since: 1.0
 */

/**
 * AtAsyncTaskClass::in_background:
 * @self: a task
 * @params: (nullable): what was given to [method@AsyncTask.execute]
 * @cancellable: (not nullable): triggered by an interrupting [method@AsyncTask.cancel]
 * @error: return location for a [struct@GLib.Error]
 *
 * The body. Runs once, on a worker thread.
 *
 * Returns: %TRUE if the body succeeded, %FALSE with @error set otherwise
 *
 * Since: 1.0
 */

static gboolean
at_async_task_real_in_background (AtAsyncTask   *self,
                                  const GValue  *params,
                                  GCancellable  *cancellable,
                                  GError       **error)
{
  AtFunctions *functions = at_task_get_functions (at_task_get_priv (self));

  if (functions == NULL || functions->func == NULL)
    {
      g_set_error (error, AT_TASK_ERROR, AT_TASK_ERROR_FAILED,
                   /* Translators: %s is the name of a class, the body what a task runs. */
                   _("%s has no body"), G_OBJECT_TYPE_NAME (self));
      return FALSE;
    }

  return functions->func (self, params, cancellable, functions->func_data, error);
}

/* What a subclass chains up to. */

void
at_task_real_pre_execute (AtAsyncTask *self)
{
}

void
at_task_real_with_value (AtAsyncTask  *self,
                         const GValue *value)
{
}

void
at_async_task_dispose (GObject *object)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtHome home;

  if (!at_task_begin_dispose (self, &home))
    return;

  at_task_sever_owner (priv);
  at_task_leave_home (priv, home);

  G_OBJECT_CLASS (at_async_task_parent_class)->dispose (object);
}

static void
at_rare_free (AtRare *rare)
{
  if (rare == NULL)
    return;

  g_slist_free_full (rare->former_executors, g_object_unref);
  g_clear_pointer (&rare->prerequisites, g_ptr_array_unref);
  g_clear_error (&rare->new_last_error);
  g_clear_error (&rare->last_error);
  g_clear_error (&rare->body_error);
  g_free (rare->timeout);
  g_free (rare->retry);
  g_free (rare->title);
  g_free (rare->summary);
  g_free (rare->backlog);
  at_deferral_free (rare->deferral);
  g_free (rare);
}

static void
at_async_task_finalize (GObject *object)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (AT_ASYNC_TASK (object));

  if (G_UNLIKELY (at_task_get_body_error (priv) != NULL))
    at_task_warn_if_unheard (priv);
  at_task_release_body (priv);
  if (!at_task_is_nothing (&priv->result))
    g_value_unset (&priv->result);
  g_clear_pointer (&priv->pacer, at_pacer_free);
  at_rare_free (at_task_get_rare (priv));
  g_free (at_task_get_functions (priv));
  g_clear_object (&priv->cancellable);
  g_clear_object (&priv->executor);
  g_clear_pointer (&priv->mailbox, at_mailbox_unref);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (at_async_task_parent_class)->finalize (object);
}

static void
at_async_task_class_init (AtAsyncTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  g_autoptr (GTypeClass) cancellable_class = g_type_class_ref (G_TYPE_CANCELLABLE);

  object_class->dispose = at_async_task_dispose;
  object_class->finalize = at_async_task_finalize;

  at_job_offset = AtAsyncTask_private_offset + (int) G_STRUCT_OFFSET (AtAsyncTaskPrivate, job);

  /* For all of the library: whatever else has something to say has to do with tasks. */
  at_text_init ();
  at_seeing_begin ();

  at_task_notify_signal = g_signal_lookup ("notify", G_TYPE_OBJECT);
  at_task_cancellable_cancelled = g_signal_lookup ("cancelled", G_TYPE_FROM_CLASS (cancellable_class));

  /* What G_DEFINE_QUARK() makes keeps the number without a lock: no two bodies that
   * fail shall be the first to ask for it. */
  at_task_error_quark ();
  g_io_error_quark ();

  klass->in_background = at_async_task_real_in_background;
  klass->pre_execute = at_task_real_pre_execute;
  klass->progress_update = at_task_real_with_value;
  klass->post_execute = at_task_real_with_value;
  klass->cancelled = at_task_real_with_value;
  klass->failed = at_task_real_failed;

  at_task_install_properties (object_class);

  /**
   * AtAsyncTask::pre-execute:
   * @self: the task
   *
   * Emitted before the body starts, inside [method@AsyncTask.execute] unless that
   * was called in another thread.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  at_task_signals[PRE_EXECUTE] =
    g_signal_new ("pre-execute",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, pre_execute),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 0);

  /**
   * AtAsyncTask::progress-update:
   * @self: the task
   * @value: (nullable): the value
   *
   * Emitted for each value that the body publishes with
   * [method@AsyncTask.publish_progress].
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  at_task_signals[PROGRESS_UPDATE] =
    g_signal_new ("progress-update",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, progress_update),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::post-execute:
   * @self: the task
   * @result: (nullable): the result, or %NULL if the body set none
   *
   * The last callback of a task that succeeded.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  at_task_signals[POST_EXECUTE] =
    g_signal_new ("post-execute",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, post_execute),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::cancelled:
   * @self: the task
   * @result: (nullable): the result, or %NULL if the body set none
   *
   * The last callback of a task that was cancelled.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  at_task_signals[CANCELLED] =
    g_signal_new ("cancelled",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, cancelled),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_VALUE | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * AtAsyncTask::failed:
   * @self: the task
   * @error: the error
   *
   * The last callback of a task that failed.
   *
   * Owner's thread.
   *
   * Since: 1.0
   */
  at_task_signals[FAILED] =
    g_signal_new ("failed",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  G_STRUCT_OFFSET (AtAsyncTaskClass, failed),
                  NULL, NULL,
                  NULL,
                  G_TYPE_NONE, 1,
                  G_TYPE_ERROR | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
at_async_task_init (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  priv->job.klass = &at_task_job_class;
  priv->maker = at_thread_get_number ();
  g_mutex_init (&priv->lock);
}

/**
 * at_async_task_new:
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the owner context
 *
 * Creates a task whose body is a function.
 *
 * The function runs once, on a worker thread. @user_data is freed after the last
 * callback, or with a task that was never executed.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as
 * nobody iterates the owner context.
 *
 * In C this is a macro that keeps how @func is called, for [func@dup_tasks_dump] to tell;
 * `(at_async_task_new) (…)` is the function.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtAsyncTask *
(at_async_task_new) (AtTaskFunc     func,
                     gpointer       user_data,
                     GDestroyNotify destroy)
{
  return at_async_task_new_named (NULL, func, user_data, destroy);
}

/**
 * at_async_task_new_named: (skip)
 * @body_name: (nullable): what @func is called; it is not copied, and never freed
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the owner context
 *
 * Creates a task whose body is a function with a name, as at_async_task_new() does in C.
 *
 * Any thread.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtAsyncTask *
at_async_task_new_named (const char     *body_name,
                         AtTaskFunc      func,
                         gpointer        user_data,
                         GDestroyNotify  destroy)
{
  AtAsyncTask *self;
  AtFunctions *functions;

  g_return_val_if_fail (func != NULL, NULL);

  self = g_object_new (AT_TYPE_ASYNC_TASK, NULL);
  functions = at_task_ensure_functions (at_task_get_priv (self));
  functions->body_name = body_name;
  functions->func = func;
  functions->func_data = user_data;
  functions->func_destroy = destroy;

  return self;
}

/**
 * at_async_task_get_body_name:
 * @self: a task
 *
 * Gets what the body of the task is called.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the name of a function, or %NULL if none was given
 *
 * Since: 1.0
 */
const char *
at_async_task_get_body_name (AtAsyncTask *self)
{
  AtFunctions *functions;

  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), NULL);

  functions = at_task_get_functions (at_task_get_priv (self));

  return functions != NULL ? g_atomic_pointer_get (&functions->body_name) : NULL;
}

/**
 * at_async_task_set_body_name:
 * @self: a task
 * @body_name: (nullable): the name of a function
 *
 * Sets what the body of the task is called, for programmers to read in [func@dup_tasks_dump]
 * and the like.
 *
 * Of a task without a name, these show where its function is in the program, or the name of
 * its class. What people read is the [property@AsyncTask:title]. Each name is kept as long
 * as the program runs: it is to be that of a function, and not of one task.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_set_body_name (AtAsyncTask *self,
                             const char  *body_name)
{
  g_return_if_fail (AT_IS_ASYNC_TASK (self));

  g_atomic_pointer_set (&at_task_ensure_functions (at_task_get_priv (self))->body_name,
                        g_intern_string (body_name));
}
