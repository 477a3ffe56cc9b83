/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-watch-private.h"

#include "item/at-gtk-task-item-private.h"

/* Tells what became of each item of a list.
 *
 * A list that is sorted takes an item out and puts it in again where its state changes, so that
 * an item may be elsewhere, or nowhere for a moment, when it is heard of. What it was is
 * therefore kept for as long as the item is there at all. */

#define N_STATES (AT_GTK_TASK_STATE_GONE + 1)

typedef struct
{
  AtGtkTaskItem  *item; /* weak */
  AtGtkTaskState  state;
  gboolean        is_seen; /* the failure */
  gulong          handler; /* or 0: it is not in the list */
} AtGtkWatched;

struct _AtGtkTaskWatch
{
  AtGtkTaskItems            *items; /* NULL: freed, while it tells */
  const AtGtkTaskWatchFuncs *funcs;
  gpointer                   user_data;

  GPtrArray                 *in_list; /* AtGtkTaskItem, as in @items */
  GHashTable                *watched; /* of AtGtkTaskItem to AtGtkWatched */
  guint                      n_in_state[N_STATES];
  guint                      n_unseen;
};

typedef struct
{
  AtGtkTaskItem  *item;
  AtGtkTaskState  before;
} AtGtkMove;

static void
clear_move (gpointer data)
{
  g_clear_object (&((AtGtkMove *) data)->item);
}

static gboolean
is_unseen (AtGtkWatched *watched)
{
  return watched->state == AT_GTK_TASK_STATE_FAILED && !watched->is_seen;
}

static void
add_to_totals (AtGtkTaskWatch *self,
               AtGtkWatched   *watched,
               int             n)
{
  self->n_in_state[watched->state] += n;
  if (is_unseen (watched))
    self->n_unseen += n;
}

/* Tells, at the end, what was found; whoever is told may free the watch, which he holds no more. */
static void
tell (AtGtkTaskWatch *self,
      GArray         *moves)
{
  g_rc_box_acquire (self);
  for (guint i = 0; i < moves->len && self->items != NULL; i++)
    {
      AtGtkMove *move = &g_array_index (moves, AtGtkMove, i);

      if (self->funcs->moved != NULL)
        self->funcs->moved (move->item, move->before, self->user_data);
    }
  if (self->items != NULL && self->funcs->changed != NULL)
    self->funcs->changed (self->user_data);
  g_rc_box_release (self);
}

static GArray *
new_moves (void)
{
  GArray *moves = g_array_new (FALSE, FALSE, sizeof (AtGtkMove));

  g_array_set_clear_func (moves, clear_move);

  return moves;
}

static void
note_state (AtGtkTaskWatch *self,
            AtGtkWatched   *watched,
            GArray         *moves)
{
  AtGtkMove move = { NULL, watched->state };
  AtGtkTaskState state = at_gtk_task_item_get_state (watched->item);

  if (state == watched->state)
    return;

  move.item = g_object_ref (watched->item);
  add_to_totals (self, watched, -1);
  watched->state = state;
  watched->is_seen = FALSE;
  add_to_totals (self, watched, 1);
  g_array_append_val (moves, move);
}

static void
on_state (AtGtkTaskItem  *item,
          GParamSpec     *pspec,
          AtGtkTaskWatch *self)
{
  AtGtkWatched *watched = g_hash_table_lookup (self->watched, item);
  g_autoptr (GArray) moves = new_moves ();

  note_state (self, watched, moves);
  if (moves->len > 0)
    tell (self, moves);
}

static void
on_item_gone (gpointer  user_data,
              GObject  *item)
{
  AtGtkTaskWatch *self = user_data;

  g_hash_table_remove (self->watched, item);
}

static void
enter (AtGtkTaskWatch *self,
       AtGtkTaskItem  *item,
       GArray         *moves)
{
  AtGtkWatched *watched = g_hash_table_lookup (self->watched, item);
  gboolean is_new = watched == NULL;

  if (is_new)
    {
      watched = g_new0 (AtGtkWatched, 1);
      watched->item = item;
      /* One that has ended is no news, and one that runs is. */
      watched->state = at_gtk_task_item_get_state (item);
      if (moves != NULL && at_gtk_task_state_is_active (watched->state))
        watched->state = AT_GTK_TASK_STATE_PENDING;
      g_object_weak_ref (G_OBJECT (item), on_item_gone, self);
      g_hash_table_insert (self->watched, item, watched);
    }
  if (watched->handler == 0)
    {
      watched->handler = g_signal_connect (item, "notify::state", G_CALLBACK (on_state), self);
      add_to_totals (self, watched, 1);
    }
  if (moves != NULL)
    note_state (self, watched, moves);
}

static void
leave (AtGtkTaskWatch *self,
       AtGtkTaskItem  *item)
{
  AtGtkWatched *watched = g_hash_table_lookup (self->watched, item);

  add_to_totals (self, watched, -1);
  g_clear_signal_handler (&watched->handler, item);
}

static void
on_items_changed (GListModel     *model,
                  guint           position,
                  guint           removed,
                  guint           added,
                  AtGtkTaskWatch *self)
{
  g_autoptr (GArray) moves = new_moves ();
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) kept = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < removed; i++)
    g_ptr_array_add (gone, g_object_ref (g_ptr_array_index (self->in_list, position + i)));
  if (removed > 0)
    g_ptr_array_remove_range (self->in_list, position, removed);
  for (guint i = 0; i < added; i++)
    {
      AtGtkTaskItem *item = g_list_model_get_item (model, position + i);

      g_ptr_array_insert (self->in_list, position + i, item);
      g_hash_table_add (kept, item);
      enter (self, item, moves);
    }
  for (guint i = 0; i < gone->len; i++)
    if (!g_hash_table_contains (kept, g_ptr_array_index (gone, i)))
      leave (self, g_ptr_array_index (gone, i));

  tell (self, moves);
}

/* Items that are there already are no news. */
AtGtkTaskWatch *
at_gtk_task_watch_new (AtGtkTaskItems            *items,
                       const AtGtkTaskWatchFuncs *funcs,
                       gpointer                   user_data)
{
  AtGtkTaskWatch *self = g_rc_box_new0 (AtGtkTaskWatch);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (items));

  self->items = g_object_ref (items);
  self->funcs = funcs;
  self->user_data = user_data;
  self->in_list = g_ptr_array_new_with_free_func (g_object_unref);
  self->watched = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  for (guint i = 0; i < n_items; i++)
    {
      AtGtkTaskItem *item = g_list_model_get_item (G_LIST_MODEL (items), i);

      g_ptr_array_add (self->in_list, item);
      enter (self, item, NULL);
    }
  g_signal_connect (items, "items-changed", G_CALLBACK (on_items_changed), self);

  return self;
}

void
at_gtk_task_watch_free (AtGtkTaskWatch *self)
{
  GHashTableIter iter;
  AtGtkWatched *watched;

  g_signal_handlers_disconnect_by_data (self->items, self);
  g_hash_table_iter_init (&iter, self->watched);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &watched))
    {
      g_clear_signal_handler (&watched->handler, watched->item);
      g_object_weak_unref (G_OBJECT (watched->item), on_item_gone, self);
    }
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_pointer (&self->in_list, g_ptr_array_unref);
  g_clear_object (&self->items);
  g_rc_box_release (self);
}

guint
at_gtk_task_watch_get_n_in_state (AtGtkTaskWatch *self,
                                  AtGtkTaskState  state)
{
  return self->n_in_state[state];
}

/* Failures that nobody has seen. */
guint
at_gtk_task_watch_get_n_unseen (AtGtkTaskWatch *self)
{
  return self->n_unseen;
}

static AtGtkWatched *
find_in_list (AtGtkTaskWatch *self,
              AtGtkTaskItem  *item)
{
  AtGtkWatched *watched = g_hash_table_lookup (self->watched, item);

  return watched != NULL && watched->handler != 0 ? watched : NULL;
}

gboolean
at_gtk_task_watch_has (AtGtkTaskWatch *self,
                       AtGtkTaskItem  *item)
{
  return find_in_list (self, item) != NULL;
}

gboolean
at_gtk_task_watch_is_unseen (AtGtkTaskWatch *self,
                             AtGtkTaskItem  *item)
{
  AtGtkWatched *watched = find_in_list (self, item);

  return watched != NULL && is_unseen (watched);
}

void
at_gtk_task_watch_mark_seen (AtGtkTaskWatch *self)
{
  for (guint i = 0; i < self->in_list->len && self->n_unseen > 0; i++)
    {
      AtGtkWatched *watched = g_hash_table_lookup (self->watched, g_ptr_array_index (self->in_list, i));

      if (is_unseen (watched))
        self->n_unseen--;
      watched->is_seen = TRUE;
    }
}
