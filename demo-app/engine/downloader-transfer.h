/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-task.h"

G_BEGIN_DECLS

gboolean downloader_transfer_run (DownloaderTask  *task,
                                  GCancellable    *cancellable,
                                  GError         **error);

G_END_DECLS
