/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_FOLDER_ROW (downloader_folder_row_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderFolderRow, downloader_folder_row, DOWNLOADER, FOLDER_ROW, AdwActionRow)

void  downloader_folder_row_set_folder (DownloaderFolderRow *self,
                                        const char          *folder);
char *downloader_folder_row_dup_folder (DownloaderFolderRow *self);

G_END_DECLS
