/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-subprocess-task.h"

#include "at-enum-types.h"
#include "at-option-private.h"
#include "at-subprocess-task-private.h"
#include "at-task-hooks-private.h"

/**
 * AtSubprocessTask:
 *
 * A task that runs a command.
 *
 * Each line of standard output is a value of [signal@AsyncTask::progress-update]:
 * a string without its newline. The result of the task is the exit status, an
 * `int`.
 *
 * ```c
 * const char *argv[] = { "git", "clone", "--progress", uri, NULL };
 * AtSubprocessTask *task = at_subprocess_task_new (argv);
 *
 * at_subprocess_task_set_progress_pattern (task, AT_SUBPROCESS_PROGRESS_PERCENT);
 * g_signal_connect (task, "failed", G_CALLBACK (on_clone_failed), window);
 * g_object_bind_property (task, "fraction", progress_bar, "fraction", G_BINDING_DEFAULT);
 * at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error);
 * ```
 *
 * Tasks that name no executor run one after another; to run several commands at
 * once, set [property@AsyncTask:executor] to a
 * [func@ThreadPoolExecutor.get_default].
 *
 * ## How it ends
 *
 * The task ends when the command has ended and all that is left in its pipes has
 * been read. A process that the command leaves behind, in the background, is left
 * alone, even where it keeps the pipes open.
 *
 * It fails with:
 *
 * - an error in the domain %G_SPAWN_EXIT_ERROR if the exit status is not 0. The
 *   code is the exit status, and the message has the end of what the command
 *   printed to standard error;
 * - %G_SPAWN_ERROR_FAILED if a signal has ended the command;
 * - another [error@GLib.SpawnError] if the command cannot be started:
 *   %G_SPAWN_ERROR_NOENT, for example, if there is no such command, and
 *   %G_SPAWN_ERROR_CHDIR if there is no such folder;
 * - a [error@GLib.RegexError] if the pattern for the progress is wrong;
 * - %G_IO_ERROR_MESSAGE_TOO_LARGE if there is more output to collect than
 *   [property@SubprocessTask:max-output].
 *
 * ## Cancelling and pausing
 *
 * [method@AsyncTask.cancel] ends the command and everything in its process group:
 * `SIGTERM` asks for it, and what is still there after
 * [property@SubprocessTask:grace-time] gets `SIGKILL`. This happens at once, with
 * @interrupt or without. The task is done when the
 * processes are gone. One that the user has no right to signal, because it runs as
 * somebody else, cannot be ended: the task is done when it ends by itself.
 *
 * [method@AsyncTask.pause] stops the process group, as Ctrl+Z does in a terminal,
 * and frees the task's slot in a thread pool; [method@AsyncTask.resume] has it go
 * on. The command is not even started while the task is paused.
 *
 * ## What the command gets
 *
 * It leads a session and a process group of its own, without a terminal: programs
 * that would ask for a password on a terminal fail, or ask by other means. It
 * inherits no file descriptors but the standard ones, and no signal that is blocked
 * or ignored, whatever the program does with its own. When the program ends before
 * it, it goes on; one that is paused stays stopped, and has to be resumed or
 * cancelled before.
 *
 * The program must not ignore `SIGCHLD`, which fails the task with
 * %G_SPAWN_ERROR_FAILED, nor wait for children that are not its own, as
 * `waitpid (-1)` does.
 *
 * Since: 1.0
 */

#define DEFAULT_GRACE_TIME  5000
#define DEFAULT_LINE_LENGTH (1u << 20)
#define DEFAULT_MAX_OUTPUT  (G_GUINT64_CONSTANT (64) << 20)
#define DEFAULT_MAX_PENDING (G_GUINT64_CONSTANT (16) << 20)

G_DEFINE_TYPE_WITH_PRIVATE (AtSubprocessTask, at_subprocess_task, AT_TYPE_ASYNC_TASK)

AtSubprocessTaskPrivate *
at_subprocess_task_get_private (AtSubprocessTask *self)
{
  return at_subprocess_task_get_instance_private (self);
}

GParamSpec *at_subprocess_properties[N_PROPS];

static void
notify_results (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (self);
  GObject *object = G_OBJECT (self);

  if (priv->output != NULL)
    g_object_notify_by_pspec (object, at_subprocess_properties[PROP_OUTPUT]);
  if (priv->error_output != NULL)
    g_object_notify_by_pspec (object, at_subprocess_properties[PROP_ERROR_OUTPUT]);
  if (priv->exit_status != -1)
    g_object_notify_by_pspec (object, at_subprocess_properties[PROP_EXIT_STATUS]);
  if (priv->term_signal != 0)
    g_object_notify_by_pspec (object, at_subprocess_properties[PROP_TERM_SIGNAL]);
}

/* Owner: the one place where a subclass hears of the end before the last
 * callback. */
static void
at_subprocess_task_notify (GObject    *object,
                           GParamSpec *pspec)
{
  if (g_str_equal (pspec->name, "outcome"))
    notify_results (AT_SUBPROCESS_TASK (object));

  if (G_OBJECT_CLASS (at_subprocess_task_parent_class)->notify != NULL)
    G_OBJECT_CLASS (at_subprocess_task_parent_class)->notify (object, pspec);
}

static void
at_subprocess_task_starting (AtAsyncTask *task)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (AT_SUBPROCESS_TASK (task));

  at_child_origin_take (&priv->origin, (const char * const *) priv->environment);
}

static void
at_subprocess_task_finalize (GObject *object)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (AT_SUBPROCESS_TASK (object));

  g_clear_pointer (&priv->argv, g_strfreev);
  g_clear_pointer (&priv->working_directory, g_free);
  g_clear_pointer (&priv->environment, g_strfreev);
  at_child_origin_clear (&priv->origin);
  g_clear_pointer (&priv->input, g_bytes_unref);
  g_clear_pointer (&priv->progress_pattern, g_free);
  g_clear_pointer (&priv->output, g_bytes_unref);
  g_clear_pointer (&priv->error_output, g_free);
  g_mutex_clear (&priv->lock);

  G_OBJECT_CLASS (at_subprocess_task_parent_class)->finalize (object);
}

static const gsize option_offsets[N_PROPS] = {
  [PROP_ARGV] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, argv),
  [PROP_WORKING_DIRECTORY] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, working_directory),
  [PROP_ENVIRONMENT] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, environment),
  [PROP_INPUT] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, input),
  [PROP_OUTPUT_MODE] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, output_mode),
  [PROP_MERGE_ERROR_OUTPUT] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, merge_error_output),
  [PROP_MAX_LINE_LENGTH] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, max_line_length),
  [PROP_COLLECT_OUTPUT] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, collect_output),
  [PROP_MAX_OUTPUT] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, max_output),
  [PROP_PROGRESS_PATTERN] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, progress_pattern),
  [PROP_PROGRESS_STREAMS] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, progress_streams),
  [PROP_GRACE_TIME] = G_STRUCT_OFFSET (AtSubprocessTaskPrivate, grace_time),
};

static gpointer
get_option (GObject *object,
            guint    prop_id)
{
  return G_STRUCT_MEMBER_P (at_subprocess_task_get_private (AT_SUBPROCESS_TASK (object)), option_offsets[prop_id]);
}

static void
at_subprocess_task_get_property (GObject    *object,
                                 guint       prop_id,
                                 GValue     *value,
                                 GParamSpec *pspec)
{
  AtSubprocessTask *self = AT_SUBPROCESS_TASK (object);

  switch (prop_id)
    {
    case PROP_MAX_PENDING:
      g_value_set_uint64 (value, at_subprocess_task_get_max_pending (self));
      break;
    case PROP_OUTPUT:
      g_value_set_boxed (value, at_subprocess_task_get_output (self));
      break;
    case PROP_ERROR_OUTPUT:
      g_value_set_string (value, at_subprocess_task_get_error_output (self));
      break;
    case PROP_EXIT_STATUS:
      g_value_set_int (value, at_subprocess_task_get_exit_status (self));
      break;
    case PROP_TERM_SIGNAL:
      g_value_set_int (value, at_subprocess_task_get_term_signal (self));
      break;
    default:
      at_option_get (get_option (object, prop_id), value);
    }
}

static void
at_subprocess_task_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  if (prop_id == PROP_MAX_PENDING)
    at_subprocess_task_set_max_pending (AT_SUBPROCESS_TASK (object), g_value_get_uint64 (value));
  else
    at_option_set (AT_ASYNC_TASK (object), pspec->name, pspec,
                   get_option (object, prop_id), value);
}

/* Its lines are for whoever wants them: that nobody does is no fault of the program's. */
static void
at_subprocess_task_progress_update (AtAsyncTask  *task,
                                    const GValue *value)
{
  AT_ASYNC_TASK_CLASS (at_subprocess_task_parent_class)->progress_update (task, value);
}

static void
at_subprocess_task_class_init (AtSubprocessTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->finalize = at_subprocess_task_finalize;
  object_class->get_property = at_subprocess_task_get_property;
  object_class->set_property = at_subprocess_task_set_property;
  object_class->notify = at_subprocess_task_notify;

  task_class->control_changed = at_subprocess_task_wake_body;
  task_class->in_background = at_subprocess_task_run;
  task_class->progress_update = at_subprocess_task_progress_update;

  /**
   * AtSubprocessTask:argv: (getter get_argv) (setter set_argv)
   *
   * The command and its arguments.
   *
   * A command without a slash is looked for in the `PATH` of the program; one with a
   * slash that is not an absolute path, from [property@SubprocessTask:working-directory].
   * No shell is involved.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_ARGV] =
    g_param_spec_boxed ("argv", NULL, NULL,
                        G_TYPE_STRV,
                        writable);

  /**
   * AtSubprocessTask:working-directory: (getter get_working_directory) (setter set_working_directory)
   *
   * The folder that the command runs in.
   *
   * %NULL is that of the program.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_WORKING_DIRECTORY] =
    g_param_spec_string ("working-directory", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtSubprocessTask:environment: (getter get_environment) (setter set_environment)
   *
   * The environment of the command.
   *
   * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
   * environment that the program has where the task is executed.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_ENVIRONMENT] =
    g_param_spec_boxed ("environment", NULL, NULL,
                        G_TYPE_STRV,
                        writable);

  /**
   * AtSubprocessTask:input: (getter get_input) (setter set_input)
   *
   * What the command reads from its standard input.
   *
   * With %NULL it reads from `/dev/null`. A command that does not read all of it is no
   * error.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_INPUT] =
    g_param_spec_boxed ("input", NULL, NULL,
                        G_TYPE_BYTES,
                        writable);

  /**
   * AtSubprocessTask:output-mode: (getter get_output_mode) (setter set_output_mode)
   *
   * What is published of the standard output of the command.
   *
   * Text that is not valid UTF-8 has the replacement character, U+FFFD, where it is
   * not. The last line is published even if nothing ends it.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_OUTPUT_MODE] =
    g_param_spec_enum ("output-mode", NULL, NULL,
                       AT_TYPE_SUBPROCESS_OUTPUT, AT_SUBPROCESS_OUTPUT_LINES,
                       writable);

  /**
   * AtSubprocessTask:merge-error-output: (getter get_merge_error_output) (setter set_merge_error_output)
   *
   * Whether standard error goes where standard output goes.
   *
   * The lines of both then come as values, in the order in which they were printed.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_MERGE_ERROR_OUTPUT] =
    g_param_spec_boolean ("merge-error-output", NULL, NULL,
                          FALSE,
                          writable);

  /**
   * AtSubprocessTask:max-line-length: (getter get_max_line_length) (setter set_max_line_length)
   *
   * The length of the longest line, in bytes.
   *
   * A longer line is published in pieces of that length, none of which ends inside a
   * character, so that a line without an end does not fill the memory. At least 16.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_MAX_LINE_LENGTH] =
    g_param_spec_uint ("max-line-length", NULL, NULL,
                       AT_MIN_LINE_LENGTH, G_MAXUINT, DEFAULT_LINE_LENGTH,
                       writable);

  /**
   * AtSubprocessTask:max-pending: (getter get_max_pending) (setter set_max_pending)
   *
   * How much of the output may wait for the owner, in bytes.
   *
   * When values that were not delivered yet take more than this, the command is read
   * no further and has to wait when its pipe is full, until the owner has caught up.
   * It is read on while the owner is inside [method@AsyncTask.wait] for the task; as
   * the owner may wait for it in another way, as much again is read each time that it
   * has taken no value for a second. 0 is no limit.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_MAX_PENDING] =
    g_param_spec_uint64 ("max-pending", NULL, NULL,
                         0, G_MAXUINT64, DEFAULT_MAX_PENDING,
                         writable);

  /**
   * AtSubprocessTask:collect-output: (getter get_collect_output) (setter set_collect_output)
   *
   * Whether standard output is collected in [property@SubprocessTask:output].
   *
   * It is published as well, as [property@SubprocessTask:output-mode] says.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_COLLECT_OUTPUT] =
    g_param_spec_boolean ("collect-output", NULL, NULL,
                          FALSE,
                          writable);

  /**
   * AtSubprocessTask:max-output: (getter get_max_output) (setter set_max_output)
   *
   * How much output is collected at most, in bytes.
   *
   * More of it ends the command, and fails the task with
   * %G_IO_ERROR_MESSAGE_TOO_LARGE. 0 is no limit.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_MAX_OUTPUT] =
    g_param_spec_uint64 ("max-output", NULL, NULL,
                         0, G_MAXUINT64, DEFAULT_MAX_OUTPUT,
                         writable);

  /**
   * AtSubprocessTask:progress-pattern: (getter get_progress_pattern) (setter set_progress_pattern)
   *
   * The regular expression that finds progress in what the command prints.
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
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_PROGRESS_PATTERN] =
    g_param_spec_string ("progress-pattern", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtSubprocessTask:progress-streams: (getter get_progress_streams) (setter set_progress_streams)
   *
   * Where [property@SubprocessTask:progress-pattern] is looked for.
   *
   * Many programs print their progress on standard error.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_PROGRESS_STREAMS] =
    g_param_spec_flags ("progress-streams", NULL, NULL,
                        AT_TYPE_SUBPROCESS_STREAMS, AT_SUBPROCESS_STREAM_BOTH,
                        writable);

  /**
   * AtSubprocessTask:grace-time: (getter get_grace_time) (setter set_grace_time)
   *
   * How long a command that is cancelled may take to end, in milliseconds.
   *
   * It is asked to end by `SIGTERM`, and forced by `SIGKILL` when the time is up; at
   * once if it is 0.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_GRACE_TIME] =
    g_param_spec_uint ("grace-time", NULL, NULL,
                       0, G_MAXUINT, DEFAULT_GRACE_TIME,
                       writable);

  /**
   * AtSubprocessTask:output: (getter get_output)
   *
   * What the command printed to standard output, if it is collected.
   *
   * It is set when the command has ended, before the last callback; what was collected
   * up to there, if the command was cancelled.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_OUTPUT] =
    g_param_spec_boxed ("output", NULL, NULL,
                        G_TYPE_BYTES,
                        readable);

  /**
   * AtSubprocessTask:error-output: (getter get_error_output)
   *
   * The end of what the command printed to standard error.
   *
   * The last 64 KiB or so, as valid UTF-8; with [property@SubprocessTask:merge-error-output],
   * of both. It is set when the command has ended, before the last callback.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_ERROR_OUTPUT] =
    g_param_spec_string ("error-output", NULL, NULL,
                         NULL,
                         readable);

  /**
   * AtSubprocessTask:exit-status: (getter get_exit_status)
   *
   * The exit status of the command; -1 if it has none.
   *
   * It is set when the command has ended, before the last callback. A command that a
   * signal has ended has none.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_EXIT_STATUS] =
    g_param_spec_int ("exit-status", NULL, NULL,
                      -1, G_MAXINT, -1,
                      readable);

  /**
   * AtSubprocessTask:term-signal: (getter get_term_signal)
   *
   * The signal that has ended the command; 0 if none has.
   *
   * It is set when the command has ended, before the last callback.
   *
   * Since: 1.0
   */
  at_subprocess_properties[PROP_TERM_SIGNAL] =
    g_param_spec_int ("term-signal", NULL, NULL,
                      0, G_MAXINT, 0,
                      readable);

  g_object_class_install_properties (object_class, N_PROPS, at_subprocess_properties);
}

static void
at_subprocess_task_init (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (self);
  const AtChild no_child = AT_CHILD_INIT;

  g_mutex_init (&priv->lock);
  priv->child = no_child;
  priv->wake = (AtWake) AT_WAKE_INIT;
  priv->exit_status = -1;
  priv->max_line_length = DEFAULT_LINE_LENGTH;
  at_async_task_set_starting (AT_ASYNC_TASK (self), at_subprocess_task_starting);
  at_async_task_set_backlog_in_bytes (AT_ASYNC_TASK (self), DEFAULT_MAX_PENDING);
  priv->max_output = DEFAULT_MAX_OUTPUT;
  priv->progress_streams = AT_SUBPROCESS_STREAM_BOTH;
  priv->grace_time = DEFAULT_GRACE_TIME;
}

/**
 * at_subprocess_task_new:
 * @argv: (nullable) (array zero-terminated=1) (element-type filename): the command
 *   and its arguments
 *
 * Creates a task that runs a command.
 *
 * No shell is involved: to have one, run `sh -c`. A task without a command fails
 * with %G_SPAWN_ERROR_INVAL.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as nobody
 * iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtSubprocessTask *
at_subprocess_task_new (const char * const *argv)
{
  AtSubprocessTask *self = g_object_new (AT_TYPE_SUBPROCESS_TASK, NULL);

  at_subprocess_task_get_private (self)->argv = g_strdupv ((char **) argv);

  return self;
}

/**
 * at_subprocess_task_get_output: (get-property output)
 * @self: a task
 *
 * Gets what the command printed to standard output, if it is collected.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on. If the command was cancelled it is what was collected up to there.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the output, or %NULL
 *
 * Since: 1.0
 */
GBytes *
at_subprocess_task_get_output (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv;
  GBytes *output;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  output = priv->output;
  g_mutex_unlock (&priv->lock);

  return output;
}

/**
 * at_subprocess_task_get_error_output: (get-property error-output)
 * @self: a task
 *
 * Gets the end of what the command printed to standard error.
 *
 * These are the last 64 KiB or so, as valid UTF-8; with
 * [property@SubprocessTask:merge-error-output], of both. It can be read once
 * [method@AsyncTask.wait] has returned, and from the last callback on.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the text, or %NULL
 *
 * Since: 1.0
 */
const char *
at_subprocess_task_get_error_output (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv;
  const char *error_output;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  error_output = priv->error_output;
  g_mutex_unlock (&priv->lock);

  return error_output;
}

/**
 * at_subprocess_task_get_exit_status: (get-property exit-status)
 * @self: a task
 *
 * Gets the exit status of the command.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on. A command that a signal has ended has none.
 *
 * Any thread.
 *
 * Returns: the exit status, or -1 if it has none
 *
 * Since: 1.0
 */
int
at_subprocess_task_get_exit_status (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv;
  int exit_status;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), -1);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  exit_status = priv->exit_status;
  g_mutex_unlock (&priv->lock);

  return exit_status;
}

/**
 * at_subprocess_task_get_term_signal: (get-property term-signal)
 * @self: a task
 *
 * Gets the signal that has ended the command.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on.
 *
 * Any thread.
 *
 * Returns: the signal, or 0 if none has
 *
 * Since: 1.0
 */
int
at_subprocess_task_get_term_signal (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv;
  int term_signal;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  term_signal = priv->term_signal;
  g_mutex_unlock (&priv->lock);

  return term_signal;
}

/**
 * at_subprocess_task_get_pid:
 * @self: a task
 *
 * Gets the number of the process, which is that of its process group, too.
 *
 * It is for showing: by the time that it is used, the process may have ended, and
 * another one have its number. [method@SubprocessTask.send_signal] cannot hit a
 * wrong one.
 *
 * Any thread.
 *
 * Returns: the number; 0 if the command has not started, or has ended
 *
 * Since: 1.0
 */
int
at_subprocess_task_get_pid (AtSubprocessTask *self)
{
  AtSubprocessTaskPrivate *priv;
  int pid;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  pid = priv->child.pid;
  g_mutex_unlock (&priv->lock);

  return pid;
}

/**
 * at_subprocess_task_send_signal:
 * @self: a task
 * @signal_number: a signal, such as `SIGHUP`
 *
 * Sends a signal to the process of the command.
 *
 * It goes to this process alone, and not to its group. To end the command,
 * [method@AsyncTask.cancel] the task.
 *
 * Any thread.
 *
 * Returns: %TRUE if the signal was sent; %FALSE if there is no process, or the user
 *   has no right to
 *
 * Since: 1.0
 */
gboolean
at_subprocess_task_send_signal (AtSubprocessTask *self,
                                int               signal_number)
{
  AtSubprocessTaskPrivate *priv;
  gboolean was_sent;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), FALSE);

  priv = at_subprocess_task_get_private (self);
  g_mutex_lock (&priv->lock);
  was_sent = at_child_signal (&priv->child, signal_number);
  g_mutex_unlock (&priv->lock);

  return was_sent;
}
