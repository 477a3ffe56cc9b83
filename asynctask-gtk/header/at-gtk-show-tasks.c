/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-show-tasks-private.h"

/* The action `tasks.show` of a window, for the last of its buttons. A button's own is found only
 * from inside of it. */

#define KEY "at-gtk-show-tasks"

static GQueue *
get_buttons (GtkRoot *root)
{
  return g_object_get_data (G_OBJECT (root), KEY);
}

static void
on_show (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       root)
{
  GQueue *buttons = get_buttons (root);

  if (buttons != NULL && !g_queue_is_empty (buttons))
    at_gtk_task_button_popup (g_queue_peek_tail (buttons));
}

void
at_gtk_show_tasks_add (GtkRoot         *root,
                       AtGtkTaskButton *button)
{
  GQueue *buttons = get_buttons (root);

  if (buttons == NULL)
    {
      const GActionEntry entries[] = { { "show", on_show, NULL, NULL, NULL, { 0 } } };
      g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

      buttons = g_queue_new ();
      g_object_set_data_full (G_OBJECT (root), KEY, buttons, (GDestroyNotify) g_queue_free);
      g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), root);
      gtk_widget_insert_action_group (GTK_WIDGET (root), "tasks", G_ACTION_GROUP (group));
    }
  g_queue_push_tail (buttons, button);
}

void
at_gtk_show_tasks_remove (GtkRoot         *root,
                          AtGtkTaskButton *button)
{
  GQueue *buttons = get_buttons (root);

  if (buttons == NULL)
    return;

  g_queue_remove (buttons, button);
  if (!g_queue_is_empty (buttons))
    return;

  gtk_widget_insert_action_group (GTK_WIDGET (root), "tasks", NULL);
  g_object_set_data (G_OBJECT (root), KEY, NULL);
}
