/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Scripts: how long a task with a process of its own takes beside the bare interpreter
 * with nothing to do, how much of that a process that waits already saves, and what a
 * value costs from the script's publishProgress() to progress-update. */

#include "bench-task.h"

#include <glib/gstdio.h>

typedef struct
{
  const char *interpreter;
  const char *suffix;
  const char *text;
} Language;

static const Language javascript = {
  "gjs", "js",
  "export const nothing = () => null;\n"
  "export function publish(n, task) {\n"
  "    for (let i = 0; i < n; i++)\n"
  "        task.publishProgress(i);\n"
  "}\n"
  "export function* generate(n) {\n"
  "    for (let i = 0; i < n; i++)\n"
  "        yield i;\n"
  "}\n"
};

static const Language python = {
  "python3", "py",
  "def nothing(params, task):\n"
  "    pass\n"
  "def publish(n, task):\n"
  "    for i in range(n):\n"
  "        task.publish_progress(i)\n"
  "def generate(n, task):\n"
  "    for i in range(n):\n"
  "        yield i\n"
};

static guint n_values;

static void
on_value (AtAsyncTask  *task,
          const GValue *value)
{
  n_values++;
}

static AtAsyncTask *
make_task (const char *module,
           const char *function)
{
  AtAsyncTask *task = AT_ASYNC_TASK (at_script_task_new (module, function));

  g_signal_connect (task, "progress-update", G_CALLBACK (on_value), NULL);

  return task;
}

/* Seconds from execute() to the last callback. */
static double
time_task (AtAsyncTask *task,
           guint        n)
{
  g_autoptr(GError) error = NULL;
  g_auto(GValue) params = G_VALUE_INIT;
  double start = bench_now ();

  n_values = 0;
  g_value_init (&params, G_TYPE_UINT);
  g_value_set_uint (&params, n);
  if (!at_async_task_execute (task, &params, &error))
    bench_fail ("%s", error->message);
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  if (at_async_task_get_outcome (task) != AT_OUTCOME_SUCCEEDED)
    bench_fail ("%s", at_async_task_get_error (task)->message);
  if (n_values != n)
    bench_fail ("%u values came of %u", n_values, n);

  return bench_now () - start;
}

static double
time_function (const char *module,
               const char *function,
               guint       n,
               gboolean    isolated)
{
  g_autoptr(AtAsyncTask) task = make_task (module, function);

  at_script_task_set_isolated (AT_SCRIPT_TASK (task), isolated);

  return time_task (task, n);
}

/* The interpreter alone, with an empty program. */
static double
time_interpreter (const Language *language,
                  guint           n)
{
  const char *argv[] = { language->interpreter, "-c", "", NULL };
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GError) error = NULL;
      double start = bench_now ();
      double seconds;
      int status;

      if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, &error))
        bench_fail ("%s", error->message);
      seconds = bench_now () - start;
      best = MIN (best, seconds);
    }

  return best;
}

static double
time_cold (const char *module,
           guint       n)
{
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      double seconds = time_function (module, "nothing", 0, TRUE);

      best = MIN (best, seconds);
    }

  return best;
}

static double
time_warm (const char     *module,
           const Language *language,
           guint           n)
{
  AtScriptLanguage kind = language == &python ? AT_SCRIPT_LANGUAGE_PYTHON : AT_SCRIPT_LANGUAGE_JAVASCRIPT;
  double best = G_MAXDOUBLE;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(GError) error = NULL;
      double seconds;

      if (!at_script_task_prewarm (kind, 1, &error))
        bench_fail ("%s", error->message);
      g_usleep (G_USEC_PER_SEC);
      seconds = time_function (module, "nothing", 0, TRUE);
      best = MIN (best, seconds);
    }

  return best;
}

static double
time_shared (const char *module,
             guint       n)
{
  double start;

  time_function (module, "nothing", 0, FALSE);
  start = bench_now ();
  for (guint i = 0; i < n; i++)
    time_function (module, "nothing", 0, FALSE);

  return (bench_now () - start) / n;
}

static char *
write_module (const Language *language)
{
  g_autofree char *folder = g_dir_make_tmp ("asynctask-bench-XXXXXX", NULL);
  g_autofree char *name = g_strdup_printf ("module.%s", language->suffix);
  char *module = g_build_filename (folder, name, NULL);

  if (!g_file_set_contents (module, language->text, -1, NULL))
    bench_fail ("%s cannot be written", module);
  /* Python's cache of the module would stay behind. */
  g_setenv ("PYTHONDONTWRITEBYTECODE", "1", TRUE);

  return module;
}

static void
remove_module (const char *module)
{
  g_autofree char *folder = g_path_get_dirname (module);

  g_remove (module);
  g_rmdir (folder);
}

static void
run_start (BenchRun       *run,
           const Language *language)
{
  g_autofree char *program = g_find_program_in_path (language->interpreter);
  g_autofree char *module = NULL;

  if (program == NULL)
    {
      g_printerr ("%s is not installed\n", language->interpreter);
      return;
    }
  if (run->side == BENCH_PEER)
    {
      run->values[0] = run->values[1] = run->values[2] = time_interpreter (language, run->size);
      return;
    }

  module = write_module (language);
  run->values[0] = time_cold (module, run->size);
  run->values[1] = time_warm (module, language, run->size);
  run->values[2] = time_shared (module, run->size * 10);
  remove_module (module);
}

static void
run_messages (BenchRun       *run,
              const Language *language)
{
  g_autofree char *program = g_find_program_in_path (language->interpreter);
  g_autofree char *module = NULL;

  if (program == NULL)
    {
      g_printerr ("%s is not installed\n", language->interpreter);
      return;
    }

  module = write_module (language);
  time_function (module, "nothing", 0, FALSE);
  run->values[0] = time_function (module, "publish", run->size, FALSE) / run->size;
  run->values[1] = time_function (module, "generate", run->size, FALSE) / run->size;
  remove_module (module);
}

static void
run_start_javascript (BenchRun *run)
{
  run_start (run, &javascript);
}

static void
run_start_python (BenchRun *run)
{
  run_start (run, &python);
}

static void
run_messages_javascript (BenchRun *run)
{
  run_messages (run, &javascript);
}

static void
run_messages_python (BenchRun *run)
{
  run_messages (run, &python);
}

const BenchCase bench_script_cases[] = {
  { "script-start-js", run_start_javascript, BENCH_SLOW, 5, 0,
    { { "a JavaScript task; peer: gjs alone", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 2 },
      { "· in a process that waits already", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 0.5 },
      { "· in a process that it shares", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 0.1 } } },
  { "script-start-python", run_start_python, BENCH_SLOW, 5, 0,
    { { "a Python task; peer: python3 alone", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 2.5 },
      { "· in a process that waits already", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 0.5 },
      { "· in a process that it shares", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 0.1 } } },
  { "script-messages-js", run_messages_javascript, BENCH_NO_PEER, 20000, 0,
    { { "JavaScript publishProgress(), per value", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 50e-6 },
      { "· yield of a generator, which may pause", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 100e-6 } } },
  { "script-messages-python", run_messages_python, BENCH_NO_PEER, 20000, 0,
    { { "Python publish_progress(), per value", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 50e-6 },
      { "· yield of a generator, which may pause", BENCH_UNIT_SECONDS, BENCH_GOAL_VALUE, 100e-6 } } },
  { NULL }
};
