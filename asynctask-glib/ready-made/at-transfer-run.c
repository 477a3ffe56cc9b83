/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#ifndef _GNU_SOURCE
# define _GNU_SOURCE /* for F_GETPIPE_SZ */
#endif

#include "at-transfer-private.h"

#include "at-broken-pipe-private.h"
#include "at-task-hooks-private.h"

#include <glib/gi18n-lib.h>

#if HAVE_GIO_UNIX
# include <errno.h>
# include <fcntl.h>
# include <gio/gunixoutputstream.h>
# include <limits.h>
# include <sys/ioctl.h>
# include <unistd.h>
#endif

/* The body: moves the bytes, and closes what is to be closed. */

/* Moving. */

/* The file descriptor of a sink that GIO waits for, but that blocks all the same: a
 * write that is begun when there is some room goes on, out of the reach of any
 * cancellable, until there is room for all of it. -1 if the sink is no such thing. */
static int
get_blocking_fd (GOutputStream *sink)
{
#if HAVE_GIO_UNIX
  if (G_IS_UNIX_OUTPUT_STREAM (sink))
    {
      int fd = g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (sink));
      int fd_flags = fcntl (fd, F_GETFL);

      if (fd_flags != -1 && (fd_flags & O_NONBLOCK) == 0 &&
          lseek (fd, 0, SEEK_CUR) == -1 && errno == ESPIPE)
        return fd;
    }
#endif

  return -1;
}

/* How much can be written at once. PIPE_BUF is what fits where there is some room.
 * Linux tells how much a pipe holds, in pages of which any two that follow upon each
 * other hold more than one page; the first may be nearly read, the last just begun. */
static gsize
get_write_limit (AtTransfer *transfer)
{
  gsize limit = G_MAXSIZE;

  if (G_LIKELY (transfer->blocking_fd == -1))
    return limit;

#if HAVE_GIO_UNIX
  limit = PIPE_BUF;
# if defined (F_GETPIPE_SZ) && defined (FIONREAD)
  {
    int size = fcntl (transfer->blocking_fd, F_GETPIPE_SZ);
    int page_size = getpagesize ();
    int held;

    if (size > 0 && ioctl (transfer->blocking_fd, FIONREAD, &held) == 0)
      {
        int n_used = held > 0 ? 2 * (held / page_size) + 2 : 0;
        int n_free = size / page_size - n_used;

        if (n_free > 0)
          limit = MAX (limit, (gsize) n_free * (gsize) page_size);
      }
  }
# endif
#endif

  return limit;
}

/* Reads up to @count bytes; 0 at the end, -1 on error. */
static gssize
read_some (AtTransfer  *transfer,
           guint8      *buffer,
           gsize        count,
           GError     **error)
{
  GInputStream *source = transfer->priv->source;
  GError *reason;
  gssize n;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!at_transfer_may_go_on (transfer, error))
        return -1;

      n = g_input_stream_read (source, buffer, count, transfer->interrupt, &reason);
      if (n >= 0 && (gsize) n <= count)
        return n;

      if (n >= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       /* Translators: %s is the name of a class of streams. */
                       _("%s read more than it was asked for"), G_OBJECT_TYPE_NAME (source));
          return -1;
        }
    }
  while (at_transfer_try_again (transfer, source, reason, error));

  return -1;
}

/* Writes at least a byte of @count. */
static gssize
write_some (AtTransfer    *transfer,
            const guint8  *buffer,
            gsize          count,
            GError       **error)
{
  GOutputStream *sink = transfer->priv->sink;
  GError *reason;
  gsize limit;
  gssize n;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!at_transfer_may_go_on (transfer, error))
        return -1;

      /* MIN() would ask the pipe twice, and get two answers. */
      limit = get_write_limit (transfer);
      limit = MIN (limit, count);
      n = g_output_stream_write (sink, buffer, limit, transfer->interrupt, &reason);
      if (n > 0 && (gsize) n <= limit)
        return n;

      /* GIO has no word for a stream that takes nothing and has no error. */
      if (n >= 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       /* Translators: %s is the name of a class of streams. */
                       n == 0 ? _("%s takes no more data") : _("%s wrote more than it was given"),
                       G_OBJECT_TYPE_NAME (sink));
          return -1;
        }
    }
  while (at_transfer_try_again (transfer, sink, reason, error));

  return -1;
}

static gboolean
write_all (AtTransfer    *transfer,
           const guint8  *buffer,
           gsize          count,
           GError       **error)
{
  while (count > 0)
    {
      gssize n = write_some (transfer, buffer, count, error);

      if (n < 0)
        return FALSE;

      buffer += n;
      count -= n;
      transfer->n_written += n;
      at_async_task_set_amounts (transfer->task, transfer->n_written, transfer->priv->size);
    }

  return TRUE;
}

static gboolean
flush_sink (AtTransfer  *transfer,
            GError     **error)
{
  GOutputStream *sink = transfer->priv->sink;
  GError *reason;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!at_transfer_may_go_on (transfer, error))
        return FALSE;

      if (g_output_stream_flush (sink, transfer->interrupt, &reason))
        return TRUE;
    }
  while (at_transfer_try_again (transfer, sink, reason, error));

  return FALSE;
}

static gboolean
is_exact (AtTransferTaskPrivate *priv)
{
  return (priv->flags & AT_TRANSFER_EXACT) != 0 && priv->size != 0;
}

/* How much to read next. */
static gsize
get_read_count (AtTransfer *transfer)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  guint64 left;

  if (!is_exact (priv))
    return priv->buffer_size;

  /* At the end, a byte is asked for that must not be there. */
  left = priv->size - transfer->n_read;

  return left == 0 ? 1 : MIN (left, priv->buffer_size);
}

static gboolean
check_length (AtTransfer  *transfer,
              guint64      length,
              GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  g_autofree char *arrived = NULL;
  g_autofree char *expected = NULL;

  if (!is_exact (priv) || length == priv->size)
    return TRUE;

  /* xgettext cannot read a format that a macro is in the middle of. */
  arrived = g_strdup_printf ("%" G_GUINT64_FORMAT, length);
  expected = g_strdup_printf ("%" G_GUINT64_FORMAT, priv->size);

  if (length < priv->size)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                 /* Translators: both %s are numbers. */
                 _("The data ended after %s of %s bytes"), arrived, expected);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                 /* Translators: %s is a number. */
                 _("There is more data than %s bytes"), expected);

  return FALSE;
}

static gboolean
move (AtTransfer  *transfer,
      GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  g_autofree guint8 *buffer = g_try_malloc (priv->buffer_size);
  gssize n;

  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("There is no memory for a buffer of %u bytes"), priv->buffer_size);
      return FALSE;
    }

  while ((n = read_some (transfer, buffer, get_read_count (transfer), error)) > 0)
    {
      if (is_exact (priv) && transfer->n_read == priv->size)
        return check_length (transfer, transfer->n_read + n, error);

      transfer->n_read += n;
      if (transfer->checksum != NULL)
        g_checksum_update (transfer->checksum, buffer, n);
      if (!write_all (transfer, buffer, n, error))
        return FALSE;
    }

  return n == 0 && check_length (transfer, transfer->n_read, error);
}

/* The beginning and the end. */

/* The sink comes last: by then nothing can make its content a wrong one. */
static gboolean
close_streams (AtTransferTaskPrivate  *priv,
               GCancellable           *cancellable,
               GError                **error)
{
  if ((priv->flags & AT_TRANSFER_CLOSE_SOURCE) != 0 && priv->source != NULL &&
      !g_input_stream_close (priv->source, cancellable, error))
    return FALSE;

  return (priv->flags & AT_TRANSFER_CLOSE_SINK) == 0 || priv->sink == NULL ||
         g_output_stream_close (priv->sink, cancellable, error);
}

/* Closes what is left to close after a transfer that came to nothing: nothing of
 * it blocks, and nothing of it counts. */
void
at_transfer_task_abandon (AtTransferTaskPrivate *priv)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  AtBrokenPipe broken_pipe;

  at_broken_pipe_begin (&broken_pipe);
  g_cancellable_cancel (cancelled);
  if ((priv->flags & AT_TRANSFER_CLOSE_SOURCE) != 0 && priv->source != NULL)
    g_input_stream_close (priv->source, cancelled, NULL);
  if ((priv->flags & AT_TRANSFER_CLOSE_SINK) != 0 && priv->sink != NULL)
    g_output_stream_close (priv->sink, cancelled, NULL);
  at_broken_pipe_end (&broken_pipe);
}

static gboolean
end_streams (AtTransfer  *transfer,
             GError     **error)
{
  /* The sink that is closed is flushed by that, and not twice: a converter would
   * write something each time. */
  if ((transfer->priv->flags & AT_TRANSFER_CLOSE_SINK) == 0 && !flush_sink (transfer, error))
    return FALSE;

  /* Closing is not to be interrupted by a pause: a stream is closed once. */
  return at_transfer_may_go_on (transfer, error) &&
         close_streams (transfer->priv, transfer->cancellable, error);
}

static gboolean
run_transfer (AtTransfer  *transfer,
              GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;

  if (priv->source == NULL || priv->sink == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           priv->source == NULL ? _("The transfer has no source")
                                                : _("The transfer has no sink"));
      return FALSE;
    }

  transfer->blocking_fd = get_blocking_fd (priv->sink);

  return at_transfer_begin_checksum (transfer, error) &&
         move (transfer, error) &&
         at_transfer_end_checksum (transfer, error) &&
         end_streams (transfer, error);
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  at_transfer_task_interrupt (user_data);
}

static gboolean
can_go_back (gpointer stream)
{
  return G_IS_SEEKABLE (stream) && g_seekable_can_seek (stream);
}

/* What another attempt would need: both streams, open, and where they have been. */
static gboolean
can_rewind (AtTransferTaskPrivate *priv)
{
  return can_go_back (priv->source) && !g_input_stream_is_closed (priv->source) &&
         can_go_back (priv->sink) && !g_output_stream_is_closed (priv->sink);
}

/* What the attempt before has written is not there any more. */
static gboolean
rewind_streams (AtTransfer  *transfer,
                GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  GSeekable *source = G_SEEKABLE (priv->source);
  GSeekable *sink = G_SEEKABLE (priv->sink);
  char *checksum = g_atomic_pointer_exchange (&priv->checksum, NULL);

  if (checksum != NULL)
    priv->former_checksums = g_slist_prepend (priv->former_checksums, checksum);
  at_async_task_set_amounts (transfer->task, 0, priv->size);

  return g_seekable_seek (source, priv->source_start, G_SEEK_SET, transfer->cancellable, error) &&
         g_seekable_seek (sink, priv->sink_start, G_SEEK_SET, transfer->cancellable, error) &&
         (!g_seekable_can_truncate (sink) ||
          g_seekable_truncate (sink, priv->sink_start, transfer->cancellable, error));
}

static gboolean
run_attempt (AtTransfer  *transfer,
             GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;

  if (at_async_task_get_attempt (transfer->task) > 1)
    {
      if (!rewind_streams (transfer, error))
        return FALSE;
    }
  else if (can_rewind (priv))
    {
      priv->source_start = g_seekable_tell (G_SEEKABLE (priv->source));
      priv->sink_start = g_seekable_tell (G_SEEKABLE (priv->sink));
    }

  return run_transfer (transfer, error);
}

/* Another attempt finds the streams open. If there will be none, or as long as it has not
 * begun, they are as those of a task whose body never ran. */
static void
end_in_vain (AtTransfer *transfer)
{
  AtTransferTaskPrivate *priv = transfer->priv;

  if (can_rewind (priv) && at_async_task_may_run_again (transfer->task))
    {
      g_atomic_int_set (&priv->has_begun, FALSE);
      return;
    }

  at_async_task_forgo_retry (transfer->task);
  at_transfer_task_abandon (priv);
}

gboolean
at_transfer_task_run (AtAsyncTask   *task,
                      const GValue  *params,
                      GCancellable  *cancellable,
                      GError       **error)
{
  AtTransferTaskPrivate *priv = at_transfer_task_get_private (AT_TRANSFER_TASK (task));
  AtTransfer transfer = { .task = task, .priv = priv, .cancellable = cancellable, };
  AtBrokenPipe broken_pipe;
  gboolean succeeded;
  gulong handler;

  g_atomic_int_set (&priv->has_begun, TRUE);

  /* With no lock held, here and where it is disconnected: that waits for a handler
   * that runs, and the handler takes the lock. */
  handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), priv, NULL);
  at_broken_pipe_begin (&broken_pipe);
  succeeded = run_attempt (&transfer, error);
  at_broken_pipe_end (&broken_pipe);
  g_cancellable_disconnect (cancellable, handler);

  if (!succeeded)
    {
      end_in_vain (&transfer);
    }
  else if (priv->size == 0)
    {
      /* Now the total is known. */
      at_async_task_set_amounts (task, transfer.n_written, transfer.n_written);
      if (transfer.n_written == 0)
        at_async_task_set_fraction (task, 1);
    }

  at_transfer_end_waiting (&transfer);
  g_clear_pointer (&transfer.checksum, g_checksum_free);
  at_async_task_return (task, G_TYPE_UINT64, transfer.n_written);

  return succeeded;
}
