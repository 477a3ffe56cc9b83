/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-partial-record.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "downloader-error.h"

/* The record beside a partial file: of which link it is, and what has to be the same for
 * the rest to belong to it. Who writes one holds the lock on the partial file. */

/**
 * downloader_record_read:
 * @self: (out caller-allocates): What it says.
 * @folder: A folder.
 * @record_name: A name in it.
 *
 * Reads a record.
 *
 * Returns: %FALSE if there is none, or none that can be read
 */
gboolean
downloader_record_read (DownloaderResume *self,
                        DownloaderFolder *folder,
                        const char       *record_name)
{
  gboolean forbidden;
  g_autofree char *text = downloader_folder_read_small (folder, record_name, &forbidden);

  return text != NULL && downloader_resume_parse (self, text);
}

/**
 * downloader_record_is_of_use:
 * @folder: A folder.
 * @record_name: A name in it.
 *
 * Tells whether what lies beside a record may be worth something to somebody. What may
 * not be read is somebody's.
 *
 * Returns: %FALSE if there is no record, or one that says nothing
 */
gboolean
downloader_record_is_of_use (DownloaderFolder *folder,
                             const char       *record_name)
{
  g_auto(DownloaderResume) record = { 0 };
  gboolean forbidden;
  g_autofree char *text = downloader_folder_read_small (folder, record_name, &forbidden);

  return forbidden || (text != NULL && downloader_resume_parse (&record, text));
}

/**
 * downloader_record_is_of:
 * @self: What a record says.
 * @link: A link, without credentials.
 * @name: (nullable): What the file is to be called, %NULL for anything.
 *
 * Tells whether a record is of this download.
 *
 * Returns: %TRUE if it is
 */
gboolean
downloader_record_is_of (const DownloaderResume *self,
                         const char             *link,
                         const char             *name)
{
  return g_str_equal (self->link, link) && (name == NULL || g_str_equal (self->name, name));
}

/**
 * downloader_record_write:
 * @self: What it says.
 * @folder: A folder.
 * @record_name: A name in it.
 * @error: Return location for an error.
 *
 * Writes a record, in the place of any that is there.
 *
 * Returns: %FALSE if that failed
 */
gboolean
downloader_record_write (const DownloaderResume  *self,
                         DownloaderFolder        *folder,
                         const char              *record_name,
                         GError                 **error)
{
  g_autofree char *text = downloader_resume_format (self);
  gboolean written;
  int saved_errno;
  int fd;

  downloader_record_remove (folder, record_name);
  fd = openat (downloader_folder_get_fd (folder), record_name,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  written = fd >= 0 && downloader_folder_write_all (fd, (const guint8 *) text, strlen (text));
  saved_errno = errno;
  if (fd >= 0)
    close (fd);

  if (!written)
    downloader_error_set_errno (error, saved_errno, downloader_folder_get_path (folder));

  return written;
}

void
downloader_record_remove (DownloaderFolder *folder,
                          const char       *record_name)
{
  unlinkat (downloader_folder_get_fd (folder), record_name, 0);
}
