/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-item.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_WATCH (downloader_watch_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderWatch, downloader_watch, DOWNLOADER, WATCH, GObject)

DownloaderWatch *downloader_watch_new (void);
void             downloader_watch_add (DownloaderWatch *self,
                                       DownloaderItem  *item);

G_END_DECLS
