/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A program that uses GIO and loads the library, whose path it is told: how long that takes,
 * in seconds, and how many threads, descriptors and sources there are afterwards that were not
 * there before. */

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <gio/gio.h>

static double
get_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return now.tv_sec + now.tv_nsec * 1e-9;
}

static guint
count_files (const char *path)
{
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;

  return n;
}

static guint
count_all (void)
{
  g_autoptr(GSource) source = g_idle_source_new ();
  guint n = count_files ("/proc/self/task") + count_files ("/proc/self/fd");

  /* Sources are numbered as they come. */
  n += g_source_attach (source, NULL);

  g_source_destroy (source);

  return n;
}

int
main (int    argc,
      char **argv)
{
  GType (* get_type) (void);
  guint before;
  double start;
  double loaded;
  void *library;

  if (argc != 2)
    return EXIT_FAILURE;

  /* These are GLib's own. */
  g_type_ensure (G_TYPE_TASK);
  g_main_context_iteration (NULL, FALSE);
  before = count_all ();

  start = get_time ();
  library = dlopen (argv[1], RTLD_NOW);
  loaded = get_time ();
  if (library == NULL)
    {
      fprintf (stderr, "bench-load: %s\n", dlerror ());
      return EXIT_FAILURE;
    }

  get_type = (GType (*) (void)) dlsym (library, "at_async_task_get_type");
  g_object_unref (g_object_new (get_type (), NULL));

  /* The probe that counts is a source itself. */
  printf ("%.9f %.9f %u\n", loaded - start, get_time () - loaded, count_all () - before - 1);

  return EXIT_SUCCESS;
}
