/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-gtk-task-button-private.h"

/**
 * at_gtk_task_button_get_icon_name:
 * @self: the button
 *
 * Gets the name of a symbolic icon that is drawn inside a ring, instead of a pie.
 *
 * Returns: (transfer none) (nullable): the name, or %NULL
 *
 * Since: 1.0
 */
const char *
at_gtk_task_button_get_icon_name (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), NULL);

  return at_gtk_progress_paintable_get_icon_name (self->paintable);
}

/**
 * at_gtk_task_button_set_icon_name:
 * @self: the button
 * @icon_name: (nullable): the name
 *
 * Sets the name of a symbolic icon that is drawn inside a ring, instead of a pie.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_icon_name (AtGtkTaskButton *self,
                                  const char      *icon_name)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));

  if (g_strcmp0 (icon_name, at_gtk_task_button_get_icon_name (self)) == 0)
    return;

  at_gtk_progress_paintable_set_icon_name (self->paintable, icon_name);
  g_object_notify (G_OBJECT (self), "icon-name");
}

static void
set_seconds (AtGtkTaskButton *self,
             double          *field,
             double           seconds,
             const char      *property)
{
  if (seconds == *field)
    return;

  *field = seconds;
  g_object_notify (G_OBJECT (self), property);
}

/**
 * at_gtk_task_button_get_start_delay:
 * @self: the button
 *
 * Gets how long nothing is shown of what has begun, in seconds.
 *
 * Returns: the time
 *
 * Since: 1.0
 */
double
at_gtk_task_button_get_start_delay (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), 0);

  return self->busy.start_delay;
}

/**
 * at_gtk_task_button_set_start_delay:
 * @self: the button
 * @seconds: the time, not below 0
 *
 * Sets how long nothing is shown of what has begun, in seconds.
 *
 * It counts for busy periods that begin later.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_start_delay (AtGtkTaskButton *self,
                                    double           seconds)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));
  g_return_if_fail (seconds >= 0 && seconds <= G_MAXDOUBLE);

  set_seconds (self, &self->busy.start_delay, seconds, "start-delay");
}

/**
 * at_gtk_task_button_get_minimum_duration:
 * @self: the button
 *
 * Gets how much of the time must be left after [property@TaskButton:start-delay] so that it is
 * shown, in seconds, and how long nothing is shown of what has less left.
 *
 * Returns: the time
 *
 * Since: 1.0
 */
double
at_gtk_task_button_get_minimum_duration (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), 0);

  return self->busy.minimum_duration;
}

/**
 * at_gtk_task_button_set_minimum_duration:
 * @self: the button
 * @seconds: the time, not below 0
 *
 * Sets how much of the time must be left after [property@TaskButton:start-delay] so that it is
 * shown, in seconds, and how long nothing is shown of what has less left.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_minimum_duration (AtGtkTaskButton *self,
                                         double           seconds)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));
  g_return_if_fail (seconds >= 0 && seconds <= G_MAXDOUBLE);

  set_seconds (self, &self->busy.minimum_duration, seconds, "minimum-duration");
}

/**
 * at_gtk_task_button_get_finished_timeout:
 * @self: the button
 *
 * Gets how long it is shown after the last end, in seconds.
 *
 * Returns: the time
 *
 * Since: 1.0
 */
double
at_gtk_task_button_get_finished_timeout (AtGtkTaskButton *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_BUTTON (self), 0);

  return self->busy.finished_timeout;
}

/**
 * at_gtk_task_button_set_finished_timeout:
 * @self: the button
 * @seconds: the time, not below 0
 *
 * Sets how long it is shown after the last end, in seconds.
 *
 * It counts for ends that come later.
 *
 * Since: 1.0
 */
void
at_gtk_task_button_set_finished_timeout (AtGtkTaskButton *self,
                                         double           seconds)
{
  g_return_if_fail (AT_GTK_IS_TASK_BUTTON (self));
  g_return_if_fail (seconds >= 0 && seconds <= G_MAXDOUBLE);

  set_seconds (self, &self->busy.finished_timeout, seconds, "finished-timeout");
}
