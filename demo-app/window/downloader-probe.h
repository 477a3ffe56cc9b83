/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

G_BEGIN_DECLS

AtLatest *downloader_probe_new       (void);
void      downloader_probe_ask       (AtLatest      *self,
                                      const char    *link);
void      downloader_probe_read      (const GValue  *result,
                                      const char   **link,
                                      const char   **name,
                                      guint64       *size);

G_END_DECLS
