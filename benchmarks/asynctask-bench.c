/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Measures the library beside g_task_run_in_thread(), interleaved: one process for ours,
 * one for GTask's, and again. What is judged is the median of the rounds' ratios. */

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define CHILD_SECONDS 120

static int       option_rounds = 5;
static char    **option_only;
static gboolean  option_list;
static gboolean  option_json;
static char     *option_child;
static char     *option_side;
static int       option_size;
static gboolean  option_cold;

static const GOptionEntry entries[] = {
  { "only", 'o', 0, G_OPTION_ARG_STRING_ARRAY, &option_only,
    "Run the workloads of this name or pattern; may be repeated", "NAME" },
  { "rounds", 'n', 0, G_OPTION_ARG_INT, &option_rounds,
    "Measure each side so many times (default 5)", "N" },
  { "list", 'l', 0, G_OPTION_ARG_NONE, &option_list, "Name the workloads", NULL },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, "Print JSON, with every round", NULL },
  { "child", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &option_child, NULL, NULL },
  { "side", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_STRING, &option_side, NULL, NULL },
  { "size", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &option_size, NULL, NULL },
  { "cold", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_cold, NULL, NULL },
  { NULL }
};

static const BenchCase * const groups[] = {
  bench_throughput_cases,
  bench_progress_cases,
  bench_queue_cases,
  bench_transfer_cases,
  bench_subprocess_cases,
  bench_list_cases,
  bench_idle_cases,
  bench_script_cases,
};

/* What was measured for one row. */
typedef struct
{
  const BenchCase *bench;
  const BenchRow  *row;
  GArray          *ours;
  GArray          *peer;
  GArray          *ratios;
} Series;

static void
series_free (Series *self)
{
  g_array_unref (self->ours);
  g_array_unref (self->peer);
  g_array_unref (self->ratios);
  g_free (self);
}

static guint
count_rows (const BenchCase *bench)
{
  guint n = 0;

  while (n < BENCH_MAX_ROWS && bench->rows[n].label != NULL)
    n++;

  return n;
}

static gboolean
has_peer (const BenchCase *bench)
{
  return (bench->flags & BENCH_NO_PEER) == 0;
}

static gboolean
is_wanted (const BenchCase *bench)
{
  if (bench->flags & BENCH_HIDDEN)
    return FALSE;
  if (option_only == NULL)
    return TRUE;

  for (guint i = 0; option_only[i] != NULL; i++)
    if (g_pattern_match_simple (option_only[i], bench->name))
      return TRUE;

  return FALSE;
}

static const BenchCase *
find_case (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const BenchCase *bench = groups[i]; bench->name != NULL; bench++)
      if (g_str_equal (bench->name, name))
        return bench;

  return NULL;
}

/* Child process: one case, one side, one line of values. */

static void
run_child (void)
{
  const BenchCase *bench = find_case (option_child);
  BenchRun run = { 0, };

  if (bench == NULL)
    bench_fail ("there is no workload “%s”", option_child);

  run.side = g_strcmp0 (option_side, "peer") == 0 ? BENCH_PEER : BENCH_OURS;
  run.flags = bench->flags;
  run.size = option_size > 0 ? (guint) option_size : bench->size;
  run.warm_up = !option_cold;

  /* A lost callback is a hang; SIGALRM makes an end of it. */
  alarm (CHILD_SECONDS);
  bench->run (&run);

  for (guint i = 0; i < count_rows (bench); i++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      printf ("%s ", g_ascii_dtostr (text, sizeof text, run.values[i]));
    }
  putchar ('\n');

  /* Skips destructors: a benchmark of exits this is not. */
  fflush (stdout);
  _exit (0);
}

/* Parent process: rounds, medians, the table. */

static char **
get_child_environment (const BenchCase *bench)
{
  char **environment = g_get_environ ();

  if (bench->flags & BENCH_COUNT_HEAP)
    {
      g_autofree char *dir = g_path_get_dirname (bench_get_program ());
      g_autofree char *counter = g_build_filename (dir, "libbench-heap.so", NULL);

      if (!g_file_test (counter, G_FILE_TEST_EXISTS))
        bench_fail ("%s is missing", counter);
      environment = g_environ_setenv (environment, "LD_PRELOAD", counter, TRUE);
      environment = g_environ_setenv (environment, "G_SLICE", "always-malloc", TRUE);
    }

  return environment;
}

static void
measure (const BenchCase *bench,
         BenchSide        side,
         double          *values)
{
  const char *side_name = side == BENCH_OURS ? "ours" : "peer";
  const char *argv[] = {
    bench_get_program (), "--child", bench->name, "--side", side_name, NULL,
  };
  g_auto(GStrv) environment = get_child_environment (bench);
  g_autoptr(GError) error = NULL;
  g_autofree char *output = NULL;
  char *position;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL,
                     &output, NULL, &status, &error))
    bench_fail ("%s", error->message);
  if (!g_spawn_check_wait_status (status, &error))
    bench_fail ("%s (%s): %s", bench->name, side_name, error->message);

  position = output;
  for (guint i = 0; i < count_rows (bench); i++)
    values[i] = g_ascii_strtod (position, &position);
}

/* As the row's goal has it: how many times as fast ours is, or ours' share of the peer. */
static double
get_ratio (const BenchRow *row,
           double          ours,
           double          peer)
{
  return row->kind == BENCH_GOAL_SHARE ? ours / peer : peer / ours;
}

static void
run_round (const BenchCase *bench,
           Series * const  *series)
{
  double ours[BENCH_MAX_ROWS];
  double peer[BENCH_MAX_ROWS];

  measure (bench, BENCH_OURS, ours);
  if (has_peer (bench))
    measure (bench, BENCH_PEER, peer);

  for (guint i = 0; i < count_rows (bench); i++)
    {
      double ratio;

      g_array_append_val (series[i]->ours, ours[i]);
      if (!has_peer (bench))
        continue;

      ratio = get_ratio (&bench->rows[i], ours[i], peer[i]);
      g_array_append_val (series[i]->peer, peer[i]);
      g_array_append_val (series[i]->ratios, ratio);
    }
}

static void
run_case (const BenchCase *bench,
          GPtrArray       *results)
{
  Series *series[BENCH_MAX_ROWS];
  guint rounds = option_rounds;

  if (bench->max_rounds > 0)
    rounds = MIN (rounds, bench->max_rounds);

  for (guint i = 0; i < count_rows (bench); i++)
    {
      series[i] = g_new0 (Series, 1);
      series[i]->bench = bench;
      series[i]->row = &bench->rows[i];
      series[i]->ours = g_array_new (FALSE, FALSE, sizeof (double));
      series[i]->peer = g_array_new (FALSE, FALSE, sizeof (double));
      series[i]->ratios = g_array_new (FALSE, FALSE, sizeof (double));
      g_ptr_array_add (results, series[i]);
    }

  for (guint i = 0; i < rounds; i++)
    {
      if (isatty (STDERR_FILENO))
        fprintf (stderr, "\r\033[K%s %u/%u", bench->name, i + 1, rounds);
      run_round (bench, series);
    }
  if (isatty (STDERR_FILENO))
    fputs ("\r\033[K", stderr);
}

static double
get_quantile (GArray *values,
              double  quantile)
{
  g_autoptr(GArray) sorted = g_array_copy (values);
  double position = quantile * (sorted->len - 1);
  guint below = position;
  guint above = MIN (below + 1, sorted->len - 1);

  g_array_sort (sorted, bench_compare);

  return g_array_index (sorted, double, below) * (1 - (position - below))
         + g_array_index (sorted, double, above) * (position - below);
}

static double
get_median (GArray *values)
{
  return get_quantile (values, 0.5);
}

static double
get_goal (const BenchRow *row)
{
  if (row->goal_2_87 != 0 && (glib_major_version > 2 || glib_minor_version >= 87))
    return row->goal_2_87;

  return row->goal;
}

/* What is held against the goal: the rounds of ours, or of the ratio. */
static GArray *
get_judged (const Series *series)
{
  return series->row->kind == BENCH_GOAL_VALUE ? series->ours : series->ratios;
}

static gboolean
reaches (const Series *series,
         double        goal)
{
  double value = get_median (get_judged (series));

  return series->row->kind == BENCH_GOAL_TIMES_AS_FAST ? value >= goal : value <= goal;
}

static const char *
get_verdict (const Series *series)
{
  if (series->row->kind == BENCH_GOAL_NONE)
    return "";
  if (reaches (series, get_goal (series->row)))
    return "yes";
  if (series->row->first_goal != 0 && reaches (series, series->row->first_goal))
    return "first";

  return "no";
}

static char *
format_seconds (double value)
{
  if (value < 1e-6)
    return g_strdup_printf ("%.*f ns", value < 99.95e-9 ? 1 : 0, value * 1e9);
  if (value < 1e-3)
    return g_strdup_printf ("%.2f µs", value * 1e6);
  if (value < 1)
    return g_strdup_printf ("%.2f ms", value * 1e3);

  return g_strdup_printf ("%.2f s", value);
}

static char *
format_value (BenchUnit unit,
              double    value)
{
  switch (unit)
    {
    case BENCH_UNIT_SECONDS:
      return format_seconds (value);
    case BENCH_UNIT_BYTES:
      return g_strdup_printf ("%.0f B", value);
    case BENCH_UNIT_COUNT:
      return g_strdup_printf ("%.4g", value);
    case BENCH_UNIT_PER_SECOND:
      return g_strdup_printf ("%.0f/s", value);
    default:
      g_assert_not_reached ();
    }
}

static char *
format_goal (const BenchRow *row,
             double          goal)
{
  g_autofree char *value = NULL;

  switch (row->kind)
    {
    case BENCH_GOAL_TIMES_AS_FAST:
      return g_strdup_printf ("≥ %.3gx", goal);
    case BENCH_GOAL_SHARE:
      return g_strdup_printf ("≤ %.3gx", goal);
    case BENCH_GOAL_VALUE:
      value = format_value (row->unit, goal);
      return g_strdup_printf ("≤ %s", value);
    case BENCH_GOAL_NONE:
    default:
      return g_strdup ("");
    }
}

static char *
format_goals (const BenchRow *row)
{
  g_autofree char *goal = format_goal (row, get_goal (row));
  g_autofree char *first = NULL;

  if (row->first_goal == 0 || row->first_goal == get_goal (row))
    return g_steal_pointer (&goal);

  first = format_goal (row, row->first_goal);

  return g_strdup_printf ("%s (first %s)", goal, first);
}

static char *
format_spread (const Series *series)
{
  GArray *judged = get_judged (series);
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (judged->len < 2)
    return g_strdup ("");

  if (judged == series->ratios)
    return g_strdup_printf ("%.2f–%.2f", get_quantile (judged, 0), get_quantile (judged, 1));

  low = format_value (series->row->unit, get_quantile (judged, 0));
  high = format_value (series->row->unit, get_quantile (judged, 1));

  return g_strdup_printf ("%s–%s", low, high);
}

static char *
format_ratio (const Series *series)
{
  double ratio;

  if (series->ratios->len == 0)
    return g_strdup ("");

  /* Where one side is nothing, there is no saying how many times as much the other is. */
  ratio = get_median (series->ratios);
  if (!(ratio < 1e4))
    return g_strdup ("");

  return g_strdup_printf ("%.*fx", ratio < 99.95 ? 2 : 0, ratio);
}

#define N_COLUMNS 8

static const char * const headings[N_COLUMNS] = {
  "workload", "", "ours", "GTask's", "ratio", "spread", "goal", "met",
};

static void
format_line (const Series  *series,
             char         **cells)
{
  const BenchRow *row = series->row;

  cells[0] = g_strdup (row->label);
  cells[1] = g_strdup (series->row == series->bench->rows ? series->bench->name : "");
  cells[2] = format_value (row->unit, get_median (series->ours));
  cells[3] = series->peer->len > 0 ? format_value (row->unit, get_median (series->peer))
                                   : g_strdup ("");
  cells[4] = format_ratio (series);
  cells[5] = format_spread (series);
  cells[6] = format_goals (row);
  cells[7] = g_strdup (get_verdict (series));
}

static void
print_cells (char * const *cells,
             const int    *widths)
{
  for (guint i = 0; i < N_COLUMNS; i++)
    {
      int padding = widths[i] - (int) g_utf8_strlen (cells[i], -1);
      gboolean right = i >= 2 && i <= 4;

      printf ("%*s%s%*s", right ? padding : 0, "", cells[i],
              right || i == N_COLUMNS - 1 ? 0 : padding, "");
      fputs (i == N_COLUMNS - 1 ? "\n" : "  ", stdout);
    }
}

static void
print_table (GPtrArray *results)
{
  g_autofree char **lines = g_new0 (char *, (results->len + 1) * N_COLUMNS);
  int widths[N_COLUMNS] = { 0, };

  for (guint i = 0; i < N_COLUMNS; i++)
    lines[i] = g_strdup (headings[i]);
  for (guint i = 0; i < results->len; i++)
    format_line (g_ptr_array_index (results, i), lines + (i + 1) * N_COLUMNS);

  for (guint i = 0; i < (results->len + 1) * N_COLUMNS; i++)
    widths[i % N_COLUMNS] = MAX (widths[i % N_COLUMNS], (int) g_utf8_strlen (lines[i], -1));

  for (guint i = 0; i <= results->len; i++)
    print_cells (lines + i * N_COLUMNS, widths);

  for (guint i = 0; i < (results->len + 1) * N_COLUMNS; i++)
    g_free (lines[i]);
}

static void
print_summary (GPtrArray *results)
{
  guint n_goals = 0;
  guint n_met = 0;

  for (guint i = 0; i < results->len; i++)
    {
      const Series *series = g_ptr_array_index (results, i);

      if (series->row->kind == BENCH_GOAL_NONE)
        continue;

      n_goals++;
      if (reaches (series, get_goal (series->row)))
        n_met++;
    }

  printf ("\nGLib %u.%u.%u, %u CPUs, %d rounds; medians, and of the rounds' ratios. %u of %u goals met.\n"
          "A ratio with a goal “≥” is how many times as fast ours is, with “≤” ours' share of GTask's.\n",
          glib_major_version, glib_minor_version, glib_micro_version, g_get_num_processors (),
          option_rounds, n_met, n_goals);
}

static void
print_json_values (const char *name,
                   GArray     *values)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  printf (", \"%s\": [", name);
  for (guint i = 0; i < values->len; i++)
    printf ("%s%s", i > 0 ? ", " : "",
            g_ascii_dtostr (text, sizeof text, g_array_index (values, double, i)));
  putchar (']');
}

static void
print_json_number (const char *name,
                   double      value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  printf (", \"%s\": %s", name, g_ascii_dtostr (text, sizeof text, value));
}

static void
print_json (GPtrArray *results)
{
  static const char * const units[] = { "s", "bytes", "count", "1/s" };
  static const char * const kinds[] = { "none", "times-as-fast", "share", "value" };

  printf ("{ \"glib\": \"%u.%u.%u\", \"cpus\": %u, \"rounds\": %d, \"rows\": [",
          glib_major_version, glib_minor_version, glib_micro_version, g_get_num_processors (),
          option_rounds);

  for (guint i = 0; i < results->len; i++)
    {
      const Series *series = g_ptr_array_index (results, i);
      const BenchRow *row = series->row;

      printf ("%s\n  { \"workload\": \"%s\", \"label\": \"%s\", \"unit\": \"%s\", \"goal-kind\": \"%s\"",
              i > 0 ? "," : "", series->bench->name, row->label, units[row->unit], kinds[row->kind]);
      if (row->kind != BENCH_GOAL_NONE)
        print_json_number ("goal", get_goal (row));
      if (row->first_goal != 0)
        print_json_number ("first-goal", row->first_goal);
      print_json_number ("median", get_median (series->ours));
      if (series->ratios->len > 0)
        print_json_number ("ratio", get_median (series->ratios));
      if (row->kind != BENCH_GOAL_NONE)
        printf (", \"met\": %s", reaches (series, get_goal (row)) ? "true" : "false");
      print_json_values ("ours", series->ours);
      print_json_values ("peer", series->peer);
      print_json_values ("ratios", series->ratios);
      fputs (" }", stdout);
    }

  puts ("\n] }");
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
run_parent (void)
{
  g_autoptr(GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) series_free);

  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    for (const BenchCase *bench = groups[i]; bench->name != NULL; bench++)
      if (is_wanted (bench))
        run_case (bench, results);

  if (results->len == 0)
    {
      fputs ("asynctask-bench: no such workload; --list names them\n", stderr);
      return EXIT_FAILURE;
    }

  if (option_json)
    {
      print_json (results);
    }
  else
    {
      print_table (results);
      print_summary (results);
    }

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

  if (option_child != NULL)
    run_child ();

  if (option_list)
    {
      list_cases ();
      return EXIT_SUCCESS;
    }

  return run_parent ();
}
