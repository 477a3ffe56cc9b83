/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <gio/gio.h>
#include <time.h>
#ifdef HAVE_VALGRIND
# include <valgrind/valgrind.h>
#endif

/* Counts how many bodies run at once. */
typedef struct
{
  gint n_now;
  gint most;
  gint n_ran;
} Crowd;

static void
crowd_enter (Crowd *crowd)
{
  gint now = g_atomic_int_add (&crowd->n_now, 1) + 1;
  gint most = g_atomic_int_get (&crowd->most);

  while (now > most && !g_atomic_int_compare_and_exchange (&crowd->most, most, now))
    most = g_atomic_int_get (&crowd->most);
}

static void
crowd_leave (Crowd *crowd)
{
  g_atomic_int_inc (&crowd->n_ran);
  g_atomic_int_add (&crowd->n_now, -1);
}

static gboolean
body_crowd (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  crowd_enter (user_data);
  g_thread_yield ();
  crowd_leave (user_data);

  return TRUE;
}

typedef struct
{
  AtTestGate gate;
  Crowd      crowd;
} GatedCrowd;

static gboolean
body_gated_crowd (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  GatedCrowd *gated = user_data;

  crowd_enter (&gated->crowd);
  at_test_gate_pass (&gated->gate);
  crowd_leave (&gated->crowd);

  return TRUE;
}

static AtAsyncTask *
execute (AtExecutor *executor,
         AtTaskFunc  body,
         gpointer    user_data,
         int         priority)
{
  AtAsyncTask *task = at_async_task_new (body, user_data, NULL);
  g_autoptr (GError) error = NULL;

  at_async_task_set_priority (task, priority);
  at_async_task_execute_on_executor (task, executor, NULL, &error);
  g_assert_no_error (error);

  return task;
}

static void
finish_all (AtAsyncTask **tasks,
            guint         n_tasks)
{
  guint i;

  for (i = 0; i < n_tasks; i++)
    {
      at_test_finish (tasks[i]);
      g_assert_finalize_object (tasks[i]);
    }
}

/* The limit */

static void
test_limit (gconstpointer user_data)
{
  guint limit = GPOINTER_TO_UINT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Limited", limit);
  guint n = at_test_scale (5000);
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  Crowd crowd = { 0 };
  guint i;

  for (i = 0; i < n; i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_crowd, &crowd, 0);
  finish_all (tasks, n);
  g_assert_cmpint (crowd.n_ran, ==, n);
  g_assert_cmpint (crowd.most, <=, limit);

  g_object_unref (pool);
}

static void
test_limit_reached (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Limited", 3);
  AtAsyncTask *tasks[10];
  GatedCrowd gated = { .crowd = { 0 } };
  guint i;

  at_test_gate_init (&gated.gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_gated_crowd, &gated, 0);
  at_test_gate_wait_arrived (&gated.gate, 3);
  g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 3);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 7);
  at_test_gate_open (&gated.gate);
  finish_all (tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpint (gated.crowd.most, ==, 3);
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);

  g_object_unref (pool);
  at_test_gate_clear (&gated.gate);
}

static void
test_limit_raised (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Limited", 1);
  AtAsyncTask *tasks[6];
  GatedCrowd gated = { .crowd = { 0 } };
  guint i;

  at_test_gate_init (&gated.gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_gated_crowd, &gated, 0);
  at_test_gate_wait_arrived (&gated.gate, 1);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 5);

  /* Nothing else is executed: the change alone sets the queue moving. */
  at_thread_pool_executor_set_max_threads (pool, 4);
  g_assert_cmpuint (at_thread_pool_executor_get_max_threads (pool), ==, 4);
  at_test_gate_wait_arrived (&gated.gate, 4);
  g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 4);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 2);

  at_test_gate_open (&gated.gate);
  finish_all (tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpint (gated.crowd.most, ==, 4);

  g_object_unref (pool);
  at_test_gate_clear (&gated.gate);
}

static void
test_limit_lowered (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Limited", 4);
  AtAsyncTask *before[4];
  AtAsyncTask *after[200];
  GatedCrowd gated = { .crowd = { 0 } };
  Crowd crowd = { 0 };
  guint i;

  at_test_gate_init (&gated.gate);
  for (i = 0; i < G_N_ELEMENTS (before); i++)
    before[i] = execute (AT_EXECUTOR (pool), body_gated_crowd, &gated, 0);
  at_test_gate_wait_arrived (&gated.gate, 4);

  at_thread_pool_executor_set_max_threads (pool, 1);
  for (i = 0; i < G_N_ELEMENTS (after); i++)
    after[i] = execute (AT_EXECUTOR (pool), body_crowd, &crowd, 0);
  at_test_gate_open (&gated.gate);
  finish_all (before, G_N_ELEMENTS (before));
  finish_all (after, G_N_ELEMENTS (after));
  g_assert_cmpint (crowd.n_ran, ==, G_N_ELEMENTS (after));
  g_assert_cmpint (crowd.most, ==, 1);

  g_object_unref (pool);
  at_test_gate_clear (&gated.gate);
}

static void
test_limit_changes_under_load (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Limited", 2);
  guint n = at_test_scale (5000);
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  Crowd crowd = { 0 };
  guint i;

  for (i = 0; i < n; i++)
    {
      tasks[i] = execute (AT_EXECUTOR (pool), body_crowd, &crowd, 0);
      at_thread_pool_executor_set_max_threads (pool, 1 + i % 7);
    }
  finish_all (tasks, n);
  g_assert_cmpint (crowd.n_ran, ==, n);
  g_assert_cmpint (crowd.most, <=, 7);

  g_object_unref (pool);
}

/* Order */

typedef struct
{
  GMutex mutex;
  GArray *seen;
} Order;

typedef struct
{
  Order *order;
  int    priority;
  guint  index;
} Entry;

static gboolean
body_order (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Entry *entry = user_data;

  g_mutex_lock (&entry->order->mutex);
  g_array_append_val (entry->order->seen, *entry);
  g_mutex_unlock (&entry->order->mutex);

  return TRUE;
}

static void
test_order (gconstpointer user_data)
{
  static const int priorities[] = { 0, 100, -100, 0, G_MININT, 5, G_MAXINT, -100, 5, 1 };
  gboolean cancel_some = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Ordered", 1);
  AtAsyncTask *blocker;
  AtAsyncTask *tasks[300];
  Entry entries[300];
  AtTestGate gate;
  Order order;
  guint i, n = G_N_ELEMENTS (tasks);

  at_test_gate_init (&gate);
  g_mutex_init (&order.mutex);
  order.seen = g_array_new (FALSE, FALSE, sizeof (Entry));
  blocker = execute (AT_EXECUTOR (pool), at_test_body_gate, &gate, 0);
  at_test_gate_wait_arrived (&gate, 1);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      entries[i].order = &order;
      entries[i].priority = priorities[(i * 7) % G_N_ELEMENTS (priorities)];
      entries[i].index = i;
      tasks[i] = execute (AT_EXECUTOR (pool), body_order, &entries[i], entries[i].priority);
    }
  for (i = 0; cancel_some && i < G_N_ELEMENTS (tasks); i += 3)
    {
      g_assert_true (at_async_task_cancel (tasks[i], FALSE));
      n--;
    }
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, n);
  at_test_gate_open (&gate);
  finish_all (tasks, G_N_ELEMENTS (tasks));
  finish_all (&blocker, 1);

  g_assert_cmpuint (order.seen->len, ==, n);
  for (i = 1; i < order.seen->len; i++)
    {
      Entry *a = &g_array_index (order.seen, Entry, i - 1);
      Entry *b = &g_array_index (order.seen, Entry, i);

      g_assert_cmpint (a->priority, <=, b->priority);
      if (a->priority == b->priority)
        g_assert_cmpuint (a->index, <, b->index);
    }

  g_array_unref (order.seen);
  g_mutex_clear (&order.mutex);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

/* Deadlocks */

typedef struct
{
  AtExecutor  *executor;
  AtAsyncTask *behind;
  AtTestGate   gate;
} Deadlock;

static gboolean
body_waits_behind (AtAsyncTask   *task,
                   const GValue  *params,
                   GCancellable  *cancellable,
                   gpointer       user_data,
                   GError       **error)
{
  Deadlock *deadlock = user_data;
  g_autoptr (GError) local_error = NULL;

  at_test_gate_pass (&deadlock->gate);
  g_assert_false (at_async_task_wait (deadlock->behind, -1, NULL, &local_error));
  g_assert_error (local_error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);

  return TRUE;
}

static void
test_deadlock_refused (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("One", 1);
  AtAsyncTask *first;
  Deadlock deadlock = { 0 };

  at_test_gate_init (&deadlock.gate);
  first = execute (AT_EXECUTOR (pool), body_waits_behind, &deadlock, 0);
  deadlock.behind = execute (AT_EXECUTOR (pool), at_test_body_succeed, NULL, 0);
  at_test_gate_open (&deadlock.gate);
  at_test_finish (deadlock.behind);
  at_test_finish (first);
  g_assert_cmpint (at_async_task_get_outcome (first), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (at_async_task_get_outcome (deadlock.behind), ==, AT_OUTCOME_SUCCEEDED);

  g_assert_finalize_object (first);
  g_assert_finalize_object (deadlock.behind);
  g_object_unref (pool);
  at_test_gate_clear (&deadlock.gate);
}

static gboolean
body_waits_for_other (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  Deadlock *deadlock = user_data;

  at_test_gate_pass (&deadlock->gate);

  return at_async_task_wait (deadlock->behind, -1, NULL, error);
}

static void
test_waiting_in_a_wider_pool (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Two", 2);
  AtAsyncTask *first;
  Deadlock deadlock = { 0 };

  at_test_gate_init (&deadlock.gate);
  first = execute (AT_EXECUTOR (pool), body_waits_for_other, &deadlock, 0);
  deadlock.behind = execute (AT_EXECUTOR (pool), at_test_body_succeed, NULL, 0);
  at_test_gate_open (&deadlock.gate);
  at_test_finish (first);
  at_test_finish (deadlock.behind);
  g_assert_cmpint (at_async_task_get_outcome (first), ==, AT_OUTCOME_SUCCEEDED);

  g_assert_finalize_object (first);
  g_assert_finalize_object (deadlock.behind);
  g_object_unref (pool);
  at_test_gate_clear (&deadlock.gate);
}

/* Shutdown */

static void
assert_closed (AtThreadPoolExecutor *pool)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GError) error = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_NONE);
  at_test_settle (NULL, at_serial_executor_get_default ());
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);

  /* It is still good for another executor. */
  g_clear_error (&error);
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  at_test_finish (task);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 1);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_POST), ==, 1);
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
}

static void
test_shutdown (gconstpointer user_data)
{
  gboolean cancel_queued = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 1);
  AtAsyncTask *tasks[20];
  GatedCrowd gated = { .crowd = { 0 } };
  guint i;

  at_test_gate_init (&gated.gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_gated_crowd, &gated, i % 3);
  at_test_gate_wait_arrived (&gated.gate, 1);
  at_thread_pool_executor_shutdown (pool, cancel_queued);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, cancel_queued ? 0 : 19);
  assert_closed (pool);

  if (cancel_queued)
    {
      /* They need not wait for the one that runs. */
      for (i = 1; i < G_N_ELEMENTS (tasks); i++)
        {
          at_test_finish (tasks[i]);
          g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_CANCELLED);
        }
      g_assert_false (at_async_task_is_cancelled (tasks[0]));
    }
  at_test_gate_open (&gated.gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    {
      at_test_finish (tasks[i]);
      g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==,
                       cancel_queued && i > 0 ? AT_OUTCOME_CANCELLED : AT_OUTCOME_SUCCEEDED);
    }
  g_assert_cmpint (gated.crowd.n_ran, ==, cancel_queued ? 1 : 20);
  assert_closed (pool);
  at_thread_pool_executor_shutdown (pool, cancel_queued);
  at_thread_pool_executor_shutdown (pool, !cancel_queued);
  assert_closed (pool);

  finish_all (tasks, G_N_ELEMENTS (tasks));
  g_object_unref (pool);
  at_test_gate_clear (&gated.gate);
}

static void
test_shutdown_then_cancelling (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 1);
  AtAsyncTask *tasks[3];
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (AT_EXECUTOR (pool), at_test_body_gate, &gate, 0);
  at_test_gate_wait_arrived (&gate, 1);
  at_thread_pool_executor_shutdown (pool, FALSE);
  at_thread_pool_executor_shutdown (pool, TRUE);
  at_test_finish (tasks[1]);
  at_test_finish (tasks[2]);
  g_assert_cmpint (at_async_task_get_outcome (tasks[1]), ==, AT_OUTCOME_CANCELLED);
  g_assert_cmpint (at_async_task_get_outcome (tasks[2]), ==, AT_OUTCOME_CANCELLED);
  at_test_gate_open (&gate);
  finish_all (tasks, G_N_ELEMENTS (tasks));

  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

static void
test_shutdown_empty (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 2);

  at_thread_pool_executor_shutdown (pool, TRUE);
  assert_closed (pool);
  g_assert_finalize_object (G_OBJECT (pool));
}

static void
test_shutdown_paused (void)
{
  /* A body that rests outside its slot is none of the queued ones. */
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_pause (task);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  at_async_task_wait (task, -1, NULL, NULL);
  at_thread_pool_executor_shutdown (pool, TRUE);
  at_async_task_resume (task);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  g_object_unref (pool);
}

static gboolean
body_gate_checkpoint (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  at_test_gate_pass (user_data);

  return at_async_task_checkpoint (task, error);
}

static void
test_shutdown_resting (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Closing", 1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_gate_open (&gate);
  at_test_record_init (&record);
  task = at_test_task_new (&record, body_gate_checkpoint, &gate);
  at_async_task_pause (task);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  at_thread_pool_executor_shutdown (pool, TRUE);
  g_assert_false (at_async_task_is_cancelled (task));
  at_async_task_resume (task);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");

  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

/* Growth and idle threads */

static void
test_growth (void)
{
  AtExecutor *pool = at_thread_pool_executor_get_default ();
  guint n_blocked = g_get_num_processors () + 2;
  g_autofree AtAsyncTask **blocked = g_new (AtAsyncTask *, n_blocked);
  AtAsyncTask *tasks[1000];
  Crowd crowd = { 0 };
  AtTestGate gate;
  guint i;

  /* The bodies block until the short tasks behind them are through. */
  at_test_gate_init (&gate);
  for (i = 0; i < n_blocked; i++)
    blocked[i] = execute (pool, at_test_body_gate, &gate, 0);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (pool, body_crowd, &crowd, 0);
  finish_all (tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpint (crowd.n_ran, ==, G_N_ELEMENTS (tasks));
  at_test_gate_open (&gate);
  finish_all (blocked, n_blocked);
  at_test_gate_clear (&gate);
}

/* Bodies that block a moment each keep the queue moving, and the processors idle: two
 * of them run at a time although all the slots but one are taken for good. */
static gboolean
body_nap (AtAsyncTask   *task,
          const GValue  *params,
          GCancellable  *cancellable,
          gpointer       user_data,
          GError       **error)
{
  crowd_enter (user_data);
  g_usleep (300);
  crowd_leave (user_data);

  return TRUE;
}

static void
test_growth_while_moving (void)
{
  AtExecutor *pool = at_thread_pool_executor_get_default ();
  guint n_blocked = g_get_num_processors ();
  g_autofree AtAsyncTask **blocked = g_new (AtAsyncTask *, n_blocked);
  AtAsyncTask *tasks[3000];
  Crowd crowd = { 0 };
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  for (i = 0; i < n_blocked; i++)
    blocked[i] = execute (pool, at_test_body_gate, &gate, 0);
  at_test_gate_wait_arrived (&gate, n_blocked);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (pool, body_nap, &crowd, 0);
  finish_all (tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpint (crowd.most, >=, 2);
  at_test_gate_open (&gate);
  finish_all (blocked, n_blocked);
  at_test_gate_clear (&gate);
}

static void
test_growth_is_bounded (void)
{
  AtExecutor *pool = at_thread_pool_executor_get_default ();
  guint n = 2000;
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  for (i = 0; i < n; i++)
    tasks[i] = execute (pool, at_test_body_gate, &gate, 0);
  at_test_gate_wait_arrived (&gate, g_get_num_processors () + 1);
  at_test_gate_open (&gate);
  finish_all (tasks, n);
  at_test_gate_clear (&gate);
}

/* Bodies that compute, each until it is told to end. */
typedef struct
{
  gint has_used; /* enough of a processor for many a look of the pool's */
  gint stop;
} Spin;

static gboolean
body_spin (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  Spin *spin = user_data;
  struct timespec used, started = { 0, };

  g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &started), ==, 0);
  while (!g_atomic_int_get (&spin->stop))
    {
      for (volatile guint i = 0; i < 100000; i++)
        ;
      g_assert_cmpint (clock_gettime (CLOCK_THREAD_CPUTIME_ID, &used), ==, 0);
      if ((used.tv_sec - started.tv_sec) * 1000 + (used.tv_nsec - started.tv_nsec) / 1000000 >= 50)
        g_atomic_int_set (&spin->has_used, TRUE);
    }

  return TRUE;
}

/* How many bodies the default pool runs of which @n_blocked block and all others
 * compute, while other programs compute as well. */
static void
test_growth_for_blocked_only (gconstpointer user_data)
{
  AtThreadPoolExecutor *pool = AT_THREAD_POOL_EXECUTOR (at_thread_pool_executor_get_default ());
  guint n_processors = g_get_num_processors ();
  guint n_blocked = GPOINTER_TO_UINT (user_data) * n_processors;
  guint n_spinning = 3 * n_processors;
  g_autofree AtAsyncTask **blocked = g_new (AtAsyncTask *, n_blocked);
  g_autofree AtAsyncTask **spinning = g_new (AtAsyncTask *, n_spinning);
  g_autofree Spin *spins = g_new0 (Spin, n_spinning);
  g_autofree GSubprocess **others = g_new0 (GSubprocess *, n_processors);
  AtTestGate gate;

#ifdef HAVE_VALGRIND
  /* One thread runs at a time, and the others block. */
  if (RUNNING_ON_VALGRIND)
    {
      g_test_skip ("threads take turns");
      return;
    }
#endif

  /* They end with this program at the latest. */
  for (guint i = 0; i < n_processors; i++)
    {
      g_autoptr (GError) error = NULL;

      others[i] = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                    "sh", "-c",
                                    "while kill -0 $PPID; do"
                                    " i=0; while [ $i -lt 10000 ]; do i=$((i + 1)); done;"
                                    " done", NULL);
      g_assert_no_error (error);
    }

  at_test_gate_init (&gate);
  for (guint i = 0; i < n_blocked; i++)
    blocked[i] = execute (AT_EXECUTOR (pool), at_test_body_gate, &gate, 0);
  for (guint i = 0; i < n_spinning; i++)
    spinning[i] = execute (AT_EXECUTOR (pool), body_spin, &spins[i], 0);

  for (guint i = 0; i < n_spinning; i++)
    {
      /* As many as there are processors, and the next when one has ended. */
      for (guint j = i; j < MIN (i + n_processors, n_spinning); j++)
        at_test_poll_until (g_atomic_int_get (&spins[j].has_used));
      if (i + n_processors < n_spinning)
        g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, n_blocked + n_processors);
      g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==,
                        n_spinning > i + n_processors ? n_spinning - i - n_processors : 0);

      g_atomic_int_set (&spins[i].stop, TRUE);
      at_test_finish (spinning[i]);
      g_assert_finalize_object (spinning[i]);
    }

  at_test_gate_open (&gate);
  finish_all (blocked, n_blocked);
  at_test_gate_clear (&gate);
  for (guint i = 0; i < n_processors; i++)
    {
      g_subprocess_force_exit (others[i]);
      g_assert_true (g_subprocess_wait (others[i], NULL, NULL));
      g_object_unref (others[i]);
    }
}

static gint n_threads_gone;

static void
thread_gone (gpointer user_data)
{
  g_atomic_int_inc (&n_threads_gone);
}

static GPrivate thread_mark = G_PRIVATE_INIT (thread_gone);
static gint     n_threads_marked;

static gboolean
body_mark_thread (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  if (g_private_get (&thread_mark) == NULL)
    {
      g_private_set (&thread_mark, GINT_TO_POINTER (1));
      g_atomic_int_inc (&n_threads_marked);
    }
  at_test_gate_pass (user_data);

  return TRUE;
}

static void
test_threads_go (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Idle", 8);
  AtAsyncTask *tasks[8];
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  for (i = 0; i < G_N_ELEMENTS (tasks); i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_mark_thread, &gate, 0);
  at_test_gate_wait_arrived (&gate, G_N_ELEMENTS (tasks));
  g_assert_cmpint (g_atomic_int_get (&n_threads_marked), ==, 8);
  at_test_gate_open (&gate);
  finish_all (tasks, G_N_ELEMENTS (tasks));

  /* The pool lives on and gives its threads back to GLib, which ends them when
   * it is asked to. */
  at_test_poll_until ((g_thread_pool_stop_unused_threads (), g_atomic_int_get (&n_threads_gone) == 8));

  /* And it gets new ones. */
  at_test_settle (NULL, AT_EXECUTOR (pool));

  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

/* Others */

static void
count_notify_cb (GObject    *object,
                 GParamSpec *pspec,
                 guint      *count)
{
  (*count)++;
}

static void
test_properties (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Name", 3);
  g_autofree char *name = NULL;
  guint max_threads, n_running, n_queued, n_notifies = 0;

  g_object_get (pool, "name", &name, "max-threads", &max_threads, "n-running", &n_running, "n-queued", &n_queued, NULL);
  g_assert_cmpstr (name, ==, "Name");
  g_assert_cmpstr (at_thread_pool_executor_get_name (pool), ==, "Name");
  g_assert_cmpuint (max_threads, ==, 3);
  g_assert_cmpuint (at_thread_pool_executor_get_max_threads (pool), ==, 3);
  g_assert_cmpuint (n_running, ==, 0);
  g_assert_cmpuint (n_queued, ==, 0);

  g_signal_connect (pool, "notify::max-threads", G_CALLBACK (count_notify_cb), &n_notifies);
  at_thread_pool_executor_set_max_threads (pool, 5);
  at_thread_pool_executor_set_max_threads (pool, 5);
  g_assert_cmpuint (n_notifies, ==, 1);
  g_object_set (pool, "max-threads", 6, NULL);
  g_assert_cmpuint (at_thread_pool_executor_get_max_threads (pool), ==, 6);
  g_assert_cmpuint (n_notifies, ==, 2);

  g_assert_finalize_object (G_OBJECT (pool));
}

static void
test_default (void)
{
  AtExecutor *pool = at_thread_pool_executor_get_default ();

  g_assert_true (AT_IS_THREAD_POOL_EXECUTOR (pool));
  g_assert_true (at_thread_pool_executor_get_default () == pool);
  g_assert_cmpuint (at_thread_pool_executor_get_max_threads (AT_THREAD_POOL_EXECUTOR (pool)), >=,
                    g_get_num_processors ());
}

static void
test_bad_input (void)
{
  g_autoptr (GObject) object = g_object_new (G_TYPE_OBJECT, NULL);

  at_test_assert_critical (at_thread_pool_executor_shutdown (NULL, FALSE));
  at_test_assert_critical (at_thread_pool_executor_shutdown ((AtThreadPoolExecutor *) object, FALSE));
  at_test_assert_critical (at_thread_pool_executor_get_name (NULL));
  at_test_assert_critical (at_thread_pool_executor_get_max_threads (NULL));
  at_test_assert_critical (at_thread_pool_executor_set_max_threads (NULL, 1));
  at_test_assert_critical (at_thread_pool_executor_get_n_running (NULL));
  at_test_assert_critical (at_thread_pool_executor_get_n_queued (NULL));
}

static gboolean
body_spawns (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  AtAsyncTask *child = user_data;

  return at_async_task_execute (child, NULL, error);
}

static void
test_from_a_body (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Nested", 1);
  Crowd crowd = { 0 };
  AtAsyncTask *child = at_async_task_new (body_crowd, &crowd, NULL);
  AtAsyncTask *parent;

  at_async_task_set_executor (child, AT_EXECUTOR (pool));
  parent = execute (AT_EXECUTOR (pool), body_spawns, child, 0);
  at_test_finish (parent);
  at_test_finish (child);
  g_assert_cmpint (crowd.n_ran, ==, 1);

  g_assert_finalize_object (parent);
  g_assert_finalize_object (child);
  g_object_unref (pool);
}

static void
test_cancelled_leave_the_queue (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Queue", 1);
  guint n = at_test_scale (10000);
  g_autofree AtAsyncTask **tasks = g_new (AtAsyncTask *, n);
  AtAsyncTask *blocker;
  Crowd crowd = { 0 };
  AtTestGate gate;
  guint i;

  at_test_gate_init (&gate);
  blocker = execute (AT_EXECUTOR (pool), at_test_body_gate, &gate, 0);
  at_test_gate_wait_arrived (&gate, 1);
  for (i = 0; i < n; i++)
    tasks[i] = execute (AT_EXECUTOR (pool), body_crowd, &crowd, 0);
  for (i = 0; i < n; i++)
    {
      g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, n - i);
      g_assert_true (at_async_task_cancel (tasks[i], FALSE));
    }
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 0);
  finish_all (tasks, n);

  at_test_gate_open (&gate);
  finish_all (&blocker, 1);
  g_assert_cmpint (crowd.n_ran, ==, 0);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

static gboolean
body_paused (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  at_async_task_pause (task);
  at_test_gate_pass (user_data);

  return at_async_task_checkpoint (task, error);
}

/* All slots are taken by bodies that block until one which is resumed has ended: the pool
 * grows for it as it does for one that is queued. */
static void
test_grows_for_a_resumed_body (void)
{
  AtExecutor *pool = at_thread_pool_executor_get_default ();
  guint n = at_thread_pool_executor_get_max_threads (AT_THREAD_POOL_EXECUTOR (pool));
  g_autofree AtAsyncTask **waiting = g_new (AtAsyncTask *, n);
  AtAsyncTask *paused;
  AtTestGate gate, end;

  at_test_gate_init (&gate);
  at_test_gate_init (&end);
  at_test_gate_open (&gate);
  paused = at_async_task_new (body_paused, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (paused, pool, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  at_test_poll_until (at_thread_pool_executor_get_n_running (AT_THREAD_POOL_EXECUTOR (pool)) == 0);
  for (guint i = 0; i < n; i++)
    {
      waiting[i] = at_async_task_new (at_test_body_gate, &end, NULL);
      g_assert_true (at_async_task_execute_on_executor (waiting[i], pool, NULL, NULL));
    }
  at_test_poll_until (at_thread_pool_executor_get_n_running (AT_THREAD_POOL_EXECUTOR (pool)) == n);

  at_async_task_resume (paused);
  at_test_finish (paused);
  at_test_gate_open (&end);
  for (guint i = 0; i < n; i++)
    {
      at_test_finish (waiting[i]);
      g_assert_cmpint (at_async_task_get_outcome (waiting[i]), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_finalize_object (waiting[i]);
    }
  g_assert_finalize_object (paused);
  at_test_gate_clear (&end);
  at_test_gate_clear (&gate);
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("The thread pool: its limit, its order, its end.");

  /* First, while this process has no other threads in GLib's pools. */
  g_test_add_func ("/thread-pool/threads/go-when-idle", test_threads_go);
  g_test_add_data_func ("/thread-pool/limit/never-exceeded/1", GUINT_TO_POINTER (1), test_limit);
  g_test_add_data_func ("/thread-pool/limit/never-exceeded/2", GUINT_TO_POINTER (2), test_limit);
  g_test_add_data_func ("/thread-pool/limit/never-exceeded/7", GUINT_TO_POINTER (7), test_limit);
  g_test_add_func ("/thread-pool/limit/reached", test_limit_reached);
  g_test_add_func ("/thread-pool/limit/raised-live", test_limit_raised);
  g_test_add_func ("/thread-pool/limit/lowered-live", test_limit_lowered);
  g_test_add_func ("/thread-pool/limit/changes-under-load", test_limit_changes_under_load);
  g_test_add_data_func ("/thread-pool/order/by-priority-and-within-one", GINT_TO_POINTER (FALSE), test_order);
  g_test_add_data_func ("/thread-pool/order/with-some-cancelled", GINT_TO_POINTER (TRUE), test_order);
  g_test_add_func ("/thread-pool/deadlock/waiting-for-one-queued-behind-oneself-refused", test_deadlock_refused);
  g_test_add_func ("/thread-pool/deadlock/waiting-in-a-wider-pool-is-fine", test_waiting_in_a_wider_pool);
  g_test_add_data_func ("/thread-pool/shutdown/draining", GINT_TO_POINTER (FALSE), test_shutdown);
  g_test_add_data_func ("/thread-pool/shutdown/cancelling", GINT_TO_POINTER (TRUE), test_shutdown);
  g_test_add_func ("/thread-pool/shutdown/draining-then-cancelling", test_shutdown_then_cancelling);
  g_test_add_func ("/thread-pool/shutdown/empty", test_shutdown_empty);
  g_test_add_func ("/thread-pool/shutdown/paused-after-the-body", test_shutdown_paused);
  g_test_add_func ("/thread-pool/shutdown/resting-body-goes-on", test_shutdown_resting);
  g_test_add_func ("/thread-pool/growth/short-tasks-pass-blocked-bodies", test_growth);
  g_test_add_func ("/thread-pool/growth/queue-moves-while-processors-idle", test_growth_while_moving);
  g_test_add_func ("/thread-pool/growth/more-blocked-than-it-grows", test_growth_is_bounded);
  g_test_add_data_func ("/thread-pool/growth/not-for-those-that-compute", GUINT_TO_POINTER (0),
                        test_growth_for_blocked_only);
  g_test_add_data_func ("/thread-pool/growth/for-those-that-block-among-them", GUINT_TO_POINTER (1),
                        test_growth_for_blocked_only);
  g_test_add_data_func ("/thread-pool/growth/for-more-that-block", GUINT_TO_POINTER (3),
                        test_growth_for_blocked_only);
  g_test_add_func ("/thread-pool/properties", test_properties);
  g_test_add_func ("/thread-pool/default", test_default);
  g_test_add_func ("/thread-pool/bad-input", test_bad_input);
  g_test_add_func ("/thread-pool/from-a-body", test_from_a_body);
  g_test_add_func ("/thread-pool/queue/cancelled-leave-at-once", test_cancelled_leave_the_queue);
  g_test_add_func ("/thread-pool/default/grows-for-a-resumed-body", test_grows_for_a_resumed_body);

  return g_test_run ();
}
