/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-task-item.h"

G_BEGIN_DECLS

typedef struct _AtGtkAnnouncer AtGtkAnnouncer;

AtGtkAnnouncer *at_gtk_announcer_new       (GtkWidget      *widget,
                                            GtkLabel       *status);
void            at_gtk_announcer_free      (AtGtkAnnouncer *self);

void            at_gtk_announcer_set_items (AtGtkAnnouncer *self,
                                            GListModel     *items);

G_END_DECLS
