/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
# include <linux/filter.h>
# include <linux/seccomp.h>
# include <sys/eventfd.h>
# include <sys/prctl.h>
# include <sys/syscall.h>
#endif

#define PERCENT AT_SUBPROCESS_PROGRESS_PERCENT
#define COUNT   AT_SUBPROCESS_PROGRESS_COUNT

static char *child_path;
static guint n_fds_at_start;

/* Everything about one command. */
typedef struct _Command Command;
struct _Command
{
  AtSubprocessTask *task;
  AtAsyncTask      *base;
  GPtrArray        *lines;
  gsize             n_bytes;
  guint             n_last;
  void           (* on_value) (Command *command);
  gpointer          user_data;
};

static void
on_progress (AtAsyncTask  *task,
             const GValue *value,
             Command      *command)
{
  if (G_VALUE_HOLDS_STRING (value))
    {
      g_assert_true (g_utf8_validate (g_value_get_string (value), -1, NULL));
      g_ptr_array_add (command->lines, g_value_dup_string (value));
      command->n_bytes += strlen (g_value_get_string (value));
    }
  else
    {
      GBytes *bytes;

      g_assert_true (G_VALUE_HOLDS (value, G_TYPE_BYTES));
      bytes = g_value_get_boxed (value);
      g_ptr_array_add (command->lines, g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)));
      command->n_bytes += g_bytes_get_size (bytes);
    }

  if (command->on_value != NULL)
    command->on_value (command);
}

static void
on_last (AtAsyncTask   *task,
         gconstpointer  payload,
         Command       *command)
{
  command->n_last++;
}

static void
command_init (Command    *command,
              const char *mode,
              const char *first,
              const char *second)
{
  const char *argv[] = { child_path, mode, first, second, NULL };

  memset (command, 0, sizeof *command);
  command->task = at_subprocess_task_new (argv);
  command->base = AT_ASYNC_TASK (command->task);
  command->lines = g_ptr_array_new_with_free_func (g_free);
  g_signal_connect (command->task, "progress-update", G_CALLBACK (on_progress), command);
  g_signal_connect (command->task, "post-execute", G_CALLBACK (on_last), command);
  g_signal_connect (command->task, "failed", G_CALLBACK (on_last), command);
  g_signal_connect (command->task, "cancelled", G_CALLBACK (on_last), command);
}

/* ThreadSanitizer looks into the libraries for its reports when it likes, also for those
 * that are suppressed. */
static gboolean
is_of_sanitizer (const char *fd)
{
#ifdef __SANITIZE_THREAD__
  g_autofree char *path = g_build_filename ("/proc/self/fd", fd, NULL);
  g_autofree char *target = g_file_read_link (path, NULL);

  return target != NULL && strstr (target, ".so.") != NULL;
#else
  return FALSE;
#endif
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (!is_of_sanitizer (name))
      n++;

  return n;
}

/* No child is left, dead or alive, and nothing is open that was not before. */
static void
assert_nothing_is_left (void)
{
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
  g_assert_cmpint (errno, ==, ECHILD);
  g_assert_cmpuint (count_fds (), ==, n_fds_at_start);
}

static void
command_clear (Command *command)
{
  if (at_async_task_get_status (command->base) != AT_STATUS_PENDING)
    {
      g_assert_cmpuint (command->n_last, ==, 1);
      g_assert_cmpint (at_subprocess_task_get_pid (command->task), ==, 0);
      g_assert_false (at_subprocess_task_send_signal (command->task, SIGKILL));
      assert_nothing_is_left ();
    }
  g_assert_finalize_object (command->task);
  g_ptr_array_unref (command->lines);
  assert_nothing_is_left ();
}

static void
command_start (Command *command)
{
  g_autoptr (GError) error = NULL;

  at_async_task_execute_on_executor (command->base, at_thread_pool_executor_get_default (), NULL, &error);
  g_assert_no_error (error);
}

static void
command_run (Command *command)
{
  command_start (command);
  at_test_finish (command->base);
}

static void
command_wait_lines (Command *command,
                    guint    n)
{
  at_test_iterate_until (NULL, command->lines->len >= n || command->n_last > 0);
  g_assert_cmpuint (command->lines->len, >=, n);
}

static const char *
command_get_line (Command *command,
                  guint    i)
{
  g_assert_cmpuint (i, <, command->lines->len);

  return g_ptr_array_index (command->lines, i);
}

static void
command_assert_lines (Command    *command,
                      const char *expected)
{
  g_autofree char *joined = NULL;

  g_ptr_array_add (command->lines, NULL);
  joined = g_strjoinv ("|", (char **) command->lines->pdata);
  g_ptr_array_set_size (command->lines, command->lines->len - 1);
  g_assert_cmpstr (joined, ==, expected);
}

static void
command_assert_success (Command *command)
{
  g_assert_no_error (at_async_task_get_error (command->base));
  g_assert_cmpint (at_async_task_get_outcome (command->base), ==, AT_OUTCOME_SUCCEEDED);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (command->base)), ==, 0);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command->task), ==, 0);
  g_assert_cmpint (at_subprocess_task_get_term_signal (command->task), ==, 0);
}

static void
command_assert_cancelled (Command *command,
                          int      term_signal)
{
  g_assert_cmpint (at_async_task_get_outcome (command->base), ==, AT_OUTCOME_CANCELLED);
  g_assert_cmpint (at_subprocess_task_get_term_signal (command->task), ==, term_signal);
}

#define command_assert_error(command, domain, code) \
  g_assert_error (at_async_task_get_error ((command)->base), domain, code)

/* What the system says of a process: 'X' if there is none. */
static char
get_process_state (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *stat = NULL;

  if (!g_file_get_contents (path, &stat, NULL, NULL))
    return 'X';

  return strrchr (stat, ')')[2];
}

static gboolean
is_gone (int pid)
{
  return strchr ("XZ", get_process_state (pid)) != NULL;
}

static gboolean
is_stopped (int pid)
{
  return get_process_state (pid) == 'T';
}

/* Lines, and other output. */

typedef struct
{
  const char         *name;
  AtSubprocessOutput  mode;
  guint               max_length; /* 0: the default */
  const char         *printed;
  const char         *expected;
} OutputCase;

static const OutputCase output_cases[] = {
  { "lines", 0, 0, "one\ntwo\nthree\n", "one|two|three" },
  { "last-line-without-newline", 0, 0, "one\ntwo", "one|two" },
  { "empty-lines", 0, 0, "\none\n\n\ntwo\n\n", "|one|||two|" },
  { "no-output", 0, 0, "", "" },
  { "crlf", 0, 0, "one\r\ntwo\r\n\r\nthree", "one|two||three" },
  { "carriage-return", 0, 0, "10%\r20%\r30%\ndone\r", "10%|20%|30%|done" },
  { "invalid-utf8", 0, 0, "a\xff" "b\ngr\xc3\xbc\xc3\x9f" "e\n\xc3\n", "a\xef\xbf\xbd" "b|gr\xc3\xbc\xc3\x9f" "e|\xef\xbf\xbd" },
  { "as-long-as-may-be", 0, 16, "0123456789abcdef\nxyz\n", "0123456789abcdef|xyz" },
  { "longer", 0, 16, "0123456789abcdefgh\n\nxyz\n", "0123456789abcdef|gh||xyz" },
  { "much-longer", 0, 16, "0123456789abcdef0123456789abcdef0123456789abcdef", "0123456789abcdef|0123456789abcdef|0123456789abcdef" },
  { "longer-two-bytes", 0, 16, "0123456789abcde\xc3\xa9xy\n", "0123456789abcde|\xc3\xa9xy" },
  { "longer-three-bytes", 0, 16, "0123456789abcd\xe2\x82\xacxy\n", "0123456789abcd|\xe2\x82\xacxy" },
  { "longer-four-bytes", 0, 16, "0123456789abc\xf0\x9f\x98\x80xy\n", "0123456789abc|\xf0\x9f\x98\x80xy" },
  { "longer-four-bytes-fit", 0, 16, "0123456789ab\xf0\x9f\x98\x80xy\n", "0123456789ab\xf0\x9f\x98\x80|xy" },
  { "chunks", AT_SUBPROCESS_OUTPUT_CHUNKS, 0, "one\ntwo\r\n", "one\ntwo\r\n" },
  { "none", AT_SUBPROCESS_OUTPUT_NONE, 0, "one\ntwo\n", "" },
};

static void
test_output (gconstpointer user_data)
{
  const OutputCase *test = user_data;
  Command command;

  command_init (&command, "print", test->printed, NULL);
  at_subprocess_task_set_output_mode (command.task, test->mode);
  if (test->max_length != 0)
    at_subprocess_task_set_max_line_length (command.task, test->max_length);
  command_run (&command);
  command_assert_success (&command);
  command_assert_lines (&command, test->expected);
  g_assert_null (at_subprocess_task_get_output (command.task));
  g_assert_null (at_subprocess_task_get_error_output (command.task));
  command_clear (&command);
}

static void
test_records (void)
{
  Command command;

  command_init (&command, "print-records", "one\ntwo\r", "three");
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NUL);
  command_run (&command);
  command_assert_success (&command);
  command_assert_lines (&command, "one\ntwo\r|three");
  command_clear (&command);

  /* In a line, a NUL byte is as invalid as any other. */
  command_init (&command, "print-records", "one", "two");
  command_run (&command);
  command_assert_lines (&command, "one\xef\xbf\xbdtwo\xef\xbf\xbd");
  command_clear (&command);
}

/* The next step, once the last one was seen. */
static void
on_step (Command *command)
{
  const char * const *texts = at_subprocess_task_get_argv (command->task) + 2;

  if (texts[command->lines->len] != NULL)
    g_assert_true (at_subprocess_task_send_signal (command->task, SIGUSR1));
}

static void
on_counted_step (Command *command)
{
  if (at_async_task_get_completed (command->base) > 0)
    at_subprocess_task_send_signal (command->task, SIGUSR1);
}

/* What ends a line, and a character, may come in two pieces. */
static void
test_pieces (void)
{
  const char *line_argv[] = { child_path, "steps", "one1/9.\r", "\ntwo 2/9.\xe2\x82", "\xac\nthr3/9.",
                              "ee4/9.\r", "four\n", NULL };
  const char *argv[] = { child_path, "steps", "one\r", "\ntwo \xe2\x82", "\xac\nthr", "ee\r", "four\n", NULL };
  Command command;

  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, argv);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  command.on_value = on_step;
  command_run (&command);
  command_assert_lines (&command, "one\r|\ntwo \xe2\x82|\xac\nthr|ee\r|four\n");
  command_clear (&command);

  /* The same pieces as lines; what was read is seen by the progress that it has. */
  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, line_argv);
  at_subprocess_task_set_progress_pattern (command.task, COUNT);
  g_signal_connect_swapped (command.task, "notify::completed", G_CALLBACK (on_counted_step), &command);
  command_run (&command);
  command_assert_lines (&command, "one1/9.|two 2/9.\xe2\x82\xac|thr3/9.ee4/9.|four");
  command_clear (&command);
}

static void
test_many_lines (void)
{
  const guint n = at_test_scale (20000);
  g_autofree char *arg = g_strdup_printf ("%u", n);
  Command command;

  command_init (&command, "lines", arg, NULL);
  command_run (&command);
  command_assert_success (&command);
  g_assert_cmpuint (command.lines->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (atoi (command_get_line (&command, i)), ==, i);
  command_clear (&command);
}

static gsize
get_memory (const char *what)
{
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  line = strstr (status, what);

  return line != NULL ? g_ascii_strtoull (line + strlen (what), NULL, 10) << 10 : 0;
}

static void
forget_line (Command *command)
{
  g_assert_cmpuint (strlen (command_get_line (command, 0)), <=, 1 << 20);
  g_ptr_array_set_size (command->lines, 0);
}

static void
test_endless_line (void)
{
  const gboolean is_slow = at_test_scale (1000) < 1000;
  const gsize size = (gsize) (is_slow ? 8 : 100) << 20;
  g_autofree char *arg = g_strdup_printf ("%" G_GSIZE_FORMAT, size);
  G_GNUC_UNUSED gsize before = get_memory ("\nVmRSS:");
  Command command;

  command_init (&command, "flood", arg, NULL);
  command.on_value = forget_line;
  command_run (&command);
  command_assert_success (&command);
  g_assert_cmpuint (command.n_bytes, ==, size);
#if !defined (__SANITIZE_ADDRESS__)
  if (!is_slow)
    g_assert_cmpuint (get_memory ("\nVmHWM:"), <, before + ((gsize) 64 << 20));
#endif
  command_clear (&command);
}

/* Backpressure. */

typedef struct
{
  char  *path;
  gsize *n_written;
  gsize  worst;
} Backlog;

static void
backlog_init (Backlog *self)
{
  int fd = g_file_open_tmp ("asynctask-XXXXXX", &self->path, NULL);

  g_assert_cmpint (ftruncate (fd, sizeof *self->n_written), ==, 0);
  self->n_written = mmap (NULL, sizeof *self->n_written, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (self->n_written != MAP_FAILED);
  self->worst = 0;
  close (fd);
}

static void
backlog_clear (Backlog *self)
{
  munmap (self->n_written, sizeof *self->n_written);
  unlink (self->path);
  g_free (self->path);
}

/* An owner that is slower than the command. */
static void
on_line_slowly (Command *command)
{
  Backlog *backlog = command->user_data;
  gsize n_written = __atomic_load_n (backlog->n_written, __ATOMIC_SEQ_CST);
  gint64 end = g_get_monotonic_time () + 1000;

  if (n_written > command->n_bytes)
    backlog->worst = MAX (backlog->worst, n_written - command->n_bytes);
  while (g_get_monotonic_time () < end)
    continue;
  g_ptr_array_set_size (command->lines, 0);
}

static void
test_backpressure (gconstpointer user_data)
{
  gboolean is_limited = GPOINTER_TO_INT (user_data);
  const gsize size = 1000 * 16384;
  Backlog backlog;
  Command command;

  backlog_init (&backlog);
  {
    const char *argv[] = { child_path, "count", backlog.path, "1000", "16384", NULL };

    command_init (&command, "", NULL, NULL);
    at_subprocess_task_set_argv (command.task, argv);
  }
  at_subprocess_task_set_max_pending (command.task, is_limited ? 256 * 1024 : 0);
  command.on_value = on_line_slowly;
  command.user_data = &backlog;
  command_start (&command);
  if (!is_limited)
    at_test_poll_until (__atomic_load_n (backlog.n_written, __ATOMIC_SEQ_CST) == size);
  at_test_finish (command.base);
  command_assert_success (&command);
  g_assert_cmpuint (command.n_bytes, ==, size - 1000);

  /* Less than 1 MB is in pipes, buffers and the mailbox at any time. */
  g_assert_cmpuint (__atomic_load_n (backlog.n_written, __ATOMIC_SEQ_CST), ==, size);
  if (is_limited)
    g_assert_cmpuint (backlog.worst, <, 4 << 20);
  else
    g_assert_cmpuint (backlog.worst, >, 15 << 20);
  command_clear (&command);
  backlog_clear (&backlog);
}

/* An owner that waits takes nothing, and still has to see the end of it. */
static void
test_backpressure_and_wait (void)
{
  g_autoptr (GError) error = NULL;
  Command command;

  command_init (&command, "flood", "5000000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 2000000);
  at_test_time_stop ();
  command_start (&command);
  at_async_task_wait (command.base, -1, NULL, &error);
  at_test_time_go_on ();
  g_assert_no_error (error);
  g_assert_cmpuint (command.lines->len, ==, 0);
  at_test_finish (command.base);
  g_assert_cmpuint (command.n_bytes, ==, 5000000);
  command_clear (&command);
}

static void
stop_emission (AtAsyncTask *task)
{
  g_signal_stop_emission_by_name (task, "progress-update");
}

/* What waits is counted where values are delivered, or dropped, and not by whoever hears
 * of them. No second passes in which a body may take the owner for stuck. */
static void
test_backpressure_and_stopped_emission (void)
{
  Command command;

  command_init (&command, "flood", "5000000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 100000);
  g_signal_connect (command.task, "progress-update", G_CALLBACK (stop_emission), NULL);
  at_test_time_stop ();
  command_run (&command);
  at_test_time_go_on ();
  command_assert_success (&command);
  g_assert_cmpuint (command.n_bytes, ==, 5000000);
  command_clear (&command);
}

/* A command whose output nobody takes is paused, resumed and ended as any other. */
static void
test_backpressure_and_pause (gconstpointer user_data)
{
  gboolean is_ended = GPOINTER_TO_INT (user_data);
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Command command;
  int pid;

  command_init (&command, "flood", "5000000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 1);
  at_async_task_set_owner (command.base, owner);
  at_test_time_stop ();
  command_start (&command);
  at_test_poll_until (at_subprocess_task_get_pid (command.task) != 0);
  pid = at_subprocess_task_get_pid (command.task);
  at_async_task_pause (command.base);
  at_test_poll_until (is_stopped (pid));

  if (is_ended)
    {
      g_clear_object (&owner);
      at_test_finish (command.base);
      g_assert_true (is_gone (pid));
      g_assert_cmpuint (command.n_bytes, ==, 0);
      command.n_last = 1;
    }
  else
    {
      at_async_task_resume (command.base);
      at_test_finish (command.base);
      command_assert_success (&command);
      g_assert_cmpuint (command.n_bytes, ==, 5000000);
    }
  at_test_time_go_on ();
  g_clear_object (&owner);
  command_clear (&command);
}

/* Nobody takes anything any more. */
static void
test_backpressure_and_context_gone (void)
{
  g_autoptr (GError) error = NULL;
  GMainContext *context = g_main_context_new ();
  Command command;

  command_init (&command, "flood", "5000000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 1);
  at_async_task_set_main_context (command.base, context);
  at_test_time_stop ();
  command_start (&command);
  at_test_poll_until (at_subprocess_task_get_pid (command.task) != 0);
  g_main_context_unref (context);

  g_assert_true (at_async_task_wait (command.base, -1, NULL, &error));
  g_assert_no_error (error);
  at_test_time_go_on ();
  at_test_iterate_until (NULL, at_async_task_get_status (command.base) == AT_STATUS_FINISHED);
  g_assert_cmpuint (command.n_bytes, ==, 0);
  g_assert_cmpuint (command.n_last, ==, 0);
  g_assert_finalize_object (command.task);
  g_ptr_array_unref (command.lines);
  assert_nothing_is_left ();
}

static void
test_backpressure_inline (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  Command command;

  /* Would take minutes if a second passed for each chunk. */
  command_init (&command, "flood", "32000000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 1);
  g_assert_true (at_async_task_execute_on_executor (command.base, executor, NULL, NULL));
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, 0);
  g_assert_cmpuint (command.lines->len, ==, 0);
  at_test_finish (command.base);
  g_assert_cmpuint (command.n_bytes, ==, 32000000);
  command_clear (&command);
}

/* A command whose output nobody takes, and is not read any more therefore, may end all
 * the same: what is left in the pipe is not lost. */
static void
test_backpressure_at_the_end (void)
{
  g_autoptr (GError) error = NULL;
  Command command;

  /* The rest comes only when the first line was read, which is too much already. */
  command_init (&command, "when-read", "50000", NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  at_subprocess_task_set_max_pending (command.task, 1);
  command_start (&command);
  g_assert_true (at_async_task_wait (command.base, -1, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (command.lines->len, ==, 0);
  at_test_finish (command.base);
  g_assert_cmpuint (command.n_bytes, ==, strlen ("first\n") + 50000);
  command_clear (&command);
}

static void
test_backpressure_and_cancel (void)
{
  Command command;

  command_init (&command, "flood", "1000000000", NULL);
  at_subprocess_task_set_max_line_length (command.task, 1000);
  at_subprocess_task_set_max_pending (command.task, 1);
  command_start (&command);
  at_test_poll_until (at_subprocess_task_get_pid (command.task) != 0);
  g_assert_true (at_async_task_cancel (command.base, TRUE));
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);
}

/* Collected output. */

static void
test_collect (void)
{
  g_autoptr (GError) error = NULL;
  GBytes *output;
  Command command;
  gsize size;

  command_init (&command, "print", "one\ntwo\r\n\xff", NULL);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  command_start (&command);
  g_assert_true (at_async_task_wait (command.base, -1, NULL, &error));
  g_assert_no_error (error);
  output = at_subprocess_task_get_output (command.task);
  g_assert_cmpmem (g_bytes_get_data (output, NULL), g_bytes_get_size (output), "one\ntwo\r\n\xff", 10);
  at_test_finish (command.base);
  command_assert_lines (&command, "one|two|\xef\xbf\xbd");
  command_clear (&command);

  command_init (&command, "print", "", NULL);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
  command_run (&command);
  g_assert_cmpuint (g_bytes_get_size (at_subprocess_task_get_output (command.task)), ==, 0);
  command_clear (&command);

  /* As much as may be, and one byte more. */
  command_init (&command, "flood", "1000000", NULL);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
  at_subprocess_task_set_max_output (command.task, 1000000);
  command_run (&command);
  command_assert_success (&command);
  g_bytes_get_data (at_subprocess_task_get_output (command.task), &size);
  g_assert_cmpuint (size, ==, 1000000);
  g_assert_cmpuint (command.lines->len, ==, 0);
  command_clear (&command);

  command_init (&command, "flood", "2000000000", NULL);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
  at_subprocess_task_set_max_output (command.task, 1000000);
  command_run (&command);
  command_assert_error (&command, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE);
  g_bytes_get_data (at_subprocess_task_get_output (command.task), &size);
  g_assert_cmpuint (size, ==, 1000000);
  g_assert_cmpint (at_subprocess_task_get_term_signal (command.task), ==, SIGTERM);
  command_clear (&command);

  /* No limit. */
  command_init (&command, "flood", "3000000", NULL);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
  at_subprocess_task_set_max_output (command.task, 0);
  command_run (&command);
  g_assert_cmpuint (g_bytes_get_size (at_subprocess_task_get_output (command.task)), ==, 3000000);
  command_clear (&command);
}

/* Standard error, and how a command ends. */

static void
test_exit_status (void)
{
  const GError *error;
  Command command;

  command_init (&command, "fail", "3", "First\nIt did not \xff work\n10%\r20%\rhalfway\n\n");
  command_run (&command);
  command_assert_error (&command, G_SPAWN_EXIT_ERROR, 3);
  error = at_async_task_get_error (command.base);
  g_assert_true (g_str_has_suffix (error->message,
                                   "exited with status 3: First\nIt did not \xef\xbf\xbd work\nhalfway"));
  g_assert_nonnull (strstr (error->message, "subprocess-child"));
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, 3);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (command.base)), ==, 3);
  g_assert_cmpstr (at_subprocess_task_get_error_output (command.task), ==,
                   "First\nIt did not \xef\xbf\xbd work\n10%\r20%\rhalfway\n\n");
  command_clear (&command);

  command_init (&command, "fail", "255", "  \n");
  command_run (&command);
  command_assert_error (&command, G_SPAWN_EXIT_ERROR, 255);
  g_assert_true (g_str_has_suffix (at_async_task_get_error (command.base)->message, "exited with status 255"));
  command_clear (&command);

  /* What a command says that succeeds is no error. */
  command_init (&command, "print-error", "warning\n", NULL);
  command_run (&command);
  command_assert_success (&command);
  g_assert_cmpstr (at_subprocess_task_get_error_output (command.task), ==, "warning\n");
  g_assert_cmpuint (command.lines->len, ==, 0);
  command_clear (&command);
}

static void
test_signalled (void)
{
  g_autofree char *arg = g_strdup_printf ("%d", SIGUSR2);
  Command command;

  command_init (&command, "raise", arg, NULL);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  g_assert_nonnull (strstr (at_async_task_get_error (command.base)->message, g_strsignal (SIGUSR2)));
  g_assert_cmpint (at_subprocess_task_get_term_signal (command.task), ==, SIGUSR2);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, -1);
  g_assert_null (at_async_task_get_result (command.base));
  command_clear (&command);
}

static void
test_error_flood (void)
{
  const char *error_output, *message;
  Command command;

  command_init (&command, "flood-error", "10485760", NULL);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_EXIT_ERROR, 3);
  command_assert_lines (&command, "done");
  error_output = at_subprocess_task_get_error_output (command.task);
  g_assert_cmpuint (strlen (error_output), ==, 64 * 1024);
  g_assert_true (g_str_has_suffix (error_output, "eee\nThe end\n"));
  message = at_async_task_get_error (command.base)->message;
  g_assert_cmpuint (strlen (message), <, 2048);
  g_assert_true (g_str_has_suffix (message, "status 3: The end"));
  command_clear (&command);
}

static void
test_merge (void)
{
  Command command;

  command_init (&command, "both", "5", NULL);
  at_subprocess_task_set_merge_error_output (command.task, TRUE);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_EXIT_ERROR, 5);
  command_assert_lines (&command, "one|two|three");
  g_assert_cmpstr (at_subprocess_task_get_error_output (command.task), ==, "one\ntwo\nthree\n");
  command_clear (&command);

  command_init (&command, "both", "0", NULL);
  command_run (&command);
  command_assert_lines (&command, "one|three");
  g_assert_cmpstr (at_subprocess_task_get_error_output (command.task), ==, "two\n");
  command_clear (&command);
}

typedef struct
{
  const char *name;
  const char *argv[3];
  const char *folder;
  int         code;
} StartCase;

static const StartCase start_cases[] = {
  { "no-argv", { NULL }, NULL, G_SPAWN_ERROR_INVAL },
  { "empty-name", { "", NULL }, NULL, G_SPAWN_ERROR_INVAL },
  { "not-found", { "at-no-such-command", NULL }, NULL, G_SPAWN_ERROR_NOENT },
  { "path-not-found", { "/nowhere/at-no-such-command", NULL }, NULL, G_SPAWN_ERROR_NOENT },
  { "not-executable", { "/etc/passwd", NULL }, NULL, G_SPAWN_ERROR_ACCES },
  { "no-folder", { "true", NULL }, "/nowhere", G_SPAWN_ERROR_CHDIR },
  { "path-not-utf8", { "/nowhere/\xff", NULL }, NULL, G_SPAWN_ERROR_NOENT },
  { "folder-not-utf8", { "true", NULL }, "/nowhere/\xff", G_SPAWN_ERROR_CHDIR },
};

static void
test_cannot_start (gconstpointer user_data)
{
  const StartCase *test = user_data;
  Command command;

  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, test->argv);
  at_subprocess_task_set_working_directory (command.task, test->folder);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_ERROR, test->code);
  g_assert_true (g_utf8_validate (at_async_task_get_error (command.base)->message, -1, NULL));
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, -1);
  g_assert_null (at_async_task_get_result (command.base));
  command_clear (&command);

  if (test->argv[0] == NULL)
    {
      command_init (&command, "", NULL, NULL);
      at_subprocess_task_set_argv (command.task, NULL);
      command_run (&command);
      command_assert_error (&command, G_SPAWN_ERROR, test->code);
      command_clear (&command);
    }
}

/* What the command gets. */

static void
test_arguments (void)
{
  Command command;

  command_init (&command, "arguments", "a b", "$HOME;*\n\"");
  command_run (&command);
  command_assert_lines (&command, "<a b>|<$HOME;*|\">");
  command_clear (&command);
}

static void
test_search_path (void)
{
  const char *argv[] = { "sh", "-c", "echo found; exit 4", NULL };
  Command command;

  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, argv);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_EXIT_ERROR, 4);
  command_assert_lines (&command, "found");
  command_clear (&command);
}

/* A folder with a script "at-found", which says where it was found. */
static char *
new_path_folder (const char *text,
                 int         mode)
{
  g_autofree char *content = g_strdup_printf ("#!/bin/sh\necho %s\n", text);
  g_autofree char *folder = g_dir_make_tmp ("asynctask-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "at-found", NULL);

  g_assert_true (g_file_set_contents (file, content, -1, NULL));
  g_assert_cmpint (chmod (file, mode), ==, 0);

  return g_steal_pointer (&folder);
}

static void
remove_path_folder (char *folder)
{
  g_autofree char *file = g_build_filename (folder, "at-found", NULL);

  g_remove (file);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
}

/* The path of the program, when the command is executed, is searched in order, whatever
 * environment the command has. */
static void
test_search_order (void)
{
  const char *argv[] = { "at-found", NULL };
  const char *environment[] = { "PATH=/nowhere", NULL };
  g_autofree char *path_before = g_strdup (g_getenv ("PATH"));
  g_autofree char *folder_before = g_get_current_dir ();
  char *first = new_path_folder ("first", 0700), *second = new_path_folder ("second", 0700);
  char *no_program = new_path_folder ("nothing", 0600);
  g_autofree char *folder_of_that_name = g_build_filename (first, "at-found", NULL);
  const struct
  {
    const char *folders[3];
    const char *working_directory;
    const char *expected; /* NULL: it may not be executed; "": there is none */
  } cases[] = {
    { { first, second }, NULL, "first" },
    { { second, first }, NULL, "second" },
    { { "/nowhere", no_program, second }, NULL, "second" },
    { { "", second }, first, "first" },
    { { ".", second }, first, "first" },
    { { "" }, NULL, "" },
    { { no_program, "/nowhere" }, NULL, NULL },
    { { folder_of_that_name, "/etc/passwd", "/nowhere" }, NULL, "" },
  };

  g_assert_cmpint (chdir ("/"), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strjoin (":", cases[i].folders[0], cases[i].folders[1], cases[i].folders[2], NULL);
      Command command;

      g_setenv ("PATH", path, TRUE);
      command_init (&command, "", NULL, NULL);
      at_subprocess_task_set_argv (command.task, argv);
      at_subprocess_task_set_environment (command.task, environment);
      at_subprocess_task_set_working_directory (command.task, cases[i].working_directory);
      command_start (&command);
      g_setenv ("PATH", "/nowhere", TRUE);
      at_test_finish (command.base);

      if (cases[i].expected == NULL)
        command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES);
      else if (*cases[i].expected == '\0')
        command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
      else
        command_assert_lines (&command, cases[i].expected);
      command_clear (&command);
    }
  g_setenv ("PATH", path_before, TRUE);
  g_assert_cmpint (chdir (folder_before), ==, 0);

  remove_path_folder (first);
  remove_path_folder (second);
  remove_path_folder (no_program);
}

/* Without a path, the system's own. */
static void
test_no_search_path (void)
{
  g_autofree char *path_before = g_strdup (g_getenv ("PATH"));
  const char *argv[] = { "sh", "-c", "echo found", NULL };
  Command command;

  g_unsetenv ("PATH");
  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, argv);
  command_start (&command);
  g_setenv ("PATH", "/nowhere", TRUE);
  at_test_finish (command.base);
  command_assert_lines (&command, "found");
  command_clear (&command);
  g_setenv ("PATH", path_before, TRUE);
}

static void
test_folder (void)
{
  Command command;

  command_init (&command, "folder", NULL, NULL);
  at_subprocess_task_set_working_directory (command.task, "/");
  command_run (&command);
  command_assert_lines (&command, "/");
  command_clear (&command);
}

static void
test_environment (void)
{
  const char *environment[] = { "AT_ONE=1", "AT_TWO=gr\xc3\xbc\xc3\x9f", NULL };
  Command command;

  command_init (&command, "environment", "AT_TWO", NULL);
  at_subprocess_task_set_environment (command.task, environment);
  command_run (&command);
  command_assert_lines (&command, "gr\xc3\xbc\xc3\x9f");
  command_clear (&command);

  g_assert_nonnull (g_getenv ("PATH"));
  command_init (&command, "environment", "PATH", NULL);
  at_subprocess_task_set_environment (command.task, environment);
  command_run (&command);
  command_assert_lines (&command, "unset");
  command_clear (&command);

  command_init (&command, "environment", "PATH", NULL);
  command_run (&command);
  command_assert_lines (&command, g_getenv ("PATH"));
  command_clear (&command);
}

/* The program's environment is taken where the task is executed. On a worker it would be
 * read while the program may be changing it. */
static void
test_environment_when_executed (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtAsyncTask *first;
  AtTestGate gate;
  Command command;

  at_test_gate_init (&gate);
  first = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (first, AT_EXECUTOR (pool), NULL, NULL));

  g_setenv ("AT_THEN", "then", TRUE);
  command_init (&command, "environment", "AT_THEN", NULL);
  g_setenv ("AT_THEN", "when executed", TRUE);
  g_assert_true (at_async_task_execute_on_executor (command.base, AT_EXECUTOR (pool), NULL, NULL));
  g_setenv ("AT_THEN", "later", TRUE);
  at_test_gate_open (&gate);
  at_test_finish (command.base);
  command_assert_lines (&command, "when executed");
  command_clear (&command);

  at_test_finish (first);
  g_assert_finalize_object (first);
  at_test_gate_clear (&gate);
  g_object_unref (pool);
  g_unsetenv ("AT_THEN");
}

static void
test_clean_process (void)
{
  int leaky = open ("/dev/null", O_RDONLY); /* not closed on exec */
  Command command;

  g_assert_cmpint (leaky, >, 2);
  command_init (&command, "fds", NULL, NULL);
  command_start (&command);
  at_test_finish (command.base);
  command_assert_lines (&command, "0|1|2");
  close (leaky);
  command_clear (&command);

  command_init (&command, "group", NULL, NULL);
  command_run (&command);
  command_assert_lines (&command, "1");
  command_clear (&command);
}

/* What the program ignores and the thread has blocked is no affair of the command's. */
static void
test_clean_signals (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  struct sigaction ignore = { .sa_handler = SIG_IGN }, before[NSIG];
  gboolean is_ignored[NSIG] = { FALSE, };
  sigset_t all, mask_before, mask_after;
  Command command;

  /* A program must not ignore SIGCHLD. */
  for (int i = 1; i < NSIG; i++)
    if (i != SIGCHLD)
      is_ignored[i] = sigaction (i, &ignore, &before[i]) == 0;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &mask_before);
  command_init (&command, "signals", NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (command.base, executor, NULL, NULL));
  pthread_sigmask (SIG_SETMASK, &mask_before, &mask_after);
  g_assert_true (sigismember (&mask_after, SIGTERM) && sigismember (&mask_after, SIGUSR1));
  for (int i = 1; i < NSIG; i++)
    if (is_ignored[i])
      sigaction (i, &before[i], NULL);
  at_test_finish (command.base);
  command_assert_lines (&command, "");
  command_clear (&command);
}

/* Between fork() and exec() the child still has the program's handlers. What they
 * write to, a pipe to a main loop say, is the program's, too. */
static gboolean raises_after_fork;
static int     *n_handled; /* shared with children */

static void
on_window_change (int signal_number)
{
  __atomic_add_fetch (n_handled, 1, __ATOMIC_SEQ_CST);
}

static void
raise_after_fork (void)
{
  if (raises_after_fork)
    raise (SIGWINCH);
}

static void
test_signal_before_exec (void)
{
  struct sigaction action = { .sa_handler = on_window_change }, before;
  Command command;

  n_handled = mmap (NULL, sizeof *n_handled, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (n_handled != MAP_FAILED);
  sigaction (SIGWINCH, &action, &before);
  pthread_atfork (NULL, NULL, raise_after_fork);
  raises_after_fork = TRUE;
  command_init (&command, "print", "done\n", NULL);
  command_run (&command);
  raises_after_fork = FALSE;
  sigaction (SIGWINCH, &before, NULL);
  command_assert_success (&command);
  command_assert_lines (&command, "done");
  g_assert_cmpint (__atomic_load_n (n_handled, __ATOMIC_SEQ_CST), ==, 0);
  command_clear (&command);
  munmap (n_handled, sizeof *n_handled);
}

/* Standard input. */

static void
test_input (void)
{
  const gsize size = 3 * 1000 * 1000 + 1;
  g_autofree char *data = g_malloc (size);
  g_autoptr (GBytes) input = NULL;
  GBytes *output;
  Command command;

  for (gsize i = 0; i < size; i++)
    data[i] = "0123456789\n"[i % 11];
  input = g_bytes_new (data, size);

  command_init (&command, "cat", NULL, NULL);
  at_subprocess_task_set_input (command.task, input);
  at_subprocess_task_set_collect_output (command.task, TRUE);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
  command_run (&command);
  command_assert_success (&command);
  output = at_subprocess_task_get_output (command.task);
  g_assert_true (g_bytes_equal (input, output));
  command_clear (&command);
}

static void
test_no_input (void)
{
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);
  Command command;

  command_init (&command, "cat", NULL, NULL);
  command_run (&command);
  command_assert_success (&command);
  g_assert_cmpuint (command.lines->len, ==, 0);
  command_clear (&command);

  command_init (&command, "cat", NULL, NULL);
  at_subprocess_task_set_input (command.task, empty);
  command_run (&command);
  command_assert_success (&command);
  command_clear (&command);
}

/* The signal that is due then would end the test. */
static void
test_input_not_read (void)
{
  g_autofree char *data = g_malloc0 (1000000);
  g_autoptr (GBytes) input = g_bytes_new (data, 1000000);
  Command command;

  signal (SIGPIPE, SIG_DFL);

  command_init (&command, "print", "not interested\n", NULL);
  at_subprocess_task_set_input (command.task, input);
  command_run (&command);
  command_assert_success (&command);
  command_assert_lines (&command, "not interested");
  command_clear (&command);

  command_init (&command, "read-some", NULL, NULL);
  at_subprocess_task_set_input (command.task, input);
  command_run (&command);
  command_assert_success (&command);
  command_clear (&command);

  /* Closes its end and goes on. */
  command_init (&command, "silent", NULL, NULL);
  at_subprocess_task_set_input (command.task, input);
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);

  /* Does neither read nor end. */
  command_init (&command, "rest", NULL, NULL);
  at_subprocess_task_set_input (command.task, input);
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);
}

/* Cancelling. */

static void
test_cancel (gconstpointer user_data)
{
  gboolean interrupt = GPOINTER_TO_INT (user_data);
  g_autoptr (GError) error = NULL;
  Command command;

  command_init (&command, "rest", NULL, NULL);
  at_subprocess_task_set_grace_time (command.task, G_MAXUINT);
  command_start (&command);
  command_wait_lines (&command, 1);
  g_assert_cmpint (at_subprocess_task_get_pid (command.task), >, 0);
  g_assert_true (at_async_task_cancel (command.base, interrupt));
  g_assert_false (at_async_task_wait (command.base, -1, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  g_assert_null (at_async_task_get_error (command.base));
  command_clear (&command);
}

/* Its last words are more than the pipes hold. */
static void
test_cancel_drains (void)
{
  Command command;

  command_init (&command, "polite", NULL, NULL);
  at_subprocess_task_set_grace_time (command.task, G_MAXUINT);
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, 0);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, 7);
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (command.base)), ==, 7);
  command_clear (&command);

  /* The owner has not taken anything of what it says before. */
  command_init (&command, "polite", "8000000", NULL);
  at_subprocess_task_set_grace_time (command.task, 20000);
  at_subprocess_task_set_max_line_length (command.task, 1000);
  at_subprocess_task_set_max_pending (command.task, 1);
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, 0);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, 7);
  command_clear (&command);
}

static void
test_cancel_stubborn (gconstpointer user_data)
{
  Command command;

  command_init (&command, "stubborn", NULL, NULL);
  at_subprocess_task_set_grace_time (command.task, GPOINTER_TO_UINT (user_data));
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGKILL);
  command_clear (&command);
}

static void
test_cancel_family (gconstpointer user_data)
{
  const char *what = user_data;
  g_autofree char *marker = NULL;
  Command command;
  int pid;

  close (g_file_open_tmp ("asynctask-XXXXXX", &marker, NULL));
  unlink (marker);
  command_init (&command, "family", what, marker);
  at_subprocess_task_set_grace_time (command.task, strcmp (what, "stubborn") == 0 ? 50 : G_MAXUINT);
  command_start (&command);
  command_wait_lines (&command, 1);
  pid = atoi (command_get_line (&command, 0));
  g_assert_false (is_gone (pid));

  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);

  /* The end is waited for, but one that has to be killed may take a moment. */
  if (strcmp (what, "stubborn") == 0)
    at_test_poll_until (is_gone (pid));
  g_assert_true (is_gone (pid));
  g_assert_cmpint (g_file_test (marker, G_FILE_TEST_EXISTS), ==, strcmp (what, "tidy") == 0);
  unlink (marker);
  command_clear (&command);
}

static void
test_cancel_silent (void)
{
  Command command;

  command_init (&command, "silent", NULL, NULL);
  command_start (&command);
  command_wait_lines (&command, 1);
  at_async_task_cancel (command.base, FALSE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);
}

static void
test_cancel_before_start (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  g_autoptr (AtAsyncTask) blocker = NULL;
  AtTestGate gate;
  Command command;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
  at_test_gate_wait_arrived (&gate, 1);

  command_init (&command, "rest", NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (command.base, AT_EXECUTOR (pool), NULL, NULL));
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, 0);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, -1);

  at_test_gate_open (&gate);
  at_test_finish (blocker);
  command_clear (&command);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

/* The cancellable alone does not cancel the task: it fails as a call does that
 * was given it. */
static void
test_cancellable_alone (void)
{
  Command command;

  command_init (&command, "rest", NULL, NULL);
  command_start (&command);
  command_wait_lines (&command, 1);
  g_cancellable_cancel (at_async_task_get_cancellable (command.base));
  at_test_finish (command.base);
  g_assert_cmpint (at_async_task_get_outcome (command.base), ==, AT_OUTCOME_FAILED);
  command_assert_error (&command, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  command_clear (&command);
}

/* The same with a pause that comes while the command is ending: there is nothing
 * left that could be paused, and nobody to resume it. */
static void
test_cancellable_alone_and_pause (void)
{
  g_autofree char *marker = NULL;
  Command command;

  close (g_file_open_tmp ("asynctask-XXXXXX", &marker, NULL));
  unlink (marker);
  command_init (&command, "unmoved", marker, NULL);
  at_subprocess_task_set_grace_time (command.task, G_MAXUINT);
  command_start (&command);
  command_wait_lines (&command, 1);
  g_cancellable_cancel (at_async_task_get_cancellable (command.base));
  at_test_poll_until (g_file_test (marker, G_FILE_TEST_EXISTS));

  at_async_task_pause (command.base);
  g_assert_true (at_subprocess_task_send_signal (command.task, SIGKILL));
  at_test_finish (command.base);
  command_assert_error (&command, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (at_subprocess_task_get_term_signal (command.task), ==, SIGKILL);
  command_clear (&command);
  unlink (marker);
}

static void
test_owner_gone (void)
{
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  Command command;
  int pid;

  command_init (&command, "rest", NULL, NULL);
  at_async_task_set_owner (command.base, owner);
  command_start (&command);
  command_wait_lines (&command, 1);
  pid = at_subprocess_task_get_pid (command.task);
  g_object_unref (owner);
  at_test_finish (command.base);
  g_assert_true (is_gone (pid));
  g_assert_cmpuint (command.n_last, ==, 0);
  g_assert_cmpuint (command.lines->len, ==, 1);
  command.n_last = 1;
  command_clear (&command);
}

/* Those that stay behind. */

static void
test_orphan (gconstpointer user_data)
{
  const char *what = user_data;
  Command command;
  int pid;

  command_init (&command, "orphan", what, NULL);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  command_run (&command);
  command_assert_success (&command);
  pid = atoi (command_get_line (&command, 0));
  g_assert_cmpint (pid, >, 1);

  /* One that has the pipe to itself is not killed by us, but by the pipe. */
  if (strcmp (what, "flood") != 0)
    {
      g_assert_false (is_gone (pid));
      kill (pid, SIGKILL);
    }
  at_test_poll_until (is_gone (pid));
  command_clear (&command);
}

static void
test_sigchld_ignored (void)
{
  struct sigaction ignore = { .sa_handler = SIG_IGN }, no_wait = { .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT }, before;
  Command command;

  sigaction (SIGCHLD, &ignore, &before);
  command_init (&command, "exit", "0", NULL);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  g_assert_nonnull (strstr (at_async_task_get_error (command.base)->message, "SIGCHLD"));
  sigaction (SIGCHLD, &no_wait, NULL);
  command_clear (&command);

  command_init (&command, "exit", "0", NULL);
  command_run (&command);
  command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  sigaction (SIGCHLD, &before, NULL);
  command_clear (&command);
}

/* Somebody else waits for our child. */
static void
test_status_stolen (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  Command command;
  int pid;

  command_init (&command, "rest", NULL, NULL);
  g_assert_true (at_async_task_execute_on_executor (command.base, AT_EXECUTOR (pool), NULL, NULL));
  command_wait_lines (&command, 1);
  pid = at_subprocess_task_get_pid (command.task);

  /* The body does not look while it is paused. */
  at_async_task_pause (command.base);
  at_test_poll_until (is_stopped (pid) && at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_true (at_subprocess_task_send_signal (command.task, SIGKILL));
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  at_async_task_resume (command.base);
  at_test_finish (command.base);
  command_assert_error (&command, G_SPAWN_ERROR, G_SPAWN_ERROR_FAILED);
  g_assert_cmpint (at_subprocess_task_get_exit_status (command.task), ==, -1);
  command_clear (&command);
  g_object_unref (pool);
}

/* Others' children are their own affair. */
static void
test_leaves_other_children (void)
{
  char *argv[] = { child_path, (char *) "exit", (char *) "9", NULL };
  Command command;
  int status;
  GPid pid;

  g_assert_true (g_spawn_async (NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid, NULL));
  command_init (&command, "exit", "0", NULL);
  command_run (&command);
  command_assert_success (&command);
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (WEXITSTATUS (status), ==, 9);
  command_clear (&command);
}

/* Pausing. */

static void
pause_call (gpointer user_data)
{
  at_async_task_pause (user_data);
}

static void
test_pause (gconstpointer user_data)
{
  gboolean from_afar = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  Command command;
  int pid, family_pid;

  command_init (&command, "family", "", "");
  g_assert_true (at_async_task_execute_on_executor (command.base, AT_EXECUTOR (pool), NULL, NULL));
  command_wait_lines (&command, 1);
  pid = at_subprocess_task_get_pid (command.task);
  family_pid = atoi (command_get_line (&command, 0));

  /* Nobody iterates the context here. */
  if (from_afar)
    at_test_call_in_thread (pause_call, command.base);
  else
    at_async_task_pause (command.base);
  at_test_poll_until (is_stopped (pid) && is_stopped (family_pid));
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_true (is_stopped (pid));

  at_async_task_resume (command.base);
  at_test_poll_until (!is_stopped (pid) && !is_stopped (family_pid));
  g_assert_false (is_gone (pid));

  /* Paused again, and cancelled. */
  at_async_task_pause (command.base);
  at_test_poll_until (is_stopped (pid) && is_stopped (family_pid));
  at_async_task_cancel (command.base, from_afar);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  at_test_poll_until (is_gone (family_pid));
  command_clear (&command);
  g_object_unref (pool);
}

#if defined (__linux__) && defined (SYS_eventfd2)
/* A body makes what it is woken by after it has been at its checkpoint. Being in the
 * program, this is called instead of the system's function, and so in between. */
static void        (* between_func) (AtAsyncTask *task); /* atomic */
static AtAsyncTask *between_task;

__attribute__ ((visibility ("default"))) int
eventfd (unsigned int count,
         int          flags)
{
  void (* func) (AtAsyncTask *task) = g_atomic_pointer_exchange (&between_func, NULL);

  if (func != NULL)
    func (between_task);

  return syscall (SYS_eventfd2, count, flags);
}

static void
set_cancelled_flag (AtAsyncTask *task)
{
  at_async_task_cancel (task, FALSE);
}

static void
command_start_between (Command *command,
                       void  (* func) (AtAsyncTask *task))
{
  /* One that is silent: nothing else wakes its body. */
  command_init (command, "rest", NULL, NULL);
  at_subprocess_task_set_output_mode (command->task, AT_SUBPROCESS_OUTPUT_NONE);
  between_task = command->base;
  g_atomic_pointer_set (&between_func, func);
  command_start (command);
  at_test_poll_until (g_atomic_pointer_get (&between_func) == NULL);
}

/* What comes when there is no waking the body yet is not missed. */
static void
test_before_body_can_be_woken (void)
{
  Command command;

  command_start_between (&command, set_cancelled_flag);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);

  command_start_between (&command, at_async_task_pause);
  at_test_poll_until (at_subprocess_task_get_pid (command.task) != 0);
  at_test_poll_until (is_stopped (at_subprocess_task_get_pid (command.task)));
  at_async_task_cancel (command.base, FALSE);
  at_test_finish (command.base);
  command_assert_cancelled (&command, SIGTERM);
  command_clear (&command);
}
#endif

static void
test_pause_before_start (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  Command command;

  command_init (&command, "print", "started\n", NULL);
  at_async_task_pause (command.base);
  g_assert_true (at_async_task_execute_on_executor (command.base, AT_EXECUTOR (pool), NULL, NULL));
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_cmpint (at_subprocess_task_get_pid (command.task), ==, 0);
  assert_nothing_is_left ();
  at_async_task_resume (command.base);
  at_test_finish (command.base);
  command_assert_lines (&command, "started");
  command_clear (&command);
  g_object_unref (pool);
}

/* Progress. */

typedef struct
{
  const char *name;
  const char *pattern;
  const char *printed;
  double      fraction;
  guint64     completed;
  guint64     total;
} ProgressCase;

/* More than a double can hold. */
#define HUNDRED "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
#define HUGE_NUMBER HUNDRED HUNDRED HUNDRED HUNDRED

#define AMOUNTS "(?<completed>[0-9,.' ]+)/(?<total>[0-9,.' ]+|\\?)"

static const ProgressCase progress_cases[] = {
  { "percent", PERCENT, "10%\n42% done\n", 0.42, 0, 0 },
  { "percent-space", PERCENT, "42 %\n", 0.42, 0, 0 },
  { "percent-no-break-space", PERCENT, "42\xc2\xa0%\n", 0.42, 0, 0 },
  { "percent-narrow-space", PERCENT, "42\xe2\x80\xaf%\n", 0.42, 0, 0 },
  { "percent-point", PERCENT, "42.5%\n", 0.425, 0, 0 },
  { "percent-comma", PERCENT, "42,5%\n", 0.425, 0, 0 },
  { "percent-over", PERCENT, "250%\n", 1, 0, 0 },
  { "percent-none", PERCENT, "nothing\n", 0, 0, 0 },
  { "percent-rsync", PERCENT, "  1,238,099  42%  146.38kB/s    0:00:08 (xfr#5, to-chk=169/396)\r", 0.42, 0, 0 },
  { "percent-curl", PERCENT, "\r######       10.0%\r#########      42.0%", 0.42, 0, 0 },
  { "percent-in-one-line", PERCENT, "10%..20%..42%..", 0.42, 0, 0 },
  { "percent-invalid-utf8", PERCENT, "\xff\xfe 42%\xff\n", 0.42, 0, 0 },
  { "fraction", "at (?<fraction>[0-9.,]+)", "at 0.42\n", 0.42, 0, 0 },
  { "fraction-not-a-number", "at (?<fraction>\\S+)", "at 0.42\nat nan\nat 0x1\nat inf\nat 1.2.3\nat -3\n", 0.42, 0, 0 },
  { "fraction-comma", "at (?<fraction>[0-9.,]+)", "at 0,42\n", 0.42, 0, 0 },
  { "count", COUNT, "[3/10] Compiling\n", 0.3, 3, 10 },
  { "count-of", COUNT, "Step 3 of 10\n", 0.3, 3, 10 },
  { "count-without-newline", COUNT, "\r3/10", 0.3, 3, 10 },
  { "amounts-thousands", AMOUNTS, "1,238,099/2,476,198\n", 0.5, 1238099, 2476198 },
  { "amounts-points", AMOUNTS, "1.238.099/2.476.198\n", 0.5, 1238099, 2476198 },
  { "amounts-no-break-space", "(?<completed>[^/]+)/(?<total>\\S+)", "1\xc2\xa0" "000\xe2\x80\xaf" "000/2\xe2\x80\x99" "000_000\n", 0.5, 1000000, 2000000 },
  { "amounts-not-separated", "(?<completed>\\S+) (?<total>\\S+)", "3 10\n7-100 100\n-300 400\n1:000 2\n", 0.3, 3, 10 },
  { "amounts-apostrophe", AMOUNTS, "1'000/2'000\n", 0.5, 1000, 2000 },
  { "amounts-decimals", AMOUNTS, "2.5/10\n", 0.25, 0, 0 },
  { "amounts-comma-decimals", AMOUNTS, "2,5/10,0\n", 0.25, 0, 0 },
  { "amounts-unknown-total", AMOUNTS, "700/?\n", 0, 700, 0 },
  { "amounts-no-total", "got (?<completed>[0-9]+)", "got 700\n", 0, 700, 0 },
  { "amounts-optional-total", "got (?<completed>[0-9]+)(?: of (?<total>[0-9]+))?", "got 7\ngot 7 of 10\ngot 8\n", 0, 8, 0 },
  { "amounts-too-large", AMOUNTS, "3/10\n" HUGE_NUMBER "/" HUGE_NUMBER "\n" HUGE_NUMBER "/10\n" HUGE_NUMBER "/?\n", 0.3, 3, 10 },
  { "percent-too-large", PERCENT, "42%\n" HUGE_NUMBER "%\n", 0.42, 0, 0 },
  { "long-line", PERCENT, "@", 0.42, 0, 0 },
};

static void
test_progress (gconstpointer user_data)
{
  const ProgressCase *test = user_data;
  g_autoptr (GString) printed = g_string_new (test->printed);
  Command command;

  if (strcmp (test->printed, "@") == 0)
    {
      g_string_truncate (printed, 0);
      for (guint i = 0; i < 10000; i++)
        g_string_append_c (printed, '.');
      g_string_append (printed, "42%");
    }

  for (guint i = 0; i < 2; i++)
    {
      command_init (&command, i == 0 ? "print" : "print-error", printed->str, NULL);
      at_subprocess_task_set_progress_pattern (command.task, test->pattern);
      at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
      command_run (&command);
      command_assert_success (&command);
      g_assert_cmpfloat_with_epsilon (at_async_task_get_fraction (command.base), test->fraction, 1e-9);
      g_assert_cmpuint (at_async_task_get_completed (command.base), ==, test->completed);
      g_assert_cmpuint (at_async_task_get_total (command.base), ==, test->total);
      command_clear (&command);
    }
}

static void
test_progress_streams (void)
{
  static const struct
  {
    AtSubprocessStreams streams;
    double              output, error;
  } cases[] = {
    { AT_SUBPROCESS_STREAM_BOTH, 0.42, 0.42 },
    { AT_SUBPROCESS_STREAM_OUTPUT, 0.42, 0 },
    { AT_SUBPROCESS_STREAM_ERROR, 0, 0.42 },
    { AT_SUBPROCESS_STREAM_NONE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint j = 0; j < 2; j++)
      {
        Command command;

        command_init (&command, j == 0 ? "print" : "print-error", "42%\n", NULL);
        at_subprocess_task_set_progress_pattern (command.task, PERCENT);
        at_subprocess_task_set_progress_streams (command.task, cases[i].streams);
        command_run (&command);
        command_assert_success (&command);
        g_assert_cmpfloat (at_async_task_get_fraction (command.base), ==, j == 0 ? cases[i].output : cases[i].error);
        command_clear (&command);
      }
}

static void
test_bad_pattern (void)
{
  Command command;

  command_init (&command, "print", "never run\n", NULL);
  at_subprocess_task_set_progress_pattern (command.task, "(?<percent>[0-9");
  command_run (&command);
  g_assert_true (at_async_task_get_error (command.base)->domain == G_REGEX_ERROR);
  command_assert_lines (&command, "");
  command_clear (&command);

  command_init (&command, "print", "never run\n", NULL);
  at_subprocess_task_set_progress_pattern (command.task, "([0-9]+)%(?<total>x)");
  command_run (&command);
  command_assert_error (&command, G_REGEX_ERROR, G_REGEX_ERROR_COMPILE);
  g_assert_nonnull (strstr (at_async_task_get_error (command.base)->message, "percent"));
  command_assert_lines (&command, "");
  command_clear (&command);
}

/* A line that has not ended is as good as one that has. */
static void
test_progress_at_once (void)
{
  Command command;

  command_init (&command, "rest", "Working: 42%", NULL);
  at_subprocess_task_set_progress_pattern (command.task, PERCENT);
  command_start (&command);
  at_test_iterate_until (NULL, at_async_task_get_fraction (command.base) == 0.42);
  g_assert_cmpuint (command.lines->len, ==, 0);
  at_async_task_cancel (command.base, TRUE);
  at_test_finish (command.base);
  command_clear (&command);
}

static void
on_total (AtAsyncTask *task)
{
  g_assert_cmpuint (at_async_task_get_total (task), !=, 1);
}

static void
on_partial_step (Command *command)
{
  /* Had the first piece set anything, it would have been shown by now: progress
   * comes in the order in which it was reported. */
  g_assert_cmpuint (at_async_task_get_total (command->base), !=, 1);
  on_step (command);
}

/* ... unless more of it could tell otherwise. */
static void
test_progress_in_pieces (void)
{
  const char *argv[] = { child_path, "steps", "5/1", "0 files", NULL };
  Command command;

  command_init (&command, "", NULL, NULL);
  at_subprocess_task_set_argv (command.task, argv);
  at_subprocess_task_set_progress_pattern (command.task, COUNT);
  at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_CHUNKS);
  command.on_value = on_partial_step;
  g_signal_connect (command.task, "notify::total", G_CALLBACK (on_total), NULL);
  command_run (&command);
  command_assert_lines (&command, "5/1|0 files");
  g_assert_cmpuint (at_async_task_get_completed (command.base), ==, 5);
  g_assert_cmpuint (at_async_task_get_total (command.base), ==, 10);
  command_clear (&command);
}

/* Properties. */

static void
test_properties (void)
{
  const char *argv[] = { "a", "b", NULL };
  const char *environment[] = { "A=1", NULL };
  g_autoptr (GBytes) input = g_bytes_new ("x", 1);
  g_autoptr (AtSubprocessTask) task = at_subprocess_task_new (NULL);
  g_auto(GStrv) got_argv = NULL;
  AtTestRecord record;

  at_test_record_init (&record);
  at_test_record_watch (&record, AT_ASYNC_TASK (task));

  g_assert_null (at_subprocess_task_get_argv (task));
  g_assert_null (at_subprocess_task_get_working_directory (task));
  g_assert_null (at_subprocess_task_get_environment (task));
  g_assert_null (at_subprocess_task_get_input (task));
  g_assert_cmpint (at_subprocess_task_get_output_mode (task), ==, AT_SUBPROCESS_OUTPUT_LINES);
  g_assert_false (at_subprocess_task_get_merge_error_output (task));
  g_assert_cmpuint (at_subprocess_task_get_max_line_length (task), ==, 1 << 20);
  g_assert_cmpuint (at_subprocess_task_get_max_pending (task), ==, 16 << 20);
  g_assert_false (at_subprocess_task_get_collect_output (task));
  g_assert_cmpuint (at_subprocess_task_get_max_output (task), ==, 64 << 20);
  g_assert_null (at_subprocess_task_get_progress_pattern (task));
  g_assert_cmpint (at_subprocess_task_get_progress_streams (task), ==, AT_SUBPROCESS_STREAM_BOTH);
  g_assert_cmpuint (at_subprocess_task_get_grace_time (task), ==, 5000);
  g_assert_null (at_subprocess_task_get_output (task));
  g_assert_null (at_subprocess_task_get_error_output (task));
  g_assert_cmpint (at_subprocess_task_get_exit_status (task), ==, -1);
  g_assert_cmpint (at_subprocess_task_get_term_signal (task), ==, 0);
  g_assert_cmpint (at_subprocess_task_get_pid (task), ==, 0);
  g_assert_false (at_subprocess_task_send_signal (task, SIGTERM));

  /* Twice the same: one notify each. */
  for (guint i = 0; i < 2; i++)
    g_object_set (task,
                  "argv", argv,
                  "working-directory", "/tmp",
                  "environment", environment,
                  "input", input,
                  "output-mode", AT_SUBPROCESS_OUTPUT_NUL,
                  "merge-error-output", TRUE,
                  "max-line-length", 100,
                  "max-pending", G_GUINT64_CONSTANT (200),
                  "collect-output", TRUE,
                  "max-output", G_GUINT64_CONSTANT (300),
                  "progress-pattern", PERCENT,
                  "progress-streams", AT_SUBPROCESS_STREAM_ERROR,
                  "grace-time", 400,
                  NULL);
  g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, 13);

  g_object_get (task, "argv", &got_argv, NULL);
  g_assert_true (g_strv_equal ((const char * const *) got_argv, argv));
  g_assert_true (g_strv_equal (at_subprocess_task_get_argv (task), argv));
  g_assert_cmpstr (at_subprocess_task_get_working_directory (task), ==, "/tmp");
  g_assert_true (g_strv_equal (at_subprocess_task_get_environment (task), environment));
  g_assert_true (at_subprocess_task_get_input (task) == input);
  g_assert_cmpint (at_subprocess_task_get_output_mode (task), ==, AT_SUBPROCESS_OUTPUT_NUL);
  g_assert_true (at_subprocess_task_get_merge_error_output (task));
  g_assert_cmpuint (at_subprocess_task_get_max_line_length (task), ==, 100);
  g_assert_cmpuint (at_subprocess_task_get_max_pending (task), ==, 200);
  g_assert_true (at_subprocess_task_get_collect_output (task));
  g_assert_cmpuint (at_subprocess_task_get_max_output (task), ==, 300);
  g_assert_cmpstr (at_subprocess_task_get_progress_pattern (task), ==, PERCENT);
  g_assert_cmpint (at_subprocess_task_get_progress_streams (task), ==, AT_SUBPROCESS_STREAM_ERROR);
  g_assert_cmpuint (at_subprocess_task_get_grace_time (task), ==, 400);

  at_test_assert_critical (at_subprocess_task_set_max_line_length (task, 15));
  at_test_assert_critical (at_subprocess_task_set_output_mode (task, 4));
  at_test_assert_critical (at_subprocess_task_set_progress_streams (task, 4));
  at_test_record_clear (&record);
}

static void
test_too_late (void)
{
  Command command;

  command_init (&command, "exit", "0", NULL);
  command_start (&command);
  at_test_assert_critical (at_subprocess_task_set_argv (command.task, NULL));
  at_test_assert_critical (at_subprocess_task_set_grace_time (command.task, 1));
  at_test_assert_critical (at_subprocess_task_set_input (command.task, NULL));
  at_test_finish (command.base);
  command_assert_success (&command);
  command_clear (&command);
}

typedef struct
{
  GThread *owner;
  guint    n_notifies;
} Results;

static void
on_result_notify (AtSubprocessTask *task,
                  GParamSpec       *pspec,
                  Results          *results)
{
  g_assert_true (results->owner == g_thread_self ());
  g_assert_cmpint (at_async_task_get_status (AT_ASYNC_TASK (task)), ==, AT_STATUS_RUNNING);
  results->n_notifies++;
}

static void
on_failed_has_results (AtSubprocessTask *task,
                       const GError     *error,
                       Results          *results)
{
  /* Before the last callback. */
  g_assert_cmpuint (results->n_notifies, ==, 3);
}

static void
test_result_notifies (void)
{
  Results results = { g_thread_self (), 0 };
  Command command;

  command_init (&command, "fail", "3", "message");
  at_subprocess_task_set_collect_output (command.task, TRUE);
  g_signal_connect (command.task, "notify::exit-status", G_CALLBACK (on_result_notify), &results);
  g_signal_connect (command.task, "notify::term-signal", G_CALLBACK (on_result_notify), &results);
  g_signal_connect (command.task, "notify::output", G_CALLBACK (on_result_notify), &results);
  g_signal_connect (command.task, "notify::error-output", G_CALLBACK (on_result_notify), &results);
  g_signal_connect (command.task, "failed", G_CALLBACK (on_failed_has_results), &results);
  command_run (&command);
  g_assert_cmpuint (results.n_notifies, ==, 3);
  command_clear (&command);
}

/* Places to run in. */

static void
run_in_loop (gpointer user_data)
{
  Command *command = user_data;

  command_init (command, "print", "elsewhere\n", NULL);
  at_async_task_set_main_context (command->base, g_main_context_get_thread_default ());
  command_start (command);
}

static void
clear_in_loop (gpointer user_data)
{
  command_clear (user_data);
}

static void
test_other_context (void)
{
  AtTestLoop *loop;
  Command command;
  guint n_fds = n_fds_at_start;

  loop = at_test_loop_new ();
  at_test_loop_call (loop, run_in_loop, &command);
  at_test_poll_until (at_async_task_get_status (command.base) == AT_STATUS_FINISHED);
  command_assert_lines (&command, "elsewhere");
  n_fds_at_start = count_fds ();
  at_test_loop_call (loop, clear_in_loop, &command);
  at_test_loop_free (loop);
  n_fds_at_start = n_fds;
}

static void
test_serial_by_default (void)
{
  Command first, second;

  command_init (&first, "print", "first\n", NULL);
  command_init (&second, "print", "second\n", NULL);
  g_assert_true (at_async_task_execute (first.base, NULL, NULL));
  g_assert_true (at_async_task_execute (second.base, NULL, NULL));
  at_test_finish (first.base);
  at_test_finish (second.base);
  command_assert_lines (&first, "first");
  command_assert_lines (&second, "second");
  command_clear (&first);
  command_clear (&second);
}

/* A subclass has handlers, and the body that it inherits or one around that. */

typedef struct
{
  AtSubprocessTask parent_instance;
  int              result;
  guint            n_lines;
} Counting;

typedef AtSubprocessTaskClass CountingClass;

GType counting_get_type (void);

G_DEFINE_TYPE (Counting, counting, AT_TYPE_SUBPROCESS_TASK)

static gboolean
counting_in_background (AtAsyncTask   *task,
                        const GValue  *params,
                        GCancellable  *cancellable,
                        GError       **error)
{
  g_assert_null (at_async_task_get_result (task));
  if (!AT_ASYNC_TASK_CLASS (counting_parent_class)->in_background (task, params, cancellable, error))
    return FALSE;

  /* It may look at what the body of its parent class has come to. */
  g_assert_cmpint (g_value_get_int (at_async_task_get_result (task)), ==, 0);

  return at_async_task_return (task, G_TYPE_INT, 7);
}

static void
counting_progress_update (AtAsyncTask  *task,
                          const GValue *value)
{
  ((Counting *) task)->n_lines++;
}

static void
counting_post_execute (AtAsyncTask  *task,
                       const GValue *result)
{
  ((Counting *) task)->result = g_value_get_int (result);
}

static void
counting_class_init (CountingClass *klass)
{
  AT_ASYNC_TASK_CLASS (klass)->in_background = counting_in_background;
  AT_ASYNC_TASK_CLASS (klass)->progress_update = counting_progress_update;
  AT_ASYNC_TASK_CLASS (klass)->post_execute = counting_post_execute;
}

static void
counting_init (Counting *self)
{
  const char *argv[] = { "sh", "-c", "echo one; echo two", NULL };

  at_subprocess_task_set_argv (AT_SUBPROCESS_TASK (self), argv);
  self->result = -1;
}

static void
test_derived (void)
{
  Counting *counting = g_object_new (counting_get_type (), NULL);

  g_assert_true (at_async_task_execute (AT_ASYNC_TASK (counting), NULL, NULL));
  at_test_finish (AT_ASYNC_TASK (counting));
  g_assert_cmpuint (counting->n_lines, ==, 2);
  g_assert_cmpint (counting->result, ==, 7);
  g_assert_finalize_object (counting);
}

static void
test_many (void)
{
  enum { N = 200 };
  g_autofree Command *commands = g_new0 (Command, N);

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u\n", i);

      command_init (&commands[i], i % 10 == 9 ? "rest" : "print", text, NULL);
      command_start (&commands[i]);
      if (i % 10 == 9)
        at_async_task_cancel (commands[i].base, i % 20 == 9);
    }
  for (guint i = 0; i < N; i++)
    {
      at_test_finish (commands[i].base);
      if (i % 10 == 9)
        {
          g_assert_cmpint (at_async_task_get_outcome (commands[i].base), ==, AT_OUTCOME_CANCELLED);
        }
      else
        {
          command_assert_success (&commands[i]);
          g_assert_cmpint (atoi (command_get_line (&commands[i], 0)), ==, i);
        }
    }
  for (guint i = 0; i < N; i++)
    command_clear (&commands[i]);
}

/* Where the system has no pidfds, or forbids them. */

#if defined (__linux__) && defined (SYS_pidfd_open)
static gboolean
forbid_pidfds (void)
{
  struct sock_filter filter[] = {
    BPF_STMT (BPF_LD | BPF_W | BPF_ABS, offsetof (struct seccomp_data, nr)),
    BPF_JUMP (BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT (BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = { G_N_ELEMENTS (filter), filter };

  return prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 &&
         syscall (SYS_pidfd_open, getpid (), 0) == -1 && errno == ENOSYS;
}

static void
test_without_pidfd (void)
{
  if (g_test_subprocess ())
    {
      Command command;

      if (!forbid_pidfds ())
        exit (0);

      test_exit_status ();
      test_signalled ();
      test_cancel (GINT_TO_POINTER (FALSE));
      test_cancel (GINT_TO_POINTER (TRUE));
      test_cancel_stubborn (GUINT_TO_POINTER (20));
      test_cancel_silent ();
      test_orphan ("");
      test_pause (GINT_TO_POINTER (FALSE));

      /* Ends in silence. */
      command_init (&command, "exit", "0", NULL);
      at_subprocess_task_set_output_mode (command.task, AT_SUBPROCESS_OUTPUT_NONE);
      command_run (&command);
      command_assert_success (&command);
      command_clear (&command);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}
#endif

static void
warm_up (void)
{
  Command command;

  n_fds_at_start = G_MAXUINT;
  command_init (&command, "exit", "0", NULL);
  command_run (&command);
  g_assert_finalize_object (command.task);
  g_ptr_array_unref (command.lines);
  n_fds_at_start = count_fds ();
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  child_path = g_test_build_filename (G_TEST_BUILT, "subprocess-child", NULL);
  warm_up ();

  for (guint i = 0; i < G_N_ELEMENTS (output_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/command/output/%s", output_cases[i].name);

      g_test_add_data_func (path, &output_cases[i], test_output);
    }
  g_test_add_func ("/command/output/records", test_records);
  g_test_add_func ("/command/output/pieces", test_pieces);
  g_test_add_func ("/command/output/many-lines", test_many_lines);
  g_test_add_func ("/command/output/endless-line", test_endless_line);
  g_test_add_func ("/command/output/collect", test_collect);
  g_test_add_data_func ("/command/backpressure/limit", GINT_TO_POINTER (TRUE), test_backpressure);
  g_test_add_data_func ("/command/backpressure/no-limit", GINT_TO_POINTER (FALSE), test_backpressure);
  g_test_add_func ("/command/backpressure/wait", test_backpressure_and_wait);
  g_test_add_func ("/command/backpressure/stopped-emission", test_backpressure_and_stopped_emission);
  g_test_add_data_func ("/command/backpressure/pause", GINT_TO_POINTER (FALSE), test_backpressure_and_pause);
  g_test_add_data_func ("/command/backpressure/owner-gone", GINT_TO_POINTER (TRUE), test_backpressure_and_pause);
  g_test_add_func ("/command/backpressure/context-gone", test_backpressure_and_context_gone);
  g_test_add_func ("/command/backpressure/inline", test_backpressure_inline);
  g_test_add_func ("/command/backpressure/at-the-end", test_backpressure_at_the_end);
  g_test_add_func ("/command/backpressure/cancel", test_backpressure_and_cancel);
  g_test_add_func ("/command/end/exit-status", test_exit_status);
  g_test_add_func ("/command/end/signal", test_signalled);
  g_test_add_func ("/command/end/error-flood", test_error_flood);
  g_test_add_func ("/command/end/merge", test_merge);
  g_test_add_func ("/command/end/sigchld-ignored", test_sigchld_ignored);
  g_test_add_func ("/command/end/status-stolen", test_status_stolen);
  g_test_add_func ("/command/end/other-children", test_leaves_other_children);
  g_test_add_data_func ("/command/end/orphan", "", test_orphan);
  g_test_add_data_func ("/command/end/orphan-flood", "flood", test_orphan);
  for (guint i = 0; i < G_N_ELEMENTS (start_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/command/start/%s", start_cases[i].name);

      g_test_add_data_func (path, &start_cases[i], test_cannot_start);
    }
  g_test_add_func ("/command/start/arguments", test_arguments);
  g_test_add_func ("/command/start/search-path", test_search_path);
  g_test_add_func ("/command/start/search-order", test_search_order);
  g_test_add_func ("/command/start/no-search-path", test_no_search_path);
  g_test_add_func ("/command/start/folder", test_folder);
  g_test_add_func ("/command/start/environment", test_environment);
  g_test_add_func ("/command/start/environment-when-executed", test_environment_when_executed);
  g_test_add_func ("/command/start/clean-process", test_clean_process);
  g_test_add_func ("/command/start/clean-signals", test_clean_signals);
  g_test_add_func ("/command/start/signal-before-exec", test_signal_before_exec);
  g_test_add_func ("/command/input/all", test_input);
  g_test_add_func ("/command/input/none", test_no_input);
  g_test_add_func ("/command/input/not-read", test_input_not_read);
  g_test_add_data_func ("/command/cancel/interrupt", GINT_TO_POINTER (TRUE), test_cancel);
  g_test_add_data_func ("/command/cancel/flag", GINT_TO_POINTER (FALSE), test_cancel);
  g_test_add_func ("/command/cancel/drains", test_cancel_drains);
  g_test_add_data_func ("/command/cancel/stubborn", GUINT_TO_POINTER (50), test_cancel_stubborn);
  g_test_add_data_func ("/command/cancel/no-grace", GUINT_TO_POINTER (0), test_cancel_stubborn);
  g_test_add_data_func ("/command/cancel/family", "", test_cancel_family);
  g_test_add_data_func ("/command/cancel/family-stubborn", "stubborn", test_cancel_family);
  g_test_add_data_func ("/command/cancel/family-tidy", "tidy", test_cancel_family);
  g_test_add_func ("/command/cancel/silent", test_cancel_silent);
  g_test_add_func ("/command/cancel/before-start", test_cancel_before_start);
  g_test_add_func ("/command/cancel/cancellable-alone", test_cancellable_alone);
  g_test_add_func ("/command/cancel/cancellable-alone-and-pause", test_cancellable_alone_and_pause);
  g_test_add_func ("/command/cancel/owner-gone", test_owner_gone);
  g_test_add_data_func ("/command/pause/owner", GINT_TO_POINTER (FALSE), test_pause);
  g_test_add_data_func ("/command/pause/from-afar", GINT_TO_POINTER (TRUE), test_pause);
  g_test_add_func ("/command/pause/before-start", test_pause_before_start);
#if defined (__linux__) && defined (SYS_eventfd2)
  g_test_add_func ("/command/pause/before-body-can-be-woken", test_before_body_can_be_woken);
#endif
  for (guint i = 0; i < G_N_ELEMENTS (progress_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/command/progress/%s", progress_cases[i].name);

      g_test_add_data_func (path, &progress_cases[i], test_progress);
    }
  g_test_add_func ("/command/progress/streams", test_progress_streams);
  g_test_add_func ("/command/progress/bad-pattern", test_bad_pattern);
  g_test_add_func ("/command/progress/at-once", test_progress_at_once);
  g_test_add_func ("/command/progress/in-pieces", test_progress_in_pieces);
  g_test_add_func ("/command/properties", test_properties);
  g_test_add_func ("/command/properties/too-late", test_too_late);
  g_test_add_func ("/command/properties/results", test_result_notifies);
  g_test_add_func ("/command/run/other-context", test_other_context);
  g_test_add_func ("/command/run/serial-by-default", test_serial_by_default);
  g_test_add_func ("/command/run/derived", test_derived);
  g_test_add_func ("/command/run/many", test_many);
#if defined (__linux__) && defined (SYS_pidfd_open)
  g_test_add_func ("/command/run/without-pidfd", test_without_pidfd);
#endif

  return g_test_run ();
}
