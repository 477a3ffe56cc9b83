/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-call-site-private.h"
#include "at-seeing-private.h"
#include "at-thread-state-private.h"

G_BEGIN_DECLS

/* What is known of tasks while somebody wants to be told of them (at_is_seeing()), and who
 * tells. It is told here what happens to a task by those who do that, with no lock held.
 *
 * A task has a record from execute() on until its last callback has returned, which is
 * no longer than it lives: so whoever looks at the records, under their lock, needs no
 * reference on it. Of other locks, that of a task and that of contexts may be taken under
 * this one. */

#define AT_LINT_HELD_USEC    (50 * G_TIME_SPAN_MILLISECOND)
#define AT_LINT_IGNORED_USEC (3 * G_TIME_SPAN_SECOND)
#define AT_LINT_WAITING_USEC (5 * G_TIME_SPAN_SECOND)

typedef enum
{
  AT_LINT_HELD    = 1 << 0, /* a callback held the loop */
  AT_LINT_VALUE   = 1 << 1, /* a value was published to nobody */
  AT_LINT_IGNORED = 1 << 2, /* it was told to stop */
  AT_LINT_STARVED = 1 << 3  /* it has a slot that others wait for */
} AtLint;

typedef struct
{
  AtAsyncTask  *task;        /* not a reference */
  char         *body;        /* what it is called */
  AtCallSite    call_site;   /* of execute() */
  gint64        queued_at;   /* each 0 where it was not */
  gint64        began_at;    /* the latest attempt */
  gint64        stopped_at;  /* when it was told to */
  gint64        ended_at;
  int           n_iterations; /* of its context, when it had ended */
  AtThreadState thread;      /* that has begun its body */
  AtAsyncTask  *awaited;     /* by the body; to be compared only */
  gboolean      is_away;     /* the body is paused, or sleeps */
  const char   *callback;    /* that is being called; or NULL */
  guint         told;        /* AtLint */
} AtLintRecord;

/* A callback, on the stack of the owner. */
typedef struct _AtLintCallback AtLintCallback;

struct _AtLintCallback
{
  AtLintCallback *outer;
  AtAsyncTask    *task;
  gpointer        mailbox;
  const char     *name;
  gint64          began_at;
  gint64          delayed_usec;
  gint64          held_usec;
  gboolean        has_iterated; /* the context; what comes after that is not known */
};

void     at_lint_change_seeing  (int             set,
                                 int             clear);

void     at_lint_execute        (AtAsyncTask    *task);
void     at_lint_queue          (AtAsyncTask    *task);
void     at_lint_begin_body     (AtAsyncTask    *task);
void     at_lint_stop           (AtAsyncTask    *task);
void     at_lint_end            (AtAsyncTask    *task,
                                 int             n_iterations);
void     at_lint_forget         (AtAsyncTask    *task);
void     at_lint_set_away       (AtAsyncTask    *task,
                                 gboolean        is_away);
void     at_lint_set_awaited    (AtAsyncTask    *task,
                                 AtAsyncTask    *awaited);
void     at_lint_value_unheard  (AtAsyncTask    *task);

void     at_lint_begin_callback (AtLintCallback *self,
                                 AtAsyncTask    *task,
                                 gpointer        mailbox,
                                 const char     *name);
void     at_lint_end_callback   (AtLintCallback *self);

/* Tells what there is to tell; and a text that is. */
void     at_lint_look           (void);
void     at_lint_tell           (const char     *text);

/* For at-marks.c: when the task was sent home, or 0; and what it is called. */
gint64   at_lint_get_end        (AtAsyncTask    *task);
char    *at_lint_dup_name       (AtAsyncTask    *task);

/* at-lint-look.c: what the records say. Under their lock. */
void     at_lint_look_at        (GHashTable     *records,
                                 gint64          now,
                                 GPtrArray      *texts);

/* The same file. The body of a task, before that can end; "the title" (body); and where it was
 * executed, as the end of a sentence. */
char    *at_lint_describe_body  (AtAsyncTask        *task);
char    *at_lint_describe       (const AtLintRecord *record);
char    *at_lint_describe_start (const AtLintRecord *record);

G_END_DECLS
