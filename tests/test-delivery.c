/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#define REDRAW_PRIORITY 120

/* Makes a callback cost at least this much, so that a time budget of a few
 * milliseconds bounds how many of them fit into one. A busy machine makes them
 * cost more, and the number smaller. */
#define CALLBACK_USEC 20

static void
be_busy (void)
{
  gint64 end = g_get_monotonic_time () + CALLBACK_USEC;

  while (g_get_monotonic_time () < end)
    ;
}

static gboolean
always_cb (gpointer user_data)
{
  guint *n_turns = user_data;

  (*n_turns)++;

  return G_SOURCE_CONTINUE;
}

static GSource *
always_source_new (int    priority,
                   guint *n_turns)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, priority);
  g_source_set_callback (source, always_cb, n_turns, NULL);
  g_source_attach (source, NULL);

  return source;
}

/* Completions */

static guint n_posts;

static void
count_post_cb (AtAsyncTask  *task,
               const GValue *result,
               gpointer      user_data)
{
  n_posts++;
  if (user_data != NULL)
    be_busy ();
}

static void
test_few_dispatches (void)
{
  guint n = at_test_scale (10000), n_iterations = 0, i;
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);

  n_posts = 0;
  for (i = 0; i < n; i++)
    {
      tasks[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_signal_connect (tasks[i], "post-execute", G_CALLBACK (count_post_cb), NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], at_thread_pool_executor_get_default (), NULL, NULL));
    }
  for (i = 0; i < n; i++)
    g_assert_true (at_async_task_wait (tasks[i], -1, NULL, NULL));
  g_assert_cmpuint (n_posts, ==, 0);

  while (n_posts < n)
    {
      g_main_context_iteration (NULL, TRUE);
      n_iterations++;
      g_assert_cmpuint (n_iterations, <=, n);
    }
  /* One each would be n. */
  g_assert_cmpuint (n_iterations, <, n / 4);

  for (i = 0; i < n; i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
}

static void
test_nothing_lost_over_the_budget (void)
{
  guint n = at_test_scale (5000), i;
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);

  n_posts = 0;
  for (i = 0; i < n; i++)
    {
      tasks[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_signal_connect (tasks[i], "post-execute", G_CALLBACK (count_post_cb), GINT_TO_POINTER (TRUE));
      g_assert_true (at_async_task_execute_on_executor (tasks[i], at_thread_pool_executor_get_default (), NULL, NULL));
    }
  for (i = 0; i < n; i++)
    g_assert_true (at_async_task_wait (tasks[i], -1, NULL, NULL));

  /* Nothing arrives any more: what is over the budget has to call for itself. */
  at_test_iterate_until (NULL, n_posts == n);
  for (i = 0; i < n; i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
  g_assert_cmpuint (n_posts, ==, n);
}

/* Who waits for all of them and then goes on while there is something pending has
 * had all callbacks, over however many budgets. */
static void
test_drained (void)
{
  g_autoptr (AtThreadPoolExecutor) executor = at_thread_pool_executor_new ("one", 1);
  g_autoptr (GMainContext) other = g_main_context_new ();
  AtAsyncTask *tasks[500];
  guint n = G_N_ELEMENTS (tasks), i;

  n_posts = 0;
  for (i = 0; i < n; i++)
    {
      tasks[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_signal_connect (tasks[i], "post-execute", G_CALLBACK (count_post_cb), GINT_TO_POINTER (TRUE));
      g_assert_true (at_async_task_execute_on_executor (tasks[i], AT_EXECUTOR (executor), NULL, NULL));
    }

  /* The only thread has sent them all home, and goes on to this. */
  at_test_settle (other, AT_EXECUTOR (executor));
  g_assert_cmpuint (n_posts, ==, 0);
  while (g_main_context_pending (NULL))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (n_posts, ==, n);

  for (i = 0; i < n; i++)
    g_assert_finalize_object (tasks[i]);
}

typedef struct
{
  guint n_values;
  guint n_seen;
} Values;

static gboolean
body_values (AtAsyncTask   *task,
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
busy_values_cb (AtAsyncTask  *task,
                const GValue *value,
                Values       *values)
{
  g_assert_cmpuint (g_value_get_uint (value), ==, values->n_seen);
  values->n_seen++;
  be_busy ();
}

static void
test_values_in_order_over_the_budget (void)
{
  Values values = { at_test_scale (5000), 0 };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_values, &values, NULL);

  g_signal_connect (task, "progress-update", G_CALLBACK (busy_values_cb), &values);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  g_assert_cmpuint (values.n_seen, ==, 0);
  at_test_finish (task);
  g_assert_cmpuint (values.n_seen, ==, values.n_values);
  g_assert_finalize_object (g_steal_pointer (&task));
}

/* Floods: they do not end by themselves, but only when the other source has had
 * its turns, so that a starved one is a hang. */

typedef struct
{
  guint n_turns;
  guint n_deliveries;
  gint  stop;
  gint  n_tasks;
} Flood;

static gboolean
body_flood_values (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  Flood *flood = user_data;
  guint i;

  while (!g_atomic_int_get (&flood->stop))
    {
      for (i = 0; i < 256; i++)
        at_async_task_publish (task, G_TYPE_UINT, i);
      /* More than can be delivered, yet no more than fits into memory. */
      g_usleep (1000);
    }

  return TRUE;
}

static void
flood_values_cb (AtAsyncTask  *task,
                 const GValue *value,
                 Flood        *flood)
{
  flood->n_deliveries++;
  be_busy ();
}

static gboolean
body_flood_fractions (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  Flood *flood = user_data;
  guint i = 0;

  while (!g_atomic_int_get (&flood->stop))
    {
      at_async_task_set_fraction (task, (i++ % 1000) / 1000.0);
      if (i % 100 == 0)
        g_thread_yield ();
    }

  return TRUE;
}

static void
flood_fraction_cb (AtAsyncTask *task,
                   GParamSpec  *pspec,
                   Flood       *flood)
{
  flood->n_deliveries++;
  be_busy ();
}

static void flood_next_task (Flood *flood);

static void
flood_post_cb (AtAsyncTask  *task,
               const GValue *result,
               Flood        *flood)
{
  flood->n_deliveries++;
  be_busy ();
  g_atomic_int_add (&flood->n_tasks, -1);

  /* Two for one, up to a limit: there is always more to deliver. */
  while (!flood->stop && flood->n_tasks < 2000)
    {
      flood_next_task (flood);
      if (flood->n_tasks % 2 == 0)
        break;
    }
}

static void
flood_next_task (Flood *flood)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_signal_connect (task, "post-execute", G_CALLBACK (flood_post_cb), flood);
  g_atomic_int_inc (&flood->n_tasks);
  g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));
}

static void
test_flood (gconstpointer user_data)
{
  const char *of = user_data;
  int priority = g_str_has_suffix (of, "input") ? G_PRIORITY_DEFAULT : REDRAW_PRIORITY;
  Flood flood = { 0 };
  AtAsyncTask *tasks[32] = { NULL };
  GSource *source;
  guint i, n_wanted = 100;

  if (g_str_has_prefix (of, "values"))
    {
      tasks[0] = at_async_task_new (body_flood_values, &flood, NULL);
      g_signal_connect (tasks[0], "progress-update", G_CALLBACK (flood_values_cb), &flood);
    }
  else if (g_str_has_prefix (of, "fractions"))
    {
      for (i = 0; i < 2; i++)
        {
          tasks[i] = at_async_task_new (body_flood_fractions, &flood, NULL);
          g_signal_connect (tasks[i], "notify::fraction", G_CALLBACK (flood_fraction_cb), &flood);
        }
    }

  source = always_source_new (priority, &flood.n_turns);
  for (i = 0; i < G_N_ELEMENTS (tasks) && tasks[i] != NULL; i++)
    g_assert_true (at_async_task_execute_on_executor (tasks[i], at_thread_pool_executor_get_default (), NULL, NULL));
  if (g_str_has_prefix (of, "completions"))
    {
      for (i = 0; i < 1000; i++)
        flood_next_task (&flood);
    }

  /* Wait for the flood to be one, then count. */
  at_test_iterate_until (NULL, flood.n_deliveries >= (g_str_has_prefix (of, "fractions") ? 1 : 500));
  flood.n_turns = 0;
  flood.n_deliveries = 0;
  at_test_iterate_until (NULL, flood.n_turns >= n_wanted);

  /* 4 ms hold 200 callbacks of 20 us; leave room for a longer budget. */
  g_assert_cmpuint (flood.n_deliveries, <=, n_wanted * 1000);

  g_atomic_int_set (&flood.stop, TRUE);
  for (i = 0; i < G_N_ELEMENTS (tasks) && tasks[i] != NULL; i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
  if (g_str_has_prefix (of, "completions"))
    at_test_iterate_until (NULL, flood.n_tasks == 0);
  g_source_destroy (source);
  g_source_unref (source);
}

/* A backlog that is there at once is delivered in portions. */
static void
test_backlog_in_portions (void)
{
  guint n = at_test_scale (20000), n_turns = 0;
  Values values = { n, 0 };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_values, &values, NULL);
  GSource *source;

  g_signal_connect (task, "progress-update", G_CALLBACK (busy_values_cb), &values);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  source = always_source_new (REDRAW_PRIORITY, &n_turns);
  at_test_finish (task);
  /* 20 us each, so 1000 of them are 20 ms at the least. */
  g_assert_cmpuint (n_turns, >=, n / 1000);

  g_source_destroy (source);
  g_source_unref (source);
  g_assert_finalize_object (g_steal_pointer (&task));
}

/* Nobody iterates */

static gboolean
body_publish_three (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  at_async_task_publish (task, G_TYPE_UINT, 1);
  at_async_task_set_fraction (task, 0.5);
  at_async_task_set_message (task, "x");
  at_async_task_publish (task, G_TYPE_UINT, 2);
  at_async_task_publish (task, G_TYPE_UINT, 3);

  return TRUE;
}

static void
await_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  at_test_record_note (user_data, "await");
}

static void
test_nobody_iterates (gconstpointer user_data)
{
  gboolean own_context = GPOINTER_TO_INT (user_data);
  GMainContext *context = own_context ? g_main_context_new () : NULL;
  AtAsyncTask *tasks[4];
  AtTestRecord records[4];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_record_init (&records[i]);
      tasks[i] = at_test_task_new (&records[i], i == 1 ? at_test_body_fail : body_publish_three, NULL);
      at_async_task_set_main_context (tasks[i], context);
      at_test_record_watch (&records[i], tasks[i]);
      if (i == 2)
        g_assert_true (at_async_task_cancel (tasks[i], TRUE));
      if (i == 3)
        at_async_task_execute_async (tasks[i], NULL, NULL, await_cb, &records[i]);
      else
        g_assert_true (at_async_task_execute_on_executor (tasks[i], at_thread_pool_executor_get_default (), NULL, NULL));
    }
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_async_task_wait (tasks[i], -1, NULL, NULL);
  /* The workers have gone on to other work since, and come back. */
  for (i = 0; i < 20; i++)
    {
      g_autoptr (GMainContext) other = g_main_context_new ();

      at_test_settle (other, at_thread_pool_executor_get_default ());
      at_test_settle (other, at_serial_executor_get_default ());
    }
  at_test_record_assert_trace (&records[0], "pre body");
  at_test_record_assert_trace (&records[1], "pre body");
  at_test_record_assert_trace (&records[2], "");
  at_test_record_assert_trace (&records[3], "pre body");
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_record_assert_threads (&records[i]);
      g_assert_cmpint (at_async_task_get_status (tasks[i]), ==, AT_STATUS_RUNNING);
      g_assert_cmpuint (at_test_record_get_n_notifies (&records[i], "fraction"), ==, 0);
    }

  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    at_test_finish (tasks[i]);
  at_test_iterate_until (context, at_test_record_has (&records[3], "await"));
  at_test_record_assert_trace (&records[0], "pre body progress progress progress post");
  at_test_record_assert_trace (&records[1], "pre body failed");
  at_test_record_assert_trace (&records[2], "cancelled");
  at_test_record_assert_trace (&records[3], "pre body progress progress progress post await");
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_record_assert_threads (&records[i]);
      g_assert_finalize_object (tasks[i]);
      at_test_record_clear (&records[i]);
    }
  g_clear_pointer (&context, g_main_context_unref);
}

static void
iterate_call (gpointer user_data)
{
  AtAsyncTask *task = user_data;

  at_test_finish (task);
}

static void
test_another_thread_iterates (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  /* Who iterates the context is its owner; the maker has no claim then. */
  at_test_record_init (&record);
  task = at_test_task_new (&record, body_publish_three, NULL);
  at_async_task_set_main_context (task, context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  at_test_record_assert_trace (&record, "pre body");
  at_test_call_in_thread (iterate_call, task);
  at_test_record_assert_trace (&record, "pre body progress progress progress post");
  g_assert_cmpuint (record.n_elsewhere, ==, 4);

  g_clear_object (&task);
  at_test_iterate_poll_until (context, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_clear (&record);
}

/* Nested loops */

static void
nested_hook (AtAsyncTask   *task,
             AtTestEvent    event,
             gconstpointer  payload,
             gpointer       user_data)
{
  static guint depth;

  if (event == AT_TEST_EVENT_BODY || depth >= 8)
    return;

  depth++;
  at_test_settle (NULL, at_thread_pool_executor_get_default ());
  depth--;
}

static void
test_nested_loops_everywhere (void)
{
  guint n = at_test_scale (200), i;
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  g_autofree AtTestRecord *records = g_new (AtTestRecord, n);

  for (i = 0; i < n; i++)
    {
      at_test_record_init (&records[i]);
      records[i].hook = nested_hook;
      tasks[i] = at_test_task_new (&records[i], i % 5 == 0 ? at_test_body_fail : body_publish_three, NULL);
      g_assert_true (at_async_task_execute_on_executor (tasks[i], at_thread_pool_executor_get_default (), NULL, NULL));
      if (i % 7 == 0)
        at_async_task_cancel (tasks[i], FALSE);
    }
  for (i = 0; i < n; i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpuint (at_test_record_get_n_last (&records[i]), ==, 1);
      if (at_async_task_get_outcome (tasks[i]) == AT_OUTCOME_SUCCEEDED)
        at_test_record_assert_trace (&records[i], "pre body progress progress progress post");
      else if (at_async_task_get_outcome (tasks[i]) == AT_OUTCOME_FAILED)
        at_test_record_assert_trace (&records[i], "pre body failed");
      else
        g_assert_cmpuint (at_test_record_get_count (&records[i], AT_TEST_EVENT_CANCELLED), ==, 1);
      at_test_record_assert_threads (&records[i]);
      g_assert_finalize_object (tasks[i]);
      at_test_record_clear (&records[i]);
    }
}

static void
nested_inner_finish_hook (AtAsyncTask   *task,
                          AtTestEvent    event,
                          gconstpointer  payload,
                          gpointer       user_data)
{
  AtAsyncTask *other = user_data;

  if (event == AT_TEST_EVENT_PROGRESS && g_value_get_uint (payload) == 1)
    at_test_finish (other);
}

static void
test_nested_loop_goes_on_with_the_rest (void)
{
  g_autoptr (AtAsyncTask) first = NULL;
  g_autoptr (AtAsyncTask) second = NULL;
  AtTestRecord first_record, second_record;

  /* Both have everything pending; the first one's callback waits for the second. */
  at_test_record_init (&first_record);
  at_test_record_init (&second_record);
  first = at_test_task_new (&first_record, body_publish_three, NULL);
  second = at_test_task_new (&second_record, body_publish_three, NULL);
  first_record.hook = nested_inner_finish_hook;
  first_record.hook_data = second;
  g_assert_true (at_async_task_execute (first, NULL, NULL));
  g_assert_true (at_async_task_execute (second, NULL, NULL));
  g_assert_true (at_async_task_wait (first, -1, NULL, NULL));
  g_assert_true (at_async_task_wait (second, -1, NULL, NULL));
  at_test_finish (first);
  g_assert_cmpint (at_async_task_get_status (second), ==, AT_STATUS_FINISHED);
  at_test_record_assert_trace (&first_record, "pre body progress progress progress post");
  at_test_record_assert_trace (&second_record, "pre body progress progress progress post");

  g_assert_finalize_object (g_steal_pointer (&first));
  g_assert_finalize_object (g_steal_pointer (&second));
  at_test_record_clear (&first_record);
  at_test_record_clear (&second_record);
}

/* Many producers, many contexts */

#define N_LOOPS 4

typedef struct
{
  AtTestLoop *loop;
  gint        n_pre;
  gint        n_progress;
  gint        n_last;
  gint        n_elsewhere;
} Station;

static void
station_check (Station *station)
{
  if (g_thread_self () != station->loop->thread)
    g_atomic_int_inc (&station->n_elsewhere);
}

static void
station_pre_cb (AtAsyncTask *task,
                Station     *station)
{
  station_check (station);
  g_atomic_int_inc (&station->n_pre);
}

static void
station_progress_cb (AtAsyncTask  *task,
                     const GValue *value,
                     Station      *station)
{
  station_check (station);
  g_atomic_int_inc (&station->n_progress);
}

static void
station_last_cb (AtAsyncTask   *task,
                 gconstpointer  payload,
                 Station       *station)
{
  station_check (station);
  g_atomic_int_inc (&station->n_last);
}

typedef struct
{
  Station *stations;
  guint    n_tasks;
} Producer;

static gpointer
producer_thread (gpointer user_data)
{
  Producer *producer = user_data;
  guint i;

  for (i = 0; i < producer->n_tasks; i++)
    {
      Station *station = &producer->stations[i % N_LOOPS];
      g_autoptr (AtAsyncTask) task = at_async_task_new (i % 3 == 0 ? at_test_body_fail : body_publish_three, NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_signal_connect (task, "pre-execute", G_CALLBACK (station_pre_cb), station);
      g_signal_connect (task, "progress-update", G_CALLBACK (station_progress_cb), station);
      g_signal_connect (task, "post-execute", G_CALLBACK (station_last_cb), station);
      g_signal_connect (task, "failed", G_CALLBACK (station_last_cb), station);
      at_async_task_set_main_context (task, station->loop->context);
      at_async_task_execute_on_executor (task,
                                         i % 2 == 0 ? at_thread_pool_executor_get_default ()
                                                    : at_serial_executor_get_default (),
                                         NULL, &error);
      g_assert_no_error (error);
    }

  return NULL;
}

static void
test_many_producers_many_contexts (void)
{
  guint n = at_test_scale (4000), i;
  Station stations[N_LOOPS] = { { NULL } };
  Producer producer = { stations, n };
  GThread *threads[4];

  for (i = 0; i < N_LOOPS; i++)
    stations[i].loop = at_test_loop_new ();
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("Producer", producer_thread, &producer);
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);

  for (i = 0; i < N_LOOPS; i++)
    {
      gint n_here = (gint) (4 * ((n + N_LOOPS - 1 - i) / N_LOOPS));

      at_test_poll_until (g_atomic_int_get (&stations[i].n_last) >= n_here);
      at_test_loop_free (stations[i].loop);
      g_assert_cmpint (stations[i].n_last, ==, n_here);
      g_assert_cmpint (stations[i].n_pre, ==, n_here);
      g_assert_cmpint (stations[i].n_progress % 3, ==, 0);
      g_assert_cmpint (stations[i].n_elsewhere, ==, 0);
    }
}

/* execute() from foreign threads */

typedef struct
{
  AtAsyncTask **tasks;
  guint         first;
  guint         n_tasks;
} Batch;

static gpointer
batch_thread (gpointer user_data)
{
  Batch *batch = user_data;
  guint i;

  for (i = batch->first; i < batch->n_tasks; i += 4)
    {
      g_assert_true (at_async_task_execute_on_executor (batch->tasks[i], at_thread_pool_executor_get_default (),
                                                        NULL, NULL));
      g_assert_cmpint (at_async_task_get_status (batch->tasks[i]), !=, AT_STATUS_PENDING);
      if (i % 3 == 0)
        at_async_task_cancel (batch->tasks[i], FALSE);
    }

  return NULL;
}

static void
test_foreign_executes (void)
{
  guint n = at_test_scale (4000), i;
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  g_autofree AtTestRecord *records = g_new (AtTestRecord, n);
  GThread *threads[4];
  Batch batches[4];

  for (i = 0; i < n; i++)
    {
      at_test_record_init (&records[i]);
      tasks[i] = at_test_task_new (&records[i], body_publish_three, NULL);
      at_test_record_watch (&records[i], tasks[i]);
    }
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      batches[i].tasks = tasks;
      batches[i].first = i;
      batches[i].n_tasks = n;
      threads[i] = g_thread_new ("Foreign", batch_thread, &batches[i]);
    }
  for (i = 0; i < n; i++)
    {
      at_test_iterate_until (NULL, at_test_record_get_n_last (&records[i]) == 1);
      at_test_finish (tasks[i]);
    }
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  for (i = 0; i < n; i++)
    {
      g_assert_cmpuint (at_test_record_get_n_last (&records[i]), ==, 1);
      at_test_record_assert_threads (&records[i]);
      if (i % 3 != 0)
        at_test_record_assert_trace (&records[i], "pre body progress progress progress post");
      g_assert_finalize_object (tasks[i]);
      at_test_record_clear (&records[i]);
    }
}

/* Contexts that go away */

static void
test_context_destroyed (gconstpointer user_data)
{
  gboolean body_runs = GPOINTER_TO_INT (user_data);
  AtTestCount count = AT_TEST_COUNT_INIT;
  GMainContext *context = g_main_context_new ();
  AtTestRecord records[20];
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  if (!body_runs)
    at_test_gate_open (&gate);
  for (i = 0; i < G_N_ELEMENTS (records); i++)
    {
      AtAsyncTask *task;

      at_test_record_init (&records[i]);
      task = at_async_task_new (at_test_body_gate, &gate, NULL);
      at_test_record_connect (&records[i], task);
      at_async_task_set_main_context (task, context);
      g_object_set_data_full (G_OBJECT (task), "canary", &count, at_test_count_freed);
      at_test_count_made (&count);
      g_assert_true (at_async_task_execute (task, NULL, NULL));
      if (!body_runs)
        g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
      g_object_unref (task);
    }
  if (body_runs)
    at_test_gate_wait_arrived (&gate, 1);
  g_main_context_unref (context);
  at_test_gate_open (&gate);

  /* What ends later is released in the default context, and calls nothing. */
  at_test_iterate_poll_until (NULL, g_atomic_int_get (&count.n_freed) == G_N_ELEMENTS (records));
  for (i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_assert_cmpuint (at_test_record_get_n_finalized (&records[i]), ==, 1);
      at_test_record_assert_trace (&records[i], "pre");
      at_test_record_clear (&records[i]);
    }
  at_test_settle (NULL, at_serial_executor_get_default ());
  at_test_gate_clear (&gate);
}

static gboolean
body_publish_one (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);

  return TRUE;
}

static void
outlive_hook (AtAsyncTask   *task,
              AtTestEvent    event,
              gconstpointer  payload,
              gpointer       user_data)
{
  AtTestRecord *record = user_data;

  if (event != AT_TEST_EVENT_PROGRESS)
    return;

  /* All references but the library's are gone, and here goes the last callback. */
  at_test_iterate_until (NULL, at_test_record_has (record, "post"));
  g_assert_cmpuint (at_test_record_get_n_finalized (record), ==, 0);
}

static void
test_nested_to_the_end (void)
{
  AtTestRecord record;
  AtAsyncTask *task;

  at_test_record_init (&record);
  record.hook = outlive_hook;
  record.hook_data = &record;
  task = at_test_task_new (&record, body_publish_one, NULL);
  at_test_record_watch (&record, task);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_object_unref (task);
  at_test_iterate_until (NULL, at_test_record_get_n_finalized (&record) == 1);
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
drop_context (AtAsyncTask   *task,
              GMainContext **context)
{
  g_clear_pointer (context, g_main_context_unref);
}

static void
execute_in_a_context_that_goes (gpointer user_data)
{
  GMainContext *context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_main_context (task, context);
  g_signal_connect (task, "pre-execute", G_CALLBACK (drop_context), &context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  g_assert_null (context);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
}

/* The context of the task is destroyed while execute() is in it: the default one,
 * which another thread owns, is left alone. */
static void
test_context_destroyed_in_pre_execute (void)
{
  g_assert_true (g_main_context_acquire (NULL));
  at_test_call_in_thread (execute_in_a_context_that_goes, NULL);
  g_assert_true (g_main_context_is_owner (NULL));
  g_main_context_release (NULL);
  g_assert_false (g_main_context_is_owner (NULL));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("The way home: how callbacks get to the owner context.");

  g_test_add_func ("/delivery/completions/ten-thousand-in-few-dispatches", test_few_dispatches);
  g_test_add_func ("/delivery/budget/nothing-lost-over-it", test_nothing_lost_over_the_budget);
  g_test_add_func ("/delivery/budget/drained-while-pending", test_drained);
  g_test_add_func ("/delivery/budget/values-in-order-over-it", test_values_in_order_over_the_budget);
  g_test_add_func ("/delivery/budget/backlog-in-portions", test_backlog_in_portions);
  g_test_add_data_func ("/delivery/flood/redraws-go-on/values", "values", test_flood);
  g_test_add_data_func ("/delivery/flood/redraws-go-on/fractions", "fractions", test_flood);
  g_test_add_data_func ("/delivery/flood/redraws-go-on/completions", "completions", test_flood);
  g_test_add_data_func ("/delivery/flood/input-goes-on/values", "values-input", test_flood);
  g_test_add_data_func ("/delivery/flood/input-goes-on/completions", "completions-input", test_flood);
  g_test_add_data_func ("/delivery/nobody-iterates/no-callback-on-any-thread", GINT_TO_POINTER (FALSE),
                        test_nobody_iterates);
  g_test_add_data_func ("/delivery/nobody-iterates/own-context", GINT_TO_POINTER (TRUE), test_nobody_iterates);
  g_test_add_func ("/delivery/another-thread-iterates/callbacks-there", test_another_thread_iterates);
  g_test_add_func ("/delivery/nested-loops/in-every-callback", test_nested_loops_everywhere);
  g_test_add_func ("/delivery/nested-loops/go-on-with-the-rest", test_nested_loop_goes_on_with_the_rest);
  g_test_add_func ("/delivery/load/many-producers-many-contexts", test_many_producers_many_contexts);
  g_test_add_func ("/delivery/load/execute-from-foreign-threads", test_foreign_executes);
  g_test_add_data_func ("/delivery/context/destroyed-with-mail-pending", GINT_TO_POINTER (FALSE),
                        test_context_destroyed);
  g_test_add_data_func ("/delivery/context/destroyed-while-bodies-run", GINT_TO_POINTER (TRUE),
                        test_context_destroyed);
  g_test_add_func ("/delivery/nested-loop/task-outlives-its-handler", test_nested_to_the_end);
  g_test_add_func ("/delivery/context/destroyed-in-pre-execute", test_context_destroyed_in_pre_execute);

  return g_test_run ();
}
