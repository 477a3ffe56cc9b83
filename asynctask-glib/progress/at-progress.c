/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "at-progress-private.h"

#include "at-contention-private.h"

#include <math.h>
#include <string.h>

/* What @fraction_bits holds when it holds no fraction: two NaNs, which are
 * never stored as one. */
#define BITS_UNKNOWN G_GUINT64_CONSTANT (0xfffffffffffffffe)
#define BITS_AMOUNTS G_GUINT64_CONSTANT (0xffffffffffffffff)

/* The speed is an exponential average over about SMOOTHING, of samples at least
 * SAMPLE apart, and is 0 when nothing has moved for STALL. */
#define SAMPLE_USEC    (100 * G_TIME_SPAN_MILLISECOND)
#define SMOOTHING_USEC (1500 * G_TIME_SPAN_MILLISECOND)
#define STALL_USEC     (2 * G_TIME_SPAN_SECOND)

static guint64
bits_from_fraction (double fraction)
{
  guint64 bits;

  memcpy (&bits, &fraction, sizeof bits);

  return bits;
}

static double
fraction_from_bits (guint64 bits)
{
  double fraction;

  memcpy (&fraction, &bits, sizeof fraction);

  return fraction;
}

void
at_progress_init (AtProgress *self)
{
  memset (self, 0, sizeof *self);
  g_mutex_init (&self->lock);
  self->fraction_bits = self->taken_bits = self->measured_bits = BITS_UNKNOWN;
  self->values.remaining = -1;
}

void
at_progress_clear (AtProgress *self)
{
  g_mutex_clear (&self->lock);
  g_free (self->message);
  g_free (self->values.message);
}

/* A writer stores and then reads @posted, an owner that goes idle clears
 * @posted and then reads what is stored; all four are sequentially consistent,
 * so that the last value is either seen by the owner or posted by its writer. */
static gboolean
claim_post (AtProgress *self)
{
  return !g_atomic_int_get (&self->posted) &&
         g_atomic_int_compare_and_exchange (&self->posted, FALSE, TRUE);
}

gboolean
at_progress_set_fraction (AtProgress *self,
                          double      fraction)
{
  if (isnan (fraction))
    return FALSE;

  /* Adding zero makes a negative zero a positive one. */
  fraction = CLAMP (fraction, 0.0, 1.0) + 0.0;
  __atomic_store_n (&self->fraction_bits, bits_from_fraction (fraction), __ATOMIC_SEQ_CST);

  return claim_post (self);
}

gboolean
at_progress_set_amounts (AtProgress *self,
                         guint64     completed,
                         guint64     total)
{
  g_mutex_lock (&self->lock);
  self->completed = completed;
  self->total = total;
  __atomic_store_n (&self->fraction_bits, BITS_AMOUNTS, __ATOMIC_SEQ_CST);
  g_mutex_unlock (&self->lock);

  return claim_post (self);
}

gboolean
at_progress_set_message (AtProgress *self,
                         const char *message)
{
  char *old, *copy = at_text_dup (message);

  g_mutex_lock (&self->lock);
  old = g_steal_pointer (&self->message);
  self->message = copy;
  self->has_new_message = TRUE;
  g_mutex_unlock (&self->lock);
  g_free (old);

  return claim_post (self);
}

double
at_progress_look (AtProgress  *self,
                  guint64     *completed,
                  guint64     *total,
                  char       **message)
{
  guint64 bits = __atomic_load_n (&self->fraction_bits, __ATOMIC_SEQ_CST);

  if (!at_spin_to_look (&self->lock))
    return bits < BITS_UNKNOWN ? fraction_from_bits (bits) : -1;

  *completed = self->completed;
  *total = self->total;
  *message = g_strdup (self->has_new_message ? self->message : self->values.message);
  g_mutex_unlock (&self->lock);

  if (bits == BITS_AMOUNTS)
    return *total > 0 ? MIN ((double) *completed / (double) *total, 1.0) : -1;

  return bits != BITS_UNKNOWN ? fraction_from_bits (bits) : -1;
}

/* Nothing is known any more. */
gboolean
at_progress_reset (AtProgress *self)
{
  char *old;

  g_mutex_lock (&self->lock);
  self->completed = self->total = 0;
  __atomic_store_n (&self->fraction_bits, BITS_UNKNOWN, __ATOMIC_SEQ_CST);
  old = g_steal_pointer (&self->message);
  self->has_new_message = TRUE;
  g_mutex_unlock (&self->lock);
  g_free (old);

  return claim_post (self);
}

/* Brings the speed up to date with a new @measure, of a kind told by @bits. */
static void
measure_speed (AtProgress *self,
               guint64     bits,
               double      measure,
               gint64      now)
{
  guint64 kind = bits == BITS_AMOUNTS ? BITS_AMOUNTS : 0;
  gint64 passed = now - self->sampled_at;
  double sample;

  if (kind != self->measured_bits || measure < self->measure)
    {
      if (kind != self->measured_bits)
        self->speed = 0;
      self->measured_bits = kind;
      self->measure = measure;
      self->sampled_at = self->moved_at = now;
      return;
    }

  if (passed < SAMPLE_USEC)
    return;

  sample = (measure - self->measure) * G_USEC_PER_SEC / passed;
  if (self->speed <= 0)
    self->speed = sample;
  else
    self->speed += (sample - self->speed) * passed / (passed + SMOOTHING_USEC);

  if (measure > self->measure)
    self->moved_at = now;
  else if (now - self->moved_at >= STALL_USEC)
    self->speed = 0;

  self->measure = measure;
  self->sampled_at = now;
}

static double
estimate_remaining (double measure,
                    double goal,
                    double speed)
{
  if (goal <= 0)
    return -1;
  if (measure >= goal)
    return 0;

  return speed > 0 ? (goal - measure) / speed : -1;
}

/* Doubles that are compared for being the very same value, not for being close. A
 * register may hold more than a double: only what was in memory is one. */
static gboolean
replace_double (double *value,
                double  replacement)
{
  volatile double exact = replacement;
  double next = exact;
  gboolean differs = *value < next || *value > next;

  *value = next;

  return differs;
}

/* Takes the latest of everything; @active_usec is how long the work has been
 * going on, pauses left out. Tells what changed. */
AtProgressChanges
at_progress_update (AtProgress       *self,
                    gint64            active_usec,
                    AtProgressMotion  motion)
{
  AtProgressValues *values = &self->values;
  AtProgressChanges changes = 0;
  guint64 bits, completed, total;
  double fraction = 0, rate = 0, remaining = -1;
  gboolean moving = motion == AT_PROGRESS_MOVING;
  gboolean is_known = FALSE, indeterminate;

  bits = __atomic_load_n (&self->fraction_bits, __ATOMIC_SEQ_CST);
  self->taken_bits = bits;

  g_mutex_lock (&self->lock);
  completed = self->completed;
  total = self->total;
  if (self->has_new_message)
    {
      g_autofree char *message = g_steal_pointer (&self->message);

      self->has_new_message = FALSE;
      if (g_strcmp0 (message, values->message) != 0)
        {
          g_free (values->message);
          values->message = g_steal_pointer (&message);
          changes |= AT_PROGRESS_MESSAGE;
        }
    }
  g_mutex_unlock (&self->lock);

  if (bits == BITS_AMOUNTS)
    {
      measure_speed (self, bits, completed, active_usec);
      if (total > 0)
        fraction = MIN ((double) completed / (double) total, 1.0);
      is_known = total > 0;
      remaining = estimate_remaining (completed, total, moving ? self->speed : 0);
      rate = moving ? self->speed : 0;
    }
  else if (bits != BITS_UNKNOWN)
    {
      fraction = fraction_from_bits (bits);
      measure_speed (self, bits, fraction, active_usec);
      is_known = TRUE;
      remaining = estimate_remaining (fraction, 1.0, moving ? self->speed : 0);
    }

  indeterminate = motion != AT_PROGRESS_NO_WORK && !is_known;

  if (replace_double (&values->fraction, fraction))
    changes |= AT_PROGRESS_FRACTION;
  if (values->indeterminate != indeterminate)
    changes |= AT_PROGRESS_INDETERMINATE;
  if (values->completed != completed)
    changes |= AT_PROGRESS_COMPLETED;
  if (values->total != total)
    changes |= AT_PROGRESS_TOTAL;
  if (replace_double (&values->rate, rate))
    changes |= AT_PROGRESS_RATE;
  if (replace_double (&values->remaining, remaining))
    changes |= AT_PROGRESS_REMAINING;
  if (self->shown_active_usec != active_usec)
    changes |= AT_PROGRESS_ELAPSED;

  self->shown_active_usec = active_usec;
  values->is_known = is_known;
  values->indeterminate = indeterminate;
  values->completed = completed;
  values->total = total;

  return changes;
}

/* Whether something was stored since the last update. */
gboolean
at_progress_has_news (AtProgress *self)
{
  gboolean news;

  if (__atomic_load_n (&self->fraction_bits, __ATOMIC_SEQ_CST) != self->taken_bits)
    return TRUE;

  g_mutex_lock (&self->lock);
  news = self->has_new_message ||
         self->completed != self->values.completed ||
         self->total != self->values.total;
  g_mutex_unlock (&self->lock);

  return news;
}

/* The work has begun. Returns whether that is news; what has come meanwhile, and is
 * yet to be shown, says more. */
gboolean
at_progress_begin (AtProgress *self)
{
  AtProgressValues *values = &self->values;

  if (values->indeterminate || values->is_known || at_progress_has_news (self))
    return FALSE;

  values->indeterminate = TRUE;

  return TRUE;
}

/* Whether a writer has told its caller to have the owner look, and it has yet to. */
gboolean
at_progress_is_posted (AtProgress *self)
{
  return g_atomic_int_get (&self->posted);
}

/* The owner is about to look no more. Returns FALSE if it has to go on, because
 * something came in meanwhile. */
gboolean
at_progress_go_idle (AtProgress *self)
{
  g_atomic_int_set (&self->posted, FALSE);

  return !(at_progress_has_news (self) && claim_post (self));
}
