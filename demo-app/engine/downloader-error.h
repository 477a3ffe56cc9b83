/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * DownloaderError:
 * @DOWNLOADER_ERROR_LINK: The link cannot be downloaded by this program.
 * @DOWNLOADER_ERROR_HOST: The server's name is not known.
 * @DOWNLOADER_ERROR_CONNECTION: The connection failed, stalled or was too slow.
 * @DOWNLOADER_ERROR_SECURITY: The connection is not secure.
 * @DOWNLOADER_ERROR_REFUSED: The server answered that it will not give the file.
 * @DOWNLOADER_ERROR_MISSING: The server answered that there is no such file.
 * @DOWNLOADER_ERROR_LOGIN: The server asks for a user name and a password, or for
 *   other ones; downloader_task_dup_login_origin() tells which server.
 * @DOWNLOADER_ERROR_PROXY: The proxy does not let us through.
 * @DOWNLOADER_ERROR_BUSY: The server answered that it cannot give the file now.
 * @DOWNLOADER_ERROR_REDIRECT: The server points to where we will not go.
 * @DOWNLOADER_ERROR_INCOMPLETE: Less arrived than was announced.
 * @DOWNLOADER_ERROR_ENCODING: The file arrived in an encoding nobody asked for.
 * @DOWNLOADER_ERROR_FILE: The folder or the file cannot be used.
 * @DOWNLOADER_ERROR_SPACE: The file does not fit; what has arrived is kept, and
 *   the download can go on once there is room.
 * @DOWNLOADER_ERROR_CHECKSUM: What arrived is not what was expected.
 * @DOWNLOADER_ERROR_CHANGED: What the server gives now is hardly the file that has
 *   arrived in part, which is kept.
 * @DOWNLOADER_ERROR_ELSEWHERE: Another server than the one that gave the part gives
 *   the whole file.
 *
 * Why a download failed. The message of each is a sentence for a person.
 */
typedef enum
{
  DOWNLOADER_ERROR_LINK,
  DOWNLOADER_ERROR_HOST,
  DOWNLOADER_ERROR_CONNECTION,
  DOWNLOADER_ERROR_SECURITY,
  DOWNLOADER_ERROR_REFUSED,
  DOWNLOADER_ERROR_MISSING,
  DOWNLOADER_ERROR_LOGIN,
  DOWNLOADER_ERROR_PROXY,
  DOWNLOADER_ERROR_BUSY,
  DOWNLOADER_ERROR_REDIRECT,
  DOWNLOADER_ERROR_INCOMPLETE,
  DOWNLOADER_ERROR_ENCODING,
  DOWNLOADER_ERROR_FILE,
  DOWNLOADER_ERROR_SPACE,
  DOWNLOADER_ERROR_CHECKSUM,
  DOWNLOADER_ERROR_CHANGED,
  DOWNLOADER_ERROR_ELSEWHERE
} DownloaderError;

#define DOWNLOADER_ERROR (downloader_error_quark ())

GQuark   downloader_error_quark            (void);
gboolean downloader_error_is_transient     (const GError     *error);
void     downloader_error_set_named        (GError          **error,
                                            DownloaderError   code,
                                            const char       *sentence,
                                            const char       *name);
void     downloader_error_take_network     (GError          **error,
                                            GError           *cause,
                                            const char       *host,
                                            const char       *proxy);
void     downloader_error_set_status       (GError          **error,
                                            guint             status,
                                            gboolean          may_log_in,
                                            const char       *reason);
void     downloader_error_set_others       (GError          **error,
                                            guint             status,
                                            const char       *reason);
void     downloader_error_set_proxy_status (GError          **error,
                                            guint             status,
                                            const char       *reason);
void     downloader_error_set_errno        (GError          **error,
                                            int               saved_errno,
                                            const char       *path);
void     downloader_error_set_space        (GError          **error,
                                            guint64           needed,
                                            guint64           available,
                                            const char       *path);

G_END_DECLS
