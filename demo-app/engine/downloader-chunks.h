/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _DownloaderChunks DownloaderChunks;

DownloaderChunks *downloader_chunks_new          (void);
void              downloader_chunks_free         (DownloaderChunks  *self);
gboolean          downloader_chunks_decode       (DownloaderChunks  *self,
                                                  guint8            *data,
                                                  gsize             *length,
                                                  GError           **error);
gboolean          downloader_chunks_has_finished (DownloaderChunks  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderChunks, downloader_chunks_free)

G_END_DECLS
