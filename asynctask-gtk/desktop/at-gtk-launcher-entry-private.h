/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AtGtkLauncherEntry AtGtkLauncherEntry;

/* What a dock shows; all zero for nothing. */
typedef struct
{
  gboolean has_bar;
  guint    percent;
  guint    count;
  gboolean urgent;
} AtGtkLauncherLook;

AtGtkLauncherEntry *at_gtk_launcher_entry_new  (GDBusConnection         *connection,
                                                const char              *desktop_id);
void                at_gtk_launcher_entry_free (AtGtkLauncherEntry      *self);
const char         *at_gtk_launcher_entry_get_desktop_id
                                               (AtGtkLauncherEntry      *self);
void                at_gtk_launcher_entry_show (AtGtkLauncherEntry      *self,
                                                const AtGtkLauncherLook *look);

G_END_DECLS
