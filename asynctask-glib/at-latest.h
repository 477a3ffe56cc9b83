/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_LATEST (at_latest_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtLatest, at_latest, AT, LATEST, GObject)

AT_AVAILABLE_IN_1_0
AtLatest    *at_latest_new          (AtTaskFunc      func,
                                     gpointer        user_data,
                                     GDestroyNotify  destroy);
AT_AVAILABLE_IN_1_0
AtLatest    *at_latest_new_named    (const char      *body_name,
                                     AtTaskFunc      func,
                                     gpointer        user_data,
                                     GDestroyNotify  destroy);

AT_AVAILABLE_IN_1_0
void         at_latest_submit       (AtLatest       *self,
                                     const GValue   *params);
AT_AVAILABLE_IN_1_0
void         at_latest_cancel       (AtLatest       *self);

AT_AVAILABLE_IN_1_0
double       at_latest_get_delay    (AtLatest       *self);
AT_AVAILABLE_IN_1_0
void         at_latest_set_delay    (AtLatest       *self,
                                     double          delay);
AT_AVAILABLE_IN_1_0
gboolean     at_latest_get_busy     (AtLatest       *self);
AT_AVAILABLE_IN_1_0
AtAsyncTask *at_latest_get_task     (AtLatest       *self);
AT_AVAILABLE_IN_1_0
GObject     *at_latest_get_owner    (AtLatest       *self);
AT_AVAILABLE_IN_1_0
void         at_latest_set_owner    (AtLatest       *self,
                                     GObject        *owner);
AT_AVAILABLE_IN_1_0
AtExecutor  *at_latest_get_executor (AtLatest       *self);
AT_AVAILABLE_IN_1_0
void         at_latest_set_executor (AtLatest       *self,
                                     AtExecutor     *executor);

/* In C, what the function is called is known where it is given. */
#ifndef __GI_SCANNER__
# ifndef __cplusplus
#  define at_latest_new(func, ...) \
    (at_latest_new_named (#func, (func), __VA_ARGS__))
# endif
#endif

G_END_DECLS
