/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

#include "downloader-record.h"

G_BEGIN_DECLS

/**
 * DownloaderState:
 * @DOWNLOADER_STATE_QUEUED: It waits for others to finish.
 * @DOWNLOADER_STATE_CONNECTING: The server was asked.
 * @DOWNLOADER_STATE_DOWNLOADING: The file arrives.
 * @DOWNLOADER_STATE_RETRYING: It waits before the server is asked again.
 * @DOWNLOADER_STATE_VERIFYING: Everything has arrived and is checked.
 * @DOWNLOADER_STATE_PAUSED: It waits until somebody resumes it.
 * @DOWNLOADER_STATE_FINISHED: The file is there.
 * @DOWNLOADER_STATE_FAILED: It did not work.
 * @DOWNLOADER_STATE_MISSING: The file was there, and has been moved or deleted.
 *
 * Where a download of the window is. Those before
 * %DOWNLOADER_STATE_PAUSED are active.
 */
typedef enum
{
  DOWNLOADER_STATE_QUEUED,
  DOWNLOADER_STATE_CONNECTING,
  DOWNLOADER_STATE_DOWNLOADING,
  DOWNLOADER_STATE_RETRYING,
  DOWNLOADER_STATE_VERIFYING,
  DOWNLOADER_STATE_PAUSED,
  DOWNLOADER_STATE_FINISHED,
  DOWNLOADER_STATE_FAILED,
  DOWNLOADER_STATE_MISSING
} DownloaderState;

#define DOWNLOADER_TYPE_ITEM (downloader_item_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderItem, downloader_item, DOWNLOADER, ITEM, GObject)

DownloaderItem   *downloader_item_new             (const char               *link,
                                                   const DownloaderSettings *settings,
                                                   AtExecutor               *queue);
DownloaderItem   *downloader_item_new_from_record (const DownloaderRecord   *record,
                                                   AtExecutor               *queue);
DownloaderRecord *downloader_item_to_record       (DownloaderItem           *self);

void              downloader_item_start           (DownloaderItem           *self);
void              downloader_item_pause           (DownloaderItem           *self);
void              downloader_item_retry_now       (DownloaderItem           *self);
void              downloader_item_discard         (DownloaderItem           *self);
void              downloader_item_log_in          (DownloaderItem           *self,
                                                   const char               *user,
                                                   const char               *password);
void              downloader_item_set_missing     (DownloaderItem           *self,
                                                   gboolean                  missing);

guint64           downloader_item_get_id          (DownloaderItem           *self);
DownloaderState   downloader_item_get_state       (DownloaderItem           *self);
gboolean          downloader_item_is_active       (DownloaderItem           *self);
gboolean          downloader_item_is_busy         (DownloaderItem           *self);
gboolean          downloader_item_is_stuck        (DownloaderItem           *self);
gboolean          downloader_item_needs_login     (DownloaderItem           *self);
const char       *downloader_item_get_name        (DownloaderItem           *self);
const char       *downloader_item_get_link        (DownloaderItem           *self);
const char       *downloader_item_get_path        (DownloaderItem           *self);
const char       *downloader_item_get_origin      (DownloaderItem           *self);

G_END_DECLS
