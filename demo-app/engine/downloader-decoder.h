/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _DownloaderDecoder DownloaderDecoder;

typedef gboolean (* DownloaderDecoderSink) (gpointer       user_data,
                                            const guint8  *data,
                                            gsize          length,
                                            GError       **error);

gboolean           downloader_decoder_knows  (const char             *encoding);
DownloaderDecoder *downloader_decoder_new    (const char             *encoding);
void               downloader_decoder_free   (DownloaderDecoder      *self);
gboolean           downloader_decoder_feed   (DownloaderDecoder      *self,
                                              const guint8           *data,
                                              gsize                   length,
                                              DownloaderDecoderSink   sink,
                                              gpointer                user_data,
                                              GError                **error);
gboolean           downloader_decoder_finish (DownloaderDecoder      *self,
                                              GError                **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DownloaderDecoder, downloader_decoder_free)

G_END_DECLS
