/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-thread-number-private.h"

/* A GThread may be where that of a thread was that is gone. */
guint
at_thread_get_number (void)
{
  static int last_number;
  static __thread guint number;

  if (G_UNLIKELY (number == 0))
    number = (guint) g_atomic_int_add (&last_number, 1) + 1;

  return number;
}
