/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What ends a child with the program, however the program ends.
 *
 * It is a pipe that carries nothing. The program has the end for writing, and only
 * the program; when it dies, even by SIGKILL, the kernel closes that end and sends
 * SIGTERM to the process group which owns the other one, though the child be in an
 * endless loop. (PR_SET_PDEATHSIG would do so when the thread ends which has made
 * the child.) */

gboolean at_lifeline_open  (int      fds[2],
                            GError **error);
void     at_lifeline_close (int     *write_fd);

/* In the child, which leads its group. */
void     at_lifeline_take  (int      read_fd);

G_END_DECLS
