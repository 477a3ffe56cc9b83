/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

/**
 * AtGtkTaskItems:
 *
 * The items of the tasks of a list, in the order in which they are shown, and what they amount
 * to together.
 *
 * It is a [iface@Gio.ListModel] of [class@TaskItem], over an [class@TaskList] or any other model
 * of [class@AsyncTask]: one item for each task, and the same one as long as the task is in the
 * model. [class@TaskView], [class@TaskButton] and whatever else shows several tasks is given
 * one, and any number of them may be given the same.
 *
 * ```c
 * AtTaskList *tasks = at_task_list_new ();
 * AtGtkTaskItems *items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
 *
 * g_signal_connect (items, "create-item", G_CALLBACK (on_create_item), NULL);
 * ```
 *
 * Since: 1.0
 */

GParamSpec *at_gtk_task_items_properties[N_PROPS];
guint at_gtk_task_items_signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AtGtkTaskItems, at_gtk_task_items, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

void
at_gtk_task_items_notify (AtGtkTaskItems *self,
                          guint           property)
{
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_items_properties[property]);
}

/* The model. */

static GType
at_gtk_task_items_get_item_type (GListModel *model)
{
  return AT_GTK_TYPE_TASK_ITEM;
}

static guint
at_gtk_task_items_get_n_items (GListModel *model)
{
  return (guint) g_sequence_get_length (AT_GTK_TASK_ITEMS (model)->sequence);
}

static gpointer
at_gtk_task_items_get_item (GListModel *model,
                            guint       position)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (model);
  GSequenceIter *iter = NULL;

  if (position >= at_gtk_task_items_get_n_items (model))
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
    iter = g_sequence_get_iter_at_pos (self->sequence, (int) position);

  self->last_iter = iter;
  self->last_position = position;

  return g_object_ref (((AtGtkEntry *) g_sequence_get (iter))->item);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = at_gtk_task_items_get_item_type;
  iface->get_n_items = at_gtk_task_items_get_n_items;
  iface->get_item = at_gtk_task_items_get_item;
}

static void
at_gtk_task_items_finalize (GObject *object)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (object);

  g_free (self->shown.summary);
  g_sequence_free (self->sequence);
  g_clear_object (&self->model);
  at_gtk_beat_unref (self->beat);
  at_gtk_home_clear (&self->home);

  G_OBJECT_CLASS (at_gtk_task_items_parent_class)->finalize (object);
}

static void
at_gtk_task_items_get_property (GObject    *object,
                                guint       prop_id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (object);

  switch (prop_id)
    {
    case PROP_ITEM_TYPE:
      g_value_set_gtype (value, AT_GTK_TYPE_TASK_ITEM);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, at_gtk_task_items_get_n_items (G_LIST_MODEL (self)));
      break;
    case PROP_MODEL:
      g_value_set_object (value, at_gtk_task_items_get_model (self));
      break;
    case PROP_SORT:
      g_value_set_enum (value, at_gtk_task_items_get_sort (self));
      break;
    case PROP_N_ACTIVE:
      g_value_set_uint (value, at_gtk_task_items_get_n_active (self));
      break;
    case PROP_N_WAITING:
      g_value_set_uint (value, at_gtk_task_items_get_n_waiting (self));
      break;
    case PROP_N_FAILED:
      g_value_set_uint (value, at_gtk_task_items_get_n_failed (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, at_gtk_task_items_get_fraction (self));
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, at_gtk_task_items_get_indeterminate (self));
      break;
    case PROP_RATE:
      g_value_set_double (value, at_gtk_task_items_get_rate (self));
      break;
    case PROP_UNIT:
      g_value_set_enum (value, at_gtk_task_items_get_unit (self));
      break;
    case PROP_REMAINING:
      g_value_set_double (value, at_gtk_task_items_get_remaining (self));
      break;
    case PROP_SUMMARY:
      g_value_set_string (value, at_gtk_task_items_get_summary (self));
      break;
    case PROP_UNDO_TIMEOUT:
      g_value_set_double (value, at_gtk_task_items_get_undo_timeout (self));
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, at_gtk_task_items_get_can_undo (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_items_set_property (GObject      *object,
                                guint         prop_id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      at_gtk_task_items_set_model (self, g_value_get_object (value));
      break;
    case PROP_SORT:
      at_gtk_task_items_set_sort (self, g_value_get_enum (value));
      break;
    case PROP_UNDO_TIMEOUT:
      at_gtk_task_items_set_undo_timeout (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* The first handler that has made an item is the last one to be asked. */
static gboolean
accumulate_item (GSignalInvocationHint *hint,
                 GValue                *accumulated,
                 const GValue          *value,
                 gpointer               data)
{
  if (g_value_get_object (value) == NULL)
    return TRUE;

  g_value_copy (value, accumulated);

  return FALSE;
}

static void
at_gtk_task_items_class_init (AtGtkTaskItemsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read_only = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read_write = read_only | G_PARAM_WRITABLE;
  GParamSpec **properties = at_gtk_task_items_properties;

  at_gtk_init ();

  object_class->finalize = at_gtk_task_items_finalize;
  object_class->get_property = at_gtk_task_items_get_property;
  object_class->set_property = at_gtk_task_items_set_property;

  /**
   * AtGtkTaskItems:item-type:
   *
   * The type of the items: [class@TaskItem].
   *
   * Since: 1.0
   */
  properties[PROP_ITEM_TYPE] =
    g_param_spec_gtype ("item-type", NULL, NULL, AT_GTK_TYPE_TASK_ITEM, read_only);

  /**
   * AtGtkTaskItems:n-items:
   *
   * How many items there are.
   *
   * Since: 1.0
   */
  properties[PROP_N_ITEMS] =
    g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtGtkTaskItems:model: (getter get_model) (setter set_model)
   *
   * The tasks: an [class@TaskList], or any other model of [class@AsyncTask].
   *
   * Since: 1.0
   */
  properties[PROP_MODEL] =
    g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL, read_write);

  /**
   * AtGtkTaskItems:sort: (getter get_sort) (setter set_sort)
   *
   * The order of the items.
   *
   * By state, those that run, are paused or are tried again come first, then those that wait,
   * those that failed, and the others; within each, as by age, in the order in which they came,
   * which of tasks that come together is that of the model. An item moves when its state
   * changes, before the next frame is drawn.
   *
   * Since: 1.0
   */
  properties[PROP_SORT] =
    g_param_spec_enum ("sort", NULL, NULL, AT_GTK_TYPE_TASK_SORT, AT_GTK_TASK_SORT_STATE, read_write);

  /**
   * AtGtkTaskItems:n-active: (getter get_n_active)
   *
   * How many tasks were executed and have not ended, those that wait and that are paused among
   * them.
   *
   * Since: 1.0
   */
  properties[PROP_N_ACTIVE] =
    g_param_spec_uint ("n-active", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtGtkTaskItems:n-waiting: (getter get_n_waiting)
   *
   * How many of the active tasks wait for others, or for their turn.
   *
   * Since: 1.0
   */
  properties[PROP_N_WAITING] =
    g_param_spec_uint ("n-waiting", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtGtkTaskItems:n-failed: (getter get_n_failed)
   *
   * How many tasks have failed.
   *
   * Since: 1.0
   */
  properties[PROP_N_FAILED] =
    g_param_spec_uint ("n-failed", NULL, NULL, 0, G_MAXUINT, 0, read_only);

  /**
   * AtGtkTaskItems:fraction: (getter get_fraction)
   *
   * How much of the current batch is done, from 0 to 1.
   *
   * A batch is what has not ended, and what has ended since there was last nothing to do.
   * Tasks weigh as much as their [property@AsyncTask:total] if all that have not ended know
   * theirs, and count in the same unit; otherwise each weighs the same. Those that were
   * cancelled count as far as they got. It notifies at most once per 16 ms.
   *
   * Since: 1.0
   */
  properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, read_only);

  /**
   * AtGtkTaskItems:indeterminate: (getter get_indeterminate)
   *
   * Whether tasks are active while nothing is known of how much is done.
   *
   * Since: 1.0
   */
  properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL, FALSE, read_only);

  /**
   * AtGtkTaskItems:rate: (getter get_rate)
   *
   * How fast the work goes, in units of [property@TaskItems:unit] per second: the rates of all
   * that run, together; 0 if they count in different units.
   *
   * It changes at most four times a second.
   *
   * Since: 1.0
   */
  properties[PROP_RATE] =
    g_param_spec_double ("rate", NULL, NULL, 0, G_MAXDOUBLE, 0, read_only);

  /**
   * AtGtkTaskItems:unit: (getter get_unit)
   *
   * What the active tasks count; %AT_PROGRESS_UNIT_NONE if they count in different units.
   *
   * Since: 1.0
   */
  properties[PROP_UNIT] =
    g_param_spec_enum ("unit", NULL, NULL, AT_TYPE_PROGRESS_UNIT, AT_PROGRESS_UNIT_NONE, read_only);

  /**
   * AtGtkTaskItems:remaining: (getter get_remaining)
   *
   * How long the rest of the work will take, in seconds; -1 if that is unknown.
   *
   * It changes at most four times a second.
   *
   * Since: 1.0
   */
  properties[PROP_REMAINING] =
    g_param_spec_double ("remaining", NULL, NULL, -1, G_MAXDOUBLE, -1, read_only);

  /**
   * AtGtkTaskItems:summary: (getter get_summary)
   *
   * What a person wants to read of all of it, in one line, as in “3 of 5 — 4 minutes left”; of
   * a single task, the [property@TaskItem:subtitle]; %NULL if there is nothing to say.
   *
   * It changes at most four times a second, and when a task begins or ends.
   *
   * Since: 1.0
   */
  properties[PROP_SUMMARY] =
    g_param_spec_string ("summary", NULL, NULL, NULL, read_only);

  /**
   * AtGtkTaskItems:undo-timeout: (getter get_undo_timeout) (setter set_undo_timeout)
   *
   * For how long a removal can be undone, in seconds; 0 if it is for good at once.
   *
   * It counts for removals that follow.
   *
   * Since: 1.0
   */
  properties[PROP_UNDO_TIMEOUT] =
    g_param_spec_double ("undo-timeout", NULL, NULL, 0, G_MAXINT, 5, read_write);

  /**
   * AtGtkTaskItems:can-undo: (getter get_can_undo)
   *
   * Whether there is a removal that [method@TaskItems.undo] would undo.
   *
   * Since: 1.0
   */
  properties[PROP_CAN_UNDO] =
    g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, read_only);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * AtGtkTaskItems::create-item:
   * @self: the items
   * @task: a task of the model
   *
   * Emitted when a task has come into the model.
   *
   * The item that is returned shows it: one of a class of the application's, or with a title and
   * an icon, a file, and a handler of [signal@TaskItem::retry]. Its task is set to @task. It may
   * be an item that is in other lists of items. If no handler returns one, it is made.
   *
   * Returns: (transfer full) (nullable): an item, or %NULL to leave it to others
   *
   * Since: 1.0
   */
  at_gtk_task_items_signals[CREATE_ITEM] =
    g_signal_new ("create-item", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                  accumulate_item, NULL, NULL,
                  AT_GTK_TYPE_TASK_ITEM, 1, AT_TYPE_ASYNC_TASK);
}

static void
at_gtk_task_items_init (AtGtkTaskItems *self)
{
  at_gtk_home_init (&self->home);
  self->beat = at_gtk_beat_get (self->home.context);
  self->sequence = g_sequence_new (NULL);
  self->undo_timeout = 5;
  self->shown.remaining = -1;
}

/**
 * at_gtk_task_items_new:
 * @model: (nullable): a model of tasks, or %NULL if there is none yet
 *
 * Creates the items of the tasks of a model.
 *
 * They belong to the thread-default main context of the calling thread.
 *
 * Returns: (transfer full): new items
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_task_items_new (GListModel *model)
{
  return g_object_new (AT_GTK_TYPE_TASK_ITEMS, "model", model, NULL);
}

/**
 * at_gtk_task_items_get_model: (get-property model)
 * @self: items
 *
 * Gets the tasks.
 *
 * Returns: (transfer none) (nullable): a model of tasks, or %NULL
 *
 * Since: 1.0
 */
GListModel *
at_gtk_task_items_get_model (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), NULL);

  return self->model;
}

/**
 * at_gtk_task_items_set_model: (set-property model)
 * @self: items
 * @model: (nullable): a model of tasks, or %NULL for none
 *
 * Sets the tasks. What was removed before can't be undone any more.
 *
 * Tasks that are in both models keep their items.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_set_model (AtGtkTaskItems *self,
                             GListModel     *model)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));
  g_return_if_fail (model == NULL || G_IS_LIST_MODEL (model));

  if (g_set_object (&self->model, model))
    at_gtk_task_items_notify (self, PROP_MODEL);
}

/**
 * at_gtk_task_items_get_sort: (get-property sort)
 * @self: items
 *
 * Gets the order of the items.
 *
 * Returns: the order
 *
 * Since: 1.0
 */
AtGtkTaskSort
at_gtk_task_items_get_sort (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), AT_GTK_TASK_SORT_STATE);

  return self->sort;
}

/**
 * at_gtk_task_items_set_sort: (set-property sort)
 * @self: items
 * @sort: an order
 *
 * Sets the order of the items.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_set_sort (AtGtkTaskItems *self,
                            AtGtkTaskSort   sort)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));

  if (self->sort == sort)
    return;

  self->sort = sort;
  at_gtk_task_items_notify (self, PROP_SORT);
}

/**
 * at_gtk_task_items_get_n_active: (get-property n-active)
 * @self: items
 *
 * Gets how many tasks were executed and have not ended.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_active (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->shown.n_active;
}

/**
 * at_gtk_task_items_get_n_waiting: (get-property n-waiting)
 * @self: items
 *
 * Gets how many of the active tasks wait for others, or for their turn.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_waiting (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->shown.n_waiting;
}

/**
 * at_gtk_task_items_get_n_failed: (get-property n-failed)
 * @self: items
 *
 * Gets how many tasks have failed.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_failed (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->shown.n_failed;
}

/**
 * at_gtk_task_items_get_fraction: (get-property fraction)
 * @self: items
 *
 * Gets how much of the current batch is done, from 0 to 1.
 *
 * Returns: a fraction
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_fraction (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->shown.fraction;
}

/**
 * at_gtk_task_items_get_indeterminate: (get-property indeterminate)
 * @self: items
 *
 * Gets whether tasks are active while nothing is known of how much is done.
 *
 * Returns: %TRUE if nothing is known
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_items_get_indeterminate (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), FALSE);

  return self->shown.indeterminate;
}

/**
 * at_gtk_task_items_get_rate: (get-property rate)
 * @self: items
 *
 * Gets how fast the work goes, in units of [property@TaskItems:unit] per second.
 *
 * Returns: a rate
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_rate (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->shown.rate;
}

/**
 * at_gtk_task_items_get_unit: (get-property unit)
 * @self: items
 *
 * Gets what the active tasks count.
 *
 * Returns: a unit
 *
 * Since: 1.0
 */
AtProgressUnit
at_gtk_task_items_get_unit (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), AT_PROGRESS_UNIT_NONE);

  return self->shown.unit;
}

/**
 * at_gtk_task_items_get_remaining: (get-property remaining)
 * @self: items
 *
 * Gets how long the rest of the work will take, in seconds.
 *
 * Returns: seconds, or -1 if that is unknown
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_remaining (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), -1);

  return self->shown.remaining;
}

/**
 * at_gtk_task_items_get_summary: (get-property summary)
 * @self: items
 *
 * Gets what a person wants to read of all of it, in one line.
 *
 * Returns: (nullable): a text, or %NULL if there is nothing to say
 *
 * Since: 1.0
 */
const char *
at_gtk_task_items_get_summary (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), NULL);

  return self->shown.summary;
}

/**
 * at_gtk_task_items_find:
 * @self: items
 * @task: a task
 *
 * Looks for the item of a task: one that shows it, or one that it was retried in the place of.
 *
 * Returns: (transfer none) (nullable): the item, or %NULL if there is none, or it was removed
 *
 * Since: 1.0
 */
AtGtkTaskItem *
at_gtk_task_items_find (AtGtkTaskItems *self,
                        AtAsyncTask    *task)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), NULL);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), NULL);

  return NULL;
}

/**
 * at_gtk_task_items_pause_all:
 * @self: items
 *
 * Pauses all tasks that a person may pause.
 *
 * Those that wait come first, so that none of them begins meanwhile.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_pause_all (AtGtkTaskItems *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));
}

/**
 * at_gtk_task_items_resume_all:
 * @self: items
 *
 * Has all tasks go on that are paused, and that a person may have go on.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_resume_all (AtGtkTaskItems *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));
}

/**
 * at_gtk_task_items_cancel_all:
 * @self: items
 *
 * Cancels all active tasks that a person may cancel.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_cancel_all (AtGtkTaskItems *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));
}

/**
 * at_gtk_task_items_remove:
 * @self: items
 * @items: a model of items of @self
 *
 * Removes items, for somebody who wants to see them no more.
 *
 * They leave at once, and for good when [property@TaskItems:undo-timeout] has passed and the
 * task has ended. Then [signal@TaskItem::removed] is emitted, and the task is taken out of the
 * model, if that is an [class@TaskList] or a [class@Gio.ListStore]. A task that is active is
 * cancelled; one that a person may not cancel stays where it is.
 *
 * Returns: how many were removed
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_remove (AtGtkTaskItems *self,
                          GListModel     *items)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);
  g_return_val_if_fail (G_IS_LIST_MODEL (items), 0);

  return 0;
}

gboolean
at_gtk_task_items_remove_item (AtGtkTaskItems *self,
                               AtGtkTaskItem  *item)
{
  return FALSE;
}

/**
 * at_gtk_task_items_clear_finished:
 * @self: items
 *
 * Removes all items whose task has ended, as [method@TaskItems.remove] does.
 *
 * Returns: how many were removed
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_clear_finished (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return 0;
}

/**
 * at_gtk_task_items_undo:
 * @self: items
 *
 * Undoes the last removal that can be undone: its items come back to where they were.
 *
 * A task that was cancelled stays so; its row offers to try it again, if there is a handler of
 * [signal@TaskItem::retry].
 *
 * Returns: %TRUE if there was one
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_items_undo (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), FALSE);

  return FALSE;
}

/**
 * at_gtk_task_items_get_can_undo: (get-property can-undo)
 * @self: items
 *
 * Gets whether there is a removal that [method@TaskItems.undo] would undo.
 *
 * Returns: %TRUE if there is one
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_items_get_can_undo (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), FALSE);

  return self->shown.can_undo;
}

/**
 * at_gtk_task_items_get_undo_timeout: (get-property undo-timeout)
 * @self: items
 *
 * Gets for how long a removal can be undone, in seconds.
 *
 * Returns: seconds; 0 if a removal is for good at once
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_undo_timeout (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->undo_timeout;
}

/**
 * at_gtk_task_items_set_undo_timeout: (set-property undo-timeout)
 * @self: items
 * @seconds: for how long; 0 for not at all
 *
 * Sets for how long a removal can be undone, in seconds.
 *
 * Since: 1.0
 */
void
at_gtk_task_items_set_undo_timeout (AtGtkTaskItems *self,
                                    double          seconds)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEMS (self));
  g_return_if_fail (seconds >= 0);

  if (!(seconds < self->undo_timeout || seconds > self->undo_timeout))
    return;

  self->undo_timeout = seconds;
  at_gtk_task_items_notify (self, PROP_UNDO_TIMEOUT);
}
