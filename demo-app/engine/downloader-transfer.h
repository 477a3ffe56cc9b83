/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-task.h"

G_BEGIN_DECLS

typedef struct _DownloaderTransfer DownloaderTransfer;

gboolean downloader_transfer_run       (DownloaderTask      *task,
                                        GCancellable        *cancellable,
                                        GError             **error);
double   downloader_transfer_try_again (AtAsyncTask         *task,
                                        const GError        *error,
                                        guint                attempt,
                                        gpointer             user_data);
void     downloader_transfer_free      (DownloaderTransfer  *self);

G_END_DECLS
