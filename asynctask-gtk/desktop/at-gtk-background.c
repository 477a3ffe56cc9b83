/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "desktop/at-gtk-background-private.h"

#define PORTAL "org.freedesktop.portal.Desktop"
#define PORTAL_PATH "/org/freedesktop/portal/desktop"
#define PORTAL_INTERFACE "org.freedesktop.portal.Background"
#define REQUEST_INTERFACE "org.freedesktop.portal.Request"

/* In bytes; the portal accepts no longer one. */
#define MAX_MESSAGE 96

typedef enum
{
  STATE_IDLE,
  STATE_ASKING,
  STATE_GRANTED,
  STATE_REFUSED
} State;

/* The program without a window: the portal is asked whether it may go on, and told what
 * it does. */
struct _AtGtkBackground
{
  GDBusConnection *connection;
  guint            watch;

  State            state;
  gboolean         is_open;        /* while asking: the portal has it */
  gboolean         is_lost;        /* who comes next under its name knows nothing of it */
  guint            response;       /* subscription of the request that is open */
  GCancellable    *cancellable;    /* of the calls since the portal was asked */
  gboolean         has_status;     /* FALSE: it is an old one, or wants none from us */
  char            *wanted;         /* NULL: there is a window, or nothing to do */
  char            *told;
};

static void update (AtGtkBackground *self);

static void
forget_request (AtGtkBackground *self)
{
  if (self->response != 0)
    g_dbus_connection_signal_unsubscribe (self->connection, self->response);
  self->response = 0;
}

/* What is still under way is of no interest any more. */
static void
begin_anew (AtGtkBackground *self)
{
  forget_request (self);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->told, g_free);
  self->state = STATE_IDLE;
  self->is_open = FALSE;
  self->is_lost = FALSE;
  self->has_status = TRUE;
}

static void
status_set_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  /* Cancelled: there may be no background any more. */
  if (answer == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ((AtGtkBackground *) user_data)->has_status = FALSE;
}

static void
set_status (AtGtkBackground *self,
            const char      *message,
            gboolean         is_last)
{
  GVariantBuilder options;

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "message", g_variant_new_string (message));
  g_dbus_connection_call (self->connection, PORTAL, PORTAL_PATH, PORTAL_INTERFACE, "SetStatus",
                          g_variant_new ("(a{sv})", &options), NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START, -1,
                          is_last ? NULL : self->cancellable, is_last ? NULL : status_set_cb, self);
}

static void
response_cb (GDBusConnection *connection,
             const char      *sender,
             const char      *path,
             const char      *interface,
             const char      *signal,
             GVariant        *parameters,
             gpointer         user_data)
{
  AtGtkBackground *self = user_data;
  g_autoptr (GVariant) results = NULL;
  gboolean may_go_on = FALSE;
  guint response;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ua{sv})")))
    return;
  g_variant_get (parameters, "(u@a{sv})", &response, &results);
  g_variant_lookup (results, "background", "b", &may_go_on);

  forget_request (self);
  self->state = response == 0 && may_go_on ? STATE_GRANTED : STATE_REFUSED;
  update (self);
}

static void
asked_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  AtGtkBackground *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  self->is_open = answer != NULL;
  if (answer == NULL)
    {
      /* There is no portal, or not this one. */
      forget_request (self);
      self->state = STATE_REFUSED;
      self->is_lost = TRUE;
    }
}

/* The answer may come before that of the call: it is listened to first. */
static void
ask (AtGtkBackground *self)
{
  g_autofree char *token = g_strdup_printf ("asynctask%u", g_random_int ());
  g_autofree char *sender = g_strdup (g_dbus_connection_get_unique_name (self->connection) + 1);
  g_autofree char *path = NULL;
  GVariantBuilder options;

  path = g_strdup_printf (PORTAL_PATH "/request/%s/%s", g_strdelimit (sender, ".", '_'), token);
  self->state = STATE_ASKING;
  self->cancellable = g_cancellable_new ();
  self->response = g_dbus_connection_signal_subscribe (self->connection, PORTAL, REQUEST_INTERFACE, "Response", path,
                                                       NULL, G_DBUS_SIGNAL_FLAGS_NONE,
                                                       response_cb, self, NULL);

  g_variant_builder_init (&options, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&options, "{sv}", "handle_token", g_variant_new_string (token));
  g_variant_builder_add (&options, "{sv}", "reason", g_variant_new_string (_("Tasks are running")));
  g_variant_builder_add (&options, "{sv}", "autostart", g_variant_new_boolean (FALSE));
  g_dbus_connection_call (self->connection, PORTAL, PORTAL_PATH, PORTAL_INTERFACE, "RequestBackground",
                          g_variant_new ("(sa{sv})", "", &options), G_VARIANT_TYPE ("(o)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, self->cancellable, asked_cb, self);
}

static void
update (AtGtkBackground *self)
{
  if (self->wanted == NULL)
    {
      if (self->told != NULL && self->has_status)
        set_status (self, "", TRUE);
      begin_anew (self);
    }
  else if (self->state == STATE_IDLE)
    {
      ask (self);
    }
  else if (self->state == STATE_GRANTED && self->has_status && g_strcmp0 (self->wanted, self->told) != 0)
    {
      g_free (self->told);
      self->told = g_strdup (self->wanted);
      set_status (self, self->told, FALSE);
    }
}

static void
portal_appeared_cb (GDBusConnection *connection,
                    const char      *name,
                    const char      *owner,
                    gpointer         user_data)
{
  AtGtkBackground *self = user_data;

  if (!self->is_lost)
    return;

  begin_anew (self);
  update (self);
}

/* One that is not there yet is started by the call that asks. */
static void
portal_vanished_cb (GDBusConnection *connection,
                    const char      *name,
                    gpointer         user_data)
{
  AtGtkBackground *self = user_data;

  if (self->state == STATE_IDLE || (self->state == STATE_ASKING && !self->is_open))
    return;

  forget_request (self);
  self->state = STATE_REFUSED;
  self->is_lost = TRUE;
}

AtGtkBackground *
at_gtk_background_new (GDBusConnection *connection)
{
  AtGtkBackground *self = g_new0 (AtGtkBackground, 1);

  self->connection = g_object_ref (connection);
  begin_anew (self);
  self->watch = g_bus_watch_name_on_connection (connection, PORTAL, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                portal_appeared_cb, portal_vanished_cb, self, NULL);

  return self;
}

static char *
shorten (const char *message)
{
  g_autofree char *line = g_strdelimit (g_strdup (message), "\n\r", ' ');

  if (strlen (line) > MAX_MESSAGE)
    {
      const char *end = g_utf8_find_prev_char (line, line + MAX_MESSAGE - strlen ("…") + 1);

      return g_strdup_printf ("%.*s…", (int) (end - line), line);
    }

  return g_steal_pointer (&line);
}

/* @message (nullable): what the program does without a window; %NULL: it has one, or
 * does nothing. */
void
at_gtk_background_show (AtGtkBackground *self,
                        const char      *message)
{
  g_free (self->wanted);
  self->wanted = message != NULL ? shorten (message) : NULL;
  update (self);
}

void
at_gtk_background_free (AtGtkBackground *self)
{
  at_gtk_background_show (self, NULL);
  g_bus_unwatch_name (self->watch);
  g_object_unref (self->connection);
  g_free (self);
}
