/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* One task for many who want the same, and what it has made is kept. */

#include "at-test.h"

#include <string.h>

static AtTestGate  gate;
static int         n_bodies; /* atomic */
static int         n_at_once; /* atomic */
static int         holds;    /* atomic */
static int         fails;    /* atomic */
static int         makes_null; /* atomic */
static AtTestCount data_count;
static GThread    *owner;

static gboolean
load (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  int number = g_atomic_int_add (&n_bodies, 1) + 1;
  g_autofree char *text = g_strdup_printf ("%s%d", g_value_get_string (params), number);
  gboolean succeeded = TRUE;

  g_assert_cmpint (g_atomic_int_add (&n_at_once, 1), ==, 0);
  if (g_atomic_int_get (&holds))
    at_test_gate_pass (&gate);
  if (g_atomic_int_get (&fails))
    succeeded = at_test_body_fail (task, NULL, cancellable, NULL, error);
  else if (!g_atomic_int_get (&makes_null))
    at_async_task_return (task, G_TYPE_STRING, text);
  g_atomic_int_add (&n_at_once, -1);

  return succeeded;
}

/* Somebody who asks. */
typedef struct
{
  GCancellable *cancellable;
  char         *got;   /* NULL: nothing yet */
  GError       *error;
  guint         n_told;
} Asker;

static void
on_got (GObject      *cache,
        GAsyncResult *result,
        gpointer      data)
{
  Asker *asker = data;
  const GValue *value = at_task_cache_get_finish (AT_TASK_CACHE (cache), result, &asker->error);

  g_assert_true (g_thread_self () == owner);
  asker->n_told++;
  if (asker->error == NULL)
    asker->got = g_strdup (value != NULL ? g_value_get_string (value) : "null");
}

static void
ask (AtTaskCache *cache,
     Asker       *asker,
     const char  *key,
     int          priority)
{
  *asker = (Asker) { .cancellable = g_cancellable_new () };
  at_task_cache_get_async (cache, key, priority, asker->cancellable, on_got, asker);
  g_assert_cmpuint (asker->n_told, ==, 0);
}

static void
asker_end (Asker *asker)
{
  at_test_iterate_until (NULL, asker->n_told > 0);
  g_assert_cmpuint (asker->n_told, ==, 1);
  g_clear_object (&asker->cancellable);
}

#define assert_got(asker, expected) \
  G_STMT_START { \
    asker_end (asker); \
    g_assert_no_error ((asker)->error); \
    g_assert_cmpstr ((asker)->got, ==, (expected)); \
    g_clear_pointer (&(asker)->got, g_free); \
  } G_STMT_END

#define assert_error(asker, domain, code) \
  G_STMT_START { \
    asker_end (asker); \
    g_assert_error ((asker)->error, domain, code); \
    g_clear_error (&(asker)->error); \
  } G_STMT_END

#define assert_get(cache, key, expected) \
  G_STMT_START { \
    Asker asker_; \
    ask (cache, &asker_, key, G_PRIORITY_DEFAULT); \
    assert_got (&asker_, expected); \
  } G_STMT_END

static AtTaskCache *
cache_new (gboolean is_held)
{
  owner = g_thread_self ();
  data_count = (AtTestCount) AT_TEST_COUNT_INIT;
  at_test_gate_init (&gate);
  g_atomic_int_set (&n_bodies, 0);
  g_atomic_int_set (&holds, is_held);
  g_atomic_int_set (&fails, FALSE);
  g_atomic_int_set (&makes_null, FALSE);
  at_test_count_made (&data_count);

  return at_task_cache_new (load, &data_count, at_test_count_freed);
}

static void
cache_end (AtTaskCache *cache)
{
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&n_at_once) == 0 && !g_main_context_pending (NULL));
  g_assert_finalize_object (cache);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&data_count.n_freed) == 1);
  at_test_count_assert_all_freed (&data_count, 1);
  at_test_gate_clear (&gate);
}

static void
test_kept (void)
{
  AtTaskCache *cache = cache_new (FALSE);
  const GValue *value;

  g_assert_null (at_task_cache_peek (cache, "a"));
  assert_get (cache, "a", "a1");
  assert_get (cache, "a", "a1");
  assert_get (cache, "b", "b2");
  assert_get (cache, "a", "a1");
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 2);
  value = at_task_cache_peek (cache, "b");
  g_assert_cmpstr (g_value_get_string (value), ==, "b2");
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 2);
  cache_end (cache);
}

static void
test_one_body (void)
{
  AtTaskCache *cache = cache_new (TRUE);
  Asker askers[4];

  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    ask (cache, &askers[i], "a", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    assert_got (&askers[i], "a1");
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  cache_end (cache);
}

static void
cancel_there (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
}

/* Each has a cancellable of its own, whichever thread it is cancelled in. */
static void
test_cancelled (void)
{
  AtTaskCache *cache = cache_new (TRUE);
  Asker askers[3];

  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    ask (cache, &askers[i], "a", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);

  /* Told at once: the body is still held. */
  g_cancellable_cancel (askers[0].cancellable);
  assert_error (&askers[0], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_test_call_in_thread (cancel_there, askers[1].cancellable);
  assert_error (&askers[1], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (askers[2].n_told, ==, 0);
  at_test_gate_open (&gate);
  assert_got (&askers[2], "a1");
  assert_get (cache, "a", "a1");
  cache_end (cache);
}

static AtAsyncTask *made; /* the last one */

static AtAsyncTask *
create_task (AtTaskCache  *cache,
             const GValue *params)
{
  g_set_object (&made, NULL);
  made = at_async_task_new (load, NULL, NULL);

  return g_object_ref (made);
}

/* The last one who cancels cancels the body; who asks then has another one run, once that
 * has returned. */
static void
test_last_one_cancels (void)
{
  AtTaskCache *cache = cache_new (TRUE);
  Asker askers[2], later, last;

  g_signal_connect (cache, "create-task", G_CALLBACK (create_task), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    ask (cache, &askers[i], "a", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  g_cancellable_cancel (askers[0].cancellable);
  assert_error (&askers[0], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (at_async_task_is_cancelled (made));
  g_cancellable_cancel (askers[1].cancellable);
  assert_error (&askers[1], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (at_async_task_is_cancelled (made));
  g_assert_true (g_cancellable_is_cancelled (at_async_task_get_cancellable (made)));

  ask (cache, &later, "a", G_PRIORITY_DEFAULT);
  ask (cache, &last, "a", G_PRIORITY_DEFAULT);
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  g_cancellable_cancel (later.cancellable);
  assert_error (&later, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_test_gate_open (&gate);
  assert_got (&last, "a2");
  assert_get (cache, "a", "a2");
  g_clear_object (&made);
  cache_end (cache);
}

/* One that was cancelled before gets nothing made. */
static void
test_cancelled_before (void)
{
  AtTaskCache *cache = cache_new (FALSE);
  Asker asker = { .cancellable = g_cancellable_new () };

  g_cancellable_cancel (asker.cancellable);
  at_task_cache_get_async (cache, "a", G_PRIORITY_DEFAULT, asker.cancellable, on_got, &asker);
  assert_error (&asker, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 0);
  cache_end (cache);
}

/* While it is queued, a task has the best priority of those who wait. */
static void
test_priority (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtTaskCache *cache = cache_new (FALSE);
  AtAsyncTask *blocker;
  Asker askers[3], other;
  AtTestGate pool_gate;

  at_test_gate_init (&pool_gate);
  blocker = at_async_task_new (at_test_body_gate, &pool_gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&pool_gate, 1);
  at_task_cache_set_executor (cache, AT_EXECUTOR (pool));
  g_assert_true (at_task_cache_get_executor (cache) == AT_EXECUTOR (pool));
  g_signal_connect (cache, "create-task", G_CALLBACK (create_task), NULL);

  ask (cache, &other, "b", G_PRIORITY_DEFAULT);
  ask (cache, &askers[0], "a", G_PRIORITY_LOW);
  g_assert_cmpint (at_async_task_get_priority (made), ==, G_PRIORITY_LOW);
  ask (cache, &askers[1], "a", G_PRIORITY_HIGH);
  g_assert_cmpint (at_async_task_get_priority (made), ==, G_PRIORITY_HIGH);
  ask (cache, &askers[2], "a", -1);
  g_assert_cmpint (at_async_task_get_priority (made), ==, G_PRIORITY_HIGH);
  g_cancellable_cancel (askers[1].cancellable);
  assert_error (&askers[1], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (at_async_task_get_priority (made), ==, -1);
  at_test_gate_open (&pool_gate);
  assert_got (&askers[0], "a1");
  assert_got (&askers[2], "a1");
  assert_got (&other, "b2");
  at_test_finish (blocker);
  g_object_unref (blocker);
  g_clear_object (&made);
  at_test_gate_clear (&pool_gate);
  cache_end (cache);
}

static void
test_errors_and_null (void)
{
  AtTaskCache *cache = cache_new (FALSE);
  Asker askers[2];

  /* Each gets the error, and nobody later. */
  g_atomic_int_set (&fails, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    ask (cache, &askers[i], "a", G_PRIORITY_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (askers); i++)
    {
      asker_end (&askers[i]);
      g_assert_nonnull (askers[i].error);
      g_clear_error (&askers[i].error);
    }
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 0);
  g_atomic_int_set (&fails, FALSE);
  assert_get (cache, "a", "a2");

  g_atomic_int_set (&makes_null, TRUE);
  assert_get (cache, "n", "null");
  assert_get (cache, "n", "null");
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 3);
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 2);
  g_assert_null (at_task_cache_peek (cache, "n"));
  cache_end (cache);
}

static void
test_evict (void)
{
  AtTaskCache *cache = cache_new (FALSE);
  Asker before[2], after;

  assert_get (cache, "a", "a1");
  at_task_cache_evict (cache, "a");
  at_task_cache_evict (cache, "nothing");
  g_assert_null (at_task_cache_peek (cache, "a"));
  assert_get (cache, "a", "a2");
  assert_get (cache, "b", "b3");
  at_task_cache_evict (cache, NULL);
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 0);

  /* In flight: those who wait get it, and nobody else. */
  g_atomic_int_set (&holds, TRUE);
  ask (cache, &before[0], "a", G_PRIORITY_DEFAULT);
  ask (cache, &before[1], "a", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  at_task_cache_evict (cache, "a");
  ask (cache, &after, "a", G_PRIORITY_DEFAULT);
  at_test_gate_open (&gate);
  assert_got (&before[0], "a4");
  assert_got (&before[1], "a4");
  assert_got (&after, "a5");
  assert_get (cache, "a", "a5");

  /* The last one who cancels cancels that, too. */
  at_test_gate_clear (&gate);
  at_test_gate_init (&gate);
  g_signal_connect (cache, "create-task", G_CALLBACK (create_task), NULL);
  ask (cache, &before[0], "c", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  at_task_cache_evict (cache, NULL);
  g_cancellable_cancel (before[0].cancellable);
  assert_error (&before[0], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (at_async_task_is_cancelled (made));
  at_test_gate_open (&gate);
  at_test_finish (made);
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 0);
  g_clear_object (&made);
  cache_end (cache);
}

static guint n_notifies;

static void
on_n_items (void)
{
  n_notifies++;
}

static void
test_max_items (void)
{
  AtTaskCache *cache = cache_new (FALSE);

  n_notifies = 0;
  g_signal_connect (cache, "notify::n-items", G_CALLBACK (on_n_items), NULL);
  at_task_cache_set_max_items (cache, 2);
  g_assert_cmpuint (at_task_cache_get_max_items (cache), ==, 2);
  assert_get (cache, "a", "a1");
  assert_get (cache, "b", "b2");
  assert_get (cache, "a", "a1");

  /* The least recently used goes. */
  assert_get (cache, "c", "c3");
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 2);
  g_assert_cmpuint (n_notifies, ==, 2);
  g_assert_null (at_task_cache_peek (cache, "b"));

  /* To peek is to use. */
  g_assert_nonnull (at_task_cache_peek (cache, "a"));
  assert_get (cache, "d", "d4");
  g_assert_null (at_task_cache_peek (cache, "c"));
  g_assert_nonnull (at_task_cache_peek (cache, "a"));
  at_task_cache_set_max_items (cache, 1);
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 1);
  g_assert_nonnull (at_task_cache_peek (cache, "a"));
  at_task_cache_set_max_items (cache, 0);
  assert_get (cache, "e", "e5");
  assert_get (cache, "f", "f6");
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 3);
  cache_end (cache);
}

static void
test_time_to_live (void)
{
  AtTaskCache *cache = cache_new (FALSE);

  at_task_cache_set_time_to_live (cache, 3600);
  g_assert_cmpfloat (at_task_cache_get_time_to_live (cache), ==, 3600);
  assert_get (cache, "a", "a1");
  assert_get (cache, "a", "a1");

  /* One microsecond is over by the next time. */
  at_task_cache_set_time_to_live (cache, 1e-9);
  at_test_poll_until (at_task_cache_peek (cache, "a") == NULL);
  g_assert_cmpuint (at_task_cache_get_n_items (cache), ==, 0);
  at_task_cache_set_time_to_live (cache, 0);
  assert_get (cache, "a", "a2");
  assert_get (cache, "a", "a2");
  cache_end (cache);
}

static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtTaskCache *cache = cache_new (FALSE);
  AtTaskCache *empty = at_task_cache_new (NULL, NULL, NULL);
  Asker askers[3];

  at_thread_pool_executor_shutdown (pool, FALSE);
  at_task_cache_set_executor (cache, AT_EXECUTOR (pool));
  ask (cache, &askers[0], "a", G_PRIORITY_DEFAULT);
  ask (cache, &askers[1], "a", G_PRIORITY_DEFAULT);
  g_cancellable_cancel (askers[1].cancellable);
  assert_error (&askers[0], AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  assert_error (&askers[1], G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_task_cache_set_executor (cache, NULL);
  assert_get (cache, "a", "a1");

  ask (empty, &askers[2], "a", G_PRIORITY_DEFAULT);
  assert_error (&askers[2], AT_TASK_ERROR, AT_TASK_ERROR_FAILED);
  g_assert_finalize_object (empty);
  cache_end (cache);
}

static AtDeferredTask *deferred;

static void
on_start (AtDeferredTask *task,
          const GValue   *params)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, g_value_get_string (params));
  at_deferred_task_complete (task, &value);
}

static AtAsyncTask *
create_deferred (AtTaskCache  *cache,
                 const GValue *params)
{
  deferred = at_deferred_task_new ();
  g_signal_connect (deferred, "start", G_CALLBACK (on_start), NULL);

  return AT_ASYNC_TASK (deferred);
}

static void
test_deferred (void)
{
  AtTaskCache *cache = cache_new (FALSE);

  g_signal_connect (cache, "create-task", G_CALLBACK (create_deferred), NULL);
  assert_get (cache, "d", "d");
  deferred = NULL;
  assert_get (cache, "d", "d");
  g_assert_null (deferred);
  cache_end (cache);
}

/* It lives as long as somebody waits; what nobody waits for ends with it. */
static void
test_dropped (void)
{
  AtTaskCache *cache = cache_new (TRUE);
  Asker asker;

  ask (cache, &asker, "a", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  g_object_ref (cache);
  g_object_unref (cache);
  at_test_gate_open (&gate);
  assert_got (&asker, "a1");

  at_test_gate_clear (&gate);
  at_test_gate_init (&gate);
  g_signal_connect (cache, "create-task", G_CALLBACK (create_task), NULL);
  ask (cache, &asker, "b", G_PRIORITY_DEFAULT);
  at_test_gate_wait_arrived (&gate, 1);
  g_cancellable_cancel (asker.cancellable);
  assert_error (&asker, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_finalize_object (cache);
  at_test_gate_open (&gate);
  at_test_finish (made);
  g_assert_cmpint (at_async_task_get_outcome (made), ==, AT_OUTCOME_CANCELLED);
  g_clear_object (&made);
  at_test_gate_clear (&gate);
}

/* A waiter that is cancelled in another thread, at any moment of the end of the body. */
static void
test_cancelled_at_the_end (void)
{
  AtTaskCache *cache = cache_new (FALSE);
  guint n = at_test_scale (500);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      GThread *thread;
      Asker asker;

      ask (cache, &asker, key, G_PRIORITY_DEFAULT);
      thread = g_thread_new ("canceller", (GThreadFunc) (void (*) (void)) cancel_there, asker.cancellable);
      at_test_iterate_until (NULL, asker.n_told > 0);
      g_thread_join (thread);
      g_assert_cmpuint (asker.n_told, ==, 1);
      g_assert_true (asker.got != NULL || g_error_matches (asker.error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      g_clear_error (&asker.error);
      g_free (asker.got);
      at_test_iterate_poll_until (NULL, g_atomic_int_get (&n_at_once) == 0 && !g_main_context_pending (NULL));
      g_assert_finalize_object (asker.cancellable);
    }
  cache_end (cache);
}

static void
use_elsewhere (gpointer cache)
{
  at_test_assert_critical (at_task_cache_get_async (cache, "a", 0, NULL, NULL, NULL));
  at_test_assert_critical (at_task_cache_peek (cache, "a"));
  at_test_assert_critical (at_task_cache_evict (cache, NULL));
}

static void
test_wrong_use (void)
{
  AtTaskCache *cache = cache_new (FALSE);

  g_main_context_acquire (NULL);
  at_test_call_in_thread (use_elsewhere, cache);
  g_main_context_release (NULL);
  at_test_assert_critical (at_task_cache_get_async (cache, NULL, 0, NULL, NULL, NULL));
  at_test_assert_critical (at_task_cache_set_time_to_live (cache, -1));
  cache_end (cache);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/task-cache/kept", test_kept);
  g_test_add_func ("/task-cache/one-body", test_one_body);
  g_test_add_func ("/task-cache/cancelled", test_cancelled);
  g_test_add_func ("/task-cache/last-one-cancels", test_last_one_cancels);
  g_test_add_func ("/task-cache/cancelled-before", test_cancelled_before);
  g_test_add_func ("/task-cache/priority", test_priority);
  g_test_add_func ("/task-cache/errors-and-null", test_errors_and_null);
  g_test_add_func ("/task-cache/evict", test_evict);
  g_test_add_func ("/task-cache/max-items", test_max_items);
  g_test_add_func ("/task-cache/time-to-live", test_time_to_live);
  g_test_add_func ("/task-cache/refused", test_refused);
  g_test_add_func ("/task-cache/deferred", test_deferred);
  g_test_add_func ("/task-cache/dropped", test_dropped);
  g_test_add_func ("/task-cache/cancelled-at-the-end", test_cancelled_at_the_end);
  g_test_add_func ("/task-cache/wrong-use", test_wrong_use);

  return g_test_run ();
}
