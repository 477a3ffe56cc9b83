/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <signal.h>

#include <glib.h>

G_BEGIN_DECLS

/* Whoever writes to a pipe or socket that nobody reads any more is sent SIGPIPE by the
 * kernel, which would end the program; ignoring it for all of the program is not for a
 * library to do. Between these two calls it stays away from the thread, to which it is
 * sent, and all that is left of it is EPIPE. They may be nested. */

typedef struct
{
  sigset_t mask;
  gboolean was_pending;
} AtBrokenPipe;

void at_broken_pipe_begin (AtBrokenPipe *self);
void at_broken_pipe_end   (AtBrokenPipe *self); /* leaves errno alone */

G_END_DECLS
