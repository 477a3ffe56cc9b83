/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-async-task.h"

G_BEGIN_DECLS

#define AT_TYPE_DEFERRED_TASK (at_deferred_task_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_DERIVABLE_TYPE (AtDeferredTask, at_deferred_task, AT, DEFERRED_TASK, AtAsyncTask)

/**
 * AtDeferredTaskClass:
 * @parent_class: The parent class.
 * @start: Class handler of [signal@DeferredTask::start].
 *
 * The class structure of [class@DeferredTask].
 *
 * Since: 1.0
 */
struct _AtDeferredTaskClass
{
  AtAsyncTaskClass parent_class;

  /* Owner thread. */
  void     (* start) (AtDeferredTask *self,
                      const GValue   *params,
                      GCancellable   *cancellable);

  /*< private >*/
  gpointer padding[8];
};

AT_AVAILABLE_IN_1_0
AtDeferredTask *at_deferred_task_new      (void);

AT_AVAILABLE_IN_1_0
gboolean        at_deferred_task_complete (AtDeferredTask *self,
                                           const GValue   *result);
AT_AVAILABLE_IN_1_0
gboolean        at_deferred_task_fail     (AtDeferredTask *self,
                                           const GError   *error);

G_END_DECLS
