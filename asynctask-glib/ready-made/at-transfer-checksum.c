/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-transfer-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

typedef struct
{
  const char       *name;
  GChecksumType     type;
  gsize             length; /* in hexadecimal digits */
} AtChecksumKind;

static const AtChecksumKind checksum_kinds[] = {
  { "md5",    G_CHECKSUM_MD5,    32 },
  { "sha1",   G_CHECKSUM_SHA1,   40 },
  { "sha256", G_CHECKSUM_SHA256, 64 },
  { "sha384", G_CHECKSUM_SHA384, 96 },
  { "sha512", G_CHECKSUM_SHA512, 128 },
};

/* As people write them: "sha256", "SHA-256". */
static const AtChecksumKind *
find_kind_by_name (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (checksum_kinds); i++)
    {
      const AtChecksumKind *kind = &checksum_kinds[i];
      gsize n_letters = strcspn (kind->name, "0123456789");

      if (g_ascii_strcasecmp (name, kind->name) == 0)
        return kind;
      if (g_ascii_strncasecmp (name, kind->name, n_letters) == 0 &&
          name[n_letters] == '-' && g_str_equal (name + n_letters + 1, kind->name + n_letters))
        return kind;
    }

  return NULL;
}

static const AtChecksumKind *
find_kind_by_length (gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (checksum_kinds); i++)
    if (checksum_kinds[i].length == length)
      return &checksum_kinds[i];

  return NULL;
}

static gboolean
is_digest (const char           *text,
           const AtChecksumKind *kind)
{
  return kind != NULL && strlen (text) == kind->length &&
         strspn (text, "0123456789abcdefABCDEF") == kind->length;
}

/* Both are what users typed or servers sent, and so are no programmer's errors. */
gboolean
at_transfer_begin_checksum (AtTransfer  *transfer,
                            GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  const AtChecksumKind *kind = NULL;

  if (priv->checksum_type != NULL)
    {
      kind = find_kind_by_name (priv->checksum_type);
      if (kind == NULL)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       _("There is no type of checksum “%s”"), priv->checksum_type);
          return FALSE;
        }
    }

  if (priv->expected_checksum != NULL)
    {
      if (kind == NULL)
        kind = find_kind_by_length (strlen (priv->expected_checksum));
      if (!is_digest (priv->expected_checksum, kind))
        {
          if (priv->checksum_type != NULL)
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         /* Translators: the second %s is an algorithm, such as “SHA-256”. */
                         _("“%s” is no %s checksum"), priv->expected_checksum, kind->name);
          else
            g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         _("“%s” is no checksum"), priv->expected_checksum);
          return FALSE;
        }
    }

  if (kind != NULL)
    {
      transfer->checksum = g_checksum_new (kind->type);
      transfer->checksum_name = kind->name;
    }

  return TRUE;
}

gboolean
at_transfer_end_checksum (AtTransfer  *transfer,
                          GError     **error)
{
  AtTransferTaskPrivate *priv = transfer->priv;
  const char *digest;

  if (transfer->checksum == NULL)
    return TRUE;

  digest = g_checksum_get_string (transfer->checksum);
  g_atomic_pointer_set (&priv->checksum, g_strdup (digest));

  if (priv->expected_checksum == NULL || g_ascii_strcasecmp (digest, priv->expected_checksum) == 0)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               /* Translators: an algorithm, such as “SHA-256”, and two checksums. */
               _("The %s checksum is %s instead of %s"),
               transfer->checksum_name, digest, priv->expected_checksum);

  return FALSE;
}
