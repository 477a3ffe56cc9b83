/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"
#include "at-job-private.h"
#include "at-mailbox-private.h"
#include "at-timer-private.h"

G_BEGIN_DECLS

/* What is seen of a task, by whoever only looks. It is copied where a lock keeps the task,
 * of which no reference is taken: that of the queue that it is in, that of all hands, that of
 * the mailbox, or that of all ties. No lock is waited for under that one. */

typedef struct
{
  gconstpointer  id;
  GType          type;
  const char    *body_name; /* or NULL */
  gpointer       func;      /* or NULL */
  gboolean       is_work;   /* a job without a task, of which nothing else is known */
  guint          state;
  int            priority;
  guint          attempt;
  guint          max_attempts; /* 0: it is not run again */
  GType          executor_type;
  gconstpointer  executor;  /* NULL: the default serial one, or none, of a task without a body */
  GType          owner_type;
  gconstpointer  owner;     /* or NULL */
  gconstpointer  mailbox;

  /* Microseconds, or -1. */
  gint64         age;       /* since execute() */
  gint64         running;   /* the body, in this attempt */
  gint64         paused;
  gint64         sleeps;    /* for how much longer */
  gint64         retry_in;
  gint64         timeout_in;

  gboolean       is_busy;   /* its own lock was not to be had: no title, waiters and times */
  char          *title;     /* or NULL */
  gboolean       is_resuming; /* the body waits for a place again */
  GArray        *waiters;   /* of AtWaiterSight, or NULL */

  gboolean       has_progress;
  double         fraction;  /* or -1 */
  guint64        completed;
  guint64        total;
  char          *message;   /* or NULL */
  gssize         pending;   /* values that wait for the owner, where they have a limit; or -1 */

  /* Under the lock of all ties alone. */
  gboolean       has_parts;
  GArray        *parts;     /* of gconstpointer, or NULL */
  GArray        *prerequisites; /* the same */
} AtTaskSight;

typedef struct
{
  gconstpointer job_id; /* of what the thread runs, or NULL */
  int           tid;
} AtWaiterSight;

void         at_task_sight_clear    (AtTaskSight *self);

/* What the job is a part of. */
void         at_task_look           (AtJob       *job,
                                     gint64       now,
                                     AtTaskSight *sight);
gconstpointer at_task_get_job_id    (AtJob       *job);

/* The job of the task that is on its way home, or of work; or NULL. */
AtJob       *at_task_get_mail_job   (AtMail      *mail);

/* Which task a timer is for, and whether it is for its next attempt; or NULL. */
gconstpointer at_task_get_timer_task (AtTimer    *timer,
                                      gboolean   *is_retry);

/* All tasks that may be nowhere else; with what they have of others. FALSE where the lock is
 * not to be had. */
gboolean     at_parked_look         (void      (* func) (const AtTaskSight *sight,
                                                         gpointer           data),
                                     gint64       now,
                                     gpointer     data);

G_END_DECLS
