/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-job-private.h"

G_BEGIN_DECLS

/* A thread's place in a pool, which runs no more jobs at a time than it has slots. A
 * job that blocks gives it away, and wants one again when it goes on. */

typedef struct
{
  void (* leave)  (AtSlot *self);

  /* Blocks until there is one, or the job has to stop, which then goes on all the same, so
   * as to end. */
  void (* retake) (AtSlot *self,
                   AtJob  *job);

  /* Any thread: has retake() look whether its job has to stop. */
  void (* stir)   (AtSlot *self);
} AtSlotClass;

/* On the stack of its thread. */
struct _AtSlot
{
  const AtSlotClass *klass;
  AtJobQueue        *queue; /* what is in there waits for a slot */
};

G_END_DECLS
