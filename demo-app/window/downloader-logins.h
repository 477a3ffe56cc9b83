/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-list.h"

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_LOGINS (downloader_logins_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderLogins, downloader_logins, DOWNLOADER, LOGINS, GObject)

/**
 * DownloaderSaving:
 * @DOWNLOADER_SAVING_NO_WAY: There is nothing that could save it.
 * @DOWNLOADER_SAVING_OFF: It can be.
 * @DOWNLOADER_SAVING_ON: It was to be, before the server refused it.
 * @DOWNLOADER_SAVING_REFUSED: One that was saved is no longer accepted.
 *
 * Whether a password that somebody is asked for is to be saved.
 */
typedef enum
{
  DOWNLOADER_SAVING_NO_WAY,
  DOWNLOADER_SAVING_OFF,
  DOWNLOADER_SAVING_ON,
  DOWNLOADER_SAVING_REFUSED
} DownloaderSaving;

DownloaderLogins *downloader_logins_new     (DownloaderList   *list);
void              downloader_logins_answer  (DownloaderLogins *self,
                                             const char       *server,
                                             const char       *realm,
                                             const char       *user,
                                             const char       *password,
                                             gboolean          save);
gboolean          downloader_logins_is_busy (DownloaderLogins *self);

G_END_DECLS
