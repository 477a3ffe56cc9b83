/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-types.h"

G_BEGIN_DECLS

AT_AVAILABLE_IN_1_0
void at_gtk_init (void);

G_END_DECLS
