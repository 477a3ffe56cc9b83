/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-preferences.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_PREFERENCES_PAGE (downloader_preferences_page_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderPreferencesPage, downloader_preferences_page, DOWNLOADER, PREFERENCES_PAGE, AdwPreferencesPage)

DownloaderPreferencesPage *downloader_preferences_page_new (DownloaderPreferences *preferences);

G_END_DECLS
