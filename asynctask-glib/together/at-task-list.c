/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list.h"

#include "at-async-task-private.h"
#include "at-enum-types.h"
#include "at-executor.h"
#include "at-mailbox-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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
 * counts as complete, also after it has left the list, so that the bar does not
 * fall back when finished rows go. The next batch begins when a task is added
 * while all others have ended, and starts at 0.
 *
 * Tasks weigh as much as their [property@AsyncTask:total], if all that have not
 * ended know theirs and count in the same [property@AsyncTask:unit]; otherwise
 * each weighs the same. So it pays to tell a total before the task is executed,
 * with [method@AsyncTask.set_amounts].
 *
 * ## Threads
 *
 * A list belongs to the thread-default main context that it was made in, is used
 * on that thread alone, and takes tasks that deliver there: those whose
 * [property@AsyncTask:main-context] is that context.
 *
 * A task may be in several lists. A list that is freed lets go of its tasks, which
 * go on.
 *
 * Since: 1.0
 */

/* Overall progress is shown this often. */
#define PACE_USEC (16 * G_TIME_SPAN_MILLISECOND)
#define NEVER     (-1)

/* How a task's fraction is counted where each weighs the same: as an integer, of
 * which any number can be added and taken away with nothing left over. */
#define WHOLE_SHARE ((guint32) 1 << 31)

#define N_UNITS (AT_PROGRESS_UNIT_ITEMS + 1)

typedef enum
{
  AT_ITEM_PENDING,
  AT_ITEM_ACTIVE,
  AT_ITEM_SUCCEEDED,
  AT_ITEM_FAILED,
  AT_ITEM_CANCELLED
} AtItemState;

#define N_STATES 5

/* 10,000 totals of 64 bits need more than 64. */
typedef struct
{
  guint64 high;
  guint64 low;
} AtSum;

/* One task. What is counted of it is kept here, so that it can be taken away again
 * whatever the task has become. */
typedef struct
{
  AtFollower     follower;
  AtTaskList    *list;
  AtAsyncTask   *task;
  GSequenceIter *iter;
  GList          link; /* in the queue of the ended ones that it belongs to */
  gint64         ended_at;
  guint64        total;
  guint64        done;
  guint32        share;
  guint8         state;
  guint8         unit;
  guint8         is_known;
} AtItem;

/* Somebody who awaits the end of all. */
typedef struct
{
  GTask        *gtask;
  GCancellable *cancellable;
  GSource      *source; /* of the cancellable */
  gboolean      cancel_on_error;
  gboolean      has_cancelled; /* some task was */
  GError       *error;
} AtListWaiter;

/* What is counted of the current batch. Sums are of integers and exact. */
typedef struct
{
  guint   n_ended;
  guint   n_known;
  guint   n_without_total;
  guint   n_with_unit[N_UNITS];
  guint64 shares;
  AtSum   total;
  AtSum   done;
} AtBatch;

/* What the properties said when they were last notified. */
typedef struct
{
  guint    n_items;
  guint    n_in_state[N_STATES];
  gboolean indeterminate;
} AtShown;

struct _AtTaskList
{
  GObject            parent_instance;

  /* Constant. */
  GMainContext      *context;
  GSource           *source;

  GSequence         *sequence;
  guint              n_in_state[N_STATES];
  AtBatch            batch;

  /* Where get_item() was last; NULL: unknown. */
  GSequenceIter     *last_iter;
  guint              last_position;

  /* Ended tasks in the order in which they ended. */
  GQueue             succeeded;
  GQueue             unsucceeded;

  GQueue             waiters;

  AtTaskListRemoval  removal;
  guint              removal_delay;
  gint64             leave_again_at;

  AtShown            shown;
  double             shown_fraction;
  gint64             fraction_shown_at;
  gboolean           fraction_is_late;
};

enum
{
  PROP_ITEM_TYPE = 1,
  PROP_N_ITEMS,
  PROP_N_PENDING,
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

static void reschedule (AtTaskList *self);

/* Sums. */

static void
at_sum_add (AtSum   *self,
            guint64  amount)
{
  self->low += amount;
  if (self->low < amount)
    self->high++;
}

static void
at_sum_subtract (AtSum   *self,
                 guint64  amount)
{
  if (self->low < amount)
    self->high--;
  self->low -= amount;
}

static double
at_sum_get (const AtSum *self)
{
  return (double) self->high * 18446744073709551616.0 + (double) self->low;
}

/* What a task contributes. */

static AtItemState
get_task_state (AtAsyncTask *task)
{
  AtStatus status = at_async_task_get_status (task);

  if (status != AT_STATUS_FINISHED)
    return status == AT_STATUS_PENDING ? AT_ITEM_PENDING : AT_ITEM_ACTIVE;

  switch (at_async_task_get_outcome (task))
    {
    case AT_OUTCOME_SUCCEEDED:
      return AT_ITEM_SUCCEEDED;
    case AT_OUTCOME_FAILED:
      return AT_ITEM_FAILED;
    case AT_OUTCOME_CANCELLED:
    case AT_OUTCOME_NONE:
    default:
      return AT_ITEM_CANCELLED;
    }
}

static gboolean
has_ended (const AtItem *item)
{
  return item->state >= AT_ITEM_SUCCEEDED;
}

static guint
get_n_items (AtTaskList *self)
{
  guint n = 0;

  for (guint i = 0; i < N_STATES; i++)
    n += self->n_in_state[i];

  return n;
}

static guint
get_n_unended (AtTaskList *self)
{
  return self->n_in_state[AT_ITEM_PENDING] + self->n_in_state[AT_ITEM_ACTIVE];
}

/* @fraction of @total, rounded down. */
static guint64
take_part (guint64 total,
           double  fraction)
{
  double part = (double) total * fraction;

  /* A large total may have been rounded up. */
  return fraction >= 1 || part >= (double) total ? total : (guint64) part;
}

static void
read_progress (AtItem *item)
{
  double fraction = at_async_task_get_fraction (item->task);

  item->unit = at_async_task_get_unit (item->task);
  item->total = at_async_task_get_total (item->task);
  item->done = take_part (item->total, fraction);
  item->share = (guint32) (fraction * WHOLE_SHARE);
  item->is_known = item->state == AT_ITEM_ACTIVE && !at_async_task_get_indeterminate (item->task);
}

/* How much it was, in hindsight: of what was broken off, as much as was done. */
static void
read_end (AtItem *item)
{
  guint64 completed = at_async_task_get_completed (item->task);

  item->unit = at_async_task_get_unit (item->task);
  item->total = at_async_task_get_total (item->task);
  if (item->total == 0)
    item->total = completed;
  else if (item->state != AT_ITEM_SUCCEEDED)
    item->total = take_part (item->total, at_async_task_get_fraction (item->task));
  item->done = item->total;
}

static void
count_unended (AtItem *item)
{
  AtBatch *batch = &item->list->batch;

  batch->n_known += item->is_known;
  batch->shares += item->share;
  if (item->total > 0)
    batch->n_with_unit[item->unit]++;
  else
    batch->n_without_total++;
  at_sum_add (&batch->total, item->total);
  at_sum_add (&batch->done, item->done);
}

static void
discount_unended (AtItem *item)
{
  AtBatch *batch = &item->list->batch;

  batch->n_known -= item->is_known;
  batch->shares -= item->share;
  if (item->total > 0)
    batch->n_with_unit[item->unit]--;
  else
    batch->n_without_total--;
  at_sum_subtract (&batch->total, item->total);
  at_sum_subtract (&batch->done, item->done);
}

/* For the rest of the batch. */
static void
count_ended (AtItem *item)
{
  AtBatch *batch = &item->list->batch;

  batch->n_ended++;
  batch->shares += WHOLE_SHARE;
  if (item->total > 0)
    batch->n_with_unit[item->unit]++;
  at_sum_add (&batch->total, item->total);
  at_sum_add (&batch->done, item->done);
}

static gboolean
is_weighted (const AtBatch *batch)
{
  guint n_units = 0;

  for (guint i = 0; i < N_UNITS; i++)
    n_units += batch->n_with_unit[i] > 0;

  return batch->n_without_total == 0 && n_units == 1;
}

static double
find_fraction (AtTaskList *self)
{
  const AtBatch *batch = &self->batch;
  guint n_unended = get_n_unended (self);
  double fraction;

  if (get_n_items (self) == 0)
    return 0;
  if (n_unended == 0)
    return 1;

  if (is_weighted (batch))
    fraction = at_sum_get (&batch->done) / at_sum_get (&batch->total);
  else
    fraction = (double) batch->shares / ((double) (n_unended + batch->n_ended) * WHOLE_SHARE);

  return MIN (fraction, 1);
}

static gboolean
find_indeterminate (AtTaskList *self)
{
  return self->n_in_state[AT_ITEM_ACTIVE] > 0 &&
         self->batch.n_known == 0 && self->batch.n_ended == 0;
}

/* Telling. */

/* Handlers may change the list again, which then tells of it inside this: a value
 * counts as shown before it is. */
static void
show_counts (AtTaskList *self)
{
  static const guint count_properties[N_STATES] = {
    PROP_N_PENDING,
    PROP_N_ACTIVE,
    PROP_N_SUCCEEDED,
    PROP_N_FAILED,
    PROP_N_CANCELLED,
  };

  if (self->shown.n_items != get_n_items (self))
    {
      self->shown.n_items = get_n_items (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
    }

  for (guint i = 0; i < N_STATES; i++)
    if (self->shown.n_in_state[i] != self->n_in_state[i])
      {
        self->shown.n_in_state[i] = self->n_in_state[i];
        g_object_notify_by_pspec (G_OBJECT (self), properties[count_properties[i]]);
      }

  if (self->shown.indeterminate != find_indeterminate (self))
    {
      self->shown.indeterminate = find_indeterminate (self);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_INDETERMINATE]);
    }
}

static void
show_fraction (AtTaskList *self,
               gint64      now)
{
  double fraction = find_fraction (self);

  self->fraction_is_late = FALSE;

  /* The very same value, not one that is close. */
  if (!(fraction < self->shown_fraction || fraction > self->shown_fraction))
    return;

  self->shown_fraction = fraction;
  self->fraction_shown_at = now;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FRACTION]);
}

/* Progress is shown now, or, if some was a moment ago, soon. */
static void
pace_fraction (AtTaskList *self)
{
  gint64 now;

  if (self->fraction_is_late)
    return;

  now = g_get_monotonic_time ();
  if (now - self->fraction_shown_at >= PACE_USEC)
    {
      show_fraction (self, now);
    }
  else
    {
      self->fraction_is_late = TRUE;
      reschedule (self);
    }
}

/* The fraction comes first: whoever is told of a count may ask for both, and say
 * what a bar beside it has yet to hear. */
static void
show_all (AtTaskList *self)
{
  show_fraction (self, g_get_monotonic_time ());
  show_counts (self);
  reschedule (self);
}

/* Where a task that has ended is. */
static GQueue *
get_queue (AtItem *item)
{
  return item->state == AT_ITEM_SUCCEEDED ? &item->list->succeeded : &item->list->unsucceeded;
}

/* The end of all. */

static void
at_list_waiter_free (AtListWaiter *waiter)
{
  if (waiter->source != NULL)
    {
      g_source_destroy (waiter->source);
      g_source_unref (waiter->source);
    }
  g_clear_object (&waiter->cancellable);
  g_clear_object (&waiter->gtask);
  g_clear_error (&waiter->error);
  g_free (waiter);
}

static gboolean
is_over (AtTaskList   *self,
         AtListWaiter *waiter)
{
  return self->n_in_state[AT_ITEM_ACTIVE] == 0 ||
         g_cancellable_is_cancelled (waiter->cancellable);
}

/* Takes over @waiter. The callback may run inside. */
static void
tell_waiter (AtListWaiter *waiter)
{
  g_autoptr (GTask) gtask = g_steal_pointer (&waiter->gtask);
  GError *error = NULL;

  if (!g_cancellable_set_error_if_cancelled (waiter->cancellable, &error))
    error = g_steal_pointer (&waiter->error);
  if (error == NULL && waiter->has_cancelled)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("A task was cancelled"));

  at_list_waiter_free (waiter);

  if (error != NULL)
    g_task_return_error (gtask, error);
  else
    g_task_return_boolean (gtask, TRUE);
}

static void
tell_waiters (AtTaskList *self)
{
  GQueue over = G_QUEUE_INIT;
  AtListWaiter *waiter;
  GList *next;

  /* A callback may wait again, and is then not told at once. */
  for (GList *l = self->waiters.head; l != NULL; l = next)
    {
      next = l->next;
      if (is_over (self, l->data))
        {
          g_queue_unlink (&self->waiters, l);
          g_queue_push_tail_link (&over, l);
        }
    }

  while ((waiter = g_queue_pop_head (&over)) != NULL)
    tell_waiter (waiter);
}

/* Returns whether the others have to be cancelled. */
static gboolean
note_end (AtListWaiter *waiter,
          AtItem       *item)
{
  if (item->state == AT_ITEM_CANCELLED)
    waiter->has_cancelled = TRUE;
  if (item->state != AT_ITEM_FAILED || waiter->error != NULL)
    return FALSE;

  waiter->error = g_error_copy (at_async_task_get_error (item->task));

  return waiter->cancel_on_error;
}

/* Changing the state of a task. */

static void
enter_end (AtItem *item)
{
  read_end (item);
  count_ended (item);
  item->ended_at = g_get_monotonic_time ();
  g_queue_push_tail_link (get_queue (item), &item->link);
}

static void
move_item (AtItem      *item,
           AtItemState  state)
{
  AtTaskList *self = item->list;
  gboolean cancel_rest = FALSE;

  discount_unended (item);
  self->n_in_state[item->state]--;
  item->state = state;
  self->n_in_state[item->state]++;

  if (!has_ended (item))
    {
      read_progress (item);
      count_unended (item);
      return;
    }

  enter_end (item);
  for (GList *l = self->waiters.head; l != NULL; l = l->next)
    if (note_end (l->data, item))
      cancel_rest = TRUE;

  /* Callbacks come later; the cancellables of bodies may have handlers that come
   * now, and find all in order. */
  if (cancel_rest)
    at_task_list_cancel_all (self, TRUE);
}

/* Tells what is new of a task. Handlers may free the item, and the list. */
static void
on_task_changed (AtFollower *follower)
{
  AtItem *item = (AtItem *) follower;
  g_autoptr (AtTaskList) self = g_object_ref (item->list);
  AtItemState state = get_task_state (item->task);

  if (has_ended (item))
    return;

  if (item->state != state)
    {
      move_item (item, state);
      show_all (self);
      return;
    }

  discount_unended (item);
  read_progress (item);
  count_unended (item);
  if (self->shown.indeterminate != find_indeterminate (self))
    show_all (self);
  else
    pace_fraction (self);
}

/* Only lists follow tasks. */
static AtItem *
find_item (AtTaskList  *self,
           AtAsyncTask *task)
{
  AtFollower *follower = at_async_task_get_followers (task);

  while (follower != NULL && ((AtItem *) follower)->list != self)
    follower = follower->next;

  return (AtItem *) follower;
}

/* Leaving. */

/* Takes everything of the task out of the list but its place in the sequence. */
static AtAsyncTask *
detach (AtItem *item)
{
  AtTaskList *self = item->list;

  at_async_task_remove_follower (item->task, &item->follower);

  /* What has ended counts until the end of the batch. */
  if (has_ended (item))
    g_queue_unlink (get_queue (item), &item->link);
  else
    discount_unended (item);
  self->n_in_state[item->state]--;

  return g_steal_pointer (&item->task);
}

static void
remove_range (AtTaskList    *self,
              GSequenceIter *begin,
              GSequenceIter *end)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  guint position = g_sequence_iter_get_position (begin);

  for (GSequenceIter *iter = begin; iter != end; iter = g_sequence_iter_next (iter))
    g_ptr_array_add (tasks, detach (g_sequence_get (iter)));
  g_sequence_remove_range (begin, end);
  self->last_iter = NULL;

  g_list_model_items_changed (G_LIST_MODEL (self), position, tasks->len, 0);
  show_all (self);
}

typedef gboolean (* AtItemFunc) (AtItem *item,
                                 gint64  now);

static gboolean
is_ended_by (AtItem *item,
             gint64  now)
{
  return has_ended (item);
}

static gboolean
is_to_leave (AtItem *item,
             gint64  now)
{
  AtTaskList *self = item->list;

  if (self->removal == AT_TASK_LIST_REMOVAL_NEVER || !has_ended (item) ||
      (self->removal == AT_TASK_LIST_REMOVAL_WHEN_SUCCEEDED && item->state != AT_ITEM_SUCCEEDED))
    return FALSE;

  return now - item->ended_at >= (gint64) self->removal_delay * G_TIME_SPAN_MILLISECOND;
}

/* Removes @item together with its neighbours on both sides for which @func holds,
 * so that many that leave at once are one change. Returns how many those were. */
static guint
remove_run (AtItem     *item,
            AtItemFunc  func,
            gint64      now)
{
  GSequenceIter *begin = item->iter;
  GSequenceIter *end = g_sequence_iter_next (item->iter);
  guint n = 1;

  while (!g_sequence_iter_is_begin (begin) &&
         func (g_sequence_get (g_sequence_iter_prev (begin)), now))
    {
      begin = g_sequence_iter_prev (begin);
      n++;
    }
  while (!g_sequence_iter_is_end (end) && func (g_sequence_get (end), now))
    {
      end = g_sequence_iter_next (end);
      n++;
    }
  remove_range (item->list, begin, end);

  return n;
}

/* NULL: there is none. */
static AtItem *
find_ended (AtTaskList *self,
            AtItemFunc  func,
            gint64      now)
{
  GQueue *queues[] = { &self->succeeded, &self->unsucceeded };

  for (guint i = 0; i < G_N_ELEMENTS (queues); i++)
    {
      AtItem *item = g_queue_peek_head (queues[i]);

      if (item != NULL && func (item, now))
        return item;
    }

  return NULL;
}

/* A view has work to do for each run, and its window has to be drawn meanwhile. */
static void
let_leave (AtTaskList *self,
           gint64      now)
{
  AtItem *item;

  while ((item = find_ended (self, is_to_leave, now)) != NULL)
    {
      gint64 then;

      remove_run (item, is_to_leave, now);
      then = g_get_monotonic_time ();
      if (then - now >= AT_MAILBOX_BUDGET_USEC)
        {
          self->leave_again_at = then + AT_MAILBOX_BUDGET_USEC;
          return;
        }
    }
}

/* When the first of an ended queue is to leave. */
static gint64
find_leave_time (AtTaskList *self,
                 GQueue     *queue)
{
  if (g_queue_is_empty (queue))
    return NEVER;

  return ((AtItem *) g_queue_peek_head (queue))->ended_at +
         (gint64) self->removal_delay * G_TIME_SPAN_MILLISECOND;
}

/* The source. */

static gint64
get_earlier (gint64 time,
             gint64 other)
{
  if (time == NEVER || other == NEVER)
    return MAX (time, other);

  return MIN (time, other);
}

static gint64
find_due (AtTaskList *self)
{
  gint64 due = NEVER;
  gint64 leave = NEVER;

  if (self->n_in_state[AT_ITEM_ACTIVE] == 0 && !g_queue_is_empty (&self->waiters))
    return 0;

  if (self->fraction_is_late)
    due = self->fraction_shown_at + PACE_USEC;
  if (self->removal != AT_TASK_LIST_REMOVAL_NEVER)
    leave = find_leave_time (self, &self->succeeded);
  if (self->removal == AT_TASK_LIST_REMOVAL_WHEN_FINISHED)
    leave = get_earlier (leave, find_leave_time (self, &self->unsucceeded));
  if (leave != NEVER)
    leave = MAX (leave, self->leave_again_at);

  return get_earlier (due, leave);
}

static void
reschedule (AtTaskList *self)
{
  gint64 due = find_due (self);

  if (due != g_source_get_ready_time (self->source))
    g_source_set_ready_time (self->source, due);
}

static gboolean
on_due (gpointer user_data)
{
  g_autoptr (AtTaskList) self = g_object_ref (user_data);
  gint64 now = g_get_monotonic_time ();

  let_leave (self, now);
  if (self->fraction_is_late && now - self->fraction_shown_at >= PACE_USEC)
    show_fraction (self, now);
  tell_waiters (self);
  reschedule (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs source_funcs = {
  .dispatch = dispatch,
};

/* The model. */

static GType
at_task_list_get_item_type (GListModel *model)
{
  return AT_TYPE_ASYNC_TASK;
}

static guint
at_task_list_get_n_items (GListModel *model)
{
  return get_n_items (AT_TASK_LIST (model));
}

static gpointer
at_task_list_get_item (GListModel *model,
                       guint       position)
{
  AtTaskList *self = AT_TASK_LIST (model);
  GSequenceIter *iter = NULL;

  if (position >= get_n_items (self))
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
at_task_list_dispose (GObject *object)
{
  AtTaskList *self = AT_TASK_LIST (object);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  GSequenceIter *iter;

  for (iter = g_sequence_get_begin_iter (self->sequence);
       !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    g_ptr_array_add (tasks, detach (g_sequence_get (iter)));
  g_sequence_remove_range (g_sequence_get_begin_iter (self->sequence),
                           g_sequence_get_end_iter (self->sequence));
  self->last_iter = NULL;
  memset (&self->batch, 0, sizeof self->batch);

  G_OBJECT_CLASS (at_task_list_parent_class)->dispose (object);
}

static void
at_task_list_finalize (GObject *object)
{
  AtTaskList *self = AT_TASK_LIST (object);

  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_sequence_free (self->sequence);
  g_main_context_unref (self->context);

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
      g_value_set_uint (value, get_n_items (self));
      break;
    case PROP_N_PENDING:
      g_value_set_uint (value, at_task_list_get_n_pending (self));
      break;
    case PROP_N_ACTIVE:
      g_value_set_uint (value, at_task_list_get_n_active (self));
      break;
    case PROP_N_SUCCEEDED:
      g_value_set_uint (value, at_task_list_get_n_succeeded (self));
      break;
    case PROP_N_FAILED:
      g_value_set_uint (value, at_task_list_get_n_failed (self));
      break;
    case PROP_N_CANCELLED:
      g_value_set_uint (value, at_task_list_get_n_cancelled (self));
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
   * Notified at every change.
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
   * Tasks that have ended count as complete. 0 if the list is empty, 1 if all
   * tasks in it have ended. Progress notifies at most once per 16 ms, and always
   * with the last value; tasks that come, begin, end and go notify at once, before
   * the counts do.
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
   * %FALSE as soon as one of them knows, or has ended, and while none is active.
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
  self->context = g_main_context_ref_thread_default ();
  self->source = g_source_new (&source_funcs, sizeof (GSource));
  g_source_set_static_name (self->source, "AtTaskList");
  g_source_set_callback (self->source, on_due, self, NULL);
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, self->context);

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

static gboolean
delivers_here (AtTaskList  *self,
               AtAsyncTask *task)
{
  GMainContext *context = at_async_task_get_main_context (task);

  return self->context == (context != NULL ? context : g_main_context_default ());
}

static AtItem *
at_item_new (AtTaskList  *self,
             AtAsyncTask *task)
{
  AtItem *item = g_new0 (AtItem, 1);

  item->list = self;
  item->task = g_object_ref (task);
  item->link.data = item;
  item->state = get_task_state (task);
  item->follower.func = on_task_changed;
  at_async_task_add_follower (task, &item->follower);

  return item;
}

/* Counts a new item. */
static void
count (AtItem *item)
{
  AtTaskList *self = item->list;

  if (!has_ended (item) && get_n_unended (self) == 0)
    memset (&self->batch, 0, sizeof self->batch);

  self->n_in_state[item->state]++;
  if (has_ended (item))
    {
      enter_end (item);
    }
  else
    {
      read_progress (item);
      count_unended (item);
    }
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
 * is. It is a programmer's error to add a task whose
 * [property@AsyncTask:main-context] is not that of the list.
 *
 * Returns: %TRUE if the task was added, %FALSE if it was in the list
 *
 * Since: 1.0
 */
gboolean
at_task_list_add (AtTaskList  *self,
                  AtAsyncTask *task)
{
  AtItem *item;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);
  g_return_val_if_fail (delivers_here (self, task), FALSE);

  if (find_item (self, task) != NULL)
    return FALSE;

  item = at_item_new (self, task);
  item->iter = g_sequence_append (self->sequence, item);
  count (item);

  g_list_model_items_changed (G_LIST_MODEL (self), get_n_items (self) - 1, 0, 1);
  show_all (self);

  return TRUE;
}

/**
 * at_task_list_remove:
 * @self: a list
 * @task: a task
 *
 * Removes a task from the list.
 *
 * The task goes on; [method@AsyncTask.cancel] ends it. If it has not ended, it
 * does not count in [property@TaskList:fraction] any more.
 *
 * Returns: %TRUE if the task was removed, %FALSE if it was not in the list
 *
 * Since: 1.0
 */
gboolean
at_task_list_remove (AtTaskList  *self,
                     AtAsyncTask *task)
{
  AtItem *item;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), FALSE);

  item = find_item (self, task);
  if (item == NULL)
    return FALSE;

  remove_range (self, item->iter, g_sequence_iter_next (item->iter));

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

  item = find_item (self, task);
  if (position != NULL)
    *position = item != NULL ? (guint) g_sequence_iter_get_position (item->iter) : 0;

  return item != NULL;
}

/**
 * at_task_list_clear_finished:
 * @self: a list
 *
 * Removes all tasks that have ended.
 *
 * Returns: how many there were
 *
 * Since: 1.0
 */
guint
at_task_list_clear_finished (AtTaskList *self)
{
  AtItem *item;
  guint n = 0;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  while ((item = find_ended (self, is_ended_by, 0)) != NULL)
    n += remove_run (item, is_ended_by, 0);

  return n;
}

/* The tasks that have not ended, with references: what is done to one may change
 * the list. */
static GPtrArray *
dup_unended (AtTaskList *self)
{
  GPtrArray *tasks = g_ptr_array_new_full (get_n_unended (self), g_object_unref);
  GSequenceIter *iter;

  if (get_n_unended (self) == 0)
    return tasks;

  for (iter = g_sequence_get_begin_iter (self->sequence);
       !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      AtItem *item = g_sequence_get (iter);

      if (!has_ended (item))
        g_ptr_array_add (tasks, g_object_ref (item->task));
    }

  return tasks;
}

static gboolean
execute_task (AtAsyncTask  *task,
              AtExecutor   *executor,
              GError      **error)
{
  if (executor != NULL)
    return at_async_task_execute_on_executor (task, executor, NULL, error);

  return at_async_task_execute (task, NULL, error);
}

/**
 * at_task_list_execute_all:
 * @self: a list
 * @executor: (nullable): an executor to run them on, or %NULL for that of each task
 * @error: return location for a [struct@GLib.Error]
 *
 * Executes all tasks in the list that are pending, without parameters.
 *
 * They are executed in the order of the list. Those that cannot be executed stay
 * pending, and do not keep the others from it; @error is about the first of them,
 * as in [method@AsyncTask.execute].
 *
 * Returns: %TRUE if all could be executed
 *
 * Since: 1.0
 */
gboolean
at_task_list_execute_all (AtTaskList  *self,
                          AtExecutor  *executor,
                          GError     **error)
{
  g_autoptr (GPtrArray) tasks = NULL;
  GError *first_error = NULL;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (executor == NULL || AT_IS_EXECUTOR (executor), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  g_object_ref (self);
  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (tasks, i);

      if (at_async_task_get_status (task) == AT_STATUS_PENDING && find_item (self, task) != NULL)
        execute_task (task, executor, first_error == NULL ? &first_error : NULL);
    }
  g_object_unref (self);

  if (first_error != NULL)
    {
      g_propagate_error (error, first_error);
      return FALSE;
    }

  return TRUE;
}

/**
 * at_task_list_cancel_all:
 * @self: a list
 * @interrupt: whether to trigger the bodies' cancellables, too
 *
 * Cancels all tasks in the list that have not ended.
 *
 * They stay in the list until they have, as [method@AsyncTask.cancel] has it. Those
 * that are pending are cancelled, too: their bodies do not run when they are
 * executed.
 *
 * Since: 1.0
 */
void
at_task_list_cancel_all (AtTaskList *self,
                         gboolean    interrupt)
{
  g_autoptr (GPtrArray) tasks = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_cancel (g_ptr_array_index (tasks, i), interrupt);
}

/**
 * at_task_list_pause_all:
 * @self: a list
 *
 * Pauses all tasks in the list that have not ended.
 *
 * Each stops at its next [method@AsyncTask.checkpoint].
 *
 * Since: 1.0
 */
void
at_task_list_pause_all (AtTaskList *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_pause (g_ptr_array_index (tasks, i));
}

/**
 * at_task_list_resume_all:
 * @self: a list
 *
 * Lets all tasks in the list go on that are paused.
 *
 * Since: 1.0
 */
void
at_task_list_resume_all (AtTaskList *self)
{
  g_autoptr (GPtrArray) tasks = NULL;

  g_return_if_fail (AT_IS_TASK_LIST (self));

  tasks = dup_unended (self);
  for (guint i = 0; i < tasks->len; i++)
    at_async_task_resume (g_ptr_array_index (tasks, i));
}

static gboolean
on_wait_cancelled (GCancellable *cancellable,
                   gpointer      self)
{
  tell_waiters (self);

  return G_SOURCE_REMOVE;
}

/**
 * at_task_list_wait_all_async:
 * @self: a list
 * @cancel_on_error: whether to cancel all other tasks when one fails
 * @cancellable: (nullable): ends the wait, and leaves the tasks alone
 * @callback: (scope async) (closure user_data) (nullable): called when no task in
 *   the list is active any more
 * @user_data: data for @callback
 *
 * Waits until no task in the list is active.
 *
 * A task that is pending is not waited for; one that is executed during the wait
 * is, also if it was added during the wait. One that is removed is not waited for
 * any more. All that the tasks' callbacks do comes before @callback, and so does
 * the last value of [property@TaskList:fraction]. If no task is active, @callback
 * comes in the next iteration.
 *
 * With @cancel_on_error, all tasks are cancelled as in
 * [method@TaskList.cancel_all], with interruption, when the first one fails; the
 * wait goes on until they have ended.
 *
 * The list is kept alive until then.
 *
 * Since: 1.0
 */
void
at_task_list_wait_all_async (AtTaskList          *self,
                             gboolean             cancel_on_error,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  AtListWaiter *waiter;
  gboolean cancel_rest = FALSE;

  g_return_if_fail (AT_IS_TASK_LIST (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  waiter = g_new0 (AtListWaiter, 1);
  g_main_context_push_thread_default (self->context);
  waiter->gtask = g_task_new (self, NULL, callback, user_data);
  g_main_context_pop_thread_default (self->context);
  g_task_set_source_tag (waiter->gtask, at_task_list_wait_all_async);
  waiter->cancel_on_error = cancel_on_error;

  for (GList *l = self->unsucceeded.head; l != NULL; l = l->next)
    if (note_end (waiter, l->data))
      cancel_rest = TRUE;

  g_queue_push_tail (&self->waiters, waiter);
  if (cancellable != NULL)
    {
      waiter->cancellable = g_object_ref (cancellable);
      waiter->source = g_cancellable_source_new (cancellable);
      g_source_set_static_name (waiter->source, "AtTaskList wait");
      g_source_set_callback (waiter->source, G_SOURCE_FUNC (on_wait_cancelled), self, NULL);
      g_source_attach (waiter->source, self->context);
    }

  if (cancel_rest)
    at_task_list_cancel_all (self, TRUE);
  reschedule (self);
}

/**
 * at_task_list_wait_all_finish:
 * @self: a list
 * @result: the result that the callback got
 * @error: return location for a [struct@GLib.Error]
 *
 * Ends [method@TaskList.wait_all_async].
 *
 * Fails with the error of the first task that failed, of those that had failed
 * before and were still in the list, and those that failed during the wait; if
 * none did, with %G_IO_ERROR_CANCELLED if one was cancelled. A wait that was
 * cancelled itself fails with %G_IO_ERROR_CANCELLED.
 *
 * Returns: %TRUE if all tasks succeeded
 *
 * Since: 1.0
 */
gboolean
at_task_list_wait_all_finish (AtTaskList    *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
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

  return find_fraction (self);
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

/**
 * at_task_list_get_removal: (get-property removal)
 * @self: a list
 *
 * Gets which tasks leave the list by themselves once they have ended.
 *
 * Returns: which tasks
 *
 * Since: 1.0
 */
AtTaskListRemoval
at_task_list_get_removal (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), AT_TASK_LIST_REMOVAL_NEVER);

  return self->removal;
}

/**
 * at_task_list_set_removal: (set-property removal)
 * @self: a list
 * @removal: which tasks
 *
 * Sets which tasks leave the list by themselves once they have ended.
 *
 * They leave when [property@TaskList:removal-delay] has passed since then; those
 * that ended longer ago, in the next iteration of the main context.
 *
 * Since: 1.0
 */
void
at_task_list_set_removal (AtTaskList        *self,
                          AtTaskListRemoval  removal)
{
  g_return_if_fail (AT_IS_TASK_LIST (self));
  g_return_if_fail (removal <= AT_TASK_LIST_REMOVAL_WHEN_FINISHED);

  if (self->removal == removal)
    return;

  self->removal = removal;
  reschedule (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVAL]);
}

/**
 * at_task_list_get_removal_delay: (get-property removal-delay)
 * @self: a list
 *
 * Gets for how long tasks that have ended stay before they leave by themselves, in
 * milliseconds.
 *
 * Returns: milliseconds
 *
 * Since: 1.0
 */
guint
at_task_list_get_removal_delay (AtTaskList *self)
{
  g_return_val_if_fail (AT_IS_TASK_LIST (self), 0);

  return self->removal_delay;
}

/**
 * at_task_list_set_removal_delay: (set-property removal-delay)
 * @self: a list
 * @milliseconds: how long
 *
 * Sets for how long tasks that have ended stay before they leave by themselves, in
 * milliseconds.
 *
 * Since: 1.0
 */
void
at_task_list_set_removal_delay (AtTaskList *self,
                                guint       milliseconds)
{
  g_return_if_fail (AT_IS_TASK_LIST (self));

  if (self->removal_delay == milliseconds)
    return;

  self->removal_delay = milliseconds;
  reschedule (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REMOVAL_DELAY]);
}
