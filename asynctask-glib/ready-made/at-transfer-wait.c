/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-transfer-private.h"

#include "at-wake-private.h"

/* Where a transfer blocks: what ends a read or write that a pause or a cancel comes to,
 * and how streams are waited for that do not block by themselves. */

/* How long to leave a stream alone that would block and cannot say until when. */
#define MAX_DELAY_MS 64

/* Ends the read or write that the body is in, or comes to next. */
void
at_transfer_task_interrupt (AtTransferTaskPrivate *priv)
{
  g_autoptr (GCancellable) cancellable = NULL;

  g_mutex_lock (&priv->lock);
  g_set_object (&cancellable, priv->interrupt);
  g_mutex_unlock (&priv->lock);

  /* With no lock held: this calls whatever the stream has connected. */
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
}

/* Gives the body an interrupt that was not used. Another thread may still be at
 * the old one, which is why it is not reset. Whoever sets the paused flag, or
 * cancels, does so before it interrupts, and the body looks after this: the one or
 * the other sees. */
static void
renew_interrupt (AtTransfer *transfer)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  GCancellable *old = transfer->interrupt;

  transfer->interrupt = g_cancellable_new ();

  g_mutex_lock (&priv->lock);
  g_set_object (&priv->interrupt, transfer->interrupt);
  g_mutex_unlock (&priv->lock);

  g_clear_object (&old);
}

/* To be called before whatever may block. */
gboolean
at_transfer_may_go_on (AtTransfer  *transfer,
                       GError     **error)
{
  if (transfer->interrupt == NULL || g_cancellable_is_cancelled (transfer->interrupt))
    renew_interrupt (transfer);

  return at_async_task_checkpoint (transfer->task, error) &&
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
gboolean
at_transfer_try_again (AtTransfer  *transfer,
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

void
at_transfer_end_waiting (AtTransfer *transfer)
{
  AtTransferTaskPrivate *priv = transfer->priv;

  g_mutex_lock (&priv->lock);
  g_clear_object (&priv->interrupt);
  g_mutex_unlock (&priv->lock);

  g_clear_object (&transfer->interrupt);
  g_clear_pointer (&transfer->context, g_main_context_unref);
}
