/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define AT_GTK_NEVER G_MAXINT64

/* Goes off when it is due, and wakes nobody before. It goes by g_get_monotonic_time(), which a
 * program may have in the place of GLib's own. All on the thread of the context. */
typedef struct _AtGtkAlarm AtGtkAlarm;

/* @name is static. */
AtGtkAlarm *at_gtk_alarm_new  (GMainContext *context,
                               int           priority,
                               const char   *name,
                               GSourceFunc   func,
                               gpointer      user_data);
/* Calls nothing any more. Any thread. */
void        at_gtk_alarm_free (AtGtkAlarm   *self);

/* It goes off at @due once, and has to be set again. */
void        at_gtk_alarm_set  (AtGtkAlarm   *self,
                               gint64        due);

G_END_DECLS
