/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* A worker that is held, a task queued behind it, and one held itself. */
typedef struct
{
  AtExecutor   *executor;
  AtTestGate    gate;
  AtTestRecord  record;
  AtAsyncTask  *blocker;
  AtAsyncTask  *task;
} Fixture;

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

static gboolean
body_gate_fail (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  at_test_gate_pass (user_data);
  at_async_task_return (task, G_TYPE_INT, 42);

  return at_test_body_fail (task, params, cancellable, user_data, error);
}

static void
fixture_init (Fixture    *fixture,
              AtTaskFunc  body)
{
  fixture->executor = AT_EXECUTOR (at_thread_pool_executor_new ("Test", 1));
  fixture->blocker = NULL;
  at_test_gate_init (&fixture->gate);
  at_test_record_init (&fixture->record);
  fixture->task = at_test_task_new (&fixture->record, body, &fixture->gate);
  at_async_task_set_executor (fixture->task, fixture->executor);
}

static void
fixture_block (Fixture *fixture)
{
  fixture->blocker = at_async_task_new (at_test_body_gate, &fixture->gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (fixture->blocker, fixture->executor, NULL, NULL));
  at_test_gate_wait_arrived (&fixture->gate, 1);
}

static void
fixture_run (Fixture *fixture)
{
  g_assert_true (at_async_task_execute (fixture->task, NULL, NULL));
  at_test_gate_wait_arrived (&fixture->gate, 1);
}

static void
fixture_clear (Fixture *fixture)
{
  at_test_gate_open (&fixture->gate);
  at_test_finish (fixture->task);
  if (fixture->blocker != NULL)
    {
      at_test_finish (fixture->blocker);
      g_assert_finalize_object (fixture->blocker);
    }
  at_test_settle (NULL, fixture->executor);
  g_assert_cmpuint (at_test_record_get_n_last (&fixture->record), ==, 1);
  at_test_record_assert_threads (&fixture->record);
  g_assert_finalize_object (fixture->task);
  at_test_record_assert_finalized (&fixture->record);
  g_object_unref (fixture->executor);
  at_test_record_clear (&fixture->record);
  at_test_gate_clear (&fixture->gate);
}

static void
assert_cancelled (AtAsyncTask *task)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (at_async_task_is_cancelled (task));
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
  g_assert_null (at_async_task_get_error (task));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (at_async_task_checkpoint (task, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Before the body */

static void
null_payload_hook (AtAsyncTask   *task,
                   AtTestEvent    event,
                   gconstpointer  payload,
                   gpointer       user_data)
{
  if (event == AT_TEST_EVENT_CANCELLED)
    {
      g_assert_null (payload);
      g_assert_null (at_async_task_get_result (task));
    }
}

static void
test_before_execute (gconstpointer user_data)
{
  gboolean interrupt = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  fixture.record.hook = null_payload_hook;
  g_assert_false (at_async_task_is_cancelled (fixture.task));
  g_assert_true (at_async_task_cancel (fixture.task, interrupt));
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_PENDING);

  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_record_assert_trace (&fixture.record, "");
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_RUNNING);
  at_test_finish (fixture.task);
  at_test_settle (NULL, fixture.executor);
  at_test_record_assert_trace (&fixture.record, "cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
}

static void
await_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  AtTestRecord *record = user_data;
  g_autoptr (GError) error = NULL;

  if (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error) != NULL)
    g_assert_no_error (error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    at_test_record_note (record, "await-cancelled");
  else if (error != NULL)
    at_test_record_note (record, "await-failed");
  else
    at_test_record_note (record, "await");
}

static void
test_before_execute_async (void)
{
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  at_async_task_execute_async (fixture.task, NULL, NULL, await_cb, &fixture.record);
  at_test_record_assert_trace (&fixture.record, "");
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "cancelled await-cancelled");

  fixture_clear (&fixture);
}

static void
test_never_executed (void)
{
  AtTestRecord record;
  AtAsyncTask *task;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_cancel (task, TRUE));
  at_test_settle (NULL, at_serial_executor_get_default ());
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_finalize_object (task);
  at_test_record_assert_trace (&record, "");
  at_test_record_clear (&record);
}

static void
cancel_in_pre_hook (AtAsyncTask   *task,
                    AtTestEvent    event,
                    gconstpointer  payload,
                    gpointer       user_data)
{
  if (event == AT_TEST_EVENT_PRE)
    g_assert_true (at_async_task_cancel (task, FALSE));
}

static void
test_from_pre (void)
{
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  fixture.record.hook = cancel_in_pre_hook;
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_record_assert_trace (&fixture.record, "pre");
  at_test_finish (fixture.task);
  at_test_settle (NULL, fixture.executor);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
}

static void
test_queued (gconstpointer user_data)
{
  gboolean interrupt = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  fixture_block (&fixture);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (AT_THREAD_POOL_EXECUTOR (fixture.executor)), ==, 1);

  g_assert_true (at_async_task_cancel (fixture.task, interrupt));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (AT_THREAD_POOL_EXECUTOR (fixture.executor)), ==, 0);
  at_test_record_assert_trace (&fixture.record, "pre");

  /* The worker is still held: the callback does not wait for the queue. */
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  assert_cancelled (fixture.task);

  at_test_gate_open (&fixture.gate);
  at_test_settle (NULL, fixture.executor);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");

  fixture_clear (&fixture);
}

static void
test_queued_serial (void)
{
  g_autoptr (AtSerialExecutor) serial = NULL;
  g_autoptr (AtAsyncTask) behind = NULL;
  AtTestRecord behind_record;
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  serial = at_serial_executor_new (fixture.executor);
  g_object_unref (fixture.executor);
  fixture.executor = AT_EXECUTOR (g_object_ref (serial));
  at_async_task_set_executor (fixture.task, fixture.executor);
  fixture_block (&fixture);
  at_test_record_init (&behind_record);
  behind = at_test_task_new (&behind_record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (behind, fixture.executor, NULL, NULL));

  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  at_test_record_assert_trace (&behind_record, "pre");

  at_test_gate_open (&fixture.gate);
  at_test_finish (behind);
  at_test_record_assert_trace (&behind_record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&behind));
  at_test_record_clear (&behind_record);
  g_clear_object (&serial);
  fixture_clear (&fixture);
}

static void
cancel_call (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  g_assert_true (at_async_task_cancel (task, FALSE));
}

static void
test_queued_from_thread (void)
{
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  fixture_block (&fixture);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_call_in_thread (cancel_call, fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre");
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");

  fixture_clear (&fixture);
}

/* While the body runs */

static void
result_hook (AtAsyncTask   *task,
             AtTestEvent    event,
             gconstpointer  payload,
             gpointer       user_data)
{
  if (event == AT_TEST_EVENT_CANCELLED)
    {
      g_assert_true (at_async_task_is_cancelled (task));
      g_assert_cmpint (g_value_get_int (payload), ==, 42);
    }
}

static void
test_running_without_interrupt (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_gate_result);
  fixture.record.hook = result_hook;
  fixture_run (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  g_assert_false (g_cancellable_is_cancelled (at_async_task_get_cancellable (fixture.task)));
  at_test_record_assert_trace (&fixture.record, "pre body");

  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");
  assert_cancelled (fixture.task);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (fixture.task)), ==, 42);
  g_assert_false (g_cancellable_is_cancelled (at_async_task_get_cancellable (fixture.task)));

  fixture_clear (&fixture);
}

static gboolean
body_blocks_in_gio (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  AtTestGate *gate = user_data;
  GPollFD fd;

  g_assert_true (g_cancellable_make_pollfd (cancellable, &fd));
  at_test_gate_open (gate);
  at_test_gate_pass (gate);
  g_assert_cmpint (g_poll (&fd, 1, -1), ==, 1);
  g_cancellable_release_fd (cancellable);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
test_running_interrupt (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_blocks_in_gio);
  fixture_run (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, TRUE));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");
  assert_cancelled (fixture.task);
  g_assert_true (g_cancellable_is_cancelled (at_async_task_get_cancellable (fixture.task)));

  fixture_clear (&fixture);
}

static void
test_running_interrupt_after_plain (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_blocks_in_gio);
  fixture_run (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  g_assert_false (g_cancellable_is_cancelled (at_async_task_get_cancellable (fixture.task)));
  g_assert_false (at_async_task_cancel (fixture.task, TRUE));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");

  fixture_clear (&fixture);
}

static void
test_running_body_fails (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_gate_fail);
  fixture.record.hook = result_hook;
  fixture_run (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
}

static void
test_running_twice (void)
{
  Fixture fixture;

  fixture_init (&fixture, at_test_body_gate);
  fixture_run (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  g_assert_false (at_async_task_cancel (fixture.task, FALSE));
  g_assert_false (at_async_task_cancel (fixture.task, TRUE));
  g_assert_false (at_async_task_cancel (fixture.task, TRUE));

  fixture_clear (&fixture);
}

static void
test_from_third_thread (void)
{
  Fixture fixture;

  fixture_init (&fixture, at_test_body_gate);
  fixture_run (&fixture);
  at_test_call_in_thread (cancel_call, fixture.task);
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");

  fixture_clear (&fixture);
}

static gboolean
body_cancels_itself (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  g_autoptr (GError) local_error = NULL;

  g_assert_true (at_async_task_checkpoint (task, &local_error));
  g_assert_no_error (local_error);
  g_assert_true (at_async_task_cancel (task, TRUE));
  g_assert_true (at_async_task_is_cancelled (task));
  g_assert_true (g_cancellable_is_cancelled (cancellable));
  g_assert_false (at_async_task_checkpoint (task, &local_error));
  g_assert_error (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  return at_async_task_checkpoint (task, error);
}

static void
test_from_body (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_cancels_itself);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
}

static gboolean
body_publish_and_gate (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  guint i;

  for (i = 0; i < 100; i++)
    at_async_task_publish (task, G_TYPE_UINT, i);
  at_test_gate_pass (user_data);
  for (i = 0; i < 100; i++)
    at_async_task_publish (task, G_TYPE_UINT, i);

  return TRUE;
}

static void
cancel_in_progress_hook (AtAsyncTask   *task,
                         AtTestEvent    event,
                         gconstpointer  payload,
                         gpointer       user_data)
{
  if (event == AT_TEST_EVENT_PROGRESS && g_value_get_uint (payload) == 2)
    g_assert_true (at_async_task_cancel (task, FALSE));
}

static void
test_from_progress (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_publish_and_gate);
  fixture.record.hook = cancel_in_progress_hook;
  fixture_run (&fixture);
  at_test_iterate_until (NULL, at_async_task_is_cancelled (fixture.task));
  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  /* 0, 1 and 2 came; 97 were on their way, 100 came later. */
  at_test_record_assert_trace (&fixture.record, "pre body progress progress progress cancelled");
  g_assert_cmpuint (at_test_record_get_count (&fixture.record, AT_TEST_EVENT_PROGRESS), ==, 3);

  fixture_clear (&fixture);
}

static void
test_no_progress_after (gconstpointer user_data)
{
  gboolean body_done = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  fixture_init (&fixture, body_publish_and_gate);
  fixture_run (&fixture);
  if (body_done)
    {
      at_test_gate_open (&fixture.gate);
      g_assert_true (at_async_task_wait (fixture.task, -1, NULL, NULL));
    }
  g_assert_cmpint (at_async_task_cancel (fixture.task, FALSE), ==, !body_done);
  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");

  fixture_clear (&fixture);
}

/* After the body */

static void
test_body_done (gconstpointer user_data)
{
  AtTaskFunc body = user_data == NULL ? body_gate_result : body_gate_fail;
  Fixture fixture;

  fixture_init (&fixture, body);
  fixture.record.hook = result_hook;
  at_test_gate_open (&fixture.gate);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  g_assert_cmpint (at_async_task_wait (fixture.task, -1, NULL, NULL), ==, user_data == NULL);
  at_test_record_assert_trace (&fixture.record, "pre body");

  /* Too late to be what ends it, in time to be what it is told. */
  g_assert_false (at_async_task_cancel (fixture.task, TRUE));
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  at_test_record_assert_trace (&fixture.record, "pre body");
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
}

static void
test_body_done_await (void)
{
  Fixture fixture;

  fixture_init (&fixture, body_gate_result);
  at_test_gate_open (&fixture.gate);
  at_async_task_execute_async (fixture.task, NULL, NULL, await_cb, &fixture.record);
  g_assert_true (at_async_task_wait (fixture.task, -1, NULL, NULL));
  g_assert_false (at_async_task_cancel (fixture.task, FALSE));
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "pre body cancelled await-cancelled");

  fixture_clear (&fixture);
}

static void
test_finished (gconstpointer user_data)
{
  const char *how = user_data;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtOutcome outcome;
  guint n_notifies;

  at_test_record_init (&record);
  task = at_test_task_new (&record, g_str_equal (how, "pre body failed") ? at_test_body_fail : at_test_body_succeed, NULL);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  outcome = at_async_task_get_outcome (task);
  n_notifies = at_test_record_get_n_all_notifies (&record);

  g_assert_false (at_async_task_cancel (task, FALSE));
  g_assert_false (at_async_task_cancel (task, TRUE));
  g_assert_false (at_async_task_is_cancelled (task));
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, how);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, outcome);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_FINISHED);
  g_assert_cmpint (at_async_task_wait (task, -1, NULL, NULL), ==, outcome == AT_OUTCOME_SUCCEEDED);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, n_notifies);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
cancel_in_last_hook (AtAsyncTask   *task,
                     AtTestEvent    event,
                     gconstpointer  payload,
                     gpointer       user_data)
{
  if (event != AT_TEST_EVENT_POST && event != AT_TEST_EVENT_FAILED)
    return;

  g_assert_false (at_async_task_cancel (task, FALSE));
  g_assert_false (at_async_task_cancel (task, TRUE));
  g_assert_false (at_async_task_is_cancelled (task));
}

static void
test_inside_last (gconstpointer user_data)
{
  const char *expected = user_data;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtOutcome outcome;

  at_test_record_init (&record);
  record.hook = cancel_in_last_hook;
  if (g_str_has_prefix (expected, "pre body failed"))
    {
      task = at_test_task_new (&record, at_test_body_fail, NULL);
      outcome = AT_OUTCOME_FAILED;
    }
  else
    {
      task = at_test_task_new (&record, at_test_body_succeed, NULL);
      outcome = AT_OUTCOME_SUCCEEDED;
    }
  at_async_task_execute_async (task, NULL, NULL, await_cb, &record);
  at_test_finish (task);
  at_test_iterate_until (NULL, at_test_record_has (&record, "await"));
  at_test_record_assert_trace (&record, expected);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, outcome);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* What a language has made of the body's cancellable goes where the owner is: there, a
 * binding waits for nobody. */

typedef struct
{
  GThread    *gone_in;
  AtAsyncTask *task;
  AtStatus    status;
} Wrapper;

static void
on_wrapper_gone (gpointer data)
{
  Wrapper *wrapper = data;

  wrapper->gone_in = g_thread_self ();
  wrapper->status = at_async_task_get_status (wrapper->task);
}

static gboolean
body_wraps_cancellable (AtAsyncTask   *task,
                        const GValue  *params,
                        GCancellable  *cancellable,
                        gpointer       user_data,
                        GError       **error)
{
  g_object_set_data_full (G_OBJECT (cancellable), "wrapper", user_data, on_wrapper_gone);

  return TRUE;
}

static void
test_wrapped (void)
{
  Wrapper wrapper = { NULL };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_wraps_cancellable, &wrapper, NULL);
  g_autoptr (GError) error = NULL;

  wrapper.task = task;
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (at_async_task_wait (task, -1, NULL, &error));
  g_assert_no_error (error);
  g_assert_null (wrapper.gone_in);
  at_test_finish (task);
  g_assert_true (wrapper.gone_in == g_thread_self ());
  g_assert_cmpint (wrapper.status, ==, AT_STATUS_FINISHED);
}

/* Whoever asks for the cancellable after the end gets another one, and keeps it. */
static void
test_wrapped_and_shared (void)
{
  Wrapper wrapper = { NULL };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_wraps_cancellable, &wrapper, NULL);
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable;

  wrapper.task = task;
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (at_async_task_wait (task, -1, NULL, &error));
  g_assert_no_error (error);
  cancellable = at_async_task_get_cancellable (task);
  g_assert_null (g_object_get_data (G_OBJECT (cancellable), "wrapper"));
  g_assert_true (wrapper.gone_in == g_thread_self ());
  at_test_finish (task);
  g_assert_true (at_async_task_get_cancellable (task) == cancellable);
}

/* A caller's cancellable */

static void
test_cancellable_interrupts (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, body_blocks_in_gio);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  at_test_gate_wait_arrived (&fixture.gate, 1);
  g_assert_true (at_async_task_get_cancellable (fixture.task) != cancellable);
  g_cancellable_cancel (cancellable);
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "pre body cancelled await-cancelled");

  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
cancellable_call (gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

static void
test_cancellable_from_thread_queued (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  fixture_block (&fixture);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  at_test_call_in_thread (cancellable_call, cancellable);
  at_test_record_assert_trace (&fixture.record, "pre");
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "pre cancelled await-cancelled");

  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
test_cancellable_cancelled_already (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  g_cancellable_cancel (cancellable);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  at_test_record_assert_trace (&fixture.record, "");
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "cancelled await-cancelled");
  assert_cancelled (fixture.task);

  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
test_cancellable_body_done (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, body_gate_result);
  at_test_gate_open (&fixture.gate);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  g_assert_true (at_async_task_wait (fixture.task, -1, NULL, NULL));
  g_cancellable_cancel (cancellable);
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "pre body cancelled await-cancelled");

  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
test_cancellable_never_by_us (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, at_test_body_gate);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  at_test_gate_wait_arrived (&fixture.gate, 1);
  g_assert_true (at_async_task_cancel (fixture.task, TRUE));
  g_assert_true (g_cancellable_is_cancelled (at_async_task_get_cancellable (fixture.task)));
  at_test_gate_open (&fixture.gate);
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  at_test_record_assert_trace (&fixture.record, "pre body cancelled await-cancelled");

  /* And it lets go of it. */
  g_cancellable_cancel (cancellable);
  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

static void
test_cancellable_after_the_end (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Fixture fixture;

  fixture_init (&fixture, at_test_body_succeed);
  at_async_task_execute_async (fixture.task, NULL, cancellable, await_cb, &fixture.record);
  at_test_finish (fixture.task);
  at_test_iterate_until (NULL, at_test_record_has (&fixture.record, "await"));
  at_test_record_assert_trace (&fixture.record, "pre body post await");
  g_cancellable_cancel (cancellable);
  g_assert_false (at_async_task_is_cancelled (fixture.task));
  g_assert_cmpint (at_async_task_get_outcome (fixture.task), ==, AT_OUTCOME_SUCCEEDED);

  fixture_clear (&fixture);
  g_assert_finalize_object (g_steal_pointer (&cancellable));
}

/* Paused */

static gboolean
body_checkpoint (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  at_test_gate_open (user_data);
  at_test_gate_pass (user_data);

  return at_async_task_checkpoint (task, error);
}

static void
test_paused_wakes (gconstpointer user_data)
{
  Fixture fixture;

  fixture_init (&fixture, body_checkpoint);
  at_async_task_pause (fixture.task);
  fixture_run (&fixture);
  /* Its slot is free: the body has come to rest. */
  at_test_settle (NULL, fixture.executor);
  g_assert_true (at_async_task_cancel (fixture.task, GPOINTER_TO_INT (user_data)));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre body cancelled");

  fixture_clear (&fixture);
}

/* Memory effects */

typedef struct
{
  AtAsyncTask *task;
  guint        payload[64];
} Effects;

static gboolean
body_sees_effects (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  Effects *effects = user_data;
  guint i;

  at_test_poll_until (at_async_task_is_cancelled (task));
  for (i = 0; i < G_N_ELEMENTS (effects->payload); i++)
    g_assert_cmpuint (effects->payload[i], ==, 3);

  return TRUE;
}

static void
test_memory_effects (void)
{
  guint i, j;

  for (i = 0; i < at_test_scale (500); i++)
    {
      Effects effects = { NULL, { 0 } };
      g_autoptr (AtAsyncTask) task = at_async_task_new (body_sees_effects, &effects, NULL);

      g_assert_true (at_async_task_execute (task, NULL, NULL));
      for (j = 0; j < G_N_ELEMENTS (effects.payload); j++)
        effects.payload[j] = 3;
      at_async_task_cancel (task, FALSE);
      at_test_finish (task);
      g_assert_finalize_object (g_steal_pointer (&task));
    }
}

/* Several at once: what one that runs gives back would go to one that is queued. */

typedef enum
{
  SEVERAL_IN_LIST,
  SEVERAL_OF_OWNER
} SeveralKind;

typedef struct
{
  AtTestGate   gate; /* of the one that runs */
  AtTestGate   begun;
  AtAsyncTask *queued;
} Several;

/* Comes while the one that runs is cancelled; returns when its end has been made use of. */
static void
several_on_cancelled (GCancellable *cancellable,
                      Several      *several)
{
  at_test_gate_open (&several->gate);
  if (!at_async_task_is_cancelled (several->queued))
    at_test_gate_wait_arrived (&several->begun, 1);
}

static void
check_several (SeveralKind kind,
               gboolean    running_is_first)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  AtExecutor *executor = AT_EXECUTOR (at_thread_pool_executor_new ("Several", 1));
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *tasks[2];
  AtAsyncTask *running;
  Several several;

  at_test_gate_init (&several.gate);
  at_test_gate_init (&several.begun);
  at_test_gate_open (&several.begun);
  running = at_async_task_new (at_test_body_gate, &several.gate, NULL);
  several.queued = at_async_task_new (at_test_body_gate, &several.begun, NULL);
  g_signal_connect (at_async_task_get_cancellable (running), "cancelled",
                    G_CALLBACK (several_on_cancelled), &several);
  tasks[running_is_first ? 0 : 1] = running;
  tasks[running_is_first ? 1 : 0] = several.queued;
  for (guint i = 0; i < 2; i++)
    {
      if (kind == SEVERAL_IN_LIST)
        g_assert_true (at_task_list_add (list, tasks[i]));
      else
        at_async_task_set_owner (tasks[i], owner);
    }
  g_assert_true (at_async_task_execute_on_executor (running, executor, NULL, NULL));
  at_test_gate_wait_arrived (&several.gate, 1);
  g_assert_true (at_async_task_execute_on_executor (several.queued, executor, NULL, NULL));

  if (kind == SEVERAL_IN_LIST)
    at_task_list_cancel_all (list, TRUE);
  g_assert_finalize_object (g_steal_pointer (&owner));
  g_assert_true (at_async_task_is_cancelled (running));
  g_assert_true (at_async_task_is_cancelled (several.queued));
  at_test_settle (NULL, executor);
  g_assert_cmpuint (at_test_gate_get_arrived (&several.begun), ==, 0);

  g_clear_object (&list);
  g_object_unref (running);
  g_object_unref (several.queued);
  g_object_unref (executor);
  at_test_gate_clear (&several.gate);
  at_test_gate_clear (&several.begun);
}

static void
test_several (gconstpointer user_data)
{
  for (guint i = 0; i < 2; i++)
    check_several (GPOINTER_TO_INT (user_data), i == 0);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Cancelling a task, at every point of its life and from everywhere.");

  g_test_add_data_func ("/cancel/before-execute/only-cancelled-comes", GINT_TO_POINTER (FALSE), test_before_execute);
  g_test_add_data_func ("/cancel/before-execute/interrupting", GINT_TO_POINTER (TRUE), test_before_execute);
  g_test_add_func ("/cancel/before-execute/awaited", test_before_execute_async);
  g_test_add_func ("/cancel/before-execute/never-executed", test_never_executed);
  g_test_add_func ("/cancel/from-pre/body-never-runs", test_from_pre);
  g_test_add_data_func ("/cancel/queued/body-never-runs-and-callback-at-once", GINT_TO_POINTER (FALSE), test_queued);
  g_test_add_data_func ("/cancel/queued/interrupting", GINT_TO_POINTER (TRUE), test_queued);
  g_test_add_func ("/cancel/queued/serial", test_queued_serial);
  g_test_add_func ("/cancel/queued/from-a-third-thread", test_queued_from_thread);
  g_test_add_func ("/cancel/running/without-interrupt", test_running_without_interrupt);
  g_test_add_func ("/cancel/running/interrupt-ends-blocking-calls", test_running_interrupt);
  g_test_add_func ("/cancel/running/interrupt-after-plain-is-false-and-triggers", test_running_interrupt_after_plain);
  g_test_add_func ("/cancel/running/though-the-body-fails", test_running_body_fails);
  g_test_add_func ("/cancel/running/second-is-false", test_running_twice);
  g_test_add_func ("/cancel/running/from-a-third-thread", test_from_third_thread);
  g_test_add_func ("/cancel/running/from-the-body", test_from_body);
  g_test_add_func ("/cancel/running/from-progress", test_from_progress);
  g_test_add_data_func ("/cancel/no-progress-after/body-running", GINT_TO_POINTER (FALSE), test_no_progress_after);
  g_test_add_data_func ("/cancel/no-progress-after/body-done", GINT_TO_POINTER (TRUE), test_no_progress_after);
  g_test_add_data_func ("/cancel/body-done/false-and-still-cancelled", NULL, test_body_done);
  g_test_add_data_func ("/cancel/body-done/failed-body", GINT_TO_POINTER (TRUE), test_body_done);
  g_test_add_func ("/cancel/body-done/awaited", test_body_done_await);
  g_test_add_data_func ("/cancel/finished/changes-nothing", "pre body post", test_finished);
  g_test_add_data_func ("/cancel/finished/changes-nothing-of-a-failure", "pre body failed", test_finished);
  g_test_add_data_func ("/cancel/inside-last-callback/too-late", "pre body post await", test_inside_last);
  g_test_add_data_func ("/cancel/inside-last-callback/too-late-for-a-failure", "pre body failed await-failed", test_inside_last);
  g_test_add_func ("/cancel/wrapped/goes-with-the-owner", test_wrapped);
  g_test_add_func ("/cancel/wrapped/asked-for-after-the-end", test_wrapped_and_shared);
  g_test_add_func ("/cancel/callers-cancellable/interrupts", test_cancellable_interrupts);
  g_test_add_func ("/cancel/callers-cancellable/from-a-thread-while-queued", test_cancellable_from_thread_queued);
  g_test_add_func ("/cancel/callers-cancellable/cancelled-already", test_cancellable_cancelled_already);
  g_test_add_func ("/cancel/callers-cancellable/body-done", test_cancellable_body_done);
  g_test_add_data_func ("/cancel/several/list", GINT_TO_POINTER (SEVERAL_IN_LIST), test_several);
  g_test_add_data_func ("/cancel/several/owner", GINT_TO_POINTER (SEVERAL_OF_OWNER), test_several);
  g_test_add_func ("/cancel/callers-cancellable/never-cancelled-by-us", test_cancellable_never_by_us);
  g_test_add_func ("/cancel/callers-cancellable/after-the-end", test_cancellable_after_the_end);
  g_test_add_data_func ("/cancel/paused/wakes", GINT_TO_POINTER (FALSE), test_paused_wakes);
  g_test_add_data_func ("/cancel/paused/wakes-interrupting", GINT_TO_POINTER (TRUE), test_paused_wakes);
  g_test_add_func ("/cancel/memory-effects", test_memory_effects);

  return g_test_run ();
}
