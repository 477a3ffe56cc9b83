/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-inspector-node-private.h"

struct _AtGtkInspectorNode
{
  GObject     parent_instance;
  char       *key;
  char       *texts[AT_GTK_INSPECTOR_N_COLUMNS];
  GListStore *children; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (AtGtkInspectorNode, at_gtk_inspector_node, G_TYPE_OBJECT)

/* Properties are columns, from 1 on. */
static GParamSpec *properties[AT_GTK_INSPECTOR_N_COLUMNS + 1];

static void
at_gtk_inspector_node_get_property (GObject    *object,
                                    guint       property_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  AtGtkInspectorNode *self = AT_GTK_INSPECTOR_NODE (object);

  g_assert (property_id <= AT_GTK_INSPECTOR_N_COLUMNS);
  g_value_set_string (value, self->texts[property_id - 1]);
}

static void
at_gtk_inspector_node_finalize (GObject *object)
{
  AtGtkInspectorNode *self = AT_GTK_INSPECTOR_NODE (object);

  g_free (self->key);
  for (guint i = 0; i < AT_GTK_INSPECTOR_N_COLUMNS; i++)
    g_free (self->texts[i]);
  g_clear_object (&self->children);

  G_OBJECT_CLASS (at_gtk_inspector_node_parent_class)->finalize (object);
}

static void
at_gtk_inspector_node_class_init (AtGtkInspectorNodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = at_gtk_inspector_node_get_property;
  object_class->finalize = at_gtk_inspector_node_finalize;

  for (guint i = 0; i < AT_GTK_INSPECTOR_N_COLUMNS; i++)
    properties[i + 1] = g_param_spec_string (at_gtk_inspector_column_get_name (i), NULL, NULL, "",
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
at_gtk_inspector_node_init (AtGtkInspectorNode *self)
{
  for (guint i = 0; i < AT_GTK_INSPECTOR_N_COLUMNS; i++)
    self->texts[i] = g_strdup ("");
}

AtGtkInspectorNode *
at_gtk_inspector_node_new (const char *key)
{
  AtGtkInspectorNode *self = g_object_new (AT_GTK_TYPE_INSPECTOR_NODE, NULL);

  self->key = g_strdup (key);

  return self;
}

const char *
at_gtk_inspector_node_get_key (AtGtkInspectorNode *self)
{
  return self->key;
}

const char *
at_gtk_inspector_column_get_name (AtGtkInspectorColumn column)
{
  static const char * const names[] = { "name", "body", "state", "time", "details" };

  return names[column];
}

static char *
make_line (const char *text)
{
  GString *line = g_string_new (NULL);

  for (const char *p = text != NULL ? text : ""; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      g_string_append_unichar (line, g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029 ? ' ' : c);
    }

  return g_string_free (line, FALSE);
}

void
at_gtk_inspector_node_set_text (AtGtkInspectorNode   *self,
                                AtGtkInspectorColumn  column,
                                const char           *text)
{
  g_autofree char *line = make_line (text);

  if (g_str_equal (self->texts[column], line))
    return;

  g_free (self->texts[column]);
  self->texts[column] = g_steal_pointer (&line);
  g_object_notify_by_pspec (G_OBJECT (self), properties[column + 1]);
}

GListModel *
at_gtk_inspector_node_get_children (AtGtkInspectorNode *self)
{
  return (GListModel *) self->children;
}

static gboolean
is_at (GListStore *store,
       guint       position,
       gpointer    child)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), position);

  return (gpointer) item == child;
}

void
at_gtk_inspector_node_arrange (AtGtkInspectorNode *self,
                               GPtrArray          *children)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) had = g_hash_table_new (NULL, NULL);

  if (self->children == NULL)
    self->children = g_list_store_new (AT_GTK_TYPE_INSPECTOR_NODE);

  for (guint i = 0; i < children->len; i++)
    g_hash_table_add (wanted, children->pdata[i]);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->children)); i-- > 0;)
    {
      g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->children), i);

      if (g_hash_table_contains (wanted, item))
        g_hash_table_add (had, item);
      else
        g_list_store_remove (self->children, i);
    }

  /* One that comes earlier than it was is moved; in a queue hardly any does. */
  for (guint i = 0; i < children->len; i++)
    {
      guint position;

      if (is_at (self->children, i, children->pdata[i]))
        continue;

      if (g_hash_table_contains (had, children->pdata[i]) &&
          g_list_store_find (self->children, children->pdata[i], &position))
        g_list_store_remove (self->children, position);
      g_list_store_insert (self->children, i, children->pdata[i]);
    }
}
