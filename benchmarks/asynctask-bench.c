/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measures the library beside g_task_run_in_thread(), interleaved: one process for ours,
 * one for GTask's, one for each further peer that is there, and again. What is judged is the
 * median of the rounds' ratios. */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench-child.h"
#include "bench-series.h"

static int       option_rounds = 5;
static char    **option_only;
static gboolean  option_list;
static gboolean  option_json;
static gboolean  option_no_peers;
static gboolean  option_tiny;

static const GOptionEntry entries[] = {
  { "only", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &option_only,
    "Run the workloads of this name or pattern; may be repeated", "NAME" },
  { "rounds", 'n', 0, G_OPTION_ARG_INT, &option_rounds,
    "Measure each side so many times (default 5)", "N" },
  { "list", 'l', 0, G_OPTION_ARG_NONE, &option_list, "Name the workloads", NULL },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, "Print JSON, with every round", NULL },
  { "no-peers", 0, 0, G_OPTION_ARG_NONE, &option_no_peers,
    "Nothing but GTask beside ours", NULL },
  { "tiny", 0, 0, G_OPTION_ARG_NONE, &option_tiny,
    "Run each workload once, with few tasks: shows that it works, measures nothing", NULL },
  { NULL }
};

/* The programs of the peers that are there. */
static char *peer_programs[BENCH_MAX_PEERS];

static const BenchCase * const groups[] = {
  bench_throughput_cases,
  bench_progress_cases,
  bench_submit_cases,
  bench_queue_cases,
  bench_scaling_cases,
  bench_transfer_cases,
  bench_subprocess_cases,
  bench_list_cases,
  bench_together_cases,
  bench_idle_cases,
  bench_unused_cases,
  bench_script_cases,
};

static guint
count_rows (const BenchCase *bench)
{
  guint n = 0;

  while (n < BENCH_MAX_ROWS && bench->rows[n].label != NULL)
    n++;

  return n;
}

static gboolean
is_wanted (const BenchCase *bench)
{
  if (bench->flags & BENCH_HIDDEN)
    return FALSE;
  if (option_tiny && (bench->flags & BENCH_SLOW))
    return FALSE;
  if (option_only == NULL)
    return TRUE;

  for (guint i = 0; option_only[i] != NULL; i++)
    if (g_pattern_match_simple (option_only[i], bench->name))
      return TRUE;

  return FALSE;
}

static char **
get_child_environment (const BenchCase *bench)
{
  char **environment = g_get_environ ();

  if (bench->flags & BENCH_COUNT_HEAP)
    {
      g_autofree char *dir = g_path_get_dirname (bench_get_program ());
      g_autofree char *counter = g_build_filename (dir, "libbench-heap.so", NULL);
      const char *path = g_environ_getenv (environment, "LD_LIBRARY_PATH");
      g_autofree char *longer_path = g_strconcat (dir, path != NULL ? ":" : NULL, path, NULL);

      if (!g_file_test (counter, G_FILE_TEST_EXISTS))
        bench_fail ("%s is missing", counter);

      /* By its name alone: a folder with a space would be two of LD_PRELOAD's. */
      environment = g_environ_setenv (environment, "LD_PRELOAD", "libbench-heap.so", TRUE);
      environment = g_environ_setenv (environment, "LD_LIBRARY_PATH", longer_path, TRUE);
      environment = g_environ_setenv (environment, "G_SLICE", "always-malloc", TRUE);
    }

  return environment;
}

/* What a run that is to show only that everything works makes do with. */
static guint
get_size (const BenchCase *bench)
{
  return option_tiny ? MIN (bench->size, MAX (bench->size / 1000, 16)) : bench->size;
}

static gboolean
measure (const BenchCase  *bench,
         const char       *side,
         double           *values,
         GError          **error)
{
  BenchChild child = { (char *) bench->name, (char *) side, get_size (bench), option_tiny };
  g_auto(GStrv) environment = get_child_environment (bench);

  return bench_child_spawn (bench_get_program (), &child, environment, values, count_rows (bench),
                            error);
}

/* Ours has to work. The other side may be too slow for words: since GLib 2.87.1 the time that
 * GTask's pool takes for a task grows with its queue. */
static gboolean
measure_peer (const BenchCase *bench,
              double          *values)
{
  g_autoptr(GError) error = NULL;

  if (measure (bench, "peer", values, &error))
    return TRUE;
  if (option_tiny)
    bench_fail ("%s (peer): %s", bench->name, error->message);

  fprintf (stderr, "%s: nothing beside ours: %s\n", bench->name, error->message);

  return FALSE;
}

static void
find_peers (void)
{
  g_autofree char *dir = g_path_get_dirname (bench_get_program ());

  for (guint i = 0; i < BENCH_MAX_PEERS; i++)
    {
      g_autofree char *path = g_build_filename (dir, bench_peers[i].program, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        peer_programs[i] = g_steal_pointer (&path);
      else
        fprintf (stderr, "%s: not beside ours, as it was not built\n", bench_peers[i].title);
    }
}

static gboolean
is_for (const BenchPeer *peer,
        const BenchCase *bench)
{
  return peer->workloads == NULL || g_regex_match_simple (peer->workloads, bench->name, 0, 0);
}

/* Whoever cannot do it is left out from then on; here that is a result, too. */
static void
run_other (const BenchCase *bench,
           guint            other,
           const double    *ours,
           BenchSeries    **series)
{
  const BenchPeer *peer = &bench_peers[other];
  BenchChild child = { (char *) bench->name, (char *) peer->side, get_size (bench), option_tiny };
  double values[BENCH_MAX_ROWS];
  g_autoptr(GError) error = NULL;

  if (!bench_child_spawn (peer_programs[other], &child, NULL, values, count_rows (bench), &error))
    {
      if (option_tiny)
        bench_fail ("%s (%s): %s", bench->name, peer->title, error->message);

      fprintf (stderr, "%s: %s left out from here on: %s\n", bench->name, peer->title,
               error->message);
      g_clear_pointer (&peer_programs[other], g_free);
      return;
    }

  for (guint i = 0; i < count_rows (bench); i++)
    bench_series_add_other (series[i], other, ours[i], values[i]);
}

static void
run_round (const BenchCase *bench,
           BenchSeries    **series,
           gboolean        *with_peer)
{
  g_autoptr(GError) error = NULL;
  double ours[BENCH_MAX_ROWS];
  double peer[BENCH_MAX_ROWS];

  if (!measure (bench, "ours", ours, &error))
    bench_fail ("%s (ours): %s", bench->name, error->message);
  *with_peer = *with_peer && measure_peer (bench, peer);

  for (guint i = 0; i < count_rows (bench); i++)
    bench_series_add (series[i], ours[i], *with_peer ? &peer[i] : NULL);

  if (!(bench->flags & BENCH_ALL_PEERS))
    return;

  for (guint i = 0; i < BENCH_MAX_PEERS; i++)
    if (peer_programs[i] != NULL && is_for (&bench_peers[i], bench))
      run_other (bench, i, ours, series);
}

static void
run_case (const BenchCase *bench,
          GPtrArray       *results)
{
  BenchSeries *series[BENCH_MAX_ROWS];
  gboolean with_peer = (bench->flags & BENCH_NO_PEER) == 0;
  guint rounds = option_rounds;

  if (bench->max_rounds > 0)
    rounds = MIN (rounds, bench->max_rounds);

  for (guint i = 0; i < count_rows (bench); i++)
    {
      series[i] = bench_series_new (bench, &bench->rows[i]);
      g_ptr_array_add (results, series[i]);
    }

  for (guint i = 0; i < rounds; i++)
    {
      if (isatty (STDERR_FILENO))
        fprintf (stderr, "\r\033[K%s %u/%u", bench->name, i + 1, rounds);
      run_round (bench, series, &with_peer);
    }
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}

static void
list_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const BenchCase *bench = groups[i]; bench->name != NULL; bench++)
      if (!(bench->flags & BENCH_HIDDEN))
        printf ("%-24s %s\n", bench->name, bench->rows[0].label);
}

static int
run_child (int    *argc,
           char ***argv)
{
  g_autoptr(GError) error = NULL;
  const BenchCase *bench = NULL;
  BenchChild child = { NULL, };

  if (!bench_child_parse (&child, argc, argv, &error))
    {
      fprintf (stderr, "asynctask-bench: %s\n", error->message);
      return EXIT_FAILURE;
    }

  for (guint i = 0; bench == NULL && i < G_N_ELEMENTS (groups); i++)
    bench = bench_child_find (&child, groups[i]);
  bench_child_run (&child, bench);
}

static int
run_parent (void)
{
  g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) bench_series_free);
  gboolean looked_for_peers = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const BenchCase *bench = groups[i]; bench->name != NULL; bench++)
      {
        if (!is_wanted (bench))
          continue;

        if ((bench->flags & BENCH_ALL_PEERS) && !option_no_peers && !looked_for_peers)
          {
            find_peers ();
            looked_for_peers = TRUE;
          }
        run_case (bench, results);
      }

  if (results->len == 0)
    {
      fputs ("asynctask-bench: no such workload; --list names them\n", stderr);
      return EXIT_FAILURE;
    }

  if (option_json)
    bench_report_json (results);
  else
    bench_report_tables (results, !option_tiny);

  return EXIT_SUCCESS;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  setlocale (LC_CTYPE, "");
  bench_init (program != NULL ? program : argv[0]);

  if (argc > 1 && g_str_equal (argv[1], "--child"))
    return run_child (&argc, &argv);

  g_option_context_set_summary (context, "Measures the library beside g_task_run_in_thread().");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "asynctask-bench: %s\n", error->message);
      return EXIT_FAILURE;
    }
  if (argc > 1 || option_rounds < 1)
    {
      fprintf (stderr, "asynctask-bench: see --help\n");
      return EXIT_FAILURE;
    }

  if (option_tiny)
    option_rounds = 1;

  if (option_list)
    {
      list_cases ();
      return EXIT_SUCCESS;
    }

  return run_parent ();
}
