/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_BUTTON (at_gtk_task_button_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskButton, at_gtk_task_button, AT_GTK, TASK_BUTTON, GtkWidget)

AT_AVAILABLE_IN_1_0
GtkWidget      *at_gtk_task_button_new                  (AtGtkTaskItems   *items);

AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_popup                (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_popdown              (AtGtkTaskButton  *self);

AT_AVAILABLE_IN_1_0
AtGtkTaskItems *at_gtk_task_button_get_items            (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_items            (AtGtkTaskButton  *self,
                                                         AtGtkTaskItems   *items);
AT_AVAILABLE_IN_1_0
GtkPopover     *at_gtk_task_button_get_popover          (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_popover          (AtGtkTaskButton  *self,
                                                         GtkPopover       *popover);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_button_get_icon_name        (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_icon_name        (AtGtkTaskButton  *self,
                                                         const char       *icon_name);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_button_get_start_delay      (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_start_delay      (AtGtkTaskButton  *self,
                                                         double            seconds);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_button_get_minimum_duration (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_minimum_duration (AtGtkTaskButton  *self,
                                                         double            seconds);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_button_get_finished_timeout (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_finished_timeout (AtGtkTaskButton  *self,
                                                         double            seconds);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_button_get_always_visible   (AtGtkTaskButton  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_button_set_always_visible   (AtGtkTaskButton  *self,
                                                         gboolean          always_visible);

G_END_DECLS
