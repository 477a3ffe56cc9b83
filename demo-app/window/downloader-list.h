/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-item.h"
#include "downloader-preferences.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_LIST (downloader_list_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderList, downloader_list, DOWNLOADER, LIST, GObject)

DownloaderList     *downloader_list_new           (DownloaderPreferences     *preferences);
char               *downloader_list_load          (DownloaderList            *self,
                                                   const char                *path);
void                downloader_list_save          (DownloaderList            *self);

void                downloader_list_add           (DownloaderList            *self,
                                                   const char * const        *links,
                                                   const char                *name,
                                                   const DownloaderSettings  *settings);
gboolean            downloader_list_is_running    (DownloaderList            *self,
                                                   const char                *link);
AtGtkTaskItems     *downloader_list_get_items     (DownloaderList            *self);
guint               downloader_list_get_n_busy    (DownloaderList            *self);

DownloaderSettings *downloader_list_complete_settings
                                                  (DownloaderList            *self,
                                                   const DownloaderSettings  *settings);
DownloaderSettings *downloader_list_make_settings (DownloaderList            *self);
void                downloader_list_set_defaults  (DownloaderList            *self,
                                                   const DownloaderSettings  *settings);
void                downloader_list_set_limit     (DownloaderList            *self,
                                                   guint                      max_active);

void                downloader_list_resume_all    (DownloaderList            *self);
void                downloader_list_remove        (DownloaderList            *self,
                                                   DownloaderItem            *item);
guint               downloader_list_clear         (DownloaderList            *self);
void                downloader_list_log_in        (DownloaderList            *self,
                                                   const char                *origin,
                                                   const char                *realm,
                                                   const char                *user,
                                                   const char                *password);
void                downloader_list_stop          (DownloaderList            *self);

G_END_DECLS
