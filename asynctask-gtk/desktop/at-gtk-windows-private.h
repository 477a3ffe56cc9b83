/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _AtGtkWindows AtGtkWindows;

AtGtkWindows *at_gtk_windows_new         (GFunc         changed,
                                          gpointer      user_data);
void          at_gtk_windows_free        (AtGtkWindows *self);
gboolean      at_gtk_windows_any_visible (AtGtkWindows *self);
gboolean      at_gtk_windows_any_focused (AtGtkWindows *self);

G_END_DECLS
