/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include <gio/gio.h>

#include "at-version.h"

G_BEGIN_DECLS

typedef struct _AtAsyncTask AtAsyncTask;
typedef struct _AtExecutor  AtExecutor;

/**
 * AtStatus:
 * @AT_STATUS_PENDING: The task was not executed yet.
 * @AT_STATUS_RUNNING: The task was executed; its body waits for a thread, runs,
 *   or has ended while the last callback has yet to return.
 * @AT_STATUS_FINISHED: The last callback has returned.
 *
 * Where a task is in its life.
 *
 * Each status is reached once, in this order. A task that its executor refused
 * is the one exception: it goes back to %AT_STATUS_PENDING.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_STATUS_PENDING,
  AT_STATUS_RUNNING,
  AT_STATUS_FINISHED
} AtStatus;

/**
 * AtOutcome:
 * @AT_OUTCOME_NONE: The task has not ended.
 * @AT_OUTCOME_SUCCEEDED: The body succeeded; [signal@AsyncTask::post-execute] is
 *   the last callback.
 * @AT_OUTCOME_FAILED: The body failed; [signal@AsyncTask::failed] is the last
 *   callback.
 * @AT_OUTCOME_CANCELLED: The task was cancelled; [signal@AsyncTask::cancelled] is
 *   the last callback.
 *
 * How a task ended.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_OUTCOME_NONE,
  AT_OUTCOME_SUCCEEDED,
  AT_OUTCOME_FAILED,
  AT_OUTCOME_CANCELLED
} AtOutcome;

/**
 * AtTaskGroupPolicy:
 * @AT_TASK_GROUP_ALL: All tasks of the group are to succeed: the first that does not has
 *   the others cancelled, and the group fails with its error.
 * @AT_TASK_GROUP_SETTLE: All tasks are to end, in whichever way; the group does not fail.
 * @AT_TASK_GROUP_ANY: One task is to succeed: the first that does has the others cancelled,
 *   and its result is that of the group. Where none does, the group fails with the error of
 *   the last that failed.
 *
 * What a [class@TaskGroup] expects of its tasks.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_TASK_GROUP_ALL,
  AT_TASK_GROUP_SETTLE,
  AT_TASK_GROUP_ANY
} AtTaskGroupPolicy;

/**
 * AtDebugFlags:
 * @AT_DEBUG_NONE: nothing
 * @AT_DEBUG_SLOW: what has a program stutter: a callback that holds the main loop for more
 *   than 50 ms, without what it iterates itself; values that are published to nobody
 * @AT_DEBUG_STUCK: what does not go on: callbacks that wait for 5 seconds while nobody
 *   iterates their main context; a body that ignores for 3 seconds that it was cancelled, or
 *   that its time is up; a [class@DeferredTask] that has not completed so long after; a
 *   task that is queued for 5 seconds while every body blocks that has a slot, or waits for
 *   tasks that have none
 * @AT_DEBUG_FATAL: what is told ends the program, as does a failure that nobody hears of
 *
 * What the library looks at to tell of it, see [func@set_debug_flags].
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  AT_DEBUG_NONE  = 0,
  AT_DEBUG_SLOW  = 1 << 0,
  AT_DEBUG_STUCK = 1 << 1,
  AT_DEBUG_FATAL = 1 << 2
} AtDebugFlags;

/**
 * AtStage:
 * @AT_STAGE_PENDING: it was not executed
 * @AT_STAGE_WAITING: it waits for its prerequisites
 * @AT_STAGE_QUEUED: it waits for its turn
 * @AT_STAGE_RUNNING: its body runs, or is paused
 * @AT_STAGE_RETRYING: its body has failed, and is to run again
 * @AT_STAGE_ENDED: the computation is done, or will never be
 *
 * Where a task is in its life, more closely than [enum@Status] says.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_STAGE_PENDING,
  AT_STAGE_WAITING,
  AT_STAGE_QUEUED,
  AT_STAGE_RUNNING,
  AT_STAGE_RETRYING,
  AT_STAGE_ENDED
} AtStage;

/**
 * AtProgressUnit:
 * @AT_PROGRESS_UNIT_NONE: Amounts have no unit.
 * @AT_PROGRESS_UNIT_BYTES: Amounts are bytes.
 * @AT_PROGRESS_UNIT_FILES: Amounts are files.
 * @AT_PROGRESS_UNIT_ITEMS: Amounts are items of some other kind.
 *
 * What a task's amounts count.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_PROGRESS_UNIT_NONE,
  AT_PROGRESS_UNIT_BYTES,
  AT_PROGRESS_UNIT_FILES,
  AT_PROGRESS_UNIT_ITEMS
} AtProgressUnit;

/**
 * AtScriptLanguage:
 * @AT_SCRIPT_LANGUAGE_JAVASCRIPT: JavaScript, run by gjs.
 * @AT_SCRIPT_LANGUAGE_PYTHON: Python 3.
 *
 * The languages of [class@ScriptTask].
 *
 * Since: 1.0
 */
typedef enum
{
  AT_SCRIPT_LANGUAGE_JAVASCRIPT,
  AT_SCRIPT_LANGUAGE_PYTHON
} AtScriptLanguage;

/**
 * AT_SCRIPT_ERROR:
 *
 * Error domain of [class@ScriptTask].
 *
 * Errors in this domain are from the [error@At.ScriptError] enumeration.
 *
 * Since: 1.0
 */
#define AT_SCRIPT_ERROR (at_script_error_quark ())

/**
 * AtScriptError:
 * @AT_SCRIPT_ERROR_THROWN: The function threw an error;
 *   [property@ScriptTask:error-name] and [property@ScriptTask:error-stack] tell more.
 * @AT_SCRIPT_ERROR_INVALID_VALUE: The parameters, or the result, are of a kind that
 *   cannot be sent.
 * @AT_SCRIPT_ERROR_UNKNOWN_LANGUAGE: The name of the module ends with none of
 *   `.js`, `.mjs` and `.py`.
 * @AT_SCRIPT_ERROR_MODULE_NOT_FOUND: There is no such module.
 * @AT_SCRIPT_ERROR_MODULE_FAILED: The module could not be loaded, because of a
 *   syntax error or of an error thrown while loading it.
 * @AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND: The module has no function of this name, or
 *   does not export it.
 * @AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND: The interpreter is not installed, or
 *   cannot be started.
 * @AT_SCRIPT_ERROR_EXITED: The process exited before the function had ended.
 * @AT_SCRIPT_ERROR_CRASHED: The process was ended by a signal.
 * @AT_SCRIPT_ERROR_PROTOCOL: What came from the process makes no sense.
 *
 * Errors of script tasks.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_SCRIPT_ERROR_THROWN,
  AT_SCRIPT_ERROR_INVALID_VALUE,
  AT_SCRIPT_ERROR_UNKNOWN_LANGUAGE,
  AT_SCRIPT_ERROR_MODULE_NOT_FOUND,
  AT_SCRIPT_ERROR_MODULE_FAILED,
  AT_SCRIPT_ERROR_FUNCTION_NOT_FOUND,
  AT_SCRIPT_ERROR_INTERPRETER_NOT_FOUND,
  AT_SCRIPT_ERROR_EXITED,
  AT_SCRIPT_ERROR_CRASHED,
  AT_SCRIPT_ERROR_PROTOCOL
} AtScriptError;

AT_AVAILABLE_IN_1_0
GQuark at_script_error_quark (void);

/**
 * AtSubprocessOutput:
 * @AT_SUBPROCESS_OUTPUT_LINES: A string for each line. A line ends at a line
 *   feed, at a carriage return, or at both in this order.
 * @AT_SUBPROCESS_OUTPUT_NUL: A string for each record that ends at a NUL byte, as
 *   `find -print0` and `git -z` print them.
 * @AT_SUBPROCESS_OUTPUT_CHUNKS: A [struct@GLib.Bytes] for each piece of output, as
 *   it comes.
 * @AT_SUBPROCESS_OUTPUT_NONE: No values.
 *
 * What an [class@SubprocessTask] publishes of the standard output of its command.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_SUBPROCESS_OUTPUT_LINES,
  AT_SUBPROCESS_OUTPUT_NUL,
  AT_SUBPROCESS_OUTPUT_CHUNKS,
  AT_SUBPROCESS_OUTPUT_NONE
} AtSubprocessOutput;

/**
 * AtSubprocessStreams:
 * @AT_SUBPROCESS_STREAM_NONE: None.
 * @AT_SUBPROCESS_STREAM_OUTPUT: Standard output.
 * @AT_SUBPROCESS_STREAM_ERROR: Standard error.
 * @AT_SUBPROCESS_STREAM_BOTH: Both of them.
 *
 * What a command prints to.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_SUBPROCESS_STREAM_NONE   = 0,
  AT_SUBPROCESS_STREAM_OUTPUT = 1 << 0,
  AT_SUBPROCESS_STREAM_ERROR  = 1 << 1,
  AT_SUBPROCESS_STREAM_BOTH   = AT_SUBPROCESS_STREAM_OUTPUT | AT_SUBPROCESS_STREAM_ERROR
} AtSubprocessStreams;

/**
 * AtTransferFlags:
 * @AT_TRANSFER_NONE: No flags: both streams stay open.
 * @AT_TRANSFER_CLOSE_SOURCE: Close the source when the transfer ends, however it
 *   ends.
 * @AT_TRANSFER_CLOSE_SINK: Close the sink when the transfer ends, however it ends.
 * @AT_TRANSFER_EXACT: Fail with %G_IO_ERROR_PARTIAL_INPUT unless the source has
 *   exactly [property@TransferTask:size] bytes.
 *
 * What a [class@TransferTask] does beside copying.
 *
 * Since: 1.0
 */
typedef enum /*< flags >*/
{
  AT_TRANSFER_NONE         = 0,
  AT_TRANSFER_CLOSE_SOURCE = 1 << 0,
  AT_TRANSFER_CLOSE_SINK   = 1 << 1,
  AT_TRANSFER_EXACT        = 1 << 2
} AtTransferFlags;

/**
 * AtTaskListRemoval:
 * @AT_TASK_LIST_REMOVAL_NEVER: Tasks stay until somebody removes them.
 * @AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED: Tasks that succeeded leave; those that
 *   failed or were cancelled stay, to be looked at.
 * @AT_TASK_LIST_REMOVAL_WHEN_FINISHED: Tasks leave however they ended.
 *
 * Which tasks leave a [class@TaskList] by themselves once they have ended.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_TASK_LIST_REMOVAL_NEVER,
  AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED,
  AT_TASK_LIST_REMOVAL_WHEN_FINISHED
} AtTaskListRemoval;

/**
 * AT_TASK_ERROR:
 *
 * Error domain of the library's own errors.
 *
 * Errors in this domain are from the [error@At.TaskError] enumeration.
 *
 * Since: 1.0
 */
#define AT_TASK_ERROR (at_task_error_quark ())

/**
 * AtTaskError:
 * @AT_TASK_ERROR_FAILED: The body returned %FALSE and set no error, or ended its thread.
 * @AT_TASK_ERROR_UNSUPPORTED: The body cannot run on a worker thread, as a
 *   JavaScript function cannot.
 * @AT_TASK_ERROR_ALREADY_EXECUTED: The task was executed before; a task runs once.
 * @AT_TASK_ERROR_NOT_EXECUTED: Nobody executed the task that was waited for.
 * @AT_TASK_ERROR_REJECTED: The executor is shut down, or refused the task, or has
 *   dropped it.
 * @AT_TASK_ERROR_WOULD_DEADLOCK: The wait could never end: a task waited for
 *   itself, or for a task that is queued behind it.
 *
 * Errors of tasks and executors.
 *
 * Since: 1.0
 */
typedef enum
{
  AT_TASK_ERROR_FAILED,
  AT_TASK_ERROR_UNSUPPORTED,
  AT_TASK_ERROR_ALREADY_EXECUTED,
  AT_TASK_ERROR_NOT_EXECUTED,
  AT_TASK_ERROR_REJECTED,
  AT_TASK_ERROR_WOULD_DEADLOCK
} AtTaskError;

AT_AVAILABLE_IN_1_0
GQuark at_task_error_quark (void);

AT_AVAILABLE_IN_1_0
gboolean at_error_is_transient (const GError *error);

G_END_DECLS
