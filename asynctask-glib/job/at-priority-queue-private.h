/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Intrusive queues of jobs. Not thread-safe: their user has a lock. They hold no
 * references. */

typedef struct _AtJobLink AtJobLink;

struct _AtJobLink
{
  AtJobLink *next;
  AtJobLink *prev;
};

/* First come, first served. */
typedef struct
{
  AtJobLink *head;
  AtJobLink *tail;
  guint      length;
} AtJobChain;

static inline void
at_job_chain_append (AtJobChain *self,
                     AtJobLink  *link)
{
  link->next = NULL;
  link->prev = self->tail;
  if (self->tail != NULL)
    self->tail->next = link;
  else
    self->head = link;
  self->tail = link;
  self->length++;
}

static inline void
at_job_chain_remove (AtJobChain *self,
                     AtJobLink  *link)
{
  if (link->prev != NULL)
    link->prev->next = link->next;
  else
    self->head = link->next;
  if (link->next != NULL)
    link->next->prev = link->prev;
  else
    self->tail = link->prev;
  link->next = link->prev = NULL;
  self->length--;
}

/* Moves all that is in @newer to the end. */
static inline void
at_job_chain_take_over (AtJobChain *self,
                        AtJobChain *newer)
{
  if (newer->head == NULL)
    return;

  newer->head->prev = self->tail;
  if (self->tail != NULL)
    self->tail->next = newer->head;
  else
    self->head = newer->head;
  self->tail = newer->tail;
  self->length += newer->length;
  newer->head = newer->tail = NULL;
  newer->length = 0;
}

/* Ordered by priority, first come first served within one. A link is removed with
 * the priority that it came with.
 *
 * What costs is the number of priorities that are there at once: a logarithm of it for
 * each link, and some memory for each priority but the first. */

typedef struct
{
  int        priority;
  AtJobChain chain;
} AtPriorityLevel;

typedef struct
{
  AtPriorityLevel  first;  /* empty only where all is */
  GTree           *others; /* of AtPriorityLevel by priority, none of them empty; or NULL */
  guint            length;
} AtPriorityQueue;

void       at_priority_queue_init      (AtPriorityQueue *self);
void       at_priority_queue_clear     (AtPriorityQueue *self);
/* Adds all that is in the chain, and leaves it empty. */
void       at_priority_queue_take_over (AtPriorityQueue *self,
                                        AtJobChain      *newer,
                                        int              priority);
void       at_priority_queue_remove    (AtPriorityQueue *self,
                                        AtJobLink       *link,
                                        int              priority);
/* The first level has become empty, and there are others. */
void       at_priority_queue_promote   (AtPriorityQueue *self);

/* Whether the next is of this priority, or goes before it. */
static inline gboolean
at_priority_queue_has (AtPriorityQueue *self,
                       int              priority)
{
  return self->length > 0 && self->first.priority <= priority;
}

/* The first of the lowest priority value, or NULL. */
static inline AtJobLink *
at_priority_queue_pop (AtPriorityQueue *self)
{
  AtJobLink *link = self->first.chain.head;

  if (link == NULL)
    return NULL;

  at_job_chain_remove (&self->first.chain, link);
  self->length--;
  if (self->first.chain.head == NULL && self->length > 0)
    at_priority_queue_promote (self);

  return link;
}

G_END_DECLS
