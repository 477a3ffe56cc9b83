/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_TASK_LIST (at_task_list_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtTaskList, at_task_list, AT, TASK_LIST, GObject)

AT_AVAILABLE_IN_1_0
AtTaskList        *at_task_list_new               (void);

AT_AVAILABLE_IN_1_0
gboolean           at_task_list_add               (AtTaskList           *self,
                                                   AtAsyncTask          *task);
AT_AVAILABLE_IN_1_0
gboolean           at_task_list_remove            (AtTaskList           *self,
                                                   AtAsyncTask          *task);
AT_AVAILABLE_IN_1_0
gboolean           at_task_list_find              (AtTaskList           *self,
                                                   AtAsyncTask          *task,
                                                   guint                *position);
AT_AVAILABLE_IN_1_0
guint              at_task_list_clear_finished    (AtTaskList           *self);

AT_AVAILABLE_IN_1_0
gboolean           at_task_list_execute_all       (AtTaskList           *self,
                                                   AtExecutor           *executor,
                                                   GError              **error);
AT_AVAILABLE_IN_1_0
void               at_task_list_cancel_all        (AtTaskList           *self,
                                                   gboolean              interrupt);
AT_AVAILABLE_IN_1_0
void               at_task_list_pause_all         (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
void               at_task_list_resume_all        (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
void               at_task_list_wait_all_async    (AtTaskList           *self,
                                                   gboolean              cancel_on_error,
                                                   GCancellable         *cancellable,
                                                   GAsyncReadyCallback   callback,
                                                   gpointer              user_data);
AT_AVAILABLE_IN_1_0
gboolean           at_task_list_wait_all_finish   (AtTaskList           *self,
                                                   GAsyncResult         *result,
                                                   GError              **error);

AT_AVAILABLE_IN_1_0
guint              at_task_list_get_n_pending     (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
guint              at_task_list_get_n_active      (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
guint              at_task_list_get_n_succeeded   (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
guint              at_task_list_get_n_failed      (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
guint              at_task_list_get_n_cancelled   (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
double             at_task_list_get_fraction      (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
gboolean           at_task_list_get_indeterminate (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
AtTaskListRemoval  at_task_list_get_removal       (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
void               at_task_list_set_removal       (AtTaskList           *self,
                                                   AtTaskListRemoval     removal);
AT_AVAILABLE_IN_1_0
guint              at_task_list_get_removal_delay (AtTaskList           *self);
AT_AVAILABLE_IN_1_0
void               at_task_list_set_removal_delay (AtTaskList           *self,
                                                   guint                 milliseconds);

G_END_DECLS
