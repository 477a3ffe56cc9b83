/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Tells whether a file is there: soon after it is asked, and when that changes where its folder
 * can be watched. Files are looked at in another thread, and all of a folder at once; nothing
 * is polled. All on the thread of @context, in which it calls back. */
typedef struct _AtGtkFileWatch AtGtkFileWatch;

typedef void (* AtGtkFileWatchFunc) (gboolean is_there,
                                     gpointer user_data);

AtGtkFileWatch *at_gtk_file_watch_new  (GFile              *file,
                                        GMainContext       *context,
                                        AtGtkFileWatchFunc  func,
                                        gpointer            user_data);
/* Calls nothing back any more. */
void            at_gtk_file_watch_free (AtGtkFileWatch     *self);
/* Looks again. */
void            at_gtk_file_watch_look (AtGtkFileWatch     *self);

G_END_DECLS
