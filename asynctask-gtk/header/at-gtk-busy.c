/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-busy-private.h"

/* When something is shown of what is going on.
 *
 * There is one clock for each busy period, which begins when something is active, and ends when
 * nothing is. What will soon be over is not worth a look, and what has just ended is, for a
 * moment. A failure that nobody has seen is shown at once, and stays. */

static void
set_shown (AtGtkBusy *self,
           gboolean   is_shown)
{
  if (is_shown == self->is_shown)
    return;

  self->is_shown = is_shown;
  self->funcs->changed (self->owner);
}

/* Begins to wait with hiding it, if there is nothing that keeps it. */
static void
update_end (AtGtkBusy *self)
{
  gboolean stays = self->is_active || self->is_held || at_gtk_busy_has_failure (self);

  if (!self->is_shown || stays)
    at_gtk_timer_clear (&self->end);
  else if (!at_gtk_timer_is_set (&self->end))
    at_gtk_timer_set (&self->end, self->finished_timeout);
}

static void
on_end (gpointer user_data)
{
  set_shown (user_data, FALSE);
}

static void
on_start (gpointer user_data)
{
  AtGtkBusy *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  double remaining = at_gtk_task_items_get_remaining (self->items);

  if (!self->is_late && remaining >= 0 && remaining <= self->minimum_duration &&
      self->minimum_duration > self->start_delay)
    {
      self->is_late = TRUE;
      at_gtk_timer_set (&self->start, self->minimum_duration - self->start_delay);
      return;
    }

  at_gtk_busy_show (self);
}

void
at_gtk_busy_show (AtGtkBusy *self)
{
  at_gtk_timer_clear (&self->start);
  set_shown (self, TRUE);
  update_end (self);
}

/* The clock begins anew. */
void
at_gtk_busy_begin (AtGtkBusy *self)
{
  self->is_late = FALSE;
  at_gtk_timer_set (&self->start, self->start_delay);
}

/* Until the next busy period, or failure. */
void
at_gtk_busy_hide (AtGtkBusy *self)
{
  at_gtk_timer_clear (&self->start);
  at_gtk_timer_clear (&self->end);
  set_shown (self, FALSE);
}

static void
update_active (AtGtkBusy *self)
{
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  gboolean is_active = self->items != NULL && at_gtk_task_items_get_n_active (self->items) > 0;

  if (is_active == self->is_active)
    return;

  self->is_active = is_active;
  at_gtk_timer_clear (&self->start);
  if (is_active && !self->is_shown)
    at_gtk_busy_begin (self);
  update_end (self);
  self->funcs->changed (self->owner);
}

static void
on_n_active (AtGtkBusy *self)
{
  update_active (self);
}

static void
on_moved (AtGtkTaskItem  *item,
          AtGtkTaskState  before,
          gpointer        user_data)
{
  AtGtkBusy *self = user_data;

  self->funcs->moved (item, before, self->owner);
}

static void
on_changed (gpointer user_data)
{
  AtGtkBusy *self = user_data;
  g_autoptr (GObject) owner = g_object_ref (self->owner);
  AtGtkTaskItems *items = self->items;

  /* Whoever is told may set others. */
  if (at_gtk_busy_has_failure (self))
    at_gtk_busy_show (self);
  if (items == self->items)
    update_end (self);
  if (items == self->items && self->funcs->updated != NULL)
    self->funcs->updated (self->owner);
}

static const AtGtkTaskWatchFuncs watch_funcs = { on_moved, on_changed };

void
at_gtk_busy_init (AtGtkBusy            *self,
                  const AtGtkBusyFuncs *funcs,
                  GObject              *owner)
{
  AtGtkTimer start = AT_GTK_TIMER_INIT (on_start, self);
  AtGtkTimer end = AT_GTK_TIMER_INIT (on_end, self);

  self->funcs = funcs;
  self->owner = owner;
  self->start_delay = AT_GTK_BUSY_START_DELAY;
  self->minimum_duration = AT_GTK_BUSY_MINIMUM_DURATION;
  self->finished_timeout = AT_GTK_BUSY_FINISHED_TIMEOUT;
  self->start = start;
  self->end = end;
}

void
at_gtk_busy_clear (AtGtkBusy *self)
{
  at_gtk_timer_clear (&self->start);
  at_gtk_timer_clear (&self->end);
  if (self->items != NULL)
    g_signal_handlers_disconnect_by_data (self->items, self);
  g_clear_pointer (&self->watch, at_gtk_task_watch_free);
  g_clear_object (&self->items);
}

/* Whether they are others. */
gboolean
at_gtk_busy_set_items (AtGtkBusy      *self,
                       AtGtkTaskItems *items)
{
  if (items == self->items)
    return FALSE;

  /* Nothing of the others is left. */
  at_gtk_busy_clear (self);
  at_gtk_busy_hide (self);
  if (items != NULL)
    {
      self->items = g_object_ref (items);
      self->watch = at_gtk_task_watch_new (items, &watch_funcs, self);
      g_signal_connect_swapped (items, "notify::n-active", G_CALLBACK (on_n_active), self);
    }
  update_active (self);
  on_changed (self);

  return TRUE;
}

void
at_gtk_busy_set_held (AtGtkBusy *self,
                      gboolean   is_held)
{
  self->is_held = is_held;
  update_end (self);
}

void
at_gtk_busy_mark_seen (AtGtkBusy *self)
{
  if (self->watch != NULL)
    at_gtk_task_watch_mark_seen (self->watch);
  update_end (self);
}

/* One that nobody has seen. */
gboolean
at_gtk_busy_has_failure (AtGtkBusy *self)
{
  return self->watch != NULL && at_gtk_task_watch_get_n_unseen (self->watch) > 0;
}

/* All that is going on. */
gboolean
at_gtk_busy_is_paused (AtGtkBusy *self)
{
  return self->is_active && at_gtk_task_watch_get_n_in_state (self->watch, AT_GTK_TASK_STATE_PAUSED) ==
                            at_gtk_task_items_get_n_active (self->items);
}
