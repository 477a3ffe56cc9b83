/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-mailbox-private.h"
#include "at-task-sight-private.h"

G_BEGIN_DECLS

/* All that there is at one moment, as it was found: place by place, each as it was while its
 * lock was held. Nothing in here is kept alive; addresses are names. */

typedef enum
{
  AT_PLACE_QUEUE,
  AT_PLACE_THREAD,
  AT_PLACE_MAILBOX,
  AT_PLACE_NONE /* parked */
} AtPlace;

typedef struct
{
  AtTaskSight   sight;
  AtPlace       place;
  gconstpointer place_id; /* the executor or the mailbox, or NULL */
  int           tid;      /* of the thread, or 0 */
} AtSurveyTask;

typedef struct
{
  gconstpointer id;
  GType         type;
  AtQueueSight  sight;
  char         *name;     /* or NULL */
  gboolean      is_busy;
  GArray       *queued;   /* of gconstpointer */
  GArray       *running;  /* the same */
} AtSurveyExecutor;

typedef struct
{
  gconstpointer  id;
  AtMailboxSight sight;
  GArray        *tasks;   /* of gconstpointer */
} AtSurveyMailbox;

typedef struct
{
  gconstpointer task;
  gboolean      is_retry;
  gint64        due_in;   /* microseconds */
} AtSurveyTimer;

typedef struct
{
  gint64      now;
  GPtrArray  *tasks;      /* of AtSurveyTask, in the order in which they were found */
  GHashTable *by_id;
  GPtrArray  *executors;  /* of AtSurveyExecutor */
  GPtrArray  *mailboxes;  /* of AtSurveyMailbox */
  GArray     *timers;     /* of AtSurveyTimer */
  GPtrArray  *busy;       /* of static strings: the lists whose locks were not to be had */
} AtSurvey;

AtSurvey *at_survey_new  (void);
void      at_survey_free (AtSurvey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AtSurvey, at_survey_free)

/* What people know the body of a task by; and where its function is, or NULL. */
char     *at_survey_dup_body_name (const AtTaskSight *sight);
char     *at_survey_dup_function  (const AtTaskSight *sight);

G_END_DECLS
