/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_TASK_CACHE (at_task_cache_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtTaskCache, at_task_cache, AT, TASK_CACHE, GObject)

AT_AVAILABLE_IN_1_0
AtTaskCache  *at_task_cache_new              (AtTaskFunc            func,
                                              gpointer              user_data,
                                              GDestroyNotify        destroy);
AT_AVAILABLE_IN_1_0
AtTaskCache  *at_task_cache_new_named        (const char            *body_name,
                                              AtTaskFunc            func,
                                              gpointer              user_data,
                                              GDestroyNotify        destroy);

AT_AVAILABLE_IN_1_0
void          at_task_cache_get_async        (AtTaskCache          *self,
                                              const char           *key,
                                              int                   priority,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
AT_AVAILABLE_IN_1_0
const GValue *at_task_cache_get_finish       (AtTaskCache          *self,
                                              GAsyncResult         *result,
                                              GError              **error);
AT_AVAILABLE_IN_1_0
const GValue *at_task_cache_peek             (AtTaskCache          *self,
                                              const char           *key);
AT_AVAILABLE_IN_1_0
void          at_task_cache_evict            (AtTaskCache          *self,
                                              const char           *key);

AT_AVAILABLE_IN_1_0
guint         at_task_cache_get_max_items    (AtTaskCache          *self);
AT_AVAILABLE_IN_1_0
void          at_task_cache_set_max_items    (AtTaskCache          *self,
                                              guint                 max_items);
AT_AVAILABLE_IN_1_0
double        at_task_cache_get_time_to_live (AtTaskCache          *self);
AT_AVAILABLE_IN_1_0
void          at_task_cache_set_time_to_live (AtTaskCache          *self,
                                              double                time_to_live);
AT_AVAILABLE_IN_1_0
AtExecutor   *at_task_cache_get_executor     (AtTaskCache          *self);
AT_AVAILABLE_IN_1_0
void          at_task_cache_set_executor     (AtTaskCache          *self,
                                              AtExecutor           *executor);
AT_AVAILABLE_IN_1_0
guint         at_task_cache_get_n_items      (AtTaskCache          *self);

/* In C, what the function is called is known where it is given. */
#ifndef __GI_SCANNER__
# ifndef __cplusplus
#  define at_task_cache_new(func, ...) \
    (at_task_cache_new_named (#func, (func), __VA_ARGS__))
# endif
#endif

G_END_DECLS
