/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-focus-keeper-private.h"

/* Keeps the focus in a list: with its item when that goes to another place, and near it when it
 * is removed. A list view loses it with the widget that had it. */
struct _AtGtkFocusKeeper
{
  GtkWidget     *list_view;
  GtkRoot       *root;
  GListModel    *model;

  AtGtkTaskItem *item; /* that has the focus, or had it until it was lost to nobody */
  guint          position;
};

static AtGtkTaskRow *
get_row_in (GtkWidget *list_item)
{
  GtkWidget *child = gtk_widget_get_first_child (list_item);

  return AT_GTK_IS_TASK_ROW (child) ? AT_GTK_TASK_ROW (child) : NULL;
}

/* There may be none: a list view has widgets for what can be seen, and some more. */
AtGtkTaskRow *
at_gtk_list_get_row_of (GtkWidget     *list_view,
                        AtGtkTaskItem *item)
{
  for (GtkWidget *child = gtk_widget_get_first_child (list_view);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      AtGtkTaskRow *row = get_row_in (child);

      if (row != NULL && at_gtk_task_row_get_item (row) == item)
        return row;
    }

  return NULL;
}

/* @in_popover (nullable): whether it is in a popover of the row, whose keys are its own. */
AtGtkTaskRow *
at_gtk_list_get_focused_row (GtkWidget *list_view,
                             gboolean  *in_popover)
{
  GtkRoot *root = gtk_widget_get_root (list_view);
  GtkWidget *widget = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean has_passed_popover = FALSE;

  while (widget != NULL && gtk_widget_get_parent (widget) != list_view)
    {
      has_passed_popover |= GTK_IS_POPOVER (widget);
      widget = gtk_widget_get_parent (widget);
    }
  if (in_popover != NULL)
    *in_popover = has_passed_popover;

  return widget != NULL ? get_row_in (widget) : NULL;
}

static gboolean
find (AtGtkFocusKeeper *self,
      gpointer          item,
      guint             first,
      guint             n,
      guint            *position)
{
  for (guint i = first; i < first + n; i++)
    {
      g_autoptr (GObject) one = g_list_model_get_item (self->model, i);

      if (one != item)
        continue;
      *position = i;
      return TRUE;
    }

  return FALSE;
}

static void
on_focus_changed (AtGtkFocusKeeper *self)
{
  AtGtkTaskRow *row = at_gtk_list_get_focused_row (self->list_view, NULL);
  GtkWidget *focus = gtk_root_get_focus (self->root);

  if (row != NULL && self->model != NULL)
    {
      AtGtkTaskItem *item = at_gtk_task_row_get_item (row);

      if (item != self->item && item != NULL &&
          find (self, item, 0, g_list_model_get_n_items (self->model), &self->position))
        g_set_object (&self->item, item);
    }
  else if (focus != NULL && focus != self->list_view)
    {
      g_clear_object (&self->item);
    }
}

static void
give_focus_to (AtGtkFocusKeeper *self,
               guint             position)
{
  g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (self->model, position);
  AtGtkTaskRow *row = at_gtk_list_get_row_of (self->list_view, item);

  if (row == NULL)
    {
      gtk_widget_activate_action (self->list_view, "list.scroll-to-item", "u", position);
      row = at_gtk_list_get_row_of (self->list_view, item);
    }
  if (row != NULL)
    gtk_widget_grab_focus (gtk_widget_get_parent (GTK_WIDGET (row)));
}

/* After the list view has done what it does. */
static void
on_items_changed (GListModel       *model,
                  guint             position,
                  guint             removed,
                  guint             added,
                  AtGtkFocusKeeper *self)
{
  AtGtkTaskRow *row;
  guint n_items;

  if (self->item == NULL || self->position < position)
    return;

  if (self->position >= position + removed)
    self->position = self->position - removed + added;
  else if (find (self, self->item, position, added, &self->position))
    ;
  else
    self->position = MIN (self->position, position + added);

  n_items = g_list_model_get_n_items (model);
  if (n_items == 0)
    return;

  self->position = MIN (self->position, n_items - 1);
  row = at_gtk_list_get_focused_row (self->list_view, NULL);
  if (row != NULL && at_gtk_task_row_get_item (row) == self->item)
    return;

  give_focus_to (self, self->position);
}

AtGtkFocusKeeper *
at_gtk_focus_keeper_new (GtkWidget *list_view)
{
  AtGtkFocusKeeper *self = g_new0 (AtGtkFocusKeeper, 1);

  self->list_view = list_view;

  return self;
}

void
at_gtk_focus_keeper_free (AtGtkFocusKeeper *self)
{
  at_gtk_focus_keeper_set_root (self, NULL);
  at_gtk_focus_keeper_set_model (self, NULL);
  g_free (self);
}

/* @root (nullable): that the list view is in. */
void
at_gtk_focus_keeper_set_root (AtGtkFocusKeeper *self,
                              GtkRoot          *root)
{
  if (self->root != NULL)
    g_signal_handlers_disconnect_by_data (self->root, self);
  self->root = root;
  g_clear_object (&self->item);
  if (root != NULL)
    g_signal_connect_swapped (root, "notify::focus-widget", G_CALLBACK (on_focus_changed), self);
}

/* @model (nullable): that the list view has since before this is called. */
void
at_gtk_focus_keeper_set_model (AtGtkFocusKeeper *self,
                               GListModel       *model)
{
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  g_clear_object (&self->item);
  if (model != NULL)
    g_signal_connect (model, "items-changed", G_CALLBACK (on_items_changed), self);
}
