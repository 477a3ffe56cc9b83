/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#define HOUR 3600.0

static void
add (AtAsyncTask *task,
     AtAsyncTask *other)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (at_async_task_add_prerequisite (task, other, &error));
  g_assert_no_error (error);
}

/* It takes no place on its executor, nor executes the other one. */
static void
test_waits (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  second = at_test_task_new (&record, at_test_body_succeed, NULL);
  add (second, first);
  at_test_execute (second, pool);
  g_assert_cmpint (at_async_task_get_stage (second), ==, AT_STAGE_WAITING);
  g_assert_cmpint (at_async_task_get_status (second), ==, AT_STATUS_RUNNING);
  at_test_settle (NULL, pool);
  at_test_record_assert_trace (&record, "");
  g_assert_cmpint (at_async_task_get_stage (first), ==, AT_STAGE_PENDING);

  at_test_execute (first, pool);
  at_test_finish (second);
  at_test_record_assert_trace (&record, "pre body post");
  at_test_record_assert_threads (&record);
  g_assert_null (at_async_task_get_last_error (second));
  at_test_finish (first);
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_assert_last_reference (first);
  g_assert_finalize_object (g_steal_pointer (&first));
  at_test_record_clear (&record);
}

/* Of several, the last one counts; each is told once that it is running. */
static void
test_several (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (4);
  AtAsyncTask *others[3], *task;
  AtTestGate gates[3];
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_test_record_watch (&record, task);
  for (guint i = 0; i < 3; i++)
    {
      at_test_gate_init (&gates[i]);
      others[i] = at_async_task_new (at_test_body_gate, &gates[i], NULL);
      add (task, others[i]);
      add (task, others[i]);
      at_test_execute (others[i], pool);
    }
  at_test_execute (task, pool);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_WAITING);
      at_test_gate_open (&gates[i]);
      at_test_finish (others[i]);
    }
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "status"), ==, 2);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "last-error"), ==, 0);
  g_assert_finalize_object (task);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_finalize_object (others[i]);
      at_test_gate_clear (&gates[i]);
    }
  at_test_record_clear (&record);
}

/* What has succeeded already is not waited for: pre-execute comes in execute(). */
static void
test_done_before (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  second = at_test_task_new (&record, at_test_body_succeed, NULL);
  add (second, first);
  at_test_execute (first, pool);
  g_assert_true (at_async_task_wait (first, -1, NULL, NULL));
  at_test_execute (second, pool);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_PRE), ==, 1);
  at_test_finish (second);
  at_test_finish (first);
  at_test_record_assert_trace (&record, "pre body post");
  at_test_assert_last_reference (first);
  g_assert_finalize_object (g_steal_pointer (&first));
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_record_clear (&record);
}

static void
on_cancelled (AtAsyncTask  *task,
              const GValue *result,
              gpointer      n)
{
  g_assert_null (result);
  (*(guint *) n)++;
}

/* One that has failed, or was cancelled, before or later: cancelled (NULL), and it says why. */
static void
test_in_vain (gconstpointer data)
{
  const char *how = data;
  gboolean before = g_str_has_prefix (how, "before"), fails = g_str_has_suffix (how, "failed");
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (fails ? at_test_body_fail : at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) second = NULL, third = NULL;
  AtTestRecord record;
  guint n = 0;

  at_test_record_init (&record);
  second = at_test_task_new (&record, at_test_body_succeed, NULL);
  third = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_test_record_watch (&record, second);
  g_signal_connect (second, "cancelled", G_CALLBACK (on_cancelled), &n);
  add (second, first);
  add (third, second);
  at_test_execute (third, pool);
  if (!before)
    at_test_execute (second, pool);
  if (!fails)
    at_async_task_cancel (first, FALSE);
  at_test_execute (first, pool);
  at_test_finish (first);
  if (before)
    {
      g_assert_cmpint (at_async_task_get_stage (third), ==, AT_STAGE_WAITING);
      at_test_execute (second, pool);
    }
  g_assert_cmpint (at_async_task_get_outcome (second), ==, AT_OUTCOME_CANCELLED);
  g_assert_cmpint (at_async_task_get_outcome (third), ==, AT_OUTCOME_CANCELLED);

  at_test_finish (second);
  at_test_finish (third);
  g_assert_cmpuint (n, ==, 1);
  at_test_record_assert_trace (&record, "cancelled");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "last-error"), ==, 1);
  if (fails)
    g_assert_error (at_async_task_get_last_error (second), G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  else
    g_assert_error (at_async_task_get_last_error (second), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (at_async_task_get_last_error (third), G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (at_async_task_get_error (second));
  at_test_assert_last_reference (third);
  g_assert_finalize_object (g_steal_pointer (&third));
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_assert_last_reference (first);
  g_assert_finalize_object (g_steal_pointer (&first));
  at_test_record_clear (&record);
}

/* Nobody else hears of its failure, and that is enough. */
static void
test_heard (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autoptr (AtAsyncTask) second = at_async_task_new (at_test_body_succeed, NULL, NULL);

  add (second, first);
  at_test_execute (second, pool);
  at_test_execute (first, pool);
  at_test_finish (second);
  at_test_iterate_until (NULL, at_async_task_get_status (first) == AT_STATUS_FINISHED);
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_assert_last_reference (first);
  g_assert_finalize_object (g_steal_pointer (&first));
}

/* Cancelled, timed out, or without an owner while it waits: at once, and the other one goes
 * on. */
static void
test_acts (gconstpointer data)
{
  const char *how = data;
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtAsyncTask) first = NULL, second = NULL;
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  second = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_owner (second, owner);
  at_async_task_set_timeout (second, HOUR);
  add (second, first);
  at_test_execute (second, pool);
  at_test_execute (first, pool);
  at_test_gate_wait_arrived (&gate, 1);

  if (g_str_equal (how, "cancel"))
    g_assert_true (at_async_task_cancel (second, FALSE));
  else if (g_str_equal (how, "timeout"))
    at_test_time_skip (HOUR);
  else
    g_assert_finalize_object (g_steal_pointer (&owner));
  at_test_finish (second);
  at_test_record_assert_trace (&record, g_str_equal (how, "cancel") ? "cancelled"
                                        : g_str_equal (how, "timeout") ? "failed" : "");
  g_assert_cmpint (at_async_task_get_stage (first), ==, AT_STAGE_RUNNING);
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));

  at_test_gate_open (&gate);
  at_test_finish (first);
  g_assert_cmpint (at_async_task_get_outcome (first), ==, AT_OUTCOME_SUCCEEDED);
  at_test_assert_last_reference (first);
  g_assert_finalize_object (g_steal_pointer (&first));
  g_clear_object (&owner);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
test_errors (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) a = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) b = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) c = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (at_async_task_add_prerequisite (a, a, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_clear_error (&error);
  add (b, a);
  add (c, b);
  add (c, a);
  g_assert_false (at_async_task_add_prerequisite (a, c, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_clear_error (&error);
  g_assert_false (at_async_task_add_prerequisite (a, c, NULL));

  at_test_execute (a, pool);
  g_assert_false (at_async_task_add_prerequisite (a, b, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_clear_error (&error);
  at_test_finish (a);

  /* While it waits it is no executor's, and was executed. */
  g_clear_object (&a);
  a = at_async_task_new (at_test_body_succeed, NULL, NULL);
  add (b, a);
  at_test_execute (b, pool);
  g_assert_cmpint (at_async_task_get_stage (b), ==, AT_STAGE_WAITING);
  at_async_task_run (b);
  g_assert_false (at_executor_execute (pool, b, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_ALREADY_EXECUTED);
  g_assert_cmpint (at_async_task_get_stage (b), ==, AT_STAGE_WAITING);

  /* Never executed, these keep what they would wait for. */
  g_clear_object (&c);
  at_async_task_cancel (b, FALSE);
  at_test_finish (b);
}

typedef struct
{
  AtAsyncTask *task;
  AtExecutor  *executor;
} Afar;

static gpointer
execute_afar (gpointer data)
{
  Afar *afar = data;

  at_test_execute (afar->task, afar->executor);
  at_async_task_wait (afar->task, -1, NULL, NULL);

  return NULL;
}

/* Executed by another thread; the prerequisite delivers elsewhere. */
static void
test_elsewhere (gconstpointer data)
{
  gboolean listens = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtAsyncTask) first = NULL, second = NULL;
  AtTestLoop *loop = at_test_loop_new ();
  AtTestRecord record;
  AtTestGate gate;
  Afar afar = { NULL, pool };
  GThread *thread;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_async_task_set_main_context (first, loop->context);
  second = afar.task = listens ? at_test_task_new (&record, at_test_body_succeed, NULL)
                               : at_async_task_new (at_test_body_succeed, NULL, NULL);
  add (second, first);
  thread = g_thread_new ("afar", execute_afar, &afar);
  at_test_poll_until (at_async_task_get_stage (second) == AT_STAGE_WAITING);
  at_test_execute (first, pool);
  at_test_gate_open (&gate);
  at_test_finish (second);
  g_assert_cmpint (at_async_task_get_outcome (second), ==, AT_OUTCOME_SUCCEEDED);
  if (listens)
    at_test_record_assert_trace (&record, "pre body post");
  at_test_record_assert_threads (&record);
  g_thread_join (thread);
  at_test_poll_until (at_async_task_get_status (first) == AT_STATUS_FINISHED);
  g_clear_object (&first);
  g_clear_object (&second);
  at_test_loop_free (loop);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* An owner that waits starts it, too. */
static void
test_wait (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  second = at_test_task_new (&record, at_test_body_succeed, NULL);
  add (second, first);
  at_test_execute (second, pool);
  at_test_execute (first, pool);
  g_assert_true (at_async_task_wait (second, -1, NULL, NULL));
  at_test_record_assert_trace (&record, "pre body");
  at_test_finish (second);
  at_test_finish (first);
  at_test_assert_last_reference (second);
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_record_clear (&record);
}

static gboolean
wait_for_it (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  return at_async_task_wait (*(AtAsyncTask **) user_data, -1, NULL, error);
}

/* A body that waits for what waits for it. */
static void
test_wait_deadlock (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  AtAsyncTask *second;
  g_autoptr (AtAsyncTask) first = at_async_task_new (wait_for_it, &second, NULL);
  g_autoptr (AtAsyncTask) between = at_async_task_new (at_test_body_succeed, NULL, NULL);

  second = at_async_task_new (at_test_body_succeed, NULL, NULL);
  add (between, first);
  add (second, between);
  at_test_execute (between, pool);
  at_test_execute (second, pool);
  at_test_execute (first, pool);
  at_test_finish (first);
  g_assert_error (at_async_task_get_error (first), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  at_test_finish (second);
  at_test_finish (between);
  g_assert_finalize_object (second);
}

/* An executor that refuses it by the time it begins. */
static void
test_rejected (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtThreadPoolExecutor) other_pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) first = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) second = at_async_task_new (at_test_body_succeed, NULL, NULL);

  add (second, first);
  at_test_execute (second, AT_EXECUTOR (other_pool));
  at_thread_pool_executor_shutdown (other_pool, FALSE);
  at_test_execute (first, pool);
  at_test_finish (second);
  g_assert_error (at_async_task_get_error (second), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  at_test_finish (first);
}

/* As many as there are, with the stack of one. */
static void
test_chain (gconstpointer data)
{
  gboolean fails = data != NULL;
  guint n = at_test_scale (100000);
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  AtAsyncTask **tasks = g_new (AtAsyncTask *, n);

  for (guint i = 0; i < n; i++)
    {
      tasks[i] = at_async_task_new (fails ? at_test_body_fail : at_test_body_succeed, NULL, NULL);
      if (i > 0)
        {
          add (tasks[i], tasks[i - 1]);
          at_test_execute (tasks[i], here);
        }
    }
  at_test_execute (tasks[0], pool);
  for (guint i = n; i > 0; i--)
    {
      at_test_finish (tasks[i - 1]);
      g_assert_cmpint (at_async_task_get_outcome (tasks[i - 1]), ==,
                       !fails ? AT_OUTCOME_SUCCEEDED : i == 1 ? AT_OUTCOME_FAILED : AT_OUTCOME_CANCELLED);
      g_object_unref (tasks[i - 1]);
    }
  g_free (tasks);
}

/* The prerequisite's end against cancel: it ends once, in either way. */
static void
test_against_cancel (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  guint n = at_test_scale (10000);

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *first = at_async_task_new (at_test_body_succeed, NULL, NULL), *second;
      AtTestRecord record;

      at_test_record_init (&record);
      second = at_test_task_new (&record, at_test_body_succeed, NULL);
      add (second, first);
      at_test_execute (second, pool);
      at_test_execute (first, pool);
      for (guint k = 0; k < i % 100; k++)
        g_thread_yield ();
      at_async_task_cancel (second, TRUE);
      at_test_finish (second);
      at_test_finish (first);
      at_test_record_assert_threads (&record);
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
      g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_CANCELLED), ==, 1);
      at_test_iterate_poll_until (NULL, G_OBJECT (second)->ref_count == 1 && G_OBJECT (first)->ref_count == 1);
      g_assert_finalize_object (second);
      g_assert_finalize_object (first);
      at_test_record_clear (&record);
    }
}

int
main (int    argc,
      char **argv)
{
  at_test_time_own ();
  at_test_init (&argc, &argv);
  g_test_add_func ("/prerequisite/waits", test_waits);
  g_test_add_func ("/prerequisite/several", test_several);
  g_test_add_func ("/prerequisite/done-before", test_done_before);
  g_test_add_data_func ("/prerequisite/failed", "later-failed", test_in_vain);
  g_test_add_data_func ("/prerequisite/cancelled", "later-cancelled", test_in_vain);
  g_test_add_data_func ("/prerequisite/failed-before", "before-failed", test_in_vain);
  g_test_add_data_func ("/prerequisite/cancelled-before", "before-cancelled", test_in_vain);
  g_test_add_func ("/prerequisite/heard", test_heard);
  g_test_add_data_func ("/prerequisite/cancel", "cancel", test_acts);
  g_test_add_data_func ("/prerequisite/timeout", "timeout", test_acts);
  g_test_add_data_func ("/prerequisite/owner-gone", "owner", test_acts);
  g_test_add_func ("/prerequisite/errors", test_errors);
  g_test_add_data_func ("/prerequisite/elsewhere", NULL, test_elsewhere);
  g_test_add_data_func ("/prerequisite/elsewhere-listening", "", test_elsewhere);
  g_test_add_func ("/prerequisite/wait", test_wait);
  g_test_add_func ("/prerequisite/wait-deadlock", test_wait_deadlock);
  g_test_add_func ("/prerequisite/rejected", test_rejected);
  g_test_add_data_func ("/prerequisite/chain", NULL, test_chain);
  g_test_add_data_func ("/prerequisite/chain-in-vain", "", test_chain);
  g_test_add_func ("/prerequisite/against-cancel", test_against_cancel);

  return g_test_run ();
}
