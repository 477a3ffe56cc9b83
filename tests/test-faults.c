/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "at-test.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef HAVE_VALGRIND
# include <valgrind/valgrind.h>
#else
# define RUNNING_ON_VALGRIND 0
#endif

/* What is made to fail, what has to come of it, and where that is tested: here, where
 * no file is named.
 *
 *   no thread can be started    execute() says REJECTED and the task can be executed
 *                               later; what a living thread can run runs; nothing
 *                               piles up; the script task's processes are ended   threads/…
 *   no memory for a buffer      an error, and the file that was there stays       memory/…
 *   no descriptor               an error or slower, never an abort                descriptors/…
 *     for a script              the same                            test-script-task.c
 *   a callback that
 *     runs a nested loop, drops the last reference, cancels, pauses,
 *     disposes of the owner, or of the task                                       callback/…
 *     destroys the context                             test-delivery.c, test-lifetime.c
 *     throws                                          bindings/test_python_faults.py
 *   a body that throws                                bindings/test_python_override.py
 *   a context destroyed with mail pending              test-delivery.c, test-lifetime.c
 *   an executor shut down with work in it, or dropped  test-thread-pool-executor.c
 *   fork() without exec()       the child ends, and the parent does not notice    fork/…
 *   the program ends, by whatever thread, while bodies run, are queued, paused or
 *     waited for, or mail is on its way: it ends, with its exit status            exit/…
 *   the program dies under a script or a command       test-script-task.c
 *   streams that fail, lie or block                    test-transfer-task.c
 */

/* Failing threads. */

static gint n_threads_left = -1; /* that can be started, atomic; -1: any number */
static gint n_failed;    /* atomic */

/* In place of the C library's, for GLib too, as symbols of the program come first. */
G_MODULE_EXPORT int
pthread_create (pthread_t            *thread,
                const pthread_attr_t *attr,
                void               *(*start) (void *),
                void                 *data)
{
  static int (* real) (pthread_t *, const pthread_attr_t *, void *(*) (void *), void *);
  gint left;

  if (g_atomic_pointer_get (&real) == NULL)
    {
      void *symbol = dlsym (RTLD_NEXT, "pthread_create");

      g_assert_nonnull (symbol);
      g_atomic_pointer_set (&real, symbol);
    }

  do
    {
      left = g_atomic_int_get (&n_threads_left);
      if (left == 0)
        {
          g_atomic_int_inc (&n_failed);
          return EAGAIN;
        }
    }
  while (left > 0 && !g_atomic_int_compare_and_exchange (&n_threads_left, left, left - 1));

  return real (thread, attr, start, data);
}

/* Those that wait for work in a pool; not what GLib starts them with. */
static guint
count_pool_threads (void)
{
  g_autoptr (GDir) tasks = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint n = 0;

  while ((id = g_dir_read_name (tasks)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", id);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL) &&
          g_str_has_prefix (name, "pool-") && !g_str_has_prefix (name, "pool-spawner"))
        n++;
    }

  return n;
}

/* There is no thread that could do anything for anybody, and @n more can be had. */
static void
begin_failing (gint n)
{
  /* The first one ever looks whether there are any, with one that is gone at once. */
  if (n > 0)
    at_test_settle (NULL, AT_EXECUTOR (at_thread_pool_executor_get_default ()));
  g_thread_pool_set_max_unused_threads (0);
  at_test_poll_until ((g_thread_pool_stop_unused_threads (), count_pool_threads () == 0));
  g_atomic_int_set (&n_failed, 0);
  g_atomic_int_set (&n_threads_left, n);
}

static void
end_failing (void)
{
  g_atomic_int_set (&n_threads_left, -1);
  g_thread_pool_set_max_unused_threads (8);
}

static void
assert_refused (AtAsyncTask *task)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (at_async_task_execute (task, NULL, &error));
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  g_assert_cmpint (at_async_task_get_status (task), ==, AT_STATUS_PENDING);
}

/* @data is NULL, or something to make the target of a serial executor. */
static void
test_no_thread (gconstpointer data)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 3));
  g_autoptr (AtExecutor) executor = data != NULL
    ? AT_EXECUTOR (at_serial_executor_new (pool))
    : g_object_ref (pool);
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  task = at_test_task_new (&record, at_test_body_succeed, NULL);
  at_async_task_set_executor (task, executor);

  begin_failing (0);
  for (guint i = 0; i < 100; i++)
    assert_refused (task);
  g_assert_cmpint (g_atomic_int_get (&n_failed), >, 0);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_BODY), ==, 0);
  end_failing ();

  /* What was refused is in no queue; and the next one is taken. */
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_POST), ==, 1);

  g_clear_object (&task);
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
}

static void
on_refused (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  GError **error = user_data;

  g_assert_null (at_async_task_execute_finish (AT_ASYNC_TASK (source), result, error));
}

static void
test_no_thread_awaited (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 3));
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);
  g_autoptr (GError) error = NULL;

  at_async_task_set_executor (task, pool);
  begin_failing (0);
  at_async_task_execute_async (task, NULL, NULL, on_refused, &error);
  at_test_iterate_until (NULL, error != NULL);
  end_failing ();
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
}

static void
test_no_thread_runnable (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 3));
  g_autoptr (GError) error = NULL;

  at_async_task_set_default_executor (pool);
  at_test_count_made (&count);
  begin_failing (0);
  g_assert_false (at_async_task_execute_runnable (at_test_body_succeed, &count, at_test_count_freed, &error));
  end_failing ();
  at_async_task_set_default_executor (NULL);
  g_assert_error (error, AT_TASK_ERROR, AT_TASK_ERROR_REJECTED);
  at_test_count_assert_all_freed (&count, 1);
}

/* Any thread. A weak pointer is not for one that another thread looks at. */
static void
on_gone (gpointer  user_data,
         GObject  *where)
{
  g_atomic_int_set ((gint *) user_data, TRUE);
}

/* A thread that is there runs what comes, and what could not be had meanwhile is not
 * asked for a thousand times over: each time would keep the executor, and cost a
 * thread, later. */
static void
test_one_thread (void)
{
  const guint n = 1000;
  AtExecutor *pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 8));
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (AtAsyncTask) first = NULL;
  AtTestGate gate;
  gint is_gone = FALSE;

  at_test_gate_init (&gate);
  begin_failing (1);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, pool, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  for (guint i = 0; i < n; i++)
    {
      AtAsyncTask *task = at_async_task_new (at_test_body_succeed, NULL, NULL);

      g_ptr_array_add (tasks, task);
      g_assert_true (at_async_task_execute_on_executor (task, pool, NULL, NULL));
    }
  g_assert_cmpint (g_atomic_int_get (&n_failed), >, 0);

  at_test_gate_open (&gate);
  for (guint i = 0; i < n; i++)
    at_test_finish (g_ptr_array_index (tasks, i));
  at_test_finish (first);
  g_ptr_array_set_size (tasks, 0);
  g_clear_object (&first);

  /* Ours, that of the one request, and those of three threads: GLib may have kept two
   * from the tests before. */
  g_assert_cmpuint (g_atomic_int_get ((gint *) &G_OBJECT (pool)->ref_count), <=, 5);
  end_failing ();

  g_object_weak_ref (G_OBJECT (pool), on_gone, &is_gone);
  g_object_unref (pool);
  at_test_poll_until (g_atomic_int_get (&is_gone));
  at_test_gate_clear (&gate);
}

/* Threads that are to be had again are used again. */
static void
test_thread_again (void)
{
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 2));
  g_autoptr (AtAsyncTask) first = NULL, second = NULL, third = NULL;
  AtTestGate gate;

  at_test_gate_init (&gate);
  begin_failing (1);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, pool, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  second = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (second, pool, NULL, NULL));
  end_failing ();

  /* The request for a thread is still there; who comes next has it tried again. */
  third = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (third, pool, NULL, NULL));
  at_test_gate_wait_arrived (&gate, 2);

  at_test_gate_open (&gate);
  at_test_finish (first);
  at_test_finish (second);
  at_test_finish (third);
  at_test_gate_clear (&gate);
}

/* Wherever it is that the threads run out: each task is refused, or ends. */
static void
test_nth_thread (void)
{
  for (gint n = 0; n < 6; n++)
    {
      g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 4));
      g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
      AtExecutor *executors[] = { pool, serial, AT_EXECUTOR (at_thread_pool_executor_get_default ()) };
      AtAsyncTask *tasks[60];
      guint n_accepted = 0;

      begin_failing (n);
      for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
        {
          tasks[i] = at_async_task_new (at_test_body_succeed, NULL, NULL);
          n_accepted += at_async_task_execute_on_executor (tasks[i], executors[i % 3], NULL, NULL);
        }
      for (guint i = 0; i < G_N_ELEMENTS (tasks); i++)
        {
          if (at_async_task_get_status (tasks[i]) != AT_STATUS_PENDING)
            {
              at_test_finish (tasks[i]);
              g_assert_cmpint (at_async_task_get_outcome (tasks[i]), ==, AT_OUTCOME_SUCCEEDED);
              n_accepted--;
            }
          g_object_unref (tasks[i]);
        }
      g_assert_cmpuint (n_accepted, ==, 0);
      end_failing ();
    }
}

/* The keeper of idle processes is a thread, too. */
static void
test_script_without_keeper (void)
{
  g_autofree char *python = g_find_program_in_path ("python3");
  g_autofree char *module = g_test_build_filename (G_TEST_DIST, "script", "functions.py", NULL);
  g_autoptr (AtAsyncTask) task = NULL;
  g_autoptr (AtExecutor) inliner = AT_EXECUTOR (at_inline_executor_new ());
  g_auto (GValue) params = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  int status;

  if (python == NULL)
    {
      g_test_skip ("There is no python3");
      return;
    }

  g_value_init (&params, G_TYPE_VARIANT);
  g_value_set_variant (&params, g_variant_new_int64 (5));
  begin_failing (0);
  task = AT_ASYNC_TASK (at_script_task_new (module, "echo"));
  g_assert_true (at_async_task_execute_on_executor (task, inliner, &params, &error));
  g_assert_no_error (error);
  at_test_finish (task);
  g_assert_cmpint (g_atomic_int_get (&n_failed), ==, 1);
  end_failing ();

  g_assert_cmpint (at_async_task_get_outcome (task), ==, AT_OUTCOME_SUCCEEDED);
  /* Its process is not kept, but gone, and reaped. */
  g_assert_cmpint (waitpid (-1, &status, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
}

/* Memory. */

/* ThreadSanitizer and AddressSanitizer map whatever they like and have a limit of
 * their own in place of that of the process. */
G_MODULE_EXPORT const char *__asan_default_options (void);
G_MODULE_EXPORT const char *__tsan_default_options (void);

#define LIMIT_MB 32
#define LIMITS   "allocator_may_return_null=1:max_allocation_size_mb=" G_STRINGIFY (LIMIT_MB)

const char *
__asan_default_options (void)
{
  return LIMITS;
}

const char *
__tsan_default_options (void)
{
  return LIMITS;
}

static gboolean
is_sanitized (void)
{
  return dlsym (RTLD_DEFAULT, "__asan_init") != NULL || dlsym (RTLD_DEFAULT, "__tsan_init") != NULL;
}

static void
test_buffer (void)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data ("new", 3, NULL);
  g_autoptr (GFileIOStream) io = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileOutputStream) sink = NULL;
  g_autoptr (AtTransferTask) task = NULL;
  g_autoptr (AtExecutor) inliner = AT_EXECUTOR (at_inline_executor_new ());
  g_autofree char *text = NULL;
  g_autofree char *pages = NULL;
  GParamSpec *pspec;
  g_autoptr (GError) error = NULL;
  struct rlimit before, little;

  if (RUNNING_ON_VALGRIND)
    {
      g_test_skip ("valgrind has memory of its own");
      return;
    }

  file = g_file_new_tmp ("faults-XXXXXX", &io, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_replace_contents (file, "old", 3, NULL, FALSE, 0, NULL, NULL, NULL));
  sink = g_file_replace (file, NULL, FALSE, 0, NULL, &error);
  g_assert_no_error (error);

  task = at_transfer_task_new (source, G_OUTPUT_STREAM (sink), 0);
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (task), "buffer-size");
  at_transfer_task_set_buffer_size (task, G_PARAM_SPEC_UINT (pspec)->maximum);
  g_assert_cmpuint (G_PARAM_SPEC_UINT (pspec)->maximum, >, LIMIT_MB << 20);
  getrlimit (RLIMIT_AS, &before);
  if (!is_sanitized ())
    {
      g_assert_true (g_file_get_contents ("/proc/self/statm", &pages, NULL, NULL));
      little = before;
      little.rlim_cur = g_ascii_strtoull (pages, NULL, 10) * sysconf (_SC_PAGESIZE) + (LIMIT_MB << 20);
      setrlimit (RLIMIT_AS, &little);
    }
  /* A thread would have a stack of its own. */
  g_assert_true (at_async_task_execute_on_executor (AT_ASYNC_TASK (task), inliner, NULL, NULL));
  g_assert_false (at_async_task_wait (AT_ASYNC_TASK (task), -1, NULL, &error));
  setrlimit (RLIMIT_AS, &before);
  at_test_finish (AT_ASYNC_TASK (task));

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "memory"));
  g_assert_true (g_file_load_contents (file, NULL, &text, NULL, NULL, NULL));
  g_assert_cmpstr (text, ==, "old");
  g_file_delete (file, NULL, NULL);
}

/* Descriptors. */

typedef struct
{
  struct rlimit before;
  GArray       *fillers;
} Shortage;

static guint
count_fds (void)
{
  guint n = 0;

  for (int fd = 0; fd < 256; fd++)
    n += fcntl (fd, F_GETFD) != -1;

  return n;
}

/* Leaves @n_left descriptors. The limit is not below the number of any that is open,
 * with which not even poll() could do anything. */
static void
begin_shortage (Shortage *self,
                guint     n_left)
{
  struct rlimit few;
  int fd;

  self->fillers = g_array_new (FALSE, FALSE, sizeof fd);
  getrlimit (RLIMIT_NOFILE, &self->before);
  few = self->before;
  few.rlim_cur = 256;
  setrlimit (RLIMIT_NOFILE, &few);
  while ((fd = dup (0)) >= 0)
    g_array_append_val (self->fillers, fd);
  g_assert_cmpint (errno, ==, EMFILE);
  for (guint i = 0; i < n_left; i++)
    close (g_array_index (self->fillers, int, i));
  g_array_remove_range (self->fillers, 0, n_left);
}

static void
end_shortage (Shortage *self)
{
  for (guint i = 0; i < self->fillers->len; i++)
    close (g_array_index (self->fillers, int, i));
  g_array_unref (self->fillers);
  setrlimit (RLIMIT_NOFILE, &self->before);
}

/* A context that there is no eventfd for is woken all the same. */
static void
test_fds_for_mailbox (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = NULL;
  AtTestRecord record;
  AtTestGate gate;
  Shortage shortage;

  at_test_record_init (&record);
  at_test_gate_init (&gate);
  at_test_gate_open (&gate);
  begin_shortage (&shortage, 0);
  task = at_test_task_new (&record, at_test_body_gate, &gate);
  at_async_task_set_main_context (task, context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (AtAsyncTask) other = at_async_task_new (at_test_body_succeed, NULL, NULL);

      at_async_task_set_main_context (other, context);
      g_assert_true (at_async_task_execute (other, NULL, NULL));
      at_test_finish (other);
    }
  at_test_finish (task);
  end_shortage (&shortage);

  g_clear_object (&task);
  at_test_record_assert_finalized (&record);
  at_test_record_clear (&record);
  at_test_gate_clear (&gate);
}

/* With one descriptor more each time, until there are enough. */
static void
test_fds_for_command (void)
{
  const char *argv[] = { "true", NULL };
  gboolean has_succeeded = FALSE;
  guint n_fds, n;

  /* What GLib opens once and for all. */
  at_test_settle (NULL, AT_EXECUTOR (at_thread_pool_executor_get_default ()));
  n_fds = count_fds ();
  for (n = 0; !has_succeeded; n++)
    {
      g_autoptr (AtSubprocessTask) task = at_subprocess_task_new (argv);
      Shortage shortage;

      g_assert_cmpuint (n, <, 50);
      begin_shortage (&shortage, n);
      g_assert_true (at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL));
      at_test_finish (AT_ASYNC_TASK (task));
      end_shortage (&shortage);

      has_succeeded = at_async_task_get_outcome (AT_ASYNC_TASK (task)) == AT_OUTCOME_SUCCEEDED;
      g_assert_true (has_succeeded || at_async_task_get_error (AT_ASYNC_TASK (task)) != NULL);
      g_assert_cmpuint (count_fds (), ==, n_fds);
    }
  g_assert_cmpuint (n, >, 3);
}

/* A stream that would block, a few times, and cannot say when it would not. */

#define BLOCKING_TYPE_STREAM (blocking_stream_get_type ())
G_DECLARE_FINAL_TYPE (BlockingStream, blocking_stream, BLOCKING, STREAM, GInputStream)

struct _BlockingStream
{
  GInputStream parent_instance;
  guint        n_calls;
};

G_DEFINE_FINAL_TYPE (BlockingStream, blocking_stream, G_TYPE_INPUT_STREAM)

static gssize
blocking_stream_read (GInputStream  *stream,
                      void          *buffer,
                      gsize          count,
                      GCancellable  *cancellable,
                      GError       **error)
{
  BlockingStream *self = BLOCKING_STREAM (stream);

  switch (self->n_calls++)
    {
    case 0:
    case 1:
    case 2:
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not yet");
      return -1;
    case 3:
      memcpy (buffer, "data", 4);
      return 4;
    default:
      return 0;
    }
}

static void
blocking_stream_class_init (BlockingStreamClass *klass)
{
  G_INPUT_STREAM_CLASS (klass)->read_fn = blocking_stream_read;
}

static void
blocking_stream_init (BlockingStream *self)
{
}

static void
test_fds_for_transfer (void)
{
  for (guint n = 0; n < 3; n++)
    {
      g_autoptr (GInputStream) source = g_object_new (BLOCKING_TYPE_STREAM, NULL);
      g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
      g_autoptr (AtTransferTask) task = at_transfer_task_new (source, sink, 4);
      Shortage shortage;

      begin_shortage (&shortage, n);
      g_assert_true (at_async_task_execute (AT_ASYNC_TASK (task), NULL, NULL));
      at_test_finish (AT_ASYNC_TASK (task));
      end_shortage (&shortage);
      g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_SUCCEEDED);
      g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (sink)), ==, 4);
    }
}

/* Callbacks that do what they should not have to be told not to do. */

typedef enum
{
  DEED_NESTED_LOOP,
  DEED_DROP_LAST_REFERENCE,
  DEED_CANCEL,
  DEED_CANCEL_NESTED,
  DEED_PAUSE,
  DEED_DISPOSE_OWNER,
  DEED_DISPOSE_TASK,
  N_DEEDS
} Deed;

static const char * const deed_names[N_DEEDS] = {
  "nested-loop", "drop-last-reference", "cancel", "cancel-and-nested-loop", "pause", "dispose-owner", "dispose-task",
};

/* Beside the events that a record knows. */
enum
{
  PLACE_STATUS = AT_TEST_N_EVENTS,
  PLACE_FRACTION,
  PLACE_OUTCOME,
  N_PLACES
};

static const char * const place_names[N_PLACES] = {
  "pre", NULL, "progress", "post", "cancelled", "failed", "notify-status", "notify-fraction", "notify-outcome",
};

typedef struct
{
  guint         place;
  Deed          deed;
  GMainContext *context;
  AtAsyncTask  *task; /* the only reference but those of the library */
  GObject      *owner;
  guint         n_done;
  gboolean      has_resumed;
} Scene;

static gboolean
resume_cb (gpointer user_data)
{
  Scene *scene = user_data;

  scene->has_resumed = TRUE;
  if (scene->task != NULL)
    at_async_task_resume (scene->task);

  return G_SOURCE_REMOVE;
}

static void
do_deed (AtAsyncTask *task,
         Scene       *scene)
{
  g_autoptr (GSource) source = NULL;

  if (scene->n_done++ > 0)
    return;

  switch (scene->deed)
    {
    case DEED_DROP_LAST_REFERENCE:
      g_clear_object (&scene->task);
      break;
    case DEED_CANCEL:
      at_async_task_cancel (task, TRUE);
      break;
    case DEED_CANCEL_NESTED:
      at_async_task_cancel (task, FALSE);
      G_GNUC_FALLTHROUGH;
    case DEED_NESTED_LOOP:
      /* Other work comes and goes meanwhile, and what is behind this task, too. */
      for (guint i = 0; i < 3; i++)
        at_test_settle (scene->context, AT_EXECUTOR (at_thread_pool_executor_get_default ()));
      break;
    case DEED_PAUSE:
      at_async_task_pause (task);
      source = g_idle_source_new ();
      g_source_set_callback (source, resume_cb, scene, NULL);
      g_source_attach (source, scene->context);
      break;
    case DEED_DISPOSE_OWNER:
      g_object_run_dispose (scene->owner);
      g_clear_object (&scene->owner);
      break;
    case DEED_DISPOSE_TASK:
      g_object_run_dispose (G_OBJECT (task));
      break;
    case N_DEEDS:
    default:
      g_assert_not_reached ();
    }
}

static void
on_event (AtAsyncTask   *task,
          AtTestEvent    event,
          gconstpointer  payload,
          gpointer       user_data)
{
  Scene *scene = user_data;

  if (event == scene->place)
    do_deed (task, scene);
}

static void
on_property (AtAsyncTask *task,
             GParamSpec  *pspec,
             Scene       *scene)
{
  do_deed (task, scene);
}

static gboolean
body_of_scene (AtAsyncTask   *task,
               const GValue  *params,
               GCancellable  *cancellable,
               gpointer       user_data,
               GError       **error)
{
  Scene *scene = user_data;

  for (guint i = 1; i <= 3; i++)
    {
      at_async_task_publish (task, G_TYPE_UINT, i);
      at_async_task_set_fraction (task, i / 4.);
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
    }

  if (scene->place == AT_TEST_EVENT_FAILED)
    return at_test_body_fail (task, params, cancellable, NULL, error);

  return at_async_task_return (task, G_TYPE_UINT, 3);
}

static void
play (Scene        *scene,
      AtTestRecord *record,
      AtExecutor   *executor)
{
  g_autoptr (GObject) owner = g_object_new (G_TYPE_OBJECT, NULL);
  guint n_last, n_bodies;

  scene->owner = g_object_ref (owner);
  scene->n_done = 0;
  scene->has_resumed = FALSE;
  record->hook = on_event;
  record->hook_data = scene;
  scene->task = at_test_task_new (record, body_of_scene, scene);
  at_async_task_set_main_context (scene->task, scene->context);
  at_async_task_set_owner (scene->task, owner);
  g_clear_object (&owner);
  if (scene->place == PLACE_STATUS)
    g_signal_connect (scene->task, "notify::status", G_CALLBACK (on_property), scene);
  else if (scene->place == PLACE_FRACTION)
    g_signal_connect (scene->task, "notify::fraction", G_CALLBACK (on_property), scene);
  else if (scene->place == PLACE_OUTCOME)
    g_signal_connect (scene->task, "notify::outcome", G_CALLBACK (on_property), scene);

  g_assert_true (at_async_task_execute_on_executor (scene->task, executor, NULL, NULL));
  if (scene->place == AT_TEST_EVENT_CANCELLED && scene->task != NULL)
    at_async_task_cancel (scene->task, FALSE);

  /* One that is dropped is let go when it has ended, or found that nobody is left. */
  if (scene->task != NULL && scene->deed != DEED_DROP_LAST_REFERENCE)
    at_test_iterate_until (scene->context, at_async_task_get_status (scene->task) == AT_STATUS_FINISHED);
  if (scene->deed == DEED_PAUSE)
    at_test_iterate_until (scene->context, scene->has_resumed || scene->n_done == 0);
  if (scene->deed == DEED_DROP_LAST_REFERENCE)
    at_test_iterate_until (scene->context, scene->task == NULL && at_test_record_get_n_finalized (record) == 1);
  g_clear_object (&scene->task);
  at_test_iterate_poll_until (scene->context, at_test_record_get_n_finalized (record) == 1);
  g_clear_object (&scene->owner);

  n_last = at_test_record_get_n_last (record);
  n_bodies = at_test_record_get_count (record, AT_TEST_EVENT_BODY);
  g_assert_cmpuint (scene->n_done, >=, 1);
  g_assert_cmpuint (n_bodies, <=, 1);
  at_test_record_assert_finalized (record);
  at_test_record_assert_threads (record);

  if (scene->deed == DEED_DISPOSE_OWNER &&
      scene->place != AT_TEST_EVENT_POST && scene->place != AT_TEST_EVENT_FAILED &&
      scene->place != AT_TEST_EVENT_CANCELLED)
    g_assert_cmpuint (n_last, ==, 0);
  else
    g_assert_cmpuint (n_last, ==, 1);

  /* Before the last callback has begun it is not too late. */
  if ((scene->deed == DEED_CANCEL || scene->deed == DEED_CANCEL_NESTED) &&
      (scene->place == AT_TEST_EVENT_PRE || scene->place == AT_TEST_EVENT_PROGRESS ||
       scene->place == PLACE_STATUS || scene->place == PLACE_FRACTION))
    g_assert_cmpuint (at_test_record_get_count (record, AT_TEST_EVENT_CANCELLED), ==, 1);
  if ((scene->deed == DEED_CANCEL || scene->deed == DEED_CANCEL_NESTED) && scene->place == AT_TEST_EVENT_PRE)
    g_assert_cmpuint (n_bodies, ==, 0);
}

static void
test_callback (gconstpointer data)
{
  guint place = GPOINTER_TO_UINT (data) / N_DEEDS;
  g_autoptr (GMainContext) own_context = g_main_context_new ();
  g_autoptr (AtExecutor) inliner = AT_EXECUTOR (at_inline_executor_new ());
  g_autoptr (AtExecutor) pool = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 2));
  g_autoptr (AtExecutor) serial = AT_EXECUTOR (at_serial_executor_new (pool));
  AtExecutor *executors[] = { pool, serial, inliner };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (executors); i++)
    {
      Scene scene = { place, GPOINTER_TO_UINT (data) % N_DEEDS, i % 2 != 0 ? own_context : NULL, NULL, NULL, 0, FALSE };
      AtTestRecord record;

      /* Where the body runs in this thread, nobody comes to resume it. */
      if (scene.deed == DEED_PAUSE && executors[i / 2] == inliner)
        continue;

      at_test_record_init (&record);
      play (&scene, &record, executors[i / 2]);
      at_test_record_clear (&record);
    }
}

/* A program in full swing. */

typedef struct
{
  AtExecutor *pool;
  AtExecutor *narrow;
  AtExecutor *serial;
  GPtrArray  *tasks;
  AtTestGate  gate;
} Bustle;

static gboolean
body_busy (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  for (guint i = 0; ; i++)
    {
      at_async_task_publish (task, G_TYPE_UINT, i);
      at_async_task_set_amounts (task, i, G_MAXUINT);
      if (!at_async_task_checkpoint (task, error))
        return FALSE;
      /* What is published waits for an owner who does not come. */
      if (i > 1000)
        g_usleep (100);
    }
}

static gpointer
wait_thread (gpointer data)
{
  g_autoptr (AtAsyncTask) task = data;

  at_async_task_wait (task, -1, NULL, NULL);

  return NULL;
}

static void
add_waiter (AtAsyncTask *task)
{
  g_thread_unref (g_thread_new ("waiter", wait_thread, g_object_ref (task)));
}

static void
add (Bustle     *self,
     AtExecutor *executor,
     AtTaskFunc  body,
     gpointer    data)
{
  AtAsyncTask *task = at_async_task_new (body, data, NULL);

  g_ptr_array_add (self->tasks, task);
  g_assert_true (at_async_task_execute_on_executor (task, executor, NULL, NULL));
}

static Bustle *
bustle_new (void)
{
  Bustle *self = g_new0 (Bustle, 1);
  /* A command outlives the program, unless it looks. */
  const char *argv[] = { "sh", "-c", "while kill -0 $PPID 2>/dev/null; do sleep 0.1; done", NULL };
  AtAsyncTask *command;

  self->pool = AT_EXECUTOR (at_thread_pool_executor_new ("bustle", 8));
  self->narrow = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1));
  self->serial = AT_EXECUTOR (at_serial_executor_new (self->pool));
  self->tasks = g_ptr_array_new ();
  at_test_gate_init (&self->gate);

  /* Running, with things to say; blocked, with a queue behind; paused; waited for;
   * ended, with their mail on its way. */
  add (self, self->pool, body_busy, NULL);
  add (self, self->pool, body_busy, NULL);
  add (self, self->pool, at_test_body_gate, &self->gate);
  add (self, self->narrow, at_test_body_gate, &self->gate);
  add (self, self->serial, at_test_body_gate, &self->gate);
  at_test_gate_wait_arrived (&self->gate, 3);
  for (guint i = 0; i < 20; i++)
    {
      add (self, self->narrow, at_test_body_succeed, NULL);
      add (self, self->serial, at_test_body_succeed, NULL);
      add (self, AT_EXECUTOR (at_thread_pool_executor_get_default ()), at_test_body_gate, &self->gate);
    }
  add (self, self->pool, body_busy, NULL);
  at_async_task_pause (g_ptr_array_index (self->tasks, self->tasks->len - 1));
  for (guint i = 0; i < 100; i++)
    add (self, self->pool, at_test_body_succeed, NULL);
  add_waiter (g_ptr_array_index (self->tasks, 2));
  add_waiter (g_ptr_array_index (self->tasks, self->tasks->len - 1));

  command = AT_ASYNC_TASK (at_subprocess_task_new (argv));
  g_ptr_array_add (self->tasks, command);
  g_assert_true (at_async_task_execute_on_executor (command, self->pool, NULL, NULL));

  return self;
}

static void
bustle_end (Bustle *self)
{
  for (guint i = 0; i < self->tasks->len; i++)
    at_async_task_cancel (g_ptr_array_index (self->tasks, i), TRUE);
  at_test_gate_open (&self->gate);
  for (guint i = 0; i < self->tasks->len; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (self->tasks, i);

      at_test_finish (task);
      g_object_unref (task);
    }
  g_ptr_array_unref (self->tasks);
  g_object_unref (self->serial);
  g_object_unref (self->narrow);
  g_object_unref (self->pool);
  at_test_gate_clear (&self->gate);
  g_free (self);
}

/* Fork. */

static gboolean is_copy;

/* A copy has but one thread's stack to find its memory by. */
G_MODULE_EXPORT int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return is_copy;
}

/* What a copy of the program may do, see the documentation of AtAsyncTask. */
static void
live_as_copy (Bustle *bustle,
              guint   n)
{
  is_copy = TRUE;

  for (guint i = 0; i < bustle->tasks->len; i++)
    {
      AtAsyncTask *task = g_ptr_array_index (bustle->tasks, i);

      at_async_task_get_status (task);
      at_async_task_is_cancelled (task);
      at_async_task_is_paused (task);
    }

  switch (n % 3)
    {
    case 0:
      exit (7);
    case 1:
      execlp ("sh", "sh", "-c", "exit 7", NULL);
      break;
    default:
      _exit (7);
    }
}

static void
test_fork (void)
{
  Bustle *bustle = bustle_new ();
  guint n_forks = at_test_scale (60);

  fflush (NULL);
  for (guint i = 0; i < n_forks; i++)
    {
      pid_t pid = fork ();
      int status = 0;

      if (pid == 0)
        live_as_copy (bustle, i);
      g_assert_cmpint (pid, >, 0);
      /* One that hangs does so here. */
      at_test_poll_until (waitpid (pid, &status, WNOHANG) == pid);
      g_assert_true (WIFEXITED (status));
      /* In a copy, valgrind misses the stacks of the other threads. */
      if (!RUNNING_ON_VALGRIND)
        g_assert_cmpint (WEXITSTATUS (status), ==, 7);
    }

  /* The parent's mail was not read by its copies. */
  bustle_end (bustle);
}

/* The end of the program. */

static gboolean
body_exit (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  exit (0);
}

static void
exit_cb (void)
{
  exit (0);
}

/* It counts the threads as a program ends, and waits for ever for its own lock where
 * one is just being made. */
static gboolean
is_thread_sanitized (void)
{
  return dlsym (RTLD_DEFAULT, "__tsan_init") != NULL;
}

static void
test_exit (gconstpointer data)
{
  const char *how = data;
  g_autoptr (AtAsyncTask) task = NULL;
  Bustle *bustle;

  if (is_thread_sanitized ())
    {
      g_test_skip ("ThreadSanitizer may not end a program that is busy");
      return;
    }

  if (!g_test_subprocess ())
    {
      g_test_trap_subprocess (NULL, 0, 0);
      g_test_trap_assert_passed ();
      return;
    }

  bustle = bustle_new ();
  if (g_str_equal (how, "by-return"))
    return;
  if (g_str_equal (how, "quickly"))
    _exit (0);
  if (g_str_equal (how, "by-main-thread"))
    exit (0);

  if (g_str_equal (how, "by-a-body"))
    {
      task = at_async_task_new (body_exit, NULL, NULL);
    }
  else
    {
      task = at_async_task_new (at_test_body_succeed, NULL, NULL);
      g_signal_connect (task, how, G_CALLBACK (exit_cb), NULL);
    }
  g_assert_true (at_async_task_execute_on_executor (task, bustle->pool, NULL, NULL));
  at_test_finish (task);
  at_test_hang ("the end of the program", __FILE__, __LINE__);
}

int
main (int   argc,
      char *argv[])
{
  static Bustle * volatile left G_GNUC_UNUSED;
  int result;

  at_test_init (&argc, &argv);

  /* Threads are counted here, and that of the watcher would be one of them. */
  at_set_debug_flags (AT_DEBUG_NONE);

  /* What GLib has from the start, or there is no program: a thread for GTask, and a
   * descriptor for the default context. */
  g_type_ensure (G_TYPE_TASK);
  g_main_context_default ();

  g_test_add_data_func ("/faults/threads/none", NULL, test_no_thread);
  g_test_add_data_func ("/faults/threads/none-below-a-serial-executor", "serial", test_no_thread);
  g_test_add_func ("/faults/threads/none-and-awaited", test_no_thread_awaited);
  g_test_add_func ("/faults/threads/none-for-a-runnable", test_no_thread_runnable);
  g_test_add_func ("/faults/threads/one", test_one_thread);
  g_test_add_func ("/faults/threads/again", test_thread_again);
  g_test_add_func ("/faults/threads/each-in-turn", test_nth_thread);
  g_test_add_func ("/faults/threads/none-for-idle-scripts", test_script_without_keeper);
  g_test_add_func ("/faults/memory/buffer", test_buffer);
  g_test_add_func ("/faults/descriptors/mailbox", test_fds_for_mailbox);
  g_test_add_func ("/faults/descriptors/command", test_fds_for_command);
  g_test_add_func ("/faults/descriptors/transfer", test_fds_for_transfer);

  for (guint place = 0; place < N_PLACES; place++)
    for (guint deed = 0; deed < N_DEEDS && place_names[place] != NULL; deed++)
      {
        g_autofree char *path = g_strdup_printf ("/faults/callback/%s/%s", place_names[place], deed_names[deed]);

        g_test_add_data_func (path, GUINT_TO_POINTER (place * N_DEEDS + deed), test_callback);
      }

  g_test_add_func ("/faults/fork", test_fork);
  g_test_add_data_func ("/faults/exit/by-return", "by-return", test_exit);
  g_test_add_data_func ("/faults/exit/by-main-thread", "by-main-thread", test_exit);
  g_test_add_data_func ("/faults/exit/quickly", "quickly", test_exit);
  g_test_add_data_func ("/faults/exit/by-a-body", "by-a-body", test_exit);
  g_test_add_data_func ("/faults/exit/in-pre-execute", "pre-execute", test_exit);
  g_test_add_data_func ("/faults/exit/in-post-execute", "post-execute", test_exit);

  result = g_test_run ();

  /* So does this very program, for tools that follow no children. (Only valgrind
   * does not know then what is on the stacks of threads.) */
  if (!g_test_subprocess () && !RUNNING_ON_VALGRIND && !is_thread_sanitized ())
    left = bustle_new ();

  return result;
}
