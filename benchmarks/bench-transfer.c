/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Copying a stream with a task that is watched, beside a loop of reads and writes with a
 * buffer of the same size that does nothing else. */

#include <glib/gstdio.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define BUFFER_SIZE (256 * 1024)
#define MEBIBYTE    (1024 * 1024)

typedef struct
{
  GInputStream  *source;
  GOutputStream *sink;
  guint64        length;
} Streams;

static void
on_fraction (AtAsyncTask *task,
             GParamSpec  *pspec,
             double      *fraction)
{
  bench_check_owner ();
  *fraction = at_async_task_get_fraction (task);
}

static void
on_moved (AtAsyncTask  *task,
          const GValue *result,
          Streams      *streams)
{
  if (g_value_get_uint64 (result) != streams->length)
    bench_fail ("%" G_GUINT64_FORMAT " bytes were moved", g_value_get_uint64 (result));
  bench_tally_count (0);
}

static void
on_failed (AtAsyncTask  *task,
           const GError *error,
           gpointer      user_data)
{
  bench_fail ("the transfer failed: %s", error->message);
}

static void
move_with_task (Streams *streams)
{
  g_autoptr(AtTransferTask) task = at_transfer_task_new (streams->source, streams->sink, streams->length);
  g_autoptr(GError) error = NULL;
  double fraction = 0;

  at_transfer_task_set_buffer_size (task, BUFFER_SIZE);
  at_transfer_task_set_flags (task, AT_TRANSFER_EXACT);
  g_signal_connect (task, "notify::fraction", G_CALLBACK (on_fraction), &fraction);
  g_signal_connect (task, "post-execute", G_CALLBACK (on_moved), streams);
  g_signal_connect (task, "failed", G_CALLBACK (on_failed), NULL);

  bench_tally_begin (1);
  if (!at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error))
    bench_fail ("the task could not be executed: %s", error->message);
  bench_tally_run ();
  bench_tally_end ();
  if (fraction != 1)
    bench_fail ("the last fraction was %g", fraction);
}

static void
move_with_loop (Streams *streams)
{
  g_autofree char *buffer = g_malloc (BUFFER_SIZE);
  guint64 moved = 0;
  gsize n_written;
  gssize n;

  while ((n = g_input_stream_read (streams->source, buffer, BUFFER_SIZE, NULL, NULL)) > 0)
    {
      if (!g_output_stream_write_all (streams->sink, buffer, n, &n_written, NULL, NULL))
        bench_fail ("write failed");
      moved += n_written;
    }

  if (n < 0 || moved != streams->length)
    bench_fail ("%" G_GUINT64_FORMAT " bytes were moved", moved);
}

/* Processor time of the whole process: other processes do not get into it as they get
 * into the time that passes. */
static double
get_processor_time (void)
{
  struct timespec used;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &used);

  return used.tv_sec + used.tv_nsec * 1e-9;
}

static void
move (BenchRun *run,
      Streams  *streams)
{
  double start = bench_now ();
  double used = get_processor_time ();

  if (run->side == BENCH_OURS)
    move_with_task (streams);
  else
    move_with_loop (streams);

  run->values[0] = bench_now () - start;
  run->values[1] = get_processor_time () - used;
}

static char *
make_file (guint mebibytes)
{
  g_autofree char *data = g_malloc (MEBIBYTE);
  g_autoptr(GError) error = NULL;
  char *path;
  int fd = g_file_open_tmp ("bench-transfer-XXXXXX", &path, &error);

  if (fd < 0)
    bench_fail ("%s", error->message);

  for (guint i = 0; i < MEBIBYTE; i++)
    data[i] = (char) (i * 2654435761u >> 13);
  for (guint i = 0; i < mebibytes; i++)
    if (write (fd, data, MEBIBYTE) != MEBIBYTE)
      {
        g_unlink (path);
        bench_fail ("there is no room for a file of %u MiB", mebibytes);
      }
  g_close (fd, NULL);

  return path;
}

/* @to is a file that exists, or a device. */
static void
move_file (BenchRun   *run,
           const char *from,
           const char *to,
           guint64     length)
{
  g_autoptr(GFile) from_file = g_file_new_for_path (from);
  g_autoptr(GFile) to_file = g_file_new_for_path (to);
  g_autoptr(GFileInputStream) source = g_file_read (from_file, NULL, NULL);
  g_autoptr(GFileOutputStream) sink = g_file_append_to (to_file, G_FILE_CREATE_NONE, NULL, NULL);
  Streams streams = { G_INPUT_STREAM (source), G_OUTPUT_STREAM (sink), length };

  if (source == NULL || sink == NULL)
    bench_fail ("%s or %s cannot be opened", from, to);

  move (run, &streams);
}

static void
run_to_null (BenchRun *run)
{
  g_autofree char *from = make_file (run->size);

  /* The second time everything is in memory, and threads and types exist. */
  move_file (run, from, "/dev/null", (guint64) run->size * MEBIBYTE);
  move_file (run, from, "/dev/null", (guint64) run->size * MEBIBYTE);

  g_unlink (from);
}

static void
run_to_file (BenchRun *run)
{
  g_autofree char *from = make_file (run->size);
  g_autofree char *to = make_file (0);

  move_file (run, from, to, (guint64) run->size * MEBIBYTE);
  if (truncate (to, 0) != 0)
    bench_fail ("%s cannot be emptied", to);
  move_file (run, from, to, (guint64) run->size * MEBIBYTE);

  g_unlink (from);
  g_unlink (to);
}

/* No file at all: what is left is what the task adds. */
static void
run_memory (BenchRun *run)
{
  gsize length = (gsize) run->size * MEBIBYTE;
  g_autofree guint8 *data = g_malloc (length);
  g_autofree guint8 *room = g_malloc (length);

  for (gsize i = 0; i < length; i += 4096)
    data[i] = room[i] = 1;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr(GInputStream) source = g_memory_input_stream_new_from_data (data, length, NULL);
      g_autoptr(GOutputStream) sink = g_memory_output_stream_new (room, length, NULL, NULL);
      Streams streams = { source, sink, length };

      move (run, &streams);
    }
}

const BenchCase bench_transfer_cases[] = {
  { "transfer-memory", run_memory, BENCH_FLAGS_NONE, 256, 0,
    { { "256 MiB memory to memory (beside: a loop)", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 },
      { "·· processor time", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 } } },
  { "transfer-null", run_to_null, BENCH_FLAGS_NONE, 1024, 0,
    { { "· 1 GiB file to /dev/null", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 },
      { "·· processor time", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 } } },
  { "transfer-file", run_to_file, BENCH_FLAGS_NONE, 512, 0,
    { { "· 512 MiB file to file", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 },
      { "·· processor time", BENCH_UNIT_SECONDS, BENCH_GOAL_SHARE, 1.1 } } },
  { NULL }
};
