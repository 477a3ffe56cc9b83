/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Commands: ours as AtSubprocessTask, the peer's as GSubprocess, whose lines the main
 * loop reads with a GDataInputStream. */

#include <string.h>

#include "bench.h"

#define LINES 200000

static GMainLoop *loop;
static guint      n_lines;
static guint      n_running;

static void
count_line (const char *line)
{
  bench_check_owner ();
  n_lines++;
}

static void
command_ended (void)
{
  bench_check_owner ();
  if (--n_running == 0)
    g_main_loop_quit (loop);
}

/* Ours. */

static void
on_line (AtAsyncTask  *task,
         const GValue *line)
{
  count_line (g_value_get_string (line));
}

static void
on_succeeded (AtAsyncTask  *task,
              const GValue *exit_status)
{
  command_ended ();
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error)
{
  bench_fail ("%s", error->message);
}

static void
start_ours (const char * const *argv)
{
  g_autoptr(AtSubprocessTask) task = at_subprocess_task_new (argv);

  g_signal_connect (task, "progress-update", G_CALLBACK (on_line), NULL);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_succeeded), NULL);
  g_signal_connect (task, "failed", G_CALLBACK (on_failed), NULL);
  if (!at_async_task_execute_on_executor (AT_ASYNC_TASK (task), at_thread_pool_executor_get_default (), NULL, NULL))
    bench_fail ("a task was not executed");
}

/* The peer's. */

static void
on_peer_waited (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(GError) error = NULL;

  if (!g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    bench_fail ("%s", error->message);
  command_ended ();
}

static void
on_peer_line (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GSubprocess) subprocess = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish_utf8 (G_DATA_INPUT_STREAM (source), result, NULL, NULL);

  if (line == NULL)
    {
      g_subprocess_wait_check_async (subprocess, NULL, on_peer_waited, NULL);
      return;
    }

  count_line (line);
  g_data_input_stream_read_line_async (G_DATA_INPUT_STREAM (source), G_PRIORITY_DEFAULT, NULL,
                                       on_peer_line, g_steal_pointer (&subprocess));
}

static void
start_peer (const char * const *argv)
{
  g_autoptr(GSubprocess) subprocess = NULL;
  g_autoptr(GDataInputStream) stream = NULL;

  subprocess = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL);
  if (subprocess == NULL)
    bench_fail ("a command did not start");

  stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (subprocess));
  g_data_input_stream_read_line_async (stream, G_PRIORITY_DEFAULT, NULL, on_peer_line, g_object_ref (subprocess));
}

/* Returns how long it takes to run @n of them, @at_once at a time. */
static double
measure (BenchSide           side,
         const char * const *argv,
         guint               n,
         guint               at_once)
{
  double start = bench_now ();

  for (guint i = 0; i < n; i += at_once)
    {
      n_running = MIN (at_once, n - i);
      for (guint j = n_running; j > 0; j--)
        {
          if (side == BENCH_OURS)
            start_ours (argv);
          else
            start_peer (argv);
        }
      g_main_loop_run (loop);
    }

  return bench_now () - start;
}

static void
run_lines (BenchRun *run)
{
  g_autofree char *count = g_strdup_printf ("%d", LINES);
  const char *argv[] = { "seq", count, NULL };
  double time;

  loop = g_main_loop_new (NULL, FALSE);
  if (run->warm_up)
    measure (run->side, argv, 1, 1);

  n_lines = 0;
  time = measure (run->side, argv, 1, 1);
  if (n_lines != LINES)
    bench_fail ("%u of %d lines came", n_lines, LINES);
  run->values[0] = time / LINES;
  g_main_loop_unref (loop);
}

static void
run_commands (BenchRun *run)
{
  const char *argv[] = { "true", NULL };

  loop = g_main_loop_new (NULL, FALSE);
  if (run->warm_up)
    measure (run->side, argv, 4, 4);

  run->values[0] = measure (run->side, argv, run->size, 1) / run->size;
  run->values[1] = measure (run->side, argv, run->size, 50) / run->size;
  g_main_loop_unref (loop);
}

const BenchCase bench_subprocess_cases[] = {
  { "subprocess-lines", run_lines, BENCH_FLAGS_NONE, 1, 0,
    { { "200,000 lines of a command, per line", BENCH_UNIT_SECONDS, BENCH_GOAL_TIMES_AS_FAST, 2 } } },
  { "subprocess-start", run_commands, BENCH_FLAGS_NONE, 100, 0,
    { { "100 commands one after another, each", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE },
      { "· 50 at a time, each", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE } } },
  { NULL }
};
