/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"
#include "at-async-task-private.h"
#include "at-mailbox-private.h"

G_BEGIN_DECLS

/* Where a latest and a cache have their tasks from, in the context that they were made in. */
typedef struct
{
  gpointer        object; /* not a reference: that has this inside */
  guint           signal; /* create-task */
  AtTaskFunction *function; /* or NULL */
  AtExecutor     *executor; /* or NULL */
  AtMailbox      *mailbox;
  guint           maker;  /* counts as owner of a context that nobody owns */
} AtTaskMaker;

guint    at_task_maker_add_signal (GType            type);

void     at_task_maker_init       (AtTaskMaker     *self,
                                   gpointer         object,
                                   guint            signal);
void     at_task_maker_set_func   (AtTaskMaker     *self,
                                   const char      *name,
                                   AtTaskFunc       func,
                                   gpointer         user_data,
                                   GDestroyNotify   destroy);
void     at_task_maker_clear      (AtTaskMaker     *self);

/* Whether this is the thread of the context. */
gboolean at_task_maker_is_home    (AtTaskMaker     *self);

/* Makes a task, and executes it. @follower is told of it, in any case once it has ended.
 * NULL where there is none, or it is refused. */
AtAsyncTask *
         at_task_maker_execute    (AtTaskMaker     *self,
                                   const GValue    *params,
                                   GObject         *owner,
                                   int              priority,
                                   AtFollower      *follower,
                                   GError         **error);

G_END_DECLS
