/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is printed in the end: tables to read, or JSON with every round. */

#include <stdio.h>

#include "bench-series.h"

const BenchPeer bench_peers[BENCH_MAX_PEERS] = {
  { "libdex-pool", "libdex, thread pool", "bench-libdex", "pool", "^(burst|window|latency)" },
  { "libdex-fiber", "libdex, fiber", "bench-libdex", "fiber", "^(burst|window|latency)" },
  { "qt", "QtConcurrent", "bench-qt", "watcher", "^(burst|window|latency)" },
  { "libuv", "libuv", "bench-libuv", "loop", NULL },
  { "asyncio", "run_in_executor()", "bench-asyncio", "asyncio", "^(burst|window|latency)" },
  { "tbb", "oneTBB, no callback", "bench-tbb", "group", "^(burst|submit)" },
};

/* Lines of cells. Columns before the first numbers are aligned to the left. */
typedef struct
{
  GPtrArray *cells;
  guint      n_columns;
  guint      first_right;
  guint      last_right;
} Table;

static void
table_add (Table *self,
           char  *cell)
{
  g_ptr_array_add (self->cells, cell);
}

static void
print_cell (const Table *self,
            const char  *cell,
            guint        column,
            int          width)
{
  int padding = width - (int) g_utf8_strlen (cell, -1);
  gboolean right = column >= self->first_right && column <= self->last_right;
  gboolean last = column == self->n_columns - 1;

  printf ("%*s%s%*s", right ? padding : 0, "", cell, right || last ? 0 : padding, "");
  fputs (last ? "\n" : "  ", stdout);
}

static void
table_print (const Table *self)
{
  g_autofree int *widths = g_new0 (int, self->n_columns);

  for (guint i = 0; i < self->cells->len; i++)
    {
      const char *cell = g_ptr_array_index (self->cells, i);
      int *width = &widths[i % self->n_columns];

      *width = MAX (*width, (int) g_utf8_strlen (cell, -1));
    }

  for (guint i = 0; i < self->cells->len; i++)
    print_cell (self, g_ptr_array_index (self->cells, i), i % self->n_columns,
                widths[i % self->n_columns]);
}

static void
print_goals (GPtrArray *results,
             gboolean   judge)
{
  static const char * const headings[] = {
    "workload", "", "ours", "GTask's", "ratio", "spread", "goal", "met",
  };
  g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  Table table = { cells, G_N_ELEMENTS (headings), 2, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    table_add (&table, g_strdup (headings[i]));

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);
      const BenchRow *row = series->row;

      table_add (&table, g_strdup (row->label));
      table_add (&table, g_strdup (row == series->bench->rows ? series->bench->name : ""));
      table_add (&table, bench_format_value (row->unit, bench_median (series->ours)));
      table_add (&table, series->peer->len > 0
                           ? bench_format_value (row->unit, bench_median (series->peer))
                           : g_strdup (""));
      table_add (&table, bench_series_format_ratio (series));
      table_add (&table, bench_series_format_spread (series));
      table_add (&table, bench_series_format_goals (series));
      table_add (&table, g_strdup (judge ? bench_series_get_verdict (series) : ""));
    }

  table_print (&table);
}

static guint
count_others (GPtrArray *results,
              guint      other)
{
  guint n = 0;

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);

      if (series->others[other] != NULL)
        n++;
    }

  return n;
}

static char *
format_beside (const BenchRow *row,
               GArray         *values,
               GArray         *ratios)
{
  g_autofree char *value = NULL;

  if (values == NULL || values->len == 0)
    return g_strdup ("–");

  value = bench_format_value (row->unit, bench_median (values));

  return g_strdup_printf ("%s %6.2fx", value, bench_median (ratios));
}

static void
print_others (GPtrArray *results)
{
  g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  Table table = { cells, 3, 1, BENCH_MAX_PEERS + 2 };

  table_add (&table, g_strdup ("beside others"));
  table_add (&table, g_strdup ("ours"));
  table_add (&table, g_strdup ("GTask's"));
  for (guint i = 0; i < BENCH_MAX_PEERS; i++)
    if (count_others (results, i) > 0)
      {
        table_add (&table, g_strdup (bench_peers[i].title));
        table.n_columns++;
      }

  if (table.n_columns == 3)
    return;

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);
      const BenchRow *row = series->row;

      if (!(series->bench->flags & BENCH_ALL_PEERS))
        continue;

      table_add (&table, g_strdup (row->label));
      table_add (&table, bench_format_value (row->unit, bench_median (series->ours)));
      table_add (&table, format_beside (row, series->peer, series->ratios));
      for (guint j = 0; j < BENCH_MAX_PEERS; j++)
        if (count_others (results, j) > 0)
          table_add (&table, format_beside (row, series->others[j], series->other_ratios[j]));
    }

  putchar ('\n');
  table_print (&table);
}

static guint
get_rounds (GPtrArray *results)
{
  guint rounds = 0;

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);

      rounds = MAX (rounds, series->ours->len);
    }

  return rounds;
}

static void
print_summary (GPtrArray *results)
{
  guint n_goals = 0;
  guint n_met = 0;

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);

      if (series->row->kind == BENCH_GOAL_NONE)
        continue;

      n_goals++;
      if (bench_series_is_met (series))
        n_met++;
    }

  printf ("\nGLib %u.%u.%u, %u CPUs, %u rounds; medians, and of the rounds' ratios. %u of %u goals met.\n"
          "A ratio with a goal “≥” is how many times as fast ours is, with “≤” ours' share of GTask's.\n",
          glib_major_version, glib_minor_version, glib_micro_version, g_get_num_processors (),
          get_rounds (results), n_met, n_goals);
}

/* @judge: whether the values mean anything. */
void
bench_report_tables (GPtrArray *results,
                     gboolean   judge)
{
  print_goals (results, judge);
  print_others (results);
  if (judge)
    print_summary (results);
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
print_json_others (const BenchSeries *series)
{
  const char *separator = "";

  fputs (", \"others\": {", stdout);
  for (guint i = 0; i < BENCH_MAX_PEERS; i++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      if (series->others[i] == NULL)
        continue;

      printf ("%s\n    \"%s\": { \"median\": %s", separator, bench_peers[i].name,
              g_ascii_dtostr (text, sizeof text, bench_median (series->others[i])));
      print_json_number ("ratio", bench_median (series->other_ratios[i]));
      print_json_values ("values", series->others[i]);
      fputs (" }", stdout);
      separator = ",";
    }
  putchar ('}');
}

void
bench_report_json (GPtrArray *results)
{
  static const char * const units[] = { "s", "bytes", "count", "1/s" };
  static const char * const kinds[] = { "none", "times-as-fast", "share", "value" };

  printf ("{ \"glib\": \"%u.%u.%u\", \"cpus\": %u, \"rounds\": %u, \"rows\": [",
          glib_major_version, glib_minor_version, glib_micro_version, g_get_num_processors (),
          get_rounds (results));

  for (guint i = 0; i < results->len; i++)
    {
      const BenchSeries *series = g_ptr_array_index (results, i);
      const BenchRow *row = series->row;

      printf ("%s\n  { \"workload\": \"%s\", \"label\": \"%s\", \"unit\": \"%s\", \"goal-kind\": \"%s\"",
              i > 0 ? "," : "", series->bench->name, row->label, units[row->unit], kinds[row->kind]);
      if (row->kind != BENCH_GOAL_NONE)
        print_json_number ("goal", bench_series_get_goal (series));
      if (row->first_goal != 0)
        print_json_number ("first-goal", row->first_goal);
      print_json_number ("size", series->bench->size);
      print_json_number ("median", bench_median (series->ours));
      if (series->ratios->len > 0)
        print_json_number ("ratio", bench_median (series->ratios));
      if (row->kind != BENCH_GOAL_NONE)
        printf (", \"met\": %s", bench_series_is_met (series) ? "true" : "false");
      print_json_values ("ours", series->ours);
      print_json_values ("peer", series->peer);
      print_json_values ("ratios", series->ratios);
      if (series->bench->flags & BENCH_ALL_PEERS)
        print_json_others (series);
      fputs (" }", stdout);
    }

  puts ("\n] }");
}
