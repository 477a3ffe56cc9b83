/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "desktop/at-gtk-windows-private.h"

/* Whether a window of the program is there to be seen, and whether somebody looks. */
struct _AtGtkWindows
{
  GListModel *windows;
  GFunc       changed;
  gpointer    user_data;
};

static void
window_changed_cb (GObject    *window,
                   GParamSpec *pspec,
                   gpointer    user_data)
{
  AtGtkWindows *self = user_data;

  self->changed (self, self->user_data);
}

static void
forget_windows (AtGtkWindows *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->windows); i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (self->windows, i);

      g_signal_handlers_disconnect_by_data (window, self);
    }
}

/* One that has left is at its end, and its handlers with it. */
static void
watch_windows (AtGtkWindows *self)
{
  forget_windows (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->windows); i++)
    {
      g_autoptr (GObject) window = g_list_model_get_item (self->windows, i);

      g_signal_connect (window, "notify::visible", G_CALLBACK (window_changed_cb), self);
      g_signal_connect (window, "notify::is-active", G_CALLBACK (window_changed_cb), self);
    }
}

static void
windows_changed_cb (GListModel *windows,
                    guint       position,
                    guint       removed,
                    guint       added,
                    gpointer    user_data)
{
  AtGtkWindows *self = user_data;

  watch_windows (self);
  self->changed (self, self->user_data);
}

AtGtkWindows *
at_gtk_windows_new (GFunc    changed,
                    gpointer user_data)
{
  AtGtkWindows *self = g_new0 (AtGtkWindows, 1);

  self->windows = g_object_ref (gtk_window_get_toplevels ());
  self->changed = changed;
  self->user_data = user_data;
  g_signal_connect (self->windows, "items-changed", G_CALLBACK (windows_changed_cb), self);
  watch_windows (self);

  return self;
}

gboolean
at_gtk_windows_any_visible (AtGtkWindows *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (self->windows, i);

      if (gtk_widget_get_visible (window))
        return TRUE;
    }

  return FALSE;
}

gboolean
at_gtk_windows_any_focused (AtGtkWindows *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (self->windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (self->windows, i);

      if (gtk_widget_get_visible (GTK_WIDGET (window)) && gtk_window_is_active (window))
        return TRUE;
    }

  return FALSE;
}

void
at_gtk_windows_free (AtGtkWindows *self)
{
  g_signal_handlers_disconnect_by_data (self->windows, self);
  forget_windows (self);
  g_object_unref (self->windows);
  g_free (self);
}
