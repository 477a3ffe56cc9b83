/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list.h"

#include "at-enum-types.h"
#include "at-executor.h"
#include "at-homing-private.h"
#include "at-task-list-private.h"

/**
 * AtTaskList:
 *
 * A list model of tasks, for a list view and an overall progress bar.
 *
 * The list holds the tasks that are added to it, and counts them by how far they
 * are. It is a [iface@Gio.ListModel] of [class@AsyncTask], so that a
 * `GtkListView` shows it; the properties of the tasks, and those of the list, can
 * be bound to widgets.
 *
 * ```c
 * AtTaskList *list = at_task_list_new ();
 *
 * for (guint i = 0; i < n_files; i++)
 *   {
 *     g_autoptr (AtAsyncTask) task = new_copy_task (files[i]);
 *
 *     at_task_list_add (list, task);
 *   }
 * g_object_bind_property (list, "fraction", progress_bar, "fraction", 0);
 * at_task_list_execute_all (list, executor, &error);
 * ```
 *
 * ## Overall progress
 *
 * [property@TaskList:fraction] is about a batch: the tasks that have not ended,
 * and those that ended since there was last nothing to do. A task that has ended
 * counts as complete, and one that was cancelled as far as it got, so that the bar
 * stays where it is when all are cancelled. Both go on to count after they have left
 * the list, so that the bar does not fall back when finished rows go. The next batch
 * begins when a task is added while all others have ended, and starts at 0.
 *
 * Tasks weigh as much as their [property@AsyncTask:total], if all that have not
 * ended know theirs and count in the same [property@AsyncTask:unit]; otherwise
 * each weighs the same. So it pays to tell a total before the task is executed,
 * with [method@AsyncTask.set_amounts].
 *
 * ## Threads
 *
 * A list belongs to the thread-default main context that it was made in, is used
 * on that thread alone, and takes tasks that deliver there. A task that names no
 * [property@AsyncTask:main-context] is given the list's when it is added, if it has
 * done nothing yet; so a thread with a context of its own need not name it.
 *
 * The list does not keep its context alive. Once that is gone, the list hears of
 * nothing any more, and whoever waits for it is forgotten. The last reference on a list
 * may be dropped by any thread: what follows is done in its main context.
 *
 * A task may be in several lists. A list that is freed lets go of its tasks, which
 * go on.
 *
 * Since: 1.0
 */

/* Overall progress is shown this often. */
#define PACE_USEC (16 * G_TIME_SPAN_MILLISECOND)

enum
{
  PROP_ITEM_TYPE = 1,
  PROP_N_ITEMS,
  PROP_N_PENDING, /* from here on in the order of the states */
  PROP_N_ACTIVE,
  PROP_N_SUCCEEDED,
  PROP_N_FAILED,
  PROP_N_CANCELLED,
  PROP_FRACTION,
  PROP_INDETERMINATE,
  PROP_REMOVAL,
  PROP_REMOVAL_DELAY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AtTaskList, at_task_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

/* Telling. */

static gboolean
find_indeterminate (AtTaskList *self)
{
  return self->n_in_state[AT_ITEM_ACTIVE] > 0 &&
         self->totals.n_known == 0 && self->totals.n_done == 0;
}

/* Handlers may change the list again, which then tells of it inside this: a value
 * counts as shown before it is. */
static void
show_counts (AtTaskList *self)
{
  if (self->shown.n_items != at_task_list_count_items (self))
    {
      self->shown.n_items = at_task_list_count_items (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
    }

  for (guint i = 0; i < AT_N_ITEM_STATES; i++)
    if (self->shown.n_in_state[i] != self->n_in_state[i])
      {
        self->shown.n_in_state[i] = self->n_in_state[i];
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_PENDING + i]);
      }

  if (self->shown.indeterminate != find_indeterminate (self))
    {
      self->shown.indeterminate = find_indeterminate (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INDETERMINATE]);
    }
}

static void
show_fraction (AtTaskList *self)
{
  double fraction = at_totals_get_fraction (&self->totals);

  self->fraction_is_late = FALSE;

  /* The very same value, not one that is close. */
  if (!(fraction < self->shown.fraction || fraction > self->shown.fraction))
    return;

  self->shown.fraction = fraction;
  self->fraction_shown_at = g_get_monotonic_time ();
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/* Progress is shown now, or, if some was a moment ago, soon. */
static void
pace_fraction (AtTaskList *self)
{
  if (g_get_monotonic_time () - self->fraction_shown_at >= PACE_USEC)
    {
      show_fraction (self);
    }
  else
    {
      self->fraction_is_late = TRUE;
      at_task_list_reschedule (self);
    }
}

/* The fraction comes first: whoever is told of a count may ask for both, and say
 * what a bar beside it has yet to hear. */
void
at_task_list_show_all (AtTaskList *self)
{
  show_fraction (self);
  show_counts (self);
  at_task_list_reschedule (self);
}

/* Following a task. */

static AtItemState
get_task_state (AtAsyncTask *task)
{
  AtStatus status = at_async_task_get_status (task);

  if (status != AT_STATUS_FINISHED)
    return status == AT_STATUS_PENDING ? AT_ITEM_PENDING : AT_ITEM_ACTIVE;

  return AT_ITEM_SUCCEEDED + (at_async_task_get_outcome (task) - AT_OUTCOME_SUCCEEDED);
}

/* Counts the task of @item as what it is now. */
static void
count (AtItem      *item,
       AtItemState  state)
{
  AtTaskList *self = item->list;

  item->state = state;
  self->n_in_state[state]++;
  at_item_read (item);
  at_totals_count (&self->totals, item, 1);

  if (at_item_has_ended (item))
    {
      item->ended_at = g_get_monotonic_time ();
      g_queue_push_tail_link (&self->ended[state], &item->link);
    }
}

/* Tells what is new of a task. Handlers may free the item, and the list. */
static void
on_task_changed (AtFollower *follower)
{
  AtItem *item = (AtItem *) follower;
  AtTaskList *self = item->list;
  g_autoptr (AtTaskList) kept = NULL;
  AtItemState before = item->state;
  AtItemState state;
  gboolean is_progress, is_told_later;

  if (at_item_has_ended (item))
    return;

  state = get_task_state (item->task);
  at_totals_count (&self->totals, item, -1);
  self->n_in_state[before]--;
  count (item, state);

  is_progress = state == before && self->shown.indeterminate == find_indeterminate (self);
  is_told_later = is_progress ? self->fraction_is_late
                              : before == AT_ITEM_PENDING && state == AT_ITEM_ACTIVE && self->n_executing > 0;
  if (is_told_later || (kept = g_weak_ref_get (&self->self)) == NULL)
    return;

  if (at_item_has_ended (item))
    at_task_list_note_end (self, item);
  if (is_progress)
    pace_fraction (self);
  else
    at_task_list_show_all (self);
}

AtItem *
at_task_list_find_item (AtTaskList  *self,
                        AtAsyncTask *task)
{
  AtFollower *follower = at_async_task_get_followers (task);

  while (follower != NULL &&
         (follower->func != on_task_changed || ((AtItem *) follower)->list != self))
    follower = follower->next;

  return (AtItem *) follower;
}

/* Takes everything of the task out of the list but its place in the sequence. What has
 * ended counts until the end of the batch. */
AtAsyncTask *
at_item_detach (AtItem *item)
{
  AtTaskList *self = item->list;

  at_async_task_remove_follower (item->task, &item->follower);

  if (at_item_has_ended (item))
    g_queue_unlink (&self->ended[item->state], &item->link);
  else
    at_totals_count (&self->totals, item, -1);
  self->n_in_state[item->state]--;

  return g_steal_pointer (&item->task);
}

/* The clock. */

static gint64
find_due (AtTaskList *self)
{
  gint64 due = at_task_list_get_leave_time (self);

  if (self->fraction_is_late)
    due = MIN (due, self->fraction_shown_at + PACE_USEC);
  if (self->n_in_state[AT_ITEM_ACTIVE] == 0 && !g_queue_is_empty (&self->waits))
    due = 0;

  return due;
}

static void
on_clock (AtMail *mail)
{
  g_autoptr (AtTaskList) self = g_weak_ref_get (&AT_CONTAINER ((AtTimedMail *) mail, AtTaskList, clock)->self);
  gint64 now = g_get_monotonic_time ();

  if (self == NULL)
    return;

  if (at_mailbox_is_closed (self->mailbox))
    {
      at_task_list_drop_waits (self);
      return;
    }

  at_task_list_let_leave (self, now);
  if (self->fraction_is_late && now - self->fraction_shown_at >= PACE_USEC)
    show_fraction (self);
  at_task_list_end_waits (self);
  at_task_list_reschedule (self);
}

/* While somebody waits, it is set in any case: so the end of the context is heard of. */
void
at_task_list_reschedule (AtTaskList *self)
{
  gint64 due = find_due (self);
  gboolean is_set = due != AT_NEVER || !g_queue_is_empty (&self->waits);

  if (is_set && at_schedule_link_is_linked (&self->clock.link) && self->clock.link.due == due)
    return;

  at_mailbox_unschedule (self->mailbox, &self->clock);
  if (is_set && !at_mailbox_is_closed (self->mailbox))
    at_mailbox_schedule (self->mailbox, &self->clock, on_clock, due);
}

/* The model. */

static GType
at_task_list_get_item_type (GListModel *model)
{
  return AT_TYPE_ASYNC_TASK;
}

static guint
at_task_list_get_n_items (GListModel *model)
{
  return at_task_list_count_items (AT_TASK_LIST (model));
}

static gpointer
at_task_list_get_item (GListModel *model,
                       guint       position)
{
  AtTaskList *self = AT_TASK_LIST (model);
  GSequenceIter *iter = NULL;

  if (position >= at_task_list_count_items (self))
    return NULL;

  /* Views ask for one after another. */
  if (self->last_iter != NULL)
    {
      if (position == self->last_position)
        iter = self->last_iter;
      else if (position == self->last_position + 1)
        iter = g_sequence_iter_next (self->last_iter);
      else if (position + 1 == self->last_position)
        iter = g_sequence_iter_prev (self->last_iter);
    }
  if (iter == NULL)
    iter = g_sequence_get_iter_at_pos (self->sequence, position);

  self->last_iter = iter;
  self->last_position = position;

  return g_object_ref (((AtItem *) g_sequence_get (iter))->task);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = at_task_list_get_item_type;
  iface->get_n_items = at_task_list_get_n_items;
  iface->get_item = at_task_list_get_item;
}

static void
drop_items (AtTaskList *self)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GSequenceIter *end = g_sequence_get_end_iter (self->sequence);
  GSequenceIter *iter;

  for (iter = g_sequence_get_begin_iter (self->sequence); iter != end; iter = g_sequence_iter_next (iter))
    g_ptr_array_add (tasks, at_item_detach (g_sequence_get (iter)));
  g_sequence_remove_range (g_sequence_get_begin_iter (self->sequence), end);
  self->last_iter = NULL;
  self->totals = (AtTotals) { 0, };
}

/* A collector that runs on a worker may drop the last reference there, while the
 * owner goes through what follows its tasks. */
static void
at_task_list_dispose (GObject *object)
{
  AtTaskList *self = AT_TASK_LIST (object);
  AtHome home = at_mailbox_enter (self->mailbox, self->maker, 0);

  if (home == AT_HOME_FOREIGN)
    {
      at_homing_begin (object, self->mailbox);
      return;
    }

  drop_items (self);
  self->fraction_is_late = FALSE;
  at_task_list_reschedule (self);
  at_mailbox_leave (self->mailbox, home);

  G_OBJECT_CLASS (at_task_list_parent_class)->dispose (object);
}

static void
at_task_list_finalize (GObject *object)
{
  AtTaskList *self = AT_TASK_LIST (object);

  g_weak_ref_clear (&self->self);
  g_sequence_free (self->sequence);
  at_mailbox_unref (self->mailbox);

  G_OBJECT_CLASS (at_task_list_parent_class)->finalize (object);
}

static void
at_task_list_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  AtTaskList *self = AT_TASK_LIST (object);

  switch (prop_id)
    {
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, AT_TYPE_ASYNC_TASK);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, at_task_list_count_items (self));
      break;
    case PROP_N_PENDING:
    case PROP_N_ACTIVE:
    case PROP_N_SUCCEEDED:
    case PROP_N_FAILED:
    case PROP_N_CANCELLED:
      g_value_set_uint (value, self->n_in_state[prop_id - PROP_N_PENDING]);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, at_task_list_get_fraction (self));
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, at_task_list_get_indeterminate (self));
      break;
    case PROP_REMOVAL:
      g_value_set_enum (value, self->removal);
      break;
    case PROP_REMOVAL_DELAY:
      g_value_set_uint (value, self->removal_delay);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_list_set_property (GObject      *object,
                           guint         prop_id,
                           const GValue *value,
                           GParamSpec   *pspec)
{
  AtTaskList *self = AT_TASK_LIST (object);

  switch (prop_id)
    {
    case PROP_REMOVAL:
      at_task_list_set_removal (self, g_value_get_enum (value));
      break;
    case PROP_REMOVAL_DELAY:
      at_task_list_set_removal_delay (self, g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_task_list_class_init (AtTaskListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read_only = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read_write = read_only | G_PARAM_WRITABLE;

  object_class->dispose = at_task_list_dispose;
  object_class->finalize = at_task_list_finalize;
  object_class->get_property = at_task_list_get_property;
  object_class->set_property = at_task_list_set_property;

  /**
   * AtTaskList:item-type:
   *
   * The type of the items: [class@AsyncTask].
   *
   * Since: 1.0
   */
  properties[PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", NULL, NULL, AT_TYPE_ASYNC_TASK, read_only);

  /**
   * AtTaskList:n-items:
   *
   * How many tasks are in the list.
   *
   * Since: 1.0
   */
  properties[PROP_N_ITEMS] =
    g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:n-pending: (getter get_n_pending)
   *
   * How many tasks in the list were not executed yet.
   *
   * Since: 1.0
   */
  properties[PROP_N_PENDING] =
    g_param_spec_uint ("n-pending", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:n-active: (getter get_n_active)
   *
   * How many tasks in the list were executed and have not finished.
   *
   * Notified at every change; [method@TaskList.execute_all] is one.
   *
   * Since: 1.0
   */
  properties[PROP_N_ACTIVE] =
    g_param_spec_uint ("n-active", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:n-succeeded: (getter get_n_succeeded)
   *
   * How many tasks in the list have succeeded.
   *
   * Since: 1.0
   */
  properties[PROP_N_SUCCEEDED] =
    g_param_spec_uint ("n-succeeded", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:n-failed: (getter get_n_failed)
   *
   * How many tasks in the list have failed.
   *
   * Since: 1.0
   */
  properties[PROP_N_FAILED] =
    g_param_spec_uint ("n-failed", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:n-cancelled: (getter get_n_cancelled)
   *
   * How many tasks in the list have ended because they were cancelled.
   *
   * Since: 1.0
   */
  properties[PROP_N_CANCELLED] =
    g_param_spec_uint ("n-cancelled", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtTaskList:fraction: (getter get_fraction)
   *
   * How much of the current batch is done, from 0 to 1.
   *
   * Tasks that have succeeded or failed count as complete, those that were cancelled
   * as far as they got. 0 if the list is empty; 1 once all have ended, if none was
   * cancelled. Progress notifies at most once per 16 ms, and always with the last
   * value; tasks that come, begin, end and go notify at once, before the counts do.
   *
   * Since: 1.0
   */
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, read_only);

  /**
   * AtTaskList:indeterminate: (getter get_indeterminate)
   *
   * Whether tasks are active while nothing is known of how much is done.
   *
   * %FALSE as soon as one of them has a total or a fraction above 0, or has succeeded
   * or failed, and while none is active.
   *
   * Since: 1.0
   */
  properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL, FALSE, read_only);

  /**
   * AtTaskList:removal: (getter get_removal) (setter set_removal)
   *
   * Which tasks leave the list by themselves once they have ended.
   *
   * They leave when [property@TaskList:removal-delay] has passed since then, in an
   * iteration of the main context of its own; neighbours that leave at the same time
   * are one change of the model, and what is drawn and typed does not wait for many
   * changes. A change applies to tasks that have ended
   * before, too.
   *
   * Since: 1.0
   */
  properties[PROP_REMOVAL] =
    g_param_spec_enum ("removal", NULL, NULL, AT_TYPE_TASK_LIST_REMOVAL,
                       AT_TASK_LIST_REMOVAL_NEVER, read_write);

  /**
   * AtTaskList:removal-delay: (getter get_removal_delay) (setter set_removal_delay)
   *
   * For how long tasks that have ended stay before they leave by themselves, in
   * milliseconds.
   *
   * Time for people to see how it went. A task that is added when it has ended
   * stays for as long from then on.
   *
   * Since: 1.0
   */
  properties[PROP_REMOVAL_DELAY] =
    g_param_spec_uint ("removal-delay", NULL, NULL, 0, G_MAXUINT, 0, read_write);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_task_list_init (AtTaskList *self)
{
  g_weak_ref_init (&self->self, self);
  self->mailbox = at_mailbox_get (g_main_context_get_thread_default ());
  self->maker = at_thread_get_number ();
  self->sequence = g_sequence_new (g_free);
  self->fraction_shown_at = g_get_monotonic_time () - PACE_USEC;
}

/**
 * at_task_list_new:
 *
 * Creates a list with no tasks.
 *
 * It belongs to the thread-default main context of the calling thread.
 *
 * Returns: (transfer full): a new list
 *
 * Since: 1.0
 */
AtTaskList *
at_task_list_new (void)
{
  return g_object_new (AT_TYPE_TASK_LIST, NULL);
}

/**
 * at_task_list_add:
 * @self: a list
 * @task: a task
 *
 * Adds a task at the end of the list.
 *
 * It may have been executed before, and have ended, or be executed later. The
 * list holds a reference on it. A task that is in the list already stays where it
 * is.
 *
 * The task has to deliver where the list is. One that names no
 * [property@AsyncTask:main-context] is given that of the list, as long as it was not
 * executed, has not reported progress, and is in no other list. It is a programmer's
 * error to add any other task that delivers elsewhere.
 *
 * Returns: %TRUE if the task was added, %FALSE if it was in the list
 *
 * Since: 1.0
 */
gboolean
at_task_list_add (AtTaskList  *self,
                  AtAsyncTask *task)
{
  AtItemState state;
  AtItem *item;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);

  if (at_task_list_find_item (self, task) != NULL)
    return FALSE;

  if (!at_async_task_join (task, self->mailbox))
    {
      g_critical ("%s: the task delivers in another main context than the thread-default one in which "
                  "the list was made: set the task's main-context before it is executed, reports progress "
                  "or is added to a list", G_STRFUNC);
      return FALSE;
    }

  state = get_task_state (task);
  if (state < AT_ITEM_SUCCEEDED && at_task_list_count_unended (self) == 0)
    self->totals = (AtTotals) { 0, };

  item = g_new0 (AtItem, 1);
  item->list = self;
  item->task = g_object_ref (task);
  item->iter = g_sequence_append (self->sequence, item);
  item->link.data = item;
  item->follower.func = on_task_changed;
  at_async_task_add_follower (task, &item->follower);

  /* Another thread may have executed it meanwhile, and found nobody to tell. */
  count (item, get_task_state (task));

  g_list_model_items_changed (G_LIST_MODEL (self), at_task_list_count_items (self) - 1, 0, 1);
  at_task_list_show_all (self);

  return TRUE;
}

/**
 * at_task_list_find:
 * @self: a list
 * @task: a task
 * @position: (out) (optional): where in the list it is
 *
 * Looks for a task in the list.
 *
 * Returns: %TRUE if the task is in the list
 *
 * Since: 1.0
 */
gboolean
at_task_list_find (AtTaskList  *self,
                   AtAsyncTask *task,
                   guint       *position)
{
  AtItem *item;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);

  item = at_task_list_find_item (self, task);
  if (position != NULL)
    *position = item != NULL ? (guint) g_sequence_iter_get_position (item->iter) : 0;

  return item != NULL;
}

/**
 * at_task_list_get_n_pending: (get-property n-pending)
 * @self: a list
 *
 * Gets how many tasks in the list were not executed yet.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_task_list_get_n_pending (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->n_in_state[AT_ITEM_PENDING];
}

/**
 * at_task_list_get_n_active: (get-property n-active)
 * @self: a list
 *
 * Gets how many tasks in the list were executed and have not finished.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_task_list_get_n_active (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->n_in_state[AT_ITEM_ACTIVE];
}

/**
 * at_task_list_get_n_succeeded: (get-property n-succeeded)
 * @self: a list
 *
 * Gets how many tasks in the list have succeeded.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_task_list_get_n_succeeded (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->n_in_state[AT_ITEM_SUCCEEDED];
}

/**
 * at_task_list_get_n_failed: (get-property n-failed)
 * @self: a list
 *
 * Gets how many tasks in the list have failed.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_task_list_get_n_failed (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->n_in_state[AT_ITEM_FAILED];
}

/**
 * at_task_list_get_n_cancelled: (get-property n-cancelled)
 * @self: a list
 *
 * Gets how many tasks in the list have ended because they were cancelled.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_task_list_get_n_cancelled (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->n_in_state[AT_ITEM_CANCELLED];
}

/**
 * at_task_list_get_fraction: (get-property fraction)
 * @self: a list
 *
 * Gets how much of the current batch is done, from 0 to 1.
 *
 * It is current whenever it is asked for, while notifications of progress may be
 * 16 ms late.
 *
 * Returns: a fraction, from 0 to 1
 *
 * Since: 1.0
 */
double
at_task_list_get_fraction (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return at_totals_get_fraction (&self->totals);
}

/**
 * at_task_list_get_indeterminate: (get-property indeterminate)
 * @self: a list
 *
 * Gets whether tasks are active while nothing is known of how much is done.
 *
 * Returns: %TRUE if nothing is known
 *
 * Since: 1.0
 */
gboolean
at_task_list_get_indeterminate (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);

  return find_indeterminate (self);
}

