/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-partial-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "downloader-names.h"
#include "downloader-partial-record.h"

/* Something that an earlier download may have left. */
typedef struct
{
  char            *partial_name;
  char            *name;
  struct timespec  written_at;
} Candidate;

static void
candidate_free (gpointer data)
{
  Candidate *self = data;

  g_free (self->partial_name);
  g_free (self->name);
  g_free (self);
}

static int
compare_age (gconstpointer a,
             gconstpointer b)
{
  const struct timespec *one = &(*(Candidate * const *) a)->written_at;
  const struct timespec *other = &(*(Candidate * const *) b)->written_at;

  if (one->tv_sec != other->tv_sec)
    return one->tv_sec > other->tv_sec ? -1 : 1;

  return one->tv_nsec > other->tv_nsec ? -1 : one->tv_nsec < other->tv_nsec;
}

static void
consider (GPtrArray        *candidates,
          DownloaderFolder *folder,
          const char       *record_name,
          const char       *link,
          const char       *name)
{
  g_autofree char *partial_name = downloader_name_of_record (record_name);
  g_auto(DownloaderResume) record = { 0 };
  struct stat info = { 0 };
  Candidate *candidate;

  if (partial_name == NULL || !downloader_record_read (&record, folder, record_name) ||
      !downloader_record_is_of (&record, link, name))
    return;

  if (fstatat (downloader_folder_get_fd (folder), partial_name, &info, AT_SYMLINK_NOFOLLOW) != 0 && errno == ENOENT)
    {
      downloader_record_remove (folder, record_name);
      return;
    }

  candidate = g_new (Candidate, 1);
  candidate->partial_name = g_steal_pointer (&partial_name);
  candidate->name = g_steal_pointer (&record.name);
  candidate->written_at = info.st_mtim;
  g_ptr_array_add (candidates, candidate);
}

/* Of one file there may be several, each of another version: the last one is gone on
 * with, and the others are its. */
static DownloaderPartial *
take_up_last (GPtrArray        *candidates,
              DownloaderFolder *folder,
              const char       *link)
{
  DownloaderPartial *last = NULL;

  g_ptr_array_sort (candidates, compare_age);
  for (guint i = 0; i < candidates->len; i++)
    {
      const Candidate *candidate = g_ptr_array_index (candidates, i);
      DownloaderPartial *one;

      if (last != NULL && !g_str_equal (candidate->name, downloader_partial_get_name (last)))
        continue;

      one = downloader_partial_take_up (folder, candidate->partial_name, link, candidate->name);
      if (last == NULL)
        last = one;
      else if (one != NULL)
        downloader_partial_add_earlier (last, one);
    }

  return last;
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
  g_autoptr(GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  g_auto(GStrv) records = downloader_folder_find_records (folder, link);

  for (char **record = records; *record != NULL; record++)
    consider (candidates, folder, *record, link, name);

  return take_up_last (candidates, folder, link);
}

static void
part_free (gpointer data)
{
  DownloaderPart *self = data;

  g_free (self->name);
  g_free (self->link);
  g_free (self);
}

static DownloaderPart *
look_at_part (DownloaderFolder *folder,
              const char       *record_name,
              gboolean          remove)
{
  int folder_fd = downloader_folder_get_fd (folder);
  g_autofree char *partial_name = downloader_name_of_record (record_name);
  g_auto(DownloaderResume) record = { 0 };
  DownloaderPart *part = NULL;
  struct stat info;
  int fd = openat (folder_fd, partial_name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

  if (fd < 0)
    return NULL;

  if (fstat (fd, &info) == 0 && S_ISREG (info.st_mode) && downloader_record_read (&record, folder, record_name))
    {
      part = g_new0 (DownloaderPart, 1);
      part->name = g_steal_pointer (&record.name);
      part->link = g_steal_pointer (&record.link);
      part->bytes = info.st_size;
      part->total = record.version.total;
      part->busy = !downloader_folder_lock (folder, partial_name, fd, &info);
      if (remove && !part->busy)
        {
          unlinkat (folder_fd, partial_name, 0);
          unlinkat (folder_fd, record_name, 0);
        }
    }

  close (fd);
  return part;
}

static int
compare_parts (gconstpointer a,
               gconstpointer b)
{
  return strcmp ((*(const DownloaderPart * const *) a)->name, (*(const DownloaderPart * const *) b)->name);
}

/**
 * downloader_partial_list:
 * @folder: A folder.
 * @link: (nullable): A link, without credentials, %NULL for any.
 * @remove: Whether to remove what nobody is at work on.
 *
 * Finds what has arrived of files that are not complete.
 *
 * Returns: (transfer container) (element-type DownloaderPart): what there is, or was,
 *   by name
 */
GPtrArray *
downloader_partial_list (DownloaderFolder *folder,
                         const char       *link,
                         gboolean          remove)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func (part_free);
  g_auto(GStrv) records = downloader_folder_find_records (folder, link);

  for (char **record = records; *record != NULL; record++)
    {
      DownloaderPart *part = look_at_part (folder, *record, remove);

      if (part != NULL)
        g_ptr_array_add (parts, part);
    }
  g_ptr_array_sort (parts, compare_parts);

  return parts;
}

/**
 * downloader_partial_find_complete:
 * @folder: A folder.
 * @name: A safe name.
 * @size: How long the file is.
 * @number: (inout): From which number on, then the one after it.
 *
 * Looks for a file that was downloaded before: of that name, or of that and a number.
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
downloader_partial_find_complete (DownloaderFolder *folder,
                                  const char       *name,
                                  guint64           size,
                                  guint            *number)
{
  g_autofree char *fitting = downloader_name_cut (name, downloader_folder_get_name_max (folder));

  while (*number <= DOWNLOADER_NUMBER_MAX)
    {
      g_autofree char *numbered = downloader_name_numbered (fitting, (*number)++);
      struct stat info;

      if (fstatat (downloader_folder_get_fd (folder), numbered, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return NULL;
      if (S_ISREG (info.st_mode) && (guint64) info.st_size == size)
        return g_build_filename (downloader_folder_get_path (folder), numbered, NULL);
    }

  return NULL;
}
