/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-subprocess-task-private.h"

#include "at-subprocess-reader-private.h"
#include "at-task-hooks-private.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include <glib/gi18n-lib.h>

/* The life of a command: the body. It waits for all that may happen at once, which is why
 * it never blocks elsewhere. */

#define ERROR_MESSAGE_SIZE 1024

/* How often ends of processes are looked for where nothing tells of them. */
#define END_INTERVAL_MS    20

typedef enum
{
  STAGE_RUNNING,
  STAGE_ENDING, /* was asked to end */
  STAGE_KILLED
} Stage;

/* What the body has on its stack. */
typedef struct
{
  AtAsyncTask             *task;
  AtSubprocessTaskPrivate *priv;
  AtChild                 *child;
  GCancellable            *cancellable;
  gulong                   cancel_handler;

  Stage                    stage;
  gint64                   kill_at;
  gint64                   look_at_group_at;
  gboolean                 has_ended;

  gsize                    n_written;
  AtSubprocessReader       reader;

  gboolean                 is_held;
  gint64                   held_until;
} Run;

/* Any thread: the body looks at what it is for before it waits again. */
void
at_subprocess_task_wake_body (AtAsyncTask *task)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (AT_SUBPROCESS_TASK (task));

  g_mutex_lock (&priv->lock);
  at_wake_up (&priv->wake);
  g_mutex_unlock (&priv->lock);
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
  g_mutex_lock (&run->priv->lock);
  at_child_signal_group (run->child, signal_number);
  g_mutex_unlock (&run->priv->lock);
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

  run->reader.is_closed = TRUE;
  if (run->priv->grace_time == 0)
    {
      kill_group (run);
      return;
    }

  run->stage = STAGE_ENDING;
  run->kill_at = g_get_monotonic_time () + (gint64) run->priv->grace_time * 1000;
  at_child_close_fd (&run->child->input_fd);

  /* What is stopped hears of the first signal only after the second. */
  signal_group (run, SIGTERM);
  signal_group (run, SIGCONT);
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
  if (is_cancelled (run) || run->reader.error != NULL)
    begin_end (run);
  else if (at_async_task_is_paused (run->task))
    sit_out_pause (run);
}

static void
write_input (Run *run)
{
  gsize size;
  const char *data = g_bytes_get_data (run->priv->input, &size);
  gssize n = at_child_write (run->child, data + run->n_written, size - run->n_written);

  if (n >= 0)
    run->n_written += n;

  /* The command may well have enough of it. */
  if (run->n_written == size || (n < 0 && errno != EAGAIN && errno != EINTR))
    at_child_close_fd (&run->child->input_fd);
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
  g_mutex_lock (&run->priv->lock);
  run->has_ended = at_child_has_ended (run->child);
  g_mutex_unlock (&run->priv->lock);
}

static void
wait_for_news (Run *run)
{
  AtChild *child = run->child;
  struct pollfd input = { child->input_fd, POLLOUT, 0 };
  struct pollfd output = { run->is_held ? -1 : child->output_fd, POLLIN, 0 };
  struct pollfd error = { child->error_fd, POLLIN, 0 };
  struct pollfd end = { run->has_ended ? -1 : child->pidfd, POLLIN, 0 };
  struct pollfd wake = { run->priv->wake.fds[0], POLLIN, 0 };
  struct pollfd fds[] = { input, output, error, end, wake };

  if (poll (fds, G_N_ELEMENTS (fds), get_timeout (run)) < 0)
    return;

  if (fds[0].revents != 0)
    write_input (run);
  if (fds[1].revents != 0)
    at_subprocess_reader_read (&run->reader, &child->output_fd);
  if (fds[2].revents != 0 && child->error_fd >= 0)
    at_subprocess_reader_read (&run->reader, &child->error_fd);
  if (!run->has_ended && (fds[3].revents != 0 || child->pidfd < 0))
    look_for_end (run);
  if (fds[4].revents != 0)
    at_wake_clear (&run->priv->wake);
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
      at_subprocess_reader_drain (&run->reader, &run->child->output_fd);
      at_subprocess_reader_drain (&run->reader, &run->child->error_fd);
    }
  at_subprocess_reader_finish (&run->reader);
}

/* What came of it. */

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
set_exit_error (AtSubprocessTaskPrivate  *priv,
                int                       exit_status,
                GError                  **error)
{
  g_autofree char *name = g_filename_display_name (priv->argv[0]);
  g_autofree char *last_words = NULL;

  if (priv->error_output != NULL)
    last_words = get_last_words (priv->error_output);

  if (last_words != NULL && *last_words != '\0')
    g_set_error (error, G_SPAWN_EXIT_ERROR, exit_status,
                 _("“%s” exited with status %d: %s"), name, exit_status, last_words);
  else
    g_set_error (error, G_SPAWN_EXIT_ERROR, exit_status,
                 _("“%s” exited with status %d"), name, exit_status);
}

static void
set_signal_error (AtSubprocessTaskPrivate  *priv,
                  int                       term_signal,
                  GError                  **error)
{
  g_autofree char *name = g_filename_display_name (priv->argv[0]);

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
  AtSubprocessTaskPrivate *priv = run->priv;
  gboolean was_reaped;
  int exit_status = -1, term_signal = 0, wait_status = 0;

  g_mutex_lock (&priv->lock);
  was_reaped = at_child_reap (run->child, &wait_status);
  if (was_reaped && WIFEXITED (wait_status))
    exit_status = WEXITSTATUS (wait_status);
  else if (was_reaped && WIFSIGNALED (wait_status))
    term_signal = WTERMSIG (wait_status);
  priv->exit_status = exit_status;
  priv->term_signal = term_signal;
  g_mutex_unlock (&priv->lock);

  if (exit_status >= 0)
    at_async_task_return (run->task, G_TYPE_INT, exit_status);

  if (run->reader.error != NULL)
    g_propagate_error (error, g_steal_pointer (&run->reader.error));
  else if (run->stage != STAGE_RUNNING)
    set_cancelled_error (run, error);
  else if (!was_reaped)
    g_set_error_literal (error, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED,
                         _("Something else in the program has taken the exit status of the command"));
  else if (exit_status > 0)
    set_exit_error (priv, exit_status, error);
  else if (term_signal != 0)
    set_signal_error (priv, term_signal, error);
  else
    return TRUE;

  return FALSE;
}

/* The body. */

static gboolean
wants_output (AtSubprocessTaskPrivate *priv)
{
  return priv->output_mode != AT_SUBPROCESS_OUTPUT_NONE || priv->collect_output || priv->merge_error_output ||
         (priv->progress_pattern != NULL && (priv->progress_streams & AT_SUBPROCESS_STREAM_OUTPUT) != 0);
}

/* Any thread. */
static void
on_interrupted (GCancellable *cancellable,
                gpointer      user_data)
{
  at_subprocess_task_wake_body (user_data);
}

static gboolean
run_init (Run           *run,
          AtAsyncTask   *task,
          GCancellable  *cancellable,
          GError       **error)
{
  AtSubprocessTaskPrivate *priv = at_subprocess_task_get_private (AT_SUBPROCESS_TASK (task));
  AtWake wake = AT_WAKE_INIT;

  run->task = task;
  run->priv = priv;
  run->child = &priv->child;
  run->cancellable = cancellable;

  if (!at_subprocess_reader_init (&run->reader, task, priv, error) || !at_wake_open (&wake, error))
    return FALSE;

  g_mutex_lock (&priv->lock);
  priv->wake = wake;
  g_mutex_unlock (&priv->lock);

  /* Not its descriptor: GLib ends the program when there is none left for it. */
  run->cancel_handler = g_cancellable_connect (cancellable, G_CALLBACK (on_interrupted), task, NULL);

  return TRUE;
}

static void
run_clear (Run *run)
{
  at_child_close (run->child);

  /* With no lock held: this waits for a handler that runs. */
  if (run->cancel_handler != 0)
    g_cancellable_disconnect (run->cancellable, run->cancel_handler);

  g_mutex_lock (&run->priv->lock);
  at_wake_close (&run->priv->wake);
  g_mutex_unlock (&run->priv->lock);

  at_subprocess_reader_clear (&run->reader);
}

static gboolean
spawn (Run     *run,
       GError **error)
{
  AtSubprocessTaskPrivate *priv = run->priv;
  AtChild child = AT_CHILD_INIT;
  AtChildFlags flags = AT_CHILD_FLAGS_NONE;

  if (priv->input != NULL)
    flags |= AT_CHILD_PIPE_INPUT;
  if (wants_output (priv))
    flags |= AT_CHILD_PIPE_OUTPUT;
  if (priv->merge_error_output)
    flags |= AT_CHILD_MERGE_ERROR;

  if (!at_child_spawn (&child, (const char * const *) priv->argv, &priv->origin,
                       priv->working_directory, flags, -1, error))
    return FALSE;

  g_mutex_lock (&priv->lock);
  priv->child = child;
  g_mutex_unlock (&priv->lock);

  return TRUE;
}

gboolean
at_subprocess_task_run (AtAsyncTask   *task,
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
      succeeded = conclude (&run, error);
    }
  run_clear (&run);

  return succeeded;
}
