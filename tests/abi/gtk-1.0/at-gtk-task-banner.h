/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_BANNER (at_gtk_task_banner_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskBanner, at_gtk_task_banner, AT_GTK, TASK_BANNER, GtkWidget)

AT_AVAILABLE_IN_1_0
GtkWidget      *at_gtk_task_banner_new              (AtGtkTaskItems   *items);

AT_AVAILABLE_IN_1_0
AtGtkTaskItem  *at_gtk_task_banner_get_item         (AtGtkTaskBanner  *self);
AT_AVAILABLE_IN_1_0
AtGtkTaskItems *at_gtk_task_banner_get_items        (AtGtkTaskBanner  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_banner_set_items        (AtGtkTaskBanner  *self,
                                                     AtGtkTaskItems   *items);
AT_AVAILABLE_IN_1_0
gboolean        at_gtk_task_banner_get_revealed     (AtGtkTaskBanner  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_banner_set_revealed     (AtGtkTaskBanner  *self,
                                                     gboolean          revealed);
AT_AVAILABLE_IN_1_0
const char     *at_gtk_task_banner_get_button_label (AtGtkTaskBanner  *self);
AT_AVAILABLE_IN_1_0
void            at_gtk_task_banner_set_button_label (AtGtkTaskBanner  *self,
                                                     const char       *button_label);

G_END_DECLS
