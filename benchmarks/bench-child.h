/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/* One case, one side, one line of values: what every program that is measured here
 * understands, in whatever language:
 *
 *   PROGRAM --child WORKLOAD --side SIDE --size N [--cold]
 *
 * The values are seconds, or what the rows of the case say, in their order. */

typedef struct
{
  char     *workload;
  char     *side;
  int       size;
  gboolean  cold;
} BenchChild;

gboolean         bench_child_parse (BenchChild       *child,
                                    int              *argc,
                                    char           ***argv,
                                    GError          **error);
const BenchCase *bench_child_find  (const BenchChild *child,
                                    const BenchCase  *cases);
void             bench_child_run   (const BenchChild *child,
                                    const BenchCase  *bench) G_GNUC_NORETURN;

gboolean         bench_child_spawn (const char       *program,
                                    const BenchChild *child,
                                    char            **environment,
                                    double           *values,
                                    guint             n_values,
                                    GError          **error);

G_END_DECLS
