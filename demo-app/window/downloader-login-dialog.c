/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-login-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  DownloaderList *list;
  char           *origin;
  GtkEditable    *user;
  GtkEditable    *password;
} Login;

static void
login_free (gpointer  data,
            GClosure *closure)
{
  Login *self = data;

  g_object_unref (self->list);
  g_free (self->origin);
  g_free (self);
}

static void
response (DownloaderAlert  *dialog,
          const char       *response_id,
          gpointer          user_data)
{
  Login *self = user_data;

  if (g_str_equal (response_id, "log-in"))
    downloader_list_log_in (self->list, self->origin,
                            gtk_editable_get_text (self->user), gtk_editable_get_text (self->password));
}

static void
user_changed (GtkEditable      *user,
              DownloaderAlert  *dialog)
{
  downloader_alert (set_response_enabled) (dialog, "log-in", *gtk_editable_get_text (user) != '\0');
}

static GtkWidget *
make_row (GtkWidget  *group,
          GtkWidget  *row,
          const char *title)
{
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  g_object_set (row, "activates-default", TRUE, NULL);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);

  return row;
}

/**
 * downloader_login_dialog_show:
 * @parent: The window that asks.
 * @list: The downloads.
 * @origin: The server that wants to know.
 * @last_user: (nullable): The user name that it did not accept.
 *
 * Asks for a user name and a password, and starts the downloads that wait for
 * them. They are kept nowhere but in memory.
 *
 * Returns: (transfer none): the dialog
 */
DownloaderAlert *
downloader_login_dialog_show (GtkWindow      *parent,
                              DownloaderList *list,
                              const char     *origin,
                              const char     *last_user)
{
  DownloaderAlert *dialog = downloader_modern_alert_new (parent, _("Log In"));
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *user = make_row (group, adw_entry_row_new (), C_("login", "_User Name"));
  GtkWidget *password = make_row (group, adw_password_entry_row_new (), C_("login", "_Password"));
  Login *self = g_new (Login, 1);

  self->list = g_object_ref (list);
  self->origin = g_strdup (origin);
  self->user = GTK_EDITABLE (user);
  self->password = GTK_EDITABLE (password);

  if (last_user != NULL)
    /* Translators: %s is a server, such as “https://example.org”. */
    downloader_alert (format_body) (dialog, _("%s does not accept this user name and password."), origin);
  else
    /* Translators: %s is a server, such as “https://example.org”. */
    downloader_alert (format_body) (dialog, _("%s asks for a user name and a password."), origin);
  downloader_alert (set_extra_child) (dialog, group);
  downloader_alert (add_responses) (dialog,
                                    "cancel", C_("login", "_Cancel"),
                                    "log-in", C_("login", "_Log In"),
                                    NULL);
  downloader_alert (set_response_appearance) (dialog, "log-in", ADW_RESPONSE_SUGGESTED);
  downloader_alert (set_default_response) (dialog, "log-in");
  downloader_alert (set_close_response) (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response), self, login_free, 0);
  g_signal_connect (user, "changed", G_CALLBACK (user_changed), dialog);
  user_changed (GTK_EDITABLE (user), dialog);
  if (last_user != NULL)
    gtk_editable_set_text (GTK_EDITABLE (user), last_user);
  downloader_modern_alert_present (dialog, parent, last_user != NULL ? password : user);

  return dialog;
}
