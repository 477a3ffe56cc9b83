/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_INSIDE) && !defined (AT_COMPILATION)
# error "Only <asynctask-glib.h> can be included directly."
#endif

#include "at-types.h"

G_BEGIN_DECLS

#define AT_TYPE_EXECUTOR (at_executor_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_INTERFACE (AtExecutor, at_executor, AT, EXECUTOR, GObject)

/**
 * AtExecutorInterface:
 * @g_iface: The parent interface.
 * @execute: Takes a task in, and has [method@AsyncTask.run] called for it, now
 *   or later, in any thread; or refuses it by returning %FALSE with @error set.
 *   An implementation holds a reference on @task until that call has returned.
 *
 * The interface of [iface@Executor].
 *
 * Since: 1.0
 */
struct _AtExecutorInterface
{
  GTypeInterface g_iface;

  gboolean (* execute) (AtExecutor   *self,
                        AtAsyncTask  *task,
                        GError      **error);
};

/**
 * AtWorkFunc: (skip)
 * @user_data: The data given to [method@Executor.submit].
 *
 * What [method@Executor.submit] runs, and calls when that is done.
 *
 * Since: 1.0
 */
typedef void (* AtWorkFunc) (gpointer user_data);

AT_AVAILABLE_IN_1_0
gboolean at_executor_execute (AtExecutor      *self,
                              AtAsyncTask     *task,
                              GError         **error);
AT_AVAILABLE_IN_1_0
gboolean at_executor_submit  (AtExecutor      *self,
                              AtWorkFunc       work,
                              AtWorkFunc       done,
                              gpointer         user_data,
                              GDestroyNotify   destroy,
                              GError         **error);
AT_AVAILABLE_IN_1_0
gboolean at_executor_submit_named (AtExecutor      *self,
                                   const char      *work_name,
                                   AtWorkFunc       work,
                                   AtWorkFunc       done,
                                   gpointer         user_data,
                                   GDestroyNotify   destroy,
                                   GError         **error);

/* In C, what the function is called is known where it is submitted. */
#ifndef __GI_SCANNER__
# ifndef __cplusplus
#  define at_executor_submit(self, work, ...) \
    (at_executor_submit_named ((self), #work, (work), __VA_ARGS__))
# endif
#endif

G_END_DECLS
