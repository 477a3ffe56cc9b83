/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-answer.h"

#include <glib/gi18n.h>

#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-names.h"

/**
 * downloader_answer_is_encoded:
 * @headers: The headers of an answer.
 *
 * Tells whether the file is packed on its way.
 *
 * Returns: %TRUE if its bytes are not those that follow
 */
gboolean
downloader_answer_is_encoded (SoupMessageHeaders *headers)
{
  const char *encoding = soup_message_headers_get_one (headers, "Content-Encoding");

  return encoding != NULL && *encoding != '\0' && g_ascii_strcasecmp (encoding, "identity") != 0;
}

static gboolean
is_same_file (DownloaderPartial  *partial,
              SoupMessageHeaders *headers)
{
  const char *validator = downloader_partial_get_validator (partial);
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");

  if (*validator == '"')
    return etag == NULL || g_str_equal (etag, validator);

  return modified == NULL || g_str_equal (modified, validator);
}

/* Nothing of a range is kept before it is sure that it fits what is there. */
static gboolean
is_the_rest (DownloaderPartial  *partial,
             SoupMessageHeaders *headers,
             guint64             offset,
             guint64            *whole)
{
  guint64 total = downloader_partial_get_total (partial);
  DownloaderContentRange range;

  if (!downloader_http_parse_content_range (soup_message_headers_get_one (headers, "Content-Range"), &range))
    return FALSE;
  if (range.first != offset || downloader_answer_is_encoded (headers) || !is_same_file (partial, headers))
    return FALSE;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      (guint64) soup_message_headers_get_content_length (headers) != range.last - range.first + 1)
    return FALSE;
  if (range.total_known && total != 0 && range.total != total)
    return FALSE;
  if (total != 0 && range.last >= total)
    return FALSE;

  *whole = range.total_known ? range.total : total;
  return TRUE;
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

  if (status == SOUP_STATUS_OK || status == SOUP_STATUS_NON_AUTHORITATIVE)
    {
      if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
          soup_message_headers_get_content_length (headers) >= 0)
        return DOWNLOADER_ANSWER_WHOLE;

      g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REFUSED,
                           _("The server gives a size for the file that cannot be right"));
      return DOWNLOADER_ANSWER_ERROR;
    }
  if (status == SOUP_STATUS_PARTIAL_CONTENT && offset > 0)
    return is_the_rest (partial, headers, offset, total) ? DOWNLOADER_ANSWER_REST : DOWNLOADER_ANSWER_UNUSABLE;
  if (status == SOUP_STATUS_REQUESTED_RANGE_NOT_SATISFIABLE && offset > 0)
    return DOWNLOADER_ANSWER_UNUSABLE;

  downloader_error_set_status (error, status, FALSE, soup_message_get_reason_phrase (response->message));
  return DOWNLOADER_ANSWER_ERROR;
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
  g_autofree char *name = NULL;

  name = downloader_name_from_disposition (soup_message_headers_get_one (headers, "Content-Disposition"));
  if (name == NULL)
    name = downloader_name_from_uri (response->uri);
  if (name == NULL)
    name = downloader_name_from_uri (given);

  return downloader_name_make_safe (name);
}

/**
 * downloader_answer_get_validator:
 * @headers: The headers of an answer.
 *
 * Finds what stands for the contents.
 *
 * Returns: (nullable): a strong ETag, else an old Last-Modified, else %NULL
 */
const char *
downloader_answer_get_validator (SoupMessageHeaders *headers)
{
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *modified = soup_message_headers_get_one (headers, "Last-Modified");
  const char *date = soup_message_headers_get_one (headers, "Date");

  if (downloader_answer_is_encoded (headers))
    return NULL;
  if (downloader_http_is_strong_etag (etag))
    return etag;

  return downloader_http_is_old_enough (modified, date) ? modified : NULL;
}

/**
 * downloader_answer_get_modified:
 * @headers: The headers of an answer.
 *
 * Finds when the server's file was modified.
 *
 * Returns: seconds since 1970, 0 when that is not known
 */
gint64
downloader_answer_get_modified (SoupMessageHeaders *headers)
{
  const char *header = soup_message_headers_get_one (headers, "Last-Modified");
  g_autoptr(GDateTime) modified = header != NULL ? soup_date_time_new_from_http_string (header) : NULL;

  return modified != NULL ? g_date_time_to_unix (modified) : 0;
}
