/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "desktop/at-gtk-notification-actions-private.h"
#include "item/at-gtk-file-manager-private.h"
#include "item/at-gtk-task-item-private.h"

#define ACTION_OPEN "asynctask-open"
#define ACTION_SHOW "asynctask-show-in-folder"
#define ACTION_RETRY "asynctask-retry"
#define TOKEN "asynctask-token"

/* A button may be pressed long after, in another run of the program, too: what it is
 * about is a file, and an item as long as there is one. No two runs have a token in
 * common. By token; not owned, an item leaves it at its end. */
static GHashTable *noticed;

static void
token_free (gpointer token)
{
  g_hash_table_remove (noticed, token);
  g_free (token);
}

static const char *
get_token (AtGtkTaskItem *item)
{
  char *token = g_object_get_data (G_OBJECT (item), TOKEN);

  if (token == NULL)
    {
      if (noticed == NULL)
        noticed = g_hash_table_new (g_str_hash, g_str_equal);
      token = g_uuid_string_random ();
      g_hash_table_insert (noticed, token, item);
      g_object_set_data_full (G_OBJECT (item), TOKEN, token, token_free);
    }

  return token;
}

static AtGtkTaskItem *
find_item (const char *token)
{
  return noticed != NULL ? g_hash_table_lookup (noticed, token) : NULL;
}

static void
launch (const char *uri)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr (GAppLaunchContext) context = NULL;

  if (display != NULL)
    context = G_APP_LAUNCH_CONTEXT (gdk_display_get_app_launch_context (display));
  g_app_info_launch_default_for_uri_async (uri, context, NULL, NULL, NULL);
}

static void
open_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  const char *token, *uri;
  AtGtkTaskItem *item;

  g_variant_get (parameter, "(&s&s)", &token, &uri);
  item = find_item (token);

  /* The program may have its own way. */
  if (item != NULL && at_gtk_task_item_opens_itself (item))
    at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_OPEN);
  else
    launch (uri);
}

/* Not every file manager knows how to select files. */
static void
shown_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  g_autoptr (GVariant) uris = user_data;

  if (answer == NULL)
    {
      const char *uri;
      g_autoptr (GFile) file = NULL;
      g_autoptr (GFile) parent = NULL;

      g_variant_get_child (uris, 0, "&s", &uri);
      file = g_file_new_for_uri (uri);
      parent = g_file_get_parent (file);
      if (parent != NULL)
        {
          g_autofree char *folder = g_file_get_uri (parent);

          launch (folder);
        }
    }
}

static void
show_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GDBusConnection *connection = g_application_get_dbus_connection (user_data);

  if (connection == NULL || g_variant_n_children (parameter) == 0)
    return;

  at_gtk_file_manager_show (connection, parameter, shown_cb, g_variant_ref (parameter));
}

/* Of another run nothing is known; its window is where one would try again. */
static void
retry_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  g_autofree const char **tokens = g_variant_get_strv (parameter, NULL);
  gboolean is_known = FALSE;

  for (guint i = 0; tokens[i] != NULL; i++)
    {
      g_autoptr (AtGtkTaskItem) item = find_item (tokens[i]);

      if (item == NULL)
        continue;
      g_object_ref (item);
      is_known = TRUE;
      if (at_gtk_task_item_can (item, AT_GTK_TASK_ACTION_RETRY))
        at_gtk_task_item_act (item, AT_GTK_TASK_ACTION_RETRY);
    }
  if (!is_known)
    g_application_activate (user_data);
}

static void
add_actions (GtkApplication *application)
{
  const GActionEntry entries[] = {
    { ACTION_OPEN, open_cb, "(ss)" },
    { ACTION_SHOW, show_cb, "as" },
    { ACTION_RETRY, retry_cb, "as" },
  };

  if (!g_action_group_has_action (G_ACTION_GROUP (application), ACTION_OPEN))
    g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
}

static GVariant *
list_files (GPtrArray *items)
{
  GVariantBuilder builder;
  gboolean is_empty = TRUE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < items->len; i++)
    {
      g_autofree char *uri = NULL;

      if (!at_gtk_task_item_can (items->pdata[i], AT_GTK_TASK_ACTION_SHOW_IN_FOLDER))
        continue;
      uri = g_file_get_uri (at_gtk_task_item_get_file (items->pdata[i]));
      g_variant_builder_add (&builder, "s", uri);
      is_empty = FALSE;
    }
  if (is_empty)
    {
      g_variant_builder_clear (&builder);
      return NULL;
    }

  return g_variant_builder_end (&builder);
}

static GVariant *
list_tokens (GPtrArray *items)
{
  GVariantBuilder builder;
  gboolean is_empty = TRUE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; i < items->len; i++)
    {
      if (!at_gtk_task_item_can (items->pdata[i], AT_GTK_TASK_ACTION_RETRY))
        continue;
      g_variant_builder_add (&builder, "s", get_token (items->pdata[i]));
      is_empty = FALSE;
    }
  if (is_empty)
    {
      g_variant_builder_clear (&builder);
      return NULL;
    }

  return g_variant_builder_end (&builder);
}

/* Open for one file, Show in Folder for any number, Try Again for all that have failed
 * and can be tried. */
void
at_gtk_notification_add_buttons (GNotification  *notification,
                                 GtkApplication *application,
                                 GPtrArray      *finished,
                                 GPtrArray      *failed)
{
  AtGtkTaskItem *only = finished->len == 1 && failed->len == 0 ? finished->pdata[0] : NULL;
  GVariant *files = list_files (finished);
  GVariant *tokens = list_tokens (failed);

  add_actions (application);

  if (only != NULL && at_gtk_task_item_can (only, AT_GTK_TASK_ACTION_OPEN) && at_gtk_task_item_get_file (only) != NULL)
    {
      g_autofree char *uri = g_file_get_uri (at_gtk_task_item_get_file (only));

      g_notification_add_button_with_target (notification, _("Open"), "app." ACTION_OPEN, "(ss)",
                                             get_token (only), uri);
    }
  if (files != NULL)
    g_notification_add_button_with_target_value (notification, _("Show in Folder"), "app." ACTION_SHOW, files);
  if (tokens != NULL)
    g_notification_add_button_with_target_value (notification, _("Try Again"), "app." ACTION_RETRY, tokens);
}
