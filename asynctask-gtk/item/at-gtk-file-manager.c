/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-file-manager-private.h"

void
at_gtk_file_manager_show (GDBusConnection     *bus,
                          GVariant            *uris,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_dbus_connection_call (bus, "org.freedesktop.FileManager1", "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1", "ShowItems",
                          g_variant_new ("(@ass)", uris, ""), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, callback, user_data);
}
