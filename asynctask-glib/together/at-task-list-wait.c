/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list-private.h"

#include <glib/gi18n-lib.h>

/* Whoever awaits the end of all with a callback. It is the result itself: a GTask would
 * hold the context, which holds the list's mailbox, which holds whoever waits. */

struct _AtListWait
{
  GObject              parent_instance;

  AtTaskList          *list;
  GAsyncReadyCallback  callback;
  gpointer             user_data;
  GCancellable        *cancellable;
  GSource             *source; /* of the cancellable */
  gboolean             cancel_on_error;
  gboolean             has_cancelled; /* some task was */
  GError              *error;
};

G_DECLARE_FINAL_TYPE (AtListWait, at_list_wait, AT, LIST_WAIT, GObject)

static void async_result_iface_init (GAsyncResultIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AtListWait, at_list_wait, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_ASYNC_RESULT, async_result_iface_init))

static gpointer
at_list_wait_get_user_data (GAsyncResult *result)
{
  return AT_LIST_WAIT (result)->user_data;
}

static GObject *
at_list_wait_get_source_object (GAsyncResult *result)
{
  return g_object_ref (G_OBJECT (AT_LIST_WAIT (result)->list));
}

static void
async_result_iface_init (GAsyncResultIface *iface)
{
  iface->get_user_data = at_list_wait_get_user_data;
  iface->get_source_object = at_list_wait_get_source_object;
}

static void
clear_cancellable (AtListWait *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_clear_object (&self->cancellable);
}

static void
at_list_wait_finalize (GObject *object)
{
  AtListWait *self = AT_LIST_WAIT (object);

  clear_cancellable (self);
  g_clear_error (&self->error);
  g_object_unref (self->list);

  G_OBJECT_CLASS (at_list_wait_parent_class)->finalize (object);
}

static void
at_list_wait_class_init (AtListWaitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = at_list_wait_finalize;
}

static void
at_list_wait_init (AtListWait *self)
{
}

/* The callback may do anything. */
static void
end_wait (AtListWait *self)
{
  GMainContext *context = at_mailbox_get_context (self->list->mailbox);
  GError *error = NULL;

  if (g_cancellable_set_error_if_cancelled (self->cancellable, &error))
    g_clear_error (&self->error);
  else if (self->error == NULL && self->has_cancelled)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("A task was cancelled"));
  if (error != NULL)
    self->error = error;
  clear_cancellable (self);

  if (self->callback == NULL)
    return;

  /* As GTask does it. */
  g_main_context_push_thread_default (context);
  self->callback (G_OBJECT (self->list), G_ASYNC_RESULT (self), self->user_data);
  g_main_context_pop_thread_default (context);
}

void
at_task_list_end_waits (AtTaskList *self)
{
  GQueue over = G_QUEUE_INIT;
  GList *next;

  /* A callback may wait again, and is then not told at once. */
  for (GList *l = self->waits.head; l != NULL; l = next)
    {
      AtListWait *wait = l->data;

      next = l->next;
      if (self->n_in_state[AT_ITEM_ACTIVE] == 0 || g_cancellable_is_cancelled (wait->cancellable))
        {
          g_queue_unlink (&self->waits, l);
          g_queue_push_tail_link (&over, l);
        }
    }

  while (!g_queue_is_empty (&over))
    {
      g_autoptr (AtListWait) wait = g_queue_pop_head (&over);

      end_wait (wait);
    }
}

/* The context is gone, and with it whoever was to be told. */
void
at_task_list_drop_waits (AtTaskList *self)
{
  while (!g_queue_is_empty (&self->waits))
    g_object_unref (g_queue_pop_head (&self->waits));
}

/* Returns whether the others have to be cancelled. */
static gboolean
note_end (AtListWait *self,
          AtItem     *item)
{
  if (item->state == AT_ITEM_CANCELLED)
    self->has_cancelled = TRUE;
  if (item->state != AT_ITEM_FAILED || self->error != NULL)
    return FALSE;

  self->error = g_error_copy (at_async_task_get_error (item->task));

  return self->cancel_on_error;
}

/* Callbacks come later; the cancellables of bodies may have handlers that come now,
 * and find all in order. */
void
at_task_list_note_end (AtTaskList *self,
                       AtItem     *item)
{
  gboolean cancel_rest = FALSE;

  for (GList *l = self->waits.head; l != NULL; l = l->next)
    if (note_end (l->data, item))
      cancel_rest = TRUE;

  if (cancel_rest)
    at_task_list_cancel_all (self, TRUE);
}

static gboolean
on_wait_cancelled (GCancellable *cancellable,
                   gpointer      user_data)
{
  g_autoptr (AtTaskList) self = g_object_ref (user_data);

  at_task_list_end_waits (self);
  at_task_list_reschedule (self);

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
 * the last value of [property@TaskList:fraction]. It never comes inside this function:
 * if no task is active, it comes when the list's main context is iterated.
 *
 * With @cancel_on_error, all tasks are cancelled as in
 * [method@TaskList.cancel_all], with interruption, when the first one fails; the
 * wait goes on until they have ended.
 *
 * The list is kept alive until then. The main context is not: one that is destroyed
 * takes the wait with it, and @callback does not come.
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
  AtListWait *wait;
  gboolean cancel_rest = FALSE;

  g_return_if_fail (AT_IS_TASK_LIST (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  if (at_mailbox_is_closed (self->mailbox))
    return;

  wait = g_object_new (at_list_wait_get_type (), NULL);
  wait->list = g_object_ref (self);
  wait->callback = callback;
  wait->user_data = user_data;
  wait->cancel_on_error = cancel_on_error;

  wait->has_cancelled = self->n_in_state[AT_ITEM_CANCELLED] > 0;
  if (self->ended[AT_ITEM_FAILED].head != NULL)
    cancel_rest = note_end (wait, self->ended[AT_ITEM_FAILED].head->data);

  g_queue_push_tail (&self->waits, wait);
  if (cancellable != NULL)
    {
      wait->cancellable = g_object_ref (cancellable);
      wait->source = g_cancellable_source_new (cancellable);
      g_source_set_static_name (wait->source, "AtTaskList wait");
      g_source_set_callback (wait->source, G_SOURCE_FUNC (on_wait_cancelled), self, NULL);
      g_source_attach (wait->source, at_mailbox_get_context (self->mailbox));
    }

  if (cancel_rest)
    at_task_list_cancel_all (self, TRUE);
  at_task_list_reschedule (self);
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
  AtListWait *wait;

  g_return_val_if_fail (AT_IS_TASK_LIST (self), FALSE);
  g_return_val_if_fail (AT_IS_LIST_WAIT (result) && AT_LIST_WAIT (result)->list == self, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  wait = AT_LIST_WAIT (result);
  if (wait->error == NULL)
    return TRUE;

  if (error != NULL)
    *error = g_error_copy (wait->error);

  return FALSE;
}
