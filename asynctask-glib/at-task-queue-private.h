/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* An intrusive queue of tasks, ordered by priority, first come first served
 * within one. Not thread-safe: its user has a lock. Holds no references. A link is
 * removed with the priority that it was pushed with. */

typedef struct _AtTaskLink  AtTaskLink;
typedef struct _AtTaskLevel AtTaskLevel;

struct _AtTaskLink
{
  AtTaskLink *next;
  AtTaskLink *prev;
};

struct _AtTaskLevel
{
  int         priority;
  AtTaskLink *head;
  AtTaskLink *tail;
};

typedef struct
{
  GArray *levels; /* of AtTaskLevel, by priority, none of them empty */
  guint   length;
} AtTaskQueue;

void        at_task_queue_init   (AtTaskQueue *self);
void        at_task_queue_clear  (AtTaskQueue *self);
void        at_task_queue_push   (AtTaskQueue *self,
                                  AtTaskLink  *link,
                                  int          priority);
AtTaskLink *at_task_queue_pop    (AtTaskQueue *self);
void        at_task_queue_remove (AtTaskQueue *self,
                                  AtTaskLink  *link,
                                  int          priority);

static inline void
at_spin_pause (void)
{
#if defined (__x86_64__) || defined (__i386__)
  __builtin_ia32_pause ();
#elif defined (__aarch64__)
  __asm__ __volatile__ ("yield");
#endif
}

/* A lock held for a few instructions at a time is worth a short spin: going to
 * sleep over it costs a hundred times as much as waiting for it. */
static inline void
at_spin_then_lock (GMutex *mutex)
{
  for (guint i = 0; i < 100; i++)
    {
      if (g_mutex_trylock (mutex))
        return;
      at_spin_pause ();
    }

  g_mutex_lock (mutex);
}

G_END_DECLS
