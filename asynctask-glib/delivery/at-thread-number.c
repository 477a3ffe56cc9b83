/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-thread-number-private.h"

__thread guint at_thread_number;

/* A GThread may be where that of a thread was that is gone. */
guint
at_thread_take_number (void)
{
  static int last_number;

  at_thread_number = (guint) g_atomic_int_add (&last_number, 1) + 1;

  return at_thread_number;
}
