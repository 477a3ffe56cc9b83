/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A process that has loaded the library and executed nothing. */

#define _GNU_SOURCE

#include <dlfcn.h>
#include <stdio.h>
#include <sys/stat.h>

#include "bench.h"

static const char *
find_library (void)
{
  Dl_info info;

  if (!dladdr (dlsym (RTLD_DEFAULT, "at_async_task_get_type"), &info))
    bench_fail ("the library was not found");

  return info.dli_fname;
}

static void
run_unused (BenchRun *run)
{
  g_autofree char *dir = g_path_get_dirname (bench_get_program ());
  g_autofree char *program = g_build_filename (dir, "bench-load", NULL);
  const char *argv[] = { program, find_library (), NULL };
  g_autofree char *output = NULL;
  g_autoptr(GError) error = NULL;
  struct stat library;
  guint n_left;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, NULL, NULL, &error))
    bench_fail ("%s", error->message);
  if (sscanf (output, "%lf %lf %u", &run->values[0], &run->values[1], &n_left) != 3)
    bench_fail ("bench-load said “%s”", output);
  if (stat (argv[1], &library) != 0)
    bench_fail ("the library was not found");

  run->values[2] = library.st_size;
  run->values[3] = n_left;
}

const BenchCase bench_unused_cases[] = {
  { "unused", run_unused, BENCH_NO_PEER, 1, 0,
    { { "loading the library beside GIO", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE },
      { "· the class, and a task that is not executed", BENCH_UNIT_SECONDS, BENCH_GOAL_NONE },
      { "· size of the library", BENCH_UNIT_BYTES, BENCH_GOAL_NONE },
      { "· threads, descriptors and sources", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 0 } } },
  { NULL }
};
