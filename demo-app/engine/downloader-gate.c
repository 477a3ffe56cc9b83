/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-gate.h"

void
downloader_gate_init (DownloaderGate *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
}

void
downloader_gate_clear (DownloaderGate *self)
{
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
}

void
downloader_gate_lock (DownloaderGate *self)
{
  g_mutex_lock (&self->lock);
}

void
downloader_gate_unlock (DownloaderGate *self)
{
  g_mutex_unlock (&self->lock);
}

/**
 * downloader_gate_wake:
 * @self: A gate, locked.
 *
 * Has everybody who waits look again.
 */
void
downloader_gate_wake (DownloaderGate *self)
{
  g_cond_broadcast (&self->changed);
}

/* Under the lock, so that it cannot fall between a look at the cancellable and
 * the wait that follows it. */
static void
cancelled (GCancellable *cancellable,
           gpointer      data)
{
  DownloaderGate *self = data;

  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/**
 * downloader_gate_enter:
 * @self: A gate.
 * @cancellable: (nullable): What ends waiting.
 *
 * Locks the gate, to wait at it.
 *
 * Returns: what downloader_gate_leave() is to be given
 */
gulong
downloader_gate_enter (DownloaderGate *self,
                       GCancellable   *cancellable)
{
  gulong handler = 0;

  if (cancellable != NULL)
    handler = g_cancellable_connect (cancellable, G_CALLBACK (cancelled), self, NULL);
  g_mutex_lock (&self->lock);

  return handler;
}

/**
 * downloader_gate_leave:
 * @self: A gate, locked.
 * @cancellable: (nullable): As given to downloader_gate_enter().
 * @handler: What that returned.
 *
 * Unlocks the gate.
 */
void
downloader_gate_leave (DownloaderGate *self,
                       GCancellable   *cancellable,
                       gulong          handler)
{
  /* Disconnecting waits for a handler that runs, and that waits for the lock. */
  g_mutex_unlock (&self->lock);
  if (cancellable != NULL)
    g_cancellable_disconnect (cancellable, handler);
}

/**
 * downloader_gate_wait:
 * @self: A gate, entered.
 * @cancellable: (nullable): As given to downloader_gate_enter().
 * @end_time: Until when, in monotonic time; -1 for as long as it takes.
 *
 * Waits until something has changed.
 *
 * Returns: %FALSE once cancelled
 */
gboolean
downloader_gate_wait (DownloaderGate *self,
                      GCancellable   *cancellable,
                      gint64          end_time)
{
  if (g_cancellable_is_cancelled (cancellable))
    return FALSE;

  if (end_time < 0)
    g_cond_wait (&self->changed, &self->lock);
  else
    g_cond_wait_until (&self->changed, &self->lock, end_time);

  return !g_cancellable_is_cancelled (cancellable);
}
