/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Has the file manager show files in their folder, selected. @uris is of type `as`; the
 * callback has g_dbus_connection_call_finish() tell whether it could: not every one knows how,
 * and what to do then is for who asks. */
void at_gtk_file_manager_show (GDBusConnection     *bus,
                               GVariant            *uris,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data);

G_END_DECLS
