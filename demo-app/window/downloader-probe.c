/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-probe.h"

#include "downloader-http.h"
#include "downloader-names.h"
#include "downloader-session.h"

/* In seconds: how long somebody types between two letters, and how long is waited for
 * an answer that is not needed. */
#define TYPING 0.4
#define PATIENCE 10

/* What comes of it, in this order. */
enum
{
  LINK,
  NAME,
  SIZE,
  N_PARTS
};

static char *
find_name (SoupMessage *message)
{
  const char *disposition = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                          "Content-Disposition");
  g_autofree char *name = disposition != NULL ? downloader_name_from_disposition (disposition) : NULL;

  if (name == NULL)
    name = downloader_name_from_uri (soup_message_get_uri (message));

  return name != NULL ? downloader_name_make_safe (name) : NULL;
}

/* Asks for the headers alone. Whoever does not answer that may still give the file: it is
 * no failure that anybody would want to hear of. */
static gboolean
probe_body (AtAsyncTask   *task,
            const GValue  *params,
            GCancellable  *cancellable,
            gpointer       user_data,
            GError       **error)
{
  const char *link = g_value_get_string (params);
  g_autoptr(GUri) uri = downloader_http_parse_link (link, error);
  g_autoptr(DownloaderSession) session = NULL;
  g_autoptr(SoupMessage) message = NULL;
  g_autoptr(GInputStream) stream = NULL;
  g_autofree char *name = NULL;
  g_autofree char *size = NULL;
  const char *parts[N_PARTS + 1] = { NULL };

  if (uri == NULL)
    return FALSE;

  message = soup_message_new_from_uri (SOUP_METHOD_HEAD, uri);
  session = downloader_session_take (PATIENCE, NULL, uri);
  stream = downloader_session_send (session, message, PATIENCE, cancellable, error);
  if (stream == NULL)
    return FALSE;

  if (SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (message)))
    {
      SoupMessageHeaders *headers = soup_message_get_response_headers (message);

      name = find_name (message);
      if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
        size = g_strdup_printf ("%" G_GOFFSET_FORMAT, soup_message_headers_get_content_length (headers));
    }

  parts[LINK] = link;
  parts[NAME] = name != NULL ? name : "";
  parts[SIZE] = size != NULL ? size : "0";

  return at_async_task_return (task, G_TYPE_STRV, parts);
}

/* Most often somebody has typed half a link. */
static void
probe_failed (AtLatest *self)
{
}

/**
 * downloader_probe_new:
 *
 * Makes what asks servers for the name and the size of the file that a link leads to.
 * Of several questions only the last is answered.
 *
 * Returns: (transfer full): the asker
 */
AtLatest *
downloader_probe_new (void)
{
  AtLatest *self = at_latest_new (probe_body, NULL, NULL);

  at_latest_set_delay (self, TYPING);
  g_signal_connect (self, "failed", G_CALLBACK (probe_failed), NULL);

  return self;
}

/**
 * downloader_probe_ask:
 * @self: The asker.
 * @link: A link.
 *
 * Asks, once nobody has asked anything else for a moment.
 */
void
downloader_probe_ask (AtLatest   *self,
                      const char *link)
{
  g_auto(GValue) value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_set_string (&value, link);
  at_latest_submit (self, &value);
}

/**
 * downloader_probe_read:
 * @result: What AtLatest::result came with.
 * @link: (out) (transfer none): The link that was asked about.
 * @name: (out) (transfer none): The name of the file, empty if that is not known.
 * @size: (out): How large the file is, in bytes, 0 if that is not known.
 *
 * Reads an answer.
 */
void
downloader_probe_read (const GValue  *result,
                       const char   **link,
                       const char   **name,
                       guint64       *size)
{
  char **parts = g_value_get_boxed (result);

  *link = parts[LINK];
  *name = parts[NAME];
  *size = g_ascii_strtoull (parts[SIZE], NULL, 10);
}
