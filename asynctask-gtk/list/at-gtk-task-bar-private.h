/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_BAR (at_gtk_task_bar_get_type ())

G_DECLARE_FINAL_TYPE (AtGtkTaskBar, at_gtk_task_bar, AT_GTK, TASK_BAR, GtkWidget)

GtkWidget *at_gtk_task_bar_new      (void);

void       at_gtk_task_bar_set_item (AtGtkTaskBar  *self,
                                     AtGtkTaskItem *item);

G_END_DECLS
