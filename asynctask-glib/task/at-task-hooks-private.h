/* SPDX-FileCopyrightText: 2026 The asynctask-glib contributors
 * SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "at-async-task.h"

G_BEGIN_DECLS

/* What the library's own tasks know of a task beside its public header. */

/* In init: @func is called by whichever thread starts the task, once it is executed, and
 * before pre-execute. That is the owner's, unless another one executes it and nobody
 * listens to pre-execute, which overriding that would be. Again after a refusal. */
void     at_async_task_set_starting         (AtAsyncTask *self,
                                             void      (* func) (AtAsyncTask *self));

/* In init: the task has no body. What is done in its place is begun by @start, once for each
 * attempt, and ends where at_async_task_end_deferred() is called, in any thread, also inside.
 *
 * @start is called by the owner when it iterates its context, as soon as the executor that
 * the task names, if it does, has given it its turn; which ends with the task. Or, where it
 * is @is_at_once, by whichever thread executes the task, with no regard to an executor. */
typedef void (* AtStartFunc) (AtAsyncTask  *self,
                              const GValue *params,
                              GCancellable *cancellable);

void     at_async_task_set_deferred         (AtAsyncTask *self,
                                             AtStartFunc  start,
                                             gboolean     is_at_once);

/* Any thread. The attempt has ended, with @result (nullable: what was set), or with @error
 * (nullable), which is taken over. Returns FALSE if none has begun, or if it has ended
 * before; nothing happens then. */
gboolean at_async_task_end_deferred         (AtAsyncTask  *self,
                                             gboolean      succeeded,
                                             const GValue *result,
                                             GError       *error);

/* Body: whether the task may run again if this attempt fails; and that it does not, whatever
 * its function would say. */
gboolean at_async_task_may_run_again        (AtAsyncTask *self);
void     at_async_task_forgo_retry          (AtAsyncTask *self);

/* For a body that passes on what comes from elsewhere, and has more to look after than
 * to block in at_async_task_publish_progress(): it asks here before it takes more.
 *
 * In init: the limit is in bytes, of the values and of what they take beside. Nobody
 * blocks for it. */
void     at_async_task_set_backlog_in_bytes (AtAsyncTask *self,
                                             guint64      limit);

/* Body: whether too much waits for the owner. If so, control_changed() is called, in any
 * thread, when it does no longer, and the body is to ask again at @until at the latest. */
gboolean at_async_task_is_backed_up         (AtAsyncTask *self,
                                             gint64      *until);

G_END_DECLS
