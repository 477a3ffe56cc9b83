/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-partial.h"
#include "downloader-request.h"

G_BEGIN_DECLS

/**
 * DownloaderAnswer:
 * @DOWNLOADER_ANSWER_WHOLE: The file follows, from its first byte.
 * @DOWNLOADER_ANSWER_REST: What is missing follows.
 * @DOWNLOADER_ANSWER_UNUSABLE: What follows does not fit what is there.
 * @DOWNLOADER_ANSWER_ERROR: There is no file in it.
 *
 * What an answer is good for.
 */
typedef enum
{
  DOWNLOADER_ANSWER_WHOLE,
  DOWNLOADER_ANSWER_REST,
  DOWNLOADER_ANSWER_UNUSABLE,
  DOWNLOADER_ANSWER_ERROR
} DownloaderAnswer;

DownloaderAnswer  downloader_answer_judge         (DownloaderResponse  *response,
                                                   DownloaderPartial   *partial,
                                                   guint64              offset,
                                                   guint64             *total,
                                                   GError             **error);
gboolean          downloader_answer_is_encoded    (SoupMessageHeaders  *headers);
char             *downloader_answer_choose_name   (DownloaderResponse  *response,
                                                   GUri                *given);
const char       *downloader_answer_get_validator (SoupMessageHeaders  *headers);
gint64            downloader_answer_get_modified  (SoupMessageHeaders  *headers);

G_END_DECLS
