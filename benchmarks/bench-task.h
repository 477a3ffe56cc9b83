/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "bench.h"

G_BEGIN_DECLS

/* The two ways to have a number computed by a thread: ours, a subclass with overridden
 * handlers, and g_task_run_in_thread() as its documentation shows it. */

typedef void (* BenchBody)   (gpointer user_data);
typedef void (* BenchNotify) (guint    index,
                              gboolean cancelled,
                              gpointer user_data);

typedef struct
{
  BenchFlags   flags;
  BenchBody    body;        /* nullable: nothing but the number to return */
  gpointer     body_data;
  BenchNotify  called_back; /* main thread, once per task */
  gpointer     user_data;
} BenchRecipe;

void         bench_task_start          (const BenchRecipe *recipe,
                                        BenchSide          side,
                                        guint              index);
AtAsyncTask *bench_task_start_ours     (const BenchRecipe *recipe,
                                        guint              index);
void         bench_task_start_peer     (const BenchRecipe *recipe,
                                        guint              index,
                                        GCancellable      *cancellable);
void         bench_task_check_all_gone (void);

G_END_DECLS
