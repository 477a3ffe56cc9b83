/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-types.h"

G_BEGIN_DECLS

/* Marks in a capture of Sysprof, which a program that it has started finds at its start. */
gboolean at_marks_are_taken (void);

/* Times are those of g_get_monotonic_time(). Does nothing where there is no capture. */
void     at_marks_add       (AtAsyncTask *task,
                             const char  *name,
                             gint64       began_at,
                             gint64       ended_at);

G_END_DECLS
