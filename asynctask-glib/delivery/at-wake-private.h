/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What gets a thread out of poll(): a file descriptor that is readable from a
 * wake-up to the next at_wake_clear(). GLib's own aborts the program when there are
 * no descriptors left; this one has an error. */

typedef struct
{
  int fds[2]; /* to poll, to write to; one and the same where there are eventfds */
} AtWake;

#define AT_WAKE_INIT { { -1, -1 } }

gboolean at_wake_open  (AtWake  *self,
                        GError **error);
void     at_wake_close (AtWake  *self);
void     at_wake_up    (AtWake  *self);
void     at_wake_clear (AtWake  *self);

G_END_DECLS
