/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-schedule-private.h"

G_BEGIN_DECLS

/* What is called at some time, in a thread that all timers share, and that is there as
 * long as any of them is started. A function that blocks has the others wait. */

typedef struct _AtTimer AtTimer;

typedef void (* AtTimerFunc) (AtTimer *self);

/* Embedded, and zero before it is started. It is to live until it was stopped, or until its
 * function has returned. */
struct _AtTimer
{
  AtScheduleLink link;
  AtTimerFunc    func;
};

/* A duration of 0 seconds or more in microseconds, which can be added to a time. */
static inline gint64
at_timer_get_usec (double seconds)
{
  return (gint64) MIN (seconds * G_USEC_PER_SEC, (double) (G_MAXINT64 / 4));
}

/* Any thread. @due is a time of g_get_monotonic_time(). The timer is not started yet, or any
 * more. Returns FALSE if there is no thread to be had. */
gboolean at_timer_start (AtTimer     *self,
                         AtTimerFunc  func,
                         gint64       due);

/* Any thread. Calls @func for each timer that is started, under the lock of all. Returns FALSE
 * where that is not to be had. */
gboolean at_timers_look (void     (* func) (AtTimer  *timer,
                                            gpointer  data),
                         gpointer    data);

/* Any thread. Returns TRUE if it was started, and will not be called. */
gboolean at_timer_stop  (AtTimer     *self);

G_END_DECLS
