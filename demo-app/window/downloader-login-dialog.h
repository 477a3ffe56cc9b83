/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-list.h"

G_BEGIN_DECLS

GtkWindow *downloader_login_dialog_show (GtkWindow      *parent,
                                         DownloaderList *list,
                                         const char     *origin);

G_END_DECLS
