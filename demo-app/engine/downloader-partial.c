/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "downloader-config.h"

#include "downloader-partial-private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "downloader-error.h"
#include "downloader-names.h"
#include "downloader-partial-record.h"

#define SHORT_NAME 64

/* What is worth asking for in one piece. */
#define LARGE_FILE (16 * 1024 * 1024)

/* The lock on the partial file says whose it is: it goes with the process, so a
 * file that a kill left behind can be taken up. The record is only ever written
 * while the partial file is empty; data beside a broken record is of no use.
 *
 * Writing appends: were the file made shorter by somebody else, writing at a place
 * of our own would leave a hole that no look at the size could show. */
struct _DownloaderPartial
{
  DownloaderFolder  *folder; /* unowned */
  char              *name;
  char              *wish;
  char              *partial_name;
  char              *record_name;
  char              *link;
  DownloaderVersion  version;
  guint64            size;
  guint64            reserved;
  gboolean           allocated;
  gboolean           is_brief;
  int                fd;

  /* What had arrived of other versions of the file: kept until this one is complete. */
  DownloaderPartial *earlier;
};

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

  if (self->fd >= 0 && (self->size == 0 || self->is_brief))
    downloader_partial_discard (self);
  if (self->fd >= 0 && self->allocated && ftruncate (self->fd, self->size) != 0)
    g_debug ("What was allocated for “%s” stays so", self->partial_name);
  if (self->fd >= 0)
    close (self->fd);
  downloader_folder_release (self->folder, self->reserved);

  g_free (self->name);
  g_free (self->wish);
  g_free (self->partial_name);
  g_free (self->record_name);
  g_free (self->link);
  downloader_version_clear (&self->version);
  downloader_partial_free (self->earlier);
  g_free (self);
}

/**
 * downloader_partial_take_up:
 * @folder: A folder.
 * @partial_name: The name of a partial file in it.
 * @link: A link, without credentials.
 * @name: (nullable): The name the file is to have, %NULL for any.
 *
 * Takes up one partial file, if its record says that it is of this link and nobody is at
 * work on it.
 *
 * Returns: (transfer full) (nullable): the partial file, locked
 */
DownloaderPartial *
downloader_partial_take_up (DownloaderFolder *folder,
                            const char       *partial_name,
                            const char       *link,
                            const char       *name)
{
  g_autoptr(DownloaderPartial) self = NULL;
  g_autofree char *record_name = downloader_name_record (partial_name);
  g_auto(DownloaderResume) record = { 0 };
  struct stat info;
  int fd;

  fd = openat (downloader_folder_get_fd (folder), partial_name, O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return NULL;

  /* Only now is it sure whose it is. */
  if (!downloader_folder_lock (folder, partial_name, fd, &info) ||
      !downloader_record_read (&record, folder, record_name) || !downloader_record_is_of (&record, link, name))
    {
      close (fd);
      return NULL;
    }

  self = partial_new (folder, partial_name, link, fd);
  self->name = g_steal_pointer (&record.name);
  downloader_version_move (&self->version, &record.version);
  self->size = info.st_size;

  return g_steal_pointer (&self);
}

/**
 * downloader_partial_add_earlier:
 * @self: A partial file.
 * @earlier: (transfer full): One that has come of another version of the same file.
 *
 * Has what came earlier kept until the file is complete.
 */
void
downloader_partial_add_earlier (DownloaderPartial *self,
                                DownloaderPartial *earlier)
{
  DownloaderPartial **next = &self->earlier;

  while (*next != NULL)
    next = &(*next)->earlier;
  *next = earlier;
}

/* What a symbolic link, a folder or somebody's file in the way means: that another
 * name is needed, not that the folder is unusable. */
static gboolean
is_name_taken (DownloaderFolder *folder,
               const char       *name,
               int               saved_errno)
{
  return saved_errno == ELOOP || saved_errno == EISDIR || saved_errno == ENXIO ||
         saved_errno == EEXIST || saved_errno == EMLINK ||
         (saved_errno == EACCES && downloader_folder_has (folder, name));
}

/* What file systems say of a name that they cannot take; some that they may not. */
static gboolean
is_name_refused (int saved_errno)
{
  return saved_errno == EINVAL || saved_errno == EILSEQ || saved_errno == ENAMETOOLONG ||
         saved_errno == EPERM || saved_errno == EACCES;
}

typedef enum
{
  CLAIM_MADE,
  CLAIM_TAKEN,
  CLAIM_REFUSED,
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
  g_autofree char *record_name = downloader_name_record (partial_name);
  struct stat info;
  int fd;

  if (downloader_folder_has (folder, name))
    return CLAIM_TAKEN;

  fd = openat (downloader_folder_get_fd (folder), partial_name,
               O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
  if (fd < 0)
    {
      int saved_errno = errno;

      if (is_name_taken (folder, partial_name, saved_errno))
        return CLAIM_TAKEN;
      downloader_error_set_errno (error, saved_errno, downloader_folder_get_path (folder));
      return is_name_refused (saved_errno) ? CLAIM_REFUSED : CLAIM_FAILED;
    }

  if (!downloader_folder_lock (folder, partial_name, fd, &info) ||
      (info.st_size > 0 && downloader_record_is_of_use (folder, record_name)))
    {
      close (fd);
      return CLAIM_TAKEN;
    }

  *claimed = partial_new (folder, partial_name, link, fd);
  (*claimed)->name = g_strdup (name);
  (*claimed)->size = info.st_size;

  /* Whoever had the lock before may have just given the file its name. */
  if (downloader_folder_has (folder, name))
    {
      g_clear_pointer (claimed, downloader_partial_free);
      return CLAIM_TAKEN;
    }

  return CLAIM_MADE;
}

static Claim
claim_numbered (DownloaderFolder   *folder,
                const char         *name,
                const char         *link,
                DownloaderPartial **claimed,
                GError            **error)
{
  for (guint number = 0; number <= DOWNLOADER_NUMBER_MAX; number++)
    {
      g_autofree char *numbered = downloader_name_numbered (name, number);
      Claim claim = claim_name (folder, numbered, link, claimed, error);

      if (claim != CLAIM_TAKEN)
        return claim;
    }

  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
               _("There are too many files named “%s” already"), name);
  return CLAIM_FAILED;
}

/* What a file is called where its name is refused: the next one, each plainer than the
 * one before. */
static char *
make_plainer (const char *name,
              guint       step)
{
  g_autofree char *ascii = NULL;

  if (step == 0)
    return g_strdup (name);
  if (step == 1)
    return downloader_name_make_plain (name, FALSE);

  ascii = downloader_name_make_plain (name, TRUE);
  return step == 2 ? g_steal_pointer (&ascii) : downloader_name_cut (ascii, SHORT_NAME);
}

/**
 * downloader_partial_create:
 * @folder: A folder.
 * @name: A safe name.
 * @link: The link the file comes from, without credentials.
 * @error: Return location for an error.
 *
 * Claims a name that nobody else has, or is about to have, and that the file system
 * takes.
 *
 * Returns: (transfer full): a partial file to be started, locked
 */
DownloaderPartial *
downloader_partial_create (DownloaderFolder  *folder,
                           const char        *name,
                           const char        *link,
                           GError           **error)
{
  const guint n_steps = 4;
  g_autofree char *fitting = downloader_name_cut (name, downloader_folder_get_name_max (folder));
  g_autofree char *tried = NULL;
  g_autoptr(GError) first_error = NULL;

  for (guint step = 0; step < n_steps; step++)
    {
      g_autofree char *plainer = make_plainer (fitting, step);
      DownloaderPartial *self = NULL;
      g_autoptr(GError) local_error = NULL;
      Claim claim;

      if (g_strcmp0 (plainer, tried) == 0)
        continue;

      claim = claim_numbered (folder, plainer, link, &self, &local_error);
      if (claim == CLAIM_MADE)
        {
          self->wish = g_str_equal (plainer, name) ? NULL : g_strdup (name);
          return self;
        }

      /* Where no name is taken, the one that was wanted is what it is about. */
      if (first_error == NULL)
        first_error = g_steal_pointer (&local_error);
      if (claim == CLAIM_FAILED)
        break;

      g_free (tried);
      tried = g_steal_pointer (&plainer);
    }

  g_propagate_error (error, g_steal_pointer (&first_error));
  return NULL;
}

/* Of what had arrived of other versions the most is kept, and only that: a file that
 * changes each time must not fill the disk. */
static void
keep_largest (DownloaderPartial *self)
{
  DownloaderPartial *kept = NULL;
  DownloaderPartial *next;

  for (DownloaderPartial *one = self->earlier; one != NULL; one = next)
    {
      DownloaderPartial *smaller = one;

      next = g_steal_pointer (&one->earlier);
      if (kept == NULL || one->size > kept->size)
        {
          smaller = kept;
          kept = one;
        }
      if (smaller != NULL)
        {
          downloader_partial_discard (smaller);
          downloader_partial_free (smaller);
        }
    }

  self->earlier = kept;
}

/**
 * downloader_partial_create_beside:
 * @self: A partial file.
 * @error: Return location for an error.
 *
 * Makes another one for another version of the same file, which it keeps until the
 * other one is complete.
 *
 * Returns: (transfer full): a partial file to be started, which owns @self; %NULL on
 *   error, and @self is still the caller's
 */
DownloaderPartial *
downloader_partial_create_beside (DownloaderPartial  *self,
                                  GError            **error)
{
  DownloaderPartial *beside;

  /* Its own name is claimed already, by the one that is there. */
  beside = downloader_partial_create (self->folder, self->name, self->link, error);
  if (beside == NULL)
    return NULL;

  g_free (beside->name);
  beside->name = g_strdup (self->name);
  beside->earlier = self;
  keep_largest (beside);

  return beside;
}

const char *
downloader_partial_get_name (DownloaderPartial *self)
{
  return self->name;
}

/**
 * downloader_partial_get_wish:
 * @self: A partial file that was just created.
 *
 * Gets what the file was to be called.
 *
 * Returns: (nullable): the name that the file system does not take, %NULL if the file
 *   has it
 */
const char *
downloader_partial_get_wish (DownloaderPartial *self)
{
  return self->wish;
}

const char *
downloader_partial_get_partial_name (DownloaderPartial *self)
{
  return self->partial_name;
}

guint64
downloader_partial_get_size (DownloaderPartial *self)
{
  return self->size;
}

/**
 * downloader_partial_get_kept:
 * @self: A partial file.
 *
 * Gets how much is kept of it when it is let go of: of several versions, of that which
 * has the most.
 *
 * Returns: bytes
 */
guint64
downloader_partial_get_kept (DownloaderPartial *self)
{
  guint64 kept = 0;

  for (DownloaderPartial *one = self; one != NULL; one = one->earlier)
    if (one->fd >= 0 && !one->is_brief)
      kept = MAX (kept, one->size);

  return kept;
}

const DownloaderVersion *
downloader_partial_get_version (DownloaderPartial *self)
{
  return &self->version;
}

/**
 * downloader_partial_get_offset:
 * @self: A partial file.
 *
 * Gets where to go on. Of a file that seems complete the last byte is asked for
 * again: the server then says whether it is still the same file.
 *
 * Returns: a place in the file, 0 when it can only be begun anew
 */
guint64
downloader_partial_get_offset (DownloaderPartial *self)
{
  guint64 total = self->version.total;

  if (self->version.validator == NULL)
    return 0;
  if (total == 0 || self->size < total)
    return self->size;

  return self->size == total ? self->size - 1 : 0;
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
  return g_build_filename (downloader_folder_get_path (self->folder), self->name, NULL);
}

/**
 * downloader_partial_start:
 * @self: A partial file.
 * @version: What follows; its contents are taken.
 * @keep: Whether what has come of it is to outlive a failure.
 * @error: Return location for an error.
 *
 * Empties the file, and notes what is needed to resume it.
 *
 * Returns: %FALSE if that failed
 */
gboolean
downloader_partial_start (DownloaderPartial  *self,
                          DownloaderVersion  *version,
                          gboolean            keep,
                          GError            **error)
{
  DownloaderResume record;

  if (self->size > 0 && !downloader_partial_truncate (self, 0, error))
    return FALSE;

  downloader_version_move (&self->version, version);
  self->is_brief = !keep;
  if (!keep)
    {
      downloader_record_remove (self->folder, self->record_name);
      return TRUE;
    }

  record = (DownloaderResume) { self->link, self->name, self->version };
  return downloader_record_write (&record, self->folder, self->record_name, error);
}

/**
 * downloader_partial_reserve:
 * @self: A partial file.
 * @needed: How many bytes are still to come, 0 if that is not known.
 * @error: Return location for an error.
 *
 * Checks that they fit, and has other downloads know that the room is taken.
 *
 * Returns: %FALSE if they cannot fit
 */
gboolean
downloader_partial_reserve (DownloaderPartial  *self,
                            guint64             needed,
                            GError            **error)
{
  downloader_folder_release (self->folder, self->reserved);
  self->reserved = 0;
  if (!downloader_folder_reserve (self->folder, needed, error))
    return FALSE;

  self->reserved = needed;
  if (needed >= LARGE_FILE && downloader_folder_allocates (self->folder) &&
      fallocate (self->fd, FALLOC_FL_KEEP_SIZE, self->size, needed) == 0)
    {
      /* The file system counts it by now. */
      self->allocated = TRUE;
      downloader_folder_release (self->folder, self->reserved);
      self->reserved = 0;
    }

  return TRUE;
}

gboolean
downloader_partial_truncate (DownloaderPartial  *self,
                             guint64             size,
                             GError            **error)
{
  if (ftruncate (self->fd, size) != 0)
    {
      downloader_error_set_errno (error, errno, downloader_folder_get_path (self->folder));
      return FALSE;
    }

  self->size = size;
  return TRUE;
}

static void
set_gone (DownloaderPartial  *self,
          GError            **error)
{
  g_autofree char *path = g_build_filename (downloader_folder_get_path (self->folder), self->partial_name, NULL);
  g_autofree char *shown = g_filename_display_name (path);

  /* What is left of it is of no use. */
  if (!downloader_folder_has (self->folder, self->partial_name))
    downloader_record_remove (self->folder, self->record_name);

  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
               _("“%s”, which held what had arrived, was removed meanwhile"), shown);
}

/* Whoever changed it did so since it was last looked at: of what was written since
 * then nobody knows whether it came before or after that. */
static gboolean
check_size (DownloaderPartial  *self,
            const struct stat  *info,
            gsize               in_doubt,
            GError            **error)
{
  g_autofree char *path = NULL;
  g_autofree char *shown = NULL;
  guint64 sure;

  if ((guint64) info->st_size == self->size)
    return TRUE;

  sure = MIN ((guint64) info->st_size, self->size);
  if (!downloader_partial_truncate (self, sure > in_doubt ? sure - in_doubt : 0, error))
    return FALSE;

  path = g_build_filename (downloader_folder_get_path (self->folder), self->partial_name, NULL);
  shown = g_filename_display_name (path);
  g_set_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE,
               _("“%s”, which holds what has arrived, was changed meanwhile by something else"), shown);
  return FALSE;
}

/**
 * downloader_partial_check:
 * @self: A partial file.
 * @error: Return location for an error.
 *
 * Checks that the file is as it was left. One that somebody made shorter is gone on
 * with from there, the next time.
 *
 * Returns: %FALSE if somebody else removed or changed it
 */
gboolean
downloader_partial_check (DownloaderPartial  *self,
                          GError            **error)
{
  struct stat info;

  if (fstat (self->fd, &info) != 0)
    {
      downloader_error_set_errno (error, errno, downloader_folder_get_path (self->folder));
      return FALSE;
    }
  if (info.st_nlink == 0 || !downloader_folder_is_named (self->folder, self->partial_name, &info))
    {
      set_gone (self, error);
      return FALSE;
    }

  return check_size (self, &info, 0, error);
}

/**
 * downloader_partial_write:
 * @self: A partial file that was started.
 * @data: What has arrived.
 * @length: How much that is.
 * @error: Return location for an error.
 *
 * Adds to what has arrived.
 *
 * Returns: %FALSE if that failed, or if somebody else removed or changed the file
 */
gboolean
downloader_partial_write (DownloaderPartial  *self,
                          const guint8       *data,
                          gsize               length,
                          GError            **error)
{
  gboolean written = downloader_folder_write_all (self->fd, data, length);
  int saved_errno = errno;
  struct stat info;
  gboolean known;
  guint64 came;

  /* Of what is not kept it does as well to look once, before it gets its name. */
  known = (!written || !self->is_brief) && fstat (self->fd, &info) == 0;

  if (!written)
    {
      /* A full disk may have taken some of it. */
      if (known)
        self->size = info.st_size;
      downloader_error_set_errno (error, saved_errno, downloader_folder_get_path (self->folder));
      return FALSE;
    }

  self->size += length;
  came = MIN (self->reserved, length);
  self->reserved -= came;
  downloader_folder_release (self->folder, came);
  if (known && info.st_nlink == 0)
    {
      set_gone (self, error);
      return FALSE;
    }

  return !known || check_size (self, &info, length, error);
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
    downloader_error_set_errno (error, errno, downloader_folder_get_path (self->folder));

  return got;
}

static void
discard_earlier (DownloaderPartial *self)
{
  for (DownloaderPartial *one = self->earlier; one != NULL; one = one->earlier)
    downloader_partial_discard (one);
  g_clear_pointer (&self->earlier, downloader_partial_free);
}

/* A file system that takes no such time is no reason to fail. */
static void
apply_modified (DownloaderPartial *self)
{
  const struct timespec times[2] = { { 0, UTIME_OMIT }, { (time_t) self->version.modified, 0 } };

  if (self->version.modified > 0)
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
      downloader_error_set_errno (error, errno, downloader_folder_get_path (self->folder));
      return NULL;
    }
  if (!downloader_partial_check (self, error))
    return NULL;

  for (guint number = 0; number <= DOWNLOADER_NUMBER_MAX; number++)
    {
      g_autofree char *name = downloader_name_numbered (self->name, number);

      if (downloader_folder_rename (self->folder, self->partial_name, name,
                                    DOWNLOADER_RENAME_NO_REPLACE, &saved_errno))
        {
          if (!self->is_brief)
            downloader_record_remove (self->folder, self->record_name);
          downloader_folder_sync (self->folder);
          close (self->fd);
          self->fd = -1;
          discard_earlier (self);
          return g_build_filename (downloader_folder_get_path (self->folder), name, NULL);
        }
      if (saved_errno != EEXIST)
        break;
    }

  downloader_error_set_errno (error, saved_errno, downloader_folder_get_path (self->folder));
  return NULL;
}

/**
 * downloader_partial_discard:
 * @self: A partial file.
 *
 * Removes what has arrived of this version of the file.
 */
void
downloader_partial_discard (DownloaderPartial *self)
{
  struct stat info;

  /* Where somebody removed it, another download may have taken the name since. */
  if (fstat (self->fd, &info) == 0 && downloader_folder_is_named (self->folder, self->partial_name, &info))
    {
      unlinkat (downloader_folder_get_fd (self->folder), self->partial_name, 0);
      downloader_record_remove (self->folder, self->record_name);
    }
  close (self->fd);
  self->fd = -1;
}

/**
 * downloader_partial_discard_all:
 * @self: A partial file.
 *
 * Removes what has arrived of the file, whatever the version.
 */
void
downloader_partial_discard_all (DownloaderPartial *self)
{
  discard_earlier (self);
  downloader_partial_discard (self);
}
