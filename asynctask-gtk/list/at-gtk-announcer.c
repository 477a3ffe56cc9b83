/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-announcer-private.h"

#include "../at-gtk-compat-private.h"
#include "../item/at-gtk-beat-private.h"
#include "../item/at-gtk-words-private.h"

#include <glib/gi18n-lib.h>

/* Tells who cannot see it of each task that succeeds or fails, in one sentence for all that end
 * at about the same time. Where GTK cannot announce anything, a status that nobody sees says it. */
struct _AtGtkAnnouncer
{
  GtkWidget       *widget;
  GtkLabel        *status;

  GListModel      *items;
  GPtrArray       *followed; /* in the order of items */
  AtGtkBeat       *beat;
  AtGtkBeatClient  client;

  char            *last;
  guint            n_succeeded;
  guint            n_failed;
};

static char *
make_text (AtGtkAnnouncer *self)
{
  g_autofree char *succeeded = NULL;
  g_autofree char *failed = NULL;

  if (self->n_succeeded + self->n_failed == 1)
    return g_steal_pointer (&self->last);

  succeeded = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u task succeeded", "%u tasks succeeded",
                                            self->n_succeeded), self->n_succeeded);
  failed = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u task failed", "%u tasks failed",
                                         self->n_failed), self->n_failed);
  if (self->n_failed == 0)
    return g_steal_pointer (&succeeded);
  if (self->n_succeeded == 0)
    return g_steal_pointer (&failed);

  return g_strconcat (succeeded, "\n", failed, NULL);
}

static void
on_beat (gpointer data)
{
  AtGtkAnnouncer *self = data;
  g_autofree char *text = make_text (self);

  if (gtk_widget_get_mapped (self->widget) &&
      !at_gtk_compat_announce (self->widget, text, self->n_failed > 0))
    gtk_label_set_label (self->status, text);

  g_clear_pointer (&self->last, g_free);
  self->n_succeeded = 0;
  self->n_failed = 0;
}

static void
on_state_changed (AtGtkTaskItem  *item,
                  GParamSpec     *pspec,
                  AtGtkAnnouncer *self)
{
  AtGtkTaskState state = at_gtk_task_item_get_state (item);
  const char *title = at_gtk_task_item_get_title (item);
  const char *subtitle = at_gtk_task_item_get_subtitle (item);
  g_autofree char *format = NULL;

  if (state == AT_GTK_TASK_STATE_SUCCEEDED)
    self->n_succeeded++;
  else if (state == AT_GTK_TASK_STATE_FAILED)
    self->n_failed++;
  else
    return;

  format = g_strconcat ("%s — ", subtitle != NULL ? subtitle : "", NULL);
  g_free (self->last);
  self->last = at_gtk_words_with_name (format, title != NULL ? title : "");
  at_gtk_beat_add (self->beat, &self->client, on_beat, self);
}

static void
follow (AtGtkAnnouncer *self,
        gpointer        item)
{
  g_signal_connect (item, "notify::state", G_CALLBACK (on_state_changed), self);
}

static void
unfollow (AtGtkAnnouncer *self,
          gpointer        item)
{
  g_signal_handlers_disconnect_by_func (item, on_state_changed, self);
}

/* One that only goes to another place stays connected: it may go there because it has ended,
 * which is still to be told. */
static void
on_items_changed (GListModel     *model,
                  guint           position,
                  guint           removed,
                  guint           added,
                  AtGtkAnnouncer *self)
{
  g_autoptr (GHashTable) gone = g_hash_table_new (NULL, NULL);
  GPtrArray *followed = g_ptr_array_new_full (self->followed->len - removed + added, g_object_unref);
  GHashTableIter iter;
  gpointer item;

  for (guint i = 0; i < removed; i++)
    g_hash_table_add (gone, self->followed->pdata[position + i]);
  for (guint i = 0; i < position; i++)
    g_ptr_array_add (followed, g_object_ref (self->followed->pdata[i]));
  for (guint i = 0; i < added; i++)
    {
      item = g_list_model_get_item (model, position + i);
      g_ptr_array_add (followed, item);
      if (!g_hash_table_remove (gone, item))
        follow (self, item);
    }
  for (guint i = position + removed; i < self->followed->len; i++)
    g_ptr_array_add (followed, g_object_ref (self->followed->pdata[i]));

  g_hash_table_iter_init (&iter, gone);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    unfollow (self, item);

  g_ptr_array_unref (self->followed);
  self->followed = followed;
}

AtGtkAnnouncer *
at_gtk_announcer_new (GtkWidget *widget,
                      GtkLabel  *status)
{
  AtGtkAnnouncer *self = g_new0 (AtGtkAnnouncer, 1);

  self->widget = widget;
  self->status = status;
  self->followed = g_ptr_array_new_with_free_func (g_object_unref);
  self->beat = at_gtk_beat_get (NULL);

  return self;
}

void
at_gtk_announcer_free (AtGtkAnnouncer *self)
{
  at_gtk_announcer_set_items (self, NULL);
  at_gtk_beat_remove (self->beat, &self->client);
  at_gtk_beat_unref (self->beat);
  g_ptr_array_unref (self->followed);
  g_free (self->last);
  g_free (self);
}

/* @items (nullable): of AtGtkTaskItem. */
void
at_gtk_announcer_set_items (AtGtkAnnouncer *self,
                            GListModel     *items)
{
  if (self->items != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->items, on_items_changed, self);
      for (guint i = 0; i < self->followed->len; i++)
        unfollow (self, self->followed->pdata[i]);
      g_ptr_array_set_size (self->followed, 0);
    }
  g_set_object (&self->items, items);
  if (items != NULL)
    {
      g_signal_connect (items, "items-changed", G_CALLBACK (on_items_changed), self);
      on_items_changed (items, 0, 0, g_list_model_get_n_items (items), self);
    }
}
