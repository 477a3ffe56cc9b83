/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_PREFERENCES (downloader_preferences_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderPreferences, downloader_preferences, DOWNLOADER, PREFERENCES, GObject)

DownloaderPreferences *downloader_preferences_new             (void);
void                   downloader_preferences_follow_window  (DownloaderPreferences *self,
                                                              GObject               *window);
char                  *downloader_preferences_dup_folder      (DownloaderPreferences *self);
guint                  downloader_preferences_get_max_active  (DownloaderPreferences *self);
guint64                downloader_preferences_get_speed_limit (DownloaderPreferences *self);
gboolean               downloader_preferences_get_notify      (DownloaderPreferences *self);
gboolean               downloader_preferences_get_keep_times  (DownloaderPreferences *self);

G_END_DECLS
