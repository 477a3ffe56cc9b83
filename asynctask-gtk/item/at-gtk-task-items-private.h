/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

/* As at_gtk_task_items_remove() does it, of one. */
gboolean at_gtk_task_items_remove_item (AtGtkTaskItems *self,
                                        AtGtkTaskItem  *item);

G_END_DECLS
