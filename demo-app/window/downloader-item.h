/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-gtk.h>

#include "downloader-record.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_ITEM (downloader_item_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderItem, downloader_item, DOWNLOADER, ITEM, AtGtkTaskItem)

DownloaderItem   *downloader_item_new             (const char               *link,
                                                   const char               *name,
                                                   const DownloaderSettings *settings,
                                                   AtExecutor               *queue);
DownloaderItem   *downloader_item_new_from_record (const DownloaderRecord   *record,
                                                   AtExecutor               *queue);
DownloaderRecord *downloader_item_to_record       (DownloaderItem           *self);
DownloaderItem   *downloader_item_from_task       (AtAsyncTask              *task);

void              downloader_item_start           (DownloaderItem           *self);
void              downloader_item_pause           (DownloaderItem           *self);
void              downloader_item_come_back       (DownloaderItem           *self);
void              downloader_item_log_in          (DownloaderItem           *self,
                                                   const char               *user,
                                                   const char               *password);
gboolean          downloader_item_has_login       (DownloaderItem           *self,
                                                   const char               *origin,
                                                   const char               *user,
                                                   const char               *password);
void              downloader_item_set_asking      (DownloaderItem           *self,
                                                   gboolean                  asking);

guint64           downloader_item_get_id          (DownloaderItem           *self);
gboolean          downloader_item_is_active       (DownloaderItem           *self);
gboolean          downloader_item_is_asking       (DownloaderItem           *self);
gboolean          downloader_item_is_busy         (DownloaderItem           *self);
gboolean          downloader_item_is_finished     (DownloaderItem           *self);
gboolean          downloader_item_is_paused       (DownloaderItem           *self);
gboolean          downloader_item_is_stuck        (DownloaderItem           *self);
const char       *downloader_item_get_link        (DownloaderItem           *self);
const char       *downloader_item_get_path        (DownloaderItem           *self);
const char       *downloader_item_get_origin      (DownloaderItem           *self);
const char       *downloader_item_get_realm       (DownloaderItem           *self);
const char       *downloader_item_get_login_user  (DownloaderItem           *self);

G_END_DECLS
