/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "asynctask-gtk.h"

#include "desktop/at-gtk-background-private.h"
#include "desktop/at-gtk-keeper-private.h"
#include "desktop/at-gtk-launcher-entry-private.h"
#include "desktop/at-gtk-notifier-private.h"
#include "desktop/at-gtk-windows-private.h"

G_BEGIN_DECLS

/* Of one class, whose settings are in a file of their own. */
struct _AtGtkPresence
{
  GObject                     parent_instance;

  AtGtkTaskItems             *items;
  GtkApplication             *application;       /* weak */
  gboolean                    has_application;   /* it was set: the default one is not asked for */
  gboolean                    launcher;
  gboolean                    background;
  gboolean                    hold;
  GtkApplicationInhibitFlags  inhibit;
  AtGtkNotifications          notifications;

  /* In the order of the items. */
  GPtrArray                  *watched;
  guint                       counts[AT_GTK_TASK_STATE_GONE + 1];
  gboolean                    was_busy;
  gboolean                    has_failed;        /* and nobody has looked since */

  AtGtkWindows               *windows;
  GDBusConnection            *connection;
  gboolean                    is_connecting;
  guint                       settling;          /* source: is there still nothing to do? */
  guint                       telling;           /* source */
  gint64                      told_at;

  AtGtkLauncherEntry         *entry;
  AtGtkBackground            *portal;
  AtGtkKeeper                *keeper;
  AtGtkNotifier              *notifier;
};

enum
{
  PROP_ITEMS = 1,
  PROP_APPLICATION,
  PROP_LAUNCHER,
  PROP_BACKGROUND,
  PROP_HOLD,
  PROP_INHIBIT,
  PROP_NOTIFICATIONS,
  N_PROPS
};

extern GParamSpec *at_gtk_presence_properties[N_PROPS];

void at_gtk_presence_tell_launcher (AtGtkPresence *self);
void at_gtk_presence_tell_portal   (AtGtkPresence *self);
void at_gtk_presence_update_keeper (AtGtkPresence *self);

G_END_DECLS
