/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-options.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_WINDOW (downloader_window_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderWindow, downloader_window, DOWNLOADER, WINDOW, AdwApplicationWindow)

DownloaderWindow *downloader_window_new          (GtkApplication           *application);
void              downloader_window_add          (DownloaderWindow         *self,
                                                  const char               *link,
                                                  const DownloaderSettings *settings);
void              downloader_window_set_settings (DownloaderWindow         *self,
                                                  const DownloaderSettings *settings);
void              downloader_window_set_limit    (DownloaderWindow         *self,
                                                  guint                     max_active);
void              downloader_window_stop         (DownloaderWindow         *self);

G_END_DECLS
