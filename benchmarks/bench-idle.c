/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* A process that has used the library and now does nothing: what is still there. */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench-task.h"

#define IDLE_SECONDS 16

typedef struct
{
  char  *name;
  guint  n_switches;
} Thread;

static void
on_task (guint    index,
         gboolean cancelled,
         gpointer user_data)
{
  bench_tally_count (index);
}

static void
idle_burst (BenchRun   *run,
            BenchFlags  flags)
{
  BenchRecipe recipe = { .flags = flags, .called_back = on_task };

  bench_tally_begin (run->size);
  for (guint i = 0; i < run->size; i++)
    bench_task_start (&recipe, run->side, i);
  bench_tally_wait ();
  bench_tally_end ();
  bench_task_check_all_gone ();
}

/* Never returns: its observer ends it. */
static void
run_idle_subject (BenchRun *run)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  idle_burst (run, BENCH_FLAGS_NONE);
  idle_burst (run, BENCH_ON_POOL);
  puts ("idle");
  fflush (stdout);

  alarm (IDLE_SECONDS * 3);
  g_main_loop_run (loop);
}

static guint
count_switches (const char *status)
{
  const char *line = strstr (status, "\nvoluntary_ctxt_switches:");

  return line != NULL ? strtoul (strchr (line, ':') + 1, NULL, 10) : 0;
}

static void
thread_free (gpointer data)
{
  Thread *thread = data;

  g_free (thread->name);
  g_free (thread);
}

/* The threads of a process by their ids. */
static GHashTable *
look_at_threads (GPid pid)
{
  GHashTable *threads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, thread_free);
  g_autofree char *path = g_strdup_printf ("/proc/%d/task", (int) pid);
  g_autoptr(GDir) dir = g_dir_open (path, 0, NULL);
  const char *id;

  while (dir != NULL && (id = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *status_path = g_build_filename (path, id, "status", NULL);
      g_autofree char *comm_path = g_build_filename (path, id, "comm", NULL);
      g_autofree char *status = NULL;
      g_autofree char *name = NULL;
      Thread *thread;

      /* One that has just ended is none. */
      if (!g_file_get_contents (status_path, &status, NULL, NULL) ||
          !g_file_get_contents (comm_path, &name, NULL, NULL))
        continue;

      thread = g_new0 (Thread, 1);
      thread->name = g_strchomp (g_steal_pointer (&name));
      thread->n_switches = count_switches (status);
      g_hash_table_insert (threads, g_strdup (id), thread);
    }

  return threads;
}

static GPid
spawn_idle_subject (void)
{
  const char *argv[] = { bench_get_program (), "--child", "idle-subject", NULL };
  g_autoptr(GError) error = NULL;
  char line[16] = "";
  GPid pid;
  int out;

  if (!g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                 &pid, NULL, &out, NULL, &error))
    bench_fail ("%s", error->message);
  if (read (out, line, sizeof line - 1) <= 0 || !g_str_has_prefix (line, "idle"))
    bench_fail ("the idle process did not come up");

  return pid;
}

static void
run_idle (BenchRun *run)
{
  g_autoptr(GHashTable) before = NULL;
  g_autoptr(GHashTable) after = NULL;
  GHashTableIter iter;
  GPid pid = spawn_idle_subject ();
  guint n_threads = 0;
  guint n_switches = 0;
  const char *id;
  Thread *thread;

  g_usleep (IDLE_SECONDS * G_USEC_PER_SEC);
  before = look_at_threads (pid);
  g_usleep (G_USEC_PER_SEC);
  after = look_at_threads (pid);
  kill (pid, SIGKILL);
  g_spawn_close_pid (pid);

  if (g_hash_table_size (after) == 0)
    bench_fail ("the idle process is gone");

  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, (gpointer *) &thread))
    {
      Thread *earlier = g_hash_table_lookup (before, id);

      n_switches += thread->n_switches - (earlier != NULL ? earlier->n_switches : 0);

      /* GLib's own, which it keeps for starting threads with and which only waits. */
      if (atoi (id) == (int) pid || g_str_equal (thread->name, "pool-spawner"))
        continue;

      fprintf (stderr, "idle: there is still a thread “%s”\n", thread->name);
      n_threads++;
    }

  run->values[0] = n_threads;
  run->values[1] = n_switches;
}

const BenchCase bench_idle_cases[] = {
  { "idle", run_idle, BENCH_NO_PEER | BENCH_SLOW, 10000, 1,
    { { "idle for 16 s: threads left", BENCH_UNIT_COUNT, BENCH_GOAL_VALUE, 0 },
      { "· wake-ups in the next second", BENCH_UNIT_PER_SECOND, BENCH_GOAL_VALUE, 0 } } },
  { "idle-subject", run_idle_subject, BENCH_HIDDEN, 10000, 1,
    { { NULL } } },
  { NULL }
};
