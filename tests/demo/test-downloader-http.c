/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>

#include "downloader-error.h"
#include "downloader-http.h"

static void
test_content_range (void)
{
  static const char *const wrong[] = {
    NULL, "", "bytes", "bytes ", "bytes */100", "bytes 5-4/10", "bytes 0-10/10", "bytes 0-9", "bytes 0-9/",
    "bytes 0-9/10 x", "bytes +0-9/10", "bytes -1-9/10", "bytes 0x0-9/10", "items 0-9/10", "bytes=0-9/10",
    "bytes 0-9/99999999999999999999", "bytes 18446744073709551616-9/10", "bytes 0 - 9/10", "bytes 0-9/*x",
  };
  DownloaderContentRange range;

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (downloader_http_parse_content_range (wrong[i], &range));

  g_assert_true (downloader_http_parse_content_range ("bytes 5-9/10", &range));
  g_assert_cmpuint (range.first, ==, 5);
  g_assert_cmpuint (range.last, ==, 9);
  g_assert_true (range.total_known);
  g_assert_cmpuint (range.total, ==, 10);

  g_assert_true (downloader_http_parse_content_range ("Bytes  0-0/*", &range));
  g_assert_cmpuint (range.last, ==, 0);
  g_assert_false (range.total_known);
}

static void
assert_retry_after (const char *header,
                    int         expected)
{
  g_autoptr(GDateTime) now = g_date_time_new_utc (2026, 11, 20, 12, 0, 0.25);
  guint seconds = 0;
  gboolean said = downloader_http_parse_retry_after (header, now, &seconds);

  g_assert_cmpint (said, ==, expected >= 0);
  if (said)
    g_assert_cmpint ((int) seconds, ==, expected);
}

static void
test_retry_after (void)
{
  assert_retry_after (NULL, -1);
  assert_retry_after ("", -1);
  assert_retry_after ("soon", -1);
  assert_retry_after ("-5", -1);
  assert_retry_after ("1.5", -1);
  assert_retry_after ("0", 0);
  assert_retry_after ("120", 120);
  assert_retry_after ("3601", 3600);
  assert_retry_after ("99999999999999999999999", 3600);
  assert_retry_after ("Fri, 20 Nov 2026 12:00:30 GMT", 30);
  assert_retry_after ("Fri, 20 Nov 2026 11:00:00 GMT", 0);
  assert_retry_after ("Sat, 20 Nov 2027 11:00:00 GMT", 3600);
}

static void
test_validators (void)
{
  const char *date = "Fri, 20 Nov 2026 12:00:00 GMT";

  g_assert_true (downloader_http_is_strong_etag ("\"abc\""));
  g_assert_true (downloader_http_is_strong_etag ("\"\""));
  g_assert_false (downloader_http_is_strong_etag (NULL));
  g_assert_false (downloader_http_is_strong_etag (""));
  g_assert_false (downloader_http_is_strong_etag ("\""));
  g_assert_false (downloader_http_is_strong_etag ("abc"));
  g_assert_false (downloader_http_is_strong_etag ("W/\"abc\""));
  g_assert_false (downloader_http_is_strong_etag ("\"a\", \"b\""));
  g_assert_false (downloader_http_is_strong_etag ("\"a\nb\""));

  g_assert_true (downloader_http_is_old_enough ("Fri, 20 Nov 2026 11:59:00 GMT", date));
  g_assert_false (downloader_http_is_old_enough ("Fri, 20 Nov 2026 11:59:01 GMT", date));
  g_assert_false (downloader_http_is_old_enough ("Fri, 20 Nov 2026 13:00:00 GMT", date));
  g_assert_false (downloader_http_is_old_enough (NULL, date));
  g_assert_false (downloader_http_is_old_enough (date, NULL));
  g_assert_false (downloader_http_is_old_enough ("yesterday", date));
}

static void
assert_link (const char *link,
             const char *expected)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GUri) uri = downloader_http_parse_link (link, &error);
  g_autoptr(GUri) bare = NULL;
  g_autofree char *text = NULL;

  if (expected == NULL)
    {
      g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LINK);
      g_assert_null (uri);
      return;
    }

  g_assert_no_error (error);
  bare = downloader_http_without_credentials (uri);
  text = g_uri_to_string (bare);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_links (void)
{
  assert_link ("http://host", "http://host/");
  assert_link ("  HTTPS://Host/a b\n", "https://Host/a%20b");
  assert_link ("http://joe:secret@host:8080/x?y#z", "http://host:8080/x?y");
  assert_link ("http://host/a%2Fb?q=ü", "http://host/a%2Fb?q=%C3%BC");
  assert_link ("http://[::1]:8080/x", "http://[::1]:8080/x");
  assert_link ("ftp://host/x", NULL);
  assert_link ("file:///x", NULL);
  assert_link ("http://", NULL);
  assert_link ("http:///x", NULL);
  assert_link ("http://host;x", NULL);
  assert_link ("http://host/;x", "http://host/;x");
  assert_link ("host/x", NULL);
  assert_link ("", NULL);
  assert_link ("http://host:99999/", NULL);
}

static void
assert_redirect (const char *from,
                 const char *location,
                 const char *expected)
{
  g_autoptr(GUri) base = g_uri_parse (from, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(GUri) uri = downloader_http_resolve_redirect (base, location, FALSE, &error);
  g_autofree char *text = uri != NULL ? g_uri_to_string (uri) : NULL;

  g_assert_cmpstr (text, ==, expected);
  if (expected == NULL)
    g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REDIRECT);
}

static void
test_redirects (void)
{
  assert_redirect ("http://a/b/c", "d", "http://a/b/d");
  assert_redirect ("http://a/b/c", "/d e", "http://a/d%20e");
  assert_redirect ("http://a/b/c", "/d/ü", "http://a/d/%C3%BC");
  assert_redirect ("http://a/b/c", "?q={ü}", "http://a/b/c?q=%7B%C3%BC%7D");
  assert_redirect ("http://a/b/c", "d{e://f{g/h", "http://a/b/d%7Be://f%7Bg/h");
  assert_redirect ("http://a/b", "//c/d{", "http://c/d%7B");
  assert_redirect ("http://a/b", "//c/d", "http://c/d");
  assert_redirect ("http://a/b", "https://a/b", "https://a/b");
  assert_redirect ("https://a/b", "https://joe:secret@c/d", "https://c/d");
  assert_redirect ("https://a/b", "http://a/b", NULL);
  assert_redirect ("http://a/b", "ftp://a/b", NULL);
  assert_redirect ("http://a/b", "file:///etc/passwd", NULL);
  assert_redirect ("http://a/b", "javascript:alert(1)", NULL);
  assert_redirect ("http://a/b", "", NULL);
  assert_redirect ("http://a/b", NULL, NULL);
  assert_redirect ("http://a/b", "http://", NULL);
  assert_redirect ("http://a/b", "//c;d", NULL);
}

static void
assert_password_shared (const char *given,
                        const char *asked,
                        gboolean    expected)
{
  g_autoptr(GUri) given_uri = g_uri_parse (given, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr(GUri) asked_uri = g_uri_parse (asked, SOUP_HTTP_URI_FLAGS, NULL);

  g_assert_cmpint (downloader_http_may_share_password (given_uri, asked_uri), ==, expected);
}

static void
test_passwords (void)
{
  assert_password_shared ("http://a/x", "http://a/y", TRUE);
  assert_password_shared ("http://a/x", "http://A:80/y", TRUE);
  assert_password_shared ("http://a/x", "https://a/y", TRUE);
  assert_password_shared ("https://a/x", "http://a/y", FALSE);
  assert_password_shared ("http://a/x", "http://a:81/y", FALSE);
  assert_password_shared ("http://a:81/x", "https://a/y", FALSE);
  assert_password_shared ("http://a/x", "http://b/x", FALSE);
  assert_password_shared ("http://a/x", "http://a.b/x", FALSE);
}

static void
test_sentences (void)
{
  static const guint transient[] = { 408, 425, 429, 500, 502, 503, 504, 599 };
  static const guint final[] = { 204, 304, 400, 401, 403, 404, 405, 407, 410, 416, 418, 451 };

  for (guint i = 0; i < G_N_ELEMENTS (transient); i++)
    {
      g_autoptr(GError) error = NULL;

      downloader_error_set_status (&error, transient[i], FALSE, "Reason");
      g_assert_true (downloader_error_is_transient (error));
      g_assert_true (g_str_has_suffix (error->message, " Reason)"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (final); i++)
    {
      g_autoptr(GError) error = NULL;

      downloader_error_set_status (&error, final[i], FALSE, NULL);
      g_assert_false (downloader_error_is_transient (error));
      g_assert_true (g_str_has_prefix (error->message, "The "));
    }
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("What servers say, read strictly.");

  g_test_add_func ("/downloader/http/content-range", test_content_range);
  g_test_add_func ("/downloader/http/retry-after", test_retry_after);
  g_test_add_func ("/downloader/http/validators", test_validators);
  g_test_add_func ("/downloader/http/links", test_links);
  g_test_add_func ("/downloader/http/redirects", test_redirects);
  g_test_add_func ("/downloader/http/passwords", test_passwords);
  g_test_add_func ("/downloader/http/sentences", test_sentences);

  return g_test_run ();
}
