/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>

/* A task whose start is noted, and what is done there. */
typedef struct
{
  AtTestRecord     record;
  AtAsyncTask     *task;
  GThread         *started_in;
  guint            n_starts;
  int              param;         /* of the last start; -1: none */
  GCancellable    *cancellable;   /* of the last start */
  gboolean         is_executing;  /* in execute(), in the owner's thread */
  gboolean         inside_execute;
  void          (* at_start)      (AtDeferredTask *task);
} Fixture;

static AtDeferredTask *
deferred (Fixture *fixture)
{
  return AT_DEFERRED_TASK (fixture->task);
}

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          Fixture        *fixture)
{
  at_test_record_note (&fixture->record, "start");
  fixture->n_starts++;
  fixture->started_in = g_thread_self ();
  fixture->param = params != NULL ? g_value_get_int (params) : -1;
  g_set_object (&fixture->cancellable, cancellable);
  fixture->inside_execute = fixture->is_executing;
  if (fixture->at_start != NULL)
    fixture->at_start (task);
}

static void
set_up (Fixture *fixture)
{
  memset (fixture, 0, sizeof *fixture);
  at_test_record_init (&fixture->record);
  fixture->task = AT_ASYNC_TASK (at_deferred_task_new ());
  at_test_record_connect (&fixture->record, fixture->task);
  g_signal_connect (fixture->task, "start", G_CALLBACK (on_start), fixture);
}

static void
tear_down (Fixture *fixture)
{
  at_test_record_assert_threads (&fixture->record);
  g_clear_object (&fixture->cancellable);
  g_clear_object (&fixture->task);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&fixture->record) == 1);
  at_test_record_assert_finalized (&fixture->record);
  at_test_record_clear (&fixture->record);
}

static void
execute (Fixture    *fixture,
         AtExecutor *executor)
{
  gboolean executed;

  fixture->is_executing = TRUE;
  if (executor != NULL)
    executed = at_async_task_execute_on_executor (fixture->task, executor, NULL, NULL);
  else
    executed = at_async_task_execute (fixture->task, NULL, NULL);
  fixture->is_executing = FALSE;
  g_assert_true (executed);
}

static void
iterate_until_started (Fixture *fixture)
{
  at_test_iterate_until (NULL, fixture->n_starts == 1);
}

/* All that is on its way has arrived after this. */
static void
settle (void)
{
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());

  at_test_settle (NULL, here);
}

static gpointer
complete_in_thread (gpointer task)
{
  return GINT_TO_POINTER (at_deferred_task_complete (task, NULL));
}

static gpointer
fail_in_thread (gpointer task)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "Busy");

  return GINT_TO_POINTER (at_deferred_task_fail (task, error));
}

static void
complete_with_seven (AtDeferredTask *task)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 7);
  g_assert_true (at_deferred_task_complete (task, &value));
  g_value_unset (&value);
}

static void
complete_at_start (AtDeferredTask *task)
{
  g_assert_true (at_deferred_task_complete (task, NULL));
}

static void
fail_at_start (AtDeferredTask *task)
{
  g_assert_true (at_deferred_task_fail (task, NULL));
}

static void
test_starts_in_the_loop (void)
{
  Fixture fixture;
  GValue params = G_VALUE_INIT;

  set_up (&fixture);
  g_value_init (&params, G_TYPE_INT);
  g_value_set_int (&params, 42);
  fixture.is_executing = TRUE;
  g_assert_true (at_async_task_execute (fixture.task, &params, NULL));
  fixture.is_executing = FALSE;
  at_test_record_assert_trace (&fixture.record, "pre");
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_RUNNING);

  iterate_until_started (&fixture);
  at_test_record_assert_trace (&fixture.record, "pre start");
  g_assert_true (fixture.started_in == g_thread_self ());
  g_assert_false (fixture.inside_execute);
  g_assert_cmpint (fixture.param, ==, 42);
  g_assert_true (fixture.cancellable == at_async_task_get_cancellable (fixture.task));

  complete_with_seven (deferred (&fixture));
  at_test_record_assert_trace (&fixture.record, "pre start");
  g_assert_cmpint (at_async_task_get_outcome (fixture.task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (fixture.task)), ==, 7);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  g_value_unset (&params);
  tear_down (&fixture);
}

static void
test_ends_inside_start (gconstpointer user_data)
{
  gboolean succeeds = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture);
  fixture.at_start = succeeds ? complete_at_start : fail_at_start;
  execute (&fixture, NULL);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, succeeds ? "pre start post" : "pre start failed");
  g_assert_cmpint (fixture.param, ==, -1);
  if (!succeeds)
    g_assert_true (g_error_matches (at_async_task_get_error (fixture.task), AT_TASK_ERROR, AT_TASK_ERROR_FAILED));
  tear_down (&fixture);
}

static void
test_ends_in_any_thread (gconstpointer user_data)
{
  gboolean succeeds = GPOINTER_TO_INT (user_data);
  Fixture fixture;
  GThread *thread;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  thread = g_thread_new ("end", succeeds ? complete_in_thread : fail_in_thread, fixture.task);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  at_test_record_assert_trace (&fixture.record, "pre start");
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, succeeds ? "pre start post" : "pre start failed");
  if (!succeeds)
    g_assert_true (g_error_matches (at_async_task_get_error (fixture.task), G_IO_ERROR, G_IO_ERROR_BUSY));
  tear_down (&fixture);
}

static void
assert_too_late (Fixture *fixture)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "Late");
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 9);
  g_assert_false (at_deferred_task_complete (deferred (fixture), &value));
  g_assert_false (at_deferred_task_complete (deferred (fixture), NULL));
  g_assert_false (at_deferred_task_fail (deferred (fixture), error));
  g_assert_false (at_deferred_task_fail (deferred (fixture), NULL));
  g_value_unset (&value);
}

static void
test_only_the_first_counts (gconstpointer user_data)
{
  gboolean succeeds = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture);
  assert_too_late (&fixture);
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_PENDING);
  execute (&fixture, NULL);
  assert_too_late (&fixture);
  iterate_until_started (&fixture);
  if (succeeds)
    complete_with_seven (deferred (&fixture));
  else
    g_assert_true (at_deferred_task_fail (deferred (&fixture), NULL));
  assert_too_late (&fixture);
  at_test_finish (fixture.task);
  assert_too_late (&fixture);
  at_test_record_assert_trace (&fixture.record, succeeds ? "pre start post" : "pre start failed");
  if (succeeds)
    g_assert_cmpint (g_value_get_int (at_async_task_get_result (fixture.task)), ==, 7);
  else
    g_assert_true (g_error_matches (at_async_task_get_error (fixture.task), AT_TASK_ERROR, AT_TASK_ERROR_FAILED));
  tear_down (&fixture);
}

/* NULL stands for what set_result() has set, as an empty value does. */
static void
test_result_that_was_set (gconstpointer user_data)
{
  gboolean is_empty = GPOINTER_TO_INT (user_data);
  GValue value = G_VALUE_INIT, empty = G_VALUE_INIT;
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, "set");
  at_async_task_set_result (fixture.task, &value);
  at_async_task_publish_progress (fixture.task, &value);
  at_async_task_set_amounts (fixture.task, 3, 4);
  g_assert_true (at_deferred_task_complete (deferred (&fixture), is_empty ? &empty : NULL));
  at_test_finish (fixture.task);
  g_assert_cmpstr (g_value_get_string (at_async_task_get_result (fixture.task)), ==, "set");
  g_assert_cmpuint (at_async_task_get_completed (fixture.task), ==, 3);
  at_test_record_assert_trace (&fixture.record, "pre start progress post");
  g_value_unset (&value);
  tear_down (&fixture);
}

typedef struct
{
  AtDeferredTask parent_instance;
} Subclassed;

typedef struct
{
  AtDeferredTaskClass parent_class;
} SubclassedClass;

static GType subclassed_get_type (void);
G_DEFINE_TYPE (Subclassed, subclassed, AT_TYPE_DEFERRED_TASK)

static void
subclassed_start (AtDeferredTask *task,
                  const GValue   *params,
                  GCancellable   *cancellable)
{
  g_assert_null (params);
  g_assert_true (G_IS_CANCELLABLE (cancellable));
  AT_DEFERRED_TASK_CLASS (subclassed_parent_class)->start (task, params, cancellable);
  complete_with_seven (task);
}

static void
subclassed_class_init (SubclassedClass *klass)
{
  AT_DEFERRED_TASK_CLASS (klass)->start = subclassed_start;
}

static void
subclassed_init (Subclassed *self)
{
}

static void
test_subclass (void)
{
  g_autoptr (AtAsyncTask) task = g_object_new (subclassed_get_type (), NULL);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 7);
}

static void
test_bad_input (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_assert_critical (g_assert_false (at_deferred_task_complete (NULL, NULL)));
  at_test_assert_critical (g_assert_false (at_deferred_task_fail (NULL, NULL)));
  at_test_assert_critical (g_assert_false (at_deferred_task_complete ((AtDeferredTask *) task, NULL)));
  at_test_assert_critical (g_assert_false (at_deferred_task_fail ((AtDeferredTask *) task, NULL)));
}

/* Cancelling. */

static void
test_cancelled_before_start (gconstpointer user_data)
{
  gboolean before_execute = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture);
  if (before_execute)
    g_assert_true (at_async_task_cancel (fixture.task, TRUE));
  execute (&fixture, NULL);
  if (!before_execute)
    g_assert_true (at_async_task_cancel (fixture.task, TRUE));

  /* At once: the computation is over. */
  g_assert_cmpint (at_async_task_get_outcome (fixture.task), ==, AT_OUTCOME_CANCELLED);
  assert_too_late (&fixture);
  at_test_finish (fixture.task);
  settle ();
  at_test_record_assert_trace (&fixture.record, before_execute ? "cancelled" : "pre cancelled");
  g_assert_cmpuint (fixture.n_starts, ==, 0);
  tear_down (&fixture);
}

static void
test_cancelled_while_it_works (gconstpointer user_data)
{
  gboolean interrupts = GPOINTER_TO_INT (user_data);
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  g_assert_true (at_async_task_cancel (fixture.task, interrupts));
  g_assert_cmpint (g_cancellable_is_cancelled (fixture.cancellable), ==, interrupts);
  g_assert_false (at_async_task_checkpoint (fixture.task, NULL));

  /* It has to end first. */
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre start");
  g_assert_cmpint (at_async_task_get_outcome (fixture.task), ==, AT_OUTCOME_NONE);

  complete_with_seven (deferred (&fixture));
  assert_too_late (&fixture);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start cancelled");
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (fixture.task)), ==, 7);
  tear_down (&fixture);
}

static void
test_cancelled_and_failed (void)
{
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  at_async_task_cancel (fixture.task, TRUE);
  g_assert_true (at_deferred_task_fail (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start cancelled");
  g_assert_null (at_async_task_get_error (fixture.task));
  tear_down (&fixture);
}

static void
complete_and_cancel (AtDeferredTask *task)
{
  g_assert_true (at_deferred_task_complete (task, NULL));
  g_assert_false (at_async_task_cancel (AT_ASYNC_TASK (task), TRUE));
}

/* Which turns it until the last callback. */
static void
test_cancelled_after_it_completed (void)
{
  Fixture fixture;

  set_up (&fixture);
  fixture.at_start = complete_and_cancel;
  execute (&fixture, NULL);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start cancelled");
  tear_down (&fixture);
}

/* Timeouts. */

static void
test_times_out_before_start (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  Fixture fixture;

  set_up (&fixture);
  if (variant == 0)
    at_async_task_set_timeout (fixture.task, 0);
  execute (&fixture, variant == 2 ? serial : NULL);
  at_async_task_set_timeout (fixture.task, 0);

  /* At once. */
  g_assert_true (g_error_matches (at_async_task_get_error (fixture.task), G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  assert_too_late (&fixture);
  at_test_finish (fixture.task);
  settle ();
  g_assert_cmpuint (fixture.n_starts, ==, 0);
  at_test_record_assert_trace (&fixture.record, variant == 0 ? "failed" : "pre failed");
  tear_down (&fixture);
  if (variant == 2)
    at_test_settle (NULL, serial);
}

static void
test_times_out_while_it_works (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  at_async_task_set_timeout (fixture.task, 0);
  g_assert_true (g_cancellable_is_cancelled (fixture.cancellable));
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  g_assert_false (at_async_task_checkpoint (fixture.task, &error));
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));

  /* It has to end first, and how does not matter. */
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre start");
  if (variant == 1)
    g_assert_true (at_deferred_task_fail (deferred (&fixture), NULL));
  else
    complete_with_seven (deferred (&fixture));
  if (variant == 2)
    at_async_task_cancel (fixture.task, FALSE);
  assert_too_late (&fixture);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, variant == 2 ? "pre start cancelled" : "pre start failed");
  if (variant == 0)
    {
      g_assert_true (g_error_matches (at_async_task_get_error (fixture.task), G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
      g_assert_cmpint (g_value_get_int (at_async_task_get_result (fixture.task)), ==, 7);
    }
  tear_down (&fixture);
}

/* Again. */

static double
at_once (AtAsyncTask  *task,
         const GError *error,
         guint         attempt,
         gpointer      user_data)
{
  return 0;
}

static double
in_an_hour (AtAsyncTask  *task,
            const GError *error,
            guint         attempt,
            gpointer      user_data)
{
  return 3600;
}

/* Whoever is late with the end of the first attempt ends the second. */
static void
test_late_end (void)
{
  Fixture fixture;

  set_up (&fixture);
  at_async_task_set_retry (fixture.task, 2, at_once, NULL, NULL);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  g_assert_true (at_deferred_task_fail (deferred (&fixture), NULL));
  assert_too_late (&fixture);
  at_test_iterate_until (NULL, fixture.n_starts == 2);
  complete_with_seven (deferred (&fixture));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start start post");
  tear_down (&fixture);
}

/* In between, none has begun: what is done to the task is done at once. */
static void
test_between_attempts (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Fixture fixture;

  set_up (&fixture);
  at_async_task_set_owner (fixture.task, owner);
  at_async_task_set_retry (fixture.task, 3, in_an_hour, NULL, NULL);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  g_assert_true (at_deferred_task_fail (deferred (&fixture), NULL));
  at_test_iterate_until (NULL, at_async_task_get_stage (fixture.task) == AT_STAGE_RETRYING);
  assert_too_late (&fixture);
  if (variant == 0)
    {
      at_async_task_cancel (fixture.task, TRUE);
    }
  else if (variant == 1)
    {
      at_async_task_set_timeout (fixture.task, 0);
    }
  else if (variant == 2)
    {
      g_clear_object (&owner);
    }
  else
    {
      at_async_task_pause (fixture.task);
      at_async_task_try_now (fixture.task);
      settle ();
      g_assert_cmpuint (fixture.n_starts, ==, 1);
      at_async_task_resume (fixture.task);
      at_test_iterate_until (NULL, fixture.n_starts == 2);
      complete_with_seven (deferred (&fixture));
    }
  g_assert_cmpint (at_async_task_get_outcome (fixture.task), !=, AT_OUTCOME_NONE);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record,
                               variant == 0 ? "pre start cancelled" : variant == 1 ? "pre start failed" :
                               variant == 2 ? "pre start" : "pre start start post");
  g_clear_object (&owner);
  tear_down (&fixture);
}

static void
test_stage (void)
{
  Fixture fixture;

  set_up (&fixture);
  g_assert_cmpint (at_async_task_get_stage (fixture.task), ==, AT_STAGE_PENDING);
  execute (&fixture, NULL);
  g_assert_cmpint (at_async_task_get_stage (fixture.task), ==, AT_STAGE_QUEUED);
  iterate_until_started (&fixture);
  g_assert_cmpint (at_async_task_get_stage (fixture.task), ==, AT_STAGE_RUNNING);
  settle ();
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "stage"), ==, 2);
  at_deferred_task_complete (deferred (&fixture), NULL);
  g_assert_cmpint (at_async_task_get_stage (fixture.task), ==, AT_STAGE_ENDED);
  at_test_finish (fixture.task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "stage"), ==, 3);
  tear_down (&fixture);
}

/* Owners. */

static void
test_owner_goes (gconstpointer user_data)
{
  gboolean is_started = GPOINTER_TO_INT (user_data);
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Fixture fixture;

  set_up (&fixture);
  at_async_task_set_owner (fixture.task, owner);
  execute (&fixture, NULL);
  if (is_started)
    iterate_until_started (&fixture);
  g_assert_finalize_object (owner);
  g_assert_true (at_async_task_is_cancelled (fixture.task));
  if (is_started)
    {
      g_assert_true (g_cancellable_is_cancelled (fixture.cancellable));
      g_assert_cmpint (at_async_task_get_outcome (fixture.task), ==, AT_OUTCOME_NONE);
      g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
    }
  else
    {
      g_assert_false (at_deferred_task_complete (deferred (&fixture), NULL));
    }
  at_test_finish (fixture.task);
  settle ();
  at_test_record_assert_trace (&fixture.record, is_started ? "pre start" : "pre");
  tear_down (&fixture);
}

/* Nobody but the task itself has it while its work goes on. */
static void
test_is_kept_alive (gconstpointer user_data)
{
  gboolean is_started = GPOINTER_TO_INT (user_data);
  AtAsyncTask *task;
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, NULL);
  if (is_started)
    iterate_until_started (&fixture);
  task = fixture.task;
  g_clear_object (&fixture.task);
  settle ();
  g_assert_cmpuint (at_test_record_get_n_finalized (&fixture.record), ==, 0);
  g_assert_cmpuint (fixture.n_starts, ==, 1);
  g_assert_true (at_deferred_task_complete (AT_DEFERRED_TASK (task), NULL));
  tear_down (&fixture);
}

static void
test_context_goes (gconstpointer user_data)
{
  gboolean is_started = GPOINTER_TO_INT (user_data);
  GMainContext *context = g_main_context_new ();
  Fixture fixture;

  set_up (&fixture);
  at_async_task_set_main_context (fixture.task, context);
  execute (&fixture, NULL);
  if (is_started)
    at_test_iterate_until (context, fixture.n_starts == 1);
  g_main_context_unref (context);
  g_assert_cmpint (at_deferred_task_complete (deferred (&fixture), NULL), ==, is_started);

  /* What ends later is released in the default context, and calls nothing. */
  at_test_iterate_until (NULL, at_async_task_get_status (fixture.task) == AT_STATUS_FINISHED);
  g_assert_cmpuint (at_test_record_get_n_last (&fixture.record), ==, 0);
  g_assert_cmpuint (fixture.n_starts, ==, is_started);
  tear_down (&fixture);
}

/* A handler that runs a loop of its own in which the task comes to its end. */
static void
end_in_loop (AtDeferredTask *task)
{
  at_deferred_task_complete (task, NULL);
  at_test_finish (AT_ASYNC_TASK (task));
}

static void
read_params (AtDeferredTask *task,
             const GValue   *params,
             GCancellable   *cancellable,
             gpointer        user_data)
{
  g_assert_cmpint (g_value_get_int (params), ==, 11);
  g_assert_true (G_IS_CANCELLABLE (cancellable));
}

static void
test_ends_in_a_loop_inside_start (void)
{
  GValue params = G_VALUE_INIT;
  Fixture fixture;

  set_up (&fixture);
  fixture.at_start = end_in_loop;
  g_signal_connect_after (fixture.task, "start", G_CALLBACK (read_params), NULL);
  g_value_init (&params, G_TYPE_INT);
  g_value_set_int (&params, 11);
  g_assert_true (at_async_task_execute (fixture.task, &params, NULL));
  iterate_until_started (&fixture);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
}

/* Executors. */

static void
test_default_executor_is_for_bodies (void)
{
  AtExecutor *serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  g_autoptr (AtAsyncTask) blocking = NULL;
  AtTestGate gate;
  Fixture fixture;

  /* One whose only turn is taken. */
  at_test_gate_init (&gate);
  at_async_task_set_default_executor (serial);
  blocking = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_async_task_execute (blocking, NULL, NULL);
  set_up (&fixture);
  fixture.at_start = complete_at_start;
  execute (&fixture, NULL);
  g_assert_null (at_async_task_get_executor (fixture.task));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start post");

  at_async_task_set_default_executor (NULL);
  at_test_gate_open (&gate);
  at_test_finish (blocking);
  at_test_gate_clear (&gate);
  tear_down (&fixture);
  g_object_unref (serial);
}

static void
test_pool (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) blocking = NULL, other = NULL;
  AtTestGate gate;
  Fixture fixture;

  at_test_gate_init (&gate);
  blocking = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_async_task_execute_on_executor (blocking, AT_EXECUTOR (pool), NULL, NULL);
  at_test_gate_wait_arrived (&gate, 1);
  set_up (&fixture);
  execute (&fixture, AT_EXECUTOR (pool));
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 1);

  at_test_gate_open (&gate);
  iterate_until_started (&fixture);
  g_assert_true (fixture.started_in == g_thread_self ());

  /* Its slot is free again. */
  other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_async_task_execute_on_executor (other, AT_EXECUTOR (pool), NULL, NULL);
  at_test_finish (other);
  at_test_record_assert_trace (&fixture.record, "pre start");

  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  at_test_finish (blocking);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
  at_test_gate_clear (&gate);
  g_object_unref (pool);
}

/* While it waits for its owner, it has a turn, and is in no queue. */
static void
test_rests_between_turn_and_start (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, AT_EXECUTOR (pool));
  at_async_task_execute_on_executor (other, AT_EXECUTOR (pool), NULL, NULL);
  g_assert_true (at_async_task_wait (other, -1, NULL, NULL));
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
  at_async_task_run (fixture.task);
  g_assert_false (at_executor_execute (AT_EXECUTOR (pool), fixture.task, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED));
  g_clear_error (&error);
  g_assert_false (at_async_task_wait (fixture.task, -1, NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK));
  at_test_record_assert_trace (&fixture.record, "pre");

  fixture.at_start = complete_at_start;
  at_test_finish (fixture.task);
  g_assert_cmpuint (fixture.n_starts, ==, 1);
  at_test_finish (other);
  tear_down (&fixture);
  g_object_unref (pool);
}

typedef enum
{
  ENDS_COMPLETED,
  ENDS_CANCELLED_BEFORE_START,
  ENDS_CANCELLED,
  ENDS_WITH_ITS_OWNER
} End;

/* On a serial executor over a serial one: the turns of both go on when it ends. */
static void
test_serial (gconstpointer user_data)
{
  End end = GPOINTER_TO_INT (user_data);
  AtExecutor *below = AT_EXECUTOR (at_serial_executor_new (NULL));
  AtExecutor *above = AT_EXECUTOR (at_serial_executor_new (below));
  AtExecutor *executors[2] = { above, below };
  AtAsyncTask *next[2];
  AtTestGate gate;
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) before = NULL;
  Fixture fixture;

  at_test_gate_init (&gate);
  set_up (&fixture);
  at_async_task_set_owner (fixture.task, owner);
  before = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_async_task_execute_on_executor (before, above, NULL, NULL);
  execute (&fixture, above);
  at_test_gate_open (&gate);
  g_assert_true (at_async_task_wait (before, -1, NULL, NULL));
  if (end != ENDS_CANCELLED_BEFORE_START)
    iterate_until_started (&fixture);
  for (guint i = 0; i < 2; i++)
    {
      next[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
      at_async_task_execute_on_executor (next[i], executors[i], NULL, NULL);
    }

  if (end != ENDS_CANCELLED_BEFORE_START)
    {
      settle ();
      for (guint i = 0; i < 2; i++)
        g_assert_cmpint (at_async_task_get_outcome (next[i]), ==, AT_OUTCOME_NONE);
    }

  if (end == ENDS_WITH_ITS_OWNER)
    g_clear_object (&owner);
  else if (end != ENDS_COMPLETED)
    at_async_task_cancel (fixture.task, TRUE);
  if (end != ENDS_CANCELLED_BEFORE_START)
    {
      for (guint i = 0; i < 2; i++)
        g_assert_cmpint (at_async_task_get_outcome (next[i]), ==, AT_OUTCOME_NONE);
      g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
    }

  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (at_async_task_wait (next[i], -1, NULL, NULL));
      at_test_finish (next[i]);
      g_object_unref (next[i]);
    }
  at_test_finish (fixture.task);
  at_test_finish (before);
  g_clear_object (&owner);
  tear_down (&fixture);
  at_test_gate_clear (&gate);
  g_object_unref (above);
  g_object_unref (below);
}

/* Its turn has come for certain, and nobody has iterated the context. */
static void
test_serial_cancelled_while_it_rests (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtExecutor *serial = AT_EXECUTOR (at_serial_executor_new (AT_EXECUTOR (pool)));
  g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) next = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, serial);
  at_async_task_execute_on_executor (next, serial, NULL, NULL);
  at_async_task_execute_on_executor (other, AT_EXECUTOR (pool), NULL, NULL);
  g_assert_true (at_async_task_wait (other, -1, NULL, NULL));
  g_assert_cmpint (at_async_task_get_outcome (next), ==, AT_OUTCOME_NONE);
  g_assert_true (at_async_task_cancel (fixture.task, TRUE));
  g_assert_true (at_async_task_wait (next, -1, NULL, NULL));
  at_test_finish (fixture.task);
  at_test_finish (next);
  at_test_finish (other);
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  tear_down (&fixture);
  g_object_unref (serial);
  g_object_unref (pool);
}

static void
test_inline (gconstpointer user_data)
{
  gboolean through_serial = GPOINTER_TO_INT (user_data);
  AtExecutor *here = AT_EXECUTOR (at_inline_executor_new ());
  AtExecutor *executor = through_serial ? AT_EXECUTOR (at_serial_executor_new (here)) : g_object_ref (here);
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, executor);
  at_test_record_assert_trace (&fixture.record, "pre start");
  g_assert_true (fixture.inside_execute);
  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_record_assert_trace (&fixture.record, "pre start");
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);

  /* And ended there, too. */
  set_up (&fixture);
  fixture.at_start = complete_at_start;
  execute (&fixture, executor);
  at_test_record_assert_trace (&fixture.record, "pre start");
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
  if (through_serial)
    g_assert_finalize_object (executor);
  else
    g_object_unref (executor);
  g_assert_finalize_object (here);
}

static gpointer
execute_in_thread (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_execute (task, NULL, NULL));
}

/* The owner starts it all the same; also where somebody is to hear of pre-execute first,
 * and where the executor would run it there. */
static void
test_executed_elsewhere (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  Fixture fixture;
  GThread *thread;

  set_up (&fixture);
  if (variant == 0)
    g_signal_handlers_disconnect_matched (fixture.task, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA,
                                          g_signal_lookup ("pre-execute", AT_TYPE_ASYNC_TASK), 0,
                                          NULL, NULL, &fixture.record);
  if (variant == 2)
    {
      g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());

      at_async_task_set_executor (fixture.task, here);
    }
  g_assert_true (g_main_context_acquire (NULL));
  thread = g_thread_new ("execute", execute_in_thread, fixture.task);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_main_context_release (NULL);
  g_assert_cmpuint (fixture.n_starts, ==, 0);
  iterate_until_started (&fixture);
  g_assert_true (fixture.started_in == g_thread_self ());
  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, variant == 0 ? "start post" : "pre start post");
  tear_down (&fixture);
}

/* An executor of somebody else's, which does as it is told. */
typedef struct
{
  GObject      parent_instance;
  AtAsyncTask *kept;
  AtExecutor  *target;
  gboolean     runs;
  gboolean     refuses;
} Custom;

typedef GObjectClass CustomClass;

static gboolean
custom_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  Custom *self = (Custom *) executor;

  if (self->runs)
    at_async_task_run (task);
  else if (self->target != NULL)
    return at_executor_execute (self->target, task, error);
  else if (!self->refuses)
    self->kept = g_object_ref (task);

  return !self->refuses;
}

static void
custom_iface_init (AtExecutorInterface *iface)
{
  iface->execute = custom_execute;
}

static GType custom_get_type (void);
G_DEFINE_TYPE_WITH_CODE (Custom, custom, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, custom_iface_init))

static void
custom_class_init (CustomClass *klass)
{
}

static void
custom_init (Custom *self)
{
}

static gpointer
run_in_thread (gpointer task)
{
  at_async_task_run (task);

  return NULL;
}

/* It runs the task later, elsewhere, and lets it go, while nobody else has it either. */
static void
test_custom_executor (void)
{
  Custom *custom = g_object_new (custom_get_type (), NULL);
  AtDeferredTask *task;
  Fixture fixture;

  set_up (&fixture);
  execute (&fixture, AT_EXECUTOR (custom));
  task = deferred (&fixture);
  g_clear_object (&fixture.task);
  settle ();
  g_assert_cmpuint (fixture.n_starts, ==, 0);
  g_thread_join (g_thread_new ("run", run_in_thread, custom->kept));
  g_clear_object (&custom->kept);
  iterate_until_started (&fixture);
  settle ();
  g_assert_cmpuint (at_test_record_get_n_finalized (&fixture.record), ==, 0);
  g_assert_true (at_deferred_task_complete (task, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&fixture.record) == 1);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
  g_assert_finalize_object (custom);
}

/* It runs the task, and then says that it does not; or runs it at once, or hands it on. */
static void
test_custom_executor_inside (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  AtExecutor *here = AT_EXECUTOR (at_inline_executor_new ());
  Custom *custom = g_object_new (custom_get_type (), NULL);
  AtDeferredTask *task;
  Fixture fixture;

  custom->runs = variant != 2;
  custom->refuses = variant == 1;
  custom->target = variant == 2 ? here : NULL;
  set_up (&fixture);
  execute (&fixture, AT_EXECUTOR (custom));
  g_assert_cmpuint (fixture.n_starts, ==, 1);
  task = deferred (&fixture);
  g_clear_object (&fixture.task);
  settle ();
  g_assert_cmpuint (at_test_record_get_n_finalized (&fixture.record), ==, 0);
  g_assert_true (at_deferred_task_complete (task, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&fixture.record) == 1);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
  g_assert_finalize_object (custom);
  g_assert_finalize_object (here);
}

static void
test_refused (void)
{
  Custom *custom = g_object_new (custom_get_type (), NULL);
  g_autoptr (GError) error = NULL;
  Fixture fixture;

  custom->refuses = TRUE;
  set_up (&fixture);
  g_assert_false (at_async_task_execute_on_executor (fixture.task, AT_EXECUTOR (custom), NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED));
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_PENDING);
  assert_too_late (&fixture);

  /* And elsewhere then. */
  fixture.at_start = complete_at_start;
  execute (&fixture, NULL);
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre pre start post");
  tear_down (&fixture);
  g_object_unref (custom);
}

/* Pausing. */

static void
test_paused_before_start (gconstpointer user_data)
{
  guint variant = GPOINTER_TO_UINT (user_data);
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new ("Test", 1));
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) other = NULL;
  AtExecutor *executors[] = { NULL, pool, here };
  Fixture fixture;

  set_up (&fixture);
  at_async_task_pause (fixture.task);
  execute (&fixture, executors[variant]);
  other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_async_task_execute_on_executor (other, pool, NULL, NULL);
  at_test_finish (other);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");

  /* More than once is as good as once. */
  at_async_task_resume (fixture.task);
  at_async_task_pause (fixture.task);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre");
  at_async_task_resume (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre");
  iterate_until_started (&fixture);
  at_async_task_pause (fixture.task);
  at_async_task_resume (fixture.task);
  settle ();
  g_assert_cmpuint (fixture.n_starts, ==, 1);
  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
}

static void
test_paused_and_cancelled (void)
{
  Fixture fixture;

  set_up (&fixture);
  at_async_task_pause (fixture.task);
  execute (&fixture, NULL);
  settle ();
  g_assert_true (at_async_task_cancel (fixture.task, FALSE));
  at_test_finish (fixture.task);
  at_async_task_resume (fixture.task);
  settle ();
  at_test_record_assert_trace (&fixture.record, "pre cancelled");
  tear_down (&fixture);
}

static gpointer
pass_checkpoint (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_checkpoint (task, NULL));
}

static void
test_paused_while_it_works (void)
{
  Fixture fixture;
  GThread *thread;

  set_up (&fixture);
  execute (&fixture, NULL);
  iterate_until_started (&fixture);
  at_async_task_pause (fixture.task);
  g_assert_true (at_async_task_is_paused (fixture.task));
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "paused"), ==, 1);

  /* Nobody blocks there, neither the owner nor anybody else. */
  g_assert_true (at_async_task_checkpoint (fixture.task, NULL));
  thread = g_thread_new ("checkpoint", pass_checkpoint, fixture.task);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));

  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  g_assert_false (at_async_task_is_paused (fixture.task));
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
}

/* Waiting. */

static void
test_owner_waits (void)
{
  g_autoptr (GError) error = NULL;
  GThread *thread;
  Fixture fixture;

  set_up (&fixture);
  g_assert_false (at_async_task_wait (fixture.task, -1, NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_NOT_EXECUTED));
  g_clear_error (&error);

  /* It cannot start while its owner waits. */
  execute (&fixture, NULL);
  g_assert_false (at_async_task_wait (fixture.task, -1, NULL, &error));
  g_assert_true (g_error_matches (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK));
  g_clear_error (&error);

  /* Then somebody else may end it. */
  iterate_until_started (&fixture);
  g_assert_false (at_async_task_wait (fixture.task, 0, NULL, &error));
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT));
  g_clear_error (&error);
  thread = g_thread_new ("end", fail_in_thread, fixture.task);
  g_assert_false (at_async_task_wait (fixture.task, -1, NULL, &error));
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BUSY));
  g_thread_join (thread);
  at_test_finish (fixture.task);
  tear_down (&fixture);
}

static gpointer
wait_in_thread (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_wait (task, -1, NULL, NULL));
}

static void
test_others_wait (void)
{
  Fixture fixture;
  GThread *thread;

  set_up (&fixture);
  fixture.at_start = complete_at_start;
  g_assert_true (g_main_context_acquire (NULL));
  execute (&fixture, NULL);
  thread = g_thread_new ("wait", wait_in_thread, fixture.task);
  at_test_finish (fixture.task);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  g_main_context_release (NULL);
  tear_down (&fixture);
}

static gboolean
body_waits (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  return at_async_task_wait (user_data, -1, NULL, error);
}

/* A body on the executor that it has had its turn of. */
static void
test_body_waits (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) body = NULL;
  Fixture fixture;

  set_up (&fixture);
  fixture.at_start = complete_at_start;
  execute (&fixture, AT_EXECUTOR (pool));
  body = at_async_task_new (body_waits, fixture.task, NULL);
  at_async_task_execute_on_executor (body, AT_EXECUTOR (pool), NULL, NULL);
  at_test_finish (body);
  g_assert_cmpint (at_async_task_get_outcome (body), ==, AT_OUTCOME_SUCCEEDED);
  at_test_finish (fixture.task);
  tear_down (&fixture);
  g_object_unref (pool);
}

static void
on_awaited (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  const GValue *value = at_async_task_execute_finish (AT_ASYNC_TASK (object), result, &error);

  g_assert_no_error (error);
  *(int *) user_data = g_value_get_int (value);
}

static void
test_awaited (void)
{
  Fixture fixture;
  int value = 0;

  set_up (&fixture);
  fixture.at_start = complete_with_seven;
  at_async_task_execute_async (fixture.task, NULL, NULL, on_awaited, &value);
  at_test_iterate_until (NULL, value != 0);
  g_assert_cmpint (value, ==, 7);
  at_test_record_assert_trace (&fixture.record, "pre start post");
  tear_down (&fixture);
}

static void
test_in_a_list (void)
{
  AtTaskList *list = at_task_list_new ();
  Fixture fixture;

  set_up (&fixture);
  at_task_list_add (list, fixture.task);
  execute (&fixture, NULL);
  g_assert_cmpuint (at_task_list_get_n_active (list), ==, 1);
  iterate_until_started (&fixture);
  at_task_list_cancel_all (list, TRUE);
  g_assert_true (g_cancellable_is_cancelled (fixture.cancellable));
  g_assert_true (at_deferred_task_complete (deferred (&fixture), NULL));
  at_test_finish (fixture.task);
  g_assert_cmpuint (at_task_list_get_n_cancelled (list), ==, 1);
  g_object_unref (list);
  tear_down (&fixture);
}

/* Against each other. */

typedef struct
{
  AtAsyncTask *task;
  int          go;
  gboolean     completed;
} Rival;

static gpointer
complete_when_told (gpointer data)
{
  Rival *rival = data;

  while (!g_atomic_int_get (&rival->go))
    ;
  rival->completed = at_deferred_task_complete (AT_DEFERRED_TASK (rival->task), NULL);

  return NULL;
}

/* One end each, by whichever of two threads comes first, while the owner cancels. */
static void
test_rivals (void)
{
  for (guint i = 0; i < at_test_scale (2000); i++)
    {
      Rival rivals[2];
      GThread *threads[2];
      Fixture fixture;

      set_up (&fixture);
      execute (&fixture, NULL);
      iterate_until_started (&fixture);
      for (guint j = 0; j < 2; j++)
        {
          rivals[j] = (Rival) { fixture.task, FALSE, FALSE };
          threads[j] = g_thread_new ("rival", complete_when_told, &rivals[j]);
        }
      g_atomic_int_set (&rivals[0].go, TRUE);
      g_atomic_int_set (&rivals[1].go, TRUE);
      if (i % 2 == 0)
        at_async_task_cancel (fixture.task, TRUE);
      g_thread_join (threads[0]);
      g_thread_join (threads[1]);
      g_assert_true (rivals[0].completed != rivals[1].completed);
      at_test_finish (fixture.task);
      g_assert_cmpuint (at_test_record_get_n_last (&fixture.record), ==, 1);
      tear_down (&fixture);
    }
}

static void
count_starts (AtDeferredTask *task,
              const GValue   *params,
              GCancellable   *cancellable,
              GPtrArray      *started)
{
  g_ptr_array_add (started, task);
}

/* All at once, and none with a thread. */
static void
test_many (void)
{
  const guint count = at_test_scale (100000);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) started = g_ptr_array_new ();

  for (guint i = 0; i < count; i++)
    {
      AtAsyncTask *task = AT_ASYNC_TASK (at_deferred_task_new ());

      g_signal_connect (task, "start", G_CALLBACK (count_starts), started);
      g_ptr_array_add (tasks, task);
      at_async_task_execute (task, NULL, NULL);
    }
  at_test_iterate_until (NULL, started->len == count);
  for (guint i = 0; i < count; i++)
    g_assert_true (at_deferred_task_complete (started->pdata[i], NULL));
  for (guint i = 0; i < count; i++)
    at_test_finish (tasks->pdata[i]);
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  /* What it does before it iterates may take long. */
  at_set_debug_flags (at_get_debug_flags () & ~AT_DEBUG_STUCK);

  g_test_add_func ("/deferred/starts-in-the-loop", test_starts_in_the_loop);
  g_test_add_data_func ("/deferred/ends-inside-start/succeeds", GINT_TO_POINTER (TRUE), test_ends_inside_start);
  g_test_add_data_func ("/deferred/ends-inside-start/fails", GINT_TO_POINTER (FALSE), test_ends_inside_start);
  g_test_add_data_func ("/deferred/ends-in-any-thread/succeeds", GINT_TO_POINTER (TRUE), test_ends_in_any_thread);
  g_test_add_data_func ("/deferred/ends-in-any-thread/fails", GINT_TO_POINTER (FALSE), test_ends_in_any_thread);
  g_test_add_data_func ("/deferred/only-the-first-counts/succeeds", GINT_TO_POINTER (TRUE),
                        test_only_the_first_counts);
  g_test_add_data_func ("/deferred/only-the-first-counts/fails", GINT_TO_POINTER (FALSE),
                        test_only_the_first_counts);
  g_test_add_data_func ("/deferred/result-that-was-set/null", GINT_TO_POINTER (FALSE), test_result_that_was_set);
  g_test_add_data_func ("/deferred/result-that-was-set/empty", GINT_TO_POINTER (TRUE), test_result_that_was_set);
  g_test_add_func ("/deferred/subclass", test_subclass);
  g_test_add_func ("/deferred/bad-input", test_bad_input);
  g_test_add_data_func ("/deferred/cancelled/before-execute", GINT_TO_POINTER (TRUE), test_cancelled_before_start);
  g_test_add_data_func ("/deferred/cancelled/before-start", GINT_TO_POINTER (FALSE), test_cancelled_before_start);
  g_test_add_data_func ("/deferred/cancelled/while-it-works", GINT_TO_POINTER (FALSE),
                        test_cancelled_while_it_works);
  g_test_add_data_func ("/deferred/cancelled/interrupting", GINT_TO_POINTER (TRUE), test_cancelled_while_it_works);
  g_test_add_func ("/deferred/cancelled/and-failed", test_cancelled_and_failed);
  g_test_add_func ("/deferred/cancelled/after-it-completed", test_cancelled_after_it_completed);
  g_test_add_data_func ("/deferred/times-out/in-execute", GUINT_TO_POINTER (0), test_times_out_before_start);
  g_test_add_data_func ("/deferred/times-out/before-start", GUINT_TO_POINTER (1), test_times_out_before_start);
  g_test_add_data_func ("/deferred/times-out/with-a-turn", GUINT_TO_POINTER (2), test_times_out_before_start);
  g_test_add_data_func ("/deferred/times-out/and-completes", GUINT_TO_POINTER (0), test_times_out_while_it_works);
  g_test_add_data_func ("/deferred/times-out/and-fails", GUINT_TO_POINTER (1), test_times_out_while_it_works);
  g_test_add_data_func ("/deferred/times-out/and-is-cancelled", GUINT_TO_POINTER (2),
                        test_times_out_while_it_works);
  g_test_add_func ("/deferred/again/late-end", test_late_end);
  g_test_add_data_func ("/deferred/again/cancelled", GUINT_TO_POINTER (0), test_between_attempts);
  g_test_add_data_func ("/deferred/again/times-out", GUINT_TO_POINTER (1), test_between_attempts);
  g_test_add_data_func ("/deferred/again/owner-goes", GUINT_TO_POINTER (2), test_between_attempts);
  g_test_add_data_func ("/deferred/again/paused", GUINT_TO_POINTER (3), test_between_attempts);
  g_test_add_func ("/deferred/stage", test_stage);
  g_test_add_data_func ("/deferred/owner-goes/before-start", GINT_TO_POINTER (FALSE), test_owner_goes);
  g_test_add_data_func ("/deferred/owner-goes/while-it-works", GINT_TO_POINTER (TRUE), test_owner_goes);
  g_test_add_data_func ("/deferred/is-kept-alive/before-start", GINT_TO_POINTER (FALSE), test_is_kept_alive);
  g_test_add_data_func ("/deferred/is-kept-alive/while-it-works", GINT_TO_POINTER (TRUE), test_is_kept_alive);
  g_test_add_data_func ("/deferred/context-goes/before-start", GINT_TO_POINTER (FALSE), test_context_goes);
  g_test_add_data_func ("/deferred/context-goes/while-it-works", GINT_TO_POINTER (TRUE), test_context_goes);
  g_test_add_func ("/deferred/ends-in-a-loop-inside-start", test_ends_in_a_loop_inside_start);
  g_test_add_func ("/deferred/executor/default-is-for-bodies", test_default_executor_is_for_bodies);
  g_test_add_func ("/deferred/executor/pool", test_pool);
  g_test_add_func ("/deferred/executor/rests-between-turn-and-start", test_rests_between_turn_and_start);
  g_test_add_data_func ("/deferred/executor/serial/completed", GINT_TO_POINTER (ENDS_COMPLETED), test_serial);
  g_test_add_data_func ("/deferred/executor/serial/cancelled-before-start",
                        GINT_TO_POINTER (ENDS_CANCELLED_BEFORE_START), test_serial);
  g_test_add_data_func ("/deferred/executor/serial/cancelled", GINT_TO_POINTER (ENDS_CANCELLED), test_serial);
  g_test_add_data_func ("/deferred/executor/serial/owner-goes", GINT_TO_POINTER (ENDS_WITH_ITS_OWNER), test_serial);
  g_test_add_func ("/deferred/executor/serial/cancelled-while-it-rests", test_serial_cancelled_while_it_rests);
  g_test_add_data_func ("/deferred/executor/inline/direct", GINT_TO_POINTER (FALSE), test_inline);
  g_test_add_data_func ("/deferred/executor/inline/through-serial", GINT_TO_POINTER (TRUE), test_inline);
  g_test_add_func ("/deferred/executor/custom", test_custom_executor);
  g_test_add_data_func ("/deferred/executor/custom-inside/runs", GUINT_TO_POINTER (0), test_custom_executor_inside);
  g_test_add_data_func ("/deferred/executor/custom-inside/runs-and-refuses", GUINT_TO_POINTER (1),
                        test_custom_executor_inside);
  g_test_add_data_func ("/deferred/executor/custom-inside/hands-on", GUINT_TO_POINTER (2),
                        test_custom_executor_inside);
  g_test_add_func ("/deferred/executor/refused", test_refused);
  g_test_add_data_func ("/deferred/executed-elsewhere/unheard", GUINT_TO_POINTER (0), test_executed_elsewhere);
  g_test_add_data_func ("/deferred/executed-elsewhere/heard", GUINT_TO_POINTER (1), test_executed_elsewhere);
  g_test_add_data_func ("/deferred/executed-elsewhere/inline", GUINT_TO_POINTER (2), test_executed_elsewhere);
  g_test_add_data_func ("/deferred/paused/before-start/no-executor", GUINT_TO_POINTER (0),
                        test_paused_before_start);
  g_test_add_data_func ("/deferred/paused/before-start/pool", GUINT_TO_POINTER (1), test_paused_before_start);
  g_test_add_data_func ("/deferred/paused/before-start/inline", GUINT_TO_POINTER (2), test_paused_before_start);
  g_test_add_func ("/deferred/paused/and-cancelled", test_paused_and_cancelled);
  g_test_add_func ("/deferred/paused/while-it-works", test_paused_while_it_works);
  g_test_add_func ("/deferred/wait/owner", test_owner_waits);
  g_test_add_func ("/deferred/wait/others", test_others_wait);
  g_test_add_func ("/deferred/wait/body", test_body_waits);
  g_test_add_func ("/deferred/awaited", test_awaited);
  g_test_add_func ("/deferred/in-a-list", test_in_a_list);
  g_test_add_func ("/deferred/rivals", test_rivals);
  g_test_add_func ("/deferred/many", test_many);

  return g_test_run ();
}
