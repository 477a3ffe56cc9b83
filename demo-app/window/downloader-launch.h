/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void downloader_launch_file   (GtkWindow       *parent,
                               const char      *path);
void downloader_launch_folder (GtkWindow       *parent,
                               GDBusConnection *bus,
                               const char      *path);

G_END_DECLS
