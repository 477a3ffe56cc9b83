/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Intrusive queues of tasks. Not thread-safe: their user has a lock. They hold no
 * references. */

typedef struct _AtTaskLink AtTaskLink;

struct _AtTaskLink
{
  AtTaskLink *next;
  AtTaskLink *prev;
};

/* First come, first served. */
typedef struct
{
  AtTaskLink *head;
  AtTaskLink *tail;
  guint       length;
} AtTaskChain;

static inline void
at_task_chain_append (AtTaskChain *self,
                      AtTaskLink  *link)
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
at_task_chain_remove (AtTaskChain *self,
                      AtTaskLink  *link)
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
at_task_chain_take_over (AtTaskChain *self,
                         AtTaskChain *newer)
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
 * the priority that it was pushed with.
 *
 * What costs is the number of priorities that are there at once: a logarithm of it for
 * each link, and some memory for each priority but the first. */

typedef struct
{
  int         priority;
  AtTaskChain chain;
} AtTaskLevel;

typedef struct
{
  AtTaskLevel  first;  /* empty only where all is */
  GTree       *others; /* of AtTaskLevel by priority, none of them empty; or NULL */
  guint        length;
} AtTaskQueue;

void        at_task_queue_init      (AtTaskQueue *self);
void        at_task_queue_clear     (AtTaskQueue *self);
void        at_task_queue_push      (AtTaskQueue *self,
                                     AtTaskLink  *link,
                                     int          priority);
/* Pushes all that is in the chain, and leaves it empty. */
void        at_task_queue_take_over (AtTaskQueue *self,
                                     AtTaskChain *newer,
                                     int          priority);
/* Whether the next is of this priority, or goes before it. */
gboolean    at_task_queue_has       (AtTaskQueue *self,
                                     int          priority);
AtTaskLink *at_task_queue_pop       (AtTaskQueue *self);
void        at_task_queue_remove    (AtTaskQueue *self,
                                     AtTaskLink  *link,
                                     int          priority);

G_END_DECLS
