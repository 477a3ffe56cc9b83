/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The priority of a task, which can be changed at any time. */

#include "at-test.h"

static GMutex   trace_lock;
static GString *trace; /* the names of the tasks, as their bodies run; under the lock */

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

/* Tasks A to E, queued in this order behind one that holds the executor. */
typedef struct
{
  AtTestGate   gate;
  AtAsyncTask *blocker;
  AtAsyncTask *tasks[5];
} Queue;

static void
queue_begin (Queue      *self,
             AtExecutor *blocked,
             AtExecutor *executor)
{
  static const char * const names[] = { "A", "B", "C", "D", "E" };

  trace = g_string_new (NULL);
  at_test_gate_init (&self->gate);
  self->blocker = at_async_task_new (at_test_body_gate, &self->gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (self->blocker, blocked, NULL, NULL));
  at_test_gate_wait_arrived (&self->gate, 1);
  for (guint i = 0; i < G_N_ELEMENTS (self->tasks); i++)
    {
      self->tasks[i] = at_async_task_new (trace_body, (gpointer) names[i], NULL);
      g_assert_true (at_async_task_execute_on_executor (self->tasks[i], executor, NULL, NULL));
    }
}

static void
queue_end (Queue      *self,
           const char *expected)
{
  at_test_gate_open (&self->gate);
  at_test_finish (self->blocker);
  g_object_unref (self->blocker);
  for (guint i = 0; i < G_N_ELEMENTS (self->tasks); i++)
    {
      at_test_finish (self->tasks[i]);
      g_object_unref (self->tasks[i]);
    }
  g_assert_cmpstr (trace->str, ==, expected);
  g_string_free (trace, TRUE);
  at_test_gate_clear (&self->gate);
}

static void
move_about (AtExecutor *blocked,
            AtExecutor *executor)
{
  Queue queue;

  queue_begin (&queue, blocked, executor);
  queue_end (&queue, "ABCDE");

  queue_begin (&queue, blocked, executor);
  at_async_task_set_priority (queue.tasks[3], G_PRIORITY_HIGH);
  at_async_task_set_priority (queue.tasks[0], G_PRIORITY_LOW);
  queue_end (&queue, "DBCEA");

  /* Behind those that have it already, however long ago each was executed. */
  queue_begin (&queue, blocked, executor);
  at_async_task_set_priority (queue.tasks[4], G_PRIORITY_HIGH);
  at_async_task_set_priority (queue.tasks[0], G_PRIORITY_HIGH);
  at_async_task_set_priority (queue.tasks[2], G_PRIORITY_LOW);
  at_async_task_set_priority (queue.tasks[1], G_PRIORITY_LOW);
  queue_end (&queue, "EADCB");

  /* There and back: behind all of the ordinary one, too. */
  queue_begin (&queue, blocked, executor);
  at_async_task_set_priority (queue.tasks[1], G_PRIORITY_HIGH);
  at_async_task_set_priority (queue.tasks[1], G_PRIORITY_DEFAULT);
  queue_end (&queue, "ACDEB");

  /* The same value changes nothing. */
  queue_begin (&queue, blocked, executor);
  at_async_task_set_priority (queue.tasks[1], G_PRIORITY_DEFAULT);
  queue_end (&queue, "ABCDE");

  /* All of them, so that no level stays. */
  queue_begin (&queue, blocked, executor);
  for (guint i = 0; i < G_N_ELEMENTS (queue.tasks); i++)
    at_async_task_set_priority (queue.tasks[i], -(int) i);
  for (guint i = 0; i < G_N_ELEMENTS (queue.tasks); i++)
    at_async_task_set_priority (queue.tasks[i], 7);
  queue_end (&queue, "ABCDE");
}

static void
test_pool (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);

  move_about (AT_EXECUTOR (pool), AT_EXECUTOR (pool));
}

static void
test_serial (void)
{
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtSerialExecutor) nested = at_serial_executor_new (AT_EXECUTOR (serial));

  move_about (at_serial_executor_get_default (), at_serial_executor_get_default ());
  move_about (AT_EXECUTOR (serial), AT_EXECUTOR (serial));
  move_about (AT_EXECUTOR (nested), AT_EXECUTOR (nested));
}

/* One that has the turn of a serial executor, and waits in the queue of its target. */
static void
test_with_the_turn (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtAsyncTask) task = at_async_task_new (trace_body, (gpointer) "S", NULL);
  Queue queue;

  queue_begin (&queue, AT_EXECUTOR (pool), AT_EXECUTOR (pool));
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (serial), NULL, NULL));
  at_async_task_set_priority (task, G_PRIORITY_HIGH);
  at_async_task_set_priority (queue.tasks[2], G_PRIORITY_HIGH);
  queue_end (&queue, "SCABDE");
  at_test_finish (task);
}

static void
test_before (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (trace_body, (gpointer) "X", NULL);
  Queue queue;

  queue_begin (&queue, AT_EXECUTOR (pool), AT_EXECUTOR (pool));
  at_async_task_set_priority (task, G_PRIORITY_LOW);
  at_async_task_set_priority (task, G_PRIORITY_HIGH);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  queue_end (&queue, "XABCDE");
  at_test_finish (task);
}

/* Inside execute(), before it is in a queue. */
static void
raise_priority (AtAsyncTask *task)
{
  at_async_task_set_priority (task, G_PRIORITY_HIGH);
}

static void
test_in_pre_execute (void)
{
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (trace_body, (gpointer) "X", NULL);
  Queue queue;

  queue_begin (&queue, AT_EXECUTOR (serial), AT_EXECUTOR (serial));
  g_signal_connect (task, "pre-execute", G_CALLBACK (raise_priority), NULL);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (serial), NULL, NULL));
  queue_end (&queue, "XABCDE");
  at_test_finish (task);
}

static guint n_notifies;

static void
on_notify (void)
{
  g_assert_true (g_main_context_is_owner (NULL));
  n_notifies++;
}

static void
raise_elsewhere (gpointer task)
{
  at_async_task_set_priority (task, G_PRIORITY_HIGH);
  g_assert_cmpint (at_async_task_get_priority (task), ==, G_PRIORITY_HIGH);
}

/* The queue changes at once, and the owner is told when it looks. */
static void
test_any_thread (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  Queue queue;

  n_notifies = 0;
  queue_begin (&queue, AT_EXECUTOR (pool), AT_EXECUTOR (pool));
  g_signal_connect (queue.tasks[4], "notify::priority", G_CALLBACK (on_notify), NULL);
  at_test_call_in_thread (raise_elsewhere, queue.tasks[4]);
  g_assert_cmpuint (n_notifies, ==, 0);
  g_assert_true (g_main_context_acquire (NULL));
  g_object_set (queue.tasks[4], "priority", G_PRIORITY_HIGH, NULL);
  g_main_context_release (NULL);
  queue_end (&queue, "EABCD");
  g_assert_cmpuint (n_notifies, ==, 1);
}

/* What runs, has run or never will has a priority all the same. */
static void
test_at_any_time (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  Queue queue;

  n_notifies = 0;
  queue_begin (&queue, AT_EXECUTOR (pool), AT_EXECUTOR (pool));
  at_async_task_set_priority (queue.blocker, 5);
  g_assert_cmpint (at_async_task_get_priority (queue.blocker), ==, 5);
  at_async_task_cancel (queue.tasks[1], FALSE);
  at_async_task_set_priority (queue.tasks[1], -5);
  at_async_task_set_priority (queue.tasks[0], 5);
  at_async_task_cancel (queue.tasks[0], FALSE);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 3);
  at_test_gate_open (&queue.gate);
  at_test_finish (queue.tasks[2]);
  g_signal_connect (queue.tasks[2], "notify::priority", G_CALLBACK (raise_priority), NULL);
  at_async_task_set_priority (queue.tasks[2], 1);
  g_assert_cmpint (at_async_task_get_priority (queue.tasks[2]), ==, G_PRIORITY_HIGH);
  queue_end (&queue, "CDE");
}

/* An executor of somebody else's, which hands on. */

#define TYPE_HANDER (hander_get_type ())
G_DECLARE_FINAL_TYPE (Hander, hander, TEST, HANDER, GObject)

struct _Hander
{
  GObject     parent_instance;
  AtExecutor *next;
};

static gboolean
hander_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  return at_executor_execute (TEST_HANDER (executor)->next, task, error);
}

static void
hander_iface_init (AtExecutorInterface *iface)
{
  iface->execute = hander_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Hander, hander, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, hander_iface_init))

static void
hander_class_init (HanderClass *klass)
{
}

static void
hander_init (Hander *self)
{
}

static void
test_handed_on (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (Hander) hander = g_object_new (TYPE_HANDER, NULL);

  hander->next = AT_EXECUTOR (pool);
  move_about (AT_EXECUTOR (pool), AT_EXECUTOR (hander));
}

/* Many, while they run: each does once. */

#define N_MANY 2000

static AtAsyncTask *many[N_MANY];
static int          n_run;

static gboolean
count_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  g_atomic_int_inc (&n_run);

  return TRUE;
}

static gpointer
change_many (gpointer seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (seed));

  for (guint i = 0; i < 4 * at_test_scale (N_MANY); i++)
    at_async_task_set_priority (many[g_rand_int_range (rand, 0, (int) at_test_scale (N_MANY))],
                                g_rand_int_range (rand, -3, 4));

  return NULL;
}

static void
test_many (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtExecutor *executors[] = { AT_EXECUTOR (pool), AT_EXECUTOR (serial) };
  guint n = at_test_scale (N_MANY);

  for (guint e = 0; e < G_N_ELEMENTS (executors); e++)
    {
      GThread *threads[2];

      n_run = 0;
      for (guint i = 0; i < n; i++)
        many[i] = at_async_task_new (count_body, NULL, NULL);
      for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
        threads[t] = g_thread_new ("changer", change_many, GUINT_TO_POINTER (t));
      for (guint i = 0; i < n; i++)
        g_assert_true (at_async_task_execute_on_executor (many[i], executors[e], NULL, NULL));
      for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
        g_thread_join (threads[t]);
      for (guint i = 0; i < n; i++)
        {
          at_test_finish (many[i]);
          g_object_unref (many[i]);
        }
      g_assert_cmpint (g_atomic_int_get (&n_run), ==, (int) n);
    }
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/priority/pool", test_pool);
  g_test_add_func ("/priority/serial", test_serial);
  g_test_add_func ("/priority/with-the-turn", test_with_the_turn);
  g_test_add_func ("/priority/before", test_before);
  g_test_add_func ("/priority/in-pre-execute", test_in_pre_execute);
  g_test_add_func ("/priority/any-thread", test_any_thread);
  g_test_add_func ("/priority/at-any-time", test_at_any_time);
  g_test_add_func ("/priority/handed-on", test_handed_on);
  g_test_add_func ("/priority/many", test_many);

  return g_test_run ();
}
