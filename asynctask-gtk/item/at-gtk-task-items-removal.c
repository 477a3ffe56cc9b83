/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

/* Removing rows, for somebody who may want them back. */

static void
removal_free (AtGtkRemoval *self)
{
  for (guint i = 0; i < self->entries->len; i++)
    ((AtGtkEntry *) self->entries->pdata[i])->removal = NULL;
  g_ptr_array_unref (self->entries);
  g_free (self);
}

static void
show_can_undo (AtGtkTaskItems *self)
{
  gboolean can_undo = !g_queue_is_empty (&self->removals);

  if (self->shown.can_undo == can_undo)
    return;

  self->shown.can_undo = can_undo;
  at_gtk_task_items_notify (self, PROP_CAN_UNDO);
}

/* For good. */

static gboolean
is_leaving (AtGtkTaskItems *self,
            guint           position)
{
  AtAsyncTask *task = g_array_index (self->tasks, AtAsyncTask *, position);
  AtGtkTaskRef *ref = task != NULL ? at_gtk_task_items_get_ref (self, task) : NULL;

  return ref != NULL && ref->entry != NULL && ref->entry->is_out;
}

static void
take_out_of_list (AtGtkTaskItems *self,
                  AtTaskList     *list)
{
  for (guint i = self->tasks->len; i > 0; i--)
    if (i <= self->tasks->len && is_leaving (self, i - 1))
      {
        g_autoptr (AtAsyncTask) task = g_object_ref (g_array_index (self->tasks, AtAsyncTask *, i - 1));

        at_task_list_remove (list, task);
      }
}

/* Neighbours at once. */
static void
take_out_of_store (AtGtkTaskItems *self,
                   GListStore     *store)
{
  for (guint i = self->tasks->len; i > 0; i--)
    {
      guint n = 0;

      if (i > self->tasks->len)
        continue;

      while (n < i && is_leaving (self, i - 1 - n))
        n++;
      if (n == 0)
        continue;

      g_list_store_splice (store, i - n, n, NULL, 0);
      i -= n - 1;
    }
}

/* Of other models nobody can take anything out: what is there goes on not to be seen. */
static void
take_out (AtGtkTaskItems *self)
{
  g_autoptr (GListModel) model = NULL;

  g_set_object (&model, self->model);
  if (AT_IS_TASK_LIST (model))
    take_out_of_list (self, AT_TASK_LIST (model));
  else if (G_IS_LIST_STORE (model))
    take_out_of_store (self, G_LIST_STORE (model));
}

/* Those of @entries, which are final. They may be gone before their turn. */
static void
end_entries (AtGtkTaskItems *self,
             GPtrArray      *entries)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < entries->len; i++)
    {
      AtGtkEntry *entry = entries->pdata[i];

      at_gtk_wait_end (&entry->task_wait);
      g_ptr_array_add (items, g_object_ref (entry->item));
      entry->is_final = FALSE;
      entry->is_out = TRUE;
      at_gtk_task_items_release (self, entry);
    }

  take_out (self);
  for (guint i = 0; i < items->len; i++)
    at_gtk_task_item_tell_removed (items->pdata[i]);
}

void
at_gtk_task_items_end_ended (AtGtkTaskItems *self)
{
  g_autoptr (GPtrArray) entries = NULL;

  if (g_queue_is_empty (&self->ended))
    return;

  entries = g_ptr_array_new ();
  for (GList *l = self->ended.head; l != NULL; l = l->next)
    g_ptr_array_add (entries, l->data);
  end_entries (self, entries);
}

/* Nobody can have them back; those whose task goes on to run stay until it has ended. */
static void
make_final (AtGtkTaskItems *self,
            AtGtkRemoval   *removal)
{
  for (guint i = 0; i < removal->entries->len; i++)
    {
      AtGtkEntry *entry = removal->entries->pdata[i];

      entry->is_final = TRUE;
      if (!at_gtk_task_state_is_active (entry->state))
        at_gtk_wait_begin (&entry->task_wait, &self->ended, entry);
    }
  removal_free (removal);
}

gint64
at_gtk_task_items_find_due (AtGtkTaskItems *self)
{
  gint64 due = g_queue_is_empty (&self->ended) ? AT_GTK_NEVER : 0;

  for (GList *l = self->removals.head; l != NULL; l = l->next)
    due = MIN (due, ((AtGtkRemoval *) l->data)->due);

  return due;
}

void
at_gtk_task_items_end_removals (AtGtkTaskItems *self,
                                gint64          now)
{
  GList *next;

  for (GList *l = self->removals.head; l != NULL; l = next)
    {
      next = l->next;
      if (((AtGtkRemoval *) l->data)->due > now)
        continue;

      make_final (self, l->data);
      g_queue_delete_link (&self->removals, l);
    }

  show_can_undo (self);
}

void
at_gtk_task_items_end_all (AtGtkTaskItems *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer data;

  at_gtk_task_items_end_removals (self, AT_GTK_NEVER);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    if (((AtGtkEntry *) data)->is_final)
      g_ptr_array_add (entries, data);
  end_entries (self, entries);
}

/* Removing. */

/* Once, however often it is asked for. */
static void
add_entry (GPtrArray  *entries,
           AtGtkEntry *entry)
{
  if (entry == NULL || entry->iter == NULL || entry->is_leaving ||
      !at_gtk_task_item_can (entry->item, AT_GTK_TASK_ACTION_REMOVE))
    return;

  entry->is_leaving = TRUE;
  g_ptr_array_add (entries, entry);
}

/* Returns how many. */
static guint
remove_entries (AtGtkTaskItems *self,
                GPtrArray      *entries /* transfer full */)
{
  g_autoptr (AtGtkTaskItems) kept G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GPtrArray) running = g_ptr_array_new_with_free_func (g_object_unref);
  AtGtkRemoval *removal;
  guint n_removed = entries->len;
  AtGtkEdit edit;

  if (n_removed == 0)
    {
      g_ptr_array_unref (entries);
      return 0;
    }

  removal = g_new0 (AtGtkRemoval, 1);
  removal->entries = entries;
  removal->due = g_get_monotonic_time () + (gint64) (self->undo_timeout * G_USEC_PER_SEC);

  at_gtk_task_items_begin_edit (self, &edit);
  for (guint i = 0; i < n_removed; i++)
    {
      AtGtkEntry *entry = entries->pdata[i];

      entry->is_removed = TRUE;
      entry->is_kept = FALSE;
      entry->removal = removal;
      entry->is_leaving = FALSE;
      at_gtk_task_items_take (self, &edit, entry);
      if (at_gtk_task_state_is_active (entry->state))
        g_ptr_array_add (running, g_object_ref (entry->item));
    }

  if (self->undo_timeout > 0)
    g_queue_push_tail (&self->removals, removal);
  else
    make_final (self, removal);

  /* From here on it can be undone inside. */
  for (guint i = 0; i < running->len; i++)
    at_gtk_task_item_cancel (running->pdata[i]);
  at_gtk_task_items_end_edit (self, &edit);
  at_gtk_task_items_end_ended (self);
  show_can_undo (self);
  at_gtk_task_items_show_counts (self);
  at_gtk_task_items_reschedule (self);

  return n_removed;
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
 * model, if that is an [class@At.TaskList] or a [class@Gio.ListStore]. A task that is active is
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
  GPtrArray *entries;
  guint n_items;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);
  g_return_val_if_fail (G_IS_LIST_MODEL (items), 0);
  g_return_val_if_fail (at_gtk_home_is_here (&self->home), 0);

  /* All of them first: it may be the items themselves, or what is made from them. */
  entries = g_ptr_array_new ();
  n_items = g_list_model_get_n_items (items);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (items, i);

      add_entry (entries, g_hash_table_lookup (self->entries, item));
    }

  return remove_entries (self, entries);
}

gboolean
at_gtk_task_items_remove_item (AtGtkTaskItems *self,
                               AtGtkTaskItem  *item)
{
  GPtrArray *entries = g_ptr_array_new ();

  add_entry (entries, g_hash_table_lookup (self->entries, item));

  return remove_entries (self, entries) > 0;
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
  GPtrArray *entries;
  GSequenceIter *iter;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);
  g_return_val_if_fail (at_gtk_home_is_here (&self->home), 0);

  entries = g_ptr_array_new ();
  for (iter = g_sequence_get_begin_iter (self->sequence); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      AtGtkEntry *entry = g_sequence_get (iter);

      if (at_gtk_task_state_is_ended (entry->state))
        add_entry (entries, entry);
    }

  return remove_entries (self, entries);
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
  AtGtkRemoval *removal;
  AtGtkEdit edit;

  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), FALSE);
  g_return_val_if_fail (at_gtk_home_is_here (&self->home), FALSE);

  removal = g_queue_pop_tail (&self->removals);
  if (removal == NULL)
    return FALSE;

  at_gtk_task_items_begin_edit (self, &edit);
  for (guint i = 0; i < removal->entries->len; i++)
    {
      AtGtkEntry *entry = removal->entries->pdata[i];

      entry->is_removed = FALSE;
      entry->is_kept = entry->n_in_model == 0;
      at_gtk_task_items_insert (self, &edit, entry);
    }
  removal_free (removal);
  at_gtk_task_items_end_edit (self, &edit);

  show_can_undo (self);
  at_gtk_task_items_show_counts (self);
  at_gtk_task_items_reschedule (self);

  return TRUE;
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

  return !g_queue_is_empty (&self->removals);
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
 * @seconds: for how long; 0 for not at all. What is more than %G_MAXINT is that
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

  /* A longer one would not fit into microseconds. */
  seconds = MIN (seconds, G_MAXINT);
  if (!(seconds < self->undo_timeout || seconds > self->undo_timeout))
    return;

  self->undo_timeout = seconds;
  at_gtk_task_items_notify (self, PROP_UNDO_TIMEOUT);
}
