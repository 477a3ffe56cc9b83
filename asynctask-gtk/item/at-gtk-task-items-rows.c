/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

/* The rows of the list and their order. The order is that of what was written on each entry when
 * it was put where it is: so it holds, while an entry that belongs elsewhere waits to be moved. */

static AtGtkGroup
find_group (AtGtkTaskState state)
{
  switch (state)
    {
    case AT_GTK_TASK_STATE_RUNNING:
    case AT_GTK_TASK_STATE_PAUSED:
    case AT_GTK_TASK_STATE_RETRYING:
      return AT_GTK_GROUP_ACTIVE;
    case AT_GTK_TASK_STATE_PENDING:
    case AT_GTK_TASK_STATE_WAITING:
    case AT_GTK_TASK_STATE_QUEUED:
      return AT_GTK_GROUP_WAITING;
    case AT_GTK_TASK_STATE_FAILED:
      return AT_GTK_GROUP_FAILED;
    case AT_GTK_TASK_STATE_SUCCEEDED:
    case AT_GTK_TASK_STATE_CANCELLED:
    case AT_GTK_TASK_STATE_GONE:
    default:
      return AT_GTK_GROUP_FINISHED;
    }
}

int
at_gtk_task_items_compare (gconstpointer a,
                           gconstpointer b,
                           gpointer      user_data)
{
  const AtGtkEntry *one = a, *other = b;
  AtGtkTaskItems *self = user_data;
  int age = one->serial < other->serial ? -1 : one->serial > other->serial;

  if (self->sort == AT_GTK_TASK_SORT_NEWEST)
    return -age;
  if (self->sort == AT_GTK_TASK_SORT_STATE && one->group != other->group)
    return one->group < other->group ? -1 : 1;

  return age;
}

/* Editing. */

static guint
count_rows (AtGtkTaskItems *self)
{
  return (guint) g_sequence_get_length (self->sequence);
}

static void
note (AtGtkEdit *edit,
      guint      n_before,
      guint      n_after)
{
  edit->first = MIN (edit->first, n_before);
  edit->last = MIN (edit->last, n_after);
}

void
at_gtk_task_items_begin_edit (AtGtkTaskItems *self,
                              AtGtkEdit      *edit)
{
  edit->n_before = count_rows (self);
  edit->first = edit->n_before;
  edit->last = edit->n_before;
  self->last_iter = NULL;
}

void
at_gtk_task_items_insert (AtGtkTaskItems *self,
                          AtGtkEdit      *edit,
                          AtGtkEntry     *entry)
{
  guint position;

  entry->group = find_group (entry->state);
  entry->iter = g_sequence_insert_sorted (self->sequence, entry, at_gtk_task_items_compare, self);
  position = (guint) g_sequence_iter_get_position (entry->iter);
  note (edit, position, count_rows (self) - position - 1);
  at_gtk_task_items_count_in (self, entry);
}

void
at_gtk_task_items_take (AtGtkTaskItems *self,
                        AtGtkEdit      *edit,
                        AtGtkEntry     *entry)
{
  guint position = (guint) g_sequence_iter_get_position (entry->iter);

  at_gtk_wait_end (&entry->row_wait);
  at_gtk_task_items_count_out (self, entry);
  g_sequence_remove (entry->iter);
  entry->iter = NULL;
  note (edit, position, count_rows (self) - position);
}

/* Those who are told may change the list again. */
void
at_gtk_task_items_end_edit (AtGtkTaskItems *self,
                            AtGtkEdit      *edit)
{
  guint n_after = count_rows (self);
  guint n_removed, n_added;

  /* No row has changed. */
  if (edit->first + edit->last >= MAX (edit->n_before, n_after))
    return;

  n_removed = edit->n_before - edit->first - edit->last;
  n_added = n_after - edit->first - edit->last;
  self->last_iter = NULL;
  g_list_model_items_changed (G_LIST_MODEL (self), edit->first, n_removed, n_added);

  if (edit->first + n_added < count_rows (self))
    at_gtk_task_items_tell_sections (self, edit->first + n_added);
}

gboolean
at_gtk_task_items_is_misplaced (AtGtkTaskItems *self,
                                AtGtkEntry     *entry)
{
  return self->sort == AT_GTK_TASK_SORT_STATE && find_group (entry->state) != entry->group;
}

/* Puts those where they belong whose state has changed. */
void
at_gtk_task_items_move (AtGtkTaskItems *self)
{
  AtGtkEdit edit;

  at_gtk_task_items_begin_edit (self, &edit);

  while (!g_queue_is_empty (&self->moved))
    {
      AtGtkEntry *entry = g_queue_peek_head (&self->moved);
      AtGtkGroup group = find_group (entry->state);
      guint from, to, n_rows = count_rows (self);

      at_gtk_wait_end (&entry->row_wait);
      if (group == entry->group)
        continue;

      from = (guint) g_sequence_iter_get_position (entry->iter);
      entry->group = group;
      g_sequence_sort_changed (entry->iter, at_gtk_task_items_compare, self);
      to = (guint) g_sequence_iter_get_position (entry->iter);

      /* One that is where it was is in another section. */
      if (self->sort == AT_GTK_TASK_SORT_STATE)
        note (&edit, MIN (from, to), n_rows - 1 - MAX (from, to));
    }

  at_gtk_task_items_end_edit (self, &edit);
}

void
at_gtk_task_items_resort (AtGtkTaskItems *self)
{
  AtGtkEdit edit;
  GSequenceIter *iter;

  while (!g_queue_is_empty (&self->moved))
    at_gtk_wait_end (&((AtGtkEntry *) g_queue_peek_head (&self->moved))->row_wait);
  for (iter = g_sequence_get_begin_iter (self->sequence); !g_sequence_iter_is_end (iter);
       iter = g_sequence_iter_next (iter))
    {
      AtGtkEntry *entry = g_sequence_get (iter);

      entry->group = find_group (entry->state);
    }

  at_gtk_task_items_begin_edit (self, &edit);
  g_sequence_sort (self->sequence, at_gtk_task_items_compare, self);
  if (edit.n_before > 1)
    note (&edit, 0, 0);
  at_gtk_task_items_end_edit (self, &edit);
}
