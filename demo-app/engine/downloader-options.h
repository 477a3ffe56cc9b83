/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-settings.h"

G_BEGIN_DECLS

/**
 * DownloaderOptions:
 * @settings: How to download.
 * @links: (array zero-terminated=1): What to download.
 * @max_active: How many at once, 0 when nothing was said of it.
 * @has_limit: Whether something was said of @limit.
 * @limit: How many bytes per second all downloads together may take, 0 for as
 *   many as there are.
 * @no_gui: Work in the terminal.
 * @name: (nullable): What the file is to be called.
 * @json: Report as JSON, in the terminal.
 * @list_parts: Only list what has arrived of files that are not complete.
 * @remove_parts: Only remove that.
 * @sample: Download the sample too.
 * @service: Wait to be asked over D-Bus.
 * @version: Only say which version this is.
 *
 * What a command line asks for.
 */
typedef struct
{
  DownloaderSettings  *settings;
  char               **links;
  guint                max_active;
  gboolean             has_limit;
  guint64              limit;
  char                *name;
  gboolean             no_gui;
  gboolean             list_parts;
  gboolean             remove_parts;
  gboolean             json;
  gboolean             sample;
  gboolean             service;
  gboolean             version;
} DownloaderOptions;

DownloaderOptions *downloader_options_parse (char                     **arguments,
                                             const char                *directory,
                                             GError                   **error);
void               downloader_options_free  (DownloaderOptions         *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderOptions, downloader_options_free)

G_END_DECLS
