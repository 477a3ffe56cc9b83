/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-item.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_ROW (downloader_row_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderRow, downloader_row, DOWNLOADER, ROW, AdwBin)

G_END_DECLS
