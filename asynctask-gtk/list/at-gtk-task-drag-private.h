/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

GdkContentProvider *at_gtk_task_drag_prepare (GtkDragSource *source,
                                              AtGtkTaskItem *item,
                                              GPtrArray     *items);

G_END_DECLS
