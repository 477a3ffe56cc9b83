/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_ROW (at_gtk_task_row_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskRow, at_gtk_task_row, AT_GTK, TASK_ROW, GtkWidget)

AT_AVAILABLE_IN_1_0
GtkWidget        *at_gtk_task_row_new           (AtGtkTaskItem    *item);

AT_AVAILABLE_IN_1_0
AtGtkTaskItem    *at_gtk_task_row_get_item      (AtGtkTaskRow     *self);
AT_AVAILABLE_IN_1_0
void              at_gtk_task_row_set_item      (AtGtkTaskRow     *self,
                                                 AtGtkTaskItem    *item);
AT_AVAILABLE_IN_1_0
AtGtkTaskDensity  at_gtk_task_row_get_density   (AtGtkTaskRow     *self);
AT_AVAILABLE_IN_1_0
void              at_gtk_task_row_set_density   (AtGtkTaskRow     *self,
                                                 AtGtkTaskDensity  density);
AT_AVAILABLE_IN_1_0
gboolean          at_gtk_task_row_get_show_icon (AtGtkTaskRow     *self);
AT_AVAILABLE_IN_1_0
void              at_gtk_task_row_set_show_icon (AtGtkTaskRow     *self,
                                                 gboolean          show_icon);
AT_AVAILABLE_IN_1_0
gboolean          at_gtk_task_row_get_show_menu (AtGtkTaskRow     *self);
AT_AVAILABLE_IN_1_0
void              at_gtk_task_row_set_show_menu (AtGtkTaskRow     *self,
                                                 gboolean          show_menu);
AT_AVAILABLE_IN_1_0
AtGtkTaskActions  at_gtk_task_row_get_actions   (AtGtkTaskRow     *self);
AT_AVAILABLE_IN_1_0
void              at_gtk_task_row_set_actions   (AtGtkTaskRow     *self,
                                                 AtGtkTaskActions  actions);

G_END_DECLS
