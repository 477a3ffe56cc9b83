/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-priority-queue-private.h"

#include <string.h>

static int
compare_priorities (gconstpointer a,
                    gconstpointer b,
                    gpointer      user_data)
{
  int first = GPOINTER_TO_INT (a);
  int second = GPOINTER_TO_INT (b);

  return (first > second) - (first < second);
}

void
at_priority_queue_init (AtPriorityQueue *self)
{
  memset (self, 0, sizeof *self);
}

void
at_priority_queue_clear (AtPriorityQueue *self)
{
  g_clear_pointer (&self->others, g_tree_unref);
}

static AtPriorityLevel *
add_level (AtPriorityQueue       *self,
           const AtPriorityLevel *level)
{
  AtPriorityLevel *added = g_memdup2 (level, sizeof *level);

  if (self->others == NULL)
    self->others = g_tree_new_full (compare_priorities, NULL, NULL, g_free);
  g_tree_insert (self->others, GINT_TO_POINTER (level->priority), added);

  return added;
}

/* The chain to which what has @priority belongs. */
static AtJobChain *
ensure_chain (AtPriorityQueue *self,
              int              priority)
{
  AtPriorityLevel fresh = { .priority = priority };
  AtPriorityLevel *level = NULL;

  if (self->length > 0 && priority > self->first.priority)
    {
      if (self->others != NULL)
        level = g_tree_lookup (self->others, GINT_TO_POINTER (priority));
      if (level == NULL)
        level = add_level (self, &fresh);

      return &level->chain;
    }

  if (self->length > 0 && priority < self->first.priority)
    add_level (self, &self->first);
  if (self->length == 0 || priority < self->first.priority)
    self->first = fresh;

  return &self->first.chain;
}

void
at_priority_queue_promote (AtPriorityQueue *self)
{
  GTreeNode *node = g_tree_node_first (self->others);

  self->first = *(AtPriorityLevel *) g_tree_node_value (node);
  g_tree_remove (self->others, g_tree_node_key (node));
}

void
at_priority_queue_take_over (AtPriorityQueue *self,
                             AtJobChain      *newer,
                             int              priority)
{
  guint n_newer = newer->length;

  if (n_newer == 0)
    return;

  at_job_chain_take_over (ensure_chain (self, priority), newer);
  self->length += n_newer;
}

void
at_priority_queue_remove (AtPriorityQueue *self,
                          AtJobLink       *link,
                          int              priority)
{
  AtPriorityLevel *level = &self->first;

  if (priority != self->first.priority)
    level = self->others != NULL ? g_tree_lookup (self->others, GINT_TO_POINTER (priority)) : NULL;
  g_assert (level != NULL);

  at_job_chain_remove (&level->chain, link);
  self->length--;
  if (level->chain.head != NULL || self->length == 0)
    return;

  if (level == &self->first)
    at_priority_queue_promote (self);
  else
    g_tree_remove (self->others, GINT_TO_POINTER (priority));
}
