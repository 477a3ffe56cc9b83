/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* Copies a file, shows how far it is, and checks what it copied:
 *
 *   transfer FROM TO [SHA-256]
 *
 * An old file TO is replaced only when all of it has arrived and the checksum is
 * right; whatever goes wrong leaves it as it was. Ctrl+C cancels.
 */

#include <asynctask-glib.h>
#include <glib-unix.h>
#include <stdlib.h>

static void
on_progress (AtAsyncTask *task)
{
  g_autofree char *rate = at_format_rate (at_async_task_get_rate (task), AT_PROGRESS_UNIT_BYTES);

  g_printerr ("\r%3.0f %% %12s ", at_async_task_get_fraction (task) * 100, rate);
}

static void
on_finished (GObject      *object,
             GAsyncResult *result,
             gpointer      loop)
{
  AtAsyncTask *task = AT_ASYNC_TASK (object);
  g_autoptr (GError) error = NULL;
  const GValue *n_bytes = at_async_task_execute_finish (task, result, &error);

  g_printerr ("\n");
  if (error == NULL)
    g_print ("%" G_GUINT64_FORMAT " bytes, sha256 %s\n", g_value_get_uint64 (n_bytes),
             at_transfer_task_get_checksum (AT_TRANSFER_TASK (task)));
  else
    g_print ("not copied: %s\n", error->message);
  g_main_loop_quit (loop);
}

static gboolean
on_interrupt (gpointer task)
{
  at_async_task_cancel (task, TRUE);
  return G_SOURCE_CONTINUE;
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GFile) from = argc > 2 ? g_file_new_for_commandline_arg (argv[1]) : NULL;
  g_autoptr (GFile) to = argc > 2 ? g_file_new_for_commandline_arg (argv[2]) : NULL;
  g_autoptr (GFileInputStream) source = NULL;
  g_autoptr (GFileOutputStream) sink = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (AtTransferTask) task = NULL;
  g_autoptr (GError) error = NULL;

  if (argc < 3 ||
      (source = g_file_read (from, NULL, &error)) == NULL ||
      (info = g_file_input_stream_query_info (source, G_FILE_ATTRIBUTE_STANDARD_SIZE, NULL, &error)) == NULL ||
      (sink = g_file_replace (to, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error)) == NULL)
    {
      g_printerr ("%s\n", error != NULL ? error->message : "usage: transfer FROM TO [SHA-256]");
      return EXIT_FAILURE;
    }

  task = at_transfer_task_new (G_INPUT_STREAM (source), G_OUTPUT_STREAM (sink), (guint64) g_file_info_get_size (info));
  at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
  at_transfer_task_set_checksum_type (task, "sha256");
  at_transfer_task_set_expected_checksum (task, argv[3]);
  g_signal_connect (task, "notify::fraction", G_CALLBACK (on_progress), NULL);
  g_unix_signal_add (SIGINT, on_interrupt, task);

  at_async_task_execute_async (AT_ASYNC_TASK (task), NULL, NULL, on_finished, loop);
  g_main_loop_run (loop);

  return at_async_task_get_outcome (AT_ASYNC_TASK (task)) == AT_OUTCOME_SUCCEEDED ? EXIT_SUCCESS : EXIT_FAILURE;
}
