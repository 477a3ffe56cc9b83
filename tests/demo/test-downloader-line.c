/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <libsoup/soup.h>

#include "downloader-line.h"

#define N_WAITERS 3

/* Downloads that were refused once; what a called one does is done by hand. */
typedef struct
{
  GUri             *uri;
  DownloaderPlace  *other;
  DownloaderWaiter  waiters[N_WAITERS];
} Fixture;

static gboolean
never (AtAsyncTask   *task,
       const GValue  *params,
       GCancellable  *cancellable,
       gpointer       user_data,
       GError       **error)
{
  g_assert_not_reached ();
}

static DownloaderPlace *
take (Fixture *fixture)
{
  return downloader_place_take (fixture->uri);
}

static void
refuse (Fixture *fixture,
        guint    i)
{
  DownloaderPlace *place = take (fixture);

  g_assert_true (downloader_place_wait (place, &fixture->waiters[i], FALSE));
  downloader_place_leave (place);
}

static void
assert_called (Fixture *fixture,
               guint    which)
{
  for (guint i = 0; i < N_WAITERS; i++)
    g_assert_cmpint (downloader_waiter_is_called (&fixture->waiters[i]), ==, (which & (1u << i)) != 0);
}

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  fixture->uri = g_uri_parse ("http://server.example/file", SOUP_HTTP_URI_FLAGS, NULL);
  fixture->other = take (fixture);
  for (guint i = 0; i < N_WAITERS; i++)
    fixture->waiters[i].task = at_async_task_new (never, NULL, NULL);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_clear_pointer (&fixture->other, downloader_place_leave);
  for (guint i = 0; i < N_WAITERS; i++)
    {
      downloader_waiter_clear (&fixture->waiters[i]);
      g_assert_finalize_object (fixture->waiters[i].task);
    }
  g_uri_unref (fixture->uri);
}

static void
test_nobody (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GUri) elsewhere = g_uri_parse ("http://server.example:81/file", SOUP_HTTP_URI_FLAGS, NULL);
  DownloaderPlace *place = downloader_place_take (elsewhere);

  g_assert_false (downloader_place_wait (place, &fixture->waiters[0], FALSE));
  downloader_place_leave (place);
  g_clear_pointer (&fixture->other, downloader_place_leave);
  assert_called (fixture, 0);
}

/* Who goes in line calls nobody, and each that leaves one. */
static void
test_one_by_one (Fixture       *fixture,
                 gconstpointer  data)
{
  DownloaderPlace *place;

  for (guint i = 0; i < N_WAITERS; i++)
    refuse (fixture, i);
  assert_called (fixture, 0);

  g_clear_pointer (&fixture->other, downloader_place_leave);
  assert_called (fixture, 1);
  place = take (fixture);
  g_assert_true (downloader_waiter_take_call (&fixture->waiters[0], place));
  assert_called (fixture, 0);
  downloader_place_leave (place);
  assert_called (fixture, 2);
}

/* One that is called and refused again, as others were quicker, is the next to be called. */
static void
test_in_front_again (Fixture       *fixture,
                     gconstpointer  data)
{
  DownloaderPlace *quicker;
  DownloaderPlace *place;

  refuse (fixture, 0);
  refuse (fixture, 1);
  g_clear_pointer (&fixture->other, downloader_place_leave);
  quicker = take (fixture);
  place = take (fixture);
  downloader_waiter_ask (&fixture->waiters[0]);
  g_assert_true (downloader_waiter_take_call (&fixture->waiters[0], place));
  g_assert_true (downloader_place_wait (place, &fixture->waiters[0], TRUE));
  downloader_place_leave (place);
  assert_called (fixture, 0);
  downloader_place_leave (quicker);
  assert_called (fixture, 1);
}

/* The server may not have known when it refused. */
static void
test_left_meanwhile (Fixture       *fixture,
                     gconstpointer  data)
{
  DownloaderPlace *another = take (fixture);
  DownloaderPlace *place = take (fixture);

  g_clear_pointer (&fixture->other, downloader_place_leave);
  g_assert_true (downloader_place_wait (place, &fixture->waiters[0], FALSE));
  assert_called (fixture, 1);
  downloader_place_leave (place);
  downloader_place_leave (another);
  g_assert_true (downloader_waiter_take_call (&fixture->waiters[0], place = take (fixture)));

  /* Nobody has left since, nor is anybody there: now it counts. */
  g_assert_false (downloader_place_wait (place, &fixture->waiters[0], TRUE));
  downloader_place_leave (place);
  assert_called (fixture, 0);
}

/* Of two that are refused together the first is nobody to wait for, though its connection
 * has not ended yet. */
static void
test_refused_together (Fixture       *fixture,
                       gconstpointer  data)
{
  DownloaderPlace *place = take (fixture);

  g_assert_true (downloader_place_wait (fixture->other, &fixture->waiters[0], FALSE));
  g_assert_false (downloader_place_wait (place, &fixture->waiters[1], FALSE));
  g_clear_pointer (&fixture->other, downloader_place_leave);
  assert_called (fixture, 0);
  downloader_place_leave (place);
  assert_called (fixture, 1);
}

/* A call goes on to the next where it is not answered: by one that is cancelled before
 * it asks, or asks another server. */
static void
test_handed_on (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr(GUri) elsewhere = g_uri_parse ("https://server.example/file", SOUP_HTTP_URI_FLAGS, NULL);
  DownloaderPlace *place;

  for (guint i = 0; i < N_WAITERS; i++)
    refuse (fixture, i);
  g_clear_pointer (&fixture->other, downloader_place_leave);
  downloader_waiter_clear (&fixture->waiters[0]);
  assert_called (fixture, 2);

  place = downloader_place_take (elsewhere);
  g_assert_false (downloader_waiter_take_call (&fixture->waiters[1], place));
  downloader_place_leave (place);
  assert_called (fixture, 4);
  g_assert_false (downloader_waiter_take_call (&fixture->waiters[2], NULL));
  assert_called (fixture, 0);
}

/* Who asks without a call, or ends, is not called. */
static void
test_left_the_line (Fixture       *fixture,
                    gconstpointer  data)
{
  for (guint i = 0; i < N_WAITERS; i++)
    refuse (fixture, i);
  downloader_waiter_ask (&fixture->waiters[0]);
  downloader_waiter_clear (&fixture->waiters[1]);
  g_clear_pointer (&fixture->other, downloader_place_leave);
  assert_called (fixture, 4);
}

/* Who is told when to come back is in no line, and what it leaves is no place. */
static void
test_told_when (Fixture       *fixture,
                gconstpointer  data)
{
  DownloaderPlace *place;

  refuse (fixture, 0);
  place = take (fixture);
  g_assert_true (downloader_place_wait (place, NULL, FALSE));
  downloader_place_leave (place);
  assert_called (fixture, 0);
}

#define add(name, func) \
  g_test_add ("/downloader/line/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("nobody", test_nobody);
  add ("one-by-one", test_one_by_one);
  add ("in-front-again", test_in_front_again);
  add ("left-meanwhile", test_left_meanwhile);
  add ("refused-together", test_refused_together);
  add ("handed-on", test_handed_on);
  add ("left-the-line", test_left_the_line);
  add ("told-when", test_told_when);
  return g_test_run ();
}
