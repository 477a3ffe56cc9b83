/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-popover.h"

#include <glib/gi18n-lib.h>

#include "at-gtk-init.h"
#include "at-gtk-task-view.h"

#include "at-gtk-task-watch-private.h"
#include "item/at-gtk-task-item-private.h"

/**
 * AtGtkTaskPopover:
 *
 * A popover with tasks: what is going on in a few words, buttons for all of them, and a compact
 * [class@TaskView].
 *
 * An [class@TaskButton] has one. It is as high as its rows, up to some of them, and then scrolls;
 * it is as wide as a phone allows.
 *
 * The button that pauses all of them, or lets them go on, is there where at least one can be paused.
 * What has ended can be cleared, and that can be undone for a while, as in the view.
 *
 * # CSS nodes
 *
 * ```
 * popover.taskpopover
 * ├── arrow
 * ╰── contents
 *     ├── box.header
 *     │   ├── label.heading
 *     │   ├── button.pause
 *     │   ╰── button.clear
 *     ╰── taskview
 * ```
 *
 * It belongs to the thread of GTK.
 *
 * Since: 1.0
 */

#define WIDTH      328 /* on a screen of 360, with the margins of a popover */
#define MAX_HEIGHT 360

struct _AtGtkTaskPopover
{
  GtkPopover      parent_instance;

  GtkWidget      *summary;
  GtkWidget      *pause;
  GtkWidget      *clear;
  GtkWidget      *view;

  AtGtkTaskItems *items; /* or NULL */
  AtGtkTaskWatch *watch; /* while it is open, or NULL */
  gboolean        resumes; /* what @pause does */
};

enum
{
  PROP_ITEMS = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AtGtkTaskPopover, at_gtk_task_popover, GTK_TYPE_POPOVER)

/* The header: looked after only while somebody sees it. */

static void
update_summary (AtGtkTaskPopover *self)
{
  const char *summary;

  if (self->watch == NULL)
    return;

  summary = at_gtk_task_items_get_summary (self->items);
  gtk_label_set_label (GTK_LABEL (self->summary), summary != NULL && *summary != '\0' ? summary : _("Tasks"));
}

static gboolean
any_can (AtGtkTaskPopover *self,
         AtGtkTaskActions  action)
{
  /* Of those that have ended there may be many, and none of them can. */
  guint n_items = at_gtk_task_items_get_n_active (self->items) == 0 ? 0 : g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (AtGtkTaskItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (at_gtk_task_item_can (item, action))
        return TRUE;
    }

  return FALSE;
}

static gboolean
any_has_ended (AtGtkTaskPopover *self)
{
  return at_gtk_task_watch_get_n_in_state (self->watch, AT_GTK_TASK_STATE_SUCCEEDED) +
         at_gtk_task_watch_get_n_in_state (self->watch, AT_GTK_TASK_STATE_FAILED) +
         at_gtk_task_watch_get_n_in_state (self->watch, AT_GTK_TASK_STATE_CANCELLED) +
         at_gtk_task_watch_get_n_in_state (self->watch, AT_GTK_TASK_STATE_GONE) > 0;
}

static void
update_header (gpointer user_data)
{
  AtGtkTaskPopover *self = user_data;
  gboolean can_pause = any_can (self, AT_GTK_TASK_ACTION_PAUSE);
  gboolean can_resume = any_can (self, AT_GTK_TASK_ACTION_RESUME);
  const char *name;

  /* What nobody can do any more leaves no hole where somebody aims at the other button. */
  self->resumes = can_resume && !can_pause;
  name = self->resumes ? _("Resume All") : _("Pause All");
  gtk_widget_set_visible (self->pause, can_pause || can_resume);
  gtk_button_set_icon_name (GTK_BUTTON (self->pause),
                            self->resumes ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (self->pause, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->pause), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_widget_set_sensitive (self->clear, any_has_ended (self));
  update_summary (self);
}

static const AtGtkTaskWatchFuncs watch_funcs = { NULL, update_header };

static void
begin_watch (AtGtkTaskPopover *self)
{
  if (self->watch != NULL || self->items == NULL || !gtk_widget_get_visible (GTK_WIDGET (self)))
    return;

  self->watch = at_gtk_task_watch_new (self->items, &watch_funcs, self);
  g_signal_connect_swapped (self->items, "notify::summary", G_CALLBACK (update_summary), self);
  update_header (self);
}

static void
end_watch (AtGtkTaskPopover *self)
{
  if (self->watch == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_pointer (&self->watch, at_gtk_task_watch_free);
}

static void
on_visible (AtGtkTaskPopover *self)
{
  if (gtk_widget_get_visible (GTK_WIDGET (self)))
    begin_watch (self);
  else
    end_watch (self);
}

static void
on_pause (AtGtkTaskPopover *self)
{
  if (self->items == NULL)
    return;

  if (self->resumes)
    at_gtk_task_items_resume_all (self->items);
  else
    at_gtk_task_items_pause_all (self->items);
}

static void
on_clear (AtGtkTaskPopover *self)
{
  if (self->items != NULL)
    at_gtk_task_items_clear_finished (self->items);
}

static void
at_gtk_task_popover_dispose (GObject *object)
{
  AtGtkTaskPopover *self = AT_GTK_TASK_POPOVER (object);

  end_watch (self);
  g_clear_object (&self->items);

  G_OBJECT_CLASS (at_gtk_task_popover_parent_class)->dispose (object);
}

static void
at_gtk_task_popover_get_property (GObject    *object,
                                  guint       prop_id,
                                  GValue     *value,
                                  GParamSpec *pspec)
{
  AtGtkTaskPopover *self = AT_GTK_TASK_POPOVER (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      g_value_set_object (value, self->items);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_popover_set_property (GObject      *object,
                                  guint         prop_id,
                                  const GValue *value,
                                  GParamSpec   *pspec)
{
  AtGtkTaskPopover *self = AT_GTK_TASK_POPOVER (object);

  switch (prop_id)
    {
    case PROP_ITEMS:
      at_gtk_task_popover_set_items (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
at_gtk_task_popover_class_init (AtGtkTaskPopoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  at_gtk_init ();

  object_class->dispose = at_gtk_task_popover_dispose;
  object_class->get_property = at_gtk_task_popover_get_property;
  object_class->set_property = at_gtk_task_popover_set_property;

  /**
   * AtGtkTaskPopover:items: (getter get_items) (setter set_items)
   *
   * What is shown.
   *
   * Since: 1.0
   */
  properties[PROP_ITEMS] =
    g_param_spec_object ("items", NULL, NULL, AT_GTK_TYPE_TASK_ITEMS,
                         G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static GtkWidget *
make_button (AtGtkTaskPopover *self,
             const char       *icon_name,
             const char       *class_name,
             GCallback         clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon_name);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, class_name);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (button, "clicked", clicked, self);

  return button;
}

static void
at_gtk_task_popover_init (AtGtkTaskPopover *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->summary = g_object_new (GTK_TYPE_LABEL,
                                "label", _("Tasks"),
                                "xalign", 0.f,
                                "hexpand", TRUE,
                                "max-width-chars", 10,
                                "wrap", TRUE,
                                "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                NULL);
  gtk_widget_add_css_class (self->summary, "heading");

  self->pause = make_button (self, "media-playback-pause-symbolic", "pause", G_CALLBACK (on_pause));
  gtk_widget_set_visible (self->pause, FALSE);
  self->clear = make_button (self, "edit-clear-all-symbolic", "clear", G_CALLBACK (on_clear));
  gtk_widget_set_sensitive (self->clear, FALSE);
  gtk_widget_set_tooltip_text (self->clear, _("Clear Finished"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Clear Finished"), -1);

  gtk_widget_add_css_class (header, "header");
  gtk_box_append (GTK_BOX (header), self->summary);
  gtk_box_append (GTK_BOX (header), self->pause);
  gtk_box_append (GTK_BOX (header), self->clear);

  self->view = at_gtk_task_view_new (NULL);
  at_gtk_task_view_set_density (AT_GTK_TASK_VIEW (self->view), AT_GTK_TASK_DENSITY_COMPACT);
  at_gtk_task_view_set_max_content_height (AT_GTK_TASK_VIEW (self->view), MAX_HEIGHT);
  gtk_widget_set_vexpand (self->view, TRUE);

  gtk_widget_set_size_request (box, WIDTH, -1);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), self->view);
  gtk_popover_set_child (GTK_POPOVER (self), box);
  gtk_widget_add_css_class (GTK_WIDGET (self), "taskpopover");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks"), -1);
  g_signal_connect (self, "notify::visible", G_CALLBACK (on_visible), NULL);
}

/**
 * at_gtk_task_popover_new:
 * @items: (nullable): what is shown
 *
 * Makes a popover.
 *
 * Returns: (transfer none): it
 *
 * Since: 1.0
 */
GtkWidget *
at_gtk_task_popover_new (AtGtkTaskItems *items)
{
  g_return_val_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items), NULL);

  return g_object_new (AT_GTK_TYPE_TASK_POPOVER, "items", items, NULL);
}

/**
 * at_gtk_task_popover_get_items:
 * @self: the popover
 *
 * Gets what is shown.
 *
 * Returns: (transfer none) (nullable): the items, or %NULL
 *
 * Since: 1.0
 */
AtGtkTaskItems *
at_gtk_task_popover_get_items (AtGtkTaskPopover *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_POPOVER (self), NULL);

  return self->items;
}

/**
 * at_gtk_task_popover_set_items:
 * @self: the popover
 * @items: (nullable): the items
 *
 * Sets what is shown.
 *
 * Since: 1.0
 */
void
at_gtk_task_popover_set_items (AtGtkTaskPopover *self,
                               AtGtkTaskItems   *items)
{
  g_return_if_fail (AT_GTK_IS_TASK_POPOVER (self));
  g_return_if_fail (items == NULL || AT_GTK_IS_TASK_ITEMS (items));

  if (items == self->items)
    return;

  end_watch (self);
  g_set_object (&self->items, items);
  at_gtk_task_view_set_items (AT_GTK_TASK_VIEW (self->view), items);
  begin_watch (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEMS]);
}
