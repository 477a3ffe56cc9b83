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
response (AdwMessageDialog *dialog,
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
              AdwMessageDialog *dialog)
{
  adw_message_dialog_set_response_enabled (dialog, "log-in", *gtk_editable_get_text (user) != '\0');
}

/* A message dialog drops what was added to it before the window drops the focus, and
 * the entry, which the focus keeps, then tells a row that is gone of its loss. */
static void
let_go_of_focus (GtkWindow *dialog)
{
  gtk_window_set_focus (dialog, NULL);
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
 *
 * Asks for a user name and a password, and starts the downloads that wait for
 * them. They are kept nowhere but in memory.
 *
 * Returns: (transfer none): the dialog
 */
GtkWindow *
downloader_login_dialog_show (GtkWindow      *parent,
                              DownloaderList *list,
                              const char     *origin)
{
  GtkWidget *dialog = adw_message_dialog_new (parent, _("Log In"), NULL);
  AdwMessageDialog *message = ADW_MESSAGE_DIALOG (dialog);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *user = make_row (group, adw_entry_row_new (), C_("login", "_User Name"));
  GtkWidget *password = make_row (group, adw_password_entry_row_new (), C_("login", "_Password"));
  Login *self = g_new (Login, 1);

  self->list = g_object_ref (list);
  self->origin = g_strdup (origin);
  self->user = GTK_EDITABLE (user);
  self->password = GTK_EDITABLE (password);

  /* Translators: %s is a server, such as “https://example.org”. */
  adw_message_dialog_format_body (message, _("%s asks for a user name and a password."), origin);
  adw_message_dialog_set_extra_child (message, group);
  adw_message_dialog_add_responses (message,
                                    "cancel", C_("login", "_Cancel"),
                                    "log-in", C_("login", "_Log In"),
                                    NULL);
  adw_message_dialog_set_response_appearance (message, "log-in", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (message, "log-in");
  adw_message_dialog_set_close_response (message, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response), self, login_free, 0);
  g_signal_connect (dialog, "unrealize", G_CALLBACK (let_go_of_focus), NULL);
  g_signal_connect (user, "changed", G_CALLBACK (user_changed), dialog);
  user_changed (GTK_EDITABLE (user), message);
  gtk_window_set_focus (GTK_WINDOW (dialog), user);
  gtk_window_present (GTK_WINDOW (dialog));

  return GTK_WINDOW (dialog);
}
