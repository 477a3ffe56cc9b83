/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "downloader-chunks.h"
#include "downloader-error.h"

/* Decodes @text in pieces of @step bytes; returns FALSE where it is malformed. */
static gboolean
decode (const char *text,
        gsize       step,
        GString    *body,
        gboolean   *finished)
{
  g_autoptr(DownloaderChunks) chunks = downloader_chunks_new ();
  gsize left = strlen (text);
  gboolean valid = TRUE;

  while (valid && left > 0)
    {
      g_autoptr(GError) error = NULL;
      gsize length = MIN (step, left);
      g_autofree guint8 *piece = g_memdup2 (text, length);

      text += length;
      left -= length;
      valid = downloader_chunks_decode (chunks, piece, &length, &error);
      g_string_append_len (body, (const char *) piece, length);
      if (!valid)
        {
          gsize none = 0;

          g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE);
          g_assert_true (downloader_error_is_transient (error));

          /* And it stays so. */
          g_assert_false (downloader_chunks_decode (chunks, piece, &none, NULL));
        }
    }
  *finished = downloader_chunks_has_finished (chunks);

  return valid;
}

static void
test_valid (void)
{
  static const struct
  {
    const char *text;
    const char *body;
    gboolean    finished;
  } cases[] = {
    { "5\r\nhello\r\n0\r\n\r\n", "hello", TRUE },
    { "0\r\n\r\n", "", TRUE },
    { "0\r\n", "", TRUE },
    { "000\r\nX: y\r\n\r\nand more", "", TRUE },
    { "a\r\n0123456789\r\nB;x=\"\x01;\"\r\n0123456789a\r\n0;y\r\n", "01234567890123456789a", TRUE },
    { "5 \t \nhello\n1 ;x\n!\n0\n\n", "hello!", TRUE },
    { "0000000000000000000000005\r\nhello\r\n0\r\n\r\n", "hello", TRUE },
    { "5\r\nhello\r\n", "hello", FALSE },
    { "5\r\nhello", "hello", FALSE },
    { "7fffffffffffffff\r\nhello", "hello", FALSE },
    { "5\r\n", "", FALSE },
    { "5", "", FALSE },
    { "", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step <= 64; step++)
      {
        g_autoptr(GString) body = g_string_new (NULL);
        gboolean finished;

        g_assert_true (decode (cases[i].text, step, body, &finished));
        g_assert_cmpstr (body->str, ==, cases[i].body);
        g_assert_cmpint (finished, ==, cases[i].finished);
      }
}

static void
test_invalid (void)
{
  static const char * const cases[] = {
    "\r\n", "\n", "x\r\n", "-1\r\n", "+1\r\n", " 5\r\n", ";x\r\n", "0x5\r\n", "5 5\r\n", "5\rx", "5\r\r\n",
    "8000000000000000\r\n", "ffffffffffffffffffff\r\n", "HTTP/1.1 200 OK\r\n",
    "5\r\nhellothere\r\n", "5\r\nhello\rx", "5\r\nhello\r\n\r\n", "5\r\nhello 0\r\n"
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step <= 32; step++)
      {
        g_autoptr(GString) body = g_string_new (NULL);
        gboolean finished;

        g_test_message ("%s", cases[i]);
        g_assert_false (decode (cases[i], step, body, &finished));
        g_assert_false (finished);
        if (g_str_has_prefix (cases[i], "5\r\nhello"))
          g_assert_cmpstr (body->str, ==, "hello");
        else
          g_assert_cmpstr (body->str, ==, "");
      }
}

static void
test_long_lines (void)
{
  g_autofree char *digits = g_strnfill (5000, '0');
  g_autofree char *extension = g_strnfill (5000, 'x');
  g_autofree char *text = g_strconcat ("5;", extension, NULL);
  g_autofree char *shorter = g_strconcat ("5;", extension + 2000, "\r\nhello\r\n0\r\n", NULL);
  g_autoptr(GString) body = g_string_new (NULL);
  gboolean finished;

  g_assert_false (decode (digits, 100, body, &finished));
  g_assert_false (decode (text, 100, body, &finished));
  g_assert_true (decode (shorter, 100, body, &finished));
  g_assert_true (finished);
  g_assert_cmpstr (body->str, ==, "hello");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/downloader/chunks/valid", test_valid);
  g_test_add_func ("/downloader/chunks/invalid", test_invalid);
  g_test_add_func ("/downloader/chunks/long-lines", test_long_lines);
  return g_test_run ();
}
