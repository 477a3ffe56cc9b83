/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "asynctask-gtk.h"

G_BEGIN_DECLS

typedef struct _AtGtkNotifier AtGtkNotifier;

AtGtkNotifier *at_gtk_notifier_new        (GtkApplication     *application,
                                            GFunc               done,
                                            gpointer            user_data);
void           at_gtk_notifier_free       (AtGtkNotifier      *self);
void           at_gtk_notifier_add        (AtGtkNotifier      *self,
                                            AtGtkTaskItem      *item);
void           at_gtk_notifier_remove     (AtGtkNotifier      *self,
                                            AtGtkTaskItem      *item);
void           at_gtk_notifier_flush      (AtGtkNotifier      *self);
void           at_gtk_notifier_clear      (AtGtkNotifier      *self);
gboolean       at_gtk_notifier_is_pending (AtGtkNotifier      *self);

G_END_DECLS
