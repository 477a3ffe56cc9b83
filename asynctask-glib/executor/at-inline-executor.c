/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-inline-executor.h"

#include "at-executor.h"
#include "at-job-private.h"

/**
 * AtInlineExecutor:
 *
 * An executor that runs bodies at once, in the thread that executes them.
 *
 * The body has ended when [method@AsyncTask.execute] returns; the callbacks come
 * later all the same, when the owner context is iterated. This is for tests, and
 * for work that turned out to be too little to leave the thread for. A task that
 * is paused blocks its thread.
 *
 * Since: 1.0
 */

struct _AtInlineExecutor
{
  GObject    parent_instance;

  /* Constant: nothing is ever in there. */
  AtJobQueue jobs;
};

static gboolean
at_inline_executor_take_in (AtJobQueue  *jobs,
                            AtJob       *job,
                            GError     **error)
{
  at_job_run_inline (job);

  return TRUE;
}

static const AtJobQueueClass jobs_class = {
  .take_in = at_inline_executor_take_in,
};

static gboolean
at_inline_executor_execute (AtExecutor   *executor,
                            AtAsyncTask  *task,
                            GError      **error)
{
  return at_inline_executor_take_in (&AT_INLINE_EXECUTOR (executor)->jobs, at_job_of (task), error);
}

static void
executor_iface_init (AtExecutorInterface *iface)
{
  iface->execute = at_inline_executor_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AtInlineExecutor, at_inline_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, executor_iface_init))

static void
at_inline_executor_class_init (AtInlineExecutorClass *klass)
{
  at_job_queue_set_offset (AT_TYPE_INLINE_EXECUTOR, G_STRUCT_OFFSET (AtInlineExecutor, jobs));
}

static void
at_inline_executor_init (AtInlineExecutor *self)
{
  self->jobs.klass = &jobs_class;
  self->jobs.executor = self;
}

/**
 * at_inline_executor_new:
 *
 * Creates an executor that runs bodies in the thread that executes them.
 *
 * Any thread.
 *
 * Returns: (transfer full): a new executor
 *
 * Since: 1.0
 */
AtInlineExecutor *
at_inline_executor_new (void)
{
  return g_object_new (AT_TYPE_INLINE_EXECUTOR, NULL);
}
