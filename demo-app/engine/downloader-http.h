/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define DOWNLOADER_RETRY_AFTER_MAX 3600

typedef struct
{
  guint64  first;
  guint64  last;
  guint64  total;
  gboolean total_known;
} DownloaderContentRange;

gboolean  downloader_http_parse_content_range (const char              *header,
                                               DownloaderContentRange  *range);
gboolean  downloader_http_parse_retry_after   (const char              *header,
                                               GDateTime               *now,
                                               guint                   *seconds);
gboolean  downloader_http_is_strong_etag      (const char              *etag);
gboolean  downloader_http_is_old_enough       (const char              *last_modified,
                                               const char              *date);
GUri     *downloader_http_parse_link          (const char              *link,
                                               GError                 **error);
GUri     *downloader_http_resolve_redirect    (GUri                    *from,
                                               const char              *location,
                                               gboolean                 may_be_insecure,
                                               GError                 **error);
GUri     *downloader_http_without_credentials (GUri                    *uri);
char     *downloader_http_make_origin         (GUri                    *uri);
char     *downloader_http_make_bare_link      (GUri                    *uri);
gboolean  downloader_http_may_share_password  (GUri                    *given,
                                               GUri                    *asked);
SoupAuth *downloader_http_choose_challenge    (SoupMessage             *message,
                                               const char              *header);
gboolean  downloader_http_is_stale            (SoupMessage             *message,
                                               const char              *header);

G_END_DECLS
