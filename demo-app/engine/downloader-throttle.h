/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_THROTTLE (downloader_throttle_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderThrottle, downloader_throttle, DOWNLOADER, THROTTLE, GObject)

DownloaderThrottle *downloader_throttle_new         (void);
DownloaderThrottle *downloader_throttle_get_default (void);
guint64             downloader_throttle_get_limit   (DownloaderThrottle *self);
void                downloader_throttle_set_limit   (DownloaderThrottle *self,
                                                     guint64             limit);
gsize               downloader_throttle_get_portion (DownloaderThrottle *self,
                                                     gsize               most);
gboolean            downloader_throttle_pay         (DownloaderThrottle *self,
                                                     gsize               bytes,
                                                     GCancellable       *cancellable);

G_END_DECLS
