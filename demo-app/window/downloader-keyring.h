/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * DownloaderKeyringAnswer:
 * @DOWNLOADER_KEYRING_FOUND: There is a password.
 * @DOWNLOADER_KEYRING_NOTHING: There is none.
 * @DOWNLOADER_KEYRING_LOCKED: There is one, and nobody unlocks it.
 * @DOWNLOADER_KEYRING_MISSING: There is no keyring, or none that answers.
 *
 * What the keyring says.
 */
typedef enum
{
  DOWNLOADER_KEYRING_FOUND,
  DOWNLOADER_KEYRING_NOTHING,
  DOWNLOADER_KEYRING_LOCKED,
  DOWNLOADER_KEYRING_MISSING
} DownloaderKeyringAnswer;

void                    downloader_keyring_look_up        (const char           *server,
                                                           const char           *realm,
                                                           gboolean              may_unlock,
                                                           GCancellable         *cancellable,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
DownloaderKeyringAnswer downloader_keyring_look_up_finish (GAsyncResult         *result,
                                                           char                **user,
                                                           char                **password);

void                    downloader_keyring_save           (const char           *server,
                                                           const char           *realm,
                                                           const char           *user,
                                                           const char           *password,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                downloader_keyring_save_finish    (GAsyncResult         *result);

void                    downloader_keyring_forget         (const char           *server,
                                                           const char           *realm,
                                                           const char           *user,
                                                           GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
void                    downloader_keyring_forget_all     (GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
gboolean                downloader_keyring_forget_finish  (GAsyncResult         *result);

void                    downloader_keyring_count          (GAsyncReadyCallback   callback,
                                                           gpointer              user_data);
int                     downloader_keyring_count_finish   (GAsyncResult         *result);

G_END_DECLS
