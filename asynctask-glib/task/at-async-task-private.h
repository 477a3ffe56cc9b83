/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"
#include "at-serial-executor.h"
#include "at-priority-queue-private.h"
#include "at-thread-pool-executor.h"

G_BEGIN_DECLS

/* What the library's own executors know of a task: the link by which it is
 * queued, and how to run it.
 *
 * A task in a queue belongs to whoever takes it from QUEUED. An executor does
 * that under its lock; anybody else, a canceller for one, does it without, and
 * then has the task leave the queue that it is in, under the lock, before anybody
 * may free it. So an executor may look at what it finds in its queue, without a
 * reference, while it holds its lock, and no longer. */

AtJobLink       *at_async_task_get_link      (AtAsyncTask *self);
AtAsyncTask      *at_async_task_from_link     (AtJobLink  *link);

/* The executor in whose queue the task is, or NULL. Set under its lock. */
AtExecutor       *at_async_task_get_queue     (AtAsyncTask *self);
void              at_async_task_set_queue     (AtAsyncTask *self,
                                               AtExecutor  *queue);
/* The serial executor whose turn the task has, or NULL. */
void              at_async_task_set_turn      (AtAsyncTask *self,
                                               gpointer     turn);
AtSerialExecutor *at_async_task_take_turn     (AtAsyncTask *self);
gboolean          at_async_task_swap_turn     (AtAsyncTask *self,
                                               gpointer     turn,
                                               gpointer     replacement);

gboolean          at_async_task_is_queued     (AtAsyncTask *self);

/* From QUEUED: to run it or to fail it, and to cancel it. */
gboolean          at_async_task_claim         (AtAsyncTask *self);
AtSerialExecutor *at_async_task_run_claimed   (AtAsyncTask *self);
gboolean          at_async_task_claim_cancel  (AtAsyncTask *self);
void              at_async_task_end_cancelled (AtAsyncTask *self);
void              at_async_task_end_rejected  (AtAsyncTask *self,
                                               GError      *reason);

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

/* Drops a reference, in the owner context. */
void              at_async_task_unref_home    (AtAsyncTask *self);

/* What calls the virtual function of an executor: it may be in another language. */
gboolean          at_executor_offer           (AtExecutor   *self,
                                               AtAsyncTask  *task,
                                               GError      **error);

/* Adds the task to the chain, which is an own executor's, under its lock; FALSE if it
 * was cancelled before. */
gboolean          at_executor_add             (AtExecutor   *self,
                                               AtJobChain  *chain,
                                               AtAsyncTask  *task);

/* An own executor takes the task out of its queue if it is (still) there. */
gboolean          at_executor_forget          (AtExecutor  *self,
                                               AtAsyncTask *task);

/* The pool that lends this thread a slot, or NULL. */
AtThreadPoolExecutor *at_thread_pool_executor_get_current  (void);
gboolean              at_thread_pool_executor_is_exclusive (AtThreadPoolExecutor *self);
gboolean              at_thread_pool_executor_push         (AtThreadPoolExecutor *self,
                                                            AtAsyncTask          *task,
                                                            GError              **error);
void                  at_thread_pool_executor_wake         (AtThreadPoolExecutor *self);
gboolean              at_thread_pool_executor_forget       (AtThreadPoolExecutor *self,
                                                            AtAsyncTask          *task);
gboolean              at_thread_pool_executor_has_time     (AtThreadPoolExecutor *self);
void                  at_thread_pool_executor_leave_slot   (AtThreadPoolExecutor *self);
void                  at_thread_pool_executor_retake_slot  (AtThreadPoolExecutor *self,
                                                            AtAsyncTask          *task);
void                  at_thread_pool_executor_stir         (AtThreadPoolExecutor *self);

gboolean              at_serial_executor_forget            (AtSerialExecutor     *self,
                                                            AtAsyncTask          *task);
void                  at_serial_executor_advance           (AtSerialExecutor     *self);
AtAsyncTask          *at_serial_executor_take_next         (AtSerialExecutor     *self,
                                                            AtThreadPoolExecutor *pool);

G_END_DECLS
