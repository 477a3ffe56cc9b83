/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-group.h"

#include <string.h>

#include "at-enum-types.h"
#include "at-task-group-private.h"
#include "at-task-hooks-private.h"

/**
 * AtTaskGroup:
 *
 * Several tasks as one.
 *
 * A group is a task itself, which holds no thread and is in no queue: executing it executes
 * its tasks, and it ends when all of them have. What it expects of them, its
 * [property@TaskGroup:policy] says: that all succeed, that all end, or that any succeeds.
 *
 * ```c
 * g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
 *
 * at_async_task_set_owner (AT_ASYNC_TASK (group), window);
 * for (guint i = 0; i < n_files; i++)
 *   {
 *     g_autoptr (AtAsyncTask) task = new_copy_task (files[i]);
 *
 *     if (!at_task_group_add (group, task, &error))
 *       return;
 *   }
 * at_async_task_execute (AT_ASYNC_TASK (group), NULL, &error);
 * ```
 *
 * ## Deciding and ending
 *
 * The group is decided where the computation of one of its tasks ends, in whichever thread
 * that is: it has the others cancelled there and then. It ends when the last callback of
 * the last task has returned, so that nothing that it has started outlives it. A group
 * without tasks succeeds.
 *
 * A task that somebody else cancels has not succeeded: where all are to succeed, the group
 * fails then, with %G_IO_ERROR_CANCELLED. One whose time is up has failed. When the time of
 * the group itself is up, its tasks are cancelled, and it fails with
 * %G_IO_ERROR_TIMED_OUT.
 *
 * ## Adding
 *
 * Tasks can be added at any time until the group is decided, or ends: also by its tasks,
 * and in their callbacks. Those that are added after the group was executed are executed
 * at once. One that was executed before counts as what it is, and is cancelled with the
 * group. A group may be a task of another one.
 *
 * ## What the tasks have of it
 *
 * A task that the group executes gets the parameters of the group, and where it names none
 * of its own, the [property@AsyncTask:executor], [property@AsyncTask:owner],
 * [property@AsyncTask:priority] and [property@AsyncTask:main-context]. Where the group
 * names no executor either, bodies run on [func@ThreadPoolExecutor.get_default].
 *
 * Cancelling, pausing and resuming the group, and the end of its owner, reach all of its
 * tasks. None can be taken out: cancel it.
 *
 * The amounts of the group are those of its tasks, if all count in the same
 * [property@AsyncTask:unit]; otherwise how many have ended, of how many there are, in
 * %AT_PROGRESS_UNIT_ITEMS. What was cancelled is not done.
 *
 * The group counts as hearing of its tasks' failures.
 *
 * Since: 1.0
 */

enum
{
  PROP_POLICY = 1,
  PROP_TASKS,
  PROP_DECISIVE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtTaskGroup, at_task_group, AT_TYPE_ASYNC_TASK)

/* Amounts. */

/* @times is 1, or -1 to take it away again. */
static void
sum_add (AtPartsSum *self,
         guint64     amount,
         int         times)
{
  self->high += (guint64) times * (amount >> 32);
  self->low += (guint64) times * (amount & G_MAXUINT32);
}

static guint64
sum_get (const AtPartsSum *self)
{
  guint64 high = self->high + (self->low >> 32);

  return high <= G_MAXUINT32 ? (high << 32) | (self->low & G_MAXUINT32) : G_MAXUINT64;
}

static void
count (AtTaskGroup  *self,
       const AtPart *part,
       int           times)
{
  self->n_followed += (guint) times;
  self->n_with_unit[part->unit] += (guint) times;
  if (part->is_done)
    self->n_done += (guint) times;
  else if (part->total == 0)
    self->n_without_total += (guint) times;
  sum_add (&self->completed, part->completed, times);
  sum_add (&self->total, part->total, times);
}

/* One that is done was as much as it did; one that was cancelled stays as far as it got. */
static void
read_part (AtPart *part)
{
  part->unit = at_async_task_get_unit (part->task);
  part->completed = at_async_task_get_completed (part->task);
  part->total = at_async_task_get_total (part->task);
  part->is_done = at_async_task_get_status (part->task) == AT_STATUS_FINISHED &&
                  at_async_task_get_outcome (part->task) != AT_OUTCOME_CANCELLED;
  if (part->is_done && part->total == 0)
    part->total = part->completed;
}

static void
show_amounts (AtTaskGroup *self)
{
  AtAsyncTask *task = AT_ASYNC_TASK (self);
  AtProgressUnit unit = AT_PROGRESS_UNIT_ITEMS;
  gboolean is_common = FALSE;

  if (at_async_task_get_status (task) == AT_STATUS_PENDING || self->n_followed == 0)
    return;

  for (guint i = AT_PROGRESS_UNIT_NONE + 1; i < AT_PARTS_N_UNITS && !is_common; i++)
    if (self->n_with_unit[i] == self->n_followed)
      {
        unit = i;
        is_common = TRUE;
      }

  at_async_task_change_unit (task, unit);
  if (is_common)
    at_async_task_set_amounts (task, sum_get (&self->completed),
                               self->n_without_total == 0 ? sum_get (&self->total) : 0);
  else
    at_async_task_set_amounts (task, self->n_done, self->n_followed);
}

static void
on_part_changed (AtFollower *follower)
{
  AtPart *part = AT_CONTAINER (follower, AtPart, follower);
  AtTaskGroup *self = part->parts->group;

  count (self, part, -1);
  read_part (part);
  count (self, part, 1);
  show_amounts (self);
}

/* Showing. */

/* The block of "async with" in Python holds the group open, and is no work of it. */
static gboolean
is_block (AtAsyncTask *task)
{
  return strcmp (G_OBJECT_TYPE_NAME (task), "AtPythonBlock") == 0;
}

static void
show_part (AtTaskGroup *self,
           AtPart      *part)
{
  /* One that delivers elsewhere could not be executed. */
  if (part->task == NULL || is_block (part->task) || !at_async_task_deliver_with (part->task, AT_ASYNC_TASK (self)))
    return;

  part->follower.func = on_part_changed;
  part->is_followed = TRUE;
  at_async_task_add_follower (part->task, &part->follower);
  read_part (part);
  count (self, part, 1);
  if (self->tasks != NULL)
    at_task_list_add (self->tasks, part->task);
}

/* Handlers may add tasks, and look again. */
static void
look (AtTaskGroup *self)
{
  AtPart *part;
  AtAsyncTask *decisive;

  while ((part = at_parts_get_settled (self->parts, self->n_shown)) != NULL)
    {
      self->n_shown++;
      show_part (self, part);
    }
  show_amounts (self);

  decisive = at_parts_get_decisive (self->parts);
  if (self->shown_decisive != decisive)
    {
      self->shown_decisive = decisive;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DECISIVE]);
    }
}

static void
on_look (AtMail *mail)
{
  g_autoptr (AtTaskGroup) self = AT_CONTAINER (mail, AtTaskGroup, look);

  /* What comes after this is looked at again. */
  g_atomic_int_set (&self->is_looking, FALSE);
  look (self);
}

/* A group that nobody has executed, nor looks at, may be given another context. */
void
at_task_group_look_later (AtTaskGroup *self)
{
  if (!g_atomic_int_get (&self->is_viewed) &&
      at_async_task_get_status (AT_ASYNC_TASK (self)) == AT_STATUS_PENDING)
    return;

  if (!g_atomic_int_compare_and_exchange (&self->is_looking, FALSE, TRUE))
    return;

  g_object_ref (self);
  at_async_task_post (AT_ASYNC_TASK (self), &self->look);
}

/* The class. */

static void
at_task_group_begin (AtAsyncTask  *task,
                     const GValue *params,
                     GCancellable *cancellable)
{
  at_parts_start (AT_TASK_GROUP (task)->parts);
}

static void
at_task_group_control_changed (AtAsyncTask *task)
{
  at_parts_control (AT_TASK_GROUP (task)->parts);
}

static void
at_task_group_foreach_part (AtAsyncTask  *task,
                            void       (* func) (AtAsyncTask *part,
                                                 gpointer     data),
                            gpointer      data)
{
  at_parts_foreach (AT_TASK_GROUP (task)->parts, func, data);
}

static void
on_own_end (AtEndWatch  *watch,
            AtAsyncTask *task)
{
  at_parts_end (AT_TASK_GROUP (task)->parts);
}

static void
at_task_group_finalize (GObject *object)
{
  AtTaskGroup *self = AT_TASK_GROUP (object);
  AtPart *part;

  for (guint i = 0; i < self->n_shown; i++)
    if ((part = at_parts_get_settled (self->parts, i))->is_followed)
      at_async_task_remove_follower (part->task, &part->follower);
  g_clear_object (&self->tasks);
  at_parts_let_go (self->parts);

  G_OBJECT_CLASS (at_task_group_parent_class)->finalize (object);
}

static void
at_task_group_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  AtTaskGroup *self = AT_TASK_GROUP (object);

  switch (prop_id)
    {
    case PROP_POLICY:
      g_value_set_enum (value, self->parts->policy);
      break;
    case PROP_TASKS:
      g_value_set_object (value, at_task_group_get_tasks (self));
      break;
    case PROP_DECISIVE:
      g_value_set_object (value, at_task_group_get_decisive (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_group_set_property (GObject      *object,
                            guint         prop_id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  AtTaskGroup *self = AT_TASK_GROUP (object);

  switch (prop_id)
    {
    case PROP_POLICY:
      self->parts->policy = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_group_class_init (AtTaskGroupClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = at_task_group_finalize;
  object_class->get_property = at_task_group_get_property;
  object_class->set_property = at_task_group_set_property;
  AT_ASYNC_TASK_CLASS (klass)->control_changed = at_task_group_control_changed;

  /**
   * AtTaskGroup:policy: (getter get_policy)
   *
   * What the group expects of its tasks.
   *
   * Since: 1.0
   */
  properties[PROP_POLICY] =
    g_param_spec_enum ("policy", NULL, NULL,
                       AT_TYPE_TASK_GROUP_POLICY, AT_TASK_GROUP_ALL,
                       G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);

  /**
   * AtTaskGroup:tasks: (getter get_tasks)
   *
   * The tasks of the group, for a list view.
   *
   * Since: 1.0
   */
  properties[PROP_TASKS] =
    g_param_spec_object ("tasks", NULL, NULL, AT_TYPE_TASK_LIST, readable);

  /**
   * AtTaskGroup:decisive: (getter get_decisive)
   *
   * The task that has decided the group; %NULL before, and where all tasks had to end.
   *
   * It is set before the last callback.
   *
   * Since: 1.0
   */
  properties[PROP_DECISIVE] =
    g_param_spec_object ("decisive", NULL, NULL, AT_TYPE_ASYNC_TASK, readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_task_group_init (AtTaskGroup *self)
{
  AtAsyncTask *task = AT_ASYNC_TASK (self);

  self->parts = at_parts_new (self);
  self->look.func = on_look;
  self->own_end.func = on_own_end;
  at_async_task_set_deferred (task, at_task_group_begin, TRUE);
  at_async_task_set_parts (task, at_task_group_foreach_part);
  at_async_task_add_end_watch (task, &self->own_end);
}

/**
 * at_task_group_new:
 * @policy: what the group expects of its tasks
 *
 * Creates a group with no tasks.
 *
 * Any thread; as with [ctor@AsyncTask.new], it counts as the owner's as long as nobody
 * iterates the owner context.
 *
 * Returns: (transfer full): a new group
 *
 * Since: 1.0
 */
AtTaskGroup *
at_task_group_new (AtTaskGroupPolicy policy)
{
  g_return_val_if_fail (policy <= AT_TASK_GROUP_ANY, NULL);

  return g_object_new (AT_TYPE_TASK_GROUP, "policy", policy, NULL);
}

/**
 * at_task_group_add:
 * @self: a group
 * @task: (not nullable): a task
 * @error: return location for a [struct@GLib.Error]
 *
 * Adds a task to the group, which holds a reference on it.
 *
 * It counts at once, and is in [property@TaskGroup:tasks] when the owner context is
 * iterated. If the group was executed, it executes the task here, unless that was
 * executed before. A task that is there already is added with success, and nothing
 * happens.
 *
 * Fails with [error@At.TaskError.REJECTED] if the group has been decided, was cancelled, or
 * has ended; if it would be a part of itself, or wait for itself by way of the
 * prerequisites of a task; and for a task that delivers in another main context. Where a
 * task that is to be executed cannot be, as in [method@AsyncTask.execute], it is not added.
 *
 * Any thread.
 *
 * Returns: %TRUE if the task is one of the group
 *
 * Since: 1.0
 */
gboolean
at_task_group_add (AtTaskGroup  *self,
                   AtAsyncTask  *task,
                   GError      **error)
{
  g_return_val_if_fail (AT_IS_TASK_GROUP (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return at_parts_add (self->parts, task, error);
}

/**
 * at_task_group_get_policy: (get-property policy)
 * @self: a group
 *
 * Gets what the group expects of its tasks.
 *
 * Any thread.
 *
 * Returns: the policy
 *
 * Since: 1.0
 */
AtTaskGroupPolicy
at_task_group_get_policy (AtTaskGroup *self)
{
  g_return_val_if_fail (AT_IS_TASK_GROUP (self), AT_TASK_GROUP_ALL);

  return self->parts->policy;
}

static AtTaskList *
new_view (AtTaskGroup *self)
{
  GMainContext *context = at_async_task_get_main_context (AT_ASYNC_TASK (self));
  g_autoptr (GMainContext) thread_default = g_main_context_ref_thread_default ();
  gboolean push = context != thread_default &&
                  (context != NULL || thread_default != g_main_context_default ());
  AtTaskList *view;

  if (push)
    g_main_context_push_thread_default (context);
  view = at_task_list_new ();
  if (push)
    g_main_context_pop_thread_default (context);

  return view;
}

/**
 * at_task_group_get_tasks: (get-property tasks)
 * @self: a group
 *
 * Gets the tasks of the group, for a list view.
 *
 * The list is made when it is asked for, and follows the group from then on, in the order
 * in which the tasks came. It is to be looked at: what is added to it or taken out of it
 * is nothing to the group.
 *
 * Owner's thread.
 *
 * Returns: (transfer none): a list
 *
 * Since: 1.0
 */
AtTaskList *
at_task_group_get_tasks (AtTaskGroup *self)
{
  AtPart *part;

  g_return_val_if_fail (AT_IS_TASK_GROUP (self), NULL);

  if (self->tasks != NULL)
    return self->tasks;

  self->tasks = new_view (self);
  for (guint i = 0; i < self->n_shown; i++)
    if ((part = at_parts_get_settled (self->parts, i))->is_followed)
      at_task_list_add (self->tasks, part->task);

  /* Whoever adds one does not see this, or is seen here. */
  g_atomic_int_set (&self->is_viewed, TRUE);
  look (self);

  return self->tasks;
}

/**
 * at_task_group_get_decisive: (get-property decisive)
 * @self: a group
 *
 * Gets the task that has decided the group.
 *
 * That is the first that did not succeed, where all were to, or the first that succeeded,
 * where any was to; or, where none did, the last that failed, once all have ended.
 *
 * Any thread: says so at once, while the property notifies later.
 *
 * Returns: (nullable) (transfer none): a task, or %NULL before, and where all tasks had to
 *   end
 *
 * Since: 1.0
 */
AtAsyncTask *
at_task_group_get_decisive (AtTaskGroup *self)
{
  g_return_val_if_fail (AT_IS_TASK_GROUP (self), NULL);

  return at_parts_get_decisive (self->parts);
}
