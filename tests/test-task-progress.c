/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <math.h>

/* Published values */

typedef struct
{
  guint n_values;
  guint n_seen;
} Values;

static gboolean
body_publish_many (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  Values *values = user_data;
  guint i;

  for (i = 0; i < values->n_values; i++)
    at_async_task_publish (task, G_TYPE_UINT, i);

  return TRUE;
}

static void
values_hook (AtAsyncTask   *task,
             AtTestEvent    event,
             gconstpointer  payload,
             gpointer       user_data)
{
  Values *values = user_data;

  if (event == AT_TEST_EVENT_PROGRESS)
    {
      g_assert_cmpuint (g_value_get_uint (payload), ==, values->n_seen);
      values->n_seen++;
    }
  else if (event == AT_TEST_EVENT_POST)
    {
      g_assert_cmpuint (values->n_seen, ==, values->n_values);
    }
}

static void
test_values_in_order (void)
{
  Values values = { at_test_scale (100000), 0 };
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = values_hook;
  record.hook_data = &values;
  task = at_test_task_new (&record, body_publish_many, &values);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (values.n_seen, ==, values.n_values);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
null_value_hook (AtAsyncTask   *task,
                 AtTestEvent    event,
                 gconstpointer  payload,
                 gpointer       user_data)
{
  if (event == AT_TEST_EVENT_PROGRESS)
    g_assert_null (payload);
}

static gboolean
body_publish_null (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  at_async_task_publish_progress (task, NULL);

  return TRUE;
}

static void
test_values_null (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = null_value_hook;
  task = at_test_task_new (&record, body_publish_null, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body progress post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static gboolean
body_publish_then_gate (AtAsyncTask   *task,
                        const GValue  *params,
                        GCancellable  *cancellable,
                        gpointer       user_data,
                        GError       **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  /* The value is copied: it may change as soon as the call has returned. */
  g_value_init (&value, G_TYPE_UINT);
  g_value_set_uint (&value, 0);
  at_async_task_publish_progress (task, &value);
  g_value_set_uint (&value, 1);
  at_async_task_publish_progress (task, &value);
  g_value_set_uint (&value, 99);
  at_test_gate_pass (user_data);

  return TRUE;
}

static void
test_values_while_running (void)
{
  Values values = { 2, 0 };
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  record.hook = values_hook;
  record.hook_data = &values;
  task = at_test_task_new (&record, body_publish_then_gate, &gate);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, values.n_seen == 2);
  at_test_record_assert_trace (&record, "pre body progress progress");
  at_test_gate_open (&gate);
  at_test_finish (task);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* Steps: the body does one each time the gate is opened for it. */

typedef void (* Step) (AtAsyncTask *task,
                       guint        i);

typedef struct
{
  GMutex mutex;
  GCond  cond;
  guint  asked;
  guint  done;
  guint  n_steps;
  Step   step;
} Steps;

static gboolean
body_steps (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Steps *steps = user_data;
  guint i;

  g_mutex_lock (&steps->mutex);
  for (i = 0; i < steps->n_steps; i++)
    {
      while (steps->asked <= i)
        g_cond_wait (&steps->cond, &steps->mutex);
      steps->step (task, i);
      steps->done = i + 1;
      g_cond_broadcast (&steps->cond);
    }
  g_mutex_unlock (&steps->mutex);

  return TRUE;
}

static void
steps_init (Steps *steps,
            Step   step,
            guint  n_steps)
{
  g_mutex_init (&steps->mutex);
  g_cond_init (&steps->cond);
  steps->asked = 0;
  steps->done = 0;
  steps->n_steps = n_steps;
  steps->step = step;
}

static void
steps_next (Steps *steps)
{
  g_mutex_lock (&steps->mutex);
  steps->asked++;
  g_cond_broadcast (&steps->cond);
  while (steps->done < steps->asked)
    g_cond_wait (&steps->cond, &steps->mutex);
  g_mutex_unlock (&steps->mutex);
}

static void
steps_clear (Steps *steps)
{
  g_mutex_clear (&steps->mutex);
  g_cond_clear (&steps->cond);
}

typedef struct
{
  AtTestRecord record;
  Steps        steps;
  AtAsyncTask *task;
} Fixture;

static void
fixture_init (Fixture *fixture,
              Step     step,
              guint    n_steps)
{
  at_test_record_init (&fixture->record);
  steps_init (&fixture->steps, step, n_steps);
  fixture->task = at_test_task_new (&fixture->record, body_steps, &fixture->steps);
  at_test_record_watch (&fixture->record, fixture->task);
  g_assert_true (at_async_task_execute (fixture->task, NULL, NULL));
}

static void
fixture_clear (Fixture *fixture)
{
  while (fixture->steps.asked < fixture->steps.n_steps)
    steps_next (&fixture->steps);
  at_test_finish (fixture->task);
  at_test_record_assert_threads (&fixture->record);
  g_assert_finalize_object (fixture->task);
  at_test_record_clear (&fixture->record);
  steps_clear (&fixture->steps);
}

/* Fraction */

static gboolean
body_flood (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  guint n = GPOINTER_TO_UINT (user_data);
  guint i;

  for (i = 1; i <= n; i++)
    {
      at_async_task_set_fraction (task, (double) i / n);
      at_async_task_set_amounts (task, i, n);
      if (i % 1000 == 0)
        at_async_task_set_message (task, i % 2000 == 0 ? "even" : "odd");
    }

  return TRUE;
}

static void
flood_hook (AtAsyncTask   *task,
            AtTestEvent    event,
            gconstpointer  payload,
            gpointer       user_data)
{
  if (event != AT_TEST_EVENT_POST)
    return;

  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 1.0);
  g_assert_cmpuint (at_async_task_get_completed (task), ==, GPOINTER_TO_UINT (user_data));
}

static void
test_flood (void)
{
  guint n = at_test_scale (1000000);
  g_autoptr (AtAsyncTask) task = NULL;
  gint64 begin, bound;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = flood_hook;
  record.hook_data = GUINT_TO_POINTER (n);
  task = at_test_task_new (&record, body_flood, GUINT_TO_POINTER (n));
  at_test_record_watch (&record, task);

  begin = g_get_monotonic_time ();
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  /* One at once, one for every 16 ms that passed, one before the end. */
  bound = (g_get_monotonic_time () - begin) / 16000 + 3;

  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "fraction"), >=, 1);
  g_assert_cmpint (at_test_record_get_n_notifies (&record, "fraction"), <=, bound);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "completed"), >=, 1);
  g_assert_cmpint (at_test_record_get_n_notifies (&record, "completed"), <=, bound);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "total"), ==, 1);
  g_assert_cmpint (at_test_record_get_n_notifies (&record, "message"), <=, bound);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
step_quarters (AtAsyncTask *task,
               guint        i)
{
  at_async_task_set_fraction (task, (i + 1) / 4.0);
}

static void
test_latest_while_running (void)
{
  Fixture fixture;
  guint i;

  /* Whatever the pacing holds back arrives though the body says no more. */
  fixture_init (&fixture, step_quarters, 4);
  for (i = 0; i < 3; i++)
    {
      steps_next (&fixture.steps);
      at_test_iterate_until (NULL, at_async_task_get_fraction (fixture.task) == (i + 1) / 4.0);
      g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "fraction"), ==, i + 1);
    }
  g_assert_cmpint (at_async_task_get_status (fixture.task), ==, AT_STATUS_RUNNING);

  fixture_clear (&fixture);
}

static void
latest_before_last_hook (AtAsyncTask   *task,
                         AtTestEvent    event,
                         gconstpointer  payload,
                         gpointer       user_data)
{
  AtTestRecord *record = user_data;

  if (event != AT_TEST_EVENT_POST && event != AT_TEST_EVENT_FAILED)
    return;

  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0.75);
  g_assert_cmpstr (at_async_task_get_message (task), ==, "Last words");
  g_assert_cmpuint (at_test_record_get_n_notifies (record, "fraction"), >=, 1);
  g_assert_cmpuint (at_test_record_get_n_notifies (record, "message"), >=, 1);
}

static gboolean
body_last_words (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  at_async_task_set_fraction (task, 0.25);
  at_async_task_set_message (task, "First words");
  at_async_task_set_fraction (task, 0.75);
  at_async_task_set_message (task, "Last words");

  if (user_data != NULL)
    return at_test_body_fail (task, params, cancellable, NULL, error);
  return TRUE;
}

static void
test_flushed_before_last (gconstpointer user_data)
{
  guint i;

  for (i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (AtAsyncTask) task = NULL;
      AtTestRecord record;
      guint n;

      at_test_record_init (&record);
      record.hook = latest_before_last_hook;
      record.hook_data = &record;
      task = at_test_task_new (&record, body_last_words, (gpointer) user_data);
      at_test_record_watch (&record, task);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      n = at_test_record_get_n_notifies (&record, "fraction");
      g_assert_cmpuint (n, <=, 2);
      g_assert_finalize_object (g_steal_pointer (&task));
      at_test_record_clear (&record);
    }
}

static void
step_equal (AtAsyncTask *task,
            guint        i)
{
  at_async_task_set_fraction (task, 0.5);
  at_async_task_set_message (task, "Same");
  if (i == 2)
    at_async_task_set_fraction (task, 0.75);
}

static void
test_equal_is_silent (void)
{
  Fixture fixture;

  fixture_init (&fixture, step_equal, 3);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_fraction (fixture.task) == 0.5 &&
                               at_async_task_get_message (fixture.task) != NULL);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "fraction"), ==, 1);
  steps_next (&fixture.steps);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_fraction (fixture.task) == 0.75);
  at_test_finish (fixture.task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "fraction"), ==, 2);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "message"), ==, 1);
  g_assert_cmpstr (at_async_task_get_message (fixture.task), ==, "Same");

  fixture_clear (&fixture);
}

static const double odd_fractions[] = { 0.75, NAN, 0.25, -3.0, 7.0, -0.0, 1.0, -INFINITY, INFINITY, 0.5, NAN };
static const double clamped[] = { 0.75, 0.75, 0.25, 0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.5, 0.5 };

static void
step_odd (AtAsyncTask *task,
          guint        i)
{
  at_async_task_set_fraction (task, odd_fractions[i]);
}

static void
test_odd_fractions (void)
{
  Fixture fixture;
  guint i;

  fixture_init (&fixture, step_odd, G_N_ELEMENTS (odd_fractions));
  for (i = 0; i < G_N_ELEMENTS (odd_fractions); i++)
    {
      steps_next (&fixture.steps);
      at_test_iterate_until (NULL, at_async_task_get_fraction (fixture.task) == clamped[i]);
    }
  at_test_finish (fixture.task);
  g_assert_cmpfloat (at_async_task_get_fraction (fixture.task), ==, 0.5);
  /* One for each change; the two NaN changed nothing. */
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "fraction"), ==, 9);

  fixture_clear (&fixture);
}

/* Amounts */

static const struct
{
  guint64  completed;
  guint64  total;
  double   fraction;
  gboolean indeterminate;
} amounts[] = {
  { 10, 0, 0.0, TRUE },
  { 20, 0, 0.0, TRUE },
  { 30, 40, 0.75, FALSE },
  { 10, 40, 0.25, FALSE },
  { 50, 40, 1.0, FALSE },
  { 40, 40, 1.0, FALSE },
  { 0, 40, 0.0, FALSE },
  { G_MAXUINT64, G_MAXUINT64, 1.0, FALSE },
};

static void
step_amounts (AtAsyncTask *task,
              guint        i)
{
  at_async_task_set_amounts (task, amounts[i].completed, amounts[i].total);
}

static void
test_amounts (void)
{
  Fixture fixture;
  guint i;

  fixture_init (&fixture, step_amounts, G_N_ELEMENTS (amounts));
  for (i = 0; i < G_N_ELEMENTS (amounts); i++)
    {
      steps_next (&fixture.steps);
      at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == amounts[i].completed &&
                                   at_async_task_get_total (fixture.task) == amounts[i].total);
      g_assert_cmpfloat (at_async_task_get_fraction (fixture.task), ==, amounts[i].fraction);
      g_assert_cmpint (at_async_task_get_indeterminate (fixture.task), ==, amounts[i].indeterminate);
      g_assert_true (isfinite (at_async_task_get_rate (fixture.task)));
      g_assert_cmpfloat (at_async_task_get_rate (fixture.task), >=, 0.0);
      g_assert_true (isfinite (at_async_task_get_remaining (fixture.task)));
    }

  fixture_clear (&fixture);
}

static void
step_both (AtAsyncTask *task,
           guint        i)
{
  at_async_task_set_amounts (task, 1, 4);
  at_async_task_set_message (task, "One of four");
}

typedef struct
{
  guint n_calls;
} Snapshot;

static void
snapshot_cb (AtAsyncTask *task,
             GParamSpec  *pspec,
             Snapshot    *snapshot)
{
  /* Amounts change together: nobody sees half of a change. */
  snapshot->n_calls++;
  g_assert_cmpuint (at_async_task_get_completed (task), ==, 1);
  g_assert_cmpuint (at_async_task_get_total (task), ==, 4);
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0.25);
}

static void
test_amounts_together (void)
{
  Snapshot snapshot = { 0 };
  Fixture fixture;

  fixture_init (&fixture, step_both, 1);
  g_signal_connect (fixture.task, "notify::completed", G_CALLBACK (snapshot_cb), &snapshot);
  g_signal_connect (fixture.task, "notify::total", G_CALLBACK (snapshot_cb), &snapshot);
  g_signal_connect (fixture.task, "notify::fraction", G_CALLBACK (snapshot_cb), &snapshot);
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  g_assert_cmpuint (snapshot.n_calls, ==, 3);

  fixture_clear (&fixture);
}

static void
step_messages (AtAsyncTask *task,
               guint        i)
{
  at_async_task_set_message (task, i == 0 ? "Something" : NULL);
}

static void
test_message_null (void)
{
  Fixture fixture;

  fixture_init (&fixture, step_messages, 2);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, g_strcmp0 (at_async_task_get_message (fixture.task), "Something") == 0);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_message (fixture.task) == NULL);
  at_test_finish (fixture.task);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "message"), ==, 2);

  fixture_clear (&fixture);
}

/* Rate and time left */

static gboolean
tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
step_rate (AtAsyncTask *task,
           guint        i)
{
  /* Nothing moves in the second half. */
  at_async_task_set_amounts (task, MIN (i + 1, 20) * 1000, 1000000);
}

static void
test_rate (void)
{
  guint source = g_timeout_add (10, tick_cb, NULL);
  Fixture fixture;
  guint i;

  fixture_init (&fixture, step_rate, 40);
  g_assert_cmpfloat (at_async_task_get_rate (fixture.task), ==, 0.0);
  g_assert_cmpfloat (at_async_task_get_remaining (fixture.task), ==, -1.0);

  /* Work goes on for as long as it takes the rate to be known. */
  for (i = 0; i < 20; i++)
    {
      steps_next (&fixture.steps);
      at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == (i + 1) * 1000);
      g_main_context_iteration (NULL, TRUE);
      g_main_context_iteration (NULL, TRUE);
      g_main_context_iteration (NULL, TRUE);
      g_main_context_iteration (NULL, TRUE);
    }
  at_test_iterate_until (NULL, at_async_task_get_rate (fixture.task) > 0.0);
  at_test_iterate_until (NULL, at_async_task_get_remaining (fixture.task) > 0.0);
  g_assert_true (isfinite (at_async_task_get_rate (fixture.task)));
  g_assert_true (isfinite (at_async_task_get_remaining (fixture.task)));

  /* The body is held: the rate falls to nothing, and nobody divides by it. */
  at_test_iterate_until (NULL, at_async_task_get_rate (fixture.task) == 0.0);
  at_test_iterate_until (NULL, at_async_task_get_remaining (fixture.task) == -1.0);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "rate"), >=, 2);

  fixture_clear (&fixture);
  g_source_remove (source);
}

static gboolean
body_burst (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  guint i;

  for (i = 0; i < 1000; i++)
    at_async_task_set_amounts (task, i, 999);

  return TRUE;
}

static void
finite_cb (AtAsyncTask *task,
           GParamSpec  *pspec,
           gpointer     user_data)
{
  g_assert_true (isfinite (at_async_task_get_rate (task)));
  g_assert_true (isfinite (at_async_task_get_remaining (task)));
  g_assert_true (isfinite (at_async_task_get_elapsed (task)));
  g_assert_cmpfloat (at_async_task_get_rate (task), >=, 0.0);
  g_assert_cmpfloat (at_async_task_get_remaining (task), >=, -1.0);
}

static void
test_rate_no_division_by_zero (void)
{
  guint i;

  for (i = 0; i < at_test_scale (1000); i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body_burst, NULL, NULL);

      g_signal_connect (task, "notify", G_CALLBACK (finite_cb), NULL);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      at_test_finish (task);
      finite_cb (task, NULL, NULL);
      g_assert_finalize_object (g_steal_pointer (&task));
    }
}

/* Whether anything is known */

static void
step_known_and_not (AtAsyncTask *task,
                    guint        i)
{
  switch (i)
    {
    case 0:
      at_async_task_set_message (task, "What it is, and not how much");
      break;
    case 1:
      at_async_task_set_amounts (task, 3, 0);
      break;
    case 2:
      at_async_task_set_amounts (task, 3, 12);
      break;
    case 3:
      at_async_task_set_amounts (task, 4, 0);
      break;
    default:
      at_async_task_set_fraction (task, 0);
      break;
    }
}

typedef struct
{
  guint    n_last;
  gboolean expected;
} Spinner;

/* The last callback does not see it spin. */
static void
stands_still_hook (AtAsyncTask   *task,
                   AtTestEvent    event,
                   gconstpointer  payload,
                   gpointer       user_data)
{
  Spinner *spinner = user_data;

  if (event == AT_TEST_EVENT_BODY || event == AT_TEST_EVENT_PROGRESS)
    return;

  g_assert_false (at_async_task_get_indeterminate (task));
  spinner->n_last += event != AT_TEST_EVENT_PRE;
}

static void
fixture_init_spinning (Fixture *fixture,
                       Spinner *spinner,
                       guint    n_steps)
{
  at_test_record_init (&fixture->record);
  fixture->record.hook = stands_still_hook;
  fixture->record.hook_data = spinner;
  steps_init (&fixture->steps, step_known_and_not, n_steps);
  fixture->task = at_test_task_new (&fixture->record, body_steps, &fixture->steps);
}

#define assert_spins(fixture, value, n) \
  G_STMT_START { \
    at_test_iterate_until (NULL, at_async_task_get_indeterminate ((fixture)->task) == (value)); \
    g_assert_cmpuint (at_test_record_get_n_notifies (&(fixture)->record, "indeterminate"), ==, (n)); \
  } G_STMT_END

static void
test_indeterminate (void)
{
  Spinner spinner = { 0 };
  Fixture fixture;

  fixture_init_spinning (&fixture, &spinner, 5);
  at_test_record_watch (&fixture.record, fixture.task);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "indeterminate"), ==, 0);

  /* It says nothing, and then nothing of how much. */
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&fixture.record, "indeterminate") == 1);
  assert_spins (&fixture, TRUE, 1);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_message (fixture.task) != NULL);
  assert_spins (&fixture, TRUE, 1);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == 3);
  assert_spins (&fixture, TRUE, 1);

  steps_next (&fixture.steps);
  assert_spins (&fixture, FALSE, 2);
  steps_next (&fixture.steps);
  assert_spins (&fixture, TRUE, 3);
  at_async_task_pause (fixture.task);
  assert_spins (&fixture, TRUE, 3);
  at_async_task_resume (fixture.task);
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  assert_spins (&fixture, FALSE, 4);
  g_assert_cmpuint (spinner.n_last, ==, 1);

  fixture_clear (&fixture);
}

/* A body that knows nothing to its end. */
static void
test_indeterminate_to_the_end (void)
{
  Spinner spinner = { 0 };
  Fixture fixture;

  fixture_init_spinning (&fixture, &spinner, 1);
  at_test_record_watch (&fixture.record, fixture.task);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&fixture.record, "indeterminate") == 1);
  assert_spins (&fixture, TRUE, 1);
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  assert_spins (&fixture, FALSE, 2);

  fixture_clear (&fixture);
}

/* Whoever has read it before hears of it. */
static void
test_indeterminate_read_before (gconstpointer user_data)
{
  const char *when = user_data;
  AtTestGate gate;
  Spinner spinner = { 0 };
  Fixture fixture;
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) first = NULL;

  at_test_gate_init (&gate);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (pool), NULL, NULL));
  fixture_init_spinning (&fixture, &spinner, 1);
  if (g_str_equal (when, "pending"))
    g_assert_false (at_async_task_get_indeterminate (fixture.task));
  g_assert_true (at_async_task_execute_on_executor (fixture.task, AT_EXECUTOR (pool), NULL, NULL));
  at_test_record_watch (&fixture.record, fixture.task);
  if (g_str_equal (when, "queued"))
    g_assert_false (at_async_task_get_indeterminate (fixture.task));

  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&fixture.record, "indeterminate") == 1);
  assert_spins (&fixture, TRUE, 1);
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  assert_spins (&fixture, FALSE, 2);

  fixture_clear (&fixture);
  at_test_finish (first);
  g_assert_finalize_object (g_steal_pointer (&first));
  at_test_gate_clear (&gate);
}

static void
step_ready (AtAsyncTask *task,
            guint        i)
{
}

/* Nobody cared when it began: the value is right all the same, and whoever has read
 * it hears of its end. */
static void
test_indeterminate_read_later (void)
{
  Fixture fixture;

  at_test_record_init (&fixture.record);
  steps_init (&fixture.steps, step_ready, 2);
  fixture.task = at_test_task_new (&fixture.record, body_steps, &fixture.steps);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  steps_next (&fixture.steps);
  at_test_record_watch (&fixture.record, fixture.task);
  g_assert_true (at_async_task_get_indeterminate (fixture.task));
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  assert_spins (&fixture, FALSE, 1);
  fixture_clear (&fixture);

  /* Not even then. */
  at_test_record_init (&fixture.record);
  steps_init (&fixture.steps, step_ready, 1);
  fixture.task = at_test_task_new (&fixture.record, body_steps, &fixture.steps);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  steps_next (&fixture.steps);
  at_test_finish (fixture.task);
  g_assert_false (at_async_task_get_indeterminate (fixture.task));
  fixture_clear (&fixture);
}

/* One whose body never runs, for one reason or the other. */
static void
test_indeterminate_never (gconstpointer user_data)
{
  gboolean before = GPOINTER_TO_INT (user_data);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Spinner spinner = { 0 };

  at_test_record_init (&record);
  record.hook = stands_still_hook;
  record.hook_data = &spinner;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_test_record_watch (&record, task);
  g_assert_false (at_async_task_get_indeterminate (task));
  if (before)
    at_async_task_cancel (task, TRUE);
  at_async_task_pause (task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_async_task_cancel (task, TRUE);
  at_test_finish (task);
  g_assert_false (at_async_task_get_indeterminate (task));
  if (at_test_record_get_count (&record, AT_TEST_EVENT_BODY) == 0)
    g_assert_cmpuint (at_test_record_get_n_notifies (&record, "indeterminate"), ==, 0);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Nobody is told of an orphan's end, and nobody sees it spin afterwards. */
static void
test_indeterminate_orphaned (void)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  Fixture fixture;

  at_test_record_init (&fixture.record);
  steps_init (&fixture.steps, step_ready, 1);
  fixture.task = at_test_task_new (&fixture.record, body_steps, &fixture.steps);
  at_test_record_watch (&fixture.record, fixture.task);
  at_async_task_set_owner (fixture.task, owner);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&fixture.record, "indeterminate") == 1);
  g_clear_object (&owner);
  steps_next (&fixture.steps);
  at_test_poll_until ((g_main_context_iteration (NULL, FALSE), at_async_task_get_status (fixture.task) == AT_STATUS_FINISHED));
  g_assert_false (at_async_task_get_indeterminate (fixture.task));
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "indeterminate"), ==, 1);

  g_assert_finalize_object (fixture.task);
  at_test_record_clear (&fixture.record);
  steps_clear (&fixture.steps);
}

/* What was read before goes with the task to another context. */
static void
test_indeterminate_elsewhere (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture fixture;

  at_test_record_init (&fixture.record);
  steps_init (&fixture.steps, step_quarters, 1);
  fixture.task = at_test_task_new (&fixture.record, body_steps, &fixture.steps);
  at_test_record_watch (&fixture.record, fixture.task);
  g_assert_false (at_async_task_get_indeterminate (fixture.task));
  at_async_task_set_main_context (fixture.task, context);
  g_assert_true (at_async_task_execute (fixture.task, NULL, NULL));
  at_test_iterate_until (context, at_async_task_get_indeterminate (fixture.task));
  steps_next (&fixture.steps);
  at_test_iterate_until (context, at_async_task_get_fraction (fixture.task) == 0.25);
  g_assert_false (at_async_task_get_indeterminate (fixture.task));
  while (g_main_context_iteration (NULL, FALSE))
    g_assert_not_reached ();

  fixture_clear (&fixture);
}

static void
note_notify_cb (AtAsyncTask  *task,
                GParamSpec   *pspec,
                AtTestRecord *record)
{
  /* That one comes when there is time to read it. */
  if (!g_str_equal (pspec->name, "summary"))
    at_test_record_note (record, pspec->name);
}

static void
note_pre_cb (AtAsyncTask  *task,
             AtTestRecord *record)
{
  at_test_record_note (record, "pre");
}

static void
note_post_cb (AtAsyncTask  *task,
              const GValue *result,
              AtTestRecord *record)
{
  at_test_record_note (record, "post");
}

/* In which order they come. */
static void
test_order (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  Steps steps;

  at_test_record_init (&record);
  steps_init (&steps, step_ready, 1);
  task = at_async_task_new (body_steps, &steps, NULL);
  g_signal_connect (task, "notify", G_CALLBACK (note_notify_cb), &record);
  g_signal_connect (task, "pre-execute", G_CALLBACK (note_pre_cb), &record);
  g_signal_connect (task, "post-execute", G_CALLBACK (note_post_cb), &record);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_iterate_until (NULL, at_test_record_has (&record, "indeterminate"));
  at_async_task_pause (task);
  steps_next (&steps);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "status active stage pre stage indeterminate paused "
                                        "indeterminate elapsed paused outcome stage post status active");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  steps_clear (&steps);
}

/* Handlers that iterate the context, as one does that asks a question in a dialog. */

static void
step_message_first (AtAsyncTask *task,
                    guint        i)
{
  if (i == 0)
    at_async_task_set_message (task, "A question");
  else
    at_async_task_set_amounts (task, i, 8);
}

static void
go_on_inside_cb (AtAsyncTask *task,
                 GParamSpec  *pspec,
                 Fixture     *fixture)
{
  for (guint i = 1; i <= 3; i++)
    {
      steps_next (&fixture->steps);
      at_test_iterate_until (NULL, at_async_task_get_completed (task) == i);
      g_assert_cmpuint (at_test_record_get_n_notifies (&fixture->record, "completed"), ==, i);
      g_assert_cmpuint (at_test_record_get_n_notifies (&fixture->record, "fraction"), ==, i);
    }
}

static void
test_nested_loop (void)
{
  Fixture fixture;

  fixture_init (&fixture, step_message_first, 5);
  g_signal_connect (fixture.task, "notify::message", G_CALLBACK (go_on_inside_cb), &fixture);
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == 3);

  /* And afterwards. */
  steps_next (&fixture.steps);
  at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == 4);
  g_assert_cmpuint (at_test_record_get_n_notifies (&fixture.record, "message"), ==, 1);

  fixture_clear (&fixture);
}

/* GObject does not notify of a property inside of a handler of the same, but of the
 * others. */
static void
time_passes_inside_cb (AtAsyncTask *task,
                       GParamSpec  *pspec,
                       Fixture     *fixture)
{
  guint n = at_test_record_get_n_notifies (&fixture->record, "elapsed");

  g_signal_handlers_disconnect_by_func (task, time_passes_inside_cb, fixture);
  at_test_iterate_until (NULL, at_test_record_get_n_notifies (&fixture->record, "elapsed") >= n + 2);
}

static void
step_thousands (AtAsyncTask *task,
                guint        i)
{
  at_async_task_set_amounts (task, (i + 1) * 1000, 0);
}

/* A body that has come to a halt, and a handler of what is shown twice a second. */
static void
test_nested_loop_while_stalled (void)
{
  guint n_steps = 0;
  Fixture fixture;

  fixture_init (&fixture, step_thousands, 10000);
  while (at_async_task_get_rate (fixture.task) == 0 && n_steps < 10000)
    {
      steps_next (&fixture.steps);
      n_steps++;
      at_test_iterate_until (NULL, at_async_task_get_completed (fixture.task) == n_steps * 1000);
    }
  g_assert_cmpfloat (at_async_task_get_rate (fixture.task), >, 0);

  g_signal_connect (fixture.task, "notify::rate", G_CALLBACK (time_passes_inside_cb), &fixture);
  at_test_iterate_until (NULL, at_async_task_get_rate (fixture.task) == 0);

  /* What moves again at the end is not waited for in there, where nothing follows it. */
  g_signal_handlers_disconnect_by_func (fixture.task, time_passes_inside_cb, &fixture);
  fixture_clear (&fixture);
}

static gboolean
body_all_at_once (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  at_async_task_set_amounts (task, 1, 4);
  at_async_task_set_message (task, "One of four");
  at_test_gate_pass (user_data);

  return TRUE;
}

typedef struct
{
  AtTestRecord record;
  AtTestGate   gate;
  guint        n_at_the_end;
} EndInside;

static void
end_inside_cb (AtAsyncTask *task,
               GParamSpec  *pspec,
               EndInside   *end)
{
  at_test_gate_open (&end->gate);
  at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
  end->n_at_the_end = at_test_record_get_n_all_notifies (&end->record);
}

static void
all_shown_hook (AtAsyncTask   *task,
                AtTestEvent    event,
                gconstpointer  payload,
                gpointer       user_data)
{
  static const char *properties[] = { "fraction", "completed", "total", "message" };
  EndInside *end = user_data;

  if (event != AT_TEST_EVENT_POST)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (properties); i++)
    g_assert_cmpuint (at_test_record_get_n_notifies (&end->record, properties[i]), ==, 1);
}

/* The task ends while a handler of the first of several notifies is at work: the others
 * come before the last callback, and none after it. */
static void
test_nested_loop_to_the_end (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  EndInside end = { 0 };

  at_test_gate_init (&end.gate);
  at_test_record_init (&end.record);
  end.record.hook = all_shown_hook;
  end.record.hook_data = &end;
  task = at_test_task_new (&end.record, body_all_at_once, &end.gate);
  at_test_record_watch (&end.record, task);
  g_signal_connect (task, "notify::fraction", G_CALLBACK (end_inside_cb), &end);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_record_assert_trace (&end.record, "pre body post");
  at_test_settle (NULL, at_serial_executor_get_default ());
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&end.record), ==, end.n_at_the_end);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&end.record);
  at_test_gate_clear (&end.gate);
}

/* The end */

typedef struct
{
  AtAsyncTask *task;
  AtTestGate   ended;
} Late;

static gpointer
late_thread (gpointer user_data)
{
  Late *late = user_data;

  at_test_gate_pass (&late->ended);
  at_async_task_publish (late->task, G_TYPE_UINT, 1);
  at_async_task_publish_progress (late->task, NULL);
  at_async_task_set_fraction (late->task, 0.9);
  at_async_task_set_amounts (late->task, 9, 10);
  at_async_task_set_message (late->task, "Too late");

  return NULL;
}

static void
test_none_after_the_end (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  GThread *thread;
  Late late;
  guint n;

  at_test_gate_init (&late.ended);
  at_test_record_init (&record);
  task = at_test_task_new (&record, body_last_words, NULL);
  at_test_record_watch (&record, task);
  late.task = task;
  thread = g_thread_new ("Late", late_thread, &late);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  n = at_test_record_get_n_all_notifies (&record);

  at_test_gate_open (&late.ended);
  g_thread_join (thread);
  at_async_task_publish (task, G_TYPE_UINT, 1);
  at_async_task_set_fraction (task, 0.1);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, n);
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 0.75);
  g_assert_cmpstr (at_async_task_get_message (task), ==, "Last words");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&late.ended);
}

static void
publish_in_last_hook (AtAsyncTask   *task,
                      AtTestEvent    event,
                      gconstpointer  payload,
                      gpointer       user_data)
{
  if (event == AT_TEST_EVENT_POST)
    at_async_task_publish (task, G_TYPE_UINT, 1);
}

static void
test_none_from_inside_the_last (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = publish_in_last_hook;
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

/* Helpers of the body */

typedef struct
{
  AtAsyncTask *task;
  guint        n;
} Helper;

static gpointer
helper_thread (gpointer user_data)
{
  Helper *helper = user_data;
  guint i;

  for (i = 0; i < helper->n; i++)
    {
      at_async_task_publish (helper->task, G_TYPE_UINT, i);
      at_async_task_set_fraction (helper->task, (double) i / helper->n);
      at_async_task_set_message (helper->task, "From a helper");
    }

  return NULL;
}

static gboolean
body_helpers (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  Helper helper = { task, GPOINTER_TO_UINT (user_data) };
  GThread *threads[4];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("Helper", helper_thread, &helper);
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  at_async_task_set_fraction (task, 1.0);

  return TRUE;
}

static void
test_from_helper_threads (void)
{
  guint n = at_test_scale (10000);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, body_helpers, GUINT_TO_POINTER (n));
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_PROGRESS), ==, 4 * n);
  g_assert_cmpfloat (at_async_task_get_fraction (task), ==, 1.0);
  at_test_record_assert_threads (&record);

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("What a body tells while it runs: values, fraction, amounts, message, rate.");

  g_test_add_func ("/task-progress/values/all-in-order-before-the-last-callback", test_values_in_order);
  g_test_add_func ("/task-progress/values/null", test_values_null);
  g_test_add_func ("/task-progress/values/copied-and-delivered-while-the-body-runs", test_values_while_running);
  g_test_add_func ("/task-progress/flood/a-bounded-number-of-notifies", test_flood);
  g_test_add_func ("/task-progress/latest/arrives-while-the-body-runs", test_latest_while_running);
  g_test_add_data_func ("/task-progress/latest/flushed-before-post", NULL, test_flushed_before_last);
  g_test_add_data_func ("/task-progress/latest/flushed-before-failed", GINT_TO_POINTER (TRUE), test_flushed_before_last);
  g_test_add_func ("/task-progress/equal/is-silent", test_equal_is_silent);
  g_test_add_func ("/task-progress/fraction/nan-ignored-rest-clamped-backwards-allowed", test_odd_fractions);
  g_test_add_func ("/task-progress/amounts/unknown-total-backwards-and-over-100-percent", test_amounts);
  g_test_add_func ("/task-progress/amounts/change-together", test_amounts_together);
  g_test_add_func ("/task-progress/message/null", test_message_null);
  g_test_add_func ("/task-progress/rate/falls-to-nothing-when-stalled", test_rate);
  g_test_add_func ("/task-progress/rate/no-division-by-zero", test_rate_no_division_by_zero);
  g_test_add_func ("/task-progress/indeterminate/while-nothing-is-known", test_indeterminate);
  g_test_add_func ("/task-progress/indeterminate/to-the-end", test_indeterminate_to_the_end);
  g_test_add_data_func ("/task-progress/indeterminate/read-before", "pending", test_indeterminate_read_before);
  g_test_add_data_func ("/task-progress/indeterminate/read-in-the-queue", "queued", test_indeterminate_read_before);
  g_test_add_func ("/task-progress/indeterminate/read-later", test_indeterminate_read_later);
  g_test_add_data_func ("/task-progress/indeterminate/never/cancelled-before", GINT_TO_POINTER (TRUE),
                        test_indeterminate_never);
  g_test_add_data_func ("/task-progress/indeterminate/never/cancelled-in-the-queue", GINT_TO_POINTER (FALSE),
                        test_indeterminate_never);
  g_test_add_func ("/task-progress/indeterminate/orphaned", test_indeterminate_orphaned);
  g_test_add_func ("/task-progress/indeterminate/in-another-context", test_indeterminate_elsewhere);
  g_test_add_func ("/task-progress/order", test_order);
  g_test_add_func ("/task-progress/nested-loop/goes-on-inside", test_nested_loop);
  g_test_add_func ("/task-progress/nested-loop/while-stalled", test_nested_loop_while_stalled);
  g_test_add_func ("/task-progress/nested-loop/to-the-end", test_nested_loop_to_the_end);
  g_test_add_func ("/task-progress/end/none-after-it", test_none_after_the_end);
  g_test_add_func ("/task-progress/end/none-from-inside-the-last-callback", test_none_from_inside_the_last);
  g_test_add_func ("/task-progress/threads/from-helpers-of-the-body", test_from_helper_threads);

  return g_test_run ();
}
