/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-folder-row.h"

#include <string.h>

#include <glib/gi18n.h>

/* Shows a folder, and lets the user choose another one. */
struct _DownloaderFolderRow
{
  AdwActionRow          parent_instance;

  char                 *folder;
  GtkFileChooserNative *chooser;
};

enum
{
  PROP_FOLDER = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

G_DEFINE_FINAL_TYPE (DownloaderFolderRow, downloader_folder_row, ADW_TYPE_ACTION_ROW)

static void
response (DownloaderFolderRow *self,
          int                  response_id)
{
  g_autoptr(GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));

  if (response_id == GTK_RESPONSE_ACCEPT && file != NULL && g_file_peek_path (file) != NULL)
    downloader_folder_row_set_folder (self, g_file_peek_path (file));

  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
}

static void
choose (DownloaderFolderRow *self)
{
  GtkWindow *parent = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autoptr(GFile) file = self->folder != NULL ? g_file_new_for_path (self->folder) : NULL;

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (_("Select a Folder"), parent,
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  if (file != NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (self->chooser), file, NULL);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (response), self, G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
downloader_folder_row_dispose (GObject *object)
{
  DownloaderFolderRow *self = DOWNLOADER_FOLDER_ROW (object);

  g_clear_object (&self->chooser);

  G_OBJECT_CLASS (downloader_folder_row_parent_class)->dispose (object);
}

static void
downloader_folder_row_finalize (GObject *object)
{
  g_free (DOWNLOADER_FOLDER_ROW (object)->folder);

  G_OBJECT_CLASS (downloader_folder_row_parent_class)->finalize (object);
}

static void
downloader_folder_row_get_property (GObject    *object,
                                    guint       prop_id,
                                    GValue     *value,
                                    GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_FOLDER:
      g_value_set_string (value, DOWNLOADER_FOLDER_ROW (object)->folder);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_folder_row_set_property (GObject      *object,
                                    guint         prop_id,
                                    const GValue *value,
                                    GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_FOLDER:
      downloader_folder_row_set_folder (DOWNLOADER_FOLDER_ROW (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
downloader_folder_row_class_init (DownloaderFolderRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = downloader_folder_row_dispose;
  object_class->finalize = downloader_folder_row_finalize;
  object_class->get_property = downloader_folder_row_get_property;
  object_class->set_property = downloader_folder_row_set_property;

  props[PROP_FOLDER] = g_param_spec_string ("folder", NULL, NULL, NULL,
                                            G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
}

static void
downloader_folder_row_init (DownloaderFolderRow *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("folder-symbolic");

  g_object_set (icon, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), icon);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (self), TRUE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 1);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
  g_signal_connect (self, "activated", G_CALLBACK (choose), NULL);
}

/**
 * downloader_folder_row_set_folder:
 * @self: The row.
 * @folder: The path of a folder.
 *
 * Shows a folder. The user's own is left out of its name.
 */
void
downloader_folder_row_set_folder (DownloaderFolderRow *self,
                                  const char          *folder)
{
  const char *home = g_get_home_dir ();
  g_autofree char *shown = NULL;
  g_autofree char *escaped = NULL;

  if (g_strcmp0 (self->folder, folder) == 0)
    return;

  g_free (self->folder);
  self->folder = g_strdup (folder);

  if (folder != NULL && g_str_has_prefix (folder, home) && folder[strlen (home)] == G_DIR_SEPARATOR)
    shown = g_filename_display_name (folder + strlen (home) + 1);
  else
    shown = g_filename_display_name (folder != NULL ? folder : "");

  /* The subtitle is markup. */
  escaped = g_markup_escape_text (shown, -1);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), escaped);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLDER]);
}

char *
downloader_folder_row_dup_folder (DownloaderFolderRow *self)
{
  return g_strdup (self->folder);
}
