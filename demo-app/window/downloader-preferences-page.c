/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-preferences-page.h"

#include "downloader-folder-row.h"

struct _DownloaderPreferencesPage
{
  AdwPreferencesPage   parent_instance;

  DownloaderFolderRow   *folder_row;
  GtkSpinButton         *active_button;
  GtkSwitch             *limit_switch;
  GtkSpinButton         *limit_button;
  GtkSwitch             *notify_switch;
  GtkSwitch             *times_switch;
};

G_DEFINE_FINAL_TYPE (DownloaderPreferencesPage, downloader_preferences_page, ADW_TYPE_PREFERENCES_PAGE)

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

  return self;
}
