/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>

#include <libsoup/soup.h>

#include "downloader-sample.h"

static GBytes *
fetch (const char *path,
       const char *range,
       const char *condition,
       guint      *status)
{
  g_autoptr(DownloaderSample) sample = NULL;
  g_autoptr(SoupSession) session = soup_session_new ();
  g_autoptr(SoupMessage) message = NULL;
  g_autoptr(GError) error = NULL;
  g_autofree char *link = NULL;
  SoupMessageHeaders *headers;
  GBytes *body;

  sample = downloader_sample_start (&error);
  g_assert_no_error (error);
  link = path == NULL ? g_strdup (downloader_sample_get_link (sample))
                      : g_uri_resolve_relative (downloader_sample_get_link (sample), path, G_URI_FLAGS_NONE, NULL);

  message = soup_message_new (SOUP_METHOD_GET, link);
  headers = soup_message_get_request_headers (message);
  if (range != NULL)
    soup_message_headers_append (headers, "Range", range);
  if (condition != NULL)
    soup_message_headers_append (headers, "If-Range", condition);

  body = soup_session_send_and_read (session, message, NULL, &error);
  g_assert_no_error (error);
  *status = soup_message_get_status (message);

  return body;
}

static void
assert_sample (GBytes  *body,
               guint64  offset,
               gsize    length)
{
  g_autofree guint8 *expected = g_malloc (length);

  downloader_sample_fill (offset, expected, length);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), expected, length);
  g_bytes_unref (body);
}

static void
test_whole (void)
{
  guint status;
  gint64 begin = g_get_monotonic_time ();
  GBytes *body = fetch (NULL, NULL, NULL, &status);

  g_assert_cmpuint (status, ==, SOUP_STATUS_OK);
  assert_sample (body, 0, DOWNLOADER_SAMPLE_SIZE);
  g_assert_cmpint (g_get_monotonic_time () - begin, >, G_USEC_PER_SEC);
}

static void
test_ranges (void)
{
  guint status;
  GBytes *body;

  body = fetch (NULL, "bytes=5700000-", NULL, &status);
  g_assert_cmpuint (status, ==, SOUP_STATUS_PARTIAL_CONTENT);
  assert_sample (body, 5700000, DOWNLOADER_SAMPLE_SIZE - 5700000);

  body = fetch (NULL, "bytes=5700000-", "\"sample-picture-1\"", &status);
  g_assert_cmpuint (status, ==, SOUP_STATUS_PARTIAL_CONTENT);
  g_bytes_unref (body);

  body = fetch (NULL, "bytes=5700000-", "\"another\"", &status);
  g_assert_cmpuint (status, ==, SOUP_STATUS_OK);
  assert_sample (body, 0, DOWNLOADER_SAMPLE_SIZE);
}

static void
test_nothing_else (void)
{
  guint status;
  g_autoptr(GBytes) body = fetch ("/etc/passwd", NULL, NULL, &status);

  g_assert_nonnull (body);
  g_assert_cmpuint (status, ==, SOUP_STATUS_NOT_FOUND);
}

static void
test_start_and_stop (void)
{
  for (guint i = 0; i < 50; i++)
    {
      g_autoptr(GError) error = NULL;
      g_autoptr(DownloaderSample) sample = downloader_sample_start (&error);

      g_assert_no_error (error);
      g_assert_nonnull (sample);
    }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("The server inside the program, and the picture it serves.");

  g_test_add_func ("/downloader/sample/whole", test_whole);
  g_test_add_func ("/downloader/sample/ranges", test_ranges);
  g_test_add_func ("/downloader/sample/nothing-else", test_nothing_else);
  g_test_add_func ("/downloader/sample/start-and-stop", test_start_and_stop);

  return g_test_run ();
}
