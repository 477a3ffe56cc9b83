/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DOWNLOADER_SAMPLE_SIZE 5760054

typedef struct _DownloaderSample DownloaderSample;

DownloaderSample *downloader_sample_start    (GError           **error);
void              downloader_sample_stop     (DownloaderSample  *self);
const char       *downloader_sample_get_link (DownloaderSample  *self);
void              downloader_sample_fill     (guint64            offset,
                                              guint8            *data,
                                              gsize              length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderSample, downloader_sample_stop)

G_END_DECLS
