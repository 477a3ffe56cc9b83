/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-item.h"
#include "at-gtk-types.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_ITEMS (at_gtk_task_items_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskItems, at_gtk_task_items, AT_GTK, TASK_ITEMS, GObject)

AT_AVAILABLE_IN_1_0
AtGtkTaskItems *at_gtk_task_items_new               (GListModel     *model);

AT_AVAILABLE_IN_1_0
GListModel     *at_gtk_task_items_get_model         (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_set_model         (AtGtkTaskItems *self,
                                                     GListModel     *model);
AT_AVAILABLE_IN_1_0
AtGtkTaskSort   at_gtk_task_items_get_sort          (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_set_sort          (AtGtkTaskItems *self,
                                                     AtGtkTaskSort   sort);
AT_AVAILABLE_IN_1_0
guint           at_gtk_task_items_get_n_active      (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
guint           at_gtk_task_items_get_n_waiting     (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
guint           at_gtk_task_items_get_n_failed      (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_items_get_fraction      (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_items_get_indeterminate (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_items_get_rate          (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
AtProgressUnit  at_gtk_task_items_get_unit          (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_items_get_remaining     (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_items_get_summary       (AtGtkTaskItems *self);

AT_AVAILABLE_IN_1_0
AtGtkTaskItem  *at_gtk_task_items_find              (AtGtkTaskItems *self,
                                                     AtAsyncTask    *task);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_pause_all         (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_resume_all        (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_cancel_all        (AtGtkTaskItems *self);

AT_AVAILABLE_IN_1_0
guint           at_gtk_task_items_remove            (AtGtkTaskItems *self,
                                                     GListModel     *items);
AT_AVAILABLE_IN_1_0
guint           at_gtk_task_items_clear_finished    (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_items_undo              (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_items_get_can_undo      (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
double          at_gtk_task_items_get_undo_timeout  (AtGtkTaskItems *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_items_set_undo_timeout  (AtGtkTaskItems *self,
                                                     double          seconds);

G_END_DECLS
