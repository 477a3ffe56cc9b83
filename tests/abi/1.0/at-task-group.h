/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"
#include "at-task-list.h"

G_BEGIN_DECLS

#define AT_TYPE_TASK_GROUP (at_task_group_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtTaskGroup, at_task_group, AT, TASK_GROUP, AtAsyncTask)

AT_AVAILABLE_IN_1_0
AtTaskGroup       *at_task_group_new          (AtTaskGroupPolicy   policy);

AT_AVAILABLE_IN_1_0
gboolean           at_task_group_add          (AtTaskGroup        *self,
                                               AtAsyncTask        *task,
                                               GError            **error);
AT_AVAILABLE_IN_1_0
AtTaskGroupPolicy  at_task_group_get_policy   (AtTaskGroup        *self);
AT_AVAILABLE_IN_1_0
AtTaskList        *at_task_group_get_tasks    (AtTaskGroup        *self);
AT_AVAILABLE_IN_1_0
AtAsyncTask       *at_task_group_get_decisive (AtTaskGroup        *self);

G_END_DECLS
