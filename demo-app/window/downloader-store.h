/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

#include "downloader-record.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_STORE (downloader_store_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderStore, downloader_store, DOWNLOADER, STORE, GObject)

/**
 * DownloaderStoreCollect:
 * @user_data: What was given with the function.
 *
 * Collects what is to be written.
 *
 * Returns: (transfer full) (element-type DownloaderRecord): the records
 */
typedef GPtrArray * (* DownloaderStoreCollect) (gpointer user_data);

DownloaderStore *downloader_store_new    (const char              *path,
                                          DownloaderStoreCollect   collect,
                                          gpointer                 user_data);
GPtrArray       *downloader_store_load   (DownloaderStore         *self,
                                          char                   **kept_as,
                                          GError                 **error);
void             downloader_store_touch  (DownloaderStore         *self);
void             downloader_store_flush  (DownloaderStore         *self);
char            *downloader_store_path   (void);

G_END_DECLS
