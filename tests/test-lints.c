/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What does not go on, and callbacks that hold the loop, are told of, once, and nothing else
 * is. */

#include "at-test.h"

#include <string.h>

/* Where all tasks are executed that are told of: the place that is to be named. */
void lints_execute_here (AtAsyncTask *task,
                         AtExecutor  *executor);

G_GNUC_NO_INLINE void
lints_execute_here (AtAsyncTask *task,
                    AtExecutor  *executor)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute_on_executor (task, executor, NULL, &error);
  g_assert_no_error (error);
}

static AtAsyncTask *
task_new (const char *title,
          AtTaskFunc  body,
          gpointer    user_data)
{
  AtAsyncTask *task = at_async_task_new (body, user_data, NULL);

  at_async_task_set_title (task, title);

  return task;
}

/* What else waits there would be told of. */
static void
iterate_all (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
begin (AtDebugFlags flags)
{
  at_set_debug_flags (flags);
  at_test_warnings_begin ();
}

/* A body that ignores its cancel on purpose. */
static void
provoke (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  g_autofree char *warning = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  task = task_new ("On purpose", at_test_body_gate, &gate);
  at_async_task_set_main_context (task, context);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_cancel (task, TRUE);
  do
    {
      g_clear_pointer (&warning, g_free);
      at_test_time_skip (3);
      warning = at_test_warnings_wait ();
    }
  while (strstr (warning, "On purpose") == NULL);
  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_gate_clear (&gate);
}

/* Of two that are told in one look, none takes the place of the other: whoever waits for the
 * first would wait for good. */
static void
test_each_is_kept (void)
{
  begin (AT_DEBUG_NONE);
  for (int i = 0; i < 2; i++)
    g_log_structured ("AsyncTask", G_LOG_LEVEL_WARNING, "MESSAGE", "%d", i);
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *warning = at_test_warnings_wait ();

      g_assert_cmpint (warning[0] - '0', ==, i);
    }
  g_assert_cmpuint (at_test_warnings_end (NULL), ==, 2);
}

/* Nothing more is told, however long it takes: when the second of these has been told of,
 * the watcher has looked at all else for the whole of a time, and has told of it. */
static void
end (guint n_warnings)
{
  iterate_all ();
  at_test_time_skip (60);
  at_set_debug_flags (AT_DEBUG_STUCK);
  provoke ();
  provoke ();
  g_assert_cmpuint (at_test_warnings_end (NULL), ==, n_warnings + 2);
}

/* Since when something waits, or has been told to stop, is noted by another thread, which may
 * do so only after time was let pass. */
static void
skip_until_told (void)
{
  at_test_poll_until ((at_test_time_skip (1), at_test_warnings_count ()) > 0);
}

/* The one warning that there is to be. */
static void
assert_told (const char *first_word,
             ...)
{
  g_autofree char *warning = at_test_warnings_wait ();
  va_list words;

  va_start (words, first_word);
  for (const char *word = first_word; word != NULL; word = va_arg (words, const char *))
    if (strstr (warning, word) == NULL)
      g_error ("\"%s\" is not in: %s", word, warning);
  va_end (words);
  g_test_message ("%s", warning);
#if defined (__GLIBC__)
  g_assert_nonnull (strstr (warning, "; it was executed at lints_execute_here (test-lints+0x"));
#endif
}

/* A body that does not end when it is told to. */

typedef struct
{
  const char *name;
  gboolean    is_timed;
  const char *words;
} Ignored;

static const Ignored ignored[] = {
  { "cancel", FALSE, "that it was cancelled" },
  { "timeout", TRUE, "that its time is up" },
};

static void
test_ignored (gconstpointer user_data)
{
  const Ignored *which = user_data;
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  task = task_new ("Copying", at_test_body_gate, &gate);
  if (which->is_timed)
    at_async_task_set_timeout (task, 100);
  lints_execute_here (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  iterate_all ();
  if (which->is_timed)
    at_test_time_skip (100);
  else
    at_async_task_cancel (task, FALSE);
  at_test_iterate_poll_until (NULL, at_async_task_is_cancelled (task));
  iterate_all ();
  skip_until_told ();
  assert_told ("body of the task \"Copying\" (", ") has ignored for ", which->words, NULL);
  end (1);

  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_gate_clear (&gate);
}

/* One that ends is not told of, nor one that was not told to. */
static void
test_not_ignored (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtAsyncTask) ended = NULL, running = NULL;
  AtTestGate gate, other_gate;

  at_test_gate_init (&gate);
  at_test_gate_init (&other_gate);
  begin (AT_DEBUG_STUCK);
  ended = task_new ("Ended", at_test_body_gate, &gate);
  running = task_new ("Running", at_test_body_gate, &other_gate);
  at_test_execute (ended, pool);
  at_test_execute (running, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_gate_wait_arrived (&other_gate, 1);
  at_async_task_cancel (ended, TRUE);
  at_test_time_skip (2);
  at_test_gate_open (&gate);
  at_test_finish (ended);
  end (0);

  at_test_gate_open (&other_gate);
  at_test_finish (running);
  at_test_gate_clear (&gate);
  at_test_gate_clear (&other_gate);
}

static void
on_start (AtDeferredTask *task,
          const GValue   *params,
          GCancellable   *cancellable,
          gboolean       *has_started)
{
  *has_started = TRUE;
}

static void
test_deferred (void)
{
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  gboolean has_started = FALSE;

  begin (AT_DEBUG_STUCK);
  at_async_task_set_title (AT_ASYNC_TASK (task), "Asking");
  g_signal_connect (task, "start", G_CALLBACK (on_start), &has_started);
  lints_execute_here (AT_ASYNC_TASK (task), at_serial_executor_get_default ());
  at_test_iterate_until (NULL, has_started);
  at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  at_test_time_skip (3);
  assert_told ("The deferred task \"Asking\" (AtDeferredTask) was cancelled ", NULL);
  end (1);

  at_deferred_task_complete (task, NULL);
  at_test_finish (AT_ASYNC_TASK (task));
}

static void
test_deferred_completes (void)
{
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();
  gboolean has_started = FALSE;

  begin (AT_DEBUG_STUCK);
  g_signal_connect (task, "start", G_CALLBACK (on_start), &has_started);
  at_test_execute (AT_ASYNC_TASK (task), at_serial_executor_get_default ());
  at_test_iterate_until (NULL, has_started);
  at_test_time_skip (60);
  at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  at_deferred_task_complete (task, NULL);
  at_test_finish (AT_ASYNC_TASK (task));
  end (0);
}

/* A group is not what ignores that it was cancelled, but its task. */
static void
test_group (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtTaskGroup) group = at_task_group_new (AT_TASK_GROUP_ALL);
  AtAsyncTask *task;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  task = task_new ("Part", at_test_body_gate, &gate);
  at_async_task_set_executor (task, pool);
  g_assert_true (at_task_group_add (group, task, NULL));
  lints_execute_here (AT_ASYNC_TASK (group), pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_async_task_cancel (AT_ASYNC_TASK (group), TRUE);
  at_test_time_skip (3);
  assert_told ("\"Part\"", "ignored", NULL);
  end (1);

  at_test_gate_open (&gate);
  at_test_finish (AT_ASYNC_TASK (group));
  g_object_unref (task);
  at_test_gate_clear (&gate);
}

/* Callbacks that do not come. */

static AtTestGate *polled_gate;

static void
test_waiting (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = task_new ("Loading", at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) other = task_new ("Loading, too", at_test_body_succeed, NULL);
  g_autofree char *name = g_strdup_printf ("nobody iterates the main context %p", (gpointer) context);

  begin (AT_DEBUG_STUCK);
  at_async_task_set_main_context (task, context);
  at_async_task_set_main_context (other, context);
  lints_execute_here (task, at_serial_executor_get_default ());
  lints_execute_here (other, at_serial_executor_get_default ());
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  g_assert_true (at_async_task_wait (other, -1, NULL, NULL));
  skip_until_told ();
  assert_told ("Callbacks of the task \"Loading", "have waited for ", name, NULL);
  end (1);

  at_test_finish (task);
  at_test_finish (other);
}

static gboolean
body_publish_and_pass (AtAsyncTask   *task,
                       const GValue  *params,
                       GCancellable  *cancellable,
                       gpointer       user_data,
                       GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_test_gate_pass (user_data);

  return TRUE;
}

/* The values of a body that runs wait as well; that is known since the watcher has seen it. */
static void
test_waiting_values (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autofree char *warning = NULL;
  AtTestRecord record;
  AtTestGate gate;

  at_test_gate_init (&gate);
  at_test_record_init (&record);
  begin (AT_DEBUG_STUCK);
  task = task_new ("Sending", body_publish_and_pass, &gate);
  at_test_record_connect (&record, task);
  at_async_task_set_main_context (task, context);
  lints_execute_here (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  skip_until_told ();
  assert_told ("Callbacks of the task \"Sending\" (", ", or of another, have waited", "nobody iterates", NULL);
  end (1);

  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

static void
wait_for_warning (AtAsyncTask  *task,
                  const GValue *result,
                  AtAsyncTask  *other)
{
  lints_execute_here (other, at_serial_executor_get_default ());
  g_assert_true (at_async_task_wait (other, -1, NULL, NULL));
  skip_until_told ();
  assert_told ("Callbacks of the task \"Waiting\"", "nobody iterates the default main context",
               "which is in a callback (post-execute) of the task \"Blocking\"", NULL);
}

/* Who is in the way is told. */
static void
test_waiting_behind (void)
{
  g_autoptr (AtAsyncTask) task = task_new ("Blocking", at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) other = task_new ("Waiting", at_test_body_succeed, NULL);

  begin (AT_DEBUG_STUCK);
  g_signal_connect (task, "post-execute", G_CALLBACK (wait_for_warning), other);
  at_test_execute (task, at_serial_executor_get_default ());
  at_test_finish (task);
  at_test_finish (other);
  end (1);
}

static int
open_and_poll (GPollFD *fds,
               guint    n_fds,
               int      timeout)
{
  at_test_gate_open (polled_gate);

  return g_poll (fds, n_fds, timeout);
}

static void
look_at_once (AtAsyncTask  *task,
              const GValue *result,
              AtAsyncTask  *other)
{
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (NULL));
  g_autoptr (AtAsyncTask) last = task_new ("Last", at_test_body_succeed, NULL);

  /* The watcher has seen that the end of this one was taken. */
  provoke ();
  at_test_time_skip (60);

  /* When the last one runs, the other is in the mailbox; it is seen there before it has waited for long. */
  at_test_execute (other, serial);
  at_test_execute (last, serial);
  g_assert_true (at_async_task_wait (last, -1, NULL, NULL));
  provoke ();
  at_test_finish (last);
}

/* What comes during a long callback has not waited since the task ended whose callback that
 * is: the end of the body in the iteration in which it was taken, while the loop slept. */
static void
test_not_waiting_behind (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtAsyncTask) other = task_new ("Just ended", at_test_body_succeed, NULL);
  AtTestGate gate;

  at_test_gate_init (&gate);
  polled_gate = &gate;
  begin (AT_DEBUG_STUCK);
  at_test_settle (NULL, pool); /* the loop iterates its mailbox from here on */
  task = task_new ("Blocking", at_test_body_gate, &gate);
  g_signal_connect (task, "post-execute", G_CALLBACK (look_at_once), other);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  iterate_all ();
  g_main_context_set_poll_func (NULL, open_and_poll);
  at_test_finish (task);
  g_main_context_set_poll_func (NULL, NULL);
  at_test_finish (other);
  end (2);
  at_test_gate_clear (&gate);
}

/* A context that is iterated is not told of, nor one that sleeps with nothing to do. */
static void
test_not_waiting (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = task_new ("Loading", at_test_body_succeed, NULL);
  g_autoptr (AtAsyncTask) running = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  running = task_new ("Running", at_test_body_gate, &gate);
  at_test_execute (running, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (task, at_serial_executor_get_default ());
  g_assert_true (at_async_task_wait (task, -1, NULL, NULL));
  at_test_time_skip (4);
  at_test_finish (task);
  end (0);

  at_test_gate_open (&gate);
  at_test_finish (running);
  at_test_gate_clear (&gate);
}

/* Tasks that get no slot. */

static void
test_starved (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new ("disks", 2));
  AtAsyncTask *queued[3];
  g_autoptr (AtAsyncTask) blocked = NULL, other = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  blocked = task_new ("Blocked", at_test_body_gate, &gate);
  other = task_new ("Blocked, too", at_test_body_gate, &gate);
  at_test_execute (blocked, pool);
  at_test_execute (other, pool);
  at_test_gate_wait_arrived (&gate, 2);
  for (guint i = 0; i < G_N_ELEMENTS (queued); i++)
    {
      queued[i] = task_new (i == 0 ? "Oldest" : "Queued", at_test_body_succeed, NULL);
      lints_execute_here (queued[i], pool);
      at_test_time_skip (1);
    }
  at_test_time_skip (5);
  assert_told ("The task \"Oldest\" (", " has been queued for ", "AtThreadPoolExecutor \"disks\"",
               "where each body that runs (2) blocks", "\"Blocked\"", "\"Blocked, too\"", NULL);
  end (1);

  at_test_gate_open (&gate);
  at_test_finish (blocked);
  at_test_finish (other);
  for (guint i = 0; i < G_N_ELEMENTS (queued); i++)
    at_test_finish (queued[i]);
  for (guint i = 0; i < G_N_ELEMENTS (queued); i++)
    g_object_unref (queued[i]);
  at_test_gate_clear (&gate);
}

static gboolean
body_spin (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       has_to_end,
           GError       **error)
{
  while (!g_atomic_int_get ((int *) has_to_end))
    ;

  return TRUE;
}

/* One that computes goes on, and those behind it with it. */
static void
test_busy (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (2);
  g_autoptr (AtAsyncTask) blocked = NULL, busy = NULL, queued = NULL;
  int has_to_end = FALSE;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  blocked = task_new ("Blocked", at_test_body_gate, &gate);
  busy = task_new ("Busy", body_spin, &has_to_end);
  queued = task_new ("Queued", at_test_body_succeed, NULL);
  at_test_execute (blocked, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_execute (busy, pool);
  at_test_poll_until (at_async_task_get_stage (busy) == AT_STAGE_RUNNING);
  at_test_execute (queued, pool);
  end (0);

  g_atomic_int_set (&has_to_end, TRUE);
  at_test_gate_open (&gate);
  at_test_finish (blocked);
  at_test_finish (busy);
  at_test_finish (queued);
  at_test_gate_clear (&gate);
}

static gboolean
body_pass_and_check (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       gate,
                     GError       **error)
{
  at_test_gate_pass (gate);

  return at_async_task_checkpoint (task, error);
}

/* What is paused has those wait that come after it, which somebody has wanted. */
static void
test_paused (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  g_autoptr (AtAsyncTask) paused = NULL, queued = NULL;
  g_autoptr (AtAsyncTask) passing = task_new ("Passing", at_test_body_succeed, NULL);
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  paused = task_new ("Paused", body_pass_and_check, &gate);
  queued = task_new ("Queued", at_test_body_succeed, NULL);
  at_async_task_pause (paused);
  at_test_execute (paused, serial);
  at_test_execute (queued, serial);
  at_test_gate_open (&gate);
  at_test_gate_wait_arrived (&gate, 1);

  /* It has given its thread away, and is not between the gate and that. */
  at_test_execute (passing, pool);
  at_test_finish (passing);
  end (0);

  at_async_task_resume (paused);
  at_test_finish (paused);
  at_test_finish (queued);
  at_test_gate_clear (&gate);
}

/* An executor of somebody else's, with one thread that a body that waits keeps. */

typedef struct
{
  GObject      parent_instance;

  GThreadPool *threads;
} Narrow;

typedef struct
{
  GObjectClass parent_class;
} NarrowClass;

static GType narrow_get_type (void);

static void
narrow_run (gpointer data,
            gpointer user_data)
{
  AtAsyncTask *task = data;

  at_async_task_run (task);
  g_object_unref (task);
}

static gboolean
narrow_execute (AtExecutor   *executor,
                AtAsyncTask  *task,
                GError      **error)
{
  return g_thread_pool_push (((Narrow *) executor)->threads, g_object_ref (task), error);
}

static void
narrow_iface_init (AtExecutorInterface *iface)
{
  iface->execute = narrow_execute;
}

G_DEFINE_TYPE_WITH_CODE (Narrow, narrow, G_TYPE_OBJECT,
                         G_IMPLEMENT_INTERFACE (AT_TYPE_EXECUTOR, narrow_iface_init))

static void
narrow_finalize (GObject *object)
{
  g_thread_pool_free (((Narrow *) object)->threads, FALSE, TRUE);

  G_OBJECT_CLASS (narrow_parent_class)->finalize (object);
}

static void
narrow_class_init (NarrowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = narrow_finalize;
}

static void
narrow_init (Narrow *self)
{
  self->threads = g_thread_pool_new (narrow_run, NULL, 1, FALSE, NULL);
}

typedef struct
{
  AtExecutor  *executor;
  AtAsyncTask *child;
} Family;

static gboolean
body_wait_for_child (AtAsyncTask   *task,
                     const GValue  *params,
                     GCancellable  *cancellable,
                     gpointer       user_data,
                     GError       **error)
{
  Family *family = user_data;

  lints_execute_here (family->child, family->executor);
  at_async_task_wait (family->child, -1, NULL, NULL);

  return TRUE;
}

static void
test_parents (void)
{
  g_autoptr (AtExecutor) executor = g_object_new (narrow_get_type (), NULL);
  g_autoptr (AtAsyncTask) child = task_new ("Child", at_test_body_succeed, NULL);
  Family family = { executor, child };
  g_autoptr (AtAsyncTask) parent = task_new ("Parent", body_wait_for_child, &family);

  begin (AT_DEBUG_STUCK);
  at_test_execute (parent, executor);
  at_test_iterate_poll_until (NULL, at_async_task_get_stage (child) == AT_STAGE_QUEUED);
  iterate_all ();
  at_test_iterate_poll_until (NULL, (at_test_time_skip (1), at_test_warnings_count ()) > 0);
  assert_told ("The task \"Child\" (", " has been queued for ", "Narrow",
               "each body that runs (1) waits for a task that has no slot: \"Parent\"", " waits for \"Child\"", NULL);
  end (1);

  at_async_task_cancel (child, TRUE);
  at_test_finish (parent);
  at_test_finish (child);

  /* The thread comes to the child, which has ended, only now: what it does then is of this test. */
  at_test_assert_last_reference (parent);
  at_test_assert_last_reference (child);
}

/* A pool has the child run in the place of its parent. */
static void
test_parents_go_on (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) child = NULL, parent = NULL;
  AtTestGate gate;
  Family family;

  at_test_gate_init (&gate);
  begin (AT_DEBUG_STUCK);
  child = task_new ("Child", at_test_body_gate, &gate);
  family = (Family) { pool, child };
  parent = task_new ("Parent", body_wait_for_child, &family);
  at_test_execute (parent, pool);
  at_test_gate_wait_arrived (&gate, 1);
  end (0);

  at_test_gate_open (&gate);
  at_test_finish (parent);
  at_test_finish (child);
  at_test_gate_clear (&gate);
}

/* Callbacks that take long. */

static void
take_long (void)
{
  at_test_time_skip (0.2);
}

static void
take_long_twice (AtAsyncTask *task)
{
  take_long ();
  take_long ();
}

static gboolean
body_publish (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  at_async_task_publish (task, G_TYPE_INT, 1);
  at_async_task_publish (task, G_TYPE_INT, 2);

  return TRUE;
}

typedef struct
{
  const char *signal;
  AtTaskFunc  body;
  const char *name;
} Held;

static const Held held[] = {
  { "pre-execute", at_test_body_succeed, "pre-execute" },
  { "progress-update", body_publish, "progress-update" },
  { "post-execute", at_test_body_succeed, "post-execute" },
  { "failed", at_test_body_fail, "failed" },
  { "notify::outcome", at_test_body_succeed, "post-execute" },
};

static void
test_held (gconstpointer user_data)
{
  const Held *which = user_data;
  g_autoptr (AtAsyncTask) task = task_new ("Drawing", which->body, NULL);
  g_autofree char *words = g_strdup_printf ("A callback (%s) of the task \"Drawing\" (", which->name);

  begin (AT_DEBUG_SLOW);
  g_signal_connect_swapped (task, which->signal, G_CALLBACK (take_long), NULL);
  lints_execute_here (task, at_serial_executor_get_default ());
  at_test_finish (task);
  assert_told (words, "held the main loop for ", NULL);
  end (1);
}

static void
test_held_start (void)
{
  g_autoptr (AtDeferredTask) task = at_deferred_task_new ();

  begin (AT_DEBUG_SLOW);
  g_signal_connect_swapped (task, "start", G_CALLBACK (take_long), NULL);
  lints_execute_here (AT_ASYNC_TASK (task), at_serial_executor_get_default ());
  at_test_iterate_until (NULL, at_deferred_task_complete (task, NULL));
  at_test_finish (AT_ASYNC_TASK (task));
  assert_told ("A callback (start) of the task AtDeferredTask", NULL);
  end (1);
}

static gboolean
on_idle (gpointer is_over)
{
  take_long_twice (NULL);
  *(gboolean *) is_over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate_inside (AtAsyncTask *task)
{
  gboolean is_over = FALSE;

  at_test_time_skip (0.03);
  g_idle_add (on_idle, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

/* What it iterates itself goes on. */
static void
test_held_nested (void)
{
  g_autoptr (AtAsyncTask) task = task_new ("Asking", at_test_body_succeed, NULL);

  begin (AT_DEBUG_SLOW);
  g_signal_connect (task, "post-execute", G_CALLBACK (iterate_inside), NULL);
  at_test_execute (task, at_serial_executor_get_default ());
  at_test_finish (task);
  end (0);
}

static void
iterate_elsewhere (AtAsyncTask *task)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) other = task_new ("Elsewhere", at_test_body_succeed, NULL);

  at_async_task_set_main_context (other, context);
  at_test_execute (other, at_serial_executor_get_default ());
  at_test_finish (other);
  take_long ();
}

/* Another context is nothing that the loop would go on by. */
static void
test_held_elsewhere (void)
{
  g_autoptr (AtAsyncTask) task = task_new ("Drawing", at_test_body_succeed, NULL);

  begin (AT_DEBUG_SLOW);
  g_signal_connect (task, "post-execute", G_CALLBACK (iterate_elsewhere), NULL);
  lints_execute_here (task, at_serial_executor_get_default ());
  at_test_finish (task);
  assert_told ("A callback (post-execute) of the task \"Drawing\"", NULL);
  end (1);
}

/* Values that nobody hears of. */

static void
on_value (AtAsyncTask  *task,
          const GValue *value,
          gpointer      user_data)
{
}

static void
test_values_unheard (void)
{
  g_autoptr (AtAsyncTask) task = task_new ("Counting", body_publish, NULL);

  begin (AT_DEBUG_SLOW);
  lints_execute_here (task, at_serial_executor_get_default ());
  at_test_finish (task);
  assert_told ("The task \"Counting\" (", "publishes values, and nobody hears of them", NULL);
  end (1);
}

static void
test_values_heard (void)
{
  static const AtTaskCallbacks callbacks = { .progress_update = on_value };
  g_autoptr (AtAsyncTask) by_handler = task_new ("Handler", body_publish, NULL);
  g_autoptr (AtAsyncTask) by_callback = task_new ("Callback", body_publish, NULL);
  g_autoptr (AtAsyncTask) by_class = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  begin (AT_DEBUG_SLOW);
  by_class = at_test_task_new (&record, body_publish, NULL);
  g_signal_connect (by_handler, "progress-update", G_CALLBACK (on_value), NULL);
  at_async_task_set_callbacks (by_callback, &callbacks, NULL, NULL);
  at_test_execute (by_handler, at_serial_executor_get_default ());
  at_test_execute (by_callback, at_serial_executor_get_default ());
  at_test_execute (by_class, at_serial_executor_get_default ());
  at_test_finish (by_handler);
  at_test_finish (by_callback);
  at_test_finish (by_class);
  end (0);
  g_clear_object (&by_class);
  at_test_record_clear (&record);
}

/* What is asked for. */

static gboolean
has_watcher (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  gboolean found = FALSE;
  const char *id;

  while (tasks != NULL && !found && (id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", id);
      g_autofree char *name = NULL;

      found = g_file_get_contents (path, &name, NULL, NULL) && strcmp (name, "at-lint\n") == 0;
    }

  return found;
}

/* There is a watcher while there is something to watch, and somebody wants it. */
static void
test_off (void)
{
  g_autoptr (AtExecutor) pool = at_test_pool_new (1);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestGate gate;

  if (!g_file_test ("/proc/self/task", G_FILE_TEST_IS_DIR))
    {
      g_test_skip ("The threads of this process cannot be seen");
      return;
    }

  at_test_gate_init (&gate);
  at_set_debug_flags (AT_DEBUG_STUCK);
  task = task_new ("Watched", at_test_body_gate, &gate);
  at_test_execute (task, pool);
  at_test_gate_wait_arrived (&gate, 1);
  at_test_poll_until (has_watcher ());
  at_async_task_cancel (task, TRUE);
  at_set_debug_flags (AT_DEBUG_NONE);
  at_test_poll_until (!has_watcher ());

  /* What it was told is forgotten. */
  at_set_debug_flags (AT_DEBUG_STUCK);
  at_test_time_skip (60);
  g_assert_false (has_watcher ());
  at_test_gate_open (&gate);
  at_test_finish (task);
  at_test_gate_clear (&gate);

  g_clear_object (&task);
  task = task_new ("Short", at_test_body_succeed, NULL);
  at_test_execute (task, pool);
  at_test_finish (task);
  at_test_poll_until (!has_watcher ());
  at_set_debug_flags (AT_DEBUG_NONE);
}

typedef struct
{
  const char   *value;
  AtDebugFlags  flags;
  const char   *output;
} Variable;

static const Variable variables[] = {
  { "", AT_DEBUG_NONE, NULL },
  { "slow", AT_DEBUG_SLOW, NULL },
  { "slow,stuck", AT_DEBUG_SLOW | AT_DEBUG_STUCK, NULL },
  { "STUCK", AT_DEBUG_STUCK, NULL },
  { "all", AT_DEBUG_SLOW | AT_DEBUG_STUCK, NULL },
  { "fatal", AT_DEBUG_SLOW | AT_DEBUG_STUCK | AT_DEBUG_FATAL, NULL },
  { "slow:fatal", AT_DEBUG_SLOW | AT_DEBUG_FATAL, NULL },
  { "help", AT_DEBUG_NONE, "*slow*stuck*all*fatal*help*" },
  { "help,stuck", AT_DEBUG_STUCK, "*slow*stuck*all*fatal*help*" },
  { "sluw,stuck", AT_DEBUG_STUCK, "ASYNCTASK_DEBUG: there is no \"sluw\"; \"help\" tells what there is\n" },
};

static AtDebugFlags flags_found;

static void
test_variable (gconstpointer user_data)
{
  const Variable *which = user_data;

  if (g_test_subprocess ())
    {
      g_assert_cmphex (flags_found, ==, which->flags);

      /* Read once. */
      g_setenv ("ASYNCTASK_DEBUG", "slow,fatal", TRUE);
      at_set_debug_flags (AT_DEBUG_STUCK);
      g_assert_cmphex (at_get_debug_flags (), ==, AT_DEBUG_STUCK);
      return;
    }

  g_setenv ("ASYNCTASK_DEBUG", which->value, TRUE);
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_unsetenv ("ASYNCTASK_DEBUG");
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr (which->output != NULL ? which->output : "");
}

static void
test_wrong_flags (void)
{
  at_set_debug_flags (AT_DEBUG_SLOW);
  at_test_assert_critical (at_set_debug_flags (1 << 16));
  g_assert_cmphex (at_get_debug_flags (), ==, AT_DEBUG_SLOW);
  at_set_debug_flags (AT_DEBUG_NONE);
}

static void
test_fatal (void)
{
  if (g_test_subprocess ())
    {
      begin (AT_DEBUG_STUCK | AT_DEBUG_FATAL);
      provoke ();
      at_test_poll_until (FALSE);
    }

  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

static void
test_fatal_unheard (void)
{
  if (g_test_subprocess ())
    {
      AtAsyncTask *task = task_new ("Copying", at_test_body_fail, NULL);

      begin (AT_DEBUG_FATAL);
      at_test_execute (task, at_serial_executor_get_default ());
      at_test_iterate_until (NULL, at_async_task_get_status (task) == AT_STATUS_FINISHED);
      g_print ("Still there\n");
      g_object_unref (task);
      g_print ("Never there\n");
      return;
    }

  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stdout ("*Still there*");
  g_test_trap_assert_stdout_unmatched ("*Never there*");
}

int
main (int   argc,
      char *argv[])
{
  flags_found = at_get_debug_flags ();
  at_test_init (&argc, &argv);
  g_test_summary ("What does not go on, and callbacks that hold the loop, are told of, once, and nothing else is.");
  at_test_time_own ();

  for (guint i = 0; i < G_N_ELEMENTS (ignored); i++)
    {
      g_autofree char *path = g_strconcat ("/lints/ignored/", ignored[i].name, NULL);

      g_test_add_data_func (path, &ignored[i], test_ignored);
    }
  g_test_add_func ("/lints/each-is-kept", test_each_is_kept);
  g_test_add_func ("/lints/not-ignored", test_not_ignored);
  g_test_add_func ("/lints/deferred", test_deferred);
  g_test_add_func ("/lints/deferred-completes", test_deferred_completes);
  g_test_add_func ("/lints/group", test_group);
  g_test_add_func ("/lints/waiting", test_waiting);
  g_test_add_func ("/lints/waiting-values", test_waiting_values);
  g_test_add_func ("/lints/waiting-behind", test_waiting_behind);
  g_test_add_func ("/lints/not-waiting-behind", test_not_waiting_behind);
  g_test_add_func ("/lints/not-waiting", test_not_waiting);
  g_test_add_func ("/lints/starved", test_starved);
  g_test_add_func ("/lints/busy", test_busy);
  g_test_add_func ("/lints/paused", test_paused);
  g_test_add_func ("/lints/parents", test_parents);
  g_test_add_func ("/lints/parents-go-on", test_parents_go_on);
  for (guint i = 0; i < G_N_ELEMENTS (held); i++)
    {
      g_autofree char *path = g_strconcat ("/lints/held/", held[i].signal, NULL);

      g_test_add_data_func (path, &held[i], test_held);
    }
  g_test_add_func ("/lints/held/start", test_held_start);
  g_test_add_func ("/lints/held-nested", test_held_nested);
  g_test_add_func ("/lints/held-elsewhere", test_held_elsewhere);
  g_test_add_func ("/lints/values-unheard", test_values_unheard);
  g_test_add_func ("/lints/values-heard", test_values_heard);
  g_test_add_func ("/lints/off", test_off);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      g_autofree char *path = g_strdup_printf ("/lints/variable/%u", i);

      g_test_add_data_func (path, &variables[i], test_variable);
    }
  g_test_add_func ("/lints/wrong-flags", test_wrong_flags);
  g_test_add_func ("/lints/fatal", test_fatal);
  g_test_add_func ("/lints/fatal-unheard", test_fatal_unheard);

  return g_test_run ();
}
