/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <math.h>
#include <string.h>

/* Time passes here when a test says so: what is up after an hour is up no sooner, and what
 * is up after a moment no later, on whatever machine. */

#define HOUR 3600.0

/* How many threads of the timers' there are. */
static guint
count_timer_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *number;
  guint n = 0;

  while (dir != NULL && (number = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc/self/task", number, "comm", NULL);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL) && g_str_has_prefix (name, "at-timer"))
        n++;
    }

  return n;
}

static void
assert_timed_out (AtAsyncTask *task)
{
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
  g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
}

/* A clock of the test's own, which is up when that of a task would be. */
static void
let_pass (double seconds)
{
  g_autoptr (AtExecutor) executor = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) clock = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestGate gate;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_test_execute (blocker, executor);
  at_async_task_set_timeout (clock, seconds);
  at_test_hear (clock);
  at_test_execute (clock, executor);
  at_test_time_skip (seconds);
  at_test_finish (clock);
  assert_timed_out (clock);
  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_gate_clear (&gate);
}

static void
test_property (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestRecord record;
  double seconds;

  at_test_record_init (&record);
  at_test_record_watch (&record, task);
  g_assert_cmpfloat (at_async_task_get_timeout (task), ==, -1);
  at_async_task_set_timeout (task, -1);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "timeout"), ==, 0);
  g_object_set (task, "timeout", 2.5, NULL);
  g_object_get (task, "timeout", &seconds, NULL);
  g_assert_cmpfloat (seconds, ==, 2.5);
  at_async_task_set_timeout (task, 2.5);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "timeout"), ==, 1);
  at_test_assert_critical (at_async_task_set_timeout (task, -2));
  at_test_assert_critical (at_async_task_set_timeout (task, -0.5));
  at_test_assert_critical (at_async_task_set_timeout (task, NAN));
  at_async_task_set_timeout (task, INFINITY);
  at_async_task_set_timeout (task, -1);
  g_assert_cmpfloat (at_async_task_get_timeout (task), ==, -1);

  at_async_task_execute (task, NULL, NULL);
  at_test_finish (task);
  at_test_record_clear (&record);
}

/* Up in execute(), which says TRUE, and calls nothing back. */
static void
test_zero (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_timeout (task, 0);
  at_test_execute (task, pool);
  at_test_record_assert_trace (&record, "");
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_ENDED);
  assert_timed_out (task);
  g_assert_true (at_async_task_is_cancelled (task));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "failed");
  assert_timed_out (task);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Whatever the executor would have said. */
static void
test_zero_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_timeout (task, 0);
  at_thread_pool_executor_shutdown (pool, FALSE);
  at_test_execute (task, AT_EXECUTOR (pool));
  at_test_finish (task);
  assert_timed_out (task);
  at_test_record_assert_trace (&record, "failed");
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Queued, it fails at once, and its body never runs. */
static void
test_queued (gconstpointer data)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = NULL;
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtAsyncTask) next = NULL;
  AtExecutor *executor = pool;
  AtTestRecord record;
  AtTestGate gate;

  if (data != NULL)
    executor = serial = AT_EXECUTOR (at_serial_executor_new (pool));
  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  next = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (blocker, executor);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (task, executor);
  at_test_execute (next, executor);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_QUEUED);

  at_test_time_skip (HOUR - 1);
  g_assert_false (at_async_task_is_cancelled (task));
  at_test_time_skip (1);
  at_test_finish (task);
  assert_timed_out (task);
  at_test_record_assert_trace (&record, "pre failed");
  g_assert_cmpint (at_async_task_get_stage (next), ==, AT_STAGE_QUEUED);

  at_test_gate_open (&gate);
  at_test_finish (next);
  at_test_finish (blocker);
  at_test_record_assert_threads (&record);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* It needs no main loop, and wait() tells the task's time from its own. */
static void
test_wait (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_test_execute (blocker, pool);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (task, pool);

  g_assert_false (at_async_task_wait (task, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_clear_error (&error);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  g_assert_null (at_async_task_get_error (task));

  at_test_time_skip (HOUR);
  g_assert_false (at_async_task_wait (task, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_timed_out (task);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);

  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_finish (blocker);
  at_test_gate_clear (&gate);
}

/* From the end of the computation until the last callback a cancel() still turns it. */
static void
test_cancel_wins (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_timeout (task, 0);
  at_test_execute (task, pool);
  assert_timed_out (task);
  g_assert_false (at_async_task_cancel (task, FALSE));
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
  g_assert_null (at_async_task_get_error (task));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "cancelled");
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* A body that runs. */

typedef struct
{
  AtTestGate began, goes_on, returns;
  gboolean   triggered;
  gboolean   has_to_stop;
  GError    *checkpoint_error;
  GError    *sleep_error;
} Body;

static void
body_init (Body *body)
{
  memset (body, 0, sizeof *body);
  at_test_gate_init (&body->began);
  at_test_gate_init (&body->goes_on);
  at_test_gate_init (&body->returns);
  at_test_gate_open (&body->began);
}

static void
body_clear (Body *body)
{
  at_test_gate_clear (&body->began);
  at_test_gate_clear (&body->goes_on);
  at_test_gate_clear (&body->returns);
  g_clear_error (&body->checkpoint_error);
  g_clear_error (&body->sleep_error);
}

static gboolean
run_stubborn (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  Body *body = user_data;

  at_async_task_publish (task, G_TYPE_INT, 1);
  at_test_gate_pass (&body->began);
  at_test_gate_pass (&body->goes_on);
  body->triggered = g_cancellable_is_cancelled (cancellable);
  body->has_to_stop = at_async_task_is_cancelled (task);
  at_async_task_checkpoint (task, &body->checkpoint_error);
  at_async_task_sleep (task, HOUR, &body->sleep_error);
  at_async_task_publish (task, G_TYPE_INT, 2);
  at_test_gate_pass (&body->returns);

  return at_async_task_return (task, G_TYPE_INT, 42);
}

static void
on_control (AtAsyncTask *task)
{
}

/* Interrupted as by cancel (TRUE); and failed when it has returned, whatever it returns. */
static void
test_running (gconstpointer data)
{
  gboolean is_cancelled = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Body body;

  body_init (&body);
  at_test_record_init (&record);
  task = at_test_task_new (&record, run_stubborn, &body);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&body.began, 1);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RUNNING);
  at_test_time_skip (HOUR);
  at_test_poll_until (at_async_task_is_cancelled (task));
  at_test_poll_until (g_cancellable_is_cancelled (at_async_task_get_cancellable (task)));
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RUNNING);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);

  at_test_gate_open (&body.goes_on);
  at_test_gate_wait_arrived (&body.returns, 1);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);
  if (is_cancelled)
    g_assert_true (at_async_task_cancel (task, FALSE));
  at_test_gate_open (&body.returns);
  at_test_finish (task);

  g_assert_true (body.triggered);
  g_assert_true (body.has_to_stop);
  g_assert_error (body.checkpoint_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_error (body.sleep_error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 42);
  if (is_cancelled)
    {
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
      g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_CANCELLED), ==, 1);
    }
  else
    {
      assert_timed_out (task);
      at_test_record_assert_trace (&record, "pre body progress progress failed");
    }
  at_test_record_assert_threads (&record);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  body_clear (&body);
}

/* control_changed() tells a body that blocks elsewhere. */

G_DECLARE_FINAL_TYPE (BlockedTask, blocked_task, BLOCKED, TASK, AtAsyncTask)

struct _BlockedTask
{
  AtAsyncTask parent_instance;
  AtTestGate  gate;
};

G_DEFINE_TYPE (BlockedTask, blocked_task, AT_TYPE_ASYNC_TASK)

static gboolean
blocked_in_background (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       GError       **error)
{
  at_test_gate_pass (&BLOCKED_TASK (task)->gate);

  return TRUE;
}

static void
blocked_control_changed (AtAsyncTask *task)
{
  if (at_async_task_is_cancelled (task))
    at_test_gate_open (&BLOCKED_TASK (task)->gate);
}

static void
blocked_finalize (GObject *object)
{
  at_test_gate_clear (&BLOCKED_TASK (object)->gate);
  G_OBJECT_CLASS (blocked_task_parent_class)->finalize (object);
}

static void
blocked_task_class_init (BlockedTaskClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = blocked_finalize;
  AT_ASYNC_TASK_CLASS (klass)->in_background = blocked_in_background;
  AT_ASYNC_TASK_CLASS (klass)->control_changed = blocked_control_changed;
  AT_ASYNC_TASK_CLASS (klass)->pre_execute = on_control;
}

static void
blocked_task_init (BlockedTask *self)
{
  at_test_gate_init (&self->gate);
}

static void
test_control_changed (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = g_object_new (blocked_task_get_type (), NULL);

  at_test_hear (task);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&BLOCKED_TASK (task)->gate, 1);
  at_test_time_skip (HOUR);
  at_test_finish (task);
  assert_timed_out (task);
}

/* The clock. */

static void
test_pause (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Body body;

  body_init (&body);
  at_test_record_init (&record);
  task = at_test_task_new (&record, run_stubborn, &body);
  at_async_task_set_timeout (task, HOUR);

  /* It is paused before, and while it runs. */
  at_async_task_pause (task);
  at_test_execute (task, pool);
  let_pass (2 * HOUR);
  at_async_task_resume (task);
  let_pass (HOUR / 4);
  at_test_gate_wait_arrived (&body.began, 1);
  at_async_task_pause (task);
  at_test_poll_until (count_timer_threads () == 0);
  let_pass (2 * HOUR);
  at_async_task_resume (task);
  let_pass (HOUR / 4);
  g_assert_false (at_async_task_is_cancelled (task));
  at_test_time_skip (HOUR / 2);
  at_test_gate_open (&body.goes_on);
  at_test_gate_open (&body.returns);
  at_test_finish (task);
  assert_timed_out (task);
  at_test_record_clear (&record);
  body_clear (&body);
}

/* Set while it is queued: longer, shorter than what has passed, or none. */
static void
test_set_late (gconstpointer data)
{
  double before = *(const double *) data;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_timeout (task, before);
  at_test_execute (blocker, pool);
  at_test_execute (task, pool);

  at_test_time_skip (HOUR / 2);
  at_async_task_set_timeout (task, 3 * HOUR);
  let_pass (2 * HOUR);
  g_assert_false (at_async_task_is_cancelled (task));
  at_async_task_set_timeout (task, -1);
  at_test_poll_until (count_timer_threads () == 0);
  at_test_time_skip (24 * HOUR);
  g_assert_false (at_async_task_is_cancelled (task));
  at_async_task_set_timeout (task, 48 * HOUR);
  at_test_poll_until (count_timer_threads () == 1);

  /* Now, and with no callback inside. */
  at_async_task_set_timeout (task, 26 * HOUR);
  assert_timed_out (task);
  at_test_record_assert_trace (&record, "pre");

  /* After the end there is nothing to set. */
  at_async_task_set_timeout (task, 7);
  g_assert_cmpfloat (at_async_task_get_timeout (task), ==, 26 * HOUR);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre failed");
  at_async_task_set_timeout (task, 7);
  g_assert_cmpfloat (at_async_task_get_timeout (task), ==, 26 * HOUR);

  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
on_pre_set_timeout (AtAsyncTask *task)
{
  at_async_task_set_timeout (task, 0);
  g_assert_true (at_async_task_is_cancelled (task) || at_async_task_get_stage (task) == AT_STAGE_QUEUED);
}

/* From pre-execute: the body, which has not begun, does not. */
static void
test_set_in_pre_execute (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_hear (task);
  g_signal_connect (task, "pre-execute", G_CALLBACK (on_pre_set_timeout), NULL);
  at_test_execute (task, pool);
  assert_timed_out (task);
  at_test_finish (task);
  assert_timed_out (task);
}

static void
set_now (AtAsyncTask *task,
         GParamSpec  *pspec,
         gpointer     unused)
{
  at_async_task_set_timeout (task, 0);
}

/* The same with a timeout that was there before. */
static void
test_shorten_in_pre_execute (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_hear (task);
  at_async_task_set_timeout (task, HOUR);
  g_signal_connect (task, "notify::status", G_CALLBACK (set_now), NULL);
  at_test_execute (task, pool);
  assert_timed_out (task);
  at_test_finish (task);
  at_test_poll_until (count_timer_threads () == 0);
}

/* One that was refused is pending: its clock begins anew when it is executed again. */
static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) closed = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_thread_pool_executor_shutdown (closed, FALSE);
  at_async_task_set_timeout (task, HOUR);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (closed), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_PENDING);
  at_test_poll_until (count_timer_threads () == 0);
  at_test_time_skip (2 * HOUR);
  g_assert_false (at_async_task_is_cancelled (task));

  at_test_execute (task, pool);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
}

typedef struct
{
  AtAsyncTask *task;
  AtExecutor  *executor;
  GError      *error;
} Afar;

static gpointer
execute_and_wait (gpointer data)
{
  Afar *afar = data;

  at_test_execute (afar->task, afar->executor);
  g_assert_cmpint (at_async_task_get_stage (afar->task), ==, AT_STAGE_QUEUED);
  at_test_time_skip (HOUR);
  at_async_task_wait (afar->task, -1, NULL, &afar->error);

  return NULL;
}

/* Its owner, who would have to call pre-execute, does not iterate its context. */
static void
test_afar (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Afar afar = { NULL, pool, NULL };

  at_test_record_init (&record);
  task = afar.task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_timeout (task, HOUR);
  g_thread_join (g_thread_new ("afar", execute_and_wait, &afar));
  g_assert_error (afar.error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  assert_timed_out (task);
  at_test_record_assert_trace (&record, "");
  at_test_finish (task);
  at_test_record_assert_trace (&record, "failed");
  at_test_record_assert_threads (&record);
  g_clear_error (&afar.error);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* The thread of the timers is there while one is pending, and no longer. */
static void
test_threads (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtAsyncTask *tasks[20], *owned;
  AtTestGate gate;

  at_test_poll_until (count_timer_threads () == 0);
  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (at_test_body_gate, &gate, NULL);
      at_async_task_set_timeout (tasks[i], HOUR + i);
      at_test_poll_until (count_timer_threads () == (i > 0));
      at_test_execute (tasks[i], pool);
      at_test_poll_until (count_timer_threads () == 1);
    }
  owned = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_async_task_set_owner (owned, owner);
  at_async_task_set_timeout (owned, HOUR);
  at_test_execute (owned, pool);

  for (guint i = 10; i < G_N_ELEMENTS (tasks); i++)
    at_async_task_cancel (tasks[i], FALSE);
  at_test_poll_until (count_timer_threads () == 1);
  g_assert_finalize_object (g_steal_pointer (&owner));

  /* Where the computations are done, and nobody has been told. */
  at_test_gate_open (&gate);
  for (guint i = 0; i < 10; i++)
    g_assert_true (at_async_task_wait (tasks[i], -1, NULL, NULL));
  at_test_poll_until (count_timer_threads () == 0);

  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
  at_test_finish (owned);
  g_assert_finalize_object (owned);
  at_test_gate_clear (&gate);
}

/* Each ends once, as one of the two. */
static void
test_against_end (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  guint n = at_test_scale (10000), n_timed_out = 0;

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task;
      AtTestRecord record;

      at_test_record_init (&record);
      task = at_test_task_new (&record, at_test_body_succeed, NULL);
      at_async_task_set_timeout (task, (i % 50) / 1000000.0);
      at_test_execute (task, pool);
      at_test_finish (task);
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
      if (at_async_task_get_outcome (task) == AT_OUTCOME_FAILED)
        {
          assert_timed_out (task);
          n_timed_out++;
        }
      else
        {
          g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
          g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 1);
        }
      at_async_task_set_timeout (task, 0);
      at_test_iterate_poll_until (NULL, G_OBJECT (task)->ref_count == 1);
      g_assert_finalize_object (task);
      at_test_record_clear (&record);
    }
  g_assert_cmpuint (n_timed_out, >=, n / 50);
}

/* Sleep. */

typedef struct
{
  double     seconds;
  AtTestGate began;
  GError    *error;
} Nap;

static gboolean
take_nap (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  Nap *nap = user_data;

  at_test_gate_pass (&nap->began);
  at_async_task_sleep (task, nap->seconds, &nap->error);

  return TRUE;
}

static void
nap_init (Nap    *nap,
          double  seconds)
{
  nap->seconds = seconds;
  nap->error = NULL;
  at_test_gate_init (&nap->began);
  at_test_gate_open (&nap->began);
}

static void
nap_clear (Nap *nap)
{
  g_clear_error (&nap->error);
  at_test_gate_clear (&nap->began);
}

/* The slot is for others meanwhile, and the time counts. */
static void
test_sleep (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Nap nap;

  nap_init (&nap, HOUR);
  task = at_async_task_new (take_nap, &nap, NULL);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&nap.began, 1);
  at_test_settle (NULL, pool);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RUNNING);
  at_test_time_skip (HOUR);
  at_test_finish (task);
  g_assert_no_error (nap.error);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), >=, HOUR);
  nap_clear (&nap);
}

/* A checkpoint when it is over, not before. */
static void
test_sleep_paused (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Nap nap;

  nap_init (&nap, HOUR);
  task = at_async_task_new (take_nap, &nap, NULL);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&nap.began, 1);
  at_test_settle (NULL, pool);
  at_async_task_pause (task);
  at_test_time_skip (2 * HOUR);
  at_test_settle (NULL, pool);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RUNNING);
  at_async_task_resume (task);
  at_test_finish (task);
  g_assert_no_error (nap.error);
  nap_clear (&nap);
}

static void
test_sleep_ends_early (gconstpointer data)
{
  gboolean times_out = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Nap nap;

  nap_init (&nap, INFINITY);
  task = at_async_task_new (take_nap, &nap, NULL);
  at_test_hear (task);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&nap.began, 1);
  if (times_out)
    at_test_time_skip (HOUR);
  else
    at_async_task_cancel (task, FALSE);
  at_test_finish (task);
  g_assert_true (g_error_matches (nap.error, G_IO_ERROR, times_out ? G_IO_ERROR_TIMED_OUT : G_IO_ERROR_CANCELLED));
  nap_clear (&nap);
}

static gboolean
sleep_wrongly (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  g_assert_true (at_async_task_sleep (task, 0, error));
  at_test_assert_critical (g_assert_false (at_async_task_sleep (task, -1, error)));
  at_test_assert_critical (g_assert_false (at_async_task_sleep (task, NAN, error)));
  at_test_assert_critical (g_assert_false (at_async_task_sleep (user_data, 1, error)));
  g_assert_true (error == NULL || *error == NULL);

  return TRUE;
}

static void
test_sleep_outside (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (sleep_wrongly, other, NULL);
  GError *error = NULL;

  at_test_assert_critical (g_assert_false (at_async_task_sleep (task, 1, &error)));
  g_assert_null (error);
  at_test_execute (task, pool);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
}

/* Stages. */

static void
on_any_notify (GObject    *task,
               GParamSpec *pspec,
               gpointer    trace)
{
  /* Which follows all others in its own time. */
  if (g_str_equal (pspec->name, "summary"))
    return;

  /* That one comes when there is time to read it. */
  if (g_str_equal (pspec->name, "summary"))
    return;

  g_string_append_printf (trace, "%s ", pspec->name);
  if (g_str_equal (pspec->name, "stage"))
    g_string_append_printf (trace, "(%d) ", at_async_task_get_stage (AT_ASYNC_TASK (task)));
}

static void
on_last (AtAsyncTask   *task,
         gconstpointer  payload,
         gpointer       trace)
{
  g_string_append (trace, "last ");
}

static gboolean
gate_with_progress (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  at_test_gate_pass (user_data);
  at_async_task_set_fraction (task, 1);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "No");

  return FALSE;
}

/* In their order. */
static void
test_order (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GString) trace = g_string_new (NULL);
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = at_async_task_new (gate_with_progress, &gate, NULL);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_PENDING);
  g_signal_connect (task, "notify", G_CALLBACK (on_any_notify), trace);
  g_signal_connect (task, "failed", G_CALLBACK (on_last), trace);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_true (g_str_has_prefix (trace->str, "status active stage (2) executor "));
  g_string_truncate (trace, 0);
  at_test_iterate_until (NULL, strstr (trace->str, "indeterminate") != NULL);
  g_assert_cmpstr (trace->str, ==, "stage (3) indeterminate ");
  at_async_task_pause (task);
  g_string_truncate (trace, 0);

  at_test_gate_open (&gate);
  at_async_task_wait (task, -1, NULL, NULL);
  at_test_finish (task);
  g_assert_cmpstr (trace->str, ==,
                   "fraction indeterminate remaining elapsed paused outcome error stage (5) last status active ");
  at_test_gate_clear (&gate);
}

static void
count (AtAsyncTask *task,
       GParamSpec  *pspec,
       gpointer     n)
{
  (*(guint *) n)++;
}

/* Sent home where somebody has read it; and where nobody cares, nothing is. */
static void
test_stage_read (gconstpointer data)
{
  gboolean is_read = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;
  guint n = 0;

  at_test_gate_init (&gate);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  if (is_read)
    at_async_task_get_stage (task);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  g_signal_connect (task, "notify::stage", G_CALLBACK (count), &n);
  if (is_read)
    at_test_iterate_until (NULL, n == 1);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (n, ==, is_read ? 1 : 0);
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpuint (n, ==, is_read ? 2 : 1);
  at_test_gate_clear (&gate);
}

/* And where it is in a list. */
static void
test_stage_listed (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtTaskList) list = at_task_list_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;
  guint n = 0;

  at_test_gate_init (&gate);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  at_task_list_add (list, task);
  at_test_execute (task, pool);
  g_signal_connect (task, "notify::stage", G_CALLBACK (count), &n);
  at_test_iterate_until (NULL, n == 1);
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpuint (n, ==, 2);
  at_test_gate_clear (&gate);
}

int
main (int    argc,
      char **argv)
{
  static const double hour = HOUR, none = -1;

  at_test_time_own ();
  at_test_init (&argc, &argv);
  g_test_add_func ("/timeout/property", test_property);
  g_test_add_func ("/timeout/zero", test_zero);
  g_test_add_func ("/timeout/zero-refused", test_zero_refused);
  g_test_add_data_func ("/timeout/queued", NULL, test_queued);
  g_test_add_data_func ("/timeout/queued-serially", "", test_queued);
  g_test_add_func ("/timeout/wait", test_wait);
  g_test_add_func ("/timeout/cancel-wins", test_cancel_wins);
  g_test_add_data_func ("/timeout/running", NULL, test_running);
  g_test_add_data_func ("/timeout/running-cancelled", "", test_running);
  g_test_add_func ("/timeout/control-changed", test_control_changed);
  g_test_add_func ("/timeout/pause", test_pause);
  g_test_add_data_func ("/timeout/set-late", &hour, test_set_late);
  g_test_add_data_func ("/timeout/set-late-first", &none, test_set_late);
  g_test_add_func ("/timeout/set-in-pre-execute", test_set_in_pre_execute);
  g_test_add_func ("/timeout/shorten-in-pre-execute", test_shorten_in_pre_execute);
  g_test_add_func ("/timeout/refused", test_refused);
  g_test_add_func ("/timeout/afar", test_afar);
  g_test_add_func ("/timeout/threads", test_threads);
  g_test_add_func ("/timeout/against-end", test_against_end);
  g_test_add_func ("/sleep/slot", test_sleep);
  g_test_add_func ("/sleep/paused", test_sleep_paused);
  g_test_add_data_func ("/sleep/cancelled", NULL, test_sleep_ends_early);
  g_test_add_data_func ("/sleep/timed-out", "", test_sleep_ends_early);
  g_test_add_func ("/sleep/outside", test_sleep_outside);
  g_test_add_func ("/stage/order", test_order);
  g_test_add_data_func ("/stage/read", "", test_stage_read);
  g_test_add_data_func ("/stage/unread", NULL, test_stage_read);
  g_test_add_func ("/stage/listed", test_stage_listed);

  return g_test_run ();
}
