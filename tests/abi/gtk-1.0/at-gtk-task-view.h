/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_VIEW (at_gtk_task_view_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskView, at_gtk_task_view, AT_GTK, TASK_VIEW, GtkWidget)

AT_AVAILABLE_IN_1_0
GtkWidget         *at_gtk_task_view_new                       (AtGtkTaskItems    *items);

AT_AVAILABLE_IN_1_0
AtGtkTaskItems    *at_gtk_task_view_get_items                 (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_items                 (AtGtkTaskView     *self,
                                                               AtGtkTaskItems    *items);
AT_AVAILABLE_IN_1_0
GtkFilter         *at_gtk_task_view_get_filter                (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_filter                (AtGtkTaskView     *self,
                                                               GtkFilter         *filter);
AT_AVAILABLE_IN_1_0
GtkSelectionMode   at_gtk_task_view_get_selection_mode        (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_selection_mode        (AtGtkTaskView     *self,
                                                               GtkSelectionMode   mode);
AT_AVAILABLE_IN_1_0
GtkSelectionModel *at_gtk_task_view_get_selection             (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
gboolean           at_gtk_task_view_get_single_click_activate (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_single_click_activate (AtGtkTaskView     *self,
                                                               gboolean           single_click_activate);
AT_AVAILABLE_IN_1_0
gboolean           at_gtk_task_view_get_show_sections         (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_show_sections         (AtGtkTaskView     *self,
                                                               gboolean           show_sections);
AT_AVAILABLE_IN_1_0
AtGtkTaskDensity   at_gtk_task_view_get_density               (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_density               (AtGtkTaskView     *self,
                                                               AtGtkTaskDensity   density);
AT_AVAILABLE_IN_1_0
gboolean           at_gtk_task_view_get_show_icon             (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_show_icon             (AtGtkTaskView     *self,
                                                               gboolean           show_icon);
AT_AVAILABLE_IN_1_0
gboolean           at_gtk_task_view_get_show_menu             (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_show_menu             (AtGtkTaskView     *self,
                                                               gboolean           show_menu);
AT_AVAILABLE_IN_1_0
AtGtkTaskActions   at_gtk_task_view_get_actions               (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_actions               (AtGtkTaskView     *self,
                                                               AtGtkTaskActions   actions);
AT_AVAILABLE_IN_1_0
GtkWidget         *at_gtk_task_view_get_empty_widget          (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_empty_widget          (AtGtkTaskView     *self,
                                                               GtkWidget         *empty_widget);
AT_AVAILABLE_IN_1_0
int                at_gtk_task_view_get_max_content_height    (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_max_content_height    (AtGtkTaskView     *self,
                                                               int                height);
AT_AVAILABLE_IN_1_0
double             at_gtk_task_view_get_undo_timeout          (AtGtkTaskView     *self);
AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_set_undo_timeout          (AtGtkTaskView     *self,
                                                               double             seconds);

AT_AVAILABLE_IN_1_0
void               at_gtk_task_view_scroll_to                 (AtGtkTaskView     *self,
                                                               AtGtkTaskItem     *item);
AT_AVAILABLE_IN_1_0
gboolean           at_gtk_task_view_undo                      (AtGtkTaskView     *self);

G_END_DECLS
