/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-answer.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-decoder.h"
#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-names.h"

#define TYPE_MAX 128

/* A word of a header, if it is one that may be noted and shown. */
static char *
take_word (const char *header)
{
  gsize length = header != NULL ? strcspn (header, "; \t") : 0;

  if (length == 0 || length > TYPE_MAX)
    return NULL;

  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (header[i]))
      return NULL;

  return g_ascii_strdown (header, length);
}

/* What servers write there that packs nothing. Object stores keep what their clients
 * once sent, though it was undone. */
static gboolean
is_no_packing (const char *word)
{
  static const char * const words[] = { "identity", "none", "binary", "7bit", "8bit", "utf-8", "utf8", "aws-chunked" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (word, words[i]))
      return TRUE;

  return FALSE;
}

/* How what follows is packed, as in “gzip”, or “gzip, br” where that was done twice. */
static char *
get_encoding (SoupMessageHeaders *headers)
{
  const char *all = soup_message_headers_get_list (headers, "Content-Encoding");
  g_auto(GStrv) items = g_strsplit (all != NULL ? all : "", ",", -1);
  g_autoptr(GString) encoding = g_string_new (NULL);

  for (char **item = items; *item != NULL; item++)
    {
      g_autofree char *word = take_word (g_strstrip (*item));

      if (word != NULL && !is_no_packing (word))
        g_string_append_printf (encoding, "%s%s", encoding->len > 0 ? ", " : "", word);
    }

  return encoding->len > 0 ? g_strndup (encoding->str, encoding->len) : NULL;
}

/**
 * downloader_answer_dup_packing:
 * @headers: The headers of an answer.
 * @name: What the file is called.
 *
 * Finds how the file was packed for its way, which is undone. What is packed in ways
 * that are not known here is saved as it is; so is a file that is packed itself:
 * servers that say so of a .gz mean the file.
 *
 * Returns: (transfer full) (nullable): the encoding, %NULL if the bytes that follow are
 *   those that are saved
 */
char *
downloader_answer_dup_packing (SoupMessageHeaders *headers,
                               const char         *name)
{
  g_autofree char *encoding = get_encoding (headers);

  if (encoding == NULL || !downloader_decoder_knows (encoding) || downloader_name_is_packed (name))
    return NULL;

  return g_steal_pointer (&encoding);
}

/* A strong ETag, else an old Last-Modified. */
static const char *
choose_validator (SoupMessageHeaders *headers)
{
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");
  const char *date = soup_message_headers_get_one (headers, "Date");

  if (downloader_http_is_strong_etag (etag))
    return etag;

  return downloader_http_is_old_enough (modified, date) ? modified : NULL;
}

static gint64
get_modified (SoupMessageHeaders *headers)
{
  const char *header = soup_message_headers_get_one (headers, "Last-Modified");
  g_autoptr(GDateTime) modified = header != NULL ? soup_date_time_new_from_http_string (header) : NULL;

  return modified != NULL ? g_date_time_to_unix (modified) : 0;
}

/**
 * downloader_answer_describe:
 * @response: An answer with the whole file.
 * @name: What the file is called.
 * @version: (out caller-allocates): What the server says of it.
 *
 * Reads what is to be known of a file.
 */
void
downloader_answer_describe (DownloaderResponse *response,
                            const char         *name,
                            DownloaderVersion  *version)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_autofree char *packing = downloader_answer_dup_packing (headers, name);

  *version = (DownloaderVersion) { 0 };
  version->server = downloader_http_make_origin (response->uri);
  version->type = take_word (soup_message_headers_get_content_type (headers, NULL));
  version->modified = get_modified (headers);

  /* What is unpacked has no place in what is sent. */
  if (packing != NULL)
    return;

  version->validator = g_strdup (choose_validator (headers));
  version->encoding = get_encoding (headers);
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    version->total = soup_message_headers_get_content_length (headers);
}

/**
 * downloader_answer_get_length:
 * @response: An answer with the whole file.
 * @name: What the file is called.
 *
 * Gets how long the file is, if the server says so.
 *
 * Returns: bytes, or -1 if that is not known
 */
gint64
downloader_answer_get_length (DownloaderResponse *response,
                              const char         *name)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_autofree char *packing = downloader_answer_dup_packing (headers, name);

  if (packing != NULL || soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH)
    return -1;

  return soup_message_headers_get_content_length (headers);
}

/* Nothing of a range is kept before it is sure that it fits what is there. */
static gboolean
is_the_rest (DownloaderPartial  *partial,
             SoupMessageHeaders *headers,
             guint64             offset,
             guint64            *whole)
{
  const DownloaderVersion *version = downloader_partial_get_version (partial);
  const char *header = *version->validator == '"' ? "ETag" : "Last-Modified";
  const char *validator = soup_message_headers_get_one (headers, header);
  g_autofree char *encoding = get_encoding (headers);
  DownloaderContentRange range;

  if (!downloader_http_parse_content_range (soup_message_headers_get_one (headers, "Content-Range"), &range))
    return FALSE;
  if (range.first != offset || g_strcmp0 (encoding, version->encoding) != 0 ||
      (validator != NULL && !g_str_equal (validator, version->validator)))
    return FALSE;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      (guint64) soup_message_headers_get_content_length (headers) != range.last - range.first + 1)
    return FALSE;
  if (range.total_known && version->total != 0 && range.total != version->total)
    return FALSE;
  if (version->total != 0 && range.last >= version->total)
    return FALSE;

  *whole = range.total_known ? range.total : version->total;
  return TRUE;
}

/* Some servers give each file as a part of itself. */
static gboolean
is_all_of_it (SoupMessageHeaders *headers)
{
  DownloaderContentRange range;

  return downloader_http_parse_content_range (soup_message_headers_get_one (headers, "Content-Range"), &range) &&
         range.total_known && range.first == 0 && range.last + 1 == range.total;
}

static gboolean
is_named_like_a_page (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return g_str_has_suffix (lower, ".html") || g_str_has_suffix (lower, ".htm") || g_str_has_suffix (lower, ".xhtml");
}

static void
set_other_file (GError            **error,
                DownloaderPartial  *partial,
                DownloaderError     code,
                const char         *trouble)
{
  g_autofree char *shown = g_filename_display_name (downloader_partial_get_partial_name (partial));

  if (downloader_partial_get_size (partial) == 0)
    g_set_error_literal (error, DOWNLOADER_ERROR, code, trouble);
  else
    /* Translators: a sentence that says what a server gives instead of the file, then the name of a file. */
    g_set_error (error, DOWNLOADER_ERROR, code, _("%s; what has arrived is kept in “%s”"), trouble, shown);
}

/* Who stands between us and the server, or has moved in where it was, answers with
 * something of their own: what has arrived must not make room for that. Where
 * nothing could be gone on with, there is less to lose. */
static gboolean
may_be_the_file (DownloaderPartial        *partial,
                 const DownloaderVersion  *now,
                 GError                  **error)
{
  const DownloaderVersion *before = downloader_partial_get_version (partial);
  guint64 offset = downloader_partial_get_offset (partial);
  guint64 size = downloader_partial_get_size (partial);
  guint64 least = before->total != 0 ? before->total : size;

  if (downloader_version_is_page (now->type) && !downloader_version_is_page (before->type) &&
      (before->type != NULL || !is_named_like_a_page (downloader_partial_get_name (partial))))
    {
      set_other_file (error, partial, DOWNLOADER_ERROR_CHANGED,
                      _("The server gives a web page instead of the file"));
      return FALSE;
    }
  if (size > 0 && before->type != NULL && now->type != NULL && !g_str_equal (before->type, now->type))
    {
      set_other_file (error, partial, DOWNLOADER_ERROR_CHANGED,
                      _("The server gives another kind of file than before"));
      return FALSE;
    }
  if (offset > 0 && now->total != 0 && now->total < least)
    {
      set_other_file (error, partial, DOWNLOADER_ERROR_CHANGED,
                      _("The server gives a smaller file than before"));
      return FALSE;
    }
  if (offset > 0 && !downloader_version_has_server (before, now))
    {
      /* The next time it may point to the one of before. */
      set_other_file (error, partial, DOWNLOADER_ERROR_ELSEWHERE,
                      _("Another server than before gives the file, and not the rest of it"));
      return FALSE;
    }

  return TRUE;
}

static DownloaderAnswer
judge_whole (DownloaderResponse  *response,
             DownloaderPartial   *partial,
             GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_auto(DownloaderVersion) now = { 0 };

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) < 0)
    {
      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REFUSED,
                           _("The server gives a size for the file that cannot be right"));
      return DOWNLOADER_ANSWER_ERROR;
    }
  if (partial == NULL)
    return DOWNLOADER_ANSWER_WHOLE;

  downloader_answer_describe (response, downloader_partial_get_name (partial), &now);
  if (!may_be_the_file (partial, &now, error))
    return DOWNLOADER_ANSWER_ERROR;
  if (downloader_partial_get_offset (partial) == 0)
    return DOWNLOADER_ANSWER_WHOLE;

  return downloader_version_is_the_same (downloader_partial_get_version (partial), &now)
         ? DOWNLOADER_ANSWER_SAME : DOWNLOADER_ANSWER_OTHER;
}

/**
 * downloader_answer_judge:
 * @response: The answer.
 * @partial: (nullable): What has arrived before.
 * @offset: What was asked for: from where on, 0 for the whole file.
 * @total: (inout): How long the whole file is, set where the rest follows.
 * @error: Return location for an error.
 *
 * Decides what an answer is good for.
 *
 * Returns: what may be done with it; only %DOWNLOADER_ANSWER_ERROR sets @error
 */
DownloaderAnswer
downloader_answer_judge (DownloaderResponse  *response,
                         DownloaderPartial   *partial,
                         guint64              offset,
                         guint64             *total,
                         GError             **error)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  guint status = soup_message_get_status (response->message);

  if (status == SOUP_STATUS_OK || status == SOUP_STATUS_NON_AUTHORITATIVE ||
      (status == SOUP_STATUS_PARTIAL_CONTENT && offset == 0 && is_all_of_it (headers)))
    return judge_whole (response, partial, error);
  if (status == SOUP_STATUS_PARTIAL_CONTENT && offset > 0)
    return is_the_rest (partial, headers, offset, total) ? DOWNLOADER_ANSWER_REST : DOWNLOADER_ANSWER_UNUSABLE;
  if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE && offset > 0)
    return DOWNLOADER_ANSWER_UNUSABLE;

  /* Who is still making the file says when to come back. */
  if (status == SOUP_STATUS_ACCEPTED && soup_message_headers_get_one (headers, "Retry-After") != NULL)
    g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_BUSY,
                         _("The server is not ready to give this file yet"));
  else
    downloader_error_set_status (error, status, FALSE, soup_message_get_reason_phrase (response->message));
  return DOWNLOADER_ANSWER_ERROR;
}

/**
 * downloader_answer_may_be_for_range:
 * @response: An answer with an error.
 *
 * Tells whether a server may have answered so because a part was asked for.
 *
 * Returns: %TRUE if it is worth asking for the whole
 */
gboolean
downloader_answer_may_be_for_range (DownloaderResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  guint status = soup_message_get_status (response->message);

  /* Who says when to come back means everybody. */
  return !response->of_proxy &&
         (status == SOUP_STATUS_BAD_REQUEST || status == SOUP_STATUS_FORBIDDEN ||
          (status >= 500 && soup_message_headers_get_one (headers, "Retry-After") == NULL));
}

/**
 * downloader_answer_choose_name:
 * @response: The answer.
 * @given: The link as it was given.
 *
 * Decides what the file is called.
 *
 * Returns: (transfer full): a safe name
 */
char *
downloader_answer_choose_name (DownloaderResponse *response,
                               GUri               *given)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  g_autofree char *type = take_word (soup_message_headers_get_content_type (headers, NULL));
  g_autofree char *name = NULL;

  name = downloader_name_from_disposition (soup_message_headers_get_one (headers, "Content-Disposition"));
  if (name == NULL)
    name = downloader_name_from_uri (response->uri);
  if (name == NULL)
    name = downloader_name_from_uri (given);
  if (name == NULL)
    name = downloader_name_of_host (response->uri, downloader_version_is_page (type));

  return downloader_name_make_safe (name);
}
