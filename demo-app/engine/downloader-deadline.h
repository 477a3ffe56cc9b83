/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _DownloaderDeadline DownloaderDeadline;

DownloaderDeadline *downloader_deadline_new             (GCancellable       *parent);
void                downloader_deadline_free            (DownloaderDeadline *self);
GCancellable       *downloader_deadline_get_cancellable (DownloaderDeadline *self);
void                downloader_deadline_start           (DownloaderDeadline *self,
                                                         guint               seconds);
void                downloader_deadline_stop            (DownloaderDeadline *self);
gboolean            downloader_deadline_has_passed      (DownloaderDeadline *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderDeadline, downloader_deadline_free)

G_END_DECLS
