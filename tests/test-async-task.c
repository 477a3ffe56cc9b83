/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

static gboolean
body_publish_three (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_async_task_publish (task, G_TYPE_INT, 2);
  at_async_task_publish (task, G_TYPE_INT, 3);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

/* Order and threads */

static gboolean
body_expects_pre (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  gboolean *pre_returned = user_data;

  g_assert_true (*pre_returned);

  return TRUE;
}

static void
pre_returned_hook (AtAsyncTask   *task,
                   AtTestEvent    event,
                   gconstpointer  payload,
                   gpointer       user_data)
{
  gboolean *pre_returned = user_data;

  if (event != AT_TEST_EVENT_PRE)
    return;

  /* A body that was let go already would have the time to run. */
  g_usleep (1000);
  *pre_returned = TRUE;
}

static void
test_order_pre (void)
{
  guint i;

  for (i = 0; i < 20; i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      g_autoptr (GError) error = NULL;
      gboolean pre_returned = FALSE;
      AtTestRecord record;

      at_test_record_init (&record);
      record.hook = pre_returned_hook;
      record.hook_data = &pre_returned;
      task = at_test_task_new (&record, body_expects_pre, &pre_returned);

      g_assert_true (at_async_task_execute (task, NULL, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_PRE), ==, 1);

      at_test_finish (task);
      at_test_record_assert_trace (&record, "pre body post");
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
test_order_body_thread (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  at_test_finish (task);

  g_assert_nonnull (record.body_thread);
  g_assert_true (record.body_thread != g_thread_self ());
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_order_progress (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish_three, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  at_test_record_assert_trace (&record, "pre body progress progress progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
body_everything (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_async_task_set_fraction (task, 0.5);
  at_async_task_set_message (task, "Half way");
  at_async_task_set_amounts (task, 3, 4);
  at_async_task_pause (task);
  at_async_task_resume (task);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_order_owner_thread (void)
{
  AtTestRecord record;
  g_autoptr (AtAsyncTask) task = NULL;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_everything, NULL);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "message"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "fraction"), >=, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "completed"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "total"), ==, 1);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_order_exactly_one (gconstpointer user_data)
{
  const char *expected = user_data;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);

  if (g_str_has_suffix (expected, "failed"))
    task = at_test_task_new (&record, at_test_body_fail, NULL);
  else
    task = at_test_task_new (&record, at_test_body_gate, &gate);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  if (!g_str_has_suffix (expected, "failed"))
    at_test_gate_wait_arrived (&gate, 1);
  if (g_str_has_suffix (expected, "cancelled"))
    g_assert_true (at_async_task_cancel (task, TRUE));
  at_test_gate_open (&gate);

  at_test_finish (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, expected);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
test_order_never_inside_execute (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  AtAsyncTask *tasks[3];
  AtTestRecord record;
  guint i;

  at_test_record_init (&record);
  tasks[0] = at_test_task_new (&record, at_test_body_succeed, NULL);
  tasks[1] = at_test_task_new (&record, at_test_body_fail, NULL);
  tasks[2] = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_cancel (tasks[2], FALSE);

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      g_assert_true (at_async_task_execute_on_executor (tasks[i], executor, NULL, NULL));
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);
    }

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_test_finish (tasks[i]);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 3);

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    g_assert_finalize_object (tasks[i]);
  at_test_record_clear (&record);
}

static void
test_order_done_before_iteration (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_test_record_watch (&record, task);
  g_signal_connect_swapped (task, "notify::status", G_CALLBACK (g_main_loop_quit), loop);
  g_assert_true (at_async_task_execute (task, NULL, NULL));

  g_assert_true (at_async_task_wait (task, -1, NULL, &error));
  g_assert_no_error (error);
  at_test_record_assert_trace (&record, "pre body");
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);

  g_main_loop_run (loop);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
second_context_call (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  g_assert_true (at_async_task_execute (task, NULL, NULL));
}

static void
second_context_clear (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  g_assert_finalize_object (task);
}

static void
test_order_second_context (void)
{
  AtTestLoop *loop = at_test_loop_new ();
  AtAsyncTask *task;
  AtTestRecord record;

  at_test_record_init (&record);
  record.owner = loop->thread;
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_async_task_set_main_context (task, loop->context);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_get_main_context (task) == loop->context);

  at_test_loop_call (loop, second_context_call, task);
  at_test_poll_until (at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_loop_call (loop, second_context_clear, task);

  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  at_test_record_assert_threads (&record);
  at_test_record_assert_finalized (&record);

  at_test_loop_free (loop);
  at_test_record_clear (&record);
}

static gboolean
idle_set_cb (gpointer user_data)
{
  gboolean *done = user_data;

  *done = TRUE;

  return G_SOURCE_REMOVE;
}

static void
nested_loop_hook (AtAsyncTask   *task,
                  AtTestEvent    event,
                  gconstpointer  payload,
                  gpointer       user_data)
{
  AtTestRecord *record = user_data;
  AtTestRecord inner_record;
  g_autoptr (AtAsyncTask) inner = NULL;
  gboolean idle_done = FALSE;

  if (event != AT_TEST_EVENT_POST)
    return;

  g_idle_add (idle_set_cb, &idle_done);
  at_test_iterate_until (NULL, idle_done);

  /* Another task comes home into the loop that runs inside this callback. */
  at_test_record_init (&inner_record);
  inner = at_test_task_new (&inner_record, body_publish_three, NULL);
  g_assert_true (at_async_task_execute (inner, NULL, NULL));
  at_test_finish (inner);
  at_test_record_assert_trace (&inner_record, "pre body progress progress progress post");
  g_assert_finalize_object (g_steal_pointer (&inner));
  at_test_record_clear (&inner_record);

  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  at_test_record_note (record, "nested");
}

static void
test_order_nested_loop (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = nested_loop_hook;
  record.hook_data = &record;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post nested");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Signals */

static void
test_signals_plain (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_async_task_new (body_publish_three, NULL, NULL);
  at_test_record_connect (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  at_test_record_assert_trace (&record, "pre progress progress progress post");
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
test_signals_both (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord overrides, handlers;

  at_test_record_init (&overrides);
  at_test_record_init (&handlers);
  task = at_test_task_new (&overrides, body_publish_three, NULL);
  at_test_record_connect (&handlers, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  at_test_record_assert_trace (&overrides, "pre body progress progress progress post");
  at_test_record_assert_trace (&handlers, "pre progress progress progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&overrides);
  at_test_record_clear (&handlers);
}

static void
connect_late_hook (AtAsyncTask   *task,
                   AtTestEvent    event,
                   gconstpointer  payload,
                   gpointer       user_data)
{
  AtTestRecord *handlers = user_data;

  if (event == AT_TEST_EVENT_PROGRESS && g_value_get_int (payload) == 2)
    at_test_record_connect (handlers, task);
}

static void
test_signals_connected_late (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord overrides, handlers;

  at_test_record_init (&overrides);
  at_test_record_init (&handlers);
  overrides.hook = connect_late_hook;
  overrides.hook_data = &handlers;
  task = at_test_task_new (&overrides, body_publish_three, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  at_test_record_assert_trace (&overrides, "pre body progress progress progress post");
  g_assert_cmpuint (at_test_record_get_count (&handlers, AT_TEST_EVENT_PROGRESS), <=, 1);
  g_assert_cmpuint (at_test_record_get_count (&handlers, AT_TEST_EVENT_POST), ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&overrides);
  at_test_record_clear (&handlers);
}

static void
test_signals_declared (void)
{
  static const char * const signals[][2] = {
    { "pre-execute", NULL },
    { "progress-update", "GValue" },
    { "post-execute", "GValue" },
    { "cancelled", "GValue" },
    { "failed", "GError" },
  };
  g_autoptr (GTypeClass) klass = g_type_class_ref (AT_TYPE_ASYNC_TASK);
  GSignalQuery query;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      guint id = g_signal_lookup (signals[i][0], G_TYPE_FROM_CLASS (klass));

      g_assert_cmpuint (id, !=, 0);
      g_signal_query (id, &query);
      g_assert_cmpstr (g_type_name (query.return_type), ==, "void");
      g_assert_cmpuint (query.n_params, ==, signals[i][1] != NULL ? 1 : 0);
      if (query.n_params == 1)
        g_assert_cmpstr (g_type_name (query.param_types[0] & ~G_SIGNAL_TYPE_STATIC_SCOPE), ==, signals[i][1]);
    }
}

/* State */

typedef struct
{
  AtStatus seen[8];
  guint    n_seen;
} Statuses;

static void
status_cb (AtAsyncTask *task,
           GParamSpec  *pspec,
           Statuses    *statuses)
{
  g_assert_cmpuint (statuses->n_seen, <, G_N_ELEMENTS (statuses->seen));
  statuses->seen[statuses->n_seen++] = at_async_task_get_status (task);
}

static void
test_state_each_once (gconstpointer user_data)
{
  const char *how = user_data;
  g_autoptr (AtAsyncTask) task = NULL;
  Statuses statuses = { { 0 }, 0 };
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, g_str_equal (how, "fail") ? at_test_body_fail : at_test_body_succeed, NULL);
  at_test_record_watch (&record, task);
  g_signal_connect (task, "notify::status", G_CALLBACK (status_cb), &statuses);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);

  if (g_str_equal (how, "cancel"))
    at_async_task_cancel (task, FALSE);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  at_test_finish (task);
  at_test_settle (NULL, at_serial_executor_get_default ());

  g_assert_cmpuint (statuses.n_seen, ==, 2);
  g_assert_cmpint (statuses.seen[0], ==, AT_STATUS_RUNNING);
  g_assert_cmpint (statuses.seen[1], ==, AT_STATUS_FINISHED);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "outcome"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "error"), ==, g_str_equal (how, "fail") ? 1 : 0);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_state_running_while_queued (void)
{
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (blocker, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  at_test_record_assert_trace (&record, "pre");

  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&blocker));
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
getters_hook (AtAsyncTask   *task,
              AtTestEvent    event,
              gconstpointer  payload,
              gpointer       user_data)
{
  AtStatus status;
  AtOutcome outcome;
  g_autoptr (GError) error = NULL;

  if (event == AT_TEST_EVENT_BODY)
    {
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
      return;
    }

  g_object_get (task, "status", &status, "outcome", &outcome, "error", &error, NULL);
  g_assert_cmpint (status, ==, AT_STATUS_RUNNING);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  if (event != AT_TEST_EVENT_PROGRESS)
    g_assert_cmpint (at_async_task_get_outcome (task), ==, outcome);

  switch (event)
    {
    case AT_TEST_EVENT_PRE:
      g_assert_cmpint (outcome, ==, AT_OUTCOME_NONE);
      g_assert_null (error);
      g_assert_null (at_async_task_get_error (task));
      break;

    /* The body may have ended by now. */
    case AT_TEST_EVENT_PROGRESS:
      g_assert_cmpint (outcome, !=, AT_OUTCOME_CANCELLED);
      break;

    case AT_TEST_EVENT_POST:
      g_assert_cmpint (outcome, ==, AT_OUTCOME_SUCCEEDED);
      g_assert_null (at_async_task_get_error (task));
      g_assert_cmpint (g_value_get_int (payload), ==, 42);
      g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);
      break;

    case AT_TEST_EVENT_CANCELLED:
      g_assert_cmpint (outcome, ==, AT_OUTCOME_CANCELLED);
      g_assert_true (at_async_task_is_cancelled (task));
      g_assert_null (error);
      g_assert_null (at_async_task_get_error (task));
      break;

    case AT_TEST_EVENT_FAILED:
      g_assert_cmpint (outcome, ==, AT_OUTCOME_FAILED);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_error ((const GError *) payload, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      break;

    case AT_TEST_EVENT_BODY:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
body_publish_cancel (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  at_async_task_cancel (task, FALSE);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
test_state_getters (void)
{
  static const AtTaskFunc bodies[] = { body_publish_three, at_test_body_fail, body_publish_cancel };
  static const AtOutcome outcomes[] = { AT_OUTCOME_SUCCEEDED, AT_OUTCOME_FAILED, AT_OUTCOME_CANCELLED };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;

      at_test_record_init (&record);
      record.hook = getters_hook;
      task = at_test_task_new (&record, bodies[i], NULL);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
      g_assert_null (at_async_task_get_error (task));
      g_assert_null (at_async_task_get_result (task));
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, outcomes[i]);
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
second_await_cb (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  guint *n_called = user_data;

  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  (*n_called)++;
}

static void
refuse_second (AtAsyncTask *task)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (GError) error = NULL;
  AtStatus status = at_async_task_get_status (task);
  AtOutcome outcome = at_async_task_get_outcome (task);
  guint n_called = 0;

  g_assert_false (at_async_task_execute (task, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_clear_error (&error);
  g_assert_false (at_async_task_execute_on_executor (task, executor, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_assert_false (at_async_task_execute (task, NULL, NULL));

  at_async_task_execute_async (task, NULL, NULL, second_await_cb, &n_called);
  g_assert_cmpuint (n_called, ==, 0);
  at_test_iterate_until (NULL, n_called == 1);

  g_assert_cmpint (at_async_task_get_status (task), ==, status);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, outcome);
}

static void
test_state_second_execute (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  refuse_second (task);

  at_test_gate_open (&gate);
  at_test_finish (task);
  refuse_second (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_null (at_async_task_get_error (task));

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
second_in_pre_hook (AtAsyncTask   *task,
                    AtTestEvent    event,
                    gconstpointer  payload,
                    gpointer       user_data)
{
  g_autoptr (GError) error = NULL;

  if (event == AT_TEST_EVENT_BODY)
    return;

  g_assert_false (at_async_task_execute (task, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
}

static void
test_state_second_execute_in_callbacks (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = second_in_pre_hook;
  task = at_test_task_new (&record, body_publish_three, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Errors */

static void
test_error_kept (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;
  g_autoptr (GError) property = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_fail, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpstr (error->message, ==, "No room");
  g_clear_error (&error);

  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body failed");
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
  g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_cmpstr (at_async_task_get_error (task)->message, ==, "No room");
  g_object_get (task, "error", &property, NULL);
  g_assert_error (property, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_false (at_async_task_wait (task, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_false (at_async_task_wait (task, 0, NULL, &again));
  g_assert_error (again, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_false (at_async_task_wait (task, 0, NULL, NULL));

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
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
test_error_false_without_error (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_false, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_FAILED);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body failed");
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_FAILED);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
body_true_with_error (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  at_test_body_fail (task, params, cancellable, user_data, error);

  return TRUE;
}

static void
test_error_true_with_error (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_true_with_error, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body failed");
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
  g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_NO_SPACE);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_error_quark (void)
{
  g_assert_cmpuint (at_task_error_quark (), !=, 0);
  g_assert_cmpuint (at_task_error_quark (), ==, AT_TASK_ERROR);
}

/* Parameters and results */

static gboolean
body_expects_string (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  AtTestGate *gate = user_data;

  at_test_gate_pass (gate);
  g_assert_true (G_VALUE_HOLDS_STRING (params));

  return at_async_task_return (task, G_TYPE_STRING, g_value_get_string (params));
}

static void
test_params_copied (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_auto (GValue) params = G_VALUE_INIT;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  g_value_init (&params, G_TYPE_STRING);
  g_value_set_string (&params, "before");
  task = at_test_task_new (&record, body_expects_string, &gate);
  g_assert_true (at_async_task_execute (task, &params, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_value_set_string (&params, "after");
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpstr (g_value_get_string (at_async_task_get_result (task)), ==, "before");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static gboolean
body_expects_null (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  g_assert_null (params);
  g_assert_true (G_IS_CANCELLABLE (cancellable));
  g_assert_true (cancellable == at_async_task_get_cancellable (task));
  g_assert_false (g_cancellable_is_cancelled (cancellable));

  return TRUE;
}

static void
null_result_hook (AtAsyncTask   *task,
                  AtTestEvent    event,
                  gconstpointer  payload,
                  gpointer       user_data)
{
  if (event == AT_TEST_EVENT_POST)
    g_assert_null (payload);
}

static void
test_params_null (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = null_result_hook;
  task = at_test_task_new (&record, body_expects_null, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_null (at_async_task_get_result (task));

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
body_user_data (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  guint *n_calls = user_data;

  (*n_calls)++;

  return TRUE;
}

static void
test_params_user_data (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  guint n_calls = 0;

  task = at_async_task_new (body_user_data, &n_calls, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (n_calls, ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
}

static gboolean
body_set_twice (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 1);
  at_async_task_set_result (task, &value);
  g_value_set_int (&value, 2);
  at_async_task_set_result (task, &value);
  at_async_task_return (task, G_TYPE_STRING, "three");
  g_value_set_int (&value, 4);
  at_async_task_set_result (task, &value);
  g_value_set_int (&value, 5);

  return TRUE;
}

static void
test_result_last_counts (void)
{
  g_autoptr (AtAsyncTask) task = NULL;

  task = at_async_task_new (body_set_twice, NULL, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  g_assert_true (G_VALUE_HOLDS_INT (at_async_task_get_result (task)));
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 4);
  at_test_finish (task);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 4);

  g_assert_finalize_object (g_steal_pointer (&task));
}

static gboolean
body_typed (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT64, G_GINT64_CONSTANT (-5000000000));
  at_async_task_publish (task, G_TYPE_DOUBLE, 1.5);
  at_async_task_publish (task, G_TYPE_STRING, "words");
  at_async_task_publish (task, G_TYPE_BOOLEAN, TRUE);
  at_async_task_publish (task, AT_TYPE_STATUS, AT_STATUS_FINISHED);
  at_async_task_publish (task, G_TYPE_OBJECT, task);

  return at_async_task_return (task, G_TYPE_STRV, (const char * const []) { "a", "b", NULL });
}

static void
typed_hook (AtAsyncTask   *task,
            AtTestEvent    event,
            gconstpointer  payload,
            gpointer       user_data)
{
  const GValue *value = payload;
  guint *n = user_data;

  if (event != AT_TEST_EVENT_PROGRESS)
    return;

  switch ((*n)++)
    {
    case 0:
      g_assert_cmpint (g_value_get_int64 (value), ==, G_GINT64_CONSTANT (-5000000000));
      break;
    case 1:
      g_assert_cmpfloat (g_value_get_double (value), ==, 1.5);
      break;
    case 2:
      g_assert_cmpstr (g_value_get_string (value), ==, "words");
      break;
    case 3:
      g_assert_true (g_value_get_boolean (value));
      break;
    case 4:
      g_assert_cmpint (g_value_get_enum (value), ==, AT_STATUS_FINISHED);
      break;
    case 5:
      g_assert_true (g_value_get_object (value) == task);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
test_result_typed (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  const char * const *strv;
  AtTestRecord record;
  guint n = 0;

  at_test_record_init (&record);
  record.hook = typed_hook;
  record.hook_data = &n;
  task = at_test_task_new (&record, body_typed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (n, ==, 6);
  g_assert_true (G_VALUE_HOLDS (at_async_task_get_result (task), G_TYPE_STRV));
  strv = g_value_get_boxed (at_async_task_get_result (task));
  g_assert_cmpstr (strv[1], ==, "b");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
body_result_then_fail (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  at_async_task_return (task, G_TYPE_INT, 1);

  return at_test_body_fail (task, params, cancellable, user_data, error);
}

static void
test_result_of_failure (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_result_then_fail, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body failed");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Memory effects: plain memory, written by one thread and read by the next. */

typedef struct
{
  guint before[64];
  guint published[64];
  guint last[64];
  guint n_progress;
} Effects;

static void
fill (guint *array,
      guint  value)
{
  guint i;

  for (i = 0; i < 64; i++)
    array[i] = value;
}

static void
assert_filled (const guint *array,
               guint        value)
{
  guint i;

  for (i = 0; i < 64; i++)
    g_assert_cmpuint (array[i], ==, value);
}

static gboolean
body_effects (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  Effects *effects = user_data;

  assert_filled (effects->before, 7);
  fill (effects->published, 8);
  at_async_task_publish_progress (task, NULL);
  fill (effects->last, 9);

  return TRUE;
}

static void
effects_hook (AtAsyncTask   *task,
              AtTestEvent    event,
              gconstpointer  payload,
              gpointer       user_data)
{
  Effects *effects = user_data;

  if (event == AT_TEST_EVENT_PROGRESS)
    {
      assert_filled (effects->published, 8);
      effects->n_progress++;
    }
  if (event == AT_TEST_EVENT_POST)
    assert_filled (effects->last, 9);
}

static void
test_memory_effects (void)
{
  guint i;

  for (i = 0; i < at_test_scale (2000); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      Effects effects;
      AtTestRecord record;

      memset (&effects, 0, sizeof effects);
      at_test_record_init (&record);
      record.hook = effects_hook;
      record.hook_data = &effects;
      task = at_test_task_new (&record, body_effects, &effects);
      fill (effects.before, 7);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      g_assert_cmpuint (effects.n_progress, ==, 1);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

/* Properties */

static void
test_properties_defaults (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  g_assert_null (at_async_task_get_error (task));
  g_assert_null (at_async_task_get_result (task));
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0.0);
  g_assert_cmpuint (at_async_task_get_completed (task), ==, 0);
  g_assert_cmpuint (at_async_task_get_total (task), ==, 0);
  g_assert_null (at_async_task_get_message (task));
  g_assert_cmpfloat (at_async_task_get_rate (task), ==, 0.0);
  g_assert_cmpfloat (at_async_task_get_remaining (task), ==, -1.0);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), ==, 0.0);
  g_assert_false (at_async_task_is_paused (task));
  g_assert_false (at_async_task_is_cancelled (task));
  g_assert_null (at_async_task_get_title (task));
  g_assert_cmpint (at_async_task_get_unit (task), ==, AT_PROGRESS_UNIT_NONE);
  g_assert_cmpint (at_async_task_get_priority (task), ==, 0);
  g_assert_null (at_async_task_get_owner (task));
  g_assert_null (at_async_task_get_main_context (task));
  g_assert_true (G_IS_CANCELLABLE (at_async_task_get_cancellable (task)));

  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_properties_set_and_get (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  AtTestRecord record;
  guint i;

  at_test_record_init (&record);
  at_test_record_connect (&record, task);

  for (i = 0; i < 2; i++)
    {
      at_async_task_set_title (task, "A title");
      at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);
      at_async_task_set_executor (task, executor);
      at_async_task_set_priority (task, -5);
      at_async_task_set_owner (task, owner);
      at_async_task_set_main_context (task, context);
    }
  /* Equal values were silent the second time. */
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "title"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "unit"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "executor"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "priority"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "owner"), ==, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "main-context"), ==, 1);

  g_assert_cmpstr (at_async_task_get_title (task), ==, "A title");
  g_assert_cmpint (at_async_task_get_unit (task), ==, AT_PROGRESS_UNIT_BYTES);
  g_assert_true (at_async_task_get_executor (task) == executor);
  g_assert_cmpint (at_async_task_get_priority (task), ==, -5);
  g_assert_true (at_async_task_get_owner (task) == owner);
  g_assert_true (at_async_task_get_main_context (task) == context);

  g_object_set (task,
                "title", "Another",
                "unit", AT_PROGRESS_UNIT_FILES,
                "executor", NULL,
                "priority", 7,
                "owner", NULL,
                "main-context", NULL,
                NULL);
  g_assert_cmpstr (at_async_task_get_title (task), ==, "Another");
  g_assert_cmpint (at_async_task_get_unit (task), ==, AT_PROGRESS_UNIT_FILES);
  g_assert_cmpint (at_async_task_get_priority (task), ==, 7);
  g_assert_null (at_async_task_get_owner (task));
  g_assert_null (at_async_task_get_main_context (task));

  at_async_task_set_title (task, NULL);
  g_assert_null (at_async_task_get_title (task));

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&executor));
  g_assert_finalize_object (g_steal_pointer (&owner));
  at_test_record_clear (&record);
}

static void
assert_too_late (AtAsyncTask *task)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();

  at_test_assert_critical (at_async_task_set_unit (task, AT_PROGRESS_UNIT_ITEMS));
  at_test_assert_critical (at_async_task_set_executor (task, executor));
  at_test_assert_critical (at_async_task_set_owner (task, owner));
  at_test_assert_critical (at_async_task_set_main_context (task, context));
  at_test_assert_critical (g_object_set (task, "unit", AT_PROGRESS_UNIT_ITEMS, NULL));

  g_assert_cmpint (at_async_task_get_unit (task), ==, AT_PROGRESS_UNIT_NONE);
  g_assert_true (at_async_task_get_executor (task) != executor);
  g_assert_null (at_async_task_get_owner (task));
  g_assert_null (at_async_task_get_main_context (task));

  g_assert_finalize_object (g_steal_pointer (&executor));
  g_assert_finalize_object (g_steal_pointer (&owner));
}

static void
test_properties_too_late (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_test_record_watch (&record, task);
  assert_too_late (task);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, 0);

  /* The title is for people, and stays writable. */
  at_async_task_set_title (task, "Later");
  g_assert_cmpstr (at_async_task_get_title (task), ==, "Later");

  at_test_gate_open (&gate);
  at_test_finish (task);
  assert_too_late (task);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
test_properties_declared (void)
{
  static const struct { const char *name; GType type; gboolean writable; } expected[] = {
    { "status", 0, FALSE },
    { "active", G_TYPE_BOOLEAN, FALSE },
    { "outcome", 0, FALSE },
    { "error", 0, FALSE },
    { "fraction", G_TYPE_DOUBLE, FALSE },
    { "indeterminate", G_TYPE_BOOLEAN, FALSE },
    { "completed", G_TYPE_UINT64, FALSE },
    { "total", G_TYPE_UINT64, FALSE },
    { "message", G_TYPE_STRING, FALSE },
    { "rate", G_TYPE_DOUBLE, FALSE },
    { "remaining", G_TYPE_DOUBLE, FALSE },
    { "elapsed", G_TYPE_DOUBLE, FALSE },
    { "paused", G_TYPE_BOOLEAN, TRUE },
    { "title", G_TYPE_STRING, TRUE },
    { "unit", 0, TRUE },
    { "executor", 0, TRUE },
    { "priority", G_TYPE_INT, TRUE },
    { "owner", G_TYPE_OBJECT, TRUE },
    { "main-context", 0, TRUE },
  };
  GObjectClass *klass = g_type_class_ref (AT_TYPE_ASYNC_TASK);
  g_autofree GParamSpec **pspecs = NULL;
  guint n_pspecs, i;

  for (i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      GParamSpec *pspec = g_object_class_find_property (klass, expected[i].name);

      g_assert_nonnull (pspec);
      g_assert_true (pspec->flags & G_PARAM_READABLE);
      g_assert_cmpint ((pspec->flags & G_PARAM_WRITABLE) != 0, ==, expected[i].writable);
      if (expected[i].type != 0)
        g_assert_cmpuint (pspec->value_type, ==, expected[i].type);
    }
  g_assert_cmpuint (g_object_class_find_property (klass, "error")->value_type, ==, G_TYPE_ERROR);
  g_assert_cmpuint (g_object_class_find_property (klass, "main-context")->value_type, ==, G_TYPE_MAIN_CONTEXT);
  g_assert_cmpuint (g_object_class_find_property (klass, "status")->value_type, ==, AT_TYPE_STATUS);
  g_assert_cmpuint (g_object_class_find_property (klass, "outcome")->value_type, ==, AT_TYPE_OUTCOME);
  g_assert_cmpuint (g_object_class_find_property (klass, "unit")->value_type, ==, AT_TYPE_PROGRESS_UNIT);
  g_assert_cmpuint (g_object_class_find_property (klass, "executor")->value_type, ==, AT_TYPE_EXECUTOR);

  pspecs = g_object_class_list_properties (klass, &n_pspecs);
  for (i = 0; i < n_pspecs; i++)
    {
      /* A property named like a signal hides the signal in Vala. */
      g_assert_cmpuint (g_signal_lookup (pspecs[i]->name, AT_TYPE_ASYNC_TASK), ==, 0);
      g_assert_false (pspecs[i]->flags & (G_PARAM_CONSTRUCT | G_PARAM_CONSTRUCT_ONLY));
      g_assert_true (pspecs[i]->flags & G_PARAM_EXPLICIT_NOTIFY);
    }

  g_type_class_unref (klass);
}

static gboolean
body_half (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  at_async_task_set_fraction (task, 0.5);
  at_async_task_set_message (task, "Half");

  return TRUE;
}

static void
test_properties_bound (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_half, NULL, NULL);
  g_autoptr (AtAsyncTask) target = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_object_bind_property (task, "message", target, "title", G_BINDING_SYNC_CREATE);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpstr (at_async_task_get_title (target), ==, "Half");

  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&target));
}

/* Which executor */

static gboolean
body_thread (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  GThread **thread = user_data;

  *thread = g_thread_self ();

  return TRUE;
}

static GThread *
run_for_thread (AtExecutor *property,
                AtExecutor *argument)
{
  GThread *thread = NULL;
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_thread, &thread, NULL);

  if (property != NULL)
    at_async_task_set_executor (task, property);
  if (argument != NULL)
    g_assert_true (at_async_task_execute_on_executor (task, argument, NULL, NULL));
  else
    g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&task));

  return thread;
}

static void
test_executor_chosen (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  AtExecutor *pool = at_thread_pool_executor_get_default ();

  g_assert_true (run_for_thread (NULL, NULL) != g_thread_self ());
  g_assert_true (run_for_thread (here, NULL) == g_thread_self ());
  g_assert_true (run_for_thread (NULL, here) == g_thread_self ());
  g_assert_true (run_for_thread (here, pool) != g_thread_self ());
  g_assert_true (run_for_thread (pool, here) == g_thread_self ());

  g_assert_finalize_object (g_steal_pointer (&here));
}

static void
test_executor_default (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());

  g_assert_true (at_async_task_get_default_executor () == at_serial_executor_get_default ());
  at_async_task_set_default_executor (here);
  g_assert_true (at_async_task_get_default_executor () == here);
  g_assert_true (run_for_thread (NULL, NULL) == g_thread_self ());
  g_assert_true (run_for_thread (at_thread_pool_executor_get_default (), NULL) != g_thread_self ());

  /* The one it begins with is the same as none. */
  at_async_task_set_default_executor (at_serial_executor_get_default ());
  g_assert_true (at_async_task_get_default_executor () == at_serial_executor_get_default ());
  at_async_task_set_default_executor (here);
  at_async_task_set_default_executor (NULL);
  g_assert_true (at_async_task_get_default_executor () == at_serial_executor_get_default ());
  g_assert_true (run_for_thread (NULL, NULL) != g_thread_self ());

  g_assert_finalize_object (g_steal_pointer (&here));
}

/* execute_runnable() */

static gboolean
body_runnable (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  g_assert_true (AT_IS_ASYNC_TASK (task));
  g_assert_null (params);

  return TRUE;
}

static void
test_runnable (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (GError) error = NULL;

  at_test_count_made (&count);
  g_assert_true (at_async_task_execute_runnable (body_runnable, &count, at_test_count_freed, &error));
  g_assert_no_error (error);
  at_test_iterate_until (NULL, g_atomic_int_get (&count.n_freed) == 1);
  at_test_count_assert_all_freed (&count, 1);
}

static void
test_runnable_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (GError) error = NULL;

  at_thread_pool_executor_shutdown (pool, TRUE);
  at_async_task_set_default_executor (AT_EXECUTOR (pool));
  at_test_count_made (&count);
  g_assert_false (at_async_task_execute_runnable (body_runnable, &count, at_test_count_freed, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  at_async_task_set_default_executor (NULL);
  at_test_count_assert_all_freed (&count, 1);
}

/* execute() from another thread than the owner's */

static void
foreign_execute (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
}

static void
test_foreign_pre_is_sent (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_test_record_watch (&record, task);
  at_test_call_in_thread (foreign_execute, task);

  /* Nobody iterated the context: pre has not run, and the body waits for it. */
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, 0);
  at_test_record_assert_trace (&record, "");

  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "status"), ==, 2);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_foreign_body_waits_for_pre (void)
{
  g_autoptr (GMainContext) other = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  gboolean pre_returned = FALSE;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = pre_returned_hook;
  record.hook_data = &pre_returned;
  task = at_test_task_new (&record, body_expects_pre, &pre_returned);
  at_async_task_set_executor (task, at_thread_pool_executor_get_default ());
  at_test_call_in_thread (foreign_execute, task);

  /* The whole executor has had its turn before the owner looks. */
  at_test_settle (other, at_thread_pool_executor_get_default ());
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_foreign_maker_with_loop_elsewhere (void)
{
  AtTestLoop *loop = at_test_loop_new ();
  AtAsyncTask *task;
  AtTestRecord record;

  /* This thread made the task, but the loop's thread owns the context. */
  at_test_record_init (&record);
  record.owner = loop->thread;
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_async_task_set_main_context (task, loop->context);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpint (at_async_task_get_status (task), !=, AT_STATUS_PENDING);
  at_test_poll_until (at_async_task_get_status (task) == AT_STATUS_FINISHED);
  at_test_loop_call (loop, second_context_clear, task);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");

  at_test_loop_free (loop);
  at_test_record_clear (&record);
}

static void
test_foreign_maker_owns_idle_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_async_task_set_main_context (task, context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_PRE), ==, 1);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* at_async_task_run() */

static gboolean
body_run_again (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  at_async_task_run (task);

  return TRUE;
}

static void
test_run_twice (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_run_again, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_async_task_run (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* JavaScript bodies: GJS marks the types it makes. */

typedef AtAsyncTask      ScriptTask;
typedef AtAsyncTaskClass ScriptTaskClass;
typedef AtAsyncTask      NativeBase;
typedef AtAsyncTaskClass NativeBaseClass;
typedef AtAsyncTask      ScriptOfNative;
typedef AtAsyncTaskClass ScriptOfNativeClass;

static GType script_task_get_type (void);
static GType native_base_get_type (void);
static GType script_of_native_get_type (void);

G_DEFINE_TYPE_WITH_CODE (ScriptTask, script_task, AT_TYPE_ASYNC_TASK,
                         g_type_set_qdata (g_define_type_id, g_quark_from_static_string ("gjs::custom-type"),
                                           GINT_TO_POINTER (1)))
G_DEFINE_TYPE (NativeBase, native_base, AT_TYPE_ASYNC_TASK)
G_DEFINE_TYPE_WITH_CODE (ScriptOfNative, script_of_native, native_base_get_type (),
                         g_type_set_qdata (g_define_type_id, g_quark_from_static_string ("gjs::custom-type"),
                                           GINT_TO_POINTER (1)))

static guint n_script_calls;

static gboolean
script_in_background (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      GError       **error)
{
  n_script_calls++;

  return TRUE;
}

static void
script_task_class_init (ScriptTaskClass *klass)
{
  klass->in_background = script_in_background;
}

static void
script_task_init (ScriptTask *self)
{
}

static void
native_base_class_init (NativeBaseClass *klass)
{
  klass->in_background = script_in_background;
}

static void
native_base_init (NativeBase *self)
{
}

static void
script_of_native_class_init (ScriptOfNativeClass *klass)
{
}

static void
script_of_native_init (ScriptOfNative *self)
{
}

static void
unsupported_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_UNSUPPORTED);
  *done = TRUE;
}

static void
test_unsupported_subclass (void)
{
  g_autoptr (AtAsyncTask) task = g_object_new (script_task_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  gboolean done = FALSE;

  n_script_calls = 0;
  g_assert_false (at_async_task_execute (task, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  at_async_task_execute_async (task, NULL, NULL, unsupported_cb, &done);
  g_assert_false (done);
  at_test_iterate_until (NULL, done);
  g_assert_cmpuint (n_script_calls, ==, 0);

  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_unsupported_native_body (void)
{
  g_autoptr (AtAsyncTask) task = g_object_new (script_of_native_get_type (), NULL);
  g_autoptr (GError) error = NULL;

  n_script_calls = 0;
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  at_test_finish (task);
  g_assert_cmpuint (n_script_calls, ==, 1);

  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_no_body (void)
{
  g_autoptr (AtAsyncTask) task = g_object_new (AT_TYPE_ASYNC_TASK, NULL);

  /* Nothing to run is no success. */
  at_test_criticals_begin ();
  if (at_async_task_execute (task, NULL, NULL))
    {
      at_test_finish (task);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
    }
  at_test_criticals_end ();

  g_assert_finalize_object (g_steal_pointer (&task));
}

/* Bad input */

static void
call_with_self (gpointer self)
{
  at_test_assert_critical (g_assert_false (at_async_task_execute (self, NULL, NULL)));
  at_test_assert_critical (g_assert_false (at_async_task_execute_on_executor (self, at_serial_executor_get_default (), NULL, NULL)));
  at_test_assert_critical (at_async_task_execute_async (self, NULL, NULL, NULL, NULL));
  at_test_assert_critical (g_assert_null (at_async_task_execute_finish (self, NULL, NULL)));
  at_test_assert_critical (at_async_task_publish_progress (self, NULL));
  at_test_assert_critical (at_async_task_set_result (self, NULL));
  at_test_assert_critical (at_async_task_set_fraction (self, 0.5));
  at_test_assert_critical (at_async_task_set_amounts (self, 1, 2));
  at_test_assert_critical (at_async_task_set_message (self, NULL));
  at_test_assert_critical (at_async_task_checkpoint (self, NULL));
  at_test_assert_critical (g_assert_null (at_async_task_get_cancellable (self)));
  at_test_assert_critical (g_assert_false (at_async_task_cancel (self, TRUE)));
  at_test_assert_critical (g_assert_false (at_async_task_is_cancelled (self)));
  at_test_assert_critical (at_async_task_pause (self));
  at_test_assert_critical (at_async_task_resume (self));
  at_test_assert_critical (g_assert_false (at_async_task_is_paused (self)));
  at_test_assert_critical (g_assert_false (at_async_task_wait (self, 0, NULL, NULL)));
  at_test_assert_critical (g_assert_null (at_async_task_get_result (self)));
  at_test_assert_critical (g_assert_null (at_async_task_get_error (self)));
  at_test_assert_critical (at_async_task_get_status (self));
  at_test_assert_critical (at_async_task_get_outcome (self));
  at_test_assert_critical (at_async_task_run (self));
  at_test_assert_critical (at_async_task_get_fraction (self));
  at_test_assert_critical (at_async_task_get_indeterminate (self));
  at_test_assert_critical (at_async_task_get_completed (self));
  at_test_assert_critical (at_async_task_get_total (self));
  at_test_assert_critical (at_async_task_get_message (self));
  at_test_assert_critical (at_async_task_get_rate (self));
  at_test_assert_critical (at_async_task_get_remaining (self));
  at_test_assert_critical (at_async_task_get_elapsed (self));
  at_test_assert_critical (at_async_task_get_title (self));
  at_test_assert_critical (at_async_task_set_title (self, NULL));
  at_test_assert_critical (at_async_task_get_unit (self));
  at_test_assert_critical (at_async_task_set_unit (self, AT_PROGRESS_UNIT_NONE));
  at_test_assert_critical (at_async_task_get_executor (self));
  at_test_assert_critical (at_async_task_set_executor (self, NULL));
  at_test_assert_critical (at_async_task_get_priority (self));
  at_test_assert_critical (at_async_task_set_priority (self, 1));
  at_test_assert_critical (at_async_task_get_owner (self));
  at_test_assert_critical (at_async_task_set_owner (self, NULL));
  at_test_assert_critical (at_async_task_get_main_context (self));
  at_test_assert_critical (at_async_task_set_main_context (self, NULL));
  at_test_assert_critical (at_async_task_return (self, G_TYPE_INT, 1));
  at_test_assert_critical (at_async_task_publish (self, G_TYPE_INT, 1));
}

static void
test_bad_null (void)
{
  call_with_self (NULL);
}

static void
test_bad_type (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  call_with_self (object);
}

static gboolean
body_tell_params (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  const GValue empty = G_VALUE_INIT;

  at_async_task_publish_progress (task, &empty);

  return at_async_task_return (task, G_TYPE_BOOLEAN, params != NULL);
}

static void
count_null (AtAsyncTask  *task,
            const GValue *value,
            guint        *count)
{
  g_assert_null (value);
  (*count)++;
}

/* Bindings that have no way to pass NULL pass this. */
static void
test_empty_value (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_tell_params, NULL, NULL);
  const GValue empty = G_VALUE_INIT;
  guint count = 0;

  g_signal_connect (task, "progress-update", G_CALLBACK (count_null), &count);
  g_assert_true (at_async_task_execute (task, &empty, NULL));
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (g_value_get_boolean (at_async_task_get_result (task)));
  g_assert_cmpuint (count, ==, 1);
}

static guint n_failed;

static void
count_failed (AtAsyncTask *task)
{
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  n_failed++;
}

/* The last callback inside of the notification, once. */
static void
test_deliver_failure (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, NULL, NULL);

  n_failed = 0;
  g_signal_connect (task, "failed", G_CALLBACK (count_failed), NULL);
  g_signal_connect (other, "failed", G_CALLBACK (count_failed), NULL);
  g_signal_connect (task, "notify::error", G_CALLBACK (at_async_task_deliver_failure), NULL);
  g_signal_connect (other, "notify::outcome", G_CALLBACK (at_async_task_deliver_failure), NULL);
  at_async_task_deliver_failure (task);
  g_assert_cmpuint (n_failed, ==, 0);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_execute (other, NULL, NULL));
  while (at_async_task_get_status (task) != AT_STATUS_FINISHED ||
         at_async_task_get_status (other) != AT_STATUS_FINISHED)
    g_main_context_iteration (NULL, TRUE);
  at_async_task_deliver_failure (task);
  g_assert_cmpuint (n_failed, ==, 1);
}

static void
test_bad_arguments (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GError) error = NULL;

  at_test_assert_critical (at_async_task_new (NULL, NULL, NULL));
  at_test_assert_critical (at_async_task_execute_runnable (NULL, NULL, NULL, NULL));
  at_test_assert_critical (at_async_task_execute_on_executor (task, (AtExecutor *) object, NULL, NULL));
  at_test_assert_critical (at_async_task_execute_on_executor (task, NULL, NULL, NULL));
  at_test_assert_critical (at_async_task_set_executor (task, (AtExecutor *) object));
  at_test_assert_critical (at_async_task_set_default_executor ((AtExecutor *) object));
  at_test_assert_critical (at_executor_execute (NULL, task, NULL));
  at_test_assert_critical (at_executor_execute (at_serial_executor_get_default (), NULL, NULL));
  at_test_assert_critical (at_async_task_execute_finish (task, NULL, NULL));
  at_test_assert_critical (at_async_task_execute_async (task, NULL, (GCancellable *) object, NULL, NULL));
  at_test_assert_critical (at_async_task_wait (task, 0, (GCancellable *) object, NULL));

  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "Set before");
  at_test_assert_critical (at_async_task_execute (task, NULL, &error));

  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static gboolean
body_set_title (AtAsyncTask   *task,
                const GValue  *params,
                GCancellable  *cancellable,
                gpointer       user_data,
                GError       **error)
{
  at_async_task_set_title (task, "From the body");

  return TRUE;
}

static GThread *at_test_main_thread;

static void
count_if_at_home (GObject    *object,
                  GParamSpec *pspec,
                  gpointer    user_data)
{
  guint *counts = user_data;

  counts[g_thread_self () == at_test_main_thread ? 0 : 1]++;
}

static void
configure_elsewhere (gpointer user_data)
{
  at_async_task_set_priority (user_data, 7);
  at_async_task_set_unit (user_data, AT_PROGRESS_UNIT_FILES);
}

/* Whoever sets a property, the owner thread is where it notifies. */
static void
test_properties_set_elsewhere (void)
{
  AtAsyncTask *task = at_async_task_new (body_set_title, NULL, NULL);
  guint title[2] = { 0, }, priority[2] = { 0, };

  at_test_main_thread = g_thread_self ();
  g_signal_connect (task, "notify::title", G_CALLBACK (count_if_at_home), title);
  g_signal_connect (task, "notify::priority", G_CALLBACK (count_if_at_home), priority);
  at_test_call_in_thread (configure_elsewhere, task);
  g_assert_cmpint (at_async_task_get_priority (task), ==, 7);
  g_assert_cmpint (at_async_task_get_unit (task), ==, AT_PROGRESS_UNIT_FILES);
  g_assert_cmpuint (priority[0] + priority[1], ==, 0);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpstr (at_async_task_get_title (task), ==, "From the body");
  g_assert_cmpuint (title[0], ==, 1);
  g_assert_cmpuint (title[1], ==, 0);
  g_assert_cmpuint (priority[0], ==, 1);
  g_assert_cmpuint (priority[1], ==, 0);

  /* A part of the title as the title. */
  at_async_task_set_title (task, at_async_task_get_title (task) + strlen ("From "));
  g_assert_cmpstr (at_async_task_get_title (task), ==, "the body");
  g_assert_finalize_object (task);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("A task's callbacks, state, errors, values and properties.");

  g_test_add_func ("/async-task/order/pre-runs-inside-execute-before-the-body", test_order_pre);
  g_test_add_func ("/async-task/order/body-on-another-thread", test_order_body_thread);
  g_test_add_func ("/async-task/order/pre-then-progress-then-last", test_order_progress);
  g_test_add_func ("/async-task/order/callbacks-and-notifies-on-the-owner-thread", test_order_owner_thread);
  g_test_add_data_func ("/async-task/order/exactly-one-last/post", "pre body post", test_order_exactly_one);
  g_test_add_data_func ("/async-task/order/exactly-one-last/failed", "pre body failed", test_order_exactly_one);
  g_test_add_data_func ("/async-task/order/exactly-one-last/cancelled", "pre body cancelled", test_order_exactly_one);
  g_test_add_func ("/async-task/order/last-callback-never-inside-execute", test_order_never_inside_execute);
  g_test_add_func ("/async-task/order/ended-before-the-loop-starts-arrives-when-it-starts", test_order_done_before_iteration);
  g_test_add_func ("/async-task/order/second-context-delivers-there", test_order_second_context);
  g_test_add_func ("/async-task/order/nested-loop-inside-post", test_order_nested_loop);

  g_test_add_func ("/async-task/signals/without-a-subclass", test_signals_plain);
  g_test_add_func ("/async-task/signals/overrides-and-handlers-both-run", test_signals_both);
  g_test_add_func ("/async-task/signals/connected-from-a-callback", test_signals_connected_late);
  g_test_add_func ("/async-task/signals/declared", test_signals_declared);

  g_test_add_data_func ("/async-task/state/each-status-once-with-one-notify/success", "succeed", test_state_each_once);
  g_test_add_data_func ("/async-task/state/each-status-once-with-one-notify/failure", "fail", test_state_each_once);
  g_test_add_data_func ("/async-task/state/each-status-once-with-one-notify/cancelled", "cancel", test_state_each_once);
  g_test_add_func ("/async-task/state/running-as-soon-as-executed-though-queued", test_state_running_while_queued);
  g_test_add_func ("/async-task/state/getters-right-inside-every-callback", test_state_getters);
  g_test_add_func ("/async-task/state/second-execute-refused-and-changes-nothing", test_state_second_execute);
  g_test_add_func ("/async-task/state/second-execute-refused-inside-callbacks", test_state_second_execute_in_callbacks);

  g_test_add_func ("/async-task/error/kept-and-the-same-everywhere", test_error_kept);
  g_test_add_func ("/async-task/error/false-without-error-is-failed", test_error_false_without_error);
  g_test_add_func ("/async-task/error/true-with-error-is-a-failure", test_error_true_with_error);
  g_test_add_func ("/async-task/error/quark", test_error_quark);

  g_test_add_func ("/async-task/params/copied", test_params_copied);
  g_test_add_func ("/async-task/params/null", test_params_null);
  g_test_add_func ("/async-task/params/user-data", test_params_user_data);
  g_test_add_func ("/async-task/result/set-again-the-last-counts", test_result_last_counts);
  g_test_add_func ("/async-task/result/typed-values", test_result_typed);
  g_test_add_func ("/async-task/result/of-a-failure", test_result_of_failure);
  g_test_add_func ("/async-task/memory-effects/execute-publish-last", test_memory_effects);

  g_test_add_func ("/async-task/properties/defaults", test_properties_defaults);
  g_test_add_func ("/async-task/properties/set-get-and-equal-is-silent", test_properties_set_and_get);
  g_test_add_func ("/async-task/properties/too-late-is-one-critical-and-ignored", test_properties_too_late);
  g_test_add_func ("/async-task/properties/declared-none-like-a-signal-none-construct", test_properties_declared);
  g_test_add_func ("/async-task/properties/bound", test_properties_bound);

  g_test_add_func ("/async-task/executor/argument-then-property-then-default", test_executor_chosen);
  g_test_add_func ("/async-task/executor/default-set-and-reset", test_executor_default);
  g_test_add_func ("/async-task/runnable/runs-and-frees-its-data-on-the-owner-thread", test_runnable);
  g_test_add_func ("/async-task/runnable/refused", test_runnable_refused);

  g_test_add_func ("/async-task/foreign-execute/running-at-once-notify-and-pre-sent-home", test_foreign_pre_is_sent);
  g_test_add_func ("/async-task/foreign-execute/body-follows-pre", test_foreign_body_waits_for_pre);
  g_test_add_func ("/async-task/foreign-execute/maker-is-foreign-where-another-thread-owns-the-context",
                   test_foreign_maker_with_loop_elsewhere);
  g_test_add_func ("/async-task/foreign-execute/maker-is-owner-where-nobody-owns-the-context",
                   test_foreign_maker_owns_idle_context);

  g_test_add_func ("/async-task/run/twice-runs-the-body-once", test_run_twice);
  g_test_add_func ("/async-task/unsupported/javascript-subclass", test_unsupported_subclass);
  g_test_add_func ("/async-task/unsupported/native-body-under-a-javascript-subclass-runs", test_unsupported_native_body);
  g_test_add_func ("/async-task/no-body/is-no-success", test_no_body);

  g_test_add_func ("/async-task/bad-input/null-self", test_bad_null);
  g_test_add_func ("/async-task/bad-input/self-of-another-type", test_bad_type);
  g_test_add_func ("/async-task/values/empty", test_empty_value);
  g_test_add_func ("/async-task/deliver-failure", test_deliver_failure);
  g_test_add_func ("/async-task/bad-input/arguments", test_bad_arguments);
  g_test_add_func ("/async-task/properties/set-elsewhere", test_properties_set_elsewhere);

  return g_test_run ();
}
