/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-throttle.h"

#define N_PAYERS 3
#define N_PORTIONS 12
#define ENOUGH 6
#define ALL_PAYERS ((1u << N_PAYERS) - 1)

typedef struct
{
  DownloaderThrottle *throttle;
  GCancellable       *cancellable;
  gsize               bytes;
  guint               times;
  guint               index;
  GArray             *order;
  GMutex             *lock;
  gboolean            paid;
} Payer;

static gpointer
pay (gpointer data)
{
  Payer *self = data;

  self->paid = TRUE;
  for (guint i = 0; i < self->times && self->paid; i++)
    {
      self->paid = downloader_throttle_pay (self->throttle, self->bytes, self->cancellable);
      if (self->order != NULL)
        {
          g_mutex_lock (self->lock);
          g_array_append_val (self->order, self->index);
          g_mutex_unlock (self->lock);
        }
    }

  return NULL;
}

static void
count_notify (GObject    *object,
              GParamSpec *pspec,
              gpointer    data)
{
  (*(guint *) data)++;
}

static void
test_limit (void)
{
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  guint notified = 0;
  guint64 limit;

  g_signal_connect (throttle, "notify::limit", G_CALLBACK (count_notify), &notified);
  g_assert_cmpuint (downloader_throttle_get_limit (throttle), ==, 0);
  g_assert_cmpuint (downloader_throttle_get_portion (throttle, 4096), ==, 4096);

  downloader_throttle_set_limit (throttle, 8000);
  downloader_throttle_set_limit (throttle, 8000);
  g_assert_cmpuint (notified, ==, 1);
  g_object_get (throttle, "limit", &limit, NULL);
  g_assert_cmpuint (limit, ==, 8000);
  g_assert_cmpuint (downloader_throttle_get_portion (throttle, 4096), ==, 1000);
  g_assert_cmpuint (downloader_throttle_get_portion (throttle, 100), ==, 100);

  downloader_throttle_set_limit (throttle, 1);
  g_assert_cmpuint (downloader_throttle_get_portion (throttle, 4096), ==, 1);
  downloader_throttle_set_limit (throttle, G_MAXUINT64);
  g_assert_cmpuint (downloader_throttle_get_portion (throttle, 4096), ==, 4096);

  g_object_set (throttle, "limit", (guint64) 0, NULL);
  g_assert_cmpuint (notified, ==, 4);
  g_assert_true (downloader_throttle_pay (throttle, G_MAXSSIZE, NULL));
  g_assert_true (downloader_throttle_get_default () == downloader_throttle_get_default ());
}

/* Never faster than allowed; how much slower is up to the machine. */
static void
test_rate (void)
{
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  Payer payer = { .throttle = throttle, .bytes = 1000, .times = 10 };
  gint64 begin;

  downloader_throttle_set_limit (throttle, 20000);
  begin = g_get_monotonic_time ();
  pay (&payer);
  g_assert_true (payer.paid);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_USEC_PER_SEC / 2 - 1000);

  /* A lull does not add up to a burst. */
  g_usleep (G_USEC_PER_SEC / 2);
  payer.bytes = 2500;
  payer.times = 3;
  begin = g_get_monotonic_time ();
  pay (&payer);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, G_USEC_PER_SEC / 4 - 1000);
}

static void
test_cancelled (void)
{
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  Payer payer = { .throttle = throttle, .cancellable = cancellable, .bytes = 1, .times = G_MAXUINT };
  GThread *thread;

  downloader_throttle_set_limit (throttle, 1);
  thread = g_thread_new ("payer", pay, &payer);
  g_usleep (G_USEC_PER_SEC / 50);
  g_cancellable_cancel (cancellable);
  g_thread_join (thread);
  g_assert_false (payer.paid);

  /* Nobody stands in line who is gone. */
  downloader_throttle_set_limit (throttle, 1000000);
  g_assert_true (downloader_throttle_pay (throttle, 1, NULL));
  g_assert_false (downloader_throttle_pay (throttle, 100000, cancellable));
}

/* What waits under one limit goes on under the next. */
static void
test_changed_meanwhile (gconstpointer data)
{
  guint64 limit = *(const guint64 *) data;
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  Payer payers[N_PAYERS];
  GThread *threads[N_PAYERS];

  downloader_throttle_set_limit (throttle, 1);
  for (guint i = 0; i < N_PAYERS; i++)
    {
      payers[i] = (Payer) { .throttle = throttle, .bytes = 1, .times = 10000 };
      threads[i] = g_thread_new ("payer", pay, &payers[i]);
    }

  g_usleep (G_USEC_PER_SEC / 50);
  downloader_throttle_set_limit (throttle, limit);
  for (guint i = 0; i < N_PAYERS; i++)
    {
      g_thread_join (threads[i]);
      g_assert_true (payers[i].paid);
    }
}

/* A limit that is lowered is not charged for what came before. */
static void
test_lowered (void)
{
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  gint64 begin = g_get_monotonic_time ();

  downloader_throttle_set_limit (throttle, 8);
  g_assert_true (downloader_throttle_pay (throttle, 256 * 1024, NULL));
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 60 * (gint64) G_USEC_PER_SEC);
}

static void
test_fair (void)
{
  g_autoptr(DownloaderThrottle) throttle = downloader_throttle_new ();
  g_autoptr(GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  GMutex lock;
  Payer payers[N_PAYERS];
  GThread *threads[N_PAYERS];
  guint shares[N_PAYERS] = { 0 };
  guint seen = 0;

  g_mutex_init (&lock);
  downloader_throttle_set_limit (throttle, 8000);
  for (guint i = 0; i < N_PAYERS; i++)
    {
      payers[i] = (Payer) { .throttle = throttle, .bytes = 1000, .times = N_PORTIONS,
                            .index = i, .order = order, .lock = &lock };
      threads[i] = g_thread_new ("payer", pay, &payers[i]);
    }
  for (guint i = 0; i < N_PAYERS; i++)
    g_thread_join (threads[i]);

  /* From when all of them have begun, they take turns; one may miss a turn when
   * the machine is busy. */
  for (guint i = 0; i < order->len; i++)
    {
      guint index = g_array_index (order, guint, i);

      if (seen != ALL_PAYERS)
        seen |= 1u << index;
      else if (++shares[index] == ENOUGH)
        break;
    }
  g_assert_cmpuint (seen, ==, ALL_PAYERS);
  for (guint i = 0; i < N_PAYERS; i++)
    g_assert_cmpuint (shares[i], >=, ENOUGH / 2);

  g_mutex_clear (&lock);
}

int
main (int    argc,
      char **argv)
{
  static const guint64 none = 0;
  static const guint64 much = 100000000;

  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/downloader/throttle/limit", test_limit);
  g_test_add_func ("/downloader/throttle/rate", test_rate);
  g_test_add_func ("/downloader/throttle/cancelled", test_cancelled);
  g_test_add_data_func ("/downloader/throttle/lifted", &none, test_changed_meanwhile);
  g_test_add_data_func ("/downloader/throttle/raised", &much, test_changed_meanwhile);
  g_test_add_func ("/downloader/throttle/lowered", test_lowered);
  g_test_add_func ("/downloader/throttle/fair", test_fair);
  return g_test_run ();
}
