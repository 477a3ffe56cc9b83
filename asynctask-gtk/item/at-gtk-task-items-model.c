/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

/* What is made of the model: an entry for each task, and one for several if an item goes from
 * one to another. Whatever calls back is done while what is known of the model is whole, since it
 * may change the model. */

AtGtkTaskRef *
at_gtk_task_items_get_ref (AtGtkTaskItems *self,
                           AtAsyncTask    *task)
{
  return g_hash_table_lookup (self->refs, task);
}

static AtGtkTaskRef *
ensure_ref (AtGtkTaskItems *self,
            AtAsyncTask    *task)
{
  AtGtkTaskRef *ref = at_gtk_task_items_get_ref (self, task);

  if (ref == NULL)
    {
      ref = g_new0 (AtGtkTaskRef, 1);
      g_hash_table_insert (self->refs, task, ref);
    }

  return ref;
}

/* One that is neither in the model nor an item's. */
static void
release_ref (AtGtkTaskItems *self,
             AtAsyncTask    *task)
{
  AtGtkTaskRef *ref = at_gtk_task_items_get_ref (self, task);

  if (ref != NULL && ref->n_in_model == 0 && (ref->entry == NULL || ref->entry->task != task))
    g_hash_table_remove (self->refs, task);
}

static void
set_entry (AtGtkTaskRef *ref,
           AtGtkEntry   *entry)
{
  if (ref->entry == entry)
    return;

  if (ref->entry != NULL)
    ref->entry->n_in_model -= ref->n_in_model;
  ref->entry = entry;
  entry->n_in_model += ref->n_in_model;
}

/* Entries. */

void
at_gtk_wait_begin (AtGtkWait  *self,
                   GQueue     *queue,
                   AtGtkEntry *entry)
{
  if (self->queue == queue)
    return;

  at_gtk_wait_end (self);
  self->queue = queue;
  self->link.data = entry;
  g_queue_push_tail_link (queue, &self->link);
}

void
at_gtk_wait_end (AtGtkWait *self)
{
  if (self->queue != NULL)
    g_queue_unlink (self->queue, &self->link);
  self->queue = NULL;
}

static void
free_entry (AtGtkTaskItems *self,
            AtGtkEntry     *entry)
{
  g_autoptr (AtAsyncTask) task = g_steal_pointer (&entry->task);
  g_autoptr (AtGtkTaskItem) item = entry->item;

  g_assert (entry->iter == NULL && entry->removal == NULL);

  at_gtk_wait_end (&entry->row_wait);
  at_gtk_wait_end (&entry->task_wait);
  at_gtk_task_item_remove_follower (item, &entry->follower);
  g_hash_table_remove (self->entries, item);
  if (task != NULL)
    {
      AtGtkTaskRef *ref = at_gtk_task_items_get_ref (self, task);

      if (ref != NULL && ref->entry == entry)
        g_hash_table_remove (self->refs, task);
    }
  g_free (entry);
}

void
at_gtk_task_items_release (AtGtkTaskItems *self,
                           AtGtkEntry     *entry)
{
  if (entry->n_in_model == 0 && !entry->is_kept && entry->removal == NULL && !entry->is_final)
    free_entry (self, entry);
}

/* An item has gone on to a task that has an entry. The two become one: the row that was there
 * before. */
static void
take_over (AtGtkTaskItems *self,
           AtGtkTaskRef   *ref,
           AtGtkEntry     *entry)
{
  AtGtkEntry *other = ref->entry;
  AtGtkEdit edit;

  set_entry (ref, entry);
  if (other == entry || other->n_in_model > 0)
    return;

  at_gtk_task_items_begin_edit (self, &edit);
  if (other->iter != NULL)
    at_gtk_task_items_take (self, &edit, other);
  other->is_kept = FALSE;
  at_gtk_task_items_release (self, other);
  at_gtk_task_items_end_edit (self, &edit);
}

static void
read_item (AtGtkTaskItems *self,
           AtGtkEntry     *entry)
{
  entry->state = at_gtk_task_item_get_state (entry->item);
  if (entry->iter == NULL)
    return;

  at_gtk_task_items_recount (self, entry);
  if (at_gtk_task_items_is_misplaced (self, entry))
    at_gtk_wait_begin (&entry->row_wait, &self->moved, entry);
}

static void
follow_task (AtGtkTaskItems *self,
             AtGtkEntry     *entry)
{
  g_autoptr (AtAsyncTask) before = g_steal_pointer (&entry->task);
  AtGtkTaskRef *ref;

  g_set_object (&entry->task, at_gtk_task_item_get_task (entry->item));
  read_item (self, entry);
  if (before != NULL)
    release_ref (self, before);
  if (entry->task == NULL)
    return;

  /* Not now: this may be inside a change of the model. */
  if (entry->n_in_model > 0 && !entry->is_final)
    at_gtk_wait_begin (&entry->task_wait, &self->replaced, entry);

  ref = ensure_ref (self, entry->task);
  if (ref->n_in_model > 0)
    entry->is_kept = FALSE;
  if (ref->entry == NULL)
    set_entry (ref, entry);
  else
    take_over (self, ref, entry);
}

/* Something of the item has changed. */
static void
on_item_changed (AtGtkTaskFollower *follower)
{
  AtGtkEntry *entry = (AtGtkEntry *) follower;
  g_autoptr (AtGtkTaskItems) self = g_object_ref (follower->list);
  g_autoptr (AtGtkTaskItem) item = g_object_ref (entry->item);
  gboolean is_other = at_gtk_task_item_get_state (item) != entry->state;

  if (at_gtk_task_item_get_task (item) != entry->task)
    {
      is_other = TRUE;
      follow_task (self, entry);

      /* Rows have gone, and who was told of it did the worst. */
      if (g_hash_table_lookup (self->entries, item) != entry)
        return;
    }

  read_item (self, entry);
  if (entry->is_final && !at_gtk_task_state_is_active (entry->state))
    at_gtk_wait_begin (&entry->task_wait, &self->ended, entry);

  if (is_other)
    at_gtk_task_items_show_counts (self);
  else if (entry->iter != NULL)
    at_gtk_task_items_show_progress (self);

  at_gtk_task_items_reschedule (self);
}

static AtGtkTaskItem *
create_item (AtGtkTaskItems *self,
             AtAsyncTask    *task)
{
  AtGtkTaskItem *item = NULL;

  if (g_signal_has_handler_pending (self, at_gtk_task_items_signals[CREATE_ITEM], 0, FALSE))
    g_signal_emit (self, at_gtk_task_items_signals[CREATE_ITEM], 0, task, &item);
  if (item == NULL)
    return at_gtk_task_item_new (task);

  at_gtk_task_item_set_task (item, task);

  return item;
}

/* For a task that has come, unless that has been done meanwhile. */
static void
add_entry (AtGtkTaskItems *self,
           AtAsyncTask    *task)
{
  AtGtkTaskRef *ref = at_gtk_task_items_get_ref (self, task);
  g_autoptr (AtGtkTaskItem) item = NULL;
  AtGtkEntry *entry;

  if (ref == NULL || ref->entry != NULL)
    return;

  item = create_item (self, task);

  ref = at_gtk_task_items_get_ref (self, task);
  if (ref == NULL || ref->entry != NULL)
    return;

  /* The application may show several tasks, one after the other, by one item. */
  entry = g_hash_table_lookup (self->entries, item);
  if (entry != NULL)
    {
      set_entry (ref, entry);
      return;
    }

  entry = g_new0 (AtGtkEntry, 1);
  entry->follower.changed = on_item_changed;
  entry->follower.list = self;
  entry->item = g_object_ref (item);
  entry->serial = ++self->last_serial;
  entry->active_link.data = entry;
  entry->state = at_gtk_task_item_get_state (item);
  g_hash_table_insert (self->entries, item, entry);
  at_gtk_task_item_add_follower (item, &entry->follower);
  set_entry (ref, entry);

  g_set_object (&entry->task, at_gtk_task_item_get_task (item));
  if (entry->task != NULL && entry->task != task)
    {
      ref = ensure_ref (self, entry->task);
      if (ref->entry == NULL)
        set_entry (ref, entry);
    }

  at_gtk_wait_begin (&entry->row_wait, &self->arrived, entry);
}

/* Changes of the model. */

static void
count_task (AtGtkTaskItems *self,
            AtAsyncTask    *task,
            int             times)
{
  AtGtkTaskRef *ref = ensure_ref (self, task);

  ref->n_in_model += (guint) times;
  if (ref->entry == NULL)
    return;

  ref->entry->n_in_model += (guint) times;
  if (times > 0)
    ref->entry->is_kept = FALSE;
}

/* Adds those to @leaving of which no task is in the model any more. */
static void
forget_task (AtGtkTaskItems *self,
             AtAsyncTask    *task,
             GPtrArray      *leaving)
{
  AtGtkTaskRef *ref = at_gtk_task_items_get_ref (self, task);
  AtGtkEntry *entry = ref != NULL ? ref->entry : NULL;

  if (ref == NULL || ref->n_in_model > 0)
    return;

  release_ref (self, task);
  if (entry == NULL || entry->n_in_model > 0)
    return;

  if (!entry->is_leaving)
    g_ptr_array_add (leaving, entry);
  entry->is_leaving = TRUE;
  entry->has_left = entry->has_left || task == entry->task;
}

/* One that shows another task by now, which nobody could put into the model, does not go under
 * one's eyes. */
static void
leave (AtGtkTaskItems *self,
       AtGtkEdit      *edit,
       AtGtkEntry     *entry)
{
  entry->is_kept = !entry->has_left && entry->task != NULL && !entry->is_removed &&
                   !at_gtk_task_state_is_ended (entry->state);
  entry->is_leaving = FALSE;
  entry->has_left = FALSE;
  if (entry->is_kept)
    return;

  if (entry->iter != NULL)
    at_gtk_task_items_take (self, edit, entry);
  at_gtk_task_items_release (self, entry);
}

static void
change_rows (AtGtkTaskItems *self,
             GPtrArray      *removed)
{
  g_autoptr (GPtrArray) leaving = g_ptr_array_new ();
  AtGtkEdit edit;

  at_gtk_task_items_begin_edit (self, &edit);

  for (guint i = 0; i < removed->len; i++)
    forget_task (self, removed->pdata[i], leaving);
  for (guint i = 0; i < leaving->len; i++)
    leave (self, &edit, leaving->pdata[i]);

  while (!g_queue_is_empty (&self->arrived))
    {
      AtGtkEntry *entry = g_queue_peek_head (&self->arrived);

      at_gtk_wait_end (&entry->row_wait);
      at_gtk_task_items_insert (self, &edit, entry);
    }

  at_gtk_task_items_end_edit (self, &edit);
}

/* @added are tasks, or NULL. */
static void
splice (AtGtkTaskItems *self,
        guint           position,
        guint           n_removed,
        GPtrArray      *added)
{
  g_autoptr (AtGtkTaskItems) kept G_GNUC_UNUSED = g_object_ref (self);
  g_autoptr (GPtrArray) removed = g_ptr_array_new_full (n_removed, g_object_unref);

  for (guint i = 0; i < n_removed; i++)
    {
      AtAsyncTask *task = g_array_index (self->tasks, AtAsyncTask *, position + i);

      if (task == NULL)
        continue;

      g_ptr_array_add (removed, task);
      count_task (self, task, -1);
    }
  if (n_removed > 0)
    g_array_remove_range (self->tasks, position, n_removed);

  for (guint i = 0; i < added->len; i++)
    if (added->pdata[i] != NULL)
      count_task (self, g_object_ref (added->pdata[i]), 1);
  if (added->len > 0)
    g_array_insert_vals (self->tasks, position, added->pdata, added->len);

  /* From here on it can all happen again inside. */
  for (guint i = 0; i < added->len; i++)
    if (added->pdata[i] != NULL)
      add_entry (self, added->pdata[i]);

  change_rows (self, removed);
  at_gtk_task_items_show_counts (self);
  at_gtk_task_items_reschedule (self);
}

static void
unref_task (gpointer data)
{
  if (data != NULL)
    g_object_unref (data);
}

static GPtrArray *
fetch_tasks (GListModel *model,
             guint       position,
             guint       n_tasks)
{
  GPtrArray *tasks = g_ptr_array_new_full (n_tasks, unref_task);

  for (guint i = 0; i < n_tasks; i++)
    {
      g_autoptr (GObject) object = g_list_model_get_item (model, position + i);

      if (AT_IS_ASYNC_TASK (object))
        {
          g_ptr_array_add (tasks, g_steal_pointer (&object));
          continue;
        }

      g_critical ("AtGtkTaskItems: the model has a %s, which is no task", G_OBJECT_TYPE_NAME (object));
      g_ptr_array_add (tasks, NULL);
    }

  return tasks;
}

static void
on_items_changed (GListModel     *model,
                  guint           position,
                  guint           n_removed,
                  guint           n_added,
                  AtGtkTaskItems *self)
{
  g_autoptr (GPtrArray) added = fetch_tasks (model, position, n_added);

  splice (self, position, n_removed, added);
}

/* What one model has kept, another does not. */
static void
drop_kept (AtGtkTaskItems *self)
{
  g_autoptr (GPtrArray) dropped = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer data;
  AtGtkEdit edit;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      AtGtkEntry *entry = data;

      if (entry->n_in_model == 0 && entry->removal == NULL && !entry->is_final)
        g_ptr_array_add (dropped, entry);
    }

  at_gtk_task_items_begin_edit (self, &edit);
  for (guint i = 0; i < dropped->len; i++)
    {
      AtGtkEntry *entry = dropped->pdata[i];

      entry->is_kept = FALSE;
      if (entry->iter != NULL)
        at_gtk_task_items_take (self, &edit, entry);
      at_gtk_task_items_release (self, entry);
    }
  at_gtk_task_items_end_edit (self, &edit);
}

/* Follows another model from now on, or none. */
void
at_gtk_task_items_follow (AtGtkTaskItems *self,
                          GListModel     *model)
{
  g_autoptr (GPtrArray) tasks = NULL;

  if (self->model != NULL)
    g_clear_signal_handler (&self->model_handler, self->model);
  g_set_object (&self->model, model);
  if (model != NULL)
    self->model_handler = g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);

  tasks = model != NULL ? fetch_tasks (model, 0, g_list_model_get_n_items (model)) : g_ptr_array_new ();
  splice (self, 0, self->tasks->len, tasks);
  if (self->model == model)
    drop_kept (self);
}

/* At the end of the list. Nobody is told. */
void
at_gtk_task_items_drop_entries (AtGtkTaskItems *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer data;

  if (self->model != NULL)
    g_clear_signal_handler (&self->model_handler, self->model);
  g_clear_object (&self->model);

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    g_ptr_array_add (entries, data);
  for (guint i = 0; i < entries->len; i++)
    {
      AtGtkEntry *entry = entries->pdata[i];

      if (entry->iter != NULL)
        {
          at_gtk_task_items_count_out (self, entry);
          g_sequence_remove (entry->iter);
          entry->iter = NULL;
        }
      free_entry (self, entry);
    }
  self->last_iter = NULL;

  g_hash_table_remove_all (self->refs);
  for (guint i = 0; i < self->tasks->len; i++)
    unref_task (g_array_index (self->tasks, gpointer, i));
  g_array_set_size (self->tasks, 0);
}

/* Those of the entry that are in the model, but for the one that it shows. */
static GPtrArray *
find_others (AtGtkTaskItems *self,
             AtGtkEntry     *entry)
{
  GPtrArray *others = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->tasks->len; i++)
    {
      AtAsyncTask *task = g_array_index (self->tasks, AtAsyncTask *, i);

      if (task != NULL && task != entry->task && at_gtk_task_items_get_ref (self, task)->entry == entry)
        g_ptr_array_add (others, g_object_ref (task));
    }

  return others;
}

static void
replace_in_list (AtTaskList  *list,
                 AtAsyncTask *task,
                 GPtrArray   *others)
{
  at_task_list_add (list, task);
  for (guint i = 0; i < others->len; i++)
    at_task_list_remove (list, others->pdata[i]);
}

static void
replace_in_store (GListStore  *store,
                  AtAsyncTask *task,
                  GPtrArray   *others)
{
  gboolean is_there = g_list_store_find (store, task, NULL);
  guint position;

  if (!g_type_is_a (G_OBJECT_TYPE (task), g_list_model_get_item_type (G_LIST_MODEL (store))))
    return;

  for (guint i = 0; i < others->len; i++)
    if (g_list_store_find (store, others->pdata[i], &position))
      {
        g_list_store_splice (store, position, 1, (gpointer *) &task, is_there ? 0 : 1);
        is_there = TRUE;
      }
}

void
at_gtk_task_items_replace (AtGtkTaskItems *self)
{
  while (!g_queue_is_empty (&self->replaced))
    {
      AtGtkEntry *entry = g_queue_peek_head (&self->replaced);
      g_autoptr (GListModel) model = NULL;
      g_autoptr (AtAsyncTask) task = NULL;
      g_autoptr (GPtrArray) others = NULL;

      at_gtk_wait_end (&entry->task_wait);
      g_set_object (&model, self->model);
      g_set_object (&task, entry->task);
      others = find_others (self, entry);
      if (task == NULL || others->len == 0)
        continue;

      if (AT_IS_TASK_LIST (model))
        replace_in_list (AT_TASK_LIST (model), task, others);
      else if (G_IS_LIST_STORE (model))
        replace_in_store (G_LIST_STORE (model), task, others);
    }
}
