/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-preferences-page.h"

#include <glib/gi18n.h>

#include "downloader-folder-row.h"
#include "downloader-keyring.h"
#include "downloader-modern.h"

struct _DownloaderPreferencesPage
{
  AdwPreferencesPage   parent_instance;

  DownloaderFolderRow   *folder_row;
  GtkSpinButton         *active_button;
  GtkSwitch             *limit_switch;
  GtkSpinButton         *limit_button;
  GtkSwitch             *notify_switch;
  GtkSwitch             *times_switch;
  GtkWidget             *logins_group;
  AdwActionRow          *logins_row;
  GtkWidget             *forget_button;
};

G_DEFINE_FINAL_TYPE (DownloaderPreferencesPage, downloader_preferences_page, ADW_TYPE_PREFERENCES_PAGE)

static void
counted (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(DownloaderPreferencesPage) self = user_data;
  int n_saved = downloader_keyring_count_finish (result);
  g_autofree char *subtitle = NULL;

  if (n_saved > 0)
    subtitle = g_strdup_printf (ngettext ("%d in the keyring", "%d in the keyring", (gulong) n_saved), n_saved);
  adw_action_row_set_subtitle (self->logins_row, subtitle != NULL ? subtitle : C_("saved passwords", "None"));
  gtk_widget_set_sensitive (self->forget_button, n_saved > 0);
  gtk_widget_set_visible (self->logins_group, n_saved >= 0);
}

static void
forgotten (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(DownloaderPreferencesPage) self = user_data;

  if (!downloader_keyring_forget_finish (result))
    downloader_modern_tell (GTK_WIDGET (self), _("The saved passwords could not be forgotten"));
  downloader_keyring_count (counted, g_steal_pointer (&self));
}

static void
forget_response (DownloaderPreferencesPage *self,
                 const char                *response)
{
  if (!g_str_equal (response, "forget"))
    return;

  gtk_widget_set_sensitive (self->forget_button, FALSE);
  downloader_keyring_forget_all (forgotten, g_object_ref (self));
}

static void
forget_clicked (DownloaderPreferencesPage *self)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  DownloaderAlert *dialog = downloader_modern_alert_new (parent, _("Forget Saved Passwords?"));

  downloader_alert (set_body) (dialog, _("Servers that want a password ask for it again."));
  downloader_alert (add_responses) (dialog,
                                    "cancel", C_("forget passwords", "_Cancel"),
                                    "forget", C_("forget passwords", "_Forget"),
                                    NULL);
  downloader_alert (set_response_appearance) (dialog, "forget", ADW_RESPONSE_DESTRUCTIVE);
  downloader_alert (set_default_response) (dialog, "cancel");
  downloader_alert (set_close_response) (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (forget_response), self, G_CONNECT_SWAPPED);
  downloader_modern_alert_focus_default (dialog);
  downloader_modern_alert_present (dialog, parent, NULL);
}

static void
downloader_preferences_page_class_init (DownloaderPreferencesPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (DOWNLOADER_TYPE_FOLDER_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/asynctask/Downloader/downloader-preferences-page.ui");
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, folder_row);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, active_button);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, limit_switch);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, limit_button);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, notify_switch);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, times_switch);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, logins_group);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, logins_row);
  gtk_widget_class_bind_template_child (widget_class, DownloaderPreferencesPage, forget_button);
  gtk_widget_class_bind_template_callback (widget_class, forget_clicked);
}

static void
downloader_preferences_page_init (DownloaderPreferencesPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * downloader_preferences_page_new:
 * @preferences: What it changes.
 *
 * Makes a page on which preferences can be changed; they change at once.
 *
 * Returns: the page
 */
DownloaderPreferencesPage *
downloader_preferences_page_new (DownloaderPreferences *preferences)
{
  DownloaderPreferencesPage *self;
  g_autofree char *folder = downloader_preferences_dup_folder (preferences);
  const GBindingFlags flags = G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL;

  self = g_object_new (DOWNLOADER_TYPE_PREFERENCES_PAGE, NULL);
  downloader_folder_row_set_folder (self->folder_row, folder);
  g_object_bind_property (self->folder_row, "folder", preferences, "folder", G_BINDING_DEFAULT);
  g_object_bind_property (preferences, "max-active", self->active_button, "value", flags);
  g_object_bind_property (preferences, "limit-speed", self->limit_switch, "active", flags);
  g_object_bind_property (preferences, "speed-limit", self->limit_button, "value", flags);
  g_object_bind_property (preferences, "notify", self->notify_switch, "active", flags);
  g_object_bind_property (preferences, "keep-times", self->times_switch, "active", flags);
  downloader_keyring_count (counted, g_object_ref (self));

  return self;
}
