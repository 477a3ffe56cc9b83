/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-wake-private.h"

#include <unistd.h>
#ifdef HAVE_EVENTFD
# include <sys/eventfd.h>
#endif

#include <glib-unix.h>
#include <glib/gstdio.h>

static gboolean
open_pipe (int      *fds,
           GError  **error)
{
  return g_unix_open_pipe (fds, FD_CLOEXEC, error) &&
         g_unix_set_fd_nonblocking (fds[0], TRUE, error) &&
         g_unix_set_fd_nonblocking (fds[1], TRUE, error);
}

gboolean
at_wake_open (AtWake  *self,
              GError **error)
{
#ifdef HAVE_EVENTFD
  self->fds[0] = self->fds[1] = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->fds[0] >= 0)
    return TRUE;
#endif

  if (open_pipe (self->fds, error))
    return TRUE;
  at_wake_close (self);

  return FALSE;
}

void
at_wake_close (AtWake *self)
{
  if (self->fds[1] >= 0 && self->fds[1] != self->fds[0])
    g_close (self->fds[1], NULL);
  if (self->fds[0] >= 0)
    g_close (self->fds[0], NULL);
  self->fds[0] = self->fds[1] = -1;
}

/* Any thread, of those that share a lock with the one that opens and closes; one
 * that is closed wakes nobody. The value is what an eventfd adds; a pipe that is
 * full wakes, too. */
void
at_wake_up (AtWake *self)
{
  const guint64 one = 1;

  if (self->fds[1] >= 0)
    (void) !write (self->fds[1], &one, sizeof one);
}

void
at_wake_clear (AtWake *self)
{
  guint64 values[8];

  while (read (self->fds[0], values, sizeof values) == sizeof values)
    continue;
}
