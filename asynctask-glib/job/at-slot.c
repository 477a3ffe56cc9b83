/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-slot-private.h"

static __thread AtSlot *current_slot;

AtSlot *
at_slot_get_current (void)
{
  return current_slot;
}

void
at_slot_set_current (AtSlot *self)
{
  current_slot = self;
}
