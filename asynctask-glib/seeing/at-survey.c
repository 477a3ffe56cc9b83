/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-survey-private.h"

#include "at-hand-private.h"
#include "at-serial-executor.h"

/* Who looks at everything, and changes nothing. It goes the way that tasks go: queues, then
 * threads, then mailboxes, so that one that goes on meanwhile is met twice, and not missed;
 * what was seen last counts. */

static void
survey_task_free (gpointer data)
{
  AtSurveyTask *self = data;

  at_task_sight_clear (&self->sight);
  g_free (self);
}

static void
survey_executor_free (gpointer data)
{
  AtSurveyExecutor *self = data;

  g_free (self->name);
  g_array_unref (self->queued);
  g_array_unref (self->running);
  g_free (self);
}

static void
survey_mailbox_free (gpointer data)
{
  AtSurveyMailbox *self = data;

  g_array_unref (self->tasks);
  g_free (self);
}

static GArray *
new_ids (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gconstpointer));
}

/* What is filled in is for the caller to say. */
static AtSurveyTask *
ensure_task (AtSurvey      *self,
             gconstpointer  id)
{
  AtSurveyTask *task = g_hash_table_lookup (self->by_id, id);

  if (task != NULL)
    {
      at_task_sight_clear (&task->sight);
      return task;
    }

  task = g_new0 (AtSurveyTask, 1);
  g_hash_table_insert (self->by_id, (gpointer) id, task);
  g_ptr_array_add (self->tasks, task);

  return task;
}

static AtSurveyTask *
add_job (AtSurvey      *self,
         AtJob         *job,
         AtPlace        place,
         gconstpointer  place_id)
{
  AtSurveyTask *task = ensure_task (self, at_task_get_job_id (job));

  at_task_look (job, self->now, &task->sight);
  task->place = place;
  task->place_id = place_id;
  task->tid = 0;

  return task;
}

/* Queues. */

static void
on_queued (AtJob    *job,
           gpointer  data)
{
  AtSurvey *self = data;
  AtSurveyExecutor *executor = self->executors->pdata[self->executors->len - 1];
  gconstpointer id = at_task_get_job_id (job);

  add_job (self, job, AT_PLACE_QUEUE, executor->id);
  g_array_append_val (executor->queued, id);
}

static void
on_queue (AtJobQueue *queue,
          gpointer    data)
{
  AtSurvey *self = data;
  AtSurveyExecutor *executor = g_new0 (AtSurveyExecutor, 1);

  executor->id = queue->executor;
  executor->type = G_OBJECT_TYPE (queue->executor);
  executor->queued = new_ids ();
  executor->running = new_ids ();
  g_ptr_array_add (self->executors, executor);
  executor->is_busy = !queue->klass->look (queue, &executor->sight, on_queued, self);
  executor->name = g_strdup (executor->sight.name);
}

/* Threads. */

static AtSurveyExecutor *
find_executor (AtSurvey      *self,
               gconstpointer  id)
{
  for (guint i = 0; i < self->executors->len; i++)
    {
      AtSurveyExecutor *executor = self->executors->pdata[i];

      if (executor->id == id)
        return executor;
    }

  return NULL;
}

static void
on_hand (AtHand     *hand,
         AtJobFrame *frame,
         gpointer    data)
{
  AtSurvey *self = data;
  AtSurveyTask *task = add_job (self, frame->job, AT_PLACE_THREAD, NULL);

  task->tid = hand->tid;
}

/* Mailboxes. */

static void
on_mailbox (AtMailbox            *mailbox,
            const AtMailboxSight *sight,
            gpointer              data)
{
  AtSurvey *self = data;
  AtSurveyMailbox *seen;

  if (sight != NULL)
    {
      seen = self->mailboxes->pdata[self->mailboxes->len - 1];
      seen->sight = *sight;
      return;
    }

  seen = g_new0 (AtSurveyMailbox, 1);
  seen->id = mailbox;
  seen->tasks = new_ids ();
  g_ptr_array_add (self->mailboxes, seen);
}

static void
on_mail (AtMail   *mail,
         gpointer  data)
{
  AtSurvey *self = data;
  AtSurveyMailbox *mailbox = self->mailboxes->pdata[self->mailboxes->len - 1];
  AtJob *job = at_task_get_mail_job (mail);
  gconstpointer id;

  if (job == NULL)
    return;

  id = at_task_get_job_id (job);
  add_job (self, job, AT_PLACE_MAILBOX, mailbox->id);
  g_array_append_val (mailbox->tasks, id);
}

/* Parked. */

static void
on_parked (const AtTaskSight *sight,
           gpointer           data)
{
  AtSurvey *self = data;
  AtSurveyTask *task = g_hash_table_lookup (self->by_id, sight->id);

  if (task == NULL)
    {
      task = ensure_task (self, sight->id);
      task->sight = *sight;
      task->sight.title = g_strdup (sight->title);
      task->sight.message = g_strdup (sight->message);
      task->sight.waiters = sight->waiters != NULL ? g_array_ref (sight->waiters) : NULL;
      task->place = AT_PLACE_NONE;
    }
  task->sight.has_parts = sight->has_parts;
  task->sight.parts = sight->parts != NULL ? g_array_ref (sight->parts) : NULL;
  task->sight.prerequisites = sight->prerequisites != NULL ? g_array_ref (sight->prerequisites) : NULL;
}

/* Timers. */

static void
on_timer (AtTimer  *timer,
          gpointer  data)
{
  AtSurvey *self = data;
  AtSurveyTimer seen = { .due_in = timer->link.due - self->now };
  AtSurveyTask *task;

  seen.task = at_task_get_timer_task (timer, &seen.is_retry);
  g_array_append_val (self->timers, seen);

  task = seen.task != NULL ? g_hash_table_lookup (self->by_id, seen.task) : NULL;
  if (task != NULL && seen.is_retry)
    task->sight.retry_in = MAX (seen.due_in, 0);
  else if (task != NULL)
    task->sight.timeout_in = MAX (seen.due_in, 0);
}

/* With no lock held. */
static void
find_executors (AtSurvey *self)
{
  for (guint i = 0; i < self->tasks->len; i++)
    {
      AtSurveyTask *task = self->tasks->pdata[i];
      AtTaskSight *sight = &task->sight;
      AtSurveyExecutor *executor;

      if (!sight->is_work && sight->executor == NULL && (sight->state & AT_STATE_DEFERRED) == 0)
        {
          sight->executor = at_serial_executor_get_default ();
          sight->executor_type = G_OBJECT_TYPE (sight->executor);
        }

      executor = task->place == AT_PLACE_THREAD ? find_executor (self, sight->executor) : NULL;
      if (executor != NULL)
        g_array_append_val (executor->running, sight->id);
    }
}

AtSurvey *
at_survey_new (void)
{
  AtSurvey *self = g_new0 (AtSurvey, 1);

  self->now = g_get_monotonic_time ();
  self->tasks = g_ptr_array_new_with_free_func (survey_task_free);
  self->by_id = g_hash_table_new (NULL, NULL);
  self->executors = g_ptr_array_new_with_free_func (survey_executor_free);
  self->mailboxes = g_ptr_array_new_with_free_func (survey_mailbox_free);
  self->timers = g_array_new (FALSE, FALSE, sizeof (AtSurveyTimer));
  self->busy = g_ptr_array_new ();

  if (!at_job_queues_look (on_queue, self))
    g_ptr_array_add (self->busy, (gpointer) "executors");
  if (!at_hands_look (on_hand, self))
    g_ptr_array_add (self->busy, (gpointer) "threads");
  if (!at_mailboxes_look (on_mailbox, on_mail, self))
    g_ptr_array_add (self->busy, (gpointer) "mailboxes");
  if (!at_parked_look (on_parked, self->now, self))
    g_ptr_array_add (self->busy, (gpointer) "parked");
  if (!at_timers_look (on_timer, self))
    g_ptr_array_add (self->busy, (gpointer) "timers");
  find_executors (self);

  return self;
}

void
at_survey_free (AtSurvey *self)
{
  g_ptr_array_unref (self->tasks);
  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->executors);
  g_ptr_array_unref (self->mailboxes);
  g_array_unref (self->timers);
  g_ptr_array_unref (self->busy);
  g_free (self);
}
