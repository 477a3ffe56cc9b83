/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "downloader-names.h"

G_BEGIN_DECLS

/* What holds of every name that a file is saved under, whoever proposed it. */
static inline void
fuzz_check_safe_name (const char *name)
{
  g_autofree char *again = downloader_name_make_safe (name);

  g_assert_cmpuint (strlen (name), >, 0);
  g_assert_cmpuint (strlen (name), <=, DOWNLOADER_NAME_MAX);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_null (strpbrk (name, "/\\"));
  g_assert_cmpint (name[0], !=, '.');
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char (p))
    g_assert_false (downloader_name_is_unsafe (g_utf8_get_char (p)));

  /* A record with a name that is not safe as it is counts as somebody else's. */
  g_assert_cmpstr (again, ==, name);
}

G_END_DECLS
