/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What libadwaita has two of: the one for version 1.2, and the one that has taken its place. The
 * rest of the program is the same with both. */

/* A dialog that asks something: an AdwAlertDialog from 1.5 on. */
#if ADW_CHECK_VERSION (1, 5, 0)
typedef AdwAlertDialog DownloaderAlert;
# define DOWNLOADER_ALERT(object) ADW_ALERT_DIALOG (object)
# define downloader_alert(function) adw_alert_dialog_ ## function
#else
typedef AdwMessageDialog DownloaderAlert;
# define DOWNLOADER_ALERT(object) ADW_MESSAGE_DIALOG (object)
# define downloader_alert(function) adw_message_dialog_ ## function
#endif

DownloaderAlert *downloader_modern_alert_new           (GtkWindow       *parent,
                                                        const char      *heading);
void             downloader_modern_alert_present       (DownloaderAlert *self,
                                                        GtkWindow       *parent,
                                                        GtkWidget       *focus);
void             downloader_modern_alert_focus_default (DownloaderAlert *self);

GtkWidget       *downloader_modern_make_content        (GtkWidget       *header_bar,
                                                        GtkWidget       *bar,
                                                        GtkWidget       *content);
void             downloader_modern_hide_icons          (GtkWindow       *window,
                                                        GtkWidget       *view);
void             downloader_modern_present_dialog      (GtkWindow       *parent,
                                                        const char      *title,
                                                        GtkWidget       *content,
                                                        GtkWidget       *default_widget,
                                                        GtkWidget       *focus);
void             downloader_modern_close               (GtkWidget       *content);
void             downloader_modern_present_preferences (GtkWindow            *parent,
                                                        AdwPreferencesPage   *page);
void             downloader_modern_tell                (GtkWidget       *page,
                                                        const char      *text);
void             downloader_modern_present_about       (GtkWindow       *parent);

G_END_DECLS
