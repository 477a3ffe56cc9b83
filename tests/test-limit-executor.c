/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

static AtAsyncTask *
execute (AtTaskFunc       func,
         gpointer         data,
         AtLimitExecutor *limit)
{
  AtAsyncTask *task = at_async_task_new (func, data, NULL);
  g_autoptr (GError) error = NULL;

  at_async_task_execute_on_executor (task, AT_EXECUTOR (limit), NULL, &error);
  g_assert_no_error (error);

  return task;
}

static void
finish (AtAsyncTask *task)
{
  at_test_finish (task);
  g_object_unref (task);
}

static void
assert_counts (AtLimitExecutor *limit,
               guint            n_running,
               guint            n_queued)
{
  guint running, queued;

  g_assert_cmpuint (at_limit_executor_get_n_running (limit), ==, n_running);
  g_assert_cmpuint (at_limit_executor_get_n_queued (limit), ==, n_queued);
  g_object_get (limit, "n-running", &running, "n-queued", &queued, NULL);
  g_assert_cmpuint (running, ==, n_running);
  g_assert_cmpuint (queued, ==, n_queued);
}

#define assert_idle(limit) \
  at_test_poll_until (at_limit_executor_get_n_running (limit) == 0)

static void
test_properties (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtLimitExecutor *limit = at_limit_executor_new (NULL, 4);
  AtExecutor *target;
  guint max_running;

  g_assert_true (at_limit_executor_get_target (limit) == at_thread_pool_executor_get_default ());
  g_assert_cmpuint (at_limit_executor_get_max_running (limit), ==, 4);
  assert_counts (limit, 0, 0);
  g_assert_finalize_object (limit);

  limit = g_object_new (AT_TYPE_LIMIT_EXECUTOR, "target", pool, NULL);
  g_object_get (limit, "target", &target, "max-running", &max_running, NULL);
  g_assert_true (target == AT_EXECUTOR (pool));
  g_assert_cmpuint (max_running, ==, 1);
  g_object_unref (target);
  g_object_set (limit, "max-running", 7, NULL);
  g_assert_cmpuint (at_limit_executor_get_max_running (limit), ==, 7);
  g_assert_finalize_object (limit);
}

static void
test_wrong_use (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 2);

  at_test_assert_critical (at_limit_executor_new (NULL, 0));
  at_test_assert_critical (at_limit_executor_set_max_running (limit, 0));
  g_assert_cmpuint (at_limit_executor_get_max_running (limit), ==, 2);
}

/* No more than so many at a time, whatever the target could do. */
static void
limit_over (AtExecutor *target)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (target, 2);
  AtTestGate gate;
  AtAsyncTask *tasks[5];

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 2);
  assert_counts (limit, 2, 3);
  g_assert_cmpuint (at_test_gate_get_arrived (&gate), ==, 2);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  assert_idle (limit);
  assert_counts (limit, 0, 0);
  at_test_gate_clear (&gate);
}

/* One of somebody else's, with a thread for each task. */

#define TYPE_SPAWNER (spawner_get_type ())
G_DECLARE_FINAL_TYPE (Spawner, spawner, TEST, SPAWNER, GObject)

struct _Spawner
{
  GObject parent_instance;
  int     refuses; /* atomic */
};

static gpointer
run_and_drop (gpointer task)
{
  at_async_task_run (task);
  g_object_unref (task);

  return NULL;
}

static gboolean
spawner_execute (AtExecutor   *executor,
                 AtAsyncTask  *task,
                 GError      **error)
{
  if (g_atomic_int_get (&TEST_SPAWNER (executor)->refuses))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "Not today");
      return FALSE;
    }
  g_thread_unref (g_thread_new ("spawned", run_and_drop, g_object_ref (task)));

  return TRUE;
}

static void
spawner_iface_init (AtExecutorInterface *iface)
{
  iface->execute = spawner_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Spawner, spawner, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, spawner_iface_init))

static void
spawner_class_init (SpawnerClass *klass)
{
}

static void
spawner_init (Spawner *self)
{
}

static void
test_targets (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 8);
  g_autoptr (AtLimitExecutor) wider = at_limit_executor_new (AT_EXECUTOR (pool), 3);
  g_autoptr (Spawner) spawner = g_object_new (TYPE_SPAWNER, NULL);

  limit_over (NULL);
  limit_over (AT_EXECUTOR (pool));
  limit_over (AT_EXECUTOR (wider));
  limit_over (AT_EXECUTOR (spawner));
}

/* A limit has no threads: the target's may be fewer, and a serial one's turns as well. */
static void
test_narrower_target (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 4);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtLimitExecutor) over_serial = at_limit_executor_new (AT_EXECUTOR (serial), 2);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 2);
  g_autoptr (AtSerialExecutor) serial_over = at_serial_executor_new (AT_EXECUTOR (limit));
  AtTestGate gate;
  AtAsyncTask *tasks[4];

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (at_test_body_gate, &gate, over_serial);
  at_test_gate_wait_arrived (&gate, 1);
  assert_counts (over_serial, 2, 2);
  g_assert_cmpuint (at_test_gate_get_arrived (&gate), ==, 1);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  at_test_gate_clear (&gate);

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (serial_over), NULL, NULL));
    }
  at_test_gate_wait_arrived (&gate, 1);
  assert_counts (limit, 1, 0);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  at_test_gate_clear (&gate);
}

static gboolean
note_thread (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  g_atomic_pointer_set ((GThread **) user_data, g_thread_self ());

  return TRUE;
}

static void
test_over_inline (void)
{
  g_autoptr (AtInlineExecutor) inlined = at_inline_executor_new ();
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (inlined), 1);
  GThread *thread = NULL;

  for (guint i = 0; i < 3; i++)
    {
      AtAsyncTask *task = execute (note_thread, &thread, limit);

      g_assert_true (thread == g_thread_self ());
      assert_counts (limit, 0, 0);
      finish (task);
    }
}

/* The limit, while something runs. */

static guint n_notifies;

static void
count_notify (void)
{
  n_notifies++;
}

static void
test_limit_changes (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);
  AtTestGate gate;
  AtAsyncTask *tasks[4], *last;

  n_notifies = 0;
  g_signal_connect (limit, "notify::max-running", G_CALLBACK (count_notify), NULL);
  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 1);
  assert_counts (limit, 1, 3);

  /* More start at once. */
  at_limit_executor_set_max_running (limit, 3);
  at_test_gate_wait_arrived (&gate, 3);
  assert_counts (limit, 3, 1);
  at_limit_executor_set_max_running (limit, 3);
  g_assert_cmpuint (n_notifies, ==, 1);

  /* Those that run go on, and no other starts until there are few enough. */
  at_limit_executor_set_max_running (limit, 1);
  g_assert_cmpuint (n_notifies, ==, 2);
  assert_counts (limit, 3, 1);
  last = execute (at_test_body_gate, &gate, limit);
  assert_counts (limit, 3, 2);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  finish (last);
  assert_idle (limit);
  at_test_gate_clear (&gate);
}

static int n_at_once, most_at_once;

static gboolean
count_at_once (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  int n = g_atomic_int_add (&n_at_once, 1) + 1;
  int most = g_atomic_int_get (&most_at_once);

  while (n > most && !g_atomic_int_compare_and_exchange (&most_at_once, most, n))
    most = g_atomic_int_get (&most_at_once);
  g_thread_yield ();
  g_atomic_int_add (&n_at_once, -1);

  return TRUE;
}

/* What was lowered while bodies ran holds from then on. */
static void
test_limit_lowered (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 4);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 4);
  AtTestGate gate;
  AtAsyncTask *tasks[4], *later[20];

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 4);
  at_limit_executor_set_max_running (limit, 1);
  most_at_once = 0;
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    later[i] = execute (count_at_once, NULL, limit);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    finish (later[i]);
  g_assert_cmpint (most_at_once, ==, 1);
  at_test_gate_clear (&gate);
}

static GMutex   trace_lock;
static GString *trace;

static gboolean
trace_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  g_mutex_lock (&trace_lock);
  g_string_append (trace, user_data);
  g_mutex_unlock (&trace_lock);

  return TRUE;
}

static void
test_order (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);
  AtTestGate gate;
  AtAsyncTask *blocker, *tasks[5];
  static const char * const names[] = { "A", "B", "C", "D", "E" };

  trace = g_string_new (NULL);
  at_test_gate_init (&gate);
  blocker = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 1);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_async_task_new (trace_body, (gpointer) names[i], NULL);
      if (i == 3)
        at_async_task_set_priority (tasks[i], G_PRIORITY_HIGH);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (limit), NULL, NULL));
    }
  at_async_task_set_priority (tasks[4], G_PRIORITY_HIGH);
  at_async_task_set_priority (tasks[0], G_PRIORITY_LOW);
  at_test_gate_open (&gate);
  finish (blocker);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  g_assert_cmpstr (trace->str, ==, "DEBCA");
  g_string_free (trace, TRUE);
  at_test_gate_clear (&gate);
}

/* One that is cancelled, or fails, is no obstacle. */
static void
test_cancelled_and_failed (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);
  AtTestGate gate;
  AtAsyncTask *blocker, *cancelled, *failed, *last;

  at_test_gate_init (&gate);
  blocker = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 1);
  cancelled = execute (at_test_body_succeed, NULL, limit);
  failed = execute (at_test_body_fail, NULL, limit);
  last = execute (at_test_body_succeed, NULL, limit);
  assert_counts (limit, 1, 3);
  g_assert_true (at_async_task_cancel (cancelled, FALSE));
  assert_counts (limit, 1, 2);
  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_finish (cancelled);
  at_test_finish (failed);
  at_test_finish (last);
  g_assert_cmpint (at_async_task_get_outcome (cancelled), ==, AT_OUTCOME_CANCELLED);
  g_assert_cmpint (at_async_task_get_outcome (failed), ==, AT_OUTCOME_FAILED);
  g_assert_cmpint (at_async_task_get_outcome (last), ==, AT_OUTCOME_SUCCEEDED);
  g_object_unref (blocker);
  g_object_unref (cancelled);
  g_object_unref (failed);
  g_object_unref (last);
  assert_idle (limit);
  at_test_gate_clear (&gate);
}

/* A place is given back while the body waits, and had again before it goes on. */

typedef struct
{
  AtTestGate   before;
  AtTestGate   after;
  AtAsyncTask *awaited;
  int          state; /* atomic: 1 before it waits, 2 after */
} Waiting;

static gboolean
pause_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Waiting *waiting = user_data;
  gboolean goes_on;

  at_test_gate_pass (&waiting->before);
  goes_on = at_async_task_checkpoint (task, error);
  at_test_gate_pass (&waiting->after);

  return goes_on;
}

static void
test_paused (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);
  Waiting waiting = { .state = 0 };
  AtTestGate gate;
  AtAsyncTask *paused, *other, *last;

  at_test_gate_init (&waiting.before);
  at_test_gate_init (&waiting.after);
  at_test_gate_init (&gate);
  paused = execute (pause_body, &waiting, limit);
  at_async_task_pause (paused);
  at_test_gate_wait_arrived (&waiting.before, 1);
  other = execute (at_test_body_gate, &gate, limit);
  last = execute (at_test_body_gate, &gate, limit);
  assert_counts (limit, 1, 2);
  at_test_gate_open (&waiting.before);

  /* The other one has its place. */
  at_test_gate_wait_arrived (&gate, 1);
  assert_counts (limit, 1, 1);

  /* Resumed, it waits for one. Nothing tells when its thread does, and so not either that it
   * comes before what has not begun. */
  at_async_task_resume (paused);
  g_assert_cmpuint (at_test_gate_get_arrived (&waiting.after), ==, 0);
  at_test_gate_open (&gate);
  at_test_finish (other);
  at_test_gate_wait_arrived (&waiting.after, 1);
  at_test_gate_open (&waiting.after);
  finish (paused);
  finish (last);
  g_object_unref (other);
  assert_idle (limit);
  at_test_gate_clear (&gate);
  at_test_gate_clear (&waiting.before);
  at_test_gate_clear (&waiting.after);
}

/* One that is cancelled goes on without a place, so as to end. */
static void
test_cancelled_while_it_waits (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 4);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 1);
  Waiting waiting = { .state = 0 };
  AtTestGate gate;
  AtAsyncTask *paused, *other, *later[20];

  at_test_gate_init (&waiting.before);
  at_test_gate_init (&waiting.after);
  at_test_gate_init (&gate);
  at_test_gate_open (&waiting.before);
  at_test_gate_open (&waiting.after);
  paused = at_async_task_new (pause_body, &waiting, NULL);
  at_async_task_pause (paused);
  g_assert_true (at_async_task_execute_on_executor (paused, AT_EXECUTOR (limit), NULL, NULL));
  other = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_resume (paused);
  at_async_task_cancel (paused, FALSE);
  at_test_finish (paused);
  g_assert_cmpint (at_async_task_get_outcome (paused), ==, AT_OUTCOME_CANCELLED);
  at_test_poll_until (at_limit_executor_get_n_running (limit) == 1);

  /* The limit holds for those that come after it. */
  most_at_once = 0;
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    later[i] = execute (count_at_once, NULL, limit);
  assert_counts (limit, 1, G_N_ELEMENTS (later));
  at_test_gate_open (&gate);
  finish (other);
  for (guint i = 0; i < G_N_ELEMENTS (later); i++)
    finish (later[i]);
  g_assert_cmpint (most_at_once, ==, 1);
  g_object_unref (paused);
  assert_idle (limit);
  at_test_gate_clear (&gate);
  at_test_gate_clear (&waiting.before);
  at_test_gate_clear (&waiting.after);
}

static gboolean
wait_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  Waiting *waiting = user_data;

  at_test_gate_pass (&waiting->before);

  return at_async_task_wait (waiting->awaited, -1, NULL, error);
}

/* What it waits for may be behind it. */
static void
test_wait (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (Spawner) spawner = g_object_new (TYPE_SPAWNER, NULL);
  AtExecutor *targets[] = { NULL, AT_EXECUTOR (pool), AT_EXECUTOR (spawner) };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (targets[i], 1);
      Waiting waiting = { .state = 0 };
      AtAsyncTask *waiter;

      at_test_gate_init (&waiting.before);
      waiter = execute (wait_body, &waiting, limit);
      at_test_gate_wait_arrived (&waiting.before, 1);
      waiting.awaited = execute (at_test_body_succeed, NULL, limit);
      assert_counts (limit, 1, 1);
      at_test_gate_open (&waiting.before);
      at_test_finish (waiter);
      g_assert_cmpint (at_async_task_get_outcome (waiter), ==, AT_OUTCOME_SUCCEEDED);
      finish (waiting.awaited);
      g_object_unref (waiter);
      assert_idle (limit);
      at_test_gate_clear (&waiting.before);
    }
}

/* But not where the target has a single thread, which waits. */
static void
test_would_deadlock (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 1);
  Waiting waiting = { .state = 0 };
  AtAsyncTask *waiter;

  at_test_gate_init (&waiting.before);
  waiter = execute (wait_body, &waiting, limit);
  at_test_gate_wait_arrived (&waiting.before, 1);
  waiting.awaited = execute (at_test_body_succeed, NULL, limit);
  at_test_gate_open (&waiting.before);
  at_test_finish (waiter);
  g_assert_error (at_async_task_get_error (waiter), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  finish (waiting.awaited);
  g_object_unref (waiter);
  at_test_gate_clear (&waiting.before);
}

static gboolean
sleep_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  return at_async_task_sleep (task, 3600, error);
}

static void
test_sleep (void)
{
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (NULL, 1);
  AtAsyncTask *sleeper = execute (sleep_body, NULL, limit);
  AtAsyncTask *other = execute (at_test_body_succeed, NULL, limit);

  at_test_finish (other);
  at_async_task_cancel (sleeper, FALSE);
  finish (sleeper);
  g_object_unref (other);
  assert_idle (limit);
}

static gboolean
fail_first (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  if (g_atomic_int_add ((int *) user_data, 1) == 0)
    return at_test_body_fail (task, params, cancellable, NULL, error);

  return TRUE;
}

static double
wait_an_hour (AtAsyncTask  *task,
              const GError *error,
              guint         attempt,
              gpointer      user_data)
{
  return 3600;
}

/* Between two attempts there is no place taken, also not by way of another limit. */
static void
test_between_attempts (void)
{
  g_autoptr (AtLimitExecutor) inner = at_limit_executor_new (NULL, 1);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (inner), 1);
  AtAsyncTask *task, *other;
  int n_attempts = 0;

  task = at_async_task_new (fail_first, &n_attempts, NULL);
  at_async_task_set_retry (task, 2, wait_an_hour, NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (limit), NULL, NULL));
  other = execute (at_test_body_succeed, NULL, limit);
  at_test_finish (other);
  at_test_poll_until (at_async_task_get_stage (task) == AT_STAGE_RETRYING);
  assert_idle (limit);
  assert_idle (inner);

  /* The priority of its next attempt. */
  at_async_task_set_priority (task, G_PRIORITY_HIGH);
  at_async_task_try_now (task);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (n_attempts, ==, 2);
  assert_idle (limit);
  assert_idle (inner);
  g_object_unref (task);
  g_object_unref (other);
}

/* A body that another one runs inside of waits, and both give their places away: the task
 * that is executed then needs one of each. */
static gboolean
nest_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  AtExecutor **executors = user_data;
  g_autoptr (AtInlineExecutor) inlined = at_inline_executor_new ();
  g_autoptr (AtLimitExecutor) here = at_limit_executor_new (AT_EXECUTOR (inlined), 1);
  g_autoptr (AtAsyncTask) inner = NULL;
  Waiting waiting = { .state = 0 };
  gboolean succeeded;

  at_test_gate_init (&waiting.before);
  at_test_gate_open (&waiting.before);
  waiting.awaited = at_async_task_new (at_test_body_succeed, NULL, NULL);
  if (!at_async_task_execute_on_executor (waiting.awaited, executors[0], NULL, error))
    return FALSE;

  inner = at_async_task_new (wait_body, &waiting, NULL);
  succeeded = at_async_task_execute_on_executor (inner, AT_EXECUTOR (here), NULL, error) &&
              at_async_task_wait (inner, 0, NULL, error) &&
              at_limit_executor_get_n_running (here) == 0;
  g_object_unref (waiting.awaited);
  at_test_gate_clear (&waiting.before);

  return succeeded;
}

static void
test_nested_bodies (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (AtLimitExecutor) inner = at_limit_executor_new (AT_EXECUTOR (pool), 1);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (inner), 1);
  AtExecutor *executors[] = { AT_EXECUTOR (limit) };
  AtAsyncTask *task = execute (nest_body, executors, limit);

  at_test_finish (task);
  g_assert_no_error (at_async_task_get_error (task));
  g_object_unref (task);
  assert_idle (limit);
  assert_idle (inner);
}

/* Refusals of the target. */

static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_thread_pool_executor_shutdown (pool, FALSE);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (limit), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  assert_counts (limit, 0, 0);

  /* It can be executed elsewhere. */
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
}

static void
test_refused_later (void)
{
  g_autoptr (Spawner) spawner = g_object_new (TYPE_SPAWNER, NULL);
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);

  for (guint i = 0; i < 2; i++)
    {
      AtExecutor *target = i == 0 ? AT_EXECUTOR (spawner) : AT_EXECUTOR (pool);
      g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (target, 1);
      AtAsyncTask *blocker, *first, *second;
      AtTestGate gate;

      at_test_gate_init (&gate);
      blocker = execute (at_test_body_gate, &gate, limit);
      at_test_gate_wait_arrived (&gate, 1);
      first = execute (at_test_body_succeed, NULL, limit);
      second = execute (at_test_body_succeed, NULL, limit);
      g_atomic_int_set (&spawner->refuses, TRUE);
      if (i == 1)
        at_thread_pool_executor_shutdown (pool, FALSE);
      at_test_gate_open (&gate);
      at_test_finish (blocker);
      at_test_finish (first);
      at_test_finish (second);
      g_assert_cmpint (at_async_task_get_outcome (blocker), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_error (at_async_task_get_error (first), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
      g_assert_error (at_async_task_get_error (second), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
      assert_idle (limit);

      /* It goes on when the target does. */
      g_atomic_int_set (&spawner->refuses, FALSE);
      if (i == 0)
        finish (execute (at_test_body_succeed, NULL, limit));
      g_object_unref (blocker);
      g_object_unref (first);
      g_object_unref (second);
      at_test_gate_clear (&gate);
    }
}

static void
note_gone (gpointer  data,
           GObject  *object)
{
  g_atomic_int_set ((int *) data, TRUE);
}

/* Dropped, it lets what it has finish. */
static void
test_dropped (void)
{
  AtLimitExecutor *limit = at_limit_executor_new (NULL, 2);
  int is_gone = FALSE;
  AtTestGate gate;
  AtAsyncTask *tasks[5];

  at_test_gate_init (&gate);
  g_object_weak_ref (G_OBJECT (limit), note_gone, &is_gone);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (at_test_body_gate, &gate, limit);
  at_test_gate_wait_arrived (&gate, 2);
  g_object_unref (limit);
  g_assert_false (g_atomic_int_get (&is_gone));
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
    finish (tasks[i]);
  at_test_poll_until (g_atomic_int_get (&is_gone));
  at_test_gate_clear (&gate);
}

/* Many that wait now and then, while the limit changes: at most so many run, and all do. */

static int max_allowed;

static gboolean
busy_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (g_atomic_int_add (&n_at_once, 1), <, max_allowed);
      g_thread_yield ();
      g_atomic_int_add (&n_at_once, -1);
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      if (i == 1 && !at_async_task_sleep (task, 0.0001, error))
        return FALSE;
    }

  return TRUE;
}

static void
test_many (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 6);
  g_autoptr (AtLimitExecutor) limit = at_limit_executor_new (AT_EXECUTOR (pool), 2);
  guint n = at_test_scale (1000);
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);

  n_at_once = 0;
  max_allowed = 3;
  for (guint i = 0; i < n; i++)
    {
      g_ptr_array_add (tasks, execute (busy_body, NULL, limit));
      if (i % 3 == 0)
        at_async_task_pause (tasks->pdata[i]);
      if (i % 7 == 0)
        at_limit_executor_set_max_running (limit, i % 2 + 1);
      if (i % 3 == 2)
        at_async_task_resume (tasks->pdata[i - 2]);
    }
  for (guint i = 0; i < n; i++)
    {
      at_async_task_resume (tasks->pdata[i]);
      at_test_finish (tasks->pdata[i]);
      g_assert_cmpint (at_async_task_get_outcome (tasks->pdata[i]), ==, AT_OUTCOME_SUCCEEDED);
    }
  assert_idle (limit);
  assert_counts (limit, 0, 0);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/limit-executor/properties", test_properties);
  g_test_add_func ("/limit-executor/wrong-use", test_wrong_use);
  g_test_add_func ("/limit-executor/targets", test_targets);
  g_test_add_func ("/limit-executor/narrower-target", test_narrower_target);
  g_test_add_func ("/limit-executor/over-inline", test_over_inline);
  g_test_add_func ("/limit-executor/limit-changes", test_limit_changes);
  g_test_add_func ("/limit-executor/limit-lowered", test_limit_lowered);
  g_test_add_func ("/limit-executor/order", test_order);
  g_test_add_func ("/limit-executor/cancelled-and-failed", test_cancelled_and_failed);
  g_test_add_func ("/limit-executor/paused", test_paused);
  g_test_add_func ("/limit-executor/cancelled-while-it-waits", test_cancelled_while_it_waits);
  g_test_add_func ("/limit-executor/wait", test_wait);
  g_test_add_func ("/limit-executor/would-deadlock", test_would_deadlock);
  g_test_add_func ("/limit-executor/sleep", test_sleep);
  g_test_add_func ("/limit-executor/between-attempts", test_between_attempts);
  g_test_add_func ("/limit-executor/nested-bodies", test_nested_bodies);
  g_test_add_func ("/limit-executor/refused", test_refused);
  g_test_add_func ("/limit-executor/refused-later", test_refused_later);
  g_test_add_func ("/limit-executor/dropped", test_dropped);
  g_test_add_func ("/limit-executor/many", test_many);

  return g_test_run ();
}
