/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What newer GTK can do, if the library is built with it. Each returns whether it was done. */

/* From GTK 4.12 on. */
gboolean at_gtk_compat_name_list_item (GtkListItem *list_item,
                                       const char  *label,
                                       const char  *description);

typedef const char * (* AtGtkSectionTitle) (gpointer item);

/* From GTK 4.12 on. @title is static, and NULL for no sections. */
gboolean at_gtk_compat_show_sections  (GtkListView       *list_view,
                                       AtGtkSectionTitle  title);

/* With any GTK. */
void     at_gtk_compat_scroll_to      (GtkListView *list_view,
                                       guint        position);

/* From GTK 4.14 on. */
gboolean at_gtk_compat_announce       (GtkWidget   *widget,
                                       const char  *text,
                                       gboolean     is_urgent);

G_END_DECLS
