/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#if !defined (AT_GTK_INSIDE) && !defined (AT_GTK_COMPILATION)
# error "Only <asynctask-gtk.h> can be included directly."
#endif

#include "at-gtk-types.h"

G_BEGIN_DECLS

#define AT_GTK_TYPE_PROGRESS_PAINTABLE (at_gtk_progress_paintable_get_type ())

AT_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (AtGtkProgressPaintable, at_gtk_progress_paintable, AT_GTK, PROGRESS_PAINTABLE, GObject)

AT_AVAILABLE_IN_1_0
AtGtkProgressPaintable *at_gtk_progress_paintable_new               (GtkWidget              *widget);

AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_animate_done      (AtGtkProgressPaintable *self);

AT_AVAILABLE_IN_1_0
GtkWidget              *at_gtk_progress_paintable_get_widget        (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_widget        (AtGtkProgressPaintable *self,
                                                                     GtkWidget              *widget);
AT_AVAILABLE_IN_1_0
double                  at_gtk_progress_paintable_get_fraction      (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_fraction      (AtGtkProgressPaintable *self,
                                                                     double                  fraction);
AT_AVAILABLE_IN_1_0
gboolean                at_gtk_progress_paintable_get_indeterminate (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_indeterminate (AtGtkProgressPaintable *self,
                                                                     gboolean                indeterminate);
AT_AVAILABLE_IN_1_0
const char             *at_gtk_progress_paintable_get_icon_name     (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_icon_name     (AtGtkProgressPaintable *self,
                                                                     const char             *icon_name);
AT_AVAILABLE_IN_1_0
gboolean                at_gtk_progress_paintable_get_paused        (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_paused        (AtGtkProgressPaintable *self,
                                                                     gboolean                paused);
AT_AVAILABLE_IN_1_0
gboolean                at_gtk_progress_paintable_get_error         (AtGtkProgressPaintable *self);
AT_AVAILABLE_IN_1_0
void                    at_gtk_progress_paintable_set_error         (AtGtkProgressPaintable *self,
                                                                     gboolean                error);
AT_AVAILABLE_IN_1_0
gboolean                at_gtk_progress_paintable_get_done          (AtGtkProgressPaintable *self);

G_END_DECLS
