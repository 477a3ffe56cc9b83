/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-window.h"

#include <string.h>

#include <glib/gi18n.h>

#include "downloader-links.h"
#include "downloader-login-dialog.h"
#include "downloader-new-dialog.h"
#include "downloader-modern.h"
#include "downloader-preferences-page.h"
#include "downloader-text.h"

/* How much of a name is in a toast. */
#define TOAST_CHARS 20

/* Shows the list of downloads. The list belongs to the program, and goes on when
 * the window is closed. */
struct _DownloaderWindow
{
  AdwApplicationWindow   parent_instance;

  GtkWidget             *header_bar;
  AdwToastOverlay       *toast_overlay;
  AdwWindowTitle        *title;
  AtGtkTaskView         *view;
  AdwStatusPage         *status_page;
  GtkWidget             *empty_button;
  GtkSearchBar          *search_bar;
  GtkEditable           *search_entry;

  DownloaderList        *list;
  DownloaderLogins      *logins;
  DownloaderPreferences *preferences;
  AdwToast              *undo_toast;
  DownloaderAlert       *login_dialog;
};

G_DEFINE_FINAL_TYPE (DownloaderWindow, downloader_window, ADW_TYPE_APPLICATION_WINDOW)

static AtGtkTaskItems *
get_items (DownloaderWindow *self)
{
  return downloader_list_get_items (self->list);
}

static void
update_actions (DownloaderWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GListModel *items = G_LIST_MODEL (get_items (self));
  guint n_items = g_list_model_get_n_items (items);
  gboolean has_active = FALSE;
  gboolean has_paused = FALSE;
  gboolean has_finished = FALSE;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (items, i);

      has_active |= downloader_item_is_active (item);
      has_paused |= downloader_item_is_paused (item);
      has_finished |= downloader_item_is_finished (item);
    }

  gtk_widget_action_set_enabled (widget, "win.clear", has_finished);
  gtk_widget_action_set_enabled (widget, "win.pause-all", has_active);
  gtk_widget_action_set_enabled (widget, "win.resume-all", has_paused);
}

/* How far all are, while there is something to be done. */
static void
update_summary (DownloaderWindow *self)
{
  AtGtkTaskItems *items = get_items (self);
  const char *summary = at_gtk_task_items_get_n_active (items) > 0 ? at_gtk_task_items_get_summary (items) : NULL;

  adw_window_title_set_subtitle (self->title, summary != NULL ? summary : "");
  update_actions (self);
}

static void
add_text (DownloaderWindow *self,
          const char       *text,
          const char       *complaint)
{
  g_auto(GStrv) links = downloader_links_parse (text != NULL ? text : "", NULL);
  g_autoptr(DownloaderSettings) settings = NULL;

  if (links[0] == NULL)
    {
      downloader_window_tell (self, complaint);
      return;
    }

  settings = downloader_list_make_settings (self->list);
  downloader_links_add_all (GTK_WINDOW (self), self->list, (const char * const *) links, NULL, settings);
}

static void
clipboard_read (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(DownloaderWindow) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  add_text (self, text, _("There is no link in the clipboard"));
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

  downloader_new_dialog_present (GTK_WINDOW (self), self->list, NULL);
}

static void
preferences_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);

  downloader_modern_present_preferences (GTK_WINDOW (self),
                                         ADW_PREFERENCES_PAGE (downloader_preferences_page_new (self->preferences)));
}

static gboolean
is_found (gpointer item,
          gpointer user_data)
{
  DownloaderWindow *self = user_data;
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (self->search_entry), -1);
  g_autofree char *title = g_utf8_casefold (at_gtk_task_item_get_title (item), -1);
  g_autofree char *link = downloader_text_mask_link (downloader_item_get_link (item));

  return strstr (title, wanted) != NULL || strstr (link, gtk_editable_get_text (self->search_entry)) != NULL;
}

static void
search_changed (DownloaderWindow *self)
{
  gboolean is_searching = *gtk_editable_get_text (self->search_entry) != '\0';

  adw_status_page_set_title (self->status_page, is_searching ? _("No Results Found") : _("No Downloads"));
  adw_status_page_set_description (self->status_page,
                                   is_searching ? _("Try another search") : _("Paste links here, or drop them"));
  gtk_widget_set_visible (self->empty_button, !is_searching);

  if (!is_searching)
    at_gtk_task_view_set_filter (self->view, NULL);
  else if (at_gtk_task_view_get_filter (self->view) == NULL)
    {
      g_autoptr(GtkFilter) filter = GTK_FILTER (gtk_custom_filter_new (is_found, self, NULL));

      at_gtk_task_view_set_filter (self->view, filter);
    }
  else
    {
      gtk_filter_changed (at_gtk_task_view_get_filter (self->view), GTK_FILTER_CHANGE_DIFFERENT);
    }
}

static void
search_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  gtk_search_bar_set_search_mode (DOWNLOADER_WINDOW (widget)->search_bar, TRUE);
}

static void
pause_all_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  at_gtk_task_items_pause_all (get_items (DOWNLOADER_WINDOW (widget)));
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
      add_text (self, text->str, _("There is no link in it that can be downloaded"));
    }
  else
    {
      add_text (self, g_value_get_string (value), _("There is no link in it that can be downloaded"));
    }

  return TRUE;
}

static void
undo_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);

  at_gtk_task_view_undo (self->view);
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
}

static void
toast_gone (DownloaderWindow *self,
            AdwToast         *toast)
{
  if (self->undo_toast == toast)
    g_clear_object (&self->undo_toast);
}

static void
can_undo_changed (DownloaderWindow *self)
{
  gboolean can_undo = at_gtk_task_items_get_can_undo (get_items (self));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", can_undo);
  if (!can_undo && self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);
}

static void
offer_undo (DownloaderWindow *self,
            const char       *text)
{
  AdwToast *toast = adw_toast_new (text);

  /* Only the last one can be undone. */
  if (self->undo_toast != NULL)
    adw_toast_dismiss (self->undo_toast);

  g_set_object (&self->undo_toast, toast);
  adw_toast_set_button_label (toast, C_("removed from the list", "_Undo"));
  adw_toast_set_action_name (toast, "win.undo");
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 0);
  g_signal_connect_object (toast, "dismissed", G_CALLBACK (toast_gone), self, G_CONNECT_SWAPPED);
  adw_toast_overlay_add_toast (self->toast_overlay, toast);
}

static char *
count_removed (guint n_removed)
{
  return g_strdup_printf (ngettext ("%u download removed",
                                    "%u downloads removed", n_removed), n_removed);
}

static void
clear_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  g_autofree char *text = count_removed (downloader_list_clear (self->list));

  offer_undo (self, text);
}

/* What happened to it is to be seen, however long it is. */
static char *
shorten (const char *name)
{
  glong length = g_utf8_strlen (name, -1);
  g_autofree char *begin = NULL;

  if (length <= TOAST_CHARS)
    return g_strdup (name);

  begin = g_utf8_substring (name, 0, TOAST_CHARS / 2);

  return g_strconcat (begin, "…", g_utf8_offset_to_pointer (name, length - TOAST_CHARS / 2), NULL);
}

static void
removed (DownloaderWindow *self,
         GListModel       *items)
{
  guint n_items = g_list_model_get_n_items (items);
  g_autofree char *text = NULL;

  if (n_items == 1)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (items, 0);
      g_autofree char *shown = shorten (at_gtk_task_item_get_title (AT_GTK_TASK_ITEM (item)));
      /* The title of a toast is markup. */
      g_autofree char *name = g_markup_escape_text (shown, -1);

      text = g_strdup_printf (C_("toast", "“%s” removed"), name);
    }
  else
    {
      text = count_removed (n_items);
    }
  offer_undo (self, text);
}

/* Those that are selected, or the one that has the focus. */
static GPtrArray *
get_meant (DownloaderWindow *self)
{
  GPtrArray *meant = g_ptr_array_new_with_free_func (g_object_unref);
  GtkSelectionModel *selection = at_gtk_task_view_get_selection (self->view);
  g_autoptr(GtkBitset) selected = gtk_selection_model_get_selection (selection);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, AT_GTK_TYPE_TASK_ROW) : NULL;

  for (guint64 i = 0; i < gtk_bitset_get_size (selected); i++)
    g_ptr_array_add (meant, g_list_model_get_item (G_LIST_MODEL (selection),
                                                   gtk_bitset_get_nth (selected, (guint) i)));
  if (meant->len > 0 || focus == NULL)
    return meant;

  if (row == NULL && AT_GTK_IS_TASK_ROW (gtk_widget_get_first_child (focus)))
    row = gtk_widget_get_first_child (focus);
  if (row != NULL && at_gtk_task_row_get_item (AT_GTK_TASK_ROW (row)) != NULL)
    g_ptr_array_add (meant, g_object_ref (at_gtk_task_row_get_item (AT_GTK_TASK_ROW (row))));

  return meant;
}

static void
copy_links (DownloaderWindow *self,
            GPtrArray        *items)
{
  g_autoptr(GString) links = g_string_new (NULL);

  for (guint i = 0; i < items->len; i++)
    g_string_append_printf (links, "%s%s", i > 0 ? "\n" : "", downloader_item_get_link (items->pdata[i]));
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), links->str);
  downloader_window_tell (self, ngettext ("Link copied", "Links copied", items->len));
}

static DownloaderItem *
find_shown (DownloaderWindow *self,
            GVariant         *id,
            guint            *position)
{
  GListModel *shown = G_LIST_MODEL (at_gtk_task_view_get_selection (self->view));

  for (*position = 0; *position < g_list_model_get_n_items (shown); (*position)++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (shown, *position);

      if (downloader_item_get_id (item) == g_variant_get_uint64 (id))
        return g_steal_pointer (&item);
    }

  return NULL;
}

/* From the menu of a row: for all that are selected, if the row is. */
static void
copy_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  guint position;
  g_autoptr(DownloaderItem) item = find_shown (self, parameter, &position);
  g_autoptr(GPtrArray) items = NULL;

  if (item == NULL)
    return;

  if (gtk_selection_model_is_selected (at_gtk_task_view_get_selection (self->view), position))
    {
      items = get_meant (self);
    }
  else
    {
      items = g_ptr_array_new_with_free_func (g_object_unref);
      g_ptr_array_add (items, g_object_ref (item));
    }
  copy_links (self, items);
}

static void
edit_link_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  guint position;
  g_autoptr(DownloaderItem) item = find_shown (self, parameter, &position);

  if (item != NULL)
    downloader_new_dialog_present (GTK_WINDOW (self), self->list, item);
}

static gboolean
copy_pressed (GtkWidget *widget,
              GVariant  *args,
              gpointer   user_data)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  g_autoptr(GPtrArray) items = get_meant (self);

  if (items->len > 0)
    copy_links (self, items);

  return items->len > 0;
}

/* Where several can be selected, Space would only select: that takes Ctrl here. */
static gboolean
space_pressed (GtkWidget *widget,
               GVariant  *args,
               gpointer   user_data)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  g_autoptr(GPtrArray) items = NULL;
  gboolean has_active = FALSE;

  if (focus == NULL || !AT_GTK_IS_TASK_ROW (gtk_widget_get_first_child (focus)))
    return FALSE;

  items = get_meant (self);
  for (guint i = 0; i < items->len; i++)
    has_active |= downloader_item_is_active (items->pdata[i]);
  for (guint i = 0; i < items->len; i++)
    {
      if (has_active)
        downloader_item_pause (items->pdata[i]);
      else if (downloader_item_is_paused (items->pdata[i]))
        downloader_item_start (items->pdata[i]);
    }

  return TRUE;
}

static void
downloader_window_dispose (GObject *object)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (object);

  g_clear_object (&self->undo_toast);
  g_clear_weak_pointer (&self->login_dialog);
  g_clear_object (&self->list);
  g_clear_object (&self->logins);
  g_clear_object (&self->preferences);

  G_OBJECT_CLASS (downloader_window_parent_class)->dispose (object);
}

static void
downloader_window_class_init (DownloaderWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = downloader_window_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, header_bar);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, title);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, view);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, status_page);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, empty_button);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, search_bar);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, search_entry);
  gtk_widget_class_bind_template_callback (widget_class, search_changed);
  gtk_widget_class_bind_template_callback (widget_class, drop);
  gtk_widget_class_bind_template_callback (widget_class, removed);

  gtk_widget_class_install_action (widget_class, "win.new", NULL, new_action);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "win.undo", NULL, undo_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.pause-all", NULL, pause_all_action);
  gtk_widget_class_install_action (widget_class, "win.resume-all", NULL, resume_all_action);
  gtk_widget_class_install_action (widget_class, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search_action);
  gtk_widget_class_install_action (widget_class, "win.copy-link", "t", copy_link_action);
  gtk_widget_class_install_action (widget_class, "win.edit-link", "t", edit_link_action);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, copy_pressed, NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_z, GDK_CONTROL_MASK, "win.undo", NULL);
}

static void
downloader_window_init (DownloaderWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.undo", FALSE);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self),
                                      downloader_modern_make_content (self->header_bar, GTK_WIDGET (self->search_bar),
                                                                      GTK_WIDGET (self->toast_overlay)));
  downloader_modern_hide_icons (GTK_WINDOW (self), GTK_WIDGET (self->view));

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_space, 0),
                                                          gtk_callback_action_new (space_pressed, NULL, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

/**
 * downloader_window_new:
 * @application: The program.
 * @list: What it shows.
 * @logins: What takes the user's passwords.
 * @preferences: What can be changed in it.
 *
 * Makes a window.
 *
 * Returns: the window
 */
DownloaderWindow *
downloader_window_new (GtkApplication        *application,
                       DownloaderList        *list,
                       DownloaderLogins      *logins,
                       DownloaderPreferences *preferences)
{
  DownloaderWindow *self = g_object_new (DOWNLOADER_TYPE_WINDOW, "application", application, NULL);
  AtGtkTaskItems *items = downloader_list_get_items (list);
  g_autoptr(GPropertyAction) sort = NULL;

  self->list = g_object_ref (list);
  self->logins = g_object_ref (logins);
  self->preferences = g_object_ref (preferences);
  downloader_preferences_follow_window (preferences, G_OBJECT (self));
  at_gtk_task_view_set_items (self->view, items);
  g_object_bind_property (preferences, "sort", items, "sort", G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  sort = g_property_action_new ("sort", items, "sort");
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (sort));
  g_signal_connect_object (list, "told", G_CALLBACK (downloader_window_tell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "added", G_CALLBACK (at_gtk_task_view_scroll_to), self->view, G_CONNECT_SWAPPED);
  g_signal_connect_object (items, "notify::summary", G_CALLBACK (update_summary), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (items, "notify::n-items", G_CALLBACK (update_summary), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (items, "notify::n-active", G_CALLBACK (update_summary), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (items, "notify::can-undo", G_CALLBACK (can_undo_changed), self, G_CONNECT_SWAPPED);
  update_summary (self);
  can_undo_changed (self);

  return self;
}

/* It may take its time to go, and the answer may be a wrong one. */
static void
login_answered (DownloaderWindow *self)
{
  g_clear_weak_pointer (&self->login_dialog);
}

/**
 * downloader_window_ask_to_log_in:
 * @self: The window.
 * @item: A download whose server asks for it.
 * @saving: Whether the password is to be saved.
 *
 * Asks for a user name and a password.
 */
void
downloader_window_ask_to_log_in (DownloaderWindow *self,
                                 DownloaderItem   *item,
                                 DownloaderSaving  saving)
{
  /* One question at a time: the answer is for all downloads from that server. */
  if (self->login_dialog != NULL || downloader_item_get_origin (item) == NULL)
    return;

  self->login_dialog = downloader_login_dialog_show (GTK_WINDOW (self), self->logins, item, saving);
  g_object_add_weak_pointer (G_OBJECT (self->login_dialog), (gpointer *) &self->login_dialog);
  g_signal_connect_object (self->login_dialog, "response", G_CALLBACK (login_answered), self, G_CONNECT_SWAPPED);
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
