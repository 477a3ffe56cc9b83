/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_THREAD_POOL_EXECUTOR (at_thread_pool_executor_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtThreadPoolExecutor, at_thread_pool_executor, AT, THREAD_POOL_EXECUTOR, GObject)

AT_AVAILABLE_IN_1_0
AtThreadPoolExecutor *at_thread_pool_executor_new             (const char           *name,
                                                               guint                 max_threads);
AT_AVAILABLE_IN_1_0
AtExecutor           *at_thread_pool_executor_get_default     (void);
AT_AVAILABLE_IN_1_0
void                  at_thread_pool_executor_shutdown        (AtThreadPoolExecutor *self,
                                                               gboolean              cancel_queued);
AT_AVAILABLE_IN_1_0
const char           *at_thread_pool_executor_get_name        (AtThreadPoolExecutor *self);
AT_AVAILABLE_IN_1_0
guint                 at_thread_pool_executor_get_max_threads (AtThreadPoolExecutor *self);
AT_AVAILABLE_IN_1_0
void                  at_thread_pool_executor_set_max_threads (AtThreadPoolExecutor *self,
                                                               guint                 max_threads);
AT_AVAILABLE_IN_1_0
guint                 at_thread_pool_executor_get_n_running   (AtThreadPoolExecutor *self);
AT_AVAILABLE_IN_1_0
guint                 at_thread_pool_executor_get_n_queued    (AtThreadPoolExecutor *self);

G_END_DECLS
