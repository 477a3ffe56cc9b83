/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

AT_AVAILABLE_IN_1_0
AtDebugFlags at_get_debug_flags    (void);
AT_AVAILABLE_IN_1_0
void         at_set_debug_flags    (AtDebugFlags    flags);

AT_AVAILABLE_IN_1_0
GVariant    *at_dup_tasks_snapshot (void);
AT_AVAILABLE_IN_1_0
char        *at_dup_tasks_dump     (void);
AT_AVAILABLE_IN_1_0
gboolean     at_dump_tasks         (GOutputStream  *stream,
                                    GError        **error);

G_END_DECLS
