/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <math.h>
#include <string.h>

#define HOUR 3600.0

/* A body that fails as often as it is to, and says what happens. */
typedef struct
{
  guint       n_failures;
  int         code;        /* of G_IO_ERROR */
  guint       n_begun;     /* atomic */
  AtTestGate *gate;        /* for each attempt to pass, or NULL */
  GString    *trace;       /* under @lock, or NULL */
  GMutex      lock;

  /* Its function. */
  double      delay;
  guint       n_asked;     /* atomic */
  GThread    *asked_in;
  guint       last_attempt;
} Fickle;

static void
fickle_init (Fickle *self,
             guint   n_failures)
{
  memset (self, 0, sizeof *self);
  self->n_failures = n_failures;
  self->code = G_IO_ERROR_BUSY;
  g_mutex_init (&self->lock);
}

static void
fickle_clear (Fickle *self)
{
  if (self->trace != NULL)
    g_string_free (self->trace, TRUE);
  g_mutex_clear (&self->lock);
}

static void
note (Fickle     *self,
      const char *word)
{
  if (self->trace == NULL)
    return;

  g_mutex_lock (&self->lock);
  g_string_append_printf (self->trace, "%s ", word);
  g_mutex_unlock (&self->lock);
}

static gboolean
run_fickle (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Fickle *self = user_data;
  guint number = (guint) g_atomic_int_add ((int *) &self->n_begun, 1) + 1;

  g_assert_cmpuint (at_async_task_get_attempt (task), ==, number);
  note (self, "try");
  if (self->gate != NULL)
    at_test_gate_pass (self->gate);
  at_async_task_publish (task, G_TYPE_UINT, number);
  if (number > self->n_failures)
    return TRUE;

  g_set_error (error, G_IO_ERROR, self->code, "Attempt %u", number);

  return FALSE;
}

static double
ask (AtAsyncTask  *task,
     const GError *error,
     guint         attempt,
     gpointer      user_data)
{
  Fickle *self = user_data;

  g_assert_nonnull (error);
  self->asked_in = g_thread_self ();
  self->last_attempt = attempt;
  g_assert_cmpuint (at_async_task_get_attempt (task), ==, attempt);
  g_atomic_int_inc ((int *) &self->n_asked);

  return self->delay;
}

static guint
get_begun (Fickle *self)
{
  return (guint) g_atomic_int_get ((int *) &self->n_begun);
}

#define wait_for_stage(task, wanted) at_test_poll_until (at_async_task_get_stage (task) == (wanted))

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

/* What is told, and when. */

static void
on_notify (GObject    *task,
           GParamSpec *pspec,
           gpointer    trace)
{
  /* Which follows all others in its own time. */
  if (g_str_equal (pspec->name, "summary"))
    return;

  g_string_append_printf (trace, "%s ", pspec->name);
  if (g_str_equal (pspec->name, "stage"))
    g_string_append_printf (trace, "(%d) ", at_async_task_get_stage (AT_ASYNC_TASK (task)));
}

/* First of all: nothing has been skipped yet, and what the main loop waits for is what
 * the clock says. */
static void
test_notifies (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GString) trace = g_string_new (NULL);
  AtTestGate first, gate;
  Fickle fickle;

  at_test_gate_init (&first);
  at_test_gate_init (&gate);
  fickle_init (&fickle, 1);
  fickle.delay = 60.3;
  fickle.gate = &first;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 2, ask, &fickle, NULL);
  g_signal_connect (task, "notify", G_CALLBACK (on_notify), trace);
  at_test_execute (task, pool);
  at_test_iterate_until (NULL, strstr (trace->str, "stage (3) indeterminate ") != NULL);
  at_test_gate_open (&first);
  at_test_iterate_until (NULL, strstr (trace->str, "stage (4) ") != NULL);
  g_assert_true (g_str_has_suffix (trace->str, "last-error retry-in stage (4) indeterminate elapsed "));
  g_assert_error (at_async_task_get_last_error (task), G_IO_ERROR, G_IO_ERROR_BUSY);
  g_assert_cmpuint (at_async_task_get_attempt (task), ==, 1);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), >, 0);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), <=, 60.3);

  /* As a second begins. */
  g_string_truncate (trace, 0);
  at_test_iterate_until (NULL, trace->len > 0);
  g_assert_cmpstr (trace->str, ==, "retry-in ");
  g_assert_cmpfloat (at_async_task_get_retry_in (task), <=, 60);

  g_string_truncate (trace, 0);
  fickle.gate = &gate;
  at_async_task_try_now (task);
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), ==, -1);
  at_test_iterate_until (NULL, strstr (trace->str, "indeterminate ") != NULL);
  g_assert_true (g_str_has_prefix (trace->str, "retry-in stage ("));
  g_assert_nonnull (strstr (trace->str, "stage (3) attempt indeterminate "));
  g_assert_cmpuint (at_async_task_get_attempt (task), ==, 2);

  g_string_truncate (trace, 0);
  at_test_gate_open (&gate);
  at_async_task_wait (task, -1, NULL, NULL);
  at_test_finish (task);
  g_assert_cmpstr (trace->str, ==, "indeterminate elapsed outcome stage (5) status active ");
  g_assert_error (at_async_task_get_last_error (task), G_IO_ERROR, G_IO_ERROR_BUSY);
  fickle_clear (&fickle);
  at_test_gate_clear (&first);
  at_test_gate_clear (&gate);
}

/* At the end of one that was to be tried again. */
static void
test_notifies_end (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GString) trace = g_string_new (NULL);
  Fickle fickle;

  fickle_init (&fickle, 9);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_get_stage (task);
  at_test_execute (task, pool);
  g_signal_connect (task, "notify", G_CALLBACK (on_notify), trace);
  at_test_iterate_until (NULL, g_str_has_suffix (trace->str, "stage (4) "));
  at_async_task_pause (task);
  g_string_truncate (trace, 0);
  at_async_task_cancel (task, FALSE);
  at_test_finish (task);
  g_assert_cmpstr (trace->str, ==, "retry-in paused outcome elapsed stage (5) status active ");
  fickle_clear (&fickle);
}

/* Without a function. */

static void
test_default (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Fickle fickle;

  fickle_init (&fickle, 8);
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, NULL, NULL, NULL);
  at_test_execute (task, pool);
  for (guint i = 0; i < 8; i++)
    {
      double wanted = i < 6 ? 1 << i : 60, left;

      wait_for_stage (task, AT_STAGE_RETRYING);
      left = at_async_task_get_retry_in (task);
      g_assert_cmpfloat (left, >, 0.9 * wanted - 0.5);
      g_assert_cmpfloat (left, <=, 1.1 * wanted);
      g_assert_cmpuint (get_begun (&fickle), ==, i + 1);
      at_test_time_skip (1.1 * wanted);
      at_test_poll_until (get_begun (&fickle) == i + 2);
    }
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  fickle_clear (&fickle);
}

/* What does not pass, and what has been tried often enough. */
static void
test_last (gconstpointer data)
{
  gboolean is_transient = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Fickle fickle;

  at_test_record_init (&record);
  fickle_init (&fickle, 9);
  if (!is_transient)
    fickle.code = G_IO_ERROR_NOT_FOUND;
  task = at_test_task_new (&record, run_fickle, &fickle);
  at_async_task_set_retry (task, 2, NULL, NULL, NULL);
  at_test_execute (task, pool);
  if (is_transient)
    {
      wait_for_stage (task, AT_STAGE_RETRYING);
      /* The stage may be told before what the body published, and the next body comes at once. */
      at_test_iterate_until (NULL, g_str_has_suffix (record.trace->str, "progress"));
      at_test_time_skip (2);
    }
  at_test_finish (task);
  at_test_record_assert_trace (&record, is_transient ? "pre body progress body progress failed" : "pre body progress failed");
  g_assert_cmpstr (at_async_task_get_error (task)->message, ==, is_transient ? "Attempt 2" : "Attempt 1");
  at_test_record_assert_threads (&record);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  fickle_clear (&fickle);
}

/* With one. */

static void
test_function (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestCount count = AT_TEST_COUNT_INIT;
  Fickle fickle;

  fickle_init (&fickle, 9);
  fickle.code = G_IO_ERROR_NOT_FOUND;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_test_hear (task);
  at_async_task_set_retry (task, 9, ask, &count, at_test_count_freed);
  at_test_count_made (&count);
  at_async_task_set_retry (task, 3, ask, &fickle, NULL);
  at_test_count_assert_all_freed (&count, 1);
  at_test_execute (task, pool);
  at_test_finish (task);

  /* Not after the last attempt. */
  g_assert_cmpuint (get_begun (&fickle), ==, 3);
  g_assert_cmpuint (fickle.n_asked, ==, 2);
  g_assert_cmpuint (fickle.last_attempt, ==, 2);
  g_assert_true (fickle.asked_in != g_thread_self ());
  g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  fickle_clear (&fickle);
}

static void
test_gives_up (gconstpointer delay)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Fickle fickle;

  fickle_init (&fickle, 9);
  fickle.delay = *(const double *) delay;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_test_hear (task);
  at_async_task_set_retry (task, 3, ask, &fickle, NULL);
  at_test_execute (task, pool);
  at_test_finish (task);
  g_assert_cmpuint (get_begun (&fickle), ==, 1);
  g_assert_cmpuint (fickle.n_asked, ==, 1);
  g_assert_null (at_async_task_get_last_error (task));
  fickle_clear (&fickle);
}

static gboolean
note_run (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  note (user_data, "other");

  return TRUE;
}

/* At once, behind what is queued; but in a serial executor, where the turn is kept. */
static void
test_at_once (gconstpointer data)
{
  gboolean is_serial = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtAsyncTask) task = NULL, other = NULL;
  AtTestGate gate;
  Fickle fickle;

  at_test_gate_init (&gate);
  fickle_init (&fickle, 1);
  fickle.trace = g_string_new (NULL);
  fickle.gate = &gate;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  other = at_async_task_new (note_run, &fickle, NULL);
  at_async_task_set_retry (task, 3, ask, &fickle, NULL);
  at_test_execute (task, is_serial ? serial : pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (other, is_serial ? serial : pool);
  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_finish (other);
  g_assert_cmpstr (fickle.trace->str, ==, is_serial ? "try try other " : "try other try ");
  fickle_clear (&fickle);
  at_test_gate_clear (&gate);
}

/* In between neither a thread nor a slot is held; the turn of a serial executor is. */
static void
test_slot (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtAsyncTask) task = NULL, behind = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Fickle fickle;

  fickle_init (&fickle, 1);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 3, ask, &fickle, NULL);
  at_test_execute (task, serial);
  at_test_execute (behind, serial);
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_test_settle (NULL, pool);
  at_test_poll_until (at_thread_pool_executor_get_n_running (AT_THREAD_POOL_EXECUTOR (pool)) == 0);
  g_assert_cmpint (at_async_task_get_stage (behind), ==, AT_STAGE_QUEUED);
  at_test_time_skip (HOUR);
  at_test_finish (behind);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  at_test_finish (task);
  at_test_poll_until (count_timer_threads () == 0);
  fickle_clear (&fickle);
}

/* A place of a limit executor is as a slot: others have it meanwhile, also under a serial
 * executor, whose turn is kept. */
static void
test_place (gconstpointer data)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtExecutor) limit = AT_EXECUTOR (at_limit_executor_new (pool, 1));
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (limit));
  g_autoptr (AtAsyncTask) task = NULL, behind = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Fickle fickle;

  fickle_init (&fickle, 1);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 3, ask, &fickle, NULL);
  at_test_execute (task, data != NULL ? serial : limit);
  at_test_execute (behind, serial);
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_test_settle (NULL, limit);
  if (data != NULL)
    g_assert_cmpint (at_async_task_get_stage (behind), ==, AT_STAGE_QUEUED);
  at_test_time_skip (HOUR);
  at_test_finish (task);
  g_assert_cmpuint (get_begun (&fickle), ==, 2);
  at_test_finish (behind);
  at_test_settle (NULL, limit);
  at_test_poll_until (at_limit_executor_get_n_running (AT_LIMIT_EXECUTOR (limit)) == 0);
  fickle_clear (&fickle);
}

/* Cancelled, timed out, or without its owner, in the delay, in a serial executor on top of
 * another one: at once, and the turns are passed on. */
static void
test_acts (gconstpointer data)
{
  const char *how = data;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) below = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (below));
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Fickle fickle;

  at_test_record_init (&record);
  fickle_init (&fickle, 9);
  fickle.delay = HOUR;
  task = at_test_task_new (&record, run_fickle, &fickle);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_set_timeout (task, HOUR / 2);
  at_async_task_set_owner (task, owner);
  at_test_execute (task, serial);
  wait_for_stage (task, AT_STAGE_RETRYING);
  if (g_str_equal (how, "cancel"))
    g_assert_true (at_async_task_cancel (task, FALSE));
  else if (g_str_equal (how, "timeout"))
    at_test_time_skip (HOUR / 2);
  else
    g_assert_finalize_object (g_steal_pointer (&owner));
  at_test_settle (NULL, serial);
  at_test_settle (NULL, below);
  at_test_finish (task);
  if (g_str_equal (how, "timeout"))
    g_assert_error (at_async_task_get_error (task), G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  else
    g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_CANCELLED);
  g_assert_cmpuint (get_begun (&fickle), ==, 1);
  g_assert_cmpuint (fickle.n_asked, ==, 1);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, g_str_equal (how, "owner") ? 0 : 1);
  at_test_record_assert_threads (&record);
  at_test_poll_until (count_timer_threads () == 0);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  g_clear_object (&owner);
  at_test_record_clear (&record);
  fickle_clear (&fickle);
}

/* A time that is up is never tried again, nor one that was cancelled while it ran. */
static void
test_not_asked (gconstpointer data)
{
  gboolean times_out = data != NULL;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;
  Fickle fickle;

  at_test_gate_init (&gate);
  fickle_init (&fickle, 9);
  fickle.gate = &gate;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_test_hear (task);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_set_timeout (task, HOUR);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  if (times_out)
    {
      at_test_time_skip (HOUR);
      at_test_poll_until (at_async_task_is_cancelled (task));
    }
  else
    {
      at_async_task_cancel (task, FALSE);
    }
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpuint (fickle.n_asked, ==, 0);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, times_out ? AT_OUTCOME_FAILED : AT_OUTCOME_CANCELLED);
  fickle_clear (&fickle);
  at_test_gate_clear (&gate);
}

/* The delay runs out, and no attempt begins until it is resumed. */
static void
test_pause (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  Fickle fickle;

  fickle_init (&fickle, 2);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_test_execute (task, pool);
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_async_task_pause (task);
  at_test_time_skip (HOUR);
  at_test_poll_until (count_timer_threads () == 0);
  at_test_settle (NULL, pool);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RETRYING);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), ==, 0);
  g_assert_cmpuint (get_begun (&fickle), ==, 1);
  at_async_task_resume (task);
  at_test_poll_until (get_begun (&fickle) == 2);

  /* Nor does one that is to be tried now. */
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_async_task_pause (task);
  at_async_task_try_now (task);
  at_test_settle (NULL, pool);
  g_assert_cmpuint (get_begun (&fickle), ==, 2);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), ==, 0);
  at_async_task_resume (task);
  at_test_finish (task);
  g_assert_cmpuint (get_begun (&fickle), ==, 3);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  fickle_clear (&fickle);
}

static void
test_try_now (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL, plain = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestGate gate;
  Fickle fickle;

  at_test_gate_init (&gate);
  fickle_init (&fickle, 1);
  fickle.delay = HOUR;
  fickle.gate = &gate;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_try_now (plain);
  at_async_task_try_now (task);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_try_now (task);
  at_test_gate_open (&gate);
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_async_task_try_now (task);
  at_test_finish (task);
  g_assert_cmpuint (get_begun (&fickle), ==, 2);
  at_async_task_try_now (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  fickle_clear (&fickle);
  at_test_gate_clear (&gate);
}

/* What a task is to others. */

static void
on_awaited (GObject      *task,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute_finish (AT_ASYNC_TASK (task), result, &error);
  g_assert_no_error (error);
  (*(guint *) user_data)++;
}

static gpointer
wait_there (gpointer task)
{
  return GINT_TO_POINTER (at_async_task_wait (task, -1, NULL, NULL));
}

/* Who waits hears of the last attempt only. */
static void
test_others (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL, next = at_async_task_new (at_test_body_succeed, NULL, NULL);
  GThread *thread;
  guint n_awaited = 0;
  Fickle fickle;

  fickle_init (&fickle, 1);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_set_executor (task, pool);
  g_assert_true (at_async_task_add_prerequisite (next, task, NULL));
  at_test_execute (next, pool);
  at_async_task_execute_async (task, NULL, NULL, on_awaited, &n_awaited);
  thread = g_thread_new ("wait", wait_there, task);
  wait_for_stage (task, AT_STAGE_RETRYING);
  g_assert_false (at_async_task_wait (task, 0, NULL, NULL));
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  g_assert_null (at_async_task_get_error (task));
  g_assert_cmpint (at_async_task_get_stage (next), ==, AT_STAGE_WAITING);
  at_test_time_skip (HOUR);
  at_test_iterate_until (NULL, n_awaited == 1);
  g_assert_true (GPOINTER_TO_INT (g_thread_join (thread)));
  at_test_finish (next);
  g_assert_cmpint (at_async_task_get_outcome (next), ==, AT_OUTCOME_SUCCEEDED);
  fickle_clear (&fickle);
}

typedef struct
{
  AtTestGate gate;
  guint      n_begun;
  gboolean   was_anew;
} Begun;

static gboolean
leave_traces (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  Begun *self = user_data;

  self->n_begun++;
  at_async_task_publish (task, G_TYPE_UINT, self->n_begun);
  if (self->n_begun == 2)
    {
      at_test_gate_pass (&self->gate);
      return TRUE;
    }

  at_async_task_set_amounts (task, 1, 2);
  at_async_task_set_message (task, "Half");
  at_async_task_return (task, G_TYPE_INT, 1);
  at_test_time_skip (10);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "No");

  return FALSE;
}

static double
at_once (AtAsyncTask  *task,
         const GError *error,
         guint         attempt,
         gpointer      user_data)
{
  return 0;
}

static double
after_an_hour (AtAsyncTask  *task,
               const GError *error,
               guint         attempt,
               gpointer      user_data)
{
  return HOUR;
}

/* One pre-execute, one last callback, all values; what one attempt has said is gone in the
 * next, and the time is that of both. */
static void
test_anew (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Begun begun = { .n_begun = 0 };

  at_test_gate_init (&begun.gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, leave_traces, &begun);
  at_async_task_set_retry (task, 2, after_an_hour, NULL, NULL);
  at_test_execute (task, pool);
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == 1);
  g_assert_cmpstr (at_async_task_get_message (task), ==, "Half");
  g_assert_cmpfloat (at_async_task_get_elapsed (task), >=, 10);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), <, HOUR);
  at_test_time_skip (HOUR);
  at_test_gate_wait_arrived (&begun.gate, 1);
  at_test_iterate_until (NULL, at_async_task_get_completed (task) == 0);
  g_assert_null (at_async_task_get_message (task));
  g_assert_cmpuint (at_async_task_get_total (task), ==, 0);
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0);
  g_assert_true (at_async_task_get_indeterminate (task));
  at_test_gate_open (&begun.gate);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress body progress post");
  g_assert_null (at_async_task_get_result (task));
  g_assert_cmpfloat (at_async_task_get_elapsed (task), >=, 10);
  g_assert_cmpfloat (at_async_task_get_elapsed (task), <, HOUR);
  at_test_record_assert_threads (&record);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&begun.gate);
}

/* Executors. */

static void
test_rejected (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) task = NULL;
  Fickle fickle;

  fickle_init (&fickle, 9);
  fickle.delay = HOUR;
  task = at_async_task_new (run_fickle, &fickle, NULL);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_test_execute (task, AT_EXECUTOR (pool));
  wait_for_stage (task, AT_STAGE_RETRYING);
  at_thread_pool_executor_shutdown (pool, TRUE);
  g_assert_cmpint (at_async_task_get_stage (task), ==, AT_STAGE_RETRYING);
  at_test_time_skip (HOUR);
  at_test_finish (task);
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_error (at_async_task_get_last_error (task), G_IO_ERROR, G_IO_ERROR_BUSY);
  fickle_clear (&fickle);
}

typedef struct
{
  AtAsyncTask *task;
  AtExecutor  *executor;
} There;

static gpointer
execute_there (gpointer data)
{
  There *there = data;

  at_test_execute (there->task, there->executor);

  return NULL;
}

/* It waits inside execute(): until it is due, is to be tried now, or has to stop. */
static void
test_inline (gconstpointer data)
{
  const char *how = data;
  g_autoptr (AtExecutor) here = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtAsyncTask) task = NULL;
  There there = { NULL, here };
  GThread *thread;
  Fickle fickle;

  fickle_init (&fickle, 1);
  fickle.delay = HOUR;
  task = there.task = at_async_task_new (run_fickle, &fickle, NULL);
  at_test_hear (task);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_async_task_set_timeout (task, 3 * HOUR);
  thread = g_thread_new ("there", execute_there, &there);
  wait_for_stage (task, AT_STAGE_RETRYING);
  if (g_str_equal (how, "now"))
    at_async_task_try_now (task);
  else if (g_str_equal (how, "cancel"))
    at_async_task_cancel (task, FALSE);
  else if (g_str_equal (how, "pause"))
    at_async_task_pause (task);
  else if (g_str_equal (how, "timeout"))
    at_async_task_set_timeout (task, 0);
  else
    at_test_time_skip (HOUR);
  if (g_str_equal (how, "pause"))
    {
      at_test_time_skip (2 * HOUR);
      g_assert_cmpuint (get_begun (&fickle), ==, 1);
      at_async_task_resume (task);
    }
  g_thread_join (thread);
  if (g_str_equal (how, "cancel") || g_str_equal (how, "timeout"))
    {
      g_assert_cmpuint (get_begun (&fickle), ==, 1);
      g_assert_cmpint (at_async_task_get_outcome (task), ==,
                       g_str_equal (how, "cancel") ? AT_OUTCOME_CANCELLED : AT_OUTCOME_FAILED);
    }
  else
    {
      g_assert_cmpuint (get_begun (&fickle), ==, 2);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
    }
  at_test_finish (task);
  at_test_poll_until (count_timer_threads () == 0);
  fickle_clear (&fickle);
}

/* One of somebody else's, that runs bodies before it returns: it is offered the task again. */

#define CUSTOM_TYPE_EXECUTOR (custom_executor_get_type ())
G_DECLARE_FINAL_TYPE (CustomExecutor, custom_executor, CUSTOM, EXECUTOR, GObject)

struct _CustomExecutor
{
  GObject parent_instance;
  guint   n_offered;
};

static gboolean
custom_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  g_atomic_int_inc ((int *) &CUSTOM_EXECUTOR (executor)->n_offered);
  at_async_task_run (task);

  return TRUE;
}

static void
custom_iface_init (AtExecutorInterface *iface)
{
  iface->execute = custom_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (CustomExecutor, custom_executor, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, custom_iface_init))

static void
custom_executor_class_init (CustomExecutorClass *klass)
{
}

static void
custom_executor_init (CustomExecutor *self)
{
}

static void
test_custom (gconstpointer data)
{
  g_autoptr (AtExecutor) custom = g_object_new (CUSTOM_TYPE_EXECUTOR, NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Fickle fickle;

  at_test_record_init (&record);
  fickle_init (&fickle, 2);
  fickle.delay = data != NULL ? HOUR : 0;
  task = at_test_task_new (&record, run_fickle, &fickle);
  at_async_task_set_retry (task, 9, ask, &fickle, NULL);
  at_test_execute (task, custom);
  for (guint i = 0; data != NULL && i < 2; i++)
    {
      at_test_poll_until (at_async_task_get_stage (task) == AT_STAGE_RETRYING && get_begun (&fickle) == i + 1);
      at_async_task_run (task);
      g_assert_cmpuint (get_begun (&fickle), ==, i + 1);
      at_test_time_skip (HOUR);
    }
  at_test_finish (task);
  g_assert_cmpuint (CUSTOM_EXECUTOR (custom)->n_offered, ==, 3);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  at_test_iterate_poll_until (NULL, G_OBJECT (task)->ref_count == 1);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  fickle_clear (&fickle);
}

/* Tasks without a thread. */

typedef struct
{
  guint    n_started;
  guint    n_asked;
  GThread *asked_in;
} Deferral;

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          gpointer        user_data)
{
  ((Deferral *) user_data)->n_started++;
}

static double
ask_deferred (AtAsyncTask  *task,
              const GError *error,
              guint         attempt,
              gpointer      user_data)
{
  Deferral *self = user_data;

  self->n_asked++;
  self->asked_in = g_thread_self ();
  g_assert_cmpuint (self->n_asked, ==, attempt);

  return HOUR;
}

static gpointer
fail_there (gpointer task)
{
  g_assert_true (at_deferred_task_fail (task, NULL));
  g_assert_false (at_deferred_task_fail (task, NULL));

  return NULL;
}

static void
test_deferred (gconstpointer data)
{
  const char *how = data;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  Deferral deferral = { 0 };

  at_async_task_set_retry (AT_ASYNC_TASK (task), 3, ask_deferred, &deferral, NULL);
  if (g_str_equal (how, "serial"))
    at_async_task_set_executor (AT_ASYNC_TASK (task), serial);
  g_signal_connect (task, "start", G_CALLBACK (on_start), &deferral);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL));
  at_test_iterate_until (NULL, deferral.n_started == 1);
  if (g_str_equal (how, "elsewhere"))
    g_thread_join (g_thread_new ("fail", fail_there, task));
  else
    fail_there (task);
  at_test_iterate_until (NULL, deferral.n_asked == 1);
  g_assert_true (deferral.asked_in == g_thread_self ());
  g_assert_cmpint (at_async_task_get_stage (AT_ASYNC_TASK (task)), ==, AT_STAGE_RETRYING);
  g_assert_false (at_deferred_task_complete (task, NULL));
  at_test_time_skip (HOUR);
  at_test_iterate_until (NULL, deferral.n_started == 2);
  g_assert_cmpint (at_async_task_get_stage (AT_ASYNC_TASK (task)), ==, AT_STAGE_RUNNING);
  g_assert_cmpuint (at_async_task_get_attempt (AT_ASYNC_TASK (task)), ==, 2);
  g_assert_true (at_deferred_task_complete (task, NULL));
  at_test_finish (AT_ASYNC_TASK (task));
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_SUCCEEDED);
  at_test_settle (NULL, serial);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
}

/* Cancelled in the delay, it is begun no more, and its turn is passed on. */
static void
test_deferred_cancel (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  Deferral deferral = { 0 };

  at_async_task_set_retry (AT_ASYNC_TASK (task), 3, ask_deferred, &deferral, NULL);
  at_async_task_set_executor (AT_ASYNC_TASK (task), serial);
  g_signal_connect (task, "start", G_CALLBACK (on_start), &deferral);
  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL));
  at_test_iterate_until (NULL, deferral.n_started == 1);
  fail_there (task);
  g_assert_cmpint (at_async_task_get_stage (AT_ASYNC_TASK (task)), ==, AT_STAGE_RETRYING);
  g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (task), FALSE));
  at_test_settle (NULL, serial);
  at_test_finish (AT_ASYNC_TASK (task));
  g_assert_cmpuint (deferral.n_started, ==, 1);
  at_test_assert_last_reference (task);
  g_assert_finalize_object (g_steal_pointer (&task));
}

/* Transfers go back to where they began, if both sides can. */

static gboolean
fail_first (AtAsyncTask *task)
{
  return at_async_task_get_attempt (task) == 1;
}

#define FLAKY_TYPE_SOURCE (flaky_source_get_type ())
G_DECLARE_FINAL_TYPE (FlakySource, flaky_source, FLAKY, SOURCE, GFilterInputStream)

/* Fails after ten bytes of the first attempt; can be sought where its base can, unless
 * it @is_plain. */
struct _FlakySource
{
  GFilterInputStream parent_instance;
  AtAsyncTask       *task;
  gboolean           is_plain;
  guint              n_read;
};

static goffset
flaky_tell (GSeekable *seekable)
{
  return g_seekable_tell (G_SEEKABLE (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (seekable))));
}

static gboolean
flaky_can_seek (GSeekable *seekable)
{
  return !FLAKY_SOURCE (seekable)->is_plain;
}

static gboolean
flaky_seek (GSeekable     *seekable,
            goffset        offset,
            GSeekType      type,
            GCancellable  *cancellable,
            GError       **error)
{
  return g_seekable_seek (G_SEEKABLE (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (seekable))),
                          offset, type, cancellable, error);
}

static void
flaky_seekable_init (GSeekableIface *iface)
{
  iface->tell = flaky_tell;
  iface->can_seek = flaky_can_seek;
  iface->seek = flaky_seek;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (FlakySource, flaky_source, G_TYPE_FILTER_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_SEEKABLE, flaky_seekable_init))

static gssize
flaky_read (GInputStream  *stream,
            void          *buffer,
            gsize          count,
            GCancellable  *cancellable,
            GError       **error)
{
  FlakySource *self = FLAKY_SOURCE (stream);

  if (fail_first (self->task) && self->n_read >= 10)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Gone");
      return -1;
    }

  self->n_read += 10;

  return g_input_stream_read (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)),
                              buffer, fail_first (self->task) ? MIN (count, 10) : count, cancellable, error);
}

static void
flaky_source_class_init (FlakySourceClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = flaky_read;
}

static void
flaky_source_init (FlakySource *self)
{
}

static void
test_transfer (gconstpointer data)
{
  const char *how = data;
  const char *text = "0123456789abcdef";
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (GInputStream) base = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr (GInputStream) source = g_object_new (FLAKY_TYPE_SOURCE, "base-stream", base, NULL);
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  g_autoptr (AtTransferTask) task = at_transfer_task_new (source, sink, 0);
  gboolean can = !g_str_equal (how, "plain");

  FLAKY_SOURCE (source)->task = AT_ASYNC_TASK (task);
  FLAKY_SOURCE (source)->is_plain = !can;
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  at_transfer_task_set_checksum_type (task, "SHA-256");
  g_assert_true (g_output_stream_write_all (sink, "> ", 2, NULL, NULL, NULL));
  at_test_hear (AT_ASYNC_TASK (task));
  at_async_task_set_retry (AT_ASYNC_TASK (task), 3, NULL, NULL, NULL);
  at_test_execute (AT_ASYNC_TASK (task), pool);
  if (can)
    {
      wait_for_stage (AT_ASYNC_TASK (task), AT_STAGE_RETRYING);
      g_assert_false (g_input_stream_is_closed (source));
      if (g_str_equal (how, "cancel"))
        at_async_task_cancel (AT_ASYNC_TASK (task), FALSE);
      else
        at_async_task_try_now (AT_ASYNC_TASK (task));
    }
  at_test_finish (AT_ASYNC_TASK (task));
  g_assert_true (g_input_stream_is_closed (source));
  g_assert_true (g_output_stream_is_closed (sink));
  if (g_str_equal (how, "rewinds"))
    {
      g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sink));
      g_autofree char *written = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

      g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_cmpstr (written, ==, "> 0123456789abcdef");
      g_assert_cmpstr (at_transfer_task_get_checksum (task), ==, digest);
    }
  else
    {
      g_assert_cmpuint (at_async_task_get_attempt (AT_ASYNC_TASK (task)), ==, 1);
      g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, can ? AT_OUTCOME_CANCELLED : AT_OUTCOME_FAILED);
    }
}

/* Wrong use. */

static void
test_misuse (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_assert_critical (at_async_task_set_retry (task, 0, NULL, NULL, NULL));
  at_async_task_execute (task, NULL, NULL);
  at_test_assert_critical (at_async_task_set_retry (task, 2, NULL, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (at_async_task_get_attempt (task), ==, 1);
  g_assert_cmpfloat (at_async_task_get_retry_in (task), ==, -1);
}

/* Where its data are freed: after the last callback, or with a task that was never executed. */
static void
test_data (void)
{
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestCount count = AT_TEST_COUNT_INIT;

  at_test_count_made (&count);
  at_async_task_set_retry (task, 2, at_once, &count, at_test_count_freed);
  at_async_task_execute (task, NULL, NULL);
  at_async_task_wait (task, -1, NULL, NULL);
  g_assert_cmpint (count.n_freed, ==, 0);
  at_test_finish (task);
  at_test_count_assert_all_freed (&count, 1);
  g_object_unref (task);

  task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  at_test_count_made (&count);
  at_async_task_set_retry (task, 2, at_once, &count, at_test_count_freed);
  g_object_unref (task);
  at_test_count_assert_all_freed (&count, 2);
}

/* The next attempt against cancel: it ends once. */
static void
test_against_cancel (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  guint n = at_test_scale (10000);

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task;
      AtTestRecord record;
      Fickle fickle;

      at_test_record_init (&record);
      fickle_init (&fickle, 3);
      fickle.delay = (i % 3) / 100000.0;
      task = at_test_task_new (&record, run_fickle, &fickle);
      at_async_task_set_retry (task, G_MAXUINT, ask, &fickle, NULL);
      at_test_execute (task, pool);
      for (guint k = 0; k < i % 100; k++)
        g_thread_yield ();
      if (i % 7 == 0)
        at_async_task_try_now (task);
      at_async_task_cancel (task, TRUE);
      at_test_finish (task);
      g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
      g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_CANCELLED), ==, 1);
      at_test_iterate_poll_until (NULL, G_OBJECT (task)->ref_count == 1);
      g_assert_finalize_object (task);
      at_test_record_clear (&record);
      fickle_clear (&fickle);
    }
}

int
main (int    argc,
      char **argv)
{
  static const double negative = -1, nan = NAN;

  at_test_time_own ();
  at_test_init (&argc, &argv);
  g_test_add_func ("/retry/notifies", test_notifies);
  g_test_add_func ("/retry/notifies-end", test_notifies_end);
  g_test_add_func ("/retry/default", test_default);
  g_test_add_data_func ("/retry/lasting", NULL, test_last);
  g_test_add_data_func ("/retry/last", "", test_last);
  g_test_add_func ("/retry/function", test_function);
  g_test_add_data_func ("/retry/gives-up", &negative, test_gives_up);
  g_test_add_data_func ("/retry/gives-up-nan", &nan, test_gives_up);
  g_test_add_data_func ("/retry/at-once", NULL, test_at_once);
  g_test_add_data_func ("/retry/at-once-serially", "", test_at_once);
  g_test_add_func ("/retry/slot", test_slot);
  g_test_add_data_func ("/retry/place", NULL, test_place);
  g_test_add_data_func ("/retry/place-serially", "", test_place);
  g_test_add_data_func ("/retry/cancel", "cancel", test_acts);
  g_test_add_data_func ("/retry/timeout", "timeout", test_acts);
  g_test_add_data_func ("/retry/owner-gone", "owner", test_acts);
  g_test_add_data_func ("/retry/cancel-running", NULL, test_not_asked);
  g_test_add_data_func ("/retry/timeout-running", "", test_not_asked);
  g_test_add_func ("/retry/pause", test_pause);
  g_test_add_func ("/retry/try-now", test_try_now);
  g_test_add_func ("/retry/others", test_others);
  g_test_add_func ("/retry/anew", test_anew);
  g_test_add_func ("/retry/rejected", test_rejected);
  g_test_add_data_func ("/retry/inline", "due", test_inline);
  g_test_add_data_func ("/retry/inline-now", "now", test_inline);
  g_test_add_data_func ("/retry/inline-cancel", "cancel", test_inline);
  g_test_add_data_func ("/retry/inline-pause", "pause", test_inline);
  g_test_add_data_func ("/retry/inline-timeout", "timeout", test_inline);
  g_test_add_data_func ("/retry/custom", "", test_custom);
  g_test_add_data_func ("/retry/custom-at-once", NULL, test_custom);
  g_test_add_data_func ("/retry/deferred", "", test_deferred);
  g_test_add_data_func ("/retry/deferred-elsewhere", "elsewhere", test_deferred);
  g_test_add_data_func ("/retry/deferred-serial", "serial", test_deferred);
  g_test_add_func ("/retry/deferred-cancel", test_deferred_cancel);
  g_test_add_data_func ("/retry/transfer", "rewinds", test_transfer);
  g_test_add_data_func ("/retry/transfer-plain", "plain", test_transfer);
  g_test_add_data_func ("/retry/transfer-cancel", "cancel", test_transfer);
  g_test_add_func ("/retry/misuse", test_misuse);
  g_test_add_func ("/retry/data", test_data);
  g_test_add_func ("/retry/against-cancel", test_against_cancel);

  return g_test_run ();
}
