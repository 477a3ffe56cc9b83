/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz.h"

#include <json-glib/json-glib.h>

#include "window/downloader-record.h"

/* Input: JSON, as the window keeps its list in.
 *
 * - What is read has a link, and no value that is out of range.
 * - A record that is read, written and read again is the same. */

static char *
write_record (const DownloaderRecord *record)
{
  g_autoptr (JsonNode) node = downloader_record_to_json (record);

  return json_to_string (node, FALSE);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  g_autofree char *text = fuzz_input_take_text (&input);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  g_autoptr (DownloaderRecord) record = node != NULL ? downloader_record_from_json (node) : NULL;
  g_autoptr (DownloaderRecord) again = NULL;
  g_autoptr (JsonNode) written = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  if (record == NULL)
    return 0;

  g_assert_cmpuint (record->bytes, <=, G_MAXINT64);
  g_assert_cmpuint (record->total, <=, G_MAXINT64);
  g_assert_cmpuint (record->settings->retries, <=, 1000);
  g_assert_cmpuint (record->settings->timeout, <=, 86400);

  first = write_record (record);
  written = json_from_string (first, NULL);
  g_assert_nonnull (written);
  again = downloader_record_from_json (written);
  g_assert_nonnull (again);
  second = write_record (again);
  g_assert_cmpstr (first, ==, second);

  return 0;
}
