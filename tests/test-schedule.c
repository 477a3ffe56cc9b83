/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-schedule-private.h"

#define N 2000

static void
test_empty (void)
{
  AtSchedule schedule = { NULL };
  AtScheduleLink link = { 0, };

  at_schedule_add (&schedule, &link, 7);
  g_assert_true (schedule.first == &link);
  g_assert_true (at_schedule_link_is_linked (&link));
  at_schedule_remove (&schedule, &link);
  g_assert_null (schedule.first);
  g_assert_false (at_schedule_link_is_linked (&link));
  at_schedule_add (&schedule, &link, -7);
  g_assert_true (schedule.first == &link);
}

/* The plain way to find the first one. */
static gint64
get_first_due (AtScheduleLink *links)
{
  gint64 due = G_MAXINT64;

  for (guint i = 0; i < N; i++)
    if (at_schedule_link_is_linked (&links[i]))
      due = MIN (due, links[i].due);

  return due;
}

/* Whatever is added, and taken from anywhere, the first one is the first. */
static void
test_random (void)
{
  AtSchedule schedule = { NULL };
  g_autofree AtScheduleLink *links = g_new0 (AtScheduleLink, N);
  guint n_linked = 0;

  for (guint i = 0; i < 10 * N; i++)
    {
      AtScheduleLink *link = &links[g_test_rand_int_range (0, N)];

      if (g_test_rand_bit () && n_linked > 0)
        link = schedule.first;
      if (at_schedule_link_is_linked (link))
        {
          at_schedule_remove (&schedule, link);
          n_linked--;
        }
      else
        {
          at_schedule_add (&schedule, link, g_test_rand_int_range (0, N / 2));
          n_linked++;
        }

      if (n_linked == 0)
        g_assert_null (schedule.first);
      else
        g_assert_cmpint (schedule.first->due, ==, get_first_due (links));
    }
}

/* All come, in order, whichever the order was in which they were added. */
static void
test_in_order (gconstpointer user_data)
{
  gint direction = GPOINTER_TO_INT (user_data);
  enum { MANY = 200000 };
  AtSchedule schedule = { NULL };
  g_autofree AtScheduleLink *links = g_new0 (AtScheduleLink, MANY);
  gint64 last = G_MININT64;

  for (int i = 0; i < MANY; i++)
    at_schedule_add (&schedule, &links[i], direction * i);
  for (int i = 0; i < MANY; i++)
    {
      AtScheduleLink *first = schedule.first;

      g_assert_nonnull (first);
      g_assert_cmpint (first->due, >=, last);
      last = first->due;
      at_schedule_remove (&schedule, first);
    }
  g_assert_null (schedule.first);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/schedule/empty", test_empty);
  g_test_add_func ("/schedule/random", test_random);
  g_test_add_data_func ("/schedule/in-order/added-so", GINT_TO_POINTER (1), test_in_order);
  g_test_add_data_func ("/schedule/in-order/added-backwards", GINT_TO_POINTER (-1), test_in_order);
  g_test_add_data_func ("/schedule/in-order/all-at-once", GINT_TO_POINTER (0), test_in_order);

  return g_test_run ();
}
