/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* A body that publishes more than may wait for the owner. Time is stopped for it, unless
 * a test is about that: an owner that takes nothing has it wait for ever. */

#define LIMIT 10
#define N     100

typedef struct
{
  AtThreadPoolExecutor *pool;
  AtAsyncTask          *task;
  gint                  n_published;
  gint                  n_shown;
  gint                  most; /* of what was published and not shown yet */
  gint                  n;    /* to publish; -1: until it is cancelled */
  gboolean              checks;
  gboolean              says_nothing; /* publishes NULL */
  AtTestGate            gate;
  GCancellable         *end_of_wait;
} Flood;

static gboolean
body_flood (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Flood *flood = user_data;

  at_test_gate_pass (&flood->gate);
  for (gint i = 0; i != flood->n && !at_async_task_is_cancelled (task); i++)
    {
      if (flood->says_nothing)
        at_async_task_publish_progress (task, NULL);
      else
        at_async_task_publish (task, G_TYPE_INT, i);
      g_atomic_int_inc (&flood->n_published);
      if (flood->checks && !at_async_task_checkpoint (task, error))
        return FALSE;
    }

  return TRUE;
}

static void
on_progress (AtAsyncTask  *task,
             const GValue *value,
             Flood        *flood)
{
  gint n_waiting = g_atomic_int_get (&flood->n_published) - flood->n_shown;

  g_assert_true (flood->says_nothing == (value == NULL));
  if (value != NULL)
    g_assert_cmpint (g_value_get_int (value), ==, flood->n_shown);
  flood->n_shown++;
  flood->most = MAX (flood->most, n_waiting);
}

static void
flood_init (Flood *flood,
            gint   limit,
            gint   n)
{
  *flood = (Flood) { .pool = at_thread_pool_executor_new ("Test", 1), .n = n };
  at_test_gate_init (&flood->gate);
  flood->task = at_async_task_new (body_flood, flood, NULL);
  at_async_task_set_executor (flood->task, AT_EXECUTOR (flood->pool));
  at_async_task_set_max_pending (flood->task, limit);
  g_signal_connect (flood->task, "progress-update", G_CALLBACK (on_progress), flood);
  at_test_gate_open (&flood->gate);
  at_test_time_stop ();
}

static void
flood_clear (Flood *flood)
{
  at_test_time_go_on ();
  g_assert_finalize_object (flood->task);
  g_object_unref (flood->pool);
  at_test_gate_clear (&flood->gate);
}

/* Its body waits, and has given its slot away. */
static void
flood_wait_held (Flood *flood)
{
  at_test_poll_until (at_thread_pool_executor_get_n_running (flood->pool) == 0);
}

static void
flood_start_held (Flood *flood)
{
  gint limit = (gint) at_async_task_get_max_pending (flood->task);

  g_assert_true (at_async_task_execute (flood->task, NULL, NULL));
  at_test_poll_until (g_atomic_int_get (&flood->n_published) >= limit);
  flood_wait_held (flood);
  g_assert_cmpint (g_atomic_int_get (&flood->n_published), ==, limit);
  g_assert_cmpint (flood->n_shown, ==, 0);
}

static void
test_limit (gconstpointer user_data)
{
  gint limit = GPOINTER_TO_INT (user_data);
  AtAsyncTask *other;
  Flood flood;

  flood_init (&flood, limit, N);
  flood_start_held (&flood);

  /* The pool has one slot. */
  other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (other, AT_EXECUTOR (flood.pool), NULL, NULL));
  g_assert_true (at_async_task_wait (other, -1, NULL, NULL));
  g_assert_cmpint (g_atomic_int_get (&flood.n_published), ==, limit);

  at_test_finish (flood.task);
  g_assert_cmpint (at_async_task_get_outcome (flood.task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (flood.n_shown, ==, N);
  g_assert_cmpint (flood.most, <=, limit + 1);
  at_test_finish (other);
  g_assert_finalize_object (other);
  flood_clear (&flood);
}

static void
test_no_limit (void)
{
  Flood flood;

  flood_init (&flood, 0, N);
  g_assert_true (at_async_task_execute (flood.task, NULL, NULL));
  at_test_poll_until (g_atomic_int_get (&flood.n_published) == N);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

static void
stop_emission (AtAsyncTask *task)
{
  g_signal_stop_emission_by_name (task, "progress-update");
}

/* Nothing depends on who hears of a value. */
static void
test_stopped_emission (void)
{
  Flood flood;

  flood_init (&flood, LIMIT, N);
  g_signal_connect (flood.task, "progress-update", G_CALLBACK (stop_emission), NULL);
  flood_start_held (&flood);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

static void
test_cancelled (gconstpointer user_data)
{
  Flood flood;

  flood_init (&flood, LIMIT, -1);
  flood_start_held (&flood);
  g_assert_true (at_async_task_cancel (flood.task, GPOINTER_TO_INT (user_data)));
  g_assert_false (at_async_task_wait (flood.task, -1, NULL, NULL));
  g_assert_cmpint (g_atomic_int_get (&flood.n_published), ==, LIMIT + 1);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, 0);
  flood_clear (&flood);
}

static void
test_owner_gone (void)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Flood flood;

  flood_init (&flood, LIMIT, -1);
  at_async_task_set_owner (flood.task, owner);
  flood_start_held (&flood);
  g_object_unref (owner);
  g_assert_false (at_async_task_wait (flood.task, -1, NULL, NULL));
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, 0);
  flood_clear (&flood);
}

/* Nobody is left to take anything. */
static void
test_context_gone (void)
{
  GMainContext *context = g_main_context_new ();
  Flood flood;

  flood_init (&flood, LIMIT, N);
  at_async_task_set_main_context (flood.task, context);
  flood_start_held (&flood);
  g_main_context_unref (context);
  at_test_poll_until (g_atomic_int_get (&flood.n_published) == N);

  /* The end comes in the default context. */
  at_test_iterate_until (NULL, at_async_task_get_status (flood.task) == AT_STATUS_FINISHED);
  g_assert_cmpint (flood.n_shown, ==, 0);
  flood_clear (&flood);
}

/* A body that waits for its owner gets to its checkpoint when that has caught up. */
static void
test_paused (void)
{
  Flood flood;
  gint n;

  flood_init (&flood, LIMIT, N);
  flood.checks = TRUE;
  flood_start_held (&flood);
  at_async_task_pause (flood.task);
  at_test_iterate_until (NULL, flood.n_shown == LIMIT + 1);
  flood_wait_held (&flood);
  n = g_atomic_int_get (&flood.n_published);
  g_assert_cmpint (n, ==, LIMIT + 1);
  at_test_settle (NULL, AT_EXECUTOR (flood.pool));
  g_assert_cmpint (flood.n_shown, ==, n);

  at_async_task_resume (flood.task);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

/* Nobody waits for himself: a body in the owner's thread, and the owner. */
static void
test_own_thread (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  Flood flood;

  flood_init (&flood, 1, N);
  g_assert_true (at_async_task_execute_on_executor (flood.task, executor, NULL, NULL));
  g_assert_cmpint (flood.n_published, ==, N);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);

  flood_init (&flood, 1, 0);
  for (gint i = 0; i < N; i++)
    at_async_task_publish (flood.task, G_TYPE_INT, i);
  at_test_iterate_until (NULL, flood.n_shown == N);
  flood_clear (&flood);
}

static void
publish_all (gpointer user_data)
{
  Flood *flood = user_data;

  for (gint i = 0; i < N; i++)
    {
      at_async_task_publish (flood->task, G_TYPE_INT, i);
      g_atomic_int_inc (&flood->n_published);
    }
}

static gpointer
publish_all_thread (gpointer user_data)
{
  publish_all (user_data);

  return NULL;
}

/* Any thread may publish, and waits as the body does. */
static void
test_other_thread (void)
{
  GThread *thread;
  Flood flood;

  flood_init (&flood, LIMIT, 0);
  flood.gate.open = FALSE;
  g_assert_true (at_async_task_execute (flood.task, NULL, NULL));
  at_test_gate_wait_arrived (&flood.gate, 1);
  thread = g_thread_new ("publisher", publish_all_thread, &flood);
  at_test_poll_until (g_atomic_int_get (&flood.n_published) == LIMIT);
  at_test_iterate_until (NULL, flood.n_shown == N);
  g_thread_join (thread);
  g_assert_cmpint (flood.most, <=, LIMIT + 1);
  at_test_gate_open (&flood.gate);
  at_test_finish (flood.task);
  flood_clear (&flood);
}

/* An owner that waits for the task takes nothing before its end. */
static void
test_owner_waits (gconstpointer user_data)
{
  gboolean is_held_before = GPOINTER_TO_INT (user_data);
  Flood flood;

  flood_init (&flood, 1, N);
  if (is_held_before)
    flood_start_held (&flood);
  else
    g_assert_true (at_async_task_execute (flood.task, NULL, NULL));
  g_assert_true (at_async_task_wait (flood.task, -1, NULL, NULL));
  g_assert_cmpint (flood.n_shown, ==, 0);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

static gpointer
end_wait (gpointer user_data)
{
  Flood *flood = user_data;

  while (g_atomic_int_get (&flood->n_published) <= LIMIT)
    g_usleep (500);
  g_cancellable_cancel (flood->end_of_wait);

  return NULL;
}

/* One whose wait has ended takes again, and is waited for. */
static void
test_owner_waits_in_vain (void)
{
  g_autoptr (GCancellable) end_of_wait = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GThread *thread;
  Flood flood;
  gint n;

  flood_init (&flood, LIMIT, -1);
  flood.end_of_wait = end_of_wait;
  flood_start_held (&flood);
  thread = g_thread_new ("waiter", end_wait, &flood);
  g_assert_false (at_async_task_wait (flood.task, -1, end_of_wait, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (at_async_task_is_cancelled (flood.task));
  g_thread_join (thread);
  flood_wait_held (&flood);
  n = g_atomic_int_get (&flood.n_published);
  g_assert_cmpint (n, >, LIMIT);
  at_test_iterate_until (NULL, flood.n_shown > n);
  g_assert_true (at_async_task_cancel (flood.task, FALSE));
  at_test_finish (flood.task);
  flood_clear (&flood);
}

/* Another thread that waits does not take anything from anybody. */
static gpointer
wait_for_end (gpointer user_data)
{
  g_assert_true (at_async_task_wait (user_data, -1, NULL, NULL));

  return NULL;
}

static void
test_others_wait (void)
{
  GThread *thread;
  Flood flood;

  flood_init (&flood, LIMIT, N);
  flood_start_held (&flood);
  thread = g_thread_new ("waiter", wait_for_end, flood.task);
  at_test_settle (NULL, AT_EXECUTOR (flood.pool));
  at_test_finish (flood.task);
  g_assert_cmpint (flood.most, <=, LIMIT + 1);
  g_thread_join (thread);
  flood_clear (&flood);
}

/* An owner that takes nothing for a second may wait for the body in a way that nobody
 * can know of. */
static void
test_stalled (void)
{
  gint64 start = g_get_monotonic_time ();
  Flood flood;

  flood_init (&flood, LIMIT, 2 * LIMIT);
  at_test_time_go_on ();
  g_assert_true (at_async_task_execute (flood.task, NULL, NULL));
  at_test_poll_until (g_atomic_int_get (&flood.n_published) == 2 * LIMIT);
  g_assert_cmpint (g_get_monotonic_time () - start, >=, G_USEC_PER_SEC);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, 2 * LIMIT);
  flood_clear (&flood);
}

/* The handler of a value takes no place: it may iterate the context until all have come. */
static void
on_progress_nested (AtAsyncTask  *task,
                    const GValue *value,
                    Flood        *flood)
{
  if (g_value_get_int (value) == 0)
    at_test_iterate_until (NULL, flood->n_shown == N);
}

static void
test_nested_loop (void)
{
  Flood flood;

  flood_init (&flood, 1, N);
  g_signal_connect (flood.task, "progress-update", G_CALLBACK (on_progress_nested), &flood);
  flood_start_held (&flood);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

/* No value counts as one, too. */
static void
test_nothing (void)
{
  Flood flood;

  flood_init (&flood, LIMIT, N);
  flood.says_nothing = TRUE;
  flood_start_held (&flood);
  at_test_finish (flood.task);
  g_assert_cmpint (flood.n_shown, ==, N);
  flood_clear (&flood);
}

/* Many times over, with nothing but the wake-ups to go on by. */
static void
test_storm (void)
{
  const gint n = at_test_scale (20000);
  Flood flood;

  for (gint limit = 1; limit <= 4; limit++)
    {
      flood_init (&flood, limit, n);
      g_assert_true (at_async_task_execute (flood.task, NULL, NULL));
      at_test_finish (flood.task);
      g_assert_cmpint (flood.n_shown, ==, n);
      g_assert_cmpint (flood.most, <=, limit + 1);
      flood_clear (&flood);
    }
}

static void
test_property (void)
{
  const char *argv[] = { "true", NULL };
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtSubprocessTask) command = at_subprocess_task_new (argv);
  AtTestRecord record;
  guint64 max_pending;

  at_test_record_init (&record);
  at_test_record_watch (&record, task);
  g_assert_cmpuint (at_async_task_get_max_pending (task), ==, 0);
  for (guint i = 0; i < 2; i++)
    g_object_set (task, "max-pending", G_GUINT64_CONSTANT (5), NULL);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "max-pending"), ==, 1);
  g_object_get (task, "max-pending", &max_pending, NULL);
  g_assert_cmpuint (max_pending, ==, 5);
  at_async_task_set_max_pending (task, G_MAXUINT64);
  g_assert_cmpuint (at_async_task_get_max_pending (task), ==, G_MAXUINT64);
  at_async_task_set_max_pending (task, 0);
  g_assert_cmpuint (at_async_task_get_max_pending (task), ==, 0);

  /* A command counts bytes, by the same name. */
  g_assert_cmpuint (at_async_task_get_max_pending (AT_ASYNC_TASK (command)), ==, 16 << 20);
  at_async_task_set_max_pending (AT_ASYNC_TASK (command), 7);
  g_assert_cmpuint (at_subprocess_task_get_max_pending (command), ==, 7);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_assert_critical (at_async_task_set_max_pending (task, 1));
  at_test_finish (task);
  at_test_record_clear (&record);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_data_func ("/backlog/limit/one", GINT_TO_POINTER (1), test_limit);
  g_test_add_data_func ("/backlog/limit/ten", GINT_TO_POINTER (LIMIT), test_limit);
  g_test_add_func ("/backlog/limit/none", test_no_limit);
  g_test_add_func ("/backlog/limit/nothing", test_nothing);
  g_test_add_func ("/backlog/stopped-emission", test_stopped_emission);
  g_test_add_data_func ("/backlog/cancelled/interrupt", GINT_TO_POINTER (TRUE), test_cancelled);
  g_test_add_data_func ("/backlog/cancelled/flag", GINT_TO_POINTER (FALSE), test_cancelled);
  g_test_add_func ("/backlog/cancelled/owner-gone", test_owner_gone);
  g_test_add_func ("/backlog/context-gone", test_context_gone);
  g_test_add_func ("/backlog/paused", test_paused);
  g_test_add_func ("/backlog/threads/own", test_own_thread);
  g_test_add_func ("/backlog/threads/other", test_other_thread);
  g_test_add_data_func ("/backlog/owner-waits/before", GINT_TO_POINTER (FALSE), test_owner_waits);
  g_test_add_data_func ("/backlog/owner-waits/held", GINT_TO_POINTER (TRUE), test_owner_waits);
  g_test_add_func ("/backlog/owner-waits/in-vain", test_owner_waits_in_vain);
  g_test_add_func ("/backlog/others-wait", test_others_wait);
  g_test_add_func ("/backlog/stalled", test_stalled);
  g_test_add_func ("/backlog/nested-loop", test_nested_loop);
  g_test_add_func ("/backlog/storm", test_storm);
  g_test_add_func ("/backlog/property", test_property);

  return g_test_run ();
}
