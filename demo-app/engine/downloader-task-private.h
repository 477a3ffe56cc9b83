/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-gate.h"
#include "downloader-task.h"

G_BEGIN_DECLS

/* What the task and its body share. */
struct _DownloaderTask
{
  AtAsyncTask         parent_instance;

  /* Set before the task is executed. */
  char               *link;
  char               *shown;
  DownloaderSettings *settings;
  SoupSession        *session;
  DownloaderQueue    *queue;
  char               *wanted_name;

  /* Under the lock: written by the body, read by anybody. */
  GMutex              lock;
  char               *path;
  char               *login_origin;
  char               *login_realm;
  char               *retry_reason;
  gint64              retry_at;
  guint64             bytes;
  guint64             size;
  gint64              moved_at;
  gboolean            saved;

  /* The body waits at it before it tries again. */
  DownloaderGate      retry_gate;
  gboolean            retry_now;

  /* The owner's thread alone. */
  DownloaderTaskState state;
  guint               retry_in;
  char               *trouble;
  GSource            *countdown;
};

G_END_DECLS
