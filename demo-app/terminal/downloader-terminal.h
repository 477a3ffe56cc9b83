/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-options.h"

G_BEGIN_DECLS

#define DOWNLOADER_EXIT_FAILED      1
#define DOWNLOADER_EXIT_USAGE       2
#define DOWNLOADER_EXIT_INTERRUPTED 130

int downloader_terminal_run (DownloaderOptions *options);

G_END_DECLS
