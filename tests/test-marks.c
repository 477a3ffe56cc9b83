/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* What tasks do is in a capture of Sysprof. */

#include "at-test.h"

#ifdef HAVE_SYSPROF

#include <gio/gunixconnection.h>
#include <string.h>
#include <sys/socket.h>
#include <sysprof-capture.h>
#include <unistd.h>

#define TITLE "Copying a photo"

static char *program;

/* What sysprof starts. */

static int
be_captured (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (AtAsyncTask) task = at_async_task_new (at_test_body_succeed, NULL, NULL);

  at_async_task_set_title (task, TITLE);
  at_async_task_set_main_context (task, context);
  g_assert_true (at_async_task_execute (task, NULL, NULL));
  at_test_finish (task);

  return 0;
}

/* What sysprof is in the place of: a ring buffer for each thread that asks for one. It is in
 * the static library, and in no header of that. */
typedef struct _MappedRingBuffer MappedRingBuffer;

typedef bool (* RingFunc) (const void *data,
                           size_t     *length,
                           void       *user_data);

extern MappedRingBuffer *mapped_ring_buffer_new_reader (size_t            size);
extern int               mapped_ring_buffer_get_fd     (MappedRingBuffer *self);
extern bool              mapped_ring_buffer_drain      (MappedRingBuffer *self,
                                                        RingFunc          func,
                                                        void             *user_data);
extern void              mapped_ring_buffer_unref      (MappedRingBuffer *self);

#define REQUEST "CreatRing"

static bool
write_frame (const void *data,
             size_t     *length,
             void       *writer)
{
  const SysprofCaptureFrame *frame = data;

  g_assert_cmpuint (frame->len, <=, *length);
  *length = frame->len;
  if (frame->type == SYSPROF_CAPTURE_FRAME_MARK)
    {
      const SysprofCaptureMark *mark = data;

      g_assert_true (sysprof_capture_writer_add_mark (writer, frame->time, frame->cpu, frame->pid, mark->duration,
                                                      mark->group, mark->name, mark->message));
    }

  return true;
}

/* The reader's own block is never freed by Sysprof 3.46; tests/valgrind.supp has it, too. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:mapped_ring_buffer_new_reader\n";
}

/* Serves the program until it has ended, and writes what it has marked. */
static void
capture (GSocketConnection *connection,
         const char        *path)
{
  GInputStream *requests = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  SysprofCaptureWriter *writer = sysprof_capture_writer_new (path, 0);
  g_autoptr (GPtrArray) rings = g_ptr_array_new_with_free_func ((GDestroyNotify) mapped_ring_buffer_unref);
  char request[sizeof REQUEST];
  gsize length;

  g_assert_nonnull (writer);
  while (g_input_stream_read_all (requests, request, sizeof request, &length, NULL, NULL) && length == sizeof request)
    {
      MappedRingBuffer *ring = mapped_ring_buffer_new_reader (0);

      g_assert_cmpstr (request, ==, REQUEST);
      g_assert_nonnull (ring);
      g_ptr_array_add (rings, ring);
      g_assert_true (g_unix_connection_send_fd (G_UNIX_CONNECTION (connection), mapped_ring_buffer_get_fd (ring),
                                                NULL, NULL));
    }

  for (guint i = 0; i < rings->len; i++)
    mapped_ring_buffer_drain (rings->pdata[i], write_frame, writer);
  g_assert_true (sysprof_capture_writer_flush (writer));
  sysprof_capture_writer_unref (writer);
}

/* What is in the capture: each of the marks once, one after the other. */
static void
check_marks (const char *path)
{
  static const char * const names[] = { "queued", "body", "mailbox", "callback" };
  SysprofCaptureReader *reader = sysprof_capture_reader_new (path);
  gint64 ends[G_N_ELEMENTS (names)] = { 0, }, starts[G_N_ELEMENTS (names)] = { 0, };
  SysprofCaptureFrameType type;

  g_assert_nonnull (reader);
  while (sysprof_capture_reader_peek_type (reader, &type))
    {
      const SysprofCaptureMark *mark;

      if (type != SYSPROF_CAPTURE_FRAME_MARK)
        {
          g_assert_true (sysprof_capture_reader_skip (reader));
          continue;
        }

      mark = sysprof_capture_reader_read_mark (reader);
      g_assert_nonnull (mark);
      if (strcmp (mark->group, "asynctask-glib") != 0)
        continue;

      g_test_message ("%s: %s, %" G_GINT64_FORMAT " ns", mark->name, mark->message, mark->duration);
      g_assert_nonnull (strstr (mark->message, "\"" TITLE "\""));
      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        if (strcmp (mark->name, names[i]) == 0)
          {
            g_assert_cmpint (starts[i], ==, 0);
            starts[i] = mark->frame.time;
            ends[i] = mark->frame.time + mark->duration;
          }
    }

  sysprof_capture_reader_unref (reader);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpint (starts[i], >, 0);
      g_assert_cmpint (ends[i], >=, starts[i]);
      g_assert_cmpint (starts[i], >=, i > 0 ? starts[i - 1] : 0);
    }
}

static void
test_capture (void)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int ends[2];

  close (g_file_open_tmp ("at-marks-XXXXXX", &path, &error));
  g_assert_no_error (error);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
  socket = g_socket_new_from_fd (ends[0], &error);
  g_assert_no_error (error);
  connection = g_socket_connection_factory_create_connection (socket);

  g_subprocess_launcher_take_fd (launcher, ends[1], 3);
  g_subprocess_launcher_setenv (launcher, "SYSPROF_CONTROL_FD", "3", TRUE);
  child = g_subprocess_launcher_spawn (launcher, &error, program, "--captured", NULL);
  g_assert_no_error (error);
  g_clear_object (&launcher);

  capture (connection, path);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);
  check_marks (path);
  unlink (path);
}

#else

static void
test_capture (void)
{
  g_test_skip ("The library was built without Sysprof");
}

#endif

int
main (int   argc,
      char *argv[])
{
#ifdef HAVE_SYSPROF
  program = argv[0];
  if (argc == 2 && strcmp (argv[1], "--captured") == 0)
    return be_captured ();
#endif

  at_test_init (&argc, &argv);
  g_test_summary ("What tasks do is in a capture of Sysprof.");
  g_test_add_func ("/marks/capture", test_capture);

  return g_test_run ();
}
