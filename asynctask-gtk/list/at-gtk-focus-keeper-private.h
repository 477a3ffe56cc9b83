/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-row.h"

G_BEGIN_DECLS

typedef struct _AtGtkFocusKeeper AtGtkFocusKeeper;

AtGtkFocusKeeper *at_gtk_focus_keeper_new       (GtkWidget        *list_view);
void              at_gtk_focus_keeper_free      (AtGtkFocusKeeper *self);

void              at_gtk_focus_keeper_set_root  (AtGtkFocusKeeper *self,
                                                 GtkRoot          *root);
void              at_gtk_focus_keeper_set_model (AtGtkFocusKeeper *self,
                                                 GListModel       *model);

AtGtkTaskRow     *at_gtk_list_get_row_of        (GtkWidget        *list_view,
                                                 AtGtkTaskItem    *item);
AtGtkTaskRow     *at_gtk_list_get_focused_row   (GtkWidget        *list_view,
                                                 gboolean         *in_popover);

G_END_DECLS
