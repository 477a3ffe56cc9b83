/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-queue-private.h"

static int
compare_levels (gconstpointer a,
                gconstpointer b)
{
  int first = ((const AtTaskLevel *) a)->priority;
  int second = ((const AtTaskLevel *) b)->priority;

  return (first > second) - (first < second);
}

static AtTaskLevel *
get_level (AtTaskQueue *self,
           guint        index)
{
  return &g_array_index (self->levels, AtTaskLevel, index);
}

/* Where the level of @priority is, or else where it belongs. */
static gboolean
find_level (AtTaskQueue *self,
            int          priority,
            guint       *index)
{
  AtTaskLevel wanted = { .priority = priority };

  if (g_array_binary_search (self->levels, &wanted, compare_levels, index))
    return TRUE;

  for (*index = 0; *index < self->levels->len; (*index)++)
    if (get_level (self, *index)->priority > priority)
      break;

  return FALSE;
}

void
at_task_queue_init (AtTaskQueue *self)
{
  self->levels = g_array_new (FALSE, FALSE, sizeof (AtTaskLevel));
  self->length = 0;
}

void
at_task_queue_clear (AtTaskQueue *self)
{
  g_clear_pointer (&self->levels, g_array_unref);
}

static AtTaskLevel *
ensure_level (AtTaskQueue *self,
              int          priority)
{
  guint index;

  if (!find_level (self, priority, &index))
    {
      AtTaskLevel fresh = { .priority = priority };

      g_array_insert_val (self->levels, index, fresh);
    }

  return get_level (self, index);
}

void
at_task_queue_push (AtTaskQueue *self,
                    AtTaskLink  *link,
                    int          priority)
{
  at_task_chain_append (&ensure_level (self, priority)->chain, link);
  self->length++;
}

void
at_task_queue_take_over (AtTaskQueue *self,
                         AtTaskChain *newer,
                         int          priority)
{
  if (newer->length == 0)
    return;

  self->length += newer->length;
  at_task_chain_take_over (&ensure_level (self, priority)->chain, newer);
}

gboolean
at_task_queue_has (AtTaskQueue *self,
                   int          priority)
{
  return self->length > 0 && get_level (self, 0)->priority <= priority;
}

static void
unlink_from_level (AtTaskQueue *self,
                   guint        index,
                   AtTaskLink  *link)
{
  AtTaskChain *chain = &get_level (self, index)->chain;

  at_task_chain_remove (chain, link);
  if (chain->head == NULL)
    g_array_remove_index (self->levels, index);
  self->length--;
}

/* The first of the lowest priority value, or NULL. */
AtTaskLink *
at_task_queue_pop (AtTaskQueue *self)
{
  AtTaskLink *link;

  if (self->length == 0)
    return NULL;

  link = get_level (self, 0)->chain.head;
  unlink_from_level (self, 0, link);

  return link;
}

void
at_task_queue_remove (AtTaskQueue *self,
                      AtTaskLink  *link,
                      int          priority)
{
  guint index;
  gboolean found = find_level (self, priority, &index);

  g_assert (found);
  unlink_from_level (self, index, link);
}
