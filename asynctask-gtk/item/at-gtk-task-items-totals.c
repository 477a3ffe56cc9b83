/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "asynctask-gtk.h"

#include "at-gtk-task-items-inside-private.h"

#include <glib/gi18n-lib.h>

/* What the tasks amount to together: what was read of each, and the sums of that, to which it is
 * added and from which it is taken away again. */

/* How a task's fraction is counted where each weighs the same: as an integer, of which any
 * number can be added and taken away with nothing left over. */
#define WHOLE_SHARE ((guint32) 1 << 31)

/* Overall progress is shown this often. */
#define PACE_USEC (16 * G_TIME_SPAN_MILLISECOND)

/* Reading. */

/* @fraction of @total, rounded down. */
static guint64
take_part (guint64 total,
           double  fraction)
{
  double part = (double) total * fraction;

  /* A large total may have been rounded up. */
  return fraction >= 1 || part >= (double) total ? total : (guint64) part;
}

/* One that is done was, in hindsight, as much as it did; one that was cancelled stays as far as
 * it got. */
static void
read_part (AtGtkEntry *entry)
{
  AtAsyncTask *task = entry->task;
  AtGtkTaskState state = entry->state;
  gboolean has_succeeded = state == AT_GTK_TASK_STATE_SUCCEEDED || state == AT_GTK_TASK_STATE_GONE;
  guint64 total = task != NULL ? at_async_task_get_total (task) : 0;
  double fraction = task == NULL ? 0 : has_succeeded ? 1 : at_async_task_get_fraction (task);

  entry->part = (AtGtkPart) {
    .total = total,
    .done = take_part (total, fraction),
    .share = (guint32) (fraction * WHOLE_SHARE),
    .unit = task != NULL ? at_async_task_get_unit (task) : AT_PROGRESS_UNIT_NONE,
    .is_known = state != AT_GTK_TASK_STATE_PENDING && (fraction > 0 || total > 0),
    .is_done = has_succeeded || state == AT_GTK_TASK_STATE_FAILED,
    .is_ended = at_gtk_task_state_is_ended (state),
  };

  if (entry->part.is_done && task != NULL)
    {
      entry->part.total = total > 0 ? entry->part.done : at_async_task_get_completed (task);
      entry->part.done = entry->part.total;
      entry->part.share = WHOLE_SHARE;
    }
}

/* Summing up. @times is 1, or -1 to take it away again. */

static void
add_to_sum (AtGtkSum *self,
            guint64   amount,
            int       times)
{
  self->high += (guint64) times * (amount >> 32);
  self->low += (guint64) times * (amount & G_MAXUINT32);
}

static double
get_sum (const AtGtkSum *self)
{
  return (double) self->high * 4294967296.0 + (double) self->low;
}

static void
sum_up (AtGtkTaskItems  *self,
        const AtGtkPart *part,
        int              times)
{
  self->n_parts += (guint) times;
  if (part->is_ended)
    self->n_ended += (guint) times;
  if (part->is_done)
    self->n_done += (guint) times;
  if (part->is_known)
    self->n_known += (guint) times;
  if (part->total > 0)
    self->n_with_unit[part->unit] += (guint) times;
  else if (!part->is_done)
    self->n_without_total += (guint) times;
  self->shares += (guint64) times * part->share;
  add_to_sum (&self->total, part->total, times);
  add_to_sum (&self->done, part->done, times);
}

static void
begin_batch (AtGtkTaskItems *self)
{
  self->batch++;
  self->n_parts = 0;
  self->n_ended = 0;
  self->n_done = 0;
  self->n_known = 0;
  self->n_without_total = 0;
  for (guint i = 0; i < AT_GTK_N_UNITS; i++)
    self->n_with_unit[i] = 0;
  self->shares = 0;
  self->total = (AtGtkSum) { 0, 0 };
  self->done = (AtGtkSum) { 0, 0 };
}

static void
take_away (AtGtkTaskItems *self,
           AtGtkEntry     *entry)
{
  if (entry->batch == self->batch)
    sum_up (self, &entry->part, -1);
  entry->batch = 0;
}

/* What had ended when it came is nobody's work of now. */
static void
add_up (AtGtkTaskItems *self,
        AtGtkEntry     *entry,
        gboolean        was_in_batch)
{
  gboolean is_ended = at_gtk_task_state_is_ended (entry->state);

  read_part (entry);
  if (is_ended && !was_in_batch)
    return;

  if (!is_ended && self->n_unended == 0)
    begin_batch (self);
  entry->batch = self->batch;
  sum_up (self, &entry->part, 1);
}

static void
count_state (AtGtkTaskItems *self,
             AtGtkEntry     *entry,
             AtGtkTaskState  state,
             int             times)
{
  self->n_in_state[state] += (guint) times;
  if (!at_gtk_task_state_is_ended (state))
    self->n_unended += (guint) times;

  if (!at_gtk_task_state_is_active (state))
    return;

  if (times > 0)
    g_queue_push_tail_link (&self->active, &entry->active_link);
  else
    g_queue_unlink (&self->active, &entry->active_link);
}

void
at_gtk_task_items_count_in (AtGtkTaskItems *self,
                            AtGtkEntry     *entry)
{
  /* One that comes back after it had ended here is in the sums still. */
  if (entry->batch != self->batch || !at_gtk_task_state_is_ended (entry->state))
    {
      take_away (self, entry);
      add_up (self, entry, FALSE);
    }

  entry->counted = entry->state;
  count_state (self, entry, entry->counted, 1);
}

void
at_gtk_task_items_recount (AtGtkTaskItems *self,
                           AtGtkEntry     *entry)
{
  gboolean was_in_batch = entry->batch == self->batch;

  take_away (self, entry);
  if (entry->state != entry->counted)
    count_state (self, entry, entry->counted, -1);
  add_up (self, entry, was_in_batch);
  if (entry->state != entry->counted)
    count_state (self, entry, entry->state, 1);
  entry->counted = entry->state;
}

/* What has ended counts until the end of the batch. */
void
at_gtk_task_items_count_out (AtGtkTaskItems *self,
                             AtGtkEntry     *entry)
{
  if (!at_gtk_task_state_is_ended (entry->counted))
    take_away (self, entry);
  count_state (self, entry, entry->counted, -1);
}

static guint
count_active (AtGtkTaskItems *self)
{
  return self->active.length;
}

static guint
count_waiting (AtGtkTaskItems *self)
{
  return self->n_in_state[AT_GTK_TASK_STATE_WAITING] + self->n_in_state[AT_GTK_TASK_STATE_QUEUED];
}

static gboolean
is_weighted (AtGtkTaskItems *self)
{
  guint n_units = 0;

  for (guint i = 0; i < AT_GTK_N_UNITS; i++)
    n_units += self->n_with_unit[i] > 0;

  return self->n_without_total == 0 && n_units == 1;
}

static double
find_fraction (AtGtkTaskItems *self)
{
  if (self->n_parts == 0)
    return 0;
  if (is_weighted (self))
    return get_sum (&self->done) / get_sum (&self->total);

  return (double) self->shares / ((double) self->n_parts * WHOLE_SHARE);
}

static gboolean
find_indeterminate (AtGtkTaskItems *self)
{
  return count_active (self) > 0 && self->n_known == 0 && self->n_done == 0;
}

/* What is read of the active ones when it is told: rate, unit, time left. */

static gboolean
is_at_work (AtGtkEntry *entry)
{
  return entry->state != AT_GTK_TASK_STATE_PAUSED;
}

/* FALSE if they count in different units. */
static gboolean
find_unit (AtGtkTaskItems *self,
           AtProgressUnit *unit)
{
  AtGtkEntry *first = g_queue_peek_head (&self->active);

  *unit = AT_PROGRESS_UNIT_NONE;
  for (GList *l = self->active.head; l != NULL; l = l->next)
    if (((AtGtkEntry *) l->data)->part.unit != first->part.unit)
      return FALSE;

  if (first != NULL)
    *unit = first->part.unit;

  return TRUE;
}

static double
find_rate (AtGtkTaskItems *self)
{
  double rate = 0;

  for (GList *l = self->active.head; l != NULL; l = l->next)
    if (((AtGtkEntry *) l->data)->state == AT_GTK_TASK_STATE_RUNNING)
      rate += at_async_task_get_rate (((AtGtkEntry *) l->data)->task);

  return rate;
}

/* Of those that are not paused: all that is left at the rate of all; or, where that can't be
 * summed up and none waits, as long as the longest takes. */
static double
find_remaining (AtGtkTaskItems *self,
                double          rate)
{
  double left = 0, longest = -1;
  gboolean is_summed = rate > 0;
  gboolean is_known = TRUE;

  for (GList *l = self->active.head; l != NULL; l = l->next)
    {
      AtGtkEntry *entry = l->data;
      double remaining;

      if (!is_at_work (entry))
        continue;

      is_summed = is_summed && entry->part.total > 0;
      left += (double) (entry->part.total - entry->part.done);
      remaining = at_async_task_get_remaining (entry->task);
      is_known = is_known && remaining >= 0 && entry->state == AT_GTK_TASK_STATE_RUNNING;
      longest = MAX (longest, remaining);
    }

  if (is_summed)
    return left / rate;

  return is_known ? longest : -1;
}

/* Words. */

static char *
make_busy (AtGtkTaskItems *self,
           double          remaining)
{
  AtGtkEntry *only = g_queue_peek_head (&self->active);
  gboolean is_paused = self->n_in_state[AT_GTK_TASK_STATE_PAUSED] == count_active (self);
  g_autofree char *left = at_format_duration (remaining);
  g_autofree char *count = NULL;

  if (self->n_parts == 1)
    return at_gtk_task_item_dup_subtitle (only->item);

  /* Translators: how many tasks have ended, and how many there are, as in “3 of 5”. */
  count = g_strdup_printf (_("%u of %u"), self->n_ended, self->n_parts);
  if (is_paused)
    return g_strdup_printf (_("Paused — %s"), count);
  if (*left == '\0')
    return g_steal_pointer (&count);

  return g_strdup_printf (_("%s — %s left"), count, left);
}

static char *
make_summary (AtGtkTaskItems *self,
              double          remaining)
{
  guint n_failed = self->n_in_state[AT_GTK_TASK_STATE_FAILED];

  if (count_active (self) > 0)
    return make_busy (self, remaining);
  if (n_failed > 0)
    /* Translators: how many tasks have failed. */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u failed", "%u failed", n_failed), n_failed);
  if (self->n_unended > 0)
    return g_strdup (_("Waiting"));
  if (self->n_done > 0)
    return g_strdup (_("Done"));

  return self->n_parts > 0 ? g_strdup (_("Cancelled")) : NULL;
}

/* Telling. */

static gboolean
is_other (double one,
          double other)
{
  /* The very same value, not one that is close. */
  return one < other || one > other;
}

static gboolean
is_summary_heard (AtGtkTaskItems *self)
{
  return at_gtk_task_items_is_heard (self, PROP_SUMMARY) || at_gtk_task_items_is_heard (self, PROP_RATE) ||
         at_gtk_task_items_is_heard (self, PROP_REMAINING) || at_gtk_task_items_is_heard (self, PROP_UNIT);
}

static void
make_all (AtGtkTaskItems *self)
{
  self->is_stale = FALSE;
  self->rate = find_unit (self, &self->unit) ? find_rate (self) : 0;
  self->remaining = find_remaining (self, self->rate);
  g_free (self->summary);
  self->summary = make_summary (self, self->remaining);
}

static void
show_summary (AtGtkTaskItems *self)
{
  AtProgressUnit unit = self->unit;
  double rate = self->rate, remaining = self->remaining;
  g_autofree char *summary = NULL;

  at_gtk_beat_remove (self->beat, &self->beat_client);
  self->is_summary_late = FALSE;
  if (!is_summary_heard (self))
    {
      self->is_stale = TRUE;
      return;
    }

  summary = g_steal_pointer (&self->summary);
  make_all (self);

  g_object_freeze_notify (G_OBJECT (self));
  if (self->unit != unit)
    at_gtk_task_items_notify (self, PROP_UNIT);
  if (is_other (self->rate, rate))
    at_gtk_task_items_notify (self, PROP_RATE);
  if (is_other (self->remaining, remaining))
    at_gtk_task_items_notify (self, PROP_REMAINING);
  if (g_strcmp0 (self->summary, summary) != 0)
    at_gtk_task_items_notify (self, PROP_SUMMARY);
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_beat (gpointer user_data)
{
  g_autoptr (AtGtkTaskItems) self = g_object_ref (user_data);

  show_summary (self);
}

/* While somebody listens, what is told and what is read is the same. */
static void
read_summary (AtGtkTaskItems *self)
{
  if (self->is_stale && !self->is_summary_late && !self->beat_client.is_linked)
    make_all (self);
}

static void
show_fraction (AtGtkTaskItems *self)
{
  double fraction = find_fraction (self);

  self->is_fraction_late = FALSE;
  if (!is_other (fraction, self->shown.fraction))
    return;

  self->shown.fraction = fraction;
  self->fraction_told_at = g_get_monotonic_time ();
  at_gtk_task_items_notify (self, PROP_FRACTION);
}

static void
show_indeterminate (AtGtkTaskItems *self)
{
  if (self->shown.indeterminate == find_indeterminate (self))
    return;

  self->shown.indeterminate = find_indeterminate (self);
  at_gtk_task_items_notify (self, PROP_INDETERMINATE);
}

static void
show_count (AtGtkTaskItems *self,
            guint          *shown,
            guint           count,
            guint           property)
{
  if (*shown == count)
    return;

  *shown = count;
  at_gtk_task_items_notify (self, property);
}

/* The fraction comes first: whoever is told of a count may ask for both. Handlers may change the
 * list, which then tells of it inside this: a value counts as shown before it is. */
void
at_gtk_task_items_show_counts (AtGtkTaskItems *self)
{
  show_fraction (self);
  show_count (self, &self->shown.n_items, (guint) g_sequence_get_length (self->sequence), PROP_N_ITEMS);
  show_count (self, &self->shown.n_active, count_active (self), PROP_N_ACTIVE);
  show_count (self, &self->shown.n_waiting, count_waiting (self), PROP_N_WAITING);
  show_count (self, &self->shown.n_failed, self->n_in_state[AT_GTK_TASK_STATE_FAILED], PROP_N_FAILED);
  show_indeterminate (self);

  /* Before the next frame, and once for all that begin and end until then. */
  self->is_stale = TRUE;
  self->is_summary_late = is_summary_heard (self);
}

/* Progress is shown now, or, if some was a moment ago, soon. */
void
at_gtk_task_items_show_progress (AtGtkTaskItems *self)
{
  self->is_stale = TRUE;
  if (!self->is_summary_late && is_summary_heard (self))
    at_gtk_beat_add (self->beat, &self->beat_client, on_beat, self);

  show_indeterminate (self);
  if (g_get_monotonic_time () - self->fraction_told_at >= PACE_USEC)
    show_fraction (self);
  else
    self->is_fraction_late = TRUE;
}

void
at_gtk_task_items_show_late (AtGtkTaskItems *self,
                             gint64          now)
{
  if (self->is_fraction_late && now - self->fraction_told_at >= PACE_USEC)
    show_fraction (self);
  if (self->is_summary_late)
    show_summary (self);
}

gint64
at_gtk_task_items_find_late (AtGtkTaskItems *self)
{
  if (self->is_summary_late)
    return 0;

  return self->is_fraction_late ? self->fraction_told_at + PACE_USEC : AT_GTK_NEVER;
}

/**
 * at_gtk_task_items_get_n_active: (get-property n-active)
 * @self: items
 *
 * Gets how many tasks were executed and have not ended.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_active (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return count_active (self);
}

/**
 * at_gtk_task_items_get_n_waiting: (get-property n-waiting)
 * @self: items
 *
 * Gets how many of the active tasks wait for others, or for their turn.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_waiting (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return count_waiting (self);
}

/**
 * at_gtk_task_items_get_n_failed: (get-property n-failed)
 * @self: items
 *
 * Gets how many tasks have failed.
 *
 * Returns: a number of tasks
 *
 * Since: 1.0
 */
guint
at_gtk_task_items_get_n_failed (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return self->n_in_state[AT_GTK_TASK_STATE_FAILED];
}

/**
 * at_gtk_task_items_get_fraction: (get-property fraction)
 * @self: items
 *
 * Gets how much of the current batch is done, from 0 to 1.
 *
 * It is current whenever it is asked for, while notifications may be 16 ms late.
 *
 * Returns: a fraction
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_fraction (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  return find_fraction (self);
}

/**
 * at_gtk_task_items_get_indeterminate: (get-property indeterminate)
 * @self: items
 *
 * Gets whether tasks are active while nothing is known of how much is done.
 *
 * Returns: %TRUE if nothing is known
 *
 * Since: 1.0
 */
gboolean
at_gtk_task_items_get_indeterminate (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), FALSE);

  return find_indeterminate (self);
}

/**
 * at_gtk_task_items_get_rate: (get-property rate)
 * @self: items
 *
 * Gets how fast the work goes, in units of [property@TaskItems:unit] per second.
 *
 * Returns: a rate
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_rate (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), 0);

  read_summary (self);

  return self->rate;
}

/**
 * at_gtk_task_items_get_unit: (get-property unit)
 * @self: items
 *
 * Gets what the active tasks count.
 *
 * Returns: a unit
 *
 * Since: 1.0
 */
AtProgressUnit
at_gtk_task_items_get_unit (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), AT_PROGRESS_UNIT_NONE);

  read_summary (self);

  return self->unit;
}

/**
 * at_gtk_task_items_get_remaining: (get-property remaining)
 * @self: items
 *
 * Gets how long the rest of the work will take, in seconds.
 *
 * Returns: seconds, or -1 if that is unknown
 *
 * Since: 1.0
 */
double
at_gtk_task_items_get_remaining (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), -1);

  read_summary (self);

  return self->remaining;
}

/**
 * at_gtk_task_items_get_summary: (get-property summary)
 * @self: items
 *
 * Gets what a person wants to read of all of it, in one line.
 *
 * Returns: (nullable): a text, or %NULL if there is nothing to say
 *
 * Since: 1.0
 */
const char *
at_gtk_task_items_get_summary (AtGtkTaskItems *self)
{
  g_return_val_if_fail (AT_GTK_IS_TASK_ITEMS (self), NULL);

  read_summary (self);

  return self->summary;
}
