/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-task-queue-private.h"

typedef struct
{
  AtTaskLink link;
  int        priority;
  guint      number;
} Item;

static void
push (AtTaskQueue *queue,
      Item        *item,
      int          priority,
      guint        number)
{
  item->priority = priority;
  item->number = number;
  at_task_queue_push (queue, &item->link, priority);
}

static void
assert_pop (AtTaskQueue *queue,
            guint        number)
{
  Item *item = (Item *) at_task_queue_pop (queue);

  g_assert_nonnull (item);
  g_assert_cmpuint (item->number, ==, number);
}

static void
test_order (void)
{
  AtTaskQueue queue;
  Item items[6];

  at_task_queue_init (&queue);
  g_assert_null (at_task_queue_pop (&queue));

  push (&queue, &items[0], 0, 2);
  push (&queue, &items[1], 200, 5);
  push (&queue, &items[2], -100, 0);
  push (&queue, &items[3], 0, 3);
  push (&queue, &items[4], 100, 4);
  push (&queue, &items[5], -100, 1);
  g_assert_cmpuint (queue.length, ==, 6);

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    assert_pop (&queue, i);
  g_assert_null (at_task_queue_pop (&queue));
  g_assert_cmpuint (queue.length, ==, 0);

  at_task_queue_clear (&queue);
}

static void
test_remove (void)
{
  AtTaskQueue queue;
  Item items[5];

  at_task_queue_init (&queue);
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    push (&queue, &items[i], i == 4 ? 1 : 0, i);

  /* From the middle, the beginning and the end of a level, and a whole level. */
  at_task_queue_remove (&queue, &items[1].link, items[1].priority);
  at_task_queue_remove (&queue, &items[0].link, items[0].priority);
  at_task_queue_remove (&queue, &items[3].link, items[3].priority);
  at_task_queue_remove (&queue, &items[4].link, items[4].priority);
  g_assert_cmpuint (queue.length, ==, 1);

  push (&queue, &items[0], 0, 0);
  assert_pop (&queue, 2);
  assert_pop (&queue, 0);
  g_assert_null (at_task_queue_pop (&queue));

  at_task_queue_clear (&queue);
}

static void
test_take_over (void)
{
  AtTaskChain chain = { NULL, NULL, 0 };
  AtTaskQueue queue;
  Item items[6];

  at_task_queue_init (&queue);
  at_task_queue_take_over (&queue, &chain, 0);
  g_assert_cmpuint (queue.length, ==, 0);
  g_assert_false (at_task_queue_has (&queue, 0));

  /* Into nothing, and behind what is there; one has left the chain before. */
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      items[i].priority = 0;
      items[i].number = i;
    }
  for (guint i = 0; i < 3; i++)
    at_task_chain_append (&chain, &items[i].link);
  at_task_chain_remove (&chain, &items[1].link);
  g_assert_cmpuint (chain.length, ==, 2);
  at_task_queue_take_over (&queue, &chain, 0);
  g_assert_null (chain.head);
  g_assert_null (chain.tail);
  g_assert_cmpuint (chain.length, ==, 0);
  push (&queue, &items[3], 0, 3);
  for (guint i = 4; i < 6; i++)
    at_task_chain_append (&chain, &items[i].link);
  at_task_queue_take_over (&queue, &chain, 0);
  g_assert_cmpuint (queue.length, ==, 5);
  g_assert_true (at_task_queue_has (&queue, 0));
  g_assert_false (at_task_queue_has (&queue, -1));

  /* Linked both ways. */
  at_task_queue_remove (&queue, &items[3].link, 0);
  push (&queue, &items[3], -1, 3);
  g_assert_true (at_task_queue_has (&queue, -1));
  assert_pop (&queue, 3);
  at_task_queue_remove (&queue, &items[4].link, 0);
  assert_pop (&queue, 0);
  assert_pop (&queue, 2);
  assert_pop (&queue, 5);
  g_assert_null (at_task_queue_pop (&queue));

  at_task_queue_clear (&queue);
}

/* The queue against the simplest thing that could be right. */
static void
test_random (void)
{
  enum { N = 200 };
  AtTaskQueue queue;
  g_autofree Item *items = g_new0 (Item, N);
  g_autofree gboolean *queued = g_new0 (gboolean, N);
  guint stamp = 0;

  at_task_queue_init (&queue);

  for (guint step = 0; step < 20000; step++)
    {
      guint i = g_test_rand_int_range (0, N);

      if (!queued[i])
        {
          push (&queue, &items[i], g_test_rand_int_range (-5, 5), stamp++);
          queued[i] = TRUE;
        }
      else if (g_test_rand_bit ())
        {
          at_task_queue_remove (&queue, &items[i].link, items[i].priority);
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

          g_assert_true (at_task_queue_pop (&queue) == &first->link);
          queued[first - items] = FALSE;
        }
    }

  while (at_task_queue_pop (&queue) != NULL)
    ;
  at_task_queue_clear (&queue);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/task-queue/order", test_order);
  g_test_add_func ("/task-queue/remove", test_remove);
  g_test_add_func ("/task-queue/take-over", test_take_over);
  g_test_add_func ("/task-queue/random", test_random);

  return g_test_run ();
}
