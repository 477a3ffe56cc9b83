/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-partial.h"
#include "downloader-request.h"

G_BEGIN_DECLS

/**
 * DownloaderAnswer:
 * @DOWNLOADER_ANSWER_WHOLE: The file follows, from its first byte.
 * @DOWNLOADER_ANSWER_SAME: The file follows from its first byte, though some of it
 *   has arrived.
 * @DOWNLOADER_ANSWER_OTHER: Another version of the file follows than what is there.
 * @DOWNLOADER_ANSWER_REST: What is missing follows.
 * @DOWNLOADER_ANSWER_UNUSABLE: What follows does not fit what is there.
 * @DOWNLOADER_ANSWER_ERROR: There is no file in it.
 *
 * What an answer is good for.
 */
typedef enum
{
  DOWNLOADER_ANSWER_WHOLE,
  DOWNLOADER_ANSWER_SAME,
  DOWNLOADER_ANSWER_OTHER,
  DOWNLOADER_ANSWER_REST,
  DOWNLOADER_ANSWER_UNUSABLE,
  DOWNLOADER_ANSWER_ERROR
} DownloaderAnswer;

DownloaderAnswer  downloader_answer_judge            (DownloaderResponse  *response,
                                                      DownloaderPartial   *partial,
                                                      guint64              offset,
                                                      guint64             *total,
                                                      GError             **error);
gboolean          downloader_answer_may_be_for_range (DownloaderResponse  *response);
void              downloader_answer_describe         (DownloaderResponse  *response,
                                                      const char          *name,
                                                      DownloaderVersion   *version);
gint64            downloader_answer_get_length       (DownloaderResponse        *response,
                                                      const char                *name);
char             *downloader_answer_dup_packing      (SoupMessageHeaders  *headers,
                                                      const char          *name);
char             *downloader_answer_choose_name      (DownloaderResponse  *response,
                                                      GUri                *given);

G_END_DECLS
