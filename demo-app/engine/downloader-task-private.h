/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-line.h"
#include "downloader-task.h"
#include "downloader-transfer.h"

G_BEGIN_DECLS

/* What the task and its body share. */
struct _DownloaderTask
{
  AtAsyncTask         parent_instance;

  /* Set before the task is executed. */
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  char               *wanted_name;

  /* Under the lock: written by the body, read by anybody. */
  GMutex              lock;
  char               *path;
  char               *login_origin;
  char               *login_realm;
  guint64             bytes;
  guint64             size;
  gint64              moved_at;
  gboolean            saved;
  gboolean            was_there;
  gboolean            has_news;

  /* Under the lock of the lines. */
  DownloaderWaiter    waiter;

  /* The body's, and between two tries and after the last nobody's. */
  DownloaderTransfer *transfer;

  /* The owner's thread alone. */
  DownloaderTaskState state;
  char               *trouble;
  GSource            *news;
  gint64              told_at;
  guint64             told;
};

G_END_DECLS
