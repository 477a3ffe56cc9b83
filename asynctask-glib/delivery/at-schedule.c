/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-schedule-private.h"

/* Makes the later of two (nullable) the first child of the other, which is returned. */
static AtScheduleLink *
meld (AtScheduleLink *a,
      AtScheduleLink *b)
{
  if (a == NULL)
    return b;
  if (b == NULL)
    return a;
  if (b->due < a->due)
    return meld (b, a);

  b->next = a->child;
  b->at = &a->child;
  if (b->next != NULL)
    b->next->at = &b->next;
  a->child = b;

  return a;
}

/* Makes one of those that are beside each other: first of each two, then of the
 * pairs, which is what keeps the next time short. */
static AtScheduleLink *
meld_all (AtScheduleLink *link)
{
  AtScheduleLink *pairs = NULL, *melded = NULL;

  while (link != NULL)
    {
      AtScheduleLink *second = link->next;
      AtScheduleLink *rest = second != NULL ? second->next : NULL;
      AtScheduleLink *pair = meld (link, second);

      pair->next = pairs;
      pairs = pair;
      link = rest;
    }

  while (pairs != NULL)
    {
      AtScheduleLink *rest = pairs->next;

      melded = meld (melded, pairs);
      pairs = rest;
    }

  return melded;
}

static void
add (AtSchedule     *self,
     AtScheduleLink *link)
{
  self->first = meld (self->first, link);
  if (self->first == NULL)
    return;

  self->first->next = NULL;
  self->first->at = &self->first;
}

void
at_schedule_add (AtSchedule     *self,
                 AtScheduleLink *link,
                 gint64          due)
{
  g_assert (!at_schedule_link_is_linked (link));

  link->due = due;
  link->child = NULL;
  add (self, link);
}

void
at_schedule_remove (AtSchedule     *self,
                    AtScheduleLink *link)
{
  g_assert (at_schedule_link_is_linked (link));

  *link->at = link->next;
  if (link->next != NULL)
    link->next->at = link->at;
  link->at = NULL;

  add (self, meld_all (link->child));
}
