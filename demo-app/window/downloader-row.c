/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-row.h"

#include <glib/gi18n.h>

/* Shows one download after another: the list view has rows for what can be seen,
 * and gives them other downloads as it is scrolled. */
struct _DownloaderRow
{
  AdwBin          parent_instance;

  DownloaderItem *item;

  GtkProgressBar *progress_bar;
  GtkLabel       *caption_label;
  GtkButton      *button;
  GtkMenuButton  *menu_button;
};

enum
{
  PROP_ITEM = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (DownloaderRow, downloader_row, ADW_TYPE_BIN)

static void
ask_window (DownloaderRow *self,
            const char    *action)
{
  if (self->item != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), action, "t", downloader_item_get_id (self->item));
}

static void
primary_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  DownloaderRow *self = DOWNLOADER_ROW (widget);

  if (self->item == NULL)
    return;

  if (downloader_item_is_active (self->item))
    downloader_item_pause (self->item);
  else if (downloader_item_get_state (self->item) == DOWNLOADER_STATE_FINISHED)
    ask_window (self, "win.show-in-folder");
  else if (downloader_item_needs_login (self->item))
    ask_window (self, "win.log-in");
  else
    downloader_item_start (self->item);
}

static void
start_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  DownloaderRow *self = DOWNLOADER_ROW (widget);

  if (self->item != NULL && !downloader_item_is_active (self->item))
    downloader_item_start (self->item);
}

static void
retry_now_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  DownloaderRow *self = DOWNLOADER_ROW (widget);

  if (self->item != NULL)
    downloader_item_retry_now (self->item);
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  ask_window (DOWNLOADER_ROW (widget), "win.open");
}

static void
show_in_folder_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  ask_window (DOWNLOADER_ROW (widget), "win.show-in-folder");
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  ask_window (DOWNLOADER_ROW (widget), "win.copy-link");
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  ask_window (DOWNLOADER_ROW (widget), "win.remove");
}

static void
menu_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  gtk_menu_button_popup (DOWNLOADER_ROW (widget)->menu_button);
}

static GMenuModel *
make_menu (DownloaderItem *item)
{
  DownloaderState state = downloader_item_get_state (item);
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autoptr(GMenu) first = g_menu_new ();
  g_autoptr(GMenu) second = g_menu_new ();
  g_autoptr(GMenu) last = g_menu_new ();

  if (state == DOWNLOADER_STATE_FINISHED)
    {
      g_menu_append (first, C_("download", "_Open"), "row.open");
      g_menu_append (first, C_("download", "_Show in Folder"), "row.show-in-folder");
    }
  else if (downloader_item_is_active (item))
    {
      if (state == DOWNLOADER_STATE_RETRYING)
        g_menu_append (first, C_("download", "_Try Again Now"), "row.retry-now");
      g_menu_append (first, C_("download", "_Pause"), "row.primary");
    }
  else if (state == DOWNLOADER_STATE_PAUSED)
    {
      g_menu_append (first, C_("download", "_Resume"), "row.start");
    }
  else
    {
      if (downloader_item_needs_login (item))
        g_menu_append (first, C_("download", "_Log In…"), "row.primary");
      g_menu_append (first, state == DOWNLOADER_STATE_MISSING ? C_("download", "_Download Again")
                                                              : C_("download", "_Try Again"), "row.start");
    }
  g_menu_append (second, C_("download", "_Copy Link"), "row.copy-link");
  g_menu_append (last, state >= DOWNLOADER_STATE_FINISHED ? C_("download", "Re_move from List")
                                                          : C_("download", "C_ancel"), "row.remove");

  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (second));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));

  return G_MENU_MODEL (g_steal_pointer (&menu));
}

/* The menu is made when it is opened: it says what can be done at that moment, and
 * a list of thousands has no popovers lying about. */
static void
fill_menu (GtkMenuButton *button,
           gpointer       user_data)
{
  DownloaderRow *self = user_data;
  g_autoptr(GMenuModel) menu = self->item != NULL ? make_menu (self->item) : NULL;

  gtk_menu_button_set_menu_model (button, menu);
}

static void
secondary_pressed (DownloaderRow   *self,
                   int              n_press,
                   double           x,
                   double           y,
                   GtkGestureClick *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_menu_button_popup (self->menu_button);
}

static void
pulse (DownloaderRow *self)
{
  gboolean pulsing;
  double fraction;

  g_object_get (self->item, "pulsing", &pulsing, "fraction", &fraction, NULL);
  if (pulsing)
    gtk_progress_bar_pulse (self->progress_bar);
  else
    gtk_progress_bar_set_fraction (self->progress_bar, fraction);
}

static void
show_state (DownloaderRow *self)
{
  DownloaderState state = downloader_item_get_state (self->item);
  gboolean failed = state == DOWNLOADER_STATE_FAILED;
  gboolean missing = state == DOWNLOADER_STATE_MISSING;

  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self->caption_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->caption_label), "error");

  if (missing)
    gtk_widget_add_css_class (GTK_WIDGET (self), "missing");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "missing");

  if (state == DOWNLOADER_STATE_PAUSED)
    gtk_widget_add_css_class (GTK_WIDGET (self), "paused");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "paused");
}

static void
name_button (DownloaderRow *self)
{
  g_autofree char *label = NULL;

  g_object_get (self->item, "button-label", &label, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
downloader_row_set_item (DownloaderRow  *self,
                         DownloaderItem *item)
{
  if (self->item == item)
    return;

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item != NULL)
    {
      g_signal_connect_swapped (item, "notify::pulsing", G_CALLBACK (pulse), self);
      g_signal_connect_swapped (item, "notify::state", G_CALLBACK (show_state), self);
      g_signal_connect_swapped (item, "notify::button-label", G_CALLBACK (name_button), self);
      pulse (self);
      show_state (self);
      name_button (self);
    }

  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ITEM]);
}

static void
downloader_row_dispose (GObject *object)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_clear_object (&self->item);

  G_OBJECT_CLASS (downloader_row_parent_class)->dispose (object);
}

static void
downloader_row_get_property (GObject    *object,
                             guint       prop_id,
                             GValue     *value,
                             GParamSpec *pspec)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      g_value_set_object (value, self->item);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_row_set_property (GObject      *object,
                             guint         prop_id,
                             const GValue *value,
                             GParamSpec   *pspec)
{
  DownloaderRow *self = DOWNLOADER_ROW (object);

  switch (prop_id)
    {
    case PROP_ITEM:
      downloader_row_set_item (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_row_class_init (DownloaderRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = downloader_row_dispose;
  object_class->get_property = downloader_row_get_property;
  object_class->set_property = downloader_row_set_property;

  props[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, DOWNLOADER_TYPE_ITEM,
                                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_set_css_name (widget_class, "download");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-row.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, caption_label);
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, button);
  gtk_widget_class_bind_template_child (widget_class, DownloaderRow, menu_button);
  gtk_widget_class_bind_template_callback (widget_class, secondary_pressed);

  gtk_widget_class_install_action (widget_class, "row.primary", NULL, primary_action);
  gtk_widget_class_install_action (widget_class, "row.start", NULL, start_action);
  gtk_widget_class_install_action (widget_class, "row.retry-now", NULL, retry_now_action);
  gtk_widget_class_install_action (widget_class, "row.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "row.show-in-folder", NULL, show_in_folder_action);
  gtk_widget_class_install_action (widget_class, "row.copy-link", NULL, copy_link_action);
  gtk_widget_class_install_action (widget_class, "row.remove", NULL, remove_action);
  gtk_widget_class_install_action (widget_class, "row.menu", NULL, menu_action);

  /* The menu shows the last one. */
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_Delete, 0, "row.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "row.remove", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "row.open", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "row.copy-link", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "row.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "row.menu", NULL);
}

static void
downloader_row_init (DownloaderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, fill_menu, self, NULL);
}
