/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-chunks.h"
#include "downloader-error.h"

/* Input: the length of the pieces the body arrives in, and the body in chunks.
 *
 * - The body, whether it is broken and whether it is complete do not depend on the
 *   pieces.
 * - A decoder that has found a mistake finds nothing else. */

typedef struct
{
  GString  *body;
  gboolean  is_valid;
  gboolean  is_finished;
} Result;

static void
decode (const FuzzInput *input,
        gsize            step,
        Result          *result)
{
  g_autoptr (DownloaderChunks) chunks = downloader_chunks_new ();

  result->body = g_string_new (NULL);
  result->is_valid = TRUE;
  for (gsize at = 0; at < input->left; at += step)
    {
      gsize available = MIN (step, input->left - at);
      gsize length = available;
      g_autofree guint8 *piece = g_memdup2 (input->data + at, available);
      g_autoptr (GError) error = NULL;
      gboolean is_valid = downloader_chunks_decode (chunks, piece, &length, &error);

      g_assert_cmpuint (length, <=, available);
      if (is_valid)
        {
          g_assert_no_error (error);
          g_assert_true (result->is_valid);
        }
      else
        {
          g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE);
          g_assert_true (result->is_valid || length == 0);
        }
      result->is_valid = is_valid;
      g_string_append_len (result->body, (const char *) piece, length);
    }
  result->is_finished = downloader_chunks_has_finished (chunks);
  g_assert_false (result->is_finished && !result->is_valid);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  gsize step = 1 + fuzz_input_take_byte (&input);
  Result whole, pieces;

  decode (&input, MAX (input.left, 1), &whole);
  decode (&input, step, &pieces);

  g_assert_cmpint (whole.is_valid, ==, pieces.is_valid);
  g_assert_cmpint (whole.is_finished, ==, pieces.is_finished);
  g_assert_cmpmem (whole.body->str, whole.body->len, pieces.body->str, pieces.body->len);

  g_string_free (whole.body, TRUE);
  g_string_free (pieces.body, TRUE);

  return 0;
}
