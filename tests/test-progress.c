/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-progress-private.h"

#include <math.h>

/* Time is what these tests say it is. */
#define SECONDS(s) ((gint64) ((s) * G_USEC_PER_SEC))

static void
test_initial (void)
{
  AtProgress progress;

  at_progress_init (&progress);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, 0);
  g_assert_false (progress.values.indeterminate);
  g_assert_false (progress.values.is_known);
  g_assert_cmpfloat (progress.values.fraction, ==, 0);
  g_assert_cmpfloat (progress.values.remaining, ==, -1);
  g_assert_null (progress.values.message);
  at_progress_clear (&progress);
}

static void
test_fraction (void)
{
  AtProgress progress;

  at_progress_init (&progress);

  g_assert_true (at_progress_set_fraction (&progress, 0.25));
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==,
                    AT_PROGRESS_FRACTION);
  g_assert_cmpfloat (progress.values.fraction, ==, 0.25);
  g_assert_true (progress.values.is_known);
  g_assert_false (progress.values.indeterminate);

  /* Equal values are silent, and backwards is a direction. */
  at_progress_set_fraction (&progress, 0.25);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, 0);
  at_progress_set_fraction (&progress, 0.125);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, AT_PROGRESS_FRACTION);

  at_progress_set_fraction (&progress, NAN);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, 0);
  g_assert_cmpfloat (progress.values.fraction, ==, 0.125);

  at_progress_set_fraction (&progress, -INFINITY);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpfloat (progress.values.fraction, ==, 0);
  g_assert_false (signbit (progress.values.fraction));
  at_progress_set_fraction (&progress, 17);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpfloat (progress.values.fraction, ==, 1);

  at_progress_clear (&progress);
}

static void
test_amounts (void)
{
  AtProgress progress;

  at_progress_init (&progress);

  at_progress_set_amounts (&progress, 30, 120);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==,
                    AT_PROGRESS_FRACTION |
                    AT_PROGRESS_COMPLETED | AT_PROGRESS_TOTAL);
  g_assert_cmpfloat (progress.values.fraction, ==, 0.25);

  /* More than all is kept as it is. */
  at_progress_set_amounts (&progress, 150, 120);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpuint (progress.values.completed, ==, 150);
  g_assert_cmpfloat (progress.values.fraction, ==, 1);
  g_assert_cmpfloat (progress.values.remaining, ==, 0);

  at_progress_set_amounts (&progress, 160, 0);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_true (progress.values.indeterminate);
  g_assert_cmpfloat (progress.values.fraction, ==, 0);
  g_assert_cmpfloat (progress.values.remaining, ==, -1);

  at_progress_set_amounts (&progress, G_MAXUINT64, G_MAXUINT64);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpfloat (progress.values.fraction, ==, 1);

  /* Whatever was said last counts. */
  at_progress_set_fraction (&progress, 0.5);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpfloat (progress.values.fraction, ==, 0.5);
  g_assert_cmpuint (progress.values.total, ==, G_MAXUINT64);

  at_progress_clear (&progress);
}

/* As long as there is work and nobody knows how much. */
static void
test_indeterminate (void)
{
  AtProgress progress;

  at_progress_init (&progress);
  at_progress_set_message (&progress, "not yet");
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, AT_PROGRESS_MESSAGE);
  g_assert_true (at_progress_begin (&progress));
  g_assert_true (progress.values.indeterminate);
  g_assert_false (at_progress_begin (&progress));
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, 0);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_HELD), ==, 0);
  at_progress_set_amounts (&progress, 5, 0);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, AT_PROGRESS_COMPLETED);
  at_progress_set_amounts (&progress, 5, 10);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==,
                    AT_PROGRESS_FRACTION | AT_PROGRESS_INDETERMINATE | AT_PROGRESS_TOTAL);
  at_progress_set_amounts (&progress, 5, 0);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==,
                    AT_PROGRESS_FRACTION | AT_PROGRESS_INDETERMINATE | AT_PROGRESS_TOTAL);
  g_assert_true (progress.values.indeterminate);

  /* Not any more, whatever became of it. */
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, AT_PROGRESS_INDETERMINATE);
  g_assert_false (progress.values.indeterminate);
  at_progress_clear (&progress);

  /* What has come before it is known to have begun says more. */
  at_progress_init (&progress);
  at_progress_set_fraction (&progress, 0);
  g_assert_false (at_progress_begin (&progress));
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_MOVING), ==, 0);
  g_assert_false (at_progress_begin (&progress));
  g_assert_false (progress.values.indeterminate);
  at_progress_clear (&progress);
}

static void
test_message (void)
{
  AtProgress progress;

  at_progress_init (&progress);
  at_progress_set_message (&progress, "one");
  at_progress_set_message (&progress, "two");
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, AT_PROGRESS_MESSAGE);
  g_assert_cmpstr (progress.values.message, ==, "two");
  at_progress_set_message (&progress, "two");
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, 0);
  at_progress_set_message (&progress, NULL);
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, AT_PROGRESS_MESSAGE);
  g_assert_null (progress.values.message);

  /* A label takes valid text alone; the same text is the same then, too. */
  at_progress_set_message (&progress, "caf\xe9 \xf0\x9f");
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, AT_PROGRESS_MESSAGE);
  g_assert_cmpstr (progress.values.message, ==, "caf\xef\xbf\xbd \xef\xbf\xbd\xef\xbf\xbd");
  at_progress_set_message (&progress, "caf\xe9 \xf0\x9f");
  g_assert_cmpuint (at_progress_update (&progress, 0, AT_PROGRESS_NO_WORK), ==, 0);
  at_progress_clear (&progress);
}

/* Moves 100 units per second for @seconds, in steps of 50 ms. */
static gint64
move (AtProgress *progress,
      gint64      now,
      double      seconds)
{
  for (gint64 end = now + SECONDS (seconds); now < end; now += 50000)
    {
      at_progress_set_amounts (progress, 1000 + (guint64) (now + 50000) / 10000, 100000);
      at_progress_update (progress, now + 50000, AT_PROGRESS_MOVING);
    }

  return now;
}

static void
test_rate (void)
{
  AtProgress progress;
  AtProgressValues *values = &progress.values;
  double before;
  gint64 now;

  at_progress_init (&progress);

  /* What there was at first, a resumed half say, was not moved by anybody. */
  at_progress_set_amounts (&progress, 1000, 100000);
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_cmpfloat (values->rate, ==, 0);
  g_assert_cmpfloat (values->remaining, ==, -1);

  now = move (&progress, 0, 5);
  g_assert_cmpfloat_with_epsilon (values->rate, 100, 0.001);
  g_assert_cmpfloat_with_epsilon (values->remaining, (100000 - 1500) / 100.0, 0.01);

  /* Stalled: it falls, and is nothing after two seconds. */
  before = values->rate;
  for (guint i = 0; i < 3; i++)
    {
      now += SECONDS (0.5);
      at_progress_update (&progress, now, AT_PROGRESS_MOVING);
      g_assert_cmpfloat (values->rate, <, before);
      g_assert_cmpfloat (values->rate, >, 0);
      before = values->rate;
    }
  now += SECONDS (0.5);
  g_assert_cmpuint (at_progress_update (&progress, now, AT_PROGRESS_MOVING), ==,
                    AT_PROGRESS_RATE | AT_PROGRESS_REMAINING | AT_PROGRESS_ELAPSED);
  g_assert_cmpfloat (values->rate, ==, 0);
  g_assert_cmpfloat (values->remaining, ==, -1);

  /* Paused, or at the end: nothing moves, and it goes on as it was. */
  at_progress_set_amounts (&progress, 10000, 100000);
  at_progress_update (&progress, now + SECONDS (1), AT_PROGRESS_MOVING);
  before = values->rate;
  g_assert_cmpfloat (before, >, 0);
  at_progress_update (&progress, now + SECONDS (1), AT_PROGRESS_HELD);
  g_assert_cmpfloat (values->rate, ==, 0);
  g_assert_cmpfloat (values->remaining, ==, -1);
  at_progress_update (&progress, now + SECONDS (1), AT_PROGRESS_MOVING);
  g_assert_cmpfloat (values->rate, ==, before);

  /* Backwards is no speed, and no division by nothing is one either. */
  at_progress_set_amounts (&progress, 5000, 100000);
  at_progress_update (&progress, now + SECONDS (1), AT_PROGRESS_MOVING);
  at_progress_update (&progress, now + SECONDS (1), AT_PROGRESS_MOVING);
  g_assert_true (isfinite (values->rate));
  g_assert_cmpfloat (values->rate, >=, 0);
  g_assert_true (isfinite (values->remaining));

  at_progress_clear (&progress);
}

static void
test_remaining_of_fraction (void)
{
  AtProgress progress;

  at_progress_init (&progress);
  for (guint i = 0; i <= 20; i++)
    {
      at_progress_set_fraction (&progress, i / 100.0);
      at_progress_update (&progress, SECONDS (i * 0.1), AT_PROGRESS_MOVING);
    }
  g_assert_cmpfloat_with_epsilon (progress.values.remaining, 8.0, 0.01);
  g_assert_cmpfloat (progress.values.rate, ==, 0);
  at_progress_clear (&progress);
}

/* The interleaving of a value that is stored while the owner goes idle. */
static void
test_idle (void)
{
  AtProgress progress;

  at_progress_init (&progress);

  g_assert_true (at_progress_set_fraction (&progress, 0.1));
  g_assert_false (at_progress_set_fraction (&progress, 0.2));
  g_assert_false (at_progress_set_amounts (&progress, 1, 2));
  g_assert_false (at_progress_set_message (&progress, "m"));
  g_assert_true (at_progress_has_news (&progress));
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);
  g_assert_false (at_progress_has_news (&progress));

  /* Stored after the last look, before the owner says that it goes: the owner
   * has to stay, and the writer is not told to send for it. */
  g_assert_false (at_progress_set_amounts (&progress, 2, 2));
  g_assert_false (at_progress_go_idle (&progress));
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);

  /* Stored after it: the writer has to send for it. */
  g_assert_true (at_progress_go_idle (&progress));
  g_assert_true (at_progress_set_fraction (&progress, 0.3));
  at_progress_update (&progress, 0, AT_PROGRESS_MOVING);

  /* An equal value is no news, whoever has sent for the owner. */
  g_assert_true (at_progress_go_idle (&progress));
  g_assert_true (at_progress_set_fraction (&progress, 0.3));
  g_assert_false (at_progress_has_news (&progress));

  at_progress_clear (&progress);
}

typedef struct
{
  AtProgress progress;
  guint      n_values;
  int        n_sent; /* atomic */
} Race;

static gpointer
write_fractions (gpointer data)
{
  Race *race = data;

  for (guint i = 1; i <= race->n_values; i++)
    if (at_progress_set_fraction (&race->progress, (double) i / race->n_values))
      g_atomic_int_inc (&race->n_sent);

  return NULL;
}

/* An owner that looks only when sent for, and goes idle as often as it can, ends
 * with the last value. */
static void
test_last_value (void)
{
  for (guint round = 0; round < 200; round++)
    {
      Race race = { .n_values = 2000 };
      GThread *writer;
      int n_seen = 0;

      at_progress_init (&race.progress);
      writer = g_thread_new ("writer", write_fractions, &race);
      while (race.progress.values.fraction < 1)
        {
          while (g_atomic_int_get (&race.n_sent) == n_seen)
            g_thread_yield ();
          n_seen++;
          do
            at_progress_update (&race.progress, 0, AT_PROGRESS_MOVING);
          while (!at_progress_go_idle (&race.progress));
        }
      g_thread_join (writer);
      at_progress_clear (&race.progress);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/progress/initial", test_initial);
  g_test_add_func ("/progress/fraction", test_fraction);
  g_test_add_func ("/progress/amounts", test_amounts);
  g_test_add_func ("/progress/indeterminate", test_indeterminate);
  g_test_add_func ("/progress/message", test_message);
  g_test_add_func ("/progress/rate", test_rate);
  g_test_add_func ("/progress/remaining-of-fraction", test_remaining_of_fraction);
  g_test_add_func ("/progress/going-idle", test_idle);
  g_test_add_func ("/progress/last-value-is-seen", test_last_value);

  return g_test_run ();
}
