/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-view-inside-private.h"

#include "../item/at-gtk-task-item-private.h"
#include "at-gtk-task-actions-private.h"
#include "at-gtk-task-row-private.h"
#include "at-gtk-task-view-private.h"

/* What keys, the menu and dragging do, and on which of the rows. */

static GPtrArray *
get_selected (AtGtkTaskView *self)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GtkBitset) selected = gtk_selection_model_get_selection (self->selection);
  guint64 n_selected = gtk_bitset_get_size (selected);

  for (guint64 i = 0; i < n_selected; i++)
    g_ptr_array_add (items, g_list_model_get_item (G_LIST_MODEL (self->selection),
                                                   gtk_bitset_get_nth (selected, (guint) i)));

  return items;
}

/* What a key acts on. */
static GPtrArray *
get_meant (AtGtkTaskView *self)
{
  AtGtkTaskRow *row = at_gtk_list_get_focused_row (GTK_WIDGET (self->list_view), NULL);
  GPtrArray *items;

  if (self->selection == NULL)
    return g_ptr_array_new ();

  items = get_selected (self);
  if (self->selection_mode == GTK_SELECTION_MULTIPLE ? items->len > 0 : row == NULL)
    return items;

  g_ptr_array_set_size (items, 0);
  if (row != NULL && at_gtk_task_row_get_item (row) != NULL)
    g_ptr_array_add (items, g_object_ref (at_gtk_task_row_get_item (row)));

  return items;
}

/* What the menu of the row of @item, or dragging it, is for: all that are selected, if it is. */
GPtrArray *
at_gtk_task_view_get_together (AtGtkTaskView *self,
                               AtGtkTaskItem *item)
{
  GPtrArray *items = get_selected (self);

  if (self->selection_mode != GTK_SELECTION_MULTIPLE || !g_ptr_array_find (items, item, NULL))
    {
      g_ptr_array_set_size (items, 0);
      g_ptr_array_add (items, g_object_ref (item));
    }

  return items;
}

void
at_gtk_task_view_remove (AtGtkTaskView *self,
                         GPtrArray     *items)
{
  g_autoptr (GListStore) store = g_list_store_new (AT_GTK_TYPE_TASK_ITEM);

  for (guint i = 0; i < items->len; i++)
    if (at_gtk_task_item_can (items->pdata[i], AT_GTK_TASK_ACTION_REMOVE))
      g_list_store_append (store, items->pdata[i]);

  if (at_gtk_task_items_remove (self->items, G_LIST_MODEL (store)) > 0)
    g_signal_emit (self, at_gtk_task_view_signals[AT_GTK_TASK_VIEW_REMOVED], 0, store);
}

/* Where what has gone wrong is told. */
GtkWidget *
at_gtk_task_view_get_place (AtGtkTaskView *self,
                            GPtrArray     *items)
{
  for (guint i = 0; i < items->len; i++)
    {
      AtGtkTaskRow *row = at_gtk_list_get_row_of (GTK_WIDGET (self->list_view), items->pdata[i]);

      if (row != NULL)
        return GTK_WIDGET (row);
    }

  return GTK_WIDGET (self);
}

static gboolean
do_meant (AtGtkTaskView    *self,
          AtGtkTaskActions  one)
{
  g_autoptr (GPtrArray) items = get_meant (self);

  if (items->len == 0 || (self->actions & one) == 0)
    return FALSE;

  if (one == AT_GTK_TASK_ACTION_REMOVE)
    at_gtk_task_view_remove (self, items);
  else
    at_gtk_task_actions_do (at_gtk_task_view_get_place (self, items), items, one);

  return TRUE;
}

static gboolean
on_space (AtGtkTaskView *self)
{
  AtGtkTaskRow *row = at_gtk_list_get_focused_row (GTK_WIDGET (self->list_view), NULL);

  /* A button that has the focus is pressed by it. */
  if (row == NULL || self->selection_mode == GTK_SELECTION_MULTIPLE ||
      !gtk_widget_has_focus (gtk_widget_get_parent (GTK_WIDGET (row))))
    return FALSE;

  if (at_gtk_task_item_can (at_gtk_task_row_get_item (row), AT_GTK_TASK_ACTION_RESUME))
    at_gtk_task_row_do (row, AT_GTK_TASK_ACTION_RESUME);
  else
    at_gtk_task_row_do (row, AT_GTK_TASK_ACTION_PAUSE);

  return TRUE;
}

static gboolean
on_delete (AtGtkTaskView *self)
{
  return do_meant (self, AT_GTK_TASK_ACTION_REMOVE);
}

static gboolean
on_copy (AtGtkTaskView *self)
{
  return do_meant (self, AT_GTK_TASK_ACTION_COPY_DETAILS);
}

static gboolean
on_open (AtGtkTaskView *self)
{
  return do_meant (self, AT_GTK_TASK_ACTION_OPEN);
}

static gboolean
on_menu (AtGtkTaskView *self)
{
  AtGtkTaskRow *row = at_gtk_list_get_focused_row (GTK_WIDGET (self->list_view), NULL);

  if (row == NULL)
    return FALSE;

  gtk_widget_activate_action (GTK_WIDGET (row), "task.menu", NULL);

  return TRUE;
}

static const struct
{
  guint           key;
  GdkModifierType modifiers;
  gboolean     (* func) (AtGtkTaskView *self);
} bindings[] = {
  { GDK_KEY_space, 0, on_space },
  { GDK_KEY_KP_Space, 0, on_space },
  { GDK_KEY_Delete, 0, on_delete },
  { GDK_KEY_KP_Delete, 0, on_delete },
  { GDK_KEY_c, GDK_CONTROL_MASK, on_copy },
  { GDK_KEY_o, GDK_CONTROL_MASK, on_open },
  { GDK_KEY_F10, GDK_SHIFT_MASK, on_menu },
  { GDK_KEY_Menu, 0, on_menu },
  { GDK_KEY_z, GDK_CONTROL_MASK, at_gtk_task_view_undo },
};

static gboolean
on_key (GtkWidget *widget,
        GVariant  *args,
        gpointer   user_data)
{
  AtGtkTaskView *self = AT_GTK_TASK_VIEW (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  gboolean in_popover;

  /* They have keys of their own. */
  at_gtk_list_get_focused_row (GTK_WIDGET (self->list_view), &in_popover);
  if (in_popover || GTK_IS_EDITABLE (focus) || GTK_IS_TEXT_VIEW (focus))
    return FALSE;

  return bindings[GPOINTER_TO_UINT (user_data)].func (self);
}

/* Before the list view, which takes Space for itself. */
void
at_gtk_task_view_add_bindings (AtGtkTaskView *self)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  for (guint i = 0; i < G_N_ELEMENTS (bindings); i++)
    {
      GtkShortcutTrigger *trigger = gtk_keyval_trigger_new (bindings[i].key, bindings[i].modifiers);
      GtkShortcutAction *action = gtk_callback_action_new (on_key, GUINT_TO_POINTER (i), NULL);

      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                            gtk_shortcut_new (trigger, action));
    }
  gtk_widget_add_controller (GTK_WIDGET (self), controller);
}
