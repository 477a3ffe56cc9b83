/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

void at_gtk_launch_file   (GtkWidget     *widget,
                           AtGtkTaskItem *item);
void at_gtk_launch_folder (GtkWidget     *widget,
                           GPtrArray     *items);

G_END_DECLS
