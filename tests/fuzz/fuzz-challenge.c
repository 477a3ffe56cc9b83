/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-http.h"

/* Input: the values of WWW-Authenticate headers, one a line.
 *
 * - Of what a server offers only Digest and Basic are taken, and only if they were
 *   offered.
 * - What is answered is one line. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, "http://host/file");
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autoptr (GString) all = g_string_new (NULL);
  g_autoptr (SoupAuth) auth = NULL;
  g_autofree char *offered = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *answer = NULL;
  char *header;

  while ((header = fuzz_input_take_line (&input)) != NULL)
    {
      g_autofree char *value = g_strdelimit (header, "\r", ' ');

      soup_message_headers_append (headers, "WWW-Authenticate", value);
      g_string_append_printf (all, " %s", value);
    }

  offered = g_ascii_strdown (all->str, -1);
  if (downloader_http_is_stale (message, "WWW-Authenticate"))
    g_assert_nonnull (strstr (offered, "stale"));

  auth = downloader_http_choose_challenge (message, "WWW-Authenticate");
  if (auth == NULL)
    return 0;

  scheme = g_ascii_strdown (soup_auth_get_scheme_name (auth), -1);
  g_assert_true (g_str_equal (scheme, "digest") || g_str_equal (scheme, "basic"));
  g_assert_nonnull (strstr (offered, scheme));

  soup_auth_authenticate (auth, "user", "password");
  answer = soup_auth_get_authorization (auth, message);
  if (answer != NULL)
    g_assert_null (strpbrk (answer, "\r\n"));

  return 0;
}
