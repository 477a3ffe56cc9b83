/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Of what is submitted, the newest counts. */

#include "at-test.h"

#include <string.h>

static GString *said;
static GThread *owner;

static void
say (const char *format,
     ...)
{
  va_list args;

  g_assert_true (g_thread_self () == owner);
  if (said->len > 0)
    g_string_append_c (said, ' ');
  va_start (args, format);
  g_string_append_vprintf (said, format, args);
  va_end (args);
}

#define assert_said(expected) \
  G_STMT_START { \
    g_assert_cmpstr (said->str, ==, (expected)); \
    g_string_truncate (said, 0); \
  } G_STMT_END

/* A body that says what it got. The first so many wait for the gate, whatever else
 * happens. */

static AtTestGate gate;
static int        n_held;     /* atomic: how many are to be held */
static int        n_bodies;   /* atomic */
static int        n_at_once;  /* atomic */
static int        fails;      /* atomic */
static AtTestCount data_count;

static gboolean
find (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  gboolean succeeded;

  g_assert_cmpint (g_atomic_int_add (&n_at_once, 1), ==, 0);
  g_atomic_int_inc (&n_bodies);
  if (g_atomic_int_add (&n_held, -1) > 0)
    at_test_gate_pass (&gate);
  if (g_atomic_int_get (&fails))
    succeeded = at_test_body_fail (task, params, cancellable, user_data, error);
  else if (params == NULL)
    succeeded = TRUE;
  else
    succeeded = at_async_task_return (task, G_TYPE_INT, 10 * g_value_get_int (params));
  g_atomic_int_add (&n_at_once, -1);

  return succeeded;
}

static void
on_result (AtLatest     *latest,
           const GValue *value,
           const GValue *params)
{
  g_assert_null (at_latest_get_task (latest));
  g_assert_false (at_latest_get_busy (latest));
  if (value == NULL)
    say ("null");
  else
    say ("%d=%d", g_value_get_int (params), g_value_get_int (value));
}

static void
on_failed (AtLatest     *latest,
           const GError *error,
           const GValue *params)
{
  g_assert_null (at_latest_get_task (latest));
  g_assert_false (at_latest_get_busy (latest));
  g_assert_nonnull (error);
  say ("failed");
}

static void
on_busy (AtLatest *latest)
{
  say (at_latest_get_busy (latest) ? "busy" : "idle");
}

static void
submit (AtLatest *latest,
        int       n)
{
  g_auto (GValue) params = G_VALUE_INIT;

  g_value_init (&params, G_TYPE_INT);
  g_value_set_int (&params, n);
  at_latest_submit (latest, &params);
}

static AtLatest *
latest_new (guint held)
{
  AtLatest *latest;

  owner = g_thread_self ();
  said = g_string_new (NULL);
  data_count = (AtTestCount) AT_TEST_COUNT_INIT;
  at_test_gate_init (&gate);
  g_atomic_int_set (&n_held, (int) held);
  g_atomic_int_set (&n_bodies, 0);
  g_atomic_int_set (&fails, FALSE);
  at_test_count_made (&data_count);
  latest = at_latest_new (find, &data_count, at_test_count_freed);
  g_signal_connect (latest, "result", G_CALLBACK (on_result), NULL);
  g_signal_connect (latest, "failed", G_CALLBACK (on_failed), NULL);
  g_signal_connect (latest, "notify::busy", G_CALLBACK (on_busy), NULL);

  return latest;
}

/* Whatever runs, and is not wanted any more, ends. */
static void
settle (void)
{
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&n_at_once) == 0 && !g_main_context_pending (NULL));
}

static void
latest_end (AtLatest *latest)
{
  settle ();
  if (latest != NULL)
    g_assert_finalize_object (latest);
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&data_count.n_freed) == data_count.n_made);
  at_test_count_assert_all_freed (&data_count, data_count.n_made);
  g_string_free (said, TRUE);
  at_test_gate_clear (&gate);
}

#define finish(latest) at_test_iterate_until (NULL, !at_latest_get_busy (latest))

static void
test_result (void)
{
  AtLatest *latest = latest_new (0);

  submit (latest, 1);
  g_assert_true (at_latest_get_busy (latest));
  g_assert_nonnull (at_latest_get_task (latest));
  assert_said ("busy");
  finish (latest);
  assert_said ("idle 1=10");

  at_latest_submit (latest, NULL);
  finish (latest);
  assert_said ("busy idle null");
  latest_end (latest);
}

static void
test_failed (void)
{
  AtLatest *latest = latest_new (0);

  g_atomic_int_set (&fails, TRUE);
  submit (latest, 1);
  finish (latest);
  assert_said ("busy idle failed");

  /* A failure that nobody hears of is told to the log. */
  g_signal_handlers_disconnect_by_func (latest, on_failed, NULL);
  submit (latest, 2);
  at_test_warnings_begin ();
  finish (latest);
  g_assert_cmpuint (at_test_warnings_end (NULL), ==, 1);
  assert_said ("busy idle");
  latest_end (latest);
}

/* At most one body runs, and one submission waits. */
static void
test_newest (void)
{
  AtLatest *latest = latest_new (1);
  AtAsyncTask *first;

  submit (latest, 1);
  first = g_object_ref (at_latest_get_task (latest));
  at_test_gate_wait_arrived (&gate, 1);
  submit (latest, 2);
  g_assert_null (at_latest_get_task (latest));
  g_assert_true (at_async_task_is_cancelled (first));
  g_assert_true (g_cancellable_is_cancelled (at_async_task_get_cancellable (first)));
  submit (latest, 3);
  submit (latest, 4);
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  at_test_gate_open (&gate);
  finish (latest);
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 2);
  assert_said ("busy idle 4=40");
  g_object_unref (first);
  latest_end (latest);
}

/* Nothing of an older one is delivered, even if its body has succeeded. */
static void
test_older_has_succeeded (void)
{
  AtLatest *latest = latest_new (0);

  submit (latest, 1);
  g_assert_true (at_async_task_wait (at_latest_get_task (latest), -1, NULL, NULL));
  submit (latest, 2);
  finish (latest);
  assert_said ("busy idle 2=20");
  latest_end (latest);
}

static void
submit_again (AtLatest     *latest,
              const GValue *value,
              const GValue *params)
{
  if (g_value_get_int (params) < 3)
    submit (latest, g_value_get_int (params) + 1);
}

static void
test_submit_in_result (void)
{
  AtLatest *latest = latest_new (0);

  g_signal_connect (latest, "result", G_CALLBACK (submit_again), NULL);
  submit (latest, 1);
  finish (latest);
  assert_said ("busy idle 1=10 busy idle 2=20 busy idle 3=30");
  latest_end (latest);
}

static void
submit_when_idle (AtLatest *latest)
{
  if (!at_latest_get_busy (latest) && g_atomic_int_get (&n_bodies) == 1)
    submit (latest, 7);
}

/* What is submitted when busy changes is newer than what is about to be delivered. */
static void
test_submit_when_idle (void)
{
  AtLatest *latest = latest_new (0);

  g_signal_connect (latest, "notify::busy", G_CALLBACK (submit_when_idle), NULL);
  submit (latest, 1);
  at_test_iterate_until (NULL, g_atomic_int_get (&n_bodies) == 2 && !at_latest_get_busy (latest));
  assert_said ("busy idle busy idle 7=70");
  latest_end (latest);
}

static void
test_cancel (void)
{
  AtLatest *latest = latest_new (1);

  submit (latest, 1);
  at_test_gate_wait_arrived (&gate, 1);
  submit (latest, 2);
  at_latest_cancel (latest);
  g_assert_false (at_latest_get_busy (latest));
  g_assert_null (at_latest_get_task (latest));
  at_test_gate_open (&gate);
  settle ();
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  assert_said ("busy idle");

  /* It goes on with what is submitted after that. */
  submit (latest, 3);
  finish (latest);
  assert_said ("busy idle 3=30");
  at_latest_cancel (latest);
  assert_said ("");
  latest_end (latest);
}

static void
test_dropped (void)
{
  AtLatest *latest = latest_new (1);
  AtAsyncTask *task;

  submit (latest, 1);
  task = g_object_ref (at_latest_get_task (latest));
  at_test_gate_wait_arrived (&gate, 1);
  submit (latest, 2);
  g_assert_finalize_object (latest);
  g_assert_true (at_async_task_is_cancelled (task));
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_object_unref (task);
  settle ();
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  assert_said ("busy");
  latest_end (NULL);
}

static void
test_owner_gone (void)
{
  AtLatest *latest = latest_new (1);
  GObject *window = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *task;

  at_latest_set_owner (latest, window);
  g_assert_true (at_latest_get_owner (latest) == window);
  submit (latest, 1);
  task = g_object_ref (at_latest_get_task (latest));
  g_assert_true (at_async_task_get_owner (task) == window);
  at_test_gate_wait_arrived (&gate, 1);
  submit (latest, 2);
  g_object_unref (window);
  g_assert_null (at_latest_get_owner (latest));
  g_assert_true (at_async_task_is_cancelled (task));
  at_test_gate_open (&gate);
  settle ();
  submit (latest, 3);
  settle ();
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  g_assert_false (at_latest_get_busy (latest));
  assert_said ("busy");
  g_object_unref (task);
  latest_end (latest);
}

static void
drop_there (gpointer object)
{
  g_object_unref (object);
}

static void
test_owner_gone_there (void)
{
  AtLatest *latest = latest_new (1);
  GObject *window = g_object_new (G_TYPE_OBJECT, NULL);

  g_main_context_acquire (NULL);
  at_latest_set_owner (latest, window);
  submit (latest, 1);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_call_in_thread (drop_there, window);
  at_test_gate_open (&gate);
  settle ();
  g_assert_false (at_latest_get_busy (latest));
  assert_said ("busy");
  g_main_context_release (NULL);
  latest_end (latest);
}

/* Also where nothing holds the last body. */
static void
test_dropped_there (void)
{
  AtLatest *latest = latest_new (1);

  g_main_context_acquire (NULL);
  submit (latest, 1);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_call_in_thread (drop_there, latest);
  at_test_gate_open (&gate);
  settle ();
  assert_said ("busy");
  g_main_context_release (NULL);
  latest_end (NULL);
}

/* Until there was no submission for so long, nothing starts. */
static void
test_delay (void)
{
  AtLatest *latest = latest_new (0);

  at_test_time_stop ();
  at_latest_set_delay (latest, 0.5);
  g_assert_cmpfloat (at_latest_get_delay (latest), ==, 0.5);
  submit (latest, 1);
  submit (latest, 2);
  at_test_time_go_on ();
  g_assert_true (at_latest_get_busy (latest));
  g_assert_null (at_latest_get_task (latest));
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 0);
  finish (latest);
  g_assert_cmpint (g_atomic_int_get (&n_bodies), ==, 1);
  assert_said ("busy idle 2=20");

  /* What waits for its time can be cancelled. */
  at_latest_set_delay (latest, 3600);
  submit (latest, 3);
  at_latest_cancel (latest);
  at_latest_set_delay (latest, 0);
  submit (latest, 4);
  finish (latest);
  assert_said ("busy idle busy idle 4=40");
  latest_end (latest);
}

static AtAsyncTask *
create_task (AtLatest     *latest,
             const GValue *params,
             gpointer      made)
{
  AtAsyncTask *task = at_async_task_new (find, NULL, NULL);

  g_assert_cmpint (g_value_get_int (params), ==, 5);
  at_async_task_set_title (task, "Made");
  *(AtAsyncTask **) made = task;

  return task;
}

static AtAsyncTask *
create_nothing (AtLatest     *latest,
                const GValue *params)
{
  say ("asked");

  return NULL;
}

static void
test_create_task (void)
{
  AtLatest *latest = latest_new (0);
  AtAsyncTask *made = NULL;

  g_signal_connect (latest, "create-task", G_CALLBACK (create_nothing), NULL);
  submit (latest, 4);
  finish (latest);
  assert_said ("busy asked idle 4=40");

  g_signal_connect (latest, "create-task", G_CALLBACK (create_task), &made);
  g_signal_connect (latest, "create-task", G_CALLBACK (create_nothing), NULL);
  submit (latest, 5);
  g_assert_true (at_latest_get_task (latest) == made);
  finish (latest);
  assert_said ("busy asked idle 5=50");
  latest_end (latest);
}

static AtDeferredTask *deferred;

static void
on_start (AtDeferredTask *task)
{
  say ("start");
}

static AtAsyncTask *
create_deferred (AtLatest     *latest,
                 const GValue *params)
{
  deferred = at_deferred_task_new ();
  g_signal_connect (deferred, "start", G_CALLBACK (on_start), NULL);

  return g_object_ref (AT_ASYNC_TASK (deferred));
}

static void
test_deferred (void)
{
  AtLatest *latest = latest_new (0);
  g_auto (GValue) value = G_VALUE_INIT;

  g_signal_connect (latest, "create-task", G_CALLBACK (create_deferred), NULL);
  submit (latest, 6);
  at_test_iterate_until (NULL, strstr (said->str, "start") != NULL);
  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 66);
  g_assert_true (at_deferred_task_complete (deferred, &value));
  finish (latest);
  assert_said ("busy start idle 6=66");
  g_object_unref (deferred);
  latest_end (latest);
}

/* Whatever makes it impossible to run is told when the context is iterated. */
static void
test_refused (void)
{
  AtLatest *latest = latest_new (0);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtLatest *empty;

  at_thread_pool_executor_shutdown (pool, FALSE);
  at_latest_set_executor (latest, AT_EXECUTOR (pool));
  g_assert_true (at_latest_get_executor (latest) == AT_EXECUTOR (pool));
  submit (latest, 1);
  g_assert_true (at_latest_get_busy (latest));
  assert_said ("busy");
  finish (latest);
  assert_said ("idle failed");

  /* One that is newer takes its place. */
  submit (latest, 2);
  at_latest_set_executor (latest, NULL);
  submit (latest, 3);
  finish (latest);
  assert_said ("busy idle 3=30");

  empty = at_latest_new (NULL, NULL, NULL);
  g_signal_connect (empty, "failed", G_CALLBACK (on_failed), NULL);
  submit (empty, 1);
  finish (empty);
  assert_said ("failed");
  g_assert_finalize_object (empty);
  latest_end (latest);
}

static gboolean
note_pool (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  return TRUE;
}

/* The default pool, never the serial executor. */
static void
test_executor (void)
{
  AtLatest *latest;

  owner = g_thread_self ();
  latest = at_latest_new (note_pool, NULL, NULL);
  at_latest_submit (latest, NULL);
  g_assert_true (at_async_task_get_executor (at_latest_get_task (latest)) == at_thread_pool_executor_get_default ());
  finish (latest);
  g_assert_finalize_object (latest);
}

static void
use_elsewhere (gpointer latest)
{
  at_test_assert_critical (at_latest_submit (latest, NULL));
  at_test_assert_critical (at_latest_cancel (latest));
  at_test_assert_critical (at_latest_set_delay (latest, 1));
}

static void
test_wrong_use (void)
{
  AtLatest *latest = latest_new (0);

  g_main_context_acquire (NULL);
  at_test_call_in_thread (use_elsewhere, latest);
  g_main_context_release (NULL);
  at_test_assert_critical (at_latest_set_delay (latest, -1));
  at_test_assert_critical (at_latest_submit (NULL, NULL));
  latest_end (latest);
}

/* In a context of its own, where its tasks deliver. */
static void
use_in_loop (gpointer data)
{
  AtLatest *latest = latest_new (0);
  GMainContext *context = g_main_context_get_thread_default ();

  submit (latest, 8);
  g_assert_true (at_async_task_get_main_context (at_latest_get_task (latest)) == context);
  while (at_latest_get_busy (latest))
    g_main_context_iteration (context, TRUE);
  assert_said ("busy idle 8=80");
  g_assert_finalize_object (latest);
  while (g_atomic_int_get (&data_count.n_freed) == 0)
    g_main_context_iteration (context, FALSE);
  at_test_count_assert_all_freed (&data_count, 1);
  g_string_free (said, TRUE);
  at_test_gate_clear (&gate);
}

static void
test_own_context (void)
{
  AtTestLoop *loop = at_test_loop_new ();

  at_test_loop_call (loop, use_in_loop, NULL);
  at_test_loop_free (loop);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/latest/result", test_result);
  g_test_add_func ("/latest/failed", test_failed);
  g_test_add_func ("/latest/newest", test_newest);
  g_test_add_func ("/latest/older-has-succeeded", test_older_has_succeeded);
  g_test_add_func ("/latest/submit-in-result", test_submit_in_result);
  g_test_add_func ("/latest/submit-when-idle", test_submit_when_idle);
  g_test_add_func ("/latest/cancel", test_cancel);
  g_test_add_func ("/latest/dropped", test_dropped);
  g_test_add_func ("/latest/owner-gone", test_owner_gone);
  g_test_add_func ("/latest/owner-gone-there", test_owner_gone_there);
  g_test_add_func ("/latest/dropped-there", test_dropped_there);
  g_test_add_func ("/latest/delay", test_delay);
  g_test_add_func ("/latest/create-task", test_create_task);
  g_test_add_func ("/latest/deferred", test_deferred);
  g_test_add_func ("/latest/refused", test_refused);
  g_test_add_func ("/latest/executor", test_executor);
  g_test_add_func ("/latest/wrong-use", test_wrong_use);
  g_test_add_func ("/latest/own-context", test_own_context);

  return g_test_run ();
}
