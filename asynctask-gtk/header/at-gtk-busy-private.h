/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-gtk-clock-private.h"
#include "at-gtk-task-watch-private.h"

G_BEGIN_DECLS

#define AT_GTK_BUSY_START_DELAY      0.5
#define AT_GTK_BUSY_MINIMUM_DURATION 2.0
#define AT_GTK_BUSY_FINISHED_TIMEOUT 3.0

typedef struct _AtGtkBusy AtGtkBusy;

typedef struct
{
  /* It is shown or hidden from now on; a busy period began or ended. */
  void (* changed) (gpointer        owner);
  /* As in AtGtkTaskWatchFuncs. */
  void (* moved)   (AtGtkTaskItem  *item,
                    AtGtkTaskState  before,
                    gpointer        owner);
  /* Anything else that may count; or NULL. */
  void (* updated) (gpointer        owner);
} AtGtkBusyFuncs;

struct _AtGtkBusy
{
  const AtGtkBusyFuncs *funcs;
  GObject              *owner; /* not held: this is a part of it */

  /* In seconds. */
  double                start_delay;
  double                minimum_duration;
  double                finished_timeout;

  AtGtkTaskItems       *items; /* or NULL */
  AtGtkTaskWatch       *watch; /* or NULL */
  gboolean              is_active;
  gboolean              is_shown;
  gboolean              is_held; /* somebody looks at it */
  gboolean              is_late; /* @start is set for the second time */
  AtGtkTimer            start;
  AtGtkTimer            end;
};

void     at_gtk_busy_init        (AtGtkBusy            *self,
                                  const AtGtkBusyFuncs *funcs,
                                  GObject              *owner);
void     at_gtk_busy_clear       (AtGtkBusy            *self);
gboolean at_gtk_busy_set_items   (AtGtkBusy            *self,
                                  AtGtkTaskItems       *items);
void     at_gtk_busy_set_held    (AtGtkBusy            *self,
                                  gboolean              is_held);
void     at_gtk_busy_begin       (AtGtkBusy            *self);
void     at_gtk_busy_show        (AtGtkBusy            *self);
void     at_gtk_busy_hide        (AtGtkBusy            *self);
void     at_gtk_busy_mark_seen   (AtGtkBusy            *self);
gboolean at_gtk_busy_has_failure (AtGtkBusy            *self);
gboolean at_gtk_busy_is_paused   (AtGtkBusy            *self);

G_END_DECLS
