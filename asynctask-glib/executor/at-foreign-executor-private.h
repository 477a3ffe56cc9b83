/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What language bindings do behind an executor, as far as it matters for where its
 * code may run. */

void     at_foreign_executor_made    (gpointer data,
                                      gpointer iface);
gboolean at_foreign_executor_is_afar (gpointer executor);

G_END_DECLS
