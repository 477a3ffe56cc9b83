/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/* What else can be measured beside ours and GTask's, each in a program of its own. */
#define BENCH_MAX_PEERS 6

typedef struct
{
  const char *name;
  const char *title;
  const char *program;
  const char *side;
  const char *workloads; /* a regular expression; NULL: all */
} BenchPeer;

extern const BenchPeer bench_peers[BENCH_MAX_PEERS];

/* What was measured for one row: a value of each side per round. */
typedef struct
{
  const BenchCase *bench;
  const BenchRow  *row;
  GArray          *ours;
  GArray          *peer;
  GArray          *ratios;
  GArray          *others[BENCH_MAX_PEERS];       /* nullable each */
  GArray          *other_ratios[BENCH_MAX_PEERS]; /* likewise */
} BenchSeries;

BenchSeries *bench_series_new          (const BenchCase   *bench,
                                        const BenchRow    *row);
void         bench_series_free         (BenchSeries       *self);
void         bench_series_add          (BenchSeries       *self,
                                        double             ours,
                                        const double      *peer);
void         bench_series_add_other    (BenchSeries       *self,
                                        guint              other,
                                        double             ours,
                                        double             value);
double       bench_series_get_goal     (const BenchSeries *self);
gboolean     bench_series_is_met       (const BenchSeries *self);
const char  *bench_series_get_verdict  (const BenchSeries *self);
char        *bench_series_format_ratio (const BenchSeries *self);
char        *bench_series_format_spread
                                       (const BenchSeries *self);
char        *bench_series_format_goals (const BenchSeries *self);

double       bench_median              (GArray            *values);
char        *bench_format_value        (BenchUnit          unit,
                                        double             value);

/* What is printed in the end; takes an array of series. */
void         bench_report_tables       (GPtrArray         *results,
                                        gboolean           judge);
void         bench_report_json         (GPtrArray         *results);

G_END_DECLS
