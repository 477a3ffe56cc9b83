/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct
{
  AtTestGate  gate;
  AtTestRecord *record;
  const char *word;
  gint        n_after;
} Body;

/* Announces itself, rests at a checkpoint while paused, and says it came out. */
static gboolean
body_checkpoint (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  Body *body = user_data;

  at_test_gate_pass (&body->gate);
  if (!at_async_task_checkpoint (task, error))
    return FALSE;

  g_atomic_int_inc (&body->n_after);
  at_test_record_note (body->record, body->word);

  return TRUE;
}

static void
body_init (Body         *body,
           AtTestRecord *record,
           const char   *word)
{
  at_test_gate_init (&body->gate);
  body->record = record;
  body->word = word;
  body->n_after = 0;
}

static void
test_not_paused (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Body body;

  at_test_record_init (&record);
  body_init (&body, &record, "after");
  at_test_gate_open (&body.gate);
  task = at_test_task_new (&record, body_checkpoint, &body);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body after post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

static void
test_blocks_until_resumed (gconstpointer user_data)
{
  gboolean before_execute = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Body body;

  at_test_record_init (&record);
  body_init (&body, &record, "after");
  task = at_test_task_new (&record, body_checkpoint, &body);
  at_test_record_watch (&record, task);
  at_async_task_set_executor (task, AT_EXECUTOR (pool));

  g_assert_false (at_async_task_is_paused (task));
  if (before_execute)
    {
      at_async_task_pause (task);
      g_assert_true (at_async_task_is_paused (task));
      g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
    }
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&body.gate, 1);
  if (!before_execute)
    at_async_task_pause (task);
  g_assert_true (at_async_task_is_paused (task));
  at_test_gate_open (&body.gate);

  /* The pool has one slot. Another body runs in it: this one rests. */
  at_test_settle (NULL, AT_EXECUTOR (pool));
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_cmpint (g_atomic_int_get (&body.n_after), ==, 0);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_RUNNING);
  at_test_record_assert_trace (&record, "pre body");

  at_async_task_resume (task);
  g_assert_false (at_async_task_is_paused (task));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body after post");
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "paused"), ==, 2);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_object_unref (pool);
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

static void
test_resumed_waits_for_a_slot (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  guint i;

  for (i = 0; i < at_test_scale (200); i++)
    {
      g_autoptr (AtAsyncTask) first = NULL;
      g_autoptr (AtAsyncTask) second = NULL;
      AtTestRecord record, first_record, second_record;
      Body first_body, second_body;

      at_test_record_init (&record);
      at_test_record_init (&first_record);
      at_test_record_init (&second_record);
      body_init (&first_body, &record, "first");
      body_init (&second_body, &record, "second");
      first = at_test_task_new (&first_record, body_checkpoint, &first_body);
      second = at_test_task_new (&second_record, body_checkpoint, &second_body);
      at_async_task_pause (first);
      at_test_gate_open (&first_body.gate);
      g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (pool), NULL, NULL));
      g_assert_true (at_async_task_execute_on_executor (second, AT_EXECUTOR (pool), NULL, NULL));
      at_test_gate_wait_arrived (&second_body.gate, 1);

      at_async_task_resume (first);
      g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 1);
      g_assert_cmpint (g_atomic_int_get (&first_body.n_after), ==, 0);
      at_test_gate_open (&second_body.gate);
      at_test_finish (first);
      at_test_finish (second);
      at_test_record_assert_trace (&record, "second first");

      g_assert_finalize_object (g_steal_pointer (&first));
      g_assert_finalize_object (g_steal_pointer (&second));
      at_test_gate_clear (&first_body.gate);
      at_test_gate_clear (&second_body.gate);
      at_test_record_clear (&record);
      at_test_record_clear (&first_record);
      at_test_record_clear (&second_record);
    }

  g_object_unref (pool);
}

static void
test_cancelled_waiting_for_a_slot (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) first = NULL;
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord record, first_record, second_record;
  Body first_body, second_body;

  at_test_record_init (&record);
  at_test_record_init (&first_record);
  at_test_record_init (&second_record);
  body_init (&first_body, &record, "first");
  body_init (&second_body, &record, "second");
  first = at_test_task_new (&first_record, body_checkpoint, &first_body);
  second = at_test_task_new (&second_record, body_checkpoint, &second_body);
  at_async_task_pause (first);
  at_test_gate_open (&first_body.gate);
  g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (second, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&second_body.gate, 1);

  at_async_task_resume (first);
  g_assert_true (at_async_task_cancel (first, TRUE));
  at_test_gate_open (&second_body.gate);
  at_test_finish (first);
  at_test_finish (second);
  at_test_record_assert_trace (&record, "second");
  at_test_record_assert_trace (&first_record, "pre body cancelled");
  at_test_record_assert_trace (&second_record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&first));
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_gate_clear (&first_body.gate);
  at_test_gate_clear (&second_body.gate);
  at_test_record_clear (&record);
  at_test_record_clear (&first_record);
  at_test_record_clear (&second_record);
  g_object_unref (pool);
}

static void
test_many_paused_one_slot (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtAsyncTask *tasks[16];
  AtTestRecord record;
  Body body;
  guint i;

  at_test_record_init (&record);
  body_init (&body, &record, "x");
  at_test_gate_open (&body.gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      tasks[i] = at_test_task_new (&record, body_checkpoint, &body);
      at_async_task_pause (tasks[i]);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (pool), NULL, NULL));
    }

  /* All of them get to their checkpoints, one after another in the one slot. */
  at_test_gate_wait_arrived (&body.gate, G_N_ELEMENTS (tasks));
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_cmpint (g_atomic_int_get (&body.n_after), ==, 0);

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_async_task_resume (tasks[i]);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (tasks[i]);
    }

  g_object_unref (pool);
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

static void
test_serial_keeps_its_turn (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 2);
  AtSerialExecutor *serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtAsyncTask) first = NULL;
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord record, first_record, second_record;
  Body first_body, second_body;

  at_test_record_init (&record);
  at_test_record_init (&first_record);
  at_test_record_init (&second_record);
  body_init (&first_body, &record, "first");
  body_init (&second_body, &record, "second");
  first = at_test_task_new (&first_record, body_checkpoint, &first_body);
  second = at_test_task_new (&second_record, body_checkpoint, &second_body);
  at_async_task_pause (first);
  at_test_gate_open (&first_body.gate);
  at_test_gate_open (&second_body.gate);
  g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (serial), NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (second, AT_EXECUTOR (serial), NULL, NULL));
  at_test_gate_wait_arrived (&first_body.gate, 1);

  /* The pool is free for others: the first one rests. */
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_cmpuint (at_test_gate_get_arrived (&second_body.gate), ==, 0);

  at_async_task_resume (first);
  at_test_finish (first);
  at_test_finish (second);
  at_test_record_assert_trace (&record, "first second");

  g_assert_finalize_object (g_steal_pointer (&first));
  g_assert_finalize_object (g_steal_pointer (&second));
  g_object_unref (serial);
  g_object_unref (pool);
  at_test_gate_clear (&first_body.gate);
  at_test_gate_clear (&second_body.gate);
  at_test_record_clear (&record);
  at_test_record_clear (&first_record);
  at_test_record_clear (&second_record);
}

static void
test_paused_while_queued (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) blocker = NULL;
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;
  Body body;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  body_init (&body, &record, "after");
  at_test_gate_open (&body.gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  task = at_test_task_new (&record, body_checkpoint, &body);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  at_async_task_pause (task);
  at_test_gate_open (&gate);
  at_test_gate_wait_arrived (&body.gate, 1);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_cmpint (g_atomic_int_get (&body.n_after), ==, 0);
  at_async_task_resume (task);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body after post");

  at_test_finish (blocker);
  g_assert_finalize_object (g_steal_pointer (&blocker));
  g_assert_finalize_object (g_steal_pointer (&task));
  g_object_unref (pool);
  at_test_gate_clear (&gate);
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

static void
test_without_checkpoint (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_pause (task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_repeated (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  at_test_record_watch (&record, task);
  at_async_task_resume (task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "paused"), ==, 0);
  at_async_task_pause (task);
  at_async_task_pause (task);
  at_async_task_resume (task);
  g_assert_false (at_async_task_is_paused (task));
  at_async_task_resume (task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "paused"), <=, 2);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&gate);
  at_test_record_clear (&record);
}

static void
pause_call (gpointer user_data)
{
  at_async_task_pause (user_data);
}

static void
resume_call (gpointer user_data)
{
  at_async_task_resume (user_data);
}

static void
test_from_threads (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) task = NULL;
  gboolean paused;
  AtTestRecord record;
  Body body;

  at_test_record_init (&record);
  body_init (&body, &record, "after");
  task = at_test_task_new (&record, body_checkpoint, &body);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&body.gate, 1);

  at_test_call_in_thread (pause_call, task);
  g_assert_true (at_async_task_is_paused (task));
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "paused"), ==, 0);
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&record, "paused") == 1);
  g_object_get (task, "paused", &paused, NULL);
  g_assert_true (paused);
  at_test_gate_open (&body.gate);
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_cmpint (g_atomic_int_get (&body.n_after), ==, 0);

  at_test_call_in_thread (resume_call, task);
  at_test_finish (task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "paused"), ==, 2);
  at_test_record_assert_threads (&record);
  at_test_record_assert_trace (&record, "pre body after post");

  /* Another thread may hold it a moment longer. */
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  g_object_unref (pool);
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

static void
test_after_the_end (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_async_task_pause (task);
  at_async_task_resume (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_FINISHED);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* The clock is only ever compared with itself: what elapsed() counts, and the
 * pause, fit side by side into what was measured around both. */
static void
test_elapsed (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) task = NULL;
  gint64 begin, rest_begin, rest_end, end;
  double before, after;
  AtTestRecord record;
  Body body;

  at_test_record_init (&record);
  body_init (&body, &record, "after");
  at_test_gate_open (&body.gate);
  task = at_test_task_new (&record, body_checkpoint, &body);
  at_async_task_pause (task);

  begin = g_get_monotonic_time ();
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&body.gate, 1);
  at_test_settle (NULL, AT_EXECUTOR (pool));

  rest_begin = g_get_monotonic_time ();
  before = at_async_task_get_elapsed (task);
  while (g_get_monotonic_time () < rest_begin + G_USEC_PER_SEC / 4)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  after = at_async_task_get_elapsed (task);
  rest_end = g_get_monotonic_time ();
  g_assert_cmpfloat (before, ==, after);

  at_async_task_resume (task);
  at_test_finish (task);
  end = g_get_monotonic_time ();

  g_assert_cmpfloat (at_async_task_get_elapsed (task), >, 0.0);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), >=, before);
  g_assert_cmpfloat (at_async_task_get_elapsed (task) * G_USEC_PER_SEC, <=,
                     (double) (end - begin) - (double) (rest_end - rest_begin) + 1.0);

  g_assert_finalize_object (g_steal_pointer (&task));
  g_object_unref (pool);
  at_test_gate_clear (&body.gate);
  at_test_record_clear (&record);
}

typedef struct
{
  AtAsyncTask *task;
  GThread     *helper;
  int          helper_id; /* atomic */
} Helped;

static gpointer
check_in (gpointer user_data)
{
  Helped *helped = user_data;

  g_atomic_int_set (&helped->helper_id, (int) syscall (SYS_gettid));
  at_async_task_checkpoint (helped->task, NULL);

  return NULL;
}

/* The one place where the helper sleeps is the checkpoint. */
static gboolean
helper_sleeps (Helped *helped)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", g_atomic_int_get (&helped->helper_id));
  g_autofree char *stat = NULL;

  return g_atomic_int_get (&helped->helper_id) != 0 &&
         g_file_get_contents (path, &stat, NULL, NULL) &&
         g_str_has_prefix (strrchr (stat, ')'), ") S");
}

typedef struct
{
  AtAsyncTask *task;
  double       before;
  double       after;
} Straggler;

static void
wait_for_the_clock (void)
{
  gint64 now = g_get_monotonic_time ();

  while (g_get_monotonic_time () == now)
    ;
}

static void
never_called (GCancellable *cancellable,
              gpointer      user_data)
{
  g_assert_not_reached ();
}

/* In the worker, after the body has ended and before the task is done: that is when
 * its cancellable goes, and what was connected to it. */
static void
pause_and_resume_late (gpointer user_data)
{
  Straggler *straggler = user_data;

  straggler->before = at_async_task_get_elapsed (straggler->task);
  at_async_task_pause (straggler->task);
  wait_for_the_clock ();
  at_async_task_resume (straggler->task);
  straggler->after = at_async_task_get_elapsed (straggler->task);
}

static gboolean
body_leaves_a_handler (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  wait_for_the_clock ();
  g_cancellable_connect (cancellable, G_CALLBACK (never_called), user_data, pause_and_resume_late);

  return TRUE;
}

static void
test_elapsed_has_ended (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  Straggler straggler = { NULL, 0, -1 };

  task = at_async_task_new (body_leaves_a_handler, &straggler, NULL);
  straggler.task = task;
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpfloat (straggler.before, >, 0.0);
  g_assert_cmpfloat (straggler.after, ==, straggler.before);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), ==, straggler.before);
}


static gboolean
body_with_helper (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  Helped *helped = user_data;

  helped->task = task;
  at_async_task_pause (task);
  helped->helper = g_thread_new ("Helper", check_in, helped);
  at_test_poll_until (helper_sleeps (helped));

  return TRUE;
}

/* A body that is paused and ends without a checkpoint takes whoever is held at
 * one along. */
static void
test_helper_is_let_go (void)
{
  Helped helped = { NULL, };
  AtAsyncTask *task = at_async_task_new (body_with_helper, &helped, NULL);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_thread_join (helped.helper);
  g_assert_finalize_object (task);
}

/* What blocks this body is no checkpoint. */
#define TYPE_BLOCKED (blocked_get_type ())
G_DECLARE_FINAL_TYPE (Blocked, blocked, TEST, BLOCKED, AtAsyncTask)

struct _Blocked
{
  AtAsyncTask   parent_instance;

  GMutex        mutex;
  GCond         cond;
  gboolean      let_go;
  guint         n_blocked;
  AtTestRecord *record;
};

G_DEFINE_FINAL_TYPE (Blocked, blocked, AT_TYPE_ASYNC_TASK)

static void
blocked_control_changed (AtAsyncTask *task)
{
  Blocked *self = TEST_BLOCKED (task);

  g_mutex_lock (&self->mutex);
  at_test_record_note (self->record, at_async_task_is_paused (task) ? "paused" : "resumed");
  self->let_go |= at_async_task_is_paused (task);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

/* Ends when it has been paused twice. */
static gboolean
blocked_in_background (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       GError       **error)
{
  Blocked *self = TEST_BLOCKED (task);

  for (guint i = 1; i <= 2; i++)
    {
      g_mutex_lock (&self->mutex);
      self->n_blocked = i;
      g_cond_broadcast (&self->cond);
      while (!self->let_go)
        g_cond_wait (&self->cond, &self->mutex);
      self->let_go = FALSE;
      g_mutex_unlock (&self->mutex);

      if (!at_async_task_checkpoint (task, error))
        return FALSE;
    }

  return TRUE;
}

static void
blocked_wait (Blocked *self,
              guint    n_blocked)
{
  g_mutex_lock (&self->mutex);
  while (self->n_blocked < n_blocked)
    g_cond_wait (&self->cond, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static void
blocked_finalize (GObject *object)
{
  Blocked *self = TEST_BLOCKED (object);

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);

  G_OBJECT_CLASS (blocked_parent_class)->finalize (object);
}

static void
blocked_class_init (BlockedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = blocked_finalize;
  AT_ASYNC_TASK_CLASS (klass)->in_background = blocked_in_background;
  AT_ASYNC_TASK_CLASS (klass)->control_changed = blocked_control_changed;
}

static void
blocked_init (Blocked *self)
{
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
}

/* The owner iterates nothing until the end, and would not see the second pause as
 * a change if it did. */
static void
test_class_is_told (void)
{
  Blocked *self = g_object_new (TYPE_BLOCKED, NULL);
  AtAsyncTask *task = AT_ASYNC_TASK (self);
  AtTestRecord record;

  at_test_record_init (&record);
  self->record = &record;
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  for (guint i = 1; i <= 2; i++)
    {
      blocked_wait (self, i);
      at_test_call_in_thread (pause_call, task);
      at_test_call_in_thread (pause_call, task);
      at_test_call_in_thread (resume_call, task);
      at_test_call_in_thread (resume_call, task);
    }
  at_test_finish (task);
  at_test_record_assert_trace (&record, "paused resumed paused resumed");

  g_assert_finalize_object (self);
  at_test_record_clear (&record);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Pausing and resuming a task.");

  g_test_add_func ("/pause/checkpoint/passes-when-not-paused", test_not_paused);
  g_test_add_data_func ("/pause/checkpoint/blocks-until-resumed-and-frees-the-slot", GINT_TO_POINTER (FALSE),
                        test_blocks_until_resumed);
  g_test_add_data_func ("/pause/before-execute/holds-the-body-at-its-first-checkpoint", GINT_TO_POINTER (TRUE),
                        test_blocks_until_resumed);
  g_test_add_func ("/pause/queued/holds-the-body-at-its-first-checkpoint", test_paused_while_queued);
  g_test_add_func ("/pause/resumed/waits-for-a-slot", test_resumed_waits_for_a_slot);
  g_test_add_func ("/pause/resumed/cancelled-waiting-for-a-slot", test_cancelled_waiting_for_a_slot);
  g_test_add_func ("/pause/many/through-one-slot", test_many_paused_one_slot);
  g_test_add_func ("/pause/serial/keeps-its-turn", test_serial_keeps_its_turn);
  g_test_add_func ("/pause/without-checkpoint/runs-to-its-end", test_without_checkpoint);
  g_test_add_func ("/pause/repeated/is-silent", test_repeated);
  g_test_add_func ("/pause/from-other-threads/notifies-on-the-owner-thread", test_from_threads);
  g_test_add_func ("/pause/after-the-end/changes-nothing", test_after_the_end);
  g_test_add_func ("/pause/elapsed/leaves-pauses-out", test_elapsed);
  g_test_add_func ("/pause/elapsed/stands-still-once-the-body-has-ended", test_elapsed_has_ended);
  g_test_add_func ("/pause/without-checkpoint/lets-helpers-go", test_helper_is_let_go);
  g_test_add_func ("/pause/class/is-told-in-the-thread-that-pauses", test_class_is_told);

  return g_test_run ();
}
