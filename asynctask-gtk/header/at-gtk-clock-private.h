/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _AtGtkTimer AtGtkTimer;

typedef void (* AtGtkTimerFunc) (gpointer user_data);

struct _AtGtkTimer
{
  AtGtkTimerFunc func;
  gpointer       user_data;

  guint          source; /* or 0 */
  gint64         due;    /* in microseconds of a clock that is held; 0: not set there */
};

#define AT_GTK_TIMER_INIT(func, user_data) { (func), (user_data), 0, 0 }

void at_gtk_timer_set   (AtGtkTimer *self,
                         double      seconds);
void at_gtk_timer_clear (AtGtkTimer *self);

static inline gboolean
at_gtk_timer_is_set (AtGtkTimer *self)
{
  return self->source != 0 || self->due != 0;
}

/* For tests: from hold() on, which comes first of all in a program, no time passes but this. */
void at_gtk_clock_hold  (void);
void at_gtk_clock_skip  (double seconds);

G_END_DECLS
