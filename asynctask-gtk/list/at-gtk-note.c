/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-note-private.h"

#include "at-gtk-launch-private.h"
#include "at-gtk-task-actions-private.h"

/* Popovers that are there while they are open: a list of thousands has none lying about. */

#define MAX_WIDTH_CHARS  44
#define MAX_HEIGHT       280

static gboolean
drop_popover (gpointer data)
{
  GtkWidget *popover = data;

  /* Its parent may have dropped it meanwhile. */
  if (gtk_widget_get_parent (popover) != NULL)
    gtk_widget_unparent (popover);

  return G_SOURCE_REMOVE;
}

/* The action that was chosen is looked up from the popover after it was closed. */
static void
on_closed (GtkPopover *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_popover, g_object_ref (popover), g_object_unref);
}

/* Shows @popover, which is new, at a place of @parent (nullable: at all of it), which allocates
 * it by a layout manager. */
void
at_gtk_popover_show (GtkPopover         *popover,
                     GtkWidget          *parent,
                     const GdkRectangle *at)
{
  gtk_widget_set_parent (GTK_WIDGET (popover), parent);
  if (at != NULL)
    gtk_popover_set_pointing_to (popover, at);
  g_signal_connect (popover, "closed", G_CALLBACK (on_closed), NULL);
  gtk_popover_popup (popover);
}

/* To be called by who is disposed of, or shows something else from now on. */
void
at_gtk_popovers_drop (GtkWidget *parent)
{
  GtkWidget *child = gtk_widget_get_first_child (parent);

  while (child != NULL)
    {
      GtkWidget *next = gtk_widget_get_next_sibling (child);

      if (GTK_IS_POPOVER (child))
        gtk_widget_unparent (child);
      child = next;
    }
}

static void
on_button (GtkButton     *button,
           AtGtkTaskItem *item)
{
  GtkWidget *popover = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_POPOVER);
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_add (items, item);
  if (GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "at-action")) == AT_GTK_TASK_ACTION_COPY_DETAILS)
    at_gtk_task_actions_copy (GTK_WIDGET (button), items);
  else
    at_gtk_launch_folder (gtk_widget_get_parent (popover), items);
  gtk_popover_popdown (GTK_POPOVER (popover));
}

static GtkWidget *
make_text (const char *text,
           gboolean    is_selectable)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_max_width_chars (GTK_LABEL (label), MAX_WIDTH_CHARS);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_selectable (GTK_LABEL (label), is_selectable);

  return label;
}

static GtkWidget *
make_button (AtGtkTaskItem    *item,
             AtGtkTaskActions  action)
{
  g_autofree char *label = at_gtk_task_actions_dup_label (action);
  GtkWidget *button = gtk_button_new_with_label (label);

  g_object_set_data (G_OBJECT (button), "at-action", GUINT_TO_POINTER (action));
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_button), item, 0);
  gtk_widget_set_halign (button, GTK_ALIGN_END);

  return button;
}

/* Tells of @item, over @parent, what does not fit into a row: its details, which can be
 * copied, or a sentence, after which @action may help. */
void
at_gtk_note_show (GtkWidget        *parent,
                  AtGtkTaskItem    *item,
                  const char       *text,
                  AtGtkTaskActions  action)
{
  gboolean is_long = action == AT_GTK_TASK_ACTION_COPY_DETAILS;
  const char *title = at_gtk_task_item_get_title (item);
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *body = make_text (text, is_long);
  GtkLabel *label = GTK_LABEL (body);
  GtkWidget *button = NULL;

  if (is_long)
    {
      GtkWidget *heading = make_text (title != NULL ? title : "", FALSE);
      GtkWidget *scrolled = gtk_scrolled_window_new ();

      gtk_widget_add_css_class (heading, "heading");
      gtk_box_append (GTK_BOX (box), heading);
      gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), body);
      gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
      gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scrolled), TRUE);
      gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scrolled), TRUE);
      gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scrolled), MAX_HEIGHT);
      body = scrolled;
    }
  gtk_box_append (GTK_BOX (box), body);
  if (action != AT_GTK_TASK_ACTION_NONE)
    {
      button = make_button (item, action);
      gtk_box_append (GTK_BOX (box), button);
    }

  gtk_widget_add_css_class (popover, "tasknote");
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  at_gtk_popover_show (GTK_POPOVER (popover), parent, NULL);
  /* The first that can have the focus has got it, which is the text, and then all of it is selected. */
  if (is_long)
    gtk_label_select_region (label, 0, 0);
  if (button != NULL)
    gtk_widget_grab_focus (button);
}
