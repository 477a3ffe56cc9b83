/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-clock-private.h"

/* What the widgets wait for. An timer is a part of whoever waits, rings once, and rings in the
 * main loop. */

static gboolean is_held;
static gint64   held_time = 1;
static GList   *held_timers; /* the order in which they were set */

static void
ring (AtGtkTimer *self)
{
  self->source = 0;
  self->due = 0;
  self->func (self->user_data);
}

static gboolean
on_timeout (gpointer user_data)
{
  ring (user_data);

  return G_SOURCE_REMOVE;
}

void
at_gtk_timer_set (AtGtkTimer *self,
                  double      seconds)
{
  at_gtk_timer_clear (self);

  seconds = CLAMP (seconds, 0, G_MAXINT / 1000);
  if (is_held)
    {
      self->due = held_time + (gint64) (seconds * G_USEC_PER_SEC);
      held_timers = g_list_append (held_timers, self);
    }
  else
    {
      self->source = g_timeout_add ((guint) (seconds * 1000), on_timeout, self);
      g_source_set_name_by_id (self->source, "[asynctask-gtk] timer");
    }
}

void
at_gtk_timer_clear (AtGtkTimer *self)
{
  g_clear_handle_id (&self->source, g_source_remove);
  if (self->due != 0)
    held_timers = g_list_remove (held_timers, self);
  self->due = 0;
}

void
at_gtk_clock_hold (void)
{
  is_held = TRUE;
}

static AtGtkTimer *
find_first_due (gint64 end)
{
  AtGtkTimer *first = NULL;

  for (GList *l = held_timers; l != NULL; l = l->next)
    {
      AtGtkTimer *timer = l->data;

      if (timer->due <= end && (first == NULL || timer->due < first->due))
        first = timer;
    }

  return first;
}

/* What rings may set others, which may be due before the end, too. */
void
at_gtk_clock_skip (double seconds)
{
  gint64 end = held_time + (gint64) (seconds * G_USEC_PER_SEC);
  AtGtkTimer *timer;

  g_assert (is_held);

  while ((timer = find_first_due (end)) != NULL)
    {
      held_time = MAX (held_time, timer->due);
      held_timers = g_list_remove (held_timers, timer);
      ring (timer);
    }
  held_time = end;
}
