/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "fuzz-name.h"

/* Input: the value of a Content-Disposition header.
 *
 * - What it proposes is valid UTF-8, whatever it claims to be.
 * - A simple name that is written as a header is read as it was, unless it looks like
 *   one that is escaped as in a link or a mail, or has a path in it. */

static void
check_plain (const char *name)
{
  g_autoptr (GString) header = g_string_new ("attachment; filename=\"");
  g_autofree char *read = NULL;

  for (const char *p = name; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (header, '\\');
      g_string_append_c (header, *p);
    }
  g_string_append_c (header, '"');

  read = downloader_name_from_disposition (header->str);
  g_assert_cmpstr (read, ==, name);
}

static void
check_extended (const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  g_autofree char *header = g_strconcat ("inline; filename=\"other\"; FileName*=utf-8''", escaped, NULL);
  g_autofree char *read = downloader_name_from_disposition (header);

  g_assert_cmpstr (read, ==, name);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autofree char *header = fuzz_input_take_text (&input);
  g_autofree char *name = downloader_name_from_disposition (header);
  g_autofree char *safe = NULL;

  if (name != NULL)
    {
      g_assert_cmpuint (strlen (name), >, 0);
      g_assert_true (g_utf8_validate (name, -1, NULL));
      if (strchr (name, '%') == NULL && strstr (name, "=?") == NULL)
        check_plain (name);
      if (strpbrk (name, "/\\") == NULL)
        check_extended (name);
    }

  safe = downloader_name_make_safe (name);
  fuzz_check_safe_name (safe);

  return 0;
}
