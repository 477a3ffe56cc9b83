/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-window.h"

#include <glib/gi18n.h>

#include "downloader-launch.h"
#include "downloader-links.h"
#include "downloader-login-dialog.h"
#include "downloader-new-dialog.h"
#include "downloader-preferences-window.h"
#include "downloader-row.h"

/* Shows the list of downloads. The list belongs to the program, and goes on when
 * the window is closed. */
struct _DownloaderWindow
{
  AdwApplicationWindow   parent_instance;

  AdwToastOverlay       *toast_overlay;
  GtkStack              *stack;
  GtkListView           *list_view;

  DownloaderList        *list;
  DownloaderPreferences *preferences;
  AdwToast              *undo_toast;
  GtkWindow             *login_dialog;
};

G_DEFINE_FINAL_TYPE (DownloaderWindow, downloader_window, ADW_TYPE_APPLICATION_WINDOW)

static void
update (DownloaderWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  DownloaderCounts counts = downloader_list_count (self->list);
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->list)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
  gtk_widget_action_set_enabled (widget, "win.clear", counts.finished > 0);
  gtk_widget_action_set_enabled (widget, "win.pause-all", counts.active > 0);
  gtk_widget_action_set_enabled (widget, "win.resume-all", counts.paused > 0);
}

/* What is added is on top, and whoever adds it wants to see it there; the list stays
 * with the rows it shows otherwise. */
static void
items_changed (DownloaderWindow *self,
               guint             position,
               guint             removed,
               guint             added)
{
  if (position == 0 && removed == 0 && added > 0)
    gtk_widget_activate_action (GTK_WIDGET (self->list_view), "list.scroll-to-item", "u", 0);
}

static void
add_text (DownloaderWindow *self,
          const char       *text)
{
  g_autofree char *links = text != NULL ? downloader_links_keep (text) : NULL;
  g_autoptr(DownloaderSettings) settings = NULL;

  if (links == NULL)
    {
      downloader_window_tell (self, _("There is no link in it that can be downloaded"));
      return;
    }

  settings = downloader_list_make_settings (self->list);
  downloader_links_add_all (self->list, links, settings);
}

static void
clipboard_read (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(DownloaderWindow) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autofree char *links = text != NULL ? downloader_links_keep (text) : NULL;

  if (links == NULL)
    downloader_window_tell (self, _("There is no link in the clipboard"));
  else
    add_text (self, links);
}

static void
paste_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (widget), NULL,
                                 clipboard_read, g_object_ref (widget));
}

static void
new_action (GtkWidget  *widget,
            const char *action_name,
            GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (downloader_new_dialog_new (GTK_WINDOW (self), self->list)));
}

static void
preferences_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);

  gtk_window_present (GTK_WINDOW (downloader_preferences_window_new (GTK_WINDOW (self), self->preferences)));
}

static void
pause_all_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  downloader_list_pause_all (DOWNLOADER_WINDOW (widget)->list);
}

static void
resume_all_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  downloader_list_resume_all (DOWNLOADER_WINDOW (widget)->list);
}

static gboolean
drop (DownloaderWindow *self,
      const GValue     *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr(GString) text = g_string_new (NULL);

      for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
        {
          g_autofree char *uri = g_file_get_uri (l->data);

          g_string_append_printf (text, "%s\n", uri);
        }
      add_text (self, text->str);
    }
  else
    {
      add_text (self, g_value_get_string (value));
    }

  return TRUE;
}

static GdkDragAction
drop_entered (DownloaderWindow *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "dropping");

  return GDK_ACTION_COPY;
}

static void
drop_left (DownloaderWindow *self)
{
  gtk_widget_remove_css_class (GTK_WIDGET (self), "dropping");
}

static void
undo (AdwToast          *toast,
      DownloaderRemoval *removal)
{
  downloader_removal_undo (removal);
}

static void
removal_unref (gpointer  data,
               GClosure *closure)
{
  downloader_removal_free (data);
}

static void
toast_gone (DownloaderWindow *self,
            AdwToast         *toast)
{
  /* Nobody can undo it any more: what it holds goes now, not when the toast does. */
  g_signal_handlers_disconnect_matched (toast, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, undo, NULL);
  if (self->undo_toast == toast)
    {
      g_clear_object (&self->undo_toast);
      gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", FALSE);
    }
}

static void
offer_undo (DownloaderWindow  *self,
            DownloaderRemoval *removal,
            const char        *text)
{
  AdwToast *toast = adw_toast_new (text);

  /* Only the last one can be undone. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);

  g_set_object (&self->undo_toast, toast);
  adw_toast_set_button_label (toast, C_("removed from the list", "_Undo"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo), removal, removal_unref, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (toast_gone), self, G_CONNECT_SWAPPED);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", TRUE);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static void
undo_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  g_autoptr(AdwToast) toast = self->undo_toast != NULL ? g_object_ref (self->undo_toast) : NULL;

  if (toast == NULL)
    return;

  g_signal_emit_by_name (toast, "button-clicked");
  adw_toast_dismiss (toast);
}

static void
clear_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  DownloaderRemoval *removal = downloader_list_clear (self->list);
  guint n_removed = downloader_removal_get_size (removal);
  g_autofree char *text = NULL;

  text = g_strdup_printf (ngettext ("%u download removed from the list",
                                    "%u downloads removed from the list", n_removed), n_removed);
  offer_undo (self, removal, text);
}

static DownloaderItem *
find_item (GtkWidget *widget,
           GVariant  *parameter)
{
  return downloader_list_find (DOWNLOADER_WINDOW (widget)->list, g_variant_get_uint64 (parameter));
}

static void
remove_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  DownloaderItem *item = find_item (widget, parameter);
  DownloaderRemoval *removal;
  g_autofree char *text = NULL;
  g_autofree char *name = NULL;
  gboolean ended;

  if (item == NULL)
    return;

  /* The title of a toast is markup. */
  name = g_markup_escape_text (downloader_item_get_name (item), -1);
  ended = downloader_item_get_state (item) >= DOWNLOADER_STATE_FINISHED;
  removal = downloader_list_remove (self->list, item);
  text = g_strdup_printf (ended ? C_("toast", "“%s” removed from the list")
                                : C_("toast", "“%s” cancelled"), name);
  offer_undo (self, removal, text);
}

static const char *
find_file (GtkWidget *widget,
           GVariant  *parameter)
{
  DownloaderItem *item = find_item (widget, parameter);

  if (item == NULL || downloader_item_get_state (item) < DOWNLOADER_STATE_FINISHED)
    return NULL;

  /* Its folder may be one that is not watched, far away. */
  if (!g_file_test (downloader_item_get_path (item), G_FILE_TEST_EXISTS))
    {
      downloader_item_set_missing (item, TRUE);
      return NULL;
    }

  downloader_item_set_missing (item, FALSE);
  return downloader_item_get_state (item) == DOWNLOADER_STATE_FINISHED ? downloader_item_get_path (item) : NULL;
}

static void
open_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  const char *path = find_file (widget, parameter);

  if (path != NULL)
    downloader_launch_file (GTK_WINDOW (widget), path);
}

static void
show_in_folder_action (GtkWidget  *widget,
                       const char *action_name,
                       GVariant   *parameter)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (widget)));
  const char *path = find_file (widget, parameter);

  if (path != NULL)
    downloader_launch_folder (GTK_WINDOW (widget), g_application_get_dbus_connection (application), path);
}

static void
copy_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  DownloaderItem *item = find_item (widget, parameter);

  if (item == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), downloader_item_get_link (item));
  downloader_window_tell (DOWNLOADER_WINDOW (widget), _("Link copied"));
}

static void
ask_to_log_in (DownloaderWindow *self,
               DownloaderItem   *item)
{
  const char *origin = downloader_item_get_origin (item);

  /* One question at a time: the answer is for all downloads from that server. */
  if (self->login_dialog != NULL || origin == NULL)
    return;

  self->login_dialog = downloader_login_dialog_show (GTK_WINDOW (self), self->list, origin);
  g_object_add_weak_pointer (G_OBJECT (self->login_dialog), (gpointer *) &self->login_dialog);
}

static void
log_in_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  DownloaderItem *item = find_item (widget, parameter);

  if (item != NULL)
    ask_to_log_in (DOWNLOADER_WINDOW (widget), item);
}

static void
download_ended (DownloaderWindow *self,
                DownloaderItem   *item)
{
  if (downloader_item_needs_login (item) && gtk_widget_get_visible (GTK_WIDGET (self)))
    ask_to_log_in (self, item);
}

static void
row_setup (GtkSignalListItemFactory *factory,
           GtkListItem              *list_item)
{
  gtk_list_item_set_child (list_item, g_object_new (DOWNLOADER_TYPE_ROW, NULL));
}

static void
row_bind (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item)
{
  g_object_set (gtk_list_item_get_child (list_item), "item", gtk_list_item_get_item (list_item), NULL);
}

static void
row_unbind (GtkSignalListItemFactory *factory,
            GtkListItem              *list_item)
{
  g_object_set (gtk_list_item_get_child (list_item), "item", NULL, NULL);
}

static void
row_activated (DownloaderWindow *self,
               guint             position)
{
  g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->list), position);

  if (item != NULL && downloader_item_get_state (item) == DOWNLOADER_STATE_FINISHED)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.open", "t", downloader_item_get_id (item));
}

/* What runs goes on without the window. */
static gboolean
downloader_window_close_request (GtkWindow *window)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (window);
  DownloaderCounts counts = downloader_list_count (self->list);

  if (counts.active > 0)
    {
      gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
      return GDK_EVENT_STOP;
    }

  return GTK_WINDOW_CLASS (downloader_window_parent_class)->close_request (window);
}

static void
downloader_window_dispose (GObject *object)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (object);

  if (self->undo_toast != NULL)
    g_signal_handlers_disconnect_matched (self->undo_toast, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, undo, NULL);
  g_clear_object (&self->undo_toast);
  g_clear_weak_pointer (&self->login_dialog);
  if (self->list_view != NULL)
    gtk_list_view_set_model (self->list_view, NULL);
  g_clear_object (&self->list);
  g_clear_object (&self->preferences);

  G_OBJECT_CLASS (downloader_window_parent_class)->dispose (object);
}

static void
downloader_window_class_init (DownloaderWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = downloader_window_dispose;
  window_class->close_request = downloader_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, list_view);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);
  gtk_widget_class_bind_template_callback (widget_class, row_bind);
  gtk_widget_class_bind_template_callback (widget_class, row_setup);
  gtk_widget_class_bind_template_callback (widget_class, row_unbind);

  gtk_widget_class_install_action (widget_class, "win.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.pause-all", NULL, pause_all_action);
  gtk_widget_class_install_action (widget_class, "win.resume-all", NULL, resume_all_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.open", "t", open_action);
  gtk_widget_class_install_action (widget_class, "win.show-in-folder", "t", show_in_folder_action);
  gtk_widget_class_install_action (widget_class, "win.copy-link", "t", copy_link_action);
  gtk_widget_class_install_action (widget_class, "win.log-in", "t", log_in_action);
  gtk_widget_class_install_action (widget_class, "win.remove", "t", remove_action);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
}

static void
downloader_window_init (DownloaderWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { G_TYPE_STRING, GDK_TYPE_FILE_LIST };

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", FALSE);

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop), self);
  g_signal_connect_swapped (target, "enter", G_CALLBACK (drop_entered), self);
  g_signal_connect_swapped (target, "leave", G_CALLBACK (drop_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/**
 * downloader_window_new:
 * @application: The program.
 * @list: What it shows.
 * @preferences: What can be changed in it.
 *
 * Makes a window.
 *
 * Returns: the window
 */
DownloaderWindow *
downloader_window_new (GtkApplication        *application,
                       DownloaderList        *list,
                       DownloaderPreferences *preferences)
{
  DownloaderWindow *self = g_object_new (DOWNLOADER_TYPE_WINDOW, "application", application, NULL);
  g_autoptr(GtkNoSelection) selection = gtk_no_selection_new (G_LIST_MODEL (g_object_ref (list)));

  self->list = g_object_ref (list);
  self->preferences = g_object_ref (preferences);
  downloader_preferences_follow_window (preferences, G_OBJECT (self));
  gtk_list_view_set_model (self->list_view, GTK_SELECTION_MODEL (selection));
  /* After the list view, which has to know of them. */
  g_signal_connect_object (list, "items-changed", G_CALLBACK (items_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "ended", G_CALLBACK (download_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "told", G_CALLBACK (downloader_window_tell), self, G_CONNECT_SWAPPED);
  update (self);

  return self;
}

/**
 * downloader_window_tell:
 * @self: The window.
 * @text: A sentence without a full stop.
 *
 * Says something in passing.
 */
void
downloader_window_tell (DownloaderWindow *self,
                        const char       *text)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (escaped));
}
