/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

void     downloader_trust_watch (SoupMessage   *message,
                                 GTlsDatabase  *authorities);
gboolean downloader_trust_fail  (SoupMessage   *message,
                                 GError       **error);

G_END_DECLS
