/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-http.h"
#include "downloader-text.h"
#include "fuzz-name.h"

/* Input: lines; each is a link as somebody may have pasted it, and where a server may
 * point.
 *
 * - What is asked for is a link of a server, over HTTP; what is stored of it has no
 *   credentials, and is the same link when it is read again.
 * - No server gets away from HTTPS, or sends credentials along.
 * - A link that is shown is valid UTF-8, and does not hold its password. */

static void
check_bare (GUri *uri)
{
  g_autofree char *text = g_uri_to_string (uri);
  g_autoptr (GError) error = NULL;
  g_autoptr (GUri) again = NULL;
  g_autofree char *text_again = NULL;

  g_assert_true (downloader_text_is_link (text));
  g_assert_cmpuint (strlen (g_uri_get_host (uri)), >, 0);
  g_assert_null (g_uri_get_userinfo (uri));
  g_assert_null (g_uri_get_fragment (uri));

  again = downloader_http_parse_link (text, &error);
  g_assert_no_error (error);
  text_again = g_uri_to_string (again);
  g_assert_cmpstr (text_again, ==, text);
}

static void
check_redirects (GUri       *from,
                 const char *location)
{
  g_autoptr (GUri) to = downloader_http_resolve_redirect (from, location, FALSE, NULL);

  if (to == NULL)
    return;

  check_bare (to);
  if (g_str_equal (g_uri_get_scheme (from), "https"))
    g_assert_cmpstr (g_uri_get_scheme (to), ==, "https");

  /* The password goes to the same server, or nowhere. */
  if (downloader_http_may_share_password (from, to))
    g_assert_cmpint (g_ascii_strcasecmp (g_uri_get_host (from), g_uri_get_host (to)), ==, 0);
}

static void
check_name (GUri *uri)
{
  g_autofree char *name = downloader_name_from_uri (uri);
  g_autofree char *safe = downloader_name_make_safe (name);

  if (name != NULL)
    g_assert_true (g_utf8_validate (name, -1, NULL));
  fuzz_check_safe_name (safe);
}

/* The password is looked for only if it cannot be part of something else. */
static void
check_mask (const char *link,
            GUri       *uri)
{
  g_autofree char *masked = downloader_text_mask_link (link);
  const char *password = uri != NULL ? g_uri_get_password (uri) : NULL;
  g_autofree char *rest = NULL;

  g_assert_true (g_utf8_validate (masked, -1, NULL));
  if (password == NULL || strlen (password) < 4 || strchr (password, '*') != NULL)
    return;

  rest = g_strjoin (" ", link, NULL);
  if (strstr (rest, password) == g_strrstr (rest, password))
    g_assert_null (strstr (masked, password));
}

static void
check_link (GUri       *from,
            const char *text)
{
  g_autofree char *link = downloader_text_complete_link (text, "https://");
  g_autoptr (GUri) uri = downloader_http_parse_link (link, NULL);
  g_autoptr (GUri) bare = NULL;

  check_redirects (from, text);
  check_mask (link, uri);
  if (uri == NULL)
    return;

  bare = downloader_http_without_credentials (uri);
  check_bare (bare);
  check_name (bare);
  check_redirects (bare, text);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autoptr (GUri) from = downloader_http_parse_link ("https://host/folder/file?query", NULL);
  g_autofree char *text = fuzz_input_take_text (&input);
  g_auto (GStrv) pieces = downloader_text_split_links (text);

  for (guint i = 0; pieces[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (pieces[i]), >, 0);
      check_link (from, pieces[i]);
    }
  check_link (from, text);

  return 0;
}
