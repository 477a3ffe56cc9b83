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
 * It is a [iface@Gio.ListModel] of [class@TaskItem], over an [class@At.TaskList] or any other model
 * of [class@At.AsyncTask]: one item for each task, and the same one as long as the task is in the
 * model. [class@TaskView], [class@TaskButton] and whatever else shows several tasks is given
 * one, and any number of them may be given the same.
 *
 * <!-- around
 * AtGtkTaskItem *on_create_item (AtGtkTaskItems *items, AtAsyncTask *task, gpointer user_data);
 * -->
 * ```c
 * AtTaskList *tasks = at_task_list_new ();
 * AtGtkTaskItems *items = at_gtk_task_items_new (G_LIST_MODEL (tasks));
 *
 * g_signal_connect (items, "create-item", G_CALLBACK (on_create_item), NULL);
 * ```
 *
 * They belong to the thread-default main context that they were made in, which for widgets is
 * that of GTK, are used on that thread alone, and take models that change there. The last
 * reference on them may be dropped by any thread.
 *
 * Since: 1.0
 */

GParamSpec *at_gtk_task_items_properties[N_PROPS];
guint at_gtk_task_items_signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AtGtkTaskItems, at_gtk_task_items, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                               at_gtk_task_items_add_sections (g_define_type_id);)

void
at_gtk_task_items_notify (AtGtkTaskItems *self,
                          guint           property)
{
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_items_properties[property]);
}

gboolean
at_gtk_task_items_is_heard (AtGtkTaskItems *self,
                            guint           property)
{
  static guint notify_id;
  GParamSpec *pspec = at_gtk_task_items_properties[property];

  if (notify_id == 0)
    notify_id = g_signal_lookup ("notify", G_TYPE_OBJECT);

  return g_signal_has_handler_pending (self, notify_id, g_param_spec_get_name_quark (pspec), FALSE) ||
         g_signal_has_handler_pending (self, notify_id, 0, FALSE);
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

/* The clock. */

void
at_gtk_task_items_reschedule (AtGtkTaskItems *self)
{
  gint64 due = MIN (at_gtk_task_items_find_due (self), at_gtk_task_items_find_late (self));

  if (!g_queue_is_empty (&self->moved) || !g_queue_is_empty (&self->replaced))
    due = 0;
  if (self->alarm != NULL)
    at_gtk_alarm_set (self->alarm, due);
}

static gboolean
on_alarm (gpointer user_data)
{
  g_autoptr (AtGtkTaskItems) self = g_object_ref (user_data);
  gint64 now = g_get_monotonic_time ();

  at_gtk_task_items_end_removals (self, now);
  at_gtk_task_items_end_ended (self);
  at_gtk_task_items_replace (self);
  at_gtk_task_items_move (self);
  at_gtk_task_items_show_late (self, now);
  at_gtk_task_items_reschedule (self);

  return G_SOURCE_CONTINUE;
}

/* The object. */

static void
at_gtk_task_items_dispose (GObject *object)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (object);

  if (!at_gtk_home_is_here (&self->home))
    {
      at_gtk_home_send (&self->home, object);
      return;
    }

  if (self->alarm != NULL)
    {
      at_gtk_task_items_end_all (self);
      at_gtk_task_items_drop_entries (self);
      at_gtk_beat_remove (self->beat, &self->beat_client);
      g_clear_pointer (&self->alarm, at_gtk_alarm_free);
    }

  G_OBJECT_CLASS (at_gtk_task_items_parent_class)->dispose (object);
}

static void
at_gtk_task_items_finalize (GObject *object)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (object);

  g_free (self->summary);
  g_sequence_free (self->sequence);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->refs);
  g_array_unref (self->tasks);
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

  object_class->dispose = at_gtk_task_items_dispose;
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
   * The tasks: an [class@At.TaskList], or any other model of [class@At.AsyncTask].
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
   * Tasks weigh as much as their [property@At.AsyncTask:total] if all that have not ended know
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
  /* Before a frame is drawn, and after what it is to show has come. */
  self->alarm = at_gtk_alarm_new (self->home.context, G_PRIORITY_HIGH_IDLE + 10, "[asynctask-gtk] items",
                                  on_alarm, self);
  self->tasks = g_array_new (FALSE, FALSE, sizeof (AtAsyncTask *));
  self->refs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->entries = g_hash_table_new (NULL, NULL);
  self->sequence = g_sequence_new (NULL);
  g_queue_init (&self->arrived);
  g_queue_init (&self->moved);
  g_queue_init (&self->replaced);
  g_queue_init (&self->ended);
  g_queue_init (&self->removals);
  g_queue_init (&self->active);
  self->undo_timeout = 5;
  self->batch = 1;
  self->remaining = -1;
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

  g_return_if_fail (at_gtk_home_is_here (&self->home));

  if (self->model == model || self->alarm == NULL)
    return;

  g_object_freeze_notify (G_OBJECT (self));
  at_gtk_task_items_end_all (self);
  at_gtk_task_items_follow (self, model);
  at_gtk_task_items_notify (self, PROP_MODEL);
  g_object_thaw_notify (G_OBJECT (self));
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
  at_gtk_task_items_resort (self);
  at_gtk_task_items_notify (self, PROP_SORT);
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
  AtGtkTaskRef *ref;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), NULL);
  g_return_val_if_fail (AT_IS_ASYNC_TASK (task), NULL);

  ref = at_gtk_task_items_get_ref (self, task);

  return ref != NULL && ref->entry != NULL && ref->entry->iter != NULL ? ref->entry->item : NULL;
}

/* Those of all that are in one of two states first, and then all others: what is done to one may
 * change the list. */
static void
act_on_all (AtGtkTaskItems   *self,
            AtGtkTaskActions  one)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (GList *l = self->active.head; l != NULL; l = l->next)
    {
      AtGtkEntry *entry = l->data;
      gboolean is_waiting = entry->state == AT_GTK_TASK_STATE_WAITING || entry->state == AT_GTK_TASK_STATE_QUEUED;

      g_ptr_array_insert (items, is_waiting ? 0 : -1, g_object_ref (entry->item));
    }

  for (guint i = 0; i < items->len; i++)
    at_gtk_task_item_act (items->pdata[i], one);
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
  g_return_if_fail (at_gtk_home_is_here (&self->home));

  act_on_all (self, AT_GTK_TASK_ACTION_PAUSE);
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
  g_return_if_fail (at_gtk_home_is_here (&self->home));

  act_on_all (self, AT_GTK_TASK_ACTION_RESUME);
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
  g_return_if_fail (at_gtk_home_is_here (&self->home));

  act_on_all (self, AT_GTK_TASK_ACTION_CANCEL);
}
