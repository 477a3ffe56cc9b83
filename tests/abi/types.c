/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What programs see of the library without any function that takes it: a subclass
 * has the structures in its own memory, and an error's code is a plain number. */

#include <asynctask-glib.h>

AT_AVAILABLE_IN_1_0
void at_abi_types (AtAsyncTask         *task,
                   AtAsyncTaskClass    *task_class,
                   AtExecutorInterface *executor_interface,
                   AtTaskError          task_error,
                   AtScriptError        script_error);

void
at_abi_types (AtAsyncTask         *task,
              AtAsyncTaskClass    *task_class,
              AtExecutorInterface *executor_interface,
              AtTaskError          task_error,
              AtScriptError        script_error)
{
}
