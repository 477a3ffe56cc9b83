/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DOWNLOADER_TYPE_PROXY_RESOLVER (downloader_proxy_resolver_get_type ())

G_DECLARE_FINAL_TYPE (DownloaderProxyResolver, downloader_proxy_resolver, DOWNLOADER, PROXY_RESOLVER, GObject)

GProxyResolver *downloader_proxy_resolver_get_default (void);

GUri           *downloader_proxy_find                 (GUri         *uri,
                                                       GCancellable *cancellable);

G_END_DECLS
