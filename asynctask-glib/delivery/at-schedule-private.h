/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is due at some time, the first one at hand: a pairing heap, to which adding is
 * a few instructions and from which taking is a logarithm. It allocates nothing; what
 * is in it embeds a link. Those of the same time come in any order. */

typedef struct _AtScheduleLink AtScheduleLink;

struct _AtScheduleLink
{
  gint64           due;
  AtScheduleLink  *child; /* the first of those that are due later */
  AtScheduleLink  *next;  /* beside it */
  AtScheduleLink **at;    /* what points here; NULL where nothing does */
};

typedef struct
{
  AtScheduleLink *first;
} AtSchedule;

static inline gboolean
at_schedule_link_is_linked (const AtScheduleLink *self)
{
  return self->at != NULL;
}

void at_schedule_add    (AtSchedule     *self,
                         AtScheduleLink *link,
                         gint64          due);
void at_schedule_remove (AtSchedule     *self,
                         AtScheduleLink *link);

G_END_DECLS
