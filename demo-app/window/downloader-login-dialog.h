/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

#include "downloader-logins.h"
#include "downloader-modern.h"

G_BEGIN_DECLS

DownloaderAlert *downloader_login_dialog_show (GtkWindow        *parent,
                                               DownloaderLogins *logins,
                                               DownloaderItem   *item,
                                               DownloaderSaving  saving);

G_END_DECLS
