/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <asynctask-glib.h>

G_BEGIN_DECLS

/* A connection of ours to a server, from the request on. */
typedef struct _DownloaderPlace DownloaderPlace;

/**
 * DownloaderWaiter:
 * @task: Who it is.
 *
 * A download that may have to wait for another one from the same server. The rest is
 * under the lock of all lines.
 */
typedef struct
{
  AtAsyncTask *task;

  char        *server;
  GList        link;
  gboolean     is_in_line;
  gboolean     is_called;
} DownloaderWaiter;

DownloaderPlace *downloader_place_take       (GUri              *uri);
void             downloader_place_leave      (DownloaderPlace   *self);
gboolean         downloader_place_wait       (DownloaderPlace   *self,
                                              DownloaderWaiter  *waiter,
                                              gboolean           in_front);

void             downloader_waiter_ask       (DownloaderWaiter  *self);
gboolean         downloader_waiter_take_call (DownloaderWaiter  *self,
                                              DownloaderPlace   *place);
gboolean         downloader_waiter_is_called (DownloaderWaiter  *self);
void             downloader_waiter_clear     (DownloaderWaiter  *self);

G_END_DECLS
