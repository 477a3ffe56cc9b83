/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "downloader-config.h"

#include "downloader-logins.h"

#include <glib/gi18n.h>

#include "downloader-http.h"
#include "downloader-keyring.h"

/* Stands between the downloads whose servers ask for a password and whoever is asked
 * for it: what is saved is tried first, and what is accepted is saved. */
struct _DownloaderLogins
{
  GObject         parent_instance;

  DownloaderList *list;

  /* One at a time, so that one question to unlock the keyring is enough. */
  struct Request *current;
  GQueue          waiting;

  gboolean        can_save;
  gboolean        is_declined;   /* nobody wants to unlock the keyring */
  gboolean        is_silent;     /* it does not answer in time */

  /* What is saved once a server has accepted it. */
  GPtrArray      *unproven;
  guint           n_saving;
};

typedef struct
{
  char *server;
  char *realm;
  char *user;
  char *password;
} Login;

/* What is looked up for a download. Who wants to know sooner leaves it alone, and it goes
 * when the keyring lets go of it. */
typedef struct Request
{
  DownloaderLogins *self;          /* NULL when it is left alone */
  DownloaderItem   *item;
  char             *server;
  char             *realm;
  gboolean          may_give;
  gboolean          may_unlock;
  gboolean          wanted;
  gboolean          save;
  GCancellable     *cancellable;
} Request;

enum
{
  ASK,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GQuark given_quark;

G_DEFINE_FINAL_TYPE (DownloaderLogins, downloader_logins, G_TYPE_OBJECT)

static void
login_free (gpointer data)
{
  Login *login = data;

  g_free (login->server);
  g_free (login->realm);
  g_free (login->user);
  g_free (login->password);
  g_free (login);
}

static void
request_free (Request *request)
{
  g_object_unref (request->item);
  g_free (request->server);
  g_free (request->realm);
  g_object_unref (request->cancellable);
  g_free (request);
}

static void
request_abandon (Request *request)
{
  request->self = NULL;
  g_cancellable_cancel (request->cancellable);
}

static gboolean
is_of (DownloaderItem *item,
       const char     *server,
       const char     *realm)
{
  return g_strcmp0 (downloader_item_get_origin (item), server) == 0 &&
         g_strcmp0 (downloader_item_get_realm (item), realm) == 0;
}

/* It may have been paused, removed, or answered meanwhile. */
static gboolean
request_is_open (Request *request)
{
  return request->self != NULL && downloader_item_is_asking (request->item) &&
         is_of (request->item, request->server, request->realm);
}

/* A server that refuses what it was given, and another one behind it that does so, too,
 * could go on for ever: each is given what was saved once, until somebody tries again. */
static gboolean
give_once (DownloaderItem *item,
           const char     *server,
           const char     *realm)
{
  GHashTable *given = g_object_get_qdata (G_OBJECT (item), given_quark);

  if (given == NULL)
    {
      given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_object_set_qdata_full (G_OBJECT (item), given_quark, given, (GDestroyNotify) g_hash_table_unref);
    }

  return g_hash_table_add (given, g_strconcat (server, " ", realm, NULL));
}

static void
ask (DownloaderLogins *self,
     DownloaderItem   *item,
     gboolean          wanted,
     DownloaderSaving  saving)
{
  downloader_item_set_asking (item, FALSE);
  g_signal_emit (self, signals[ASK], 0, item, wanted, self->can_save ? saving : DOWNLOADER_SAVING_NO_WAY);
}

static void look_up_next (DownloaderLogins *self);

static void
request_end (Request          *request,
             DownloaderSaving  saving)
{
  DownloaderLogins *self = request->self;

  if (self == NULL)
    {
      request_free (request);
      return;
    }

  g_object_ref (self);
  self->current = NULL;
  if (request_is_open (request))
    ask (self, request->item, request->wanted,
         saving == DOWNLOADER_SAVING_OFF && request->save ? DOWNLOADER_SAVING_ON : saving);
  request_free (request);
  look_up_next (self);
  g_object_unref (self);
}

static void
forgotten (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  /* Whether it is gone or not, it is of no use. */
  downloader_keyring_forget_finish (result);
  request_end (user_data, DOWNLOADER_SAVING_REFUSED);
}

static void
take_found (Request    *request,
            const char *user,
            const char *password)
{
  if (!request_is_open (request))
    ;
  else if (downloader_item_has_login (request->item, request->server, user, password))
    {
      downloader_keyring_forget (request->server, request->realm, user, forgotten, request);
      return;
    }
  else if (request->may_give && give_once (request->item, request->server, request->realm))
    downloader_item_log_in (request->item, user, password);

  request_end (request, DOWNLOADER_SAVING_OFF);
}

static void
looked_up (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Request *request = user_data;
  DownloaderLogins *self = request->self;
  g_autofree char *user = NULL;
  g_autofree char *password = NULL;
  DownloaderKeyringAnswer answer = downloader_keyring_look_up_finish (result, &user, &password);

  if (self != NULL)
    {
      self->can_save = answer != DOWNLOADER_KEYRING_MISSING;
      self->is_silent = g_cancellable_is_cancelled (request->cancellable);
      self->is_declined |= answer == DOWNLOADER_KEYRING_LOCKED && request->may_unlock;
    }
  if (answer == DOWNLOADER_KEYRING_FOUND)
    take_found (request, user, password);
  else
    request_end (request, DOWNLOADER_SAVING_OFF);
}

static void
look_up_next (DownloaderLogins *self)
{
  Request *request;

  if (self->current != NULL || (request = g_queue_pop_head (&self->waiting)) == NULL)
    return;

  self->current = request;
  if (!request_is_open (request) || self->is_silent)
    {
      request_end (request, DOWNLOADER_SAVING_OFF);
      return;
    }

  request->may_unlock = request->may_give && !self->is_declined;
  downloader_keyring_look_up (request->server, request->realm, request->may_unlock, request->cancellable,
                              looked_up, request);
}

/* Whether the item was refused what is in its link, which is what is meant. */
static gboolean
has_own_login (DownloaderItem *item,
               const char     *server)
{
  g_autoptr(GUri) given = downloader_http_parse_link (downloader_item_get_link (item), NULL);
  g_autoptr(GUri) asked = downloader_http_parse_link (server, NULL);

  return given != NULL && asked != NULL && g_uri_get_user (given) != NULL &&
         downloader_item_get_login_user (item) == NULL && downloader_http_may_share_password (given, asked);
}

/* Whoever had to wait for the keyring, and is back, does not want to wait for it again. */
static gboolean
stop_waiting (DownloaderLogins *self,
              DownloaderItem   *item)
{
  if (self->current != NULL && self->current->item == item)
    {
      request_abandon (g_steal_pointer (&self->current));
      self->is_declined = TRUE;
      return TRUE;
    }

  for (GList *l = self->waiting.head; l != NULL; l = l->next)
    {
      Request *request = l->data;

      if (request->item == item)
        {
          g_queue_delete_link (&self->waiting, l);
          request_free (request);
          return TRUE;
        }
    }

  return FALSE;
}

/* What the server has just refused is not to be saved. */
static gboolean
drop_unproven (DownloaderLogins *self,
               DownloaderItem   *item)
{
  gboolean dropped = FALSE;

  for (guint i = self->unproven->len; i > 0; i--)
    {
      const Login *login = self->unproven->pdata[i - 1];

      if (is_of (item, login->server, login->realm) &&
          downloader_item_has_login (item, login->server, login->user, login->password))
        {
          g_ptr_array_remove_index (self->unproven, i - 1);
          dropped = TRUE;
        }
    }

  return dropped;
}

static void
log_in (DownloaderLogins *self,
        DownloaderItem   *item,
        gboolean          wanted)
{
  gboolean save = drop_unproven (self, item);
  Request *request;

  if (stop_waiting (self, item))
    {
      ask (self, item, wanted, save ? DOWNLOADER_SAVING_ON : DOWNLOADER_SAVING_OFF);
      look_up_next (self);
      return;
    }

  if (wanted)
    {
      self->is_declined = FALSE;
      self->is_silent = FALSE;
      g_object_set_qdata (G_OBJECT (item), given_quark, NULL);
    }

  request = g_new0 (Request, 1);
  request->self = self;
  request->item = g_object_ref (item);
  request->server = g_strdup (downloader_item_get_origin (item));
  request->realm = g_strdup (downloader_item_get_realm (item));
  request->may_give = !has_own_login (item, request->server);
  request->wanted = wanted;
  request->save = save;
  request->cancellable = g_cancellable_new ();
  downloader_item_set_asking (item, TRUE);
  g_queue_push_tail (&self->waiting, request);
  look_up_next (self);
}

static void
saved (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr(DownloaderLogins) self = user_data;

  self->n_saving--;
  if (!downloader_keyring_save_finish (result) && self->list != NULL)
    g_signal_emit_by_name (self->list, "told", _("The password could not be saved"));
}

static void
logged_in (DownloaderLogins *self,
           DownloaderItem   *item)
{
  for (guint i = self->unproven->len; i > 0; i--)
    {
      const Login *login = self->unproven->pdata[i - 1];

      if (!downloader_item_has_login (item, login->server, login->user, login->password))
        continue;

      self->n_saving++;
      downloader_keyring_save (login->server, login->realm, login->user, login->password,
                               saved, g_object_ref (self));
      g_ptr_array_remove_index (self->unproven, i - 1);
    }
}

static void
downloader_logins_dispose (GObject *object)
{
  DownloaderLogins *self = DOWNLOADER_LOGINS (object);

  if (self->current != NULL)
    request_abandon (g_steal_pointer (&self->current));
  g_queue_clear_full (&self->waiting, (GDestroyNotify) request_free);
  g_clear_pointer (&self->unproven, g_ptr_array_unref);
  g_clear_object (&self->list);

  G_OBJECT_CLASS (downloader_logins_parent_class)->dispose (object);
}

static void
downloader_logins_class_init (DownloaderLoginsClass *klass)
{
  given_quark = g_quark_from_static_string ("downloader-logins-given");

  G_OBJECT_CLASS (klass)->dispose = downloader_logins_dispose;

  /**
   * DownloaderLogins::ask:
   * @self: The logins.
   * @item: The download.
   * @wanted: Whether somebody wants to be asked, and not the server alone.
   * @saving: A #DownloaderSaving.
   *
   * A user name and a password are needed, which are not saved.
   */
  signals[ASK] = g_signal_new ("ask",
                               G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                               0, NULL, NULL, NULL,
                               G_TYPE_NONE, 3, DOWNLOADER_TYPE_ITEM, G_TYPE_BOOLEAN, G_TYPE_INT);
}

static void
downloader_logins_init (DownloaderLogins *self)
{
  g_queue_init (&self->waiting);
  self->unproven = g_ptr_array_new_with_free_func (login_free);
}

/**
 * downloader_logins_new:
 * @list: The downloads.
 *
 * Makes what answers servers that ask for passwords.
 *
 * Returns: (transfer full): the logins
 */
DownloaderLogins *
downloader_logins_new (DownloaderList *list)
{
  DownloaderLogins *self = g_object_new (DOWNLOADER_TYPE_LOGINS, NULL);

  self->list = g_object_ref (list);
  g_signal_connect_object (list, "log-in", G_CALLBACK (log_in), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (list, "logged-in", G_CALLBACK (logged_in), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * downloader_logins_answer:
 * @self: The logins.
 * @server: A server that asks.
 * @realm: (nullable): What it calls what the password is for.
 * @user: The user name.
 * @password: The password.
 * @save: Whether to save it for the next time, once the server has accepted it.
 *
 * Starts all downloads again that wait for the same.
 */
void
downloader_logins_answer (DownloaderLogins *self,
                          const char       *server,
                          const char       *realm,
                          const char       *user,
                          const char       *password,
                          gboolean          save)
{
  for (guint i = self->unproven->len; i > 0; i--)
    {
      const Login *login = self->unproven->pdata[i - 1];

      if (g_str_equal (login->server, server) && g_strcmp0 (login->realm, realm) == 0)
        g_ptr_array_remove_index (self->unproven, i - 1);
    }

  if (save)
    {
      Login *login = g_new (Login, 1);

      login->server = g_strdup (server);
      login->realm = g_strdup (realm);
      login->user = g_strdup (user);
      login->password = g_strdup (password);
      g_ptr_array_add (self->unproven, login);
    }

  downloader_list_log_in (self->list, server, realm, user, password);
}

/**
 * downloader_logins_is_busy:
 * @self: The logins.
 *
 * Tells whether a password is being saved.
 *
 * Returns: %TRUE if one is
 */
gboolean
downloader_logins_is_busy (DownloaderLogins *self)
{
  return self->n_saving > 0;
}
