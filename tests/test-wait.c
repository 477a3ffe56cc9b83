/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

static void
test_success (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, &error));
  g_assert_no_error (error);

  /* The callbacks come later, in their own context. */
  at_test_record_assert_trace (&record, "pre body");
  g_assert_true (at_async_task_wait (task, 0, NULL, &error));
  g_assert_no_error (error);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_true (at_async_task_wait (task, 0, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_timeout (void)
{
  static const gint64 timeouts[] = { 0, 1, 20 };
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  for (i = 0; i < G_N_ELEMENTS (timeouts); i++)
    {
      gint64 begin = g_get_monotonic_time ();

      g_assert_false (at_async_task_wait (task, timeouts[i], NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
      g_clear_error (&error);
      g_assert_cmpint (g_get_monotonic_time () - begin, >=, timeouts[i] * 1000);
    }
  g_assert_false (at_async_task_wait (task, 1, NULL, NULL));
  g_assert_false (at_async_task_is_cancelled (task));

  at_test_gate_open (&gate);
  g_assert_true (at_async_task_wait (task, G_MAXINT64, NULL, &error));
  g_assert_no_error (error);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&gate);
}

typedef struct
{
  GCancellable *cancellable;
  AtAsyncTask  *task;
  GError       *error;
  gboolean      result;
  AtTestGate    about_to_wait;
} Waiter;

static gpointer
waiter_thread (gpointer user_data)
{
  Waiter *waiter = user_data;

  at_test_gate_pass (&waiter->about_to_wait);
  waiter->result = at_async_task_wait (waiter->task, -1, waiter->cancellable, &waiter->error);

  return NULL;
}

static void
waiter_init (Waiter       *waiter,
             AtAsyncTask  *task,
             GCancellable *cancellable)
{
  waiter->task = task;
  waiter->cancellable = cancellable;
  waiter->error = NULL;
  waiter->result = FALSE;
  at_test_gate_init (&waiter->about_to_wait);
  at_test_gate_open (&waiter->about_to_wait);
}

static void
test_waiter_cancelled (void)
{
  guint i;

  for (i = 0; i < at_test_scale (500); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      AtTestGate gate;
      GThread *thread;
      Waiter waiter;

      at_test_gate_init (&gate);
      task = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      waiter_init (&waiter, task, cancellable);
      thread = g_thread_new ("Waiter", waiter_thread, &waiter);
      at_test_gate_wait_arrived (&waiter.about_to_wait, 1);
      g_cancellable_cancel (cancellable);
      g_thread_join (thread);
      g_assert_false (waiter.result);
      g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_clear_error (&waiter.error);
      g_assert_false (at_async_task_is_cancelled (task));

      at_test_gate_open (&gate);
      at_test_finish (task);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (g_steal_pointer (&task));
      g_assert_finalize_object (g_steal_pointer (&cancellable));
      at_test_gate_clear (&gate);
      at_test_gate_clear (&waiter.about_to_wait);
    }
}

static void
test_waiter_cancelled_already (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  g_cancellable_cancel (cancellable);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&gate);
}

static void
test_task_cancelled (gconstpointer user_data)
{
  gboolean queued = GPOINTER_TO_INT (user_data);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;
  GThread *thread;
  Waiter waiter;

  at_test_gate_init (&gate);
  if (queued)
    {
      blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute (blocker, NULL, NULL));
    }
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  waiter_init (&waiter, task, NULL);
  thread = g_thread_new ("Waiter", waiter_thread, &waiter);
  at_test_gate_wait_arrived (&waiter.about_to_wait, 1);
  g_assert_true (at_async_task_cancel (task, FALSE));
  /* One that waits in the queue is over at once, a running one when its body is. */
  if (!queued)
    at_test_gate_open (&gate);
  g_thread_join (thread);
  g_assert_false (waiter.result);
  g_assert_error (waiter.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&waiter.error);

  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  if (blocker != NULL)
    {
      at_test_finish (blocker);
      at_test_settle (NULL, at_serial_executor_get_default ());
      g_assert_finalize_object (g_steal_pointer (&blocker));
    }
  at_test_gate_clear (&gate);
  at_test_gate_clear (&waiter.about_to_wait);
}

static void
test_not_executed (gconstpointer user_data)
{
  gboolean cancelled = GPOINTER_TO_INT (user_data);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  if (cancelled)
    at_async_task_cancel (task, FALSE);
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  if (cancelled)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  else
    g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED);
  g_clear_error (&error);
  if (!cancelled)
    {
      g_assert_false (at_async_task_wait (task, 0, NULL, &error));
      g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED);
    }
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_refused_not_executed (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_thread_pool_executor_shutdown (pool, TRUE);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED);
  g_assert_finalize_object (g_steal_pointer (&task));
}

typedef struct
{
  AtAsyncTask *task;
  int          stop; /* atomic */
} Refused;

static gpointer
refused_thread (gpointer user_data)
{
  Refused *refused = user_data;

  while (!g_atomic_int_get (&refused->stop))
    at_async_task_wait (refused->task, 0, NULL, NULL);

  return NULL;
}

/* Whoever begins to wait looks at the executor of a task that is queued, while that
 * refuses the task and is its executor no longer: the two race, many times over. */
static void
test_refused_while_waiting (void)
{
  Refused refused = { at_async_task_new (at_test_body_succeed, NULL, NULL), FALSE };
  const guint n = at_test_scale (20000);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  GThread *threads[2];

  at_thread_pool_executor_shutdown (pool, FALSE);

  /* What GLib keeps of a domain of errors is no race that it cares about. */
  g_assert_cmpuint (AT_TASK_ERROR, !=, 0);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("waiter", refused_thread, &refused);

  for (guint i = 0; i < n; i++)
    g_assert_false (at_async_task_execute_on_executor (refused.task, AT_EXECUTOR (pool), NULL, NULL));

  g_atomic_int_set (&refused.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  g_assert_finalize_object (refused.task);
}

static gboolean
body_waits_for_itself (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  return at_async_task_wait (task, -1, NULL, error);
}

static void
test_deadlock_own_body (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_waits_for_itself, NULL, NULL);

  g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
  at_test_finish (task);
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_assert_finalize_object (g_steal_pointer (&task));
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

  at_test_gate_pass (&deadlock->gate);

  return at_async_task_wait (deadlock->behind, -1, NULL, error);
}

static void
test_deadlock_queued_behind (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  Deadlock deadlock = { 0 };

  at_test_gate_init (&deadlock.gate);
  task = at_async_task_new (body_waits_behind, &deadlock, NULL);
  deadlock.behind = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_execute (deadlock.behind, NULL, NULL));
  at_test_gate_open (&deadlock.gate);
  at_test_finish (task);
  at_test_finish (deadlock.behind);
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_assert_cmpint (at_async_task_get_outcome (deadlock.behind), ==, AT_OUTCOME_SUCCEEDED);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (deadlock.behind);
  at_test_gate_clear (&deadlock.gate);
}

static void
test_body_waits_for_another_executors (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  Deadlock deadlock = { 0 };
  guint i;

  /* From a serial body, for one of the pool: that moves by itself. */
  for (i = 0; i < at_test_scale (1000); i++)
    {
      at_test_gate_init (&deadlock.gate);
      at_test_gate_open (&deadlock.gate);
      task = at_async_task_new (body_waits_behind, &deadlock, NULL);
      deadlock.behind = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_assert_true (at_async_task_execute_on_executor (deadlock.behind, at_thread_pool_executor_get_default (),
                                                        NULL, NULL));
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      at_test_finish (deadlock.behind);
      g_assert_no_error (at_async_task_get_error (task));
      g_assert_finalize_object (g_steal_pointer (&task));
      g_assert_finalize_object (deadlock.behind);
      at_test_gate_clear (&deadlock.gate);
    }
}

static gboolean
body_gate_result (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  at_test_gate_pass (user_data);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_many_waiters (void)
{
  guint i, j;

  for (i = 0; i < at_test_scale (200); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      GThread *threads[8];
      Waiter waiters[8];
      AtTestGate gate;

      at_test_gate_init (&gate);
      task = at_async_task_new (body_gate_result, &gate, NULL);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      for (j = 0; j < G_N_ELEMENTS (waiters); j++)
        {
          waiter_init (&waiters[j], task, NULL);
          threads[j] = g_thread_new ("Waiter", waiter_thread, &waiters[j]);
        }
      at_test_gate_open (&gate);
      for (j = 0; j < G_N_ELEMENTS (waiters); j++)
        {
          g_thread_join (threads[j]);
          g_assert_true (waiters[j].result);
          g_assert_no_error (waiters[j].error);
          at_test_gate_clear (&waiters[j].about_to_wait);
        }
      g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);
      at_test_finish (task);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_gate_clear (&gate);
    }
}

/* A waiter that wakes reads what the body wrote, and may be the last to hold
 * the task but for the callback: the body's thread must not touch it late. */
static void
test_wait_against_the_end (void)
{
  guint i;

  for (i = 0; i < at_test_scale (10000); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      g_autoptr (GError) error = NULL;
      AtTestGate gate;

      at_test_gate_init (&gate);
      at_test_gate_open (&gate);
      task = at_async_task_new (body_gate_result, &gate, NULL);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      g_assert_true (at_async_task_wait (task, i % 2 == 0 ? -1 : 60000, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);
      at_test_gate_clear (&gate);
      if (i % 16 == 0)
        at_test_finish (task);
    }
  at_test_settle (NULL, at_serial_executor_get_default ());
}

static void
test_waiting_for_nobody_in_particular (void)
{
  AtTestLoop *loop = at_test_loop_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  /* Executed from a thread that is not the owner's, whose loop runs elsewhere. */
  at_test_record_init (&record);
  record.owner = loop->thread;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_main_context (task, loop->context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  at_test_poll_until (at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_record_assert_trace (&record, "pre body post");
  at_test_record_assert_threads (&record);

  at_test_loop_free (loop);
  g_clear_object (&task);
  at_test_record_clear (&record);
}

typedef struct
{
  AtAsyncTask *task;
  guint        n_awaited;
  gboolean     awaited;
} Foreign;

static void
foreign_await_cb (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Foreign *foreign = user_data;
  g_autoptr (GError) error = NULL;

  at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error);
  g_assert_no_error (error);
  foreign->n_awaited++;
}

static void
foreign_execute (gpointer user_data)
{
  Foreign *foreign = user_data;

  if (foreign->awaited)
    at_async_task_execute_async (foreign->task, NULL, NULL, foreign_await_cb, foreign);
  else
    g_assert_true (at_async_task_execute (foreign->task, NULL, NULL));
}

static void
test_owner_waits_for_foreign (gconstpointer user_data)
{
  guint i;

  for (i = 0; i < at_test_scale (500); i++)
    {
      Foreign foreign = { NULL, 0, GPOINTER_TO_INT (user_data) };
      g_autoptr (AtAsyncTask) task = NULL;
      g_autoptr (GError) error = NULL;
      AtTestRecord record;

      /* pre_execute is on its way to a loop that does not run: the owner, who
       * waits, is the one to call it. */
      at_test_record_init (&record);
      task = at_test_task_new (&record, at_test_body_succeed, NULL);
      foreign.task = task;
      at_test_call_in_thread (foreign_execute, &foreign);
      at_test_record_assert_trace (&record, "");
      g_assert_true (at_async_task_wait (task, at_test_guard_usec () / 1000, NULL, &error));
      g_assert_no_error (error);
      at_test_record_assert_trace (&record, "pre body");
      at_test_finish (task);
      if (foreign.awaited)
        at_test_iterate_until (NULL, foreign.n_awaited > 0);
      at_test_settle (NULL, at_serial_executor_get_default ());
      at_test_record_assert_trace (&record, "pre body post");
      g_assert_cmpuint (foreign.n_awaited, ==, foreign.awaited ? 1 : 0);
      at_test_record_assert_threads (&record);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
wait_in_callback_hook (AtAsyncTask   *task,
                       AtTestEvent    event,
                       gconstpointer  payload,
                       gpointer       user_data)
{
  if (event == AT_TEST_EVENT_POST)
    g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
}

static void
test_inside_post (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = wait_in_callback_hook;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
wait_in_pre_hook (AtAsyncTask   *task,
                  AtTestEvent    event,
                  gconstpointer  payload,
                  gpointer       user_data)
{
  g_autoptr (GError) error = NULL;

  if (event != AT_TEST_EVENT_PRE)
    return;

  /* The context is the owner's, whoever has called execute(). */
  g_assert_true (g_main_context_is_owner (NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
}

static void
execute_it (gpointer user_data)
{
  g_assert_true (at_async_task_execute (user_data, NULL, NULL));
}

static void
test_in_pre_execute (gconstpointer user_data)
{
  gboolean foreign = GPOINTER_TO_INT (user_data);
  AtTestRecord record;
  AtAsyncTask *task;

  at_test_record_init (&record);
  record.hook = wait_in_pre_hook;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  if (foreign)
    at_test_call_in_thread (execute_it, task);
  else
    execute_it (task);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_finalize_object (task);
  at_test_record_clear (&record);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Waiting for a task without a main loop.");

  g_test_add_func ("/wait/true-and-the-callbacks-come-later", test_success);
  g_test_add_func ("/wait/timed-out", test_timeout);
  g_test_add_func ("/wait/waiter-cancelled/while-waiting", test_waiter_cancelled);
  g_test_add_func ("/wait/waiter-cancelled/already", test_waiter_cancelled_already);
  g_test_add_data_func ("/wait/task-cancelled/running", GINT_TO_POINTER (FALSE), test_task_cancelled);
  g_test_add_data_func ("/wait/task-cancelled/queued", GINT_TO_POINTER (TRUE), test_task_cancelled);
  g_test_add_data_func ("/wait/not-executed", GINT_TO_POINTER (FALSE), test_not_executed);
  g_test_add_data_func ("/wait/not-executed/cancelled", GINT_TO_POINTER (TRUE), test_not_executed);
  g_test_add_func ("/wait/not-executed/refused", test_refused_not_executed);
  g_test_add_func ("/wait/not-executed/refused-meanwhile", test_refused_while_waiting);
  g_test_add_func ("/wait/would-deadlock/own-body", test_deadlock_own_body);
  g_test_add_func ("/wait/would-deadlock/queued-behind-oneself", test_deadlock_queued_behind);
  g_test_add_func ("/wait/from-a-body/for-another-executors-task", test_body_waits_for_another_executors);
  g_test_add_func ("/wait/many-waiters", test_many_waiters);
  g_test_add_func ("/wait/against-the-end", test_wait_against_the_end);
  g_test_add_func ("/wait/owner-elsewhere", test_waiting_for_nobody_in_particular);
  g_test_add_data_func ("/wait/foreign-execute/by-the-owner", GINT_TO_POINTER (FALSE), test_owner_waits_for_foreign);
  g_test_add_data_func ("/wait/foreign-execute/by-the-owner-and-awaited", GINT_TO_POINTER (TRUE),
                        test_owner_waits_for_foreign);
  g_test_add_func ("/wait/inside-post", test_inside_post);
  g_test_add_data_func ("/wait/would-deadlock/own-pre-execute", GINT_TO_POINTER (FALSE), test_in_pre_execute);
  g_test_add_data_func ("/wait/would-deadlock/own-pre-execute-inside-wait", GINT_TO_POINTER (TRUE),
                        test_in_pre_execute);

  return g_test_run ();
}
