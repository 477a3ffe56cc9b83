/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The rows of the page, as a tree that is kept the same from one snapshot to the next. */
typedef struct _AtGtkInspectorTree AtGtkInspectorTree;

AtGtkInspectorTree *at_gtk_inspector_tree_new         (void);
void                at_gtk_inspector_tree_free        (AtGtkInspectorTree *self);
/* (transfer none): AtGtkInspectorNodes, which have children. */
GListModel         *at_gtk_inspector_tree_get_roots   (AtGtkInspectorTree *self);
void                at_gtk_inspector_tree_update      (AtGtkInspectorTree *self,
                                                       GVariant           *snapshot);
/* What it amounts to, in words; after the first update. */
const char         *at_gtk_inspector_tree_get_summary (AtGtkInspectorTree *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtGtkInspectorTree, at_gtk_inspector_tree_free)

G_END_DECLS
