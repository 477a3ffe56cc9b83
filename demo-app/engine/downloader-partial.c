/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "downloader-config.h"

#include "downloader-partial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "downloader-error.h"
#include "downloader-names.h"
#include "downloader-resume.h"

#define NUMBER_MAX 9999
#define RECORD_MAX 65536

/* Everything happens relative to the open folder: what its path means may change
 * while a download runs. */
struct _DownloaderFolder
{
  char *path;
  int   fd;
};

/* The lock on the partial file says whose it is: it goes with the process, so a
 * file that a kill left behind can be taken up. The record is only ever written
 * while the partial file is empty; a broken record beside data is not ours. */
struct _DownloaderPartial
{
  DownloaderFolder *folder; /* unowned */
  char             *name;
  char             *partial_name;
  char             *record_name;
  char             *link;
  char             *validator;
  gint64            modified;
  guint64           total;
  guint64           size;
  int               fd;
};

/**
 * downloader_folder_open:
 * @path: An absolute path.
 * @error: Return location for an error.
 *
 * Opens the folder downloads are saved in, and makes it if there is none.
 *
 * Returns: (transfer full): the folder
 */
DownloaderFolder *
downloader_folder_open (const char  *path,
                        GError     **error)
{
  DownloaderFolder *self;
  int fd;

  if (g_mkdir_with_parents (path, 0777) != 0 ||
      (fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
    {
      downloader_error_set_errno (error, errno, path);
      return NULL;
    }

  self = g_new0 (DownloaderFolder, 1);
  self->path = g_strdup (path);
  self->fd = fd;

  return self;
}

void
downloader_folder_free (DownloaderFolder *self)
{
  if (self == NULL)
    return;

  close (self->fd);
  g_free (self->path);
  g_free (self);
}

/**
 * downloader_folder_check_space:
 * @self: A folder.
 * @needed: How many bytes are still to come.
 * @error: Return location for an error.
 *
 * Checks that a file fits, as far as that can be known beforehand.
 *
 * Returns: %FALSE if it cannot fit
 */
gboolean
downloader_folder_check_space (DownloaderFolder  *self,
                               guint64            needed,
                               GError           **error)
{
  struct statvfs info;
  guint64 available;

  if (fstatvfs (self->fd, &info) != 0 || info.f_blocks == 0)
    return TRUE;

  available = (guint64) info.f_bavail * info.f_frsize;
  if (needed <= available)
    return TRUE;

  downloader_error_set_space (error, needed, available, self->path);
  return FALSE;
}

static gboolean
folder_has (DownloaderFolder *self,
            const char       *name)
{
  struct stat info;

  return fstatat (self->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

static gboolean
rename_by_claim (DownloaderFolder *self,
                 const char       *from,
                 const char       *to)
{
  int fd = openat (self->fd, to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);

  if (fd < 0)
    return FALSE;

  close (fd);
  return renameat (self->fd, from, self->fd, to) == 0;
}

static gboolean
is_unsupported (int saved_errno)
{
  return saved_errno == EINVAL || saved_errno == ENOSYS || saved_errno == ENOTSUP ||
         saved_errno == EOPNOTSUPP || saved_errno == EPERM || saved_errno == EMLINK;
}

/**
 * downloader_folder_rename:
 * @self: A folder.
 * @from: A name in it.
 * @to: The new name.
 * @best: The best way to try; the ones after it follow where it is not known.
 * @saved_errno: (out): Why it failed; %EEXIST when there is such a name.
 *
 * Renames a file without ever replacing another.
 *
 * Returns: %TRUE if the file has its new name
 */
gboolean
downloader_folder_rename (DownloaderFolder *self,
                          const char       *from,
                          const char       *to,
                          DownloaderRename  best,
                          int              *saved_errno)
{
  *saved_errno = ENOTSUP;

  if (best <= DOWNLOADER_RENAME_NO_REPLACE)
    {
      if (renameat2 (self->fd, from, self->fd, to, RENAME_NOREPLACE) == 0)
        return TRUE;
      *saved_errno = errno;
    }

  if (best <= DOWNLOADER_RENAME_LINK && is_unsupported (*saved_errno))
    {
      if (linkat (self->fd, from, self->fd, to, 0) == 0)
        {
          unlinkat (self->fd, from, 0);
          return TRUE;
        }
      *saved_errno = errno;
    }

  if (is_unsupported (*saved_errno))
    {
      if (rename_by_claim (self, from, to))
        return TRUE;
      *saved_errno = errno;
    }

  return FALSE;
}

static DownloaderPartial *
partial_new (DownloaderFolder *folder,
             const char       *partial_name,
             const char       *link,
             int               fd)
{
  DownloaderPartial *self = g_new0 (DownloaderPartial, 1);

  self->folder = folder;
  self->partial_name = g_strdup (partial_name);
  self->record_name = downloader_name_record (partial_name);
  self->link = g_strdup (link);
  self->fd = fd;

  return self;
}

/**
 * downloader_partial_free:
 * @self: A partial file.
 *
 * Lets go of a partial file. What has arrived stays for the next time; where
 * nothing has, nothing is left behind.
 */
void
downloader_partial_free (DownloaderPartial *self)
{
  if (self == NULL)
    return;

  if (self->fd >= 0 && self->size == 0)
    downloader_partial_discard (self);
  if (self->fd >= 0)
    close (self->fd);

  g_free (self->name);
  g_free (self->partial_name);
  g_free (self->record_name);
  g_free (self->link);
  g_free (self->validator);
  g_free (self);
}

/* A lock is worth something only on the file that still has the name: its last
 * holder may have finished the file, or thrown it away, in between. */
static gboolean
lock_named_file (DownloaderFolder *folder,
                 const char       *name,
                 int               fd,
                 struct stat      *info)
{
  struct stat named;

  if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return FALSE;
  if (fstat (fd, info) != 0 || fstatat (folder->fd, name, &named, AT_SYMLINK_NOFOLLOW) != 0)
    return FALSE;

  return S_ISREG (info->st_mode) && info->st_nlink == 1 &&
         info->st_dev == named.st_dev && info->st_ino == named.st_ino;
}

static char *
read_small_file (DownloaderFolder *folder,
                 const char       *name)
{
  int fd = openat (folder->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *text = NULL;
  struct stat info;
  gsize length = 0;

  if (fd < 0)
    return NULL;

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size < RECORD_MAX)
    {
      gssize got;

      text = g_malloc0 (RECORD_MAX);
      while (length < RECORD_MAX - 1 &&
             ((got = read (fd, text + length, RECORD_MAX - 1 - length)) > 0 || (got < 0 && errno == EINTR)))
        length += MAX (got, 0);
    }

  close (fd);
  return g_steal_pointer (&text);
}

static gboolean
record_read (DownloaderResume *self,
             DownloaderFolder *folder,
             const char       *record_name)
{
  g_autofree char *text = read_small_file (folder, record_name);

  return text != NULL && downloader_resume_parse (self, text);
}

static gboolean
write_all (int           fd,
           const guint8 *data,
           gsize         length)
{
  while (length > 0)
    {
      gssize written = write (fd, data, length);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      data += written;
      length -= written;
    }

  return TRUE;
}

static gboolean
record_write (DownloaderPartial  *self,
              GError            **error)
{
  const DownloaderResume record = { self->link, self->name, self->validator, self->modified, self->total };
  g_autofree char *text = downloader_resume_format (&record);
  gboolean written;
  int saved_errno;
  int fd;

  unlinkat (self->folder->fd, self->record_name, 0);
  fd = openat (self->folder->fd, self->record_name,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  written = fd >= 0 && write_all (fd, (const guint8 *) text, strlen (text));
  saved_errno = errno;
  if (fd >= 0)
    close (fd);

  if (!written)
    downloader_error_set_errno (error, saved_errno, self->folder->path);

  return written;
}

static gboolean
record_is_of (const DownloaderResume *self,
              const char             *link,
              const char             *name)
{
  return g_str_equal (self->link, link) && (name == NULL || g_str_equal (self->name, name));
}

/* Takes up one partial file, if its record says that it is of this link and
 * nobody is at work on it. */
static DownloaderPartial *
take_up (DownloaderFolder *folder,
         const char       *partial_name,
         const char       *record_name,
         const char       *link,
         const char       *name)
{
  g_autoptr(DownloaderPartial) self = NULL;
  g_auto(DownloaderResume) record = { 0 };
  struct stat info;
  int fd;

  if (!record_read (&record, folder, record_name) || !record_is_of (&record, link, name))
    return NULL;

  fd = openat (folder->fd, partial_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    {
      if (errno == ENOENT)
        unlinkat (folder->fd, record_name, 0);
      return NULL;
    }

  downloader_resume_clear (&record);
  if (!lock_named_file (folder, partial_name, fd, &info) ||
      !record_read (&record, folder, record_name) || !record_is_of (&record, link, name))
    {
      close (fd);
      return NULL;
    }

  self = partial_new (folder, partial_name, link, fd);
  self->name = g_steal_pointer (&record.name);
  self->validator = g_steal_pointer (&record.validator);
  self->modified = record.modified;
  self->total = record.total;
  self->size = info.st_size;

  return g_steal_pointer (&self);
}

/**
 * downloader_partial_find:
 * @folder: A folder.
 * @link: A link, without credentials.
 * @name: (nullable): The name the file is to have, %NULL for any.
 *
 * Looks for what an earlier download of the same link has left.
 *
 * Returns: (transfer full) (nullable): the partial file, locked
 */
DownloaderPartial *
downloader_partial_find (DownloaderFolder *folder,
                         const char       *link,
                         const char       *name)
{
  DownloaderPartial *found = NULL;
  struct dirent *entry;
  DIR *dir;
  int fd = openat (folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return NULL;

  dir = fdopendir (fd);
  if (dir == NULL)
    {
      close (fd);
      return NULL;
    }

  while (found == NULL && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *partial_name = downloader_name_of_record (entry->d_name);

      if (partial_name != NULL)
        found = take_up (folder, partial_name, entry->d_name, link, name);
    }

  closedir (dir);
  return found;
}

/* What a symbolic link, a folder or somebody's locked file in the way means: that
 * another name is needed, not that the folder is unusable. */
static gboolean
is_name_taken (int saved_errno)
{
  return saved_errno == ELOOP || saved_errno == EISDIR || saved_errno == ENXIO ||
         saved_errno == EEXIST || saved_errno == EMLINK;
}

typedef enum
{
  CLAIM_MADE,
  CLAIM_TAKEN,
  CLAIM_FAILED
} Claim;

static Claim
claim_name (DownloaderFolder   *folder,
            const char         *name,
            const char         *link,
            DownloaderPartial **claimed,
            GError            **error)
{
  g_autofree char *partial_name = downloader_name_partial (name);
  struct stat info;
  int fd;

  if (folder_has (folder, name))
    return CLAIM_TAKEN;

  fd = openat (folder->fd, partial_name,
               O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      if (is_name_taken (errno))
        return CLAIM_TAKEN;
      downloader_error_set_errno (error, errno, folder->path);
      return CLAIM_FAILED;
    }

  if (!lock_named_file (folder, partial_name, fd, &info) || info.st_size > 0)
    {
      close (fd);
      return CLAIM_TAKEN;
    }

  *claimed = partial_new (folder, partial_name, link, fd);
  (*claimed)->name = g_strdup (name);

  /* Whoever had the lock before may have just given the file its name. */
  if (folder_has (folder, name))
    {
      g_clear_pointer (claimed, downloader_partial_free);
      return CLAIM_TAKEN;
    }

  return CLAIM_MADE;
}

/**
 * downloader_partial_create:
 * @folder: A folder.
 * @name: A safe name.
 * @link: The link the file comes from, without credentials.
 * @error: Return location for an error.
 *
 * Claims a name that nobody else has, or is about to have.
 *
 * Returns: (transfer full): an empty partial file, locked
 */
DownloaderPartial *
downloader_partial_create (DownloaderFolder  *folder,
                           const char        *name,
                           const char        *link,
                           GError           **error)
{
  for (guint number = 0; number <= NUMBER_MAX; number++)
    {
      g_autofree char *numbered = downloader_name_numbered (name, number);
      DownloaderPartial *self = NULL;
      Claim claim = claim_name (folder, numbered, link, &self, error);

      if (claim == CLAIM_MADE)
        return self;
      if (claim == CLAIM_FAILED)
        return NULL;
    }

  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
               _("There are too many files named “%s” already"), name);
  return NULL;
}

guint64
downloader_partial_get_size (DownloaderPartial *self)
{
  return self->size;
}

guint64
downloader_partial_get_total (DownloaderPartial *self)
{
  return self->total;
}

/**
 * downloader_partial_get_validator:
 * @self: A partial file.
 *
 * Gets what stands for the contents: a strong ETag, or an old Last-Modified.
 *
 * Returns: (nullable): the validator, %NULL when the file cannot be resumed
 */
const char *
downloader_partial_get_validator (DownloaderPartial *self)
{
  return self->validator != NULL && *self->validator != '\0' ? self->validator : NULL;
}

/**
 * downloader_partial_dup_path:
 * @self: A partial file.
 *
 * Makes the path the file is meant to have once it is complete.
 *
 * Returns: (transfer full): the path
 */
char *
downloader_partial_dup_path (DownloaderPartial *self)
{
  return g_build_filename (self->folder->path, self->name, NULL);
}

/**
 * downloader_partial_set_modified:
 * @self: A partial file.
 * @modified: When the server's file was modified, in seconds since 1970, 0 when
 *   that is not known.
 *
 * Notes what time stamp the file may get.
 */
void
downloader_partial_set_modified (DownloaderPartial *self,
                                 gint64             modified)
{
  self->modified = modified;
}

/**
 * downloader_partial_start:
 * @self: A partial file.
 * @validator: (nullable): What stands for the contents that follow.
 * @total: How many bytes there are in all, 0 when that is not known.
 * @error: Return location for an error.
 *
 * Empties the file, and notes what is needed to resume it.
 *
 * Returns: %FALSE if that failed
 */
gboolean
downloader_partial_start (DownloaderPartial  *self,
                          const char         *validator,
                          guint64             total,
                          GError            **error)
{
  if (!downloader_partial_truncate (self, 0, error))
    return FALSE;

  g_free (self->validator);
  self->validator = g_strdup (validator);
  self->total = total;

  return record_write (self, error);
}

gboolean
downloader_partial_truncate (DownloaderPartial  *self,
                             guint64             size,
                             GError            **error)
{
  if (ftruncate (self->fd, size) != 0 || lseek (self->fd, size, SEEK_SET) < 0)
    {
      downloader_error_set_errno (error, errno, self->folder->path);
      return FALSE;
    }

  self->size = size;
  return TRUE;
}

gboolean
downloader_partial_write (DownloaderPartial  *self,
                          const guint8       *data,
                          gsize               length,
                          GError            **error)
{
  if (!write_all (self->fd, data, length))
    {
      int saved_errno = errno;
      struct stat info;

      /* A full disk may have taken some of it. */
      if (fstat (self->fd, &info) == 0)
        self->size = info.st_size;
      downloader_error_set_errno (error, saved_errno, self->folder->path);
      return FALSE;
    }

  self->size += length;
  return TRUE;
}

gssize
downloader_partial_read (DownloaderPartial  *self,
                         guint64             offset,
                         guint8             *buffer,
                         gsize               length,
                         GError            **error)
{
  gssize got;

  do
    got = pread (self->fd, buffer, length, offset);
  while (got < 0 && errno == EINTR);

  if (got < 0)
    downloader_error_set_errno (error, errno, self->folder->path);

  return got;
}

/* A file system that takes no such time is no reason to fail. */
static void
apply_modified (DownloaderPartial *self)
{
  const struct timespec times[2] = { { 0, UTIME_OMIT }, { (time_t) self->modified, 0 } };

  if (self->modified > 0)
    futimens (self->fd, times);
}

/**
 * downloader_partial_commit:
 * @self: A complete file.
 * @keep_time: Whether the file gets the time at which the server's was modified.
 * @error: Return location for an error.
 *
 * Makes the file safe on disk and gives it its final name, or the next free one
 * where somebody else took that meanwhile.
 *
 * Returns: (transfer full): the path of the file
 */
char *
downloader_partial_commit (DownloaderPartial  *self,
                           gboolean            keep_time,
                           GError            **error)
{
  int saved_errno = 0;

  if (keep_time)
    apply_modified (self);

  if ((keep_time ? fsync (self->fd) : fdatasync (self->fd)) != 0 && errno != EINVAL)
    {
      downloader_error_set_errno (error, errno, self->folder->path);
      return NULL;
    }

  for (guint number = 0; number <= NUMBER_MAX; number++)
    {
      g_autofree char *name = downloader_name_numbered (self->name, number);

      if (downloader_folder_rename (self->folder, self->partial_name, name,
                                    DOWNLOADER_RENAME_NO_REPLACE, &saved_errno))
        {
          unlinkat (self->folder->fd, self->record_name, 0);
          fsync (self->folder->fd);
          close (self->fd);
          self->fd = -1;
          return g_build_filename (self->folder->path, name, NULL);
        }
      if (saved_errno != EEXIST)
        break;
    }

  downloader_error_set_errno (error, saved_errno, self->folder->path);
  return NULL;
}

/**
 * downloader_partial_discard:
 * @self: A partial file.
 *
 * Removes what has arrived.
 */
void
downloader_partial_discard (DownloaderPartial *self)
{
  unlinkat (self->folder->fd, self->partial_name, 0);
  unlinkat (self->folder->fd, self->record_name, 0);
  close (self->fd);
  self->fd = -1;
}
