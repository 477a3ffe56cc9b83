/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is in a column, each a property of the node. */
typedef enum
{
  AT_GTK_INSPECTOR_NAME,
  AT_GTK_INSPECTOR_BODY,
  AT_GTK_INSPECTOR_STATE,
  AT_GTK_INSPECTOR_TIME,
  AT_GTK_INSPECTOR_DETAILS,
  AT_GTK_INSPECTOR_N_COLUMNS
} AtGtkInspectorColumn;

#define AT_GTK_TYPE_INSPECTOR_NODE (at_gtk_inspector_node_get_type ())
G_DECLARE_FINAL_TYPE (AtGtkInspectorNode, at_gtk_inspector_node, AT_GTK, INSPECTOR_NODE, GObject)

/* A row of the page: the same object for as long as the thing with that key is seen. */
AtGtkInspectorNode *at_gtk_inspector_node_new          (const char           *key);
const char         *at_gtk_inspector_node_get_key      (AtGtkInspectorNode   *self);

/* @text (nullable: none) is what a program said of itself, or what we say: the node has it in one line. */
void                at_gtk_inspector_node_set_text     (AtGtkInspectorNode   *self,
                                                        AtGtkInspectorColumn  column,
                                                        const char           *text);
const char         *at_gtk_inspector_column_get_name   (AtGtkInspectorColumn  column);

/* (transfer none) (nullable): AtGtkInspectorNodes; NULL of one that never has any, and was never arranged. */
GListModel         *at_gtk_inspector_node_get_children (AtGtkInspectorNode   *self);
/* @children, in that order. What stays in its place is not told of. */
void                at_gtk_inspector_node_arrange      (AtGtkInspectorNode   *self,
                                                        GPtrArray            *children);

G_END_DECLS
