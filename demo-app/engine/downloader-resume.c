/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-resume.h"

#include <string.h>

#include "downloader-names.h"

/* A key called “Encoding” would mean that of the file to GKeyFile. */
#define GROUP "Download"

void
downloader_resume_clear (DownloaderResume *self)
{
  g_clear_pointer (&self->link, g_free);
  g_clear_pointer (&self->name, g_free);
  downloader_version_clear (&self->version);
}

/* What a record is written with. For two mistakes in one text GLib has a warning, and
 * for one it gives what it could make of it. */
static gboolean
is_well_escaped (const char *value)
{
  for (const char *p = strchr (value, '\\'); p != NULL; p = strchr (p + 2, '\\'))
    if (p[1] == '\0' || strchr ("sntr\\", p[1]) == NULL)
      return FALSE;

  return TRUE;
}

static char *
get_text (GKeyFile   *file,
          const char *key)
{
  g_autofree char *value = g_key_file_get_value (file, GROUP, key, NULL);

  if (value == NULL || !is_well_escaped (value))
    return NULL;

  return g_key_file_get_string (file, GROUP, key, NULL);
}

/* Text that stands for something: of nothing a record may say nothing. */
static char *
get_some_text (GKeyFile   *file,
               const char *key)
{
  g_autofree char *value = get_text (file, key);

  return value != NULL && *value != '\0' ? g_steal_pointer (&value) : NULL;
}

static void
set_some_text (GKeyFile   *file,
               const char *key,
               const char *value)
{
  if (value != NULL)
    g_key_file_set_string (file, GROUP, key, value);
}

/**
 * downloader_resume_parse:
 * @self: A record, empty.
 * @text: What is in the file.
 *
 * Reads a record. It lies where others may write: one whose name could not be
 * ours is refused like one that makes no sense.
 *
 * Returns: %TRUE if it is one
 */
gboolean
downloader_resume_parse (DownloaderResume *self,
                         const char       *text)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();
  g_autofree char *validator = NULL;
  g_autofree char *total = NULL;
  g_autofree char *safe = NULL;

  if (!g_key_file_load_from_data (file, text, -1, G_KEY_FILE_NONE, NULL))
    return FALSE;

  self->link = get_text (file, "Link");
  self->name = get_text (file, "Name");
  validator = get_text (file, "Validator");
  total = get_text (file, "Total");
  if (self->link == NULL || self->name == NULL || validator == NULL || total == NULL)
    return FALSE;
  if (!g_ascii_string_to_unsigned (total, 10, 0, G_MAXINT64, &self->version.total, NULL))
    return FALSE;

  /* What is not there, or makes no sense, is not known. */
  if (*validator != '\0')
    self->version.validator = g_steal_pointer (&validator);
  self->version.server = get_some_text (file, "Server");
  self->version.type = get_some_text (file, "Type");
  self->version.encoding = get_some_text (file, "Packing");
  self->version.modified = g_key_file_get_int64 (file, GROUP, "Modified", NULL);

  safe = downloader_name_make_safe (self->name);
  return g_str_equal (safe, self->name);
}

/**
 * downloader_resume_format:
 * @self: A record.
 *
 * Writes a record.
 *
 * Returns: (transfer full): what the file is to hold
 */
char *
downloader_resume_format (const DownloaderResume *self)
{
  g_autoptr(GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, GROUP, "Link", self->link);
  g_key_file_set_string (file, GROUP, "Name", self->name);
  g_key_file_set_string (file, GROUP, "Validator",
                         self->version.validator != NULL ? self->version.validator : "");
  g_key_file_set_uint64 (file, GROUP, "Total", self->version.total);
  set_some_text (file, "Server", self->version.server);
  set_some_text (file, "Type", self->version.type);
  set_some_text (file, "Packing", self->version.encoding);
  if (self->version.modified != 0)
    g_key_file_set_int64 (file, GROUP, "Modified", self->version.modified);

  return g_key_file_to_data (file, NULL, NULL);
}
