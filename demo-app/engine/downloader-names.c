/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-names.h"

#include <string.h>

#include "downloader-charset.h"

#define FALLBACK_NAME "download"
#define PARTIAL_SUFFIX ".part"
#define RECORD_SUFFIX ".resume"
#define EXTENSION_MAX 16

/**
 * downloader_name_is_unsafe:
 * @c: A character.
 *
 * Tells whether a character shows nothing, or turns what follows around, so that
 * one name looks like another. The two joiners are part of ordinary writing.
 *
 * Returns: %TRUE if it has no place in a name
 */
gboolean
downloader_name_is_unsafe (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_SURROGATE:
      return TRUE;
    case G_UNICODE_FORMAT:
      return c != 0x200C && c != 0x200D;
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_ENCLOSING_MARK:
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
    case G_UNICODE_CONNECT_PUNCTUATION:
    case G_UNICODE_DASH_PUNCTUATION:
    case G_UNICODE_CLOSE_PUNCTUATION:
    case G_UNICODE_FINAL_PUNCTUATION:
    case G_UNICODE_INITIAL_PUNCTUATION:
    case G_UNICODE_OTHER_PUNCTUATION:
    case G_UNICODE_OPEN_PUNCTUATION:
    case G_UNICODE_CURRENCY_SYMBOL:
    case G_UNICODE_MODIFIER_SYMBOL:
    case G_UNICODE_MATH_SYMBOL:
    case G_UNICODE_OTHER_SYMBOL:
    case G_UNICODE_SPACE_SEPARATOR:
    default:
      return FALSE;
    }
}

static const char *
last_component (const char *name)
{
  const char *base = name;

  for (const char *p = name; *p != '\0'; p++)
    if ((*p == '/' || *p == '\\') && p[1] != '\0')
      base = p + 1;

  return base;
}

static gsize
whole_characters (const char *text,
                  gsize       most)
{
  gsize length = strlen (text);

  if (length <= most)
    return length;

  while (most > 0 && ((guchar) text[most] & 0xC0) == 0x80)
    most--;

  return most;
}

static gboolean
is_extension (const char *dot)
{
  gsize length = strlen (dot + 1);

  if (length == 0 || length > EXTENSION_MAX)
    return FALSE;

  for (const char *p = dot + 1; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && *p != '-' && *p != '+')
      return FALSE;

  return TRUE;
}

/* Where the extension starts: “.tar.gz” is one. */
static const char *
find_extension (const char *name)
{
  const char *dot = strrchr (name, '.');

  if (dot == NULL || dot == name || !is_extension (dot))
    return name + strlen (name);

  if (dot - name > 4 && g_ascii_strncasecmp (dot - 4, ".tar", 4) == 0)
    return dot - 4;

  return dot;
}

static char *
join_within_limit (const char *stem,
                   gsize       stem_length,
                   const char *number,
                   const char *extension,
                   gsize       most)
{
  gsize room = most - strlen (number) - strlen (extension);
  g_autofree char *copy = g_strndup (stem, stem_length);
  gsize kept = whole_characters (copy, room);

  return g_strdup_printf ("%.*s%s%s", (int) kept, copy, number, extension);
}

/**
 * downloader_name_make_safe:
 * @name: (nullable): A name as a server gave it, in any encoding.
 *
 * Makes a file name that is safe to save under.
 *
 * Returns: (transfer full): one component of at most 255 bytes of UTF-8 with no
 *   path, no control or bidirectional characters, and no leading dot
 */
char *
downloader_name_make_safe (const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name != NULL ? name : "", -1);
  g_autoptr(GString) safe = g_string_new (NULL);
  const char *extension;

  for (const char *p = last_component (valid); *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (downloader_name_is_unsafe (c) || c == '/' || c == '\\')
        continue;
      if (safe->len == 0 && (c == '.' || g_unichar_isspace (c)))
        continue;
      g_string_append_unichar (safe, g_unichar_isspace (c) ? ' ' : c);
    }

  g_strchomp (safe->str);
  safe->len = strlen (safe->str);
  if (safe->len == 0)
    return g_strdup (FALLBACK_NAME);

  /* Where a long name is cut off, there may be a space: a name that ends with one
   * would be another one the next time it is made safe. */
  extension = find_extension (safe->str);
  return g_strchomp (join_within_limit (safe->str, extension - safe->str, "", extension, DOWNLOADER_NAME_MAX));
}

/**
 * downloader_name_cut:
 * @name: A safe name.
 * @most: How many bytes it may have, more than an extension has.
 *
 * Cuts a name that is too long for where it is to be.
 *
 * Returns: (transfer full): the name, with its extension
 */
char *
downloader_name_cut (const char *name,
                     gsize       most)
{
  const char *extension = find_extension (name);

  if (strlen (name) <= most)
    return g_strdup (name);

  return g_strchomp (join_within_limit (name, extension - name, "", extension, most));
}

/**
 * downloader_name_make_plain:
 * @name: A safe name.
 * @ascii: Whether to write it in ASCII alone.
 *
 * Makes a name that every file system takes, also those that come from other systems.
 *
 * Returns: (transfer full): the name, which is safe as well
 */
char *
downloader_name_make_plain (const char *name,
                            gboolean    ascii)
{
  g_autofree char *plain = ascii ? g_str_to_ascii (name, NULL) : g_strdup (name);
  gsize length = strlen (g_strdelimit (plain, ":?*<>|\"", '_'));

  while (length > 0 && (plain[length - 1] == '.' || plain[length - 1] == ' '))
    plain[--length] = '\0';

  return downloader_name_make_safe (plain);
}

static const char *
skip_spaces (const char *p)
{
  while (*p == ' ' || *p == '\t')
    p++;

  return p;
}

/* Reads a token or quoted string at *cursor, and moves behind it. */
static char *
read_value (const char **cursor)
{
  const char *p = *cursor;
  GString *value = g_string_new (NULL);

  if (*p == '"')
    {
      for (p++; *p != '\0' && *p != '"'; p++)
        {
          /* Some servers give a path of their own, and escape nothing in it. */
          if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
            p++;
          g_string_append_c (value, *p);
        }
      if (*p == '"')
        p++;
    }
  else
    {
      gsize length = strcspn (p, ";");

      g_string_append_len (value, p, length);
      p += length;
      g_strchomp (value->str);
    }

  *cursor = p;
  return g_string_free (value, FALSE);
}

/* What is escaped in a name is part of it, and no path; what climbs up was meant as
 * one, and by nobody who means well. */
static char *
keep_slashes (char *name)
{
  g_auto(GStrv) parts = g_strsplit_set (name, "/\\", -1);

  for (char **part = parts; *part != NULL; part++)
    if (g_str_equal (*part, "..") || g_str_equal (*part, "."))
      return name;

  return g_strdelimit (name, "/\\", '_');
}

/* RFC 8187: charset'language'percent-encoded. */
static char *
decode_extended (const char *value)
{
  g_auto(GStrv) parts = g_strsplit (value, "'", 3);
  g_autoptr(GBytes) bytes = NULL;
  char *name;
  gsize length;
  const char *data;

  if (g_strv_length (parts) != 3)
    return NULL;

  bytes = g_uri_unescape_bytes (parts[2], -1, NULL, NULL);
  if (bytes == NULL)
    return NULL;

  data = g_bytes_get_data (bytes, &length);
  name = length > 0 ? downloader_charset_read (data, length, parts[0]) : NULL;

  return name != NULL ? keep_slashes (name) : NULL;
}

/* Some servers escape names as they do links; not everything with a “%” is that. */
static char *
decode_escaped (const char *value)
{
  g_autofree char *name = g_uri_unescape_string (last_component (value), NULL);

  if (name == NULL || strchr (value, '%') == NULL || !g_utf8_validate (name, -1, NULL))
    return NULL;

  for (const char *p = name; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      return NULL;

  return keep_slashes (g_steal_pointer (&name));
}

static char *
decode_plain (const char *value)
{
  char *name = NULL;

  if (*value == '\0')
    return NULL;

  if (strstr (value, "=?") != NULL)
    name = downloader_charset_decode_words (value);
  if (name == NULL)
    name = decode_escaped (value);
  if (name == NULL)
    name = downloader_charset_guess (value, strlen (value));
  if (name == NULL)
    name = downloader_charset_read (value, strlen (value), "ISO-8859-1");

  return name;
}

/**
 * downloader_name_from_disposition:
 * @header: (nullable): The value of a `Content-Disposition` header.
 *
 * Reads the name a server proposes, as RFC 6266 has it: `filename*` first. A name that
 * is escaped as in a link, or as in a mail, is read as that.
 *
 * Returns: (transfer full) (nullable): the name, still to be made safe
 */
char *
downloader_name_from_disposition (const char *header)
{
  g_autofree char *plain = NULL;
  g_autofree char *extended = NULL;
  const char *p;

  if (header == NULL)
    return NULL;

  p = header + strcspn (header, ";");
  while (*p == ';')
    {
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;
      gsize length;

      p = skip_spaces (p + 1);
      length = strcspn (p, "=;");
      key = g_strchomp (g_strndup (p, length));
      p += length;
      if (*p != '=')
        continue;

      p = skip_spaces (p + 1);
      value = read_value (&p);
      p += strcspn (p, ";");

      if (extended == NULL && g_ascii_strcasecmp (key, "filename*") == 0)
        extended = decode_extended (value);
      else if (plain == NULL && g_ascii_strcasecmp (key, "filename") == 0)
        plain = decode_plain (value);
    }

  return extended != NULL ? g_steal_pointer (&extended) : g_steal_pointer (&plain);
}

/**
 * downloader_name_from_uri:
 * @uri: Where a file comes from.
 *
 * Reads the name at the end of a link.
 *
 * Returns: (transfer full) (nullable): the name, still to be made safe
 */
char *
downloader_name_from_uri (GUri *uri)
{
  const char *path = g_uri_get_path (uri);
  const char *slash = strrchr (path, '/');
  const char *segment = slash != NULL ? slash + 1 : path;
  g_autoptr(GBytes) bytes = NULL;
  gsize length;
  const char *data;
  char *name;

  if (*segment == '\0')
    return NULL;

  bytes = g_uri_unescape_bytes (segment, -1, NULL, NULL);
  if (bytes == NULL)
    return g_strdup (segment);

  /* An escaped NUL becomes a character that is replaced, and hides nothing. */
  data = g_bytes_get_data (bytes, &length);
  name = downloader_charset_guess (data, length);

  return keep_slashes (name != NULL ? name : g_utf8_make_valid (data, length));
}

/**
 * downloader_name_is_packed:
 * @name: A name.
 *
 * Tells whether a name says that the file is packed. What is in such a file is not
 * what one expects under that name.
 *
 * Returns: %TRUE for .gz and its like
 */
gboolean
downloader_name_is_packed (const char *name)
{
  static const char * const suffixes[] = {
    ".gz", ".tgz", ".taz", ".gzip", ".svgz", ".emz", ".wmz", ".cpgz", ".z",
    ".bz", ".bz2", ".tbz", ".tbz2", ".xz", ".txz", ".lzma", ".lz", ".tlz", ".lz4", ".lzo",
    ".zst", ".tzst", ".br", ".zip", ".7z", ".rar",
  };
  const char *dot = strrchr (name, '.');

  for (guint i = 0; dot != NULL && i < G_N_ELEMENTS (suffixes); i++)
    if (g_ascii_strcasecmp (dot, suffixes[i]) == 0)
      return TRUE;

  return FALSE;
}

/**
 * downloader_name_of_host:
 * @uri: Where a file comes from.
 * @is_page: Whether it is a web page.
 *
 * Makes a name for what has none.
 *
 * Returns: (transfer full): that of the server, still to be made safe
 */
char *
downloader_name_of_host (GUri     *uri,
                         gboolean  is_page)
{
  g_autofree char *host = g_hostname_to_unicode (g_uri_get_host (uri));

  return g_strconcat (host != NULL ? host : g_uri_get_host (uri), is_page ? ".html" : NULL, NULL);
}

/**
 * downloader_name_numbered:
 * @name: A safe name.
 * @number: Which one of that name; 0 is the first.
 *
 * Makes the name for another file of the same name, as in `a (1).tar.gz`.
 *
 * Returns: (transfer full): the name, of at most 255 bytes
 */
char *
downloader_name_numbered (const char *name,
                          guint       number)
{
  const char *extension = find_extension (name);
  g_autofree char *suffix = NULL;

  if (number == 0)
    return g_strdup (name);

  suffix = g_strdup_printf (" (%u)", number);
  return join_within_limit (name, extension - name, suffix, extension, DOWNLOADER_NAME_MAX);
}

/**
 * downloader_name_partial:
 * @name: A safe name.
 *
 * Names the file that collects what has arrived.
 *
 * Of a very long name the end is kept: it holds the number that tells two apart.
 *
 * Returns: (transfer full): the hidden name
 */
char *
downloader_name_partial (const char *name)
{
  const gsize most = DOWNLOADER_NAME_MAX - strlen ("." PARTIAL_SUFFIX RECORD_SUFFIX);
  gsize length = strlen (name);
  const char *end = length > most ? name + length - most : name;

  while (((guchar) *end & 0xC0) == 0x80)
    end++;

  return g_strconcat (".", end, PARTIAL_SUFFIX, NULL);
}

/**
 * downloader_name_record:
 * @partial: The name of a partial file.
 *
 * Names the file that holds what is needed to resume.
 *
 * Returns: (transfer full): the hidden name
 */
char *
downloader_name_record (const char *partial)
{
  return g_strconcat (partial, RECORD_SUFFIX, NULL);
}

/**
 * downloader_name_of_record:
 * @record: A file name.
 *
 * Finds the partial file a record belongs to.
 *
 * Returns: (transfer full) (nullable): its name, %NULL if @record is no record
 */
char *
downloader_name_of_record (const char *record)
{
  if (*record != '.' || !g_str_has_suffix (record, PARTIAL_SUFFIX RECORD_SUFFIX))
    return NULL;

  return g_strndup (record, strlen (record) - strlen (RECORD_SUFFIX));
}
