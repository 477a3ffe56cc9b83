/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

#include "at-mailbox-private.h"
#include "at-progress-private.h"

G_BEGIN_DECLS

/* Brings the progress of an object to its owner, no faster than can be seen. */

typedef struct
{
  /* Called by the owner. */
  gboolean (* can_show)  (GObject *object); /* there is somebody to show it to */
  gboolean (* is_moving) (GObject *object); /* and time passes */
  void     (* show)      (GObject *object);
} AtPacerFuncs;

typedef struct
{
  AtProgress          progress;

  /* Constant. */
  GObject            *object;
  const AtPacerFuncs *funcs;

  /* Constant, once something was reported. */
  AtMailbox          *mailbox;

  /* Owner, once sent. Each mail holds a reference on the object while it is under
   * way. */
  AtTimedMail         paced;
  AtTimedMail         tick;
  gboolean            is_in_use; /* something was reported */
  gint64              shown_at;
  AtProgressChanges   unshown; /* taken from the progress, and yet to be told of */
} AtPacer;

AtPacer *at_pacer_new     (GObject            *object,
                           AtMailbox          *mailbox,
                           const AtPacerFuncs *funcs);
void     at_pacer_free    (AtPacer            *self);

/* Owner. What was reported is on its way to the mailbox that there was: one that is in
 * use is not to be moved. */
gboolean at_pacer_is_in_use (AtPacer          *self);
void     at_pacer_move    (AtPacer            *self,
                           AtMailbox          *mailbox);

/* Any thread: after a setter of the progress has said so. */
void     at_pacer_send    (AtPacer            *self);

/* Owner. */
void     at_pacer_refresh (AtPacer            *self);
void     at_pacer_stop    (AtPacer            *self);

G_END_DECLS
