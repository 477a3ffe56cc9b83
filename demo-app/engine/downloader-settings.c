/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-settings.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-http.h"

typedef struct
{
  const char    *name;
  GChecksumType  type;
} ChecksumName;

static const ChecksumName checksum_names[] = {
  { "sha256", G_CHECKSUM_SHA256 },
  { "sha512", G_CHECKSUM_SHA512 },
  { "sha1", G_CHECKSUM_SHA1 },
  { "md5", G_CHECKSUM_MD5 },
};

G_DEFINE_BOXED_TYPE (DownloaderSettings, downloader_settings, downloader_settings_copy, downloader_settings_free)

DownloaderSettings *
downloader_settings_new (void)
{
  DownloaderSettings *self = g_new0 (DownloaderSettings, 1);

  self->folder = downloader_settings_default_folder ();
  self->retries = DOWNLOADER_DEFAULT_RETRIES;
  self->timeout = DOWNLOADER_DEFAULT_TIMEOUT;
  self->throttle = g_object_ref (downloader_throttle_get_default ());

  return self;
}

DownloaderSettings *
downloader_settings_copy (const DownloaderSettings *self)
{
  DownloaderSettings *copy = g_new (DownloaderSettings, 1);

  *copy = *self;
  copy->folder = g_strdup (self->folder);
  copy->checksum = g_strdup (self->checksum);
  copy->throttle = g_object_ref (self->throttle);
  copy->login = self->login != NULL ? g_uri_ref (self->login) : NULL;
  copy->authorities = self->authorities != NULL ? g_object_ref (self->authorities) : NULL;
  copy->user_agent = g_strdup (self->user_agent);
  copy->headers = self->headers != NULL ? soup_message_headers_ref (self->headers) : NULL;

  return copy;
}

void
downloader_settings_free (DownloaderSettings *self)
{
  g_free (self->folder);
  g_free (self->checksum);
  g_object_unref (self->throttle);
  g_clear_pointer (&self->login, g_uri_unref);
  g_clear_object (&self->authorities);
  g_free (self->user_agent);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  g_free (self);
}

static const ChecksumName *
find_checksum (const char *name,
               gsize       length)
{
  for (guint i = 0; i < G_N_ELEMENTS (checksum_names); i++)
    if (strlen (checksum_names[i].name) == length &&
        g_ascii_strncasecmp (checksum_names[i].name, name, length) == 0)
      return &checksum_names[i];

  return NULL;
}

/**
 * downloader_settings_parse_checksum:
 * @self: The settings.
 * @text: As in `sha256:9f86d0…`.
 * @error: Return location for an error.
 *
 * Takes up what the file must have.
 *
 * Returns: %FALSE if @text is malformed
 */
gboolean
downloader_settings_parse_checksum (DownloaderSettings  *self,
                                    const char          *text,
                                    GError             **error)
{
  gsize name_length = strcspn (text, ":");
  const ChecksumName *found = find_checksum (text, name_length);
  const char *hex;

  if (text[name_length] != ':' || found == NULL)
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” is no checksum: it starts with sha256:, sha512:, sha1: or md5:"), text);
      return FALSE;
    }

  hex = text + name_length + 1;
  if (strlen (hex) != 2 * (gsize) g_checksum_type_get_length (found->type) ||
      strspn (hex, "0123456789abcdefABCDEF") != strlen (hex))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   _("“%s” is no checksum: %s has %d hexadecimal digits"),
                   text, found->name, (int) (2 * g_checksum_type_get_length (found->type)));
      return FALSE;
    }

  g_free (self->checksum);
  self->checksum = g_ascii_strdown (hex, -1);
  self->checksum_type = found->type;

  return TRUE;
}

/* A line break would begin another header. What was typed may be a secret, and is not
 * repeated. */
static gboolean
is_line (const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p) && *p != '\t')
      return FALSE;

  return *text != '\0';
}

static gboolean
check_line (const char  *option,
            const char  *text,
            GError     **error)
{
  if (!is_line (text))
    /* Translators: %s is an option, such as “--referer”. */
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, _("%s takes text on a single line"), option);

  return is_line (text);
}

/* Copies share them with downloads that run: they are added to before there are any. */
static void
add_header (DownloaderSettings *self,
            const char         *name,
            const char         *value)
{
  if (self->headers == NULL)
    self->headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);

  soup_message_headers_append (self->headers, name, value);
}

/**
 * downloader_settings_set_user_agent:
 * @self: The settings.
 * @text: What the program is to call itself.
 * @error: Return location for an error.
 *
 * Takes up what every server is told that the program is.
 *
 * Returns: %FALSE if that cannot be sent
 */
gboolean
downloader_settings_set_user_agent (DownloaderSettings  *self,
                                    const char          *text,
                                    GError             **error)
{
  /* libsoup adds its own name to what ends with a space. */
  g_autofree char *stripped = g_strstrip (g_strdup (text));

  if (!check_line ("--user-agent", stripped, error))
    return FALSE;

  g_free (self->user_agent);
  self->user_agent = g_steal_pointer (&stripped);
  return TRUE;
}

/**
 * downloader_settings_set_referer:
 * @self: The settings, before any header is added.
 * @text: The page on which the link was found.
 * @error: Return location for an error.
 *
 * Takes up what the server of the link is told of where it was found.
 *
 * Returns: %FALSE if that cannot be sent
 */
gboolean
downloader_settings_set_referer (DownloaderSettings  *self,
                                 const char          *text,
                                 GError             **error)
{
  if (!check_line ("--referer", text, error))
    return FALSE;

  add_header (self, "Referer", text);
  return TRUE;
}

/* On these depends what a download makes of the answer. */
static gboolean
is_of_download (const char *name)
{
  const char *const names[] = { "Accept-Encoding", "Connection", "Content-Length", "Expect", "Host", "Range",
                                "Referer", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (name, names[i]) == 0)
      return TRUE;

  return g_ascii_strncasecmp (name, "If-", strlen ("If-")) == 0 ||
         g_ascii_strncasecmp (name, "Proxy-", strlen ("Proxy-")) == 0;
}

/**
 * downloader_settings_add_header:
 * @self: The settings.
 * @text: The name of a header, a colon and its value.
 * @error: Return location for an error.
 *
 * Takes up what else the server of the link is told. It goes to no other, as it may
 * be a secret.
 *
 * Returns: %FALSE if that cannot be sent
 */
gboolean
downloader_settings_add_header (DownloaderSettings  *self,
                                const char          *text,
                                GError             **error)
{
  g_auto(GStrv) parts = g_strsplit (text, ":", 2);

  if (!is_line (text) || g_strv_length (parts) != 2 ||
      !g_regex_match_simple ("^[-!#$%&'*+.^_`|~0-9A-Za-z]+\\z", parts[0], 0, 0))
    {
      g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                           /* Translators: NAME:VALUE is what stands for the value of the option --header. */
                           _("--header takes NAME:VALUE on a single line"));
      return FALSE;
    }
  if (is_of_download (parts[0]))
    {
      g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                   /* Translators: %s is the name of an HTTP header. */
                   _("--header cannot set “%s”"), parts[0]);
      return FALSE;
    }

  add_header (self, parts[0], g_strstrip (parts[1]));
  return TRUE;
}

/**
 * downloader_settings_set_authorities:
 * @self: The settings.
 * @path: The absolute path of a file with certificates, as PEM.
 * @error: Return location for an error.
 *
 * Takes up whose certificates are trusted besides those the system does.
 *
 * Returns: %FALSE if there is no certificate in the file
 */
gboolean
downloader_settings_set_authorities (DownloaderSettings  *self,
                                     const char          *path,
                                     GError             **error)
{
  g_autoptr(GError) reason = NULL;
  GList *certificates = g_tls_certificate_list_new_from_file (path, &reason);
  gboolean empty = certificates == NULL;
  GTlsDatabase *authorities = NULL;
  g_autofree char *shown = NULL;

  g_list_free_full (certificates, g_object_unref);
  if (!empty)
    authorities = g_tls_file_database_new (path, &reason);
  if (authorities != NULL)
    {
      g_clear_object (&self->authorities);
      self->authorities = authorities;
      return TRUE;
    }

  shown = g_filename_display_name (path);
  if (reason != NULL)
    /* Translators: the path of a file, and why it cannot be used. */
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("There is no certificate in “%s” (%s)"), shown, reason->message);
  else
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                 _("There is no certificate in “%s”"), shown);

  return FALSE;
}

/**
 * downloader_settings_set_login:
 * @self: The settings.
 * @origin: The server, as downloader_task_dup_login_origin() names it.
 * @user: (nullable): The user name, %NULL to forget what was set.
 * @password: (nullable): The password.
 *
 * Sets what is answered when that server asks for a user name and a password. It
 * comes before what the link itself says, and goes to no other server.
 *
 * Returns: %FALSE if @origin is malformed
 */
gboolean
downloader_settings_set_login (DownloaderSettings *self,
                               const char         *origin,
                               const char         *user,
                               const char         *password)
{
  g_autoptr(GUri) server = downloader_http_parse_link (origin, NULL);

  if (server == NULL)
    return FALSE;

  g_clear_pointer (&self->login, g_uri_unref);
  if (user != NULL)
    self->login = g_uri_build_with_user (SOUP_HTTP_URI_FLAGS,
                                         g_uri_get_scheme (server), user, password, NULL,
                                         g_uri_get_host (server), g_uri_get_port (server),
                                         "/", NULL, NULL);

  return TRUE;
}

/**
 * downloader_settings_default_folder:
 *
 * Finds the folder the user's downloads belong in.
 *
 * Returns: (transfer full): its path
 */
char *
downloader_settings_default_folder (void)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);

  if (folder != NULL)
    return g_strdup (folder);

  return g_build_filename (g_get_home_dir (), "Downloads", NULL);
}

/**
 * downloader_settings_forget_links:
 * @self: The settings.
 *
 * Leaves out what is meant for the links that the settings came with: what else the
 * servers of those are told, and what is known of the files.
 */
void
downloader_settings_forget_links (DownloaderSettings *self)
{
  g_clear_pointer (&self->checksum, g_free);
  g_clear_pointer (&self->headers, soup_message_headers_unref);
  self->insecure_redirect = FALSE;
}
