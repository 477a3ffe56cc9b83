/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "at-test.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A source that does as it is told; it stands before another one, or has data of
 * its own. */
#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GInputStream)

typedef struct
{
  gsize        max_count;      /* 0: no limit */
  gssize       end;            /* where it ends, with @error if there is one; -1: never */
  const GError *error;
  guint        n_would_block;  /* before each byte that moves */
  gssize       wrong_count;    /* what is returned in place of the truth; 0: nothing */
  const GError *close_error;
  GOutputStream *unread;       /* written to when it is closed, whatever the cancellable says */
  AtTestCount *count;

  /* What happened; atomic. */
  gint         n_calls;
  gint         n_flushes;
  gint         n_closes;
  gint         n_cancelled_closes;
  gint         closed_in_order; /* how many streams of a test were closed before this one */
} Script;

static gint n_closed_in_all;

struct _TestSource
{
  GInputStream  parent_instance;

  Script       *script;
  GInputStream *base;
  gsize         position;
  guint         n_would_block;
};

static void test_source_pollable_init (GPollableInputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSource, test_source, G_TYPE_INPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_INPUT_STREAM, test_source_pollable_init))

static guint8
pattern_at (gsize position)
{
  return (guint8) ((position * 2654435761u) >> 13);
}

static gboolean
would_block (Script  *script,
             guint   *n_would_block,
             GError **error)
{
  if (*n_would_block >= script->n_would_block)
    {
      *n_would_block = 0;
      return FALSE;
    }

  *n_would_block += 1;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "Not now");

  return TRUE;
}

static gssize
test_source_read (GInputStream  *stream,
                  void          *buffer,
                  gsize          count,
                  GCancellable  *cancellable,
                  GError       **error)
{
  TestSource *self = TEST_SOURCE (stream);
  Script *script = self->script;
  guint8 *bytes = buffer;
  gssize n;

  g_atomic_int_inc (&script->n_calls);
  if (would_block (script, &self->n_would_block, error))
    return -1;
  if (script->wrong_count != 0)
    return script->wrong_count;

  if (script->max_count != 0)
    count = MIN (count, script->max_count);
  if (script->end >= 0)
    count = MIN (count, (gsize) script->end - self->position);
  if (count == 0 && script->error != NULL)
    {
      g_propagate_error (error, g_error_copy (script->error));
      return -1;
    }

  if (self->base != NULL && G_IS_POLLABLE_INPUT_STREAM (self->base) && script->end == -2)
    n = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (self->base), buffer, count, cancellable, error);
  else if (self->base != NULL)
    n = g_input_stream_read (self->base, buffer, count, cancellable, error);
  else
    {
      for (gsize i = 0; i < count; i++)
        bytes[i] = pattern_at (self->position + i);
      n = count;
    }

  if (n > 0)
    self->position += n;

  return n;
}

static gboolean
note_close (Script        *script,
            GCancellable  *cancellable,
            GError       **error)
{
  script->closed_in_order = g_atomic_int_add (&n_closed_in_all, 1);
  g_atomic_int_inc (&script->n_closes);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    {
      g_atomic_int_inc (&script->n_cancelled_closes);
      return FALSE;
    }
  if (script->close_error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (script->close_error));

  return FALSE;
}

static gboolean
test_source_close (GInputStream  *stream,
                   GCancellable  *cancellable,
                   GError       **error)
{
  TestSource *self = TEST_SOURCE (stream);

  if (self->base != NULL)
    g_input_stream_close (self->base, NULL, NULL);

  return note_close (self->script, cancellable, error);
}

static gboolean
test_source_can_poll (GPollableInputStream *pollable)
{
  return TEST_SOURCE (pollable)->script->end == -2;
}

static gboolean
test_source_is_readable (GPollableInputStream *pollable)
{
  return g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (TEST_SOURCE (pollable)->base));
}

static GSource *
test_source_create_source (GPollableInputStream *pollable,
                           GCancellable         *cancellable)
{
  g_autoptr (GSource) source =
    g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (TEST_SOURCE (pollable)->base), NULL);

  return g_pollable_source_new_full (pollable, source, cancellable);
}

static void
test_source_pollable_init (GPollableInputStreamInterface *iface)
{
  iface->can_poll = test_source_can_poll;
  iface->is_readable = test_source_is_readable;
  iface->create_source = test_source_create_source;
}

static void
test_source_finalize (GObject *object)
{
  TestSource *self = TEST_SOURCE (object);
  AtTestCount *count = self->script->count;

  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);

  g_clear_object (&self->base);
  if (count != NULL)
    at_test_count_freed (count);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = test_source_read;
  G_INPUT_STREAM_CLASS (klass)->close_fn = test_source_close;
}

static void
test_source_init (TestSource *self)
{
}

/* @base is taken over. */
static GInputStream *
test_source_new (Script       *script,
                 GInputStream *base)
{
  TestSource *self = g_object_new (TEST_TYPE_SOURCE, NULL);

  self->script = script;
  self->base = base;
  if (script->count != NULL)
    at_test_count_made (script->count);

  return G_INPUT_STREAM (self);
}

/* The same for a sink, which keeps what it gets and checks it against the pattern. */
#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, GOutputStream)

struct _TestSink
{
  GOutputStream  parent_instance;

  Script        *script;
  GOutputStream *base;
  gsize          position;
  guint          n_would_block;
};

static void test_sink_pollable_init (GPollableOutputStreamInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSink, test_sink, G_TYPE_OUTPUT_STREAM,
                               G_IMPLEMENT_INTERFACE (G_TYPE_POLLABLE_OUTPUT_STREAM, test_sink_pollable_init))

static gssize
test_sink_write (GOutputStream  *stream,
                 const void     *buffer,
                 gsize           count,
                 GCancellable   *cancellable,
                 GError        **error)
{
  TestSink *self = TEST_SINK (stream);
  Script *script = self->script;
  const guint8 *bytes = buffer;
  gssize n = 0;

  g_atomic_int_inc (&script->n_calls);
  if (would_block (script, &self->n_would_block, error))
    return -1;
  if (script->wrong_count != 0)
    return script->wrong_count > 0 ? script->wrong_count : 0;

  if (script->max_count != 0)
    count = MIN (count, script->max_count);
  if (script->end >= 0)
    count = MIN (count, (gsize) script->end - self->position);
  if (count == 0)
    {
      g_propagate_error (error, g_error_copy (script->error));
      return -1;
    }

  if (self->base != NULL && script->end == -2)
    n = g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (self->base), buffer, count, cancellable, error);
  else if (self->base != NULL)
    n = g_output_stream_write (self->base, buffer, count, cancellable, error);
  else
    for (; (gsize) n < count; n++)
      g_assert_cmpuint (bytes[n], ==, pattern_at (self->position + n));

  if (n > 0)
    self->position += n;

  return n;
}

static gboolean
test_sink_flush (GOutputStream  *stream,
                 GCancellable   *cancellable,
                 GError        **error)
{
  Script *script = TEST_SINK (stream)->script;

  g_atomic_int_inc (&script->n_flushes);
  if (script->error == NULL || script->end >= 0)
    return TRUE;

  g_propagate_error (error, g_error_copy (script->error));

  return FALSE;
}

static gboolean
test_sink_close (GOutputStream  *stream,
                 GCancellable   *cancellable,
                 GError        **error)
{
  TestSink *self = TEST_SINK (stream);

  if (self->script->unread != NULL)
    g_assert_false (g_output_stream_write_all (self->script->unread, "x", 1, NULL, NULL, NULL));
  if (self->base != NULL)
    g_output_stream_close (self->base, NULL, NULL);

  return note_close (self->script, cancellable, error);
}

static gboolean
test_sink_can_poll (GPollableOutputStream *pollable)
{
  return TEST_SINK (pollable)->script->end == -2;
}

static gboolean
test_sink_is_writable (GPollableOutputStream *pollable)
{
  return g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (TEST_SINK (pollable)->base));
}

static GSource *
test_sink_create_source (GPollableOutputStream *pollable,
                         GCancellable          *cancellable)
{
  g_autoptr (GSource) source =
    g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (TEST_SINK (pollable)->base), NULL);

  return g_pollable_source_new_full (pollable, source, cancellable);
}

static void
test_sink_pollable_init (GPollableOutputStreamInterface *iface)
{
  iface->can_poll = test_sink_can_poll;
  iface->is_writable = test_sink_is_writable;
  iface->create_source = test_sink_create_source;
}

static void
test_sink_finalize (GObject *object)
{
  TestSink *self = TEST_SINK (object);
  AtTestCount *count = self->script->count;

  G_OBJECT_CLASS (test_sink_parent_class)->finalize (object);

  g_clear_object (&self->base);
  if (count != NULL)
    at_test_count_freed (count);
}

static void
test_sink_class_init (TestSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_sink_finalize;
  G_OUTPUT_STREAM_CLASS (klass)->write_fn = test_sink_write;
  G_OUTPUT_STREAM_CLASS (klass)->flush = test_sink_flush;
  G_OUTPUT_STREAM_CLASS (klass)->close_fn = test_sink_close;
}

static void
test_sink_init (TestSink *self)
{
}

static GOutputStream *
test_sink_new (Script        *script,
               GOutputStream *base)
{
  TestSink *self = g_object_new (TEST_TYPE_SINK, NULL);

  self->script = script;
  self->base = base;
  if (script->count != NULL)
    at_test_count_made (script->count);

  return G_OUTPUT_STREAM (self);
}

/* A task between two scripts. The scripts' streams are the task's alone. */
static AtTransferTask *
new_scripted (Script        *source_script,
              Script        *sink_script,
              guint64        total)
{
  g_autoptr (GInputStream) source = test_source_new (source_script, NULL);
  g_autoptr (GOutputStream) sink = test_sink_new (sink_script, NULL);

  return at_transfer_task_new (source, sink, total);
}

static GBytes *
new_data (gsize length)
{
  guint8 *data = g_malloc (length);

  for (gsize i = 0; i < length; i++)
    data[i] = pattern_at (i);

  return g_bytes_new_take (data, length);
}

static AtTransferTask *
new_in_memory (GBytes         *data,
               GOutputStream **sink,
               guint64         total)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (data);

  *sink = g_memory_output_stream_new_resizable ();

  return at_transfer_task_new (source, *sink, total);
}

static void
start (AtTransferTask     *task,
       AtThreadPoolExecutor *pool)
{
  g_autoptr (GError) error = NULL;

  if (pool != NULL)
    at_async_task_set_executor (AT_ASYNC_TASK (task), AT_EXECUTOR (pool));
  at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error);
  g_assert_no_error (error);
}

static void
finish (AtTransferTask *task)
{
  at_test_finish (AT_ASYNC_TASK (task));
}

static void
assert_moved (AtTransferTask *task,
              guint64         n)
{
  const GValue *result = at_async_task_get_result (AT_ASYNC_TASK (task));

  g_assert_nonnull (result);
  g_assert_true (G_VALUE_HOLDS_UINT64 (result));
  g_assert_cmpuint (g_value_get_uint64 (result), ==, n);
  g_assert_cmpuint (at_async_task_get_completed (AT_ASYNC_TASK (task)), ==, n);
}

static void
assert_succeeded (AtTransferTask *task,
                  guint64         n)
{
  g_assert_no_error (at_async_task_get_error (AT_ASYNC_TASK (task)));
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_SUCCEEDED);
  assert_moved (task, n);
}

#define assert_failed(task, code_, n) \
  G_STMT_START { \
    g_assert_error (at_async_task_get_error (AT_ASYNC_TASK (task)), G_IO_ERROR, (code_)); \
    g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_FAILED); \
    assert_moved (task, n); \
  } G_STMT_END

#define assert_cancelled(task) \
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (task)), ==, AT_OUTCOME_CANCELLED)

static void
assert_pattern (GOutputStream *memory,
                gsize          length)
{
  const guint8 *data = g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory));

  g_assert_cmpuint (g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)), ==, length);
  for (gsize i = 0; i < length; i++)
    if (data[i] != pattern_at (i))
      g_error ("byte %" G_GSIZE_FORMAT " is wrong", i);
}

static guint
count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static void
open_pipe (GInputStream  **source,
           GOutputStream **sink)
{
  int fds[2];

  g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  *source = g_unix_input_stream_new (fds[0], TRUE);
  *sink = g_unix_output_stream_new (fds[1], TRUE);
}

static void
unblock (gpointer stream)
{
  int fd = G_IS_UNIX_INPUT_STREAM (stream)
    ? g_unix_input_stream_get_fd (stream)
    : g_unix_output_stream_get_fd (stream);

  g_assert_true (g_unix_set_fd_nonblocking (fd, TRUE, NULL));
}

static void
open_sockets (GIOStream *connections[2])
{
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GSocket) socket = g_socket_new_from_fd (fds[i], NULL);

      connections[i] = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
    }
}

/* The plain way. */

static void
test_memory (gconstpointer user_data)
{
  const gsize length = 1000003;
  g_autoptr (GBytes) data = new_data (length);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, length);
  AtTestRecord record;

  at_test_record_init (&record);
  at_test_record_connect (&record, AT_ASYNC_TASK (task));
  at_transfer_task_set_buffer_size (task, GPOINTER_TO_UINT (user_data));
  g_assert_cmpint (at_async_task_get_unit (AT_ASYNC_TASK (task)), ==, AT_PROGRESS_UNIT_BYTES);
  start (task, NULL);
  finish (task);
  assert_succeeded (task, length);
  g_assert_cmpfloat (at_async_task_get_fraction (AT_ASYNC_TASK (task)), ==, 1);
  g_assert_cmpuint (at_async_task_get_total (AT_ASYNC_TASK (task)), ==, length);
  g_assert_null (at_transfer_task_get_checksum (task));
  assert_pattern (sink, length);
  at_test_record_assert_threads (&record);
  g_assert_cmpuint (at_test_record_get_n_notifies (&record, "checksum"), ==, 0);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);

  g_assert_finalize_object (task);
  at_test_record_clear (&record);
}

static void
test_unknown_total (void)
{
  g_autoptr (GBytes) data = new_data (70000);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 0);

  at_transfer_task_set_flags (task, AT_TRANSFER_EXACT);
  start (task, NULL);
  finish (task);
  assert_succeeded (task, 70000);
  assert_pattern (sink, 70000);
  g_assert_cmpuint (at_async_task_get_total (AT_ASYNC_TASK (task)), ==, 70000);
  g_assert_cmpfloat (at_async_task_get_fraction (AT_ASYNC_TASK (task)), ==, 1);
  g_assert_finalize_object (task);
}

static void
test_no_bytes (void)
{
  g_autoptr (GBytes) data = new_data (0);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 0);

  at_transfer_task_set_checksum_type (task, "md5");
  start (task, NULL);
  finish (task);
  assert_succeeded (task, 0);
  g_assert_cmpfloat (at_async_task_get_fraction (AT_ASYNC_TASK (task)), ==, 1);
  g_assert_cmpstr (at_transfer_task_get_checksum (task), ==, "d41d8cd98f00b204e9800998ecf8427e");
  g_assert_finalize_object (task);
}

static void
test_wrong_total (void)
{
  g_autoptr (GBytes) data = new_data (3000);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 1000);

  start (task, NULL);
  finish (task);
  assert_succeeded (task, 3000);
  assert_pattern (sink, 3000);
  g_assert_cmpuint (at_async_task_get_total (AT_ASYNC_TASK (task)), ==, 1000);
  g_assert_finalize_object (task);
}

/* A queue shows how much there is to do. */
static void
test_queued_total (void)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtAsyncTask *blocker;
  g_autoptr (GBytes) data = new_data (3000);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 3000);
  AtTestGate gate;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
  start (task, pool);
  at_test_iterate_until (NULL, at_async_task_get_total (AT_ASYNC_TASK (task)) == 3000);
  at_test_gate_open (&gate);
  finish (task);
  at_test_finish (blocker);

  g_assert_finalize_object (task);
  g_assert_finalize_object (blocker);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
}

static char *
make_folder (void)
{
  return g_dir_make_tmp ("at-transfer-XXXXXX", NULL);
}

static GFile *
make_file (const char *folder,
           const char *name,
           GBytes     *data)
{
  GFile *file = g_file_new_build_filename (folder, name, NULL);

  if (data != NULL)
    g_assert_true (g_file_replace_contents (file, g_bytes_get_data (data, NULL), g_bytes_get_size (data),
                                            NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));

  return file;
}

static void
assert_content (GFile  *file,
                GBytes *expected)
{
  g_autoptr (GBytes) content = g_file_load_bytes (file, NULL, NULL, NULL);

  g_assert_nonnull (content);
  g_assert_true (g_bytes_equal (content, expected));
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static AtTransferTask *
new_between_files (GFile *from,
                   GFile *to)
{
  g_autoptr (GInputStream) source = G_INPUT_STREAM (g_file_read (from, NULL, NULL));
  g_autoptr (GOutputStream) sink = G_OUTPUT_STREAM (g_file_replace (to, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL));
  AtTransferTask *task = at_transfer_task_new (source, sink, 0);

  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);

  return task;
}

static void
test_files (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (GBytes) data = new_data (5000011);
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GFile) from = make_file (folder, "from", data);
  g_autoptr (GFile) to = make_file (folder, "to", old);
  AtTransferTask *task = new_between_files (from, to);

  start (task, NULL);
  finish (task);
  assert_succeeded (task, 5000011);
  assert_content (to, data);
  g_assert_true (g_input_stream_is_closed (at_transfer_task_get_source (task)));
  g_assert_true (g_output_stream_is_closed (at_transfer_task_get_sink (task)));

  g_assert_finalize_object (task);
  remove_folder (folder);
}

/* What did not arrive whole does not replace the file that there was. */

typedef enum
{
  SPOIL_CHECKSUM,
  SPOIL_LENGTH,
  SPOIL_QUEUED,
  SPOIL_ORPHANED
} Spoil;

static void
test_file_is_kept (gconstpointer user_data)
{
  Spoil spoil = GPOINTER_TO_INT (user_data);
  g_autofree char *folder = make_folder ();
  g_autoptr (GBytes) data = new_data (100000);
  g_autoptr (GBytes) old = g_bytes_new_static ("old", 3);
  g_autoptr (GFile) from = make_file (folder, "from", data);
  g_autoptr (GFile) to = make_file (folder, "to", old);
  AtTransferTask *task = new_between_files (from, to);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtAsyncTask *blocker;
  GObject *owner = NULL;
  guint n_fds = count_fds ();
  AtTestGate gate;

  at_test_gate_init (&gate);
  blocker = at_async_task_new (at_test_body_gate, &gate, NULL);
  if (spoil == SPOIL_ORPHANED)
    {
      owner = g_object_new (G_TYPE_OBJECT, NULL);
      at_async_task_set_owner (AT_ASYNC_TASK (task), owner);
    }
  if (spoil == SPOIL_CHECKSUM)
    at_transfer_task_set_expected_checksum (task, "d41d8cd98f00b204e9800998ecf8427e");
  if (spoil == SPOIL_LENGTH)
    {
      at_transfer_task_set_size (task, 100001);
      at_transfer_task_set_flags (task, at_transfer_task_get_flags (task) | AT_TRANSFER_EXACT);
    }
  if (spoil == SPOIL_QUEUED || spoil == SPOIL_ORPHANED)
    {
      g_assert_true (at_async_task_execute_on_executor (blocker, AT_EXECUTOR (pool), NULL, NULL));
      at_test_gate_wait_arrived (&gate, 1);
    }
  start (task, pool);
  if (spoil == SPOIL_QUEUED)
    g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (task), TRUE));
  g_clear_object (&owner);
  finish (task);
  if (spoil != SPOIL_ORPHANED)
    {
      g_assert_true (g_input_stream_is_closed (at_transfer_task_get_source (task)));
      g_assert_true (g_output_stream_is_closed (at_transfer_task_get_sink (task)));
    }
  else
    {
      assert_cancelled (task);
    }

  g_assert_finalize_object (task);
  g_assert_cmpuint (count_fds (), <=, n_fds);
  assert_content (to, old);
  g_assert_cmpuint (count_files (folder), ==, 2);
  at_test_gate_open (&gate);
  if (spoil == SPOIL_QUEUED || spoil == SPOIL_ORPHANED)
    at_test_finish (blocker);
  g_object_unref (blocker);
  g_object_unref (pool);
  at_test_gate_clear (&gate);
  remove_folder (folder);
}

/* Checksums. */

static const struct
{
  const char    *name;
  const char    *other_name;
  GChecksumType  type;
} kinds[] = {
  { "md5", "MD5", G_CHECKSUM_MD5 },
  { "sha1", "SHA-1", G_CHECKSUM_SHA1 },
  { "sha256", "Sha-256", G_CHECKSUM_SHA256 },
  { "sha384", "SHA384", G_CHECKSUM_SHA384 },
  { "sha512", "sha-512", G_CHECKSUM_SHA512 },
};

static void
on_checksum_hook (AtAsyncTask   *task,
                  AtTestEvent    event,
                  gconstpointer  payload,
                  gpointer       user_data)
{
  AtTestRecord *record = user_data;

  if (event == AT_TEST_EVENT_POST || event == AT_TEST_EVENT_FAILED)
    {
      g_assert_cmpuint (at_test_record_get_n_notifies (record, "checksum"), ==, 1);
      g_assert_nonnull (at_transfer_task_get_checksum (AT_TRANSFER_TASK (task)));
    }
}

static void
test_checksum (void)
{
  g_autoptr (GBytes) data = new_data (300001);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    for (guint how = 0; how < 4; how++)
      {
        g_autofree char *expected = g_compute_checksum_for_bytes (kinds[i].type, data);
        g_autofree char *upper = g_ascii_strup (expected, -1);
        g_autofree char *padded = g_strdup_printf ("\t %s\n", upper);
        g_autoptr (GOutputStream) sink = NULL;
        AtTransferTask *task = new_in_memory (data, &sink, 0);
        g_autofree char *checksum = NULL;
        AtTestRecord record;

        at_test_record_init (&record);
        record.hook = on_checksum_hook;
        record.hook_data = &record;
        at_test_record_connect (&record, AT_ASYNC_TASK (task));
        if (how == 0)
          at_transfer_task_set_checksum_type (task, kinds[i].name);
        if (how == 1)
          at_transfer_task_set_checksum_type (task, kinds[i].other_name);
        if (how >= 2)
          at_transfer_task_set_expected_checksum (task, padded);
        if (how == 3)
          at_transfer_task_set_checksum_type (task, kinds[i].name);
        start (task, NULL);
        finish (task);
        assert_succeeded (task, 300001);
        g_object_get (task, "checksum", &checksum, NULL);
        g_assert_cmpstr (checksum, ==, expected);
        g_assert_cmpuint (at_test_record_get_n_notifies (&record, "checksum"), ==, 1);
        g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 1);
        at_test_record_assert_threads (&record);

        g_assert_finalize_object (task);
        at_test_record_clear (&record);
      }
}

static void
test_checksum_differs (void)
{
  g_autoptr (GBytes) data = new_data (300001);
  g_autofree char *real = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, data);
  const char *expected = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855";
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 0);
  const GError *error;
  AtTestRecord record;

  at_test_record_init (&record);
  record.hook = on_checksum_hook;
  record.hook_data = &record;
  at_test_record_connect (&record, AT_ASYNC_TASK (task));
  at_transfer_task_set_expected_checksum (task, expected);
  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_INVALID_DATA, 300001);
  error = at_async_task_get_error (AT_ASYNC_TASK (task));
  g_assert_nonnull (strstr (error->message, real));
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_nonnull (strstr (error->message, "sha256"));
  g_assert_cmpstr (at_transfer_task_get_checksum (task), ==, real);
  g_assert_false (g_output_stream_is_closed (sink));

  g_assert_finalize_object (task);
  at_test_record_clear (&record);
}

static void
test_checksum_is_none (void)
{
  static const struct
  {
    const char *type;
    const char *expected;
    const char *named;
  } cases[] = {
    { "crc32", NULL, "crc32" },
    { "", NULL, "“”" },
    { "sha-md5", NULL, "sha-md5" },
    { "sha25", NULL, "sha25" },
    { NULL, "abcdef", "abcdef" },
    { NULL, "z41d8cd98f00b204e9800998ecf8427e", "z41d8cd98f00b204e9800998ecf8427e" },
    { "sha1", "d41d8cd98f00b204e9800998ecf8427e", "sha1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Script source_script = { .end = 10 }, sink_script = { .end = -1 };
      AtTransferTask *task = new_scripted (&source_script, &sink_script, 0);

      at_transfer_task_set_checksum_type (task, cases[i].type);
      at_transfer_task_set_expected_checksum (task, cases[i].expected);
      at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
      start (task, NULL);
      finish (task);
      assert_failed (task, G_IO_ERROR_INVALID_ARGUMENT, 0);
      g_assert_nonnull (strstr (at_async_task_get_error (AT_ASYNC_TASK (task))->message, cases[i].named));
      g_assert_cmpint (source_script.n_calls, ==, 0);
      g_assert_cmpint (source_script.n_cancelled_closes, ==, 1);
      g_assert_cmpint (sink_script.n_cancelled_closes, ==, 1);
      g_assert_finalize_object (task);
    }
}

/* Exactly so many bytes. */

static void
test_exact (void)
{
  static const struct
  {
    gsize   length;
    guint64 total;
    guint   buffer_size;
    guint64 moved;
    gboolean fails;
  } cases[] = {
    { 1000, 1000, 64, 1000, FALSE },
    { 1000, 1000, 1000, 1000, FALSE },
    { 1000, 1000, 4096, 1000, FALSE },
    { 1000, 1001, 4096, 1000, TRUE },
    { 1000, 999, 4096, 999, TRUE },
    { 1000, 999, 37, 999, TRUE },
    { 0, 1, 4096, 0, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) data = new_data (cases[i].length);
      g_autoptr (GOutputStream) sink = NULL;
      AtTransferTask *task = new_in_memory (data, &sink, cases[i].total);

      at_transfer_task_set_flags (task, AT_TRANSFER_EXACT);
      at_transfer_task_set_buffer_size (task, cases[i].buffer_size);
      start (task, NULL);
      finish (task);
      if (cases[i].fails)
        assert_failed (task, G_IO_ERROR_PARTIAL_INPUT, cases[i].moved);
      else
        assert_succeeded (task, cases[i].moved);
      assert_pattern (sink, cases[i].moved);
      g_assert_finalize_object (task);
    }
}

/* Failing. */

static void
test_read_error (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Cut off");
  g_autoptr (GError) close_error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "Full");
  Script source_script = { .max_count = 1000, .end = 12345, .error = error, .close_error = close_error };
  Script sink_script = { .end = -1, .close_error = close_error };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 99999);

  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  at_transfer_task_set_checksum_type (task, "sha1");
  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_CONNECTION_CLOSED, 12345);
  g_assert_cmpstr (at_async_task_get_error (AT_ASYNC_TASK (task))->message, ==, "Cut off");
  g_assert_cmpint (source_script.n_cancelled_closes, ==, 1);
  g_assert_cmpint (sink_script.n_cancelled_closes, ==, 1);
  g_assert_null (at_transfer_task_get_checksum (task));
  g_assert_finalize_object (task);
}

static void
test_write_error (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "Full");
  Script source_script = { .end = 99999 };
  Script sink_script = { .end = 54321, .error = error };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 99999);

  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_NO_SPACE, 54321);
  g_assert_cmpint (source_script.n_closes, ==, 0);
  g_assert_cmpint (sink_script.n_closes, ==, 0);
  g_assert_cmpint (sink_script.n_flushes, ==, 0);
  g_assert_finalize_object (task);
}

static void
test_full_device (void)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/full");
  g_autoptr (GBytes) data = new_data (1000);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (data);
  g_autoptr (GOutputStream) sink = G_OUTPUT_STREAM (g_file_append_to (file, G_FILE_CREATE_NONE, NULL, NULL));
  AtTransferTask *task;

  if (sink == NULL)
    {
      g_test_skip ("no /dev/full here");
      return;
    }

  task = at_transfer_task_new (source, sink, 1000);
  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_NO_SPACE, 0);
  g_assert_finalize_object (task);
}

/* Nobody reads what is written, at once, when the sink is flushed, or when it is closed,
 * and nobody has told the program to ignore what the kernel sends for that. */
static GOutputStream *
new_unread_sink (gboolean is_socket,
                 gboolean is_buffered)
{
  g_autoptr (GOutputStream) sink = NULL;
  int fds[2];

  if (is_socket)
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
  else
    g_assert_true (g_unix_open_pipe (fds, FD_CLOEXEC, NULL));
  close (fds[0]);
  sink = g_unix_output_stream_new (fds[1], TRUE);

  return is_buffered ? g_buffered_output_stream_new (sink) : g_steal_pointer (&sink);
}

static void
test_broken_pipe (gconstpointer user_data)
{
  gboolean is_socket = GPOINTER_TO_INT (user_data);
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  struct sigaction action = { .sa_handler = SIG_DFL }, before;
  Script source_script = { .end = 1000 };
  sigset_t mask, pending;

  /* Sockets of GIO have the program ignore it. */
  sigaction (SIGPIPE, &action, &before);

  for (guint i = 0; i < 4; i++)
    {
      gboolean is_buffered = i % 2 == 1;
      g_autoptr (GInputStream) source = test_source_new (&source_script, NULL);
      g_autoptr (GOutputStream) sink = new_unread_sink (is_socket, is_buffered);
      AtTransferTask *task = at_transfer_task_new (source, sink, 1000);

      if (i >= 2)
        at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SINK);
      at_async_task_set_executor (AT_ASYNC_TASK (task), executor);
      start (task, NULL);
      finish (task);
      assert_failed (task, G_IO_ERROR_BROKEN_PIPE, is_buffered ? 1000 : 0);

      /* A stream that was left open writes what it holds when it goes. */
      g_clear_object (&sink);
      g_assert_finalize_object (task);

      pthread_sigmask (SIG_SETMASK, NULL, &mask);
      sigpending (&pending);
      g_assert_false (sigismember (&mask, SIGPIPE));
      g_assert_false (sigismember (&pending, SIGPIPE));
    }

  sigaction (SIGPIPE, &before, NULL);
}

/* What was on its way to the thread before stays on its way. */
static void
test_broken_pipe_of_others (void)
{
  g_autoptr (AtExecutor) executor = AT_EXECUTOR (at_inline_executor_new ());
  struct sigaction action = { .sa_handler = SIG_DFL }, before;
  Script source_script = { .end = 1000 };
  g_autoptr (GInputStream) source = test_source_new (&source_script, NULL);
  g_autoptr (GOutputStream) sink = new_unread_sink (FALSE, FALSE);
  AtTransferTask *task = at_transfer_task_new (source, sink, 1000);
  sigset_t broken_pipe, mask, pending;
  int received;

  sigaction (SIGPIPE, &action, &before);
  sigemptyset (&broken_pipe);
  sigaddset (&broken_pipe, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &broken_pipe, &mask);
  raise (SIGPIPE);

  at_async_task_set_executor (AT_ASYNC_TASK (task), executor);
  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_BROKEN_PIPE, 0);
  g_assert_finalize_object (task);

  sigpending (&pending);
  g_assert_true (sigismember (&pending, SIGPIPE));
  sigwait (&broken_pipe, &received);
  pthread_sigmask (SIG_SETMASK, &mask, NULL);
  sigaction (SIGPIPE, &before, NULL);
}

/* The streams of a task whose body never ran are closed in the owner's thread. */
static void
test_broken_pipe_unrun (void)
{
  struct sigaction action = { .sa_handler = SIG_DFL }, before;
  Script source_script = { .end = 0 };
  g_autoptr (GOutputStream) unread = new_unread_sink (FALSE, FALSE);
  Script sink_script = { .end = -1, .unread = unread };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 0);

  sigaction (SIGPIPE, &action, &before);
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SINK);
  at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  start (task, NULL);
  finish (task);
  g_assert_cmpint (source_script.n_calls, ==, 0);
  g_assert_cmpint (sink_script.n_closes, ==, 1);
  g_assert_finalize_object (task);
  sigaction (SIGPIPE, &before, NULL);
}

static void
test_short_counts (void)
{
  Script source_script = { .max_count = 777, .end = 100000 };
  Script sink_script = { .max_count = 13, .end = -1 };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 100000);

  start (task, NULL);
  finish (task);
  assert_succeeded (task, 100000);
  g_assert_cmpint (sink_script.n_calls, >=, 100000 / 13);
  g_assert_cmpint (sink_script.n_flushes, ==, 1);
  g_assert_finalize_object (task);
}

static void
test_wrong_counts (void)
{
  for (guint i = 0; i < 3; i++)
    {
      Script source_script = { .end = 1000, .wrong_count = i == 0 ? 1000000000 : 0 };
      Script sink_script = { .end = -1, .wrong_count = i == 1 ? 1000000000 : i == 2 ? -1 : 0 };
      AtTransferTask *task = new_scripted (&source_script, &sink_script, 0);

      start (task, NULL);
      finish (task);
      assert_failed (task, G_IO_ERROR_FAILED, 0);
      g_assert_finalize_object (task);
    }
}

static void
test_close_error (gconstpointer user_data)
{
  gboolean of_source = GPOINTER_TO_INT (user_data);
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE, "Gone");
  Script source_script = { .end = 1000, .close_error = of_source ? error : NULL };
  Script sink_script = { .end = -1, .close_error = of_source ? NULL : error };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 1000);

  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  start (task, NULL);
  finish (task);
  assert_failed (task, G_IO_ERROR_HOST_UNREACHABLE, 1000);
  g_assert_cmpint (source_script.n_closes, ==, 1);
  g_assert_cmpint (sink_script.n_closes, ==, 1);
  g_assert_cmpint (sink_script.n_cancelled_closes, ==, of_source ? 1 : 0);
  g_assert_cmpint (source_script.closed_in_order, <, sink_script.closed_in_order);
  g_assert_finalize_object (task);
}

static void
test_flush (void)
{
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "Full");

  for (guint i = 0; i < 2; i++)
    {
      Script source_script = { .end = 1000 };
      Script sink_script = { .end = -1, .error = i == 1 ? error : NULL };
      AtTransferTask *task = new_scripted (&source_script, &sink_script, 1000);

      start (task, NULL);
      finish (task);
      if (i == 0)
        assert_succeeded (task, 1000);
      else
        assert_failed (task, G_IO_ERROR_NO_SPACE, 1000);
      g_assert_cmpint (sink_script.n_flushes, ==, 1);
      g_assert_cmpint (sink_script.n_closes, ==, 0);
      g_assert_finalize_object (task);
    }
}

static void
test_busy_stream (void)
{
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (GBytes) data = new_data (10);
      g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (data);
      g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
      AtTransferTask *task = at_transfer_task_new (source, sink, 0);

      at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
      if (i == 0)
        g_input_stream_set_pending (source, NULL);
      if (i == 1)
        g_output_stream_set_pending (sink, NULL);
      if (i == 2)
        g_input_stream_close (source, NULL, NULL);
      if (i == 3)
        g_output_stream_close (sink, NULL, NULL);
      start (task, NULL);
      finish (task);
      assert_failed (task, i < 2 ? G_IO_ERROR_PENDING : G_IO_ERROR_CLOSED, 0);
      if (i == 0)
        g_input_stream_clear_pending (source);
      if (i == 1)
        g_output_stream_clear_pending (sink);
      g_assert_finalize_object (task);
    }
}

static void
test_no_streams (void)
{
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();

  for (guint i = 0; i < 3; i++)
    {
      AtTransferTask *task = g_object_new (AT_TYPE_TRANSFER_TASK, NULL);
      g_autoptr (GInputStream) source = i == 2 ? g_memory_input_stream_new () : NULL;

      at_transfer_task_set_source (task, source);
      if (i == 1)
        at_transfer_task_set_sink (task, sink);
      at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
      start (task, NULL);
      finish (task);
      assert_failed (task, G_IO_ERROR_INVALID_ARGUMENT, 0);
      g_assert_finalize_object (task);
    }
  g_assert_true (g_output_stream_is_closed (sink));
}

/* Streams that do not block. */

static void
test_would_block (void)
{
  Script source_script = { .max_count = 1000, .end = 5000, .n_would_block = 3 };
  Script sink_script = { .max_count = 1500, .end = -1, .n_would_block = 2 };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 5000);

  start (task, NULL);
  finish (task);
  assert_succeeded (task, 5000);
  g_assert_cmpint (source_script.n_calls, ==, 6 * 4);
  g_assert_cmpint (sink_script.n_calls, ==, 5 * 3);
  g_assert_finalize_object (task);
}

/* A thread that feeds a stream with the pattern, or takes it out of one. */
typedef struct
{
  gint           is_enough; /* atomic: the feeder ends before its time */
  GInputStream  *from;
  GOutputStream *to;
  GIOStream     *connection; /* that ends with the stream */
  gsize          length;
  guint          seed;
  gsize          max_count;
  GThread       *thread;
} Peer;

static gpointer
feed_thread (gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (peer->seed);
  guint8 buffer[8192];
  gsize position = 0;

  while (position < peer->length && !g_atomic_int_get (&peer->is_enough))
    {
      gsize count = (gsize) g_rand_int_range (rand, 1, (int) peer->max_count + 1);

      count = MIN (count, peer->length - position);
      for (gsize i = 0; i < count; i++)
        buffer[i] = pattern_at (position + i);
      if (!g_output_stream_write_all (peer->to, buffer, count, NULL, NULL, NULL))
        break;
      position += count;
    }
  peer->length = position;
  g_output_stream_close (peer->to, NULL, NULL);
  if (peer->connection != NULL)
    g_io_stream_close (peer->connection, NULL, NULL);

  return NULL;
}

static gpointer
drain_thread (gpointer user_data)
{
  Peer *peer = user_data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (peer->seed);
  g_autoptr (GError) error = NULL;
  guint8 buffer[8192];
  gssize n;

  while ((n = g_input_stream_read (peer->from, buffer, (gsize) g_rand_int_range (rand, 1, (int) peer->max_count + 1),
                                   NULL, &error)) > 0)
    {
      for (gssize i = 0; i < n; i++)
        if (buffer[i] != pattern_at (peer->length + i))
          g_error ("byte %" G_GSIZE_FORMAT " is wrong", peer->length + i);
      peer->length += n;
    }
  g_assert_no_error (error);

  return NULL;
}

static void
start_feeding (Peer          *peer,
               GOutputStream *to,
               GIOStream     *connection,
               gsize          length,
               gsize          max_count)
{
  peer->is_enough = FALSE;
  peer->to = to;
  peer->connection = connection;
  peer->length = length;
  peer->max_count = max_count;
  peer->seed = (guint) g_test_rand_int ();
  peer->thread = g_thread_new ("feed", feed_thread, peer);
}

static void
start_draining (Peer         *peer,
                GInputStream *from,
                gsize         max_count)
{
  peer->from = from;
  peer->length = 0;
  peer->max_count = max_count;
  peer->seed = (guint) g_test_rand_int ();
  peer->thread = g_thread_new ("drain", drain_thread, peer);
}

/* The streams that say they would block, and when they would not, before pipes. */
static void
test_pollable (void)
{
  const gsize length = 1000003;
  g_autoptr (GOutputStream) feed = NULL;
  g_autoptr (GInputStream) drain = NULL;
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) sink = NULL;
  Script source_script = { .end = -2 }, sink_script = { .end = -2 };
  GInputStream *source_base;
  GOutputStream *sink_base;
  AtTransferTask *task;
  Peer feeder, drainer;
  gint n_calls;

  open_pipe (&source_base, &feed);
  open_pipe (&drain, &sink_base);
  unblock (sink_base);
  source = test_source_new (&source_script, source_base);
  sink = test_sink_new (&sink_script, sink_base);
  task = at_transfer_task_new (source, sink, length);
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  start (task, NULL);

  /* It is told to wait, and does so without asking again. */
  at_test_poll_until (g_atomic_int_get (&source_script.n_calls) == 1);
  g_usleep (100000);
  g_assert_cmpint (g_atomic_int_get (&source_script.n_calls), ==, 1);

  start_feeding (&feeder, feed, NULL, length, 8192);
  at_test_poll_until (g_atomic_int_get (&sink_script.n_calls) > 0);
  do
    {
      n_calls = g_atomic_int_get (&sink_script.n_calls);
      g_usleep (100000);
    }
  while (n_calls != g_atomic_int_get (&sink_script.n_calls));
  g_assert_cmpint (n_calls, <, 1000);

  start_draining (&drainer, drain, 8192);
  finish (task);
  g_thread_join (feeder.thread);
  g_thread_join (drainer.thread);
  assert_succeeded (task, length);
  g_assert_cmpuint (drainer.length, ==, length);

  g_assert_finalize_object (task);
}

/* One that is always ready and never has anything is not asked in a loop. */
static void
test_lying_pollable (void)
{
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) feed = NULL;
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  Script script = { .end = -2, .n_would_block = G_MAXUINT };
  GInputStream *base;
  AtTransferTask *task;
  gint n_calls;

  open_pipe (&base, &feed);
  g_assert_true (g_output_stream_write_all (feed, "x", 1, NULL, NULL, NULL));
  source = test_source_new (&script, base);
  task = at_transfer_task_new (source, sink, 0);
  start (task, NULL);
  at_test_poll_until (g_atomic_int_get (&script.n_calls) >= 3);
  n_calls = g_atomic_int_get (&script.n_calls);
  g_usleep (200000);
  g_assert_cmpint (g_atomic_int_get (&script.n_calls) - n_calls, <, 100);
  at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  finish (task);
  assert_cancelled (task);
  g_assert_finalize_object (task);
}

static void
test_nonblocking_fds (void)
{
  const gsize length = 1000003;
  g_autoptr (GOutputStream) feed = NULL;
  g_autoptr (GInputStream) drain = NULL;
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task;
  Peer feeder, drainer;

  open_pipe (&source, &feed);
  open_pipe (&drain, &sink);
  unblock (source);
  unblock (sink);
  task = at_transfer_task_new (source, sink, length);
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SINK);
  start (task, NULL);
  start_feeding (&feeder, feed, NULL, length, 5000);
  start_draining (&drainer, drain, 3000);
  finish (task);
  g_thread_join (feeder.thread);
  g_thread_join (drainer.thread);
  assert_succeeded (task, length);
  g_assert_cmpuint (drainer.length, ==, length);
  g_assert_finalize_object (task);
}

/* Blocked in the middle of it. */

typedef enum
{
  IN_PIPE_READ,
  IN_PIPE_WRITE,
  IN_SOCKET_READ,
  IN_SOCKET_WRITE,
  IN_POLL_READ,
  IN_POLL_WRITE,
  IN_DELAY,
  N_PLACES
} Place;

static const char * const place_names[N_PLACES] = {
  "pipe-read", "pipe-write", "socket-read", "socket-write", "poll-read", "poll-write", "delay",
};

/* A task that blocks, and the other end of what it blocks in. */
typedef struct
{
  AtTransferTask *task;
  Place           place;
  Script          script;
  GIOStream      *connections[2];
  GInputStream   *in;
  GOutputStream  *out;
  GInputStream   *drain; /* where it writes */
  GOutputStream  *feed;  /* where it reads */
} Blocked;

static gboolean
is_write (Place place)
{
  return place == IN_PIPE_WRITE || place == IN_SOCKET_WRITE || place == IN_POLL_WRITE;
}

static void
blocked_init (Blocked *self,
              Place    place,
              gsize    length)
{
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) sink = NULL;

  memset (self, 0, sizeof *self);
  self->place = place;
  self->script.end = place == IN_POLL_READ || place == IN_POLL_WRITE ? -2 : -1;
  if (place == IN_DELAY)
    self->script.n_would_block = G_MAXUINT;

  if (place == IN_SOCKET_READ || place == IN_SOCKET_WRITE)
    {
      open_sockets (self->connections);
      self->in = g_object_ref (g_io_stream_get_input_stream (self->connections[0]));
      self->out = g_object_ref (g_io_stream_get_output_stream (self->connections[1]));
      if (place == IN_SOCKET_READ)
        self->feed = g_object_ref (self->out);
      else
        self->drain = g_object_ref (self->in);
    }
  else
    {
      open_pipe (&self->in, &self->out);
      if (place == IN_POLL_WRITE)
        unblock (self->out);
      if (is_write (place))
        self->drain = g_object_ref (self->in);
      else
        self->feed = g_object_ref (self->out);
    }

  if (is_write (place))
    {
      g_autoptr (GBytes) data = new_data (length);

      source = g_memory_input_stream_new_from_bytes (data);
      /* Not before the pipe: a GUnixOutputStream is looked at. */
      sink = place == IN_PIPE_WRITE ? g_object_ref (self->out) : test_sink_new (&self->script, g_object_ref (self->out));
    }
  else
    {
      source = test_source_new (&self->script, g_object_ref (self->in));
      sink = g_memory_output_stream_new_resizable ();
    }
  self->task = at_transfer_task_new (source, sink, length);
  at_transfer_task_set_flags (self->task, AT_TRANSFER_CLOSE_SINK);
}

static gboolean
pipe_is_full (GOutputStream *out)
{
  return !g_pollable_output_stream_is_writable (G_POLLABLE_OUTPUT_STREAM (out));
}

/* Until it is in the call that blocks, or as good as. */
static void
blocked_wait (Blocked *self)
{
  if (is_write (self->place))
    at_test_poll_until (pipe_is_full (self->out));
  else
    at_test_poll_until (g_atomic_int_get (&self->script.n_calls) > 0);
}

static void
blocked_clear (Blocked *self)
{
  g_assert_finalize_object (self->task);
  g_clear_object (&self->in);
  g_clear_object (&self->out);
  g_clear_object (&self->feed);
  g_clear_object (&self->drain);
  g_clear_object (&self->connections[0]);
  g_clear_object (&self->connections[1]);
}

static void
test_interrupt (gconstpointer user_data)
{
  guint n_fds = count_fds ();
  Blocked blocked;
  AtTestRecord record;

  at_test_record_init (&record);
  blocked_init (&blocked, GPOINTER_TO_INT (user_data), 5000000);
  at_test_record_connect (&record, AT_ASYNC_TASK (blocked.task));
  start (blocked.task, NULL);
  blocked_wait (&blocked);
  g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (blocked.task), TRUE));
  finish (blocked.task);
  assert_cancelled (blocked.task);
  g_assert_cmpuint (at_test_record_get_count (&record, AT_TEST_EVENT_CANCELLED), ==, 1);
  g_assert_nonnull (at_async_task_get_result (AT_ASYNC_TASK (blocked.task)));
  g_assert_true (g_output_stream_is_closed (at_transfer_task_get_sink (blocked.task)));

  blocked_clear (&blocked);
  at_test_record_clear (&record);
  g_assert_cmpuint (count_fds (), <=, n_fds + 1);
}

/* The call is left alone, and is the last one. */
static void
test_cancel_without_interrupt (gconstpointer user_data)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  Blocked blocked;
  char byte;

  blocked_init (&blocked, GPOINTER_TO_INT (user_data), 5000000);
  start (blocked.task, pool);
  blocked_wait (&blocked);
  g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (blocked.task), FALSE));
  g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 1);
  g_assert_cmpint (at_async_task_get_outcome (AT_ASYNC_TASK (blocked.task)), ==, AT_OUTCOME_NONE);

  if (blocked.feed != NULL)
    {
      g_assert_true (g_output_stream_write_all (blocked.feed, "x", 1, NULL, NULL, NULL));
      finish (blocked.task);
    }
  else
    {
      while (at_async_task_get_status (AT_ASYNC_TASK (blocked.task)) != AT_STATUS_FINISHED)
        {
          if (g_pollable_input_stream_is_readable (G_POLLABLE_INPUT_STREAM (blocked.drain)))
            g_input_stream_read (blocked.drain, &byte, 1, NULL, NULL);
          g_main_context_iteration (NULL, FALSE);
        }
    }
  assert_cancelled (blocked.task);
  g_assert_cmpint (g_atomic_int_get (&blocked.script.n_calls), <=, 300);

  blocked_clear (&blocked);
  g_object_unref (pool);
}

static void
pause_call (gpointer user_data)
{
  at_async_task_pause (user_data);
}

static void
resume_call (gpointer user_data)
{
  at_async_task_resume (user_data);
}

/* The slot is given to another task while the stream is silent; resumed, the
 * transfer waits until that one has ended, and then moves everything. */
static void
test_pause (gconstpointer user_data)
{
  const gsize length = 1000003;
  Place place = GPOINTER_TO_INT (user_data);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  AtAsyncTask *other;
  AtTestGate gate;
  Blocked blocked;
  Peer peer;

  blocked_init (&blocked, place, length);
  start (blocked.task, pool);

  for (guint i = 0; i < 3; i++)
    {
      gint n_calls;

      at_test_gate_init (&gate);
      other = at_async_task_new (at_test_body_gate, &gate, NULL);
      blocked_wait (&blocked);
      g_assert_true (at_async_task_execute_on_executor (other, AT_EXECUTOR (pool), NULL, NULL));

      /* From another thread, and with an owner that does not look: nothing here
       * iterates the context. */
      at_test_call_in_thread (pause_call, blocked.task);
      at_test_gate_wait_arrived (&gate, 1);
      n_calls = g_atomic_int_get (&blocked.script.n_calls);

      at_test_call_in_thread (resume_call, blocked.task);
      g_assert_cmpuint (at_thread_pool_executor_get_n_running (pool), ==, 1);
      g_assert_cmpint (g_atomic_int_get (&blocked.script.n_calls), ==, n_calls);
      at_test_gate_open (&gate);
      at_test_finish (other);
      if (!is_write (place))
        at_test_poll_until (g_atomic_int_get (&blocked.script.n_calls) > n_calls);
      g_assert_finalize_object (other);
      at_test_gate_clear (&gate);
    }

  if (place == IN_DELAY)
    g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (blocked.task), TRUE));
  else if (blocked.feed != NULL)
    start_feeding (&peer, blocked.feed, blocked.connections[1], length, 8192);
  else
    start_draining (&peer, blocked.drain, 8192);

  if (place != IN_DELAY)
    {
      finish (blocked.task);
      if (place == IN_SOCKET_WRITE)
        g_io_stream_close (blocked.connections[1], NULL, NULL);
      g_thread_join (peer.thread);
      assert_succeeded (blocked.task, length);
      g_assert_cmpuint (peer.length, ==, length);
      if (blocked.feed != NULL)
        assert_pattern (at_transfer_task_get_sink (blocked.task), length);
    }
  else
    {
      finish (blocked.task);
      assert_cancelled (blocked.task);
    }

  blocked_clear (&blocked);
  g_object_unref (pool);
}

static void
test_paused_then_cancelled (gconstpointer user_data)
{
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);
  gboolean interrupt = GPOINTER_TO_INT (user_data);
  Blocked blocked;

  blocked_init (&blocked, IN_PIPE_READ, 1000);
  start (blocked.task, pool);
  blocked_wait (&blocked);
  at_async_task_pause (AT_ASYNC_TASK (blocked.task));
  at_test_poll_until (at_thread_pool_executor_get_n_running (pool) == 0);
  g_assert_true (at_async_task_cancel (AT_ASYNC_TASK (blocked.task), interrupt));
  finish (blocked.task);
  assert_cancelled (blocked.task);
  g_assert_cmpint (blocked.script.n_calls, ==, 1);

  blocked_clear (&blocked);
  g_object_unref (pool);
}

static void
test_paused_before (void)
{
  Script source_script = { .end = 1000 }, sink_script = { .end = -1 };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 0);
  AtThreadPoolExecutor *pool = at_thread_pool_executor_new ("Test", 1);

  at_async_task_pause (AT_ASYNC_TASK (task));
  start (task, pool);
  at_test_settle (NULL, AT_EXECUTOR (pool));
  at_test_settle (NULL, AT_EXECUTOR (pool));
  g_assert_cmpint (g_atomic_int_get (&source_script.n_calls), ==, 0);
  at_async_task_resume (AT_ASYNC_TASK (task));
  finish (task);
  assert_succeeded (task, 1000);
  g_assert_finalize_object (task);
  g_object_unref (pool);
}

/* The body's cancellable, cancelled by somebody for himself. */
static void
test_own_cancellable (void)
{
  Blocked blocked;

  blocked_init (&blocked, IN_PIPE_READ, 1000);
  start (blocked.task, NULL);
  blocked_wait (&blocked);
  g_cancellable_cancel (at_async_task_get_cancellable (AT_ASYNC_TASK (blocked.task)));
  finish (blocked.task);
  assert_failed (blocked.task, G_IO_ERROR_CANCELLED, 0);
  blocked_clear (&blocked);
}

/* Paused at random, thousands of times: no byte is lost, none comes twice. */

typedef enum
{
  STORM_SOCKETS,
  STORM_PIPES,
  STORM_NONBLOCKING,
  STORM_CONVERTERS
} Storm;

static void
test_storm (gconstpointer user_data)
{
  Storm storm = GPOINTER_TO_INT (user_data);
  const guint n_pauses = at_test_scale (3000);
  GIOStream *in_pair[2] = { NULL, }, *out_pair[2] = { NULL, };
  g_autoptr (GInputStream) source = NULL;
  g_autoptr (GOutputStream) sink = NULL;
  g_autoptr (GInputStream) drain = NULL;
  g_autoptr (GOutputStream) feed = NULL;
  Script source_script = { .end = -2 }, sink_script = { .end = -2 };
  AtTransferTask *task;
  Peer feeder, drainer;
  guint n = 0;

  if (storm == STORM_SOCKETS)
    {
      open_sockets (in_pair);
      open_sockets (out_pair);
      source = g_object_ref (g_io_stream_get_input_stream (in_pair[0]));
      feed = g_object_ref (g_io_stream_get_output_stream (in_pair[1]));
      drain = g_object_ref (g_io_stream_get_input_stream (out_pair[0]));
      sink = g_object_ref (g_io_stream_get_output_stream (out_pair[1]));
    }
  else
    {
      open_pipe (&source, &feed);
      open_pipe (&drain, &sink);
    }
  if (storm == STORM_NONBLOCKING)
    {
      unblock (sink);
      source = test_source_new (&source_script, source);
      sink = test_sink_new (&sink_script, sink);
    }
  if (storm == STORM_CONVERTERS)
    {
      /* The feeder's bytes are compressed on their way to the task, which reads
       * them plain and writes them compressed. */
      g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 1));
      g_autoptr (GConverter) packer2 = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
      g_autoptr (GConverter) unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
      g_autoptr (GConverter) unpacker2 = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      GInputStream *old_source = source, *old_drain = drain;
      GOutputStream *old_sink = sink, *old_feed = feed;

      feed = g_converter_output_stream_new (old_feed, packer);
      source = g_converter_input_stream_new (old_source, unpacker);
      sink = g_converter_output_stream_new (old_sink, packer2);
      drain = g_converter_input_stream_new (old_drain, unpacker2);
      g_object_unref (old_source);
      g_object_unref (old_drain);
      g_object_unref (old_sink);
      g_object_unref (old_feed);
    }

  task = at_transfer_task_new (source, sink, 0);
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SINK);
  at_transfer_task_set_buffer_size (task, 20000);
  start (task, NULL);
  start_feeding (&feeder, feed, in_pair[1], G_MAXSIZE, 8192);
  start_draining (&drainer, drain, 8192);

  while (at_async_task_get_status (AT_ASYNC_TASK (task)) != AT_STATUS_FINISHED)
    {
      if (n < n_pauses)
        {
          at_async_task_pause (AT_ASYNC_TASK (task));
          if (g_test_rand_int_range (0, 4) == 0)
            g_usleep (g_test_rand_int_range (0, 60));
          at_async_task_resume (AT_ASYNC_TASK (task));
          if (g_test_rand_int_range (0, 2) == 0)
            g_usleep (g_test_rand_int_range (0, 200));
          /* They go on to the very end. */
          if (++n == n_pauses / 2)
            g_atomic_int_set (&feeder.is_enough, TRUE);
        }
      g_main_context_iteration (NULL, n >= n_pauses);
    }
  g_assert_no_error (at_async_task_get_error (AT_ASYNC_TASK (task)));

  g_thread_join (feeder.thread);
  if (out_pair[1] != NULL)
    g_io_stream_close (out_pair[1], NULL, NULL);
  g_thread_join (drainer.thread);
  g_assert_cmpuint (n, >=, n_pauses / 2);
  assert_succeeded (task, feeder.length);
  g_assert_cmpuint (drainer.length, ==, feeder.length);
  g_test_message ("%u pauses in %" G_GSIZE_FORMAT " bytes", n, feeder.length);

  g_assert_finalize_object (task);
  g_clear_object (&in_pair[0]);
  g_clear_object (&in_pair[1]);
  g_clear_object (&out_pair[0]);
  g_clear_object (&out_pair[1]);
}

/* A GZip file, in passing. */
static void
test_converters (void)
{
  g_autoptr (GBytes) data = new_data (1000003);
  g_autoptr (GInputStream) memory = g_memory_input_stream_new_from_bytes (data);
  g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1));
  g_autoptr (GConverter) unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) source = g_converter_input_stream_new (memory, packer);
  g_autoptr (GOutputStream) plain = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream) sink = g_converter_output_stream_new (plain, unpacker);
  AtTransferTask *task = at_transfer_task_new (source, sink, 0);

  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SINK);
  start (task, NULL);
  finish (task);
  g_assert_no_error (at_async_task_get_error (AT_ASYNC_TASK (task)));
  assert_pattern (plain, 1000003);
  g_assert_finalize_object (task);
}

/* Lifetimes. */

static void
test_streams_are_freed_here (gconstpointer user_data)
{
  guint how = GPOINTER_TO_UINT (user_data);
  AtTestCount count = AT_TEST_COUNT_INIT;
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NO_SPACE, "Full");
  Script source_script = { .end = 1000, .error = how == 1 ? error : NULL, .count = &count };
  Script sink_script = { .end = -1, .count = &count };
  AtTransferTask *task = new_scripted (&source_script, &sink_script, 0);

  at_test_hear (AT_ASYNC_TASK (task));
  if (how == 2)
    at_async_task_cancel (AT_ASYNC_TASK (task), TRUE);
  start (task, NULL);
  g_object_unref (task);
  at_test_iterate_until (NULL, g_atomic_int_get (&count.n_freed) == 2);
  at_test_count_assert_all_freed (&count, 2);
}

static void
test_owner_gone (void)
{
  AtTestCount count = AT_TEST_COUNT_INIT;
  GObject *owner = g_object_new (G_TYPE_OBJECT, NULL);
  AtTestRecord record;
  Blocked blocked;
  AtTransferTask *task;

  at_test_record_init (&record);
  blocked_init (&blocked, IN_PIPE_READ, 1000);
  task = blocked.task;
  blocked.script.count = &count;
  at_test_count_made (&count);
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE);
  at_async_task_set_owner (AT_ASYNC_TASK (task), owner);
  at_test_record_connect (&record, AT_ASYNC_TASK (task));
  start (task, NULL);
  blocked_wait (&blocked);
  g_object_unref (owner);
  finish (task);
  assert_cancelled (task);
  g_assert_cmpint (blocked.script.n_cancelled_closes, ==, 1);
  g_assert_cmpuint (at_test_record_get_n_last (&record), ==, 0);

  blocked_clear (&blocked);
  at_test_count_assert_all_freed (&count, 1);
  at_test_record_clear (&record);
}

static void
test_never_executed (void)
{
  Script source_script = { .end = 1000 }, sink_script = { .end = -1 };
  g_autoptr (GInputStream) source = test_source_new (&source_script, NULL);
  g_autoptr (GOutputStream) sink = test_sink_new (&sink_script, NULL);
  AtTransferTask *task = at_transfer_task_new (source, sink, 0);

  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  g_assert_finalize_object (task);
  g_assert_cmpint (source_script.n_closes, ==, 0);
  g_assert_cmpint (sink_script.n_closes, ==, 0);
}

/* Waiting, with no loop: the checksum is there when the wait is over. */
static void
test_wait (void)
{
  g_autoptr (GBytes) data = new_data (100000);
  g_autofree char *expected = g_compute_checksum_for_bytes (G_CHECKSUM_SHA512, data);
  g_autoptr (GOutputStream) sink = NULL;
  AtTransferTask *task = new_in_memory (data, &sink, 100000);
  g_autoptr (GError) error = NULL;

  at_transfer_task_set_checksum_type (task, "sha512");
  start (task, NULL);
  g_assert_true (at_async_task_wait (AT_ASYNC_TASK (task), -1, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (at_transfer_task_get_checksum (task), ==, expected);
  g_assert_cmpuint (g_value_get_uint64 (at_async_task_get_result (AT_ASYNC_TASK (task))), ==, 100000);
  finish (task);
  g_assert_finalize_object (task);
}

static void
test_no_fd_leaks (void)
{
  guint n_fds = 0;

  for (guint i = 0; i < 20; i++)
    {
      Place place = i % N_PLACES;
      Blocked blocked;

      blocked_init (&blocked, place, 1000000);
      start (blocked.task, NULL);
      blocked_wait (&blocked);
      at_async_task_pause (AT_ASYNC_TASK (blocked.task));
      at_async_task_resume (AT_ASYNC_TASK (blocked.task));
      at_async_task_cancel (AT_ASYNC_TASK (blocked.task), TRUE);
      finish (blocked.task);
      blocked_clear (&blocked);
      at_test_settle (NULL, at_serial_executor_get_default ());
      if (i == N_PLACES)
        n_fds = count_fds ();
    }

  g_assert_cmpuint (count_fds (), <=, n_fds + 1);
}

/* Properties. */

static void
test_properties (void)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();
  AtTransferTask *task = g_object_new (AT_TYPE_TRANSFER_TASK, NULL);
  g_autoptr (GInputStream) got_source = NULL;
  g_autoptr (GOutputStream) got_sink = NULL;
  g_autofree char *type = NULL, *expected = NULL, *checksum = NULL;
  guint buffer_size;
  guint64 size;
  AtTransferFlags flags;
  AtTestRecord record;

  at_test_record_init (&record);
  at_test_record_watch (&record, AT_ASYNC_TASK (task));
  g_assert_null (at_transfer_task_get_source (task));
  g_assert_null (at_transfer_task_get_sink (task));
  g_assert_cmpuint (at_transfer_task_get_size (task), ==, 0);
  g_assert_cmpuint (at_transfer_task_get_buffer_size (task), ==, 262144);
  g_assert_cmpuint (at_transfer_task_get_flags (task), ==, AT_TRANSFER_NONE);
  g_assert_null (at_transfer_task_get_checksum_type (task));
  g_assert_null (at_transfer_task_get_expected_checksum (task));
  g_assert_null (at_transfer_task_get_checksum (task));

  for (guint i = 0; i < 2; i++)
    {
      g_object_set (task,
                    "source", source,
                    "sink", sink,
                    "size", (guint64) 5000000000,
                    "buffer-size", 77u,
                    "flags", AT_TRANSFER_EXACT | AT_TRANSFER_CLOSE_SINK,
                    "checksum-type", "sha1",
                    "expected-checksum", " ABC ",
                    NULL);
      g_assert_cmpuint (at_test_record_get_n_all_notifies (&record), ==, 7);
    }
  g_object_get (task,
                "source", &got_source,
                "sink", &got_sink,
                "size", &size,
                "buffer-size", &buffer_size,
                "flags", &flags,
                "checksum-type", &type,
                "expected-checksum", &expected,
                "checksum", &checksum,
                NULL);
  g_assert_true (got_source == source);
  g_assert_true (got_sink == sink);
  g_assert_cmpuint (size, ==, 5000000000);
  g_assert_cmpuint (buffer_size, ==, 77);
  g_assert_cmpuint (flags, ==, AT_TRANSFER_EXACT | AT_TRANSFER_CLOSE_SINK);
  g_assert_cmpstr (type, ==, "sha1");
  g_assert_cmpstr (expected, ==, "ABC");
  g_assert_null (checksum);

  at_transfer_task_set_expected_checksum (task, " \n");
  g_assert_null (at_transfer_task_get_expected_checksum (task));
  at_test_assert_critical (at_transfer_task_set_buffer_size (task, 0));
  at_test_assert_critical (at_transfer_task_set_buffer_size (task, G_MAXUINT));
  at_test_assert_critical (at_transfer_task_set_flags (task, 1 << 7));
  g_assert_cmpuint (at_transfer_task_get_buffer_size (task), ==, 77);

  at_transfer_task_set_size (task, 0);
  at_transfer_task_set_flags (task, AT_TRANSFER_NONE);
  start (task, NULL);
  at_test_assert_critical (at_transfer_task_set_source (task, NULL));
  at_test_assert_critical (at_transfer_task_set_sink (task, NULL));
  at_test_assert_critical (at_transfer_task_set_size (task, 1));
  at_test_assert_critical (at_transfer_task_set_buffer_size (task, 1));
  at_test_assert_critical (at_transfer_task_set_flags (task, AT_TRANSFER_EXACT));
  at_test_assert_critical (at_transfer_task_set_checksum_type (task, NULL));
  at_test_assert_critical (at_transfer_task_set_expected_checksum (task, "x"));
  finish (task);
  assert_succeeded (task, 0);

  g_assert_finalize_object (task);
  at_test_record_clear (&record);
}

static void
test_misuse (void)
{
  g_autoptr (GInputStream) source = g_memory_input_stream_new ();
  g_autoptr (GOutputStream) sink = g_memory_output_stream_new_resizable ();

  at_test_assert_critical (g_assert_null (at_transfer_task_new (NULL, sink, 0)));
  at_test_assert_critical (g_assert_null (at_transfer_task_new (source, NULL, 0)));
  at_test_assert_critical (at_transfer_task_get_checksum (NULL));
}

static void
add_at_places (const char       *format,
               GTestDataFunc     func,
               const char       *what)
{
  for (guint place = 0; place < N_PLACES; place++)
    {
      g_autofree char *path = NULL;

      if (place == IN_DELAY && func == test_cancel_without_interrupt)
        continue;
      path = g_strconcat (format, place_names[place], what, NULL);
      g_test_add_data_func (path, GUINT_TO_POINTER (place), func);
    }
}

int
main (int   argc,
      char *argv[])
{
  at_test_init (&argc, &argv);
  g_test_summary ("Copying streams in the background.");

  g_test_add_data_func ("/transfer/memory/default-buffer", GUINT_TO_POINTER (262144), test_memory);
  g_test_add_data_func ("/transfer/memory/small-buffer", GUINT_TO_POINTER (7), test_memory);
  g_test_add_data_func ("/transfer/memory/large-buffer", GUINT_TO_POINTER (64 << 20), test_memory);
  g_test_add_func ("/transfer/total/unknown", test_unknown_total);
  g_test_add_func ("/transfer/total/no-bytes", test_no_bytes);
  g_test_add_func ("/transfer/total/wrong-is-no-error", test_wrong_total);
  g_test_add_func ("/transfer/total/is-shown-in-a-queue", test_queued_total);
  g_test_add_func ("/transfer/files/are-copied", test_files);
  g_test_add_data_func ("/transfer/files/old-one-is-kept/checksum", GINT_TO_POINTER (SPOIL_CHECKSUM), test_file_is_kept);
  g_test_add_data_func ("/transfer/files/old-one-is-kept/length", GINT_TO_POINTER (SPOIL_LENGTH), test_file_is_kept);
  g_test_add_data_func ("/transfer/files/old-one-is-kept/queued", GINT_TO_POINTER (SPOIL_QUEUED), test_file_is_kept);
  g_test_add_data_func ("/transfer/files/old-one-is-kept/orphaned", GINT_TO_POINTER (SPOIL_ORPHANED), test_file_is_kept);
  g_test_add_func ("/transfer/checksum/types", test_checksum);
  g_test_add_func ("/transfer/checksum/differs", test_checksum_differs);
  g_test_add_func ("/transfer/checksum/is-none", test_checksum_is_none);
  g_test_add_func ("/transfer/exact", test_exact);
  g_test_add_func ("/transfer/error/read", test_read_error);
  g_test_add_func ("/transfer/error/write", test_write_error);
  g_test_add_func ("/transfer/error/full-device", test_full_device);
  g_test_add_data_func ("/transfer/error/broken-pipe", GINT_TO_POINTER (FALSE), test_broken_pipe);
  g_test_add_data_func ("/transfer/error/broken-socket", GINT_TO_POINTER (TRUE), test_broken_pipe);
  g_test_add_func ("/transfer/error/broken-pipe-of-others", test_broken_pipe_of_others);
  g_test_add_func ("/transfer/error/broken-pipe-unrun", test_broken_pipe_unrun);
  g_test_add_func ("/transfer/error/wrong-counts", test_wrong_counts);
  g_test_add_data_func ("/transfer/error/close-source", GINT_TO_POINTER (TRUE), test_close_error);
  g_test_add_data_func ("/transfer/error/close-sink", GINT_TO_POINTER (FALSE), test_close_error);
  g_test_add_func ("/transfer/error/flush", test_flush);
  g_test_add_func ("/transfer/error/busy-stream", test_busy_stream);
  g_test_add_func ("/transfer/error/no-streams", test_no_streams);
  g_test_add_func ("/transfer/short-counts", test_short_counts);
  g_test_add_func ("/transfer/would-block/cannot-poll", test_would_block);
  g_test_add_func ("/transfer/would-block/pollable", test_pollable);
  g_test_add_func ("/transfer/would-block/lying", test_lying_pollable);
  g_test_add_func ("/transfer/would-block/fds", test_nonblocking_fds);
  add_at_places ("/transfer/cancel/", test_interrupt, "/interrupts");
  add_at_places ("/transfer/cancel/", test_cancel_without_interrupt, "/without-interrupt");
  add_at_places ("/transfer/pause/", test_pause, "/frees-the-slot");
  g_test_add_data_func ("/transfer/pause/then-cancelled/interrupted", GINT_TO_POINTER (TRUE), test_paused_then_cancelled);
  g_test_add_data_func ("/transfer/pause/then-cancelled/not-interrupted", GINT_TO_POINTER (FALSE), test_paused_then_cancelled);
  g_test_add_func ("/transfer/pause/before", test_paused_before);
  g_test_add_func ("/transfer/cancel/own-cancellable", test_own_cancellable);
  g_test_add_data_func ("/transfer/pause/storm/sockets", GINT_TO_POINTER (STORM_SOCKETS), test_storm);
  g_test_add_data_func ("/transfer/pause/storm/pipes", GINT_TO_POINTER (STORM_PIPES), test_storm);
  g_test_add_data_func ("/transfer/pause/storm/non-blocking", GINT_TO_POINTER (STORM_NONBLOCKING), test_storm);
  g_test_add_data_func ("/transfer/pause/storm/converters", GINT_TO_POINTER (STORM_CONVERTERS), test_storm);
  g_test_add_func ("/transfer/converters", test_converters);
  g_test_add_data_func ("/transfer/lifetime/succeeded", GUINT_TO_POINTER (0), test_streams_are_freed_here);
  g_test_add_data_func ("/transfer/lifetime/failed", GUINT_TO_POINTER (1), test_streams_are_freed_here);
  g_test_add_data_func ("/transfer/lifetime/cancelled", GUINT_TO_POINTER (2), test_streams_are_freed_here);
  g_test_add_func ("/transfer/lifetime/owner-gone", test_owner_gone);
  g_test_add_func ("/transfer/lifetime/never-executed", test_never_executed);
  g_test_add_func ("/transfer/lifetime/wait", test_wait);
  g_test_add_func ("/transfer/lifetime/no-fd-leaks", test_no_fd_leaks);
  g_test_add_func ("/transfer/properties", test_properties);
  g_test_add_func ("/transfer/misuse", test_misuse);

  return g_test_run ();
}
