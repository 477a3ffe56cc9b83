/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-error.h"

#include <errno.h>

#include <asynctask-glib.h>
#include <glib/gi18n.h>

#include "downloader-text.h"

G_DEFINE_QUARK (downloader-error-quark, downloader_error)

typedef struct
{
  guint       status;
  const char *sentence;
} StatusSentence;

static const StatusSentence status_sentences[] = {
  { 400, N_("The server did not understand the link") },
  { 401, N_("The server asks for a user name and password") },
  { 402, N_("The server asks for a payment") },
  { 403, N_("The server does not allow downloading this file") },
  { 404, N_("The server does not have this file") },
  { 405, N_("The server does not allow downloading this file") },
  { 408, N_("The server did not want to wait any longer") },
  { 410, N_("The server no longer has this file") },
  { 425, N_("The server is not ready to give this file yet") },
  { 429, N_("The server says there were too many requests") },
  { 451, N_("The server may not give out this file for legal reasons") },
  { 500, N_("The server has a problem of its own") },
  { 502, N_("A server in between got no usable answer") },
  { 503, N_("The server is too busy or down for maintenance") },
  { 504, N_("A server in between got no answer in time") },
};

/**
 * downloader_error_is_transient:
 * @error: An error of a download.
 *
 * Tells whether the same request may well succeed a little later.
 *
 * Returns: %TRUE if trying again makes sense
 */
gboolean
downloader_error_is_transient (const GError *error)
{
  return g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_CONNECTION) ||
         g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_BUSY) ||
         g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_ELSEWHERE) ||
         g_error_matches (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE);
}

static gboolean
is_broken_connection (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE) ||
         g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF);
}

static gboolean
is_unreachable (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE);
}

static gboolean
is_proxy_problem (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_FAILED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_AUTH_FAILED) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH) ||
         g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PROXY_NOT_ALLOWED);
}

/**
 * downloader_error_set_named:
 * @error: Return location for the error.
 * @code: Its code.
 * @sentence: A translated sentence with a `%s` in it.
 * @name: What stands there.
 *
 * Fills a sentence, which is no format string: a wrong translation must not crash.
 */
void
downloader_error_set_named (GError          **error,
                            DownloaderError   code,
                            const char       *sentence,
                            const char       *name)
{
  g_auto(GStrv) parts = g_strsplit (sentence, "%s", 2);

  g_set_error (error, DOWNLOADER_ERROR, code, "%s%s%s", parts[0], name, parts[1] != NULL ? parts[1] : "");
}

/* Why nobody could be reached: the server, or the proxy that leads to it. */
static gboolean
set_unreached (GError       **error,
               const GError  *reason,
               const char    *host,
               const char    *proxy)
{
  const char *name = proxy != NULL ? proxy : host;
  const char *sentence = NULL;
  DownloaderError code = DOWNLOADER_ERROR_CONNECTION;

  if (g_error_matches (reason, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND))
    {
      sentence = proxy != NULL ? _("There is no proxy named “%s”") : _("There is no server named “%s”");
      code = proxy != NULL ? DOWNLOADER_ERROR_PROXY : DOWNLOADER_ERROR_HOST;
    }
  else if (reason->domain == G_RESOLVER_ERROR)
    sentence = proxy != NULL ? _("The proxy “%s” could not be looked up; is there a network connection?")
                             : _("The server “%s” could not be looked up; is there a network connection?");
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    sentence = proxy != NULL ? _("The proxy “%s” refused the connection")
                             : _("The server “%s” refused the connection");
  else if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    sentence = proxy != NULL ? _("The proxy “%s” stopped answering") : _("The server “%s” stopped answering");
  else if (is_unreachable (reason))
    sentence = proxy != NULL ? _("The proxy “%s” cannot be reached; is there a network connection?")
                             : _("The server “%s” cannot be reached; is there a network connection?");

  if (sentence != NULL)
    downloader_error_set_named (error, code, sentence, name);

  return sentence != NULL;
}

/**
 * downloader_error_take_network:
 * @error: Return location for the error.
 * @cause: (transfer full): What GIO or libsoup said.
 * @host: The server's name.
 * @proxy: (nullable): The name of the proxy, where it is as likely the reason.
 *
 * Says in a sentence what a failing network call said in its own words.
 *
 * A cancelled call stays %G_IO_ERROR_CANCELLED.
 */
void
downloader_error_take_network (GError     **error,
                               GError      *cause,
                               const char  *host,
                               const char  *proxy)
{
  g_autoptr(GError) reason = cause;

  if (g_error_matches (reason, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, g_steal_pointer (&reason));
  else if (set_unreached (error, reason, host, proxy))
    return;
  else if (is_broken_connection (reason))
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_INCOMPLETE,
                 _("The connection to “%s” broke off before the file was complete"), proxy != NULL ? proxy : host);
  else if (is_proxy_problem (reason))
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_PROXY,
                 _("The proxy did not pass the connection on (%s)"), reason->message);
  else if (reason->domain == G_TLS_ERROR)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SECURITY,
                 _("The connection to “%s” is not secure (%s)"), host, reason->message);
  else
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_CONNECTION,
                 _("The connection to “%s” failed (%s)"), proxy != NULL ? proxy : host, reason->message);
}

static const char *
sentence_for_status (guint status)
{
  for (guint i = 0; i < G_N_ELEMENTS (status_sentences); i++)
    if (status_sentences[i].status == status)
      return _(status_sentences[i].sentence);

  if (status >= 500)
    return _("The server has a problem of its own");
  if (status >= 400)
    return _("The server will not give this file");

  return _("The server did not answer with a file");
}

static DownloaderError
code_for_status (guint status)
{
  if (status >= 500 || status == 408 || status == 425 || status == 429)
    return DOWNLOADER_ERROR_BUSY;
  if (status == 404 || status == 410)
    return DOWNLOADER_ERROR_MISSING;

  return DOWNLOADER_ERROR_REFUSED;
}

/* The words come from a server: bounded, and nothing a terminal would obey. */
static void
set_sentence (GError          **error,
              DownloaderError   code,
              const char       *sentence,
              guint             status,
              const char       *reason)
{
  g_autofree char *words = NULL;

  if (reason != NULL)
    {
      g_autofree char *valid = g_utf8_make_valid (reason, MIN (strlen (reason), 64));

      words = g_strstrip (downloader_text_replace_unsafe (valid, " "));
    }

  if (words != NULL && *words != '\0')
    /* Translators: a sentence, a status of HTTP, and the server’s own words for it. */
    g_set_error (error, DOWNLOADER_ERROR, code, _("%s (%u %s)"), sentence, status, words);
  else
    /* Translators: a sentence, and a status of HTTP. */
    g_set_error (error, DOWNLOADER_ERROR, code, _("%s (%u)"), sentence, status);
}

/**
 * downloader_error_set_status:
 * @error: Return location for the error.
 * @status: An HTTP status other than success.
 * @may_log_in: Whether a user name and a password would help.
 * @reason: (nullable): The server's own words for it.
 *
 * Says in a sentence what an HTTP status means.
 */
void
downloader_error_set_status (GError     **error,
                             guint        status,
                             gboolean     may_log_in,
                             const char  *reason)
{
  set_sentence (error, may_log_in ? DOWNLOADER_ERROR_LOGIN : code_for_status (status),
                sentence_for_status (status), status, reason);
}

/**
 * downloader_error_set_others:
 * @error: Return location for an error.
 * @status: The status a server refused with.
 * @reason: (nullable): The server's own words for it.
 *
 * Says in a sentence that another download has to end first.
 */
void
downloader_error_set_others (GError     **error,
                             guint        status,
                             const char  *reason)
{
  set_sentence (error, DOWNLOADER_ERROR_BUSY,
                _("The server gives no more files at once; this one waits for another"), status, reason);
}

/**
 * downloader_error_set_proxy_status:
 * @error: Return location for the error.
 * @status: The status a proxy answered with, for itself.
 * @reason: (nullable): Its own words.
 *
 * Says in words why a proxy does not let us through.
 */
void
downloader_error_set_proxy_status (GError     **error,
                                   guint        status,
                                   const char  *reason)
{
  DownloaderError code = code_for_status (status);

  if (status == 401 || status == 407)
    set_sentence (error, DOWNLOADER_ERROR_PROXY, _("The proxy asks for a user name and password"), status, reason);
  else
    set_sentence (error, code == DOWNLOADER_ERROR_BUSY ? code : DOWNLOADER_ERROR_PROXY,
                  _("The proxy did not pass the connection on"), status, reason);
}

/**
 * downloader_error_set_errno:
 * @error: Return location for the error.
 * @saved_errno: What the system call said.
 * @path: The file or folder concerned.
 *
 * Says in a sentence what went wrong with a file.
 */
void
downloader_error_set_errno (GError     **error,
                            int          saved_errno,
                            const char  *path)
{
  g_autofree char *shown = g_filename_display_name (path);

  if (saved_errno == ENOSPC || saved_errno == EDQUOT)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE,
                 _("There is no space left in “%s”"), shown);
  else if (saved_errno == EFBIG)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE,
                 _("The file is too large for “%s”"), shown);
  else if (saved_errno == EACCES || saved_errno == EPERM)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
                 _("You are not allowed to save files in “%s”"), shown);
  else if (saved_errno == EROFS)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
                 _("“%s” is read-only"), shown);
  else if (saved_errno == ENOTDIR || saved_errno == EEXIST)
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
                 _("“%s” is not a folder"), shown);
  else
    g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
                 _("Nothing can be saved in “%s” (%s)"), shown, g_strerror (saved_errno));
}

/**
 * downloader_error_set_space:
 * @error: Return location for the error.
 * @needed: How many bytes are still to come.
 * @available: How many fit.
 * @path: The folder.
 *
 * Says that a file does not fit.
 */
void
downloader_error_set_space (GError     **error,
                            guint64      needed,
                            guint64      available,
                            const char  *path)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *need = at_format_amounts (needed, 0, AT_PROGRESS_UNIT_BYTES);
  g_autofree char *have = at_format_amounts (available, 0, AT_PROGRESS_UNIT_BYTES);

  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE,
               _("The file needs %s, and only %s are free in “%s”"), need, have, shown);
}
