/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

#include "downloader-folder.h"
#include "downloader-version.h"

G_BEGIN_DECLS

typedef struct _DownloaderPartial DownloaderPartial;

/**
 * DownloaderPart:
 * @name: What the file is to be called.
 * @link: Where it comes from.
 * @bytes: How much has arrived.
 * @total: How much there is in all, 0 if that is not known.
 * @busy: Whether somebody is at work on it.
 *
 * What has arrived of a file that is not complete.
 */
typedef struct
{
  char     *name;
  char     *link;
  guint64   bytes;
  guint64   total;
  gboolean  busy;
} DownloaderPart;

GPtrArray               *downloader_partial_list             (DownloaderFolder   *folder,
                                                              const char         *link,
                                                              gboolean            remove);
char                    *downloader_partial_find_complete    (DownloaderFolder   *folder,
                                                              const char         *name,
                                                              guint64             size,
                                                              guint              *number);
DownloaderPartial       *downloader_partial_find             (DownloaderFolder   *folder,
                                                              const char         *link,
                                                              const char         *name);
DownloaderPartial       *downloader_partial_create           (DownloaderFolder   *folder,
                                                              const char         *name,
                                                              const char         *link,
                                                              GError            **error);
DownloaderPartial       *downloader_partial_create_beside    (DownloaderPartial  *self,
                                                              GError            **error);
void                     downloader_partial_free             (DownloaderPartial  *self);
const char              *downloader_partial_get_name         (DownloaderPartial  *self);
const char              *downloader_partial_get_wish         (DownloaderPartial  *self);
const char              *downloader_partial_get_partial_name (DownloaderPartial  *self);
guint64                  downloader_partial_get_kept         (DownloaderPartial  *self);
guint64                  downloader_partial_get_size         (DownloaderPartial  *self);
guint64                  downloader_partial_get_offset       (DownloaderPartial  *self);
const DownloaderVersion *downloader_partial_get_version      (DownloaderPartial  *self);
char                    *downloader_partial_dup_path         (DownloaderPartial  *self);
gboolean                 downloader_partial_start            (DownloaderPartial  *self,
                                                              DownloaderVersion  *version,
                                                              gboolean            keep,
                                                              GError            **error);
gboolean                 downloader_partial_reserve          (DownloaderPartial  *self,
                                                              guint64             needed,
                                                              GError            **error);
gboolean                 downloader_partial_truncate         (DownloaderPartial  *self,
                                                              guint64             size,
                                                              GError            **error);
gboolean                 downloader_partial_check            (DownloaderPartial  *self,
                                                              GError            **error);
gboolean                 downloader_partial_write            (DownloaderPartial  *self,
                                                              const guint8       *data,
                                                              gsize               length,
                                                              GError            **error);
gssize                   downloader_partial_read             (DownloaderPartial  *self,
                                                              guint64             offset,
                                                              guint8             *buffer,
                                                              gsize               length,
                                                              GError            **error);
char                    *downloader_partial_commit           (DownloaderPartial  *self,
                                                              gboolean            keep_time,
                                                              GError            **error);
void                     downloader_partial_discard          (DownloaderPartial  *self);
void                     downloader_partial_discard_all      (DownloaderPartial  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderPartial, downloader_partial_free)

G_END_DECLS
