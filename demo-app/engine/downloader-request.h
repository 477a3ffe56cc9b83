/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

#include "downloader-chunks.h"
#include "downloader-line.h"
#include "downloader-session.h"
#include "downloader-settings.h"

G_BEGIN_DECLS

/**
 * DownloaderLogin:
 * @user: The user name.
 * @password: The password, empty if there is none.
 *
 * What a server is answered that asks for it; both belong to the link they come
 * from.
 */
typedef struct
{
  const char *user;
  const char *password;
} DownloaderLogin;

/**
 * DownloaderResponse:
 * @uri: Where the answer came from, after redirects.
 * @message: The message it answers.
 * @stream: Its body.
 * @chunks: (nullable): What takes the body out of chunks.
 * @cancellable: What ends reading from @stream.
 * @place: That there is a connection to the server.
 * @of_proxy: Whether it is a proxy that answers, and not the server.
 *
 * An answer whose body has not been read.
 */
typedef struct
{
  GUri               *uri;
  SoupMessage        *message;
  GInputStream       *stream;
  DownloaderChunks   *chunks;
  GCancellable       *cancellable;
  DownloaderPlace    *place;
  gboolean            of_proxy;
} DownloaderResponse;

gboolean downloader_login_find            (DownloaderLogin           *self,
                                           GUri                      *given,
                                           GUri                      *login,
                                           GUri                      *asked);

gboolean downloader_request_send          (DownloaderSession         *session,
                                           const DownloaderSettings  *settings,
                                           GUri                      *given,
                                           guint64                    offset,
                                           const char                *validator,
                                           GCancellable              *cancellable,
                                           DownloaderResponse        *response,
                                           GError                   **error);

gssize   downloader_response_read         (DownloaderResponse        *self,
                                           guint8                    *buffer,
                                           gsize                      length,
                                           GError                   **error);
void     downloader_response_clear        (DownloaderResponse        *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DownloaderResponse, downloader_response_clear)

G_END_DECLS
