/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-http.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-error.h"

#define URI_FLAGS (SOUP_HTTP_URI_FLAGS | G_URI_FLAGS_PARSE_RELAXED)
#define OLD_ENOUGH_SECONDS 60

/* Takes decimal digits at *cursor, and moves behind them. */
static gboolean
take_number (const char **cursor,
             guint64     *number)
{
  gsize length = strspn (*cursor, "0123456789");
  g_autofree char *digits = g_strndup (*cursor, length);

  if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXINT64, number, NULL))
    return FALSE;

  *cursor += length;
  return TRUE;
}

/**
 * downloader_http_parse_content_range:
 * @header: (nullable): The value of a `Content-Range` header.
 * @range: (out caller-allocates): The range.
 *
 * Reads which part of a file a response carries.
 *
 * Returns: %TRUE if the header is one of a satisfied byte range
 */
gboolean
downloader_http_parse_content_range (const char             *header,
                                     DownloaderContentRange *range)
{
  const char *p = header;

  if (p == NULL || g_ascii_strncasecmp (p, "bytes ", 6) != 0)
    return FALSE;

  p += 6;
  p += strspn (p, " ");
  if (!take_number (&p, &range->first) || *p++ != '-' ||
      !take_number (&p, &range->last) || *p++ != '/')
    return FALSE;

  range->total = 0;
  range->total_known = *p != '*';
  if (!range->total_known)
    p++;
  else if (!take_number (&p, &range->total))
    return FALSE;

  p += strspn (p, " ");
  return *p == '\0' && range->last >= range->first &&
         (!range->total_known || range->last < range->total);
}

/**
 * downloader_http_parse_retry_after:
 * @header: (nullable): The value of a `Retry-After` header.
 * @now: The time it is.
 * @seconds: (out): How long to wait, an hour at most.
 *
 * Reads how long a server asks to be left alone, in either form.
 *
 * Returns: %TRUE if the header says so
 */
gboolean
downloader_http_parse_retry_after (const char *header,
                                   GDateTime  *now,
                                   guint      *seconds)
{
  g_autoptr(GDateTime) date = NULL;
  guint64 number;
  gint64 wait;

  if (header == NULL || *header == '\0')
    return FALSE;

  if (strspn (header, "0123456789") == strlen (header))
    {
      if (!g_ascii_string_to_unsigned (header, 10, 0, DOWNLOADER_RETRY_AFTER_MAX, &number, NULL))
        number = DOWNLOADER_RETRY_AFTER_MAX;
      *seconds = (guint) number;
      return TRUE;
    }

  date = soup_date_time_new_from_http_string (header);
  if (date == NULL)
    return FALSE;

  /* Rounded up: not a moment before the time that the server named. */
  wait = (g_date_time_difference (date, now) + G_TIME_SPAN_SECOND - 1) / G_TIME_SPAN_SECOND;
  *seconds = (guint) CLAMP (wait, 0, DOWNLOADER_RETRY_AFTER_MAX);
  return TRUE;
}

/**
 * downloader_http_is_strong_etag:
 * @etag: (nullable): The value of an `ETag` header.
 *
 * Tells whether a tag changes with every byte of the file.
 *
 * Returns: %TRUE for a well-formed strong tag
 */
gboolean
downloader_http_is_strong_etag (const char *etag)
{
  gsize length = etag != NULL ? strlen (etag) : 0;

  if (length < 2 || etag[0] != '"' || etag[length - 1] != '"')
    return FALSE;

  for (gsize i = 1; i < length - 1; i++)
    if (etag[i] == '"' || (guchar) etag[i] <= ' ' || etag[i] == 0x7f)
      return FALSE;

  return TRUE;
}

/**
 * downloader_http_is_old_enough:
 * @last_modified: (nullable): The value of a `Last-Modified` header.
 * @date: (nullable): The value of the `Date` header of the same response.
 *
 * Tells whether a file could not have changed twice within its own time stamp.
 *
 * Returns: %TRUE if the time stamp can stand for the contents
 */
gboolean
downloader_http_is_old_enough (const char *last_modified,
                               const char *date)
{
  g_autoptr(GDateTime) modified = NULL;
  g_autoptr(GDateTime) sent = NULL;

  if (last_modified == NULL || date == NULL)
    return FALSE;

  modified = soup_date_time_new_from_http_string (last_modified);
  sent = soup_date_time_new_from_http_string (date);

  return modified != NULL && sent != NULL &&
         g_date_time_difference (sent, modified) >= OLD_ENOUGH_SECONDS * G_TIME_SPAN_SECOND;
}

static gboolean
is_http (GUri *uri)
{
  const char *scheme = g_uri_get_scheme (uri);

  return g_str_equal (scheme, "http") || g_str_equal (scheme, "https");
}

/* GLib takes a “;” for the end of a server's name, as in “http://host;x”, and is not
 * able to write down what it has read then. */
static gboolean
has_server (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  const char *path = g_uri_get_path (uri);

  return host != NULL && *host != '\0' && (*path == '\0' || *path == '/');
}

/* Where the path of a link starts. Of a relative one that may be anywhere, and what
 * looks like a server in the middle of it is none. */
static const char *
find_path (const char *link)
{
  g_autofree char *scheme = g_uri_parse_scheme (link);
  const char *authority = scheme != NULL ? link + strlen (scheme) + strlen (":") : link;

  if (!g_str_has_prefix (authority, "//"))
    return authority;

  return authority + strlen ("//") + strcspn (authority + strlen ("//"), "/?#");
}

/* Links are pasted with spaces and letters of every script in their paths, and
 * servers point to such. */
static char *
escape_path (const char *link)
{
  const char *path = find_path (link);
  g_autofree char *escaped = g_uri_escape_string (path, G_URI_RESERVED_CHARS_GENERIC_DELIMITERS
                                                        G_URI_RESERVED_CHARS_SUBCOMPONENT_DELIMITERS "%", FALSE);

  return g_strdup_printf ("%.*s%s", (int) (path - link), link, escaped);
}

/**
 * downloader_http_parse_link:
 * @link: A link as somebody gave it.
 * @error: Return location for an error.
 *
 * Parses a link that is to be downloaded.
 *
 * Returns: (transfer full): the parsed link, with its credentials if it has any
 */
GUri *
downloader_http_parse_link (const char  *link,
                            GError     **error)
{
  g_autofree char *stripped = g_strstrip (g_strdup (link));
  g_autofree char *escaped = escape_path (stripped);
  g_autoptr(GUri) uri = g_uri_parse (escaped, URI_FLAGS, NULL);

  if (uri == NULL)
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LINK,
                           _("This is not a link that can be understood"));
      return NULL;
    }
  if (!is_http (uri))
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LINK,
                           _("Only links that start with http:// or https:// can be downloaded"));
      return NULL;
    }
  if (!has_server (uri))
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_LINK,
                           _("The link names no server"));
      return NULL;
    }

  return g_steal_pointer (&uri);
}

/**
 * downloader_http_resolve_redirect:
 * @from: Where the server was asked.
 * @location: (nullable): The value of its `Location` header.
 * @may_be_insecure: Whether it is known what the file has to be.
 * @error: Return location for an error.
 *
 * Decides where a redirect leads: never to another kind of link, and never from
 * a secure connection to one that is not, unless what comes is compared.
 *
 * Returns: (transfer full): the next link, without credentials
 */
GUri *
downloader_http_resolve_redirect (GUri        *from,
                                  const char  *location,
                                  gboolean     may_be_insecure,
                                  GError     **error)
{
  g_autofree char *valid = location != NULL ? g_utf8_make_valid (location, -1) : NULL;
  g_autofree char *escaped = valid != NULL ? escape_path (valid) : NULL;
  g_autoptr(GUri) uri = NULL;

  if (escaped != NULL && *escaped != '\0')
    uri = g_uri_parse_relative (from, escaped, URI_FLAGS, NULL);

  if (uri == NULL || !is_http (uri) || !has_server (uri))
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REDIRECT,
                           _("The server points to something that cannot be downloaded"));
      return NULL;
    }
  if (!may_be_insecure && g_str_equal (g_uri_get_scheme (from), "https") && g_str_equal (g_uri_get_scheme (uri), "http"))
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REDIRECT,
                           _("The server points from a secure to an insecure connection"));
      return NULL;
    }

  return downloader_http_without_credentials (uri);
}

/**
 * downloader_http_without_credentials:
 * @uri: A link.
 *
 * Leaves user name, password and fragment out of a link.
 *
 * Returns: (transfer full): what is sent, stored and compared
 */
GUri *
downloader_http_without_credentials (GUri *uri)
{
  const char *path = g_uri_get_path (uri);

  return g_uri_build (URI_FLAGS,
                      g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), g_uri_get_port (uri),
                      *path != '\0' ? path : "/", g_uri_get_query (uri), NULL);
}

/**
 * downloader_http_make_bare_link:
 * @uri: A link.
 *
 * Makes what the records of partial files call a link.
 *
 * Returns: (transfer full): the link without its credentials
 */
char *
downloader_http_make_bare_link (GUri *uri)
{
  g_autoptr(GUri) bare = downloader_http_without_credentials (uri);

  return g_uri_to_string (bare);
}

/**
 * downloader_http_make_origin:
 * @uri: A link.
 *
 * Leaves of a link what tells the server.
 *
 * Returns: (transfer full): as in `https://host`, or `http://host:port`
 */
char *
downloader_http_make_origin (GUri *uri)
{
  g_autoptr(GUri) origin = g_uri_build (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL,
                                        g_uri_get_host (uri), g_uri_get_port (uri),
                                        "", NULL, NULL);

  return g_uri_to_string (origin);
}

static int
effective_port (GUri *uri)
{
  int port = g_uri_get_port (uri);

  if (port > 0)
    return port;

  return g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
}

/**
 * downloader_http_may_share_password:
 * @given: The link the password came with.
 * @asked: The link whose server asks for one.
 *
 * Tells whether a server may see the password of a link.
 *
 * Returns: %TRUE for the same server, also where it moved on to https
 */
gboolean
downloader_http_may_share_password (GUri *given,
                                    GUri *asked)
{
  gboolean same_scheme = g_str_equal (g_uri_get_scheme (given), g_uri_get_scheme (asked));

  if (g_ascii_strcasecmp (g_uri_get_host (given), g_uri_get_host (asked)) != 0)
    return FALSE;
  if (same_scheme)
    return effective_port (given) == effective_port (asked);

  return effective_port (given) == 80 && effective_port (asked) == 443;
}

/* Several challenges may stand in one header, separated by commas as their
 * parameters are: one starts where a word is followed by a space and no “=”. */
static GPtrArray *
split_challenges (const char *header)
{
  GPtrArray *challenges = g_ptr_array_new_with_free_func (g_free);
  g_autoptr(GString) challenge = g_string_new (NULL);
  GSList *items = soup_header_parse_list (header);

  for (GSList *l = items; l != NULL; l = l->next)
    {
      const char *item = l->data;
      gsize word = strcspn (item, " \t=");
      gboolean starts = item[word] == '\0' || (item[word] != '=' && item[word + strspn (item + word, " \t")] != '=');

      if (starts && challenge->len > 0)
        {
          g_ptr_array_add (challenges, g_strdup (challenge->str));
          g_string_truncate (challenge, 0);
        }
      g_string_append_printf (challenge, "%s%s", challenge->len > 0 ? ", " : "", item);
    }

  if (challenge->len > 0)
    g_ptr_array_add (challenges, g_strdup (challenge->str));
  soup_header_free_list (items);

  return challenges;
}

/* The first one of its kind that libsoup knows: of Digest there may be several,
 * the best first, and it does not know them all. */
static SoupAuth *
take_challenge (SoupMessage *message,
                GPtrArray   *challenges,
                const char  *scheme,
                GType        type)
{
  for (guint i = 0; i < challenges->len; i++)
    {
      const char *challenge = g_ptr_array_index (challenges, i);
      gsize word = strcspn (challenge, " \t");
      SoupAuth *auth = NULL;

      if (word == strlen (scheme) && g_ascii_strncasecmp (challenge, scheme, word) == 0)
        auth = soup_auth_new (type, message, challenge);
      if (auth != NULL)
        return auth;
    }

  return NULL;
}

/**
 * downloader_http_choose_challenge:
 * @message: A message that was answered with 401 or 407.
 * @header: `WWW-Authenticate` or `Proxy-Authenticate`.
 *
 * Finds the best way to log in that a server offers and that we know.
 *
 * Returns: (transfer full) (nullable): Digest, else Basic, else %NULL
 */
SoupAuth *
downloader_http_choose_challenge (SoupMessage *message,
                                  const char  *header)
{
  const char *value = soup_message_headers_get_list (soup_message_get_response_headers (message), header);
  g_autoptr(GPtrArray) challenges = value != NULL ? split_challenges (value) : NULL;
  SoupAuth *auth;

  if (challenges == NULL)
    return NULL;

  auth = take_challenge (message, challenges, "Digest", SOUP_TYPE_AUTH_DIGEST);
  if (auth == NULL)
    auth = take_challenge (message, challenges, "Basic", SOUP_TYPE_AUTH_BASIC);

  return auth;
}

/**
 * downloader_http_is_stale:
 * @message: A message that was answered with 401 or 407.
 * @header: `WWW-Authenticate` or `Proxy-Authenticate`.
 *
 * Tells whether a server says that the user name and the password were right, and
 * that it does not take what it once gave for an answer any more.
 *
 * Returns: %TRUE if it is worth answering again
 */
gboolean
downloader_http_is_stale (SoupMessage *message,
                          const char  *header)
{
  const char *value = soup_message_headers_get_list (soup_message_get_response_headers (message), header);
  g_autoptr(GPtrArray) challenges = value != NULL ? split_challenges (value) : NULL;
  gboolean is_stale = FALSE;

  for (guint i = 0; challenges != NULL && i < challenges->len; i++)
    {
      const char *challenge = g_ptr_array_index (challenges, i);
      GHashTable *params;
      const char *stale;

      if (g_ascii_strncasecmp (challenge, "Digest ", strlen ("Digest ")) != 0)
        continue;

      params = soup_header_parse_param_list (challenge + strlen ("Digest "));
      stale = g_hash_table_lookup (params, "stale");
      is_stale |= stale != NULL && g_ascii_strcasecmp (stale, "true") == 0;
      soup_header_free_param_list (params);
    }

  return is_stale;
}
