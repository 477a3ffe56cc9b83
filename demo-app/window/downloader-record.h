/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "downloader-settings.h"

G_BEGIN_DECLS

/**
 * DownloaderPhase:
 * @DOWNLOADER_PHASE_WAITING: It was to go on by itself.
 * @DOWNLOADER_PHASE_PAUSED: It was to wait until somebody resumes it.
 * @DOWNLOADER_PHASE_FINISHED: The file was saved.
 * @DOWNLOADER_PHASE_FAILED: It did not work.
 *
 * What is remembered of where a download was.
 */
typedef enum
{
  DOWNLOADER_PHASE_WAITING,
  DOWNLOADER_PHASE_PAUSED,
  DOWNLOADER_PHASE_FINISHED,
  DOWNLOADER_PHASE_FAILED
} DownloaderPhase;

/**
 * DownloaderRecord:
 * @link: The link, without user name and password.
 * @settings: How to download it.
 * @phase: Where the download was.
 * @path: (nullable): Where the file is, or will be.
 * @trouble: (nullable): Why it failed or was paused, a sentence.
 * @bytes: How much has arrived.
 * @total: How much there is in all, 0 when that is not known.
 * @begun: When it began, in seconds since 1970, 0 when that is not known.
 * @ended: When it ended, the same.
 *
 * What is kept of a download from one start of the program to the next.
 */
typedef struct
{
  char               *link;
  DownloaderSettings *settings;
  DownloaderPhase     phase;
  char               *path;
  char               *trouble;
  guint64             bytes;
  guint64             total;
  guint64             begun;
  guint64             ended;
} DownloaderRecord;

DownloaderRecord *downloader_record_new       (const char               *link,
                                               const DownloaderSettings *settings);
void              downloader_record_free      (DownloaderRecord         *self);
JsonNode         *downloader_record_to_json   (const DownloaderRecord   *self);
DownloaderRecord *downloader_record_from_json (JsonNode                 *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderRecord, downloader_record_free)

G_END_DECLS
