/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct _AtGtkKeeper AtGtkKeeper;

AtGtkKeeper *at_gtk_keeper_new  (GtkApplication             *application);
void         at_gtk_keeper_free (AtGtkKeeper                *self);
void         at_gtk_keeper_set  (AtGtkKeeper                *self,
                                 gboolean                    hold,
                                 GtkApplicationInhibitFlags  inhibit);

G_END_DECLS
