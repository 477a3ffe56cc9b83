/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-inspector-page-private.h"

#include <asynctask-glib.h>

#include "at-gtk-inspector-node-private.h"
#include "at-gtk-inspector-tree-private.h"

/* Not in a header of GTK's: it makes the page itself, asks for its title, and tells it which object
 * of the program is selected. */
#define EXTENSION_POINT "gtk-inspector-page"

/* Twice a second; with so many tasks that a look takes long, a tenth of the time at most. */
#define INTERVAL_MSEC 500
#define REST_FACTOR 10

struct _AtGtkInspectorPage
{
  GtkWidget           parent_instance;
  AtGtkInspectorTree *tree;
  GtkTreeListModel   *rows;
  GtkSingleSelection *selection;
  AtGtkInspectorNode *selected; /* what the user selected, as long as it is there */
  GtkWidget          *summary;
  GtkWidget          *stack;
  guint               source_id; /* while mapped */
  gboolean            is_updating;
};

enum
{
  PROP_TITLE = 1,
  PROP_OBJECT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtGtkInspectorPage, at_gtk_inspector_page, GTK_TYPE_WIDGET)

static AtGtkInspectorNode *
dup_node (gpointer row)
{
  return row != NULL ? gtk_tree_list_row_get_item (row) : NULL;
}

/* A row that was moved is another one to the selection. */
static void
select_again (AtGtkInspectorPage *self)
{
  g_autoptr (AtGtkInspectorNode) now = dup_node (gtk_single_selection_get_selected_item (self->selection));
  guint n_rows = g_list_model_get_n_items (G_LIST_MODEL (self->rows));

  if (now == self->selected)
    return;

  for (guint i = 0; i < n_rows; i++)
    {
      g_autoptr (GtkTreeListRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
      g_autoptr (AtGtkInspectorNode) node = dup_node (row);

      if (node == self->selected)
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }

  g_clear_object (&self->selected);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

static void
selected_cb (AtGtkInspectorPage *self)
{
  g_autoptr (AtGtkInspectorNode) node = NULL;

  if (self->is_updating)
    return;

  node = dup_node (gtk_single_selection_get_selected_item (self->selection));
  g_set_object (&self->selected, node);
}

static void
update (AtGtkInspectorPage *self)
{
  g_autoptr (GVariant) snapshot = at_dup_tasks_snapshot ();
  GListModel *roots = at_gtk_inspector_tree_get_roots (self->tree);

  self->is_updating = TRUE;
  at_gtk_inspector_tree_update (self->tree, snapshot);
  select_again (self);
  self->is_updating = FALSE;

  gtk_label_set_label (GTK_LABEL (self->summary), at_gtk_inspector_tree_get_summary (self->tree));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), g_list_model_get_n_items (roots) > 0 ? "rows" : "empty");
}

static gboolean
update_cb (gpointer user_data)
{
  AtGtkInspectorPage *self = user_data;
  gint64 began = g_get_monotonic_time ();
  gint64 took;

  update (self);

  took = (g_get_monotonic_time () - began) / 1000;
  self->source_id = g_timeout_add ((guint) CLAMP (took * REST_FACTOR, INTERVAL_MSEC, G_MAXINT), update_cb, self);
  g_source_set_name_by_id (self->source_id, "[asynctask-gtk] inspector page");

  return G_SOURCE_REMOVE;
}

static void
copy_cb (AtGtkInspectorPage *self)
{
  g_autofree char *dump = at_dup_tasks_dump ();

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), dump);
}

/* Rows */

static const char *
get_column (gpointer factory)
{
  return g_object_get_data (factory, "column");
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);

  if (g_str_equal (get_column (factory), at_gtk_inspector_column_get_name (AT_GTK_INSPECTOR_NAME)))
    {
      GtkWidget *expander = gtk_tree_expander_new ();

      gtk_tree_expander_set_child (GTK_TREE_EXPANDER (expander), label);
      gtk_list_item_set_child (list_item, expander);
    }
  else
    gtk_list_item_set_child (list_item, label);
}

static GtkWidget *
get_label (GtkListItem *list_item)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  return GTK_IS_TREE_EXPANDER (child) ? gtk_tree_expander_get_child (GTK_TREE_EXPANDER (child)) : child;
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item)
{
  GtkTreeListRow *row = gtk_list_item_get_item (list_item);
  GtkWidget *child = gtk_list_item_get_child (list_item);
  GtkWidget *label = get_label (list_item);
  g_autoptr (AtGtkInspectorNode) node = dup_node (row);

  if (GTK_IS_TREE_EXPANDER (child))
    gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (child), row);
  g_object_set_data (G_OBJECT (list_item), "binding",
                     g_object_bind_property (node, get_column (factory), label, "label", G_BINDING_SYNC_CREATE));
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item)
{
  GtkWidget *child = gtk_list_item_get_child (list_item);

  g_binding_unbind (g_object_steal_data (G_OBJECT (list_item), "binding"));
  if (GTK_IS_TREE_EXPANDER (child))
    gtk_tree_expander_set_list_row (GTK_TREE_EXPANDER (child), NULL);
}

static void
add_column (GtkColumnView        *view,
            AtGtkInspectorColumn  which,
            const char           *title,
            int                   width)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) column = NULL;

  g_object_set_data (G_OBJECT (factory), "column", (char *) at_gtk_inspector_column_get_name (which));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);

  column = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (column, TRUE);
  if (width > 0)
    gtk_column_view_column_set_fixed_width (column, width);
  else
    gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_append_column (view, column);
}

static GListModel *
create_children_cb (gpointer item,
                    gpointer user_data)
{
  GListModel *children = at_gtk_inspector_node_get_children (item);

  return children != NULL ? g_object_ref (children) : NULL;
}

/* The widget */

static void
at_gtk_inspector_page_map (GtkWidget *widget)
{
  update_cb (widget);

  GTK_WIDGET_CLASS (at_gtk_inspector_page_parent_class)->map (widget);
}

static void
at_gtk_inspector_page_unmap (GtkWidget *widget)
{
  AtGtkInspectorPage *self = AT_GTK_INSPECTOR_PAGE (widget);

  g_clear_handle_id (&self->source_id, g_source_remove);

  GTK_WIDGET_CLASS (at_gtk_inspector_page_parent_class)->unmap (widget);
}

static void
at_gtk_inspector_page_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (property_id)
    {
    case PROP_TITLE:
      g_value_set_string (value, "Tasks");
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
at_gtk_inspector_page_set_property (GObject      *object,
                                    guint         property_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (property_id)
    {
    case PROP_OBJECT:
      /* The page is of the program, not of one object. */
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property_id, pspec);
    }
}

static void
at_gtk_inspector_page_dispose (GObject *object)
{
  AtGtkInspectorPage *self = AT_GTK_INSPECTOR_PAGE (object);
  GtkWidget *child;

  g_clear_handle_id (&self->source_id, g_source_remove);
  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->selected);
  g_clear_pointer (&self->tree, at_gtk_inspector_tree_free);

  G_OBJECT_CLASS (at_gtk_inspector_page_parent_class)->dispose (object);
}

static void
at_gtk_inspector_page_class_init (AtGtkInspectorPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = at_gtk_inspector_page_get_property;
  object_class->set_property = at_gtk_inspector_page_set_property;
  object_class->dispose = at_gtk_inspector_page_dispose;
  widget_class->map = at_gtk_inspector_page_map;
  widget_class->unmap = at_gtk_inspector_page_unmap;

  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "Tasks",
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_OBJECT] = g_param_spec_object ("object", NULL, NULL, G_TYPE_OBJECT,
                                                 G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static GtkWidget *
make_bar (AtGtkInspectorPage *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *button = gtk_button_new_with_label ("Copy");

  self->summary = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->summary), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->summary, TRUE);
  gtk_box_append (GTK_BOX (bar), self->summary);

  gtk_widget_set_tooltip_text (button, "Copy all of it as text");
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (copy_cb), self);
  gtk_box_append (GTK_BOX (bar), button);

  gtk_widget_set_margin_start (bar, 12);
  gtk_widget_set_margin_end (bar, 12);
  gtk_widget_set_margin_top (bar, 6);
  gtk_widget_set_margin_bottom (bar, 6);

  return bar;
}

static GtkWidget *
make_view (AtGtkInspectorPage *self)
{
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)));
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  gtk_widget_add_css_class (view, "data-table");
  add_column (GTK_COLUMN_VIEW (view), AT_GTK_INSPECTOR_NAME, "Name", 260);
  add_column (GTK_COLUMN_VIEW (view), AT_GTK_INSPECTOR_BODY, "Body", 160);
  add_column (GTK_COLUMN_VIEW (view), AT_GTK_INSPECTOR_STATE, "State", 180);
  add_column (GTK_COLUMN_VIEW (view), AT_GTK_INSPECTOR_TIME, "For", 80);
  add_column (GTK_COLUMN_VIEW (view), AT_GTK_INSPECTOR_DETAILS, "Details", 0);

  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), view);

  return scrolled;
}

static void
at_gtk_inspector_page_init (AtGtkInspectorPage *self)
{
  GtkWidget *empty = gtk_label_new ("No task was executed yet");

  gtk_orientable_set_orientation (GTK_ORIENTABLE (gtk_widget_get_layout_manager (GTK_WIDGET (self))),
                                  GTK_ORIENTATION_VERTICAL);

  self->tree = at_gtk_inspector_tree_new ();
  self->rows = gtk_tree_list_model_new (g_object_ref (at_gtk_inspector_tree_get_roots (self->tree)), FALSE, TRUE,
                                        create_children_cb, NULL, NULL);
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->rows));
  g_signal_connect_swapped (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);

  gtk_widget_add_css_class (empty, "dim-label");
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), make_view (self), "rows");

  gtk_widget_set_parent (make_bar (self), GTK_WIDGET (self));
  gtk_widget_set_parent (gtk_separator_new (GTK_ORIENTATION_HORIZONTAL), GTK_WIDGET (self));
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

void
at_gtk_inspector_page_register (void)
{
  if (g_io_extension_point_lookup (EXTENSION_POINT) != NULL)
    g_io_extension_point_implement (EXTENSION_POINT, AT_GTK_TYPE_INSPECTOR_PAGE, "asynctask-gtk", 10);
}
