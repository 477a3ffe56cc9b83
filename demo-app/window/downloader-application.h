/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_APPLICATION (downloader_application_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderApplication, downloader_application, DOWNLOADER, APPLICATION, AdwApplication)

DownloaderApplication *downloader_application_new (void);

G_END_DECLS
