/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A number that no other thread has, had, or will have; never 0. */
guint at_thread_get_number (void);

G_END_DECLS
