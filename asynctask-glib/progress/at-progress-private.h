/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The latest-value cell: written by any thread at the speed of a store, read by
 * the owner when it pleases; and what the owner works out from it. */

typedef enum
{
  AT_PROGRESS_FRACTION      = 1 << 0,
  AT_PROGRESS_INDETERMINATE = 1 << 1,
  AT_PROGRESS_COMPLETED     = 1 << 2,
  AT_PROGRESS_TOTAL         = 1 << 3,
  AT_PROGRESS_MESSAGE       = 1 << 4,
  AT_PROGRESS_RATE          = 1 << 5,
  AT_PROGRESS_REMAINING     = 1 << 6,
  AT_PROGRESS_ELAPSED       = 1 << 7
} AtProgressChanges;

#define AT_PROGRESS_N_VALUES 8

/* What the work is about. */
typedef enum
{
  AT_PROGRESS_NO_WORK, /* it has not begun, or has ended */
  AT_PROGRESS_HELD,
  AT_PROGRESS_MOVING
} AtProgressMotion;

/* What the owner shows. */
typedef struct
{
  double    fraction;
  gboolean  is_known;      /* how much is done, of how much */
  gboolean  indeterminate; /* it goes on, and that is not known */
  guint64   completed;
  guint64   total;
  char     *message;
  double    rate;
  double    remaining;
} AtProgressValues;

typedef struct
{
  /* Any thread, atomic. Some 32-bit machines would align it to four bytes, and
   * an access to what crosses a cache line is not atomic there. */
  guint64           fraction_bits __attribute__ ((aligned (8)));
  int               posted;

  /* Any thread, under @lock. */
  GMutex            lock;
  guint64           completed;
  guint64           total;
  char             *message;
  gboolean          has_new_message;

  /* Owner. */
  AtProgressValues  values;
  gint64            shown_active_usec;
  guint64           taken_bits;
  guint64           measured_bits;
  double            measure;
  double            speed;
  gint64            sampled_at;
  gint64            moved_at;
} AtProgress;

/* A copy (nullable) of what people are to read. A program has it from files and from
 * other programs, and neither a label nor another language takes anything but UTF-8. */
static inline char *
at_text_dup (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

void              at_progress_init         (AtProgress *self);
void              at_progress_clear        (AtProgress *self);

/* Any thread. %TRUE tells the caller to have the owner look at the cell; it is
 * not told again until the owner has gone idle. */
gboolean          at_progress_set_fraction (AtProgress *self,
                                            double      fraction);
gboolean          at_progress_set_amounts  (AtProgress *self,
                                            guint64     completed,
                                            guint64     total);
gboolean          at_progress_set_message  (AtProgress *self,
                                            const char *message);
gboolean          at_progress_reset        (AtProgress *self);

/* Any thread, for who only looks: what is in the cell; nothing of @completed, @total and
 * @message (transfer full) where its lock is not to be had. -1: no fraction is known. */
double            at_progress_look         (AtProgress *self,
                                            guint64    *completed,
                                            guint64    *total,
                                            char      **message);

/* Owner. */
gboolean          at_progress_begin        (AtProgress *self);
AtProgressChanges at_progress_update       (AtProgress       *self,
                                            gint64            active_usec,
                                            AtProgressMotion  motion);
gboolean          at_progress_has_news     (AtProgress *self);
gboolean          at_progress_is_posted    (AtProgress *self);
gboolean          at_progress_go_idle      (AtProgress *self);

G_END_DECLS
