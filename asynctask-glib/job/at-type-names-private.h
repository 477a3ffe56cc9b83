/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What the types of tasks and executors are called, for a debugger, which could ask GLib
 * only by calling it. */
void at_type_note_name (GType type);

G_END_DECLS
