/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What other threads, and contexts that come and go, do to tasks. */

#include "at-test.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#ifdef __linux__
# include <sys/prctl.h>
#endif

/* Bodies that wait */

typedef struct
{
  AtExecutor *executor;
  AtTestGate *begun; /* or NULL */
} Parent;

static gboolean
body_parent (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  Parent *parent = user_data;
  g_autoptr (AtAsyncTask) child = at_async_task_new (at_test_body_succeed, NULL, NULL);

  if (parent->begun != NULL)
    at_test_gate_pass (parent->begun);

  return at_async_task_execute_on_executor (child, parent->executor, NULL, error) &&
         at_async_task_wait (child, -1, cancellable, error);
}

/* @n bodies, all of which are running before the first child is executed, where that is
 * possible. */
static void
check_parents (AtExecutor *executor,
               guint       n,
               gboolean    together)
{
  g_autoptr (GPtrArray) parents = g_ptr_array_new_with_free_func (g_object_unref);
  AtTestGate begun;
  Parent parent = { executor, together ? &begun : NULL };

  at_test_gate_init (&begun);
  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task = at_async_task_new (body_parent, &parent, NULL);

      g_ptr_array_add (parents, task);
      g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
    }
  if (together)
    at_test_gate_wait_arrived (&begun, n);
  at_test_gate_open (&begun);
  for (guint i = 0; i < n; i++)
    {
      at_test_finish (parents->pdata[i]);
      g_assert_cmpint (at_async_task_get_outcome (parents->pdata[i]), ==, AT_OUTCOME_SUCCEEDED);
    }
  at_test_settle (NULL, executor);
  at_test_gate_clear (&begun);
}

static void
test_pool_of_two (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Two", 2);

  check_parents (AT_EXECUTOR (pool), 2, TRUE);
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
}

static void
test_default_pool (void)
{
  check_parents (at_thread_pool_executor_get_default (), 70, FALSE);
}

/* Each on top of the other, deeper than one looks at a glance. */
static void
test_serial_chain (void)
{
  g_autoptr (AtSerialExecutor) first = at_serial_executor_new (NULL);
  g_autoptr (AtSerialExecutor) second = at_serial_executor_new (AT_EXECUTOR (first));
  g_autoptr (AtSerialExecutor) third = at_serial_executor_new (AT_EXECUTOR (second));
  g_autoptr (AtSerialExecutor) fourth = at_serial_executor_new (AT_EXECUTOR (third));
  Parent parent = { AT_EXECUTOR (fourth), NULL };
  g_autoptr (AtAsyncTask) in_front = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_parent, &parent, NULL);
  AtTestGate gate;
  g_autoptr (AtAsyncTask) held = NULL;

  /* One keeps the turn of the fourth, and waits for that of the first itself. */
  at_test_gate_init (&gate);
  held = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (held, AT_EXECUTOR (first), NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (first), NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (in_front, AT_EXECUTOR (fourth), NULL, NULL));
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_WOULD_DEADLOCK);
  at_test_finish (in_front);
  at_test_finish (held);
  at_test_settle (NULL, AT_EXECUTOR (fourth));
  at_test_gate_clear (&gate);
}

/* Executed in another thread */

static gpointer
execute_there (gpointer task)
{
  g_assert_true (at_async_task_execute_on_executor (task, at_thread_pool_executor_get_default (), NULL, NULL));

  return NULL;
}

static void
on_running (AtAsyncTask *task,
            GParamSpec  *pspec,
            gpointer     user_data)
{
  GString *seen = user_data;

  g_string_append_printf (seen, "%d", at_async_task_get_status (task));
}

/* The owner does not iterate its context: the body runs all the same. */
static void
test_nobody_listens (void)
{
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);
  AtTestGate gate;

  g_assert_true (g_main_context_acquire (NULL));
  at_test_gate_init (&gate);
  task = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_signal_connect (task, "notify::status", G_CALLBACK (on_running), seen);
  g_thread_join (g_thread_new ("there", execute_there, task));
  at_test_gate_wait_arrived (&gate, 1);
  g_assert_cmpstr (seen->str, ==, "");
  at_test_gate_open (&gate);
  at_test_finish (task);
  g_assert_cmpstr (seen->str, ==, "12");
  g_main_context_release (NULL);
  at_test_gate_clear (&gate);
}

typedef struct
{
  AtAsyncTask  *child;
  AtTestRecord  record;
} Nested;

static gboolean
body_executes_child (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  Nested *nested = user_data;

  return at_async_task_execute_on_executor (nested->child, at_thread_pool_executor_get_default (), NULL, error) &&
         at_async_task_wait (nested->child, -1, cancellable, error);
}

/* The owner waits for a body, and that for a task whose pre-execute is the owner's. */
static void
test_owner_starts (void)
{
  g_autoptr (AtAsyncTask) parent = NULL;
  Nested nested = { NULL };

  g_assert_true (g_main_context_acquire (NULL));
  at_test_record_init (&nested.record);
  nested.child = at_test_task_new (&nested.record, at_test_body_succeed, NULL);
  parent = at_async_task_new (body_executes_child, &nested, NULL);
  g_assert_true (at_async_task_execute_on_executor (parent, at_thread_pool_executor_get_default (), NULL, NULL));
  g_assert_true (at_async_task_wait (parent, -1, NULL, NULL));
  g_assert_cmpuint (at_test_record_get_count (&nested.record, AT_TEST_EVENT_PRE), ==, 1);
  at_test_finish (nested.child);
  at_test_finish (parent);
  at_test_record_assert_trace (&nested.record, "pre body post");
  at_test_record_assert_threads (&nested.record);
  g_main_context_release (NULL);
  g_assert_finalize_object (nested.child);
  at_test_record_clear (&nested.record);
}

/* A thread that iterates the owner's context for a while */

typedef struct
{
  AtTestGate gate;
} Iterator;

static gpointer
own_for_a_while (gpointer user_data)
{
  Iterator *self = user_data;

  g_assert_true (g_main_context_acquire (NULL));
  at_test_gate_pass (&self->gate);
  g_main_context_release (NULL);

  return NULL;
}

static gpointer
open_when_asked (gpointer user_data)
{
  gpointer *data = user_data;
  AtAsyncTask *task = data[0];
  Iterator *iterator = data[1];

  /* The task is on its way home, and its owner waits for it by now, or will. */
  execute_there (task);
  at_test_gate_open (&iterator->gate);

  return NULL;
}

static void
test_wait_begun_beside_an_iteration (void)
{
  AtTestRecord record;
  Iterator iterator = { 0 };
  gpointer data[2];
  g_autoptr (AtAsyncTask) task = NULL;
  GThread *owning, *executing;

  at_test_record_init (&record);
  at_test_gate_init (&iterator.gate);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  owning = g_thread_new ("owning", own_for_a_while, &iterator);
  at_test_gate_wait_arrived (&iterator.gate, 1);

  data[0] = task;
  data[1] = &iterator;
  executing = g_thread_new ("executing", open_when_asked, data);
  at_test_poll_until (at_async_task_get_status (task) != AT_STATUS_PENDING);
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  g_thread_join (executing);
  g_thread_join (owning);
  at_test_finish (task);
  at_test_record_assert_trace (&record, "pre body post");
  g_assert_finalize_object (g_steal_pointer (&task));
  at_test_record_clear (&record);
  at_test_gate_clear (&iterator.gate);
}

/* Awaited from elsewhere */

typedef struct
{
  AtAsyncTask  *task;
  GCancellable *cancellable;
  gboolean      called;
} Awaited;

static void
on_cancelled_end (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Awaited *awaited = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (G_IS_TASK (result));
  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  awaited->called = TRUE;
}

static gpointer
await_there (gpointer user_data)
{
  Awaited *awaited = user_data;

  at_async_task_execute_async (awaited->task, NULL, awaited->cancellable, on_cancelled_end, awaited);

  return NULL;
}

/* The owner does nothing meanwhile. */
static void
test_cancellable_from_afar (gconstpointer user_data)
{
  gboolean listens = user_data != NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  AtTestRecord record;
  Awaited awaited = { NULL, cancellable, FALSE };
  AtTestGate gate;

  g_assert_true (g_main_context_acquire (NULL));
  at_test_record_init (&record);
  at_test_gate_init (&gate);
  awaited.task = listens ? at_test_task_new (&record, at_test_body_gate, &gate)
                         : at_async_task_new (at_test_body_gate, &gate, NULL);
  g_thread_join (g_thread_new ("there", await_there, &awaited));
  g_assert_false (at_async_task_is_cancelled (awaited.task));
  g_cancellable_cancel (cancellable);
  g_assert_true (at_async_task_is_cancelled (awaited.task));
  at_test_gate_open (&gate);
  at_test_iterate_until (NULL, awaited.called);
  if (listens)
    at_test_record_assert_trace (&record, "cancelled");
  g_main_context_release (NULL);
  g_assert_finalize_object (awaited.task);
  at_test_gate_clear (&gate);
  at_test_record_clear (&record);
}

/* Contexts that go */

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
on_gone (gpointer  data,
         GObject  *where_it_was)
{
  (*(int *) data)--;
}

static void
never_called (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_assert_not_reached ();
}

/* Each is dropped while a task that is awaited is on its way there. */
static void
test_contexts_dropped (void)
{
  g_autoptr (AtInlineExecutor) executor = at_inline_executor_new ();
  const int n = (int) at_test_scale (2000);
  guint n_descriptors = 0;
  int n_left = 0;

  for (int i = 0; i < n; i++)
    {
      GMainContext *context = g_main_context_new ();
      AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      n_left++;
      g_object_weak_ref (G_OBJECT (task), on_gone, &n_left);
      at_async_task_set_main_context (task, context);
      at_async_task_set_executor (task, AT_EXECUTOR (executor));
      at_async_task_execute_async (task, NULL, NULL, never_called, NULL);
      g_object_unref (task);
      g_main_context_unref (context);
      if (i == 10)
        n_descriptors = count_descriptors ();
    }

  /* What was released went through the default context. */
  at_test_settle (NULL, AT_EXECUTOR (executor));
  g_assert_cmpint (n_left, ==, 0);
  g_assert_cmpuint (count_descriptors (), <=, n_descriptors);
}

static void
on_awaited (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_assert_true (G_IS_TASK (result));
  at_async_task_execute_finish (AT_ASYNC_TASK (source), result, NULL);
  g_assert_true (g_task_get_context (G_TASK (result)) == g_main_context_get_thread_default ());
  *(gboolean *) user_data = TRUE;
}

/* One that stays gets its answer there. */
static void
test_context_stays (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  gboolean called = FALSE;

  g_main_context_push_thread_default (context);
  at_async_task_set_main_context (task, context);
  at_async_task_execute_async (task, NULL, NULL, on_awaited, &called);
  at_test_iterate_until (context, called);
  g_main_context_pop_thread_default (context);
}

/* What is lent */

static gpointer weak_cancellable;

static gboolean
body_is_watched (AtAsyncTask   *task,
                 const GValue  *params,
                 GCancellable  *cancellable,
                 gpointer       user_data,
                 GError       **error)
{
  g_weak_ref_set (user_data, cancellable);

  return TRUE;
}

static gboolean
body_not_cancelled (AtAsyncTask   *task,
                    const GValue  *params,
                    GCancellable  *cancellable,
                    gpointer       user_data,
                    GError       **error)
{
  g_autoptr (GCancellable) other = g_weak_ref_get (user_data);

  g_assert_true (other != cancellable);
  if (other != NULL)
    g_cancellable_cancel (other);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
test_cancellable_with_a_weak_reference (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("One", 1);
  GWeakRef weak;
  AtTaskFunc bodies[] = { body_is_watched, body_not_cancelled };

  g_weak_ref_init (&weak, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (bodies[i], &weak, NULL);

      g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
      at_test_finish (task);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
    }
  g_weak_ref_clear (&weak);
}

static gboolean
body_is_followed (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  weak_cancellable = cancellable;
  g_object_add_weak_pointer (G_OBJECT (cancellable), &weak_cancellable);

  return TRUE;
}

static void
test_cancellable_with_a_weak_notify (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_is_followed, NULL, NULL);

  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_null (weak_cancellable);
}

/* What a body leaves behind */

typedef enum
{
  LEAVES_CONTEXTS,
  LEAVES_CANCELLABLES,
  LEAVES_SIGNALS,
  LEAVES_NAME
} Leaving;

typedef struct
{
  Leaving    leaving;
  gboolean   takes_long;
  GThread   *thread;
  char       name[16];
} Leaver;

static void
get_name (char *name)
{
  memset (name, 0, 16);
#ifdef __linux__
  prctl (PR_GET_NAME, name, 0, 0, 0);
#endif
}

static gboolean
body_leaves (AtAsyncTask   *task,
             const GValue  *params,
             GCancellable  *cancellable,
             gpointer       user_data,
             GError       **error)
{
  Leaver *leaver = user_data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  sigset_t signals;

  leaver->thread = g_thread_self ();
  get_name (leaver->name);
  switch (leaver->leaving)
    {
    case LEAVES_CONTEXTS:
      g_main_context_push_thread_default (context);
      g_main_context_push_thread_default (context);
      break;
    case LEAVES_CANCELLABLES:
      g_cancellable_push_current (cancellable);
      break;
    case LEAVES_SIGNALS:
      sigemptyset (&signals);
      sigaddset (&signals, SIGUSR1);
      g_assert_cmpint (pthread_sigmask (SIG_BLOCK, &signals, NULL), ==, 0);
      break;
    case LEAVES_NAME:
#ifdef __linux__
      prctl (PR_SET_NAME, "mine", 0, 0, 0);
#endif
      break;
    default:
      g_assert_not_reached ();
    }

  /* As long as a body has to take for all of it to be looked at. */
  if (leaver->takes_long)
    for (gint64 end = g_get_monotonic_time () + 200; g_get_monotonic_time () < end;)
      g_thread_yield ();

  return TRUE;
}

static gboolean
body_finds (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Leaver *leaver = user_data;
  sigset_t signals;
  char name[16];

  g_assert_true (leaver->thread == g_thread_self ());
  g_assert_null (g_main_context_get_thread_default ());
  g_assert_null (g_cancellable_get_current ());
  g_assert_cmpint (pthread_sigmask (SIG_SETMASK, NULL, &signals), ==, 0);
  g_assert_cmpint (sigismember (&signals, SIGUSR1), ==, 0);
  get_name (name);
  g_assert_cmpstr (name, ==, leaver->name);

  return TRUE;
}

static void
test_left_behind (gconstpointer user_data)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (GPOINTER_TO_INT (user_data) % 2 == 0 ? "Name" : NULL, 1);
  g_autoptr (AtSerialExecutor) serial = at_serial_executor_new (AT_EXECUTOR (pool));
  AtExecutor *executors[] = { AT_EXECUTOR (pool), AT_EXECUTOR (serial) };
  Leaver leaver = { GPOINTER_TO_INT (user_data), TRUE, };

  for (guint i = 0; i < G_N_ELEMENTS (executors); i++)
    {
      g_autoptr (AtAsyncTask) leaves = at_async_task_new (body_leaves, &leaver, NULL);
      g_autoptr (AtAsyncTask) finds = at_async_task_new (body_finds, &leaver, NULL);
      AtTestGate gate;
      g_autoptr (AtAsyncTask) held = NULL;
      guint n_criticals;

      /* So that both are there when the thread takes the first. */
      at_test_gate_init (&gate);
      held = at_async_task_new (at_test_body_gate, &gate, NULL);
      g_assert_true (at_async_task_execute_on_executor (held, executors[i], NULL, NULL));
      at_test_gate_wait_arrived (&gate, 1);
      g_assert_true (at_async_task_execute_on_executor (leaves, executors[i], NULL, NULL));
      g_assert_true (at_async_task_execute_on_executor (finds, executors[i], NULL, NULL));
      at_test_criticals_begin ();
      at_test_gate_open (&gate);
      g_assert_true (at_async_task_wait (finds, -1, NULL, NULL));
      n_criticals = at_test_criticals_end ();
      g_assert_cmpuint (n_criticals, ==, leaver.leaving == LEAVES_CONTEXTS ? 2 : 0);
      at_test_finish (held);
      at_test_finish (leaves);
      at_test_finish (finds);
      at_test_settle (NULL, executors[i]);
      at_test_gate_clear (&gate);
    }
}

/* The second body takes no time, and nothing comes for a while. */
static void
test_left_behind_idle (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Idle", 1);
  g_autoptr (AtAsyncTask) last = at_async_task_new (at_test_body_succeed, NULL, NULL);
  Leaver leaver = { LEAVES_SIGNALS, FALSE, };
  AtTaskFunc bodies[] = { body_leaves, body_leaves, body_finds };

  at_test_time_stop ();
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (bodies[i], &leaver, NULL);

      g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
      at_test_finish (task);
      g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
      at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
    }
  at_test_time_go_on ();
  g_assert_true (at_async_task_execute_on_executor (last, AT_EXECUTOR (pool), NULL, NULL));
  at_test_finish (last);
}

/* On a thread that is not a pool's, it is for the body alone. */
static void
test_left_behind_inline (void)
{
  g_autoptr (AtInlineExecutor) executor = at_inline_executor_new ();
  Leaver leaver = { LEAVES_CONTEXTS, FALSE, };
  g_autoptr (AtAsyncTask) task = at_async_task_new (body_leaves, &leaver, NULL);
  GMainContext *context;

  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (executor), NULL, NULL));
  for (guint i = 0; i < 2; i++)
    {
      context = g_main_context_get_thread_default ();
      g_assert_nonnull (context);
      g_main_context_pop_thread_default (context);
    }
  g_assert_null (g_main_context_get_thread_default ());
  at_test_finish (task);
}

/* Bodies that end their thread */

static gboolean
body_ends_thread (AtAsyncTask   *task,
                  const GValue  *params,
                  GCancellable  *cancellable,
                  gpointer       user_data,
                  GError       **error)
{
  AtTestGate *gate = user_data;

  if (gate != NULL)
    at_test_gate_pass (gate);
  g_thread_exit (NULL);

  return TRUE;
}

/* One critical has come by then. */
static void
finish_ended (AtAsyncTask *task)
{
  at_test_assert_critical (at_test_finish (task));
  g_assert_error (at_async_task_get_error (task), AT_TASK_ERROR, AT_TASK_ERROR_FAILED);
  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_FAILED);
}

/* Another thread may have one more reference for a moment. */
static void
drop_last (AtAsyncTask *task)
{
  int n_left = 1;

  g_object_weak_ref (G_OBJECT (task), on_gone, &n_left);
  g_object_unref (task);
  at_test_iterate_poll_until (NULL, n_left == 0);
}

/* Nothing is lost: what is queued behind it runs, and as many at a time as before. */
static void
check_thread_ended (AtExecutor *executor,
                    guint       n_together)
{
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (GPtrArray) together = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (AtAsyncTask) ending = NULL;
      g_autoptr (AtAsyncTask) queued = at_async_task_new (at_test_body_succeed, NULL, NULL);
      AtTestGate gate, all;

      at_test_gate_init (&gate);
      ending = at_async_task_new (body_ends_thread, &gate, NULL);
      g_assert_true (at_async_task_execute_on_executor (ending, executor, NULL, NULL));
      at_test_gate_wait_arrived (&gate, 1);
      g_assert_true (at_async_task_execute_on_executor (queued, executor, NULL, NULL));
      at_test_gate_open (&gate);
      g_assert_true (at_async_task_wait (queued, -1, NULL, NULL));
      g_assert_false (at_async_task_wait (ending, -1, NULL, NULL));
      finish_ended (ending);
      at_test_finish (queued);

      at_test_gate_init (&all);
      for (guint j = 0; j < n_together; j++)
        {
          AtAsyncTask *task = at_async_task_new (at_test_body_gate, &all, NULL);

          g_ptr_array_add (together, task);
          g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
        }
      at_test_gate_wait_arrived (&all, n_together);
      at_test_gate_open (&all);
      for (guint j = 0; j < n_together; j++)
        at_test_finish (together->pdata[j]);
      drop_last (g_steal_pointer (&ending));
      at_test_gate_clear (&gate);
      at_test_gate_clear (&all);
    }
}

static void
test_thread_ended_pool (void)
{
  g_autoptr (AtThreadPoolExecutor) one = at_thread_pool_executor_new ("One", 1);
  g_autoptr (AtThreadPoolExecutor) three = at_thread_pool_executor_new ("Three", 3);

  check_thread_ended (AT_EXECUTOR (one), 1);
  check_thread_ended (AT_EXECUTOR (three), 3);
  check_thread_ended (at_thread_pool_executor_get_default (), g_get_num_processors ());
  at_test_poll_until (at_thread_pool_executor_get_n_running (one) == 0);
  at_test_poll_until (at_thread_pool_executor_get_n_running (three) == 0);
}

static void
test_thread_ended_serial (void)
{
  g_autoptr (AtSerialExecutor) first = at_serial_executor_new (NULL);
  g_autoptr (AtSerialExecutor) second = at_serial_executor_new (AT_EXECUTOR (first));

  check_thread_ended (AT_EXECUTOR (first), 1);
  check_thread_ended (AT_EXECUTOR (second), 1);
}

typedef struct
{
  AtExecutor  *executor;
  AtAsyncTask *ending;
  AtAsyncTask *queued;
  AtAsyncTask *last;
} Chain;

static gboolean
body_nests (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  Chain *chain = user_data;

  at_async_task_execute_on_executor (chain->ending, chain->executor, NULL, NULL);
  g_assert_not_reached ();

  return TRUE;
}

/* One body is in another one, both on the thread of a pool. */
static void
test_thread_ended_nested (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new ("Pool", 1);
  g_autoptr (AtInlineExecutor) executor = at_inline_executor_new ();
  Chain chain = { AT_EXECUTOR (executor) };
  g_autoptr (AtAsyncTask) outer = at_async_task_new (body_nests, &chain, NULL);
  g_autoptr (AtAsyncTask) next = at_async_task_new (at_test_body_succeed, NULL, NULL);

  chain.ending = at_async_task_new (body_ends_thread, NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (outer, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_false (at_async_task_wait (chain.ending, -1, NULL, NULL));
  g_assert_false (at_async_task_wait (outer, -1, NULL, NULL));
  at_test_criticals_begin ();
  at_test_finish (chain.ending);
  at_test_finish (outer);
  g_assert_cmpuint (at_test_criticals_end (), ==, 2);
  g_assert_error (at_async_task_get_error (outer), AT_TASK_ERROR, AT_TASK_ERROR_FAILED);
  g_assert_true (at_async_task_execute_on_executor (next, AT_EXECUTOR (pool), NULL, NULL));
  at_test_finish (next);
  drop_last (chain.ending);
}

static gboolean
body_queues_and_ends (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      gpointer       user_data,
                      GError       **error)
{
  Chain *chain = user_data;

  g_assert_true (at_async_task_execute_on_executor (chain->queued, chain->executor, NULL, NULL));
  g_assert_true (at_async_task_execute_on_executor (chain->last, chain->executor, NULL, NULL));
  g_thread_exit (NULL);

  return TRUE;
}

static gpointer
execute_chain (gpointer user_data)
{
  Chain *chain = user_data;

  at_async_task_execute_on_executor (chain->ending, chain->executor, NULL, NULL);
  g_assert_not_reached ();

  return NULL;
}

/* The body that comes next does so, too. */
static void
test_thread_ended_inline (void)
{
  g_autoptr (AtInlineExecutor) target = at_inline_executor_new ();
  g_autoptr (AtSerialExecutor) executor = at_serial_executor_new (AT_EXECUTOR (target));
  Chain chain = { AT_EXECUTOR (executor) };
  g_autoptr (AtAsyncTask) later = at_async_task_new (at_test_body_succeed, NULL, NULL);

  g_assert_true (g_main_context_acquire (NULL));
  chain.ending = at_async_task_new (body_queues_and_ends, &chain, NULL);
  chain.queued = at_async_task_new (body_ends_thread, NULL, NULL);
  chain.last = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_thread_join (g_thread_new ("there", execute_chain, &chain));
  at_test_criticals_begin ();
  at_test_finish (chain.ending);
  at_test_finish (chain.queued);
  at_test_finish (chain.last);
  g_assert_cmpuint (at_test_criticals_end (), ==, 2);
  g_assert_cmpint (at_async_task_get_outcome (chain.ending), ==, AT_OUTCOME_FAILED);
  g_assert_cmpint (at_async_task_get_outcome (chain.queued), ==, AT_OUTCOME_FAILED);
  g_assert_cmpint (at_async_task_get_outcome (chain.last), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_true (at_async_task_execute_on_executor (later, AT_EXECUTOR (executor), NULL, NULL));
  at_test_finish (later);
  g_main_context_release (NULL);
  drop_last (chain.ending);
  drop_last (chain.queued);
  drop_last (chain.last);
}

/* Others */

static void
publish_in_pre_execute (AtAsyncTask *task,
                        gpointer     user_data)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
}

static void
test_published_and_refused (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (GError) error = NULL;
  AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  int n_left = 1;

  at_thread_pool_executor_shutdown (pool, FALSE);
  g_signal_connect (task, "pre-execute", G_CALLBACK (publish_in_pre_execute), NULL);
  g_object_weak_ref (G_OBJECT (task), on_gone, &n_left);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_object_unref (task);
  at_test_iterate_until (NULL, n_left == 0);
}

static void
on_executor (AtAsyncTask *task,
             GParamSpec  *pspec,
             gpointer     user_data)
{
  (*(guint *) user_data)++;
}

static void
test_executor_notifies (void)
{
  g_autoptr (AtThreadPoolExecutor) pool = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtThreadPoolExecutor) closed = at_thread_pool_executor_new (NULL, 1);
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  guint n_notifies = 0;

  at_thread_pool_executor_shutdown (closed, FALSE);
  g_signal_connect (task, "notify::executor", G_CALLBACK (on_executor), &n_notifies);
  g_assert_false (at_async_task_execute_on_executor (task, AT_EXECUTOR (closed), NULL, NULL));
  g_assert_cmpuint (n_notifies, ==, 2);
  g_assert_null (at_async_task_get_executor (task));
  g_assert_true (at_async_task_execute_on_executor (task, AT_EXECUTOR (pool), NULL, NULL));
  g_assert_true (at_async_task_get_executor (task) == AT_EXECUTOR (pool));
  g_assert_cmpuint (n_notifies, ==, 3);
  at_test_finish (task);
}

static void
test_readable_after_wait (void)
{
  g_autoptr (AtAsyncTask) succeeded = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (AtAsyncTask) failed = at_async_task_new (at_test_body_fail, NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (at_async_task_execute (succeeded, NULL, NULL));
  g_assert_true (at_async_task_wait (succeeded, -1, NULL, NULL));
  g_assert_cmpint (at_async_task_get_outcome (succeeded), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (at_async_task_get_status (succeeded), ==, AT_STATUS_RUNNING);

  g_assert_true (at_async_task_execute (failed, NULL, NULL));
  g_assert_false (at_async_task_wait (failed, -1, NULL, &error));
  g_assert_cmpint (at_async_task_get_outcome (failed), ==, AT_OUTCOME_FAILED);
  g_assert_cmpstr (at_async_task_get_error (failed)->message, ==, error->message);

  /* Until the last callback it can still be turned. */
  at_async_task_cancel (failed, FALSE);
  g_assert_cmpint (at_async_task_get_outcome (failed), ==, AT_OUTCOME_CANCELLED);
  g_assert_null (at_async_task_get_error (failed));
  at_test_finish (failed);
  at_test_finish (succeeded);
}

static void
test_wrong_thread_or_time (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_test_assert_critical (at_async_task_run (task));
  at_async_task_pause (task);
  at_test_assert_critical (g_assert_true (at_async_task_checkpoint (task, NULL)));
  at_async_task_resume (task);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
}

/* A program that is called as the library of GJS is, in a folder called so too */

static const char *program;

static void
test_called_libgjs (void)
{
  const char *argv[] = { NULL, "-p", "/elsewhere/called-libgjs/subprocess", NULL };
  g_autofree char *real = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_dir_make_tmp ("libgjs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "libgjs.so.0", NULL);
  g_autoptr (GFile) link = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  int status;

  if (real == NULL)
    {
      g_test_skip ("Needs /proc");
      return;
    }

  g_assert_true (g_file_make_symbolic_link (link, real, NULL, NULL));
  argv[0] = path;
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_spawn_check_wait_status (status, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_rmdir (folder);
}

static void
destroy_nothing (gpointer data)
{
}

static void
test_called_libgjs_child (void)
{
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, destroy_nothing);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_str_has_suffix (program, "/libgjs.so.0"));
  at_async_task_execute (task, NULL, &error);
  g_assert_no_error (error);
  at_test_finish (task);
}

int
main (int   argc,
      char *argv[])
{
  program = argv[0];
  at_test_init (&argc, &argv);
  g_test_summary ("Other threads, and contexts that come and go.");

  g_test_add_func ("/elsewhere/waiting/pool-of-two", test_pool_of_two);
  g_test_add_func ("/elsewhere/waiting/default-pool", test_default_pool);
  g_test_add_func ("/elsewhere/waiting/serial-chain-refused", test_serial_chain);
  g_test_add_func ("/elsewhere/executed/body-does-not-wait-for-the-owner", test_nobody_listens);
  g_test_add_func ("/elsewhere/executed/owner-in-wait-starts-it", test_owner_starts);
  g_test_add_func ("/elsewhere/executed/wait-begun-beside-an-iteration", test_wait_begun_beside_an_iteration);
  g_test_add_data_func ("/elsewhere/awaited/cancelled-at-once", GINT_TO_POINTER (FALSE), test_cancellable_from_afar);
  g_test_add_data_func ("/elsewhere/awaited/cancelled-before-pre-execute", GINT_TO_POINTER (TRUE), test_cancellable_from_afar);
  g_test_add_func ("/elsewhere/contexts/dropped", test_contexts_dropped);
  g_test_add_func ("/elsewhere/contexts/kept", test_context_stays);
  g_test_add_func ("/elsewhere/lent/weak-reference", test_cancellable_with_a_weak_reference);
  g_test_add_func ("/elsewhere/lent/weak-notify", test_cancellable_with_a_weak_notify);
  g_test_add_data_func ("/elsewhere/left/contexts", GINT_TO_POINTER (LEAVES_CONTEXTS), test_left_behind);
  g_test_add_data_func ("/elsewhere/left/cancellables", GINT_TO_POINTER (LEAVES_CANCELLABLES), test_left_behind);
  g_test_add_data_func ("/elsewhere/left/signals", GINT_TO_POINTER (LEAVES_SIGNALS), test_left_behind);
  g_test_add_data_func ("/elsewhere/left/name", GINT_TO_POINTER (LEAVES_NAME), test_left_behind);
  g_test_add_func ("/elsewhere/left/idle", test_left_behind_idle);
  g_test_add_func ("/elsewhere/left/inline", test_left_behind_inline);
  g_test_add_func ("/elsewhere/thread-ended/pool", test_thread_ended_pool);
  g_test_add_func ("/elsewhere/thread-ended/serial", test_thread_ended_serial);
  g_test_add_func ("/elsewhere/thread-ended/nested", test_thread_ended_nested);
  g_test_add_func ("/elsewhere/thread-ended/inline", test_thread_ended_inline);
  g_test_add_func ("/elsewhere/published-in-pre-execute-and-refused", test_published_and_refused);
  g_test_add_func ("/elsewhere/executor-notifies", test_executor_notifies);
  g_test_add_func ("/elsewhere/readable-after-wait", test_readable_after_wait);
  g_test_add_func ("/elsewhere/wrong-thread-or-time", test_wrong_thread_or_time);
  g_test_add_func ("/elsewhere/called-libgjs", test_called_libgjs);
  g_test_add_func ("/elsewhere/called-libgjs/subprocess", test_called_libgjs_child);

  return g_test_run ();
}
