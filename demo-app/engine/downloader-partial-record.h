/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-folder.h"
#include "downloader-resume.h"

G_BEGIN_DECLS

gboolean downloader_record_read      (DownloaderResume        *self,
                                      DownloaderFolder        *folder,
                                      const char              *record_name);
gboolean downloader_record_is_of     (const DownloaderResume  *self,
                                      const char              *link,
                                      const char              *name);
gboolean downloader_record_is_of_use (DownloaderFolder        *folder,
                                      const char              *record_name);
gboolean downloader_record_write     (const DownloaderResume  *self,
                                      DownloaderFolder        *folder,
                                      const char              *record_name,
                                      GError                 **error);
void     downloader_record_remove    (DownloaderFolder        *folder,
                                      const char              *record_name);

G_END_DECLS
