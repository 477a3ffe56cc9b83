/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <locale.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "downloader-error.h"
#include "downloader-partial.h"

#define LINK "http://host/file.bin"

typedef struct
{
  char             *path;
  DownloaderFolder *folder;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  fixture->path = g_dir_make_tmp ("downloader-partial-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = downloader_folder_open (fixture->path, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->path, name, NULL);

      g_assert_no_errno (g_remove (path));
    }
  g_assert_no_errno (g_rmdir (fixture->path));
  downloader_folder_free (fixture->folder);
  g_free (fixture->path);
}

static gboolean
has (Fixture    *fixture,
     const char *name)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
assert_content (Fixture    *fixture,
                const char *name,
                const char *expected)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autofree char *content = NULL;
  g_autoptr(GError) error = NULL;

  g_file_get_contents (path, &content, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (content, ==, expected);
}

static void
put_content (Fixture    *fixture,
             const char *name,
             const char *content)
{
  g_autofree char *path = g_build_filename (fixture->path, name, NULL);
  g_autoptr(GError) error = NULL;

  g_file_set_contents (path, content, -1, &error);
  g_assert_no_error (error);
}

static DownloaderPartial *
make_started (Fixture    *fixture,
              const char *text)
{
  g_autoptr(GError) error = NULL;
  DownloaderPartial *partial = downloader_partial_create (fixture->folder, "file.bin", LINK, &error);
  DownloaderVersion version = { .validator = g_strdup ("\"tag\""), .total = 10 };

  g_assert_no_error (error);
  g_assert_true (downloader_partial_start (partial, &version, TRUE, &error));
  g_assert_no_error (error);
  g_assert_true (downloader_partial_write (partial, (const guint8 *) text, strlen (text), &error));
  g_assert_no_error (error);

  return partial;
}

static void
test_commit (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(DownloaderPartial) partial = make_started (fixture, "content");
  g_autofree char *expected = g_build_filename (fixture->path, "file.bin", NULL);
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  g_assert_true (has (fixture, ".file.bin.part"));
  g_assert_true (has (fixture, ".file.bin.part.resume"));
  g_assert_false (has (fixture, "file.bin"));

  path = downloader_partial_commit (partial, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, expected);
  assert_content (fixture, "file.bin", "content");
  g_assert_false (has (fixture, ".file.bin.part"));
  g_assert_false (has (fixture, ".file.bin.part.resume"));
}

static void
test_commit_never_replaces (Fixture       *fixture,
                            gconstpointer  data)
{
  g_autoptr(DownloaderPartial) partial = make_started (fixture, "content");
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  put_content (fixture, "file.bin", "mine");
  path = downloader_partial_commit (partial, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_suffix (path, "/file (1).bin"));
  assert_content (fixture, "file.bin", "mine");
  assert_content (fixture, "file (1).bin", "content");
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  DownloaderPartial *partial = make_started (fixture, "half");
  g_autoptr(DownloaderPartial) found = NULL;

  g_assert_null (downloader_partial_find (fixture->folder, LINK, NULL));
  downloader_partial_free (partial);
  g_assert_null (downloader_partial_find (fixture->folder, "http://host/other.bin", NULL));

  found = downloader_partial_find (fixture->folder, LINK, NULL);
  g_assert_nonnull (found);
  g_assert_cmpuint (downloader_partial_get_size (found), ==, 4);
  g_assert_cmpuint (downloader_partial_get_offset (found), ==, 4);
  g_assert_cmpuint (downloader_partial_get_version (found)->total, ==, 10);
  g_assert_cmpstr (downloader_partial_get_version (found)->validator, ==, "\"tag\"");
}

static void
test_no_trace (Fixture       *fixture,
               gconstpointer  data)
{
  DownloaderPartial *partial = make_started (fixture, "");

  downloader_partial_free (partial);
  g_assert_false (has (fixture, ".file.bin.part"));
  g_assert_false (has (fixture, ".file.bin.part.resume"));
}

static void
test_stale_record (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->path, ".file.bin.part", NULL);

  downloader_partial_free (make_started (fixture, "half"));
  g_assert_no_errno (g_remove (path));
  g_assert_null (downloader_partial_find (fixture->folder, LINK, NULL));
  g_assert_false (has (fixture, ".file.bin.part.resume"));
}

static void
test_claims (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(GPtrArray) claims = g_ptr_array_new_with_free_func ((GDestroyNotify) downloader_partial_free);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *expected = i == 0 ? g_strdup ("file.bin") : g_strdup_printf ("file (%u).bin", i);
      g_autofree char *path = NULL;
      g_autoptr(GError) error = NULL;
      DownloaderPartial *partial = downloader_partial_create (fixture->folder, "file.bin", LINK, &error);

      g_assert_no_error (error);
      g_ptr_array_add (claims, partial);
      path = downloader_partial_dup_path (partial);
      g_assert_true (g_str_has_suffix (path, expected));
    }
}

static void
write_text (DownloaderPartial *partial,
            const char        *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (downloader_partial_write (partial, (const guint8 *) text, strlen (text), &error));
  g_assert_no_error (error);
}

static void
assert_write_fails (DownloaderPartial *partial,
                    const char        *text)
{
  g_autoptr(GError) error = NULL;

  g_assert_false (downloader_partial_write (partial, (const guint8 *) text, strlen (text), &error));
  g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE);
}

/* Whatever somebody leaves of it, what is kept is the beginning of the file. */
static void
test_shortened (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->path, ".file.bin.part", NULL);
  const char *kept[] = { "", "0", "012", "0123" };
  const gsize left[] = { 0, 1, 3, 4 };

  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autoptr(DownloaderPartial) partial = make_started (fixture, "01234");
      g_autoptr(GError) error = NULL;

      g_assert_no_errno (truncate (path, left[i]));
      assert_write_fails (partial, "56789");
      g_assert_cmpuint (downloader_partial_get_size (partial), ==, left[i]);
      assert_content (fixture, ".file.bin.part", kept[i]);

      write_text (partial, "x");
      g_assert_true (downloader_partial_check (partial, &error));
      g_assert_no_error (error);

      g_assert_no_errno (truncate (path, 0));
      g_assert_false (downloader_partial_check (partial, &error));
      g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE);
      g_assert_cmpuint (downloader_partial_get_size (partial), ==, 0);
    }
}

/* A file that is not what it was gets no name. */
static void
test_commit_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->path, ".file.bin.part", NULL);
  const guint ways = 3;

  for (guint way = 0; way < ways; way++)
    {
      g_autoptr(DownloaderPartial) partial = make_started (fixture, "content");
      g_autoptr(GError) error = NULL;

      if (way == 0)
        g_assert_no_errno (truncate (path, 3));
      else
        g_assert_no_errno (g_remove (path));
      if (way == 2)
        put_content (fixture, ".file.bin.part", "other");

      g_assert_null (downloader_partial_commit (partial, FALSE, &error));
      g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE);
      g_assert_false (has (fixture, "file.bin"));
      g_assert_cmpint (has (fixture, ".file.bin.part.resume"), ==, way != 1);

      downloader_partial_discard (partial);
      g_assert_cmpint (has (fixture, ".file.bin.part"), ==, way == 2);
    }
}

static void
start (DownloaderPartial *partial,
       const char        *validator,
       const char        *text)
{
  DownloaderVersion version = { .validator = g_strdup (validator), .total = 10 };
  g_autoptr(GError) error = NULL;

  g_assert_true (downloader_partial_start (partial, &version, TRUE, &error));
  g_assert_no_error (error);
  write_text (partial, text);
}

static DownloaderPartial *
make_beside (DownloaderPartial *partial,
             const char        *validator,
             const char        *text)
{
  g_autoptr(GError) error = NULL;
  DownloaderPartial *beside = downloader_partial_create_beside (partial, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (downloader_partial_get_name (beside), ==, "file.bin");
  start (beside, validator, text);

  return beside;
}

static void
test_beside (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *older = g_build_filename (fixture->path, ".file (1).bin.part", NULL);
  DownloaderPartial *partial = make_started (fixture, "four");
  const struct utimbuf times = { 1, 1 };
  g_autoptr(GError) error = NULL;
  g_autofree char *path = NULL;

  partial = make_beside (partial, "\"two\"", "sixsix");
  assert_content (fixture, ".file.bin.part", "four");
  assert_content (fixture, ".file (1).bin.part", "sixsix");

  /* Of two that are to be replaced that with less in it goes. */
  partial = make_beside (partial, "\"three\"", "one");
  g_assert_false (has (fixture, ".file.bin.part"));
  g_assert_false (has (fixture, ".file.bin.part.resume"));
  assert_content (fixture, ".file (1).bin.part", "sixsix");
  downloader_partial_free (partial);

  /* The last that was written is gone on with, and the other one is found with it. The
   * clock of a file system is too coarse for so fast a test. */
  g_assert_no_errno (utime (older, &times));
  partial = downloader_partial_find (fixture->folder, LINK, NULL);
  g_assert_cmpstr (downloader_partial_get_version (partial)->validator, ==, "\"three\"");
  g_assert_null (downloader_partial_find (fixture->folder, LINK, NULL));
  path = downloader_partial_commit (partial, FALSE, &error);
  g_assert_no_error (error);
  downloader_partial_free (partial);
  assert_content (fixture, "file.bin", "one");
  g_assert_false (has (fixture, ".file (1).bin.part"));
  g_assert_false (has (fixture, ".file (1).bin.part.resume"));
}

static void
test_discard_all (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr(DownloaderPartial) partial = make_beside (make_started (fixture, "four"), "\"two\"", "sixsix");

  downloader_partial_discard_all (partial);
  g_assert_false (has (fixture, ".file.bin.part"));
  g_assert_false (has (fixture, ".file (1).bin.part"));
  g_assert_false (has (fixture, ".file (1).bin.part.resume"));
}

static void
test_orphan (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(DownloaderPartial) partial = NULL;

  put_content (fixture, ".file.bin.part", "whatever it is");
  partial = make_started (fixture, "new");
  g_assert_cmpstr (downloader_partial_get_name (partial), ==, "file.bin");
  assert_content (fixture, ".file.bin.part", "new");
}

/* Other systems' file systems. */

static const char *refused_characters = "";
static gsize longest = 255;
static int refusal;

static gboolean
is_refused (const char *name)
{
  if (strlen (name) > longest)
    errno = ENAMETOOLONG;
  else if (strpbrk (name, refused_characters) != NULL)
    errno = refusal;
  else
    return FALSE;

  return TRUE;
}

/* In place of the C library's, as symbols of the program come first. */
G_MODULE_EXPORT int
openat (int         folder,
        const char *name,
        int         flags,
        ...)
{
  static int (* real) (int, const char *, int, ...);
  mode_t mode = 0;
  va_list args;

  if (real == NULL)
    {
      void *symbol = dlsym (RTLD_NEXT, "openat");

      memcpy (&real, &symbol, sizeof symbol);
    }
  if ((flags & O_CREAT) != 0)
    {
      va_start (args, flags);
      mode = va_arg (args, mode_t);
      va_end (args);
    }

  return is_refused (name) ? -1 : real (folder, name, flags, mode);
}

G_MODULE_EXPORT long
fpathconf (int fd,
           int name)
{
  return longest;
}

static void
check_plainer (Fixture    *fixture,
               const char *wish,
               const char *expected,
               gboolean    told)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DownloaderPartial) partial = downloader_partial_create (fixture->folder, wish, LINK, &error);
  g_autofree char *path = NULL;
  g_autofree char *final = g_build_filename (fixture->path, expected, NULL);

  g_assert_no_error (error);
  g_assert_cmpstr (downloader_partial_get_name (partial), ==, expected);
  g_assert_cmpstr (downloader_partial_get_wish (partial), ==, told ? wish : NULL);
  start (partial, "\"one\"", "content");
  path = downloader_partial_commit (partial, FALSE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, final);
  assert_content (fixture, expected, "content");
}

static void
test_plainer (Fixture       *fixture,
              gconstpointer  data)
{
  const int refusals[] = { EINVAL, EPERM, EACCES, EILSEQ };

  check_plainer (fixture, "a:b?.txt", "a:b?.txt", FALSE);
  refused_characters = ":?*<>|\"";
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *expected = i == 0 ? g_strdup ("a_b_.txt") : g_strdup_printf ("a_b_ (%u).txt", i);

      refusal = refusals[i];
      check_plainer (fixture, "a:b?.txt", expected, TRUE);
    }
  check_plainer (fixture, "c.txt", "c.txt", FALSE);

  refused_characters = ":?*<>|\"\xc3\xe5";
  check_plainer (fixture, "na\u00efve: \u65e5?", "naive_ __", TRUE);
  refused_characters = "";
}

static void
test_too_long (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *stem = g_strnfill (200, 'x');
  g_autofree char *wish = g_strconcat (stem, ".tar.gz", NULL);
  g_autoptr(GError) error = NULL;

  downloader_folder_free (fixture->folder);

  /* One that says how long a name may be, and one that is only found out about. */
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *cut_stem = g_strnfill ((i == 0 ? 143 - 20 : 64) - strlen (".tar.gz"), 'x');
      g_autofree char *cut = g_strconcat (cut_stem, ".tar.gz", NULL);
      g_autofree char *second = g_strconcat (cut_stem, " (1).tar.gz", NULL);

      if (i == 0)
        longest = 143;
      fixture->folder = downloader_folder_open (fixture->path, &error);
      g_assert_no_error (error);
      longest = 143;

      check_plainer (fixture, wish, cut, TRUE);
      check_plainer (fixture, wish, second, TRUE);
      check_plainer (fixture, "short.txt", i == 0 ? "short.txt" : "short (1).txt", FALSE);

      longest = 255;
      downloader_folder_free (fixture->folder);
    }
  fixture->folder = downloader_folder_open (fixture->path, &error);
  g_assert_no_error (error);
}

/* Where no name is taken, the sentence is about the one that was wanted. */
static void
test_no_name_at_all (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  refusal = EACCES;
  refused_characters = "abcdefghijklmnopqrstuvwxyz";
  g_assert_null (downloader_partial_create (fixture->folder, "a:b.txt", LINK, &error));
  g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_FILE);
  refused_characters = "";
}

static void
test_rename (Fixture       *fixture,
             gconstpointer  data)
{
  DownloaderRename way = GPOINTER_TO_INT (data);
  int saved_errno = 0;

  put_content (fixture, "from", "new");
  put_content (fixture, "taken", "mine");

  g_assert_false (downloader_folder_rename (fixture->folder, "from", "taken", way, &saved_errno));
  g_assert_cmpint (saved_errno, ==, EEXIST);
  assert_content (fixture, "taken", "mine");
  assert_content (fixture, "from", "new");

  g_assert_true (downloader_folder_rename (fixture->folder, "from", "to", way, &saved_errno));
  assert_content (fixture, "to", "new");
  g_assert_false (has (fixture, "from"));
}

static void
test_space (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr(GError) error = NULL;

  g_assert_true (downloader_folder_reserve (fixture->folder, 1, &error));
  g_assert_no_error (error);
  g_assert_false (downloader_folder_reserve (fixture->folder, G_MAXINT64, &error));
  g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE);
  downloader_folder_release (fixture->folder, 1);
}

static guint64
find_available (Fixture *fixture)
{
  struct statvfs info;

  g_assert_cmpint (statvfs (fixture->path, &info), ==, 0);

  return (guint64) info.f_bavail * info.f_frsize;
}

/* Of two that fit each, one does. */
static void
test_space_of_others (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr(DownloaderFolder) again = downloader_folder_open (fixture->path, NULL);
  guint64 most = find_available (fixture) / 3 * 2;
  g_autoptr(GError) error = NULL;

  g_assert_true (downloader_folder_reserve (fixture->folder, most, &error));
  g_assert_false (downloader_folder_reserve (again, most, &error));
  g_assert_error (error, DOWNLOADER_ERROR, DOWNLOADER_ERROR_SPACE);
  g_clear_error (&error);

  /* What has come is not counted twice, and what does not come is free again. */
  downloader_folder_release (fixture->folder, most);
  g_assert_true (downloader_folder_reserve (again, most, &error));
  g_assert_no_error (error);
  downloader_folder_release (again, most);
}

int
main (int    argc,
      char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_summary ("Partial files: whose they are, how they are taken up, and how they get their name.");

#define ADD(name, data, func) \
  g_test_add ("/downloader/partial/" name, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down)
  ADD ("commit", 0, test_commit);
  ADD ("commit-never-replaces", 0, test_commit_never_replaces);
  ADD ("find", 0, test_find);
  ADD ("no-trace", 0, test_no_trace);
  ADD ("stale-record", 0, test_stale_record);
  ADD ("claims", 0, test_claims);
  ADD ("shortened", 0, test_shortened);
  ADD ("commit-refused", 0, test_commit_refused);
  ADD ("beside", 0, test_beside);
  ADD ("discard-all", 0, test_discard_all);
  ADD ("orphan", 0, test_orphan);
  ADD ("plainer", 0, test_plainer);
  ADD ("too-long", 0, test_too_long);
  ADD ("no-name-at-all", 0, test_no_name_at_all);
  ADD ("rename/no-replace", DOWNLOADER_RENAME_NO_REPLACE, test_rename);
  ADD ("rename/link", DOWNLOADER_RENAME_LINK, test_rename);
  ADD ("rename/claim", DOWNLOADER_RENAME_CLAIM, test_rename);
  ADD ("space", 0, test_space);
  ADD ("space-of-others", 0, test_space_of_others);
#undef ADD

  return g_test_run ();
}
