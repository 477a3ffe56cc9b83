/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-launch.h"

typedef struct
{
  GtkWindow *parent;
  char      *folder;
} Fallback;

static void
show_path (GtkWindow  *parent,
           const char *path)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (parent, uri, GDK_CURRENT_TIME);
}

/**
 * downloader_launch_file:
 * @parent: (nullable): The window that asks.
 * @path: A file.
 *
 * Opens a file with what the user opens such files with.
 */
void
downloader_launch_file (GtkWindow  *parent,
                        const char *path)
{
  show_path (parent, path);
}

static void
folder_shown (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Fallback *fallback = user_data;
  g_autoptr(GVariant) answer = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);

  /* Not every file manager knows how to select a file. */
  if (answer == NULL)
    show_path (fallback->parent, fallback->folder);

  g_clear_object (&fallback->parent);
  g_free (fallback->folder);
  g_free (fallback);
}

/**
 * downloader_launch_folder:
 * @parent: (nullable): The window that asks.
 * @bus: (nullable): The session bus.
 * @path: A file.
 *
 * Shows a file among the others in its folder.
 */
void
downloader_launch_folder (GtkWindow       *parent,
                          GDBusConnection *bus,
                          const char      *path)
{
  g_autoptr(GFile) file = g_file_new_for_path (path);
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *folder = g_path_get_dirname (path);
  const char *uris[] = { uri, NULL };
  Fallback *fallback;

  if (bus == NULL)
    {
      show_path (parent, folder);
      return;
    }

  fallback = g_new (Fallback, 1);
  fallback->parent = parent != NULL ? g_object_ref (parent) : NULL;
  fallback->folder = g_steal_pointer (&folder);
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(^ass)", uris, ""), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL,
                          folder_shown, fallback);
}
