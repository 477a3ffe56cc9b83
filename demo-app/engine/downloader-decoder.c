/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-decoder.h"

#include <glib/gi18n.h>

#include "downloader-error.h"

#define OUTPUT_SIZE (256 * 1024)
#define HEADER_LENGTH 2

/* Some servers compress a file on its way although they were asked not to. */
struct _DownloaderDecoder
{
  GZlibCompressorFormat  format;
  GConverter            *converter;
  GByteArray            *pending;
  guint8                *output;
  gboolean               finished;
  gboolean               closed;
};

static gboolean
find_format (const char            *encoding,
             GZlibCompressorFormat *format)
{
  *format = g_ascii_strcasecmp (encoding, "deflate") == 0 ? G_ZLIB_COMPRESSOR_FORMAT_ZLIB
                                                          : G_ZLIB_COMPRESSOR_FORMAT_GZIP;

  return *format == G_ZLIB_COMPRESSOR_FORMAT_ZLIB ||
         g_ascii_strcasecmp (encoding, "gzip") == 0 || g_ascii_strcasecmp (encoding, "x-gzip") == 0;
}

/**
 * downloader_decoder_knows:
 * @encoding: An encoding, as in a `Content-Encoding` header.
 *
 * Tells whether it can be undone.
 *
 * Returns: %TRUE if it is known here
 */
gboolean
downloader_decoder_knows (const char *encoding)
{
  GZlibCompressorFormat format;

  return find_format (encoding, &format);
}

/**
 * downloader_decoder_new:
 * @encoding: An encoding, as in a `Content-Encoding` header.
 *
 * Makes what undoes an encoding.
 *
 * Returns: (transfer full) (nullable): the decoder, %NULL if it cannot be undone
 */
DownloaderDecoder *
downloader_decoder_new (const char *encoding)
{
  DownloaderDecoder *self;
  GZlibCompressorFormat format;

  if (!find_format (encoding, &format))
    return NULL;

  self = g_new0 (DownloaderDecoder, 1);
  self->format = format;
  self->pending = g_byte_array_new ();
  self->output = g_malloc (OUTPUT_SIZE);

  return self;
}

void
downloader_decoder_free (DownloaderDecoder *self)
{
  if (self == NULL)
    return;

  g_clear_object (&self->converter);
  g_byte_array_unref (self->pending);
  g_free (self->output);
  g_free (self);
}

/* Chooses what decodes, once that can be told: servers mean two things by
 * “deflate”, with a header and without. */
static gboolean
prepare_converter (DownloaderDecoder *self)
{
  const guint8 *data = self->pending->data;
  gboolean has_header;

  if (self->converter != NULL)
    return TRUE;
  if (self->pending->len < HEADER_LENGTH)
    return FALSE;

  has_header = self->format != G_ZLIB_COMPRESSOR_FORMAT_ZLIB ||
               ((data[0] & 0x0f) == 8 && (data[0] << 8 | data[1]) % 31 == 0);
  self->converter = G_CONVERTER (g_zlib_decompressor_new (has_header ? self->format
                                                                     : G_ZLIB_COMPRESSOR_FORMAT_RAW));
  return TRUE;
}

/* One compressed file may follow another, and both are meant; anything else that
 * follows, such as padding, is not. */
static gboolean
go_on_after_end (DownloaderDecoder *self)
{
  const guint8 *data = self->pending->data;

  if (self->pending->len < HEADER_LENGTH)
    return FALSE;
  if (self->format != G_ZLIB_COMPRESSOR_FORMAT_GZIP || data[0] != 0x1f || data[1] != 0x8b)
    {
      self->closed = TRUE;
      return FALSE;
    }

  g_converter_reset (self->converter);
  self->finished = FALSE;
  return TRUE;
}

/**
 * downloader_decoder_feed:
 * @self: A decoder.
 * @data: What arrived.
 * @length: How much of it.
 * @sink: Takes what comes out.
 * @user_data: For @sink.
 * @error: Return location for an error.
 *
 * Decodes what arrived.
 *
 * Returns: %FALSE if it is broken, or @sink failed
 */
gboolean
downloader_decoder_feed (DownloaderDecoder      *self,
                         const guint8           *data,
                         gsize                   length,
                         DownloaderDecoderSink   sink,
                         gpointer                user_data,
                         GError                **error)
{
  if (self->closed)
    return TRUE;

  g_byte_array_append (self->pending, data, length);
  if (!prepare_converter (self))
    return TRUE;

  while (self->pending->len > 0 && (!self->finished || go_on_after_end (self)))
    {
      g_autoptr(GError) local_error = NULL;
      gsize used = 0;
      gsize made = 0;
      GConverterResult result;

      result = g_converter_convert (self->converter, self->pending->data, self->pending->len,
                                    self->output, OUTPUT_SIZE, G_CONVERTER_NO_FLAGS,
                                    &used, &made, &local_error);
      if (g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
        return TRUE;
      if (result == G_CONVERTER_ERROR)
        {
          g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_ENCODING,
                       _("The server sent a compressed file that is broken (%s)"), local_error->message);
          return FALSE;
        }

      g_byte_array_remove_range (self->pending, 0, used);
      self->finished = result == G_CONVERTER_FINISHED;
      if (made > 0 && !sink (user_data, self->output, made, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * downloader_decoder_finish:
 * @self: A decoder.
 * @error: Return location for an error.
 *
 * Checks that nothing is missing at the end.
 *
 * Returns: %FALSE if something is
 */
gboolean
downloader_decoder_finish (DownloaderDecoder  *self,
                           GError            **error)
{
  gboolean empty = self->converter == NULL && self->pending->len == 0;

  if (self->finished || empty)
    return TRUE;

  g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE,
                       _("The compressed file ended before it was complete"));
  return FALSE;
}
