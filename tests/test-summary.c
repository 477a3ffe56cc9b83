/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#define NBSP "\302\240"

static void
check (AtAsyncTask *task,
       const char  *expected)
{
  g_autofree char *summary = at_async_task_get_summary (task);
  g_autofree char *property = NULL;

  g_assert_cmpstr (summary, ==, expected);
  g_object_get (task, "summary", &property, NULL);
  g_assert_cmpstr (property, ==, expected);
}

static void
count_notify (AtAsyncTask *task,
              GParamSpec  *pspec,
              guint       *n_notifies)
{
  (*n_notifies)++;
}

static gboolean
body_fail (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BUSY, "The server is busy");

  return FALSE;
}

static gboolean
body_amounts (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_async_task_set_amounts (task, 38000000, 38000000);

  return TRUE;
}

static void
test_ended (void)
{
  g_autoptr (AtAsyncTask) plain = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) copied = at_async_task_new (body_amounts, NULL, NULL);
  g_autoptr (AtAsyncTask) counted = at_async_task_new (body_amounts, NULL, NULL);
  g_autoptr (AtAsyncTask) failed = at_async_task_new (body_fail, NULL, NULL);
  g_autoptr (AtAsyncTask) cancelled = at_async_task_new (at_test_body_succeed, NULL, NULL);

  check (plain, "Waiting");
  g_assert_true (at_async_task_execute (plain, NULL, NULL));
  at_test_finish (plain);
  check (plain, "Done");

  at_async_task_set_unit (copied, AT_PROGRESS_UNIT_BYTES);
  g_assert_true (at_async_task_execute (copied, NULL, NULL));
  at_test_finish (copied);
  check (copied, "38" NBSP "MB");

  /* A number of what? */
  g_assert_true (at_async_task_execute (counted, NULL, NULL));
  at_test_finish (counted);
  check (counted, "Done");

  g_assert_true (at_async_task_execute (failed, NULL, NULL));
  at_test_finish (failed);
  check (failed, "The server is busy");

  at_async_task_cancel (cancelled, TRUE);
  g_assert_true (at_async_task_execute (cancelled, NULL, NULL));
  at_test_finish (cancelled);
  check (cancelled, "Cancelled");
}

static void
test_waiting (void)
{
  g_autoptr (AtAsyncTask) first = NULL;
  g_autoptr (AtAsyncTask) queued = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) after = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) foreign = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) titled = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestGate gate;

  at_test_gate_init (&gate);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute (first, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_true (at_async_task_execute (queued, NULL, NULL));
  check (queued, "Waiting");

  /* It does not go by the name, if that has none. */
  g_assert_true (at_async_task_add_prerequisite (after, first, NULL));
  g_assert_true (at_async_task_execute (after, NULL, NULL));
  check (after, "Waiting");
  at_async_task_set_title (first, "Photos");
  check (after, "Waiting for “Photos”");

  /* Two that wait: for the first of them that has yet to end. */
  at_async_task_set_title (queued, "Mail");
  g_assert_true (at_async_task_add_prerequisite (titled, first, NULL));
  g_assert_true (at_async_task_add_prerequisite (titled, queued, NULL));
  g_assert_true (at_async_task_execute (titled, NULL, NULL));
  check (titled, "Waiting for “Photos”");

  /* A name that is written the other way stays in one piece. */
  g_assert_true (at_async_task_add_prerequisite (foreign, first, NULL));
  g_assert_true (at_async_task_execute (foreign, NULL, NULL));
  at_async_task_set_title (first, "\327\252\327\236\327\225\327\240\327\225\327\252");
  check (foreign, "Waiting for “\342\201\250\327\252\327\236\327\225\327\240\327\225\327\252\342\201\251”");

  at_async_task_pause (after);
  check (after, "Paused");
  at_async_task_resume (after);

  at_test_gate_open (&gate);
  at_test_finish (first);
  at_test_finish (queued);
  at_test_finish (after);
  at_test_finish (foreign);
  at_test_finish (titled);
  check (titled, "Done");
  at_test_gate_clear (&gate);
}

/* A body that says what it is told to, and then stands still. */
typedef struct
{
  AtTestGate  gate;
  const char *message;
  guint64     completed;
  guint64     total;
} Saying;

static gboolean
body_say (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  Saying *saying = user_data;

  if (saying->message != NULL)
    at_async_task_set_message (task, saying->message);
  if (saying->completed != 0)
    at_async_task_set_amounts (task, saying->completed, saying->total);
  at_test_gate_pass (&saying->gate);

  return TRUE;
}

static void
check_saying (const char     *message,
              guint64         completed,
              guint64         total,
              AtProgressUnit  unit,
              const char     *expected,
              const char     *expected_paused)
{
  Saying saying = { .message = message, .completed = completed, .total = total };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_say, &saying, NULL);

  at_test_gate_init (&saying.gate);
  at_async_task_set_unit (task, unit);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&saying.gate, 1);
  at_test_iterate_until (NULL, (message == NULL || at_async_task_get_message (task) != NULL) &&
                               at_async_task_get_completed (task) == completed);
  check (task, expected);
  at_async_task_pause (task);
  check (task, expected_paused);
  at_async_task_resume (task);
  at_test_gate_open (&saying.gate);
  at_test_finish (task);
  at_test_gate_clear (&saying.gate);
}

static void
test_running (void)
{
  check_saying (NULL, 0, 0, AT_PROGRESS_UNIT_NONE, "Running", "Paused");
  check_saying ("Reading", 0, 0, AT_PROGRESS_UNIT_NONE, "Reading", "Paused");
  check_saying ("", 0, 0, AT_PROGRESS_UNIT_NONE, "Running", "Paused");
  check_saying (NULL, 3, 5, AT_PROGRESS_UNIT_FILES, "3 of 5" NBSP "files", "Paused — 3 of 5" NBSP "files");
  check_saying (NULL, 3000, 0, AT_PROGRESS_UNIT_BYTES, "3" NBSP "kB", "Paused — 3" NBSP "kB");
  check_saying ("Reading", 3, 5, AT_PROGRESS_UNIT_FILES, "Reading", "Paused — 3 of 5" NBSP "files");
}

/* A body that goes on until it is told to stop. */
typedef struct
{
  const char *message;
  int         is_over; /* atomic */
} Moving;

static gboolean
body_move (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  Moving *moving = user_data;

  at_async_task_set_message (task, moving->message);
  for (guint i = 1; !g_atomic_int_get (&moving->is_over); i++)
    {
      at_async_task_set_amounts (task, MIN (i * 1000, 9000000), 9000001);
      g_usleep (1000);
    }

  return TRUE;
}

static void
check_moving (const char *message,
              const char *head)
{
  Moving moving = { .message = message };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_move, &moving, NULL);
  g_autofree char *amounts = NULL;
  g_autofree char *left = NULL;
  g_autofree char *rate = NULL;
  g_autofree char *expected = NULL;

  at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_rate (task) > 0 && at_async_task_get_remaining (task) >= 0);

  /* How fast that is, is the matter of other tests. */
  amounts = at_format_amounts (at_async_task_get_completed (task), 9000001, AT_PROGRESS_UNIT_BYTES);
  left = at_format_duration (at_async_task_get_remaining (task));
  rate = at_format_rate (at_async_task_get_rate (task), AT_PROGRESS_UNIT_BYTES);
  g_assert_cmpstr (left, !=, "");
  expected = g_strdup_printf ("%s — %s left (%s)", head != NULL ? head : amounts, left, rate);
  check (task, expected);

  g_atomic_int_set (&moving.is_over, TRUE);
  at_test_finish (task);
}

static void
test_moving (void)
{
  check_moving (NULL, NULL);
  check_moving ("Reading", "Reading");
  check_moving ("\327\252", "\342\201\250\327\252\342\201\251");
}

static double
wait_long (AtAsyncTask  *task,
           const GError *error,
           guint         attempt,
           gpointer      user_data)
{
  return 50;
}

static void
test_retrying (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_fail, NULL, NULL);
  g_autofree char *summary = NULL;
  guint n_notifies = 0;

  at_async_task_set_retry (task, 2, wait_long, NULL, NULL);
  g_signal_connect (task, "notify::summary", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_async_task_get_stage (task) == AT_STAGE_RETRYING);

  /* It counts down. */
  n_notifies = 0;
  at_test_iterate_until (NULL, n_notifies == 2);
  summary = at_async_task_get_summary (task);
  g_assert_true (g_str_has_prefix (summary, "Trying again in 4"));
  g_assert_true (g_str_has_suffix (summary, NBSP "seconds"));
  at_async_task_pause (task);
  check (task, "Paused");
  at_async_task_resume (task);

  at_async_task_try_now (task);
  at_test_finish (task);
  check (task, "The server is busy");
}

/* Four times a second, and at the end. */

typedef struct
{
  guint  n;
  gint64 first_at;
  gint64 last_at;
} Notifies;

static void
time_notify (AtAsyncTask *task,
             GParamSpec  *pspec,
             Notifies    *notifies)
{
  notifies->last_at = g_get_monotonic_time ();
  if (notifies->n++ == 0)
    notifies->first_at = notifies->last_at;
}

static void
test_notify (void)
{
  Moving moving = { .message = "Reading" };
  Notifies notifies = { 0, };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_move, &moving, NULL);

  at_async_task_set_unit (task, AT_PROGRESS_UNIT_BYTES);
  g_signal_connect (task, "notify::summary", G_CALLBACK (time_notify), &notifies);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, notifies.n == 4);
  g_assert_cmpint (notifies.last_at - notifies.first_at, >=, 740 * G_TIME_SPAN_MILLISECOND);

  g_atomic_int_set (&moving.is_over, TRUE);
  at_test_finish (task);
  g_assert_cmpuint (notifies.n, >=, 5);
  g_assert_cmpuint (notifies.n, <=, 6 + (notifies.last_at - notifies.first_at) / (250 * G_TIME_SPAN_MILLISECOND));
}

/* What was due when the task ended comes no more. */
static void
test_notify_once_at_end (void)
{
  Saying saying = { .message = "Reading" };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_say, &saying, NULL);
  guint n_notifies = 0;

  at_test_gate_init (&saying.gate);
  g_signal_connect (task, "notify::summary", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&saying.gate, 1);
  at_test_iterate_until (NULL, at_async_task_get_message (task) != NULL);
  at_async_task_pause (task);
  at_async_task_resume (task);
  at_test_gate_open (&saying.gate);
  at_test_finish (task);

  /* It would have kept the task. */
  g_assert_cmpuint (n_notifies, >, 0);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&saying.gate);
}

/* Nor does it come where nobody is left to be told. */
static void
test_orphaned (void)
{
  Saying saying = { .message = "Reading" };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_say, &saying, NULL);
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  guint n_notifies = 0;

  at_test_gate_init (&saying.gate);
  at_async_task_set_owner (task, owner);
  g_signal_connect (task, "notify::summary", G_CALLBACK (count_notify), &n_notifies);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_gate_wait_arrived (&saying.gate, 1);
  at_test_iterate_until (NULL, at_async_task_get_message (task) != NULL);
  at_async_task_pause (task);
  at_async_task_resume (task);
  g_object_unref (owner);
  n_notifies = 0;

  at_test_gate_open (&saying.gate);
  at_test_finish (task);
  g_assert_cmpuint (n_notifies, ==, 0);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_gate_clear (&saying.gate);
}

int
main (int    argc,
      char **argv)
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/summary/ended", test_ended);
  g_test_add_func ("/summary/waiting", test_waiting);
  g_test_add_func ("/summary/running", test_running);
  g_test_add_func ("/summary/moving", test_moving);
  g_test_add_func ("/summary/retrying", test_retrying);
  g_test_add_func ("/summary/notify", test_notify);
  g_test_add_func ("/summary/notify-once-at-end", test_notify_once_at_end);
  g_test_add_func ("/summary/orphaned", test_orphaned);

  return g_test_run ();
}
