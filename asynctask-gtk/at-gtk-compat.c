/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-compat-private.h"

/* It is asked for where it is there, and nowhere else. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

gboolean
at_gtk_compat_name_list_item (GtkListItem *list_item,
                              const char  *label,
                              const char  *description)
{
#if GTK_CHECK_VERSION (4, 12, 0)
  gtk_list_item_set_accessible_label (list_item, label);
  gtk_list_item_set_accessible_description (list_item, description);

  return TRUE;
#else
  return FALSE;
#endif
}

#if GTK_CHECK_VERSION (4, 12, 0)

static void
setup_header (GtkSignalListItemFactory *factory,
              GtkListHeader            *header,
              gpointer                  user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_list_header_set_child (header, label);
}

static gboolean
update_header (gpointer data)
{
  GtkListHeader *header = data;
  AtGtkSectionTitle title = (AtGtkSectionTitle) g_object_get_data (G_OBJECT (header), "asynctask-title");
  GtkWidget *label = gtk_list_header_get_child (header);
  gpointer item = gtk_list_header_get_item (header);

  if (label != NULL && item != NULL)
    gtk_label_set_label (GTK_LABEL (label), title (item));

  return G_SOURCE_REMOVE;
}

/* GTK leaves a header alone whose section still begins with the same item, though it is another
 * section. Once the list is in order again: the item may be about to leave. */
static void
item_changed_cb (GtkListHeader *header)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, update_header, g_object_ref (header), g_object_unref);
}

static void
bind_header (GtkSignalListItemFactory *factory,
             GtkListHeader            *header,
             gpointer                  user_data)
{
  g_object_set_data (G_OBJECT (header), "asynctask-title", user_data);
  g_signal_connect_object (gtk_list_header_get_item (header), "notify::state",
                           G_CALLBACK (item_changed_cb), header, G_CONNECT_SWAPPED);
  update_header (header);
}

static void
unbind_header (GtkSignalListItemFactory *factory,
               GtkListHeader            *header,
               gpointer                  user_data)
{
  g_signal_handlers_disconnect_by_data (gtk_list_header_get_item (header), header);
}

/* GTK keeps the first item where it is, at the top, and so the heading above it out of sight: a list
 * that nobody has scrolled begins with its heading. */
typedef struct
{
  GtkListView   *list_view;
  GtkAdjustment *adjustment;
  gboolean       is_at_top;
  guint          source;
} AtGtkTop;

static gboolean
return_to_top_cb (gpointer user_data)
{
  AtGtkTop *self = user_data;
  GtkWidget *header = gtk_widget_get_first_child (GTK_WIDGET (self->list_view));
  graphene_rect_t bounds;

  self->source = 0;
  /* What is further away was gone to on purpose. */
  if (header != NULL && g_str_equal (gtk_widget_get_css_name (header), "header") &&
      gtk_widget_compute_bounds (header, GTK_WIDGET (self->list_view), &bounds) &&
      gtk_adjustment_get_value (self->adjustment) < (double) graphene_rect_get_height (&bounds) + 1)
    gtk_adjustment_set_value (self->adjustment, 0);
  self->is_at_top = gtk_adjustment_get_value (self->adjustment) <= 0;

  return G_SOURCE_REMOVE;
}

/* Within the list's layout, which is not to be changed meanwhile. */
static void
laid_out_cb (AtGtkTop *self)
{
  if (self->is_at_top && self->source == 0 && gtk_adjustment_get_value (self->adjustment) > 0)
    self->source = g_idle_add_full (G_PRIORITY_HIGH_IDLE, return_to_top_cb, self, NULL);
}

static void
scrolled_cb (AtGtkTop *self)
{
  if (self->source == 0)
    self->is_at_top = gtk_adjustment_get_value (self->adjustment) <= 0;
}

static void
top_free (AtGtkTop *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_object_unref (self->adjustment);
  g_free (self);
}

static AtGtkTop *
top_new (GtkListView *list_view)
{
  AtGtkTop *self = g_new0 (AtGtkTop, 1);

  self->list_view = list_view;
  self->adjustment = g_object_ref (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list_view)));
  self->is_at_top = gtk_adjustment_get_value (self->adjustment) <= 0;
  g_signal_connect_swapped (self->adjustment, "changed", G_CALLBACK (laid_out_cb), self);
  g_signal_connect_swapped (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);

  return self;
}

#endif

gboolean
at_gtk_compat_show_sections (GtkListView       *list_view,
                             AtGtkSectionTitle  title)
{
#if GTK_CHECK_VERSION (4, 12, 0)
  g_autoptr (GtkListItemFactory) factory = NULL;

  if (title != NULL)
    {
      factory = gtk_signal_list_item_factory_new ();
      g_signal_connect (factory, "setup", G_CALLBACK (setup_header), NULL);
      g_signal_connect (factory, "bind", G_CALLBACK (bind_header), (gpointer) title);
      g_signal_connect (factory, "unbind", G_CALLBACK (unbind_header), NULL);
    }
  gtk_list_view_set_header_factory (list_view, factory);
  g_object_set_data_full (G_OBJECT (list_view), "asynctask-top", title != NULL ? top_new (list_view) : NULL,
                          (GDestroyNotify) top_free);

  return TRUE;
#else
  return FALSE;
#endif
}

void
at_gtk_compat_scroll_to (GtkListView *list_view,
                         guint        position)
{
#if GTK_CHECK_VERSION (4, 12, 0)
  AtGtkTop *top = g_object_get_data (G_OBJECT (list_view), "asynctask-top");

  /* To return to the top now would take back what the list has yet to lay out. */
  if (top != NULL)
    g_clear_handle_id (&top->source, g_source_remove);
#endif

  gtk_widget_activate_action (GTK_WIDGET (list_view), "list.scroll-to-item", "u", position);
}

gboolean
at_gtk_compat_announce (GtkWidget  *widget,
                        const char *text,
                        gboolean    is_urgent)
{
#if GTK_CHECK_VERSION (4, 14, 0)
  gtk_accessible_announce (GTK_ACCESSIBLE (widget), text,
                           is_urgent ? GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_HIGH
                                     : GTK_ACCESSIBLE_ANNOUNCEMENT_PRIORITY_MEDIUM);

  return TRUE;
#else
  return FALSE;
#endif
}

G_GNUC_END_IGNORE_DEPRECATIONS
