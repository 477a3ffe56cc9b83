/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean   downloader_text_is_link        (const char *text);
char     **downloader_text_split_links    (const char *text);
char      *downloader_text_complete_link  (const char *text,
                                           const char *scheme);
char      *downloader_text_mask_link      (const char *link);
char      *downloader_text_replace_unsafe (const char *text,
                                           const char *replacement);
char      *downloader_text_progress       (guint64     completed,
                                           guint64     total,
                                           double      rate,
                                           double      remaining);

G_END_DECLS
