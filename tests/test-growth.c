/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "at-growth-private.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>
#ifdef HAVE_VALGRIND
# include <valgrind/valgrind.h>
#endif

/* Where threads take turns by a lock of valgrind's own, the kernel knows of no other
 * that could go on. */
static gboolean
has_own_threads (void)
{
#ifdef HAVE_VALGRIND
  return !RUNNING_ON_VALGRIND;
#else
  return TRUE;
#endif
}

/* A thread of a pool, held in a known state. */
typedef enum
{
  HELD_BY_CONDITION,
  HELD_BY_MUTEX,
  HELD_BY_PIPE,
  HELD_BY_SLEEP,
  SPINS
} How;

typedef struct
{
  How        how;
  AtGrowth  *growth;
  AtWorker   worker;
  GThread   *thread;

  GMutex     mutex;
  GCond      cond;
  gboolean   released;  /* under the mutex */
  GMutex     obstacle;
  int        pipe[2];
  gint       started;
  gint       stop;
} Held;

static void
wait_on_condition (Held *held)
{
  g_mutex_lock (&held->mutex);
  while (!held->released)
    g_cond_wait (&held->cond, &held->mutex);
  g_mutex_unlock (&held->mutex);
}

static gpointer
hold_thread (gpointer data)
{
  Held *held = data;
  char byte;

  /* As any name may. */
  pthread_setname_np (pthread_self (), "a) R (b");
  at_growth_join (held->growth, &held->worker);
  at_worker_turn (&held->worker);
  g_atomic_int_set (&held->started, TRUE);

  switch (held->how)
    {
    case HELD_BY_CONDITION:
      wait_on_condition (held);
      break;
    case HELD_BY_MUTEX:
      g_mutex_lock (&held->obstacle);
      g_mutex_unlock (&held->obstacle);
      break;
    case HELD_BY_PIPE:
      g_assert_cmpint (read (held->pipe[0], &byte, 1), ==, 0);
      break;
    case HELD_BY_SLEEP:
      while (!g_atomic_int_get (&held->stop))
        g_usleep (G_USEC_PER_SEC / 10);
      break;
    case SPINS:
      while (!g_atomic_int_get (&held->stop))
        ;
      break;
    default:
      g_assert_not_reached ();
    }

  at_worker_turn (&held->worker);

  /* Between two bodies. */
  g_atomic_int_set (&held->started, FALSE);
  if (held->how == SPINS)
    wait_on_condition (held);
  at_growth_leave (held->growth, &held->worker);

  return NULL;
}

static Held *
held_new (AtGrowth *growth,
          How       how)
{
  Held *held = g_new0 (Held, 1);

  held->how = how;
  held->growth = growth;
  g_mutex_init (&held->mutex);
  g_cond_init (&held->cond);
  g_mutex_init (&held->obstacle);
  g_mutex_lock (&held->obstacle);
  g_assert_cmpint (pipe (held->pipe), ==, 0);
  held->thread = g_thread_new ("held", hold_thread, held);
  while (!g_atomic_int_get (&held->started))
    g_thread_yield ();

  return held;
}

static void
held_free (Held *held)
{
  g_atomic_int_set (&held->stop, TRUE);
  g_mutex_unlock (&held->obstacle);
  close (held->pipe[1]);
  g_mutex_lock (&held->mutex);
  held->released = TRUE;
  g_cond_signal (&held->cond);
  g_mutex_unlock (&held->mutex);

  g_thread_join (held->thread);
  close (held->pipe[0]);
  g_mutex_clear (&held->obstacle);
  g_cond_clear (&held->cond);
  g_mutex_clear (&held->mutex);
  g_free (held);
}

/* A thread gets there when it gets there. */
static void
wait_until_blocked (AtGrowth *growth,
                    guint     n_blocked)
{
  while (at_growth_count_blocked (growth) != n_blocked)
    g_usleep (500);
}

static void
test_blocked (gconstpointer user_data)
{
  How how = GPOINTER_TO_INT (user_data);
  AtGrowth growth;
  Held *held;

  at_growth_init (&growth);
  g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 0);

  held = held_new (&growth, how);
  wait_until_blocked (&growth, 1);
  held_free (held);
  g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 0);

  at_growth_clear (&growth);
}

/* More threads than processors: at any time, some have none, and could go on. */
static void
test_runnable (void)
{
  guint n = 3 * g_get_num_processors ();
  g_autofree Held **held = g_new (Held *, n);
  AtGrowth growth;

  if (!has_own_threads ())
    {
      g_test_skip ("threads take turns");
      return;
    }

  at_growth_init (&growth);
  for (guint i = 0; i < n; i++)
    held[i] = held_new (&growth, SPINS);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 0);

  /* What waits between two bodies has no slot. */
  for (guint i = 0; i < n; i++)
    {
      g_atomic_int_set (&held[i]->stop, TRUE);
      while (g_atomic_int_get (&held[i]->started))
        g_thread_yield ();
    }
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 0);

  for (guint i = 0; i < n; i++)
    held_free (held[i]);
  at_growth_clear (&growth);
}

static void
test_some_of_each (void)
{
  static const How hows[] = { HELD_BY_PIPE, SPINS, HELD_BY_CONDITION, SPINS, SPINS, HELD_BY_MUTEX };
  Held *held[G_N_ELEMENTS (hows)];
  AtGrowth growth;

  if (!has_own_threads ())
    {
      g_test_skip ("threads take turns");
      return;
    }

  at_growth_init (&growth);
  for (guint i = 0; i < G_N_ELEMENTS (hows); i++)
    held[i] = held_new (&growth, hows[i]);
  wait_until_blocked (&growth, 3);

  /* Any may leave first. */
  held_free (held[2]);
  g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 2);
  held_free (held[5]);
  g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 1);
  held_free (held[0]);
  g_assert_cmpuint (at_growth_count_blocked (&growth), ==, 0);

  held_free (held[1]);
  held_free (held[3]);
  held_free (held[4]);
  at_growth_clear (&growth);
}

/* Where the kernel tells nothing. */

static void
test_clock_blocked (void)
{
  AtGrowth growth;
  Held *held;
  gint64 now = 1000;
  gboolean blocked = FALSE;

  at_growth_init (&growth);
  held = held_new (&growth, HELD_BY_CONDITION);
  wait_until_blocked (&growth, 1);

  /* It takes a moment longer until it uses no time any more. */
  while (!at_thread_state_ask_clock (&held->worker.state, now))
    now += AT_THREAD_STATE_TURN_USEC;
  held->worker.state.moved_at = 0;

  g_assert_false (at_thread_state_ask_clock (&held->worker.state, now));
  g_assert_false (at_thread_state_ask_clock (&held->worker.state, now + AT_THREAD_STATE_TURN_USEC - 1));
  g_assert_true (at_thread_state_ask_clock (&held->worker.state, now + AT_THREAD_STATE_TURN_USEC));

  /* Nothing is known of a thread that is not there. */
  held->worker.state.tid = G_MAXINT;
  g_assert_false (at_thread_state_ask_kernel (&held->worker.state, &blocked));
  held->worker.state.has_clock = FALSE;
  g_assert_false (at_thread_state_is_blocked (&held->worker.state));

  held_free (held);
  at_growth_clear (&growth);
}

static void
test_clock_runnable (void)
{
  AtGrowth growth;
  Held *held;
  gint64 now = 1000;

  at_growth_init (&growth);
  held = held_new (&growth, SPINS);

  /* Each time it has gone on a little. */
  g_assert_false (at_thread_state_ask_clock (&held->worker.state, now));
  for (guint i = 0; i < 20; i++)
    {
      struct timespec before, after;

      g_assert_cmpint (clock_gettime (held->worker.state.clock, &before), ==, 0);
      do
        {
          g_thread_yield ();
          g_assert_cmpint (clock_gettime (held->worker.state.clock, &after), ==, 0);
        }
      while (before.tv_sec == after.tv_sec && before.tv_nsec == after.tv_nsec);
      now += 10 * AT_THREAD_STATE_TURN_USEC;
      g_assert_false (at_thread_state_ask_clock (&held->worker.state, now));
    }

  held_free (held);
  at_growth_clear (&growth);
}

/* What is decided. */

static void
test_extra (void)
{
  AtGrowth growth;

  at_growth_init (&growth);
  g_assert_cmpuint (growth.n_extra, ==, 0);
  at_growth_plan (&growth, 1000);

  /* As many as block, and no more when they go on. */
  at_growth_decide (&growth, 0, 3000, 3000);
  g_assert_cmpuint (growth.n_extra, ==, 0);
  at_growth_decide (&growth, 2, 5000, 5000);
  g_assert_cmpuint (growth.n_extra, ==, 2);
  at_growth_decide (&growth, 12, 7000, 7000);
  g_assert_cmpuint (growth.n_extra, ==, 12);
  at_growth_decide (&growth, 1, 9000, 9000);
  g_assert_cmpuint (growth.n_extra, ==, 1);
  at_growth_decide (&growth, 5000, 11000, 11000);
  g_assert_cmpuint (growth.n_extra, ==, AT_GROWTH_MAX_EXTRA);

  at_growth_stop (&growth);
  g_assert_cmpuint (growth.n_extra, ==, 0);
  at_growth_clear (&growth);
}

static void
test_back_off (void)
{
  AtGrowth growth;
  gint64 now = 1000000;
  guint i;

  at_growth_init (&growth);
  g_assert_cmpint (at_growth_plan (&growth, now), ==, now + 2000);
  g_assert_cmpint (at_growth_plan (&growth, now + 1500), ==, now + 2000);

  /* Nothing new, again and again. */
  for (i = 0; i < 10; i++)
    {
      now = at_growth_plan (&growth, now);
      at_growth_decide (&growth, 0, now, now);
      g_assert_cmpint (at_growth_plan (&growth, now), ==, now + MIN (4000 << i, 32000));
    }

  /* Something new. */
  now = at_growth_plan (&growth, now);
  at_growth_decide (&growth, 3, now, now);
  g_assert_cmpint (at_growth_plan (&growth, now), ==, now + 2000);
  now = at_growth_plan (&growth, now);
  at_growth_decide (&growth, 3, now, now);
  g_assert_cmpint (at_growth_plan (&growth, now), ==, now + 4000);

  /* It took long. */
  at_growth_decide (&growth, 60, now, now + 600);
  g_assert_cmpint (at_growth_plan (&growth, now), ==, now + 600 + 12000);

  /* It begins anew. */
  at_growth_stop (&growth);
  now += 100000;
  g_assert_cmpint (at_growth_plan (&growth, now), ==, now + 2000);

  at_growth_clear (&growth);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("How a pool finds out which bodies block, and what it makes of that.");

  g_test_add_data_func ("/growth/blocked/on-a-condition", GINT_TO_POINTER (HELD_BY_CONDITION), test_blocked);
  g_test_add_data_func ("/growth/blocked/on-a-mutex", GINT_TO_POINTER (HELD_BY_MUTEX), test_blocked);
  g_test_add_data_func ("/growth/blocked/on-a-pipe", GINT_TO_POINTER (HELD_BY_PIPE), test_blocked);
  g_test_add_data_func ("/growth/blocked/asleep", GINT_TO_POINTER (HELD_BY_SLEEP), test_blocked);
  g_test_add_func ("/growth/runnable-without-a-processor", test_runnable);
  g_test_add_func ("/growth/some-of-each", test_some_of_each);
  g_test_add_func ("/growth/by-the-clock/blocked", test_clock_blocked);
  g_test_add_func ("/growth/by-the-clock/runnable", test_clock_runnable);
  g_test_add_func ("/growth/as-many-as-block", test_extra);
  g_test_add_func ("/growth/back-off", test_back_off);

  return g_test_run ();
}
