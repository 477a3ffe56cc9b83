/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-announcer-private.h"
#include "at-gtk-focus-keeper-private.h"
#include "at-gtk-task-view.h"

G_BEGIN_DECLS

/* For the files of this class alone. */
struct _AtGtkTaskView
{
  GtkWidget          parent_instance;

  AtGtkTaskItems    *items;
  GtkFilter         *filter;
  GtkSelectionModel *selection;
  GtkSelectionMode   selection_mode;
  GtkWidget         *empty_widget;
  AtGtkTaskDensity   density;
  AtGtkTaskActions   actions;
  gboolean           show_sections;
  gboolean           show_icon;
  gboolean           show_menu;
  int                max_content_height;
  double             undo_timeout;

  AtGtkFocusKeeper  *focus_keeper;
  AtGtkAnnouncer    *announcer;

  GtkDropTarget     *drop_target;
  GtkStack          *stack;
  GtkBox            *empty_page;
  GtkWidget         *empty_label;
  GtkScrolledWindow *scrolled_window;
  GtkListView       *list_view;
  GtkLabel          *status;
};

enum
{
  PROP_ITEMS = 1,
  PROP_FILTER,
  PROP_SELECTION_MODE,
  PROP_SELECTION,
  PROP_SINGLE_CLICK_ACTIVATE,
  PROP_SHOW_SECTIONS,
  PROP_DENSITY,
  PROP_SHOW_ICON,
  PROP_SHOW_MENU,
  PROP_ACTIONS,
  PROP_EMPTY_WIDGET,
  PROP_MAX_CONTENT_HEIGHT,
  PROP_UNDO_TIMEOUT,
  N_PROPS
};

extern GParamSpec *at_gtk_task_view_props[N_PROPS];

enum
{
  AT_GTK_TASK_VIEW_ACTIVATE,
  AT_GTK_TASK_VIEW_REMOVED,
  AT_GTK_TASK_VIEW_DROP,
  AT_GTK_TASK_VIEW_N_SIGNALS
};

extern guint at_gtk_task_view_signals[AT_GTK_TASK_VIEW_N_SIGNALS];

/* at-gtk-task-view-keys.c */
void       at_gtk_task_view_add_bindings     (AtGtkTaskView  *self);
GtkWidget *at_gtk_task_view_get_place        (AtGtkTaskView  *self,
                                              GPtrArray      *items);

/* at-gtk-task-view-rows.c */
void       at_gtk_task_view_bind_callbacks   (GtkWidgetClass *widget_class);
void       at_gtk_task_view_update_selection (AtGtkTaskView  *self);
void       at_gtk_task_view_drop_selection   (AtGtkTaskView  *self);
void       at_gtk_task_view_show_headings    (AtGtkTaskView  *self);

G_END_DECLS
