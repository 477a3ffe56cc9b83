/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_POPOVER (at_gtk_task_popover_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskPopover, at_gtk_task_popover, AT_GTK, TASK_POPOVER, GtkPopover)

AT_AVAILABLE_IN_1_0
GtkWidget      *at_gtk_task_popover_new       (AtGtkTaskItems    *items);

AT_AVAILABLE_IN_1_0
AtGtkTaskItems *at_gtk_task_popover_get_items (AtGtkTaskPopover  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_popover_set_items (AtGtkTaskPopover  *self,
                                               AtGtkTaskItems    *items);

G_END_DECLS
