/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>
#include <signal.h>

G_BEGIN_DECLS

/* Where the threads of all pools come from, and go back to. */

/* Runs @serve, the same in every call, with what is pushed. NULL where no thread can be
 * had. */
GThreadPool *at_lender_get              (GFunc       serve);

/* What bodies find on the thread that they run on, for its own stack. */
typedef struct
{
  gint64   looked_at;
  gboolean has_run;         /* something, since then */
  sigset_t signals;         /* that are blocked */
  char     name[16];        /* for tools that show threads */
  char     lender_name[16];
} AtBorrowed;

/* For a thread that has come; @name is what it is called for now (nullable). */
void         at_borrowed_begin          (AtBorrowed *self,
                                         const char *name);
/* Before it goes back. */
void         at_borrowed_end            (AtBorrowed *self);
/* Undoes what bodies did. */
void         at_borrowed_restore        (AtBorrowed *self);

/* The same after each body, where that takes no time worth mentioning beside what the
 * thread did meanwhile: it asks the kernel three times, which is 0.3 to 1.5 µs. */
#define AT_BORROWED_LOOK_USEC 100

static inline void
at_borrowed_look (AtBorrowed *self,
                  gint64      now)
{
  self->has_run = TRUE;
  if (now - self->looked_at >= AT_BORROWED_LOOK_USEC)
    {
      at_borrowed_restore (self);
      self->looked_at = now;
    }
}

G_END_DECLS
