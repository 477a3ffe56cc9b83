/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <sys/stat.h>

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _DownloaderFolder DownloaderFolder;

/**
 * DownloaderRename:
 * @DOWNLOADER_RENAME_NO_REPLACE: One call that renames and never replaces.
 * @DOWNLOADER_RENAME_LINK: A second name, then the first one is removed.
 * @DOWNLOADER_RENAME_CLAIM: An empty file claims the name and is replaced.
 *
 * The ways to give a file its final name, best first. Each never replaces a
 * file of somebody else's; file systems differ in which they know.
 */
typedef enum
{
  DOWNLOADER_RENAME_NO_REPLACE,
  DOWNLOADER_RENAME_LINK,
  DOWNLOADER_RENAME_CLAIM
} DownloaderRename;

DownloaderFolder *downloader_folder_open         (const char        *path,
                                                  GError           **error);
void              downloader_folder_free         (DownloaderFolder  *self);
int               downloader_folder_get_fd       (DownloaderFolder  *self);
const char       *downloader_folder_get_path     (DownloaderFolder  *self);
gsize             downloader_folder_get_name_max (DownloaderFolder  *self);

gboolean          downloader_folder_has          (DownloaderFolder  *self,
                                                  const char        *name);
gboolean          downloader_folder_is_named     (DownloaderFolder  *self,
                                                  const char        *name,
                                                  const struct stat *info);
gboolean          downloader_folder_lock         (DownloaderFolder  *self,
                                                  const char        *name,
                                                  int                fd,
                                                  struct stat       *info);
gboolean          downloader_folder_write_all    (int                fd,
                                                  const guint8      *data,
                                                  gsize              length);
char             *downloader_folder_read_small   (DownloaderFolder  *self,
                                                  const char        *name,
                                                  gboolean          *forbidden);
char            **downloader_folder_find_records (DownloaderFolder  *self,
                                                  const char        *link);

gboolean          downloader_folder_reserve      (DownloaderFolder  *self,
                                                  guint64            needed,
                                                  GError           **error);
void              downloader_folder_release      (DownloaderFolder  *self,
                                                  guint64            bytes);
gboolean          downloader_folder_allocates    (DownloaderFolder  *self);

gboolean          downloader_folder_rename       (DownloaderFolder  *self,
                                                  const char        *from,
                                                  const char        *to,
                                                  DownloaderRename   best,
                                                  int               *saved_errno);
void              downloader_folder_sync         (DownloaderFolder  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderFolder, downloader_folder_free)

G_END_DECLS
