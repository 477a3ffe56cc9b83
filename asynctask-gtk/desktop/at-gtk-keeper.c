/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <glib/gi18n-lib.h>

#include "desktop/at-gtk-keeper-private.h"

/* Whom GTK asks, in its order. */
static const char * const managers[] = {
  "org.gnome.SessionManager",
  "org.xfce.SessionManager",
  "org.freedesktop.portal.Desktop",
};

typedef enum
{
  UNKNOWN,
  PRESENT,
  ABSENT
} Presence;

/* Keeps the program running, and the machine awake.
 *
 * GTK waits for the answer of a session manager, and warns where there is none any more:
 * nobody is asked before it is known to be there. What was inhibited goes with it; one
 * that has come back is asked again. */
struct _AtGtkKeeper
{
  GtkApplication             *application;
  gboolean                    is_held;

  gboolean                    is_watching;
  guint                       watches[G_N_ELEMENTS (managers)];
  Presence                    presence[G_N_ELEMENTS (managers)];
  int                         asked;        /* index of the one that GTK has, -1 before it is seen */
  GCancellable               *greeting;     /* of one that has come back */
  guint                       n_greetings;

  GtkApplicationInhibitFlags  wanted;
  GtkApplicationInhibitFlags  inhibited;
  guint                       cookie;
};

AtGtkKeeper *
at_gtk_keeper_new (GtkApplication *application)
{
  AtGtkKeeper *self = g_new0 (AtGtkKeeper, 1);

  self->application = application;
  g_object_add_weak_pointer (G_OBJECT (application), (gpointer *) &self->application);
  self->asked = -1;

  return self;
}

static void
uninhibit (AtGtkKeeper *self)
{
  if (self->cookie != 0 && self->application != NULL)
    gtk_application_uninhibit (self->application, self->cookie);
  self->cookie = 0;
  self->inhibited = 0;
}

/* Where there never was a manager, a compositor may still keep the screen on. */
static gboolean
may_ask (AtGtkKeeper *self)
{
  GApplication *application = (GApplication *) self->application;

  if (application == NULL || !g_application_get_is_registered (application) ||
      g_application_get_is_remote (application))
    return FALSE;
  if (self->asked >= 0)
    return self->presence[self->asked] == PRESENT;
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    if (self->presence[i] != ABSENT)
      return FALSE;

  return TRUE;
}

static void
update_inhibit (AtGtkKeeper *self)
{
  if (self->inhibited != self->wanted)
    uninhibit (self);
  if (self->inhibited == self->wanted || !may_ask (self))
    return;

  /* Where nothing can be inhibited there is no cookie. */
  self->inhibited = self->wanted;
  self->cookie = gtk_application_inhibit (self->application,
                                          gtk_application_get_active_window (self->application),
                                          self->wanted, _("Tasks are running"));
}

static void
set_presence (AtGtkKeeper *self,
              const char  *name,
              Presence     presence)
{
  guint i;

  for (i = 0; !g_str_equal (managers[i], name); i++)
    ;
  self->presence[i] = presence;

  /* GTK has the first that was there when the program began. */
  for (i = 0; self->asked < 0 && i < G_N_ELEMENTS (managers) && self->presence[i] != UNKNOWN; i++)
    if (self->presence[i] == PRESENT)
      {
        self->asked = i;
        uninhibit (self);
      }

  if (self->asked >= 0 && self->presence[self->asked] == ABSENT)
    uninhibit (self);
  update_inhibit (self);
}

static void greet (AtGtkKeeper *self);

static void
greeted_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  AtGtkKeeper *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (self->application != NULL && --self->n_greetings > 0)
    {
      greet (self);
      return;
    }
  g_clear_object (&self->greeting);
  set_presence (self, managers[self->asked], PRESENT);
}

/* Any answer will do, an error, too. */
static void
greet (AtGtkKeeper *self)
{
  g_dbus_connection_call (g_application_get_dbus_connection (G_APPLICATION (self->application)),
                          managers[self->asked], "/", "org.freedesktop.DBus.Peer", "Ping", NULL, NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, self->greeting, greeted_cb, self);
}

static void
forget_greeting (AtGtkKeeper *self)
{
  if (self->greeting != NULL)
    g_cancellable_cancel (self->greeting);
  g_clear_object (&self->greeting);
}

/* GTK hears of one that has come back by the same signal, before this or after, and then asks it
 * for its properties. By the time that a second question has its answer, it has those. */
static void
manager_appeared_cb (GDBusConnection *connection,
                     const char      *name,
                     const char      *owner,
                     gpointer         user_data)
{
  AtGtkKeeper *self = user_data;

  if (self->asked < 0 || !g_str_equal (managers[self->asked], name) || self->application == NULL)
    {
      set_presence (self, name, PRESENT);
      return;
    }

  forget_greeting (self);
  self->greeting = g_cancellable_new ();
  self->n_greetings = 2;
  greet (self);
}

static void
manager_vanished_cb (GDBusConnection *connection,
                     const char      *name,
                     gpointer         user_data)
{
  AtGtkKeeper *self = user_data;

  if (self->asked >= 0 && g_str_equal (managers[self->asked], name))
    forget_greeting (self);
  set_presence (self, name, ABSENT);
}

static void
watch_managers (AtGtkKeeper *self)
{
  GDBusConnection *connection;

  if (self->is_watching || !g_application_get_is_registered (G_APPLICATION (self->application)))
    return;

  connection = g_application_get_dbus_connection (G_APPLICATION (self->application));
  if (connection == NULL)
    return;

  self->is_watching = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    self->watches[i] = g_bus_watch_name_on_connection (connection, managers[i], G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                       manager_appeared_cb, manager_vanished_cb, self, NULL);
}

void
at_gtk_keeper_set (AtGtkKeeper                *self,
                   gboolean                    hold,
                   GtkApplicationInhibitFlags  inhibit)
{
  if (self->application != NULL && hold && !self->is_held)
    g_application_hold (G_APPLICATION (self->application));
  self->wanted = inhibit;
  if (self->application != NULL && inhibit != 0)
    watch_managers (self);
  update_inhibit (self);
  if (self->application != NULL && !hold && self->is_held)
    g_application_release (G_APPLICATION (self->application));
  self->is_held = hold;
}

void
at_gtk_keeper_free (AtGtkKeeper *self)
{
  at_gtk_keeper_set (self, FALSE, 0);
  forget_greeting (self);
  for (guint i = 0; i < G_N_ELEMENTS (managers); i++)
    if (self->watches[i] != 0)
      g_bus_unwatch_name (self->watches[i]);
  if (self->application != NULL)
    g_object_remove_weak_pointer (G_OBJECT (self->application), (gpointer *) &self->application);
  g_free (self);
}
