/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

#include "downloader-list.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_BACKGROUND (downloader_background_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderBackground, downloader_background, DOWNLOADER, BACKGROUND, GObject)

DownloaderBackground *downloader_background_new        (GtkApplication        *application,
                                                        DownloaderList        *list,
                                                        DownloaderPreferences *preferences);
void                  downloader_background_set_window (DownloaderBackground  *self,
                                                        GtkWindow             *window);

G_END_DECLS
