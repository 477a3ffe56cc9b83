/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

typedef struct
{
  GMutex  mutex;
  GArray *seen;
  gint    n_now;
} Turns;

typedef struct
{
  Turns *turns;
  guint  index;
} Turn;

static void
turns_init (Turns *turns)
{
  g_mutex_init (&turns->mutex);
  turns->seen = g_array_new (FALSE, FALSE, sizeof (guint));
  turns->n_now = 0;
}

static void
turns_clear (Turns *turns)
{
  g_array_unref (turns->seen);
  g_mutex_clear (&turns->mutex);
}

static gboolean
body_turn (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  Turn *turn = user_data;

  g_assert_cmpint (g_atomic_int_add (&turn->turns->n_now, 1), ==, 0);
  g_mutex_lock (&turn->turns->mutex);
  g_array_append_val (turn->turns->seen, turn->index);
  g_mutex_unlock (&turn->turns->mutex);
  g_thread_yield ();
  g_assert_cmpint (g_atomic_int_add (&turn->turns->n_now, -1), ==, 1);

  switch (turn->index % 5)
    {
    case 1:
      return at_test_body_fail (task, params, cancellable, NULL, error);
    case 2:
      return FALSE;
    case 3:
      at_async_task_cancel (task, TRUE);
      return TRUE;
    default:
      return TRUE;
    }
}

static void
test_order (gconstpointer user_data)
{
  const char *which = user_data;
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Wide", 4);
  AtExecutor *serial;
  guint n = at_test_scale (5000);
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  g_autofree Turn *bodies = g_new (Turn, n);
  Turns turns;
  guint i, last = 0, n_run = 0;

  if (g_str_equal (which, "default"))
    serial = g_object_ref (at_serial_executor_get_default ());
  else if (g_str_equal (which, "default-target"))
    serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  else
    serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));

  turns_init (&turns);
  for (i = 0; i < n; i++)
    {
      bodies[i].turns = &turns;
      bodies[i].index = i;
      tasks[i] = at_async_task_new (body_turn, &bodies[i], NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], serial, NULL, NULL));
      if (i % 7 == 3)
        at_async_task_cancel (tasks[i], FALSE);
    }
  for (i = 0; i < n; i++)
    {
      at_test_finish (tasks[i]);
      if (i % 7 == 3 || i % 5 == 3)
        g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_CANCELLED);
      else if (i % 5 == 1 || i % 5 == 2)
        g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_FAILED);
      else
        g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (tasks[i]);
    }

  /* All but some of the cancelled ran, in the order in which they were executed. */
  for (i = 0; i < turns.seen->len; i++)
    {
      guint index = g_array_index (turns.seen, guint, i);

      if (i > 0)
        g_assert_cmpuint (index, >, last);
      last = index;
      if (index % 7 != 3)
        n_run++;
    }
  g_assert_cmpuint (n_run, ==, n - (n + 3) / 7);

  g_object_unref (serial);
  turns_clear (&turns);
}

/* Behind one that has the turn. */
static void
test_priority (gconstpointer user_data)
{
  static const int priorities[] = { 0, 100, -100, 0, G_MININT, 5, G_MAXINT, -100, 5, 1 };
  gboolean cancel_some = GPOINTER_TO_INT (user_data);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtAsyncTask *tasks[300];
  Turn bodies[300];
  AtTestGate gate;
  Turns turns;
  guint n = 0;

  at_test_gate_init (&gate);
  turns_init (&turns);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (serial), NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      bodies[i].turns = &turns;
      bodies[i].index = 5 * i; /* which succeeds */
      tasks[i] = at_async_task_new (body_turn, &bodies[i], NULL);
      at_async_task_set_priority (tasks[i], priorities[(i * 7) % G_N_ELEMENTS (priorities)]);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (serial), NULL, NULL));
    }
  for (guint i = 0; cancel_some && i < G_N_ELEMENTS (tasks); i += 3)
    g_assert_true (at_async_task_cancel (tasks[i], FALSE));
  at_test_gate_open (&gate);
  at_test_finish (blocker);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      if (at_async_task_get_outcome (tasks[i]) == AT_OUTCOME_SUCCEEDED)
        n++;
    }

  g_assert_cmpuint (n, ==, cancel_some ? 200 : 300);
  g_assert_cmpuint (turns.seen->len, ==, n);
  for (guint i = 1; i < n; i++)
    {
      guint before = g_array_index (turns.seen, guint, i - 1) / 5;
      guint after = g_array_index (turns.seen, guint, i) / 5;
      int priority = at_async_task_get_priority (tasks[after]);

      g_assert_cmpint (at_async_task_get_priority (tasks[before]), <=, priority);
      if (at_async_task_get_priority (tasks[before]) == priority)
        g_assert_cmpuint (before, <, after);
    }

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_assert_finalize_object (tasks[i]);
  turns_clear (&turns);
  at_test_gate_clear (&gate);
}

/* What comes first while the first one's turn ends is not known, but that all come. */
static void
test_priority_at_rest (void)
{
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  guint n = at_test_scale (2000);
  Turns turns;

  turns_init (&turns);
  for (guint i = 0; i < n; i++)
    {
      Turn bodies[2] = { { &turns, 0 }, { &turns, 5 } };
      AtAsyncTask *tasks[2];

      for (guint j = 0; j < 2; j++)
        {
          tasks[j] = at_async_task_new (body_turn, &bodies[j], NULL);
          at_async_task_set_priority (tasks[j], i % 2 == j ? G_PRIORITY_LOW : G_PRIORITY_DEFAULT);
          g_assert_true (at_async_task_execute_on_executor (tasks[j], AT_EXECUTOR (serial), NULL, NULL));
        }
      for (guint j = 0; j < 2; j++)
        {
          at_test_finish (tasks[j]);
          g_assert_finalize_object (tasks[j]);
        }
    }
  g_assert_cmpuint (turns.seen->len, ==, 2 * n);
  turns_clear (&turns);
}

static void
test_blocked_target_free (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Two", 2);
  g_autoptr (AtSerialExecutor) first = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtSerialExecutor) second = at_serial_executor_new (AT_EXECUTOR (pool));
  AtAsyncTask *tasks[3];
  AtTestGate gate;
  guint i;

  /* Two lanes of one pool do not wait for each other. */
  at_test_gate_init (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (first), NULL, NULL));
    }
  at_test_gate_wait_arrived (&gate, 1);
  at_test_settle (NULL, AT_EXECUTOR (second));
  g_assert_cmpuint (at_test_gate_get_arrived (&gate), ==, 1);
  at_test_gate_open (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
  at_test_gate_clear (&gate);
}

typedef struct
{
  AtAsyncTask *behind;
  AtTestGate   gate;
} Deadlock;

static gboolean
body_waits_behind (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  Deadlock *deadlock = user_data;
  g_autoptr (GError) local_error = NULL;

  at_test_gate_pass (&deadlock->gate);
  g_assert_false (at_async_task_wait (deadlock->behind, -1, NULL, &local_error));
  g_assert_error (local_error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);

  return TRUE;
}

static void
test_deadlock_refused (gconstpointer user_data)
{
  guint n_between = GPOINTER_TO_UINT (user_data);
  AtExecutor *serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  AtAsyncTask *first, *between = NULL;
  Deadlock deadlock = { 0 };

  at_test_gate_init (&deadlock.gate);
  first = at_async_task_new (body_waits_behind, &deadlock, NULL);
  deadlock.behind = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, serial, NULL, NULL));
  if (n_between > 0)
    {
      between = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_assert_true (at_async_task_execute_on_executor (between, serial, NULL, NULL));
    }
  g_assert_true (at_async_task_execute_on_executor (deadlock.behind, serial, NULL, NULL));
  at_test_gate_open (&deadlock.gate);
  at_test_finish (first);
  at_test_finish (deadlock.behind);
  g_assert_cmpint (at_async_task_get_outcome (first), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (at_async_task_get_outcome (deadlock.behind), ==, AT_OUTCOME_SUCCEEDED);
  if (between != NULL)
    g_assert_finalize_object (between);

  g_assert_finalize_object (first);
  g_assert_finalize_object (deadlock.behind);
  g_object_unref (serial);
  at_test_gate_clear (&deadlock.gate);
}

static void
test_target_closed (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;
  guint i;

  at_thread_pool_executor_shutdown (pool, FALSE);
  for (i = 0; i < 3; i++)
    {
      g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (serial), NULL, &error));
      g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
      g_clear_error (&error);
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
    }

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_target_closed_while_queued (gconstpointer user_data)
{
  gboolean cancel_queued = GPOINTER_TO_INT (user_data);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closing", 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtAsyncTask *tasks[5];
  AtTestRecord records[5];
  AtTestGate gate;
  guint i;

  /* Taken in before, so each has to come to an end, whatever it is. */
  at_test_gate_init (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_record_init (&records[i]);
      tasks[i] = at_test_task_new (&records[i], at_test_body_gate, &gate);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (serial), NULL, NULL));
    }
  at_test_gate_wait_arrived (&gate, 1);
  at_thread_pool_executor_shutdown (pool, cancel_queued);
  at_test_gate_open (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpuint (at_test_record_get_n_last (&records[i]), ==, 1);
      g_assert_cmpuint (at_test_record_get_count (&records[i], AT_TEST_EVENT_BODY), ==,
                        at_test_record_get_count (&records[i], AT_TEST_EVENT_POST));
      at_test_record_assert_threads (&records[i]);
      g_assert_finalize_object (tasks[i]);
    }
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_test_record_clear (&records[i]);
  at_test_gate_clear (&gate);
}

typedef struct
{
  AtExecutor *serial;
  Turns      *turns;
  guint       n;
  GPtrArray  *tasks;
} Producer;

static gpointer
producer_thread (gpointer user_data)
{
  Producer *producer = user_data;
  guint i;

  for (i = 0; i < producer->n; i++)
    {
      Turn *turn = g_new (Turn, 1);
      AtAsyncTask *task = at_async_task_new (body_turn, turn, g_free);

      turn->turns = producer->turns;
      turn->index = 0;
      g_assert_true (at_async_task_execute_on_executor (task, producer->serial, NULL, NULL));
      g_ptr_array_add (producer->tasks, task);
    }

  return NULL;
}

static void
test_many_producers (void)
{
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  GThread *threads[4];
  Producer producers[4];
  Turns turns;
  guint i, j;

  turns_init (&turns);
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      producers[i].serial = serial;
      producers[i].turns = &turns;
      producers[i].n = at_test_scale (1000);
      producers[i].tasks = g_ptr_array_new ();
      threads[i] = g_thread_new ("Producer", producer_thread, &producers[i]);
    }
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      for (j = 0; j < producers[i].tasks->len; j++)
        {
          at_test_finish (producers[i].tasks->pdata[j]);
          g_assert_finalize_object (producers[i].tasks->pdata[j]);
        }
      g_ptr_array_unref (producers[i].tasks);
    }
  g_assert_cmpuint (turns.seen->len, ==, 4 * at_test_scale (1000));
  turns_clear (&turns);
}

static void
test_properties (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Target", 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtSerialExecutor) plain = at_serial_executor_new (NULL);

  g_assert_true (at_serial_executor_get_target (serial) == AT_EXECUTOR (pool));
  g_assert_true (at_serial_executor_get_target (plain) == NULL ||
                 at_serial_executor_get_target (plain) == at_thread_pool_executor_get_default ());
  g_assert_true (AT_IS_SERIAL_EXECUTOR (at_serial_executor_get_default ()));
  g_assert_true (at_serial_executor_get_default () == at_serial_executor_get_default ());

  g_assert_finalize_object (g_steal_pointer (&serial));
  g_assert_finalize_object (g_steal_pointer (&pool));
  g_assert_finalize_object (g_steal_pointer (&plain));
}

static void
test_bad_input (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  at_test_assert_critical (at_serial_executor_get_target (NULL));
  at_test_assert_critical (at_serial_executor_get_target ((AtSerialExecutor *) object));
  at_test_assert_critical (g_assert_null (at_serial_executor_new ((AtExecutor *) object)));
}

static void
test_inline_target (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (here));
  AtAsyncTask *tasks[100];
  Turn bodies[100];
  Turns turns;
  guint i;

  turns_init (&turns);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      bodies[i].turns = &turns;
      bodies[i].index = i;
      tasks[i] = at_async_task_new (body_turn, &bodies[i], NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], serial, NULL, NULL));
      g_assert_cmpuint (turns.seen->len, ==, i + 1);
    }
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
  turns_clear (&turns);
}

/* A task has two turns at a time, and both end with it. */
static void
test_nested (gconstpointer user_data)
{
  gboolean shut_down = GPOINTER_TO_INT (user_data);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Nested", 1);
  g_autoptr (AtSerialExecutor) lower = at_serial_executor_new (AT_EXECUTOR (pool));
  AtSerialExecutor *upper = at_serial_executor_new (AT_EXECUTOR (lower));
  AtAsyncTask *tasks[6];
  AtTestGate gate;

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (i % 3 == 2 ? lower : upper), NULL, NULL));
    }
  at_test_gate_wait_arrived (&gate, 1);
  if (shut_down)
    at_thread_pool_executor_shutdown (pool, FALSE);
  at_async_task_cancel (tasks[1], FALSE);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==,
                       i == 1 ? AT_OUTCOME_CANCELLED :
                       i > 1 && shut_down ? AT_OUTCOME_FAILED : AT_OUTCOME_SUCCEEDED);

      /* The upper one may have kept it for its target, and sends that home. */
      g_object_add_weak_pointer (G_OBJECT (tasks[i]), (gpointer *) &tasks[i]);
      g_object_unref (tasks[i]);
      at_test_iterate_until (NULL, tasks[i] == NULL);
    }
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_finalize_object (upper);
  at_test_gate_clear (&gate);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("One at a time, in order.");

  g_test_add_data_func ("/serial/in-order-one-at-a-time-past-errors-and-cancels/own-pool", "pool", test_order);
  g_test_add_data_func ("/serial/in-order-one-at-a-time-past-errors-and-cancels/default-target", "default-target",
                        test_order);
  g_test_add_data_func ("/serial/in-order-one-at-a-time-past-errors-and-cancels/default", "default", test_order);
  g_test_add_data_func ("/serial/priority/by-priority-and-within-one", GINT_TO_POINTER (FALSE), test_priority);
  g_test_add_data_func ("/serial/priority/with-some-cancelled", GINT_TO_POINTER (TRUE), test_priority);
  g_test_add_func ("/serial/priority/none-is-left", test_priority_at_rest);
  g_test_add_func ("/serial/one-at-a-time-from-many-threads", test_many_producers);
  g_test_add_func ("/serial/lanes-of-one-pool-are-independent", test_blocked_target_free);
  g_test_add_data_func ("/serial/deadlock/waiting-for-the-next-refused", GUINT_TO_POINTER (0), test_deadlock_refused);
  g_test_add_data_func ("/serial/deadlock/waiting-for-one-further-back-refused", GUINT_TO_POINTER (1),
                        test_deadlock_refused);
  g_test_add_func ("/serial/target/closed-refuses", test_target_closed);
  g_test_add_data_func ("/serial/target/closed-while-queued", GINT_TO_POINTER (FALSE), test_target_closed_while_queued);
  g_test_add_data_func ("/serial/target/closed-cancelling-while-queued", GINT_TO_POINTER (TRUE),
                        test_target_closed_while_queued);
  g_test_add_func ("/serial/target/inline", test_inline_target);
  g_test_add_func ("/serial/properties", test_properties);
  g_test_add_func ("/serial/bad-input", test_bad_input);
  g_test_add_data_func ("/serial/nested/both-turns-end", GINT_TO_POINTER (FALSE), test_nested);
  g_test_add_data_func ("/serial/nested/refused-below", GINT_TO_POINTER (TRUE), test_nested);

  return g_test_run ();
}
