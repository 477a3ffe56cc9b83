/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-alarm-private.h"
#include "at-gtk-beat-private.h"

/* Beats are at fixed moments: whoever begins to wait between two of them waits for the same one
 * as all others. */
struct _AtGtkBeat
{
  GMainContext *context;
  guint         n_users; /* under the lock */
  AtGtkAlarm   *alarm;
  GQueue        clients;
  guint         round;   /* of those who have begun to wait since the last beat */
};

/* What is found by its context. */
static GMutex lock;
static GHashTable *beats;

static gint64
find_next (void)
{
  return (g_get_monotonic_time () / AT_GTK_BEAT_USEC + 1) * AT_GTK_BEAT_USEC;
}

/* A client may wait for the next one again, remove others, and free itself. The last one to go
 * frees the beat. */
static gboolean
on_beat (gpointer data)
{
  AtGtkBeat *self = data;
  guint round = self->round++;
  AtGtkBeatClient *client;

  g_mutex_lock (&lock);
  self->n_users++;
  g_mutex_unlock (&lock);

  while ((client = g_queue_peek_head (&self->clients)) != NULL && client->round == round)
    {
      at_gtk_beat_remove (self, client);
      client->func (client->user_data);
    }

  if (!g_queue_is_empty (&self->clients))
    at_gtk_alarm_set (self->alarm, find_next ());
  at_gtk_beat_unref (self);

  return G_SOURCE_CONTINUE;
}

AtGtkBeat *
at_gtk_beat_get (GMainContext *context)
{
  AtGtkBeat *self;

  if (context == NULL)
    context = g_main_context_default ();

  g_mutex_lock (&lock);

  if (beats == NULL)
    beats = g_hash_table_new (NULL, NULL);

  self = g_hash_table_lookup (beats, context);
  if (self == NULL)
    {
      self = g_new0 (AtGtkBeat, 1);
      self->context = g_main_context_ref (context);
      self->alarm = at_gtk_alarm_new (context, G_PRIORITY_DEFAULT, "[asynctask-gtk] beat", on_beat, self);
      g_queue_init (&self->clients);
      g_hash_table_insert (beats, context, self);
    }
  self->n_users++;

  g_mutex_unlock (&lock);

  return self;
}

void
at_gtk_beat_unref (AtGtkBeat *self)
{
  gboolean is_last;

  g_mutex_lock (&lock);
  is_last = --self->n_users == 0;
  if (is_last)
    g_hash_table_remove (beats, self->context);
  g_mutex_unlock (&lock);

  if (!is_last)
    return;

  at_gtk_alarm_free (self->alarm);
  g_main_context_unref (self->context);
  g_free (self);
}

void
at_gtk_beat_add (AtGtkBeat       *self,
                 AtGtkBeatClient *client,
                 AtGtkBeatFunc    func,
                 gpointer         user_data)
{
  if (client->is_linked)
    return;

  if (g_queue_is_empty (&self->clients))
    at_gtk_alarm_set (self->alarm, find_next ());

  client->func = func;
  client->user_data = user_data;
  client->round = self->round;
  client->link.data = client;
  client->is_linked = TRUE;
  g_queue_push_tail_link (&self->clients, &client->link);
}

void
at_gtk_beat_remove (AtGtkBeat       *self,
                    AtGtkBeatClient *client)
{
  if (!client->is_linked)
    return;

  g_queue_unlink (&self->clients, &client->link);
  client->is_linked = FALSE;
  if (g_queue_is_empty (&self->clients))
    at_gtk_alarm_set (self->alarm, AT_GTK_NEVER);
}
