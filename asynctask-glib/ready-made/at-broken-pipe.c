/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-broken-pipe-private.h"

#include <errno.h>

static sigset_t
get_set (void)
{
  sigset_t broken_pipe;

  sigemptyset (&broken_pipe);
  sigaddset (&broken_pipe, SIGPIPE);

  return broken_pipe;
}

static gboolean
is_pending (void)
{
  sigset_t pending;

  sigpending (&pending);

  return sigismember (&pending, SIGPIPE);
}

void
at_broken_pipe_begin (AtBrokenPipe *self)
{
  sigset_t broken_pipe = get_set ();

  pthread_sigmask (SIG_BLOCK, &broken_pipe, &self->mask);
  self->was_pending = is_pending ();
}

void
at_broken_pipe_end (AtBrokenPipe *self)
{
  sigset_t broken_pipe = get_set ();
  int error = errno, received;

  /* One that came before was not for us. Where the program ignores it, none comes. */
  if (!self->was_pending && is_pending ())
    sigwait (&broken_pipe, &received);

  pthread_sigmask (SIG_SETMASK, &self->mask, NULL);
  errno = error;
}
