/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-terminal.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gi18n.h>

#include "downloader-parts.h"
#include "downloader-reporter.h"
#include "downloader-sample.h"

/* Cancelling takes milliseconds; a disk that does not answer must not hold up
 * somebody who wants out. */
#define PATIENCE_MS 700

typedef struct
{
  DownloaderReporter *reporter;
  AtLimitExecutor    *queue;
  GMainLoop          *loop;
  GPtrArray          *tasks;
  guint               n_running;
  gboolean            failed;
  gboolean            interrupted;
  guint               patience_source;
} Terminal;

static void
task_event (DownloaderTask        *task,
            const DownloaderEvent *event,
            Terminal              *self)
{
  downloader_reporter_event (self->reporter, task, event);
}

static void
task_ended (DownloaderTask *task,
            GParamSpec     *pspec,
            Terminal       *self)
{
  AtAsyncTask *base = AT_ASYNC_TASK (task);

  if (at_async_task_get_status (base) != AT_STATUS_FINISHED)
    return;

  switch (at_async_task_get_outcome (base))
    {
    case AT_OUTCOME_SUCCEEDED:
      downloader_reporter_finished (self->reporter, task);
      break;

    case AT_OUTCOME_CANCELLED:
      if (downloader_task_get_state (task) == DOWNLOADER_TASK_STATE_FINISHED)
        downloader_reporter_finished (self->reporter, task);
      else
        downloader_reporter_cancelled (self->reporter, task);
      break;

    case AT_OUTCOME_FAILED:
      downloader_reporter_failed (self->reporter, task, at_async_task_get_error (base));
      self->failed = TRUE;
      break;

    case AT_OUTCOME_NONE:
    default:
      g_assert_not_reached ();
    }

  if (--self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static gboolean
patience_is_over (gpointer data)
{
  fflush (stdout);
  _exit (DOWNLOADER_EXIT_INTERRUPTED);
}

static gboolean
interrupted (gpointer data)
{
  Terminal *self = data;

  if (self->interrupted)
    _exit (DOWNLOADER_EXIT_INTERRUPTED);

  self->interrupted = TRUE;
  self->patience_source = g_timeout_add (PATIENCE_MS, patience_is_over, self);
  /* From the last: none is to get the place of one that was cancelled before it. */
  for (guint i = self->tasks->len; i > 0; i--)
    at_async_task_cancel (g_ptr_array_index (self->tasks, i - 1), TRUE);

  return G_SOURCE_CONTINUE;
}

static void
add_link (Terminal                 *self,
          const char               *link,
          const DownloaderOptions  *options)
{
  const DownloaderSettings *settings = options->settings;
  g_autofree char *path = options->name != NULL ? g_build_filename (settings->folder, options->name, NULL) : NULL;
  DownloaderTask *task = downloader_task_new_resuming (link, settings, path);
  g_autoptr(GError) error = NULL;

  g_ptr_array_add (self->tasks, task);
  g_signal_connect (task, "event", G_CALLBACK (task_event), self);
  g_signal_connect (task, "notify::status", G_CALLBACK (task_ended), self);

  self->n_running++;
  if (!at_async_task_execute_on_executor (AT_ASYNC_TASK (task), AT_EXECUTOR (self->queue), NULL, &error))
    g_error ("A new queue refused a task: %s", error->message);
}

static int
terminal_run (Terminal *self)
{
  guint interrupt_source = g_unix_signal_add (SIGINT, interrupted, self);
  guint terminate_source = g_unix_signal_add (SIGTERM, interrupted, self);
  guint hang_up_source = g_unix_signal_add (SIGHUP, interrupted, self);

  g_main_loop_run (self->loop);

  g_source_remove (interrupt_source);
  g_source_remove (terminate_source);
  g_source_remove (hang_up_source);
  g_clear_handle_id (&self->patience_source, g_source_remove);

  if (self->interrupted)
    return DOWNLOADER_EXIT_INTERRUPTED;

  return self->failed ? DOWNLOADER_EXIT_FAILED : EXIT_SUCCESS;
}

/**
 * downloader_terminal_run:
 * @options: What the command line asks for.
 *
 * Downloads in the terminal, with neither a display nor a session bus.
 *
 * Returns: the exit status of the program
 */
int
downloader_terminal_run (DownloaderOptions *options)
{
  guint max_active = options->max_active > 0 ? options->max_active : DOWNLOADER_DEFAULT_ACTIVE;
  g_autoptr(DownloaderSample) sample = NULL;
  g_autoptr(DownloaderReporter) reporter = NULL;
  g_autoptr(AtLimitExecutor) queue = NULL;
  g_autoptr(GMainLoop) loop = NULL;
  g_autoptr(GPtrArray) tasks = NULL;
  g_autoptr(GError) error = NULL;
  Terminal self = { 0 };
  int status;

  if (options->list_parts || options->remove_parts)
    return downloader_parts_run (options);

  if (options->links[0] == NULL && !options->sample)
    {
      fprintf (stderr, "%s: %s\n", g_get_prgname (),
               _("Give a link to download, or --sample to try it out."));
      return DOWNLOADER_EXIT_USAGE;
    }

  if (options->sample && (sample = downloader_sample_start (&error)) == NULL)
    {
      fprintf (stderr, "%s: %s\n", g_get_prgname (), error->message);
      return DOWNLOADER_EXIT_FAILED;
    }

  downloader_throttle_set_limit (options->settings->throttle, options->limit);
  self.reporter = reporter = downloader_reporter_new (options->json, g_strv_length (options->links) + (sample != NULL));
  self.queue = queue = downloader_task_make_executor (max_active);
  self.loop = loop = g_main_loop_new (NULL, FALSE);
  self.tasks = tasks = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; options->links[i] != NULL; i++)
    add_link (&self, options->links[i], options);
  if (sample != NULL)
    add_link (&self, downloader_sample_get_link (sample), options);

  status = terminal_run (&self);
  downloader_reporter_summarize (reporter);
  return status;
}
