/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A command that runs as a task: its lines arrive as they are printed, and its
 * percentages become the fraction, which a progress bar can be bound to. A second
 * one fails, and says why; a third is cancelled.
 */

#include <asynctask-glib.h>

static GMainLoop *loop;
static guint      n_running;

static void
on_line (AtAsyncTask  *task,
         const GValue *line)
{
  g_print ("  %s\n", g_value_get_string (line));
}

static void
on_line_is_enough (AtAsyncTask  *task,
                   const GValue *line)
{
  on_line (task, line);
  at_async_task_cancel (task, TRUE);
}

static void
on_succeeded (AtAsyncTask  *task,
              const GValue *exit_status)
{
  g_print ("exit status %d, at %.0f %%\n",
           g_value_get_int (exit_status), at_async_task_get_fraction (task) * 100);
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error)
{
  g_printerr ("%s\n", error->message);
  g_print ("exit status %d: %s", error->code,
           at_subprocess_task_get_error_output (AT_SUBPROCESS_TASK (task)));
}

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *exit_status)
{
  g_print ("cancelled, ended by signal %d\n",
           at_subprocess_task_get_term_signal (AT_SUBPROCESS_TASK (task)));
}

static void
on_finished (AtAsyncTask *task)
{
  if (at_async_task_get_status (task) == AT_STATUS_FINISHED && --n_running == 0)
    g_main_loop_quit (loop);
}

/* Tasks that name no executor run one after another. */
static void
run (const char *script,
     GCallback   line_callback)
{
  const char *argv[] = { "sh", "-c", script, NULL };
  g_autoptr (AtSubprocessTask) task = at_subprocess_task_new (argv);
  g_autoptr (GError) error = NULL;

  at_subprocess_task_set_progress_pattern (task, AT_SUBPROCESS_PROGRESS_PERCENT);
  g_signal_connect (task, "progress-update", line_callback, NULL);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_succeeded), NULL);
  g_signal_connect (task, "failed", G_CALLBACK (on_failed), NULL);
  g_signal_connect (task, "cancelled", G_CALLBACK (on_cancelled), NULL);
  g_signal_connect (task, "notify::status", G_CALLBACK (on_finished), NULL);

  n_running++;
  if (!at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error))
    g_error ("%s", error->message);
}

int
main (int   argc,
      char *argv[])
{
  loop = g_main_loop_new (NULL, FALSE);

  run ("for i in 25 50 75 100; do echo \"Packing: $i%\"; done", G_CALLBACK (on_line));
  run ("echo Looking; echo 'There is no paper' >&2; exit 3", G_CALLBACK (on_line));
  run ("echo This takes long; sleep 1000", G_CALLBACK (on_line_is_enough));

  g_main_loop_run (loop);
  g_main_loop_unref (loop);

  return 0;
}
