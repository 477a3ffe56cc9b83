/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-list.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_NEW_DIALOG (downloader_new_dialog_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderNewDialog, downloader_new_dialog, DOWNLOADER, NEW_DIALOG, AdwBin)

void downloader_new_dialog_present (GtkWindow      *parent,
                                    DownloaderList *list,
                                    DownloaderItem *edited);

G_END_DECLS
