/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The clock that captions change by: one for all of a main context, so that what changes
 * is drawn in the same frame. It beats while somebody is waiting for it, and wakes nobody
 * at other times. */
#define AT_GTK_BEAT_USEC (250 * G_TIME_SPAN_MILLISECOND)

typedef struct _AtGtkBeat       AtGtkBeat;
typedef struct _AtGtkBeatClient AtGtkBeatClient;

typedef void (* AtGtkBeatFunc) (gpointer user_data);

/* Embedded in whoever waits. */
struct _AtGtkBeatClient
{
  AtGtkBeatFunc  func;
  gpointer       user_data;
  GList          link;
  gboolean       is_linked;
  guint          round;
};

/* All on the thread of the context, but the last unref. */
AtGtkBeat *at_gtk_beat_get    (GMainContext    *context /* nullable: the default one */);
void       at_gtk_beat_unref  (AtGtkBeat       *self);

/* Has @client called at the next beat, once. Does nothing if that is so already. */
void       at_gtk_beat_add    (AtGtkBeat       *self,
                               AtGtkBeatClient *client,
                               AtGtkBeatFunc    func,
                               gpointer         user_data);
void       at_gtk_beat_remove (AtGtkBeat       *self,
                               AtGtkBeatClient *client);

G_END_DECLS
