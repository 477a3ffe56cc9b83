/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AT_GTK_TYPE_INSPECTOR_PAGE (at_gtk_inspector_page_get_type ())
G_DECLARE_FINAL_TYPE (AtGtkInspectorPage, at_gtk_inspector_page, AT_GTK, INSPECTOR_PAGE, GtkWidget)

/* Has GTK's inspector show the page, where GTK is one that has pages. When GTK is there. */
void at_gtk_inspector_page_register (void);

G_END_DECLS
