/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "desktop/at-gtk-launcher-entry-private.h"

#define INTERFACE "com.canonical.Unity.LauncherEntry"
#define DOCK "com.canonical.Unity"

/* The bar and the number on the program's icon in a dock. It is told by a signal to
 * whoever listens: not every dock owns the name, and where there is none, the bus drops
 * the signal. A dock that has just come has missed it, and is told again. */
struct _AtGtkLauncherEntry
{
  GDBusConnection   *connection;
  char              *desktop_id;
  guint              watch;
  gboolean           was_away;
  AtGtkLauncherLook  shown;
};

/* An error is that of a closed connection; nobody is there to be told. */
static void
tell (AtGtkLauncherEntry *self)
{
  g_autofree char *uri = g_strdup_printf ("application://%s.desktop", self->desktop_id);
  g_autofree char *path = g_strdup_printf ("/com/canonical/unity/launcherentry/%u", g_str_hash (uri));
  GVariantBuilder properties;

  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_add (&properties, "{sv}", "progress", g_variant_new_double (self->shown.percent / 100.0));
  g_variant_builder_add (&properties, "{sv}", "progress-visible", g_variant_new_boolean (self->shown.has_bar));
  g_variant_builder_add (&properties, "{sv}", "count", g_variant_new_int64 (self->shown.count));
  g_variant_builder_add (&properties, "{sv}", "count-visible", g_variant_new_boolean (self->shown.count > 0));
  g_variant_builder_add (&properties, "{sv}", "urgent", g_variant_new_boolean (self->shown.urgent));

  g_dbus_connection_emit_signal (self->connection, NULL, path, INTERFACE, "Update",
                                 g_variant_new ("(sa{sv})", uri, &properties), NULL);
}

static gboolean
is_nothing (const AtGtkLauncherLook *look)
{
  return !look->has_bar && look->count == 0 && !look->urgent;
}

static void
dock_appeared_cb (GDBusConnection *connection,
                  const char      *name,
                  const char      *owner,
                  gpointer         user_data)
{
  AtGtkLauncherEntry *self = user_data;

  if (self->was_away && !is_nothing (&self->shown))
    tell (self);
  self->was_away = FALSE;
}

static void
dock_vanished_cb (GDBusConnection *connection,
                  const char      *name,
                  gpointer         user_data)
{
  ((AtGtkLauncherEntry *) user_data)->was_away = TRUE;
}

AtGtkLauncherEntry *
at_gtk_launcher_entry_new (GDBusConnection *connection,
                           const char      *desktop_id)
{
  AtGtkLauncherEntry *self = g_new0 (AtGtkLauncherEntry, 1);

  self->connection = g_object_ref (connection);
  self->desktop_id = g_strdup (desktop_id);
  self->watch = g_bus_watch_name_on_connection (connection, DOCK, G_BUS_NAME_WATCHER_FLAGS_NONE,
                                                dock_appeared_cb, dock_vanished_cb, self, NULL);

  return self;
}

const char *
at_gtk_launcher_entry_get_desktop_id (AtGtkLauncherEntry *self)
{
  return self->desktop_id;
}

void
at_gtk_launcher_entry_show (AtGtkLauncherEntry      *self,
                            const AtGtkLauncherLook *look)
{
  if (self->shown.has_bar == look->has_bar && self->shown.percent == look->percent &&
      self->shown.count == look->count && self->shown.urgent == look->urgent)
    return;

  self->shown = *look;
  tell (self);
}

void
at_gtk_launcher_entry_free (AtGtkLauncherEntry *self)
{
  at_gtk_launcher_entry_show (self, &(AtGtkLauncherLook) { 0 });
  g_bus_unwatch_name (self->watch);
  g_object_unref (self->connection);
  g_free (self->desktop_id);
  g_free (self);
}
