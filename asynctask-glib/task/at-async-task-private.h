/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"

G_BEGIN_DECLS

struct _AtMail;
struct _AtMailbox;

/* What the library's own models know of a task: whatever changes its status, its
 * progress or its unit. They are told before everybody else, and, unlike everybody
 * else, also of the end of a task whose owner is gone. What has changed is for the
 * follower to find out. */
typedef struct _AtFollower AtFollower;

typedef void (* AtFollowFunc) (AtFollower *self);

struct _AtFollower
{
  AtFollower   *next;
  AtFollowFunc  func;
};

/* Owner. Any follower may be removed while they are told. */
AtFollower       *at_async_task_get_followers   (AtAsyncTask *self);
void              at_async_task_add_follower    (AtAsyncTask *self,
                                                 AtFollower  *follower);
void              at_async_task_remove_follower (AtAsyncTask *self,
                                                 AtFollower  *follower);

/* Who is told where a computation ends, however it does: at once, in the thread where that
 * is, once, with no lock held. What the body did is seen there, and the outcome as it
 * stands, which a cancel() may yet turn. It is not to block; and the task is not to be let
 * go there, but by at_async_task_unref_home(). */
typedef struct _AtEndWatch AtEndWatch;

typedef void (* AtEndFunc) (AtEndWatch  *self,
                            AtAsyncTask *task);

struct _AtEndWatch
{
  AtEndWatch *next;
  AtEndFunc   func;
};

/* Any thread. Returns FALSE if the computation is done already, of which nobody is told. */
gboolean          at_async_task_add_end_watch   (AtAsyncTask *self,
                                                 AtEndWatch  *watch);

/* Any thread. Returns FALSE if it was told before, or is being told. */
gboolean          at_async_task_remove_end_watch
                                                (AtAsyncTask *self,
                                                 AtEndWatch  *watch);

/* Who ends after whom: a task after its prerequisites, and what has parts after those. Ties
 * are made under one lock. */
void              at_async_task_lock_ties       (void);
void              at_async_task_unlock_ties     (void);

/* Under that lock: the task, of which the caller makes the other one a part, is to end after
 * it. Returns FALSE if that would be a circle, which never ends. */
gboolean          at_async_task_tie             (AtAsyncTask *self,
                                                 AtAsyncTask *other);

/* In init: @parts calls @func for each part of the task, under that lock. */
typedef void (* AtPartsFunc) (AtAsyncTask  *self,
                              void       (* func) (AtAsyncTask *part,
                                                   gpointer     data),
                              gpointer      data);

void              at_async_task_set_parts       (AtAsyncTask *self,
                                                 AtPartsFunc  parts);

/* The same for who is told once the last callback has returned, and whoever awaits the task
 * has been told: by the owner, or where the task is released, if its context is gone. */
gboolean          at_async_task_add_finish_watch
                                                (AtAsyncTask *self,
                                                 AtEndWatch  *watch);
gboolean          at_async_task_remove_finish_watch
                                                (AtAsyncTask *self,
                                                 AtEndWatch  *watch);

/* Whether the task delivers where the other one does, as one can that was not executed
 * and names no context. Any thread. */
gboolean          at_async_task_can_deliver_with
                                                (AtAsyncTask *self,
                                                 AtAsyncTask *other);

/* Owner. The same, from now on; see at_async_task_join(). */
gboolean          at_async_task_deliver_with    (AtAsyncTask *self,
                                                 AtAsyncTask *other);

/* Executes a task as a part of another one, whose params it gets, and, where it names none
 * of its own, the executor, owner, priority and context. A part with a body runs on the
 * default pool, where neither names an executor. */
gboolean          at_async_task_execute_part    (AtAsyncTask  *self,
                                                 AtAsyncTask  *whole,
                                                 GError      **error);

/* A body that several tasks share, and its name (nullable), which is not copied. Its data are
 * freed by whoever drops the last reference, in the context of the tasks. */
typedef struct _AtTaskFunction AtTaskFunction;

AtTaskFunction   *at_task_function_new          (const char     *name,
                                                 AtTaskFunc      func,
                                                 gpointer        user_data,
                                                 GDestroyNotify  destroy);
void              at_task_function_unref        (AtTaskFunction *self);
AtAsyncTask      *at_task_function_make         (AtTaskFunction *self);

/* Owner. Executes a task for somebody in the context of @mailbox who makes tasks; @executor
 * and @owner (nullable) are for those that have none of their own. A body runs on the
 * default pool, where nobody names an executor. */
gboolean          at_async_task_execute_for     (AtAsyncTask        *self,
                                                 struct _AtMailbox  *mailbox,
                                                 AtExecutor         *executor,
                                                 GObject            *owner,
                                                 const GValue       *params,
                                                 GError            **error);

/* Any thread. Sends @mail to the owner; the caller has a reference on the task. */
void              at_async_task_post            (AtAsyncTask    *self,
                                                 struct _AtMail *mail);

/* Any thread. Whether it has to stop, and how. */
gboolean          at_async_task_is_interrupted  (AtAsyncTask *self);

/* Owner. Amounts that are those of others may be in another unit at any time. */
void              at_async_task_change_unit     (AtAsyncTask    *self,
                                                 AtProgressUnit  unit);

/* Owner. Whether the task delivers by @mailbox, as one does from now on that names no
 * context and was neither executed, nor followed, nor has reported anything. */
gboolean          at_async_task_join            (AtAsyncTask       *self,
                                                 struct _AtMailbox *mailbox);

/* Any thread. Whether the body runs, or is paused. Who cancels several tasks leaves these
 * to the end: what they give back would go to one that has yet to be cancelled. */
gboolean          at_async_task_is_in_body      (AtAsyncTask *self);

/* Drops a reference, in the owner context. */
void              at_async_task_unref_home      (AtAsyncTask *self);

G_END_DECLS
