/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-script-task.h"

#include "at-option-private.h"
#include "at-script-task-private.h"

/* What is set before the task is executed. */

#define OPTION(CType, option, prop)                                \
  AT_DEFINE_OPTION (AtScriptTask, script_task, SCRIPT_TASK,        \
                    CType, option, at_script_properties[prop])

/**
 * at_script_task_get_module: (get-property module)
 * @self: a script task
 *
 * Gets the module that has the function: the path or `file:` URI of a `.js`, `.mjs`
 * or `.py` file.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a path or URI, or %NULL if the task has no module yet
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_module: (set-property module)
 * @self: a script task
 * @module: (nullable): a path or URI
 *
 * Sets the module that has the function: the path or `file:` URI of a `.js`, `.mjs`
 * or `.py` file.
 *
 * A relative path is relative to the program's working directory.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, module, PROP_MODULE)

/**
 * at_script_task_get_function: (get-property function)
 * @self: a script task
 *
 * Gets the name of the function that the task runs.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a name, or %NULL if the task has no function yet
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_function: (set-property function)
 * @self: a script task
 * @function: (nullable): a name
 *
 * Sets the name of the function that the task runs; `default` for the default export
 * of a JavaScript module.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, function, PROP_FUNCTION)

/**
 * at_script_task_get_interpreter: (get-property interpreter)
 * @self: a script task
 *
 * Gets the program that runs the module.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable): a path or name; %NULL: that of
 *   [func@ScriptTask.get_default_interpreter]
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_interpreter: (set-property interpreter)
 * @self: a script task
 * @interpreter: (nullable): a path, or a name that is looked for in `PATH`; %NULL: that
 *   of [func@ScriptTask.get_default_interpreter]
 *
 * Sets the program that runs the module.
 *
 * Python may be of a virtual environment; it needs no modules.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, interpreter, PROP_INTERPRETER)

/**
 * at_script_task_get_working_directory: (get-property working-directory)
 * @self: a script task
 *
 * Gets the working directory of the process.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable) (type filename): a path; %NULL: the program's own
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_working_directory: (set-property working-directory)
 * @self: a script task
 * @working_directory: (nullable) (type filename): a path; %NULL: the program's own
 *
 * Sets the working directory of the process.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char *, working_directory, PROP_WORKING_DIRECTORY)

/**
 * at_script_task_get_environment: (get-property environment)
 * @self: a script task
 *
 * Gets the environment of the process, as `NAME=value` strings.
 *
 * Any thread, once the task is executed.
 *
 * Returns: (nullable) (transfer none) (array zero-terminated=1) (element-type filename):
 *   an environment; %NULL: the program's own
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_environment: (set-property environment)
 * @self: a script task
 * @environment: (nullable) (array zero-terminated=1) (element-type filename): an
 *   environment; %NULL: the program's own
 *
 * Sets the environment of the process, as `NAME=value` strings.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (const char * const *, environment, PROP_ENVIRONMENT)

/**
 * at_script_task_get_grace_time: (get-property grace-time)
 * @self: a script task
 *
 * Gets how many milliseconds an interrupted function has to end by itself.
 *
 * Any thread, once the task is executed.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_grace_time: (set-property grace-time)
 * @self: a script task
 * @grace_time: milliseconds; 2000 unless set
 *
 * Sets how many milliseconds an interrupted function has to end by itself.
 *
 * Then the process is sent `SIGTERM`, and after the same time again `SIGKILL`. A
 * process that does not exit once its function has ended has as long.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (guint, grace_time, PROP_GRACE_TIME)

/**
 * at_script_task_get_isolated: (get-property isolated)
 * @self: a script task
 *
 * Gets whether the task has a process of its own.
 *
 * Any thread, once the task is executed.
 *
 * Returns: %TRUE if it has
 *
 * Since: 1.0
 */

/**
 * at_script_task_set_isolated: (set-property isolated)
 * @self: a script task
 * @isolated: %FALSE if it may share one with others
 *
 * Sets whether the task has a process of its own.
 *
 * If not, it may run in a process in which another task that is not isolated has
 * run a function of the same module, with the same interpreter, working directory and
 * environment. The module is then loaded already, which saves the time for it and
 * the start of the interpreter; but what it keeps in variables is still there, too. A
 * process that nobody uses ends after a minute.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
OPTION (gboolean, isolated, PROP_ISOLATED)

/**
 * at_script_task_get_max_pending: (get-property max-pending)
 * @self: a script task
 *
 * Gets how much of what the function publishes may wait for the owner, in bytes.
 *
 * Any thread.
 *
 * Returns: a size in bytes; 0: any
 *
 * Since: 1.0
 */
guint64
at_script_task_get_max_pending (AtScriptTask *self)
{
  g_return_val_if_fail (AT_IS_SCRIPT_TASK (self), 0);

  return at_async_task_get_max_pending (AT_ASYNC_TASK (self));
}

/**
 * at_script_task_set_max_pending: (set-property max-pending)
 * @self: a script task
 * @max_pending: a size in bytes, or 0 for no limit
 *
 * Sets how much of what the function publishes may wait for the owner, in bytes.
 *
 * When values that were not delivered yet take more than this, the function waits in
 * `publishProgress ()` until the owner has caught up.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_script_task_set_max_pending (AtScriptTask *self,
                                guint64       max_pending)
{
  g_return_if_fail (AT_IS_SCRIPT_TASK (self));

  at_async_task_set_max_pending (AT_ASYNC_TASK (self), max_pending);
}
