/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-view.h"

G_BEGIN_DECLS

void       at_gtk_task_view_remove       (AtGtkTaskView *self,
                                          GPtrArray     *items);
GPtrArray *at_gtk_task_view_get_together (AtGtkTaskView *self,
                                          AtGtkTaskItem *item);

G_END_DECLS
