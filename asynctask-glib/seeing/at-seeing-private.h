/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-types.h"

G_BEGIN_DECLS

/* What is looked at while tasks run: AtDebugFlags, and whether what they do is marked in a
 * capture of Sysprof. All that it costs a program that has asked for none of it is the
 * test whether this is 0, in a few places. */

#define AT_SEEING_MARKS (1 << 16)

/* Atomic; changed under the lock of the records, see at-lint.c. */
extern G_GNUC_INTERNAL int at_seeing;

static inline gboolean
at_is_seeing (void)
{
  return G_UNLIKELY (g_atomic_int_get (&at_seeing) != 0);
}

/* The owner of a context has iterated it. */
void at_lint_iterate (gpointer mailbox);

/* Reads the variable of the environment, and looks for a capture, once. */
void at_seeing_begin (void);

G_END_DECLS
