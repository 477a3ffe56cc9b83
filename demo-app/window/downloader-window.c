/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-window.h"

#include <glib/gi18n.h>

#include "downloader-item.h"
#include "downloader-row.h"
#include "downloader-text.h"

struct _DownloaderWindow
{
  AdwApplicationWindow  parent_instance;

  GtkEntry             *entry;
  AdwToastOverlay      *toast_overlay;
  GtkStack             *stack;
  GtkListBox           *list_box;

  GListStore           *items;
  DownloaderSettings   *settings;
  AtThreadPoolExecutor *executor;
  gboolean              stopping;
};

G_DEFINE_FINAL_TYPE (DownloaderWindow, downloader_window, ADW_TYPE_APPLICATION_WINDOW)

static void
show_toast (DownloaderWindow *self,
            const char       *text)
{
  adw_toast_overlay_add_toast (self->toast_overlay, adw_toast_new (text));
}

static guint
count_active (DownloaderWindow *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint n_active = 0;

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      n_active += downloader_item_is_active (item) ? 1 : 0;
    }

  return n_active;
}

static void
update_clear_action (DownloaderWindow *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.clear", count_active (self) < n_items);
}

static void
item_activity_changed (DownloaderItem   *item,
                       GParamSpec       *pspec,
                       DownloaderWindow *self)
{
  update_clear_action (self);

  if (self->stopping && count_active (self) == 0)
    gtk_window_destroy (GTK_WINDOW (self));
}

static void
items_changed (DownloaderWindow *self)
{
  gboolean empty = g_list_model_get_n_items (G_LIST_MODEL (self->items)) == 0;

  gtk_stack_set_visible_child_name (self->stack, empty ? "empty" : "list");
  update_clear_action (self);
}

/* What is no link gets a row all the same, which says so. */
static guint
add_text (DownloaderWindow *self,
          const char       *text)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);
  guint n_added;

  for (n_added = 0; pieces[n_added] != NULL; n_added++)
    {
      g_autofree char *link = downloader_text_complete_link (pieces[n_added]);

      downloader_window_add (self, link, self->settings);
    }

  return n_added;
}

static void
entry_activated (DownloaderWindow *self)
{
  if (add_text (self, gtk_editable_get_text (GTK_EDITABLE (self->entry))) > 0)
    gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

static void
entry_changed (DownloaderWindow *self)
{
  gboolean empty = *gtk_editable_get_text (GTK_EDITABLE (self->entry)) == '\0';

  gtk_entry_set_icon_from_icon_name (self->entry, GTK_ENTRY_ICON_SECONDARY,
                                     empty ? NULL : "go-next-symbolic");
}

/* Anything may be in the clipboard: only what is plainly a link is taken. */
static char *
keep_links (const char *text)
{
  g_auto(GStrv) pieces = downloader_text_split_links (text);
  g_autoptr(GString) links = g_string_new (NULL);

  for (guint i = 0; pieces[i] != NULL; i++)
    if (downloader_text_is_link (pieces[i]))
      g_string_append_printf (links, "%s\n", pieces[i]);

  return links->len > 0 ? g_string_free (g_steal_pointer (&links), FALSE) : NULL;
}

static void
clipboard_read (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(DownloaderWindow) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autofree char *links = text != NULL ? keep_links (text) : NULL;

  if (links == NULL)
    show_toast (self, _("There is no link in the clipboard"));
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
focus_entry_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (DOWNLOADER_WINDOW (widget)->entry));
}

static void
clear_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (widget);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->items)); i > 0; i--)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i - 1);

      if (!downloader_item_is_active (item))
        g_list_store_remove (self->items, i - 1);
    }
}

static void
folder_shown (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GFile) file = user_data;
  g_autoptr(GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = g_file_get_uri (folder);
  g_autoptr(GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  /* Not every file manager knows how to select a file. */
  if (answer == NULL)
    gtk_show_uri (NULL, uri, GDK_CURRENT_TIME);
}

static void
show_in_folder (DownloaderWindow *self,
                DownloaderItem   *item)
{
  GApplication *application = G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  GDBusConnection *bus = g_application_get_dbus_connection (application);
  g_autoptr(GFile) file = downloader_item_dup_file (item);
  g_autofree char *uri = g_file_get_uri (file);
  const char *uris[] = { uri, NULL };

  if (!g_file_query_exists (file, NULL))
    {
      show_toast (self, _("The file is no longer there"));
      return;
    }
  if (bus == NULL)
    {
      g_autoptr(GFile) folder = g_file_get_parent (file);
      g_autofree char *folder_uri = g_file_get_uri (folder);

      gtk_show_uri (GTK_WINDOW (self), folder_uri, GDK_CURRENT_TIME);
      return;
    }

  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          folder_shown, g_steal_pointer (&file));
}

static void
row_button_clicked (DownloaderRow    *row,
                    DownloaderWindow *self)
{
  DownloaderItem *item = downloader_row_get_item (row);

  if (downloader_item_is_active (item))
    downloader_item_cancel (item);
  else if (downloader_item_get_state (item) == DOWNLOADER_STATE_FINISHED)
    show_in_folder (self, item);
  else
    downloader_item_start (item);
}

static void
row_activated (DownloaderWindow *self,
               DownloaderRow    *row)
{
  g_autoptr(GFile) file = downloader_item_dup_file (downloader_row_get_item (row));
  g_autofree char *uri = NULL;

  if (file == NULL)
    return;

  if (!g_file_query_exists (file, NULL))
    {
      show_toast (self, _("The file is no longer there"));
      return;
    }

  uri = g_file_get_uri (file);
  gtk_show_uri (GTK_WINDOW (self), uri, GDK_CURRENT_TIME);
}

static GtkWidget *
make_row (gpointer item,
          gpointer user_data)
{
  DownloaderRow *row = downloader_row_new (item);

  g_signal_connect_object (row, "button-clicked", G_CALLBACK (row_button_clicked), user_data, 0);

  return GTK_WIDGET (row);
}

static void
close_response (DownloaderWindow *self,
                const char       *response)
{
  if (g_str_equal (response, "stop"))
    downloader_window_stop (self);
}

static void
ask_to_close (DownloaderWindow *self,
              guint             n_active)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Stop Downloads?"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);

  adw_message_dialog_format_body (message,
                                  ngettext ("%u download is not finished. What has arrived is kept: "
                                            "the same link goes on from there.",
                                            "%u downloads are not finished. What has arrived is kept: "
                                            "the same links go on from there.", n_active),
                                  n_active);
  adw_message_dialog_add_responses (message,
                                    "keep", _("_Keep Downloading"),
                                    "stop", _("_Stop and Close"),
                                    NULL);
  adw_message_dialog_set_response_appearance (message, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (message, "keep");
  adw_message_dialog_set_close_response (message, "keep");
  g_signal_connect_object (dialog, "response", G_CALLBACK (close_response), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static gboolean
downloader_window_close_request (GtkWindow *window)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (window);
  guint n_active = count_active (self);

  if (n_active > 0)
    {
      if (!self->stopping)
        ask_to_close (self, n_active);
      return GDK_EVENT_STOP;
    }

  return GTK_WINDOW_CLASS (downloader_window_parent_class)->close_request (window);
}

static void
downloader_window_dispose (GObject *object)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (object);

  g_clear_object (&self->items);
  g_clear_object (&self->executor);

  G_OBJECT_CLASS (downloader_window_parent_class)->dispose (object);
}

static void
downloader_window_finalize (GObject *object)
{
  DownloaderWindow *self = DOWNLOADER_WINDOW (object);

  downloader_settings_free (self->settings);

  G_OBJECT_CLASS (downloader_window_parent_class)->finalize (object);
}

static void
downloader_window_class_init (DownloaderWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkWindowClass *window_class = GTK_WINDOW_CLASS (klass);

  object_class->dispose = downloader_window_dispose;
  object_class->finalize = downloader_window_finalize;
  window_class->close_request = downloader_window_close_request;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/asynctask/Downloader/downloader-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, toast_overlay);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DownloaderWindow, list_box);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed);
  gtk_widget_class_bind_template_callback (widget_class, row_activated);

  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste_action);
  gtk_widget_class_install_action (widget_class, "win.clear", NULL, clear_action);
  gtk_widget_class_install_action (widget_class, "win.focus-entry", NULL, focus_entry_action);
}

static void
downloader_window_init (DownloaderWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->settings = downloader_settings_new ();
  self->items = g_list_store_new (DOWNLOADER_TYPE_ITEM);
  self->executor = at_thread_pool_executor_new ("downloads", DOWNLOADER_DEFAULT_ACTIVE);
  gtk_list_box_bind_model (self->list_box, G_LIST_MODEL (self->items), make_row, self, NULL);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (items_changed), self, G_CONNECT_SWAPPED);
  items_changed (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

DownloaderWindow *
downloader_window_new (GtkApplication *application)
{
  return g_object_new (DOWNLOADER_TYPE_WINDOW, "application", application, NULL);
}

/**
 * downloader_window_add:
 * @self: The window.
 * @link: A link.
 * @settings: How to download it.
 *
 * Puts a download at the top of the list and starts it.
 */
void
downloader_window_add (DownloaderWindow         *self,
                       const char               *link,
                       const DownloaderSettings *settings)
{
  g_autoptr(DownloaderItem) item = downloader_item_new (link, settings, AT_EXECUTOR (self->executor));

  g_signal_connect_object (item, "notify::active", G_CALLBACK (item_activity_changed), self, 0);
  g_list_store_insert (self->items, 0, item);
  downloader_item_start (item);
}

/**
 * downloader_window_set_settings:
 * @self: The window.
 * @settings: How to download.
 *
 * Changes how links that are typed or pasted are downloaded. The checksum of
 * @settings is left out: it is that of the links it came with.
 */
void
downloader_window_set_settings (DownloaderWindow         *self,
                                const DownloaderSettings *settings)
{
  DownloaderSettings *copy = downloader_settings_copy (settings);

  g_clear_pointer (&copy->checksum, g_free);
  downloader_settings_free (self->settings);
  self->settings = copy;
}

/**
 * downloader_window_set_limit:
 * @self: The window.
 * @max_active: How many downloads run at once.
 *
 * Changes how many downloads run at once, from now on.
 */
void
downloader_window_set_limit (DownloaderWindow *self,
                             guint             max_active)
{
  at_thread_pool_executor_set_max_threads (self->executor, max_active);
}

/**
 * downloader_window_stop:
 * @self: The window.
 *
 * Stops all downloads, and closes the window once they have let go of their
 * files.
 */
void
downloader_window_stop (DownloaderWindow *self)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  self->stopping = TRUE;
  if (count_active (self) == 0)
    {
      gtk_window_destroy (GTK_WINDOW (self));
      return;
    }

  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr(DownloaderItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      downloader_item_cancel (item);
    }
}
