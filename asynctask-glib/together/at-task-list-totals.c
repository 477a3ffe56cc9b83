/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-task-list-private.h"

/* What the tasks of a list amount to together: what is read of each, and the sums of
 * that, to which it is added and from which it is taken away again. */

/* How a task's fraction is counted where each weighs the same: as an integer, of
 * which any number can be added and taken away with nothing left over. */
#define WHOLE_SHARE ((guint32) 1 << 31)

/* What was cancelled is over, but not done. */
static gboolean
is_done (const AtItem *item)
{
  return item->state == AT_ITEM_SUCCEEDED || item->state == AT_ITEM_FAILED;
}

/* @fraction of @total, rounded down. */
static guint64
take_part (guint64 total,
           double  fraction)
{
  double part = (double) total * fraction;

  /* A large total may have been rounded up. */
  return fraction >= 1 || part >= (double) total ? total : (guint64) part;
}

/* Reads how far the task of @item is, whose state is known. One that is done was, in
 * hindsight, as much as it did; one that was cancelled stays as far as it got. */
void
at_item_read (AtItem *item)
{
  guint64 total = at_async_task_get_total (item->task);
  double fraction = item->state == AT_ITEM_SUCCEEDED ? 1 : at_async_task_get_fraction (item->task);

  item->unit = at_async_task_get_unit (item->task);
  item->total = total;
  item->done = take_part (total, fraction);
  item->share = (guint32) (fraction * WHOLE_SHARE);
  item->is_known = item->state != AT_ITEM_PENDING && (fraction > 0 || total > 0);

  if (is_done (item))
    {
      item->total = total > 0 ? item->done : at_async_task_get_completed (item->task);
      item->done = item->total;
      item->share = WHOLE_SHARE;
    }
}

/* @times is 1, or -1 to take it away again. */
static void
at_sum_add (AtSum   *self,
            guint64  amount,
            int      times)
{
  self->high += (guint64) times * (amount >> 32);
  self->low += (guint64) times * (amount & G_MAXUINT32);
}

static double
at_sum_get (const AtSum *self)
{
  return (double) self->high * 4294967296.0 + (double) self->low;
}

/* The same for all that was read. */
void
at_totals_count (AtTotals     *self,
                 const AtItem *item,
                 int           times)
{
  self->n_tasks += (guint) times;
  if (is_done (item))
    self->n_done += (guint) times;
  if (item->is_known)
    self->n_known += (guint) times;
  if (item->total > 0)
    self->n_with_unit[item->unit] += (guint) times;
  else if (!is_done (item))
    self->n_without_total += (guint) times;
  self->shares += (guint64) times * item->share;
  at_sum_add (&self->total, item->total, times);
  at_sum_add (&self->done, item->done, times);
}

static gboolean
is_weighted (const AtTotals *self)
{
  guint n_units = 0;

  for (guint i = 0; i < AT_N_UNITS; i++)
    n_units += self->n_with_unit[i] > 0;

  return self->n_without_total == 0 && n_units == 1;
}

double
at_totals_get_fraction (const AtTotals *self)
{
  if (self->n_tasks == 0)
    return 0;
  if (is_weighted (self))
    return at_sum_get (&self->done) / at_sum_get (&self->total);

  return (double) self->shares / ((double) self->n_tasks * WHOLE_SHARE);
}
