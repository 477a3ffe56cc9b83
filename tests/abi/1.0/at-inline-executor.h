/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_INLINE_EXECUTOR (at_inline_executor_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtInlineExecutor, at_inline_executor, AT, INLINE_EXECUTOR, GObject)

AT_AVAILABLE_IN_1_0
AtInlineExecutor *at_inline_executor_new (void);

G_END_DECLS
