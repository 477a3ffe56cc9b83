/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-item-inside-private.h"
#include "at-gtk-task-items-private.h"

/* What may be done with an item, and how it is done. */

static gboolean
is_ready_made (AtAsyncTask *task)
{
  return AT_IS_TRANSFER_TASK (task) || AT_IS_SUBPROCESS_TASK (task) || AT_IS_SCRIPT_TASK (task) ||
         AT_IS_TASK_GROUP (task);
}

gboolean
at_gtk_task_item_find_can_pause (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (priv->can_pause_is_set)
    return priv->can_pause;

  return priv->task != NULL && is_ready_made (priv->task);
}

static void
set_permission (AtGtkTaskItem *self,
                gboolean      *permission,
                gboolean       value,
                guint          property)
{
  if (*permission == !!value)
    return;

  *permission = !!value;
  at_gtk_task_item_notify (self, property);
}

/**
 * at_gtk_task_item_get_can_cancel: (get-property can-cancel)
 * @self: an item
 *
 * Gets whether a person may cancel the task while it is active.
 *
 * Returns: %TRUE if he may
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_item_get_can_cancel (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), FALSE);

  return at_gtk_task_item_get_priv (self)->can_cancel;
}

/**
 * at_gtk_task_item_set_can_cancel: (set-property can-cancel)
 * @self: an item
 * @can_cancel: whether that is allowed
 *
 * Sets whether a person may cancel the task while it is active.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_can_cancel (AtGtkTaskItem *self,
                                 gboolean       can_cancel)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  set_permission (self, &at_gtk_task_item_get_priv (self)->can_cancel, can_cancel, PROP_CAN_CANCEL);
}

/**
 * at_gtk_task_item_get_can_pause: (get-property can-pause)
 * @self: an item
 *
 * Gets whether a person may pause the task while it is active, and have it go on.
 *
 * Returns: %TRUE if he may
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_item_get_can_pause (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), FALSE);

  return at_gtk_task_item_find_can_pause (self);
}

/**
 * at_gtk_task_item_set_can_pause: (set-property can-pause)
 * @self: an item
 * @can_pause: whether that is allowed
 *
 * Sets whether a person may pause the task while it is active, and have it go on, whatever kind
 * of task it is.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_can_pause (AtGtkTaskItem *self,
                                gboolean       can_pause)
{
  AtGtkTaskItemPrivate *priv;
  gboolean before, could_resume;

  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  priv = at_gtk_task_item_get_priv (self);
  before = at_gtk_task_item_find_can_pause (self);
  could_resume = at_gtk_task_item_can (self, AT_GTK_TASK_ACTION_RESUME);
  priv->can_pause_is_set = TRUE;
  priv->can_pause = !!can_pause;

  /* That it is set now can rule out what could be done. */
  if (before != priv->can_pause || could_resume != at_gtk_task_item_can (self, AT_GTK_TASK_ACTION_RESUME))
    at_gtk_task_item_notify (self, PROP_CAN_PAUSE);
}

/**
 * at_gtk_task_item_get_can_retry: (get-property can-retry)
 * @self: an item
 *
 * Gets whether a person may try again what failed, was cancelled, or is gone.
 *
 * Returns: %TRUE if he may
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_item_get_can_retry (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), FALSE);

  return at_gtk_task_item_get_priv (self)->can_retry;
}

/**
 * at_gtk_task_item_set_can_retry: (set-property can-retry)
 * @self: an item
 * @can_retry: whether that is allowed
 *
 * Sets whether a person may try again what failed, was cancelled, or is gone.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_can_retry (AtGtkTaskItem *self,
                                gboolean       can_retry)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  set_permission (self, &at_gtk_task_item_get_priv (self)->can_retry, can_retry, PROP_CAN_RETRY);
}

/**
 * at_gtk_task_item_get_can_open: (get-property can-open)
 * @self: an item
 *
 * Gets whether a person may open what a task that succeeded has made.
 *
 * Returns: %TRUE if he may
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_item_get_can_open (AtGtkTaskItem *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEM (self), FALSE);

  return at_gtk_task_item_get_priv (self)->can_open;
}

/**
 * at_gtk_task_item_set_can_open: (set-property can-open)
 * @self: an item
 * @can_open: whether that is allowed
 *
 * Sets whether a person may open what a task that succeeded has made.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_set_can_open (AtGtkTaskItem *self,
                               gboolean       can_open)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));

  set_permission (self, &at_gtk_task_item_get_priv (self)->can_open, can_open, PROP_CAN_OPEN);
}

static gboolean
has_handler (AtGtkTaskItem *self,
             guint          signal)
{
  AtGtkTaskItemClass *klass = AT_GTK_TASK_ITEM_GET_CLASS (self);

  return (signal == RETRY ? klass->retry : klass->open) != NULL ||
         g_signal_has_handler_pending (self, at_gtk_task_item_signals[signal], 0, FALSE);
}

static gboolean
may_retry (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (!priv->can_retry)
    return FALSE;
  if (priv->state == AT_GTK_TASK_STATE_RETRYING)
    return TRUE;

  return (priv->state == AT_GTK_TASK_STATE_FAILED || priv->state == AT_GTK_TASK_STATE_CANCELLED ||
          priv->state == AT_GTK_TASK_STATE_GONE) &&
         has_handler (self, RETRY);
}

gboolean
at_gtk_task_item_can (AtGtkTaskItem    *self,
                      AtGtkTaskActions  one)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  gboolean is_active = at_gtk_task_state_is_active (priv->state);
  const char *detail;

  switch ((guint) one)
    {
    case AT_GTK_TASK_ACTION_PAUSE:
      return is_active && priv->state != AT_GTK_TASK_STATE_PAUSED && at_gtk_task_item_find_can_pause (self);

    case AT_GTK_TASK_ACTION_RESUME:
      /* What the program has paused can go on, unless that was ruled out. */
      return priv->state == AT_GTK_TASK_STATE_PAUSED && (priv->can_pause || !priv->can_pause_is_set);

    case AT_GTK_TASK_ACTION_CANCEL:
      return is_active && priv->can_cancel;

    case AT_GTK_TASK_ACTION_RETRY:
      return may_retry (self);

    case AT_GTK_TASK_ACTION_OPEN:
      return priv->state == AT_GTK_TASK_STATE_SUCCEEDED && priv->can_open &&
             (priv->file != NULL || has_handler (self, OPEN));

    case AT_GTK_TASK_ACTION_SHOW_IN_FOLDER:
      return priv->state == AT_GTK_TASK_STATE_SUCCEEDED && priv->can_open && priv->file != NULL;

    case AT_GTK_TASK_ACTION_COPY_DETAILS:
    case AT_GTK_TASK_ACTION_DETAILS:
      detail = at_gtk_task_item_get_detail (self);
      return detail != NULL && *detail != '\0';

    case AT_GTK_TASK_ACTION_REMOVE:
      return priv->followers != NULL && (!is_active || priv->can_cancel);

    case AT_GTK_TASK_ACTION_MENU:
      return TRUE;

    default:
      return FALSE;
    }
}

gboolean
at_gtk_task_item_opens_itself (AtGtkTaskItem *self)
{
  return has_handler (self, OPEN);
}

/* Of all: it is the same thing in each. */
static void
remove_from_lists (AtGtkTaskItem *self)
{
  g_autoptr (GPtrArray) lists = g_ptr_array_new_with_free_func (g_object_unref);
  AtGtkTaskFollower *follower;

  for (follower = at_gtk_task_item_get_priv (self)->followers; follower != NULL; follower = follower->next)
    g_ptr_array_add (lists, g_object_ref (follower->list));

  for (guint i = 0; i < lists->len; i++)
    at_gtk_task_items_remove_item (lists->pdata[i], self);
}

void
at_gtk_task_item_pause_task (AtGtkTaskItem *self)
{
  at_async_task_pause (at_gtk_task_item_get_priv (self)->task);
}

void
at_gtk_task_item_resume_task (AtGtkTaskItem *self)
{
  at_async_task_resume (at_gtk_task_item_get_priv (self)->task);
}

void
at_gtk_task_item_cancel_task (AtGtkTaskItem *self)
{
  at_async_task_cancel (at_gtk_task_item_get_priv (self)->task, TRUE);
}

void
at_gtk_task_item_cancel (AtGtkTaskItem *self)
{
  AT_GTK_TASK_ITEM_GET_CLASS (self)->cancel (self);
}

void
at_gtk_task_item_act (AtGtkTaskItem    *self,
                      AtGtkTaskActions  one)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  g_autoptr (AtGtkTaskItem) kept G_GNUC_UNUSED = g_object_ref (self);

  if (!at_gtk_task_item_can (self, one))
    return;

  switch ((guint) one)
    {
    case AT_GTK_TASK_ACTION_PAUSE:
      AT_GTK_TASK_ITEM_GET_CLASS (self)->pause (self);
      break;

    case AT_GTK_TASK_ACTION_RESUME:
      AT_GTK_TASK_ITEM_GET_CLASS (self)->resume (self);
      break;

    case AT_GTK_TASK_ACTION_CANCEL:
      at_gtk_task_item_cancel (self);
      break;

    case AT_GTK_TASK_ACTION_RETRY:
      if (priv->state == AT_GTK_TASK_STATE_RETRYING)
        at_async_task_try_now (priv->task);
      else
        g_signal_emit (self, at_gtk_task_item_signals[RETRY], 0);
      break;

    case AT_GTK_TASK_ACTION_OPEN:
      g_signal_emit (self, at_gtk_task_item_signals[OPEN], 0);
      /* Where the folder cannot be watched, this is when it is looked at. */
      if (priv->watch != NULL)
        at_gtk_file_watch_look (priv->watch);
      break;

    case AT_GTK_TASK_ACTION_REMOVE:
      remove_from_lists (self);
      break;

    default:
      g_assert_not_reached ();
    }
}

void
at_gtk_task_item_tell_removed (AtGtkTaskItem *self)
{
  g_signal_emit (self, at_gtk_task_item_signals[REMOVED], 0);
}
