/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-subprocess-task.h"

#include "at-option-private.h"
#include "at-subprocess-task-private.h"

/* What is set before the command is run. */

#define OPTION(CType, option, prop)                                            \
  AT_DEFINE_OPTION (AtSubprocessTask, subprocess_task, SUBPROCESS_TASK,        \
                    CType, option, at_subprocess_properties[prop])

/**
 * at_subprocess_task_get_argv: (get-property argv)
 * @self: a task
 *
 * Gets the command and its arguments.
 *
 * A command without a slash is looked for in the `PATH` of the program; one with a
 * slash that is not an absolute path, from [property@SubprocessTask:working-directory].
 * No shell is involved.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1) (element-type filename): the
 *   command and its arguments, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_argv: (set-property argv)
 * @self: a task
 * @argv: (nullable) (array zero-terminated=1) (element-type filename): the
 *   command and its arguments, or %NULL
 *
 * Sets the command and its arguments.
 *
 * A command without a slash is looked for in the `PATH` of the program; one with a
 * slash that is not an absolute path, from [property@SubprocessTask:working-directory].
 * No shell is involved.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char * const *, argv, PROP_ARGV)

/**
 * at_subprocess_task_get_working_directory: (get-property working-directory)
 * @self: a task
 *
 * Gets the folder that the command runs in.
 *
 * %NULL is that of the program.
 *
 * Any thread.
 *
 * Returns: (nullable) (type filename): the folder that the command runs in, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_working_directory: (set-property working-directory)
 * @self: a task
 * @working_directory: (nullable) (type filename): the folder that the command runs in, or %NULL
 *
 * Sets the folder that the command runs in.
 *
 * %NULL is that of the program.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, working_directory, PROP_WORKING_DIRECTORY)

/**
 * at_subprocess_task_get_environment: (get-property environment)
 * @self: a task
 *
 * Gets the environment of the command.
 *
 * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
 * environment that the program has where the task is executed.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1) (element-type filename): the
 *   environment of the command, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_environment: (set-property environment)
 * @self: a task
 * @environment: (nullable) (array zero-terminated=1) (element-type filename): the
 *   environment of the command, or %NULL
 *
 * Sets the environment of the command.
 *
 * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
 * environment that the program has where the task is executed.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char * const *, environment, PROP_ENVIRONMENT)

/**
 * at_subprocess_task_get_input: (get-property input)
 * @self: a task
 *
 * Gets what the command reads from its standard input.
 *
 * With %NULL it reads from `/dev/null`. A command that does not read all of it is no
 * error.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the input, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_input: (set-property input)
 * @self: a task
 * @input: (nullable): the input, or %NULL
 *
 * Sets what the command reads from its standard input.
 *
 * With %NULL it reads from `/dev/null`. A command that does not read all of it is no
 * error.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (GBytes *, input, PROP_INPUT)

/**
 * at_subprocess_task_get_output_mode: (get-property output-mode)
 * @self: a task
 *
 * Gets what is published of the standard output of the command.
 *
 * Text that is not valid UTF-8 has the replacement character, U+FFFD, where it is
 * not. The last line is published even if nothing ends it.
 *
 * Any thread.
 *
 * Returns: the mode
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_output_mode: (set-property output-mode)
 * @self: a task
 * @output_mode: the mode
 *
 * Sets what is published of the standard output of the command.
 *
 * Text that is not valid UTF-8 has the replacement character, U+FFFD, where it is
 * not. The last line is published even if nothing ends it.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (AtSubprocessOutput, output_mode, PROP_OUTPUT_MODE)

/**
 * at_subprocess_task_get_merge_error_output: (get-property merge-error-output)
 * @self: a task
 *
 * Gets whether standard error goes where standard output goes.
 *
 * The lines of both then come as values, in the order in which they were printed.
 *
 * Any thread.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_merge_error_output: (set-property merge-error-output)
 * @self: a task
 * @merge_error_output: %TRUE if so
 *
 * Sets whether standard error goes where standard output goes.
 *
 * The lines of both then come as values, in the order in which they were printed.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (gboolean, merge_error_output, PROP_MERGE_ERROR_OUTPUT)

/**
 * at_subprocess_task_get_max_line_length: (get-property max-line-length)
 * @self: a task
 *
 * Gets the length of the longest line, in bytes.
 *
 * A longer line is published in pieces of that length, none of which ends inside a
 * character, so that a line without an end does not fill the memory. At least 16.
 *
 * Any thread.
 *
 * Returns: the length of the longest line, in bytes
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_max_line_length: (set-property max-line-length)
 * @self: a task
 * @max_line_length: the length of the longest line, in bytes
 *
 * Sets the length of the longest line, in bytes.
 *
 * A longer line is published in pieces of that length, none of which ends inside a
 * character, so that a line without an end does not fill the memory. At least 16.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint, max_line_length, PROP_MAX_LINE_LENGTH)

/**
 * at_subprocess_task_get_max_pending: (get-property max-pending)
 * @self: a task
 *
 * Gets how much of the output may wait for the owner, in bytes.
 *
 * When values that were not delivered yet take more than this, the command is read
 * no further and has to wait when its pipe is full, until the owner has caught up.
 * It is read on while the owner is inside [method@AsyncTask.wait] for the task; as
 * the owner may wait for it in another way, as much again is read each time that it
 * has taken no value for a second. 0 is no limit.
 *
 * Any thread.
 *
 * Returns: a size in bytes
 *
 * Since: 1.0
 */
guint64
at_subprocess_task_get_max_pending (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return at_async_task_get_max_pending (AT_ASYNC_TASK (self));
}

/**
 * at_subprocess_task_set_max_pending: (set-property max-pending)
 * @self: a task
 * @max_pending: a size in bytes
 *
 * Sets how much of the output may wait for the owner, in bytes.
 *
 * When values that were not delivered yet take more than this, the command is read
 * no further and has to wait when its pipe is full, until the owner has caught up.
 * It is read on while the owner is inside [method@AsyncTask.wait] for the task; as
 * the owner may wait for it in another way, as much again is read each time that it
 * has taken no value for a second. 0 is no limit.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_subprocess_task_set_max_pending (AtSubprocessTask *self,
                                    guint64           max_pending)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));

  at_async_task_set_max_pending (AT_ASYNC_TASK (self), max_pending);
}

/**
 * at_subprocess_task_get_collect_output: (get-property collect-output)
 * @self: a task
 *
 * Gets whether standard output is collected in [property@SubprocessTask:output].
 *
 * It is published as well, as [property@SubprocessTask:output-mode] says.
 *
 * Any thread.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_collect_output: (set-property collect-output)
 * @self: a task
 * @collect_output: %TRUE if so
 *
 * Sets whether standard output is collected in [property@SubprocessTask:output].
 *
 * It is published as well, as [property@SubprocessTask:output-mode] says.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (gboolean, collect_output, PROP_COLLECT_OUTPUT)

/**
 * at_subprocess_task_get_max_output: (get-property max-output)
 * @self: a task
 *
 * Gets how much output is collected at most, in bytes.
 *
 * More of it ends the command, and fails the task with
 * %G_IO_ERROR_MESSAGE_TOO_LARGE. 0 is no limit.
 *
 * Any thread.
 *
 * Returns: a size in bytes
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_max_output: (set-property max-output)
 * @self: a task
 * @max_output: a size in bytes
 *
 * Sets how much output is collected at most, in bytes.
 *
 * More of it ends the command, and fails the task with
 * %G_IO_ERROR_MESSAGE_TOO_LARGE. 0 is no limit.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint64, max_output, PROP_MAX_OUTPUT)

/**
 * at_subprocess_task_get_progress_pattern: (get-property progress-pattern)
 * @self: a task
 *
 * Gets the regular expression that finds progress in what the command prints.
 *
 * Its named groups set the progress of the task: `percent`, or `fraction`, a number
 * from 0 to 1, sets the fraction; `completed` and, if it is known, `total` set the
 * amounts. %NULL is none.
 *
 * Fractions may have a decimal comma, and amounts separators between thousands. The
 * last match in a line counts; a line that has not ended yet is searched, too.
 * One of more than 4096 bytes is searched in pieces. See
 * [const@SUBPROCESS_PROGRESS_PERCENT] and [const@SUBPROCESS_PROGRESS_COUNT] for
 * patterns that fit many programs.
 *
 * The syntax is that of [struct@GLib.Regex]; what is matched is bytes. A pattern that
 * is wrong, or has none of these groups, fails the task with a [error@GLib.RegexError]
 * before the command is started.
 *
 * Any thread.
 *
 * Returns: (nullable): a regular expression, or %NULL
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_progress_pattern: (set-property progress-pattern)
 * @self: a task
 * @progress_pattern: (nullable): a regular expression, or %NULL
 *
 * Sets the regular expression that finds progress in what the command prints.
 *
 * Its named groups set the progress of the task: `percent`, or `fraction`, a number
 * from 0 to 1, sets the fraction; `completed` and, if it is known, `total` set the
 * amounts. %NULL is none.
 *
 * Fractions may have a decimal comma, and amounts separators between thousands. The
 * last match in a line counts; a line that has not ended yet is searched, too.
 * One of more than 4096 bytes is searched in pieces. See
 * [const@SUBPROCESS_PROGRESS_PERCENT] and [const@SUBPROCESS_PROGRESS_COUNT] for
 * patterns that fit many programs.
 *
 * The syntax is that of [struct@GLib.Regex]; what is matched is bytes. A pattern that
 * is wrong, or has none of these groups, fails the task with a [error@GLib.RegexError]
 * before the command is started.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, progress_pattern, PROP_PROGRESS_PATTERN)

/**
 * at_subprocess_task_get_progress_streams: (get-property progress-streams)
 * @self: a task
 *
 * Gets where [property@SubprocessTask:progress-pattern] is looked for.
 *
 * Many programs print their progress on standard error.
 *
 * Any thread.
 *
 * Returns: the streams
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_progress_streams: (set-property progress-streams)
 * @self: a task
 * @progress_streams: the streams
 *
 * Sets where [property@SubprocessTask:progress-pattern] is looked for.
 *
 * Many programs print their progress on standard error.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (AtSubprocessStreams, progress_streams, PROP_PROGRESS_STREAMS)

/**
 * at_subprocess_task_get_grace_time: (get-property grace-time)
 * @self: a task
 *
 * Gets how long a command that is cancelled may take to end, in milliseconds.
 *
 * It is asked to end by `SIGTERM`, and forced by `SIGKILL` when the time is up; at
 * once if it is 0.
 *
 * Any thread.
 *
 * Returns: a time in milliseconds
 *
 * Since: 1.0
 */

/**
 * at_subprocess_task_set_grace_time: (set-property grace-time)
 * @self: a task
 * @grace_time: a time in milliseconds
 *
 * Sets how long a command that is cancelled may take to end, in milliseconds.
 *
 * It is asked to end by `SIGTERM`, and forced by `SIGKILL` when the time is up; at
 * once if it is 0.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint, grace_time, PROP_GRACE_TIME)
