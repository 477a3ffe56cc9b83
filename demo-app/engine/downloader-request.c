/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-request.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-error.h"
#include "downloader-http.h"

#define HOPS_MAX 20
#define HEADERS_SECONDS 60

/**
 * downloader_response_clear:
 * @self: A response.
 *
 * Lets go of a response; the rest of its body is not waited for.
 */
void
downloader_response_clear (DownloaderResponse *self)
{
  if (self->stream != NULL)
    g_input_stream_close (self->stream, NULL, NULL);

  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->deadline, downloader_deadline_free);
}

/* libsoup would send Basic as ISO-8859-1, which servers no longer expect. */
static char *
make_authorization (SoupAuth              *auth,
                    SoupMessage           *message,
                    const DownloaderLogin *login)
{
  g_autofree char *pair = NULL;
  g_autofree char *encoded = NULL;

  if (!g_str_equal (soup_auth_get_scheme_name (auth), "Basic"))
    return soup_auth_get_authorization (auth, message);

  pair = g_strconcat (login->user, ":", login->password, NULL);
  encoded = g_base64_encode ((const guchar *) pair, strlen (pair));

  return g_strconcat ("Basic ", encoded, NULL);
}

/* libsoup 3.2 stumbles over a length below -1, with a warning, as soon as it has
 * read the headers; the status is set just before. */
static void
status_read (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      soup_message_headers_get_content_length (headers) < 0)
    soup_message_headers_replace (headers, "Content-Length", "-1");
}

static SoupMessage *
make_message (GUri                  *uri,
              guint64                offset,
              const char            *validator,
              SoupAuth              *auth,
              const DownloaderLogin *login)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  g_signal_connect (message, "notify::status-code", G_CALLBACK (status_read), NULL);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");

  if (offset > 0)
    {
      soup_message_headers_set_range (headers, (goffset) offset, -1);
      soup_message_headers_replace (headers, "If-Range", validator);
    }

  if (auth != NULL)
    {
      g_autofree char *authorization = make_authorization (auth, message, login);

      soup_message_headers_replace (headers, "Authorization", authorization);
    }

  return message;
}

static gboolean
send_once (SoupSession         *session,
           DownloaderResponse  *response,
           GCancellable        *cancellable,
           GError             **error)
{
  GError *cause = NULL;

  g_clear_pointer (&response->deadline, downloader_deadline_free);
  response->deadline = downloader_deadline_new (cancellable);
  downloader_deadline_start (response->deadline, HEADERS_SECONDS);
  response->stream = soup_session_send (session, response->message,
                                        downloader_deadline_get_cancellable (response->deadline), &cause);
  downloader_deadline_stop (response->deadline);

  if (response->stream != NULL)
    return TRUE;

  if (downloader_deadline_has_passed (response->deadline) && !g_cancellable_is_cancelled (cancellable))
    {
      g_clear_error (&cause);
      cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "");
    }
  downloader_error_take_network (error, cause, g_uri_get_host (response->uri));

  return FALSE;
}

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static gboolean
take_login (DownloaderLogin *self,
            GUri            *from,
            GUri            *asked)
{
  const char *password;

  if (from == NULL || g_uri_get_user (from) == NULL ||
      !downloader_http_may_share_password (from, asked))
    return FALSE;

  password = g_uri_get_password (from);
  self->user = g_uri_get_user (from);
  self->password = password != NULL ? password : "";

  return TRUE;
}

/**
 * downloader_login_find:
 * @self: (out caller-allocates): What to answer.
 * @given: The link as it was given.
 * @login: (nullable): What somebody was asked for since.
 * @asked: The link whose server asks.
 *
 * Finds the user name and the password that are meant for a server.
 *
 * Returns: %FALSE if there are none
 */
gboolean
downloader_login_find (DownloaderLogin *self,
                       GUri            *given,
                       GUri            *login,
                       GUri            *asked)
{
  return take_login (self, login, asked) || take_login (self, given, asked);
}

/* Answers a 401 with the credentials for its server, and once. */
static SoupAuth *
log_in (DownloaderResponse    *response,
        const DownloaderLogin *login)
{
  SoupAuth *auth = downloader_http_choose_challenge (response->message);

  if (auth != NULL)
    soup_auth_authenticate (auth, login->user, login->password);

  return auth;
}

/**
 * downloader_request_send:
 * @session: The session to send with.
 * @given: The link, with its credentials.
 * @login: (nullable): Credentials for a server, instead of those of @given.
 * @offset: Where to resume, 0 for the whole file.
 * @validator: (nullable): What must not have changed when resuming.
 * @cancellable: The task's cancellable.
 * @response: (out caller-allocates): The answer.
 * @error: Return location for an error.
 *
 * Asks for a file, and follows where the server points, hop by hop.
 *
 * Returns: %TRUE if a server answered, whatever it said
 */
gboolean
downloader_request_send (SoupSession         *session,
                         GUri                *given,
                         GUri                *login,
                         guint64              offset,
                         const char          *validator,
                         GCancellable        *cancellable,
                         DownloaderResponse  *response,
                         GError             **error)
{
  g_autoptr(SoupAuth) auth = NULL;
  DownloaderLogin answer;

  response->uri = downloader_http_without_credentials (given);

  for (guint hop = 0; hop < HOPS_MAX; hop++)
    {
      g_autoptr(GUri) next = NULL;
      SoupMessageHeaders *headers;
      guint status;

      response->message = make_message (response->uri, offset, validator, auth, &answer);
      if (!send_once (session, response, cancellable, error))
        return FALSE;

      status = soup_message_get_status (response->message);
      headers = soup_message_get_response_headers (response->message);

      if (is_redirect (status))
        {
          next = downloader_http_resolve_redirect (response->uri,
                                                   soup_message_headers_get_one (headers, "Location"),
                                                   error);
          if (next == NULL)
            return FALSE;
          g_clear_object (&auth);
        }
      else if (status == SOUP_STATUS_UNAUTHORIZED && auth == NULL &&
               downloader_login_find (&answer, given, login, response->uri) &&
               (auth = log_in (response, &answer)) != NULL)
        next = g_uri_ref (response->uri);
      else
        return TRUE;

      downloader_response_clear (response);
      response->uri = g_steal_pointer (&next);
    }

  g_set_error_literal (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_REDIRECT,
                       _("The server keeps pointing elsewhere, and never to a file"));
  return FALSE;
}

/* libsoup 3.2 takes a connection that closes between two chunks for the end of
 * the body. Its decoder knows better: only one that has not met the last chunk
 * looks at the connection, and at the cancellable, when it is read from again. */
static gboolean
has_met_the_end (DownloaderResponse *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);
  g_autoptr(GCancellable) cancelled = NULL;
  GInputStream *decoder;
  char byte;

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CHUNKED ||
      !G_IS_FILTER_INPUT_STREAM (self->stream))
    return TRUE;

  cancelled = g_cancellable_new ();
  g_cancellable_cancel (cancelled);
  decoder = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self->stream));

  return g_input_stream_read (decoder, &byte, 1, cancelled, NULL) == 0;
}

/**
 * downloader_response_read:
 * @self: A response.
 * @buffer: Where to read to.
 * @length: How much fits.
 * @error: Return location for an error.
 *
 * Reads from the body.
 *
 * Returns: how much arrived, 0 at the end, -1 on error
 */
gssize
downloader_response_read (DownloaderResponse  *self,
                          guint8              *buffer,
                          gsize                length,
                          GError             **error)
{
  GError *cause = NULL;
  gssize got = g_input_stream_read (self->stream, buffer, length,
                                    downloader_deadline_get_cancellable (self->deadline), &cause);

  if (got == 0 && !has_met_the_end (self))
    {
      cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "");
      got = -1;
    }
  if (got < 0)
    downloader_error_take_network (error, cause, g_uri_get_host (self->uri));

  return got;
}
