/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

#include "at-task-hooks-private.h"

#include "at-foreign-body-private.h"
#include "at-foreign-executor-private.h"
#include "at-type-names-private.h"

#include <glib/gi18n-lib.h>

/* From execute() to the executor: claims a task for whoever starts it. */

static GMutex      default_executor_lock;
static AtExecutor *default_executor; /* under the lock; NULL: the serial one, which any thread may see */

static gsize last_traits; /* atomic: those of the class that was looked up last */

static gsize
look_up_class_traits (AtAsyncTask *self)
{
  AtAsyncTaskClassPrivate *klass_priv =
    G_TYPE_CLASS_GET_PRIVATE (G_OBJECT_GET_CLASS (self), AT_TYPE_ASYNC_TASK, AtAsyncTaskClassPrivate);
  GType type = G_OBJECT_TYPE (self);
  gsize traits = (gsize) g_atomic_pointer_get (&klass_priv->traits);

  /* A subclass starts with a copy of what its parent class had. */
  if ((traits & ~(gsize) 3) != type)
    {
      traits = type | at_foreign_class_get_traits (type, AT_TYPE_ASYNC_TASK,
                                                   G_STRUCT_OFFSET (AtAsyncTaskClass, in_background));
      at_task_guard_class (G_OBJECT_GET_CLASS (self));
      at_type_note_name (type);
      g_atomic_pointer_set (&klass_priv->traits, traits);
    }
  g_atomic_pointer_set (&last_traits, traits);

  return traits;
}

static AtClassTraits
get_class_traits (AtAsyncTask *self)
{
  gsize traits = (gsize) g_atomic_pointer_get (&last_traits);

  if ((traits & ~(gsize) 3) != G_OBJECT_TYPE (self))
    traits = look_up_class_traits (self);

  return traits & 3;
}

/* NULL: the serial one. */
AtExecutor *
at_task_ref_default_executor (void)
{
  AtExecutor *executor;

  /* All that the lock is for is the reference. */
  if (g_atomic_pointer_get (&default_executor) == NULL)
    return NULL;

  g_mutex_lock (&default_executor_lock);
  executor = default_executor != NULL ? g_object_ref (default_executor) : NULL;
  g_mutex_unlock (&default_executor_lock);

  return executor;
}

static gboolean
check_body (AtAsyncTask    *self,
            AtClassTraits   traits,
            GError        **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if ((traits & AT_CLASS_HAS_SCRIPT_BODY) == 0 &&
      !at_task_has_script_function (priv) &&
      (at_task_is_deferred (priv) || !at_task_has_script_retry (priv)))
    return TRUE;

  g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_UNSUPPORTED,
                       _("A JavaScript function cannot run on a worker thread"));

  return FALSE;
}

/* Claims the task for the caller to start: from here on it runs. */
gboolean
at_task_begin (AtAsyncTask   *self,
               const GValue  *params,
               GError       **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  AtClassTraits traits = get_class_traits (self);

  if (!check_body (self, traits, error))
    return FALSE;

  if (!at_state_move (&priv->job.state, AT_PHASE_PENDING, AT_PHASE_STARTING, 0, NULL))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED,
                           _("The task was executed before"));
      return FALSE;
    }

  g_object_ref (self);
  priv->executed_at = g_get_monotonic_time ();

  if ((traits & AT_CLASS_NEEDS_EMISSION) != 0)
    at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_EMITS, 0, NULL);
  if (!at_task_is_nothing (params))
    {
      priv->params = g_new0 (GValue, 1);
      g_value_init (priv->params, G_VALUE_TYPE (params));
      g_value_copy (params, priv->params);
    }
  if (at_is_seeing ())
    at_lint_execute (self);
  if (G_UNLIKELY (at_task_has_timeout (priv)))
    at_task_start_timeout (priv);

  return TRUE;
}

/* The executor of the task, which the getter lends to any thread: those that it has had
 * live as long as the task. Takes over @executor (nullable). */
void
at_task_use_executor (AtAsyncTaskPrivate *priv,
                      AtExecutor         *executor)
{
  AtRare *rare;

  g_mutex_lock (&priv->lock);
  if (priv->executor != NULL)
    {
      rare = at_task_ensure_rare (priv);
      rare->former_executors = g_slist_prepend (rare->former_executors, priv->executor);
    }
  g_atomic_pointer_set (&priv->executor, executor);
  g_mutex_unlock (&priv->lock);
}

/* Has the task, which was claimed, use @executor, or where the caller names none, its own,
 * or else the default one. NULL is the serial one. Returns the one that it has had. */
static AtExecutor *
choose_executor (AtAsyncTaskPrivate *priv,
                 AtExecutor         *executor)
{
  AtExecutor *former = priv->executor;
  AtExecutor *chosen = NULL;

  if (executor != NULL)
    chosen = g_object_ref (executor);
  else if (former == NULL)
    chosen = at_task_ref_default_executor ();

  /* That is for bodies. */
  if (chosen != NULL && executor == NULL && at_task_is_deferred (priv))
    g_clear_object (&chosen);

  if (chosen != NULL && chosen != former)
    {
      at_task_use_executor (priv, chosen);
      priv->has_new_executor = TRUE;
    }
  else
    {
      g_clear_object (&chosen);
    }

  return former;
}

/* From STARTING back to PENDING, with the executor that there was before. Owner; the
 * caller has a reference. */
static void
undo_begin (AtAsyncTask *self,
            AtExecutor  *former)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean replaces = former != priv->executor;

  if (at_is_seeing ())
    at_lint_forget (self);
  if (replaces)
    at_task_use_executor (priv, former != NULL ? g_object_ref (former) : NULL);
  at_task_clear_params (priv);
  at_task_unpark (priv);
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, AT_STATE_REFUSED, 0, NULL);
  at_state_move (&priv->job.state, AT_PHASE_STARTING, AT_PHASE_PENDING, 0, NULL);
  at_task_wake_waiters (priv);
  priv->shown_begin = FALSE;
  at_task_show_status (self);
  at_task_show_stage (self);
  if (replaces)
    at_task_notify (self, PROP_EXECUTOR);
  g_object_unref (self);
}

/* Ends a task in STARTING whose body will not run: @error is why (nullable). */
static void
end_unstarted (AtAsyncTaskPrivate *priv,
               GError             *error)
{
  if (error != NULL)
    at_task_set_body_error (priv, error);
  at_task_reach_done (priv, AT_PHASE_STARTING);
  at_task_end_unrun (priv);
}

void
at_async_task_set_starting (AtAsyncTask *self,
                            void      (* func) (AtAsyncTask *self))
{
  at_task_ensure_rare (at_task_get_priv (self))->starting = func;
}

/* Hands a task that is QUEUED to an executor (nullable: the default serial one); the caller
 * has a reference. Returns FALSE, with the task in STARTING, if that refuses it. */
static inline gboolean
offer_to_executor (AtAsyncTask  *self,
                   AtExecutor   *executor,
                   GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GError *reason = NULL;
  gboolean accepted;

  /* One that was set since the task was claimed has left it to us. */
  if (G_UNLIKELY (at_task_has_timeout (priv)))
    at_task_follow_timeout (priv);

  accepted = executor != NULL ? at_executor_offer (executor, &priv->job, &reason)
                              : at_executor_offer_default (&priv->job, &reason);
  if (accepted)
    {
      if (G_UNLIKELY (reason != NULL))
        g_clear_error (&reason);
      return TRUE;
    }

  reason = at_task_new_rejected_error (reason);

  /* One that was cancelled, or that was run all the same, goes its way. */
  if (!at_state_move (&priv->job.state, AT_PHASE_QUEUED, AT_PHASE_STARTING, AT_STATE_RESTING, NULL))
    {
      g_error_free (reason);
      return TRUE;
    }

  at_job_take_back (&priv->job);

  /* It may have handed the task on before it thought better of it. */
  at_job_leave (&priv->job);
  at_turn_end (at_job_take_turn (&priv->job));

  g_propagate_error (error, reason);

  return FALSE;
}

/* The same as offer() for the few that do not simply go to an executor. */
static gboolean
offer_apart (AtAsyncTask  *self,
             GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  gboolean accepted;

  if (at_task_is_deferred (priv) && at_task_begin_deferred (self))
    return TRUE;

  if (!at_state_move (&priv->job.state, AT_PHASE_STARTING, AT_PHASE_QUEUED, AT_STATE_HAS_TO_STOP, NULL))
    {
      end_unstarted (priv, NULL);
      return TRUE;
    }

  accepted = offer_to_executor (self, g_atomic_pointer_get (&priv->executor), error);
  at_task_end_offer (priv);

  return accepted;
}

/* Hands the task over. In STARTING; the caller has a reference. Returns FALSE, with the
 * task still in STARTING, if the executor refuses it. */
static inline gboolean
offer (AtAsyncTask  *self,
       GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (!at_state_move (&priv->job.state, AT_PHASE_STARTING, AT_PHASE_QUEUED,
                      AT_STATE_HAS_TO_STOP | AT_STATE_DEFERRED, NULL))
    return offer_apart (self, error);

  return offer_to_executor (self, g_atomic_pointer_get (&priv->executor), error);
}

/* Hands a task over once more that is in STARTING: to its executor, or to that on top of
 * which the turn is that it has kept. It is not lent meanwhile by whoever has offered it
 * before, and may have yet to return from that. Any thread; the caller has a reference. */
void
at_task_offer_again (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  g_autoptr (AtExecutor) target = at_job_ref_target (&priv->job);
  GError *error = NULL;

  if (at_is_seeing ())
    at_lint_queue (self);
  if (!at_state_move (&priv->job.state, AT_PHASE_STARTING, AT_PHASE_QUEUED, AT_STATE_HAS_TO_STOP, NULL))
    {
      end_unstarted (priv, NULL);
      return;
    }

  at_job_begin_handing (&priv->job);
  if (!offer_to_executor (self, target != NULL ? target : g_atomic_pointer_get (&priv->executor), &error))
    end_unstarted (priv, error);
  at_job_end_handing (&priv->job);
}

/* Owner. */
static void
show_begin (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (!priv->shown_begin)
    {
      priv->shown_begin = TRUE;
      at_task_show_status (self);
    }
  at_task_show_stage (self);
  if (priv->has_new_executor)
    {
      priv->has_new_executor = FALSE;
      at_task_notify (self, PROP_EXECUTOR);
    }
}

/* What the owner wants to hear of is asked once, in the place of more than one notify that
 * most tasks tell nobody of. */
static void
look_for_listeners (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (at_task_hears_notify (self))
    {
      at_task_prepare_progress (self);
      at_task_prepare_stage (self);
      at_task_prepare_summary (self);
      show_begin (self);
    }
  else
    {
      priv->shown_begin = TRUE;
      priv->has_new_executor = FALSE;
      at_task_tell_followers (self);
    }
}

/* Calls pre_execute and hands the task over. Owner; otherwise as offer(). */
static inline gboolean
start (AtAsyncTask  *self,
       GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  g_atomic_int_set (&priv->visitor, -(int) at_thread_get_number ());
  look_for_listeners (self);
  if (!at_job_has_to_stop (&priv->job))
    {
      AtRare *rare = at_task_get_rare (priv);

      if (rare != NULL && rare->starting != NULL)
        rare->starting (self);
      at_task_call_pre_execute (self);
    }

  return offer (self, error);
}

static void
on_begun (AtMail *mail)
{
  AtParcel *parcel = (AtParcel *) mail;

  if (!at_mailbox_is_closed (at_task_get_mailbox (at_task_get_priv (parcel->task))))
    show_begin (parcel->task);
  at_parcel_free (parcel);
}

/* Where nobody is there to be told, nothing is sent. Whoever comes to listen in between, or
 * has the task in a list, then looks at what it is, and we claimed it before we looked for
 * them: those who connect a handler come behind the lock that we have looked under, and
 * AT_STATE_SHOWN is in the word that says that the task runs. So one sees the other. Any
 * thread. */
static void
show_begin_home (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);

  if (at_task_hears_notify (self))
    {
      at_task_prepare_progress (self);
      at_task_prepare_stage (self);
      at_task_prepare_summary (self);
    }
  else if ((at_state_get (&priv->job.state) & AT_STATE_SHOWN) == 0)
    {
      return;
    }
  at_parcel_send (at_parcel_new_kept (self, on_begun));
}

/* Starts a task for which the owner has nothing to do. Any thread. */
static void
start_at_once (AtAsyncTask *self)
{
  GError *error = NULL;

  show_begin_home (self);
  if (!offer (self, &error))
    end_unstarted (at_task_get_priv (self), error);
}

/* Has a task wait for its prerequisites, and tells of that. Returns FALSE if there is nothing
 * to wait for. */
static gboolean
hold_back (AtAsyncTask *self,
           AtHome       home)
{
  AtRare *rare = at_task_get_rare (at_task_get_priv (self));

  if (rare == NULL)
    return FALSE;

  if (rare->deferral != NULL || rare->retry != NULL || rare->prerequisites != NULL)
    at_task_park (self);
  if (rare->prerequisites == NULL || !at_task_begin_waiting (self))
    return FALSE;

  if (home != AT_HOME_FOREIGN)
    look_for_listeners (self);
  else
    show_begin_home (self);

  return TRUE;
}

/* Starts a task that was executed by another thread. Owner. */
void
at_task_start_from_afar (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  GError *error = NULL;
  guint state;

  /* Whoever takes the flag away starts it. */
  at_state_change_flags (&priv->job.state, AT_PHASE_MASK, 0, AT_STATE_WILL_START, &state);
  if ((state & AT_STATE_WILL_START) == 0)
    return;

  if (at_is_seeing ())
    at_lint_queue (self);
  if (at_mailbox_is_closed (at_task_get_mailbox (priv)))
    {
      at_state_change_flags (&priv->job.state, AT_PHASE_DELIVERING, AT_STATE_CANCELLED, 0, NULL);
      end_unstarted (priv, NULL);
    }
  else if (!start (self, &error))
    {
      /* execute() has long returned: failed() is left to be told. */
      end_unstarted (priv, error);
    }
}

/* Whether some of the owner's code has to run before the body can. */
static gboolean
needs_owner (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtRare *rare = at_task_get_rare (priv);

  return (rare != NULL && rare->starting != NULL) ||
         at_task_hears_pre_execute (self) ||
         at_foreign_executor_is_afar (at_task_get_used_executor (priv)) ||
         at_mailbox_is_closed (at_task_get_mailbox (priv));
}

/* All that the task has waited for has succeeded, and it begins, unless it has ended. Any
 * thread; the caller has a reference. */
void
at_task_start_released (AtAsyncTask *self)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  guint state;

  do
    {
      state = at_state_get (&priv->job.state);
      if ((state & AT_STATE_RESTING) == 0)
        return;
    }
  while (!at_state_replace (&priv->job.state, state,
                            (state & ~(guint) (AT_PHASE_MASK | AT_STATE_RESTING | AT_STATE_WAITING)) |
                            AT_PHASE_STARTING));

  if (at_is_seeing ())
    at_lint_queue (self);
  if (needs_owner (self))
    at_task_ask_owner (self);
  else
    start_at_once (self);
}

/* Has a task that was claimed started on @executor (nullable: the one that the task names,
 * or else the default one). Returns FALSE if that refuses it: it is PENDING again. */
gboolean
at_task_launch (AtAsyncTask  *self,
                AtExecutor   *executor,
                AtHome        home,
                GError      **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  AtExecutor *former = choose_executor (priv, executor);
  GError *reason = NULL;

  if (G_UNLIKELY (hold_back (self, home)))
    return TRUE;

  if (home == AT_HOME_FOREIGN)
    {
      if (needs_owner (self))
        at_task_ask_owner (self);
      else
        start_at_once (self);
    }
  else if (!start (self, &reason))
    {
      if (at_task_has_timeout (priv) && !at_task_undo_timeout (priv))
        {
          end_unstarted (priv, reason);
        }
      else
        {
          undo_begin (self, former);
          g_propagate_error (error, reason);
          return FALSE;
        }
    }

  return TRUE;
}

static gboolean
execute (AtAsyncTask   *self,
         AtExecutor    *executor,
         const GValue  *params,
         GError       **error)
{
  AtAsyncTaskPrivate *priv = at_task_get_priv (self);
  g_autoptr (AtMailbox) mailbox = at_mailbox_ref (at_task_get_mailbox (priv));
  AtHome home = at_task_enter_home (priv);
  gboolean executed = at_task_begin (self, params, error) && at_task_launch (self, executor, home, error);

  at_mailbox_leave (mailbox, home);

  return executed;
}

/**
 * at_async_task_execute:
 * @self: a task
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs the task on its [property@AsyncTask:executor], or on the default executor
 * if it has none.
 *
 * [signal@AsyncTask::pre-execute] runs inside this function, before the body can
 * start. Where this is called from a thread that is not the owner's, and somebody
 * listens to it (by a handler or an override), it is sent to the owner context
 * instead, and the body follows it; where nobody does, the body does not wait for
 * the owner. An executor that refuses the task then makes it fail.
 *
 * A task that was cancelled before is executed with success: neither pre-execute
 * nor the body run, and [signal@AsyncTask::cancelled] comes.
 *
 * Fails with [error@At.TaskError.ALREADY_EXECUTED] if the task was executed
 * before, with [error@At.TaskError.REJECTED] if the executor refuses it, which
 * leaves it pending, and with [error@At.TaskError.UNSUPPORTED] if the body is
 * JavaScript.
 *
 * Any thread.
 *
 * Returns: %TRUE if the task was executed
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute (AtAsyncTask   *self,
                       const GValue  *params,
                       GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (at_task_is_nothing (params) || G_IS_VALUE (params), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return execute (self, NULL, params, error);
}

/**
 * at_async_task_execute_on_executor:
 * @self: a task
 * @executor: the executor to run it on
 * @params: (nullable): what the body gets; a copy is made. An empty value stands for
 *   %NULL
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs the task on an executor.
 *
 * Like [method@AsyncTask.execute] with [property@AsyncTask:executor] set to
 * @executor.
 *
 * Any thread.
 *
 * Returns: %TRUE if the task was executed
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute_on_executor (AtAsyncTask   *self,
                                   AtExecutor    *executor,
                                   const GValue  *params,
                                   GError       **error)
{
  g_return_val_if_fail (AT_IS_ASYNC_TASK (self), FALSE);
  g_return_val_if_fail (AT_IS_EXECUTOR (executor), FALSE);
  g_return_val_if_fail (at_task_is_nothing (params) || G_IS_VALUE (params), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return execute (self, executor, params, error);
}

/**
 * at_async_task_execute_runnable:
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the default main context
 * @error: return location for a [struct@GLib.Error]
 *
 * Runs a function on the default executor, and forgets about it. If it fails, that is a
 * warning in the log.
 *
 * Any thread.
 *
 * Returns: %TRUE if the function was taken in
 *
 * Since: 1.0
 */
gboolean
(at_async_task_execute_runnable) (AtTaskFunc       func,
                                  gpointer         user_data,
                                  GDestroyNotify   destroy,
                                  GError         **error)
{
  return at_async_task_execute_runnable_named (NULL, func, user_data, destroy, error);
}

/**
 * at_async_task_execute_runnable_named: (skip)
 * @body_name: (nullable): what @func is called; it is not copied, and never freed
 * @func: (scope notified) (closure user_data) (destroy destroy): the body
 * @user_data: (nullable): data for @func
 * @destroy: (nullable): frees @user_data, in the default main context
 * @error: return location for a [struct@GLib.Error]
 *
 * The same as [func@AsyncTask.execute_runnable], which is a macro in C, with a name.
 *
 * Any thread.
 *
 * Returns: %TRUE if the function was taken in
 *
 * Since: 1.0
 */
gboolean
at_async_task_execute_runnable_named (const char      *body_name,
                                      AtTaskFunc       func,
                                      gpointer         user_data,
                                      GDestroyNotify   destroy,
                                      GError         **error)
{
  AtAsyncTask *task;
  gboolean executed;

  g_return_val_if_fail (func != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  task = at_async_task_new_named (body_name, func, user_data, destroy);
  executed = at_async_task_execute (task, NULL, error);
  at_async_task_unref_home (task);

  return executed;
}

/**
 * at_async_task_get_default_executor:
 *
 * Gets the executor that [method@AsyncTask.execute] uses where the task names
 * none.
 *
 * Any thread.
 *
 * Returns: (transfer none): the default executor, which is
 *   [func@SerialExecutor.get_default] unless another one was set
 *
 * Since: 1.0
 */
AtExecutor *
at_async_task_get_default_executor (void)
{
  AtExecutor *executor;

  g_mutex_lock (&default_executor_lock);
  executor = default_executor;
  g_mutex_unlock (&default_executor_lock);

  return executor != NULL ? executor : at_serial_executor_get_default ();
}

/**
 * at_async_task_set_default_executor:
 * @executor: (nullable): an executor, or %NULL for the serial one
 *
 * Sets the executor that [method@AsyncTask.execute] uses where the task names
 * none.
 *
 * For the program, at its start; a library names the executor of its tasks. Tasks
 * that were executed before are not affected.
 *
 * Any thread.
 *
 * Since: 1.0
 */
void
at_async_task_set_default_executor (AtExecutor *executor)
{
  g_autoptr (AtExecutor) replaced = NULL;

  g_return_if_fail (executor == NULL || AT_IS_EXECUTOR (executor));

  if (executor == at_serial_executor_get_default ())
    executor = NULL;

  g_mutex_lock (&default_executor_lock);
  replaced = default_executor;
  g_atomic_pointer_set (&default_executor, executor != NULL ? g_object_ref (executor) : NULL);
  g_mutex_unlock (&default_executor_lock);
}

/**
 * at_executor_execute:
 * @self: an executor
 * @task: a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Has an executor run a task.
 *
 * A pending task is executed as [method@AsyncTask.execute_on_executor] does it.
 * In an implementation of an executor, this hands on a task that it was given.
 *
 * Fails with [error@At.TaskError.ALREADY_EXECUTED] if the task is neither, and
 * with [error@At.TaskError.REJECTED] if the executor refuses the task.
 *
 * Any thread.
 *
 * Returns: %TRUE if the executor took the task in
 *
 * Since: 1.0
 */
gboolean
at_executor_execute (AtExecutor   *self,
                     AtAsyncTask  *task,
                     GError      **error)
{
  AtJob *job;

  g_return_val_if_fail (AT_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  job = at_job_of (task);

  if (at_job_is_queued (job) && at_job_get_queue (job) == NULL)
    {
      gboolean accepted;

      at_job_begin_handing (job);
      accepted = at_executor_offer (self, job, error);
      at_job_end_handing (job);

      return accepted;
    }

  /* One that was cancelled on its way needs no executor any more. */
  if (at_async_task_get_status (task) == AT_STATUS_RUNNING && at_async_task_is_cancelled (task))
    return TRUE;

  return at_async_task_execute_on_executor (task, self, NULL, error);
}
