/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-alarm-private.h"

struct _AtGtkAlarm
{
  GSource source;
  gint64  due;
};

static gint64
find_left (AtGtkAlarm *self)
{
  return self->due == AT_GTK_NEVER ? -1 : MAX (self->due - g_get_monotonic_time (), 0);
}

static gboolean
prepare (GSource *source,
         int     *timeout)
{
  gint64 left = find_left ((AtGtkAlarm *) source);

  *timeout = left < 0 ? -1 : (int) MIN ((left + 999) / 1000, G_MAXINT);

  return left == 0;
}

static gboolean
check (GSource *source)
{
  return find_left ((AtGtkAlarm *) source) == 0;
}

static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  ((AtGtkAlarm *) source)->due = AT_GTK_NEVER;

  return callback (user_data);
}

static GSourceFuncs funcs = { prepare, check, dispatch, NULL, NULL, NULL };

AtGtkAlarm *
at_gtk_alarm_new (GMainContext *context,
                  int           priority,
                  const char   *name,
                  GSourceFunc   func,
                  gpointer      user_data)
{
  GSource *source = g_source_new (&funcs, sizeof (AtGtkAlarm));
  AtGtkAlarm *self = (AtGtkAlarm *) source;

  self->due = AT_GTK_NEVER;
  g_source_set_static_name (source, name);
  g_source_set_priority (source, priority);
  g_source_set_callback (source, func, user_data, NULL);
  g_source_attach (source, context);

  return self;
}

void
at_gtk_alarm_free (AtGtkAlarm *self)
{
  g_source_destroy (&self->source);
  g_source_unref (&self->source);
}

void
at_gtk_alarm_set (AtGtkAlarm *self,
                  gint64      due)
{
  self->due = due;
}
