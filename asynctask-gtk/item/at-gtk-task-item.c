/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-item-inside-private.h"

/**
 * AtGtkTaskItem:
 *
 * How a task looks: what a row, a button or a notification shows of it.
 *
 * An item has what a person is to see of a task, in words and as a state, and what he may do
 * with it. It is no widget: [class@TaskRow] and others show it, and any number of them may
 * show the same. [class@TaskItems] makes items for the tasks of a list.
 *
 * <!-- around
 * void on_retry (AtGtkTaskItem *item, gpointer user_data);
 * -->
 * ```c
 * AtGtkTaskItem *item = at_gtk_task_item_new (task);
 *
 * at_gtk_task_item_set_file (item, file);
 * g_signal_connect (item, "retry", G_CALLBACK (on_retry), NULL);
 * ```
 *
 * ## One item, several tasks
 *
 * A task runs once. What a person tries again is the same thing to him, so an item survives
 * its task: a handler of [signal@TaskItem::retry] makes another task, sets it as
 * [property@TaskItem:task] and executes it, at once or when it has asked for a password.
 * Title, icon, file and permissions that were set stay.
 *
 * ```c
 * static void
 * on_retry (AtGtkTaskItem *item,
 *           gpointer       user_data)
 * {
 *   g_autoptr (AtAsyncTask) task = new_copy_task (at_gtk_task_item_get_file (item));
 *
 *   at_gtk_task_item_set_task (item, task);
 *   at_async_task_execute (task, NULL, NULL);
 * }
 * ```
 *
 * ## What can be done
 *
 * The properties `can-cancel`, `can-pause`, `can-retry` and `can-open` are permissions: what is
 * never to be offered. Within them, an action is enabled while the state is one in which it
 * makes sense, `retry` only where the signal has a handler, and `open` where that has one or
 * there is a [property@TaskItem:file]. Connect handlers before the item is shown.
 *
 * ## Words
 *
 * [property@TaskItem:subtitle] is the [property@At.AsyncTask:summary] of the task, unless a
 * subclass overrides `format_subtitle`. It notifies at most four times a second, at the same
 * moment as all others, so that many tasks at work are no more to draw than one; when the
 * state changes, at once. It is made when somebody listens, or asks.
 *
 * ## Threads
 *
 * An item belongs to the thread-default main context that it was made in, which for widgets is
 * that of GTK, is used on that thread alone, and takes tasks that deliver there. It holds a
 * reference on its task, and is not held by it. The last reference on an item may be dropped by
 * any thread.
 *
 * Since: 1.0
 */

GParamSpec *at_gtk_task_item_properties[N_PROPS];
guint at_gtk_task_item_signals[N_SIGNALS];

G_DEFINE_TYPE_WITH_PRIVATE (AtGtkTaskItem, at_gtk_task_item, G_TYPE_OBJECT)

AtGtkTaskItemPrivate *
at_gtk_task_item_get_priv (AtGtkTaskItem *self)
{
  return at_gtk_task_item_get_instance_private (self);
}

void
at_gtk_task_item_notify (AtGtkTaskItem *self,
                         guint          property)
{
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_item_properties[property]);
}

static void
at_gtk_task_item_dispose (GObject *object)
{
  AtGtkTaskItem *self = AT_GTK_TASK_ITEM (object);
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (!at_gtk_home_is_here (&priv->home))
    {
      at_gtk_home_send (&priv->home, object);
      return;
    }

  at_gtk_beat_remove (priv->beat, &priv->beat_client);
  g_clear_pointer (&priv->watch, at_gtk_file_watch_free);
  at_gtk_task_item_take_task (self, NULL);

  G_OBJECT_CLASS (at_gtk_task_item_parent_class)->dispose (object);
}

static void
at_gtk_task_item_finalize (GObject *object)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (AT_GTK_TASK_ITEM (object));

  g_free (priv->title);
  g_free (priv->subtitle);
  g_free (priv->detail);
  g_free (priv->told_detail);
  g_clear_object (&priv->icon);
  g_clear_object (&priv->file_icon);
  g_clear_object (&priv->menu_model);
  g_clear_object (&priv->file);
  at_gtk_beat_unref (priv->beat);
  at_gtk_home_clear (&priv->home);

  G_OBJECT_CLASS (at_gtk_task_item_parent_class)->finalize (object);
}

static void
at_gtk_task_item_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  AtGtkTaskItem *self = AT_GTK_TASK_ITEM (object);

  switch (prop_id)
    {
    case PROP_TASK:
      g_value_set_object (value, at_gtk_task_item_get_task (self));
      break;
    case PROP_TITLE:
      g_value_set_string (value, at_gtk_task_item_get_title (self));
      break;
    case PROP_SUBTITLE:
      g_value_set_string (value, at_gtk_task_item_get_subtitle (self));
      break;
    case PROP_DETAIL:
      g_value_set_string (value, at_gtk_task_item_get_detail (self));
      break;
    case PROP_ICON:
      g_value_set_object (value, at_gtk_task_item_get_icon (self));
      break;
    case PROP_STATE:
      g_value_set_enum (value, at_gtk_task_item_get_state (self));
      break;
    case PROP_FRACTION:
      g_value_set_double (value, at_gtk_task_item_get_fraction (self));
      break;
    case PROP_INDETERMINATE:
      g_value_set_boolean (value, at_gtk_task_item_get_indeterminate (self));
      break;
    case PROP_CAN_CANCEL:
      g_value_set_boolean (value, at_gtk_task_item_get_can_cancel (self));
      break;
    case PROP_CAN_PAUSE:
      g_value_set_boolean (value, at_gtk_task_item_get_can_pause (self));
      break;
    case PROP_CAN_RETRY:
      g_value_set_boolean (value, at_gtk_task_item_get_can_retry (self));
      break;
    case PROP_CAN_OPEN:
      g_value_set_boolean (value, at_gtk_task_item_get_can_open (self));
      break;
    case PROP_FILE:
      g_value_set_object (value, at_gtk_task_item_get_file (self));
      break;
    case PROP_MENU_MODEL:
      g_value_set_object (value, at_gtk_task_item_get_menu_model (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_item_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AtGtkTaskItem *self = AT_GTK_TASK_ITEM (object);

  switch (prop_id)
    {
    case PROP_TASK:
      at_gtk_task_item_set_task (self, g_value_get_object (value));
      break;
    case PROP_TITLE:
      at_gtk_task_item_set_title (self, g_value_get_string (value));
      break;
    case PROP_DETAIL:
      at_gtk_task_item_set_detail (self, g_value_get_string (value));
      break;
    case PROP_ICON:
      at_gtk_task_item_set_icon (self, g_value_get_object (value));
      break;
    case PROP_CAN_CANCEL:
      at_gtk_task_item_set_can_cancel (self, g_value_get_boolean (value));
      break;
    case PROP_CAN_PAUSE:
      at_gtk_task_item_set_can_pause (self, g_value_get_boolean (value));
      break;
    case PROP_CAN_RETRY:
      at_gtk_task_item_set_can_retry (self, g_value_get_boolean (value));
      break;
    case PROP_CAN_OPEN:
      at_gtk_task_item_set_can_open (self, g_value_get_boolean (value));
      break;
    case PROP_FILE:
      at_gtk_task_item_set_file (self, g_value_get_object (value));
      break;
    case PROP_MENU_MODEL:
      at_gtk_task_item_set_menu_model (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_item_class_init (AtGtkTaskItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags read_only = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags read_write = read_only | G_PARAM_WRITABLE;

  at_gtk_init ();

  object_class->dispose = at_gtk_task_item_dispose;
  object_class->finalize = at_gtk_task_item_finalize;
  object_class->get_property = at_gtk_task_item_get_property;
  object_class->set_property = at_gtk_task_item_set_property;

  /**
   * AtGtkTaskItemClass::format_subtitle:
   * @self: an item
   *
   * Makes [property@TaskItem:subtitle]. Of what is returned, the first line is shown.
   *
   * The one of [class@TaskItem] returns the [property@At.AsyncTask:summary] of the task. Where a
   * class makes it from something else, it says so by
   * [method@TaskItem.invalidate_subtitle] when that changes.
   *
   * Returns: (transfer full) (nullable): the text, or %NULL for none
   *
   * Since: 1.0
   */
  klass->format_subtitle = at_gtk_task_item_format_summary;

  /**
   * AtGtkTaskItemClass::find_state:
   * @self: an item that has a task
   *
   * Finds [property@TaskItem:state].
   *
   * The one of [class@TaskItem] goes by the task. A class whose items survive their tasks knows
   * more: one that a pause has ended is paused, and one of an earlier run of the program has
   * succeeded long before its task would be executed. It says so by
   * [method@TaskItem.invalidate_state] when what it goes by changes. That the file of one that
   * has succeeded is gone is found out by the item itself.
   *
   * Returns: the state
   *
   * Since: 1.0
   */
  klass->find_state = at_gtk_task_item_find_state;

  /**
   * AtGtkTaskItemClass::pause:
   * @self: an item that is active, and may be paused
   *
   * Pauses it. The one of [class@TaskItem] pauses the task.
   *
   * Since: 1.0
   */
  klass->pause = at_gtk_task_item_pause_task;

  /**
   * AtGtkTaskItemClass::resume:
   * @self: an item that is paused
   *
   * Has it go on. The one of [class@TaskItem] resumes the task.
   *
   * Since: 1.0
   */
  klass->resume = at_gtk_task_item_resume_task;

  /**
   * AtGtkTaskItemClass::cancel:
   * @self: an item that is active
   *
   * Cancels it, because somebody wants that, or has removed it from a list. What finds the
   * state is to say then, at once or soon, that it has ended. The one of [class@TaskItem]
   * cancels the task.
   *
   * Since: 1.0
   */
  klass->cancel = at_gtk_task_item_cancel_task;

  /**
   * AtGtkTaskItem:task: (getter get_task) (setter set_task)
   *
   * The task that is shown.
   *
   * It may be set at any time to another one: that is how a task is tried again. The item holds
   * a reference on it. It has to deliver in the thread-default main context in which the item
   * was made; anything else is a programmer's error.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_TASK] =
    g_param_spec_object ("task", NULL, NULL, AT_TYPE_ASYNC_TASK, read_write);

  /**
   * AtGtkTaskItem:title: (getter get_title) (setter set_title)
   *
   * What the task is called; if it is set to %NULL, the [property@At.AsyncTask:title] of the task.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_TITLE] =
    g_param_spec_string ("title", NULL, NULL, NULL, read_write);

  /**
   * AtGtkTaskItem:subtitle: (getter get_subtitle)
   *
   * How the task is doing, in one line: its [property@At.AsyncTask:summary], or what a subclass
   * says; %NULL if there is nothing to say.
   *
   * It changes at most four times a second, and at the same moment as those of all other items;
   * when the state changes, at once.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_SUBTITLE] =
    g_param_spec_string ("subtitle", NULL, NULL, NULL, read_only);

  /**
   * AtGtkTaskItem:detail: (getter get_detail) (setter set_detail)
   *
   * What there is to know beside the subtitle, in any number of lines: why a task failed, what
   * a command has printed. Rows do not show it; it is what is copied, and shown when it is asked
   * for.
   *
   * If it is set to %NULL, the message of the error of a task that failed, of the last attempt
   * while it is to be tried again, or of the prerequisite for whose sake it was cancelled;
   * %NULL in other states.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_DETAIL] =
    g_param_spec_string ("detail", NULL, NULL, NULL, read_write);

  /**
   * AtGtkTaskItem:icon: (getter get_icon) (setter set_icon)
   *
   * What the task is about; if it is set to %NULL, the icon for the kind of file that the name
   * of [property@TaskItem:file] promises, or %NULL if there is no file either.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_ICON] =
    g_param_spec_object ("icon", NULL, NULL, G_TYPE_ICON, read_write);

  /**
   * AtGtkTaskItem:state: (getter get_state)
   *
   * How the task is doing.
   *
   * A task has ended once its last callback has returned. One whose
   * [property@At.AsyncTask:owner] is gone is cancelled.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, AT_GTK_TYPE_TASK_STATE, AT_GTK_TASK_STATE_PENDING, read_only);

  /**
   * AtGtkTaskItem:fraction: (getter get_fraction)
   *
   * How much of the work is done, from 0 to 1: the [property@At.AsyncTask:fraction] of the task,
   * whenever that changes.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_FRACTION] =
    g_param_spec_double ("fraction", NULL, NULL, 0, 1, 0, read_only);

  /**
   * AtGtkTaskItem:indeterminate: (getter get_indeterminate)
   *
   * Whether the task runs, and it is unknown how much of its work is done.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_INDETERMINATE] =
    g_param_spec_boolean ("indeterminate", NULL, NULL, FALSE, read_only);

  /**
   * AtGtkTaskItem:can-cancel: (getter get_can_cancel) (setter set_can_cancel)
   *
   * Whether a person may cancel the task while it is active.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_CAN_CANCEL] =
    g_param_spec_boolean ("can-cancel", NULL, NULL, TRUE, read_write);

  /**
   * AtGtkTaskItem:can-pause: (getter get_can_pause) (setter set_can_pause)
   *
   * Whether a person may pause the task while it is active, and have it go on.
   *
   * Unless it is set, %TRUE for a [class@At.TransferTask], a [class@At.SubprocessTask], a
   * [class@At.ScriptTask] and a [class@At.TaskGroup], and %FALSE for other tasks: a body that calls no
   * [method@At.AsyncTask.checkpoint] would look paused, and go on.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_CAN_PAUSE] =
    g_param_spec_boolean ("can-pause", NULL, NULL, FALSE, read_write);

  /**
   * AtGtkTaskItem:can-retry: (getter get_can_retry) (setter set_can_retry)
   *
   * Whether a person may try again what failed, was cancelled, or is gone, provided that
   * [signal@TaskItem::retry] has a handler, and may end the wait for the next attempt of a task
   * that is tried again by itself.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_CAN_RETRY] =
    g_param_spec_boolean ("can-retry", NULL, NULL, TRUE, read_write);

  /**
   * AtGtkTaskItem:can-open: (getter get_can_open) (setter set_can_open)
   *
   * Whether a person may open what a task that succeeded has made, provided that
   * [signal@TaskItem::open] has a handler, or that there is a [property@TaskItem:file].
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_CAN_OPEN] =
    g_param_spec_boolean ("can-open", NULL, NULL, TRUE, read_write);

  /**
   * AtGtkTaskItem:file: (getter get_file) (setter set_file)
   *
   * The file that the task makes.
   *
   * Once the task has succeeded, it is watched as far as its folder can be: if it is moved or
   * deleted the state is %AT_GTK_TASK_STATE_GONE, until it is there again.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_FILE] =
    g_param_spec_object ("file", NULL, NULL, G_TYPE_FILE, read_write);

  /**
   * AtGtkTaskItem:menu-model: (getter get_menu_model) (setter set_menu_model)
   *
   * What the application adds to the menu of the row.
   *
   * Since: 1.0
   */
  at_gtk_task_item_properties[PROP_MENU_MODEL] =
    g_param_spec_object ("menu-model", NULL, NULL, G_TYPE_MENU_MODEL, read_write);

  g_object_class_install_properties (object_class, N_PROPS, at_gtk_task_item_properties);

  /**
   * AtGtkTaskItem::retry:
   * @self: the item
   *
   * Somebody wants it tried again.
   *
   * The handler makes another task, sets it as [property@TaskItem:task] and executes it, now or
   * later. While there is no handler, trying again is not offered.
   *
   * Since: 1.0
   */
  at_gtk_task_item_signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                 G_STRUCT_OFFSET (AtGtkTaskItemClass, retry),
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * AtGtkTaskItem::open:
   * @self: the item
   *
   * Somebody wants to open what the task has made.
   *
   * While there is a handler, that is its part alone; while there is none, the widgets open
   * [property@TaskItem:file].
   *
   * Since: 1.0
   */
  at_gtk_task_item_signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                G_STRUCT_OFFSET (AtGtkTaskItemClass, open),
                                NULL, NULL, NULL, G_TYPE_NONE, 0);

  /**
   * AtGtkTaskItem::removed:
   * @self: the item
   *
   * It was removed by somebody, for good: this can't be undone any more, and the task has
   * ended. The place to delete what it left half done.
   *
   * It is not emitted for tasks that leave a list by themselves, or that the application takes
   * out of it.
   *
   * Since: 1.0
   */
  at_gtk_task_item_signals[REMOVED] = g_signal_new ("removed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                   G_STRUCT_OFFSET (AtGtkTaskItemClass, removed),
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
at_gtk_task_item_init (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  at_gtk_home_init (&priv->home);
  priv->beat = at_gtk_beat_get (priv->home.context);
  priv->is_stale = TRUE;
  priv->can_cancel = TRUE;
  priv->can_retry = TRUE;
  priv->can_open = TRUE;
}

/**
 * at_gtk_task_item_new:
 * @task: (nullable): a task, or %NULL if there is none yet
 *
 * Creates an item for a task.
 *
 * It belongs to the thread-default main context of the calling thread.
 *
 * Returns: (transfer full): a new item
 *
 * Since: 1.0
 */
AtGtkTaskItem *
at_gtk_task_item_new (AtAsyncTask *task)
{
  return g_object_new (AT_GTK_TYPE_TASK_ITEM, "task", task, NULL);
}

/**
 * at_gtk_task_item_get_task: (get-property task)
 * @self: an item
 *
 * Gets the task that is shown.
 *
 * Returns: (transfer none) (nullable): the task, or %NULL
 *
 * Since: 1.0
 */
AtAsyncTask *
at_gtk_task_item_get_task (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  return at_gtk_task_item_get_priv (self)->task;
}

/* Whether the task tells of itself where the item is. */
static gboolean
is_at_home (AtGtkTaskItem *self,
            AtAsyncTask   *task)
{
  GMainContext *context = at_async_task_get_main_context (task);

  return at_gtk_task_item_get_priv (self)->home.context ==
         (context != NULL ? context : g_main_context_default ());
}

/**
 * at_gtk_task_item_set_task: (set-property task)
 * @self: an item
 * @task: (nullable): a task, or %NULL for none
 *
 * Sets the task that is shown.
 *
 * It may be pending, at work, or have ended. What of the item was not set follows the new task;
 * whoever listens is told once it does. In a [class@TaskItems] the item stays the same row.
 *
 * The task has to deliver in the thread-default main context in which the item was made; it is
 * a programmer's error to set any other.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_task (AtGtkTaskItem *self,
                           AtAsyncTask   *task)
{
  AtGtkTaskItemPrivate *priv;
  g_autofree char *title = NULL;
  double fraction;
  gboolean indeterminate, can_pause;

  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (task == NULL || AT_IS_ASYNC_TASK (task));

  priv = at_gtk_task_item_get_priv (self);
  g_return_if_fail (at_gtk_home_is_here (&priv->home));
  g_return_if_fail (task == NULL || is_at_home (self, task));

  if (priv->task == task)
    return;

  title = g_strdup (at_gtk_task_item_get_title (self));
  fraction = at_gtk_task_item_get_fraction (self);
  indeterminate = at_gtk_task_item_get_indeterminate (self);
  can_pause = at_gtk_task_item_get_can_pause (self);

  g_object_freeze_notify (G_OBJECT (self));

  at_gtk_task_item_take_task (self, task);
  at_gtk_task_item_notify (self, PROP_TASK);
  at_gtk_task_item_update_task (self);

  if (g_strcmp0 (title, at_gtk_task_item_get_title (self)) != 0)
    at_gtk_task_item_notify (self, PROP_TITLE);
  if (fraction < at_gtk_task_item_get_fraction (self) || fraction > at_gtk_task_item_get_fraction (self))
    at_gtk_task_item_notify (self, PROP_FRACTION);
  if (indeterminate != at_gtk_task_item_get_indeterminate (self))
    at_gtk_task_item_notify (self, PROP_INDETERMINATE);
  if (can_pause != at_gtk_task_item_get_can_pause (self))
    at_gtk_task_item_notify (self, PROP_CAN_PAUSE);

  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * at_gtk_task_item_get_title: (get-property title)
 * @self: an item
 *
 * Gets what the task is called: what was set, or the [property@At.AsyncTask:title] of the task.
 *
 * Returns: (nullable): the title, or %NULL if neither says so
 *
 * Since: 1.0
 */
const char *
at_gtk_task_item_get_title (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  priv = at_gtk_task_item_get_priv (self);
  if (priv->title != NULL || priv->task == NULL)
    return priv->title;

  return at_async_task_get_title (priv->task);
}

/* Puts a copy in the place of the string, of which it may be a part. */
static gboolean
replace_string (char       **field,
                const char  *string)
{
  char *copy;

  if (g_strcmp0 (*field, string) == 0)
    return FALSE;

  copy = g_strdup (string);
  g_free (*field);
  *field = copy;

  return TRUE;
}

/**
 * at_gtk_task_item_set_title: (set-property title)
 * @self: an item
 * @title: (nullable): a title, or %NULL for that of the task
 *
 * Sets what the task is called.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_title (AtGtkTaskItem *self,
                            const char    *title)
{
  g_autofree char *before = NULL;

  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  before = g_strdup (at_gtk_task_item_get_title (self));
  if (replace_string (&at_gtk_task_item_get_priv (self)->title, title) &&
      g_strcmp0 (before, at_gtk_task_item_get_title (self)) != 0)
    at_gtk_task_item_notify (self, PROP_TITLE);
}

/**
 * at_gtk_task_item_get_subtitle: (get-property subtitle)
 * @self: an item
 *
 * Gets how the task is doing, in one line.
 *
 * While somebody listens to the property, it is what was told last.
 *
 * Returns: (nullable): the text, or %NULL if there is nothing to say
 *
 * Since: 1.0
 */
const char *
at_gtk_task_item_get_subtitle (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  priv = at_gtk_task_item_get_priv (self);
  if (priv->is_stale && !priv->beat_client.is_linked)
    at_gtk_task_item_make_subtitle (self);

  return priv->subtitle;
}

static const char *
get_message (const GError *error)
{
  return error != NULL ? error->message : NULL;
}

/**
 * at_gtk_task_item_get_detail: (get-property detail)
 * @self: an item
 *
 * Gets what there is to know beside the subtitle, in any number of lines.
 *
 * It is good until the main context is iterated.
 *
 * Returns: (nullable): the text, or %NULL if there is no more to say
 *
 * Since: 1.0
 */
const char *
at_gtk_task_item_get_detail (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  priv = at_gtk_task_item_get_priv (self);
  if (priv->detail != NULL)
    return priv->detail;
  if (priv->state == AT_GTK_TASK_STATE_FAILED)
    return get_message (at_async_task_get_error (priv->task));
  if (priv->state == AT_GTK_TASK_STATE_RETRYING || priv->state == AT_GTK_TASK_STATE_CANCELLED)
    return get_message (at_async_task_get_last_error (priv->task));

  return NULL;
}

/**
 * at_gtk_task_item_set_detail: (set-property detail)
 * @self: an item
 * @detail: (nullable): a text, or %NULL for what the error of the task says
 *
 * Sets what there is to know beside the subtitle.
 *
 * It stays until it is set again, also where the task is another one by then.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_detail (AtGtkTaskItem *self,
                             const char    *detail)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  if (replace_string (&at_gtk_task_item_get_priv (self)->detail, detail))
    at_gtk_task_item_update_detail (self);
}

static GIcon *
guess_icon (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *type = g_content_type_guess (name, NULL, 0, NULL);

  return g_content_type_get_icon (type);
}

/**
 * at_gtk_task_item_get_icon: (get-property icon)
 * @self: an item
 *
 * Gets what the task is about: what was set, or the icon for the kind of file that the name of
 * [property@TaskItem:file] promises.
 *
 * Returns: (transfer none) (nullable): the icon, or %NULL
 *
 * Since: 1.0
 */
GIcon *
at_gtk_task_item_get_icon (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  priv = at_gtk_task_item_get_priv (self);
  if (priv->icon != NULL || priv->file == NULL)
    return priv->icon;
  if (priv->file_icon == NULL)
    priv->file_icon = guess_icon (priv->file);

  return priv->file_icon;
}

/**
 * at_gtk_task_item_set_icon: (set-property icon)
 * @self: an item
 * @icon: (nullable): an icon, or %NULL for that of the file
 *
 * Sets what the task is about.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_icon (AtGtkTaskItem *self,
                           GIcon         *icon)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (icon == NULL || G_IS_ICON (icon));

  if (g_set_object (&at_gtk_task_item_get_priv (self)->icon, icon))
    at_gtk_task_item_notify (self, PROP_ICON);
}

/**
 * at_gtk_task_item_get_state: (get-property state)
 * @self: an item
 *
 * Gets how the task is doing.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
AtGtkTaskState
at_gtk_task_item_get_state (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), AT_GTK_TASK_STATE_PENDING);

  return at_gtk_task_item_get_priv (self)->state;
}

/**
 * at_gtk_task_item_get_fraction: (get-property fraction)
 * @self: an item
 *
 * Gets how much of the work is done, from 0 to 1.
 *
 * Returns: a fraction; 0 if there is no task
 *
 * Since: 1.0
 */
double
at_gtk_task_item_get_fraction (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), 0);

  priv = at_gtk_task_item_get_priv (self);

  return priv->task != NULL ? at_async_task_get_fraction (priv->task) : 0;
}

/**
 * at_gtk_task_item_get_indeterminate: (get-property indeterminate)
 * @self: an item
 *
 * Gets whether the task runs, and it is unknown how much of its work is done.
 *
 * Returns: %TRUE if nothing is known
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_item_get_indeterminate (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), FALSE);

  priv = at_gtk_task_item_get_priv (self);

  return priv->task != NULL && at_async_task_get_indeterminate (priv->task);
}

/**
 * at_gtk_task_item_get_file: (get-property file)
 * @self: an item
 *
 * Gets the file that the task makes.
 *
 * Returns: (transfer none) (nullable): the file, or %NULL
 *
 * Since: 1.0
 */
GFile *
at_gtk_task_item_get_file (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  return at_gtk_task_item_get_priv (self)->file;
}

/**
 * at_gtk_task_item_set_file: (set-property file)
 * @self: an item
 * @file: (nullable): a file, or %NULL
 *
 * Sets the file that the task makes.
 *
 * It need not be there before the task has succeeded.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_file (AtGtkTaskItem *self,
                           GFile         *file)
{
  AtGtkTaskItemPrivate *priv;

  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (file == NULL || G_IS_FILE (file));

  priv = at_gtk_task_item_get_priv (self);
  g_return_if_fail (at_gtk_home_is_here (&priv->home));

  if (priv->file == file || (priv->file != NULL && file != NULL && g_file_equal (priv->file, file)))
    return;

  g_object_freeze_notify (G_OBJECT (self));
  at_gtk_task_item_take_file (self, file);
  at_gtk_task_item_notify (self, PROP_FILE);
  if (priv->icon == NULL)
    at_gtk_task_item_notify (self, PROP_ICON);
  at_gtk_task_item_update_state (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * at_gtk_task_item_get_menu_model: (get-property menu-model)
 * @self: an item
 *
 * Gets what the application adds to the menu of the row.
 *
 * Returns: (transfer none) (nullable): the model, or %NULL
 *
 * Since: 1.0
 */
GMenuModel *
at_gtk_task_item_get_menu_model (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), NULL);

  return at_gtk_task_item_get_priv (self)->menu_model;
}

/**
 * at_gtk_task_item_set_menu_model: (set-property menu-model)
 * @self: an item
 * @menu_model: (nullable): a model, or %NULL
 *
 * Sets what the application adds to the menu of the row.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_menu_model (AtGtkTaskItem *self,
                                 GMenuModel    *menu_model)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (menu_model == NULL || G_IS_MENU_MODEL (menu_model));

  if (g_set_object (&at_gtk_task_item_get_priv (self)->menu_model, menu_model))
    at_gtk_task_item_notify (self, PROP_MENU_MODEL);
}
