/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-task-items.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_PRESENCE (at_gtk_presence_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkPresence, at_gtk_presence, AT_GTK, PRESENCE, GObject)

AT_AVAILABLE_IN_1_0
AtGtkPresence              *at_gtk_presence_new               (AtGtkTaskItems             *items);

AT_AVAILABLE_IN_1_0
AtGtkTaskItems             *at_gtk_presence_get_items         (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_items         (AtGtkPresence              *self,
                                                               AtGtkTaskItems             *items);
AT_AVAILABLE_IN_1_0
GtkApplication             *at_gtk_presence_get_application   (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_application   (AtGtkPresence              *self,
                                                               GtkApplication             *application);
AT_AVAILABLE_IN_1_0
gboolean                    at_gtk_presence_get_launcher      (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_launcher      (AtGtkPresence              *self,
                                                               gboolean                    launcher);
AT_AVAILABLE_IN_1_0
gboolean                    at_gtk_presence_get_background    (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_background    (AtGtkPresence              *self,
                                                               gboolean                    background);
AT_AVAILABLE_IN_1_0
gboolean                    at_gtk_presence_get_hold          (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_hold          (AtGtkPresence              *self,
                                                               gboolean                    hold);
AT_AVAILABLE_IN_1_0
GtkApplicationInhibitFlags  at_gtk_presence_get_inhibit       (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_inhibit       (AtGtkPresence              *self,
                                                               GtkApplicationInhibitFlags  inhibit);
AT_AVAILABLE_IN_1_0
AtGtkNotifications          at_gtk_presence_get_notifications (AtGtkPresence              *self);
AT_AVAILABLE_IN_1_0
void                        at_gtk_presence_set_notifications (AtGtkPresence              *self,
                                                               AtGtkNotifications          notifications);

G_END_DECLS
