/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

/* What a task holds, each kind counted by itself. */
typedef struct
{
  AtTestCount params;
  AtTestCount values;
  AtTestCount result;
  AtTestCount errors;
  AtTestCount user_data;
  AtTestGate  gate;
  gboolean    fail;
} Held;

static void
held_init (Held *held)
{
  AtTestCount count = AT_TEST_COUNT_INIT;

  held->params = count;
  held->values = count;
  held->result = count;
  held->errors = count;
  held->user_data = count;
  held->fail = FALSE;
  at_test_gate_init (&held->gate);
  at_test_count_made (&held->user_data);
}

static void
held_user_data_freed (gpointer user_data)
{
  Held *held = user_data;

  at_test_count_freed (&held->user_data);
}

static void
held_assert_freed (Held *held,
                   int   n_params,
                   int   n_values,
                   int   n_results)
{
  at_test_count_assert_all_freed (&held->params, held->params.n_made);
  at_test_count_assert_all_freed (&held->values, held->values.n_made);
  at_test_count_assert_all_freed (&held->result, held->result.n_made);
  at_test_count_assert_all_freed (&held->errors, held->errors.n_made);
  at_test_count_assert_all_freed (&held->user_data, 1);

  /* And there was something to free. */
  g_assert_cmpint (held->params.n_made, >=, n_params);
  g_assert_cmpint (held->values.n_made, >=, n_values);
  g_assert_cmpint (held->result.n_made, >=, n_results);
  at_test_gate_clear (&held->gate);
}

static void
publish_token (AtAsyncTask *task,
               AtTestCount *count)
{
  g_auto (GValue) value = G_VALUE_INIT;

  at_test_token_init_value (&value, count);
  at_async_task_publish_progress (task, &value);
}

static void
return_token (AtAsyncTask *task,
              AtTestCount *count)
{
  g_auto (GValue) value = G_VALUE_INIT;

  at_test_token_init_value (&value, count);
  at_async_task_set_result (task, &value);
}

static gboolean
body_held (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  Held *held = user_data;

  publish_token (task, &held->values);
  publish_token (task, &held->values);
  at_test_gate_pass (&held->gate);
  return_token (task, &held->result);
  if (held->fail)
    {
      g_propagate_error (error, at_test_error_new (&held->errors, 7));
      return FALSE;
    }

  return TRUE;
}

static AtAsyncTask *
held_task_new (Held         *held,
               AtTestRecord *record)
{
  AtAsyncTask *task = at_async_task_new (body_held, held, held_user_data_freed);

  at_test_record_init (record);
  at_test_record_connect (record, task);

  return task;
}

static void
held_execute (Held        *held,
              AtAsyncTask *task)
{
  g_auto (GValue) params = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  at_test_token_init_value (&params, &held->params);
  at_async_task_execute (task, &params, &error);
  g_assert_no_error (error);
}

static void
test_only_reference_dropped (gconstpointer user_data)
{
  const char *when = user_data;
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  held.fail = g_str_equal (when, "failing");
  task = held_task_new (&held, &record);
  held_execute (&held, task);
  if (g_str_equal (when, "running") || g_str_equal (when, "failing"))
    at_test_gate_wait_arrived (&held.gate, 1);
  if (g_str_equal (when, "done"))
    {
      at_test_gate_open (&held.gate);
      at_async_task_wait (task, -1, NULL, NULL);
    }
  g_object_unref (task);
  g_assert_cmpuint (at_test_record_get_n_finalized (&record), ==, 0);

  at_test_gate_open (&held.gate);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, held.fail ? "pre progress progress failed" : "pre progress progress post");
  at_test_record_assert_finalized (&record);
  at_test_record_assert_threads (&record);
  held_assert_freed (&held, 1, 2, 1);
  at_test_record_clear (&record);
}

static void
test_reference_dropped_while_queued (void)
{
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtTestRecord record;
  AtAsyncTask *task;
  AtTestGate gate;
  Held held;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (blocker, NULL, NULL));
  held_init (&held);
  at_test_gate_open (&held.gate);
  task = held_task_new (&held, &record);
  held_execute (&held, task);
  g_object_unref (task);
  g_assert_cmpuint (at_test_record_get_n_finalized (&record), ==, 0);

  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, "pre progress progress post");
  at_test_record_assert_finalized (&record);
  held_assert_freed (&held, 1, 2, 1);
  at_test_record_clear (&record);
  at_test_finish (blocker);
  g_assert_finalize_object (g_steal_pointer (&blocker));
  at_test_gate_clear (&gate);
}

static void
test_dropped_elsewhere_call (gpointer user_data)
{
  g_object_unref (user_data);
}

static void
test_reference_dropped_on_another_thread (void)
{
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  /* The only reference, dropped by a thread that owns nothing, while it runs. */
  held_init (&held);
  task = held_task_new (&held, &record);
  held_execute (&held, task);
  at_test_gate_wait_arrived (&held.gate, 1);
  at_test_call_in_thread (test_dropped_elsewhere_call, task);
  at_test_gate_open (&held.gate);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_finalized (&record);
  held_assert_freed (&held, 1, 2, 1);
  at_test_record_clear (&record);
}

static void
test_cancelled (gconstpointer user_data)
{
  const char *when = user_data;
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtTestRecord record;
  AtAsyncTask *task;
  AtTestGate gate;
  gboolean ran;
  Held held;

  at_test_gate_init (&gate);
  held_init (&held);
  task = held_task_new (&held, &record);
  ran = g_str_equal (when, "running") || g_str_equal (when, "done");

  if (g_str_equal (when, "queued"))
    {
      blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute (blocker, NULL, NULL));
    }
  if (g_str_equal (when, "before"))
    g_assert_true (at_async_task_cancel (task, TRUE));
  held_execute (&held, task);
  if (g_str_equal (when, "queued"))
    g_assert_true (at_async_task_cancel (task, TRUE));
  if (ran)
    at_test_gate_wait_arrived (&held.gate, 1);
  if (g_str_equal (when, "running"))
    g_assert_true (at_async_task_cancel (task, TRUE));
  at_test_gate_open (&held.gate);
  if (g_str_equal (when, "done"))
    {
      g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
      g_assert_false (at_async_task_cancel (task, FALSE));
    }

  at_test_finish (task);
  at_test_gate_open (&gate);
  if (blocker != NULL)
    {
      at_test_finish (blocker);
      at_test_settle (NULL, at_serial_executor_get_default ());
      g_assert_finalize_object (g_steal_pointer (&blocker));
    }
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_CANCELLED), ==, 1);
  g_assert_finalize_object (task);
  at_test_record_assert_finalized (&record);
  held_assert_freed (&held, 1, ran ? 2 : 0, ran ? 1 : 0);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static gboolean
body_publish_when_cancelled (AtAsyncTask   *task,
                             const GValue  *params,
                             GCancellable  *cancellable,
                             gpointer       user_data,
                             GError       **error)
{
  Held *held = user_data;

  at_test_gate_pass (&held->gate);
  g_assert_true (at_async_task_is_cancelled (task));
  publish_token (task, &held->values);

  return TRUE;
}

static void
test_published_after_cancel (void)
{
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  at_test_record_init (&record);
  task = at_async_task_new (body_publish_when_cancelled, &held, held_user_data_freed);
  at_test_record_connect (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&held.gate, 1);
  g_assert_true (at_async_task_cancel (task, FALSE));
  at_test_gate_open (&held.gate);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre cancelled");
  g_assert_finalize_object (task);
  held_assert_freed (&held, 0, 0, 0);
  at_test_record_clear (&record);
}

static gboolean
body_replace_result (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  Held *held = user_data;

  return_token (task, &held->result);
  return_token (task, &held->result);
  return_token (task, &held->result);

  return TRUE;
}

static void
test_replaced_result (void)
{
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  task = at_async_task_new (body_replace_result, &held, held_user_data_freed);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_finalize_object (task);
  held_assert_freed (&held, 0, 0, 1);
}

static void
give_object (AtAsyncTask *task,
             AtTestCount *count,
             gboolean     as_result)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, AT_TEST_TYPE_CANARY);
  g_value_take_object (&value, at_test_canary_new (count));
  if (as_result)
    at_async_task_set_result (task, &value);
  else
    at_async_task_publish_progress (task, &value);
}

static gboolean
body_objects (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  AtTestCount *count = user_data;

  give_object (task, count, FALSE);
  give_object (task, count, TRUE);
  give_object (task, count, TRUE);
  at_async_task_cancel (task, FALSE);
  give_object (task, count, FALSE);
  give_object (task, count, TRUE);

  return TRUE;
}

static void
test_objects_of_a_body (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_objects, &count, NULL);

  /* The body has dropped all it had before the owner looks: the last references
   * are the task's, delivered or not, replaced or not. */
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_false (at_async_task_wait (task, -1, NULL, NULL));
  g_assert_cmpint (g_atomic_int_get (&count.n_freed), ==, 0);
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_count_assert_all_freed (&count, 5);
}

static void
test_never_executed (void)
{
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  task = held_task_new (&held, &record);
  g_assert_finalize_object (task);
  at_test_record_assert_finalized (&record);
  held_assert_freed (&held, 0, 0, 0);
  at_test_record_clear (&record);
}

static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Closed", 1);
  g_auto (GValue) params = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  at_thread_pool_executor_shutdown (pool, FALSE);
  held_init (&held);
  task = held_task_new (&held, &record);
  at_test_token_init_value (&params, &held.params);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), &params, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_value_unset (&params);

  g_assert_finalize_object (task);
  held_assert_freed (&held, 1, 0, 0);
  at_test_record_clear (&record);
}

static void
test_unclaimed_cb (GObject      *source,
                   GAsyncResult *result,
                   gpointer      user_data)
{
  gboolean *done = user_data;

  *done = TRUE;
}

static void
test_unclaimed_result (gconstpointer user_data)
{
  AtTestRecord record;
  gboolean done = FALSE;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  held.fail = user_data != NULL;
  at_test_gate_open (&held.gate);
  task = held_task_new (&held, &record);
  at_async_task_execute_async (task, NULL, NULL, test_unclaimed_cb, &done);
  g_object_unref (task);
  at_test_iterate_until (NULL, done && at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_finalized (&record);
  held_assert_freed (&held, 0, 2, 1);
  at_test_record_clear (&record);
}

static void
test_waiters_error (void)
{
  g_autoptr (GError) error = NULL;
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  held.fail = TRUE;
  at_test_gate_open (&held.gate);
  task = held_task_new (&held, &record);
  held_execute (&held, task);
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, AT_TEST_ERROR, 7);
  at_test_finish (task);
  g_assert_finalize_object (task);
  /* The waiter's copy is its own. */
  g_assert_cmpint (held.errors.n_freed, ==, held.errors.n_made - 1);
  g_clear_error (&error);
  held_assert_freed (&held, 1, 2, 1);
  at_test_record_clear (&record);
}

/* The last reference dropped in a callback */

static void
unref_in_last_hook (AtAsyncTask   *task,
                    AtTestEvent    event,
                    gconstpointer  payload,
                    gpointer       user_data)
{
  AtAsyncTask **kept = user_data;

  if (event != AT_TEST_EVENT_POST && event != AT_TEST_EVENT_CANCELLED)
    return;

  g_assert_true (*kept == task);
  g_clear_object (kept);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
}

static void
test_last_unref_inside_post (gconstpointer user_data)
{
  gboolean subclass = GPOINTER_TO_INT (user_data);
  AtTestRecord record;
  AtAsyncTask *kept;

  at_test_record_init (&record);
  if (subclass)
    {
      kept = at_test_task_new (&record, at_test_body_succeed, NULL);
    }
  else
    {
      kept = at_async_task_new (at_test_body_succeed, NULL, NULL);
      at_test_record_connect (&record, kept);
    }
  record.hook = unref_in_last_hook;
  record.hook_data = &kept;
  g_assert_true (at_async_task_execute (kept, NULL, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  g_assert_null (kept);
  at_test_record_assert_trace (&record, subclass ? "pre body post" : "pre post");
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
unref_in_progress_hook (AtAsyncTask   *task,
                        AtTestEvent    event,
                        gconstpointer  payload,
                        gpointer       user_data)
{
  AtAsyncTask **kept = user_data;

  if (event == AT_TEST_EVENT_PROGRESS)
    g_clear_object (kept);
}

static gboolean
body_publish_two (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  at_async_task_publish_progress (task, NULL);
  at_async_task_publish_progress (task, NULL);

  return TRUE;
}

static void
test_last_unref_inside_progress (void)
{
  AtTestRecord record;
  AtAsyncTask *kept;

  at_test_record_init (&record);
  record.hook = unref_in_progress_hook;
  record.hook_data = &kept;
  kept = at_test_task_new (&record, body_publish_two, NULL);
  g_assert_true (at_async_task_execute (kept, NULL, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_trace (&record, "pre body progress progress post");
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

/* Nothing is emitted from finalize */

static void
test_silent_finalize (void)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  guint i, n;

  for (i = 0; i < 3; i++)
    {
      AtTestRecord record;
      AtAsyncTask *task;

      at_test_record_init (&record);
      task = at_async_task_new (at_test_body_succeed, NULL, NULL);
      at_test_record_connect (&record, task);
      at_async_task_set_title (task, "Title");
      at_async_task_set_owner (task, owner);
      at_async_task_set_executor (task, executor);
      if (i == 1)
        at_async_task_cancel (task, TRUE);
      if (i == 2)
        {
          g_assert_true (at_async_task_execute (task, NULL, NULL));
          at_test_finish (task);
        }
      n = at_test_record_get_n_all_notifies (&record);
      g_assert_finalize_object (task);
      g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, n);
      at_test_record_assert_trace (&record, i == 2 ? "pre post" : "");
      at_test_record_clear (&record);
    }

  g_assert_finalize_object (g_steal_pointer (&owner));
  g_assert_finalize_object (g_steal_pointer (&executor));
}

/* The owner */

typedef struct
{
  AtTestRecord  record;
  Held          held;
  AtAsyncTask  *task;
  GObject      *owner;
  guint         n_notifies;
} Owned;

static void
owned_init (Owned *owned)
{
  held_init (&owned->held);
  owned->task = held_task_new (&owned->held, &owned->record);
  owned->owner = g_object_new (G_TYPE_OBJECT, NULL);
  at_async_task_set_owner (owned->task, owned->owner);
  g_assert_true (at_async_task_get_owner (owned->task) == owned->owner);
}

static void
owned_owner_goes (Owned *owned)
{
  owned->n_notifies = at_test_record_get_n_all_notifies (&owned->record);
  g_assert_finalize_object (g_steal_pointer (&owned->owner));
  g_assert_true (at_async_task_is_cancelled (owned->task));
  g_assert_null (at_async_task_get_owner (owned->task));
}

/* Everything there could be to call has had its turn. */
static void
owned_clear (Owned      *owned,
             const char *trace,
             int         n_params,
             int         n_values,
             int         n_results)
{
  g_object_unref (owned->task);
  at_test_gate_open (&owned->held.gate);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&owned->record) == 1);
  at_test_record_assert_finalized (&owned->record);
  at_test_record_assert_trace (&owned->record, trace);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&owned->record), ==, owned->n_notifies);
  held_assert_freed (&owned->held, n_params, n_values, n_results);
  at_test_record_clear (&owned->record);
}

static void
test_owner_gone_running (void)
{
  Owned owned;

  owned_init (&owned);
  held_execute (&owned.held, owned.task);
  at_test_gate_wait_arrived (&owned.held.gate, 1);
  owned_owner_goes (&owned);
  owned_clear (&owned, "pre", 1, 2, 1);
}

static void
test_owner_gone_queued (void)
{
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtTestGate gate;
  Owned owned;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (blocker, NULL, NULL));
  owned_init (&owned);
  held_execute (&owned.held, owned.task);
  owned_owner_goes (&owned);
  at_test_gate_open (&gate);
  owned_clear (&owned, "pre", 1, 0, 0);
  at_test_finish (blocker);
  g_assert_finalize_object (g_steal_pointer (&blocker));
  at_test_gate_clear (&gate);
}

static void
test_owner_gone_body_done (void)
{
  Owned owned;

  owned_init (&owned);
  held_execute (&owned.held, owned.task);
  at_test_gate_open (&owned.held.gate);
  g_assert_true (at_async_task_wait (owned.task, -1, NULL, NULL));
  owned_owner_goes (&owned);
  owned_clear (&owned, "pre", 1, 2, 1);
}

static void
test_owner_gone_before_execute (void)
{
  Owned owned;

  owned_init (&owned);
  owned_owner_goes (&owned);
  at_async_task_execute (owned.task, NULL, NULL);
  owned_clear (&owned, "", 0, 0, 0);
}

static void
owner_goes_hook (AtAsyncTask   *task,
                 AtTestEvent    event,
                 gconstpointer  payload,
                 gpointer       user_data)
{
  Owned *owned = user_data;

  if (event == AT_TEST_EVENT_PROGRESS)
    owned_owner_goes (owned);
}

static void
test_owner_gone_in_progress (void)
{
  Owned owned;

  owned_init (&owned);
  owned.record.hook = owner_goes_hook;
  owned.record.hook_data = &owned;
  held_execute (&owned.held, owned.task);
  at_test_gate_wait_arrived (&owned.held.gate, 1);
  at_test_iterate_until (NULL, owned.owner == NULL);
  owned_clear (&owned, "pre progress", 1, 2, 1);
}

static void
owner_goes_in_pre_hook (AtAsyncTask   *task,
                        AtTestEvent    event,
                        gconstpointer  payload,
                        gpointer       user_data)
{
  Owned *owned = user_data;

  if (event == AT_TEST_EVENT_PRE)
    owned_owner_goes (owned);
}

static void
test_owner_gone_in_pre (void)
{
  Owned owned;

  owned_init (&owned);
  owned.record.hook = owner_goes_in_pre_hook;
  owned.record.hook_data = &owned;
  held_execute (&owned.held, owned.task);
  g_assert_null (owned.owner);
  owned_clear (&owned, "pre", 1, 0, 0);
}

static void
owner_await_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  gboolean *done = user_data;

  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  *done = TRUE;
}

static void
test_owner_gone_awaited (void)
{
  gboolean done = FALSE;
  Owned owned;

  owned_init (&owned);
  at_async_task_execute_async (owned.task, NULL, NULL, owner_await_cb, &done);
  at_test_gate_wait_arrived (&owned.held.gate, 1);
  owned_owner_goes (&owned);
  g_assert_false (done);
  at_test_gate_open (&owned.held.gate);
  at_test_iterate_until (NULL, done);
  owned_clear (&owned, "pre", 0, 2, 1);
}

static void
owner_unref_call (gpointer user_data)
{
  Owned *owned = user_data;

  g_clear_object (&owned->owner);
}

static void
test_owner_gone_on_another_thread (void)
{
  Owned owned;

  owned_init (&owned);
  held_execute (&owned.held, owned.task);
  at_test_gate_wait_arrived (&owned.held.gate, 1);
  owned.n_notifies = at_test_record_get_n_all_notifies (&owned.record);
  at_test_call_in_thread (owner_unref_call, &owned);
  g_assert_true (at_async_task_is_cancelled (owned.task));
  g_assert_null (at_async_task_get_owner (owned.task));
  owned_clear (&owned, "pre", 1, 2, 1);
}

static void
test_owner_gone_after_the_end (void)
{
  Owned owned;

  owned_init (&owned);
  held_execute (&owned.held, owned.task);
  at_test_gate_open (&owned.held.gate);
  at_test_finish (owned.task);
  owned.n_notifies = at_test_record_get_n_all_notifies (&owned.record);
  g_assert_finalize_object (g_steal_pointer (&owned.owner));
  g_assert_false (at_async_task_is_cancelled (owned.task));
  g_assert_cmpint (at_async_task_get_outcome (owned.task), ==, AT_OUTCOME_SUCCEEDED);
  owned_clear (&owned, "pre progress progress post", 1, 2, 1);
}

static void
test_owner_disposed_but_kept (void)
{
  guint i;

  /* As a widget is that was destroyed: disposed of, with references left. */
  for (i = 0; i < 2; i++)
    {
      g_autoptr (GObject) kept = NULL;
      Owned owned;

      owned_init (&owned);
      kept = g_object_ref (owned.owner);
      held_execute (&owned.held, owned.task);
      at_test_gate_wait_arrived (&owned.held.gate, 1);
      owned.n_notifies = at_test_record_get_n_all_notifies (&owned.record);
      g_object_run_dispose (owned.owner);
      g_assert_true (at_async_task_is_cancelled (owned.task));
      g_assert_null (at_async_task_get_owner (owned.task));
      if (i == 1)
        g_object_run_dispose (owned.owner);
      g_object_unref (g_steal_pointer (&owned.owner));
      owned_clear (&owned, "pre", 1, 2, 1);
      g_assert_finalize_object (g_steal_pointer (&kept));
    }
}

static void
test_owner_disposed_then_finalized_late (void)
{
  g_autoptr (GObject) kept = NULL;
  Owned owned;

  /* The task is finished, and stays, when its owner is disposed of. */
  owned_init (&owned);
  kept = g_object_ref (owned.owner);
  at_test_gate_open (&owned.held.gate);
  held_execute (&owned.held, owned.task);
  at_test_finish (owned.task);
  owned.n_notifies = at_test_record_get_n_all_notifies (&owned.record);
  g_object_run_dispose (owned.owner);
  g_object_unref (g_steal_pointer (&owned.owner));
  owned_clear (&owned, "pre progress progress post", 1, 2, 1);
  g_assert_finalize_object (g_steal_pointer (&kept));
}

static void
test_owner_replaced (void)
{
  g_autoptr (GObject) first = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (GObject) second = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_owner (task, first);
  at_async_task_set_owner (task, second);
  g_assert_finalize_object (g_steal_pointer (&first));
  g_assert_false (at_async_task_is_cancelled (task));
  g_assert_true (at_async_task_get_owner (task) == second);
  at_async_task_set_owner (task, NULL);
  g_assert_finalize_object (g_steal_pointer (&second));
  g_assert_false (at_async_task_is_cancelled (task));
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_finalize_object (g_steal_pointer (&task));
}

static void
test_owner_outlives (void)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  /* A weak reference, and none is left behind. */
  at_async_task_set_owner (task, owner);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  g_assert_finalize_object (g_steal_pointer (&owner));
}

/* Contexts */

static void
test_context_destroyed (void)
{
  GMainContext *context = g_main_context_new ();
  AtTestRecord record;
  AtAsyncTask *task;
  Held held;

  held_init (&held);
  at_test_gate_open (&held.gate);
  task = held_task_new (&held, &record);
  at_async_task_set_main_context (task, context);
  held_execute (&held, task);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));

  /* Nobody can ever deliver what is under way now. */
  g_object_unref (task);
  g_main_context_unref (context);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre");
  at_test_iterate_poll_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  held_assert_freed (&held, 1, 2, 1);
  at_test_record_clear (&record);
}

static void
test_many_contexts (void)
{
  guint i;

  for (i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (GMainContext) context = g_main_context_new ();
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;

      at_test_record_init (&record);
      task = at_test_task_new (&record, body_publish_two, NULL);
      at_async_task_set_main_context (task, context);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      at_test_record_assert_trace (&record, "pre body progress progress post");
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

/* Executors */

/* Any thread. */
static void
on_executor_gone (gpointer  user_data,
                  GObject  *where)
{
  g_atomic_int_set ((gint *) user_data, TRUE);
}

static void
test_executor_dropped (gconstpointer user_data)
{
  gboolean serial = GPOINTER_TO_INT (user_data);
  AtExecutor *pool = AT_EXECUTOR (at_thread_pool_executor_new ("Dropped", 1));
  AtExecutor *executor;
  AtAsyncTask *tasks[5];
  AtTestRecord record;
  AtTestGate gate;
  gint is_gone = FALSE;
  guint i;

  executor = serial ? AT_EXECUTOR (at_serial_executor_new (pool)) : g_object_ref (pool);
  at_test_gate_init (&gate);
  at_test_record_init (&record);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_test_task_new (&record, at_test_body_gate, &gate);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], executor, NULL, NULL));
    }
  at_test_gate_wait_arrived (&gate, 1);
  g_object_weak_ref (G_OBJECT (executor), on_executor_gone, &is_gone);
  g_object_unref (pool);
  g_object_unref (executor);

  at_test_gate_open (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (tasks[i]);
    }
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&is_gone));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* Windows */

static gboolean
body_in_two_halves (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  at_async_task_set_message (task, "Half");
  at_async_task_set_amounts (task, 5, 10);
  at_test_gate_pass (user_data);
  at_async_task_set_message (task, "Whole");
  at_async_task_set_amounts (task, 10, 10);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

/* What a window is here: an object with a text and a number to bind to. */
static AtAsyncTask *
view_new (AtAsyncTask *task)
{
  AtAsyncTask *view = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_object_bind_property (task, "message", view, "title", G_BINDING_SYNC_CREATE);
  g_object_bind_property (task, "completed", view, "priority", G_BINDING_SYNC_CREATE);

  return view;
}

static void
view_assert_shows (AtAsyncTask *view,
                   const char  *message,
                   int          completed)
{
  g_assert_cmpstr (at_async_task_get_title (view), ==, message);
  g_assert_cmpint (at_async_task_get_priority (view), ==, completed);
}

/* A window that is closed and opened again while its task goes on: the new one
 * has missed nothing, though it was there for none of the notifications. */
static void
test_view_made_anew (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtAsyncTask *view;
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = at_async_task_new (body_in_two_halves, &gate, NULL);
  view = view_new (task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_test_iterate_until (NULL, at_async_task_get_priority (view) == 5);
  view_assert_shows (view, "Half", 5);
  g_assert_finalize_object (view);

  /* One for the middle, which then sees the end. */
  view = view_new (task);
  view_assert_shows (view, "Half", 5);
  at_test_gate_open (&gate);
  at_test_finish (task);
  view_assert_shows (view, "Whole", 10);
  g_assert_finalize_object (view);

  /* One that comes after the last callback. */
  view = view_new (task);
  view_assert_shows (view, "Whole", 10);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);
  g_assert_finalize_object (view);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&gate);
}

/* A timer or a worker may hold a task a moment longer than its test does, whose record
 * is on the stack: what comes after its end is not written there. */
static void
test_record_first (void)
{
  AtAsyncTask *own = NULL;
  AtAsyncTask *any = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  own = at_test_task_new (&record, at_test_body_succeed, NULL);
  any = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_test_record_connect (&record, any);
  at_test_record_clear (&record);
  memset (&record, 0xff, sizeof record);

  g_assert_finalize_object (own);
  g_assert_finalize_object (any);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Who keeps what alive, and on which thread it goes.");

  g_test_add_data_func ("/lifetime/only-reference-dropped/running", "running", test_only_reference_dropped);
  g_test_add_data_func ("/lifetime/only-reference-dropped/running-and-failing", "failing", test_only_reference_dropped);
  g_test_add_data_func ("/lifetime/only-reference-dropped/body-done", "done", test_only_reference_dropped);
  g_test_add_func ("/lifetime/only-reference-dropped/queued", test_reference_dropped_while_queued);
  g_test_add_func ("/lifetime/only-reference-dropped/on-another-thread", test_reference_dropped_on_another_thread);
  g_test_add_data_func ("/lifetime/all-freed-on-the-owner-thread/cancelled-before", "before", test_cancelled);
  g_test_add_data_func ("/lifetime/all-freed-on-the-owner-thread/cancelled-queued", "queued", test_cancelled);
  g_test_add_data_func ("/lifetime/all-freed-on-the-owner-thread/cancelled-running", "running", test_cancelled);
  g_test_add_data_func ("/lifetime/all-freed-on-the-owner-thread/cancelled-done", "done", test_cancelled);
  g_test_add_func ("/lifetime/all-freed-on-the-owner-thread/published-after-cancel", test_published_after_cancel);
  g_test_add_func ("/lifetime/all-freed-on-the-owner-thread/replaced-result", test_replaced_result);
  g_test_add_func ("/lifetime/all-freed-on-the-owner-thread/objects-of-a-body", test_objects_of_a_body);
  g_test_add_func ("/lifetime/all-freed-on-the-owner-thread/never-executed", test_never_executed);
  g_test_add_func ("/lifetime/all-freed-on-the-owner-thread/refused", test_refused);
  g_test_add_data_func ("/lifetime/unclaimed/result", NULL, test_unclaimed_result);
  g_test_add_data_func ("/lifetime/unclaimed/error", GINT_TO_POINTER (TRUE), test_unclaimed_result);
  g_test_add_func ("/lifetime/waiters-error/is-its-own", test_waiters_error);
  g_test_add_data_func ("/lifetime/last-unref/inside-post-handler", GINT_TO_POINTER (FALSE), test_last_unref_inside_post);
  g_test_add_data_func ("/lifetime/last-unref/inside-post-override", GINT_TO_POINTER (TRUE), test_last_unref_inside_post);
  g_test_add_func ("/lifetime/last-unref/inside-progress", test_last_unref_inside_progress);
  g_test_add_func ("/lifetime/finalize/emits-nothing", test_silent_finalize);
  g_test_add_func ("/lifetime/owner-gone/running", test_owner_gone_running);
  g_test_add_func ("/lifetime/owner-gone/queued", test_owner_gone_queued);
  g_test_add_func ("/lifetime/owner-gone/body-done", test_owner_gone_body_done);
  g_test_add_func ("/lifetime/owner-gone/before-execute", test_owner_gone_before_execute);
  g_test_add_func ("/lifetime/owner-gone/in-pre", test_owner_gone_in_pre);
  g_test_add_func ("/lifetime/owner-gone/in-progress", test_owner_gone_in_progress);
  g_test_add_func ("/lifetime/owner-gone/awaited-says-cancelled", test_owner_gone_awaited);
  g_test_add_func ("/lifetime/owner-gone/on-another-thread", test_owner_gone_on_another_thread);
  g_test_add_func ("/lifetime/owner-gone/after-the-end", test_owner_gone_after_the_end);
  g_test_add_func ("/lifetime/owner-gone/disposed-but-kept", test_owner_disposed_but_kept);
  g_test_add_func ("/lifetime/owner-gone/disposed-after-the-end", test_owner_disposed_then_finalized_late);
  g_test_add_func ("/lifetime/owner/replaced", test_owner_replaced);
  g_test_add_func ("/lifetime/owner/held-weakly", test_owner_outlives);
  g_test_add_func ("/lifetime/view/made-anew-catches-up", test_view_made_anew);
  g_test_add_func ("/lifetime/context/destroyed-with-mail-pending", test_context_destroyed);
  g_test_add_func ("/lifetime/context/many-one-after-another", test_many_contexts);
  g_test_add_data_func ("/lifetime/executor/pool-dropped-finishes-its-queue", GINT_TO_POINTER (FALSE), test_executor_dropped);
  g_test_add_data_func ("/lifetime/executor/serial-dropped-finishes-its-queue", GINT_TO_POINTER (TRUE), test_executor_dropped);

  g_test_add_func ("/lifetime/record-first", test_record_first);

  return g_test_run ();
}
