/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-row.h"

G_BEGIN_DECLS

void at_gtk_task_row_do            (AtGtkTaskRow     *self,
                                    AtGtkTaskActions  one);
void at_gtk_task_row_set_list_item (AtGtkTaskRow     *self,
                                    GtkListItem      *list_item);

G_END_DECLS
