/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-decoder.h"
#include "downloader-error.h"

/* Input: which encoding, the length of the pieces the body arrives in, and the body.
 *
 * - What comes out, and whether it is complete, do not depend on the pieces.
 * - Nothing comes out after a mistake. */

/* What a body of a few bytes can become is without end. */
#define MOST (1024 * 1024)

typedef struct
{
  GString  *body;
  gboolean  is_valid;
  gboolean  is_complete;
} Result;

static gboolean
take (gpointer       user_data,
      const guint8  *data,
      gsize          length,
      GError       **error)
{
  GString *body = user_data;

  g_string_append_len (body, (const char *) data, length);
  if (body->len < MOST)
    return TRUE;

  g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE, "enough");
  return FALSE;
}

static void
decode (const FuzzInput *input,
        const char      *encoding,
        gsize            step,
        Result          *result)
{
  g_autoptr (DownloaderDecoder) decoder = downloader_decoder_new (encoding);
  g_autoptr (GError) error = NULL;

  result->body = g_string_new (NULL);
  result->is_valid = TRUE;
  for (gsize at = 0; at < input->left && result->is_valid; at += step)
    {
      gsize length = MIN (step, input->left - at);
      g_autofree guint8 *piece = g_memdup2 (input->data + at, length);

      result->is_valid = downloader_decoder_feed (decoder, piece, length, take, result->body, &error);
    }
  if (result->is_valid)
    {
      g_assert_no_error (error);
      result->is_complete = downloader_decoder_finish (decoder, &error);
      if (!result->is_complete)
        g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE);
    }
  else
    {
      g_assert_nonnull (error);
      result->is_complete = FALSE;
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  const char *encoding = fuzz_input_take_byte (&input) % 2 == 0 ? "gzip" : "deflate";
  gsize step = 1 + fuzz_input_take_byte (&input);
  Result whole, pieces;

  decode (&input, encoding, MAX (input.left, 1), &whole);
  decode (&input, encoding, step, &pieces);

  g_assert_cmpint (whole.is_valid, ==, pieces.is_valid);
  g_assert_cmpint (whole.is_complete, ==, pieces.is_complete);
  if (whole.is_valid)
    g_assert_cmpmem (whole.body->str, whole.body->len, pieces.body->str, pieces.body->len);

  g_string_free (whole.body, TRUE);
  g_string_free (pieces.body, TRUE);

  return 0;
}
