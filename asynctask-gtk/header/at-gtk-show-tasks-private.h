/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-button.h"

G_BEGIN_DECLS

void at_gtk_show_tasks_add    (GtkRoot         *root,
                               AtGtkTaskButton *button);
void at_gtk_show_tasks_remove (GtkRoot         *root,
                               AtGtkTaskButton *button);

G_END_DECLS
