/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-chunks.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-error.h"

/* What a line between two chunks may hold besides a size. */
#define LINE_MAX_LENGTH 4096

typedef enum
{
  CHUNKS_SIZE_FIRST,
  CHUNKS_SIZE,
  CHUNKS_AFTER_SIZE,
  CHUNKS_EXTENSION,
  CHUNKS_LINE_END,
  CHUNKS_DATA,
  CHUNKS_DATA_END,
  CHUNKS_DATA_LINE_END,
  CHUNKS_FINISHED,
  CHUNKS_BROKEN
} ChunksState;

/* A body in chunks, read strictly: libsoup 3.2 takes whatever is no number for
 * the last chunk, and a file that is cut off there for a complete one. */
struct _DownloaderChunks
{
  ChunksState state;
  guint64     left;
  gsize       line_length;
};

/**
 * downloader_chunks_new:
 *
 * Makes a decoder for the chunked transfer coding.
 *
 * Returns: (transfer full): the decoder
 */
DownloaderChunks *
downloader_chunks_new (void)
{
  return g_new0 (DownloaderChunks, 1);
}

void
downloader_chunks_free (DownloaderChunks *self)
{
  g_free (self);
}

/**
 * downloader_chunks_has_finished:
 * @self: A decoder.
 *
 * Tells whether the last chunk has come. What follows it, the trailer, is of no
 * use here.
 *
 * Returns: %TRUE if the body is complete
 */
gboolean
downloader_chunks_has_finished (DownloaderChunks *self)
{
  return self->state == CHUNKS_FINISHED;
}

static gboolean
take_digit (DownloaderChunks *self,
            guint8            byte)
{
  if (self->left > (G_MAXINT64 >> 4))
    return FALSE;

  self->left = self->left << 4 | g_ascii_xdigit_value ((char) byte);
  self->state = CHUNKS_SIZE;
  return TRUE;
}

static void
end_line (DownloaderChunks *self)
{
  self->state = self->left > 0 ? CHUNKS_DATA : CHUNKS_FINISHED;
  self->line_length = 0;
}

/* One byte of the line that says how long a chunk is: digits, then perhaps an
 * extension after a semicolon, then the end of the line, with or without a
 * carriage return. */
static gboolean
take_size_byte (DownloaderChunks *self,
                guint8            byte)
{
  gboolean any_digit = self->state != CHUNKS_SIZE_FIRST;

  if (++self->line_length > LINE_MAX_LENGTH)
    return FALSE;
  if (self->state == CHUNKS_LINE_END && byte != '\n')
    return FALSE;

  if (byte == '\n' && any_digit)
    end_line (self);
  else if (byte == '\r' && any_digit)
    self->state = CHUNKS_LINE_END;
  else if (self->state == CHUNKS_EXTENSION)
    return TRUE;
  else if (byte == ';' && any_digit)
    self->state = CHUNKS_EXTENSION;
  else if ((byte == ' ' || byte == '\t') && any_digit)
    self->state = CHUNKS_AFTER_SIZE;
  else if (g_ascii_isxdigit (byte) && self->state != CHUNKS_AFTER_SIZE)
    return take_digit (self, byte);
  else
    return FALSE;

  return TRUE;
}

/* One byte of what ends a chunk. */
static gboolean
take_end_byte (DownloaderChunks *self,
               guint8            byte)
{
  if (byte == '\r' && self->state == CHUNKS_DATA_END)
    self->state = CHUNKS_DATA_LINE_END;
  else if (byte == '\n')
    self->state = CHUNKS_SIZE_FIRST;
  else
    return FALSE;

  return TRUE;
}

/**
 * downloader_chunks_decode:
 * @self: A decoder.
 * @data: What arrived; what it says is moved to its beginning.
 * @length: (inout): How much arrived, and how much of the body that is.
 * @error: Return location for an error.
 *
 * Takes the body out of its chunks.
 *
 * Returns: %FALSE, from then on, if they are malformed; @length is what came
 *   before that
 */
gboolean
downloader_chunks_decode (DownloaderChunks  *self,
                          guint8            *data,
                          gsize             *length,
                          GError           **error)
{
  gsize available = *length;
  gboolean valid = self->state != CHUNKS_BROKEN;

  *length = 0;
  for (gsize i = 0; valid && i < available && self->state != CHUNKS_FINISHED;)
    {
      if (self->state == CHUNKS_DATA)
        {
          gsize taken = (gsize) MIN (self->left, available - i);

          memmove (data + *length, data + i, taken);
          *length += taken;
          i += taken;
          self->left -= taken;
          if (self->left == 0)
            self->state = CHUNKS_DATA_END;
        }
      else if (self->state == CHUNKS_DATA_END || self->state == CHUNKS_DATA_LINE_END)
        valid = take_end_byte (self, data[i++]);
      else
        valid = take_size_byte (self, data[i++]);
    }

  if (!valid)
    {
      self->state = CHUNKS_BROKEN;
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE,
                           _("The server sends the file in pieces that do not fit together"));
    }

  return valid;
}
