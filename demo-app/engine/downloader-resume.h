/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-version.h"

G_BEGIN_DECLS

/**
 * DownloaderResume:
 * @link: Where the file comes from, without credentials.
 * @name: The name it is to have.
 * @version: What the server said of it.
 *
 * What lies beside a partial file, and says how to go on with it.
 */
typedef struct
{
  char              *link;
  char              *name;
  DownloaderVersion  version;
} DownloaderResume;

gboolean  downloader_resume_parse  (DownloaderResume       *self,
                                    const char             *text);
char     *downloader_resume_format (const DownloaderResume *self);
void      downloader_resume_clear  (DownloaderResume       *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DownloaderResume, downloader_resume_clear)

G_END_DECLS
