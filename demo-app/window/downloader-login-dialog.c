/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-login-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  DownloaderLogins *logins;
  char             *origin;
  char             *realm;
  GtkEditable      *user;
  GtkEditable      *password;
  GtkSwitch        *save;
} Login;

static void
login_free (gpointer  data,
            GClosure *closure)
{
  Login *self = data;

  g_object_unref (self->logins);
  g_free (self->origin);
  g_free (self->realm);
  g_free (self);
}

static void
response (DownloaderAlert  *dialog,
          const char       *response_id,
          gpointer          user_data)
{
  Login *self = user_data;

  if (g_str_equal (response_id, "log-in"))
    downloader_logins_answer (self->logins, self->origin, self->realm,
                              gtk_editable_get_text (self->user), gtk_editable_get_text (self->password),
                              self->save != NULL && gtk_switch_get_active (self->save));
}

static void
user_changed (GtkEditable      *user,
              DownloaderAlert  *dialog)
{
  downloader_alert (set_response_enabled) (dialog, "log-in", *gtk_editable_get_text (user) != '\0');
}

static GtkWidget *
add_row (GtkWidget  *group,
         GtkWidget  *row,
         const char *title)
{
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);

  return row;
}

static GtkWidget *
add_entry (GtkWidget  *group,
           GtkWidget  *row,
           const char *title)
{
  g_object_set (row, "activates-default", TRUE, NULL);

  return add_row (group, row, title);
}

static GtkSwitch *
add_switch (GtkWidget  *group,
            const char *title,
            gboolean    active)
{
  GtkWidget *row = add_row (group, adw_action_row_new (), title);
  GtkWidget *widget = gtk_switch_new ();

  gtk_switch_set_active (GTK_SWITCH (widget), active);
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), widget);

  return GTK_SWITCH (widget);
}

static void
describe (DownloaderAlert  *dialog,
          const char       *origin,
          const char       *last_user,
          DownloaderSaving  saving)
{
  if (saving == DOWNLOADER_SAVING_REFUSED)
    /* Translators: %s is a server, such as “https://example.org”. */
    downloader_alert (format_body) (dialog, _("%s no longer accepts the saved password."), origin);
  else if (last_user != NULL)
    /* Translators: %s is a server, such as “https://example.org”. */
    downloader_alert (format_body) (dialog, _("%s does not accept this user name and password."), origin);
  else
    /* Translators: %s is a server, such as “https://example.org”. */
    downloader_alert (format_body) (dialog, _("%s asks for a user name and a password."), origin);
}

/**
 * downloader_login_dialog_show:
 * @parent: The window that asks.
 * @logins: What takes the answer.
 * @item: A download whose server wants to know.
 * @saving: Whether the answer is to be saved, unless the user says something else.
 *
 * Asks for a user name and a password, and starts the downloads that wait for
 * them. They are kept in memory alone unless the user has them saved.
 *
 * Returns: (transfer none): the dialog
 */
DownloaderAlert *
downloader_login_dialog_show (GtkWindow        *parent,
                              DownloaderLogins *logins,
                              DownloaderItem   *item,
                              DownloaderSaving  saving)
{
  const char *last_user = downloader_item_get_login_user (item);
  DownloaderAlert *dialog = downloader_modern_alert_new (parent, _("Log In"));
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *user = add_entry (group, adw_entry_row_new (), C_("login", "_User Name"));
  GtkWidget *password = add_entry (group, adw_password_entry_row_new (), C_("login", "_Password"));
  Login *self = g_new0 (Login, 1);

  self->logins = g_object_ref (logins);
  self->origin = g_strdup (downloader_item_get_origin (item));
  self->realm = g_strdup (downloader_item_get_realm (item));
  self->user = GTK_EDITABLE (user);
  self->password = GTK_EDITABLE (password);
  if (saving != DOWNLOADER_SAVING_NO_WAY)
    self->save = add_switch (group, C_("login", "_Remember Password"), saving != DOWNLOADER_SAVING_OFF);

  describe (dialog, self->origin, last_user, saving);
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
