/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include "downloader-resume.h"
#include "fuzz-name.h"

/* Input: what is in the file beside a partial one.
 *
 * - A name that is read is safe to save under.
 * - A record that is read, written and read again is the same. */

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autofree char *text = fuzz_input_take_text (&input);
  g_auto (DownloaderResume) record = { 0 };
  g_auto (DownloaderResume) again = { 0 };
  g_autofree char *written = NULL;

  if (!downloader_resume_parse (&record, text))
    return 0;

  fuzz_check_safe_name (record.name);
  g_assert_true (g_utf8_validate (record.link, -1, NULL));
  g_assert_true (g_utf8_validate (record.validator, -1, NULL));
  g_assert_cmpuint (record.total, <=, G_MAXINT64);

  written = downloader_resume_format (&record);
  g_assert_true (downloader_resume_parse (&again, written));
  g_assert_cmpstr (again.link, ==, record.link);
  g_assert_cmpstr (again.name, ==, record.name);
  g_assert_cmpstr (again.validator, ==, record.validator);
  g_assert_cmpint (again.modified, ==, record.modified);
  g_assert_cmpuint (again.total, ==, record.total);

  return 0;
}
