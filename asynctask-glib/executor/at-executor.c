/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-executor-private.h"

#include "at-foreign-executor-private.h"

#include <glib/gi18n-lib.h>

/**
 * AtExecutor:
 *
 * Decides where and when the bodies of tasks run.
 *
 * The library's own are [class@ThreadPoolExecutor], [class@SerialExecutor],
 * [class@LimitExecutor] and [class@InlineExecutor]. In C, they also run bare functions, see
 * [method@Executor.submit]. Another one implements the virtual function `execute`,
 * which keeps a reference on the task and sees to it that
 * [method@AsyncTask.run] is called, once, now or later, in any thread; or refuses
 * the task by returning an error. It may also hand the task on to another
 * executor with [method@Executor.execute].
 *
 * That reference is what the task lives by until it runs. A task that an executor has
 * dropped without that, and nobody else has a reference on any more either, fails with
 * [error@At.TaskError.REJECTED], with a critical; as long as somebody has, it can be
 * cancelled.
 *
 * An executor that is dropped lets what it has queued finish.
 *
 * Since: 1.0
 */

G_DEFINE_INTERFACE (AtExecutor, at_executor, G_TYPE_OBJECT)

static gboolean
at_executor_real_execute (AtExecutor   *self,
                          AtAsyncTask  *task,
                          GError      **error)
{
  g_set_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
               "%s does not implement execute()", G_OBJECT_TYPE_NAME (self));

  return FALSE;
}

static void
at_executor_default_init (AtExecutorInterface *iface)
{
  /* The class of tasks does the same; who only submits has none. */
  bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");

  iface->execute = at_executor_real_execute;
  g_type_add_interface_check (NULL, at_foreign_executor_made);
}

gboolean
at_executor_offer (AtExecutor  *self,
                   AtJob       *job,
                   GError     **error)
{
  AtJobQueue *queue = at_job_queue_of (self);

  if (queue != NULL)
    return queue->klass->take_in (queue, job, error);

  if (at_foreign_executor_is_afar (self))
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED,
                           _("An executor in JavaScript cannot be called from another thread"));
      return FALSE;
    }

  job->klass->park (job);
  if (!AT_EXECUTOR_GET_IFACE (self)->execute (self, at_job_get_object (job), error))
    return FALSE;

  at_job_lend (job);

  return TRUE;
}

gboolean
at_executor_refuse_queued (GError **error)
{
  g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED,
                       _("Another executor has the task"));

  return FALSE;
}
