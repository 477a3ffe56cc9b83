/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-preferences.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_PREFERENCES_WINDOW (downloader_preferences_window_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderPreferencesWindow, downloader_preferences_window, DOWNLOADER, PREFERENCES_WINDOW, AdwPreferencesWindow)

DownloaderPreferencesWindow *downloader_preferences_window_new (GtkWindow             *parent,
                                                                DownloaderPreferences *preferences);

G_END_DECLS
