/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Services of a desktop, in a thread and on a connection of their own, as they would be in
 * a process of theirs. What is asked of them is written down, a line each. */
typedef struct _MockDesktop MockDesktop;

MockDesktop *mock_desktop_new         (const char * const *names);
/* Dies. */
void         mock_desktop_free        (MockDesktop        *self);

/* Waits in the main context for a call or signal that is like @pattern, and takes
 * it and all before it. */
char        *mock_desktop_wait_for    (MockDesktop        *self,
                                       const char         *pattern);
/* How many there are that were not taken. */
guint        mock_desktop_count       (MockDesktop        *self,
                                       const char         *pattern);
void         mock_desktop_forget      (MockDesktop        *self);

/* Waits until all was said that this program has to say. */
void         mock_desktop_sync        (MockDesktop        *self);

/* What the portal answers. */
void         mock_desktop_set_refusing (MockDesktop       *self,
                                        gboolean           refusing);
/* Presses a button of the last notification. */
void         mock_desktop_press       (MockDesktop        *self,
                                       const char         *button);

G_END_DECLS
