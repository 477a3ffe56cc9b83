/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>
#include <string.h>

#include <libsoup/soup.h>

#include "downloader-names.h"

static void
assert_text (char       *text,
             const char *expected)
{
  g_assert_cmpstr (text, ==, expected);
  g_free (text);
}

static void
test_safe (void)
{
  static const char *const cases[][2] = {
    { "file.txt", "file.txt" },
    { NULL, "download" },
    { "", "download" },
    { ".", "download" },
    { "..", "download" },
    { " . .. ", "download" },
    { "\x01\x1f\x7f", "download" },
    { "/", "download" },
    { "../../etc/passwd", "passwd" },
    { "C:\\Users\\joe\\file.txt", "file.txt" },
    { "dir/", "dir" },
    { ".bashrc", "bashrc" },
    { "...hidden", "hidden" },
    { ". .hidden", "hidden" },
    { "a\nb\tc.txt", "abc.txt" },
    { "a\xc2\x85" "b.txt", "ab.txt" },
    { "a\xe2\x80\xae" "gpj.exe", "agpj.exe" },
    { "\xe2\x81\xa6" "x\xe2\x81\xa9.txt", "x.txt" },
    { "\xef\xbb\xbf.bashrc", "bashrc" },
    { "a\xe2\x80\xa8" "b", "ab" },
    { "\xe2\x80\x8e.x", "x" },
    { "  spaced  out.txt  ", "spaced  out.txt" },
    { "no\xc2\xa0" "break", "no break" },
    { "bad\xff" "bytes", "bad\xef\xbf\xbd" "bytes" },
    { "\xd9\x86\xd9\x85\xe2\x80\x8c\xd8\xa7.txt", "\xd9\x86\xd9\x85\xe2\x80\x8c\xd8\xa7.txt" },
    { "-rf", "-rf" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_text (downloader_name_make_safe (cases[i][0]), cases[i][1]);
}

static char *
repeat (const char *text,
        guint       times,
        const char *end)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < times; i++)
    g_string_append (string, text);
  g_string_append (string, end);

  return g_string_free (string, FALSE);
}

static void
check_long (const char *unit,
            guint       times,
            const char *extension)
{
  g_autofree char *wish = repeat (unit, times, extension);
  g_autofree char *name = downloader_name_make_safe (wish);
  g_autofree char *numbered = downloader_name_numbered (name, 1234);
  g_autofree char *partial = downloader_name_partial (numbered);
  g_autofree char *other_partial = downloader_name_partial (name);
  g_autofree char *record = downloader_name_record (partial);

  g_assert_cmpuint (strlen (name), <=, 255);
  g_assert_cmpuint (strlen (name), >, 255 - strlen (unit));
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_true (g_str_has_suffix (name, extension));

  g_assert_cmpuint (strlen (numbered), <=, 255);
  g_assert_true (g_utf8_validate (numbered, -1, NULL));
  g_assert_true (g_str_has_suffix (numbered, extension));
  g_assert_nonnull (strstr (numbered, " (1234)"));

  g_assert_cmpuint (strlen (record), <=, 255);
  g_assert_true (g_utf8_validate (record, -1, NULL));
  g_assert_cmpstr (partial, !=, other_partial);
}

static void
test_long (void)
{
  check_long ("x", 1000, ".txt");
  check_long ("ü", 1000, ".tar.gz");
  check_long ("😀", 1000, ".jpeg");
  check_long ("字", 1000, "");
}

/* A record is only taken up if the name in it is safe as it is. */
static void
test_long_again (void)
{
  for (guint length = 240; length < 270; length++)
    {
      g_autofree char *begin = g_strnfill (length, 'x');
      g_autofree char *wish = g_strconcat (begin, "  y z", NULL);
      g_autofree char *name = downloader_name_make_safe (wish);

      assert_text (downloader_name_make_safe (name), name);
    }
}

static void
test_numbered (void)
{
  assert_text (downloader_name_numbered ("a.txt", 0), "a.txt");
  assert_text (downloader_name_numbered ("a.txt", 1), "a (1).txt");
  assert_text (downloader_name_numbered ("a.tar.gz", 2), "a (2).tar.gz");
  assert_text (downloader_name_numbered ("a.TAR.xz", 2), "a (2).TAR.xz");
  assert_text (downloader_name_numbered ("tar.gz", 1), "tar (1).gz");
  assert_text (downloader_name_numbered ("a.b.c", 1), "a.b (1).c");
  assert_text (downloader_name_numbered ("README", 1), "README (1)");
  assert_text (downloader_name_numbered ("Dr. Who is it", 1), "Dr. Who is it (1)");
  assert_text (downloader_name_numbered ("a.", 1), "a. (1)");
}

static void
test_disposition (void)
{
  static const char *const cases[][2] = {
    { "attachment; filename=\"C:\\Users\\joe\\file.txt\"", "C:\\Users\\joe\\file.txt" },
    { "attachment; filename=\"\\\\server\\share\\file.txt\"", "\\server\\share\\file.txt" },
    { "attachment; filename=\"na%20me.txt\"", "na me.txt" },
    { "attachment; filename=na%C3%AFve.txt", "naïve.txt" },
    { "attachment; filename=\"AC%2FDC.mp3\"", "AC_DC.mp3" },
    { "attachment; filename=\"dir/AC%2fDC.mp3\"", "AC_DC.mp3" },
    { "attachment; filename=\"..%2F..%2Fetc%2Fpasswd\"", "../../etc/passwd" },
    { "attachment; filename=\"100%.txt\"", "100%.txt" },
    { "attachment; filename=\"50%ab.txt\"", "50%ab.txt" },
    { "attachment; filename=\"5%00.txt\"", "5%00.txt" },
    { "attachment; filename=\"5%0a.txt\"", "5%0a.txt" },
    { "attachment; filename=\"=?UTF-8?B?csOpc3Vtw6kucGRm?=\"", "résumé.pdf" },
    { "attachment; filename==?utf-8?q?r=C3=A9sum=c3=a9_1.pdf?=", "résumé 1.pdf" },
    { "attachment; filename=\"=?iso-8859-1*fr?Q?caf=E9?= =?koi8-r?B?z9TexdQ=?=.pdf\"", "caféотчет.pdf" },
    { "attachment; filename=\"a =?UTF-8?Q?b?= c.txt\"", "a b c.txt" },
    { "attachment; filename=\"=?UTF-8?Q?" "?=.txt\"", ".txt" },
    { "attachment; filename=\"=?UTF-8?X?b?=\"", "=?UTF-8?X?b?=" },
    { "attachment; filename=\"=?klingon?Q?b?=\"", "=?klingon?Q?b?=" },
    { "attachment; filename=\"=?UTF-8?Q?=00?=\"", "=?UTF-8?Q?=00?=" },
    { "attachment; filename=\"=?UTF-8?Q\"", "=?UTF-8?Q" },
    { "attachment; filename=\"=?UTF-8?\"", "=?UTF-8?" },
    { "attachment; filename=\"=?\"", "=?" },
    { "attachment; filename=\"=?//TRANSLIT?Q?b?=\"", "=?//TRANSLIT?Q?b?=" },
    { "attachment; filename=e.txt; filename*=windows-1251''%EF%F0.txt", "пр.txt" },
    { "attachment; filename=e.txt; filename*=Shift_JIS''%93%fa%96%7b.txt", "日本.txt" },
    { "attachment; filename=e.txt; filename*=utf-8''AC%2FDC.mp3", "AC_DC.mp3" },
    { "attachment; filename=e.txt; filename*=utf-16''%00a", "e.txt" },
    { NULL, NULL },
    { "", NULL },
    { "attachment", NULL },
    { "attachment;", NULL },
    { "attachment; filename", NULL },
    { "attachment; filename=", NULL },
    { "attachment; filename=\"\"", NULL },
    { "attachment; filename=a.txt", "a.txt" },
    { "attachment; filename=a b.txt ", "a b.txt" },
    { "ATTACHMENT; FILENAME=\"a.txt\"", "a.txt" },
    { "attachment;filename = \"a.txt\" ; size=1", "a.txt" },
    { "attachment; filename=\"a;b=\\\"c\\\\d\\\".txt\"", "a;b=\"c\\d\".txt" },
    { "attachment; filename=\"unclosed.txt", "unclosed.txt" },
    { "attachment; filename=\"a.txt\"; filename=\"b.txt\"", "a.txt" },
    { "attachment; filename*=UTF-8''%e2%82%ac.txt; filename=e.txt", "€.txt" },
    { "attachment; filename=e.txt; filename*=utf-8'en'%e2%82%ac.txt", "€.txt" },
    { "attachment; filename=e.txt; filename*=iso-8859-1''%a3.txt", "£.txt" },
    { "attachment; filename=e.txt; filename*=UTF-8''%ff.txt", "e.txt" },
    { "attachment; filename=e.txt; filename*=UTF-8''a%00b", "e.txt" },
    { "attachment; filename=e.txt; filename*=klingon''x", "e.txt" },
    { "attachment; filename=e.txt; filename*=nonsense", "e.txt" },
    { "attachment; filename=\"\xe9.txt\"", "é.txt" },
    { "attachment; filename=\"é.txt\"", "é.txt" },
    { "attachment; foo=\"filename=no.txt\"; filename=yes.txt", "yes.txt" },
    { "; filename=a.txt", "a.txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_text (downloader_name_from_disposition (cases[i][0]), cases[i][1]);
}

/* What nobody says how to read, is read as people wrote once. */
static void
test_old_charsets (void)
{
  static const char *const cases[][3] = {
    { "C.UTF-8", "%E9.txt", "\xef\xbf\xbd.txt" },
    { "ru_RU.UTF-8", "%EF%F0.txt", "пр.txt" },
    { "ru_RU.UTF-8", "%D0%BF%D1%80.txt", "пр.txt" },
    { "ja_JP.UTF-8", "%93%fa%96%7b.txt", "日本.txt" },
    { "zh_CN.UTF-8", "%D6%D0%B9%FA.txt", "中国.txt" },
    { "zh_TW.UTF-8", "%A4%A4%B0%EA.txt", "中國.txt" },
    { "ko_KR.UTF-8", "%C7%D1%B1%B9.txt", "한국.txt" },
    { "pl_PL.UTF-8", "%B3%F3d%9F.txt", "łódź.txt" },
    { "el_GR.UTF-8", "%E1%E2.txt", "αβ.txt" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *link = g_strconcat ("http://host/", cases[i][1], NULL);
      g_autoptr(GUri) uri = g_uri_parse (link, SOUP_HTTP_URI_FLAGS, NULL);

      g_setenv ("LC_ALL", cases[i][0], TRUE);
      assert_text (downloader_name_from_uri (uri), cases[i][2]);
    }
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
}

static void
test_host (void)
{
  static const char *const cases[][2] = {
    { "http://example.org/", "example.org" },
    { "https://xn--bcher-kva.example:8080/", "bücher.example" },
    { "http://127.0.0.1/", "127.0.0.1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GUri) uri = g_uri_parse (cases[i][0], SOUP_HTTP_URI_FLAGS, NULL);
      g_autofree char *page = g_strconcat (cases[i][1], ".html", NULL);

      assert_text (downloader_name_of_host (uri, FALSE), cases[i][1]);
      assert_text (downloader_name_of_host (uri, TRUE), page);
    }
}

static void
test_uri (void)
{
  static const char *const cases[][2] = {
    { "http://host/dir/file.txt", "file.txt" },
    { "http://host/dir/file%20name.txt?x=/y#z/w", "file name.txt" },
    { "http://host/", NULL },
    { "http://host/dir/", NULL },
    { "http://host/AC%2FDC.mp3", "AC_DC.mp3" },
    { "http://host/AC%5CDC.mp3", "AC_DC.mp3" },
    { "http://host/%2F", "_" },
    { "http://host/a%2F..%2Fb", "a/../b" },
    { "http://host/..%5Cb", "..\\b" },
    { "http://host/a%00b", "a\xef\xbf\xbd" "b" },
    { "http://host/%ff", "\xef\xbf\xbd" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GUri) uri = g_uri_parse (cases[i][0], SOUP_HTTP_URI_FLAGS, NULL);

      g_assert_nonnull (uri);
      assert_text (downloader_name_from_uri (uri), cases[i][1]);
    }
}

static void
test_records (void)
{
  assert_text (downloader_name_partial ("a.txt"), ".a.txt.part");
  assert_text (downloader_name_record (".a.txt.part"), ".a.txt.part.resume");
  assert_text (downloader_name_of_record (".a.txt.part.resume"), ".a.txt.part");
  assert_text (downloader_name_of_record ("a.txt.part.resume"), NULL);
  assert_text (downloader_name_of_record (".a.txt.part"), NULL);
  assert_text (downloader_name_of_record (""), NULL);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Names for files: where they come from, and that they are safe.");

  g_test_add_func ("/downloader/names/safe", test_safe);
  g_test_add_func ("/downloader/names/long", test_long);
  g_test_add_func ("/downloader/names/long-again", test_long_again);
  g_test_add_func ("/downloader/names/numbered", test_numbered);
  g_test_add_func ("/downloader/names/disposition", test_disposition);
  g_test_add_func ("/downloader/names/old-charsets", test_old_charsets);
  g_test_add_func ("/downloader/names/uri", test_uri);
  g_test_add_func ("/downloader/names/host", test_host);
  g_test_add_func ("/downloader/names/records", test_records);

  return g_test_run ();
}
