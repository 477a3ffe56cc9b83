/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

#include "downloader-throttle.h"

G_BEGIN_DECLS

#define DOWNLOADER_DEFAULT_RETRIES 5
#define DOWNLOADER_DEFAULT_TIMEOUT 30
#define DOWNLOADER_DEFAULT_ACTIVE  3
#define DOWNLOADER_MAX_ACTIVE      64

#define DOWNLOADER_TYPE_SETTINGS (downloader_settings_get_type ())

/**
 * DownloaderSettings:
 * @folder: Where files are saved, absolute.
 * @checksum_type: What @checksum is.
 * @checksum: (nullable): What the file must have, in lower case.
 * @retries: How many further requests there are after the first.
 * @timeout: How many seconds of silence are borne.
 * @min_rate: With how many bytes per second, on average over @timeout, a
 *   connection counts as broken if it is slower; 0 if it may be as slow as it is.
 * @keep_time: Whether the file gets the time at which the server's was modified.
 * @skip_complete: Whether a file that is complete already is left alone, rather than
 *   another one saved beside it.
 * @throttle: What limits the speed, shared with other downloads.
 * @login: (nullable): A server, with the user name and the password for it.
 * @authorities: (nullable): Whose certificates are trusted besides those the system
 *   does.
 * @user_agent: (nullable): What the program calls itself, if not by its name.
 * @headers: (nullable): What else the server of the link is told, and no other.
 * @insecure_redirect: Whether https may lead to http, though nothing is compared.
 *
 * How a download is to be made.
 */
typedef struct
{
  char               *folder;
  GChecksumType       checksum_type;
  char               *checksum;
  guint               retries;
  guint               timeout;
  guint64             min_rate;
  gboolean            keep_time;
  gboolean            skip_complete;
  DownloaderThrottle *throttle;
  GUri               *login;
  GTlsDatabase       *authorities;
  char               *user_agent;
  SoupMessageHeaders *headers;
  gboolean            insecure_redirect;
} DownloaderSettings;

GType               downloader_settings_get_type        (void);
DownloaderSettings *downloader_settings_new             (void);
DownloaderSettings *downloader_settings_copy            (const DownloaderSettings  *self);
void                downloader_settings_free            (DownloaderSettings        *self);
gboolean            downloader_settings_parse_checksum  (DownloaderSettings        *self,
                                                         const char                *text,
                                                         GError                   **error);
gboolean            downloader_settings_set_authorities (DownloaderSettings        *self,
                                                         const char                *path,
                                                         GError                   **error);
gboolean            downloader_settings_set_login       (DownloaderSettings        *self,
                                                         const char                *origin,
                                                         const char                *user,
                                                         const char                *password);
gboolean            downloader_settings_set_user_agent  (DownloaderSettings        *self,
                                                         const char                *text,
                                                         GError                   **error);
gboolean            downloader_settings_set_referer     (DownloaderSettings        *self,
                                                         const char                *text,
                                                         GError                   **error);
gboolean            downloader_settings_add_header      (DownloaderSettings        *self,
                                                         const char                *text,
                                                         GError                   **error);
void                downloader_settings_forget_links    (DownloaderSettings        *self);
char               *downloader_settings_default_folder  (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderSettings, downloader_settings_free)

G_END_DECLS
