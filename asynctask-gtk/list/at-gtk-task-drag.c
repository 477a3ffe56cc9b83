/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-drag-private.h"

#include "../item/at-gtk-task-item-private.h"

#define ICON_SIZE 32

static void
show_icon (GtkDragSource *source,
           GIcon         *icon)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) paintable = NULL;

  paintable = gtk_icon_theme_lookup_by_gicon (theme, icon, ICON_SIZE, gtk_widget_get_scale_factor (widget),
                                              gtk_widget_get_direction (widget), 0);
  gtk_drag_source_set_icon (source, GDK_PAINTABLE (paintable), 0, 0);
}

/* The files of those of @items that have made one, where @item, which is dragged, has. */
GdkContentProvider *
at_gtk_task_drag_prepare (GtkDragSource *source,
                          AtGtkTaskItem *item,
                          GPtrArray     *items)
{
  g_autoptr (GSList) files = NULL;
  g_auto (GValue) value = G_VALUE_INIT;

  if (!at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_SHOW_IN_FOLDER))
    return NULL;

  for (guint i = items->len; i > 0; i--)
    if (at_gtk_task_item_can (items->pdata[i - 1], AT_GTK_TASK_ACTION_SHOW_IN_FOLDER))
      files = g_slist_prepend (files, at_gtk_task_item_get_file (items->pdata[i - 1]));
  if (at_gtk_task_item_get_icon (item) != NULL)
    show_icon (source, at_gtk_task_item_get_icon (item));

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));

  return gdk_content_provider_new_for_value (&value);
}
