/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "asynctask-gtk.h"

G_BEGIN_DECLS

void at_gtk_notification_add_buttons (GNotification  *notification,
                                      GtkApplication *application,
                                      GPtrArray      *finished,
                                      GPtrArray      *failed);

G_END_DECLS
