/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

/* What is sorted by state has a section for each group, where GTK has sections. */

#if GTK_CHECK_VERSION (4, 12, 0)

/* Newer than what the library is held to elsewhere. */
G_GNUC_BEGIN_IGNORE_DEPRECATIONS

/* The first row that is in @group or behind it. */
static GSequenceIter *
find_first (AtGtkTaskItems *self,
            guint           group)
{
  AtGtkEntry key = { .group = group };

  return g_sequence_search (self->sequence, &key, at_gtk_task_items_compare, self);
}

static void
get_section (GtkSectionModel *model,
             guint            position,
             guint           *start,
             guint           *end)
{
  AtGtkTaskItems *self = AT_GTK_TASK_ITEMS (model);
  guint n_rows = (guint) g_sequence_get_length (self->sequence);
  AtGtkEntry *entry;

  if (position >= n_rows)
    {
      *start = n_rows;
      *end = G_MAXUINT;
      return;
    }

  *start = 0;
  *end = n_rows;
  if (self->sort != AT_GTK_TASK_SORT_STATE)
    return;

  entry = g_sequence_get (g_sequence_get_iter_at_pos (self->sequence, (int) position));
  *start = (guint) g_sequence_iter_get_position (find_first (self, entry->group));
  *end = (guint) g_sequence_iter_get_position (find_first (self, entry->group + 1));
}

static void
section_model_iface_init (gpointer iface,
                          gpointer data)
{
  ((GtkSectionModelInterface *) iface)->get_section = get_section;
}

void
at_gtk_task_items_add_sections (GType type)
{
  const GInterfaceInfo info = { section_model_iface_init, NULL, NULL };

  g_type_add_interface_static (type, GTK_TYPE_SECTION_MODEL, &info);
}

/* The row at @position may be the first of a section, or may have been. */
void
at_gtk_task_items_tell_sections (AtGtkTaskItems *self,
                                 guint           position)
{
  if (self->sort == AT_GTK_TASK_SORT_STATE)
    gtk_section_model_sections_changed (GTK_SECTION_MODEL (self), position, 1);
}

G_GNUC_END_IGNORE_DEPRECATIONS

#else

void
at_gtk_task_items_add_sections (GType type)
{
}

void
at_gtk_task_items_tell_sections (AtGtkTaskItems *self,
                                 guint           position)
{
}

#endif
