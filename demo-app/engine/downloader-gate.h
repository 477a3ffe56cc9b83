/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * DownloaderGate:
 *
 * A lock, and a place to wait for what it guards; a cancellable ends the wait.
 */
typedef struct
{
  GMutex lock;
  GCond  changed;
} DownloaderGate;

void     downloader_gate_init   (DownloaderGate *self);
void     downloader_gate_clear  (DownloaderGate *self);
void     downloader_gate_lock   (DownloaderGate *self);
void     downloader_gate_unlock (DownloaderGate *self);
void     downloader_gate_wake   (DownloaderGate *self);
gulong   downloader_gate_enter  (DownloaderGate *self,
                                 GCancellable   *cancellable);
void     downloader_gate_leave  (DownloaderGate *self,
                                 GCancellable   *cancellable,
                                 gulong          handler);
gboolean downloader_gate_wait   (DownloaderGate *self,
                                 GCancellable   *cancellable,
                                 gint64          end_time);

G_END_DECLS
