/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-logins.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_WINDOW (downloader_window_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderWindow, downloader_window, DOWNLOADER, WINDOW, AdwApplicationWindow)

DownloaderWindow *downloader_window_new     (GtkApplication        *application,
                                             DownloaderList        *list,
                                             DownloaderLogins      *logins,
                                             DownloaderPreferences *preferences);
void              downloader_window_ask_to_log_in
                                           (DownloaderWindow      *self,
                                            DownloaderItem        *item,
                                            DownloaderSaving       saving);
void              downloader_window_tell    (DownloaderWindow      *self,
                                             const char            *text);

G_END_DECLS
