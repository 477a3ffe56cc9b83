/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

static gboolean
body_publish (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_async_task_set_fraction (task, 0.5);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_runs_in_execute (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_record_assert_trace (&record, "pre body");
  g_assert_true (record.body_thread == g_thread_self ());
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  g_assert_true (at_async_task_wait (task, 0, NULL, NULL));
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);

  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "fraction"), ==, 1);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&executor));
  at_test_record_clear (&record);
}

static gboolean
body_executes_another (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  AtAsyncTask *inner = user_data;

  g_assert_true (at_async_task_execute_on_executor (inner, at_async_task_get_executor (task), NULL, error));

  /* The inner one's body is through; waiting for it is no deadlock. */
  return at_async_task_wait (inner, -1, NULL, error);
}

static void
test_nested (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) outer = NULL;
  g_autoptr (AtAsyncTask) inner = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  inner = at_test_task_new (&record, at_test_body_succeed, NULL);
  outer = at_test_task_new (&record, body_executes_another, inner);
  at_async_task_set_executor (outer, executor);
  g_assert_true (at_async_task_execute (outer, NULL, NULL));
  at_test_record_assert_trace (&record, "pre body pre body");
  at_test_finish (outer);
  at_test_finish (inner);
  g_assert_cmpint (at_async_task_get_outcome (outer), ==, AT_OUTCOME_SUCCEEDED);

  g_assert_finalize_object (g_steal_pointer (&outer));
  g_assert_finalize_object (g_steal_pointer (&inner));
  at_test_record_clear (&record);
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
test_deadlock_refused (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_waits_for_itself, NULL, NULL);

  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  at_test_finish (task);
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_assert_finalize_object (g_steal_pointer (&task));
}

typedef struct
{
  AtExecutor  *executor;
  AtAsyncTask *task;
} Foreign;

static void
foreign_execute (gpointer user_data)
{
  Foreign *foreign = user_data;

  g_assert_true (at_async_task_execute_on_executor (foreign->task, foreign->executor, NULL, NULL));
}

static void
test_foreign (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Foreign foreign;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish, NULL);
  foreign.executor = executor;
  foreign.task = task;
  at_test_call_in_thread (foreign_execute, &foreign);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_cancelled (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
  g_assert_false (at_async_task_cancel (task, TRUE));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body cancelled");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("The executor that runs bodies inside execute().");

  g_test_add_func ("/inline/runs-in-execute-and-calls-back-later", test_runs_in_execute);
  g_test_add_func ("/inline/nested", test_nested);
  g_test_add_func ("/inline/deadlock-refused", test_deadlock_refused);
  g_test_add_func ("/inline/foreign-execute", test_foreign);
  g_test_add_func ("/inline/cancelled-after-the-body", test_cancelled);

  return g_test_run ();
}
