/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#ifndef _GNU_SOURCE
# define _GNU_SOURCE /* for F_GETPIPE_SZ */
#endif

#include "at-transfer-task.h"

#include "at-broken-pipe-private.h"
#include "at-enum-types.h"
#include "at-setter-private.h"
#include "at-wake-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#if HAVE_GIO_UNIX
# include <errno.h>
# include <fcntl.h>
# include <gio/gunixoutputstream.h>
# include <limits.h>
# include <sys/ioctl.h>
# include <unistd.h>
#endif

/**
 * AtTransferTask:
 *
 * A task that copies a stream in the background.
 *
 * It moves everything from the [property@TransferTask:source] to the
 * [property@TransferTask:sink] and tells how far it is: its amounts are bytes, and
 * [property@AsyncTask:rate] and [property@AsyncTask:remaining] follow from them.
 * The result is the number of bytes that were moved, a `guint64`; a task that was
 * cancelled, or that failed, has one, too.
 *
 * ```c
 * g_autoptr (AtTransferTask) task = at_transfer_task_new (source, sink, size);
 *
 * at_transfer_task_set_flags (task, AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK);
 * g_object_bind_property (task, "fraction", bar, "fraction", G_BINDING_DEFAULT);
 * g_signal_connect (task, "post-execute", G_CALLBACK (on_copied), window);
 * at_async_task_execute (AT_ASYNC_TASK (task), NULL, &error);
 * ```
 *
 * While the task runs the streams are its own: nobody else may use them.
 *
 * ## Pausing and cancelling
 *
 * Both work between two reads or writes, and also inside one that blocks:
 * [method@AsyncTask.pause] and an interrupting [method@AsyncTask.cancel] end it as
 * a [class@Gio.Cancellable] does, so that a paused transfer frees its thread even
 * while the source is silent. Nothing that was read is lost by pausing. The stream
 * has to keep to what GIO says about cancelled operations, as GIO's own do; one
 * that does not look at its cancellable goes on until the call returns.
 *
 * ## Closing
 *
 * With %AT_TRANSFER_CLOSE_SINK, a sink is closed properly only after everything
 * has been moved, verified, and the source closed. In all other cases it is closed
 * with a cancellable that is cancelled already. To a stream from
 * [method@Gio.File.replace] this means that the old file is left as it was; where
 * there was none, what was written stays.
 *
 * Since: 1.0
 */

#define DEFAULT_BUFFER_SIZE (256 * 1024)
#define MAX_BUFFER_SIZE     (1024 * 1024 * 1024)

/* How long to leave a stream alone that would block and cannot say until when. */
#define MAX_DELAY_MS        64

struct _AtTransferTask
{
  AtAsyncTask       parent_instance;

  /* Owner until the task is executed, constant afterwards. */
  GInputStream     *source;
  GOutputStream    *sink;
  guint64           size;
  AtTransferFlags   flags;
  guint             buffer_size;
  char             *checksum_type;
  char             *expected_checksum;

  /* The body, once; any thread, atomic. */
  char             *checksum;
  int               has_begun;

  /* Any thread, under @lock. */
  GMutex            lock;
  GCancellable     *interrupt; /* of the read or write that the body is in */

  /* Owner. */
  gboolean          was_abandoned;
};

/* What the body has. */
typedef struct
{
  AtTransferTask   *task;
  GCancellable     *cancellable;
  GCancellable     *interrupt;
  GMainContext     *context; /* made when a stream has to be waited for */
  GChecksum        *checksum;
  const char       *checksum_name;
  int               blocking_fd;
  guint             n_blocked;
  guint64           n_read;
  guint64           n_written;
} AtTransfer;

typedef struct
{
  const char       *name;
  GChecksumType     type;
  gsize             length; /* in hexadecimal digits */
} AtChecksumKind;

static const AtChecksumKind checksum_kinds[] = {
  { "md5",    G_CHECKSUM_MD5,    32 },
  { "sha1",   G_CHECKSUM_SHA1,   40 },
  { "sha256", G_CHECKSUM_SHA256, 64 },
  { "sha384", G_CHECKSUM_SHA384, 96 },
  { "sha512", G_CHECKSUM_SHA512, 128 },
};

enum
{
  PROP_SOURCE = 1,
  PROP_SINK,
  PROP_SIZE,
  PROP_FLAGS,
  PROP_BUFFER_SIZE,
  PROP_CHECKSUM_TYPE,
  PROP_EXPECTED_CHECKSUM,
  PROP_CHECKSUM,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtTransferTask, at_transfer_task, AT_TYPE_ASYNC_TASK)

/* Interrupting. */

/* Ends the read or write that the body is in, or comes to next. */
static void
interrupt (AtTransferTask *self)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&self->lock);
  g_set_object (&cancellable, self->interrupt);
  g_mutex_unlock (&self->lock);

  /* With no lock held: this calls whatever the stream has connected. */
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

static void
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  interrupt (user_data);
}

/* Gives the body an interrupt that was not used. Another thread may still be at
 * the old one, which is why it is not reset. Whoever sets the paused flag, or
 * cancels, does so before interrupt(), and the body looks after this: the one or
 * the other sees. */
static void
renew_interrupt (AtTransfer *transfer)
{
  AtTransferTask *self = transfer->task;
  GCancellable *old = transfer->interrupt;

  transfer->interrupt = g_cancellable_new ();

  g_mutex_lock (&self->lock);
  g_set_object (&self->interrupt, transfer->interrupt);
  g_mutex_unlock (&self->lock);

  g_clear_object (&old);
}

/* To be called before whatever may block. */
static gboolean
may_go_on (AtTransfer  *transfer,
           GError     **error)
{
  if (transfer->interrupt == NULL || g_cancellable_is_cancelled (transfer->interrupt))
    renew_interrupt (transfer);

  return at_async_task_checkpoint (AT_ASYNC_TASK (transfer->task), error) &&
         !g_cancellable_set_error_if_cancelled (transfer->cancellable, error);
}

/* Waiting for streams that do not block. */

static gboolean
on_ready (gpointer stream,
          gpointer user_data)
{
  gboolean *is_ready = user_data;

  *is_ready = TRUE;

  return G_SOURCE_REMOVE;
}

static gboolean
on_time (gpointer user_data)
{
  gboolean *is_over = user_data;

  *is_over = TRUE;

  return G_SOURCE_REMOVE;
}

/* Fires when the stream is ready; NULL where a stream cannot say. */
static GSource *
create_ready_source (gpointer stream)
{
  if (G_IS_POLLABLE_INPUT_STREAM (stream) && g_pollable_input_stream_can_poll (stream))
    return g_pollable_input_stream_create_source (stream, NULL);
  if (G_IS_POLLABLE_OUTPUT_STREAM (stream) && g_pollable_output_stream_can_poll (stream))
    return g_pollable_output_stream_create_source (stream, NULL);

  return NULL;
}

static void
on_interrupted (GCancellable *cancellable,
                gpointer      user_data)
{
  g_main_context_wakeup (user_data);
}

/* What streams are waited for in; NULL where there is no descriptor left for it, of
 * which GLib would make an end of the program. */
static GMainContext *
ensure_context (AtTransfer *transfer)
{
  AtWake probe = AT_WAKE_INIT;

  if (transfer->context == NULL && at_wake_open (&probe, NULL))
    {
      at_wake_close (&probe);
      transfer->context = g_main_context_new ();
    }

  return transfer->context;
}

/* Until @source calls @callback, or the transfer is interrupted. */
static void
wait_for_source (AtTransfer  *transfer,
                 GSource     *source,
                 GSourceFunc  callback)
{
  gboolean is_ready = FALSE;
  gulong handler;

  g_source_set_static_name (source, "[asynctask] transfer goes on");
  g_source_set_callback (source, callback, &is_ready, NULL);
  g_source_attach (source, transfer->context);

  /* Not with a source for the cancellable, too: GLib may leak one that is
   * destroyed while another thread cancels. A wake-up that comes too early is kept
   * by the context. */
  handler = g_cancellable_connect (transfer->interrupt, G_CALLBACK (on_interrupted), transfer->context, NULL);
  while (!is_ready && !g_cancellable_is_cancelled (transfer->interrupt))
    g_main_context_iteration (transfer->context, TRUE);
  g_cancellable_disconnect (transfer->interrupt, handler);

  g_source_destroy (source);
}

static void
wait_for_a_while (AtTransfer *transfer,
                  guint       msec)
{
  g_autoptr (GSource) source = NULL;

  if (ensure_context (transfer) == NULL)
    {
      g_usleep (msec * 1000);
      return;
    }

  source = g_timeout_source_new (msec);
  wait_for_source (transfer, source, on_time);
}

/* @stream would block, for the n-th time in a row. */
static void
wait_until_ready (AtTransfer *transfer,
                  gpointer    stream)
{
  g_autoptr (GSource) source = create_ready_source (stream);
  guint n = transfer->n_blocked++;

  if (source != NULL && ensure_context (transfer) != NULL)
    wait_for_source (transfer, source, G_SOURCE_FUNC (on_ready));

  /* One that says it is ready and is not must not be asked in a loop, either. */
  if (source == NULL || transfer->context == NULL || n > 0)
    wait_for_a_while (transfer, MIN (1u << MIN (n, 16), MAX_DELAY_MS));
}

/* Whether the call that gave @reason is to be made again; frees @reason then, and
 * hands it on otherwise. */
static gboolean
try_again (AtTransfer  *transfer,
           gpointer     stream,
           GError      *reason,
           GError     **error)
{
  gboolean interrupted = g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED) &&
                         g_cancellable_is_cancelled (transfer->interrupt);

  if (!interrupted && !g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    {
      g_propagate_error (error, reason);
      return FALSE;
    }

  g_error_free (reason);
  if (!interrupted)
    wait_until_ready (transfer, stream);

  return TRUE;
}

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
  GInputStream *source = transfer->task->source;
  GError *reason;
  gssize n;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!may_go_on (transfer, error))
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
  while (try_again (transfer, source, reason, error));

  return -1;
}

/* Writes at least a byte of @count. */
static gssize
write_some (AtTransfer    *transfer,
            const guint8  *buffer,
            gsize          count,
            GError       **error)
{
  GOutputStream *sink = transfer->task->sink;
  GError *reason;
  gsize limit;
  gssize n;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!may_go_on (transfer, error))
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
  while (try_again (transfer, sink, reason, error));

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
      at_async_task_set_amounts (AT_ASYNC_TASK (transfer->task), transfer->n_written, transfer->task->size);
    }

  return TRUE;
}

static gboolean
flush_sink (AtTransfer  *transfer,
            GError     **error)
{
  GOutputStream *sink = transfer->task->sink;
  GError *reason;

  transfer->n_blocked = 0;
  do
    {
      reason = NULL;
      if (!may_go_on (transfer, error))
        return FALSE;

      if (g_output_stream_flush (sink, transfer->interrupt, &reason))
        return TRUE;
    }
  while (try_again (transfer, sink, reason, error));

  return FALSE;
}

static gboolean
is_exact (AtTransferTask *self)
{
  return (self->flags & AT_TRANSFER_EXACT) != 0 && self->size != 0;
}

/* How much to read next. */
static gsize
get_read_count (AtTransfer *transfer)
{
  AtTransferTask *self = transfer->task;
  guint64 left;

  if (!is_exact (self))
    return self->buffer_size;

  /* At the end, a byte is asked for that must not be there. */
  left = self->size - transfer->n_read;

  return left == 0 ? 1 : MIN (left, self->buffer_size);
}

static gboolean
check_length (AtTransfer  *transfer,
              guint64      length,
              GError     **error)
{
  AtTransferTask *self = transfer->task;
  g_autofree char *arrived = NULL;
  g_autofree char *expected = NULL;

  if (!is_exact (self) || length == self->size)
    return TRUE;

  /* xgettext cannot read a format that a macro is in the middle of. */
  arrived = g_strdup_printf ("%" G_GUINT64_FORMAT, length);
  expected = g_strdup_printf ("%" G_GUINT64_FORMAT, self->size);

  if (length < self->size)
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
  AtTransferTask *self = transfer->task;
  g_autofree guint8 *buffer = g_try_malloc (self->buffer_size);
  gssize n;

  if (buffer == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("There is no memory for a buffer of %u bytes"), self->buffer_size);
      return FALSE;
    }

  while ((n = read_some (transfer, buffer, get_read_count (transfer), error)) > 0)
    {
      if (is_exact (self) && transfer->n_read == self->size)
        return check_length (transfer, transfer->n_read + n, error);

      transfer->n_read += n;
      if (transfer->checksum != NULL)
        g_checksum_update (transfer->checksum, buffer, n);
      if (!write_all (transfer, buffer, n, error))
        return FALSE;
    }

  return n == 0 && check_length (transfer, transfer->n_read, error);
}

/* Checksums. */

/* As people write them: "sha256", "SHA-256". */
static const AtChecksumKind *
find_kind_by_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (checksum_kinds); i++)
    {
      const AtChecksumKind *kind = &checksum_kinds[i];
      gsize n_letters = strcspn (kind->name, "0123456789");

      if (g_ascii_strcasecmp (name, kind->name) == 0)
        return kind;
      if (g_ascii_strncasecmp (name, kind->name, n_letters) == 0 &&
          name[n_letters] == '-' && g_str_equal (name + n_letters + 1, kind->name + n_letters))
        return kind;
    }

  return NULL;
}

static const AtChecksumKind *
find_kind_by_length (gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (checksum_kinds); i++)
    if (checksum_kinds[i].length == length)
      return &checksum_kinds[i];

  return NULL;
}

static gboolean
is_digest (const char           *text,
           const AtChecksumKind *kind)
{
  return kind != NULL && strlen (text) == kind->length &&
         strspn (text, "0123456789abcdefABCDEF") == kind->length;
}

/* Both are what users typed or servers sent, and so are no programmer's errors. */
static gboolean
begin_checksum (AtTransfer  *transfer,
                GError     **error)
{
  AtTransferTask *self = transfer->task;
  const AtChecksumKind *kind = NULL;

  if (self->checksum_type != NULL)
    {
      kind = find_kind_by_name (self->checksum_type);
      if (kind == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("There is no type of checksum “%s”"), self->checksum_type);
          return FALSE;
        }
    }

  if (self->expected_checksum != NULL)
    {
      if (kind == NULL)
        kind = find_kind_by_length (strlen (self->expected_checksum));
      if (!is_digest (self->expected_checksum, kind))
        {
          if (self->checksum_type != NULL)
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         /* Translators: the second %s is an algorithm, such as “SHA-256”. */
                         _("“%s” is no %s checksum"), self->expected_checksum, kind->name);
          else
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("“%s” is no checksum"), self->expected_checksum);
          return FALSE;
        }
    }

  if (kind != NULL)
    {
      transfer->checksum = g_checksum_new (kind->type);
      transfer->checksum_name = kind->name;
    }

  return TRUE;
}

static gboolean
end_checksum (AtTransfer  *transfer,
              GError     **error)
{
  AtTransferTask *self = transfer->task;
  const char *digest;

  if (transfer->checksum == NULL)
    return TRUE;

  digest = g_checksum_get_string (transfer->checksum);
  g_atomic_pointer_set (&self->checksum, g_strdup (digest));

  if (self->expected_checksum == NULL || g_ascii_strcasecmp (digest, self->expected_checksum) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               /* Translators: an algorithm, such as “SHA-256”, and two checksums. */
               _("The %s checksum is %s instead of %s"),
               transfer->checksum_name, digest, self->expected_checksum);

  return FALSE;
}

/* The beginning and the end. */

/* The sink comes last: by then nothing can make its content a wrong one. */
static gboolean
close_streams (AtTransferTask  *self,
               GCancellable    *cancellable,
               GError         **error)
{
  if ((self->flags & AT_TRANSFER_CLOSE_SOURCE) != 0 && self->source != NULL &&
      !g_input_stream_close (self->source, cancellable, error))
    return FALSE;

  return (self->flags & AT_TRANSFER_CLOSE_SINK) == 0 || self->sink == NULL ||
         g_output_stream_close (self->sink, cancellable, error);
}

/* Closes what is left to close after a transfer that came to nothing: nothing of
 * it blocks, and nothing of it counts. */
static void
abandon_streams (AtTransferTask *self)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  AtBrokenPipe broken_pipe;

  at_broken_pipe_begin (&broken_pipe);
  g_cancellable_cancel (cancelled);
  if ((self->flags & AT_TRANSFER_CLOSE_SOURCE) != 0 && self->source != NULL)
    g_input_stream_close (self->source, cancelled, NULL);
  if ((self->flags & AT_TRANSFER_CLOSE_SINK) != 0 && self->sink != NULL)
    g_output_stream_close (self->sink, cancelled, NULL);
  at_broken_pipe_end (&broken_pipe);
}

static gboolean
end_streams (AtTransfer  *transfer,
             GError     **error)
{
  /* The sink that is closed is flushed by that, and not twice: a converter would
   * write something each time. */
  if ((transfer->task->flags & AT_TRANSFER_CLOSE_SINK) == 0 && !flush_sink (transfer, error))
    return FALSE;

  /* Closing is not to be interrupted by a pause: a stream is closed once. */
  return may_go_on (transfer, error) &&
         close_streams (transfer->task, transfer->cancellable, error);
}

static gboolean
run_transfer (AtTransfer  *transfer,
              GError     **error)
{
  AtTransferTask *self = transfer->task;

  if (self->source == NULL || self->sink == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                           self->source == NULL ? _("The transfer has no source")
                                                : _("The transfer has no sink"));
      return FALSE;
    }

  transfer->blocking_fd = get_blocking_fd (self->sink);

  return begin_checksum (transfer, error) &&
         move (transfer, error) &&
         end_checksum (transfer, error) &&
         end_streams (transfer, error);
}

static void
at_transfer_clear (AtTransfer *transfer)
{
  AtTransferTask *self = transfer->task;

  g_mutex_lock (&self->lock);
  g_clear_object (&self->interrupt);
  g_mutex_unlock (&self->lock);

  g_clear_object (&transfer->interrupt);
  g_clear_pointer (&transfer->context, g_main_context_unref);
  g_clear_pointer (&transfer->checksum, g_checksum_free);
}

static gboolean
at_transfer_task_in_background (AtAsyncTask   *task,
                                const GValue  *params,
                                GCancellable  *cancellable,
                                GError       **error)
{
  AtTransferTask *self = AT_TRANSFER_TASK (task);
  AtTransfer transfer = { .task = self, .cancellable = cancellable, };
  AtBrokenPipe broken_pipe;
  gboolean succeeded;
  gulong handler;

  g_atomic_int_set (&self->has_begun, TRUE);

  /* With no lock held, here and where it is disconnected: that waits for a handler
   * that runs, and the handler takes the lock. */
  handler = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), self, NULL);
  at_broken_pipe_begin (&broken_pipe);
  succeeded = run_transfer (&transfer, error);
  at_broken_pipe_end (&broken_pipe);
  g_cancellable_disconnect (cancellable, handler);

  if (!succeeded)
    {
      abandon_streams (self);
    }
  else if (self->size == 0)
    {
      /* Now the total is known. */
      at_async_task_set_amounts (task, transfer.n_written, transfer.n_written);
      if (transfer.n_written == 0)
        at_async_task_set_fraction (task, 1);
    }

  at_transfer_clear (&transfer);
  at_async_task_return (task, G_TYPE_UINT64, transfer.n_written);

  return succeeded;
}

/* The class. */

static void
at_transfer_task_pre_execute (AtAsyncTask *task)
{
  AtTransferTask *self = AT_TRANSFER_TASK (task);

  /* One that is in a queue shows how much there is to do. */
  if (self->size != 0)
    at_async_task_set_amounts (task, 0, self->size);

  AT_ASYNC_TASK_CLASS (at_transfer_task_parent_class)->pre_execute (task);
}

static void
at_transfer_task_control_changed (AtAsyncTask *task)
{
  if (at_async_task_is_paused (task))
    interrupt (AT_TRANSFER_TASK (task));
}

/* A task whose body never ran has streams to close all the same. */
static void
abandon_unrun (AtTransferTask *self)
{
  if (self->was_abandoned || g_atomic_int_get (&self->has_begun) ||
      at_async_task_get_status (AT_ASYNC_TASK (self)) == AT_STATUS_PENDING)
    return;

  self->was_abandoned = TRUE;
  abandon_streams (self);
}

/* The outcome is notified in the owner context before the last callback, and the
 * class hears of it before anybody who is connected. */
static void
at_transfer_task_notify (GObject    *object,
                         GParamSpec *pspec)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);

  if (g_str_equal (pspec->name, "outcome"))
    {
      abandon_unrun (self);
      if (g_atomic_pointer_get (&self->checksum) != NULL)
        g_object_notify_by_pspec (object, properties[PROP_CHECKSUM]);
    }

  if (G_OBJECT_CLASS (at_transfer_task_parent_class)->notify != NULL)
    G_OBJECT_CLASS (at_transfer_task_parent_class)->notify (object, pspec);
}

/* In the owner context, as the base class sees to. */
static void
at_transfer_task_finalize (GObject *object)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);
  AtBrokenPipe broken_pipe;

  /* Nobody was told of the end of one whose owner, or context, was gone. */
  abandon_unrun (self);

  /* These may be the last references, and what a stream still holds is written then. */
  at_broken_pipe_begin (&broken_pipe);
  g_clear_object (&self->source);
  g_clear_object (&self->sink);
  at_broken_pipe_end (&broken_pipe);
  g_clear_pointer (&self->checksum_type, g_free);
  g_clear_pointer (&self->expected_checksum, g_free);
  g_clear_pointer (&self->checksum, g_free);
  g_mutex_clear (&self->lock);

  G_OBJECT_CLASS (at_transfer_task_parent_class)->finalize (object);
}

static void
at_transfer_task_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);

  switch (prop_id)
    {
    case PROP_SOURCE:
      g_value_set_object (value, at_transfer_task_get_source (self));
      break;
    case PROP_SINK:
      g_value_set_object (value, at_transfer_task_get_sink (self));
      break;
    case PROP_SIZE:
      g_value_set_uint64 (value, at_transfer_task_get_size (self));
      break;
    case PROP_FLAGS:
      g_value_set_flags (value, at_transfer_task_get_flags (self));
      break;
    case PROP_BUFFER_SIZE:
      g_value_set_uint (value, at_transfer_task_get_buffer_size (self));
      break;
    case PROP_CHECKSUM_TYPE:
      g_value_set_string (value, at_transfer_task_get_checksum_type (self));
      break;
    case PROP_EXPECTED_CHECKSUM:
      g_value_set_string (value, at_transfer_task_get_expected_checksum (self));
      break;
    case PROP_CHECKSUM:
      g_value_set_string (value, at_transfer_task_get_checksum (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_transfer_task_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  AtTransferTask *self = AT_TRANSFER_TASK (object);

  switch (prop_id)
    {
    case PROP_SOURCE:
      at_transfer_task_set_source (self, g_value_get_object (value));
      break;
    case PROP_SINK:
      at_transfer_task_set_sink (self, g_value_get_object (value));
      break;
    case PROP_SIZE:
      at_transfer_task_set_size (self, g_value_get_uint64 (value));
      break;
    case PROP_FLAGS:
      at_transfer_task_set_flags (self, g_value_get_flags (value));
      break;
    case PROP_BUFFER_SIZE:
      at_transfer_task_set_buffer_size (self, g_value_get_uint (value));
      break;
    case PROP_CHECKSUM_TYPE:
      at_transfer_task_set_checksum_type (self, g_value_get_string (value));
      break;
    case PROP_EXPECTED_CHECKSUM:
      at_transfer_task_set_expected_checksum (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_transfer_task_class_init (AtTransferTaskClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  AtAsyncTaskClass *task_class = AT_ASYNC_TASK_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->finalize = at_transfer_task_finalize;
  object_class->get_property = at_transfer_task_get_property;
  object_class->notify = at_transfer_task_notify;
  object_class->set_property = at_transfer_task_set_property;

  task_class->in_background = at_transfer_task_in_background;
  task_class->control_changed = at_transfer_task_control_changed;
  task_class->pre_execute = at_transfer_task_pre_execute;

  /**
   * AtTransferTask:source: (getter get_source) (setter set_source)
   *
   * The stream to read from.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SOURCE] =
    g_param_spec_object ("source", NULL, NULL,
                         G_TYPE_INPUT_STREAM,
                         writable);

  /**
   * AtTransferTask:sink: (getter get_sink) (setter set_sink)
   *
   * The stream to write to.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SINK] =
    g_param_spec_object ("sink", NULL, NULL,
                         G_TYPE_OUTPUT_STREAM,
                         writable);

  /**
   * AtTransferTask:size: (getter get_size) (setter set_size)
   *
   * How many bytes the source is expected to have; 0 if that is unknown.
   *
   * [property@AsyncTask:total] is this while the task runs.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_SIZE] =
    g_param_spec_uint64 ("size", NULL, NULL,
                         0, G_MAXUINT64, 0,
                         writable);

  /**
   * AtTransferTask:flags: (getter get_flags) (setter set_flags)
   *
   * What the task does beside copying.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_FLAGS] =
    g_param_spec_flags ("flags", NULL, NULL,
                        AT_TYPE_TRANSFER_FLAGS, AT_TRANSFER_NONE,
                        writable);

  /**
   * AtTransferTask:buffer-size: (getter get_buffer_size) (setter set_buffer_size)
   *
   * How many bytes are moved at once, at most; 256 KiB unless set, up to 1 GiB.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_BUFFER_SIZE] =
    g_param_spec_uint ("buffer-size", NULL, NULL,
                       1, MAX_BUFFER_SIZE, DEFAULT_BUFFER_SIZE,
                       writable);

  /**
   * AtTransferTask:checksum-type: (getter get_checksum_type) (setter set_checksum_type)
   *
   * Which checksum of the data to compute: `md5`, `sha1`, `sha256`, `sha384` or
   * `sha512`; %NULL for none, or for that of
   * [property@TransferTask:expected-checksum].
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM_TYPE] =
    g_param_spec_string ("checksum-type", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtTransferTask:expected-checksum: (getter get_expected_checksum) (setter set_expected_checksum)
   *
   * The checksum that the data must have, in hexadecimal digits; %NULL if it may
   * have any.
   *
   * Set before the task is executed.
   *
   * Since: 1.0
   */
  properties[PROP_EXPECTED_CHECKSUM] =
    g_param_spec_string ("expected-checksum", NULL, NULL,
                         NULL,
                         writable);

  /**
   * AtTransferTask:checksum: (getter get_checksum)
   *
   * The checksum of the data that was moved, in small hexadecimal digits; set
   * before the last callback.
   *
   * Since: 1.0
   */
  properties[PROP_CHECKSUM] =
    g_param_spec_string ("checksum", NULL, NULL,
                         NULL,
                         readable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
at_transfer_task_init (AtTransferTask *self)
{
  g_mutex_init (&self->lock);
  self->buffer_size = DEFAULT_BUFFER_SIZE;
  at_async_task_set_unit (AT_ASYNC_TASK (self), AT_PROGRESS_UNIT_BYTES);
}

/**
 * at_transfer_task_new:
 * @source: the stream to read from
 * @sink: the stream to write to
 * @total: how many bytes the source is expected to have, or 0 if that is unknown
 *
 * Creates a task that copies a stream.
 *
 * @total is for [property@AsyncTask:fraction] and
 * [property@AsyncTask:remaining]; everything up to the end of @source is copied,
 * unless [property@TransferTask:flags] say %AT_TRANSFER_EXACT.
 *
 * Any thread; the thread that makes a task counts as the owner's as long as
 * nobody iterates the owner context.
 *
 * Returns: (transfer full): a new task
 *
 * Since: 1.0
 */
AtTransferTask *
at_transfer_task_new (GInputStream  *source,
                      GOutputStream *sink,
                      guint64        total)
{
  AtTransferTask *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (source), NULL);
  g_return_val_if_fail (G_IS_OUTPUT_STREAM (sink), NULL);

  self = g_object_new (AT_TYPE_TRANSFER_TASK, NULL);
  self->source = g_object_ref (source);
  self->sink = g_object_ref (sink);
  self->size = total;

  return self;
}

/**
 * at_transfer_task_get_source: (get-property source)
 * @self: a task
 *
 * Gets the stream to read from.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): a stream, or %NULL if none was set
 *
 * Since: 1.0
 */
GInputStream *
at_transfer_task_get_source (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return self->source;
}

/**
 * at_transfer_task_set_source: (set-property source)
 * @self: a task
 * @source: (nullable): a stream
 *
 * Sets the stream to read from.
 *
 * A task that has none when it runs fails with %G_IO_ERROR_INVALID_ARGUMENT.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_source (AtTransferTask *self,
                             GInputStream   *source)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  g_return_if_fail (source == NULL || G_IS_INPUT_STREAM (source));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (g_set_object (&self->source, source))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOURCE]);
}

/**
 * at_transfer_task_get_sink: (get-property sink)
 * @self: a task
 *
 * Gets the stream to write to.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): a stream, or %NULL if none was set
 *
 * Since: 1.0
 */
GOutputStream *
at_transfer_task_get_sink (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return self->sink;
}

/**
 * at_transfer_task_set_sink: (set-property sink)
 * @self: a task
 * @sink: (nullable): a stream
 *
 * Sets the stream to write to.
 *
 * A task that has none when it runs fails with %G_IO_ERROR_INVALID_ARGUMENT.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_sink (AtTransferTask *self,
                           GOutputStream  *sink)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  g_return_if_fail (sink == NULL || G_IS_OUTPUT_STREAM (sink));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (g_set_object (&self->sink, sink))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SINK]);
}

/**
 * at_transfer_task_get_size: (get-property size)
 * @self: a task
 *
 * Gets how many bytes the source is expected to have.
 *
 * Any thread.
 *
 * Returns: a number of bytes, or 0 if it is unknown
 *
 * Since: 1.0
 */
guint64
at_transfer_task_get_size (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), 0);

  return self->size;
}

/**
 * at_transfer_task_set_size: (set-property size)
 * @self: a task
 * @size: a number of bytes, or 0 if it is unknown
 *
 * Sets how many bytes the source is expected to have.
 *
 * [property@AsyncTask:total] is this while the task runs. One that succeeds with
 * an unknown size has the number of bytes that were moved as its total in the end.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_size (AtTransferTask *self,
                           guint64         size)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->size == size)
    return;

  self->size = size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}

/**
 * at_transfer_task_get_flags: (get-property flags)
 * @self: a task
 *
 * Gets what the task does beside copying.
 *
 * Any thread.
 *
 * Returns: the flags
 *
 * Since: 1.0
 */
AtTransferFlags
at_transfer_task_get_flags (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), AT_TRANSFER_NONE);

  return self->flags;
}

/**
 * at_transfer_task_set_flags: (set-property flags)
 * @self: a task
 * @flags: the flags
 *
 * Sets what the task does beside copying.
 *
 * Streams that are to be closed are closed however the task ends, also where its
 * body never ran; an error at closing after a successful transfer makes the task
 * fail, and none replaces an error that there was before. A sink that is not to be
 * closed is flushed after a successful transfer.
 *
 * %AT_TRANSFER_EXACT means nothing while [property@TransferTask:size] is 0. It
 * moves no byte beyond the size, but has to see the end of the source.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_flags (AtTransferTask  *self,
                            AtTransferFlags  flags)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  g_return_if_fail ((flags & ~(guint) (AT_TRANSFER_CLOSE_SOURCE | AT_TRANSFER_CLOSE_SINK | AT_TRANSFER_EXACT)) == 0);
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->flags == flags)
    return;

  self->flags = flags;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FLAGS]);
}

/**
 * at_transfer_task_get_buffer_size: (get-property buffer-size)
 * @self: a task
 *
 * Gets how many bytes are moved at once, at most.
 *
 * Any thread.
 *
 * Returns: a number of bytes
 *
 * Since: 1.0
 */
guint
at_transfer_task_get_buffer_size (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), 0);

  return self->buffer_size;
}

/**
 * at_transfer_task_set_buffer_size: (set-property buffer-size)
 * @self: a task
 * @buffer_size: a number of bytes, from 1 to 1 GiB
 *
 * Sets how many bytes are moved at once, at most.
 *
 * 256 KiB unless set, which is enough for any disk or network.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_buffer_size (AtTransferTask *self,
                                  guint           buffer_size)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  g_return_if_fail (buffer_size >= 1 && buffer_size <= MAX_BUFFER_SIZE);
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (self->buffer_size == buffer_size)
    return;

  self->buffer_size = buffer_size;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUFFER_SIZE]);
}

/**
 * at_transfer_task_get_checksum_type: (get-property checksum-type)
 * @self: a task
 *
 * Gets which checksum of the data to compute.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): the name of a type, or %NULL
 *
 * Since: 1.0
 */
const char *
at_transfer_task_get_checksum_type (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return self->checksum_type;
}

/**
 * at_transfer_task_set_checksum_type: (set-property checksum-type)
 * @self: a task
 * @checksum_type: (nullable): `md5`, `sha1`, `sha256`, `sha384` or `sha512`, or
 *   %NULL
 *
 * Sets which checksum of the data to compute.
 *
 * Case does not matter, and `SHA-256` is `sha256`. A task with a type that there is
 * not fails with %G_IO_ERROR_INVALID_ARGUMENT before it reads anything. With %NULL
 * none is computed, or that of [property@TransferTask:expected-checksum], whose
 * length tells the type.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_checksum_type (AtTransferTask *self,
                                    const char     *checksum_type)
{
  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  if (at_replace_string (&self->checksum_type, checksum_type))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHECKSUM_TYPE]);
}

/**
 * at_transfer_task_get_expected_checksum: (get-property expected-checksum)
 * @self: a task
 *
 * Gets the checksum that the data must have.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): hexadecimal digits, or %NULL
 *
 * Since: 1.0
 */
const char *
at_transfer_task_get_expected_checksum (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return self->expected_checksum;
}

/**
 * at_transfer_task_set_expected_checksum: (set-property expected-checksum)
 * @self: a task
 * @expected_checksum: (nullable): hexadecimal digits, or %NULL
 *
 * Sets the checksum that the data must have.
 *
 * Case does not matter, and white space around it is left out; nothing else than
 * white space is the same as %NULL. A task with something that is no checksum, or
 * none of [property@TransferTask:checksum-type], fails with
 * %G_IO_ERROR_INVALID_ARGUMENT before it reads anything; one whose data have another
 * checksum fails with %G_IO_ERROR_INVALID_DATA after it moved them all, and
 * before the sink is closed.
 *
 * Owner's thread, before the task is executed.
 *
 * Since: 1.0
 */
void
at_transfer_task_set_expected_checksum (AtTransferTask *self,
                                        const char     *expected_checksum)
{
  g_autofree char *text = NULL;

  g_return_if_fail (AT_IS_TRANSFER_TASK (self));
  AT_RETURN_IF_TOO_LATE (AT_ASYNC_TASK (self));

  text = g_strdup (expected_checksum);
  if (text != NULL && *g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);

  if (at_replace_string (&self->expected_checksum, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EXPECTED_CHECKSUM]);
}

/**
 * at_transfer_task_get_checksum: (get-property checksum)
 * @self: a task
 *
 * Gets the checksum of the data that was moved.
 *
 * It can be read once [method@AsyncTask.wait] has returned, and from the last
 * callback on. A task that failed because of its checksum has one, too; the
 * property notifies before the last callback.
 *
 * Any thread.
 *
 * Returns: (nullable) (transfer none): small hexadecimal digits, or %NULL if none
 *   was computed, or not all data was moved
 *
 * Since: 1.0
 */
const char *
at_transfer_task_get_checksum (AtTransferTask *self)
{
  g_return_val_if_fail (AT_IS_TRANSFER_TASK (self), NULL);

  return g_atomic_pointer_get (&self->checksum);
}
