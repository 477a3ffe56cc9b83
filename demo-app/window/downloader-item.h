/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

#include "downloader-settings.h"

G_BEGIN_DECLS

/**
 * DownloaderState:
 * @DOWNLOADER_STATE_QUEUED: It waits for others to finish.
 * @DOWNLOADER_STATE_CONNECTING: The server was asked.
 * @DOWNLOADER_STATE_DOWNLOADING: The file arrives.
 * @DOWNLOADER_STATE_RETRYING: It waits before the server is asked again.
 * @DOWNLOADER_STATE_VERIFYING: Everything has arrived and is checked.
 * @DOWNLOADER_STATE_FINISHED: The file is there.
 * @DOWNLOADER_STATE_FAILED: It did not work.
 * @DOWNLOADER_STATE_CANCELLED: The user did not want it any more.
 *
 * Where a download of the window is.
 */
typedef enum
{
  DOWNLOADER_STATE_QUEUED,
  DOWNLOADER_STATE_CONNECTING,
  DOWNLOADER_STATE_DOWNLOADING,
  DOWNLOADER_STATE_RETRYING,
  DOWNLOADER_STATE_VERIFYING,
  DOWNLOADER_STATE_FINISHED,
  DOWNLOADER_STATE_FAILED,
  DOWNLOADER_STATE_CANCELLED
} DownloaderState;

#define DOWNLOADER_TYPE_ITEM (downloader_item_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderItem, downloader_item, DOWNLOADER, ITEM, GObject)

DownloaderItem  *downloader_item_new       (const char               *link,
                                            const DownloaderSettings *settings,
                                            AtExecutor               *executor);
void             downloader_item_start     (DownloaderItem           *self);
void             downloader_item_cancel    (DownloaderItem           *self);
DownloaderState  downloader_item_get_state (DownloaderItem           *self);
gboolean         downloader_item_is_active (DownloaderItem           *self);
GFile           *downloader_item_dup_file  (DownloaderItem           *self);

G_END_DECLS
