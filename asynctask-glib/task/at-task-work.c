/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-private.h"

/* Jobs without a task. */

typedef struct
{
  AtJob           job;

  /* Whoever has run it, or ended it without, and then the mailbox. */
  AtMail          mail;

  /* Any thread, atomic. */
  gatomicrefcount ref_count;

  /* Constant. */
  const char     *name; /* or NULL; never freed */
  AtWorkFunc      work;
  AtWorkFunc      done;
  gpointer        user_data;
  GDestroyNotify  destroy;
} AtWork;

static inline AtWork *
get_work (AtJob *job)
{
  return AT_CONTAINER (job, AtWork, job);
}

static void
ref_work (AtJob *job)
{
  g_atomic_ref_count_inc (&get_work (job)->ref_count);
}

/* All that belongs anywhere are the data, which have gone home by themselves. */
static void
unref_work (AtJob *job)
{
  if (g_atomic_ref_count_dec (&get_work (job)->ref_count))
    g_free (get_work (job));
}

static void
release (AtWork *self)
{
  if (self->destroy != NULL)
    self->destroy (self->user_data);
  unref_work (&self->job);
}

static void
at_work_on_done (AtMail *mail)
{
  AtWork *self = AT_CONTAINER (mail, AtWork, mail);

  if (self->done != NULL)
    self->done (self->user_data);
  release (self);
}

static void
on_unrun (AtMail *mail)
{
  release (AT_CONTAINER (mail, AtWork, mail));
}

/* The job is gone when this returns. */
static void
send_home (AtWork     *self,
           AtMailFunc  func)
{
  if (self->destroy == NULL && (func == on_unrun || self->done == NULL))
    {
      unref_work (&self->job);
      return;
    }

  self->mail.func = func;
  at_mailbox_post (at_mailbox_get_default (), &self->mail);
}

static void
run_work (AtJob      *job,
          AtJobFrame *frame)
{
  AtWork *self = get_work (job);

  self->work (self->user_data);
  if (at_job_frame_has_thread (frame))
    at_task_pop_contexts (NULL);
  frame->ended_at = g_get_monotonic_time ();
  at_hand_hide (frame);
  send_home (self, at_work_on_done);
}

static void
abandon_work (AtJob      *job,
              AtJobFrame *frame)
{
  g_critical ("A function given to at_executor_submit() has ended the thread that it ran on, and not returned");
  send_home (get_work (job), on_unrun);
}

static void
end_work (AtJob    *job,
          AtJobEnd  reason,
          GError   *error)
{
  AtTurn *turn = at_job_take_turn (job);

  g_clear_error (&error);
  send_home (get_work (job), on_unrun);
  at_turn_end (turn);
}

static const AtJobClass work_class = {
  .ref = ref_work,
  .unref_home = unref_work,
  .run = run_work,
  .abandon = abandon_work,
  .end = end_work,
};

/* For being shown. */

void
at_work_look (AtJob       *job,
              AtTaskSight *sight)
{
  sight->is_work = TRUE;
  sight->body_name = get_work (job)->name;
  sight->func = (gpointer) get_work (job)->work;
}

/* The job that comes home with that mail, or NULL. */
AtJob *
at_work_of_mail (AtMail *mail)
{
  return mail->func == at_work_on_done ? &AT_CONTAINER (mail, AtWork, mail)->job : NULL;
}

/* For an executor of somebody else's, which knows tasks alone. */

static gboolean
in_background (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  AtWork *self = user_data;

  self->work (self->user_data);

  return TRUE;
}

static void
on_post_execute (AtAsyncTask  *task,
                 const GValue *result,
                 gpointer      user_data)
{
  AtWork *self = user_data;

  if (self->done != NULL)
    self->done (self->user_data);
}

/* Refused by an executor further on: of that nobody hears elsewhere, either. */
static void
on_failed (AtAsyncTask  *task,
           const GError *error,
           gpointer      user_data)
{
}

static const AtTaskCallbacks callbacks = {
  .post_execute = on_post_execute,
  .failed = on_failed,
};

static void
release_data (gpointer data)
{
  release (data);
}

static gboolean
submit_task (AtWork      *self,
             AtExecutor  *executor,
             GError     **error)
{
  AtAsyncTask *task = at_async_task_new_named (self->name, in_background, self, release_data);
  gboolean executed;

  at_async_task_set_callbacks (task, &callbacks, self, NULL);
  executed = at_async_task_execute_on_executor (task, executor, NULL, error);
  at_async_task_unref_home (task);

  return executed;
}

static gboolean
submit_job (AtWork      *self,
            AtExecutor  *executor,
            GError     **error)
{
  AtJobQueue *queue = at_job_queue_of (executor);
  AtMailbox *mailbox;
  AtHome home;

  /* It may be gone, or else is as it was. */
  if (queue->klass->take_in (queue, &self->job, error))
    return TRUE;

  /* Where this is the thread of the default main context, its caller sees to it that the
   * data are gone. */
  mailbox = at_mailbox_get_default ();
  home = at_mailbox_enter (mailbox, at_thread_get_number (), 0);
  if (home == AT_HOME_FOREIGN)
    send_home (self, on_unrun);
  else
    release (self);
  at_mailbox_leave (mailbox, home);

  return FALSE;
}

/**
 * at_executor_submit: (skip)
 * @self: an executor
 * @work: what to run
 * @done: (nullable): called when @work has returned, in the default main context
 * @user_data: (nullable): data for the functions
 * @destroy: (nullable): frees @user_data, in the default main context
 * @error: return location for a [struct@GLib.Error]
 *
 * Has an executor run a function, with no task for it.
 *
 * For work that has neither progress nor result, and that nobody cancels or looks at: it
 * takes one small block of memory where the executor is one of the library's own, and
 * costs a fraction of what a task costs. All else is as with a task of
 * %G_PRIORITY_DEFAULT: the order, how many run at a time, and that @done comes in the
 * default main context, once, in batches that leave time for redraws.
 *
 * @destroy is called last of all. Where the work never runs, because this returns
 * %FALSE, because a thread pool is shut down meanwhile or because the target of an
 * executor refuses it later, only @destroy is called: inside this function, if it returns
 * %FALSE on the thread of the default main context. With neither @done nor @destroy, the
 * main loop is not woken. An executor that is not one of the library's own is given a
 * task that does all this.
 *
 * ```c
 * static void
 * forget_file (gpointer file)
 * {
 *   g_file_delete (file, NULL, NULL);
 * }
 *
 * static void
 * forget_soon (GFile *file)
 * {
 *   at_executor_submit (at_thread_pool_executor_get_default (),
 *                       forget_file, NULL,
 *                       g_object_ref (file), g_object_unref,
 *                       NULL);
 * }
 * ```
 *
 * Fails with [error@At.TaskError.REJECTED] if the executor refuses the work.
 *
 * Any thread. @work runs on a worker thread.
 *
 * Returns: %TRUE if the executor took the work in
 *
 * Since: 1.0
 */
gboolean
(at_executor_submit) (AtExecutor      *self,
                      AtWorkFunc       work,
                      AtWorkFunc       done,
                      gpointer         user_data,
                      GDestroyNotify   destroy,
                      GError         **error)
{
  return at_executor_submit_named (self, NULL, work, done, user_data, destroy, error);
}

/**
 * at_executor_submit_named: (skip)
 * @self: an executor
 * @work_name: (nullable): what @work is called; it is not copied, and never freed
 * @work: what to run
 * @done: (nullable): called when @work has returned, in the default main context
 * @user_data: (nullable): data for the functions
 * @destroy: (nullable): frees @user_data, in the default main context
 * @error: return location for a [struct@GLib.Error]
 *
 * The same as at_executor_submit(), which is a macro in C, with a name.
 *
 * Any thread. @work runs on a worker thread.
 *
 * Returns: %TRUE if the executor took the work in
 *
 * Since: 1.0
 */
gboolean
at_executor_submit_named (AtExecutor      *self,
                          const char      *work_name,
                          AtWorkFunc       work,
                          AtWorkFunc       done,
                          gpointer         user_data,
                          GDestroyNotify   destroy,
                          GError         **error)
{
  AtWork *block;

  g_return_val_if_fail (AT_IS_EXECUTOR (self), FALSE);
  g_return_val_if_fail (work != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  block = g_new0 (AtWork, 1);
  block->job.klass = &work_class;
  block->job.state = AT_PHASE_QUEUED;
  block->job.priority = G_PRIORITY_DEFAULT;
  g_atomic_ref_count_init (&block->ref_count);
  block->name = work_name;
  block->work = work;
  block->done = done;
  block->user_data = user_data;
  block->destroy = destroy;

  if (at_job_stays_in_queues (self))
    return submit_job (block, self, error);

  return submit_task (block, self, error);
}
