/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-hand-private.h"

#include "at-contention-private.h"

#ifdef __linux__
# include <sys/syscall.h>
#endif
#include <unistd.h>

/* What threads have in hand, and which queues there are. Whoever looks at a hand holds its
 * lock, and takes no other but by trying. */

/* The names are what the gdb command looks for. */
static GMutex      hands_lock;
static AtHand     *at_all_hands;  /* under the lock */
static pid_t       hands_pid;     /* under the lock: the process whose threads they are of */

static GMutex      queues_lock;
static AtJobQueue *at_all_queues; /* under the lock */

static __thread AtHand this_hand;

static void
on_thread_ended (gpointer data)
{
  AtHand *self = data;

  if (!self->is_listed)
    return;

  g_mutex_lock (&hands_lock);

  /* In a process that was forked, the others are in memory that may be gone. */
  if (hands_pid == getpid ())
    {
      if (self->prev != NULL)
        self->prev->next = self->next;
      else
        at_all_hands = self->next;
      if (self->next != NULL)
        self->next->prev = self->prev;
    }
  self->is_listed = FALSE;
  g_mutex_unlock (&hands_lock);
}

/* For a thread that is about to end, and will be seen no more. What ends in any other way is
 * found out. */
void
at_hand_leave (void)
{
  on_thread_ended (&this_hand);
}

static G_NO_INLINE void
list_hand (AtHand *self)
{
  static GPrivate ended = G_PRIVATE_INIT (on_thread_ended);
  pid_t pid = getpid ();

#ifdef SYS_gettid
  self->tid = (int) syscall (SYS_gettid);
#endif

  g_mutex_lock (&hands_lock);
  if (hands_pid != pid)
    at_all_hands = NULL;
  hands_pid = pid;
  self->prev = NULL;
  self->next = at_all_hands;
  if (self->next != NULL)
    self->next->prev = self;
  at_all_hands = self;
  self->is_listed = TRUE;
  g_mutex_unlock (&hands_lock);

  g_private_set (&ended, self);
}

AtHand *
at_hand_get (void)
{
  AtHand *self = &this_hand;

  if (G_UNLIKELY (!self->is_listed))
    list_hand (self);

  return self;
}

/* Waits until nobody looks at this hand any more. */
void
at_hand_wait (void)
{
  g_mutex_lock (&hands_lock);
  g_mutex_unlock (&hands_lock);
}

/* The same of a frame that may be inside others, and need not know the hand. */
void
at_hand_show_inside (AtJobFrame *frame)
{
  AtHand *self = at_hand_get ();
  gsize found;

  frame->hand = self;
  frame->shown_outer = (AtJobFrame *) ((gsize) g_atomic_pointer_get (&self->shown) & ~AT_HAND_MARK);
  found = (gsize) g_atomic_pointer_exchange (&self->shown, frame);
  if ((found & AT_HAND_MARK) != 0)
    at_hand_wait ();
}

/* Under the lock. */
static void
look_at (AtHand         *self,
         AtHandSeenFunc  func,
         gpointer        data)
{
  AtJobFrame *shown;
  gpointer marked;

  do
    {
      shown = g_atomic_pointer_get (&self->shown);
      if (shown == NULL)
        return;
      marked = (gpointer) ((gsize) shown | AT_HAND_MARK);
    }
  while (!g_atomic_pointer_compare_and_exchange (&self->shown, shown, marked));

  for (AtJobFrame *frame = shown; frame != NULL; frame = frame->shown_outer)
    func (self, frame, data);

  /* Otherwise the thread waits for the lock. */
  (void) g_atomic_pointer_compare_and_exchange (&self->shown, marked, shown);
}

gboolean
at_hands_look (AtHandSeenFunc func,
               gpointer       data)
{
  if (!at_lock_to_look (&hands_lock))
    return FALSE;

  if (hands_pid == getpid ())
    for (AtHand *hand = at_all_hands; hand != NULL; hand = hand->next)
      look_at (hand, func, data);
  else if (this_hand.is_listed)
    look_at (&this_hand, func, data);
  g_mutex_unlock (&hands_lock);

  return TRUE;
}

void
at_job_queue_list (AtJobQueue *self)
{
  g_mutex_lock (&queues_lock);
  self->next = at_all_queues;
  if (self->next != NULL)
    self->next->prev = self;
  at_all_queues = self;
  g_mutex_unlock (&queues_lock);
}

void
at_job_queue_unlist (AtJobQueue *self)
{
  g_mutex_lock (&queues_lock);
  if (self->prev != NULL)
    self->prev->next = self->next;
  else if (at_all_queues == self)
    at_all_queues = self->next;
  if (self->next != NULL)
    self->next->prev = self->prev;
  g_mutex_unlock (&queues_lock);
}

gboolean
at_job_queues_look (void     (* func) (AtJobQueue *queue,
                                       gpointer    data),
                    gpointer    data)
{
  if (!at_lock_to_look (&queues_lock))
    return FALSE;

  for (AtJobQueue *queue = at_all_queues; queue != NULL; queue = queue->next)
    func (queue, data);
  g_mutex_unlock (&queues_lock);

  return TRUE;
}

void
at_job_chain_look (AtJobChain    *self,
                   AtJobSeenFunc  func,
                   gpointer       data)
{
  for (AtJobLink *link = self->head; link != NULL; link = link->next)
    func (at_job_from_link (link), data);
}

typedef struct
{
  AtJobChain    *ordinary; /* or NULL, once they were seen */
  AtJobSeenFunc  func;
  gpointer       data;
} AtLevelsLook;

/* What has come to the inbox is behind all that is in the queue with its priority. */
static void
look_at_level (AtLevelsLook    *look,
               AtPriorityLevel *level)
{
  if (look->ordinary != NULL && level->priority > G_PRIORITY_DEFAULT)
    at_job_chain_look (g_steal_pointer (&look->ordinary), look->func, look->data);

  at_job_chain_look (&level->chain, look->func, look->data);
}

static gboolean
on_level (gpointer priority,
          gpointer level,
          gpointer data)
{
  look_at_level (data, level);

  return FALSE;
}

void
at_priority_queue_look (AtPriorityQueue *self,
                        AtJobChain      *ordinary,
                        AtJobSeenFunc    func,
                        gpointer         data)
{
  AtLevelsLook look = { ordinary, func, data };

  look_at_level (&look, &self->first);
  if (self->others != NULL)
    g_tree_foreach (self->others, on_level, &look);
  if (look.ordinary != NULL)
    at_job_chain_look (look.ordinary, func, data);
}
