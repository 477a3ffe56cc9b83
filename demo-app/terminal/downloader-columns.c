/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-columns.h"

#define EMOJI_FOLLOWS 0xFE0F

/* How much room a character takes in a terminal. What looks like text is wide where it
 * is to look like a picture. */
static guint
count_one (const char *p)
{
  gunichar c = g_utf8_get_char (p);
  const char *next = g_utf8_next_char (p);

  if (g_unichar_iszerowidth (c) || g_unichar_iscntrl (c))
    return 0;

  return g_unichar_iswide (c) || g_utf8_get_char (next) == EMOJI_FOLLOWS ? 2 : 1;
}

/**
 * downloader_columns_count:
 * @text: Valid UTF-8.
 *
 * Counts how many columns of a terminal a text takes, which is neither the number of
 * its bytes nor that of its characters.
 *
 * Returns: columns
 */
guint
downloader_columns_count (const char *text)
{
  guint columns = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    columns += count_one (p);

  return columns;
}

/* What combines with a character stays with it. */
static const char *
skip_columns (const char *text,
              guint       columns)
{
  const char *p = text;
  guint passed = 0;

  while (*p != '\0' && passed + count_one (p) <= columns)
    {
      passed += count_one (p);
      p = g_utf8_next_char (p);
    }

  return p;
}

/**
 * downloader_columns_ellipsize:
 * @text: Valid UTF-8.
 * @columns: How many there are.
 * @ellipsis: What stands for what is left out.
 *
 * Leaves out what does not fit, in the middle: the end of a name tells as much as its
 * beginning.
 *
 * Returns: (transfer full): a text of at most so many columns
 */
char *
downloader_columns_ellipsize (const char *text,
                              guint       columns,
                              const char *ellipsis)
{
  guint all = downloader_columns_count (text);
  guint gap = downloader_columns_count (ellipsis);
  const char *head, *tail;

  if (all <= columns)
    return g_strdup (text);
  if (columns <= gap)
    return g_strndup (text, skip_columns (text, columns) - text);

  head = skip_columns (text, (columns - gap) / 2);
  tail = head;
  while (downloader_columns_count (tail) > columns - gap - (columns - gap) / 2)
    tail = g_utf8_next_char (tail);
  while (*tail != '\0' && count_one (tail) == 0)
    tail = g_utf8_next_char (tail);

  return g_strdup_printf ("%.*s%s%s", (int) (head - text), text, ellipsis, tail);
}

/**
 * downloader_columns_isolate:
 * @text: Valid UTF-8.
 *
 * Keeps a text that is written from right to left from turning around what stands
 * beside it.
 *
 * Returns: (transfer full): the text, between two characters without width if it needs
 *   them
 */
char *
downloader_columns_isolate (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    switch ((int) g_unichar_get_script (g_utf8_get_char (p)))
      {
      case G_UNICODE_SCRIPT_ARABIC:
      case G_UNICODE_SCRIPT_HEBREW:
      case G_UNICODE_SCRIPT_SYRIAC:
      case G_UNICODE_SCRIPT_THAANA:
      case G_UNICODE_SCRIPT_NKO:
        return g_strconcat ("\342\201\250", text, "\342\201\251", NULL);
      default:
        break;
      }

  return g_strdup (text);
}
