/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-item-inside-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* How an item follows its task: what it makes of it, and whom it tells. */

/* Followers. */

void
at_gtk_task_item_add_follower (AtGtkTaskItem     *self,
                               AtGtkTaskFollower *follower)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  follower->next = priv->followers;
  priv->followers = follower;
}

void
at_gtk_task_item_remove_follower (AtGtkTaskItem     *self,
                                  AtGtkTaskFollower *follower)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtGtkTaskFollower **at = &priv->followers;

  while (*at != follower)
    at = &(*at)->next;
  *at = follower->next;
  if (priv->next_follower == follower)
    priv->next_follower = follower->next;
}

/* Inside, they may all be told again: of what is the latest then, which leaves nothing to
 * tell. */
void
at_gtk_task_item_tell_followers (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtGtkTaskFollower *follower;

  priv->next_follower = priv->followers;
  while ((follower = priv->next_follower) != NULL)
    {
      priv->next_follower = follower->next;
      follower->changed (follower);
    }
}

/* The subtitle. */

static gboolean
is_heard (AtGtkTaskItem *self,
          guint          property)
{
  static guint notify_id;
  GParamSpec *pspec = at_gtk_task_item_properties[property];

  if (notify_id == 0)
    notify_id = g_signal_lookup ("notify", G_TYPE_OBJECT);

  return g_signal_has_handler_pending (self, notify_id, g_param_spec_get_name_quark (pspec), FALSE) ||
         g_signal_has_handler_pending (self, notify_id, 0, FALSE);
}

/* A row has one line. */
static char *
take_first_line (char *text)
{
  if (text != NULL)
    text[strcspn (text, "\r\n")] = '\0';

  return text;
}

char *
at_gtk_task_item_format_summary (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (priv->task == NULL)
    return NULL;
  if (priv->state == AT_GTK_TASK_STATE_GONE)
    return g_strdup (_("The file was moved or deleted"));

  return at_async_task_get_summary (priv->task);
}

char *
at_gtk_task_item_dup_subtitle (AtGtkTaskItem *self)
{
  return take_first_line (AT_GTK_TASK_ITEM_GET_CLASS (self)->format_subtitle (self));
}

gboolean
at_gtk_task_item_make_subtitle (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  g_autofree char *subtitle = NULL;

  priv->is_stale = FALSE;
  subtitle = at_gtk_task_item_dup_subtitle (self);
  if (g_strcmp0 (subtitle, priv->subtitle) == 0)
    return FALSE;

  g_free (priv->subtitle);
  priv->subtitle = g_steal_pointer (&subtitle);

  return TRUE;
}

void
at_gtk_task_item_show_subtitle (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  at_gtk_beat_remove (priv->beat, &priv->beat_client);
  if (!is_heard (self, PROP_SUBTITLE))
    priv->is_stale = TRUE;
  else if (at_gtk_task_item_make_subtitle (self))
    at_gtk_task_item_notify (self, PROP_SUBTITLE);
}

static void
on_beat (gpointer data)
{
  g_autoptr (AtGtkTaskItem) self = g_object_ref (data);

  at_gtk_task_item_show_subtitle (self);
}

/* The subtitle is another one, and that can wait. One that nobody has listened to so far may be
 * of long ago, and cannot. */
void
at_gtk_task_item_queue_subtitle (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  gboolean is_old = priv->is_stale && !priv->beat_client.is_linked;

  priv->is_stale = TRUE;
  if (!is_heard (self, PROP_SUBTITLE))
    at_gtk_beat_remove (priv->beat, &priv->beat_client);
  else if (is_old)
    at_gtk_task_item_show_subtitle (self);
  else
    at_gtk_beat_add (priv->beat, &priv->beat_client, on_beat, self);

  /* Of a single one, it is what a list says of all. */
  at_gtk_task_item_tell_followers (self);
}

/* The state. */

gboolean
at_gtk_task_state_is_active (AtGtkTaskState state)
{
  return state >= AT_GTK_TASK_STATE_WAITING && state <= AT_GTK_TASK_STATE_RETRYING;
}

gboolean
at_gtk_task_state_is_ended (AtGtkTaskState state)
{
  return state >= AT_GTK_TASK_STATE_SUCCEEDED;
}

static AtGtkTaskState
find_end (AtGtkTaskItemPrivate *priv)
{
  switch (at_async_task_get_outcome (priv->task))
    {
    case AT_OUTCOME_FAILED:
      return AT_GTK_TASK_STATE_FAILED;
    case AT_OUTCOME_CANCELLED:
      return AT_GTK_TASK_STATE_CANCELLED;
    case AT_OUTCOME_NONE:
    case AT_OUTCOME_SUCCEEDED:
    default:
      return AT_GTK_TASK_STATE_SUCCEEDED;
    }
}

static AtGtkTaskState
find_active (AtGtkTaskItemPrivate *priv)
{
  switch (at_async_task_get_stage (priv->task))
    {
    case AT_STAGE_WAITING:
      return AT_GTK_TASK_STATE_WAITING;
    case AT_STAGE_PENDING:
    case AT_STAGE_QUEUED:
      return AT_GTK_TASK_STATE_QUEUED;
    case AT_STAGE_RETRYING:
      return AT_GTK_TASK_STATE_RETRYING;
    case AT_STAGE_ENDED:
      /* The end is shown once the last callback has returned, which may change what is shown. */
      return at_gtk_task_state_is_active (priv->state) ? priv->state : AT_GTK_TASK_STATE_RUNNING;
    case AT_STAGE_RUNNING:
    default:
      return AT_GTK_TASK_STATE_RUNNING;
    }
}

AtGtkTaskState
at_gtk_task_item_find_state (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtStatus status = at_async_task_get_status (priv->task);

  if (status == AT_STATUS_FINISHED)
    return find_end (priv);
  if (priv->is_orphan)
    return AT_GTK_TASK_STATE_CANCELLED;
  if (status == AT_STATUS_PENDING)
    return AT_GTK_TASK_STATE_PENDING;
  if (at_async_task_is_paused (priv->task) && at_async_task_get_stage (priv->task) != AT_STAGE_ENDED)
    return AT_GTK_TASK_STATE_PAUSED;

  return find_active (priv);
}

/* As the class says, which knows nothing of where the file is. */
static AtGtkTaskState
read_state (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtGtkTaskState state;

  if (priv->task == NULL)
    return AT_GTK_TASK_STATE_PENDING;

  state = AT_GTK_TASK_ITEM_GET_CLASS (self)->find_state (self);

  return state == AT_GTK_TASK_STATE_SUCCEEDED && priv->is_gone ? AT_GTK_TASK_STATE_GONE : state;
}

static void on_file_looked (gboolean is_there,
                            gpointer user_data);

static void
update_watch (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  gboolean is_wanted = priv->file != NULL &&
                       (priv->state == AT_GTK_TASK_STATE_SUCCEEDED || priv->state == AT_GTK_TASK_STATE_GONE);

  if (is_wanted && priv->watch == NULL)
    {
      priv->watch = at_gtk_file_watch_new (priv->file, priv->home.context, on_file_looked, self);
    }
  else if (!is_wanted && priv->watch != NULL)
    {
      g_clear_pointer (&priv->watch, at_gtk_file_watch_free);
      priv->is_gone = FALSE;
    }
}

/* It can be what the error says, which comes and goes with the state. */
void
at_gtk_task_item_update_detail (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  const char *detail = at_gtk_task_item_get_detail (self);
  char *told = priv->told_detail;

  if (g_strcmp0 (detail, told) == 0)
    return;

  priv->told_detail = g_strdup (detail);
  g_free (told);
  at_gtk_task_item_notify (self, PROP_DETAIL);
}

/* Something of the task has changed that the state may be made from. */
void
at_gtk_task_item_update_state (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtGtkTaskState state = read_state (self);

  if (state == priv->state)
    {
      at_gtk_task_item_queue_subtitle (self);
      return;
    }

  priv->state = state;
  update_watch (self);

  /* Lists count before anybody asks them. */
  g_object_freeze_notify (G_OBJECT (self));
  at_gtk_task_item_tell_followers (self);
  at_gtk_task_item_notify (self, PROP_STATE);
  at_gtk_task_item_update_detail (self);
  at_gtk_task_item_show_subtitle (self);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * at_gtk_task_item_invalidate_subtitle:
 * @self: an item
 *
 * Says that the subtitle is another one, for classes that make it from something that is not
 * the task's.
 *
 * It is made again when it is due: [property@TaskItem:subtitle] notifies at most four times a
 * second.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_invalidate_subtitle (AtGtkTaskItem *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (at_gtk_home_is_here (&at_gtk_task_item_get_priv (self)->home));

  at_gtk_task_item_queue_subtitle (self);
}

/**
 * at_gtk_task_item_invalidate_state:
 * @self: an item
 *
 * Says that the state may be another one, for classes that find it by something that is not
 * the task's.
 *
 * It is found at once, and [property@TaskItem:state] notifies if it is another.
 *
 * Since: 1.0
 */
void
at_gtk_task_item_invalidate_state (AtGtkTaskItem *self)
{
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (self));
  g_return_if_fail (at_gtk_home_is_here (&at_gtk_task_item_get_priv (self)->home));

  at_gtk_task_item_update_state (self);
}

static void
on_file_looked (gboolean is_there,
                gpointer user_data)
{
  g_autoptr (AtGtkTaskItem) self = g_object_ref (user_data);

  at_gtk_task_item_get_priv (self)->is_gone = !is_there;
  at_gtk_task_item_update_state (self);
}

/* The task. */

static void
on_owner_gone (gpointer  data,
               GObject  *where)
{
  g_autoptr (AtGtkTaskItem) self = g_object_ref (data);
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  priv->owner = NULL;
  priv->is_orphan = TRUE;
  at_gtk_task_item_update_state (self);
}

/* One whose owner is gone is cancelled, and tells nothing of it. */
static void
follow_owner (AtGtkTaskItem *self,
              GObject       *owner)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (priv->owner == owner)
    return;

  if (priv->owner != NULL)
    g_object_weak_unref (priv->owner, on_owner_gone, self);
  priv->owner = owner;
  if (owner != NULL)
    g_object_weak_ref (owner, on_owner_gone, self);
}

static void
on_task_notify (AtAsyncTask *task,
                GParamSpec  *pspec,
                gpointer     user_data)
{
  g_autoptr (AtGtkTaskItem) self = g_object_ref (user_data);
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  const char *name = g_param_spec_get_name (pspec);

  if (strcmp (name, "fraction") == 0)
    {
      at_gtk_task_item_tell_followers (self);
      at_gtk_task_item_notify (self, PROP_FRACTION);
    }
  else if (strcmp (name, "indeterminate") == 0)
    {
      at_gtk_task_item_tell_followers (self);
      at_gtk_task_item_notify (self, PROP_INDETERMINATE);
    }
  else if (strcmp (name, "title") == 0)
    {
      if (priv->title == NULL)
        at_gtk_task_item_notify (self, PROP_TITLE);
    }
  else if (strcmp (name, "last-error") == 0)
    {
      at_gtk_task_item_update_detail (self);
    }
  else if (strcmp (name, "owner") == 0)
    {
      follow_owner (self, at_async_task_get_owner (task));
    }
  else if (strcmp (name, "status") == 0 || strcmp (name, "stage") == 0 || strcmp (name, "paused") == 0)
    {
      at_gtk_task_item_update_state (self);
    }
  else
    {
      at_gtk_task_item_queue_subtitle (self);
    }
}

/* By name, since who listens to all of them has the task pace its summary once more. Of one that
 * has ended nothing else changes but the first. */
static const char * const heard[] = {
  "title", "status", "stage", "paused", "fraction", "indeterminate", "completed", "total", "message", "rate",
  "remaining", "retry-in", "last-error", "owner",
};

static void
connect_task (AtGtkTaskItem *self)
{
  static guint notify_id;
  static GQuark details[G_N_ELEMENTS (heard)];
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  gboolean has_ended = at_async_task_get_status (priv->task) == AT_STATUS_FINISHED;

  if (notify_id == 0)
    {
      notify_id = g_signal_lookup ("notify", G_TYPE_OBJECT);
      for (guint i = 0; i < G_N_ELEMENTS (heard); i++)
        details[i] = g_quark_from_static_string (heard[i]);
    }

  priv->closure = g_cclosure_new (G_CALLBACK (on_task_notify), self, NULL);
  g_closure_set_marshal (priv->closure, g_cclosure_marshal_VOID__PARAM);
  g_closure_ref (priv->closure);
  g_closure_sink (priv->closure);
  for (guint i = 0; i < (has_ended ? 1 : G_N_ELEMENTS (heard)); i++)
    g_signal_connect_closure_by_id (priv->task, notify_id, details[i], priv->closure, FALSE);

  follow_owner (self, at_async_task_get_owner (priv->task));
}

static void
drop_task (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  if (priv->task == NULL)
    return;

  follow_owner (self, NULL);
  priv->is_orphan = FALSE;
  /* Not by invalidating it: one that is emitted right now would be taken for another of them. */
  g_signal_handlers_disconnect_matched (priv->task, G_SIGNAL_MATCH_CLOSURE, 0, 0, priv->closure, NULL, NULL);
  g_clear_pointer (&priv->closure, g_closure_unref);
  g_clear_object (&priv->task);
}

/* In the place of the one before. Whoever is told sees the whole of it. */
void
at_gtk_task_item_take_task (AtGtkTaskItem *self,
                            AtAsyncTask   *task)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  drop_task (self);
  if (task == NULL)
    return;

  priv->task = g_object_ref (task);
  connect_task (self);
}

/* What the other file was, says nothing of this one. */
void
at_gtk_task_item_take_file (AtGtkTaskItem *self,
                            GFile         *file)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);

  g_clear_pointer (&priv->watch, at_gtk_file_watch_free);
  priv->is_gone = FALSE;
  g_set_object (&priv->file, file);
  g_clear_object (&priv->file_icon);
  update_watch (self);
}

/* The task is another one. */
void
at_gtk_task_item_update_task (AtGtkTaskItem *self)
{
  AtGtkTaskItemPrivate *priv = at_gtk_task_item_get_priv (self);
  AtGtkTaskState before = priv->state;

  priv->state = AT_GTK_TASK_STATE_PENDING;
  priv->state = read_state (self);
  update_watch (self);

  at_gtk_task_item_tell_followers (self);
  if (priv->state != before)
    at_gtk_task_item_notify (self, PROP_STATE);
  at_gtk_task_item_update_detail (self);
  at_gtk_task_item_show_subtitle (self);
}
