/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* at_executor_submit(): work with no task for it. */

#include "at-test.h"

#include <glib-unix.h>

/* Being in the program, these are called by the library in place of GLib's. */

static int n_blocks;
static int n_objects;

__attribute__ ((visibility ("default"))) gpointer
g_malloc0 (gsize size)
{
  g_atomic_int_inc (&n_blocks);

  return calloc (1, size);
}

__attribute__ ((visibility ("default"))) gpointer
g_malloc (gsize size)
{
  g_atomic_int_inc (&n_blocks);

  return size > 0 ? malloc (size) : NULL;
}

__attribute__ ((visibility ("default"))) gpointer
g_object_new (GType       type,
              const char *first_property,
              ...)
{
  GObject *object;
  va_list args;

  g_atomic_int_inc (&n_objects);
  va_start (args, first_property);
  object = g_object_new_valist (type, first_property, args);
  va_end (args);

  return object;
}

/* Somebody's work. */

typedef struct
{
  GThread     *owner;
  AtTestGate  *gate;    /* nullable */
  AtExecutor  *executor; /* nullable, for the work */
  AtAsyncTask *task;     /* nullable, for the work */
  GString     *trace;    /* nullable; under @trace_lock */
  const char  *name;
  int          n_work;   /* atomic */
  int          n_done;
  int          n_destroyed;
  GThread     *worker;
  gboolean     destroyed_here; /* inside submit() */
} Work;

static GMutex trace_lock;

static void
work_init (Work *work)
{
  *work = (Work) { .owner = g_thread_self () };
}

static void
do_work (gpointer data)
{
  Work *work = data;

  g_assert_cmpint (work->n_done, ==, 0);
  g_assert_cmpint (work->n_destroyed, ==, 0);
  work->worker = g_thread_self ();
  if (work->trace != NULL)
    {
      g_mutex_lock (&trace_lock);
      g_string_append (work->trace, work->name);
      g_mutex_unlock (&trace_lock);
    }
  if (work->gate != NULL)
    at_test_gate_pass (work->gate);
  g_atomic_int_inc (&work->n_work);
}

static void
on_done (gpointer data)
{
  Work *work = data;

  g_assert_true (g_thread_self () == work->owner);
  g_assert_cmpint (g_atomic_int_get (&work->n_work), ==, 1);
  g_assert_cmpint (work->n_destroyed, ==, 0);
  work->n_done++;
}

static void
on_destroyed (gpointer data)
{
  Work *work = data;

  g_assert_true (g_thread_self () == work->owner);
  work->n_destroyed++;
}

static gboolean
submit (Work       *work,
        AtExecutor *executor)
{
  g_autoptr (GError) error = NULL;
  gboolean accepted = at_executor_submit (executor, do_work, on_done, work, on_destroyed, &error);

  if (accepted)
    g_assert_no_error (error);
  else
    g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);

  return accepted;
}

static void
assert_done (Work *work)
{
  at_test_iterate_until (NULL, work->n_destroyed > 0);
  g_assert_cmpint (g_atomic_int_get (&work->n_work), ==, 1);
  g_assert_cmpint (work->n_done, ==, 1);
  g_assert_cmpint (work->n_destroyed, ==, 1);
}

static void
assert_dropped (Work *work)
{
  at_test_iterate_until (NULL, work->n_destroyed > 0);
  g_assert_cmpint (g_atomic_int_get (&work->n_work), ==, 0);
  g_assert_cmpint (work->n_done, ==, 0);
  g_assert_cmpint (work->n_destroyed, ==, 1);
}

/* An executor of somebody else's: runs what it has in a thread of its own, when it is
 * told to. */

#define TYPE_KEEPER (keeper_get_type ())
G_DECLARE_FINAL_TYPE (Keeper, keeper, TEST, KEEPER, GObject)

struct _Keeper
{
  GObject      parent_instance;
  gboolean     refuses;
  AtAsyncTask *task;
  guint        n_tasks;
};

static gboolean
keeper_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  Keeper *self = TEST_KEEPER (executor);

  g_assert_true (AT_IS_ASYNC_TASK (task));
  self->n_tasks++;
  if (self->refuses)
    {
      g_set_error_literal (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED, "Not today");
      return FALSE;
    }
  g_assert_null (self->task);
  self->task = g_object_ref (task);

  return TRUE;
}

static void
keeper_iface_init (AtExecutorInterface *iface)
{
  iface->execute = keeper_execute;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (Keeper, keeper, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, keeper_iface_init))

static void
keeper_class_init (KeeperClass *klass)
{
}

static void
keeper_init (Keeper *self)
{
}

static void
run_and_drop (gpointer task)
{
  at_async_task_run (task);
  g_object_unref (task);
}

static void
keeper_run (Keeper *self)
{
  at_test_call_in_thread (run_and_drop, g_steal_pointer (&self->task));
}

/* The tests. */

static void
test_done (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtTestGate gate;
  Work work;

  work_init (&work);
  at_test_gate_init (&gate);
  work.gate = &gate;
  g_assert_true (submit (&work, AT_EXECUTOR (pool)));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 1);
  at_test_gate_open (&gate);

  /* Nobody iterates the context: nothing is called, whatever becomes of the work. */
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_cmpint (work.n_done, ==, 0);
  assert_done (&work);
  g_assert_true (work.worker != work.owner);
  at_test_gate_clear (&gate);
}

static void
test_on_each_executor (void)
{
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtSerialExecutor) serial_over_serial = at_serial_executor_new (AT_EXECUTOR (serial));
  g_autoptr (AtInlineExecutor) inlined = at_inline_executor_new ();
  g_autoptr (AtSerialExecutor) serial_over_inline = at_serial_executor_new (AT_EXECUTOR (inlined));
  AtExecutor *executors[] = {
    at_thread_pool_executor_get_default (), at_serial_executor_get_default (), AT_EXECUTOR (serial),
    AT_EXECUTOR (serial_over_serial), AT_EXECUTOR (inlined), AT_EXECUTOR (serial_over_inline),
  };

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      gboolean is_inline = i >= 4;
      Work work;

      work_init (&work);
      g_assert_true (submit (&work, executors[i]));
      if (is_inline)
        g_assert_cmpint (work.n_work, ==, 1);
      g_assert_cmpint (work.n_done, ==, 0);
      assert_done (&work);
      g_assert_true ((work.worker == work.owner) == is_inline);
    }
}

static void
test_memory (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtTestGate gate;
  Work held, work, other;

  work_init (&held);
  work_init (&work);
  work_init (&other);
  at_test_gate_init (&gate);
  held.gate = &gate;
  g_assert_true (submit (&held, AT_EXECUTOR (pool)));
  at_test_gate_wait_arrived (&gate, 1);

  n_blocks = n_objects = 0;
  g_assert_true (submit (&work, AT_EXECUTOR (pool)));
  g_assert_cmpint (g_atomic_int_get (&n_blocks), ==, 1);
  g_assert_true (submit (&other, AT_EXECUTOR (serial)));
  g_assert_cmpint (g_atomic_int_get (&n_blocks), ==, 2);
  g_assert_cmpint (g_atomic_int_get (&n_objects), ==, 0);
  at_test_gate_open (&gate);
  assert_done (&held);
  assert_done (&work);
  assert_done (&other);
  g_assert_cmpint (g_atomic_int_get (&n_objects), ==, 0);
  at_test_gate_clear (&gate);
}

static gboolean
trace_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  g_mutex_lock (&trace_lock);
  g_string_append_c (user_data, (char) at_async_task_get_priority (task));
  g_mutex_unlock (&trace_lock);

  return TRUE;
}

static gsize
get_length (GString *trace)
{
  gsize length;

  g_mutex_lock (&trace_lock);
  length = trace->len;
  g_mutex_unlock (&trace_lock);

  return length;
}

/* Tasks and work wait in one queue, where work has the ordinary priority. */
static void
order_on (AtExecutor *executor)
{
  static const int priorities[] = { 'z', G_PRIORITY_DEFAULT, 'y' };
  static const char * const names[] = { "1", "2", "3" };
  g_autoptr (GString) trace = g_string_new (NULL);
  AtTestGate gate;
  Work held, works[3];

  work_init (&held);
  at_test_gate_init (&gate);
  held.gate = &gate;
  g_assert_true (submit (&held, executor));
  at_test_gate_wait_arrived (&gate, 1);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (trace_body, trace, NULL);

      work_init (&works[i]);
      works[i].trace = trace;
      works[i].name = names[i];
      g_assert_true (submit (&works[i], executor));
      at_async_task_set_priority (task, priorities[i]);
      g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
    }

  at_test_gate_open (&gate);
  for (guint i = 0; i < 3; i++)
    assert_done (&works[i]);
  at_test_poll_until (get_length (trace) == 6);
  g_assert_cmpmem (trace->str, 6, "12\0003yz", 6);
  assert_done (&held);
  at_test_gate_clear (&gate);
}

static void
test_order (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);

  order_on (AT_EXECUTOR (pool));
  order_on (AT_EXECUTOR (serial));
}

static void
test_limit (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  AtTestGate gate;
  Work works[5];

  at_test_gate_init (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    {
      work_init (&works[i]);
      works[i].gate = &gate;
      g_assert_true (submit (&works[i], AT_EXECUTOR (pool)));
    }
  at_test_gate_wait_arrived (&gate, 2);
  g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 2);
  g_assert_cmpuint (at_thread_pool_executor_get_n_queued (pool), ==, 3);
  g_assert_cmpuint (at_test_gate_get_arrived (&gate), ==, 2);
  at_test_gate_open (&gate);
  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    assert_done (&works[i]);
  at_test_gate_clear (&gate);
}

/* What comes home has destroy() called, be there a done() or not. */
static void
test_parts_left_out (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  Work only_destroy, only_done;

  work_init (&only_destroy);
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), do_work, NULL, &only_destroy, on_destroyed, NULL));
  at_test_iterate_until (NULL, only_destroy.n_destroyed > 0);
  g_assert_cmpint (only_destroy.n_work, ==, 1);
  g_assert_cmpint (only_destroy.n_destroyed, ==, 1);

  work_init (&only_done);
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), do_work, on_done, &only_done, NULL, NULL));
  at_test_iterate_until (NULL, only_done.n_done > 0);
  g_assert_cmpint (only_done.n_done, ==, 1);
}

/* Whether the main loop is woken is what poll() says. */

static AtThreadPoolExecutor *polled_pool;
static Work                 *polled_work;
static int                   n_ready;

static int
poll_when_done (GPollFD *fds,
                guint    n_fds,
                int      timeout)
{
  at_test_poll_until (g_atomic_int_get (&polled_work->n_work) == 1 &&
                      at_thread_pool_executor_get_n_running (polled_pool) == 0);
  n_ready = g_poll (fds, n_fds, 0);

  return n_ready;
}

static int
count_wake_ups (GDestroyNotify destroy)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtTestGate gate;
  Work work;

  work_init (&work);
  at_test_gate_init (&gate);
  work.gate = &gate;
  polled_pool = pool;
  polled_work = &work;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), do_work, NULL, &work, destroy, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_main_context_set_poll_func (NULL, poll_when_done);
  at_test_gate_open (&gate);
  g_main_context_iteration (NULL, FALSE);
  g_main_context_set_poll_func (NULL, NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  at_test_gate_clear (&gate);

  return n_ready;
}

static void
test_wake_ups (void)
{
  g_assert_cmpint (count_wake_ups (NULL), ==, 0);
  g_assert_cmpint (count_wake_ups (on_destroyed), >, 0);
}

static void
submit_refused (gpointer data)
{
  Work *work = data;

  g_assert_false (submit (work, work->executor));
}

static void
test_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtSerialExecutor) serial_over_serial = at_serial_executor_new (AT_EXECUTOR (serial));
  AtExecutor *executors[] = { AT_EXECUTOR (pool), AT_EXECUTOR (serial), AT_EXECUTOR (serial_over_serial) };

  at_thread_pool_executor_shutdown (pool, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      Work work, there;

      /* On the owner's thread inside submit(), and never on another. */
      work_init (&work);
      g_assert_false (submit (&work, executors[i]));
      g_assert_cmpint (work.n_destroyed, ==, 1);
      assert_dropped (&work);

      work_init (&there);
      there.executor = executors[i];

      /* The context has an owner meanwhile. */
      g_assert_true (g_main_context_acquire (NULL));
      at_test_call_in_thread (submit_refused, &there);
      g_main_context_release (NULL);
      g_assert_cmpint (there.n_destroyed, ==, 0);
      assert_dropped (&there);
    }
}

static void
test_shut_down (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  AtTestGate gate;
  Work running, queued[3];

  at_test_gate_init (&gate);
  work_init (&running);
  running.gate = &gate;
  g_assert_true (submit (&running, AT_EXECUTOR (pool)));
  at_test_gate_wait_arrived (&gate, 1);
  for (guint i = 0; i < G_N_ELEMENTS (queued); i++)
    {
      work_init (&queued[i]);
      g_assert_true (submit (&queued[i], AT_EXECUTOR (pool)));
    }
  /* One of which there is nothing to be told. */
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), do_work, NULL, NULL, NULL, NULL));

  at_thread_pool_executor_shutdown (pool, TRUE);
  g_assert_cmpint (queued[0].n_destroyed, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (queued); i++)
    assert_dropped (&queued[i]);
  g_assert_cmpint (running.n_done, ==, 0);
  at_test_gate_open (&gate);
  assert_done (&running);
  at_test_gate_clear (&gate);
}

/* What waits in a serial executor is refused by a target that was shut down meanwhile,
 * and by then nobody can be told; what runs goes on. */
static void
test_refused_later (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  g_autoptr (AtSerialExecutor) over = at_serial_executor_new (AT_EXECUTOR (serial));
  AtTestGate gate;
  Work running, queued, queued_over, behind;

  at_test_gate_init (&gate);
  work_init (&running);
  running.gate = &gate;
  g_assert_true (submit (&running, AT_EXECUTOR (serial)));
  at_test_gate_wait_arrived (&gate, 1);
  work_init (&queued);
  work_init (&queued_over);
  work_init (&behind);
  g_assert_true (submit (&queued, AT_EXECUTOR (serial)));
  g_assert_true (submit (&queued_over, AT_EXECUTOR (over)));
  g_assert_true (submit (&behind, AT_EXECUTOR (over)));

  /* So that the thread lets its slot go, and offers what comes next. */
  at_thread_pool_executor_shutdown (pool, TRUE);
  at_test_gate_open (&gate);
  assert_done (&running);
  assert_dropped (&queued);
  assert_dropped (&queued_over);
  assert_dropped (&behind);
  at_test_gate_clear (&gate);
}

static void
test_foreign (void)
{
  g_autoptr (Keeper) keeper = g_object_new (TYPE_KEEPER, NULL);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (keeper));
  AtExecutor *executors[] = { AT_EXECUTOR (keeper), AT_EXECUTOR (serial) };

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      Work work, refused, cancelled;

      keeper->n_tasks = 0;
      work_init (&work);
      g_assert_true (submit (&work, executors[i]));
      g_assert_cmpuint (keeper->n_tasks, ==, 1);
      keeper_run (keeper);
      g_assert_cmpint (work.n_done, ==, 0);
      assert_done (&work);
      g_assert_true (work.worker != work.owner);

      keeper->refuses = TRUE;
      work_init (&refused);
      g_assert_false (submit (&refused, executors[i]));
      g_assert_cmpint (refused.n_destroyed, ==, 1);
      assert_dropped (&refused);
      keeper->refuses = FALSE;

      work_init (&cancelled);
      g_assert_true (submit (&cancelled, executors[i]));
      at_async_task_cancel (keeper->task, TRUE);
      g_clear_object (&keeper->task);
      assert_dropped (&cancelled);
    }
}

/* Refused behind the back of submit(): nobody hears of it, as elsewhere. */
static void
test_foreign_refuses_later (void)
{
  g_autoptr (Keeper) keeper = g_object_new (TYPE_KEEPER, NULL);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (keeper));
  Work work, later;

  work_init (&work);
  work_init (&later);
  g_assert_true (submit (&work, AT_EXECUTOR (serial)));
  g_assert_true (submit (&later, AT_EXECUTOR (serial)));
  keeper->refuses = TRUE;
  keeper_run (keeper);
  assert_done (&work);
  assert_dropped (&later);
}

static void
submit_there (gpointer data)
{
  Work *work = data;

  g_assert_true (submit (work, work->executor));
}

static void
test_any_thread (void)
{
  Work work;

  work_init (&work);
  work.executor = at_thread_pool_executor_get_default ();
  at_test_call_in_thread (submit_there, &work);
  assert_done (&work);

  /* From work. */
  {
    g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
    Work inner;

    work_init (&inner);
    inner.executor = AT_EXECUTOR (pool);
    g_assert_true (at_executor_submit (AT_EXECUTOR (pool), submit_there, NULL, &inner, NULL, NULL));
    assert_done (&inner);
  }
}

static void
wait_in_work (gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  at_async_task_wait (work->task, -1, NULL, &error);
  g_assert_no_error (error);
  g_atomic_int_inc (&work->n_work);
}

/* Work that waits gives its slot away, as a body does: what it waits for is behind it. */
static void
test_wait (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtTestGate gate;
  Work work;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  work_init (&work);
  work.task = task;

  /* It finds the task executed: one slot is taken, and it has the other one first. */
  at_async_task_set_priority (task, G_PRIORITY_LOW);
  at_thread_pool_executor_set_max_threads (pool, 1);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), wait_in_work, on_done, &work, on_destroyed, NULL));
  at_thread_pool_executor_set_max_threads (pool, 2);
  assert_done (&work);
  at_test_gate_open (&gate);
  at_test_finish (blocker);
  at_test_finish (task);
  at_test_gate_clear (&gate);
}

static void
wait_behind (gpointer data)
{
  Work *work = data;
  g_autoptr (GError) error = NULL;

  at_test_gate_pass (work->gate);
  g_assert_false (at_async_task_wait (work->task, -1, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  g_atomic_int_inc (&work->n_work);
}

static void
test_would_deadlock (void)
{
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  AtTestGate gate;
  Work work;

  at_test_gate_init (&gate);
  work_init (&work);
  work.gate = &gate;
  work.task = task;
  g_assert_true (at_executor_submit (AT_EXECUTOR (serial), wait_behind, on_done, &work, on_destroyed, NULL));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (serial), NULL, NULL));
  at_test_gate_open (&gate);
  assert_done (&work);
  at_test_finish (task);
  at_test_gate_clear (&gate);
}

static void
end_thread (gpointer data)
{
  at_test_criticals_begin ();
  g_thread_exit (NULL);
}

static void
test_thread_ends (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtExecutor *executors[] = { AT_EXECUTOR (pool), AT_EXECUTOR (serial) };

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      Work ended, next;

      work_init (&ended);
      work_init (&next);
      g_assert_true (at_executor_submit (executors[i], end_thread, on_done, &ended, on_destroyed, NULL));
      assert_dropped (&ended);
      g_assert_cmpuint (at_test_criticals_end (), ==, 1);
      g_assert_true (submit (&next, executors[i]));
      assert_done (&next);
    }
}

static void
leave_context (gpointer data)
{
  Work *work = data;
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_main_context_unref (context);
  g_atomic_int_inc (&work->n_work);
}

static void
test_context_left (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  Work work;

  work_init (&work);
  at_test_criticals_begin ();
  g_assert_true (at_executor_submit (AT_EXECUTOR (pool), leave_context, on_done, &work, on_destroyed, NULL));
  assert_done (&work);
  g_assert_cmpuint (at_test_criticals_end (), ==, 1);
}

/* Many come home in batches: what is less urgent has its turn in between. */

#define N_MANY 4000

static guint n_many_done, n_many_destroyed, n_done_at_idle;

static void
do_nothing (gpointer data)
{
}

static void
take_time (gpointer data)
{
  gint64 end = g_get_monotonic_time () + 10;

  n_many_done++;
  while (g_get_monotonic_time () < end)
    ;
}

static void
count_destroyed (gpointer data)
{
  n_many_destroyed++;
}

static gboolean
on_idle (gpointer data)
{
  /* What was called back before may have used the budget up. */
  n_done_at_idle = n_many_done;

  return n_many_done == 0;
}

static void
test_batches (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);

  for (guint i = 0; i < N_MANY; i++)
    g_assert_true (at_executor_submit (AT_EXECUTOR (pool), do_nothing, take_time, NULL, count_destroyed, NULL));
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);

  /* All of them wait. */
  g_idle_add_full (120, on_idle, NULL, NULL);
  at_test_iterate_until (NULL, n_many_destroyed == N_MANY);
  g_assert_cmpuint (n_many_done, ==, N_MANY);
  g_assert_cmpuint (n_done_at_idle, >, 0);
  g_assert_cmpuint (n_done_at_idle, <, N_MANY);
}

/* From several threads, onto one queue. */

typedef struct
{
  AtExecutor *executor;
  int         n_work;
  guint       n_done;
  guint       n_destroyed;
} Counts;

static void
count_work (gpointer data)
{
  g_atomic_int_inc (&((Counts *) data)->n_work);
}

static void
count_done (gpointer data)
{
  ((Counts *) data)->n_done++;
}

static void
count_all_destroyed (gpointer data)
{
  ((Counts *) data)->n_destroyed++;
}

static gpointer
submit_many (gpointer data)
{
  Counts *counts = data;

  for (guint i = 0; i < at_test_scale (20000); i++)
    g_assert_true (at_executor_submit (counts->executor, count_work, count_done, counts, count_all_destroyed, NULL));

  return NULL;
}

static void
test_many (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 2);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtExecutor *executors[] = { AT_EXECUTOR (pool), AT_EXECUTOR (serial) };
  guint n = 3 * at_test_scale (20000);

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      Counts counts = { executors[i], 0, 0, 0 };
      GThread *threads[3];

      for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
        threads[t] = g_thread_new ("submitter", submit_many, &counts);
      for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
        g_thread_join (threads[t]);
      at_test_iterate_until (NULL, counts.n_destroyed == n);
      g_assert_cmpint (counts.n_work, ==, (int) n);
      g_assert_cmpuint (counts.n_done, ==, n);
    }
}

static void
test_wrong_use (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);

  at_test_assert_critical (at_executor_submit (NULL, do_nothing, NULL, NULL, NULL, NULL));
  at_test_assert_critical (at_executor_submit (AT_EXECUTOR (pool), NULL, NULL, NULL, NULL, NULL));
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);

  g_test_add_func ("/submit/done", test_done);
  g_test_add_func ("/submit/on-each-executor", test_on_each_executor);
  g_test_add_func ("/submit/memory", test_memory);
  g_test_add_func ("/submit/order", test_order);
  g_test_add_func ("/submit/limit", test_limit);
  g_test_add_func ("/submit/parts-left-out", test_parts_left_out);
  g_test_add_func ("/submit/wake-ups", test_wake_ups);
  g_test_add_func ("/submit/refused", test_refused);
  g_test_add_func ("/submit/shut-down", test_shut_down);
  g_test_add_func ("/submit/refused-later", test_refused_later);
  g_test_add_func ("/submit/foreign", test_foreign);
  g_test_add_func ("/submit/foreign-refuses-later", test_foreign_refuses_later);
  g_test_add_func ("/submit/any-thread", test_any_thread);
  g_test_add_func ("/submit/wait", test_wait);
  g_test_add_func ("/submit/would-deadlock", test_would_deadlock);
  g_test_add_func ("/submit/thread-ends", test_thread_ends);
  g_test_add_func ("/submit/context-left", test_context_left);
  g_test_add_func ("/submit/batches", test_batches);
  g_test_add_func ("/submit/many", test_many);
  g_test_add_func ("/submit/wrong-use", test_wrong_use);

  return g_test_run ();
}
