/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _DownloaderSession DownloaderSession;

DownloaderSession *downloader_session_take (guint               timeout,
                                            const char         *user_agent,
                                            GUri               *uri);
void               downloader_session_give (DownloaderSession  *self);
void               downloader_session_drop (DownloaderSession  *self);
GInputStream      *downloader_session_send (DownloaderSession  *self,
                                            SoupMessage        *message,
                                            guint               header_seconds,
                                            GCancellable       *cancellable,
                                            GError            **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderSession, downloader_session_give)

G_END_DECLS
