/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the threads of all pools come from, and go back to. */

/* Runs @serve, the same in every call, with what is pushed. NULL where no thread can be
 * had. */
GThreadPool *at_lender_get              (GFunc       serve);

/* For tools that show threads: gives this one a name (nullable), and tells, in 16 bytes,
 * which one it has had (nullable). */
void         at_lender_swap_thread_name (char       *old_name,
                                         const char *new_name);

G_END_DECLS
