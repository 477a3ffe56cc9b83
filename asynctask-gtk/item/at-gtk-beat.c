/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-beat-private.h"

/* Beats are at fixed moments: whoever begins to wait between two of them waits for the same one
 * as all others. */
struct _AtGtkBeat
{
  GSource       source; /* destroyed with the last reference */

  GMainContext *context;
  guint         n_users; /* under the lock */
  GQueue        clients;
  gint64        due;
  guint         round; /* of those who have begun to wait since the last beat */
};

/* What is found by its context. */
static GMutex lock;
static GHashTable *beats;

static gint64
find_left (AtGtkBeat *self)
{
  return g_queue_is_empty (&self->clients) ? -1 : MAX (self->due - g_get_monotonic_time (), 0);
}

/* Not by g_source_set_ready_time(): the time is asked of the function that a program may have in
 * the place of GLib's. */
static gboolean
prepare (GSource *source,
         int     *timeout)
{
  gint64 left = find_left ((AtGtkBeat *) source);

  *timeout = left < 0 ? -1 : (int) ((left + 999) / 1000);

  return left == 0;
}

static gboolean
check (GSource *source)
{
  return find_left ((AtGtkBeat *) source) == 0;
}

static gint64
find_next (void)
{
  return (g_get_monotonic_time () / AT_GTK_BEAT_USEC + 1) * AT_GTK_BEAT_USEC;
}

/* A client may wait for the next one again, remove others, and free itself. */
static gboolean
dispatch (GSource     *source,
          GSourceFunc  callback,
          gpointer     user_data)
{
  AtGtkBeat *self = (AtGtkBeat *) source;
  AtGtkBeatClient *client;

  self->round++;
  self->due = find_next ();
  while ((client = g_queue_peek_head (&self->clients)) != NULL && client->round != self->round)
    {
      at_gtk_beat_remove (self, client);
      client->func (client->user_data);
    }

  return G_SOURCE_CONTINUE;
}

static GSourceFuncs funcs = { prepare, check, dispatch, NULL, NULL, NULL };

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
      GSource *source = g_source_new (&funcs, sizeof (AtGtkBeat));

      self = (AtGtkBeat *) source;
      self->context = context;
      g_queue_init (&self->clients);
      g_source_set_static_name (source, "[asynctask-gtk] beat");
      g_source_attach (source, context);
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

  if (is_last)
    {
      g_source_destroy (&self->source);
      g_source_unref (&self->source);
    }
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
    self->due = find_next ();

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
}
