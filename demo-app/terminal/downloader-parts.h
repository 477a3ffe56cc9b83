/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-options.h"

G_BEGIN_DECLS

int downloader_parts_run (DownloaderOptions *options);

G_END_DECLS
