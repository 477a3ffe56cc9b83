/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

/* For F_SETSIG. */
#ifndef _GNU_SOURCE
# define _GNU_SOURCE
#endif

#include "config.h"

#include "at-lifeline-private.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <glib-unix.h>
#include <glib/gstdio.h>

/* A process that the program has forked and that runs nothing else, as those of
 * Python's multiprocessing, has copies of all file descriptors, and may outlive
 * the program: with the lifelines open in it, so would the children. So it closes
 * them. A pipe is opened under the lock which fork() takes, lest it be copied
 * before it is known. */
static GMutex  lifelines_lock;
static GArray *lifelines;       /* of int; under the lock */

static void
before_fork (void)
{
  g_mutex_lock (&lifelines_lock);
}

static void
after_fork (void)
{
  g_mutex_unlock (&lifelines_lock);
}

/* Nothing but what is safe in a signal handler. */
static void
after_fork_in_child (void)
{
  for (guint i = 0; i < lifelines->len; i++)
    close (g_array_index (lifelines, int, i));
  lifelines->len = 0;
  g_mutex_unlock (&lifelines_lock);
}

static void
prepare_for_forks (void)
{
  static gsize is_prepared = 0;

  if (g_once_init_enter (&is_prepared))
    {
      lifelines = g_array_new (FALSE, FALSE, sizeof (int));
      pthread_atfork (before_fork, after_fork, after_fork_in_child);
      g_once_init_leave (&is_prepared, 1);
    }
}

gboolean
at_lifeline_open (int      fds[2],
                  GError **error)
{
  gboolean is_open;

  prepare_for_forks ();
  g_mutex_lock (&lifelines_lock);
  is_open = g_unix_open_pipe (fds, FD_CLOEXEC, error);
  if (is_open)
    g_array_append_val (lifelines, fds[1]);
  g_mutex_unlock (&lifelines_lock);

  return is_open;
}

/* Cuts it: a group that is still there ends. */
void
at_lifeline_close (int *write_fd)
{
  if (*write_fd < 0)
    return;

  g_mutex_lock (&lifelines_lock);
  for (guint i = 0; i < lifelines->len; i++)
    if (g_array_index (lifelines, int, i) == *write_fd)
      {
        g_array_remove_index_fast (lifelines, i);
        g_close (*write_fd, NULL);
        break;
      }
  g_mutex_unlock (&lifelines_lock);
  *write_fd = -1;
}

/* Between fork() and exec(): nothing but system calls. */
void
at_lifeline_take (int read_fd)
{
#ifdef F_SETSIG
  fcntl (read_fd, F_SETSIG, SIGTERM);
#endif
  fcntl (read_fd, F_SETOWN, -getpid ());
  fcntl (read_fd, F_SETFL, fcntl (read_fd, F_GETFL) | O_ASYNC);
}
