/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A bit of everything at once, for as long as one likes: tasks of all kinds on all
 * executors, cancelled, paused, waited for, awaited, failing, refused, in lists, with
 * owners and contexts that come and go.
 *
 * Every now and then all of it has to come to rest. Then each task has to be gone,
 * each with no more than one last callback, and what the process holds is counted:
 * memory, threads, descriptors, children, and how often it wakes with nothing to do.
 * After a while of warming up none of this may grow. */

#define _GNU_SOURCE

#include <asynctask-glib.h>
#include <errno.h>
#include <gio/gio.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_IN_FLIGHT  400
#define N_OWNERS       8
#define WARM_UP_PART   4  /* one in so many samples, */
#define MIN_WARM_UP    2
#define MIN_SAMPLES    5  /* however slow the machine */
#define IDLE_MSEC      1000
#define MAX_WAKE_UPS   5  /* in that time: its own timer, and one to spare */
#define REST_SECONDS   90 /* that it may take to come to rest */

/* ThreadSanitizer has a thread of its own, and keeps what it knows of each place in memory: it says
 * itself what is wrong there, and only that all comes to rest is left to be seen. */
#if defined (__SANITIZE_THREAD__)
# define MEASURES      FALSE
# define N_OWN_THREADS 2
#else
# define MEASURES      TRUE
# define N_OWN_THREADS 1
#endif

typedef struct
{
  double seconds;
  gsize  in_use;
  gsize  resident;
  guint  n_threads;
  guint  n_fds;
  guint  n_children;
  guint  n_wake_ups;
} Sample;

static struct
{
  GRand      *random;
  gint64      started;
  char       *folder;
  char       *module; /* NULL: there is no Python */

  GPtrArray  *executors;
  GPtrArray  *tasks;    /* of weak references: those that were started */
  GObject    *owners[N_OWNERS];
  AtTaskList *list;
  gboolean    is_resting;

  /* Atomic. */
  gint        n_made;
  gint        n_gone;
  gint        n_posted;
  gint        n_failed;
  gint        n_cancelled;
  gint        n_refused;
  gint        n_callbacks_too_many;
  gint        n_waits;
  gint        n_looks;
  gint        n_slow; /* commands and scripts that are under way */
} soak;

static guint
roll (guint n)
{
  return g_rand_int_range (soak.random, 0, n);
}

/* Counting. */

static GQuark
ended_quark (void)
{
  return g_quark_from_static_string ("soak-ended");
}

static void
note_end (AtAsyncTask *task,
          gint        *count)
{
  g_atomic_int_inc (count);
  if (g_object_get_qdata (G_OBJECT (task), ended_quark ()) != NULL)
    g_atomic_int_inc (&soak.n_callbacks_too_many);
  g_object_set_qdata (G_OBJECT (task), ended_quark (), task);
}

static void
on_post (AtAsyncTask *task)
{
  note_end (task, &soak.n_posted);
}

static void
on_failed (AtAsyncTask *task)
{
  note_end (task, &soak.n_failed);
}

static void
on_cancelled (AtAsyncTask *task)
{
  note_end (task, &soak.n_cancelled);
}

static void
on_gone (gpointer  data,
         GObject  *where)
{
  g_atomic_int_inc (&soak.n_gone);
}

static guint
get_n_in_flight (void)
{
  return (guint) (g_atomic_int_get (&soak.n_made) - g_atomic_int_get (&soak.n_gone));
}

static void
watch (AtAsyncTask *task)
{
  g_atomic_int_inc (&soak.n_made);
  g_object_weak_ref (G_OBJECT (task), on_gone, NULL);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_post), NULL);
  g_signal_connect (task, "failed", G_CALLBACK (on_failed), NULL);
  g_signal_connect (task, "cancelled", G_CALLBACK (on_cancelled), NULL);
}

/* Bodies; @user_data is a number that says what they do. */

static gboolean
body (AtAsyncTask   *task,
      const GValue  *params,
      GCancellable  *cancellable,
      gpointer       user_data,
      GError       **error)
{
  guint what = GPOINTER_TO_UINT (user_data);
  guint much = what / 16 % 64;

  switch (what % 16)
    {
    case 0:
      return FALSE;
    case 1:
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "On purpose, %u", much);
      return FALSE;
    case 2:
      for (guint i = 0; i < 50 * much; i++)
        at_async_task_publish (task, G_TYPE_UINT, i);
      break;
    case 3:
      for (guint i = 0; i < 200 * much; i++)
        at_async_task_set_amounts (task, i, 200 * much);
      break;
    case 4:
      for (guint i = 0; i < much; i++)
        {
          g_autofree char *text = g_strdup_printf ("%u of %u", i, much);

          at_async_task_set_message (task, text);
          at_async_task_publish (task, G_TYPE_STRING, text);
          if (!at_async_task_checkpoint (task, error))
            return FALSE;
        }
      break;
    case 5:
    case 6:
      /* What blocks, and has others pass it. */
      g_usleep (50 * much);
      break;
    case 7:
    case 8:
      for (guint i = 0; i < much; i++)
        {
          g_usleep (50);
          at_async_task_set_fraction (task, i / (double) much);
          if (!at_async_task_checkpoint (task, error))
            return FALSE;
        }
      break;
    case 9:
      /* Until it is interrupted, or has had enough. */
      for (guint i = 0; i < much / 8; i++)
        {
          GPollFD fd;

          if (g_cancellable_make_pollfd (cancellable, &fd))
            {
              g_poll (&fd, 1, 1);
              g_cancellable_release_fd (cancellable);
            }
          if (g_cancellable_set_error_if_cancelled (cancellable, error))
            return FALSE;
        }
      break;
    case 10:
      at_async_task_cancel (task, much % 2);
      break;
    case 11:
      {
        g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (1024 * much), 1024 * much);

        return at_async_task_return (task, G_TYPE_BYTES, bytes);
      }
    default:
      break;
    }

  return at_async_task_return (task, G_TYPE_UINT, much);
}

/* What is done to tasks that were started. */

static void
on_awaited (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  at_async_task_execute_finish (AT_ASYNC_TASK (source), result, NULL);
}

static AtExecutor *
pick_executor (void)
{
  guint i = roll (soak.executors->len + 2);

  if (i < soak.executors->len)
    return g_ptr_array_index (soak.executors, i);

  return NULL; /* the task's own, or the default */
}

static gboolean
resume_cb (gpointer user_data)
{
  at_async_task_resume (user_data);

  return G_SOURCE_REMOVE;
}

static gboolean
cancel_cb (gpointer user_data)
{
  at_async_task_cancel (user_data, TRUE);

  return G_SOURCE_REMOVE;
}

static void
later (GSourceFunc  func,
       AtAsyncTask *task)
{
  g_timeout_add_full (G_PRIORITY_DEFAULT, roll (20), func, g_object_ref (task), g_object_unref);
}

/* Waits, on a thread of its own, as the owner of a task is not to. */
static gboolean
wait_body (AtAsyncTask   *task,
           const GValue  *params,
           GCancellable  *cancellable,
           gpointer       user_data,
           GError       **error)
{
  gint64 timeout = g_random_int_range (0, 30);

  g_atomic_int_inc (&soak.n_waits);

  return at_async_task_wait (user_data, timeout, cancellable, error);
}

static void
disturb (AtAsyncTask *task)
{
  AtAsyncTask *waiter;

  switch (roll (16))
    {
    case 0:
      at_async_task_cancel (task, FALSE);
      break;
    case 1:
      at_async_task_cancel (task, TRUE);
      break;
    case 2:
    case 3:
      later (cancel_cb, task);
      break;
    case 4:
      at_async_task_pause (task);
      at_async_task_resume (task);
      break;
    case 5:
    case 6:
      at_async_task_pause (task);
      later (resume_cb, task);
      break;
    case 7:
      waiter = at_async_task_new (wait_body, g_object_ref (task), g_object_unref);
      watch (waiter);
      at_async_task_execute_on_executor (waiter, AT_EXECUTOR (at_thread_pool_executor_get_default ()), NULL, NULL);
      g_object_unref (waiter);
      break;
    case 8:
      /* The owner itself does, and has to be let go at once. */
      at_async_task_wait (task, roll (2), NULL, NULL);
      break;
    default:
      break;
    }
}

/* Takes over @task. */
static void
start_on (AtAsyncTask *task,
          AtExecutor  *executor)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = NULL;
  g_auto (GValue) params = G_VALUE_INIT;

  watch (task);
  at_async_task_set_priority (task, (int) roll (5) * 100 - 200);
  if (roll (4) == 0)
    at_async_task_set_owner (task, soak.owners[roll (N_OWNERS)]);
  if (roll (8) == 0)
    at_async_task_set_title (task, "Soaking");
  if (roll (3) == 0)
    at_task_list_add (soak.list, task);
  /* Where the body runs in this thread, nobody would come to resume it. */
  if (roll (16) == 0 && !AT_IS_INLINE_EXECUTOR (executor))
    {
      at_async_task_pause (task);
      later (resume_cb, task);
    }

  g_value_init (&params, G_TYPE_STRING);
  g_value_set_static_string (&params, "parameters");
  if (roll (4) == 0)
    {
      if (executor != NULL)
        at_async_task_set_executor (task, executor);
      cancellable = roll (2) == 0 ? g_cancellable_new () : NULL;
      at_async_task_execute_async (task, &params, cancellable, on_awaited, NULL);
      if (cancellable != NULL && roll (2) == 0)
        g_cancellable_cancel (cancellable);
      disturb (task);
    }
  else if (executor != NULL
           ? at_async_task_execute_on_executor (task, executor, &params, &error)
           : at_async_task_execute (task, &params, &error))
    {
      disturb (task);
    }
  else
    {
      g_atomic_int_inc (&soak.n_refused);
      at_task_list_remove (soak.list, task);
    }

  g_object_unref (task);
}

static void
start (AtAsyncTask *task)
{
  start_on (task, pick_executor ());
}

/* The kinds of tasks. */

static void
start_plain (void)
{
  start (at_async_task_new (body, GUINT_TO_POINTER (g_rand_int (soak.random)), NULL));
}

/* Of what fails here nobody would hear. */
static gboolean
body_unheard (AtAsyncTask   *task,
              const GValue  *params,
              GCancellable  *cancellable,
              gpointer       user_data,
              GError       **error)
{
  body (task, params, cancellable, user_data, NULL);

  return TRUE;
}

static void
start_runnable (void)
{
  at_async_task_execute_runnable (body_unheard, GUINT_TO_POINTER (g_rand_int (soak.random)), NULL, NULL);
}

static void
start_transfer (void)
{
  gsize size = 1024 * roll (500);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_data (g_malloc0 (size + 1), size, g_free);
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  AtTransferTask *task;

  /* Not often: to close a file waits for the disk. */
  if (roll (10) == 0)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u", soak.folder, roll (20));
      g_autoptr (GFile) file = g_file_new_for_path (path);
      GFileOutputStream *stream = g_file_replace (file, NULL, FALSE, 0, NULL, NULL);

      if (stream != NULL)
        {
          g_object_unref (sink);
          sink = G_OUTPUT_STREAM (stream);
        }
    }

  task = at_transfer_task_new (source, sink, roll (2) == 0 ? size : 0);
  at_transfer_task_set_buffer_size (task, 100 + roll (100000));
  if (roll (2) == 0)
    at_transfer_task_set_checksum_type (task, "sha256");
  if (roll (4) == 0)
    at_transfer_task_set_expected_checksum (task, "d41d8cd98f00b204e9800998ecf8427e");
  start_on (AT_ASYNC_TASK (task), AT_EXECUTOR (at_thread_pool_executor_get_default ()));
}

static void
on_slow_gone (gpointer  data,
              GObject  *where)
{
  g_atomic_int_add (&soak.n_slow, -1);
}

/* Processes are dear: so many at a time, for there to be time for the rest. */
static gboolean
may_start_process (void)
{
  return g_atomic_int_get (&soak.n_slow) < 4 && roll (10) == 0;
}

static void
start_slow (AtAsyncTask *task)
{
  g_atomic_int_inc (&soak.n_slow);
  g_object_weak_ref (G_OBJECT (task), on_slow_gone, NULL);
  if (roll (2) == 0)
    later (cancel_cb, task);
  /* A serial executor would have nothing else to do. */
  start_on (task, AT_EXECUTOR (at_thread_pool_executor_get_default ()));
}

static void
start_command (void)
{
  static const char * const scripts[] = {
    "true",
    "exit 3",
    "seq 2000",
    "seq 2000 >&2; exit 1",
    "kill $$",
    "sleep 0.02; echo done",
    "cat >/dev/null; printf 'no end of line'",
    "echo '50%'; echo '3/4'",
  };
  const char *argv[] = { "sh", "-c", scripts[roll (G_N_ELEMENTS (scripts))], NULL };
  const char *missing[] = { "no-such-command", NULL };
  AtSubprocessTask *task;

  if (!may_start_process ())
    return;

  task = at_subprocess_task_new (roll (16) == 0 ? missing : argv);
  if (roll (2) == 0)
    {
      g_autoptr (GBytes) input = g_bytes_new_take (g_malloc0 (100000), 100000);

      at_subprocess_task_set_input (task, input);
    }
  if (roll (2) == 0)
    at_subprocess_task_set_collect_output (task, TRUE);
  if (roll (2) == 0)
    at_subprocess_task_set_progress_pattern (task, AT_SUBPROCESS_PROGRESS_PERCENT);
  at_subprocess_task_set_grace_time (task, roll (100));
  start_slow (AT_ASYNC_TASK (task));
}

static void
start_script (void)
{
  static const char * const functions[] = { "values", "nothing", "throws", "ends", "missing" };
  AtScriptTask *task;

  if (soak.module == NULL || !may_start_process ())
    return;

  task = at_script_task_new (soak.module, functions[roll (G_N_ELEMENTS (functions))]);
  at_script_task_set_isolated (task, roll (4) == 0);
  at_script_task_set_grace_time (task, roll (100));
  start_slow (AT_ASYNC_TASK (task));
}

/* A list of its own, executed, disturbed, and dropped as it is. */
static void
start_list (void)
{
  g_autoptr (AtTaskList) list = at_task_list_new ();
  guint n = 1 + roll (10);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body, GUINT_TO_POINTER (g_rand_int (soak.random)), NULL);

      watch (task);
      at_task_list_add (list, task);
    }
  at_task_list_set_removal (list, roll (3));
  at_task_list_execute_all (list, NULL, NULL);
  switch (roll (4))
    {
    case 0:
      at_task_list_cancel_all (list, TRUE);
      break;
    case 1:
      at_task_list_pause_all (list);
      at_task_list_resume_all (list);
      break;
    case 2:
      at_task_list_wait_all_async (list, FALSE, NULL, NULL, NULL);
      break;
    default:
      break;
    }
}

/* A context in a thread, which is left with whatever is still under way. */
static gpointer
live_elsewhere (gpointer user_data)
{
  guint seed = GPOINTER_TO_UINT (user_data);
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  g_main_context_push_thread_default (context);
  for (guint i = 0; i < 30; i++)
    {
      g_autoptr (AtAsyncTask) task = at_async_task_new (body, GUINT_TO_POINTER (g_rand_int (random)), NULL);

      watch (task);
      at_async_task_set_main_context (task, context);
      at_async_task_execute_on_executor (task, AT_EXECUTOR (at_thread_pool_executor_get_default ()), NULL, NULL);
      if (g_rand_boolean (random))
        g_main_context_iteration (context, FALSE);
    }
  for (guint i = g_rand_int_range (random, 0, 20); i > 0; i--)
    {
      g_main_context_iteration (context, FALSE);
      g_usleep (200);
    }
  g_main_context_pop_thread_default (context);
  g_atomic_int_inc (&soak.n_gone);

  return NULL;
}

static void
start_context (void)
{
  /* Counted as a task, as it has to be over before all is at rest. */
  g_atomic_int_inc (&soak.n_made);
  g_thread_unref (g_thread_new ("elsewhere", live_elsewhere, GUINT_TO_POINTER (g_rand_int (soak.random))));
}

static void
replace_executor (void)
{
  guint i = roll (soak.executors->len);
  AtExecutor *old = g_ptr_array_index (soak.executors, i);
  g_autoptr (AtExecutor) target = NULL;
  AtExecutor *new;

  if (AT_IS_THREAD_POOL_EXECUTOR (old) && roll (2) == 0)
    at_thread_pool_executor_shutdown (AT_THREAD_POOL_EXECUTOR (old), roll (2));

  switch (roll (8))
    {
    case 0:
    case 1:
    case 2:
      new = AT_EXECUTOR (at_thread_pool_executor_new ("soak", 1 + roll (6)));
      break;
    case 3:
    case 4:
      new = AT_EXECUTOR (at_serial_executor_new (NULL));
      break;
    case 5:
    case 6:
      target = AT_EXECUTOR (at_thread_pool_executor_new (NULL, 1 + roll (3)));
      new = AT_EXECUTOR (at_serial_executor_new (target));
      break;
    default:
      new = AT_EXECUTOR (at_inline_executor_new ());
      break;
    }
  soak.executors->pdata[i] = new;
  g_object_unref (old);
}

static void
change_pool (void)
{
  AtExecutor *executor = g_ptr_array_index (soak.executors, roll (soak.executors->len));

  if (AT_IS_THREAD_POOL_EXECUTOR (executor))
    at_thread_pool_executor_set_max_threads (AT_THREAD_POOL_EXECUTOR (executor), 1 + roll (8));
}

static void
replace_owner (void)
{
  guint i = roll (N_OWNERS);

  if (roll (2) == 0)
    g_object_run_dispose (soak.owners[i]);
  g_object_unref (soak.owners[i]);
  soak.owners[i] = g_object_new (G_TYPE_OBJECT, NULL);
}

static void
change_list (void)
{
  switch (roll (5))
    {
    case 0:
      at_task_list_cancel_all (soak.list, roll (2));
      break;
    case 1:
      g_object_unref (soak.list);
      soak.list = at_task_list_new ();
      at_task_list_set_removal (soak.list, roll (3));
      break;
    default:
      at_task_list_clear_finished (soak.list);
      break;
    }
}

/* What is seen of all this. */

static gpointer
look (gpointer counts)
{
  if (g_random_boolean ())
    g_variant_unref (at_dup_tasks_snapshot ());
  else
    g_free (at_dup_tasks_dump ());
  g_atomic_int_inc (&soak.n_looks);
  if (counts != NULL)
    g_atomic_int_inc (&soak.n_gone);

  return NULL;
}

static void
start_looking (void)
{
  if (roll (2) == 0)
    {
      look (NULL);
      return;
    }

  g_atomic_int_inc (&soak.n_made);
  g_thread_unref (g_thread_new ("looker", look, &soak));
}

/* What, and how often in relation to the others. */
static const struct
{
  guint   weight;
  void (* func) (void);
} deeds[] = {
  { 600, start_plain },
  { 100, start_runnable },
  { 40,  start_transfer },
  { 40,  start_command },
  { 40,  start_script },
  { 30,  start_list },
  { 5,   start_context },
  { 20,  replace_executor },
  { 20,  change_pool },
  { 40,  replace_owner },
  { 40,  change_list },
  { MEASURES ? 10 : 100, start_looking },
};

static void
do_something (void)
{
  guint sum = 0, n;

  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    sum += deeds[i].weight;
  n = roll (sum);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      if (n < deeds[i].weight)
        {
          deeds[i].func ();
          return;
        }
      n -= deeds[i].weight;
    }
}

/* Work and rest. */

static double
get_seconds (void)
{
  return (g_get_monotonic_time () - soak.started) / (double) G_USEC_PER_SEC;
}

static gboolean
end_wait_cb (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;

  return G_SOURCE_REMOVE;
}

static void
iterate_for (guint msec)
{
  gboolean is_over = FALSE;

  g_timeout_add (msec, end_wait_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
work_until (double seconds)
{
  while (get_seconds () < seconds)
    {
      for (guint i = 0; i < 20 && get_n_in_flight () < MAX_IN_FLIGHT; i++)
        do_something ();
      iterate_for (1);
    }
}

static guint
count_entries (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

/* But for those of GLib's own, which stay once they are there: the worker context's,
 * and in newer ones that which starts the threads of pools. */
static guint
count_threads (void)
{
  static const char *const own[] = { "gmain\n", "pool-spawner\n", NULL };
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint n = 0;

  while (dir != NULL && (id = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/comm", id);
      g_autofree char *name = NULL;

      if (g_file_get_contents (path, &name, NULL, NULL) && !g_strv_contains (own, name))
        n++;
    }

  return n;
}

static guint
count_children (void)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *children = NULL;
  guint n = 0;

  /* A child is one of the thread that has started it, for as long as that lives. */
  if (g_file_get_contents (path, &children, NULL, NULL))
    for (const char *at = children; *at != '\0'; at++)
      n += *at == ' ';

  return n;
}

/* How often any of the threads has gone to sleep, which is how often it has woken. */
static guint64
count_switches (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *id;
  guint64 n = 0;

  while (dir != NULL && (id = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/task/%s/status", id);
      g_autofree char *status = NULL;
      const char *line;

      if (g_file_get_contents (path, &status, NULL, NULL) &&
          (line = strstr (status, "\nvoluntary_ctxt_switches:")) != NULL)
        n += g_ascii_strtoull (line + strlen ("\nvoluntary_ctxt_switches:"), NULL, 10);
    }

  return n;
}

static gsize
get_resident (void)
{
  g_autofree char *pages = NULL;
  guint64 size = 0, resident = 0;

  if (g_file_get_contents ("/proc/self/statm", &pages, NULL, NULL))
    sscanf (pages, "%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT, &size, &resident);

  return (gsize) resident * sysconf (_SC_PAGESIZE);
}

static gsize
get_in_use (void)
{
#ifdef HAVE_MALLINFO2
  struct mallinfo2 info = mallinfo2 ();
#else
  struct mallinfo info = mallinfo ();
#endif

  return (gsize) info.uordblks + (gsize) info.hblkhd;
}

/* No thread of a pool, no idle process: all of them go by themselves, but some take a
 * minute. */
static gboolean
is_at_rest (void)
{
  return get_n_in_flight () == 0 && count_children () == 0 && count_threads () == N_OWN_THREADS;
}

static gboolean
come_to_rest (void)
{
  double end = get_seconds () + REST_SECONDS;

  for (guint i = 0; i < N_OWNERS; i++)
    {
      g_object_unref (soak.owners[i]);
      soak.owners[i] = g_object_new (G_TYPE_OBJECT, NULL);
    }
  at_task_list_cancel_all (soak.list, TRUE);
  g_object_unref (soak.list);
  soak.list = at_task_list_new ();
  if (soak.module != NULL)
    at_script_task_prewarm (AT_SCRIPT_LANGUAGE_PYTHON, 0, NULL);

  while (!is_at_rest ())
    {
      if (get_seconds () > end)
        return FALSE;
      /* A script that had not ended before has left its process by now. */
      if (soak.module != NULL && get_n_in_flight () == 0)
        at_script_task_prewarm (AT_SCRIPT_LANGUAGE_PYTHON, 0, NULL);
      g_thread_pool_stop_unused_threads ();
      iterate_for (20);
    }

  return TRUE;
}

static Sample
take_sample (void)
{
  Sample sample;
  guint64 n_switches = count_switches ();

  iterate_for (IDLE_MSEC);
  sample.n_wake_ups = (guint) (count_switches () - n_switches);
  malloc_trim (0);
  sample.seconds = get_seconds ();
  sample.in_use = get_in_use ();
  sample.resident = get_resident ();
  sample.n_threads = count_threads ();
  sample.n_fds = count_entries ("/proc/self/fd");
  sample.n_children = count_children ();

  return sample;
}

static void
print_sample (const Sample *sample)
{
  printf ("%6.0f s: %d tasks (%d posted, %d failed, %d cancelled, %d refused), %d waits, %d looks; at rest: "
          "%.1f KiB in use, %.1f MiB resident, %u threads, %u descriptors, %u children, %u wake-ups\n",
          sample->seconds, soak.n_made, soak.n_posted, soak.n_failed, soak.n_cancelled, soak.n_refused, soak.n_waits, soak.n_looks,
          sample->in_use / 1024., sample->resident / 1048576.,
          sample->n_threads, sample->n_fds, sample->n_children, sample->n_wake_ups);
  fflush (stdout);
}

/* The verdict. */

static guint
complain (gboolean    is_wrong,
          const char *format,
          ...) G_GNUC_PRINTF (2, 3);

static guint
complain (gboolean    is_wrong,
          const char *format,
          ...)
{
  va_list args;

  if (!is_wrong)
    return 0;

  printf ("WRONG: ");
  va_start (args, format);
  vprintf (format, args);
  va_end (args);
  printf ("\n");

  return 1;
}

static int
compare_in_use (gconstpointer a,
                gconstpointer b)
{
  gsize first = ((const Sample *) a)->in_use, second = ((const Sample *) b)->in_use;

  return (first > second) - (first < second);
}

static int
compare_resident (gconstpointer a,
                  gconstpointer b)
{
  gsize first = ((const Sample *) a)->resident, second = ((const Sample *) b)->resident;

  return (first > second) - (first < second);
}

/* The most that was resident at the end of one of the first @n. */
static gsize
get_most_resident (GArray *samples,
                   guint   n)
{
  gsize most = 0;

  for (guint i = 0; i < n; i++)
    most = MAX (most, g_array_index (samples, Sample, i).resident);

  return most;
}

/* The one in the middle of those from @first to before @last. */
static Sample
get_median (GArray       *samples,
            guint         first,
            guint         last,
            GCompareFunc  compare)
{
  g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (Sample));

  g_array_append_vals (some, &g_array_index (samples, Sample, first), last - first);
  g_array_sort (some, compare);

  return g_array_index (some, Sample, some->len / 2);
}

static gboolean
judge (GArray *samples)
{
  guint warm = MAX (samples->len / WARM_UP_PART, MIN_WARM_UP);
  guint third, n_wrong = 0;
  gsize in_use_before, in_use_after, resident_before, resident_after;

  n_wrong += complain (soak.n_callbacks_too_many > 0, "%d tasks had a second last callback", soak.n_callbacks_too_many);
  if (!MEASURES)
    return n_wrong == 0;

  third = MAX ((samples->len - warm) / 3, 1);
  in_use_before = get_median (samples, warm, warm + third, compare_in_use).in_use;
  in_use_after = get_median (samples, samples->len - third, samples->len, compare_in_use).in_use;
  /* What malloc_trim() can give back depends on where the last pieces lie; so this goes
   * up and down by some MiB, and what has been resident once may be so again. */
  resident_before = get_most_resident (samples, warm + third);
  resident_after = get_median (samples, samples->len - third, samples->len, compare_resident).resident;

  /* In ten minutes a leak of a few bytes in one of a thousand tasks shows; what is
   * there only because the moment is another one is not to. */
  n_wrong += complain (in_use_after > in_use_before + 8 * 1024,
                       "memory in use grew from %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT " bytes", in_use_before, in_use_after);
  n_wrong += complain (resident_after > resident_before + resident_before / 20 + 1024 * 1024,
                       "resident memory grew from %" G_GSIZE_FORMAT " to %" G_GSIZE_FORMAT " bytes", resident_before, resident_after);

  for (guint i = warm; i < samples->len; i++)
    {
      const Sample *base = &g_array_index (samples, Sample, warm - 1);
      const Sample *sample = &g_array_index (samples, Sample, i);

      n_wrong += complain (sample->n_threads > base->n_threads, "%.0f s: %u threads at rest, %u before",
                           sample->seconds, sample->n_threads, base->n_threads);
      n_wrong += complain (sample->n_fds > base->n_fds, "%.0f s: %u descriptors at rest, %u before",
                           sample->seconds, sample->n_fds, base->n_fds);
      n_wrong += complain (sample->n_wake_ups > MAX_WAKE_UPS, "%.0f s: %u wake-ups with nothing to do",
                           sample->seconds, sample->n_wake_ups);
    }

  printf ("Of %u samples after %u of warming up, the first third had %.1f KiB in use and until then at most %.1f MiB resident, the last %.1f KiB and %.1f MiB.\n",
          samples->len - warm, warm, in_use_before / 1024., resident_before / 1048576., in_use_after / 1024., resident_after / 1048576.);

  return n_wrong == 0;
}

/* Allocators that keep what is freed for the same thread or the same size hide what
 * is looked for; they are told so by the environment. */
static void
measure_exactly (char **argv)
{
  if (g_getenv ("G_SLICE") != NULL)
    return;

  g_setenv ("G_SLICE", "always-malloc", TRUE);
  g_setenv ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0:glibc.malloc.arena_max=4", FALSE);
  execv ("/proc/self/exe", argv);
}

static void
set_up (guint32 seed)
{
  g_autofree char *python = g_find_program_in_path ("python3");

  soak.random = g_rand_new_with_seed (seed);
  soak.started = g_get_monotonic_time ();
  soak.folder = g_dir_make_tmp ("asynctask-soak-XXXXXX", NULL);
  soak.list = at_task_list_new ();
  soak.executors = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < N_OWNERS; i++)
    soak.owners[i] = g_object_new (G_TYPE_OBJECT, NULL);
  for (guint i = 0; i < 6; i++)
    g_ptr_array_add (soak.executors, at_inline_executor_new ());
  for (guint i = 0; i < 30; i++)
    replace_executor ();

  if (python != NULL && soak.folder != NULL)
    {
      soak.module = g_build_filename (soak.folder, "soak.py", NULL);
      g_file_set_contents (soak.module,
                           "import os\n"
                           "def values(params, task):\n"
                           "    for i in range(100):\n"
                           "        task.set_fraction(i / 100)\n"
                           "        yield {'i': i}\n"
                           "def nothing(params, task):\n"
                           "    return None\n"
                           "def throws(params, task):\n"
                           "    raise ValueError('On purpose')\n"
                           "def ends(params, task):\n"
                           "    os._exit(3)\n",
                           -1, NULL);
    }
}

static void
tear_down (void)
{
  const char *name;
  g_autoptr (GDir) dir = g_dir_open (soak.folder, 0, NULL);

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (soak.folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        {
          g_autofree char *cached = g_strdup_printf ("rm -rf '%s'", path);

          (void) !system (cached);
        }
      remove (path);
    }
  rmdir (soak.folder);

  g_object_unref (soak.list);
  g_ptr_array_unref (soak.executors);
  for (guint i = 0; i < N_OWNERS; i++)
    g_object_unref (soak.owners[i]);
  g_rand_free (soak.random);
  g_free (soak.module);
  g_free (soak.folder);
}

int
main (int   argc,
      char *argv[])
{
  int seed = 0, seconds = 0;
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_INT, &seed, "What chance begins with; it is printed", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "For so long, in place of minutes", "N" },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("[MINUTES] — do a bit of everything at once");
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (Sample));
  g_autoptr (GError) error = NULL;
  double end = 600, interval;
  gboolean is_well = TRUE;

  measure_exactly (argv);
  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      fprintf (stderr, "%s\n", error->message);
      return 2;
    }
  if (argc > 1)
    end = 60 * g_ascii_strtod (argv[1], NULL);
  if (seconds > 0)
    end = seconds;
  if (argc > 2 || end <= 0)
    {
      fprintf (stderr, "%s", g_option_context_get_help (options, TRUE, NULL));
      return 2;
    }
  if (seed == 0)
    seed = g_random_int_range (1, G_MAXINT);

  set_up (seed);
  interval = MIN (30, end / 8);
  printf ("Soaking for %.0f s; to have the same again: --seed=%d\n", end, seed);
  fflush (stdout);

  while (is_well && (get_seconds () < end || samples->len < MIN_SAMPLES))
    {
      Sample sample;

      work_until (get_seconds () + interval - IDLE_MSEC / 1000.);
      is_well = come_to_rest ();
      sample = take_sample ();
      g_array_append_val (samples, sample);
      print_sample (&sample);
      if (!is_well)
        printf ("WRONG: it did not come to rest: %u tasks, %u children and %u threads are left\n",
                get_n_in_flight (), sample.n_children, sample.n_threads);
    }

  is_well = is_well && judge (samples);
  printf ("%s\n", is_well ? "All is level." : "All is not well.");
  tear_down ();

  return is_well ? 0 : 1;
}
