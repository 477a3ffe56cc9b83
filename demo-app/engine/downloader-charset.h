/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *downloader_charset_read         (const char *bytes,
                                       gsize       length,
                                       const char *charset);
char *downloader_charset_guess        (const char *bytes,
                                       gsize       length);
char *downloader_charset_decode_words (const char *text);

G_END_DECLS
