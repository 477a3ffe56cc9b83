/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include "downloader-config.h"

#include "downloader-folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "downloader-error.h"
#include "downloader-names.h"
#include "downloader-resume.h"

#define SMALL_MAX 65536
#define WATCHED (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)

/* What the names of a part and its record have besides that of the file, and what a
 * number adds to it. */
#define HIDDEN_ROOM (sizeof "..part.resume" - 1 + sizeof " (9999)" - 1)
#define SHORT_NAME 64

/* Everything happens relative to the open folder: what its path means may change
 * while a download runs. Downloads to the same folder share it. */
struct _DownloaderFolder
{
  char     *path;
  int       fd;
  dev_t     device;
  ino_t     inode;
  gsize     name_max;
  gboolean  allocates;

  /* Under the lock of all of them. */
  guint     n_users;
  gboolean  unsynced;
};

/* What is known of the records in the folder that was looked through last. A folder
 * may have a hundred thousand files, and a hundred links be downloaded to it. */
typedef struct
{
  dev_t       device;
  ino_t       inode;
  int         watch; /* what has changed since; below 0 where that is not told */
  GHashTable *links; /* of the names of records */
} Index;

/* Guards the folders that are open, and what is reserved of which device. */
static GMutex folders_lock;
static GPtrArray *folders;
static GHashTable *reserved;

/* Guards the index, and is held while a folder is looked through: who comes meanwhile
 * would do the same. */
static GMutex index_lock;
static Index records = { .watch = -1 };

/* How long the name of a file may be. */
static gsize
find_name_max (int fd)
{
  long most = fpathconf (fd, _PC_NAME_MAX);

  if (most <= 0 || most >= DOWNLOADER_NAME_MAX)
    return DOWNLOADER_NAME_MAX;

  return MAX ((gsize) most, HIDDEN_ROOM + SHORT_NAME) - HIDDEN_ROOM;
}

/* Whether room for a file can be had beforehand, for nothing: these note where it is
 * to be. Others would write it full of zeros. */
static gboolean
find_allocates (int fd)
{
  const guint32 known[] = { 0xEF53 /* ext4 */, 0x58465342 /* XFS */, 0x9123683E /* Btrfs */, 0xF2F52010 /* F2FS */ };
  struct statfs info;

  if (fstatfs (fd, &info) != 0)
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if ((guint32) info.f_type == known[i])
      return TRUE;

  return FALSE;
}

static int
open_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0 && errno == ENOENT && g_mkdir_with_parents (path, 0777) == 0)
    fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  return fd;
}

/* Under the lock. */
static DownloaderFolder *
find_open (const char        *path,
           const struct stat *info)
{
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      DownloaderFolder *folder = folders->pdata[i];

      if (folder->device == info->st_dev && folder->inode == info->st_ino && g_str_equal (folder->path, path))
        return folder;
    }

  return NULL;
}

/* The folder that others are at work in, if the path still leads there. */
static DownloaderFolder *
take_open (const char *path)
{
  DownloaderFolder *self;
  struct stat info;

  if (stat (path, &info) != 0)
    return NULL;

  g_mutex_lock (&folders_lock);
  self = find_open (path, &info);
  if (self != NULL)
    self->n_users++;
  g_mutex_unlock (&folders_lock);

  return self;
}

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
  DownloaderFolder *self = take_open (path);
  struct stat info;
  int fd;

  if (self != NULL)
    return self;

  fd = open_folder (path);
  if (fd < 0 || fstat (fd, &info) != 0)
    {
      downloader_error_set_errno (error, errno, path);
      if (fd >= 0)
        close (fd);
      return NULL;
    }

  g_mutex_lock (&folders_lock);
  self = find_open (path, &info);
  if (self != NULL)
    {
      close (fd);
    }
  else
    {
      self = g_new0 (DownloaderFolder, 1);
      self->path = g_strdup (path);
      self->fd = fd;
      self->device = info.st_dev;
      self->inode = info.st_ino;
      self->name_max = find_name_max (fd);
      self->allocates = find_allocates (fd);
      if (folders == NULL)
        folders = g_ptr_array_new ();
      g_ptr_array_add (folders, self);
    }
  self->n_users++;
  g_mutex_unlock (&folders_lock);

  return self;
}

void
downloader_folder_free (DownloaderFolder *self)
{
  gboolean is_last;

  if (self == NULL)
    return;

  g_mutex_lock (&folders_lock);
  is_last = --self->n_users == 0;
  if (is_last)
    g_ptr_array_remove_fast (folders, self);
  g_mutex_unlock (&folders_lock);
  if (!is_last)
    return;

  if (self->unsynced)
    fsync (self->fd);
  close (self->fd);
  g_free (self->path);
  g_free (self);
}

int
downloader_folder_get_fd (DownloaderFolder *self)
{
  return self->fd;
}

const char *
downloader_folder_get_path (DownloaderFolder *self)
{
  return self->path;
}

gsize
downloader_folder_get_name_max (DownloaderFolder *self)
{
  return self->name_max;
}

/**
 * downloader_folder_allocates:
 * @self: A folder.
 *
 * Tells whether room for a file can be had beforehand at no cost.
 *
 * Returns: %TRUE where fallocate() is cheap
 */
gboolean
downloader_folder_allocates (DownloaderFolder *self)
{
  return self->allocates;
}

gboolean
downloader_folder_has (DownloaderFolder *self,
                       const char       *name)
{
  struct stat info;

  return fstatat (self->fd, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
}

/**
 * downloader_folder_read_small:
 * @self: A folder.
 * @name: A name in it.
 * @forbidden: (out): Whether it may not be read.
 *
 * Reads a small file. Nothing is read where there is nothing; what may not be read is
 * somebody's.
 *
 * Returns: (transfer full) (nullable): what is in it
 */
char *
downloader_folder_read_small (DownloaderFolder *self,
                              const char       *name,
                              gboolean         *forbidden)
{
  int fd = openat (self->fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  g_autofree char *text = NULL;
  struct stat info;
  gsize length = 0;

  *forbidden = fd < 0 && errno == EACCES;
  if (fd < 0)
    return NULL;

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && info.st_size < SMALL_MAX)
    {
      gssize got;

      text = g_malloc0 (SMALL_MAX);
      while (length < SMALL_MAX - 1 &&
             ((got = read (fd, text + length, SMALL_MAX - 1 - length)) > 0 || (got < 0 && errno == EINTR)))
        length += MAX (got, 0);
    }

  close (fd);
  return g_steal_pointer (&text);
}

/**
 * downloader_folder_is_named:
 * @self: A folder.
 * @name: A name in it.
 * @info: What is known of an open file.
 *
 * Tells whether a name still is that of the open file.
 *
 * Returns: %FALSE if there is another one of that name, or none
 */
gboolean
downloader_folder_is_named (DownloaderFolder  *self,
                            const char        *name,
                            const struct stat *info)
{
  struct stat named;

  return fstatat (self->fd, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         info->st_dev == named.st_dev && info->st_ino == named.st_ino;
}

/**
 * downloader_folder_lock:
 * @self: A folder.
 * @name: A name in it.
 * @fd: The file that was opened by that name.
 * @info: (out caller-allocates): What is known of it.
 *
 * Locks a file for who has it open. That is worth something only on the file that still
 * has the name: its last holder may have finished the file, or thrown it away, in
 * between.
 *
 * Returns: %FALSE if somebody else holds it, or it is no longer there
 */
gboolean
downloader_folder_lock (DownloaderFolder *self,
                        const char       *name,
                        int               fd,
                        struct stat      *info)
{
  if (flock (fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return FALSE;

  return fstat (fd, info) == 0 && S_ISREG (info->st_mode) && info->st_nlink == 1 &&
         downloader_folder_is_named (self, name, info);
}

/**
 * downloader_folder_write_all:
 * @fd: An open file.
 * @data: What to write.
 * @length: How much that is.
 *
 * Writes all of it, however often it takes.
 *
 * Returns: %FALSE if that failed, and errno is set; some may be written then
 */
gboolean
downloader_folder_write_all (int           fd,
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

static void
index_note (DownloaderFolder *folder,
            const char       *name)
{
  g_autofree char *partial_name = downloader_name_of_record (name);
  g_auto(DownloaderResume) record = { 0 };
  g_autofree char *text = NULL;
  gboolean forbidden;

  if (partial_name == NULL)
    return;

  text = downloader_folder_read_small (folder, name, &forbidden);
  if (text != NULL && downloader_resume_parse (&record, text))
    g_hash_table_insert (records.links, g_strdup (name), g_steal_pointer (&record.link));
  else
    g_hash_table_remove (records.links, name);
}

/* Returns FALSE if there is no telling what has changed. */
static gboolean
index_catch_up (DownloaderFolder *folder)
{
  char buffer[16384] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
  gssize got;

  while ((got = read (records.watch, buffer, sizeof buffer)) > 0)
    for (char *p = buffer; p < buffer + got;)
      {
        const struct inotify_event *event = (const struct inotify_event *) (gpointer) p;

        if ((event->mask & (IN_Q_OVERFLOW | IN_IGNORED | IN_UNMOUNT)) != 0)
          return FALSE;
        if (event->len > 0 && (event->mask & (IN_MOVED_FROM | IN_DELETE)) != 0)
          g_hash_table_remove (records.links, event->name);
        else if (event->len > 0)
          index_note (folder, event->name);
        p += sizeof *event + event->len;
      }

  return got < 0 && errno == EAGAIN;
}

static void
index_watch (DownloaderFolder *folder)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", folder->fd);

  if (records.watch >= 0)
    close (records.watch);
  records.watch = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (records.watch >= 0 && inotify_add_watch (records.watch, path, WATCHED | IN_ONLYDIR) < 0)
    {
      close (records.watch);
      records.watch = -1;
    }
  records.device = folder->device;
  records.inode = folder->inode;
}

static void
index_look_through (DownloaderFolder *folder)
{
  int fd = openat (folder->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return;
    }

  while ((entry = readdir (dir)) != NULL)
    index_note (folder, entry->d_name);
  closedir (dir);
}

/**
 * downloader_folder_find_records:
 * @self: A folder.
 * @link: (nullable): A link, without credentials, %NULL for any.
 *
 * Finds what says that there is a part of a file. It is looked for among all files of
 * the folder once; after that, only what has changed is looked at.
 *
 * Returns: (transfer full): the names of records, which may be gone by now
 */
char **
downloader_folder_find_records (DownloaderFolder *self,
                                const char       *link)
{
  g_autoptr(GStrvBuilder) found = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer name, of;

  g_mutex_lock (&index_lock);
  if (records.links == NULL || records.watch < 0 ||
      records.device != self->device || records.inode != self->inode || !index_catch_up (self))
    {
      g_clear_pointer (&records.links, g_hash_table_unref);
      records.links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      index_watch (self);
      index_look_through (self);
    }

  g_hash_table_iter_init (&iter, records.links);
  while (g_hash_table_iter_next (&iter, &name, &of))
    if (link == NULL || g_str_equal (of, link))
      g_strv_builder_add (found, name);
  g_mutex_unlock (&index_lock);

  return g_strv_builder_end (found);
}

/* What is there, and has been promised to nobody. Under the lock. */
static gboolean
find_available (DownloaderFolder *self,
                guint64          *available)
{
  guint64 device = self->device;
  struct statvfs info;
  guint64 *promised;

  if (fstatvfs (self->fd, &info) != 0 || info.f_blocks == 0)
    return FALSE;

  *available = (guint64) info.f_bavail * info.f_frsize;
  promised = reserved != NULL ? g_hash_table_lookup (reserved, &device) : NULL;
  if (promised != NULL)
    *available -= MIN (*available, *promised);

  return TRUE;
}

/**
 * downloader_folder_reserve:
 * @self: A folder.
 * @needed: How many bytes are still to come.
 * @error: Return location for an error.
 *
 * Checks that a file fits besides those that are on their way, as far as that can be
 * known beforehand, and counts it among them.
 *
 * Returns: %FALSE if it cannot fit
 */
gboolean
downloader_folder_reserve (DownloaderFolder  *self,
                           guint64            needed,
                           GError           **error)
{
  guint64 device = self->device;
  guint64 available = 0;
  gboolean fits;

  if (needed == 0)
    return TRUE;

  g_mutex_lock (&folders_lock);
  fits = !find_available (self, &available) || needed <= available;
  if (fits)
    {
      guint64 *promised;

      if (reserved == NULL)
        reserved = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
      promised = g_hash_table_lookup (reserved, &device);
      if (promised == NULL)
        {
          promised = g_new0 (guint64, 1);
          g_hash_table_insert (reserved, g_memdup2 (&device, sizeof device), promised);
        }
      *promised += needed;
    }
  g_mutex_unlock (&folders_lock);

  if (!fits)
    downloader_error_set_space (error, needed, available, self->path);
  return fits;
}

/**
 * downloader_folder_release:
 * @self: A folder.
 * @bytes: How much of what was reserved has come, or does not come.
 *
 * Counts less among what is on its way.
 */
void
downloader_folder_release (DownloaderFolder *self,
                           guint64           bytes)
{
  guint64 device = self->device;

  if (bytes == 0)
    return;

  g_mutex_lock (&folders_lock);
  *(guint64 *) g_hash_table_lookup (reserved, &device) -= bytes;
  g_mutex_unlock (&folders_lock);
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

/**
 * downloader_folder_sync:
 * @self: A folder in which something was renamed.
 *
 * Has the names of the folder outlive a loss of power. Where other downloads are at
 * work in it, the last one does that for all: until then a file might have the name
 * of its part again, with all of its bytes.
 */
void
downloader_folder_sync (DownloaderFolder *self)
{
  gboolean is_alone;

  g_mutex_lock (&folders_lock);
  is_alone = self->n_users == 1;
  self->unsynced = !is_alone;
  g_mutex_unlock (&folders_lock);

  if (is_alone)
    fsync (self->fd);
}
