/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-version.h"

#include "downloader-http.h"

void
downloader_version_clear (DownloaderVersion *self)
{
  g_clear_pointer (&self->validator, g_free);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->type, g_free);
  g_clear_pointer (&self->encoding, g_free);
  self->modified = 0;
  self->total = 0;
}

void
downloader_version_move (DownloaderVersion *self,
                         DownloaderVersion *from)
{
  downloader_version_clear (self);
  *self = *from;
  *from = (DownloaderVersion) { 0 };
}

/**
 * downloader_version_is_page:
 * @type: (nullable): A kind of file.
 *
 * Tells whether that is a web page, which is what whoever stands in the way of a file
 * gives instead.
 *
 * Returns: %TRUE for HTML
 */
gboolean
downloader_version_is_page (const char *type)
{
  return g_strcmp0 (type, "text/html") == 0 || g_strcmp0 (type, "application/xhtml+xml") == 0;
}

/**
 * downloader_version_has_server:
 * @self: A version.
 * @other: What came later.
 *
 * Tells whether both come from one server, as far as that is known.
 *
 * Returns: %FALSE if another one gave @other
 */
gboolean
downloader_version_has_server (const DownloaderVersion *self,
                               const DownloaderVersion *other)
{
  g_autoptr(GUri) server = self->server != NULL ? downloader_http_parse_link (self->server, NULL) : NULL;
  g_autoptr(GUri) later = other->server != NULL ? downloader_http_parse_link (other->server, NULL) : NULL;

  /* Who may see the same password is the same server. */
  return server == NULL || later == NULL ||
         downloader_http_may_share_password (server, later) ||
         downloader_http_may_share_password (later, server);
}

/**
 * downloader_version_is_the_same:
 * @self: A version.
 * @other: What came later.
 *
 * Tells whether the bytes of one are those of the other.
 *
 * Returns: %TRUE if that is sure
 */
gboolean
downloader_version_is_the_same (const DownloaderVersion *self,
                                const DownloaderVersion *other)
{
  return self->validator != NULL && g_strcmp0 (self->validator, other->validator) == 0 &&
         g_strcmp0 (self->encoding, other->encoding) == 0 &&
         (self->total == 0 || other->total == 0 || self->total == other->total);
}
