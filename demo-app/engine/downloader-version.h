/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * DownloaderVersion:
 * @validator: (nullable): What stands for the contents: a strong ETag, or an old
 *   Last-Modified; %NULL when what has arrived cannot be gone on with.
 * @server: (nullable): Which server gave it, as in `https://host:port`.
 * @type: (nullable): What kind of file it is, as in `text/html`.
 * @encoding: (nullable): How the bytes that are kept are packed.
 * @modified: When the file was modified, in seconds since 1970, 0 when that is not
 *   known.
 * @total: How many bytes there are in all, 0 when that is not known.
 *
 * What a server says of the file it gives.
 */
typedef struct
{
  char    *validator;
  char    *server;
  char    *type;
  char    *encoding;
  gint64   modified;
  guint64  total;
} DownloaderVersion;

void     downloader_version_clear       (DownloaderVersion       *self);
void     downloader_version_move        (DownloaderVersion       *self,
                                         DownloaderVersion       *from);
gboolean downloader_version_is_page     (const char              *type);
gboolean downloader_version_has_server  (const DownloaderVersion *self,
                                         const DownloaderVersion *other);
gboolean downloader_version_is_the_same (const DownloaderVersion *self,
                                         const DownloaderVersion *other);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DownloaderVersion, downloader_version_clear)

G_END_DECLS
