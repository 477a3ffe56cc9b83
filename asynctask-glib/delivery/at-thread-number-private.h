/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 0 until it is asked for. */
extern G_GNUC_INTERNAL __thread guint at_thread_number;

guint at_thread_take_number (void);

/* A number that no other thread has, had, or will have; never 0. */
static inline guint
at_thread_get_number (void)
{
  return G_LIKELY (at_thread_number != 0) ? at_thread_number : at_thread_take_number ();
}

G_END_DECLS
