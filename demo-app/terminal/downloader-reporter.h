/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-task.h"

G_BEGIN_DECLS

/**
 * DownloaderReporter:
 *
 * Tells what happens to downloads: as JSON, as plain lines, or, where somebody
 * watches, as bars that are drawn again and again.
 */
typedef struct _DownloaderReporter DownloaderReporter;

DownloaderReporter *downloader_reporter_new       (gboolean               json,
                                                   guint                  n_files);
void                downloader_reporter_free      (DownloaderReporter    *self);
void                downloader_reporter_event     (DownloaderReporter    *self,
                                                   DownloaderTask        *task,
                                                   const DownloaderEvent *event);
void                downloader_reporter_finished  (DownloaderReporter    *self,
                                                   DownloaderTask        *task);
void                downloader_reporter_failed    (DownloaderReporter    *self,
                                                   DownloaderTask        *task,
                                                   const GError          *error);
void                downloader_reporter_cancelled (DownloaderReporter    *self,
                                                   DownloaderTask        *task);
void                downloader_reporter_summarize (DownloaderReporter    *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderReporter, downloader_reporter_free)

G_END_DECLS
