/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "desktop/at-gtk-presence-inside-private.h"

/**
 * at_gtk_presence_get_launcher: (get-property launcher)
 * @self: a presence
 *
 * Returns whether the program's icon in a dock shows how far its tasks are.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
at_gtk_presence_get_launcher (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), FALSE);

  return self->launcher;
}

/**
 * at_gtk_presence_set_launcher: (set-property launcher)
 * @self: a presence
 * @launcher: %TRUE if so
 *
 * Sets whether the program's icon in a dock shows how far its tasks are.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_launcher (AtGtkPresence *self,
                              gboolean       launcher)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));

  launcher = !!launcher;
  if (self->launcher == launcher)
    return;

  self->launcher = launcher;
  at_gtk_presence_tell_launcher (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_LAUNCHER]);
}

/**
 * at_gtk_presence_get_background: (get-property background)
 * @self: a presence
 *
 * Returns whether the portal is asked to let the program go on without a window.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
at_gtk_presence_get_background (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), FALSE);

  return self->background;
}

/**
 * at_gtk_presence_set_background: (set-property background)
 * @self: a presence
 * @background: %TRUE if so
 *
 * Sets whether the portal is asked to let the program go on without a window.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_background (AtGtkPresence *self,
                                gboolean       background)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));

  background = !!background;
  if (self->background == background)
    return;

  self->background = background;
  at_gtk_presence_tell_portal (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_BACKGROUND]);
}

/**
 * at_gtk_presence_get_hold: (get-property hold)
 * @self: a presence
 *
 * Returns whether the program goes on when its last window is closed.
 *
 * Returns: %TRUE if so
 *
 * Since: 1.0
 */
gboolean
at_gtk_presence_get_hold (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), FALSE);

  return self->hold;
}

/**
 * at_gtk_presence_set_hold: (set-property hold)
 * @self: a presence
 * @hold: %TRUE if so
 *
 * Sets whether the program goes on when its last window is closed.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_hold (AtGtkPresence *self,
                          gboolean       hold)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));

  hold = !!hold;
  if (self->hold == hold)
    return;

  self->hold = hold;
  at_gtk_presence_update_keeper (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_HOLD]);
}

/**
 * at_gtk_presence_get_inhibit: (get-property inhibit)
 * @self: a presence
 *
 * Returns what the session is asked not to do while a task is busy.
 *
 * Returns: flags
 *
 * Since: 1.0
 */
GtkApplicationInhibitFlags
at_gtk_presence_get_inhibit (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), 0);

  return self->inhibit;
}

/**
 * at_gtk_presence_set_inhibit: (set-property inhibit)
 * @self: a presence
 * @inhibit: flags
 *
 * Sets what the session is asked not to do while a task is busy.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_inhibit (AtGtkPresence              *self,
                             GtkApplicationInhibitFlags  inhibit)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));

  if (self->inhibit == inhibit)
    return;

  self->inhibit = inhibit;
  at_gtk_presence_update_keeper (self);
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_INHIBIT]);
}

/**
 * at_gtk_presence_get_notifications: (get-property notifications)
 * @self: a presence
 *
 * Returns what the user is notified of.
 *
 * Returns: flags
 *
 * Since: 1.0
 */
AtGtkNotifications
at_gtk_presence_get_notifications (AtGtkPresence *self)
{
  g_return_val_if_fail (AT_GTK_IS_PRESENCE (self), 0);

  return self->notifications;
}

/**
 * at_gtk_presence_set_notifications: (set-property notifications)
 * @self: a presence
 * @notifications: flags
 *
 * Sets what the user is notified of.
 *
 * Since: 1.0
 */
void
at_gtk_presence_set_notifications (AtGtkPresence      *self,
                                   AtGtkNotifications  notifications)
{
  g_return_if_fail (AT_GTK_IS_PRESENCE (self));

  if (self->notifications == notifications)
    return;

  self->notifications = notifications;
  g_object_notify_by_pspec (G_OBJECT (self), at_gtk_presence_properties[PROP_NOTIFICATIONS]);
}
