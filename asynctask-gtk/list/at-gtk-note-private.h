/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

void at_gtk_popover_show  (GtkPopover         *popover,
                           GtkWidget          *parent,
                           const GdkRectangle *at);
void at_gtk_popovers_drop (GtkWidget          *parent);

void at_gtk_note_show     (GtkWidget          *parent,
                           AtGtkTaskItem      *item,
                           const char         *text,
                           AtGtkTaskActions    action);

G_END_DECLS
