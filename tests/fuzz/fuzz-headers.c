/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-http.h"

/* Input: the values of headers, one a line: Content-Range, Retry-After, ETag,
 * Last-Modified, Date. Each line is tried as each of them.
 *
 * - A range is within its file, and is read again as it is written.
 * - Nobody is made to wait for more than an hour.
 * - A tag that is sent back cannot end a line, or hold a quotation mark. */

static void
check_range (const char *header)
{
  DownloaderContentRange range, again;
  g_autofree char *total = NULL;
  g_autofree char *written = NULL;

  if (!downloader_http_parse_content_range (header, &range))
    return;

  g_assert_cmpuint (range.first, <=, range.last);
  g_assert_cmpuint (range.last, <=, G_MAXINT64);
  if (range.total_known)
    g_assert_cmpuint (range.last, <, range.total);
  else
    g_assert_cmpuint (range.total, ==, 0);

  total = range.total_known ? g_strdup_printf ("%" G_GUINT64_FORMAT, range.total) : g_strdup ("*");
  written = g_strdup_printf ("bytes %" G_GUINT64_FORMAT "-%" G_GUINT64_FORMAT "/%s",
                             range.first, range.last, total);
  g_assert_true (downloader_http_parse_content_range (written, &again));
  g_assert_cmpuint (again.first, ==, range.first);
  g_assert_cmpuint (again.last, ==, range.last);
  g_assert_cmpuint (again.total, ==, range.total);
  g_assert_cmpint (again.total_known, ==, range.total_known);
}

static void
check_retry_after (const char *header)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 1, 1, 0, 0, 0);
  guint seconds = G_MAXUINT;

  if (downloader_http_parse_retry_after (header, now, &seconds))
    g_assert_cmpuint (seconds, <=, DOWNLOADER_RETRY_AFTER_MAX);
}

static void
check_etag (const char *header)
{
  gsize length = strlen (header);

  if (!downloader_http_is_strong_etag (header))
    return;

  g_assert_cmpuint (length, >=, 2);
  g_assert_true (header[0] == '"' && header[length - 1] == '"');
  g_assert_null (memchr (header + 1, '"', length - 2));
  for (gsize i = 0; i < length; i++)
    g_assert_false (g_ascii_iscntrl (header[i]) || header[i] == ' ');
}

static void
check_dates (const char *header,
             const char *other)
{
  /* What did not come after the other cannot be older than it as well. */
  if (downloader_http_is_old_enough (header, other))
    g_assert_false (downloader_http_is_old_enough (other, header));
  g_assert_false (downloader_http_is_old_enough (header, header));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autofree char *last = NULL;
  char *header;

  while ((header = fuzz_input_take_line (&input)) != NULL)
    {
      check_range (header);
      check_retry_after (header);
      check_etag (header);
      check_dates (header, last);

      g_free (last);
      last = header;
    }

  return 0;
}
