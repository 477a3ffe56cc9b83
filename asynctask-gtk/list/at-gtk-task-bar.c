/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-bar-private.h"

#include "../item/at-gtk-beat-private.h"
#include "../item/at-gtk-task-item-private.h"

#include <math.h>

#include <glib/gi18n-lib.h>

/* A bar that is drawn no more often than can be seen. What moves it by less than a pixel is
 * not drawn, and what moves it by a few waits for the beat on which captions change: eight slow
 * tasks share their frames, and fast ones move smoothly. */

#define PIXELS_AT_ONCE 4
#define PULSE_MSEC     100

struct _AtGtkTaskBar
{
  GtkWidget       parent_instance;

  AtGtkTaskItem  *item;
  GtkProgressBar *bar;
  GtkSettings    *settings;
  gulong          animations_handler;

  AtGtkBeat      *beat;
  AtGtkBeatClient client;
  double          shown;
  guint           pulse_source;
};

G_DEFINE_FINAL_TYPE (AtGtkTaskBar, at_gtk_task_bar, GTK_TYPE_WIDGET)

static void
name_value (AtGtkTaskBar *self)
{
  AtAsyncTask *task = at_gtk_task_item_get_task (self->item);
  double remaining = task != NULL ? at_async_task_get_remaining (task) : -1;
  g_autofree char *left = at_format_duration (remaining);
  int percent = (int) (self->shown * 100);
  g_autofree char *text = NULL;

  /* Translators: how much is done, and the time that is left, as in “27 %, 4 minutes left”. */
  text = *left != '\0' ? g_strdup_printf (_("%d %%, %s left"), percent, left)
                       : g_strdup_printf (_("%d %%"), percent);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

static void
name_nothing (AtGtkTaskBar *self)
{
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW);
  gtk_accessible_reset_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT);
}

static gboolean
pulse (gpointer data)
{
  AtGtkTaskBar *self = data;

  gtk_progress_bar_pulse (self->bar);

  return G_SOURCE_CONTINUE;
}

/* What has pulsed once is redrawn until it has a fraction. */
static void
stop_pulsing (AtGtkTaskBar *self)
{
  if (self->pulse_source == 0)
    return;

  g_clear_handle_id (&self->pulse_source, g_source_remove);
  gtk_progress_bar_set_fraction (self->bar, 0);
  self->shown = 0;
}

static void
stop_waiting (AtGtkTaskBar *self)
{
  at_gtk_beat_remove (self->beat, &self->client);
}

static void
show_fraction (AtGtkTaskBar *self,
               double        fraction)
{
  stop_waiting (self);
  if (gtk_progress_bar_get_fraction (self->bar) != fraction)
    gtk_progress_bar_set_fraction (self->bar, fraction);
  self->shown = fraction;
  name_value (self);
}

static void
on_beat (gpointer data)
{
  AtGtkTaskBar *self = data;

  show_fraction (self, at_gtk_task_item_get_fraction (self->item));
}

static void
move_to (AtGtkTaskBar *self,
         double        fraction)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  double pixels = fabs (fraction - self->shown) * width * gtk_widget_get_scale_factor (GTK_WIDGET (self));

  if (width == 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)) || pixels >= PIXELS_AT_ONCE)
    {
      show_fraction (self, fraction);
    }
  else if (pixels >= 1)
    {
      at_gtk_beat_add (self->beat, &self->client, on_beat, self);
    }
}

static void
show_indeterminate (AtGtkTaskBar *self)
{
  gboolean animate;

  stop_waiting (self);
  name_nothing (self);
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &animate, NULL);
  if (!animate || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      stop_pulsing (self);
      gtk_widget_add_css_class (GTK_WIDGET (self), "still");
      return;
    }

  gtk_widget_remove_css_class (GTK_WIDGET (self), "still");
  if (self->pulse_source != 0)
    return;

  gtk_progress_bar_pulse (self->bar);
  self->pulse_source = g_timeout_add_full (G_PRIORITY_DEFAULT, PULSE_MSEC, pulse, self, NULL);
  g_source_set_name_by_id (self->pulse_source, "[asynctask-gtk] pulse");
}

static void
update (AtGtkTaskBar *self)
{
  AtGtkTaskState state = at_gtk_task_item_get_state (self->item);
  double fraction = at_gtk_task_item_get_fraction (self->item);
  gboolean is_running = state == AT_GTK_TASK_STATE_RUNNING;

  gtk_widget_set_visible (GTK_WIDGET (self), is_running || (at_gtk_task_state_is_active (state) && fraction > 0));
  if (is_running && at_gtk_task_item_get_indeterminate (self->item))
    {
      show_indeterminate (self);
      return;
    }

  stop_pulsing (self);
  gtk_widget_remove_css_class (GTK_WIDGET (self), "still");
  move_to (self, fraction);
}

static void
on_fraction (AtGtkTaskBar *self)
{
  update (self);
}

static void
on_title (AtGtkTaskBar *self)
{
  const char *title = at_gtk_task_item_get_title (self->item);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title != NULL ? title : "", -1);
}

static void
at_gtk_task_bar_map (GtkWidget *widget)
{
  AtGtkTaskBar *self = AT_GTK_TASK_BAR (widget);

  GTK_WIDGET_CLASS (at_gtk_task_bar_parent_class)->map (widget);

  self->settings = g_object_ref (gtk_widget_get_settings (widget));
  self->animations_handler = g_signal_connect_swapped (self->settings, "notify::gtk-enable-animations",
                                                       G_CALLBACK (on_fraction), self);
  if (self->item != NULL)
    update (self);
}

static void
at_gtk_task_bar_unmap (GtkWidget *widget)
{
  AtGtkTaskBar *self = AT_GTK_TASK_BAR (widget);

  g_clear_signal_handler (&self->animations_handler, self->settings);
  g_clear_object (&self->settings);
  stop_waiting (self);
  stop_pulsing (self);

  GTK_WIDGET_CLASS (at_gtk_task_bar_parent_class)->unmap (widget);
}

static void
at_gtk_task_bar_dispose (GObject *object)
{
  AtGtkTaskBar *self = AT_GTK_TASK_BAR (object);

  at_gtk_task_bar_set_item (self, NULL);
  g_clear_pointer ((GtkWidget **) &self->bar, gtk_widget_unparent);

  G_OBJECT_CLASS (at_gtk_task_bar_parent_class)->dispose (object);
}

static void
at_gtk_task_bar_finalize (GObject *object)
{
  AtGtkTaskBar *self = AT_GTK_TASK_BAR (object);

  at_gtk_beat_unref (self->beat);

  G_OBJECT_CLASS (at_gtk_task_bar_parent_class)->finalize (object);
}

static void
at_gtk_task_bar_class_init (AtGtkTaskBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = at_gtk_task_bar_dispose;
  object_class->finalize = at_gtk_task_bar_finalize;

  widget_class->map = at_gtk_task_bar_map;
  widget_class->unmap = at_gtk_task_bar_unmap;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "taskbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
at_gtk_task_bar_init (AtGtkTaskBar *self)
{
  self->beat = at_gtk_beat_get (NULL);
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_progress_bar_set_pulse_step (self->bar, 0.08);
  gtk_widget_set_hexpand (GTK_WIDGET (self->bar), TRUE);
  gtk_widget_set_parent (GTK_WIDGET (self->bar), GTK_WIDGET (self));
}

GtkWidget *
at_gtk_task_bar_new (void)
{
  return g_object_new (AT_GTK_TYPE_TASK_BAR, NULL);
}

/* Shows how far the task of @item (nullable) is, as long as that says something. */
void
at_gtk_task_bar_set_item (AtGtkTaskBar  *self,
                          AtGtkTaskItem *item)
{
  if (self->item == item)
    return;

  stop_waiting (self);
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    {
      stop_pulsing (self);
      return;
    }

  g_signal_connect_swapped (item, "notify::fraction", G_CALLBACK (on_fraction), self);
  g_signal_connect_swapped (item, "notify::indeterminate", G_CALLBACK (on_fraction), self);
  g_signal_connect_swapped (item, "notify::state", G_CALLBACK (on_fraction), self);
  g_signal_connect_swapped (item, "notify::title", G_CALLBACK (on_title), self);
  on_title (self);
  stop_pulsing (self);
  self->shown = at_gtk_task_item_get_fraction (item);
  gtk_progress_bar_set_fraction (self->bar, self->shown);
  name_value (self);
  update (self);
}
