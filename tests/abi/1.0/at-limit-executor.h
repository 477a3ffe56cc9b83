/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_LIMIT_EXECUTOR (at_limit_executor_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtLimitExecutor, at_limit_executor, AT, LIMIT_EXECUTOR, GObject)

AT_AVAILABLE_IN_1_0
AtLimitExecutor *at_limit_executor_new             (AtExecutor      *target,
                                                    guint            max_running);
AT_AVAILABLE_IN_1_0
AtExecutor      *at_limit_executor_get_target      (AtLimitExecutor *self);
AT_AVAILABLE_IN_1_0
guint            at_limit_executor_get_max_running (AtLimitExecutor *self);
AT_AVAILABLE_IN_1_0
void             at_limit_executor_set_max_running (AtLimitExecutor *self,
                                                    guint            max_running);
AT_AVAILABLE_IN_1_0
guint            at_limit_executor_get_n_running   (AtLimitExecutor *self);
AT_AVAILABLE_IN_1_0
guint            at_limit_executor_get_n_queued    (AtLimitExecutor *self);

G_END_DECLS
