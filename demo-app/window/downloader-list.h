/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-item.h"
#include "downloader-preferences.h"

G_BEGIN_DECLS

/**
 * DownloaderCounts:
 * @active: How many run, or wait for their turn.
 * @paused: How many were paused.
 * @finished: How many were finished, whether their files are still there or not.
 * @failed: How many failed.
 * @busy: How many hold on to their files, also such as were removed.
 *
 * How many downloads there are of each kind.
 */
typedef struct
{
  guint active;
  guint paused;
  guint finished;
  guint failed;
  guint busy;
} DownloaderCounts;

#define DOWNLOADER_TYPE_LIST (downloader_list_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderList, downloader_list, DOWNLOADER, LIST, GObject)

typedef struct _DownloaderRemoval DownloaderRemoval;

DownloaderList     *downloader_list_new           (DownloaderPreferences     *preferences);
char               *downloader_list_load          (DownloaderList            *self,
                                                   const char                *path);
void                downloader_list_save          (DownloaderList            *self);

void                downloader_list_add           (DownloaderList            *self,
                                                   const char * const        *links,
                                                   const DownloaderSettings  *settings);
DownloaderItem     *downloader_list_find          (DownloaderList            *self,
                                                   guint64                    id);
DownloaderCounts    downloader_list_count         (DownloaderList            *self);

DownloaderSettings *downloader_list_complete_settings
                                                  (DownloaderList            *self,
                                                   const DownloaderSettings  *settings);
DownloaderSettings *downloader_list_make_settings (DownloaderList            *self);
void                downloader_list_set_defaults  (DownloaderList            *self,
                                                   const DownloaderSettings  *settings);
void                downloader_list_set_limit     (DownloaderList            *self,
                                                   guint                      max_active);

void                downloader_list_pause_all     (DownloaderList            *self);
void                downloader_list_resume_all    (DownloaderList            *self);
void                downloader_list_stop          (DownloaderList            *self);

DownloaderRemoval  *downloader_list_remove        (DownloaderList            *self,
                                                   DownloaderItem            *item);
DownloaderRemoval  *downloader_list_clear         (DownloaderList            *self);
guint               downloader_removal_get_size   (DownloaderRemoval         *self);
void                downloader_removal_undo       (DownloaderRemoval         *self);
void                downloader_removal_free       (DownloaderRemoval         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderRemoval, downloader_removal_free)

G_END_DECLS
