/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-task-group.h"

#include "at-async-task-private.h"
#include "at-mailbox-private.h"

G_BEGIN_DECLS

/* What a group is made of, which lives on while it is told of what it has let go: its parts
 * may end in any thread, and before anybody executes the group. */

typedef struct _AtParts AtParts;

/* One task. What is counted of it is kept here, so that it can be taken away again. */
typedef struct
{
  /* Constant. Each watch that is there holds a reference on @parts. */
  AtParts     *parts;
  AtEndWatch   ended;
  AtEndWatch   finished;

  /* Under the lock of the parts; of the ties, too, where it changes. */
  AtAsyncTask *task;      /* NULL: it could not be executed, and is none any more */

  /* Under the lock of the parts. */
  gboolean     is_finished;
  gboolean     is_settled;  /* it will not be taken out any more */
  GError      *refusal;   /* why it could not be executed */

  /* Owner. */
  AtFollower   follower;
  gboolean     is_followed;
  gboolean     is_done;
  guint        unit;
  guint64      completed;
  guint64      total;
} AtPart;

struct _AtParts
{
  gatomicrefcount    ref_count;

  /* Constant. */
  AtTaskGroupPolicy  policy;

  /* Valid from when it is started until it has ended. */
  AtTaskGroup       *group;

  /* Any thread, under the lock, which is the last to be taken. There are ever more. */
  GMutex             lock;
  GPtrArray         *all;         /* AtParts, in the order in which they came */
  GHashTable        *tasks;       /* those that are there */
  guint              n_open;      /* whose last callback has yet to return; and 1 while it starts */
  gboolean           is_started;
  gboolean           is_stopped;  /* it has to stop */
  gboolean           is_over;
  AtPart            *decisive;
  AtPart            *last_failed;
  AtPart            *last_cancelled;
};

/* Their sums are of halves, each for itself: amounts have 64 bits, however many there are. */
typedef struct
{
  guint64 high;
  guint64 low;
} AtPartsSum;

#define AT_PARTS_N_UNITS (AT_PROGRESS_UNIT_ITEMS + 1)

struct _AtTaskGroup
{
  AtAsyncTask  parent_instance;

  AtParts     *parts; /* constant */

  AtEndWatch   own_end;

  /* Any thread, atomic. */
  int          is_looking; /* the mail is on its way, with a reference, and has the owner look */
  int          is_viewed;  /* somebody has asked for @tasks */

  AtMail       look;

  /* Owner. */
  AtTaskList  *tasks;      /* or NULL, while nobody has asked for it */
  guint        n_shown;    /* of all parts */
  guint        n_followed;
  guint        n_done;
  guint        n_without_total;
  guint        n_with_unit[AT_PARTS_N_UNITS];
  AtPartsSum   completed;
  AtPartsSum   total;
  AtAsyncTask *shown_decisive; /* not a reference */
};

/* at-task-group-parts.c: what any thread does */
AtParts     *at_parts_new             (AtTaskGroup  *group);
void         at_parts_let_go          (AtParts      *self);
gboolean     at_parts_add             (AtParts      *self,
                                       AtAsyncTask  *task,
                                       GError      **error);
void         at_parts_start           (AtParts      *self);
void         at_parts_control         (AtParts      *self);
void         at_parts_end             (AtParts      *self);
void         at_parts_foreach         (AtParts      *self,
                                       void       (* func) (AtAsyncTask *part,
                                                            gpointer     data),
                                       gpointer      data);
AtPart      *at_parts_get_settled     (AtParts      *self,
                                       guint         i);
AtAsyncTask *at_parts_get_decisive    (AtParts      *self);

/* at-task-group.c: what its owner sees of them. Any thread; the caller has a reference */
void         at_task_group_look_later (AtTaskGroup  *self);

G_END_DECLS
