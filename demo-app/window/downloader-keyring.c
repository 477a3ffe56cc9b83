/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-keyring.h"

#include <string.h>

#include <glib/gi18n.h>

#if HAVE_LIBSECRET

#include <libsecret/secret.h>

/* How long the keyring has to answer where nobody is asked, in seconds. */
#define PATIENCE 10

/* A server asks for a password by realm. Who else knows the name of the schema finds
 * the passwords in it, as each program of the session does. */
static const SecretSchema schema = {
  APPLICATION_ID ".Login", SECRET_SCHEMA_NONE,
  {
    { "server", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "realm", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "user", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
};

static GHashTable *
make_attributes (const char *server,
                 const char *realm,
                 const char *user)
{
  GHashTable *attributes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  if (server != NULL)
    {
      g_hash_table_insert (attributes, (gpointer) "server", g_ascii_strdown (server, -1));
      g_hash_table_insert (attributes, (gpointer) "realm", g_strdup (realm != NULL ? realm : ""));
    }
  if (user != NULL)
    g_hash_table_insert (attributes, (gpointer) "user", g_strdup (user));

  return attributes;
}

/* libsecret keeps what it has agreed upon with the keyring, also when that is another
 * one by now, which was started again and knows nothing of it. */
static void
begin (void)
{
  secret_service_disconnect ();
}

static void
search_all (GTask               *task,
            GAsyncReadyCallback  callback)
{
  g_autoptr(GHashTable) everything = make_attributes (NULL, NULL, NULL);

  begin ();
  secret_password_searchv (&schema, everything, SECRET_SEARCH_ALL, NULL, callback, g_object_ref (task));
}

static void
free_found (GList *found)
{
  g_list_free_full (found, g_object_unref);
}

static gboolean
is_locked (SecretRetrievable *item)
{
  return SECRET_IS_ITEM (item) && secret_item_get_locked (SECRET_ITEM (item));
}

typedef struct
{
  gboolean           may_unlock;
  GSource           *timer;
  guint              watch;
  gboolean           has_died;
  SecretRetrievable *item;
  char              *user;
  SecretValue       *value;
} LookUp;

static void
stop_timer (LookUp *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
look_up_free (gpointer data)
{
  LookUp *self = data;

  stop_timer (self);
  g_clear_object (&self->item);
  g_free (self->user);
  g_clear_pointer (&self->value, secret_value_unref);
  g_free (self);
}

static gboolean
give_up (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);

  return G_SOURCE_REMOVE;
}

/* Of several users the last who has logged in. */
static SecretRetrievable *
find_newest (GList *found)
{
  SecretRetrievable *newest = found->data;

  for (GList *l = found->next; l != NULL; l = l->next)
    if (secret_retrievable_get_modified (l->data) > secret_retrievable_get_modified (newest))
      newest = l->data;

  return newest;
}

static void
retrieved (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  LookUp *self = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;

  stop_timer (self);
  self->value = secret_retrievable_retrieve_secret_finish (SECRET_RETRIEVABLE (source), result, &error);
  if (error != NULL)
    g_task_return_int (task, DOWNLOADER_KEYRING_MISSING);
  else if (self->value == NULL || secret_value_get_text (self->value) == NULL)
    g_task_return_int (task, DOWNLOADER_KEYRING_NOTHING);
  else
    g_task_return_int (task, DOWNLOADER_KEYRING_FOUND);
}

static void
stop_watch (LookUp *self)
{
  g_clear_handle_id (&self->watch, g_bus_unwatch_name);
}

/* libsecret 0.20 never comes back from a question that dies with the keyring. */
static void
died (GDBusConnection *connection,
      const char      *name,
      gpointer         user_data)
{
  g_autoptr(GTask) task = g_object_ref (user_data);
  LookUp *self = g_task_get_task_data (task);

  self->has_died = TRUE;
  stop_watch (self);
  g_task_return_int (task, DOWNLOADER_KEYRING_MISSING);
}

static void
watch (GTask *task)
{
  LookUp *self = g_task_get_task_data (task);
  GDBusProxy *proxy = G_DBUS_PROXY (self->item);

  self->watch = g_bus_watch_name_on_connection (g_dbus_proxy_get_connection (proxy), g_dbus_proxy_get_name (proxy),
                                                G_BUS_NAME_WATCHER_FLAGS_NONE, NULL, died,
                                                g_object_ref (task), g_object_unref);
}

static void
unlocked (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  LookUp *self = g_task_get_task_data (task);

  if (self->has_died)
    return;

  stop_watch (self);
  if (secret_service_unlock_finish (NULL, result, NULL, NULL) > 0)
    secret_retrievable_retrieve_secret (self->item, g_task_get_cancellable (task), retrieved, g_object_ref (task));
  else
    g_task_return_int (task, DOWNLOADER_KEYRING_LOCKED);
}

static void
searched (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  LookUp *self = g_task_get_task_data (task);
  g_autoptr(GError) error = NULL;
  GList *found = secret_password_search_finish (result, &error);
  g_autoptr(GHashTable) attributes = NULL;
  g_autoptr(GList) locked = NULL;

  if (error != NULL)
    {
      g_task_return_int (task, DOWNLOADER_KEYRING_MISSING);
      return;
    }
  if (found == NULL)
    {
      g_task_return_int (task, DOWNLOADER_KEYRING_NOTHING);
      return;
    }

  self->item = g_object_ref (find_newest (found));
  free_found (found);
  attributes = secret_retrievable_get_attributes (self->item);
  self->user = g_strdup (g_hash_table_lookup (attributes, "user"));

  if (!is_locked (self->item))
    {
      secret_retrievable_retrieve_secret (self->item, g_task_get_cancellable (task), retrieved, g_object_ref (task));
    }
  else if (self->may_unlock)
    {
      /* Now somebody is asked, who may take any time. */
      stop_timer (self);
      watch (task);
      locked = g_list_prepend (NULL, self->item);
      secret_service_unlock (NULL, locked, g_task_get_cancellable (task), unlocked, g_object_ref (task));
    }
  else
    {
      g_task_return_int (task, DOWNLOADER_KEYRING_LOCKED);
    }
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;

  g_task_return_boolean (task, secret_password_store_finish (result, NULL));
}

static void
cleared (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;

  /* It is no failure that there is nothing to be forgotten. */
  secret_password_clear_finish (result, &error);
  g_task_return_boolean (task, error == NULL);
}

static void
clear_all (GTask *task)
{
  g_autoptr(GHashTable) everything = make_attributes (NULL, NULL, NULL);

  secret_password_clearv (&schema, everything, NULL, cleared, g_object_ref (task));
}

/* What is locked stays where it is, and is not to be called forgotten. */
static void
unlocked_all (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  GList *locked = g_task_get_task_data (task);

  if (secret_service_unlock_finish (NULL, result, NULL, NULL) < (int) g_list_length (locked))
    g_task_return_boolean (task, FALSE);
  else
    clear_all (task);
}

static void
found_all (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  GList *found = secret_password_search_finish (result, &error);
  GList *locked = NULL;

  for (GList *l = found; l != NULL; l = l->next)
    if (is_locked (l->data))
      locked = g_list_prepend (locked, g_object_ref (l->data));
  free_found (found);
  g_task_set_task_data (task, locked, (GDestroyNotify) free_found);

  if (error != NULL)
    g_task_return_boolean (task, FALSE);
  else if (locked != NULL)
    secret_service_unlock (NULL, locked, NULL, unlocked_all, g_object_ref (task));
  else
    clear_all (task);
}

static void
counted (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr(GTask) task = user_data;
  g_autoptr(GError) error = NULL;
  GList *found = secret_password_search_finish (result, &error);

  g_task_return_int (task, error == NULL ? (gssize) g_list_length (found) : -1);
  free_found (found);
}

#endif

/* Its result says how it went. */
static GTask *
make_task (GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_check_cancellable (task, FALSE);

  return task;
}

/**
 * downloader_keyring_look_up:
 * @server: The server, as in `https://host`.
 * @realm: (nullable): What the server calls what the password is for.
 * @may_unlock: Whether the user may be asked to unlock the keyring.
 * @cancellable: What ends it. It is cancelled where the keyring does not answer in time.
 * @callback: What is called then.
 * @user_data: User data for @callback.
 *
 * Looks for a user name and a password.
 */
void
downloader_keyring_look_up (const char          *server,
                            const char          *realm,
                            gboolean             may_unlock,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr(GTask) task = make_task (cancellable, callback, user_data);
#if HAVE_LIBSECRET
  g_autoptr(GHashTable) attributes = make_attributes (server, realm, NULL);
  LookUp *self = g_new0 (LookUp, 1);

  self->may_unlock = may_unlock;
  self->timer = g_timeout_source_new_seconds (PATIENCE);
  g_source_set_static_name (self->timer, "[downloader] keyring");
  g_source_set_callback (self->timer, give_up, g_object_ref (cancellable), g_object_unref);
  g_source_attach (self->timer, NULL);
  g_task_set_task_data (task, self, look_up_free);
  begin ();
  secret_password_searchv (&schema, attributes, SECRET_SEARCH_ALL, cancellable, searched, g_object_ref (task));
#else
  g_task_return_int (task, DOWNLOADER_KEYRING_MISSING);
#endif
}

/**
 * downloader_keyring_look_up_finish:
 * @result: What the callback got.
 * @user: (out) (nullable): Return location for the user name.
 * @password: (out) (nullable): Return location for the password.
 *
 * Tells what was found.
 *
 * Returns: what the keyring says; only with %DOWNLOADER_KEYRING_FOUND there is a user
 *   name and a password
 */
DownloaderKeyringAnswer
downloader_keyring_look_up_finish (GAsyncResult  *result,
                                   char         **user,
                                   char         **password)
{
  DownloaderKeyringAnswer answer = (DownloaderKeyringAnswer) g_task_propagate_int (G_TASK (result), NULL);

  *user = NULL;
  *password = NULL;
#if HAVE_LIBSECRET
  if (answer == DOWNLOADER_KEYRING_FOUND)
    {
      LookUp *self = g_task_get_task_data (G_TASK (result));

      *user = g_strdup (self->user != NULL ? self->user : "");
      *password = g_strdup (secret_value_get_text (self->value));
    }
#endif

  return answer;
}

/**
 * downloader_keyring_save:
 * @server: The server.
 * @realm: (nullable): What the server calls what the password is for.
 * @user: The user name.
 * @password: The password.
 * @callback: What is called then.
 * @user_data: User data for @callback.
 *
 * Saves a user name and a password. The user may be asked to unlock the keyring.
 */
void
downloader_keyring_save (const char          *server,
                         const char          *realm,
                         const char          *user,
                         const char          *password,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr(GTask) task = make_task (NULL, callback, user_data);
#if HAVE_LIBSECRET
  g_autoptr(GHashTable) attributes = make_attributes (server, realm, user);
  /* Translators: what a password is called in the keyring: a user name, and a server such as
   * “https://example.org”. */
  g_autofree char *label = g_strdup_printf (_("Password of “%s” for %s"), user, server);

  begin ();
  secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, label, password, NULL,
                          saved, g_object_ref (task));
#else
  g_task_return_boolean (task, FALSE);
#endif
}

/**
 * downloader_keyring_save_finish:
 * @result: What the callback got.
 *
 * Tells what came of it.
 *
 * Returns: %FALSE if the password is not saved
 */
gboolean
downloader_keyring_save_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * downloader_keyring_forget:
 * @server: The server.
 * @realm: (nullable): What the server calls what the password is for.
 * @user: The user name.
 * @callback: What is called then.
 * @user_data: User data for @callback.
 *
 * Forgets a password.
 */
void
downloader_keyring_forget (const char          *server,
                           const char          *realm,
                           const char          *user,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr(GTask) task = make_task (NULL, callback, user_data);
#if HAVE_LIBSECRET
  g_autoptr(GHashTable) attributes = make_attributes (server, realm, user);

  begin ();
  secret_password_clearv (&schema, attributes, NULL, cleared, g_object_ref (task));
#else
  g_task_return_boolean (task, FALSE);
#endif
}

/**
 * downloader_keyring_forget_all:
 * @callback: What is called then.
 * @user_data: User data for @callback.
 *
 * Forgets all passwords that this program has saved. The user may be asked to unlock
 * the keyring.
 */
void
downloader_keyring_forget_all (GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr(GTask) task = make_task (NULL, callback, user_data);
#if HAVE_LIBSECRET
  search_all (task, found_all);
#else
  g_task_return_boolean (task, FALSE);
#endif
}

/**
 * downloader_keyring_forget_finish:
 * @result: What the callback got.
 *
 * Tells what came of it.
 *
 * Returns: %FALSE if something is still there
 */
gboolean
downloader_keyring_forget_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}

/**
 * downloader_keyring_count:
 * @callback: What is called then.
 * @user_data: User data for @callback.
 *
 * Counts the passwords that this program has saved.
 */
void
downloader_keyring_count (GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr(GTask) task = make_task (NULL, callback, user_data);
#if HAVE_LIBSECRET
  search_all (task, counted);
#else
  g_task_return_int (task, -1);
#endif
}

/**
 * downloader_keyring_count_finish:
 * @result: What the callback got.
 *
 * Tells how many there are.
 *
 * Returns: the number, -1 if there is no keyring
 */
int
downloader_keyring_count_finish (GAsyncResult *result)
{
  return (int) g_task_propagate_int (G_TASK (result), NULL);
}
