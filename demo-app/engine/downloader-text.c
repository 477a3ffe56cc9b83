/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-text.h"

#include <string.h>

#include <asynctask-glib.h>
#include <glib/gi18n.h>

#include "downloader-names.h"

/**
 * downloader_text_is_link:
 * @text: Any text.
 *
 * Tells whether a text starts as links do that can be downloaded.
 *
 * Returns: %TRUE for http:// and https://
 */
gboolean
downloader_text_is_link (const char *text)
{
  return g_ascii_strncasecmp (text, "http://", strlen ("http://")) == 0 ||
         g_ascii_strncasecmp (text, "https://", strlen ("https://")) == 0;
}

static void
take_piece (GPtrArray  *pieces,
            const char *start,
            const char *end)
{
  char *piece = g_strstrip (g_strndup (start, end - start));

  if (*piece != '\0')
    g_ptr_array_add (pieces, piece);
  else
    g_free (piece);
}

/* Takes what begins with a link among words: it ends where the word does, without
 * what closes a sentence after it. */
static void
take_word (GPtrArray  *pieces,
           const char *start,
           const char *end)
{
  const char *rest = start;
  const char *last;

  while (rest < end && !g_ascii_isspace (*rest))
    rest++;
  for (last = rest; last > start; last--)
    if (strchr (".,;:!?>\"'", last[-1]) == NULL &&
        (last[-1] != ')' || memchr (start, '(', last - start) != NULL))
      break;

  take_piece (pieces, start, last);
  take_piece (pieces, rest, end);
}

static void
split_line (GPtrArray  *pieces,
            const char *line,
            const char *end)
{
  const char *start = line;
  gboolean among_words = FALSE;

  for (const char *p = line; p <= end; p++)
    {
      if (p < end && !(g_ascii_isspace (*p) && downloader_text_is_link (p + 1)))
        continue;

      while (start < p && g_ascii_isspace (*start))
        start++;
      among_words |= start < p && !downloader_text_is_link (start);
      if (among_words && downloader_text_is_link (start))
        take_word (pieces, start, p);
      else
        take_piece (pieces, start, p);
      start = p;
    }
}

/**
 * downloader_text_split_links:
 * @text: What somebody typed or pasted.
 *
 * Takes links apart, of which each is on a line of its own or follows white
 * space. A space alone ends no link on a line that begins with one: it may be part
 * of it. Where words come first, more of them may follow, and it does.
 *
 * Returns: (transfer full): the pieces, none of which is empty
 */
char **
downloader_text_split_links (const char *text)
{
  GPtrArray *pieces = g_ptr_array_new ();
  const char *line = text;

  for (;;)
    {
      const char *end = line + strcspn (line, "\r\n");

      split_line (pieces, line, end);
      if (*end == '\0')
        break;
      line = end + 1;
    }
  g_ptr_array_add (pieces, NULL);

  return (char **) g_ptr_array_free (pieces, FALSE);
}

static gboolean
has_port (const char *host,
          gsize       length)
{
  const char *colon = g_strrstr_len (host, length, ":");

  return colon != NULL && colon > host && colon + 1 < host + length &&
         colon + 1 + strspn (colon + 1, "0123456789") == host + length;
}

/* What looks like “host:port” with a dot somewhere, and is not: links that have no “//”. */
static gboolean
is_other_link (const char *text)
{
  static const char * const schemes[] = { "mailto:", "data:", "magnet:", "tel:", "sip:", "urn:", "javascript:" };

  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (text, schemes[i], strlen (schemes[i])) == 0)
      return TRUE;

  return FALSE;
}

/**
 * downloader_text_complete_link:
 * @text: One piece of what somebody typed.
 * @scheme: What is added, such as `https://`.
 *
 * Adds the beginning that a link is often copied without, to what is plainly
 * meant as one.
 *
 * Returns: (transfer full): the link, or @text as it is
 */
char *
downloader_text_complete_link (const char *text,
                               const char *scheme)
{
  gsize length = strcspn (text, "/?#");
  gboolean meant = strchr (text, '.') != NULL || *text == '[' || has_port (text, length) ||
                   (length == strlen ("localhost") && g_ascii_strncasecmp (text, "localhost", length) == 0);

  if (!meant || is_other_link (text) || strstr (text, "://") != NULL || strpbrk (text, " \t\r\n\f\v") != NULL)
    return g_strdup (text);

  return g_strconcat (scheme, text, NULL);
}

/* Where the part of a link starts that may hold a password. */
static const char *
find_authority (const char *link,
                gboolean   *well_formed)
{
  const char *start = link + strspn (link, " \t\r\n");
  const char *end = start;

  while (g_ascii_isalnum (*end) || *end == '+' || *end == '-' || *end == '.')
    end++;

  *well_formed = end > start && g_str_has_prefix (end, "://");
  if (*well_formed)
    return end + strlen ("://");

  if (g_ascii_strncasecmp (start, "http:", 5) == 0 || g_ascii_strncasecmp (start, "https:", 6) == 0)
    start = end + 1;

  return start + strspn (start, "/\\");
}

/* Whether what stands between the credentials and the path can be a host, and a
 * port: otherwise the password itself may have ended it. */
static gboolean
is_host (const char *host,
         gsize       length)
{
  const char *bracket = length > 0 && *host == '[' ? memchr (host, ']', length) : NULL;
  const char *rest = bracket != NULL ? bracket + 1 : host;
  const char *colon = memchr (rest, ':', host + length - rest);

  return length > 0 &&
         (colon == NULL || colon + 1 + strspn (colon + 1, "0123456789") >= host + length);
}

/**
 * downloader_text_mask_link:
 * @link: A link as somebody gave it.
 *
 * Hides the password in a link, and changes nothing else of it.
 *
 * This works on the text, so that a link too broken to be parsed gives its
 * password away no more than any other: of such a one everything up to its last
 * “@” may be the password.
 *
 * Returns: (transfer full): the link that may be shown, as valid UTF-8
 */
char *
downloader_text_mask_link (const char *link)
{
  g_autofree char *valid = g_utf8_make_valid (link, -1);
  gboolean well_formed;
  const char *authority = find_authority (valid, &well_formed);
  gsize length = strcspn (authority, "/?#");
  const char *at = g_strrstr_len (authority, length, "@");
  const char *host = at != NULL ? at + 1 : authority;
  const char *colon;

  if (!well_formed || !is_host (host, authority + length - host))
    {
      at = g_strrstr_len (authority, strcspn (authority, " \t\r\n"), "@");
      if (at == NULL)
        at = strrchr (authority, '@');
    }
  if (at == NULL)
    return g_steal_pointer (&valid);

  colon = memchr (authority, ':', at - authority);
  if (colon == NULL)
    return g_steal_pointer (&valid);

  return g_strdup_printf ("%.*s:***%s", (int) (colon - valid), valid, at);
}

/**
 * downloader_text_replace_unsafe:
 * @text: A text from somewhere else, as valid UTF-8.
 * @replacement: What to put in place of a character.
 *
 * Replaces the characters that a terminal would obey, or that turn what follows
 * around.
 *
 * Returns: (transfer full): what may be shown
 */
char *
downloader_text_replace_unsafe (const char *text,
                                const char *replacement)
{
  GString *safe = g_string_new (NULL);

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (downloader_name_is_unsafe (c))
        g_string_append (safe, replacement);
      else
        g_string_append_unichar (safe, c);
    }

  return g_string_free (safe, FALSE);
}

/**
 * downloader_text_progress:
 * @completed: Bytes that have arrived.
 * @total: Bytes there are in all, or 0 when that is not known.
 * @rate: Bytes per second.
 * @remaining: Seconds it will still take, negative when unknown.
 *
 * Says where a download is, as in
 * “12.1 MB of 30 MB — 2 minutes left (1.1 MB/s)”.
 *
 * Returns: (transfer full): the text
 */
char *
downloader_text_progress (guint64 completed,
                          guint64 total,
                          double  rate,
                          double  remaining)
{
  g_autofree char *amounts = at_format_amounts (completed, total, AT_PROGRESS_UNIT_BYTES);
  g_autofree char *speed = NULL;
  g_autofree char *left = NULL;

  if (!(rate >= 1))
    return g_steal_pointer (&amounts);

  speed = at_format_rate (rate, AT_PROGRESS_UNIT_BYTES);
  left = at_format_duration (remaining);
  if (*left == '\0')
    /* Translators: what is done and how fast, as in “12.1 MB (1.1 MB/s)”. */
    return g_strdup_printf (_("%s (%s)"), amounts, speed);

  /* Translators: what is done, the time that is left, as in “2 minutes”, and a speed. */
  return g_strdup_printf (_("%s — %s left (%s)"), amounts, left, speed);
}
