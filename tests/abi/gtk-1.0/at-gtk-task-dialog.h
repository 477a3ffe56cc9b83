/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_TASK_DIALOG (at_gtk_task_dialog_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkTaskDialog, at_gtk_task_dialog, AT_GTK, TASK_DIALOG, GtkWindow)

AT_AVAILABLE_IN_1_0
void           at_gtk_task_dialog_run_async  (AtGtkTaskItem      *item,
                                              GtkWindow          *parent,
                                              GCancellable       *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer            user_data);
AT_AVAILABLE_IN_1_0
gboolean       at_gtk_task_dialog_run_finish (GAsyncResult       *result,
                                              GError            **error);

AT_AVAILABLE_IN_1_0
AtGtkTaskItem *at_gtk_task_dialog_get_item   (AtGtkTaskDialog    *self);

G_END_DECLS
