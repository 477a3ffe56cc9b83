/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-trust.h"

#include <glib/gi18n.h>

#include "downloader-error.h"

/* What is known of the certificate of a server that is not trusted, with the message
 * that was to go to it. */
typedef struct
{
  GTlsDatabase         *authorities;
  GTlsCertificateFlags  refused;
  gboolean              is_self_signed;
} Trust;

static void
trust_free (gpointer data)
{
  Trust *self = data;

  g_clear_object (&self->authorities);
  g_free (self);
}

static G_DEFINE_QUARK (downloader-trust, get_trust)

static gboolean
is_self_signed (GTlsCertificate *certificate)
{
  g_autofree char *subject = g_tls_certificate_get_subject_name (certificate);
  g_autofree char *issuer = g_tls_certificate_get_issuer_name (certificate);

  return g_tls_certificate_get_issuer (certificate) == NULL && subject != NULL && g_strcmp0 (subject, issuer) == 0;
}

/* What somebody trusts counts beside what the system does. */
static GTlsCertificateFlags
ask_authorities (Trust           *self,
                 SoupMessage     *message,
                 GTlsCertificate *certificate)
{
  GUri *uri = soup_message_get_uri (message);
  g_autoptr(GSocketConnectable) identity = g_network_address_new (g_uri_get_host (uri), 0);

  return g_tls_database_verify_chain (self->authorities, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER,
                                      identity, NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, NULL);
}

static gboolean
accept_certificate (SoupMessage          *message,
                    GTlsCertificate      *certificate,
                    GTlsCertificateFlags  errors,
                    Trust                *self)
{
  self->refused = errors;
  self->is_self_signed = is_self_signed (certificate);

  if (self->authorities != NULL)
    {
      GTlsCertificateFlags others = ask_authorities (self, message, certificate);

      if ((others & G_TLS_CERTIFICATE_UNKNOWN_CA) == 0)
        self->refused = others;
    }

  return self->refused == G_TLS_CERTIFICATE_NO_FLAGS;
}

/**
 * downloader_trust_watch:
 * @message: A message that was not sent yet.
 * @authorities: (nullable): Whose certificates are trusted besides those the system
 *   does.
 *
 * Decides for a message whether a server is the one it says it is.
 */
void
downloader_trust_watch (SoupMessage  *message,
                        GTlsDatabase *authorities)
{
  Trust *self = g_new0 (Trust, 1);

  g_set_object (&self->authorities, authorities);
  g_object_set_qdata_full (G_OBJECT (message), get_trust_quark (), self, trust_free);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate), self);
}

static const char *
explain (const Trust *self)
{
  if ((self->refused & G_TLS_CERTIFICATE_REVOKED) != 0)
    return _("The connection to “%s” is not secure: its certificate was revoked");
  if ((self->refused & G_TLS_CERTIFICATE_UNKNOWN_CA) != 0)
    return self->is_self_signed ? _("The connection to “%s” is not secure: it has signed its certificate itself")
                                : _("The connection to “%s” is not secure: nobody here knows who signed its certificate");
  if ((self->refused & G_TLS_CERTIFICATE_BAD_IDENTITY) != 0)
    return _("The connection to “%s” is not secure: its certificate is that of another server");
  if ((self->refused & G_TLS_CERTIFICATE_EXPIRED) != 0)
    return _("The connection to “%s” is not secure: its certificate has expired");
  if ((self->refused & G_TLS_CERTIFICATE_NOT_ACTIVATED) != 0)
    return _("The connection to “%s” is not secure: its certificate is not valid yet; is the clock right?");
  if ((self->refused & G_TLS_CERTIFICATE_INSECURE) != 0)
    return _("The connection to “%s” is not secure: its certificate is too weak");

  return _("The connection to “%s” is not secure: its certificate cannot be trusted");
}

/**
 * downloader_trust_fail:
 * @message: A message that could not be sent.
 * @error: Return location for an error.
 *
 * Says in a sentence why the certificate of the server is not trusted, if that is
 * why.
 *
 * Returns: %FALSE if it was something else
 */
gboolean
downloader_trust_fail (SoupMessage  *message,
                       GError      **error)
{
  Trust *self = g_object_get_qdata (G_OBJECT (message), get_trust_quark ());
  const char *host = g_uri_get_host (soup_message_get_uri (message));

  if (self == NULL || self->refused == G_TLS_CERTIFICATE_NO_FLAGS)
    return FALSE;

  downloader_error_set_named (error, DOWNLOADER_ERROR_SECURITY, explain (self), host);
  return TRUE;
}
