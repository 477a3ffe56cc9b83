/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The values of a row, what is made of them, and how they read. */

#include "bench-series.h"

/* As the row's goal has it: how many times as fast ours is, or ours' share of the peer. */
static double
get_ratio (const BenchRow *row,
           double          ours,
           double          peer)
{
  return row->kind == BENCH_GOAL_SHARE ? ours / peer : peer / ours;
}

BenchSeries *
bench_series_new (const BenchCase *bench,
                  const BenchRow  *row)
{
  BenchSeries *self = g_new0 (BenchSeries, 1);

  self->bench = bench;
  self->row = row;
  self->ours = g_array_new (FALSE, FALSE, sizeof (double));
  self->peer = g_array_new (FALSE, FALSE, sizeof (double));
  self->ratios = g_array_new (FALSE, FALSE, sizeof (double));

  return self;
}

void
bench_series_free (BenchSeries *self)
{
  g_array_unref (self->ours);
  g_array_unref (self->peer);
  g_array_unref (self->ratios);
  for (guint i = 0; i < BENCH_MAX_PEERS; i++)
    {
      g_clear_pointer (&self->others[i], g_array_unref);
      g_clear_pointer (&self->other_ratios[i], g_array_unref);
    }
  g_free (self);
}

/**
 * bench_series_add:
 * @ours: What ours took in one more round.
 * @peer: (nullable): What GTask's took in it.
 */
void
bench_series_add (BenchSeries  *self,
                  double        ours,
                  const double *peer)
{
  double ratio;

  g_array_append_val (self->ours, ours);
  if (peer == NULL)
    return;

  ratio = get_ratio (self->row, ours, *peer);
  g_array_append_vals (self->peer, peer, 1);
  g_array_append_val (self->ratios, ratio);
}

void
bench_series_add_other (BenchSeries *self,
                        guint        other,
                        double       ours,
                        double       value)
{
  double ratio = get_ratio (self->row, ours, value);

  if (self->others[other] == NULL)
    {
      self->others[other] = g_array_new (FALSE, FALSE, sizeof (double));
      self->other_ratios[other] = g_array_new (FALSE, FALSE, sizeof (double));
    }

  g_array_append_val (self->others[other], value);
  g_array_append_val (self->other_ratios[other], ratio);
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

double
bench_median (GArray *values)
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
get_judged (const BenchSeries *self)
{
  return self->row->kind == BENCH_GOAL_VALUE ? self->ours : self->ratios;
}

static gboolean
reaches (const BenchSeries *self,
         double             goal)
{
  GArray *judged = get_judged (self);
  double value;

  /* Nothing to compare with came to an end. */
  if (judged->len == 0)
    return TRUE;

  value = bench_median (judged);

  return self->row->kind == BENCH_GOAL_TIMES_AS_FAST ? value >= goal : value <= goal;
}

double
bench_series_get_goal (const BenchSeries *self)
{
  return get_goal (self->row);
}

gboolean
bench_series_is_met (const BenchSeries *self)
{
  return self->row->kind != BENCH_GOAL_NONE && reaches (self, get_goal (self->row));
}

const char *
bench_series_get_verdict (const BenchSeries *self)
{
  if (self->row->kind == BENCH_GOAL_NONE)
    return "";
  if (bench_series_is_met (self))
    return "yes";
  if (self->row->first_goal != 0 && reaches (self, self->row->first_goal))
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

char *
bench_format_value (BenchUnit unit,
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
      value = bench_format_value (row->unit, goal);
      return g_strdup_printf ("≤ %s", value);
    case BENCH_GOAL_NONE:
    default:
      return g_strdup ("");
    }
}

char *
bench_series_format_goals (const BenchSeries *self)
{
  const BenchRow *row = self->row;
  g_autofree char *goal = format_goal (row, get_goal (row));
  g_autofree char *first = NULL;

  if (row->first_goal == 0 || row->first_goal == get_goal (row))
    return g_steal_pointer (&goal);

  first = format_goal (row, row->first_goal);

  return g_strdup_printf ("%s (first %s)", goal, first);
}

char *
bench_series_format_spread (const BenchSeries *self)
{
  GArray *judged = get_judged (self);
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;

  if (judged->len < 2)
    return g_strdup ("");

  if (judged == self->ratios)
    return g_strdup_printf ("%.2f–%.2f", get_quantile (judged, 0), get_quantile (judged, 1));

  low = bench_format_value (self->row->unit, get_quantile (judged, 0));
  high = bench_format_value (self->row->unit, get_quantile (judged, 1));

  return g_strdup_printf ("%s–%s", low, high);
}

char *
bench_series_format_ratio (const BenchSeries *self)
{
  double ratio;

  if (self->ratios->len == 0)
    return g_strdup ("");

  /* Where one side is nothing, there is no saying how many times as much the other is. */
  ratio = bench_median (self->ratios);
  if (!(ratio < 1e4))
    return g_strdup ("");

  return g_strdup_printf ("%.*fx", ratio < 99.95 ? 2 : 0, ratio);
}

