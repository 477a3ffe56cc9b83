/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-async-task.h"

#include "at-enum-types.h"
#include "at-task-private.h"

/* The table of a task's properties: each one's getter and setter are in the part that the
 * property is about. */

GParamSpec *at_task_properties[N_PROPS];

static void
at_async_task_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);

  switch (prop_id)
    {
    case PROP_STATUS:
      g_value_set_enum (value, at_async_task_get_status (self));
      break;
    case PROP_ACTIVE:
      g_value_set_boolean (value, at_async_task_get_active (self));
      break;
    case PROP_OUTCOME:
      g_value_set_enum (value, at_async_task_get_outcome (self));
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, at_async_task_get_error (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, at_async_task_get_fraction (self));
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, at_async_task_get_indeterminate (self));
      break;
    case PROP_COMPLETED:
      g_value_set_uint64 (value, at_async_task_get_completed (self));
      break;
    case PROP_TOTAL:
      g_value_set_uint64 (value, at_async_task_get_total (self));
      break;
    case PROP_MESSAGE:
      g_value_set_string (value, at_async_task_get_message (self));
      break;
    case PROP_RATE:
      g_value_set_double (value, at_async_task_get_rate (self));
      break;
    case PROP_REMAINING:
      g_value_set_double (value, at_async_task_get_remaining (self));
      break;
    case PROP_ELAPSED:
      g_value_set_double (value, at_async_task_get_elapsed (self));
      break;
    case PROP_PAUSED:
      g_value_set_boolean (value, at_async_task_is_paused (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, at_async_task_get_title (self));
      break;
    case PROP_UNIT:
      g_value_set_enum (value, at_async_task_get_unit (self));
      break;
    case PROP_EXECUTOR:
      g_value_set_object (value, at_async_task_get_executor (self));
      break;
    case PROP_PRIORITY:
      g_value_set_int (value, at_async_task_get_priority (self));
      break;
    case PROP_OWNER:
      g_value_set_object (value, at_async_task_get_owner (self));
      break;
    case PROP_MAIN_CONTEXT:
      g_value_set_boxed (value, at_async_task_get_main_context (self));
      break;
    case PROP_MAX_PENDING:
      g_value_set_uint64 (value, at_async_task_get_max_pending (self));
      break;
    case PROP_TIMEOUT:
      g_value_set_double (value, at_async_task_get_timeout (self));
      break;
    case PROP_STAGE:
      g_value_set_enum (value, at_async_task_get_stage (self));
      break;
    case PROP_SUMMARY:
      g_value_take_string (value, at_async_task_get_summary (self));
      break;
    case PROP_LAST_ERROR:
      g_value_set_boxed (value, at_async_task_get_last_error (self));
      break;
    case PROP_ATTEMPT:
      g_value_set_uint (value, at_async_task_get_attempt (self));
      break;
    case PROP_RETRY_IN:
      g_value_set_double (value, at_async_task_get_retry_in (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_async_task_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  AtAsyncTask *self = AT_ASYNC_TASK (object);

  switch (prop_id)
    {
    case PROP_PAUSED:
      at_async_task_set_paused (self, g_value_get_boolean (value));
      break;
    case PROP_TITLE:
      at_async_task_set_title (self, g_value_get_string (value));
      break;
    case PROP_UNIT:
      at_async_task_set_unit (self, g_value_get_enum (value));
      break;
    case PROP_EXECUTOR:
      at_async_task_set_executor (self, g_value_get_object (value));
      break;
    case PROP_PRIORITY:
      at_async_task_set_priority (self, g_value_get_int (value));
      break;
    case PROP_OWNER:
      at_async_task_set_owner (self, g_value_get_object (value));
      break;
    case PROP_MAIN_CONTEXT:
      at_async_task_set_main_context (self, g_value_get_boxed (value));
      break;
    case PROP_MAX_PENDING:
      at_async_task_set_max_pending (self, g_value_get_uint64 (value));
      break;
    case PROP_TIMEOUT:
      at_async_task_set_timeout (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

void
at_task_install_properties (GObjectClass *klass)
{
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  klass->get_property = at_async_task_get_property;
  klass->set_property = at_async_task_set_property;

  /**
   * AtAsyncTask:status: (getter get_status)
   *
   * Where the task is in its life.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_STATUS] =
    g_param_spec_enum ("status", NULL, NULL,
                       AT_TYPE_STATUS, AT_STATUS_PENDING,
                       readable);

  /**
   * AtAsyncTask:active: (getter get_active)
   *
   * Whether the task was executed and is not finished.
   *
   * It can be bound to what makes sense meanwhile: a cancel button's
   * `GtkWidget:sensitive`, or the `GtkWidget:visible` of a progress bar. It notifies
   * with [property@AsyncTask:status].
   *
   * Since: 1.0
   */
  at_task_properties[PROP_ACTIVE] =
    g_param_spec_boolean ("active", NULL, NULL,
                          FALSE,
                          readable);

  /**
   * AtAsyncTask:outcome: (getter get_outcome)
   *
   * How the task ended; set before the last callback.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_OUTCOME] =
    g_param_spec_enum ("outcome", NULL, NULL,
                       AT_TYPE_OUTCOME, AT_OUTCOME_NONE,
                       readable);

  /**
   * AtAsyncTask:error: (getter get_error)
   *
   * The error of a task that failed; set before [signal@AsyncTask::failed].
   *
   * Since: 1.0
   */
  at_task_properties[PROP_ERROR] =
    g_param_spec_boxed ("error", NULL, NULL,
                        G_TYPE_ERROR,
                        readable);

  /**
   * AtAsyncTask:fraction: (getter get_fraction)
   *
   * How much of the work is done, from 0 to 1.
   *
   * It can be bound to `GtkProgressBar:fraction`.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL,
                         0, 1, 0,
                         readable);

  /**
   * AtAsyncTask:indeterminate: (getter get_indeterminate)
   *
   * Whether the body runs, and it is unknown how much of its work is done.
   *
   * It can be bound to `GtkSpinner:spinning`.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL,
                          FALSE,
                          readable);

  /**
   * AtAsyncTask:completed: (getter get_completed)
   *
   * How much is done, in units of [property@AsyncTask:unit].
   *
   * Since: 1.0
   */
  at_task_properties[PROP_COMPLETED] =
    g_param_spec_uint64 ("completed", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         readable);

  /**
   * AtAsyncTask:total: (getter get_total)
   *
   * How much there is to do in all, in units of [property@AsyncTask:unit]; 0 if it
   * is unknown.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_TOTAL] =
    g_param_spec_uint64 ("total", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         readable);

  /**
   * AtAsyncTask:message: (getter get_message)
   *
   * What the body says it is doing.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_MESSAGE] =
    g_param_spec_string ("message", NULL, NULL,
                         NULL,
                         readable);

  /**
   * AtAsyncTask:rate: (getter get_rate)
   *
   * How fast the work goes, in units of [property@AsyncTask:unit] per second,
   * smoothed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_RATE] =
    g_param_spec_double ("rate", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         readable);

  /**
   * AtAsyncTask:remaining: (getter get_remaining)
   *
   * How long the rest of the work will take, in seconds; -1 if that is unknown.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_REMAINING] =
    g_param_spec_double ("remaining", NULL, NULL,
                         -1, G_MAXDOUBLE, -1,
                         readable);

  /**
   * AtAsyncTask:elapsed: (getter get_elapsed)
   *
   * For how long the body has been running, in seconds, pauses left out.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_ELAPSED] =
    g_param_spec_double ("elapsed", NULL, NULL,
                         0, G_MAXDOUBLE, 0,
                         readable);

  /**
   * AtAsyncTask:paused: (getter is_paused) (setter set_paused)
   *
   * Whether the task is paused. Setting it pauses and resumes.
   *
   * It can be bound to `GtkToggleButton:active`, both ways. A task that is not
   * [property@AsyncTask:active] any more cannot be paused: bind that to the button's
   * `GtkWidget:sensitive`.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_PAUSED] =
    g_param_spec_boolean ("paused", NULL, NULL,
                          FALSE,
                          writable);

  /**
   * AtAsyncTask:title: (getter get_title) (setter set_title)
   *
   * What the task is called, for people to read.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtAsyncTask:unit: (getter get_unit) (setter set_unit)
   *
   * What the amounts of the task count.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_UNIT] =
    g_param_spec_enum ("unit", NULL, NULL,
                       AT_TYPE_PROGRESS_UNIT, AT_PROGRESS_UNIT_NONE,
                       writable);

  /**
   * AtAsyncTask:executor: (getter get_executor) (setter set_executor)
   *
   * The executor that the task runs on; %NULL for the default one.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_EXECUTOR] =
    g_param_spec_object ("executor", NULL, NULL,
                         AT_TYPE_EXECUTOR,
                         writable);

  /**
   * AtAsyncTask:priority: (getter get_priority) (setter set_priority)
   *
   * The priority of the task in the queue of its executor; lower ones run first.
   *
   * It can be changed at any time: a task that is queued goes behind those of the new
   * priority.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_PRIORITY] =
    g_param_spec_int ("priority", NULL, NULL,
                      G_MININT, G_MAXINT, G_PRIORITY_DEFAULT,
                      writable);

  /**
   * AtAsyncTask:owner: (getter get_owner) (setter set_owner)
   *
   * The object that the task works for, which is not kept alive. When it is
   * disposed the task is cancelled and calls nothing back any more.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_OWNER] =
    g_param_spec_object ("owner", NULL, NULL,
                         G_TYPE_OBJECT,
                         writable);

  /**
   * AtAsyncTask:main-context: (getter get_main_context) (setter set_main_context)
   *
   * The context that the callbacks run in; %NULL for the default main context.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_MAIN_CONTEXT] =
    g_param_spec_boxed ("main-context", NULL, NULL,
                        G_TYPE_MAIN_CONTEXT,
                        writable);

  /**
   * AtAsyncTask:max-pending: (getter get_max_pending) (setter set_max_pending)
   *
   * How many published values may wait for the owner; 0 for no limit.
   *
   * When more would wait, [method@AsyncTask.publish_progress] blocks until the owner
   * has taken a half of them. A task that passes on what another process says counts
   * bytes instead.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_MAX_PENDING] =
    g_param_spec_uint64 ("max-pending", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         writable);

  /**
   * AtAsyncTask:timeout: (getter get_timeout) (setter set_timeout)
   *
   * How long the task may take, in seconds, from [method@AsyncTask.execute] on; -1 for no
   * limit.
   *
   * When the time is up the task fails with %G_IO_ERROR_TIMED_OUT. It can be set at any
   * time.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_TIMEOUT] =
    g_param_spec_double ("timeout", NULL, NULL,
                         -1, G_MAXDOUBLE, -1,
                         writable);

  /**
   * AtAsyncTask:stage: (getter get_stage)
   *
   * Where the task is in its life, more closely than [property@AsyncTask:status] says.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_STAGE] =
    g_param_spec_enum ("stage", NULL, NULL,
                       AT_TYPE_STAGE, AT_STAGE_PENDING,
                       readable);

  /**
   * AtAsyncTask:summary: (getter get_summary)
   *
   * What a person wants to read of the task, in one line.
   *
   * It notifies at most four times a second, and only where somebody listens.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_SUMMARY] =
    g_param_spec_string ("summary", NULL, NULL,
                         "Waiting",
                         readable);

  /**
   * AtAsyncTask:last-error: (getter get_last_error)
   *
   * Why the task has not succeeded so far: the error of the attempt before, or of the
   * prerequisite for whose sake it was cancelled.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_LAST_ERROR] =
    g_param_spec_boxed ("last-error", NULL, NULL,
                        G_TYPE_ERROR,
                        readable);

  /**
   * AtAsyncTask:attempt: (getter get_attempt)
   *
   * Which attempt it is, from 1 on, of a task that is run again when it fails.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_ATTEMPT] =
    g_param_spec_uint ("attempt", NULL, NULL,
                       1, G_MAXUINT, 1,
                       readable);

  /**
   * AtAsyncTask:retry-in: (getter get_retry_in)
   *
   * In how many seconds the next attempt is due; -1 if none is.
   *
   * It counts down once a second.
   *
   * Since: 1.0
   */
  at_task_properties[PROP_RETRY_IN] =
    g_param_spec_double ("retry-in", NULL, NULL,
                         -1, G_MAXDOUBLE, -1,
                         readable);

  g_object_class_install_properties (klass, N_PROPS, at_task_properties);
}
