/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-view-inside-private.h"

#include "../at-gtk-compat-private.h"
#include "at-gtk-task-actions-private.h"
#include "at-gtk-task-row-private.h"

#include <glib/gi18n-lib.h>

/* The list view inside: its rows, its model, and what is dropped onto it. */

static gboolean
has_handler (AtGtkTaskView *self,
             guint          signal)
{
  return g_signal_has_handler_pending (self, at_gtk_task_view_signals[signal], 0, FALSE);
}

static void
on_activate (AtGtkTaskView *self,
             guint          position)
{
  g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (has_handler (self, AT_GTK_TASK_VIEW_ACTIVATE))
    {
      g_signal_emit (self, at_gtk_task_view_signals[AT_GTK_TASK_VIEW_ACTIVATE], 0, item);
    }
  else
    {
      g_autoptr (GPtrArray) items = g_ptr_array_new ();

      g_ptr_array_add (items, item);
      if ((self->actions & AT_GTK_TASK_ACTION_OPEN) != 0)
        at_gtk_task_actions_do (at_gtk_task_view_get_place (self, items), items, AT_GTK_TASK_ACTION_OPEN);
    }
}

/* What is dragged out of the view is not dropped into it. */
static gboolean
on_accept (GtkDropTarget *target,
           GdkDrop       *drop,
           AtGtkTaskView *self)
{
  if (!has_handler (self, AT_GTK_TASK_VIEW_DROP) || gdk_drop_get_drag (drop) != NULL)
    return FALSE;

  return (gdk_drop_get_actions (drop) & GDK_ACTION_COPY) != 0 &&
         gdk_content_formats_match (gdk_drop_get_formats (drop), gtk_drop_target_get_formats (target));
}

static gboolean
on_drop (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         AtGtkTaskView *self)
{
  gboolean is_taken = FALSE;

  g_signal_emit (self, at_gtk_task_view_signals[AT_GTK_TASK_VIEW_DROP], 0, value, &is_taken);

  return is_taken;
}

static void
on_setup (GtkListItemFactory *factory,
          GtkListItem        *list_item,
          AtGtkTaskView      *self)
{
  static const char *const passed_on[] = { "density", "show-icon", "show-menu", "actions" };
  GtkWidget *row = at_gtk_task_row_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (passed_on); i++)
    g_object_bind_property (self, passed_on[i], row, passed_on[i], G_BINDING_SYNC_CREATE);
  gtk_list_item_set_child (list_item, row);
  at_gtk_task_row_set_list_item (AT_GTK_TASK_ROW (row), list_item);
}

static void
on_bind (GtkListItemFactory *factory,
         GtkListItem        *list_item,
         AtGtkTaskView      *self)
{
  at_gtk_task_row_set_item (AT_GTK_TASK_ROW (gtk_list_item_get_child (list_item)),
                            gtk_list_item_get_item (list_item));
}

static void
on_unbind (GtkListItemFactory *factory,
           GtkListItem        *list_item,
           AtGtkTaskView      *self)
{
  at_gtk_task_row_set_item (AT_GTK_TASK_ROW (gtk_list_item_get_child (list_item)), NULL);
}

static void
on_teardown (GtkListItemFactory *factory,
             GtkListItem        *list_item,
             AtGtkTaskView      *self)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);

  if (row != NULL)
    at_gtk_task_row_set_list_item (AT_GTK_TASK_ROW (row), NULL);
}

void
at_gtk_task_view_bind_callbacks (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, on_accept);
  gtk_widget_class_bind_template_callback (widget_class, on_drop);
  gtk_widget_class_bind_template_callback (widget_class, on_setup);
  gtk_widget_class_bind_template_callback (widget_class, on_bind);
  gtk_widget_class_bind_template_callback (widget_class, on_unbind);
  gtk_widget_class_bind_template_callback (widget_class, on_teardown);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
}

static GtkSelectionModel *
make_selection (AtGtkTaskView *self)
{
  GListModel *items = g_object_ref (G_LIST_MODEL (self->items));
  GtkSingleSelection *single;

  if (self->filter != NULL)
    items = G_LIST_MODEL (gtk_filter_list_model_new (items, g_object_ref (self->filter)));

  switch (self->selection_mode)
    {
    case GTK_SELECTION_MULTIPLE:
      return GTK_SELECTION_MODEL (gtk_multi_selection_new (items));
    case GTK_SELECTION_SINGLE:
    case GTK_SELECTION_BROWSE:
      single = gtk_single_selection_new (items);
      gtk_single_selection_set_autoselect (single, self->selection_mode == GTK_SELECTION_BROWSE);
      gtk_single_selection_set_can_unselect (single, self->selection_mode == GTK_SELECTION_SINGLE);
      return GTK_SELECTION_MODEL (single);
    case GTK_SELECTION_NONE:
    default:
      return GTK_SELECTION_MODEL (gtk_no_selection_new (items));
    }
}

static void
on_n_items_changed (AtGtkTaskView *self)
{
  gboolean is_empty = self->selection == NULL || g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (self->stack, is_empty ? "empty" : "list");
}

void
at_gtk_task_view_drop_selection (AtGtkTaskView *self)
{
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_func (self->selection, on_n_items_changed, self);
  g_clear_object (&self->selection);
}

/* After the items are others, or the selection mode is, or the filter. */
void
at_gtk_task_view_update_selection (AtGtkTaskView *self)
{
  if (self->items == NULL && self->selection == NULL)
    return;

  at_gtk_task_view_drop_selection (self);
  if (self->items != NULL)
    self->selection = make_selection (self);
  if (self->selection != NULL)
    g_signal_connect_swapped (self->selection, "items-changed", G_CALLBACK (on_n_items_changed), self);

  gtk_list_view_set_model (self->list_view, self->selection);
  at_gtk_focus_keeper_set_model (self->focus_keeper, (GListModel *) self->selection);
  on_n_items_changed (self);

  g_object_notify (G_OBJECT (self), "selection");
}

static const char *
get_section_title (gpointer item)
{
  switch (at_gtk_task_item_get_state (item))
    {
    case AT_GTK_TASK_STATE_RUNNING:
    case AT_GTK_TASK_STATE_PAUSED:
    case AT_GTK_TASK_STATE_RETRYING:
      return _("Active");
    case AT_GTK_TASK_STATE_PENDING:
    case AT_GTK_TASK_STATE_WAITING:
    case AT_GTK_TASK_STATE_QUEUED:
      return _("Waiting");
    case AT_GTK_TASK_STATE_FAILED:
      return _("Failed");
    case AT_GTK_TASK_STATE_SUCCEEDED:
    case AT_GTK_TASK_STATE_CANCELLED:
    case AT_GTK_TASK_STATE_GONE:
    default:
      return _("Finished");
    }
}

void
at_gtk_task_view_show_headings (AtGtkTaskView *self)
{
  at_gtk_compat_show_sections (self->list_view, self->show_sections ? get_section_title : NULL);
}

/**
 * at_gtk_task_view_get_filter: (get-property filter)
 * @self: A view.
 *
 * Which of the items are shown.
 *
 * Returns: (transfer none) (nullable): the filter, or %NULL for all of them
 *
 * Since: 1.0
 */
GtkFilter *
at_gtk_task_view_get_filter (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), NULL);

  return self->filter;
}

/**
 * at_gtk_task_view_set_filter: (set-property filter)
 * @self: A view.
 * @filter: (nullable): Which of the items are shown, or %NULL for all of them.
 *
 * Which of the items are shown, for a search. Another filter makes another
 * [property@TaskView:selection].
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_filter (AtGtkTaskView *self,
                             GtkFilter     *filter)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (filter == NULL || GTK_IS_FILTER (filter));

  if (!g_set_object (&self->filter, filter))
    return;

  at_gtk_task_view_update_selection (self);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_FILTER]);
}

/**
 * at_gtk_task_view_scroll_to:
 * @self: A view.
 * @item: One of its items.
 *
 * Brings the row of an item into view, if it is shown at all.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_scroll_to (AtGtkTaskView *self,
                            AtGtkTaskItem *item)
{
  guint n_items;

  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (AT_GTK_IS_TASK_ITEM (item));

  n_items = self->selection != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->selection)) : 0;
  for (guint i = n_items; i > 0; i--)
    {
      g_autoptr (AtGtkTaskItem) shown = g_list_model_get_item (G_LIST_MODEL (self->selection), i - 1);

      if (shown != item)
        continue;

      at_gtk_compat_scroll_to (self->list_view, i - 1);
      return;
    }
}

/**
 * at_gtk_task_view_get_max_content_height: (get-property max-content-height)
 * @self: A view.
 *
 * In pixels, how high the view wants to be at most for all rows to be seen, or -1 for it not
 * to ask for any height.
 *
 * Returns: the height
 *
 * Since: 1.0
 */
int
at_gtk_task_view_get_max_content_height (AtGtkTaskView *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_VIEW (self), -1);

  return self->max_content_height;
}

/**
 * at_gtk_task_view_set_max_content_height: (set-property max-content-height)
 * @self: A view.
 * @height: The height.
 *
 * In pixels, how high the view wants to be at most for all rows to be seen, or -1 for it not
 * to ask for any height.
 *
 * Since: 1.0
 */
void
at_gtk_task_view_set_max_content_height (AtGtkTaskView *self,
                                         int            height)
{
  g_return_if_fail (AT_GTK_IS_TASK_VIEW (self));
  g_return_if_fail (height >= -1);

  if (self->max_content_height == height)
    return;

  self->max_content_height = height;
  gtk_scrolled_window_set_propagate_natural_height (self->scrolled_window, height >= 0);
  gtk_scrolled_window_set_max_content_height (self->scrolled_window, height);

  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_task_view_props[PROP_MAX_CONTENT_HEIGHT]);
}
