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
  g_assert_true (record.version.validator == NULL || g_utf8_validate (record.version.validator, -1, NULL));
  g_assert_cmpuint (record.version.total, <=, G_MAXINT64);

  written = downloader_resume_format (&record);
  g_assert_true (downloader_resume_parse (&again, written));
  g_assert_cmpstr (again.link, ==, record.link);
  g_assert_cmpstr (again.name, ==, record.name);
  g_assert_cmpstr (again.version.validator, ==, record.version.validator);
  g_assert_cmpstr (again.version.server, ==, record.version.server);
  g_assert_cmpstr (again.version.type, ==, record.version.type);
  g_assert_cmpstr (again.version.encoding, ==, record.version.encoding);
  g_assert_cmpint (again.version.modified, ==, record.version.modified);
  g_assert_cmpuint (again.version.total, ==, record.version.total);

  return 0;
}
