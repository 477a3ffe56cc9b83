/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

#define AT_GTK_N_TASK_ACTIONS 10

const char       *at_gtk_task_actions_get_name     (AtGtkTaskActions  one);
const char       *at_gtk_task_actions_get_icon     (AtGtkTaskActions  one);
char             *at_gtk_task_actions_dup_label    (AtGtkTaskActions  one);
char             *at_gtk_task_actions_dup_sentence (AtGtkTaskActions  one,
                                                    const char       *title);
AtGtkTaskActions  at_gtk_task_actions_from_name    (const char       *name);

AtGtkTaskActions  at_gtk_task_actions_get_enabled  (AtGtkTaskItem    *item);
AtGtkTaskActions  at_gtk_task_actions_get_first    (AtGtkTaskActions  enabled);
AtGtkTaskActions  at_gtk_task_actions_get_second   (AtGtkTaskActions  enabled);
GMenuModel       *at_gtk_task_actions_make_menu    (AtGtkTaskItem    *item,
                                                    AtGtkTaskActions  enabled);

char             *at_gtk_task_actions_describe     (AtGtkTaskItem    *item);
void              at_gtk_task_actions_copy         (GtkWidget        *widget,
                                                    GPtrArray        *items);
void              at_gtk_task_actions_do           (GtkWidget        *widget,
                                                    GPtrArray        *items,
                                                    AtGtkTaskActions  one);

G_END_DECLS
