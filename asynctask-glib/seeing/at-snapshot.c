/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-debug.h"

#include "at-survey-private.h"

#include "at-types.h"

#include <unistd.h>

/* A survey as values, for programs. */

static void
add_string (GVariantBuilder *dict,
            const char      *key,
            const char      *value)
{
  if (value != NULL)
    g_variant_builder_add (dict, "{sv}", key, g_variant_new_take_string (g_utf8_make_valid (value, -1)));
}

static void
add_flag (GVariantBuilder *dict,
          const char      *key,
          gboolean         value)
{
  if (value)
    g_variant_builder_add (dict, "{sv}", key, g_variant_new_boolean (TRUE));
}

static void
add_uint (GVariantBuilder *dict,
          const char      *key,
          guint            value)
{
  g_variant_builder_add (dict, "{sv}", key, g_variant_new_uint32 (value));
}

static void
add_address (GVariantBuilder *dict,
             const char      *key,
             gconstpointer    address)
{
  if (address != NULL)
    g_variant_builder_add (dict, "{sv}", key, g_variant_new_uint64 ((gsize) address));
}

static void
add_seconds (GVariantBuilder *dict,
             const char      *key,
             gint64           usec)
{
  if (usec >= 0)
    g_variant_builder_add (dict, "{sv}", key, g_variant_new_double ((double) usec / G_USEC_PER_SEC));
}

static void
add_ids (GVariantBuilder *dict,
         const char      *key,
         GArray          *ids)
{
  GVariantBuilder array;

  if (ids == NULL)
    return;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("at"));
  for (guint i = 0; i < ids->len; i++)
    g_variant_builder_add (&array, "t", (guint64) (gsize) g_array_index (ids, gconstpointer, i));
  g_variant_builder_add (dict, "{sv}", key, g_variant_builder_end (&array));
}

static void
begin (GVariantBuilder *dict)
{
  g_variant_builder_init (dict, G_VARIANT_TYPE_VARDICT);
}

static void
add_executor (GVariantBuilder        *list,
              const AtSurveyExecutor *executor)
{
  GVariantBuilder dict;

  begin (&dict);
  add_address (&dict, "id", executor->id);
  add_string (&dict, "type", g_type_name (executor->type));
  add_string (&dict, "name", executor->name);
  add_address (&dict, "target", executor->sight.target);
  add_flag (&dict, "busy", executor->is_busy);
  if (!executor->is_busy)
    {
      add_uint (&dict, "limit", executor->sight.limit);
      add_uint (&dict, "n-extra", executor->sight.n_extra);
      add_uint (&dict, "n-running", executor->sight.n_running);
      add_uint (&dict, "n-resuming", executor->sight.n_resuming);
      add_flag (&dict, "shut-down", executor->sight.is_shut_down);
      add_ids (&dict, "queued", executor->queued);
    }
  add_ids (&dict, "running", executor->running);
  g_variant_builder_add_value (list, g_variant_builder_end (&dict));
}

/* As long as a task is where it is on its way, its stage is what it says itself. */
static const char *
get_stage (const AtSurveyTask *task)
{
  guint state = task->sight.state;

  if (task->sight.is_work)
    return task->place == AT_PLACE_MAILBOX ? "ended" : task->place == AT_PLACE_THREAD ? "running" : "queued";

  switch ((AtPhase) (state & AT_PHASE_MASK))
    {
    case AT_PHASE_RUNNING:
      return "running";
    case AT_PHASE_DONE:
    case AT_PHASE_DELIVERING:
    case AT_PHASE_DELIVERED:
      return "ended";
    case AT_PHASE_QUEUED:
      if ((state & AT_STATE_RESTING) == 0)
        return "queued";
      if ((state & AT_STATE_WAITING) != 0)
        return "waiting";
      return (state & AT_STATE_RETRYING) != 0 ? "retrying" : "queued";
    case AT_PHASE_PENDING:
    case AT_PHASE_STARTING:
    case AT_PHASE_MASK:
    default:
      return "queued";
    }
}

static const char *
get_place (const AtSurveyTask *task)
{
  static const char * const names[] = { "queue", "thread", "mailbox", "none" };

  return names[task->place];
}

static void
add_progress (GVariantBuilder   *dict,
              const AtTaskSight *sight)
{
  if (!sight->has_progress)
    return;

  if (sight->fraction >= 0)
    g_variant_builder_add (dict, "{sv}", "fraction", g_variant_new_double (sight->fraction));
  if (sight->completed > 0 || sight->total > 0)
    g_variant_builder_add (dict, "{sv}", "amounts", g_variant_new ("(tt)", sight->completed, sight->total));
  add_string (dict, "message", sight->message);
}

static void
add_waiters (GVariantBuilder *dict,
             GArray          *waiters)
{
  GVariantBuilder array;

  if (waiters == NULL)
    return;

  g_variant_builder_init (&array, G_VARIANT_TYPE ("a(tu)"));
  for (guint i = 0; i < waiters->len; i++)
    {
      AtWaiterSight *waiter = &g_array_index (waiters, AtWaiterSight, i);

      g_variant_builder_add (&array, "(tu)", (guint64) (gsize) waiter->job_id, (guint) waiter->tid);
    }
  g_variant_builder_add (dict, "{sv}", "waited-for-by", g_variant_builder_end (&array));
}

static void
add_task (GVariantBuilder    *list,
          const AtSurveyTask *task)
{
  const AtTaskSight *sight = &task->sight;
  g_autofree char *body = at_survey_dup_body_name (sight);
  g_autofree char *function = at_survey_dup_function (sight);
  GVariantBuilder dict;

  begin (&dict);
  add_address (&dict, "id", sight->id);
  add_string (&dict, "type", sight->is_work ? "work" : g_type_name (sight->type));
  add_string (&dict, "title", sight->title);
  add_string (&dict, "body", body);
  add_string (&dict, "function", function);
  add_string (&dict, "stage", get_stage (task));
  add_string (&dict, "place", get_place (task));
  add_address (&dict, task->place == AT_PLACE_MAILBOX ? "mailbox" : "queue", task->place_id);
  if (task->tid != 0)
    add_uint (&dict, "thread", (guint) task->tid);
  g_variant_builder_add (&dict, "{sv}", "priority", g_variant_new_int32 (sight->priority));
  add_address (&dict, "executor", sight->executor);
  if (sight->executor != NULL)
    add_string (&dict, "executor-type", g_type_name (sight->executor_type));
  if (!sight->is_work)
    {
      add_uint (&dict, "attempt", sight->attempt);
      add_flag (&dict, "cancelled", (sight->state & AT_STATE_CANCELLED) != 0);
      add_flag (&dict, "timed-out", (sight->state & AT_STATE_TIMED_OUT) != 0);
      add_flag (&dict, "needs-owner", (sight->state & AT_STATE_WILL_START) != 0);
    }
  if (sight->max_attempts > 0)
    add_uint (&dict, "max-attempts", sight->max_attempts);
  add_flag (&dict, "busy", sight->is_busy);
  add_seconds (&dict, "age", sight->age);
  add_seconds (&dict, "running-for", sight->running);
  add_seconds (&dict, "paused-for", sight->paused);
  add_seconds (&dict, "sleeps-for", sight->sleeps);
  add_seconds (&dict, "retry-in", sight->retry_in);
  add_seconds (&dict, "timeout-in", sight->timeout_in);
  add_flag (&dict, "resuming", sight->is_resuming);
  add_address (&dict, "owner", sight->owner);
  if (sight->owner != NULL)
    add_string (&dict, "owner-type", g_type_name (sight->owner_type));
  add_progress (&dict, sight);
  if (sight->pending >= 0)
    g_variant_builder_add (&dict, "{sv}", "pending", g_variant_new_uint64 ((guint64) sight->pending));
  add_waiters (&dict, sight->waiters);
  add_ids (&dict, "prerequisites", sight->prerequisites);
  add_ids (&dict, "parts", sight->parts);
  g_variant_builder_add_value (list, g_variant_builder_end (&dict));
}

static void
add_mailbox (GVariantBuilder       *list,
             const AtSurveyMailbox *mailbox)
{
  GVariantBuilder dict;

  begin (&dict);
  add_address (&dict, "id", mailbox->id);
  add_address (&dict, "context", mailbox->sight.context);
  add_flag (&dict, "default", mailbox->sight.is_default);
  add_flag (&dict, "busy", mailbox->sight.is_busy);
  if (!mailbox->sight.is_busy)
    {
      add_uint (&dict, "n-messages", mailbox->sight.n_mails);
      add_seconds (&dict, "undelivered-for", mailbox->sight.undelivered_usec);
      add_ids (&dict, "tasks", mailbox->tasks);
    }
  g_variant_builder_add_value (list, g_variant_builder_end (&dict));
}

static void
add_timer (GVariantBuilder     *list,
           const AtSurveyTimer *timer)
{
  GVariantBuilder dict;

  begin (&dict);
  add_address (&dict, "task", timer->task);
  add_string (&dict, "for", timer->is_retry ? "retry" : "timeout");
  add_seconds (&dict, "due-in", MAX (timer->due_in, 0));
  g_variant_builder_add_value (list, g_variant_builder_end (&dict));
}

static void
begin_list (GVariantBuilder *list)
{
  g_variant_builder_init (list, G_VARIANT_TYPE ("aa{sv}"));
}

static void
end_list (GVariantBuilder *dict,
          const char      *key,
          GVariantBuilder *list)
{
  g_variant_builder_add (dict, "{sv}", key, g_variant_builder_end (list));
}

static GVariant *
make_variant (AtSurvey *survey)
{
  GVariantBuilder dict, list;

  begin (&dict);
  add_uint (&dict, "process", (guint) getpid ());

  begin_list (&list);
  for (guint i = 0; i < survey->executors->len; i++)
    add_executor (&list, survey->executors->pdata[i]);
  end_list (&dict, "executors", &list);

  begin_list (&list);
  for (guint i = 0; i < survey->tasks->len; i++)
    add_task (&list, survey->tasks->pdata[i]);
  end_list (&dict, "tasks", &list);

  begin_list (&list);
  for (guint i = 0; i < survey->mailboxes->len; i++)
    add_mailbox (&list, survey->mailboxes->pdata[i]);
  end_list (&dict, "mailboxes", &list);

  begin_list (&list);
  for (guint i = 0; i < survey->timers->len; i++)
    add_timer (&list, &g_array_index (survey->timers, AtSurveyTimer, i));
  end_list (&dict, "timers", &list);

  g_ptr_array_add (survey->busy, NULL);
  g_variant_builder_add (&dict, "{sv}", "busy", g_variant_new_strv ((const char * const *) survey->busy->pdata, -1));

  return g_variant_ref_sink (g_variant_builder_end (&dict));
}

/**
 * at_dup_tasks_snapshot:
 *
 * Looks at all tasks of the program that are on their way, and all that they wait for.
 *
 * This is for tools that show it; people read [func@dup_tasks_dump], which says the same.
 * It can be called at any time, in a body, in a callback, while the program hangs, and in a
 * process that was forked, which sees what there was then. Nothing is changed, nobody is
 * called, and no reference is taken. Each lock is tried for 100 milliseconds; what could not
 * be had is `busy`, and the rest is there all the same. Each executor, each mailbox and the
 * list of threads is as it was at one moment, but not all of them at the same.
 *
 * The value is of type `a{sv}`. What is unknown, or does not apply, is left out: a key is
 * there or not, and a flag, of type `b`, is there where it is true. More keys may come. An
 * address, of type `t`, is the name of something that may be gone by now. Times, of type
 * `d`, are in seconds.
 *
 * - `process` (`u`): the number of the process
 * - `busy` (`as`): which lists could not be had, `executors`, `threads`, `mailboxes`,
 *   `parked` and `timers`
 * - `executors` (`aa{sv}`): those of the library with a queue; an executor of the program is
 *   seen in its tasks
 *   - `id` (`t`): the address of the executor, `type` (`s`): the name of its type, `name`
 *     (`s`): of a thread pool
 *   - `target` (`t`): the executor on top of which it is
 *   - `limit` (`u`): how many bodies it runs at a time; of a thread pool `n-extra` (`u`): how
 *     many more, because as many block
 *   - `n-running` (`u`): bodies that have a place, `n-resuming` (`u`): that have begun and
 *     wait for one again
 *   - `queued` (`at`): its tasks in the order in which they will run; a task is in one queue,
 *     which may be that of the target
 *   - `running` (`at`): its tasks whose bodies run, in any thread
 *   - `shut-down` (`b`), `busy` (`b`): there is no more than `id`, `type`, `name` and
 *     `running`
 * - `tasks` (`aa{sv}`): those that were executed and have not begun their last callback
 *   - `id` (`t`): the address of the task, `type` (`s`): the name of its class; `work` for
 *     what [method@Executor.submit] was given
 *   - `title` (`s`), `body` (`s`): what its function is called, or else where that is, or its
 *     class; `function` (`s`): where a function in C is, as the file and the address in it that
 *     `addr2line` takes
 *   - `stage` (`s`): `queued`, `waiting` for prerequisites, `running`, `retrying`, `ended`
 *     and not delivered yet
 *   - `place` (`s`): `queue`, with `queue` (`t`), the executor; `thread`, with `thread`
 *     (`u`), its number in the system; `mailbox`, with `mailbox` (`t`), its `id`; `none`,
 *     where it is with its owner, with an executor of the program, or waits
 *   - `priority` (`i`), `executor` (`t`), `executor-type` (`s`), `owner` (`t`), `owner-type`
 *     (`s`)
 *   - `age` (`d`): since it was executed, pauses left out, `running-for` (`d`): its body, in
 *     this attempt
 *   - `paused-for` (`d`), `sleeps-for` (`d`): in [method@AsyncTask.sleep], for how much
 *     longer, `resuming` (`b`): its body waits for a place again
 *   - `attempt` (`u`), `max-attempts` (`u`), `retry-in` (`d`), `timeout-in` (`d`)
 *   - `cancelled` (`b`), `timed-out` (`b`), `needs-owner` (`b`): its owner has to iterate its
 *     context for it to begin
 *   - `fraction` (`d`), `amounts` (`(tt)`): completed and total, `message` (`s`): as it was
 *     set last, whether it was shown or not; `pending` (`t`): published values that wait,
 *     where there is a limit, see [method@AsyncTask.set_max_pending]
 *   - `waited-for-by` (`a(tu)`): who is in [method@AsyncTask.wait], the task whose body that
 *     is, or 0, and the thread
 *   - `prerequisites` (`at`): those that it still waits for, `parts` (`at`): the tasks of a
 *     group
 *   - `busy` (`b`): its own lock could not be had: no title, times and `waited-for-by`
 * - `mailboxes` (`aa{sv}`): one for each main context that tasks deliver in
 *   - `id` (`t`), `context` (`t`): the address of the main context, `default` (`b`)
 *   - `n-messages` (`u`): what has not been delivered yet, `undelivered-for` (`d`): for how
 *     long nothing was taken from there; `tasks` (`at`): of these, whose last callback it is
 *   - `busy` (`b`): there is no more than `id`
 * - `timers` (`aa{sv}`): `task` (`t`), `for` (`s`): `retry` or `timeout`, `due-in` (`d`)
 *
 * Any thread.
 *
 * Returns: (transfer full): what there is
 *
 * Since: 1.0
 */
GVariant *
at_dup_tasks_snapshot (void)
{
  g_autoptr (AtSurvey) survey = at_survey_new ();

  return make_variant (survey);
}
