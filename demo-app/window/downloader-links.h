/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-list.h"

G_BEGIN_DECLS

char **downloader_links_parse   (const char                *text,
                                 char                     **bad);
void   downloader_links_add_all (GtkWindow                 *parent,
                                 DownloaderList            *list,
                                 const char * const        *links,
                                 const char                *name,
                                 const DownloaderSettings  *settings);
char  *downloader_links_keep    (const char                *text);

G_END_DECLS
