/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-request.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-error.h"
#include "downloader-http.h"
#include "downloader-proxy.h"
#include "downloader-trust.h"

#define HOPS_MAX 20

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
  g_clear_pointer (&self->chunks, downloader_chunks_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->place, downloader_place_leave);
}

static void
append_quoted (GString    *header,
               const char *name,
               const char *value)
{
  g_string_append_printf (header, "%s=\"", name);
  for (const char *p = value; *p != '\0'; p++)
    {
      if (*p == '"' || *p == '\\')
        g_string_append_c (header, '\\');
      g_string_append_c (header, *p);
    }
  g_string_append (header, "\", ");
}

static gboolean
has_control_characters (const char *text)
{
  while (*text != '\0' && !g_ascii_iscntrl (*text))
    text++;

  return *text != '\0';
}

/* Of what is not ASCII libsoup makes username*=UTF-8''…, which the servers there are
 * do not know; they are given the bytes that the answer was made of, as browsers do. */
static char *
make_digest (SoupAuth              *auth,
             SoupMessage           *message,
             const DownloaderLogin *login)
{
  g_autofree char *made = soup_auth_get_authorization (auth, message);
  const char *realm = soup_auth_get_realm (auth);
  g_autoptr(GString) begin = g_string_new ("Digest ");
  g_autoptr(GString) header = g_string_new ("Digest ");

  if (made == NULL || realm == NULL || has_control_characters (login->user) || has_control_characters (realm))
    return g_steal_pointer (&made);

  soup_header_g_string_append_param_quoted (begin, "username", login->user);
  g_string_append (begin, ", ");
  soup_header_g_string_append_param_quoted (begin, "realm", realm);
  g_string_append (begin, ", ");
  if (!g_str_has_prefix (made, begin->str))
    return g_steal_pointer (&made);

  append_quoted (header, "username", login->user);
  append_quoted (header, "realm", realm);
  g_string_append (header, made + begin->len);

  return g_strdup (header->str);
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
    return make_digest (auth, message, login);

  pair = g_strconcat (login->user, ":", login->password, NULL);
  encoded = g_base64_encode ((const guchar *) pair, strlen (pair));

  return g_strconcat ("Basic ", encoded, NULL);
}

static G_DEFINE_QUARK (downloader-chunked, get_chunked)

/* Of two lengths that differ, neither can be relied on. */
static gboolean
has_several_lengths (SoupMessageHeaders *headers)
{
  const char *all = soup_message_headers_get_list (headers, "Content-Length");
  g_auto(GStrv) lengths = g_strsplit (all != NULL ? all : "", ",", -1);

  for (guint i = 1; lengths[0] != NULL && lengths[i] != NULL; i++)
    if (!g_str_equal (g_strstrip (lengths[0]), g_strstrip (lengths[i])))
      return TRUE;

  return FALSE;
}

/* The status is set when the headers have been read, and before libsoup acts upon
 * them. Version 3.2 stumbles over a length below -1, with a warning; and chunks
 * are for us to take apart, which it does too leniently. */
static void
status_read (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      (soup_message_headers_get_content_length (headers) < 0 || has_several_lengths (headers)))
    soup_message_headers_replace (headers, "Content-Length", "-1");

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED)
    {
      soup_message_headers_set_encoding (headers, SOUP_ENCODING_EOF);
      g_object_set_qdata (G_OBJECT (message), get_chunked_quark (), message);
    }
}

/* What a server, or the proxy before it, is answered. */
typedef struct
{
  SoupAuth        *auth;
  DownloaderLogin  login;
  guint            n_given;
} Answer;

static void
answer_clear (Answer *self)
{
  g_clear_object (&self->auth);
  self->n_given = 0;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

static void
answer_apply (const Answer *self,
              SoupMessage  *message,
              const char   *header)
{
  g_autofree char *authorization = NULL;

  if (self->auth == NULL)
    return;

  authorization = make_authorization (self->auth, message, &self->login);
  soup_message_headers_replace (soup_message_get_request_headers (message), header, authorization);
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

/* libsoup asks for a tunnel in a message of its own, and for what to answer the proxy
 * here: once, and again only to hear that it was wrong. */
static gboolean
authenticate (SoupMessage *message,
              SoupAuth    *auth,
              gboolean     retrying)
{
  g_autoptr(GUri) proxy = NULL;
  DownloaderLogin login;

  if (!soup_auth_is_for_proxy (auth) || retrying)
    return FALSE;

  proxy = downloader_proxy_find (soup_message_get_uri (message), NULL);
  if (!take_login (&login, proxy, proxy))
    return FALSE;

  soup_auth_authenticate (auth, login.user, login.password);
  return TRUE;
}

static void
append_header (const char *name,
               const char *value,
               gpointer    headers)
{
  soup_message_headers_append (headers, name, value);
}

static SoupMessage *
make_message (GUri                     *uri,
              GUri                     *given,
              const DownloaderSettings *settings,
              guint64                   offset,
              const char               *validator)
{
  SoupMessage *message = soup_message_new_from_uri (SOUP_METHOD_GET, uri);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  g_signal_connect (message, "notify::status-code", G_CALLBACK (status_read), NULL);
  g_signal_connect (message, "authenticate", G_CALLBACK (authenticate), NULL);
  downloader_trust_watch (message, settings->authorities);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  if (settings->headers != NULL && downloader_http_may_share_password (given, uri))
    soup_message_headers_foreach (settings->headers, append_header, headers);
  soup_message_headers_replace (headers, "Accept-Encoding", "identity");

  /* Passwords are answered below, where it is known which host asks. */
  soup_message_disable_feature (message, SOUP_TYPE_AUTH_MANAGER);

  if (offset > 0)
    {
      soup_message_headers_set_range (headers, (goffset) offset, -1);
      soup_message_headers_replace (headers, "If-Range", validator);
    }

  return message;
}

static gboolean
is_secure (DownloaderResponse *response)
{
  return soup_message_get_tls_peer_certificate (response->message) != NULL;
}

/* What goes wrong before there is a secure connection goes wrong with the proxy, if
 * there is one. */
static void
take_network_error (DownloaderResponse  *response,
                    GCancellable        *cancellable,
                    GError              *cause,
                    GError             **error)
{
  g_autoptr(GUri) proxy = NULL;

  if (cause->domain == G_TLS_ERROR && downloader_trust_fail (response->message, error))
    {
      g_error_free (cause);
      return;
    }

  proxy = is_secure (response) ? NULL : downloader_proxy_find (response->uri, cancellable);
  downloader_error_take_network (error, cause, g_uri_get_host (response->uri),
                                 proxy != NULL ? g_uri_get_host (proxy) : NULL);
}

/* Whether a proxy answers for itself: to who asks for a tunnel, or for a password that
 * is its own. */
static gboolean
is_of_proxy (DownloaderResponse *response)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (response->message);
  guint status = soup_message_get_status (response->message);

  if (g_str_equal (g_uri_get_scheme (response->uri), "https"))
    return !is_secure (response);

  return status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED ||
         (status == SOUP_STATUS_UNAUTHORIZED &&
          soup_message_headers_get_one (headers, "WWW-Authenticate") == NULL &&
          soup_message_headers_get_one (headers, "Proxy-Authenticate") != NULL);
}

static gboolean
send_once (DownloaderSession   *session,
           guint                timeout,
           DownloaderResponse  *response,
           GCancellable        *cancellable,
           GError             **error)
{
  GError *cause = NULL;

  g_set_object (&response->cancellable, cancellable);
  response->stream = downloader_session_send (session, response->message, 2 * timeout, cancellable, &cause);
  if (response->stream != NULL)
    {
      if (g_object_get_qdata (G_OBJECT (response->message), get_chunked_quark ()) != NULL)
        response->chunks = downloader_chunks_new ();
      return TRUE;
    }

  take_network_error (response, cancellable, cause, error);

  return FALSE;
}

/* Some servers give a file only to who comes back with what they gave on the way to it. */
static void
take_cookies (SoupCookieJar      *jar,
              DownloaderResponse *response)
{
  GSList *cookies = soup_cookies_from_response (response->message);

  for (GSList *l = cookies; l != NULL; l = l->next)
    soup_cookie_jar_add_cookie_with_first_party (jar, response->uri, l->data);
  g_slist_free (cookies);
}

static void
give_cookies (SoupCookieJar      *jar,
              DownloaderResponse *response)
{
  g_autofree char *cookies = soup_cookie_jar_get_cookies (jar, response->uri, TRUE);
  SoupMessageHeaders *headers = soup_message_get_request_headers (response->message);
  const char *own = soup_message_headers_get_list (headers, "Cookie");
  g_autofree char *all = own != NULL && cookies != NULL ? g_strconcat (own, "; ", cookies, NULL) : NULL;

  if (cookies != NULL)
    soup_message_headers_replace (headers, "Cookie", all != NULL ? all : cookies);
}

static gboolean
is_redirect (guint status)
{
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
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

/* Answers whoever asks for credentials: once, and again where the answer was right but
 * what it was given to is no longer known, as after a restart. */
static gboolean
may_answer (const Answer *self,
            SoupMessage  *message,
            const char   *header)
{
  return self->n_given == 0 || (self->n_given == 1 && downloader_http_is_stale (message, header));
}

static gboolean
answer_challenge (Answer      *self,
                  SoupMessage *message,
                  const char  *header)
{
  g_clear_object (&self->auth);
  self->n_given++;
  self->auth = downloader_http_choose_challenge (message, header);
  if (self->auth != NULL)
    soup_auth_authenticate (self->auth, self->login.user, self->login.password);

  return self->auth != NULL;
}

/**
 * downloader_request_send:
 * @session: The session to send with.
 * @settings: How to download it.
 * @given: The link, with its credentials.
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
downloader_request_send (DownloaderSession         *session,
                         const DownloaderSettings  *settings,
                         GUri                      *given,
                         guint64                    offset,
                         const char                *validator,
                         GCancellable              *cancellable,
                         DownloaderResponse        *response,
                         GError                   **error)
{
  g_auto(Answer) server = { 0 };
  g_auto(Answer) proxy = { 0 };
  g_autoptr(GUri) proxy_uri = NULL;
  g_autoptr(SoupCookieJar) jar = soup_cookie_jar_new ();

  response->uri = downloader_http_without_credentials (given);

  for (guint hop = 0; hop < HOPS_MAX; hop++)
    {
      g_autoptr(GUri) next = NULL;
      SoupMessageHeaders *headers;
      guint status;

      response->message = make_message (response->uri, given, settings, offset, validator);
      answer_apply (&server, response->message, "Authorization");
      answer_apply (&proxy, response->message, "Proxy-Authorization");
      give_cookies (jar, response);
      response->place = downloader_place_take (response->uri);
      if (!send_once (session, settings->timeout, response, cancellable, error))
        return FALSE;

      status = soup_message_get_status (response->message);
      headers = soup_message_get_response_headers (response->message);
      response->of_proxy = is_of_proxy (response);

      take_cookies (jar, response);
      if (!response->of_proxy &&
          (is_redirect (status) || (status == 300 && soup_message_headers_get_one (headers, "Location") != NULL)))
        {
          next = downloader_http_resolve_redirect (response->uri,
                                                   soup_message_headers_get_one (headers, "Location"),
                                                   settings->checksum != NULL || settings->insecure_redirect,
                                                   error);
          if (next == NULL)
            return FALSE;
          answer_clear (&server);
          answer_clear (&proxy);
        }
      else if (status == SOUP_STATUS_UNAUTHORIZED && !response->of_proxy &&
               may_answer (&server, response->message, "WWW-Authenticate") &&
               downloader_login_find (&server.login, given, settings->login, response->uri) &&
               answer_challenge (&server, response->message, "WWW-Authenticate"))
        next = g_uri_ref (response->uri);
      else if (status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED &&
               may_answer (&proxy, response->message, "Proxy-Authenticate") &&
               (proxy_uri != NULL || (proxy_uri = downloader_proxy_find (response->uri, cancellable)) != NULL) &&
               take_login (&proxy.login, proxy_uri, proxy_uri) &&
               answer_challenge (&proxy, response->message, "Proxy-Authenticate"))
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

/* Of a secure connection that ends within a record is said that it cannot be decoded.
 * Behind the headers nobody is mistrusted any more: it has broken off. */
static GError *
without_broken_record (GError *cause)
{
  if (cause->domain != G_TLS_ERROR)
    return cause;

  g_error_free (cause);
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "");
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
  gsize got_of_body = 0;

  /* Not every read brings something of the body: some end within the line that
   * says how long a chunk is. */
  while (got_of_body == 0)
    {
      GError *cause = NULL;
      gssize got;

      if (self->chunks != NULL && downloader_chunks_has_finished (self->chunks))
        return 0;
      if (self->chunks != NULL && !downloader_chunks_decode (self->chunks, buffer, &got_of_body, error))
        return -1;

      got = g_input_stream_read (self->stream, buffer, length, self->cancellable, &cause);
      if (got == 0 && self->chunks != NULL)
        {
          cause = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, "");
          got = -1;
        }
      if (got < 0)
        downloader_error_take_network (error, without_broken_record (cause), g_uri_get_host (self->uri), NULL);
      if (got <= 0)
        return got;

      /* What came before the chunk that is broken is good. */
      got_of_body = got;
      if (self->chunks != NULL &&
          !downloader_chunks_decode (self->chunks, buffer, &got_of_body, error))
        {
          if (got_of_body == 0)
            return -1;
          g_clear_error (error);
        }
    }

  return got_of_body;
}
