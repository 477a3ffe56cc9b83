/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-subprocess-task.h"

#include "at-child-private.h"
#include "at-enum-types.h"
#include "at-line-splitter-private.h"
#include "at-progress-pattern-private.h"
#include "at-setter-private.h"
#include "at-task-backlog-private.h"
#include "at-wake-private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

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

#define AT_DEFAULT_GRACE_TIME  5000
#define AT_DEFAULT_LINE_LENGTH (1u << 20)
#define AT_DEFAULT_MAX_OUTPUT  (G_GUINT64_CONSTANT (64) << 20)
#define AT_DEFAULT_MAX_PENDING (G_GUINT64_CONSTANT (16) << 20)
#define AT_MIN_LINE_LENGTH     16

#define BUFFER_SIZE         (64 * 1024)
#define ERROR_TAIL_SIZE     (64 * 1024)
#define ERROR_MESSAGE_SIZE  1024

/* How often ends of processes are looked for where nothing tells of them. */
#define END_INTERVAL_MS     20

struct _AtSubprocessTask
{
  AtAsyncTask           parent_instance;

  /* Set before the task is executed, constant afterwards. */
  char                **argv;
  char                 *working_directory;
  char                **environment;
  GBytes               *input;
  AtSubprocessOutput    output_mode;
  guint                 max_line_length;
  guint64               max_output;
  char                 *progress_pattern;
  AtSubprocessStreams   progress_streams;
  guint                 grace_time;
  gboolean              merge_error_output;
  gboolean              collect_output;

  /* The body; its pid changes, and is signalled by others, under @lock. */
  AtChild               child;

  /* Any thread, under @lock. */
  GMutex                lock;
  AtWake                wake; /* closed: there is no body to wake */
  int                   exit_status;
  int                   term_signal;
  GBytes               *output;
  char                 *error_output;
};

typedef enum
{
  STAGE_RUNNING,
  STAGE_ENDING, /* was asked to end */
  STAGE_KILLED
} Stage;

/* What the body has on its stack. */
typedef struct
{
  AtSubprocessTask  *self;
  AtAsyncTask       *task;
  AtChild           *child;
  GCancellable      *cancellable;
  gulong             cancel_handler;
  char              *buffer;

  Stage              stage;
  gint64             kill_at;
  gint64             look_at_group_at;
  gboolean           has_ended;
  GError            *error; /* why we end it, if it is not cancelled */

  gsize              n_written;
  AtLineSplitter     lines;
  AtProgressPattern  output_progress;
  AtProgressPattern  error_progress;
  GByteArray        *collected; /* or NULL */
  GByteArray        *error_tail;

  gboolean           is_held;
  gint64             held_until;
} Run;

G_DEFINE_FINAL_TYPE (AtSubprocessTask, at_subprocess_task, AT_TYPE_ASYNC_TASK)

enum
{
  PROP_ARGV = 1,
  PROP_WORKING_DIRECTORY,
  PROP_ENVIRONMENT,
  PROP_INPUT,
  PROP_OUTPUT_MODE,
  PROP_MERGE_ERROR_OUTPUT,
  PROP_MAX_LINE_LENGTH,
  PROP_MAX_PENDING,
  PROP_COLLECT_OUTPUT,
  PROP_MAX_OUTPUT,
  PROP_PROGRESS_PATTERN,
  PROP_PROGRESS_STREAMS,
  PROP_GRACE_TIME,
  PROP_OUTPUT,
  PROP_ERROR_OUTPUT,
  PROP_EXIT_STATUS,
  PROP_TERM_SIGNAL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Waking the body. */

static void
wake_body (AtSubprocessTask *self)
{
  g_mutex_lock (&self->lock);
  at_wake_up (&self->wake);
  g_mutex_unlock (&self->lock);
}

/* Takes over what is in @value. */
static void
publish (Run    *run,
         GValue *value)
{
  at_async_task_publish_progress (run->task, value);
  g_value_unset (value);
}

/* Stops reading the output while too much of it waits for the owner. Nobody takes
 * anything from a command that is to end. */
static void
update_hold (Run *run)
{
  run->is_held = run->stage == STAGE_RUNNING && at_async_task_is_backed_up (run->task, &run->held_until);
}

/* Ending the command. */

static void
signal_group (Run *run,
              int  signal_number)
{
  g_mutex_lock (&run->self->lock);
  at_child_signal_group (run->child, signal_number);
  g_mutex_unlock (&run->self->lock);
}

static void
kill_group (Run *run)
{
  run->stage = STAGE_KILLED;
  signal_group (run, SIGKILL);
  at_child_close_fd (&run->child->input_fd);
  at_child_close_fd (&run->child->output_fd);
  at_child_close_fd (&run->child->error_fd);
}

/* What it prints from now on is read, so that it can end, and dropped. */
static void
begin_end (Run *run)
{
  if (run->stage != STAGE_RUNNING)
    return;

  if (run->self->grace_time == 0)
    {
      kill_group (run);
      return;
    }

  run->stage = STAGE_ENDING;
  run->kill_at = g_get_monotonic_time () + (gint64) run->self->grace_time * 1000;
  at_child_close_fd (&run->child->input_fd);

  /* What is stopped hears of the first signal only after the second. */
  signal_group (run, SIGTERM);
  signal_group (run, SIGCONT);
}

/* Why we end it. Takes over @error. */
static void
begin_failure (Run    *run,
               GError *error)
{
  if (run->error == NULL && run->stage == STAGE_RUNNING)
    run->error = error;
  else
    g_error_free (error);

  begin_end (run);
}

static void
sit_out_pause (Run *run)
{
  signal_group (run, SIGSTOP);
  if (at_async_task_checkpoint (run->task, NULL))
    signal_group (run, SIGCONT);
  else
    begin_end (run);
}

static gboolean
is_cancelled (Run *run)
{
  return at_async_task_is_cancelled (run->task) || g_cancellable_is_cancelled (run->cancellable);
}

/* What the owner wants. */
static void
look_at_task (Run *run)
{
  if (is_cancelled (run))
    begin_end (run);
  else if (at_async_task_is_paused (run->task))
    sit_out_pause (run);
}

/* What it prints. */

static void
on_line (const char *line,
         gsize       length,
         gpointer    user_data)
{
  Run *run = user_data;
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  if (g_utf8_validate_len (line, length, NULL))
    g_value_set_static_string (&value, line);
  else
    g_value_take_string (&value, g_utf8_make_valid (line, length));
  publish (run, &value);
}

static void
on_progress (double   fraction,
             guint64  completed,
             guint64  total,
             gpointer user_data)
{
  Run *run = user_data;

  if (fraction >= 0)
    at_async_task_set_fraction (run->task, fraction);
  else
    at_async_task_set_amounts (run->task, completed, total);
}

static void
collect (Run        *run,
         const char *data,
         gsize       length)
{
  guint64 room = G_MAXUINT - run->collected->len;

  if (run->self->max_output != 0)
    room = MIN (room, run->self->max_output - run->collected->len);

  if (length <= room)
    {
      g_byte_array_append (run->collected, (const guint8 *) data, length);
      return;
    }

  g_byte_array_append (run->collected, (const guint8 *) data, room);
  begin_failure (run, g_error_new (G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                                   _("The command prints more than %u bytes"), run->collected->len));
}

/* Keeps the end of it, and moves that no more often than it doubles. */
static void
keep_tail (Run        *run,
           const char *data,
           gsize       length)
{
  g_byte_array_append (run->error_tail, (const guint8 *) data, length);
  if (run->error_tail->len >= 2 * ERROR_TAIL_SIZE)
    g_byte_array_remove_range (run->error_tail, 0, run->error_tail->len - ERROR_TAIL_SIZE);
}

static void
take_output (Run   *run,
             gsize  length)
{
  AtSubprocessTask *self = run->self;

  if (self->merge_error_output)
    keep_tail (run, run->buffer, length);
  if (run->stage != STAGE_RUNNING)
    return;

  if (run->output_progress.regex != NULL)
    at_progress_pattern_feed (&run->output_progress, run->buffer, length);

  if (self->output_mode == AT_SUBPROCESS_OUTPUT_CHUNKS)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, G_TYPE_BYTES);
      g_value_take_boxed (&value, g_bytes_new (run->buffer, length));
      publish (run, &value);
    }
  else if (run->lines.func != NULL)
    {
      at_line_splitter_feed (&run->lines, run->buffer, length);
    }

  if (run->collected != NULL)
    collect (run, run->buffer, length);
}

static void
take_error (Run   *run,
            gsize  length)
{
  keep_tail (run, run->buffer, length);
  if (run->stage == STAGE_RUNNING && run->error_progress.regex != NULL)
    at_progress_pattern_feed (&run->error_progress, run->buffer, length);
}

/* Reads at most @size bytes; returns how many. Closes @fd at its end. */
static gsize
read_from (Run     *run,
           int     *fd,
           gsize    size,
           void  (* take) (Run *run, gsize length))
{
  gssize n = read (*fd, run->buffer, MIN (size, BUFFER_SIZE));

  if (n > 0)
    {
      take (run, n);
      return n;
    }

  if (n == 0 || (errno != EAGAIN && errno != EINTR))
    at_child_close_fd (fd);

  return 0;
}

static void
write_input (Run *run)
{
  gsize size;
  const char *data = g_bytes_get_data (run->self->input, &size);
  gssize n = at_child_write (run->child, data + run->n_written, size - run->n_written);

  if (n >= 0)
    run->n_written += n;

  /* The command may well have enough of it. */
  if (run->n_written == size || (n < 0 && errno != EAGAIN && errno != EINTR))
    at_child_close_fd (&run->child->input_fd);
}

/* Takes what there is now: who else has the pipe may never have enough of it. */
static void
drain (Run   *run,
       int   *fd,
       void (* take) (Run *run, gsize length))
{
  int left = 0;

  if (*fd >= 0 && ioctl (*fd, FIONREAD, &left) != 0)
    left = 0;

  while (left > 0 && *fd >= 0)
    {
      gsize n = read_from (run, fd, left, take);

      if (n == 0)
        break;
      left -= n;
    }
}

/* The loop. */

/* In milliseconds; -1: until something happens. */
static int
get_timeout (Run *run)
{
  gint64 until;

  if (run->child->pidfd < 0 || (run->stage == STAGE_ENDING && run->has_ended))
    return END_INTERVAL_MS;

  if (run->stage == STAGE_ENDING)
    until = run->kill_at;
  else if (run->is_held)
    until = run->held_until;
  else
    return -1;

  return (int) CLAMP ((until - g_get_monotonic_time ()) / 1000 + 1, 0, G_MAXINT);
}

static void
look_for_end (Run *run)
{
  g_mutex_lock (&run->self->lock);
  run->has_ended = at_child_has_ended (run->child);
  g_mutex_unlock (&run->self->lock);
}

static void
wait_for_news (Run *run)
{
  AtChild *child = run->child;
  struct pollfd input = { child->input_fd, POLLOUT, 0 };
  struct pollfd output = { run->is_held ? -1 : child->output_fd, POLLIN, 0 };
  struct pollfd error = { child->error_fd, POLLIN, 0 };
  struct pollfd end = { run->has_ended ? -1 : child->pidfd, POLLIN, 0 };
  struct pollfd wake = { run->self->wake.fds[0], POLLIN, 0 };
  struct pollfd fds[] = { input, output, error, end, wake };

  if (poll (fds, G_N_ELEMENTS (fds), get_timeout (run)) < 0)
    return;

  if (fds[0].revents != 0)
    write_input (run);
  if (fds[1].revents != 0)
    read_from (run, &child->output_fd, BUFFER_SIZE, take_output);
  if (fds[2].revents != 0 && child->error_fd >= 0)
    read_from (run, &child->error_fd, BUFFER_SIZE, take_error);
  if (!run->has_ended && (fds[3].revents != 0 || child->pidfd < 0))
    look_for_end (run);
  if (fds[4].revents != 0)
    at_wake_clear (&run->self->wake);
}

/* Whether there is nothing left to wait for. Those in the group of a command that
 * was told to end have their time even if it has gone before them. */
static gboolean
is_over (Run *run)
{
  gint64 now;

  if (!run->has_ended)
    return FALSE;
  if (run->stage != STAGE_ENDING)
    return TRUE;

  now = g_get_monotonic_time ();
  if (now < run->look_at_group_at)
    return FALSE;
  run->look_at_group_at = now + END_INTERVAL_MS * 1000;

  return !at_child_group_is_alive (run->child);
}

static void
follow_child (Run *run)
{
  while (!is_over (run))
    {
      /* Before it waits: what came before there was a body to wake woke nobody. */
      if (run->stage == STAGE_RUNNING && !run->has_ended)
        look_at_task (run);

      if (run->stage == STAGE_ENDING && g_get_monotonic_time () >= run->kill_at)
        {
          kill_group (run);
        }
      else
        {
          update_hold (run);
          wait_for_news (run);
        }
    }

  if (run->stage == STAGE_RUNNING)
    {
      drain (run, &run->child->output_fd, take_output);
      drain (run, &run->child->error_fd, take_error);
      if (run->lines.func != NULL)
        at_line_splitter_finish (&run->lines);
      if (run->output_progress.regex != NULL)
        at_progress_pattern_finish (&run->output_progress);
      if (run->error_progress.regex != NULL)
        at_progress_pattern_finish (&run->error_progress);
    }
}

/* What came of it. */

/* The end of what it said, as valid UTF-8, for the owner to read. */
static void
keep_what_was_said (Run *run)
{
  AtSubprocessTask *self = run->self;
  GByteArray *tail = run->error_tail;
  const char *start = (const char *) tail->data;
  gsize length = tail->len;

  if (length > ERROR_TAIL_SIZE)
    {
      start += length - ERROR_TAIL_SIZE;
      length = ERROR_TAIL_SIZE;

      /* Not in the middle of a character. */
      while (length > 0 && (*start & 0xc0) == 0x80)
        {
          start++;
          length--;
        }
    }

  g_mutex_lock (&self->lock);
  if (length > 0)
    self->error_output = g_utf8_make_valid (start, length);
  if (run->collected != NULL)
    self->output = g_byte_array_free_to_bytes (g_steal_pointer (&run->collected));
  g_mutex_unlock (&self->lock);
}

/* The last lines, as a terminal has them: without what was overwritten. */
static char *
get_last_words (const char *text)
{
  g_autofree char *stripped = g_strchomp (g_strdup (text));
  g_auto(GStrv) lines = NULL;
  const char *start = stripped;
  gsize length = strlen (stripped);

  if (length > ERROR_MESSAGE_SIZE)
    {
      const char *newline;

      start = g_utf8_find_next_char (stripped + length - ERROR_MESSAGE_SIZE - 1, NULL);
      newline = strchr (start, '\n');
      if (newline != NULL)
        start = newline + 1;
    }

  lines = g_strsplit (start, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *overwritten = strrchr (g_strchomp (lines[i]), '\r');

      if (overwritten != NULL)
        memmove (lines[i], overwritten + 1, strlen (overwritten));
    }

  return g_strjoinv ("\n", lines);
}

static void
set_exit_error (AtSubprocessTask  *self,
                int                exit_status,
                GError           **error)
{
  g_autofree char *name = g_filename_display_name (self->argv[0]);
  g_autofree char *last_words = NULL;

  if (self->error_output != NULL)
    last_words = get_last_words (self->error_output);

  if (last_words != NULL && *last_words != '\0')
    g_set_error (error, G_SPAWN_EXIT_ERROR, exit_status,
                 _("“%s” exited with status %d: %s"), name, exit_status, last_words);
  else
    g_set_error (error, G_SPAWN_EXIT_ERROR, exit_status,
                 _("“%s” exited with status %d"), name, exit_status);
}

static void
set_signal_error (AtSubprocessTask  *self,
                  int                term_signal,
                  GError           **error)
{
  g_autofree char *name = g_filename_display_name (self->argv[0]);

  g_set_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
               /* Translators: a command, a number, and the name of the signal. */
               _("“%s” was ended by signal %d (%s)"), name, term_signal, g_strsignal (term_signal));
}

static void
set_cancelled_error (Run     *run,
                     GError **error)
{
  /* The task itself need not be cancelled where its cancellable is; it may even be
   * paused by now, and a checkpoint would hold it, with nothing left to go on. */
  if (at_async_task_is_cancelled (run->task))
    at_async_task_checkpoint (run->task, error);
  else
    g_cancellable_set_error_if_cancelled (run->cancellable, error);
}

/* Reaps the command, and says how it has ended. */
static gboolean
conclude (Run     *run,
          GError **error)
{
  AtSubprocessTask *self = run->self;
  gboolean was_reaped;
  int exit_status = -1, term_signal = 0, wait_status = 0;

  g_mutex_lock (&self->lock);
  was_reaped = at_child_reap (run->child, &wait_status);
  if (was_reaped && WIFEXITED (wait_status))
    exit_status = WEXITSTATUS (wait_status);
  else if (was_reaped && WIFSIGNALED (wait_status))
    term_signal = WTERMSIG (wait_status);
  self->exit_status = exit_status;
  self->term_signal = term_signal;
  g_mutex_unlock (&self->lock);

  if (exit_status >= 0)
    at_async_task_return (run->task, G_TYPE_INT, exit_status);

  if (run->error != NULL)
    g_propagate_error (error, g_steal_pointer (&run->error));
  else if (run->stage != STAGE_RUNNING)
    set_cancelled_error (run, error);
  else if (!was_reaped)
    g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                         _("Something else in the program has taken the exit status of the command"));
  else if (exit_status > 0)
    set_exit_error (self, exit_status, error);
  else if (term_signal != 0)
    set_signal_error (self, term_signal, error);
  else
    return TRUE;

  return FALSE;
}

/* The body. */

static gboolean
wants_output (AtSubprocessTask *self)
{
  return self->output_mode != AT_SUBPROCESS_OUTPUT_NONE || self->collect_output || self->merge_error_output ||
         (self->progress_pattern != NULL && (self->progress_streams & AT_SUBPROCESS_STREAM_OUTPUT) != 0);
}

/* Any thread: the body looks at what it is for before it waits again. */
static void
on_interrupted (GCancellable *cancellable,
                gpointer      user_data)
{
  wake_body (user_data);
}

static gboolean
run_init (Run           *run,
          AtAsyncTask   *task,
          GCancellable  *cancellable,
          GError       **error)
{
  AtSubprocessTask *self = AT_SUBPROCESS_TASK (task);
  AtWake wake = AT_WAKE_INIT;

  run->self = self;
  run->task = task;
  run->child = &self->child;
  run->cancellable = cancellable;
  run->buffer = g_malloc (BUFFER_SIZE);
  run->error_tail = g_byte_array_new ();

  if (self->collect_output)
    run->collected = g_byte_array_new ();
  if (self->output_mode <= AT_SUBPROCESS_OUTPUT_NUL)
    at_line_splitter_init (&run->lines,
                           self->output_mode == AT_SUBPROCESS_OUTPUT_NUL ? AT_LINE_END_NUL : AT_LINE_END_NEWLINE,
                           self->max_line_length, on_line, run);

  if (self->progress_pattern != NULL)
    {
      GRegex *regex = at_progress_pattern_compile (self->progress_pattern, error);

      if (regex == NULL)
        return FALSE;
      if ((self->progress_streams & AT_SUBPROCESS_STREAM_OUTPUT) != 0)
        at_progress_pattern_init (&run->output_progress, g_regex_ref (regex), on_progress, run);
      if ((self->progress_streams & AT_SUBPROCESS_STREAM_ERROR) != 0)
        at_progress_pattern_init (&run->error_progress, g_regex_ref (regex), on_progress, run);
      g_regex_unref (regex);
    }

  if (!at_wake_open (&wake, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->wake = wake;
  g_mutex_unlock (&self->lock);

  /* Not its descriptor: GLib ends the program when there is none left for it. */
  run->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_interrupted), self, NULL);

  return TRUE;
}

static void
run_clear (Run *run)
{
  at_child_close (run->child);

  /* With no lock held: this waits for a handler that runs. */
  if (run->cancel_handler != 0)
    g_cancellable_disconnect (run->cancellable, run->cancel_handler);

  g_mutex_lock (&run->self->lock);
  at_wake_close (&run->self->wake);
  g_mutex_unlock (&run->self->lock);

  if (run->lines.func != NULL)
    at_line_splitter_clear (&run->lines);
  if (run->output_progress.regex != NULL)
    at_progress_pattern_clear (&run->output_progress);
  if (run->error_progress.regex != NULL)
    at_progress_pattern_clear (&run->error_progress);
  g_clear_pointer (&run->collected, g_byte_array_unref);
  g_byte_array_unref (run->error_tail);
  g_clear_error (&run->error);
  g_free (run->buffer);
}

static gboolean
spawn (Run     *run,
       GError **error)
{
  AtSubprocessTask *self = run->self;
  AtChild child = AT_CHILD_INIT;
  AtChildFlags flags = AT_CHILD_FLAGS_NONE;

  if (self->input != NULL)
    flags |= AT_CHILD_PIPE_INPUT;
  if (wants_output (self))
    flags |= AT_CHILD_PIPE_OUTPUT;
  if (self->merge_error_output)
    flags |= AT_CHILD_MERGE_ERROR;

  if (!at_child_spawn (&child, (const char * const *) self->argv, (const char * const *) self->environment,
                       self->working_directory, flags, error))
    return FALSE;

  g_mutex_lock (&self->lock);
  self->child = child;
  g_mutex_unlock (&self->lock);

  return TRUE;
}

static gboolean
at_subprocess_task_in_background (AtAsyncTask   *task,
                                  const GValue  *params,
                                  GCancellable  *cancellable,
                                  GError       **error)
{
  Run run = { 0, };
  gboolean succeeded;

  if (!at_async_task_checkpoint (task, error))
    return FALSE;

  succeeded = run_init (&run, task, cancellable, error) && spawn (&run, error);
  if (succeeded)
    {
      follow_child (&run);
      keep_what_was_said (&run);
      succeeded = conclude (&run, error);
    }
  run_clear (&run);

  return succeeded;
}

static void
notify_results (AtSubprocessTask *self)
{
  GObject *object = G_OBJECT (self);

  if (self->output != NULL)
    g_object_notify_by_pspec (object, properties[PROP_OUTPUT]);
  if (self->error_output != NULL)
    g_object_notify_by_pspec (object, properties[PROP_ERROR_OUTPUT]);
  if (self->exit_status != -1)
    g_object_notify_by_pspec (object, properties[PROP_EXIT_STATUS]);
  if (self->term_signal != 0)
    g_object_notify_by_pspec (object, properties[PROP_TERM_SIGNAL]);
}

/* Any thread. */
static void
at_subprocess_task_control_changed (AtAsyncTask *task)
{
  wake_body (AT_SUBPROCESS_TASK (task));
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
at_subprocess_task_finalize (GObject *object)
{
  AtSubprocessTask *self = AT_SUBPROCESS_TASK (object);

  g_clear_pointer (&self->argv, g_strfreev);
  g_clear_pointer (&self->working_directory, g_free);
  g_clear_pointer (&self->environment, g_strfreev);
  g_clear_pointer (&self->input, g_bytes_unref);
  g_clear_pointer (&self->progress_pattern, g_free);
  g_clear_pointer (&self->output, g_bytes_unref);
  g_clear_pointer (&self->error_output, g_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (at_subprocess_task_parent_class)->finalize (object);
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
    case PROP_ARGV:
      g_value_set_boxed (value, self->argv);
      break;
    case PROP_WORKING_DIRECTORY:
      g_value_set_string (value, self->working_directory);
      break;
    case PROP_ENVIRONMENT:
      g_value_set_boxed (value, self->environment);
      break;
    case PROP_INPUT:
      g_value_set_boxed (value, self->input);
      break;
    case PROP_OUTPUT_MODE:
      g_value_set_enum (value, self->output_mode);
      break;
    case PROP_MERGE_ERROR_OUTPUT:
      g_value_set_boolean (value, self->merge_error_output);
      break;
    case PROP_MAX_LINE_LENGTH:
      g_value_set_uint (value, self->max_line_length);
      break;
    case PROP_MAX_PENDING:
      g_value_set_uint64 (value, at_subprocess_task_get_max_pending (self));
      break;
    case PROP_COLLECT_OUTPUT:
      g_value_set_boolean (value, self->collect_output);
      break;
    case PROP_MAX_OUTPUT:
      g_value_set_uint64 (value, self->max_output);
      break;
    case PROP_PROGRESS_PATTERN:
      g_value_set_string (value, self->progress_pattern);
      break;
    case PROP_PROGRESS_STREAMS:
      g_value_set_flags (value, self->progress_streams);
      break;
    case PROP_GRACE_TIME:
      g_value_set_uint (value, self->grace_time);
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
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_subprocess_task_set_property (GObject      *object,
                                 guint         prop_id,
                                 const GValue *value,
                                 GParamSpec   *pspec)
{
  AtSubprocessTask *self = AT_SUBPROCESS_TASK (object);

  switch (prop_id)
    {
    case PROP_ARGV:
      at_subprocess_task_set_argv (self, g_value_get_boxed (value));
      break;
    case PROP_WORKING_DIRECTORY:
      at_subprocess_task_set_working_directory (self, g_value_get_string (value));
      break;
    case PROP_ENVIRONMENT:
      at_subprocess_task_set_environment (self, g_value_get_boxed (value));
      break;
    case PROP_INPUT:
      at_subprocess_task_set_input (self, g_value_get_boxed (value));
      break;
    case PROP_OUTPUT_MODE:
      at_subprocess_task_set_output_mode (self, g_value_get_enum (value));
      break;
    case PROP_MERGE_ERROR_OUTPUT:
      at_subprocess_task_set_merge_error_output (self, g_value_get_boolean (value));
      break;
    case PROP_MAX_LINE_LENGTH:
      at_subprocess_task_set_max_line_length (self, g_value_get_uint (value));
      break;
    case PROP_MAX_PENDING:
      at_subprocess_task_set_max_pending (self, g_value_get_uint64 (value));
      break;
    case PROP_COLLECT_OUTPUT:
      at_subprocess_task_set_collect_output (self, g_value_get_boolean (value));
      break;
    case PROP_MAX_OUTPUT:
      at_subprocess_task_set_max_output (self, g_value_get_uint64 (value));
      break;
    case PROP_PROGRESS_PATTERN:
      at_subprocess_task_set_progress_pattern (self, g_value_get_string (value));
      break;
    case PROP_PROGRESS_STREAMS:
      at_subprocess_task_set_progress_streams (self, g_value_get_flags (value));
      break;
    case PROP_GRACE_TIME:
      at_subprocess_task_set_grace_time (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
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

  task_class->control_changed = at_subprocess_task_control_changed;
  task_class->in_background = at_subprocess_task_in_background;

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
  properties[PROP_ARGV] =
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
  properties[PROP_WORKING_DIRECTORY] =
    g_param_spec_string ("working-directory", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtSubprocessTask:environment: (getter get_environment) (setter set_environment)
   *
   * The environment of the command.
   *
   * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
   * environment of the program.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_ENVIRONMENT] =
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
  properties[PROP_INPUT] =
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
  properties[PROP_OUTPUT_MODE] =
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
  properties[PROP_MERGE_ERROR_OUTPUT] =
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
  properties[PROP_MAX_LINE_LENGTH] =
    g_param_spec_uint ("max-line-length", NULL, NULL,
                       AT_MIN_LINE_LENGTH, G_MAXUINT, AT_DEFAULT_LINE_LENGTH,
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
  properties[PROP_MAX_PENDING] =
    g_param_spec_uint64 ("max-pending", NULL, NULL,
                         0, G_MAXUINT64, AT_DEFAULT_MAX_PENDING,
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
  properties[PROP_COLLECT_OUTPUT] =
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
  properties[PROP_MAX_OUTPUT] =
    g_param_spec_uint64 ("max-output", NULL, NULL,
                         0, G_MAXUINT64, AT_DEFAULT_MAX_OUTPUT,
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
  properties[PROP_PROGRESS_PATTERN] =
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
  properties[PROP_PROGRESS_STREAMS] =
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
  properties[PROP_GRACE_TIME] =
    g_param_spec_uint ("grace-time", NULL, NULL,
                       0, G_MAXUINT, AT_DEFAULT_GRACE_TIME,
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
  properties[PROP_OUTPUT] =
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
  properties[PROP_ERROR_OUTPUT] =
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
  properties[PROP_EXIT_STATUS] =
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
  properties[PROP_TERM_SIGNAL] =
    g_param_spec_int ("term-signal", NULL, NULL,
                      0, G_MAXINT, 0,
                      readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_subprocess_task_init (AtSubprocessTask *self)
{
  const AtChild no_child = AT_CHILD_INIT;

  g_mutex_init (&self->lock);
  self->child = no_child;
  self->wake = (AtWake) AT_WAKE_INIT;
  self->exit_status = -1;
  self->max_line_length = AT_DEFAULT_LINE_LENGTH;
  at_async_task_set_backlog_in_bytes (AT_ASYNC_TASK (self), AT_DEFAULT_MAX_PENDING);
  self->max_output = AT_DEFAULT_MAX_OUTPUT;
  self->progress_streams = AT_SUBPROCESS_STREAM_BOTH;
  self->grace_time = AT_DEFAULT_GRACE_TIME;
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

  self->argv = g_strdupv ((char **) argv);

  return self;
}

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
const char * const *
at_subprocess_task_get_argv (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  return (const char * const *) self->argv;
}

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
void
at_subprocess_task_set_argv (AtSubprocessTask   *self,
                             const char * const *argv)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_strv (&self->argv, argv))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ARGV]);
}

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
const char *
at_subprocess_task_get_working_directory (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  return self->working_directory;
}

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
void
at_subprocess_task_set_working_directory (AtSubprocessTask *self,
                                          const char       *working_directory)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->working_directory, working_directory))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKING_DIRECTORY]);
}

/**
 * at_subprocess_task_get_environment: (get-property environment)
 * @self: a task
 *
 * Gets the environment of the command.
 *
 * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
 * environment of the program.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1) (element-type filename): the
 *   environment of the command, or %NULL
 *
 * Since: 1.0
 */
const char * const *
at_subprocess_task_get_environment (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  return (const char * const *) self->environment;
}

/**
 * at_subprocess_task_set_environment: (set-property environment)
 * @self: a task
 * @environment: (nullable) (array zero-terminated=1) (element-type filename): the
 *   environment of the command, or %NULL
 *
 * Sets the environment of the command.
 *
 * It is a list of `NAME=value`, as g_environ_setenv() makes them; %NULL is the
 * environment of the program.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_subprocess_task_set_environment (AtSubprocessTask   *self,
                                    const char * const *environment)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_strv (&self->environment, environment))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENVIRONMENT]);
}

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
GBytes *
at_subprocess_task_get_input (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  return self->input;
}

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
void
at_subprocess_task_set_input (AtSubprocessTask *self,
                              GBytes           *input)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->input == input)
    return;

  g_clear_pointer (&self->input, g_bytes_unref);
  self->input = input != NULL ? g_bytes_ref (input) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INPUT]);
}

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
AtSubprocessOutput
at_subprocess_task_get_output_mode (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return self->output_mode;
}

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
void
at_subprocess_task_set_output_mode (AtSubprocessTask   *self,
                                    AtSubprocessOutput  output_mode)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  g_return_if_fail (output_mode <= AT_SUBPROCESS_OUTPUT_NONE);
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->output_mode == output_mode)
    return;

  self->output_mode = output_mode;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_OUTPUT_MODE]);
}

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
gboolean
at_subprocess_task_get_merge_error_output (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), FALSE);

  return self->merge_error_output;
}

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
void
at_subprocess_task_set_merge_error_output (AtSubprocessTask *self,
                                           gboolean          merge_error_output)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  merge_error_output = !!merge_error_output;
  if (self->merge_error_output == merge_error_output)
    return;

  self->merge_error_output = merge_error_output;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MERGE_ERROR_OUTPUT]);
}

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
guint
at_subprocess_task_get_max_line_length (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return self->max_line_length;
}

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
void
at_subprocess_task_set_max_line_length (AtSubprocessTask *self,
                                        guint             max_line_length)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  g_return_if_fail (max_line_length >= AT_MIN_LINE_LENGTH);
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->max_line_length == max_line_length)
    return;

  self->max_line_length = max_line_length;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_LINE_LENGTH]);
}

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
gboolean
at_subprocess_task_get_collect_output (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), FALSE);

  return self->collect_output;
}

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
void
at_subprocess_task_set_collect_output (AtSubprocessTask *self,
                                       gboolean          collect_output)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  collect_output = !!collect_output;
  if (self->collect_output == collect_output)
    return;

  self->collect_output = collect_output;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_COLLECT_OUTPUT]);
}

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
guint64
at_subprocess_task_get_max_output (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return self->max_output;
}

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
void
at_subprocess_task_set_max_output (AtSubprocessTask *self,
                                   guint64           max_output)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->max_output == max_output)
    return;

  self->max_output = max_output;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAX_OUTPUT]);
}

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
const char *
at_subprocess_task_get_progress_pattern (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  return self->progress_pattern;
}

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
void
at_subprocess_task_set_progress_pattern (AtSubprocessTask *self,
                                         const char       *progress_pattern)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->progress_pattern, progress_pattern))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS_PATTERN]);
}

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
AtSubprocessStreams
at_subprocess_task_get_progress_streams (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return self->progress_streams;
}

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
void
at_subprocess_task_set_progress_streams (AtSubprocessTask    *self,
                                         AtSubprocessStreams  progress_streams)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  g_return_if_fail ((progress_streams & ~(guint) AT_SUBPROCESS_STREAM_BOTH) == 0);
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->progress_streams == progress_streams)
    return;

  self->progress_streams = progress_streams;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS_STREAMS]);
}

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
guint
at_subprocess_task_get_grace_time (AtSubprocessTask *self)
{
  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  return self->grace_time;
}

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
void
at_subprocess_task_set_grace_time (AtSubprocessTask *self,
                                   guint             grace_time)
{
  g_return_if_fail (AT_IS_SUBPROCESS_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->grace_time == grace_time)
    return;

  self->grace_time = grace_time;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_GRACE_TIME]);
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
  GBytes *output;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  g_mutex_lock (&self->lock);
  output = self->output;
  g_mutex_unlock (&self->lock);

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
  const char *error_output;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), NULL);

  g_mutex_lock (&self->lock);
  error_output = self->error_output;
  g_mutex_unlock (&self->lock);

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
  int exit_status;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), -1);

  g_mutex_lock (&self->lock);
  exit_status = self->exit_status;
  g_mutex_unlock (&self->lock);

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
  int term_signal;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  g_mutex_lock (&self->lock);
  term_signal = self->term_signal;
  g_mutex_unlock (&self->lock);

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
  int pid;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), 0);

  g_mutex_lock (&self->lock);
  pid = self->child.pid;
  g_mutex_unlock (&self->lock);

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
  gboolean was_sent;

  g_return_val_if_fail (AT_IS_SUBPROCESS_TASK (self), FALSE);

  g_mutex_lock (&self->lock);
  was_sent = at_child_signal (&self->child, signal_number);
  g_mutex_unlock (&self->lock);

  return was_sent;
}
