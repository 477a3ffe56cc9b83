/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint  downloader_columns_count     (const char *text);
char  *downloader_columns_ellipsize (const char *text,
                                     guint       columns,
                                     const char *ellipsis);
char  *downloader_columns_isolate   (const char *text);

G_END_DECLS
