/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* What the callback of execute_async() was told. */
typedef struct
{
  AtTestRecord *record;
  GThread      *thread;
  gint          n_calls;
  int           value;
  GError       *error;
} Await;

static void
await_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  AtAsyncTask *task = AT_ASYNC_TASK (source);
  g_autoptr (GObject) from_result = g_async_result_get_source_object (result);
  Await *await = user_data;
  const GValue *value;

  g_assert_true (from_result == source);
  g_assert_true (G_IS_TASK (result));

  value = at_async_task_execute_finish (task, result, &await->error);
  if (value != NULL)
    {
      g_assert_no_error (await->error);
      await->value = g_value_get_int (value);
    }
  await->thread = g_thread_self ();
  if (await->record != NULL)
    at_test_record_note (await->record, "await");
  g_atomic_int_inc (&await->n_calls);
}

static gboolean
body_answer (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);

  return at_async_task_return (task, G_TYPE_INT, params != NULL ? g_value_get_int (params) : 42);
}

static void
test_result (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_auto (GValue) params = G_VALUE_INIT;
  AtTestRecord record;
  Await await = { 0 };

  at_test_record_init (&record);
  await.record = &record;
  g_value_init (&params, G_TYPE_INT);
  g_value_set_int (&params, 17);
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_execute_async (task, &params, NULL, await_cb, &await);
  g_assert_cmpint (await.n_calls, ==, 0);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  at_test_iterate_until (NULL, await.n_calls > 0);

  at_test_record_assert_trace (&record, "pre body progress post await");
  g_assert_no_error (await.error);
  g_assert_cmpint (await.value, ==, 17);
  g_assert_true (await.thread == g_thread_self ());
  at_test_settle (NULL, at_serial_executor_get_default ());
  g_assert_cmpint (await.n_calls, ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_null_result (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Await await = { 0 };

  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  at_test_iterate_until (NULL, await.n_calls > 0);
  g_assert_no_error (await.error);
  g_assert_cmpint (await.value, ==, 0);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static gboolean
body_false (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  return FALSE;
}

static void
test_error (gconstpointer user_data)
{
  gboolean without = GPOINTER_TO_INT (user_data);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Await await = { 0 };

  at_test_record_init (&record);
  await.record = &record;
  task = at_test_task_new (&record, without ? body_false : at_test_body_fail, NULL);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  at_test_iterate_until (NULL, await.n_calls > 0);
  at_test_record_assert_trace (&record, "pre body failed await");
  if (without)
    g_assert_error (await.error, AT_TASK_ERROR, AT_TASK_ERROR_FAILED);
  else
    g_assert_error (await.error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_clear_error (&await.error);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_finish_twice_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
test_finish_later (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_answer, NULL, NULL);
  g_autoptr (AtAsyncTask) other = at_async_task_new (body_answer, NULL, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const GValue *value;

  at_async_task_execute_async (task, NULL, NULL, test_finish_twice_cb, &result);
  at_test_iterate_until (NULL, result != NULL);
  value = at_async_task_execute_finish (task, result, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_value_get_int (value), ==, 42);

  /* Another task's result is a programmer's mistake. */
  at_test_criticals_begin ();
  g_assert_null (at_async_task_execute_finish (other, result, NULL));
  g_assert_cmpuint (at_test_criticals_end (), ==, 1);
  g_clear_object (&result);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&other));
}

static void
test_no_callback (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_execute_async (task, NULL, NULL, NULL, NULL);
  at_test_finish (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body progress post");
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_kept_alive (void)
{
  AtTestRecord record;
  AtAsyncTask *task;
  Await await = { 0 };

  at_test_record_init (&record);
  await.record = &record;
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  g_object_unref (task);
  at_test_iterate_until (NULL, await.n_calls > 0);
  at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, "pre body progress post await");
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
status_in_callback_cb (GObject      *source,
                       GAsyncResult *result,
                       gpointer      user_data)
{
  gboolean *done = user_data;

  /* After the last callback, so FINISHED, as FINISHED means just that. */
  g_assert_cmpint (at_async_task_get_status (AT_ASYNC_TASK (source)), ==, AT_STATUS_FINISHED);
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (source)), ==, AT_OUTCOME_SUCCEEDED);
  *done = TRUE;
}

static void
test_status_in_callback (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_answer, NULL, NULL);
  gboolean done = FALSE;

  at_async_task_execute_async (task, NULL, NULL, status_in_callback_cb, &done);
  at_test_iterate_until (NULL, done);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
nested_hook (AtAsyncTask   *task,
             AtTestEvent    event,
             gconstpointer  payload,
             gpointer       user_data)
{
  AtTestRecord *record = user_data;

  /* A dialog in the last callback: the awaiter still comes after it. */
  if (event == AT_TEST_EVENT_POST)
    {
      at_test_settle (NULL, at_serial_executor_get_default ());
      at_test_record_note (record, "nested");
    }
}

static void
test_nested_loop (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Await await = { 0 };

  at_test_record_init (&record);
  record.hook = nested_hook;
  record.hook_data = &record;
  await.record = &record;
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  at_test_iterate_until (NULL, await.n_calls > 0);
  at_test_record_assert_trace (&record, "pre body progress post nested await");
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Refusals */

static void
test_refused_second (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;
  Await first = { 0 }, second = { 0 };

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &first);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &second);
  g_assert_cmpint (second.n_calls, ==, 0);
  at_test_iterate_until (NULL, second.n_calls > 0);
  g_assert_error (second.error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_clear_error (&second.error);
  g_assert_cmpint (first.n_calls, ==, 0);
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, first.n_calls > 0);
  g_assert_no_error (first.error);
  g_assert_cmpint (second.n_calls, ==, 1);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
test_refused_second_cancellable (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;
  Await second = { 0 };

  /* The refused call changes nothing: its cancellable is no way in. */
  at_test_gate_init (&gate);
  at_test_record_init (&record);
  g_cancellable_cancel (cancellable);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_execute_async (task, NULL, cancellable, await_cb, &second);
  at_test_iterate_until (NULL, second.n_calls > 0);
  g_assert_nonnull (second.error);
  g_clear_error (&second.error);
  g_assert_false (at_async_task_is_cancelled (task));
  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&cancellable));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
test_rejected (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Await await = { 0 };

  at_thread_pool_executor_shutdown (pool, FALSE);
  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_executor (task, AT_EXECUTOR (pool));
  at_async_task_execute_async (task, NULL, cancellable, await_cb, &await);
  g_assert_cmpint (await.n_calls, ==, 0);
  at_test_iterate_until (NULL, await.n_calls > 0);
  g_assert_error (await.error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_clear_error (&await.error);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);

  /* Awaited again elsewhere; the first call's cancellable is forgotten. */
  g_cancellable_cancel (cancellable);
  at_async_task_set_executor (task, NULL);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  at_test_iterate_until (NULL, await.n_calls > 1);
  g_assert_no_error (await.error);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_POST), ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&cancellable));
  at_test_record_clear (&record);
}

/* Contexts and threads */

static void
test_other_thread_default (void)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Await await = { 0 };

  /* The owner context is what counts, not what the caller has as default. */
  at_test_record_init (&record);
  await.record = &record;
  g_main_context_push_thread_default (other);
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  at_test_iterate_until (NULL, await.n_calls > 0);
  g_main_context_pop_thread_default (other);
  at_test_record_assert_trace (&record, "pre body progress post await");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_other_context (void)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Await await = { 0 };

  at_test_record_init (&record);
  await.record = &record;
  task = at_test_task_new (&record, body_answer, NULL);
  at_async_task_set_main_context (task, other);
  at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  /* Whatever the default context has, it is not this task's. */
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body");
  at_test_iterate_until (other, await.n_calls > 0);
  at_test_record_assert_trace (&record, "pre body progress post await");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

typedef struct
{
  AtAsyncTask *task;
  Await       *await;
} Call;

static void
execute_async_call (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GMainContext) own = g_main_context_new ();

  g_main_context_push_thread_default (own);
  at_async_task_execute_async (call->task, NULL, NULL, await_cb, call->await);
  g_main_context_pop_thread_default (own);
}

static void
test_foreign_thread (void)
{
  guint i;

  for (i = 0; i < at_test_scale (500); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;
      Await await = { 0 };
      Call call;

      at_test_record_init (&record);
      await.record = &record;
      task = at_test_task_new (&record, body_answer, NULL);
      call.task = task;
      call.await = &await;
      at_test_call_in_thread (execute_async_call, &call);
      g_assert_cmpint (await.n_calls, ==, 0);
      at_test_iterate_until (NULL, await.n_calls > 0);
      g_assert_true (await.thread == g_thread_self ());
      at_test_record_assert_trace (&record, "pre body progress post await");
      at_test_record_assert_threads (&record);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
unref_call (gpointer user_data)
{
  g_assert_finalize_object (user_data);
}

static void
test_context_of_another_thread (void)
{
  AtTestLoop *loop = at_test_loop_new ();
  guint i;

  for (i = 0; i < at_test_scale (500); i++)
    {
      AtAsyncTask *task;
      AtTestRecord record;
      Await await = { 0 };

      at_test_record_init (&record);
      record.owner = loop->thread;
      await.record = &record;
      task = at_test_task_new (&record, body_answer, NULL);
      at_async_task_set_main_context (task, loop->context);
      at_async_task_execute_async (task, NULL, NULL, await_cb, &await);
      at_test_poll_until (g_atomic_int_get (&await.n_calls) > 0);
      g_assert_true (await.thread == loop->thread);
      at_test_record_assert_trace (&record, "pre body progress post await");
      at_test_record_assert_threads (&record);
      at_test_loop_call (loop, unref_call, task);
      at_test_record_clear (&record);
    }

  at_test_loop_free (loop);
}

static void
foreign_already_call (gpointer user_data)
{
  Call *call = user_data;

  at_async_task_execute_async (call->task, NULL, NULL, await_cb, call->await);
}

static void
test_foreign_thread_refused (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_answer, NULL, NULL);
  Await await = { 0 };
  Call call = { task, &await };

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_call_in_thread (foreign_already_call, &call);
  g_assert_cmpint (await.n_calls, ==, 0);
  at_test_iterate_until (NULL, await.n_calls > 0);
  g_assert_true (await.thread == g_thread_self ());
  g_assert_error (await.error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_clear_error (&await.error);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
many_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  guint *n = user_data;

  g_assert_nonnull (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, NULL));
  (*n)++;
}

static void
test_many (void)
{
  guint i, n = 0, n_tasks = at_test_scale (10000);

  for (i = 0; i < n_tasks; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body_answer, NULL, NULL);

      at_async_task_execute_async (task, NULL, NULL, many_cb, &n);
    }
  at_test_iterate_until (NULL, n == n_tasks);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  /* Its bodies publish what nobody hears of. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_SLOW);
  g_test_summary ("Awaiting a task: execute_async() and execute_finish().");

  g_test_add_func ("/await/callback-after-the-last-callback-with-the-result", test_result);
  g_test_add_func ("/await/null-result", test_null_result);
  g_test_add_data_func ("/await/error", GINT_TO_POINTER (FALSE), test_error);
  g_test_add_data_func ("/await/false-without-error", GINT_TO_POINTER (TRUE), test_error);
  g_test_add_func ("/await/finished-later-and-another-tasks-result", test_finish_later);
  g_test_add_func ("/await/no-callback", test_no_callback);
  g_test_add_func ("/await/kept-alive", test_kept_alive);
  g_test_add_func ("/await/finished-inside-the-callback", test_status_in_callback);
  g_test_add_func ("/await/nested-loop-in-the-last-callback", test_nested_loop);
  g_test_add_func ("/await/refused/second-time", test_refused_second);
  g_test_add_func ("/await/refused/second-times-cancellable-changes-nothing", test_refused_second_cancellable);
  g_test_add_func ("/await/refused/by-the-executor", test_rejected);
  g_test_add_func ("/await/context/not-the-callers-thread-default", test_other_thread_default);
  g_test_add_func ("/await/context/of-ones-own", test_other_context);
  g_test_add_func ("/await/context/of-another-thread", test_context_of_another_thread);
  g_test_add_func ("/await/foreign-thread", test_foreign_thread);
  g_test_add_func ("/await/foreign-thread/refused", test_foreign_thread_refused);
  g_test_add_func ("/await/many", test_many);

  return g_test_run ();
}
