/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-names.h"
#include "downloader-text.h"
#include "fuzz-name.h"

/* Input: which one of its name it is, and a name in any encoding.
 *
 * - What is made of it is safe, also with a number.
 * - The partial file and its record are hidden, fit, and find each other.
 * - What is shown obeys nobody. */

static void
check_hidden (const char *name)
{
  g_autofree char *partial = downloader_name_partial (name);
  g_autofree char *record = downloader_name_record (partial);
  g_autofree char *found = downloader_name_of_record (record);

  g_assert_cmpint (partial[0], ==, '.');
  g_assert_null (strchr (partial, '/'));
  g_assert_true (g_utf8_validate (record, -1, NULL));
  g_assert_cmpuint (strlen (record), <=, DOWNLOADER_NAME_MAX);
  g_assert_cmpstr (found, ==, partial);
}

static void
check_shown (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *shown = downloader_text_replace_unsafe (valid, "?");

  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_cmpint (g_utf8_strlen (shown, -1), ==, g_utf8_strlen (valid, -1));
  for (const char *p = shown; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (downloader_name_is_unsafe (g_utf8_get_char (p)));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  guint number = fuzz_input_take_byte (&input) * 39;
  g_autofree char *name = fuzz_input_take_text (&input);
  g_autofree char *safe = downloader_name_make_safe (name);
  g_autofree char *numbered = downloader_name_numbered (safe, number);

  fuzz_check_safe_name (safe);
  fuzz_check_safe_name (numbered);
  check_hidden (safe);
  check_hidden (numbered);
  check_shown (name);

  return 0;
}
