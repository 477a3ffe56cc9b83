/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-partial.h"

G_BEGIN_DECLS

/* How many files may have the same name, but for a number. */
#define DOWNLOADER_NUMBER_MAX 9999

/* For who finds partial files. */
DownloaderPartial *downloader_partial_take_up     (DownloaderFolder   *folder,
                                                   const char         *partial_name,
                                                   const char         *link,
                                                   const char         *name);
void               downloader_partial_add_earlier (DownloaderPartial  *self,
                                                   DownloaderPartial  *earlier);

G_END_DECLS
