/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_SERIAL_EXECUTOR (at_serial_executor_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtSerialExecutor, at_serial_executor, AT, SERIAL_EXECUTOR, GObject)

AT_AVAILABLE_IN_1_0
AtSerialExecutor *at_serial_executor_new         (AtExecutor       *target);
AT_AVAILABLE_IN_1_0
AtExecutor       *at_serial_executor_get_default (void);
AT_AVAILABLE_IN_1_0
AtExecutor       *at_serial_executor_get_target  (AtSerialExecutor *self);

G_END_DECLS
