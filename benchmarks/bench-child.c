/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* The process that measures, and how its parent starts it and reads what it says. */

#include <stdio.h>
#include <unistd.h>

#include "bench-child.h"

#define CHILD_SECONDS 120

gboolean
bench_child_parse (BenchChild   *child,
                   int          *argc,
                   char       ***argv,
                   GError      **error)
{
  g_autoptr(GOptionContext) context = g_option_context_new (NULL);
  const GOptionEntry entries[] = {
    { "child", 0, 0, G_OPTION_ARG_STRING, &child->workload, "Measure this workload", "NAME" },
    { "side", 0, 0, G_OPTION_ARG_STRING, &child->side, "Measure this side", "SIDE" },
    { "size", 0, 0, G_OPTION_ARG_INT, &child->size, "So many tasks", "N" },
    { "cold", 0, 0, G_OPTION_ARG_NONE, &child->cold, "Without warming up", NULL },
    { NULL }
  };

  g_option_context_add_main_entries (context, entries, NULL);

  return g_option_context_parse (context, argc, argv, error);
}

const BenchCase *
bench_child_find (const BenchChild *child,
                  const BenchCase  *cases)
{
  for (const BenchCase *bench = cases; bench->name != NULL; bench++)
    if (g_strcmp0 (bench->name, child->workload) == 0)
      return bench;

  return NULL;
}

void
bench_child_run (const BenchChild *child,
                 const BenchCase  *bench)
{
  gboolean ours = child->side == NULL || g_str_equal (child->side, "ours");
  BenchRun run = { .side = ours ? BENCH_OURS : BENCH_PEER, .warm_up = !child->cold };

  if (bench == NULL)
    bench_fail ("there is no workload “%s”", child->workload);

  run.flags = bench->flags;
  run.size = child->size > 0 ? (guint) child->size : bench->size;

  /* A lost callback is a hang; SIGALRM makes an end of it. */
  alarm (CHILD_SECONDS);
  bench->run (&run);

  for (guint i = 0; i < BENCH_MAX_ROWS && bench->rows[i].label != NULL; i++)
    {
      char text[G_ASCII_DTOSTR_BUF_SIZE];

      printf ("%s ", g_ascii_dtostr (text, sizeof text, run.values[i]));
    }
  putchar ('\n');

  /* Skips destructors: a benchmark of exits this is not. */
  fflush (stdout);
  _exit (0);
}

gboolean
bench_child_spawn (const char        *program,
                   const BenchChild  *child,
                   char             **environment,
                   double            *values,
                   guint              n_values,
                   GError           **error)
{
  g_autofree char *size = g_strdup_printf ("%d", child->size);
  const char *argv[] = {
    program, "--child", child->workload, "--side", child->side, "--size", size,
    child->cold ? "--cold" : NULL, NULL,
  };
  g_autofree char *output = NULL;
  char *position;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_CHILD_INHERITS_STDIN, NULL, NULL,
                     &output, NULL, &status, error))
    return FALSE;
  if (!g_spawn_check_wait_status (status, error))
    return FALSE;

  position = output;
  for (guint i = 0; i < n_values; i++)
    {
      char *end;

      values[i] = g_ascii_strtod (position, &end);
      if (end == position)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       "%u values were expected: %s", n_values, output);
          return FALSE;
        }
      position = end;
    }

  return TRUE;
}
