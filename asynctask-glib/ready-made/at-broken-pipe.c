/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-broken-pipe-private.h"

#include <errno.h>

static gboolean
is_pending (void)
{
  sigset_t pending;

  sigpending (&pending);

  return sigismember (&pending, SIGPIPE);
}

static void
get_set (sigset_t *set)
{
  sigemptyset (set);
  sigaddset (set, SIGPIPE);
}

void
at_broken_pipe_begin (AtBrokenPipe *self)
{
  sigset_t broken_pipe;

  get_set (&broken_pipe);
  pthread_sigmask (SIG_BLOCK, &broken_pipe, &self->mask);
  self->was_pending = is_pending ();
}

void
at_broken_pipe_end (AtBrokenPipe *self)
{
  int error = errno, received;
  sigset_t broken_pipe;

  /* One that came before was not for us. Where the program ignores it, none comes. */
  get_set (&broken_pipe);
  if (!self->was_pending && is_pending ())
    sigwait (&broken_pipe, &received);

  pthread_sigmask (SIG_SETMASK, &self->mask, NULL);
  errno = error;
}
