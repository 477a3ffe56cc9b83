/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_QUEUE (downloader_queue_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderQueue, downloader_queue, DOWNLOADER, QUEUE, GObject)

DownloaderQueue *downloader_queue_new            (guint             max_active);
guint            downloader_queue_get_max_active (DownloaderQueue  *self);
void             downloader_queue_set_max_active (DownloaderQueue  *self,
                                                  guint             max_active);
gboolean         downloader_queue_execute        (DownloaderQueue  *self,
                                                  AtAsyncTask      *task,
                                                  GError          **error);

gboolean         downloader_queue_arrive         (DownloaderQueue  *self,
                                                  GCancellable     *cancellable);
void             downloader_queue_end            (DownloaderQueue  *self);
gboolean         downloader_queue_step_aside     (DownloaderQueue  *self);
gboolean         downloader_queue_is_full        (DownloaderQueue  *self);
gboolean         downloader_queue_come_back      (DownloaderQueue  *self,
                                                  GCancellable     *cancellable);

G_END_DECLS
