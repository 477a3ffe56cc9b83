/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

AT_AVAILABLE_IN_1_0
char *at_format_amounts  (guint64         completed,
                          guint64         total,
                          AtProgressUnit  unit);
AT_AVAILABLE_IN_1_0
char *at_format_rate     (double          rate,
                          AtProgressUnit  unit);
AT_AVAILABLE_IN_1_0
char *at_format_duration (double          seconds);

G_END_DECLS
