/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-priority-queue-private.h"

#include <time.h>

typedef struct
{
  AtJobLink link;
  int        priority;
  guint      number;
} Item;

static void
push (AtPriorityQueue *queue,
      Item        *item,
      int          priority,
      guint        number)
{
  AtJobChain one = { NULL, NULL, 0 };

  item->priority = priority;
  item->number = number;
  at_job_chain_append (&one, &item->link);
  at_priority_queue_take_over (queue, &one, priority);
}

static void
assert_pop (AtPriorityQueue *queue,
            guint        number)
{
  Item *item = (Item *) at_priority_queue_pop (queue);

  g_assert_nonnull (item);
  g_assert_cmpuint (item->number, ==, number);
}

static void
test_order (void)
{
  AtPriorityQueue queue;
  Item items[6];

  at_priority_queue_init (&queue);
  g_assert_null (at_priority_queue_pop (&queue));

  push (&queue, &items[0], 0, 2);
  push (&queue, &items[1], 200, 5);
  push (&queue, &items[2], -100, 0);
  push (&queue, &items[3], 0, 3);
  push (&queue, &items[4], 100, 4);
  push (&queue, &items[5], -100, 1);
  g_assert_cmpuint (queue.length, ==, 6);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    assert_pop (&queue, i);
  g_assert_null (at_priority_queue_pop (&queue));
  g_assert_cmpuint (queue.length, ==, 0);

  at_priority_queue_clear (&queue);
}

static void
test_remove (void)
{
  AtPriorityQueue queue;
  Item items[5];

  at_priority_queue_init (&queue);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    push (&queue, &items[i], i == 4 ? 1 : 0, i);

  /* From the middle, the beginning and the end of a level, and a whole level. */
  at_priority_queue_remove (&queue, &items[1].link, items[1].priority);
  at_priority_queue_remove (&queue, &items[0].link, items[0].priority);
  at_priority_queue_remove (&queue, &items[3].link, items[3].priority);
  at_priority_queue_remove (&queue, &items[4].link, items[4].priority);
  g_assert_cmpuint (queue.length, ==, 1);

  push (&queue, &items[0], 0, 0);
  assert_pop (&queue, 2);
  assert_pop (&queue, 0);
  g_assert_null (at_priority_queue_pop (&queue));

  at_priority_queue_clear (&queue);
}

static void
test_take_over (void)
{
  AtJobChain chain = { NULL, NULL, 0 };
  AtPriorityQueue queue;
  Item items[6];

  at_priority_queue_init (&queue);
  at_priority_queue_take_over (&queue, &chain, 0);
  g_assert_cmpuint (queue.length, ==, 0);
  g_assert_false (at_priority_queue_has (&queue, 0));

  /* Into nothing, and behind what is there; one has left the chain before. */
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      items[i].priority = 0;
      items[i].number = i;
    }
  for (guint i = 0; i < 3; i++)
    at_job_chain_append (&chain, &items[i].link);
  at_job_chain_remove (&chain, &items[1].link);
  g_assert_cmpuint (chain.length, ==, 2);
  at_priority_queue_take_over (&queue, &chain, 0);
  g_assert_null (chain.head);
  g_assert_null (chain.tail);
  g_assert_cmpuint (chain.length, ==, 0);
  push (&queue, &items[3], 0, 3);
  for (guint i = 4; i < 6; i++)
    at_job_chain_append (&chain, &items[i].link);
  at_priority_queue_take_over (&queue, &chain, 0);
  g_assert_cmpuint (queue.length, ==, 5);
  g_assert_true (at_priority_queue_has (&queue, 0));
  g_assert_false (at_priority_queue_has (&queue, -1));

  /* Linked both ways. */
  at_priority_queue_remove (&queue, &items[3].link, 0);
  push (&queue, &items[3], -1, 3);
  g_assert_true (at_priority_queue_has (&queue, -1));
  assert_pop (&queue, 3);
  at_priority_queue_remove (&queue, &items[4].link, 0);
  assert_pop (&queue, 0);
  assert_pop (&queue, 2);
  assert_pop (&queue, 5);
  g_assert_null (at_priority_queue_pop (&queue));

  at_priority_queue_clear (&queue);
}

/* As a task does whose priority changes. */
static void
test_move (void)
{
  AtPriorityQueue queue;
  Item items[5];

  at_priority_queue_init (&queue);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    push (&queue, &items[i], (int) i, i);

  /* To the front, from there to the end, and behind another one of that priority. */
  at_priority_queue_remove (&queue, &items[3].link, 3);
  push (&queue, &items[3], G_MININT, 3);
  at_priority_queue_remove (&queue, &items[3].link, G_MININT);
  push (&queue, &items[3], G_MAXINT, 3);
  at_priority_queue_remove (&queue, &items[0].link, 0);
  push (&queue, &items[0], 2, 0);
  g_assert_cmpuint (queue.length, ==, 5);
  g_assert_false (at_priority_queue_has (&queue, 0));
  g_assert_true (at_priority_queue_has (&queue, 1));

  assert_pop (&queue, 1);
  assert_pop (&queue, 2);
  assert_pop (&queue, 0);
  assert_pop (&queue, 4);
  assert_pop (&queue, 3);
  g_assert_null (at_priority_queue_pop (&queue));

  at_priority_queue_clear (&queue);
}

/* What has one priority, whichever, is held by its links alone. */
static void
test_one_priority (gconstpointer user_data)
{
  int priority = GPOINTER_TO_INT (user_data);
  AtJobChain chain = { NULL, NULL, 0 };
  AtPriorityQueue queue;
  Item items[6];

  at_priority_queue_init (&queue);
  for (guint round = 0; round < 3; round++)
    {
      for (guint i = 0; i < 3; i++)
        push (&queue, &items[i], priority, i);
      for (guint i = 3; i < 6; i++)
        {
          items[i].number = i;
          at_job_chain_append (&chain, &items[i].link);
        }
      at_priority_queue_take_over (&queue, &chain, priority);
      at_priority_queue_remove (&queue, &items[0].link, priority);
      for (guint i = 1; i < 6; i++)
        assert_pop (&queue, i);
      g_assert_null (at_priority_queue_pop (&queue));
    }
  g_assert_null (queue.others);

  at_priority_queue_clear (&queue);
}

static gint64
get_thread_nsec (void)
{
  struct timespec used = { 0, };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used);

  return (gint64) used.tv_sec * 1000000000 + used.tv_nsec;
}

/* What it takes to push, remove and pop one of @n that all have a priority of their
 * own: the least of some times. */
static double
measure_distinct (guint n)
{
  g_autofree Item *items = g_new (Item, n);
  gint64 least = G_MAXINT64;

  for (guint round = 0; round < 5; round++)
    {
      gint64 started = get_thread_nsec ();
      AtPriorityQueue queue;

      at_priority_queue_init (&queue);
      for (guint i = 0; i < n; i++)
        push (&queue, &items[i], (int) ((i * 2654435761u) >> 1), i);
      for (guint i = 0; i < n; i += 2)
        at_priority_queue_remove (&queue, &items[i].link, items[i].priority);
      while (at_priority_queue_pop (&queue) != NULL)
        ;
      at_priority_queue_clear (&queue);
      least = MIN (least, get_thread_nsec () - started);
    }

  return (double) least / n;
}

/* 256 times as many priorities cost each task a few steps more, and not as many times as
 * much. */
static void
test_distinct (void)
{
  double few = measure_distinct (100);
  double many = measure_distinct (256 * 100);

  g_test_message ("%.0f ns among 100 priorities, %.0f ns among 25,600", few, many);
  g_assert_cmpfloat (many, <, 32 * few);
}

/* The queue against the simplest thing that could be right. */
static void
test_random (gconstpointer user_data)
{
  enum { N = 200 };
  int n_priorities = GPOINTER_TO_INT (user_data);
  AtPriorityQueue queue;
  g_autofree Item *items = g_new0 (Item, N);
  g_autofree gboolean *queued = g_new0 (gboolean, N);
  guint stamp = 0;

  at_priority_queue_init (&queue);

  for (guint step = 0; step < 20000; step++)
    {
      guint i = g_test_rand_int_range (0, N);

      if (!queued[i])
        {
          push (&queue, &items[i], g_test_rand_int_range (-n_priorities / 2, n_priorities / 2), stamp++);
          queued[i] = TRUE;
        }
      else if (g_test_rand_bit ())
        {
          at_priority_queue_remove (&queue, &items[i].link, items[i].priority);
          queued[i] = FALSE;
        }
      else
        {
          Item *first = NULL;

          for (guint j = 0; j < N; j++)
            if (queued[j] &&
                (first == NULL ||
                 items[j].priority < first->priority ||
                 (items[j].priority == first->priority && items[j].number < first->number)))
              first = &items[j];

          g_assert_true (at_priority_queue_pop (&queue) == &first->link);
          queued[first - items] = FALSE;
        }
    }

  while (at_priority_queue_pop (&queue) != NULL)
    ;
  at_priority_queue_clear (&queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/task-queue/order", test_order);
  g_test_add_func ("/task-queue/remove", test_remove);
  g_test_add_func ("/task-queue/take-over", test_take_over);
  g_test_add_func ("/task-queue/move", test_move);
  g_test_add_data_func ("/task-queue/one-priority/ordinary", GINT_TO_POINTER (0), test_one_priority);
  g_test_add_data_func ("/task-queue/one-priority/high", GINT_TO_POINTER (G_MININT), test_one_priority);
  g_test_add_data_func ("/task-queue/one-priority/low", GINT_TO_POINTER (300), test_one_priority);
  g_test_add_func ("/task-queue/distinct-priorities-cost-a-logarithm", test_distinct);
  g_test_add_data_func ("/task-queue/random/few-priorities", GINT_TO_POINTER (10), test_random);
  g_test_add_data_func ("/task-queue/random/many-priorities", GINT_TO_POINTER (1000), test_random);

  return g_test_run ();
}
