/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <time.h>

G_BEGIN_DECLS

/* Whether a thread could go on if it had a processor, as another one of the same
 * process finds out. */

typedef struct
{
  /* Constant. */
  int       tid;        /* that the kernel knows it by, or 0 */
  gboolean  has_clock;
  clockid_t clock;      /* of the processor time that it has used */

  /* Of who looks. */
  gint64    used;       /* by that clock, in ns, when it last had moved on */
  gint64    moved_at;
} AtThreadState;

/* For the thread that calls it. */
void     at_thread_state_init       (AtThreadState *self);

/* Whether it waits for something else than a processor: for another thread, for data,
 * for a disk. Where that is not known, it is taken not to. By one thread at a time;
 * for a thread that has ended, the answer means nothing. */
gboolean at_thread_state_is_blocked (AtThreadState *self);

/* The two ways to know that, for the tests. By the kernel's word: FALSE if it has none. */
gboolean at_thread_state_ask_kernel (AtThreadState *self,
                                     gboolean      *blocked);
/* By the clock: whether the thread has used no processor time for so long that it
 * would have had its turn by now, whatever else the processors do. */
gboolean at_thread_state_ask_clock  (AtThreadState *self,
                                     gint64         now);

/* How long that is, in µs. */
#define AT_THREAD_STATE_TURN_USEC (50 * G_TIME_SPAN_MILLISECOND)

G_END_DECLS
