/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>
#include <math.h>

#include "downloader-text.h"

#define NBSP "\xc2\xa0"

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_mask (void)
{
  assert_text (downloader_text_mask_link ("http://host/path"), "http://host/path");
  assert_text (downloader_text_mask_link ("http://joe@host/path"), "http://joe@host/path");
  assert_text (downloader_text_mask_link ("http://joe:secret@host/path"), "http://joe:***@host/path");
  assert_text (downloader_text_mask_link ("http://joe:se:cr@et@host:80?q#f"), "http://joe:***@host:80?q#f");
  assert_text (downloader_text_mask_link ("http://:secret@host"), "http://:***@host");
  assert_text (downloader_text_mask_link ("http://host/a:b@c"), "http://host/a:b@c");
  assert_text (downloader_text_mask_link ("http://host?a:b@c"), "http://host?a:b@c");
  assert_text (downloader_text_mask_link ("nonsense"), "nonsense");
  assert_text (downloader_text_mask_link (""), "");
  assert_text (downloader_text_mask_link ("http://joe:se\xff@host/"), "http://joe:***@host/");
  assert_text (downloader_text_mask_link ("http://[::1"), "http://[::1");
  assert_text (downloader_text_mask_link ("http://[::1]:80/a@b"), "http://[::1]:80/a@b");
  assert_text (downloader_text_mask_link ("http://host:8080/@scope/x@1"), "http://host:8080/@scope/x@1");
}

static void
test_mask_broken (void)
{
  assert_text (downloader_text_mask_link ("http://sec:re/t@host/"), "http://sec:***@host/");
  assert_text (downloader_text_mask_link ("http://sec:re#t@host"), "http://sec:***@host");
  assert_text (downloader_text_mask_link ("http://sec:re?t@host and@more"), "http://sec:***@host and@more");
  assert_text (downloader_text_mask_link ("http:/sec:ret@host"), "http:/sec:***@host");
  assert_text (downloader_text_mask_link ("http:///sec:ret@host"), "http:///sec:***@host");
  assert_text (downloader_text_mask_link ("sec:ret@host/x"), "sec:***@host/x");
  assert_text (downloader_text_mask_link ("sec:ret@host/x?u=http://y"), "sec:***@host/x?u=http://y");
  assert_text (downloader_text_mask_link ("//sec:ret@host/"), "//sec:***@host/");
  assert_text (downloader_text_mask_link ("sec:r et@host"), "sec:***@host");
}

static void
assert_pieces (const char *text,
               const char *expected)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);

  assert_text (g_strjoinv ("|", pieces), expected);
}

static void
test_split (void)
{
  assert_pieces ("", "");
  assert_pieces (" \n \r\n", "");
  assert_pieces ("http://h/with space.txt", "http://h/with space.txt");
  assert_pieces (" http://a/x  y\tHTTPS://b\r\nc.org/z \n", "http://a/x  y|HTTPS://b|c.org/z");
  assert_pieces ("http://a/x y http://b/z (1).txt", "http://a/x y|http://b/z (1).txt");
  assert_pieces ("see http://a no link", "see|http://a|no link");
  assert_pieces ("see\nhttp://a/b c", "see|http://a/b c");
  assert_pieces ("get http://a/x.zip, or (as said) http://b/y_(z). Bye", "get|http://a/x.zip|or (as said)|http://b/y_(z)|Bye");
  assert_pieces ("or: http://a/x) http://b?", "or:|http://a/x|http://b");
}

static void
test_complete (void)
{
  static const char *const as_they_are[] = {
    "http://h/with space.txt", "HTTP://h", "ftp://h.org", "word", "plain words.", "", "a:b", "host:", ":80",
    "mailto:joe@h.org", "data:,a.b", "Magnet:?xt=a.b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (as_they_are); i++)
    assert_text (downloader_text_complete_link (as_they_are[i], "https://"), as_they_are[i]);

  assert_text (downloader_text_complete_link ("host.org/x", "https://"), "https://host.org/x");
  assert_text (downloader_text_complete_link ("host:8080/x", "https://"), "https://host:8080/x");
  assert_text (downloader_text_complete_link ("LocalHost", "https://"), "https://LocalHost");
  assert_text (downloader_text_complete_link ("localhost/x", "https://"), "https://localhost/x");
  assert_text (downloader_text_complete_link ("[::1]/x", "https://"), "https://[::1]/x");
  assert_text (downloader_text_complete_link ("joe:pw@host.org/x", "http://"), "http://joe:pw@host.org/x");
}

static void
test_unsafe (void)
{
  assert_text (downloader_text_replace_unsafe ("a\x1b[2Jb\nc", "?"), "a?[2Jb?c");
  assert_text (downloader_text_replace_unsafe ("\xe2\x80\xae" "ü€\xc2\x9b", " "), " ü€ ");
}

static void
test_progress (void)
{
  assert_text (downloader_text_progress (12100000, 30000000, 1100000, 100),
               "12.1" NBSP "MB of 30" NBSP "MB — 2" NBSP "minutes left (1.1" NBSP "MB/s)");
  assert_text (downloader_text_progress (12100000, 30000000, 0, -1), "12.1" NBSP "MB of 30" NBSP "MB");
  assert_text (downloader_text_progress (12100000, 0, 1100000, -1), "12.1" NBSP "MB (1.1" NBSP "MB/s)");
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("What the downloader says of amounts, times and links.");

  g_test_add_func ("/downloader/text/mask", test_mask);
  g_test_add_func ("/downloader/text/mask-broken", test_mask_broken);
  g_test_add_func ("/downloader/text/split", test_split);
  g_test_add_func ("/downloader/text/complete", test_complete);
  g_test_add_func ("/downloader/text/unsafe", test_unsafe);
  g_test_add_func ("/downloader/text/progress", test_progress);

  return g_test_run ();
}
