/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AtGtkBackground AtGtkBackground;

AtGtkBackground *at_gtk_background_new  (GDBusConnection *connection);
void             at_gtk_background_free (AtGtkBackground *self);
void             at_gtk_background_show (AtGtkBackground *self,
                                         const char      *message);

G_END_DECLS
