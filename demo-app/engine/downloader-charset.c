/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-charset.h"

#include <string.h>

/* Names are short; what claims to be a longer one is not looked at. */
#define WORDS_MAX 4096

typedef struct
{
  const char *language;
  const char *charsets[3];
} LanguageCharsets;

/* What people wrote in before there was UTF-8. */
static const LanguageCharsets language_charsets[] = {
  { "ar", { "WINDOWS-1256" } },
  { "be", { "WINDOWS-1251" } },
  { "bg", { "WINDOWS-1251" } },
  { "cs", { "WINDOWS-1250" } },
  { "el", { "WINDOWS-1253" } },
  { "et", { "WINDOWS-1257" } },
  { "fa", { "WINDOWS-1256" } },
  { "he", { "WINDOWS-1255" } },
  { "hr", { "WINDOWS-1250" } },
  { "hu", { "WINDOWS-1250" } },
  { "ja", { "CP932", "EUC-JP" } },
  { "ko", { "CP949", "EUC-KR" } },
  { "lt", { "WINDOWS-1257" } },
  { "lv", { "WINDOWS-1257" } },
  { "mk", { "WINDOWS-1251" } },
  { "pl", { "WINDOWS-1250" } },
  { "ro", { "WINDOWS-1250" } },
  { "ru", { "WINDOWS-1251" } },
  { "sk", { "WINDOWS-1250" } },
  { "sl", { "WINDOWS-1250" } },
  { "sr", { "WINDOWS-1251" } },
  { "th", { "TIS-620" } },
  { "tr", { "WINDOWS-1254" } },
  { "uk", { "WINDOWS-1251" } },
  { "vi", { "WINDOWS-1258" } },
  { "zh_HK", { "BIG5-HKSCS", "BIG5" } },
  { "zh_TW", { "BIG5-HKSCS", "BIG5" } },
  { "zh", { "GB18030" } },
};

/* Nothing but a name: iconv takes wishes behind a slash, and no name for that of the
 * locale. */
static gboolean
is_charset (const char *charset)
{
  const char *p = charset;

  while (g_ascii_isalnum (*p) || (*p != '\0' && strchr ("-_.:+", *p) != NULL))
    p++;

  return p > charset && *p == '\0';
}

/**
 * downloader_charset_read:
 * @bytes: A text.
 * @length: How long it is.
 * @charset: What it is written in.
 *
 * Reads a text.
 *
 * Returns: (transfer full) (nullable): valid UTF-8, %NULL if @bytes are none of it
 */
char *
downloader_charset_read (const char *bytes,
                         gsize       length,
                         const char *charset)
{
  g_autofree char *text = NULL;
  gsize written = 0;

  if (memchr (bytes, '\0', length) != NULL || !is_charset (charset))
    return NULL;
  if (g_ascii_strcasecmp (charset, "UTF-8") == 0 || g_ascii_strcasecmp (charset, "UTF8") == 0)
    return g_utf8_validate (bytes, length, NULL) ? g_strndup (bytes, length) : NULL;

  /* Some character sets are written with zeros in them. */
  text = g_convert (bytes, length, "UTF-8", charset, NULL, &written, NULL);
  return text != NULL && strlen (text) == written ? g_steal_pointer (&text) : NULL;
}

static const char * const *
find_charsets (void)
{
  const char * const *languages = g_get_language_names_with_category ("LC_CTYPE");

  for (; *languages != NULL; languages++)
    for (gsize i = 0; i < G_N_ELEMENTS (language_charsets); i++)
      if (g_str_equal (*languages, language_charsets[i].language))
        return language_charsets[i].charsets;

  return NULL;
}

/**
 * downloader_charset_guess:
 * @bytes: A text that nobody says how to read.
 * @length: How long it is.
 *
 * Reads a text: as UTF-8, as the locale is, and as its language was once written.
 *
 * Returns: (transfer full) (nullable): valid UTF-8, %NULL if it is none of these
 */
char *
downloader_charset_guess (const char *bytes,
                          gsize       length)
{
  const char * const *charsets = find_charsets ();
  char *text = downloader_charset_read (bytes, length, "UTF-8");
  const char *local;

  if (text == NULL && !g_get_charset (&local))
    text = downloader_charset_read (bytes, length, local);
  for (; text == NULL && charsets != NULL && *charsets != NULL; charsets++)
    text = downloader_charset_read (bytes, length, *charsets);

  return text;
}

/* As RFC 2047 has it, where a space is written as “_”. */
static guint8 *
decode_quoted (const char *text,
               gsize      *length)
{
  GByteArray *bytes = g_byte_array_sized_new (1);

  for (const char *p = text; *p != '\0'; p++)
    {
      guint8 byte = *p == '_' ? ' ' : (guint8) *p;

      if (*p == '=' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]))
        {
          byte = g_ascii_xdigit_value (p[1]) << 4 | g_ascii_xdigit_value (p[2]);
          p += 2;
        }
      g_byte_array_append (bytes, &byte, 1);
    }

  *length = bytes->len;
  return g_byte_array_free (bytes, FALSE);
}

/* =?charset?B?text?=, =?charset*language?Q?text?= */
static char *
decode_word (const char *word)
{
  g_auto(GStrv) parts = g_strsplit (word, "?", 4);
  g_autofree guint8 *bytes = NULL;
  gsize length = 0;

  if (g_strv_length (parts) != 3 || *parts[0] == '\0')
    return NULL;

  parts[0][strcspn (parts[0], "*")] = '\0';
  if (g_ascii_strcasecmp (parts[1], "B") == 0)
    bytes = g_base64_decode (parts[2], &length);
  else if (g_ascii_strcasecmp (parts[1], "Q") == 0)
    bytes = decode_quoted (parts[2], &length);

  return bytes != NULL ? downloader_charset_read ((const char *) bytes, length, parts[0]) : NULL;
}

/**
 * downloader_charset_decode_words:
 * @text: What may have encoded words in it.
 *
 * Reads what RFC 2047 has for mail, and what servers use all the same. Space between
 * two encoded words is none of the text.
 *
 * Returns: (transfer full) (nullable): the text, %NULL if there is no encoded word in
 *   it, or one that cannot be read
 */
char *
downloader_charset_decode_words (const char *text)
{
  g_autoptr(GString) decoded = g_string_new (NULL);
  gboolean has_words = FALSE;
  const char *p = text;

  if (strlen (text) > WORDS_MAX)
    return NULL;

  while (*p != '\0')
    {
      const char *start = strstr (p, "=?");
      const char *question = start != NULL ? strchr (start + 2, '?') : NULL;
      gboolean is_word = question != NULL && question[1] != '\0' && question[2] == '?';
      const char *end = is_word ? strstr (question + 3, "?=") : NULL;
      g_autofree char *word = end != NULL ? g_strndup (start + 2, end - start - 2) : NULL;
      g_autofree char *read = word != NULL ? decode_word (word) : NULL;

      if (start == NULL)
        break;
      if (read == NULL)
        return NULL;

      if (!has_words || strspn (p, " \t") < (gsize) (start - p))
        g_string_append_len (decoded, p, start - p);
      g_string_append (decoded, read);
      has_words = TRUE;
      p = end + 2;
    }
  g_string_append (decoded, p);

  return has_words && g_utf8_validate (decoded->str, decoded->len, NULL) ? g_strdup (decoded->str) : NULL;
}
